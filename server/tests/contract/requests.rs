//! Requests: others send through them, to their owner alone, until they end.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::mailbox::Mailbox;
use crate::mails;
use crate::public_keys::{public_key, wrapped};
use crate::receiver::Receiver;
use crate::support::{Account, CHECKSUM, Caller, Draft, Dropzone, TestServer, text};

/// A request of an account with these terms.
pub(crate) async fn request(owner: &Account<'_>, terms: Value) -> Value {
    owner.done(Method::PUT, "/request/", order(terms)).await
}

pub(crate) fn order(terms: Value) -> Value {
    let mut body = json!({ "publicKey": public_key(), "wrappedKey": wrapped(), "sig": "c2ln" });
    body.as_object_mut().unwrap().extend(terms.as_object().unwrap().clone());
    body
}

/// Whoever sends through it.
fn sender<'a>(server: &'a TestServer, request: &Value) -> Dropzone<'a> {
    Dropzone { server, id: text(request, "requestId") }
}

/// A draft with a file, and with a wrapped keyCode.
async fn draft(sender: &Dropzone<'_>) -> Draft {
    let package = sender.package().await;
    sender.upload(&package, &[b"x"]).await;
    hand_over(sender, &package, "Bob").await;
    package
}

async fn hand_over(sender: &Dropzone<'_>, package: &Draft, name: &str) {
    let body = json!({ "keycode": wrapped(), "name": name });
    sender.done(Method::PUT, &format!("/package/{}/request/", package.id), body).await;
}

async fn finalize(sender: &Dropzone<'_>, package: &Draft) -> Value {
    let body = json!({ "checksum": CHECKSUM, "undisclosedRecipients": true, "unconfirmedSender": "bob@example.org" });
    sender.call(Method::POST, &format!("/package/{}/finalize/", package.id), body).await
}

async fn incoming(owner: &Account<'_>, request: &Value) -> Vec<Value> {
    let path = format!("/request/{}/packages/", text(request, "requestId"));
    owner.done(Method::GET, &path, json!(null)).await["packages"].as_array().unwrap().clone()
}

fn path_of(request: &Value) -> String {
    format!("/request/{}/", text(request, "requestId"))
}

#[tokio::test]
async fn what_is_sent_through_a_request_is_its_owners_with_the_key_wrapped_to_it() {
    let server = TestServer::start().await;
    let (alice, eve) = (server.account("alice@example.com").await, server.account("eve@example.com").await);
    let made =
        request(&alice, json!({ "title": " Papers ", "message": "All of\r\n2026", "maxFiles": 3 })).await;
    assert_eq!(
        (&made["title"], &made["message"], &made["packages"]),
        (&json!("Papers"), &json!("All of\n2026"), &json!(0))
    );
    assert_eq!(made["link"], json!(server.url(&format!("/request/?request={}", text(&made, "requestId")))));
    let bob = sender(&server, &made);
    let told = bob.done(Method::GET, "/request/terms/", json!(null)).await;
    assert_eq!(
        [
            &told["requester"],
            &told["title"],
            &told["message"],
            &told["publicKey"],
            &told["maxFiles"],
            &told["maxBytes"]
        ],
        [
            &json!("alice@example.com"),
            &json!("Papers"),
            &json!("All of\n2026"),
            &json!(public_key()),
            &json!(3),
            &json!(0)
        ]
    );
    assert!(told.get("wrappedKey").is_none());

    let package = draft(&bob).await;
    let done = finalize(&bob, &package).await;
    assert_eq!((&done["response"], &done["needsLink"]), (&json!("SUCCESS"), &json!(false)));
    // The answer was lost, and the client asks again.
    assert_eq!(finalize(&bob, &package).await["response"], "SUCCESS");
    let came = incoming(&alice, &made).await;
    assert_eq!(came.len(), 1);
    assert_eq!(
        [
            &came[0]["packageId"],
            &came[0]["packageCode"],
            &came[0]["keycode"],
            &came[0]["senderName"],
            &came[0]["packageSender"]
        ],
        [
            &json!(package.id),
            &json!(package.code),
            &json!(wrapped()),
            &json!("Bob"),
            &json!("bob@example.org")
        ]
    );
    assert_eq!((&came[0]["fileCount"], &came[0]["fileSize"]), (&json!(1), &json!(1)));
    assert_eq!(alice.done(Method::GET, &path_of(&made), json!(null)).await["packages"], 1);
    let received = alice.done(Method::GET, "/package/received/", json!(null)).await;
    assert_eq!(received["packages"][0]["packageId"], json!(package.id));
    // It stays when the request goes.
    alice.done(Method::DELETE, &path_of(&made), json!(null)).await;
    assert_eq!(incoming(&alice, &made).await.len(), 1);
    let listed = alice.done(Method::GET, "/request/", json!(null)).await;
    assert_eq!(
        (listed["requests"].as_array().unwrap().len(), &listed["requests"][0]["deleted"]),
        (1, &json!(true))
    );
    alice.done(Method::DELETE, &format!("/package/{}/", package.id), json!(null)).await;
    assert_eq!(incoming(&alice, &made).await.len(), 0);
    let listed = alice.done(Method::GET, "/request/", json!(null)).await;
    assert_eq!(listed["requests"], json!([]));

    // Nobody else has any of it.
    let other = request(&alice, json!({})).await;
    for (method, path, body) in [
        (Method::GET, path_of(&other), json!(null)),
        (Method::POST, path_of(&other), json!({ "title": "mine" })),
        (Method::GET, format!("{}packages/", path_of(&other)), json!(null)),
        (Method::DELETE, path_of(&other), json!(null)),
    ] {
        let said = eve.fails(method.clone(), &path, body.clone(), "FAIL").await;
        assert_eq!(said, "not found or not permitted", "{method} {path}");
        bob.fails(method, &path, body, "FAIL").await;
    }
    assert_eq!(eve.done(Method::GET, "/request/", json!(null)).await["requests"], json!([]));
    eve.fails(Method::GET, "/request/terms/", json!(null), "FAIL").await;
    server
        .dropzone_of("alice@example.com")
        .await
        .fails(Method::GET, "/request/terms/", json!(null), "FAIL")
        .await;
}

