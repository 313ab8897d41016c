//! ShareFile's uploads through a request: a client that follows the document, what arrives, and what is refused.

use std::collections::HashMap;
use std::rc::Rc;

use bulla::api::SHAREFILE_PREFIX;
use bulla::api::request::RequestTerms;
use bulla::client::{Client, IncomingPackage, Page};
use bulla::transfer::{self, DownloadOptions, OpenOptions};
use bulla::{ErrorCode, Result};
use data_encoding::HEXLOWER;
use md5::{Digest, Md5};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::mailbox::Mailbox;
use crate::sdk_requests::{self, Device, device};
use crate::support::{Account, Caller, TestServer, text};
use crate::transfers::{Net, gather};
use crate::{bearer, described, mails};

/// Whoever uploads: an account with a bearer token.
struct Uploader<'a> {
    server: &'a TestServer,
    token: String,
    share: String,
}

impl<'a> Uploader<'a> {
    async fn of(account: &Account<'a>, share: &str) -> Self {
        Self {
            server: account.server,
            token: bearer::token(account, "sharefile").await,
            share: share.to_owned(),
        }
    }

    async fn prepare(&self, body: Value) -> (u16, Value) {
        let path = format!("{SHAREFILE_PREFIX}/Shares({})/Upload2", self.share);
        let request = self.server.http.post(self.server.url(&path)).bearer_auth(&self.token).json(&body);
        let response = request.send().await.unwrap();
        let (status, answer) = (response.status().as_u16(), response.json().await.unwrap());
        let path = path.replace('(', "/").replace(')', "");
        described::check(&Method::POST, &path, status, &answer);
        (status, answer)
    }

    async fn specification(&self, body: Value) -> Value {
        let (status, answer) = self.prepare(body).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }

