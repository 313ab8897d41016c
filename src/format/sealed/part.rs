use std::ops::Range;

use subtle::ConstantTimeEq;

use crate::format::PartSpan;
use crate::keys::{FileKeys, Key, PackageKeys, random};
use crate::openpgp::aead::{self, TAG_LEN};
use crate::openpgp::seipd2::{self, CHUNK_LEN, MessageKey};
use crate::openpgp::{literal, skesk};
use crate::{Error, ErrorCode, Result};

pub use crate::openpgp::seipd2::CHUNK_AAD;

/// Octets of a part's ciphertext before its first chunk.
pub const HEADER_LEN: usize = skesk::V6_LEN + seipd2::HEADER_LEN;

/// Octets of the ciphertext of a part with `data_len` octets of data.
pub fn ciphertext_size(data_len: u64) -> u64 {
    let (header, literal, tag) = (HEADER_LEN as u64, literal::HEADER_LEN as u64, TAG_LEN as u64);
    let plaintext = data_len + literal;
    header + plaintext + tag * plaintext.div_ceil(CHUNK_LEN as u64) + tag
}

/// Octets of the data in a part with `ciphertext_size` octets of ciphertext; `None` when no part is that long.
pub fn data_size(ciphertext: u64) -> Option<u64> {
    let (literal, tag, chunk) = (literal::HEADER_LEN as u64, TAG_LEN as u64, CHUNK_LEN as u64);
    let chunks = ciphertext.checked_sub(HEADER_LEN as u64 + tag)?;
    let data_len = chunks.checked_sub(tag * chunks.div_ceil(chunk + tag) + literal)?;
    (ciphertext_size(data_len) == ciphertext).then_some(data_len)
}

/// What to encrypt, or to decrypt, in one call of AES-256-GCM with the part's key and [`CHUNK_AAD`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk<'a> {
    /// The nonce.
    pub nonce: [u8; 12],
    /// Plaintext before the data: the literal packet's header in the first chunk, nothing in the others.
    pub prefix: &'a [u8],
    /// Where its data stands in the part's data.
    pub data: Range<usize>,
    /// Where it stands in the part's ciphertext, its tag included.
    pub sealed: Range<usize>,
}

/// The random octets of one part's ciphertext.
#[derive(Clone, Copy)]
pub struct PartRandom {
    pub(super) iv: [u8; 12],
    pub(super) salt: [u8; 32],
}

impl PartRandom {
    /// New octets from the system's random number generator.
    pub(super) fn generate() -> Result<Self> {
        Ok(Self { iv: random()?, salt: random()? })
    }

    /// Given octets, for known-answer tests only: encrypting two plaintexts with the same ones reveals both.
    #[doc(hidden)]
    pub fn from_known(iv: [u8; 12], salt: [u8; 32]) -> Self {
        Self { iv, salt }
    }
}

/// The chunks of one sealed part or message: what the bulk of the work is about.
#[derive(Clone, Debug)]
pub struct Chunks {
    key: MessageKey,
    literal: [u8; literal::HEADER_LEN],
    len: usize,
}

impl Chunks {
    /// The chunks of `len` octets of data.
    pub fn new(key: MessageKey, len: usize) -> Self {
        Self { key, literal: literal::header(len as u32), len }
    }

    /// The key of all chunks, and what their nonces begin with.
    pub fn message_key(&self) -> &MessageKey {
        &self.key
    }

    /// The key of all chunks.
    pub fn key(&self) -> &[u8; 32] {
        self.key.key.expose()
    }

    /// Octets of data.
    pub fn data_len(&self) -> usize {
        self.len
    }

