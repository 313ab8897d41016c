//! API keys for those who have none: by password and code, by pin, by registration.

use bulla_server::domain::set_disabled;
use reqwest::Method;
use serde_json::{Value, json};

use crate::mailbox::{Arrived, Mailbox};
use crate::mails;
use crate::support::{Account, Caller, PASSWORD, Page, TestServer, text};

const WRONG: &str = "the e-mail address or the password is wrong";

/// A call without a signature.
async fn call(server: &TestServer, method: Method, path: &str, body: Value) -> Value {
    let response =
        server.http.request(method, server.url(&format!("/api/v2.0{path}"))).json(&body).send().await;
    let response = response.unwrap();
    assert_eq!(response.status(), 200);
    response.json().await.unwrap()
}

pub(crate) async fn generate(server: &TestServer, email: &str, password: &str) -> Value {
    let body = json!({ "email": email, "password": password, "keyDescription": "laptop" });
    call(server, Method::PUT, "/generate-key/", body).await
}

pub(crate) async fn by_code(server: &TestServer, token: &str, code: &str) -> Value {
    let body = json!({ "smsCode": code, "keyDescription": "laptop" });
    call(server, Method::POST, &format!("/generate-key/{token}/"), body).await
}

async fn by_pin(server: &TestServer, pin: &str) -> Value {
    call(server, Method::PUT, "/generate-key/oauth/", json!({ "pinCode": pin, "keyDescription": "laptop" }))
        .await
}

/// That an answer's key is one of this account.
pub(crate) async fn assert_key(server: &TestServer, answer: &Value, email: &str) {
    assert_eq!((&answer["response"], &answer["email"]), (&json!("SUCCESS"), &json!(email)), "{answer}");
    let (api_key, api_secret) = (text(answer, "apiKey"), text(answer, "apiSecret"));
    let account = Account { server, api_key, api_secret };
    let user = account.done(Method::GET, "/user/", json!(null)).await;
    assert_eq!(user["email"], email);
}

/// The one line of an e-mail that is a code or pin.
pub(crate) fn secret(mail: &Arrived) -> String {
    let text = mail.text();
    let mut lines = text.lines().filter(|line| {
        let pin = line.len() == 24 && line.split('-').all(|group| group.len() == 4);
        pin || (line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit()))
    });
    let line = lines.next().unwrap_or_else(|| panic!("no code in {text}")).to_owned();
    assert_eq!(lines.next(), None);
    line
}

/// A page of a server that sends e-mail.
fn page(server: &TestServer) -> Page<'_> {
    server.page_at(mails::ORIGIN)
}

fn other(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

#[tokio::test]
async fn without_e_mail_the_password_is_enough() {
    let server = TestServer::start().await;
    server.user("alice@example.com").await;
    assert_key(&server, &generate(&server, "alice@example.com", PASSWORD).await, "alice@example.com").await;
    let page = server.page();
    page.sign_in("alice@example.com", PASSWORD).await;
    assert_eq!(page.ask(Method::GET, "/keys/", json!(null)).await.1["keys"][0]["description"], "laptop");
}

#[tokio::test]
async fn wrong_credentials_are_all_alike_and_send_nothing() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, false).await;
    server.user("alice@example.com").await;
    let expected = json!({ "response": "AUTHENTICATION_FAILED", "message": WRONG });
    for (email, password) in
        [("alice@example.com", "wrong password"), ("nobody@example.com", PASSWORD), ("", PASSWORD)]
    {
        assert_eq!(generate(&server, email, password).await, expected);
    }
    generate(&server, "alice@example.com", PASSWORD).await;
    mailbox.arrived(1).await;
    assert_eq!(mailbox.count(), 1);
}

#[tokio::test]
async fn the_password_and_a_code_make_a_key_once() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, false).await;
    server.user("alice@example.com").await;
    let asked = generate(&server, "alice@example.com", PASSWORD).await;
    assert_eq!((&asked["response"], &asked["message"]), (&json!("TWO_FA_REQUIRED"), &asked["token"]));
    assert_eq!(asked.get("apiKey"), None);
    let token = text(&asked, "token");
    let arrived = mailbox.arrived(1).await;
    assert_eq!(arrived[0].to, ["alice@example.com"]);
    let code = secret(&arrived[0]);
    assert!(!server.keeps(&token), "the token");
    let wrong = by_code(&server, &token, &other(&code)).await;
    assert_eq!(wrong, json!({ "response": "AUTHENTICATION_FAILED", "message": "the code is wrong" }));
    let spent = "PIN_RESEND";
    assert_eq!(by_code(&server, &"A".repeat(43), &code).await["response"], spent);
    assert_key(&server, &by_code(&server, &token, &code).await, "alice@example.com").await;
    assert_eq!(by_code(&server, &token, &code).await["response"], spent);
}

