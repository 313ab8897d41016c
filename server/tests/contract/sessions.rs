//! Signing in, and what a session may do: only for the server's own pages, only for the one who signed in.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Account, Caller, PASSWORD, Page, TestServer, text};

fn code((status, answer): (u16, Value)) -> (u16, String) {
    (status, text(&answer, "code"))
}

fn refusal(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn who_signs_in_is_somebody_until_signing_out() {
    let server = TestServer::start().await;
    let page = server.signed_in("Alice@Example.com").await;
    let (status, who) = page.ask(Method::GET, "/", json!(null)).await;
    assert_eq!((status, &who["email"], &who["admin"]), (200, &json!("alice@example.com"), &json!(false)));
    let kept = page.cookie().unwrap();
    assert_eq!(page.ask(Method::POST, "/sign-out/", json!({})).await.0, 200);
    assert_eq!(page.cookie(), None);
    assert_eq!(code(page.ask(Method::GET, "/", json!(null)).await), refusal(401, "SIGNED_OUT"));
    // It ended on the server, too.
    page.set_cookie(&kept);
    assert_eq!(page.who().await, 401);
}

#[tokio::test]
async fn the_cookie_is_for_this_server_alone() {
    let server = TestServer::start().await;
    server.user("alice@example.com").await;
    let sign_in = |server: &TestServer, origin: &str| {
        let request = server.http.post(server.url("/session/v1/sign-in/"));
        let request = request.header("bulla-session", "1").header("origin", origin.to_owned());
        request.json(&json!({ "email": "alice@example.com", "password": PASSWORD })).send()
    };
    let response = sign_in(&server, &server.url("")).await.unwrap();
    let cookie = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.starts_with("bulla-session="), "{cookie}");
    for part in ["; Path=/", "; HttpOnly", "; SameSite=Strict", "; Max-Age=1209600"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert_eq!(response.headers()["cache-control"], "no-store");
    let url = "https://files.example.com";
    let secure = TestServer::start_with(|settings| settings.public_url = Some(url.to_owned())).await;
    secure.user("alice@example.com").await;
    let response = sign_in(&secure, url).await.unwrap();
    let cookie = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.starts_with("__Host-bulla-session=") && cookie.ends_with("; Secure"), "{cookie}");
    // The name that another host or a page over http could have set is not looked at.
    let value = cookie.split(';').next().unwrap().split_once('=').unwrap().1;
    for (name, expected) in [("__Host-bulla-session", 200), ("bulla-session", 401)] {
        let request = secure.http.get(secure.url("/session/v1/")).header("bulla-session", "1");
        let response = request.header("cookie", format!("{name}={value}")).send().await.unwrap();
        assert_eq!(response.status(), expected, "{name}");
    }
}

#[tokio::test]
async fn wrong_credentials_are_all_alike() {
    let server = TestServer::start().await;
    server.user("alice@example.com").await;
    server.account("keys@example.com").await;
    server.user("gone@example.com").await;
    bulla_server::domain::set_disabled(&server.db().await, "gone@example.com", true).await.unwrap();
    let page = server.page();
    let mut answers = Vec::new();
    for (email, password) in [
        ("alice@example.com", "wrong password"),
        ("alice@example.com", ""),
        ("alice@example.com", &*"x".repeat(2000)),
        ("nobody@example.com", PASSWORD),
        ("keys@example.com", PASSWORD),
        ("keys@example.com", ""),
        ("gone@example.com", PASSWORD),
        ("no address", PASSWORD),
    ] {
        answers.push(page.sign_in(email, password).await);
    }
    let expected =
        json!({ "code": "WRONG_CREDENTIALS", "message": "the e-mail address or the password is wrong" });
    assert_eq!(answers, vec![(401, expected); 8]);
    assert_eq!(page.cookie(), None);
    assert_eq!(page.sign_in(" ALICE@example.com", PASSWORD).await.0, 200);
}

#[tokio::test]
async fn guessing_passwords_ends_soon_and_ends_alike_for_those_who_are_not_there() {
    let server = TestServer::start().await;
    server.user("alice@example.com").await;
    let page = server.page();
    for email in ["alice@example.com", "nobody@example.com"] {
        let guesses = (0..12).map(|_| page.sign_in(email, "wrong password"));
        let mut statuses: Vec<u16> =
            futures_util::future::join_all(guesses).await.into_iter().map(|(status, _)| status).collect();
        statuses.sort_unstable();
        // Also many at once: each is counted before it is answered.
        assert_eq!(statuses, [[401].repeat(5), [429].repeat(7)].concat(), "{email}");
        let request = page.request(Method::POST, "/session/v1/sign-in/");
        let response = request.json(&json!({ "email": email, "password": PASSWORD })).send().await.unwrap();
        assert_eq!(response.status(), 429);
        let wait: u64 = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=61).contains(&wait), "{wait}");
        assert_eq!(response.json::<Value>().await.unwrap()["code"], "TOO_MANY_ATTEMPTS");
    }
    // Others sign in.
    assert_eq!(server.signed_in("bob@example.com").await.who().await, 200);
}

