//! JSON (RFC 8259), one event a line (NDJSON) or one by itself, in one pass that decodes nothing.
//!
//! The pass is as strict as finding the fields asks for: strings end where they end, brackets pair, names stand before
//! colons. What is only wrong within a number or an escape is left as it is written.

use crate::{
    limits::DEPTH_MAX,
    record::{Kind, Place, Record},
};

/// Why a text is not an event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a JSON object: {reason} at byte {byte}")]
pub struct JsonProblem {
    /// What is wrong.
    pub reason: &'static str,
    /// Where, counted from the first byte of the text.
    pub byte: usize,
}

/// Reads the event that is the JSON object `text`, into a record that takes over what `spare` has allocated.
///
/// # Errors
/// When the text is not one JSON object.
pub fn read<'t>(text: &'t str, spare: Record<'_>) -> Result<Record<'t>, JsonProblem> {
    let mut pass = Pass { bytes: text.as_bytes(), at: 0, record: spare.renew(text), path: String::new() };
    pass.bytes = pass.record.text().as_bytes();
    pass.blanks();
    pass.expect(b'{', "an object should begin")?;
    pass.members(0)?;
    pass.blanks();
    if pass.at < pass.bytes.len() {
        return Err(pass.problem("something follows the object"));
    }
    Ok(pass.record)
}

/// The event's lines: `text` cut at line ends, without empty lines.
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').map(|line| line.trim_ascii_end()).filter(|line| !line.is_empty())
}

struct Pass<'t> {
    bytes: &'t [u8],
    at: usize,
    record: Record<'t>,
    /// The dotted name of the object that is open, empty for the outermost.
    path: String,
}

/// A string of the text, without its quotes.
#[derive(Clone, Copy)]
struct Quoted {
    start: usize,
    end: usize,
    is_escaped: bool,
}

