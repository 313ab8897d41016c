//! Recipients who verify who they are: nothing opens before, and to nobody else.

use std::collections::BTreeMap;

use bulla::api::LINK_PREFIX;
use bulla_server::config::ProviderSettings;
use reqwest::Method;
use serde_json::{Value, json};

use crate::key_issue::secret;
use crate::mailbox::Mailbox;
use crate::mails::{self, ORIGIN};
use crate::receiver::Receiver;
use crate::secure_shares::{Client, by_mail};
use crate::shares::{is, refusal, urls};
use crate::sms::{self, texting};
use crate::support::{Account, CHECKSUM, Caller, Draft, Page, TestServer, WRONG_CHECKSUM, text};

/// Providers that nobody answers for.
pub(crate) fn nobodys_providers() -> BTreeMap<String, ProviderSettings> {
    let provider = |nin_claim: Option<&str>| ProviderSettings {
        issuer: "http://127.0.0.1:1".to_owned(),
        client_id: "bulla".to_owned(),
        client_secret: None,
        client_secret_file: None,
        scopes: Vec::new(),
        idp_id_claim: None,
        nin_claim: nin_claim.map(str::to_owned),
    };
    [("nbid".to_owned(), provider(Some("nin"))), ("plain".to_owned(), provider(None))].into()
}

/// Calls a route of a recipient's verification.
async fn post(
    server: &TestServer,
    package: &Draft,
    path: &str,
    recipient: &str,
    more: Value,
) -> (u16, Value) {
    let mut body = json!({ "checksum": CHECKSUM, "recipient": recipient });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let path = format!("/{}/verification/{path}", package.code);
    server.link(Method::POST, &path, None, Some(body)).await
}

