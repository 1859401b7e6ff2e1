//! logfmt, and words of the form `key=value` in any text.
//!
//! A value stands up to the next blank, or in double quotes with the escapes of JSON, or in single quotes. Plain logfmt
//! lets a key stand alone, which is true.

use super::fault::Fault;
use crate::record::{Record, Text, Value};

/// Adds the pairs of a line of logfmt.
///
/// # Errors
/// When the line holds no pair at all, or a quote does not close.
pub fn read_into(record: &mut Record<'_>, line: &str) -> Result<(), Fault> {
    let mut pairs = Pairs::new(line);
    let mut found = 0;
    while let Some(pair) = pairs.next_pair()? {
        found += usize::from(pair.value.is_some());
        record.push(pair.key, pair.value.map_or(Value::Boolean(true), Value::Text));
    }
    if found == 0 { Err(Fault::new("there is no key=value", 0)) } else { Ok(()) }
}

/// Adds those words of a message that are pairs, when there are at least two: one alone is as often prose as not.
pub fn words_into(record: &mut Record<'_>, message: &str) {
    let is_pair = |pair: &Pair<'_>| pair.value.is_some() && is_name(pair.key);
    let mut counting = Pairs::new(message);
    let mut count = 0;
    while count < 2 {
        match counting.next_pair() {
            Ok(Some(pair)) => count += usize::from(is_pair(&pair)),
            _ => return,
        }
    }
    let mut pairs = Pairs::new(message);
    while let Ok(Some(pair)) = pairs.next_pair() {
        if let Some(value) = pair.value
            && is_name(pair.key)
        {
            record.push(pair.key, Value::Text(value));
        }
    }
}

/// True for what programs write before an equals sign.
pub(crate) fn is_name(key: &str) -> bool {
    !key.is_empty()
        && key.len() <= 128
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'@' | b'/'))
}

/// The pairs of a text, in order.
pub(crate) struct Pairs<'t> {
    text: &'t str,
    at: usize,
}

/// A key, with its value where it has one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pair<'t> {
    pub(crate) key: &'t str,
    pub(crate) value: Option<Text<'t>>,
    /// True when the value stands in quotes.
    pub(crate) is_quoted: bool,
}

impl<'t> Pairs<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    pub(crate) fn next_pair(&mut self) -> Result<Option<Pair<'t>>, Fault> {
        let bytes = self.text.as_bytes();
        self.at += blanks(&bytes[self.at..]);
        let start = self.at;
        if start == bytes.len() {
            return Ok(None);
        }
        let end = start
            + bytes[start..].iter().position(|&byte| byte == b'=' || is_blank(byte)).unwrap_or(bytes.len() - start);
        let key = self.text[start..end].trim_end_matches(',');
        self.at = end;
        if bytes.get(end) != Some(&b'=') {
            return Ok(Some(Pair { key, value: None, is_quoted: false }));
        }
        self.at = end + 1;
        let (value, is_quoted) = match bytes.get(self.at) {
            Some(&quote @ (b'"' | b'\'')) => (self.quoted(quote)?, true),
            _ => (self.bare(), false),
        };
        Ok(Some(Pair { key, value: Some(value), is_quoted }))
    }

    fn bare(&mut self) -> Text<'t> {
        let rest = &self.text[self.at..];
        let end = rest.bytes().position(is_blank).unwrap_or(rest.len());
        self.at += end;
        Text { written: rest[..end].trim_end_matches(','), is_escaped: false }
    }

    fn quoted(&mut self, quote: u8) -> Result<Text<'t>, Fault> {
        let start = self.at + 1;
        let bytes = self.text.as_bytes();
        let (mut at, mut is_escaped) = (start, false);
        loop {
            match bytes.get(at) {
                Some(&byte) if byte == quote => break,
                // Only double quotes know escapes: in single ones, a backslash is a backslash.
                Some(b'\\') if quote == b'"' => {
                    is_escaped = true;
                    at += 2;
                }
                Some(_) => at += 1,
                None => return Err(Fault::new("a quote does not close", start - 1)),
            }
        }
        self.at = at + 1;
        Ok(Text { written: &self.text[start..at], is_escaped })
    }
}

fn is_blank(byte: u8) -> bool {
    // 0x1D parts what auditd has from what it looked up.
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0x1D)
}

fn blanks(bytes: &[u8]) -> usize {
    bytes.iter().position(|&byte| !is_blank(byte)).unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::testing::fields;

    fn check(line: &str, expected: &[(&str, &str)]) {
        let mut record = Record::new(line);
        read_into(&mut record, line).expect("reads");
        assert_eq!(fields(&record), expected.iter().map(|&(a, b)| (a, b.to_owned())).collect::<Vec<_>>(), "{line}");
    }

    #[test]
    fn pairs_are_read() {
        check(
            r#"at=info method=GET path="/a \"b\"" debug empty= q='it\s' "#,
            &[
                ("at", "info"),
                ("method", "GET"),
                ("path", r#"/a "b""#),
                ("debug", "true"),
                ("empty", ""),
                ("q", r"it\s"),
            ],
        );
    }

    #[test]
    fn what_is_no_logfmt_is_refused() {
        for (line, byte) in [("", 0), ("hello there", 0), (r#"a=1 b="open"#, 6), (r#"a="x\"#, 2)] {
            assert_eq!(read_into(&mut Record::new(line), line).map_err(|fault| fault.byte), Err(byte), "{line}");
        }
    }

    #[test]
    fn prose_with_pairs_gives_the_pairs() {
        let line = "[UFW BLOCK] IN=eth0 OUT= SRC=192.0.2.7 DF";
        let mut record = Record::new(line);
        words_into(&mut record, line);
        let expected = [("IN", "eth0"), ("OUT", ""), ("SRC", "192.0.2.7")];
        assert_eq!(fields(&record), expected.map(|(name, value)| (name, value.to_owned())));
        let mut record = Record::new(line);
        words_into(&mut record, "we had a=b once");
        assert!(record.is_empty());
    }
}
