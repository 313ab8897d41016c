//! The binary itself: its commands, its one line, its end, and a sudden end.

use std::path::Path;
use std::process::Stdio;

use reqwest::Client;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::key_issue::secret;
use crate::mailbox::Mailbox;
use crate::receiver::Receiver;
use crate::sms;
use crate::support::{CHECKSUM, files_below, text, urls};

fn bulla(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bulla"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("BULLA_")) {
        command.env_remove(name);
    }
    command.args(arguments).env("BULLA_DATA", data).kill_on_drop(true);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The server as a process of its own.
struct Process {
    child: Child,
    url: String,
    http: Client,
}

impl Process {
    async fn start(data: &Path) -> Self {
        Self::start_with(data, &["--listen", "127.0.0.1:0"]).await
    }

    async fn start_with(data: &Path, arguments: &[&str]) -> Self {
        let mut child = bulla(data, &[&["serve"], arguments].concat()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).await.unwrap();
        let url = line.trim().strip_prefix("Bulla is ready: ").unwrap().trim_end_matches('/').to_owned();
        Self { child, url, http: Client::builder().no_proxy().build().unwrap() }
    }

    async fn call(&self, method: &str, path: &str, body: Value) -> Value {
        let request =
            self.http.request(method.parse().unwrap(), format!("{}/drop-zone/v2.0{path}", self.url));
        let request = request.header("ss-api-key", "open").body(body.to_string());
        request.send().await.unwrap().json().await.unwrap()
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args([name, &pid]).status().unwrap().success());
    }

    async fn end(mut self) -> (Option<i32>, String) {
        let status = self.child.wait().await.unwrap();
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).await.unwrap();
        (status.code(), log)
    }
}

async fn output(data: &Path, arguments: &[&str]) -> (bool, String, String) {
    let output = bulla(data, arguments).output().await.unwrap();
    let text = |octets: Vec<u8>| String::from_utf8(octets).unwrap();
    (output.status.success(), text(output.stdout), text(output.stderr))
}

#[tokio::test]
async fn keys_are_made_listed_and_revoked() {
    let data = tempfile::tempdir().unwrap();
    let (ok, made, _) = output(data.path(), &["key", "create", "--email", "Alice@example.com"]).await;
    assert!(ok);
    let made: Value = serde_json::from_str(&made).unwrap();
    assert_eq!(made.as_object().unwrap().keys().collect::<Vec<_>>(), ["apiKey", "apiSecret", "email"]);
    assert_eq!(made["email"], "alice@example.com");
    let (_, list, _) = output(data.path(), &["key", "list"]).await;
    let listed: Value = serde_json::from_str(&list).unwrap();
    assert_eq!((&listed["apiKey"], &listed["revoked"]), (&made["apiKey"], &Value::Null));
    assert!(!list.contains(&text(&made, "apiSecret")));
    let key = text(&made, "apiKey");
    // A key may begin with a dash.
    assert!(output(data.path(), &["key", "revoke", "--", &key]).await.0);
    assert!(!output(data.path(), &["key", "revoke", "--", &key]).await.0);
    assert!(!output(data.path(), &["key", "create", "--email", "nobody"]).await.0);
}

/// The output of a command that reads this from standard input.
async fn output_of(data: &Path, arguments: &[&str], input: &str) -> (bool, String, String) {
    use tokio::io::AsyncWriteExt;
    let mut child = bulla(data, arguments).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).await.unwrap();
    let output = child.wait_with_output().await.unwrap();
    let text = |octets: Vec<u8>| String::from_utf8(octets).unwrap();
    (output.status.success(), text(output.stdout), text(output.stderr))
}

