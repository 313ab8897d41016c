//! Holds every answer that a test gets against the description of the API.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use bulla_server::http::{ROUTES, Route, document};
use jsonschema::Validator;
use reqwest::Method;
use serde_json::Value;

static DOCUMENT: LazyLock<Value> = LazyLock::new(document);
static VALIDATORS: LazyLock<Mutex<HashMap<(String, String), Validator>>> = LazyLock::new(Mutex::default);

/// Checks an answer of a route: its status has to be described, and its JSON to fit what is described for it.
pub(crate) fn check(method: &Method, path: &str, status: u16, answer: &Value) {
    let path = path.split('?').next().unwrap();
    let Some((route, prefix)) = route(method, path) else { return };
    let template = format!("{prefix}{}", route.path);
    let operation = &DOCUMENT["paths"][&template][method.as_str().to_ascii_lowercase()];
    let response = &operation["responses"][status.to_string()];
    assert!(response.is_object(), "{method} {template} does not describe status {status}: {answer}");
    let key = (format!("{method} {template}"), status.to_string());
    let mut validators = VALIDATORS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let validator = validators.entry(key).or_insert_with(|| {
        let content = response["content"].as_object().unwrap().values().next().unwrap();
        let mut schema = content["schema"].clone();
        schema["components"] = DOCUMENT["components"].clone();
        jsonschema::validator_for(&schema).unwrap()
    });
    if let Err(error) = validator.validate(answer) {
        panic!(
            "{method} {template} answers what is not described: {error} at {}: {answer}",
            error.instance_path()
        );
    }
}

/// The route that a request goes to, and under which prefix; among several the one that leaves the least open.
fn route(method: &Method, path: &str) -> Option<(&'static Route, &'static str)> {
    let of_method = ROUTES.iter().filter(|route| route.method == *method);
    let all = of_method.flat_map(|route| route.described_prefixes().map(move |prefix| (route, prefix)));
    all.filter(|(route, prefix)| path.strip_prefix(prefix).is_some_and(|rest| fits(route.path, rest)))
        .min_by_key(|(route, _)| route.path.matches('{').count())
}

fn fits(template: &str, path: &str) -> bool {
    let (template, path) = (template.trim_matches('/').split('/'), path.trim_matches('/').split('/'));
    let (template, path): (Vec<_>, Vec<_>) = (template.collect(), path.collect());
    template.len() == path.len()
        && template.iter().zip(path).all(|(part, given)| part.starts_with('{') || *part == given)
}
