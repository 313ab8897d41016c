//! Approval: where there are approvers, nothing opens before one of them agrees.

use reqwest::Method;
use serde_json::{Value, json};

use crate::mailbox::Mailbox;
use crate::mails::ORIGIN;
use crate::support::{CHECKSUM, Caller, Draft, TestServer, text};

/// A server on which ann@example.com approves what leaves example.com.
async fn start() -> TestServer {
    TestServer::start_with(|settings| {
        settings.approvers = vec!["Ann@example.com".to_owned()];
        settings.approval_exempt = vec!["example.com".to_owned()];
    })
    .await
}

/// A package with a file, a message and these recipients, and what finalizing it answered.
async fn send(caller: &impl Caller, emails: &[&str]) -> (Draft, String, Value) {
    let package = caller.package().await;
    let path = format!("/package/{}", package.id);
    let file = caller.upload(&package, &[b"x"]).await;
    caller.done(Method::PUT, &format!("{path}/message/"), json!({ "message": "aGVsbG8=" })).await;
    if !emails.is_empty() {
        caller.done(Method::PUT, &format!("{path}/recipients/"), json!({ "emails": emails })).await;
    }
    let finalize = json!({ "checksum": CHECKSUM, "undisclosedRecipients": emails.is_empty() });
    let answer = caller.call(Method::POST, &format!("{path}/finalize/"), finalize).await;
    (package, file, answer)
}

async fn waiting(caller: &impl Caller) -> Vec<String> {
    let answer = caller.done(Method::GET, "/package/approvals/", json!(null)).await;
    answer["packages"].as_array().unwrap().iter().map(|package| text(package, "packageId")).collect()
}

