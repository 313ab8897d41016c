//! Tickets and share infos: Züs's API for file sharing.

use bulla_server::domain::ShareTerms;
use bulla_server::http::{ROUTES, Surface};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Account, CHECKSUM, Caller, Draft, TestServer, answered, text};

/// A finalized package with a message and two files, for nobody but its sender and a recipient.
pub(crate) async fn package(of: &Account<'_>) -> (Draft, [String; 2]) {
    let package = of.package().await;
    let files = [of.upload(&package, &[b"one"]).await, of.upload(&package, &[b"two"]).await];
    let of_it = |rest: &str| format!("/package/{}/{rest}/", package.id);
    of.done(Method::PUT, &of_it("message"), json!({ "message": "aGVsbG8=" })).await;
    of.done(Method::PUT, &of_it("recipient"), json!({ "email": "nobody@example.com" })).await;
    of.done(Method::POST, &of_it("finalize"), json!({ "checksum": CHECKSUM })).await;
    (package, files)
}

/// A new ticket and its lookup hash.
pub(crate) async fn ticket(of: &Account<'_>, package: &Draft, order: Value) -> (String, String) {
    let (status, issued) = of.zus(Method::POST, &format!("/authticket/{}", package.id), order).await;
    assert_eq!(status, 200, "{issued}");
    (text(&issued["data"], "auth_ticket"), text(&issued["data"], "lookup_hash"))
}

/// Makes a share info.
async fn share(by: &Account<'_>, ticket: &str) -> Value {
    let (status, added) = by.zus_form("/shareinfo", &[("auth_ticket", ticket)]).await;
    assert_eq!((status, &added["message"]), (200, &json!("shareinfo added successfully")), "{added}");
    added["data"].clone()
}

async fn list(of: &Account<'_>, which: &str, query: &str) -> Vec<Value> {
    let (status, answer) = of.zus(Method::GET, &format!("/shareinfo/{which}?{query}"), Value::Null).await;
    assert_eq!(status, 200, "{answer}");
    let data = answer["data"].as_array().unwrap().clone();
    let words = if data.is_empty() { "No data is present" } else { "Data is present" };
    assert_eq!(answer["message"], format!("{words} for the given details"));
    data
}

/// Whether an account is let into a package.
pub(crate) async fn opens(account: &Account<'_>, package: &Draft) -> bool {
    let answer = account.call(Method::GET, &format!("/package/{}/", package.id), Value::Null).await;
    answer["response"] == "SUCCESS"
}

async fn downloads(account: &Account<'_>, package: &Draft, file: &str) -> bool {
    let urls = format!("/package/{}/file/{file}/download-urls/", package.id);
    let wanted = json!({ "startSegment": 1, "endSegment": 1, "checksum": CHECKSUM });
    let answer = account.call(Method::POST, &urls, wanted).await;
    if answer["response"] != "SUCCESS" {
        return false;
    }
    let url = text(&answer["downloadUrls"][0], "url");
    account.server.get(&url).await.status() == 200
}

