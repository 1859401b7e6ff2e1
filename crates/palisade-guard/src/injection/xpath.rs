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
    let counts = at == start && (text.starts_with(b"count(/") || text.starts_with(b"count(@")) && text.ends_with(b")");
    let sure = match leaves(text) {
        true => 0.86,
        false if counts => 0.82,
        false => return Outcome::Clean { until: at + 1 },
    };
    found(view, start..start + text.len(), sure, "The value leaves the expression it is put into.")
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
    let union = rest[closes..].strip_prefix(b"|").is_some_and(|next| next.trim_ascii_start().starts_with(b"/"));
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
