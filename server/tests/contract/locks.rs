//! Locked links: the server hands out its secret for the proof of the password, and nothing without it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{CHECKSUM, Caller, Draft, TestServer, WRONG_CHECKSUM, text};

const PROOF: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const WRONG_PROOF: &str = "10112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

fn finalize_body() -> Value {
    json!({ "checksum": CHECKSUM, "undisclosedRecipients": true, "proof": PROOF })
}

/// A locked package of `caller`, and the secret that the server made for it.
async fn locked(caller: &impl Caller) -> (Draft, String) {
    let made = caller.done(Method::PUT, "/package/", json!({})).await;
    let package = Draft { id: text(&made, "packageId"), code: text(&made, "packageCode") };
    caller.upload(&package, &[b"x"]).await;
    caller.done(Method::POST, &format!("/package/{}/finalize/", package.id), finalize_body()).await;
    (package, text(&made, "serverSecret"))
}

async fn unlock(server: &TestServer, code: &str, proof: &str) -> (u16, Value) {
    server.link(Method::POST, &format!("/{code}/unlock"), None, Some(json!({ "proof": proof }))).await
}

async fn open(server: &TestServer, code: &str, password: Value) -> (u16, Value) {
    let body = json!({ "checksum": CHECKSUM, "password": password });
    server.link(Method::POST, &format!("/{code}/open"), None, Some(body)).await
}

fn code((status, answer): (u16, Value)) -> (u16, Value) {
    (status, answer["code"].clone())
}

#[tokio::test]
async fn the_proof_gives_the_secret_and_then_the_link_opens() {
    let server = TestServer::start().await;
    let (package, secret) = locked(&server.dropzone()).await;
    let status = server.link(Method::GET, &format!("/{}", package.code), None, None).await;
    assert_eq!(status, (200, json!({ "passwordRequired": true })));
    // Nothing but the secret: what else there is comes with the key.
    assert_eq!(unlock(&server, &package.code, PROOF).await, (200, json!({ "serverSecret": secret })));
    for password in [json!(null), json!(""), json!(WRONG_PROOF), json!(PROOF.to_uppercase())] {
        assert_eq!(code(open(&server, &package.code, password).await), (401, json!("PASSWORD_REQUIRED")));
    }
    let (status, opened) = open(&server, &package.code, json!(PROOF)).await;
    assert_eq!((status, &opened["serverSecret"]), (200, &json!(secret)));
    assert_eq!(opened["files"].as_array().unwrap().len(), 1);
    // The proof alone is not the key.
    let body = json!({ "checksum": WRONG_CHECKSUM, "password": PROOF });
    let refused = server.link(Method::POST, &format!("/{}/open", package.code), None, Some(body)).await;
    assert_eq!(code(refused), (404, json!("NOT_FOUND")));
}

#[tokio::test]
async fn without_the_proof_all_looks_like_a_wrong_password() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let (active, _) = locked(&alice).await;
    let (expired, _) = locked(&alice).await;
    let (deleted, _) = locked(&alice).await;
    let (open, _) = alice.sent().await;
    let draft = alice.package().await;
    let door = alice.package().await;
    alice.upload(&door, &[b"x"]).await;
    let body = json!({ "checksum": CHECKSUM, "undisclosedRecipients": true, "password": WRONG_PROOF });
    alice.done(Method::POST, &format!("/package/{}/finalize/", door.id), body).await;
    alice.done(Method::DELETE, &format!("/package/{}/", deleted.id), json!(null)).await;
    server.sql("UPDATE packages SET expires = 1 WHERE rowid = 2").await;
    let none = "A".repeat(43);
    let mut answers = Vec::new();
    for code in [&active, &expired, &deleted, &open, &draft, &door].map(|package| &package.code) {
        answers.push(unlock(&server, code, WRONG_PROOF).await);
    }
    answers.push(unlock(&server, &active.id, WRONG_PROOF).await);
    answers.push(unlock(&server, &none, WRONG_PROOF).await);
    let expected = (401, json!({ "code": "PASSWORD_REQUIRED", "message": "a password is required" }));
    assert_eq!(answers, vec![expected; 8]);
    // With it, what happened is told, also when the content is gone.
    assert_eq!(code(unlock(&server, &expired.code, PROOF).await), (410, json!("EXPIRED")));
    assert_eq!(code(unlock(&server, &deleted.code, PROOF).await), (410, json!("DELETED")));
    server.domain().await.sweep().await.unwrap();
    assert_eq!(code(unlock(&server, &expired.code, PROOF).await), (410, json!("EXPIRED")));
}

