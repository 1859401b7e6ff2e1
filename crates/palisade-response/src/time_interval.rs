//! Times that come again: office hours, weekends, the first days of a month. The form is Alertmanager's `time_interval`.

use crate::ConfigError;
use jiff::{
    Zoned,
    civil::Weekday,
    tz::{TimeZone, TimeZoneDatabase},
};
use palisade_model::Timestamp;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// A time is in it when it is in every list that is not empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TimeInterval {
    /// Times of the day.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<TimeRange>,
    /// Days of the week: `monday`, `saturday:sunday`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub weekdays: Vec<String>,
    /// Days of the month: `1`, `1:5`, and counted from its end `-3:-1`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub days_of_month: Vec<String>,
    /// Months: `december`, `1:3`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub months: Vec<String>,
    /// Years: `2026`, `2026:2028`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub years: Vec<String>,
    /// The time zone of all these, by its IANA name; UTC when it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
}

/// From one time of the day to another, the end not included.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeRange {
    /// `00:00` to `23:59`.
    pub start_time: String,
    /// After the start, up to `24:00`.
    pub end_time: String,
}

/// A [`TimeInterval`] that is checked and quick to ask.
#[derive(Clone, Debug)]
pub(crate) struct Interval {
    zone: TimeZone,
    minutes: Vec<RangeInclusive<i32>>,
    weekdays: Vec<RangeInclusive<i32>>,
    days: Vec<RangeInclusive<i32>>,
    months: Vec<RangeInclusive<i32>>,
    years: Vec<RangeInclusive<i32>>,
}

const WEEKDAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

impl Interval {
    /// Checks `interval`, which stands at `place`.
    pub(crate) fn new(interval: &TimeInterval, place: &str) -> Result<Self, ConfigError> {
        let list = |name: &str, texts: &[String], names: &[&str], first: i32, bounds: RangeInclusive<i32>| {
            texts
                .iter()
                .map(|text| {
                    range(text, names, first, &bounds)
                        .ok_or_else(|| ConfigError::new(format!("{place}.{name}"), unusable(text, names, &bounds)))
                })
                .collect::<Result<Vec<_>, _>>()
        };
        Ok(Self {
            zone: zone(interval.location.as_deref(), place)?,
            minutes: interval.times.iter().map(|range| minutes(range, place)).collect::<Result<_, _>>()?,
            weekdays: list("weekdays", &interval.weekdays, &WEEKDAYS, 0, 0..=6)?,
            days: list("days_of_month", &interval.days_of_month, &[], 0, -31..=31)?,
            months: list("months", &interval.months, &MONTHS, 1, 1..=12)?,
            years: list("years", &interval.years, &[], 0, 1..=9999)?,
        })
    }

    /// True when `now` is in it.
    pub(crate) fn contains(&self, now: Timestamp) -> bool {
        let Some(local) = local(now, &self.zone) else { return false };
        let minute = i32::from(local.hour()) * 60 + i32::from(local.minute());
        let within = |ranges: &[RangeInclusive<i32>], value: i32| {
            ranges.is_empty() || ranges.iter().any(|range| range.contains(&value))
        };
        within(&self.minutes, minute)
            && within(&self.weekdays, weekday(local.weekday()))
            && within(&self.months, i32::from(local.month()))
            && within(&self.years, i32::from(local.year()))
            && (self.days.is_empty() || self.days.iter().any(|days| day_is_in(days, &local)))
    }
}

/// The time zone of this IANA name, out of those compiled in.
pub(crate) fn zone(name: Option<&str>, place: &str) -> Result<TimeZone, ConfigError> {
    let name = name.unwrap_or("UTC");
    if name.eq_ignore_ascii_case("utc") || name.is_empty() {
        return Ok(TimeZone::UTC);
    }
    TimeZoneDatabase::bundled().get(name).map_err(|_| {
        ConfigError::new(place, format!("'{name}' is not a time zone: use an IANA name such as Europe/Berlin"))
    })
}

/// `now` on the clocks of `zone`.
pub(crate) fn local(now: Timestamp, zone: &TimeZone) -> Option<Zoned> {
    let instant = jiff::Timestamp::from_nanosecond(i128::from(now.nanos())).ok()?;
    Some(instant.to_zoned(zone.clone()))
}

fn weekday(day: Weekday) -> i32 {
    i32::from(day.to_sunday_zero_offset())
}

/// Days below zero count from the end of the month, and days beyond it are its last.
fn day_is_in(days: &RangeInclusive<i32>, local: &Zoned) -> bool {
    let length = i32::from(local.days_in_month());
    let day = i32::from(local.day());
    let (start, end) = (*days.start(), *days.end());
    let start = if start < 0 { (length + start + 1).max(1) } else { start };
    let end = if end < 0 { length + end + 1 } else { end.min(length) };
    (start..=end).contains(&day)
}

