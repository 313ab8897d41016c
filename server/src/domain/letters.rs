//! What e-mails say: one template, as plain text and as HTML; and what texts to phones say. None ever holds a key, and
//! every link in one is without its fragment.

use serde::{Deserialize, Serialize};

/// What an e-mail says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Letter {
    /// The subject.
    pub(super) subject: String,
    /// The body as plain text.
    pub(super) text: String,
    /// The same as HTML.
    pub(super) html: String,
}

/// A paragraph.
enum Paragraph<'a> {
    Text(&'a str),
    /// What is to be copied.
    Code(&'a str),
    Link(&'a str),
}

use Paragraph::{Code, Link, Text};

/// The code that goes with a password.
pub(super) fn code(code: &str) -> Letter {
    let subject = "Your code";
    let asked = "Somebody asked for an API key with your password. This is the code that completes it. It holds for \
                 10 minutes.";
    let else_ = "If that was not you, somebody knows your password: change it.";
    write(subject, &[Text(asked), Code(code), Text(else_)])
}

/// The same to a phone: in one text of 160 characters (GSM 03.38).
pub(super) fn code_sms(code: &str) -> String {
    format!(
        "Bulla: {code} is your code for an API key, for 10 minutes. Not you? Then somebody knows your password: change it."
    )
}

/// The pin that makes an account.
pub(super) fn registration(pin: &str) -> Letter {
    let asked = "Somebody asked for an account with your address. This is the pin that makes it. It holds for 30 minutes.";
    write("Your account", &[Text(asked), Code(pin), Text("If that was not you, there is nothing to do.")])
}

/// The pin that sets another password.
pub(super) fn reset(pin: &str) -> Letter {
    let asked = "Somebody asked for another password for your account. This is the pin that sets it. It holds for 30 minutes.";
    let else_ = "If that was not you, there is nothing to do: your password stays as it is.";
    write("Another password", &[Text(asked), Code(pin), Text(else_)])
}

/// What the owner of an account reads when somebody registers its address.
pub(super) fn registered_already() -> Letter {
    let asked =
        "Somebody asked for an account with your address. You have one already, and it stays as it is.";
    write("Your account", &[Text(asked), Text("If that was not you, there is nothing to do.")])
}

/// What a recipient reads of a package. `link` has no fragment.
pub(super) fn notification(sender: &str, link: &str) -> Letter {
    let sent = format!("{sender} has sent you something, encrypted so that nobody but you can read it.");
    let key = format!(
        "This is where it is. The key to it is not in this e-mail, and the server does not have it: {sender} hands it to \
         you, as a link that ends in #keyCode=… That whole link opens it."
    );
    write(&format!("{sender} has sent you something"), &[Text(&sent), Text(&key), Link(link)])
}

fn write(subject: &str, paragraphs: &[Paragraph<'_>]) -> Letter {
    let mut text = String::new();
    let mut html = String::from("<!doctype html><html><body style=\"font-family:sans-serif\">");
    for paragraph in paragraphs {
        let (Text(words) | Code(words) | Link(words)) = paragraph;
        let escaped = escape(words);
        html += &match paragraph {
            Text(_) => format!("<p>{escaped}</p>"),
            Code(_) => format!("<p style=\"font:bold 1.5em monospace\">{escaped}</p>"),
            Link(_) => format!("<p><a href=\"{escaped}\">{escaped}</a></p>"),
        };
        text += &format!("{words}\n\n");
    }
    html += "</body></html>";
    Letter { subject: format!("Bulla: {subject}"), text: text.trim_end().to_owned() + "\n", html }
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

    #[test]
    fn html_holds_what_others_wrote_as_text() {
        let letter = notification("<b>'&\"@example.com", "https://a.example/?x&y");
        assert!(letter.html.contains("&lt;b&gt;&#39;&amp;&quot;@example.com has sent"), "{}", letter.html);
        assert!(letter.html.contains("href=\"https://a.example/?x&amp;y\""));
        assert!(letter.text.contains("https://a.example/?x&y\n"));
        assert!(!letter.html.contains("<b>"));
    }
}
