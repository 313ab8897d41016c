//! Tables in Markdown, made from an OpenAPI document.

use std::fmt::Write;

use bulla::api::{API_PREFIX, DROPZONE_PREFIX};
use bulla_server::http::{ROUTES, Surface};
use serde_json::Value;

/// One operation of the description. The prefix of Dropzones has the same ones again, which are left out.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    method: &'static str,
    path: &'a str,
    operation: &'a Value,
}

/// Fields of an answer that a table of calls names at most; of larger ones it has the object's name alone.
const MOST_FIELDS: usize = 10;

impl<'a> Call<'a> {
    /// `METHOD path`, SendSafely's without their prefix, unless there is a page of that path.
    pub(crate) fn name(&self) -> String {
        let short = self.path.strip_prefix(API_PREFIX).filter(|short| !self.is_raw() && !self.is_page(short));
        format!("{} {}", self.method, short.unwrap_or(self.path))
    }

    /// Whether that path, by this call's method, leads to a page.
    fn is_page(&self, path: &str) -> bool {
        let pages = ROUTES.iter().filter(|route| route.surface == Surface::Plain);
        pages.into_iter().any(|route| route.method == self.method && route.path == path)
    }

    /// What stands in its query.
    fn query(&self) -> impl Iterator<Item = &'a Value> + use<'a> {
        let parameters = self.operation["parameters"].as_array().unwrap();
        parameters.iter().filter(|parameter| parameter["in"] == "query")
    }

    /// Whether it is none of SendSafely's API, though it may stand under its prefix.
    fn is_raw(&self) -> bool {
        self.operation["tags"][0] == "description"
    }
}

/// Every call, in the order of the table of routes.
pub(crate) fn calls(description: &Value) -> impl Iterator<Item = Call<'_>> {
    let paths = description["paths"].as_object().unwrap();
    ROUTES.iter().flat_map(move |route| {
        let prefixes = route.described_prefixes().filter(|prefix| *prefix != DROPZONE_PREFIX);
        prefixes.map(move |prefix| {
            let (path, operations) = paths.get_key_value(&route.described_path(prefix)).unwrap();
            let operation = &operations[&route.method.as_str().to_ascii_lowercase()];
            Call { method: route.method.as_str(), path, operation }
        })
    })
}

/// The calls with a tag.
pub(crate) fn tagged<'a>(description: &'a Value, tag: &str) -> Vec<Call<'a>> {
    let found: Vec<_> = calls(description).filter(|call| call.operation["tags"][0] == tag).collect();
    assert!(!found.is_empty(), "no call has the tag {tag}");
    found
}

/// A table of calls, their paths without `prefix`.
pub(crate) fn of_calls(description: &Value, calls: &[Call], prefix: &str) -> String {
    let refuse = calls.iter().any(|call| refusals(call).is_some());
    let (title, line) = if refuse { (" refuses with |", "---|") } else { ("", "") };
    let mut table = format!("| call | | who | takes | answers |{title}\n|---|---|---|---|---|{line}\n");
    for call in calls {
        let path = call.path.strip_prefix(prefix).unwrap();
        let who = rule(text(&call.operation["x-access"]));
        let mut words = text(&call.operation["summary"]).to_owned();
        if let Some(more) = call.operation["description"].as_str() {
            let ours = more.strip_prefix("Ours.").map(|more| format!("*Ours.*{more}"));
            write!(words, ". {}", ours.as_deref().unwrap_or(more)).unwrap();
        }
        let (takes, answers) = (takes(description, call), answers(description, call));
        write!(table, "| `{} {path}` | {} | {who} | {takes} | {answers} |", call.method, cell(&words))
            .unwrap();
        if refuse {
            write!(table, " {} |", refusals(call).unwrap_or_default()).unwrap();
        }
        table.push('\n');
    }
    table + &of_queries(description, calls)
}

