//! Syslog, RFC 5424 and RFC 3164, over the wire or as lines of a file, which have no priority.
//!
//! Fields: `facility`, `severity` (by name), `hostname`, `appname`, `procid`, `msgid`, `message`; structured data as
//! `id.name`. What the message holds again is for [`super::embedded`].

use super::{fault::Fault, syslog_time};
use crate::record::{Record, Value};
use palisade_model::Timestamp;
use std::borrow::Cow;

const FACILITIES: [&str; 24] = [
    "kern",
    "user",
    "mail",
    "daemon",
    "auth",
    "syslog",
    "lpr",
    "news",
    "uucp",
    "cron",
    "authpriv",
    "ftp",
    "ntp",
    "security",
    "console",
    "solaris-cron",
    "local0",
    "local1",
    "local2",
    "local3",
    "local4",
    "local5",
    "local6",
    "local7",
];
const SEVERITIES: [&str; 8] = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

/// Adds the fields of a line of syslog and gives its message. `reference` is a time not long after the line was
/// written, which tells the year that RFC 3164 leaves out.
///
/// # Errors
/// When the line has neither a priority nor a time at its beginning, or broken structured data.
pub fn read_into<'t>(record: &mut Record<'_>, line: &'t str, reference: Option<Timestamp>) -> Result<&'t str, Fault> {
    let (priority, rest) = priority(without_count(line))?;
    if let Some(priority) = priority {
        record.push("facility", Value::text(FACILITIES[usize::from(priority >> 3)]));
        record.push("severity", Value::text(SEVERITIES[usize::from(priority & 7)]));
    }
    let message = match rest.strip_prefix("1 ") {
        Some(rest) if priority.is_some() => modern_into(record, line, rest)?,
        _ => traditional_into(record, rest, priority.is_some(), reference)?,
    };
    let message = message.trim_start_matches('\u{FEFF}');
    record.push("message", Value::text(message));
    Ok(message)
}

/// Without the length that RFC 6587 puts before a message.
fn without_count(line: &str) -> &str {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    match line[digits..].strip_prefix(' ') {
        Some(rest) if digits > 0 && rest.starts_with('<') => rest,
        _ => line,
    }
}

fn priority(line: &str) -> Result<(Option<u8>, &str), Fault> {
    let Some(rest) = line.strip_prefix('<') else { return Ok((None, line)) };
    let wrong = Fault::new("a priority should be a number below 192 in angle brackets", 0);
    let (digits, rest) = rest.split_once('>').ok_or(wrong.clone())?;
    let number: u8 = digits.parse().ok().filter(|&number| number < 192).ok_or(wrong)?;
    Ok((Some(number), rest))
}

/// RFC 5424: five words, structured data, message. A dash stands for nothing.
fn modern_into<'t>(record: &mut Record<'_>, line: &str, rest: &'t str) -> Result<&'t str, Fault> {
    let (time, mut rest) = word(rest);
    if let Ok(time) = Timestamp::parse(time) {
        record.set_time(time);
    }
    for name in ["hostname", "appname", "procid", "msgid"] {
        let (value, after) = word(rest);
        if !matches!(value, "-" | "") {
            record.push(name, Value::text(value));
        }
        rest = after;
    }
    if let Some(after) = rest.strip_prefix('-') {
        return Ok(after.strip_prefix(' ').unwrap_or(after));
    }
    let mut name = String::new();
    while let Some(element) = rest.strip_prefix('[') {
        rest = element_into(record, element, &mut name)
            .ok_or(Fault::new("structured data does not end", line.len() - rest.len()))?;
    }
    Ok(rest.strip_prefix(' ').unwrap_or(rest))
}

/// An element of structured data whose bracket is open; gives what follows it.
fn element_into<'t>(record: &mut Record<'_>, element: &'t str, name: &mut String) -> Option<&'t str> {
    let end = element.find([' ', ']'])?;
    let (id, mut rest) = element.split_at(end);
    loop {
        rest = rest.trim_start_matches(' ');
        if let Some(after) = rest.strip_prefix(']') {
            return Some(after);
        }
        let (key, after) = rest.split_once("=\"")?;
        let end = closing_quote(after)?;
        name.clear();
        name.extend([id, ".", key]);
        record.push(name, Value::text(&unescaped(&after[..end])));
        rest = &after[end + 1..];
    }
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr2(b'"', b'\\', text.as_bytes().get(at..)?)?;
        if text.as_bytes()[at] == b'"' {
            return Some(at);
        }
        at += 2;
    }
}

fn unescaped(written: &str) -> Cow<'_, str> {
    if !written.contains('\\') {
        return Cow::Borrowed(written);
    }
    Cow::Owned(written.replace("\\\"", "\"").replace("\\]", "]").replace("\\\\", "\\"))
}

