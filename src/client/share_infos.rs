//! Tickets, share infos and share requests, as Züs has them: below [`crate::api::ZUS_PREFIX`].

use std::future::Future;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use serde::Serialize;

use super::auth::nonce;
use super::dates::IsoDate;
use super::paging::{Page, PageOf};
use super::{
    Attempt, Call, Client, Clock, Http, Method, OfferedKey, Reply, json_type, parse, read, retry, to_json,
};
use crate::api::ZUS_PREFIX;
use crate::api::limits::PAGE;
use crate::api::zus::{
    AddShareInfo, CreateShareRequest, IssueTicket, ShareInfoType, ShareRequestStatus, UpdateShareRequest,
};
use crate::json::{Invalid, Json, Read, read_struct};
use crate::{Error, ErrorCode, Result};

/// What stands between the fields of a form, before what is drawn for each.
const BOUNDARY: &str = "bulla-";

read_struct! {
    /// A ticket: who may open what, and until when.
    #[derive(Clone, Debug)]
    pub struct IssuedTicket {
        /// The ticket.
        pub ticket: String = get "auth_ticket",
        /// What stands for the package or file.
        pub lookup_hash: String = get "lookup_hash",
        /// When it expires, in seconds since 1970.
        expires: IsoDate = get "expires_at",
    }
}

read_struct! {
    /// Something that was shared by a ticket, as either side sees it.
    #[derive(Clone, Debug)]
    pub struct ShareInfo {
        /// The ticket.
        pub ticket: String = get "auth_ticket",
        /// What stands for the package or file.
        pub lookup_hash: String = get "lookup_hash",
        /// What the sender says; empty for nothing.
        pub message: String = get_or_default "message",
        /// Where it is opened; empty when unknown.
        pub link: String = get_or_default "link",
        /// The address of whoever shares it.
        pub sender: String = get "client_id",
        /// The address of whoever it is shared with; empty for nobody known.
        pub receiver: String = get_or_default "receiver_client_id",
        /// The package.
        pub package_id: String = get "package_id",
        /// The file; none for the whole package.
        pub file_id: Option<String> = get "file_id",
        created: IsoDate = get "created_at",
        expires: IsoDate = get "expires_at",
    }
}

read_struct! {
    /// A share request, as either side sees it.
    #[derive(Clone, Debug)]
    pub struct ShareRequest {
        /// Its id.
        pub id: String = get "id",
        /// The address of whoever is asked.
        pub owner: String = get "owner_id",
        /// The address of whoever asks.
        pub requester: String = get "client_id",
        /// What stands for the package or file.
        pub lookup_hash: String = get "lookup_hash",
        /// What became of it: `pending`, `approved` or `declined`.
        pub status: String = get "status",
        /// What it says; empty for nothing.
        pub message: String = get_or_default "message",
        /// The package; none for whoever asks, until it is approved.
        pub package_id: Option<String> = get "package_id",
        /// The file; none for the whole package.
        pub file_id: Option<String> = get "file_id",
        created: IsoDate = get "created_at",
    }
}

impl IssuedTicket {
    /// When it expires, in seconds since 1970.
    pub fn expires(&self) -> u64 {
        self.expires.0
    }
}

impl ShareInfo {
    /// When it was made, in seconds since 1970.
    pub fn created(&self) -> u64 {
        self.created.0
    }

    /// When it expires, in seconds since 1970.
    pub fn expires(&self) -> u64 {
        self.expires.0
    }
}

impl ShareRequest {
    /// When it was asked, the last time, in seconds since 1970.
    pub fn created(&self) -> u64 {
        self.created.0
    }
}

/// Which share requests are listed: those that wait, unless another status is named or all are wanted.
#[derive(Clone, Debug, Default)]
pub struct RequestFilter {
    /// Of or to this address alone.
    pub other: Option<String>,
    /// For this package or file alone.
    pub lookup_hash: Option<String>,
    /// With this status alone.
    pub status: Option<ShareRequestStatus>,
    /// Where no status is named: whether those that were answered are listed too.
    pub all: bool,
}