    async fn post(&self, url: &str, body: Vec<u8>) -> (u16, String) {
        // Where people reach it, if one believes its settings, it is not.
        let url = url.replace(mails::ORIGIN, &self.server.url(""));
        let response = self.server.http.post(url).body(body).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    /// Sends a block as the document says, and returns what is said.
    async fn block(
        &self,
        specification: &Value,
        index: usize,
        offset: usize,
        data: &[u8],
        more: &str,
    ) -> String {
        let url = format!("{}&{}{more}", text(specification, "ChunkUri"), place(index, offset, data));
        let (status, said) = self.post(&url, data.to_vec()).await;
        assert_eq!(status, 200, "{said}");
        said
    }

    async fn finish(&self, specification: &Value) -> (u16, String) {
        self.post(&text(specification, "FinishUri"), Vec::new()).await
    }
}

fn place(index: usize, offset: usize, data: &[u8]) -> String {
    format!("index={index}&offset={offset}&hash={}", md5(data))
}

fn md5(data: &[u8]) -> String {
    HEXLOWER.encode(&Md5::digest(data))
}

/// A file in which no two blocks are alike.
fn octets(len: usize) -> Vec<u8> {
    (0..).flat_map(|line| format!("{SECRET} {line}\n").into_bytes()).take(len).collect()
}

const SECRET: &str = "what nobody but its owner may read";

const BLOCK: usize = 100_000;
const OK: &str = "OK";

fn failed(said: &str) -> bool {
    said.starts_with("ERROR:")
}

/// A request of an account's device.
async fn asked(owner: &Device, terms: RequestTerms) -> String {
    owner.create_request(terms).await.unwrap().entry.id
}

async fn incoming(owner: &Device, request: &str) -> Vec<IncomingPackage> {
    owner.incoming(request, Page::default()).await.unwrap().entries
}

/// What came in, as its owner opens it: the file's name and its octets.
async fn open(
    owner: &Device,
    server: &TestServer,
    request: &str,
    came: &IncomingPackage,
) -> Result<(String, Vec<u8>)> {
    let link = owner.unwrap_incoming(request, &came.code, &came.key_code).await?;
    let part_keys = match came.server_encrypted {
        true => Some(owner.unwrap_part_keys(request, &came.id).await?),
        false => None,
    };
    let client = Client::new(Net::default(), &server.url(""), None);
    let options = OpenOptions { part_keys, ..OpenOptions::default() };
    let package = Rc::new(transfer::open(&client, link, options).await?);
    let file = package.files[0].clone();
    let name = file.name.clone();
    Ok((name, gather(transfer::download(package, file, DownloadOptions::default(), |_| {})).await?))
}

#[tokio::test]
async fn a_streamed_upload_goes_on_after_a_cut_and_a_restart_and_its_owner_reads_it() {
    let mut server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let (owner, _) = device(&alice).await;
    let request = asked(&owner, RequestTerms::default()).await;
    let uploader = Uploader::of(&bob, &request).await;
    let file = octets(3 * BLOCK + 1234);
    let blocks: Vec<&[u8]> = file.chunks(BLOCK).collect();
    let order = json!({
        "Method": "Streamed", "Raw": true, "FileName": "Årsregnskap.bin", "FileLength": file.len(), "CanResume": true,
    });
    let first = uploader.specification(order.clone()).await;
    assert_eq!((&first["IsResume"], &first["FinishUri"]), (&json!(false), &json!("")));
    assert_eq!(uploader.block(&first, 0, 0, blocks[0], "").await, OK);
    assert_eq!(uploader.block(&first, 1, BLOCK, blocks[1], "").await, OK);
    // One that breaks off on its way is not there.
    let host = server.url("").replace("http://", "");
    let path = text(&first, "ChunkUri").replace(&server.url(""), "");
    let head = format!(
        "POST {path}&{} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {BLOCK}\r\n\r\n",
        place(2, 2 * BLOCK, blocks[2])
    );
    let mut cut = TcpStream::connect(&host).await.unwrap();
    cut.write_all(&[head.as_bytes(), &blocks[2][..BLOCK / 2]].concat()).await.unwrap();
    drop(cut);
    let token = uploader.token.clone();
    drop(uploader);
    server.stop().await;

    let data = server.data.path().to_owned();
    let again = TestServer::start_with(|settings| {
        settings.listen = Some(host.parse().unwrap());
        settings.data = Some(data.clone());
        settings.database = Some(format!("sqlite:{}", data.join("bulla.db").display()));
    })
    .await;
    let uploader = Uploader { server: &again, token, share: request.clone() };
    let second = uploader.specification(order).await;
    assert_eq!(
        [&second["IsResume"], &second["ResumeIndex"], &second["ResumeOffset"], &second["ResumeFileHash"]],
        [&json!(true), &json!(2), &json!(2 * BLOCK), &json!(md5(&file[..2 * BLOCK]))]
    );
    // The former URL holds no more. The last answer may have been lost, and the client sends the block again.
    let (former, _) = uploader.post(&format!("{}&index=0&offset=0", text(&first, "ChunkUri")), vec![1]).await;
    assert_eq!(former, 401);
    assert_eq!(uploader.block(&second, 1, BLOCK, blocks[1], "").await, OK);
    assert_eq!(uploader.block(&second, 2, 2 * BLOCK, blocks[2], "").await, OK);
    assert_eq!(incoming(&owner, &request).await.len(), 0);
    assert_eq!(uploader.block(&second, 3, 3 * BLOCK, blocks[3], "&finish=true").await, OK);
    assert_eq!(uploader.block(&second, 3, 3 * BLOCK, blocks[3], "&finish=true").await, OK);

    let came = incoming(&owner, &request).await;
    assert_eq!(came.len(), 1);
    assert_eq!(
        (came[0].server_encrypted, came[0].sender.as_str(), came[0].size, came[0].files),
        (true, "bob@example.com", file.len() as u64, 1)
    );
    let (name, read) = open(&owner, &again, &request, &came[0]).await.unwrap();
    assert!(name == "Årsregnskap.bin" && read == file);
    assert!(!again.keeps(SECRET));
}

#[tokio::test]
async fn a_threaded_upload_comes_in_any_order_and_several_blocks_at_once() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let (owner, _) = device(&alice).await;
    let request = asked(&owner, RequestTerms::default()).await;
    let uploader = Uploader::of(&bob, &request).await;
    // More than the keys of which one call tells.
    let file = octets(1000 * 120 + 7);
    let blocks: Vec<(usize, &[u8])> = file.chunks(1000).enumerate().collect();
    let order = json!({ "method": "threaded", "raw": true, "fileName": "a.bin", "threadCount": 8 });
    let made = uploader.specification(order).await;
    let mut order: Vec<usize> = (0..blocks.len()).collect();
    order.sort_by_key(|&index| md5(&index.to_be_bytes()));
    let (last, rest) = order.split_last().unwrap();
    for few in rest.chunks(8) {
        let sent = few.iter().map(|&index| uploader.block(&made, index, index * 1000, blocks[index].1, ""));
        let said = futures_util::future::join_all(sent).await;
        assert!(said.iter().all(|said| said == OK), "{said:?}");
    }
    let (status, said) = uploader.finish(&made).await;
    assert_eq!((status, said), (200, format!("ERROR:block {last} is missing")));
    assert_eq!(uploader.block(&made, *last, last * 1000, blocks[*last].1, "").await, OK);
    // As some clients do, by `GET`; and once more, where the answer was lost.
    let response = server.http.get(text(&made, "FinishUri")).send().await.unwrap();
    assert_eq!((response.status().as_u16(), response.text().await.unwrap().as_str()), (200, OK));
    assert_eq!(uploader.finish(&made).await, (200, OK.to_owned()));
    let came = incoming(&owner, &request).await.remove(0);
    assert!(open(&owner, &server, &request, &came).await.unwrap().1 == file);
}

