//! The JavaScript surface, which the files in `npm/` make methods and iterators of. Thin: what can be decided is decided
//! below.

#[cfg(feature = "account")]
mod account;
#[cfg(feature = "keys")]
mod keys;

#[cfg(feature = "account")]
pub use account::{Account, Workspace, use_workers};
#[cfg(feature = "keys")]
pub use keys::KeyRing;
