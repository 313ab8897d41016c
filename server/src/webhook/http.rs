//! Posting to webhooks, as Standard Webhooks 1.0 has it. Whoever has an account has the server ask for a URL of its own
//! choice: unless the operator allows more, that leads to addresses of the public Internet alone, which is checked where
//! the name is resolved for the very connection, so that a name that changes its address gains nothing.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use data_encoding::BASE64;
use futures_util::future::BoxFuture;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, USER_AGENT};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use sha2::Sha256;
use url::{Host, Url};

use super::address::is_public;
use super::{Herald, Notice, SECRET_PREFIX};
use crate::delivery::{SendError, http_failure, is_loopback};

/// How long a program may take to answer.
const ANSWER_TIME: Duration = Duration::from_secs(10);
const PRIVATE: &str = "the address is in a private network";

/// The way over HTTP.
pub struct Poster {
    client: Client,
    private: bool,
}

impl Poster {
    /// A way that leads into private networks only if `private` says so.
    ///
    /// # Errors
    /// When the system's certificates cannot be read.
    pub fn new(private: bool) -> Result<Self, SendError> {
        // A proxy would connect to addresses that are not checked here, and a redirection leads to another URL.
        let mut client =
            Client::builder().timeout(ANSWER_TIME).redirect(Policy::none()).referer(false).no_proxy();
        if !private {
            client = client.dns_resolver(Arc::new(Public));
        }
        let client = client.build().map_err(|error| http_failure("the receiver", &error))?;
        Ok(Self { client, private })
    }
}

impl Herald for Poster {
    fn check(&self, url: &str) -> Result<(), &'static str> {
        let url = Url::parse(url).map_err(|_| "that is no URL")?;
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err("a webhook's URL has no name, password or fragment");
        }
        let host = url.host_str().unwrap_or_default();
        if !(url.scheme() == "https" || (url.scheme() == "http" && is_loopback(host))) {
            return Err("a webhook's URL is of https");
        }
        // Names of https are checked when they are resolved; the rest is not.
        let private = match url.host() {
            Some(Host::Ipv4(address)) => !is_public(address.into()),
            Some(Host::Ipv6(address)) => !is_public(address.into()),
            _ => url.scheme() == "http",
        };
        if private && !self.private { Err(PRIVATE) } else { Ok(()) }
    }

    fn send<'a>(&'a self, notice: &'a Notice) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(async move {
            // The operator may have changed the setting while it waited.
            self.check(&notice.url).map_err(SendError::never)?;
            let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |age| age.as_secs());
            let signature = sign(notice, now).ok_or_else(|| SendError::never("the secret cannot be read"))?;
            let request = self
                .client
                .post(&notice.url)
                .header(CONTENT_TYPE, "application/json")
                .header(USER_AGENT, concat!("Bulla/", env!("CARGO_PKG_VERSION")))
                .header("webhook-id", &notice.id)
                .header("webhook-timestamp", now)
                .header("webhook-signature", signature)
                .body(notice.body.clone());
            let answer = request.send().await.map_err(|error| http_failure("the receiver", &error))?;
            let status = answer.status();
            if status.is_success() {
                return Ok(());
            }
            // "Gone" is how a receiver asks to be left alone.
            let reason = format!("the receiver answered {}", status.as_u16());
            Err(SendError { permanent: status == StatusCode::GONE, reason })
        })
    }
}

/// `v1,` and HMAC-SHA256 of id, time and body with dots between, in base64.
fn sign(notice: &Notice, at: u64) -> Option<String> {
    let secret = BASE64.decode(notice.secret.strip_prefix(SECRET_PREFIX)?.as_bytes()).ok()?;
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&secret).ok()?;
    mac.update(format!("{}.{at}.{}", notice.id, notice.body).as_bytes());
    Some(format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes())))
}

/// A resolver that knows public addresses alone.
struct Public;

impl Resolve for Public {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(PRIVATE.into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_standard_webhooks() {
        let notice = Notice {
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek".to_owned(),
            url: String::new(),
            secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned(),
            body: "{\"test\": 2432232314}".to_owned(),
        };
        let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(sign(&notice, 1_614_265_330).as_deref(), Some(expected));
    }

    #[test]
    fn only_https_and_the_public_internet_unless_the_operator_says_more() {
        let (public, private) = (Poster::new(false).unwrap(), Poster::new(true).unwrap());
        for (url, of_public, of_private) in [
            ("https://hooks.example.com/a?b=c", true, true),
            ("https://1.1.1.1:8443/", true, true),
            ("https://[2606:4700::1111]/", true, true),
            ("https://127.0.0.1/", false, true),
            ("https://2130706433/", false, true),
            ("https://0x7f.1/", false, true),
            ("https://[::1]/", false, true),
            ("https://[::ffff:10.0.0.1]/", false, true),
            ("https://localhost/", true, true),
            ("https://10.0.0.1/", false, true),
            ("https://169.254.169.254/latest/meta-data/", false, true),
            ("http://127.0.0.1:9/x", false, true),
            ("http://localhost/", false, true),
            ("http://10.0.0.1/", false, false),
            ("http://hooks.example.com/", false, false),
            ("http://localhost.evil.example/", false, false),
            ("https://user:sesame@hooks.example.com/", false, false),
            ("https://user@hooks.example.com/", false, false),
            ("https://hooks.example.com/#a", false, false),
            ("ftp://hooks.example.com/", false, false),
            ("file:///etc/passwd", false, false),
            ("hooks.example.com", false, false),
            ("", false, false),
        ] {
            assert_eq!(public.check(url).is_ok(), of_public, "{url}");
            assert_eq!(private.check(url).is_ok(), of_private, "{url}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_into_a_private_network_is_not_resolved() {
        let resolved = Public.resolve("localhost".parse().unwrap()).await;
        assert_eq!(resolved.err().unwrap().to_string(), PRIVATE);
    }
}
