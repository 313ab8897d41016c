//! What any database must do, asked of each that there is. Another joins by a line in [`for_every_database`].

use bulla_server::db::{
    Confirmation, Db, Ended, Finalization, NewFile, NewPackage, Package, Pickup, Recipient, Seen, State,
};

const NOW: i64 = 1_000_000;

async fn for_every_database(test: impl AsyncFn(Db)) {
    let folder = tempfile::tempdir().unwrap();
    test(Db::connect(&format!("sqlite:{}", folder.path().join("bulla.db").display())).await.unwrap()).await;
}

async fn package(db: &Db, id: &str, life: u32) -> Package {
    let new = NewPackage {
        id: id.to_owned(),
        code: format!("code of {id}"),
        server_secret: "secret".to_owned(),
        account_id: None,
        dropzone: Some("open".to_owned()),
        sender: String::new(),
        suite: None,
        life,
    };
    db.insert_package(&new, NOW).await.unwrap();
    get(db, id).await
}

async fn get(db: &Db, id: &str) -> Package {
    db.package(id).await.unwrap().unwrap()
}

fn file(id: &str) -> NewFile {
    NewFile { id: id.to_owned(), name: format!("name of {id}"), size: (1 << 53) - 1, parts: 2 }
}

fn recipient(id: &str, email: &str) -> Recipient {
    Recipient { id: id.to_owned(), email: email.to_owned(), code: format!("code of {id}") }
}

fn finalization() -> Finalization {
    Finalization {
        checksum_hash: "hash".to_owned(),
        password_hash: None,
        undisclosed: true,
        sender: None,
        seal: Some("seal".to_owned()),
    }
}

async fn active(db: &Db, id: &str, life: u32) -> Package {
    package(db, id, life).await;
    assert!(db.put_message(id, "message", NOW).await.unwrap());
    assert!(db.finalize(id, &finalization(), NOW).await.unwrap());
    get(db, id).await
}

#[tokio::test]
async fn accounts_and_keys() {
    for_every_database(async |db| {
        let account = db.ensure_account("A", "a@example.com", NOW).await.unwrap();
        assert_eq!(db.ensure_account("B", "a@example.com", NOW).await.unwrap().id, account.id);
        db.insert_key("key", "sealed", &account.id, NOW).await.unwrap();
        assert!(db.insert_key("key", "other", &account.id, NOW).await.is_err());
        assert!(db.insert_key("key 2", "sealed", "nobody", NOW).await.is_err());
        let key = db.key("key").await.unwrap().unwrap();
        assert_eq!((key.account.email.as_str(), key.revoked), ("a@example.com", None));
        assert!(db.revoke_key("key", NOW + 1).await.unwrap());
        assert!(!db.revoke_key("key", NOW + 2).await.unwrap());
        assert!(db.key("key").await.unwrap().is_none());
        assert_eq!(db.keys().await.unwrap()[0].revoked, Some(NOW + 1));
    })
    .await;
}

#[tokio::test]
async fn requests_are_fresh_once() {
    for_every_database(async |db| {
        assert_eq!(db.see("s", "GET", NOW).await.unwrap(), Seen::Fresh);
        let before = Seen::Before { used_for: "GET".to_owned(), at: NOW };
        assert_eq!(db.see("s", "DELETE", NOW + 1).await.unwrap(), before);
        assert_eq!(db.forget_requests(NOW).await.unwrap(), 0);
        assert_eq!(db.forget_requests(NOW + 1).await.unwrap(), 1);
        assert_eq!(db.see("s", "DELETE", NOW).await.unwrap(), Seen::Fresh);
    })
    .await;
}

