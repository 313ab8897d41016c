//! Workspaces: directories, versions, roles, copies.

use bulla_server::http::{Handler, Route};
use reqwest::Method;
use serde_json::{Value, json};

use crate::authorization::{about_packages, ask, path_in};
use crate::public_keys::{public_key, wrapped};
use crate::support::{Account, CHECKSUM, Caller, Draft, TestServer, WRONG_CHECKSUM, text, urls};

/// A workspace that a test made.
#[derive(Clone, Debug)]
pub(crate) struct Workspace {
    pub(crate) draft: Draft,
    pub(crate) root: String,
}

impl Workspace {
    fn path(&self, rest: &str) -> String {
        format!("/package/{}/{rest}", self.draft.id)
    }
}

pub(crate) async fn workspace(caller: &Account<'_>) -> Workspace {
    let made = caller.done(Method::PUT, "/package/", json!({ "vdr": true })).await;
    let draft = Draft { id: text(&made, "packageId"), code: text(&made, "packageCode") };
    let seen = caller.done(Method::GET, &format!("/package/{}/", draft.id), json!(null)).await;
    Workspace { draft, root: text(&seen, "rootDirectoryId") }
}

/// A new directory, in the root when no other is named.
pub(crate) async fn directory(
    caller: &impl Caller,
    of: &Workspace,
    parent: Option<&str>,
    name: &str,
) -> String {
    let path = parent.map_or("directory/".to_owned(), |parent| format!("directory/{parent}/subdirectory"));
    text(&caller.done(Method::PUT, &of.path(&path), json!({ "directoryName": name })).await, "directoryId")
}

/// An announcement of a file with one part of so many octets.
fn announced(directory: &str, name: &str, size: usize) -> Value {
    json!({ "filename": name, "parts": 1, "filesize": size, "directoryId": directory })
}

/// A new file, uploaded but not complete.
async fn begin(caller: &impl Caller, of: &Workspace, announced: Value, octets: &[u8]) -> String {
    let file = text(&caller.done(Method::PUT, &of.path("file/"), announced).await, "fileId");
    let url = caller.upload_urls(&of.draft, &file, 1).await.remove(0);
    assert_eq!(caller.server().put(&url, octets.to_vec()).await, 200);
    file
}

async fn complete(caller: &impl Caller, of: &Workspace, file: &str) -> Value {
    let path = of.path(&format!("file/{file}/upload-complete/"));
    caller.call(Method::POST, &path, json!({ "complete": true })).await
}

/// A new file, complete.
pub(crate) async fn upload(
    caller: &impl Caller,
    of: &Workspace,
    directory: &str,
    name: &str,
    octets: &[u8],
) -> String {
    let file = begin(caller, of, announced(directory, name, octets.len()), octets).await;
    assert_eq!(complete(caller, of, &file).await["message"], "true");
    file
}

async fn listed(caller: &impl Caller, of: &Workspace, directory: &str, query: &str) -> Value {
    caller.done(Method::GET, &of.path(&format!("directory/{directory}?{query}")), json!(null)).await
}

fn names(list: &Value, name: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|entry| text(entry, name)).collect()
}

/// The octets of a file's only part, for one who knows the checksum.
async fn fetch(caller: &impl Caller, of: &Workspace, file: &str) -> Vec<u8> {
    let wanted = json!({ "checksum": CHECKSUM, "startSegment": 1, "endSegment": 25 });
    let path = of.path(&format!("file/{file}/download-urls/"));
    let answer = caller.done(Method::POST, &path, wanted).await;
    let urls = urls(&answer["downloadUrls"]);
    caller.server().get(&urls[0]).await.bytes().await.unwrap().to_vec()
}

/// Makes `email` a member, and answers with its id as one.
async fn member(owner: &Account<'_>, of: &Workspace, email: &str, role: &str) -> String {
    let added = owner.done(Method::PUT, &of.path("recipient/"), json!({ "email": email })).await;
    let id = text(&added, "recipientId");
    let path = of.path(&format!("recipient/{id}/"));
    let seen = owner.done(Method::POST, &path, json!({ "roleName": role })).await;
    assert_eq!(seen["roleName"], role);
    id
}

#[tokio::test]
async fn a_workspace_is_live_from_the_start_and_has_no_end() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    for vdr in [json!(true), json!("true")] {
        let made = alice.done(Method::PUT, "/package", json!({ "vdr": vdr, "suite": "sealed" })).await;
        let path = format!("/package/{}/", text(&made, "packageId"));
        let seen = alice.done(Method::GET, &path, json!(null)).await;
        for (name, value) in [
            ("isVDR", json!(true)),
            ("life", json!(0)),
            ("packageState", json!(4)),
            ("label", json!("")),
            ("roleName", json!("OWNER")),
            ("files", json!([])),
            ("directories", json!([])),
        ] {
            assert_eq!(seen[name], value, "{name}");
        }
        assert!(seen["rootDirectoryId"].is_string());
    }
    let of = workspace(&alice).await;
    let file = upload(&alice, &of, "", "a.txt", b"one").await;
    assert_eq!(fetch(&alice, &of, &file).await, b"one");
    server.sql("UPDATE packages SET created = 1, updated = 1, finalized = 1").await;
    server.domain().await.sweep().await.unwrap();
    assert_eq!(fetch(&alice, &of, &file).await, b"one");
    let seen = alice.done(Method::GET, &of.path(""), json!(null)).await;
    assert_eq!(
        (&seen["packageState"], names(&seen["files"], "fileName")),
        (&json!(4), vec!["a.txt".to_owned()])
    );

    alice.done(Method::DELETE, &of.path(""), json!(null)).await;
    let late = announced("", "late", 1);
    alice.fails(Method::PUT, &of.path("file/"), late, "FAIL").await;
    alice.fails(Method::PUT, &of.path("directory/"), json!({ "directoryName": "late" }), "FAIL").await;
    server.domain().await.sweep().await.unwrap();
    assert!(!server.objects().join(&of.draft.id).exists());
}

#[tokio::test]
async fn what_a_workspace_has_not_is_refused() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    server.dropzone().fails(Method::PUT, "/package/", json!({ "vdr": true }), "FAIL").await;
    alice.fails(Method::PUT, "/package/", json!({ "vdr": true, "life": 3 }), "FAIL").await;
    alice.fails(Method::PUT, "/package/", json!({ "vdr": "yes" }), "FAIL").await;
    let of = workspace(&alice).await;
    alice.fails(Method::POST, &of.path(""), json!({ "life": 3, "label": "kept out" }), "FAIL").await;
    alice.fails(Method::POST, &of.path("seal/"), json!({ "seal": "abc" }), "FAIL").await;
    alice.fails(Method::DELETE, &of.path("temp/"), json!(null), "FAIL").await;
    let sealed = json!({ "checksum": CHECKSUM, "undisclosedRecipients": true, "seal": "abc" });
    alice.fails(Method::POST, &of.path("finalize/"), sealed, "FAIL").await;
    let seen = alice.done(Method::GET, &of.path(""), json!(null)).await;
    assert_eq!((&seen["label"], &seen["life"]), (&json!(""), &json!(0)));

    // And a package has nothing of what a workspace has.
    let package = alice.package().await;
    let path = format!("/package/{}", package.id);
    for change in [json!({ "label": "x", "life": 30 }), json!({ "checksum": CHECKSUM })] {
        alice.fails(Method::POST, &format!("{path}/"), change, "FAIL").await;
    }
    let named = json!({ "directoryName": "x" });
    alice.fails(Method::PUT, &format!("{path}/directory/"), named.clone(), "FAIL").await;
    let said =
        alice.fails(Method::PUT, &format!("{path}/directory/{}/subdirectory/", of.root), named, "FAIL").await;
    assert_eq!(said, "not found or not permitted");
    alice.fails(Method::PUT, &format!("{path}/file/"), announced(&of.root, "x", 1), "FAIL").await;
    let added =
        alice.done(Method::PUT, &format!("{path}/recipient/"), json!({ "email": "b@example.com" })).await;
    let recipient = format!("{path}/recipient/{}/", text(&added, "recipientId"));
    alice.fails(Method::POST, &recipient, json!({ "role": "OWNER" }), "FAIL").await;
    let seen = alice.done(Method::GET, &format!("{path}/"), json!(null)).await;
    assert_eq!(seen["life"], 7);
    assert_eq!(
        (&seen["label"], &seen["roleName"], &seen["rootDirectoryId"]),
        (&json!(null), &json!(null), &json!(null))
    );
}