    /// What to encrypt or decrypt, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Chunk<'_>> {
        (0..self.count()).map(|index| {
            let start = index * CHUNK_LEN;
            let end = self.plaintext_len().min(start + CHUNK_LEN);
            let sealed = HEADER_LEN + start + TAG_LEN * index;
            Chunk {
                nonce: self.key.nonce(index as u64),
                prefix: if index == 0 { &self.literal } else { &[] },
                data: start.saturating_sub(literal::HEADER_LEN)..end - literal::HEADER_LEN,
                sealed: sealed..sealed + (end - start) + TAG_LEN,
            }
        })
    }

    /// Encrypts all chunks in Rust; `INVALID_INPUT` when `data` is not as long as they are.
    pub fn seal(&self, data: &[u8]) -> Result<Vec<u8>> {
        if data.len() != self.len {
            return Err(wrong_length());
        }
        let cipher = aead::cipher(&self.key.key);
        let mut sealed = Vec::with_capacity(self.sealed_len() as usize);
        for chunk in self.iter() {
            let start = sealed.len();
            sealed.extend_from_slice(chunk.prefix);
            sealed.extend_from_slice(data.get(chunk.data).ok_or_else(wrong_length)?);
            let (_, buffer) = sealed.split_at_mut(start);
            let tag = aead::encrypt(&cipher, &chunk.nonce, &CHUNK_AAD, buffer)?;
            sealed.extend_from_slice(&tag);
        }
        Ok(sealed)
    }

    /// Decrypts, in Rust, all chunks of a part's whole `ciphertext`; `TAMPERED` when one of them does not verify.
    pub fn open(&self, ciphertext: &[u8]) -> Result<Vec<u8>> {
        let cipher = aead::cipher(&self.key.key);
        let mut data = Vec::with_capacity(self.len);
        for chunk in self.iter() {
            let mut buffer = ciphertext.get(chunk.sealed).ok_or_else(Error::tampered)?.to_vec();
            aead::open(&cipher, &chunk.nonce, &CHUNK_AAD, &mut buffer)?;
            data.extend_from_slice(buffer.strip_prefix(chunk.prefix).ok_or_else(Error::tampered)?);
        }
        Ok(data)
    }

    fn plaintext_len(&self) -> usize {
        literal::HEADER_LEN + self.len
    }

    fn count(&self) -> usize {
        self.plaintext_len().div_ceil(CHUNK_LEN)
    }

    /// Octets of all chunks and tags.
    fn sealed_len(&self) -> u32 {
        (self.plaintext_len() + TAG_LEN * (self.count() + 1)) as u32
    }

    fn final_tag(&self) -> Result<[u8; TAG_LEN]> {
        self.key.final_tag(self.count() as u64, self.plaintext_len() as u64)
    }
}

/// One sealed part or message, once its session key and salt are known.
#[derive(Debug)]
pub(super) struct PartBody {
    session_key: Key,
    chunks: Chunks,
}

impl PartBody {
    pub(super) fn new(session_key: Key, salt: &[u8; 32], len: usize) -> Self {
        let chunks = Chunks::new(MessageKey::derive(&session_key, salt), len);
        Self { session_key, chunks }
    }

    fn header(&self, keys: &PackageKeys, random: &PartRandom) -> Result<Vec<u8>> {
        let skesk = skesk::write_v6(keys.s2k(), keys.key_encryption_key(), &random.iv, &self.session_key)?;
        Ok([&skesk[..], &seipd2::header(self.chunks.sealed_len(), &random.salt)].concat())
    }

    /// Checks the octets before the first chunk of a part with `len` octets of data, whose ciphertext has
    /// `ciphertext_len`.
    /// A copy's session keys are encrypted for the readers of where it comes from: without `keys` nobody looks at them.
    fn read(
        keys: Option<&PackageKeys>,
        session_key: Key,
        len: usize,
        ciphertext_len: u64,
        header: &[u8],
    ) -> Result<Self> {
        let header: &[u8; HEADER_LEN] = header.try_into().map_err(|_| Error::tampered())?;
        let (skesk, seipd) = header.split_first_chunk().ok_or_else(Error::tampered)?;
        let salt = seipd.last_chunk().ok_or_else(Error::tampered)?;
        let body = Self::new(session_key, salt, len);
        let expected = seipd2::header(body.chunks.sealed_len(), salt);
        if ciphertext_len != ciphertext_size(len as u64) || seipd != expected {
            return Err(Error::tampered());
        }
        if let Some(keys) = keys {
            // Standard tools decrypt with what the packet holds: it must be the key that we decrypt with.
            let session_key = skesk::read_v6(skesk, keys.s2k(), keys.key_encryption_key())?;
            if !session_key.same(&body.session_key) {
                return Err(Error::tampered());
            }
        }
        Ok(body)
    }

    fn check_final_tag(&self, tag: &[u8]) -> Result<()> {
        if self.chunks.final_tag()?.ct_eq(tag).into() { Ok(()) } else { Err(Error::tampered()) }
    }

    pub(super) fn seal(&self, keys: &PackageKeys, random: &PartRandom, data: &[u8]) -> Result<Vec<u8>> {
        let (header, sealed) = (self.header(keys, random)?, self.chunks.seal(data)?);
        Ok([&header[..], &sealed, &self.chunks.final_tag()?].concat())
    }