#[tokio::test]
async fn what_was_shared_is_listed_and_opens_until_it_is_deleted() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    server
        .sql("UPDATE accounts SET first_name = 'Alice', last_name = 'A' WHERE email = 'alice@example.com'")
        .await;
    let (package, files) = package(&alice).await;
    let (ticket, hash) = ticket(&alice, &package, json!({ "client_id": "BOB@example.com" })).await;
    assert!(!opens(&bob, &package).await, "a ticket that nobody showed opens nothing");

    let fields = [
        ("auth_ticket", ticket.as_str()),
        ("message", "Here is your file"),
        ("share_info_type", "private"),
        ("link", "https://share.link/receive/?packageCode=abc"),
    ];
    let (status, added) = alice.zus_form("/shareinfo/", &fields).await;
    let expected = json!({
        "message": "shareinfo added successfully",
        "data": {
            "auth_ticket": ticket, "message": "Here is your file", "share_info_type": "private",
            "client_id": "alice@example.com", "receiver": "bob@example.com", "lookup_hash": hash,
            "sender_name": "Alice A", "link": fields[3].1, "receiver_name": "bob@example.com",
        },
    });
    assert_eq!((status, added), (200, expected));

    let sent = list(&alice, "shared", "shareInfoType=private&exclude_ai=true").await;
    assert_eq!(sent.len(), 1);
    assert!(sent[0]["id"].as_u64().unwrap() < 1 << 53);
    assert_eq!(sent[0]["auth_ticket"], ticket);
    assert_eq!(sent[0]["receiver_client_id"], "bob@example.com");
    assert_eq!(sent[0]["created_at"].as_str().unwrap().len(), "2025-06-04T12:00:00".len());
    let received = list(&bob, "received", "shareInfoType=private").await;
    assert_eq!(received.len(), 1);
    for (field, value) in [
        ("auth_ticket", ticket.as_str()),
        ("message", "Here is your file"),
        ("client_id", "alice@example.com"),
        ("receiver_client_id", "bob@example.com"),
        ("lookup_hash", &hash),
        ("sender_name", "Alice A"),
        ("package_id", &package.id),
    ] {
        assert_eq!(received[0][field], value, "{field}");
    }
    assert!(list(&bob, "received", "shareInfoType=public").await.is_empty());
    assert!(list(&bob, "shared", "shareInfoType=private").await.is_empty());

    assert!(opens(&bob, &package).await);
    for file in &files {
        assert!(downloads(&bob, &package, file).await);
    }
    bob.done(Method::GET, &format!("/package/{}/message/{CHECKSUM}", package.id), Value::Null).await;
    let log = format!("/package/{}/activityLog/", package.id);
    bob.fails(Method::POST, &log, json!({}), "FAIL").await;
    let log = alice.done(Method::POST, &log, json!({})).await.to_string();
    assert!(log.contains("Shared by a ticket with bob@example.com"), "{log}");

    let gone = "/shareinfo?auth_ticket=".to_owned() + &ticket;
    let done = json!({ "message": "deleting shareinfo successful" });
    assert_eq!(alice.zus(Method::DELETE, &gone, Value::Null).await, (200, done));
    let none = json!({ "message": "no shareinfo was deleted for these details" });
    assert_eq!(alice.zus(Method::DELETE, &gone, Value::Null).await, (200, none));
    assert!(!opens(&bob, &package).await);
    assert!(!downloads(&bob, &package, &files[0]).await);
    // A ticket that was deleted comes back by nobody.
    for account in [&alice, &bob] {
        let (status, answer) = account.zus_form("/shareinfo", &[("auth_ticket", &ticket)]).await;
        assert_eq!((status, &answer["message"]), (409, &json!("the ticket was revoked")));
    }
    assert!(list(&bob, "received", "shareInfoType=private").await.is_empty());
}

#[tokio::test]
async fn a_ticket_for_a_file_opens_that_file_alone() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let (package, files) = package(&alice).await;
    let order = json!({ "client_id": "bob@example.com", "file_id": files[1] });
    let (ticket, hash) = ticket(&alice, &package, order).await;
    let whole = self::ticket(&alice, &package, json!({})).await.1;
    assert_ne!(hash, whole);
    share(&alice, &ticket).await;

    let seen = bob.done(Method::GET, &format!("/package/{}/", package.id), Value::Null).await;
    let shown: Vec<_> = seen["files"].as_array().unwrap().iter().map(|file| &file["fileId"]).collect();
    assert_eq!(shown, [&json!(files[1])]);
    assert_eq!((&seen["packageCode"], &seen["recipients"]), (&json!(""), &json!([])));
    assert!(downloads(&bob, &package, &files[1]).await);
    assert!(!downloads(&bob, &package, &files[0]).await);
    let other = format!("/package/{}/file/{}/", package.id, files[0]);
    bob.fails(Method::GET, &other, Value::Null, "FAIL").await;
    let message = format!("/package/{}/message/{CHECKSUM}", package.id);
    bob.fails(Method::GET, &message, Value::Null, "FAIL").await;
    assert_eq!(list(&bob, "received", "shareInfoType=private").await[0]["file_id"], files[1]);
    // Deleted by its receiver, it is the receiver's no longer; the ticket still holds.
    let gone = format!("/shareinfo?lookup_hash={hash}");
    assert_eq!(
        bob.zus(Method::DELETE, &gone, Value::Null).await.1["message"],
        "deleting shareinfo successful"
    );
    assert!(!opens(&bob, &package).await);
    share(&bob, &ticket).await;
    assert!(downloads(&bob, &package, &files[1]).await);
}

