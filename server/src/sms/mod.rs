//! Sending texts to phones. What stands here is what any way to send must do; [`gateway`] hands them to one over HTTP.

pub mod gateway;

use futures_util::future::BoxFuture;

use crate::delivery::SendError;

/// One text to one phone.
#[derive(Clone, Debug)]
pub struct Sms {
    /// The number (ITU-T E.164), with its plus sign.
    pub phone: String,
    /// What it says.
    pub text: String,
}

/// A way to send texts.
pub trait Texter: Send + Sync {
    /// Sends a text; once it returns, somebody else is answerable for it.
    fn send<'a>(&'a self, sms: &'a Sms) -> BoxFuture<'a, Result<(), SendError>>;
}