#[tokio::test]
async fn a_checksum_gives_a_workspace_its_link() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let of = workspace(&alice).await;
    let file = upload(&alice, &of, "", "a.txt", b"one").await;
    let message = json!({ "message": "aGVsbG8=" });
    alice.done(Method::PUT, &of.path("message/"), message).await;
    assert_eq!(server.open(&of.draft.code, CHECKSUM).await.0, 404);
    assert_eq!(server.open(&of.draft.code, "").await.0, 404);
    for bad in ["", "xyz", &CHECKSUM[1..], &"g".repeat(64)] {
        alice.fails(Method::POST, &of.path(""), json!({ "checksum": bad }), "FAIL").await;
    }
    alice.done(Method::POST, &of.path(""), json!({ "checksum": CHECKSUM.to_uppercase() })).await;
    assert_eq!(server.open(&of.draft.code, CHECKSUM).await.0, 200);
    let wrong = json!({ "checksum": WRONG_CHECKSUM, "startSegment": 1, "endSegment": 1 });
    alice.fails(Method::POST, &of.path(&format!("file/{file}/download-urls/")), wrong, "FAIL").await;
    assert_eq!(fetch(&alice, &of, &file).await, b"one");

    // Finalizing does so too, as often as one likes, and says what the link is.
    let finalize = async |checksum: &str, rest: Value| {
        let mut body = json!({ "checksum": checksum });
        body.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        alice.done(Method::POST, &of.path("finalize/"), body).await
    };
    let done = finalize(WRONG_CHECKSUM, json!({})).await;
    let link = format!("{}/receive/?thread={}&packageCode={}", server.url(""), of.draft.id, of.draft.code);
    assert_eq!((&done["message"], &done["needsLink"]), (&json!(link), &json!(false)));
    assert_eq!(server.open(&of.draft.code, CHECKSUM).await.0, 404);
    bob.fails(Method::GET, &format!("/package/{}/", of.draft.code), json!(null), "FAIL").await;
    let inside = [format!("directory/{}/", of.root), format!("file/{file}/")];
    let inside = inside.map(|rest| format!("/package/{}/{rest}", of.draft.code));
    finalize(CHECKSUM, json!({ "undisclosedRecipients": true })).await;
    for path in &inside {
        bob.done(Method::GET, path, json!(null)).await;
        bob.fails(Method::GET, &path.replace(&of.draft.code, &of.draft.id), json!(null), "FAIL").await;
    }
    finalize(CHECKSUM, json!({ "undisclosedRecipients": true, "password": "sesame" })).await;
    // A password stays when the link is asked for once more.
    finalize(CHECKSUM, json!({ "undisclosedRecipients": true })).await;
    assert_eq!(server.open(&of.draft.code, CHECKSUM).await.0, 401);
    let seen = bob.done(Method::GET, &format!("/package/{}/", of.draft.code), json!(null)).await;
    assert_eq!(
        (&seen["serverSecret"], &seen["files"], &seen["roleName"]),
        (&json!(""), &json!([]), &json!(null))
    );
    for path in &inside {
        bob.fails(Method::GET, path, json!(null), "FAIL").await;
    }
    // It is for the door, and those with a role are inside.
    member(&alice, &of, "bob@example.com", "VIEWER").await;
    assert_eq!(fetch(&bob, &of, &file).await, b"one");
    let seen = bob.done(Method::GET, &of.path(""), json!(null)).await;
    assert_eq!((&seen["roleName"], &seen["recipients"]), (&json!("VIEWER"), &json!([])));
    bob.done(Method::GET, &of.path(&format!("message/{CHECKSUM}")), json!(null)).await;
}

#[tokio::test]
async fn labels_are_plain_or_sealed_and_not_hostile() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let of = workspace(&alice).await;
    for label in ["Board <b>", "名前", "sealed.AAAA_-"] {
        alice.done(Method::POST, &of.path(""), json!({ "label": label })).await;
        let seen = alice.done(Method::GET, &of.path(""), json!(null)).await;
        assert_eq!(seen["label"], label);
    }
    for bad in ["", " ", "a\nb", "\u{202e}x", &"x".repeat(10_000)] {
        // Neither of the two is kept when one cannot be.
        let change = json!({ "label": bad, "checksum": CHECKSUM });
        alice.fails(Method::POST, &of.path(""), change, "FAIL").await;
    }
    assert_eq!(server.open(&of.draft.code, CHECKSUM).await.0, 404);
    let seen = alice.done(Method::GET, &of.path(""), json!(null)).await;
    assert_eq!(seen["label"], "sealed.AAAA_-");
}

#[tokio::test]
async fn lists_have_pages_and_orders() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let mut made = Vec::new();
    for label in ["b", "C", "a"] {
        let of = workspace(&alice).await;
        alice.done(Method::POST, &of.path(""), json!({ "label": label })).await;
        made.push(of);
    }
    alice.package().await;
    let list = async |who: &Account<'_>, query: &str| {
        who.done(Method::GET, &format!("/package/workspaces/?{query}"), json!(null)).await
    };
    let labels = async |query: &str| names(&list(&alice, query).await["packages"], "packageLabel");
    assert_eq!(labels("").await, ["a", "b", "C"]);
    assert_eq!(labels("sortField=packageLabel&sortOrder=DESC").await, ["C", "b", "a"]);
    assert_eq!(labels("sortField=&sortOrder=").await, ["a", "b", "C"]);
    server.sql("UPDATE packages SET created = 5, updated = 7 WHERE label = 'a'").await;
    assert_eq!(labels("sortField=packageTimestamp").await[0], "a");
    assert_eq!(labels("sortField=packageUpdateTimestamp&sortOrder=desc").await[2], "a");
    assert_eq!(labels("rowIndex=1&pageSize=1").await, ["b"]);
    assert_eq!(labels("rowIndex=3").await, Vec::<String>::new());
    assert_eq!(labels("rowIndex=4294967295&pageSize=100").await, Vec::<String>::new());
    let page = list(&alice, "rowIndex=1&pageSize=2").await;
    assert_eq!(page["pagination"], json!({ "rowIndex": 1, "pageSize": 2, "totalRows": 3 }));
    for (query, code) in [
        ("sortField=checksum_hash", "FAIL"),
        ("sortField=name;--", "FAIL"),
        ("sortOrder=up", "FAIL"),
        ("rowIndex=-1", "FAIL"),
        ("rowIndex=x", "FAIL"),
        ("rowIndex=99999999999999999999", "FAIL"),
        ("pageSize=0", "LIMIT_EXCEEDED"),
        ("pageSize=101", "LIMIT_EXCEEDED"),
        ("pageSize=-5", "FAIL"),
    ] {
        alice.fails(Method::GET, &format!("/package/workspaces?{query}"), json!(null), code).await;
    }
    // Those where one has a role, as long as they are there.
    assert_eq!(list(&bob, "").await["packages"], json!([]));
    member(&alice, &made[1], "bob@example.com", "VIEWER").await;
    let seen = list(&bob, "").await["packages"][0].clone();
    for (name, value) in [
        ("packageId", json!(made[1].draft.id)),
        ("packageCode", json!(made[1].draft.code)),
        ("packageUserName", json!("alice@example.com")),
        ("packageState", json!(4)),
        ("packageStateStr", json!("Active - Waiting for Pickup")),
        ("packageLife", json!(0)),
        ("packageLabel", json!("C")),
        ("packageContainsMessage", json!(false)),
    ] {
        assert_eq!(seen[name], value, "{name}");
    }
    alice.done(Method::DELETE, &made[1].path(""), json!(null)).await;
    assert_eq!((list(&bob, "").await["packages"].clone(), labels("").await.len()), (json!([]), 2));
}

#[tokio::test]
async fn directories_are_made_renamed_moved_and_listed() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let of = workspace(&alice).await;
    let made = alice.done(Method::PUT, &of.path("directory"), json!({ "directoryName": "one" })).await;
    assert_eq!((&made["message"], &made["name"]), (&made["directoryId"], &json!("one")));
    assert!(made["created"].is_string() && made["createdStr"].is_string());
    let one = text(&made, "directoryId");
    let two = directory(&alice, &of, Some(&of.root), "Two").await;
    let deep = directory(&alice, &of, Some(&one), "deep").await;
    let directories =
        async |id: &str| names(&listed(&alice, &of, id, "").await["subDirectories"], "directoryName");
    assert_eq!(directories(&of.root).await, ["one", "Two"]);
    assert_eq!(directories(&one).await, ["deep"]);
    let seen = listed(&alice, &of, &one, "").await;
    assert_eq!(
        (&seen["directoryName"], &seen["directoryId"], &seen["files"]),
        (&json!("one"), &json!(one), &json!([]))
    );
    let top = alice.done(Method::GET, &of.path(""), json!(null)).await;
    assert_eq!(names(&top["directories"], "directoryId"), [one.clone(), two.clone()]);

    alice.done(Method::POST, &of.path(&format!("directory/{one}")), json!({ "directoryName": "One" })).await;
    alice.done(Method::POST, &of.path(&format!("directory/{one}/")), json!({ "directoryName": "One" })).await;
    alice.done(Method::POST, &of.path(&format!("move/{one}/{two}/")), json!(null)).await;
    assert_eq!(
        (directories(&of.root).await, directories(&two).await),
        (vec!["Two".to_owned()], vec!["One".to_owned()])
    );
    alice.done(Method::POST, &of.path(&format!("move/{deep}/{}", of.root)), json!(null)).await;
    assert_eq!(directories(&of.root).await, ["deep", "Two"]);
    alice.done(Method::DELETE, &of.path(&format!("directory/{two}/")), json!(null)).await;
    assert_eq!(directories(&of.root).await, ["deep"]);
    for gone in [&one, &two] {
        alice.fails(Method::GET, &of.path(&format!("directory/{gone}/")), json!(null), "FAIL").await;
    }
}

