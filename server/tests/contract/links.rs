//! Links: the checksum opens them, and without it nothing is told.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{CHECKSUM, Caller, Draft, TestServer, WRONG_CHECKSUM, text, urls};

/// A package behind a password.
async fn locked(server: &TestServer) -> Draft {
    let package = server.dropzone().package().await;
    server.dropzone().upload(&package, &[b"x"]).await;
    let body = json!({ "checksum": CHECKSUM, "undisclosedRecipients": true, "password": "sesame" });
    server.dropzone().done(Method::POST, &format!("/package/{}/finalize/", package.id), body).await;
    package
}

async fn open_with(server: &TestServer, code: &str, body: Value) -> (u16, Value) {
    server.link(Method::POST, &format!("/{code}/open"), None, Some(body)).await
}

fn refusal(status: u16, code: &str) -> (u16, Value) {
    (status, json!(code))
}

fn code((status, answer): (u16, Value)) -> (u16, Value) {
    (status, answer["code"].clone())
}

#[tokio::test]
async fn a_link_opens_and_its_parts_come_back() {
    let server = TestServer::start().await;
    let dropzone = server.dropzone();
    let made = dropzone.done(Method::PUT, "/package/", json!({ "suite": "sealed", "life": 3 })).await;
    let package = Draft { id: text(&made, "packageId"), code: text(&made, "packageCode") };
    let file = dropzone.upload(&package, &[b"part one, sealed", b"part two, sealed"]).await;
    let message = json!({ "message": "aGVsbG8=" });
    dropzone.done(Method::PUT, &format!("/package/{}/message", package.id), message).await;
    let body = json!({ "checksum": CHECKSUM, "undisclosedRecipients": true, "seal": "c2VhbA",
        "unconfirmedSender": "Carol@example.com" });
    dropzone.done(Method::POST, &format!("/package/{}/finalize", package.id), body).await;

    let (status, opened) = server.open(&package.code, CHECKSUM).await;
    assert_eq!(status, 200);
    for (name, value) in [
        ("packageId", json!(package.id)),
        ("packageCode", json!(package.code)),
        ("serverSecret", made["serverSecret"].clone()),
        ("message", json!("aGVsbG8=")),
        ("seal", json!("c2VhbA")),
        ("packageSender", json!("carol@example.com")),
        ("tokenExpiresIn", json!(900)),
    ] {
        assert_eq!(opened[name], value, "{name}");
    }
    let record = server.db().await.package(&package.id).await.unwrap().unwrap();
    assert_eq!(opened["expires"], json!(record.finalized.unwrap() + 3 * 86_400));
    let token = text(&opened, "token");
    let path = format!("/{}/message", package.code);
    assert_eq!(
        server.link(Method::GET, &path, Some(&token), None).await,
        (200, json!({ "message": "aGVsbG8=" }))
    );
    let path = format!("/{}/file/{file}/download-urls", package.code);
    let wanted = Some(json!({ "startSegment": 1, "endSegment": 25 }));
    let (_, answer) = server.link(Method::POST, &path, Some(&token), wanted).await;
    let mut parts = Vec::new();
    for url in urls(&answer["downloadUrls"]) {
        parts.extend(server.get(&url).await.bytes().await.unwrap());
    }
    assert_eq!(parts, b"part one, sealedpart two, sealed");
    let other = format!("/{}/file/X/download-urls", package.code);
    let wanted = Some(json!({ "startSegment": 1, "endSegment": 25 }));
    assert_eq!(
        code(server.link(Method::POST, &other, Some(&token), wanted).await),
        refusal(404, "NOT_FOUND")
    );
}

