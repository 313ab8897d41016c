//! Texts that people write: names, descriptions, what a request asks for.

use percent_encoding::percent_decode_str;
use url::Url;

use super::{Error, Result};

/// Characters of a name or description at most.
const LONGEST: usize = 200;
/// Characters of a text of several lines at most.
const LONGEST_LINES: usize = 2000;
/// Characters of what somebody writes to others at most.
const LONGEST_LETTER: usize = 10_000;
/// Octets of a URL at most.
const LONGEST_URL: usize = 2048;

/// A short text as it is kept: trimmed.
///
/// # Errors
/// When it has more than 200 characters, or one that controls how others are shown.
pub(super) fn short_text(text: &str, what: &str) -> Result<String> {
    let text = text.trim();
    if text.chars().count() > LONGEST {
        return Err(Error::Invalid(format!("{what} has at most {LONGEST} characters")));
    }
    if text.chars().any(controls) {
        return Err(Error::Invalid(format!("{what} holds a character that cannot be shown")));
    }
    Ok(text.to_owned())
}

/// A text of several lines as it is kept: trimmed, its lines ended as Unix does.
///
/// # Errors
/// When it has more than 2000 characters, or one that controls how others are shown.
pub(super) fn long_text(text: &str, what: &str) -> Result<String> {
    let text = text.trim().replace("\r\n", "\n");
    if text.chars().count() > LONGEST_LINES {
        return Err(Error::Invalid(format!("{what} has at most {LONGEST_LINES} characters")));
    }
    if text.chars().any(|c| controls(c) && !matches!(c, '\n' | '\t')) {
        return Err(Error::Invalid(format!("{what} holds a character that cannot be shown")));
    }
    Ok(text)
}

/// The same of a text that holds no key.
///
/// # Errors
/// As [`short_text`], and when it [holds one](holds_key).
pub(super) fn keyless(text: &str, what: &str) -> Result<String> {
    check_keyless(text, what)?;
    short_text(text, what)
}

/// What somebody writes to others: lines of text that hold no key, as they are.
///
/// # Errors
/// When it has more than 10,000 characters, or one that controls how others are shown, or [holds a key](holds_key).
pub(super) fn letter_text(text: &str, what: &str) -> Result<String> {
    check_keyless(text, what)?;
    if text.chars().count() > LONGEST_LETTER {
        return Err(Error::Invalid(format!("{what} has at most {LONGEST_LETTER} characters")));
    }
    if text.chars().any(|c| controls(c) && !matches!(c, '\r' | '\n' | '\t')) {
        return Err(Error::Invalid(format!("{what} holds a character that cannot be shown")));
    }
    Ok(text.to_owned())
}

/// A URL of http or https that holds no key: where something is opened.
///
/// # Errors
/// When it is none, has more than 2048 octets, a password, or a fragment, or [holds a key](holds_key).
pub(super) fn keyless_url(text: &str, what: &str) -> Result<String> {
    if text.len() > LONGEST_URL {
        return Err(Error::Invalid(format!("{what} has at most {LONGEST_URL} octets")));
    }
    check_keyless(text, what)?;
    let url = Url::parse(text).ok().filter(|url| {
        matches!(url.scheme(), "https" | "http") && url.password().is_none() && url.fragment().is_none()
    });
    // What a browser would leave out or mend, as `https:host`, is refused as it is.
    let plain = text.contains("://") && !text.contains(char::is_whitespace);
    match url {
        Some(_) if plain => Ok(text.to_owned()),
        _ => Err(Error::Invalid(format!("{what} is no URL of http or https"))),
    }
}

/// # Errors
/// When the text [holds a key](holds_key).
pub(super) fn check_keyless(text: &str, what: &str) -> Result<()> {
    if holds_key(text) {
        return Err(Error::Invalid(format!("{what} holds a key, which must not reach the server")));
    }
    Ok(())
}

/// Whether a text holds what could be a key: a keyCode by its name, or a link with a fragment. Also behind a fragment's mark that
/// a mail program or a chat encoded on the way, once or more often.
fn holds_key(text: &str) -> bool {
    let fragment = |word: &str| word.split_once("://").is_some_and(|(_, rest)| rest.contains('#'));
    let mut plain = text.to_owned();
    loop {
        if plain.split_whitespace().any(fragment) || plain.to_ascii_lowercase().contains("keycode=") {
            return true;
        }
        let decoded = percent_decode_str(&plain).decode_utf8_lossy().into_owned();
        if decoded == plain {
            return false;
        }
        plain = decoded;
    }
}

/// Control characters, and marks that turn the direction of text (Unicode Standard Annex 9, section 2).
fn controls(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_as_it_is_written_is_kept() {
        assert_eq!(short_text(" Zoë's phone 名 ", "it").unwrap(), "Zoë's phone 名");
        assert!(short_text(&"é".repeat(200), "it").is_ok());
        for bad in [&*"a".repeat(201), "a\nb", "a\0", "\u{202E}gpj.exe", "a\u{2066}b", "\u{7F}x"] {
            assert!(short_text(bad, "it").is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_longer_text_has_lines() {
        assert_eq!(long_text(" a\r\n\tb\nc\n", "it").unwrap(), "a\n\tb\nc");
        assert!(long_text(&"é".repeat(2000), "it").is_ok());
        for bad in [&*"a".repeat(2001), "a\rb", "a\0", "\u{202E}x"] {
            assert!(long_text(bad, "it").is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_letter_has_lines_and_holds_no_key() {
        assert_eq!(letter_text(" Hello\n\tBob\r\n", "it").unwrap(), " Hello\n\tBob\r\n");
        for bad in [&*"a".repeat(10_001), "a\0", "a\n\u{202E}b", "Dear Bob,\nhttps://example.com/?a=b#key"] {
            assert!(letter_text(bad, "it").is_err(), "{bad:.40?}");
        }
    }

    #[test]
    fn urls_are_kept_and_keys_are_not() {
        for good in [
            "https://share.link",
            "http://localhost:1/receive/?packageCode=abc",
            "https://share.link/50%25?a=%C3%A9",
        ] {
            assert_eq!(keyless_url(good, "it").unwrap(), good);
        }
        for bad in [
            "https://share.link/#key",
            "https://share.link/#",
            "https://share.link/%23key",
            "https://share.link/%2523key",
            "https://share.link/?packageCode=a&KeyCode=b",
            "https://share.link/?packageCode=a&keyCode%3Db",
            "https:share.link/#key",
            "https:share.link/%23key",
            "https://share.link/ a%23key",
            "javascript:alert(1)",
            "share.link",
            "https://alice:secret@share.link/",
        ] {
            assert!(keyless_url(bad, "it").is_err(), "{bad}");
        }
        assert!(keyless_url(&format!("https://share.link/{}", "a".repeat(3000)), "it").is_err());
    }

    #[test]
    fn a_text_with_a_key_is_refused() {
        for fine in [
            "Report #3",
            "see https://example.com/receive/?packageCode=x",
            "a # b",
            "",
            "50%25 of https://a.b/%C3%A9",
        ] {
            assert!(keyless(fine, "it").is_ok(), "{fine}");
        }
        for bad in [
            "keyCode=abc",
            "KEYCODE=x",
            "see https://example.com/receive/?packageCode=x#k",
            "https://example.com/%23k or",
            "https://example.com/%2523k",
            "https%3A%2F%2Fexample.com/%2523k",
            "a&keyCode%3Db",
            "x://y#",
        ] {
            assert!(keyless(bad, "it").is_err(), "{bad}");
        }
    }
}
