//! Our own events, as the pipeline has them: attributes are fields, and what the message holds again is read too.

use super::{embedded, shapes};
use crate::record::{Record, Value};
use palisade_model::{Event, Timestamp, Value as Attribute};

/// Reads an event into a record that takes over what `spare` has allocated; `inner` is a record to work in.
#[must_use]
pub fn read<'t>(event: &'t Event, spare: Record<'_>, inner: &mut Record<'static>) -> Record<'t> {
    let mut record = spare.renew(&event.message);
    // Attributes first: what tells the shape of the event stands at the beginning.
    for (name, value) in &event.attributes {
        attribute_into(&mut record, name, value, inner);
    }
    shapes::complete(&mut record);
    for (name, value) in [
        ("message", &event.message),
        ("kind", &event.kind),
        ("service", &event.service),
        ("host", &event.host),
        ("actor", &event.actor),
        ("source_address", &event.source_address),
        ("trace_id", &event.trace_id),
        ("span_id", &event.span_id),
    ] {
        if !value.is_empty() {
            record.push(name, Value::text(value));
        }
    }
    // The service of what came over syslog is the program that wrote it.
    if event.attributes.iter().any(|(name, _)| name == "syslog.facility") {
        record.push("program", Value::text(&event.service));
    }
    embedded::read_into(&mut record, &event.message, inner);
    if event.time != Timestamp::default() {
        record.set_time(event.time);
    }
    record
}

fn attribute_into(record: &mut Record<'_>, name: &str, value: &Attribute, inner: &mut Record<'static>) {
    match value {
        Attribute::Null => record.push(name, Value::Null),
        Attribute::Boolean(value) => record.push(name, Value::Boolean(*value)),
        Attribute::Text(text) => record.push(name, Value::text(text)),
        Attribute::Json(json) => embedded::json_value_into(record, name, json, inner),
        Attribute::Integer(_) | Attribute::Float(_) => record.push(name, Value::Number(&value.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::testing::fields;

    #[test]
    fn attributes_and_message_are_fields() {
        let event = Event {
            time: Timestamp::from_millis(5),
            service: "sshd".into(),
            message: "failure; user=root tty=ssh".into(),
            attributes: vec![
                ("Image".into(), "/bin/sh".into()),
                ("pid".into(), 7.into()),
                ("list".into(), Attribute::Json("[1,\"b\"]".into())),
            ],
            ..Event::default()
        };
        let record = read(&event, Record::default(), &mut Record::default());
        let expected = [
            ("Image", "/bin/sh"),
            ("pid", "7"),
            ("list", "[1,\"b\"]"),
            ("list", "1"),
            ("list", "b"),
            ("message", "failure; user=root tty=ssh"),
            ("service", "sshd"),
            ("user", "root"),
            ("tty", "ssh"),
        ];
        assert_eq!(fields(&record), expected.map(|(name, value)| (name, value.to_owned())));
        assert_eq!(record.time(), Some(Timestamp::from_millis(5)));
    }

    #[test]
    fn a_windows_event_in_attributes_has_plain_names() {
        let attributes = vec![("Event".into(), Attribute::Json(r#"{"EventData":{"Image":"x"}}"#.into()))];
        let event = Event { attributes, ..Event::default() };
        let record = read(&event, Record::default(), &mut Record::default());
        assert!(record.first("Image").is_some());
    }
}
