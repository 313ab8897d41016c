//! Dropzones of accounts: anyone sends through them, and what is sent belongs to their owner.

use bulla::api::API_PREFIX;
use bulla_server::secrets::ServerKey;
use reqwest::Method;
use serde_json::{Value, json};

use crate::mailbox::Mailbox;
use crate::mails;
use crate::public_keys::{public_key, wrapped};
use crate::support::{Account, CHECKSUM, Caller, Draft, TestServer, WRONG_CHECKSUM, text};

/// Sends a file, and answers with what finalizing said.
async fn drop_file(caller: &impl Caller, finalize: Value) -> (Draft, Value) {
    let package = caller.package().await;
    caller.upload(&package, &[b"x"]).await;
    let path = format!("/package/{}/finalize/", package.id);
    (package, caller.call(Method::POST, &path, finalize).await)
}

async fn listed(caller: &impl Caller, list: &str) -> Vec<Value> {
    let answer = caller.done(Method::GET, list, json!(null)).await;
    answer["packages"].as_array().unwrap().clone()
}

#[tokio::test]
async fn what_is_sent_through_a_dropzone_belongs_to_its_owner() {
    let server = TestServer::start().await;
    let (alice, eve) = (server.account("alice@example.com").await, server.account("eve@example.com").await);
    let dropzone = server.dropzone_of("alice@example.com").await;
    // It needs no recipients: it is for the owner.
    let finalize = json!({ "checksum": CHECKSUM, "unconfirmedSender": "Bob@example.org" });
    let (package, done) = drop_file(&dropzone, finalize.clone()).await;
    assert_eq!((&done["response"], &done["needsLink"]), (&json!("SUCCESS"), &json!(true)));
    let path = format!("/package/{}/", package.id);
    let seen = alice.done(Method::GET, &path, json!(null)).await;
    assert_eq!(
        (&seen["packageSender"], &seen["senderConfirmed"]),
        (&json!("bob@example.org"), &json!(false))
    );
    assert_eq!(seen["files"].as_array().unwrap().len(), 1);
    assert_ne!(seen["serverSecret"], "");
    let file = text(&seen["files"][0], "fileId");
    let wanted = json!({ "checksum": CHECKSUM, "startSegment": 1, "endSegment": 1 });
    alice.done(Method::POST, &format!("{path}file/{file}/download-urls/"), wanted).await;
    let about = alice.done(Method::GET, &format!("{path}file/{file}/"), json!(null)).await;
    assert_eq!(about["file"]["createdById"], "");

    let received = listed(&alice, "/package/received/").await;
    assert_eq!((received.len(), &received[0]["packageId"]), (1, &json!(package.id)));
    assert_eq!(
        (&received[0]["packageUserName"], &received[0]["packageUserId"]),
        (&json!("bob@example.org"), &json!(""))
    );
    assert_eq!((&received[0]["recipients"], &received[0]["fileCount"]), (&json!([]), &json!(1)));
    assert_eq!(listed(&alice, "/package/").await.len(), 0);
    for list in ["/package/", "/package/received/", "/package/archived/"] {
        assert_eq!(listed(&eve, list).await.len(), 0, "{list}");
    }
    eve.fails(Method::GET, &path, json!(null), "FAIL").await;
    eve.fails(Method::GET, &format!("/package/{}/", package.code), json!(null), "FAIL").await;

    // For its sender it is closed, but for the very same call.
    dropzone.done(Method::POST, &format!("{path}finalize/"), finalize).await;
    let other = json!({ "checksum": WRONG_CHECKSUM });
    dropzone.fails(Method::POST, &format!("{path}finalize/"), other.clone(), "FAIL").await;
    dropzone.fails(Method::GET, &path, json!(null), "FAIL").await;
    let said = alice.fails(Method::POST, &format!("{path}finalize/"), other, "FAIL").await;
    assert!(said.contains("finalized already"), "{said}");
    alice.done(Method::POST, &format!("{path}archive/"), json!({})).await;
    assert_eq!(listed(&alice, "/package/received/").await.len(), 0);
    assert_eq!(listed(&alice, "/package/archived/").await.len(), 1);
    alice.done(Method::DELETE, &path, json!(null)).await;
    assert_eq!(listed(&alice, "/package/archived/").await.len(), 0);
}

