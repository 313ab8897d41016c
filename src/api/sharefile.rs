//! Shares, under [`super::SHAREFILE_PREFIX`]: the shapes of ShareFile's API of shares. What Bulla adds says so.
//!
//! These routes answer with ordinary status codes; a failure's body is [`ShareFileFailure`]. An item is a file or directory
//! of a package. Times are UTC, as `2025-06-04T12:00:00Z`.

use serde::{Deserialize, Serialize};

/// What a share without an end has for one; in an order the day alone is enough.
pub const NO_END: &str = "9999-12-31T00:00:00Z";

/// How often a recipient may download where that has no limit.
pub const NO_LIMIT: i64 = -1;

/// What a share does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ShareType {
    /// It sends what is in it.
    #[default]
    Send,
    /// It lets others send.
    Request,
}

/// What the receiver may do. Advice to the receiver's page: whoever can decrypt can keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum AccessRightType {
    /// Look.
    ViewOnline,
    /// Look and save.
    FullControl,
}

/// Something that is called by its id.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ItemId {
    /// The id of a file or directory.
    pub id: String,
}

/// Whom a share is for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct NewRecipient {
    /// Who it is.
    pub user: NewRecipientUser,
}

/// Who a recipient is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct NewRecipientUser {
    /// The id of an account, in the place of its e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The e-mail address.
    #[serde(default)]
    pub email: String,
    /// The first name.
    #[serde(default)]
    pub first_name: String,
    /// The last name.
    #[serde(default)]
    pub last_name: String,
    /// The company.
    #[serde(default)]
    pub company: String,
}

/// What the receiver may do, in either spelling of its field.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct NewAccessRight {
    /// What.
    #[serde(default)]
    pub access_right_type: Option<AccessRightType>,
    /// The same.
    #[serde(default)]
    pub share_access_right_type: Option<AccessRightType>,
}

/// `POST /Shares`
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct CreateShare {
    /// What it does.
    #[serde(default)]
    pub share_type: ShareType,
    /// What its owner calls it.
    #[serde(default)]
    pub title: String,
    /// Files and directories of one package of the caller's; none for a Request.
    #[serde(default)]
    pub items: Option<Vec<ItemId>>,
    /// Whom it is for.
    #[serde(default)]
    pub recipients: Vec<NewRecipient>,
    /// When it ends: a day, through the end of which it lasts, or a time; missing for 30 days, `9999-12-31` for never.
    #[serde(default)]
    pub expiration_date: Option<String>,
    /// How often each recipient may download; missing or -1 without limit.
    #[serde(default)]
    pub max_downloads: Option<i64>,
    /// Whether it is for those alone who sign in.
    #[serde(default)]
    pub require_login: bool,
    /// Whether it is for those alone of whom name, e-mail address and company are known.
    #[serde(default)]
    pub require_user_info: bool,
    /// Whether it is to be looked at and not saved. `FullControl` comes before it.
    #[serde(default)]
    pub is_view_only: bool,
    /// What the receiver may do.
    #[serde(default)]
    pub share_access_right: Option<NewAccessRight>,
    /// Whether an item stands for the newest version of a file.
    #[serde(default, rename = "UsesStreamIDs")]
    pub uses_stream_ids: bool,
    /// Where the items are: their package, or a directory of it. Of a Request, the request of the caller's whose key it takes.
    #[serde(default)]
    pub parent: Option<ItemId>,
    /// Of a Request: until when its owner is told of what comes in, as `ExpirationDate` is written.
    #[serde(default)]
    pub track_until_date: Option<String>,
    /// Of a Request: by how many e-mails at most its owner is told; missing or -1 without limit.
    #[serde(default)]
    pub send_frequency: Option<i64>,
    /// Of a Request: how many hours are between two of them at least; missing or -1 for none.
    #[serde(default)]
    pub send_interval: Option<i64>,
}

/// The query of `POST /Shares`
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateShareQuery {
    /// Whether the recipients are told by e-mail, with the link and without its key.
    #[serde(default)]
    pub notify: bool,
}

/// `PATCH /Shares(id)`: what is missing stays.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", default)]
pub struct UpdateShare {
    /// What its owner calls it.
    pub title: Option<String>,
    /// Files and directories of the share's package.
    pub items: Option<Vec<ItemId>>,
    /// When it ends, as in [`CreateShare`].
    pub expiration_date: Option<String>,
    /// How often each recipient may download; -1 without limit.
    pub max_downloads: Option<i64>,
    /// Whether it is for those alone who sign in.
    pub require_login: Option<bool>,
    /// Whether it is for those alone of whom name, e-mail address and company are known.
    pub require_user_info: Option<bool>,
    /// Whether it is to be looked at and not saved. `FullControl` comes before it.
    pub is_view_only: Option<bool>,
    /// What the receiver may do.
    pub share_access_right: Option<NewAccessRight>,
}

/// The query of `PATCH /Shares(id)`
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UpdateShareQuery {
    /// Whether the items come to those that are there; they do when it is missing. Otherwise they replace them.
    pub append_items_feed: Option<bool>,
    /// Whether a share that has expired is changed; otherwise it is not there.
    #[serde(default)]
    pub include_expired: bool,
}