#[tokio::test]
async fn users_are_made_listed_and_shut_out() {
    let data = tempfile::tempdir().unwrap();
    let create = ["user", "create", "--email", "Alice@example.com", "--admin", "--first-name", "Zoë"];
    let create = [&create[..], &["--phone", "+47 912 34 567"]].concat();
    let (ok, made, _) = output(data.path(), &create).await;
    assert!(ok);
    let made: Value = serde_json::from_str(&made).unwrap();
    let expected = json!({ "email": "alice@example.com", "firstName": "Zoë", "lastName": "", "phone": "+4791234567", "admin": true });
    let password = text(&made, "password");
    assert_eq!(password.len(), 24);
    let mut shown = made.clone();
    shown.as_object_mut().unwrap().remove("password");
    assert_eq!(shown, expected);
    // Once is enough, and one from standard input is not printed.
    assert!(!output(data.path(), &create).await.0);
    let create = ["user", "create", "--email", "bob@example.com", "--password-stdin"];
    assert!(!output_of(data.path(), &create, "short\n").await.0);
    let (ok, made, error) = output_of(data.path(), &create, "correct horse battery\r\n").await;
    assert!(ok && made.contains("\"password\":null") && !made.contains("battery"), "{made} {error}");
    let reset = ["user", "password", "--email", "bob@example.com", "--password-stdin"];
    assert!(output_of(data.path(), &reset, "another password").await.0);
    let (_, list, _) = output(data.path(), &["user", "list"]).await;
    let list: Vec<Value> = list.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((list.len(), &list[0]["password"], &list[1]["disabled"]), (2, &json!(true), &json!(false)));
    let phone = async |arguments: &[&str]| {
        output(data.path(), &[&["user", "phone", "--email", "bob@example.com"], arguments].concat()).await.0
    };
    let listed = async || -> Value {
        let (_, list, _) = output(data.path(), &["user", "list"]).await;
        serde_json::from_str(list.lines().nth(1).unwrap()).unwrap()
    };
    assert!(phone(&["--phone", "+47 22 22 55 55"]).await);
    assert_eq!(listed().await["phone"], "+4722225555");
    for wrong in
        [&["--phone", "22 22 55 55"][..], &["--phone", "+47 x"], &[], &["--phone", "+47 22225555", "--none"]]
    {
        assert!(!phone(wrong).await, "{wrong:?}");
    }
    assert_eq!(listed().await["phone"], "+4722225555");
    assert!(phone(&["--none"]).await);
    assert_eq!(listed().await["phone"], Value::Null);
    for (command, ok) in [("disable", true), ("disable", false), ("enable", true), ("enable", false)] {
        assert_eq!(output(data.path(), &["user", command, "--email", "bob@example.com"]).await.0, ok);
    }
    assert!(!output(data.path(), &["user", "password", "--email", "nobody@example.com"]).await.0);

    let process = Process::start(data.path()).await;
    let sign_in = async |email: &str, password: &str| {
        let request = process.http.post(format!("{}/session/v1/sign-in/", process.url));
        let request = request.header("bulla-session", "1").header("origin", &process.url);
        request.json(&json!({ "email": email, "password": password })).send().await.unwrap().status().as_u16()
    };
    assert_eq!(sign_in("alice@example.com", &password).await, 200);
    assert_eq!(sign_in("bob@example.com", "another password").await, 200);
    assert_eq!(sign_in("bob@example.com", "correct horse battery").await, 401);
    process.signal("-TERM");
    let (_, log) = process.end().await;
    assert!(log.contains("/session/v1/sign-in/"), "{log}");
    for secret in [password.as_str(), "another password", "correct horse battery", "alice@example.com"] {
        assert!(!log.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn dropzones_are_made_listed_and_revoked() {
    let data = tempfile::tempdir().unwrap();
    let (ok, made, _) = output(data.path(), &["dropzone", "create", "--email", "Alice@example.com"]).await;
    assert!(ok);
    let made: Value = serde_json::from_str(&made).unwrap();
    assert_eq!(made["email"], "alice@example.com");
    let (_, list, _) = output(data.path(), &["dropzone", "list"]).await;
    let listed: Value = serde_json::from_str(&list).unwrap();
    assert_eq!((&listed["dropzone"], &listed["email"]), (&made["dropzone"], &made["email"]));
    assert_eq!(listed["revoked"], Value::Null);
    let id = text(&made, "dropzone");
    assert!(output(data.path(), &["dropzone", "revoke", &id]).await.0);
    let (ok, _, said) = output(data.path(), &["dropzone", "revoke", &id]).await;
    assert!(!ok && said.contains("there is no such Dropzone in force"), "{said}");
    assert!(!output(data.path(), &["dropzone", "create", "--email", "nobody"]).await.0);
    let (_, list, _) = output(data.path(), &["dropzone", "list"]).await;
    assert!(serde_json::from_str::<Value>(&list).unwrap()["revoked"].is_i64());
}

#[tokio::test]
async fn what_clients_report_is_listed_and_cleared() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(data.path()).await;
    for message in ["first", "second\nline"] {
        let report = json!({ "message": message, "stacktrace": "at x" });
        assert_eq!(process.call("PUT", "/feedback/", report).await["response"], "SUCCESS");
    }
    let (_, list, _) = output(data.path(), &["feedback", "list"]).await;
    let lines: Vec<Value> = list.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        (lines.len(), &lines[0]["message"], &lines[1]["message"]),
        (2, &json!("first"), &json!("second\nline"))
    );
    assert_eq!((&lines[0]["stacktrace"], &lines[0]["email"]), (&json!("at x"), &json!("")));
    assert!(output(data.path(), &["feedback", "clear"]).await.0);
    assert_eq!(output(data.path(), &["feedback", "list"]).await.1, "");
}

#[tokio::test]
async fn what_is_not_supported_is_said() {
    let data = tempfile::tempdir().unwrap();
    for (arguments, said) in [
        (["serve", "--database", "postgres://u:secret@h/d"], "only sqlite: databases are supported"),
        (["serve", "--storage", "s3://bucket"], "only file: stores are supported"),
        (["serve", "--public-url", "example.com"], "expected an origin"),
        (["serve", "--listen", "nowhere"], "invalid value"),
        (["serve", "--smtp", "smtps://u:p@mail.example.com"], "--smtp needs --public-url"),
        (["serve", "--mail-from", "nobody"], "expected an e-mail address"),
        (["serve", "--sms", "https://u:secret@gateway.example/"], "--sms needs --sms-body"),
        (["serve", "--sms-method", "TRACE"], "expected POST, PUT or GET"),
        (["serve", "--config", "/does/not/exist"], "/does/not/exist"),
    ] {
        let (ok, _, error) = output(data.path(), &arguments).await;
        assert!(!ok && error.contains(said) && !error.contains("secret"), "{arguments:?}: {error}");
    }
}

#[tokio::test]
async fn it_says_where_it_is_and_stops_when_asked() {
    for signal in ["-TERM", "-INT"] {
        let data = tempfile::tempdir().unwrap();
        let process = Process::start(data.path()).await;
        assert_eq!(process.http.get(format!("{}/healthz", process.url)).send().await.unwrap().status(), 200);
        process.signal(signal);
        assert_eq!(process.end().await.0, Some(0));
    }
}

#[tokio::test]
async fn the_data_folder_may_have_any_name() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("a b%20c?d#e&f ü");
    let process = Process::start(&data).await;
    process.signal("-TERM");
    assert_eq!(process.end().await.0, Some(0));
    assert!(data.join("bulla.db").exists());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_new_data_folder_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    assert!(output(&data, &["key", "create", "--email", "a@example.com"]).await.0);
    assert_eq!(std::fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
}

#[tokio::test]
async fn the_log_tells_nothing_that_opens_anything() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(data.path()).await;
    let made = process.call("PUT", "/package/", json!({})).await;
    let (id, code) = (text(&made, "packageId"), text(&made, "packageCode"));
    process.call("PUT", &format!("/package/{id}/message/"), json!({ "message": "c2VjcmV0" })).await;
    process.call("GET", &format!("/package/{id}/message/{CHECKSUM}"), Value::Null).await;
    let finalize = json!({ "checksum": CHECKSUM, "undisclosedRecipients": true, "password": "sesame" });
    process.call("POST", &format!("/package/{id}/finalize/"), finalize).await;
    let url = format!("{}/link/v1/{code}/open?q=query", process.url);
    let body = json!({ "checksum": CHECKSUM, "password": "sesame" });
    let opened: Value = process.http.post(url).json(&body).send().await.unwrap().json().await.unwrap();
    process.signal("-TERM");
    let (_, log) = process.end().await;
    assert!(log.contains("/link/v1/{code}/open"), "{log}");
    let token = text(&opened, "token");
    for secret in [CHECKSUM, "sesame", "c2VjcmV0", "query", &id, &code, &token, &text(&made, "serverSecret")]
    {
        assert!(!log.contains(secret), "{secret}");
    }
}

