//! Tickets, share infos and share requests.

use bulla::Result;
use bulla::api::zus::{
    AddShareInfo, CreateShareRequest, IssueTicket, ShareInfoType, ShareRequestAnswer, ShareRequestStatus,
    UpdateShareRequest,
};
use bulla::client::RequestFilter;
use bulla::web::promise::{date, done, or_rejected, promise};
use bulla::web::values::{Options, object};
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::{Account, convert, invalid, page, required, segment};

#[wasm_bindgen]
impl Account {
    /// Issues a ticket for a package or a file of it.
    #[wasm_bindgen(js_name = issueTicket)]
    pub fn issue_ticket(&self, package: String, options: JsValue) -> Promise {
        or_rejected(|| {
            let options = Options::of(options)?;
            let request = IssueTicket {
                file_id: options.text("fileId")?,
                client_id: options.text("email")?,
                expires_in: options.small("expiresInSeconds")?,
            };
            let client = self.client.clone();
            Ok(promise(async move {
                let issued = client.issue_ticket(&segment(package)?, &request).await?;
                let expires = date(issued.expires());
                Ok(object([
                    ("ticket", issued.ticket.into()),
                    ("lookupHash", issued.lookup_hash.into()),
                    ("expires", expires.into()),
                ]))
            }))
        })
    }

    /// Makes a share info of a ticket.
    #[wasm_bindgen(js_name = addShareInfo)]
    pub fn add_share_info(&self, ticket: String, options: JsValue) -> Promise {
        or_rejected(|| {
            let options = Options::of(options)?;
            let request = AddShareInfo {
                auth_ticket: ticket,
                message: options.text("message")?,
                share_info_type: None,
                link: options.text("link")?,
            };
            let client = self.client.clone();
            Ok(promise(async move { done(client.add_share_info(&request).await) }))
        })
    }

    /// What the account shared, or with `received` what it received.
    #[wasm_bindgen(js_name = shareInfos)]
    pub fn share_infos(&self, index: u32, size: Option<u32>, received: bool, options: JsValue) -> Promise {
        or_rejected(|| {
            let (page, options) = (page(index, size)?, Options::of(options)?);
            let kind = match options.text("type")?.as_deref() {
                Some("public") => ShareInfoType::Public,
                None | Some("private") => ShareInfoType::Private,
                Some(_) => return Err(invalid("type is public or private").into()),
            };
            let (hash, client) = (options.text("lookupHash")?, self.client.clone());
            Ok(promise(async move {
                let found = if received {
                    client.received_infos(page, kind, hash.as_deref()).await?
                } else {
                    client.shared_infos(page, kind, hash.as_deref()).await?
                };
                Ok(convert::page(found, convert::share_info))
            }))
        })
    }

    /// Ends what was shared.
    #[wasm_bindgen(js_name = deleteShareInfos)]
    pub fn delete_share_infos(&self, options: JsValue) -> Promise {
        or_rejected(|| {
            let options = Options::of(options)?;
            let (ticket, hash) = (options.text("ticket")?, options.text("lookupHash")?);
            let client = self.client.clone();
            Ok(promise(
                async move { done(client.delete_share_infos(ticket.as_deref(), hash.as_deref()).await) },
            ))
        })
    }

    /// Asks somebody for what it shares.
    #[wasm_bindgen(js_name = requestShare)]
    pub fn request_share(&self, options: JsValue) -> Promise {
        or_rejected(|| {
            let options = Options::of(options)?;
            let request = CreateShareRequest {
                owner_id: required(&options, "owner")?,
                auth_ticket: options.text("ticket")?,
                lookup_hash: options.text("lookupHash")?,
                message: options.text("message")?,
            };
            let client = self.client.clone();
            Ok(promise(async move { done(client.request_share(&request).await) }))
        })
    }

    /// What the account is asked for, or with `sent` what it asked for.
    #[wasm_bindgen(js_name = shareRequests)]
    pub fn share_requests(&self, index: u32, size: Option<u32>, sent: bool, options: JsValue) -> Promise {
        or_rejected(|| {
            let (page, options) = (page(index, size)?, Options::of(options)?);
            let status = options.text("status")?;
            let filter = RequestFilter {
                other: options.text("email")?,
                lookup_hash: options.text("lookupHash")?,
                status: status.as_deref().filter(|status| *status != "all").map(read_status).transpose()?,
                all: status.as_deref() == Some("all"),
            };
            let client = self.client.clone();
            Ok(promise(async move {
                let found = if sent {
                    client.sent_share_requests(page, &filter).await?
                } else {
                    client.received_share_requests(page, &filter).await?
                };
                Ok(convert::page(found, convert::share_request))
            }))
        })
    }

    /// Declines a request.
    #[wasm_bindgen(js_name = declineRequest)]
    pub fn decline_request(&self, id: String) -> Promise {
        let client = self.client.clone();
        promise(async move {
            let answer = UpdateShareRequest {
                id,
                status: ShareRequestAnswer::Declined,
                link: None,
                auth_ticket: None,
                key_codes: Vec::new(),
            };
            done(client.answer_share_request(&answer).await)
        })
    }

    /// Deletes a request.
    #[wasm_bindgen(js_name = deleteRequest)]
    pub fn delete_share_request(&self, id: String) -> Promise {
        let client = self.client.clone();
        promise(async move { done(client.delete_share_request(&id).await) })
    }
}

fn read_status(name: &str) -> Result<ShareRequestStatus> {
    match name {
        "pending" => Ok(ShareRequestStatus::Pending),
        "approved" => Ok(ShareRequestStatus::Approved),
        "declined" => Ok(ShareRequestStatus::Declined),
        _ => Err(invalid("status is pending, approved, declined or all")),
    }
}
