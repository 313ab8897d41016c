//! Lists of packages, and searching in all of them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{CHECKSUM, Caller, Draft, TestServer, text};

/// The ids that a list has, and its pagination.
async fn list(caller: &impl Caller, path: &str) -> (Vec<String>, Value) {
    let answer = caller.done(Method::GET, path, json!(null)).await;
    (ids(&answer), answer["pagination"].clone())
}

fn ids(answer: &Value) -> Vec<String> {
    answer["packages"].as_array().unwrap().iter().map(|package| text(package, "packageId")).collect()
}

/// A finalized package with a file of this name, for these recipients.
async fn send(caller: &impl Caller, name: &str, emails: &[&str]) -> Draft {
    let package = caller.package().await;
    let path = format!("/package/{}", package.id);
    let file = json!({ "filename": name, "parts": 1, "filesize": 1 });
    let made = caller.done(Method::PUT, &format!("{path}/file/"), file).await;
    let file = text(&made, "fileId");
    let url = caller.upload_urls(&package, &file, 1).await.remove(0);
    assert_eq!(caller.server().put(&url, "x").await, 200);
    let complete = json!({ "complete": true });
    caller.done(Method::POST, &format!("{path}/file/{file}/upload-complete/"), complete).await;
    if !emails.is_empty() {
        caller.done(Method::PUT, &format!("{path}/recipients/"), json!({ "emails": emails })).await;
    }
    let finalize = json!({ "checksum": CHECKSUM, "undisclosedRecipients": emails.is_empty() });
    caller.done(Method::POST, &format!("{path}/finalize/"), finalize).await;
    package
}

#[tokio::test]
async fn the_sent_list_has_what_clients_read() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let body = json!({ "life": 3 }).to_string();
    let mut request = alice.sign(Method::PUT, "/package/", body.as_bytes(), 0, None);
    let agent = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36";
    request.headers.push(("user-agent", agent.to_owned()));
    let made: Value = request.send(&server).await.json().await.unwrap();
    let path = format!("/package/{}", text(&made, "packageId"));
    // What nothing was put into is not listed.
    assert_eq!(list(&alice, "/package/").await.0.len(), 0);
    for name in ["b.txt", "a.txt"] {
        let file = json!({ "filename": name, "parts": 1, "filesize": 1 });
        alice.done(Method::PUT, &format!("{path}/file/"), file).await;
    }
    let emails = json!({ "emails": ["bob@example.com", "carol@example.com"] });
    alice.done(Method::PUT, &format!("{path}/recipients/"), emails).await;
    let user = alice.done(Method::GET, "/user/", json!(null)).await;
    let answer = alice.done(Method::GET, "/package", json!(null)).await;
    let entry = &answer["packages"][0];
    for (name, value) in [
        ("packageId", made["packageId"].clone()),
        ("packageParentId", json!("")),
        ("packageUserName", json!("alice@example.com")),
        ("packageUserId", user["id"].clone()),
        ("packageState", json!(0)),
        ("packageStateStr", json!("In Progess")),
        ("packageStateColor", json!("777777")),
        ("packageLife", json!(3)),
        ("packageCode", made["packageCode"].clone()),
        ("packageBrowser", json!("CHROME")),
        ("packageOS", json!("Windows")),
        ("packageContainsMessage", json!(false)),
        ("recipients", json!(["bob@example.com", "carol@example.com"])),
        ("recipientCount", json!(2)),
        ("filenames", json!(["b.txt", "a.txt"])),
        ("fileCount", json!(2)),
        ("contactGroups", json!([])),
    ] {
        assert_eq!(entry[name], value, "{name}");
    }
    let expected = json!({ "rowIndex": 0, "pageSize": 100, "totalRows": 1 });
    assert_eq!(answer["pagination"], expected);
    assert!(!answer.to_string().contains(&text(&made, "serverSecret")));
    let information = alice.done(Method::GET, &path, json!(null)).await;
    assert_eq!(entry["packageUpdateTimestamp"], information["packageTimestamp"]);
}

