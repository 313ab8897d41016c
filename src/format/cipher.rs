//! AES-256-GCM wherever the payload is: in Rust's memory, or in JavaScript's buffers with WebCrypto.

use std::future::{Future, ready};
use std::marker::PhantomData;
use std::ops::Range;

use aes_gcm::Aes256Gcm;
use futures_util::future::try_join_all;

use super::PartSpan;
use super::sealed::part_length_error;
use super::sealed::{CHUNK_AAD, HEADER_LEN, PartOpener, PartSealer};
use crate::keys::{FileKeys, Key, PackageKeys};
use crate::openpgp::aead::{self, TAG_LEN};
use crate::{Error, Result};

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
    /// Takes over octets from Rust's memory.
    fn from_vec(octets: Vec<u8>) -> Self;
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

    fn from_vec(octets: Vec<u8>) -> Self {
        octets
    }
}

/// A provider of AES-256-GCM with nonces of 12 and tags of 16 octets (NIST SP 800-38D).
pub trait Cipher {
    /// What it encrypts and decrypts.
    type Bytes: Payload;
    /// A key made ready.
    type Key;

    /// Makes a key ready.
    fn import_key(&self, key: &[u8; 32]) -> impl Future<Output = Result<Self::Key>>;

    /// Encrypts `prefix` followed by a range of `data`; the tag stands at the end.
    fn seal(
        &self,
        key: &Self::Key,
        nonce: &[u8; 12],
        aad: &[u8],
        prefix: &[u8],
        data: &Self::Bytes,
        range: Range<usize>,
    ) -> impl Future<Output = Result<Self::Bytes>>;

    /// Decrypts a range of `sealed`, which ends with the tag; `TAMPERED` when it does not verify.
    fn open(
        &self,
        key: &Self::Key,
        nonce: &[u8; 12],
        aad: &[u8],
        sealed: &Self::Bytes,
        range: Range<usize>,
    ) -> impl Future<Output = Result<Self::Bytes>>;
}

/// The cipher in Rust, over any payload.
pub struct RustCrypto<B>(PhantomData<B>);

impl<B> RustCrypto<B> {
    /// The cipher.
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
    type Key = Aes256Gcm;

    fn import_key(&self, key: &[u8; 32]) -> impl Future<Output = Result<Aes256Gcm>> {
        ready(Ok(aead::cipher(&Key::new(*key))))
    }

    fn seal(
        &self,
        key: &Aes256Gcm,
        nonce: &[u8; 12],
        aad: &[u8],
        prefix: &[u8],
        data: &B,
        range: Range<usize>,
    ) -> impl Future<Output = Result<B>> {
        let mut buffer = [prefix, &data.copy(range)].concat();
        ready(aead::seal(key, nonce, aad, &mut buffer).map(|()| B::from_vec(buffer)))
    }

    fn open(
        &self,
        key: &Aes256Gcm,
        nonce: &[u8; 12],
        aad: &[u8],
        sealed: &B,
        range: Range<usize>,
    ) -> impl Future<Output = Result<B>> {
        let mut buffer = sealed.copy(range);
        ready(aead::open(key, nonce, aad, &mut buffer).map(|()| B::from_vec(buffer)))
    }
}

/// Encrypts the data of one part of suite `sealed`. Returns the ciphertext in pieces, in order.
///
/// `INVALID_INPUT` when `data` is not as long as the part.
pub async fn encrypt_part<C: Cipher>(
    cipher: &C,
    sealer: &PartSealer,
    data: &C::Bytes,
) -> Result<Vec<C::Bytes>> {
    if data.len() != sealer.data_len() {
        return Err(part_length_error());
    }
    let key = cipher.import_key(sealer.key()).await?;
    let chunks = sealer.chunks().collect::<Vec<_>>();
    let sealed =
        try_join_all(chunks.iter().map(|chunk| {
            cipher.seal(&key, &chunk.nonce, &CHUNK_AAD, chunk.prefix, data, chunk.data.clone())
        }))
        .await?;
    let mut pieces = Vec::with_capacity(sealed.len() + 2);
    pieces.push(C::Bytes::from_vec(sealer.header().to_vec()));
    pieces.extend(sealed);
    pieces.push(C::Bytes::from_vec(sealer.final_tag().to_vec()));
    Ok(pieces)
}

/// Decrypts one part of suite `sealed`. Returns its data in pieces, in order, once every octet has verified.
///
/// `TAMPERED` when `ciphertext` is not exactly the part that stands at `span` in this version of this file.
pub async fn decrypt_part<C: Cipher>(
    cipher: &C,
    keys: &PackageKeys,
    file: &FileKeys,
    span: PartSpan,
    ciphertext: &C::Bytes,
) -> Result<Vec<C::Bytes>> {
    let len = ciphertext.len();
    let opener = PartOpener::new(keys, file, span, len as u64, &ciphertext.copy(0..HEADER_LEN))?;
    opener.check_final_tag(&ciphertext.copy(len.saturating_sub(TAG_LEN)..len))?;
    let key = cipher.import_key(opener.key()).await?;
    let chunks = opener.chunks().collect::<Vec<_>>();
    let mut pieces = try_join_all(
        chunks
            .iter()
            .map(|chunk| cipher.open(&key, &chunk.nonce, &CHUNK_AAD, ciphertext, chunk.sealed.clone())),
    )
    .await?;
    for (piece, chunk) in pieces.iter_mut().zip(&chunks) {
        let prefix = chunk.prefix.len();
        if piece.len() != prefix + chunk.data.len() {
            return Err(Error::tampered());
        }
        if prefix > 0 {
            opener.check_literal(&piece.copy(0..prefix))?;
            *piece = piece.slice(prefix..piece.len());
        }
    }
    Ok(pieces)
}
