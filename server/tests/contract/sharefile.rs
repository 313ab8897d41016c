//! ShareFile's API of shares: what it makes, tells and refuses, and to whom.

use bulla::api::SHAREFILE_PREFIX;
use bulla_server::http::{ROUTES, Surface};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::mailbox::Mailbox;
use crate::public_keys::{public_key, wrapped};
use crate::support::{Account, CHECKSUM, Caller, TestServer, text};
use crate::workspaces::{directory, upload, workspace};
use crate::{bearer, described, mails, shares};

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
    let (alice, eric) = (server.account("alice@example.com").await, server.account("eric@example.com").await);
    let client = Client::of(&alice).await;
    let (package, file) = alice.sent().await;
    let by_id = text(&eric.done(Method::GET, "/user/", Value::Null).await, "id");
    let to =
        json!([{ "User": { "Email": "Bob@example.com", "FirstName": "Bob" } }, { "User": { "Id": by_id } }]);
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
    assert_eq!(
        addresses,
        ["", "bob@example.com", "eric@example.com", "carol@example.com", "dave@example.com"]
    );
    assert_eq!((&feed["odata.count"], &known[0]["Id"]), (&json!(5), &json!(id)));
    let of_dave = format!("/Shares({id})/Recipients({dave})");
    assert_eq!(client.get(&of_dave).await, (200, known[4].clone()));

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
        (json!({ "Items": item, "Parent": { "Id": other } }), 404),
        (json!({ "Items": item, "ExpirationDate": "23.7.2099" }), 400),
        (json!({ "Items": item, "ExpirationDate": "2013-07-23" }), 400),
        (json!({ "Items": item, "MaxDownloads": 0 }), 400),
        (json!({ "Items": item, "MaxDownloads": -2 }), 400),
        (json!({ "Items": item, "MaxDownloads": 1_u64 << 40 }), 400),
        (json!({ "Items": item, "RequireLogin": "yes" }), 400),
        (json!({ "Items": item, "ShareAccessRight": { "AccessRightType": "None" } }), 400),
        (json!({ "Items": item, "Recipients": [{ "User": { "Id": "u" } }] }), 404),
        (json!({ "Items": item, "Recipients": [{ "User": { "FirstName": "Bob" } }] }), 400),
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
    let mut asked = 0;
    for route in ROUTES.iter().filter(|route| route.surface == Surface::ShareFile) {
        for path in route.paths() {
            let path = path.replace("{share}", &share).replace("{alias}", &share).replace("{item}", &file);
            let shown = format!("{} {path}", route.method);
            let bare = path.strip_prefix(SHAREFILE_PREFIX).unwrap();
            let ask = || server.http.request(route.method.clone(), server.url(&path));
            // Nobody; a token that is none, for elsewhere or in another scheme; a signature for another prefix.
            let other = alice.sign(route.method.clone(), bare, b"", 0, None).headers;
            let other = other.into_iter().fold(ask(), |ask, (name, value)| ask.header(name, value));
            for request in [
                ask(),
                ask().bearer_auth("x"),
                ask().bearer_auth(&elsewhere),
                ask().header("authorization", format!("Basic {}", client.token)),
                other,
            ] {
                let refused = answered(&route.method, bare, request).await;
                assert_eq!(code(refused), (401, "Unauthorized".to_owned()), "{shown}");
                asked += 1;
            }
            // Another account: the same answer as for what is not there.
            // Whoever has its id is led to a share.
            let leads = route.name.starts_with("visits::") && route.name != "visits::message";
            if route.path.contains("{share}") && !leads {
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
    assert_eq!(asked, 27 * 2 * 5);
    assert_eq!(stranger.get("/Shares").await.1["odata.count"], 0);
    assert_eq!(client.get(&format!("/Shares({share})/Recipients")).await.1["odata.count"], 1);
    for path in ["/Shares()", "/Other(x)", "/", "/Shares(a)(b)"] {
        let response = server.get(&server.url(&format!("{SHAREFILE_PREFIX}{path}"))).await;
        let status = response.status().as_u16();
        assert_eq!(code((status, response.json().await.unwrap())), missing(), "{path}");
    }
}

#[tokio::test]
async fn a_session_of_this_servers_own_pages_stands_for_its_account() {
    let server = TestServer::start().await;
    let alice = server.signed_in("alice@example.com").await;
    let path = format!("{SHAREFILE_PREFIX}/Shares");
    let answer = alice.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let foreign = alice.request(Method::GET, &path).header("origin", "https://elsewhere.example");
    assert_eq!(foreign.send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn a_share_is_changed_and_its_items_come_to_those_that_are_there_or_replace_them() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let client = Client::of(&alice).await;
    let package = alice.package().await;
    let mut files = Vec::new();
    for name in ["1", "2", "3"] {
        files.push(alice.upload(&package, &[name.as_bytes()]).await);
    }
    alice.finalize(&package).await;
    let order =
        json!({ "Title": "Old", "Items": [{ "Id": files[0] }], "MaxDownloads": 3, "IsViewOnly": true });
    let made = client.share(order).await;
    let path = format!("/Shares({})", text(&made, "Id"));
    let change = async |query: &str, change: Value| {
        client.call(Method::PATCH, &format!("{path}{query}"), change).await
    };
    let items = async || {
        let (_, feed) = client.get(&format!("{path}/Items")).await;
        feed["value"].as_array().unwrap().iter().map(|item| text(item, "Id")).collect::<Vec<_>>()
    };
    assert_eq!(change("", json!({})).await, (200, made.clone()), "what is missing stays");
    let (status, changed) = change(
        "",
        json!({ "Title": "New", "ExpirationDate": "2098-01-01", "RequireLogin": true, "RequireUserInfo": true,
            "MaxDownloads": -1, "ShareAccessRight": { "AccessRightType": "FullControl" } }),
    )
    .await;
    assert_eq!(status, 200, "{changed}");
    for (field, value) in [
        ("Title", json!("New")),
        ("ExpirationDate", json!("2098-01-02T00:00:00Z")),
        ("RequireLogin", json!(true)),
        ("RequireUserInfo", json!(true)),
        ("MaxDownloads", json!(-1)),
        ("IsViewOnly", json!(false)),
    ] {
        assert_eq!(changed[field], value, "{field}");
    }
    assert_eq!(client.get(&path).await, (200, changed));
    let of = |chosen: &[&String]| json!({ "Items": chosen.iter().map(|id| json!({ "Id": id })).collect::<Vec<_>>() });
    let [one, two, three] = [&files[0], &files[1], &files[2]];
    assert_eq!(change("", of(&[two, one])).await.0, 200);
    assert_eq!(items().await, [one.clone(), two.clone()]);
    assert_eq!(change("?appendItemsFeed=false", of(&[three, two])).await.0, 200);
    assert_eq!(items().await, [three.clone(), two.clone()]);

    let (_, foreign) = alice.sent().await;
    for (refused, status) in [
        (of(&[&foreign]), 404),
        (of(&[]), 413),
        (json!({ "MaxDownloads": 0 }), 400),
        (json!({ "ExpirationDate": "2013-07-23" }), 400),
        (json!({ "Title": "keyCode=x" }), 400),
    ] {
        assert_eq!(change("", refused.clone()).await.0, status, "{refused}");
    }
    assert_eq!(items().await, [three.clone(), two.clone()]);
    server.sql("UPDATE shares SET expires = 1").await;
    assert_eq!(code(change("", json!({ "Title": "Newer" })).await), missing());
    let (status, mended) = change("?includeExpired=true", json!({ "ExpirationDate": "9999-12-31" })).await;
    assert_eq!((status, &mended["ExpirationDate"]), (200, &json!("9999-12-31T00:00:00Z")));
    let (_, log) = logged(&alice, &package.id).await;
    assert_eq!(&log[..2], ["SHARE_UPDATED", "SHARE_UPDATED"]);
}

/// What was done with a package, the newest first.
async fn logged(owner: &Account<'_>, package: &str) -> (Vec<String>, Vec<String>) {
    let log = owner.done(Method::POST, &format!("/package/{package}/activityLog/"), json!({})).await;
    let entries = log["activityLogEntries"].as_array().unwrap().iter();
    entries.map(|entry| (text(entry, "actionDescription"), text(entry, "action"))).unzip()
}

#[tokio::test]
async fn a_download_leads_to_the_receive_page_for_all_or_single_items() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let (client, reader) = (Client::of(&alice).await, Client::of(&bob).await);
    let of_it = workspace(&alice).await;
    let within = directory(&alice, &of_it, None, "papers").await;
    let inner = upload(&alice, &of_it, &within, "inner", b"1").await;
    let old = upload(&alice, &of_it, &of_it.root, "a", b"old").await;
    alice.finalize(&of_it.draft).await;
    let to = json!([{ "User": { "Email": "bob@example.com" } }]);
    let order =
        json!({ "Items": [{ "Id": old }, { "Id": within }], "UsesStreamIDs": true, "Recipients": to });
    let share = text(&client.share(order).await, "Id");
    let newest = upload(&alice, &of_it, &of_it.root, "a", b"new").await;
    let (_, feed) = client.get(&format!("/Shares({share})/Recipients")).await;
    let alias = text(&feed["value"][1], "Id");
    let page = format!(
        "{}/receive/?thread={}&packageCode={}&share={share}",
        server.url(""),
        of_it.draft.id,
        of_it.draft.code
    );
    let of_bob = format!("{page}&alias={alias}");
    let path = format!("/Shares({share})");
    let mine = format!("{path}/Recipients({alias})");
    for (asked, there) in [
        (format!("{path}/Download?redirect=false"), page.clone()),
        (format!("{path}/Download?id={old}&redirect=false"), format!("{page}&item={newest}")),
        (format!("{path}/Download({within})?redirect=false"), format!("{page}&item={within}")),
        (format!("{path}/Items({old})/Download?redirect=false"), format!("{page}&item={newest}")),
        (format!("{mine}/DownloadWithAlias?redirect=false"), of_bob.clone()),
        (format!("{mine}/DownloadWithAlias?id={old}&redirect=false"), format!("{of_bob}&item={newest}")),
        (format!("{mine}/DownloadWithAlias({within})?redirect=false"), format!("{of_bob}&item={within}")),
        (format!("{mine}/Download?redirect=false"), of_bob.clone()),
    ] {
        assert_eq!(reader.get(&asked).await, (200, json!({ "DownloadUrl": there })), "{asked}");
    }
    let bulk = format!("{mine}/BulkDownload?redirect=false");
    let several = json!({ "DownloadUrl": format!("{of_bob}&item={within}&item={newest}") });
    assert_eq!(reader.call(Method::POST, &bulk, json!([within, old])).await, (200, several));

    // By itself, unless asked not to.
    let direct = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    for (method, asked, there) in [
        (Method::GET, format!("{path}/Download"), &page),
        (Method::GET, format!("{mine}/DownloadWithAlias?redirect=true"), &of_bob),
    ] {
        let url = server.url(&format!("{SHAREFILE_PREFIX}{asked}"));
        let answer = direct.request(method, url).bearer_auth(&reader.token).send().await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()),
            (302, &**there)
        );
        assert_eq!(answer.headers()["cache-control"], "no-store");
    }
    let redirection = json!({ "Method": "GET", "Uri": page, "Available": true });
    assert_eq!(reader.get(&format!("{path}/Redirection")).await, (200, redirection));

    // Only what was shared by itself, and not what lies in it.
    for asked in [
        format!("{path}/Download({inner})"),
        format!("{path}/Download?id=X"),
        format!("{path}/Recipients(X)/DownloadWithAlias"),
        "/Shares(X)/Download".to_owned(),
    ] {
        assert_eq!(code(reader.get(&asked).await), missing(), "{asked}");
    }
    for (asked, status) in [(json!([inner]), 404), (json!([]), 400), (json!({ "ids": [old] }), 400)] {
        let refused = reader.call(Method::POST, &format!("{mine}/BulkDownload"), asked.clone()).await;
        assert_eq!(refused.0, status, "{asked}");
    }
    server.sql("UPDATE shares SET expires = 1").await;
    for asked in ["Download", "Redirection"] {
        assert_eq!(code(reader.get(&format!("{path}/{asked}")).await), missing());
    }
    assert_eq!(client.get(&format!("{path}/Redirection")).await.1["Available"], false);
    let several = format!("{mine}/BulkDownload?redirect=false&includeExpired=true");
    assert_eq!(reader.call(Method::POST, &several, json!([old])).await.0, 200);
}

