//! When an event happened, by the fields that are known to say so.

use crate::record::{Record, Value};
use palisade_model::Timestamp;

/// Names of fields that tell when the event happened, the most exact first.
const TIME_FIELDS: [&str; 17] = [
    "UtcTime",
    "Event.EventData.UtcTime",
    "TimeCreated",
    "SystemTime",
    "Event.System.TimeCreated.#attributes.SystemTime",
    "EventTime",
    "@timestamp",
    "eventTime",
    "requestReceivedTimestamp",
    "timestamp",
    "time",
    "_time",
    "ts",
    "published",
    "createdDateTime",
    "date",
    "TimeGenerated",
];

/// The time of the record by its fields.
pub(crate) fn of_record(record: &Record<'_>) -> Option<Timestamp> {
    TIME_FIELDS.iter().find_map(|name| read(record.first(name)?))
}

/// Reads a time as events write it: RFC 3339; the same without zone, which is UTC; a number since the epoch.
#[must_use]
pub fn read(value: Value<'_>) -> Option<Timestamp> {
    if let Value::Number(written) = value {
        return Timestamp::from_epoch_number(written.parse().ok()?).ok();
    }
    let Value::Text(text) = value else { return None };
    let text = text.get();
    read_text(text.trim())
}

fn read_text(text: &str) -> Option<Timestamp> {
    if !text.is_char_boundary(10) || text.len() > 40 {
        return None;
    }
    if let Ok(time) = Timestamp::parse(text) {
        return Some(time);
    }
    if let Ok(number) = text.parse::<f64>() {
        return Timestamp::from_epoch_number(number).ok();
    }
    let local: jiff::civil::DateTime = text.parse().ok()?;
    let zoned = local.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    i64::try_from(zoned.timestamp().as_nanosecond()).ok().map(Timestamp::from_nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_events_write_them() {
        let expected = Timestamp::parse("2020-09-14T00:44:23.5Z").ok();
        for text in ["2020-09-14T00:44:23.5Z", "2020-09-14 00:44:23.500", "2020-09-14T02:44:23.5+02:00", "1600044263.5"]
        {
            assert_eq!(read_text(text), expected, "{text}");
        }
        assert_eq!(read(Value::Number("1600044263500")), expected);
        for text in ["", "yesterday", "2020-99-14 00:44:23", "äääääää"] {
            assert_eq!(read_text(text), None, "{text}");
        }
    }

    #[test]
    fn the_most_exact_field_counts() {
        let mut record = Record::new("");
        record.push("@timestamp", Value::text("2020-09-14T00:44:23Z"));
        record.push("UtcTime", Value::text("2020-09-14 00:44:20.123"));
        assert_eq!(record.time(), Timestamp::parse("2020-09-14T00:44:20.123Z").ok());
    }
}
