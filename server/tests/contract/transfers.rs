//! The SDK's transfer engines, native, over this server: and over a network that fails.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::ops::Range;
use std::rc::Rc;

use bulla::client::{Attempt, Auth, Call, Client, Clock, Http, Incoming, Method, Reply, Upload};
use bulla::format::sealed::Chunks;
use bulla::format::{Cipher, RustCrypto, cfb};
use bulla::keys::{Passphrase, Suite};
use bulla::link::ShareLink;
use bulla::transfer::{
    self, DownloadOptions, DraftPackage, FinalizeOptions, Integrity, Journal, NewFile, OpenOptions,
    PackageOptions, Pause, Progress, ReceivedPackage, Source, UploadOptions,
};
use bulla::{Error, ErrorCode, Result};
use futures_util::future::LocalBoxFuture;
use futures_util::{Stream, StreamExt, TryStreamExt};

use crate::support::TestServer;

/// What happens to a request instead of its being sent, or to its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The connection breaks before the server hears of it.
    Lost,
    /// The server does it, and the connection breaks before the answer.
    AnswerLost,
    /// Another answer than the server's.
    Status(u16),
    /// The answer breaks off after so many octets.
    CutOff(usize),
    /// The store has only so many octets to give.
    CutShort(u64),
}

/// A network with faults for the next calls, PUTs and GETs. Its clock does not wait.
#[derive(Default)]
pub(crate) struct Net {
    http: reqwest::Client,
    cipher: RustCrypto<Vec<u8>>,
    pub(crate) calls: RefCell<VecDeque<Fault>>,
    puts: RefCell<VecDeque<Fault>>,
    gets: RefCell<VecDeque<Fault>>,
    /// The paths called.
    called: RefCell<Vec<String>>,
    /// From which octets on parts were asked for.
    asked: RefCell<Vec<u64>>,
    /// No presigned URL can be reached.
    no_store: Cell<bool>,
    waited: Cell<u32>,
    kept: Rc<RefCell<BTreeMap<String, Vec<u8>>>>,
}

fn lost() -> Attempt {
    Attempt::network("the connection broke")
}

