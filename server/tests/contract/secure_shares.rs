//! Signicat's API for secure shares: what it makes, tells and refuses, and to whom.

use std::time::Duration;

use bulla::api::SECURE_SHARE_PREFIX;
use bulla_server::db::{Author, NewFile};
use bulla_server::http::{Handler, ROUTES, Surface};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::intake::{
    Clamd, EICAR, downloaded, finalize, form, hand_over, names, octets, open_as, row, rows_of,
};
use crate::mailbox::Mailbox;
use crate::mails::{self, ORIGIN};
use crate::receiver::Receiver;
use crate::sms::texting;
use crate::support::{Account, CHECKSUM, Caller, Draft, FORM, TestServer, files_below, text};
use crate::verification::{stated_by_text, verified_by_mail};
use crate::workspaces::workspace;
use crate::{bearer, described};

/// One who shows a bearer token.
pub(crate) struct Client<'a> {
    server: &'a TestServer,
    token: String,
}

impl<'a> Client<'a> {
    pub(crate) async fn of(account: &Account<'a>) -> Self {
        Self { server: account.server, token: bearer::token(account, "secure-share").await }
    }

    pub(crate) async fn call(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let url = self.server.url(&format!("{SECURE_SHARE_PREFIX}{path}"));
        let request = self.server.http.request(method.clone(), url).bearer_auth(&self.token);
        let request = if body.is_null() { request } else { request.json(&body) };
        answered(&method, path, request).await
    }

    pub(crate) async fn done(&self, method: Method, path: &str, body: Value) -> Value {
        let (status, answer) = self.call(method, path, body).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    /// Adds files to a share.
    async fn add_files(&self, share: &str, order: &Value, files: &[(&str, &[u8])]) -> (u16, Value) {
        let path = format!("/shares/{share}/files");
        answered(&Method::POST, &path, self.adding(&path, order, files)).await
    }

    fn adding(&self, path: &str, order: &Value, files: &[(&str, &[u8])]) -> RequestBuilder {
        let url = self.server.url(&format!("{SECURE_SHARE_PREFIX}{path}"));
        let request = self.server.http.post(url).bearer_auth(&self.token);
        request.header("content-type", FORM).body(form(order, files))
    }

    /// A secure share of a package for these recipients.
    pub(crate) async fn share(&self, package: &Draft, recipients: Value) -> Value {
        let order = json!({ "packageId": package.id, "recipients": recipients });
        self.done(Method::POST, "/shares", order).await
    }
}

/// The status and answer of a request, held against its description; a failure has to be a problem (RFC 9457).
async fn answered(method: &Method, path: &str, request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    assert_eq!(headers["cache-control"], "no-store", "{path}");
    assert_eq!(headers.contains_key("www-authenticate"), status == 401, "{path}");
    let answer: Value = response.json().await.unwrap();
    described::check(method, &format!("{SECURE_SHARE_PREFIX}{path}"), status, &answer);
    if status != 200 {
        assert_eq!(headers["content-type"], "application/problem+json");
        assert_eq!((&answer["status"], &answer["type"]), (&json!(status), &json!("about:blank")));
    }
    (status, answer)
}

pub(crate) fn by_mail(email: &str) -> Value {
    json!({ "email": email, "authentication": [{ "identityProvider": "otp-email" }] })
}

#[tokio::test]
async fn a_share_is_made_told_listed_and_deleted() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, false).await;
    let alice = server.account("alice@example.com").await;
    let client = Client::of(&alice).await;
    let (package, _) = alice.sent().await;
    let made = client.share(&package, json!([by_mail("Bob@example.com")])).await;
    assert_eq!((&made["packageId"], &made["authenticationMode"]), (&json!(package.id), &json!("all")));
    let bob = &made["recipients"][0];
    assert_eq!(bob["email"], "bob@example.com");
    let url = format!(
        "{ORIGIN}/receive/?thread={}&packageCode={}&recipient={}",
        package.id,
        package.code,
        text(bob, "id")
    );
    assert_eq!(text(bob, "url"), url);
    assert_eq!((&bob["loggedInTime"], &bob["fileAccessInfos"]), (&json!(null), &json!([])));
    let path = format!("/shares/{}", text(&made, "id"));
    assert_eq!(client.done(Method::GET, &path, json!(null)).await, made);
    let order = json!({ "packageId": package.id, "authenticationMode": "any" });
    let other = client.done(Method::POST, "/shares", order).await;
    assert_eq!(other["authenticationMode"], "any");
    let shares = client.done(Method::GET, "/shares", json!(null)).await;
    assert_eq!(shares["shares"].as_array().unwrap().len(), 2);
    assert_eq!(client.done(Method::DELETE, &path, json!(null)).await, json!({}));
    assert_eq!(client.call(Method::DELETE, &path, json!(null)).await.0, 404);
    assert_eq!(client.done(Method::GET, "/shares", json!(null)).await["shares"], json!([other]));
}

