//! Conditions and operations that go on where a value ended.

use super::{
    clause::union,
    expression::{Operand, comparison, computes, cut_off, cut_off_somewhere, ends, is_leftover, operand},
    judge::{BreakOut, Verdict},
    lexer::{Kind, Token},
    probe::{called, decides, probes},
    words::{ARITHMETIC, COMMON, COMPARE, IN, LIMIT, LITERAL, LOGIC, NOT, ORDER, PIECE, SELECT, UNION, WHERE},
};

/// This many tokens after a break-out a second condition is looked for.
const NEAR_TOKENS: usize = 16;

const ALWAYS: &str = "A condition is added that is always true or always false.";
const WAITS: &str = "A condition is added that makes the database wait or speak.";

/// Nothing follows that would make a sentence of it.
fn closes(tokens: &[Token<'_>]) -> bool {
    ends(tokens)
        || tokens.first().is_some_and(|token| token.has(LOGIC | UNION | ORDER | WHERE | LIMIT))
        || matches!(tokens, [close, next, ..] if close.kind == Kind::Close && next.has(LOGIC | UNION | ORDER | WHERE | LIMIT))
}

/// `or …`, after the word.
pub(super) fn logic(joint: &Token<'_>, rest: &[Token<'_>], out: BreakOut) -> Verdict {
    if let Some(end) = comparison(rest) {
        let end = &rest[end.min(rest.len())..];
        match out {
            BreakOut::Quote => return Some((0.93, ALWAYS)),
            BreakOut::Bare if computes(rest) && !cut_off(end) => {}
            BreakOut::Bare if ends(end) => return Some((0.93, ALWAYS)),
            BreakOut::Bare if closes(end) => return Some((0.85, ALWAYS)),
            BreakOut::Bare => {}
        }
    }
    let waits = called(rest, COMMON) && (out == BreakOut::Quote || cut_off_somewhere(rest));
    if waits || probes(rest) || decides(rest) {
        return Some((0.93, WAITS));
    }
    let rest = &rest[usize::from(rest.first()?.has(NOT))..];
    if constant(joint, rest, out) {
        return Some((0.88, "A constant is added as a condition."));
    }
    if asks(rest) && (out == BreakOut::Quote || compares_call(rest)) {
        return Some((0.9, "A condition is added that asks for other data."));
    }
    // `x' or name like '%a`: the quote that is left over closes it.
    let end = operand(rest).map(|(_, end)| end)?;
    let compares = rest.get(end).is_some_and(|token| token.has(COMPARE | NOT));
    let leftover = rest.iter().any(Token::is_open_text);
    if out == BreakOut::Quote && compares && (leftover || cut_off_somewhere(rest)) {
        return Some((0.9, "A condition of its own is added after the end of a value."));
    }
    if out == BreakOut::Bare && compares && cut_off_somewhere(rest) && cut_off(&rest[(end + 2).min(rest.len())..]) {
        return Some((0.85, "A condition is added and the rest is cut off."));
    }
    later_logic(rest, out)
}

/// `or 1--`, `or true`, `or 'x`
fn constant(joint: &Token<'_>, rest: &[Token<'_>], out: BreakOut) -> bool {
    let Some(first) = rest.first() else { return false };
    let literal = first.kind == Kind::Number || first.kind == Kind::Text { closed: true } || first.has(LITERAL);
    let literal = literal || is_leftover(first);
    if out == BreakOut::Quote && literal && joint.kind == Kind::Word && matches!(rest, [_, last] if is_leftover(last)) {
        return true;
    }
    // Other languages join with signs, so that more has to speak for SQL.
    let certain = joint.kind == Kind::Word || first.is_open_text() || cut_off(&rest[1..]);
    literal && certain && closes(&rest[1..]) && (out == BreakOut::Quote || cut_off(&rest[1..]))
}

