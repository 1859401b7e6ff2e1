//! Clauses that go on where a condition ended.

use super::{
    expression::{cut_off, cut_off_somewhere, ends},
    judge::{BreakOut, Verdict},
    lexer::{Kind, Token},
    probe::{called, decides, probes},
    roles::{ALL, AS, DIRECTION, FROM, INTO, LIMIT, LITERAL, SELECT, UNION, WHERE},
};

/// `union …`, after the word.
pub(super) fn union(rest: &[Token<'_>]) -> Verdict {
    let place = rest.iter().take_while(|token| token.kind == Kind::Open || token.has(ALL)).count();
    let after = rest.get(place)?;
    let next = rest.get(place + 1);
    let opens = next.is_some_and(|token| token.kind == Kind::Open);
    // Spaces are left out where a filter takes them, so the word may go on.
    let joined = after.text.get(..6).is_some_and(|word| word.eq_ignore_ascii_case(b"select")) && opens;
    let third = rest.get(place + 2);
    let lists = next.is_none_or(|token| token.kind != Kind::Word || token.has(LITERAL | FROM | ALL))
        || third.is_none_or(|token| token.kind != Kind::Word || token.has(FROM | INTO | AS));
    let selects = joined || (after.has(SELECT) && lists) || (after.text.eq_ignore_ascii_case(b"values") && opens);
    selects.then_some((0.95, "The result of another statement is joined to that of the first."))
}

/// `order by …`, after the words.
pub(super) fn by(rest: &[Token<'_>], out: BreakOut) -> Verdict {
    if probes(rest) || decides(rest) || called(rest, u64::MAX) && cut_off_somewhere(rest) {
        return Some((0.93, "An order is asked for that makes the database wait."));
    }
    let columns = |token: &&Token<'_>| {
        matches!(token.kind, Kind::Number | Kind::Comma | Kind::Close | Kind::Word) && !token.has(WHERE | UNION | LIMIT)
            || token.has(DIRECTION)
    };
    let length = rest.iter().take_while(columns).count();
    let named = rest[..length].iter().any(|token| token.kind == Kind::Word && !token.has(DIRECTION));
    let counts = rest.first().is_some_and(|token| token.kind == Kind::Number);
    let sure = if cut_off(&rest[length..]) || out == BreakOut::Quote { 0.9 } else { 0.82 };
    let grows = rest.get(length).is_some_and(|token| token.has(WHERE | UNION | LIMIT));
    let is_break_out = if named {
        out == BreakOut::Quote && (grows || cut_off(&rest[length..]))
    } else {
        grows || counts && ends(&rest[length..])
    };
    is_break_out.then_some((sure, "Columns are counted by ordering by their number."))
}
