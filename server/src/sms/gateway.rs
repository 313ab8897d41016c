//! Handing texts to a gateway over HTTP, in the form that its operator wants: a template with two places in it.

use std::fmt::{self, Debug, Formatter};
use std::str::FromStr;
use std::time::Duration;

use futures_util::future::BoxFuture;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::{Sms, Texter};
use crate::delivery::{SendError, http_failure, is_loopback};

/// How long the gateway may take to answer.
const ANSWER_TIME: Duration = Duration::from_secs(30);

/// Where the number and the text go.
const TO: &str = "{to}";
const TEXT: &str = "{text}";

/// Where the gateway is: `https://host/path`, or `http://…` on this machine. A name and password in it go along as
/// basic authentication (RFC 7617). It may hold a password and does not print.
#[derive(Clone)]
pub struct GatewayUrl(Url);

impl FromStr for GatewayUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "expected https://host/path, or http://… on this machine";
        let url = Url::parse(text).map_err(|_| wrong)?;
        let local = url.scheme() == "http" && url.host_str().is_some_and(is_loopback);
        if (local || url.scheme() == "https") && url.fragment().is_none() {
            Ok(Self(url))
        } else {
            Err(wrong)
        }
    }
}

impl Debug for GatewayUrl {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("GatewayUrl")
    }
}

/// The method with which the gateway is asked: `POST`, `PUT` or `GET`.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct GatewayMethod(Method);

impl Default for GatewayMethod {
    fn default() -> Self {
        Self(Method::POST)
    }
}

impl FromStr for GatewayMethod {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "POST" => Ok(Self(Method::POST)),
            "PUT" => Ok(Self(Method::PUT)),
            "GET" => Ok(Self(Method::GET)),
            _ => Err("expected POST, PUT or GET"),
        }
    }
}

impl TryFrom<String> for GatewayMethod {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// A header that the gateway wants, as `Authorization: Bearer …`. It does not print.
#[derive(Clone)]
pub struct GatewayHeader(HeaderName, HeaderValue);

impl FromStr for GatewayHeader {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "expected a name, a colon and a value";
        let (name, value) = text.split_once(':').ok_or(wrong)?;
        let name = HeaderName::from_str(name.trim()).map_err(|_| wrong)?;
        let mut value = HeaderValue::from_str(value.trim()).map_err(|_| wrong)?;
        value.set_sensitive(true);
        Ok(Self(name, value))
    }
}

impl Debug for GatewayHeader {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "GatewayHeader({})", self.0)
    }
}

/// What the gateway is told: JSON where it begins with a brace, else a form (`to={to}&text={text}`). In its values
/// `{to}` stands for the number and `{text}` for what is said. They are put into what was read of the template and
/// encoded with it, so that nothing in them can end a value. It may hold a password and does not print.
#[derive(Clone)]
pub struct Template(Content);

#[derive(Clone)]
enum Content {
    Json(Value),
    Form(Vec<(String, String)>),
}

impl FromStr for Template {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let content = if text.starts_with('{') {
            Content::Json(serde_json::from_str(text).map_err(|_| "it begins with a brace and is not JSON")?)
        } else {
            Content::Form(form_urlencoded::parse(text.as_bytes()).into_owned().collect())
        };
        let template = Self(content);
        if template.has(TO) && template.has(TEXT) {
            Ok(template)
        } else {
            Err("expected {to} and {text} in it")
        }
    }
}

impl Debug for Template {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("Template")
    }
}

impl Template {
    fn has(&self, place: &str) -> bool {
        fn within(value: &Value, place: &str) -> bool {
            match value {
                Value::String(text) => text.contains(place),
                Value::Array(values) => values.iter().any(|value| within(value, place)),
                Value::Object(fields) => fields.values().any(|value| within(value, place)),
                _ => false,
            }
        }
        match &self.0 {
            Content::Json(value) => within(value, place),
            Content::Form(fields) => fields.iter().any(|(_, value)| value.contains(place)),
        }
    }

    /// The template with a text in it.
    fn filled(&self, sms: &Sms) -> Content {
        // The number first: it has no braces, so that what the text says is not taken for a place.
        let fill = |text: &str| text.replace(TO, &sms.phone).replace(TEXT, &sms.text);
        fn filled(value: &Value, fill: &impl Fn(&str) -> String) -> Value {
            match value {
                Value::String(text) => Value::String(fill(text)),
                Value::Array(values) => values.iter().map(|value| filled(value, fill)).collect(),
                Value::Object(fields) => {
                    fields.iter().map(|(name, value)| (name.clone(), filled(value, fill))).collect()
                }
                other => other.clone(),
            }
        }
        match &self.0 {
            Content::Json(value) => Content::Json(filled(value, &fill)),
            Content::Form(fields) => {
                Content::Form(fields.iter().map(|(name, value)| (name.clone(), fill(value))).collect())
            }
        }
    }
}

/// How a gateway is asked.
#[derive(Clone, Debug)]
pub struct GatewayConfig {
    /// Where it is.
    pub url: GatewayUrl,
    /// With which method.
    pub method: GatewayMethod,
    /// With which headers, beyond that which names the kind of the body.
    pub headers: Vec<GatewayHeader>,
    /// With which words.
    pub template: Template,
}

