//! Workspaces.

use std::rc::Rc;

use bulla::client::Order;
use bulla::keys::{KeyCode, PackageCode, Suite};
use bulla::link::ShareLink;
use bulla::transfer::{self, DownloadOptions, OpenOptions, Pause, UploadOptions};
use bulla::web::promise::{done, or_rejected, promise, report, until_aborted};
use bulla::web::values::{self, Options};
use bulla::web::{Platform, abortable, aborted, new_files};
use futures_util::StreamExt;
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::{Account, convert, order, page};

#[wasm_bindgen]
impl Account {
    /// One page of the workspaces that the account has a role in.
    #[wasm_bindgen]
    pub fn workspaces(&self, index: u32, size: Option<u32>, by: Option<String>, descending: bool) -> Promise {
        const ORDERS: &[(&str, &str)] =
            &[("name", "name"), ("created", "packageTimestamp"), ("updated", "packageUpdateTimestamp")];
        let client = self.client.clone();
        promise(async move {
            let order = order(by, descending, ORDERS)?;
            Ok(convert::page(client.workspaces(page(index, size)?, &order).await?, convert::workspace))
        })
    }

    /// Makes a workspace.
    #[wasm_bindgen(js_name = createWorkspace)]
    pub fn create_workspace(&self, options: JsValue) -> Promise {
        or_rejected(|| {
            let options = Options::of(options)?;
            let name = options.text("name")?.unwrap_or_default();
            let suite = options.text("suite")?.map_or(Ok(Suite::Sealed), |suite| suite.parse())?;
            let (client, concurrency) = (self.client.clone(), self.concurrency);
            Ok(promise(async move {
                let inner = transfer::Workspace::create(client, suite, &name).await?;
                Ok(Workspace::new(inner, concurrency).into())
            }))
        })
    }

    /// Opens a workspace by its link, of which these are the pieces.
    #[wasm_bindgen(js_name = openWorkspaceLink)]
    pub fn open_workspace_link(
        &self,
        host: String,
        code: String,
        key_code: String,
        password: Option<String>,
    ) -> Promise {
        let (client, concurrency) = (self.client.clone(), self.concurrency);
        promise(async move {
            let (code, key_code) = (PackageCode::parse(&code)?, KeyCode::parse(&key_code)?);
            let link = ShareLink::new(&host, None, code, key_code)?;
            let options = OpenOptions { password, ..OpenOptions::default() };
            let inner = transfer::Workspace::open_link(client, link, options).await?;
            Ok(Workspace::new(inner, concurrency).into())
        })
    }

    /// Opens a workspace, addressed by its id.
    #[wasm_bindgen(js_name = openWorkspace)]
    pub fn open_workspace(&self, id: String, key_code: String) -> Promise {
        let (client, concurrency) = (self.client.clone(), self.concurrency);
        promise(async move {
            let inner = transfer::Workspace::open(client, &id, KeyCode::parse(&key_code)?).await?;
            Ok(Workspace::new(inner, concurrency).into())
        })
    }
}

/// A workspace that was opened.
#[wasm_bindgen(skip_typescript)]
pub struct Workspace {
    inner: Rc<transfer::Workspace<Platform>>,
    concurrency: Option<usize>,
    pause: Pause,
}

impl Workspace {
    fn new(inner: transfer::Workspace<Platform>, concurrency: Option<usize>) -> Self {
        Self { inner: Rc::new(inner), concurrency, pause: Pause::default() }
    }
}

#[wasm_bindgen]
impl Workspace {
    /// The id under which the API addresses it.
    #[wasm_bindgen(getter)]
    pub fn id(&self) -> String {
        self.inner.id().to_owned()
    }

    /// The code that stands in its link.
    #[wasm_bindgen(getter)]
    pub fn code(&self) -> String {
        self.inner.code().as_str().to_owned()
    }

    /// The keyCode.
    #[wasm_bindgen(getter, js_name = keyCode)]
    pub fn key_code(&self) -> String {
        self.inner.key_code().expose().to_owned()
    }

