//! Which times are believable: from 1970 to a day after receipt.
//!
//! A sender whose clock is wrong by more would put its events where nobody looks, or keep them past every retention.

use palisade_model::{TimeError, Timestamp, Value};

const DAY_NANOS: i64 = 86_400_000_000_000;

/// Reads a time as senders write it: RFC 3339, or a number since the epoch, also as text. `None` when the value is of a
/// kind that cannot be a time.
pub(crate) fn read(value: &Value) -> Option<Result<Timestamp, String>> {
    match value {
        Value::Integer(number) => Some(from_integer(*number)),
        Value::Float(number) => Some(from_float(*number)),
        Value::Text(text) => Some(from_text(text)),
        Value::Null | Value::Boolean(_) | Value::Json(_) => None,
    }
}

/// The time, when it is believable for something that came in at `received`.
pub(crate) fn check(time: Timestamp, received: Timestamp) -> Result<Timestamp, String> {
    if time.nanos() < 0 {
        return Err(format!("the time {time} lies before 1970: check the clock of the sender"));
    }
    if time.nanos() > received.nanos().saturating_add(DAY_NANOS) {
        return Err(format!("the time {time} lies more than a day ahead: check the clock of the sender"));
    }
    Ok(time)
}

/// The unit by size, as [`Timestamp::from_epoch_number`] has it, but without its rounding of nanoseconds to a float.
fn from_integer(number: i64) -> Result<Timestamp, String> {
    let scale = match number {
        ..0 => return Err(format!("the time {number} lies before 1970: check the clock of the sender")),
        0..100_000_000_000 => 1_000_000_000,
        100_000_000_000..100_000_000_000_000 => 1_000_000,
        100_000_000_000_000..100_000_000_000_000_000 => 1_000,
        _ => 1,
    };
    number.checked_mul(scale).map(Timestamp::from_nanos).ok_or_else(|| TimeError::OutOfRange.to_string())
}

fn from_float(number: f64) -> Result<Timestamp, String> {
    if number < 0.0 {
        return Err(format!("the time {number} lies before 1970: check the clock of the sender"));
    }
    Timestamp::from_epoch_number(number).map_err(|error| error.to_string())
}

fn from_text(text: &str) -> Result<Timestamp, String> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    match (is_number, text.parse::<i64>(), text.parse::<f64>()) {
        (true, Ok(number), _) => from_integer(number),
        (true, _, Ok(number)) => from_float(number),
        _ => Timestamp::parse(text).map_err(|error| match error {
            TimeError::OutOfRange => format!("'{}': {error}", text.chars().take(40).collect::<String>()),
            TimeError::NotRfc3339(_) => error.to_string(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_time() {
        let wanted = Timestamp::parse("2026-11-20T12:00:00.123456789Z").unwrap();
        for (value, error_nanos_max) in [
            (Value::from("2026-11-20T12:00:00.123456789Z"), 0),
            (Value::from("2026-11-20T13:00:00.123456789+01:00"), 0),
            (Value::from(1_795_176_000_123_456_789), 0),
            (Value::from(1_795_176_000_123_456), 789),
            (Value::from(1_795_176_000_123), 456_789),
            (Value::from(1_795_176_000), 123_456_789),
            (Value::from(1_795_176_000.123_456), 1_000),
            (Value::from("1795176000.123456"), 1_000),
            (Value::from("1795176000123"), 456_789),
        ] {
            let time = read(&value).unwrap().unwrap();
            assert!((wanted.nanos() - time.nanos()).abs() <= error_nanos_max, "{value:?} {time}");
        }
        for value in [Value::Null, Value::Boolean(true), Value::Json("[]".into())] {
            assert_eq!(read(&value), None);
        }
    }

    #[test]
    fn unbelievable_times_are_errors() {
        let received = Timestamp::parse("2026-11-20T12:00:00Z").unwrap();
        let judge = |value: &Value| read(value).unwrap().and_then(|time| check(time, received));
        for (value, good) in [
            (Value::from("2026-11-21T12:00:00Z"), true),
            (Value::from("2026-11-21T12:00:01Z"), false),
            (Value::from("1970-01-01T00:00:00Z"), true),
            (Value::from("1969-12-31T23:59:59Z"), false),
            (Value::from("0001-01-01T00:00:00Z"), false),
            (Value::from("9999-12-31T23:59:59Z"), false),
            (Value::from(0), true),
            (Value::from(-1), false),
            (Value::from(-0.5), false),
            (Value::from(f64::NAN), false),
            (Value::from(i64::MAX), false),
            (Value::from(1e300), false),
            (Value::from("."), false),
            (Value::from(""), false),
            (Value::from("99999999999999999999999999"), false),
            (Value::from("yesterday"), false),
        ] {
            assert_eq!(judge(&value).is_ok(), good, "{value:?}: {:?}", judge(&value));
        }
    }
}
