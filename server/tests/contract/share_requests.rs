//! Share requests: Züs's API for asking for what somebody shares.

use reqwest::Method;
use serde_json::{Value, json};

use crate::public_keys::{public_key, wrapped};
use crate::share_infos::{opens, package, ticket};
use crate::support::{Account, Caller, TestServer, text};

async fn ask(by: &Account<'_>, body: Value) -> (u16, String) {
    let (status, answer) = by.zus(Method::POST, "/sharereq", body).await;
    (status, text(&answer, "message"))
}

async fn list(of: &Account<'_>, which: &str, query: &str) -> Vec<Value> {
    let (status, answer) = of.zus(Method::GET, &format!("/sharereq/{which}?{query}"), Value::Null).await;
    assert_eq!(status, 200, "{answer}");
    answer["data"].as_array().unwrap().clone()
}

async fn update(by: &Account<'_>, body: Value) -> (u16, String) {
    let (status, answer) = by.zus(Method::PUT, "/sharereq", body).await;
    (status, text(&answer, "message"))
}

const DONE: &str = "share request updated successfully";

#[tokio::test]
async fn what_is_approved_opens_with_the_key_that_came_along() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let (package, _) = package(&alice).await;
    let (_, hash) = ticket(&alice, &package, json!({})).await;
    let key = json!({ "publicKey": public_key() });
    let key = text(&bob.done(Method::PUT, "/public-key/", key).await, "id");
    let body =
        json!({ "owner_id": "alice@example.com", "lookup_hash": hash, "message": "Please share this file" });
    assert_eq!(ask(&bob, body).await, (200, "New Share Request is created".to_owned()));

    let received = list(&alice, "received", "").await;
    let id = text(&received[0], "id");
    for (field, value) in [
        ("owner_id", "alice@example.com"),
        ("client_id", "bob@example.com"),
        ("lookup_hash", &hash),
        ("status", "pending"),
        ("message", "Please share this file"),
        ("package_id", &package.id),
    ] {
        assert_eq!(received[0][field], value, "{field}");
    }
    let sent = list(&bob, "requested", "").await;
    assert_eq!((&sent[0]["id"], &sent[0]["package_id"]), (&json!(id), &Value::Null));

    let keys = format!("/sharereq/{id}/public-keys");
    let (_, offered) = alice.zus(Method::GET, &keys, Value::Null).await;
    assert_eq!((&offered["data"][0]["id"], &offered["data"][0]["key"]), (&json!(key), &json!(public_key())));
    let eve = server.account("eve@example.com").await;
    for stranger in [&bob, &eve] {
        assert_eq!(stranger.zus(Method::GET, &keys, Value::Null).await.0, 404);
    }

    let (named, _) = ticket(&alice, &package, json!({ "client_id": "bob@example.com" })).await;
    let approval = json!({
        "id": id, "status": "approved", "auth_ticket": named, "link": "https://share.link/",
        "key_codes": [{ "public_key_id": key, "keycode": wrapped() }],
    });
    for other in [&bob, &eve] {
        assert_eq!(update(other, approval.clone()).await.0, 404);
    }
    assert!(!opens(&bob, &package).await);
    assert_eq!(update(&alice, approval.clone()).await, (200, DONE.to_owned()));
    assert_eq!(update(&alice, approval).await, (409, "the request was answered already".to_owned()));
    assert_eq!(update(&alice, json!({ "id": id, "status": "declined" })).await.0, 409);

    assert!(opens(&bob, &package).await);
    let link = format!("/package/{}/link/{key}/", package.id);
    assert_eq!(bob.done(Method::GET, &link, Value::Null).await["message"], wrapped());
    let codes = format!("/public-key/{key}/links/");
    let codes = bob.done(Method::POST, &codes, json!({ "packageIds": [package.id] })).await;
    assert_eq!(codes["keycodes"].as_array().unwrap().len(), 1);
    let (_, shares) = bob.zus(Method::GET, "/shareinfo/received?shareInfoType=private", Value::Null).await;
    assert_eq!(
        (&shares["data"][0]["auth_ticket"], &shares["data"][0]["link"]),
        (&json!(named), &json!("https://share.link/"))
    );
    assert!(list(&alice, "received", "").await.is_empty());
    assert_eq!(list(&bob, "requested", "status=approved").await[0]["package_id"], package.id);
    // What was shared ends with its share info, and not with the request.
    let gone = format!("/sharereq?id={id}");
    assert_eq!(
        alice.zus(Method::DELETE, &gone, Value::Null).await.1["message"],
        "share request deleted successfully"
    );
    assert!(opens(&bob, &package).await);
    alice.zus(Method::DELETE, &format!("/shareinfo?auth_ticket={named}"), Value::Null).await;
    assert!(!opens(&bob, &package).await);
    bob.fails(Method::GET, &link, Value::Null, "FAIL").await;
}