async fn done(server: &TestServer, package: &Draft, path: &str, recipient: &str, more: Value) -> Value {
    let (status, answer) = post(server, package, path, recipient, more).await;
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

async fn open(server: &TestServer, package: &Draft, statement: Value) -> (u16, Value) {
    let body = json!({ "checksum": CHECKSUM, "recipientCode": statement });
    server.link(Method::POST, &format!("/{}/open", package.code), None, Some(body)).await
}

/// The way of a recipient by this provider.
async fn way(server: &TestServer, package: &Draft, recipient: &str, provider: &str) -> Value {
    let told = done(server, package, "", recipient, json!({})).await;
    let ways = told["ways"].as_array().unwrap();
    ways.iter().find(|way| way["identityProvider"] == provider).unwrap().clone()
}

/// Has a code sent by e-mail, and answers with what names it and the code.
async fn mailed(
    server: &TestServer,
    mailbox: &Mailbox,
    package: &Draft,
    recipient: &str,
) -> (String, String) {
    let way = way(server, package, recipient, "otp-email").await;
    let before = mailbox.count();
    let sent = done(server, package, "code", recipient, json!({ "way": way["id"] })).await;
    let arrived = mailbox.arrived(before + 1).await;
    (text(&sent, "token"), secret(&arrived[before]))
}

/// The statement of a recipient that goes by a code by e-mail, and what it opens.
pub(crate) async fn verified_by_mail(
    server: &TestServer,
    mailbox: &Mailbox,
    package: &Draft,
    recipient: &Value,
) -> (String, Value) {
    let id = text(recipient, "id");
    let (token, code) = mailed(server, mailbox, package, &id).await;
    let proven = done(server, package, "code/enter", &id, json!({ "token": token, "code": code })).await;
    assert_eq!(proven["verified"], true, "{proven}");
    let statement = text(&proven, "statement");
    let (status, opened) = open(server, package, json!(statement)).await;
    assert_eq!(status, 200, "{opened}");
    (statement, opened)
}

/// The statement of a recipient that goes by a code by text, for a package with this checksum.
pub(crate) async fn stated_by_text(
    server: &TestServer,
    gateway: &Receiver,
    package: &Draft,
    recipient: &Value,
    checksum: &str,
) -> String {
    let (id, before) = (text(recipient, "id"), gateway.count());
    let told = done(server, package, "", &id, json!({ "checksum": checksum })).await;
    let by = json!({ "checksum": checksum, "way": told["ways"][0]["id"] });
    let sent = done(server, package, "code", &id, by).await;
    let said = gateway.asked(before + 1).await[before].body.replace('+', " ");
    let entered = json!({ "checksum": checksum, "token": sent["token"], "code": sms::code(&said) });
    let proven = done(server, package, "code/enter", &id, entered).await;
    assert_eq!(proven["verified"], true, "{proven}");
    text(&proven, "statement")
}

fn other(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

/// A share of a package of alice's for Bob alone, by a code by e-mail.
async fn shared(alice: &Account<'_>) -> (Draft, String, Value) {
    let (package, file) = alice.sent().await;
    let made = Client::of(alice).await.share(&package, json!([by_mail("bob@example.com")])).await;
    (package, file, made)
}

#[tokio::test]
async fn nothing_opens_before_somebody_verified_and_to_nobody_else() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, false).await;
    let (alice, carol) =
        (server.account("alice@example.com").await, server.account("carol@example.com").await);
    // Carol is a recipient of the package, has a token of its link, and a share of the other kind leads to it.
    let package = alice.package().await;
    let file = alice.upload(&package, &[b"one", b"two"]).await;
    let message = json!({ "message": "aGVsbG8=" });
    alice.done(Method::PUT, &format!("/package/{}/message/", package.id), message).await;
    let to_carol = json!({ "email": "carol@example.com" });
    alice.done(Method::PUT, &format!("/package/{}/recipient/", package.id), to_carol).await;
    alice.finalize(&package).await;
    let information = format!("/package/{}/", package.id);
    carol.done(Method::GET, &information, json!(null)).await;
    assert_eq!(
        carol.done(Method::GET, "/package/received/", json!(null)).await["packages"][0]["packageId"],
        package.id
    );
    let old = text(&server.open(&package.code, CHECKSUM).await.1, "token");
    let domain = server.domain().await;
    let owner = domain.key(&alice.api_key).await.unwrap().unwrap().0;
    let terms = || bulla_server::domain::ShareTerms { items: vec![file.clone()], ..Default::default() };
    let plain = domain.create_share(&owner, &package.id, terms()).await.unwrap();
    let through = crate::shares::open(&server, &package, Some(&plain.id), None).await;
    let leased = text(&through.1, "token");
    // The control: until now all of them read it.
    assert_eq!(urls(&server, &package, &leased, &file, (1, 1)).await.0, 200);

    let made = Client::of(&alice).await.share(&package, json!([by_mail("bob@example.com")])).await;
    let status = server.link(Method::GET, &format!("/{}", package.code), None, None).await;
    assert_eq!(status.1, json!({ "passwordRequired": false }));
    for statement in [json!(null), json!(""), json!("x.y.z.w"), json!(made["recipients"][0]["id"])] {
        let refused = open(&server, &package, statement).await;
        assert_eq!(refusal(refused), is(401, "VERIFICATION_REQUIRED"));
    }
    let through = crate::shares::open(&server, &package, Some(&plain.id), None).await;
    assert_eq!(refusal(through), is(401, "VERIFICATION_REQUIRED"));
    for token in [old, leased] {
        assert_eq!(refusal(urls(&server, &package, &token, &file, (1, 1)).await), is(401, "TOKEN_INVALID"));
    }
    assert!(domain.create_share(&owner, &package.id, terms()).await.is_err());
    for by in [&package.id, &package.code] {
        carol.fails(Method::GET, &format!("/package/{by}/"), json!(null), "FAIL").await;
    }
    let wanted = json!({ "startSegment": 1, "endSegment": 1, "checksum": CHECKSUM });
    carol.fails(Method::POST, &format!("{information}file/{file}/download-urls/"), wanted, "FAIL").await;
    carol.fails(Method::GET, &format!("{information}message/{CHECKSUM}/"), json!(null), "FAIL").await;
    assert_eq!(carol.done(Method::GET, "/package/received/", json!(null)).await["packages"], json!([]));
    alice.done(Method::GET, &information, json!(null)).await;

    // Bob verifies, and it opens.
    let (_, opened) = verified_by_mail(&server, &mailbox, &package, &made["recipients"][0]).await;
    assert_eq!((&opened["files"][0]["fileId"], &opened["message"]), (&json!(file), &json!("aGVsbG8=")));
    assert_eq!(urls(&server, &package, &text(&opened, "token"), &file, (1, 2)).await.0, 200);
}

