//! Shares: what they open of a package, to whom, until when and how often.

use std::collections::HashSet;

use bulla_server::db::{Account as Record, Downloads, Share};
use bulla_server::domain::{Domain, Error, ShareEnd, ShareRecipientOrder, ShareTerms};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Account, CHECKSUM, Caller, Draft, TestServer, WRONG_CHECKSUM, text};
use crate::workspaces::{directory, upload, workspace};

/// The account as the domain knows it.
async fn record(domain: &Domain, account: &Account<'_>) -> Record {
    domain.key(&account.api_key).await.unwrap().unwrap().0
}

/// A share of all files of a package, with what else the order says.
pub(crate) async fn share(domain: &Domain, owner: &Account<'_>, package: &Draft, order: ShareTerms) -> Share {
    let owner = record(domain, owner).await;
    domain.create_share(&owner, &package.id, order).await.unwrap()
}

fn of(items: &[&str]) -> ShareTerms {
    ShareTerms { items: items.iter().map(|&id| id.to_owned()).collect(), ..ShareTerms::default() }
}

fn named(email: &str) -> ShareRecipientOrder {
    ShareRecipientOrder { email: email.to_owned(), ..ShareRecipientOrder::default() }
}

/// Opens a link, through a share when there is one.
pub(crate) async fn open(
    server: &TestServer,
    package: &Draft,
    share: Option<&str>,
    alias: Option<&str>,
) -> (u16, Value) {
    let body = json!({ "checksum": CHECKSUM, "share": share, "alias": alias });
    server.link(Method::POST, &format!("/{}/open", package.code), None, Some(body)).await
}

pub(crate) fn refusal((status, answer): (u16, Value)) -> (u16, String) {
    (status, text(&answer, "code"))
}

pub(crate) fn is(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// Asks for the URLs of some parts of a file.
pub(crate) async fn urls(
    server: &TestServer,
    package: &Draft,
    token: &str,
    file: &str,
    parts: (u32, u32),
) -> (u16, Value) {
    let wanted = json!({ "startSegment": parts.0, "endSegment": parts.1 });
    let path = format!("/{}/file/{file}/download-urls", package.code);
    server.link(Method::POST, &path, Some(token), Some(wanted)).await
}

fn ids(opened: &Value) -> HashSet<String> {
    opened["files"].as_array().unwrap().iter().map(|file| text(file, "fileId")).collect()
}

#[tokio::test]
async fn a_package_with_a_share_opens_through_it_alone() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let domain = server.domain().await;
    let (package, file) = alice.sent().await;
    let (other, other_file) = alice.sent().await;
    let (_, before) = server.open(&package.code, CHECKSUM).await;
    bob.done(Method::GET, &format!("/package/{}/", package.code), json!(null)).await;
    let made = share(&domain, &alice, &package, of(&[&file])).await;
    let foreign = share(&domain, &alice, &other, of(&[&other_file])).await;

    assert_eq!(refusal(server.open(&package.code, CHECKSUM).await), is(404, "NOT_FOUND"));
    let old = text(&before, "token");
    assert_eq!(refusal(urls(&server, &package, &old, &file, (1, 1)).await), is(401, "TOKEN_INVALID"));
    bob.fails(Method::GET, &format!("/package/{}/", package.code), json!(null), "FAIL").await;
    alice.done(Method::GET, &format!("/package/{}/", package.code), json!(null)).await;

    let (status, opened) = open(&server, &package, Some(&made.id), None).await;
    assert_eq!((status, ids(&opened)), (200, HashSet::from([file.clone()])));
    let token = text(&opened, "token");
    assert_eq!(urls(&server, &package, &token, &file, (1, 2)).await.0, 200);
    // Neither another package's share nor another share's recipient, nor the share without the key.
    for (share, alias) in
        [(&*foreign.id, None), ("X", None), (&*made.id, Some("X")), (&*made.id, Some(&*foreign.id))]
    {
        assert_eq!(refusal(open(&server, &package, Some(share), alias).await), is(404, "NOT_FOUND"));
    }
    let body = json!({ "checksum": WRONG_CHECKSUM, "share": made.id });
    let wrong = server.link(Method::POST, &format!("/{}/open", package.code), None, Some(body)).await;
    assert_eq!(refusal(wrong), is(404, "NOT_FOUND"));
}

