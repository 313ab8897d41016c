//! Contact groups: who makes and uses them, and whom they bring to a package.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Account, CHECKSUM, Caller, Draft, TestServer, text};

/// A new group with these members.
async fn group(account: &Account<'_>, name: &str, emails: &[&str]) -> String {
    let made = account.done(Method::PUT, "/group/", json!({ "groupName": name })).await;
    let id = text(&made, "contactGroupId");
    for email in emails {
        account.done(Method::PUT, &format!("/group/{id}/user/"), json!({ "userEmail": email })).await;
    }
    id
}

async fn put_on(account: &Account<'_>, package: &Draft, group: &str) -> Value {
    account.done(Method::PUT, &format!("/package/{}/group/{group}/", package.id), json!(null)).await
}

async fn recipients(account: &Account<'_>, package: &Draft) -> Vec<String> {
    let seen = account.done(Method::GET, &format!("/package/{}/", package.id), json!(null)).await;
    seen["recipients"].as_array().unwrap().iter().map(|recipient| text(recipient, "email")).collect()
}

#[tokio::test]
async fn groups_and_their_members_come_and_go() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let id = group(&alice, " The board ", &["bob@example.com"]).await;
    let path = format!("/group/{id}");
    let carol = json!({ "userEmail": "Carol@example.com" });
    let added = alice.done(Method::PUT, &format!("{path}/user"), carol.clone()).await;
    assert_eq!(added["userEmail"], "carol@example.com");
    // One who is in it stays the same one.
    assert_eq!(alice.done(Method::PUT, &format!("{path}/user/"), carol).await, added);
    let listed = alice.done(Method::GET, "/user/groups/", json!(null)).await;
    let shown = &listed["contactGroups"][0];
    assert_eq!((&shown["id"], &shown["contactGroupId"]), (&json!(id), &json!(id)));
    assert_eq!(shown["contactGroupName"], "The board");
    assert_eq!(shown["contactGroupIsOrganizationGroup"], false);
    let users = shown["users"].as_array().unwrap();
    assert_eq!((users.len(), &users[0]["userEmail"]), (2, &json!("bob@example.com")));
    assert_eq!(users[1]["userId"], added["userId"]);

    let user = format!("{path}/{}/", text(&added, "userId"));
    alice.done(Method::DELETE, &user, json!(null)).await;
    alice.fails(Method::DELETE, &user, json!(null), "FAIL").await;
    let listed = alice.done(Method::GET, "/user/groups/", json!(null)).await;
    assert_eq!(listed["contactGroups"][0]["users"].as_array().unwrap().len(), 1);
    alice.done(Method::DELETE, &path, json!(null)).await;
    alice.fails(Method::DELETE, &path, json!(null), "FAIL").await;
    let listed = alice.done(Method::GET, "/user/groups/", json!(null)).await;
    assert_eq!(listed["contactGroups"], json!([]));
}

#[tokio::test]
async fn what_is_no_name_or_no_address_is_refused() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    for name in ["", " ", "a\nb", &"n".repeat(201)] {
        alice.fails(Method::PUT, "/group/", json!({ "groupName": name }), "FAIL").await;
    }
    alice.fails(Method::PUT, "/group/", json!({}), "FAIL").await;
    let id = group(&alice, "g", &[]).await;
    for email in ["", "bob", "Bob <bob@example.com>"] {
        let path = format!("/group/{id}/user/");
        alice.fails(Method::PUT, &path, json!({ "userEmail": email }), "FAIL").await;
    }
    let package = alice.package().await;
    let path = format!("/package/{}/group/{id}/", package.id);
    let said = alice.fails(Method::PUT, &path, json!(null), "FAIL").await;
    assert_eq!(said, "the group has no members");
}