    /// How its files are encrypted.
    #[wasm_bindgen(getter)]
    pub fn suite(&self) -> String {
        self.inner.key_code().suite().as_str().to_owned()
    }

    /// Its name.
    #[wasm_bindgen(getter)]
    pub fn label(&self) -> String {
        self.inner.label()
    }

    /// The address of who made it.
    #[wasm_bindgen(getter)]
    pub fn sender(&self) -> String {
        self.inner.sender().to_owned()
    }

    /// The caller's role.
    #[wasm_bindgen(getter)]
    pub fn role(&self) -> Option<String> {
        self.inner.role().map(str::to_owned)
    }

    /// The id of its root directory.
    #[wasm_bindgen(getter)]
    pub fn root(&self) -> String {
        self.inner.root().to_owned()
    }

    /// Names it anew.
    #[wasm_bindgen]
    pub fn rename(&self, name: String) -> Promise {
        let inner = self.inner.clone();
        promise(async move { done(inner.rename(&name).await) })
    }

    /// The message.
    #[wasm_bindgen]
    pub fn message(&self) -> Promise {
        let inner = self.inner.clone();
        promise(async move { Ok(inner.message().await?.into()) })
    }

    /// Sets or replaces the message.
    #[wasm_bindgen(js_name = setMessage)]
    pub fn set_message(&self, text: String) -> Promise {
        let inner = self.inner.clone();
        promise(async move { done(inner.set_message(&text).await) })
    }

    /// Gives it a link.
    #[wasm_bindgen]
    pub fn share(&self, options: JsValue) -> Promise {
        or_rejected(|| {
            let options = Options::of(options)?;
            let (password, notify) = (options.text("password")?, options.flag("notify")?);
            let inner = self.inner.clone();
            Ok(promise(async move { Ok(inner.share(password, notify).await?.into()) }))
        })
    }

    /// Deletes it.
    #[wasm_bindgen]
    pub fn delete(&self) -> Promise {
        let inner = self.inner.clone();
        promise(async move { done(inner.delete().await) })
    }

    /// One page of the directories in one.
    #[wasm_bindgen]
    pub fn directories(&self, within: String, index: u32, size: Option<u32>) -> Promise {
        let inner = self.inner.clone();
        promise(async move {
            let page = page(index, size)?;
            Ok(convert::page(inner.folders(&within, index).await?.cut(page), convert::folder))
        })
    }

    /// Makes a directory.
    #[wasm_bindgen(js_name = createDirectory)]
    pub fn create_directory(&self, within: String, name: String) -> Promise {
        let inner = self.inner.clone();
        promise(async move { Ok(convert::folder(inner.create_directory(&within, &name).await?)) })
    }

    /// Names a directory anew.
    #[wasm_bindgen(js_name = renameDirectory)]
    pub fn rename_directory(&self, id: String, name: String) -> Promise {
        let inner = self.inner.clone();
        promise(async move { done(inner.rename_directory(&id, &name).await) })
    }

    /// Moves a directory.
    #[wasm_bindgen(js_name = moveDirectory)]
    pub fn move_directory(&self, id: String, target: String) -> Promise {
        let inner = self.inner.clone();
        promise(async move { done(inner.move_directory(&id, &target).await) })
    }

    /// Deletes a directory.
    #[wasm_bindgen(js_name = deleteDirectory)]
    pub fn delete_directory(&self, id: String) -> Promise {
        let inner = self.inner.clone();
        promise(async move { done(inner.delete_directory(&id).await) })
    }

    /// One page of the files in a directory.
    #[wasm_bindgen]
    pub fn files(
        &self,
        directory: String,
        index: u32,
        size: Option<u32>,
        by: Option<String>,
        descending: bool,
    ) -> Promise {
        const ORDERS: &[(&str, &str)] = &[("name", "name"), ("uploaded", "uploaded"), ("size", "fileSize")];
        let inner = self.inner.clone();
        promise(async move {
            let (order, page): (Order, _) = (order(by, descending, ORDERS)?, page(index, size)?);
            let root = inner.root().to_owned();
            let files = inner.files(&directory, index, &order).await?.cut(page);
            Ok(convert::page(files, |entry| convert::entry(entry, &root)))
        })
    }

