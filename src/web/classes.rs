//! The classes. Methods check their arguments at once, take what they need, and return a promise of their own,
//! so that any number may run at the same time.

use std::cell::RefCell;
use std::rc::Rc;

use futures_util::StreamExt;
use js_sys::{Date, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::convert;
use super::platform::Platform;
use super::promise::{date, done, or_rejected, promise, report, until_aborted};
use super::settings;
use super::signal::{abortable, aborted};
use super::source::new_files;
use super::values::{self, Options};
use crate::keys::PackageCode;
use crate::transfer::{self, DownloadOptions, DraftPackage, Integrity, OpenOptions, Pause, UploadOptions};
use crate::{Error, ErrorCode, Result};

/// A client of one server. Makes packages, and opens links.
#[wasm_bindgen]
pub struct Client {
    inner: crate::client::Client<Platform>,
    concurrency: Option<usize>,
    /// The highest seal seen of each package: an older one must not come back.
    seals: Rc<RefCell<Vec<(PackageCode, u64)>>>,
}

#[wasm_bindgen]
impl Client {
    /// A client of `options.host`, or of the server that this page came from.
    #[wasm_bindgen(constructor)]
    pub fn new(options: Option<convert::JsClientOptions>) -> Result<Client, JsValue> {
        let (inner, concurrency) = settings::client(options)?;
        Ok(Self { inner, concurrency, seals: Rc::default() })
    }

    /// The e-mail address of the API key's account.
    #[wasm_bindgen(js_name = verifyCredentials, unchecked_return_type = "Promise<string>")]
    pub fn verify_credentials(&self) -> Promise {
        let client = self.inner.clone();
        promise(async move { Ok(client.verify_credentials().await?.into()) })
    }

    /// The API key's account.
    #[wasm_bindgen(unchecked_return_type = "Promise<User>")]
    pub fn user(&self) -> Promise {
        let client = self.inner.clone();
        promise(async move { Ok(convert::user(client.user().await?)) })
    }

    /// Creates a package, under a fresh keyCode that never leaves this object.
    #[wasm_bindgen(js_name = createPackage, unchecked_return_type = "Promise<Package>")]
    pub fn create_package(&self, options: Option<convert::JsPackageOptions>) -> Promise {
        or_rejected(|| {
            let options = Options::of(options)?;
            let options = transfer::PackageOptions {
                suite: convert::suite(options.text("suite")?.as_deref())?,
                life: options.small("expiresInDays")?,
                resumable: options.flag("resumable")?,
            };
            let (client, concurrency) = (self.inner.clone(), self.concurrency);
            Ok(promise(async move {
                let draft = Rc::new(DraftPackage::create(client, options).await?);
                Ok(Package { draft, concurrency, pause: Pause::default() }.into())
            }))
        })
    }

    /// The resumable packages whose uploads can go on at this client's server, the latest first.
    #[wasm_bindgen(unchecked_return_type = "Promise<UnfinishedPackage[]>")]
    pub fn unfinished(&self) -> Promise {
        let client = self.inner.clone();
        promise(
            async move { Ok(values::list(DraftPackage::unfinished(&client).await?, convert::unfinished)) },
        )
    }

    /// Takes up a resumable package again, after a crash or in another tab. Then upload the same files.
    #[wasm_bindgen(unchecked_return_type = "Promise<Package>")]
    pub fn resume(&self, id: String) -> Promise {
        let (client, concurrency) = (self.inner.clone(), self.concurrency);
        promise(async move {
            let draft = Rc::new(DraftPackage::resume(client, &id).await?);
            Ok(Package { draft, concurrency, pause: Pause::default() }.into())
        })
    }

    /// Forgets a resumable package, and deletes what was uploaded of it.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn forget(&self, id: String) -> Promise {
        let client = self.inner.clone();
        promise(async move { done(DraftPackage::forget(&client, &id).await) })
    }

    /// Opens a link. Nothing of the package is believed that the link's keyCode does not confirm.
    #[wasm_bindgen(unchecked_return_type = "Promise<ReceivedPackage>")]
    pub fn open(&self, link: &str, options: Option<convert::JsOpenOptions>) -> Promise {
        or_rejected(|| {
            let link = convert::share_link(link)?;
            let options = Options::of(options)?;
            let signal = options.signal()?;
            let options = OpenOptions {
                password: options.text("password")?,
                recipient_code: options.text("recipientCode")?,
                visitor: options.object("visitor")?.map(|visitor| convert::visitor(&visitor)).transpose()?,
                part_keys: convert::part_keys(&options)?,
            };
            let (client, concurrency, seals) = (self.inner.clone(), self.concurrency, self.seals.clone());
            Ok(promise(async move {
                let package = abortable(signal, transfer::open(&client, link, options)).await?;
                remember_seal(&seals, &package)?;
                let pause = Pause::default();
                Ok(ReceivedPackage { package: Rc::new(package), concurrency, pause }.into())
            }))
        })
    }
}

