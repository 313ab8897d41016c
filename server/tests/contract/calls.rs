//! The calls of the SendSafely API, and ours beside them.

use bulla::api::limits;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{CHECKSUM, Caller, Draft, TestServer, WRONG_CHECKSUM, text, urls};

#[tokio::test]
async fn ids_are_unguessable_and_of_the_expected_alphabet() {
    let server = TestServer::start().await;
    let made = server.dropzone().done(Method::PUT, "/package/", json!({ "suite": "sealed" })).await;
    let id = text(&made, "packageId");
    assert!(id.len() >= 24 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'), "{id}");
    for name in ["packageCode", "serverSecret"] {
        let code = text(&made, name);
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        assert!(code.len() >= 43 && code.bytes().all(allowed), "{code}");
    }
}

#[tokio::test]
async fn a_package_goes_through_its_states() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let package = alice.package().await;
    let path = format!("/package/{}/", package.id);
    let state = async || {
        let seen = alice.done(Method::GET, &path, json!(null)).await;
        (text(&seen, "state"), seen["packageState"].as_i64().unwrap(), text(&seen, "packageStateStr"))
    };
    let is =
        |name: &str, number: i64, words: &str| (format!("PACKAGE_STATE_{name}"), number, words.to_owned());
    assert_eq!(state().await, is("TEMP", -2, "TEMP"));
    let file = alice.upload(&package, &[b"one", b"two"]).await;
    assert_eq!(state().await, is("IN_PROGRESS", 0, "In Progess"));
    alice.finalize(&package).await;
    assert_eq!(state().await, is("ACTIVE_INCOMPLETE", 4, "Active - Waiting for Pickup"));
    let (_, opened) = server.open(&package.code, CHECKSUM).await;
    assert_eq!(state().await, is("ACTIVE_PARTIALLY_COMPLETE", 5, "Active - Pickup In Progress"));
    let wanted = json!({ "startSegment": 1, "endSegment": 2 });
    let urls = format!("/{}/file/{file}/download-urls/", package.code);
    server.link(Method::POST, &urls, Some(&text(&opened, "token")), Some(wanted)).await;
    assert_eq!(state().await, is("ACTIVE_COMPLETE", 3, "Active - Pickup Complete"));
    server.sql("UPDATE packages SET expires = 1").await;
    assert_eq!(state().await, is("EXPIRED_COMPLETE", 2, "Expired - Pickup"));
    alice.done(Method::DELETE, &path, json!(null)).await;
    assert_eq!(state().await, is("DELETED_COMPLETE", -1, "Deleted - Pickup Complete"));
    alice.fails(Method::DELETE, &path, json!(null), "FAIL").await;
}

#[tokio::test]
async fn information_has_what_clients_read() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let made =
        alice.done(Method::PUT, "/package", json!({ "vdr": "false", "life": 10, "suite": "sealed" })).await;
    let id = text(&made, "packageId");
    let file =
        json!({ "filename": "a b.txt", "parts": 1, "filesize": 5_368_709_120_u64, "uploadType": "JS_API" });
    let created = alice.done(Method::PUT, &format!("/package/{id}/file"), file).await;
    assert_eq!(created["message"], created["fileId"]);
    for by in [&id, &text(&made, "packageCode")] {
        let seen = alice.done(Method::GET, &format!("/package/{by}/"), json!(null)).await;
        assert_eq!(seen["serverSecret"], made["serverSecret"]);
        let expected = json!([{ "fileId": created["fileId"], "fileName": "a b.txt", "fileSize": "5368709120",
            "parts": 1, "createdByEmail": "alice@example.com" }]);
        assert_eq!(seen["files"], expected);
        for (name, value) in [
            ("life", json!(10)),
            ("isVDR", json!(false)),
            ("isArchived", json!(false)),
            ("packageSender", json!("alice@example.com")),
            ("suite", json!("sealed")),
            ("passwordRequired", json!(false)),
            ("needsApproval", json!(false)),
            ("recipients", json!([])),
            ("contactGroups", json!([])),
            ("directories", json!([])),
            ("approverList", json!([])),
            ("packageContainsMessage", json!(false)),
        ] {
            assert_eq!(seen[name], value, "{name}");
        }
    }
    let path = format!("/package/{id}/file/{}", text(&created, "fileId"));
    let seen = alice.done(Method::GET, &path, json!(null)).await;
    assert_eq!((&seen["file"]["fileSize"], &seen["file"]["fileParts"]), (&json!("5368709120"), &json!(1)));
    assert_eq!(seen["file"]["oldVersions"], json!([]));
}

