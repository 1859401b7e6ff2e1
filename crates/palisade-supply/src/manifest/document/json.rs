//! JSON, and JSON with comments and trailing commas.

use super::{
    fill::Filling,
    tape::{Kind, Tape},
};
use crate::manifest::Reading;
use serde::de::DeserializeSeed;
use std::borrow::Cow;

/// Reads `text`; what is wrong with it goes to `reading`.
pub(in crate::manifest) fn read_json<'t>(reading: &mut Reading<'_>, text: &'t str) -> Tape<'t> {
    let mut tape = Tape::new(text, reading.limits.values);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let filling = Filling { tape: &mut tape, key: Cow::Borrowed(""), place: Some(0) };
    if let Err(error) = filling.deserialize(&mut deserializer).and_then(|()| deserializer.end()) {
        reading.problem_of_json(text, &error);
    }
    if let Some(root) = tape.tokens.first()
        && !matches!(root.kind, Kind::Table | Kind::List)
    {
        reading.problem(0, "holds a single value where an object is expected");
    }
    tape
}

/// `text` with comments and trailing commas turned into spaces, so that every place stays what it is.
pub(in crate::manifest) fn read_jsonc(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut plain = bytes.to_vec();
    let mut at = 0;
    let mut comma: Option<usize> = None;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                comma = None;
                at = behind_string(bytes, at);
                continue;
            }
            b'/' if matches!(bytes.get(at + 1), Some(b'/' | b'*')) => {
                let end = behind_comment(bytes, at);
                for byte in &mut plain[at..end] {
                    if *byte != b'\n' {
                        *byte = b' ';
                    }
                }
                at = end;
                continue;
            }
            b',' => comma = Some(at),
            b'}' | b']' => {
                if let Some(comma) = comma.take() {
                    plain[comma] = b' ';
                }
            }
            byte if byte.is_ascii_whitespace() => {}
            _ => comma = None,
        }
        at += 1;
    }
    String::from_utf8(plain).map_or(Cow::Borrowed(text), Cow::Owned)
}

fn behind_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn behind_comment(bytes: &[u8], start: usize) -> usize {
    let rest = &bytes[start..];
    if rest[1] == b'/' {
        return rest.iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |length| start + length);
    }
    let end = rest.windows(2).skip(2).position(|pair| pair == b"*/");
    end.map_or(bytes.len(), |length| start + length + 4)
}
