//! What e-mails and texts to phones say. A [`Message`] is what somebody is told by e-mail, a [`Text`] what by a text to a phone; the
//! words stand in a module for each language, and one template makes those of an e-mail plain text and HTML. None ever holds a key, and every link in one is without
//! its fragment.

mod english;
mod norwegian;

use bulla::api::account::Language;
use bulla::api::webhook::EventType;
use serde::{Deserialize, Serialize};

/// What somebody is told by e-mail.
#[derive(Clone, Copy, Debug)]
pub(super) enum Message<'a> {
    /// The code that goes with a password.
    Code {
        /// The code.
        code: &'a str,
    },
    /// The pin that makes an account.
    Registration {
        /// The pin.
        pin: &'a str,
    },
    /// The pin that sets another password.
    Reset {
        /// The pin.
        pin: &'a str,
    },
    /// Somebody registers the address of an account.
    RegisteredAlready,
    /// Somebody sent the reader a package.
    Package {
        /// Who.
        sender: &'a str,
        /// The package's link, without a fragment.
        link: &'a str,
        /// Whether the keyCode is wrapped to a key of the reader's, so that the link is enough.
        has_key: bool,
    },
    /// Somebody sent the reader something that opens once the reader showed who it is.
    SecureShare {
        /// Who.
        sender: &'a str,
        /// The reader's link, without a fragment.
        link: &'a str,
    },
    /// The code with which the reader shows who it is.
    Verification {
        /// The code.
        code: &'a str,
    },
    /// Somebody shares something with the reader.
    Share {
        /// Who.
        sender: &'a str,
        /// The subject in the sender's own words, or nothing.
        subject: &'a str,
        /// What the sender wrote, or nothing: paragraphs are between empty lines.
        body: &'a str,
        /// The share's link, without a fragment.
        link: &'a str,
        /// Whether the keyCode is wrapped to a key of the reader's, so that the link is enough.
        has_key: bool,
    },
    /// Somebody asks the reader for files.
    Asked {
        /// Who.
        sender: &'a str,
        /// The subject in their own words.
        subject: &'a str,
        /// What they wrote, or nothing: paragraphs are between empty lines.
        body: &'a str,
        /// The request's link, without a fragment.
        link: &'a str,
    },
    /// Something was downloaded that the reader shares.
    ShareDownloaded {
        /// The share's title, or nothing.
        title: &'a str,
        /// The e-mail address of who did it, where it is known.
        address: Option<&'a str>,
        /// The one that they gave without proving it, or nothing.
        said: &'a str,
    },
    /// Nobody opened a package yet that somebody sent the reader.
    Reminder {
        /// Who.
        sender: &'a str,
        /// The package's link, without a fragment.
        link: &'a str,
        /// Whether the keyCode is wrapped to a key of the reader's, so that the link is enough.
        has_key: bool,
        /// In how many days it ends, at the latest.
        days: i64,
    },
    /// Something came in through a request of the reader's.
    Incoming {
        /// The request's title, or nothing.
        title: &'a str,
        /// The page on which it is seen.
        page: &'a str,
    },
    /// Others did something of which the reader wants to know.
    Event {
        /// What.
        event: EventType,
        /// The e-mail address of who did it; none for nobody known.
        by: Option<&'a str>,
        /// Whether a request was approved.
        approved: bool,
        /// The page on which it is seen.
        page: &'a str,
        /// The page on which such e-mails are chosen.
        settings: &'a str,
    },
}

/// What somebody is told by a text to a phone.
#[derive(Clone, Copy, Debug)]
pub(super) enum Text<'a> {
    /// As [`Message::Code`].
    Code {
        /// The code.
        code: &'a str,
    },
    /// As [`Message::SecureShare`].
    SecureShare {
        /// Who.
        sender: &'a str,
        /// The reader's link, without a fragment.
        link: &'a str,
    },
    /// As [`Message::Verification`].
    Verification {
        /// The code.
        code: &'a str,
    },
}

/// A message in the words of one language.
struct Words {
    subject: String,
    paragraphs: Vec<Paragraph>,
}

/// A part of a message.
enum Paragraph {
    Text(String),
    /// What is to be copied.
    Code(String),
    /// Where something is, and what it is called.
    Link {
        name: String,
        url: String,
    },
}

