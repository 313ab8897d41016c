//! Requests: with which others send, for those who make them and those who send.

use std::future::Future;

use super::paging::query;
use super::{Client, Clock, Http, Method, Order, Page, PageOf, not_the_api};
use crate::Result;
use crate::api::request::{CreateRequest, PutRequested, RequestTerms};
use crate::json::{Json, read_struct};

const NO_BODY: Option<&()> = None;

read_struct! {
    /// A request, as its owner sees it.
    #[derive(Clone, Debug)]
    pub struct RequestEntry {
        /// Its id.
        pub id: String = get "requestId",
        /// The public key, armored.
        pub public_key: String = get "publicKey",
        /// The private key, encrypted to the owner's devices.
        pub wrapped_key: String = get "wrappedKey",
        /// What one of them signed the public key with, base64url.
        pub signature: String = get "sig",
        /// What it is called.
        pub title: String = get_or_default "title",
        /// What is asked for.
        pub message: String = get_or_default "message",
        /// When it ends, in seconds since 1970; 0 is without end.
        pub expires: u64 = get "expires",
        /// How many packages go through it at most; 0 is without limit.
        pub max_packages: u64 = get_or_default "maxPackages",
        /// How many files, in all.
        pub max_files: u64 = get_or_default "maxFiles",
        /// How many octets before encryption, in all.
        pub max_bytes: u64 = get_or_default "maxBytes",
        /// Whether senders have to give a name and an address.
        pub require_user_info: bool = get_or_default "requireUserInfo",
        /// Whether the owner is told of what comes in.
        pub notify_on_upload: bool = get_or_default "notifyOnUpload",
        /// Until when, in seconds since 1970; 0 is as long as something comes in.
        pub track_until: u64 = get_or_default "trackUntil",
        /// By how many e-mails at most; -1 is without limit.
        pub send_frequency: i64 = get "sendFrequency",
        /// How many hours are between two of them at least; -1 is none.
        pub send_interval: i64 = get "sendInterval",
        /// When it was made, in seconds since 1970.
        pub created: u64 = get "created",
        /// Whether its end has come.
        pub expired: bool = get_or_default "expired",
        /// Whether it was deleted.
        pub deleted: bool = get_or_default "deleted",
        /// How many packages came in through it.
        pub packages: u64 = get_or_default "packages",
    }
}

read_struct! {
    /// A package that came in through a request.
    #[derive(Clone, Debug)]
    pub struct IncomingPackage {
        /// Its id.
        pub id: String = get "packageId",
        /// Its code.
        pub code: String = get "packageCode",
        /// Its keyCode, encrypted to the request's key.
        pub key_code: String = get "keycode",
        /// The sender's name, as the sender gave it.
        pub name: String = get_or_default "senderName",
        /// The sender's address, likewise.
        pub sender: String = get_or_default "packageSender",
        /// When it came in, in seconds since 1970.
        pub received: u64 = get "received",
        /// When it expires, in seconds since 1970.
        pub expires: Option<u64> = get "expires",
        /// How many files it has.
        pub files: u64 = get_or_default "fileCount",
        /// Their octets before encryption.
        pub size: u64 = get_or_default "fileSize",
        /// Whether it reached the server as plaintext, and was encrypted there.
        pub server_encrypted: bool = get_or_default "serverEncrypted",
    }
}

read_struct! {
    /// What a request says to whoever has its link.
    #[derive(Clone, Debug)]
    pub struct OfferedRequest {
        /// The request's id.
        pub id: String = get "requestId",
        /// The address of whoever asks.
        pub requester: String = get_or_default "requester",
        /// What it is called.
        pub title: String = get_or_default "title",
        /// What is asked for.
        pub message: String = get_or_default "message",
        /// The public key, armored.
        pub public_key: String = get "publicKey",
        /// When it ends, in seconds since 1970; 0 is without end.
        pub expires: u64 = get_or_default "expires",
        /// How many files go through it at most; 0 is without limit.
        pub max_files: u64 = get_or_default "maxFiles",
        /// How many octets before encryption, in all; 0 is without limit.
        pub max_bytes: u64 = get_or_default "maxBytes",
        /// Whether a name and an address have to be given.
        pub require_user_info: bool = get_or_default "requireUserInfo",
    }
}

impl<N: Http + Clock> Client<N> {
    /// Makes a request (ours).
    pub fn create_request(&self, request: &CreateRequest) -> impl Future<Output = Result<RequestEntry>> {
        self.api(Method::Put, "/request/", Some(request))
    }

    /// One page of the caller's requests, the newest first (ours).
    pub async fn requests(&self, page: Page) -> Result<PageOf<RequestEntry>> {
        let path = format!("/request/{}", query(page, &Order::default())?);
        let answer: Json = self.api(Method::Get, &path, NO_BODY).await?;
        PageOf::read(&answer, "requests", page.index).map_err(not_the_api)
    }

    /// A request of the caller's (ours).
    pub fn request(&self, id: &str) -> impl Future<Output = Result<RequestEntry>> {
        self.api(Method::Get, &format!("/request/{id}/"), NO_BODY)
    }

    /// Changes the terms of a request (ours).
    pub fn update_request(
        &self,
        id: &str,
        terms: &RequestTerms,
    ) -> impl Future<Output = Result<RequestEntry>> {
        self.api(Method::Post, &format!("/request/{id}/"), Some(terms))
    }

    /// Deletes a request (ours).
    pub fn delete_request(&self, id: &str) -> impl Future<Output = Result<()>> {
        self.api(Method::Delete, &format!("/request/{id}/"), NO_BODY)
    }

    /// One page of what came in through a request, the newest first (ours).
    pub async fn incoming(&self, id: &str, page: Page) -> Result<PageOf<IncomingPackage>> {
        let path = format!("/request/{id}/packages/{}", query(page, &Order::default())?);
        let answer: Json = self.api(Method::Get, &path, NO_BODY).await?;
        PageOf::read(&answer, "packages", page.index).map_err(not_the_api)
    }

    /// One page of the keyCodes of the parts of a package that came in and is not end-to-end encrypted (ours), each encrypted to
    /// the request's key.
    pub async fn incoming_part_keys(&self, id: &str, package_id: &str, page: Page) -> Result<PageOf<String>> {
        let query = query(page, &Order::default())?;
        let path = format!("/request/{id}/packages/{package_id}/keys/{query}");
        let answer: Json = self.api(Method::Get, &path, NO_BODY).await?;
        PageOf::read(&answer, "keycodes", page.index).map_err(not_the_api)
    }

    /// What the request asks for that this client sends through (ours).
    pub fn offered_request(&self) -> impl Future<Output = Result<OfferedRequest>> {
        self.api(Method::Get, "/request/terms/", NO_BODY)
    }

    /// Hands over the keyCode of a package that goes through a request, encrypted to the request's key (ours).
    pub fn put_requested(
        &self,
        package_id: &str,
        request: &PutRequested,
    ) -> impl Future<Output = Result<()>> {
        self.api(Method::Put, &format!("/package/{package_id}/request/"), Some(request))
    }
}