#[tokio::test]
async fn recipients_come_change_and_go() {
    let (mailbox, gateway) = (Mailbox::start().await, Receiver::start().await);
    let server = mails::server_with(&mailbox, |settings| {
        texting(settings, &gateway, "to={to}&text={text}", None);
    })
    .await;
    let alice = server.account("alice@example.com").await;
    let client = Client::of(&alice).await;
    let (package, file) = alice.sent().await;
    let made = client.share(&package, json!([])).await;
    let recipients = format!("/shares/{}/recipients", text(&made, "id"));
    let order = json!({
        "firstName": "John", "lastName": "Johnson", "email": "john@example.com", "mobile": "+47 912 34 567",
        "fileRestrictions": [file],
        "authentication": [{ "identityProvider": "otp-email", "idpId": "x" }, { "identityProvider": "otp-sms" }],
        "notification": { "sendEmail": true, "sendSms": true, "language": "En" },
        "externalReference": "ed6d5f79",
    });
    let john = client.done(Method::POST, &recipients, order).await;
    let expected = json!({
        "id": john["id"], "url": john["url"], "externalReference": "ed6d5f79",
        "firstName": "John", "lastName": "Johnson", "email": "john@example.com", "mobile": "+4791234567",
        "fileAccessInfos": [], "fileRestrictions": [file],
        "authentication": [
            { "identityProvider": "otp-email", "idpId": null, "nin": null },
            { "identityProvider": "otp-sms", "idpId": null, "nin": null },
        ],
        "loggedInTime": null,
        "notification": { "sendEmail": true, "sendSms": true, "language": "En" },
    });
    assert_eq!(john, expected);
    // It is told in both ways where its package is, without the key.
    let mail = &mailbox.arrived(1).await[0];
    assert_eq!(mail.to, ["john@example.com"]);
    let said = gateway.asked(1).await[0].body.clone();
    let said: Vec<(String, String)> = url::form_urlencoded::parse(said.as_bytes()).into_owned().collect();
    assert_eq!(said[0].1, "+4791234567");
    for words in [mail.text(), said[1].1.clone()] {
        let url = text(&john, "url");
        assert!(words.contains("alice@example.com") && words.contains(&url), "{words}");
        assert!(!words.contains(&format!("{url}#")), "{words}");
    }
    let path = format!("{recipients}/{}", text(&john, "id"));
    assert_eq!(client.done(Method::GET, &path, json!(null)).await, john);
    // What is missing or null stays; `sensSms` is what the document calls it in one place.
    let change = json!({
        "firstName": null, "lastName": "", "fileRestrictions": [],
        "authentication": [{ "identityProvider": "otp-email" }],
        "notification": { "sendEmail": false, "sensSms": false, "language": "No" },
    });
    let changed = client.done(Method::PATCH, &path, change).await;
    assert_eq!(
        (&changed["firstName"], &changed["lastName"], &changed["fileRestrictions"]),
        (&json!("John"), &json!(null), &json!([]))
    );
    assert_eq!(changed["authentication"].as_array().unwrap().len(), 1);
    let notification = json!({ "sendEmail": false, "sendSms": false, "language": "No" });
    assert_eq!(
        (&changed["notification"], &changed["externalReference"]),
        (&notification, &json!("ed6d5f79"))
    );
    let removed = client.done(Method::PATCH, &path, json!({ "mobile": "" })).await;
    assert_eq!(removed["mobile"], json!(null));
    assert_eq!(client.done(Method::DELETE, &path, json!(null)).await, json!({}));
    assert_eq!(client.call(Method::GET, &path, json!(null)).await.0, 404);
    // The owner sees it all in the log.
    let log = alice.done(Method::POST, &format!("/package/{}/activityLog/", package.id), json!({})).await;
    let log = log.to_string();
    for words in ["Added the recipient john@example.com", "Changed the recipient", "Removed the recipient"] {
        assert!(log.contains(words), "{log}");
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused_as_a_problem() {
    let mailbox = Mailbox::start().await;
    let server = mails::server_with(&mailbox, |settings| {
        settings.oidc = crate::verification::nobodys_providers();
    })
    .await;
    let alice = server.account("alice@example.com").await;
    let client = Client::of(&alice).await;
    let (package, _) = alice.sent().await;
    let (_, foreign) = alice.sent().await;
    let made = client.share(&package, json!([by_mail("bob@example.com")])).await;
    let recipients = format!("/shares/{}/recipients", text(&made, "id"));
    let with = |name: &str, value: Value| {
        let mut order = by_mail("bob@example.com");
        order[name] = value;
        order
    };
    let by = |way: Value| with("authentication", json!([way]));
    for (status, bad) in [
        (400, json!({ "email": "bob@example.com" })),
        (400, with("authentication", json!([]))),
        (400, with("authentication", json!(vec![json!({ "identityProvider": "otp-email" }); 2]))),
        (400, with("email", json!("no address"))),
        (400, with("email", json!(null))),
        (400, with("mobile", json!("12"))),
        (400, with("firstName", json!("https://example.com/#keyCode=abc"))),
        (400, with("externalReference", json!("x".repeat(201)))),
        (400, with("notification", json!({ "language": "Klingon" }))),
        (404, with("fileRestrictions", json!([foreign]))),
        // No texts are sent here.
        (409, by(json!({ "identityProvider": "otp-sms" }))),
        (409, with("notification", json!({ "sendSms": true }))),
        (400, by(json!({ "identityProvider": "unheard-of", "nin": "1" }))),
        // Whoever has an account there would do.
        (400, by(json!({ "identityProvider": "nbid" }))),
        (400, by(json!({ "identityProvider": "nbid", "nin": " " }))),
        (400, by(json!({ "identityProvider": "plain", "nin": "1" }))),
    ] {
        let refused = client.call(Method::POST, &recipients, bad.clone()).await;
        assert_eq!(refused.0, status, "{bad}: {refused:?}");
    }
    for (status, bad) in [
        (400, json!({})),
        (404, json!({ "packageId": "X" })),
        (404, json!({ "packageId": alice.package().await.id })),
        (409, json!({ "packageId": workspace(&alice).await.draft.id })),
        (413, json!({ "packageId": package.id, "recipients": vec![by_mail("b@example.com"); 101] })),
    ] {
        let refused = client.call(Method::POST, "/shares", bad.clone()).await;
        assert_eq!(refused.0, status, "{bad}: {refused:?}");
    }
    let locked = alice.package().await;
    alice.upload(&locked, &[b"x"]).await;
    let lock = json!({ "checksum": CHECKSUM, "undisclosedRecipients": true, "proof": CHECKSUM });
    alice.done(Method::POST, &format!("/package/{}/finalize/", locked.id), lock).await;
    assert_eq!(client.call(Method::POST, "/shares", json!({ "packageId": locked.id })).await.0, 409);
    let sealed = alice.package().await;
    let file = alice.upload(&sealed, &[b"x"]).await;
    let seal = json!({ "checksum": CHECKSUM, "undisclosedRecipients": true, "seal": "abc" });
    alice.done(Method::POST, &format!("/package/{}/finalize/", sealed.id), seal).await;
    let order = json!({ "packageId": sealed.id, "recipients": [with("fileRestrictions", json!([file]))] });
    assert_eq!(client.call(Method::POST, "/shares", order).await.0, 409);
    // A change that leaves nothing to write to is refused whole.
    let path = format!("{recipients}/{}", text(&made["recipients"][0], "id"));
    assert_eq!(client.call(Method::PATCH, &path, json!({ "email": "", "firstName": "B" })).await.0, 400);
    assert_eq!(client.done(Method::GET, &path, json!(null)).await, made["recipients"][0]);
}

#[tokio::test]
async fn reminders_are_sent_and_limited() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, false).await;
    let alice = server.account("alice@example.com").await;
    let client = Client::of(&alice).await;
    let (package, _) = alice.sent().await;
    let mut told = by_mail("bob@example.com");
    told["notification"] = json!({ "sendEmail": true });
    let made = client.share(&package, json!([told, by_mail("carol@example.com")])).await;
    let reminder = |place: usize| {
        format!(
            "/shares/{}/recipients/{}/reminder",
            text(&made, "id"),
            text(&made["recipients"][place], "id")
        )
    };
    mailbox.arrived(1).await;
    for count in 2..=4 {
        assert_eq!(client.done(Method::POST, &reminder(0), json!(null)).await, json!({}));
        assert_eq!(mailbox.arrived(count).await[count - 1].to, ["bob@example.com"]);
    }
    assert_eq!(client.call(Method::POST, &reminder(0), json!(null)).await.0, 429);
    // Carol is not to be written to.
    assert_eq!(client.call(Method::POST, &reminder(1), json!(null)).await.0, 409);
    assert_eq!(mailbox.count(), 4);
}