#[tokio::test]
async fn lists_come_by_pages() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(send(&alice, "a.txt", &[]).await.id);
    }
    server.sql("UPDATE packages SET created = created + rowid").await;
    made.reverse();
    assert_eq!(list(&alice, "/package/").await.0, made);
    let (page, pagination) = list(&alice, "/package/?rowIndex=1&pageSize=2").await;
    assert_eq!(page, made[1..3]);
    let expected = json!({ "rowIndex": 1, "pageSize": 2, "totalRows": 5, "nextRowIndex": 3 });
    assert_eq!(pagination, expected);
    let (page, pagination) = list(&alice, "/package/?pageSize=2&rowIndex=3").await;
    assert_eq!((page, &pagination["nextRowIndex"]), (made[3..].to_vec(), &json!(null)));
    assert_eq!(list(&alice, "/package/?rowIndex=5").await.0.len(), 0);
    assert_eq!(list(&alice, "/package/?rowIndex=4294967295&pageSize=4294967295").await.0.len(), 0);
    assert_eq!(list(&alice, "/package/?pageSize=1000").await.1["pageSize"], 100);
    for bad in [
        "rowIndex=-1",
        "rowIndex=x",
        "rowIndex=",
        "rowIndex=1.5",
        "rowIndex=4294967296",
        "pageSize=0",
        "pageSize=-1",
        "pageSize=%00",
        "rowIndex=1&rowIndex=2",
    ] {
        for path in ["/package/", "/package/received/", "/package/archived/"] {
            alice.fails(Method::GET, &format!("{path}?{bad}"), json!(null), "FAIL").await;
        }
    }
}

#[tokio::test]
async fn a_list_has_the_first_names_and_counts_the_rest() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let package = alice.package().await;
    let path = format!("/package/{}", package.id);
    let entry = |name: String| json!({ "filename": name, "parts": 1, "filesize": 1 });
    let files: Vec<_> = (0..150).map(|n| entry(format!("{n}"))).collect();
    alice.done(Method::POST, &format!("{path}/files/"), json!({ "files": files })).await;
    let emails: Vec<_> = (0..150).map(|n| format!("{n}@example.com")).collect();
    alice.done(Method::PUT, &format!("{path}/recipients/"), json!({ "emails": emails })).await;
    let long = alice.package().await;
    let files: Vec<_> = (0..10).map(|n| entry(format!("{n}{}", "x".repeat(16_000)))).collect();
    alice.done(Method::POST, &format!("/package/{}/files/", long.id), json!({ "files": files })).await;
    let answer = alice.done(Method::GET, "/package/", json!(null)).await;
    let of = |id: &str| {
        let entry =
            answer["packages"].as_array().unwrap().iter().find(|entry| entry["packageId"] == id).unwrap();
        let count = |name: &str| entry[name].as_array().unwrap().len();
        (count("filenames"), entry["fileCount"].clone(), count("recipients"), entry["recipientCount"].clone())
    };
    assert_eq!(of(&package.id), (100, json!(150), 100, json!(150)));
    assert_eq!(of(&long.id), (4, json!(10), 0, json!(0)));
}

#[tokio::test]
async fn received_packages_tell_a_recipient_no_more_than_information_does() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let sent = send(&alice, "a.txt", &["carol@example.com", "bob@example.com"]).await;
    send(&alice, "b.txt", &["carol@example.com"]).await;
    send(&alice, "c.txt", &[]).await;
    let draft = alice.package().await;
    let add = json!({ "email": "bob@example.com" });
    alice.done(Method::PUT, &format!("/package/{}/recipient/", draft.id), add.clone()).await;
    let locked = alice.package().await;
    alice.upload(&locked, &[b"x"]).await;
    alice.done(Method::PUT, &format!("/package/{}/recipient/", locked.id), add).await;
    let finalize = json!({ "checksum": CHECKSUM, "password": "sesame" });
    alice.done(Method::POST, &format!("/package/{}/finalize/", locked.id), finalize).await;
    server.sql("UPDATE packages SET created = created + rowid").await;

    let answer = bob.done(Method::GET, "/package/received/?rowIndex=0", json!(null)).await;
    assert_eq!(ids(&answer), [&*locked.id, &*sent.id]);
    let (behind, open) = (&answer["packages"][0], &answer["packages"][1]);
    assert_eq!((&behind["filenames"], &behind["fileCount"]), (&json!([]), &json!(0)));
    assert_eq!(open["filenames"], json!(["a.txt"]));
    for entry in [behind, open] {
        assert_eq!(entry["recipients"], json!(["bob@example.com"]));
        assert_eq!(
            (&entry["recipientCount"], &entry["packageUserName"]),
            (&json!(1), &json!("alice@example.com"))
        );
    }
    // It is still told that there was one, until its sender deletes it.
    server.sql("UPDATE packages SET expires = 1 WHERE rowid = 1").await;
    let answer = bob.done(Method::GET, "/package/received/", json!(null)).await;
    assert_eq!(answer["packages"][1]["packageStateStr"], "Expired - Not Picked Up");
    alice.done(Method::DELETE, &format!("/package/{}/", sent.id), json!(null)).await;
    assert_eq!(list(&bob, "/package/received").await.0, [locked.id]);
    assert_eq!(list(&alice, "/package/received").await.0.len(), 0);
}

