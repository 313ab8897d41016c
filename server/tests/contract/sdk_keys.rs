//! The SDK's keys of trusted devices, native, over this server; and over one that cheats.

use bulla::api::public_key::PutKeyCode;
use bulla::client::{Auth, Client};
use bulla::keys::Suite;
use bulla::link::ShareLink;
use bulla::transfer::{self, DraftPackage, FinalizeOptions, OpenOptions, PackageOptions};
use bulla::{ErrorCode, Result};
use bulla_account::keys::{KeyState, Keys, Origin, PublicKey};

use crate::support::{Account, TestServer};
use crate::transfers::Net;

type DeviceKeys = Keys<Net, Net>;

fn client(account: &Account<'_>) -> Client<Net> {
    let key = Auth::ApiKey { key: account.api_key.clone(), secret: account.api_secret.clone().into() };
    Client::new(Net::default(), &account.server.url(""), Some(key))
}

/// A device of an account, without a key.
fn device(account: &Account<'_>) -> DeviceKeys {
    Keys::new(client(account), Net::default())
}

/// A device of an account, with a key.
async fn with_key(account: &Account<'_>) -> (DeviceKeys, String) {
    let keys = device(account);
    let made = keys.create("laptop").await.unwrap();
    (keys, made.armored)
}

async fn draft(account: &Account<'_>, recipients: &[&str]) -> DraftPackage<Net> {
    let options = PackageOptions { suite: Suite::Sealed, life: Some(1), resumable: false };
    let draft = DraftPackage::create(client(account), options).await.unwrap();
    draft.set_message("for you").await.unwrap();
    draft.add_recipients(recipients.iter().map(|&email| email.to_owned()).collect()).await.unwrap();
    draft
}

async fn wrap(keys: &DeviceKeys, draft: &DraftPackage<Net>) -> bulla_account::keys::WrapReport {
    keys.wrap(draft.id(), draft.code(), draft.key_code(), Origin::Sender).await.unwrap()
}

async fn finalize(draft: &DraftPackage<Net>) -> Result<bool> {
    Ok(draft.finalize(FinalizeOptions::default()).await?.1.needs_link)
}

#[tokio::test]
async fn a_device_has_a_key_until_it_is_deleted() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let keys = device(&alice);
    assert!(keys.device().await.unwrap().is_none());
    let made = keys.create("laptop").await.unwrap();
    assert_eq!(keys.device().await.unwrap().unwrap().id, made.id);
    let (_, other) = with_key(&alice).await;
    // Of keys made within one second, either may come first.
    let mut listed = keys.list().await.unwrap();
    listed.sort_by_key(|key| key.id != made.id);
    assert_eq!(listed.iter().map(|key| key.is_current).collect::<Vec<_>>(), [true, false]);
    assert_eq!(listed.iter().map(|key| key.is_confirmed).collect::<Vec<_>>(), [true, false]);
    assert_eq!(listed[1].armored, other);
    // Made anew, the one before goes.
    let again = keys.create("laptop").await.unwrap();
    assert_ne!(again.key.unwrap().pin(), made.key.unwrap().pin());
    assert_eq!(keys.list().await.unwrap().len(), 2);
    keys.delete(&again.id).await.unwrap();
    assert!(keys.device().await.unwrap().is_none());
    assert_eq!(keys.unwrap("AAAA").await.unwrap_err().code(), ErrorCode::NotFound);
    assert!(!server.keeps("PRIVATE"));
}