#[tokio::test]
async fn guesses_are_counted_for_the_package_and_the_address() {
    let server = TestServer::start().await;
    let (package, _) = locked(&server.dropzone()).await;
    let (other, _) = locked(&server.dropzone()).await;
    // Right ones are not counted.
    for _ in 0..30 {
        assert_eq!(unlock(&server, &package.code, PROOF).await.0, 200);
    }
    for _ in 0..20 {
        assert_eq!(unlock(&server, &package.code, WRONG_PROOF).await.0, 401);
    }
    let url = server.url(&format!("/link/v1/{}/unlock/", package.code));
    let response = server.http.post(url).json(&json!({ "proof": PROOF })).send().await.unwrap();
    assert_eq!(response.status(), 429);
    let wait: u64 = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=901).contains(&wait), "{wait}");
    assert_eq!(response.json::<Value>().await.unwrap()["code"], "TOO_MANY_ATTEMPTS");
    // They count for opening too: there is one door.
    assert_eq!(code(open(&server, &package.code, json!(PROOF)).await), (429, json!("TOO_MANY_ATTEMPTS")));
    // Another package opens, until the address has tried too many: what had to wait counts for it as well.
    assert_eq!(unlock(&server, &other.code, PROOF).await.0, 200);
    for n in 0..79 {
        assert_eq!(unlock(&server, &format!("{n:043}"), WRONG_PROOF).await.0, 401);
    }
    assert_eq!(unlock(&server, &other.code, PROOF).await.0, 429);
}

#[tokio::test]
async fn guesses_that_come_at_once_are_counted_too() {
    let server = TestServer::start().await;
    let (package, _) = locked(&server.dropzone()).await;
    let guesses = (0..50).map(|_| unlock(&server, &package.code, WRONG_PROOF));
    let answers = futures_util::future::join_all(guesses).await;
    let compared = answers.iter().filter(|(status, _)| *status == 401).count();
    assert_eq!((compared, answers.len()), (20, 50));
    assert!(answers.iter().all(|(status, _)| [401, 429].contains(status)));
}

#[tokio::test]
async fn finalizing_takes_one_proof_and_repeats_only_with_it() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let package = alice.package().await;
    alice.upload(&package, &[b"x"]).await;
    let finalize = format!("/package/{}/finalize/", package.id);
    let long = format!("{PROOF}0");
    let upper = PROOF.to_uppercase();
    for proof in ["", "abc", &PROOF[1..], &long, &upper, &PROOF.replace('0', "g")] {
        let mut body = finalize_body();
        body["proof"] = json!(proof);
        let refused = alice.call(Method::POST, &finalize, body).await;
        let said = json!(["the proof is not 64 lowercase hexadecimal digits"]);
        assert_eq!((&refused["response"], &refused["errors"]), (&json!("FAIL"), &said), "{proof}");
    }
    let mut both = finalize_body();
    both["password"] = json!("sesame");
    let refused = alice.call(Method::POST, &finalize, both).await;
    assert_eq!(refused["errors"], json!(["the link is locked already: it takes no other password"]));
    alice.done(Method::POST, &finalize, finalize_body()).await;
    alice.done(Method::POST, &finalize, finalize_body()).await;
    // Another lock is not what the server has: a link with it would open nothing.
    for proof in [json!(WRONG_PROOF), json!(null)] {
        let mut body = finalize_body();
        body["proof"] = proof;
        assert_ne!(alice.call(Method::POST, &finalize, body).await["response"], "SUCCESS");
    }
    assert_eq!(unlock(&server, &package.code, PROOF).await.0, 200);
    for body in [json!({}), json!({ "proof": 1 }), json!({ "proof": "abc" }), json!({ "proof": upper })] {
        let path = format!("/{}/unlock", package.code);
        let refused = server.link(Method::POST, &path, None, Some(body)).await;
        assert_eq!(code(refused), (400, json!("INVALID_REQUEST")));
    }
}

#[tokio::test]
async fn a_workspace_has_no_locked_link() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let made = alice.done(Method::PUT, "/package/", json!({ "vdr": true })).await;
    let path = format!("/package/{}/finalize/", text(&made, "packageId"));
    let refused = alice.call(Method::POST, &path, finalize_body()).await;
    assert_eq!(refused["errors"], json!(["a workspace has no locked link"]));
}

#[tokio::test]
async fn an_account_that_reads_needs_the_proof_too() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let bob = server.account("bob@example.com").await;
    let (package, secret) = locked(&alice).await;
    let information = format!("/package/{}/", package.code);
    assert_eq!(alice.done(Method::GET, &information, json!(null)).await["serverSecret"], json!(secret));
    let seen = bob.done(Method::GET, &information, json!(null)).await;
    assert_eq!((&seen["serverSecret"], &seen["files"]), (&json!(""), &json!([])));
    let file = server.db().await.files(&package.id).await.unwrap().remove(0).id;
    let path = format!("/package/{}/file/{file}/download-urls/", package.code);
    let wanted = |password: Value| json!({ "checksum": CHECKSUM, "startSegment": 1, "endSegment": 1, "password": password });
    for password in [json!(null), json!(WRONG_PROOF)] {
        bob.fails(Method::POST, &path, wanted(password), "FAIL").await;
    }
    bob.done(Method::POST, &path, wanted(json!(PROOF))).await;
}

#[tokio::test]
async fn proofs_do_not_stand_in_the_database() {
    let server = TestServer::start().await;
    let (package, _) = locked(&server.dropzone()).await;
    unlock(&server, &package.code, PROOF).await;
    for file in crate::support::files_below(server.data.path()) {
        let octets = std::fs::read(&file).unwrap();
        let found = octets.windows(PROOF.len()).any(|seen| seen == PROOF.as_bytes());
        assert!(!found, "{}", file.display());
    }
}