#[tokio::test]
async fn what_is_archived_is_in_its_own_list_and_opens_as_before() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let (package, _) = alice.sent().await;
    let path = format!("/package/{}", package.id);
    let lists = async || (list(&alice, "/package/").await.0, list(&alice, "/package/archived/").await.0);
    let draft = alice.package().await;
    alice.fails(Method::POST, &format!("/package/{}/archive/", draft.id), json!({}), "FAIL").await;
    for _ in 0..2 {
        alice.done(Method::POST, &format!("{path}/archive/"), json!({})).await;
        assert_eq!(lists().await, (vec![], vec![package.id.clone()]));
    }
    assert_eq!(alice.done(Method::GET, &path, json!(null)).await["isArchived"], true);
    assert_eq!(server.open(&package.code, CHECKSUM).await.0, 200);
    for _ in 0..2 {
        alice.done(Method::POST, &format!("{path}/unarchive/"), json!(null)).await;
        assert_eq!(lists().await, (vec![package.id.clone()], vec![]));
    }
    alice.done(Method::POST, &format!("{path}/archive/"), json!({})).await;
    alice.done(Method::DELETE, &path, json!(null)).await;
    assert_eq!(lists().await, (vec![], vec![]));
    alice.fails(Method::POST, &format!("{path}/archive/"), json!({}), "FAIL").await;
    alice.fails(Method::POST, &format!("{path}/unarchive/"), json!({}), "FAIL").await;
}

#[tokio::test]
async fn what_others_sent_is_for_administrators() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let (package, _) = alice.sent().await;
    let id = text(&alice.done(Method::GET, "/user/", json!(null)).await, "id");
    let path = format!("/package/sent/{id}");
    assert_eq!(list(&alice, &format!("{path}?rowIndex=0")).await.0, std::slice::from_ref(&package.id));
    bob.fails(Method::GET, &path, json!(null), "FAIL").await;
    bob.fails(Method::GET, "/package/sent/nobody/", json!(null), "FAIL").await;
    bob.fails(Method::POST, "/package/organization/search/", json!({}), "FAIL").await;
    server.dropzone().fails(Method::GET, "/package/", json!(null), "FAIL").await;
    server.sql("UPDATE accounts SET admin = 1 WHERE email = 'bob@example.com'").await;
    assert_eq!(list(&bob, &path).await.0, std::slice::from_ref(&package.id));
    assert_eq!(list(&bob, "/package/").await.0.len(), 0);
    assert_eq!(ids(&bob.done(Method::POST, "/package/organization/search/", json!({})).await), [package.id]);
}

/// An administrator's search.
async fn found(server: &TestServer, by: Value) -> Vec<String> {
    let admin = server.account("admin@example.com").await;
    server.sql("UPDATE accounts SET admin = 1 WHERE email = 'admin@example.com'").await;
    let answer = admin.done(Method::POST, "/package/organization/search/", by).await;
    let mut names: Vec<_> = answer["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| package["files"][0]["fileName"].as_str().unwrap_or("no file").to_owned())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_search_goes_by_each_of_its_filters() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.org").await);
    send(&alice, "Report 100%.pdf", &["carol@example.com"]).await;
    send(&bob, "notes.txt", &["dave@example.net", "carol@example.com"]).await;
    let sealed = alice.done(Method::PUT, "/package/", json!({ "suite": "sealed" })).await;
    let file = json!({ "filename": "sealed.notes", "parts": 1, "filesize": 1 });
    alice.done(Method::PUT, &format!("/package/{}/file/", text(&sealed, "packageId")), file).await;
    server.dropzone().package().await;
    let (report, notes, sealed) = ("Report 100%.pdf", "notes.txt", "sealed.notes");
    for (by, expected) in [
        (json!({}), vec![report, notes, sealed]),
        (
            json!({ "filename": "", "sender": "", "recipient": "", "fromDate": "", "toDate": "", "status": "" }),
            vec![report, notes, sealed],
        ),
        (json!({ "filename": "NOTES" }), vec![notes]),
        (json!({ "filename": "0%." }), vec![report]),
        (json!({ "filename": "%" }), vec![report]),
        (json!({ "filename": "_" }), vec![]),
        (json!({ "sender": "ALICE@" }), vec![report, sealed]),
        (json!({ "sender": "example.org" }), vec![notes]),
        (json!({ "recipient": "carol" }), vec![report, notes]),
        (json!({ "recipient": "dave@example.net" }), vec![notes]),
        (json!({ "recipient": "carol", "sender": "bob" }), vec![notes]),
        (json!({ "filename": "notes", "sender": "alice" }), vec![]),
        (json!({ "status": "ACTIVE" }), vec![report, notes]),
        (json!({ "status": "All" }), vec![report, notes, sealed]),
        (json!({ "status": "picked-up" }), vec![]),
        (json!({ "status": "incomplete" }), vec![report, notes]),
        (json!({ "fromDate": "01/01/2100" }), vec![]),
        (json!({ "toDate": "01/01/2019" }), vec![]),
        (json!({ "fromDate": "01/01/2019", "toDate": "12/31/2099" }), vec![report, notes, sealed]),
    ] {
        assert_eq!(found(&server, by.clone()).await, expected, "{by}");
    }
    // Both days are in it, whole.
    server.sql("UPDATE packages SET created = 1546387199 WHERE rowid = 1").await;
    for (from, to, there) in [
        ("01/01/2019", "01/01/2019", true),
        ("01/02/2019", "01/02/2019", false),
        ("12/31/2018", "12/31/2018", false),
        ("01/02/2019", "01/01/2019", false),
    ] {
        let found = found(&server, json!({ "fromDate": from, "toDate": to })).await;
        assert_eq!(found == [report], there, "{from} {to}");
    }
    server.sql("UPDATE packages SET expires = 1 WHERE rowid = 1").await;
    server.sql("UPDATE packages SET archived = 1, pickup = 'complete' WHERE rowid = 2").await;
    for (status, expected) in [
        ("expired", report),
        ("active", notes),
        ("archived", notes),
        ("picked-up", notes),
        ("incomplete", report),
    ] {
        assert_eq!(found(&server, json!({ "status": status })).await, [expected], "{status}");
    }
}

