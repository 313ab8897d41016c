//! What the installation tells of itself, and what it is told.

use reqwest::Method;
use serde_json::json;

use crate::support::{Caller, TestServer};

#[tokio::test]
async fn what_it_is_called_and_looks_like() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let seen = alice.done(Method::GET, "/enterprise", json!(null)).await;
    assert_eq!((&seen["host"], &seen["systemName"]), (&json!(server.url("")), &json!("Bulla")));
    assert_eq!(
        (&seen["allowUndisclosedRecipients"], &seen["messageEncryption"]),
        (&json!(true), &json!(true))
    );
    let tokens = std::fs::read_to_string("../www/tokens.css").unwrap();
    for (of_page, told) in [("--ink", "headerColor"), ("--clay", "linkColor")] {
        assert!(tokens.contains(&format!("{of_page}: {};", seen[told].as_str().unwrap())), "{told}");
    }
    let public = Some("https://files.example.com".to_owned());
    let server = TestServer::start_with(|settings| settings.public_url = public).await;
    let alice = server.account("alice@example.com").await;
    let seen = alice.done(Method::GET, "/enterprise/", json!(null)).await;
    assert_eq!(seen["host"], "https://files.example.com");
}

#[tokio::test]
async fn clients_that_tell_their_version_are_told_the_servers() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let told = json!({ "host": "files.example.com", "info": "CE|Mozilla/5.0|2|1" });
    for answer in [
        alice.done(Method::PUT, "/config/version/info/", told.clone()).await,
        server.dropzone().done(Method::PUT, "/config/version/info", told).await,
        alice.done(Method::GET, "/config/version/NODE_API/3", json!(null)).await,
    ] {
        assert_eq!(answer["version"], env!("CARGO_PKG_VERSION"));
    }
    alice.fails(Method::PUT, "/config/version/info/", json!({ "info": 1 }), "FAIL").await;
}

#[tokio::test]
async fn what_clients_report_is_kept_for_the_operator() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    alice.done(Method::PUT, "/feedback/", json!({ "message": "it broke", "stacktrace": "at f" })).await;
    // The older call, with whatever it has.
    let report = json!({ "javalog": "a\0b", "stacktrace": null, "systemInfo": { "os": "x" } });
    server.dropzone().done(Method::PUT, "/feedback/", report).await;
    let kept = server.db().await.feedback().await.unwrap();
    let [first, second] = kept.as_slice() else { panic!("{kept:?}") };
    assert_eq!(
        (&*first.sender, &*first.message, &*first.stacktrace),
        ("alice@example.com", "it broke", "at f")
    );
    assert_eq!(
        (&*second.sender, &*second.message, &*second.stacktrace, &*second.system_info),
        ("", "a\u{fffd}b", "", r#"{"os":"x"}"#)
    );
    // Nobody reads it through the API.
    alice.fails(Method::GET, "/feedback/", json!(null), "FAIL").await;
}

#[tokio::test]
async fn reports_are_bounded() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    alice.fails(Method::PUT, "/feedback/", json!({ "message": " " }), "FAIL").await;
    let long = json!({ "message": "m".repeat((64 << 10) + 1) });
    alice.fails(Method::PUT, "/feedback/", long, "LIMIT_EXCEEDED").await;
    server
        .sql(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) \
             INSERT INTO feedback (id, position, at, sender, client, message, stacktrace, system_info) \
             SELECT 'f' || i, i, 0, '', '', 'old ' || i, '', '' FROM n",
        )
        .await;
    let report = json!({ "message": "new" });
    for _ in 0..20 {
        alice.done(Method::PUT, "/feedback/", report.clone()).await;
    }
    alice.fails(Method::PUT, "/feedback/", report, "LIMIT_EXCEEDED").await;
    let kept = server.db().await.feedback().await.unwrap();
    assert_eq!((kept.len(), &*kept[0].message, &*kept[999].message), (1000, "old 21", "new"));
}
