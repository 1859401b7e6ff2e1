//! The times that syslog writes.
//!
//! RFC 5424 has those of RFC 3339. RFC 3164 has `Oct 11 22:14:15`, without a year and without a zone: the zone is the one
//! that is configured, and the year is the one that makes the time the latest that is not more than a day ahead, so
//! that messages of December that come in January keep their year.

use jiff::{civil::DateTime, tz::Offset};
use palisade_model::Timestamp;

const MONTHS: [&[u8; 3]; 12] =
    [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];
const DAY_NANOS: i64 = 86_400_000_000_000;
/// How far back a year is looked for: the 29th of February has none for up to eight years.
const YEARS_BACK_MAX: i16 = 8;

/// A time, and how it was written.
pub(super) struct Stamp<'t> {
    pub(super) time: Timestamp,
    pub(super) text: &'t [u8],
}

/// Reads a word as RFC 3339; without a zone it is in `zone_seconds`.
pub(super) fn read_rfc3339(word: &[u8], zone_seconds: i32) -> Option<Stamp<'_>> {
    let looks_like = (19..=40).contains(&word.len()) && word[0].is_ascii_digit() && matches!(word[10], b'T' | b't');
    let text = str::from_utf8(word).ok().filter(|_| looks_like)?;
    let time = Timestamp::parse(text).ok().or_else(|| instant(text.parse().ok()?, zone_seconds));
    Some(Stamp { time: time?, text: word })
}

/// Reads `Mmm dd hh:mm:ss` at the beginning of a message, and gives what follows. As network devices send them, a star
/// or dot may stand before it (the clock is not set), a year before or behind the time of day, a fraction behind the
/// seconds.
pub(super) fn read_rfc3164(text: &[u8], received: Timestamp, zone_seconds: i32) -> Option<(Stamp<'_>, &[u8])> {
    let start = text.strip_prefix(b"*").or_else(|| text.strip_prefix(b".")).unwrap_or(text);
    let name = start.get(..3)?.to_ascii_lowercase();
    let month = i8::try_from(MONTHS.iter().position(|month| name == **month)?).ok()? + 1;
    let rest = start[3..].strip_prefix(b" ")?;
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    let (day, rest) = number(rest, 1, 2)?;
    let rest = rest.strip_prefix(b" ")?;
    let (year, rest) = match number(rest, 4, 4) {
        Some((year, after)) if after.starts_with(b" ") => (Some(year), &after[1..]),
        _ => (None, rest),
    };
    let (clock, rest) = read_clock(rest)?;
    let (year, rest) = match rest.strip_prefix(b" ").and_then(|rest| number(rest, 4, 4)) {
        Some((found, after)) if year.is_none() && is_year(found) && is_end(after) => (Some(found), after),
        _ => (year, rest),
    };
    if !is_end(rest) {
        return None;
    }
    let moment = Moment { month, day: i8::try_from(day).ok()?, clock };
    let time = match year {
        Some(year) => moment.in_year(i16::try_from(year).ok()?, zone_seconds)?,
        None => moment.latest(received, zone_seconds)?,
    };
    Some((Stamp { time, text: &text[..text.len() - rest.len()] }, rest))
}

/// A time of day.
#[derive(Clone, Copy)]
struct Clock {
    hour: i8,
    minute: i8,
    second: i8,
    nanos: i32,
}

/// A time without its year.
struct Moment {
    month: i8,
    day: i8,
    clock: Clock,
}

impl Moment {
    fn in_year(&self, year: i16, zone_seconds: i32) -> Option<Timestamp> {
        let Clock { hour, minute, second, nanos } = self.clock;
        instant(DateTime::new(year, self.month, self.day, hour, minute, second, nanos).ok()?, zone_seconds)
    }

    fn latest(&self, received: Timestamp, zone_seconds: i32) -> Option<Timestamp> {
        let last = Timestamp::from_nanos(received.nanos().saturating_add(DAY_NANOS));
        let instant = jiff::Timestamp::from_nanosecond(last.nanos().into()).ok()?;
        let year = Offset::from_seconds(zone_seconds).ok()?.to_datetime(instant).year();
        (0..=YEARS_BACK_MAX).find_map(|back| self.in_year(year - back, zone_seconds).filter(|time| *time <= last))
    }
}

fn instant(local: DateTime, zone_seconds: i32) -> Option<Timestamp> {
    let instant = Offset::from_seconds(zone_seconds).ok()?.to_timestamp(local).ok()?;
    i64::try_from(instant.as_nanosecond()).ok().map(Timestamp::from_nanos)
}

