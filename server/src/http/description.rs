//! The OpenAPI 3.1 description of every route, made from the table of routes and from what the handlers take and give.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bulla::api::link::LinkFailure;
use bulla::api::oauth::TokenFailure;
use bulla::api::package::Answer;
use bulla::api::secure_share::Problem;
use bulla::api::session::{SESSION_HEADER, SessionFailure};
use bulla::api::sharefile::ShareFileFailure;
use bulla::api::signature::{API_KEY_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER};
use bulla::api::zus::ZusMessage;
use bulla::api::{DROPZONE_PREFIX, OPEN_DROPZONE};
use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::routes::{ROUTES, Route, Surface};
use super::typed::{Behind, Gives, Plain, Schemas, Sent, Shape};
use super::{App, secure_share};
use crate::domain::Access;

/// What [`serve`] answers.
pub(super) const ANSWERS: &[Plain] = &[(200, Some("application/json"), "The description")];

static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| Bytes::from(document().to_string()));

/// `GET /api/v2.0/openapi.json`
pub(super) async fn serve(_: Arc<App>, _: Request) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")];
    (headers, DOCUMENT.clone()).into_response()
}

/// The whole description: an OpenAPI document.
pub fn document() -> Value {
    let mut schemas = Schemas::new();
    // What every surface says when it refuses.
    schemas.given::<Answer>();
    schemas.given::<LinkFailure>();
    schemas.given::<SessionFailure>();
    schemas.given::<TokenFailure>();
    schemas.given::<ZusMessage>();
    schemas.given::<ShareFileFailure>();
    schemas.given::<Problem>();
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for route in ROUTES {
        let shape = (route.shape)(&mut schemas);
        for prefix in route.described_prefixes() {
            let operation = operation(route, prefix, &shape);
            paths
                .entry(route.described_path(prefix))
                .or_default()
                .insert(route.method.as_str().to_ascii_lowercase(), operation);
        }
    }
    let mut definitions = Map::new();
    for part in schemas.definitions() {
        definitions.extend(part);
    }
    definitions.insert("Failure".to_owned(), failure());
    let mut document = json!({
        "openapi": "3.1.0",
        "x-access": rules(),
        "info": {
            "title": "Bulla",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "SendSafely's REST API v2.0 under /api/v2.0 and, for Dropzones, /drop-zone/v2.0; what is ours \
                under /link/v1 and /session/v1; bearer tokens under /oauth; Züs's share infos and requests under /v2; ShareFile's \
                shares under /sf/v3, also with ids in parentheses, as in Shares(id); Signicat's secure shares under \
                /secure-share; parts, \
                pages and health. Every path works with and without a slash at its end.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": { "schemas": definitions, "securitySchemes": security_schemes() },
    });
    plain_words(&mut document);
    document
}

fn operation(route: &Route, prefix: &str, shape: &Shape) -> Value {
    let mut parameters: Vec<Value> = placeholders(route.path).map(path_parameter).collect();
    if route.access == Access::Presigned {
        parameters.extend(["method", "limit", "expires"].map(
            |name| json!({ "name": name, "in": "query", "required": true, "schema": { "type": "string" } }),
        ));
    }
    if let Some(schema) = &shape.takes.query {
        parameters.extend(query_parameters(schema.as_value()));
    }
    let description = (!route.description.is_empty()).then(|| json!(route.description));
    let operation = json!({
        "operationId": operation_id(route, prefix),
        "summary": route.summary,
        "tags": [route.name.split("::").next()],
        "x-access": format!("{:?}", route.access),
        "parameters": parameters,
        "security": security(route, prefix),
        "responses": responses(route, &shape.gives),
    });
    let operation = with(operation, "description", description);
    with(operation, "requestBody", request_body(&shape.takes.body))
}

/// Tells operations apart: the handler's name, and what else the path names where a handler stands on several.
fn operation_id(route: &Route, prefix: &str) -> String {
    let first = ROUTES.iter().find(|other| other.name == route.name).map_or("", |first| first.path);
    let known: Vec<_> = placeholders(first).collect();
    let others = placeholders(route.path).filter(|name| !known.contains(name));
    let dropzone = if prefix == DROPZONE_PREFIX { "dropzone_" } else { "" };
    let name = route.name.replace("::", "_");
    others.fold(format!("{dropzone}{name}"), |id, name| format!("{id}_by_{name}"))
}

fn placeholders(path: &str) -> impl Iterator<Item = &str> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    names.map(|name| name.trim_start_matches('*'))
}

fn path_parameter(name: &str) -> Value {
    let number = name == "part";
    let schema =
        if number { json!({ "type": "integer", "minimum": 1 }) } else { json!({ "type": "string" }) };
    json!({ "name": name, "in": "path", "required": true, "schema": schema })
}

