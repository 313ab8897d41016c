//! Signicat's API for secure shares: what it makes, tells and refuses, and to whom.

use bulla::api::SECURE_SHARE_PREFIX;
use bulla_server::http::{ROUTES, Surface};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::mailbox::Mailbox;
use crate::mails::{self, ORIGIN};
use crate::receiver::Receiver;
use crate::sms::texting;
use crate::support::{Account, CHECKSUM, Caller, Draft, TestServer, text};
use crate::verification::verified_by_mail;
use crate::workspaces::workspace;
use crate::{bearer, described};

/// One who shows a bearer token.
pub(crate) struct Client<'a> {
    server: &'a TestServer,
    token: String,
}

impl<'a> Client<'a> {
    pub(crate) async fn of(account: &Account<'a>) -> Self {
        Self { server: account.server, token: bearer::token(account, "secure-share").await }
    }

    pub(crate) async fn call(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let url = self.server.url(&format!("{SECURE_SHARE_PREFIX}{path}"));
        let request = self.server.http.request(method.clone(), url).bearer_auth(&self.token);
        let request = if body.is_null() { request } else { request.json(&body) };
        answered(&method, path, request).await
    }

    pub(crate) async fn done(&self, method: Method, path: &str, body: Value) -> Value {
        let (status, answer) = self.call(method, path, body).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    /// A secure share of a package for these recipients.
    pub(crate) async fn share(&self, package: &Draft, recipients: Value) -> Value {
        let order = json!({ "packageId": package.id, "recipients": recipients });
        self.done(Method::POST, "/shares", order).await
    }
}

/// The status and answer of a request, held against its description; a failure has to be a problem (RFC 9457).
async fn answered(method: &Method, path: &str, request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    assert_eq!(headers["cache-control"], "no-store", "{path}");
    assert_eq!(headers.contains_key("www-authenticate"), status == 401, "{path}");
    let answer: Value = response.json().await.unwrap();
    described::check(method, &format!("{SECURE_SHARE_PREFIX}{path}"), status, &answer);
    if status != 200 {
        assert_eq!(headers["content-type"], "application/problem+json");
        assert_eq!((&answer["status"], &answer["type"]), (&json!(status), &json!("about:blank")));
    }
    (status, answer)
}

pub(crate) fn by_mail(email: &str) -> Value {
    json!({ "email": email, "authentication": [{ "identityProvider": "otp-email" }] })
}

#[tokio::test]
async fn a_share_is_made_told_listed_and_deleted() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, false).await;
    let alice = server.account("alice@example.com").await;
    let client = Client::of(&alice).await;
    let (package, _) = alice.sent().await;
    let made = client.share(&package, json!([by_mail("Bob@example.com")])).await;
    assert_eq!((&made["packageId"], &made["authenticationMode"]), (&json!(package.id), &json!("all")));
    let bob = &made["recipients"][0];
    assert_eq!(bob["email"], "bob@example.com");
    let url = format!(
        "{ORIGIN}/receive/?thread={}&packageCode={}&recipient={}",
        package.id,
        package.code,
        text(bob, "id")
    );
    assert_eq!(text(bob, "url"), url);
    assert_eq!((&bob["loggedInTime"], &bob["fileAccessInfos"]), (&json!(null), &json!([])));
    let path = format!("/shares/{}", text(&made, "id"));
    assert_eq!(client.done(Method::GET, &path, json!(null)).await, made);
    let order = json!({ "packageId": package.id, "authenticationMode": "any" });
    let other = client.done(Method::POST, "/shares", order).await;
    assert_eq!(other["authenticationMode"], "any");
    let shares = client.done(Method::GET, "/shares", json!(null)).await;
    assert_eq!(shares["shares"].as_array().unwrap().len(), 2);
    assert_eq!(client.done(Method::DELETE, &path, json!(null)).await, json!({}));
    assert_eq!(client.call(Method::DELETE, &path, json!(null)).await.0, 404);
    assert_eq!(client.done(Method::GET, "/shares", json!(null)).await["shares"], json!([other]));
}