/// `POST /Shares/Send`
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct SendShare {
    /// The ids of files and directories of one package of the caller's.
    pub items: Vec<String>,
    /// The recipients' addresses.
    pub emails: Vec<String>,
    /// The e-mail's subject, and what the share is called.
    pub subject: String,
    /// What the e-mail says besides. The server reads it.
    #[serde(default)]
    pub body: String,
    /// Whether the caller gets the e-mail, too.
    #[serde(default)]
    pub cc_sender: bool,
    /// Whether the caller is told by e-mail of each download.
    #[serde(default)]
    pub notify_on_download: bool,
    /// Whether it is for those alone who sign in.
    #[serde(default)]
    pub require_login: bool,
    /// How often each recipient may download; missing or -1 without limit.
    #[serde(default)]
    pub max_downloads: Option<i64>,
    /// For how many days it lasts; missing for 30, -1 for ever.
    #[serde(default)]
    pub expiration_days: Option<i64>,
}

/// The query of `GET /Shares(id)/Download`
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DownloadShare {
    /// One item of the share; missing for all of them.
    #[serde(default)]
    pub id: Option<String>,
    /// First and last name of who downloads, for a share that asks for them.
    #[serde(default, rename = "Name", alias = "name")]
    pub name: String,
    /// The e-mail address.
    #[serde(default, rename = "Email", alias = "email")]
    pub email: String,
    /// The company.
    #[serde(default, rename = "Company", alias = "company")]
    pub company: String,
    /// Whether the answer leads to the receive page by itself; it does when this is missing.
    #[serde(default)]
    pub redirect: Option<bool>,
}

/// The query of `GET /Shares(id)/Recipients(id)/DownloadWithAlias`
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DownloadWithAlias {
    /// One item of the share; missing for all of them.
    #[serde(default)]
    pub id: Option<String>,
    /// Whether the answer leads to the receive page by itself; it does when this is missing.
    #[serde(default)]
    pub redirect: Option<bool>,
}

/// The query of `POST /Shares(id)/Recipients(id)/BulkDownload`
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct BulkDownload {
    /// Whether the answer leads to the receive page by itself; it does when this is missing.
    #[serde(default)]
    pub redirect: Option<bool>,
    /// Whether a share that has expired is there.
    #[serde(default)]
    pub include_expired: bool,
}

/// The query of `GET /Shares/Inbox`
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShareInboxQuery {
    /// The account, which is the caller's.
    #[serde(default, rename = "userId")]
    pub user_id: Option<String>,
    /// What the shares do; missing for all.
    #[serde(default, rename = "type")]
    pub share_type: Option<ShareType>,
    /// Those that have expired, in the place of those that last.
    #[serde(default)]
    pub archived: bool,
}

/// The query of `GET /Shares(id)/Recipients(id)/Message`
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ShareMessageQuery {
    /// Whether the answer is JSON.
    #[serde(default)]
    pub as_json: bool,
    /// Whether a share that has expired is there.
    #[serde(default)]
    pub include_expired: bool,
}

/// The query of `GET /Shares(id)/Items(id)/Thumbnail`
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ThumbnailQuery {
    /// The longer side in pixels at most: 75, also when it is missing, or 600.
    #[serde(default)]
    pub size: Option<u16>,
    /// Whether the answer leads to the thumbnail by itself; it does when this is missing.
    #[serde(default)]
    pub redirect: Option<bool>,
}

/// What was written to a recipient.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ShareMessage {
    /// What was written.
    pub message: String,
}

/// Where what is shared is downloaded.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct DownloadSpecification {
    /// The receive page, without the key, which goes behind it: `#keyCode=`…
    pub download_url: String,
}

/// Where a share is opened, or a thumbnail is fetched.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ShareRedirection {
    /// `GET`.
    pub method: String,
    /// The receive page, without the key, which goes behind it: `#keyCode=`…; or the encrypted thumbnail, for a short time.
    pub uri: String,
    /// Whether the share lasts.
    pub available: bool,
}

/// The query of `GET /Shares`
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SharesQuery {
    /// Whether those that have ended are among them; they are when it is missing.
    #[serde(rename = "includeExpired")]
    pub include_expired: Option<bool>,
}

/// The query of `POST /Shares(id)/Recipients`
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct AddRecipient {
    /// The e-mail address.
    pub email: String,
    /// The first name.
    #[serde(default)]
    pub first_name: String,
    /// The last name.
    #[serde(default)]
    pub last_name: String,
    /// The company.
    #[serde(default)]
    pub company: String,
}

/// The query of `POST /Shares(id)/Alias`
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AddAlias {
    /// The e-mail address.
    pub email: String,
    /// Whether the recipient is told by e-mail, with the link and without its key.
    #[serde(default)]
    pub notify: bool,
}