#[tokio::test]
async fn what_was_declined_is_asked_for_once_more_and_then_no_longer() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let (package, _) = package(&alice).await;
    // Also a ticket that names somebody else says what is asked for.
    let (ticket, _) = ticket(&alice, &package, json!({ "client_id": "carol@example.com" })).await;
    let body = json!({ "owner_id": "Alice@example.com", "auth_ticket": ticket });
    let waits = "this was asked for already, and waits for an answer";
    assert_eq!(ask(&bob, body.clone()).await.0, 200);
    assert_eq!(ask(&bob, body.clone()).await, (409, waits.to_owned()));
    let id = text(&list(&alice, "received", "").await[0], "id");
    assert_eq!(update(&alice, json!({ "id": id, "status": "declined" })).await, (200, DONE.to_owned()));
    assert_eq!(list(&bob, "requested", "status=declined").await.len(), 1);
    // Whoever withdraws it in between does not begin anew.
    let gone = format!("/sharereq?id={id}");
    assert_eq!(bob.zus(Method::DELETE, &gone, Value::Null).await.0, 200);
    assert_eq!(bob.zus(Method::DELETE, &gone, Value::Null).await.0, 404);
    assert!(list(&bob, "requested", "all=true").await.is_empty());
    assert_eq!(ask(&bob, body.clone()).await.0, 200);
    assert_eq!(update(&alice, json!({ "id": id, "status": "declined" })).await.0, 200);
    let twice = "this was declined twice, and is not asked for again";
    assert_eq!(ask(&bob, body.clone()).await, (409, twice.to_owned()));
    bob.zus(Method::DELETE, &gone, Value::Null).await;
    assert_eq!(ask(&bob, body.clone()).await, (409, twice.to_owned()));
    assert!(!opens(&bob, &package).await);
}

#[tokio::test]
async fn requests_are_listed_by_the_other_side_the_item_and_the_status() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let carol = server.account("carol@example.com").await;
    let (package, files) = package(&alice).await;
    let (_, whole) = ticket(&alice, &package, json!({})).await;
    let (_, file) = ticket(&alice, &package, json!({ "file_id": files[0] })).await;
    for (by, hash) in [(&bob, &whole), (&bob, &file), (&carol, &file)] {
        ask(by, json!({ "owner_id": "alice@example.com", "lookup_hash": hash })).await;
    }
    let of_carol = list(&alice, "received", "client_id=carol@example.com").await;
    assert_eq!((of_carol.len(), &of_carol[0]["file_id"]), (1, &json!(files[0])));
    update(&alice, json!({ "id": of_carol[0]["id"], "status": "declined" })).await;
    let count = async |of: &Account<'_>, which: &str, query: &str| list(of, which, query).await.len();
    for (query, expected) in [
        ("", 2),
        ("all=true", 3),
        ("all=false", 2),
        ("status=declined", 1),
        ("status=approved", 0),
        (&format!("lookup_hash={file}"), 1),
        (&format!("lookup_hash={file}&all=true"), 2),
        ("all=true&limit=2", 2),
        ("all=true&limit=2&offset=2", 1),
    ] {
        assert_eq!(count(&alice, "received", query).await, expected, "{query}");
    }
    assert_eq!(count(&bob, "requested", "owner_id=alice@example.com").await, 2);
    assert_eq!(count(&bob, "requested", "owner_id=carol@example.com").await, 0);
    assert_eq!(count(&bob, "requested", "client_id=carol@example.com").await, 0);
    assert_eq!(count(&bob, "received", "all=true").await, 0);
}