#[tokio::test]
async fn a_standard_upload_is_one_call_and_a_form_may_name_the_file() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let (owner, _) = device(&alice).await;
    let request = asked(&owner, RequestTerms::default()).await;
    let uploader = Uploader::of(&bob, &request).await;
    // More than is encrypted at once.
    let file = octets((8 << 20) + 5);
    let made = uploader.specification(json!({ "Method": "Standard" })).await;
    let form = |name: &str, data: &[u8]| {
        let head = format!(
            "--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\n1\r\n--x\r\n\
             Content-Disposition: form-data; name=\"File1\"; filename=\"{name}\"\r\n\r\n"
        );
        [head.as_bytes(), data, b"\r\n--x--\r\n"].concat()
    };
    let send = async |url: String, body: Vec<u8>| {
        let request = server.http.post(url).header("content-type", "multipart/form-data; boundary=x");
        request.body(body).send().await.unwrap().text().await.unwrap()
    };
    let chunk_uri = text(&made, "ChunkUri");
    assert!(failed(&send(chunk_uri.clone(), b"--x--".to_vec()).await));
    assert!(failed(&uploader.post(&chunk_uri, file.clone()).await.1));
    assert_eq!(send(chunk_uri.clone(), form("by form.txt", &file)).await, OK);
    assert_eq!(send(chunk_uri, form("by form.txt", &file)).await, OK);
    // By the query, raw and empty.
    let path = format!(
        "{SHAREFILE_PREFIX}/Shares({request})/Upload?method=standard&raw=true&fileName=empty.txt&fileSize=0"
    );
    let by_query = server.http.post(server.url(&path)).bearer_auth(&uploader.token).send().await.unwrap();
    let by_query: Value = by_query.json().await.unwrap();
    assert_eq!(uploader.post(&text(&by_query, "ChunkUri"), Vec::new()).await, (200, OK.to_owned()));
    let mut read = HashMap::new();
    for came in incoming(&owner, &request).await {
        let (name, data) = open(&owner, &server, &request, &came).await.unwrap();
        read.insert(name, data);
    }
    assert_eq!(read.len(), 2);
    assert!(read["by form.txt"] == file && read["empty.txt"].is_empty());
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_nothing_comes_in() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let (owner, _) = device(&alice).await;
    let request =
        asked(&owner, RequestTerms { max_bytes: Some(10), max_files: Some(2), ..RequestTerms::default() })
            .await;
    let uploader = Uploader::of(&bob, &request).await;
    for (order, expected) in [
        (json!({ "method": "streamed", "raw": true, "fileSize": 3 }), 400),
        (json!({ "method": "elsewise" }), 400),
        (json!({ "method": "streamed", "raw": true, "fileName": "a/b", "fileSize": 3 }), 400),
        (json!({ "method": "streamed", "raw": true, "fileName": "of unknown size" }), 409),
        (json!({ "method": "streamed", "raw": true, "fileName": "large", "fileSize": 11 }), 413),
        (json!({ "method": "streamed", "raw": true, "fileName": "larger", "fileSize": 1_u64 << 52 }), 413),
        (
            json!({ "method": "streamed", "raw": true, "fileName": "old", "fileSize": 1, "expirationDays": 99_999_999 }),
            413,
        ),
    ] {
        assert_eq!(uploader.prepare(order.clone()).await.0, expected, "{order}");
    }
    let stranger = Uploader { share: "A".repeat(32), ..Uploader::of(&bob, "").await };
    assert_eq!(stranger.prepare(json!({ "fileName": "a", "raw": true, "fileSize": 1 })).await.0, 404);

    let order =
        json!({ "method": "streamed", "raw": true, "fileName": "a", "fileSize": 6, "canResume": true });
    let made = uploader.specification(order.clone()).await;
    let url = text(&made, "ChunkUri");
    let wrong_hash =
        uploader.post(&format!("{url}&index=0&offset=0&hash={}", md5(b"xyz")), b"abc".to_vec()).await;
    assert_eq!(wrong_hash, (200, "ERROR:the block is not what its hash says".to_owned()));
    for place in [
        "",
        "&index=0",
        "&index=x&offset=0",
        "&index=10000&offset=0",
        "&index=0&offset=4",
        "&index=1&offset=-1",
    ] {
        let (status, said) = uploader.post(&format!("{url}{place}"), b"abc".to_vec()).await;
        assert!(status == 200 && failed(&said), "{place}: {said}");
    }
    assert!(failed(&uploader.block(&made, 1, 3, b"", "").await));
    assert_eq!(uploader.block(&made, 0, 0, b"abc", "").await, OK);
    // Another block with that number, or the same at another place.
    assert!(failed(&uploader.block(&made, 0, 0, b"xyz", "").await));
    assert!(failed(&uploader.block(&made, 0, 1, b"abc", "").await));
    // Not all of it.
    assert!(failed(&uploader.block(&made, 1, 3, b"de", "&finish=true").await));
    let big = vec![0; (16 << 20) + 1];
    let large = asked(&owner, RequestTerms::default()).await;
    let large = Uploader::of(&bob, &large).await;
    let order_of_large = json!({ "method": "threaded", "raw": true, "fileName": "large" });
    let of_large = large.specification(order_of_large).await;
    assert!(failed(&large.block(&of_large, 0, 0, &big, "").await));
    assert_eq!(uploader.post(&url.replace("uploadid=", "uploadid=x"), b"abc".to_vec()).await.0, 401);

    // Nobody else goes on with it, or learns what it is.
    let eve = server.account("eve@example.com").await;
    let eve = Uploader::of(&eve, &request).await;
    assert_eq!(
        eve.prepare(json!({ "method": "streamed", "raw": true, "fileName": "a", "fileSize": 6 })).await.0,
        413
    );
    let own = json!({ "method": "streamed", "raw": true, "fileName": "a", "fileSize": 4, "canResume": true });
    assert_eq!(eve.specification(own).await["IsResume"], false);
    // Whoever starts over gives up what was there.
    let over = json!({ "method": "streamed", "raw": true, "fileName": "a", "fileSize": 6, "canResume": true, "startOver": true });
    let over = uploader.specification(over).await;
    assert_eq!(over["IsResume"], false);
    assert_eq!(uploader.post(&format!("{url}&index=0&offset=0"), b"abc".to_vec()).await.0, 401);
    assert_eq!(uploader.block(&over, 0, 0, b"abc", "").await, OK);
    assert_eq!(incoming(&owner, &request).await.len(), 0);

    // What has begun is not finished once the request has ended.
    owner.delete_request(&request).await.unwrap();
    assert!(failed(&uploader.block(&over, 1, 3, b"def", "&finish=true").await));
    assert_eq!(uploader.prepare(order).await.0, 404);
    assert_eq!(incoming(&owner, &request).await.len(), 0);
}

