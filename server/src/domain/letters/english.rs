//! English.

use super::{Message, Words, code, link, text};

/// What a message says.
pub(super) fn words(message: Message<'_>) -> Words {
    let (subject, paragraphs) = match message {
        Message::Code { code: digits } => (
            "Your code".to_owned(),
            vec![
                text(
                    "Somebody asked for an API key with your password. This is the code that completes it. It holds \
                     for 10 minutes.",
                ),
                code(digits),
                text("If that was not you, somebody knows your password: change it."),
            ],
        ),
        Message::Registration { pin } => (
            "Your account".to_owned(),
            vec![
                text(
                    "Somebody asked for an account with your address. This is the pin that makes it. It holds for 30 \
                     minutes.",
                ),
                code(pin),
                text(NOTHING_TO_DO),
            ],
        ),
        Message::Reset { pin } => (
            "Another password".to_owned(),
            vec![
                text(
                    "Somebody asked for another password for your account. This is the pin that sets it. It holds for \
                     30 minutes.",
                ),
                code(pin),
                text("If that was not you, there is nothing to do: your password stays as it is."),
            ],
        ),
        Message::RegisteredAlready => (
            "Your account".to_owned(),
            vec![
                text(
                    "Somebody asked for an account with your address. You have one already, and it stays as it is.",
                ),
                text(NOTHING_TO_DO),
            ],
        ),
        Message::Package { sender, link: url, has_key } => (
            format!("{sender} has sent you something"),
            vec![
                text(format!(
                    "{sender} has sent you something, encrypted so that the server cannot read it."
                )),
                text(if has_key {
                    format!(
                        "A device of yours holds a key to it: signed in there, you need nothing but this link. Elsewhere \
                         you need the whole link, which {sender} has."
                    )
                } else {
                    format!(
                        "The key to it is not in this e-mail, and the server does not have it: {sender} hands it to \
                         you, as a link that ends in #keyCode=… That whole link opens it."
                    )
                }),
                link("Where it is", url),
            ],
        ),
    };
    Words { subject, paragraphs }
}

const NOTHING_TO_DO: &str = "If that was not you, there is nothing to do.";

/// The code that goes with a password, to a phone.
pub(super) fn code_sms(code: &str) -> String {
    format!(
        "Bulla: {code} is your code for an API key, for 10 minutes. Not you? Then somebody knows your password: change it."
    )
}
