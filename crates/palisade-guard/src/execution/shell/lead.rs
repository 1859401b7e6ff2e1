//! What stands before an operator: a value that was to end there, words, or a script in which it belongs.

use crate::{
    execution::{commands, setting::line_before},
    text::View,
};

/// What stands before the operator.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lead {
    /// Nothing, a name, the beginning of a parameter or a closing quote: a value was to end here.
    Value,
    /// Words that are no command.
    Words,
    /// A command, a prompt, or code: an operator belongs here.
    Script,
}

/// Bytes up to which a text without white space is one value.
const NAME_BYTES_MAX: usize = 80;

/// What stands before the operator at `at` in its string, when the text is JSON.
pub(super) fn lead_in_json(view: &View<'_>, at: usize, substitution: bool) -> Option<Lead> {
    let bytes = &view.bytes()[..at];
    let (mut open, mut escaped) = (None, false);
    matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'[')).then_some(())?;
    for (place, byte) in bytes.iter().enumerate() {
        if *byte == b'"' && !escaped {
            open = if open.is_none() { Some(place + 1) } else { None };
        }
        escaped = *byte == b'\\' && !escaped;
    }
    let line = bytes[open?..].trim_ascii();
    Some(if line.is_empty() { Lead::Value } else { lead_of(line, substitution) })
}

/// What stands before the operator at `at`.
pub(super) fn lead(view: &View<'_>, at: usize, substitution: bool) -> Lead {
    let Some(line) = line_before(view, at) else { return Lead::Words };
    let first_line = !view.bytes()[..at - line.len()].iter().any(|byte| !byte.is_ascii_whitespace());
    let indented = line.starts_with(b"  ") || line.starts_with(b"\t");
    // A line of a program.
    if line.starts_with(b"    ") || line.starts_with(b"\t") {
        return Lead::Script;
    }
    let line = line.trim_ascii();
    if line.is_empty() {
        return if first_line && !indented { Lead::Value } else { Lead::Script };
    }
    lead_of(line, substitution)
}

/// What a line that is not empty is to the operator that follows it.
fn lead_of(line: &[u8], substitution: bool) -> Lead {
    // The name of a file in the header of a part.
    if line.starts_with(b"filename=\"") {
        return Lead::Value;
    }
    if is_script(line, substitution) {
        return Lead::Script;
    }
    let ends_open = line.last().is_some_and(|byte| b"(,[<{!".contains(byte));
    if ends_open {
        return Lead::Script;
    }
    let name = line.len() <= NAME_BYTES_MAX && !line.contains(&b' ');
    if name || ends_parameter(line) || closes_quote(line) {
        return Lead::Value;
    }
    Lead::Words
}

/// Words and signs with which lines of scripts, programs and lists begin.
static SCRIPT_WORDS: [&[u8]; 28] = [
    b"$", b"#", b">", b"%", b"//", b"///", b"//!", b"#!", b"*", b"-", b"[", b"[[", b"!", b"test", b"export", b"if",
    b"elif", b"while", b"for", b"then", b"do", b"RUN", b"CMD", b"return", b"true", b"false", b"cd", b"exit",
];

/// True for a line that begins as a command, a prompt, an assignment or another piece of a script or program.
fn is_script(line: &[u8], substitution: bool) -> bool {
    let first = line.split(|byte| byte.is_ascii_whitespace() || b";|&".contains(byte)).next().unwrap_or_default();
    let more = first.len() < line.len();
    let is_command = if more { commands::is_command } else { commands::is_command_by_itself };
    let starts = std::str::from_utf8(first).is_ok_and(is_command);
    let opens = more && (SCRIPT_WORDS.contains(&first) || first.starts_with(b"--"));
    let spaced = line.contains(&b' ');
    let code = spaced && line.iter().any(|byte| b"{}(".contains(byte));
    let variable =
        line.windows(2).any(|two| two[0] == b'$' && (two[1].is_ascii_alphabetic() || matches!(two[1], b'{' | b'(')));
    // A macro of a manual page, and the definition of a variable.
    let macro_name = matches!(line, [b'.', letter, ..] if letter.is_ascii_uppercase());
    let defines = memchr::memmem::find(line, b" = ").is_some() || memchr::memmem::find(line, b" := ").is_some();
    starts || opens || code || variable || macro_name || defines || (substitution && is_assignment(line))
}

/// True for `name=` with or without the beginning of a value, as scripts and not queries have it.
fn is_assignment(line: &[u8]) -> bool {
    let name = line.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    name > 0 && line.get(name) == Some(&b'=') && !line.contains(&b'&')
}

/// True when `line` ends as `name=value` of a query.
fn ends_parameter(line: &[u8]) -> bool {
    let Some(equals) = memchr::memrchr(b'=', line) else { return false };
    let value = &line[equals + 1..];
    let name =
        line[..equals].iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-[]".contains(byte)).count();
    let before = line[..equals - name].last();
    name > 0 && before.is_none_or(|byte| b"?&;/".contains(byte)) && !value.contains(&b' ')
}

/// True when `line` ends with a quote that it did not open.
fn closes_quote(line: &[u8]) -> bool {
    let Some(quote @ (b'\'' | b'"')) = line.last() else { return false };
    memchr::memchr_iter(*quote, line).count() % 2 == 1
}