#[tokio::test]
async fn whoever_holds_a_ticket_that_names_nobody_opens_it_once_it_is_shown() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let carol = server.account("carol@example.com").await;
    let (package, _) = package(&alice).await;
    let (ticket, hash) = ticket(&alice, &package, json!({})).await;
    let shared = share(&alice, &ticket).await;
    assert_eq!((&shared["share_info_type"], &shared["receiver"]), (&json!("public"), &json!("")));
    assert!(!opens(&bob, &package).await);
    assert_eq!(share(&bob, &ticket).await["receiver"], "bob@example.com");
    assert!(opens(&bob, &package).await && !opens(&carol, &package).await);
    assert_eq!(list(&bob, "received", "shareInfoType=public").await[0]["client_id"], "alice@example.com");
    let sent = list(&alice, "shared", &format!("shareInfoType=public&lookup_hash={hash}")).await;
    assert_eq!(sent.len(), 2);
    assert!(list(&alice, "shared", "shareInfoType=public&lookup_hash=other").await.is_empty());
    let pages = [
        list(&alice, "shared", "shareInfoType=public&limit=1").await,
        list(&alice, "shared", "shareInfoType=public&limit=1&offset=1").await,
    ];
    assert_eq!(pages.concat(), sent);
    // All of it goes with the ticket.
    alice.zus(Method::DELETE, &format!("/shareinfo?lookup_hash={hash}"), Value::Null).await;
    assert!(!opens(&bob, &package).await);
    assert!(list(&alice, "shared", "shareInfoType=public").await.is_empty());
    assert_eq!(carol.zus_form("/shareinfo", &[("auth_ticket", &ticket)]).await.0, 409);
}

#[tokio::test]
async fn a_ticket_ends_with_its_time_and_with_its_package() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let (package, _) = package(&alice).await;
    let order = json!({ "client_id": "bob@example.com", "expires_in": 3600 });
    let (first, _) = ticket(&alice, &package, order.clone()).await;
    share(&alice, &first).await;
    assert!(opens(&bob, &package).await);
    server.sql("UPDATE share_infos SET expires = expires - 3600").await;
    assert!(!opens(&bob, &package).await);
    assert!(list(&bob, "received", "shareInfoType=private").await.is_empty());
    server.domain().await.sweep().await.unwrap();
    assert_eq!(
        alice.zus(Method::DELETE, &format!("/shareinfo?auth_ticket={first}"), Value::Null).await.1["message"],
        "no shareinfo was deleted for these details"
    );

    let (second, _) = ticket(&alice, &package, order).await;
    share(&alice, &second).await;
    assert!(opens(&bob, &package).await);
    alice.done(Method::DELETE, &format!("/package/{}/", package.id), Value::Null).await;
    assert!(!opens(&bob, &package).await);
    assert!(list(&bob, "received", "shareInfoType=private").await.is_empty());
    server.domain().await.sweep().await.unwrap();
    assert!(list(&alice, "shared", "shareInfoType=private").await.is_empty());
}

#[tokio::test]
async fn tickets_are_not_forged_moved_or_used_by_others() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let eve = server.account("eve@example.com").await;
    let (mine, _) = package(&alice).await;
    let (ticket, hash) = ticket(&alice, &mine, json!({ "client_id": "bob@example.com" })).await;
    let (theirs, _) = package(&eve).await;
    let (other, _) = self::ticket(&eve, &theirs, json!({ "client_id": "eve@example.com" })).await;
    let ((payload, tag), (payload_of_eve, _)) =
        (ticket.split_once('.').unwrap(), other.split_once('.').unwrap());
    let mut flipped = tag.to_owned();
    flipped.replace_range(..1, if tag.starts_with('A') { "B" } else { "A" });
    for forged in [
        "",
        ".",
        payload,
        &format!("{payload}."),
        &format!("{payload}.{flipped}"),
        &format!("{payload_of_eve}.{tag}"),
        &"A".repeat(9000),
    ] {
        let (status, answer) = eve.zus_form("/shareinfo", &[("auth_ticket", forged)]).await;
        assert_eq!(
            (status, &answer["message"]),
            (400, &json!("that is no ticket of this server")),
            "{forged}"
        );
    }
    // One that names somebody else says nothing of whether it holds.
    let (status, answer) = eve.zus_form("/shareinfo", &[("auth_ticket", &ticket)]).await;
    assert_eq!((status, answer), (404, json!({ "message": "not found or not permitted" })));
    share(&alice, &ticket).await;
    for query in [format!("auth_ticket={ticket}"), format!("lookup_hash={hash}")] {
        let (status, answer) = eve.zus(Method::DELETE, &format!("/shareinfo?{query}"), Value::Null).await;
        assert_eq!((status, &answer["message"]), (200, &json!("no shareinfo was deleted for these details")));
    }
    assert!(opens(&bob, &mine).await && !opens(&eve, &mine).await);
    // Nobody issues tickets for what it does not manage.
    for (account, package) in [(&eve, &mine), (&bob, &mine)] {
        let path = format!("/authticket/{}", package.id);
        let (status, answer) = account.zus(Method::POST, &path, json!({})).await;
        assert_eq!((status, answer), (404, json!({ "message": "not found or not permitted" })));
    }
}

