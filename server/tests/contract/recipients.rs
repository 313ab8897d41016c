//! Recipients: phone numbers, roles, and what they opened.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{CHECKSUM, Caller, TestServer, text};

#[tokio::test]
async fn phone_numbers_come_in_as_text_and_go_out_as_numbers() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let package = alice.package().await;
    let path = format!("/package/{}", package.id);
    let bob = json!({ "email": "bob@example.com" });
    let bob = text(&alice.done(Method::PUT, &format!("{path}/recipient/"), bob).await, "recipientId");
    let one = format!("{path}/recipient/{bob}");
    let first = json!({ "phoneNumber": "(123) 456-7890", "countrycode": "US" });
    let updated = alice.done(Method::POST, &one, first.clone()).await;
    let number = |code: u64, number: u64, last: bool| json!({ "countryCode": code, "phonenumber": number, "wasUsedMostRecently": last });
    assert_eq!(updated["phonenumbers"], json!([number(1, 1_234_567_890, true)]));
    assert_eq!((&updated["recipientId"], &updated["roleName"]), (&json!(bob), &json!("VIEWER")));
    let second = json!({ "phoneNumber": "030 901820", "countryCode": "de" });
    alice.done(Method::POST, &one, second).await;
    let both = json!([number(49, 30_901_820, true), number(1, 1_234_567_890, false)]);
    assert_eq!(alice.done(Method::GET, &one, json!(null)).await["phonenumbers"], both);
    let again = alice.done(Method::POST, &one, first).await;
    assert_eq!(again["phonenumbers"][0], number(1, 1_234_567_890, true));
    assert_eq!(again["phonenumbers"].as_array().unwrap().len(), 2);
    // The last ten are kept.
    for n in 10..25 {
        let more = json!({ "phoneNumber": format!("+1 212 555 01{n}") });
        alice.done(Method::POST, &one, more).await;
    }
    let seen = alice.done(Method::GET, &one, json!(null)).await;
    let numbers = seen["phonenumbers"].as_array().unwrap();
    assert_eq!((numbers.len(), &numbers[0]), (10, &number(1, 2_125_550_124, true)));

    let carol = json!({ "email": "carol@example.com", "phoneNumber": "(212) 555-0123", "countryCode": "US" });
    let carol = alice.done(Method::PUT, &format!("{path}/recipient/"), carol).await;
    assert_eq!(carol["phonenumbers"], json!([number(1, 2_125_550_123, true)]));
    let dave = json!({ "email": "dave@example.com", "phoneNumber": "none" });
    alice.fails(Method::PUT, &format!("{path}/recipient/"), dave, "FAIL").await;
    let seen = alice.done(Method::GET, &format!("{path}/"), json!(null)).await;
    assert_eq!(seen["recipients"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn what_is_no_number_or_no_role_is_refused() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let package = alice.package().await;
    let path = format!("/package/{}", package.id);
    let bob = json!({ "email": "bob@example.com" });
    let bob = text(&alice.done(Method::PUT, &format!("{path}/recipient/"), bob).await, "recipientId");
    let one = format!("{path}/recipient/{bob}/");
    for bad in [
        json!({ "phoneNumber": "" }),
        json!({ "phoneNumber": "call me", "countrycode": "US" }),
        json!({ "phoneNumber": "(123) 456-7890" }),
        json!({ "phoneNumber": "(123) 456-7890", "countrycode": "Atlantis" }),
        json!({ "phoneNumber": 1_234_567_890, "countrycode": "US" }),
        json!({ "phoneNumber": "9".repeat(10_000), "countrycode": "US" }),
        json!({ "phoneNumber": "(123) 456-7890\u{202e}", "countrycode": "US" }),
        json!({ "role": "EMPEROR" }),
        json!({ "roleName": "" }),
        // Only workspaces have other roles than this one.
        json!({ "role": "OWNER" }),
        json!({ "roleName": "CONTRIBUTOR" }),
    ] {
        alice.fails(Method::POST, &one, bad, "FAIL").await;
    }
    alice.done(Method::POST, &one, json!({ "role": "VIEWER" })).await;
    let seen = alice.done(Method::GET, &one, json!(null)).await;
    assert_eq!((&seen["phonenumbers"], &seen["roleName"]), (&json!(null), &json!("VIEWER")));
    let phone = json!({ "phoneNumber": "+1 212 555 0123" });
    alice.fails(Method::POST, &format!("{path}/recipient/nobody/"), phone.clone(), "FAIL").await;
    let other = alice.package().await;
    alice
        .fails(Method::POST, &format!("/package/{}/recipient/{bob}/", other.id), phone.clone(), "FAIL")
        .await;
    alice.done(Method::DELETE, &path, json!(null)).await;
    alice.fails(Method::POST, &one, phone, "FAIL").await;
}

#[tokio::test]
async fn phone_numbers_go_with_the_package() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let package = alice.package().await;
    let path = format!("/package/{}", package.id);
    let bob = json!({ "email": "bob@example.com", "phoneNumber": "+1 212 555 0123" });
    let bob = text(&alice.done(Method::PUT, &format!("{path}/recipient/"), bob).await, "recipientId");
    alice.done(Method::DELETE, &path, json!(null)).await;
    server.domain().await.sweep().await.unwrap();
    let seen = alice.done(Method::GET, &format!("{path}/recipient/{bob}/"), json!(null)).await;
    assert_eq!((&seen["email"], &seen["phonenumbers"]), (&json!("bob@example.com"), &json!(null)));
}