#[tokio::test]
async fn directories_that_cannot_be_are_refused() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let (of, other) = (workspace(&alice).await, workspace(&alice).await);
    let (a, b) = (directory(&alice, &of, None, "a").await, directory(&alice, &of, None, "b").await);
    let inner = directory(&alice, &of, Some(&a), "b").await;
    let foreign = directory(&alice, &other, None, "foreign").await;
    let named = |name: &str| json!({ "directoryName": name });
    for bad in
        ["", " ", ".", "..", "a/b", "a\\b", "a\u{0}", "a\nb", "\u{202e}gpj", "\u{2066}x", &"x".repeat(10_000)]
    {
        for path in ["directory/".to_owned(), format!("directory/{a}/subdirectory/")] {
            alice.fails(Method::PUT, &of.path(&path), named(bad), "INVALID_FILE_NAME").await;
        }
        alice
            .fails(Method::POST, &of.path(&format!("directory/{a}/")), named(bad), "INVALID_FILE_NAME")
            .await;
    }
    for body in [json!({}), json!({ "directoryName": 1 }), json!({ "directoryName": null }), json!([])] {
        alice.fails(Method::PUT, &of.path("directory/"), body, "FAIL").await;
    }
    // Names that are there already.
    alice.fails(Method::PUT, &of.path("directory/"), named("a"), "FAIL").await;
    alice.fails(Method::POST, &of.path(&format!("directory/{a}/")), named("b"), "FAIL").await;
    alice.fails(Method::POST, &of.path(&format!("move/{inner}/{}/", of.root)), json!(null), "FAIL").await;
    // Into itself, and below itself.
    for target in [&a, &inner] {
        let said =
            alice.fails(Method::POST, &of.path(&format!("move/{a}/{target}/")), json!(null), "FAIL").await;
        assert_eq!(said, "a directory is not moved into itself");
    }
    // The root.
    let root = &of.root;
    alice.fails(Method::POST, &of.path(&format!("move/{root}/{a}/")), json!(null), "FAIL").await;
    alice.fails(Method::POST, &of.path(&format!("directory/{root}/")), named("x"), "FAIL").await;
    alice.fails(Method::DELETE, &of.path(&format!("directory/{root}/")), json!(null), "FAIL").await;
    // Directories that are not there, and another workspace's.
    for missing in ["X", &foreign, &other.root, &"x".repeat(5000)] {
        for (method, path, body) in [
            (Method::GET, format!("directory/{missing}/"), json!(null)),
            (Method::POST, format!("directory/{missing}/"), named("new")),
            (Method::DELETE, format!("directory/{missing}/"), json!(null)),
            (Method::PUT, format!("directory/{missing}/subdirectory/"), named("new")),
            (Method::POST, format!("move/{missing}/{b}/"), json!(null)),
            (Method::POST, format!("move/{b}/{missing}/"), json!(null)),
            (Method::PUT, "file/".to_owned(), announced(missing, "x", 1)),
        ] {
            let said = alice.fails(method, &of.path(&path), body, "FAIL").await;
            assert_eq!(said, "not found or not permitted", "{path}");
        }
    }
    let left = names(&listed(&alice, &of, root, "").await["subDirectories"], "directoryName");
    assert_eq!(left, ["a", "b"]);
    assert_eq!(listed(&alice, &other, &other.root, "").await["subDirectories"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn directories_go_only_so_deep() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let of = workspace(&alice).await;
    let mut path = vec![of.root.clone()];
    for _ in 0..32 {
        path.push(directory(&alice, &of, path.last().map(String::as_str), "d").await);
    }
    let deepest = path.last().unwrap();
    let below = of.path(&format!("directory/{deepest}/subdirectory/"));
    alice.fails(Method::PUT, &below, json!({ "directoryName": "e" }), "LIMIT_EXCEEDED").await;
    let other = directory(&alice, &of, None, "other").await;
    directory(&alice, &of, Some(&other), "in it").await;
    alice
        .fails(Method::POST, &of.path(&format!("move/{other}/{}/", path[31])), json!(null), "LIMIT_EXCEEDED")
        .await;
    alice.done(Method::POST, &of.path(&format!("move/{other}/{}/", path[30])), json!(null)).await;
}

#[tokio::test]
async fn of_two_moves_that_would_make_a_ring_one_is_made() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let of = workspace(&alice).await;
    for round in 0..5 {
        let a = directory(&alice, &of, None, &format!("a{round}")).await;
        let b = directory(&alice, &of, None, &format!("b{round}")).await;
        let (there, back) = (of.path(&format!("move/{a}/{b}/")), of.path(&format!("move/{b}/{a}/")));
        let (there, back) = tokio::join!(
            alice.call(Method::POST, &there, json!(null)),
            alice.call(Method::POST, &back, json!(null))
        );
        let done = [there, back].iter().filter(|answer| answer["response"] == "SUCCESS").count();
        assert_eq!(done, 1);
    }
    assert_eq!(listed(&alice, &of, &of.root, "").await["subDirectories"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn what_a_directory_holds_comes_in_pages_and_orders() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let of = workspace(&alice).await;
    for (name, size) in [("b", 3), ("C", 1), ("a", 2)] {
        upload(&alice, &of, "", name, &vec![0; size]).await;
    }
    directory(&alice, &of, None, "one").await;
    directory(&alice, &of, None, "two").await;
    let files = async |query: &str| names(&listed(&alice, &of, &of.root, query).await["files"], "fileName");
    let asked_by_node = "directoryIndex=0&fileIndex=0&sortField=name&sortOrder=asc";
    assert_eq!(files(asked_by_node).await, ["a", "b", "C"]);
    assert_eq!(files("sortOrder=desc").await, ["C", "b", "a"]);
    assert_eq!(files("sortField=fileSize").await, ["C", "a", "b"]);
    assert_eq!(files("fileIndex=2").await, ["C"]);
    server.sql("UPDATE files SET created = 7 WHERE name = 'C'").await;
    assert_eq!(files("sortField=uploaded").await[0], "C");
    let seen = listed(&alice, &of, &of.root, "directoryIndex=1&fileIndex=99").await;
    assert_eq!(
        (names(&seen["subDirectories"], "directoryName"), &seen["files"]),
        (vec!["two".to_owned()], &json!([]))
    );
    for bad in [
        "sortField=nameTag",
        "sortOrder=sideways",
        "fileIndex=-1",
        "directoryIndex=x",
        "fileIndex=4294967296",
    ] {
        alice
            .fails(Method::GET, &of.path(&format!("directory/{}?{bad}", of.root)), json!(null), "FAIL")
            .await;
    }
    server
        .sql(
            "INSERT INTO directories (id, package_id, parent_id, name, created) \
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120) \
        SELECT 'D' || i, p.id, p.root_directory_id, 'x' || i, 1 FROM n, packages p",
        )
        .await;
    for (first, count) in [(0, 100), (100, 22), (122, 0)] {
        let seen = listed(&alice, &of, &of.root, &format!("directoryIndex={first}")).await;
        assert_eq!(seen["subDirectories"].as_array().unwrap().len(), count);
    }
}

#[tokio::test]
async fn files_lie_in_directories_and_move() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let of = workspace(&alice).await;
    let (a, b) = (directory(&alice, &of, None, "a").await, directory(&alice, &of, None, "b").await);
    let file = upload(&alice, &of, &a, "x.txt", b"one").await;
    let at = |directory: &str| of.path(&format!("directory/{directory}/file/{file}/"));
    let seen = alice.done(Method::GET, &at(&a), json!(null)).await["file"].clone();
    for (name, value) in [
        ("fileId", json!(file)),
        ("fileName", json!("x.txt")),
        ("fileSize", json!("3")),
        ("fileParts", json!(1)),
        ("createdByEmail", json!("alice@example.com")),
        ("oldVersions", json!([])),
        ("directoryId", json!(a)),
        ("fileKey", json!(null)),
    ] {
        assert_eq!(seen[name], value, "{name}");
    }
    assert_eq!(alice.done(Method::GET, &of.path(&format!("file/{file}")), json!(null)).await["file"], seen);
    let wanted = json!({ "checksum": CHECKSUM, "startSegment": 1, "endSegment": 26 });
    for (method, path, body) in [
        (Method::GET, at(&b), json!(null)),
        (Method::GET, at(&of.root), json!(null)),
        (Method::DELETE, at(&b), json!(null)),
        (Method::POST, format!("{}download-urls/", at(&b)), wanted.clone()),
    ] {
        alice.fails(method, &path, body, "FAIL").await;
    }
    let urls =
        urls(&alice.done(Method::POST, &format!("{}download-urls/", at(&a)), wanted).await["downloadUrls"]);
    assert_eq!(server.get(&urls[0]).await.bytes().await.unwrap(), "one");

    let moved = alice.done(Method::POST, &at(&b), json!(null)).await;
    assert_eq!(moved["directoryId"], json!(b));
    alice.done(Method::GET, &at(&b), json!(null)).await;
    alice.fails(Method::GET, &at(&a), json!(null), "FAIL").await;
    alice.done(Method::POST, &at(&b), json!({})).await;
    let there = upload(&alice, &of, &a, "x.txt", b"another").await;
    alice.fails(Method::POST, &at(&a), json!(null), "DUPLICATE_FILE").await;
    for (missing, code) in [("X", "FAIL"), (workspace(&alice).await.root.as_str(), "FAIL")] {
        alice.fails(Method::POST, &at(missing), json!(null), code).await;
    }
    let rename = |file: &str| of.path(&format!("file/{file}"));
    alice.done(Method::PATCH, &rename(&file), json!({ "fileName": "100%25 y.txt" })).await;
    alice.done(Method::POST, &at(&a), json!(null)).await;
    alice
        .fails(Method::PATCH, &rename(&there), json!({ "fileName": "100%25 y.txt" }), "DUPLICATE_FILE")
        .await;
    for bad in ["", "..", "a/b", "a\u{0}b", &"x".repeat(16_385)] {
        alice.fails(Method::PATCH, &rename(&there), json!({ "fileName": bad }), "INVALID_FILE_NAME").await;
    }
    for body in [json!({}), json!({ "fileName": 5 }), json!({ "fileName": "x", "nameTag": "no tag" })] {
        alice.fails(Method::PATCH, &rename(&there), body, "FAIL").await;
    }
    let seen = listed(&alice, &of, &a, "").await;
    assert_eq!(names(&seen["files"], "fileName"), ["100%25 y.txt", "x.txt"]);
    let deleted = alice.done(Method::DELETE, &at(&a), json!(null)).await;
    assert_eq!(deleted["message"], json!(file));
    assert_eq!(names(&listed(&alice, &of, &a, "").await["files"], "fileName"), ["x.txt"]);
}

#[tokio::test]
async fn files_of_a_draft_are_renamed_and_those_of_a_finalized_package_are_not() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let package = alice.package().await;
    let file = alice.upload(&package, &[b"x"]).await;
    let path = format!("/package/{}/file/{file}", package.id);
    alice.done(Method::PATCH, &path, json!({ "fileName": "new" })).await;
    let seen = alice.done(Method::GET, &path, json!(null)).await;
    assert_eq!(seen["file"]["fileName"], "new");
    alice.finalize(&package).await;
    alice.fails(Method::PATCH, &path, json!({ "fileName": "newer" }), "FAIL").await;
}