/// A subquery, or a function that takes values apart.
fn asks(rest: &[Token<'_>]) -> bool {
    let open = rest.iter().take_while(|token| token.kind == Kind::Open).count();
    let inner = &rest[open..];
    inner.first().is_some_and(|token| token.has(SELECT)) && open > 0 || called(inner, PIECE)
}

/// The call or the subquery is compared, or nothing follows it.
fn compares_call(rest: &[Token<'_>]) -> bool {
    rest.iter().rposition(|token| token.kind == Kind::Close).is_some_and(|last| {
        ends(&rest[last..]) || rest.get(last + 1).is_some_and(|token| token.has(COMPARE | NOT | LOGIC))
    }) || rest.iter().any(|token| token.has(SELECT))
}

/// `or a=b and 1=1`
fn later_logic(rest: &[Token<'_>], out: BreakOut) -> Verdict {
    let place = rest.iter().take(NEAR_TOKENS).position(|token| {
        token.has(UNION) || (token.has(LOGIC) && (token.kind == Kind::Word || token.text.len() == 2))
    })?;
    let more = &rest[place + 1..];
    if rest[place].has(UNION) {
        return union(more);
    }
    let fixed = comparison(more).is_some_and(|end| out == BreakOut::Quote || ends(&more[end.min(more.len())..]));
    (out == BreakOut::Quote && fixed).then_some((0.88, ALWAYS))
}

/// A second condition, after words that say nothing.
pub(super) fn later(tokens: &[Token<'_>], out: BreakOut) -> Verdict {
    let place = tokens.iter().position(|token| token.has(WHERE | UNION | LOGIC) && token.kind == Kind::Word)?;
    let rest = &tokens[place + 1..];
    if tokens[place].has(UNION) {
        return union(rest);
    }
    match comparison(rest) {
        Some(_) => Some((0.88, "A condition that is always the same follows.")),
        None => logic(&tokens[place], rest, out),
    }
}

/// A value is made part of an operation.
pub(super) fn operation(operator: &Token<'_>, rest: &[Token<'_>], out: BreakOut) -> Verdict {
    let first = rest.first()?;
    if probes(rest) || decides(rest) {
        return Some((0.93, "A value is made part of an operation that makes the database wait or speak."));
    }
    let subquery = first.kind == Kind::Open && rest.get(1).is_some_and(|token| token.has(SELECT));
    if subquery || (out == BreakOut::Quote && called(rest, PIECE)) {
        return Some((0.9, "A value is made part of an operation that asks for other data."));
    }
    if out == BreakOut::Quote && rest.len() == 1 && is_leftover(first) && !operator.has(IN) {
        // Nothing between the quotes but an operator is also how grammars are written.
        let sure = if first.text.len() > 1 || is_turning(operator) { 0.85 } else { 0.7 };
        return Some((sure, "A value is made part of an operation that the statement's own quote ends."));
    }
    let first = rest.iter().find(|token| !token.has(NOT))?;
    if out == BreakOut::Quote && first.has(LITERAL) && cut_off_somewhere(rest) {
        return Some((0.85, "A value is compared and the rest is cut off."));
    }
    let (what, end) = operand(rest)?;
    let constant = what == Operand::Constant && out == BreakOut::Quote && !operator.has(IN);
    let goes_on = rest.get(end).is_some_and(|token| token.has(LOGIC) && (token.kind == Kind::Word));
    if constant && (cut_off(&rest[end..]) || goes_on) {
        return Some((0.85, "A value is made part of an operation and the rest is cut off."));
    }
    // `1' - 0 or 'a`: the operations may go on.
    let more = &rest[end..];
    match more.split_first() {
        Some((next, after)) if constant && next.has(ARITHMETIC) && !next.has(LOGIC) => operation(next, after, out),
        _ => later_logic(more, out),
    }
}

/// `'='` turns a comparison round, as do the operators that make a number of two strings.
fn is_turning(operator: &Token<'_>) -> bool {
    operator.kind == Kind::Word || matches!(operator.text, b"=" | b"^" | b"&" | b"-" | b"<=>" | b"!=" | b"<>")
}
