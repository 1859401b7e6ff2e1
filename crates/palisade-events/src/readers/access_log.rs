//! Logs of web servers: Common and Combined Log Format, with or without the virtual host before them, and JSON as nginx
//! users write it.
//!
//! Fields have the names of Sigma's category `webserver`, which are those of the W3C format: `c-ip`, `cs-username`,
//! `cs-method`, `cs-uri`, `cs-uri-stem`, `cs-uri-query`, `cs-version`, `sc-status`, `sc-bytes`, `cs-referer`,
//! `cs-user-agent`, `cs-host`. Addresses stay encoded as they were asked for, which is what rules expect.

use super::{fault::Fault, syslog_time};
use crate::record::{Record, Value};
use std::borrow::Cow;

/// What JSON logs call the fields, most common first.
const JSON_NAMES: [(&str, &str); 21] = [
    ("remote_addr", "c-ip"),
    ("remote_ip", "c-ip"),
    ("client_ip", "c-ip"),
    ("remote_user", "cs-username"),
    ("request_method", "cs-method"),
    ("method", "cs-method"),
    ("request_uri", "cs-uri"),
    ("uri", "cs-uri"),
    ("args", "cs-uri-query"),
    ("query_string", "cs-uri-query"),
    ("server_protocol", "cs-version"),
    ("status", "sc-status"),
    ("body_bytes_sent", "sc-bytes"),
    ("bytes_sent", "sc-bytes"),
    ("http_referer", "cs-referer"),
    ("http_referrer", "cs-referer"),
    ("http_user_agent", "cs-user-agent"),
    ("user_agent", "cs-user-agent"),
    ("http_host", "cs-host"),
    ("host", "cs-host"),
    ("http_cookie", "cs-cookie"),
];

/// Adds the fields of a line of an access log.
///
/// # Errors
/// When the line has not the form `host identity user [time] "request" status bytes …`.
pub fn read_into(record: &mut Record<'_>, line: &str) -> Result<(), Fault> {
    let at = |rest: &str| line.len() - rest.len();
    let (before, rest) = line.split_once(" [").ok_or(Fault::new("there is no time in brackets", 0))?;
    client_into(record, before)?;
    let (time, rest) = rest.split_once(']').ok_or(Fault::new("the time does not end", at(rest)))?;
    let time = syslog_time::of_access_log(time).ok_or(Fault::new("the time is none", at(rest)))?;
    record.set_time(time);
    let (request, rest) = quoted(rest).ok_or(Fault::new("the request should stand in quotes", at(rest)))?;
    request_into(record, request);
    let mut words = rest.trim_start().splitn(3, ' ');
    let status = words.next().unwrap_or_default();
    if status.len() != 3 || !status.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Fault::new("the status should be a number of three digits", at(rest)));
    }
    record.push("sc-status", Value::Number(status));
    if let Some(bytes) = words.next().filter(|bytes| is_number(bytes)) {
        record.push("sc-bytes", Value::Number(bytes));
    }
    let mut rest = words.next().unwrap_or_default();
    for name in ["cs-referer", "cs-user-agent"] {
        let Some((value, after)) = quoted(rest) else { break };
        if value != "-" {
            record.push(name, Value::text(&unescaped(value)));
        }
        rest = after;
    }
    Ok(())
}

/// Adds Sigma's names to a record of JSON that has those of a web server.
pub fn names_into(record: &mut Record<'_>) {
    for (name, ours) in JSON_NAMES {
        let found = (0..record.len()).find(|&index| record.name(index) == name);
        if let Some(index) = found
            && record.first(ours).is_none()
        {
            record.push_renamed(index, ours);
        }
    }
    let text = |record: &Record<'_>, name| record.first(name).and_then(|value| value.get()).map(Cow::into_owned);
    if let Some(request) = text(record, "request") {
        request_into(record, &request);
    } else if let Some(uri) = text(record, "cs-uri") {
        uri_into(record, &uri);
    }
}

/// True for JSON that names the fields as web servers do.
#[must_use]
pub fn is_named_so(record: &Record<'_>) -> bool {
    let has = |name| record.first(name).is_some();
    (has("remote_addr") || has("remote_ip") || has("client_ip")) && (has("request") || has("request_uri") || has("uri"))
}

/// `host identity user`, or `virtual-host host identity user`.
fn client_into(record: &mut Record<'_>, text: &str) -> Result<(), Fault> {
    let words: [&str; 4] = {
        let mut words = text.split(' ').filter(|word| !word.is_empty());
        std::array::from_fn(|_| words.next().unwrap_or_default())
    };
    let (host, client, user) = match words {
        [client, _, user, ""] if !user.is_empty() => ("", client, user),
        // A user's name may hold a blank, but a virtual host is followed by a client and a dash.
        [host, client, "-", user] => (host, client, user),
        [client, _, user, _] if !user.is_empty() => ("", client, user),
        _ => return Err(Fault::new("the line should begin with client, identity and user", 0)),
    };
    if !host.is_empty() {
        record.push("cs-host", Value::text(host));
    }
    record.push("c-ip", Value::text(client));
    if user != "-" {
        record.push("cs-username", Value::text(user));
    }
    Ok(())
}

/// `GET /path?query HTTP/1.1`. What is no such request (bytes of TLS, a cut line) is kept as `cs-uri`.
fn request_into(record: &mut Record<'_>, request: &str) {
    let Some((method, rest)) = request.split_once(' ').filter(|(method, _)| is_method(method)) else {
        record.push("cs-uri", Value::text(&unescaped(request)));
        return;
    };
    let (uri, version) = match rest.rsplit_once(' ') {
        Some((uri, version)) if version.starts_with("HTTP/") => (uri, version),
        _ => (rest, ""),
    };
    record.push("cs-method", Value::text(method));
    let uri = unescaped(uri);
    record.push("cs-uri", Value::text(&uri));
    uri_into(record, &uri);
    if !version.is_empty() {
        record.push("cs-version", Value::text(version));
    }
}