#[tokio::test]
async fn nothing_is_wrapped_to_a_key_before_it_is_confirmed() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let ((of_alice, _), (of_bob, key_of_bob)) = (with_key(&alice).await, with_key(&bob).await);
    let draft = draft(&alice, &["Bob@example.com", "nobody@example.com"]).await;

    let (offered, without) = of_alice.offered(draft.id()).await.unwrap();
    assert_eq!(
        offered.iter().map(|key| (key.email.as_str(), key.state)).collect::<Vec<_>>(),
        [("bob@example.com", KeyState::New)]
    );
    assert_eq!(without, ["nobody@example.com"]);
    let report = wrap(&of_alice, &draft).await;
    assert_eq!((report.wrapped.len(), report.unconfirmed.len()), (0, 1));
    let none = of_bob.unwrap(draft.id()).await.unwrap_err();
    assert_eq!(none.code(), ErrorCode::NotFound);
    assert!(none.message().starts_with("nothing was wrapped"), "{none}");

    of_alice.confirm("BOB@example.com ", &key_of_bob).await.unwrap();
    let report = wrap(&of_alice, &draft).await;
    assert_eq!((report.wrapped.len(), report.unconfirmed.len(), report.missing.len()), (1, 0, 0));
    assert!(finalize(&draft).await.unwrap(), "one recipient has no key");
    let unwrapped = of_bob.unwrap(draft.id()).await.unwrap();
    assert_eq!(unwrapped.key_code.expose(), draft.key_code().expose());
    // Its sender opens it on this device, too.
    let own = of_alice.unwrap(draft.id()).await.unwrap();
    assert_eq!((own.key_code.expose(), own.origin), (draft.key_code().expose(), Origin::Sender));
}

#[tokio::test]
async fn what_a_recipient_opens_with_its_key_is_confirmed_to_the_sender() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let ((of_alice, _), (of_bob, key_of_bob)) = (with_key(&alice).await, with_key(&bob).await);
    of_alice.confirm("bob@example.com", &key_of_bob).await.unwrap();
    let draft = draft(&alice, &["carol@example.com", "bob@example.com"]).await;
    wrap(&of_alice, &draft).await;
    draft
        .finalize(FinalizeOptions { password: Some("sesame".to_owned()), ..Default::default() })
        .await
        .unwrap();
    let confirmed = async || {
        let recipients = client(&alice).package(draft.id()).await.unwrap().recipients;
        recipients.into_iter().map(|of| (of.email, of.confirmations.len())).collect::<Vec<_>>()
    };
    let unwrapped = of_bob.unwrap(draft.id()).await.unwrap();
    let link = ShareLink::new(&server.url(""), None, unwrapped.code, unwrapped.key_code).unwrap();
    let password = Some("sesame".to_owned());
    for (recipient_code, count) in [(None, 0), (unwrapped.recipient_code, 1)] {
        let options = OpenOptions {
            password: password.clone(),
            recipient_code,
            visitor: None,
            ..OpenOptions::default()
        };
        let opened = transfer::open(&client(&bob), link.clone(), options).await.unwrap();
        assert_eq!(opened.message.as_deref(), Some("for you"));
        assert_eq!(
            confirmed().await,
            [("carol@example.com".to_owned(), 0), ("bob@example.com".to_owned(), count)]
        );
    }
    // Its sender is no recipient.
    assert_eq!(of_alice.unwrap(draft.id()).await.unwrap().recipient_code, None);
}

