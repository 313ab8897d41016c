//! Norwegian (bokmål).

use super::{Message, Words, code, link, text};

/// What a message says.
pub(super) fn words(message: Message<'_>) -> Words {
    let (subject, paragraphs) = match message {
        Message::Code { code: digits } => (
            "Koden din".to_owned(),
            vec![
                text(
                    "Noen har bedt om en API-nøkkel med passordet ditt. Her er koden som fullfører det. Den gjelder i \
                     10 minutter.",
                ),
                code(digits),
                text("Hvis det ikke var deg, er det noen som kjenner passordet ditt: Bytt det."),
            ],
        ),
        Message::Registration { pin } => (
            "Kontoen din".to_owned(),
            vec![
                text(
                    "Noen har bedt om en konto med adressen din. Her er PIN-koden som oppretter den. Den gjelder i 30 \
                     minutter.",
                ),
                code(pin),
                text(NOTHING_TO_DO),
            ],
        ),
        Message::Reset { pin } => (
            "Nytt passord".to_owned(),
            vec![
                text(
                    "Noen har bedt om et nytt passord til kontoen din. Her er PIN-koden som setter det. Den gjelder i \
                     30 minutter.",
                ),
                code(pin),
                text(
                    "Hvis det ikke var deg, trenger du ikke å gjøre noe: Passordet ditt er det samme som før.",
                ),
            ],
        ),
        Message::RegisteredAlready => (
            "Kontoen din".to_owned(),
            vec![
                text("Noen har bedt om en konto med adressen din. Du har en fra før, og den er som den var."),
                text(NOTHING_TO_DO),
            ],
        ),
        Message::Package { sender, link: url, has_key } => (
            format!("{sender} har sendt deg noe"),
            vec![
                text(format!("{sender} har sendt deg noe, kryptert slik at serveren ikke kan lese det.")),
                text(if has_key {
                    format!(
                        "En av enhetene dine har en nøkkel til det: Er du logget inn der, trenger du bare denne lenken. \
                         Andre steder trenger du hele lenken, som {sender} har."
                    )
                } else {
                    format!(
                        "Nøkkelen står ikke i denne e-posten, og serveren har den ikke: {sender} gir deg den, som en \
                         lenke som slutter på #keyCode=… Hele den lenken åpner det."
                    )
                }),
                link("Her er det", url),
            ],
        ),
    };
    Words { subject, paragraphs }
}

const NOTHING_TO_DO: &str = "Hvis det ikke var deg, trenger du ikke å gjøre noe.";

/// The code that goes with a password, to a phone.
pub(super) fn code_sms(code: &str) -> String {
    format!(
        "Bulla: {code} er koden din for en API-nøkkel, i 10 minutter. Ikke deg? Da er det noen som kjenner passordet \
         ditt: bytt det."
    )
}
