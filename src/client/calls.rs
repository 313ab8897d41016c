//! One method for each call, named as in the API document.

use std::future::Future;

use super::answers::{
    AddedRecipients, Answer, DownloadUrlsAnswer, FileCreated, FilesCompleted, FilesCreated, Finalized,
    LinkThumbnail, LinkUnlocked, PackageContent, PackageCreated, PartsAnswer, ThumbnailUrls,
    UploadUrlsAnswer, User,
};
use super::auth::nonce;
use super::{Attempt, Client, Clock, Http, Method, Upload, api_answer, to_json};
use crate::Result;
use crate::api::link::{AskThumbnail, OpenLink, UnlockLink};
use crate::api::package::{
    AddRecipients, BatchUploadComplete, CreateFile, CreateFiles, CreatePackage, DownloadUrls, Finalize,
    ProxiedPart, PutMessage, UpdatePackage, UploadComplete, UploadUrls,
};
use crate::json::Read;
use crate::keys::{LockProof, PackageCode};

/// The name under which this client uploads.
pub(crate) const UPLOAD_TYPE: &str = "JS_API";

const NO_BODY: Option<&()> = None;

impl<N: Http + Clock> Client<N> {
    /// The e-mail address of the API key's account.
    pub async fn verify_credentials(&self) -> Result<String> {
        let answer: Answer = self.api(Method::Get, "/config/verify-credentials/", NO_BODY).await?;
        Ok(answer.message.unwrap_or_default())
    }

    /// The API key's account.
    pub fn user(&self) -> impl Future<Output = Result<User>> {
        self.api(Method::Get, "/user/", NO_BODY)
    }

    /// Creates a package.
    pub fn create_package(&self, request: &CreatePackage) -> impl Future<Output = Result<PackageCreated>> {
        self.api(Method::Put, "/package/", Some(request))
    }

    /// What the server knows of a package.
    pub fn package_information(&self, package_id: &str) -> impl Future<Output = Result<PackageContent>> {
        self.api(Method::Get, &format!("/package/{package_id}/"), NO_BODY)
    }

    /// Changes a package's life.
    pub fn update_package(
        &self,
        package_id: &str,
        request: &UpdatePackage,
    ) -> impl Future<Output = Result<()>> {
        self.api(Method::Post, &format!("/package/{package_id}/"), Some(request))
    }

    /// Deletes a package that is not finalized.
    pub fn delete_temp_package(&self, package_id: &str) -> impl Future<Output = Result<()>> {
        self.api(Method::Delete, &format!("/package/{package_id}/temp/"), NO_BODY)
    }

    /// Deletes a package.
    pub fn delete_package(&self, package_id: &str) -> impl Future<Output = Result<()>> {
        self.api(Method::Delete, &format!("/package/{package_id}/"), NO_BODY)
    }

    /// Creates a file.
    pub fn create_file(
        &self,
        package_id: &str,
        request: &CreateFile,
    ) -> impl Future<Output = Result<FileCreated>> {
        self.api(Method::Put, &format!("/package/{package_id}/file/"), Some(request))
    }

    /// Creates many files in one call (ours); each has an answer of its own, in order.
    pub fn create_files(
        &self,
        package_id: &str,
        request: &CreateFiles,
    ) -> impl Future<Output = Result<FilesCreated>> {
        self.api(Method::Post, &format!("/package/{package_id}/files/"), Some(request))
    }

    /// Deletes a file of a package that is not finalized.
    pub fn delete_file(&self, package_id: &str, file_id: &str) -> impl Future<Output = Result<()>> {
        self.api(Method::Delete, &format!("/package/{package_id}/file/{file_id}/"), NO_BODY)
    }

    /// Presigned URLs for the parts from `part` on.
    pub fn upload_urls(
        &self,
        package_id: &str,
        file_id: &str,
        part: u32,
    ) -> impl Future<Output = Result<UploadUrlsAnswer>> {
        let path = format!("/package/{package_id}/file/{file_id}/upload-urls/");
        self.api(Method::Post, &path, Some(&UploadUrls { part, force_proxy: None }))
    }

    /// Where thumbnails of a file go, for a short time (ours).
    pub fn thumbnail_urls(
        &self,
        package_id: &str,
        file_id: &str,
    ) -> impl Future<Output = Result<ThumbnailUrls>> {
        self.api(Method::Post, &format!("/package/{package_id}/file/{file_id}/thumbnail-urls/"), NO_BODY)
    }

    /// The parts of a file that the store has (ours).
    pub fn parts(&self, package_id: &str, file_id: &str) -> impl Future<Output = Result<PartsAnswer>> {
        self.api(Method::Get, &format!("/package/{package_id}/file/{file_id}/parts/"), NO_BODY)
    }

