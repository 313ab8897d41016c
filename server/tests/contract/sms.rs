//! Texts to phones: who gets one, what the gateway is told, and what becomes of what fails.

use std::time::Duration;

use bulla_server::config::Settings;
use bulla_server::db::Channel;
use bulla_server::domain::{UserOrder, set_phone};
use serde_json::{Value, json};

use crate::key_issue::{assert_key, by_code, generate};
use crate::mailbox::Mailbox;
use crate::mails::ORIGIN;
use crate::receiver::{Asked, Receiver};
use crate::support::{PASSWORD, TestServer, text};

const PHONE: &str = "+4791234567";

/// Has a server send texts to this gateway.
pub(crate) fn texting(settings: &mut Settings, gateway: &Receiver, body: &str, more: Option<(&str, &str)>) {
    settings.sms = Some(format!("{}/send?v=1", gateway.url).parse().unwrap());
    settings.sms_body = Some(body.parse().unwrap());
    if let Some((method, header)) = more {
        settings.sms_method = Some(method.parse().unwrap());
        settings.sms_headers = vec![header.parse().unwrap()];
    }
}

/// A server that sends texts to this gateway.
async fn server(gateway: &Receiver) -> TestServer {
    TestServer::start_with(|settings| texting(settings, gateway, "to={to}&text={text}", None)).await
}

async fn user(server: &TestServer, email: &str) {
    let order = UserOrder {
        email: email.to_owned(),
        phone: Some("+47 912 34 567".to_owned()),
        ..UserOrder::default()
    };
    order.create(&server.db().await, PASSWORD.to_owned()).await.unwrap();
}

/// The code in a text.
pub(crate) fn code(said: &str) -> String {
    let digits = |word: &&str| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit());
    said.split(' ').find(digits).unwrap_or_else(|| panic!("no code in {said}")).to_owned()
}

/// The fields of a form.
fn fields(form: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(form.as_bytes()).into_owned().collect()
}

/// Number and text of a request with the template `to={to}&text={text}`.
fn told(asked: &Asked) -> (String, String) {
    let fields = fields(&asked.body);
    assert_eq!((fields[0].0.as_str(), fields[1].0.as_str(), fields.len()), ("to", "text", 2));
    (fields[0].1.clone(), fields[1].1.clone())
}

#[tokio::test]
async fn whoever_has_a_phone_gets_the_code_there() {
    let (gateway, mailbox) = (Receiver::start().await, Mailbox::start().await);
    let server = TestServer::start_with(|settings| {
        texting(settings, &gateway, "to={to}&text={text}", None);
        settings.smtp = Some(mailbox.url.parse().unwrap());
        settings.mail_from = Some("bulla@example.com".parse().unwrap());
        settings.public_url = Some(ORIGIN.to_owned());
    })
    .await;
    user(&server, "alice@example.com").await;
    server.user("bob@example.com").await;
    let asked = generate(&server, "alice@example.com", PASSWORD).await;
    assert_eq!(asked["response"], "TWO_FA_REQUIRED");
    let (phone, said) = told(&gateway.asked(1).await[0]);
    assert_eq!(phone, PHONE);
    assert!(said.is_ascii() && said.len() <= 160, "{said}");
    let key = by_code(&server, &text(&asked, "token"), &code(&said)).await;
    assert_key(&server, &key, "alice@example.com").await;
    // Without a number, and without it again, by e-mail.
    generate(&server, "bob@example.com", PASSWORD).await;
    assert_eq!(mailbox.arrived(1).await[0].to, ["bob@example.com"]);
    set_phone(&server.db().await, "alice@example.com", None).await.unwrap();
    generate(&server, "alice@example.com", PASSWORD).await;
    assert_eq!(mailbox.arrived(2).await[1].to, ["alice@example.com"]);
    assert_eq!(gateway.count(), 1);
}

#[tokio::test]
async fn without_a_gateway_the_code_goes_by_e_mail_and_without_a_number_and_e_mail_there_is_none() {
    let (gateway, mailbox) = (Receiver::start().await, Mailbox::start().await);
    let mailing = crate::mails::server(&mailbox, false).await;
    user(&mailing, "alice@example.com").await;
    generate(&mailing, "alice@example.com", PASSWORD).await;
    assert_eq!(mailbox.arrived(1).await[0].to, ["alice@example.com"]);
    let texting = server(&gateway).await;
    texting.user("bob@example.com").await;
    assert_key(&texting, &generate(&texting, "bob@example.com", PASSWORD).await, "bob@example.com").await;
    assert_eq!(gateway.count(), 0);
}

