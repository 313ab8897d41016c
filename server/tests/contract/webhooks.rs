//! Webhooks: what they are told, how they know by whom, and what becomes of what fails.

use std::time::Duration;

use bulla_server::config::Settings;
use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::net::TcpListener;

use crate::receiver::{Asked, Receiver};
use crate::share_infos;
use crate::support::{Account, CHECKSUM, Caller, Draft, TestServer, text};

/// Has a server tell this machine, where the receivers of these tests are.
fn privately(settings: &mut Settings) {
    settings.private_webhooks = Some(true);
}

async fn webhook(of: &Account<'_>, url: &str, events: &[&str]) -> Value {
    of.done(Method::PUT, "/webhook/", json!({ "url": url, "events": events, "description": "mine" })).await
}

async fn deliveries(of: &Account<'_>, webhook: &Value) -> Vec<Value> {
    let path = format!("/webhook/{}/deliveries/", text(webhook, "id"));
    of.done(Method::GET, &path, json!(null)).await["deliveries"].as_array().unwrap().clone()
}

/// Waits until the last delivery of a webhook is in this state, and returns it.
async fn settled(of: &Account<'_>, webhook: &Value, status: &str, attempts: u64) -> Value {
    loop {
        let last = deliveries(of, webhook).await.first().cloned().unwrap_or_default();
        if last["status"] == status && last["attempts"] == attempts {
            return last;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn header<'a>(asked: &'a Asked, name: &str) -> &'a str {
    asked.headers[name].to_str().unwrap()
}

/// Whether a request is signed with a secret, as a receiver checks it.
fn is_signed(asked: &Asked, secret: &str) -> bool {
    let secret = BASE64.decode(secret.strip_prefix("whsec_").unwrap().as_bytes()).unwrap();
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&secret).unwrap();
    let signed = [header(asked, "webhook-id"), header(asked, "webhook-timestamp"), &asked.body].join(".");
    mac.update(signed.as_bytes());
    let signature = header(asked, "webhook-signature").strip_prefix("v1,").unwrap();
    mac.verify_slice(&BASE64.decode(signature.as_bytes()).unwrap()).is_ok()
}

/// Opens a package's link, as nobody known, and fetches a file.
pub(crate) async fn fetch(server: &TestServer, package: &Draft, file: &str) {
    let (status, opened) = server.open(&package.code, CHECKSUM).await;
    assert_eq!(status, 200);
    let wanted = json!({ "startSegment": 1, "endSegment": 1 });
    let path = format!("/{}/file/{file}/download-urls", package.code);
    let (status, _) = server.link(Method::POST, &path, opened["token"].as_str(), Some(wanted)).await;
    assert_eq!(status, 200);
}

fn said(asked: &Asked) -> Value {
    serde_json::from_str(&asked.body).unwrap()
}

