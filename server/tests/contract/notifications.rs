//! Events and reminders by e-mail: who is told of what, how often, and who is not.

use reqwest::Method;
use serde_json::json;

use crate::mailbox::{Arrived, Mailbox};
use crate::mails::{ORIGIN, server};
use crate::share_infos;
use crate::support::{Account, CHECKSUM, Caller, Draft, TestServer};
use crate::webhooks::fetch;

async fn choose(account: &Account<'_>, events: &[&str]) {
    account.done(Method::PUT, "/user/settings/", json!({ "mail": events })).await;
}

/// Sends something through a Dropzone.
async fn drop_something(server: &TestServer, owner: &str) -> Draft {
    let dropzone = server.dropzone_of(owner).await;
    let package = dropzone.package().await;
    dropzone.upload(&package, &[b"x"]).await;
    dropzone.finalize(&package).await;
    package
}

/// To whom e-mails went, with their subjects, sorted.
fn told(arrived: &[Arrived]) -> Vec<(String, String)> {
    let mut told: Vec<_> = arrived.iter().map(|mail| (mail.to.join(","), mail.read().subject)).collect();
    told.sort();
    told
}

#[tokio::test]
async fn an_account_is_told_of_what_it_chose_and_not_all_the_time() {
    let mailbox = Mailbox::start().await;
    let server = server(&mailbox, false).await;
    let alice = server.account("alice@example.com").await;
    choose(&alice, &["package.opened", "file.downloaded"]).await;
    let package = alice.package().await;
    let files = [alice.upload(&package, &[b"one"]).await, alice.upload(&package, &[b"two"]).await];
    alice.finalize(&package).await;
    for file in &files {
        fetch(&server, &package, file).await;
    }
    let arrived = mailbox.arrived(2).await;
    let to = |subject: &str| ("alice@example.com".to_owned(), format!("Bulla: {subject}"));
    let expected = [to("What you sent was downloaded"), to("What you sent was opened")];
    assert_eq!(told(&arrived), expected);
    for mail in &arrived {
        let letter = mail.read();
        assert!(letter.text.contains(&format!("{ORIGIN}/packages/?id={}\n", package.id)), "{}", letter.text);
        assert!(letter.text.contains(&format!("{ORIGIN}/account/\n")), "{}", letter.text);
        assert!(!letter.text.contains(&package.code) && !letter.text.contains("a.bin"), "{}", letter.text);
        assert!(!letter.text.contains(CHECKSUM) && !letter.text.contains("keyCode"), "{}", letter.text);
    }
    // Of another package it is told, too; of the second file of the first it was not.
    let (other, file) = alice.sent().await;
    fetch(&server, &other, &file).await;
    mailbox.arrived(4).await;
    // What it did not choose it is not told, and with nothing chosen nothing.
    drop_something(&server, "alice@example.com").await;
    choose(&alice, &[]).await;
    let (third, _) = alice.sent().await;
    server.open(&third.code, CHECKSUM).await;
    drop_something(&server, "alice@example.com").await;
    alice.done(Method::PUT, "/user/settings/", json!({})).await;
    drop_something(&server, "alice@example.com").await;
    let arrived = mailbox.arrived(5).await;
    assert_eq!(told(&arrived[4..]), [to("You have received something")]);
    assert_eq!(mailbox.count(), 5);
}

#[tokio::test]
async fn requests_and_their_answers_are_told_in_the_readers_language() {
    let mailbox = Mailbox::start().await;
    let server = server(&mailbox, false).await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    bob.done(Method::PUT, "/user/settings/", json!({ "language": "nb" })).await;
    let (package, _) = share_infos::package(&alice).await;
    let (_, hash) = share_infos::ticket(&alice, &package, json!({})).await;
    let request = json!({ "owner_id": "alice@example.com", "lookup_hash": hash });
    assert_eq!(bob.zus(Method::POST, "/sharereq", request).await.0, 200);
    let asked = mailbox.arrived(1).await.remove(0);
    assert_eq!(
        (asked.to[0].as_str(), asked.read().subject.as_str()),
        ("alice@example.com", "Bulla: You are asked to share something")
    );
    assert!(
        asked.read().text.starts_with("bob@example.com asks you to share something."),
        "{}",
        asked.read().text
    );
    let (_, waiting) = alice.zus(Method::GET, "/sharereq/received", json!(null)).await;
    let declined = json!({ "id": waiting["data"][0]["id"], "status": "declined" });
    assert_eq!(alice.zus(Method::PUT, "/sharereq", declined).await.0, 200);
    let answered = mailbox.arrived(2).await.remove(1);
    assert_eq!(answered.to, ["bob@example.com"]);
    let letter = answered.read();
    assert_eq!(letter.subject, "Bulla: Forespørselen din er avslått");
    assert!(letter.text.starts_with("alice@example.com deler ikke det du ba om."), "{}", letter.text);
    // Who was refused does not learn what there is.
    assert!(!letter.text.contains(&package.id) && !letter.html.contains(&package.id));
}