#[tokio::test]
async fn only_what_is_shared_is_opened() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let domain = server.domain().await;
    let package = alice.package().await;
    let (one, two) = (alice.upload(&package, &[b"1"]).await, alice.upload(&package, &[b"2"]).await);
    alice.finalize(&package).await;
    let made = share(&domain, &alice, &package, ShareTerms { view_only: true, ..of(&[&two]) }).await;
    let (_, opened) = open(&server, &package, Some(&made.id), None).await;
    assert_eq!((ids(&opened), &opened["viewOnly"]), (HashSet::from([two.clone()]), &json!(true)));
    let token = text(&opened, "token");
    assert_eq!(refusal(urls(&server, &package, &token, &one, (1, 1)).await), is(404, "NOT_FOUND"));
    assert_eq!(urls(&server, &package, &token, &two, (1, 1)).await.0, 200);
}

#[tokio::test]
async fn a_directory_stands_for_what_is_in_it_and_a_file_for_its_version_or_its_newest() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let domain = server.domain().await;
    let of_it = workspace(&alice).await;
    let outer = directory(&alice, &of_it, None, "outer").await;
    let inner = directory(&alice, &of_it, Some(&outer), "inner").await;
    let aside = directory(&alice, &of_it, None, "aside").await;
    let old = upload(&alice, &of_it, &inner, "a", b"old").await;
    let hidden = upload(&alice, &of_it, &aside, "b", b"hidden").await;
    alice.finalize(&of_it.draft).await;
    let by_directory = share(&domain, &alice, &of_it.draft, of(&[&outer])).await;
    let by_version = share(&domain, &alice, &of_it.draft, of(&[&old])).await;
    let by_newest = share(&domain, &alice, &of_it.draft, ShareTerms { newest: true, ..of(&[&old]) }).await;
    let new = upload(&alice, &of_it, &inner, "a", b"new").await;
    for (share, file) in [(&by_directory, &new), (&by_version, &old), (&by_newest, &new)] {
        let (_, opened) = open(&server, &of_it.draft, Some(&share.id), None).await;
        assert_eq!(ids(&opened), HashSet::from([file.clone()]));
        let directories = opened["directories"].as_array().unwrap().iter();
        let directories: HashSet<_> = directories.map(|entry| text(entry, "directoryId")).collect();
        assert_eq!(directories, HashSet::from([outer.clone(), inner.clone()]));
        let token = text(&opened, "token");
        assert_eq!(urls(&server, &of_it.draft, &token, file, (1, 1)).await.0, 200);
        assert_eq!(refusal(urls(&server, &of_it.draft, &token, &hidden, (1, 1)).await), is(404, "NOT_FOUND"));
    }
}

#[tokio::test]
async fn a_share_ends_when_it_is_said_and_when_it_is_deleted() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let domain = server.domain().await;
    let owner = record(&domain, &alice).await;
    let (package, file) = alice.sent().await;
    let usual = share(&domain, &alice, &package, of(&[&file])).await;
    assert_eq!(usual.expires, Some(usual.created + 30 * 86_400));
    let endless = share(&domain, &alice, &package, ShareTerms { end: ShareEnd::Never, ..of(&[&file]) }).await;
    assert_eq!(endless.expires, None);
    let tokens = [&usual, &endless]
        .map(|share| async { text(&open(&server, &package, Some(&share.id), None).await.1, "token") });
    let [of_usual, of_endless] = tokens;
    let (of_usual, of_endless) = (of_usual.await, of_endless.await);
    server.sql("UPDATE shares SET expires = 1 WHERE expires IS NOT NULL").await;
    domain.delete_share(&endless).await.unwrap();
    assert!(matches!(domain.delete_share(&endless).await, Err(Error::NotFound)));
    for (share, token, end) in [(&usual, of_usual, "EXPIRED"), (&endless, of_endless, "DELETED")] {
        assert_eq!(refusal(open(&server, &package, Some(&share.id), None).await), is(410, end));
        assert_eq!(refusal(urls(&server, &package, &token, &file, (1, 1)).await), is(410, end));
    }
    // Its owner sees what has expired, and nobody else anything.
    assert!(
        domain.own_share(&owner, &usual.id).await.is_ok()
            && domain.own_share(&owner, &endless.id).await.is_err()
    );
    assert_eq!(domain.shares(&owner).await.unwrap().len(), 1);
    let eve = record(&domain, &server.account("eve@example.com").await).await;
    assert!(
        domain.own_share(&eve, &usual.id).await.is_err() && domain.shares(&eve).await.unwrap().is_empty()
    );
}

