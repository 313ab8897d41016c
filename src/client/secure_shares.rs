//! Secure shares: packages that open to recipients alone who showed who they are.

use std::future::Future;

use serde::Serialize;

use super::answers::variant;
use super::{Attempt, Client, Clock, Http, Method, Reply, parse, read, to_json};
use crate::api::SECURE_SHARE_PREFIX;
use crate::api::secure_share::{
    AuthenticationMode, ChangeSecureRecipient, NewSecureRecipient, NewSecureShare, NotificationLanguage,
};
use crate::json::{Invalid, Json, Read, read_struct};
use crate::{Error, ErrorCode, Result};

const NO_BODY: Option<&()> = None;

read_struct! {
    /// A secure share.
    #[derive(Clone, Debug)]
    pub struct SecureShare {
        /// Its id.
        pub id: String = get "id",
        /// The package that it opens.
        pub package_id: String = get "packageId",
        /// How many of a recipient's ways to show who it is it goes through.
        pub authentication_mode: AuthenticationMode = get "authenticationMode",
        /// When it was made (RFC 3339).
        pub created: String = get "createdAt",
        /// Whom it is for.
        pub recipients: Vec<SecureRecipient> = get "recipients",
    }
}

read_struct! {
    /// A recipient of a secure share.
    #[derive(Clone, Debug)]
    pub struct SecureRecipient {
        /// Its id.
        pub id: String = get "id",
        /// What the owner's own system calls it.
        pub external_reference: Option<String> = get "externalReference",
        /// The first name.
        pub first_name: Option<String> = get "firstName",
        /// The last name.
        pub last_name: Option<String> = get "lastName",
        /// The e-mail address.
        pub email: Option<String> = get "email",
        /// The phone number, with its plus sign.
        pub mobile: Option<String> = get "mobile",
        /// What it downloaded, the last first.
        pub downloads: Vec<FileAccess> = get "fileAccessInfos",
        /// The ids of the files that it opens; all of them when it is empty.
        pub file_restrictions: Vec<String> = get "fileRestrictions",
        /// How it shows who it is.
        pub authentication: Vec<Authentication> = get "authentication",
        /// When it last did (RFC 3339).
        pub logged_in: Option<String> = get "loggedInTime",
        /// Its link, without the key.
        pub url: Option<String> = get "url",
        /// How it is written to.
        pub notification: Notification = get "notification",
    }
}

read_struct! {
    /// A file that a recipient downloaded.
    #[derive(Clone, Debug)]
    pub struct FileAccess {
        /// Its id.
        pub id: String = get "id",
        /// When that last was (RFC 3339).
        pub at: String = get "lastDownloadedAt",
    }
}

read_struct! {
    /// A way in which a recipient shows who it is.
    #[derive(Clone, Debug)]
    pub struct Authentication {
        /// `otp-email`, `otp-sms`, or an OpenID provider.
        pub identity_provider: String = get "identityProvider",
        /// What the provider calls the recipient.
        pub idp_id: Option<String> = get "idpId",
        /// The recipient's national identity number.
        pub nin: Option<String> = get "nin",
    }
}

read_struct! {
    /// How a recipient is written to.
    #[derive(Clone, Copy, Debug)]
    pub struct Notification {
        /// Whether by e-mail.
        pub send_email: bool = get "sendEmail",
        /// Whether by text.
        pub send_sms: bool = get "sendSms",
        /// In which language.
        pub language: Option<NotificationLanguage> = get "language",
    }
}

read_struct! {
    /// A way in which recipients of a server can show who they are.
    #[derive(Clone, Debug)]
    pub struct IdentityProvider {
        /// `otp-email`, `otp-sms`, or an OpenID provider.
        pub identity_provider: String = get "identityProvider",
        /// Whether it tells national identity numbers.
        pub nin: bool = get "nin",
    }
}

read_struct! {
    struct IdentityProviders {
        providers: Vec<IdentityProvider> = get "identityProviders",
    }
}

read_struct! {
    struct SecureShares {
        shares: Vec<SecureShare> = get "shares",
    }
}

read_struct! {
    /// A problem (RFC 9457).
    struct Problem {
        detail: String = get "detail",
    }
}

impl Read for AuthenticationMode {
    fn read(json: &Json) -> Result<Self, Invalid> {
        variant(json)
    }
}

impl Read for NotificationLanguage {
    fn read(json: &Json) -> Result<Self, Invalid> {
        variant(json)
    }
}

impl<N: Http + Clock> Client<N> {
    /// Makes a secure share of a package of the caller's, which from then on opens to verified recipients alone.
    pub fn create_secure_share(&self, order: &NewSecureShare) -> impl Future<Output = Result<SecureShare>> {
        self.secure_share_api(Method::Post, "", Some(order))
    }

