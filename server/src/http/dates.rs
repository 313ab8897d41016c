//! Dates as the API document writes them, UTC.

use time::format_description::FormatItem;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime, PrimitiveDateTime};

const LONG: &[FormatItem<'_>] = format_description!(
    "[month repr:short] [day padding:none], [year] [hour repr:12 padding:none]:[minute]:[second] [period]"
);
const SHORT: &[FormatItem<'_>] =
    format_description!("[month repr:short] [day padding:none], [year] at [hour]:[minute]");
const ISO: &[FormatItem<'_>] = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");
const ISO_DAY: &[FormatItem<'_>] = format_description!("[year]-[month]-[day]");
const DAY: &[FormatItem<'_>] = format_description!("[month]/[day]/[year]");
const SIGNED: &[FormatItem<'_>] = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]+0000");

/// `Feb 1, 2019 2:07:28 PM`
pub(super) fn long(seconds: i64) -> String {
    write(seconds, LONG)
}

/// `Dec 12, 2018 at 14:24`
pub(super) fn short(seconds: i64) -> String {
    write(seconds, SHORT)
}

/// `2025-06-04T12:00:00`
pub(super) fn iso(seconds: i64) -> String {
    write(seconds, ISO)
}

/// Reads `YYYY-MM-DDTHH:MM:SS+0000` as seconds since 1970.
pub(super) fn read_timestamp(text: &str) -> Option<i64> {
    PrimitiveDateTime::parse(text, SIGNED).ok().map(|time| time.assume_utc().unix_timestamp())
}

/// Reads `MM/DD/YYYY` as when that day begins, in seconds since 1970.
pub(super) fn read_day(text: &str) -> Option<i64> {
    Date::parse(text, DAY).ok().map(|day| day.midnight().assume_utc().unix_timestamp())
}

/// Reads `YYYY-MM-DD` as when that day is over, and a time (RFC 3339) as itself, in seconds since 1970.
pub(super) fn read_end(text: &str) -> Option<i64> {
    let day = || Date::parse(text, ISO_DAY).ok()?.next_day().map(|next| next.midnight().assume_utc());
    let end = OffsetDateTime::parse(text, &Rfc3339).ok().or_else(day)?;
    Some(end.unix_timestamp())
}

fn write(seconds: i64, format: &[FormatItem<'_>]) -> String {
    OffsetDateTime::from_unix_timestamp(seconds)
        .ok()
        .and_then(|time| time.format(format).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_look_like_the_documents() {
        assert_eq!(long(1_549_030_048), "Feb 1, 2019 2:07:28 PM");
        assert_eq!(short(1_544_624_678), "Dec 12, 2018 at 14:24");
        assert_eq!(iso(1_749_038_400), "2025-06-04T12:00:00");
        assert_eq!(long(0), "Jan 1, 1970 12:00:00 AM");
    }

    #[test]
    fn days_are_read_strictly() {
        assert_eq!(read_day("01/01/1970"), Some(0));
        assert_eq!(read_day("02/29/2024"), Some(1_709_164_800));
        for bad in [
            "",
            "1/1/2019",
            "2019-01-01",
            "13/01/2019",
            "02/29/2019",
            "01/01/19",
            "01/01/2019 ",
            "31/01/2019",
        ] {
            assert_eq!(read_day(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_day_ends_when_it_is_over_and_a_time_when_it_comes() {
        assert_eq!(read_end("1970-01-01"), Some(86_400));
        assert_eq!(read_end("1970-01-01T00:00:10Z"), Some(10));
        assert_eq!(read_end("1970-01-01T01:00:10.5+01:00"), Some(10));
        for bad in ["", "1970-1-1", "1970-02-30", "1970-01-01T00:00:10", "01/01/1970", "1970-01-01 "] {
            assert_eq!(read_end(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn timestamps_are_read_strictly() {
        assert_eq!(read_timestamp("2014-01-14T22:24:00+0000"), Some(1_389_738_240));
        for bad in [
            "",
            "2014-01-14T22:24:00Z",
            "2014-01-14 22:24:00+0000",
            "2014-02-30T22:24:00+0000",
            "2014-01-14T22:24:00+0100",
            "2014-01-14T22:24:00+0000 ",
        ] {
            assert_eq!(read_timestamp(bad), None, "{bad:?}");
        }
    }
}
