//! Names: what a stored one may be.

use bulla::api::limits;

use super::{Error, Result};

/// Refuses a file name that cannot be kept. What is odd about others is the business of whoever saves the file.
pub(super) fn check_file_name(name: &str) -> Result<()> {
    if name.is_empty() || name.len() > limits::MAX_FILE_NAME {
        return Err(Error::InvalidFileName("a file name is neither empty nor longer than 16 KiB"));
    }
    if name.chars().any(char::is_control) || name.contains(['/', '\\']) || matches!(name, "." | "..") {
        return Err(Error::InvalidFileName("a file name has no control characters, slashes or backslashes"));
    }
    Ok(())
}

/// Refuses the name of a directory that cannot be kept. Sealed ones pass: they are base64url.
pub(super) fn check_directory_name(name: &str) -> Result<()> {
    if name.trim().is_empty() || name.len() > limits::MAX_DIRECTORY_NAME {
        return Err(Error::InvalidFileName("a directory's name is neither empty nor longer than 4 KiB"));
    }
    if name.contains(['/', '\\']) || matches!(name, "." | "..") || !is_plain(name) {
        return Err(Error::InvalidFileName(
            "a directory's name has no control or direction characters, slashes or backslashes",
        ));
    }
    Ok(())
}

/// Refuses the label of a workspace that cannot be kept.
pub(super) fn check_label(label: &str) -> Result<()> {
    if label.trim().is_empty() || label.len() > limits::MAX_DIRECTORY_NAME {
        return Err(Error::Invalid("a label is neither empty nor longer than 4 KiB".to_owned()));
    }
    if !is_plain(label) {
        return Err(Error::Invalid("a label has no control or direction characters".to_owned()));
    }
    Ok(())
}

/// Refuses a name tag that is none: base64url.
pub(super) fn check_name_tag(tag: &str) -> Result<()> {
    let base64url = tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if base64url && (1..=limits::MAX_NAME_TAG).contains(&tag.len()) {
        return Ok(());
    }
    Err(Error::Invalid(format!("a name tag is base64url of at most {} octets", limits::MAX_NAME_TAG)))
}

/// Whether the text has no characters that control a terminal or turn the direction of what stands beside it
/// (Unicode's Bidi_Control).
fn is_plain(text: &str) -> bool {
    let turns = |c| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !text.chars().any(|c| c.is_control() || turns(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_are_refused_and_odd_ones_are_data() {
        for bad in ["", ".", "..", "../x", "a/b", "a\\b", "a\0b", "a\nb", "\u{7f}", "\u{85}"] {
            assert!(matches!(check_file_name(bad), Err(Error::InvalidFileName(_))), "{bad:?}");
            assert!(matches!(check_directory_name(bad), Err(Error::InvalidFileName(_))), "{bad:?}");
        }
        assert!(check_file_name(&"n".repeat(limits::MAX_FILE_NAME + 1)).is_err());
        for odd in ["CON", "<img src=x onerror=alert(1)>", "a\u{202e}gpj.exe", "名前.txt", "...", " "] {
            assert!(check_file_name(odd).is_ok(), "{odd:?}");
        }
    }

    #[test]
    fn directories_and_labels_do_not_turn_what_stands_beside_them() {
        for bad in ["a\u{202e}b", "\u{2066}a", "a\u{200f}", "\u{61c}", " ", "\t", &"x".repeat(4097)] {
            assert!(check_directory_name(bad).is_err(), "{bad:?}");
            assert!(check_label(bad).is_err(), "{bad:?}");
        }
        for good in ["2024 Q1", "名前", "שלום", "sealed.AAAA-_", "a\u{200d}b", &"x".repeat(4096)] {
            assert!(check_directory_name(good).is_ok() && check_label(good).is_ok(), "{good:?}");
        }
        assert!(check_label("a/b").is_ok());
    }

    #[test]
    fn tags_are_base64url() {
        assert!(check_name_tag("A-_9").is_ok() && check_name_tag(&"A".repeat(128)).is_ok());
        for bad in ["", "a b", "a=", "a+b", &"A".repeat(129)] {
            assert!(check_name_tag(bad).is_err(), "{bad:?}");
        }
    }
}
