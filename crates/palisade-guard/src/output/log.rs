//! Lines of a log that a value forges.
//!
//! **What it finds.** A value, an end of line, and then a whole entry of a log: time and level, or the fields of an
//! access log.
//!
//! **Why it matters.** Whoever reads the log believes that the program wrote the entry: it hides an intrusion or
//! accuses somebody else (CWE-117).
//!
//! **Example.** `anna%0a2026-11-21 10:00:00 INFO login of admin succeeded`
//!
//! Logs of several lines are left alone: the first line must not be an entry itself, but a name or a number.

use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use palisade_model::Severity;

pub(crate) static LOG: Detector = Detector {
    class: "guard.injection.log",
    version: "1",
    severity: Severity::Medium,
    title: "Log entry forged in a value",
    remediation: "Escape ends of lines before a value is logged, or log as JSON.",
    references: &["CWE-117"],
    finds: Finds::Places {
        needles: &[
            b"\n20",
            b"\n[20",
            b"\n[info",
            b"\n[warn",
            b"\n[error",
            b"\n[debug",
            b"\n[crit",
            b"\n[alert",
            b"\ninfo",
            b"\nwarn",
            b"\nerror",
            b"\ndebug",
            b"\nfatal",
            b"\ncritical",
            b"\nnotice",
            b"\n127.0.0.1 -",
            b"\n10.",
            b"\n192.168.",
            b"\nlevel=",
            b"%0ainfo",
            b"%0awarn",
            b"%0aerror",
            b"%0adebug",
            b"%0afatal",
            b"%0acritical",
            b"%0aalert",
            b"%0asuccess",
            b"%0aaudit",
            b"%0a[",
            b"%0a%5b",
            b"\\ninfo",
            b"\\nwarn",
            b"\\nerror",
            b"\\ndebug",
            b"\\nfatal",
            b"\\n127.0.0.1 -",
            b"\\n10.",
            b"\\n192.168.",
            b"\\n[audit",
            b"\\n[crit",
            b"\n[audit",
            b"\n[success",
            b"\nsuccess:",
            b"\\n20",
            b"\\n[info",
            b"\\n[error",
            b"\\n[warn",
            b"\njan ",
            b"\nfeb ",
            b"\nmar ",
            b"\napr ",
            b"\nmay ",
            b"\njun ",
            b"\njul ",
            b"\naug ",
            b"\nsep ",
            b"\noct ",
            b"\nnov ",
            b"\ndec ",
            b"\n<1",
            b"\n<3",
            b"\n<4",
            b"\n<8",
        ],
        confirm,
    },
};

/// Bytes of a text that is one value with an entry after it; longer ones are logs.
const VALUE_BYTES_MAX: usize = 1_024;

/// Bytes of the value before the entry.
const LEAD_BYTES_MAX: usize = 80;

/// Words of the value before the entry; more are prose.
const LEAD_WORDS_MAX: usize = 3;

/// Names of levels, in lower case.
static LEVELS: [&str; 12] =
    ["info", "warn", "warning", "error", "debug", "fatal", "critical", "notice", "alert", "trace", "audit", "success"];

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let bytes = view.bytes();
    if bytes.len() > VALUE_BYTES_MAX || at > LEAD_BYTES_MAX + 2 {
        return Outcome::Clean { until: bytes.len() };
    }
    if bytes[at] == b'%' {
        return encoded(view, at);
    }
    let lead = bytes[..at].trim_ascii();
    let lead = lead.strip_suffix(b"\\r").unwrap_or(lead);
    let written_out = bytes[at] == b'\\';
    let start = at + if written_out { 2 } else { 1 };
    let end = start + memchr::memchr2(b'\r', b'\n', &bytes[start..]).unwrap_or(bytes.len() - start);
    let alone = bytes[end..].iter().all(u8::is_ascii_whitespace) && !lead.iter().any(u8::is_ascii_whitespace);
    let confidence = match entry(&bytes[start..end]) {
        Some(Entry::Whole) if is_name(lead) => 0.8,
        // Values of forms end a line with both characters, as people do not.
        Some(Entry::Level) if alone && is_name(lead) && (written_out || bytes[..at].ends_with(b"\r")) => 0.8,
        Some(Entry::Level) if is_name(lead) => 0.5,
        _ => return Outcome::Clean { until: end },
    };
    let hit = Hit::text(at..end, None, confidence, "An end of line in the value begins an entry of a log.");
    let hit = match confidence {
        ..0.7 => hit.rated(Severity::Low),
        // A name and one entry, and nothing that would make a log of it.
        _ if alone => hit.rated(Severity::High),
        _ => hit,
    };
    Outcome::Found(hit.until(bytes.len()))
}

/// An end of line that is written for a URL, and a level in capitals: nobody ends a line so who writes to people.
fn encoded(view: &View<'_>, at: usize) -> Outcome {
    let bytes = view.bytes();
    let all = Outcome::Clean { until: at + 3 };
    let mut lead = &bytes[..at];
    while let [before @ .., b'%', b'0', b'a' | b'A' | b'd' | b'D'] = lead {
        lead = before;
    }
    let named = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-@?&=/".contains(byte);
    if !lead.iter().all(named) || !is_name(lead) || memchr::memchr(b'\n', &bytes[at..]).is_some() {
        return all;
    }
    let line = String::from_utf8_lossy(&bytes[at + 3..]).replace("%20", " ").replace('+', " ");
    let line = line.replace("%5B", "[").replace("%5b", "[").replace("%5D", "]").replace("%5d", "]");
    let level: String = line.trim_start_matches('[').chars().take_while(char::is_ascii_alphabetic).collect();
    let loud = level.len() > 3 && level.bytes().all(|byte| byte.is_ascii_uppercase());
    if !loud || entry(line.replace("%3A", ":").as_bytes()).is_none() {
        return all;
    }
    let hit = Hit::text(at..bytes.len(), None, 0.82, "An end of line in the value begins an entry of a log.");
    Outcome::Found(hit.rated(Severity::High).until(bytes.len()))
}

