//! Every route with its rule and its words. The router and the description of the API are made from this table, so a
//! route without a rule or without a description cannot exist.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use bulla::api::{
    API_PREFIX, DROPZONE_PREFIX, LINK_PREFIX, OAUTH_PREFIX, SECURE_SHARE_PREFIX, SESSION_PREFIX,
    SHAREFILE_PREFIX, ZUS_PREFIX, limits,
};
use futures_util::future::BoxFuture;

use super::api::{Call, Form, Reply};
use super::secure_share::shares as secure_shares;
use super::sendsafely::{
    account, activity, directories, dropzones, file_requests, files, groups, installation, lists, messages,
    packages, public_keys, recipients, webhooks, workspaces,
};
use super::sharefile::{blocks, requests, shares, uploads, visits};
use super::typed::{Behind, Gives, Handles, HandlesForm, Schemas, Sent, Shape, Takes};
use super::zus::{share_infos, share_requests};
use super::{App, blobs, description, link, oauth, pages, session, verification};
use crate::domain::{Access, Result};

/// One route.
#[derive(Clone, Debug)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path behind the prefixes of its surface, ending in a slash. Both forms are routed.
    pub path: &'static str,
    /// Where it stands.
    pub surface: Surface,
    /// Who may.
    pub access: Access,
    /// Octets of its body at most.
    pub body: usize,
    /// What it does.
    pub handler: Handler,
    /// Its handler's name.
    pub name: &'static str,
    /// What it does, in a few words.
    pub summary: &'static str,
    /// What else there is to know about it; empty when nothing.
    pub description: &'static str,
    /// The statuses with which it refuses, beside those of its surface and its rule.
    pub(super) refusals: &'static [StatusCode],
    /// What it takes and answers.
    pub(super) shape: fn(&mut Schemas) -> Shape,
}

/// A family of routes with its own prefixes and its own way to say no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// The SendSafely API: signed requests, and those of Dropzones.
    SendSafely,
    /// Links.
    Link,
    /// Sessions: for the server's own pages alone.
    Session,
    /// Bearer tokens for API keys.
    OAuth,
    /// Züs's API for file sharing: signed requests, and sessions.
    Zus,
    /// ShareFile's API of shares: bearer tokens, and signed requests.
    ShareFile,
    /// Signicat's API for secure shares: bearer tokens, signed requests, and sessions.
    SecureShare,
    /// Parts, pages, health.
    Plain,
}

impl Surface {
    /// Its prefixes.
    pub const fn prefixes(self) -> &'static [&'static str] {
        match self {
            Self::SendSafely => &[API_PREFIX, DROPZONE_PREFIX],
            Self::Link => &[LINK_PREFIX],
            Self::Session => &[SESSION_PREFIX],
            Self::OAuth => &[OAUTH_PREFIX],
            Self::Zus => &[ZUS_PREFIX],
            Self::ShareFile => &[SHAREFILE_PREFIX],
            Self::SecureShare => &[SECURE_SHARE_PREFIX],
            Self::Plain => &[""],
        }
    }

    /// The API that a path belongs to.
    pub fn of(path: &str) -> Option<Self> {
        [
            Self::SendSafely,
            Self::Link,
            Self::Session,
            Self::OAuth,
            Self::Zus,
            Self::ShareFile,
            Self::SecureShare,
        ]
        .into_iter()
        .find(|surface| {
            let below = |prefix| {
                path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            surface.prefixes().iter().any(below)
        })
    }
}

/// What a route does.
#[derive(Clone, Copy, Debug)]
pub enum Handler {
    /// A call with a JSON body and a JSON answer, made once its rule is satisfied.
    Call(CallHandler),
    /// A call whose body is a form: its JSON stands in the field `requestData`, ahead of an encrypted part.
    Form(FormHandler),
    /// Anything else. It satisfies the route's rule itself.
    Raw(fn(Arc<App>, Request) -> BoxFuture<'static, Response>),
}

/// A call's function.
pub(super) type CallHandler = fn(Call) -> BoxFuture<'static, Result<Reply>>;

/// The function of a call with a form.
pub(super) type FormHandler = fn(Call, Form) -> BoxFuture<'static, Result<Reply>>;

impl Route {
    /// The prefixes under which it can be of use, and is described.
    pub fn described_prefixes(&self) -> impl Iterator<Item = &'static str> {
        let prefixes = self.surface.prefixes().iter().copied();
        prefixes.filter(|&prefix| prefix != DROPZONE_PREFIX || self.access.may_be_a_dropzones())
    }

    /// Its path under one of these, as the description has it.
    pub fn described_path(&self, prefix: &str) -> String {
        format!("{prefix}{}", self.path).replace("{*", "{")
    }

    /// The paths under which it is routed.
    pub fn paths(&self) -> Vec<String> {
        let whole = self.surface.prefixes().iter().map(|prefix| format!("{prefix}{}", self.path));
        whole
            .flat_map(|path| {
                let bare = path.trim_end_matches('/').to_owned();
                let alike = bare.is_empty() || path == bare;
                if alike { vec![path] } else { vec![path, bare] }
            })
            .collect()
    }
}

macro_rules! route {
    ($surface:ident $method:ident $path:literal, $access:ident, $body:expr, $handler:path, [$($status:ident),*],
        [$summary:literal $(, $more:literal)?], $does:expr, $shape:expr) => {
        Route {
            method: Method::$method,
            path: $path,
            surface: Surface::$surface,
            access: Access::$access,
            body: $body,
            handler: $does,
            name: stringify!($handler),
            summary: $summary,
            description: concat!($($more)?),
            refusals: &[$(StatusCode::$status),*],
            shape: $shape,
        }
    };
}

