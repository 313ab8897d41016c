//! Share requests.

use bulla::api::package::PublicKey;
use bulla::api::zus::{
    CreateShareRequest, DeleteShareRequest, RequesterKeys, ShareRequestAnswer, ShareRequestEntry,
    ShareRequestStatus, ShareRequests, ShareRequestsQuery, UpdateShareRequest, ZusMessage,
};

use super::{above, paging, said};
use crate::db::{RequestFilter, RequestStatus, RequestsOf, ShareRequest};
use crate::domain::{Action, ApprovalOrder, Error, Event, RequestOrder, Result, WrapOrder};
use crate::http::api::Call;
use crate::http::dates;
use crate::http::typed::{Body, Query};

/// `POST /v2/sharereq/`
pub(in crate::http) async fn create(call: Call, Body(asked): Body<CreateShareRequest>) -> Result<ZusMessage> {
    let order = RequestOrder {
        owner: asked.owner_id,
        ticket: asked.auth_ticket,
        lookup_hash: asked.lookup_hash,
        message: asked.message,
    };
    call.domain().request_share(call.account()?, order).await?;
    said("New Share Request is created")
}

/// `GET /v2/sharereq/received/`
pub(in crate::http) async fn received(
    call: Call,
    Query(asked): Query<ShareRequestsQuery>,
) -> Result<ShareRequests> {
    list(&call, RequestsOf::Owner(&call.account()?.id), asked).await
}

/// `GET /v2/sharereq/requested/`
pub(in crate::http) async fn requested(
    call: Call,
    Query(asked): Query<ShareRequestsQuery>,
) -> Result<ShareRequests> {
    list(&call, RequestsOf::Requester(&call.account()?.id), asked).await
}

async fn list(call: &Call, of: RequestsOf<'_>, asked: ShareRequestsQuery) -> Result<ShareRequests> {
    let filter = RequestFilter {
        requester: asked.client_id,
        owner: asked.owner_id,
        lookup_hash: asked.lookup_hash,
        status: wanted(asked.status, asked.all),
    };
    let page = paging(asked.offset, asked.limit)?;
    let requests = call.domain().share_requests(of, &filter, page).await?;
    let message = above(&requests);
    let entry = |request: ShareRequest| {
        // What it is about is told to whoever asks once it is approved.
        let told = matches!(of, RequestsOf::Owner(_)) || request.status == RequestStatus::Approved;
        entry(request, told)
    };
    Ok(ShareRequests { message, data: requests.into_iter().map(entry).collect() })
}

/// `PUT /v2/sharereq/`
pub(in crate::http) async fn update(call: Call, Body(asked): Body<UpdateShareRequest>) -> Result<ZusMessage> {
    let account = call.account()?;
    match asked.status {
        ShareRequestAnswer::Declined => call.domain().decline_request(account, &asked.id).await?,
        ShareRequestAnswer::Approved => {
            let missing = || Error::Invalid("approving takes an auth_ticket".to_owned());
            let wrapped = asked.key_codes.into_iter().map(|wrapped| {
                (wrapped.public_key_id, WrapOrder { key_code: wrapped.keycode, signature: wrapped.sig })
            });
            let order = ApprovalOrder {
                ticket: asked.auth_ticket.ok_or_else(missing)?,
                link: asked.link,
                key_codes: wrapped.collect(),
            };
            let (package, item, receiver) = call.domain().approve_request(account, &asked.id, order).await?;
            let event = Event::to(Action::SHARE_ADDED, item.id(), &receiver);
            call.domain().log(&package, &call.caller, &call.address, &[event]).await?;
        }
    }
    said("share request updated successfully")
}

/// `DELETE /v2/sharereq/`
pub(in crate::http) async fn delete(
    call: Call,
    Query(asked): Query<DeleteShareRequest>,
) -> Result<ZusMessage> {
    call.domain().delete_request(call.account()?, &asked.id).await?;
    said("share request deleted successfully")
}

/// `GET /v2/sharereq/{requestId}/public-keys/` (ours)
pub(in crate::http) async fn public_keys(call: Call) -> Result<RequesterKeys> {
    let keys = call.domain().requester_keys(call.account()?, call.parameter("request")?).await?;
    let message = above(&keys);
    let data = keys.into_iter().map(|key| PublicKey { id: key.id, key: key.armored }).collect();
    Ok(RequesterKeys { message, data })
}

/// With which status requests are listed: those that wait, unless one is named or all are wanted.
fn wanted(status: Option<ShareRequestStatus>, all: bool) -> Option<RequestStatus> {
    match status {
        Some(ShareRequestStatus::Pending) => Some(RequestStatus::Pending),
        Some(ShareRequestStatus::Approved) => Some(RequestStatus::Approved),
        Some(ShareRequestStatus::Declined) => Some(RequestStatus::Declined),
        None if all => None,
        None => Some(RequestStatus::Pending),
    }
}

fn entry(request: ShareRequest, told: bool) -> ShareRequestEntry {
    ShareRequestEntry {
        id: request.id,
        owner_id: request.owner_email,
        client_id: request.requester_email,
        lookup_hash: request.item.lookup_hash,
        status: match request.status {
            RequestStatus::Pending => ShareRequestStatus::Pending,
            RequestStatus::Approved => ShareRequestStatus::Approved,
            RequestStatus::Declined => ShareRequestStatus::Declined,
        },
        message: request.message,
        created_at: dates::iso(request.created),
        package_id: told.then_some(request.item.package_id),
        file_id: request.item.file_id.filter(|_| told),
    }
}