#[tokio::test]
async fn no_block_opens_with_another_requests_key_or_in_anothers_place() {
    let server = TestServer::start().await;
    let (alice, eve) = (server.account("alice@example.com").await, server.account("eve@example.com").await);
    let ((owner, _), (other, _)) = (device(&alice).await, device(&eve).await);
    let request = asked(&owner, RequestTerms::default()).await;
    let uploader = Uploader::of(&eve, &request).await;
    let made = uploader.specification(json!({ "method": "threaded", "raw": true, "fileName": "a" })).await;
    for (index, data) in [b"one", b"two"].into_iter().enumerate() {
        assert_eq!(uploader.block(&made, index, index * 3, data, "").await, OK);
    }
    assert_eq!(uploader.finish(&made).await.1, OK);
    let came = incoming(&owner, &request).await.remove(0);
    let path = format!("/request/{request}/packages/{}/keys/", came.id);
    assert_eq!(alice.done(Method::GET, &path, json!(null)).await["keycodes"].as_array().unwrap().len(), 2);
    eve.fails(Method::GET, &path, json!(null), "FAIL").await;
    let elsewhere = asked(&owner, RequestTerms::default()).await;
    alice.fails(Method::GET, &path.replace(&request, &elsewhere), json!(null), "FAIL").await;
    let theirs = asked(&other, RequestTerms::default()).await;
    server.sql("UPDATE share_upload_blocks SET key_code = (SELECT key_code FROM share_upload_blocks WHERE position = 1)").await;
    let mixed = open(&owner, &server, &request, &came).await.unwrap_err();
    assert_eq!(mixed.code(), ErrorCode::Tampered);
    let wrong = other.unwrap_incoming(&theirs, &came.code, &came.key_code).await.unwrap_err();
    assert_eq!(wrong.code(), ErrorCode::WrongKey);
    // What is deleted leaves nothing.
    alice.done(Method::DELETE, &format!("/package/{}/", came.id), json!(null)).await;
    alice.fails(Method::GET, &path, json!(null), "FAIL").await;
}