#[tokio::test]
async fn a_file_that_is_deleted_is_gone_for_everybody() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, false).await;
    let alice = server.account("alice@example.com").await;
    let client = Client::of(&alice).await;
    let package = alice.package().await;
    let (one, two) = (alice.upload(&package, &[b"1"]).await, alice.upload(&package, &[b"2"]).await);
    alice.finalize(&package).await;
    let mut bob = by_mail("bob@example.com");
    bob["fileRestrictions"] = json!([one]);
    let made = client.share(&package, json!([bob])).await;
    let files = |file: &str| format!("/shares/{}/files/{file}", text(&made, "id"));
    assert_eq!(client.done(Method::DELETE, &files(&one), json!(null)).await, json!({}));
    assert_eq!(client.call(Method::DELETE, &files(&one), json!(null)).await.0, 404);
    assert_eq!(client.call(Method::DELETE, &files("X"), json!(null)).await.0, 404);
    // A restriction whose file is gone does not become one to all others.
    let (_, opened) = verified_by_mail(&server, &mailbox, &package, &made["recipients"][0]).await;
    assert_eq!(opened["files"], json!([]), "{two}");
}

/// A package of which the server encrypted one file, `first.txt`, finalized, and its keyCode.
async fn taken_in(alice: &Account<'_>) -> (Draft, Value) {
    let package = alice.package().await;
    let answer = hand_over(alice, &package, json!({}), &[("first.txt", b"first")]).await;
    assert_eq!(finalize(alice, &package, &text(&answer, "checksum")).await["response"], "SUCCESS");
    (package, answer)
}

