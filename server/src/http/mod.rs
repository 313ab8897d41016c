//! HTTP: one table of routes, each with its rule, over the domain.

mod agent;
mod api;
mod blobs;
mod dates;
mod description;
mod failure;
mod intake;
mod link;
mod oauth;
mod origin;
mod pages;
mod routes;
mod secure_share;
mod sendsafely;
mod session;
mod sharefile;
mod trace;
mod typed;
mod verification;
mod zus;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use bulla::api::{API_PREFIX, DROPZONE_PREFIX};
use tower_http::cors::{AllowOrigin, CorsLayer};

pub use description::document;
pub use origin::Peer;
pub use routes::{Handler, ROUTES, Route, Surface};

use crate::config::Config;
use crate::domain::Domain;
use crate::storage::disk::Disk;

/// What every request needs.
pub struct App {
    /// The rules.
    pub domain: Domain,
    /// The store, when this server serves its URLs itself.
    pub disk: Disk,
    /// The settings.
    pub config: Config,
}

/// The routes of [`ROUTES`], each with and without a slash at its end, and an answer for everything else.
pub fn router(app: &Arc<App>) -> Router {
    let mut router = Router::new();
    for route in ROUTES {
        for path in route.paths() {
            let app = app.clone();
            let serve = move |request: Request| serve(app, route, request);
            // A method of the table is one of those that a filter knows.
            let filter = MethodFilter::try_from(route.method.clone()).unwrap_or(MethodFilter::GET);
            router = router.route(&path, on(filter, serve));
        }
    }
    let router = router
        .fallback(elsewhere)
        .method_not_allowed_fallback(elsewhere)
        .layer(cors(&app.config.allow_origins))
        .layer(middleware::from_fn(trace::log));
    // Around the routes, which are matched after it.
    Router::new().fallback_service(router).layer(middleware::map_request(sharefile::flatten))
}

async fn serve(app: Arc<App>, route: &'static Route, request: Request) -> Response {
    match route.handler {
        Handler::Call(call) => api::serve(app, route, call, request).await,
        Handler::Form(form) => api::serve_form(app, route, form, request).await,
        Handler::Raw(handler) => handler(app, request).await,
    }
}

/// What no route stands for.
async fn elsewhere(request: Request) -> Response {
    match Surface::of(request.uri().path()) {
        Some(Surface::SendSafely) => sendsafely::unknown_route(),
        Some(Surface::Link) => link::unknown_route(),
        Some(Surface::Session) => session::unknown_route(),
        Some(Surface::OAuth) => oauth::unknown_route(),
        Some(Surface::Zus) => zus::unknown_route(),
        Some(Surface::ShareFile) => sharefile::unknown_route(),
        Some(Surface::SecureShare) => secure_share::unknown_route(),
        _ => (StatusCode::NOT_FOUND, "not found\n").into_response(),
    }
}

fn cors(origins: &[String]) -> CorsLayer {
    let origins: Vec<HeaderValue> = origins.iter().filter_map(|origin| origin.parse().ok()).collect();
    let ours = [
        "ss-api-key",
        "ss-request-timestamp",
        "ss-request-signature",
        "ss-request-nonce",
        "ss-request-api",
        "ss-sdk-version",
        "ss-client-version",
    ];
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin, request| {
            // SendSafely's Node client asks from origin `null`. A signed request stands for itself wherever it
            // comes from, and so does a Dropzone's id, which is no secret: there is nothing else that a page could
            // lean on. Where the open Dropzone is for loopback alone, it looks at the origin itself.
            let path = request.uri.path();
            let itself = path.starts_with(API_PREFIX) || path.starts_with(DROPZONE_PREFIX);
            (origin == "null" && itself) || origins.contains(origin)
        }))
        .allow_methods([Method::GET, Method::HEAD, Method::PUT, Method::POST, Method::PATCH, Method::DELETE])
        .allow_headers(
            [header::AUTHORIZATION, header::CONTENT_TYPE, header::RANGE]
                .into_iter()
                .chain(ours.map(HeaderName::from_static))
                .collect::<Vec<_>>(),
        )
        .expose_headers([header::CONTENT_RANGE, header::RETRY_AFTER])
        .max_age(std::time::Duration::from_secs(600))
}
