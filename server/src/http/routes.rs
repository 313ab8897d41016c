//! Every route with its rule. The router is made from this table, so a route without a rule cannot exist.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::Method;
use axum::response::Response;
use bulla::api::{API_PREFIX, DROPZONE_PREFIX, LINK_PREFIX, SESSION_PREFIX, limits};
use futures_util::future::BoxFuture;

use super::api::{Call, Form, Reply};
use super::sendsafely::{
    account, activity, directories, files, lists, messages, packages, public_keys, recipients, workspaces,
};
use super::{App, blobs, link, pages, session};
use crate::domain::{Access, Result};

/// One route.
#[derive(Clone, Debug)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path behind the prefixes of its surface, ending in a slash. Both forms are routed.
    pub path: &'static str,
    /// Where it stands.
    pub surface: Surface,
    /// Who may.
    pub access: Access,
    /// Octets of its body at most.
    pub body: usize,
    /// What it does.
    pub handler: Handler,
}

/// A family of routes with its own prefixes and its own way to say no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// The SendSafely API: signed requests, and those of Dropzones.
    SendSafely,
    /// Links.
    Link,
    /// Sessions: for the server's own pages alone.
    Session,
    /// Parts, pages, health.
    Plain,
}

impl Surface {
    /// Its prefixes.
    pub const fn prefixes(self) -> &'static [&'static str] {
        match self {
            Self::SendSafely => &[API_PREFIX, DROPZONE_PREFIX],
            Self::Link => &[LINK_PREFIX],
            Self::Session => &[SESSION_PREFIX],
            Self::Plain => &[""],
        }
    }

    /// The API that a path belongs to.
    pub fn of(path: &str) -> Option<Self> {
        [Self::SendSafely, Self::Link, Self::Session].into_iter().find(|surface| {
            let below = |prefix| {
                path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            surface.prefixes().iter().any(below)
        })
    }
}