#[tokio::test]
async fn an_owner_is_told_what_others_do_and_by_whom_it_is_told() {
    let receiver = Receiver::start().await;
    let server = TestServer::start_with(privately).await;
    let alice = server.account("alice@example.com").await;
    let url = format!("{}/hook?v=1", receiver.url);
    let made = webhook(&alice, &url, &["file.downloaded", "package.opened", "file.downloaded"]).await;
    let events = json!(["package.opened", "file.downloaded"]);
    assert_eq!((&made["url"], &made["events"], &made["description"]), (&json!(url), &events, &json!("mine")));
    let secret = text(&made, "secret");
    let (package, file) = alice.sent().await;
    // What the owner does itself, it knows.
    let wanted = json!({ "startSegment": 1, "endSegment": 1, "checksum": CHECKSUM });
    alice.done(Method::POST, &format!("/package/{}/file/{file}/download-urls/", package.id), wanted).await;
    fetch(&server, &package, &file).await;
    // The same again says nothing new.
    fetch(&server, &package, &file).await;
    let (second, _) = alice.sent().await;
    server.open(&second.code, CHECKSUM).await;

    let asked = receiver.asked(3).await;
    for asked in &asked {
        assert_eq!(
            (asked.method.as_str(), asked.uri.path(), asked.uri.query()),
            ("POST", "/hook", Some("v=1"))
        );
        assert_eq!(header(asked, "content-type"), "application/json");
        assert!(is_signed(asked, &secret));
        let mut changed = asked.clone();
        changed.body = changed.body.replace(&package.id, &second.id).replace("opened", "closed");
        assert!(!is_signed(&changed, &secret));
        // Nothing in it opens anything, or tells what was sent.
        for secret in [CHECKSUM, &package.code, &second.code, "a.bin", "keyCode"] {
            assert!(!asked.body.contains(secret), "{}", asked.body);
        }
    }
    let of = |kind: &str, package: &Draft| {
        let is = |said: &Value| said["type"] == kind && said["data"]["packageId"] == package.id;
        let mut of_it = asked.iter().map(said).filter(is);
        let first = of_it.next().unwrap_or_else(|| panic!("no {kind} of {}", package.id));
        assert!(of_it.next().is_none(), "{kind} twice");
        first
    };
    assert_eq!(of("package.opened", &package)["data"], json!({ "packageId": package.id }));
    assert_eq!(of("file.downloaded", &package)["data"], json!({ "packageId": package.id, "fileId": file }));
    let timestamp = text(&of("package.opened", &second), "timestamp");
    assert!(timestamp.len() == 20 && timestamp.ends_with('Z'), "{timestamp}");
    settled(&alice, &made, "delivered", 1).await;
    let log = deliveries(&alice, &made).await;
    let mut ids: Vec<String> = log.iter().map(|entry| text(entry, "id")).collect();
    let mut told: Vec<String> = asked.iter().map(|asked| header(asked, "webhook-id").to_owned()).collect();
    ids.sort();
    told.sort();
    assert_eq!(ids, told);
    let listed = alice.done(Method::GET, "/webhook/", json!(null)).await["webhooks"].clone();
    assert_eq!((&listed[0]["id"], listed[0].get("secret")), (&made["id"], None));
    assert!(server.keeps(&url) && !server.keeps(&secret));
}

#[tokio::test]
async fn what_comes_ends_and_is_asked_for_is_told() {
    let receiver = Receiver::start().await;
    let server = TestServer::start_with(privately).await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let all = ["package.received", "package.expired", "request.received", "request.answered"];
    webhook(&alice, &format!("{}/alice", receiver.url), &all).await;
    webhook(&bob, &format!("{}/bob", receiver.url), &all).await;

    let dropzone = server.dropzone_of("alice@example.com").await;
    let dropped = dropzone.package().await;
    dropzone.upload(&dropped, &[b"x"]).await;
    dropzone.finalize(&dropped).await;
    let asked = receiver.asked(1).await;
    assert_eq!(asked[0].uri.path(), "/alice");
    assert_eq!(said(&asked[0])["type"], "package.received");
    assert_eq!(said(&asked[0])["data"], json!({ "packageId": dropped.id }));

    let (package, _) = share_infos::package(&alice).await;
    let (_, hash) = share_infos::ticket(&alice, &package, json!({})).await;
    let request = json!({ "owner_id": "alice@example.com", "lookup_hash": hash });
    assert_eq!(bob.zus(Method::POST, "/sharereq", request.clone()).await.0, 200);
    let id = {
        let (_, waiting) = alice.zus(Method::GET, "/sharereq/received", json!(null)).await;
        text(&waiting["data"][0], "id")
    };
    let asked = receiver.asked(2).await;
    assert_eq!((asked[1].uri.path(), &said(&asked[1])["type"]), ("/alice", &json!("request.received")));
    let data = json!({ "packageId": package.id, "requestId": id, "by": "bob@example.com" });
    assert_eq!(said(&asked[1])["data"], data);
    assert_eq!(alice.zus(Method::PUT, "/sharereq", json!({ "id": id, "status": "declined" })).await.0, 200);
    let asked = receiver.asked(3).await;
    assert_eq!((asked[2].uri.path(), &said(&asked[2])["type"]), ("/bob", &json!("request.answered")));
    // Who was refused does not learn what there is.
    let data = json!({ "requestId": id, "approved": false, "by": "alice@example.com" });
    assert_eq!(said(&asked[2])["data"], data);

    // Asked again it keeps its id, and this time it is approved.
    assert_eq!(bob.zus(Method::POST, "/sharereq", request).await.0, 200);
    assert_eq!(said(&receiver.asked(4).await[3])["data"]["requestId"], id);
    let (ticket, _) = share_infos::ticket(&alice, &package, json!({ "client_id": "bob@example.com" })).await;
    let approval = json!({ "id": id, "status": "approved", "auth_ticket": ticket });
    assert_eq!(alice.zus(Method::PUT, "/sharereq", approval).await.0, 200);
    let data =
        json!({ "packageId": package.id, "requestId": id, "approved": true, "by": "alice@example.com" });
    assert_eq!(said(&receiver.asked(5).await[4])["data"], data);

    server.sql("UPDATE packages SET expires = 1 WHERE state = 'active'").await;
    // Deleting has the background task look.
    let other = alice.package().await;
    alice.done(Method::DELETE, &format!("/package/{}/", other.id), json!(null)).await;
    let asked = receiver.asked(7).await;
    let mut ended: Vec<Value> =
        asked[5..].iter().map(|asked| said(asked)["data"]["packageId"].clone()).collect();
    assert!(asked[5..].iter().all(|asked| said(asked)["type"] == "package.expired"));
    ended.sort_by_key(Value::to_string);
    let mut expected = vec![json!(dropped.id), json!(package.id)];
    expected.sort_by_key(Value::to_string);
    assert_eq!(ended, expected);
}

