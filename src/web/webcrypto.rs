//! The suites' ciphers by WebCrypto, off the main thread: AES-256-GCM, AES-256-CBC and SHA-1.

use std::collections::VecDeque;
use std::ops::Range;

use futures_util::future::try_join;
use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AesCbcParams, AesGcmParams, CryptoKey, SubtleCrypto};

use super::bytes::view;
use super::error::{invalid, message_of};
use crate::format::sealed::{CHUNK_AAD, Chunk, Chunks};
use crate::format::{Cipher, Payload, cfb};
use crate::keys::Passphrase;
use crate::{Error, ErrorCode, Result};

const AES_GCM: &str = "AES-GCM";
const AES_CBC: &str = "AES-CBC";
const SHA_1: &str = "SHA-1";
const SHA_256: &str = "SHA-256";

const BLOCK: usize = 16;
const SHA1_LEN: usize = 20;
/// Chunks on their way at once: enough for every thread that WebCrypto has.
const CHUNKS_AT_ONCE: usize = 8;
/// Octets that one call of AES-CBC encrypts: while it does, those before are finished here.
const SEGMENT: usize = 1 << 18;

/// The browser's, or Node's, own ciphers.
pub struct WebCrypto(SubtleCrypto);

impl WebCrypto {
    /// `None` where there are none: on pages that came over plain http from another machine.
    pub fn of_this_realm() -> Option<Self> {
        let crypto = Reflect::get(&js_sys::global(), &"crypto".into()).ok()?;
        let subtle = Reflect::get(&crypto, &"subtle".into()).ok()?;
        subtle.is_object().then(|| Self(subtle.unchecked_into()))
    }

    async fn import_key(&self, algorithm: &str, usage: &str, key: &[u8; 32]) -> Result<CryptoKey> {
        let octets = Uint8Array::from(key.as_slice());
        let usages = Array::of1(&usage.into());
        let imported =
            settle(self.0.import_key_with_str("raw", Object::as_ref(&octets), algorithm, false, &usages))
                .await;
        octets.fill(0, 0, octets.length());
        Ok(imported?.unchecked_into())
    }

    /// Begins to encrypt a chunk.
    fn seal_chunk(&self, key: &CryptoKey, chunk: &Chunk<'_>, data: &Uint8Array) -> JsResult<Promise> {
        let mut plaintext = view(data, chunk.data.clone());
        if !chunk.prefix.is_empty() {
            let joined = Uint8Array::new_with_length(chunk.prefix.len() as u32 + plaintext.length());
            view(&joined, 0..chunk.prefix.len()).copy_from(chunk.prefix);
            joined.set(&plaintext, chunk.prefix.len() as u32);
            plaintext = joined;
        }
        self.0.encrypt_with_object_and_buffer_source(&gcm_params(chunk), key, &plaintext)
    }

    /// Begins to decrypt a chunk.
    fn open_chunk(&self, key: &CryptoKey, chunk: &Chunk<'_>, part: &Uint8Array) -> JsResult<Promise> {
        let sealed = view(part, chunk.sealed.clone());
        self.0.decrypt_with_object_and_buffer_source(&gcm_params(chunk), key, &sealed)
    }

    /// Begins AES-256-CBC of whole blocks. What comes is a block longer: WebCrypto adds padding.
    fn cbc(&self, key: &CryptoKey, iv: &Uint8Array, blocks: &Uint8Array) -> JsResult<Promise> {
        self.0.encrypt_with_object_and_buffer_source(&AesCbcParams::new(AES_CBC, iv), key, blocks)
    }
}

impl Cipher for WebCrypto {
    type Bytes = Uint8Array;

    async fn seal(&self, chunks: &Chunks, data: Uint8Array) -> Result<Vec<Uint8Array>> {
        check_len(&data, chunks.data_len())?;
        let key = self.import_key(AES_GCM, "encrypt", chunks.key()).await?;
        in_turn(&mut chunks.iter().map(|chunk| self.seal_chunk(&key, &chunk, &data))).await.map_err(failed)
    }