#[tokio::test]
async fn the_owner_is_written_to_once_for_a_batch_and_where_the_client_wants_it() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, false).await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let (owner, _) = device(&alice).await;
    let titled = |title: &str| RequestTerms {
        title: Some(title.to_owned()),
        notify_on_upload: Some(true),
        ..RequestTerms::default()
    };
    for (title, orders) in [
        ("Quiet", vec![json!({ "notify": false })]),
        (
            "Batch",
            vec![
                json!({ "batchId": "1" }),
                json!({ "batchId": "1" }),
                json!({ "batchId": "1", "batchLast": true }),
            ],
        ),
        ("Single", vec![json!({})]),
    ] {
        let request = asked(&owner, titled(title)).await;
        let uploader = Uploader::of(&bob, &request).await;
        let count = orders.len();
        for mut order in orders {
            order["raw"] = json!(true);
            order["fileName"] = json!("a");
            let made = uploader.specification(order).await;
            assert_eq!(uploader.post(&text(&made, "ChunkUri"), b"abc".to_vec()).await.1, OK);
        }
        assert_eq!(incoming(&owner, &request).await.len(), count);
    }
    let arrived = mailbox.arrived(2).await;
    let about = |title: &str| arrived.iter().filter(|mail| mail.read().subject.contains(title)).count();
    assert_eq!([about("Quiet"), about("Batch"), about("Single")], [0, 1, 1]);
}