    /// Sends a part through the API, where its presigned URL cannot be reached: one try.
    pub async fn upload_by_proxy(
        &self,
        package_id: &str,
        file_id: &str,
        part: u32,
        body: &N::Body,
        progress: &dyn Fn(u64),
    ) -> Result<(), Attempt> {
        let auth = self.auth()?;
        let path = format!("{}/package/{package_id}/file/{file_id}/", auth.prefix());
        let told = to_json(&ProxiedPart {
            file_id: file_id.to_owned(),
            upload_type: UPLOAD_TYPE.to_owned(),
            file_part: part,
        })?;
        // The signature covers the JSON field alone.
        let mut headers = auth.headers(&path, &told, self.net().now())?;
        let form = Form::new()?;
        headers.push(("content-type", form.content_type()));
        let body = self.net().framed(&form.before(&told), body, &form.after())?;
        let url = format!("{}{path}", self.host());
        let request = Upload { method: Method::Post, url: &url, headers: &headers, body: &body };
        api_answer(&self.net().upload(request, progress).await?)?;
        Ok(())
    }

    /// Tells that all parts are there; the server looks for itself.
    pub fn upload_complete(
        &self,
        package_id: &str,
        file_id: &str,
        request: &UploadComplete,
    ) -> impl Future<Output = Result<Answer>> {
        let path = format!("/package/{package_id}/file/{file_id}/upload-complete/");
        self.api(Method::Post, &path, Some(request))
    }

    /// The same for many files in one call (ours).
    pub fn upload_complete_many(
        &self,
        package_id: &str,
        file_ids: Vec<String>,
    ) -> impl Future<Output = Result<FilesCompleted>> {
        let path = format!("/package/{package_id}/upload-complete/");
        self.api(Method::Post, &path, Some(&BatchUploadComplete { file_ids }))
    }

    /// Stores the encrypted message, base64.
    pub fn put_message(&self, package_id: &str, message: String) -> impl Future<Output = Result<()>> {
        let request = PutMessage { message, upload_type: Some(UPLOAD_TYPE.into()) };
        self.api(Method::Put, &format!("/package/{package_id}/message/"), Some(&request))
    }

    /// Adds recipients by e-mail address.
    pub fn add_recipients(
        &self,
        package_id: &str,
        emails: Vec<String>,
    ) -> impl Future<Output = Result<AddedRecipients>> {
        let request = AddRecipients { emails, auto_enable_sms: None };
        self.api(Method::Put, &format!("/package/{package_id}/recipients/"), Some(&request))
    }

    /// Finalizes a package.
    pub fn finalize(&self, package_id: &str, request: &Finalize) -> impl Future<Output = Result<Finalized>> {
        self.api(Method::Post, &format!("/package/{package_id}/finalize/"), Some(request))
    }

    /// Opens a link. `T` is what is read of the answer.
    pub(crate) fn open_link<T: Read>(
        &self,
        code: &PackageCode,
        request: &OpenLink,
    ) -> impl Future<Output = Result<T>> {
        self.link(&format!("/{}/open", code.as_str()), None, request)
    }

    /// The server's secret, for the proof of a locked link.
    pub fn unlock_link(
        &self,
        code: &PackageCode,
        proof: &LockProof,
    ) -> impl Future<Output = Result<LinkUnlocked>> {
        let request = UnlockLink { proof: proof.expose().to_owned() };
        self.link(&format!("/{}/unlock/", code.as_str()), None, &request)
    }

    /// Presigned URLs for the parts `start..=end` of a file behind an opened link.
    pub fn link_download_urls(
        &self,
        code: &PackageCode,
        token: &str,
        file_id: &str,
        (start, end): (u32, u32),
    ) -> impl Future<Output = Result<DownloadUrlsAnswer>> {
        let path = format!("/{}/file/{file_id}/download-urls/", code.as_str());
        let request = DownloadUrls { checksum: None, start_segment: start, end_segment: end, password: None };
        self.link(&path, Some(token), &request)
    }

    /// Where a thumbnail of a file behind an opened link is.
    pub fn link_thumbnail(
        &self,
        code: &PackageCode,
        token: &str,
        file_id: &str,
        size: u16,
    ) -> impl Future<Output = Result<LinkThumbnail>> {
        self.link(
            &format!("/{}/file/{file_id}/thumbnail/", code.as_str()),
            Some(token),
            &AskThumbnail { size },
        )
    }
}

/// A multipart form (RFC 7578) with a JSON field and a part, as SendSafely's clients write it.
struct Form {
    boundary: String,
}

impl Form {
    /// A boundary that no part holds by chance (RFC 2046, section 5.1.1).
    fn new() -> Result<Self> {
        Ok(Self { boundary: nonce()? })
    }

    fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    fn before(&self, json: &[u8]) -> Vec<u8> {
        let boundary = &self.boundary;
        let first = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"requestData\"\r\n\r\n");
        let second = format!(
            "\r\n--{boundary}\r\nContent-Disposition: form-data; name=\"textFile\"; filename=\"part\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        [first.as_bytes(), json, second.as_bytes()].concat()
    }

    fn after(&self) -> Vec<u8> {
        format!("\r\n--{}--\r\n", self.boundary).into_bytes()
    }
}
