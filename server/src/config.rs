//! Settings: flags, else `BULLA_*` variables, else lines of a configuration file, else defaults.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt::{self, Debug, Formatter};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use bulla::api::account::Language;
use clap::Args;
use clap::builder::BoolishValueParser;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::domain::parse_email;
use crate::mail::smtp::{Sender, SmtpUrl};
use crate::oidc::ProviderConfig;
use crate::scan::clamd::ClamdAddress;
use crate::sms::gateway::{GatewayConfig, GatewayHeader, GatewayMethod};

/// What is written otherwise in the path of a database's URL.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Where the server's key and the database are, as given.
#[derive(Args, Clone, Debug, Default)]
pub struct Place {
    /// The data folder of the server [default: ./bulla-data]
    #[arg(long, env = "BULLA_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The database, for instance sqlite:/var/lib/bulla/bulla.db [default: sqlite:<data>/bulla.db]
    #[arg(long, env = "BULLA_DATABASE", value_name = "URL")]
    pub database: Option<String>,
}

/// What `bulla serve` takes, as given.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// The address and port to listen on; port 0 takes a free one [default: 127.0.0.1:8787]
    #[arg(long, env = "BULLA_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// The folder for the server's key, and for the database and the encrypted parts unless they are elsewhere
    /// [default: ./bulla-data]
    #[arg(long, env = "BULLA_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The database, for instance sqlite:/var/lib/bulla/bulla.db [default: sqlite:<data>/bulla.db]
    #[arg(long, env = "BULLA_DATABASE", value_name = "URL")]
    pub database: Option<String>,
    /// The origin that people use, for instance https://files.example.com [default: the host of each request]
    #[arg(long, env = "BULLA_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// The store of the encrypted parts, for instance file:/var/lib/bulla/objects [default: file:<data>/objects]
    #[arg(long, env = "BULLA_STORAGE", value_name = "URL")]
    pub storage: Option<String>,
    /// Let anyone send without an account [default: only while listening on loopback without --public-url]
    #[arg(long, env = "BULLA_OPEN_SENDING", value_name = "BOOL", value_parser = BoolishValueParser::new())]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub open_sending: Option<bool>,
    /// An origin whose pages may use this server, for instance https://app.example.com; may be repeated
    #[arg(long = "allow-origin", env = "BULLA_ALLOW_ORIGIN", value_name = "ORIGIN", value_delimiter = ',')]
    #[serde(rename = "allow-origin")]
    pub allow_origins: Vec<String>,
    /// The longest life of a package in days; 0 lets packages live without end [default: 0]
    #[arg(long, env = "BULLA_MAX_LIFE", value_name = "DAYS")]
    pub max_life: Option<u32>,
    /// The SMTP server that takes e-mail, for instance smtps://user:password@mail.example.com; needs --mail-from and
    /// --public-url [default: no e-mail is sent]
    #[arg(long, env = "BULLA_SMTP", value_name = "URL", hide_env_values = true)]
    pub smtp: Option<Secret>,
    /// Whom e-mail is from, for instance "Bulla <bulla@example.com>"
    #[arg(long, env = "BULLA_MAIL_FROM", value_name = "ADDRESS")]
    pub mail_from: Option<Sender>,
    /// The language of e-mails and texts to those who chose none: en or nb [default: en]
    #[arg(long, env = "BULLA_LANGUAGE", value_name = "LANGUAGE")]
    pub language: Option<Language>,
    /// Let anyone make an account by e-mail; needs --smtp [default: only administrators make accounts]
    #[arg(long, env = "BULLA_REGISTRATION", value_name = "BOOL", value_parser = BoolishValueParser::new())]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub registration: Option<bool>,
    /// The SMS gateway that takes texts over HTTP, for instance https://api.example.com/messages; needs --sms-body
    /// [default: no texts are sent]
    #[arg(long, env = "BULLA_SMS", value_name = "URL", hide_env_values = true)]
    pub sms: Option<Secret>,
    /// What the gateway is told, with {to} and {text} in it: JSON, for instance '{"to": "{to}", "text": "{text}"}', or a
    /// form, for instance 'To={to}&Body={text}'
    #[arg(long, env = "BULLA_SMS_BODY", value_name = "TEMPLATE", hide_env_values = true)]
    pub sms_body: Option<Secret>,
    /// A header that the gateway wants, for instance "Authorization: Bearer …"; may be repeated
    #[arg(long = "sms-header", env = "BULLA_SMS_HEADER", value_name = "HEADER", hide_env_values = true)]
    #[arg(value_delimiter = '\n')]
    #[serde(rename = "sms-header", deserialize_with = "secrets")]
    pub sms_headers: Vec<Secret>,
    /// POST, PUT, or GET, with which the form goes into the URL [default: POST]
    #[arg(long, env = "BULLA_SMS_METHOD", value_name = "METHOD")]
    pub sms_method: Option<GatewayMethod>,
    /// Let webhooks lead into private networks, and to this machine [default: only to the public Internet]
    #[arg(long, env = "BULLA_PRIVATE_WEBHOOKS", value_name = "BOOL", value_parser = BoolishValueParser::new())]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub private_webhooks: Option<bool>,
    /// Where ClamAV's daemon listens, which looks at what arrives as plaintext: unix:/run/clamav/clamd.ctl, or
    /// tcp:127.0.0.1:3310 [default: nothing is scanned]
    #[arg(long, env = "BULLA_CLAMD", value_name = "ADDRESS")]
    pub clamd: Option<String>,
    /// The address of somebody who approves packages, for instance alice@example.com; may be repeated. Packages then
    /// wait for one of them, unless every recipient is exempt
    #[arg(long = "approver", env = "BULLA_APPROVER", value_name = "EMAIL", value_delimiter = ',')]
    #[serde(rename = "approver")]
    pub approvers: Vec<String>,
    /// A domain whose addresses need no approval, for instance example.com; may be repeated
    #[arg(long, env = "BULLA_APPROVAL_EXEMPT", value_name = "DOMAIN", value_delimiter = ',')]
    pub approval_exempt: Vec<String>,
    /// OpenID providers with which verified recipients sign in, by name: tables of the TOML file
    #[arg(skip)]
    pub oidc: BTreeMap<String, ProviderSettings>,
    /// A TOML file with a line for each of these flags
    #[arg(long, env = "BULLA_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
}