impl Net {
    async fn send(
        &self,
        method: Method,
        url: &str,
        headers: &[(&'static str, String)],
        body: Vec<u8>,
    ) -> Result<Reply, Attempt> {
        let method = match method {
            Method::Get => reqwest::Method::GET,
            Method::Put => reqwest::Method::PUT,
            Method::Post => reqwest::Method::POST,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut request = self.http.request(method, url).body(body);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        Ok(Reply { status, retry_after: None, body: response.bytes().await.unwrap().to_vec() })
    }
}

impl Http for Net {
    type Bytes = Vec<u8>;
    type Body = Vec<u8>;
    type Incoming = Arriving;

    fn body(&self, pieces: Vec<Vec<u8>>) -> Result<Vec<u8>> {
        Ok(pieces.concat())
    }

    fn framed(&self, before: &[u8], body: &Vec<u8>, after: &[u8]) -> Result<Vec<u8>> {
        Ok([before, body, after].concat())
    }

    async fn call(&self, call: Call) -> Result<Reply, Attempt> {
        let path = call.url.splitn(4, '/').nth(3).unwrap().to_owned();
        self.called.borrow_mut().push(path);
        let fault = self.calls.borrow_mut().pop_front();
        match fault {
            Some(Fault::Lost) => return Err(lost()),
            Some(Fault::Status(status)) => return Ok(Reply { status, retry_after: None, body: Vec::new() }),
            _ => {}
        }
        let reply = self.send(call.method, &call.url, &call.headers, call.body.unwrap_or_default()).await?;
        if fault.is_some() { Err(lost()) } else { Ok(reply) }
    }

    async fn upload(&self, request: Upload<'_, Vec<u8>>, progress: &dyn Fn(u64)) -> Result<Reply, Attempt> {
        let fault = self.puts.borrow_mut().pop_front();
        let len = request.body.len() as u64;
        progress(len / 2);
        if self.no_store.get() && request.method == Method::Put {
            return Err(lost());
        }
        match fault {
            Some(Fault::Lost) => return Err(lost()),
            Some(Fault::Status(status)) => return Ok(Reply { status, retry_after: None, body: Vec::new() }),
            _ => {}
        }
        let reply = self.send(request.method, request.url, request.headers, request.body.clone()).await?;
        progress(len);
        if fault.is_some() { Err(lost()) } else { Ok(reply) }
    }

    async fn get(&self, url: &str, from: u64, quick: Option<u64>) -> Result<Arriving, Attempt> {
        self.asked.borrow_mut().push(from);
        let fault = self.gets.borrow_mut().pop_front();
        match fault {
            Some(Fault::Lost) => return Err(lost()),
            Some(Fault::Status(status)) => {
                return Ok(Arriving { status, pieces: VecDeque::new(), fails: false, aside: false });
            }
            _ => {}
        }
        let mut request = self.http.get(url);
        if from > 0 {
            request = request.header("range", format!("bytes={from}-"));
        }
        let response = request.send().await.unwrap();
        let mut status = response.status().as_u16();
        let mut body = response.bytes().await.unwrap().to_vec();
        match fault {
            Some(Fault::CutOff(len)) => body.truncate(len),
            Some(Fault::CutShort(len)) if len <= from => (status, body) = (416, Vec::new()),
            Some(Fault::CutShort(len)) => body.truncate(usize::try_from(len - from).unwrap()),
            _ => {}
        }
        let pieces = body.chunks(100_000).map(<[u8]>::to_vec).collect();
        let fails = matches!(fault, Some(Fault::AnswerLost | Fault::CutOff(_)));
        Ok(Arriving { status, pieces, fails, aside: quick.is_some() })
    }
}

/// An answer that arrives in pieces and may break off at its end.
pub(crate) struct Arriving {
    status: u16,
    pieces: VecDeque<Vec<u8>>,
    fails: bool,
    aside: bool,
}

impl Incoming for Arriving {
    type Bytes = Vec<u8>;

    fn status(&self) -> u16 {
        self.status
    }

    fn retry_after(&self) -> Option<u32> {
        None
    }

    fn is_aside(&self) -> bool {
        self.aside
    }

    async fn next(&mut self) -> Result<Option<Vec<u8>>, Attempt> {
        tokio::task::yield_now().await;
        let next = self.pieces.pop_front();
        if next.is_none() && self.fails { Err(lost()) } else { Ok(next) }
    }
}

impl Journal for Net {
    async fn write(&self, key: &str, value: Vec<u8>) -> Result<()> {
        self.kept.borrow_mut().insert(key.to_owned(), value);
        Ok(())
    }

    async fn read(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>> {
        let kept = self.kept.borrow();
        let found = kept.iter().filter(|(key, _)| key.starts_with(prefix));
        Ok(found.map(|(key, value)| (key.clone(), value.clone())).collect())
    }

    async fn remove(&self, prefix: &str) -> Result<()> {
        self.kept.borrow_mut().retain(|key, _| !key.starts_with(prefix));
        Ok(())
    }
}

impl Clock for Net {
    fn now(&self) -> u64 {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        now.as_millis().try_into().unwrap()
    }

    async fn sleep(&self, milliseconds: u32) {
        self.waited.set(self.waited.get() + milliseconds);
        tokio::task::yield_now().await;
    }

    fn spawn(&self, future: LocalBoxFuture<'static, ()>) {
        tokio::task::spawn_local(future);
    }
}

impl Cipher for Net {
    type Bytes = Vec<u8>;

    fn seal(&self, chunks: &Chunks, data: Vec<u8>) -> impl Future<Output = Result<Vec<Vec<u8>>>> {
        self.cipher.seal(chunks, data)
    }

    fn open(&self, chunks: &Chunks, ciphertext: Vec<u8>) -> impl Future<Output = Result<Vec<Vec<u8>>>> {
        self.cipher.open(chunks, ciphertext)
    }

    fn encrypt_cfb(
        &self,
        plaintext: &cfb::Plaintext,
        data: Vec<u8>,
    ) -> impl Future<Output = Result<Vec<Vec<u8>>>> {
        self.cipher.encrypt_cfb(plaintext, data)
    }

    fn decrypt_cfb(
        &self,
        passphrase: &Passphrase,
        message: Vec<u8>,
    ) -> impl Future<Output = Result<Vec<Vec<u8>>>> {
        self.cipher.decrypt_cfb(passphrase, message)
    }

    fn sha256(&self, data: &Vec<u8>) -> impl Future<Output = Result<[u8; 32]>> {
        self.cipher.sha256(data)
    }
}

pub(crate) struct Octets {
    octets: Vec<u8>,
    /// Nobody knows the end before it is read.
    streamed: bool,
}

impl Source for Octets {
    type Bytes = Vec<u8>;

    fn size(&self) -> Option<u64> {
        (!self.streamed).then_some(self.octets.len() as u64)
    }

    async fn read(&self, range: Range<u64>) -> Result<Vec<u8>> {
        let place = |place: u64| usize::try_from(place).unwrap().min(self.octets.len());
        Ok(self.octets[place(range.start)..place(range.end)].to_vec())
    }
}

pub(crate) fn octets(len: usize) -> Vec<u8> {
    (0..len).map(|place| (place * 31 + place / 256) as u8).collect()
}

pub(crate) fn file(name: &str, len: usize) -> NewFile<Octets> {
    NewFile {
        name: name.to_owned(),
        path: None,
        content_type: String::new(),
        modified: None,
        source: Octets { octets: octets(len), streamed: false },
    }
}

fn streamed(name: &str, len: usize) -> NewFile<Octets> {
    NewFile { source: Octets { octets: octets(len), streamed: true }, ..file(name, len) }
}

/// A size that takes two parts in either suite.
const TWO_PARTS: usize = 3 << 20;
/// A size that takes three parts in suite `sealed`.
const THREE_PARTS: usize = (9 << 20) + 1;

fn client(server: &TestServer) -> Client<Net> {
    Client::new(Net::default(), &server.url(""), Some(Auth::Dropzone("open".to_owned())))
}

async fn draft(client: &Client<Net>, suite: Suite) -> DraftPackage<Net> {
    DraftPackage::create(client.clone(), PackageOptions { suite, life: Some(1), resumable: false })
        .await
        .unwrap()
}

async fn finalize(draft: &DraftPackage<Net>) -> ShareLink {
    let (link, _) = draft.finalize(FinalizeOptions::default()).await.unwrap();
    ShareLink::parse(&link).unwrap()
}

async fn opened(client: &Client<Net>, link: ShareLink) -> Rc<ReceivedPackage<Net>> {
    Rc::new(transfer::open(client, link, OpenOptions::default()).await.unwrap())
}

async fn send(draft: &DraftPackage<Net>, files: Vec<NewFile<Octets>>) -> Result<()> {
    transfer::upload(draft, files, UploadOptions::default(), |_| {}).await.map(drop)
}

/// What a download runs in: it spawns tasks of its own.
pub(crate) async fn beside<T>(work: impl Future<Output = T>) -> T {
    tokio::task::LocalSet::new().run_until(work).await
}

pub(crate) async fn gather(pieces: Result<impl Stream<Item = Result<Vec<u8>>>>) -> Result<Vec<u8>> {
    beside(async { Ok(pieces?.try_collect::<Vec<_>>().await?.concat()) }).await
}

async fn fetch(package: &Rc<ReceivedPackage<Net>>, index: usize) -> Result<Vec<u8>> {
    let file = package.files[index].clone();
    gather(transfer::download(package.clone(), file, DownloadOptions::default(), |_| {})).await
}

#[tokio::test]
async fn both_suites_arrive_whole() {
    let server = TestServer::start().await;
    let client = client(&server);
    for (suite, integrity) in [(Suite::Sealed, Integrity::Package), (Suite::OpenPgpCfb, Integrity::Part)] {
        let draft = draft(&client, suite).await;
        draft.set_message("Hello,\nworld").await.unwrap();
        send(&draft, vec![file("empty", 0), file("Åse.bin", TWO_PARTS), file("one", 1)]).await.unwrap();
        let link = finalize(&draft).await;
        let package = opened(&client, link).await;
        assert_eq!(package.integrity(), integrity);
        assert_eq!(package.message.as_deref(), Some("Hello,\nworld"));
        for (name, len) in [("empty", 0), ("Åse.bin", TWO_PARTS), ("one", 1)] {
            let index = package.files.iter().position(|file| file.name == name).unwrap();
            assert!(fetch(&package, index).await.unwrap() == octets(len), "{name}");
        }
    }
}

#[tokio::test]
async fn progress_ends_at_the_whole_and_never_goes_back() {
    let server = TestServer::start().await;
    let draft = draft(&client(&server), Suite::Sealed).await;
    draft.client().net().puts.borrow_mut().extend([Fault::Lost, Fault::AnswerLost]);
    let seen = Rc::new(RefCell::new(Vec::<Progress>::new()));
    let heard = seen.clone();
    let files = vec![file("a", THREE_PARTS), file("b", 5)];
    let report = move |progress| heard.borrow_mut().push(progress);
    transfer::upload(&draft, files, UploadOptions::default(), report).await.unwrap();
    let seen = seen.take();
    assert!(seen.windows(2).all(|pair| pair[0].total_loaded <= pair[1].total_loaded));
    assert!(seen.iter().any(|progress| progress.waiting));
    let total = THREE_PARTS as u64 + 5;
    let last = seen.last().unwrap();
    assert_eq!((last.total_loaded, last.total_size, last.waiting), (total, total, false));
}

#[tokio::test]
async fn a_failing_network_is_tried_again() {
    let server = TestServer::start().await;
    let client = client(&server);
    let net = client.net();
    let draft = draft(&client, Suite::Sealed).await;
    net.calls.borrow_mut().extend([Fault::Lost, Fault::Status(503)]);
    net.puts.borrow_mut().extend([Fault::Lost, Fault::Status(500), Fault::AnswerLost, Fault::Status(429)]);
    send(&draft, vec![file("a", THREE_PARTS)]).await.unwrap();
    let link = finalize(&draft).await;
    net.calls.borrow_mut().extend([Fault::AnswerLost, Fault::Lost]);
    let package = opened(&client, link).await;
    net.gets.borrow_mut().extend([Fault::Lost, Fault::AnswerLost, Fault::Status(502)]);
    assert!(fetch(&package, 0).await.unwrap() == octets(THREE_PARTS));
    assert!(net.waited.get() > 0);
}

#[tokio::test]
async fn refused_urls_are_signed_again_a_few_times() {
    let server = TestServer::start().await;
    let client = client(&server);
    let net = client.net();
    let draft = draft(&client, Suite::Sealed).await;
    net.puts.borrow_mut().push_back(Fault::Status(403));
    send(&draft, vec![file("a", 10)]).await.unwrap();
    // The first URL came with the file.
    let signed = || net.called.borrow().iter().filter(|path| path.ends_with("/upload-urls/")).count();
    assert_eq!(signed(), 1);

    // The store refuses for good, and the API does not take parts either.
    net.puts.borrow_mut().extend([
        Fault::Status(403),
        Fault::Status(403),
        Fault::Status(403),
        Fault::Status(404),
    ]);
    let error = send(&draft, vec![file("b", 10)]).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::Storage);
    assert_eq!(signed(), 3);
}

#[tokio::test]
async fn a_network_that_stays_away_is_an_error() {
    let server = TestServer::start().await;
    let client = client(&server);
    let draft = draft(&client, Suite::Sealed).await;
    client.net().puts.borrow_mut().extend([Fault::Lost; 1000]);
    let error: Error = send(&draft, vec![file("a", 10)]).await.unwrap_err();
    assert!(error.code() == ErrorCode::Network && error.is_retryable());
}

#[tokio::test]
async fn what_a_failed_upload_or_a_lost_answer_left_is_not_in_the_package() {
    let server = TestServer::start().await;
    let client = client(&server);
    let net = client.net();
    let draft = draft(&client, Suite::Sealed).await;
    net.puts.borrow_mut().extend([Fault::Status(400), Fault::Status(404)]);
    assert!(send(&draft, vec![file("given up", 10)]).await.is_err());
    // The file is created twice: the first answer is lost.
    net.calls.borrow_mut().push_back(Fault::AnswerLost);
    send(&draft, vec![file("kept", 10)]).await.unwrap();
    let link = finalize(&draft).await;
    let package = opened(&client, link).await;
    let names: Vec<_> = package.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["kept"]);
}

#[tokio::test]
async fn a_token_that_is_too_old_is_replaced() {
    let server = TestServer::start().await;
    let client = client(&server);
    let draft = draft(&client, Suite::Sealed).await;
    send(&draft, vec![file("a", 10)]).await.unwrap();
    let package = opened(&client, finalize(&draft).await).await;
    client.net().calls.borrow_mut().push_back(Fault::Status(401));
    assert!(fetch(&package, 0).await.unwrap() == octets(10));
}

#[tokio::test]
async fn a_finalized_package_takes_nothing_more() {
    let server = TestServer::start().await;
    let draft = draft(&client(&server), Suite::Sealed).await;
    draft.set_message("done").await.unwrap();
    finalize(&draft).await;
    let refused = send(&draft, vec![file("late", 1)]).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::InvalidInput);
    assert_eq!(draft.set_message("late").await.unwrap_err().code(), ErrorCode::InvalidInput);
}

#[tokio::test]
async fn a_store_that_cannot_be_reached_is_gone_round() {
    let server = TestServer::start().await;
    let client = client(&server);
    client.net().no_store.set(true);
    for suite in [Suite::Sealed, Suite::OpenPgpCfb] {
        let draft = draft(&client, suite).await;
        send(&draft, vec![file("a", THREE_PARTS), file("b", 0)]).await.unwrap();
        let package = opened(&client, finalize(&draft).await).await;
        let index = package.files.iter().position(|file| file.name == "a").unwrap();
        assert!(fetch(&package, index).await.unwrap() == octets(THREE_PARTS));
    }
}

#[tokio::test]
async fn streams_of_unknown_length_arrive_whole() {
    let server = TestServer::start().await;
    let client = client(&server);
    const FIRST: usize = 1 << 20;
    const REST: usize = 8 << 20;
    let sizes = [0, 1, FIRST - 1, FIRST, FIRST + 1, FIRST + REST, FIRST + REST + 1];
    for suite in [Suite::Sealed, Suite::OpenPgpCfb] {
        let draft = draft(&client, suite).await;
        let files = sizes.map(|size| streamed(&size.to_string(), size));
        let sent = transfer::upload(&draft, files.into(), UploadOptions::default(), |_| {}).await.unwrap();
        assert_eq!(sent.iter().map(|file| file.size as usize).collect::<Vec<_>>(), sizes);
        let package = opened(&client, finalize(&draft).await).await;
        for (index, file) in package.files.iter().enumerate() {
            let size: usize = file.name.parse().unwrap();
            assert!(fetch(&package, index).await.unwrap() == octets(size), "{size}");
        }
    }
}

#[tokio::test]
async fn a_part_that_broke_off_is_fetched_on() {
    let server = TestServer::start().await;
    let client = client(&server);
    let draft = draft(&client, Suite::Sealed).await;
    send(&draft, vec![file("a", TWO_PARTS)]).await.unwrap();
    let package = opened(&client, finalize(&draft).await).await;
    for fault in [Fault::CutOff(150_000), Fault::CutShort(150_000)] {
        client.net().asked.borrow_mut().clear();
        client.net().gets.borrow_mut().push_back(fault);
        assert!(fetch(&package, 0).await.unwrap() == octets(TWO_PARTS));
        assert!(client.net().asked.borrow().contains(&150_000));
    }
    // A store that has no more to give.
    client.net().gets.borrow_mut().extend([Fault::CutShort(100); 8]);
    assert_eq!(fetch(&package, 0).await.unwrap_err().code(), ErrorCode::Tampered);
}

#[tokio::test]
async fn a_download_begins_anywhere() {
    let server = TestServer::start().await;
    let client = client(&server);
    for suite in [Suite::Sealed, Suite::OpenPgpCfb] {
        let draft = draft(&client, suite).await;
        send(&draft, vec![file("a", THREE_PARTS)]).await.unwrap();
        let package = opened(&client, finalize(&draft).await).await;
        let whole = octets(THREE_PARTS);
        for offset in [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, THREE_PARTS - 1, THREE_PARTS] {
            let options = DownloadOptions { offset: offset as u64, ..DownloadOptions::default() };
            let file = package.files[0].clone();
            let rest = gather(transfer::download(package.clone(), file, options, |_| {})).await.unwrap();
            assert!(rest == whole[offset..], "{offset}");
        }
        let options = DownloadOptions { offset: THREE_PARTS as u64 + 1, ..DownloadOptions::default() };
        let beyond =
            gather(transfer::download(package.clone(), package.files[0].clone(), options, |_| {})).await;
        assert_eq!(beyond.unwrap_err().code(), ErrorCode::InvalidInput);
    }
}

#[tokio::test]
async fn a_paused_transfer_sends_nothing_until_it_goes_on() {
    let server = TestServer::start().await;
    let client = client(&server);
    let draft = draft(&client, Suite::Sealed).await;
    let pause = Pause::default();
    pause.pause();
    let options = UploadOptions { pause: pause.clone(), ..UploadOptions::default() };
    let uploading = transfer::upload(&draft, vec![file("a", TWO_PARTS)], options, |_| {});
    let mut uploading = std::pin::pin!(uploading);
    let waited = tokio::time::timeout(std::time::Duration::from_millis(500), &mut uploading).await;
    assert!(waited.is_err());
    let id = draft.client().package_information(draft.id()).await.unwrap().files[0].file_id.clone();
    assert!(client.parts(draft.id(), &id).await.unwrap().parts.is_empty());
    pause.resume();
    uploading.await.unwrap();

    let package = opened(&client, finalize(&draft).await).await;
    pause.pause();
    let options = DownloadOptions { pause: pause.clone(), ..DownloadOptions::default() };
    let pieces = transfer::download(package.clone(), package.files[0].clone(), options, |_| {}).unwrap();
    let mut pieces = std::pin::pin!(pieces);
    client.net().asked.borrow_mut().clear();
    beside(async {
        let waited = tokio::time::timeout(std::time::Duration::from_millis(200), pieces.next()).await;
        assert!(waited.is_err() && client.net().asked.borrow().is_empty());
        pause.resume();
        assert!(pieces.try_collect::<Vec<_>>().await.unwrap().concat() == octets(TWO_PARTS));
    })
    .await;
}

/// A package that is kept, whose upload broke off.
async fn broken_off(client: &Client<Net>, suite: Suite) -> String {
    let options = PackageOptions { suite, life: Some(1), resumable: true };
    let draft = DraftPackage::create(client.clone(), options).await.unwrap();
    draft.set_message("kept as well").await.unwrap();
    send(&draft, vec![file("whole", 20)]).await.unwrap();
    let one = UploadOptions { concurrency: Some(1), ..UploadOptions::default() };
    let sending = transfer::upload(&draft, vec![file("broken", THREE_PARTS)], one, |_| {});
    let stop = async {
        loop {
            tokio::task::yield_now().await;
            let information = client.package_information(draft.id()).await.unwrap();
            let Some(file) = information.files.get(1) else { continue };
            if !client.parts(draft.id(), &file.file_id).await.unwrap().parts.is_empty() {
                return;
            }
        }
    };
    tokio::select! {
        biased;
        () = stop => {}
        sent = sending => drop(sent.unwrap()),
    }
    draft.id().to_owned()
}

#[tokio::test]
async fn an_upload_goes_on_after_the_page_is_gone() {
    let server = TestServer::start().await;
    let first = client(&server);
    for suite in [Suite::Sealed, Suite::OpenPgpCfb] {
        let id = broken_off(&first, suite).await;
        // Another page, another client, the same machine.
        let net = Net { kept: first.net().kept.clone(), ..Net::default() };
        let client = Client::new(net, &server.url(""), Some(Auth::Dropzone("open".to_owned())));
        let unfinished = DraftPackage::unfinished(&client).await.unwrap();
        assert_eq!(unfinished.iter().map(|package| &package.id).collect::<Vec<_>>(), [&id]);
        assert_eq!(unfinished[0].files.len(), 2);

        let draft = DraftPackage::resume(client.clone(), &id).await.unwrap();
        send(&draft, vec![file("broken", THREE_PARTS), file("more", 3)]).await.unwrap();
        let created = client.net().called.borrow().iter().filter(|path| path.ends_with("/files/")).count();
        assert_eq!(created, 1, "only the new file is announced");
        let package = opened(&client, finalize(&draft).await).await;
        assert_eq!(package.message.as_deref(), Some("kept as well"));
        for (name, len) in [("whole", 20), ("broken", THREE_PARTS), ("more", 3)] {
            let index = package.files.iter().position(|file| file.name == name).unwrap();
            assert!(fetch(&package, index).await.unwrap() == octets(len), "{name}");
        }
        assert!(client.net().kept.borrow().is_empty(), "nothing is kept once it is finalized");
    }
}

#[tokio::test]
async fn a_file_that_changed_begins_anew() {
    let server = TestServer::start().await;
    let client = client(&server);
    let id = broken_off(&client, Suite::Sealed).await;
    let before = client.package_information(&id).await.unwrap().files[1].file_id.clone();
    let draft = DraftPackage::resume(client.clone(), &id).await.unwrap();
    let mut changed = file("broken", THREE_PARTS);
    changed.source.octets[7] ^= 1;
    let expected = changed.source.octets.clone();
    send(&draft, vec![changed]).await.unwrap();
    let package = opened(&client, finalize(&draft).await).await;
    let index = package.files.iter().position(|file| file.name == "broken").unwrap();
    assert!(package.files[index].id != before);
    assert!(fetch(&package, index).await.unwrap() == expected);
}

#[tokio::test]
async fn a_forgotten_package_is_gone_here_and_there() {
    let server = TestServer::start().await;
    let client = client(&server);
    let id = broken_off(&client, Suite::Sealed).await;
    DraftPackage::forget(&client, &id).await.unwrap();
    assert!(client.net().kept.borrow().is_empty());
    assert!(client.package_information(&id).await.is_err());
    let gone = DraftPackage::resume(client.clone(), &id).await.err().unwrap();
    assert_eq!(gone.code(), ErrorCode::NotFound);
}

#[tokio::test]
async fn many_small_files_take_few_calls() {
    let server = TestServer::start().await;
    let client = client(&server);
    let draft = draft(&client, Suite::Sealed).await;
    client.net().called.borrow_mut().clear();
    let files = (0..450).map(|index| file(&format!("{index}"), index)).collect();
    send(&draft, files).await.unwrap();
    // Three groups, each announced with its URLs and completed in one call.
    assert_eq!(client.net().called.borrow().len(), 6);
    let package = opened(&client, finalize(&draft).await).await;
    assert_eq!(client.net().called.borrow().len(), 8, "finalize, open");
    assert!(fetch(&package, 449).await.unwrap() == octets(449));
}
