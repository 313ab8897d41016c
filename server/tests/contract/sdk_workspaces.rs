//! The SDK's workspaces, native, over this server.

use std::rc::Rc;

use bulla::api::package::UpdateRecipient;
use bulla::api::workspace::NameDirectory;
use bulla::client::{Auth, Client, Order, Page};
use bulla::keys::{KeyClass, KeyCode, Suite};
use bulla::link::ShareLink;
use bulla::transfer::{
    self, DownloadOptions, DraftPackage, FinalizeOptions, NewFile, OpenOptions, PackageOptions,
    UploadOptions, Workspace,
};
use bulla::{ErrorCode, Result};

use crate::support::{Account, TestServer};
use crate::transfers::{Fault, Net, Octets, file, gather, octets};

pub(crate) fn client(account: &Account<'_>) -> Client<Net> {
    let key = Auth::ApiKey { key: account.api_key.clone(), secret: account.api_secret.clone().into() };
    Client::new(Net::default(), &account.server.url(""), Some(key))
}

async fn workspace(account: &Account<'_>, suite: Suite) -> Rc<Workspace<Net>> {
    Rc::new(Workspace::create(client(account), suite, "Plans").await.unwrap())
}

async fn put(
    workspace: &Workspace<Net>,
    directory: &str,
    files: Vec<NewFile<Octets>>,
) -> Result<Vec<String>> {
    let how = (UploadOptions::default(), false);
    let sent = workspace.upload(directory, files, how, |_| {}).await?;
    Ok(sent.into_iter().map(|file| file.id).collect())
}

async fn fetch(workspace: &Rc<Workspace<Net>>, id: &str) -> Result<Vec<u8>> {
    let file = workspace.file(id).await?.current.file?;
    gather(transfer::download(workspace.clone(), file, DownloadOptions::default(), |_| {})).await
}

/// The names of the files in a directory, each with how many earlier versions it has.
async fn files(workspace: &Workspace<Net>, directory: &str) -> Vec<(String, usize)> {
    let page = workspace.files(directory, 0, &Order::default()).await.unwrap();
    let mut names: Vec<_> = page
        .entries
        .iter()
        .map(|entry| (entry.current.file.as_ref().unwrap().name.clone(), entry.earlier.len()))
        .collect();
    names.sort();
    names
}

async fn folders(workspace: &Workspace<Net>, directory: &str) -> Vec<String> {
    let page = workspace.folders(directory, 0).await.unwrap();
    let mut names: Vec<_> = page.entries.into_iter().map(|folder| folder.name.unwrap()).collect();
    names.sort();
    names
}

/// A size that takes two parts in either suite.
const TWO_PARTS: usize = 3 << 20;

#[tokio::test]
async fn directories_files_and_versions_in_both_suites() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    for suite in [Suite::Sealed, Suite::OpenPgpCfb] {
        let made = workspace(&alice, suite).await;
        let root = made.root().to_owned();
        let year = made.create_directory(&root, "Jahr 2026").await.unwrap();
        let deep = made.create_directory(&year.id, "März").await.unwrap();
        let ids = put(&made, &deep.id, vec![file("a", TWO_PARTS), file("empty", 0)]).await.unwrap();
        assert!(fetch(&made, &ids[0]).await.unwrap() == octets(TWO_PARTS));
        assert!(fetch(&made, &ids[1]).await.unwrap().is_empty());

        // The same name again is a new version; the earlier one can still be read.
        let again = put(&made, &deep.id, vec![file("a", 7)]).await.unwrap();
        assert_eq!(files(&made, &deep.id).await, [("a".to_owned(), 1), ("empty".to_owned(), 0)]);
        assert!(fetch(&made, &again[0]).await.unwrap() == octets(7));
        assert!(fetch(&made, &ids[0]).await.unwrap() == octets(TWO_PARTS));
        let refused = made.upload(&deep.id, vec![file("a", 1)], (UploadOptions::default(), true), |_| {});
        assert_eq!(refused.await.unwrap_err().code(), ErrorCode::Exists);

        made.rename_file(&again[0], "b").await.unwrap();
        made.move_file(&again[0], &year.id).await.unwrap();
        assert_eq!(files(&made, &year.id).await, [("b".to_owned(), 1)]);
        assert!(fetch(&made, &again[0]).await.unwrap() == octets(7));
        // The tag went along: the name is known in its new place, too.
        put(&made, &year.id, vec![file("b", 9)]).await.unwrap();
        assert_eq!(files(&made, &year.id).await, [("b".to_owned(), 2)]);

        made.rename_directory(&deep.id, "April").await.unwrap();
        made.move_directory(&deep.id, &root).await.unwrap();
        assert_eq!(folders(&made, &root).await, ["April", "Jahr 2026"]);
        made.delete_directory(&year.id).await.unwrap();
        assert_eq!(folders(&made, &root).await, ["April"]);
        made.delete_file(&ids[1]).await.unwrap();
        assert_eq!(files(&made, &deep.id).await, []);
    }
}