#[tokio::test]
async fn recipients_come_change_and_go() {
    let (mailbox, gateway) = (Mailbox::start().await, Receiver::start().await);
    let server = TestServer::start_with(|settings| {
        settings.smtp = Some(mailbox.url.parse().unwrap());
        settings.mail_from = Some("Bulla <bulla@example.com>".parse().unwrap());
        settings.public_url = Some(ORIGIN.to_owned());
        texting(settings, &gateway, "to={to}&text={text}", None);
    })
    .await;
    let alice = server.account("alice@example.com").await;
    let client = Client::of(&alice).await;
    let (package, file) = alice.sent().await;
    let made = client.share(&package, json!([])).await;
    let recipients = format!("/shares/{}/recipients", text(&made, "id"));
    let order = json!({
        "firstName": "John", "lastName": "Johnson", "email": "john@example.com", "mobile": "+47 912 34 567",
        "fileRestrictions": [file],
        "authentication": [{ "identityProvider": "otp-email", "idpId": "x" }, { "identityProvider": "otp-sms" }],
        "notification": { "sendEmail": true, "sendSms": true, "language": "En" },
        "externalReference": "ed6d5f79",
    });
    let john = client.done(Method::POST, &recipients, order).await;
    let expected = json!({
        "id": john["id"], "url": john["url"], "externalReference": "ed6d5f79",
        "firstName": "John", "lastName": "Johnson", "email": "john@example.com", "mobile": "+4791234567",
        "fileAccessInfos": [], "fileRestrictions": [file],
        "authentication": [
            { "identityProvider": "otp-email", "idpId": null, "nin": null },
            { "identityProvider": "otp-sms", "idpId": null, "nin": null },
        ],
        "loggedInTime": null,
        "notification": { "sendEmail": true, "sendSms": true, "language": "En" },
    });
    assert_eq!(john, expected);
    // It is told in both ways where its package is, without the key.
    let mail = &mailbox.arrived(1).await[0];
    assert_eq!(mail.to, ["john@example.com"]);
    let said = gateway.asked(1).await[0].body.clone();
    let said: Vec<(String, String)> = url::form_urlencoded::parse(said.as_bytes()).into_owned().collect();
    assert_eq!(said[0].1, "+4791234567");
    for words in [mail.text(), said[1].1.clone()] {
        let url = text(&john, "url");
        assert!(words.contains("alice@example.com") && words.contains(&url), "{words}");
        assert!(!words.contains(&format!("{url}#")), "{words}");
    }
    let path = format!("{recipients}/{}", text(&john, "id"));
    assert_eq!(client.done(Method::GET, &path, json!(null)).await, john);
    // What is missing or null stays; `sensSms` is what the document calls it in one place.
    let change = json!({
        "firstName": null, "lastName": "", "fileRestrictions": [],
        "authentication": [{ "identityProvider": "otp-email" }],
        "notification": { "sendEmail": false, "sensSms": false, "language": "No" },
    });
    let changed = client.done(Method::PATCH, &path, change).await;
    assert_eq!(
        (&changed["firstName"], &changed["lastName"], &changed["fileRestrictions"]),
        (&json!("John"), &json!(null), &json!([]))
    );
    assert_eq!(changed["authentication"].as_array().unwrap().len(), 1);
    let notification = json!({ "sendEmail": false, "sendSms": false, "language": "No" });
    assert_eq!(
        (&changed["notification"], &changed["externalReference"]),
        (&notification, &json!("ed6d5f79"))
    );
    let removed = client.done(Method::PATCH, &path, json!({ "mobile": "" })).await;
    assert_eq!(removed["mobile"], json!(null));
    assert_eq!(client.done(Method::DELETE, &path, json!(null)).await, json!({}));
    assert_eq!(client.call(Method::GET, &path, json!(null)).await.0, 404);
    // The owner sees it all in the log.
    let log = alice.done(Method::POST, &format!("/package/{}/activityLog/", package.id), json!({})).await;
    let log = log.to_string();
    for words in ["Added the recipient john@example.com", "Changed the recipient", "Removed the recipient"] {
        assert!(log.contains(words), "{log}");
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused_as_a_problem() {
    let mailbox = Mailbox::start().await;
    let server = TestServer::start_with(|settings| {
        settings.smtp = Some(mailbox.url.parse().unwrap());
        settings.mail_from = Some("Bulla <bulla@example.com>".parse().unwrap());
        settings.public_url = Some(ORIGIN.to_owned());
        settings.oidc = crate::verification::nobodys_providers();
    })
    .await;
    let alice = server.account("alice@example.com").await;
    let client = Client::of(&alice).await;
    let (package, _) = alice.sent().await;
    let (_, foreign) = alice.sent().await;
    let made = client.share(&package, json!([by_mail("bob@example.com")])).await;
    let recipients = format!("/shares/{}/recipients", text(&made, "id"));
    let with = |name: &str, value: Value| {
        let mut order = by_mail("bob@example.com");
        order[name] = value;
        order
    };
    let by = |way: Value| with("authentication", json!([way]));
    for (status, bad) in [
        (400, json!({ "email": "bob@example.com" })),
        (400, with("authentication", json!([]))),
        (400, with("authentication", json!(vec![json!({ "identityProvider": "otp-email" }); 2]))),
        (400, with("email", json!("no address"))),
        (400, with("email", json!(null))),
        (400, with("mobile", json!("12"))),
        (400, with("firstName", json!("https://example.com/#keyCode=abc"))),
        (400, with("externalReference", json!("x".repeat(201)))),
        (400, with("notification", json!({ "language": "Klingon" }))),
        (404, with("fileRestrictions", json!([foreign]))),
        // No texts are sent here.
        (409, by(json!({ "identityProvider": "otp-sms" }))),
        (409, with("notification", json!({ "sendSms": true }))),
        (400, by(json!({ "identityProvider": "unheard-of", "nin": "1" }))),
        // Whoever has an account there would do.
        (400, by(json!({ "identityProvider": "nbid" }))),
        (400, by(json!({ "identityProvider": "nbid", "nin": " " }))),
        (400, by(json!({ "identityProvider": "plain", "nin": "1" }))),
    ] {
        let refused = client.call(Method::POST, &recipients, bad.clone()).await;
        assert_eq!(refused.0, status, "{bad}: {refused:?}");
    }
    for (status, bad) in [
        (400, json!({})),
        (404, json!({ "packageId": "X" })),
        (404, json!({ "packageId": alice.package().await.id })),
        (409, json!({ "packageId": workspace(&alice).await.draft.id })),
        (413, json!({ "packageId": package.id, "recipients": vec![by_mail("b@example.com"); 101] })),
    ] {
        let refused = client.call(Method::POST, "/shares", bad.clone()).await;
        assert_eq!(refused.0, status, "{bad}: {refused:?}");
    }
    let locked = alice.package().await;
    alice.upload(&locked, &[b"x"]).await;
    let lock = json!({ "checksum": CHECKSUM, "undisclosedRecipients": true, "proof": CHECKSUM });
    alice.done(Method::POST, &format!("/package/{}/finalize/", locked.id), lock).await;
    assert_eq!(client.call(Method::POST, "/shares", json!({ "packageId": locked.id })).await.0, 409);
    let sealed = alice.package().await;
    let file = alice.upload(&sealed, &[b"x"]).await;
    let seal = json!({ "checksum": CHECKSUM, "undisclosedRecipients": true, "seal": "abc" });
    alice.done(Method::POST, &format!("/package/{}/finalize/", sealed.id), seal).await;
    let order = json!({ "packageId": sealed.id, "recipients": [with("fileRestrictions", json!([file]))] });
    assert_eq!(client.call(Method::POST, "/shares", order).await.0, 409);
    // A change that leaves nothing to write to is refused whole.
    let path = format!("{recipients}/{}", text(&made["recipients"][0], "id"));
    assert_eq!(client.call(Method::PATCH, &path, json!({ "email": "", "firstName": "B" })).await.0, 400);
    assert_eq!(client.done(Method::GET, &path, json!(null)).await, made["recipients"][0]);
}

#[tokio::test]
async fn reminders_are_sent_and_limited() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, false).await;
    let alice = server.account("alice@example.com").await;
    let client = Client::of(&alice).await;
    let (package, _) = alice.sent().await;
    let mut told = by_mail("bob@example.com");
    told["notification"] = json!({ "sendEmail": true });
    let made = client.share(&package, json!([told, by_mail("carol@example.com")])).await;
    let reminder = |place: usize| {
        format!(
            "/shares/{}/recipients/{}/reminder",
            text(&made, "id"),
            text(&made["recipients"][place], "id")
        )
    };
    mailbox.arrived(1).await;
    for count in 2..=4 {
        assert_eq!(client.done(Method::POST, &reminder(0), json!(null)).await, json!({}));
        assert_eq!(mailbox.arrived(count).await[count - 1].to, ["bob@example.com"]);
    }
    assert_eq!(client.call(Method::POST, &reminder(0), json!(null)).await.0, 429);
    // Carol is not to be written to.
    assert_eq!(client.call(Method::POST, &reminder(1), json!(null)).await.0, 409);
    assert_eq!(mailbox.count(), 4);
}

