//! Requests (ours), for those who make them and those who send through them.

use bulla::api::ResponseCode;
use bulla::api::list::PageQuery;
use bulla::api::package::Answer;
use bulla::api::request::{
    BlockKeysAnswer, CreateRequest, PutRequested, RequestAnswer, RequestEntry, RequestOpened, RequestTerms,
    RequestedPackage, RequestedPackagesAnswer, RequestsAnswer,
};

use super::lists::paging;
use super::{done, pagination};
use crate::db::{self, FileRequest, Incoming};
use crate::domain::{Domain, Error, IncomingOrder, Page, Result, StateNames, WrapOrder, now};
use crate::http::api::Call;
use crate::http::typed::{Body, Query};

/// `PUT /request/`
pub(in crate::http) async fn create(call: Call, Body(asked): Body<CreateRequest>) -> Result<RequestAnswer> {
    let wrapped_key = WrapOrder { key_code: asked.wrapped_key, signature: Some(asked.sig) };
    let terms = changed(Domain::usual_terms(), asked.terms)?;
    let order = IncomingOrder { public_key: asked.public_key, wrapped_key, terms };
    let request = call.domain().create_file_request(call.account()?, order).await?;
    answer(&call, request).await
}

/// `GET /request/`
pub(in crate::http) async fn list(call: Call, Query(page): Query<PageQuery>) -> Result<RequestsAnswer> {
    let page = call.domain().file_requests(call.account()?, paging(page)?).await?;
    let pagination = pagination(&page);
    let requests = page.entries.into_iter().map(|(request, packages)| entry(&call, request, packages));
    Ok(RequestsAnswer { requests: requests.collect(), pagination, response: ResponseCode::Success })
}

/// `GET /request/{requestId}/`
pub(in crate::http) async fn get(call: Call) -> Result<RequestAnswer> {
    let request = own(&call).await?;
    answer(&call, request).await
}

/// `POST /request/{requestId}/`
pub(in crate::http) async fn update(call: Call, Body(asked): Body<RequestTerms>) -> Result<RequestAnswer> {
    let request = own(&call).await?;
    let terms = changed(request.terms.clone(), asked)?;
    let request = call.domain().change_file_request(request, terms).await?;
    answer(&call, request).await
}

/// `DELETE /request/{requestId}/`
pub(in crate::http) async fn delete(call: Call) -> Result<Answer> {
    call.domain().delete_file_request(&own(&call).await?).await?;
    done(None)
}

/// `GET /request/{requestId}/packages/`
pub(in crate::http) async fn packages(
    call: Call,
    Query(page): Query<PageQuery>,
) -> Result<RequestedPackagesAnswer> {
    let page = call.domain().incoming(&own(&call).await?, paging(page)?).await?;
    let pagination = pagination(&page);
    let Page { entries, .. } = page;
    Ok(RequestedPackagesAnswer {
        packages: entries.into_iter().map(incoming).collect(),
        pagination,
        response: ResponseCode::Success,
    })
}

/// `GET /request/{requestId}/packages/{packageId}/keys/`
pub(in crate::http) async fn block_keys(
    call: Call,
    Query(page): Query<PageQuery>,
) -> Result<BlockKeysAnswer> {
    let (request, came) = (own(&call).await?, call.parameter("came")?);
    let page = call.domain().block_keys(&request, came, paging(page)?).await?;
    let pagination = pagination(&page);
    Ok(BlockKeysAnswer { keycodes: page.entries, pagination, response: ResponseCode::Success })
}

/// `GET /request/terms/`
pub(in crate::http) async fn terms(call: Call) -> Result<RequestOpened> {
    let (request, owner) = call.caller.request()?;
    let terms = &request.terms;
    Ok(RequestOpened {
        request_id: request.id.clone(),
        requester: owner.email.clone(),
        title: terms.title.clone(),
        message: terms.message.clone(),
        public_key: request.public_key.clone(),
        expires: unsigned(terms.expires),
        max_files: unsigned(terms.max_files),
        max_bytes: unsigned(terms.max_bytes),
        require_user_info: terms.require_user_info,
        response: ResponseCode::Success,
    })
}

