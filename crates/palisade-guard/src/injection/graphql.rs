//! GraphQL queries that ask for the whole schema, or that multiply work.
//!
//! **What it finds.** Introspection (`__schema`, `__type`), many aliases of one field in one request, batches of many
//! queries, and nesting deeper than any program asks for.
//!
//! **Why it matters.** The schema tells an attacker what to ask; aliases and batches get around limits of rate, for
//! instance to guess codes, and nesting exhausts the server (CWE-770).
//!
//! **Example.** `{ __schema { types { name fields { name } } } }`
//!
//! Tools for developers ask for the schema by right: allow the class for them.

use super::standing::found;
use crate::{
    detector::{Detector, Finds, Outcome},
    text::View,
};
use palisade_model::Severity;

pub(crate) static GRAPHQL: Detector = Detector {
    class: "guard.injection.graphql",
    version: "1",
    severity: Severity::High,
    title: "GraphQL query that explores or overloads",
    remediation: "Switch introspection off in production, and limit depth, aliases and batches.",
    references: &["CWE-770", "CWE-200"],
    finds: Finds::Places {
        needles: &[
            b"__schema",
            b"__type(",
            b"__type (",
            b"mutation{",
            b"mutation {",
            b"query{",
            b"query {",
            b"[{\"query\"",
        ],
        confirm,
    },
};

/// Bytes of a query that are read.
const QUERY_BYTES_MAX: usize = 4096;

/// Aliases of one field, or queries in one batch, that no program needs.
const SAME_MIN: usize = 10;

/// Depth of nesting that no program needs; introspection itself nests to 13.
const DEPTH_MIN: usize = 24;

fn confirm(view: &View<'_>, at: usize) -> Outcome {
    let bytes = view.bytes();
    let rest = &bytes[at..bytes.len().min(at + QUERY_BYTES_MAX)];
    // Introspection within would be slept through.
    if rest[0] != b'_'
        && let Some(place) = memchr::memmem::find(rest, b"__schema")
    {
        return if introspects(bytes, at + place, &rest[place..]) {
            found(view, at + place..at + place + 8, 0.84, "The query asks for the schema.")
        } else {
            Outcome::Clean { until: at + place + 8 }
        };
    }
    let verdict = match rest[0] {
        b'_' => introspects(bytes, at, rest).then_some((0.84, "The query asks for the schema.", 8)),
        b'[' => {
            (count(rest, b"\"query\"") >= SAME_MIN).then_some((0.84, "One request holds many queries.", rest.len()))
        }
        _ if aliases(rest) >= SAME_MIN => Some((0.84, "The query asks for one field under many names.", rest.len())),
        _ if depth(rest) >= DEPTH_MIN => Some((0.84, "The query nests deeper than programs do.", rest.len())),
        _ => None,
    };
    match verdict {
        Some((sure, why, length)) => found(view, at..at + length.min(rest.len()), sure, why),
        None if rest[0] == b'_' => Outcome::Clean { until: at + 6 },
        None => Outcome::Clean { until: at + rest.len() },
    }
}

/// A selection of the schema: braces before and after.
fn introspects(bytes: &[u8], at: usize, rest: &[u8]) -> bool {
    let before = bytes[at.saturating_sub(64)..at].trim_ascii_end();
    let before = before.strip_suffix(b"\\n").unwrap_or(before).trim_ascii_end();
    let selects = before.last().is_some_and(|byte| matches!(byte, b'{' | b'+' | b',' | b'}' | b':'));
    let after = &rest[6..];
    let open = after.iter().take(96).position(|byte| *byte == b'{');
    selects
        && open.is_some_and(|open| {
            after[..open].iter().all(|byte| byte.is_ascii_alphanumeric() || b" \t\r\n\\+_(:\"')@".contains(byte))
        })
}

fn count(text: &[u8], part: &[u8]) -> usize {
    memchr::memmem::find_iter(text, part).count()
}

/// How often the field that is aliased first is aliased: `a: login(…) b: login(…)`.
fn aliases(text: &[u8]) -> usize {
    let mut fields = memchr::memchr_iter(b':', text).filter_map(|colon| {
        let named = text[..colon].trim_ascii_end().last().is_some_and(u8::is_ascii_alphanumeric);
        let field = text[colon + 1..].trim_ascii_start();
        let length = field.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        let selected = field[length..].trim_ascii_start().first().is_some_and(|byte| matches!(byte, b'(' | b'{'));
        (named && length > 0 && selected).then(|| &field[..length])
    });
    fields.next().map_or(0, |first| 1 + fields.filter(|field| *field == first).count())
}

/// The greatest depth of braces.
fn depth(text: &[u8]) -> usize {
    let (mut depth, mut most) = (0_usize, 0);
    for byte in text {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        most = most.max(depth);
    }
    most
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn graphql() {
        let many: String = (0..12).map(|index| format!("a{index}:login(pin:{index}){{token}} ")).collect();
        let many = format!("mutation{{{many}}}");
        check(
            "guard.injection.graphql",
            &[
                ("{ __schema { types { name } } }", 2..10),
                ("query a { __type(name: \"User\") { name } }", 10..18),
                (&many, 0..many.len()),
            ],
            &[
                "query { user(id: 3) { name email } }",
                "mutation { one: save(a: 1) { id } two: save(a: 2) { id } }",
                "def __schema__(self): return {}",
                "Ask for __schema, then for __type (see below)",
            ],
        );
    }
}
