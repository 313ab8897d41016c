//! Secrets and what follows from them: the keyCode, the passphrase, the checksum, the key schedule and locks.
//!
//! Secrets are wiped when dropped and never print: their `Debug` is redacted, and `expose` is the one way out.

mod code;
mod ids;
mod lock;
mod schedule;
mod secret;

pub use code::{KeyClass, KeyCode, Suite};
pub use ids::{PackageCode, ServerSecret};
pub use lock::{Lock, LockHead, LockProof, StretchedPassword};
pub use schedule::{Checksum, FileKeys, FileNonce, PackageKeys, Passphrase};
pub use secret::Key;
pub(crate) use secret::random;
