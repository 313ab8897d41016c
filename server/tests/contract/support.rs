//! A server of its own for each test, and callers of it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use bulla::api::signature::SignedRequest;
use bulla::api::{API_PREFIX, DROPZONE_PREFIX, LINK_PREFIX, OPEN_DROPZONE, SESSION_PREFIX, ZUS_PREFIX};
use bulla_server::config::{Config, Settings};
use bulla_server::db::Db;
use bulla_server::domain::{Domain, NewKey, Rules, UserOrder, create_dropzone, now};
use bulla_server::secrets::ServerKey;
use bulla_server::server::Server;
use bulla_server::storage::disk::Disk;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::described;

/// The checksum that the tests finalize with.
pub(crate) const CHECKSUM: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
/// Another one.
pub(crate) const WRONG_CHECKSUM: &str = "1123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// The password of [`TestServer::user`].
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A running server with a data folder of its own. It stops when it is dropped.
pub(crate) struct TestServer {
    pub(crate) address: SocketAddr,
    pub(crate) data: TempDir,
    pub(crate) http: reqwest::Client,
    config: Config,
    nonces: AtomicU64,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<()>,
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl TestServer {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub(crate) async fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut settings = Settings {
            listen: Some("127.0.0.1:0".parse().unwrap()),
            data: Some(data.path().to_owned()),
            ..Settings::default()
        };
        change(&mut settings);
        let config = settings.resolve().unwrap();
        let server = Server::open(config.clone()).await.unwrap();
        let address = server.address().unwrap();
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(server.serve(async {
            let _ = stopped.await;
        }));
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { address, data, http, config, nonces: AtomicU64::new(0), stop: Some(stop), serving }
    }

    /// Asks the server to stop, and waits until it has.
    pub(crate) async fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
        (&mut self.serving).await.unwrap();
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn objects(&self) -> std::path::PathBuf {
        self.data.path().join("objects")
    }

    pub(crate) async fn db(&self) -> Db {
        Db::connect(&self.config.database).await.unwrap()
    }

    /// Changes the database behind the server's back, for instance to let time pass.
    pub(crate) async fn sql(&self, statement: &'static str) {
        sqlx::any::install_default_drivers();
        let pool = sqlx::AnyPool::connect(&self.config.database).await.unwrap();
        sqlx::query(statement).execute(&pool).await.unwrap();
        pool.close().await;
    }

    /// The rules over this server's database and disk.
    pub(crate) async fn domain(&self) -> Domain {
        let key = ServerKey::load_or_create(self.data.path()).unwrap();
        let disk = Disk::open(self.objects(), key.derive("presigned urls")).unwrap();
        Domain::new(self.db().await, Arc::new(disk), &key, Rules::default())
    }

    /// An account with a key.
    pub(crate) async fn account(&self, email: &str) -> Account<'_> {
        let key = ServerKey::load_or_create(self.data.path()).unwrap();
        let key = NewKey::create(&self.db().await, &key, email).await.unwrap();
        Account { server: self, api_key: key.api_key, api_secret: key.api_secret }
    }

    /// A user with the password [`PASSWORD`].
    pub(crate) async fn user(&self, email: &str) {
        let order = UserOrder { email: email.to_owned(), ..UserOrder::default() };
        order.create(&self.db().await, PASSWORD.to_owned()).await.unwrap();
    }

    /// A page of this server's own, in a browser in which nobody is signed in.
    pub(crate) fn page(&self) -> Page<'_> {
        self.page_at(&self.url(""))
    }

    /// The same, under the origin that people use.
    pub(crate) fn page_at(&self, origin: &str) -> Page<'_> {
        Page { server: self, origin: origin.to_owned(), cookie: Mutex::default() }
    }

    /// A page in which a new user is signed in.
    pub(crate) async fn signed_in(&self, email: &str) -> Page<'_> {
        self.user(email).await;
        let page = self.page();
        assert_eq!(page.sign_in(email, PASSWORD).await.0, 200);
        page
    }

    /// Whether a text stands anywhere in the data folder.
    pub(crate) fn keeps(&self, text: &str) -> bool {
        files_below(self.data.path()).iter().any(|file| {
            let octets = std::fs::read(file).unwrap();
            octets.windows(text.len()).any(|window| window == text.as_bytes())
        })
    }

    /// The open Dropzone.
    pub(crate) fn dropzone(&self) -> Dropzone<'_> {
        Dropzone { server: self, id: OPEN_DROPZONE.to_owned() }
    }

    /// A new Dropzone of an account.
    pub(crate) async fn dropzone_of(&self, email: &str) -> Dropzone<'_> {
        Dropzone { server: self, id: create_dropzone(&self.db().await, email).await.unwrap().id }
    }

    /// A call of a link's route.
    pub(crate) async fn link(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> (u16, Value) {
        let path = format!("{LINK_PREFIX}{path}");
        let mut request = self.http.request(method.clone(), self.url(&path));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let (status, answer) = (response.status().as_u16(), response.json().await.unwrap());
        described::check(&method, &path, status, &answer);
        (status, answer)
    }

    pub(crate) async fn open(&self, code: &str, checksum: &str) -> (u16, Value) {
        self.link(Method::POST, &format!("/{code}/open"), None, Some(json!({ "checksum": checksum }))).await
    }

    /// Where a URL is in truth: the origin that people use leads nowhere in these tests.
    fn here(&self, url: &str) -> String {
        let origin = self.config.public_url.as_deref().unwrap_or_default();
        url.strip_prefix(origin)
            .filter(|rest| rest.starts_with('/'))
            .map_or_else(|| url.to_owned(), |rest| self.url(rest))
    }

    pub(crate) async fn put(&self, url: &str, body: impl Into<reqwest::Body>) -> u16 {
        self.http.put(self.here(url)).body(body).send().await.unwrap().status().as_u16()
    }

    pub(crate) async fn get(&self, url: &str) -> Response {
        self.http.get(self.here(url)).send().await.unwrap()
    }
}

