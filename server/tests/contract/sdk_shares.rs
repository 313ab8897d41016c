//! The SDK's share infos and share requests, native, over this server; and over one that cheats.

use bulla::api::zus::{
    AddShareInfo, CreateShareRequest, IssueTicket, ShareInfoType, ShareRequestAnswer, ShareRequestStatus,
    UpdateShareRequest,
};
use bulla::client::{Auth, Client, Page, RequestFilter, ShareInfo, ShareRequest};
use bulla::keys::Suite;
use bulla::link::ShareLink;
use bulla::transfer::{self, DraftPackage, FinalizeOptions, OpenOptions, PackageOptions};
use bulla::{ErrorCode, Result};
use bulla_account::keys::{Approval, KeyState, Keys, Origin, Unwrapped};

use crate::support::{Account, TestServer};
use crate::transfers::Net;

type Device = Keys<Net, Net>;

fn client(account: &Account<'_>) -> Client<Net> {
    let key = Auth::ApiKey { key: account.api_key.clone(), secret: account.api_secret.clone().into() };
    Client::new(Net::default(), &account.server.url(""), Some(key))
}

/// A device of an account, with a key.
async fn device(account: &Account<'_>) -> (Device, String) {
    let keys = Keys::new(client(account), Net::default());
    let made = keys.create("laptop").await.unwrap();
    (keys, made.armored)
}

/// A finalized package with a message, for nobody but its sender; its key on the sender's device.
async fn package(of: &Account<'_>, device: &Device) -> String {
    let options = PackageOptions { suite: Suite::Sealed, life: Some(1), resumable: false };
    let draft = DraftPackage::create(client(of), options).await.unwrap();
    draft.set_message("for whoever asks").await.unwrap();
    draft.add_recipients(vec!["nobody@example.com".to_owned()]).await.unwrap();
    device.wrap(draft.id(), draft.code(), draft.key_code(), Origin::Sender).await.unwrap();
    draft.finalize(FinalizeOptions::default()).await.unwrap();
    draft.id().to_owned()
}

/// The message of a package whose key was wrapped to a device.
async fn read(by: &Account<'_>, device: &Device, id: &str) -> Result<(String, Origin)> {
    let Unwrapped { code, key_code, origin, .. } = device.unwrap(id).await?;
    let link = ShareLink::new(&by.server.url(""), None, code, key_code)?;
    let received = transfer::open(&client(by), link, OpenOptions::default()).await?;
    Ok((received.message.unwrap_or_default(), origin))
}

async fn ticket(of: &Account<'_>, package: &str, receiver: Option<&str>) -> (String, String) {
    let order = IssueTicket { client_id: receiver.map(str::to_owned), ..IssueTicket::default() };
    let issued = client(of).issue_ticket(package, &order).await.unwrap();
    (issued.ticket, issued.lookup_hash)
}

async fn add(by: &Account<'_>, ticket: &str, message: &str) -> Result<()> {
    let order = AddShareInfo {
        auth_ticket: ticket.to_owned(),
        message: Some(message.to_owned()),
        share_info_type: None,
        link: Some("https://example.com/receive/?a=b&c=\u{e9}".to_owned()),
    };
    client(by).add_share_info(&order).await
}

async fn received(by: &Account<'_>, kind: ShareInfoType) -> Vec<ShareInfo> {
    client(by).received_infos(Page::default(), kind, None).await.unwrap().entries
}

async fn ask(by: &Account<'_>, owner: &str, hash: &str) -> Result<()> {
    let request = CreateShareRequest {
        owner_id: owner.to_owned(),
        auth_ticket: None,
        lookup_hash: Some(hash.to_owned()),
        message: Some("Please".to_owned()),
    };
    client(by).request_share(&request).await
}

async fn asked(of: &Account<'_>, filter: RequestFilter) -> Vec<ShareRequest> {
    client(of).received_share_requests(Page::default(), &filter).await.unwrap().entries
}

fn approval(of: &ShareRequest) -> Approval {
    Approval {
        id: of.id.clone(),
        requester: of.requester.clone(),
        package_id: of.package_id.clone().unwrap(),
        file_id: of.file_id.clone(),
        expires_in: None,
        link: None,
    }
}

async fn decline(by: &Account<'_>, id: &str) -> Result<()> {
    let answer = UpdateShareRequest {
        id: id.to_owned(),
        status: ShareRequestAnswer::Declined,
        link: None,
        auth_ticket: None,
        key_codes: Vec::new(),
    };
    client(by).answer_share_request(&answer).await
}

