//! Signed requests: only the account's own, only now, only as they were meant.

use bulla::api::limits;
use reqwest::Method;
use serde_json::json;

use crate::support::{Account, Caller, TestServer};

const PATH: &str = "/config/verify-credentials/";

async fn verify(account: &Account<'_>, age: i64, nonce: Option<&str>) -> String {
    account.sign(Method::GET, PATH, b"", age, nonce).code(account.server).await
}

#[tokio::test]
async fn a_signature_of_an_account_holds() {
    let server = TestServer::start().await;
    let alice = server.account("Alice@Example.com").await;
    let answer = alice.done(Method::GET, PATH, json!(null)).await;
    assert_eq!(answer["message"], "alice@example.com");
    let user = alice.done(Method::GET, "/user", json!(null)).await;
    assert_eq!((user["email"].as_str(), user["packageLife"].as_u64()), (Some("alice@example.com"), Some(7)));
}

#[tokio::test]
async fn each_part_of_a_signed_request_is_bound() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let bob = server.account("bob@example.com").await;
    let good = alice.sign(Method::PUT, "/package/", b"{}", 0, None);
    let header = |name: &str, value: &str| {
        let mut changed = good.clone();
        let headers = changed.headers.iter_mut();
        headers.filter(|(header, _)| *header == name).for_each(|(_, old)| *old = value.to_owned());
        changed
    };
    let signature = good.headers[0].1.clone();
    let forged = [
        header("ss-request-signature", ""),
        header("ss-request-signature", &"0".repeat(64)),
        header("ss-request-signature", &signature[..62]),
        header("ss-request-signature", &format!("{signature}00")),
        header("ss-request-signature", "not hexadecimal"),
        header("ss-api-key", &bob.api_key),
        header("ss-api-key", "unknown"),
        header("ss-request-timestamp", &bob.sign(Method::PUT, "/", b"", 7, None).headers[2].1),
    ];
    for request in forged {
        let shown = format!("{request:?}");
        assert_eq!(request.code(&server).await, "AUTHENTICATION_FAILED", "{shown}");
    }
    let mut other = good.clone();
    other.body = b"{\"life\":0}".to_vec();
    assert_eq!(other.code(&server).await, "AUTHENTICATION_FAILED");
    let mut other = good.clone();
    other.path = "/api/v2.0/package".to_owned();
    assert_eq!(other.code(&server).await, "AUTHENTICATION_FAILED");
    for missing in 0..3 {
        let mut other = good.clone();
        other.headers.remove(missing);
        assert_eq!(other.code(&server).await, "AUTHENTICATION_FAILED");
        let mut twice = good.clone();
        twice.headers.push(twice.headers[missing].clone());
        assert_eq!(twice.code(&server).await, "AUTHENTICATION_FAILED");
    }
    assert_eq!(good.code(&server).await, "SUCCESS");
}

#[tokio::test]
async fn a_timestamp_holds_for_fifteen_minutes_either_way() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let window = i64::try_from(limits::TIMESTAMP_WINDOW).unwrap();
    for (age, expected) in [
        (window - 30, "SUCCESS"),
        (30 - window, "SUCCESS"),
        (window + 30, "AUTHENTICATION_FAILED"),
        (-window - 30, "AUTHENTICATION_FAILED"),
        (10 * 365 * 86_400, "AUTHENTICATION_FAILED"),
    ] {
        assert_eq!(verify(&alice, age, None).await, expected, "{age}");
    }
}

#[tokio::test]
async fn malformed_timestamps_are_refused() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    for bad in ["", "now", "1549030048", "2014-01-14T22:24:00Z", "2014-13-14T22:24:00+0000"] {
        let mut request = alice.sign(Method::GET, PATH, b"", 0, None);
        request.headers[2].1 = bad.to_owned();
        assert_eq!(request.code(&server).await, "AUTHENTICATION_FAILED", "{bad}");
    }
}

