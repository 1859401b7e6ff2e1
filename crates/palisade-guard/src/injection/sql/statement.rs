//! Statements that follow a value, or stand alone and reach below the database.

use super::{
    expression::{cut_off_somewhere, says_nothing},
    judge::{BreakOut, Verdict},
    lexer::{Kind, Token},
    probe::{assembles, is_word, probes, speaks, spells},
    roles::{
        ACCOUNTS, CATALOGUE, CODE, COMMON, DECLARE, EXEC, OBJECT, PIECE, SELECT, SHUTDOWN, STATEMENT, SYSTEM, UNION,
        WAITFOR,
    },
};

const SECOND: &str = "A second statement follows the first.";

/// `; drop table x`, after the semicolon.
pub(super) fn stacked(rest: &[Token<'_>], out: BreakOut) -> Verdict {
    let Some(first) = rest.first() else {
        // Common in code: a string and the end of a statement.
        return None;
    };
    if first.kind == Kind::Comment {
        let sure = if says_nothing(first) { 0.88 } else { 0.5 };
        return (out == BreakOut::Quote).then_some((sure, "A quote ends a value and a comment cuts off the rest."));
    }
    if first.kind == Kind::Open && speaks(rest) {
        return Some((0.9, SECOND));
    }
    if !first.has(STATEMENT) {
        return None;
    }
    // `begin declare @x …`
    let inner = usize::from(is_word(first, b"begin") && rest.get(1).is_some_and(|next| next.has(DECLARE)));
    let (rest, first) = (&rest[inner..], &rest[inner]);
    let complete = object(rest) || selects(rest) || probes(rest) || assembles(rest);
    let cut = cut_off_somewhere(rest) && !first.has(CODE);
    (complete || cut).then_some((0.9, SECOND))
}

/// A statement right after the end of a value, as some drivers take it.
pub(super) fn adjacent(tokens: &[Token<'_>], out: BreakOut) -> Verdict {
    let first = tokens.first()?;
    let system = tokens.iter().any(|token| token.has(SYSTEM | CATALOGUE));
    let silent = tokens.last().is_some_and(says_nothing) && !first.has(CODE);
    let cut = cut_off_somewhere(tokens) && (silent || object(tokens) || selects(tokens));
    let quoted = tokens.iter().any(|token| token.is_open_text() && !token.text.ends_with(b"--"));
    let certain = match out {
        BreakOut::Quote => cut || (system && !quoted) || speaks(tokens) || spells(tokens),
        BreakOut::Bare => {
            (cut && !first.has(SELECT)) || (first.has(EXEC) && system) || first.has(WAITFOR) && speaks(tokens)
        }
    };
    certain.then_some((0.88, "A statement follows the end of a value."))
}

/// `drop table`, `exec xp_x`, `delete from`
fn object(rest: &[Token<'_>]) -> bool {
    let Some(first) = rest.first() else { return false };
    let about = rest.get(1).is_some_and(|token| token.has(OBJECT | SYSTEM | CATALOGUE) || is_word(token, b"from"));
    let sets = is_word(first, b"update") && rest.get(2).is_some_and(|token| is_word(token, b"set"));
    let opens = is_word(first, b"handler")
        && rest.get(2).is_some_and(|token| is_word(token, b"open") || is_word(token, b"read"));
    let configures = is_word(first, b"set")
        && rest
            .get(1)
            .is_some_and(|token| [&b"global"[..], b"session", b"password"].iter().any(|word| is_word(token, word)));
    let begins = is_word(first, b"begin") && rest.get(1).is_some_and(|token| token.kind == Kind::Semicolon);
    about || sets || configures || begins || opens || first.has(EXEC | DECLARE | SHUTDOWN)
}

/// `select x`, with more than a word after it.
fn selects(rest: &[Token<'_>]) -> bool {
    rest.first().is_some_and(|token| token.has(SELECT))
        && rest.get(1).is_some_and(|token| {
            token.kind != Kind::Word
                || token.has(PIECE | COMMON)
                || rest[2..].iter().any(|token| is_word(token, b"from"))
                || rest.len() == 2
        })
}

/// A whole statement, which nobody has to break out for: told as an attack only where it reaches the system below,
/// waits, or reads the accounts.
pub(super) fn alone(tokens: &[Token<'_>]) -> Verdict {
    let first = tokens.first()?;
    if !first.has(STATEMENT) || first.has(UNION) {
        return None;
    }
    let waits = tokens
        .windows(3)
        .any(|three| three[0].has(COMMON) && three[1].kind == Kind::Open && three[2].kind == Kind::Number);
    if first.has(EXEC) && matches!(tokens, [_, word, text, ..] if is_word(word, b"immediate") && text.is_text()) {
        return Some((0.82, "A statement is run that is put together as text."));
    }
    if is_word(first, b"handler") && object(tokens) {
        return Some((0.84, "A table is opened without a query."));
    }
    if assembles(tokens) || spells(tokens) {
        return Some((0.88, "A statement is put together from pieces and run."));
    }
    if speaks(tokens) || (first.has(SELECT) && waits) || tokens.iter().any(|token| token.has(SYSTEM)) {
        return Some((0.85, "A statement makes the database wait, or reaches the system below it."));
    }
    if tokens.iter().any(|token| token.has(ACCOUNTS)) && first.has(SELECT) {
        return Some((0.82, "A statement reads the accounts of the database."));
    }
    let first_word = tokens.get(1).is_some_and(|token| token.has(SHUTDOWN | CATALOGUE));
    (first_word || tokens.iter().any(|token| token.has(CATALOGUE)))
        .then_some((0.5, "A statement asks what the database knows of itself."))
}