#[tokio::test]
async fn a_directorys_name_is_there_once_in_its_place() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    for suite in [Suite::Sealed, Suite::OpenPgpCfb] {
        let made = workspace(&alice, suite).await;
        let root = made.root().to_owned();
        let (a, b) = (
            made.create_directory(&root, "a").await.unwrap().id,
            made.create_directory(&root, "b").await.unwrap().id,
        );
        let inner = made.create_directory(&b, "a").await.unwrap().id;
        let taken = [
            made.create_directory(&root, "a").await.map(drop),
            made.rename_directory(&a, "b").await,
            made.move_directory(&inner, &root).await,
        ];
        for refused in taken {
            let error = refused.unwrap_err();
            let words = "a directory of that name is there already";
            assert_eq!((error.code(), error.message()), (ErrorCode::Refused, words), "{suite:?}");
        }
        made.rename_directory(&a, "a").await.unwrap();
        made.rename_directory(&a, "c").await.unwrap();
        made.move_directory(&inner, &root).await.unwrap();
        // The tag went along: the name is known in its new place, too.
        assert!(made.create_directory(&root, "a").await.is_err());
        assert_eq!(folders(&made, &root).await, ["a", "b", "c"]);
    }
}

#[tokio::test]
async fn folders_of_what_is_uploaded_become_directories() {
    let server = TestServer::start().await;
    let made = workspace(&server.account("alice@example.com").await, Suite::Sealed).await;
    let at = |path: &str, name| NewFile { path: Some(path.to_owned()), ..file(name, 5) };
    let given = vec![at("photos/2026", "a"), at("photos", "b"), at("photos/2026", "c")];
    put(&made, made.root(), given).await.unwrap();
    assert_eq!(folders(&made, made.root()).await, ["photos"]);
    let photos = made.folders(made.root(), 0).await.unwrap().entries.remove(0);
    assert_eq!(files(&made, &photos.id).await, [("b".to_owned(), 0)]);
    assert_eq!(folders(&made, &photos.id).await, ["2026"]);
    // What is there already is taken.
    put(&made, made.root(), vec![at("photos/2026", "d")]).await.unwrap();
    let year = made.folders(&photos.id, 0).await.unwrap().entries.remove(0);
    assert_eq!(files(&made, &year.id).await.len(), 3);
    assert_eq!(folders(&made, &photos.id).await, ["2026"]);
    // However its accents are written: systems differ in that.
    put(&made, made.root(), vec![at("\u{e9}t\u{e9}", "e")]).await.unwrap();
    put(&made, made.root(), vec![at("e\u{301}te\u{301}", "f")]).await.unwrap();
    assert_eq!(folders(&made, made.root()).await, ["photos", "\u{e9}t\u{e9}"]);
    // Two who upload the same folder at once make it once.
    let one = put(&made, made.root(), vec![at("shared", "g")]);
    let (one, other) = tokio::join!(one, put(&made, made.root(), vec![at("shared", "h")]));
    assert_eq!((one.unwrap().len(), other.unwrap().len()), (1, 1));
    assert_eq!(folders(&made, made.root()).await, ["photos", "shared", "\u{e9}t\u{e9}"]);
}

#[tokio::test]
async fn the_server_learns_no_names_of_a_sealed_workspace() {
    let server = TestServer::start().await;
    let made = workspace(&server.account("alice@example.com").await, Suite::Sealed).await;
    let folder = made.create_directory(made.root(), "Kapitulation").await.unwrap();
    put(&made, &folder.id, vec![file("Geheimnis.pdf", 3)]).await.unwrap();
    made.set_message("Nobody else reads this").await.unwrap();
    for secret in ["Plans", "Kapitulation", "Geheimnis", "Nobody else"] {
        assert!(!server.keeps(secret), "{secret}");
    }
    assert_eq!(made.label(), "Plans");
    assert_eq!(made.message().await.unwrap().as_deref(), Some("Nobody else reads this"));
}

