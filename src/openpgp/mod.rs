//! The few OpenPGP packets that the suites are made of (RFC 9580; version 4 and CFB as in RFC 4880).
//!
//! Pure functions over octets. Every failure to read is the same [`crate::Error::tampered`]: which check failed
//! is nobody's business but the attacker's.

pub mod aead;
#[cfg(target_arch = "wasm32")]
mod bitsliced;
pub mod cfb;
pub mod literal;
pub mod packet;
pub mod s2k;
pub mod seipd1;
pub mod seipd2;
pub mod skesk;

#[cfg(not(target_arch = "wasm32"))]
use aes::Aes256;
#[cfg(target_arch = "wasm32")]
use bitsliced::Aes256;

/// AES with 256-bit keys (RFC 9580, section 9.3).
pub const AES256: u8 = 9;
/// GCM (RFC 9580, section 9.6).
pub const GCM: u8 = 3;
/// SHA-256 (RFC 9580, section 9.5).
pub const SHA256: u8 = 8;