/// An OpenID provider, as given.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ProviderSettings {
    /// Where it is, for instance `https://id.example.com`.
    pub issuer: String,
    /// What it calls this server.
    pub client_id: String,
    /// What this server shows it.
    #[serde(default)]
    pub client_secret: Option<Secret>,
    /// A file that holds that instead.
    #[serde(default)]
    pub client_secret_file: Option<PathBuf>,
    /// What is asked for besides `openid`.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// The claim that is compared with `idpId`; `sub` when it is missing.
    #[serde(default)]
    pub idp_id_claim: Option<String>,
    /// The claim that is compared with `nin`.
    #[serde(default)]
    pub nin_claim: Option<String>,
}

/// A setting that may hold a password: it is not printed, not even where it is refused.
#[derive(Clone, Deserialize)]
#[serde(try_from = "toml::Value")]
pub struct Secret(String);

/// serde's own errors show what they found.
impl TryFrom<toml::Value> for Secret {
    type Error = &'static str;

    fn try_from(value: toml::Value) -> Result<Self, Self::Error> {
        match value {
            toml::Value::String(text) => Ok(Self(text)),
            _ => Err("expected a text in quotes"),
        }
    }
}

fn secrets<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Secret>, D::Error> {
    match toml::Value::deserialize(deserializer)? {
        toml::Value::Array(values) => {
            values.into_iter().map(Secret::try_from).collect::<Result<_, _>>().map_err(D::Error::custom)
        }
        _ => Err(D::Error::custom("expected texts in brackets")),
    }
}

