//! The suites' ciphers wherever the payload is: in Rust's memory, or in JavaScript's buffers with WebCrypto.

use std::future::{Future, ready};
use std::marker::PhantomData;
use std::ops::Range;

use sha2::{Digest, Sha256};

use super::sealed::{Chunks, HEADER_LEN, PartOpener, PartSealer};
use super::{PartSpan, cfb};
use crate::Result;
use crate::keys::{FileKeys, PackageKeys, Passphrase};
use crate::openpgp::aead::TAG_LEN;

/// Octets somewhere, cheap to cut.
pub trait Payload: Sized {
    /// How many there are.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Copies some of them into Rust's memory; what lies outside is left out.
    fn copy(&self, range: Range<usize>) -> Vec<u8>;
    /// Some of them, without a copy where that is possible; what lies outside is left out.
    fn slice(&self, range: Range<usize>) -> Self;
    /// All of them, in Rust's memory.
    fn into_vec(self) -> Vec<u8>;
    /// Takes over octets from Rust's memory.
    fn from_vec(octets: Vec<u8>) -> Self;
    /// Puts pieces one after the other.
    fn join(pieces: Vec<Self>) -> Self;
}

impl Payload for Vec<u8> {
    fn len(&self) -> usize {
        self.len()
    }

    fn copy(&self, range: Range<usize>) -> Vec<u8> {
        let end = range.end.min(self.len());
        self.get(range.start..end).unwrap_or_default().to_vec()
    }

    fn slice(&self, range: Range<usize>) -> Self {
        self.copy(range)
    }

    fn into_vec(self) -> Vec<u8> {
        self
    }

    fn from_vec(octets: Vec<u8>) -> Self {
        octets
    }

    fn join(pieces: Vec<Self>) -> Self {
        pieces.concat()
    }
}

/// A provider of the work that takes time: everything that touches every octet of a part. It owns the payload it
/// is given, so that it may hand it to another thread.
pub trait Cipher {
    /// What it encrypts and decrypts.
    type Bytes: Payload;

    /// Encrypts the data of a part of suite `sealed`: all chunks, with their tags, in pieces, in order.
    /// `INVALID_INPUT` when `data` is not as long as the chunks.
    fn seal(&self, chunks: &Chunks, data: Self::Bytes) -> impl Future<Output = Result<Vec<Self::Bytes>>>;

    /// Decrypts the chunks in the whole `ciphertext` of a part of suite `sealed`. Returns the data in pieces, in
    /// order; `TAMPERED` when a chunk does not verify, or has another prefix.
    fn open(
        &self,
        chunks: &Chunks,
        ciphertext: Self::Bytes,
    ) -> impl Future<Output = Result<Vec<Self::Bytes>>>;

    /// Encrypts the data of a part of suite `openpgp-cfb`: the whole plaintext, in pieces, in order.
    /// `INVALID_INPUT` when `data` is not as long as the plaintext says.
    fn encrypt_cfb(
        &self,
        plaintext: &cfb::Plaintext,
        data: Self::Bytes,
    ) -> impl Future<Output = Result<Vec<Self::Bytes>>>;

    /// Decrypts a part of suite `openpgp-cfb`. Returns its data in pieces, in order; `TAMPERED` as
    /// [`cfb::decrypt_part`].
    fn decrypt_cfb(
        &self,
        passphrase: &Passphrase,
        message: Self::Bytes,
    ) -> impl Future<Output = Result<Vec<Self::Bytes>>>;

    /// SHA-256 (FIPS 180-4).
    fn sha256(&self, data: &Self::Bytes) -> impl Future<Output = Result<[u8; 32]>>;
}

/// The ciphers in Rust, over any payload.
pub struct RustCrypto<B>(PhantomData<B>);

impl<B> RustCrypto<B> {
    /// The ciphers.
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

impl<B> Default for RustCrypto<B> {
    fn default() -> Self {
        Self::new()
    }
}

impl<B: Payload> Cipher for RustCrypto<B> {
    type Bytes = B;

    fn seal(&self, chunks: &Chunks, data: B) -> impl Future<Output = Result<Vec<B>>> {
        ready(chunks.seal(&data.into_vec()).map(|sealed| vec![B::from_vec(sealed)]))
    }

    fn open(&self, chunks: &Chunks, ciphertext: B) -> impl Future<Output = Result<Vec<B>>> {
        ready(chunks.open(&ciphertext.into_vec()).map(|data| vec![B::from_vec(data)]))
    }

    fn encrypt_cfb(&self, plaintext: &cfb::Plaintext, data: B) -> impl Future<Output = Result<Vec<B>>> {
        ready(plaintext.encrypt(&data.into_vec()).map(|encrypted| vec![B::from_vec(encrypted)]))
    }

    fn decrypt_cfb(&self, passphrase: &Passphrase, message: B) -> impl Future<Output = Result<Vec<B>>> {
        ready(cfb::decrypt_part(passphrase, &message.into_vec()).map(|data| vec![B::from_vec(data)]))
    }

    fn sha256(&self, data: &B) -> impl Future<Output = Result<[u8; 32]>> {
        ready(Ok(Sha256::digest(data.copy(0..data.len())).into()))
    }
}

/// Encrypts the data of one part of suite `sealed`. Returns the ciphertext in pieces, in order.
///
/// `INVALID_INPUT` when `data` is not as long as the part.
pub async fn encrypt_part<C: Cipher>(
    cipher: &C,
    sealer: &PartSealer,
    data: C::Bytes,
) -> Result<Vec<C::Bytes>> {
    let mut pieces = vec![C::Bytes::from_vec(sealer.header().to_vec())];
    pieces.extend(cipher.seal(sealer.chunks(), data).await?);
    pieces.push(C::Bytes::from_vec(sealer.final_tag().to_vec()));
    Ok(pieces)
}

/// Decrypts one part of suite `sealed`. Returns its data in pieces, in order, once every octet has verified.
///
/// `TAMPERED` when `ciphertext` is not exactly the part that stands at `span` in this version of this file. Without `keys`
/// the file is a copy: the session keys in its parts are encrypted for others, and nobody looks at them.
pub async fn decrypt_part<C: Cipher>(
    cipher: &C,
    keys: Option<&PackageKeys>,
    file: &FileKeys,
    span: PartSpan,
    ciphertext: C::Bytes,
) -> Result<Vec<C::Bytes>> {
    let len = ciphertext.len();
    let opener = PartOpener::new(keys, file, span, len as u64, &ciphertext.copy(0..HEADER_LEN))?;
    opener.check_final_tag(&ciphertext.copy(len.saturating_sub(TAG_LEN)..len))?;
    cipher.open(opener.chunks(), ciphertext).await
}

/// Encrypts the data of one part of suite `openpgp-cfb`. Returns the message in pieces, in order.
///
/// `INVALID_INPUT` over 64 MiB.
pub async fn encrypt_cfb_part<C: Cipher>(
    cipher: &C,
    passphrase: &Passphrase,
    data: C::Bytes,
) -> Result<Vec<C::Bytes>> {
    let part = cfb::PartEncryptor::new(passphrase, data.len())?;
    let mut pieces = vec![C::Bytes::from_vec(part.header().to_vec())];
    pieces.extend(cipher.encrypt_cfb(part.plaintext(), data).await?);
    Ok(pieces)
}