/// `first:last` or one value, by name or number.
fn range(text: &str, names: &[&str], first: i32, bounds: &RangeInclusive<i32>) -> Option<RangeInclusive<i32>> {
    let value = |text: &str| {
        let text = text.trim().to_ascii_lowercase();
        let by_name = names.iter().position(|name| *name == text).and_then(|at| i32::try_from(at).ok());
        by_name.map(|at| at + first).or_else(|| text.parse().ok()).filter(|value| bounds.contains(value))
    };
    let (start, end) = text.split_once(':').unwrap_or((text, text));
    let (start, end) = (value(start)?, value(end)?);
    let is_nothing = |value: i32| value == 0 && bounds.start() != &0;
    // From the 25th to the last day is written 25:-1; the other way round nothing is meant.
    let is_in_order = if (start < 0) == (end < 0) { start <= end } else { start > 0 };
    (is_in_order && !is_nothing(start) && !is_nothing(end)).then_some(start..=end)
}

fn unusable(text: &str, names: &[&str], bounds: &RangeInclusive<i32>) -> String {
    let example = names.get(1).map_or_else(String::new, |name| format!(", or a name such as {name}"));
    let (start, end) = (bounds.start(), bounds.end());
    format!("'{text}' cannot be used: write one value or FIRST:LAST, from {start} to {end}{example}")
}

/// The minutes of the day of `range`.
fn minutes(range: &TimeRange, place: &str) -> Result<RangeInclusive<i32>, ConfigError> {
    let minute = |text: &str| {
        let (hours, minutes) = text.split_once(':')?;
        let both = (hours.parse::<i32>().ok()?, minutes.parse::<i32>().ok()?);
        match both {
            (24, 0) => Some(24 * 60),
            (hours @ 0..=23, minutes @ 0..=59) => Some(hours * 60 + minutes),
            _ => None,
        }
    };
    let (start, end) = (minute(&range.start_time), minute(&range.end_time));
    match (start, end) {
        (Some(start), Some(end)) if start < end => Ok(start..=end - 1),
        _ => Err(ConfigError::new(
            format!("{place}.times"),
            format!(
                "'{}' to '{}' cannot be used: write HH:MM, the end after the start, up to 24:00; for a time over \
                 midnight write two",
                range.start_time, range.end_time
            ),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(toml: &str) -> Result<Interval, ConfigError> {
        Interval::new(&toml::from_str(toml).unwrap(), "here")
    }

    fn check(toml: &str, times: &[(&str, bool)]) {
        let interval = interval(toml).unwrap();
        for (time, is_in) in times {
            assert_eq!(interval.contains(Timestamp::parse(time).unwrap()), *is_in, "{toml} at {time}");
        }
    }

    #[test]
    fn what_is_in_it() {
        check("", &[("2026-11-20T12:00:00Z", true)]);
        check(
            "times = [{start_time = '09:00', end_time = '17:00'}]\nweekdays = ['monday:friday']",
            &[
                ("2026-11-20T09:00:00Z", true),
                ("2026-11-20T08:59:59Z", false),
                ("2026-11-20T16:59:59Z", true),
                ("2026-11-20T17:00:00Z", false),
                ("2026-11-21T12:00:00Z", false),
            ],
        );
        check(
            "days_of_month = ['-2:-1']\nmonths = ['february', '11']",
            &[
                ("2026-02-27T00:00:00Z", true),
                ("2026-02-26T00:00:00Z", false),
                ("2026-11-30T23:59:00Z", true),
                ("2026-12-31T00:00:00Z", false),
            ],
        );
        check(
            "days_of_month = ['31']\nyears = ['2026']",
            &[("2026-01-31T00:00:00Z", true), ("2027-01-31T00:00:00Z", false)],
        );
        check(
            "weekdays = ['sunday']\ntimes = [{start_time = '22:00', end_time = '24:00'}]",
            &[("2026-11-22T23:59:59Z", true), ("2026-11-23T00:00:00Z", false)],
        );
    }

    #[test]
    fn clocks_go_with_their_zone() {
        // Berlin is an hour ahead in winter and two in summer.
        check(
            "times = [{start_time = '09:00', end_time = '10:00'}]\nlocation = 'Europe/Berlin'",
            &[("2026-01-15T08:30:00Z", true), ("2026-07-15T08:30:00Z", false), ("2026-07-15T07:30:00Z", true)],
        );
    }

    #[test]
    fn mistakes_name_their_place() {
        for (toml, place) in [
            ("weekdays = ['funday']", "here.weekdays"),
            ("weekdays = ['friday:monday']", "here.weekdays"),
            ("days_of_month = ['0']", "here.days_of_month"),
            ("months = ['13']", "here.months"),
            ("times = [{start_time = '22:00', end_time = '06:00'}]", "here.times"),
            ("location = 'Mars/Olympus'", "here"),
        ] {
            assert_eq!(interval(toml).unwrap_err().place, place, "{toml}");
        }
    }
}