fn read_clock(text: &[u8]) -> Option<(Clock, &[u8])> {
    let (hour, rest) = number(text, 2, 2)?;
    let (minute, rest) = number(rest.strip_prefix(b":")?, 2, 2)?;
    let (second, rest) = number(rest.strip_prefix(b":")?, 2, 2)?;
    let (nanos, rest) = match rest.strip_prefix(b".") {
        Some(fraction) => read_fraction(fraction)?,
        None => (0, rest),
    };
    let part = |number: u32| i8::try_from(number).ok();
    // A leap second is the last that the calendar has.
    Some((Clock { hour: part(hour)?, minute: part(minute)?, second: part(second.min(59))?, nanos }, rest))
}

fn read_fraction(text: &[u8]) -> Option<(i32, &[u8])> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (value, rest) = number(text, 1, 9)?;
    let scale = u32::try_from(digits).ok().and_then(|digits| 9_u32.checked_sub(digits))?;
    Some((i32::try_from(value * 10_u32.pow(scale)).ok()?, rest))
}

/// A number of `min` to `max` digits, at most nine, and what follows.
fn number(text: &[u8], min: usize, max: usize) -> Option<(u32, &[u8])> {
    let digits = text.iter().take(max).take_while(|byte| byte.is_ascii_digit()).count();
    let value = text[..digits].iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    (digits >= min).then_some((value, &text[digits..]))
}

fn is_year(number: u32) -> bool {
    (1970..2262).contains(&number)
}

fn is_end(rest: &[u8]) -> bool {
    rest.first().is_none_or(|byte| matches!(byte, b' ' | b':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_is_the_latest_that_is_not_ahead() {
        for (received, text, zone_seconds, wanted) in [
            ("2026-11-20T12:00:00Z", "Nov 20 11:59:59", 0, Some("2026-11-20T11:59:59Z")),
            ("2026-11-20T12:00:00Z", "Nov 20 11:59:59", 3_600, Some("2026-11-20T10:59:59Z")),
            ("2026-11-20T12:00:00Z", "Nov 21 11:59:59", 0, Some("2026-11-21T11:59:59Z")),
            ("2026-11-20T12:00:00Z", "Nov 21 12:00:01", 0, Some("2025-11-21T12:00:01Z")),
            ("2027-01-01T00:00:05Z", "Dec 31 23:59:59", 0, Some("2026-12-31T23:59:59Z")),
            ("2026-12-31T23:59:58Z", "Jan  1 00:00:01", 0, Some("2027-01-01T00:00:01Z")),
            ("2026-12-31T20:00:00Z", "Jan  1 05:00:00", 32_400, Some("2026-12-31T20:00:00Z")),
            ("2026-03-01T00:00:00Z", "Feb 29 10:00:00", 0, Some("2024-02-29T10:00:00Z")),
            ("2026-11-20T12:00:00Z", "*Mar  1 18:46:11.123", 0, Some("2026-03-01T18:46:11.123Z")),
            ("2026-11-20T12:00:00Z", "Mar 01 2019 18:46:11", 0, Some("2019-03-01T18:46:11Z")),
            ("2026-11-20T12:00:00Z", "Mar 1 18:46:11 2019", 0, Some("2019-03-01T18:46:11Z")),
            ("2026-11-20T12:00:00Z", "jun  1 18:46:60", 0, Some("2026-06-01T18:46:59Z")),
            ("2026-11-20T12:00:00Z", "Feb 30 10:00:00", 0, None),
            ("2026-11-20T12:00:00Z", "Nov 20 24:00:00", 0, None),
            ("2026-11-20T12:00:00Z", "Nov 20 11:59:59x", 0, None),
            ("2026-11-20T12:00:00Z", "Nov 20 11:59:59.1234567890", 0, None),
            ("2026-11-20T12:00:00Z", "Nov", 0, None),
            ("2026-11-20T12:00:00Z", "Now 20 11:59:59", 0, None),
        ] {
            let received = Timestamp::parse(received).unwrap();
            let read = read_rfc3164(text.as_bytes(), received, zone_seconds);
            let time = read.map(|(stamp, rest)| {
                assert_eq!((stamp.text, rest), (text.as_bytes(), &b""[..]));
                stamp.time
            });
            assert_eq!(time, wanted.map(|text| Timestamp::parse(text).unwrap()), "{text} at {received}");
        }
    }

    #[test]
    fn words_of_rfc3339() {
        for (word, wanted) in [
            ("2003-10-11T22:14:15.003Z", Some("2003-10-11T22:14:15.003Z")),
            ("2003-08-24T05:14:15.000003-07:00", Some("2003-08-24T12:14:15.000003Z")),
            ("2003-10-11T22:14:15", Some("2003-10-11T20:14:15Z")),
            ("2003-10-11", None),
            ("2003-13-11T22:14:15Z", None),
            ("9999-10-11T22:14:15Z", None),
            ("x003-10-11T22:14:15Z", None),
        ] {
            let time = read_rfc3339(word.as_bytes(), 7_200).map(|stamp| stamp.time);
            assert_eq!(time, wanted.map(|text| Timestamp::parse(text).unwrap()), "{word}");
        }
    }
}