#[tokio::test]
async fn a_package_through_a_request_needs_its_key_and_takes_no_password() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let made = request(&alice, json!({ "requireUserInfo": true })).await;
    let key =
        text(&alice.done(Method::PUT, "/public-key/", json!({ "publicKey": public_key() })).await, "id");
    let bob = sender(&server, &made);
    let package = bob.package().await;
    bob.upload(&package, &[b"x"]).await;
    let path = format!("/package/{}", package.id);
    // Not to its owner's devices: only the request's key stands in the link.
    let told = bob.done(Method::GET, &format!("{path}/public-keys/"), json!(null)).await;
    assert_eq!(told["publicKeys"], json!([]));
    bob.fails(Method::PUT, &format!("{path}/link/{key}/"), json!({ "keycode": wrapped() }), "FAIL").await;

    let finalize = async |more: Value| {
        let mut body = json!({ "checksum": CHECKSUM, "undisclosedRecipients": true });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        bob.call(Method::POST, &format!("{path}/finalize/"), body).await["errors"].clone()
    };
    let (no_key, nobody) = (
        "the keyCode is not wrapped to the request's key",
        "the request asks for the sender's name and e-mail address",
    );
    assert_eq!(finalize(json!({})).await, json!([no_key, nobody]));
    for bad in [
        json!({ "keycode": "x" }),
        json!({ "keycode": public_key() }),
        json!({}),
        json!({ "keycode": wrapped(), "name": "a\u{202E}b" }),
    ] {
        bob.fails(Method::PUT, &format!("{path}/request/"), bad, "FAIL").await;
    }
    let long = json!({ "keycode": wrapped().repeat(200) });
    bob.fails(Method::PUT, &format!("{path}/request/"), long, "LIMIT_EXCEEDED").await;
    let from = json!({ "unconfirmedSender": "bob@example.org" });
    hand_over(&bob, &package, "").await;
    assert_eq!(finalize(from.clone()).await, json!([nobody]));
    hand_over(&bob, &package, "Bob").await;
    assert_eq!(finalize(json!({})).await, json!([nobody]));
    let refused = "what goes through a request takes no password: its owner would not have it";
    for lock in [json!({ "password": "secret" }), json!({ "proof": CHECKSUM })] {
        let mut body = from.clone();
        body.as_object_mut().unwrap().extend(lock.as_object().unwrap().clone());
        assert_eq!(finalize(body).await, json!([refused]));
    }
    assert_eq!(finalize(from).await, json!(null));
    // Its key does not change any more, and no other package has one.
    bob.fails(Method::PUT, &format!("{path}/request/"), json!({ "keycode": wrapped() }), "FAIL").await;
    let own = alice.package().await;
    alice
        .fails(Method::PUT, &format!("/package/{}/request/", own.id), json!({ "keycode": wrapped() }), "FAIL")
        .await;
}