/// A package in the making.
#[wasm_bindgen]
pub struct Package {
    draft: Rc<DraftPackage<Platform>>,
    concurrency: Option<usize>,
    pause: Pause,
}

#[wasm_bindgen]
impl Package {
    /// The id under which the API addresses the package.
    #[wasm_bindgen(getter)]
    pub fn id(&self) -> String {
        self.draft.id().to_owned()
    }

    /// The code that stands in the link.
    #[wasm_bindgen(getter)]
    pub fn code(&self) -> String {
        self.draft.code().as_str().to_owned()
    }

    /// The keyCode: whoever has it, and the link, can read everything.
    #[wasm_bindgen(getter, js_name = keyCode)]
    pub fn key_code(&self) -> String {
        self.draft.key_code().expose().to_owned()
    }

    /// The server's half of the passphrase, for locks.
    #[wasm_bindgen(getter, js_name = serverSecret, skip_typescript)]
    pub fn server_secret(&self) -> String {
        self.draft.server_secret().expose().to_owned()
    }

    /// Adds a recipient by e-mail address.
    #[wasm_bindgen(js_name = addRecipient, unchecked_return_type = "Promise<PackageRecipient>")]
    pub fn add_recipient(&self, email: String) -> Promise {
        let draft = self.draft.clone();
        promise(async move {
            let recipient = draft.add_recipients(vec![email]).await?.into_iter().next();
            let recipient =
                recipient.ok_or_else(|| Error::new(ErrorCode::Server, "no recipient was added"))?;
            Ok(convert::recipient(recipient))
        })
    }

    /// Adds recipients by e-mail address.
    #[wasm_bindgen(js_name = addRecipients, unchecked_return_type = "Promise<PackageRecipient[]>")]
    pub fn add_recipients(&self, emails: Vec<String>) -> Promise {
        let draft = self.draft.clone();
        promise(async move { Ok(values::list(draft.add_recipients(emails).await?, convert::recipient)) })
    }

    /// Notes whether the package has recipients, where they came and went through the account's module.
    #[wasm_bindgen(js_name = noteRecipients, skip_typescript)]
    pub fn note_recipients(&self, has_recipients: bool) -> Promise {
        let draft = self.draft.clone();
        promise(async move { done(draft.note_recipients(has_recipients).await) })
    }

    /// Encrypts and uploads files, streams and folders. In a resumable package, what an earlier upload has sent of a
    /// file with the same name, folder, size and last change is not sent again, once its content is seen to be the same.
    #[wasm_bindgen(unchecked_return_type = "Promise<SentFile[]>")]
    pub fn upload(&self, files: convert::JsSources, options: Option<convert::JsTransferOptions>) -> Promise {
        or_rejected(|| {
            let options = Options::of(options)?;
            let (signal, callback) = (options.signal()?, options.on_progress()?);
            let draft = self.draft.clone();
            let options =
                UploadOptions { concurrency: self.concurrency, pause: self.pause.clone(), place: None };
            Ok(promise(async move {
                let report = move |progress| report(callback.as_ref(), || values::progress(progress));
                let upload = async {
                    let files = new_files(files.into()).await?;
                    transfer::upload(&draft, files, options, report).await
                };
                Ok(values::list(abortable(signal, upload).await?, values::sent_file))
            }))
        })
    }

