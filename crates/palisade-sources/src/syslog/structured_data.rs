//! Structured data (RFC 5424 §6.3): `[exampleSDID@32473 iut="3" eventSource="Application"]…`, or `-` for none.

use crate::{Limits, envelope::Envelope};
use palisade_model::{Attributes, Value};

/// Reads structured data at the beginning of `text` and gives what follows; `None` when it is broken. Data that is
/// larger than the limits allow is kept as it stands, in one attribute.
pub(super) fn read<'t>(text: &'t [u8], envelope: &mut Envelope<'_>, limits: &Limits) -> Option<&'t [u8]> {
    if let Some(rest) = text.strip_prefix(b"-") {
        return is_end(rest).then_some(rest);
    }
    let mut found =
        Found { attributes: Attributes::new(), room: limits.attributes.saturating_sub(envelope.attributes.len()) };
    let mut rest = text;
    while let Some(element) = rest.strip_prefix(b"[") {
        rest = read_element(element, &mut found, limits)?;
    }
    if rest.len() == text.len() || !is_end(rest) {
        return None;
    }
    if found.attributes.len() <= found.room && found.attributes.iter().all(|(key, value)| fits(key, value, limits)) {
        envelope.attributes.append(&mut found.attributes);
    } else {
        let raw = String::from_utf8_lossy(&text[..text.len() - rest.len()]).into_owned();
        envelope.put("syslog.structured_data".to_owned(), Value::Text(raw), limits);
    }
    Some(rest)
}

struct Found {
    attributes: Attributes,
    room: usize,
}

impl Found {
    /// Keeps one more than there is room for, which says that there are too many.
    fn push(&mut self, key: String, value: Value) {
        if self.attributes.len() <= self.room {
            self.attributes.push((key, value));
        }
    }
}

fn fits(key: &str, value: &Value, limits: &Limits) -> bool {
    key.len() <= limits.key_bytes && value.as_text().is_none_or(|text| text.len() <= limits.value_bytes)
}

fn is_end(rest: &[u8]) -> bool {
    rest.first().is_none_or(|byte| *byte == b' ')
}

/// One element behind its bracket, and what follows it.
fn read_element<'t>(text: &'t [u8], found: &mut Found, limits: &Limits) -> Option<&'t [u8]> {
    let (id, mut rest) = read_name(text)?;
    let mut is_empty = true;
    loop {
        match rest.split_first()? {
            (b']', after) => {
                if is_empty {
                    found.push(id.into_owned(), Value::Boolean(true));
                }
                return Some(after);
            }
            (b' ', after) if after.first().is_some_and(|byte| matches!(byte, b' ' | b']')) => rest = after,
            (b' ', after) => {
                let (name, after) = read_name(after)?;
                let (value, after) = read_value(after.strip_prefix(b"=\"")?)?;
                // A long name repeats before each of its parameters; beyond the limit none of it is kept.
                let is_long = id.len() + name.len() >= limits.key_bytes;
                let key = if is_long { "x".repeat(limits.key_bytes + 1) } else { format!("{id}.{name}") };
                found.push(key, Value::Text(value));
                is_empty = false;
                rest = after;
            }
            _ => return None,
        }
    }
}

/// SD-NAME: printable, without `=`, blank, `]` and `"`.
fn read_name(text: &[u8]) -> Option<(std::borrow::Cow<'_, str>, &[u8])> {
    let end = text.iter().position(|byte| matches!(byte, b'=' | b' ' | b']' | b'"'))?;
    (end > 0).then(|| (String::from_utf8_lossy(&text[..end]), &text[end..]))
}

/// PARAM-VALUE up to its closing quote. Of `"`, `\` and `]` a backslash takes the meaning; before anything else it is a
/// character like others (§6.3.3).
fn read_value(text: &[u8]) -> Option<(String, &[u8])> {
    let mut value = Vec::new();
    let mut rest = text;
    loop {
        let stop = memchr::memchr2(b'"', b'\\', rest)?;
        value.extend_from_slice(&rest[..stop]);
        let after = &rest[stop + 1..];
        if rest[stop] == b'"' {
            return Some((String::from_utf8_lossy(&value).into_owned(), after));
        }
        match after.first()? {
            escaped @ (b'"' | b'\\' | b']') => {
                value.push(*escaped);
                rest = &after[1..];
            }
            _ => {
                value.push(b'\\');
                rest = after;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str, limits: &Limits) -> String {
        let mut envelope = Envelope::default();
        let rest = read(text.as_bytes(), &mut envelope, limits).map(|rest| String::from_utf8_lossy(rest).into_owned());
        let attributes: Vec<_> = envelope.attributes.iter().map(|(key, value)| format!("{key}={value}")).collect();
        format!("{} {rest:?}", attributes.join("|"))
    }

    #[test]
    fn elements() {
        for (text, wanted) in [
            ("- m", r#" Some(" m")"#),
            ("-", r#" Some("")"#),
            ("-x", " None"),
            (r#"[a@1 x="1" y="2"][b z=""] m"#, r#"a@1.x=1|a@1.y=2|b.z= Some(" m")"#),
            (r#"[a x="1" x="2"]"#, r#"a.x=1|a.x=2 Some("")"#),
            ("[a] m", r#"a=true Some(" m")"#),
            (r#"[a  x="1" ]"#, r#"a.x=1 Some("")"#),
            (r#"[a x="q\"b\\c\]d\ne"]"#, r#"a.x=q"b\c]d\ne Some("")"#),
            (r#"[a x="] ["]"#, r#"a.x=] [ Some("")"#),
            (r#"[a x="1""#, " None"),
            (r#"[a x="1]"#, " None"),
            (r#"[a x=1]"#, " None"),
            (r#"[a x="1"]m"#, " None"),
            ("[]", " None"),
            ("[", " None"),
            ("", " None"),
            (r#"[ x="1"]"#, " None"),
            (r#"[a x="\"#, " None"),
        ] {
            assert_eq!(show(text, &Limits::default()), wanted, "{text}");
        }
    }

    #[test]
    fn what_is_too_large_is_kept_as_it_stands() {
        let limits = Limits { attributes: 2, key_bytes: 30, value_bytes: 60, ..Limits::default() };
        for text in [r#"[a x="1" y="2" z="3"]"#.to_owned(), format!(r#"[{} x="1"]"#, "k".repeat(40))] {
            assert_eq!(show(&text, &limits), format!("syslog.structured_data={text} Some(\"\")"));
        }
        assert_eq!(show(&format!(r#"[a x="{}"]"#, "v".repeat(70)), &limits), r#" Some("")"#);
    }
}