impl FromStr for Secret {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl Debug for Secret {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Who may send without an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenSending {
    /// Nobody.
    Never,
    /// Whoever asks on this machine for this machine: Host and Origin must be loopback names.
    Loopback,
    /// Anyone.
    Always,
}

/// What `bulla serve` goes by.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The data folder.
    pub data: PathBuf,
    /// The database's URL.
    pub database: String,
    /// The folder of the encrypted parts.
    pub objects: PathBuf,
    /// The origin that people use, without a slash at its end.
    pub public_url: Option<String>,
    /// Who may send without an account.
    pub open_sending: OpenSending,
    /// Origins whose pages may use this server.
    pub allow_origins: Vec<String>,
    /// The longest life of a package in days; 0 is without end.
    pub max_life: u32,
    /// How e-mail is sent, when it is.
    pub mail: Option<MailConfig>,
    /// How texts are sent to phones, when they are.
    pub sms: Option<GatewayConfig>,
    /// OpenID providers, by name.
    pub oidc: BTreeMap<String, ProviderConfig>,
    /// The language of e-mails and texts to those who chose none.
    pub language: Language,
    /// Whether anyone may make an account.
    pub registration: bool,
    /// Whether webhooks may lead into private networks.
    pub private_webhooks: bool,
    /// Where what arrives as plaintext is scanned, when it is.
    pub clamd: Option<ClamdAddress>,
    /// The addresses of those who approve packages.
    pub approvers: Vec<String>,
    /// The domains whose addresses need no approval.
    pub approval_exempt: Vec<String>,
}

/// How e-mail is sent.
#[derive(Clone, Debug)]
pub struct MailConfig {
    /// The server that takes it.
    pub smtp: SmtpUrl,
    /// Whom it is from.
    pub from: Sender,
}

/// A setting that cannot be.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The configuration file, or one that it names, cannot be read.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What went wrong.
        source: std::io::Error,
    },
    /// The configuration file is not TOML, or has a line that is no setting.
    #[error("{path}, line {line}: {reason}")]
    Syntax {
        /// Which file.
        path: PathBuf,
        /// Where in it, from 1 on. It is not shown, since it may hold a secret.
        line: usize,
        /// What went wrong.
        reason: String,
    },
    /// A setting that makes no sense without another.
    #[error("--{flag} needs --{needed}")]
    Alone {
        /// The setting.
        flag: &'static str,
        /// What it needs.
        needed: &'static str,
    },
    /// A value that is not supported.
    #[error("--{flag} {value}: {reason}")]
    Value {
        /// The flag.
        flag: &'static str,
        /// Its value.
        value: String,
        /// Why not.
        reason: &'static str,
    },
}