#[tokio::test]
async fn of_many_at_once_one_is_fresh() {
    for_every_database(async |db| {
        let all = (0..20).map(|_| db.see("nonce", "PUT", NOW));
        let all = futures_util::future::join_all(all).await;
        assert_eq!(all.into_iter().filter(|seen| *seen.as_ref().unwrap() == Seen::Fresh).count(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_package_is_found_by_id_and_by_code() {
    for_every_database(async |db| {
        let made = package(&db, "P", 7).await;
        assert_eq!((made.state, made.pickup, made.life), (State::Temp, Pickup::Waiting, 7));
        assert_eq!(db.package("code of P").await.unwrap().unwrap().id, "P");
        assert!(db.package_by_code("P").await.unwrap().is_none());
        assert!(db.package("").await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn content_makes_a_draft_of_it_and_finalizing_ends_that() {
    for_every_database(async |db| {
        package(&db, "P", 7).await;
        assert!(!db.finalize("P", &finalization(), NOW).await.unwrap(), "empty");
        assert_eq!(get(&db, "P").await.state, State::Temp);
        assert!(db.insert_files("P", "a@example.com", &[file("F")], 10, NOW).await.unwrap());
        assert_eq!(get(&db, "P").await.state, State::InProgress);
        assert!(!db.finalize("P", &finalization(), NOW).await.unwrap(), "incomplete");
        let mut stored = db.file("P", "F").await.unwrap().unwrap();
        stored.name = "last".to_owned();
        assert!(db.complete_file(&stored, NOW).await.unwrap());
        assert!(!db.complete_file(&stored, NOW).await.unwrap(), "twice");
        let needs_recipients = Finalization { undisclosed: false, ..finalization() };
        assert!(!db.finalize("P", &needs_recipients, NOW).await.unwrap(), "no recipients");
        assert!(!db.put_seal("P", "early", NOW).await.unwrap());
        assert!(db.finalize("P", &finalization(), NOW).await.unwrap());
        assert!(!db.finalize("P", &finalization(), NOW).await.unwrap(), "twice");
        let made = get(&db, "P").await;
        assert_eq!(
            (made.state, made.finalized, made.expires),
            (State::Active, Some(NOW), Some(NOW + 7 * 86_400))
        );
        assert_eq!((made.checksum_hash.as_deref(), made.undisclosed), (Some("hash"), true));
        assert_eq!(db.seal("P").await.unwrap().as_deref(), Some("seal"));
        assert!(!db.insert_files("P", "", &[file("G")], 10, NOW).await.unwrap());
        assert!(!db.touch_draft("P", NOW).await.unwrap());
        assert!(!db.delete_package("P", true, NOW).await.unwrap());
        assert!(db.put_seal("P", "new", NOW).await.unwrap());
        assert_eq!(db.seal("P").await.unwrap().as_deref(), Some("new"));
    })
    .await;
}

#[tokio::test]
async fn files_keep_their_order_and_their_limit() {
    for_every_database(async |db| {
        package(&db, "P", 7).await;
        package(&db, "Q", 7).await;
        assert!(db.insert_files("P", "", &[file("B"), file("A")], 3, NOW).await.unwrap());
        assert!(!db.insert_files("P", "", &[file("C"), file("D")], 3, NOW).await.unwrap());
        assert!(db.insert_files("P", "", &[file("C")], 3, NOW).await.unwrap());
        let ids = async || db.files("P").await.unwrap().into_iter().map(|file| file.id).collect::<Vec<_>>();
        assert_eq!(ids().await, ["B", "A", "C"]);
        assert_eq!(db.file("P", "A").await.unwrap().unwrap().size, (1 << 53) - 1);
        assert!(db.file("Q", "A").await.unwrap().is_none());
        assert!(!db.delete_file("Q", "A", NOW).await.unwrap());
        assert!(db.delete_file("P", "A", NOW).await.unwrap());
        assert!(!db.delete_file("P", "A", NOW).await.unwrap());
        assert_eq!(ids().await, ["B", "C"]);
    })
    .await;
}

#[tokio::test]
async fn recipients_are_there_once() {
    for_every_database(async |db| {
        package(&db, "P", 7).await;
        let (a, b) = (recipient("1", "a@example.com"), recipient("2", "b@example.com"));
        assert!(db.insert_recipients("P", &[a.clone(), b.clone()], 2, NOW).await.unwrap());
        let again = recipient("3", "a@example.com");
        assert!(db.insert_recipients("P", &[again], 2, NOW).await.unwrap());
        assert!(!db.insert_recipients("P", &[recipient("4", "c@example.com")], 2, NOW).await.unwrap());
        let ids = async || db.recipients("P").await.unwrap().into_iter().map(|r| r.id).collect::<Vec<_>>();
        assert_eq!(ids().await, ["1", "2"]);
        let opened = Confirmation {
            recipient_id: "1".to_owned(),
            address: "::1".to_owned(),
            at: NOW,
            is_message: true,
        };
        db.insert_confirmation("C", &opened).await.unwrap();
        assert!(db.confirmations("P").await.unwrap()[0].is_message);
        assert!(db.delete_recipient("P", "1", NOW).await.unwrap());
        assert!(!db.delete_recipient("P", "1", NOW).await.unwrap());
        assert_eq!((ids().await, db.confirmations("P").await.unwrap().len()), (vec!["2".to_owned()], 0));
    })
    .await;
}

#[tokio::test]
async fn life_ends() {
    for_every_database(async |db| {
        let made = active(&db, "P", 7).await;
        active(&db, "eternal", 0).await;
        let end = made.expires.unwrap();
        assert_eq!(get(&db, "eternal").await.expires, None);
        assert_eq!(db.expire_due(end - 1).await.unwrap(), 0);
        assert!(!db.set_life("P", 3, end - 1).await.unwrap(), "over already");
        assert!(db.set_life("P", 8, end - 1).await.unwrap());
        assert_eq!(db.expire_due(end).await.unwrap(), 0);
        let end = end + 86_400;
        // Past its end nothing changes any more, even before anyone noticed.
        assert!(!db.set_life("P", 9, end).await.unwrap());
        assert!(!db.put_message("P", "late", end).await.unwrap());
        assert!(!db.put_seal("P", "late", end).await.unwrap());
        assert_eq!(db.expire_due(end).await.unwrap(), 1);
        assert_eq!(get(&db, "P").await.state, State::Expired);
    })
    .await;
}

#[tokio::test]
async fn what_ended_is_purged_twice() {
    for_every_database(async |db| {
        active(&db, "P", 0).await;
        package(&db, "Q", 0).await;
        assert!(db.insert_files("Q", "", &[file("F")], 10, NOW).await.unwrap());
        assert!(db.delete_file("Q", "F", NOW).await.unwrap());
        assert!(db.delete_package("P", false, NOW).await.unwrap());
        assert!(!db.delete_package("P", false, NOW).await.unwrap());
        let whole = Ended { package_id: "P".to_owned(), file_id: None };
        let one = Ended { package_id: "Q".to_owned(), file_id: Some("F".to_owned()) };
        let due = async |now| {
            let mut due = db.to_purge(100, now).await.unwrap();
            due.sort_by(|a, b| a.package_id.cmp(&b.package_id));
            due
        };
        assert_eq!(due(NOW).await, [whole.clone(), one.clone()]);
        for ended in [&whole, &one] {
            db.purged(ended, NOW + 1).await.unwrap();
        }
        assert_eq!(due(NOW + 99).await, []);
        assert_eq!(due(NOW + 100).await, [whole.clone(), one.clone()]);
        for ended in [&whole, &one] {
            db.purged(ended, NOW + 100).await.unwrap();
        }
        assert_eq!(due(NOW + 1000).await, []);
        assert_eq!(
            (db.message("P").await.unwrap(), get(&db, "P").await.server_secret),
            (None, String::new())
        );
    })
    .await;
}

#[tokio::test]
async fn pickup_goes_forward_only() {
    for_every_database(async |db| {
        package(&db, "P", 7).await;
        assert!(db.insert_files("P", "", &[file("F")], 10, NOW).await.unwrap());
        let stored = db.file("P", "F").await.unwrap().unwrap();
        assert!(db.complete_file(&stored, NOW).await.unwrap());
        db.advance_pickup("P").await.unwrap();
        assert_eq!(get(&db, "P").await.pickup, Pickup::Waiting);
        assert!(db.finalize("P", &finalization(), NOW).await.unwrap());
        db.advance_pickup("P").await.unwrap();
        assert_eq!(get(&db, "P").await.pickup, Pickup::InProgress);
        db.mark_picked_up("P", "F").await.unwrap();
        db.advance_pickup("P").await.unwrap();
        assert_eq!(get(&db, "P").await.pickup, Pickup::Complete);
    })
    .await;
}

#[tokio::test]
async fn other_databases_are_refused() {
    for url in ["postgres://localhost/bulla", "mysql://localhost/bulla", "", "bulla.db"] {
        assert!(Db::connect(url).await.is_err(), "{url}");
    }
}