/// A paragraph of text.
fn text(words: impl Into<String>) -> Paragraph {
    Paragraph::Text(words.into())
}

/// The paragraphs that somebody wrote, between empty lines.
fn paragraphs_of(body: &str) -> impl Iterator<Item = Paragraph> {
    body.split("\n\n").map(str::trim).filter(|words| !words.is_empty()).map(text)
}

/// A paragraph that is to be copied.
fn code(code: &str) -> Paragraph {
    Paragraph::Code(code.to_owned())
}

/// A paragraph that leads somewhere.
fn link(name: &str, url: &str) -> Paragraph {
    Paragraph::Link { name: name.to_owned(), url: url.to_owned() }
}

/// An e-mail as it is sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Letter {
    /// The subject.
    pub(super) subject: String,
    /// The body as plain text.
    pub(super) text: String,
    /// The same as HTML.
    pub(super) html: String,
}

impl Message<'_> {
    /// The message as an e-mail in this language.
    pub(super) fn letter(self, language: Language) -> Letter {
        let Words { subject, paragraphs } = match language {
            Language::English => english::words(self),
            Language::Norwegian => norwegian::words(self),
        };
        let plain: Vec<String> = paragraphs.iter().map(Paragraph::plain).collect();
        Letter {
            text: plain.join("\n\n") + "\n",
            html: html(language, &subject, &paragraphs),
            subject: format!("Bulla: {subject}"),
        }
    }
}

impl Text<'_> {
    /// The text in this language. With a code it is one of 160 characters (GSM 03.38).
    pub(super) fn words(self, language: Language) -> String {
        match language {
            Language::English => english::to_phone(self),
            Language::Norwegian => norwegian::to_phone(self),
        }
    }
}

impl Paragraph {
    fn plain(&self) -> String {
        match self {
            Self::Text(words) | Self::Code(words) => words.clone(),
            Self::Link { name, url } => format!("{name}:\n{url}"),
        }
    }

    fn html(&self) -> String {
        match self {
            Self::Text(words) => format!("<p>{}</p>", escape(words)),
            Self::Code(words) => format!(
                "<p style=\"font:bold 1.5em/1.5 ui-monospace,monospace;letter-spacing:.05em\">{}</p>",
                escape(words)
            ),
            // The address is to be seen: whoever follows a link in an e-mail should know where to.
            Self::Link { name, url } => {
                let url = escape(url);
                format!(
                    "<p><a href=\"{url}\" style=\"font-weight:bold\">{}</a><br>\
                     <span style=\"font-size:.85em;overflow-wrap:anywhere\">{url}</span></p>",
                    escape(name)
                )
            }
        }
    }
}