#[tokio::test]
async fn nobody_learns_by_asking_what_there_is() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let (package, _) = package(&alice).await;
    let (_, hash) = ticket(&alice, &package, json!({})).await;
    for (owner, hash) in
        [("alice@example.com", "x"), ("carol@example.com", &hash), ("bob@example.com", &hash[1..])]
    {
        let told = ask(&bob, json!({ "owner_id": owner, "lookup_hash": hash })).await;
        assert_eq!(told, (404, "not found or not permitted".to_owned()), "{owner} {hash}");
    }
    // Not even of somebody else who has an account.
    server.account("carol@example.com").await;
    assert_eq!(ask(&bob, json!({ "owner_id": "carol@example.com", "lookup_hash": hash })).await.0, 404);
    for (body, part) in [
        (json!({ "owner_id": "alice@example.com" }), "auth_ticket or lookup_hash is missing"),
        (json!({ "lookup_hash": hash }), "missing field `owner_id`"),
        (json!({ "owner_id": "alice", "lookup_hash": hash }), "no e-mail address"),
        (json!({ "owner_id": "alice@example.com", "auth_ticket": "x" }), "no ticket of this server"),
        (
            json!({ "owner_id": "alice@example.com", "lookup_hash": hash, "message": "a".repeat(201) }),
            "200 characters",
        ),
        (
            json!({ "owner_id": "alice@example.com", "lookup_hash": hash, "message": "https://a.b/#k" }),
            "a message holds a key",
        ),
    ] {
        let (status, message) = ask(&bob, body.clone()).await;
        assert!(status == 400 && message.contains(part), "{body}: {message}");
    }
    let own = ask(&alice, json!({ "owner_id": "alice@example.com", "lookup_hash": hash })).await;
    assert_eq!(own, (400, "nobody asks itself".to_owned()));
}

#[tokio::test]
async fn an_approval_is_for_what_was_asked_for_and_for_whoever_asked() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let (first, _) = package(&alice).await;
    let (second, _) = package(&alice).await;
    let (open, hash) = ticket(&alice, &first, json!({})).await;
    ask(&bob, json!({ "owner_id": "alice@example.com", "lookup_hash": hash })).await;
    let id = text(&list(&alice, "received", "").await[0], "id");
    let (other, _) = ticket(&alice, &second, json!({ "client_id": "bob@example.com" })).await;
    let (for_carol, _) = ticket(&alice, &first, json!({ "client_id": "carol@example.com" })).await;
    for wrong in [open, other, for_carol] {
        let (status, message) =
            update(&alice, json!({ "id": id, "status": "approved", "auth_ticket": wrong })).await;
        assert!(status == 400 && message.contains("for whoever asked"), "{message}");
    }
    let (right, _) = ticket(&alice, &first, json!({ "client_id": "bob@example.com" })).await;
    let own = json!({ "publicKey": public_key() });
    let own = text(&alice.done(Method::PUT, "/public-key/", own).await, "id");
    for (body, part) in [
        (json!({ "id": id, "status": "approved" }), "approving takes an auth_ticket"),
        (json!({ "id": id, "status": "pending" }), "unknown variant `pending`"),
        (json!({ "status": "declined" }), "missing field `id`"),
        (
            json!({ "id": id, "status": "approved", "auth_ticket": right, "link": "https://a/#k" }),
            "holds a key",
        ),
        (
            json!({ "id": id, "status": "approved", "auth_ticket": right,
            "key_codes": [{ "public_key_id": own, "keycode": wrapped() }] }),
            "a key of whoever asked",
        ),
    ] {
        let (status, message) = update(&alice, body.clone()).await;
        assert!(status == 400 && message.contains(part), "{body}: {message}");
    }
    assert!(!opens(&bob, &first).await && !opens(&bob, &second).await);
    assert_eq!(list(&bob, "requested", "status=pending").await.len(), 1);
    assert_eq!(update(&alice, json!({ "id": id, "status": "approved", "auth_ticket": right })).await.0, 200);
    assert!(opens(&bob, &first).await && !opens(&bob, &second).await);
}