#[tokio::test]
async fn only_a_confirmed_senders_signature_proves_an_origin() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let ((of_alice, key_of_alice), (of_bob, key_of_bob)) = (with_key(&alice).await, with_key(&bob).await);
    of_alice.confirm("bob@example.com", &key_of_bob).await.unwrap();
    let first = draft(&alice, &["bob@example.com"]).await;
    wrap(&of_alice, &first).await;
    assert!(!finalize(&first).await.unwrap(), "everybody has a key");
    let origin = async |id: &str| of_bob.unwrap(id).await.unwrap().origin;
    assert_eq!(origin(first.id()).await, Origin::Server, "alice's key was not confirmed");
    of_bob.confirm("alice@example.com", &key_of_alice).await.unwrap();
    assert_eq!(origin(first.id()).await, Origin::Sender);
    of_bob.revoke("alice@example.com", None).await.unwrap();
    assert_eq!(origin(first.id()).await, Origin::Server);
    of_bob.confirm("carol@example.com", &key_of_alice).await.unwrap();
    assert_eq!(origin(first.id()).await, Origin::Server, "it is confirmed of somebody else");
    of_bob.confirm("alice@example.com", &key_of_alice).await.unwrap();

    // A forger wraps a keyCode of its own to a key that everybody can get, with the signature of another package.
    let second = draft(&alice, &["bob@example.com"]).await;
    let device = of_bob.device().await.unwrap().unwrap();
    let borrowed = client(&bob).wrapped_key_code(first.id(), &device.id).await.unwrap().signature;
    assert!(borrowed.is_some());
    for sig in [None, borrowed, Some("AAAA".to_owned()), Some("A".repeat(86))] {
        let keycode = device.key.as_ref().unwrap().wrap(second.key_code()).unwrap();
        let request = PutKeyCode { keycode, sig, notify_recipients: None };
        client(&alice).put_key_code(second.id(), &device.id, &request).await.unwrap();
        let _again = finalize(&second).await;
        assert_eq!(origin(second.id()).await, Origin::Server);
    }
    // What came without a proof is handed on without one.
    let report = of_alice.wrap(second.id(), second.code(), second.key_code(), Origin::Server).await;
    assert_eq!(report.unwrap().wrapped.len(), 1);
    assert_eq!(origin(second.id()).await, Origin::Server);
}

#[tokio::test]
async fn a_server_that_replaces_a_key_is_noticed() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let ((of_alice, _), (_, key_of_bob)) = (with_key(&alice).await, with_key(&bob).await);
    of_alice.confirm("bob@example.com", &key_of_bob).await.unwrap();
    server.sql("DELETE FROM public_keys WHERE account_id = (SELECT id FROM accounts WHERE email = 'bob@example.com')").await;
    with_key(&bob).await;
    let draft = draft(&alice, &["bob@example.com"]).await;
    let (offered, _) = of_alice.offered(draft.id()).await.unwrap();
    assert_eq!(offered.iter().map(|key| key.state).collect::<Vec<_>>(), [KeyState::Changed]);
    let report = wrap(&of_alice, &draft).await;
    assert_eq!((report.wrapped.len(), report.unconfirmed.len()), (0, 1));
    assert_eq!(report.missing.iter().map(|key| key.email.as_str()).collect::<Vec<_>>(), ["bob@example.com"]);
}

/// The packets of an armored key, headers and all (RFC 9580, section 4.2.1).
fn packets(armored: &str) -> Vec<Vec<u8>> {
    let inner = armored.lines().filter(|line| !line.starts_with(['-', '=']) && !line.contains(':'));
    let octets = data_encoding::BASE64.decode(inner.collect::<String>().as_bytes()).unwrap();
    let mut packets = Vec::new();
    let mut rest = octets.as_slice();
    while !rest.is_empty() {
        let (header, len) = match rest[1] {
            len @ 0..192 => (2, usize::from(len)),
            first => (3, ((usize::from(first) - 192) << 8) + usize::from(rest[2]) + 192),
        };
        let (packet, behind) = rest.split_at(header + len);
        packets.push(packet.to_vec());
        rest = behind;
    }
    packets
}

#[tokio::test]
async fn a_key_of_which_a_subkey_is_another_ones_is_refused() {
    let server = TestServer::start().await;
    let (alice, eve) = (server.account("alice@example.com").await, server.account("eve@example.com").await);
    let ((_, key), (_, other)) = (with_key(&alice).await, with_key(&eve).await);
    let armored = |packets: &[&[u8]]| {
        let body = data_encoding::BASE64.encode(&packets.concat());
        format!("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n{body}\n-----END PGP PUBLIC KEY BLOCK-----\n")
    };
    let (ours, theirs) = (packets(&key), packets(&other));
    // A primary key, a user id with its signature, a subkey with its binding.
    let [primary, user, certified, subkey, binding] = [0, 1, 2, 3, 4].map(|at| ours[at].as_slice());
    assert!(PublicKey::parse(&armored(&[primary, user, certified, subkey, binding]), 0).is_ok());
    for mixed in [
        armored(&[primary, user, certified, &theirs[3], binding]),
        armored(&[primary, user, certified, &theirs[3], &theirs[4]]),
        armored(&[&theirs[0], user, certified, subkey, binding]),
        armored(&[primary, user, certified]),
        armored(&[primary, subkey, binding]),
        armored(&[primary]),
    ] {
        assert_eq!(PublicKey::parse(&mixed, 0).unwrap_err().code(), ErrorCode::InvalidInput);
    }
    for nonsense in [
        "",
        "ssh-ed25519 AAAA",
        &key[..key.len() / 2],
        &key.replace("PUBLIC", "PRIVATE"),
        &"x".repeat(100_000),
    ] {
        assert_eq!(PublicKey::parse(nonsense, 0).unwrap_err().code(), ErrorCode::InvalidInput);
    }
}