#[tokio::test]
async fn a_request_that_has_ended_lets_nothing_in_and_strangers_learn_nothing() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let stranger = Dropzone { server: &server, id: "A".repeat(32) };
    let closed = stranger.fails(Method::GET, "/request/terms/", json!(null), "AUTHENTICATION_FAILED").await;
    let made = request(&alice, json!({})).await;
    let bob = sender(&server, &made);
    let package = draft(&bob).await;
    server.sql("UPDATE requests SET expires = 1").await;
    for (method, path, body) in [
        (Method::GET, "/request/terms/".to_owned(), json!(null)),
        (Method::PUT, "/package/".to_owned(), json!({})),
        (
            Method::PUT,
            format!("/package/{}/file/", package.id),
            json!({ "filename": "x", "parts": 1, "filesize": 1 }),
        ),
        (Method::POST, format!("/package/{}/finalize/", package.id), json!({ "checksum": CHECKSUM })),
    ] {
        let said = bob.fails(method, &path, body, "FAIL").await;
        assert_eq!(said, "the request has expired", "{path}");
    }
    assert_eq!(alice.done(Method::GET, &path_of(&made), json!(null)).await["expired"], true);
    // Its owner lets it go on, and then not.
    let other = alice.done(Method::POST, &path_of(&made), json!({ "title": "still over" })).await;
    assert_eq!((&other["expired"], &other["expires"]), (&json!(true), &json!(1)));
    alice.fails(Method::POST, &path_of(&made), json!({ "expires": 2 }), "FAIL").await;
    let again = alice.done(Method::POST, &path_of(&made), json!({ "expires": 0 })).await;
    assert_eq!((&again["expired"], &again["expires"]), (&json!(false), &json!(0)));
    bob.done(Method::GET, "/request/terms/", json!(null)).await;
    alice.done(Method::DELETE, &path_of(&made), json!(null)).await;
    alice.fails(Method::DELETE, &path_of(&made), json!(null), "FAIL").await;
    alice.fails(Method::POST, &path_of(&made), json!({ "title": "again" }), "FAIL").await;
    for (method, path, body) in [
        (Method::GET, "/request/terms/".to_owned(), json!(null)),
        (Method::PUT, "/package/".to_owned(), json!({})),
        (Method::POST, format!("/package/{}/finalize/", package.id), json!({ "checksum": CHECKSUM })),
    ] {
        assert_eq!(bob.fails(method, &path, body, "FAIL").await, "the request was deleted", "{path}");
    }
    assert_eq!(incoming(&alice, &made).await.len(), 0);
    // Whose owner is shut out has never been.
    let last = request(&alice, json!({})).await;
    server.sql("UPDATE accounts SET disabled = 1").await;
    let said = sender(&server, &last)
        .fails(Method::GET, "/request/terms/", json!(null), "AUTHENTICATION_FAILED")
        .await;
    assert_eq!(said, closed);
}

#[tokio::test]
async fn a_request_that_ends_on_the_way_is_not_finalized() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    for end in ["UPDATE requests SET deleted = 1", "UPDATE requests SET expires = 1"] {
        let made = request(&alice, json!({})).await;
        let package = draft(&sender(&server, &made)).await;
        server.sql(end).await;
        // Its owner may finalize the draft as the Dropzone may, and is held by the same end.
        let body = json!({ "checksum": CHECKSUM });
        let said =
            alice.fails(Method::POST, &format!("/package/{}/finalize/", package.id), body, "FAIL").await;
        assert!(said.contains("changed in the meantime"), "{said}");
    }
}

#[tokio::test]
async fn a_limit_on_packages_holds_when_many_come_at_once() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let made = request(&alice, json!({ "maxPackages": 3 })).await;
    let bob = sender(&server, &made);
    let many = (0..12).map(|_| bob.call(Method::PUT, "/package/", json!({})));
    let answers = join_all(many).await;
    let through: Vec<_> = answers.iter().filter(|answer| answer["response"] == "SUCCESS").collect();
    assert_eq!(through.len(), 3);
    assert!(
        answers.iter().all(|a| a["response"] == "SUCCESS" || a["response"] == "LIMIT_EXCEEDED"),
        "{answers:?}"
    );
    // One that is given up makes room; one that came in does not, also when it is deleted.
    let [first, second] =
        [0, 1].map(|n| Draft { id: text(through[n], "packageId"), code: text(through[n], "packageCode") });
    bob.done(Method::DELETE, &format!("/package/{}/temp/", first.id), json!(null)).await;
    draft(&bob).await;
    bob.fails(Method::PUT, "/package/", json!({}), "LIMIT_EXCEEDED").await;
    bob.upload(&second, &[b"x"]).await;
    hand_over(&bob, &second, "").await;
    assert_eq!(finalize(&bob, &second).await["response"], "SUCCESS");
    alice.done(Method::DELETE, &format!("/package/{}/", second.id), json!(null)).await;
    bob.fails(Method::PUT, "/package/", json!({}), "LIMIT_EXCEEDED").await;
    alice.done(Method::POST, &path_of(&made), json!({ "maxPackages": 0 })).await;
    bob.package().await;
}