    async fn open(&self, chunks: &Chunks, ciphertext: Uint8Array) -> Result<Vec<Uint8Array>> {
        let key = self.import_key(AES_GCM, "decrypt", chunks.key()).await?;
        let mut chunk_by_chunk = chunks.iter().map(|chunk| self.open_chunk(&key, &chunk, &ciphertext));
        // WebCrypto has one error for every reason, and so do we.
        let opened = in_turn(&mut chunk_by_chunk).await.map_err(|_| Error::tampered())?;
        let data = |(chunk, opened): (Chunk<'_>, Uint8Array)| {
            let prefix = chunk.prefix.len();
            let whole = opened.len() == prefix + chunk.data.len() && opened.copy(0..prefix) == chunk.prefix;
            if whole { Ok(view(&opened, prefix..opened.len())) } else { Err(Error::tampered()) }
        };
        chunks.iter().zip(opened).map(data).collect()
    }

    async fn encrypt_cfb(&self, plaintext: &cfb::Plaintext, data: Uint8Array) -> Result<Vec<Uint8Array>> {
        check_len(&data, plaintext.data_len())?;
        let (prefix, suffix) = (plaintext.prefix(), plaintext.suffix());
        let hashed = prefix.len() + data.len() + suffix.len();
        let octets = Uint8Array::new_with_length((BLOCK + hashed + SHA1_LEN) as u32);
        view(&octets, BLOCK..BLOCK + prefix.len()).copy_from(&prefix);
        octets.set(&data, (BLOCK + prefix.len()) as u32);
        view(&octets, BLOCK + hashed - suffix.len()..BLOCK + hashed).copy_from(&suffix);

        let key = self.import_key(AES_CBC, "encrypt", plaintext.key()).await?;
        let digest = self.0.digest_with_str_and_buffer_source(SHA_1, &view(&octets, BLOCK..BLOCK + hashed));
        let mut run = CfbRun { cipher: self, key: &key, octets: &octets, done: 0 };
        // Only the last blocks depend on the hash.
        let (hash, ()) = try_join(settle(digest), run.encrypt(hashed / BLOCK * BLOCK)).await?;
        octets.set(&Uint8Array::new(&hash), (BLOCK + hashed) as u32);
        run.encrypt(hashed + SHA1_LEN).await?;
        Ok(vec![view(&octets, BLOCK..octets.len())])
    }

    async fn decrypt_cfb(&self, passphrase: &Passphrase, message: Uint8Array) -> Result<Vec<Uint8Array>> {
        let opened = cfb::Opened::decrypt(passphrase, &message.into_vec())?;
        let hash = settle(self.0.digest_with_str_and_u8_array(SHA_1, opened.hashed())).await?;
        let hash = Uint8Array::new(&hash).to_vec().try_into().map_err(|_| Error::tampered())?;
        Ok(vec![Uint8Array::from(&*opened.data(&hash)?)])
    }

    async fn sha256(&self, data: &Uint8Array) -> Result<[u8; 32]> {
        let hash = settle(self.0.digest_with_str_and_buffer_source(SHA_256, data)).await?;
        let hash = Uint8Array::new(&hash).to_vec();
        hash.try_into().map_err(|_| Error::new(ErrorCode::Internal, "WebCrypto's hash has another length"))
    }
}

/// A run of CFB, by CBC. CBC encrypts, one after another, input ⊕ its previous output; CFB puts out plaintext ⊕
/// keystream, and encrypts that to have more keystream. So where CBC's input is a block of zeros followed by the
/// plaintext, and its initialization vector zero as well, it puts out CFB's keystream.
struct CfbRun<'a> {
    cipher: &'a WebCrypto,
    key: &'a CryptoKey,
    /// A block of zeros, and the plaintext, which becomes ciphertext from its beginning on.
    octets: &'a Uint8Array,
    /// Octets that are encrypted.
    done: usize,
}