#[tokio::test]
async fn who_signs_in_and_who_is_known_comes_in() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let domain = server.domain().await;
    let (package, file) = alice.sent().await;
    let order =
        ShareTerms { require_login: true, recipients: vec![named("Bob@example.com")], ..of(&[&file]) };
    let guarded = share(&domain, &alice, &package, order).await;
    let for_bob = domain.share_recipients(&guarded).await.unwrap().remove(1).id;
    let order = ShareTerms { require_user_info: true, ..of(&[&file]) };
    let asking = share(&domain, &alice, &package, order).await;

    for alias in [None, Some(&*for_bob)] {
        let refused = open(&server, &package, Some(&guarded.id), alias).await;
        assert_eq!(refusal(refused), is(401, "LOGIN_REQUIRED"));
    }
    let path = format!("/link/v1/{}/open", package.code);
    let (bob, eve) = (server.signed_in("bob@example.com").await, server.signed_in("eve@example.com").await);
    for (page, alias, status) in [(&bob, Some(&for_bob), 200), (&eve, Some(&for_bob), 404), (&eve, None, 200)]
    {
        let body = json!({ "checksum": CHECKSUM, "share": guarded.id, "alias": alias });
        let answer = page.request(Method::POST, &path).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), status);
    }

    assert_eq!(refusal(open(&server, &package, Some(&asking.id), None).await), is(401, "USER_INFO_REQUIRED"));
    let whole = ShareRecipientOrder {
        email: "carol@example.com".to_owned(),
        first_name: "Carol".to_owned(),
        last_name: "C".to_owned(),
        company: "Acme".to_owned(),
    };
    let part = ShareRecipientOrder { company: String::new(), ..whole.clone() };
    for (who, status) in [(part, 401), (whole, 200)] {
        let known = domain.add_share_recipient(&asking, who).await.unwrap();
        assert_eq!(open(&server, &package, Some(&asking.id), Some(&known.id)).await.0, status);
    }
}

/// Opens a share as somebody who says who they are.
async fn visit(
    server: &TestServer,
    package: &Draft,
    share: &Share,
    alias: Option<&str>,
    visitor: Value,
) -> (u16, Value) {
    let body = json!({ "checksum": CHECKSUM, "share": share.id, "alias": alias, "visitor": visitor });
    server.link(Method::POST, &format!("/{}/open", package.code), None, Some(body)).await
}

fn visitor(email: &str) -> Value {
    json!({ "email": email, "firstName": "Carol", "lastName": "C", "company": "Acme" })
}

#[tokio::test]
async fn who_says_who_they_are_becomes_a_recipient_and_gets_no_more_by_another_name() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let domain = server.domain().await;
    let (package, file) = alice.sent().await;
    let order = ShareTerms {
        require_user_info: true,
        max_downloads: Some(2),
        recipients: vec![named("bob@example.com")],
        ..of(&[&file])
    };
    let made = share(&domain, &alice, &package, order).await;
    for (lacking, refused) in [
        (json!({}), is(401, "USER_INFO_REQUIRED")),
        (
            json!({ "email": "carol@example.com", "firstName": "Carol", "lastName": "C" }),
            is(401, "USER_INFO_REQUIRED"),
        ),
        (
            json!({ "email": "carol@example.com", "firstName": " ", "lastName": "C", "company": "Acme" }),
            is(401, "USER_INFO_REQUIRED"),
        ),
        (visitor("nobody"), is(400, "INVALID_REQUEST")),
        (
            json!({ "email": "c@example.com", "firstName": "C", "lastName": "C", "company": "https://x/#keyCode=k" }),
            is(400, "INVALID_REQUEST"),
        ),
    ] {
        assert_eq!(refusal(visit(&server, &package, &made, None, lacking).await), refused);
    }
    assert_eq!(domain.share_recipients(&made).await.unwrap().len(), 2, "nothing was kept");

    // Twice the same one, then another: they share what the link for everybody gives.
    for email in ["Carol@example.com", "carol@example.com"] {
        let (status, opened) = visit(&server, &package, &made, None, visitor(email)).await;
        assert_eq!(status, 200);
        assert_eq!(urls(&server, &package, &text(&opened, "token"), &file, (1, 2)).await.0, 200);
    }
    assert_eq!(
        refusal(visit(&server, &package, &made, None, visitor("dave@example.com")).await),
        is(410, "EXHAUSTED")
    );
    let known = domain.share_recipients(&made).await.unwrap();
    let told: Vec<_> = known.iter().map(|known| (known.email.as_str(), known.downloads)).collect();
    assert_eq!(told, [("", 0), ("bob@example.com", 0), ("carol@example.com", 2), ("dave@example.com", 0)]);
    // Nor does the link of one of them give more.
    let carol = known[2].id.as_str();
    assert_eq!(refusal(visit(&server, &package, &made, Some(carol), json!({})).await), is(410, "EXHAUSTED"));

    // What is known of a recipient with a link of its own is completed once, and not replaced.
    let bob = known[1].id.as_str();
    for company in ["Acme", "Other"] {
        let said =
            json!({ "email": "eve@example.com", "firstName": "Bob", "lastName": "B", "company": company });
        assert_eq!(visit(&server, &package, &made, Some(bob), said).await.0, 200);
    }
    let known = domain.share_recipient(&made, bob).await.unwrap();
    assert_eq!(
        [known.email, known.first_name, known.last_name, known.company],
        ["bob@example.com", "Bob", "B", "Acme"]
    );
}

