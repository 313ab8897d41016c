//! Dates as the API documents write them, UTC: `Feb 1, 2019 2:07:28 PM`, and in Züs's API `2025-06-04T12:00:00`.

use crate::json::{Invalid, Json, Read};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A time in seconds since 1970; none where the answer says none, or in another way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Date(pub(super) Option<u64>);

impl Read for Date {
    fn read(json: &Json) -> Result<Self, Invalid> {
        Ok(Self(Option::<String>::read(json)?.as_deref().and_then(seconds)))
    }
}

/// A time in seconds since 1970, as Züs's API has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct IsoDate(pub(super) u64);

impl Read for IsoDate {
    fn read(json: &Json) -> Result<Self, Invalid> {
        iso_seconds(&String::read(json)?).map(Self).ok_or(Invalid::HERE)
    }
}

fn iso_seconds(text: &str) -> Option<u64> {
    let (date, time) = text.split_once('T')?;
    let numbers = |text: &str, mark: char| -> Option<[u64; 3]> {
        let numbers: Result<Vec<u64>, _> = text.split(mark).map(str::parse).collect();
        numbers.ok()?.try_into().ok()
    };
    let ([year, month, day], [hour, minute, second]) = (numbers(date, '-')?, numbers(time, ':')?);
    let is_date = (1970..10_000).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    let is_time = hour < 24 && minute < 60 && second < 60;
    (is_date && is_time).then(|| days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second)
}

fn seconds(text: &str) -> Option<u64> {
    let mut words = text.split_ascii_whitespace();
    let mut next = || words.next();
    let (month, day, year, time, period) = (next()?, next()?, next()?, next()?, next()?);
    let month = MONTHS.iter().position(|name| *name == month)? as u64 + 1;
    let day: u64 = day.strip_suffix(',')?.parse().ok().filter(|day| (1..=31).contains(day))?;
    let year: u64 = year.parse().ok().filter(|year| (1970..10_000).contains(year))?;
    let mut pieces = time.split(':').map(|piece| piece.parse::<u64>().ok());
    let mut piece = |most: u64| pieces.next()?.filter(|value| *value <= most);
    let (hour, minute, second) = (piece(12)?, piece(59)?, piece(59)?);
    let noon = match period {
        "AM" => 0,
        "PM" => 12,
        _ => return None,
    };
    Some(days(year, month, day) * 86_400 + (hour % 12 + noon) * 3600 + minute * 60 + second)
}

/// Days from 1970-01-01 to a Gregorian date, by counting in years that begin on 1 March.
fn days(year: u64, month: u64, day: u64) -> u64 {
    let year = if month > 2 { year } else { year - 1 };
    let (era, year_of_era) = (year / 400, year % 400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_zus_are_read() {
        for (text, expected) in [
            ("1970-01-01T00:00:00", Some(0)),
            ("2000-02-29T23:59:59", Some(951_868_799)),
            ("2100-03-01T12:00:00", Some(4_107_585_600)),
            ("", None),
            ("2019-02-01", None),
            ("2019-02-01T12:00", None),
            ("2019-13-01T12:00:00", None),
            ("2019-02-01T24:00:00", None),
            ("1969-02-01T12:00:00", None),
            ("2019-02-01T12:00:00Z", None),
        ] {
            assert_eq!(iso_seconds(text), expected, "{text:?}");
        }
    }

    #[test]
    fn the_documents_dates_are_read() {
        for (text, expected) in [
            ("Jan 1, 1970 12:00:00 AM", Some(0)),
            ("Feb 1, 2019 2:07:28 PM", Some(1_549_030_048)),
            ("Feb 28, 2000 11:59:59 PM", Some(951_782_399)),
            ("Feb 29, 2000 12:00:00 AM", Some(951_782_400)),
            ("Mar 1, 2100 12:00:00 PM", Some(4_107_585_600)),
            ("", None),
            ("Dec 12, 2018 at 14:24", None),
            ("Foo 1, 2019 2:07:28 PM", None),
            ("Feb 32, 2019 2:07:28 PM", None),
            ("Feb 1, 2019 13:07:28 PM", None),
            ("Feb 1, 1969 1:07:28 PM", None),
        ] {
            assert_eq!(seconds(text), expected, "{text:?}");
        }
    }
}
