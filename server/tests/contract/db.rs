//! What any database must do, asked of each that there is. Another joins by a line in [`for_every_database`].

use bulla_server::db::{
    Author, Change, Channel, CodeOwner, Confirmation, Db, Directory, DirectoryLimits, Ended, EntryOrder,
    FileLimits, Finalization, NewFile, NewPackage, NewUser, Outcome, Package, Page, Pickup, Pin, Queued,
    Recipient, Role, Seen, State, WorkspaceOrder,
};

const NOW: i64 = 1_000_000;

async fn for_every_database(test: impl AsyncFn(Db)) {
    let folder = tempfile::tempdir().unwrap();
    test(Db::connect(&format!("sqlite:{}", folder.path().join("bulla.db").display())).await.unwrap()).await;
}

async fn package(db: &Db, id: &str, life: u32) -> Package {
    make(db, id, life, None).await
}

async fn make(db: &Db, id: &str, life: u32, root: Option<&str>) -> Package {
    let new = NewPackage {
        id: id.to_owned(),
        code: format!("code of {id}"),
        server_secret: "secret".to_owned(),
        account_id: None,
        dropzone: Some("open".to_owned()),
        sender: String::new(),
        suite: None,
        life,
        root_directory_id: root.map(str::to_owned),
        browser: String::new(),
        os: String::new(),
    };
    db.insert_package(&new, NOW).await.unwrap();
    get(db, id).await
}

async fn get(db: &Db, id: &str) -> Package {
    db.package(id).await.unwrap().unwrap()
}

fn file(id: &str) -> NewFile {
    let name = format!("name of {id}");
    NewFile { id: id.to_owned(), name, size: (1 << 53) - 1, parts: 2, ..NewFile::default() }
}

/// Adds files to a package that then has at most `most`, and says whether it did.
async fn add(db: &Db, package: &str, new: &[NewFile], most: u32) -> bool {
    let (by, limits) = (Author { id: None, email: "" }, FileLimits { count: most, versions: 2 });
    let changes = db.insert_files(package, by, new, limits, NOW).await.unwrap();
    changes.is_some_and(|changes| changes.iter().all(|change| *change == Change::Done))
}

async fn complete(db: &Db, package: &str, id: &str) -> Change {
    let stored = db.file(package, id).await.unwrap().unwrap();
    db.complete_file(&stored, 2, NOW).await.unwrap()
}

fn recipient(id: &str, email: &str) -> Recipient {
    Recipient {
        id: id.to_owned(),
        package_id: "P".to_owned(),
        email: email.to_owned(),
        code: format!("code of {id}"),
        role: Role::Viewer,
        needs_approval: false,
    }
}