#[tokio::test]
async fn a_code_is_guessed_at_five_times_at_most() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, false).await;
    server.user("alice@example.com").await;
    let token = text(&generate(&server, "alice@example.com", PASSWORD).await, "token");
    let code = secret(&mailbox.arrived(1).await[0]);
    let wrong = other(&code);
    let guesses = (0..9).map(|_| by_code(&server, &token, &wrong));
    let answers = futures_util::future::join_all(guesses).await;
    let count = |code: &str| answers.iter().filter(|answer| answer["response"] == code).count();
    assert_eq!((count("AUTHENTICATION_FAILED"), count("PIN_RESEND")), (5, 4));
    assert_eq!(by_code(&server, &token, &code).await["response"], "PIN_RESEND");
    // A new one takes the place of the old one, and not without end.
    for _ in 0..4 {
        assert_eq!(generate(&server, "alice@example.com", PASSWORD).await["response"], "TWO_FA_REQUIRED");
    }
    assert_eq!(generate(&server, "alice@example.com", PASSWORD).await["response"], "LIMIT_EXCEEDED");
}

#[tokio::test]
async fn a_code_ends() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, false).await;
    server.user("alice@example.com").await;
    let token = text(&generate(&server, "alice@example.com", PASSWORD).await, "token");
    let code = secret(&mailbox.arrived(1).await[0]);
    server.sql("UPDATE codes SET expires = expires - 601").await;
    assert_eq!(by_code(&server, &token, &code).await["response"], "PIN_RESEND");
}

#[tokio::test]
async fn a_pin_of_one_who_is_signed_in_makes_a_key_once() {
    let server = TestServer::start().await;
    let page = server.signed_in("alice@example.com").await;
    let (_, made) = page.ask(Method::POST, "/pin/", json!({})).await;
    let pin = text(&made, "pin");
    assert_eq!(made["expiresIn"], 1800);
    let wrong = json!({ "response": "AUTHENTICATION_FAILED", "message": "the pin is unknown, was used, or has expired" });
    for bad in ["", "AAAA-AAAA-AAAA-AAAA-AAAA", &pin[..23], "é"] {
        assert_eq!(by_pin(&server, bad).await, wrong);
    }
    let refused = json!({ "pinCode": pin, "keyDescription": "a\nb" });
    assert_eq!(call(&server, Method::PUT, "/generate-key/oauth/", refused).await["response"], "FAIL");
    // As people type it.
    let typed = pin.to_lowercase().replace('-', " ");
    assert_key(&server, &by_pin(&server, &typed).await, "alice@example.com").await;
    assert_eq!(by_pin(&server, &pin).await, wrong);
    let (_, made) = page.ask(Method::POST, "/pin/", json!({})).await;
    server.sql("UPDATE pins SET expires = expires - 1801").await;
    assert_eq!(by_pin(&server, &text(&made, "pin")).await, wrong);
    // It makes no account's password.
    let (_, made) = page.ask(Method::POST, "/pin/", json!({})).await;
    let body = json!({ "pin": made["pin"], "password": "another password" });
    assert_eq!(server.page().ask(Method::POST, "/register/", body).await.0, 401);
    assert_eq!(page.sign_in("alice@example.com", PASSWORD).await.0, 200);
}

#[tokio::test]
async fn pins_are_not_guessed_at_without_end() {
    let server = TestServer::start().await;
    for n in 0..100 {
        assert_eq!(by_pin(&server, &n.to_string()).await["response"], "AUTHENTICATION_FAILED");
    }
    assert_eq!(by_pin(&server, "x").await["response"], "LIMIT_EXCEEDED");
}

#[tokio::test]
async fn by_default_only_administrators_make_accounts() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, false).await;
    server.user("alice@example.com").await;
    let expected = json!({ "response": "FAIL", "message": "accounts are made by administrators here" });
    for email in ["alice@example.com", "new@example.com", "no address"] {
        assert_eq!(call(&server, Method::PUT, "/register/", json!({ "email": email })).await, expected);
    }
    generate(&server, "alice@example.com", PASSWORD).await;
    mailbox.arrived(1).await;
    assert_eq!(mailbox.count(), 1);
}