/// Somebody who makes calls of the SendSafely API.
pub(crate) trait Caller {
    fn server(&self) -> &TestServer;

    async fn send(&self, method: Method, path: &str, body: Vec<u8>) -> Response;

    /// Sends a form: JSON in `requestData`, and a part in `textFile`.
    async fn send_form(&self, path: &str, json: Value, part: &[u8]) -> Value;

    /// A call, and its answer.
    async fn call(&self, method: Method, path: &str, body: Value) -> Value {
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let response = self.send(method.clone(), path, body).await;
        assert_eq!(response.status(), 200, "{path}");
        let answer = response.json().await.unwrap();
        described::check(&method, &format!("{API_PREFIX}{path}"), 200, &answer);
        answer
    }

    /// A call that has to succeed.
    async fn done(&self, method: Method, path: &str, body: Value) -> Value {
        let answer = self.call(method, path, body).await;
        assert_eq!(answer["response"], "SUCCESS", "{path}: {answer}");
        answer
    }

    /// A call that has to fail with this code.
    async fn fails(&self, method: Method, path: &str, body: Value, code: &str) -> String {
        let answer = self.call(method, path, body).await;
        assert_eq!(answer["response"], code, "{path}: {answer}");
        answer["message"].as_str().unwrap().to_owned()
    }

    async fn package(&self) -> Draft {
        let made = self.done(Method::PUT, "/package/", json!({})).await;
        Draft { id: text(&made, "packageId"), code: text(&made, "packageCode") }
    }

    /// A new file whose parts are these.
    async fn file(&self, package: &Draft, parts: &[&[u8]]) -> String {
        let size: usize = parts.iter().map(|part| part.len()).sum();
        let file = json!({ "filename": "a.bin", "parts": parts.len(), "filesize": size });
        let made = self.done(Method::PUT, &format!("/package/{}/file/", package.id), file).await;
        text(&made, "fileId")
    }

    async fn upload_urls(&self, package: &Draft, file: &str, part: u32) -> Vec<String> {
        let path = format!("/package/{}/file/{file}/upload-urls/", package.id);
        let answer = self.done(Method::POST, &path, json!({ "part": part })).await;
        urls(&answer["uploadUrls"])
    }

    /// A new file with these parts, uploaded and complete.
    async fn upload(&self, package: &Draft, parts: &[&[u8]]) -> String {
        let file = self.file(package, parts).await;
        for (url, part) in self.upload_urls(package, &file, 1).await.iter().zip(parts) {
            assert_eq!(self.server().put(url, part.to_vec()).await, 200);
        }
        let path = format!("/package/{}/file/{file}/upload-complete/", package.id);
        let answer = self.done(Method::POST, &path, json!({ "complete": true })).await;
        assert_eq!(answer["message"], "true");
        file
    }

    async fn finalize(&self, package: &Draft) -> Value {
        let body = json!({ "checksum": CHECKSUM, "undisclosedRecipients": true });
        self.done(Method::POST, &format!("/package/{}/finalize/", package.id), body).await
    }

    /// A finalized package with one file of two parts.
    async fn sent(&self) -> (Draft, String) {
        let package = self.package().await;
        let file = self.upload(&package, &[b"part one", b"part two"]).await;
        self.finalize(&package).await;
        (package, file)
    }
}