#[tokio::test]
async fn signing_in_rightly_is_not_counted() {
    let server = TestServer::start().await;
    let page = server.signed_in("alice@example.com").await;
    for _ in 0..7 {
        assert_eq!(page.sign_in("alice@example.com", PASSWORD).await.0, 200);
    }
}

#[tokio::test]
async fn a_session_that_was_there_before_is_not_taken_over() {
    let server = TestServer::start().await;
    server.user("alice@example.com").await;
    // One that an attacker made up, and one that is the attacker's own.
    let planted = server.page();
    planted.set_cookie(&format!("bulla-session={}", "A".repeat(43)));
    let attackers = server.signed_in("eve@example.com").await;
    let theirs = attackers.cookie().unwrap();
    for cookie in [planted.cookie().unwrap(), theirs.clone()] {
        let victim = server.page();
        victim.set_cookie(&cookie);
        assert_eq!(victim.sign_in("alice@example.com", PASSWORD).await.0, 200);
        assert_ne!(victim.cookie().unwrap(), cookie);
        let attacker = server.page();
        attacker.set_cookie(&cookie);
        assert_eq!(attacker.who().await, 401);
    }
    // Two cookies of the name are none.
    let twice = server.page();
    twice.set_cookie(&format!("{theirs}; {}", server.signed_in("bob@example.com").await.cookie().unwrap()));
    assert_eq!(twice.who().await, 401);
}

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it_and_at_last() {
    let server = TestServer::start().await;
    let page = server.signed_in("alice@example.com").await;
    server.sql("UPDATE sessions SET used = used - 86000, created = created - 1200000").await;
    assert_eq!(page.who().await, 200);
    server.sql("UPDATE sessions SET used = used - 86401").await;
    assert_eq!(page.who().await, 401);
    assert_eq!(page.sign_in("alice@example.com", PASSWORD).await.0, 200);
    server.sql("UPDATE sessions SET created = created - 1209601").await;
    assert_eq!(page.who().await, 401);
}