fn query_parameters(schema: &Value) -> impl Iterator<Item = Value> {
    let required = schema["required"].as_array().into_iter().flatten();
    let required: Vec<_> = required.filter_map(Value::as_str).collect();
    let fields = schema["properties"].as_object().into_iter().flatten();
    fields.map(move |(name, schema)| {
        let required = required.contains(&name.as_str());
        json!({ "name": name, "in": "query", "required": required, "schema": schema })
    })
}

fn request_body(sent: &Sent) -> Option<Value> {
    match sent {
        Sent::Nothing => None,
        Sent::Json(schema) => Some(json!({ "content": { "application/json": { "schema": schema } } })),
        Sent::Fields(schema) => Some(json!({
            "required": true,
            "content": { "application/x-www-form-urlencoded": { "schema": schema } },
        })),
        Sent::Form(schema, behind) => {
            let octets = json!({ "type": "string", "contentMediaType": "application/octet-stream" });
            let (field, octets) = match behind {
                Behind::Part => ("textFile", octets),
                Behind::Files => ("files", json!({ "type": "array", "items": octets })),
            };
            Some(json!({
                "required": true,
                "content": { "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": ["requestData", field],
                        "properties": { "requestData": schema, field: octets },
                    },
                    "encoding": { "requestData": { "contentType": "application/json" } },
                } },
            }))
        }
        Sent::Texts(schema) => {
            Some(json!({ "required": true, "content": { "multipart/form-data": { "schema": schema } } }))
        }
        Sent::Octets => Some(json!({
            "required": true,
            "content": { "application/octet-stream": { "schema": { "type": "string", "format": "binary" } } },
        })),
    }
}

fn responses(route: &Route, gives: &Gives) -> Value {
    let given = match gives {
        Gives::Json(schema) | Gives::JsonOr(schema, _) => json!(schema),
        Gives::Octets => Value::Null,
        Gives::Plain(answers) => return answers.iter().map(plain).collect::<Map<_, _>>().into(),
    };
    let octets = || json!({ "application/octet-stream": {} });
    let json = |schema: Value| json!({ "application/json": { "schema": schema } });
    let answer = |words: &str, content: Value| json!({ "description": words, "content": content });
    let failure = match route.surface {
        Surface::SendSafely | Surface::Plain => {
            let failure = reference("Failure");
            let content = match gives {
                Gives::Octets => with(octets(), "application/json", Some(json!({ "schema": failure }))),
                _ => json(json!({ "anyOf": [given, failure] })),
            };
            return json!({ "200": answer("Done, or why not: `response` says which", content) });
        }
        Surface::Link => "LinkFailure",
        Surface::Session => "SessionFailure",
        Surface::OAuth => "TokenFailure",
        Surface::Zus => "ZusMessage",
        Surface::ShareFile => "ShareFileFailure",
        Surface::SecureShare => "Problem",
    };
    let refused =
        if route.surface == Surface::SecureShare { secure_share::PROBLEM } else { "application/json" };
    let refusals = refusals(route).map(|status| {
        let words = status.canonical_reason().unwrap_or_default();
        (status.as_str().to_owned(), answer(words, json!({ refused: { "schema": reference(failure) } })))
    });
    let content = if matches!(gives, Gives::Octets) { octets() } else { json(given) };
    let mut answers: Map<_, _> = refusals.chain([("200".to_owned(), answer("Done", content))]).collect();
    if let Gives::JsonOr(_, other) = gives {
        add(&mut answers, other);
    }
    answers.into()
}

/// Adds an answer that is no JSON to others, of which one may have its status.
fn add(answers: &mut Map<String, Value>, other: &Plain) {
    let (status, other) = plain(other);
    match answers.get_mut(&status).and_then(|known| known.get_mut("content")?.as_object_mut()) {
        Some(known) => {
            known.extend(other.get("content").and_then(Value::as_object).cloned().unwrap_or_default());
        }
        None => drop(answers.insert(status, other)),
    }
}

/// The statuses with which a route with ordinary statuses refuses.
fn refusals(route: &Route) -> impl Iterator<Item = StatusCode> {
    let of_surface: &[StatusCode] = match route.surface {
        Surface::Session => &[StatusCode::BAD_REQUEST, StatusCode::PAYLOAD_TOO_LARGE, StatusCode::FORBIDDEN],
        Surface::Zus => &[
            StatusCode::BAD_REQUEST,
            StatusCode::PAYLOAD_TOO_LARGE,
            StatusCode::UNAUTHORIZED,
            StatusCode::FORBIDDEN,
        ],
        _ => &[StatusCode::BAD_REQUEST, StatusCode::PAYLOAD_TOO_LARGE],
    };
    let of_access: &[StatusCode] = match route.access {
        Access::Account => &[StatusCode::UNAUTHORIZED],
        Access::LinkToken => &[StatusCode::UNAUTHORIZED, StatusCode::GONE],
        _ => &[],
    };
    of_surface.iter().chain(of_access).chain(route.refusals).copied()
}

