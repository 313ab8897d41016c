//! English.

use bulla::api::webhook::EventType;

use super::{Message, Paragraph, Text, Words, code, link, paragraphs_of, text};

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
                key(sender, has_key),
                link("Where it is", url),
            ],
        ),
        Message::SecureShare { sender, link: url } => (
            format!("{sender} has sent you something"),
            vec![
                text(format!(
                    "{sender} has sent you something, encrypted so that the server cannot read it. Before it opens you show \
                     who you are."
                )),
                key(sender, false),
                link("Where it is", url),
            ],
        ),
        Message::Verification { code: digits } => (
            "Your code".to_owned(),
            vec![
                text(
                    "Somebody opens what was sent to you. This is the code that shows that it is you. It holds for 10 \
                     minutes.",
                ),
                code(digits),
                text("If that was not you, there is nothing to do: without the code nobody opens it."),
            ],
        ),
        Message::Share { sender, subject, body, link: url, has_key } => {
            let mut said = vec![text(format!(
                "{sender} shares something with you, encrypted so that the server cannot read it."
            ))];
            said.extend(paragraphs_of(body));
            said.extend([key(sender, has_key), link("Where it is", url)]);
            let subject = if subject.is_empty() {
                format!("{sender} has sent you something")
            } else {
                subject.to_owned()
            };
            (subject, said)
        }
        Message::Asked { sender, subject, body, link: url } => {
            let mut said = vec![text(format!(
                "{sender} asks you for files. You need no account, and nobody but {sender} can read what you send."
            ))];
            said.extend(paragraphs_of(body));
            said.push(text(format!(
                "What names {sender}'s key is not in this e-mail: {sender} hands it to you, as a link that ends in #key=… \
                 That whole link lets you send."
            )));
            said.push(link("Where it goes", url));
            let subject =
                if subject.is_empty() { format!("{sender} asks you for files") } else { subject.to_owned() };
            (subject, said)
        }
        Message::ShareDownloaded { title, address, said } => {
            let who = match address {
                Some(address) => address.to_owned(),
                None if said.is_empty() => "Somebody".to_owned(),
                None => format!("Somebody who gave the address {said}"),
            };
            let what = if title.is_empty() { "what you share".to_owned() } else { format!("“{title}”") };
            ("Something was downloaded".to_owned(), vec![text(format!("{who} has downloaded {what}."))])
        }
        Message::Reminder { sender, link: url, has_key, days } => (
            format!("Not opened yet: what {sender} sent you"),
            vec![
                text(format!(
                    "{sender} has sent you something that nobody has opened yet. In {} it is gone.",
                    if days == 1 { "a day".to_owned() } else { format!("{days} days") }
                )),
                key(sender, has_key),
                link("Where it is", url),
            ],
        ),
        Message::Incoming { title, page } => (
            if title.is_empty() {
                "Something came in through your request".to_owned()
            } else {
                format!("Something came in through “{title}”")
            },
            vec![
                text(
                    "It is encrypted so that nobody but you can read it. It opens on the devices that have a key of yours.",
                ),
                link("Where it is", page),
            ],
        ),
        Message::Event { event, by, approved, page, settings } => {
            let (subject, words) = event_words(event, by.unwrap_or("Somebody"), approved);
            let why = text("You are told because your account says so.");
            (subject, vec![text(words), link("See it", page), why, link("Change it", settings)])
        }
    };
    Words { subject, paragraphs }
}

const NOTHING_TO_DO: &str = "If that was not you, there is nothing to do.";

/// Where the key to something is.
fn key(sender: &str, has_key: bool) -> Paragraph {
    text(if has_key {
        format!(
            "A device of yours holds a key to it: signed in there, you need nothing but this link. Elsewhere you need the \
             whole link, which {sender} has."
        )
    } else {
        format!(
            "The key to it is not in this e-mail, and the server does not have it: {sender} hands it to you, as a link \
             that ends in #keyCode=… That whole link opens it."
        )
    })
}

/// What others did, as a subject and in a sentence.
fn event_words(event: EventType, who: &str, approved: bool) -> (String, String) {
    let (subject, words) = match event {
        EventType::PackageOpened => {
            ("What you sent was opened", format!("{who} has opened something that you sent."))
        }
        EventType::FileDownloaded => (
            "What you sent was downloaded",
            format!(
                "{who} has downloaded something that you sent. If more is downloaded of it within an hour, you are not told again."
            ),
        ),
        EventType::PackageReceived => (
            "You have received something",
            "Somebody has sent you something through your Dropzone.".to_owned(),
        ),
        EventType::PackageApproved => (
            "What you sent was approved",
            format!("{who} has approved something that you sent. Its recipients can open it now."),
        ),
        EventType::PackageExpired => (
            "Something has expired",
            "Something that you sent or received has expired. What was in it is gone from the server."
                .to_owned(),
        ),
        EventType::RequestReceived => (
            "You are asked to share something",
            format!("{who} asks you to share something. You say yes or no to it."),
        ),
        EventType::RequestAnswered if approved => {
            ("Your request was approved", format!("{who} shares with you what you asked for."))
        }
        EventType::RequestAnswered => {
            ("Your request was declined", format!("{who} does not share what you asked for."))
        }
    };
    (subject.to_owned(), words)
}

/// What a text to a phone says.
pub(super) fn to_phone(text: Text<'_>) -> String {
    match text {
        Text::Code { code } => format!(
            "Bulla: {code} is your code for an API key, for 10 minutes. Not you? Then somebody knows your password: change it."
        ),
        Text::SecureShare { sender, link } => {
            format!(
                "Bulla: {sender} has sent you something, encrypted, and hands you its key. It is here: {link}"
            )
        }
        Text::Verification { code } => format!(
            "Bulla: {code} is your code to open what was sent to you, for 10 minutes. Not you? Then tell it to nobody."
        ),
    }
}