#[tokio::test]
async fn malformed_share_infos_are_refused_in_words() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let (package, _) = package(&alice).await;
    let (ticket, _) = ticket(&alice, &package, json!({ "client_id": "bob@example.com" })).await;
    let of = ("auth_ticket", ticket.as_str());
    let long = "a".repeat(201);
    for (fields, part) in [
        (vec![("message", "hello")], "missing field `auth_ticket`"),
        (vec![of, of], "the field auth_ticket twice"),
        (vec![of, ("share_info_type", "secret")], "unknown variant `secret`"),
        (vec![of, ("share_info_type", "public")], "a ticket that names its receiver is private"),
        (vec![of, ("message", &long)], "at most 200 characters"),
        (vec![of, ("message", "it is at https://share.link/?a=b#keyCode=abc")], "a message holds a key"),
        (vec![of, ("link", "https://share.link/#keyCode=abc")], "the link holds a key"),
        (vec![of, ("link", "https://share.link/%23keyCode=abc")], "the link holds a key"),
        (vec![of, ("link", "javascript:alert(1)")], "no URL of http or https"),
    ] {
        let (status, answer) = alice.zus_form("/shareinfo", &fields).await;
        assert_eq!(status, 400, "{fields:?}: {answer}");
        assert!(text(&answer, "message").contains(part), "{fields:?}: {answer}");
    }
    assert!(!server.keeps("keyCode=abc"));
    let json = alice.sign_zus(Method::POST, "/shareinfo", b"{}");
    assert_eq!(answered(json, &server).await, (400, json!({ "message": "the body is no multipart form" })));

    for (method, path, part) in [
        (Method::GET, "/shareinfo/shared", "missing field `shareInfoType`"),
        (Method::GET, "/shareinfo/received?shareInfoType=all", "unknown variant `all`"),
        (Method::GET, "/shareinfo/shared?shareInfoType=public&limit=0", "at least one row"),
        (Method::GET, "/shareinfo/shared?shareInfoType=public&limit=-1", "invalid digit"),
        (Method::GET, "/shareinfo/shared?shareInfoType=public&offset=x", "invalid digit"),
        (Method::GET, "/shareinfo/shared?shareInfoType=public&exclude_ai=maybe", "exclude_ai"),
        (Method::DELETE, "/shareinfo", "auth_ticket or lookup_hash is missing"),
        (Method::DELETE, "/shareinfo?auth_ticket=x", "no ticket of this server"),
    ] {
        let (status, answer) = alice.zus(method, path, Value::Null).await;
        assert_eq!(status, 400, "{path}: {answer}");
        assert!(text(&answer, "message").contains(part), "{path}: {answer}");
    }
    let mismatch = format!("/shareinfo?auth_ticket={ticket}&lookup_hash=x");
    assert_eq!(alice.zus(Method::DELETE, &mismatch, Value::Null).await.0, 400);
    let issue = format!("/authticket/{}", package.id);
    for (order, status) in [
        (json!({ "client_id": "bob" }), 400),
        (json!({ "expires_in": 59 }), 400),
        (json!({ "expires_in": 31_622_401 }), 400),
        (json!({ "file_id": "A" }), 404),
    ] {
        assert_eq!(alice.zus(Method::POST, &issue, order.clone()).await.0, status, "{order}");
    }
    let draft = alice.package().await;
    assert_eq!(alice.zus(Method::POST, &format!("/authticket/{}", draft.id), json!({})).await.0, 409);
    assert_eq!(alice.zus(Method::GET, "/nothing", Value::Null).await.0, 404);
}