#[tokio::test]
async fn members_of_a_group_read_the_package() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let (carol, eve) = (server.account("carol@example.com").await, server.account("eve@example.com").await);
    let id = group(&alice, "The board", &["carol@example.com", "bob@example.com"]).await;
    let package = alice.package().await;
    let path = format!("/package/{}/", package.id);
    alice.upload(&package, &[b"x"]).await;
    let added = put_on(&alice, &package, &id).await;
    assert_eq!(
        (&added["contactGroupId"], &added["contactGroupName"], &added["approvalRequired"]),
        (&json!(id), &json!("The board"), &json!(false))
    );
    assert_eq!(added["contactGroupUserEmails"], json!(["bob@example.com", "carol@example.com"]));
    // A group is recipients enough.
    let done = alice.done(Method::POST, &format!("{path}finalize/"), json!({ "checksum": CHECKSUM })).await;
    assert_eq!(done["recipients"], json!(["bob@example.com", "carol@example.com"]));
    for reader in [&bob, &carol] {
        let seen = reader.done(Method::GET, &path, json!(null)).await;
        assert_eq!((seen["files"].as_array().unwrap().len(), &seen["contactGroups"]), (1, &json!([])));
        let received = reader.done(Method::GET, "/package/received/", json!(null)).await;
        assert_eq!(received["packages"][0]["packageId"], json!(package.id));
        assert_eq!(received["packages"][0]["contactGroups"], json!([]));
    }
    eve.fails(Method::GET, &path, json!(null), "FAIL").await;

    let seen = alice.done(Method::GET, &path, json!(null)).await;
    let shown = &seen["contactGroups"][0];
    assert_eq!((&shown["id"], shown["users"].as_array().unwrap().len()), (&json!(id), 2));
    let sent = alice.done(Method::GET, "/package/", json!(null)).await;
    assert_eq!(sent["packages"][0]["contactGroups"], json!(["The board"]));
    server.sql("UPDATE accounts SET admin = 1").await;
    let found = alice.done(Method::POST, "/package/organization/search/", json!({})).await;
    let shown = &found["packages"][0]["contactGroups"][0];
    assert_eq!((&shown["contactGroupName"], &shown["users"]), (&json!("The board"), &json!(null)));
    let log = alice.done(Method::POST, &format!("{path}activityLog/"), json!({})).await;
    let entry = log["activityLogEntries"].as_array().unwrap().iter().find(|e| e["action"] == "GROUP_ADDED");
    assert_eq!(entry.unwrap()["actionDescription"], "Added the contact group The board");
}

#[tokio::test]
async fn who_comes_to_a_group_later_reads_once_it_is_added_again() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.account("alice@example.com").await, server.account("bob@example.com").await);
    let id = group(&alice, "g", &["carol@example.com"]).await;
    let package = alice.package().await;
    let path = format!("/package/{}/", package.id);
    alice.upload(&package, &[b"x"]).await;
    put_on(&alice, &package, &id).await;
    alice.done(Method::POST, &format!("{path}finalize/"), json!({ "checksum": CHECKSUM })).await;
    alice.done(Method::PUT, &format!("/group/{id}/user/"), json!({ "userEmail": "bob@example.com" })).await;
    bob.fails(Method::GET, &path, json!(null), "FAIL").await;
    put_on(&alice, &package, &id).await;
    bob.done(Method::GET, &path, json!(null)).await;
    // Who is struck from the group stays a recipient until the sender says otherwise.
    let listed = alice.done(Method::GET, "/user/groups/", json!(null)).await;
    let user = text(&listed["contactGroups"][0]["users"][0], "userId");
    alice.done(Method::DELETE, &format!("/group/{id}/{user}/"), json!(null)).await;
    bob.done(Method::GET, &path, json!(null)).await;
    alice.done(Method::DELETE, &format!("{path}group/{id}/"), json!(null)).await;
    bob.fails(Method::GET, &path, json!(null), "FAIL").await;
}