#[tokio::test]
async fn the_gateway_is_asked_as_its_operator_says() {
    let header = "X-Secret: sesame";
    let json_template = "{\"messages\": [{\"to\": \"{to}\", \"content\": \"{text}\"}], \"from\": \"Bulla\"}";
    for (method, template) in [
        ("POST", json_template),
        ("PUT", json_template),
        ("POST", "To={to}&From=A%26B&Body={text}"),
        ("GET", "To={to}&From=A%26B&Body={text}"),
    ] {
        let gateway = Receiver::start().await;
        let server = TestServer::start_with(|settings| {
            texting(settings, &gateway, template, Some((method, header)));
        })
        .await;
        user(&server, "alice@example.com").await;
        let token = text(&generate(&server, "alice@example.com", PASSWORD).await, "token");
        let asked = gateway.asked(1).await.remove(0);
        assert_eq!((asked.method.as_str(), asked.uri.path()), (method, "/send"));
        assert_eq!(asked.headers["x-secret"], "sesame");
        let kind = asked.headers.get("content-type").map(|kind| kind.to_str().unwrap());
        let query = asked.uri.query().unwrap();
        let (to, said) = if template == json_template {
            assert_eq!((kind, query), (Some("application/json"), "v=1"));
            let body: Value = serde_json::from_str(&asked.body).unwrap();
            let (to, said) = (&body["messages"][0]["to"], &body["messages"][0]["content"]);
            assert_eq!(body, json!({ "messages": [{ "to": to, "content": said }], "from": "Bulla" }));
            (to.as_str().unwrap().to_owned(), said.as_str().unwrap().to_owned())
        } else {
            let (form, expected) = match method {
                "GET" => (query.strip_prefix("v=1&").unwrap(), None),
                _ => (asked.body.as_str(), Some("application/x-www-form-urlencoded")),
            };
            assert_eq!(kind, expected);
            let fields = fields(form);
            assert_eq!(fields[1], ("From".to_owned(), "A&B".to_owned()));
            (fields[0].1.clone(), fields[2].1.clone())
        };
        assert_eq!(to, PHONE);
        let key = by_code(&server, &token, &code(&said)).await;
        assert_key(&server, &key, "alice@example.com").await;
    }
}

#[tokio::test]
async fn what_fails_is_tried_again_and_what_is_refused_is_not() {
    let gateway = Receiver::start().await;
    let server = server(&gateway).await;
    user(&server, "alice@example.com").await;
    let next = async |count: usize| {
        server.sql("UPDATE outbox SET due = 0").await;
        // Whoever asks has the queue looked at.
        let token = text(&generate(&server, "alice@example.com", PASSWORD).await, "token");
        (token, gateway.asked(count).await)
    };
    // Before it is tried again it waits.
    gateway.answer(&[503]);
    next(1).await;
    gateway.answer(&[400]);
    let (_, asked) = next(3).await;
    let mut told: Vec<String> = asked.iter().map(|asked| told(asked).1).collect();
    assert!(told[1..].contains(&told[0]), "the first was not sent again: {told:?}");
    // One of the two was refused, the other went through; neither comes again.
    let (token, asked) = next(4).await;
    let last = self::told(&asked[3]).1;
    told.dedup();
    assert!(!told.contains(&last));
    assert_key(&server, &by_code(&server, &token, &code(&last)).await, "alice@example.com").await;
    while waiting(&server).await > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A gateway that sends its callers elsewhere is not followed there with a code and a secret.
#[tokio::test]
async fn a_redirection_is_not_followed() {
    let gateway = Receiver::start().await;
    let server = server(&gateway).await;
    user(&server, "alice@example.com").await;
    gateway.answer(&[307]);
    generate(&server, "alice@example.com", PASSWORD).await;
    gateway.asked(1).await;
    generate(&server, "alice@example.com", PASSWORD).await;
    let asked = gateway.asked(2).await;
    assert!(asked.iter().all(|asked| asked.uri.path() == "/send"));
}

#[tokio::test]
async fn a_text_that_waits_does_not_stand_in_the_database_in_the_clear() {
    let gateway = Receiver::start().await;
    let server = server(&gateway).await;
    user(&server, "alice@example.com").await;
    gateway.answer(&[500]);
    let asked = generate(&server, "alice@example.com", PASSWORD).await;
    let (_, said) = told(&gateway.asked(1).await[0]);
    assert_eq!(waiting(&server).await, 1);
    assert!(!server.keeps("is your code") && !server.keeps(&text(&asked, "token")));
    // It ends with its code.
    server.sql("UPDATE outbox SET due = 0, expires = expires - 601").await;
    server.sql("UPDATE codes SET expires = expires - 601").await;
    assert_eq!(by_code(&server, &text(&asked, "token"), &code(&said)).await["response"], "PIN_RESEND");
    generate(&server, "alice@example.com", PASSWORD).await;
    let asked = gateway.asked(2).await;
    assert_ne!(told(&asked[1]).1, said);
}

/// How many wait to be sent.
async fn waiting(server: &TestServer) -> usize {
    server.db().await.outbox_due(Channel::Sms, i64::MAX).await.unwrap().len()
}
