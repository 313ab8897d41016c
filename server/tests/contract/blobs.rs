//! Presigned URLs: one thing with one part, for a while, and parts that are there whole or not at all.

use std::time::{Duration, SystemTime};

use bulla_server::secrets::ServerKey;
use bulla_server::storage::disk::Disk;
use bulla_server::storage::{Grant, ObjectKey, Storage};
use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{CHECKSUM, Caller, TestServer, files_below, text, urls};

async fn upload_url(server: &TestServer) -> String {
    let package = server.dropzone().package().await;
    let file = server.dropzone().file(&package, &[b"0123456789"]).await;
    server.dropzone().upload_urls(&package, &file, 1).await.remove(0)
}

/// A URL for reading a part of these octets.
async fn download_url(server: &TestServer, octets: &[u8]) -> String {
    let package = server.dropzone().package().await;
    let file = server.dropzone().upload(&package, &[octets]).await;
    server.dropzone().finalize(&package).await;
    let (_, opened) = server.open(&package.code, CHECKSUM).await;
    let path = format!("/{}/file/{file}/download-urls/", package.code);
    let wanted = Some(json!({ "startSegment": 1, "endSegment": 1 }));
    let (_, answer) = server.link(Method::POST, &path, Some(&text(&opened, "token")), wanted).await;
    urls(&answer["downloadUrls"]).remove(0)
}

fn path_of(server: &TestServer, url: &str) -> String {
    url.strip_prefix(&server.url("")).unwrap().to_owned()
}

/// Sends these octets and no more, and closes its side; the status, when there is one.
async fn raw(server: &TestServer, octets: &[u8]) -> Option<u16> {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    // The server may answer and close before it has taken all.
    let _ = stream.write_all(octets).await;
    let _ = stream.shutdown().await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    std::str::from_utf8(answer.get(9..12)?).unwrap().parse().ok()
}

#[tokio::test]
async fn a_part_is_answered_with_200_and_no_json() {
    let server = TestServer::start().await;
    let url = upload_url(&server).await;
    let response = server.http.put(&url).body("0123456789").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers().get("content-type"), None);
    assert_eq!(response.bytes().await.unwrap(), "");
}

#[tokio::test]
async fn a_part_is_never_replaced_but_may_be_repeated() {
    let server = TestServer::start().await;
    let url = upload_url(&server).await;
    assert_eq!(server.put(&url, "first body").await, 200);
    assert_eq!(server.put(&url, "first body").await, 200);
    assert_eq!(server.put(&url, "a different length").await, 409);
    assert_eq!(server.put(&url, "same lengt").await, 200);
    let stored = files_below(&server.objects());
    assert_eq!(stored.len(), 1);
    assert_eq!(std::fs::read(&stored[0]).unwrap(), b"first body");
}