#[tokio::test]
async fn a_part_may_come_through_the_api_into_a_directory() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let of = workspace(&alice).await;
    let (a, b) = (directory(&alice, &of, None, "a").await, directory(&alice, &of, None, "b").await);
    let made = alice.done(Method::PUT, &of.path("file/"), announced(&a, "x", 3)).await;
    let file = text(&made, "fileId");
    let send = async |directory: &str| {
        let path = of.path(&format!("{directory}/file/{file}/"));
        text(&alice.send_form(&path, json!({ "filePart": 1 }), b"one").await, "response")
    };
    assert_eq!(send(&b).await, "FAIL");
    assert_eq!(send(&a).await, "SUCCESS");
    let complete = json!({ "complete": true, "directoryId": a });
    alice.done(Method::POST, &of.path(&format!("file/{file}/upload-complete")), complete).await;
    assert_eq!(fetch(&alice, &of, &file).await, b"one");
}

#[tokio::test]
async fn a_name_uploaded_again_is_a_new_version() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let of = workspace(&alice).await;
    let a = directory(&alice, &of, None, "a").await;
    let first = upload(&alice, &of, &a, "x", b"first").await;
    let second = upload(&alice, &of, &a, "x", b"second!").await;
    // While it arrives, what was there stays.
    let third = begin(&alice, &of, announced(&a, "x", 5), b"third").await;
    assert_eq!(names(&listed(&alice, &of, &a, "").await["files"], "fileId"), [second.as_str()]);
    complete(&alice, &of, &third).await;
    let seen = listed(&alice, &of, &a, "").await["files"].clone();
    assert_eq!(names(&seen, "fileId"), [third.as_str()]);
    let old = &seen[0]["oldVersions"];
    assert_eq!(names(old, "fileId"), [second.clone(), first.clone()]);
    assert_eq!((&old[0]["fileSize"], &old[0]["fileParts"]), (&json!("7"), &json!(1)));
    assert_eq!(names(old, "createdByEmail"), ["alice@example.com", "alice@example.com"]);
    for (file, octets) in [(&first, &b"first"[..]), (&second, b"second!"), (&third, b"third")] {
        assert_eq!(fetch(&alice, &of, file).await, octets);
        alice.done(Method::GET, &of.path(&format!("directory/{a}/file/{file}/")), json!(null)).await;
    }
    // Another directory, and another name, are something else.
    let elsewhere = upload(&alice, &of, "", "x", b"elsewhere").await;
    upload(&alice, &of, &a, "X", b"other").await;
    let seen = alice.done(Method::GET, &of.path(&format!("file/{elsewhere}")), json!(null)).await;
    assert_eq!(seen["file"]["oldVersions"], json!([]));

    // Versions have no place of their own, and move with their file.
    alice.fails(Method::PATCH, &of.path(&format!("file/{first}")), json!({ "fileName": "y" }), "FAIL").await;
    alice
        .fails(Method::POST, &of.path(&format!("directory/{}/file/{first}/", of.root)), json!(null), "FAIL")
        .await;
    let b = directory(&alice, &of, None, "b").await;
    alice.done(Method::POST, &of.path(&format!("directory/{b}/file/{third}/")), json!(null)).await;
    alice.done(Method::GET, &of.path(&format!("directory/{b}/file/{first}/")), json!(null)).await;

    // One goes alone, the rest with the file.
    alice.done(Method::DELETE, &of.path(&format!("file/{second}")), json!(null)).await;
    let seen = alice.done(Method::GET, &of.path(&format!("file/{third}")), json!(null)).await;
    assert_eq!(names(&seen["file"]["oldVersions"], "fileId"), [first.as_str()]);
    alice.done(Method::DELETE, &of.path(&format!("file/{third}")), json!(null)).await;
    server.domain().await.sweep().await.unwrap();
    for file in [&first, &second, &third] {
        alice.fails(Method::GET, &of.path(&format!("file/{file}")), json!(null), "FAIL").await;
        assert!(!server.objects().join(&of.draft.id).join(file).exists());
    }
    assert_eq!(fetch(&alice, &of, &elsewhere).await, b"elsewhere");
}

#[tokio::test]
async fn of_uploads_of_a_name_that_end_at_once_one_is_current() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let of = workspace(&alice).await;
    let mut begun = Vec::new();
    for octets in [b"a", b"b", b"c"] {
        begun.push(begin(&alice, &of, announced("", "x", 1), octets).await);
    }
    let (a, b, c) = tokio::join!(
        complete(&alice, &of, &begun[0]),
        complete(&alice, &of, &begun[1]),
        complete(&alice, &of, &begun[2])
    );
    assert!([a, b, c].iter().all(|answer| answer["response"] == "SUCCESS"));
    let files = listed(&alice, &of, &of.root, "").await["files"].clone();
    let versions = names(&files[0]["oldVersions"], "fileId");
    assert_eq!((files.as_array().unwrap().len(), versions.len()), (1, 2));
}

