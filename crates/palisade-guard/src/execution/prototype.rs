//! Names that reach the prototype of all JavaScript objects.
//!
//! **What it finds.** `__proto__` or `constructor.prototype` as the name of a member, in the JSON or the query string of
//! a value, or as a whole value.
//!
//! **Why it matters.** Merged into an object it changes every other object of the program (CWE-1321).
//!
//! **Example.** `{"__proto__": {"admin": true}}`
//!
//! JavaScript that names a prototype is left alone, and so is the literal `__proto__: null`. To allow such names, allow
//! this class for their field.

use super::setting::{in_backticks, in_sentence, is_value};
use crate::{
    detector::{Detector, Finds, Hit, Outcome},
    text::View,
};
use palisade_model::Severity;

pub(crate) static PROTOTYPE: Detector = Detector {
    class: "guard.injection.prototype",
    version: "1",
    severity: Severity::High,
    title: "Name that reaches the prototype of all objects",
    remediation: "Refuse the names __proto__, constructor and prototype, or use objects without a prototype.",
    references: &["CWE-1321"],
    finds: Finds::Places {
        needles: &[
            b"__proto__",
            b"constructor[prototype]",
            b"constructor.prototype",
            b"constructor/prototype",
            b"constructor][prototype]",
            b"constconstructor",
            b"protoprototype",
            b"\"constructor\"",
        ],
        confirm,
    },
};

/// Bytes after a name that are read.
const AFTER_BYTES_MAX: usize = 80;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let until = at + 9;
    if !is_value(view) {
        return Outcome::Clean { until: view.bytes().len() };
    }
    let bytes = view.bytes();
    let length = length(&bytes[at..]);
    let before = bytes[..at].trim_ascii_end();
    let after = &bytes[at + length..];
    let after = &after[..after.len().min(AFTER_BYTES_MAX)];
    let member = is_member(before, after, bytes[at] == b'"');
    let whole = before.is_empty() && after.trim_ascii().is_empty() && bytes[at] == b'_';
    let confidence = if whole || is_path(before, after) {
        0.85
    } else if member || is_query(before, after) || is_doubled(before, &bytes[at..]) {
        0.9
    } else {
        return Outcome::Clean { until };
    };
    let span = at..at + length;
    let shown = in_backticks(view, &span) || in_sentence(view, &span);
    let hit =
        Hit::text(span, None, if shown { 0.5 } else { confidence }, "A name that changes every object of a program.");
    Outcome::Found(hit)
}

/// The length of the name at the beginning of `text`.
fn length(text: &[u8]) -> usize {
    match text {
        [b'_', ..] => 9,
        [b'"', ..] => 13,
        [b'c', b'o', b'n', b's', b't', b'c', ..] | [b'p', ..] | [b'P', ..] => 14,
        _ if text.get(11..13) == Some(b"][") => 23,
        _ if text.get(11) == Some(&b'[') => 22,
        _ => 21,
    }
}

/// A name with itself in its middle, which remains when a filter removes it once: `__pro__proto__to__`.
fn is_doubled(before: &[u8], name: &[u8]) -> bool {
    match name {
        [b'_', ..] => before.ends_with(b"__pro") && name[9..].starts_with(b"to__"),
        [b'c', ..] => name.starts_with(b"constconstructorructor"),
        _ => name.starts_with(b"protoprototypetype"),
    }
}

/// True for a path that begins with the name, as a whole string of JSON or value of a parameter: `"__proto__.admin"`,
/// `"/constructor/prototype/admin"`; and for the name within a path that is the whole text.
fn is_path(before: &[u8], after: &[u8]) -> bool {
    let of_path = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_.[]/-".contains(byte);
    let length = after.iter().take_while(of_path).count();
    let goes_on = length > 1 && matches!(after[0], b'.' | b'/' | b'[');
    let end = after.get(length);
    let root = before.strip_suffix(b"/").unwrap_or(before);
    let string = root.ends_with(b"\"") && end == Some(&b'"');
    let parameter = root.ends_with(b"=") && root.len() > 1 && matches!(end, None | Some(b'&'));
    let whole = end.is_none() && before.ends_with(b".") && before.iter().all(|byte| of_path(&byte));
    goes_on && (string || parameter || whole)
}

/// True for the name of a member of a JSON object whose value is an object or an array.
fn is_member(before: &[u8], after: &[u8], constructor: bool) -> bool {
    let after = if constructor { after } else { after.strip_prefix(b"\"").unwrap_or_default() };
    let before = if constructor { before } else { before.strip_suffix(b"\"").unwrap_or_default() };
    let opens = before.trim_ascii_end().last().is_some_and(|byte| matches!(byte, b'{' | b','));
    let Some(value) = after.trim_ascii_start().strip_prefix(b":") else { return false };
    let value = value.trim_ascii_start();
    let object = value.first().is_some_and(|byte| matches!(byte, b'{' | b'['));
    let reaches = !constructor || value.windows(11).any(|window| window == b"\"prototype\"");
    opens && object && reaches
}

/// True for a name in a query string: `__proto__[x]=y` or `__proto__.x=y`.
fn is_query(before: &[u8], after: &[u8]) -> bool {
    let begins = before.is_empty() || before.last().is_some_and(|byte| b"?&#[".contains(byte));
    let path = after.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"_[].".contains(byte)).count();
    let assigns = after.get(path) == Some(&b'=') && after.get(path + 1) != Some(&b'=');
    begins && path > 1 && assigns
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn prototype() {
        check(
            "guard.injection.prototype",
            &[
                ("{\"__proto__\": {\"admin\": true}}", 2..11),
                ("__proto__", 0..9),
                ("/?__proto__[admin]=1", 2..11),
                ("?constructor[prototype][admin]=1", 1..23),
                ("x[constructor][prototype][y]=z", 2..25),
                ("{\"path\":\"constructor.prototype.isAdmin\"}", 9..30),
                ("[{\"op\":\"add\",\"path\":\"/__proto__/admin\"}]", 22..31),
                ("?__pro__proto__to__[x]=1", 6..15),
                ("user.__proto__.role", 5..14),
                ("{\"constructor\": {\"prototype\": {\"a\": 1}}}", 1..14),
            ],
            &[
                "const empty = { __proto__: null };",
                "Object.setPrototypeOf(a, b.__proto__);",
                "The `__proto__` member",
                "if (x.constructor.prototype === y) {}",
                "{\"constructor\": \"Brabham\"}",
                "if (key === \"__proto__\") continue;",
                "expect(x.constructor.prototype).toBe(Y.prototype)",
            ],
        );
    }
}