#[tokio::test]
async fn a_group_takes_along_whom_it_alone_brought() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let everyone = ["b@example.com", "c@example.com", "d@example.com", "e@example.com"];
    let (large, small) = (group(&alice, "l", &everyone).await, group(&alice, "s", &["c@example.com"]).await);
    let package = alice.package().await;
    let path = format!("/package/{}", package.id);
    let add = |email: &str| json!({ "email": email });
    alice.done(Method::PUT, &format!("{path}/recipient/"), add("b@example.com")).await;
    put_on(&alice, &package, &large).await;
    put_on(&alice, &package, &small).await;
    alice.done(Method::PUT, &format!("{path}/recipient/"), add("e@example.com")).await;
    assert_eq!(recipients(&alice, &package).await, everyone);
    // By itself before, by another group, by itself after; only d came by this group alone.
    alice.done(Method::DELETE, &format!("{path}/group/{large}/"), json!(null)).await;
    assert_eq!(recipients(&alice, &package).await, ["b@example.com", "c@example.com", "e@example.com"]);
    alice.fails(Method::DELETE, &format!("{path}/group/{large}/"), json!(null), "FAIL").await;
    alice.done(Method::DELETE, &format!("{path}/group/{small}/"), json!(null)).await;
    assert_eq!(recipients(&alice, &package).await, ["b@example.com", "e@example.com"]);
    let seen = alice.done(Method::GET, &format!("{path}/"), json!(null)).await;
    assert_eq!(seen["contactGroups"], json!([]));
}

#[tokio::test]
async fn whom_a_deleted_group_brought_stays() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let id = group(&alice, "g", &["bob@example.com"]).await;
    let package = alice.package().await;
    put_on(&alice, &package, &id).await;
    alice.done(Method::DELETE, &format!("/group/{id}/"), json!(null)).await;
    assert_eq!(recipients(&alice, &package).await, ["bob@example.com"]);
    let path = format!("/package/{}/group/{id}/", package.id);
    alice.fails(Method::PUT, &path, json!(null), "FAIL").await;
    alice.fails(Method::DELETE, &path, json!(null), "FAIL").await;
}

#[tokio::test]
async fn a_group_is_for_whom_it_belongs_to() {
    let server = TestServer::start().await;
    let (alice, eve) = (server.account("alice@example.com").await, server.account("eve@example.com").await);
    let id = group(&alice, "g", &["bob@example.com"]).await;
    let listed = alice.done(Method::GET, "/user/groups/", json!(null)).await;
    let user = text(&listed["contactGroups"][0]["users"][0], "userId");
    let package = eve.package().await;
    for (method, path, body) in [
        (Method::DELETE, format!("/group/{id}/"), json!(null)),
        (Method::PUT, format!("/group/{id}/user/"), json!({ "userEmail": "eve@example.com" })),
        (Method::DELETE, format!("/group/{id}/{user}/"), json!(null)),
        (Method::PUT, format!("/package/{}/group/{id}/", package.id), json!(null)),
        (Method::DELETE, format!("/package/{}/group/{id}/", package.id), json!(null)),
    ] {
        let said = eve.fails(method, &path, body, "FAIL").await;
        assert_eq!(said, "not found or not permitted", "{path}");
    }
    for path in ["/user/groups/", "/enterprise/groups/"] {
        assert_eq!(eve.done(Method::GET, path, json!(null)).await["contactGroups"], json!([]));
    }
    // A Dropzone has no groups, not even on its own drafts.
    let draft = server.dropzone().package().await;
    let path = format!("/package/{}/group/{id}/", draft.id);
    server.dropzone().fails(Method::PUT, &path, json!(null), "FAIL").await;
    assert_eq!(alice.done(Method::GET, "/user/groups/", json!(null)).await, listed);
}

#[tokio::test]
async fn enterprise_groups_are_made_by_administrators_and_used_by_all() {
    let server = TestServer::start().await;
    let (alice, ann) = (server.account("alice@example.com").await, server.account("ann@example.com").await);
    server.sql("UPDATE accounts SET admin = 1 WHERE email = 'ann@example.com'").await;
    let new = json!({ "groupName": "All", "isEnterpriseGroup": true });
    let said = alice.fails(Method::PUT, "/group/", new.clone(), "FAIL").await;
    assert_eq!(said, "only an administrator makes a group for every account");
    let id = text(&ann.done(Method::PUT, "/group/", new).await, "contactGroupId");
    let add = json!({ "userEmail": "bob@example.com" });
    alice.fails(Method::PUT, &format!("/group/{id}/user/"), add.clone(), "FAIL").await;
    ann.done(Method::PUT, &format!("/group/{id}/user/"), add.clone()).await;
    alice.fails(Method::DELETE, &format!("/group/{id}/"), json!(null), "FAIL").await;

    let listed = alice.done(Method::GET, "/enterprise/groups/", json!(null)).await;
    assert_eq!(listed["contactGroups"][0]["contactGroupIsOrganizationGroup"], true);
    for account in [&alice, &ann] {
        let own = account.done(Method::GET, "/user/groups/", json!(null)).await;
        assert_eq!(own["contactGroups"], json!([]));
    }
    let package = alice.package().await;
    put_on(&alice, &package, &id).await;
    assert_eq!(recipients(&alice, &package).await, ["bob@example.com"]);
    // It is the administrators', and not its maker's for good.
    server.sql("UPDATE accounts SET admin = CASE WHEN email = 'alice@example.com' THEN 1 ELSE 0 END").await;
    ann.fails(Method::PUT, &format!("/group/{id}/user/"), add, "FAIL").await;
    alice.done(Method::DELETE, &format!("/group/{id}/"), json!(null)).await;
}