#[tokio::test]
async fn a_request_share_has_the_key_of_its_folder_and_is_written_of_without_what_names_it() {
    let mailbox = Mailbox::start().await;
    // Under the origin that people use it is reached, too.
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = mails::server_with(&mailbox, |settings| {
        settings.listen = Some(address);
        settings.public_url = Some(format!("http://{address}"));
    })
    .await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let (owner, _) = device(&alice).await;
    let folder = owner
        .create_request(RequestTerms { title: Some("Papers".to_owned()), ..RequestTerms::default() })
        .await
        .unwrap();
    let of_alice = Uploader::of(&alice, "").await;
    let call = async |path: &str, body: Value| {
        let url = server.url(&format!("{SHAREFILE_PREFIX}{path}"));
        let response = server.http.post(url).bearer_auth(&of_alice.token).json(&body).send().await.unwrap();
        let (status, answer): (u16, Value) = (response.status().as_u16(), response.json().await.unwrap());
        described::check(&Method::POST, &format!("{SHAREFILE_PREFIX}{path}"), status, &answer);
        (status, answer)
    };
    let (status, made) = call(
        "/Shares/Request",
        json!({
            "FolderId": folder.entry.id, "Emails": ["carol@example.org", "dave@example.org"], "Subject": "Your papers",
            "Body": "As PDF,\n\nplease.", "CcSender": true, "NotifyOnUpload": true, "RequireLogin": false,
            "ExpirationDays": -1,
        }),
    )
    .await;
    assert_eq!(status, 200, "{made}");
    assert_eq!(
        [
            &made["ShareType"],
            &made["Title"],
            &made["ExpirationDate"],
            &made["SendFrequency"],
            &made["SendInterval"]
        ],
        [&json!("Request"), &json!("Your papers"), &json!("9999-12-31T00:00:00Z"), &json!(-1), &json!(-1)]
    );
    let arrived = mailbox.arrived(3).await;
    let mut to: Vec<_> = arrived.iter().map(|mail| mail.to.join(",")).collect();
    to.sort();
    assert_eq!(to, ["alice@example.com", "carol@example.org", "dave@example.org"]);
    for mail in &arrived {
        let letter = mail.read();
        assert_eq!(letter.subject, "Bulla: Your papers");
        assert!(
            letter.text.contains("please.") && letter.text.contains(&format!("{}\n", text(&made, "Uri"))),
            "{}",
            letter.text
        );
        assert!(
            !letter.text.contains("#key=A") && !letter.text.contains(&format!("{}#", text(&made, "Uri")))
        );
    }
    // Its owner's device knows the key, and hands out the whole link.
    let id = text(&made, "Id");
    let link = owner.request(&id).await.unwrap().link.unwrap();
    assert_eq!(link.key_hash, folder.link.unwrap().key_hash);
    sdk_requests::send(&link, "carol").await.unwrap();
    let uploader = Uploader::of(&bob, &id).await;
    let specification = uploader.specification(json!({ "raw": true, "fileName": "a.pdf" })).await;
    assert_eq!(uploader.post(&text(&specification, "ChunkUri"), b"abc".to_vec()).await.1, OK);
    let came = incoming(&owner, &id).await;
    let by = |open: bool| came.iter().find(|came| came.server_encrypted == open).unwrap();
    assert_eq!(sdk_requests::read(&owner, &id, by(false), &server).await.unwrap(), "from carol");
    assert_eq!(open(&owner, &server, &id, by(true)).await.unwrap(), ("a.pdf".to_owned(), b"abc".to_vec()));
    assert_eq!(incoming(&owner, &folder.entry.id).await.len(), 0);
    // For each that came in.
    mailbox.arrived(5).await;

    // By its title; and as a share with all its terms.
    let by_title =
        json!({ "FolderPath": "/Papers", "Emails": ["carol@example.org"], "Subject": "Once more" });
    assert_eq!(call("/Shares/Request", by_title).await.0, 200);
    let terms = json!({
        "ShareType": "Request", "Title": "Sample Request Share", "Parent": { "Id": folder.entry.id },
        "Recipients": [{ "User": { "Email": "carol@example.org" } }], "ExpirationDate": "2099-07-23",
        "RequireLogin": false, "RequireUserInfo": true, "TrackUntilDate": "2099-07-22", "SendFrequency": 3, "SendInterval": 24,
    });
    let (status, made) = call("/Shares/", terms.clone()).await;
    assert_eq!(
        [
            &made["ExpirationDate"],
            &made["TrackUntilDate"],
            &made["SendFrequency"],
            &made["SendInterval"],
            &made["RequireUserInfo"]
        ],
        [&json!("2099-07-24T00:00:00Z"), &json!("2099-07-23T00:00:00Z"), &json!(3), &json!(24), &json!(true)],
        "{status} {made}"
    );
    let kept = owner.request(&text(&made, "Id")).await.unwrap().entry;
    assert_eq!((kept.send_frequency, kept.send_interval, kept.require_user_info), (3, 24, true));

    let of_bob = Uploader::of(&bob, "").await;
    let foreign =
        server.http.post(server.url(&format!("{SHAREFILE_PREFIX}/Shares"))).bearer_auth(&of_bob.token);
    assert_eq!(foreign.json(&terms).send().await.unwrap().status().as_u16(), 404);
    for (field, value, expected) in [
        ("Parent", json!(null), 400),
        ("Parent", json!({ "Id": "nowhere" }), 404),
        ("Items", json!([{ "Id": "x" }]), 400),
        ("MaxDownloads", json!(3), 400),
        ("RequireLogin", json!(true), 400),
        ("ExpirationDate", json!("2001-01-01"), 400),
        ("SendFrequency", json!(-2), 400),
        ("Title", json!("a".repeat(201)), 400),
    ] {
        let mut wrong = terms.clone();
        wrong[field] = value;
        assert_eq!(call("/Shares/", wrong).await.0, expected, "{field}");
    }
    for (wrong, expected) in [
        (json!({ "Emails": ["carol@example.org"], "Subject": "x" }), 400),
        (json!({ "FolderId": folder.entry.id, "Emails": [], "Subject": "x" }), 400),
        (json!({ "FolderId": folder.entry.id, "Emails": ["nobody"], "Subject": "x" }), 400),
        (json!({ "FolderId": folder.entry.id, "Emails": ["carol@example.org"], "Subject": " " }), 400),
        (json!({ "FolderPath": "Nowhere", "Emails": ["carol@example.org"], "Subject": "x" }), 404),
    ] {
        assert_eq!(call("/Shares/Request", wrong.clone()).await.0, expected, "{wrong}");
    }
}
