//! The SDK's requests, native, over this server; and over one that cheats.

use bulla::api::request::RequestTerms;
use bulla::client::{Auth, Client, IncomingPackage, Page};
use bulla::keys::Suite;
use bulla::link::RequestLink;
use bulla::transfer::{self, DraftPackage, FinalizeOptions, OpenOptions, PackageOptions};
use bulla::{ErrorCode, Result};
use bulla_account::keys::{Keys, OpenRequest};

use crate::support::{Account, TestServer};
use crate::transfers::Net;

pub(crate) type Device = Keys<Net, Net>;

/// A device of an account, with a key.
pub(crate) async fn device(account: &Account<'_>) -> (Device, String) {
    let key = Auth::ApiKey { key: account.api_key.clone(), secret: account.api_secret.clone().into() };
    let client = Client::new(Net::default(), &account.server.url(""), Some(key));
    let keys = Keys::new(client, Net::default());
    let made = keys.create("laptop").await.unwrap();
    (keys, made.armored)
}

async fn open(link: &RequestLink) -> Result<(Client<Net>, OpenRequest<Net>)> {
    let client = || Client::new(Net::default(), &link.host, Some(Auth::Dropzone(link.request.clone())));
    Ok((client(), OpenRequest::open(client(), link).await?))
}

/// Sends a message through the request of a link.
pub(crate) async fn send(link: &RequestLink, name: &str) -> Result<()> {
    let (client, request) = open(link).await?;
    let options = PackageOptions { suite: Suite::Sealed, life: None, resumable: false };
    let draft = DraftPackage::create(client, options).await?;
    draft.set_message(&format!("from {name}")).await?;
    request.wrap(draft.id(), draft.key_code(), name.to_owned()).await?;
    let sender = Some(format!("{name}@example.org"));
    draft.finalize(FinalizeOptions { sender, ..FinalizeOptions::default() }).await.map(drop)
}

async fn incoming(device: &Device, id: &str) -> Vec<IncomingPackage> {
    device.incoming(id, Page::default()).await.unwrap().entries
}

/// The message of a package that came in.
pub(crate) async fn read(
    device: &Device,
    request: &str,
    package: &IncomingPackage,
    server: &TestServer,
) -> Result<String> {
    let link = device.unwrap_incoming(request, &package.code, &package.key_code).await?;
    let client = Client::new(Net::default(), &server.url(""), None);
    let received = transfer::open(&client, link, OpenOptions::default()).await?;
    Ok(received.message.unwrap_or_default())
}

#[tokio::test]
async fn what_came_in_opens_on_the_owners_confirmed_devices_alone() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let ((laptop, key_of_laptop), (phone, key_of_phone), (tablet, _)) =
        (device(&alice).await, device(&alice).await, device(&alice).await);
    laptop.confirm("alice@example.com", &key_of_phone).await.unwrap();
    for other in [&phone, &tablet] {
        other.confirm("alice@example.com", &key_of_laptop).await.unwrap();
    }
    let terms = RequestTerms { title: Some("Papers".to_owned()), ..RequestTerms::default() };
    let made = laptop.create_request(terms).await.unwrap();
    let (id, link) = (made.entry.id, made.link.unwrap());
    let (_, request) = open(&link).await.unwrap();
    assert_eq!(
        (request.offered.title.as_str(), request.offered.requester.as_str()),
        ("Papers", "alice@example.com")
    );
    send(&link, "bob").await.unwrap();
    send(&link, "carol").await.unwrap();

    let came = incoming(&laptop, &id).await;
    let mut names: Vec<_> =
        came.iter().map(|package| (package.name.clone(), package.sender.clone())).collect();
    names.sort();
    let expected = ["bob", "carol"].map(|name| (name.to_owned(), format!("{name}@example.org")));
    assert_eq!(names, expected);
    for package in &came {
        for device in [&laptop, &phone] {
            assert_eq!(read(device, &id, package, &server).await.unwrap(), format!("from {}", package.name));
        }
        // Which the laptop did not know.
        assert_eq!(read(&tablet, &id, package, &server).await.unwrap_err().code(), ErrorCode::NotFound);
    }
    assert!(!server.keeps("PRIVATE") && !server.keeps("from bob"));
    // Its key is this request's.
    let other = laptop.create_request(RequestTerms::default()).await.unwrap();
    let wrong = read(&laptop, &other.entry.id, &came[0], &server).await.unwrap_err();
    assert_eq!(wrong.code(), ErrorCode::WrongKey);
    // What came in opens after the request is gone, and nothing else comes in.
    laptop.delete_request(&id).await.unwrap();
    assert_eq!(open(&link).await.err().unwrap().code(), ErrorCode::Expired);
    assert_eq!(read(&phone, &id, &came[0], &server).await.unwrap(), format!("from {}", came[0].name));
    let unknown = RequestLink { request: "A".repeat(32), ..link };
    assert_eq!(open(&unknown).await.err().unwrap().code(), ErrorCode::AuthenticationFailed);
}