#[tokio::test]
async fn nothing_opens_before_an_approver_agrees() {
    let server = start().await;
    let (alice, ann) = (server.account("alice@example.com").await, server.account("ann@example.com").await);
    let bob = server.account("bob@example.org").await;
    let (package, file, answer) = send(&alice, &["bob@example.org", "carol@example.com"]).await;
    let path = format!("/package/{}", package.id);
    assert_eq!(answer["response"], "PACKAGE_NEEDS_APPROVAL");
    assert_eq!(answer["approvers"], json!(["ann@example.com"]));
    let link = format!("{}/receive/?thread={}&packageCode={}", server.url(""), package.id, package.code);
    assert_eq!(answer["message"], link);

    let wanted = json!({ "checksum": CHECKSUM, "startSegment": 1, "endSegment": 1 });
    let (urls, message) =
        (format!("{path}/file/{file}/download-urls/"), format!("{path}/message/{CHECKSUM}/"));
    for reader in [&bob, &ann] {
        reader.fails(Method::POST, &urls, wanted.clone(), "FAIL").await;
        reader.fails(Method::GET, &message, json!(null), "FAIL").await;
    }
    bob.fails(Method::GET, &path, json!(null), "FAIL").await;
    let received = bob.done(Method::GET, "/package/received/", json!(null)).await;
    assert_eq!(received["packages"], json!([]));
    let missing = (404, json!({ "code": "NOT_FOUND", "message": "not found or not permitted" }));
    assert_eq!(server.open(&package.code, CHECKSUM).await, missing);

    let seen = alice.done(Method::GET, &path, json!(null)).await;
    assert_eq!((&seen["needsApproval"], &seen["approverList"]), (&json!(true), &json!(["ann@example.com"])));
    assert_eq!(seen["state"], "PACKAGE_STATE_IN_PROGRESS");
    let flags: Vec<_> =
        seen["recipients"].as_array().unwrap().iter().map(|r| r["needsApproval"].clone()).collect();
    assert_eq!(flags, [json!(true), json!(false)]);
    // What was finalized is what will be approved.
    alice.fails(Method::DELETE, &format!("{path}/file/{file}/"), json!(null), "FAIL").await;
    alice.fails(Method::PUT, &format!("{path}/message/"), json!({ "message": "bmV3" }), "FAIL").await;
    alice.fails(Method::POST, &format!("{path}/seal/"), json!({ "seal": "bmV3" }), "FAIL").await;
    let dave = json!({ "email": "dave@example.org" });
    alice.fails(Method::PUT, &format!("{path}/recipient/"), dave, "LIMIT_EXCEEDED").await;

    // The approver sees what it is asked about, and nothing that opens it.
    assert_eq!(waiting(&ann).await, [&*package.id]);
    let shown = ann.done(Method::GET, &path, json!(null)).await;
    assert_eq!((&shown["serverSecret"], &shown["packageSender"]), (&json!(""), &json!("alice@example.com")));
    assert_eq!((&shown["files"], &shown["recipients"]), (&seen["files"], &seen["recipients"]));
    for other in [&alice, &bob] {
        other.fails(Method::POST, &format!("{path}/approve/"), json!({}), "FAIL").await;
        other.fails(Method::GET, "/package/approvals/", json!(null), "FAIL").await;
    }
    server.dropzone().fails(Method::POST, &format!("{path}/approve/"), json!({}), "FAIL").await;
    server.sql("UPDATE packages SET finalized = finalized - 86400, expires = expires - 86400").await;
    ann.done(Method::POST, &format!("{path}/approve/"), json!({})).await;

    assert_eq!(server.open(&package.code, CHECKSUM).await.0, 200);
    bob.done(Method::POST, &urls, wanted).await;
    bob.done(Method::GET, &message, json!(null)).await;
    let seen = alice.done(Method::GET, &path, json!(null)).await;
    assert_eq!((&seen["needsApproval"], &seen["approverList"]), (&json!(false), &json!([])));
    assert_eq!(seen["packageStateStr"], "Active - Pickup Complete");
    let record = server.db().await.package(&package.id).await.unwrap().unwrap();
    assert!(
        record.finalized.unwrap() + 7 * 86_400 == record.expires.unwrap()
            && record.finalized >= Some(record.created)
    );
    assert_eq!(waiting(&ann).await.len(), 0);
    ann.fails(Method::POST, &format!("{path}/approve/"), json!({}), "FAIL").await;
    ann.fails(Method::GET, &path, json!(null), "FAIL").await;
    let log = alice.done(Method::POST, &format!("{path}/activityLog/"), json!({})).await;
    let actions: Vec<_> =
        log["activityLogEntries"].as_array().unwrap().iter().map(|e| text(e, "action")).collect();
    assert!(actions.contains(&"PACKAGE_NEEDS_APPROVAL".to_owned()), "{actions:?}");
    let approved = &log["activityLogEntries"][actions.iter().position(|a| a == "PACKAGE_APPROVED").unwrap()];
    assert_eq!(approved["user"]["userEmail"], "ann@example.com");
}

#[tokio::test]
async fn adding_a_recipient_says_whether_approval_is_needed() {
    let server = start().await;
    let alice = server.account("alice@example.com").await;
    let package = alice.package().await;
    let path = format!("/package/{}", package.id);
    for (email, needed) in [
        ("bob@example.com", false),
        ("bob@EXAMPLE.com", false),
        ("bob@sub.example.com", true),
        ("bob@example.com.evil.example", true),
        ("example.com@evil.example", true),
    ] {
        let added = alice.done(Method::PUT, &format!("{path}/recipient/"), json!({ "email": email })).await;
        assert_eq!(
            (&added["approvalRequired"], &added["needsApproval"]),
            (&json!(needed), &json!(needed)),
            "{email}"
        );
        let approvers = if needed { json!(["ann@example.com"]) } else { json!([]) };
        assert_eq!(added["approvers"], approvers);
    }
    let many = json!({ "emails": ["carol@example.com", "dave@example.com"] });
    let added = alice.done(Method::PUT, &format!("{path}/recipients/"), many).await;
    assert_eq!(added["approvalRequired"], false);
    let many = json!({ "emails": ["carol@example.com", "dave@example.org"] });
    let added = alice.done(Method::PUT, &format!("{path}/recipients/"), many).await;
    assert_eq!(added["approvalRequired"], true);
}