impl Pass<'_> {
    /// The members of an object whose bracket is open.
    fn members(&mut self, depth: usize) -> Result<(), JsonProblem> {
        self.blanks();
        if self.take(b'}') {
            return Ok(());
        }
        loop {
            self.blanks();
            self.expect(b'"', "a name should begin")?;
            let name = self.string()?;
            self.blanks();
            self.expect(b':', "a colon should follow the name")?;
            self.blanks();
            self.member(name, depth)?;
            self.blanks();
            if self.take(b'}') {
                return Ok(());
            }
            self.expect(b',', "a comma should stand between members")?;
        }
    }

    fn member(&mut self, name: Quoted, depth: usize) -> Result<(), JsonProblem> {
        let place = self.dotted(name);
        if !matches!(self.bytes.get(self.at), Some(b'{' | b'[')) {
            return self.scalar(place);
        }
        let outer = self.path.len();
        if outer > 0 {
            self.path.push('.');
        }
        let text = self.record.text();
        if name.is_escaped {
            self.path.push_str(&unescaped(&text[name.start..name.end]));
        } else {
            self.path.push_str(&text[name.start..name.end]);
        }
        self.nested(place, depth)?;
        self.path.truncate(outer);
        Ok(())
    }

    /// The place of the name with those of the objects around it; `None` where there is no more room for names.
    fn dotted(&mut self, name: Quoted) -> Option<Place> {
        let text = self.record.text();
        let written = &text[name.start..name.end];
        match (self.path.is_empty(), name.is_escaped) {
            (true, false) => Some(Record::place_of(name.start, name.end)),
            (true, true) => self.record.make(&[&unescaped(written)]),
            (false, false) => self.record.make(&[&self.path, ".", written]),
            (false, true) => self.record.make(&[&self.path, ".", &unescaped(written)]),
        }
    }

    /// An object or a list.
    fn nested(&mut self, name: Option<Place>, depth: usize) -> Result<(), JsonProblem> {
        let (start, entry) = (self.at, self.record.len());
        let kind = if self.bytes[start] == b'{' { Kind::Object } else { Kind::List };
        if let Some(name) = name {
            self.record.push_placed(name, Record::place_of(start, start), kind);
        }
        let is_kept = self.record.len() > entry;
        if depth + 1 >= DEPTH_MAX {
            self.record.cut();
            self.skip()?;
        } else {
            self.at += 1;
            if kind == Kind::Object { self.members(depth + 1)? } else { self.elements(name, depth + 1)? }
        }
        if is_kept {
            self.record.set_value(entry, Record::place_of(start, self.at));
        }
        Ok(())
    }

    /// The elements of a list whose bracket is open.
    fn elements(&mut self, name: Option<Place>, depth: usize) -> Result<(), JsonProblem> {
        self.blanks();
        if self.take(b']') {
            return Ok(());
        }
        loop {
            self.blanks();
            match self.bytes.get(self.at) {
                Some(b'{' | b'[') => self.nested(name, depth)?,
                _ => self.scalar(name)?,
            }
            self.blanks();
            if self.take(b']') {
                return Ok(());
            }
            self.expect(b',', "a comma should stand between elements")?;
        }
    }

    fn scalar(&mut self, name: Option<Place>) -> Result<(), JsonProblem> {
        let start = self.at;
        let (kind, value) = match self.bytes.get(start) {
            Some(b'"') => {
                self.at += 1;
                let text = self.string()?;
                let kind = if text.is_escaped { Kind::EscapedText } else { Kind::Text };
                (kind, Record::place_of(text.start, text.end))
            }
            Some(b't') => self.word("true", Kind::True)?,
            Some(b'f') => self.word("false", Kind::False)?,
            Some(b'n') => self.word("null", Kind::Null)?,
            Some(b'-' | b'0'..=b'9') => (Kind::Number, self.number()),
            _ => return Err(self.problem("a value should begin")),
        };
        if let Some(name) = name {
            self.record.push_placed(name, value, kind);
        }
        Ok(())
    }

    fn word(&mut self, word: &str, kind: Kind) -> Result<(Kind, Place), JsonProblem> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return Err(self.problem("a value should begin"));
        }
        self.at += word.len();
        Ok((kind, Record::place_of(0, 0)))
    }

    fn number(&mut self) -> Place {
        let start = self.at;
        while let Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9') = self.bytes.get(self.at) {
            self.at += 1;
        }
        Record::place_of(start, self.at)
    }

    /// The rest of a string whose quote is open.
    fn string(&mut self) -> Result<Quoted, JsonProblem> {
        let (start, mut is_escaped) = (self.at, false);
        loop {
            self.at = quote_or_escape(self.bytes, self.at);
            match self.bytes.get(self.at) {
                Some(b'"') => break,
                Some(_) => {
                    is_escaped = true;
                    self.at += 2;
                }
                None => return Err(self.problem("a string does not end")),
            }
        }
        let end = self.at;
        self.at += 1;
        Ok(Quoted { start, end, is_escaped })
    }

    /// Goes over a nested value that is too deep to be taken apart.
    fn skip(&mut self) -> Result<(), JsonProblem> {
        let mut open = 0_usize;
        loop {
            match self.bytes.get(self.at) {
                Some(b'{' | b'[') => open += 1,
                Some(b'}' | b']') => open -= 1,
                Some(b'"') => {
                    self.at += 1;
                    self.string()?;
                    continue;
                }
                Some(_) => {}
                None => return Err(self.problem("a bracket does not close")),
            }
            self.at += 1;
            if open == 0 {
                return Ok(());
            }
        }
    }

    fn blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.bytes.get(self.at) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let is_there = self.bytes.get(self.at) == Some(&byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn expect(&mut self, byte: u8, reason: &'static str) -> Result<(), JsonProblem> {
        if self.take(byte) { Ok(()) } else { Err(self.problem(reason)) }
    }

    fn problem(&self, reason: &'static str) -> JsonProblem {
        JsonProblem { reason, byte: self.at.min(self.bytes.len()) }
    }
}

/// The next quotation mark or backslash at or after `at`, or the end. Eight bytes at a time: most strings are short,
/// and paths have a backslash every few bytes, for which a general search would start anew.
fn quote_or_escape(bytes: &[u8], mut at: usize) -> usize {
    const LOWEST: u64 = u64::from_le_bytes([1; 8]);
    const HIGHEST: u64 = u64::from_le_bytes([0x80; 8]);
    // The highest bit of the first byte that is zero is set; later ones may be set wrongly.
    let zeros = |word: u64| word.wrapping_sub(LOWEST) & !word & HIGHEST;
    while let Some(Ok(eight)) = bytes.get(at..at + 8).map(<[u8; 8]>::try_from) {
        let word = u64::from_le_bytes(eight);
        let found = zeros(word ^ (LOWEST * u64::from(b'"'))) | zeros(word ^ (LOWEST * u64::from(b'\\')));
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|byte| matches!(byte, b'"' | b'\\')).unwrap_or(rest.len())
}

