//! Sending e-mail. What stands here is what any way to send must do; [`smtp`] hands it to a server.

pub mod smtp;

use futures_util::future::BoxFuture;

use crate::delivery::SendError;

/// One e-mail to one person.
#[derive(Clone, Debug)]
pub struct Mail {
    /// To whom.
    pub email: String,
    /// The subject.
    pub subject: String,
    /// The body as plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// A way to send e-mail.
pub trait Mailer: Send + Sync {
    /// Sends an e-mail; once it returns, another server is answerable for it.
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<(), SendError>>;
}
