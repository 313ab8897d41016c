//! Bearer tokens: client credentials (RFC 6749, section 4.4), what is refused, and when a token ends.

use bulla::api::OAUTH_PREFIX;
use bulla_server::domain::Scope;
use bulla_server::secrets::ServerKey;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::described;
use crate::support::{Account, Caller, TestServer, text};

/// A request for a token with these fields in its form.
fn form(server: &TestServer, fields: &[(&str, &str)]) -> RequestBuilder {
    let fields = serde_urlencoded::to_string(fields).unwrap();
    let request = server.http.post(server.url("/oauth/token")).body(fields);
    request.header("content-type", "application/x-www-form-urlencoded")
}

/// Its status, its answer and its header `WWW-Authenticate`.
async fn answer(request: RequestBuilder) -> (u16, Value, Option<String>) {
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["cache-control"], "no-store");
    let status = response.status().as_u16();
    let wants = response.headers().get("www-authenticate").map(|value| value.to_str().unwrap().to_owned());
    let answer = response.json().await.unwrap();
    described::check(&Method::POST, &format!("{OAUTH_PREFIX}/token/"), status, &answer);
    (status, answer, wants)
}

async fn refused(request: RequestBuilder) -> (u16, String) {
    let (status, answer, _) = answer(request).await;
    (status, text(&answer, "error"))
}

/// A token of an account for these scopes.
pub(crate) async fn token(account: &Account<'_>, scope: &str) -> String {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", &account.api_key),
        ("client_secret", &account.api_secret),
        ("scope", scope),
    ];
    let (status, answer, _) = answer(form(account.server, &fields)).await;
    assert_eq!(status, 200, "{answer}");
    text(&answer, "access_token")
}

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

#[tokio::test]
async fn an_api_key_gets_a_token_by_basic_or_in_the_form() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let domain = server.domain().await;
    let by_basic = form(&server, &[GRANT]).basic_auth(&alice.api_key, Some(&alice.api_secret));
    // Encoded as a form's value is.
    let encoded: String = alice.api_key.bytes().map(|octet| format!("%{octet:02X}")).collect();
    let encoded = form(&server, &[GRANT]).basic_auth(encoded, Some(&alice.api_secret));
    let in_form = [("client_id", &*alice.api_key), ("client_secret", &*alice.api_secret), GRANT];
    for request in [by_basic, encoded, form(&server, &in_form)] {
        let (status, made, _) = answer(request).await;
        let told = (status, &made["token_type"], &made["expires_in"], &made["scope"]);
        assert_eq!(told, (200, &json!("Bearer"), &json!(900), &json!("sharefile secure-share")), "{made}");
        for scope in [Scope::ShareFile, Scope::SecureShare] {
            let account = domain.bearer_of(&text(&made, "access_token"), scope).await.unwrap();
            assert_eq!(account.email, "alice@example.com");
        }
    }
}

#[tokio::test]
async fn a_token_is_for_its_scopes_alone() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let domain = server.domain().await;
    let made = token(&alice, "sharefile").await;
    assert!(domain.bearer_of(&made, Scope::ShareFile).await.is_ok());
    assert!(domain.bearer_of(&made, Scope::SecureShare).await.is_err());
    assert!(domain.bearer_of(&made.replace("sharefile", "secure-share"), Scope::SecureShare).await.is_err());
}

