//! Every route of the table, asked by everyone who must not.

use bulla::api::{API_PREFIX, DROPZONE_PREFIX, LINK_PREFIX, SESSION_PREFIX};
use bulla_server::domain::Access;
use bulla_server::http::{Handler, ROUTES, Route, Surface};
use reqwest::Method;
use serde_json::{Value, json};

use crate::public_keys::{public_key, wrapped};
use crate::requests;
use crate::support::{CHECKSUM, Caller, Draft, TestServer, WRONG_CHECKSUM, text};

/// The route's path for a package of ours, which has no directories.
fn path(route: &Route, package: &Draft, file: &str, recipient: &str) -> String {
    path_in(route, package, file, recipient, ("D", "T"))
}

/// The route's path for a workspace of ours, and two directories of it.
pub(crate) fn path_in(
    route: &Route,
    package: &Draft,
    file: &str,
    recipient: &str,
    (directory, target): (&str, &str),
) -> String {
    route
        .path
        .replace("{package}", &package.id)
        .replace("{directory}", directory)
        .replace("{target}", target)
        .replace("{file}", file)
        .replace("{recipient}", recipient)
        .replace("{checksum}", CHECKSUM)
        .replace("{code}", &package.code)
        .replace("{public_key}", "K")
        .replace("{token}", "T")
        .replace("{api}", "JS_API")
        .replace("{version}", "1")
        .replace("{user}", "U")
        .replace("{group}", "G")
        .replace("{dropzone}", "D")
        .replace("{webhook}", "W")
}

/// A body that the route takes.
fn body(route: &Route, file: &str) -> Value {
    let last = route.path.trim_end_matches('/').rsplit('/').next().unwrap();
    match (route.method.as_str(), last) {
        ("GET" | "DELETE", _) => Value::Null,
        (_, "file") => json!({ "filename": "x", "parts": 1, "filesize": 1 }),
        (_, "files") => json!({ "files": [{ "filename": "x", "parts": 1, "filesize": 1 }] }),
        (_, "upload-urls") => json!({ "part": 1, "files": [{ "fileId": file, "part": 1 }] }),
        (_, "upload-complete") => json!({ "complete": true, "fileIds": [file] }),
        (_, "download-urls") => json!({ "startSegment": 1, "endSegment": 1, "checksum": CHECKSUM }),
        (_, "download") => json!({ "part": 1, "checksum": CHECKSUM }),
        (_, "finalize") => json!({ "checksum": CHECKSUM, "undisclosedRecipients": true }),
        (_, "message") => json!({ "message": "aGVsbG8=" }),
        (_, "recipient") => json!({ "email": "eve@example.com" }),
        (_, "recipients") => json!({ "emails": ["eve@example.com"] }),
        (_, "directory" | "subdirectory" | "{directory}") => json!({ "directoryName": "new" }),
        ("PATCH", "{file}") => json!({ "fileName": "new" }),
        (_, "group") => json!({ "groupName": "g" }),
        (_, "user") => json!({ "userEmail": "eve@example.com" }),
        (_, "webhook") => json!({ "url": "https://hooks.example.com/", "events": ["package.opened"] }),
        (_, "feedback") => json!({ "message": "it broke" }),
        (_, "sender") => json!({ "email": "bob@example.com" }),
        (_, "seal") => json!({ "seal": "abc" }),
        (_, "open") => json!({ "checksum": CHECKSUM }),
        (_, "unlock") => json!({ "proof": CHECKSUM }),
        (_, "thumbnail") => json!({ "size": 75 }),
        (_, "public-key") => json!({ "publicKey": public_key() }),
        ("PUT", "request") if route.path.contains("{package}") => json!({ "keycode": wrapped() }),
        ("PUT", "request") => requests::order(json!({})),
        (_, "links") => json!({ "packageIds": ["P"] }),
        _ if route.path.contains("/link/") => json!({ "keycode": wrapped() }),
        _ => json!({}),
    }
}

/// Asks for a route in its way.
pub(crate) async fn ask(caller: &impl Caller, route: &Route, path: &str, file: &str) -> Value {
    match route.handler {
        Handler::Form(_) => caller.send_form(path, json!({ "filePart": 1 }), b"x").await,
        _ => caller.call(route.method.clone(), path, body(route, file)).await,
    }
}