#[tokio::test]
async fn registering_tells_nothing_of_who_has_an_account() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, true).await;
    server.user("alice@example.com").await;
    let register = |email: &'static str| call(&server, Method::PUT, "/register/", json!({ "email": email }));
    let answers = [register("alice@example.com").await, register("new@example.com").await];
    assert_eq!(answers, [json!({ "response": "SUCCESS" }), json!({ "response": "SUCCESS" })]);
    let arrived = mailbox.arrived(2).await;
    let to = |email: &str| arrived.iter().find(|mail| mail.to == [email]).unwrap();
    assert!(to("alice@example.com").text().contains("You have one already"));
    let pin = secret(to("new@example.com"));
    assert!(!server.keeps(&pin));
    for email in ["alice@example.com", "new@example.com"] {
        for _ in 0..2 {
            register(email).await;
        }
        assert_eq!(register(email).await["response"], "LIMIT_EXCEEDED", "{email}");
    }
    assert_eq!(register("no address").await["response"], "FAIL");
}

#[tokio::test]
async fn a_registration_makes_a_key_or_a_password_once() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, true).await;
    for email in ["bob@example.com", "carol@example.com"] {
        call(&server, Method::PUT, "/register/", json!({ "email": email })).await;
    }
    let arrived = mailbox.arrived(2).await;
    let pin = |email: &str| secret(arrived.iter().find(|mail| mail.to == [email]).unwrap());
    assert_key(&server, &by_pin(&server, &pin("bob@example.com")).await, "bob@example.com").await;
    assert_eq!(by_pin(&server, &pin("bob@example.com")).await["response"], "AUTHENTICATION_FAILED");

    let finish = |pin: String, password: &'static str, name: &'static str| {
        let body = json!({ "pin": pin, "password": password, "firstName": name, "lastName": "C" });
        let request = server.http.post(server.url("/session/v1/register/")).header("bulla-session", "1");
        let request = request.header("origin", mails::ORIGIN).json(&body);
        async move {
            let response = request.send().await.unwrap();
            let cookie = response.headers().get("set-cookie").is_some();
            (response.status().as_u16(), response.json::<Value>().await.unwrap(), cookie)
        }
    };
    // What cannot be kept does not use the pin up.
    assert_eq!(finish(pin("carol@example.com"), "short", "Carol").await.0, 400);
    assert_eq!(finish(pin("carol@example.com"), PASSWORD, "a\u{202E}b").await.0, 400);
    assert_eq!(finish("AAAA".to_owned(), PASSWORD, "Carol").await.0, 401);
    let (status, who, cookie) = finish(pin("carol@example.com"), PASSWORD, "Carol").await;
    assert_eq!((status, cookie), (200, true));
    assert_eq!((&who["email"], &who["firstName"]), (&json!("carol@example.com"), &json!("Carol")));
    assert_eq!(finish(pin("carol@example.com"), "another password", "Carol").await.0, 401);
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_once_and_all_sessions_end() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, true).await;
    server.user("alice@example.com").await;
    let elsewhere = page(&server);
    assert_eq!(elsewhere.sign_in("alice@example.com", PASSWORD).await.0, 200);
    let made = elsewhere.ask(Method::POST, "/pin/", json!({})).await.1;
    let asked =
        elsewhere.ask(Method::POST, "/password/forgotten/", json!({ "email": " Alice@example.com" })).await;
    assert_eq!(asked, (200, json!({})));
    let pin = secret(&mailbox.arrived(1).await[0]);
    assert!(!server.keeps(&pin));
    let reset = async |pin: &str, password: &str| {
        let page = page(&server);
        let body = json!({ "pin": pin, "password": password });
        let (status, answer) = page.ask(Method::POST, "/password/reset/", body).await;
        (status, answer, page.cookie().is_some())
    };
    // What cannot be kept does not use the pin up.
    assert_eq!(reset(&pin, "short").await.0, 400);
    assert_eq!(reset("AAAA", "another password").await.0, 401);
    let (status, who, cookie) = reset(&pin.to_lowercase().replace('-', " "), "another password").await;
    assert_eq!((status, &who["email"], cookie), (200, &json!("alice@example.com"), true));
    assert_eq!(elsewhere.who().await, 401);
    assert_eq!(elsewhere.sign_in("alice@example.com", PASSWORD).await.0, 401);
    assert_eq!(elsewhere.sign_in("alice@example.com", "another password").await.0, 200);
    assert_eq!(reset(&pin, "a third password").await.0, 401);
    // Nor is there anything left that somebody else began with the old one.
    assert_eq!(by_pin(&server, &text(&made, "pin")).await["response"], "AUTHENTICATION_FAILED");
}

