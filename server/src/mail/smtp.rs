//! Handing e-mail to an SMTP server (RFC 5321), by TLS (RFC 8314) or on this machine.

use std::error::Error as _;
use std::fmt::{self, Debug, Formatter};
use std::str::FromStr;
use std::time::Duration;

use futures_util::future::BoxFuture;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use serde::Deserialize;
use url::Url;

use super::{Mail, Mailer};
use crate::delivery::{SendError, is_loopback};
use crate::secrets::random_id;

/// How long the server may take for one answer.
const ANSWER_TIME: Duration = Duration::from_secs(30);

/// Where the SMTP server is: `smtps://user:password@host:port`, or `smtp://…` with STARTTLS, which is left out for
/// servers on loopback and with `?tls=none`. It holds a password and does not print.
#[derive(Clone)]
pub struct SmtpUrl(Url);

impl FromStr for SmtpUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "expected smtps://user:password@host:port, smtp://… or smtp://…?tls=none";
        let url = Url::parse(text).map_err(|_| wrong)?;
        let known =
            matches!((url.scheme(), url.query()), ("smtps", None) | ("smtp", None | Some("tls=none")));
        let bare = matches!(url.path(), "" | "/") && url.fragment().is_none();
        if known && bare && url.host_str().is_some_and(|host| !host.is_empty()) {
            Ok(Self(url))
        } else {
            Err(wrong)
        }
    }
}

impl Debug for SmtpUrl {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("SmtpUrl")
    }
}

impl SmtpUrl {
    /// The URL in lettre's words: what is not on this machine is reached by TLS or not at all, unless it is said.
    fn connection_url(&self) -> String {
        let mut url = self.0.clone();
        let plain =
            url.scheme() == "smtp" && (url.query().is_some() || url.host_str().is_some_and(is_loopback));
        let encrypted = url.scheme() == "smtps";
        url.set_query((!plain && !encrypted).then_some("tls=required"));
        url.into()
    }
}

/// Whom e-mail is from: `notes@example.com` or `Bulla <notes@example.com>`.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Sender(Mailbox);

impl FromStr for Sender {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self).map_err(|_| "expected an e-mail address, or Name <address>")
    }
}

impl TryFrom<String> for Sender {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// An SMTP server.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Smtp {
    /// A way to send through this server. No connection is made before the first e-mail.
    ///
    /// # Errors
    /// When the system's certificates cannot be read.
    pub fn new(url: &SmtpUrl, from: &Sender) -> Result<Self, SendError> {
        let hello = from.0.email.domain().to_owned();
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&url.connection_url())
            .map_err(|error| failed(&error))?
            .hello_name(ClientId::Domain(hello))
            .timeout(Some(ANSWER_TIME))
            .build();
        Ok(Self { transport, from: from.0.clone() })
    }
}

impl Mailer for Smtp {
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(async move {
            let address: Address =
                mail.email.parse().map_err(|_| SendError::never("the address cannot be written to"))?;
            let id = random_id().map_err(|_| SendError {
                permanent: false,
                reason: "the system has no randomness".to_owned(),
            })?;
            let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
            let message = Message::builder()
                .from(self.from.clone())
                .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
                // Nobody's absence is to be answered (RFC 3834, section 5).
                .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
                .to(Mailbox::new(None, address))
                .subject(mail.subject.as_str())
                .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()))
                .map_err(|_| SendError::never("the e-mail cannot be written"))?;
            self.transport.send(message).await.map(drop).map_err(|error| failed(&error))
        })
    }
}

/// A server's own words may quote the e-mail or its address, so that its code has to do.
fn failed(error: &SmtpError) -> SendError {
    let reason = match error.status() {
        Some(code) => format!("the SMTP server answered {code}"),
        None => match error.source() {
            Some(source) if !error.is_response() && !error.is_client() => format!("SMTP: {source}"),
            _ => "the SMTP server's answer makes no sense".to_owned(),
        },
    };
    SendError { permanent: error.is_permanent() || error.is_client(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> String {
        text.parse::<SmtpUrl>().unwrap().connection_url()
    }

    #[test]
    fn beyond_this_machine_it_is_tls_unless_said_otherwise() {
        assert_eq!(url("smtp://127.0.0.1:2525"), "smtp://127.0.0.1:2525");
        assert_eq!(url("smtp://[::1]:25"), "smtp://[::1]:25");
        assert_eq!(url("smtp://mail.example.com"), "smtp://mail.example.com?tls=required");
        assert_eq!(url("smtp://localhost.evil.example"), "smtp://localhost.evil.example?tls=required");
        assert_eq!(url("smtp://mail?tls=none"), "smtp://mail");
        assert_eq!(url("smtps://u:p@mail.example.com"), "smtps://u:p@mail.example.com");
    }

    #[test]
    fn what_is_no_smtp_server_is_refused_and_nothing_prints_its_password() {
        for bad in [
            "",
            "mail.example.com",
            "http://a",
            "smtp://",
            "smtp://a/path",
            "smtp://a?tls=opportunistic",
            "smtps://a?x",
        ] {
            assert!(bad.parse::<SmtpUrl>().is_err(), "{bad}");
        }
        let url: SmtpUrl = "smtps://user:sesame@host".parse().unwrap();
        assert!(!format!("{url:?}").contains("sesame"));
    }
}
