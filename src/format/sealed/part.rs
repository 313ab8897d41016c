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

/// One sealed part or message, once its session key and salt are known.
#[derive(Debug)]
pub(super) struct PartBody {
    session_key: Key,
    message: MessageKey,
    literal: [u8; literal::HEADER_LEN],
    len: usize,
}

impl PartBody {
    pub(super) fn new(session_key: Key, salt: &[u8; 32], len: usize) -> Self {
        let message = MessageKey::derive(&session_key, salt);
        Self { session_key, message, literal: literal::header(len as u32), len }
    }

    fn header(&self, keys: &PackageKeys, random: &PartRandom) -> Result<Vec<u8>> {
        let skesk = skesk::write_v6(keys.s2k(), keys.key_encryption_key(), &random.iv, &self.session_key)?;
        Ok([&skesk[..], &seipd2::header(self.sealed_len(), &random.salt)].concat())
    }

    /// Checks the octets before the first chunk of a part with `len` octets of data, whose ciphertext has
    /// `ciphertext_len`.
    fn read(
        keys: &PackageKeys,
        session_key: Key,
        len: usize,
        ciphertext_len: u64,
        header: &[u8],
    ) -> Result<Self> {
        let header: &[u8; HEADER_LEN] = header.try_into().map_err(|_| Error::tampered())?;
        let (skesk, seipd) = header.split_first_chunk().ok_or_else(Error::tampered)?;
        let salt = seipd.last_chunk().ok_or_else(Error::tampered)?;
        let body = Self::new(session_key, salt, len);
        if ciphertext_len != ciphertext_size(len as u64) || seipd != seipd2::header(body.sealed_len(), salt) {
            return Err(Error::tampered());
        }
        // Standard tools decrypt with what the packet holds: it must be the key that we decrypt with.
        let session_key = skesk::read_v6(skesk, keys.s2k(), keys.key_encryption_key())?;
        if !session_key.same(&body.session_key) {
            return Err(Error::tampered());
        }
        Ok(body)
    }

    fn plaintext_len(&self) -> usize {
        literal::HEADER_LEN + self.len
    }

    fn chunk_count(&self) -> usize {
        self.plaintext_len().div_ceil(CHUNK_LEN)
    }

    /// Octets of all chunks and tags.
    fn sealed_len(&self) -> u32 {
        (self.plaintext_len() + TAG_LEN * (self.chunk_count() + 1)) as u32
    }

    fn chunks(&self) -> impl ExactSizeIterator<Item = Chunk<'_>> {
        (0..self.chunk_count()).map(|index| {
            let start = index * CHUNK_LEN;
            let end = self.plaintext_len().min(start + CHUNK_LEN);
            let sealed = HEADER_LEN + start + TAG_LEN * index;
            Chunk {
                nonce: self.message.nonce(index as u64),
                prefix: if index == 0 { &self.literal } else { &[] },
                data: start.saturating_sub(literal::HEADER_LEN)..end - literal::HEADER_LEN,
                sealed: sealed..sealed + (end - start) + TAG_LEN,
            }
        })
    }

    fn final_tag(&self) -> Result<[u8; TAG_LEN]> {
        self.message.final_tag(self.chunk_count() as u64, self.plaintext_len() as u64)
    }

    fn check_final_tag(&self, tag: &[u8]) -> Result<()> {
        if self.final_tag()?.ct_eq(tag).into() { Ok(()) } else { Err(Error::tampered()) }
    }

    fn check_literal(&self, header: &[u8]) -> Result<()> {
        if self.literal == header { Ok(()) } else { Err(Error::tampered()) }
    }

    pub(super) fn seal(&self, keys: &PackageKeys, random: &PartRandom, data: &[u8]) -> Result<Vec<u8>> {
        let cipher = aead::cipher(&self.message.key);
        let mut ciphertext = self.header(keys, random)?;
        ciphertext.reserve_exact(self.sealed_len() as usize);
        for chunk in self.chunks() {
            let data = data.get(chunk.data).ok_or_else(wrong_length)?;
            let mut buffer = [chunk.prefix, data].concat();
            aead::seal(&cipher, &chunk.nonce, &CHUNK_AAD, &mut buffer)?;
            ciphertext.extend_from_slice(&buffer);
        }
        ciphertext.extend_from_slice(&self.final_tag()?);
        Ok(ciphertext)
    }

    pub(super) fn open(
        keys: &PackageKeys,
        session_key: Key,
        len: usize,
        ciphertext: &[u8],
    ) -> Result<Vec<u8>> {
        let header = ciphertext.get(..HEADER_LEN).ok_or_else(Error::tampered)?;
        let body = Self::read(keys, session_key, len, ciphertext.len() as u64, header)?;
        body.check_final_tag(ciphertext.last_chunk::<TAG_LEN>().ok_or_else(Error::tampered)?)?;
        let cipher = aead::cipher(&body.message.key);
        let mut data = Vec::with_capacity(len);
        for chunk in body.chunks() {
            let mut buffer = ciphertext.get(chunk.sealed).ok_or_else(Error::tampered)?.to_vec();
            aead::open(&cipher, &chunk.nonce, &CHUNK_AAD, &mut buffer)?;
            let (prefix, piece) = buffer.split_at_checked(chunk.prefix.len()).ok_or_else(Error::tampered)?;
            if prefix != chunk.prefix {
                return Err(Error::tampered());
            }
            data.extend_from_slice(piece);
        }
        Ok(data)
    }
}