impl GatewayConfig {
    /// Whether a request can be made of it: one with GET has no body, and its form goes into the query.
    pub fn is_possible(&self) -> bool {
        self.method.0 != Method::GET || matches!(self.template.0, Content::Form(_))
    }
}

/// A gateway.
pub struct Gateway {
    client: Client,
    config: GatewayConfig,
}

impl Gateway {
    /// A way to send through this gateway. No connection is made before the first text.
    ///
    /// # Errors
    /// When the system's certificates cannot be read.
    pub fn new(config: &GatewayConfig) -> Result<Self, SendError> {
        // A gateway that sends us elsewhere would have us hand codes and secrets to whomever it names.
        let mut client = Client::builder().timeout(ANSWER_TIME).redirect(Policy::none()).referer(false);
        if config.url.0.scheme() == "http" {
            client = client.no_proxy();
        }
        let client = client.build().map_err(|error| http_failure("the SMS gateway", &error))?;
        Ok(Self { client, config: config.clone() })
    }
}

impl Texter for Gateway {
    fn send<'a>(&'a self, sms: &'a Sms) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(async move {
            let mut url = self.config.url.0.clone();
            let method = self.config.method.0.clone();
            let (kind, body) = match self.config.template.filled(sms) {
                Content::Json(value) => ("application/json", value.to_string()),
                Content::Form(fields) if method == Method::GET => {
                    url.query_pairs_mut().extend_pairs(fields);
                    ("", String::new())
                }
                Content::Form(fields) => {
                    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
                    ("application/x-www-form-urlencoded", body)
                }
            };
            let mut headers = HeaderMap::new();
            if !kind.is_empty() {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
            }
            headers.extend(
                self.config.headers.iter().map(|GatewayHeader(name, value)| (name.clone(), value.clone())),
            );
            let request = self.client.request(method, url).headers(headers).body(body);
            let status =
                request.send().await.map_err(|error| http_failure("the SMS gateway", &error))?.status();
            if status.is_success() { Ok(()) } else { Err(refused(status)) }
        })
    }
}

/// What the gateway says besides may quote the number or the text.
fn refused(status: StatusCode) -> SendError {
    // What an operator can mend while the text is worth sending, or what mends itself.
    let waits = matches!(
        status,
        StatusCode::UNAUTHORIZED
            | StatusCode::FORBIDDEN
            | StatusCode::REQUEST_TIMEOUT
            | StatusCode::TOO_EARLY
            | StatusCode::TOO_MANY_REQUESTS
    );
    let reason = format!("the SMS gateway answered {}", status.as_u16());
    SendError { permanent: status.is_client_error() && !waits, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(template: &str, text: &str) -> String {
        let template: Template = template.parse().unwrap();
        let sms = Sms { phone: "+4791234567".to_owned(), text: text.to_owned() };
        match template.filled(&sms) {
            Content::Json(value) => value.to_string(),
            Content::Form(fields) => {
                form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
            }
        }
    }

    #[test]
    fn nothing_in_a_text_ends_a_value() {
        let text = "\"}, {to} {text}&a=b\r\n\u{0}é%41+";
        let json =
            body("{\"messages\": [{\"to\": [\"{to}\"], \"text\": \"Bulla: {text}\", \"n\": 1}]}", text);
        let value: Value = serde_json::from_str(&json).unwrap();
        let expected = serde_json::json!({ "to": ["+4791234567"], "text": format!("Bulla: {text}"), "n": 1 });
        assert_eq!(value, serde_json::json!({ "messages": [expected] }));
        let form = body("key=a%26b&To={to}&Body={text}&From=My+Firm", text);
        let read: Vec<(String, String)> = form_urlencoded::parse(form.as_bytes()).into_owned().collect();
        let pairs = [("key", "a&b"), ("To", "+4791234567"), ("Body", text), ("From", "My Firm")];
        assert_eq!(read, pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn a_template_has_both_places() {
        for bad in
            ["", "to={to}", "text={text}", "{to}={text}", "{\"{to}\": \"{text}\"}", "{\"a\": \"{to}{text}\""]
        {
            assert!(bad.parse::<Template>().is_err(), "{bad}");
        }
    }

    #[test]
    fn codes_go_by_tls_beyond_this_machine_and_nothing_prints_a_secret() {
        for (url, allowed) in [
            ("https://user:sesame@gateway.example/send?x=1", true),
            ("http://127.0.0.1:9/x", true),
            ("http://[::1]/", true),
            ("http://localhost/", true),
            ("http://gateway.example/", false),
            ("http://localhost.evil.example/", false),
            ("https://gateway.example/#a", false),
            ("ftp://127.0.0.1/", false),
            ("gateway.example", false),
            ("", false),
        ] {
            let parsed = url.parse::<GatewayUrl>();
            assert!(!format!("{parsed:?}").contains("sesame"));
            assert_eq!(parsed.is_ok(), allowed, "{url}");
        }
        let header: GatewayHeader = "Authorization: Bearer sesame".parse().unwrap();
        let template: Template = "key=sesame&to={to}&text={text}".parse().unwrap();
        assert!(!format!("{header:?} {template:?}").contains("sesame"));
        for bad in ["Authorization", "a b: c", ": c", "a: b\nc: d"] {
            assert!(bad.parse::<GatewayHeader>().is_err(), "{bad}");
        }
    }
}