#[tokio::test]
async fn a_ticket_is_shared_received_and_ended_by_either_side() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let (laptop, _) = device(&alice).await;
    let id = package(&alice, &laptop).await;
    let (named, hash) = ticket(&alice, &id, Some("Bob@example.com")).await;
    assert!(received(&bob, ShareInfoType::Private).await.is_empty());
    // Nothing in a field ends it.
    let said = "\u{201c}Hello\u{201d}; name=\"link\" -- & =";
    add(&alice, &named, said).await.unwrap();
    let came = received(&bob, ShareInfoType::Private).await.remove(0);
    assert_eq!((came.message.as_str(), came.lookup_hash.as_str()), (said, hash.as_str()));
    assert_eq!((came.sender.as_str(), came.receiver.as_str()), ("alice@example.com", "bob@example.com"));
    assert_eq!((came.package_id.as_str(), came.file_id.as_deref()), (id.as_str(), None));
    assert_eq!(came.link, "https://example.com/receive/?a=b&c=\u{e9}");
    assert_eq!(came.expires() - came.created(), 30 * 24 * 60 * 60);
    assert_eq!(client(&bob).package(&id).await.unwrap().id, id);
    let page = Page::default();
    let shared = client(&alice).shared_infos(page, ShareInfoType::Private, Some(&hash)).await.unwrap();
    assert_eq!(shared.entries[0].ticket, named);

    // Given up by whom it was for, and taken again with the same ticket.
    client(&bob).delete_share_infos(Some(&came.ticket), None).await.unwrap();
    assert_eq!(client(&bob).package(&id).await.unwrap_err().code(), ErrorCode::NotFound);
    add(&bob, &named, "").await.unwrap();
    assert!(client(&bob).package(&id).await.is_ok());
    // Ended by whose it is, for good.
    client(&alice).delete_share_infos(None, Some(&hash)).await.unwrap();
    assert_eq!(client(&bob).package(&id).await.unwrap_err().code(), ErrorCode::NotFound);
    assert_eq!(add(&bob, &named, "").await.unwrap_err().code(), ErrorCode::Refused);

    // A ticket that names nobody: pages of one each.
    let (open, _) = ticket(&alice, &id, None).await;
    for by in [&alice, &bob] {
        add(by, &open, "").await.unwrap();
    }
    assert_eq!(received(&bob, ShareInfoType::Public).await.len(), 1);
    let page = |index| Page { index, size: Some(1) };
    let mut receivers = Vec::new();
    let mut next = Some(0);
    while let Some(index) = next {
        let found = client(&alice).shared_infos(page(index), ShareInfoType::Public, None).await.unwrap();
        receivers.extend(found.entries.into_iter().map(|share| share.receiver));
        next = found.next;
    }
    receivers.sort();
    assert_eq!(receivers, ["", "bob@example.com"]);
    for (ticket, code) in [("x", ErrorCode::InvalidInput), (named.as_str(), ErrorCode::Refused)] {
        assert_eq!(add(&alice, ticket, "").await.unwrap_err().code(), code);
    }
    let keyed = add(&alice, &open, "https://example.com/receive/?packageCode=a#keyCode=b").await;
    assert_eq!(keyed.unwrap_err().code(), ErrorCode::InvalidInput);
}

#[tokio::test]
async fn what_is_approved_opens_on_the_requesters_confirmed_devices() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let ((of_alice, key_of_alice), (of_bob, key_of_bob)) = (device(&alice).await, device(&bob).await);
    let (phone, _) = device(&bob).await;
    let id = package(&alice, &of_alice).await;
    let (_, hash) = ticket(&alice, &id, None).await;
    ask(&bob, "alice@example.com", &hash).await.unwrap();
    let request = asked(&alice, RequestFilter::default()).await.remove(0);
    assert_eq!((request.requester.as_str(), request.message.as_str()), ("bob@example.com", "Please"));
    assert_eq!((request.status.as_str(), request.package_id.as_ref()), ("pending", Some(&id)));
    let sent = client(&bob).sent_share_requests(Page::default(), &RequestFilter::default()).await.unwrap();
    assert_eq!((&sent.entries[0].id, &sent.entries[0].package_id), (&request.id, &None));

    let offered = of_alice.offered_for_request(&request.id, &request.requester).await.unwrap();
    assert_eq!(offered.iter().map(|key| key.state).collect::<Vec<_>>(), [KeyState::New, KeyState::New]);
    let other = of_bob.offered_for_request(&request.id, &request.requester).await.unwrap_err();
    assert_eq!(other.code(), ErrorCode::NotFound);
    of_alice.confirm("bob@example.com", &key_of_bob).await.unwrap();
    of_bob.confirm("alice@example.com", &key_of_alice).await.unwrap();
    let report = of_alice.approve(approval(&request)).await.unwrap();
    assert_eq!((report.wrapped.len(), report.unconfirmed.len(), report.without.len()), (1, 1, 0));
    assert_eq!(
        read(&bob, &of_bob, &id).await.unwrap(),
        ("for whoever asks".to_owned(), Origin::Sender),
        "the sender's device signed it"
    );
    // The phone was not confirmed.
    assert_eq!(phone.unwrap(&id).await.unwrap_err().code(), ErrorCode::NotFound);
    assert_eq!(received(&bob, ShareInfoType::Private).await[0].package_id, id);
    let again = of_alice.approve(approval(&request)).await.unwrap_err();
    assert_eq!(again.code(), ErrorCode::Refused);

    // What was shared outlasts the request, and ends with its share info.
    client(&bob).delete_share_request(&request.id).await.unwrap();
    assert!(read(&bob, &of_bob, &id).await.is_ok());
    client(&alice).delete_share_infos(None, Some(&hash)).await.unwrap();
    assert_eq!(of_bob.unwrap(&id).await.unwrap_err().code(), ErrorCode::NotFound);
}