/// Says how to encrypt one part: [`header`](Self::header), then every chunk, then [`final_tag`](Self::final_tag).
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
        Ok(Self { header: body.header(keys, &random)?, final_tag: body.final_tag()?, body })
    }

    /// Everything before the first chunk.
    pub fn header(&self) -> &[u8] {
        &self.header
    }

    /// The key of all chunks.
    pub fn key(&self) -> &[u8; 32] {
        self.body.message.key.expose()
    }

    /// Octets of data that the part takes.
    pub fn data_len(&self) -> usize {
        self.body.len
    }

    /// What to encrypt, in order.
    pub fn chunks(&self) -> impl ExactSizeIterator<Item = Chunk<'_>> {
        self.body.chunks()
    }

    /// What follows the last chunk.
    pub fn final_tag(&self) -> [u8; TAG_LEN] {
        self.final_tag
    }
}

/// Says how to decrypt one part. Nothing of it may be used before every chunk, the literal header in the first
/// and the final tag have been checked.
#[derive(Debug)]
pub struct PartOpener {
    body: PartBody,
}

impl PartOpener {
    /// Checks the first [`HEADER_LEN`] octets and the length of a part's ciphertext, octet for octet, and that
    /// the session key in it is the one of exactly this part. `TAMPERED` otherwise.
    pub fn new(
        keys: &PackageKeys,
        file: &FileKeys,
        span: PartSpan,
        ciphertext_len: u64,
        header: &[u8],
    ) -> Result<Self> {
        let len = span.checked_len()?;
        let session_key = file.part_key(span.index, span.offset, span.last);
        Ok(Self { body: PartBody::read(keys, session_key, len, ciphertext_len, header)? })
    }

    /// The key of all chunks.
    pub fn key(&self) -> &[u8; 32] {
        self.body.message.key.expose()
    }

    /// What to decrypt, in order.
    pub fn chunks(&self) -> impl ExactSizeIterator<Item = Chunk<'_>> {
        self.body.chunks()
    }

    /// Checks the octets after the last chunk; `TAMPERED` when they are not the final tag.
    pub fn check_final_tag(&self, tag: &[u8]) -> Result<()> {
        self.body.check_final_tag(tag)
    }

    /// Checks the prefix of the first chunk's plaintext; `TAMPERED` when it is not the literal packet's header.
    pub fn check_literal(&self, header: &[u8]) -> Result<()> {
        self.body.check_literal(header)
    }
}

/// Encrypts one whole part with the Rust cipher; `INVALID_INPUT` when `data` is not as long as `span` says.
pub fn seal_part(keys: &PackageKeys, file: &FileKeys, span: PartSpan, data: &[u8]) -> Result<Vec<u8>> {
    let random = PartRandom::generate()?;
    let len = span.checked_len()?;
    if len != data.len() {
        return Err(wrong_length());
    }
    PartBody::new(file.part_key(span.index, span.offset, span.last), &random.salt, len)
        .seal(keys, &random, data)
}

/// Decrypts one whole part with the Rust cipher; `TAMPERED` when it is not what [`seal_part`] made for `span`.
pub fn open_part(keys: &PackageKeys, file: &FileKeys, span: PartSpan, ciphertext: &[u8]) -> Result<Vec<u8>> {
    let session_key = file.part_key(span.index, span.offset, span.last);
    PartBody::open(keys, session_key, span.checked_len()?, ciphertext)
}

pub(crate) fn wrong_length() -> Error {
    Error::new(ErrorCode::InvalidInput, "the data is not as long as the part")
}