/// What of the first recipient's confirmations is told: whether it was the message, else which file.
async fn confirmed(alice: &impl Caller, path: &str) -> Vec<Value> {
    let seen = alice.done(Method::GET, path, json!(null)).await;
    let confirmations = seen["recipients"][0]["confirmations"].as_array().unwrap().clone();
    for confirmation in &confirmations {
        assert_eq!(confirmation["ipAddress"], "127.0.0.1");
        assert!(confirmation["timestamp"].is_string() && confirmation["timeStampStr"].is_string());
    }
    let what =
        |c: &Value| if c["isMessage"] == true { json!("message") } else { c["file"]["fileId"].clone() };
    confirmations.iter().map(what).collect()
}

#[tokio::test]
async fn confirmations_say_who_opened_what_through_the_link_too() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let package = alice.package().await;
    let path = format!("/package/{}/", package.id);
    let (one, two) = (alice.upload(&package, &[b"1"]).await, alice.upload(&package, &[b"2"]).await);
    alice.done(Method::PUT, &format!("{path}message/"), json!({ "message": "aGVsbG8=" })).await;
    let add = json!({ "email": "bob@example.com" });
    let bob = alice.done(Method::PUT, &format!("{path}recipient/"), add).await;
    alice.done(Method::POST, &format!("{path}finalize/"), json!({ "checksum": CHECKSUM })).await;

    let open = async |code: Value| {
        let body = json!({ "checksum": CHECKSUM, "recipientCode": code });
        server.link(Method::POST, &format!("/{}/open", package.code), None, Some(body)).await
    };
    let fetch = async |token: &str, file: &str| {
        let path = format!("/{}/file/{file}/download-urls", package.code);
        let wanted = Some(json!({ "startSegment": 1, "endSegment": 1 }));
        server.link(Method::POST, &path, Some(token), wanted).await.0
    };
    // Whoever it is, without the code or with another: it opens, and nobody is said to have opened it.
    for code in [json!(null), json!("nobody"), json!("")] {
        let (status, opened) = open(code).await;
        assert_eq!(status, 200);
        assert_eq!(fetch(&text(&opened, "token"), &one).await, 200);
    }
    assert_eq!(confirmed(&alice, &path).await, Vec::<Value>::new());

    let (_, opened) = open(bob["recipientCode"].clone()).await;
    let token = text(&opened, "token");
    for file in [&one, &two, &one] {
        assert_eq!(fetch(&token, file).await, 200);
    }
    server.link(Method::GET, &format!("/{}/message", package.code), Some(&token), None).await;
    assert_eq!(confirmed(&alice, &path).await, [json!("message"), json!(one), json!(two)]);
    let log = alice.done(Method::POST, &format!("{path}activityLog/"), json!({})).await;
    assert_eq!(log["activityLogEntries"][0]["user"]["userEmail"], "bob@example.com");

    // The token says which recipient it is of, and cannot be made to say another.
    let id = text(&bob, "recipientId");
    let (end, tag) = token.strip_suffix(&format!(".{id}")).unwrap().split_once('.').unwrap();
    for forged in [format!("{end}.{tag}"), format!("{end}.{tag}."), format!("{end}.{tag}.{}", "A".repeat(32))]
    {
        assert_eq!(fetch(&forged, &one).await, 401);
    }
    // Its account is the same recipient; later it is another time.
    let account = server.account("bob@example.com").await;
    let wanted = json!({ "checksum": CHECKSUM, "startSegment": 1, "endSegment": 1 });
    let urls = format!("{path}file/{two}/download-urls/");
    account.done(Method::POST, &urls, wanted.clone()).await;
    assert_eq!(confirmed(&alice, &path).await.len(), 3);
    server.sql("UPDATE confirmations SET at = at - 3601").await;
    account.done(Method::POST, &urls, wanted).await;
    assert_eq!(confirmed(&alice, &path).await.last().unwrap(), &json!(two));
    // A recipient who was removed is nobody any more.
    alice.done(Method::DELETE, &format!("{path}recipient/{id}/"), json!(null)).await;
    assert_eq!(fetch(&token, &one).await, 200);
    assert_eq!(open(bob["recipientCode"].clone()).await.0, 200);
}

#[tokio::test]
async fn a_recipient_is_told_its_own_code_alone() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let package = alice.package().await;
    let path = format!("/package/{}/", package.id);
    alice.upload(&package, &[b"1"]).await;
    let emails = json!({ "emails": ["bob@example.com", "carol@example.com"] });
    let added = alice.done(Method::PUT, &format!("{path}recipients/"), emails).await;
    let finalize = json!({ "checksum": CHECKSUM, "undisclosedRecipients": true, "password": "sesame" });
    alice.done(Method::POST, &format!("{path}finalize/"), finalize).await;
    for (email, expected) in [
        ("bob@example.com", added["recipients"][0]["recipientCode"].clone()),
        ("carol@example.com", added["recipients"][1]["recipientCode"].clone()),
        ("eve@example.com", json!(null)),
    ] {
        let seen = server.account(email).await.done(Method::GET, &path, json!(null)).await;
        assert_eq!(seen["recipientCode"], expected, "{email}");
        assert_eq!(seen["recipients"], json!([]), "{email}");
    }
    assert_eq!(alice.done(Method::GET, &path, json!(null)).await["recipientCode"], json!(null));
}
