//! The priority before a message (RFC 5424 §6.2.1, RFC 3164 §4.1.1): facility times eight plus severity.

/// The facilities by number, as syslog daemons name them in their configuration.
const FACILITIES: [&str; 24] = [
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp",
    "audit", "alert", "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
];

/// A priority in its two parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Priority {
    /// 0 to 23.
    pub(super) facility: u8,
    /// 0, the worst, to 7.
    pub(super) severity: u8,
}

/// Reads `<PRI>` and gives what follows. Leading zeros, which the RFC forbids, do no harm.
pub(super) fn read(text: &[u8]) -> Option<(Priority, &[u8])> {
    let digits = text.strip_prefix(b"<")?;
    let end = digits.iter().take(4).position(|byte| *byte == b'>')?;
    let number: u8 = str::from_utf8(&digits[..end]).ok()?.parse().ok()?;
    let is_digits = digits[..end].iter().all(u8::is_ascii_digit);
    (is_digits && number < 192).then(|| (Priority { facility: number / 8, severity: number % 8 }, &digits[end + 1..]))
}

/// The name of a facility; `unknown` beyond 23.
pub(crate) fn facility_name(facility: u8) -> &'static str {
    FACILITIES.get(usize::from(facility)).copied().unwrap_or("unknown")
}

/// The name of a syslog severity that shares its place on our scale with a more usual one.
pub(crate) const fn severity_text(severity: u8) -> Option<&'static str> {
    match severity {
        0 => Some("emerg"),
        1 => Some("alert"),
        7 => Some("debug"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn priorities() {
        for (text, wanted) in [
            (&b"<0>x"[..], Some((0, 0))),
            (b"<34>x", Some((4, 2))),
            (b"<165>x", Some((20, 5))),
            (b"<191>x", Some((23, 7))),
            (b"<013>x", Some((1, 5))),
            (b"<192>x", None),
            (b"<999>x", None),
            (b"<0013>x", None),
            (b"<>x", None),
            (b"<-1>x", None),
            (b"<+1>x", None),
            (b"34>x", None),
            (b"<34", None),
        ] {
            let read = read(text).map(|(priority, rest)| {
                assert_eq!(rest, b"x");
                (priority.facility, priority.severity)
            });
            assert_eq!(read, wanted, "{}", String::from_utf8_lossy(text));
        }
    }
}
