//! E-mail: who is written to, what it says, and what becomes of what fails.

use reqwest::Method;
use serde_json::json;

use crate::mailbox::Mailbox;
use crate::support::{Account, CHECKSUM, Caller, Draft, TestServer};

/// Where people reach the servers of these tests, if one believes their settings.
pub(crate) const ORIGIN: &str = "https://files.example.com";

/// A server that sends e-mail to this box; with `registration` anyone may make an account.
pub(crate) async fn server(mailbox: &Mailbox, registration: bool) -> TestServer {
    TestServer::start_with(|settings| {
        settings.smtp = Some(mailbox.url.parse().unwrap());
        settings.mail_from = Some("Bulla <bulla@example.com>".parse().unwrap());
        settings.public_url = Some(ORIGIN.to_owned());
        settings.registration = Some(registration);
    })
    .await
}

/// A draft with a message and these recipients.
async fn draft(sender: &Account<'_>, recipients: &[&str]) -> Draft {
    let package = sender.package().await;
    let message = json!({ "message": "aGVsbG8=" });
    sender.done(Method::PUT, &format!("/package/{}/message/", package.id), message).await;
    let emails = json!({ "emails": recipients });
    sender.done(Method::PUT, &format!("/package/{}/recipients/", package.id), emails).await;
    package
}

async fn finalize(sender: &Account<'_>, package: &Draft, notify: bool) {
    let body = json!({ "checksum": CHECKSUM, "notifyRecipients": notify });
    sender.done(Method::POST, &format!("/package/{}/finalize/", package.id), body).await;
}

#[tokio::test]
async fn recipients_are_told_once_and_the_key_is_not_in_it() {
    let mailbox = Mailbox::start().await;
    let server = server(&mailbox, false).await;
    let alice = server.account("alice@example.com").await;
    let package = draft(&alice, &["bob@example.com", "carol@example.com"]).await;
    finalize(&alice, &package, true).await;
    // The answer was lost, and the client asks again.
    finalize(&alice, &package, true).await;
    let last = draft(&alice, &["dave@example.com"]).await;
    finalize(&alice, &last, true).await;
    let arrived = mailbox.arrived(3).await;
    let mut to: Vec<String> = arrived.iter().flat_map(|mail| mail.to.clone()).collect();
    to.sort();
    assert_eq!(to, ["bob@example.com", "carol@example.com", "dave@example.com"]);
    for mail in arrived.iter().filter(|mail| !mail.to.contains(&"dave@example.com".to_owned())) {
        let text = mail.text();
        assert!(text.contains("From: Bulla <bulla@example.com>"), "{text}");
        let link = format!("{ORIGIN}/receive/?thread={}&packageCode={}", package.id, package.code);
        assert!(text.contains(&link), "{text}");
        assert!(text.contains("alice@example.com hands it to you"), "{text}");
        assert!(!text.contains(CHECKSUM) && !text.contains(&format!("{}#", package.code)));
        for header in [
            "multipart/alternative",
            "text/html",
            "Date: ",
            "Message-ID: <",
            "Auto-Submitted: auto-generated",
        ] {
            assert!(text.contains(header), "{text}");
        }
    }
}

#[tokio::test]
async fn nobody_is_told_unasked_nor_by_those_without_an_account() {
    let mailbox = Mailbox::start().await;
    let server = TestServer::start_with(|settings| {
        settings.smtp = Some(mailbox.url.parse().unwrap());
        settings.mail_from = Some("bulla@example.com".parse().unwrap());
        settings.public_url = Some(ORIGIN.to_owned());
        settings.open_sending = Some(true);
    })
    .await;
    let alice = server.account("alice@example.com").await;
    let package = draft(&alice, &["bob@example.com"]).await;
    finalize(&alice, &package, false).await;
    let dropzone = server.dropzone();
    let open = dropzone.package().await;
    let message = json!({ "message": "aGVsbG8=" });
    dropzone.done(Method::PUT, &format!("/package/{}/message/", open.id), message).await;
    let add = json!({ "email": "bob@example.com" });
    dropzone.done(Method::PUT, &format!("/package/{}/recipient/", open.id), add).await;
    let end = json!({ "checksum": CHECKSUM, "notifyRecipients": true, "unconfirmedSender": "x@example.com" });
    dropzone.done(Method::POST, &format!("/package/{}/finalize/", open.id), end).await;
    // What comes behind them arrives alone.
    let package = draft(&alice, &["last@example.com"]).await;
    finalize(&alice, &package, true).await;
    assert_eq!(mailbox.arrived(1).await[0].to, ["last@example.com"]);
    assert_eq!(mailbox.count(), 1);
}

#[tokio::test]
async fn what_fails_is_tried_again_and_what_is_refused_is_not() {
    let mailbox = Mailbox::start().await;
    let mut server = server(&mailbox, false).await;
    let alice = server.account("alice@example.com").await;
    mailbox.refuse(&[451]);
    let package = draft(&alice, &["bob@example.com"]).await;
    finalize(&alice, &package, true).await;
    mailbox.refused(1).await;
    assert_eq!(mailbox.count(), 0);
    drop(alice);
    // Also by the next server, once the time has come.
    server.stop().await;
    server.sql("UPDATE outbox SET due = 0").await;
    let data = server.data.path().to_owned();
    let again = TestServer::start_with(|settings| {
        settings.smtp = Some(mailbox.url.parse().unwrap());
        settings.mail_from = Some("bulla@example.com".parse().unwrap());
        settings.public_url = Some(ORIGIN.to_owned());
        settings.data = Some(data.clone());
        settings.database = Some(format!("sqlite:{}", data.join("bulla.db").display()));
    })
    .await;
    assert_eq!(mailbox.arrived(1).await[0].to, ["bob@example.com"]);
    let alice = server.account("alice@example.com").await;
    let alice = Account { server: &again, ..alice };
    mailbox.refuse(&[550]);
    let package = draft(&alice, &["nobody@example.com"]).await;
    finalize(&alice, &package, true).await;
    mailbox.refused(2).await;
    let package = draft(&alice, &["last@example.com"]).await;
    finalize(&alice, &package, true).await;
    let arrived = mailbox.arrived(2).await;
    assert_eq!(arrived[1].to, ["last@example.com"]);
}

#[tokio::test]
async fn e_mail_that_waits_does_not_stand_in_the_database_in_the_clear() {
    let mailbox = Mailbox::start().await;
    let server = server(&mailbox, false).await;
    let alice = server.account("alice@example.com").await;
    mailbox.refuse(&[451]);
    let package = draft(&alice, &["bob@example.com"]).await;
    finalize(&alice, &package, true).await;
    mailbox.refused(1).await;
    assert!(server.keeps("bob@example.com") && !server.keeps("hands it to"));
}

#[tokio::test]
async fn without_an_smtp_server_finalizing_goes_on() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let package = draft(&alice, &["bob@example.com"]).await;
    finalize(&alice, &package, true).await;
}