/// True for a short value that is not itself an entry, a heading or a part of a list.
fn is_name(lead: &[u8]) -> bool {
    let words = lead.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).count();
    lead.first().is_some_and(u8::is_ascii_alphanumeric)
        && lead.last().is_some_and(|byte| !matches!(byte, b':' | b'{' | b'(' | b',' | b'|'))
        && (1..=LEAD_WORDS_MAX).contains(&words)
        && entry(lead).is_none()
        && date(lead) == 0
}

enum Entry {
    /// A time with a level, or the beginning of an access log.
    Whole,
    /// A level and words.
    Level,
}

/// What `line` is as an entry of a log.
fn entry(line: &[u8]) -> Option<Entry> {
    // The priority that a daemon puts in front: `<14>1 `.
    if is_of_daemon(line) {
        return Some(Entry::Whole);
    }
    let whole = line;
    let line = priority(line).map_or(line, |length| &line[length..]);
    let dated = date(line);
    let rest = line[dated..].trim_ascii_start();
    if dated == 0 && is_access(line) {
        return Some(Entry::Whole);
    }
    let rest = rest.strip_prefix(b"level=").unwrap_or(rest);
    let rest = rest.strip_prefix(b"[").unwrap_or(rest);
    let length = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let level = std::str::from_utf8(&rest[..length])
        .ok()
        .is_some_and(|word| LEVELS.iter().any(|level| level.eq_ignore_ascii_case(word)));
    let after = &rest[length..];
    let marked = after.first().is_some_and(|byte| matches!(byte, b':' | b']' | b' '));
    let words = after.split(u8::is_ascii_whitespace).filter(|word| word.iter().any(u8::is_ascii_alphanumeric)).count();
    // The name of the host follows the time of a daemon.
    let daemon = dated > 0 && line.len() < whole.len() && words >= 2;
    match (level && marked && words >= 1 || daemon, dated > 0) {
        (true, true) => Some(Entry::Whole),
        (true, false) if after.first() != Some(&b' ') => Some(Entry::Level),
        _ => None,
    }
}

/// `Jan  1 00:00:00 host sshd[1]: …`, as daemons of old write it (RFC 3164, section 4.1).
fn is_of_daemon(line: &[u8]) -> bool {
    let mut words = line.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
    let (Some(month), Some(day), Some(time)) = (words.next(), words.next(), words.next()) else { return false };
    let numbers = |text: &[u8]| text.iter().all(|byte| byte.is_ascii_digit() || *byte == b':');
    let colons = time.iter().filter(|byte| **byte == b':').count();
    month.len() == 3
        && numbers(day)
        && day.len() < 3
        && numbers(time)
        && colons == 2
        && words.nth(1).is_some_and(|program| program.ends_with(b":"))
}

/// The length of `<14>` or `<14>1 ` (RFC 5424, section 6.2.1).
fn priority(line: &[u8]) -> Option<usize> {
    let rest = line.strip_prefix(b"<")?;
    let digits = rest.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
    let after = rest[digits..].strip_prefix(b">").filter(|_| digits > 0)?;
    let version = if after.starts_with(b"1 ") { 2 } else { 0 };
    Some(line.len() - after.len() + version)
}

/// The length of a date and a time at the beginning of `line`, with brackets.
fn date(line: &[u8]) -> usize {
    let belongs = |byte: u8| byte.is_ascii_digit() || b"[]-:.,/TZ+ ".contains(&byte);
    let length = line.iter().take(40).take_while(|byte| belongs(**byte)).count();
    let (digits, colons) = line[..length].iter().fold((0, 0), |(digits, colons), byte| {
        (digits + usize::from(byte.is_ascii_digit()), colons + usize::from(*byte == b':'))
    });
    if digits >= 10 && colons >= 1 { length - usize::from(line[..length].ends_with(b"[")) } else { 0 }
}

/// True for the beginning of an access log: `127.0.0.1 - - [`.
fn is_access(line: &[u8]) -> bool {
    let mut words = line.split(|byte| *byte == b' ');
    let address = words.next().is_some_and(|word| word.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.'));
    address && words.next() == Some(b"-") && words.nth(1).is_some_and(|word| word.starts_with(b"["))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn log() {
        check(
            "guard.injection.log",
            &[
                ("anna\n2026-11-21 10:00:00 INFO login of admin succeeded", 4..54),
                ("anna%0a%5BERROR%5D disk is full", 4..31),
                ("anna\nJan  7 10:00:00 web sshd[7]: accepted", 4..42),
                ("user=anna%0aINFO:+admin+logged+in", 9..33),
                ("q=shoes%0A%0A[CRITICAL] disk is full", 10..36),
                ("anna\\r\\nINFO: admin%20logged", 6..28),
            ],
            &[
                "2026-11-21 10:00:00 INFO start\n2026-11-21 10:00:01 INFO stop",
                "Summary of today\n2026-11-21 was a good day",
                "Changes\ninformation about the release",
                "Log:\n2026-11-21 10:00:00 INFO start",
                "to=a@mail.example%0aInformation+follows",
                "Sales by year\n2024 10:00\n2025 11:00",
            ],
        );
    }
}
