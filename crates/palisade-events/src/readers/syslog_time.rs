//! The times that lines of logs begin with.

use jiff::{civil::DateTime, tz::TimeZone};
use palisade_model::Timestamp;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// How far before the reference a line may say that it was written: clocks differ.
const AHEAD_SECONDS: i64 = 86_400;

/// The time at the beginning of the text, and the text after it. The time itself is nothing where it lacks its year and
/// there is no reference for it.
pub(crate) fn leading(text: &str, reference: Option<Timestamp>) -> Option<(Option<Timestamp>, &str)> {
    // Network devices mark times they are not sure of.
    let text = text.trim_start_matches(['*', '.']);
    if text.starts_with(|character: char| character.is_ascii_digit()) {
        return modern(text);
    }
    traditional(text, reference)
}

/// RFC 3339, up to the first blank.
fn modern(text: &str) -> Option<(Option<Timestamp>, &str)> {
    let (written, rest) = text.split_once(' ')?;
    Timestamp::parse(written).ok().map(|time| (Some(time), rest))
}

/// `Oct 11 22:14:15` or `Oct 11 2024 22:14:15`, with or without parts of a second.
fn traditional(text: &str, reference: Option<Timestamp>) -> Option<(Option<Timestamp>, &str)> {
    let month = MONTHS.iter().position(|month| text.starts_with(month))? as i8 + 1;
    let rest = text[3..].strip_prefix(' ')?.trim_start_matches(' ');
    let (day, rest) = rest.split_once(' ')?;
    let day: i8 = day.parse().ok()?;
    let (year, rest) = match rest.split_once(' ') {
        Some((year, rest)) if year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()) => {
            (year.parse().ok(), rest)
        }
        _ => (None, rest),
    };
    let (clock, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let (hour, minute, second, nanosecond) = clock_parts(clock.trim_end_matches(':'))?;
    let at = |year: i16| Some(utc(DateTime::new(year, month, day, hour, minute, second, nanosecond).ok()?));
    // The date of a leap day is one only with its year.
    at(2024)?;
    let time = match year {
        Some(year) => at(year)?,
        None => reference.and_then(|reference| nearest(reference, at)),
    };
    Some((time, rest))
}

fn clock_parts(clock: &str) -> Option<(i8, i8, i8, i32)> {
    let mut parts = clock.splitn(3, ':');
    let (hour, minute) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let seconds = parts.next()?;
    let (second, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    let digits = fraction.get(..fraction.len().min(9))?;
    let nanosecond = match digits {
        "" => 0,
        _ => digits.parse::<i32>().ok()?.checked_mul(10_i32.pow(9 - digits.len() as u32))?,
    };
    Some((hour, minute, second.parse().ok()?, nanosecond))
}

/// The time in the latest year that does not lie after the reference.
fn nearest(reference: Timestamp, at: impl Fn(i16) -> Option<Option<Timestamp>>) -> Option<Timestamp> {
    let year = jiff::Timestamp::from_second(reference.millis() / 1000).ok()?.to_zoned(TimeZone::UTC).year();
    let latest = reference.millis().saturating_add(AHEAD_SECONDS * 1000);
    [year + 1, year, year - 1, year - 2, year - 3, year - 4]
        .into_iter()
        .filter_map(|year| at(year).flatten())
        .find(|time| time.millis() <= latest)
}

/// A time of day without zone is taken as UTC.
pub(crate) fn utc(time: DateTime) -> Option<Timestamp> {
    let zoned = time.to_zoned(TimeZone::UTC).ok()?;
    i64::try_from(zoned.timestamp().as_nanosecond()).ok().map(Timestamp::from_nanos)
}

/// `10/Oct/2000:13:55:36 -0700`, as web servers write it.
pub(crate) fn of_access_log(text: &str) -> Option<Timestamp> {
    let (date, clock) = text.split_once(':')?;
    let mut date = date.split('/');
    let (day, month, year) = (date.next()?.parse().ok()?, date.next()?, date.next()?.parse().ok()?);
    let month = MONTHS.iter().position(|known| *known == month)? as i8 + 1;
    let (clock, zone) = clock.split_once(' ').unwrap_or((clock, "+0000"));
    let (hour, minute, second, nanosecond) = clock_parts(clock)?;
    let local = utc(DateTime::new(year, month, day, hour, minute, second, nanosecond).ok()?)?;
    let (sign, digits) = (zone.as_bytes().first()?, zone.get(1..)?);
    let digits = digits.parse::<i64>().ok().filter(|digits| (0..=2400).contains(digits))?;
    let nanos = (digits / 100 * 3600 + digits % 100 * 60) * 1_000_000_000;
    let shift = if *sign == b'-' { nanos } else { -nanos };
    local.nanos().checked_add(shift).map(Timestamp::from_nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_is_the_latest_that_fits() {
        let at = |text| Timestamp::parse(text).ok();
        let read = |text, reference| leading(text, at(reference)).and_then(|(time, _)| time);
        assert_eq!(read("Dec 31 23:59:59 x", "2026-01-01T00:00:01Z"), at("2025-12-31T23:59:59Z"));
        assert_eq!(read("Jan  1 00:00:01 x", "2025-12-31T23:59:59Z"), at("2026-01-01T00:00:01Z"));
        assert_eq!(read("Feb 29 01:00:00 x", "2026-06-01T00:00:00Z"), at("2024-02-29T01:00:00Z"));
        assert_eq!(read("Jan  5 00:00:01.25 x", "2026-06-01T00:00:00Z"), at("2026-01-05T00:00:01.25Z"));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in
            ["", "Feb 30 01:00:00 x", "Foo 1 01:00:00 x", "Jan 1 25:00:00 x", "Jan", "Jan ", "12 x", "Jan 1 1:1:1.ä"]
        {
            assert_eq!(leading(text, None), None, "{text}");
        }
    }

    #[test]
    fn web_servers_times_are_read() {
        assert_eq!(of_access_log("10/Oct/2000:13:55:36 -0700"), Timestamp::parse("2000-10-10T20:55:36Z").ok());
        for text in ["", "10/Oct/2000", "10/Foo/2000:13:55:36 +0000", "99/Oct/2000:13:55:36", "1/Oct/2000:1:1:1 é"] {
            assert_eq!(of_access_log(text), None, "{text}");
        }
    }
}