#[tokio::test]
async fn what_fails_is_tried_again_by_the_next_server_too_and_is_the_same() {
    let receiver = Receiver::start().await;
    let mut server = TestServer::start_with(privately).await;
    let alice = server.account("alice@example.com").await;
    let made = webhook(&alice, &receiver.url, &["package.opened"]).await;
    let (package, _) = alice.sent().await;
    receiver.answer(&[503, 307]);
    server.open(&package.code, CHECKSUM).await;
    receiver.asked(1).await;
    let waits = settled(&alice, &made, "waiting", 1).await;
    assert_eq!(waits["reason"], "the receiver answered 503");
    drop(alice);
    server.stop().await;
    server.sql("UPDATE outbox SET due = 0").await;
    let data = server.data.path().to_owned();
    let again = TestServer::start_with(|settings| {
        privately(settings);
        settings.data = Some(data.clone());
        settings.database = Some(format!("sqlite:{}", data.join("bulla.db").display()));
    })
    .await;
    let alice = server.account("alice@example.com").await;
    let alice = Account { server: &again, ..alice };
    receiver.asked(2).await;
    // A redirection is not followed.
    assert_eq!(settled(&alice, &made, "waiting", 2).await["reason"], "the receiver answered 307");
    again.sql("UPDATE outbox SET due = 0").await;
    // What else is queued has the queue looked at.
    let (other, _) = alice.sent().await;
    again.open(&other.code, CHECKSUM).await;
    let asked = receiver.asked(4).await;
    let first = header(&asked[0], "webhook-id").to_owned();
    let same: Vec<&Asked> = asked.iter().filter(|asked| header(asked, "webhook-id") == first).collect();
    assert_eq!(same.len(), 3, "three attempts");
    for attempt in same {
        assert!(attempt.body == asked[0].body && attempt.uri.path() == "/");
        assert!(is_signed(attempt, &text(&made, "secret")));
    }
    loop {
        let log = deliveries(&alice, &made).await;
        let attempts: Vec<&Value> = log.iter().map(|entry| &entry["attempts"]).collect();
        if log.iter().all(|entry| entry["status"] == "delivered") {
            assert_eq!(attempts, [1, 3]);
            assert_eq!(log[1]["reason"], "");
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(waiting(&again).await, 0);
}

#[tokio::test]
async fn who_is_gone_is_left_alone_and_nothing_is_tried_for_ever() {
    let receiver = Receiver::start().await;
    let server = TestServer::start_with(privately).await;
    let alice = server.account("alice@example.com").await;
    let made = webhook(&alice, &receiver.url, &["package.opened"]).await;
    receiver.answer(&[410, 500]);
    let (package, _) = alice.sent().await;
    server.open(&package.code, CHECKSUM).await;
    assert_eq!(settled(&alice, &made, "failed", 1).await["reason"], "the receiver answered 410");
    let (package, _) = alice.sent().await;
    server.open(&package.code, CHECKSUM).await;
    settled(&alice, &made, "waiting", 1).await;
    server.sql("UPDATE outbox SET due = 0, expires = 1").await;
    let (package, _) = alice.sent().await;
    server.open(&package.code, CHECKSUM).await;
    receiver.asked(3).await;
    loop {
        let log = deliveries(&alice, &made).await;
        if log[1]["status"] == "failed" {
            assert_eq!(
                (&log[1]["attempts"], &log[1]["reason"]),
                (&json!(1), &json!("it waited for too long"))
            );
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(receiver.count(), 3);
}

#[tokio::test]
async fn private_networks_are_not_reached_unless_the_operator_allows_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let named = format!("https://localhost:{port}/");
    for allowed in [false, true] {
        let server =
            TestServer::start_with(|settings| settings.private_webhooks = allowed.then_some(true)).await;
        let alice = server.account("alice@example.com").await;
        for url in [
            format!("http://127.0.0.1:{port}/"),
            format!("https://127.0.0.1:{port}/"),
            "https://[::1]/".to_owned(),
            "https://10.0.0.1/".to_owned(),
            "https://169.254.169.254/latest/meta-data/".to_owned(),
        ] {
            let order = json!({ "url": url, "events": ["package.opened"] });
            let answer = alice.call(Method::PUT, "/webhook/", order).await;
            assert_eq!(answer["response"] == "SUCCESS", allowed, "{url}: {answer}");
        }
        server.sql("DELETE FROM webhooks").await;
        // What a name leads to is not known before it is resolved.
        let made = webhook(&alice, &named, &["package.opened"]).await;
        let (package, _) = alice.sent().await;
        server.open(&package.code, CHECKSUM).await;
        if allowed {
            // The control: here somebody knocks.
            listener.accept().await.unwrap();
        } else {
            let refused = settled(&alice, &made, "waiting", 1).await;
            let reason = "the receiver cannot be reached: the address is in a private network";
            assert_eq!(refused["reason"], reason);
            let knocked = tokio::time::timeout(Duration::ZERO, listener.accept()).await;
            assert!(knocked.is_err(), "somebody connected");
        }
    }
}

#[tokio::test]
async fn webhooks_are_their_owners_alone() {
    let receiver = Receiver::start().await;
    let server = TestServer::start_with(privately).await;
    let (alice, eve) = (server.account("alice@example.com").await, server.account("eve@example.com").await);
    let made = webhook(&alice, &receiver.url, &["package.opened"]).await;
    let path = format!("/webhook/{}/", text(&made, "id"));
    let listed = eve.done(Method::GET, "/webhook/", json!(null)).await;
    assert_eq!(listed["webhooks"], json!([]));
    for (method, path) in [(Method::DELETE, path.clone()), (Method::GET, format!("{path}deliveries/"))] {
        assert_eq!(eve.fails(method, &path, json!(null), "FAIL").await, "not found or not permitted");
    }
    // With it goes what waits for it.
    receiver.answer(&[500]);
    let (package, _) = alice.sent().await;
    server.open(&package.code, CHECKSUM).await;
    settled(&alice, &made, "waiting", 1).await;
    alice.done(Method::DELETE, &path, json!(null)).await;
    assert_eq!(waiting(&server).await, 0);
    alice.fails(Method::DELETE, &path, json!(null), "FAIL").await;
}

#[tokio::test]
async fn what_is_no_webhook_is_refused() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let good = json!({ "url": "https://hooks.example.com/", "events": ["package.opened"] });
    for (field, bad, code) in [
        ("url", json!("http://hooks.example.com/"), "FAIL"),
        ("url", json!("https://user:password@hooks.example.com/"), "FAIL"),
        ("url", json!("hooks.example.com"), "FAIL"),
        ("url", json!(format!("https://hooks.example.com/{}", "a".repeat(2048))), "LIMIT_EXCEEDED"),
        ("events", json!([]), "FAIL"),
        ("events", json!(["package.eaten"]), "FAIL"),
        ("events", json!("package.opened"), "FAIL"),
        ("description", json!("a\nb"), "FAIL"),
    ] {
        let mut order = good.clone();
        order[field] = bad;
        alice.fails(Method::PUT, "/webhook/", order, code).await;
    }
    for _ in 0..20 {
        alice.done(Method::PUT, "/webhook/", good.clone()).await;
    }
    alice.fails(Method::PUT, "/webhook/", good, "LIMIT_EXCEEDED").await;
}

/// How many deliveries wait.
async fn waiting(server: &TestServer) -> usize {
    let channel = bulla_server::db::Channel::Webhook;
    server.db().await.outbox_due(channel, i64::MAX).await.unwrap().len()
}