#[tokio::test]
async fn a_file_that_is_deleted_is_gone_for_everybody() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, false).await;
    let alice = server.account("alice@example.com").await;
    let client = Client::of(&alice).await;
    let package = alice.package().await;
    let (one, two) = (alice.upload(&package, &[b"1"]).await, alice.upload(&package, &[b"2"]).await);
    alice.finalize(&package).await;
    let mut bob = by_mail("bob@example.com");
    bob["fileRestrictions"] = json!([one]);
    let made = client.share(&package, json!([bob])).await;
    let files = |file: &str| format!("/shares/{}/files/{file}", text(&made, "id"));
    assert_eq!(client.done(Method::DELETE, &files(&one), json!(null)).await, json!({}));
    assert_eq!(client.call(Method::DELETE, &files(&one), json!(null)).await.0, 404);
    assert_eq!(client.call(Method::DELETE, &files("X"), json!(null)).await.0, 404);
    // A restriction whose file is gone does not become one to all others.
    let (_, opened) = verified_by_mail(&server, &mailbox, &package, &made["recipients"][0]).await;
    assert_eq!(opened["files"], json!([]), "{two}");
}

#[tokio::test]
async fn whom_approvers_would_have_to_agree_to_is_refused() {
    let mailbox = Mailbox::start().await;
    let server = TestServer::start_with(|settings| {
        settings.smtp = Some(mailbox.url.parse().unwrap());
        settings.mail_from = Some("Bulla <bulla@example.com>".parse().unwrap());
        settings.public_url = Some(ORIGIN.to_owned());
        settings.approvers = vec!["boss@example.com".to_owned()];
        settings.approval_exempt = vec!["example.com".to_owned()];
    })
    .await;
    let alice = server.account("alice@example.com").await;
    let client = Client::of(&alice).await;
    let package = alice.package().await;
    alice.upload(&package, &[b"x"]).await;
    let bob = json!({ "email": "bob@example.com" });
    alice.done(Method::PUT, &format!("/package/{}/recipient/", package.id), bob).await;
    alice
        .done(Method::POST, &format!("/package/{}/finalize/", package.id), json!({ "checksum": CHECKSUM }))
        .await;
    let order = |email| json!({ "packageId": package.id, "recipients": [by_mail(email)] });
    assert_eq!(client.call(Method::POST, "/shares", order("stranger@elsewhere.org")).await.0, 409);
    client.done(Method::POST, "/shares", order("carol@example.com")).await;
}

