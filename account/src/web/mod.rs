//! The JavaScript surface, which the files in `npm/` make methods and iterators of. Thin: what can be decided is decided
//! below.

#[cfg(feature = "account")]
mod account;
#[cfg(feature = "keys")]
mod keys;
#[cfg(feature = "lock")]
mod lock;

#[cfg(feature = "account")]
pub use account::{Account, Workspace, link_for_recipient, link_through, use_workers};
#[cfg(feature = "keys")]
pub use keys::{KeyRing, Requested, open_request, parse_request_link};
#[cfg(feature = "lock")]
pub use lock::{compiled_module, head_of, lock, new_head, proof, stretch, unlock};
