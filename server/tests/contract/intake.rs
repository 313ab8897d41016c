//! Files that arrive as plaintext: taken in, scanned by ClamAV's own daemon, encrypted, and opened with the SDK.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use bulla::client::Client;
use bulla::keys::{KeyCode, PackageCode};
use bulla::link::ShareLink;
use bulla::transfer::{self, DownloadOptions, OpenOptions, ReceivedPackage};
use bulla_server::config::Settings;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UnixListener};
use tokio::process::{Child, Command};

use crate::support::{Account, Caller, Draft, FORM, Signed, TestServer, WRONG_CHECKSUM, files_below, text};
use crate::transfers::{Net, gather};

/// What every scanner finds (eicar.org), here in two halves, since scanners would find it in this file too.
pub(crate) const EICAR: [&str; 2] =
    ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR", "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"];
/// MD5 and length of it, as a signature of a whole file (ClamAV, `.hdb`).
const EICAR_SIGNATURE: &str = "44d88612fea8a8f36de82e1278abb02f:68:Test.Eicar\n";
/// Something of our own, and its signature, wherever it stands in a file (`.ndb`).
const OURS: &str = "bulla-test-signature";
const OUR_SIGNATURE: &str = "Test.Ours:0:*:62756c6c612d746573742d7369676e6174757265\n";

/// ClamAV's daemon with signatures of its own. It stops when it is dropped.
pub(crate) struct Clamd {
    folder: TempDir,
    daemon: Child,
}

