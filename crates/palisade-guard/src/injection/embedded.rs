//! Values that stand in the syntax of a message: strings of JSON, text of XML, parameters of a query.
//!
//! A message as a whole is no value; what it carries is put into a statement or a filter.

use std::ops::Range;

/// Bytes of a message that is short enough to be looked into.
const MESSAGE_BYTES_MAX: usize = 1024;

/// Values of one message that are looked at.
const VALUES_MAX: usize = 6;

/// The values that `text` carries; none when it is no message.
pub(super) fn values(text: &[u8]) -> Vec<Range<usize>> {
    if text.len() > MESSAGE_BYTES_MAX {
        return Vec::new();
    }
    let all = match text {
        [b'{' | b'[', ..] => strings(text),
        [b'<', ..] => texts(text),
        _ => parameters(text),
    };
    all.into_iter().filter(|range| !range.is_empty()).take(VALUES_MAX).collect()
}

/// The strings of JSON that are values.
fn strings(text: &[u8]) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let (mut at, mut colon) = (0, false);
    while at < text.len() && all.len() < VALUES_MAX {
        match text[at] {
            b'"' => {
                let start = at + 1;
                let end = end_of_string(text, start);
                let is_name = text[(end + 1).min(text.len())..].trim_ascii_start().starts_with(b":");
                if !is_name && (colon || text[0] == b'[') {
                    all.push(start..end);
                }
                (at, colon) = (end + 1, false);
            }
            byte => {
                colon = byte == b':' || colon && byte.is_ascii_whitespace();
                at += 1;
            }
        }
    }
    all
}

/// Where the string that begins at `start` ends: at a quote that nothing escapes.
fn end_of_string(text: &[u8], start: usize) -> usize {
    let mut at = start;
    while at < text.len() && text[at] != b'"' {
        at += if text[at] == b'\\' { 2 } else { 1 };
    }
    at.min(text.len())
}

/// The text between tags, and sections of characters.
fn texts(text: &[u8]) -> Vec<Range<usize>> {
    let section = b"<![CDATA[";
    if let Some(open) = memchr::memmem::find(text, section) {
        let start = open + section.len();
        let end = memchr::memmem::find(&text[start..], b"]]>").map_or(text.len(), |length| start + length);
        return vec![start..end; 1];
    }
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(close) = memchr::memchr(b'>', &text[at..]) {
        let start = at + close + 1;
        // Only a tag ends a text; a sign may stand in it.
        let ends =
            |place: &usize| text.get(start + place + 1).is_some_and(|next| *next == b'/' || next.is_ascii_alphabetic());
        let Some(end) = memchr::memchr_iter(b'<', &text[start..]).find(ends) else { break };
        if !text[start..start + end].trim_ascii().is_empty() {
            all.push(start..start + end);
        }
        at = start + end;
    }
    all
}

/// The values of a query, `a=b&c=d`, after the address it belongs to; also in the line of a request.
fn parameters(text: &[u8]) -> Vec<Range<usize>> {
    let end = if text.starts_with(b"GET ") || text.starts_with(b"POST ") {
        memchr::memmem::rfind(text, b" HTTP/").unwrap_or(text.len())
    } else {
        text.len()
    };
    let Some(equals) = memchr::memchr(b'=', &text[..end]) else { return Vec::new() };
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.[]".contains(byte);
    let name = text[..equals].iter().rev().take_while(|byte| is_name(byte)).count();
    let before = &text[..equals - name];
    let queried = before.last().is_none_or(|byte| matches!(byte, b'?' | b'&')) && !before.contains(&b'\'');
    if name == 0 || !queried {
        return Vec::new();
    }
    let mut all = Vec::new();
    let mut start = equals + 1;
    while all.len() < VALUES_MAX {
        let next = memchr::memchr_iter(b'&', &text[start..end]).find(|place| {
            let rest = &text[start + place + 1..end];
            let name = rest.iter().take_while(|byte| is_name(byte)).count();
            name > 0 && rest.get(name) == Some(&b'=')
        });
        let stop = next.map_or(end, |place| start + place);
        all.push(start..stop);
        if next.is_none() {
            break;
        }
        start = stop + 1 + memchr::memchr(b'=', &text[stop..end]).unwrap_or(0);
        start = start.min(end);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::values;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = values(text.as_bytes()).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn values_of_messages() {
        check(r#"{"a":"x' or 1","b":{"c": "d\"e"},"f":7}"#, &["x' or 1", "d\\\"e"]);
        check("<a><b>7 < 8</b><c/></a>", &["7 < 8"]);
        check("<a><![CDATA[x]]></a>", &["x"]);
        check("/list?id=7&name=b c", &["7", "b c"]);
        check("GET /list?id=7 or 8 HTTP/1.1", &["7 or 8"]);
        check("a=b&&c", &["b&&c"]);
        check("x' or a=b", &[]);
        check("{", &[]);
        check("{\"a\":\"", &[]);
    }
}