    pub(super) fn open(
        keys: &PackageKeys,
        session_key: Key,
        len: usize,
        ciphertext: &[u8],
    ) -> Result<Vec<u8>> {
        let header = ciphertext.get(..HEADER_LEN).ok_or_else(Error::tampered)?;
        let body = Self::read(Some(keys), session_key, len, ciphertext.len() as u64, header)?;
        body.check_final_tag(ciphertext.last_chunk::<TAG_LEN>().ok_or_else(Error::tampered)?)?;
        body.chunks.open(ciphertext)
    }
}

/// Says how to encrypt one part: [`header`](Self::header), then all [`chunks`](Self::chunks), then
/// [`final_tag`](Self::final_tag).
#[derive(Debug)]
pub struct PartSealer {
    body: PartBody,
    header: Vec<u8>,
    final_tag: [u8; TAG_LEN],
}

impl PartSealer {
    /// Prepares one part with fresh random octets; `INVALID_INPUT` when no file has such a part.
    ///
    /// Under one file nonce, one plaintext and one plan: a retry sends the same ciphertext again.
    pub fn new(keys: &PackageKeys, file: &FileKeys, span: PartSpan) -> Result<Self> {
        Self::with_random(keys, file, span, PartRandom::generate()?)
    }

    /// The same with given random octets, for known-answer tests only.
    #[doc(hidden)]
    pub fn with_random(
        keys: &PackageKeys,
        file: &FileKeys,
        span: PartSpan,
        random: PartRandom,
    ) -> Result<Self> {
        let len = span.checked_len()?;
        let body = PartBody::new(file.part_key(span.index, span.offset, span.last), &random.salt, len);
        Ok(Self { header: body.header(keys, &random)?, final_tag: body.chunks.final_tag()?, body })
    }

    /// Everything before the first chunk.
    pub fn header(&self) -> &[u8] {
        &self.header
    }

    /// What the data become.
    pub fn chunks(&self) -> &Chunks {
        &self.body.chunks
    }

    /// What follows the last chunk.
    pub fn final_tag(&self) -> [u8; TAG_LEN] {
        self.final_tag
    }
}

/// Says how to decrypt one part. Nothing of it may be used before every chunk, its prefix and the final tag have
/// been checked.
#[derive(Debug)]
pub struct PartOpener {
    body: PartBody,
}

impl PartOpener {
    /// Checks the first [`HEADER_LEN`] octets and the length of a part's ciphertext, octet for octet, and that
    /// the session key in it is the one of exactly this part. `TAMPERED` otherwise.
    ///
    /// Without `keys` the part is a copied file's: the session key in it is encrypted for others.
    pub fn new(
        keys: Option<&PackageKeys>,
        file: &FileKeys,
        span: PartSpan,
        ciphertext_len: u64,
        header: &[u8],
    ) -> Result<Self> {
        let len = span.checked_len()?;
        let session_key = file.part_key(span.index, span.offset, span.last);
        Ok(Self { body: PartBody::read(keys, session_key, len, ciphertext_len, header)? })
    }

    /// What holds the data.
    pub fn chunks(&self) -> &Chunks {
        &self.body.chunks
    }

    /// Checks the octets after the last chunk; `TAMPERED` when they are not the final tag.
    pub fn check_final_tag(&self, tag: &[u8]) -> Result<()> {
        self.body.check_final_tag(tag)
    }
}

/// Encrypts one whole part with the Rust cipher; `INVALID_INPUT` when `data` is not as long as `span` says.
pub fn seal_part(keys: &PackageKeys, file: &FileKeys, span: PartSpan, data: &[u8]) -> Result<Vec<u8>> {
    let random = PartRandom::generate()?;
    let session_key = file.part_key(span.index, span.offset, span.last);
    PartBody::new(session_key, &random.salt, span.checked_len()?).seal(keys, &random, data)
}

/// Decrypts one whole part with the Rust cipher; `TAMPERED` when it is not what [`seal_part`] made for `span`.
pub fn open_part(keys: &PackageKeys, file: &FileKeys, span: PartSpan, ciphertext: &[u8]) -> Result<Vec<u8>> {
    let session_key = file.part_key(span.index, span.offset, span.last);
    PartBody::open(keys, session_key, span.checked_len()?, ciphertext)
}

fn wrong_length() -> Error {
    Error::new(ErrorCode::InvalidInput, "the data is not as long as the part")
}
