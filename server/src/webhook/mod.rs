//! Telling programs. What stands here is what any way to tell them must do; [`http`] posts to them.

mod address;
pub mod http;

use futures_util::future::BoxFuture;

use crate::delivery::SendError;

/// What a secret begins with; base64 follows.
pub const SECRET_PREFIX: &str = "whsec_";

/// Something that a program is told.
pub struct Notice {
    /// Its id, the same in every attempt.
    pub id: String,
    /// Where.
    pub url: String,
    /// What it is signed with, as its owner has it.
    pub secret: String,
    /// What is said: JSON.
    pub body: String,
}

/// A way to tell programs.
pub trait Herald: Send + Sync {
    /// Checks that somebody can be told there.
    ///
    /// # Errors
    /// Why not, in words for whoever asked.
    fn check(&self, url: &str) -> Result<(), &'static str>;

    /// Tells a program; once it returns, that one knows.
    fn send<'a>(&'a self, notice: &'a Notice) -> BoxFuture<'a, Result<(), SendError>>;
}
