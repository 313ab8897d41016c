//! AES-256-CFB (NIST SP 800-38A, section 6.3) in one run, from an initialization vector of zeros.

use cfb_mode::cipher::KeyIvInit;

use super::Aes256;
use crate::keys::Key;

/// Encrypts in place.
pub fn encrypt(key: &Key, octets: &mut [u8]) {
    cfb_mode::Encryptor::<Aes256>::new(key.expose().into(), &[0; 16].into()).encrypt(octets);
}

/// Decrypts.
#[cfg(not(target_arch = "wasm32"))]
pub fn decrypt(key: &Key, ciphertext: &[u8]) -> Vec<u8> {
    let mut plaintext = ciphertext.to_vec();
    cfb_mode::Decryptor::<Aes256>::new(key.expose().into(), &[0; 16].into()).decrypt(&mut plaintext);
    plaintext
}

/// Decrypts.
#[cfg(target_arch = "wasm32")]
pub fn decrypt(key: &Key, ciphertext: &[u8]) -> Vec<u8> {
    Aes256::with_key(key.expose()).decrypt_cfb(ciphertext)
}
