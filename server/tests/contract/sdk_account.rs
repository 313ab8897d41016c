//! What accounts do with the SDK, native, over this server: how refusals arrive, contact groups,
//! Dropzones, webhooks, and the installation.

use std::time::Duration;

use bulla::ErrorCode;
use bulla::api::group::CreateGroup;
use bulla::api::installation::SendFeedback;
use bulla::api::list::SearchPackages;
use bulla::api::session::SignIn;
use bulla::api::sharefile::SendShare;
use bulla::api::webhook::{CreateWebhook, EventType};
use bulla::client::{Auth, Client, Group, NewWebhook, Page};
use bulla::keys::Suite;
use bulla::link::ShareLink;
use bulla::transfer::{self, DraftPackage, FinalizeOptions, OpenOptions, PackageOptions};
use reqwest::Method;
use serde_json::json;

use crate::mailbox::Mailbox;
use crate::mails;
use crate::receiver::Receiver;
use crate::sdk_workspaces::client;
use crate::support::{Account, CHECKSUM, Caller, TestServer, text};
use crate::transfers::Net;

#[tokio::test]
async fn refusals_have_codes_by_what_they_mean() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let package = alice.package().await;
    // What is not there and what is not for the caller are one.
    for id in ["AAAA", &package.id] {
        let missing = client(&bob).package(id).await.unwrap_err();
        assert_eq!((missing.code(), missing.message()), (ErrorCode::NotFound, bulla::api::NOT_FOUND));
    }
    let search = client(&bob).search(Page::default(), &SearchPackages::default()).await.unwrap_err();
    assert_eq!(search.code(), ErrorCode::NotFound);
    let refused = client(&alice).add_recipients(&package.id, vec!["no address".to_owned()]).await;
    let refused = refused.err().unwrap();
    assert_eq!(refused.code(), ErrorCode::Refused);
    assert!(refused.message().contains("address"), "{refused}");
    assert!(!refused.is_retryable());
    let wrong = Auth::ApiKey { key: alice.api_key.clone(), secret: "wrong".to_owned().into() };
    let wrong = Client::new(Net::default(), &server.url(""), Some(wrong)).user().await.unwrap_err();
    assert_eq!(wrong.code(), ErrorCode::AuthenticationFailed);
    // No page sent this: no Origin came with it.
    let sign_in = SignIn { email: "alice@example.com".to_owned(), password: "x".to_owned() };
    let foreign = Client::new(Net::default(), &server.url(""), Some(Auth::Session)).sign_in(&sign_in).await;
    assert_eq!(foreign.unwrap_err().code(), ErrorCode::ForeignOrigin);
}

#[tokio::test]
async fn what_is_sent_by_a_share_comes_to_an_inbox() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, false).await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let package = alice.package().await;
    let announced = json!({ "filename": "plan.txt", "parts": 1, "filesize": 1, "uploadType": "JS_API" });
    let made = alice.done(Method::PUT, &format!("/package/{}/file", package.id), announced).await;
    server.sql("UPDATE files SET complete = 1").await;
    alice.finalize(&package).await;
    let order = SendShare {
        items: vec![text(&made, "fileId")],
        emails: vec!["bob@example.com".to_owned()],
        subject: "The plans".to_owned(),
        body: "Here they are.".to_owned(),
        expiration_days: Some(-1),
        ..SendShare::default()
    };
    let sent = client(&alice).send_share(&order).await.unwrap();
    assert_eq!((sent.title.as_str(), sent.max_downloads), ("The plans", -1));
    assert_eq!(mailbox.arrived(1).await[0].to, ["bob@example.com"]);
    let of_bob = client(&bob);
    let inbox = of_bob.share_inbox(false).await.unwrap();
    assert_eq!(inbox.iter().map(|share| &share.id).collect::<Vec<_>>(), [&sent.id]);
    let recipient = inbox[0].alias.clone().unwrap();
    for reader in [&of_bob, &client(&alice)] {
        assert_eq!(reader.share_message(&sent.id, &recipient).await.unwrap(), "Here they are.");
    }
    assert!(of_bob.share_inbox(true).await.unwrap().is_empty());
    assert!(client(&alice).share_inbox(false).await.unwrap().is_empty());
    let missing = of_bob.share_message(&sent.id, &sent.id).await.unwrap_err();
    assert_eq!(missing.code(), ErrorCode::NotFound);
}