    /// Ends what is on its way, and lets nothing begin until `resume`.
    #[wasm_bindgen]
    pub fn pause(&self) {
        self.pause.pause();
    }

    /// Lets uploads go on where they were.
    #[wasm_bindgen]
    pub fn resume(&self) {
        self.pause.resume();
    }

    /// Whether uploads are held back.
    #[wasm_bindgen(getter)]
    pub fn paused(&self) -> bool {
        self.pause.is_paused()
    }

    /// Takes a file out again.
    #[wasm_bindgen(js_name = removeFile, unchecked_return_type = "Promise<void>")]
    pub fn remove_file(&self, id: String) -> Promise {
        let draft = self.draft.clone();
        promise(async move { done(draft.remove_file(&id).await) })
    }

    /// Sets or replaces the message.
    #[wasm_bindgen(js_name = setMessage, unchecked_return_type = "Promise<void>")]
    pub fn set_message(&self, text: String) -> Promise {
        let draft = self.draft.clone();
        promise(async move { done(draft.set_message(&text).await) })
    }

    /// Changes the package's life, in days; 0 is without end.
    #[wasm_bindgen(js_name = setLife, unchecked_return_type = "Promise<void>")]
    pub fn set_life(&self, days: u32) -> Promise {
        let draft = self.draft.clone();
        promise(async move { done(draft.set_life(days).await) })
    }

    /// Seals the package and returns its link.
    #[wasm_bindgen(unchecked_return_type = "Promise<FinalizedPackage>")]
    pub fn finalize(&self, options: Option<convert::JsFinalizeOptions>) -> Promise {
        or_rejected(|| {
            let options = Options::of(options)?;
            let options = transfer::FinalizeOptions {
                password: options.text("password")?,
                proof: options.text("proof")?,
                notify: options.flag("notify")?,
                sender: options.text("sender")?,
                read_only_pdf: options.flag("readOnlyPdf")?,
                sender_token: options.text("senderToken")?,
            };
            let draft = self.draft.clone();
            Ok(promise(async move {
                let (link, finalized) = draft.finalize(options).await?;
                Ok(convert::finalized(link, finalized))
            }))
        })
    }

    /// Deletes the package. Once it is finalized, only an account can; a Dropzone no longer.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn delete(&self) -> Promise {
        let draft = self.draft.clone();
        promise(async move { done(draft.delete().await) })
    }
}

/// A package that was opened.
#[wasm_bindgen]
pub struct ReceivedPackage {
    package: Rc<transfer::ReceivedPackage<Platform>>,
    concurrency: Option<usize>,
    pause: Pause,
}

#[wasm_bindgen]
impl ReceivedPackage {
    /// The id under which the API addresses the package.
    #[wasm_bindgen(getter)]
    pub fn id(&self) -> String {
        self.package.id.clone()
    }

    /// The files, with the names that the sender gave them.
    #[wasm_bindgen(getter, unchecked_return_type = "ReceivedFile[]")]
    pub fn files(&self) -> JsValue {
        values::list(&self.package.files, |file| convert::received_file(file))
    }

    /// The message.
    #[wasm_bindgen(getter)]
    pub fn message(&self) -> Option<String> {
        self.package.message.clone()
    }

    /// The sender's address as the server says; empty when sent without an account.
    #[wasm_bindgen(getter)]
    pub fn sender(&self) -> String {
        self.package.sender.clone()
    }

    /// When it was made.
    #[wasm_bindgen(getter)]
    pub fn created(&self) -> Date {
        date(self.package.created)
    }

    /// When it expires.
    #[wasm_bindgen(getter)]
    pub fn expires(&self) -> Option<Date> {
        self.package.expires.map(date)
    }

    /// Whether the server encrypted any of it.
    #[wasm_bindgen(getter, js_name = serverEncrypted)]
    pub fn server_encrypted(&self) -> bool {
        self.package.server_encrypted
    }