#[tokio::test]
async fn sealed_names_are_compared_by_their_tags() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let of = workspace(&alice).await;
    let other = directory(&alice, &of, None, "sealed.dir").await;
    let tagged =
        |name: &str, tag: &str| json!({ "filename": name, "parts": 1, "filesize": 1, "nameTag": tag });
    let add = async |name: &str, tag: &str| {
        let file = begin(&alice, &of, tagged(name, tag), b"x").await;
        assert_eq!(complete(&alice, &of, &file).await["message"], "true");
        file
    };
    let one = add("sealed.one", "tag-of-a").await;
    let two = add("sealed.two", "tag-of-a").await;
    add("sealed.three", "tag-of-b").await;
    // An untagged name is never one that a tag stands for.
    upload(&alice, &of, "", "sealed.two", b"x").await;
    upload(&alice, &of, "", "tag-of-a", b"x").await;
    let seen = alice.done(Method::GET, &of.path(&format!("file/{two}")), json!(null)).await;
    assert_eq!(names(&seen["file"]["oldVersions"], "fileId"), [one]);
    assert_eq!(listed(&alice, &of, &of.root, "").await["files"].as_array().unwrap().len(), 4);
    // A tag is of a name in a directory: a new name or place needs a new one.
    let rename = of.path(&format!("file/{two}"));
    let place = of.path(&format!("directory/{other}/file/{two}/"));
    alice.fails(Method::PATCH, &rename, json!({ "fileName": "sealed.new" }), "FAIL").await;
    alice.fails(Method::POST, &place, json!(null), "FAIL").await;
    let taken = json!({ "fileName": "sealed.new", "nameTag": "tag-of-b" });
    alice.fails(Method::PATCH, &rename, taken, "DUPLICATE_FILE").await;
    alice.done(Method::PATCH, &rename, json!({ "fileName": "sealed.new", "nameTag": "tag-of-c" })).await;
    alice.done(Method::POST, &place, json!({ "nameTag": "tag-of-c-there" })).await;
    for bad in ["", "no tag", "a=", &"A".repeat(129)] {
        alice.fails(Method::PUT, &of.path("file/"), tagged("sealed.x", bad), "FAIL").await;
    }
}

#[tokio::test]
async fn sealed_directories_are_compared_by_their_tags() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let of = workspace(&alice).await;
    let named = |name: &str, tag: &str| json!({ "directoryName": name, "nameTag": tag });
    let add = async |within: &str, name: &str, tag: &str| {
        let path = of.path(&format!("directory/{within}/subdirectory/"));
        text(&alice.done(Method::PUT, &path, named(name, tag)).await, "directoryId")
    };
    let (one, two) = (add(&of.root, "sealed.1", "tag-a").await, add(&of.root, "sealed.2", "tag-b").await);
    let inner = add(&two, "sealed.3", "tag-a-in-two").await;
    let taken = "a directory of that name is there already";
    for path in ["directory/".to_owned(), format!("directory/{}/subdirectory/", of.root)] {
        let said = alice.fails(Method::PUT, &of.path(&path), named("sealed.4", "tag-a"), "FAIL").await;
        assert_eq!(said, taken);
    }
    // A name without a tag is never one that a tag stands for, nor is a file's.
    directory(&alice, &of, None, "tag-a").await;
    let file = json!({ "filename": "sealed.5", "parts": 1, "filesize": 1, "nameTag": "tag-a" });
    let file = begin(&alice, &of, file, b"x").await;
    assert_eq!(complete(&alice, &of, &file).await["message"], "true");
    // A tag is of a name in a directory: a new name or place needs a new one.
    let rename = of.path(&format!("directory/{one}/"));
    let moves = of.path(&format!("move/{inner}/{}/", of.root));
    for (path, body) in
        [(&rename, json!({ "directoryName": "sealed.6" })), (&moves, json!({})), (&moves, json!(null))]
    {
        let said = alice.fails(Method::POST, path, body, "FAIL").await;
        assert_eq!(said, "what has a name tag needs a new one");
    }
    assert_eq!(alice.fails(Method::POST, &rename, named("sealed.6", "tag-b"), "FAIL").await, taken);
    assert_eq!(alice.fails(Method::POST, &moves, json!({ "nameTag": "tag-b" }), "FAIL").await, taken);
    for bad in ["", "no tag", "a=", &"A".repeat(129)] {
        alice.fails(Method::PUT, &of.path("directory/"), named("sealed.7", bad), "FAIL").await;
        alice.fails(Method::POST, &rename, named("sealed.7", bad), "FAIL").await;
        alice.fails(Method::POST, &moves, json!({ "nameTag": bad }), "FAIL").await;
    }
    // Its own name in another seal; then another one, with which the first is free.
    alice.done(Method::POST, &rename, named("sealed.8", "tag-a")).await;
    alice.done(Method::POST, &rename, named("sealed.9", "tag-c")).await;
    alice.done(Method::POST, &moves, json!({ "nameTag": "tag-a" })).await;
    let seen = listed(&alice, &of, &of.root, "").await;
    assert_eq!(
        names(&seen["subDirectories"], "directoryName"),
        ["sealed.2", "sealed.3", "sealed.9", "tag-a"]
    );
    assert_eq!(seen["parentDirectoryId"], json!(null));
    assert_eq!(listed(&alice, &of, &inner, "").await["parentDirectoryId"], json!(of.root));
}

#[tokio::test]
async fn a_name_that_has_to_be_new_is_refused_when_it_is_not() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let of = workspace(&alice).await;
    let new = |name: &str| json!({ "filename": name, "parts": 1, "filesize": 1, "onlyNew": true });
    let (one, two) = (begin(&alice, &of, new("x"), b"x").await, begin(&alice, &of, new("x"), b"x").await);
    assert_eq!(complete(&alice, &of, &one).await["response"], "SUCCESS");
    assert_eq!(complete(&alice, &of, &one).await["response"], "SUCCESS", "again");
    assert_eq!(complete(&alice, &of, &two).await["response"], "DUPLICATE_FILE");
    alice.fails(Method::PUT, &of.path("file/"), new("x"), "DUPLICATE_FILE").await;
    let batch = json!({ "files": [new("x"), new("y")] });
    let made = alice.done(Method::POST, &of.path("files/"), batch).await;
    assert_eq!(names(&made["files"], "response"), ["DUPLICATE_FILE", "SUCCESS"]);
    assert!(made["files"][0]["uploadUrl"].is_null() && made["files"][1]["uploadUrl"].is_string());
    // In a package as well, where names may otherwise come twice.
    let package = alice.package().await;
    alice.upload(&package, &[b"x"]).await;
    let path = format!("/package/{}/file/", package.id);
    alice.fails(Method::PUT, &path, new("a.bin"), "DUPLICATE_FILE").await;
    alice.done(Method::PUT, &path, json!({ "filename": "a.bin", "parts": 1, "filesize": 1 })).await;
}

#[tokio::test]
async fn versions_have_a_limit() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let of = workspace(&alice).await;
    let file = upload(&alice, &of, "", "x", b"x").await;
    let late = begin(&alice, &of, announced("", "x", 1), b"x").await;
    server.sql("INSERT INTO files (id, package_id, position, name, size, parts, created, created_by, complete, picked_up, \
        directory_id, version_of) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) \
        SELECT 'V' || i, f.package_id, i, 'x', 1, 1, 1, '', 1, 0, f.directory_id, f.id FROM n, files f \
        WHERE f.complete = 1").await;
    alice.fails(Method::PUT, &of.path("file/"), announced("", "x", 1), "LIMIT_EXCEEDED").await;
    assert_eq!(complete(&alice, &of, &late).await["response"], "LIMIT_EXCEEDED");
    alice.done(Method::DELETE, &of.path("file/V7"), json!(null)).await;
    assert_eq!(complete(&alice, &of, &late).await["response"], "SUCCESS");
    let seen = alice.done(Method::GET, &of.path(&format!("file/{late}")), json!(null)).await;
    let old = names(&seen["file"]["oldVersions"], "fileId");
    assert_eq!((old.len(), old.contains(&file)), (100, true));
}

#[tokio::test]
async fn readers_never_see_an_incomplete_file() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let carol = server.account("carol@example.com").await;
    let of = workspace(&alice).await;
    alice.done(Method::POST, &of.path(""), json!({ "checksum": CHECKSUM })).await;
    member(&alice, &of, "bob@example.com", "VIEWER").await;
    member(&alice, &of, "carol@example.com", "CONTRIBUTOR").await;
    let file = begin(&alice, &of, announced("", "x", 1), b"x").await;
    let at = of.path(&format!("directory/{}/file/{file}/", of.root));
    let seen = async |who: &Account<'_>| {
        let top = who.done(Method::GET, &of.path(""), json!(null)).await["files"].clone();
        let listed = listed(who, &of, &of.root, "").await["files"].clone();
        let (_, opened) = server.open(&of.draft.code, CHECKSUM).await;
        let one = who.call(Method::GET, &at, json!(null)).await["response"].clone();
        let counts = [&top, &listed, &opened["files"]].map(|list| list.as_array().unwrap().len());
        (counts, text(&json!({ "one": one }), "one"))
    };
    for who in [&bob, &carol] {
        assert_eq!(seen(who).await, ([0, 0, 0], "FAIL".to_owned()));
        let wanted = json!({ "checksum": CHECKSUM, "startSegment": 1, "endSegment": 1 });
        who.fails(Method::POST, &format!("{at}download-urls/"), wanted, "FAIL").await;
    }
    assert_eq!(seen(&alice).await, ([0, 0, 0], "SUCCESS".to_owned()));
    complete(&alice, &of, &file).await;
    assert_eq!(seen(&bob).await, ([1, 1, 1], "SUCCESS".to_owned()));
}