impl Settings {
    /// Completes the settings from the configuration file and the defaults.
    ///
    /// # Errors
    /// When the file cannot be read or has a line that is no setting, or a value is not supported.
    pub fn resolve(self) -> Result<Config, ConfigError> {
        let file = self.config.as_deref().map(read).transpose()?.unwrap_or_default();
        let place = Place { data: self.data.or(file.data), database: self.database.or(file.database) };
        let listen = self.listen.or(file.listen).unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8787)));
        let public_url =
            self.public_url.or(file.public_url).map(|url| origin("public-url", &url)).transpose()?;
        let storage = self.storage.or(file.storage);
        let open_sending = match self.open_sending.or(file.open_sending) {
            Some(true) => OpenSending::Always,
            Some(false) => OpenSending::Never,
            None if listen.ip().is_loopback() && public_url.is_none() => OpenSending::Loopback,
            None => OpenSending::Never,
        };
        let approvers = if self.approvers.is_empty() { file.approvers } else { self.approvers };
        let exempt =
            if self.approval_exempt.is_empty() { file.approval_exempt } else { self.approval_exempt };
        let origins = if self.allow_origins.is_empty() { file.allow_origins } else { self.allow_origins };
        let objects = match storage {
            None => place.data().join("objects"),
            Some(url) => match url.strip_prefix("file:") {
                Some(path) if !path.is_empty() => PathBuf::from(path.strip_prefix("//").unwrap_or(path)),
                _ => return Err(value("storage", &url, "only file: stores are supported")),
            },
        };
        let mail = match (self.smtp.or(file.smtp), self.mail_from.or(file.mail_from)) {
            (None, _) => None,
            // Links in e-mail must not follow the Host header of whoever makes the server send it.
            (Some(_), _) if public_url.is_none() => return Err(alone("smtp", "public-url")),
            (Some(_), None) => return Err(alone("smtp", "mail-from")),
            (Some(Secret(url)), Some(from)) => {
                let smtp = url.parse().map_err(|reason| value("smtp", scheme(&url), reason))?;
                Some(MailConfig { smtp, from })
            }
        };
        let sms_headers = if self.sms_headers.is_empty() { file.sms_headers } else { self.sms_headers };
        let sms = match (self.sms.or(file.sms), self.sms_body.or(file.sms_body)) {
            (None, _) => None,
            (Some(_), None) => return Err(alone("sms", "sms-body")),
            (Some(url), Some(body)) => {
                let method = self.sms_method.or(file.sms_method).unwrap_or_default();
                Some(gateway(&url, method, &sms_headers, &body)?)
            }
        };
        let oidc = if self.oidc.is_empty() { file.oidc } else { self.oidc };
        // A provider leads back to an address that it was told before.
        if !oidc.is_empty() && public_url.is_none() {
            return Err(alone("oidc", "public-url"));
        }
        let oidc = oidc.into_iter().map(|(name, given)| provider(name, given)).collect::<Result<_, _>>()?;
        let clamd = self.clamd.or(file.clamd);
        let clamd = clamd.map(|text| text.parse().map_err(|reason| value("clamd", &text, reason)));
        let registration = self.registration.or(file.registration).unwrap_or(false);
        if registration && mail.is_none() {
            return Err(alone("registration", "smtp"));
        }
        Ok(Config {
            listen,
            database: place.database()?,
            data: place.data(),
            objects,
            public_url,
            open_sending,
            allow_origins: origins
                .iter()
                .map(|text| origin("allow-origin", text))
                .collect::<Result<_, _>>()?,
            max_life: self.max_life.or(file.max_life).unwrap_or(0),
            mail,
            sms,
            oidc,
            language: self.language.or(file.language).unwrap_or_default(),
            registration,
            private_webhooks: self.private_webhooks.or(file.private_webhooks).unwrap_or(false),
            clamd: clamd.transpose()?,
            approvers: approvers.iter().map(|text| address(text)).collect::<Result<_, _>>()?,
            approval_exempt: exempt.iter().map(|text| domain(text)).collect::<Result<_, _>>()?,
        })
    }
}

impl Place {
    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.data.clone().unwrap_or_else(|| PathBuf::from("bulla-data"))
    }

    /// The database's URL.
    ///
    /// # Errors
    /// When it names no SQLite database, or the data folder's name is no UTF-8.
    pub fn database(&self) -> Result<String, ConfigError> {
        match &self.database {
            None => {
                let path = self.data().join("bulla.db");
                let text = path.to_str().ok_or_else(|| {
                    value("data", &path.display().to_string(), "the name of the folder is no UTF-8")
                })?;
                Ok(format!("sqlite:{}", utf8_percent_encode(text, PATH)))
            }
            Some(url) if url.starts_with("sqlite:") => Ok(url.clone()),
            Some(url) => Err(value("database", scheme(url), "only sqlite: databases are supported")),
        }
    }
}

