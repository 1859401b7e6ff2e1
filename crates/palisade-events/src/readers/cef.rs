//! CEF, the Common Event Format of ArcSight.
//!
//! `CEF:0|vendor|product|version|class|name|severity|key=value key=value …`. The parts of the header have the names
//! that the format's dictionary gives them. A value may hold blanks: it goes up to the last blank before the next key.

use super::fault::Fault;
use crate::record::{Record, Value};
use std::borrow::Cow;

/// Names of the parts of the header, after the version of the format.
const HEADER: [&str; 6] = ["deviceVendor", "deviceProduct", "deviceVersion", "deviceEventClassId", "name", "severity"];

/// Fields that only name another one: `cs1Label=Path cs1=/tmp` means that the field `Path` is `/tmp`.
const LABEL: &str = "Label";

/// Adds the fields of a line of CEF.
///
/// # Errors
/// When the line is no CEF or its header is not whole.
pub fn read_into(record: &mut Record<'_>, line: &str) -> Result<(), Fault> {
    let mut rest = line.strip_prefix("CEF:").ok_or(Fault::new("CEF should begin with 'CEF:'", 0))?;
    let (version, after) = part(rest).ok_or(Fault::new("the header of CEF ends early", line.len()))?;
    if !version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') || version.is_empty() {
        return Err(Fault::new("the version of CEF should be a number", 4));
    }
    rest = after;
    for (index, name) in HEADER.into_iter().enumerate() {
        let (value, after) = match part(rest) {
            Some(found) => found,
            // Senders without an extension leave the last bar out.
            None if index + 1 == HEADER.len() => (rest, ""),
            None => return Err(Fault::new("the header of CEF ends early", line.len())),
        };
        record.push(name, Value::text(&unescaped(value)));
        rest = after;
    }
    extension_into(record, rest);
    Ok(())
}

/// The text up to the next bar that is not escaped, and what follows it.
fn part(text: &str) -> Option<(&str, &str)> {
    let mut at = 0;
    loop {
        at += memchr::memchr2(b'|', b'\\', text.as_bytes().get(at..)?)?;
        if text.as_bytes()[at] == b'|' {
            return Some((&text[..at], &text[at + 1..]));
        }
        at += 2;
    }
}

fn extension_into(record: &mut Record<'_>, text: &str) {
    let mut open: Option<(&str, usize)> = None;
    let mut labels: Vec<(&str, &str)> = Vec::new();
    let mut from = 0;
    while let Some(equals) = next_equals(text, from) {
        let blank = text[from..equals].rfind([' ', '\t']).map(|blank| from + blank + 1);
        // An equals sign within a value, as in an address, follows no blank and key.
        let key_start = if from == 0 { Some(blank.unwrap_or(0)) } else { blank };
        if let Some(key_start) = key_start
            && let key = &text[key_start..equals]
            && is_key(key)
        {
            if let Some((name, start)) = open {
                field_into(record, name, text[start..key_start].trim_end(), &mut labels);
            }
            open = Some((key, equals + 1));
        }
        from = equals + 1;
    }
    if let Some((name, start)) = open {
        field_into(record, name, text[start..].trim_end(), &mut labels);
    }
    labelled_into(record, text, &labels);
}

fn next_equals(text: &str, from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr::memchr2(b'=', b'\\', text.as_bytes().get(at..)?)?;
        if text.as_bytes()[at] == b'=' {
            return Some(at);
        }
        at += 2;
    }
}

fn is_key(key: &str) -> bool {
    !key.is_empty()
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'[' | b']'))
}

fn field_into<'t>(record: &mut Record<'_>, key: &'t str, value: &'t str, labels: &mut Vec<(&'t str, &'t str)>) {
    // The dictionary has 20 labelled fields; what names more is not CEF.
    if let Some(labelled) = key.strip_suffix(LABEL)
        && labels.len() < 32
    {
        labels.push((labelled, value));
    }
    let value = unescaped(value);
    record.push(key, Value::text(&value));
    // In other formats the word means something else, so that no table of names can have it.
    if key == "request" {
        record.push("c-uri", Value::text(&value));
    }
}

fn labelled_into(record: &mut Record<'_>, text: &str, labels: &[(&str, &str)]) {
    for &(field, label) in labels {
        let value = record.first(field).and_then(|value| value.get()).map(Cow::into_owned);
        if let Some(value) = value
            && !label.is_empty()
            && !text.is_empty()
        {
            record.push(label, Value::text(&value));
        }
    }
}

fn unescaped(written: &str) -> Cow<'_, str> {
    if !written.contains('\\') {
        return Cow::Borrowed(written);
    }
    let mut text = String::with_capacity(written.len());
    let mut characters = written.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n') => text.push('\n'),
                Some('r') => text.push('\r'),
                Some(escaped @ ('\\' | '|' | '=')) => text.push(escaped),
                // Paths often come unescaped.
                Some(other) => text.extend(['\\', other]),
                None => text.push('\\'),
            },
            other => text.push(other),
        }
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::testing::{fields, first};

    #[test]
    fn header_and_extension_are_read() {
        let line = r"CEF:0|Acme\|Co|Gate|1.0|100|worm stopped|10|src=10.0.0.1 act=blocked a \= b request=http://x/?q=1 cs1Label=File Path cs1=C:\tmp\x msg=two\nlines";
        let mut record = Record::new(line);
        read_into(&mut record, line).expect("reads");
        let expected = [
            ("deviceVendor", "Acme|Co"),
            ("deviceProduct", "Gate"),
            ("deviceVersion", "1.0"),
            ("deviceEventClassId", "100"),
            ("name", "worm stopped"),
            ("severity", "10"),
            ("src", "10.0.0.1"),
            ("act", "blocked a = b"),
            ("request", "http://x/?q=1"),
            ("c-uri", "http://x/?q=1"),
            ("cs1Label", "File Path"),
            ("cs1", r"C:\tmp\x"),
            ("msg", "two\nlines"),
            ("File Path", r"C:\tmp\x"),
        ];
        assert_eq!(fields(&record), expected.map(|(name, value)| (name, value.to_owned())));
    }

    #[test]
    fn many_equals_signs_take_no_longer_than_others() {
        let line = format!("CEF:0|a|b|c|d|e|1|k{}", "=".repeat(1 << 22));
        let mut record = Record::new(&line);
        read_into(&mut record, &line).expect("reads");
        assert_eq!(record.len(), 7);
    }

    #[test]
    fn a_header_without_extension_is_whole() {
        let line = "CEF:1|a|b|c|d|e|Low";
        let mut record = Record::new(line);
        read_into(&mut record, line).expect("reads");
        assert_eq!(first(&record, "severity").as_deref(), Some("Low"));
    }

    #[test]
    fn broken_headers_are_refused() {
        for line in ["", "CEF:", "CEF:0", "CEF:x|a|b|c|d|e|1|", "CEF:0|a|b", r"CEF:0|a\", "cef:0|a|b|c|d|e|1|"] {
            assert!(read_into(&mut Record::new(line), line).is_err(), "{line}");
        }
    }
}
