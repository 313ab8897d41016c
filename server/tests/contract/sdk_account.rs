//! What accounts do with the SDK, native, over this server: how refusals arrive.

use bulla::ErrorCode;
use bulla::api::list::SearchPackages;
use bulla::api::session::SignIn;
use bulla::client::{Auth, Client, Page};

use crate::sdk_workspaces::client;
use crate::support::{Caller, TestServer};
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