/// What stands in the queries of some calls, each once; nothing when they have none.
fn of_queries(description: &Value, calls: &[Call]) -> String {
    let mut rows: Vec<String> = Vec::new();
    for field in calls.iter().flat_map(Call::query) {
        let Some(words) = field["schema"]["description"].as_str() else { continue };
        let name = name(text(&field["name"]), field["required"] == true);
        let row = format!("| {name} | {} | {} |\n", kind(description, &field["schema"]), cell(words));
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    if rows.is_empty() {
        String::new()
    } else {
        format!("\n| in the query | | |\n|---|---|---|\n{}", rows.concat())
    }
}

fn takes(description: &Value, call: &Call) -> String {
    let mut all = Vec::new();
    let query: Vec<_> =
        call.query().map(|field| name(text(&field["name"]), field["required"] == true)).collect();
    if !query.is_empty() {
        all.push(format!("query: {}", query.join(", ")));
    }
    let content = &call.operation["requestBody"]["content"];
    let fields = ["application/json", "application/x-www-form-urlencoded"];
    if let Some(schema) = fields.iter().find_map(|media_type| content[media_type].get("schema")) {
        all.push(object(description, schema, usize::MAX));
    }
    if let Some(form) = content["multipart/form-data"].get("schema") {
        let behind = ["textFile", "files"].into_iter().find(|field| form["properties"][field].is_object());
        all.push(match behind {
            Some(field) => {
                let json = object(description, &form["properties"]["requestData"], usize::MAX);
                format!("a form: `requestData`, JSON ({json}), and `{field}`")
            }
            None => format!("a form: {}", object(description, form, usize::MAX)),
        });
    }
    if content["application/octet-stream"].is_object() {
        all.push("octets".to_owned());
    }
    all.join("; ")
}

fn answers(description: &Value, call: &Call) -> String {
    let responses = call.operation["responses"].as_object().unwrap();
    let content = &responses["200"]["content"];
    if let Some(schema) = content["application/json"].get("schema") {
        let octets = content.get("application/octet-stream").is_some();
        // SendSafely's API answers with the call's own object, or with a failure.
        let given = schema["anyOf"].get(0).unwrap_or(schema);
        return if octets { "octets".to_owned() } else { object(description, given, MOST_FIELDS) };
    }
    let each = responses
        .iter()
        .map(|(status, response)| format!("{status}: {}", cell(text(&response["description"]))));
    each.collect::<Vec<_>>().join("<br>")
}

/// The statuses with which a call refuses that otherwise answers JSON.
fn refusals(call: &Call) -> Option<String> {
    let responses = call.operation["responses"].as_object().unwrap();
    responses["200"]["content"].get("application/json")?.get("schema")?;
    let statuses: Vec<_> = responses.keys().filter(|status| *status != "200").map(String::as_str).collect();
    (!statuses.is_empty()).then(|| statuses.join(", "))
}

/// An object's name, which leads to its fields, and these, unless there are more than `most`.
fn object(description: &Value, schema: &Value, most: usize) -> String {
    let Some((name, schema)) = resolve(description, schema) else { return String::new() };
    if let Some(each) = schema["anyOf"].as_array() {
        let each: Vec<_> = each.iter().map(|schema| object(description, schema, most)).collect();
        return each.join(", or ");
    }
    let fields: Vec<_> = fields(schema).map(|field| field.name()).collect();
    match (name, fields.len()) {
        // It has nothing but `response`, and sometimes a message, which the call's words name.
        ("Answer", _) | (_, 0) => String::new(),
        (_, count) if count > most => link(name),
        _ => format!("{}: {}", link(name), fields.join(", ")),
    }
}

fn resolve<'a>(description: &'a Value, schema: &'a Value) -> Option<(&'a str, &'a Value)> {
    let name = schema["$ref"].as_str()?.rsplit('/').next()?;
    Some((name, &description["components"]["schemas"][name]))
}

/// A field of an object.
struct Field<'a> {
    name: &'a str,
    required: bool,
    schema: &'a Value,
}

impl Field<'_> {
    fn name(&self) -> String {
        name(self.name, self.required)
    }
}

/// The fields of an object but for a `response` that says nothing: those that are always there as they are declared, then
/// the others by name.
fn fields(schema: &Value) -> impl Iterator<Item = Field<'_>> {
    let all = schema["properties"].as_object();
    let required: Vec<_> = schema["required"].as_array().into_iter().flatten().map(text).collect();
    let optional = all.into_iter().flatten().map(|(name, _)| name.as_str());
    let optional: Vec<_> = optional.filter(|name| !required.contains(name)).collect();
    let each =
        required.into_iter().map(|name| (name, true)).chain(optional.into_iter().map(|name| (name, false)));
    each.filter_map(move |(name, required)| Some(Field { name, required, schema: all?.get(name)? }))
        .filter(|field| field.schema["description"] != "Always `SUCCESS`.")
}

