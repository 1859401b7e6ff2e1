//! The look at a few bytes beside a needle that sends the detector to sleep again.

use super::{
    roles::{
        AS, CATALOGUE, COMMON, COMPARE, EXEC, INTO, LIMIT, LITERAL, LOGIC, NOT, ORDER, PIECE, PROBE, PROCEDURE, Roles,
        SELECT, STATEMENT, SYSTEM, UNION, WAITFOR, WHERE,
    },
    typographic, words,
};

/// A comment that is there to cut off the rest says no more than that.
const CUT_OFF_BYTES_MAX: usize = 4;

/// Longest word that is read here.
const WORD_BYTES_MAX: usize = 24;

/// Something that could be SQL stands where the needle at `at` does.
pub(super) fn worth_a_look(bytes: &[u8], at: usize) -> bool {
    let rest = &bytes[at..];
    // A number ends where a word begins.
    let begins_word = at == 0 || !(bytes[at - 1].is_ascii_alphabetic() || bytes[at - 1] == b'_');
    match rest[0] {
        b'0' | b'1' if rest[1] == b'=' => true,
        b' ' | b')' | b'\t' | b'\n' | b'/' | b'0' | b'1' => joined(&rest[1..]),
        b'\'' | b'"' | b'`' => after_quote(&rest[1..]),
        b'|' | b'&' => operands(&bytes[at.saturating_sub(2)..at], &rest[2..]),
        b'(' | b'@' => true,
        b';' => semicolon(&rest[1..]),
        b',' => true,
        _ if !begins_word => ends_of_calls(rest),
        first => word(first | 0x20, rest),
    }
}

/// `or`, `and` or a comment stands where `rest` begins.
fn joined(rest: &[u8]) -> bool {
    let (word, after) = word_of(blanks(rest));
    if word.is_empty() {
        // A comment in code has an end, one that cuts off the rest is the last of it.
        let rest = blanks(rest);
        return !rest.starts_with(b"/*") || rest.len() <= CUT_OFF_BYTES_MAX;
    }
    let roles = words::of_word(word);
    if word.len() > 2 && word.last().is_some_and(u8::is_ascii_digit) {
        return goes_on(after);
    }
    roles & STATEMENT != 0 || roles & LOGIC != 0 && operand_follows(after)
}

/// What follows a word of logic could be SQL, and hardly prose.
fn operand_follows(rest: &[u8]) -> bool {
    let rest = blanks(rest);
    match rest {
        [] => false,
        [b'\'' | b'"' | b'(' | b'!' | b'~' | b'@' | b'`' | b'*' | b'/' | b'-' | b'+' | b'#' | b'$', ..] => true,
        [b'.', first, ..] if first.is_ascii_digit() => true,
        _ if typographic::quote(rest).is_some() => true,
        [first, ..] if first.is_ascii_digit() => {
            let digits = rest
                .iter()
                .take(WORD_BYTES_MAX)
                .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'.')
                .count();
            goes_on(&rest[digits..])
        }
        _ => {
            let (word, after) = word_of(rest);
            !word.is_empty() && (words::of_word(word) & (LITERAL | NOT | SELECT) != 0 || goes_on(after))
        }
    }
}

/// After an operand: an operator, a comment, the end, or a word that compares.
fn goes_on(rest: &[u8]) -> bool {
    match blanks(rest) {
        []
        | [b':', b':', ..]
        | [
            b'=' | b'<' | b'>' | b'!' | b'(' | b'|' | b'&' | b'+' | b'-' | b'*' | b'/' | b'#' | b'%' | b'^' | b';'
            | b')' | 0,
            ..,
        ] => true,
        rest => {
            let (word, after) = word_of(rest);
            !word.is_empty() && words::of_word(word) & (COMPARE | NOT | LOGIC) != 0 && {
                // `and it is …`: a value has to follow that prose does not have.
                matches!(blanks(after), [b'\'' | b'"' | b'(' | b'@' | b'-' | b'`', ..])
                    || blanks(after).first().is_some_and(u8::is_ascii_digit)
                    || words::of_word(word_of_nonempty(blanks(after))) & (LITERAL | NOT) != 0
            }
        }
    }
}

fn word_of_nonempty(rest: &[u8]) -> &[u8] {
    let (word, _) = word_of(rest);
    if word.is_empty() { b"-" } else { word }
}