#[tokio::test]
async fn members_of_a_group_wait_for_approval_as_anyone_does() {
    let server = TestServer::start_with(|settings| {
        settings.approvers = vec!["ann@example.com".to_owned()];
        settings.approval_exempt = vec!["example.com".to_owned()];
    })
    .await;
    let alice = server.account("alice@example.com").await;
    let id = group(&alice, "g", &["bob@example.com", "bob@example.org"]).await;
    let package = alice.package().await;
    alice.upload(&package, &[b"x"]).await;
    assert_eq!(put_on(&alice, &package, &id).await["approvalRequired"], true);
    let path = format!("/package/{}/finalize/", package.id);
    let answer = alice.call(Method::POST, &path, json!({ "checksum": CHECKSUM })).await;
    assert_eq!(answer["response"], "PACKAGE_NEEDS_APPROVAL");
    // What waits stays as it is.
    let path = format!("/package/{}/group/{id}/", package.id);
    alice.fails(Method::PUT, &path, json!(null), "LIMIT_EXCEEDED").await;
    alice.fails(Method::DELETE, &path, json!(null), "FAIL").await;
}

#[tokio::test]
async fn groups_members_and_recipients_are_bounded() {
    let server = TestServer::start().await;
    let alice = server.account("alice@example.com").await;
    let id = group(&alice, "g", &[]).await;
    server
        .sql(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) \
             INSERT INTO group_members (id, group_id, email) \
             SELECT 'm' || i, (SELECT id FROM contact_groups), 'm' || i || '@example.com' FROM n",
        )
        .await;
    let add = |email: &str| json!({ "userEmail": email });
    alice.done(Method::PUT, &format!("/group/{id}/user/"), add("m7@example.com")).await;
    alice.fails(Method::PUT, &format!("/group/{id}/user/"), add("x@example.com"), "LIMIT_EXCEEDED").await;
    let package = alice.package().await;
    assert_eq!(put_on(&alice, &package, &id).await["contactGroupUserEmails"].as_array().unwrap().len(), 500);
    server.sql("UPDATE group_members SET email = 'n' || email").await;
    put_on(&alice, &package, &id).await;
    server.sql("UPDATE group_members SET email = 'n' || email").await;
    let path = format!("/package/{}/group/{id}/", package.id);
    alice.fails(Method::PUT, &path, json!(null), "LIMIT_EXCEEDED").await;
    assert_eq!(recipients(&alice, &package).await.len(), 1000);

    server
        .sql(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 199) \
             INSERT INTO contact_groups (id, account_id, name, enterprise, created) \
             SELECT 'g' || i, (SELECT account_id FROM contact_groups), 'g', 0, 0 FROM n",
        )
        .await;
    alice.fails(Method::PUT, "/group/", json!({ "groupName": "one more" }), "LIMIT_EXCEEDED").await;
    let package = alice.package().await;
    server
        .sql(
            "INSERT INTO package_groups (package_id, group_id) SELECT p.id, g.id FROM packages p, contact_groups g \
             WHERE p.state = 'temp' AND g.id LIKE 'g%' ORDER BY g.id LIMIT 100",
        )
        .await;
    let path = format!("/package/{}/group/{id}/", package.id);
    alice.fails(Method::PUT, &path, json!(null), "LIMIT_EXCEEDED").await;
}