#[tokio::test]
async fn who_signs_in_is_told_apart() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let domain = server.domain().await;
    let (package, file) = alice.sent().await;
    let order = ShareTerms { require_login: true, max_downloads: Some(1), ..of(&[&file]) };
    let made = share(&domain, &alice, &package, order).await;
    let bob = server.signed_in("bob@example.com").await;
    let body = json!({ "checksum": CHECKSUM, "share": made.id, "visitor": visitor("eve@example.com") });
    let path = format!("/link/v1/{}/open", package.code);
    let opened = bob.request(Method::POST, &path).json(&body).send().await.unwrap();
    let token = text(&opened.json::<Value>().await.unwrap(), "token");
    urls(&server, &package, &token, &file, (1, 2)).await;
    let known = domain.share_recipients(&made).await.unwrap().remove(1);
    // The account's address, whatever else is said.
    assert_eq!((known.email.as_str(), known.downloads), ("bob@example.com", 1));
}

#[tokio::test]
async fn what_is_done_through_a_share_is_logged_and_confirmed() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let domain = server.domain().await;
    let package = alice.package().await;
    let file = alice.upload(&package, &[b"1"]).await;
    let add = json!({ "email": "bob@example.com" });
    alice.done(Method::PUT, &format!("/package/{}/recipient/", package.id), add).await;
    alice.finalize(&package).await;
    let order = ShareTerms {
        title: "Plans".to_owned(),
        require_user_info: true,
        recipients: vec![ShareRecipientOrder {
            email: "bob@example.com".to_owned(),
            first_name: "Bob".to_owned(),
            last_name: "B".to_owned(),
            company: "Acme".to_owned(),
        }],
        ..of(&[&file])
    };
    let made = share(&domain, &alice, &package, order).await;
    let bob = domain.share_recipients(&made).await.unwrap().remove(1).id;
    // A visitor says to be Bob, which nobody checked; then Bob comes by the link of his own.
    for (alias, visitor) in [(None, visitor("bob@example.com")), (Some(&*bob), json!({}))] {
        let (status, opened) = visit(&server, &package, &made, alias, visitor).await;
        assert_eq!(status, 200);
        assert_eq!(urls(&server, &package, &text(&opened, "token"), &file, (1, 1)).await.0, 200);
    }
    let path = format!("/package/{}", package.id);
    let log = alice.done(Method::POST, &format!("{path}/activityLog/"), json!({})).await;
    let entries = log["activityLogEntries"].as_array().unwrap().iter();
    let of = |entry: &Value| {
        (text(entry, "action"), text(&entry["user"], "userEmail"), text(entry, "actionDescription"))
    };
    let mut log: Vec<_> = entries.map(of).collect();
    log.truncate(4);
    let entry = |action: &str, by: &str| {
        let says = if action == "SHARE_OPENED" { "Opened the share Plans" } else { "Downloaded the file" };
        (action.to_owned(), by.to_owned(), says.to_owned())
    };
    for (found, (action, by)) in log.iter().zip([
        ("FILE_DOWNLOADED", "bob@example.com"),
        ("SHARE_OPENED", "bob@example.com"),
        ("FILE_DOWNLOADED", ""),
        ("SHARE_OPENED", ""),
    ]) {
        let (expected_action, expected_by, says) = entry(action, by);
        assert_eq!((&found.0, &found.1), (&expected_action, &expected_by), "{log:?}");
        assert!(found.2.starts_with(&says), "{log:?}");
    }
    let details = alice.done(Method::GET, &format!("{path}/"), json!(null)).await;
    let confirmations = details["recipients"][0]["confirmations"].as_array().unwrap();
    assert_eq!(confirmations.len(), 1, "{details}");
    assert_eq!(details["state"], "PACKAGE_STATE_ACTIVE_COMPLETE", "{details}");
}