/// A package that a test made.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) id: String,
    pub(crate) code: String,
}

/// An account, by one of its keys.
#[derive(Clone)]
pub(crate) struct Account<'a> {
    pub(crate) server: &'a TestServer,
    pub(crate) api_key: String,
    pub(crate) api_secret: String,
}

/// What a signed request is made of, for tests to change.
#[derive(Clone, Debug)]
pub(crate) struct Signed {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Account<'_> {
    /// A request of this account, made `age` seconds ago.
    pub(crate) fn sign(
        &self,
        method: Method,
        path: &str,
        body: &[u8],
        age: i64,
        nonce: Option<&str>,
    ) -> Signed {
        self.sign_whole(method, format!("{API_PREFIX}{path}"), body, age, nonce)
    }

    /// The same with the whole path.
    fn sign_whole(&self, method: Method, path: String, body: &[u8], age: i64, nonce: Option<&str>) -> Signed {
        let timestamp = timestamp(now() - age);
        let signed = SignedRequest {
            api_key: &self.api_key,
            path: path.split('?').next().unwrap(),
            timestamp: &timestamp,
            body,
            nonce,
        };
        let mut headers = vec![
            ("ss-request-signature", signed.sign(&self.api_secret)),
            ("ss-api-key", self.api_key.clone()),
            ("ss-request-timestamp", timestamp.clone()),
        ];
        headers.extend(nonce.map(|nonce| ("ss-request-nonce", nonce.to_owned())));
        Signed { method, path, headers, body: body.to_vec() }
    }

    /// A request of Züs's API, signed.
    pub(crate) fn sign_zus(&self, method: Method, path: &str, body: &[u8]) -> Signed {
        self.sign_at(ZUS_PREFIX, method, path, body)
    }

    /// A request below a prefix, which is signed too, with a nonce of its own.
    pub(crate) fn sign_at(&self, prefix: &str, method: Method, path: &str, body: &[u8]) -> Signed {
        let nonce = self.server.nonces.fetch_add(1, Ordering::Relaxed).to_string();
        self.sign_whole(method, format!("{prefix}{path}"), body, 0, Some(&nonce))
    }

    /// A call of Züs's API: its status and answer.
    pub(crate) async fn zus(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        answered(self.sign_zus(method, path, &body), self.server).await
    }

    /// A call of Züs's API whose body is a form with these fields.
    pub(crate) async fn zus_form(&self, path: &str, fields: &[(&str, &str)]) -> (u16, Value) {
        let mut body = String::new();
        for (name, value) in fields {
            let head = format!("--limit\r\nContent-Disposition: form-data; name=\"{name}\"");
            body.push_str(&format!("{head}\r\n\r\n{value}\r\n"));
        }
        body.push_str("--limit--\r\n");
        let mut signed = self.sign_zus(Method::POST, path, body.as_bytes());
        signed.headers.push(("content-type", FORM.to_owned()));
        answered(signed, self.server).await
    }
}

/// What a request of Züs's API is answered with, held against its description.
pub(crate) async fn answered(signed: Signed, server: &TestServer) -> (u16, Value) {
    let (method, path) = (signed.method.clone(), signed.path.clone());
    let response = signed.send(server).await;
    let (status, answer) = (response.status().as_u16(), response.json().await.unwrap());
    described::check(&method, &path, status, &answer);
    (status, answer)
}

impl Signed {
    pub(crate) async fn send(self, server: &TestServer) -> Response {
        let mut request = server.http.request(self.method, server.url(&self.path)).body(self.body);
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        request.send().await.unwrap()
    }

    /// The code of the answer.
    pub(crate) async fn code(self, server: &TestServer) -> String {
        let response = self.send(server).await;
        assert_eq!(response.status(), 200);
        text(&response.json().await.unwrap(), "response")
    }
}

impl Caller for Account<'_> {
    fn server(&self) -> &TestServer {
        self.server
    }

    async fn send(&self, method: Method, path: &str, body: Vec<u8>) -> Response {
        // Equal requests of one second would have equal signatures.
        let nonce = self.server.nonces.fetch_add(1, Ordering::Relaxed).to_string();
        self.sign(method, path, &body, 0, Some(&nonce)).send(self.server).await
    }

    async fn send_form(&self, path: &str, json: Value, part: &[u8]) -> Value {
        let json = json.to_string();
        let nonce = self.server.nonces.fetch_add(1, Ordering::Relaxed).to_string();
        // The signature covers the JSON alone.
        let mut signed = self.sign(Method::POST, path, json.as_bytes(), 0, Some(&nonce));
        signed.headers.push(("content-type", FORM.to_owned()));
        signed.body = form(&json, part);
        signed.send(self.server).await.json().await.unwrap()
    }
}