fn gateway(
    Secret(url): &Secret,
    method: GatewayMethod,
    headers: &[Secret],
    Secret(body): &Secret,
) -> Result<GatewayConfig, ConfigError> {
    let header = |Secret(text): &Secret| -> Result<GatewayHeader, ConfigError> {
        text.parse().map_err(|reason| value("sms-header", scheme(text), reason))
    };
    let config = GatewayConfig {
        url: url.parse().map_err(|reason| value("sms", scheme(url), reason))?,
        method,
        headers: headers.iter().map(header).collect::<Result<_, _>>()?,
        template: body.parse().map_err(|reason| value("sms-body", "…", reason))?,
    };
    if config.is_possible() {
        Ok(config)
    } else {
        Err(value("sms-method", "GET", "it takes a form and no JSON"))
    }
}

fn provider(name: String, given: ProviderSettings) -> Result<(String, ProviderConfig), ConfigError> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if name.is_empty() || !name.bytes().all(plain) || name.starts_with("otp-") {
        return Err(value(
            "oidc",
            &name,
            "a name has small letters, digits and hyphens, and does not begin with otp-",
        ));
    }
    let issuer = given.issuer.parse().map_err(|reason| value("oidc", &given.issuer, reason))?;
    let client_secret = match (given.client_secret, given.client_secret_file) {
        (Some(_), Some(_)) => return Err(value("oidc", &name, "it has a secret, and a file with a secret")),
        (Some(Secret(secret)), None) => Some(secret),
        (None, Some(path)) => Some(read_text(&path)?.trim().to_owned()),
        (None, None) => None,
    };
    let config = ProviderConfig {
        issuer,
        client_id: given.client_id,
        client_secret,
        scopes: given.scopes,
        idp_id_claim: given.idp_id_claim.unwrap_or_else(|| "sub".to_owned()),
        nin_claim: given.nin_claim,
    };
    Ok((name, config))
}

fn read_text(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|source| ConfigError::File { path: path.to_owned(), source })
}

fn read(path: &Path) -> Result<Settings, ConfigError> {
    let text = read_text(path)?;
    toml::from_str(&text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count().saturating_add(1);
        ConfigError::Syntax { path: path.to_owned(), line, reason: error.message().to_owned() }
    })
}

/// `https://host[:port]` or `http://host[:port]`, with nothing behind it but perhaps a slash.
fn origin(flag: &'static str, text: &str) -> Result<String, ConfigError> {
    // What sandboxed pages, files and SendSafely's Node client call themselves.
    if flag == "allow-origin" && text == "null" {
        return Ok(text.to_owned());
    }
    let trimmed = text.strip_suffix('/').unwrap_or(text);
    let host = trimmed.strip_prefix("https://").or_else(|| trimmed.strip_prefix("http://"));
    match host {
        Some(host) if is_host(host) => Ok(trimmed.to_ascii_lowercase()),
        _ => Err(value(flag, text, "expected an origin such as https://files.example.com")),
    }
}

fn address(text: &str) -> Result<String, ConfigError> {
    parse_email(text).map_err(|_| value("approver", text, "expected an e-mail address"))
}

fn domain(text: &str) -> Result<String, ConfigError> {
    match parse_email(&format!("name@{text}")) {
        Ok(email) if !text.contains('@') => Ok(email.replacen("name@", "", 1)),
        _ => Err(value("approval-exempt", text, "expected a domain such as example.com")),
    }
}

/// Whether a text can be the host of an origin or of a Host header: a name or address and perhaps a port.
pub fn is_host(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b);
    !text.is_empty() && text.len() <= 262 && text.bytes().all(allowed)
}

/// What stands before the first colon: the rest of a URL may hold a password, and so may that of a header.
fn scheme(url: &str) -> &str {
    url.split_once(':').map_or("", |(scheme, _)| scheme)
}

fn alone(flag: &'static str, needed: &'static str) -> ConfigError {
    ConfigError::Alone { flag, needed }
}