#[tokio::test]
async fn a_dropzone_touches_only_what_came_through_it() {
    let server = TestServer::start().await;
    server.account("alice@example.com").await;
    // Two of the same owner are two.
    let dropzones = [
        server.dropzone_of("alice@example.com").await,
        server.dropzone_of("alice@example.com").await,
        server.dropzone(),
    ];
    for (i, owner) in dropzones.iter().enumerate() {
        let package = owner.package().await;
        let path = format!("/package/{}/", package.id);
        for (j, caller) in dropzones.iter().enumerate().filter(|(j, _)| *j != i) {
            let said = caller.fails(Method::GET, &path, json!(null), "FAIL").await;
            assert_eq!(said, "not found or not permitted", "{i} {j}");
            caller.fails(Method::DELETE, &format!("{path}temp/"), json!(null), "FAIL").await;
        }
        owner.done(Method::GET, &path, json!(null)).await;
        // What its owner alone may.
        owner.fails(Method::DELETE, &path, json!(null), "FAIL").await;
    }
    for list in ["/package/", "/package/received/", "/user/", "/user/groups/"] {
        dropzones[0].fails(Method::GET, list, json!(null), "FAIL").await;
    }
}

#[tokio::test]
async fn a_dropzone_is_open_wherever_the_server_is_and_until_it_is_revoked() {
    let server = TestServer::start_with(|settings| {
        settings.public_url = Some("https://files.example.com".to_owned());
    })
    .await;
    let alice = server.account("alice@example.com").await;
    server.dropzone().fails(Method::PUT, "/package/", json!({}), "AUTHENTICATION_FAILED").await;
    let dropzone = server.dropzone_of("alice@example.com").await;
    let package = dropzone.package().await;
    let path = format!("/package/{}", package.id);
    dropzone.done(Method::PUT, &format!("{path}/message/"), json!({ "message": "aGVsbG8=" })).await;
    let finalize = json!({ "checksum": CHECKSUM });
    let done = dropzone.done(Method::POST, &format!("{path}/finalize/"), finalize).await;
    assert!(text(&done, "message").starts_with("https://files.example.com/receive/"));
    // Its id signs nothing.
    let url = server.url(&format!("{API_PREFIX}/package/"));
    let request = server.http.put(url).header("ss-api-key", &dropzone.id).body("{}");
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["response"], "AUTHENTICATION_FAILED");
    let key = crate::support::Dropzone { server: &server, id: alice.api_key.clone() };
    key.fails(Method::PUT, "/package/", json!({}), "AUTHENTICATION_FAILED").await;

    assert!(server.db().await.revoke_dropzone(&dropzone.id, 1).await.unwrap());
    dropzone.fails(Method::PUT, "/package/", json!({}), "AUTHENTICATION_FAILED").await;
    alice.done(Method::GET, &format!("/package/{}/", package.id), json!(null)).await;
}