/// What the inside of a JSON string stands for. Halves of surrogate pairs and unknown escapes become U+FFFD.
#[must_use]
pub fn unescaped(written: &str) -> String {
    let mut text = String::with_capacity(written.len());
    unescape_into(written, &mut text);
    text
}

/// Adds what the inside of a JSON string stands for.
pub(crate) fn unescape_into(written: &str, text: &mut String) {
    let mut rest = written;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(escape) = rest.chars().next() else { break };
        rest = &rest[escape.len_utf8()..];
        match escape {
            'u' => rest = push_unicode(text, rest),
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            'b' => text.push('\u{8}'),
            'f' => text.push('\u{C}'),
            '"' | '\\' | '/' => text.push(escape),
            _ => text.push('\u{FFFD}'),
        }
    }
    text.push_str(rest);
}

/// Adds the character of `\u` followed by `rest`, and gives what is left.
fn push_unicode<'t>(text: &mut String, rest: &'t str) -> &'t str {
    let Some(high) = four_digits(rest) else {
        text.push('\u{FFFD}');
        return rest;
    };
    let after = &rest[4..];
    if let Some(character) = char::from_u32(high) {
        text.push(character);
        return after;
    }
    let low = after.strip_prefix("\\u").and_then(four_digits).filter(|low| (0xDC00..0xE000).contains(low));
    match low {
        Some(low) if high < 0xDC00 => {
            text.push(char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)).unwrap_or('\u{FFFD}'));
            &after[6..]
        }
        _ => {
            text.push('\u{FFFD}');
            after
        }
    }
}

fn four_digits(text: &str) -> Option<u32> {
    let digits = text.get(..4)?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Value;
    use proptest::prelude::*;

    fn fields(text: &str) -> Vec<(String, String)> {
        let record = read(text, Record::default()).expect("reads");
        record.fields().map(|field| (field.name.to_owned(), shown(field.value))).collect()
    }

    fn shown(value: Value<'_>) -> String {
        match value {
            Value::Null => "null".into(),
            Value::List(written) | Value::Object(written) => written.into(),
            _ => value.get().unwrap_or_default().into_owned(),
        }
    }

    #[test]
    fn nested_fields_have_dotted_names() {
        let text =
            r#"{"a":1, "b" : {"c":"x\\y","d":{"e":null}},"f":[true,{"g":-2e3},[false]],"\u0068":"\"é\ud83d\ude00"}"#;
        let expected = [
            ("a", "1"),
            ("b", r#"{"c":"x\\y","d":{"e":null}}"#),
            ("b.c", r"x\y"),
            ("b.d", r#"{"e":null}"#),
            ("b.d.e", "null"),
            ("f", r#"[true,{"g":-2e3},[false]]"#),
            ("f", "true"),
            ("f", r#"{"g":-2e3}"#),
            ("f.g", "-2e3"),
            ("f", "[false]"),
            ("f", "false"),
            ("h", "\"é😀"),
        ];
        let expected: Vec<_> = expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        assert_eq!(fields(text), expected);
        assert_eq!(fields(" {} \r"), []);
    }

    #[test]
    fn broken_text_is_refused_with_its_place() {
        for (text, byte) in [
            ("", 0),
            ("[]", 0),
            ("{", 1),
            (r#"{"a"}"#, 4),
            (r#"{"a":}"#, 5),
            (r#"{"a":1,}"#, 7),
            (r#"{"a":1}{"#, 7),
            (r#"{"a":"x"#, 7),
            (r#"{"a":"x\"#, 8),
            (r#"{"a":[1"#, 7),
            (r#"{"a":tru}"#, 5),
        ] {
            assert_eq!(read(text, Record::default()).err().map(|problem| problem.byte), Some(byte), "{text}");
        }
    }

    #[test]
    fn deep_values_stay_text() {
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        let record = read(&deep, Record::default()).expect("reads");
        assert!(record.is_cut() && record.len() < 70);
        let open = format!("{{\"a\":{}", "[".repeat(1000));
        assert!(read(&open, Record::default()).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in r#"[{}\[\]",:\\u0-9a-f tnul]{0,60}"#) {
            let _ = read(&text, Record::default());
        }

        #[test]
        fn strings_stand_for_what_they_stand_for(text in ".{0,40}") {
            let written = serde_json::to_string(&text).expect("writes");
            prop_assert_eq!(unescaped(&written[1..written.len() - 1]), text.clone());
            let object = format!("{{\"k\":{written}}}");
            prop_assert_eq!(fields(&object), vec![("k".to_owned(), text)]);
        }
    }
}