    /// In what ways recipients of this server can show who they are.
    pub async fn identity_providers(&self) -> Result<Vec<IdentityProvider>> {
        let path = format!("{SECURE_SHARE_PREFIX}/identity-providers");
        let there: IdentityProviders = read(&self.signed(Method::Get, path, None, answer).await?)?;
        Ok(there.providers)
    }

    /// The caller's secure shares, the newest first.
    pub async fn secure_shares(&self) -> Result<Vec<SecureShare>> {
        let SecureShares { shares } = self.secure_share_api(Method::Get, "", NO_BODY).await?;
        Ok(shares)
    }

    /// A secure share of the caller's.
    pub fn secure_share(&self, id: &str) -> impl Future<Output = Result<SecureShare>> {
        self.secure_share_api(Method::Get, &format!("/{id}"), NO_BODY)
    }

    /// Deletes a secure share; what its recipients opened ends at once.
    pub fn delete_secure_share(&self, id: &str) -> impl Future<Output = Result<()>> {
        self.secure_share_api(Method::Delete, &format!("/{id}"), NO_BODY)
    }

    /// Adds a recipient to a secure share.
    pub fn add_secure_recipient(
        &self,
        share: &str,
        recipient: &NewSecureRecipient,
    ) -> impl Future<Output = Result<SecureRecipient>> {
        self.secure_share_api(Method::Post, &format!("/{share}/recipients"), Some(recipient))
    }

    /// A recipient of a secure share.
    pub fn secure_recipient(&self, share: &str, id: &str) -> impl Future<Output = Result<SecureRecipient>> {
        self.secure_share_api(Method::Get, &format!("/{share}/recipients/{id}"), NO_BODY)
    }

    /// Changes a recipient of a secure share.
    pub fn update_secure_recipient(
        &self,
        share: &str,
        id: &str,
        change: &ChangeSecureRecipient,
    ) -> impl Future<Output = Result<SecureRecipient>> {
        self.secure_share_api(Method::Patch, &format!("/{share}/recipients/{id}"), Some(change))
    }

    /// Removes a recipient from a secure share; what it opened ends at once.
    pub fn delete_secure_recipient(&self, share: &str, id: &str) -> impl Future<Output = Result<()>> {
        self.secure_share_api(Method::Delete, &format!("/{share}/recipients/{id}"), NO_BODY)
    }

    /// Has the server write to a recipient once more.
    pub fn remind_secure_recipient(&self, share: &str, id: &str) -> impl Future<Output = Result<()>> {
        self.secure_share_api(Method::Post, &format!("/{share}/recipients/{id}/reminder"), NO_BODY)
    }

    /// Deletes a file of a secure share's package.
    pub fn delete_secure_file(&self, share: &str, file: &str) -> impl Future<Output = Result<()>> {
        self.secure_share_api(Method::Delete, &format!("/{share}/files/{file}"), NO_BODY)
    }

    /// One call below `/shares` of [`SECURE_SHARE_PREFIX`].
    fn secure_share_api<T: Read, B: Serialize>(
        &self,
        method: Method,
        path: &str,
        body: Option<&B>,
    ) -> impl Future<Output = Result<T>> + use<'_, N, T, B> {
        let path = format!("{SECURE_SHARE_PREFIX}/shares{path}");
        let answer = self.signed(method, path, body.map(to_json), answer);
        async move { read(&answer.await?) }
    }
}

/// What a reply says: with another status than 200 it is a problem.
fn answer(reply: &Reply) -> Result<Json, Attempt> {
    if reply.status == 200 {
        return Ok(parse(&reply.body)?);
    }
    let by_status = || Attempt::from_status(reply.status, reply.retry_after);
    let code = match reply.status {
        400 => ErrorCode::InvalidInput,
        401 => ErrorCode::AuthenticationFailed,
        404 => ErrorCode::NotFound,
        409 => ErrorCode::Refused,
        413 => ErrorCode::LimitReached,
        _ => return Err(by_status()),
    };
    let problem = Json::parse(&reply.body).and_then(|json| Problem::read(&json));
    let Problem { detail } = problem.map_err(|_| by_status())?;
    Err(Error::new(code, detail).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_have_their_codes() {
        let said = |status, body: &str| {
            let reply = Reply { status, retry_after: None, body: body.as_bytes().to_vec() };
            answer(&reply).unwrap_err().error
        };
        for (status, code) in [
            (400, ErrorCode::InvalidInput),
            (401, ErrorCode::AuthenticationFailed),
            (404, ErrorCode::NotFound),
            (409, ErrorCode::Refused),
            (413, ErrorCode::LimitReached),
        ] {
            let error = said(status, r#"{"type":"about:blank","detail":"why"}"#);
            assert_eq!((error.code(), error.message()), (code, "why"));
            assert_ne!(said(status, "<html>").message(), "why");
        }
        assert!(said(500, r#"{"detail":"why"}"#).is_retryable());
    }
}