#[tokio::test]
async fn of_two_that_race_one_is_kept_whole() {
    let server = TestServer::start().await;
    let url = upload_url(&server).await;
    let (a, b) = (vec![b'a'; 3000], vec![b'b'; 3001]);
    let (one, two) = tokio::join!(server.put(&url, a.clone()), server.put(&url, b.clone()));
    let stored = files_below(&server.objects());
    let kept = std::fs::read(&stored[0]).unwrap();
    assert_eq!(stored.len(), 1);
    match (one, two) {
        (200, 409) => assert_eq!(kept, a),
        (409, 200) => assert_eq!(kept, b),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_bit_of_a_url_is_bound() {
    let server = TestServer::start().await;
    for url in [upload_url(&server).await, download_url(&server, b"x").await] {
        let path = path_of(&server, &url);
        let (object, query) = path.split_once('?').unwrap();
        let get = query.starts_with("method=GET");
        let fields: Vec<&str> = query.split('&').collect();
        let mut forged = vec![
            object.to_owned(),
            format!("{object}?"),
            format!("{path}&x=1"),
            format!("{object}?{}", fields[1..].join("&")),
            format!("{object}?{}", fields.iter().rev().copied().collect::<Vec<_>>().join("&")),
            format!("{}?{query}", object.replacen("/1", "/2", 1)),
            format!("{}2?{query}", object.strip_suffix('1').unwrap()),
            format!("{object}0?{query}"),
            format!("{}/../1?{query}", object.strip_suffix("/1").unwrap()),
            path.replace("method=GET", "method=PUT"),
            path.replace("method=PUT", "method=GET"),
            path.replace("limit=", "limit=1"),
            path.replace("expires=", "expires=1"),
            path.replace("signature=", "signature=A"),
            path[..path.len() - 1].to_owned(),
        ];
        forged.retain(|forged| *forged != path);
        assert!(forged.len() >= 12);
        for forged in forged {
            let method = if get { Method::GET } else { Method::PUT };
            let request = server.http.request(method, server.url(&forged)).body("0123456789");
            let status = request.send().await.unwrap().status();
            assert!(matches!(status.as_u16(), 403 | 404), "{forged}: {status}");
        }
    }
    // Nothing but the one part that a download needed.
    assert_eq!(files_below(&server.objects()).len(), 1);
}

#[tokio::test]
async fn a_url_is_for_its_method_alone() {
    let server = TestServer::start().await;
    let put = upload_url(&server).await;
    assert_eq!(server.put(&put, "0123456789").await, 200);
    assert_eq!(server.get(&put).await.status(), 403);
    assert_eq!(server.http.head(&put).send().await.unwrap().status(), 403);
    let get = download_url(&server, b"x").await;
    assert_eq!(server.put(&get, "x").await, 403);
    for method in [Method::POST, Method::DELETE, Method::PATCH] {
        let status = server.http.request(method, &put).send().await.unwrap().status();
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_url_ends() {
    let server = TestServer::start().await;
    let key = ServerKey::load_or_create(server.data.path()).unwrap();
    let disk = Disk::open(server.objects(), key.derive("presigned urls")).unwrap();
    let object = ObjectKey::new("P", "F", 1).unwrap();
    let base = server.url("");
    let over = disk.presign(Grant::Put { limit: 10 }, &object, Duration::ZERO, &base).await.unwrap();
    assert_eq!(server.put(&over, "x").await, 403);
    let url = disk.presign(Grant::Put { limit: 10 }, &object, Duration::from_secs(60), "").await.unwrap();
    let (path, query) = url.strip_prefix("/blob/").unwrap().split_once('?').unwrap();
    let now = SystemTime::now();
    assert_eq!(disk.verify(path, query, now), Some((object, Grant::Put { limit: 10 })));
    assert_eq!(disk.verify(path, query, now + Duration::from_secs(61)), None);
    let stranger = tempfile::tempdir().unwrap();
    let other = ServerKey::load_or_create(stranger.path()).unwrap().derive("presigned urls");
    let other = Disk::open(stranger.path().join("objects"), other).unwrap();
    assert_eq!(other.verify(path, query, now), None);
}

#[tokio::test]
async fn a_part_over_its_limit_leaves_nothing() {
    let server = TestServer::start().await;
    let url = upload_url(&server).await;
    let path = path_of(&server, &url);
    // Ten octets of plaintext may become 4106.
    let announced = format!("PUT {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4107\r\n\r\n");
    assert_eq!(raw(&server, announced.as_bytes()).await, Some(413));
    let mut chunked = format!("PUT {path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    for _ in 0..100 {
        chunked.push_str(&format!("1000\r\n{}\r\n", "x".repeat(0x1000)));
    }
    assert_eq!(raw(&server, chunked.as_bytes()).await, Some(413));
    assert_eq!(files_below(&server.objects()), Vec::<std::path::PathBuf>::new());
    assert_eq!(server.put(&url, vec![0; 4106]).await, 200);
}

#[tokio::test]
async fn a_part_that_breaks_off_leaves_nothing() {
    let server = TestServer::start().await;
    let path = path_of(&server, &upload_url(&server).await);
    let head = format!("PUT {path} HTTP/1.1\r\nHost: localhost\r\n");
    for body in [
        "Content-Length: 4000\r\n\r\n0123456789".to_owned(),
        format!("Content-Length: 4000\r\n\r\n{}", "x".repeat(3999)),
        "Transfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\n".to_owned(),
        "Transfer-Encoding: chunked\r\n\r\nZ\r\n0123456789\r\n0\r\n\r\n".to_owned(),
    ] {
        let status = raw(&server, format!("{head}{body}").as_bytes()).await;
        assert_ne!(status, Some(200), "{body}");
    }
    // The file goes when the server notices; nothing is ever under the part's name.
    for _ in 0..200 {
        if files_below(&server.objects()).is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{:?}", files_below(&server.objects()));
}

#[tokio::test]
async fn large_parts_arrive_as_they_were_sent_several_at_a_time() {
    let server = TestServer::start().await;
    let dropzone = server.dropzone();
    let package = dropzone.package().await;
    let parts: Vec<Vec<u8>> = (0..4_u32)
        .map(|n| (0..5_000_000_u32 + n).map(|i| (i.wrapping_mul(n + 7) >> 3) as u8).collect())
        .collect();
    let size: usize = parts.iter().map(Vec::len).sum();
    let file = json!({ "filename": "a", "parts": 4, "filesize": size });
    let made = dropzone.done(Method::PUT, &format!("/package/{}/file/", package.id), file).await;
    let file = text(&made, "fileId");
    let put = dropzone.upload_urls(&package, &file, 1).await;
    let sent = put.iter().zip(&parts).map(|(url, part)| server.put(url, part.clone()));
    assert_eq!(futures_util::future::join_all(sent).await, [200; 4]);
    for (n, part) in (1..).zip(&parts) {
        let stored = server.objects().join(&package.id).join(&file).join(n.to_string());
        assert!(std::fs::read(stored).unwrap() == *part, "part {n}");
    }
}

#[tokio::test]
async fn ranges_give_the_octets_asked_for() {
    let server = TestServer::start().await;
    let octets: Vec<u8> = (0..=255).collect();
    let url = download_url(&server, &octets).await;
    let whole = server.get(&url).await;
    assert_eq!(
        (whole.status().as_u16(), whole.headers()["accept-ranges"].as_bytes()),
        (200, b"bytes".as_slice())
    );
    assert_eq!(whole.headers()["cache-control"], "no-store");
    assert_eq!(whole.bytes().await.unwrap(), octets);
    for (range, content_range, expected) in [
        ("bytes=0-9", "bytes 0-9/256", &octets[..10]),
        ("bytes=250-", "bytes 250-255/256", &octets[250..]),
        ("bytes=-1", "bytes 255-255/256", &octets[255..]),
        ("bytes=100-9999", "bytes 100-255/256", &octets[100..]),
    ] {
        let response = server.http.get(&url).header("range", range).send().await.unwrap();
        assert_eq!(response.status(), 206, "{range}");
        assert_eq!(response.headers()["content-range"], content_range);
        assert_eq!(response.bytes().await.unwrap(), expected, "{range}");
    }
    let response = server.http.get(&url).header("range", "bytes=256-").send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), response.headers()["content-range"].as_bytes()),
        (416, b"bytes */256".as_slice())
    );
    let head = server.http.head(&url).send().await.unwrap();
    assert_eq!(
        (head.status().as_u16(), head.headers()["content-length"].as_bytes()),
        (200, b"256".as_slice())
    );
}

#[tokio::test]
async fn a_part_that_is_not_there_is_not_found() {
    let server = TestServer::start().await;
    let url = download_url(&server, b"x").await;
    std::fs::remove_file(&files_below(&server.objects())[0]).unwrap();
    assert_eq!(server.get(&url).await.status(), 404);
}

#[tokio::test]
async fn a_finished_file_without_its_part_is_no_package() {
    let server = TestServer::start().await;
    let dropzone = server.dropzone();
    let package = dropzone.package().await;
    let empty = dropzone.file(&package, &[b""]).await;
    let url = dropzone.upload_urls(&package, &empty, 1).await.remove(0);
    assert_eq!(server.put(&url, "").await, 200);
    let complete = format!("/package/{}/file/{empty}/upload-complete/", package.id);
    // Even an empty file has a part with something in it.
    dropzone.fails(Method::POST, &complete, json!({ "complete": true }), "FAIL").await;
}
