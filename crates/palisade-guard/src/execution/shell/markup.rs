//! Where operators of a shell are marks of something else: tables, patterns, code in backticks, lines that go on.

use super::lead::{Lead, lead};
use crate::{
    execution::{
        commands::{self, Strength},
        words::Command,
    },
    text::View,
};
use std::ops::Range;

/// Words between separators that make a list.
const LIST_CELLS_MIN: usize = 3;

/// True for a row of a table, alternatives of a pattern, words in backticks within text, and a line that goes on.
pub(super) fn is_markup(view: &View<'_>, operator: &Range<usize>, command: &Command) -> bool {
    let text = view.bytes();
    let sign = view.slice(operator.clone());
    let bars = memchr::memchr_iter(b'|', text).count();
    let piped = sign.contains('|') && !sign.contains("||");
    let row = bars >= 3 && text.trim_ascii().ends_with(b"|") && text.contains(&b' ');
    let goes_on = text[command.end..].trim_ascii_start().starts_with(b"\\");
    let continued = goes_on && matches!(text[command.end..].trim_ascii_start().get(1), None | Some(b'\n' | b'\r'));
    if is_list(text) || is_pair(text, operator, command) || is_alternative(text, operator) {
        return true;
    }
    let continued = continued || text.trim_ascii().ends_with(b" \\");
    (piped && (row || bars >= 5)) || continued || is_quotation(view, operator, command)
}

/// True when the operator is the end of a line and nothing else.
pub(super) fn sign_is_line_end(view: &View<'_>, operator: &Range<usize>) -> bool {
    let sign = view.bytes()[operator.clone()].trim_ascii();
    sign.is_empty() && view.bytes()[operator.clone()].contains(&b'\n')
}

/// True when a command on a line of its own is the end of a text whose first line is one name: no heading, no fence,
/// no list. Lines follow lines everywhere else.
pub(super) fn follows_name(view: &View<'_>, operator: &Range<usize>, command: &Command, strength: Strength) -> bool {
    let before = view.bytes()[..operator.start].trim_ascii();
    let name = !before.iter().any(u8::is_ascii_whitespace)
        && before.first().is_none_or(|byte| byte.is_ascii_alphanumeric() || b"'\"/?-".contains(byte))
        && before.last() != Some(&b':')
        && (before.is_empty() || !before.iter().all(u8::is_ascii_uppercase));
    let telling = command.words.first().is_some_and(|name| commands::is_deliberate(name) || commands::is_probe(name));
    let last = !view.bytes()[command.end..].trim_ascii().contains(&b'\n');
    let named = !before.is_empty() || !command.words.iter().any(|word| word == "-" || word == "\\-");
    name && named && last && (telling || strength == Strength::Certain)
}

/// True for words between separators, as headings of tables and alternatives of a pattern are.
fn is_list(text: &[u8]) -> bool {
    let cells = || {
        text.split(|byte| matches!(byte, b';' | b'|' | b'&')).map(<[u8]>::trim_ascii).filter(|cell| !cell.is_empty())
    };
    let plain = |cell: &[u8]| cell.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    cells().nth(LIST_CELLS_MIN - 1).is_some() && cells().all(plain)
}

/// True for one of the words in brackets that a pattern chooses from, `(id|ls|cat)`.
fn is_alternative(text: &[u8], operator: &Range<usize>) -> bool {
    let plain = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_|?:-.\\".contains(byte);
    let before = &text[..operator.start];
    let opened = before.len() - before.iter().rev().take_while(plain).count();
    let closed = operator.end + text[operator.end..].iter().take_while(plain).count();
    &text[operator.clone()] == b"|"
        && opened < before.len()
        && text[..opened].ends_with(b"(")
        && !text[..opened].ends_with(b"$(")
        && text.get(closed) == Some(&b')')
}

/// True for two words with a sign between them, `name | id`.
fn is_pair(text: &[u8], operator: &Range<usize>, command: &Command) -> bool {
    let before = &text[..operator.start];
    // `get|set`: alternatives; who tries a command takes one that tells.
    let joined = command.words.first().is_some_and(|name| {
        operator.len() == 1 && name.len() > 2 && !commands::is_probe(name) && !commands::is_runner(name)
    });
    let spaced = joined || text.get(operator.start) == Some(&b' ') || before.ends_with(b" ");
    let word = before.trim_ascii();
    let plain = !word.is_empty() && word.iter().all(u8::is_ascii_alphabetic);
    let alone = command.words.len() == 1 && text[command.end..].trim_ascii().is_empty();
    spaced
        && plain
        && (!joined || word.len() > 2)
        && alone
        && !command.words.first().is_some_and(|name| commands::is_deliberate(name))
}

/// True for backticks that quote: a fence, a word in a sentence or a comment.
fn is_quotation(view: &View<'_>, operator: &Range<usize>, command: &Command) -> bool {
    let text = view.bytes();
    let sign = view.slice(operator.clone());
    if !sign.ends_with('`') || sign.contains(['$', ';', '|', '&']) {
        return false;
    }
    let telling = (command.words.len() > 1 && !command.words.first().is_some_and(|name| commands::is_runner(name)))
        || command.words.first().is_some_and(|name| commands::is_deliberate(name) || commands::is_probe(name));
    let whole = telling && text[..operator.start].trim_ascii().is_empty() && text[command.end..].trim_ascii() == b"`";
    let attached =
        text[..operator.start].last().is_some_and(|byte| byte.is_ascii_alphanumeric() || b"='\"".contains(byte));
    sign.contains("``") || !(whole || (attached && lead(view, operator.start, true) == Lead::Value))
}
