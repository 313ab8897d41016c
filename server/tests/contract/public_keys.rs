//! Public keys of trusted devices, and keyCodes wrapped to them.

use data_encoding::BASE64;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Account, CHECKSUM, Caller, Draft, TestServer, text};

fn armored(kind: &str, octets: &[u8]) -> String {
    let body = BASE64.encode(octets);
    format!("-----BEGIN PGP {kind}-----\r\n\r\n{body}\r\n-----END PGP {kind}-----\r\n")
}

/// A public key as far as a server looks: of version 4, for X25519, with a user id.
pub(crate) fn public_key() -> String {
    let key = [&[0xC6, 42, 4, 0, 0, 0, 0, 25, 0, 0][..], &[7; 34]].concat();
    armored("PUBLIC KEY BLOCK", &[&key[..], b"\xCD\x01a"].concat())
}

/// A message to a public key, as far as a server looks.
pub(crate) fn wrapped() -> String {
    armored("MESSAGE", &[0xC1, 1, 3, 0xD2, 1, 1])
}

async fn add(account: &impl Caller, description: &str) -> String {
    let body = json!({ "publicKey": public_key(), "description": description });
    text(&account.done(Method::PUT, "/public-key/", body).await, "id")
}

/// A draft with a message, for these recipients.
async fn draft(sender: &Account<'_>, recipients: &[&str]) -> (Draft, Vec<Value>) {
    let package = sender.package().await;
    let message = json!({ "message": "aGVsbG8=" });
    sender.done(Method::PUT, &format!("/package/{}/message/", package.id), message).await;
    let added = json!({ "emails": recipients });
    let added = sender.done(Method::PUT, &format!("/package/{}/recipients/", package.id), added).await;
    (package, added["recipients"].as_array().unwrap().clone())
}

async fn finalize(sender: &Account<'_>, package: &Draft) -> Value {
    let body = json!({ "checksum": CHECKSUM });
    sender.done(Method::POST, &format!("/package/{}/finalize/", package.id), body).await
}

async fn wrap(caller: &impl Caller, package: &Draft, key: &str) -> Value {
    let body = json!({ "keycode": wrapped() });
    caller.call(Method::PUT, &format!("/package/{}/link/{key}/", package.id), body).await
}

async fn keys_of(caller: &impl Caller, path: &str) -> Vec<String> {
    let answer = caller.done(Method::GET, path, json!(null)).await;
    answer["publicKeys"].as_array().unwrap().iter().map(|key| text(key, "id")).collect()
}

#[tokio::test]
async fn keys_are_added_listed_and_removed_by_their_owner() {
    let server = TestServer::start().await;
    let (alice, eve) = (server.account("alice@example.com").await, server.account("eve@example.com").await);
    let user = async |account: &Account<'_>| {
        account.done(Method::GET, "/user/", json!(null)).await["publicKey"].clone()
    };
    assert_eq!(user(&alice).await, false);
    let id = add(&alice, " Zoë's phone ").await;
    assert_eq!((user(&alice).await, user(&eve).await), (json!(true), json!(false)));
    let path = format!("/public-key/{id}/");
    let seen = alice.done(Method::GET, &path, json!(null)).await;
    assert_eq!((&seen["key"], &seen["description"]), (&json!(public_key()), &json!("Zoë's phone")));
    assert!(text(&seen, "dateStr").contains(" at "));
    assert_eq!(keys_of(&alice, "/public-key/").await, [&*id]);
    assert!(keys_of(&eve, "/public-key/").await.is_empty());
    for (method, path, body) in [
        (Method::GET, path.clone(), json!(null)),
        (Method::DELETE, path.clone(), json!(null)),
        (Method::GET, format!("/sync/{id}/"), json!(null)),
        (Method::POST, format!("{path}links/"), json!({ "packageIds": [] })),
    ] {
        let message = eve.fails(method, &path, body, "FAIL").await;
        assert_eq!(message, "not found or not permitted");
    }
    alice.done(Method::DELETE, &path, json!(null)).await;
    alice.fails(Method::DELETE, &path, json!(null), "FAIL").await;
    alice.fails(Method::GET, &path, json!(null), "FAIL").await;
    assert_eq!(user(&alice).await, false);
}