#[tokio::test]
async fn limits_on_files_and_octets_hold_over_all_packages_and_when_many_come_at_once() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let file = |size: u64| json!({ "filename": "x", "parts": 1, "filesize": size });
    let made = request(&alice, json!({ "maxFiles": 4 })).await;
    let bob = sender(&server, &made);
    let (first, second) = (bob.package().await, bob.package().await);
    let paths = [&first, &second].map(|package| format!("/package/{}/file/", package.id));
    let many = (0..12).map(|n| bob.call(Method::PUT, &paths[n % 2], file(1)));
    let answers = join_all(many).await;
    assert_eq!(answers.iter().filter(|answer| answer["response"] == "SUCCESS").count(), 4);
    assert!(
        answers.iter().all(|a| a["response"] == "SUCCESS" || a["response"] == "LIMIT_EXCEEDED"),
        "{answers:?}"
    );
    // All of a batch, or none.
    bob.done(Method::DELETE, &format!("/package/{}/temp/", first.id), json!(null)).await;
    let batch = json!({ "files": [file(1), file(1), file(1), file(1), file(1)] });
    let answer = bob.done(Method::POST, &format!("/package/{}/files/", second.id), batch).await;
    let entries = answer["files"].as_array().unwrap();
    assert!(entries.iter().all(|entry| entry["response"] == "LIMIT_EXCEEDED"), "{answer}");

    let made = request(&alice, json!({ "maxBytes": 10 })).await;
    let bob = sender(&server, &made);
    let (first, second) = (bob.package().await, bob.package().await);
    let put = async |package: &Draft, size| {
        bob.call(Method::PUT, &format!("/package/{}/file/", package.id), file(size)).await["response"].clone()
    };
    assert_eq!(put(&first, 6).await, "SUCCESS");
    assert_eq!(put(&second, 5).await, "LIMIT_EXCEEDED");
    assert_eq!(put(&second, 4).await, "SUCCESS");
    assert_eq!(put(&second, 1).await, "LIMIT_EXCEEDED");
    // Of what has no size yet nobody knows whether it fits.
    let stream = json!({ "filename": "x", "parts": 0, "filesize": 0 });
    bob.fails(Method::PUT, &format!("/package/{}/file/", second.id), stream, "FAIL").await;
}

#[tokio::test]
async fn a_request_with_a_wrong_key_or_term_is_refused() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    for (terms, code) in [
        (json!({ "publicKey": wrapped() }), "FAIL"),
        (json!({ "publicKey": public_key().repeat(200) }), "LIMIT_EXCEEDED"),
        (json!({ "wrappedKey": public_key() }), "FAIL"),
        (json!({ "wrappedKey": wrapped().repeat(200) }), "LIMIT_EXCEEDED"),
        (json!({ "sig": "" }), "FAIL"),
        (json!({ "sig": "a b" }), "FAIL"),
        (json!({ "sig": "a".repeat(513) }), "FAIL"),
        (json!({ "title": "a".repeat(201) }), "FAIL"),
        (json!({ "title": "a\nb" }), "FAIL"),
        (json!({ "title": "https://files.example.com/receive/#keyCode=x" }), "FAIL"),
        (json!({ "message": "a".repeat(2001) }), "FAIL"),
        (json!({ "message": "see https://files.example.com/request/?request=x#key=y" }), "FAIL"),
        (json!({ "expires": 1 }), "FAIL"),
        (json!({ "expires": u64::MAX }), "FAIL"),
        (json!({ "maxBytes": u64::MAX }), "FAIL"),
        (json!({ "maxBytes": -1 }), "FAIL"),
        (json!({ "sendFrequency": -2 }), "FAIL"),
        (json!({ "sendInterval": 100_000 }), "FAIL"),
    ] {
        alice.fails(Method::PUT, "/request/", order(terms.clone()), code).await;
    }
    for missing in ["publicKey", "wrappedKey", "sig"] {
        let mut body = order(json!({}));
        body.as_object_mut().unwrap().remove(missing);
        alice.fails(Method::PUT, "/request/", body, "FAIL").await;
    }
    assert_eq!(alice.done(Method::GET, "/request/", json!(null)).await["requests"], json!([]));
    // What is missing has its default; what changes leaves the rest.
    let made = request(&alice, json!({ "sendInterval": 24, "maxFiles": 2 })).await;
    assert!(made["expires"].as_u64().unwrap() > made["created"].as_u64().unwrap() + 29 * 86400);
    let changed =
        alice.done(Method::POST, &path_of(&made), json!({ "title": "New", "sendInterval": -1 })).await;
    assert_eq!(
        [
            &changed["title"],
            &changed["sendInterval"],
            &changed["maxFiles"],
            &changed["expires"],
            &changed["sig"]
        ],
        [&json!("New"), &json!(-1), &json!(2), &made["expires"], &json!("c2ln")]
    );
}

