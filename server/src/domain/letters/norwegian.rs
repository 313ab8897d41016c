//! Norwegian (bokmål).

use bulla::api::webhook::EventType;

use super::{Message, Paragraph, Text, Words, code, link, paragraphs_of, text};

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
                key(sender, has_key),
                link("Her er det", url),
            ],
        ),
        Message::SecureShare { sender, link: url } => (
            format!("{sender} har sendt deg noe"),
            vec![
                text(format!(
                    "{sender} har sendt deg noe, kryptert slik at serveren ikke kan lese det. Før det åpnes, viser du hvem du \
                     er."
                )),
                key(sender, false),
                link("Her er det", url),
            ],
        ),
        Message::Verification { code: digits } => (
            "Koden din".to_owned(),
            vec![
                text(
                    "Noen åpner noe som er sendt til deg. Her er koden som viser at det er deg. Den gjelder i 10 minutter.",
                ),
                code(digits),
                text("Hvis det ikke var deg, trenger du ikke å gjøre noe: Uten koden får ingen åpnet det."),
            ],
        ),
        Message::Share { sender, subject, body, link: url, has_key } => {
            let mut said = vec![text(format!(
                "{sender} deler noe med deg, kryptert slik at serveren ikke kan lese det."
            ))];
            said.extend(paragraphs_of(body));
            said.extend([key(sender, has_key), link("Her er det", url)]);
            let subject =
                if subject.is_empty() { format!("{sender} har sendt deg noe") } else { subject.to_owned() };
            (subject, said)
        }
        Message::Asked { sender, subject, body, link: url } => {
            let mut said = vec![text(format!(
                "{sender} ber deg om filer. Du trenger ingen konto, og bare {sender} kan lese det du sender."
            ))];
            said.extend(paragraphs_of(body));
            said.push(text(format!(
                "Det som viser til nøkkelen, står ikke i denne e-posten: {sender} gir deg det, som en lenke som slutter på \
                 #key=… Med hele den lenken kan du sende."
            )));
            said.push(link("Her sender du", url));
            let subject =
                if subject.is_empty() { format!("{sender} ber deg om filer") } else { subject.to_owned() };
            (subject, said)
        }
        Message::ShareDownloaded { title, address, said } => {
            let who = match address {
                Some(address) => address.to_owned(),
                None if said.is_empty() => "Noen".to_owned(),
                None => format!("Noen som oppga adressen {said},"),
            };
            let what = if title.is_empty() { "det du deler".to_owned() } else { format!("«{title}»") };
            ("Noe er lastet ned".to_owned(), vec![text(format!("{who} har lastet ned {what}."))])
        }
        Message::Reminder { sender, link: url, has_key, days } => (
            format!("Ikke åpnet ennå: det {sender} sendte deg"),
            vec![
                text(format!(
                    "{sender} har sendt deg noe som ingen har åpnet ennå. Om {} er det borte.",
                    if days == 1 { "én dag".to_owned() } else { format!("{days} dager") }
                )),
                key(sender, has_key),
                link("Her er det", url),
            ],
        ),
        Message::Incoming { title, page } => (
            if title.is_empty() {
                "Du har fått noe gjennom forespørselen din".to_owned()
            } else {
                format!("Du har fått noe gjennom «{title}»")
            },
            vec![
                text(
                    "Det er kryptert slik at bare du kan lese det. Det åpnes på enhetene som har en nøkkel av deg.",
                ),
                link("Her er det", page),
            ],
        ),
        Message::Event { event, by, approved, page, settings } => {
            let (subject, words) = event_words(event, by.unwrap_or("Noen"), approved);
            let why = text("Du får vite det fordi kontoen din er satt opp slik.");
            (subject, vec![text(words), link("Se det", page), why, link("Endre det", settings)])
        }
    };
    Words { subject, paragraphs }
}

const NOTHING_TO_DO: &str = "Hvis det ikke var deg, trenger du ikke å gjøre noe.";

/// Where the key to something is.
fn key(sender: &str, has_key: bool) -> Paragraph {
    text(if has_key {
        format!(
            "En av enhetene dine har en nøkkel til det: Er du logget inn der, trenger du bare denne lenken. Andre steder \
             trenger du hele lenken, som {sender} har."
        )
    } else {
        format!(
            "Nøkkelen står ikke i denne e-posten, og serveren har den ikke: {sender} gir deg den, som en lenke som slutter \
             på #keyCode=… Hele den lenken åpner det."
        )
    })
}

/// What others did, as a subject and in a sentence.
fn event_words(event: EventType, who: &str, approved: bool) -> (String, String) {
    let (subject, words) = match event {
        EventType::PackageOpened => ("Det du sendte, er åpnet", format!("{who} har åpnet noe du har sendt.")),
        EventType::FileDownloaded => (
            "Det du sendte, er lastet ned",
            format!(
                "{who} har lastet ned noe du har sendt. Lastes det ned mer av det innen en time, får du ikke vite det igjen."
            ),
        ),
        EventType::PackageReceived => {
            ("Du har fått noe", "Noen har sendt deg noe gjennom din Dropzone.".to_owned())
        }
        EventType::PackageApproved => (
            "Det du sendte, er godkjent",
            format!("{who} har godkjent noe du har sendt. Mottakerne kan åpne det nå."),
        ),
        EventType::PackageExpired => (
            "Noe er utløpt",
            "Noe du har sendt eller fått, er utløpt. Innholdet er borte fra serveren.".to_owned(),
        ),
        EventType::RequestReceived => {
            ("Du blir bedt om å dele noe", format!("{who} ber deg om å dele noe. Du kan svare ja eller nei."))
        }
        EventType::RequestAnswered if approved => {
            ("Forespørselen din er godkjent", format!("{who} deler det du ba om, med deg."))
        }
        EventType::RequestAnswered => {
            ("Forespørselen din er avslått", format!("{who} deler ikke det du ba om."))
        }
    };
    (subject.to_owned(), words)
}

/// What a text to a phone says.
pub(super) fn to_phone(text: Text<'_>) -> String {
    match text {
        Text::Code { code } => format!(
            "Bulla: {code} er koden din for en API-nøkkel, i 10 minutter. Ikke deg? Da er det noen som kjenner passordet \
             ditt: bytt det."
        ),
        Text::SecureShare { sender, link } => {
            format!("Bulla: {sender} har sendt deg noe, kryptert, og gir deg nøkkelen. Det er her: {link}")
        }
        Text::Verification { code } => format!(
            "Bulla: {code} er koden din for å åpne det som er sendt til deg, i 10 minutter. Ikke deg? Da sier du den til ingen."
        ),
    }
}
