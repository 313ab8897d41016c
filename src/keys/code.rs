use std::fmt;
use std::str::FromStr;

use base64ct::{Base64UrlUnpadded, Encoding};
use zeroize::{Zeroize, Zeroizing};

use super::random;
use crate::{Error, ErrorCode, Result};

/// Characters of 32 octets in base64url without padding (RFC 4648, section 5).
const RANDOM_LEN: usize = 43;

/// What a keyCode opens. The class is part of the keyCode's text, so nobody can change it without changing
/// every key that follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyClass {
    /// A sealed package: 44 characters that start with `S`.
    Sealed,
    /// A sealed workspace: 44 characters that start with `W`.
    Workspace,
    /// A package of SendSafely's clients: 43 characters, no class letter.
    OpenPgpCfb,
}

impl KeyClass {
    fn letter(self) -> &'static str {
        match self {
            Self::Sealed => "S",
            Self::Workspace => "W",
            Self::OpenPgpCfb => "",
        }
    }
}

/// How a package's content is encrypted. It follows from the keyCode alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Suite {
    /// Detects every change to a package: see [`crate::format::sealed`].
    Sealed,
    /// What SendSafely's clients write and read; detects changes within a part only: see [`crate::format::cfb`].
    OpenPgpCfb,
}

impl Suite {
    /// The suite's name: `sealed` or `openpgp-cfb`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sealed => "sealed",
            Self::OpenPgpCfb => "openpgp-cfb",
        }
    }
}

impl fmt::Display for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Suite {
    type Err = Error;

    /// Reads a suite's name; `UNSUPPORTED` for any other.
    fn from_str(name: &str) -> Result<Self> {
        match name {
            "sealed" => Ok(Self::Sealed),
            "openpgp-cfb" => Ok(Self::OpenPgpCfb),
            _ => Err(Error::new(ErrorCode::Unsupported, "unknown suite")),
        }
    }
}

/// The secret in a share link's fragment: a class letter, or none, and 32 random octets in base64url.
#[derive(Clone)]
pub struct KeyCode {
    text: Zeroizing<String>,
    class: KeyClass,
}

impl KeyCode {
    /// A new keyCode from the system's random number generator.
    pub fn generate(class: KeyClass) -> Result<Self> {
        let mut octets: [u8; 32] = random()?;
        let mut text = Zeroizing::new(String::with_capacity(1 + RANDOM_LEN));
        text.push_str(class.letter());
        text.push_str(&Zeroizing::new(Base64UrlUnpadded::encode_string(&octets)));
        octets.zeroize();
        Ok(Self { text, class })
    }

    /// Reads a keyCode, strictly.
    ///
    /// `LINK_INCOMPLETE` when the length is that of no keyCode or the text looks cut off; `LINK_INVALID` when
    /// it holds other characters than base64url's or an unknown class letter.
    pub fn parse(text: &str) -> Result<Self> {
        let alphabet = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
        if !text.bytes().all(alphabet) {
            return Err(Error::new(ErrorCode::LinkInvalid, "the key holds characters that no key has"));
        }
        let class = match (text.len(), text.as_bytes()) {
            (RANDOM_LEN, _) => KeyClass::OpenPgpCfb,
            (44, [b'S', ..]) => KeyClass::Sealed,
            (44, [b'W', ..]) => KeyClass::Workspace,
            (44, _) => return Err(Error::new(ErrorCode::LinkInvalid, "the key is of an unknown class")),
            (0, _) => return Err(Error::new(ErrorCode::LinkIncomplete, "the link has no key")),
            (..RANDOM_LEN, _) => {
                return Err(Error::new(ErrorCode::LinkIncomplete, "the link's key is cut short"));
            }
            _ => return Err(Error::new(ErrorCode::LinkIncomplete, "the link's key is longer than any key")),
        };
        // 43 characters hold two bits more than 32 octets. They are zero, unless the text is another one's piece.
        let random = text.strip_prefix(class.letter()).unwrap_or_default();
        if Base64UrlUnpadded::decode_vec(random).map(Zeroizing::new).is_err() {
            return Err(Error::new(ErrorCode::LinkIncomplete, "the link's key is cut short or mistyped"));
        }
        Ok(Self { text: Zeroizing::new(text.to_owned()), class })
    }

    /// What it opens.
    pub fn class(&self) -> KeyClass {
        self.class
    }

    /// How the content is encrypted.
    pub fn suite(&self) -> Suite {
        match self.class {
            KeyClass::Sealed | KeyClass::Workspace => Suite::Sealed,
            KeyClass::OpenPgpCfb => Suite::OpenPgpCfb,
        }
    }

    /// The text itself. Whoever has it can open the package.
    pub fn expose(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for KeyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyCode({:?}, ..)", self.class)
    }
}