#[tokio::test]
async fn names_of_sendsafelys_node_client_are_read_as_it_means_them() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let package = alice.package().await;
    let body = json!({ "filename": "100%25%20%C3%A9.txt", "parts": 1, "filesize": 1 }).to_string();
    let path = format!("/package/{}/file/", package.id);
    let mut request = alice.sign(Method::PUT, &path, body.as_bytes(), 0, None);
    request.headers.push(("ss-request-api", "NODE_API".to_owned()));
    assert_eq!(request.code(&server).await, "SUCCESS");
    let as_is = json!({ "filename": "100%25%20.txt", "parts": 1, "filesize": 1 });
    alice.done(Method::PUT, &path, as_is).await;
    let names: Vec<String> =
        server.db().await.files(&package.id).await.unwrap().into_iter().map(|file| file.name).collect();
    assert_eq!(names, ["100% é.txt", "100%25%20.txt"]);
}

#[tokio::test]
async fn upload_urls_come_by_twenty_five() {
    let server = TestServer::start().await;
    let dropzone = server.dropzone();
    let package = dropzone.package().await;
    let file = json!({ "filename": "a", "parts": 60, "filesize": 1000 });
    let made = dropzone.done(Method::PUT, &format!("/package/{}/file/", package.id), file).await;
    let file = text(&made, "fileId");
    for (first, count) in [(1, 25), (26, 25), (51, 10), (60, 1)] {
        assert_eq!(dropzone.upload_urls(&package, &file, first).await.len(), count);
    }
    let path = format!("/package/{}/file/{file}/upload-urls/", package.id);
    for part in [json!(0), json!(62), json!(-1), json!("x"), json!(u64::MAX), json!(null)] {
        dropzone.fails(Method::POST, &path, json!({ "part": part }), "FAIL").await;
    }
}

/// SendSafely's Node client sends an empty part behind the last one of a file that fills its parts.
#[tokio::test]
async fn an_empty_part_behind_the_last_finds_a_place_but_not_in_sealed_packages() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let package = alice.package().await;
    let file = alice.upload(&package, &[b"x"]).await;
    let behind = alice.upload_urls(&package, &file, 2).await;
    assert_eq!(behind.len(), 1);
    assert_eq!(server.put(&behind[0], vec![0; 4097]).await, 413);
    assert_eq!(server.put(&behind[0], vec![0; 90]).await, 200);
    let path = format!("/package/{}/file/{file}", package.id);
    alice.done(Method::POST, &format!("{path}/upload-complete/"), json!({ "complete": true })).await;
    alice.fails(Method::POST, &format!("{path}/upload-urls/"), json!({ "part": 3 }), "FAIL").await;
    alice.finalize(&package).await;
    let wanted = json!({ "checksum": CHECKSUM, "startSegment": 1, "endSegment": 25 });
    let answer = alice.done(Method::POST, &format!("{path}/download-urls/"), wanted).await;
    assert_eq!(urls(&answer["downloadUrls"]).len(), 1);

    let sealed = alice.done(Method::PUT, "/package/", json!({ "suite": "sealed" })).await;
    let sealed = Draft { id: text(&sealed, "packageId"), code: text(&sealed, "packageCode") };
    let file = alice.file(&sealed, &[b"x"]).await;
    let path = format!("/package/{}/file/{file}/upload-urls/", sealed.id);
    alice.fails(Method::POST, &path, json!({ "part": 2 }), "FAIL").await;
}

#[tokio::test]
async fn a_file_is_complete_once_the_store_has_all_of_it() {
    let server = TestServer::start().await;
    let dropzone = server.dropzone();
    let package = dropzone.package().await;
    let file = dropzone.file(&package, &[b"one", b"two"]).await;
    let path = format!("/package/{}/file/{file}", package.id);
    let complete = format!("{path}/upload-complete/");
    let put = dropzone.upload_urls(&package, &file, 1).await;
    dropzone.fails(Method::POST, &complete, json!({ "complete": true }), "FAIL").await;
    assert_eq!(server.put(&put[1], "two").await, 200);
    let present = dropzone.done(Method::GET, &format!("{path}/parts"), json!(null)).await;
    assert_eq!(present["parts"], json!([{ "part": 2, "size": 3 }]));
    let message = dropzone.fails(Method::POST, &complete, json!({}), "FAIL").await;
    assert_eq!(message, "1 of 2 parts are uploaded");
    let finalize = json!({ "checksum": CHECKSUM, "undisclosedRecipients": true });
    let refused = dropzone.call(Method::POST, &format!("/package/{}/finalize/", package.id), finalize).await;
    assert_eq!((&refused["response"], refused["errors"].as_array().unwrap().len()), (&json!("FAIL"), 1));
    assert_eq!(server.put(&put[0], "one").await, 200);
    for _ in 0..2 {
        let done = dropzone.done(Method::POST, &complete, json!({ "complete": true })).await;
        assert_eq!(done["message"], "true");
    }
    dropzone.fails(Method::POST, &format!("{path}/upload-urls/"), json!({ "part": 1 }), "FAIL").await;
}

