//! Short texts that people write: names, descriptions.

use super::{Error, Result};

/// Characters of a name or description at most.
const LONGEST: usize = 200;

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
}
