//! The pages and the wasm module, which are part of the binary, and the health check.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64URL_NOPAD;
use rust_embed::{EmbeddedFile, RustEmbed};
use tower::{ServiceExt, service_fn};
use tower_http::compression::CompressionLayer;
use tower_layer::Layer;

use super::App;
use super::typed::Plain;

#[derive(RustEmbed)]
#[folder = "../www"]
#[allow_missing = true]
#[exclude = ".*"]
#[exclude = "*.md"]
struct Www;

#[derive(RustEmbed)]
#[folder = "../pkg"]
#[allow_missing = true]
#[include = "*.js"]
#[include = "account/*.js"]
#[include = "account/*.wasm"]
#[include = "keys/*.js"]
#[include = "keys/*.wasm"]
#[include = "lock/*.js"]
#[include = "lock/*.wasm"]
#[include = "wasm/*.js"]
#[include = "wasm/*.wasm"]
struct Pkg;

/// The policy of every page: nothing but this server's own files, no inline script, no framing.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; frame-src 'self'; worker-src 'self'; manifest-src 'self'; \
     form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
const PERMISSIONS_POLICY: &str =
    "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()";

/// What a page says that was built without the module.
const MODULE_MISSING: &str = "This Bulla server was built without its WebAssembly module, so its pages cannot work.\n\
     Build it with `make serve` from the repository.\n";

/// What a page answers.
pub(super) const PAGE: &[Plain] = &[
    (200, Some("text/html"), "The page"),
    (304, None, "It has not changed"),
    (503, Some("text/plain"), "The server was built without its module"),
];
/// What a file answers.
pub(super) const FILE: &[Plain] = &[
    (200, Some("*/*"), "The file"),
    (304, None, "It has not changed"),
    (404, Some("text/plain"), "There is no such file"),
];
/// What [`health`] answers.
pub(super) const HEALTH: &[Plain] =
    &[(200, Some("text/plain"), "The database answers"), (503, Some("text/plain"), "It does not")];

/// `GET /`
pub(super) async fn send(_: Arc<App>, request: Request) -> Response {
    page("index.html", request).await
}

/// `GET /receive/`
pub(super) async fn receive(_: Arc<App>, request: Request) -> Response {
    page("receive/index.html", request).await
}

/// `GET /account/`
pub(super) async fn account(_: Arc<App>, request: Request) -> Response {
    page("account/index.html", request).await
}

/// `GET /packages/`
pub(super) async fn packages(_: Arc<App>, request: Request) -> Response {
    page("packages/index.html", request).await
}

/// `GET /workspaces/`
pub(super) async fn workspaces(_: Arc<App>, request: Request) -> Response {
    page("workspaces/index.html", request).await
}

/// `GET /request/`
pub(super) async fn request(_: Arc<App>, request: Request) -> Response {
    page("request/index.html", request).await
}

/// `GET /requests/`
pub(super) async fn requests(_: Arc<App>, request: Request) -> Response {
    page("requests/index.html", request).await
}

/// `GET /static/…`: a file of `www/`.
pub(super) async fn asset(_: Arc<App>, request: Request) -> Response {
    let file = request.uri().path().strip_prefix("/static/").map(|path| (path.to_owned(), Www::get(path)));
    serve(file, request).await
}

/// `GET /bulla/…`: a file of the npm package.
pub(super) async fn module(_: Arc<App>, request: Request) -> Response {
    let file = request.uri().path().strip_prefix("/bulla/").map(|path| (path.to_owned(), Pkg::get(path)));
    serve(file, request).await
}

/// `GET /healthz`
pub(super) async fn health(app: Arc<App>, _: Request) -> Response {
    match app.domain.ping().await {
        Ok(()) => "ok\n".into_response(),
        Err(error) => {
            tracing::error!(?error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
        }
    }
}

async fn page(path: &str, request: Request) -> Response {
    if Pkg::get("wasm/bulla_bg.wasm").is_none() {
        return secured((StatusCode::SERVICE_UNAVAILABLE, MODULE_MISSING).into_response());
    }
    serve(Some((path.to_owned(), Www::get(path))), request).await
}

/// The file with the headers of all pages, compressed if the browser takes it; 304 when the browser has it.
async fn serve(file: Option<(String, Option<EmbeddedFile>)>, request: Request) -> Response {
    let plain = service_fn(move |request: Request| {
        let response = respond(file.clone(), &request);
        async move { Ok::<_, std::convert::Infallible>(response) }
    });
    match CompressionLayer::new().layer(plain).oneshot(request).await {
        Ok(response) => response.into_response(),
        Err(never) => match never {},
    }
}

fn respond(file: Option<(String, Option<EmbeddedFile>)>, request: &Request) -> Response {
    let Some((path, Some(file))) = file else {
        return secured((StatusCode::NOT_FOUND, "not found\n").into_response());
    };
    let tag = format!("W/\"{}\"", BASE64URL_NOPAD.encode(&file.metadata.sha256_hash()));
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let fresh = known.is_some_and(|tags| tags.split(',').any(|known| known.trim() == tag));
    let caching = [(header::ETAG, tag), (header::CACHE_CONTROL, "no-cache".to_owned())];
    if fresh {
        return secured((StatusCode::NOT_MODIFIED, caching).into_response());
    }
    let body = axum::body::Body::from(file.data.into_owned());
    secured((caching, [(header::CONTENT_TYPE, content_type(&path))], body).into_response())
}

fn secured(mut response: Response) -> Response {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), PERMISSIONS_POLICY),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