#[tokio::test]
async fn its_owner_opens_it_by_its_link_when_signed_in() {
    let server = TestServer::start().await;
    let (alice, eve) =
        (server.signed_in("alice@example.com").await, server.signed_in("eve@example.com").await);
    let owner = server.account("alice@example.com").await;
    let (package, file) = owner.sent().await;
    Client::of(&owner).await.share(&package, json!([])).await;
    let path = format!("{LINK_PREFIX}/{}/open/", package.code);
    let open = async |who: &Page<'_>| {
        let request = who.request(Method::POST, &path);
        let answer = request.json(&json!({ "checksum": CHECKSUM })).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    assert_eq!(refusal(open(&eve).await), is(401, "VERIFICATION_REQUIRED"));
    let (status, opened) = open(&alice).await;
    assert_eq!((status, opened["files"].as_array().unwrap().len()), (200, 1));
    let token = text(&opened, "token");
    assert_eq!(urls(&server, &package, &token, &file, (1, 1)).await.0, 200);
    server.sql("UPDATE accounts SET disabled = 1").await;
    assert_eq!(urls(&server, &package, &token, &file, (1, 1)).await.0, 401);
}

#[tokio::test]
async fn strangers_are_told_nothing() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, false).await;
    let alice = server.account("alice@example.com").await;
    let (package, _, made) = shared(&alice).await;
    let (other_package, _, other_made) = shared(&alice).await;
    let bob = text(&made["recipients"][0], "id");
    let foreign = text(&other_made["recipients"][0], "id");
    let (plain, _) = alice.sent().await;
    let way = way(&server, &package, &bob, "otp-email").await;
    let none = Draft { id: String::new(), code: "B".repeat(43) };
    let mut answers = Vec::new();
    for (package, recipient, checksum) in [
        (&package, &*bob, WRONG_CHECKSUM),
        (&package, "X", CHECKSUM),
        (&package, &foreign, CHECKSUM),
        (&none, &bob, CHECKSUM),
        (&plain, &bob, CHECKSUM),
    ] {
        for path in ["", "code", "code/enter", "sign-in", "sign-in/end"] {
            let more = json!({
                "checksum": checksum, "way": way["id"], "token": "T", "code": "123456", "state": "S",
            });
            answers.push(post(&server, package, path, recipient, more).await);
        }
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(refusal(answers.remove(0)), is(404, "NOT_FOUND"));
    assert_eq!(mailbox.count(), 0);
    // They were counted.
    assert_eq!(post(&server, &other_package, "", &foreign, json!({})).await.0, 200);
    for _ in 0..20 {
        post(&server, &package, "", "X", json!({})).await;
    }
    assert_eq!(refusal(post(&server, &package, "", &bob, json!({})).await), is(429, "TOO_MANY_ATTEMPTS"));
}

#[tokio::test]
async fn a_code_is_guessed_at_five_times_and_used_once() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, false).await;
    let alice = server.account("alice@example.com").await;
    let (package, _, made) = shared(&alice).await;
    let bob = text(&made["recipients"][0], "id");
    let enter = async |token: &str, code: &str| {
        post(&server, &package, "code/enter", &bob, json!({ "token": token, "code": code })).await
    };
    let (token, code) = mailed(&server, &mailbox, &package, &bob).await;
    assert_eq!(mailbox.arrived(1).await[0].to, ["bob@example.com"]);
    assert!(!server.keeps(&token));
    assert_eq!(refusal(enter("T", &code).await), is(410, "CODE_SPENT"));
    for _ in 0..5 {
        assert_eq!(refusal(enter(&token, &other(&code)).await), is(401, "CODE_WRONG"));
    }
    assert_eq!(refusal(enter(&token, &code).await), is(410, "CODE_SPENT"));
    // A new one takes the place of the one before.
    let first = mailed(&server, &mailbox, &package, &bob).await;
    let second = mailed(&server, &mailbox, &package, &bob).await;
    assert_eq!(refusal(enter(&first.0, &first.1).await), is(410, "CODE_SPENT"));
    let proven = enter(&second.0, &format!(" {} ", second.1)).await;
    assert_eq!((proven.0, &proven.1["verified"]), (200, &json!(true)));
    assert_eq!(refusal(enter(&second.0, &second.1).await), is(410, "CODE_SPENT"));
    // One that has expired.
    let (token, code) = mailed(&server, &mailbox, &package, &bob).await;
    server.sql("UPDATE codes SET expires = 1").await;
    assert_eq!(refusal(enter(&token, &code).await), is(410, "CODE_SPENT"));
    // Five an hour.
    mailed(&server, &mailbox, &package, &bob).await;
    let way = way(&server, &package, &bob, "otp-email").await;
    let refused = post(&server, &package, "code", &bob, json!({ "way": way["id"] })).await;
    assert_eq!(refusal(refused), is(429, "TOO_MANY_ATTEMPTS"));
    assert_eq!(mailbox.count(), 5);
}