/// What a page of another origin can have a browser send, and what nobody can without a session.
#[tokio::test]
async fn pages_of_other_origins_have_no_use_of_a_session() {
    let server = TestServer::start().await;
    let page = server.signed_in("alice@example.com").await;
    let own = server.url("");
    let cookie = page.cookie().unwrap();
    let ask = |method: Method, path: &str, headers: &[(&'static str, &str)]| {
        let mut request = server.http.request(method, server.url(path)).header("cookie", &cookie).body("{}");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        async move {
            let response = request.send().await.unwrap();
            let status = response.status().as_u16();
            let answer: Value = response.json().await.unwrap();
            (status, answer.get("code").or(answer.get("response")).cloned().unwrap_or_default())
        }
    };
    let foreign: [&[(&str, &str)]; 9] = [
        &[],
        &[("bulla-session", "1")],
        &[("origin", &own)],
        &[("bulla-session", "1"), ("origin", "https://evil.example")],
        &[("bulla-session", "1"), ("origin", "null")],
        &[("bulla-session", "1"), ("origin", "")],
        &[("bulla-session", "1"), ("origin", &own), ("origin", "https://evil.example")],
        &[("bulla-session", "1"), ("origin", &own), ("sec-fetch-site", "cross-site")],
        &[("bulla-session", "1"), ("origin", &own), ("sec-fetch-site", "same-site")],
    ];
    for headers in foreign {
        for path in ["/session/v1/sign-out/", "/session/v1/keys/", "/session/v1/sign-in/"] {
            let expected = (403, json!("FOREIGN_ORIGIN"));
            assert_eq!(ask(Method::POST, path, headers).await, expected, "{path} {headers:?}");
        }
        let answer = ask(Method::PUT, "/api/v2.0/package/", headers).await;
        assert_eq!(answer, (200, json!("AUTHENTICATION_FAILED")), "{headers:?}");
    }
    let right = [("bulla-session", "1"), ("origin", &*own), ("sec-fetch-site", "same-origin")];
    assert_eq!(ask(Method::PUT, "/api/v2.0/package/", &right).await, (200, json!("SUCCESS")));
    // Reading needs the header, too.
    assert_eq!(ask(Method::GET, "/session/v1/", &[]).await.0, 403);
    assert_eq!(ask(Method::GET, "/session/v1/", &[("bulla-session", "1")]).await.0, 200);
    // Not even an allowed origin may send the header.
    let allowing =
        TestServer::start_with(|settings| settings.allow_origins = vec!["https://app.example".to_owned()])
            .await;
    let preflight = allowing.http.request(Method::OPTIONS, allowing.url("/api/v2.0/package/"));
    let preflight = preflight
        .header("origin", "https://app.example")
        .header("access-control-request-method", "PUT")
        .header("access-control-request-headers", "bulla-session");
    let response = preflight.send().await.unwrap();
    let allowed = response.headers()["access-control-allow-headers"].to_str().unwrap();
    assert!(!allowed.contains("bulla-session") && !allowed.contains('*'), "{allowed}");
    assert!(!response.headers().contains_key("access-control-allow-credentials"));
}

#[tokio::test]
async fn a_session_makes_the_calls_of_its_account_and_no_others() {
    let server = TestServer::start().await;
    let alice = server.signed_in("alice@example.com").await;
    let eve = server.signed_in("eve@example.com").await;
    let package = alice.package().await;
    let file = alice.file(&package, &[b"x"]).await;
    let part = format!("/package/{}/file/{file}/", package.id);
    assert_eq!(alice.send_form(&part, json!({ "filePart": 1 }), b"x").await["response"], "SUCCESS");
    let complete = format!("/package/{}/file/{file}/upload-complete/", package.id);
    alice.done(Method::POST, &complete, json!({ "complete": true })).await;
    let path = format!("/package/{}/", package.id);
    let one_answer = "not found or not permitted";
    assert_eq!(eve.fails(Method::GET, &path, json!(null), "FAIL").await, one_answer);
    alice.finalize(&package).await;
    assert_eq!(eve.fails(Method::DELETE, &path, json!(null), "FAIL").await, one_answer);
    server.page().fails(Method::GET, &path, json!(null), "AUTHENTICATION_FAILED").await;
    alice.done(Method::DELETE, &path, json!(null)).await;
    // A Dropzone takes no notice of it.
    let request = alice.request(Method::GET, "/drop-zone/v2.0/user/").header("ss-api-key", "open");
    assert_eq!(text(&request.send().await.unwrap().json().await.unwrap(), "response"), "FAIL");
}

/// What is signed is judged by its signature, whatever cookie comes along.
#[tokio::test]
async fn a_session_does_not_help_a_signature() {
    let server = TestServer::start().await;
    let page = server.signed_in("alice@example.com").await;
    for header in ["ss-api-key", "ss-request-timestamp", "ss-request-signature"] {
        let request = page.request(Method::GET, "/api/v2.0/user/").header(header, "x");
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["response"], "AUTHENTICATION_FAILED", "{header}");
    }
    let bob = server.account("bob@example.com").await;
    let mut signed = bob.sign(Method::GET, "/user/", b"", 0, None);
    signed.headers.extend([("cookie", page.cookie().unwrap()), ("bulla-session", "1".to_owned())]);
    let answer: Value = signed.send(&server).await.json().await.unwrap();
    assert_eq!(answer["email"], "bob@example.com");
}

#[tokio::test]
async fn a_new_password_ends_all_other_sessions() {
    let server = TestServer::start().await;
    let page = server.signed_in("alice@example.com").await;
    let other = server.page();
    other.sign_in("alice@example.com", PASSWORD).await;
    let change = |old: &str, new: &str| json!({ "password": old, "newPassword": new });
    let wrong = page.ask(Method::POST, "/password/", change("wrong password", "another password")).await;
    assert_eq!(code(wrong), refusal(401, "WRONG_CREDENTIALS"));
    for bad in ["", "123456789", &"x".repeat(1025)] {
        let refused = page.ask(Method::POST, "/password/", change(PASSWORD, bad)).await;
        assert_eq!(code(refused), refusal(400, "INVALID_REQUEST"), "{}", bad.len());
    }
    assert_eq!(other.who().await, 200);
    let done = page.ask(Method::POST, "/password/", change(PASSWORD, "another password")).await;
    assert_eq!(done.0, 200);
    assert_eq!((page.who().await, other.who().await), (200, 401));
    assert_eq!(other.sign_in("alice@example.com", PASSWORD).await.0, 401);
    assert_eq!(other.sign_in("alice@example.com", "another password").await.0, 200);
}

#[tokio::test]
async fn an_account_that_is_shut_out_is_out_everywhere() {
    let server = TestServer::start().await;
    let page = server.signed_in("alice@example.com").await;
    let key = server.account("alice@example.com").await;
    let db = server.db().await;
    bulla_server::domain::set_disabled(&db, "alice@example.com", true).await.unwrap();
    assert_eq!(page.who().await, 401);
    key.fails(Method::GET, "/user/", json!(null), "AUTHENTICATION_FAILED").await;
    bulla_server::domain::set_disabled(&db, "alice@example.com", false).await.unwrap();
    assert_eq!(page.who().await, 401);
    key.done(Method::GET, "/user/", json!(null)).await;
}