#[tokio::test]
async fn a_stream_says_its_length_at_its_end() {
    let server = TestServer::start().await;
    let dropzone = server.dropzone();
    let package = dropzone.package().await;
    let file = json!({ "filename": "sealed.first", "parts": 0, "filesize": 0 });
    let made = dropzone.done(Method::PUT, &format!("/package/{}/file/", package.id), file).await;
    let file = text(&made, "fileId");
    let put = dropzone.upload_urls(&package, &file, 1).await;
    assert_eq!(put.len(), 25);
    for url in &put[..2] {
        assert_eq!(server.put(url, "x".repeat(1000)).await, 200);
    }
    let path = format!("/package/{}/file/{file}/upload-complete/", package.id);
    dropzone.fails(Method::POST, &path, json!({ "complete": true }), "FAIL").await;
    let fewer = json!({ "complete": true, "parts": 1, "filesize": 1000, "filename": "sealed.last" });
    dropzone.fails(Method::POST, &path, fewer, "FAIL").await;
    let report = json!({ "complete": true, "parts": 2, "filesize": 1900, "filename": "sealed.last" });
    dropzone.done(Method::POST, &path, report).await;
    let seen = dropzone.done(Method::GET, &format!("/package/{}/", package.id), json!(null)).await;
    assert_eq!(
        (&seen["files"][0]["fileName"], &seen["files"][0]["parts"], &seen["files"][0]["fileSize"]),
        (&json!("sealed.last"), &json!(2), &json!("1900"))
    );
}

#[tokio::test]
async fn batches_answer_each_entry() {
    let server = TestServer::start().await;
    let dropzone = server.dropzone();
    let package = dropzone.package().await;
    let entry = |name: &str| json!({ "filename": name, "parts": 1, "filesize": 1 });
    let create = format!("/package/{}/files/", package.id);
    let made = dropzone
        .done(Method::POST, &create, json!({ "files": [entry("a"), entry("../b"), entry("c")] }))
        .await;
    let answers = made["files"].as_array().unwrap();
    let codes: Vec<_> = answers.iter().map(|answer| text(answer, "response")).collect();
    assert_eq!(codes, ["SUCCESS", "INVALID_FILE_NAME", "SUCCESS"]);
    let (a, c) = (text(&answers[0], "fileId"), text(&answers[2], "fileId"));
    assert!(answers[1]["uploadUrl"].is_null());
    assert_eq!(server.put(&text(&answers[2], "uploadUrl"), "c").await, 200);
    let wanted = json!({ "files": [{ "fileId": a, "part": 1 }, { "fileId": "X", "part": 1 }, { "fileId": c, "part": 2 },
        { "fileId": c, "part": 1 }] });
    let signed = dropzone.done(Method::POST, &format!("/package/{}/upload-urls", package.id), wanted).await;
    let signed = signed["files"].as_array().unwrap();
    let codes: Vec<_> = signed.iter().map(|answer| text(answer, "response")).collect();
    assert_eq!(codes, ["SUCCESS", "FAIL", "FAIL", "SUCCESS"]);
    assert_eq!(server.put(&text(&signed[0], "url"), "a").await, 200);
    let complete = json!({ "fileIds": [a, "X"] });
    let done =
        dropzone.done(Method::POST, &format!("/package/{}/upload-complete/", package.id), complete).await;
    let codes: Vec<_> = done["files"].as_array().unwrap().iter().map(|d| text(d, "response")).collect();
    assert_eq!(codes, ["SUCCESS", "FAIL"]);
    for entries in [0, limits::BATCH + 1] {
        let many = json!({ "files": vec![entry("x"); entries] });
        dropzone.fails(Method::POST, &create, many, "LIMIT_EXCEEDED").await;
    }
}

