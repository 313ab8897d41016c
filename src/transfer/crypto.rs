//! Which suite encrypts a file's parts.

use std::rc::Rc;

use crate::format::{self, Cipher, PartSpan, sealed};
use crate::keys::{FileKeys, PackageKeys, Passphrase};
use crate::{Error, ErrorCode, Result};

/// The keys of one file, of either suite.
pub(crate) enum FileCrypto {
    Sealed {
        package: Rc<PackageKeys>,
        file: FileKeys,
    },
    /// A sealed file that was copied from elsewhere.
    Copied(FileKeys),
    OpenPgpCfb(Rc<Passphrase>),
    /// Each part has a passphrase of its own: the server encrypted it as it arrived.
    EachPart(Vec<Passphrase>),
}

impl FileCrypto {
    /// Encrypts one part; the pieces, in order, are the octets to store.
    pub(crate) async fn encrypt<C>(&self, cipher: &C, span: PartSpan, data: C::Bytes) -> Result<Vec<C::Bytes>>
    where
        C: Cipher,
    {
        match self {
            Self::Sealed { package, file } => {
                let sealer = sealed::PartSealer::new(package, file, span)?;
                format::encrypt_part(cipher, &sealer, data).await
            }
            Self::OpenPgpCfb(passphrase) => format::encrypt_cfb_part(cipher, passphrase, data).await,
            Self::Copied(_) | Self::EachPart(_) => {
                Err(Error::new(ErrorCode::Internal, "what came from elsewhere is not written to"))
            }
        }
    }

    /// Decrypts one part, whole. For `openpgp-cfb` the span's place and length are not known to the format.
    pub(crate) async fn decrypt<C>(&self, cipher: &C, span: PartSpan, part: C::Bytes) -> Result<Vec<C::Bytes>>
    where
        C: Cipher,
    {
        let passphrase = match self {
            Self::Sealed { package, file } => {
                return format::decrypt_part(cipher, Some(package), file, span, part).await;
            }
            Self::Copied(file) => return format::decrypt_part(cipher, None, file, span, part).await,
            Self::OpenPgpCfb(passphrase) => passphrase,
            // From 1.
            Self::EachPart(passphrases) => {
                passphrases.get(span.index as usize - 1).ok_or_else(Error::tampered)?
            }
        };
        cipher.decrypt_cfb(passphrase, part).await
    }
}