/// A body, and the header that says what it is.
type Sent = ((&'static str, String), Result<Vec<u8>>);

/// What of its answers is read.
struct Data<T>(T);

impl<T: Read> Read for Data<T> {
    fn read(json: &Json) -> std::result::Result<Self, Invalid> {
        json.get("data").map(Self)
    }
}

impl<N: Http + Clock> Client<N> {
    /// Issues a ticket for a package of the caller's, or for a file of it. It opens nothing before a share info is made of it.
    pub async fn issue_ticket(&self, package_id: &str, request: &IssueTicket) -> Result<IssuedTicket> {
        let Data(ticket) =
            self.zus(Method::Post, &format!("/authticket/{package_id}/"), Some(request)).await?;
        Ok(ticket)
    }

    /// Makes a share info of a ticket: for whom it names, or for the caller who may use it.
    pub async fn add_share_info(&self, request: &AddShareInfo) -> Result<()> {
        let boundary = format!("{BOUNDARY}{}", nonce()?);
        let fields = [
            ("auth_ticket", Some(&request.auth_ticket)),
            ("message", request.message.as_ref()),
            ("link", request.link.as_ref()),
        ];
        let mut body = String::new();
        for (name, value) in fields {
            let Some(value) = value else { continue };
            body += &format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
        }
        body += &format!("--{boundary}--\r\n");
        let kind = ("content-type", format!("multipart/form-data; boundary={boundary}"));
        self.zus_answer(Method::Post, "/shareinfo/".to_owned(), Some((kind, Ok(body.into_bytes()))))
            .await
            .map(drop)
    }

    /// What the caller shared by tickets, the newest first.
    pub fn shared_infos(
        &self,
        page: Page,
        kind: ShareInfoType,
        lookup_hash: Option<&str>,
    ) -> impl Future<Output = Result<PageOf<ShareInfo>>> {
        self.share_infos("shared", page, kind, lookup_hash)
    }

    /// What was shared with the caller by tickets and still opens, the newest first.
    pub fn received_infos(
        &self,
        page: Page,
        kind: ShareInfoType,
        lookup_hash: Option<&str>,
    ) -> impl Future<Output = Result<PageOf<ShareInfo>>> {
        self.share_infos("received", page, kind, lookup_hash)
    }

    fn share_infos(
        &self,
        which: &str,
        page: Page,
        kind: ShareInfoType,
        lookup_hash: Option<&str>,
    ) -> impl Future<Output = Result<PageOf<ShareInfo>>> + use<'_, N> {
        let kind = match kind {
            ShareInfoType::Public => "public",
            ShareInfoType::Private => "private",
        };
        let fields = [("shareInfoType", Some(kind)), ("lookup_hash", lookup_hash)];
        self.zus_list(format!("/shareinfo/{which}/"), page, &fields)
    }

    /// Ends what was shared, by its ticket or by what stands for the package or file.
    pub fn delete_share_infos(
        &self,
        ticket: Option<&str>,
        lookup_hash: Option<&str>,
    ) -> impl Future<Output = Result<()>> {
        let query = query(&[("auth_ticket", ticket), ("lookup_hash", lookup_hash)]);
        self.zus(Method::Delete, &format!("/shareinfo/?{query}"), None::<&()>)
    }

    /// Asks somebody for what it shares.
    pub fn request_share(&self, request: &CreateShareRequest) -> impl Future<Output = Result<()>> {
        self.zus(Method::Post, "/sharereq/", Some(request))
    }

    /// What the caller is asked for, the newest first.
    pub fn received_share_requests(
        &self,
        page: Page,
        filter: &RequestFilter,
    ) -> impl Future<Output = Result<PageOf<ShareRequest>>> {
        self.share_requests(("received", "client_id"), page, filter)
    }

    /// What the caller asked for, the newest first.
    pub fn sent_share_requests(
        &self,
        page: Page,
        filter: &RequestFilter,
    ) -> impl Future<Output = Result<PageOf<ShareRequest>>> {
        self.share_requests(("requested", "owner_id"), page, filter)
    }

    fn share_requests(
        &self,
        (which, other): (&str, &str),
        page: Page,
        filter: &RequestFilter,
    ) -> impl Future<Output = Result<PageOf<ShareRequest>>> + use<'_, N> {
        let status = filter.status.map(|status| match status {
            ShareRequestStatus::Pending => "pending",
            ShareRequestStatus::Approved => "approved",
            ShareRequestStatus::Declined => "declined",
        });
        let fields = [
            (other, filter.other.as_deref()),
            ("lookup_hash", filter.lookup_hash.as_deref()),
            ("status", status),
            ("all", filter.all.then_some("true")),
        ];
        self.zus_list(format!("/sharereq/{which}/"), page, &fields)
    }

    /// Answers a request.
    pub fn answer_share_request(&self, request: &UpdateShareRequest) -> impl Future<Output = Result<()>> {
        self.zus(Method::Put, "/sharereq/", Some(request))
    }

    /// Deletes a request that the caller made or that was made to it. What was shared stays shared.
    pub fn delete_share_request(&self, id: &str) -> impl Future<Output = Result<()>> {
        self.zus(Method::Delete, &format!("/sharereq/?{}", query(&[("id", Some(id))])), None::<&()>)
    }

    /// The public keys of whoever made a request that waits for the caller's answer (ours).
    pub async fn keys_of_requester(&self, id: &str) -> Result<Vec<OfferedKey>> {
        let Data(keys) = self.zus(Method::Get, &format!("/sharereq/{id}/public-keys/"), None::<&()>).await?;
        Ok(keys)
    }

    /// A page of a list, of which the server does not say how long it is: a full page may have another one behind it.
    fn zus_list<T: Read>(
        &self,
        path: String,
        page: Page,
        fields: &[(&str, Option<&str>)],
    ) -> impl Future<Output = Result<PageOf<T>>> + use<'_, N, T> {
        let size = page.size.unwrap_or(PAGE);
        let path = format!("{path}?{}&offset={}&limit={size}", query(fields), page.index);
        let answer = self.zus_answer(Method::Get, path, None);
        async move {
            let Data(entries): Data<Vec<T>> = read(&answer.await?)?;
            let full = entries.len() >= size as usize;
            Ok(PageOf { entries, total: None, next: page.index.checked_add(size).filter(|_| full) })
        }
    }

    fn zus<T: Read, B: Serialize>(
        &self,
        method: Method,
        path: &str,
        body: Option<&B>,
    ) -> impl Future<Output = Result<T>> + use<'_, N, T, B> {
        let body = body.map(|body| (json_type(), to_json(body)));
        let answer = self.zus_answer(method, path.to_owned(), body);
        async move { read(&answer.await?) }
    }

    fn zus_answer(
        &self,
        method: Method,
        path: String,
        body: Option<Sent>,
    ) -> LocalBoxFuture<'_, Result<Json>> {
        async move {
            let (auth, path) = (self.auth()?, format!("{ZUS_PREFIX}{path}"));
            let (kind, body) = match body {
                Some((kind, body)) => (Some(kind), Some(body?)),
                None => (None, None),
            };
            let signed = path.split('?').next().unwrap_or_default();
            retry(self.net(), self.patience(), async || {
                // Signed anew each time: the timestamp has to be fresh.
                let mut headers =
                    auth.headers(signed, body.as_deref().unwrap_or_default(), self.net.now())?;
                headers.extend(kind.clone());
                let call = Call { method, url: format!("{}{path}", self.host), headers, body: body.clone() };
                zus_answer(&self.net.call(call).await?)
            })
            .await
        }
        .boxed_local()
    }
}