/// Where presigned URLs cannot be reached.
#[tokio::test]
async fn a_part_may_come_through_the_api() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let package = alice.package().await;
    let file = alice.file(&package, &[b"one", b"two"]).await;
    let path = format!("/package/{}/file/{file}/", package.id);
    for (part, octets) in [(1, &b"one"[..]), (2, b"two"), (2, b"two")] {
        let told = json!({ "fileId": file, "uploadType": "JS_API", "filePart": part });
        assert_eq!(alice.send_form(&path, told, octets).await["response"], "SUCCESS", "{part}");
    }
    for (told, octets, code) in [
        (json!({ "filePart": 0 }), &b"x"[..], "FAIL"),
        (json!({ "filePart": 4 }), b"x", "FAIL"),
        (json!({}), b"x", "FAIL"),
        (json!({ "filePart": 1 }), b"of another size", "FAIL"),
        (json!({ "filePart": 1 }), &[0; 5000], "LIMIT_EXCEEDED"),
    ] {
        let answer = alice.send_form(&path, told.clone(), octets).await;
        assert_eq!(answer["response"], code, "{told}: {answer}");
    }
    // A call without a form, and one whose signature covers something else.
    alice.fails(Method::POST, &path, json!({ "filePart": 1 }), "FAIL").await;
    let mut signed = alice.sign(Method::POST, &path, b"{\"filePart\":2}", 0, None);
    signed.headers.push(("content-type", "multipart/form-data; boundary=b".to_owned()));
    signed.body =
        b"--b\r\nContent-Disposition: form-data; name=\"requestData\"\r\n\r\n{\"filePart\":1}\r\n--b--\r\n"
            .to_vec();
    assert_eq!(signed.code(&server).await, "AUTHENTICATION_FAILED");

    let complete = json!({ "complete": true });
    alice.done(Method::POST, &format!("{path}upload-complete/"), complete).await;
    let late = alice.send_form(&path, json!({ "filePart": 1 }), b"one").await;
    assert_eq!(late["response"], "FAIL");
    alice.finalize(&package).await;
    let wanted = json!({ "checksum": CHECKSUM, "startSegment": 1, "endSegment": 2 });
    let answer = alice.done(Method::POST, &format!("{path}download-urls/"), wanted).await;
    let mut whole = Vec::new();
    for url in urls(&answer["downloadUrls"]) {
        whole.extend(server.get(&url).await.bytes().await.unwrap());
    }
    assert_eq!(whole, b"onetwo");
}

#[tokio::test]
async fn a_part_may_be_fetched_through_the_api() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let package = alice.package().await;
    let file = alice.upload(&package, &[b"one", b"two"]).await;
    let path = format!("/package/{}", package.id);
    alice.done(Method::PUT, &format!("{path}/recipient/"), json!({ "email": "bob@example.com" })).await;
    let download = format!("{path}/file/{file}/download/");
    let wanted =
        |part: u32| json!({ "checksum": CHECKSUM, "part": part, "api": "NODE_API", "password": "sesame" });
    for caller in [&alice, &bob] {
        caller.fails(Method::POST, &download, wanted(1), "FAIL").await;
    }
    let finalize = json!({ "checksum": CHECKSUM, "password": "sesame" });
    alice.done(Method::POST, &format!("{path}/finalize/"), finalize).await;
    for (told, message) in [
        (json!({ "part": 1, "password": "sesame" }), "not found or not permitted"),
        (
            json!({ "part": 1, "checksum": WRONG_CHECKSUM, "password": "sesame" }),
            "not found or not permitted",
        ),
        (json!({ "part": 1, "checksum": CHECKSUM }), "a password is required"),
        (json!({ "part": 1, "checksum": CHECKSUM, "password": "wrong" }), "a password is required"),
        (wanted(0), "the file has parts 1 to 2"),
        (wanted(3), "the file has parts 1 to 2"),
    ] {
        assert_eq!(bob.fails(Method::POST, &download, told.clone(), "FAIL").await, message, "{told}");
    }
    bob.fails(Method::POST, &format!("{path}/file/F/download/"), wanted(1), "FAIL").await;
    let state = async || text(&alice.done(Method::GET, &path, json!(null)).await, "packageStateStr");
    assert_eq!(state().await, "Active - Waiting for Pickup");

    for (part, octets) in [(1, "one"), (2, "two")] {
        let answer = bob.send(Method::POST, &download, wanted(part).to_string().into_bytes()).await;
        assert_eq!((answer.status().as_u16(), answer.content_length()), (200, Some(3)));
        assert_eq!(answer.headers()["content-type"], "application/octet-stream");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        assert_eq!(answer.text().await.unwrap(), octets);
    }
    assert_eq!(state().await, "Active - Pickup Complete");
    let seen = alice.done(Method::GET, &path, json!(null)).await;
    let confirmations = seen["recipients"][0]["confirmations"].as_array().unwrap();
    assert_eq!((confirmations.len(), &confirmations[0]["file"]["fileId"]), (1, &json!(file)));
    // Its sender needs no password.
    let told = json!({ "part": 2, "checksum": CHECKSUM }).to_string().into_bytes();
    assert_eq!(alice.send(Method::POST, &download, told).await.text().await.unwrap(), "two");
    // A part that the store lost is said to be missing, and not empty.
    std::fs::remove_file(server.objects().join(&package.id).join(&file).join("2")).unwrap();
    bob.fails(Method::POST, &download, wanted(2), "FAIL").await;
}

#[tokio::test]
async fn a_sealed_file_announced_again_is_the_same_file() {
    let server = TestServer::start().await;
    let dropzone = server.dropzone();
    for (suite, files) in [("sealed", 2), ("openpgp-cfb", 3)] {
        let made = dropzone.done(Method::PUT, "/package/", json!({ "suite": suite })).await;
        let id = text(&made, "packageId");
        for name in ["sealed.one", "sealed.one", "sealed.two"] {
            let file = json!({ "filename": name, "parts": 1, "filesize": 1 });
            dropzone.done(Method::PUT, &format!("/package/{id}/file/"), file).await;
        }
        assert_eq!(server.db().await.files(&id).await.unwrap().len(), files, "{suite}");
    }
}