impl CfbRun<'_> {
    /// Encrypts the plaintext up to `end`: the end of a block, or of the plaintext.
    async fn encrypt(&mut self, end: usize) -> Result<()> {
        // The block before is the zeros, or ciphertext: encrypting it gives keystream.
        let mut begun = self.begin(&Uint8Array::new_with_length(BLOCK as u32), end);
        while let Some((segment, keystream)) = begun {
            let keystream = Uint8Array::new(&settle(keystream).await?);
            self.done = segment.end;
            // The block before is plaintext still: with the last keystream as initialization vector it is ciphertext.
            let blocks = segment.len().next_multiple_of(BLOCK);
            begun = self.begin(&view(&keystream, blocks - BLOCK..blocks), end);
            // While the next segment is on its way.
            let octets = view(self.octets, BLOCK + segment.start..BLOCK + segment.end);
            xor(&octets, &view(&keystream, 0..segment.len()));
        }
        Ok(())
    }

    /// Begins the keystream for the next segment; `None` at the end.
    fn begin(&self, iv: &Uint8Array, end: usize) -> Option<(Range<usize>, JsResult<Promise>)> {
        let segment = self.done..end.min(self.done + SEGMENT);
        let blocks = segment.start..segment.start + segment.len().next_multiple_of(BLOCK);
        let begin = || self.cipher.cbc(self.key, iv, &view(self.octets, blocks));
        (!segment.is_empty()).then(|| (segment.clone(), begin()))
    }
}

/// `to` ⊕= `from`, of the same length.
fn xor(to: &Uint8Array, from: &Uint8Array) {
    /// Octets that are in wasm memory at a time: few enough to stay in the processor's cache.
    const PIECE: usize = 1 << 14;
    let (mut a, mut b) = (vec![0; PIECE], vec![0; PIECE]);
    for start in (0..to.len()).step_by(PIECE) {
        let range = start..to.len().min(start + PIECE);
        let piece = view(to, range.clone());
        piece.copy_to(a.split_at_mut(range.len()).0);
        view(from, range.clone()).copy_to(b.split_at_mut(range.len()).0);
        for (a, b) in a.as_chunks_mut().0.iter_mut().zip(b.as_chunks().0) {
            *a = (u64::from_ne_bytes(*a) ^ u64::from_ne_bytes(*b)).to_ne_bytes();
        }
        piece.copy_from(a.split_at(range.len()).0);
    }
}

/// The results of operations, in order, each begun when it is asked for. Few are on their way at once: WebCrypto copies
/// what it is given, and a page must not copy a whole part in one go.
async fn in_turn(operations: &mut dyn Iterator<Item = JsResult<Promise>>) -> JsResult<Vec<Uint8Array>> {
    let (mut begun, mut results) = (VecDeque::new(), Vec::new());
    loop {
        while begun.len() < CHUNKS_AT_ONCE
            && let Some(operation) = operations.next()
        {
            begun.push_back(JsFuture::from(operation?));
        }
        let Some(first) = begun.pop_front() else { return Ok(results) };
        results.push(Uint8Array::new(&first.await?));
    }
}

fn gcm_params(chunk: &Chunk<'_>) -> AesGcmParams {
    let params = AesGcmParams::new(AES_GCM, &Uint8Array::from(chunk.nonce.as_slice()));
    params.set_additional_data(&Uint8Array::from(CHUNK_AAD.as_slice()));
    params
}

fn check_len(data: &Uint8Array, len: usize) -> Result<()> {
    if data.len() == len { Ok(()) } else { Err(invalid("the data is not as long as the part")) }
}

type JsResult<T> = std::result::Result<T, JsValue>;

async fn settle(promise: JsResult<Promise>) -> Result<JsValue> {
    async { JsFuture::from(promise?).await }.await.map_err(failed)
}

fn failed(thrown: JsValue) -> Error {
    Error::new(ErrorCode::Internal, format!("WebCrypto failed: {}", message_of(&thrown)))
}