#[tokio::test]
async fn equal_requests_of_one_second_both_hold() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let request = alice.sign(Method::GET, PATH, b"", 0, None);
    assert_eq!(request.clone().code(&server).await, "SUCCESS");
    assert_eq!(request.code(&server).await, "SUCCESS");
}

#[tokio::test]
async fn a_signature_holds_for_the_first_method_seen_with_it() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let package = alice.package().await;
    let request = alice.sign(Method::GET, &format!("/package/{}/", package.id), b"", 0, None);
    assert_eq!(request.clone().code(&server).await, "SUCCESS");
    server.sql("UPDATE requests_seen SET seen = seen - 6").await;
    let mut replay = request.clone();
    replay.method = Method::DELETE;
    replay.headers[0].1 = replay.headers[0].1.to_uppercase();
    assert_eq!(replay.code(&server).await, "AUTHENTICATION_FAILED");
    assert_eq!(request.code(&server).await, "SUCCESS");
}

#[tokio::test]
async fn within_a_moment_a_package_is_looked_at_and_deleted() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let package = alice.package().await;
    // SendSafely's clients sign both alike when they send them within a second.
    let look = alice.sign(Method::GET, &format!("/package/{}/", package.id), b"", 0, None);
    let mut delete = look.clone();
    delete.method = Method::DELETE;
    assert_eq!(look.code(&server).await, "SUCCESS");
    assert_eq!(delete.code(&server).await, "SUCCESS");
}

#[tokio::test]
async fn a_nonce_holds_once() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let request = alice.sign(Method::GET, PATH, b"", 0, Some("n1"));
    assert_eq!(request.clone().code(&server).await, "SUCCESS");
    assert_eq!(request.clone().code(&server).await, "AUTHENTICATION_FAILED");
    // Also with another request, and moved to where it would be signed the same.
    assert_eq!(verify(&alice, 5, Some("n1")).await, "AUTHENTICATION_FAILED");
    let mut moved = request;
    moved.headers.pop();
    moved.body = b"n1".to_vec();
    assert_eq!(moved.code(&server).await, "AUTHENTICATION_FAILED");
    // Another account's nonces are its own.
    let bob = server.account("bob@example.com").await;
    assert_eq!(verify(&bob, 0, Some("n1")).await, "SUCCESS");
    assert_eq!(verify(&alice, 0, Some(&"n".repeat(129))).await, "AUTHENTICATION_FAILED");
}

#[tokio::test]
async fn replays_are_remembered_over_a_restart() {
    let mut server = TestServer::start().await;
    let request = server.account("alice@example.com").await.sign(Method::GET, PATH, b"", 0, Some("once"));
    assert_eq!(request.clone().code(&server).await, "SUCCESS");
    server.stop().await;
    let data = server.data.path().to_owned();
    let again = TestServer::start_with(|settings| settings.data = Some(data)).await;
    assert_eq!(request.code(&again).await, "AUTHENTICATION_FAILED");
}

#[tokio::test]
async fn a_revoked_key_does_not_hold() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    assert_eq!(verify(&alice, 0, None).await, "SUCCESS");
    assert!(server.db().await.revoke_key(&alice.api_key, 1).await.unwrap());
    assert_eq!(verify(&alice, 1, None).await, "AUTHENTICATION_FAILED");
}

#[tokio::test]
async fn api_secrets_do_not_stand_in_the_database() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    for file in crate::support::files_below(server.data.path()) {
        let octets = std::fs::read(&file).unwrap();
        let found =
            octets.windows(alice.api_secret.len()).any(|window| window == alice.api_secret.as_bytes());
        assert!(!found, "{}", file.display());
    }
}

#[tokio::test]
async fn the_signature_is_checked_before_the_body_is_read_as_json() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let mut request = alice.sign(Method::PUT, "/package/", b"{", 0, None);
    assert_eq!(request.clone().code(&server).await, "FAIL");
    request.headers[0].1 = "0".repeat(64);
    assert_eq!(request.code(&server).await, "AUTHENTICATION_FAILED");
}