/// A share.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ShareEntity {
    /// Its id.
    pub id: String,
    /// What it does.
    pub share_type: ShareType,
    /// What its owner calls it.
    pub title: String,
    /// The recipient that was just added.
    #[serde(rename = "AliasID", skip_serializing_if = "Option::is_none")]
    pub alias_id: Option<String>,
    /// When it was made.
    pub creation_date: String,
    /// When it ends; [`NO_END`] for never.
    pub expiration_date: String,
    /// How often each recipient may download; -1 without limit.
    pub max_downloads: i64,
    /// Whether it is for those alone who sign in.
    pub require_login: bool,
    /// Whether it is for those alone of whom name, e-mail address and company are known.
    pub require_user_info: bool,
    /// Whether it is to be looked at and not saved.
    pub is_view_only: bool,
    /// What the receiver may do.
    pub share_access_right: AccessRight,
    /// Whether an item stands for the newest version of a file.
    #[serde(rename = "UsesStreamIDs")]
    pub uses_stream_ids: bool,
    /// The package whose link the share goes with (ours); missing of a Request.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub package_id: String,
    /// What a Request has beside.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestShare>,
}

/// What a share of type Request has beside.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct RequestShare {
    /// Where people send, without the fragment that names the key (ours).
    pub uri: String,
    /// Until when its owner is told of what comes in; [`NO_END`] for as long as something does.
    pub track_until_date: String,
    /// By how many e-mails at most; -1 without limit.
    pub send_frequency: i64,
    /// How many hours are between two of them at least; -1 for none.
    pub send_interval: i64,
}

/// `POST /Shares/Request`
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct RequestFiles {
    /// The id of a request of the caller's, whose key this one takes.
    #[serde(default)]
    pub folder_id: Option<String>,
    /// Its title, in the place of its id.
    #[serde(default)]
    pub folder_path: Option<String>,
    /// The addresses of those who shall send.
    pub emails: Vec<String>,
    /// The e-mail's subject, and what the request is called.
    pub subject: String,
    /// What the e-mail says besides, and what the request asks for. The server reads it.
    #[serde(default)]
    pub body: String,
    /// Whether the caller gets the e-mail, too.
    #[serde(default)]
    pub cc_sender: bool,
    /// Whether the caller is told by e-mail of what comes in.
    #[serde(default)]
    pub notify_on_upload: bool,
    /// Whether it is for those alone who sign in: no request is.
    #[serde(default)]
    pub require_login: bool,
    /// For how many days it lasts; missing for 30, -1 for ever.
    #[serde(default)]
    pub expiration_days: Option<i64>,
}

/// What the receiver may do.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct AccessRight {
    /// What.
    pub access_right_type: AccessRightType,
}

/// A recipient of a share.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ShareAlias {
    /// The alias.
    pub id: String,
    /// Who it is.
    pub user: ShareAliasUser,
    /// Downloads that count.
    pub download_count: i64,
    /// When the recipient last opened the share (ours); missing when it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_opened: Option<String>,
}

/// Who a recipient is. Texts are empty when unknown.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ShareAliasUser {
    /// The e-mail address.
    pub email: String,
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// The company.
    pub company: String,
}

/// What an item is.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ItemType {
    /// A file.
    #[serde(rename = "ShareFile.Api.Models.File")]
    File,
    /// A directory.
    #[serde(rename = "ShareFile.Api.Models.Folder")]
    Folder,
}

/// A file or directory of a share.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct SharedItem {
    /// What it is.
    #[serde(rename = "odata.type")]
    pub odata_type: ItemType,
    /// Its id.
    pub id: String,
    /// The name as stored: encrypted, in a package whose names are.
    pub name: String,
    /// The plaintext's size in octets; missing for a directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_size_bytes: Option<u64>,
    /// When it was made.
    pub creation_date: String,
}

/// Shares, the newest first.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShareFeed {
    /// How many there are.
    #[serde(rename = "odata.count")]
    pub count: usize,
    /// The shares.
    pub value: Vec<ShareEntity>,
}

/// Recipients of a share, in the order they were added.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShareAliasFeed {
    /// How many there are.
    #[serde(rename = "odata.count")]
    pub count: usize,
    /// The recipients.
    pub value: Vec<ShareAlias>,
}

/// Items of a share, in their order.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SharedItemFeed {
    /// How many there are.
    #[serde(rename = "odata.count")]
    pub count: usize,
    /// The items.
    pub value: Vec<SharedItem>,
}

/// Why a call failed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShareFileFailure {
    /// What it is.
    pub code: ShareFileFailureCode,
    /// The same in words.
    pub message: ShareFileWords,
}

/// What a failure is.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ShareFileFailureCode {
    /// The request makes no sense.
    BadRequest,
    /// The caller showed neither a token nor a signature that holds.
    Unauthorized,
    /// There is no such thing, or it is not the caller's.
    NotFound,
    /// What stands does not let it be done.
    Conflict,
    /// It is too much.
    RequestTooLarge,
    /// Too many attempts.
    TooManyRequests,
    /// The server failed.
    InternalServerError,
}

/// Words in a language.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShareFileWords {
    /// The language: `en-US`.
    pub lang: String,
    /// The words.
    pub value: String,
}