#[tokio::test]
async fn what_is_no_public_key_is_refused() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let secret = armored("PRIVATE KEY BLOCK", &[0xC5, 7, 4, 0, 0, 0, 0, 25, 0]);
    let dressed_up = armored("PUBLIC KEY BLOCK", &[0xC5, 7, 4, 0, 0, 0, 0, 25, 0]);
    for (key, code) in [
        (json!(""), "FAIL"),
        (json!("ssh-ed25519 AAAA"), "FAIL"),
        (json!(wrapped()), "FAIL"),
        (json!(secret), "FAIL"),
        (json!(dressed_up), "FAIL"),
        (json!(armored("PUBLIC KEY BLOCK", &[0xC6, 200])), "FAIL"),
        (json!(public_key().replace("\r\n\r\n", "\r\n\r\n\u{202E}")), "FAIL"),
        (json!(null), "FAIL"),
        (json!(7), "FAIL"),
        (json!(armored("PUBLIC KEY BLOCK", &vec![0; 7000])), "LIMIT_EXCEEDED"),
        (json!("x".repeat(20_000)), "LIMIT_EXCEEDED"),
    ] {
        alice.fails(Method::PUT, "/public-key/", json!({ "publicKey": key }), code).await;
    }
    let message = alice.fails(Method::PUT, "/public-key/", json!({ "publicKey": secret }), "FAIL").await;
    assert!(message.contains("secret key"), "{message}");
    for description in ["x".repeat(201), "a\u{202E}b".to_owned(), "a\0b".to_owned()] {
        let body = json!({ "publicKey": public_key(), "description": description });
        alice.fails(Method::PUT, "/public-key/", body, "FAIL").await;
    }
    assert!(keys_of(&alice, "/public-key/").await.is_empty());
}

#[tokio::test]
async fn an_account_has_twenty_keys_at_most() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    for _ in 0..20 {
        add(&alice, "").await;
    }
    let one_more = json!({ "publicKey": public_key() });
    alice.fails(Method::PUT, "/public-key/", one_more, "LIMIT_EXCEEDED").await;
    assert_eq!(keys_of(&alice, "/public-key/").await.len(), 20);
}

#[tokio::test]
async fn senders_wrap_to_their_recipients_and_then_no_link_is_needed() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let (carol, eve) = (server.account("carol@example.com").await, server.account("eve@example.com").await);
    let (of_alice, of_bob) = (add(&alice, "").await, add(&bob, "").await);
    let (of_carol, of_eve) = (add(&carol, "").await, add(&eve, "").await);
    let (package, recipients) = draft(&alice, &["bob@example.com", "nobody@example.com"]).await;
    let checks: Vec<_> = recipients.iter().map(|recipient| recipient["checkForPublicKeys"].clone()).collect();
    assert_eq!(checks, [true, false]);
    let of_package = keys_of(&alice, &format!("/package/{}/public-keys/", package.id)).await;
    assert!(of_package.len() == 2 && of_package.contains(&of_alice) && of_package.contains(&of_bob));
    let of =
        |n: usize| format!("/package/{}/{}/public-keys/", package.id, text(&recipients[n], "recipientId"));
    assert_eq!(keys_of(&alice, &of(0)).await, [&*of_bob]);
    assert!(keys_of(&alice, &of(1)).await.is_empty());
    alice.fails(Method::GET, &format!("/package/{}/X/public-keys/", package.id), json!(null), "FAIL").await;

    for key in [&of_alice, &of_bob] {
        assert_eq!(wrap(&alice, &package, key).await["response"], "SUCCESS");
    }
    // To nobody who is no recipient, and by nobody who may not read it.
    for key in [&of_carol, &of_eve, &"K".to_owned()] {
        assert_eq!(wrap(&alice, &package, key).await["message"], "not found or not permitted");
    }
    for (caller, key) in [(&eve, &of_eve), (&bob, &of_bob)] {
        assert_eq!(wrap(caller, &package, key).await["message"], "not found or not permitted");
    }
    assert_eq!(finalize(&alice, &package).await["needsLink"], true);
    let link = |key: &str| format!("/package/{}/link/{key}/", package.id);
    let got = bob.done(Method::GET, &link(&of_bob), json!(null)).await;
    assert_eq!(got["message"], wrapped());
    alice.done(Method::GET, &link(&of_alice), json!(null)).await;
    for (caller, key) in [(&bob, &of_alice), (&alice, &of_bob), (&eve, &of_bob), (&eve, &of_eve)] {
        caller.fails(Method::GET, &link(key), json!(null), "FAIL").await;
    }

    let (package, _) = draft(&alice, &["bob@example.com"]).await;
    assert_eq!(wrap(&alice, &package, &of_bob).await["response"], "SUCCESS");
    assert_eq!(finalize(&alice, &package).await["needsLink"], false);
    // The key is gone, and so is what was wrapped to it.
    bob.done(Method::DELETE, &format!("/public-key/{of_bob}/"), json!(null)).await;
    assert_eq!(finalize(&alice, &package).await["needsLink"], true);
}

