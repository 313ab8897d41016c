//! Which suite encrypts a file's parts.

use std::rc::Rc;

use crate::Result;
use crate::format::{self, Cipher, PartSpan, Payload, cfb, sealed};
use crate::keys::{FileKeys, PackageKeys, Passphrase};

/// The keys of one file, of either suite.
pub(crate) enum FileCrypto {
    Sealed { package: Rc<PackageKeys>, file: FileKeys },
    OpenPgpCfb(Rc<Passphrase>),
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
                format::encrypt_part(cipher, &sealer, &data).await
            }
            Self::OpenPgpCfb(passphrase) => {
                let part = cfb::encrypt_part(passphrase, &data.copy(0..data.len()))?;
                Ok(vec![C::Bytes::from_vec(part)])
            }
        }
    }

    /// Decrypts one part, whole. For `openpgp-cfb` the span's place and length are not known to the format.
    pub(crate) async fn decrypt<C>(&self, cipher: &C, span: PartSpan, part: C::Bytes) -> Result<Vec<C::Bytes>>
    where
        C: Cipher,
    {
        match self {
            Self::Sealed { package, file } => format::decrypt_part(cipher, package, file, span, &part).await,
            Self::OpenPgpCfb(passphrase) => {
                let data = cfb::decrypt_part(passphrase, &part.copy(0..part.len()))?;
                Ok(vec![C::Bytes::from_vec(data)])
            }
        }
    }
}