fn uri_into(record: &mut Record<'_>, uri: &str) {
    let (stem, query) = uri.split_once('?').unwrap_or((uri, ""));
    record.push("cs-uri-stem", Value::text(stem));
    if !query.is_empty() && record.first("cs-uri-query").is_none() {
        record.push("cs-uri-query", Value::text(query));
    }
}

fn is_method(word: &str) -> bool {
    (1..=32).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'_' | b'-'))
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// The text in quotes at the beginning, and what follows.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start().strip_prefix('"')?;
    let mut at = 0;
    loop {
        at += memchr::memchr2(b'"', b'\\', text.as_bytes().get(at..)?)?;
        if text.as_bytes()[at] == b'"' {
            return Some((&text[..at], &text[at + 1..]));
        }
        at += 2;
    }
}

/// Apache writes `\"`, `\\`, `\n` and `\x1b`; nginx `\x22`.
fn unescaped(written: &str) -> Cow<'_, str> {
    if !written.contains('\\') {
        return Cow::Borrowed(written);
    }
    let mut bytes = Vec::with_capacity(written.len());
    let mut rest = written.as_bytes();
    while let [first, after @ ..] = rest {
        let (byte, taken) = match (first, after) {
            (b'\\', [b'x', high, low, ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                (digit(*high) << 4 | digit(*low), 4)
            }
            (b'\\', [b'n', ..]) => (b'\n', 2),
            (b'\\', [b'r', ..]) => (b'\r', 2),
            (b'\\', [b't', ..]) => (b'\t', 2),
            (b'\\', [escaped @ (b'"' | b'\\'), ..]) => (*escaped, 2),
            _ => (*first, 1),
        };
        bytes.push(byte);
        rest = &rest[taken..];
    }
    Cow::Owned(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

fn digit(byte: u8) -> u8 {
    (byte as char).to_digit(16).unwrap_or_default() as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::{
        json,
        testing::{fields, first},
    };

    fn check(line: &str, expected: &[(&str, &str)]) {
        let mut record = Record::new(line);
        read_into(&mut record, line).expect("reads");
        assert_eq!(fields(&record), expected.iter().map(|&(a, b)| (a, b.to_owned())).collect::<Vec<_>>(), "{line}");
    }

    #[test]
    fn common_and_combined_lines_are_read() {
        check(
            r#"192.0.2.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a%20b.php?x=1&y=<s> HTTP/1.0" 200 2326"#,
            &[
                ("c-ip", "192.0.2.1"),
                ("cs-username", "frank"),
                ("cs-method", "GET"),
                ("cs-uri", "/a%20b.php?x=1&y=<s>"),
                ("cs-uri-stem", "/a%20b.php"),
                ("cs-uri-query", "x=1&y=<s>"),
                ("cs-version", "HTTP/1.0"),
                ("sc-status", "200"),
                ("sc-bytes", "2326"),
            ],
        );
        check(
            r#"www.example.org:443 2001:db8::1 - - [10/Oct/2000:13:55:36 +0000] "POST / HTTP/2.0" 404 - "http://r/" "M \"q\" \x41" extra"#,
            &[
                ("cs-host", "www.example.org:443"),
                ("c-ip", "2001:db8::1"),
                ("cs-method", "POST"),
                ("cs-uri", "/"),
                ("cs-uri-stem", "/"),
                ("cs-version", "HTTP/2.0"),
                ("sc-status", "404"),
                ("cs-referer", "http://r/"),
                ("cs-user-agent", "M \"q\" A"),
            ],
        );
        check(
            r#"192.0.2.1 - - [10/Oct/2000:13:55:36 +0000] "\x16\x03\x01" 400 150 "-" "-""#,
            &[("c-ip", "192.0.2.1"), ("cs-uri", "\u{16}\u{3}\u{1}"), ("sc-status", "400"), ("sc-bytes", "150")],
        );
    }

    #[test]
    fn other_lines_are_refused() {
        for line in [
            "",
            "x",
            "a b c [",
            "a b c [10/Oct/2000:13:55:36 +0000]",
            r#"a b c [now] "GET / HTTP/1.0" 200 1"#,
            r#"a b c [10/Oct/2000:13:55:36 +0000] "GET / HTTP/1.0" x 1"#,
            r#"a b c [10/Oct/2000:13:55:36 +0000] "GET / "#,
            r#" [10/Oct/2000:13:55:36 +0000] "GET / HTTP/1.0" 200 1"#,
        ] {
            assert!(read_into(&mut Record::new(line), line).is_err(), "{line}");
        }
    }

    #[test]
    fn nginx_json_gets_the_names() {
        let line =
            r#"{"remote_addr":"192.0.2.1","request":"GET /x?id=1 HTTP/1.1","status":200,"http_user_agent":"curl"}"#;
        let mut record = json::read(line, Record::default()).expect("reads");
        assert!(is_named_so(&record));
        names_into(&mut record);
        for (name, value) in [
            ("c-ip", "192.0.2.1"),
            ("cs-method", "GET"),
            ("cs-uri-stem", "/x"),
            ("cs-uri-query", "id=1"),
            ("sc-status", "200"),
            ("cs-user-agent", "curl"),
        ] {
            assert_eq!(first(&record, name).as_deref(), Some(value), "{name}");
        }
    }
}