    /// Whether the sender of a share asks that it be looked at and not saved.
    #[wasm_bindgen(getter, js_name = viewOnly)]
    pub fn view_only(&self) -> bool {
        self.package.view_only
    }

    /// How it was encrypted.
    #[wasm_bindgen(getter, unchecked_return_type = "Suite")]
    pub fn suite(&self) -> String {
        self.package.link().key_code.suite().as_str().to_owned()
    }

    /// How much of a change would have been noticed.
    #[wasm_bindgen(getter, unchecked_return_type = "Integrity")]
    pub fn integrity(&self) -> String {
        match self.package.integrity() {
            Integrity::Package => "package",
            Integrity::Part => "part",
        }
        .to_owned()
    }

    /// The file's bytes. Nothing is released before its part is verified; whatever goes wrong is an error of the
    /// stream, never an early end.
    #[wasm_bindgen(unchecked_return_type = "ReadableStream<Uint8Array<ArrayBuffer>>")]
    pub fn download(
        &self,
        #[wasm_bindgen(js_name = fileId)] file_id: &str,
        options: Option<convert::JsDownloadOptions>,
    ) -> Result<web_sys::ReadableStream, JsValue> {
        let options = Options::of(options)?;
        let (signal, callback) = (options.signal()?, options.on_progress()?);
        let file = self.package.files.iter().find(|file| file.id == file_id).cloned();
        let file = file.ok_or_else(no_such_file)?;
        let options = DownloadOptions {
            offset: options.whole("offset")?.unwrap_or_default(),
            concurrency: self.concurrency,
            pause: self.pause.clone(),
        };
        let progress = move |progress| report(callback.as_ref(), || values::download_progress(progress));
        let pieces = transfer::download(self.package.clone(), file, options, progress)?;
        let pieces = pieces.map(|piece| piece.map(JsValue::from).map_err(JsValue::from));
        let stream = wasm_streams::ReadableStream::from_stream(until_aborted(pieces, aborted(signal)));
        Ok(stream.into_raw())
    }

    /// The small picture of a file that its sender's program made, a JPEG; undefined where there is none. Fetching it is no
    /// download.
    #[wasm_bindgen(unchecked_return_type = "Promise<Uint8Array<ArrayBuffer> | undefined>")]
    pub fn thumbnail(&self, #[wasm_bindgen(js_name = fileId)] file_id: &str, size: u16) -> Promise {
        let package = self.package.clone();
        let file = package.files.iter().find(|file| file.id == file_id).cloned();
        promise(async move {
            let file = file.ok_or_else(no_such_file)?;
            let picture = package.thumbnail(&file, size).await?;
            Ok(picture.map(|octets| js_sys::Uint8Array::from(&octets[..])).into())
        })
    }

    /// Ends what is on its way, and lets nothing begin until `resume`.
    #[wasm_bindgen]
    pub fn pause(&self) {
        self.pause.pause();
    }

    /// Lets downloads go on where they were.
    #[wasm_bindgen]
    pub fn resume(&self) {
        self.pause.resume();
    }

    /// Whether downloads are held back.
    #[wasm_bindgen(getter)]
    pub fn paused(&self) -> bool {
        self.pause.is_paused()
    }
}

fn remember_seal(
    seals: &RefCell<Vec<(PackageCode, u64)>>,
    package: &transfer::ReceivedPackage<Platform>,
) -> Result<()> {
    let Some(sequence) = package.seal_sequence else { return Ok(()) };
    let code = &package.link().package_code;
    let mut seals = seals.borrow_mut();
    match seals.iter_mut().find(|(known, _)| known == code) {
        Some((_, highest)) if sequence < *highest => return Err(Error::tampered()),
        Some((_, highest)) => *highest = sequence,
        None => seals.push((code.clone(), sequence)),
    }
    Ok(())
}

fn no_such_file() -> Error {
    Error::new(ErrorCode::NotFound, "no such file in this package")
}
