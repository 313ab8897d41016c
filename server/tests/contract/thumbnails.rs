//! Thumbnails: where they go, who is led to them, and that they count as nothing.

use bulla::api::SHAREFILE_PREFIX;
use bulla::api::limits::MAX_THUMBNAIL;
use reqwest::Method;
use serde_json::{Value, json};

use crate::bearer;
use crate::shares::open;
use crate::support::{Account, Caller, Draft, TestServer, files_below, text};

/// The places of a file's thumbnails: of 75 and of 600 pixels.
async fn places(account: &Account<'_>, package: &Draft, file: &str) -> [String; 2] {
    let path = format!("/package/{}/file/{file}/thumbnail-urls/", package.id);
    let answer = account.done(Method::POST, &path, json!({})).await;
    let places = answer["thumbnails"].as_array().unwrap();
    assert_eq!([&places[0]["size"], &places[1]["size"]], [75, 600]);
    [text(&places[0], "url"), text(&places[1], "url")]
}

async fn asked(server: &TestServer, package: &Draft, token: &str, file: &str, size: u16) -> (u16, Value) {
    let path = format!("/{}/file/{file}/thumbnail", package.code);
    server.link(Method::POST, &path, Some(token), Some(json!({ "size": size }))).await
}

#[tokio::test]
async fn thumbnails_are_led_to_and_count_as_nothing() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let package = alice.package().await;
    let (one, two) = (alice.upload(&package, &[b"1"]).await, alice.upload(&package, &[b"2"]).await);
    let [small, large] = places(&alice, &package, &one).await;
    let too_large = usize::try_from(MAX_THUMBNAIL).unwrap() + 1;
    assert_eq!(server.put(&large, vec![0; too_large]).await, 413);
    assert_eq!(server.put(&small, "small").await, 200);
    assert_eq!(server.put(&small, "other!").await, 409, "what is there stays");
    let path = format!("/package/{}/file/{one}/thumbnail-urls/", package.id);
    bob.fails(Method::POST, &path, json!({}), "FAIL").await;
    alice.finalize(&package).await;
    alice.fails(Method::POST, &path, json!({}), "FAIL").await;

    let token = bearer::token(&alice, "sharefile").await;
    let call = async |method: Method, path: &str, body: Value| {
        let url = server.url(&format!("{SHAREFILE_PREFIX}{path}"));
        let direct = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        direct.request(method, url).bearer_auth(&token).json(&body).send().await.unwrap()
    };
    let order = json!({ "Items": [{ "Id": one }], "MaxDownloads": 1 });
    let share = text(&call(Method::POST, "/Shares", order).await.json::<Value>().await.unwrap(), "Id");

    // Who opened the share is led to those of its files, and that is no download.
    let (_, opened) = open(&server, &package, Some(&share), None).await;
    let token = text(&opened, "token");
    let (status, there) = asked(&server, &package, &token, &one, 75).await;
    assert_eq!(status, 200, "{there}");
    assert_eq!(server.get(&text(&there, "url")).await.text().await.unwrap(), "small");
    assert_eq!(asked(&server, &package, &token, &one, 600).await, (200, json!({})), "there is none");
    assert_eq!(asked(&server, &package, &token, &one, 76).await.0, 400);
    assert_eq!(asked(&server, &package, &token, &two, 75).await.0, 404, "it is not shared");
    assert_eq!(asked(&server, &package, "1.x", &one, 75).await.0, 401);
    let path = format!("/Shares({share})/Recipients({share})");
    let recipient: Value = call(Method::GET, &path, json!(null)).await.json().await.unwrap();
    assert_eq!(recipient["DownloadCount"], 0);
    assert!(text(&recipient, "LastOpened").ends_with('Z'), "{recipient}");

    // Whose share it is finds them by ShareFile's API.
    let thumbnail = format!("/Shares({share})/Items({one})/Thumbnail");
    let led = call(Method::GET, &thumbnail, json!(null)).await;
    assert_eq!(led.status().as_u16(), 302);
    let url = led.headers()["location"].to_str().unwrap();
    assert_eq!(server.get(url).await.text().await.unwrap(), "small");
    let told = call(Method::GET, &format!("{thumbnail}?size=75&redirect=false"), json!(null)).await;
    let told: Value = told.json().await.unwrap();
    assert_eq!([&told["Method"], &told["Available"]], [&json!("GET"), &json!(true)]);
    assert_eq!(server.get(&text(&told, "Uri")).await.text().await.unwrap(), "small");
    for (path, status) in [
        (format!("{thumbnail}?size=600"), 404),
        (format!("{thumbnail}?size=100"), 400),
        (format!("/Shares({share})/Items({two})/Thumbnail"), 404),
    ] {
        assert_eq!(call(Method::GET, &path, json!(null)).await.status().as_u16(), status, "{path}");
    }
}

#[tokio::test]
async fn thumbnails_go_with_their_file() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let package = alice.package().await;
    let (one, two) = (alice.upload(&package, &[b"1"]).await, alice.upload(&package, &[b"2"]).await);
    for file in [&one, &two] {
        for place in places(&alice, &package, file).await {
            assert_eq!(server.put(&place, "picture").await, 200);
        }
    }
    assert_eq!(files_below(&server.objects()).len(), 6);
    alice.done(Method::DELETE, &format!("/package/{}/file/{one}/", package.id), json!(null)).await;
    server.domain().await.sweep().await.unwrap();
    let left = files_below(&server.objects());
    assert!(left.len() == 3 && left.iter().all(|path| path.to_string_lossy().contains(&two)), "{left:?}");
}