impl Clamd {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("db");
        std::fs::create_dir(&database).unwrap();
        std::fs::write(database.join("own.hdb"), EICAR_SIGNATURE).unwrap();
        std::fs::write(database.join("own.ndb"), OUR_SIGNATURE).unwrap();
        let at = folder.path().display();
        let config = format!(
            "DatabaseDirectory {at}/db\nLocalSocket {at}/socket\nTemporaryDirectory {at}\nForeground true\n\
             StreamMaxLength 8M\n"
        );
        std::fs::write(folder.path().join("clamd.conf"), config).unwrap();
        let daemon = Command::new("clamd")
            .arg(format!("--config-file={at}/clamd.conf"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("clamd is needed: scripts/setup scanner");
        let this = Self { folder, daemon };
        while std::os::unix::net::UnixStream::connect(this.socket()).is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        this
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }
}

async fn scanned_by(socket: PathBuf) -> TestServer {
    TestServer::start_with(|settings: &mut Settings| {
        settings.clamd = Some(format!("unix:{}", socket.display()));
    })
    .await
}

/// A form ([`FORM`]) with these files behind its JSON.
pub(crate) fn form(order: &Value, files: &[(&str, &[u8])]) -> Vec<u8> {
    let head =
        |disposition: String| format!("--limit\r\nContent-Disposition: form-data; {disposition}\r\n\r\n");
    let mut body = format!("{}{order}\r\n", head("name=\"requestData\"".to_owned())).into_bytes();
    for (name, octets) in files {
        body.extend(head(format!("name=\"files\"; filename=\"{name}\"")).as_bytes());
        body.extend(*octets);
        body.extend(b"\r\n");
    }
    body.extend(b"--limit--\r\n");
    body
}

/// The request that hands over these files.
fn handing_over(by: &Account<'_>, package: &Draft, order: &Value, files: &[(&str, &[u8])]) -> Signed {
    let path = format!("/package/{}/upload/", package.id);
    let mut signed = by.sign_at(bulla::api::API_PREFIX, Method::POST, &path, order.to_string().as_bytes());
    signed.headers.push(("content-type", FORM.to_owned()));
    signed.body = form(order, files);
    signed
}

pub(crate) async fn hand_over(
    by: &Account<'_>,
    package: &Draft,
    order: Value,
    files: &[(&str, &[u8])],
) -> Value {
    let signed = handing_over(by, package, &order, files);
    let (method, path) = (signed.method.clone(), signed.path.clone());
    let response = signed.send(by.server).await;
    assert_eq!(response.status(), 200);
    let answer = response.json().await.unwrap();
    crate::described::check(&method, &path, 200, &answer);
    answer
}

/// Name, status, size and message of each file of an answer.
fn rows(answer: &Value) -> Vec<(String, String, u64, Option<String>)> {
    rows_of(answer["files"].as_array().unwrap_or_else(|| panic!("no files in {answer}")))
}

/// Name, status, size and message of each of these files.
pub(crate) fn rows_of(files: &[Value]) -> Vec<(String, String, u64, Option<String>)> {
    let row = |file: &Value| {
        assert!(!text(file, "id").is_empty());
        let message = file["message"].as_str().map(str::to_owned);
        (text(file, "name"), text(file, "status"), file["size"].as_u64().unwrap(), message)
    };
    files.iter().map(row).collect()
}

pub(crate) fn row(
    name: &str,
    status: &str,
    size: usize,
    message: Option<&str>,
) -> (String, String, u64, Option<String>) {
    (name.to_owned(), status.to_owned(), size as u64, message.map(str::to_owned))
}

pub(crate) async fn names(of: &Account<'_>, package: &Draft) -> Vec<String> {
    let seen = of.done(Method::GET, &format!("/package/{}/", package.id), Value::Null).await;
    assert_eq!(seen["serverEncrypted"], true);
    seen["files"].as_array().unwrap().iter().map(|file| text(file, "fileName")).collect()
}

pub(crate) async fn finalize(by: &Account<'_>, package: &Draft, checksum: &str) -> Value {
    let body = json!({ "checksum": checksum, "undisclosedRecipients": true });
    by.call(Method::POST, &format!("/package/{}/finalize/", package.id), body).await
}

async fn open(server: &TestServer, package: &Draft, key_code: &str) -> ReceivedPackage<Net> {
    open_as(server, package, key_code, None).await
}

/// What a package shows to one who has its keyCode and, where that is needed, this code of a recipient.
pub(crate) async fn open_as(
    server: &TestServer,
    package: &Draft,
    key_code: &str,
    recipient_code: Option<String>,
) -> ReceivedPackage<Net> {
    let (code, key_code) = (PackageCode::parse(&package.code).unwrap(), KeyCode::parse(key_code).unwrap());
    let link = ShareLink::new(&server.url(""), None, code, key_code).unwrap();
    let options = OpenOptions { recipient_code, ..OpenOptions::default() };
    transfer::open(&Client::new(Net::default(), &server.url(""), None), link, options).await.unwrap()
}

pub(crate) async fn downloaded(package: ReceivedPackage<Net>) -> Vec<(String, Vec<u8>)> {
    let package = std::rc::Rc::new(package);
    let mut found = Vec::new();
    for file in package.files.clone() {
        let name = file.name.clone();
        let pieces = transfer::download(package.clone(), file, DownloadOptions::default(), |_| ());
        found.push((name, gather(pieces).await.unwrap()));
    }
    found
}

/// Octets that no two parts of a file share.
pub(crate) fn octets(len: usize) -> Vec<u8> {
    (0..len as u64 / 8 + 1)
        .flat_map(|n| n.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_le_bytes())
        .take(len)
        .collect()
}

#[tokio::test]
async fn what_a_scanner_finds_is_left_out_and_the_rest_opens_with_the_key_that_was_handed_back() {
    let clamd = Clamd::start().await;
    let server = scanned_by(clamd.socket()).await;
    let alice = server.account("alice@example.com").await;
    let package = alice.package().await;
    let eicar = EICAR.concat();
    let hidden = [octets(3_000_000), OURS.as_bytes().to_vec(), octets(2_000_000)].concat();
    let plain = "nobody else may read this\n".repeat(20);
    // The last octet of the first part, of the second, and beyond them.
    let (first, second, large) = (octets(655_360), octets(655_360 + 2_621_440), octets(7_000_001));
    let files: [(&str, &[u8]); 8] = [
        ("plain.txt", plain.as_bytes()),
        ("eicar.com", eicar.as_bytes()),
        ("empty", b""),
        ("hidden.bin", &hidden),
        ("first.bin", &first),
        ("second.bin", &second),
        ("large.bin", &large),
        ("too large for the scanner", &octets(9 << 20)),
    ];
    let answer = hand_over(&alice, &package, json!({}), &files).await;
    let not_scanned = Some("the file could not be scanned");
    assert_eq!(
        rows(&answer),
        [
            row("plain.txt", "Success", plain.len(), None),
            row("eicar.com", "VirusFound", 68, Some("the scanner found Test.Eicar.UNOFFICIAL")),
            row("empty", "Success", 0, None),
            row("hidden.bin", "VirusFound", hidden.len(), Some("the scanner found Test.Ours.UNOFFICIAL")),
            row("first.bin", "Success", first.len(), None),
            row("second.bin", "Success", second.len(), None),
            row("large.bin", "Success", large.len(), None),
            row("too large for the scanner", "Failed", 9 << 20, not_scanned),
        ]
    );
    let taken = ["plain.txt", "empty", "first.bin", "second.bin", "large.bin"];
    assert_eq!(names(&alice, &package).await, taken);
    let (key_code, checksum) = (text(&answer, "keyCode"), text(&answer, "checksum"));
    // Neither the key nor anything in plaintext is kept, and of what was left out nothing at all.
    assert!(!server.keeps(&key_code) && !server.keeps("nobody else may read this"));
    server.domain().await.sweep().await.unwrap();
    let left_out: Vec<_> =
        answer["files"].as_array().unwrap().iter().filter(|f| f["status"] != "Success").collect();
    for file in &left_out {
        let folder = text(file, "id");
        let parts = files_below(server.data.path()).into_iter();
        assert!(!parts.into_iter().any(|path| path.display().to_string().contains(&folder)), "{file}");
    }

    let wrong = finalize(&alice, &package, WRONG_CHECKSUM).await;
    assert!(text(&wrong, "message").contains("is not that of the keyCode"), "{wrong}");
    assert_eq!(finalize(&alice, &package, &checksum).await["response"], "SUCCESS");
    let received = open(&server, &package, &key_code).await;
    assert!(received.server_encrypted);
    let expected: Vec<_> = files
        .iter()
        .filter(|(name, _)| taken.contains(name))
        .map(|(name, octets)| ((*name).to_owned(), octets.to_vec()))
        .collect();
    assert!(downloaded(received).await == expected, "what came is what was handed over");
    let late = hand_over(&alice, &package, json!({ "keyCode": key_code }), &files[..1]).await;
    assert_eq!(late["response"], "FAIL");
}

#[tokio::test]
async fn without_its_scanner_nothing_is_taken_in() {
    let folder = tempfile::tempdir().unwrap();
    let server = scanned_by(folder.path().join("nothing")).await;
    let alice = server.account("alice@example.com").await;
    let package = alice.package().await;
    let failed = [
        row("a.txt", "Failed", 3, Some("the file could not be scanned")),
        row("b.txt", "Failed", 3, Some("the file could not be scanned")),
    ];
    let answer = hand_over(&alice, &package, json!({}), &[("a.txt", b"one"), ("b.txt", b"two")]).await;
    assert_eq!(rows(&answer), failed);
    assert!(names(&alice, &package).await.is_empty());

    // One that stops in the middle, one that says what is no verdict, and one that says nothing.
    let large = octets(4 << 20);
    let says: [(&str, usize); 3] = [("", 1000), ("stream: something ERROR\0", usize::MAX), ("", usize::MAX)];
    for (index, (words, limit)) in says.into_iter().enumerate() {
        let socket = folder.path().join(index.to_string());
        let listener = UnixListener::bind(&socket).unwrap();
        let serving = tokio::spawn(async move {
            let (mut scan, _) = listener.accept().await.unwrap();
            let mut buffer = vec![0; 1 << 16];
            let mut seen = 0;
            while seen < limit {
                let read = scan.read(&mut buffer).await.unwrap();
                seen += read;
                if read == 0 || buffer[..read].ends_with(&[0; 4]) {
                    break;
                }
            }
            scan.write_all(words.as_bytes()).await.unwrap();
        });
        let server = scanned_by(socket).await;
        let alice = server.account("alice@example.com").await;
        let package = alice.package().await;
        let answer = hand_over(&alice, &package, json!({}), &[("large.bin", &large)]).await;
        let expected = [row("large.bin", "Failed", large.len(), Some("the file could not be scanned"))];
        assert_eq!(rows(&answer), expected, "{index}");
        assert!(names(&alice, &package).await.is_empty());
        serving.await.unwrap();
    }
    // Its daemon ends between two calls.
    let mut clamd = Clamd::start().await;
    let server = scanned_by(clamd.socket()).await;
    let alice = server.account("alice@example.com").await;
    let package = alice.package().await;
    let first = hand_over(&alice, &package, json!({}), &[("a.txt", b"one")]).await;
    assert_eq!(rows(&first)[0].1, "Success");
    clamd.daemon.kill().await.unwrap();
    let order = json!({ "keyCode": first["keyCode"] });
    assert_eq!(rows(&hand_over(&alice, &package, order, &[("b.txt", b"two")]).await)[0].1, "Failed");
    assert_eq!(names(&alice, &package).await, ["a.txt"]);
}

#[tokio::test]
async fn all_that_is_taken_in_is_under_one_key() {
    let server = TestServer::start().await;
    let (alice, eve) = (server.account("alice@example.com").await, server.account("eve@example.com").await);
    let package = alice.package().await;
    let first =
        hand_over(&alice, &package, json!({}), &[("a.txt", b"one"), ("", b"two"), ("../c", b"three")]).await;
    assert_eq!(
        rows(&first).iter().map(|row| row.1.as_str()).collect::<Vec<_>>(),
        ["Success", "Failed", "Failed"]
    );
    let key_code = text(&first, "keyCode");
    let own = "A".repeat(43);
    for (order, response, part) in [
        (json!({}), "FAIL", "under another keyCode"),
        (json!({ "keyCode": own }), "FAIL", "under another keyCode"),
        (json!({ "keyCode": format!("S{own}") }), "FAIL", "no keyCode of suite openpgp-cfb"),
        (json!({ "keyCode": "x" }), "FAIL", "no keyCode of suite openpgp-cfb"),
    ] {
        let refused = hand_over(&alice, &package, order.clone(), &[("b.txt", b"two")]).await;
        assert_eq!(refused["response"], response, "{order}");
        assert!(text(&refused, "message").contains(part), "{order}: {refused}");
    }
    let second = hand_over(&alice, &package, json!({ "keyCode": key_code }), &[("b.txt", b"two")]).await;
    assert_eq!((&second["keyCode"], &second["checksum"]), (&first["keyCode"], &first["checksum"]));
    assert_eq!(
        hand_over(&eve, &package, json!({ "keyCode": key_code }), &[("e", b"e")]).await["response"],
        "FAIL"
    );
    assert_eq!(finalize(&alice, &package, &text(&first, "checksum")).await["response"], "SUCCESS");
    let found = downloaded(open(&server, &package, &key_code).await).await;
    let expected = [("a.txt".to_owned(), b"one".to_vec()), ("b.txt".to_owned(), b"two".to_vec())];
    assert_eq!(found, expected);

    // What is encrypted by its sender stays so, and says so.
    let draft = alice.package().await;
    let seen = alice.done(Method::GET, &format!("/package/{}/", draft.id), Value::Null).await;
    assert_eq!(seen["serverEncrypted"], false);
    for order in [json!({ "suite": "sealed" }), json!({ "vdr": true })] {
        let made = alice.done(Method::PUT, "/package/", order).await;
        let other = Draft { id: text(&made, "packageId"), code: text(&made, "packageCode") };
        let refused = hand_over(&alice, &other, json!({}), &[("a.txt", b"one")]).await;
        assert_eq!(refused["response"], "FAIL");
        let seen = alice.done(Method::GET, &format!("/package/{}/", other.id), Value::Null).await;
        assert_eq!(seen["serverEncrypted"], false);
    }
}

#[tokio::test]
async fn of_what_breaks_off_nothing_is_kept() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let package = alice.package().await;
    let signed =
        handing_over(&alice, &package, &json!({}), &[("a.txt", b"one"), ("b.bin", &octets(4 << 20))]);
    let mut head = format!(
        "POST {} HTTP/1.1\r\nhost: {}\r\ncontent-length: {}\r\n",
        signed.path,
        server.address,
        signed.body.len()
    );
    for (name, value) in &signed.headers {
        head += &format!("{name}: {value}\r\n");
    }
    let mut connection = TcpStream::connect(server.address).await.unwrap();
    connection.write_all(format!("{head}\r\n").as_bytes()).await.unwrap();
    connection.write_all(&signed.body[..7 << 19]).await.unwrap();
    let parts = || files_below(&server.data.path().join("objects").join(&package.id)).len();
    // The first one is there, and of the second two parts, of which the package does not know.
    while parts() < 3 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(names(&alice, &package).await, ["a.txt"]);
    drop(connection);
    while parts() > 1 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(names(&alice, &package).await, ["a.txt"]);

    // What stands between the fields of a form is not gathered without an end.
    let package = alice.package().await;
    let mut signed = handing_over(&alice, &package, &json!({}), &[("a.txt", b"one")]);
    let end = signed.body.len() - b"--limit--\r\n".len();
    signed.body.truncate(end);
    signed.body.extend(b"--limit\r\nX-Long: ");
    signed.body.extend(vec![b'a'; 12 << 20]);
    let response = signed.send(&server).await;
    assert_eq!(rows(&response.json().await.unwrap()), [row("a.txt", "Success", 3, None)]);
}