#[tokio::test]
async fn a_pin_does_what_it_was_sent_for_and_nothing_else() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, true).await;
    server.user("alice@example.com").await;
    let page = page(&server);
    let forgotten = async |count: usize| {
        page.ask(Method::POST, "/password/forgotten/", json!({ "email": "alice@example.com" })).await;
        secret(mailbox.arrived(count).await.last().unwrap())
    };
    let reset = async |pin: &str| {
        let body = json!({ "pin": pin, "password": "another password" });
        page.ask(Method::POST, "/password/reset/", body).await.0
    };
    // One for another password makes no key and no account.
    assert_eq!(by_pin(&server, &forgotten(1).await).await["response"], "AUTHENTICATION_FAILED");
    let body = json!({ "pin": forgotten(2).await, "password": "another password" });
    assert_eq!(page.ask(Method::POST, "/register/", body).await.0, 401);
    // And none of the others sets a password.
    call(&server, Method::PUT, "/register/", json!({ "email": "new@example.com" })).await;
    assert_eq!(reset(&secret(&mailbox.arrived(3).await[2])).await, 401);
    page.sign_in("alice@example.com", PASSWORD).await;
    assert_eq!(reset(&text(&page.ask(Method::POST, "/pin/", json!({})).await.1, "pin")).await, 401);
    // One that is over, and one whose account is.
    let pin = forgotten(4).await;
    server.sql("UPDATE pins SET expires = expires - 1801").await;
    assert_eq!(reset(&pin).await, 401);
    assert_eq!(page.sign_in("alice@example.com", PASSWORD).await.0, 200);
}

#[tokio::test]
async fn a_forgotten_password_tells_nothing_of_who_has_an_account() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, false).await;
    let db = server.db().await;
    for email in ["alice@example.com", "gone@example.com", "late@example.com"] {
        server.user(email).await;
    }
    server.account("keys@example.com").await;
    set_disabled(&db, "gone@example.com", true).await.unwrap();
    let page = page(&server);
    let ask =
        async |email: &str| page.ask(Method::POST, "/password/forgotten/", json!({ "email": email })).await;
    // Those who have none, none with a password, or no access, get nothing.
    for email in ["nobody@example.com", "keys@example.com", "gone@example.com", "late@example.com"] {
        assert_eq!(ask(email).await, (200, json!({})), "{email}");
    }
    let pin = secret(&mailbox.arrived(1).await[0]);
    for email in ["stranger@example.com", "alice@example.com"] {
        for _ in 0..3 {
            assert_eq!(ask(email).await.0, 200);
        }
        assert_eq!(ask(email).await.1["code"], "TOO_MANY_ATTEMPTS", "{email}");
    }
    let arrived = mailbox.arrived(4).await;
    let to: Vec<&str> = arrived.iter().map(|mail| mail.to[0].as_str()).collect();
    assert_eq!((to[0], &to[1..]), ("late@example.com", &["alice@example.com"; 3][..]));
    assert_eq!(ask("no address").await.0, 400);
    // One who was shut out meanwhile stays out.
    set_disabled(&db, "late@example.com", true).await.unwrap();
    let body = json!({ "pin": pin, "password": "another password" });
    assert_eq!(page.ask(Method::POST, "/password/reset/", body).await.0, 401);
    // Where no e-mail is sent, nobody is told otherwise.
    let silent = TestServer::start().await;
    silent.user("alice@example.com").await;
    for email in ["alice@example.com", "nobody@example.com"] {
        let (status, answer) =
            silent.page().ask(Method::POST, "/password/forgotten/", json!({ "email": email })).await;
        assert_eq!((status, &answer["message"]), (400, &json!("this server sends no e-mail")));
    }
}

#[tokio::test]
async fn a_registration_does_not_take_an_account_that_was_made_meanwhile() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, true).await;
    call(&server, Method::PUT, "/register/", json!({ "email": "bob@example.com" })).await;
    let pin = secret(&mailbox.arrived(1).await[0]);
    server.user("bob@example.com").await;
    assert_eq!(by_pin(&server, &pin).await["response"], "AUTHENTICATION_FAILED");
}

#[tokio::test]
async fn malformed_requests_are_refused() {
    let server = TestServer::start().await;
    for (method, path) in [
        (Method::PUT, "/register/"),
        (Method::PUT, "/generate-key/"),
        (Method::POST, "/generate-key/T/"),
        (Method::PUT, "/generate-key/oauth/"),
    ] {
        for body in
            [json!({}), json!([]), json!({ "email": 1, "password": [], "smsCode": null, "pinCode": {} })]
        {
            let answer = call(&server, method.clone(), path, body).await;
            assert_eq!(answer["response"], "FAIL", "{path}");
        }
        let large = json!({ "email": "x".repeat(20_000) });
        assert_eq!(call(&server, method, path, large).await["response"], "LIMIT_EXCEEDED", "{path}");
        let url = server.url(&format!("/drop-zone/v2.0{path}"));
        let request = server.http.request(Method::PUT, url).header("ss-api-key", "open").json(&json!({}));
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["response"], "FAIL");
    }
}
