//! The description of the API against the table of routes.

use std::collections::HashSet;

use bulla::api::{API_PREFIX, DROPZONE_PREFIX};
use bulla_server::domain::Access;
use bulla_server::http::{Handler, ROUTES, Route, Surface, document};
use serde_json::{Value, json};

use crate::authorization::{ask, path_in};
use crate::support::{Caller, Draft, TestServer};

/// Every route with the prefixes under which it is described, and what is described there.
fn operations(document: &Value) -> Vec<(&'static Route, &'static str, &Value)> {
    let each = ROUTES.iter().flat_map(|route| route.described_prefixes().map(move |prefix| (route, prefix)));
    each.map(|(route, prefix)| {
        let path = route.described_path(prefix);
        let operation = &document["paths"][&path][route.method.as_str().to_ascii_lowercase()];
        assert!(operation.is_object(), "{} {path} is not described", route.method);
        (route, prefix, operation)
    })
    .collect()
}

#[tokio::test]
async fn the_server_hands_out_its_description() {
    let server = TestServer::start().await;
    for slash in ["", "/"] {
        let answer = server.get(&server.url(&format!("{API_PREFIX}/openapi.json{slash}"))).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "application/json");
        assert_eq!(answer.json::<Value>().await.unwrap(), document());
    }
}

#[test]
fn every_route_is_described_with_its_request_its_answers_and_who_may() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    let mut ids = HashSet::new();
    let operations = operations(&document);
    for (route, prefix, operation) in &operations {
        let shown = format!("{} {prefix}{}", route.method, route.path);
        assert!(operation["summary"].as_str().unwrap().len() > 5, "{shown}");
        assert!(
            ids.insert(operation["operationId"].as_str().unwrap()),
            "{shown}: {}",
            operation["operationId"]
        );

        let parameters = operation["parameters"].as_array().unwrap();
        let in_path = parameters.iter().filter(|parameter| parameter["in"] == "path");
        let in_path: Vec<_> = in_path.map(|parameter| parameter["name"].as_str().unwrap()).collect();
        let names = route.path.split(['{', '}']).skip(1).step_by(2).map(|name| name.trim_start_matches('*'));
        assert_eq!(in_path, names.collect::<Vec<_>>(), "{shown}");

        let answers = operation["responses"].as_object().unwrap();
        assert!(answers.contains_key("200"), "{shown}");
        let json = answers["200"]["content"]["application/json"]["schema"].is_object();
        match route.handler {
            Handler::Raw(_) => {}
            Handler::Call(_) => assert!(json, "{shown}"),
            Handler::Form(_) => {
                assert!(json, "{shown}");
                let form =
                    &operation["requestBody"]["content"]["multipart/form-data"]["schema"]["properties"];
                let octets = if ["/upload/", "/files/"].iter().any(|end| route.path.ends_with(end)) {
                    &form["files"]["items"]
                } else {
                    &form["textFile"]
                };
                assert!(form["requestData"].is_object() && octets.is_object(), "{shown}");
            }
        }
        let statuses: HashSet<&str> = answers.keys().map(String::as_str).collect();
        let always: &[&str] = match (route.surface, route.access) {
            (Surface::SendSafely, _) => &["200"],
            (Surface::Session, Access::Account) => &["200", "400", "401", "403", "413"],
            (Surface::Session, _) => &["200", "400", "403", "413"],
            (Surface::Link, Access::LinkToken) => &["200", "400", "401", "410", "413"],
            (Surface::Link, _) => &["200", "400", "413"],
            (Surface::OAuth, _) => &["200", "400", "401", "413", "429"],
            (Surface::Zus, _) => &["200", "400", "401", "403", "413"],
            (Surface::ShareFile | Surface::SecureShare, _) => &["200", "400", "401", "413"],
            (Surface::Plain, _) => &["200"],
        };
        assert!(always.iter().all(|status| statuses.contains(status)), "{shown}: {statuses:?}");
        assert!(route.surface != Surface::SendSafely || statuses.len() == 1, "{shown}: {statuses:?}");

        let ways: Vec<HashSet<&str>> =
            operation["security"].as_array().unwrap().iter().map(names_of).collect();
        let signed = HashSet::from(["apiKey", "timestamp", "signature"]);
        let session = HashSet::from(["session", "sessionHeader"]);
        let expected = match (route.surface, route.access, *prefix) {
            (_, Access::Presigned, _) => vec![HashSet::from(["presigned"])],
            (_, Access::LinkToken, _) => vec![HashSet::from(["linkToken"])],
            (Surface::Session, Access::Anyone, _) => vec![HashSet::from(["sessionHeader"])],
            (Surface::Session, ..) => vec![session],
            (Surface::OAuth, ..) => vec![HashSet::from(["client"]), HashSet::new()],
            (_, Access::Anyone | Access::Unsigned, _) => vec![],
            (Surface::ShareFile | Surface::SecureShare, ..) => {
                vec![HashSet::from(["bearer"]), signed, session]
            }
            (_, _, DROPZONE_PREFIX) => vec![HashSet::from(["dropzone"])],
            _ => vec![signed, session],
        };
        assert_eq!(ways, expected, "{shown}");
    }
    let described = document["paths"].as_object().unwrap().values();
    let described: usize = described.map(|path| path.as_object().unwrap().len()).sum();
    assert_eq!(described, operations.len(), "nothing else is described");
}