/// The whole way from a registration and a password to API keys, with an SMTP server that asks for a password itself.
#[tokio::test]
async fn neither_the_log_nor_the_database_tells_how_to_sign_in() {
    let data = tempfile::tempdir().unwrap();
    let mailbox = Mailbox::start_for(Some(("bulla", "open-sesame"))).await;
    let create = ["user", "create", "--email", "alice@example.com", "--password-stdin"];
    assert!(output_of(data.path(), &create, "correct horse battery").await.0);
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (listen, url) = (format!("127.0.0.1:{port}"), format!("http://127.0.0.1:{port}"));
    let arguments = ["--listen", &listen, "--public-url", &url, "--smtp", &mailbox.url];
    let arguments = [&arguments[..], &["--mail-from", "bulla@example.com", "--registration"]].concat();
    let process = Process::start_with(data.path(), &arguments).await;
    let ask = async |method: &str, path: &str, body: Value| -> Value {
        let request = process.http.request(method.parse().unwrap(), format!("{url}{path}")).json(&body);
        let request = request.header("bulla-session", "1").header("origin", &url);
        request.send().await.unwrap().json().await.unwrap()
    };
    let password = "correct horse battery";
    let credentials = json!({ "email": "alice@example.com", "password": password });
    let asked = ask("PUT", "/api/v2.0/generate-key/", credentials.clone()).await;
    let token = text(&asked, "token");
    let code = secret(&mailbox.arrived(1).await[0]);
    let path = format!("/api/v2.0/generate-key/{token}/");
    let key = ask("POST", &path, json!({ "smsCode": code })).await;
    ask("PUT", "/api/v2.0/register/", json!({ "email": "new@example.com" })).await;
    let pin = secret(&mailbox.arrived(2).await[1]);
    let signed_in = process.http.post(format!("{url}/session/v1/sign-in/")).json(&credentials);
    let signed_in = signed_in.header("bulla-session", "1").header("origin", &url).send().await.unwrap();
    let cookie = signed_in.headers()["set-cookie"].to_str().unwrap().to_owned();
    let cookie = cookie.split([';', '=']).nth(1).unwrap().to_owned();
    process.signal("-TERM");
    let (_, log) = process.end().await;
    assert!(log.contains("/api/v2.0/generate-key/{token}/"), "{log}");
    let secrets = [password, "open-sesame", &token, &text(&key, "apiSecret"), &pin, &cookie];
    for secret in secrets {
        assert!(!log.contains(secret), "{secret}");
        for file in files_below(data.path()) {
            let octets = std::fs::read(&file).unwrap();
            let found = octets.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} in {}", file.display());
        }
    }
    // Without the times that begin its lines, whose digits may be those of a code.
    let said: Vec<&str> = log.lines().filter_map(|line| line.split_once(' ')).map(|(_, rest)| rest).collect();
    for text in [code.as_str(), "alice@example.com", "new@example.com"] {
        assert!(!said.iter().any(|line| line.contains(text)), "{text}");
    }
}