fn finalization() -> Finalization {
    Finalization {
        checksum_hash: "hash".to_owned(),
        password_hash: None,
        proof_hash: None,
        undisclosed: true,
        sender: None,
        seal: Some("seal".to_owned()),
        read_only_pdf: false,
        notify: false,
        approval: false,
        owner_needs_approval: false,
        sender_confirmed: false,
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
        db.insert_key("key", "sealed", &account.id, "", NOW).await.unwrap();
        assert!(db.insert_key("key", "other", &account.id, "", NOW).await.is_err());
        assert!(db.insert_key("key 2", "sealed", "nobody", "", NOW).await.is_err());
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
async fn users_are_made_once_and_accounts_with_keys_alone_become_users() {
    for_every_database(async |db| {
        let user = |id: &str, email: &str, hash: &str| NewUser {
            id: id.to_owned(),
            email: email.to_owned(),
            first_name: "A".to_owned(),
            last_name: String::new(),
            phone: None,
            admin: true,
            password_hash: Some(hash.to_owned()),
        };
        db.ensure_account("A", "a@example.com", NOW).await.unwrap();
        assert!(!db.register(&user("B", "a@example.com", "other"), NOW).await.unwrap());
        assert!(db.insert_user(&user("B", "a@example.com", "hash"), NOW).await.unwrap());
        assert!(!db.insert_user(&user("C", "a@example.com", "other"), NOW).await.unwrap());
        let found = db.user("a@example.com").await.unwrap().unwrap();
        assert_eq!((found.account.id.as_str(), found.account.admin), ("A", true));
        assert_eq!(found.password_hash.as_deref(), Some("hash"));
        assert!(db.register(&user("D", "d@example.com", "hash"), NOW).await.unwrap());
        assert_eq!(db.users().await.unwrap().len(), 2);
        assert!(db.set_disabled("a@example.com", true, NOW).await.unwrap());
        assert!(!db.set_disabled("a@example.com", true, NOW).await.unwrap());
        assert!(db.account("A").await.unwrap().unwrap().disabled);
        assert!(db.set_disabled("a@example.com", false, NOW).await.unwrap());
        assert!(!db.set_disabled("nobody@example.com", false, NOW).await.unwrap());
        assert!(!db.set_password("nobody@example.com", "hash", None).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn sessions_codes_and_pins_end() {
    for_every_database(async |db| {
        let account = db.ensure_account("A", "a@example.com", NOW).await.unwrap();
        db.insert_session("S", "A", None, NOW).await.unwrap();
        db.insert_session("T", "A", Some("S"), NOW).await.unwrap();
        assert!(db.session("S", 0, 0, NOW).await.unwrap().is_none());
        assert!(db.session("T", NOW, 0, NOW).await.unwrap().is_none(), "idle");
        assert!(db.session("T", 0, NOW, NOW).await.unwrap().is_none(), "over");
        assert_eq!(db.session("T", 0, 0, NOW).await.unwrap().unwrap().account.id, account.id);
        let owner = CodeOwner::Account("A".to_owned());
        db.insert_code("C", &owner, "first", NOW + 1).await.unwrap();
        db.insert_code("D", &owner, "second", NOW + 1).await.unwrap();
        assert!(db.attempt_code("C", 5, NOW).await.unwrap().is_none(), "replaced");
        assert!(db.attempt_code("D", 5, NOW + 1).await.unwrap().is_none(), "expired");
        for _ in 0..5 {
            assert_eq!(db.attempt_code("D", 5, NOW).await.unwrap().unwrap().0, "second");
        }
        assert!(db.attempt_code("D", 5, NOW).await.unwrap().is_none(), "spent");
        assert!(db.take_code("D").await.unwrap());
        assert!(!db.take_code("D").await.unwrap());
        let pin = Pin { account_id: None, email: "a@example.com".to_owned(), resets: true };
        for id in ["P", "Q"] {
            db.insert_pin(id, &pin, NOW + 1).await.unwrap();
        }
        assert!(db.take_pin("Q", NOW + 1).await.unwrap().is_none(), "expired");
        assert_eq!(db.take_pin("P", NOW).await.unwrap().unwrap().email, "a@example.com");
        assert!(db.take_pin("P", NOW).await.unwrap().is_none());
        db.forget_sessions(NOW, 0, NOW).await.unwrap();
        assert!(db.session("T", 0, 0, NOW).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn of_many_at_once_one_takes_what_is_to_be_sent() {
    for_every_database(async |db| {
        let queued = Queued {
            id: "M".to_owned(),
            channel: Channel::Sms,
            address: "+4791234567".to_owned(),
            sealed: "sealed".to_owned(),
            attempts: 0,
            expires: NOW + 9,
        };
        db.enqueue(&queued, NOW).await.unwrap();
        assert!(db.outbox_due(Channel::Sms, NOW - 1).await.unwrap().is_empty());
        let due = db.outbox_due(Channel::Sms, NOW).await.unwrap().remove(0);
        assert_eq!((due.channel, due.address.as_str()), (Channel::Sms, "+4791234567"));
        let all = futures_util::future::join_all((0..9).map(|_| db.attempt_queued(&due, NOW + 5))).await;
        assert_eq!(all.into_iter().filter(|taken| *taken.as_ref().unwrap()).count(), 1);
        assert!(db.outbox_due(Channel::Sms, NOW + 4).await.unwrap().is_empty());
        assert_eq!(db.outbox_due(Channel::Sms, NOW + 5).await.unwrap()[0].attempts, 1);
        assert!(db.outbox_due(Channel::Email, NOW + 5).await.unwrap().is_empty());
        db.settle(&due, &Outcome::Waits("no answer".to_owned()), NOW).await.unwrap();
        assert_eq!(db.outbox_due(Channel::Sms, NOW + 5).await.unwrap().len(), 1);
        db.settle(&due, &Outcome::Delivered, NOW).await.unwrap();
        assert!(db.outbox_due(Channel::Sms, NOW + 5).await.unwrap().is_empty());
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
        assert!(add(&db, "P", &[file("F")], 10).await);
        assert_eq!(get(&db, "P").await.state, State::InProgress);
        assert!(!db.finalize("P", &finalization(), NOW).await.unwrap(), "incomplete");
        let mut stored = db.file("P", "F").await.unwrap().unwrap();
        stored.name = "last".to_owned();
        assert_eq!(db.complete_file(&stored, 2, NOW).await.unwrap(), Change::Done);
        assert_eq!(db.complete_file(&stored, 2, NOW).await.unwrap(), Change::Missing, "twice");
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
        assert!(!add(&db, "P", &[file("G")], 10).await);
        assert!(!db.touch_open("P", NOW).await.unwrap());
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
        assert!(add(&db, "P", &[file("B"), file("A")], 3).await);
        assert!(!add(&db, "P", &[file("C"), file("D")], 3).await);
        assert!(add(&db, "P", &[file("C")], 3).await);
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
            file_id: None,
        };
        db.insert_confirmation("C", &opened, NOW - 1).await.unwrap();
        assert!(db.confirmations(&["P"]).await.unwrap()[0].is_message);
        assert!(db.delete_recipient("P", "1", Role::Viewer, NOW).await.unwrap());
        assert!(!db.delete_recipient("P", "1", Role::Viewer, NOW).await.unwrap());
        assert_eq!((ids().await, db.confirmations(&["P"]).await.unwrap().len()), (vec!["2".to_owned()], 0));
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
        assert!(db.expire_due(end - 1).await.unwrap().is_empty());
        assert!(!db.set_life("P", 3, 0, end - 1).await.unwrap(), "over already");
        assert!(db.set_life("P", 8, 0, end - 1).await.unwrap());
        assert!(db.expire_due(end).await.unwrap().is_empty());
        let end = end + 86_400;
        // Past its end nothing changes any more, even before anyone noticed.
        assert!(!db.set_life("P", 9, 0, end).await.unwrap());
        assert!(!db.put_message("P", "late", end).await.unwrap());
        assert!(!db.put_seal("P", "late", end).await.unwrap());
        assert_eq!(db.expire_due(end).await.unwrap(), ["P"]);
        assert_eq!(get(&db, "P").await.state, State::Expired);
    })
    .await;
}

#[tokio::test]
async fn what_ended_is_purged_twice() {
    for_every_database(async |db| {
        active(&db, "P", 0).await;
        package(&db, "Q", 0).await;
        assert!(add(&db, "Q", &[file("F")], 10).await);
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
        assert!(add(&db, "P", &[file("F")], 10).await);
        assert_eq!(complete(&db, "P", "F").await, Change::Done);
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

const LIMITS: DirectoryLimits = DirectoryLimits { count: 6, depth: 3 };

fn page<Order>(order: Order) -> Page<Order> {
    Page { order, descending: false, first: 0, most: 100 }
}

#[tokio::test]
async fn directories_stand_below_each_other() {
    for_every_database(async |db| {
        let made = make(&db, "W", 0, Some("root")).await;
        assert_eq!((made.state, made.is_workspace(), made.finalized), (State::Active, true, Some(NOW)));
        make(&db, "V", 0, Some("other root")).await;
        let tagged = async |id: &str, name: &str, name_tag: Option<&str>, parent: &str| {
            let new = Directory {
                id: id.to_owned(),
                parent_id: Some(parent.to_owned()),
                name: name.to_owned(),
                name_tag: name_tag.map(str::to_owned),
                created: NOW,
            };
            db.insert_directory("W", &new, LIMITS).await.unwrap()
        };
        let insert = async |id, name, parent| tagged(id, name, None, parent).await;
        assert_eq!(insert("a", "a", "root").await, Change::Done);
        assert_eq!(insert("b", "b", "a").await, Change::Done);
        assert_eq!(insert("c", "c", "b").await, Change::Done);
        assert_eq!(insert("d", "d", "c").await, Change::Full, "too deep");
        assert_eq!(insert("d", "b", "a").await, Change::Duplicate);
        assert_eq!(insert("d", "d", "other root").await, Change::Missing);
        assert_eq!(insert("d", "d", "root").await, Change::Done);
        let moved = async |id, to| db.move_directory("W", id, (to, None), LIMITS, NOW).await.unwrap();
        assert_eq!(moved("a", "c").await, Change::Inside);
        assert_eq!(moved("a", "a").await, Change::Inside);
        assert_eq!(moved("a", "d").await, Change::Full);
        assert_eq!(moved("root", "d").await, Change::Missing);
        assert_eq!(moved("d", "other root").await, Change::Missing);
        assert_eq!(moved("d", "b").await, Change::Done);
        assert_eq!(insert("e", "e", "root").await, Change::Done);
        assert_eq!(insert("f", "f", "root").await, Change::Full, "too many");
        let renamed = async |id, name: &str, tag: Option<&str>| {
            let named = (name.to_owned(), tag.map(str::to_owned));
            db.rename_directory("W", id, named, NOW).await.unwrap()
        };
        assert_eq!(renamed("e", "a", None).await, Change::Duplicate);
        assert_eq!(renamed("e", "E", None).await, Change::Done);
        assert_eq!(renamed("root", "r", None).await, Change::Missing);
        // Where there are tags, they are compared in the place of names, and with tags alone.
        assert_eq!(renamed("e", "a", Some("a")).await, Change::Done);
        assert_eq!(renamed("a", "A", Some("a")).await, Change::Duplicate);
        assert_eq!(renamed("e", "another", Some("a")).await, Change::Done);
        assert_eq!(renamed("e", "E", None).await, Change::Done);
        let in_root = db.subdirectories("W", "root", page(EntryOrder::Name)).await.unwrap();
        assert_eq!(in_root.into_iter().map(|d| d.name).collect::<Vec<_>>(), ["a", "E"]);

        let file = NewFile { directory_id: Some("d".to_owned()), ..file("F") };
        assert!(add(&db, "W", &[file], 10).await);
        assert!(!db.delete_directory("V", "a", NOW).await.unwrap());
        assert!(!db.delete_directory("W", "root", NOW).await.unwrap());
        assert!(db.delete_directory("W", "a", NOW).await.unwrap());
        assert!(!db.delete_directory("W", "a", NOW).await.unwrap());
        let left = db.directories("W").await.unwrap();
        assert_eq!(left.into_iter().map(|d| d.id).collect::<Vec<_>>(), ["root", "e"]);
        let ended = Ended { package_id: "W".to_owned(), file_id: Some("F".to_owned()) };
        assert_eq!(db.to_purge(100, NOW).await.unwrap(), [ended]);
    })
    .await;
}

#[tokio::test]
async fn a_file_takes_the_place_of_its_name() {
    for_every_database(async |db| {
        make(&db, "W", 0, Some("root")).await;
        let named = |id: &str, name: &str, tag: Option<&str>| NewFile {
            name: name.to_owned(),
            name_tag: tag.map(str::to_owned),
            directory_id: Some("root".to_owned()),
            ..file(id)
        };
        for (id, name, tag) in [
            ("1", "x", None),
            ("2", "x", None),
            ("3", "y", Some("x")),
            ("4", "z", Some("x")),
            ("5", "x", None),
        ] {
            assert!(add(&db, "W", &[named(id, name, tag)], 10).await);
            assert_eq!(complete(&db, "W", id).await, Change::Done);
        }
        let current = db.directory_files("W", "root", page(EntryOrder::Created)).await.unwrap();
        assert_eq!(current.into_iter().map(|f| f.id).collect::<Vec<_>>(), ["4", "5"]);
        let versions = async |id| {
            let versions = db.file_versions("W", id).await.unwrap();
            versions.into_iter().map(|f| f.id).collect::<Vec<_>>()
        };
        assert_eq!(
            (versions("5").await, versions("4").await),
            (vec!["2".to_owned(), "1".to_owned()], vec!["3".to_owned()])
        );
        assert!(!add(&db, "W", &[named("6", "x", None)], 10).await, "too many versions");
        let only_new = NewFile { only_new: true, ..named("6", "z", Some("x")) };
        assert!(!add(&db, "W", &[only_new], 10).await);
        let elsewhere = NewFile { directory_id: Some("none".to_owned()), ..file("6") };
        assert!(!add(&db, "W", &[elsewhere], 10).await);
        let mut placed = db.file("W", "4").await.unwrap().unwrap();
        placed.name_tag = None;
        placed.name = "x".to_owned();
        assert_eq!(db.place_file(&placed, NOW).await.unwrap(), Change::Duplicate);
        placed.name = "new".to_owned();
        assert_eq!(db.place_file(&placed, NOW).await.unwrap(), Change::Done);
        assert!(db.delete_file("W", "5", NOW).await.unwrap());
        assert_eq!(db.to_purge(100, NOW).await.unwrap().len(), 3);
        // An upload that was begun and left.
        assert!(add(&db, "W", &[named("7", "left", None)], 10).await);
        assert_eq!(db.abandon_uploads(NOW - 1, NOW).await.unwrap(), 0);
        assert_eq!(db.abandon_uploads(NOW, NOW).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn workspaces_are_of_those_with_a_role_in_them() {
    for_every_database(async |db| {
        make(&db, "W", 0, Some("root")).await;
        package(&db, "P", 7).await;
        assert!(!db.set_life("W", 7, 0, NOW).await.unwrap());
        assert!(db.update_workspace("W", Some("label"), None, NOW).await.unwrap());
        assert!(db.update_workspace("W", None, Some("hash"), NOW).await.unwrap());
        assert!(!db.update_workspace("P", Some("label"), None, NOW).await.unwrap());
        assert!(!db.finalize_workspace("P", &finalization(), NOW).await.unwrap());
        let seen = get(&db, "W").await;
        assert_eq!((seen.label.as_str(), seen.checksum_hash.as_deref()), ("label", Some("hash")));
        let list = async || db.workspaces("A", "a@example.com", page(WorkspaceOrder::Label)).await.unwrap();
        assert_eq!(list().await.1, 0);
        assert!(db.insert_recipients("W", &[recipient("1", "a@example.com")], 9, NOW).await.unwrap());
        assert_eq!((list().await.1, list().await.0[0].id.as_str()), (1, "W"));
        assert_eq!(db.role("W", "a@example.com").await.unwrap(), Some(Role::Viewer));
        assert!(!db.set_role("W", "1", Role::Manager, Role::Owner, NOW).await.unwrap(), "it is none");
        assert!(db.set_role("W", "1", Role::Viewer, Role::Owner, NOW).await.unwrap());
        assert_eq!(db.role("W", "a@example.com").await.unwrap(), Some(Role::Owner));
        assert!(!db.delete_recipient("W", "1", Role::Viewer, NOW).await.unwrap(), "it is none");
        assert_eq!(db.role("W", "b@example.com").await.unwrap(), None);
        assert!(db.delete_package("W", false, NOW).await.unwrap());
        assert_eq!(list().await.1, 0);
        assert!(!db.set_role("W", "1", Role::Owner, Role::Viewer, NOW).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn other_databases_are_refused() {
    for url in ["postgres://localhost/bulla", "mysql://localhost/bulla", "", "bulla.db"] {
        assert!(Db::connect(url).await.is_err(), "{url}");
    }
}