/// Who may, rule by rule.
pub(crate) fn of_rules(description: &Value) -> String {
    let rules = description["x-access"].as_array().unwrap();
    let mut table = "| rule | who may |\n|---|---|\n".to_owned();
    for told in rules {
        let words = cell(text(&told["description"]));
        let words = rules
            .iter()
            .map(|other| text(&other["name"]))
            .fold(words, |words, other| words.replace(&format!("`{other}`"), &format!("*{}*", rule(other))));
        writeln!(table, "| {} | {words} |", rule(text(&told["name"]))).unwrap();
    }
    table
}

/// The values of an enumeration, and what each of them means.
pub(crate) fn of_codes(description: &Value, schema: &str) -> String {
    let codes = description["components"]["schemas"][schema]["oneOf"].as_array().unwrap();
    let mut table = "| code | when |\n|---|---|\n".to_owned();
    for code in codes.iter().filter(|code| code["const"] != "UNKNOWN") {
        writeln!(table, "| `{}` | {} |", text(&code["const"]), cell(text(&code["description"]))).unwrap();
    }
    table
}

/// Every object with its fields.
pub(crate) fn of_objects(description: &Value) -> String {
    let schemas = description["components"]["schemas"].as_object().unwrap();
    let mut all = String::new();
    for (name, schema) in schemas.iter().filter(|(_, schema)| fields(schema).next().is_some()) {
        let words = cell(schema["description"].as_str().unwrap_or_default());
        if !all.is_empty() {
            all.push('\n');
        }
        write!(all, "### {name}\n\n{words}\n\n| field | | |\n|---|---|---|\n").unwrap();
        for field in fields(schema) {
            let words = cell(field.schema["description"].as_str().unwrap_or_default());
            writeln!(all, "| {} | {} | {words} |", field.name(), kind(description, field.schema)).unwrap();
        }
    }
    all
}

/// What a value is, and its bounds.
fn kind(description: &Value, schema: &Value) -> String {
    if let Some((name, schema)) = resolve(description, schema) {
        return if schema["oneOf"].is_array() { "a code".to_owned() } else { link(name) };
    }
    if let Some(each) = schema["anyOf"].as_array() {
        let each = each.iter().filter(|schema| schema["type"] != "null");
        return each.map(|schema| kind(description, schema)).collect::<Vec<_>>().join(" or ");
    }
    let types = schema["type"].as_array().and_then(|types| types.iter().find(|name| *name != "null"));
    let bounds = |least: &str, most: &str, unit: &str| {
        let bound = |name: &str| schema[name].as_u64().filter(|bound| *bound > 0).map(grouped);
        match (bound(least), bound(most)) {
            (Some(least), Some(most)) => format!(", {least} to {most}{unit}"),
            (Some(least), None) => format!(", at least {least}{unit}"),
            (None, Some(most)) => format!(", at most {most}{unit}"),
            (None, None) => String::new(),
        }
    };
    match types.unwrap_or(&schema["type"]).as_str() {
        Some("string") => format!("text{}", bounds("minLength", "maxLength", " characters")),
        Some("integer") => format!("number{}", bounds("minimum", "maximum", "")),
        Some("array") => {
            format!("list of {}{}", kind(description, &schema["items"]), bounds("minItems", "maxItems", ""))
        }
        Some("boolean") => "true or false".to_owned(),
        _ => "anything".to_owned(),
    }
}

/// A number with its thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn name(name: &str, required: bool) -> String {
    format!("`{name}`{}", if required { "" } else { "?" })
}

fn link(name: &str) -> String {
    format!("[{name}](#{})", name.to_ascii_lowercase())
}

/// A rule's name in words: `LinkToken` is "link token".
fn rule(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

/// Words in a cell: on one line, without what would end it.
fn cell(words: &str) -> String {
    words.replace('\n', " ").replace('|', "\\|")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