#[tokio::test]
async fn a_token_ends_in_time_and_with_its_key() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let domain = server.domain().await;
    let made = token(&alice, "").await;
    let fields: Vec<_> = made.split('.').collect();
    let key = ServerKey::load_or_create(server.data.path()).unwrap().derive("bearer tokens");
    let dated = |end: i64| {
        let end = end.to_string();
        format!("{end}.{}.{}.{}", key.tag(&[&end, fields[2], fields[3]]), fields[2], fields[3])
    };
    let end: i64 = fields[0].parse().unwrap();
    assert_eq!(dated(end), made);
    let later = made.replacen(fields[0], &(end + 1).to_string(), 1);
    for bad in [dated(end - 900), later, String::new(), "...".to_owned(), fields[1].to_owned()] {
        assert!(domain.bearer_of(&bad, Scope::ShareFile).await.is_err(), "{bad}");
    }
    assert!(domain.bearer_of(&made, Scope::ShareFile).await.is_ok());
    server.sql("UPDATE api_keys SET revoked = 1").await;
    assert!(domain.bearer_of(&made, Scope::ShareFile).await.is_err());
    server.sql("UPDATE api_keys SET revoked = NULL").await;
    server.sql("UPDATE accounts SET disabled = 1").await;
    assert!(domain.bearer_of(&made, Scope::ShareFile).await.is_err());
}

#[tokio::test]
async fn what_is_refused_says_why_as_the_rfc_does() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let id = ("client_id", &*alice.api_key);
    let secret = ("client_secret", &*alice.api_secret);
    let wrong = ("client_secret", "x");
    for (fields, status, code) in [
        (vec![GRANT, id, wrong], 401, "invalid_client"),
        (vec![GRANT, ("client_id", "nobody"), secret], 401, "invalid_client"),
        (vec![GRANT, id], 401, "invalid_client"),
        (vec![GRANT], 401, "invalid_client"),
        (vec![("grant_type", "password"), id, secret], 400, "unsupported_grant_type"),
        (vec![id, secret], 400, "invalid_request"),
        (vec![("grant_type", ""), id, secret], 400, "invalid_request"),
        (vec![GRANT, GRANT, id, secret], 400, "invalid_request"),
        (vec![GRANT, id, secret, ("scope", "sharefile admin")], 400, "invalid_scope"),
        (vec![GRANT, id, secret, ("scope", " ")], 400, "invalid_scope"),
    ] {
        let (given, answer, wants) = answer(form(&server, &fields)).await;
        assert_eq!((given, text(&answer, "error")), (status, code.to_owned()), "{fields:?}");
        assert_eq!(wants.is_some_and(|wants| wants.starts_with("Basic ")), status == 401, "{fields:?}");
    }
    let twice = form(&server, &[GRANT, id, secret]).basic_auth(&alice.api_key, Some(&alice.api_secret));
    assert_eq!(refused(twice).await, (400, "invalid_request".to_owned()));
    let other =
        form(&server, &[GRANT, ("client_id", "x")]).basic_auth(&alice.api_key, Some(&alice.api_secret));
    assert_eq!(refused(other).await, (400, "invalid_request".to_owned()));
    for header in ["Basic", "Basic !", "Bearer x", "Basic eA=="] {
        let request = form(&server, &[GRANT]).header("authorization", header);
        assert_eq!(refused(request).await, (401, "invalid_client".to_owned()), "{header}");
    }
    let long = form(&server, &[GRANT, ("scope", &"x".repeat(20_000))]);
    assert_eq!(refused(long).await, (413, "invalid_request".to_owned()));
    for (method, path) in [(Method::GET, "/oauth/token"), (Method::POST, "/oauth/other")] {
        let response = server.http.request(method, server.url(path)).send().await.unwrap();
        assert_eq!(response.status(), 404);
        assert_eq!(response.json::<Value>().await.unwrap()["error"], "invalid_request");
    }
}

#[tokio::test]
async fn guessing_secrets_ends() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let ask = |secret: String| {
        refused(form(&server, &[GRANT, ("client_id", &alice.api_key), ("client_secret", &secret)]))
    };
    for n in 0..100 {
        assert_eq!(ask(n.to_string()).await.0, 401, "{n}");
    }
    assert_eq!(ask(alice.api_secret.clone()).await, (429, "temporarily_unavailable".to_owned()));
    // Who signs goes on.
    alice.done(Method::GET, "/user/", Value::Null).await;
}
