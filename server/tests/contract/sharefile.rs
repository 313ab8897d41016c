//! ShareFile's API of shares: what it makes, tells and refuses, and to whom.

use bulla::api::SHAREFILE_PREFIX;
use bulla_server::http::{ROUTES, Surface};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::{Account, CHECKSUM, Caller, TestServer, text};
use crate::workspaces::{directory, upload, workspace};
use crate::{bearer, described, shares};

/// One who shows a bearer token.
struct Client<'a> {
    server: &'a TestServer,
    token: String,
}

impl<'a> Client<'a> {
    async fn of(account: &Account<'a>) -> Self {
        Self { server: account.server, token: bearer::token(account, "sharefile").await }
    }

    async fn call(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let url = self.server.url(&format!("{SHAREFILE_PREFIX}{path}"));
        let request = self.server.http.request(method.clone(), url).bearer_auth(&self.token);
        let request = if body.is_null() { request } else { request.json(&body) };
        answered(&method, path, request).await
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        self.call(Method::GET, path, Value::Null).await
    }

    async fn share(&self, order: Value) -> Value {
        let (status, made) = self.call(Method::POST, "/Shares", order).await;
        assert_eq!(status, 200, "{made}");
        made
    }
}

/// The status and answer of a request, held against its description.
async fn answered(method: &Method, path: &str, request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    assert_eq!(headers["cache-control"], "no-store", "{path}");
    assert_eq!(headers.contains_key("www-authenticate"), status == 401, "{path}");
    let answer: Value = response.json().await.unwrap();
    let path = path.replace('(', "/").replace(')', "");
    described::check(method, &format!("{SHAREFILE_PREFIX}{path}"), status, &answer);
    if status != 200 {
        assert_eq!(answer["message"]["lang"], "en-US");
    }
    (status, answer)
}

fn code((status, answer): (u16, Value)) -> (u16, String) {
    (status, text(&answer, "code"))
}

fn missing() -> (u16, String) {
    (404, "NotFound".to_owned())
}

#[tokio::test]
async fn a_share_is_made_told_listed_opened_and_deleted() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let client = Client::of(&alice).await;
    let (package, file) = alice.sent().await;
    let made = client
        .share(json!({
            "ShareType": "Send", "Title": "Sample Send Share", "Items": [{ "Id": file }],
            "Recipients": [{ "User": { "Email": "Bob@example.com" } }], "ExpirationDate": "2099-07-23",
            "RequireLogin": false, "RequireUserInfo": false, "MaxDownloads": 1, "UsesStreamIDs": false,
        }))
        .await;
    let id = text(&made, "Id");
    for (field, value) in [
        ("ShareType", json!("Send")),
        ("Title", json!("Sample Send Share")),
        ("ExpirationDate", json!("2099-07-24T00:00:00Z")),
        ("MaxDownloads", json!(1)),
        ("RequireLogin", json!(false)),
        ("RequireUserInfo", json!(false)),
        ("IsViewOnly", json!(false)),
        ("ShareAccessRight", json!({ "AccessRightType": "FullControl" })),
        ("UsesStreamIDs", json!(false)),
        ("PackageId", json!(package.id)),
    ] {
        assert_eq!(made[field], value, "{field}");
    }
    for path in ["/Shares({})", "/Shares/{}", "/Shares({})/", "/Shares({})?includeExpired=false"] {
        assert_eq!(client.get(&path.replace("{}", &id)).await, (200, made.clone()));
    }
    let listed = json!({ "odata.count": 1, "value": [made] });
    assert_eq!(client.get("/Shares").await, (200, listed.clone()));
    assert_eq!(shares::open(&server, &package, Some(&id), None).await.0, 200);

    // It has ended: its owner sees it all the same, in the list unless asked not to.
    server.sql("UPDATE shares SET expires = 1").await;
    assert_eq!(client.get(&format!("/Shares({id})?includeExpired=false")).await.0, 200);
    assert_eq!(client.get("/Shares").await.1["odata.count"], 1);
    let lasting = client.get("/Shares?includeExpired=false").await;
    assert_eq!(lasting, (200, json!({ "odata.count": 0, "value": [] })));

    assert_eq!(client.call(Method::DELETE, &format!("/Shares({id})"), Value::Null).await.0, 200);
    assert_eq!(code(client.call(Method::DELETE, &format!("/Shares({id})"), Value::Null).await), missing());
    assert_eq!(code(client.get(&format!("/Shares({id})")).await), missing());
    assert_eq!(client.get("/Shares").await.1["odata.count"], 0);
    assert_eq!(shares::open(&server, &package, Some(&id), None).await.0, 410);
}