#[tokio::test]
async fn what_stays_inside_and_what_approvers_send_does_not_wait() {
    let server = start().await;
    let (alice, ann) = (server.account("alice@example.com").await, server.account("ann@example.com").await);
    let (inside, _, answer) = send(&alice, &["bob@example.com"]).await;
    assert_eq!((&answer["response"], &answer["approvers"]), (&json!("SUCCESS"), &json!([])));
    let (own, _, answer) = send(&ann, &["bob@example.org"]).await;
    assert_eq!(answer["response"], "SUCCESS");
    for package in [inside, own] {
        assert_eq!(server.open(&package.code, CHECKSUM).await.0, 200);
    }
}

#[tokio::test]
async fn what_anyone_with_the_link_may_open_waits_whoever_sends_it() {
    let server = start().await;
    let alice = server.account("alice@example.com").await;
    let ann = server.account("ann@example.com").await;
    let (package, _, answer) = send(&alice, &[]).await;
    assert_eq!(answer["response"], "PACKAGE_NEEDS_APPROVAL");
    let dropzone = server.dropzone();
    let dropped = dropzone.package().await;
    dropzone.upload(&dropped, &[b"x"]).await;
    // An address that nobody confirmed makes no approver.
    let path = format!("/package/{}/finalize/", dropped.id);
    let finalize = json!({ "checksum": CHECKSUM, "undisclosedRecipients": true, "unconfirmedSender": "ann@example.com" });
    for _ in 0..2 {
        let answer = dropzone.call(Method::POST, &path, finalize.clone()).await;
        assert_eq!(answer["response"], "PACKAGE_NEEDS_APPROVAL");
    }
    for package in [&package, &dropped] {
        assert_eq!(server.open(&package.code, CHECKSUM).await.0, 404);
        let looked = server.link(Method::GET, &format!("/{}/", package.code), None, None).await;
        assert_eq!(looked, (200, json!({ "passwordRequired": false })));
        ann.done(Method::POST, &format!("/package/{}/approve/", package.id), json!({})).await;
        assert_eq!(server.open(&package.code, CHECKSUM).await.0, 200);
    }
}

#[tokio::test]
async fn a_recipient_added_later_waits_alone() {
    let server = start().await;
    let (alice, ann) = (server.account("alice@example.com").await, server.account("ann@example.com").await);
    let (bob, carol) = (server.account("bob@example.com").await, server.account("carol@example.org").await);
    let (package, ..) = send(&alice, &["bob@example.com"]).await;
    let path = format!("/package/{}", package.id);
    let add = json!({ "email": "carol@example.org" });
    let added = alice.done(Method::PUT, &format!("{path}/recipient/"), add).await;
    assert_eq!(added["approvalRequired"], true);
    bob.done(Method::GET, &path, json!(null)).await;
    carol.fails(Method::GET, &path, json!(null), "FAIL").await;
    assert_eq!(alice.done(Method::GET, &path, json!(null)).await["needsApproval"], true);
    assert_eq!(waiting(&ann).await, [&*package.id]);
    ann.done(Method::POST, &format!("{path}/approve/"), json!({})).await;
    carol.done(Method::GET, &path, json!(null)).await;
    assert_eq!(alice.done(Method::GET, &path, json!(null)).await["needsApproval"], false);
}