#[tokio::test]
async fn a_code_is_for_whom_it_was_sent_to() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, false).await;
    let alice = server.account("alice@example.com").await;
    server.user("dave@example.com").await;
    let (package, _) = alice.sent().await;
    let recipients = json!([by_mail("bob@example.com"), by_mail("carol@example.com")]);
    let made = Client::of(&alice).await.share(&package, recipients).await;
    let [bob, carol] = [0, 1].map(|place| text(&made["recipients"][place], "id"));
    let (token, code) = mailed(&server, &mailbox, &package, &bob).await;
    let of_bob = json!({ "token": token, "code": code });
    assert_eq!(refusal(post(&server, &package, "code/enter", &carol, of_bob).await), is(410, "CODE_SPENT"));
    // Neither does it make an API key, nor does one that makes an API key open anything.
    let (token, code) = mailed(&server, &mailbox, &package, &bob).await;
    assert_eq!(crate::key_issue::by_code(&server, &token, &code).await["response"], "PIN_RESEND");
    let asked = crate::key_issue::generate(&server, "dave@example.com", crate::support::PASSWORD).await;
    let code = secret(&mailbox.arrived(3).await[2]);
    let of_dave = json!({ "token": asked["token"], "code": code });
    assert_eq!(refusal(post(&server, &package, "code/enter", &bob, of_dave).await), is(410, "CODE_SPENT"));
    // A statement is for whom it says.
    let (statement, _) = verified_by_mail(&server, &mailbox, &package, &made["recipients"][0]).await;
    let moved = statement.replace(&bob, &carol);
    assert_eq!(refusal(open(&server, &package, json!(moved)).await), is(401, "VERIFICATION_REQUIRED"));
    let told = done(&server, &package, "", &carol, json!({ "statement": statement })).await;
    assert_eq!((&told["verified"], &told["ways"][0]["done"]), (&json!(false), &json!(false)));
    let (elsewhere, _, _) = shared(&alice).await;
    assert_eq!(refusal(open(&server, &elsewhere, json!(statement)).await), is(401, "VERIFICATION_REQUIRED"));
    let (end, rest) = statement.split_once('.').unwrap();
    let later = format!("{}.{rest}", end.parse::<u64>().unwrap() + 1);
    assert_eq!(refusal(open(&server, &package, json!(later)).await), is(401, "VERIFICATION_REQUIRED"));
}