/// The letter as HTML. It loads nothing, and names no colour: text, ground and links have the reader's own, light or dark.
fn html(language: Language, subject: &str, paragraphs: &[Paragraph]) -> String {
    let (language, subject) = (language.as_str(), escape(subject));
    let body: String = paragraphs.iter().map(Paragraph::html).collect();
    format!(
        "<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{subject}</title></head>\
         <body style=\"margin:0;padding:1.5em\">\
         <div role=\"article\" aria-label=\"{subject}\" lang=\"{language}\" \
         style=\"max-width:36em;font:1rem/1.5 system-ui,sans-serif\">\
         <h1 style=\"font-size:1.25em;line-height:1.3\">{subject}</h1>{body}</div></body></html>\n"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "https://a.example/receive/?thread=x&packageCode=y";
    const SENDER: &str = "alice@example.com";

    /// One of each message, in each of its forms.
    fn messages() -> Vec<Message<'static>> {
        let event = |event, by, approved| Message::Event {
            event,
            by,
            approved,
            page: LINK,
            settings: "https://a.example/account/",
        };
        let mut all = vec![
            Message::Code { code: "123456" },
            Message::Registration { pin: "ABCD-EFGH" },
            Message::Reset { pin: "ABCD-EFGH" },
            Message::RegisteredAlready,
            Message::Package { sender: SENDER, link: LINK, has_key: false },
            Message::Package { sender: SENDER, link: LINK, has_key: true },
            Message::Reminder { sender: SENDER, link: LINK, has_key: false, days: 1 },
            Message::Reminder { sender: SENDER, link: LINK, has_key: true, days: 2 },
            Message::SecureShare { sender: SENDER, link: LINK },
            Message::Verification { code: "123456" },
            Message::Asked { sender: SENDER, subject: "", body: "", link: LINK },
            Message::Share { sender: SENDER, subject: "", body: "", link: LINK, has_key: false },
            Message::Share { sender: SENDER, subject: "", body: "", link: LINK, has_key: true },
            Message::ShareDownloaded { title: "", address: None, said: "" },
            Message::ShareDownloaded { title: "Plans", address: Some(SENDER), said: "" },
            Message::ShareDownloaded { title: "", address: None, said: SENDER },
            Message::Incoming { title: "", page: LINK },
            Message::Incoming { title: "Tax papers", page: LINK },
            event(EventType::RequestAnswered, Some(SENDER), true),
        ];
        for kind in EventType::ALL {
            all.extend([event(kind, None, false), event(kind, Some(SENDER), false)]);
        }
        all
    }

    #[test]
    fn html_holds_what_others_wrote_as_text() {
        for language in Language::ALL {
            let sender = "<b>'&\"@example.com";
            let letter = Message::Package { sender, link: LINK, has_key: false }.letter(language);
            assert!(letter.html.contains("&lt;b&gt;&#39;&amp;&quot;@example.com"), "{}", letter.html);
            assert!(letter.html.contains("href=\"https://a.example/receive/?thread=x&amp;packageCode=y\""));
            assert!(letter.text.contains(&format!("{LINK}\n")), "{}", letter.text);
            assert!(!letter.html.contains("<b>"));
        }
    }

    #[test]
    fn every_letter_is_in_its_language_and_loads_and_colours_nothing() {
        for message in messages() {
            let letters = Language::ALL.map(|language| (language, message.letter(language)));
            for (language, letter) in &letters {
                let html = &letter.html;
                assert!(html.contains(&format!("<html lang=\"{}\">", language.as_str())), "{html}");
                assert!(html.contains("name=\"color-scheme\" content=\"light dark\""), "{html}");
                for not in ["src=", "url(", "<link", "<style", "<script", "@import", "color:", "background"] {
                    assert!(!html.contains(not), "{not} in {html}");
                }
                assert!(!letter.text.contains("  ") && !letter.subject.contains('\n'), "{}", letter.text);
            }
            let [(_, english), (_, norwegian)] = &letters;
            assert_ne!(english.subject, norwegian.subject);
            assert_ne!(english.text, norwegian.text);
        }
    }

    #[test]
    fn a_link_has_no_fragment_and_the_reader_is_told_who_has_the_rest() {
        for language in Language::ALL {
            let told = |has_key| {
                Message::Package { sender: "alice@example.com", link: LINK, has_key }.letter(language)
            };
            let (without, with) = (told(false), told(true));
            assert!(!without.text.contains(&format!("{LINK}#")) && without.text.contains("#keyCode=…"));
            for letter in [&without, &with] {
                assert_eq!(letter.text.matches("alice@example.com").count(), 2, "{}", letter.text);
            }
            assert!(!with.text.contains("keyCode") && !with.html.contains("keyCode"), "{}", with.text);
            let secure = Message::SecureShare { sender: SENDER, link: LINK }.letter(language);
            assert!(!secure.text.contains(&format!("{LINK}#")) && secure.text.contains("#keyCode=…"));
            let text = Text::SecureShare { sender: SENDER, link: LINK }.words(language);
            assert!(text.contains(SENDER) && text.ends_with(LINK), "{text}");
        }
    }

    #[test]
    fn a_code_is_one_text_to_a_phone() {
        // Of the alphabet of GSM 03.38, in which a text has 160 characters, what the words need.
        let known = |c: char| matches!(c, ' '..='Z' | 'a'..='z' | 'æ' | 'ø' | 'å' | 'Æ' | 'Ø' | 'Å');
        for language in Language::ALL {
            for text in [Text::Code { code: "123456" }, Text::Verification { code: "123456" }] {
                let text = text.words(language);
                assert!(text.chars().count() <= 160 && text.chars().all(known), "{text}");
                assert!(text.contains(" 123456 "), "{text}");
            }
        }
    }
}