#[tokio::test]
async fn who_downloads_is_told_to_a_share_that_asks() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let (client, reader) = (Client::of(&alice).await, Client::of(&bob).await);
    let (package, file) = alice.sent().await;
    let share =
        text(&client.share(json!({ "Items": [{ "Id": file }], "RequireUserInfo": true })).await, "Id");
    let path = format!("/Shares({share})/Download?redirect=false");
    let said = "&Name=Bob%20van%20B&Email=bob@example.com&Company=Acme";
    let (status, led) = reader.get(&format!("{path}{said}")).await;
    assert_eq!(status, 200, "{led}");
    let url = text(&led, "DownloadUrl");
    let (_, alias) = url.rsplit_once("&alias=").unwrap();
    let (_, bob) = client.get(&format!("/Shares({share})/Recipients({alias})")).await;
    let user =
        json!({ "Email": "bob@example.com", "FirstName": "Bob", "LastName": "van B", "Company": "Acme" });
    assert_eq!(bob["User"], user);
    assert_eq!(shares::open(&server, &package, Some(&share), Some(alias)).await.0, 200);
    // The page asks for what was not said.
    assert!(!text(&reader.get(&path).await.1, "DownloadUrl").contains("alias"));
    let part = reader.get(&format!("{path}&Name=Bob&Email=bob@example.com&Company=Acme")).await;
    assert_eq!(part.0, 401);
    assert_eq!(reader.get(&format!("{path}&Name=B%20B&Email=nobody&Company=Acme")).await.0, 400);
}