#[tokio::test]
async fn a_confirmed_sender_is_one_whom_the_owner_confirmed() {
    let server = TestServer::start().await;
    let (alice, eve) = (server.account("alice@example.com").await, server.account("eve@example.com").await);
    let dropzone = server.dropzone_of("alice@example.com").await;
    let other = server.dropzone_of("alice@example.com").await;
    let path = format!("/dropzone/{}/sender/", dropzone.id);
    let who = json!({ "email": "Bob.b@example.org" });
    let said = eve.fails(Method::POST, &path, who.clone(), "FAIL").await;
    assert_eq!(said, "not found or not permitted");
    dropzone.fails(Method::POST, &path, who.clone(), "FAIL").await;
    alice.fails(Method::POST, &path, json!({ "email": "bob" }), "FAIL").await;
    alice.fails(Method::POST, "/dropzone/open/sender/", who.clone(), "FAIL").await;
    let answer = alice.done(Method::POST, &path, who.clone()).await;
    assert_eq!(answer["tokenExpiresIn"], 3600);
    let token = text(&answer, "confirmedSenderToken");

    let finalize = |token: &str| json!({ "checksum": CHECKSUM, "confirmedSenderToken": token, "unconfirmedSender": "eve@example.com" });
    let (end, rest) = token.split_once('.').unwrap();
    let (tag, email) = rest.split_once('.').unwrap();
    let key = ServerKey::load_or_create(server.data.path()).unwrap().derive("confirmed senders");
    let past = format!("1.{}.{email}", key.tag(&[&dropzone.id, "1", email]));
    for bad in [
        "x".to_owned(),
        "..".to_owned(),
        format!("{end}.{tag}.eve@example.com"),
        format!("{}.{tag}.{email}", end.parse::<u64>().unwrap() + 1),
        format!("{end}.{tag}x.{email}"),
        past,
    ] {
        let (_, answer) = drop_file(&dropzone, finalize(&bad)).await;
        assert_eq!(answer["errors"], json!(["the token that confirms the sender does not hold"]), "{bad}");
    }
    for elsewhere in [&other, &server.dropzone()] {
        assert_eq!(drop_file(elsewhere, finalize(&token)).await.1["response"], "FAIL");
    }
    let (package, answer) = drop_file(&dropzone, finalize(&token)).await;
    assert_eq!(answer["response"], "SUCCESS");
    let seen = alice.done(Method::GET, &format!("/package/{}/", package.id), json!(null)).await;
    assert_eq!(
        (&seen["packageSender"], &seen["senderConfirmed"]),
        (&json!("bob.b@example.org"), &json!(true))
    );
    // Who signs for itself needs no token, and gives no other address.
    let (sent, _) = drop_file(
        &eve,
        json!({ "checksum": CHECKSUM, "undisclosedRecipients": true,
        "confirmedSenderToken": token, "unconfirmedSender": "bob@example.org" }),
    )
    .await;
    let seen = eve.done(Method::GET, &format!("/package/{}/", sent.id), json!(null)).await;
    assert_eq!((&seen["packageSender"], &seen["senderConfirmed"]), (&json!("eve@example.com"), &json!(true)));
    assert!(server.db().await.revoke_dropzone(&dropzone.id, 1).await.unwrap());
    alice.fails(Method::POST, &path, who, "FAIL").await;
}

#[tokio::test]
async fn what_is_sent_through_a_dropzone_is_approved_as_if_its_owner_were_a_recipient() {
    let server = TestServer::start_with(|settings| {
        settings.approvers = vec!["ann@example.com".to_owned()];
        settings.approval_exempt = vec!["example.com".to_owned()];
    })
    .await;
    let inside = server.dropzone_of("alice@example.com").await;
    let outside = server.dropzone_of("bob@example.org").await;
    // An address that anyone can write into a Dropzone makes no approver.
    let finalize = json!({ "checksum": CHECKSUM, "unconfirmedSender": "ann@example.com" });
    let (package, done) = drop_file(&inside, finalize.clone()).await;
    assert_eq!(done["response"], "SUCCESS");
    assert_eq!(drop_file(&outside, finalize.clone()).await.1["response"], "PACKAGE_NEEDS_APPROVAL");
    let open = json!({ "checksum": CHECKSUM, "undisclosedRecipients": true });
    assert_eq!(drop_file(&inside, open).await.1["response"], "PACKAGE_NEEDS_APPROVAL");
    let waiting = inside.package().await;
    let path = format!("/package/{}", waiting.id);
    inside.upload(&waiting, &[b"x"]).await;
    let carol = json!({ "email": "carol@example.org" });
    inside.done(Method::PUT, &format!("{path}/recipient/"), carol.clone()).await;
    let answer = inside.call(Method::POST, &format!("{path}/finalize/"), finalize).await;
    assert_eq!(answer["response"], "PACKAGE_NEEDS_APPROVAL");
    // Nor does it once the package is the owner's to pass on.
    let alice = server.account("alice@example.com").await;
    let added = alice.done(Method::PUT, &format!("/package/{}/recipient/", package.id), carol).await;
    assert_eq!(added["approvalRequired"], true);
}

