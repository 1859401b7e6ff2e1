//! The formats, their names, and how a text is told to be of one.

use super::{auditd, evtx, logfmt, syslog_time};
use crate::limits::DETECTION_BYTES_MAX;
use std::str::FromStr;

/// What a stream is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// JSON: one event a line, lists of events, or objects over several lines. CloudTrail, Kubernetes audit, OTLP logs,
    /// access logs of nginx, our own events and those of Windows are known by their fields.
    Json,
    /// Windows event log files.
    Evtx,
    /// The XML of Windows events.
    WindowsXml,
    /// Syslog, RFC 5424 or 3164, whose message may be of another format; Sysmon for Linux writes it.
    Syslog,
    /// ArcSight's Common Event Format.
    Cef,
    /// QRadar's Log Event Extended Format.
    Leef,
    /// `key=value` pairs.
    Logfmt,
    /// The log of the Linux audit daemon.
    Auditd,
    /// Common or Combined Log Format.
    AccessLog,
    /// The W3C Extended Log File Format, as of IIS.
    W3c,
    /// Lines of nothing known: the field `message`.
    Text,
    /// Lines of different formats, each told by itself.
    Mixed,
}

/// Every name that a user may give a format.
const NAMES: [(&str, Format); 24] = [
    ("json", Format::Json),
    ("ndjson", Format::Json),
    ("jsonl", Format::Json),
    ("cloudtrail", Format::Json),
    ("kubernetes", Format::Json),
    ("otlp", Format::Json),
    ("nginx-json", Format::Json),
    ("palisade", Format::Json),
    ("evtx", Format::Evtx),
    ("windows-xml", Format::WindowsXml),
    ("xml", Format::WindowsXml),
    ("syslog", Format::Syslog),
    ("sysmon-linux", Format::Syslog),
    ("cef", Format::Cef),
    ("leef", Format::Leef),
    ("logfmt", Format::Logfmt),
    ("auditd", Format::Auditd),
    ("access-log", Format::AccessLog),
    ("combined", Format::AccessLog),
    ("common", Format::AccessLog),
    ("w3c", Format::W3c),
    ("iis", Format::W3c),
    ("text", Format::Text),
    ("mixed", Format::Mixed),
];

/// A name that no format has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no format '{0}': use auto, {known}", known = Format::names().collect::<Vec<_>>().join(", "))]
pub struct UnknownFormat(pub String);

impl Format {
    /// Every name that a format has.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
    }

    /// The name that comes first in [`Format::names`].
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(_, format)| *format == self).map_or("mixed", |(name, _)| name)
    }

    /// The format of a stream by its beginning: that of its first lines where they agree, or [`Format::Mixed`].
    #[must_use]
    pub fn of_stream(beginning: &[u8]) -> Self {
        if beginning.starts_with(evtx::MAGIC) {
            return Self::Evtx;
        }
        let beginning = &beginning[..beginning.len().min(DETECTION_BYTES_MAX)];
        let text = String::from_utf8_lossy(beginning);
        let text = text.trim_start_matches('\u{FEFF}').trim_ascii_start();
        let is_list = text
            .strip_prefix('[')
            .map(str::trim_ascii_start)
            .is_some_and(|inside| inside.is_empty() || inside.starts_with(['{', ']']));
        if is_list || text.starts_with('{') {
            return Self::Json;
        }
        if text.starts_with("<Event") || text.starts_with("<?xml") {
            return Self::WindowsXml;
        }
        let whole = text.rfind('\n').map_or(text, |end| &text[..end]);
        let mut formats = whole.lines().filter(|line| !line.trim_ascii().is_empty()).take(8).map(Self::of_line);
        let Some(first) = formats.next() else { return Self::Text };
        if formats.all(|format| format == first || first == Self::W3c) { first } else { Self::Mixed }
    }

    /// The format of one line.
    #[must_use]
    pub fn of_line(line: &str) -> Self {
        let line = line.trim_ascii();
        let first = line.as_bytes().first().copied().unwrap_or_default();
        match first {
            b'{' => return Self::Json,
            b'<' if line.starts_with("<Event") => return Self::WindowsXml,
            b'<' if line[1..].starts_with(|character: char| character.is_ascii_digit()) => return Self::Syslog,
            b'#' if ["#Fields:", "#Version:", "#Software:", "#Date:"].iter().any(|name| line.starts_with(name)) => {
                return Self::W3c;
            }
            _ => {}
        }
        if line.starts_with("CEF:") {
            Self::Cef
        } else if line.starts_with("LEEF:") {
            Self::Leef
        } else if auditd::header(line).is_some() {
            Self::Auditd
        } else if is_access_log(line) {
            Self::AccessLog
        } else if is_syslog(line) {
            Self::Syslog
        } else if is_logfmt(line) {
            Self::Logfmt
        } else {
            Self::Text
        }
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        let found = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, format)| *format).ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}