#[tokio::test]
async fn names_that_cannot_be_kept_are_refused() {
    let server = TestServer::start().await;
    let dropzone = server.dropzone();
    let package = dropzone.package().await;
    let path = format!("/package/{}/file/", package.id);
    for bad in ["", "..", "../../etc/passwd", "C:\\autoexec.bat", "a\u{0}b", "a\r\nb", &"x".repeat(16_385)] {
        let file = json!({ "filename": bad, "parts": 1, "filesize": 1 });
        dropzone.fails(Method::PUT, &path, file, "INVALID_FILE_NAME").await;
    }
    for odd in
        ["<img src=x onerror=alert(1)>", "\u{202e}gpj.exe", "CON", "名前", "' OR 1=1 --", &"x".repeat(16_384)]
    {
        let file = json!({ "filename": odd, "parts": 1, "filesize": 1 });
        dropzone.done(Method::PUT, &path, file).await;
    }
    let seen = dropzone.done(Method::GET, &format!("/package/{}/", package.id), json!(null)).await;
    assert_eq!(seen["files"][4]["fileName"], "' OR 1=1 --");
}

#[tokio::test]
async fn sizes_and_counts_out_of_bounds_are_refused() {
    let server = TestServer::start().await;
    let dropzone = server.dropzone();
    let package = dropzone.package().await;
    let path = format!("/package/{}/file/", package.id);
    for (parts, size, code) in [
        (json!(10_001), json!(1), "LIMIT_EXCEEDED"),
        (json!(1), json!(u64::MAX), "LIMIT_EXCEEDED"),
        (json!(1), json!(1_u64 << 53), "LIMIT_EXCEEDED"),
        (json!(-1), json!(1), "FAIL"),
        (json!(1), json!(-1), "FAIL"),
        (json!(1.5), json!(1), "FAIL"),
        (json!(null), json!(1), "FAIL"),
    ] {
        dropzone
            .fails(Method::PUT, &path, json!({ "filename": "a", "parts": parts, "filesize": size }), code)
            .await;
    }
    for life in [json!(36_501), json!(u32::MAX)] {
        dropzone.fails(Method::PUT, "/package/", json!({ "life": life }), "LIMIT_EXCEEDED").await;
    }
    dropzone.fails(Method::PUT, "/package/", json!({ "life": -1 }), "FAIL").await;
    dropzone.fails(Method::PUT, "/package/", json!({ "suite": "rot13" }), "FAIL").await;
}

#[tokio::test]
async fn bodies_that_are_no_json_are_refused() {
    let server = TestServer::start().await;
    let dropzone = server.dropzone();
    let deep = "[".repeat(100_000);
    for body in ["{", "[]", "null", "\"\"", "{\"life\":1}}", "\u{0}", "{\"life\":\"x\"}", deep.as_str()] {
        let response = dropzone.send(Method::PUT, "/package/", body.as_bytes().to_vec()).await;
        assert_eq!(response.status(), 200);
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["response"], "FAIL", "{}", &body[..body.len().min(20)]);
    }
    let response = dropzone.send(Method::PUT, "/package/", vec![0xff, 0xfe]).await;
    assert_eq!(response.json::<Value>().await.unwrap()["response"], "FAIL");
}

#[tokio::test]
async fn bodies_over_their_limit_are_refused() {
    let server = TestServer::start().await;
    let dropzone = server.dropzone();
    let package = dropzone.package().await;
    let path = format!("/package/{}", package.id);
    let message = |octets: usize| json!({ "message": "A".repeat(octets) });
    dropzone.done(Method::PUT, &format!("{path}/message/"), message(limits::MAX_MESSAGE)).await;
    dropzone
        .fails(Method::PUT, &format!("{path}/message/"), message(limits::MAX_MESSAGE + 1), "LIMIT_EXCEEDED")
        .await;
    let name = json!({ "filename": "x".repeat(2 << 20), "parts": 1, "filesize": 1 });
    dropzone.fails(Method::PUT, &format!("{path}/file/"), name, "LIMIT_EXCEEDED").await;
    let seal = json!({ "checksum": CHECKSUM, "undisclosedRecipients": true, "seal": "A".repeat(limits::MAX_SEAL + 1) });
    dropzone.fails(Method::POST, &format!("{path}/finalize/"), seal, "FAIL").await;
    let seal =
        json!({ "checksum": CHECKSUM, "undisclosedRecipients": true, "seal": "A".repeat(limits::MAX_SEAL) });
    dropzone.done(Method::POST, &format!("{path}/finalize/"), seal).await;
}