#[tokio::test]
async fn a_search_tells_what_information_tells_but_for_the_secret() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let package = send(&alice, "a.txt", &["bob@example.com"]).await;
    let message = json!({ "message": "aGVsbG8=" });
    alice.done(Method::PUT, &format!("/package/{}/message/", package.id), message).await;
    bob.done(Method::GET, &format!("/package/{}/message/{CHECKSUM}/", package.id), json!(null)).await;
    let mut expected = alice.done(Method::GET, &format!("/package/{}/", package.id), json!(null)).await;
    assert_eq!(expected["recipients"][0]["confirmations"].as_array().unwrap().len(), 1);
    expected["serverSecret"] = json!("");
    server.sql("UPDATE accounts SET admin = 1 WHERE email = 'bob@example.com'").await;
    let path = "/package/organization/search/?rowIndex=0&pageSize=1";
    let answer = bob.done(Method::POST, path, json!({})).await;
    assert_eq!(answer["packages"], json!([expected]));
    assert_eq!((&answer["capped"], &answer["pagination"]["totalRows"]), (&json!(false), &json!(1)));
    alice.sent().await;
    let answer = bob.done(Method::POST, path, json!({})).await;
    assert_eq!((&answer["capped"], &answer["pagination"]["nextRowIndex"]), (&json!(true), &json!(1)));
}

#[tokio::test]
async fn a_search_that_makes_no_sense_is_refused() {
    let server = TestServer::start().await;
    let admin = server.account("admin@example.com").await;
    server.sql("UPDATE accounts SET admin = 1").await;
    for bad in [
        json!({ "fromDate": "2019-01-01" }),
        json!({ "toDate": "13/01/2019" }),
        json!({ "toDate": "02/30/2019" }),
        json!({ "fromDate": 1 }),
        json!({ "status": "lost" }),
        json!({ "status": 4 }),
        json!({ "filename": "x".repeat(10_000) }),
        json!({ "sender": "a\u{0}b" }),
        json!({ "recipient": ["bob"] }),
    ] {
        admin.fails(Method::POST, "/package/organization/search/", bad, "FAIL").await;
    }
    let odd = json!({ "filename": "'; DROP TABLE packages; -- \u{202e}\\" });
    assert_eq!(ids(&admin.done(Method::POST, "/package/organization/search", odd).await).len(), 0);
    admin.fails(Method::POST, "/package/organization/search/?pageSize=x", json!({}), "FAIL").await;
}

#[tokio::test]
async fn whether_pdfs_are_read_only_is_kept_and_told() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    for wish in [json!(true), json!(false), json!("true")] {
        let package = alice.package().await;
        alice.upload(&package, &[b"x"]).await;
        let path = format!("/package/{}/", package.id);
        let finalize = json!({ "checksum": CHECKSUM, "undisclosedRecipients": true, "readOnlyPdf": wish });
        alice.done(Method::POST, &format!("{path}finalize/"), finalize).await;
        let seen = alice.done(Method::GET, &path, json!(null)).await;
        assert_eq!(seen["readOnlyPdf"], json!(wish != json!(false)));
        let again = alice.package().await;
        let bad = json!({ "checksum": CHECKSUM, "readOnlyPdf": "perhaps" });
        alice.fails(Method::POST, &format!("/package/{}/finalize/", again.id), bad, "FAIL").await;
    }
}
