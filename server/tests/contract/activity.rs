//! The activity log: who did what, when and from where.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{CHECKSUM, Caller, TestServer, text};

/// A page of the log: each entry's action, who did it, and what it says.
async fn log(caller: &impl Caller, package: &str, first: u32) -> Vec<(String, String, String)> {
    let path = format!("/package/{package}/activityLog/");
    let answer = caller.done(Method::POST, &path, json!({ "rowIndex": first })).await;
    let entries = answer["activityLogEntries"].as_array().unwrap();
    let of = |entry: &Value| {
        (text(entry, "action"), text(&entry["user"], "userEmail"), text(entry, "actionDescription"))
    };
    entries.iter().map(of).collect()
}

fn entry(action: &str, by: &str, says: &str) -> (String, String, String) {
    (action.to_owned(), by.to_owned(), says.to_owned())
}

#[tokio::test]
async fn everything_done_with_a_package_is_in_its_log() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let package = alice.package().await;
    let path = format!("/package/{}", package.id);
    let file = alice.upload(&package, &[b"one", b"two"]).await;
    let gone = alice.upload(&package, &[b"x"]).await;
    alice.done(Method::DELETE, &format!("{path}/file/{gone}/"), json!(null)).await;
    alice.done(Method::PUT, &format!("{path}/message/"), json!({ "message": "aGVsbG8=" })).await;
    let emails = json!({ "emails": ["bob@example.com", "carol@example.com"] });
    let added = alice.done(Method::PUT, &format!("{path}/recipients/"), emails).await;
    let carol = text(&added["recipients"][1], "recipientId");
    alice.done(Method::DELETE, &format!("{path}/recipient/{carol}/"), json!(null)).await;
    alice.done(Method::POST, &format!("{path}/"), json!({ "life": 30 })).await;
    alice.done(Method::POST, &format!("{path}/finalize/"), json!({ "checksum": CHECKSUM })).await;
    alice.done(Method::POST, &format!("{path}/seal/"), json!({ "seal": "bmV3" })).await;
    bob.done(Method::GET, &format!("{path}/message/{CHECKSUM}"), json!(null)).await;
    let wanted = json!({ "checksum": CHECKSUM, "startSegment": 1, "endSegment": 2 });
    bob.done(Method::POST, &format!("{path}/file/{file}/download-urls/"), wanted).await;
    assert_eq!(server.open(&package.code, CHECKSUM).await.0, 200);
    alice.done(Method::DELETE, &format!("{path}/"), json!(null)).await;

    let (by_alice, by_bob) = ("alice@example.com", "bob@example.com");
    let mut expected = [
        entry("PACKAGE_CREATED", by_alice, "Created the package"),
        entry("FILE_CREATED", by_alice, "Added a new file a.bin"),
        entry("FILE_UPLOADED", by_alice, "Uploaded the file a.bin"),
        entry("FILE_CREATED", by_alice, "Added a new file a.bin"),
        entry("FILE_UPLOADED", by_alice, "Uploaded the file a.bin"),
        entry("FILE_DELETED", by_alice, "Deleted the file a.bin"),
        entry("MESSAGE_WRITTEN", by_alice, "Wrote the message"),
        entry("RECIPIENT_ADDED", by_alice, "Added the recipient bob@example.com"),
        entry("RECIPIENT_ADDED", by_alice, "Added the recipient carol@example.com"),
        entry("RECIPIENT_REMOVED", by_alice, "Removed the recipient carol@example.com"),
        entry("LIFE_CHANGED", by_alice, "Changed the life of the package in days to 30"),
        entry("PACKAGE_FINALIZED", by_alice, "Finalized the package"),
        entry("SEAL_REPLACED", by_alice, "Replaced the seal"),
        entry("MESSAGE_READ", by_bob, "Read the message"),
        entry("FILE_DOWNLOADED", by_bob, "Downloaded the file a.bin"),
        entry("LINK_OPENED", "", "Opened the link"),
        entry("PACKAGE_DELETED", by_alice, "Deleted the package"),
    ];
    expected.reverse();
    // Of a deleted file the name goes with the next sweep, which may have come by.
    let seen = log(&alice, &package.id, 0).await.into_iter().zip(expected);
    for (seen, expected) in seen {
        assert_eq!((&seen.0, &seen.1), (&expected.0, &expected.1));
        assert!(expected.2.starts_with(&seen.2), "{seen:?} {expected:?}");
    }
    let path = format!("{path}/activityLog/");
    let answer = alice.done(Method::POST, &path, json!({})).await;
    assert_eq!(answer["dataCount"], 17);
    let first = &answer["activityLogEntries"][15];
    assert_eq!((&first["ipAddress"], &first["targetId"]), (&json!("127.0.0.1"), &json!(file)));
    assert_eq!(first["packageId"], json!(package.id));
    let account = alice.done(Method::GET, "/user/", json!(null)).await;
    assert_eq!(first["user"]["userId"], account["id"]);
}