#[tokio::test]
async fn without_the_checksum_everything_looks_missing() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let (active, _) = alice.sent().await;
    let (expired, _) = alice.sent().await;
    let (deleted, _) = alice.sent().await;
    let draft = alice.package().await;
    let locked = locked(&server).await;
    alice.done(Method::DELETE, &format!("/package/{}/", deleted.id), json!(null)).await;
    server.sql("UPDATE packages SET expires = 1 WHERE rowid = 2").await;
    let none = "A".repeat(43);
    let mut answers = Vec::new();
    for code in [&active.code, &expired.code, &deleted.code, &draft.code, &locked.code, &active.id, &none] {
        answers.push(server.open(code, WRONG_CHECKSUM).await);
    }
    let expected = (404, json!({ "code": "NOT_FOUND", "message": "not found or not permitted" }));
    assert_eq!(answers, vec![expected; 7]);
    // With it, what happened is told.
    assert_eq!(code(server.open(&expired.code, CHECKSUM).await), refusal(410, "EXPIRED"));
    assert_eq!(code(server.open(&deleted.code, CHECKSUM).await), refusal(410, "DELETED"));
    assert_eq!(code(server.open(&locked.code, CHECKSUM).await), refusal(401, "PASSWORD_REQUIRED"));
    assert_eq!(code(server.open(&draft.code, CHECKSUM).await), refusal(404, "NOT_FOUND"));
}

#[tokio::test]
async fn a_password_guards_the_door() {
    let server = TestServer::start().await;
    let package = locked(&server).await;
    let status = server.link(Method::GET, &format!("/{}", package.code), None, None).await;
    assert_eq!(status, (200, json!({ "passwordRequired": true })));
    for password in [json!(null), json!(""), json!("Sesame"), json!("sesame "), json!("x".repeat(2000))] {
        let answer =
            open_with(&server, &package.code, json!({ "checksum": CHECKSUM, "password": password })).await;
        assert_eq!(answer.1.get("serverSecret"), None);
        assert_eq!(code(answer), refusal(401, "PASSWORD_REQUIRED"));
    }
    let right = json!({ "checksum": CHECKSUM, "password": "sesame" });
    assert_eq!(open_with(&server, &package.code, right).await.0, 200);
    let hash = server.db().await.package(&package.id).await.unwrap().unwrap().password_hash.unwrap();
    assert!(hash.starts_with("$argon2id$"), "{hash}");
}

#[tokio::test]
async fn an_account_that_reads_needs_the_password_too() {
    let server = TestServer::start().await;
    let bob = server.account("bob@example.com").await;
    let package = locked(&server).await;
    let seen = bob.done(Method::GET, &format!("/package/{}/", package.code), json!(null)).await;
    assert_eq!((&seen["serverSecret"], &seen["files"]), (&json!(""), &json!([])));
    let file = server.db().await.files(&package.id).await.unwrap().remove(0).id;
    bob.fails(Method::GET, &format!("/package/{}/file/{file}/", package.code), json!(null), "FAIL").await;
    let path = format!("/package/{}/file/{file}/download-urls/", package.code);
    let wanted = |password: Value| json!({ "checksum": CHECKSUM, "startSegment": 1, "endSegment": 1, "password": password });
    bob.fails(Method::POST, &path, wanted(json!(null)), "FAIL").await;
    bob.fails(Method::POST, &path, wanted(json!("wrong")), "FAIL").await;
    bob.done(Method::POST, &path, wanted(json!("sesame"))).await;
}

#[tokio::test]
async fn a_missing_link_says_no_more_than_one_without_a_password() {
    let server = TestServer::start().await;
    let (package, _) = server.dropzone().sent().await;
    let expected = (200, json!({ "passwordRequired": false }));
    for code in [&package.code, &"A".repeat(43), &package.id] {
        assert_eq!(server.link(Method::GET, &format!("/{code}/"), None, None).await, expected);
    }
}

#[tokio::test]
async fn guessing_ends_soon() {
    let server = TestServer::start().await;
    let package = locked(&server).await;
    let guess = json!({ "checksum": CHECKSUM, "password": "guess" });
    for _ in 0..20 {
        assert_eq!(open_with(&server, &package.code, guess.clone()).await.0, 401);
    }
    let url = server.url(&format!("/link/v1/{}/open/", package.code));
    let right = json!({ "checksum": CHECKSUM, "password": "sesame" });
    let response = server.http.post(url).json(&right).send().await.unwrap();
    assert_eq!(response.status(), 429);
    let wait: u64 = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=901).contains(&wait), "{wait}");
    assert_eq!(response.json::<Value>().await.unwrap()["code"], "TOO_MANY_ATTEMPTS");
    // Another package opens.
    let (other, _) = server.dropzone().sent().await;
    assert_eq!(server.open(&other.code, CHECKSUM).await.0, 200);
}

