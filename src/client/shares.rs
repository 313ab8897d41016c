//! Shares: who may open which items of a package, until when and how often.

use std::future::Future;

use serde::Serialize;

use super::answers::variant;
use super::{Attempt, Client, Clock, Http, Method, Reply, parse, read, to_json};
use crate::api::SHAREFILE_PREFIX;
use crate::api::sharefile::{AddRecipient, CreateShare, SendShare, ShareFileFailureCode, UpdateShare};
use crate::json::{Invalid, Json, Read, read_struct};
use crate::{Error, ErrorCode, Result};

const NO_BODY: Option<&()> = None;

read_struct! {
    /// A share.
    #[derive(Clone, Debug)]
    pub struct Share {
        /// Its id.
        pub id: String = get "Id",
        /// What its owner calls it.
        pub title: String = get_or_default "Title",
        /// The recipient that was just added, or, in an inbox, that the caller is.
        pub alias: Option<String> = get "AliasID",
        /// The package whose link it goes with.
        pub package_id: String = get "PackageId",
        /// When it was made (RFC 3339).
        pub created: String = get "CreationDate",
        /// When it ends (RFC 3339); [`crate::api::sharefile::NO_END`] for never.
        pub expires: String = get "ExpirationDate",
        /// How often each recipient may download; -1 without limit.
        pub max_downloads: i64 = get "MaxDownloads",
        /// Whether it is for those alone who sign in.
        pub require_login: bool = get_or_default "RequireLogin",
        /// Whether it is for those alone of whom name, e-mail address and company are known.
        pub require_user_info: bool = get_or_default "RequireUserInfo",
        /// Whether it is to be looked at and not saved.
        pub view_only: bool = get_or_default "IsViewOnly",
        /// Whether an item stands for the newest version of a file.
        pub newest: bool = get_or_default "UsesStreamIDs",
    }
}

read_struct! {
    /// A recipient of a share. The one whose id is the share's stands for all who are not told apart.
    #[derive(Clone, Debug)]
    pub struct ShareRecipient {
        /// Its id, which stands in its link.
        pub id: String = get "Id",
        /// Who it is.
        pub user: ShareUser = get "User",
        /// Downloads that count.
        pub downloads: u64 = get "DownloadCount",
        /// When it last opened the share (RFC 3339); none when it did not.
        pub opened: Option<String> = get "LastOpened",
    }
}

read_struct! {
    /// Who a recipient of a share is. Texts are empty when unknown.
    #[derive(Clone, Debug)]
    pub struct ShareUser {
        /// The e-mail address.
        pub email: String = get_or_default "Email",
        /// The first name.
        pub first_name: String = get_or_default "FirstName",
        /// The last name.
        pub last_name: String = get_or_default "LastName",
        /// The company.
        pub company: String = get_or_default "Company",
    }
}

read_struct! {
    struct Written {
        message: String = get "Message",
    }
}

/// A list, as this API has them.
struct Feed<T>(Vec<T>);

impl<T: Read> Read for Feed<T> {
    fn read(json: &Json) -> Result<Self, Invalid> {
        json.get("value").map(Self)
    }
}

read_struct! {
    struct Failure {
        code: ShareFileFailureCode = get "code",
        message: Words = get "message",
    }
}

read_struct! {
    struct Words {
        value: String = get "value",
    }
}

impl Read for ShareFileFailureCode {
    fn read(json: &Json) -> Result<Self, Invalid> {
        variant(json)
    }
}

impl<N: Http + Clock> Client<N> {
    /// Makes a share of items of one package of the caller's; `notify` has the server write to its recipients.
    pub fn create_share(&self, order: &CreateShare, notify: bool) -> impl Future<Output = Result<Share>> {
        self.sharefile(Method::Post, &format!("/Shares?notify={notify}"), Some(order))
    }

    /// Makes a share of items of one package of the caller's, and has the server write to its recipients: what the order says, and
    /// each one's link without the key.
    pub fn send_share(&self, order: &SendShare) -> impl Future<Output = Result<Share>> {
        self.sharefile(Method::Post, "/Shares/Send", Some(order))
    }

    /// The shares with a recipient of the caller's address, the newest first: those that last, or those that have `expired`.
    pub async fn share_inbox(&self, expired: bool) -> Result<Vec<Share>> {
        let path = format!("/Shares/Inbox?archived={expired}");
        let Feed(shares) = self.sharefile(Method::Get, &path, NO_BODY).await?;
        Ok(shares)
    }

    /// What was written to a recipient of a share, for whoever wrote it and for the recipient.
    pub async fn share_message(&self, id: &str, recipient: &str) -> Result<String> {
        let path = format!("/Shares/{id}/Recipients/{recipient}/Message?asJson=true&includeExpired=true");
        let Written { message } = self.sharefile(Method::Get, &path, NO_BODY).await?;
        Ok(message)
    }

    /// The caller's shares, the newest first; `expired` says whether those that have ended are among them.
    pub async fn shares(&self, expired: bool) -> Result<Vec<Share>> {
        let path = format!("/Shares?includeExpired={expired}");
        let Feed(shares) = self.sharefile(Method::Get, &path, NO_BODY).await?;
        Ok(shares)
    }