#[tokio::test]
async fn groups_come_and_go_and_bring_their_members() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let (of_alice, of_bob) = (client(&alice), client(&bob));
    let named =
        |name: &str, is_enterprise_group| CreateGroup { group_name: name.to_owned(), is_enterprise_group };
    let board = of_alice.create_group(&named("Board", false)).await.unwrap();
    assert_eq!((board.name.as_str(), board.is_enterprise, board.members.len()), ("Board", false, 0));
    let member = of_alice.add_group_member(&board.id, "Bob@example.com".to_owned()).await.unwrap();
    assert_eq!(member.email, "bob@example.com");
    let listed = of_alice.groups().await.unwrap();
    assert_eq!(listed, [Group { members: vec![member.clone()], ..board.clone() }]);
    assert_eq!(of_bob.groups().await.unwrap(), []);
    assert_eq!(of_bob.delete_group(&board.id).await.unwrap_err().code(), ErrorCode::NotFound);
    let refused = of_bob.create_group(&named("All", true)).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::Refused);
    server.sql("UPDATE accounts SET admin = 1 WHERE email = 'alice@example.com'").await;
    let all = of_alice.create_group(&named("All", true)).await.unwrap();
    assert_eq!(of_bob.enterprise_groups().await.unwrap(), std::slice::from_ref(&all));
    assert!(all.is_enterprise);

    let package = alice.package().await;
    let empty = of_alice.add_group(&package.id, &all.id).await.unwrap_err();
    assert_eq!((empty.code(), empty.message()), (ErrorCode::Refused, "the group has no members"));
    let added = of_alice.add_group(&package.id, &board.id).await.unwrap();
    assert_eq!((added.id, added.name, added.needs_approval), (board.id.clone(), "Board".to_owned(), false));
    assert_eq!(added.emails, ["bob@example.com"]);
    let details = of_alice.package(&package.id).await.unwrap();
    assert_eq!((details.recipients.len(), details.groups), (1, listed));
    of_alice.remove_group(&package.id, &board.id).await.unwrap();
    let details = of_alice.package(&package.id).await.unwrap();
    assert_eq!((details.recipients.len(), details.groups.len()), (0, 0));

    of_alice.remove_group_member(&board.id, &member.id).await.unwrap();
    assert!(of_alice.groups().await.unwrap()[0].members.is_empty());
    of_alice.delete_group(&board.id).await.unwrap();
    assert_eq!(of_alice.groups().await.unwrap(), []);
}

#[tokio::test]
async fn the_installation_tells_of_itself_and_takes_reports() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let dropzone = Client::new(Net::default(), &server.url(""), Some(Auth::Dropzone("open".to_owned())));
    for client in [client(&alice), dropzone] {
        let seen = client.installation().await.unwrap();
        assert_eq!(
            (seen.host, seen.name, seen.allows_undisclosed),
            (server.url(""), "Bulla".to_owned(), true)
        );
        assert!(seen.header_color.starts_with('#') && seen.link_color.starts_with('#'));
        assert_eq!(client.server_version().await.unwrap(), env!("CARGO_PKG_VERSION"));
        let report = SendFeedback {
            message: Some("it broke".into()),
            stacktrace: Some("at f".into()),
            ..SendFeedback::default()
        };
        client.send_feedback(&report).await.unwrap();
        let empty = client.send_feedback(&SendFeedback::default()).await.unwrap_err();
        assert_eq!(empty.code(), ErrorCode::Refused);
    }
    let kept = server.db().await.feedback().await.unwrap();
    let kept: Vec<_> =
        kept.iter().map(|report| (&*report.sender, &*report.message, &*report.stacktrace)).collect();
    assert_eq!(kept, [("alice@example.com", "it broke", "at f"), ("", "it broke", "at f")]);
}

#[tokio::test]
async fn a_dropzones_owner_confirms_who_sends() {
    let server = TestServer::start().await;
    let (alice, eve) = (server.account("alice@example.com").await, server.account("eve@example.com").await);
    let dropzone = server.dropzone_of("alice@example.com").await.id;
    let confirm =
        async |who: &Account<'_>| client(who).confirm_sender(&dropzone, "Bob@example.org".to_owned()).await;
    assert_eq!(confirm(&eve).await.err().unwrap().code(), ErrorCode::NotFound);
    let confirmed = confirm(&alice).await.unwrap();
    assert!(confirmed.expires_in > 0);
    for (token, known) in [(Some(confirmed.token), true), (None, false)] {
        let through = Client::new(Net::default(), &server.url(""), Some(Auth::Dropzone(dropzone.clone())));
        let options = PackageOptions { suite: Suite::Sealed, life: Some(1), resumable: false };
        let draft = DraftPackage::create(through, options).await.unwrap();
        draft.set_message("hello").await.unwrap();
        let sender = Some("bob@example.org".to_owned());
        let options = FinalizeOptions { sender, sender_token: token, ..FinalizeOptions::default() };
        draft.finalize(options).await.unwrap();
        let seen = client(&alice).package(draft.id()).await.unwrap();
        assert_eq!((seen.sender.as_str(), seen.sender_confirmed), ("bob@example.org", known));
    }
}