/// The routes for which a request needs a signature, a Dropzone or a session.
fn signed() -> impl Iterator<Item = &'static Route> {
    let of_it = ROUTES.iter().filter(|route| route.surface == Surface::SendSafely);
    of_it.filter(|route| route.access != Access::Unsigned)
}

pub(crate) fn about_packages() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(|route| route.surface == Surface::SendSafely && route.path.contains("{package}"))
}

/// Whether there is something to do with the route in a workspace alone: `workspaces.rs` asks for these.
fn for_workspaces(route: &Route) -> bool {
    route.path.contains("directory")
        || route.path.ends_with("/move/{directory}/{target}/")
        || route.path.ends_with("/copy/")
}

#[tokio::test]
async fn every_route_on_a_foreign_package_gives_the_one_answer() {
    let server = TestServer::start().await;
    let (alice, eve) = (server.account("alice@example.com").await, server.account("eve@example.com").await);
    let draft = alice.package().await;
    let file = alice.file(&draft, &[b"x"]).await;
    let added = json!({ "email": "bob@example.com" });
    let added = alice.done(Method::PUT, &format!("/package/{}/recipient/", draft.id), added).await;
    let recipient = text(&added, "recipientId");
    let sent = alice.package().await;
    let sent_file = alice.upload(&sent, &[b"x"]).await;
    let to = json!({ "email": "bob@example.com" });
    alice.done(Method::PUT, &format!("/package/{}/recipient/", sent.id), to).await;
    let finalize = json!({ "checksum": CHECKSUM });
    alice.done(Method::POST, &format!("/package/{}/finalize/", sent.id), finalize).await;
    let none = Draft { id: "A".repeat(32), code: "B".repeat(43) };
    let before = server.db().await.package(&draft.id).await.unwrap().unwrap();

    let mut asked = 0;
    for route in about_packages() {
        for (package, file) in [(&draft, &file), (&sent, &sent_file), (&none, &file)] {
            let path = path(route, package, file, &recipient);
            let shown = format!("{} {path}", route.method);
            for answer in
                [ask(&eve, route, &path, file).await, ask(&server.dropzone(), route, &path, file).await]
            {
                let expected = json!({ "response": "FAIL", "message": "not found or not permitted" });
                assert_eq!(answer, expected, "{shown}");
                asked += 1;
            }
        }
    }
    assert!(asked >= 6 * 20, "{asked}");

    let after = server.db().await.package(&draft.id).await.unwrap().unwrap();
    assert_eq!((after.state, after.updated, after.has_message), (before.state, before.updated, false));
    assert_eq!(server.db().await.files(&draft.id).await.unwrap().len(), 1);
    assert_eq!(server.db().await.recipients(&draft.id).await.unwrap().len(), 1);
    alice.done(Method::GET, &format!("/package/{}/", sent.id), json!(null)).await;
}

#[tokio::test]
async fn every_signed_route_refuses_strangers() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let (package, file) = alice.sent().await;
    for route in signed() {
        for slash in ["", "/"] {
            let path = path(route, &package, &file, "R");
            let path = format!("{}{slash}", path.trim_end_matches('/'));
            for prefix in [API_PREFIX, DROPZONE_PREFIX] {
                let request =
                    server.http.request(route.method.clone(), server.url(&format!("{prefix}{path}")));
                let answer: Value =
                    request.json(&body(route, &file)).send().await.unwrap().json().await.unwrap();
                assert_eq!(answer["response"], "AUTHENTICATION_FAILED", "{} {prefix}{path}", route.method);
            }
        }
    }
}

