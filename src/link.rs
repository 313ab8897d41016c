//! Share links: `<host>/receive/?thread=<packageId>&packageCode=<code>#keyCode=<keyCode>`, or `#lock=<lock>` where a
//! password locks the keyCode. With `&share=<id>` in the query, and perhaps `&alias=<id>`, it leads through a share; with
//! `&recipient=<id>` it is of a recipient who shows who it is before it opens. And request links, with which others send.
//!
//! On their way to the reader, links are wrapped, scanned and decorated. What can be repaired without guessing
//! is repaired; for the rest the error says what is wrong.

use std::borrow::Cow;

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::keys::{KeyCode, Lock, PackageCode};
use crate::{Error, ErrorCode, Result};

/// A link is never longer than this, in octets, whatever trackers have added.
const MAX_LEN: usize = 8 << 10;

/// A share link. Whoever has it can open the package.
#[derive(Clone, Debug)]
pub struct ShareLink {
    /// The server's origin: scheme, host and port, without a slash at the end.
    pub host: String,
    /// The package's id, if the link says it.
    pub thread: Option<String>,
    /// The package's public code.
    pub package_code: PackageCode,
    /// The share through which it leads.
    pub share: Option<Through>,
    /// The key.
    pub key_code: KeyCode,
}

/// The share of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Through {
    /// Its id.
    pub id: String,
    /// The recipient whose link it is.
    pub alias: Option<String>,
}

impl ShareLink {
    /// A link from its pieces; `INVALID_INPUT` when `host` is not an origin or `thread` not an id.
    pub fn new(
        host: &str,
        thread: Option<&str>,
        package_code: PackageCode,
        key_code: KeyCode,
    ) -> Result<Self> {
        let refuse = |message| Error::new(ErrorCode::InvalidInput, message);
        let (host, rest) =
            split_origin(host).ok_or_else(|| refuse("the host is not an http or https origin"))?;
        if !matches!(rest, "" | "/") {
            return Err(refuse("the host is more than an origin"));
        }
        if !thread.is_none_or(is_id) {
            return Err(refuse("the thread is not an id"));
        }
        Ok(Self { host, thread: thread.map(str::to_owned), package_code, share: None, key_code })
    }

    /// Reads a link.
    ///
    /// Repairs an encoded `#` (`%23`), an encoded `&` (`&amp;`), `+`, `/` and `=` in the key, `keycode` for
    /// `keyCode`, and whatever follows the key. `LINK_INCOMPLETE` when the key is missing or cut short,
    /// `LINK_INVALID` when the text is no share link, `PASSWORD_REQUIRED` when it is a [`LockedLink`].
    pub fn parse(text: &str) -> Result<Self> {
        let Parts { host, thread, package_code, share, key } = Parts::parse(text)?;
        match key {
            Secret::Key(key) => {
                Ok(Self { host, thread, package_code, share, key_code: KeyCode::parse(&key)? })
            }
            Secret::Lock(_) => Err(Error::new(ErrorCode::PasswordRequired, "the link is locked")),
        }
    }

    /// Appends a keyCode to a link that has no fragment; one that is there is replaced.
    pub fn format(link_without_fragment: &str, key_code: &KeyCode) -> String {
        let (link, _) = link_without_fragment.split_once('#').unwrap_or((link_without_fragment, ""));
        format!("{link}#keyCode={}", key_code.expose())
    }

    /// The link as text.
    pub fn expose(&self) -> String {
        let link = before(&self.host, self.thread.as_deref(), &self.package_code, self.share.as_ref());
        Self::format(&link, &self.key_code)
    }
}

/// A share link whose keyCode a password locks.
#[derive(Clone, Debug)]
pub struct LockedLink {
    /// The server's origin: scheme, host and port, without a slash at the end.
    pub host: String,
    /// The package's id, if the link says it.
    pub thread: Option<String>,
    /// The package's public code.
    pub package_code: PackageCode,
    /// The share through which it leads.
    pub share: Option<Through>,
    /// The locked key.
    pub lock: Lock,
}

impl LockedLink {
    /// Reads a link, with the repairs of [`ShareLink::parse`]. `LINK_INVALID` when it is not locked, and what
    /// [`Lock::parse`] refuses.
    pub fn parse(text: &str) -> Result<Self> {
        let Parts { host, thread, package_code, share, key } = Parts::parse(text)?;
        match key {
            Secret::Lock(lock) => Ok(Self { host, thread, package_code, share, lock: Lock::parse(&lock)? }),
            Secret::Key(_) => Err(Error::new(ErrorCode::LinkInvalid, "the link is not locked")),
        }
    }