#[tokio::test]
async fn what_nobody_approves_ends_with_its_life() {
    let server = start().await;
    let (alice, ann) = (server.account("alice@example.com").await, server.account("ann@example.com").await);
    let (package, ..) = send(&alice, &["bob@example.org"]).await;
    let path = format!("/package/{}/", package.id);
    alice.done(Method::POST, &path, json!({ "life": 30 })).await;
    server.sql("UPDATE packages SET expires = 1").await;
    ann.fails(Method::POST, &format!("{path}approve/"), json!({}), "FAIL").await;
    assert_eq!(waiting(&ann).await.len(), 0);
    server.domain().await.sweep().await.unwrap();
    let seen = alice.done(Method::GET, &path, json!(null)).await;
    assert_eq!(
        (&seen["packageStateStr"], &seen["needsApproval"]),
        (&json!("Expired - Not Picked Up"), &json!(false))
    );
    assert!(!server.objects().join(&package.id).exists());
    // Its sender may also take it back.
    let (package, ..) = send(&alice, &["bob@example.org"]).await;
    alice.done(Method::DELETE, &format!("/package/{}/", package.id), json!(null)).await;
    ann.fails(Method::POST, &format!("/package/{}/approve/", package.id), json!({}), "FAIL").await;
}

#[tokio::test]
async fn a_workspace_opens_to_its_approved_members_alone() {
    let server = start().await;
    let (alice, ann) = (server.account("alice@example.com").await, server.account("ann@example.com").await);
    let bob = server.account("bob@example.org").await;
    let made = alice.done(Method::PUT, "/package/", json!({ "vdr": true })).await;
    let (path, code) = (format!("/package/{}/", text(&made, "packageId")), text(&made, "packageCode"));
    let finalize = json!({ "checksum": CHECKSUM, "undisclosedRecipients": true });
    alice.done(Method::POST, &format!("{path}finalize/"), finalize).await;
    let emails = json!({ "emails": ["bob@example.org"] });
    let added = alice.done(Method::PUT, &format!("{path}recipients/"), emails).await;
    assert_eq!(added["approvalRequired"], true);
    let missing = (404, json!({ "code": "NOT_FOUND", "message": "not found or not permitted" }));
    let dave = server.account("dave@example.org").await;
    assert_eq!(server.open(&code, CHECKSUM).await, missing);
    bob.fails(Method::GET, &path, json!(null), "FAIL").await;

    ann.done(Method::POST, &format!("{path}approve/"), json!({})).await;
    bob.done(Method::GET, &path, json!(null)).await;
    assert_eq!(server.open(&code, CHECKSUM).await, missing);
    dave.fails(Method::GET, &format!("/package/{code}/"), json!(null), "FAIL").await;
}

#[tokio::test]
async fn recipients_are_written_to_once_they_are_approved() {
    let mailbox = Mailbox::start().await;
    let server = TestServer::start_with(|settings| {
        settings.smtp = Some(mailbox.url.parse().unwrap());
        settings.mail_from = Some("bulla@example.com".parse().unwrap());
        settings.public_url = Some(ORIGIN.to_owned());
        settings.approvers = vec!["ann@example.com".to_owned()];
    })
    .await;
    let (alice, ann) = (server.account("alice@example.com").await, server.account("ann@example.com").await);
    let mut letters = Vec::new();
    for notify in [true, false] {
        let package = alice.package().await;
        let path = format!("/package/{}", package.id);
        alice.done(Method::PUT, &format!("{path}/message/"), json!({ "message": "aGVsbG8=" })).await;
        alice.done(Method::PUT, &format!("{path}/recipient/"), json!({ "email": "bob@example.com" })).await;
        let finalize = json!({ "checksum": CHECKSUM, "notifyRecipients": notify });
        let answer = alice.call(Method::POST, &format!("{path}/finalize/"), finalize).await;
        assert_eq!(answer["response"], "PACKAGE_NEEDS_APPROVAL");
        letters.push(package);
    }
    assert_eq!(mailbox.count(), 0);
    for package in letters.iter().rev() {
        ann.done(Method::POST, &format!("/package/{}/approve/", package.id), json!({})).await;
    }
    let arrived = mailbox.arrived(1).await;
    let link = format!("{ORIGIN}/receive/?thread={}&packageCode={}", letters[0].id, letters[0].code);
    assert!(arrived.len() == 1 && arrived[0].text().contains(&link), "{arrived:?}");
}