#[tokio::test]
async fn files_of_callers_that_cannot_encrypt_are_added_and_opened_by_whom_verified() {
    let (gateway, clamd) = (Receiver::start().await, Clamd::start().await);
    // It does not know its own address, so that the SDK fetches parts from where it is.
    let server = TestServer::start_with(|settings| {
        settings.clamd = Some(format!("unix:{}", clamd.socket().display()));
        texting(settings, &gateway, "to={to}&text={text}", None);
    })
    .await;
    let alice = server.account("alice@example.com").await;
    let client = Client::of(&alice).await;
    let (package, first) = taken_in(&alice).await;
    let by_text = |mobile: &str, files: Value| {
        let way = json!([{ "identityProvider": "otp-sms" }]);
        json!({ "mobile": mobile, "authentication": way, "fileRestrictions": files })
    };
    let restricted = json!([first["files"][0]["id"]]);
    let recipients = json!([by_text("+4791234567", json!([])), by_text("+4791234568", restricted)]);
    let made = client.share(&package, recipients).await;

    let (eicar, large) = (EICAR.concat(), octets(4_000_000));
    let late = "nobody else may read this\n".repeat(20);
    let files: [(&str, &[u8]); 4] =
        [("late.txt", late.as_bytes()), ("eicar.com", eicar.as_bytes()), ("", b"x"), ("large.bin", &large)];
    let key_code = text(&first, "keyCode");
    let (status, answer) =
        client.add_files(&text(&made, "id"), &json!({ "keyCode": key_code }), &files).await;
    assert_eq!(status, 200, "{answer}");
    let found = rows_of(answer.as_array().unwrap());
    assert_eq!(found[0], row("late.txt", "Success", late.len(), None));
    let virus = Some("the scanner found Test.Eicar.UNOFFICIAL");
    assert_eq!(found[1], row("eicar.com", "VirusFound", 68, virus));
    assert_eq!((found[2].1.as_str(), found[2].2), ("Failed", 1), "a file without a name");
    assert_eq!(found[3], row("large.bin", "Success", large.len(), None));
    assert_eq!(names(&alice, &package).await, ["first.txt", "late.txt", "large.bin"]);
    assert!(!server.keeps(&key_code) && !server.keeps("nobody else may read this"));
    for file in &answer.as_array().unwrap()[1..3] {
        let parts = files_below(&server.data.path().join("objects"));
        assert!(!parts.iter().any(|path| path.display().to_string().contains(&text(file, "id"))), "{file}");
    }

    let checksum = text(&first, "checksum");
    let mut opened = Vec::new();
    for recipient in made["recipients"].as_array().unwrap() {
        let statement = stated_by_text(&server, &gateway, &package, recipient, &checksum).await;
        let received = open_as(&server, &package, &key_code, Some(statement)).await;
        assert!(received.server_encrypted);
        opened.push(downloaded(received).await);
    }
    let whole = |name: &str, octets: &[u8]| (name.to_owned(), octets.to_vec());
    let first = whole("first.txt", b"first");
    assert!(
        opened[0] == [first.clone(), whole("late.txt", late.as_bytes()), whole("large.bin", &large)],
        "what came is what was handed over"
    );
    assert_eq!(opened[1], [first], "a restriction stays one");

    let log = alice.done(Method::POST, &format!("/package/{}/activityLog/", package.id), json!({})).await;
    let entries = log["activityLogEntries"].as_array().unwrap();
    for (action, words) in [("FILE_CREATED", "Added a new file"), ("FILE_UPLOADED", "Uploaded the file")] {
        let of_it = entries.iter().filter(|entry| entry["action"] == action);
        let said: Vec<_> = of_it.map(|entry| text(entry, "actionDescription")).collect();
        let expected = ["large.bin", "late.txt", "first.txt"].map(|name| format!("{words} {name}"));
        assert_eq!(said, expected, "{log}");
    }
}