#[tokio::test]
async fn all_ways_or_any_one_of_them() {
    let (mailbox, gateway) = (Mailbox::start().await, Receiver::start().await);
    let server = mails::server_with(&mailbox, |settings| {
        texting(settings, &gateway, "to={to}&text={text}", None);
    })
    .await;
    let alice = server.account("alice@example.com").await;
    let client = Client::of(&alice).await;
    let (package, _) = alice.sent().await;
    let both = json!({
        "email": "bob@example.com", "mobile": "+4791234567",
        "authentication": [{ "identityProvider": "otp-email" }, { "identityProvider": "otp-sms" }],
    });
    for mode in ["all", "any"] {
        let order = json!({ "packageId": package.id, "authenticationMode": mode, "recipients": [both] });
        let made = client.done(Method::POST, "/shares", order).await;
        let bob = text(&made["recipients"][0], "id");
        let told = done(&server, &package, "", &bob, json!({})).await;
        let hints: Vec<_> = told["ways"].as_array().unwrap().iter().map(|way| way["to"].clone()).collect();
        assert_eq!((&told["mode"], hints), (&json!(mode), vec![json!("b…@example.com"), json!("…67")]));
        let (token, code) = mailed(&server, &mailbox, &package, &bob).await;
        let proven =
            done(&server, &package, "code/enter", &bob, json!({ "token": token, "code": code })).await;
        assert_eq!(proven["verified"], mode == "any");
        let statement = text(&proven, "statement");
        let opened = open(&server, &package, json!(statement)).await;
        if mode == "any" {
            assert_eq!(opened.0, 200);
            continue;
        }
        assert_eq!(refusal(opened), is(401, "VERIFICATION_REQUIRED"));
        let seen = client.done(Method::GET, &format!("/shares/{}", text(&made, "id")), json!(null)).await;
        assert_eq!(seen["recipients"][0]["loggedInTime"], json!(null));
        let told = done(&server, &package, "", &bob, json!({ "statement": statement })).await;
        assert_eq!((&told["ways"][0]["done"], &told["ways"][1]["done"]), (&json!(true), &json!(false)));
        let way = way(&server, &package, &bob, "otp-sms").await;
        let sent = done(&server, &package, "code", &bob, json!({ "way": way["id"] })).await;
        let said = gateway.asked(1).await[0].body.replace('+', " ");
        let code = sms::code(&said);
        // Without what was verified before it is one way again.
        let entered = json!({ "token": sent["token"], "code": code, "statement": statement });
        let proven = done(&server, &package, "code/enter", &bob, entered).await;
        assert_eq!(proven["verified"], true);
        assert_eq!(open(&server, &package, json!(proven["statement"])).await.0, 200);
        let seen = client.done(Method::GET, &format!("/shares/{}", text(&made, "id")), json!(null)).await;
        assert!(seen["recipients"][0]["loggedInTime"].is_string(), "{seen}");
    }
}

#[tokio::test]
async fn a_recipient_opens_its_files_alone_and_the_owner_sees_when() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, false).await;
    let alice = server.account("alice@example.com").await;
    let client = Client::of(&alice).await;
    let package = alice.package().await;
    let (one, two) = (alice.upload(&package, &[b"1", b"2"]).await, alice.upload(&package, &[b"3"]).await);
    alice.finalize(&package).await;
    let mut bob = by_mail("bob@example.com");
    bob["fileRestrictions"] = json!([one]);
    let made = client.share(&package, json!([bob])).await;
    let path = format!("/shares/{}/recipients/{}", text(&made, "id"), text(&made["recipients"][0], "id"));
    let (_, opened) = verified_by_mail(&server, &mailbox, &package, &made["recipients"][0]).await;
    let token = text(&opened, "token");
    let files: Vec<_> = opened["files"].as_array().unwrap().iter().map(|file| text(file, "fileId")).collect();
    assert_eq!(files, [one.as_str()]);
    assert_eq!(refusal(urls(&server, &package, &token, &two, (1, 1)).await), is(404, "NOT_FOUND"));
    urls(&server, &package, &token, &one, (1, 1)).await;
    assert_eq!(client.done(Method::GET, &path, json!(null)).await["fileAccessInfos"], json!([]));
    for _ in 0..2 {
        assert_eq!(urls(&server, &package, &token, &one, (1, 2)).await.0, 200);
    }
    let seen = client.done(Method::GET, &path, json!(null)).await;
    assert_eq!(seen["fileAccessInfos"].as_array().unwrap().len(), 1);
    assert_eq!(seen["fileAccessInfos"][0]["id"], one);
    // The restriction holds at once when it changes.
    client.done(Method::PATCH, &path, json!({ "fileRestrictions": [two] })).await;
    assert_eq!(urls(&server, &package, &token, &one, (1, 1)).await.0, 404);
    assert_eq!(urls(&server, &package, &token, &two, (1, 1)).await.0, 200);
}

