//! E-mail: who is written to, what it says, and what becomes of what fails.

use bulla::api::account::Language;
use bulla_server::config::Settings;
use reqwest::Method;
use serde_json::json;

use crate::key_issue::generate;
use crate::mailbox::{Letter, Mailbox};
use crate::public_keys::{public_key, wrapped};
use crate::support::{Account, CHECKSUM, Caller, Draft, PASSWORD, TestServer, text};

/// Where people reach the servers of these tests, if one believes their settings.
pub(crate) const ORIGIN: &str = "https://files.example.com";

/// A server that sends e-mail to this box; with `registration` anyone may make an account.
pub(crate) async fn server(mailbox: &Mailbox, registration: bool) -> TestServer {
    server_with(mailbox, |settings| settings.registration = Some(registration)).await
}

/// A server that sends e-mail to this box, and that is set up further by `more`.
pub(crate) async fn server_with(mailbox: &Mailbox, more: impl FnOnce(&mut Settings)) -> TestServer {
    TestServer::start_with(|settings| {
        settings.smtp = Some(mailbox.url.parse().unwrap());
        settings.mail_from = Some("Bulla <bulla@example.com>".parse().unwrap());
        settings.public_url = Some(ORIGIN.to_owned());
        more(settings);
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

/// What one of those who were written to reads.
fn read_by(arrived: &[crate::mailbox::Arrived], email: &str) -> Letter {
    arrived.iter().find(|mail| mail.to == [email]).unwrap().read()
}

#[tokio::test]
async fn people_are_written_to_in_their_language_and_else_in_the_servers() {
    let mailbox = Mailbox::start().await;
    let server = TestServer::start_with(|settings| {
        settings.smtp = Some(mailbox.url.parse().unwrap());
        settings.mail_from = Some("bulla@example.com".parse().unwrap());
        settings.public_url = Some(ORIGIN.to_owned());
        settings.language = Some(Language::Norwegian);
    })
    .await;
    let alice = server.account("alice@example.com").await;
    let bob = server.account("bob@example.com").await;
    bob.done(Method::PUT, "/user/settings/", json!({ "language": "en" })).await;
    let package = draft(&alice, &["bob@example.com", "carol@example.com"]).await;
    finalize(&alice, &package, true).await;
    let arrived = mailbox.arrived(2).await;
    let (to_bob, to_carol) = (read_by(&arrived, "bob@example.com"), read_by(&arrived, "carol@example.com"));
    assert_eq!(to_bob.subject, "Bulla: alice@example.com has sent you something");
    assert_eq!(to_carol.subject, "Bulla: alice@example.com har sendt deg noe");
    assert!(to_bob.html.contains("<html lang=\"en\">") && to_carol.html.contains("<html lang=\"nb\">"));
    assert!(to_carol.text.contains("Nøkkelen står ikke i denne e-posten"), "{}", to_carol.text);
    for letter in [to_bob, to_carol] {
        let url = format!("{ORIGIN}/receive/?thread={}&packageCode={}", package.id, package.code);
        assert!(letter.text.ends_with(&format!("{url}\n")), "{}", letter.text);
        assert!(letter.html.contains(&format!("href=\"{}\"", url.replace('&', "&amp;"))), "{}", letter.html);
    }
    // What is about an account is in its language, too.
    server.user("dave@example.com").await;
    generate(&server, "dave@example.com", PASSWORD).await;
    assert_eq!(mailbox.arrived(3).await[2].read().subject, "Bulla: Koden din");
    server.sql("UPDATE accounts SET language = 'en' WHERE email = 'dave@example.com'").await;
    generate(&server, "dave@example.com", PASSWORD).await;
    assert_eq!(mailbox.arrived(4).await[3].read().subject, "Bulla: Your code");
}

#[tokio::test]
async fn whoever_has_a_key_to_it_is_told_that_the_link_is_enough() {
    let mailbox = Mailbox::start().await;
    let server = server(&mailbox, false).await;
    let alice = server.account("alice@example.com").await;
    let bob = server.account("bob@example.com").await;
    let carol = server.account("carol@example.com").await;
    let key = json!({ "publicKey": public_key() });
    let bobs = text(&bob.done(Method::PUT, "/public-key/", key.clone()).await, "id");
    // To Carol's key nothing is wrapped.
    carol.done(Method::PUT, "/public-key/", key).await;
    let package = draft(&alice, &["bob@example.com", "carol@example.com"]).await;
    let link = format!("/package/{}/link/{bobs}/", package.id);
    alice.done(Method::PUT, &link, json!({ "keycode": wrapped() })).await;
    finalize(&alice, &package, true).await;
    let arrived = mailbox.arrived(2).await;
    let (to_bob, to_carol) = (read_by(&arrived, "bob@example.com"), read_by(&arrived, "carol@example.com"));
    assert!(to_bob.text.contains("A device of yours holds a key to it"), "{}", to_bob.text);
    assert!(!to_bob.text.contains("#keyCode"), "{}", to_bob.text);
    assert!(to_carol.text.contains("#keyCode=…") && !to_carol.text.contains("device"), "{}", to_carol.text);
}

#[tokio::test]
async fn how_one_is_written_to_is_ones_own_choice() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let settings = async |account: &Account<'_>| {
        account.done(Method::GET, "/user/settings/", json!(null)).await["settings"].clone()
    };
    let usual = json!({ "mail": ["package.received", "request.received", "request.answered"] });
    assert_eq!(settings(&alice).await, usual);
    let norwegian = json!({ "language": "nb", "mail": ["file.downloaded"] });
    alice.done(Method::PUT, "/user/settings/", norwegian.clone()).await;
    assert_eq!(settings(&alice).await, norwegian);
    assert_eq!(settings(&bob).await, usual);
    for bad in [
        json!({ "language": "xx" }),
        json!({ "language": 1 }),
        json!({ "tongue": "en" }),
        json!({ "mail": ["package.eaten"] }),
        json!({ "mail": "package.opened" }),
    ] {
        let refused = alice.call(Method::PUT, "/user/settings/", bad.clone()).await;
        assert_eq!(refused["response"], "FAIL", "{bad}");
    }
    assert_eq!(settings(&alice).await, norwegian);
    alice.done(Method::PUT, "/user/settings/", json!({})).await;
    assert_eq!(settings(&alice).await, usual);
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
