//! A point in time: nanoseconds since the Unix epoch, UTC.
//!
//! Text is RFC 3339. The range is that of a signed 64-bit count of nanoseconds, the years 1677 to 2262; what lies
//! outside is an error and never wraps.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Nanoseconds since 1970-01-01T00:00:00Z, without leap seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// Why a text or number is not a usable time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// The text does not follow RFC 3339.
    #[error("'{0}' is not a time: write it as RFC 3339, for example 2026-11-20T12:00:00Z")]
    NotRfc3339(String),
    /// The time cannot be held in 64 bits of nanoseconds.
    #[error("the time lies outside the years 1678 to 2261")]
    OutOfRange,
}

impl Timestamp {
    /// The time `nanos` nanoseconds after the Unix epoch.
    #[must_use]
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// The time `millis` milliseconds after the Unix epoch; values beyond the range stop at its ends.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1_000_000))
    }

    /// Nanoseconds since the Unix epoch.
    #[must_use]
    pub const fn nanos(self) -> i64 {
        self.0
    }

    /// Whole microseconds since the Unix epoch, rounded down.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// Whole milliseconds since the Unix epoch, rounded down.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Whole days since the Unix epoch, rounded down.
    #[must_use]
    pub const fn days(self) -> i64 {
        self.0.div_euclid(86_400_000_000_000)
    }

    /// Reads RFC 3339 text. A blank may stand for the `T`, as the RFC allows.
    ///
    /// # Errors
    /// When the text has another form, or names a time outside the range.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let parsed: Result<jiff::Timestamp, _> = text.parse();
        let instant = parsed.map_err(|_| match jiff::fmt::temporal::Pieces::parse(text) {
            Ok(pieces) if pieces.offset().is_some() => TimeError::OutOfRange,
            _ => TimeError::NotRfc3339(text.chars().take(64).collect()),
        })?;
        i64::try_from(instant.as_nanosecond()).map(Self).map_err(|_| TimeError::OutOfRange)
    }

    /// Reads a number of seconds, milliseconds, microseconds or nanoseconds since the epoch, told apart by size:
    /// below 10¹¹ seconds, below 10¹⁴ milliseconds, below 10¹⁷ microseconds, else nanoseconds. So every unit covers
    /// the years after 1973 until far beyond this century.
    ///
    /// # Errors
    /// When the number is negative or not finite.
    pub fn from_epoch_number(number: f64) -> Result<Self, TimeError> {
        let scale = match number {
            n if !n.is_finite() || n < 0.0 => return Err(TimeError::OutOfRange),
            n if n < 1e11 => 1e9,
            n if n < 1e14 => 1e6,
            n if n < 1e17 => 1e3,
            n if n < 9.2e18 => 1.0,
            _ => return Err(TimeError::OutOfRange),
        };
        let nanos = number * scale;
        if nanos < 9.2e18 { Ok(Self(nanos as i64)) } else { Err(TimeError::OutOfRange) }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.div_euclid(1_000_000_000);
        let nanos = i32::try_from(self.0.rem_euclid(1_000_000_000)).unwrap_or(0);
        let instant = jiff::Timestamp::new(seconds, nanos).map_err(|_| fmt::Error)?;
        write!(formatter, "{instant:.9}")
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        for text in
            ["2026-11-20T12:00:00.000000000Z", "1969-12-31T23:59:59.999999999Z", "2261-01-01T00:00:00.123456789Z"]
        {
            assert_eq!(Timestamp::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(
            Timestamp::parse("2026-11-20 13:00:00+01:00").unwrap(),
            Timestamp::parse("2026-11-20T12:00:00Z").unwrap()
        );
    }

    #[test]
    fn years_beyond_the_range_are_errors() {
        for text in ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"] {
            assert_eq!(Timestamp::parse(text), Err(TimeError::OutOfRange), "{text}");
        }
        assert!(matches!(Timestamp::parse("yesterday"), Err(TimeError::NotRfc3339(_))));
    }

    #[test]
    fn numbers_by_size() {
        let wanted = Timestamp::parse("2026-11-20T12:00:00Z").unwrap();
        for number in [1_795_176_000.0, 1_795_176_000e3, 1_795_176_000e6, 1_795_176_000e9] {
            assert_eq!(Timestamp::from_epoch_number(number).unwrap(), wanted, "{number}");
        }
        for number in [-1.0, f64::NAN, f64::INFINITY, 1e30] {
            assert!(Timestamp::from_epoch_number(number).is_err(), "{number}");
        }
    }
}