#[tokio::test]
async fn what_lies_below_a_deleted_directory_goes_and_so_do_abandoned_uploads() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let of = workspace(&alice).await;
    let a = directory(&alice, &of, None, "a").await;
    let deep = directory(&alice, &of, Some(&a), "deep").await;
    upload(&alice, &of, &a, "x", b"x").await;
    let old = upload(&alice, &of, &deep, "x", b"old").await;
    upload(&alice, &of, &deep, "x", b"new").await;
    let begun = begin(&alice, &of, announced(&deep, "y", 1), b"y").await;
    let kept = upload(&alice, &of, "", "kept", b"kept").await;
    let abandoned = begin(&alice, &of, announced("", "z", 1), b"z").await;
    alice.done(Method::DELETE, &of.path(&format!("directory/{a}/")), json!(null)).await;
    assert_eq!(complete(&alice, &of, &begun).await["response"], "FAIL");
    alice.fails(Method::GET, &of.path(&format!("file/{old}")), json!(null), "FAIL").await;
    server.domain().await.sweep().await.unwrap();
    let folders = || std::fs::read_dir(server.objects().join(&of.draft.id)).unwrap().count();
    assert_eq!(folders(), 2);
    server.sql("UPDATE files SET created = created - 30 * 86400").await;
    server.domain().await.sweep().await.unwrap();
    assert_eq!((folders(), complete(&alice, &of, &abandoned).await["response"].clone()), (1, json!("FAIL")));
    assert_eq!(fetch(&alice, &of, &kept).await, b"kept");
}

#[tokio::test]
async fn a_link_opens_a_workspace_with_its_directories() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let of = workspace(&alice).await;
    alice.done(Method::POST, &of.path(""), json!({ "checksum": CHECKSUM, "label": "Board" })).await;
    let a = directory(&alice, &of, None, "a").await;
    let deep = directory(&alice, &of, Some(&a), "deep").await;
    upload(&alice, &of, "", "top", b"top").await;
    upload(&alice, &of, &deep, "x", b"old").await;
    let file = upload(&alice, &of, &deep, "x", b"new").await;
    let (status, opened) = server.open(&of.draft.code, CHECKSUM).await;
    assert_eq!(
        (status, &opened["label"], &opened["rootDirectoryId"]),
        (200, &json!("Board"), &json!(of.root))
    );
    assert_eq!(names(&opened["directories"], "directoryName"), ["a", "deep"]);
    assert_eq!(names(&opened["directories"], "parentDirectoryId"), [of.root.clone(), a]);
    assert_eq!(names(&opened["files"], "fileName"), ["top", "x"]);
    assert_eq!(names(&opened["files"], "directoryId"), [of.root.clone(), deep]);
    assert_eq!((&opened["seal"], &opened["expires"]), (&json!(null), &json!(null)));
    let path = format!("/{}/file/{file}/download-urls", of.draft.code);
    let wanted = Some(json!({ "startSegment": 1, "endSegment": 25 }));
    let token = text(&opened, "token");
    let (_, answer) = server.link(Method::POST, &path, Some(&token), wanted.clone()).await;
    assert_eq!(server.get(&urls(&answer["downloadUrls"])[0]).await.bytes().await.unwrap(), "new");
    // What is added later is there when the link is opened again.
    upload(&alice, &of, "", "later", b"later").await;
    let (_, opened) = server.open(&of.draft.code, CHECKSUM).await;
    assert_eq!(opened["files"].as_array().unwrap().len(), 3);
    alice.done(Method::DELETE, &of.path(""), json!(null)).await;
    assert_eq!(server.link(Method::POST, &path, Some(&token), wanted).await.0, 410);
    // A package has none of these fields.
    let (package, _) = alice.sent().await;
    let (_, opened) = server.open(&package.code, CHECKSUM).await;
    for name in ["directories", "rootDirectoryId", "label"] {
        assert_eq!(opened.get(name), None, "{name}");
    }
}

#[tokio::test]
async fn a_copy_is_made_inside_the_store_and_outlives_its_source() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let (package, source) = alice.sent().await;
    let of = workspace(&alice).await;
    let a = directory(&alice, &of, None, "a").await;
    let copy = format!("/package/{}/file/{source}/copy", package.id);
    let order = json!({ "targetPackageId": of.draft.id, "targetDirectoryId": a, "fileKey": "c2VjcmV0\r\n", "uploadType": "NODE_API" });
    let made = alice.done(Method::POST, &copy, order).await;
    let file = text(&made, "fileId");
    assert_eq!(made["message"], made["fileId"]);
    let seen = alice.done(Method::GET, &of.path(&format!("directory/{a}/file/{file}")), json!(null)).await;
    for (name, value) in [
        ("fileName", json!("a.bin")),
        ("fileParts", json!(2)),
        ("fileSize", json!("16")),
        ("fileKey", json!("c2VjcmV0\r\n")),
        ("createdByEmail", json!("alice@example.com")),
    ] {
        assert_eq!(seen["file"][name], value, "{name}");
    }
    assert_eq!(listed(&alice, &of, &a, "").await["files"][0]["fileKey"], "c2VjcmV0\r\n");
    // The same octets, not others like them.
    let inode = |package: &str, file: &str| {
        let path = server.objects().join(package).join(file).join("1");
        std::os::unix::fs::MetadataExt::ino(&std::fs::metadata(path).unwrap())
    };
    assert_eq!(inode(&package.id, &source), inode(&of.draft.id, &file));

    // A copy within a workspace needs no key, and keeps the one it has. A name that is there gets a version.
    let within = of.path(&format!("file/{file}/copy"));
    let second = alice.done(Method::POST, &within, json!({ "targetPackageId": of.draft.id })).await;
    let second = text(&second, "fileId");
    let third = alice.done(Method::POST, &within, json!({ "targetPackageId": of.draft.id })).await;
    let seen =
        alice.done(Method::GET, &of.path(&format!("file/{}", text(&third, "fileId"))), json!(null)).await;
    assert_eq!(names(&seen["file"]["oldVersions"], "fileId"), [second.as_str()]);
    assert_eq!(
        (&seen["file"]["fileKey"], &seen["file"]["directoryId"]),
        (&json!("c2VjcmV0\r\n"), &json!(of.root))
    );
    let only_new = json!({ "targetPackageId": of.draft.id, "onlyNew": true });
    alice.fails(Method::POST, &within, only_new, "DUPLICATE_FILE").await;

    alice.done(Method::DELETE, &format!("/package/{}/", package.id), json!(null)).await;
    alice.done(Method::DELETE, &of.path(&format!("file/{file}")), json!(null)).await;
    server.domain().await.sweep().await.unwrap();
    assert!(!server.objects().join(&package.id).exists());
    assert_eq!(fetch(&alice, &of, &second).await, b"part one");
}

#[tokio::test]
async fn a_sealed_file_is_copied_under_its_own_name() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let made = alice.done(Method::PUT, "/package/", json!({ "vdr": true, "suite": "sealed" })).await;
    let draft = Draft { id: text(&made, "packageId"), code: text(&made, "packageCode") };
    let seen = alice.done(Method::GET, &format!("/package/{}/", draft.id), json!(null)).await;
    let of = Workspace { draft, root: text(&seen, "rootDirectoryId") };
    let a = directory(&alice, &of, None, "sealed.a").await;
    let file = upload(&alice, &of, "", "sealed.name", b"sealed octets").await;
    let order = json!({ "targetPackageId": of.draft.id, "targetDirectoryId": a, "nameTag": "tag", "fileKey": "sealed.AAAA" });
    let copy =
        text(&alice.done(Method::POST, &of.path(&format!("file/{file}/copy/")), order).await, "fileId");
    assert_ne!(copy, file);
    assert_eq!(fetch(&alice, &of, &copy).await, b"sealed octets");
}

