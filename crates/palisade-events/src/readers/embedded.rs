//! What the message of a line of syslog or of a log record holds again: JSON, CEF, LEEF, the XML of an event, a record of
//! auditd, or words of the form `key=value`.

use super::{auditd, cef, json, leef, logfmt, shapes, windows_xml};
use crate::record::{Record, Value};

/// What some programs put before JSON in a line of syslog.
const COOKIES: [&str; 2] = ["@cee:", "@json:"];

/// Adds the fields of a message. `inner` is a record to work in.
pub(crate) fn read_into(record: &mut Record<'_>, message: &str, inner: &mut Record<'static>) {
    let message = message.trim_ascii();
    let text = COOKIES.iter().find_map(|cookie| message.strip_prefix(cookie)).unwrap_or(message).trim_ascii_start();
    if text.starts_with('{') {
        json_into(record, text, inner);
        return;
    }
    let is_read = if text.starts_with("CEF:") {
        cef::read_into(record, text).is_ok()
    } else if text.starts_with("LEEF:") {
        leef::read_into(record, text).is_ok()
    } else if text.starts_with("<Event") {
        windows_xml::read_into(record, text).is_ok()
    } else if auditd::header(text).is_some() {
        auditd::read_into(record, text).is_ok()
    } else {
        false
    };
    if !is_read {
        logfmt::words_into(record, text);
    }
}

/// Adds the fields of a JSON object; nothing when it is none.
fn json_into(record: &mut Record<'_>, text: &str, inner: &mut Record<'static>) {
    let Ok(mut read) = json::read(text, std::mem::take(inner)) else { return };
    shapes::complete(&mut read);
    read.fields().for_each(|field| record.push(field.name, field.value));
    *inner = read.renew("");
}

/// Adds a field whose value is JSON, with the fields or elements in it.
pub(crate) fn json_value_into(record: &mut Record<'_>, name: &str, json: &str, inner: &mut Record<'static>) {
    let object = format!("{{{}:{json}}}", serde_json::Value::from(name));
    match json::read(&object, std::mem::take(inner)) {
        Ok(read) => {
            read.fields().for_each(|field| record.push(field.name, field.value));
            *inner = read.renew("");
        }
        Err(_) => record.push(name, Value::text(json)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::testing::{fields, first};

    #[test]
    fn messages_are_read_as_what_they_are() {
        for (message, name, value) in [
            (r#"@cee: {"a":{"b":"c"}}"#, "a.b", "c"),
            ("CEF:0|a|b|c|d|e|1|src=1", "src", "1"),
            ("LEEF:1.0|a|b|c|4624|src=1", "EventID", "4624"),
            ("<Event><System><EventID>1</EventID></System></Event>", "EventID", "1"),
            ("type=EXECVE msg=audit(1.1:1): a0=\"id\"", "CommandLine", "id"),
            ("audit(1.1:1): a=b c=d", "c", "d"),
            ("failure; user=root tty=ssh", "tty", "ssh"),
        ] {
            let mut record = Record::new(message);
            read_into(&mut record, message, &mut Record::default());
            assert_eq!(first(&record, name).as_deref(), Some(value), "{message}");
        }
    }

    #[test]
    fn prose_and_broken_forms_have_no_fields() {
        for message in ["", "Accepted password for root", "{\"a\":", "CEF:0|a", "<Event>"] {
            let mut record = Record::new(message);
            read_into(&mut record, message, &mut Record::default());
            assert!(fields(&record).iter().all(|(name, _)| *name == "Event"), "{message}");
        }
    }

    #[test]
    fn json_values_are_taken_apart() {
        let mut record = Record::new("");
        json_value_into(&mut record, "a\"b", r#"["x",{"y":1}]"#, &mut Record::default());
        json_value_into(&mut record, "c", "broken", &mut Record::default());
        let names: Vec<_> = fields(&record).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["a\"b", "a\"b", "a\"b", "a\"b.y", "c"]);
    }
}