#[tokio::test]
async fn members_open_a_workspace_with_its_key_and_no_other() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let made = workspace(&alice, Suite::Sealed).await;
    let ids = put(&made, made.root(), vec![file("a", 10)]).await.unwrap();
    let owner = made.client();
    let added = owner.add_recipients(made.id(), vec!["bob@example.com".to_owned()]).await.unwrap();
    let role = UpdateRecipient { role: Some("CONTRIBUTOR".to_owned()), ..UpdateRecipient::default() };
    owner.update_recipient(made.id(), &added.recipients[0].recipient_id, &role).await.unwrap();

    let theirs = Workspace::open(client(&bob), made.id(), made.key_code().clone()).await.unwrap();
    assert_eq!(theirs.label(), "Plans");
    assert_eq!(theirs.role(), Some("CONTRIBUTOR"));
    let theirs = Rc::new(theirs);
    assert!(fetch(&theirs, &ids[0]).await.unwrap() == octets(10));
    put(&theirs, theirs.root(), vec![file("of bob", 4)]).await.unwrap();
    assert_eq!(files(&made, made.root()).await.len(), 2);
    let deleted = theirs.delete_file(&ids[0]).await;
    assert!(deleted.is_err(), "a contributor deletes what it added, and only this");

    let wrong = KeyCode::generate(KeyClass::Workspace).unwrap();
    let error = Workspace::open(client(&bob), made.id(), wrong).await.err().unwrap();
    assert_eq!(error.code(), ErrorCode::WrongKey);
    let eve = server.account("eve@example.com").await;
    assert!(Workspace::open(client(&eve), made.id(), made.key_code().clone()).await.is_err());

    // With a link and a password for strangers, members still need neither.
    let link = made.share(Some("sesame".to_owned()), false).await.unwrap();
    assert!(link.ends_with(made.key_code().expose()));
    assert!(fetch(&theirs, &ids[0]).await.unwrap() == octets(10));
    let listed = client(&bob).workspaces(Page::default(), &Order::default()).await.unwrap();
    assert_eq!(listed.entries.iter().map(|entry| entry.id.as_str()).collect::<Vec<_>>(), [made.id()]);
}