#[tokio::test]
async fn devices_of_one_account_are_brought_up_to_date() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let ((of_alice, key_of_alice), (laptop, key_of_laptop)) = (with_key(&alice).await, with_key(&bob).await);
    of_alice.confirm("bob@example.com", &key_of_laptop).await.unwrap();
    laptop.confirm("alice@example.com", &key_of_alice).await.unwrap();
    let draft = draft(&alice, &["bob@example.com"]).await;
    wrap(&of_alice, &draft).await;
    finalize(&draft).await.unwrap();

    let (phone, key_of_phone) = with_key(&bob).await;
    let synced = laptop.sync().await.unwrap();
    assert_eq!((synced.wrapped, synced.unconfirmed.len()), (0, 1), "the phone is not confirmed");
    assert!(phone.unwrap(draft.id()).await.is_err());
    laptop.confirm("bob@example.com", &key_of_phone).await.unwrap();
    assert_eq!(laptop.sync().await.unwrap().wrapped, 1);
    assert_eq!(laptop.sync().await.unwrap().wrapped, 0);
    let unwrapped = phone.unwrap(draft.id()).await.unwrap();
    assert_eq!(unwrapped.key_code.expose(), draft.key_code().expose());
    assert_eq!(unwrapped.origin, Origin::Server, "the phone does not know the laptop");
    phone.confirm("bob@example.com", &key_of_laptop).await.unwrap();
    assert_eq!(phone.unwrap(draft.id()).await.unwrap().origin, Origin::Sender);
}

#[tokio::test]
async fn who_can_open_a_package_hands_its_key_on() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let carol = server.account("carol@example.com").await;
    let ((of_alice, key_of_alice), (of_bob, key_of_bob)) = (with_key(&alice).await, with_key(&bob).await);
    let (of_carol, key_of_carol) = with_key(&carol).await;
    of_alice.confirm("bob@example.com", &key_of_bob).await.unwrap();
    let draft = draft(&alice, &["bob@example.com"]).await;
    assert_eq!(of_alice.wrap_again(draft.id()).await.unwrap_err().code(), ErrorCode::NotFound);
    wrap(&of_alice, &draft).await;
    finalize(&draft).await.unwrap();

    // Somebody comes later. The sender's device has the key, as it was wrapped to it.
    draft.client().add_recipients(draft.id(), vec!["carol@example.com".to_owned()]).await.unwrap();
    of_alice.confirm("carol@example.com", &key_of_carol).await.unwrap();
    assert_eq!(of_carol.unwrap(draft.id()).await.unwrap_err().code(), ErrorCode::NotFound);
    assert_eq!(of_alice.wrap_again(draft.id()).await.unwrap().wrapped.len(), 2);
    of_carol.confirm("alice@example.com", &key_of_alice).await.unwrap();
    let unwrapped = of_carol.unwrap(draft.id()).await.unwrap();
    assert_eq!(unwrapped.key_code.expose(), draft.key_code().expose());
    assert_eq!(unwrapped.origin, Origin::Sender);
    // Who is no sender sees no recipients, and hands nothing on to any.
    assert!(of_bob.wrap_again(draft.id()).await.unwrap().wrapped.is_empty());
}