    /// Appends a lock to a link that has no fragment; one that is there is replaced.
    pub fn format(link_without_fragment: &str, lock: &Lock) -> String {
        let (link, _) = link_without_fragment.split_once('#').unwrap_or((link_without_fragment, ""));
        format!("{link}#lock={}", lock.expose())
    }

    /// The link with its key in the place of the lock.
    pub fn unlocked(self, key_code: KeyCode) -> ShareLink {
        let Self { host, thread, package_code, share, .. } = self;
        ShareLink { host, thread, package_code, share, key_code }
    }
}

/// A request link: `<host>/request/?request=<requestId>#key=<hash of the request's public key>`. Whoever has it can send
/// to whoever made it, and read nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestLink {
    /// The server's origin: scheme, host and port, without a slash at the end.
    pub host: String,
    /// The request's id.
    pub request: String,
    /// The fingerprint of the request's public key: see `docs/FORMAT.md`, section 3.10.
    pub key_hash: [u8; 32],
}

impl RequestLink {
    /// Reads a link, with the repairs of [`ShareLink::parse`]. `LINK_INCOMPLETE` when the hash is missing or cut short,
    /// `LINK_INVALID` when the text is no request link.
    pub fn parse(text: &str) -> Result<Self> {
        let Split { host, query, fragment } = Split::of(text)?;
        let invalid = |message| Error::new(ErrorCode::LinkInvalid, message);
        let mut requests = parameters(query, "request");
        let request = match (requests.next(), requests.next()) {
            (Some(id), None) if is_id(id) => id.to_owned(),
            (Some(_), None) => return Err(invalid("the link's request is malformed")),
            (None, _) => return Err(invalid("the link names no request")),
            (_, Some(_)) => return Err(invalid("the link names more than one request")),
        };
        let incomplete = |message| Error::new(ErrorCode::LinkIncomplete, message);
        let hash = parameters(&fragment, "key").next().map(repair_key);
        let hash = hash.ok_or_else(|| incomplete("the link has no hash of a key"))?;
        let mut key_hash = [0; 32];
        match Base64UrlUnpadded::decode(&hash, &mut key_hash) {
            Ok(octets) if octets.len() == 32 => Ok(Self { host, request, key_hash }),
            _ => Err(incomplete("the hash of the key in the link is cut short")),
        }
    }

    /// The link as text.
    pub fn expose(&self) -> String {
        let hash = Base64UrlUnpadded::encode_string(&self.key_hash);
        format!("{}/request/?request={}#key={hash}", self.host, self.request)
    }
}

/// A link in pieces, its fragment decoded.
struct Split<'a> {
    host: String,
    query: &'a str,
    fragment: String,
}

impl<'a> Split<'a> {
    fn of(text: &'a str) -> Result<Self> {
        let invalid = |message| Error::new(ErrorCode::LinkInvalid, message);
        let text = text.trim().trim_start_matches('<').trim_end_matches('>');
        if text.len() > MAX_LEN {
            return Err(invalid("the link is too long"));
        }
        let (host, rest) = split_origin(text).ok_or_else(|| invalid("this is not an http or https link"))?;
        let (before, fragment) = split_fragment(rest);
        let query = before.split_once('?').map_or("", |(_, query)| query);
        let fragment = decode_percent(fragment);
        let fragment = decode_percent(&fragment); // for what was encoded twice; no key holds a percent sign
        Ok(Self { host, query, fragment: fragment.into_owned() })
    }
}

/// What a link consists of.
struct Parts {
    host: String,
    thread: Option<String>,
    package_code: PackageCode,
    share: Option<Through>,
    key: Secret,
}

/// What stands in the fragment, repaired and not yet read.
enum Secret {
    Key(String),
    Lock(String),
}

impl Parts {
    fn parse(text: &str) -> Result<Self> {
        let Split { host, query, fragment } = Split::of(text)?;
        let invalid = |message| Error::new(ErrorCode::LinkInvalid, message);
        let mut package_codes = parameters(query, "packageCode");
        let package_code = match (package_codes.next(), package_codes.next()) {
            (Some(code), None) => PackageCode::parse(code),
            (None, _) => return Err(invalid("the link has no package code")),
            (_, Some(_)) => return Err(invalid("the link has more than one package code")),
        };
        let package_code = package_code.map_err(|_| invalid("the link's package code is malformed"))?;
        let id = |name| parameters(query, name).next().filter(|id| is_id(id)).map(str::to_owned);
        let (thread, share) =
            (id("thread"), id("share").map(|share| Through { id: share, alias: id("alias") }));
        let secret = |name| parameters(&fragment, name).next().map(repair_key);
        let key = match (secret("keyCode"), secret("lock")) {
            (Some(key), _) => Secret::Key(key),
            (None, Some(lock)) => Secret::Lock(lock),
            (None, None) => return Err(Error::new(ErrorCode::LinkIncomplete, "the link has no key")),
        };
        Ok(Self { host, thread, package_code, share, key })
    }
}