#[tokio::test]
async fn who_has_the_link_and_no_role_reads_and_changes_nothing() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let eve = server.account("eve@example.com").await;
    for suite in [Suite::Sealed, Suite::OpenPgpCfb] {
        let (made, source) = (workspace(&alice, suite).await, workspace(&alice, suite).await);
        made.client().add_recipients(made.id(), vec!["bob@example.com".to_owned()]).await.unwrap();
        made.set_message("Welcome").await.unwrap();
        let folder = made.create_directory(made.root(), "b").await.unwrap().id;
        let deep = made.create_directory(&folder, "deep").await.unwrap().id;
        made.create_directory(made.root(), "A").await.unwrap();
        put(&made, &deep, vec![file("x", 1)]).await.unwrap();
        let ids = put(&made, &deep, vec![file("x", TWO_PARTS), file("Y", 2), file("a", 3)]).await.unwrap();
        let other = put(&source, source.root(), vec![file("copied", TWO_PARTS)]).await.unwrap();
        let copy = source.copy_file(&other[0], &made, &deep, false).await.unwrap();
        let link = ShareLink::parse(&made.share(Some("sesame".to_owned()), false).await.unwrap()).unwrap();

        let stranger = Client::new(Net::default(), "http://127.0.0.1:1", None);
        let open = async |client: &Client<Net>, password: Option<&str>| {
            let options = OpenOptions { password: password.map(str::to_owned), ..OpenOptions::default() };
            Workspace::open_link(client.clone(), link.clone(), options).await
        };
        // A member needs no password, and is what it is.
        assert_eq!(open(&client(&bob), None).await.unwrap().role(), Some("VIEWER"));
        for caller in [client(&eve), stranger] {
            assert_eq!(open(&caller, None).await.err().unwrap().code(), ErrorCode::PasswordRequired);
            let read = Rc::new(open(&caller, Some("sesame")).await.unwrap());
            assert_eq!(
                (read.label(), read.role(), read.sender()),
                ("Plans".to_owned(), None, "alice@example.com")
            );
            assert_eq!((read.id(), read.root()), (made.id(), made.root()));
            assert_eq!(read.message().await.unwrap().as_deref(), Some("Welcome"));
            assert_eq!(folders(&read, read.root()).await, ["A", "b"]);
            assert_eq!(folders(&read, &folder).await, ["deep"]);
            assert_eq!(files(&read, read.root()).await, []);
            for (by, descending, expected) in [
                (None, false, ["a", "copied", "x", "Y"]),
                (Some("name"), true, ["Y", "x", "copied", "a"]),
                (Some("fileSize"), false, ["Y", "a", "x", "copied"]),
                (Some("uploaded"), true, ["copied", "a", "Y", "x"]),
            ] {
                let order = Order { by: by.map(str::to_owned), descending };
                let listed = read.files(&deep, 0, &order).await.unwrap();
                let listed: Vec<_> =
                    listed.entries.iter().map(|of| of.current.file.as_ref().unwrap().name.clone()).collect();
                assert_eq!(listed, expected, "{by:?}");
            }
            let odd = Order { by: Some("nothing".to_owned()), descending: false };
            assert_eq!(read.files(&deep, 0, &odd).await.err().unwrap().code(), ErrorCode::InvalidInput);
            for id in [&ids[0], &copy] {
                assert!(fetch(&read, id).await.unwrap() == octets(TWO_PARTS));
            }
            // Its token grew too old.
            let small = read.file(&ids[1]).await.unwrap().current.file.unwrap();
            read.client().net().calls.borrow_mut().push_back(Fault::Status(401));
            let fetched = transfer::download(read.clone(), small, DownloadOptions::default(), |_| {});
            assert!(gather(fetched).await.unwrap() == octets(2));
            assert_eq!(read.file("AAAA").await.err().unwrap().code(), ErrorCode::NotFound);

            let refused = [
                put(&read, &deep, vec![file("no", 1)]).await.map(drop),
                read.delete_file(&ids[0]).await,
                read.rename_file(&ids[0], "no").await,
                read.create_directory(read.root(), "no").await.map(drop),
                read.rename("no").await,
                read.set_message("no").await,
                read.delete().await,
            ];
            for refused in refused {
                assert_eq!(refused.unwrap_err().code(), ErrorCode::AuthenticationFailed);
            }
        }
        // Another key, and the link of a package.
        // One without a class that begins as if it had one is taken for one that lost its end.
        let ambiguous = |key: &KeyCode| suite == Suite::OpenPgpCfb && key.expose().starts_with(['S', 'W']);
        let mut keys = std::iter::repeat_with(|| KeyCode::generate(made.key_code().class()).unwrap());
        let wrong = keys.find(|key| !ambiguous(key)).unwrap();
        let wrong = ShareLink { key_code: wrong, ..link.clone() };
        let draft =
            DraftPackage::create(client(&alice), PackageOptions { suite, life: Some(1), resumable: false });
        let draft = draft.await.unwrap();
        draft.set_message("x").await.unwrap();
        let (package, _) = draft.finalize(FinalizeOptions::default()).await.unwrap();
        let package = ShareLink::parse(&package).unwrap();
        for (link, code) in [(wrong, ErrorCode::WrongKey), (package, ErrorCode::InvalidInput)] {
            let error = Workspace::open_link(client(&eve), link, OpenOptions::default()).await.err().unwrap();
            assert_eq!(error.code(), code);
        }
    }
}

#[tokio::test]
async fn lists_by_a_link_have_pages_too() {
    let server = TestServer::start().await;
    let made = workspace(&server.account("alice@example.com").await, Suite::Sealed).await;
    let given = (0..103).map(|number| file(&format!("{number:03}"), 1)).collect();
    put(&made, made.root(), given).await.unwrap();
    let link = ShareLink::parse(&made.share(None, false).await.unwrap()).unwrap();
    let stranger = Client::new(Net::default(), &server.url(""), None);
    let read = Workspace::open_link(stranger, link, OpenOptions::default()).await.unwrap();
    for (index, len, next) in [(0, 100, Some(100)), (100, 3, None), (200, 0, None)] {
        let page = read.files(read.root(), index, &Order::default()).await.unwrap();
        assert_eq!((page.entries.len(), page.total, page.next), (len, Some(103), next));
    }
    assert_eq!(read.folders(read.root(), 0).await.unwrap().total, Some(0));
}