/// The body of a refused call is not kept, but read: its sender would else meet a closed connection.
#[tokio::test]
async fn a_refused_call_with_a_large_body_is_answered() {
    let server = TestServer::start().await;
    let dropzone = server.dropzone();
    for _ in 0..20 {
        let message = json!({ "message": "A".repeat(limits::MAX_MESSAGE) });
        let path = format!("/package/{}/message/", "A".repeat(32));
        let said = dropzone.fails(Method::PUT, &path, message, "FAIL").await;
        assert_eq!(said, "not found or not permitted");
    }
}

#[tokio::test]
async fn finalizing_says_all_that_stands_against_it() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let package = alice.package().await;
    let path = format!("/package/{}/finalize/", package.id);
    let refused = alice.call(Method::POST, &path, json!({ "checksum": "xyz" })).await;
    assert_eq!((&refused["response"], refused["errors"].as_array().unwrap().len()), (&json!("FAIL"), 3));
    let message = json!({ "message": "aGVsbG8=" });
    alice.done(Method::PUT, &format!("/package/{}/message/", package.id), message).await;
    for checksum in ["", &CHECKSUM[1..], &"g".repeat(64)] {
        alice
            .fails(
                Method::POST,
                &path,
                json!({ "checksum": checksum, "undisclosedRecipients": true }),
                "FAIL",
            )
            .await;
    }
    let done = alice.finalize(&package).await;
    let link = format!("{}/receive/?thread={}&packageCode={}", server.url(""), package.id, package.code);
    assert_eq!(done["message"], link);
    assert_eq!((&done["needsLink"], &done["approvers"]), (&json!(false), &json!([])));
    let another = json!({ "checksum": WRONG_CHECKSUM, "undisclosedRecipients": true });
    alice.fails(Method::POST, &path, another, "FAIL").await;
    // The same again is the same call, whose answer was lost.
    assert_eq!(alice.finalize(&package).await, done);
}

#[tokio::test]
async fn nothing_is_added_to_a_finalized_package() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let (package, file) = alice.sent().await;
    let path = format!("/package/{}", package.id);
    let new = json!({ "filename": "a", "parts": 1, "filesize": 1 });
    alice.fails(Method::PUT, &format!("{path}/file/"), new, "FAIL").await;
    let urls = json!({ "files": [{ "fileId": file, "part": 1 }] });
    alice.fails(Method::POST, &format!("{path}/upload-urls/"), urls, "FAIL").await;
    alice.fails(Method::DELETE, &format!("{path}/temp/"), json!(null), "FAIL").await;
    // What its sender may still do: delete a file, then say so in a new seal.
    alice.done(Method::DELETE, &format!("{path}/file/{file}"), json!(null)).await;
    alice.fails(Method::POST, &format!("{path}/seal/"), json!({ "seal": "not base64url!" }), "FAIL").await;
    alice.done(Method::POST, &format!("{path}/seal/"), json!({ "seal": "bmV3" })).await;
    let (_, opened) = server.open(&package.code, CHECKSUM).await;
    assert_eq!((&opened["seal"], &opened["files"]), (&json!("bmV3"), &json!([])));
}

#[tokio::test]
async fn recipients_come_and_go() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let package = alice.package().await;
    let path = format!("/package/{}", package.id);
    let bob =
        alice.done(Method::PUT, &format!("{path}/recipient"), json!({ "email": "Bob@example.com" })).await;
    for (name, value) in [
        ("email", json!("bob@example.com")),
        ("approvalRequired", json!(false)),
        ("roleName", json!("VIEWER")),
        ("checkForPublicKeys", json!(false)),
        // Of an empty list SendSafely's Node client would read the first one.
        ("phonenumbers", json!(null)),
        ("smsAuth", json!(false)),
        ("isPackageOwner", json!(false)),
        ("fullName", json!("")),
    ] {
        assert_eq!(bob[name], value, "{name}");
    }
    let many = json!({ "emails": ["carol@example.com", "bob@example.com"], "autoEnableSMS": true });
    let added = alice.done(Method::PUT, &format!("{path}/recipients/"), many).await;
    assert_eq!(added["recipients"].as_array().unwrap().len(), 2);
    assert_eq!(added["recipients"][1]["recipientId"], bob["recipientId"]);
    let one = format!("{path}/recipient/{}/", text(&bob, "recipientId"));
    assert_eq!(alice.done(Method::GET, &one, json!(null)).await["email"], "bob@example.com");
    let keys = format!("{path}/{}/public-keys/", text(&bob, "recipientId"));
    assert_eq!(alice.done(Method::GET, &keys, json!(null)).await["publicKeys"], json!([]));
    assert_eq!(
        alice.done(Method::GET, &format!("{path}/public-keys"), json!(null)).await["publicKeys"],
        json!([])
    );
    alice.done(Method::DELETE, &one, json!(null)).await;
    alice.fails(Method::DELETE, &one, json!(null), "FAIL").await;
    alice.fails(Method::GET, &one, json!(null), "FAIL").await;
    for bad in ["", "bob", "bob@", "a@b@c.de", "x@y.z\r\nBcc: q@w.e", "<script>@example.com>"] {
        alice.fails(Method::PUT, &format!("{path}/recipient/"), json!({ "email": bad }), "FAIL").await;
        let many = json!({ "emails": ["dave@example.com", bad] });
        alice.fails(Method::PUT, &format!("{path}/recipients/"), many, "FAIL").await;
    }
    let seen = alice.done(Method::GET, &format!("{path}/"), json!(null)).await;
    assert_eq!(seen["recipients"].as_array().unwrap().len(), 1);
    // Another package's recipient is none of this one's.
    let other = alice.package().await;
    let foreign = format!("/package/{}/recipient/{}/", other.id, text(&seen["recipients"][0], "recipientId"));
    alice.fails(Method::DELETE, &foreign, json!(null), "FAIL").await;
}