#[tokio::test]
async fn every_route_lets_its_owner_in() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let key = json!({ "publicKey": public_key() });
    server.sql("UPDATE accounts SET admin = 1").await;
    for route in signed().filter(|route| !for_workspaces(route)) {
        // What is an approver's: see `approval.rs`.
        if route.access == Access::Approver || route.path.ends_with("approvals/") {
            continue;
        }
        // What is for those who send through requests, or about what they sent: see `requests.rs` and `share_uploads.rs`.
        if ["/request/terms/", "/package/{package}/request/"].contains(&route.path)
            || route.path.contains("{came}")
        {
            continue;
        }
        // What answers with octets: see `calls.rs`.
        if route.path.ends_with("download/") {
            continue;
        }
        // What can only be done with a finalized package, or only with a draft.
        let sent = ["seal/", "archive/", "{checksum}/", "download-urls/"]
            .iter()
            .any(|end| route.path.ends_with(end));
        let package = alice.package().await;
        let add = json!({ "email": "bob@example.com" });
        let added = alice.done(Method::PUT, &format!("/package/{}/recipient/", package.id), add).await;
        let message = json!({ "message": "aGVsbG8=" });
        alice.done(Method::PUT, &format!("/package/{}/message/", package.id), message).await;
        let sends = matches!(route.handler, Handler::Form(_));
        let completes = sends || route.path.ends_with("complete/") || route.path.ends_with("upload-urls/");
        let file = if completes {
            let file = alice.file(&package, &[b"x"]).await;
            let url = alice.upload_urls(&package, &file, 1).await.remove(0);
            assert_eq!(server.put(&url, "x").await, 200);
            file
        } else {
            alice.upload(&package, &[b"x"]).await
        };
        if sent {
            alice.finalize(&package).await;
        }
        let key = text(&alice.done(Method::PUT, "/public-key/", key.clone()).await, "id");
        let link = format!("/package/{}/link/{key}/", package.id);
        alice.done(Method::PUT, &link, json!({ "keycode": wrapped() })).await;
        let hook = json!({ "url": "https://hooks.example.com/", "events": ["package.opened"] });
        let hook = text(&alice.done(Method::PUT, "/webhook/", hook).await, "id");
        let group = alice.done(Method::PUT, "/group/", json!({ "groupName": "g" })).await;
        let group = format!("/group/{}/", text(&group, "contactGroupId"));
        let member = json!({ "userEmail": "bob@example.com" });
        let member = alice.done(Method::PUT, &format!("{group}user/"), member).await;
        if route.method == Method::DELETE {
            alice.done(Method::PUT, &format!("/package/{}{group}", package.id), json!(null)).await;
        }
        let path = path(route, &package, &file, &text(&added, "recipientId"))
            .replace("/K/", &format!("/{key}/"))
            .replace("/group/G/", &group)
            .replace("/webhook/W/", &format!("/webhook/{hook}/"))
            .replace(
                "/dropzone/D/",
                &format!("/dropzone/{}/", server.dropzone_of("alice@example.com").await.id),
            )
            .replace("{request}", &text(&requests::request(&alice, json!({})).await, "requestId"))
            .replace("/U/", &format!("/{}/", text(&member, "userId")));
        let answer = ask(&alice, route, &path, &file).await;
        assert_eq!(answer["response"], "SUCCESS", "{path}: {answer}");
        server.sql("DELETE FROM webhooks").await;
        if !route.path.starts_with("/public-key/{") || route.method != Method::DELETE {
            alice.done(Method::DELETE, &format!("/public-key/{key}/"), json!(null)).await;
        }
    }
}

#[tokio::test]
async fn a_dropzone_touches_only_its_own_drafts() {
    let server = TestServer::start().await;
    let dropzone = server.dropzone();
    let package = dropzone.package().await;
    let file = dropzone.upload(&package, &[b"x"]).await;
    dropzone.done(Method::GET, &format!("/package/{}/", package.id), json!(null)).await;
    dropzone.finalize(&package).await;
    // But for the very same call, repeated, which changes nothing.
    dropzone.finalize(&package).await;
    let path_of_it = format!("/package/{}/finalize/", package.id);
    for other in [json!({ "checksum": WRONG_CHECKSUM }), json!({ "checksum": CHECKSUM, "seal": "abc" })] {
        dropzone.fails(Method::POST, &path_of_it, other, "FAIL").await;
    }
    for route in about_packages().filter(|route| route.access != Access::Finalize) {
        let answer = ask(&dropzone, route, &path(route, &package, &file, "R"), &file).await;
        assert_eq!(answer["response"], "FAIL", "{} {}", route.method, route.path);
    }
}

#[tokio::test]
async fn a_dropzone_has_no_account() {
    let server = TestServer::start().await;
    for path in ["/user/", "/config/verify-credentials/"] {
        server.dropzone().fails(Method::GET, path, json!(null), "FAIL").await;
    }
}