#[tokio::test]
async fn a_copy_is_read_by_those_who_cannot_read_its_source() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    for suite in [Suite::Sealed, Suite::OpenPgpCfb] {
        let (source, target) = (workspace(&alice, suite).await, workspace(&alice, suite).await);
        let third = workspace(&alice, suite).await;
        let ids = put(&source, source.root(), vec![file("a", TWO_PARTS)]).await.unwrap();
        let folder = target.create_directory(target.root(), "here").await.unwrap();
        let copy = source.copy_file(&ids[0], &target, &folder.id, false).await.unwrap();
        assert_eq!(files(&target, &folder.id).await, [("a".to_owned(), 0)]);
        let added = vec!["bob@example.com".to_owned()];
        target.client().add_recipients(target.id(), added).await.unwrap();
        let theirs = Workspace::open(client(&bob), target.id(), target.key_code().clone()).await.unwrap();
        assert!(fetch(&Rc::new(theirs), &copy).await.unwrap() == octets(TWO_PARTS));

        // A copy of a copy, renamed; and a copy in the same workspace.
        target.rename_file(&copy, "b").await.unwrap();
        let further = target.copy_file(&copy, &third, third.root(), false).await.unwrap();
        assert_eq!(files(&third, third.root()).await, [("b".to_owned(), 0)]);
        assert!(fetch(&third, &further).await.unwrap() == octets(TWO_PARTS));
        let within = target.copy_file(&copy, &target, target.root(), true).await.unwrap();
        assert!(fetch(&target, &within).await.unwrap() == octets(TWO_PARTS));
        let exists = target.copy_file(&copy, &target, target.root(), true).await;
        assert_eq!(exists.unwrap_err().code(), ErrorCode::Exists);
        let plain = source.copy_file(&ids[0], &source, source.root(), false).await.unwrap();
        assert!(fetch(&source, &plain).await.unwrap() == octets(TWO_PARTS));
        assert!(target.file(&copy).await.unwrap().current.is_copy);
    }
    let (sealed, open) = (workspace(&alice, Suite::Sealed).await, workspace(&alice, Suite::OpenPgpCfb).await);
    let ids = put(&sealed, sealed.root(), vec![file("a", 1)]).await.unwrap();
    let refused = sealed.copy_file(&ids[0], &open, open.root(), false).await;
    assert_eq!(refused.unwrap_err().code(), ErrorCode::Unsupported);
}

#[tokio::test]
async fn what_was_not_put_there_by_a_holder_of_the_key_is_shown_as_damaged() {
    let server = TestServer::start().await;
    let made = workspace(&server.account("alice@example.com").await, Suite::Sealed).await;
    let ids = put(&made, made.root(), vec![file("good", 3), file("bad", 4)]).await.unwrap();
    made.create_directory(made.root(), "good").await.unwrap();
    // The server gives one file the name of the other, and makes a directory of its own.
    let stored = made.client().file(made.id(), &ids[0]).await.unwrap().current.name;
    let planted = NameDirectory { directory_name: stored, name_tag: None };
    made.client().create_directory(made.id(), None, &planted).await.unwrap();
    server.sql("UPDATE files SET name = (SELECT name FROM files WHERE size = 3) WHERE size = 4").await;
    let listed = made.files(made.root(), 0, &Order::default()).await.unwrap().entries;
    assert_eq!(listed.len(), 2);
    let damaged = listed.iter().filter(|entry| entry.current.file.is_err());
    assert_eq!(damaged.map(|entry| entry.current.id.as_str()).collect::<Vec<_>>(), [ids[1].as_str()]);
    assert_eq!(fetch(&made, &ids[1]).await.unwrap_err().code(), ErrorCode::Tampered);
    assert!(fetch(&made, &ids[0]).await.unwrap() == octets(3));
    let folders = made.folders(made.root(), 0).await.unwrap().entries;
    assert_eq!(folders.iter().filter(|folder| folder.name.is_err()).count(), 1);
    assert_eq!(folders.len(), 2);
}

#[tokio::test]
async fn lists_go_on_from_page_to_page() {
    let server = TestServer::start().await;
    let made = workspace(&server.account("alice@example.com").await, Suite::Sealed).await;
    let given = (0..103).map(|number| file(&format!("{number}"), 1)).collect();
    put(&made, made.root(), given).await.unwrap();
    made.create_directory(made.root(), "one").await.unwrap();
    let first = made.files(made.root(), 0, &Order::default()).await.unwrap();
    assert_eq!((first.entries.len(), first.next), (100, Some(100)));
    let rest = made.files(made.root(), 100, &Order::default()).await.unwrap();
    assert_eq!((rest.entries.len(), rest.next), (3, None));
    assert_eq!(made.folders(made.root(), 0).await.unwrap().next, None);
    let odd = Order { by: Some("nothing".to_owned()), descending: true };
    assert!(made.files(made.root(), 0, &odd).await.is_err());
}