    /// One file.
    #[wasm_bindgen]
    pub fn file(&self, id: String) -> Promise {
        let inner = self.inner.clone();
        promise(async move { Ok(convert::entry(inner.file(&id).await?, inner.root())) })
    }

    /// Encrypts and uploads files into a directory.
    #[wasm_bindgen]
    pub fn upload(&self, directory: String, files: JsValue, options: JsValue) -> Promise {
        or_rejected(|| {
            let options = Options::of(options)?;
            let (signal, callback) = (options.signal()?, options.on_progress()?);
            let only_new = options.flag("onlyNew")?;
            let inner = self.inner.clone();
            let how = UploadOptions { concurrency: self.concurrency, pause: self.pause.clone(), place: None };
            Ok(promise(async move {
                let report = move |progress| report(callback.as_ref(), || values::progress(progress));
                let upload = async {
                    let files = new_files(files).await?;
                    inner.upload(&directory, files, (how, only_new), report).await
                };
                Ok(values::list(abortable(signal, upload).await?, values::sent_file))
            }))
        })
    }

    /// The bytes of a file, or of an earlier version of one.
    #[wasm_bindgen]
    pub fn download(&self, id: String, options: JsValue) -> Promise {
        or_rejected(|| {
            let options = Options::of(options)?;
            let (signal, callback) = (options.signal()?, options.on_progress()?);
            let how = DownloadOptions {
                offset: options.whole("offset")?.unwrap_or_default(),
                concurrency: self.concurrency,
                pause: self.pause.clone(),
            };
            let inner = self.inner.clone();
            Ok(promise(async move {
                let file = abortable(signal.clone(), async { inner.file(&id).await?.current.file }).await?;
                let progress =
                    move |progress| report(callback.as_ref(), || values::download_progress(progress));
                let pieces = transfer::download(inner, file, how, progress)?;
                let pieces = pieces.map(|piece| piece.map(JsValue::from).map_err(JsValue::from));
                let pieces = until_aborted(pieces, aborted(signal));
                Ok(wasm_streams::ReadableStream::from_stream(pieces).into_raw().into())
            }))
        })
    }

    /// Gives a file another name.
    #[wasm_bindgen(js_name = renameFile)]
    pub fn rename_file(&self, id: String, name: String) -> Promise {
        let inner = self.inner.clone();
        promise(async move { done(inner.rename_file(&id, &name).await) })
    }

    /// Moves a file.
    #[wasm_bindgen(js_name = moveFile)]
    pub fn move_file(&self, id: String, directory: String) -> Promise {
        let inner = self.inner.clone();
        promise(async move { done(inner.move_file(&id, &directory).await) })
    }

    /// Deletes a file.
    #[wasm_bindgen(js_name = deleteFile)]
    pub fn delete_file(&self, id: String) -> Promise {
        let inner = self.inner.clone();
        promise(async move { done(inner.delete_file(&id).await) })
    }

    /// Copies a file.
    #[wasm_bindgen(js_name = copyFile)]
    pub fn copy_file(&self, id: String, target: &Workspace, directory: String, only_new: bool) -> Promise {
        let (inner, target) = (self.inner.clone(), target.inner.clone());
        promise(async move { Ok(inner.copy_file(&id, &target, &directory, only_new).await?.into()) })
    }

    /// Ends what is on its way, and lets nothing begin until `resume`.
    #[wasm_bindgen]
    pub fn pause(&self) {
        self.pause.pause();
    }

    /// Lets transfers go on where they were.
    #[wasm_bindgen]
    pub fn resume(&self) {
        self.pause.resume();
    }

    /// Whether transfers are held back.
    #[wasm_bindgen(getter)]
    pub fn paused(&self) -> bool {
        self.pause.is_paused()
    }
}
