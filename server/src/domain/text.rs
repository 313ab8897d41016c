//! Texts that people write: names, descriptions, what a request asks for.

use super::{Error, Result};

/// Characters of a name or description at most.
const LONGEST: usize = 200;
/// Characters of a text of several lines at most.
const LONGEST_LINES: usize = 2000;

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

/// Refuses a text that may hold a key: a keyCode, or a link with a fragment.
///
/// # Errors
/// When it may hold one.
pub(super) fn check_keyless(text: &str, what: &str) -> Result<()> {
    let with_fragment = text
        .split_whitespace()
        .any(|word| word.split_once("://").is_some_and(|(_, rest)| rest.contains('#')));
    if with_fragment || text.to_ascii_lowercase().contains("keycode=") {
        return Err(Error::Invalid(format!("{what} holds a key, which must not reach the server")));
    }
    Ok(())
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
}
