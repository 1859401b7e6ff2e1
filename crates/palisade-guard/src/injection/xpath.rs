//! Values that leave the XPath expression they are put into.
//!
//! **What it finds.** The end of a string followed by a condition that asks about nodes, names or positions, and
//! expressions that count or read all nodes as a whole value.
//!
//! **Why it matters.** The expression then selects what it should not, or tells the document bit by bit (CWE-643).
//!
//! **Example.** `x' or name()='user' or 'a'='b`
//!
//! Expressions in code and stylesheets are left alone. To allow parts of expressions, allow the class for their field.

use super::standing::found;
use crate::{
    detector::{Detector, Finds, Outcome},
    text::View,
};
use palisade_model::Severity;

pub(crate) static XPATH: Detector = Detector {
    class: "guard.injection.xpath",
    version: "1",
    severity: Severity::High,
    title: "XPath injection",
    remediation: "Pass values to XPath as variables, never as part of the expression.",
    references: &["CWE-643"],
    finds: Finds::Places {
        needles: &[
            b"name()",
            b"count(/",
            b"count(@",
            b"string-length(",
            b"text()",
            b"position()",
            b"child::",
            b"parent::",
            b"node()",
            b"|//",
            b"| //",
            b"]|",
            b"starts-with(",
            b"doc(",
            b"substring(//",
            b"substring(/",
            b"'] | ",
            b"] | ",
            b"or //",
            b"and //",
            b"or /*",
            b"or contains(",
            b"and contains(",
            b"or true()",
            b"or not(f",
            b"or @",
            b"and @",
            b"or 1]",
            b"or id(",
            b"or lang(",
            b"or .=",
        ],
        confirm,
    },
};

/// A value of an expression is shorter than this.
const VALUE_BYTES_MAX: usize = 512;

/// Bytes before the end of the string.
const STRING_BYTES_MAX: usize = 40;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let bytes = view.bytes();
    if bytes.len() > VALUE_BYTES_MAX {
        return Outcome::Clean { until: bytes.len() };
    }
    let text = bytes.trim_ascii();
    let start = bytes.len() - bytes.trim_ascii_start().len();
    let sure = match leaves(text) || leaves_number(text) || holds_tautology(text) {
        true => 0.86,
        false if chooses(text) => 0.84,
        false if at == start && (counts(text) || sends(text)) => 0.82,
        false => return Outcome::Clean { until: at + 1 },
    };
    found(view, start..start + text.len(), sure, "The value leaves the expression it is put into.")
}

/// `count(/child::node())`, as the whole value: the nodes of a document that are not known by name.
fn counts(text: &[u8]) -> bool {
    let counts = text.starts_with(b"count(/") || text.starts_with(b"count(@");
    let nameless = [&b"::"[..], b"/*", b"node()", b"@*"].iter().any(|part| memchr::memmem::find(text, part).is_some());
    counts && nameless && text.ends_with(b")")
}

/// `doc(concat("http://…", //a))`, as the whole value: what is read is sent to another host.
fn sends(text: &[u8]) -> bool {
    (text.starts_with(b"doc(concat(") || text.starts_with(b"doc-available(concat("))
        && memchr::memmem::find(text, b"://").is_some()
}

/// `1]|//node()[1`: a predicate ends after a number.
fn leaves_number(text: &[u8]) -> bool {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = text[digits..].trim_ascii_start();
    let rest = rest.strip_prefix(b")").unwrap_or(rest);
    digits > 0
        && rest
            .strip_prefix(b"]")
            .and_then(|after| after.trim_ascii_start().strip_prefix(b"|"))
            .is_some_and(|after| after.trim_ascii_start().starts_with(b"/"))
}

/// `1 or true()`: a number, and a condition that only XPath has.
fn chooses(text: &[u8]) -> bool {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = text[digits..].trim_ascii_start();
    let rest = rest.strip_prefix(b"or ").or(rest.strip_prefix(b"and ")).unwrap_or_default();
    digits > 0
        && [&b"true()"[..], b"not(false())", b"//", b"/*", b"count(/", b"position()"]
            .iter()
            .any(|start| rest.starts_with(start))
}

/// `//user[name='' or '1'='1']`: a path in which a condition compares a constant with itself.
fn holds_tautology(text: &[u8]) -> bool {
    let path = text.starts_with(b"/") && text.contains(&b'[');
    path && memchr::memmem::find_iter(text, b" or '").any(|place| {
        let rest = &text[place + 5..];
        let end = memchr::memchr(b'\'', rest).unwrap_or(0);
        let (value, after) = rest.split_at(end);
        let other = after[usize::from(!after.is_empty())..].trim_ascii_start().strip_prefix(b"=");
        let other = other.and_then(|other| other.trim_ascii_start().strip_prefix(b"'"));
        end > 0 && other.is_some_and(|other| other.starts_with(value))
    })
}

/// Ends a string early, and goes on with a condition, a union or the end of a predicate.
fn leaves(text: &[u8]) -> bool {
    let window = &text[..text.len().min(STRING_BYTES_MAX)];
    let Some(quote) = window.iter().position(|byte| matches!(byte, b'\'' | b'"')) else { return false };
    let value = &text[..quote];
    let is_value = value.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._-@ ".contains(byte))
        && value.iter().filter(|byte| **byte == b' ').count() < 3;
    let rest = text[quote + 1..].trim_ascii_start();
    let closes = rest.iter().take_while(|byte| matches!(byte, b')' | b']' | b' ')).count();
    let word = |word: &[u8]| {
        let start = &rest[closes..];
        start.get(..word.len()).is_some_and(|first| first.eq_ignore_ascii_case(word))
            && start.get(word.len()).is_some_and(|next| !next.is_ascii_alphanumeric())
    };
    let union = rest[closes..].strip_prefix(b"|").is_some_and(|next| {
        let next = next.trim_ascii_start();
        next.starts_with(b"/") || closes > 0 && next.starts_with(b"doc(")
    });
    let goes_on = word(b"or") || word(b"and") || union || rest[closes..].starts_with(b"/") && closes > 0;
    is_value && goes_on
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn xpath() {
        check(
            "guard.injection.xpath",
            &[
                ("x' or name()='user' or 'a'='b", 0..29),
                ("anna'] | //secret | //a['", 0..25),
                ("count(/child::node())", 0..21),
                ("/users/user[name/text()='' or '1' = '1']", 0..40),
                ("a' and string-length(//user[1]/name)>3 and 'b", 0..45),
            ],
            &[
                "//book[position()<3]/title/text()",
                "let name = node.text();",
                "element.name() or other.name()",
                "The 'text()' function selects, and node() matches.",
            ],
        );
    }
}