#[tokio::test]
async fn what_was_opened_ends_with_what_it_took() {
    let mailbox = Mailbox::start().await;
    let server = mails::server(&mailbox, false).await;
    let alice = server.account("alice@example.com").await;
    let client = Client::of(&alice).await;
    let (package, file) = alice.sent().await;
    for end in ["address", "recipient", "share", "package"] {
        if end == "package" {
            server.sql("DELETE FROM codes").await;
        }
        let made = client.share(&package, json!([by_mail("bob@example.com")])).await;
        let share = format!("/shares/{}", text(&made, "id"));
        let recipient = format!("{share}/recipients/{}", text(&made["recipients"][0], "id"));
        let (statement, opened) = verified_by_mail(&server, &mailbox, &package, &made["recipients"][0]).await;
        let token = text(&opened, "token");
        assert_eq!(urls(&server, &package, &token, &file, (1, 1)).await.0, 200, "{end}");
        // A name may change.
        client.done(Method::PATCH, &recipient, json!({ "firstName": "Bob" })).await;
        assert_eq!(urls(&server, &package, &token, &file, (1, 1)).await.0, 200, "{end}");
        match end {
            "address" => {
                drop(client.done(Method::PATCH, &recipient, json!({ "email": "rob@example.com" })).await)
            }
            "recipient" => drop(client.done(Method::DELETE, &recipient, json!(null)).await),
            "share" => drop(client.done(Method::DELETE, &share, json!(null)).await),
            _ => drop(alice.done(Method::DELETE, &format!("/package/{}/", package.id), json!(null)).await),
        }
        let gone = urls(&server, &package, &token, &file, (1, 1)).await;
        let reopened = refusal(open(&server, &package, json!(statement)).await);
        if end == "package" {
            assert_eq!((refusal(gone), reopened), (is(410, "DELETED"), is(410, "DELETED")));
            let id = text(&made["recipients"][0], "id");
            assert_eq!(refusal(post(&server, &package, "", &id, json!({})).await), is(410, "DELETED"));
        } else {
            assert_eq!(
                (refusal(gone), reopened),
                (is(401, "TOKEN_INVALID"), is(401, "VERIFICATION_REQUIRED")),
                "{end}"
            );
        }
    }
}

#[tokio::test]
async fn identity_numbers_are_kept_sealed_and_providers_that_do_not_answer_open_nothing() {
    let server = TestServer::start_with(|settings| {
        settings.public_url = Some(ORIGIN.to_owned());
        settings.oidc = nobodys_providers();
    })
    .await;
    let alice = server.account("alice@example.com").await;
    let (package, _) = alice.sent().await;
    let with = json!([{
        "email": "bob@example.com",
        "authentication": [{ "identityProvider": "nbid", "idpId": "1234-3456-5678", "nin": "12345678901" }],
    }]);
    let client = Client::of(&alice).await;
    // It sends no e-mail and no texts.
    let there = client.done(Method::GET, "/identity-providers", json!(null)).await;
    let known = [("nbid", true), ("plain", false)];
    let known = known.map(|(name, nin)| json!({ "identityProvider": name, "nin": nin }));
    assert_eq!(there, json!({ "identityProviders": known }));
    let made = client.share(&package, with).await;
    assert_eq!(made["recipients"][0]["authentication"][0]["nin"], "12345678901");
    assert!(!server.keeps("12345678901") && !server.keeps("1234-3456-5678"));
    assert!(server.keeps("bob@example.com"), "the control");
    let bob = text(&made["recipients"][0], "id");
    let way = way(&server, &package, &bob, "nbid").await;
    assert_eq!((way.get("to"), way.to_string().contains("12345678901")), (None, false));
    let begun = post(&server, &package, "sign-in", &bob, json!({ "way": way["id"] })).await;
    assert_eq!(refusal(begun), is(401, "SIGN_IN_FAILED"));
    let ended = json!({ "token": "T", "state": "S", "code": "C" });
    assert_eq!(refusal(post(&server, &package, "sign-in/end", &bob, ended).await), is(401, "SIGN_IN_FAILED"));
    // A provider takes no code.
    assert_eq!(
        refusal(post(&server, &package, "code", &bob, json!({ "way": way["id"] })).await),
        is(404, "NOT_FOUND")
    );
}