macro_rules! call {
    ($surface:ident $method:ident $path:literal, $access:ident, $body:expr, $handler:path,
        $(refuses [$($status:ident),*],)? $($words:literal),+) => {
        route!($surface $method $path, $access, $body, $handler, [$($($status),*)?], [$($words),+],
            Handler::Call(|call| Handles::make($handler, call)), |schemas| Handles::shape($handler, schemas))
    };
}

macro_rules! form {
    ($surface:ident $method:ident $path:literal, $access:ident, $body:expr, $handler:path, $behind:ident,
        $(refuses [$($status:ident),*],)? $($words:literal),+) => {
        route!($surface $method $path, $access, $body, $handler, [$($($status),*)?], [$($words),+],
            Handler::Form(|call, form| HandlesForm::make($handler, call, form)),
            |schemas| HandlesForm::shape($handler, Behind::$behind, schemas))
    };
}

macro_rules! raw {
    ($method:ident $path:literal, $access:ident, $handler:path, $takes:ident, $answers:expr,
        $($words:literal),+) => {
        route!(Plain $method $path, $access, 0, $handler, [], [$($words),+],
            Handler::Raw(|app, request| Box::pin($handler(app, request))),
            |_| Shape { takes: Takes { query: None, body: Sent::$takes }, gives: Gives::Plain($answers) })
    };
}

const SMALL: usize = 16 << 10;
const GENERAL: usize = 1 << 20;
const MESSAGE: usize = limits::MAX_MESSAGE + 4096;
const FINALIZE: usize = limits::MAX_SEAL + 4096;
/// A sealed name may be as long as a name can be, so that a whole batch of them is larger.
const BATCH: usize = limits::BATCH * (limits::MAX_FILE_NAME + 256);