#[tokio::test]
async fn who_was_sent_a_share_is_written_to_without_its_key_and_finds_it_in_the_inbox() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, false).await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let (client, reader) = (Client::of(&alice).await, Client::of(&bob).await);
    let package = alice.package().await;
    // Its parts cannot be fetched from where the settings say that this server is; nor need they be.
    let announced = json!({ "filename": "plan.txt", "parts": 2, "filesize": 2, "uploadType": "JS_API" });
    let made = alice.done(Method::PUT, &format!("/package/{}/file", package.id), announced).await;
    let file = text(&made, "fileId");
    server.sql("UPDATE files SET complete = 1").await;
    alice.finalize(&package).await;
    let order = json!({
        "Items": [file], "Emails": ["Bob@example.com", "carol@example.com"], "Subject": "The plans",
        "Body": "Dear all,\n\nhere they are.", "CcSender": true, "NotifyOnDownload": true, "RequireLogin": false,
        "MaxDownloads": 30, "ExpirationDays": -1,
    });
    let (status, made) = client.call(Method::POST, "/Shares/Send", order.clone()).await;
    assert_eq!(status, 200, "{made}");
    let share = text(&made, "Id");
    assert_eq!(
        [&made["Title"], &made["ExpirationDate"], &made["MaxDownloads"]],
        [&json!("The plans"), &json!("9999-12-31T00:00:00Z"), &json!(30)]
    );
    let (_, feed) = client.get(&format!("/Shares({share})/Recipients")).await;
    let alias = |at: usize| text(&feed["value"][at], "Id");
    let link = format!(
        "{}/receive/?thread={}&packageCode={}&share={share}",
        mails::ORIGIN,
        package.id,
        package.code
    );
    let arrived = mailbox.arrived(3).await;
    for (to, link) in [
        ("bob@example.com", format!("{link}&alias={}", alias(1))),
        ("carol@example.com", format!("{link}&alias={}", alias(2))),
        ("alice@example.com", link.clone()),
    ] {
        let mail = arrived.iter().find(|mail| mail.to == [to]).unwrap();
        let said = mail.text();
        assert!(said.contains(&format!("{link}\r\n")) && said.contains("The plans"), "{said}");
        assert!(
            said.contains("here they are.") && said.contains("alice@example.com hands it to you"),
            "{said}"
        );
        assert!(!said.contains("keyCode=S") && !said.contains(&format!("{}#", package.code)), "{said}");
    }

    // The message, for whom it is.
    let path = format!("/Shares({share})/Recipients({})/Message", alias(1));
    for who in [&client, &reader] {
        let url = server.url(&format!("{SHAREFILE_PREFIX}{path}"));
        let plain = server.http.get(url).bearer_auth(&who.token).send().await.unwrap();
        assert_eq!(plain.headers()["content-type"], "text/plain; charset=utf-8");
        assert_eq!(plain.text().await.unwrap(), "Dear all,\n\nhere they are.");
        let json = who.get(&format!("{path}?asJson=true")).await;
        assert_eq!(json, (200, json!({ "Message": "Dear all,\n\nhere they are." })));
    }
    let of_carol = format!("/Shares({share})/Recipients({})/Message", alias(2));
    assert_eq!(code(reader.get(&of_carol).await), missing());

    // Who downloads it is told once for each download.
    let (_, opened) = shares::open(&server, &package, Some(&share), Some(&alias(1))).await;
    let urls = format!("/{}/file/{file}/download-urls", package.code);
    for _ in 0..2 {
        let wanted = json!({ "startSegment": 1, "endSegment": 2 });
        server.link(Method::POST, &urls, Some(&text(&opened, "token")), Some(wanted)).await;
    }

    // By notify, on a share of its own and by an alias.
    let order =
        json!({ "Items": [{ "Id": file }], "Recipients": [{ "User": { "Email": "dave@example.com" } }] });
    let (_, second) = client.call(Method::POST, "/Shares?notify=true", order).await;
    let second = text(&second, "Id");
    let path = format!("/Shares({second})/Alias?email=bob@example.com&notify=true");
    let (status, by_alias) = client.call(Method::POST, &path, Value::Null).await;
    assert_eq!(status, 200, "{by_alias}");
    let arrived = mailbox.arrived(6).await;
    let told: Vec<_> = arrived[3..].iter().map(|mail| (mail.to.concat(), mail.text())).collect();
    let of =
        |to: &str| told.iter().find(|(address, _)| address == to).map(|(_, said)| said.as_str()).unwrap();
    assert!(of("alice@example.com").contains("bob@example.com has downloaded"), "{told:?}");
    assert!(of("dave@example.com").contains(&format!("share={second}&alias=")), "{told:?}");
    assert!(of("bob@example.com").contains(&format!("alias={}\r\n", text(&by_alias, "AliasID"))), "{told:?}");

    // What Bob was sent, and nobody else.
    let (_, inbox) = reader.get("/Shares/Inbox").await;
    let mut ids: Vec<_> = inbox["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|sent| (text(sent, "Id"), text(sent, "AliasID")))
        .collect();
    ids.sort();
    let mut expected = vec![(share.clone(), alias(1)), (second, text(&by_alias, "AliasID"))];
    expected.sort();
    assert_eq!(ids, expected);
    assert_eq!(client.get("/Shares/Inbox").await.1["odata.count"], 0);
    let me = text(&bob.done(Method::GET, "/user/", json!(null)).await, "id");
    for (asked, count) in [
        (format!("/Shares/Inbox({me})?type=Send"), 2),
        (format!("/Shares/Inbox?userId={me}&archived=false"), 2),
        ("/Shares/Inbox?archived=true".to_owned(), 0),
    ] {
        assert_eq!(reader.get(&asked).await.1["odata.count"], count, "{asked}");
    }
    assert_eq!(code(client.get(&format!("/Shares/Inbox({me})")).await), missing());
    server.sql("UPDATE shares SET expires = 1 WHERE expires IS NULL").await;
    assert_eq!(reader.get("/Shares/Inbox").await.1["odata.count"], 1);
    assert_eq!(reader.get("/Shares/Inbox?archived=true").await.1["value"][0]["Id"], json!(share));

    for bad in [
        json!({ "Items": [file], "Emails": ["bob@example.com"] }),
        json!({ "Items": [file], "Emails": [], "Subject": "x" }),
        json!({ "Items": [file], "Emails": ["nobody"], "Subject": "x" }),
        json!({ "Items": [file], "Emails": ["bob@example.com"], "Subject": "x", "ExpirationDays": -2 }),
        json!({ "Items": [file], "Emails": ["bob@example.com"], "Subject": "x", "ExpirationDays": 0 }),
        json!({ "Items": [file], "Emails": ["bob@example.com"], "Subject": "x", "Body": "https://a.b/#keyCode=c" }),
    ] {
        let refused = client.call(Method::POST, "/Shares/Send", bad.clone()).await;
        assert_eq!(code(refused), (400, "BadRequest".to_owned()), "{bad}");
    }
    assert_eq!(mailbox.count(), 6);
}