#[tokio::test]
async fn the_terms_of_a_share_have_their_defaults_and_both_spellings() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let client = Client::of(&alice).await;
    let (package, file) = alice.sent().await;
    let with = |more: Value| {
        let mut order = json!({ "Items": [{ "Id": file }] });
        order.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        client.share(order)
    };
    let usual = with(json!({ "MaxDownloads": -1 })).await;
    assert_eq!((&usual["MaxDownloads"], &usual["Title"]), (&json!(-1), &json!("")));
    let record = server.db().await.share_by_id(&text(&usual, "Id")).await.unwrap().unwrap();
    assert_eq!(record.expires, Some(record.created + 30 * 86_400));
    for (date, end) in [
        ("9999-12-31", "9999-12-31T00:00:00Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T00:00:00Z"),
        ("2099-01-01T10:00:00+01:00", "2099-01-01T09:00:00Z"),
    ] {
        assert_eq!(with(json!({ "ExpirationDate": date })).await["ExpirationDate"], end);
    }
    for (asked, only_view) in [
        (json!({ "IsViewOnly": true }), true),
        (json!({ "ShareAccessRight": { "AccessRightType": "ViewOnline" } }), true),
        (json!({ "ShareAccessRight": { "ShareAccessRightType": "ViewOnline" } }), true),
        (json!({ "IsViewOnly": true, "ShareAccessRight": { "AccessRightType": "FullControl" } }), false),
        (json!({ "IsViewOnly": true, "ShareAccessRight": { "ShareAccessRightType": "FullControl" } }), false),
        (json!({ "IsViewOnly": true, "ShareAccessRight": {} }), true),
    ] {
        let made = with(asked).await;
        let right = if only_view { "ViewOnline" } else { "FullControl" };
        assert_eq!(
            (&made["IsViewOnly"], &made["ShareAccessRight"]["AccessRightType"]),
            (&json!(only_view), &json!(right))
        );
        let (_, opened) = shares::open(&server, &package, Some(&text(&made, "Id")), None).await;
        assert_eq!(opened["viewOnly"] == true, only_view);
    }
    for (field, refusal) in [("RequireLogin", "LOGIN_REQUIRED"), ("RequireUserInfo", "USER_INFO_REQUIRED")] {
        let made = with(json!({ field: true })).await;
        let (status, refused) = shares::open(&server, &package, Some(&text(&made, "Id")), None).await;
        assert_eq!((&made[field], status, &refused["code"]), (&json!(true), 401, &json!(refusal)));
    }
}