/// What a route does.
#[derive(Clone, Copy, Debug)]
pub enum Handler {
    /// A call with a JSON body and a JSON answer, made once its rule is satisfied.
    Call(CallHandler),
    /// A call whose body is a form: its JSON stands in the field `requestData`, ahead of an encrypted part.
    Form(FormHandler),
    /// Anything else. It satisfies the route's rule itself.
    Raw(fn(Arc<App>, Request) -> BoxFuture<'static, Response>),
}

/// A call's function.
pub(super) type CallHandler = fn(Call) -> BoxFuture<'static, Result<Reply>>;

/// The function of a call with a form.
pub(super) type FormHandler = fn(Call, Form) -> BoxFuture<'static, Result<Reply>>;

impl Route {
    /// The paths under which it is routed.
    pub fn paths(&self) -> Vec<String> {
        let whole = self.surface.prefixes().iter().map(|prefix| format!("{prefix}{}", self.path));
        whole
            .flat_map(|path| {
                let bare = path.trim_end_matches('/').to_owned();
                let alike = bare.is_empty() || path == bare;
                if alike { vec![path] } else { vec![path, bare] }
            })
            .collect()
    }
}

macro_rules! route {
    ($surface:ident $method:ident $path:literal, $access:ident, $body:expr, $handler:expr) => {
        Route {
            method: Method::$method,
            path: $path,
            surface: Surface::$surface,
            access: Access::$access,
            body: $body,
            handler: $handler,
        }
    };
}

macro_rules! call {
    ($surface:ident $method:ident $path:literal, $access:ident, $body:expr, $handler:path) => {
        route!($surface $method $path, $access, $body, Handler::Call(|call| Box::pin($handler(call))))
    };
}

macro_rules! form {
    ($surface:ident $method:ident $path:literal, $access:ident, $body:expr, $handler:path) => {
        route!($surface $method $path, $access, $body, Handler::Form(|call, form| Box::pin($handler(call, form))))
    };
}

macro_rules! raw {
    ($method:ident $path:literal, $access:ident, $handler:path) => {
        route!(Plain $method $path, $access, 0, Handler::Raw(|app, request| Box::pin($handler(app, request))))
    };
}

const SMALL: usize = 16 << 10;
const GENERAL: usize = 1 << 20;
const MESSAGE: usize = limits::MAX_MESSAGE + 4096;
const FINALIZE: usize = limits::MAX_SEAL + 4096;
/// A sealed name may be as long as a name can be, so that a whole batch of them is larger.
const BATCH: usize = limits::BATCH * (limits::MAX_FILE_NAME + 256);

/// Every route.
pub static ROUTES: &[Route] = &[
    call!(SendSafely GET "/config/verify-credentials/", Account, GENERAL, account::verify_credentials),
    call!(SendSafely GET "/config/version/{api}/{version}/", Sender, GENERAL, account::version),
    call!(SendSafely GET "/user/", Account, GENERAL, account::user),
    call!(SendSafely PUT "/register/", Unsigned, SMALL, account::register),
    call!(SendSafely PUT "/generate-key/", Unsigned, SMALL, account::generate_key),
    call!(SendSafely POST "/generate-key/{token}/", Unsigned, SMALL, account::generate_key_by_code),
    call!(SendSafely PUT "/generate-key/oauth/", Unsigned, SMALL, account::generate_key_by_pin),
    call!(SendSafely PUT "/public-key/", Account, SMALL, public_keys::add),
    call!(SendSafely GET "/public-key/", Account, SMALL, public_keys::list),
    call!(SendSafely GET "/public-key/{public_key}/", Account, SMALL, public_keys::get),
    call!(SendSafely DELETE "/public-key/{public_key}/", Account, SMALL, public_keys::delete),
    call!(SendSafely POST "/public-key/{public_key}/links/", Account, GENERAL, public_keys::key_codes),
    call!(SendSafely GET "/sync/{public_key}/", Account, SMALL, public_keys::sync),
    call!(SendSafely GET "/package/", Account, GENERAL, lists::sent),
    call!(SendSafely GET "/package/sent/{user}/", Account, GENERAL, lists::sent_by),
    call!(SendSafely GET "/package/received/", Account, GENERAL, lists::received),
    call!(SendSafely GET "/package/archived/", Account, GENERAL, lists::archived),
    call!(SendSafely GET "/package/approvals/", Account, GENERAL, lists::waiting),
    call!(SendSafely GET "/package/workspaces/", Account, GENERAL, workspaces::list),
    call!(SendSafely POST "/package/organization/search/", Admin, GENERAL, lists::search),
    call!(SendSafely PUT "/package/", Sender, GENERAL, packages::create),
    call!(SendSafely GET "/package/{package}/", Review, GENERAL, packages::information),
    call!(SendSafely POST "/package/{package}/", Manage, GENERAL, packages::update),
    call!(SendSafely DELETE "/package/{package}/", Owner, GENERAL, packages::delete),
    call!(SendSafely DELETE "/package/{package}/temp/", Draft, GENERAL, packages::delete_temp),
    call!(SendSafely POST "/package/{package}/finalize/", Finalize, FINALIZE, packages::finalize),
    call!(SendSafely POST "/package/{package}/approve/", Approver, GENERAL, packages::approve),
    call!(SendSafely POST "/package/{package}/archive/", Owner, GENERAL, packages::archive),
    call!(SendSafely POST "/package/{package}/unarchive/", Owner, GENERAL, packages::unarchive),
    call!(SendSafely POST "/package/{package}/seal/", Owner, FINALIZE, packages::put_seal),
    call!(SendSafely POST "/package/{package}/activityLog/", Auditor, GENERAL, activity::read),
    call!(SendSafely PUT "/package/{package}/message/", Contribute, MESSAGE, messages::put),
    call!(SendSafely GET "/package/{package}/message/{checksum}/", Reader, GENERAL, messages::get),
    call!(SendSafely PUT "/package/{package}/recipient/", Manage, GENERAL, recipients::add),
    call!(SendSafely PUT "/package/{package}/recipients/", Manage, GENERAL, recipients::add_many),
    call!(SendSafely GET "/package/{package}/recipient/{recipient}/", Manage, GENERAL, recipients::get),
    call!(SendSafely POST "/package/{package}/recipient/{recipient}/", Manage, GENERAL, recipients::update),
    call!(SendSafely DELETE "/package/{package}/recipient/{recipient}/", Manage, GENERAL, recipients::delete),
    call!(SendSafely GET "/package/{package}/public-keys/", Manage, GENERAL, public_keys::of_package),
    call!(SendSafely GET "/package/{package}/{recipient}/public-keys/", Manage, GENERAL,
        public_keys::of_recipient),
    call!(SendSafely PUT "/package/{package}/link/{public_key}/", Reader, SMALL, public_keys::wrap),
    call!(SendSafely GET "/package/{package}/link/{public_key}/", Reader, SMALL, public_keys::wrapped),
    call!(SendSafely PUT "/package/{package}/directory/", Contribute, GENERAL, directories::create),
    call!(SendSafely PUT "/package/{package}/directory/{directory}/subdirectory/", Contribute, GENERAL,
        directories::create),
    call!(SendSafely GET "/package/{package}/directory/{directory}/", View, GENERAL, directories::information),
    call!(SendSafely POST "/package/{package}/directory/{directory}/", Manage, GENERAL, directories::rename),
    call!(SendSafely DELETE "/package/{package}/directory/{directory}/", Manage, GENERAL, directories::delete),
    call!(SendSafely POST "/package/{package}/move/{directory}/{target}/", Manage, GENERAL,
        directories::move_to),
    call!(SendSafely PUT "/package/{package}/file/", Contribute, GENERAL, files::create),
    call!(SendSafely POST "/package/{package}/files/", Contribute, BATCH, files::create_many),
    call!(SendSafely POST "/package/{package}/upload-urls/", Contribute, GENERAL, files::upload_urls_of),
    call!(SendSafely POST "/package/{package}/upload-complete/", Contribute, GENERAL, files::complete_many),
    call!(SendSafely GET "/package/{package}/file/{file}/", View, GENERAL, files::information),
    form!(SendSafely POST "/package/{package}/file/{file}/", Contribute, SMALL, files::upload),
    form!(SendSafely POST "/package/{package}/{directory}/file/{file}/", Contribute, SMALL, files::upload),
    call!(SendSafely PATCH "/package/{package}/file/{file}/", Contribute, GENERAL, files::rename),
    call!(SendSafely DELETE "/package/{package}/file/{file}/", Contribute, GENERAL, files::delete),
    call!(SendSafely POST "/package/{package}/file/{file}/upload-urls/", Contribute, GENERAL,
        files::upload_urls),
    call!(SendSafely POST "/package/{package}/file/{file}/upload-complete/", Contribute, GENERAL,
        files::complete),
    call!(SendSafely GET "/package/{package}/file/{file}/parts/", Contribute, GENERAL, files::parts),
    call!(SendSafely POST "/package/{package}/file/{file}/copy/", Member, GENERAL, files::copy),
    call!(SendSafely POST "/package/{package}/file/{file}/download-urls/", Reader, GENERAL,
        files::download_urls),
    call!(SendSafely GET "/package/{package}/directory/{directory}/file/{file}/", View, GENERAL,
        files::information),
    call!(SendSafely POST "/package/{package}/directory/{directory}/file/{file}/", Contribute, GENERAL,
        files::move_to),
    call!(SendSafely DELETE "/package/{package}/directory/{directory}/file/{file}/", Contribute, GENERAL,
        files::delete),
    call!(SendSafely POST "/package/{package}/directory/{directory}/file/{file}/download-urls/", Reader, GENERAL,
        files::download_urls),
    call!(Link GET "/{code}/", Anyone, SMALL, link::status),
    call!(Link POST "/{code}/open/", Anyone, SMALL, link::open),
    call!(Link GET "/{code}/message/", LinkToken, SMALL, link::message),
    call!(Link POST "/{code}/file/{file}/download-urls/", LinkToken, SMALL, link::download_urls),
    call!(Session POST "/sign-in/", Anyone, SMALL, session::sign_in),
    call!(Session POST "/register/", Anyone, SMALL, session::register),
    call!(Session GET "/", Account, SMALL, session::who),
    call!(Session POST "/sign-out/", Account, SMALL, session::sign_out),
    call!(Session POST "/password/", Account, SMALL, session::change_password),
    call!(Session GET "/keys/", Account, SMALL, session::keys),
    call!(Session POST "/keys/", Account, SMALL, session::create_key),
    call!(Session DELETE "/keys/{api_key}/", Account, SMALL, session::revoke_key),
    call!(Session POST "/pin/", Account, SMALL, session::create_pin),
    raw!(PUT "/blob/{package}/{file}/{part}", Presigned, blobs::put),
    raw!(GET "/blob/{package}/{file}/{part}", Presigned, blobs::get),
    raw!(GET "/healthz/", Anyone, pages::health),
    raw!(GET "/", Anyone, pages::send),
    raw!(GET "/receive/", Anyone, pages::receive),
    raw!(GET "/account/", Anyone, pages::account),
    raw!(GET "/packages/", Anyone, pages::packages),
    raw!(GET "/workspaces/", Anyone, pages::workspaces),
    raw!(GET "/static/{*path}", Anyone, pages::asset),
    raw!(GET "/bulla/{*path}", Anyone, pages::module),
];