#[tokio::test]
async fn the_log_comes_by_pages() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let package = alice.package().await;
    let path = format!("/package/{}/", package.id);
    let entry = |n: usize| json!({ "filename": format!("{n}.txt"), "parts": 1, "filesize": 1 });
    let files = json!({ "files": (0..149).map(entry).collect::<Vec<_>>() });
    alice.done(Method::POST, &format!("{path}files/"), files).await;
    let page = async |first: u32| {
        let asked = json!({ "rowIndex": first });
        let answer = alice.done(Method::POST, &format!("{path}activityLog/"), asked).await;
        let says = |entry: &Value| text(entry, "actionDescription");
        let entries: Vec<_> = answer["activityLogEntries"].as_array().unwrap().iter().map(says).collect();
        assert_eq!(answer["dataCount"], 150);
        (entries, answer["pagination"]["nextRowIndex"].clone())
    };
    let (newest, next) = page(0).await;
    assert_eq!((newest.len(), next), (100, json!(100)));
    assert_eq!(newest[0], "Added a new file 148.txt");
    let (oldest, next) = page(100).await;
    assert_eq!((oldest.len(), next), (50, json!(null)));
    assert_eq!((&*oldest[0], &*oldest[49]), ("Added a new file 48.txt", "Created the package"));
    assert_eq!(page(150).await.0.len(), 0);
    assert_eq!(page(u32::MAX).await.0.len(), 0);
    for bad in [json!(-1), json!("x"), json!(1.5), json!(1_u64 << 32), json!(null), json!([])] {
        let asked = json!({ "rowIndex": bad });
        alice.fails(Method::POST, &format!("{path}activityLog/"), asked, "FAIL").await;
    }
}

#[tokio::test]
async fn what_is_repeated_at_once_is_one_entry() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let (package, _) = alice.sent().await;
    let opened = async || {
        let log = log(&alice, &package.id, 0).await;
        log.iter().filter(|(action, ..)| action == "LINK_OPENED").count()
    };
    for _ in 0..3 {
        server.open(&package.code, CHECKSUM).await;
    }
    assert_eq!(opened().await, 1);
    server.sql("UPDATE activities SET at = at - 3601").await;
    server.open(&package.code, CHECKSUM).await;
    assert_eq!(opened().await, 2);
    // What changes something is an entry every time.
    for life in [3, 4, 3] {
        alice.done(Method::POST, &format!("/package/{}/", package.id), json!({ "life": life })).await;
    }
    let log = log(&alice, &package.id, 0).await;
    assert_eq!(log.iter().filter(|(action, ..)| action == "LIFE_CHANGED").count(), 3);
}

#[tokio::test]
async fn the_log_knows_no_sealed_names() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let made = alice.done(Method::PUT, "/package/", json!({ "suite": "sealed" })).await;
    let id = text(&made, "packageId");
    let file = json!({ "filename": "sealed.name", "parts": 1, "filesize": 1 });
    alice.done(Method::PUT, &format!("/package/{id}/file/"), file).await;
    assert_eq!(log(&alice, &id, 0).await[0].2, "Added a new file");
}

#[tokio::test]
async fn the_log_is_for_the_sender_and_administrators() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let package = alice.package().await;
    alice.upload(&package, &[b"x"]).await;
    let add = json!({ "email": "bob@example.com" });
    alice.done(Method::PUT, &format!("/package/{}/recipient/", package.id), add).await;
    alice.finalize(&package).await;
    let path = format!("/package/{}/activityLog/", package.id);
    bob.done(Method::GET, &format!("/package/{}/", package.id), json!(null)).await;
    bob.fails(Method::POST, &path, json!({}), "FAIL").await;
    server.dropzone().fails(Method::POST, &path, json!({}), "FAIL").await;
    server.sql("UPDATE accounts SET admin = 1 WHERE email = 'bob@example.com'").await;
    bob.done(Method::POST, &path, json!({})).await;
}

#[tokio::test]
async fn what_the_server_does_is_in_the_log_and_the_log_goes_in_the_end() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let (expired, _) = alice.sent().await;
    let abandoned = alice.package().await;
    let kept = alice.sent().await.0;
    server.open(&expired.code, CHECKSUM).await;
    server.sql("UPDATE packages SET expires = 1 WHERE rowid = 1").await;
    server.sql("UPDATE packages SET updated = 1 WHERE state = 'temp'").await;
    server.domain().await.sweep().await.unwrap();
    assert_eq!(log(&alice, &expired.id, 0).await[0], entry("PACKAGE_EXPIRED", "", "The package expired"));
    assert_eq!(log(&alice, &abandoned.id, 0).await[0].0, "PACKAGE_ABANDONED");
    let entries = log(&alice, &expired.id, 0).await.len();
    server.sql("UPDATE packages SET ended = ended - 89 * 86400").await;
    server.domain().await.sweep().await.unwrap();
    assert_eq!(log(&alice, &expired.id, 0).await.len(), entries);
    server.sql("UPDATE packages SET ended = ended - 86400").await;
    server.domain().await.sweep().await.unwrap();
    assert_eq!(log(&alice, &expired.id, 0).await, []);
    assert!(!log(&alice, &kept.id, 0).await.is_empty());
}

#[tokio::test]
async fn a_deleted_files_name_goes_from_the_log_too() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let (package, file) = alice.sent().await;
    alice.done(Method::DELETE, &format!("/package/{}/file/{file}/", package.id), json!(null)).await;
    server.domain().await.sweep().await.unwrap();
    let log = log(&alice, &package.id, 0).await;
    assert!(log.iter().all(|(_, _, says)| !says.contains("a.bin")), "{log:?}");
    assert_eq!(log[0].2, "Deleted the file");
}