#[tokio::test]
async fn copies_that_cannot_be_are_refused() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let (package, source) = alice.sent().await;
    let (of, foreign) = (workspace(&alice).await, workspace(&bob).await);
    member(&bob, &foreign, "alice@example.com", "VIEWER").await;
    let copy = format!("/package/{}/file/{source}/copy/", package.id);
    let draft = alice.package().await;
    let order = |target: &str, rest: Value| {
        let mut order = json!({ "targetPackageId": target, "fileKey": "a2V5" });
        order.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        order
    };
    for (order, code) in [
        (json!({}), "FAIL"),
        (json!({ "targetPackageId": of.draft.id }), "FAIL"),
        (json!({ "targetPackageId": of.draft.id, "fileKey": "" }), "FAIL"),
        (order(&of.draft.id, json!({ "fileKey": "a\u{0}" })), "FAIL"),
        (order(&of.draft.id, json!({ "fileKey": "x".repeat(16_385) })), "LIMIT_EXCEEDED"),
        (order(&of.draft.id, json!({ "targetDirectoryId": "X" })), "FAIL"),
        (order(&of.draft.id, json!({ "targetDirectoryId": foreign.root })), "FAIL"),
        (order(&of.draft.id, json!({ "nameTag": "no tag" })), "FAIL"),
        (order(&draft.id, json!({})), "FAIL"),
        (order(&foreign.draft.id, json!({})), "FAIL"),
        (order("X", json!({})), "FAIL"),
    ] {
        alice.fails(Method::POST, &copy, order, code).await;
    }
    alice.fails(Method::POST, &copy.replace(&source, "X"), order(&of.draft.id, json!({})), "FAIL").await;
    let begun = begin(&alice, &of, announced("", "begun", 1), b"x").await;
    alice
        .fails(Method::POST, &of.path(&format!("file/{begun}/copy/")), order(&of.draft.id, json!({})), "FAIL")
        .await;
    // Who knows no more than the code of a package, or is kept at its door, copies nothing.
    bob.fails(
        Method::POST,
        &copy.replace(&package.id, &package.code),
        order(&foreign.draft.id, json!({})),
        "FAIL",
    )
    .await;
    let (locked, path) = (alice.package().await, |id: &str, rest: &str| format!("/package/{id}/{rest}"));
    let file = alice.upload(&locked, &[b"x"]).await;
    alice.done(Method::PUT, &path(&locked.id, "recipient/"), json!({ "email": "bob@example.com" })).await;
    let finalize = json!({ "checksum": CHECKSUM, "password": "sesame" });
    alice.done(Method::POST, &path(&locked.id, "finalize/"), finalize).await;
    let copy = path(&locked.id, &format!("file/{file}/copy/"));
    bob.fails(Method::POST, &copy, order(&foreign.draft.id, json!({})), "FAIL").await;
    assert_eq!(listed(&bob, &foreign, &foreign.root, "").await["files"], json!([]));
    bob.done(Method::POST, &copy, order(&foreign.draft.id, json!({ "password": "sesame" }))).await;
    assert_eq!(listed(&alice, &of, &of.root, "").await["files"], json!([]));
}

#[tokio::test]
async fn whoever_is_removed_reads_no_more_than_the_link_gives() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let of = workspace(&alice).await;
    let finalize = json!({ "checksum": CHECKSUM, "undisclosedRecipients": true });
    alice.done(Method::POST, &of.path("finalize/"), finalize).await;
    let bob_id = member(&alice, &of, "bob@example.com", "VIEWER").await;
    bob.done(Method::GET, &of.path(""), json!(null)).await;
    alice.done(Method::DELETE, &of.path(&format!("recipient/{bob_id}/")), json!(null)).await;
    bob.fails(Method::GET, &of.path(""), json!(null), "FAIL").await;
    bob.done(Method::GET, &format!("/package/{}/", of.draft.code), json!(null)).await;
}

#[tokio::test]
async fn what_is_done_in_a_workspace_is_in_its_log() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let of = workspace(&alice).await;
    let bob_id = member(&alice, &of, "bob@example.com", "MANAGER").await;
    let a = directory(&alice, &of, None, "a").await;
    let b = directory(&bob, &of, Some(&a), "b").await;
    let file = upload(&bob, &of, &b, "x", b"x").await;
    bob.done(Method::PATCH, &of.path(&format!("file/{file}")), json!({ "fileName": "y" })).await;
    bob.done(Method::POST, &of.path(&format!("directory/{a}/file/{file}/")), json!(null)).await;
    bob.done(Method::POST, &of.path(&format!("directory/{b}/")), json!({ "directoryName": "c" })).await;
    bob.done(Method::POST, &of.path(&format!("move/{b}/{}/", of.root)), json!(null)).await;
    bob.done(Method::DELETE, &of.path(&format!("directory/{b}/")), json!(null)).await;
    let copy = json!({ "targetPackageId": of.draft.id });
    bob.done(Method::POST, &of.path(&format!("file/{file}/copy/")), copy).await;
    alice.done(Method::POST, &of.path(""), json!({ "label": "L", "checksum": CHECKSUM })).await;
    let seen = alice.done(Method::POST, &of.path("activityLog/"), json!({})).await;
    bob.fails(Method::POST, &of.path("activityLog/"), json!({}), "FAIL").await;
    let mut words = names(&seen["activityLogEntries"], "actionDescription");
    words.reverse();
    assert_eq!(
        words,
        [
            "Created the package",
            "Added the recipient bob@example.com",
            "Changed the role of bob@example.com",
            "Created the directory a",
            "Created the directory b",
            "Added a new file x",
            "Uploaded the file x",
            "Renamed a file to y",
            "Moved the file y",
            "Renamed a directory to c",
            "Moved the directory",
            "Deleted the directory",
            "Copied the file y",
            "Added a new file y",
            "Changed the label",
            "Changed the checksum",
        ]
    );
    let role = &seen["activityLogEntries"][13];
    assert_eq!(
        (&role["targetId"], &role["user"]["userEmail"]),
        (&json!(bob_id), &json!("alice@example.com"))
    );
}

#[tokio::test]
async fn roles_are_given_by_those_who_have_them() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let carol = server.account("carol@example.com").await;
    let of = workspace(&alice).await;
    let bob_id = member(&alice, &of, "bob@example.com", "MANAGER").await;
    let carol_id = member(&alice, &of, "carol@example.com", "OWNER").await;
    let dave_id = member(&bob, &of, "dave@example.com", "CONTRIBUTOR").await;
    let at = |id: &str| of.path(&format!("recipient/{id}/"));
    for role in ["VIEWER", "MANAGER"] {
        let seen = bob.done(Method::POST, &at(&dave_id), json!({ "role": role })).await;
        assert_eq!((&seen["roleName"], &seen["email"]), (&json!(role), &json!("dave@example.com")));
    }
    for (id, role) in [(&dave_id, "OWNER"), (&bob_id, "OWNER"), (&carol_id, "VIEWER"), (&carol_id, "OWNER")] {
        let said = bob.fails(Method::POST, &at(id), json!({ "role": role }), "FAIL").await;
        assert_eq!(said, "only an owner decides who is an owner");
    }
    bob.fails(Method::DELETE, &at(&carol_id), json!(null), "FAIL").await;
    for role in ["", "viewer", "ADMIN", "VIEWER | CONTRIBUTOR | MANAGER | OWNER"] {
        alice.fails(Method::POST, &at(&dave_id), json!({ "role": role }), "FAIL").await;
    }
    alice.fails(Method::POST, &at(&dave_id), json!({ "role": 3 }), "FAIL").await;
    alice.fails(Method::POST, &at("X"), json!({ "role": "VIEWER" }), "FAIL").await;
    carol.done(Method::POST, &at(&dave_id), json!({ "role": "OWNER" })).await;
    let seen = carol.done(Method::GET, &of.path(""), json!(null)).await;
    assert_eq!(names(&seen["recipients"], "roleName"), ["MANAGER", "OWNER", "OWNER"]);
    // Nobody takes the workspace from who made it, and who is removed is out at once.
    alice.done(Method::PUT, &of.path("recipient/"), json!({ "email": "alice@example.com" })).await;
    carol.done(Method::DELETE, &at(&bob_id), json!(null)).await;
    bob.fails(Method::GET, &of.path(""), json!(null), "FAIL").await;
    let seen = alice.done(Method::GET, &of.path(""), json!(null)).await;
    assert_eq!(seen["roleName"], "OWNER");
}

#[tokio::test]
async fn who_got_another_role_stays_when_the_group_goes() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let of = workspace(&alice).await;
    let group = alice.done(Method::PUT, "/group/", json!({ "groupName": "g" })).await;
    let group = format!("group/{}/", text(&group, "contactGroupId"));
    for email in ["bob@example.com", "carol@example.com"] {
        alice.done(Method::PUT, &format!("/{group}user/"), json!({ "userEmail": email })).await;
    }
    alice.done(Method::PUT, &of.path(&group), json!(null)).await;
    let seen = alice.done(Method::GET, &of.path(""), json!(null)).await;
    let bob = text(&seen["recipients"][0], "recipientId");
    alice.done(Method::POST, &of.path(&format!("recipient/{bob}/")), json!({ "role": "OWNER" })).await;
    alice.done(Method::DELETE, &of.path(&group), json!(null)).await;
    let seen = alice.done(Method::GET, &of.path(""), json!(null)).await;
    assert_eq!(names(&seen["recipients"], "email"), ["bob@example.com"]);
}

