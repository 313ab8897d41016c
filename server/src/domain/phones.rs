//! Phone numbers.

use phonenumber::country;

use super::{Domain, Error, Result, now};
use crate::db::{Package, PhoneNumber};

/// Characters of a number as it is written, at most.
const LONGEST: usize = 40;
/// Digits of a number without the country's, at least and at most (ITU-T E.164).
const DIGITS: std::ops::RangeInclusive<usize> = 4..=15;
/// Numbers of a recipient that are kept: the last ones.
const KEPT: u32 = 10;

impl Domain {
    /// Keeps a phone number of a recipient, as the one that was used last.
    ///
    /// # Errors
    /// When there is no such recipient, or the package is neither draft nor active.
    pub async fn put_phone(
        &self,
        package: &Package,
        id: &str,
        (country_code, number): (u16, String),
    ) -> Result<()> {
        let new = PhoneNumber { recipient_id: id.to_owned(), country_code, number };
        if self.db.put_phone(&package.id, &new, KEPT, now()).await? { Ok(()) } else { Err(Error::NotFound) }
    }
}

/// A phone number as it is stored: its country's calling code, and the digits behind that. `country` is where it would
/// be dialled as written: two letters (ISO 3166-1), not needed for one that begins with a plus sign.
///
/// # Errors
/// When that is no phone number, or no country.
pub fn parse_phone(text: &str, country: Option<&str>) -> Result<(u16, String)> {
    let none = || Error::Invalid("that is no phone number".to_owned());
    let country = match country.map(str::trim).filter(|country| !country.is_empty()) {
        None => None,
        Some(letters) => Some(letters.to_ascii_uppercase().parse::<country::Id>().map_err(|_| {
            Error::Invalid("the country of a phone number has two letters, as US".to_owned())
        })?),
    };
    let plain = |c: char| c.is_ascii_digit() || " ()+-./".contains(c);
    if text.len() > LONGEST || !text.chars().all(plain) {
        return Err(none());
    }
    // Numbers that nobody has yet may have them tomorrow: length and form are checked, and not who has which.
    let number = phonenumber::parse(country, text).map_err(|_| none())?;
    let national = number.national();
    let mut digits = format!("{}{}", "0".repeat(usize::from(national.zeros())), national.value());
    // North American numbers have ten digits. The library takes a 1 before nine of them for a prefix, as in the
    // document's own example.
    let written: String = text.chars().filter(char::is_ascii_digit).collect();
    if number.code().value() == 1 && digits.len() == 9 && written.ends_with(&format!("1{digits}")) {
        digits.insert(0, '1');
    }
    if national.value() == 0 || !DIGITS.contains(&digits.len()) {
        return Err(none());
    }
    Ok((number.code().value(), digits))
}

/// A phone number as the whole world dials it (ITU-T E.164), with its plus sign, without which it is refused.
///
/// # Errors
/// When that is no phone number.
pub(super) fn international(text: &str) -> Result<String> {
    let wrong =
        || Error::Invalid("a phone number begins with a plus sign and its country, as +47 912 34 567".into());
    let (country_code, digits) = parse_phone(text.trim(), None).map_err(|_| wrong())?;
    Ok(format!("+{country_code}{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written_in_their_countries() {
        for (text, country, code, digits) in [
            ("(123) 456-7890", Some("US"), 1, "1234567890"),
            ("+1 (123) 456-7890", Some("DE"), 1, "1234567890"),
            ("1 212 555 0123", Some("US"), 1, "2125550123"),
            ("(212) 555-0123", Some("us"), 1, "2125550123"),
            ("+1 212 555 0123", None, 1, "2125550123"),
            ("030 901820", Some("DE"), 49, "30901820"),
            ("+49 (30) 901820", Some("US"), 49, "30901820"),
            ("06 6982", Some("IT"), 39, "066982"),
            ("020 7946 0958", Some("GB"), 44, "2079460958"),
        ] {
            let (got, number) = parse_phone(text, country).unwrap();
            assert_eq!((u32::from(got), number.as_str()), (code, digits), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for (text, country) in [
            ("", Some("US")),
            ("x", Some("US")),
            ("1", Some("US")),
            ("0000000000", Some("US")),
            ("(123) 456-7890", None),
            ("(123) 456-7890", Some("")),
            ("(123) 456-7890", Some("USA")),
            ("(123) 456-7890", Some("XX")),
            ("(123) 456-7890", Some("\u{0}")),
            ("123456789012345678901234567890", Some("US")),
            ("+", None),
            ("+++", None),
            ("()", Some("US")),
            ("+999 123456", None),
            ("１２３４５６７８９０", Some("US")),
            ("123-FLOWERS", Some("US")),
            ("2125550123;ext=1", Some("US")),
            ("tel:+12125550123", None),
        ] {
            assert!(parse_phone(text, country).is_err(), "{text} {country:?}");
        }
        assert!(parse_phone(&"1".repeat(10_000), Some("US")).is_err());
    }
}