#[tokio::test]
async fn webhooks_are_made_listed_looked_at_and_deleted() {
    let receiver = Receiver::start().await;
    let server = TestServer::start_with(|settings| settings.private_webhooks = Some(true)).await;
    let alice = server.account("alice@example.com").await;
    let of_alice = client(&alice);
    let request = CreateWebhook {
        url: receiver.url.clone(),
        events: vec![EventType::PackageOpened],
        description: "mine".to_owned(),
    };
    let NewWebhook { webhook, secret } = of_alice.create_webhook(&request).await.unwrap();
    assert!(secret.starts_with("whsec_"), "{secret}");
    assert_eq!((webhook.url.as_str(), webhook.description.as_str()), (receiver.url.as_str(), "mine"));
    assert_eq!(webhook.events, ["package.opened"]);
    assert_eq!(of_alice.webhooks().await.unwrap(), std::slice::from_ref(&webhook));
    assert!(of_alice.deliveries(&webhook.id).await.unwrap().is_empty());
    receiver.answer(&[410]);
    let (package, _) = alice.sent().await;
    server.open(&package.code, CHECKSUM).await;
    receiver.asked(1).await;
    let delivery = loop {
        let delivery = of_alice.deliveries(&webhook.id).await.unwrap().remove(0);
        if delivery.status != "waiting" {
            break delivery;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!((delivery.event.as_str(), delivery.status.as_str()), ("package.opened", "failed"));
    assert_eq!((delivery.attempts, delivery.attempted.is_some()), (1, true));
    assert_eq!(delivery.reason, "the receiver answered 410");
    let foreign = CreateWebhook { url: "http://hooks.example.com/".to_owned(), ..request };
    assert_eq!(of_alice.create_webhook(&foreign).await.err().unwrap().code(), ErrorCode::Refused);
    of_alice.delete_webhook(&webhook.id).await.unwrap();
    assert!(of_alice.webhooks().await.unwrap().is_empty());
    assert_eq!(of_alice.deliveries(&webhook.id).await.unwrap_err().code(), ErrorCode::NotFound);
}

#[tokio::test]
async fn information_says_when_a_package_expires() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let options = PackageOptions { suite: Suite::Sealed, life: Some(3), resumable: false };
    let draft = DraftPackage::create(client(&alice), options).await.unwrap();
    draft.set_message("hello").await.unwrap();
    let expires = async || client(&alice).package(draft.id()).await.unwrap().expires;
    assert_eq!(expires().await, None, "its life has not begun");
    let (link, _) = draft.finalize(FinalizeOptions::default()).await.unwrap();
    let opened = transfer::open(&client(&alice), ShareLink::parse(&link).unwrap(), OpenOptions::default())
        .await
        .unwrap();
    assert!(opened.expires.is_some());
    assert_eq!(expires().await, opened.expires);
    draft.set_life(0).await.unwrap();
    assert_eq!(expires().await, None);
}

#[tokio::test]
async fn information_says_who_may_approve_and_what_is_asked_of_readers() {
    let approvers = vec!["ann@example.com".to_owned()];
    let server = TestServer::start_with(|settings| settings.approvers = approvers.clone()).await;
    let alice = server.account("alice@example.com").await;
    for read_only_pdf in [true, false] {
        let options = PackageOptions { suite: Suite::Sealed, life: Some(1), resumable: false };
        let draft = DraftPackage::create(client(&alice), options).await.unwrap();
        draft.set_message("hello").await.unwrap();
        draft.finalize(FinalizeOptions { read_only_pdf, ..FinalizeOptions::default() }).await.unwrap();
        let seen = client(&alice).package(draft.id()).await.unwrap();
        assert_eq!((seen.needs_approval, seen.read_only_pdf), (true, read_only_pdf));
        assert_eq!(seen.approvers, approvers);
        let ann = server.account("ann@example.com").await;
        client(&ann).approve(draft.id()).await.unwrap();
        assert!(client(&alice).package(draft.id()).await.unwrap().approvers.is_empty());
    }
}