#[tokio::test]
async fn a_contributor_changes_only_what_it_added() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let of = workspace(&alice).await;
    member(&alice, &of, "bob@example.com", "CONTRIBUTOR").await;
    let a = directory(&bob, &of, None, "a").await;
    let begun = begin(&alice, &of, announced("", "begun", 1), b"x").await;
    let file = upload(&alice, &of, "", "x", b"x").await;
    let mut asked = 0;
    for route in about_packages().filter(|route| least(route) == 1 && route.path.contains("{file}")) {
        for file in [&file, &begun] {
            let path = path_in(route, &of.draft, file, "", (&of.root, &a));
            let answer = ask(&bob, route, &path, file).await;
            assert_eq!(answer["message"], "not found or not permitted", "{} {path}: {answer}", route.method);
            asked += 1;
        }
    }
    assert!(asked >= 18, "{asked}");
    let wanted = json!({ "files": [{ "fileId": begun, "part": 1 }] });
    let answer = bob.done(Method::POST, &of.path("upload-urls/"), wanted).await;
    assert_eq!(names(&answer["files"], "response"), ["FAIL"]);
    let answer = bob.done(Method::POST, &of.path("upload-complete/"), json!({ "fileIds": [begun] })).await;
    assert_eq!(names(&answer["files"], "response"), ["FAIL"]);
    // It may add to what others did, and what it did itself it may undo.
    let version = upload(&bob, &of, "", "x", b"y").await;
    alice.done(Method::GET, &of.path(&format!("file/{file}")), json!(null)).await;
    bob.done(Method::PATCH, &of.path(&format!("file/{version}")), json!({ "fileName": "z" })).await;
    bob.done(Method::POST, &of.path(&format!("directory/{a}/file/{version}/")), json!(null)).await;
}

/// The least role for a route on a workspace: 0 viewer, 1 contributor, 2 manager, 3 owner; 4 none of them.
fn least(route: &Route) -> usize {
    let (method, path) = (route.method.as_str(), route.path.strip_prefix("/package/{package}/").unwrap());
    match (method, path) {
        ("GET", "" | "message/{checksum}/" | "file/{file}/") => 0,
        ("GET", "directory/{directory}/" | "directory/{directory}/file/{file}/") => 0,
        ("POST", "file/{file}/download-urls/" | "directory/{directory}/file/{file}/download-urls/") => 0,
        ("POST", "file/{file}/download/" | "directory/{directory}/file/{file}/download/") => 0,
        ("POST", "file/{file}/copy/") => 0,
        ("GET" | "PUT", "link/{public_key}/") => 0,
        ("PUT", "message/" | "file/" | "directory/" | "directory/{directory}/subdirectory/") => 1,
        ("POST", "files/" | "upload-urls/" | "upload-complete/") => 1,
        ("POST", "file/{file}/" | "{directory}/file/{file}/" | "directory/{directory}/file/{file}/") => 1,
        (
            "POST",
            "file/{file}/upload-urls/" | "file/{file}/upload-complete/" | "file/{file}/thumbnail-urls/",
        ) => 1,
        ("GET", "file/{file}/parts/") => 1,
        ("PATCH" | "DELETE", "file/{file}/") => 1,
        ("DELETE", "directory/{directory}/file/{file}/") => 1,
        ("POST", "" | "finalize/") => 2,
        ("PUT", "recipient/" | "recipients/") => 2,
        ("PUT" | "DELETE", "group/{group}/") => 2,
        ("GET" | "POST" | "DELETE", "recipient/{recipient}/") => 2,
        ("GET", "public-keys/" | "{recipient}/public-keys/") => 2,
        ("POST" | "DELETE", "directory/{directory}/") => 2,
        ("POST", "move/{directory}/{target}/") => 2,
        ("DELETE", "" | "temp/") => 3,
        ("POST", "approve/") | ("PUT", "request/") => 4,
        ("POST", "upload/" | "seal/" | "archive/" | "unarchive/" | "activityLog/") => 3,
        _ => panic!("who may {method} {path} on a workspace?"),
    }
}

#[tokio::test]
async fn every_route_asks_for_its_role() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let roles = ["VIEWER", "CONTRIBUTOR", "MANAGER", "OWNER"];
    let mut members = Vec::new();
    for role in roles {
        members.push(server.account(&format!("{}@example.com", role.to_lowercase())).await);
    }
    let stranger = server.account("eve@example.com").await;
    let one_answer = json!({ "response": "FAIL", "message": "not found or not permitted" });

    // Who may not changes nothing, so that all of them can ask about one workspace.
    let (of, file, directory_id, recipient) = peopled(&alice, &alice, &roles).await;
    let mut asked = 0;
    for route in about_packages() {
        let lesser = members.iter().take(least(route)).chain([&stranger]);
        let path = path_in(route, &of.draft, &file, &recipient, (&of.root, &directory_id));
        for who in lesser {
            assert_eq!(ask(who, route, &path, &file).await, one_answer, "{} {path}", route.method);
            asked += 1;
        }
        assert_eq!(ask(&server.dropzone(), route, &path, &file).await, one_answer, "{} {path}", route.method);
    }
    assert!(asked >= 80, "{asked}");
    let seen = alice.done(Method::GET, &of.path(""), json!(null)).await;
    assert_eq!(
        (seen["files"].as_array().unwrap().len(), seen["recipients"].as_array().unwrap().len()),
        (1, 5)
    );

    // Who may gets what it asks for, each in a workspace of its own.
    for route in about_packages() {
        for who in &members[least(route)..] {
            let adds = if least(route) == 0 { &alice } else { who };
            let (of, complete, directory_id, recipient) = peopled(&alice, adds, &roles).await;
            let uploads = matches!(route.handler, Handler::Form(_))
                || route.path.contains("upload-")
                || route.path.ends_with("/parts/");
            let file = if uploads { begin(adds, &of, announced("", "new", 1), b"x").await } else { complete };
            // Directories other than the root are renamed, moved and deleted; files lie in the root.
            let directories: (&str, &str) =
                if least(route) == 2 { (&directory_id, &of.root) } else { (&of.root, &directory_id) };
            let path = path_in(route, &of.draft, &file, &recipient, directories);
            let mut path = path.replace("/link/K/", &format!("/link/{}/", key_of(who).await));
            if path.contains("/link/") {
                who.done(Method::PUT, &path, json!({ "keycode": wrapped() })).await;
            }
            if path.contains("/group/") {
                let group = who.done(Method::PUT, "/group/", json!({ "groupName": "g" })).await;
                let group = format!("/group/{}/", text(&group, "contactGroupId"));
                let member = json!({ "userEmail": "new@example.com" });
                who.done(Method::PUT, &format!("{group}user/"), member).await;
                path = path.replace("/group/G/", &group);
            }
            if path.contains("/group/") && route.method == Method::DELETE {
                who.done(Method::PUT, &path, json!(null)).await;
            }
            if path.ends_with("/download/") {
                let wanted = json!({ "checksum": CHECKSUM, "part": 1 }).to_string().into_bytes();
                assert_eq!(who.send(Method::POST, &path, wanted).await.bytes().await.unwrap(), "x", "{path}");
                continue;
            }
            let mut answer = ask(who, route, &path, &file).await;
            if route.path.ends_with("/copy/") {
                let target = workspace(who).await;
                let order = json!({ "targetPackageId": target.draft.id, "fileKey": "a2V5" });
                answer = who.call(Method::POST, &path, order).await;
            }
            // What no workspace has is refused to its owner in words.
            match route.path.rsplit('/').nth(1) {
                Some("seal") => assert_eq!(answer["message"], "a workspace has no seal"),
                Some("upload") => assert_eq!(answer["message"], "a workspace takes in no plaintext"),
                Some("temp") => assert_eq!(answer["response"], "FAIL"),
                _ => assert_eq!(answer["response"], "SUCCESS", "{} {path}: {answer}", route.method),
            }
        }
    }
}

/// A public key of an account, its only one.
async fn key_of(account: &Account<'_>) -> String {
    let known = account.done(Method::GET, "/public-key/", json!(null)).await;
    match known["publicKeys"].as_array().and_then(|keys| keys.first()) {
        Some(key) => text(key, "id"),
        None => {
            text(&account.done(Method::PUT, "/public-key/", json!({ "publicKey": public_key() })).await, "id")
        }
    }
}

/// A workspace with a message and a checksum, a file that `adds` added and a directory, and a member for each role
/// beside one that belongs to nobody. Answers with file, directory and the last member.
async fn peopled(
    owner: &Account<'_>,
    adds: &Account<'_>,
    roles: &[&str],
) -> (Workspace, String, String, String) {
    let of = workspace(owner).await;
    owner.done(Method::POST, &of.path(""), json!({ "checksum": CHECKSUM })).await;
    owner.done(Method::PUT, &of.path("message/"), json!({ "message": "aGVsbG8=" })).await;
    for role in roles {
        member(owner, &of, &format!("{}@example.com", role.to_lowercase()), role).await;
    }
    let added = json!({ "email": "nobody@example.com" });
    let recipient = text(&owner.done(Method::PUT, &of.path("recipient/"), added).await, "recipientId");
    let file = upload(adds, &of, "", "a file", b"x").await;
    let directory = directory(owner, &of, None, "a directory").await;
    (of, file, directory, recipient)
}