#[tokio::test]
async fn recipients_come_one_by_one_each_with_an_alias_of_its_own() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let client = Client::of(&alice).await;
    let (package, file) = alice.sent().await;
    let to = json!([{ "User": { "Email": "Bob@example.com", "FirstName": "Bob" } }]);
    let order = json!({ "Items": [{ "Id": file }], "MaxDownloads": 1, "Recipients": to });
    let made = client.share(order).await;
    let id = text(&made, "Id");
    let query = "Email=carol@example.com&FirstName=Carol&LastName=C&Company=Acme%20Inc";
    let path = format!("/Shares({id})/Recipients?{query}");
    let (status, carol) = client.call(Method::POST, &path, Value::Null).await;
    let user =
        json!({ "Email": "carol@example.com", "FirstName": "Carol", "LastName": "C", "Company": "Acme Inc" });
    assert_eq!((status, &carol["User"]), (200, &user));
    let path = format!("/Shares({id})/Alias?email=dave@example.com&notify=false");
    let (status, mut by_alias) = client.call(Method::POST, &path, Value::Null).await;
    let dave = text(&by_alias, "AliasID");
    by_alias.as_object_mut().unwrap().remove("AliasID");
    assert_eq!((status, by_alias), (200, made));

    // The first stands for all who are not told apart.
    let (_, feed) = client.get(&format!("/Shares({id})/Recipients")).await;
    let known = feed["value"].as_array().unwrap();
    let addresses: Vec<_> = known.iter().map(|known| text(&known["User"], "Email")).collect();
    assert_eq!(addresses, ["", "bob@example.com", "carol@example.com", "dave@example.com"]);
    assert_eq!((&feed["odata.count"], &known[0]["Id"]), (&json!(4), &json!(id)));
    let of_dave = format!("/Shares({id})/Recipients({dave})");
    assert_eq!(client.get(&of_dave).await, (200, known[3].clone()));

    // Each counts by itself.
    let (_, opened) = shares::open(&server, &package, Some(&id), Some(&dave)).await;
    let urls = format!("/{}/file/{file}/download-urls", package.code);
    let wanted = json!({ "startSegment": 1, "endSegment": 2 });
    let token = text(&opened, "token");
    assert_eq!(server.link(Method::POST, &urls, Some(&token), Some(wanted)).await.0, 200);
    assert_eq!(client.get(&of_dave).await.1["DownloadCount"], 1);
    assert_eq!(shares::open(&server, &package, Some(&id), Some(&dave)).await.0, 410);
    assert_eq!(shares::open(&server, &package, Some(&id), Some(&text(&carol, "Id"))).await.0, 200);
    let other = client.share(json!({ "Items": [{ "Id": file }] })).await;
    let elsewhere = format!("/Shares({})/Recipients({dave})", text(&other, "Id"));
    assert_eq!(code(client.get(&elsewhere).await), missing());
}