#[tokio::test]
async fn a_session_of_this_servers_own_pages_stands_for_its_account() {
    let server = TestServer::start().await;
    let alice = server.signed_in("alice@example.com").await;
    let path = format!("{SECURE_SHARE_PREFIX}/shares");
    let answer = alice.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let foreign = alice.request(Method::GET, &path).header("origin", "https://elsewhere.example");
    assert_eq!(foreign.send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn every_route_refuses_strangers_and_tells_nobody_else_what_there_is() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, false).await;
    let (alice, eve) = (server.account("alice@example.com").await, server.account("eve@example.com").await);
    let stranger = Client::of(&eve).await;
    let elsewhere = bearer::token(&alice, "sharefile").await;
    let (package, file) = alice.sent().await;
    let made = Client::of(&alice).await.share(&package, json!([by_mail("bob@example.com")])).await;
    let (share, recipient) = (text(&made, "id"), text(&made["recipients"][0], "id"));
    let mut asked = 0;
    for route in ROUTES.iter().filter(|route| route.surface == Surface::SecureShare) {
        for path in route.paths() {
            let path =
                path.replace("{share}", &share).replace("{recipient}", &recipient).replace("{file}", &file);
            let bare = path.strip_prefix(SECURE_SHARE_PREFIX).unwrap();
            let ask = || server.http.request(route.method.clone(), server.url(&path));
            for request in [ask(), ask().bearer_auth("x"), ask().bearer_auth(&elsewhere)] {
                assert_eq!(answered(&route.method, bare, request).await.0, 401, "{} {path}", route.method);
                asked += 1;
            }
            if route.path.contains("{share}") {
                let there = stranger.call(route.method.clone(), bare, by_mail("e@example.com")).await;
                let none = bare.replace(&share, "X");
                let gone = stranger.call(route.method.clone(), &none, by_mail("e@example.com")).await;
                assert_eq!((there.0, &there), (404, &gone), "{} {path}", route.method);
            }
        }
    }
    assert_eq!(asked, 11 * 2 * 3);
    assert_eq!(stranger.done(Method::GET, "/shares", json!(null)).await["shares"], json!([]));
    let order = json!({ "packageId": package.id });
    assert_eq!(stranger.call(Method::POST, "/shares", order).await.0, 404);
    // A signature stands for its account.
    let signed = alice.sign_at(SECURE_SHARE_PREFIX, Method::GET, &format!("/shares/{share}"), b"");
    let response = signed.send(&server).await;
    assert_eq!((response.status().as_u16(), response.json::<Value>().await.unwrap()), (200, made));
    let response = server.get(&server.url("/secure-share/elsewhere")).await;
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    assert_eq!(response.status(), 404);
}
