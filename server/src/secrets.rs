//! The server's own key, and randomness.
//!
//! One 32-byte key, made at first start and kept in the data folder, readable by the server alone. Every use
//! takes its own key from it by HKDF-SHA256 (RFC 5869) under a label.

use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD, HEXLOWER};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop};

const FILE_NAME: &str = "server.key";
const NONCE: usize = 12;

/// The server's key.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct ServerKey([u8; 32]);

impl ServerKey {
    /// Reads the key from the data folder, or makes it (mode 0600) when there is none.
    ///
    /// # Errors
    /// When the file cannot be read or written, or holds anything but 32 octets.
    pub fn load_or_create(data: &Path) -> io::Result<Self> {
        let path = data.join(FILE_NAME);
        match Self::load(&path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            other => return other,
        }
        // Written whole under another name first, so that a crash leaves a key or none.
        let temporary = data.join(format!("{FILE_NAME}.{}", random_id()?));
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
        file.write_all(&random::<32>()?)?;
        file.sync_all()?;
        let linked = fs::hard_link(&temporary, &path);
        fs::remove_file(&temporary)?;
        match linked {
            Err(e) if e.kind() != io::ErrorKind::AlreadyExists => return Err(e),
            _ => fs::File::open(data)?.sync_all()?,
        }
        Self::load(&path)
    }

    fn load(path: &Path) -> io::Result<Self> {
        let mut key = Self([0; 32]);
        let mut file = fs::File::open(path)?;
        file.read_exact(&mut key.0)?;
        if file.read(&mut [0])? != 0 {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the server key is longer than 32 octets",
            ));
        }
        Ok(key)
    }

    /// The key for one purpose.
    pub fn derive(&self, purpose: &str) -> Subkey {
        let mut key = [0; 32];
        // HKDF-Expand fails only beyond 255 blocks (RFC 5869, section 2.3); this is one.
        let expanded = Hkdf::<Sha256>::new(None, &self.0).expand(purpose.as_bytes(), &mut key);
        debug_assert!(expanded.is_ok());
        Subkey(key)
    }
}

/// A key for one purpose.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Subkey([u8; 32]);

impl Subkey {
    /// HMAC-SHA256 of the fields, each preceded by its length, so that no two lists give the same input.
    pub fn tag(&self, fields: &[&str]) -> String {
        BASE64URL_NOPAD.encode(&self.mac(fields).finalize().into_bytes())
    }

    /// Whether `tag` is [`Self::tag`] of the fields; compared in constant time.
    pub fn verify(&self, fields: &[&str], tag: &str) -> bool {
        BASE64URL_NOPAD
            .decode(tag.as_bytes())
            .is_ok_and(|given| self.mac(fields).verify_slice(&given).is_ok())
    }

    fn mac(&self, fields: &[&str]) -> Hmac<Sha256> {
        #[allow(clippy::expect_used)] // HMAC takes keys of any length (RFC 2104, section 3)
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0).expect("any key length");
        for field in fields {
            mac.update(&(field.len() as u64).to_be_bytes());
            mac.update(field.as_bytes());
        }
        mac
    }

    /// `b64u(nonce ‖ AES-256-GCM(text))`, bound to `context`.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn seal(&self, context: &str, text: &str) -> io::Result<String> {
        let nonce = random::<NONCE>()?;
        let payload = Payload { msg: text.as_bytes(), aad: context.as_bytes() };
        let mut sealed = nonce.to_vec();
        let body = self.cipher().encrypt(&Nonce::from(nonce), payload);
        sealed.extend(body.map_err(|_| io::Error::other("text too long to seal"))?);
        Ok(BASE64URL_NOPAD.encode(&sealed))
    }

    /// What [`Self::seal`] sealed under the same context; `None` when it was not this key, context or text.
    pub fn open(&self, context: &str, sealed: &str) -> Option<String> {
        let sealed = BASE64URL_NOPAD.decode(sealed.as_bytes()).ok()?;
        let (nonce, body) = sealed.split_at_checked(NONCE)?;
        let payload = Payload { msg: body, aad: context.as_bytes() };
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        String::from_utf8(self.cipher().decrypt(&Nonce::from(nonce), payload).ok()?).ok()
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(&self.0.into())
    }
}

/// Octets from the system's generator.
///
/// # Errors
/// When the system has none.
pub fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes)
}

/// An unguessable id of 160 bits in `[A-Z2-7]`.
///
/// # Errors
/// When the system has no randomness.
pub fn random_id() -> io::Result<String> {
    Ok(BASE32_NOPAD.encode(&random::<20>()?))
}

/// The same id for the same fields, as unguessable as the least guessable of them.
pub fn id_of(fields: &[&str]) -> String {
    let mut hash = Sha256::new();
    for field in fields {
        hash.update((field.len() as u64).to_be_bytes());
        hash.update(field.as_bytes());
    }
    BASE32_NOPAD.encode(hash.finalize().first_chunk::<20>().unwrap_or(&[0; 20]))
}

/// An unguessable code of 256 bits, base64url.
///
/// # Errors
/// When the system has no randomness.
pub fn random_code() -> io::Result<String> {
    Ok(BASE64URL_NOPAD.encode(&random::<32>()?))
}

/// Lowercase hexadecimal SHA-256 of a text: how bearer secrets are stored.
pub fn sha256_hex(text: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_outlives_a_restart_and_only_its_owner_reads_it() {
        use std::os::unix::fs::PermissionsExt;
        let data = tempfile::tempdir().unwrap();
        let tag = ServerKey::load_or_create(data.path()).unwrap().derive("a").tag(&["x"]);
        let again = ServerKey::load_or_create(data.path()).unwrap();
        assert!(again.derive("a").verify(&["x"], &tag));
        assert!(!again.derive("b").verify(&["x"], &tag));
        let mode = fs::metadata(data.path().join(FILE_NAME)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(data.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_key_file_of_another_length_is_refused() {
        for length in [0, 31, 33] {
            let data = tempfile::tempdir().unwrap();
            fs::write(data.path().join(FILE_NAME), vec![7; length]).unwrap();
            assert!(ServerKey::load_or_create(data.path()).is_err(), "{length}");
        }
    }

    #[test]
    fn fields_do_not_run_into_each_other() {
        let key = Subkey([1; 32]);
        assert!(!key.verify(&["a", "bc"], &key.tag(&["ab", "c"])));
    }

    #[test]
    fn a_sealed_text_opens_only_in_its_context() {
        let key = Subkey([1; 32]);
        let sealed = key.seal("key-1", "secret").unwrap();
        assert_eq!(key.open("key-1", &sealed).as_deref(), Some("secret"));
        assert_eq!(key.open("key-2", &sealed), None);
        assert_eq!(Subkey([2; 32]).open("key-1", &sealed), None);
        assert_eq!(key.open("key-1", "AAAA"), None);
    }
}