/// What stands after a quote goes on as SQL; nothing is looked at beyond the first word.
pub(super) fn after_quote(rest: &[u8]) -> bool {
    let rest = blanks(rest);
    match rest {
        [b'-', b'-', ..] | [b'/', b'*', ..] | [b'#' | b';' | b',' | b'|' | b'&' | b'=' | b'^' | b'%' | 0, ..] => true,
        [b'<' | b'>', more @ ..] => compared_with(more),
        [b'-' | b'+' | b'*' | b'/' | b'!', ..] => true,
        [b'(', more @ ..] => more.first().is_some_and(|first| matches!(first | 0x20, b's' | b' ' | b'/' | b'(')),
        _ => {
            let (word, _) = word_of(rest);
            const MAY_FOLLOW: Roles = STATEMENT
                | COMPARE
                | LOGIC
                | NOT
                | EXEC
                | UNION
                | ORDER
                | WHERE
                | LIMIT
                | INTO
                | AS
                | PROCEDURE
                | WAITFOR;
            !word.is_empty()
                && (words::of_word(word) & MAY_FOLLOW != 0
                    || word.last().is_some_and(u8::is_ascii_digit) && word.len() < 5)
        }
    }
}

/// What is compared could stand where `rest` begins, and not what the tags of a page have behind an attribute.
fn compared_with(rest: &[u8]) -> bool {
    match rest.trim_ascii_start() {
        [] | [b'\'' | b'"' | b'(' | b'=' | b'>' | b'@' | b'-' | b'+' | b'~' | b'!' | b'$' | b'`' | b'0'..=b'9', ..] => {
            true
        }
        rest => {
            let (word, after) = word_of(rest);
            !word.is_empty()
                && (matches!(blanks(after), [b'(', ..]) || words::of_word(word) & (LITERAL | NOT | SELECT) != 0)
        }
    }
}

/// `||` or `&&` stands between what could be values of SQL.
fn operands(before: &[u8], after: &[u8]) -> bool {
    let value = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'\'' | b'"' | b')' | b'/');
    let ends = before.iter().rev().find(|byte| **byte != b' ').is_none_or(value);
    ends && match blanks(after) {
        [b'\'' | b'"' | b'(' | b'-' | b'!' | b'~' | b'@', ..] => true,
        [first, ..] if first.is_ascii_digit() => true,
        rest => {
            let (word, after) = word_of(rest);
            !word.is_empty()
                && (words::of_word(word) & (PIECE | LITERAL | PROBE | COMMON) != 0 || after.first() == Some(&b'='))
        }
    }
}

/// A statement or a comment follows a semicolon.
fn semicolon(rest: &[u8]) -> bool {
    let rest = blanks(rest);
    let (word, _) = word_of(rest);
    rest.starts_with(b"--") || (!word.is_empty() && words::of_word(word) & STATEMENT != 0)
}

/// A needle that begins with a letter, within a word: only calls of packages stand so.
fn ends_of_calls(rest: &[u8]) -> bool {
    matches!(rest, [b's' | b'S', ..] if rest.get(..6).is_some_and(|head| head.eq_ignore_ascii_case(b"sleep(")))
}

/// A needle that is a word, or begins one with `first`.
fn word(first: u8, rest: &[u8]) -> bool {
    let (word, after) = word_of(rest);
    let next = blanks(after);
    let follows = |words: &[&[u8]]| {
        words.iter().any(|word| next.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word)))
    };
    match first {
        b'u' if word.len() == 5 => {
            next.first() == Some(&b'(') || follows(&[b"all", b"select", b"distinct", b"/*", b"values"])
        }
        b'h' => goes_on_as_condition(next),
        b'l' if word.len() == 5 => next.first().is_some_and(u8::is_ascii_digit),
        b'e' if word.len() == 4 => {
            let name = word_of_nonempty(next);
            next.first() == Some(&b'(')
                || words::of_word(name) & (SYSTEM | CATALOGUE) != 0
                || name.get(..3).is_some_and(|head| head.eq_ignore_ascii_case(b"sp_"))
        }
        b'b' | b'p' if word.len() != 9 + usize::from(first == b'b') && !word.contains(&b'_') => {
            next.first() == Some(&b'(')
        }
        b'o' | b'a' if word.len() <= 3 => operand_follows(after),
        b'm' | b's' | b'p' if word.contains(&b'_') || word.contains(&b'.') => words::of_word(word) != 0,
        b'w' if word.len() == 7 => follows(&[b"delay", b"time"]),
        _ => true,
    }
}

fn goes_on_as_condition(next: &[u8]) -> bool {
    next.first().is_some_and(|first| first.is_ascii_digit() || matches!(first, b'\'' | b'"' | b'('))
        || goes_on(word_of(next).1)
}

/// Without the blanks, the parentheses that close, and the comments in front.
fn blanks(rest: &[u8]) -> &[u8] {
    let blank = |byte: &&u8| byte.is_ascii_whitespace() || **byte == b')' || **byte == 0x0B;
    let count = rest.iter().take(WORD_BYTES_MAX).take_while(blank).count();
    &rest[count..]
}

/// The word that `rest` begins with, and what follows it.
fn word_of(rest: &[u8]) -> (&[u8], &[u8]) {
    let within = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(**byte, b'_' | b'.');
    rest.split_at(rest.iter().take(WORD_BYTES_MAX).take_while(within).count())
}
