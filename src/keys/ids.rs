use std::fmt;

use zeroize::Zeroizing;

use crate::{Error, ErrorCode, Result};

/// What the server issues per package: `[A-Za-z0-9_-]{16,128}`.
fn check(text: &str, refusal: &'static str) -> Result<()> {
    let allowed = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
    if (16..=128).contains(&text.len()) && text.bytes().all(allowed) {
        Ok(())
    } else {
        Err(Error::new(ErrorCode::InvalidInput, refusal))
    }
}

/// The public code of a package, as it stands in the link's query.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PackageCode(String);

impl PackageCode {
    /// Reads a package code; `INVALID_INPUT` unless it matches `[A-Za-z0-9_-]{16,128}`.
    pub fn parse(text: &str) -> Result<Self> {
        check(text, "a package code is 16 to 128 characters of A-Z, a-z, 0-9, - and _")?;
        Ok(Self(text.to_owned()))
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PackageCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The server's half of a package's passphrase.
#[derive(Clone)]
pub struct ServerSecret(Zeroizing<String>);

impl ServerSecret {
    /// Reads a server secret; `INVALID_INPUT` unless it matches `[A-Za-z0-9_-]{16,128}`.
    pub fn parse(text: &str) -> Result<Self> {
        check(text, "a server secret is 16 to 128 characters of A-Z, a-z, 0-9, - and _")?;
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ServerSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerSecret(..)")
    }
}
