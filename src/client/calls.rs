//! One method for each call, named as in the API document.

use super::answers::{AddedRecipients, PackageContent};
use super::auth::nonce;
use super::{Attempt, Client, Clock, Http, Method, Upload, read_answer, to_json};
use crate::Result;
use crate::api::account::User;
use crate::api::link::{LinkOpened, OpenLink};
use crate::api::package::{
    AddRecipients, Answer, BatchUploadComplete, BatchUploadCompleteAnswer, CreateFile, CreateFiles,
    CreatePackage, DownloadUrls, DownloadUrlsAnswer, FileCreated, FilesCreated, Finalize, Finalized,
    PackageCreated, PartsAnswer, ProxiedPart, PutMessage, UpdatePackage, UploadComplete, UploadUrls,
    UploadUrlsAnswer,
};
use crate::keys::{Checksum, PackageCode};

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
    pub async fn user(&self) -> Result<User> {
        self.api(Method::Get, "/user/", NO_BODY).await
    }

    /// Creates a package.
    pub async fn create_package(&self, request: &CreatePackage) -> Result<PackageCreated> {
        self.api(Method::Put, "/package/", Some(request)).await
    }

    /// What the server knows of a package.
    pub async fn package_information(&self, package_id: &str) -> Result<PackageContent> {
        self.api(Method::Get, &format!("/package/{package_id}/"), NO_BODY).await
    }

    /// Changes a package's life.
    pub async fn update_package(&self, package_id: &str, request: &UpdatePackage) -> Result<()> {
        let _: Answer = self.api(Method::Post, &format!("/package/{package_id}/"), Some(request)).await?;
        Ok(())
    }

    /// Deletes a package that is not finalized.
    pub async fn delete_temp_package(&self, package_id: &str) -> Result<()> {
        let _: Answer = self.api(Method::Delete, &format!("/package/{package_id}/temp/"), NO_BODY).await?;
        Ok(())
    }

    /// Deletes a package.
    pub async fn delete_package(&self, package_id: &str) -> Result<()> {
        let _: Answer = self.api(Method::Delete, &format!("/package/{package_id}/"), NO_BODY).await?;
        Ok(())
    }

    /// Creates a file.
    pub async fn create_file(&self, package_id: &str, request: &CreateFile) -> Result<FileCreated> {
        self.api(Method::Put, &format!("/package/{package_id}/file/"), Some(request)).await
    }

    /// Creates many files in one call (ours); each has an answer of its own, in order.
    pub async fn create_files(&self, package_id: &str, request: &CreateFiles) -> Result<FilesCreated> {
        self.api(Method::Post, &format!("/package/{package_id}/files/"), Some(request)).await
    }

    /// Deletes a file of a package that is not finalized.
    pub async fn delete_file(&self, package_id: &str, file_id: &str) -> Result<()> {
        let _: Answer =
            self.api(Method::Delete, &format!("/package/{package_id}/file/{file_id}/"), NO_BODY).await?;
        Ok(())
    }

    /// Presigned URLs for the parts from `part` on.
    pub async fn upload_urls(&self, package_id: &str, file_id: &str, part: u32) -> Result<UploadUrlsAnswer> {
        let path = format!("/package/{package_id}/file/{file_id}/upload-urls/");
        self.api(Method::Post, &path, Some(&UploadUrls { part, force_proxy: None })).await
    }

    /// The parts of a file that the store has (ours).
    pub async fn parts(&self, package_id: &str, file_id: &str) -> Result<PartsAnswer> {
        self.api(Method::Get, &format!("/package/{package_id}/file/{file_id}/parts/"), NO_BODY).await
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
        let _: Answer = read_answer(&self.net().upload(request, progress).await?)?;
        Ok(())
    }

    /// Tells that all parts are there; the server looks for itself.
    pub async fn upload_complete(
        &self,
        package_id: &str,
        file_id: &str,
        request: &UploadComplete,
    ) -> Result<Answer> {
        let path = format!("/package/{package_id}/file/{file_id}/upload-complete/");
        self.api(Method::Post, &path, Some(request)).await
    }

    /// The same for many files in one call (ours).
    pub async fn upload_complete_many(
        &self,
        package_id: &str,
        file_ids: Vec<String>,
    ) -> Result<BatchUploadCompleteAnswer> {
        let path = format!("/package/{package_id}/upload-complete/");
        self.api(Method::Post, &path, Some(&BatchUploadComplete { file_ids })).await
    }

    /// Stores the encrypted message, base64.
    pub async fn put_message(&self, package_id: &str, message: String) -> Result<()> {
        let request = PutMessage { message, upload_type: Some(UPLOAD_TYPE.into()) };
        let _: Answer =
            self.api(Method::Put, &format!("/package/{package_id}/message/"), Some(&request)).await?;
        Ok(())
    }

    /// Adds recipients by e-mail address.
    pub async fn add_recipients(&self, package_id: &str, emails: Vec<String>) -> Result<AddedRecipients> {
        let request = AddRecipients { emails, auto_enable_sms: None };
        self.api(Method::Put, &format!("/package/{package_id}/recipients/"), Some(&request)).await
    }

    /// Finalizes a package.
    pub async fn finalize(&self, package_id: &str, request: &Finalize) -> Result<Finalized> {
        self.api(Method::Post, &format!("/package/{package_id}/finalize/"), Some(request)).await
    }

    /// Opens a link.
    pub async fn open_link(
        &self,
        code: &PackageCode,
        checksum: &Checksum,
        password: Option<&str>,
    ) -> Result<LinkOpened> {
        let request =
            OpenLink { checksum: checksum.expose().to_owned(), password: password.map(str::to_owned) };
        self.link(Method::Post, &format!("/{}/open", code.as_str()), None, Some(&request)).await
    }

    /// Presigned URLs for the parts `start..=end` of a file behind an opened link.
    pub async fn link_download_urls(
        &self,
        code: &PackageCode,
        token: &str,
        file_id: &str,
        (start, end): (u32, u32),
    ) -> Result<DownloadUrlsAnswer> {
        let path = format!("/{}/file/{file_id}/download-urls/", code.as_str());
        let request = DownloadUrls { checksum: None, start_segment: start, end_segment: end, password: None };
        self.link(Method::Post, &path, Some(token), Some(&request)).await
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