/// RFC 3164 and what is near it: a time, a host, a tag, a message.
fn traditional_into<'t>(
    record: &mut Record<'_>,
    text: &'t str,
    has_priority: bool,
    reference: Option<Timestamp>,
) -> Result<&'t str, Fault> {
    let Some((time, rest)) = syslog_time::leading(text, reference) else {
        // Many devices send a priority and then only their message.
        return if has_priority { Ok(text) } else { Err(Fault::new("no priority and no time at the beginning", 0)) };
    };
    if let Some(time) = time {
        record.set_time(time);
    }
    let (host, rest) = match word(rest) {
        // A tag at once: the line has no host.
        (host, _) if host.ends_with(':') || host.is_empty() => ("", rest),
        found => found,
    };
    if !host.is_empty() {
        record.push("hostname", Value::text(host));
    }
    Ok(tag_into(record, rest))
}

/// The program and its process id, as in `sshd[123]: message`; gives the message.
fn tag_into<'t>(record: &mut Record<'_>, text: &'t str) -> &'t str {
    if text.starts_with("CEF:") || text.starts_with("LEEF:") {
        return text;
    }
    let is_part = |character: char| character.is_ascii_alphanumeric() || "_-./()@".contains(character);
    let end = text.find(|character| !is_part(character)).unwrap_or(text.len());
    let (program, rest) = text.split_at(end);
    let (process, after) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((process, after)) if process.len() <= 128 => (process, after),
        _ => ("", rest),
    };
    let Some(message) = after.strip_prefix(':') else { return text };
    if program.is_empty() {
        return text;
    }
    record.push("appname", Value::text(program));
    if !process.is_empty() {
        record.push("procid", Value::text(process));
    }
    message.strip_prefix(' ').unwrap_or(message)
}

fn word(text: &str) -> (&str, &str) {
    text.split_once(' ').unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::testing::fields;

    fn check(line: &str, expected: &[(&str, &str)], time: &str) {
        let mut record = Record::new(line);
        let reference = Timestamp::parse("2026-03-01T12:00:00Z").ok();
        read_into(&mut record, line, reference).expect("reads");
        assert_eq!(fields(&record), expected.iter().map(|&(a, b)| (a, b.to_owned())).collect::<Vec<_>>(), "{line}");
        assert_eq!(record.time(), Timestamp::parse(time).ok(), "{line}");
    }

    #[test]
    fn modern_lines_are_read() {
        check(
            "<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut=\"3\" a=\"b\\\"\\]\"][x y=\"\"] \u{FEFF}An event",
            &[
                ("facility", "local4"),
                ("severity", "notice"),
                ("hostname", "mymachine.example.com"),
                ("appname", "evntslog"),
                ("msgid", "ID47"),
                ("exampleSDID@32473.iut", "3"),
                ("exampleSDID@32473.a", "b\"]"),
                ("x.y", ""),
                ("message", "An event"),
            ],
            "2003-10-11T22:14:15.003Z",
        );
        check("<34>1 - - - - - -", &[("facility", "auth"), ("severity", "crit"), ("message", "")], "");
    }

    #[test]
    fn traditional_lines_are_read() {
        let fields = [
            ("facility", "auth"),
            ("severity", "crit"),
            ("hostname", "web1"),
            ("appname", "sshd"),
            ("procid", "42"),
            ("message", "Failed: x"),
        ];
        check("<34>Oct 11 22:14:15 web1 sshd[42]: Failed: x", &fields, "2025-10-11T22:14:15Z");
        check("57 <34>Oct 11 22:14:15 web1 sshd[42]: Failed: x", &fields, "2025-10-11T22:14:15Z");
        check("Mar  1 12:00:01 web1 sshd[42]: Failed: x", &fields[2..], "2026-03-01T12:00:01Z");
        check("2026-01-02T03:04:05.5+01:00 web1 sshd[42]: Failed: x", &fields[2..], "2026-01-02T02:04:05.5Z");
        check("<34>Feb  3 2024 01:02:03 web1 sshd[42]: Failed: x", &fields, "2024-02-03T01:02:03Z");
        check(
            "Mar  1 12:00:01 fw CEF:0|a|b|c|d|e|1|",
            &[("hostname", "fw"), ("message", "CEF:0|a|b|c|d|e|1|")],
            "2026-03-01T12:00:01Z",
        );
        check("<13>only text", &[("facility", "user"), ("severity", "notice"), ("message", "only text")], "");
    }

    #[test]
    fn what_is_no_syslog_is_refused() {
        for line in ["", "hello", "<999>x", "<34", "<x>1", "<34>1 - - - - - [a b=\"c", "<34>1 - - - - - [a b"] {
            assert!(read_into(&mut Record::new(line), line, None).is_err(), "{line}");
        }
    }
}