#[tokio::test]
async fn recipients_read_what_is_sent_to_them_and_nothing_else() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let package = alice.package().await;
    let file = alice.upload(&package, &[b"x"]).await;
    let message = json!({ "message": "aGVsbG8=" });
    alice.done(Method::PUT, &format!("/package/{}/message/", package.id), message).await;
    let add = json!({ "emails": ["BOB@example.com"] });
    alice.done(Method::PUT, &format!("/package/{}/recipients/", package.id), add).await;
    let information = format!("/package/{}/", package.code);
    bob.fails(Method::GET, &information, json!(null), "FAIL").await;
    let finalize = json!({ "checksum": CHECKSUM });
    let done = alice.done(Method::POST, &format!("/package/{}/finalize/", package.id), finalize).await;
    assert_eq!((&done["needsLink"], &done["recipients"]), (&json!(true), &json!(["bob@example.com"])));

    let seen = bob.done(Method::GET, &information, json!(null)).await;
    assert_eq!(
        (seen["files"].as_array().unwrap().len(), seen["recipients"].as_array().unwrap().len()),
        (1, 0)
    );
    let wanted = json!({ "startSegment": 1, "endSegment": 26, "checksum": CHECKSUM });
    let urls = format!("/package/{}/file/{file}/download-urls/", package.id);
    bob.done(Method::POST, &urls, wanted).await;
    // SendSafely's Python client asks for this ahead of every download.
    let about = bob.done(Method::GET, &format!("/package/{}/file/{file}", package.id), json!(null)).await;
    assert_eq!(
        (&about["file"]["fileName"], &about["file"]["fileParts"]),
        (&seen["files"][0]["fileName"], &json!(1))
    );
    bob.done(Method::GET, &format!("/package/{}/message/{CHECKSUM}", package.id), json!(null)).await;
    let wrong = json!({ "startSegment": 1, "endSegment": 1, "checksum": "0".repeat(64) });
    bob.fails(Method::POST, &urls, wrong, "FAIL").await;
    for route in about_packages().filter(|route| !matches!(route.access, Access::Reader | Access::Review)) {
        let answer =
            bob.call(route.method.clone(), &path(route, &package, &file, "R"), body(route, &file)).await;
        assert_eq!(answer["response"], "FAIL", "{} {}", route.method, route.path);
    }
    // The sender sees what was opened.
    let seen = alice.done(Method::GET, &information, json!(null)).await;
    let confirmations = seen["recipients"][0]["confirmations"].as_array().unwrap().clone();
    assert_eq!(
        confirmations.iter().map(|c| c["isMessage"].as_bool().unwrap()).collect::<Vec<_>>(),
        [false, true]
    );
    assert_eq!(seen["packageStateStr"], "Active - Pickup Complete");
    // Nobody else, even with the code.
    let eve = server.account("eve@example.com").await;
    eve.fails(Method::GET, &information, json!(null), "FAIL").await;
}

#[tokio::test]
async fn without_recipients_any_account_with_the_link_reads() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let (package, file) = alice.sent().await;
    // SendSafely's clients take the code out of the link, and go on with the id that it leads to.
    let seen = bob.done(Method::GET, &format!("/package/{}/", package.code), json!(null)).await;
    assert_eq!(seen["packageId"], package.id);
    bob.done(Method::GET, &format!("/package/{}/", package.id), json!(null)).await;
    let urls = format!("/package/{}/file/{file}/download-urls/", package.id);
    let wanted = |checksum: &str| json!({ "startSegment": 1, "endSegment": 2, "checksum": checksum });
    bob.done(Method::POST, &urls, wanted(CHECKSUM)).await;
    bob.fails(Method::POST, &urls, wanted(WRONG_CHECKSUM), "FAIL").await;
}

#[tokio::test]
async fn every_link_route_needs_its_token() {
    let server = TestServer::start().await;
    let (package, file) = server.dropzone().sent().await;
    let (other, _) = server.dropzone().sent().await;
    let (_, opened) = server.open(&other.code, CHECKSUM).await;
    let foreign = text(&opened, "token");
    let (_, opened) = server.open(&package.code, CHECKSUM).await;
    let token = text(&opened, "token");
    let (end, tag) = token.split_once('.').unwrap();
    let later = format!("{}.{tag}", end.parse::<u64>().unwrap() + 1);
    let routes = ROUTES.iter().filter(|route| route.surface == Surface::Link);
    let mut asked = 0;
    for route in routes.filter(|route| route.access == Access::LinkToken) {
        for token in [None, Some(""), Some("0."), Some(foreign.as_str()), Some(later.as_str()), Some(tag)] {
            let path = path(route, &package, &file, "");
            let body = Some(body(route, &file)).filter(|body| !body.is_null());
            let (status, answer) = server.link(route.method.clone(), &path, token, body).await;
            assert_eq!((status, &answer["code"]), (401, &json!("TOKEN_INVALID")), "{path} {token:?}");
            asked += 1;
        }
    }
    assert_eq!(asked, 18);
}