#[tokio::test]
async fn recipients_of_what_nobody_opened_are_reminded_once() {
    let mailbox = Mailbox::start().await;
    let server = server(&mailbox, false).await;
    let alice = server.account("alice@example.com").await;
    // Has the background task look, and waits until it has.
    let look = async |marker: &str| {
        let gone = alice.package().await;
        alice
            .done(Method::PUT, &format!("/package/{}/recipient/", gone.id), json!({ "email": marker }))
            .await;
        alice.done(Method::DELETE, &format!("/package/{}/", gone.id), json!(null)).await;
        while !server.db().await.package(&gone.id).await.unwrap().unwrap().server_secret.is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let send = async |email: &str, remind: u32| {
        let package = alice.package().await;
        alice.upload(&package, &[b"x"]).await;
        let path = format!("/package/{}/", package.id);
        alice.done(Method::PUT, &format!("{path}recipient/"), json!({ "email": email })).await;
        alice.done(Method::POST, &path, json!({ "remindDays": remind })).await;
        alice.finalize(&package).await;
        let information = alice.done(Method::GET, &path, json!(null)).await;
        assert_eq!(information["remindDays"], remind);
        package
    };
    let unopened = send("bob@example.com", 2).await;
    let opened = send("carol@example.com", 2).await;
    send("dave@example.com", 0).await;
    send("eve@example.com", 1).await;
    let (_, link) = server.open(&opened.code, CHECKSUM).await;
    let file = link["files"][0]["fileId"].as_str().unwrap().to_owned();
    fetch(&server, &opened, &file).await;
    // Six days and a half later than they were sent.
    look("x@example.com").await;
    assert_eq!(mailbox.count(), 0, "nothing is due yet");
    server.sql("UPDATE packages SET expires = expires - 475200 WHERE state = 'active'").await;
    look("y@example.com").await;
    let reminder = mailbox.arrived(1).await.remove(0);
    assert_eq!(reminder.to, ["bob@example.com"]);
    let letter = reminder.read();
    assert_eq!(letter.subject, "Bulla: Not opened yet: what alice@example.com sent you");
    assert!(letter.text.contains("In 2 days it is gone."), "{}", letter.text);
    let link = format!("{ORIGIN}/receive/?thread={}&packageCode={}\n", unopened.id, unopened.code);
    assert!(letter.text.contains(&link) && letter.text.contains("#keyCode=…"), "{}", letter.text);
    look("z@example.com").await;
    server.sql("UPDATE packages SET expires = expires - 86400 WHERE state = 'active'").await;
    look("z@example.com").await;
    let arrived = mailbox.arrived(2).await;
    assert_eq!(arrived[1].to, ["eve@example.com"]);
    assert!(arrived[1].read().text.contains("In a day it is gone."), "{}", arrived[1].read().text);
    assert_eq!(mailbox.count(), 2);
}

#[tokio::test]
async fn a_reminder_falls_into_a_packages_life() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let package = alice.package().await;
    let path = format!("/package/{}/", package.id);
    for bad in [
        json!({ "remindDays": 7 }),
        json!({ "life": 2, "remindDays": 2 }),
        json!({ "life": 0, "remindDays": 1 }),
        json!({ "remindDays": -1 }),
        json!({ "remindDays": 6, "label": "no workspace" }),
    ] {
        alice.fails(Method::POST, &path, bad, "FAIL").await;
    }
    alice.done(Method::POST, &path, json!({ "life": 10, "remindDays": 9 })).await;
    // What would let it begin before the package is refused, until it is taken away too.
    alice.fails(Method::POST, &path, json!({ "life": 9 }), "FAIL").await;
    let information = alice.done(Method::GET, &path, json!(null)).await;
    assert_eq!((&information["life"], &information["remindDays"]), (&json!(10), &json!(9)));
    alice.done(Method::POST, &path, json!({ "life": 9, "remindDays": 0 })).await;
    let information = alice.done(Method::GET, &path, json!(null)).await;
    assert_eq!((&information["life"], &information["remindDays"]), (&json!(9), &json!(0)));
    let workspace = alice.done(Method::PUT, "/package/", json!({ "vdr": true })).await;
    let path = format!("/package/{}/", crate::support::text(&workspace, "packageId"));
    alice.fails(Method::POST, &path, json!({ "remindDays": 1 }), "FAIL").await;
}