/// A link up to its fragment.
fn before(host: &str, thread: Option<&str>, code: &PackageCode, share: Option<&Through>) -> String {
    let thread = thread.map(|thread| format!("thread={thread}&")).unwrap_or_default();
    let mut link = format!("{host}/receive/?{thread}packageCode={code}");
    if let Some(Through { id, alias }) = share {
        link.extend(["&share=", id]);
        link.extend(alias.iter().flat_map(|alias| ["&alias=", alias]));
    }
    link
}

/// The same link, leading through a share; also a locked one.
///
/// # Errors
/// What [`ShareLink::parse`] refuses; `INVALID_INPUT` when the ids are none.
pub fn through(text: &str, share: Through) -> Result<String> {
    if !is_id(&share.id) || !share.alias.as_deref().is_none_or(is_id) {
        return Err(Error::new(ErrorCode::InvalidInput, "that is no id of a share"));
    }
    let Parts { host, thread, package_code, key, .. } = Parts::parse(text)?;
    with_secret(&before(&host, thread.as_deref(), &package_code, Some(&share)), key)
}

/// The link of a recipient who shows who it is before it opens, from the package's whole link; also a locked one.
///
/// # Errors
/// What [`ShareLink::parse`] refuses; `INVALID_INPUT` when the id is none.
pub fn for_recipient(text: &str, recipient: &str) -> Result<String> {
    if !is_id(recipient) {
        return Err(Error::new(ErrorCode::InvalidInput, "that is no id of a recipient"));
    }
    let Parts { host, thread, package_code, key, .. } = Parts::parse(text)?;
    let link = format!("{}&recipient={recipient}", before(&host, thread.as_deref(), &package_code, None));
    with_secret(&link, key)
}

/// The recipient of such a link; `None` when it is another one.
///
/// # Errors
/// `LINK_INVALID` when the text is no link at all.
pub fn recipient_of(text: &str) -> Result<Option<String>> {
    let Split { query, .. } = Split::of(text)?;
    Ok(parameters(query, "recipient").next().filter(|id| is_id(id)).map(str::to_owned))
}

/// A link up to its fragment, with it.
fn with_secret(link: &str, key: Secret) -> Result<String> {
    match key {
        Secret::Key(key) => Ok(ShareLink::format(link, &KeyCode::parse(&key)?)),
        Secret::Lock(lock) => Ok(LockedLink::format(link, &Lock::parse(&lock)?)),
    }
}