#[tokio::test]
async fn items_are_files_in_their_version_and_directories() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let client = Client::of(&alice).await;
    let of_it = workspace(&alice).await;
    let within = directory(&alice, &of_it, None, "papers").await;
    let old = upload(&alice, &of_it, &within, "a", b"old").await;
    alice.finalize(&of_it.draft).await;
    let order = json!({ "Items": [{ "Id": old }, { "Id": within }] });
    let fixed = text(&client.share(order.clone()).await, "Id");
    let mut order = order;
    order["UsesStreamIDs"] = json!(true);
    let newest = text(&client.share(order).await, "Id");
    upload(&alice, &of_it, &within, "a", b"newer").await;
    for (share, size) in [(fixed, 3), (newest, 5)] {
        let (_, feed) = client.get(&format!("/Shares({share})/Items")).await;
        let items = feed["value"].as_array().unwrap();
        assert_eq!((&feed["odata.count"], items.len()), (&json!(2), 2));
        let [file, directory] = [&items[0], &items[1]];
        assert_eq!(
            (&file["odata.type"], &file["Id"], &file["FileSizeBytes"]),
            (&json!("ShareFile.Api.Models.File"), &json!(old), &json!(size))
        );
        assert_eq!(
            (&directory["odata.type"], &directory["Id"], &directory["Name"]),
            (&json!("ShareFile.Api.Models.Folder"), &json!(within), &json!("papers"))
        );
        for item in items {
            let path = format!("/Shares({share})/Items({})", text(item, "Id"));
            assert_eq!(client.get(&path).await, (200, item.clone()));
        }
        assert_eq!(code(client.get(&format!("/Shares({share})/Items(X)")).await), missing());
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused() {
    let server = TestServer::start().await;
    let (alice, eve) = (server.account("alice@example.com").await, server.account("eve@example.com").await);
    let client = Client::of(&alice).await;
    let ((_, file), (_, other)) = (alice.sent().await, alice.sent().await);
    let (_, foreign) = eve.sent().await;
    let draft = alice.package().await;
    let drafted = alice.upload(&draft, &[b"x"]).await;
    let item = json!([{ "Id": file }]);
    for (order, status) in [
        (json!({}), 400),
        (json!({ "Items": file }), 400),
        (json!({ "Items": [{ "id": file }] }), 400),
        (json!({ "Items": item, "ShareType": "Request" }), 400),
        (json!({ "Items": item, "ExpirationDate": "23.7.2099" }), 400),
        (json!({ "Items": item, "ExpirationDate": "2013-07-23" }), 400),
        (json!({ "Items": item, "MaxDownloads": 0 }), 400),
        (json!({ "Items": item, "MaxDownloads": -2 }), 400),
        (json!({ "Items": item, "MaxDownloads": 1_u64 << 40 }), 400),
        (json!({ "Items": item, "RequireLogin": "yes" }), 400),
        (json!({ "Items": item, "ShareAccessRight": { "AccessRightType": "None" } }), 400),
        (json!({ "Items": item, "Recipients": [{ "User": { "Id": "u" } }] }), 400),
        (json!({ "Items": item, "Recipients": [{ "User": { "Email": " " } }] }), 400),
        (json!({ "Items": item, "Recipients": [{ "User": { "Email": "nobody" } }] }), 400),
        (json!({ "Items": item, "Title": "https://example.com/#keyCode=x" }), 400),
        (json!({ "Items": item, "Title": "x".repeat(201) }), 400),
        (json!({ "Items": [] }), 404),
        (json!({ "Items": vec![json!({ "Id": file }); 1001] }), 413),
        (json!({ "Items": item, "Title": "x".repeat(2 << 20) }), 413),
        (json!({ "Items": [{ "Id": "X" }] }), 404),
        (json!({ "Items": [{ "Id": foreign }] }), 404),
        (json!({ "Items": [{ "Id": file }, { "Id": foreign }] }), 404),
        (json!({ "Items": [{ "Id": file }, { "Id": other }] }), 404),
        (json!({ "Items": [{ "Id": drafted }] }), 404),
    ] {
        let (given, answer) = client.call(Method::POST, "/Shares", order.clone()).await;
        assert_eq!(given, status, "{answer}: {order:.100}");
    }
    let order = json!({ "Items": item });
    for query in ["notify=true", "notify=perhaps"] {
        let path = format!("/Shares?{query}");
        assert_eq!(client.call(Method::POST, &path, order.clone()).await.0, 400, "{query}");
    }
    assert_eq!(client.get("/Shares?includeExpired=1").await.0, 400);
    assert_eq!(client.get("/Shares").await.1["odata.count"], 0, "nothing was made");
    let id = text(&client.share(order).await, "Id");
    for path in [
        "/Recipients",
        "/Recipients?Email=",
        "/Recipients?Email=nobody",
        "/Recipients?Email=a@example.com&FirstName=%00",
        "/Alias",
        "/Alias?email=",
        "/Alias?email=a@example.com&notify=true",
    ] {
        let refused = client.call(Method::POST, &format!("/Shares({id}){path}"), Value::Null).await;
        assert_eq!(code(refused), (400, "BadRequest".to_owned()), "{path}");
    }
    assert_eq!(client.get(&format!("/Shares({id})/Recipients")).await.1["odata.count"], 1);
}

#[tokio::test]
async fn every_route_refuses_strangers_and_tells_nobody_else_what_there_is() {
    let server = TestServer::start().await;
    let (alice, eve) = (server.account("alice@example.com").await, server.account("eve@example.com").await);
    let (client, stranger) = (Client::of(&alice).await, Client::of(&eve).await);
    let elsewhere = bearer::token(&alice, "secure-share").await;
    let (_, file) = alice.sent().await;
    let share = text(&client.share(json!({ "Items": [{ "Id": file }] })).await, "Id");
    let signed_in = server.signed_in("alice@example.com").await;
    let mut asked = 0;
    for route in ROUTES.iter().filter(|route| route.surface == Surface::ShareFile) {
        for path in route.paths() {
            let path = path.replace("{share}", &share).replace("{alias}", &share).replace("{item}", &file);
            let shown = format!("{} {path}", route.method);
            let bare = path.strip_prefix(SHAREFILE_PREFIX).unwrap();
            let ask = || server.http.request(route.method.clone(), server.url(&path));
            // Nobody; a token that is none, for elsewhere or in another scheme; a signature for another prefix; a
            // session.
            let other = alice.sign(route.method.clone(), bare, b"", 0, None).headers;
            let other = other.into_iter().fold(ask(), |ask, (name, value)| ask.header(name, value));
            for request in [
                ask(),
                ask().bearer_auth("x"),
                ask().bearer_auth(&elsewhere),
                ask().header("authorization", format!("Basic {}", client.token)),
                other,
                signed_in.request(route.method.clone(), &path),
            ] {
                let refused = answered(&route.method, bare, request).await;
                assert_eq!(code(refused), (401, "Unauthorized".to_owned()), "{shown}");
                asked += 1;
            }
            // Another account: the same answer as for what is not there.
            if route.path.contains("{share}") {
                let query = if route.method == Method::POST {
                    "?Email=e@example.com&email=e@example.com"
                } else {
                    ""
                };
                let there = stranger.call(route.method.clone(), &format!("{bare}{query}"), Value::Null).await;
                let gone = format!("{bare}{query}").replace(&share, "X");
                assert_eq!(stranger.call(route.method.clone(), &gone, Value::Null).await, there, "{shown}");
                assert_eq!(code(there), missing(), "{shown}");
            }
        }
    }
    assert_eq!(asked, 10 * 2 * 6);
    assert_eq!(stranger.get("/Shares").await.1["odata.count"], 0);
    assert_eq!(client.get(&format!("/Shares({share})/Recipients")).await.1["odata.count"], 1);
    for path in ["/Shares()", "/Other(x)", "/", "/Shares(a)(b)"] {
        let response = server.get(&server.url(&format!("{SHAREFILE_PREFIX}{path}"))).await;
        let status = response.status().as_u16();
        assert_eq!(code((status, response.json().await.unwrap())), missing(), "{path}");
    }
}

/// A signature covers the path as it was requested, with the prefix and the parentheses.
#[tokio::test]
async fn a_signature_stands_for_its_account() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let (_, file) = alice.sent().await;
    let body = json!({ "Items": [{ "Id": file }] }).to_string();
    let sent = async |method: Method, path: String, body: &str| {
        let signed = alice.sign_at(SHAREFILE_PREFIX, method, &path, body.as_bytes());
        let response = signed.send(&server).await;
        (response.status().as_u16(), response.json::<Value>().await.unwrap())
    };
    let (status, made) = sent(Method::POST, "/Shares".to_owned(), &body).await;
    assert_eq!(status, 200, "{made}");
    let id = text(&made, "Id");
    for path in [format!("/Shares({id})"), format!("/Shares/{id}/")] {
        assert_eq!(sent(Method::GET, path, "").await, (200, made.clone()));
    }
    let mut moved = alice.sign_at(SHAREFILE_PREFIX, Method::GET, &format!("/Shares({id})"), b"");
    moved.path = format!("{SHAREFILE_PREFIX}/Shares/{id}");
    assert_eq!(moved.send(&server).await.status(), 401);
}

/// A sealed package's receiver would take a part of it for tampered with.
#[tokio::test]
async fn a_sealed_package_is_shared_whole() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let client = Client::of(&alice).await;
    let package = alice.package().await;
    let files = [alice.upload(&package, &[b"1"]).await, alice.upload(&package, &[b"2"]).await];
    let sealed = json!({ "checksum": CHECKSUM, "seal": "abc", "undisclosedRecipients": true });
    alice.done(Method::POST, &format!("/package/{}/finalize/", package.id), sealed).await;
    let refused = client.call(Method::POST, "/Shares", json!({ "Items": [{ "Id": files[0] }] })).await;
    assert_eq!(code(refused), (409, "Conflict".to_owned()));
    client.share(json!({ "Items": [{ "Id": files[0] }, { "Id": files[1] }] })).await;
}