#[tokio::test]
async fn what_is_wrapped_is_opaque_and_bounded() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let key = add(&alice, "").await;
    let (package, _) = draft(&alice, &["bob@example.com"]).await;
    let path = format!("/package/{}/link/{key}/", package.id);
    for (body, code) in [
        (json!({}), "FAIL"),
        (json!({ "keycode": 1 }), "FAIL"),
        (json!({ "keycode": "" }), "FAIL"),
        (json!({ "keycode": "S".repeat(44) }), "FAIL"),
        (json!({ "keycode": public_key() }), "FAIL"),
        (json!({ "keycode": armored("MESSAGE", &vec![0; 7000]) }), "LIMIT_EXCEEDED"),
        (json!({ "keycode": wrapped(), "sig": "a b" }), "FAIL"),
        (json!({ "keycode": wrapped(), "sig": "x".repeat(513) }), "FAIL"),
    ] {
        alice.fails(Method::PUT, &path, body, code).await;
    }
    alice.fails(Method::GET, &path, json!(null), "FAIL").await;
    alice.done(Method::PUT, &path, json!({ "keycode": wrapped(), "sig": "c2ln" })).await;
    assert_eq!(alice.done(Method::GET, &path, json!(null)).await["sig"], "c2ln");
    // Replaced, and gone with its package.
    alice.done(Method::PUT, &path, json!({ "keycode": wrapped() })).await;
    assert_eq!(alice.done(Method::GET, &path, json!(null)).await.get("sig"), None);
    alice.done(Method::DELETE, &format!("/package/{}/", package.id), json!(null)).await;
    assert_eq!(wrap(&alice, &package, &key).await["response"], "FAIL");
    server.domain().await.sweep().await.unwrap();
    alice.fails(Method::GET, &path, json!(null), "FAIL").await;
}

#[tokio::test]
async fn devices_of_one_account_are_brought_up_to_date() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let first = add(&bob, "first").await;
    let mut packages = Vec::new();
    for _ in 0..3 {
        let (package, _) = draft(&alice, &["bob@example.com"]).await;
        assert_eq!(wrap(&alice, &package, &first).await["response"], "SUCCESS");
        finalize(&alice, &package).await;
        packages.push(package);
    }
    let sync = format!("/sync/{first}/");
    let done = bob.done(Method::GET, &sync, json!(null)).await;
    assert_eq!((&done["keycodes"], &done["publicKeys"]), (&json!([]), &json!([])));
    let second = add(&bob, "second").await;
    // One ends, one recipient is removed: these are not Bob's any more.
    alice.done(Method::DELETE, &format!("/package/{}/", packages[0].id), json!(null)).await;
    let seen = alice.done(Method::GET, &format!("/package/{}/", packages[1].id), json!(null)).await;
    let recipient = text(&seen["recipients"][0], "recipientId");
    alice
        .done(Method::DELETE, &format!("/package/{}/recipient/{recipient}/", packages[1].id), json!(null))
        .await;
    let lacking = bob.done(Method::GET, &sync, json!(null)).await;
    let expected = json!([{ "packageId": packages[2].id, "keycode": wrapped(), "publicKeyId": second }]);
    assert_eq!(lacking["keycodes"], expected);
    assert_eq!(lacking["publicKeys"], json!([{ "id": second, "key": public_key() }]));
    assert_eq!(wrap(&bob, &packages[2], &second).await["response"], "SUCCESS");
    assert_eq!(wrap(&bob, &packages[1], &second).await["response"], "FAIL");
    assert_eq!(bob.done(Method::GET, &sync, json!(null)).await["keycodes"], json!([]));

    let ids: Vec<&str> = packages.iter().map(|package| package.id.as_str()).chain(["X"]).collect();
    let links = format!("/public-key/{second}/links/");
    let found = bob.done(Method::POST, &links, json!({ "packageIds": ids })).await;
    assert_eq!(found["keycodes"], json!([{ "packageId": packages[2].id, "keycode": wrapped() }]));
    let many = json!({ "packageIds": vec!["X"; 501] });
    bob.fails(Method::POST, &links, many, "LIMIT_EXCEEDED").await;
    bob.fails(Method::POST, &links, json!({ "packageIds": "X" }), "FAIL").await;
}

#[tokio::test]
async fn without_an_account_nobody_learns_who_has_keys() {
    let server = TestServer::start().await;
    let bob = server.account("bob@example.com").await;
    let key = add(&bob, "").await;
    let dropzone = server.dropzone();
    let package = dropzone.package().await;
    let add = json!({ "email": "bob@example.com" });
    let added = dropzone.done(Method::PUT, &format!("/package/{}/recipient/", package.id), add).await;
    assert_eq!(added["checkForPublicKeys"], false);
    assert!(keys_of(&dropzone, &format!("/package/{}/public-keys/", package.id)).await.is_empty());
    let of = format!("/package/{}/{}/public-keys/", package.id, text(&added, "recipientId"));
    assert!(keys_of(&dropzone, &of).await.is_empty());
    assert_eq!(wrap(&dropzone, &package, &key).await["message"], "not found or not permitted");
}

#[tokio::test]
async fn keys_of_those_who_are_shut_out_are_not_handed_out() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let key = add(&bob, "").await;
    bulla_server::domain::set_disabled(&server.db().await, "bob@example.com", true).await.unwrap();
    let (package, recipients) = draft(&alice, &["bob@example.com"]).await;
    assert_eq!(recipients[0]["checkForPublicKeys"], false);
    assert!(keys_of(&alice, &format!("/package/{}/public-keys/", package.id)).await.is_empty());
    assert_eq!(wrap(&alice, &package, &key).await["response"], "FAIL");
}
