//! A length of time as people write it in a configuration: `30s`, `5m`, `1h30m`, `1d`.

use palisade_model::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// A length of time, never negative, in nanoseconds. Text is that of Prometheus: whole numbers with the units `y`, `w`,
/// `d`, `h`, `m`, `s`, `ms`, from the largest to the smallest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period(i64);

/// The text is not a length of time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a length of time: write it like 30s, 5m, 1h30m or 1d")]
pub struct PeriodError(String);

/// Units with their nanoseconds, the largest first. A year has 365 days, as in Prometheus.
const UNITS: [(&str, i64); 7] = [
    ("y", 365 * 86_400_000_000_000),
    ("w", 7 * 86_400_000_000_000),
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
];

impl Period {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// So many milliseconds.
    #[must_use]
    pub const fn from_millis(millis: u32) -> Self {
        Self(millis as i64 * 1_000_000)
    }

    /// So many seconds.
    #[must_use]
    pub const fn from_secs(seconds: u32) -> Self {
        Self(seconds as i64 * 1_000_000_000)
    }

    /// So many minutes.
    #[must_use]
    pub const fn from_mins(minutes: u32) -> Self {
        Self(minutes as i64 * 60_000_000_000)
    }

    /// So many hours.
    #[must_use]
    pub const fn from_hours(hours: u32) -> Self {
        Self(hours as i64 * 3_600_000_000_000)
    }

    /// Its nanoseconds.
    #[must_use]
    pub const fn nanos(self) -> i64 {
        self.0
    }

    /// True for no time at all.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The time this long after `start`; the end of time where that is beyond it.
    #[must_use]
    pub const fn after(self, start: Timestamp) -> Timestamp {
        Timestamp::from_nanos(start.nanos().saturating_add(self.0))
    }

    /// The time this long before `end`.
    #[must_use]
    pub const fn before(self, end: Timestamp) -> Timestamp {
        Timestamp::from_nanos(end.nanos().saturating_sub(self.0))
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let error = || PeriodError(text.chars().take(32).collect());
        let mut rest = text.trim();
        if rest == "0" {
            return Ok(Self::ZERO);
        }
        let mut units = UNITS.iter();
        let mut nanos = 0_i64;
        while !rest.is_empty() {
            let digits = rest.find(|character: char| !character.is_ascii_digit()).ok_or_else(error)?;
            let number: i64 = rest[..digits].parse().map_err(|_| error())?;
            rest = &rest[digits..];
            let letters = rest.find(|character: char| character.is_ascii_digit()).unwrap_or(rest.len());
            let (_, length) = units.find(|(unit, _)| *unit == &rest[..letters]).ok_or_else(error)?;
            nanos = number.checked_mul(*length).and_then(|part| nanos.checked_add(part)).ok_or_else(error)?;
            rest = &rest[letters..];
        }
        if text.trim().is_empty() { Err(error()) } else { Ok(Self(nanos)) }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0 / 1_000_000 * 1_000_000;
        if rest == 0 {
            return formatter.write_str("0s");
        }
        // Years and weeks are read but not written: days say the same and are counted by everybody alike.
        for (unit, length) in UNITS.iter().skip(2) {
            if rest >= *length {
                write!(formatter, "{}{unit}", rest / length)?;
                rest %= length;
            }
        }
        Ok(())
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        for (text, nanos, shown) in [
            ("30s", 30_000_000_000, "30s"),
            ("1h30m", 5_400_000_000_000, "1h30m"),
            ("2w", 1_209_600_000_000_000, "14d"),
            ("1m500ms", 60_500_000_000, "1m500ms"),
            ("0s", 0, "0s"),
            ("0", 0, "0s"),
            ("90m", 5_400_000_000_000, "1h30m"),
        ] {
            let period: Period = text.parse().unwrap();
            assert_eq!((period.nanos(), period.to_string().as_str()), (nanos, shown), "{text}");
        }
    }

    #[test]
    fn what_is_no_length_of_time_is_refused() {
        for text in ["", " ", "5", "m", "5x", "5m1h", "-5m", "1h1h", "99999999999y", "1.5h", "5µs"] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }
}