/// A gateway that fails, and says again what it was told.
#[tokio::test]
async fn the_log_tells_neither_codes_nor_numbers_nor_the_gateways_secrets() {
    let data = tempfile::tempdir().unwrap();
    let gateway = Receiver::start().await;
    let create = ["user", "create", "--email", "alice@example.com", "--phone", "+47 912 34 567"];
    let create = [&create[..], &["--password-stdin"]].concat();
    assert!(output_of(data.path(), &create, "correct horse battery").await.0);
    let url = gateway.url.replace("http://", "http://bulla:open-sesame@");
    let arguments = ["--listen", "127.0.0.1:0", "--sms", &url, "--sms-method", "GET"];
    let template = ["--sms-body", "to={to}&text={text}&key=k-sesame", "--sms-header", "x-key: h-sesame"];
    let mut process = Process::start_with(data.path(), &[&arguments[..], &template].concat()).await;
    let (http, key) = (process.http.clone(), format!("{}/api/v2.0/generate-key/", process.url));
    let ask = async || {
        let body = json!({ "email": "alice@example.com", "password": "correct horse battery" });
        let request = http.put(&key).json(&body);
        request.send().await.unwrap().json::<Value>().await.unwrap()
    };
    for (asked, status) in (1..).zip([500, 302, 400, 401]) {
        gateway.answer(&[status]);
        assert_eq!(ask().await["response"], "TWO_FA_REQUIRED");
        gateway.asked(asked).await;
    }
    let asked = gateway.asked(4).await;
    let authorization = asked[0].headers["authorization"].to_str().unwrap().to_owned();
    assert!(authorization.starts_with("Basic "), "{authorization}");
    drop(gateway);
    ask().await;
    let mut stderr = BufReader::new(process.child.stderr.take().unwrap());
    let mut log = String::new();
    while !log.contains("the SMS gateway cannot be reached") {
        assert!(stderr.read_line(&mut log).await.unwrap() > 0, "{log}");
    }
    process.signal("-TERM");
    process.child.wait().await.unwrap();
    stderr.read_to_string(&mut log).await.unwrap();
    assert!(log.contains("answered 500") && log.contains("answered 400"), "{log}");
    let said: Vec<&str> = log.lines().filter_map(|line| line.split_once(' ')).map(|(_, rest)| rest).collect();
    let codes: Vec<String> =
        asked.iter().map(|asked| sms::code(&asked.uri.query().unwrap().replace('+', " "))).collect();
    assert_eq!(codes.len(), 4);
    let secrets = codes.iter().map(String::as_str);
    for secret in secrets.chain(["91234567", "sesame", &authorization[6..]]) {
        assert!(!said.iter().any(|line| line.contains(secret)), "{secret}");
    }
}