#[tokio::test]
async fn a_download_counts_when_the_end_of_a_file_is_handed_out() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let domain = server.domain().await;
    let package = alice.package().await;
    let (one, two) = (alice.upload(&package, &[b"1", b"2"]).await, alice.upload(&package, &[b"3"]).await);
    alice.finalize(&package).await;
    let order = ShareTerms {
        max_downloads: Some(1),
        recipients: vec![named("bob@example.com")],
        ..of(&[&one, &two])
    };
    let made = share(&domain, &alice, &package, order).await;
    let counts = async || {
        let known = domain.share_recipients(&made).await.unwrap();
        known.iter().map(|known| (known.attempts, known.downloads)).collect::<Vec<_>>()
    };
    let (_, opened) = open(&server, &package, Some(&made.id), None).await;
    let token = text(&opened, "token");
    urls(&server, &package, &token, &one, (1, 1)).await;
    assert_eq!(counts().await, [(1, 0), (0, 0)]);
    // One that is under way takes the place until it is given up.
    assert_eq!(refusal(open(&server, &package, Some(&made.id), None).await), is(410, "EXHAUSTED"));
    server.sql("UPDATE share_leases SET expires = 1").await;
    assert_eq!(refusal(urls(&server, &package, &token, &one, (2, 2)).await), is(401, "TOKEN_INVALID"));
    let (_, opened) = open(&server, &package, Some(&made.id), None).await;
    let token = text(&opened, "token");
    for (file, parts) in [(&one, (1, 2)), (&one, (2, 2)), (&two, (1, 1))] {
        assert_eq!(urls(&server, &package, &token, file, parts).await.0, 200);
    }
    assert_eq!(counts().await, [(2, 1), (0, 0)]);
    server.sql("UPDATE share_leases SET expires = 1").await;
    assert_eq!(refusal(open(&server, &package, Some(&made.id), None).await), is(410, "EXHAUSTED"));
    // Each recipient has counters of its own.
    let bob = domain.share_recipients(&made).await.unwrap().remove(1).id;
    assert_eq!(open(&server, &package, Some(&made.id), Some(&bob)).await.0, 200);
}

#[tokio::test]
async fn what_is_given_up_may_not_begin_for_ever() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let domain = server.domain().await;
    let (package, file) = alice.sent().await;
    let made = share(&domain, &alice, &package, ShareTerms { max_downloads: Some(1), ..of(&[&file]) }).await;
    for _ in 0..5 {
        assert_eq!(open(&server, &package, Some(&made.id), None).await.0, 200);
        server.sql("UPDATE share_leases SET expires = 1").await;
    }
    assert_eq!(refusal(open(&server, &package, Some(&made.id), None).await), is(410, "EXHAUSTED"));
}

#[tokio::test]
async fn of_fifty_at_once_as_many_get_through_as_may() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let domain = server.domain().await;
    let (package, file) = alice.sent().await;
    let made = share(&domain, &alice, &package, ShareTerms { max_downloads: Some(7), ..of(&[&file]) }).await;
    let attempts = (0..50).map(|_| async {
        let (status, opened) = open(&server, &package, Some(&made.id), None).await;
        if status != 200 {
            assert_eq!(refusal((status, opened)), is(410, "EXHAUSTED"));
            return false;
        }
        let token = text(&opened, "token");
        // Twice at once, which counts once.
        let ends = [(); 2].map(|()| urls(&server, &package, &token, &file, (1, 2)));
        futures_util::future::join_all(ends).await.iter().all(|(status, _)| *status == 200)
    });
    let through = futures_util::future::join_all(attempts).await;
    assert_eq!(through.iter().filter(|through| **through).count(), 7);
    assert_eq!(domain.share_recipients(&made).await.unwrap()[0].downloads, 7);
}