fn is_access_log(line: &str) -> bool {
    let Some((_, rest)) = line.split_once(" [") else { return false };
    let Some((time, rest)) = rest.split_once(']') else { return false };
    syslog_time::of_access_log(time).is_some() && rest.trim_ascii_start().starts_with('"')
}

/// A time, and then more than the message of a program that writes its own log.
fn is_syslog(line: &str) -> bool {
    let counted = line.trim_start_matches(|character: char| character.is_ascii_digit());
    if counted.len() < line.len() && counted.starts_with(" <") {
        return true;
    }
    let Some((_, rest)) = syslog_time::leading(line, None) else { return false };
    // `host program: …` or `program[1]: …`
    rest.split(' ').take(2).any(|word| word.ends_with(':') || word.starts_with("CEF:") || word.starts_with("LEEF:"))
}

/// A line that begins with a pair and holds another.
fn is_logfmt(line: &str) -> bool {
    let mut pairs = logfmt::Pairs::new(line);
    let mut is_pair =
        || matches!(pairs.next_pair(), Ok(Some(pair)) if pair.value.is_some() && logfmt::is_name(pair.key));
    is_pair() && (is_pair() || is_pair())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_apart() {
        for (line, format) in [
            (r#"{"a":1}"#, Format::Json),
            ("<Event xmlns='x'>", Format::WindowsXml),
            ("<34>1 - - - - - - x", Format::Syslog),
            ("<34>Oct 11 22:14:15 h su: x", Format::Syslog),
            ("Oct 11 22:14:15 h su[1]: x", Format::Syslog),
            ("2026-01-02T03:04:05Z h kernel: x", Format::Syslog),
            ("12 <34>hello", Format::Syslog),
            ("2026-01-02T03:04:05Z installed a package", Format::Text),
            ("CEF:0|a|b|c|d|e|1|", Format::Cef),
            ("LEEF:1.0|a|b|c|d|", Format::Leef),
            ("type=SYSCALL msg=audit(1.1:1): a=b", Format::Auditd),
            (r#"1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 1"#, Format::AccessLog),
            ("#Fields: date", Format::W3c),
            ("level=info msg=\"a b\"", Format::Logfmt),
            ("hello a=b", Format::Text),
            ("", Format::Text),
        ] {
            assert_eq!(Format::of_line(line), format, "{line}");
        }
    }

    #[test]
    fn streams_are_told_apart() {
        for (beginning, format) in [
            (b"ElfFile\0\0\0" as &[u8], Format::Evtx),
            (b"\xEF\xBB\xBF\n[ {", Format::Json),
            (b"{\n", Format::Json),
            (b"<?xml version", Format::WindowsXml),
            (b"a=b c=d\na=b c=d\na=b", Format::Logfmt),
            (b"a=b c=d\nCEF:0|a|b|c|d|e|1|\n", Format::Mixed),
            (b"CEF:0|a|b|c|d|e|1|\n\nCEF:0|", Format::Cef),
            (b"#Software: IIS\n#Fields: a\n1\n", Format::W3c),
            (b"\xFF\xFE\x00", Format::Text),
            (b"", Format::Text),
        ] {
            assert_eq!(Format::of_stream(beginning), format, "{}", String::from_utf8_lossy(beginning));
        }
    }

    #[test]
    fn every_format_has_a_name() {
        for name in Format::names() {
            let format: Format = name.parse().expect("is known");
            assert_eq!(format.name().parse(), Ok(format));
        }
        assert!("yaml".parse::<Format>().is_err_and(|error| error.to_string().contains("ndjson")));
    }
}