#[tokio::test]
async fn files_that_cannot_be_added_are_refused_as_a_problem_and_nothing_is_kept() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, false).await;
    let alice = server.account("alice@example.com").await;
    let client = Client::of(&alice).await;
    let share = async |package: &Draft| text(&client.share(package, json!([])).await, "id");
    let parts = |package: &Draft| files_below(&server.data.path().join("objects").join(&package.id)).len();
    let file: [(&str, &[u8]); 1] = [("late.txt", b"late")];
    let (package, first) = taken_in(&alice).await;
    let (right, other) = (json!({ "keyCode": first["keyCode"] }), json!({ "keyCode": "A".repeat(43) }));
    let id = share(&package).await;
    for (status, bad, part) in [
        (400, json!({}), "missing field `keyCode`"),
        (400, json!({ "keyCode": "" }), "no keyCode of suite openpgp-cfb"),
        (400, json!({ "keyCode": "x" }), "no keyCode of suite openpgp-cfb"),
        (400, json!({ "keyCode": format!("S{}", "A".repeat(43)) }), "no keyCode of suite openpgp-cfb"),
        (409, other.clone(), "not the keyCode of the package"),
    ] {
        let refused = client.add_files(&id, &bad, &file).await;
        assert_eq!(refused.0, status, "{bad}: {refused:?}");
        assert!(text(&refused.1, "detail").contains(part), "{bad}: {refused:?}");
    }
    let no_form = client.call(Method::POST, &format!("/shares/{id}/files"), right.clone()).await;
    assert_eq!(no_form.0, 400, "{no_form:?}");
    assert_eq!(client.add_files("X", &right, &file).await.0, 404);
    assert_eq!(parts(&package), 1);
    // Every other way into it stays shut.
    let order = json!({ "filename": "late.txt", "filesize": 4, "parts": 1 });
    alice.fails(Method::PUT, &format!("/package/{}/file/", package.id), order, "FAIL").await;
    assert_eq!(hand_over(&alice, &package, right.clone(), &file).await["response"], "FAIL");
    let db = server.db().await;
    let new = |id: &str| NewFile { id: id.to_owned(), name: "n".to_owned(), parts: 1, ..NewFile::default() };
    let by = Author { id: None, email: "" };
    assert!(!db.insert_complete_file(&package.id, by, &new("F1"), 1, 1).await.unwrap(), "it is full");
    assert_eq!(names(&alice, &package).await, ["first.txt"]);

    // Packages whose files their sender encrypted, of another suite, from somebody else, with a seal, without a share, and one that
    // has ended.
    let (foreign, _) = alice.sent().await;
    let made = alice.done(Method::PUT, "/package/", json!({ "suite": "sealed" })).await;
    let suite = Draft { id: text(&made, "packageId"), code: text(&made, "packageCode") };
    let message = json!({ "message": "aGVsbG8=" });
    alice.done(Method::PUT, &format!("/package/{}/message/", suite.id), message).await;
    let seal = |checksum: &str| json!({ "checksum": checksum, "undisclosedRecipients": true, "seal": "abc" });
    alice.done(Method::POST, &format!("/package/{}/finalize/", suite.id), seal(CHECKSUM)).await;
    let dropzone = server.dropzone_of("alice@example.com").await;
    let (dropped, _) = dropzone.sent().await;
    let (later, of_it) = taken_in(&alice).await;
    let later_key = json!({ "keyCode": of_it["keyCode"] });
    let id_of_later = share(&later).await;
    let replaced = json!({ "seal": "abc" });
    alice.done(Method::POST, &format!("/package/{}/seal/", later.id), replaced).await;
    for (id, key, part) in [
        (share(&foreign).await, &other, "encrypts what is added"),
        (share(&suite).await, &other, "packages of suite openpgp-cfb"),
        (share(&dropped).await, &other, "what others sent stays"),
        (id_of_later, &later_key, "has a seal"),
    ] {
        let refused = client.add_files(&id, key, &file).await;
        assert!(refused.0 == 409 && text(&refused.1, "detail").contains(part), "{refused:?}");
    }
    for package in [&foreign, &suite, &dropped] {
        let seen = alice.done(Method::GET, &format!("/package/{}/", package.id), json!(null)).await;
        assert_eq!(seen["serverEncrypted"], false, "{seen}");
    }
    let (unshared, _) = taken_in(&alice).await;
    for package in [&later, &suite, &unshared] {
        let added = db.insert_complete_file(&package.id, by, &new("F2"), 100, 1).await.unwrap();
        assert!(!added, "{}", package.id);
    }
    server.sql("UPDATE packages SET expires = 1").await;
    let refused = client.add_files(&id, &right, &file).await;
    assert_eq!((refused.0, text(&refused.1, "detail")), (409, "the package has ended".to_owned()));
    assert_eq!(parts(&package), 1);
}