fn names_of(way: &Value) -> HashSet<&str> {
    way.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn what_the_description_refers_to_is_there() {
    let document = document();
    let mut met = HashSet::new();
    references(&document, &mut met);
    assert!(met.len() > 50, "{}", met.len());
    for reference in &met {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        assert!(met.contains(&format!("#/components/schemas/{name}")), "nothing refers to {name}");
    }
    assert!(!document.to_string().contains("[`"), "a link of rustdoc's");
}

fn references(value: &Value, met: &mut HashSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(target) if name == "$ref" => {
                        met.insert(target.clone());
                    }
                    value => references(value, met),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, met)),
        _ => {}
    }
}

/// What is taken is described as it is read: one field of each kind, so that the description is known to follow.
#[test]
fn the_description_follows_the_types() {
    let document = document();
    let schemas = &document["components"]["schemas"];
    let file = &schemas["CreateFile"];
    assert_eq!(file["required"], json!(["filename", "parts", "filesize"]));
    assert_eq!(file["properties"]["uploadType"]["type"], json!(["string", "null"]));
    assert_eq!(schemas["FileEntry"]["properties"]["fileSize"]["type"], "string");
    assert_eq!(schemas["CreateFiles"]["properties"]["files"]["maxItems"], 500);
    assert_eq!(schemas["Failure"]["properties"]["response"], json!({ "not": { "const": "SUCCESS" } }));
    let refused = |path: &str, method: &str| -> Vec<String> {
        let answers = document["paths"][path][method]["responses"].as_object().unwrap();
        answers.keys().filter(|status| *status != "200").cloned().collect()
    };
    assert_eq!(refused("/link/v1/{code}/", "get"), ["400", "413"]);
    assert_eq!(refused("/link/v1/{code}/open/", "post"), ["400", "401", "404", "410", "413", "429"]);
    assert_eq!(refused("/session/v1/keys/{api_key}/", "delete"), ["400", "401", "403", "404", "413"]);
    let page = &document["paths"]["/api/v2.0/package/workspaces/"]["get"]["parameters"];
    let page: Vec<_> = page.as_array().unwrap().iter().map(|field| (&field["name"], &field["in"])).collect();
    assert!(page.contains(&(&json!("rowIndex"), &json!("query"))), "{page:?}");
}

/// Under the prefix of Dropzones only those routes are described that ever let one in.
#[tokio::test]
async fn where_no_dropzone_is_described_none_is_let_in() {
    let server = TestServer::start().await;
    let dropzone = server.dropzone();
    let mut asked = 0;
    for route in ROUTES.iter().filter(|route| route.surface == Surface::SendSafely) {
        if route.described_prefixes().any(|prefix| prefix == DROPZONE_PREFIX) {
            continue;
        }
        let package: Draft = dropzone.package().await;
        let file = dropzone.upload(&package, &[b"x"]).await;
        let answer = ask(&dropzone, route, &path_in(route, &package, &file, "R", ("D", "T")), &file).await;
        assert_eq!(
            answer["message"], "not found or not permitted",
            "{} {}: {answer}",
            route.method, route.path
        );
        asked += 1;
    }
    assert!(asked > 20, "{asked}");
}