#[tokio::test]
async fn api_keys_are_made_listed_and_revoked_by_their_owner() {
    let server = TestServer::start().await;
    let (alice, eve) =
        (server.signed_in("alice@example.com").await, server.signed_in("eve@example.com").await);
    let (status, made) = alice.ask(Method::POST, "/keys/", json!({ "description": " Zoë's laptop " })).await;
    assert_eq!(status, 200);
    let key =
        Account { server: &server, api_key: text(&made, "apiKey"), api_secret: text(&made, "apiSecret") };
    let (_, list) = alice.ask(Method::GET, "/keys/", json!(null)).await;
    let entry = &list["keys"][0];
    assert_eq!((&entry["apiKey"], &entry["description"]), (&made["apiKey"], &json!("Zoë's laptop")));
    assert_eq!(entry.get("used"), None);
    assert!(!list.to_string().contains(&key.api_secret));
    key.done(Method::GET, "/user/", json!(null)).await;
    let (_, list) = alice.ask(Method::GET, "/keys/", json!(null)).await;
    assert!(list["keys"][0]["used"].as_u64() >= list["keys"][0]["created"].as_u64());
    let path = format!("/keys/{}/", key.api_key);
    assert_eq!(code(eve.ask(Method::DELETE, &path, json!(null)).await), refusal(404, "NOT_FOUND"));
    assert_eq!(eve.ask(Method::GET, "/keys/", json!(null)).await.1, json!({ "keys": [] }));
    key.done(Method::GET, "/user/", json!(null)).await;
    assert_eq!(alice.ask(Method::DELETE, &path, json!(null)).await.0, 200);
    assert_eq!(code(alice.ask(Method::DELETE, &path, json!(null)).await), refusal(404, "NOT_FOUND"));
    key.fails(Method::GET, "/user/", json!(null), "AUTHENTICATION_FAILED").await;
    for bad in ["a\nb", "\u{202E}x", &"x".repeat(201)] {
        let refused = alice.ask(Method::POST, "/keys/", json!({ "description": bad })).await;
        assert_eq!(code(refused), refusal(400, "INVALID_REQUEST"), "{bad:?}");
    }
}

#[tokio::test]
async fn every_route_of_a_session_needs_one() {
    use bulla_server::domain::Access;
    use bulla_server::http::{ROUTES, Surface};
    let server = TestServer::start().await;
    let nobody: [Page<'_>; 2] = [server.page(), server.page()];
    nobody[1].set_cookie(&format!("bulla-session={}", "A".repeat(43)));
    let routes = ROUTES.iter().filter(|route| route.surface == Surface::Session);
    let mut asked = 0;
    for route in routes.filter(|route| route.access != Access::Anyone) {
        for page in &nobody {
            let path = route.path.replace("{api_key}", "K");
            let answer = page.ask(route.method.clone(), &path, json!({})).await;
            assert_eq!(code(answer), refusal(401, "SIGNED_OUT"), "{} {path}", route.method);
            asked += 1;
        }
    }
    assert_eq!(asked, 14);
    let unknown = nobody[0].ask(Method::GET, "/nothing/", json!(null)).await;
    assert_eq!(code(unknown), refusal(404, "NOT_FOUND"));
}

#[tokio::test]
async fn malformed_requests_are_refused() {
    let server = TestServer::start().await;
    let page = server.signed_in("alice@example.com").await;
    for path in ["sign-in/", "register/", "password/", "password/forgotten/", "password/reset/"] {
        let path = &format!("/session/v1/{path}");
        for (body, status) in [
            ("", 400),
            ("{", 400),
            ("[]", 400),
            ("{\"email\":1,\"password\":null}", 400),
            (&*"x".repeat(20_000), 413),
        ] {
            let response = page.request(Method::POST, path).body(body.to_owned()).send().await.unwrap();
            assert_eq!(response.status(), status, "{path}");
            assert_eq!(response.json::<Value>().await.unwrap()["code"], "INVALID_REQUEST", "{path}");
        }
    }
}

#[tokio::test]
async fn neither_passwords_nor_cookies_stand_in_the_database() {
    let server = TestServer::start().await;
    let page = server.signed_in("alice@example.com").await;
    let (_, pin) = page.ask(Method::POST, "/pin/", json!({})).await;
    let cookie = page.cookie().unwrap();
    let secrets = [
        PASSWORD.to_owned(),
        cookie.split_once('=').unwrap().1.to_owned(),
        text(&pin, "pin"),
        text(&pin, "pin").replace('-', ""),
    ];
    for secret in secrets {
        assert!(!server.keeps(&secret), "{secret}");
    }
    assert!(server.keeps("alice@example.com") && server.keeps("$argon2id$"));
}