#[tokio::test]
async fn of_a_file_whose_package_ends_while_it_is_added_nothing_is_kept() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, false).await;
    let alice = server.account("alice@example.com").await;
    let client = Client::of(&alice).await;
    let (package, first) = taken_in(&alice).await;
    let made = client.share(&package, json!([])).await;
    let path = format!("/shares/{}/files", text(&made, "id"));
    let order = json!({ "keyCode": first["keyCode"] });
    let request = client.adding(&path, &order, &[("large.bin", &octets(4 << 20))]).build().unwrap();
    let body = request.body().unwrap().as_bytes().unwrap();
    let mut head = format!(
        "POST {} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: {}\r\n",
        request.url().path(),
        server.address,
        body.len()
    );
    for (name, value) in request.headers() {
        head += &format!("{name}: {}\r\n", value.to_str().unwrap());
    }
    let mut connection = TcpStream::connect(server.address).await.unwrap();
    connection.write_all(format!("{head}\r\n").as_bytes()).await.unwrap();
    connection.write_all(&body[..7 << 19]).await.unwrap();
    let parts = || files_below(&server.data.path().join("objects").join(&package.id)).len();
    while parts() < 2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(names(&alice, &package).await, ["first.txt"], "it is there whole, or not at all");
    alice.done(Method::DELETE, &format!("/package/{}/", package.id), json!(null)).await;
    connection.write_all(&body[7 << 19..]).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    let answer: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
    let ended = Some("the package has ended, has a seal, or has no room for the file");
    assert_eq!(rows_of(answer.as_array().unwrap()), [row("large.bin", "Failed", 4 << 20, ended)]);
    server.domain().await.sweep().await.unwrap();
    assert_eq!(parts(), 0);
}