#[tokio::test]
async fn every_route_refuses_strangers_and_what_was_signed_elsewhere() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let mut asked = 0;
    for route in ROUTES.iter().filter(|route| route.surface == Surface::Zus) {
        for path in route.paths() {
            let path = path.replace("{package}", "P").replace("{request}", "Q");
            let response = server.http.request(route.method.clone(), server.url(&path)).send().await.unwrap();
            assert_eq!(response.status(), 401, "{} {path}", route.method);
            assert!(response.json::<Value>().await.unwrap()["message"].is_string());
            // The prefix is signed: a signature for the same path below another one does not hold.
            let mut signed =
                alice.sign(route.method.clone(), path.strip_prefix("/v2").unwrap(), b"", 0, None);
            signed.path = path.clone();
            assert_eq!(answered(signed, &server).await.0, 401, "{} {path}", route.method);
            asked += 1;
        }
    }
    assert_eq!(asked, 22);
    // A form's signature covers all of it.
    let (package, _) = package(&alice).await;
    let (ticket, _) = ticket(&alice, &package, json!({})).await;
    let form = format!(
        "--limit\r\nContent-Disposition: form-data; name=\"auth_ticket\"\r\n\r\n{ticket}\r\n--limit--\r\n"
    );
    let mut signed = alice.sign_zus(Method::POST, "/shareinfo", form.as_bytes());
    signed.headers.push(("content-type", "multipart/form-data; boundary=limit".to_owned()));
    let mut changed = signed.clone();
    changed.body.extend_from_slice(b"\r\n");
    assert_eq!(answered(changed, &server).await.0, 401);
    assert_eq!(answered(signed, &server).await.0, 200);
}

#[tokio::test]
async fn a_session_stands_for_its_account() {
    let server = TestServer::start().await;
    let page = server.signed_in("alice@example.com").await;
    let ask = |foreign: bool| {
        let request = page.request(Method::GET, "/v2/shareinfo/shared?shareInfoType=public");
        let request = if foreign { request.header("origin", "https://evil.example") } else { request };
        async { request.send().await.unwrap().status().as_u16() }
    };
    assert_eq!((ask(false).await, ask(true).await), (200, 403));
}

#[tokio::test]
async fn a_ticket_does_not_go_past_approvers() {
    let server = TestServer::start_with(|settings| {
        settings.approvers = vec!["boss@example.com".to_owned()];
        settings.approval_exempt = vec!["example.com".to_owned()];
    })
    .await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let stranger = server.account("stranger@elsewhere.org").await;
    let (package, _) = package(&alice).await;
    let (named, _) = ticket(&alice, &package, json!({ "client_id": "stranger@elsewhere.org" })).await;
    let (open, _) = ticket(&alice, &package, json!({})).await;
    for (account, ticket) in [(&alice, &named), (&stranger, &named), (&stranger, &open)] {
        let (status, answer) = account.zus_form("/shareinfo", &[("auth_ticket", ticket)]).await;
        assert_eq!(status, 409, "{answer}");
        assert!(text(&answer, "message").contains("an approver has to agree"), "{answer}");
    }
    share(&bob, &open).await;
    assert!(opens(&bob, &package).await && !opens(&stranger, &package).await);
}

#[tokio::test]
async fn a_ticket_does_not_open_what_only_shares_open() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let (package, files) = package(&alice).await;
    let of_package = format!("/authticket/{}", package.id);
    let (whole, hash) = ticket(&alice, &package, json!({})).await;
    share(&bob, &whole).await;
    let asked = json!({ "owner_id": "alice@example.com", "lookup_hash": hash });
    assert!(opens(&bob, &package).await && downloads(&bob, &package, &files[0]).await);
    let terms = ShareTerms { items: files.to_vec(), ..ShareTerms::default() };
    crate::shares::share(&server.domain().await, &alice, &package, terms).await;

    // What was shared by tickets before opens nothing any more, and nothing is shared by them anew.
    assert!(!opens(&bob, &package).await && !downloads(&bob, &package, &files[0]).await);
    assert!(list(&bob, "received", "shareInfoType=public").await.is_empty());
    let words = "the package opens through its shares alone";
    let (status, answer) = alice.zus(Method::POST, &of_package, json!({})).await;
    assert_eq!((status, &answer["message"]), (409, &json!(words)));
    for (by, status) in [(&alice, 404), (&bob, 404)] {
        assert_eq!(by.zus_form("/shareinfo", &[("auth_ticket", &whole)]).await.0, status);
    }
    assert_eq!(bob.zus(Method::POST, "/sharereq", asked).await.0, 404);
    // Its owner can still end what there was.
    assert_eq!(list(&alice, "shared", "shareInfoType=public").await.len(), 1);
    let gone = format!("/shareinfo?auth_ticket={whole}");
    let (_, answer) = alice.zus(Method::DELETE, &gone, Value::Null).await;
    assert_eq!(answer["message"], "deleting shareinfo successful");
}