#[tokio::test]
async fn a_dropzone_makes_no_workspace_and_writes_to_nobody_but_its_owner() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, false).await;
    let dropzone = server.dropzone_of("alice@example.com").await;
    let said = dropzone.fails(Method::PUT, "/package/", json!({ "vdr": true }), "FAIL").await;
    assert_eq!(said, "a workspace needs an account to belong to");
    let package = dropzone.package().await;
    let path = format!("/package/{}", package.id);
    dropzone.done(Method::PUT, &format!("{path}/message/"), json!({ "message": "aGVsbG8=" })).await;
    dropzone.done(Method::PUT, &format!("{path}/recipient/"), json!({ "email": "bob@example.com" })).await;
    let finalize = json!({ "checksum": CHECKSUM, "notifyRecipients": true });
    dropzone.done(Method::POST, &format!("{path}/finalize/"), finalize).await;
    // What is written for Alice goes to the box behind whatever had been written before: that something came in.
    let alice = server.account("alice@example.com").await;
    let own = alice.package().await;
    let path = format!("/package/{}", own.id);
    alice.done(Method::PUT, &format!("{path}/message/"), json!({ "message": "aGVsbG8=" })).await;
    alice.done(Method::PUT, &format!("{path}/recipient/"), json!({ "email": "carol@example.com" })).await;
    let finalize = json!({ "checksum": CHECKSUM, "notifyRecipients": true });
    alice.done(Method::POST, &format!("{path}/finalize/"), finalize).await;
    let mut to: Vec<_> = mailbox.arrived(2).await.into_iter().flat_map(|mail| mail.to).collect();
    to.sort_unstable();
    assert_eq!(to, ["alice@example.com", "carol@example.com"]);
}

#[tokio::test]
async fn a_dropzone_wraps_to_its_owners_keys_and_no_others() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let key = async |of: &Account<'_>| {
        text(&of.done(Method::PUT, "/public-key/", json!({ "publicKey": public_key() })).await, "id")
    };
    let (hers, his) = (key(&alice).await, key(&bob).await);
    let dropzone = server.dropzone_of("alice@example.com").await;
    for wraps in [false, true] {
        let package = dropzone.package().await;
        let path = format!("/package/{}", package.id);
        dropzone.done(Method::PUT, &format!("{path}/message/"), json!({ "message": "aGVsbG8=" })).await;
        let told = dropzone.done(Method::GET, &format!("{path}/public-keys/"), json!(null)).await;
        assert_eq!(told["publicKeys"].as_array().unwrap().len(), 1);
        assert_eq!(told["publicKeys"][0]["id"], json!(hers));
        let wrap = json!({ "keycode": wrapped() });
        if wraps {
            dropzone.done(Method::PUT, &format!("{path}/link/{hers}/"), wrap.clone()).await;
        }
        dropzone.fails(Method::PUT, &format!("{path}/link/{his}/"), wrap, "FAIL").await;
        let finalized = json!({ "checksum": CHECKSUM });
        let answer = dropzone.done(Method::POST, &format!("{path}/finalize/"), finalized).await;
        assert_eq!(answer["needsLink"], json!(!wraps));
        let link = format!("{path}/link/{hers}/");
        if wraps {
            assert_eq!(alice.done(Method::GET, &link, json!(null)).await["message"], json!(wrapped()));
        } else {
            alice.fails(Method::GET, &link, json!(null), "FAIL").await;
        }
    }
}
