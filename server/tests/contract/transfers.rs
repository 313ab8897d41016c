//! The SDK's transfer engines, native, over this server: and over a network that fails.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::ops::Range;
use std::rc::Rc;

use bulla::client::{Attempt, Auth, Call, Client, Clock, Fetched, Http, Method, Reply, Stored};
use bulla::format::sealed::Chunks;
use bulla::format::{Cipher, RustCrypto, cfb};
use bulla::keys::{Passphrase, Suite};
use bulla::link::ShareLink;
use bulla::transfer::{
    self, DraftPackage, FinalizeOptions, Integrity, NewFile, PackageOptions, Progress, ReceivedPackage,
    Source,
};
use bulla::{Error, ErrorCode, Result};
use futures_util::TryStreamExt;

use crate::support::TestServer;

/// What happens to a request instead of its being sent, or to its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// The connection breaks before the server hears of it.
    Lost,
    /// The server does it, and the connection breaks before the answer.
    AnswerLost,
    /// Another answer than the server's.
    Status(u16),
}

/// A network with faults for the next calls, PUTs and GETs. Its clock does not wait.
#[derive(Default)]
struct Net {
    http: reqwest::Client,
    cipher: RustCrypto<Vec<u8>>,
    calls: RefCell<VecDeque<Fault>>,
    puts: RefCell<VecDeque<Fault>>,
    gets: RefCell<VecDeque<Fault>>,
    /// The paths called.
    called: RefCell<Vec<String>>,
    waited: Cell<u32>,
}

fn lost() -> Attempt {
    Attempt::network("the connection broke")
}

impl Http for Net {
    type Bytes = Vec<u8>;
    type Body = Vec<u8>;

    fn body(&self, pieces: Vec<Vec<u8>>) -> Result<Vec<u8>> {
        Ok(pieces.concat())
    }