fn plain((status, media_type, words): &Plain) -> (String, Value) {
    let content = media_type.map(|media_type| json!({ media_type: {} }));
    (status.to_string(), with(json!({ "description": words }), "content", content))
}

/// The object with one field more, if there is one.
fn with(mut object: Value, name: &str, value: Option<Value>) -> Value {
    if let (Value::Object(fields), Some(value)) = (&mut object, value) {
        fields.insert(name.to_owned(), value);
    }
    object
}

/// An [`Answer`] that is no success.
fn failure() -> Value {
    json!({
        "description": "What every call of SendSafely's API answers when it refuses",
        "allOf": [reference("Answer")],
        "properties": { "response": { "not": { "const": "SUCCESS" } } },
    })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The rules that `x-access` of an operation names, and whom each lets in.
fn rules() -> Value {
    let schema = Value::from(schemars::schema_for!(Access));
    let rules = schema.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    rules.map(|rule| json!({ "name": rule.get("const"), "description": rule.get("description") })).collect()
}

/// What a request to the route has to show, in each way that there is.
fn security(route: &Route, prefix: &str) -> Value {
    match (route.surface, route.access) {
        (Surface::Session, Access::Anyone) => json!([{ "sessionHeader": [] }]),
        // Or in the body.
        (Surface::OAuth, _) => json!([{ "client": [] }, {}]),
        (_, Access::Anyone | Access::Unsigned) => json!([]),
        (_, Access::LinkToken) => json!([{ "linkToken": [] }]),
        (_, Access::Presigned) => json!([{ "presigned": [] }]),
        (Surface::ShareFile | Surface::SecureShare, _) => json!([
            { "bearer": [] },
            { "apiKey": [], "timestamp": [], "signature": [] },
            { "session": [], "sessionHeader": [] },
        ]),
        (Surface::SendSafely, _) if prefix == DROPZONE_PREFIX => json!([{ "dropzone": [] }]),
        (Surface::SendSafely | Surface::Zus, _) => json!([
            { "apiKey": [], "timestamp": [], "signature": [] },
            { "session": [], "sessionHeader": [] },
        ]),
        (Surface::Session | Surface::Link | Surface::Plain, _) => {
            json!([{ "session": [], "sessionHeader": [] }])
        }
    }
}

fn security_schemes() -> Value {
    let key = |place: &str, name: &str, words: &str| json!({ "type": "apiKey", "in": place, "name": name, "description": words });
    json!({
        "apiKey": key("header", API_KEY_HEADER, "The API key's id"),
        "timestamp": key("header", TIMESTAMP_HEADER, "When the request was made, within 15 minutes: 2019-01-14T22:24:00+0000"),
        "signature": key("header", SIGNATURE_HEADER, "HMAC-SHA-256 under the key's secret, in hexadecimal digits, of the \
            key's id, the path, the timestamp and the body"),
        "dropzone": key("header", API_KEY_HEADER, &format!("The Dropzone's id; `{OPEN_DROPZONE}` is the one behind the send page")),
        "session": key("cookie", "bulla-session", "Of whoever signed in; over https `__Host-bulla-session`"),
        "sessionHeader": key("header", SESSION_HEADER, "Any value: shows that a page of the server's own origin asks"),
        "linkToken": { "type": "http", "scheme": "bearer", "description": "What opening the link answered as `token`" },
        "bearer": { "type": "http", "scheme": "bearer", "description": "What `POST /oauth/token` answered as `access_token`, for `sharefile` or `secure-share`" },
        "client": { "type": "http", "scheme": "basic", "description": "An API key and its secret" },
        "presigned": key("query", "signature", "Of a URL that the API handed out; it covers all of the URL"),
    })
}

/// Turns what only rustdoc reads, links to other items, into the items' names.
fn plain_words(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if name == "description" => *text = without_links(text),
                    value => plain_words(value),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(plain_words),
        _ => {}
    }
}

fn without_links(text: &str) -> String {
    let mut pieces = text.split("[`");
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once("`]") {
            Some((item, rest)) => {
                let name = item.rsplit("::").next().unwrap_or(item);
                plain.extend(["`", name, "`", rest]);
            }
            None => plain.extend(["[`", piece]),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_for_one_schema() {
        let mut schemas = Schemas::new();
        for route in ROUTES {
            (route.shape)(&mut schemas);
        }
        let [taken, given] = schemas.definitions();
        let mut both = 0;
        for (name, schema) in &taken {
            assert_ne!(name, "Failure");
            if let Some(other) = given.get(name) {
                assert_eq!(schema, other, "{name} is taken in one form and given in another");
                both += 1;
            }
        }
        assert!(both < taken.len() && !given.contains_key("Failure"));
    }

    #[test]
    fn links_become_names() {
        assert_eq!(without_links("at most [`super::limits::BATCH`] of [`X`]."), "at most `BATCH` of `X`.");
        assert_eq!(without_links("as [`it"), "as [`it");
    }
}