#[tokio::test]
async fn an_address_that_tries_many_packages_waits_too() {
    let server = TestServer::start().await;
    let (package, _) = server.dropzone().sent().await;
    let open = |address: &'static str, code: String| {
        let request = server.http.post(server.url(&format!("/link/v1/{code}/open")));
        let request = request.header("x-forwarded-for", format!("203.0.113.9, {address}"));
        async { request.json(&json!({ "checksum": CHECKSUM })).send().await.unwrap().status().as_u16() }
    };
    for n in 0..100 {
        assert_eq!(open("2001:db8::1", format!("{n:043}")).await, 404);
    }
    assert_eq!(open("2001:db8::2", package.code.clone()).await, 429);
    assert_eq!(open("2001:db8:0:1::1", package.code.clone()).await, 200);
    assert_eq!(open("198.51.100.1", package.code.clone()).await, 200);
}

#[tokio::test]
async fn opening_rightly_is_not_counted_and_looking_changes_nothing() {
    let server = TestServer::start().await;
    let (package, _) = server.dropzone().sent().await;
    for _ in 0..30 {
        server.link(Method::GET, &format!("/{}/", package.code), None, None).await;
        server.get(&server.url(&format!("/receive/?packageCode={}", package.code))).await;
    }
    let record = server.db().await.package(&package.id).await.unwrap().unwrap();
    assert_eq!(record.pickup, bulla_server::db::Pickup::Waiting);
    for _ in 0..30 {
        assert_eq!(server.open(&package.code, CHECKSUM).await.0, 200);
    }
}

#[tokio::test]
async fn a_token_ends_with_its_package() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let (package, _) = alice.sent().await;
    let message = json!({ "message": "aGVsbG8=" });
    alice.done(Method::PUT, &format!("/package/{}/message/", package.id), message).await;
    let (_, opened) = server.open(&package.code, CHECKSUM).await;
    let token = text(&opened, "token");
    let path = format!("/{}/message/", package.code);
    assert_eq!(server.link(Method::GET, &path, Some(&token), None).await.0, 200);
    alice.done(Method::DELETE, &format!("/package/{}/", package.id), json!(null)).await;
    assert_eq!(code(server.link(Method::GET, &path, Some(&token), None).await), refusal(410, "DELETED"));
}

#[tokio::test]
async fn malformed_requests_are_refused() {
    let server = TestServer::start().await;
    let (package, file) = server.dropzone().sent().await;
    let url = server.url(&format!("/link/v1/{}/open", package.code));
    for (body, status) in
        [("", 400), ("{", 400), ("[]", 400), ("{\"checksum\":1}", 400), (&*"x".repeat(2 << 20), 413)]
    {
        let response = server.http.post(&url).body(body.to_owned()).send().await.unwrap();
        assert_eq!(response.status(), status);
        assert_eq!(response.json::<Value>().await.unwrap()["code"], "INVALID_REQUEST");
    }
    let (_, opened) = server.open(&package.code, CHECKSUM).await;
    let path = format!("/{}/file/{file}/download-urls/", package.code);
    for (first, last) in [(0, 1), (3, 3), (2, 1)] {
        let wanted = Some(json!({ "startSegment": first, "endSegment": last }));
        let answer = server.link(Method::POST, &path, Some(&text(&opened, "token")), wanted).await;
        assert_eq!(code(answer), refusal(400, "INVALID_REQUEST"));
    }
    let unknown = server.link(Method::GET, "/a/b/c/d", None, None).await;
    assert_eq!(code(unknown), refusal(404, "NOT_FOUND"));
}

#[tokio::test]
async fn checksums_do_not_stand_in_the_database() {
    let server = TestServer::start().await;
    server.dropzone().sent().await;
    for file in crate::support::files_below(server.data.path()) {
        let octets = std::fs::read(&file).unwrap();
        let found = octets.windows(64).any(|window| window == CHECKSUM.as_bytes());
        assert!(!found, "{}", file.display());
    }
}