#[tokio::test]
async fn the_owner_is_told_of_what_comes_in_as_the_request_says() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, false).await;
    let alice = server.account("alice@example.com").await;
    let send = async |request: &Value, times: usize| {
        for _ in 0..times {
            let bob = sender(&server, request);
            let package = bob.package().await;
            let message = json!({ "message": "aGVsbG8=" });
            bob.done(Method::PUT, &format!("/package/{}/message/", package.id), message).await;
            hand_over(&bob, &package, "").await;
            assert_eq!(finalize(&bob, &package).await["response"], "SUCCESS");
            assert_eq!(finalize(&bob, &package).await["response"], "SUCCESS");
        }
    };
    let each = request(&alice, json!({ "title": "Each", "notifyOnUpload": true })).await;
    let twice =
        request(&alice, json!({ "title": "Twice", "notifyOnUpload": true, "sendFrequency": 2 })).await;
    let never = request(&alice, json!({ "title": "Never" })).await;
    let over = request(&alice, json!({ "title": "Over", "notifyOnUpload": true, "trackUntil": 1 })).await;
    let daily =
        request(&alice, json!({ "title": "Daily", "notifyOnUpload": true, "sendInterval": 24 })).await;
    send(&never, 1).await;
    send(&over, 1).await;
    send(&daily, 3).await;
    send(&twice, 3).await;
    send(&each, 3).await;
    let arrived = mailbox.arrived(6).await;
    let about = |title: &str| arrived.iter().filter(|mail| mail.text().contains(title)).count();
    assert_eq!(
        [about("Each"), about("Twice"), about("Daily"), about("Never"), about("Over")],
        [3, 2, 1, 0, 0]
    );
    assert!(arrived.iter().all(|mail| mail.to == ["alice@example.com"]));
    assert!(arrived.iter().all(|mail| mail.text().contains(&format!("{}/requests/", mails::ORIGIN))));
    // What came in on the same day is told of in one e-mail, a day after the first.
    let due = async |by: i64| {
        server.db().await.outbox_due(bulla_server::db::Channel::Email, by).await.unwrap().len()
    };
    let in_a_day = bulla_server::domain::now() + 23 * 3600;
    while due(in_a_day).await > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(due(i64::MAX).await, 1);
}

#[tokio::test]
async fn what_comes_in_is_told_once_by_e_mail_and_to_webhooks_in_any_case() {
    let (mailbox, receiver) = (Mailbox::start().await, Receiver::start().await);
    let server = mails::server_with(&mailbox, |settings| settings.private_webhooks = Some(true)).await;
    let alice = server.account("alice@example.com").await;
    let webhook = json!({ "url": receiver.url, "events": ["package.received"] });
    alice.done(Method::PUT, "/webhook/", webhook).await;
    // The account would be told of everything that it receives; the terms of a request come first.
    for (title, notify) in [("Quiet", false), ("Loud", true)] {
        let made = request(&alice, json!({ "title": title, "notifyOnUpload": notify })).await;
        let bob = sender(&server, &made);
        assert_eq!(finalize(&bob, &draft(&bob).await).await["response"], "SUCCESS");
    }
    let told = receiver.asked(2).await;
    assert!(told.iter().all(|told| told.body.contains("package.received")));
    // What comes in otherwise is told of as the account's settings say.
    let dropzone = server.dropzone_of("alice@example.com").await;
    let package = dropzone.package().await;
    dropzone.upload(&package, &[b"x"]).await;
    dropzone.finalize(&package).await;
    let mut subjects: Vec<_> = mailbox.arrived(2).await.iter().map(|mail| mail.read().subject).collect();
    subjects.sort();
    assert_eq!(subjects, ["Bulla: Something came in through “Loud”", "Bulla: You have received something"]);
}