#[tokio::test]
async fn a_share_is_made_of_ones_own_and_holds_no_key() {
    let server = TestServer::start().await;
    let (alice, eve) = (server.account("alice@example.com").await, server.account("eve@example.com").await);
    let domain = server.domain().await;
    let (owner, stranger) = (record(&domain, &alice).await, record(&domain, &eve).await);
    let (package, file) = alice.sent().await;
    let (_, foreign) = alice.sent().await;
    let draft = alice.package().await;
    let unsent = alice.upload(&draft, &[b"x"]).await;
    for (who, package, item) in [
        (&stranger, &package.id, &file),
        (&owner, &package.id, &foreign),
        (&owner, &draft.id, &unsent),
        (&owner, &"X".to_owned(), &file),
    ] {
        let made = domain.create_share(who, package, of(&[item])).await;
        assert!(matches!(made, Err(Error::NotFound)), "{made:?}");
    }
    let with = |change: &dyn Fn(&mut ShareTerms)| {
        let mut order = of(&[&file]);
        change(&mut order);
        order
    };
    for bad in [
        with(&|order| order.title = "keyCode=abc".to_owned()),
        with(&|order| order.recipients = vec![named("no address")]),
        with(&|order| {
            order.recipients = vec![ShareRecipientOrder { company: "https://x/#k".to_owned(), ..named("") }]
        }),
        with(&|order| order.end = ShareEnd::At(1)),
        with(&|order| order.max_downloads = Some(0)),
        with(&|order| order.items.clear()),
    ] {
        let made = domain.create_share(&owner, &package.id, bad.clone()).await;
        assert!(matches!(made, Err(Error::Invalid(_) | Error::Limit(_))), "{bad:?}: {made:?}");
    }
    // Nothing of it was kept: the package opens as before.
    assert_eq!(server.open(&package.code, CHECKSUM).await.0, 200);

    let sealed = alice.package().await;
    let (one, two) = (alice.upload(&sealed, &[b"1"]).await, alice.upload(&sealed, &[b"2"]).await);
    let body = json!({ "checksum": CHECKSUM, "undisclosedRecipients": true, "seal": "c2VhbA" });
    alice.done(Method::POST, &format!("/package/{}/finalize/", sealed.id), body).await;
    let part = domain.create_share(&owner, &sealed.id, of(&[&one])).await;
    assert!(matches!(part, Err(Error::Refused(_))), "{part:?}");
    assert!(domain.create_share(&owner, &sealed.id, of(&[&one, &two])).await.is_ok());
}

#[tokio::test]
async fn the_database_counts_what_is_under_way() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let (domain, db) = (server.domain().await, server.db().await);
    let (package, file) = alice.sent().await;
    let made = share(&domain, &alice, &package, of(&[&file])).await;
    let anyone = db.share_recipient(&made.id, &made.id).await.unwrap().unwrap();
    let limit = Some(Downloads { most: 1, attempts: 3 });
    assert!(db.take_lease("a", &anyone, limit, 100, 1).await.unwrap());
    assert!(!db.take_lease("b", &anyone, limit, 100, 99).await.unwrap());
    let lease = db.prolong_lease("a", 200, 99).await.unwrap().unwrap();
    assert!(!db.take_lease("b", &anyone, limit, 300, 199).await.unwrap());
    assert!(db.take_lease("b", &anyone, limit, 300, 200).await.unwrap());
    assert!(db.prolong_lease("a", 400, 201).await.unwrap().is_none());
    // The one that was given up does not count any more.
    assert!(!db.count_lease(&lease).await.unwrap());
    assert_eq!(db.share_recipients(&made.id).await.unwrap()[0].downloads, 0);
    // Without a limit nobody waits.
    assert!(db.take_lease("c", &anyone, None, 300, 201).await.unwrap());
    // What has ended is forgotten, and nothing else.
    assert!(db.take_lease("d", &anyone, None, i64::MAX, 202).await.unwrap());
    assert!(db.prolong_lease("c", 300, 203).await.unwrap().is_some());
    domain.sweep().await.unwrap();
    assert!(db.prolong_lease("c", 300, 203).await.unwrap().is_none());
    assert!(db.prolong_lease("d", i64::MAX, 203).await.unwrap().is_some());
}
