//! Opening a link without an account. Ordinary status codes; a failure's body says what it is.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bulla::api::ResponseCode;
use bulla::api::link::{
    AskThumbnail, LinkFailure, LinkFailureCode, LinkMessage, LinkOpened, LinkStatus, LinkThumbnail,
    LinkUnlocked, OpenLink, UnlockLink, Visitor,
};
use bulla::api::package::{DownloadUrls, DownloadUrlsAnswer};

use super::api::Call;
use super::failure;
use super::origin::subscriber;
use super::sendsafely::directories::entry;
use super::sendsafely::files::{log_download, part_urls};
use super::sendsafely::packages::file_entry;
use super::typed::Body;
use crate::domain::{Action, Caller, Error, Event, LinkOrder, Result, ShareRecipientOrder, ShareVisit};

/// `GET /link/v1/{packageCode}/`
pub(super) async fn status(call: Call) -> Result<LinkStatus> {
    let password_required = call.domain().link_needs_password(call.parameter("code")?).await?;
    Ok(LinkStatus { password_required })
}

/// `POST /link/v1/{packageCode}/unlock/`
pub(super) async fn unlock(call: Call, Body(asked): Body<UnlockLink>) -> Result<LinkUnlocked> {
    let subscriber = subscriber(&call.address);
    let secret = call.domain().unlock_link(call.parameter("code")?, &asked.proof, &subscriber).await?;
    Ok(LinkUnlocked { server_secret: secret })
}

/// `POST /link/v1/{packageCode}/open/`
pub(super) async fn open(call: Call, Body(asked): Body<OpenLink>) -> Result<LinkOpened> {
    let OpenLink { checksum, password, recipient_code, share, alias, visitor } = asked;
    let account = call.account().ok().cloned();
    let Visitor { email, first_name, last_name, company } = visitor.unwrap_or_default();
    let visitor = ShareRecipientOrder { email, first_name, last_name, company };
    let order = LinkOrder {
        checksum,
        password,
        recipient_code,
        share: share.map(|share| ShareVisit { share, alias, account: account.clone(), visitor }),
        account,
        address: call.address.clone(),
        subscriber: subscriber(&call.address),
    };
    let opened = call.domain().open_link(call.parameter("code")?, order).await?;
    let package = opened.package;
    let label = package.is_workspace().then(|| package.label.clone());
    let opening = Event::opening(&package, &opened.caller);
    call.domain().log(&package, &opened.caller, &call.address, &[opening]).await?;
    let view_only = matches!(&opened.caller, Caller::Share(open) if open.share.view_only).then_some(true);
    Ok(LinkOpened {
        view_only,
        server_encrypted: package.server_encrypted.then_some(true),
        package_id: package.id,
        package_code: package.code,
        server_secret: package.server_secret,
        files: opened.files.into_iter().map(file_entry).collect(),
        directories: opened.directories.into_iter().filter(|d| d.parent_id.is_some()).map(entry).collect(),
        label,
        root_directory_id: package.root_directory_id,
        message: opened.message,
        seal: opened.seal,
        package_sender: package.sender,
        created: package.created.unsigned_abs(),
        expires: package.expires.map(i64::unsigned_abs),
        token: opened.token,
        token_expires_in: opened.token_life,
    })
}

/// `GET /link/v1/{packageCode}/message/`
pub(super) async fn message(call: Call) -> Result<LinkMessage> {
    let message = call.domain().link_message(call.package()?, &call.caller, &call.address).await?;
    call.log(&[Event::on(call.package()?, Action::MESSAGE_READ)]).await?;
    Ok(LinkMessage { message })
}

/// `POST /link/v1/{packageCode}/file/{fileId}/download-urls/`
pub(super) async fn download_urls(call: Call, Body(asked): Body<DownloadUrls>) -> Result<DownloadUrlsAnswer> {
    let parts = (asked.start_segment, asked.end_segment);
    let id = call.parameter("file")?;
    let urls = call
        .domain()
        .link_download_urls(call.package()?, &call.caller, id, parts, &call.address, &call.base)
        .await?;
    log_download(&call, &call.domain().file(call.package()?, id).await?).await?;
    Ok(DownloadUrlsAnswer { download_urls: part_urls(urls), response: ResponseCode::Success })
}

/// `POST /link/v1/{packageCode}/file/{fileId}/thumbnail/`
pub(super) async fn thumbnail(call: Call, Body(asked): Body<AskThumbnail>) -> Result<LinkThumbnail> {
    let (package, id) = (call.package()?, call.parameter("file")?);
    let url = call.domain().link_thumbnail(package, &call.caller, id, asked.size, &call.base).await?;
    Ok(LinkThumbnail { url })
}

/// The answer where nothing is.
pub(super) fn unknown_route() -> Response {
    failure(&Error::NotFound)
}

/// The HTTP answer of a call that failed.
pub(super) fn failure(error: &Error) -> Response {
    use LinkFailureCode as Code;
    let (status, code) = match error {
        Error::NotFound | Error::SignedOut | Error::ForeignOrigin => (StatusCode::NOT_FOUND, Code::NotFound),
        Error::VerificationRequired => (StatusCode::UNAUTHORIZED, Code::VerificationRequired),
        Error::CodeWrong => (StatusCode::UNAUTHORIZED, Code::CodeWrong),
        Error::CodeSpent => (StatusCode::GONE, Code::CodeSpent),
        Error::SignInFailed(_) => (StatusCode::UNAUTHORIZED, Code::SignInFailed),
        Error::Expired => (StatusCode::GONE, Code::Expired),
        Error::Deleted => (StatusCode::GONE, Code::Deleted),
        Error::Exhausted => (StatusCode::GONE, Code::Exhausted),
        Error::LoginRequired => (StatusCode::UNAUTHORIZED, Code::LoginRequired),
        Error::UserInfoRequired => (StatusCode::UNAUTHORIZED, Code::UserInfoRequired),
        Error::PasswordRequired => (StatusCode::UNAUTHORIZED, Code::PasswordRequired),
        Error::TokenInvalid | Error::Unauthenticated(_) => (StatusCode::UNAUTHORIZED, Code::TokenInvalid),
        Error::TooManyAttempts { .. } => (StatusCode::TOO_MANY_REQUESTS, Code::TooManyAttempts),
        Error::Limit(_) => (StatusCode::PAYLOAD_TOO_LARGE, Code::InvalidRequest),
        Error::Invalid(_)
        | Error::Refused(_)
        | Error::InvalidFileName(_)
        | Error::DuplicateFile
        | Error::UnsupportedGrant
        | Error::UnknownScope
        | Error::NotFinalizable(_) => (StatusCode::BAD_REQUEST, Code::InvalidRequest),
        Error::Internal(cause) => {
            tracing::error!(%cause, "a call failed");
            (StatusCode::INTERNAL_SERVER_ERROR, Code::Unknown)
        }
    };
    let mut response = (status, Json(LinkFailure { code, message: error.to_string() })).into_response();
    failure::say_when(error, response.headers_mut());
    response
}