#[tokio::test]
async fn life_is_counted_from_finalizing() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let (package, _) = alice.sent().await;
    let path = format!("/package/{}/", package.id);
    alice.done(Method::POST, &path, json!({ "life": 30 })).await;
    let (_, opened) = server.open(&package.code, CHECKSUM).await;
    let record = server.db().await.package(&package.id).await.unwrap().unwrap();
    let end = record.finalized.unwrap() + 30 * 86_400;
    assert_eq!(opened["expires"], json!(end));
    alice.done(Method::POST, &path, json!({ "life": 0 })).await;
    let (_, opened) = server.open(&package.code, CHECKSUM).await;
    assert_eq!(opened["expires"], Value::Null);
    server.sql("UPDATE packages SET finalized = finalized - 5 * 86400").await;
    alice.fails(Method::POST, &path, json!({ "life": 4 }), "FAIL").await;
    server.sql("UPDATE packages SET expires = 1").await;
    alice.fails(Method::POST, &path, json!({ "life": 30 }), "FAIL").await;
}

#[tokio::test]
async fn the_operator_may_bound_life() {
    let server = TestServer::start_with(|settings| settings.max_life = Some(5)).await;
    let dropzone = server.dropzone();
    dropzone.fails(Method::PUT, "/package/", json!({ "life": 0 }), "LIMIT_EXCEEDED").await;
    dropzone.fails(Method::PUT, "/package/", json!({ "life": 6 }), "LIMIT_EXCEEDED").await;
    let made = dropzone.done(Method::PUT, "/package/", json!({})).await;
    let seen =
        dropzone.done(Method::GET, &format!("/package/{}/", text(&made, "packageId")), json!(null)).await;
    assert_eq!(seen["life"], 5);
}

#[tokio::test]
async fn messages_are_for_those_who_know_the_checksum() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let package = alice.package().await;
    let path = format!("/package/{}", package.id);
    for bad in ["", "no base64!", "<script>"] {
        alice.fails(Method::PUT, &format!("{path}/message/"), json!({ "message": bad }), "FAIL").await;
    }
    let message = json!({ "message": "aGVsbG8=", "uploadType": "NODE_API" });
    alice.done(Method::PUT, &format!("{path}/message/"), message).await;
    alice.fails(Method::GET, &format!("{path}/message/{CHECKSUM}"), json!(null), "FAIL").await;
    alice.finalize(&package).await;
    for checksum in [CHECKSUM.to_owned(), CHECKSUM.to_uppercase()] {
        let seen = alice.done(Method::GET, &format!("{path}/message/{checksum}"), json!(null)).await;
        assert_eq!(seen["message"], "aGVsbG8=");
    }
    alice.fails(Method::GET, &format!("{path}/message/{}", "0".repeat(64)), json!(null), "FAIL").await;
}

#[tokio::test]
async fn download_urls_come_by_twenty_five_and_open_the_parts() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let package = alice.package().await;
    let parts: Vec<Vec<u8>> = (0..30_u8).map(|n| vec![n; 10]).collect();
    let file = json!({ "filename": "a", "parts": 30, "filesize": 300 });
    let made = alice.done(Method::PUT, &format!("/package/{}/file/", package.id), file).await;
    let file = text(&made, "fileId");
    let mut put = alice.upload_urls(&package, &file, 1).await;
    put.extend(alice.upload_urls(&package, &file, 26).await);
    for (url, part) in put.iter().zip(&parts) {
        assert_eq!(server.put(url, part.clone()).await, 200);
    }
    let path = format!("/package/{}/file/{file}", package.id);
    alice.done(Method::POST, &format!("{path}/upload-complete/"), json!({ "complete": true })).await;
    alice.finalize(&package).await;
    let wanted =
        |first: u32, last: u32| json!({ "checksum": CHECKSUM, "startSegment": first, "endSegment": last });
    let ask = async |first, last| {
        let answer = alice.done(Method::POST, &format!("{path}/download-urls/"), wanted(first, last)).await;
        urls(&answer["downloadUrls"])
    };
    let mut get = ask(1, 26).await;
    assert_eq!(get.len(), 25);
    get.extend(ask(26, 99).await);
    assert_eq!(get.len(), 30);
    for (url, part) in get.iter().zip(&parts) {
        let response = server.get(url).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "application/octet-stream");
        assert_eq!(response.bytes().await.unwrap(), part.as_slice());
    }
    for (first, last) in [(0, 1), (31, 31), (2, 1)] {
        alice.fails(Method::POST, &format!("{path}/download-urls/"), wanted(first, last), "FAIL").await;
    }
}