#[test]
fn open_routes_are_these_alone() {
    let open: Vec<String> = ROUTES
        .iter()
        .filter(|route| matches!(route.access, Access::Anyone | Access::Unsigned))
        .map(|route| format!("{} {}{}", route.method, route.surface.prefixes()[0], route.path))
        .collect();
    let expected = [
        &format!("PUT {API_PREFIX}/register/"),
        &format!("PUT {API_PREFIX}/generate-key/"),
        &format!("POST {API_PREFIX}/generate-key/{{token}}/"),
        &format!("PUT {API_PREFIX}/generate-key/oauth/"),
        &format!("GET {LINK_PREFIX}/{{code}}/"),
        &format!("POST {LINK_PREFIX}/{{code}}/unlock/"),
        &format!("POST {LINK_PREFIX}/{{code}}/open/"),
        &format!("POST {LINK_PREFIX}/{{code}}/verification/"),
        &format!("POST {LINK_PREFIX}/{{code}}/verification/code/"),
        &format!("POST {LINK_PREFIX}/{{code}}/verification/code/enter/"),
        &format!("POST {LINK_PREFIX}/{{code}}/verification/sign-in/"),
        &format!("POST {LINK_PREFIX}/{{code}}/verification/sign-in/end/"),
        &format!("POST {SESSION_PREFIX}/sign-in/"),
        &format!("POST {SESSION_PREFIX}/register/"),
        &format!("POST {SESSION_PREFIX}/password/forgotten/"),
        &format!("POST {SESSION_PREFIX}/password/reset/"),
        "POST /oauth/token/",
        "POST /upload/",
        "GET /upload/finish/",
        "POST /upload/finish/",
        "GET /api/v2.0/openapi.json/",
        "GET /healthz/",
        "GET /",
        "GET /receive/",
        "GET /account/",
        "GET /packages/",
        "GET /workspaces/",
        "GET /request/",
        "GET /requests/",
        "GET /static/{*path}",
        "GET /bulla/{*path}",
    ];
    assert_eq!(open, expected);
    let raw = ROUTES.iter().filter(|route| matches!(route.handler, Handler::Raw(_)));
    assert!(raw.clone().all(|route| matches!(route.access, Access::Anyone | Access::Presigned)));
}

#[tokio::test]
async fn sending_without_an_account_is_for_loopback_names_alone() {
    let server = TestServer::start().await;
    let ask = |host: Option<&'static str>, origin: Option<&'static str>| {
        let url = server.url(&format!("{DROPZONE_PREFIX}/package/"));
        let mut request = server.http.put(url).header("ss-api-key", "open").body("{}");
        request = host.into_iter().fold(request, |request, host| request.header("host", host));
        request = origin.into_iter().fold(request, |request, origin| request.header("origin", origin));
        async { text(&request.send().await.unwrap().json().await.unwrap(), "response") }
    };
    assert_eq!(ask(None, None).await, "SUCCESS");
    assert_eq!(ask(Some("localhost:1"), Some("http://localhost:1")).await, "SUCCESS");
    assert_eq!(ask(Some("evil.example"), None).await, "AUTHENTICATION_FAILED");
    assert_eq!(ask(None, Some("http://evil.example")).await, "AUTHENTICATION_FAILED");
    assert_eq!(ask(None, Some("null")).await, "AUTHENTICATION_FAILED");
}

#[tokio::test]
async fn sending_without_an_account_is_closed_behind_a_public_url() {
    let url = Some("https://files.example.com".to_owned());
    let closed = TestServer::start_with(|settings| settings.public_url = url.clone()).await;
    closed.dropzone().fails(Method::PUT, "/package/", json!({}), "AUTHENTICATION_FAILED").await;
    let opened = TestServer::start_with(|settings| {
        settings.public_url = url;
        settings.open_sending = Some(true);
    })
    .await;
    let package = opened.dropzone().package().await;
    let file = opened.dropzone().file(&package, &[b"x"]).await;
    let urls = opened.dropzone().upload_urls(&package, &file, 1).await;
    assert!(urls[0].starts_with("https://files.example.com/blob/"), "{}", urls[0]);
}