#[tokio::test]
async fn whoever_has_a_key_to_what_is_shared_is_told_that_the_link_is_enough() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, false).await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    server.account("carol@example.com").await;
    server.sql("UPDATE accounts SET language = 'nb' WHERE email = 'carol@example.com'").await;
    let client = Client::of(&alice).await;
    let key = json!({ "publicKey": public_key() });
    let key = text(&bob.done(Method::PUT, "/public-key/", key).await, "id");
    let package = alice.package().await;
    let announced = json!({ "filename": "plan.txt", "parts": 1, "filesize": 1, "uploadType": "JS_API" });
    let made = alice.done(Method::PUT, &format!("/package/{}/file", package.id), announced).await;
    server.sql("UPDATE files SET complete = 1").await;
    let add = json!({ "email": "bob@example.com" });
    alice.done(Method::PUT, &format!("/package/{}/recipient/", package.id), add).await;
    let link = format!("/package/{}/link/{key}/", package.id);
    alice.done(Method::PUT, &link, json!({ "keycode": wrapped() })).await;
    alice.finalize(&package).await;
    let order = json!({
        "Items": [text(&made, "fileId")], "Subject": "The plans",
        "Emails": ["bob@example.com", "carol@example.com", "dave@example.com"],
    });
    let (status, made) = client.call(Method::POST, "/Shares/Send", order).await;
    assert_eq!(status, 200, "{made}");
    let arrived = mailbox.arrived(3).await;
    for (to, said) in [
        ("bob@example.com", "A device of yours holds a key to it"),
        ("carol@example.com", "Nøkkelen står ikke i denne e-posten"),
        ("dave@example.com", "The key to it is not in this e-mail"),
    ] {
        let letter = arrived.iter().find(|mail| mail.to == [to]).unwrap().read().text;
        assert!(letter.contains(said), "{letter}");
    }
}

#[tokio::test]
async fn without_mail_nothing_is_sent_and_nothing_is_made() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let client = Client::of(&alice).await;
    let (_, file) = alice.sent().await;
    let order = json!({ "Items": [file], "Emails": ["bob@example.com"], "Subject": "x" });
    assert_eq!(client.call(Method::POST, "/Shares/Send", order).await.0, 400);
    assert_eq!(client.get("/Shares").await.1["odata.count"], 0);
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