/// A page of the server's own, and what its browser adds.
pub(crate) struct Page<'a> {
    server: &'a TestServer,
    origin: String,
    cookie: Mutex<Option<String>>,
}

impl Page<'_> {
    /// The cookie as the browser sends it.
    pub(crate) fn cookie(&self) -> Option<String> {
        self.cookie.lock().unwrap().clone()
    }

    pub(crate) fn set_cookie(&self, cookie: &str) {
        *self.cookie.lock().unwrap() = Some(cookie.to_owned());
    }

    /// A request as a page's script makes it, to be changed by tests.
    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let mut request = self.server.http.request(method.clone(), self.server.url(path));
        request = request.header("bulla-session", "1").header("sec-fetch-site", "same-origin");
        if method != Method::GET {
            request = request.header("origin", &self.origin);
        }
        match self.cookie() {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        }
    }

    /// A call of the session's own routes; what it sets as a cookie is kept.
    pub(crate) async fn ask(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let path = format!("{SESSION_PREFIX}{path}");
        let mut request = self.request(method.clone(), &path);
        if !body.is_null() {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        if let Some(cookie) = response.headers().get("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
            *self.cookie.lock().unwrap() = Some(pair).filter(|pair| !pair.ends_with('='));
        }
        let (status, answer) = (response.status().as_u16(), response.json().await.unwrap());
        described::check(&method, &path, status, &answer);
        (status, answer)
    }

    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> (u16, Value) {
        self.ask(Method::POST, "/sign-in/", json!({ "email": email, "password": password })).await
    }

    /// The status of asking who is signed in.
    pub(crate) async fn who(&self) -> u16 {
        self.ask(Method::GET, "/", Value::Null).await.0
    }
}

impl Caller for Page<'_> {
    fn server(&self) -> &TestServer {
        self.server
    }

    async fn send(&self, method: Method, path: &str, body: Vec<u8>) -> Response {
        self.request(method, &format!("{API_PREFIX}{path}")).body(body).send().await.unwrap()
    }

    async fn send_form(&self, path: &str, json: Value, part: &[u8]) -> Value {
        let request = self.request(Method::POST, &format!("{API_PREFIX}{path}")).header("content-type", FORM);
        request.body(form(&json.to_string(), part)).send().await.unwrap().json().await.unwrap()
    }
}

pub(crate) const FORM: &str = "multipart/form-data; boundary=limit";

fn form(json: &str, part: &[u8]) -> Vec<u8> {
    let json = format!("--limit\r\nContent-Disposition: form-data; name=\"requestData\"\r\n\r\n{json}\r\n");
    let head = "--limit\r\nContent-Disposition: form-data; name=\"textFile\"; filename=\"file.txt\"\r\n\
                Content-Type: application/octet-stream\r\n\r\n";
    [json.as_bytes(), head.as_bytes(), part, b"\r\n--limit--\r\n"].concat()
}

/// Anyone, through a Dropzone.
pub(crate) struct Dropzone<'a> {
    pub(crate) server: &'a TestServer,
    pub(crate) id: String,
}

impl Caller for Dropzone<'_> {
    fn server(&self) -> &TestServer {
        self.server
    }

    async fn send(&self, method: Method, path: &str, body: Vec<u8>) -> Response {
        let url = self.server.url(&format!("{DROPZONE_PREFIX}{path}"));
        self.server.http.request(method, url).header("ss-api-key", &self.id).body(body).send().await.unwrap()
    }

    async fn send_form(&self, path: &str, json: Value, part: &[u8]) -> Value {
        let url = self.server.url(&format!("{DROPZONE_PREFIX}{path}"));
        let request = self.server.http.post(url).header("ss-api-key", &self.id).header("content-type", FORM);
        request.body(form(&json.to_string(), part)).send().await.unwrap().json().await.unwrap()
    }
}

pub(crate) fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}")).to_owned()
}

/// The URLs of a list of parts, which has to be in order.
pub(crate) fn urls(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|entry| text(entry, "url")).collect()
}

/// Every regular file below a folder.
pub(crate) fn files_below(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files_below(&path)) } else { found.push(path) }
    }
    found
}

fn timestamp(seconds: i64) -> String {
    let format = time::macros::format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]+0000");
    time::OffsetDateTime::from_unix_timestamp(seconds).unwrap().format(format).unwrap()
}
