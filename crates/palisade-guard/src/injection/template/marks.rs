//! The marks with which engines open and close an expression.

/// Marks of engines: how an expression opens, and how it closes.
const MARKS: [(&str, &str); 36] = [
    ("{!!", "!!}"),
    ("@php", "@endphp"),
    ("${{", "}}"),
    ("{{", "}}"),
    ("${", "}"),
    ("#{", "}"),
    ("*{", "}"),
    ("@{", "}"),
    ("~{", "}"),
    ("%{", "}"),
    ("!{", "}"),
    ("@(", ")"),
    ("<%", "%>"),
    ("{%", "%}"),
    ("#set", "\n"),
    ("<#assign", ">"),
    ("[#assign", "]"),
    ("[=", "]"),
    ("{php}", "{/php}"),
    ("{$smarty", "}"),
    ("{=", "}"),
    ("{system(", "}"),
    ("{self::", "}"),
    ("{passthru(", "}"),
    ("{shell_exec(", "}"),
    ("{phpinfo(", "}"),
    ("{smarty_internal", "}"),
    ("{if ", "}"),
    ("{exec(", "}"),
    ("{include file=", "}"),
    ("{fetch file=", "}"),
    ("<#include", ">"),
    ("#evaluate(", ")"),
    ("#include(", ")"),
    ("#parse(", ")"),
    // A number: `{7*7}`.
    ("{", "}"),
];

/// The length of the mark that opens an expression, and the one that closes it.
pub(super) fn marks(rest: &[u8]) -> Option<(usize, &'static str)> {
    // Formats such as `<%s>` and `<%ld`.
    let letters = rest.iter().skip(2).take(4).take_while(|byte| byte.is_ascii_alphabetic()).count();
    if rest.starts_with(b"<%") && (1..=2).contains(&letters) {
        return None;
    }
    let (open, close) = MARKS.iter().find(|(open, _)| {
        open.as_bytes()[0] == rest[0]
            && rest.get(..open.len()).is_some_and(|start| start.eq_ignore_ascii_case(open.as_bytes()))
    })?;
    let more = rest[open.len()..].iter().take(3).take_while(|byte| matches!(byte, b'=' | b'-' | b'{')).count();
    Some((open.len() + more, close))
}

/// Where an expression ends.
pub(super) enum Extent {
    /// After as many bytes of its inside.
    Closed(usize),
    /// Further on than is read, or never.
    Open,
    /// Another one begins in it.
    Nested,
}

/// Where the expression ends whose inside `text` begins with, and that opened with `mark`.
pub(super) fn extent(text: &[u8], mark: &[u8], close: &str) -> Extent {
    let close = close.as_bytes();
    for place in memchr::memchr2_iter(mark[0], close[0], text) {
        let rest = &text[place..];
        if rest.starts_with(close) {
            return Extent::Closed(place);
        }
        if rest.starts_with(mark) {
            return Extent::Nested;
        }
    }
    Extent::Open
}