    async fn call(&self, call: Call) -> Result<Reply, Attempt> {
        let path = call.url.splitn(4, '/').nth(3).unwrap().to_owned();
        self.called.borrow_mut().push(path);
        let fault = self.calls.borrow_mut().pop_front();
        match fault {
            Some(Fault::Lost) => return Err(lost()),
            Some(Fault::Status(status)) => return Ok(Reply { status, retry_after: None, body: Vec::new() }),
            Some(Fault::AnswerLost) | None => {}
        }
        let method = match call.method {
            Method::Get => reqwest::Method::GET,
            Method::Put => reqwest::Method::PUT,
            Method::Post => reqwest::Method::POST,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut request = self.http.request(method, call.url).body(call.body.unwrap_or_default());
        for (name, value) in call.headers {
            request = request.header(name, value);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let body = response.bytes().await.unwrap().to_vec();
        if fault.is_some() { Err(lost()) } else { Ok(Reply { status, retry_after: None, body }) }
    }

    async fn put(&self, url: &str, body: &Vec<u8>) -> Result<Stored, Attempt> {
        let fault = self.puts.borrow_mut().pop_front();
        match fault {
            Some(Fault::Lost) => return Err(lost()),
            Some(Fault::Status(status)) => return Ok(Stored { status, retry_after: None }),
            Some(Fault::AnswerLost) | None => {}
        }
        let status = self.http.put(url).body(body.clone()).send().await.unwrap().status().as_u16();
        if fault.is_some() { Err(lost()) } else { Ok(Stored { status, retry_after: None }) }
    }

    async fn get(&self, url: &str, limit: u64, progress: &dyn Fn(u64)) -> Result<Fetched<Vec<u8>>, Attempt> {
        let fault = self.gets.borrow_mut().pop_front();
        match fault {
            Some(Fault::Lost) => return Err(lost()),
            Some(Fault::Status(status)) => return Ok(Fetched { status, retry_after: None, body: None }),
            Some(Fault::AnswerLost) | None => {}
        }
        let response = self.http.get(url).send().await.unwrap();
        let status = response.status().as_u16();
        let body = response.bytes().await.unwrap().to_vec();
        progress(body.len() as u64);
        if fault.is_some() {
            return Err(lost());
        }
        let body = (status == 200 && body.len() as u64 <= limit).then_some(body);
        Ok(Fetched { status, retry_after: None, body })
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
}

struct Octets(Vec<u8>);

impl Source for Octets {
    type Bytes = Vec<u8>;

    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    async fn read(&self, range: Range<u64>) -> Result<Vec<u8>> {
        Ok(self.0[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()].to_vec())
    }
}

fn octets(len: usize) -> Vec<u8> {
    (0..len).map(|place| (place * 31 + place / 256) as u8).collect()
}

fn file(name: &str, len: usize) -> NewFile<Octets> {
    NewFile {
        name: name.to_owned(),
        path: None,
        content_type: String::new(),
        modified: None,
        source: Octets(octets(len)),
    }
}

/// A size that takes two parts in either suite.
const TWO_PARTS: usize = 3 << 20;
/// A size that takes three parts in suite `sealed`.
const THREE_PARTS: usize = (9 << 20) + 1;

fn client(server: &TestServer) -> Client<Net> {
    Client::new(Net::default(), &server.url(""), Some(Auth::Dropzone("open".to_owned())))
}

async fn draft(client: &Client<Net>, suite: Suite) -> DraftPackage<Net> {
    DraftPackage::create(client.clone(), PackageOptions { suite, life: Some(1) }).await.unwrap()
}

async fn finalize(draft: &DraftPackage<Net>) -> ShareLink {
    let (link, _) = draft.finalize(FinalizeOptions::default()).await.unwrap();
    ShareLink::parse(&link).unwrap()
}

async fn send(draft: &DraftPackage<Net>, files: Vec<NewFile<Octets>>) -> Result<()> {
    transfer::upload(draft, files, 4, |_| {}).await.map(drop)
}

async fn fetch(package: &Rc<ReceivedPackage<Net>>, index: usize) -> Result<Vec<u8>> {
    let pieces = transfer::download(package.clone(), package.files[index].clone(), 4, |_| {});
    Ok(pieces.try_collect::<Vec<_>>().await?.concat())
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
        let package = Rc::new(transfer::open(&client, link, None).await.unwrap());
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
    let seen = RefCell::new(Vec::<Progress>::new());
    let files = vec![file("a", THREE_PARTS), file("b", 5)];
    transfer::upload(&draft, files, 4, |progress| seen.borrow_mut().push(progress)).await.unwrap();
    let seen = seen.into_inner();
    assert!(seen.windows(2).all(|pair| pair[0].total_loaded <= pair[1].total_loaded));
    let total = THREE_PARTS as u64 + 5;
    let last = seen.last().unwrap();
    assert_eq!((seen.len(), last.total_loaded, last.total_size), (4, total, total));
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
    let package = Rc::new(transfer::open(&client, link, None).await.unwrap());
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
    let signed = net.called.borrow().iter().filter(|path| path.ends_with("/upload-urls/")).count();
    assert_eq!(signed, 2);

    net.puts.borrow_mut().extend([Fault::Status(403); 3]);
    let error = send(&draft, vec![file("b", 10)]).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::Storage);
}

#[tokio::test]
async fn a_network_that_stays_away_is_an_error() {
    let server = TestServer::start().await;
    let client = client(&server);
    let draft = draft(&client, Suite::Sealed).await;
    client.net().puts.borrow_mut().extend([Fault::Lost; 100]);
    let error: Error = send(&draft, vec![file("a", 10)]).await.unwrap_err();
    assert!(error.code() == ErrorCode::Network && error.is_retryable());
}

#[tokio::test]
async fn what_a_failed_upload_or_a_lost_answer_left_is_not_in_the_package() {
    let server = TestServer::start().await;
    let client = client(&server);
    let net = client.net();
    let draft = draft(&client, Suite::Sealed).await;
    net.puts.borrow_mut().push_back(Fault::Status(400));
    assert!(send(&draft, vec![file("given up", 10)]).await.is_err());
    // The file is created twice: the first answer is lost.
    net.calls.borrow_mut().push_back(Fault::AnswerLost);
    send(&draft, vec![file("kept", 10)]).await.unwrap();
    let link = finalize(&draft).await;
    let package = transfer::open(&client, link, None).await.unwrap();
    let names: Vec<_> = package.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["kept"]);
}

#[tokio::test]
async fn a_token_that_is_too_old_is_replaced() {
    let server = TestServer::start().await;
    let client = client(&server);
    let draft = draft(&client, Suite::Sealed).await;
    send(&draft, vec![file("a", 10)]).await.unwrap();
    let package = Rc::new(transfer::open(&client, finalize(&draft).await, None).await.unwrap());
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
