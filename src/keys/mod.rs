//! Secrets and what follows from them: the keyCode, the passphrase, the checksum and the key schedule.
//!
//! Secrets are wiped when dropped and never print: their `Debug` is redacted, and `expose` is the one way out.

mod code;
mod ids;
mod schedule;
mod secret;

pub use code::{KeyClass, KeyCode, Suite};
pub use ids::{PackageCode, ServerSecret};
pub use schedule::{Checksum, FileKeys, FileNonce, PackageKeys, Passphrase};
pub use secret::Key;
pub(crate) use secret::random;