    /// A share of the caller's.
    pub fn share(&self, id: &str) -> impl Future<Output = Result<Share>> {
        self.sharefile(Method::Get, &format!("/Shares/{id}"), NO_BODY)
    }

    /// Changes a share, also one that has ended. `append` says whether items come to those that are there, or replace them.
    pub fn update_share(
        &self,
        id: &str,
        change: &UpdateShare,
        append: bool,
    ) -> impl Future<Output = Result<Share>> {
        let path = format!("/Shares/{id}?includeExpired=true&appendItemsFeed={append}");
        self.sharefile(Method::Patch, &path, Some(change))
    }

    /// Deletes a share; what goes on through it ends at once.
    pub fn delete_share(&self, id: &str) -> impl Future<Output = Result<()>> {
        self.sharefile(Method::Delete, &format!("/Shares/{id}"), NO_BODY)
    }

    /// The recipients of a share, in the order they were added, the one for everybody first.
    pub async fn share_recipients(&self, id: &str) -> Result<Vec<ShareRecipient>> {
        let Feed(recipients) =
            self.sharefile(Method::Get, &format!("/Shares/{id}/Recipients"), NO_BODY).await?;
        Ok(recipients)
    }

    /// Adds a recipient to a share.
    pub fn add_share_recipient(
        &self,
        id: &str,
        recipient: &AddRecipient,
    ) -> impl Future<Output = Result<ShareRecipient>> {
        let AddRecipient { email, first_name, last_name, company } = recipient;
        let query: Vec<String> =
            [("Email", email), ("FirstName", first_name), ("LastName", last_name), ("Company", company)]
                .map(|(name, value)| format!("{name}={}", encoded(value)))
                .into();
        self.sharefile(Method::Post, &format!("/Shares/{id}/Recipients?{}", query.join("&")), NO_BODY)
    }

    /// Adds a recipient to a share by its address alone; `notify` has the server write to it. Answers with the recipient's id.
    pub async fn add_share_alias(&self, id: &str, email: &str, notify: bool) -> Result<String> {
        let path = format!("/Shares/{id}/Alias?email={}&notify={notify}", encoded(email));
        let share: Share = self.sharefile(Method::Post, &path, NO_BODY).await?;
        share.alias.ok_or_else(|| Error::new(ErrorCode::Server, "no recipient was added"))
    }

    /// One call below [`SHAREFILE_PREFIX`].
    fn sharefile<T: Read, B: Serialize>(
        &self,
        method: Method,
        path: &str,
        body: Option<&B>,
    ) -> impl Future<Output = Result<T>> + use<'_, N, T, B> {
        let answer = self.signed(method, format!("{SHAREFILE_PREFIX}{path}"), body.map(to_json), answer);
        async move { read(&answer.await?) }
    }
}

/// What a reply says.
fn answer(reply: &Reply) -> Result<Json, Attempt> {
    if reply.status == 200 {
        return Ok(parse(&reply.body)?);
    }
    let failure = Json::parse(&reply.body).and_then(|json| Failure::read(&json));
    let by_status = || Attempt::from_status(reply.status, reply.retry_after);
    let Failure { code, message } = failure.map_err(|_| by_status())?;
    let code = match code {
        ShareFileFailureCode::BadRequest => ErrorCode::InvalidInput,
        ShareFileFailureCode::Unauthorized => ErrorCode::AuthenticationFailed,
        ShareFileFailureCode::NotFound => ErrorCode::NotFound,
        ShareFileFailureCode::Conflict => ErrorCode::Refused,
        ShareFileFailureCode::RequestTooLarge => ErrorCode::LimitReached,
        ShareFileFailureCode::TooManyRequests | ShareFileFailureCode::InternalServerError => {
            return Err(by_status());
        }
    };
    Err(Error::new(code, message.value).into())
}

/// A text as a value in a query (RFC 3986, section 2.3).
fn encoded(text: &str) -> String {
    let octet = |octet: u8| match octet {
        b'-' | b'.' | b'_' | b'~' => char::from(octet).to_string(),
        _ if octet.is_ascii_alphanumeric() => char::from(octet).to_string(),
        _ => format!("%{octet:02X}"),
    };
    text.bytes().map(octet).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_a_query_is_encoded() {
        assert_eq!(encoded("Zo\u{eb}+b@example.com"), "Zo%C3%AB%2Bb%40example.com");
        assert_eq!(encoded("a-b._~&=%#?"), "a-b._~%26%3D%25%23%3F");
    }

    #[test]
    fn failures_have_their_codes() {
        let said = |status, code: &str| {
            let body =
                format!("{{\"code\":\"{code}\",\"message\":{{\"lang\":\"en-US\",\"value\":\"why\"}}}}");
            let reply = Reply { status, retry_after: None, body: body.into_bytes() };
            answer(&reply).unwrap_err().error
        };
        for (status, name, code) in [
            (400, "BadRequest", ErrorCode::InvalidInput),
            (401, "Unauthorized", ErrorCode::AuthenticationFailed),
            (404, "NotFound", ErrorCode::NotFound),
            (409, "Conflict", ErrorCode::Refused),
            (413, "RequestTooLarge", ErrorCode::LimitReached),
        ] {
            let error = said(status, name);
            assert_eq!((error.code(), error.message()), (code, "why"));
        }
        assert!(said(500, "InternalServerError").is_retryable());
    }
}