/// `PUT /package/{packageId}/request/`
pub(in crate::http) async fn put(call: Call, Body(asked): Body<PutRequested>) -> Result<Answer> {
    call.domain().put_requested(call.package()?, asked.keycode, &asked.name).await?;
    done(None)
}

/// The request of the path, which is the caller's.
async fn own(call: &Call) -> Result<FileRequest> {
    call.domain().own_file_request(call.account()?, call.parameter("request")?).await
}

async fn answer(call: &Call, request: FileRequest) -> Result<RequestAnswer> {
    let packages = call.domain().count_incoming(&request).await?;
    Ok(RequestAnswer { request: entry(call, request, packages), response: ResponseCode::Success })
}

fn entry(call: &Call, request: FileRequest, packages: u64) -> RequestEntry {
    let expired = request.has_expired(now());
    let terms = request.terms;
    RequestEntry {
        link: format!("{}/request/?request={}", call.base, request.id),
        request_id: request.id,
        public_key: request.public_key,
        wrapped_key: request.wrapped_key,
        sig: request.signature,
        terms: RequestTerms {
            title: Some(terms.title),
            message: Some(terms.message),
            expires: Some(unsigned(terms.expires)),
            max_packages: Some(unsigned(terms.max_packages)),
            max_files: Some(unsigned(terms.max_files)),
            max_bytes: Some(unsigned(terms.max_bytes)),
            require_user_info: Some(terms.require_user_info),
            notify_on_upload: Some(terms.notify_on_upload),
            track_until: Some(unsigned(terms.track_until)),
            send_frequency: Some(terms.send_frequency.unwrap_or(-1)),
            send_interval: Some(terms.send_interval.unwrap_or(-1)),
        },
        created: request.created.unsigned_abs(),
        expired,
        deleted: request.deleted.is_some(),
        packages,
    }
}

fn incoming(of: Incoming) -> RequestedPackage {
    let package = of.package;
    RequestedPackage {
        package_state: StateNames::of(&package, now()).number,
        received: package.finalized.unwrap_or(package.created).unsigned_abs(),
        expires: package.expires.map(i64::unsigned_abs),
        package_id: package.id,
        package_code: package.code,
        keycode: of.key_code,
        sender_name: of.name,
        package_sender: package.sender,
        file_count: of.files.unsigned_abs(),
        file_size: of.size.unsigned_abs(),
        server_encrypted: package.server_encrypted,
    }
}

/// Terms with what was asked to change.
fn changed(terms: db::RequestTerms, asked: RequestTerms) -> Result<db::RequestTerms> {
    Ok(db::RequestTerms {
        title: asked.title.unwrap_or(terms.title),
        message: asked.message.unwrap_or(terms.message),
        expires: limit(asked.expires, terms.expires)?,
        max_packages: limit(asked.max_packages, terms.max_packages)?,
        max_files: limit(asked.max_files, terms.max_files)?,
        max_bytes: limit(asked.max_bytes, terms.max_bytes)?,
        require_user_info: asked.require_user_info.unwrap_or(terms.require_user_info),
        notify_on_upload: asked.notify_on_upload.unwrap_or(terms.notify_on_upload),
        track_until: limit(asked.track_until, terms.track_until)?,
        send_frequency: asked.send_frequency.map_or(terms.send_frequency, unless_minus_one),
        send_interval: asked.send_interval.map_or(terms.send_interval, unless_minus_one),
    })
}

/// A number where 0 stands for none.
fn limit(asked: Option<u64>, before: Option<i64>) -> Result<Option<i64>> {
    let Some(asked) = asked else { return Ok(before) };
    let number = i64::try_from(asked).map_err(|_| Error::Invalid("a number is too large".to_owned()))?;
    Ok(Some(number).filter(|&number| number > 0))
}

/// A number where -1 stands for none.
fn unless_minus_one(asked: i64) -> Option<i64> {
    Some(asked).filter(|&number| number != -1)
}

fn unsigned(number: Option<i64>) -> u64 {
    number.unwrap_or_default().unsigned_abs()
}