/// Splits a URL after its origin, which is returned with its ASCII letters in lower case. `None` when it is no http or https
/// URL, names a user, or has a host or port that no server has. Letters beyond ASCII (UTS 46), and the grammar of addresses,
/// are left to the platform.
fn split_origin(url: &str) -> Option<(String, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    let rest = rest.strip_prefix("//")?;
    let scheme = scheme.to_ascii_lowercase();
    if !matches!(scheme.as_str(), "http" | "https") {
        return None;
    }
    // What may panic on a text brings tables of Unicode into the module, to say where.
    let (authority, rest) = rest.split_at_checked(rest.find(['/', '?', '#']).unwrap_or(rest.len()))?;
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let valid_host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => address.bytes().all(|c| c.is_ascii_hexdigit() || matches!(c, b':' | b'.')),
        None => {
            !host.is_empty()
                && host
                    .chars()
                    .all(|c| !c.is_ascii() || c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'))
        }
    };
    let valid_port = port.is_none_or(|port| {
        port.bytes().all(|digit| digit.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
    });
    (valid_host && valid_port).then(|| (format!("{scheme}://{}", authority.to_ascii_lowercase()), rest))
}

/// Splits at the `#`. Mail scanners write it as `%23`, and some write even that once more.
fn split_fragment(text: &str) -> (&str, &str) {
    let encoded = || {
        let marks = text.match_indices('%').filter_map(|(at, _)| text.split_at_checked(at));
        marks
            .filter_map(|(before, mark)| {
                let after = ["%23", "%2523"].iter().find_map(|encoded| mark.strip_prefix(encoded))?;
                Some((before, after))
            })
            .next()
    };
    text.split_once('#').or_else(encoded).unwrap_or((text, ""))
}

/// The values of the parameters of that name, in any case of letters. Parameters stand between `&`, `;` (as in
/// `&amp;`), `?` and `#`.
fn parameters<'a>(text: &'a str, name: &'static str) -> impl Iterator<Item = &'a str> {
    text.split(['&', ';', '?', '#'])
        .filter_map(|pair| pair.split_once('='))
        .filter(move |(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

/// Replaces `%XX` by the ASCII character that it stands for; anything else stays.
fn decode_percent(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return text.into();
    }
    let mut pieces = text.split('%');
    let mut decoded = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let code = piece.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (code, piece.get(2..)) {
            (Some(code), Some(rest)) if code.is_ascii_graphic() => {
                decoded.push(char::from(code));
                decoded.push_str(rest);
            }
            _ => {
                decoded.push('%');
                decoded.push_str(piece);
            }
        }
    }
    decoded.into()
}

/// The key in base64url without padding, and without what others have put after it.
fn repair_key(value: &str) -> String {
    let is_base64 = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+' | '/');
    value.chars().take_while(is_base64).collect::<String>().replace('+', "-").replace('/', "_")
}

fn is_id(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::KeyClass;

    const CODE: &str = "aPackageCodeOf32CharactersOrSo12";

    fn through_share(alias: Option<&str>) -> Through {
        Through { id: "AShare".into(), alias: alias.map(str::to_owned) }
    }

    #[test]
    fn a_link_leads_through_a_share() {
        let key = KeyCode::generate(KeyClass::Sealed).unwrap();
        let plain =
            ShareLink::new("https://a.b", Some("id"), PackageCode::parse(CODE).unwrap(), key).unwrap();
        assert_eq!(ShareLink::parse(&plain.expose()).unwrap().share, None);
        for share in [through_share(None), through_share(Some("Bob"))] {
            let link = through(&plain.expose(), share.clone()).unwrap();
            let read = ShareLink::parse(&link).unwrap();
            assert_eq!((read.share.as_ref(), read.expose()), (Some(&share), link.clone()));
            // Instead of the one it led through before.
            assert_eq!(through(&link, through_share(Some("Eve"))).unwrap().matches("share=").count(), 1);
            // The repairs of links reach these parts, too.
            let wrapped = link.replace('&', "&amp;").replace('#', "%23");
            assert_eq!(ShareLink::parse(&wrapped).unwrap().share, Some(share));
        }
    }

    #[test]
    fn an_alias_is_of_a_share_and_both_are_ids() {
        let of = |query: &str| {
            let key = KeyCode::generate(KeyClass::Sealed).unwrap();
            let link = format!("https://a.b/receive/?packageCode={CODE}{query}#keyCode={}", key.expose());
            ShareLink::parse(&link).unwrap().share
        };
        assert_eq!((of("&alias=x"), of("&share="), of("&share=a/b")), (None, None, None));
        assert_eq!(of("&share=AShare&alias=a%2Fb"), Some(through_share(None)));
        let link = format!("https://a.b/receive/?packageCode={CODE}");
        assert_eq!(through(&link, through_share(None)).unwrap_err().code(), ErrorCode::LinkIncomplete);
        let no_id = Through { id: "a/b".into(), alias: None };
        assert_eq!(through(&link, no_id).unwrap_err().code(), ErrorCode::InvalidInput);
    }

    #[test]
    fn a_recipients_link_names_it_and_leads_to_the_same() {
        let key = KeyCode::generate(KeyClass::Sealed).unwrap();
        let bare = format!("https://a.b/receive/?thread=AB12&packageCode={CODE}");
        let whole = format!("{bare}#keyCode={}", key.expose());
        let link = for_recipient(&whole, "Bob").unwrap();
        assert_eq!(link, format!("{bare}&recipient=Bob#keyCode={}", key.expose()));
        assert_eq!(ShareLink::parse(&link).unwrap().expose(), whole);
        let of = |link: &str| recipient_of(link).unwrap();
        assert_eq!((of(&link).as_deref(), of(&whole)), (Some("Bob"), None));
        assert_eq!(of(&link.replace('&', "&amp;")).as_deref(), Some("Bob"));
        assert_eq!(of(&link.replace("Bob", "B%2Fob")), None);
        assert_eq!(recipient_of("bob").unwrap_err().code(), ErrorCode::LinkInvalid);
        assert_eq!(for_recipient(&whole, "B/ob").unwrap_err().code(), ErrorCode::InvalidInput);
        assert_eq!(for_recipient(&bare, "Bob").unwrap_err().code(), ErrorCode::LinkIncomplete);
    }
}