#[tokio::test]
async fn nothing_is_wrapped_to_a_requesters_key_that_was_not_confirmed() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let ((of_alice, _), (of_bob, key_of_bob)) = (device(&alice).await, device(&bob).await);
    of_alice.confirm("bob@example.com", &key_of_bob).await.unwrap();
    let mut reports = Vec::new();
    for cheat in [
        // The honest case.
        "SELECT 1",
        // A key of the server's own in the place of the one that was confirmed.
        "DELETE FROM public_keys WHERE account_id = (SELECT id FROM accounts WHERE email = 'bob@example.com')",
    ] {
        let id = package(&alice, &of_alice).await;
        let (_, hash) = ticket(&alice, &id, None).await;
        ask(&bob, "alice@example.com", &hash).await.unwrap();
        server.sql(cheat).await;
        if cheat.starts_with("DELETE") {
            device(&bob).await;
        }
        let request = asked(&alice, RequestFilter::default()).await.remove(0);
        let offered = of_alice.offered_for_request(&request.id, &request.requester).await.unwrap();
        let report = of_alice.approve(approval(&request)).await.unwrap();
        reports.push((offered[0].state, report.wrapped.len(), report.unconfirmed.len(), report.without));
    }
    let without = vec!["bob@example.com".to_owned()];
    let expected = [(KeyState::Confirmed, 1, 0, Vec::new()), (KeyState::Changed, 0, 1, without)];
    assert_eq!(reports, expected);
    drop(of_bob);
}

#[tokio::test]
async fn who_asks_for_a_file_gets_no_key_of_the_whole_package() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let ((of_alice, _), (of_bob, key_of_bob)) = (device(&alice).await, device(&bob).await);
    of_alice.confirm("bob@example.com", &key_of_bob).await.unwrap();
    let (package, files) = crate::share_infos::package(&alice).await;
    let order = IssueTicket { file_id: Some(files[0].clone()), ..IssueTicket::default() };
    let issued = client(&alice).issue_ticket(&package.id, &order).await.unwrap();
    ask(&bob, "alice@example.com", &issued.lookup_hash).await.unwrap();
    let request = asked(&alice, RequestFilter::default()).await.remove(0);
    assert_eq!(request.file_id.as_ref(), Some(&files[0]));
    let report = of_alice.approve(approval(&request)).await.unwrap();
    assert_eq!((report.wrapped.len(), report.without), (0, vec!["bob@example.com".to_owned()]));
    assert_eq!(received(&bob, ShareInfoType::Private).await[0].file_id.as_ref(), Some(&files[0]));
    assert_eq!(of_bob.unwrap(&package.id).await.unwrap_err().code(), ErrorCode::NotFound);
}

#[tokio::test]
async fn what_was_declined_is_asked_for_once_more() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let (laptop, _) = device(&alice).await;
    let id = package(&alice, &laptop).await;
    let (_, hash) = ticket(&alice, &id, None).await;
    for _ in 0..2 {
        ask(&bob, "alice@example.com", &hash).await.unwrap();
        let twice = ask(&bob, "alice@example.com", &hash).await.unwrap_err();
        assert_eq!(twice.code(), ErrorCode::Refused);
        let request = asked(&alice, RequestFilter::default()).await.remove(0);
        assert_eq!(decline(&bob, &request.id).await.unwrap_err().code(), ErrorCode::NotFound);
        decline(&alice, &request.id).await.unwrap();
        let declined = RequestFilter {
            other: Some("bob@example.com".to_owned()),
            lookup_hash: Some(hash.clone()),
            status: Some(ShareRequestStatus::Declined),
            all: false,
        };
        assert_eq!(asked(&alice, declined).await.len(), 1);
    }
    let over = ask(&bob, "alice@example.com", &hash).await.unwrap_err();
    assert_eq!(over.code(), ErrorCode::Refused);
    assert!(over.message().contains("declined twice"), "{over}");
    let all = RequestFilter { all: true, ..RequestFilter::default() };
    let request = asked(&alice, all.clone()).await.remove(0);
    client(&alice).delete_share_request(&request.id).await.unwrap();
    assert!(asked(&alice, all).await.is_empty());
    let nothing = ask(&bob, "alice@example.com", "AAAA").await.unwrap_err();
    assert_eq!(nothing.code(), ErrorCode::NotFound);
    let twice = client(&alice).delete_share_request(&request.id).await.unwrap_err();
    assert_eq!(twice.code(), ErrorCode::NotFound);
}