#[tokio::test]
async fn whom_approvers_would_have_to_agree_to_is_refused() {
    let mailbox = Mailbox::start().await;
    let server = mails::server_with(&mailbox, |settings| {
        settings.approvers = vec!["boss@example.com".to_owned()];
        settings.approval_exempt = vec!["example.com".to_owned()];
    })
    .await;
    let alice = server.account("alice@example.com").await;
    let client = Client::of(&alice).await;
    let package = alice.package().await;
    alice.upload(&package, &[b"x"]).await;
    let bob = json!({ "email": "bob@example.com" });
    alice.done(Method::PUT, &format!("/package/{}/recipient/", package.id), bob).await;
    alice
        .done(Method::POST, &format!("/package/{}/finalize/", package.id), json!({ "checksum": CHECKSUM }))
        .await;
    let order = |email| json!({ "packageId": package.id, "recipients": [by_mail(email)] });
    assert_eq!(client.call(Method::POST, "/shares", order("stranger@elsewhere.org")).await.0, 409);
    client.done(Method::POST, "/shares", order("carol@example.com")).await;
}

#[tokio::test]
async fn a_session_of_this_servers_own_pages_stands_for_its_account() {
    let server = TestServer::start().await;
    let alice = server.signed_in("alice@example.com").await;
    let path = format!("{SECURE_SHARE_PREFIX}/shares");
    let answer = alice.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let foreign = alice.request(Method::GET, &path).header("origin", "https://elsewhere.example");
    assert_eq!(foreign.send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn every_route_refuses_strangers_and_tells_nobody_else_what_there_is() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, false).await;
    let (alice, eve) = (server.account("alice@example.com").await, server.account("eve@example.com").await);
    let stranger = Client::of(&eve).await;
    let elsewhere = bearer::token(&alice, "sharefile").await;
    let (package, file) = alice.sent().await;
    let made = Client::of(&alice).await.share(&package, json!([by_mail("bob@example.com")])).await;
    let (share, recipient) = (text(&made, "id"), text(&made["recipients"][0], "id"));
    let mut asked = 0;
    for route in ROUTES.iter().filter(|route| route.surface == Surface::SecureShare) {
        for path in route.paths() {
            let path =
                path.replace("{share}", &share).replace("{recipient}", &recipient).replace("{file}", &file);
            let bare = path.strip_prefix(SECURE_SHARE_PREFIX).unwrap();
            let ask = || server.http.request(route.method.clone(), server.url(&path));
            for request in [ask(), ask().bearer_auth("x"), ask().bearer_auth(&elsewhere)] {
                assert_eq!(answered(&route.method, bare, request).await.0, 401, "{} {path}", route.method);
                asked += 1;
            }
            if route.path.contains("{share}") {
                let tries = async |path: &str| match route.handler {
                    Handler::Form(_) => {
                        let order = json!({ "keyCode": "A".repeat(43) });
                        answered(&route.method, path, stranger.adding(path, &order, &[("a", b"a")])).await
                    }
                    _ => stranger.call(route.method.clone(), path, by_mail("e@example.com")).await,
                };
                let there = tries(bare).await;
                let gone = tries(&bare.replace(&share, "X")).await;
                assert_eq!((there.0, &there), (404, &gone), "{} {path}", route.method);
            }
        }
    }
    assert_eq!(asked, 12 * 2 * 3);
    assert_eq!(stranger.done(Method::GET, "/shares", json!(null)).await["shares"], json!([]));
    let order = json!({ "packageId": package.id });
    assert_eq!(stranger.call(Method::POST, "/shares", order).await.0, 404);
    // A signature stands for its account.
    let signed = alice.sign_at(SECURE_SHARE_PREFIX, Method::GET, &format!("/shares/{share}"), b"");
    let response = signed.send(&server).await;
    assert_eq!((response.status().as_u16(), response.json::<Value>().await.unwrap()), (200, made));
    let response = server.get(&server.url("/secure-share/elsewhere")).await;
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    assert_eq!(response.status(), 404);
}