/// Killed with parts on their way, again and again: what was acknowledged is there, nothing is there in part, and
/// the upload goes on to its end.
#[tokio::test]
async fn killed_in_the_middle_of_an_upload_it_goes_on() {
    const PARTS: u32 = 24;
    let data = tempfile::tempdir().unwrap();
    let part = |n: u32| -> Vec<u8> { (0..400_000 + n).map(|i| (i.wrapping_mul(n) >> 2) as u8).collect() };
    let mut process = Process::start(data.path()).await;
    let made = process.call("PUT", "/package/", json!({})).await;
    let (id, code) = (text(&made, "packageId"), text(&made, "packageCode"));
    let size: usize = (1..=PARTS).map(|n| part(n).len()).sum();
    let new = json!({ "filename": "a", "parts": PARTS, "filesize": size });
    let file = text(&process.call("PUT", &format!("/package/{id}/file/"), new).await, "fileId");
    let path = format!("/package/{id}/file/{file}");

    let mut acknowledged = std::collections::BTreeSet::new();
    for kill_after in [0, 2, 3] {
        let answer = process.call("POST", &format!("{path}/upload-urls/"), json!({ "part": 1 })).await;
        let puts = urls(&answer["uploadUrls"]);
        let (done, mut told) = tokio::sync::mpsc::unbounded_channel();
        let mut uploads = tokio::task::JoinSet::new();
        for (n, url) in (1..).zip(puts).filter(|(n, _)| !acknowledged.contains(n)) {
            let (http, body, done) = (process.http.clone(), part(n), done.clone());
            uploads.spawn(async move {
                if http.put(url).body(body).send().await.is_ok_and(|answer| answer.status() == 200) {
                    done.send(n).unwrap();
                }
            });
        }
        drop(done);
        // Fewer when fewer were still to be sent.
        for _ in 0..kill_after {
            acknowledged.extend(told.recv().await);
        }
        process.signal("-KILL");
        uploads.join_all().await;
        while let Ok(n) = told.try_recv() {
            acknowledged.insert(n);
        }
        process.end().await;

        process = Process::start(data.path()).await;
        assert!(files_below(&data.path().join("objects/.incoming")).is_empty());
        let there = process.call("GET", &format!("{path}/parts/"), Value::Null).await;
        let there = there["parts"].as_array().unwrap().clone();
        for entry in &there {
            let n = u32::try_from(entry["part"].as_u64().unwrap()).unwrap();
            let stored = std::fs::read(data.path().join(format!("objects/{id}/{file}/{n}"))).unwrap();
            assert!(stored == part(n), "part {n} is not whole");
        }
        let there: Vec<u64> = there.iter().map(|entry| entry["part"].as_u64().unwrap()).collect();
        assert!(acknowledged.iter().all(|&n| there.contains(&n.into())), "{acknowledged:?} {there:?}");
    }

    let answer = process.call("POST", &format!("{path}/upload-urls/"), json!({ "part": 1 })).await;
    for (n, url) in (1..).zip(urls(&answer["uploadUrls"])) {
        assert_eq!(process.http.put(url).body(part(n)).send().await.unwrap().status(), 200);
    }
    let done = process.call("POST", &format!("{path}/upload-complete/"), json!({ "complete": true })).await;
    assert_eq!(done["message"], "true");
    let finalize = json!({ "checksum": CHECKSUM, "undisclosedRecipients": true });
    assert_eq!(
        process.call("POST", &format!("/package/{id}/finalize/"), finalize).await["response"],
        "SUCCESS"
    );
    process.signal("-KILL");
    process.end().await;
    let process = Process::start(data.path()).await;
    let url = format!("{}/link/v1/{code}/open", process.url);
    let opened = process.http.post(url).json(&json!({ "checksum": CHECKSUM })).send().await.unwrap();
    assert_eq!(opened.json::<Value>().await.unwrap()["files"][0]["parts"], PARTS);
}