#[tokio::test]
async fn what_is_deleted_goes() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let package = alice.package().await;
    let (gone, kept) = (alice.upload(&package, &[b"gone"]).await, alice.upload(&package, &[b"kept"]).await);
    let folder = server.objects().join(&package.id);
    let deleted =
        alice.done(Method::DELETE, &format!("/package/{}/file/{gone}", package.id), json!(null)).await;
    assert_eq!(deleted["message"], json!(gone));
    server.domain().await.sweep().await.unwrap();
    assert!(!folder.join(&gone).exists() && folder.join(&kept).join("1").exists());
    alice.done(Method::DELETE, &format!("/package/{}/temp/", package.id), json!(null)).await;
    server.domain().await.sweep().await.unwrap();
    assert!(!folder.exists());
}

#[tokio::test]
async fn expired_content_really_goes_and_late_uploads_too() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let (package, _) = alice.sent().await;
    let message = json!({ "message": "aGVsbG8=" });
    alice.done(Method::PUT, &format!("/package/{}/message/", package.id), message).await;
    server.sql("UPDATE packages SET expires = 1").await;
    server.domain().await.sweep().await.unwrap();
    let folder = server.objects().join(&package.id);
    assert!(!folder.exists());
    let db = server.db().await;
    let record = db.package(&package.id).await.unwrap().unwrap();
    assert_eq!((record.server_secret.as_str(), record.has_message), ("", false));
    // An upload that was under way arrives after all.
    std::fs::create_dir_all(folder.join("F")).unwrap();
    server.domain().await.sweep().await.unwrap();
    assert!(folder.exists());
    server.sql("UPDATE packages SET ended = ended - 86400, purged = purged - 86400").await;
    server.domain().await.sweep().await.unwrap();
    assert!(!folder.exists());
}

#[tokio::test]
async fn abandoned_drafts_go() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let (empty, draft) = (alice.package().await, alice.package().await);
    alice.upload(&draft, &[b"x"]).await;
    let (sent, _) = alice.sent().await;
    let there = async |id: &str| {
        server.domain().await.sweep().await.unwrap();
        let record = server.db().await.package(id).await.unwrap().unwrap();
        record.state != bulla_server::db::State::Deleted
    };
    server.sql("UPDATE packages SET updated = updated - 86400").await;
    assert_eq!((there(&empty.id).await, there(&draft.id).await), (false, true));
    server.sql("UPDATE packages SET updated = updated - 7 * 86400").await;
    assert_eq!((there(&draft.id).await, there(&sent.id).await), (false, true));
    assert!(!server.objects().join(&draft.id).exists() && server.objects().join(&sent.id).exists());
}

#[tokio::test]
async fn unknown_routes_fail_in_the_way_of_the_api() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    for (method, path) in [
        (Method::GET, "/nothing/"),
        (Method::GET, "/"),
        (Method::PATCH, "/package/"),
        (Method::POST, "/user/"),
    ] {
        alice.fails(method, path, json!(null), "FAIL").await;
    }
    assert_eq!(server.get(&server.url("/api/v2.00/")).await.status(), 404);
    let version = alice.done(Method::GET, "/config/version/NODE_API/3.1.0/", json!(null)).await;
    assert_eq!(version["version"], env!("CARGO_PKG_VERSION"));
}

#[tokio::test]
async fn two_who_finalize_at_once_are_not_both_told_so() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let package = alice.package().await;
    alice.upload(&package, &[b"x"]).await;
    let path = format!("/package/{}/finalize/", package.id);
    let body = |n: u8| json!({ "checksum": format!("{n:064x}"), "undisclosedRecipients": true });
    let (a, b, c) = tokio::join!(
        alice.call(Method::POST, &path, body(1)),
        alice.call(Method::POST, &path, body(2)),
        alice.call(Method::POST, &path, body(3))
    );
    let won: Vec<u8> =
        (1..).zip([a, b, c]).filter(|(_, answer)| answer["response"] == "SUCCESS").map(|(n, _)| n).collect();
    assert_eq!(won.len(), 1);
    for n in 1..=3 {
        let (status, _) = server.open(&package.code, &format!("{n:064x}")).await;
        assert_eq!(status, if won == [n] { 200 } else { 404 });
    }
}