/// What a reply says: its status tells success from failure.
fn zus_answer(reply: &Reply) -> Result<Json, Attempt> {
    if reply.status == 200 {
        return Ok(parse(&reply.body)?);
    }
    let code = match reply.status {
        400 => ErrorCode::InvalidInput,
        401 => ErrorCode::AuthenticationFailed,
        403 => ErrorCode::ForeignOrigin,
        404 => ErrorCode::NotFound,
        409 => ErrorCode::Refused,
        413 => ErrorCode::LimitReached,
        _ => return Err(Attempt::from_status(reply.status, reply.retry_after)),
    };
    match Json::parse(&reply.body).and_then(|json| json.get::<String>("message")) {
        Ok(message) => Err(Error::new(code, message).into()),
        Err(_) => Err(Attempt::from_status(reply.status, reply.retry_after)),
    }
}

/// The fields that are there, as a query (RFC 3986, section 3.4).
fn query(fields: &[(&str, Option<&str>)]) -> String {
    let mut query = String::new();
    for (name, value) in fields {
        let Some(value) = value else { continue };
        query += if query.is_empty() { "" } else { "&" };
        query += name;
        query.push('=');
        for octet in value.bytes() {
            match octet {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                    query.push(octet.into())
                }
                _ => query += &format!("%{octet:02X}"),
            }
        }
    }
    query
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_value_ends_it() {
        let fields = [("a", None), ("b", Some("x+y@é&c=d#")), ("e", Some(""))];
        assert_eq!(query(&fields), "b=x%2By%40%C3%A9%26c%3Dd%23&e=");
        assert_eq!(query(&[("a", None)]), "");
    }
}