/// Every route: surface, method and path; who may; the octets of its body; its handler; the statuses with which it alone
/// refuses; what it does, and what else there is to know.
pub static ROUTES: &[Route] = &[
    call!(SendSafely GET "/config/verify-credentials/", Account, GENERAL,
        account::verify_credentials, "Tells whose credentials these are",
        "`message` is the account's e-mail address."),
    call!(SendSafely GET "/config/version/{api}/{version}/", Sender, GENERAL,
        installation::version, "Tells the server's version"),
    call!(SendSafely PUT "/config/version/info/", Sender, SMALL,
        installation::version_info, "Takes a client's version", "Nothing of it is kept."),
    call!(SendSafely GET "/enterprise/", Sender, GENERAL,
        installation::enterprise, "Tells what the installation is called"),
    call!(SendSafely PUT "/feedback/", Sender, GENERAL,
        installation::feedback, "Keeps what a client reports",
        "`message` or `javalog` is needed. The operator reads what came with `bulla feedback list`."),
    call!(SendSafely GET "/user/", Account, GENERAL, account::user, "Tells about the caller's account"),
    call!(SendSafely GET "/user/settings/", Account, GENERAL,
        account::settings, "Tells how the caller is written to", "Ours."),
    call!(SendSafely PUT "/user/settings/", Account, SMALL,
        account::set_settings, "Changes how the caller is written to",
        "Ours. What is missing is as if it had never been chosen."),
    call!(SendSafely PUT "/register/", Unsigned, SMALL, account::register, "Begins a registration by e-mail",
        "A pin goes to the address by e-mail, or word that it has an account; the answer is the same. Refused \
            to everybody unless the operator allows it (`--registration`)."),
    call!(SendSafely PUT "/generate-key/", Unsigned, SMALL,
        account::generate_key, "Makes an API key for an address and a password, or asks for a code",
        "Where the server can send no code, the password is enough. Else the answer is `TWO_FA_REQUIRED` with \
            a `token`, and a code of six digits goes to the account's phone or else by e-mail, good for 10 \
            minutes and five attempts."),
    call!(SendSafely POST "/generate-key/{token}/", Unsigned, SMALL,
        account::generate_key_by_code, "Makes an API key for the code that was asked for"),
    call!(SendSafely PUT "/generate-key/oauth/", Unsigned, SMALL,
        account::generate_key_by_pin, "Makes an API key for a pin",
        "The pin is from `POST /session/v1/pin/`, or from a registration, whose account it makes. It holds \
            once, for 30 minutes."),
    call!(SendSafely PUT "/public-key/", Account, SMALL,
        public_keys::add, "Adds a public key of the caller's",
        "The server looks whether it is a public key, and no further. An account has 20 at most."),
    call!(SendSafely GET "/public-key/", Account, SMALL, public_keys::list, "Lists the caller's public keys",
        "Ours."),
    call!(SendSafely GET "/public-key/{public_key}/", Account, SMALL,
        public_keys::get, "Tells about a public key of the caller's"),
    call!(SendSafely DELETE "/public-key/{public_key}/", Account, SMALL,
        public_keys::delete, "Removes a public key of the caller's",
        "What was wrapped to it goes with it."),
    call!(SendSafely POST "/public-key/{public_key}/links/", Account, GENERAL,
        public_keys::key_codes, "Gives keyCodes of many packages, wrapped to a key"),
    call!(SendSafely GET "/sync/{public_key}/", Account, SMALL,
        public_keys::sync, "Gives wrapped keyCodes that a key lacks, and the keys that open them"),
    call!(SendSafely POST "/dropzone/{dropzone}/sender/", Account, GENERAL,
        dropzones::confirm_sender, "Confirms whom a package through a Dropzone comes from",
        "Ours. The Dropzone is the caller's own, and the sender somebody whom the caller knows by other \
            means. The token is for any package of that Dropzone."),
    call!(SendSafely PUT "/webhook/", Account, SMALL,
        webhooks::create, "Makes a webhook",
        "Ours. It is told by `POST` what others do with the caller's packages. `docs/WEBHOOKS.md` says how, and how it \
            knows that it is told by this server."),
    call!(SendSafely GET "/webhook/", Account, SMALL, webhooks::list, "Lists the caller's webhooks", "Ours."),
    call!(SendSafely DELETE "/webhook/{webhook}/", Account, SMALL,
        webhooks::delete, "Deletes a webhook", "Ours. What waits for it goes with it."),
    call!(SendSafely GET "/webhook/{webhook}/deliveries/", Account, SMALL,
        webhooks::deliveries, "Lists what a webhook was last told, and what came of it",
        "Ours. Kept for 30 days."),
    call!(SendSafely PUT "/request/", Account, 4 * SMALL,
        file_requests::create, "Makes a request",
        "Ours. Its id, which stands in its link, is a Dropzone's to whoever sends: they make packages with it as any Dropzone's \
            are made, and need no account."),
    call!(SendSafely GET "/request/", Account, SMALL, file_requests::list, "Lists the caller's requests",
        "Ours. Also those that have ended."),
    call!(SendSafely GET "/request/terms/", Sender, SMALL,
        file_requests::terms, "Tells what a request asks for",
        "Ours. For whoever sends through it; there is nothing to tell an account, or another Dropzone."),
    call!(SendSafely GET "/request/{request}/", Account, SMALL,
        file_requests::get, "Tells about a request of the caller's", "Ours."),
    call!(SendSafely POST "/request/{request}/", Account, SMALL,
        file_requests::update, "Changes the terms of a request",
        "Ours. Its key stays: its link is in other people's hands."),
    call!(SendSafely DELETE "/request/{request}/", Account, SMALL,
        file_requests::delete, "Deletes a request",
        "Ours. Nothing comes in through it any more; what came in stays."),
    call!(SendSafely GET "/request/{request}/packages/", Account, SMALL,
        file_requests::packages, "Lists what came in through a request", "Ours."),
    call!(SendSafely GET "/request/{request}/packages/{came}/keys/", Account, SMALL,
        file_requests::block_keys, "Lists the keyCodes of the parts of a package that is not end-to-end encrypted",
        "Ours. In the order of the parts, each encrypted to the request's public key."),
    call!(SendSafely GET "/user/groups/", Account, GENERAL, groups::own, "Lists the caller's contact groups"),
    call!(SendSafely GET "/enterprise/groups/", Account, GENERAL,
        groups::enterprise, "Lists the installation's contact groups"),
    call!(SendSafely PUT "/group/", Account, GENERAL, groups::create, "Makes a contact group"),
    call!(SendSafely DELETE "/group/{group}/", Account, GENERAL, groups::delete, "Deletes a contact group",
        "The group is one of the caller's own; one for every account is deleted by administrators alone."),
    call!(SendSafely PUT "/group/{group}/user/", Account, GENERAL,
        groups::add_user, "Adds a member to a contact group",
        "The group is one that the caller may delete."),
    call!(SendSafely DELETE "/group/{group}/{user}/", Account, GENERAL,
        groups::delete_user, "Removes a member of a contact group",
        "The group is one that the caller may delete."),
    call!(SendSafely GET "/package/", Account, GENERAL,
        lists::sent, "Lists the packages that the caller sent",
        "Drafts with content are among them. What came through its Dropzones, was archived or deleted is not."),
    call!(SendSafely GET "/package/sent/{user}/", Account, GENERAL,
        lists::sent_by, "Lists the packages that an account sent",
        "`user` is the caller's own id, or any account's for an administrator."),
    call!(SendSafely GET "/package/received/", Account, GENERAL,
        lists::received, "Lists the packages that the caller received",
        "Active and expired ones with the caller's address among the recipients, or through a Dropzone of the \
            caller's and not archived."),
    call!(SendSafely GET "/package/archived/", Account, GENERAL,
        lists::archived, "Lists the packages that the caller archived"),
    call!(SendSafely GET "/package/approvals/", Account, GENERAL,
        lists::waiting, "Lists the packages that wait for the caller's approval",
        "Ours. For approvers alone."),
    call!(SendSafely GET "/package/workspaces/", Account, GENERAL,
        workspaces::list, "Lists the caller's workspaces"),
    call!(SendSafely POST "/package/organization/search/", Admin, GENERAL,
        lists::search, "Searches in all packages",
        "What is found is told as by `GET /package/{package}/`, but `serverSecret` is empty."),
    call!(SendSafely PUT "/package/", Sender, GENERAL, packages::create, "Makes a package"),
    call!(SendSafely GET "/package/{package}/", Review, GENERAL,
        packages::information, "Tells about a package",
        "Recipients and groups are shown to the sender, to approvers, and to managers and owners of a workspace. \
            So are `serverSecret`, `files` and `seal` where there is a password."),
    call!(SendSafely POST "/package/{package}/", Manage, GENERAL, packages::update, "Changes a package"),
    call!(SendSafely DELETE "/package/{package}/", Owner, GENERAL, packages::delete, "Deletes a package"),
    call!(SendSafely DELETE "/package/{package}/temp/", Draft, GENERAL,
        packages::delete_temp, "Deletes a package that is not finalized"),
    call!(SendSafely POST "/package/{package}/finalize/", Finalize, FINALIZE,
        packages::finalize, "Finalizes a package, which makes its link",
        "All that stands against it comes in `errors`. A workspace is finalized to give it a link, as often \
            as that is needed."),
    call!(SendSafely POST "/package/{package}/approve/", Approver, GENERAL,
        packages::approve, "Approves a package", "Ours."),
    call!(SendSafely POST "/package/{package}/archive/", Owner, GENERAL,
        packages::archive, "Archives a package",
        "Ours. Only a finalized package."),
    call!(SendSafely POST "/package/{package}/unarchive/", Owner, GENERAL,
        packages::unarchive, "Takes a package out of the archive", "Ours."),
    call!(SendSafely POST "/package/{package}/seal/", Owner, FINALIZE,
        packages::put_seal, "Replaces the seal",
        "Ours. Of a finalized package, after its files or its message changed."),
    call!(SendSafely POST "/package/{package}/activityLog/", Auditor, GENERAL,
        activity::read, "Reads a package's activity log"),
    call!(SendSafely PUT "/package/{package}/message/", Contribute, MESSAGE,
        messages::put, "Keeps the encrypted message"),
    call!(SendSafely GET "/package/{package}/message/{checksum}/", Reader, GENERAL,
        messages::get, "Gives the encrypted message", "It is in `message`, base64."),
    call!(SendSafely PUT "/package/{package}/recipient/", Manage, GENERAL,
        recipients::add, "Adds a recipient"),
    call!(SendSafely PUT "/package/{package}/recipients/", Manage, GENERAL,
        recipients::add_many, "Adds many recipients",
        "Who is a recipient already stays one, and is among the answers."),
    call!(SendSafely GET "/package/{package}/recipient/{recipient}/", Manage, GENERAL,
        recipients::get, "Tells about a recipient"),
    call!(SendSafely POST "/package/{package}/recipient/{recipient}/", Manage, GENERAL,
        recipients::update, "Changes a recipient",
        "What is missing stays as it is."),
    call!(SendSafely DELETE "/package/{package}/recipient/{recipient}/", Manage, GENERAL,
        recipients::delete, "Removes a recipient"),
    call!(SendSafely PUT "/package/{package}/group/{group}/", Manage, GENERAL,
        groups::add, "Makes a contact group's members recipients",
        "The group is one of the caller's own, or one for every account; a Dropzone has none."),
    call!(SendSafely DELETE "/package/{package}/group/{group}/", Manage, GENERAL,
        groups::remove, "Removes a contact group from the recipients",
        "Whom it alone brought goes, but for who got another role than `VIEWER` by then."),
    call!(SendSafely GET "/package/{package}/public-keys/", Manage, GENERAL,
        public_keys::of_package, "Lists the public keys of a package's recipients",
        "Those of the sender, too; 1000 at most. A Dropzone is told its owner's, and no others."),
    call!(SendSafely GET "/package/{package}/{recipient}/public-keys/", Manage, GENERAL,
        public_keys::of_recipient, "Lists a recipient's public keys"),
    call!(SendSafely PUT "/package/{package}/link/{public_key}/", Reader, SMALL,
        public_keys::wrap, "Keeps a package's keyCode, wrapped to a key",
        "Readers wrap to keys of their own; who manages it, to those of its recipients and its sender; a \
            Dropzone, to its owner's."),
    call!(SendSafely GET "/package/{package}/link/{public_key}/", Reader, SMALL,
        public_keys::wrapped, "Gives a package's keyCode, wrapped to a key",
        "The key is one of the caller's own."),
    call!(SendSafely PUT "/package/{package}/request/", Draft, SMALL,
        file_requests::put, "Keeps the keyCode of a package through a request, and who sends it",
        "Ours. Without it the package is not finalized."),
    call!(SendSafely PUT "/package/{package}/directory/", Contribute, GENERAL,
        directories::create, "Makes a directory in the root"),
    call!(SendSafely PUT "/package/{package}/directory/{directory}/subdirectory/", Contribute, GENERAL,
        directories::create, "Makes a directory in another"),
    call!(SendSafely GET "/package/{package}/directory/{directory}/", View, GENERAL,
        directories::information, "Lists a directory"),
    call!(SendSafely POST "/package/{package}/directory/{directory}/", Manage, GENERAL,
        directories::rename, "Renames a directory"),
    call!(SendSafely DELETE "/package/{package}/directory/{directory}/", Manage, GENERAL,
        directories::delete, "Deletes a directory and what is in it",
        "The root stays."),
    call!(SendSafely POST "/package/{package}/move/{directory}/{target}/", Manage, GENERAL,
        directories::move_to, "Moves a directory",
        "Not the root, and not below itself."),
    call!(SendSafely PUT "/package/{package}/file/", Contribute, GENERAL, files::create, "Announces a file"),
    call!(SendSafely POST "/package/{package}/files/", Contribute, BATCH,
        files::create_many, "Announces many files",
        "Ours. Each has an answer of its own."),
    call!(SendSafely POST "/package/{package}/upload-urls/", Contribute, GENERAL,
        files::upload_urls_of, "Gives URLs for the upload of parts of many files",
        "Ours. Each has an answer of its own."),
    call!(SendSafely POST "/package/{package}/upload-complete/", Contribute, GENERAL,
        files::complete_many, "Completes many files",
        "Ours. Each has an answer of its own."),
    call!(SendSafely GET "/package/{package}/file/{file}/", Reader, GENERAL,
        files::information, "Tells about a file"),
    form!(SendSafely POST "/package/{package}/file/{file}/", Contribute, SMALL,
        files::upload, Part, "Takes an encrypted part through the API",
        "`requestData` stands ahead of the part, and the signature covers its text alone."),
    form!(SendSafely POST "/package/{package}/{directory}/file/{file}/", Contribute, SMALL,
        files::upload, Part, "Takes an encrypted part through the API",
        "`requestData` stands ahead of the part, and the signature covers its text alone."),
    form!(SendSafely POST "/package/{package}/upload/", Owner, SMALL,
        files::take_in, Files, "Takes files as plaintext, and encrypts them",
        "Ours, for callers that cannot encrypt. `requestData` stands ahead of the files, each with its name, and the signature \
            covers its text alone. The server hands back the keyCode and forgets it; what it took in so is not \
            end-to-end encrypted, and the package says so. Where there is a scanner, it looks at each file. A draft of suite \
            `openpgp-cfb`; at most 500 files a call, and an hour for each."),
    call!(SendSafely PATCH "/package/{package}/file/{file}/", Contribute, GENERAL,
        files::rename, "Renames a file",
        "Not in a finalized package."),
    call!(SendSafely DELETE "/package/{package}/file/{file}/", Contribute, GENERAL,
        files::delete, "Deletes a file",
        "`message` is its id."),
    call!(SendSafely POST "/package/{package}/file/{file}/upload-urls/", Contribute, GENERAL,
        files::upload_urls, "Gives URLs for the upload of parts"),
    call!(SendSafely POST "/package/{package}/file/{file}/thumbnail-urls/", Contribute, SMALL,
        files::thumbnail_urls, "Gives URLs for thumbnails of a file",
        "Ours, while the package takes content: what goes there is encrypted as the file is, in suite `sealed`."),
    call!(SendSafely POST "/package/{package}/file/{file}/upload-complete/", Contribute, GENERAL,
        files::complete, "Completes a file whose parts are uploaded",
        "`message` is `\"true\"` once the store has every part, each of a plausible size."),
    call!(SendSafely GET "/package/{package}/file/{file}/parts/", Contribute, GENERAL,
        files::parts, "Lists the parts that the store holds",
        "Ours. What is missing is still to be uploaded."),
    call!(SendSafely POST "/package/{package}/file/{file}/copy/", Member, GENERAL,
        files::copy, "Copies a file into another package",
        "The caller must be let to contribute to the target, too. The store keeps the parts once."),
    call!(SendSafely POST "/package/{package}/file/{file}/download-urls/", Reader, GENERAL,
        files::download_urls, "Gives URLs for the download of parts"),
    call!(SendSafely POST "/package/{package}/file/{file}/download/", Reader, GENERAL,
        files::download, "Gives an encrypted part through the API",
        "The answer is the part itself; a failure is JSON."),
    call!(SendSafely GET "/package/{package}/directory/{directory}/file/{file}/", View, GENERAL,
        files::information, "Tells about a file"),
    call!(SendSafely POST "/package/{package}/directory/{directory}/file/{file}/", Contribute, GENERAL,
        files::move_to, "Moves a file into a directory",
        "`directory` is the one that it goes to."),
    call!(SendSafely DELETE "/package/{package}/directory/{directory}/file/{file}/", Contribute, GENERAL,
        files::delete, "Deletes a file",
        "`message` is its id."),
    call!(SendSafely POST "/package/{package}/directory/{directory}/file/{file}/download-urls/", Reader, GENERAL,
        files::download_urls, "Gives URLs for the download of parts"),
    call!(SendSafely POST "/package/{package}/directory/{directory}/file/{file}/download/", Reader, GENERAL,
        files::download, "Gives an encrypted part through the API",
        "The answer is the part itself; a failure is JSON."),
    call!(Link GET "/{code}/", Anyone, SMALL, link::status, "Tells whether a link needs a password",
        "Nothing is counted or noted. Where no package is, the answer is false."),
    call!(Link POST "/{code}/unlock/", Anyone, SMALL,
        link::unlock, refuses [UNAUTHORIZED, NOT_FOUND, GONE, TOO_MANY_REQUESTS], "Gives what unlocks a locked link",
        "Then the link is opened like any other, with the proof as the password. Counts as an attempt unless the proof \
            is right."),
    call!(Link POST "/{code}/open/", Anyone, SMALL,
        link::open, refuses [UNAUTHORIZED, NOT_FOUND, GONE, TOO_MANY_REQUESTS], "Opens a link",
        "Counts as an attempt unless checksum and password are right. A package that has shares opens through \
            them alone; opening one begins a download, which counts once the end of a file was asked for."),
    call!(Link POST "/{code}/verification/", Anyone, SMALL,
        verification::ways, refuses [NOT_FOUND, GONE, TOO_MANY_REQUESTS],
        "Tells how a recipient verifies who it is",
        "For packages that open to verified recipients alone. Counts as an attempt unless the checksum is right and the \
            recipient one of the package's; to everybody else there is no such link."),
    call!(Link POST "/{code}/verification/code/", Anyone, SMALL,
        verification::send_code, refuses [NOT_FOUND, GONE, TOO_MANY_REQUESTS],
        "Sends a code to a recipient",
        "Six digits, good for 10 minutes and five attempts; at most five codes an hour. It takes the place of the one \
            before."),
    call!(Link POST "/{code}/verification/code/enter/", Anyone, SMALL,
        verification::enter_code, refuses [UNAUTHORIZED, NOT_FOUND, GONE, TOO_MANY_REQUESTS],
        "Takes a code that was sent",
        "The statement says what was verified until now, and is shown with the next way, and at last as `recipientCode` to \
            open the link."),
    call!(Link POST "/{code}/verification/sign-in/", Anyone, SMALL,
        verification::begin_sign_in, refuses [UNAUTHORIZED, NOT_FOUND, GONE, TOO_MANY_REQUESTS],
        "Begins to sign in with an OpenID provider",
        "What comes back from there is good for 15 minutes, once, and for the browser that keeps `token`."),
    call!(Link POST "/{code}/verification/sign-in/end/", Anyone, SMALL,
        verification::end_sign_in, refuses [UNAUTHORIZED, NOT_FOUND, GONE, TOO_MANY_REQUESTS],
        "Ends a sign-in with an OpenID provider",
        "The provider has to say all that the recipient's way asks for."),
    call!(Link GET "/{code}/message/", LinkToken, SMALL,
        link::message, refuses [NOT_FOUND], "Gives the encrypted message"),
    call!(Link POST "/{code}/file/{file}/download-urls/", LinkToken, SMALL,
        link::download_urls, refuses [NOT_FOUND], "Gives URLs for the download of parts"),
    call!(Link POST "/{code}/file/{file}/thumbnail/", LinkToken, SMALL,
        link::thumbnail, refuses [NOT_FOUND], "Gives the URL of a thumbnail",
        "It is encrypted as the file is. Through a share it counts as no download."),
    call!(Session POST "/sign-in/", Anyone, SMALL,
        session::sign_in, refuses [UNAUTHORIZED, TOO_MANY_REQUESTS], "Signs in",
        "The answer sets the session's cookie. A session that was there before ends."),
    call!(Session POST "/register/", Anyone, SMALL,
        session::register, refuses [UNAUTHORIZED, TOO_MANY_REQUESTS], "Finishes a registration, and signs in",
        "The answer sets the session's cookie."),
    call!(Session POST "/password/forgotten/", Anyone, SMALL,
        session::forgotten_password, refuses [TOO_MANY_REQUESTS], "Sends a pin that sets another password",
        "If the address is that of an account with a password, the pin goes there by e-mail; the answer is the same \
         for all. Refused to everybody where the server sends no e-mail."),
    call!(Session POST "/password/reset/", Anyone, SMALL,
        session::reset_password, refuses [UNAUTHORIZED, TOO_MANY_REQUESTS],
        "Replaces a forgotten password, and signs in",
        "All sessions of the account end, and so do its codes and pins. The answer sets the cookie of a new session."),
    call!(Session GET "/", Account, SMALL, session::who, "Tells who is signed in"),
    call!(Session POST "/sign-out/", Account, SMALL, session::sign_out, "Signs out"),
    call!(Session POST "/password/", Account, SMALL,
        session::change_password, refuses [TOO_MANY_REQUESTS], "Changes the password",
        "All other sessions of the account end, and its codes and pins."),
    call!(Session GET "/keys/", Account, SMALL, session::keys, "Lists the account's API keys"),
    call!(Session POST "/keys/", Account, SMALL, session::create_key, "Makes an API key"),
    call!(Session DELETE "/keys/{api_key}/", Account, SMALL,
        session::revoke_key, refuses [NOT_FOUND], "Revokes an API key"),
    call!(Session POST "/pin/", Account, SMALL,
        session::create_pin, "Makes a pin, for which a client gets an API key",
        "For `PUT /generate-key/oauth/`."),
    call!(OAuth POST "/token/", Unsigned, SMALL,
        oauth::token, refuses [UNAUTHORIZED, TOO_MANY_REQUESTS], "Gives a bearer token for an API key",
        "The body is `application/x-www-form-urlencoded`. Wrong secrets are counted by address."),
    call!(Zus POST "/authticket/{package}/", Manage, SMALL,
        share_infos::issue, refuses [NOT_FOUND, CONFLICT], "Issues a ticket for a package, or for a file of it",
        "Ours. It opens something once a share info is made of it."),
    call!(Zus POST "/shareinfo/", Account, SMALL,
        share_infos::add, refuses [NOT_FOUND, CONFLICT], "Makes a share info of a ticket",
        "For whom the ticket names, or, by one who may use it, for oneself. The body is `multipart/form-data`, and all \
            of it is signed."),
    call!(Zus GET "/shareinfo/shared/", Account, SMALL, share_infos::shared, "Lists what the caller shared"),
    call!(Zus GET "/shareinfo/received/", Account, SMALL,
        share_infos::received, "Lists what was shared with the caller, while it opens"),
    call!(Zus DELETE "/shareinfo/", Account, SMALL, share_infos::delete, "Deletes share infos",
        "By whoever issued the ticket: all of it, for good. By its receiver: its own."),
    call!(Zus POST "/sharereq/", Account, SMALL,
        share_requests::create, refuses [NOT_FOUND, CONFLICT], "Asks for what somebody shares",
        "Once more after a refusal."),
    call!(Zus GET "/sharereq/received/", Account, SMALL,
        share_requests::received, "Lists what the caller is asked for"),
    call!(Zus GET "/sharereq/requested/", Account, SMALL,
        share_requests::requested, "Lists what the caller asked for"),
    call!(Zus PUT "/sharereq/", Account, GENERAL,
        share_requests::update, refuses [NOT_FOUND, CONFLICT], "Approves or declines a request",
        "Approving makes a share info of the ticket."),
    call!(Zus DELETE "/sharereq/", Account, SMALL,
        share_requests::delete, refuses [NOT_FOUND], "Deletes a request", "By either side."),
    call!(Zus GET "/sharereq/{request}/public-keys/", Account, SMALL,
        share_requests::public_keys, refuses [NOT_FOUND, CONFLICT],
        "Lists the public keys of whoever made a request", "Ours. While the request waits for the caller's answer."),
    call!(ShareFile POST "/Shares/", Account, GENERAL,
        shares::create, refuses [NOT_FOUND, CONFLICT], "Makes a share of items of one package",
        "From then on the package opens by link through its shares alone."),
    call!(ShareFile GET "/Shares/", Account, SMALL, shares::list, "Lists the caller's shares"),
    call!(ShareFile GET "/Shares/{share}/", Account, SMALL,
        shares::get, refuses [NOT_FOUND], "Tells about a share of the caller's",
        "Also about one that has ended."),
    call!(ShareFile DELETE "/Shares/{share}/", Account, SMALL,
        shares::delete, refuses [NOT_FOUND], "Deletes a share",
        "What goes on through it ends at once. The answer tells what it was."),
    call!(ShareFile GET "/Shares/{share}/Recipients/", Account, SMALL,
        shares::recipients, refuses [NOT_FOUND], "Lists the recipients of a share",
        "The first one, whose id is the share's, stands for all who are not told apart."),
    call!(ShareFile POST "/Shares/{share}/Recipients/", Account, SMALL,
        shares::add_recipient, refuses [NOT_FOUND], "Adds a recipient to a share"),
    call!(ShareFile GET "/Shares/{share}/Recipients/{alias}/", Account, SMALL,
        shares::recipient, refuses [NOT_FOUND], "Tells about a recipient of a share"),
    call!(ShareFile POST "/Shares/{share}/Alias/", Account, SMALL,
        shares::add_alias, refuses [NOT_FOUND], "Adds a recipient to a share by its address alone",
        "`AliasID` is the recipient's."),
    call!(ShareFile GET "/Shares/{share}/Items/", Account, SMALL,
        shares::items, refuses [NOT_FOUND], "Lists the items of a share"),
    call!(ShareFile GET "/Shares/{share}/Items/{item}/", Account, SMALL,
        shares::item, refuses [NOT_FOUND], "Tells about an item of a share"),
    call!(ShareFile GET "/Shares/{share}/Items/{item}/Thumbnail/", Account, SMALL,
        shares::thumbnail, refuses [NOT_FOUND], "Leads to the thumbnail of an item of a share",
        "It is encrypted as the file is."),
    call!(ShareFile PATCH "/Shares/{share}/", Account, GENERAL,
        shares::update, refuses [NOT_FOUND, CONFLICT], "Changes a share",
        "What is missing stays. Not when it has expired, unless asked to."),
    call!(ShareFile POST "/Shares/Send/", Account, GENERAL,
        shares::send, refuses [NOT_FOUND, CONFLICT], "Shares with addresses, and writes to them",
        "The e-mail has each one's link, without the key, which the sender hands over."),
    call!(ShareFile GET "/Shares/Inbox/", Account, SMALL,
        visits::inbox, refuses [NOT_FOUND], "Lists the shares that the caller was sent",
        "`AliasID` is which of its recipients the caller is."),
    call!(ShareFile GET "/Shares/Inbox/{user}/", Account, SMALL,
        visits::inbox, refuses [NOT_FOUND], "Lists the shares that the caller was sent",
        "`AliasID` is which of its recipients the caller is."),
    call!(ShareFile GET "/Shares/{share}/Redirection/", Account, SMALL,
        visits::redirection, refuses [NOT_FOUND], "Tells where a share is opened"),
    call!(ShareFile GET "/Shares/{share}/Download/", Account, SMALL,
        visits::download, refuses [NOT_FOUND], "Leads to where a share is downloaded",
        "That is the receive page: the server cannot read what is shared."),
    call!(ShareFile GET "/Shares/{share}/Download/{item}/", Account, SMALL,
        visits::download, refuses [NOT_FOUND], "Leads to where an item of a share is downloaded"),
    call!(ShareFile GET "/Shares/{share}/Items/{item}/Download/", Account, SMALL,
        visits::item_download, refuses [NOT_FOUND], "Leads to where an item of a share is downloaded"),
    call!(ShareFile GET "/Shares/{share}/Recipients/{alias}/DownloadWithAlias/", Account, SMALL,
        visits::download_with_alias, refuses [NOT_FOUND], "Leads to where a recipient downloads a share"),
    call!(ShareFile GET "/Shares/{share}/Recipients/{alias}/DownloadWithAlias/{item}/", Account, SMALL,
        visits::download_with_alias, refuses [NOT_FOUND], "Leads to where a recipient downloads an item"),
    call!(ShareFile GET "/Shares/{share}/Recipients/{alias}/Download/", Account, SMALL,
        visits::recipient_download, refuses [NOT_FOUND], "Leads to where a recipient downloads a share"),
    call!(ShareFile POST "/Shares/{share}/Recipients/{alias}/BulkDownload/", Account, GENERAL,
        visits::bulk_download, refuses [NOT_FOUND], "Leads to where a recipient downloads several items",
        "The body is a list of ids."),
    call!(ShareFile GET "/Shares/{share}/Recipients/{alias}/Message/", Account, SMALL,
        visits::message, refuses [NOT_FOUND], "Gives what was written to a recipient of a share",
        "To its owner, and to the recipient, who signs in with that address."),
    call!(ShareFile POST "/Shares/Request/", Account, GENERAL,
        requests::request, refuses [NOT_FOUND, CONFLICT], "Asks addresses for files",
        "It has the key of the request that `FolderId` or `FolderPath` names. The e-mail has its link, without what names the key, which \
            the caller hands over."),
    call!(ShareFile POST "/Shares/{share}/Upload/", Account, SMALL,
        uploads::prepare, refuses [NOT_FOUND, CONFLICT], "Prepares the upload of a file through a request",
        "`share` is the request's id. The server gets plaintext, and encrypts each block to the request's public key as it arrives: \
            what comes in so is not end-to-end encrypted."),
    call!(ShareFile POST "/Shares/{share}/Upload2/", Account, SMALL,
        uploads::prepare_by_body, refuses [NOT_FOUND, CONFLICT], "Prepares the upload of a file through a request",
        "The same as `Upload`, by a body."),
    raw!(POST "/upload/", Anyone,
        blocks::put, Octets, blocks::ANSWERS, "Takes a block of an upload through a request",
        "The query has `uploadid` as a `ChunkUri` has it, and unless the method is `standard`, `index`, `offset`, `hash` (MD5, \
            hexadecimal) and, with the last block of a streamed upload, `finish=true`. The body is the block, or a form with it in \
            the field `File1`. The same block again is answered alike. A body may be silent for 30 seconds, and take an hour in all."),
    raw!(GET "/upload/finish/", Anyone,
        blocks::finish_by_get, Nothing, blocks::ANSWERS, "Finishes a threaded upload through a request",
        "The query has `uploadid` as a `FinishUri` has it."),
    raw!(POST "/upload/finish/", Anyone,
        blocks::finish, Nothing, blocks::ANSWERS, "Finishes a threaded upload through a request",
        "The query has `uploadid` as a `FinishUri` has it."),
    call!(SecureShare GET "/identity-providers/", Account, SMALL,
        secure_shares::identity_providers, "Lists in what ways recipients can verify who they are", "Ours."),
    call!(SecureShare POST "/shares/", Account, GENERAL,
        secure_shares::create, refuses [NOT_FOUND, CONFLICT], "Makes a secure share of a package",
        "Ours. From then on the package opens to its owner and to verified recipients alone."),
    call!(SecureShare GET "/shares/", Account, SMALL,
        secure_shares::list, "Lists the caller's secure shares", "Ours."),
    call!(SecureShare GET "/shares/{share}/", Account, SMALL,
        secure_shares::get, refuses [NOT_FOUND], "Tells about a secure share", "Ours."),
    call!(SecureShare DELETE "/shares/{share}/", Account, SMALL,
        secure_shares::delete, refuses [NOT_FOUND], "Deletes a secure share",
        "Ours. All that is known of its recipients goes, and what they opened ends at once. The package stays its \
            owner's alone."),
    call!(SecureShare POST "/shares/{share}/recipients/", Account, SMALL,
        secure_shares::add_recipient, refuses [NOT_FOUND, CONFLICT], "Adds a recipient to a secure share",
        "It is written to as `notification` says."),
    call!(SecureShare GET "/shares/{share}/recipients/{recipient}/", Account, SMALL,
        secure_shares::recipient, refuses [NOT_FOUND], "Tells about a recipient of a secure share"),
    call!(SecureShare PATCH "/shares/{share}/recipients/{recipient}/", Account, SMALL,
        secure_shares::change_recipient, refuses [NOT_FOUND, CONFLICT], "Changes a recipient of a secure share"),
    call!(SecureShare DELETE "/shares/{share}/recipients/{recipient}/", Account, SMALL,
        secure_shares::delete_recipient, refuses [NOT_FOUND], "Removes a recipient from a secure share",
        "What it opened ends at once."),
    call!(SecureShare POST "/shares/{share}/recipients/{recipient}/reminder/", Account, SMALL,
        secure_shares::remind, refuses [NOT_FOUND, CONFLICT, TOO_MANY_REQUESTS], "Writes to a recipient once more",
        "As `notification` says, at most three times an hour."),
    form!(SecureShare POST "/shares/{share}/files/", Account, SMALL,
        secure_shares::add_files, Files, refuses [NOT_FOUND, CONFLICT],
        "Takes files as plaintext, and adds them to a secure share's package, encrypted",
        "For callers that cannot encrypt. `requestData` is ours: it stands ahead of the files, each with its name, and a signature \
            covers its text alone. The server encrypts under the package's own keyCode and forgets it; the package says from then on \
            that it is not end-to-end encrypted. Where there is a scanner, it looks at each file. A package of suite \
            `openpgp-cfb` without a seal; at most 500 files a call, and an hour for each."),
    call!(SecureShare DELETE "/shares/{share}/files/{file}/", Account, SMALL,
        secure_shares::delete_file, refuses [NOT_FOUND], "Deletes a file of a secure share's package",
        "A sealed package needs another seal then: `POST /package/{package}/seal/`."),
    raw!(PUT "/blob/{package}/{file}/{part}", Presigned,
        blobs::put, Octets, blobs::PUT, "Takes an encrypted part",
        "The same size again is answered with 200, and the first part stays. A body may be silent for 30 \
            seconds, and take an hour in all."),
    raw!(GET "/blob/{package}/{file}/{part}", Presigned,
        blobs::get, Nothing, blobs::GET, "Gives an encrypted part"),
    raw!(GET "/api/v2.0/openapi.json/", Anyone, description::serve, Nothing, description::ANSWERS,
        "This description"),
    raw!(GET "/healthz/", Anyone, pages::health, Nothing, pages::HEALTH, "Tells whether the server is well"),
    raw!(GET "/", Anyone, pages::send, Nothing, pages::PAGE, "The send page"),
    raw!(GET "/receive/", Anyone, pages::receive, Nothing, pages::PAGE, "The receive page"),
    raw!(GET "/account/", Anyone, pages::account, Nothing, pages::PAGE, "The page of an account"),
    raw!(GET "/packages/", Anyone, pages::packages, Nothing, pages::PAGE, "The page of what was sent and received"),
    raw!(GET "/workspaces/", Anyone, pages::workspaces, Nothing, pages::PAGE, "The page of workspaces"),
    raw!(GET "/request/", Anyone, pages::request, Nothing, pages::PAGE, "The page of whoever sends through a request"),
    raw!(GET "/requests/", Anyone, pages::requests, Nothing, pages::PAGE, "The page of requests"),
    raw!(GET "/static/{*path}", Anyone, pages::asset, Nothing, pages::FILE, "A file of the pages"),
    raw!(GET "/bulla/{*path}", Anyone, pages::module, Nothing, pages::FILE, "A file of the npm package"),
];