#[tokio::test]
async fn a_server_that_replaces_a_requests_key_is_noticed_before_anything_is_sent() {
    let server = TestServer::start().await;
    let (alice, eve) = (server.account("alice@example.com").await, server.account("eve@example.com").await);
    let ((of_alice, _), (of_eve, _)) = (device(&alice).await, device(&eve).await);
    let link = of_alice.create_request(RequestTerms::default()).await.unwrap().link.unwrap();
    let other = of_alice.create_request(RequestTerms::default()).await.unwrap().link.unwrap();
    of_eve.create_request(RequestTerms::default()).await.unwrap();
    // The honest case.
    send(&link, "bob").await.unwrap();

    // One request of the same owner for another.
    let mixed = RequestLink { request: other.request.clone(), ..link.clone() };
    assert_eq!(send(&mixed, "bob").await.unwrap_err().code(), ErrorCode::Tampered);
    // Somebody else's key, and none.
    for replaced in [
        "UPDATE requests SET public_key = (SELECT q.public_key FROM requests q JOIN accounts a ON a.id = q.account_id \
         WHERE a.email = 'eve@example.com')",
        "UPDATE requests SET public_key = 'no key'",
    ] {
        server.sql(replaced).await;
        assert_eq!(send(&link, "bob").await.unwrap_err().code(), ErrorCode::Tampered);
    }
    assert_eq!(incoming(&of_alice, &link.request).await.len(), 1);
    assert_eq!(server.db().await.incoming(&link.request, 0, 10).await.unwrap().1, 1);
}

#[tokio::test]
async fn a_link_is_made_of_the_accounts_own_keys_alone() {
    let server = TestServer::start().await;
    let (alice, eve) = (server.account("alice@example.com").await, server.account("eve@example.com").await);
    let ((laptop, key_of_laptop), (phone, key_of_phone)) = (device(&alice).await, device(&alice).await);
    let (of_eve, _) = device(&eve).await;
    laptop.confirm("alice@example.com", &key_of_phone).await.unwrap();
    let titled = |title: &str| RequestTerms { title: Some(title.to_owned()), ..RequestTerms::default() };
    laptop.create_request(titled("other")).await.unwrap();
    let made = laptop.create_request(titled("first")).await.unwrap();
    let (id, link) = (made.entry.id, made.link.unwrap());
    send(&link, "bob").await.unwrap();
    let package = incoming(&laptop, &id).await.remove(0);
    let links = async || {
        let listed = laptop.requests(Page::default()).await.unwrap().entries;
        let found = listed.into_iter().find(|request| request.entry.id == id).unwrap();
        [found.link, phone.request(&id).await.unwrap().link]
    };
    // The phone does not know the laptop yet, whose signature it is.
    assert_eq!(links().await, [Some(link.clone()), None]);
    phone.confirm("alice@example.com", &key_of_laptop).await.unwrap();
    assert_eq!(links().await, [Some(link.clone()), Some(link.clone())]);

    // The phone takes no private key that does not fit the public one.
    server
        .sql(
            "UPDATE requests SET wrapped_key = (SELECT q.wrapped_key FROM requests q WHERE q.title = 'other') \
             WHERE title = 'first'",
        )
        .await;
    assert_eq!(read(&phone, &id, &package, &server).await.unwrap_err().code(), ErrorCode::Tampered);

    // The server gives all of another request, signed by its own device.
    of_eve.create_request(RequestTerms::default()).await.unwrap();
    server.sql("UPDATE requests SET public_key = (SELECT q.public_key FROM requests q JOIN accounts a ON a.id = q.account_id \
         WHERE a.email = 'eve@example.com'), signature = (SELECT q.signature FROM requests q JOIN accounts a \
         ON a.id = q.account_id WHERE a.email = 'eve@example.com')").await;
    assert_eq!(links().await, [None, None]);
    assert_eq!(read(&phone, &id, &package, &server).await.unwrap_err().code(), ErrorCode::NotFound);
    assert_eq!(read(&laptop, &id, &package, &server).await.unwrap(), "from bob");
}