fn value(flag: &'static str, value: &str, reason: &'static str) -> ConfigError {
    ConfigError::Value { flag, value: value.to_owned(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_file(text: &str, settings: Settings) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bulla.toml");
        std::fs::write(&path, text).unwrap();
        Settings { config: Some(path), ..settings }.resolve()
    }

    #[test]
    fn providers_stand_in_the_file_under_their_names() {
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("secret");
        std::fs::write(&secret, "hush\n").unwrap();
        let of = |more: &str| {
            let file = secret.display();
            format!(
                "public-url = \"https://a.example\"\n[oidc.nbid]\nissuer = \"https://id.example\"\nclient-id = \"bulla\"\n\
                 client-secret-file = \"{file}\"\n{more}"
            )
        };
        let config = with_file(&of("nin-claim = \"nin\""), Settings::default()).unwrap();
        let known = &config.oidc["nbid"];
        assert_eq!((known.client_secret.as_deref(), &*known.idp_id_claim), (Some("hush"), "sub"));
        assert_eq!(known.nin_claim.as_deref(), Some("nin"));
        assert!(!format!("{config:?}").contains("hush"));
        for bad in [
            of("client-secret = \"hush\""),
            of("client-secret = [\"hush\"]"),
            of("").replace("nbid", "otp-nbid"),
            of("").replace("nbid", "NBID"),
            of("").replace("https://id", "http://id"),
            of("").replace("public-url", "storage").replace("https://a.example", "file:x"),
        ] {
            let error = with_file(&bad, Settings::default()).unwrap_err();
            assert!(!error.to_string().contains("hush"), "{error}");
        }
    }

    #[test]
    fn nothing_given_is_loopback_and_open_to_it() {
        let config = Settings::default().resolve().unwrap();
        assert_eq!(config.listen, "127.0.0.1:8787".parse().unwrap());
        assert_eq!(config.open_sending, OpenSending::Loopback);
        assert_eq!(config.database, "sqlite:bulla-data/bulla.db");
        assert_eq!(config.objects, Path::new("bulla-data/objects"));
    }

    #[test]
    fn sending_is_closed_beyond_loopback_unless_opened() {
        let settings = |listen: &str, public_url: Option<&str>, open_sending| Settings {
            listen: Some(listen.parse().unwrap()),
            public_url: public_url.map(str::to_owned),
            open_sending,
            ..Settings::default()
        };
        let open = |settings: Settings| settings.resolve().unwrap().open_sending;
        assert_eq!(open(settings("0.0.0.0:80", None, None)), OpenSending::Never);
        assert_eq!(open(settings("127.0.0.1:80", Some("https://a.example"), None)), OpenSending::Never);
        assert_eq!(open(settings("0.0.0.0:80", None, Some(true))), OpenSending::Always);
        assert_eq!(open(settings("127.0.0.1:80", None, Some(false))), OpenSending::Never);
    }

    #[test]
    fn a_flag_goes_before_the_file() {
        let text =
            "listen = \"127.0.0.1:1\"\ndata = \"/x\"\nmax-life = 30\nallow-origin = [\"https://A.example/\"]";
        let flags = Settings { listen: Some("127.0.0.1:2".parse().unwrap()), ..Settings::default() };
        let config = with_file(text, flags).unwrap();
        assert_eq!(config.listen.port(), 2);
        assert_eq!((config.data.as_path(), config.max_life), (Path::new("/x"), 30));
        assert_eq!(config.allow_origins, ["https://a.example"]);
    }

    #[test]
    fn e_mail_needs_a_sender_and_an_origin_and_registration_needs_e_mail() {
        let smtp = "smtp = \"smtp://127.0.0.1\"";
        let from = "mail-from = \"Bulla <bulla@example.com>\"";
        let url = "public-url = \"https://a.example\"";
        let open = "registration = true";
        for (lines, allowed) in [
            (vec![smtp, from, url, open], true),
            (vec![smtp, from, url], true),
            (vec![from, url], true),
            (vec![smtp, from], false),
            (vec![smtp, url], false),
            (vec![from, url, open], false),
            (vec![smtp, url, "mail-from = \"nobody\""], false),
            (vec!["smtp = \"http://user:sesame@a\"", from, url], false),
            (vec!["smtp = \"smtps://user:sesame@a\"", from, url], true),
        ] {
            let resolved = with_file(&lines.join("\n"), Settings::default());
            assert!(!format!("{resolved:?}").contains("sesame"), "{resolved:?}");
            assert_eq!(resolved.is_ok(), allowed, "{lines:?}");
        }
    }

    #[test]
    fn texts_need_a_template_and_nothing_prints_their_secrets() {
        let sms = "sms = \"https://user:sesame@a/send\"";
        let json = "sms-body = '{\"to\": \"{to}\", \"text\": \"{text}\", \"key\": \"sesame\"}'";
        let form = "sms-body = \"to={to}&text={text}&key=sesame\"";
        for (lines, allowed) in [
            (vec![sms, json], true),
            (vec![sms, form, "sms-method = \"GET\"", "sms-header = [\"X-Key: sesame\"]"], true),
            (vec![sms], false),
            (vec!["sms = \"http://user:sesame@a/send\"", form], false),
            (vec![sms, "sms-body = \"to={to}&key=sesame\""], false),
            (vec![sms, json, "sms-method = \"GET\""], false),
            (vec![sms, json, "sms-method = \"DELETE\""], false),
            (vec![sms, json, "sms-header = [\"sesame\"]"], false),
            (vec![sms, json, "sms-header = \"X-Key: sesame\""], false),
            (vec!["smtp = [\"sesame\"]"], false),
            (vec!["smtp = \"sesame"], false),
        ] {
            let resolved = with_file(&lines.join("\n"), Settings::default());
            let shown = match &resolved {
                Ok(config) => format!("{config:?}"),
                Err(error) => error.to_string(),
            };
            assert!(!shown.contains("sesame"), "{shown}");
            assert_eq!(resolved.is_ok(), allowed, "{lines:?}");
        }
    }

    #[test]
    fn approvers_are_addresses_and_exempt_are_domains() {
        let config = with_file(
            "approver = [\"Ann@Example.com\"]\napproval-exempt = [\"Example.COM\"]",
            Settings::default(),
        );
        let config = config.unwrap();
        assert_eq!(
            (config.approvers, config.approval_exempt),
            (vec!["ann@example.com".to_owned()], vec!["example.com".to_owned()])
        );
        for (approver, exempt) in [
            ("ann", "example.com"),
            ("", "example.com"),
            ("ann@example.com", "@example.com"),
            ("ann@example.com", "bob@example.com"),
            ("ann@example.com", "*"),
            ("ann@example.com", ""),
        ] {
            let settings = Settings {
                approvers: vec![approver.to_owned()],
                approval_exempt: vec![exempt.to_owned()],
                ..Settings::default()
            };
            assert!(matches!(settings.resolve(), Err(ConfigError::Value { .. })), "{approver} {exempt}");
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert!(matches!(with_file("listne = 1", Settings::default()), Err(ConfigError::Syntax { .. })));
        for (database, storage, public_url) in [
            (Some("postgres://user:secret@host/db"), None, None),
            (None, Some("s3://bucket"), None),
            (None, Some("file:"), None),
            (None, None, Some("files.example.com")),
            (None, None, Some("https://files.example.com/path")),
            (None, None, Some("https://")),
        ] {
            let settings = Settings {
                database: database.map(str::to_owned),
                storage: storage.map(str::to_owned),
                public_url: public_url.map(str::to_owned),
                ..Settings::default()
            };
            let error = settings.resolve().unwrap_err();
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}
