//! Conditions and operations that go on where a value ended.

use super::{
    clause::union,
    expression::{Operand, comparison, cut_off, cut_off_somewhere, ends, is_leftover, operand},
    judge::{BreakOut, Verdict},
    lexer::{Kind, Token},
    probe::{called, decides, probes},
    roles::{
        ARITHMETIC, CASE, CHAR, COMMON, COMPARE, IN, LIMIT, LITERAL, LOGIC, NOT, ORDER, PIECE, SELECT, UNION, WHERE,
    },
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
    if let Some(fixed) = comparison(rest) {
        let end = &rest[fixed.length.min(rest.len())..];
        let sure = match out {
            // Other languages join with signs and compute between quotes, so that more has to speak for SQL.
            _ if fixed.computes && !cut_off(end) && !rest.iter().any(Token::is_open_text) => 0.0,
            BreakOut::Quote => 0.93,
            BreakOut::Bare if ends(end) => 0.93,
            BreakOut::Bare if closes(end) => 0.85,
            BreakOut::Bare => 0.0,
        };
        if sure > 0.0 {
            return Some((sure, ALWAYS));
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
    if asks(rest) && (out == BreakOut::Quote || asks_deeply(rest)) || compares_with_call(rest) {
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
    let empty = first.is_text() && first.text.len() <= 2;
    let followed = rest.get(1).is_some_and(|next| next.has(LOGIC) || next.kind == Kind::Comment);
    let literal = first.kind == Kind::Number || first.has(LITERAL) || first.is_text() && (followed || empty);
    let literal = literal || is_leftover(first);
    if out == BreakOut::Quote && empty && joint.kind == Kind::Word && matches!(rest, [_, last] if is_leftover(last)) {
        return true;
    }
    // Other languages join with signs, so that more has to speak for SQL.
    let certain = joint.kind == Kind::Word || first.is_open_text() || cut_off(&rest[1..]);
    // `or 1 group by concat(…)`
    let grows = rest.get(1).is_some_and(|next| next.has(ORDER)) && rest.iter().any(|token| token.has(PIECE));
    literal && certain && closes(&rest[1..]) && (out == BreakOut::Quote || cut_off(&rest[1..]) || grows)
}

/// A subquery, or a function that takes values apart.
fn asks(rest: &[Token<'_>]) -> bool {
    let open = rest.iter().take_while(|token| token.kind == Kind::Open).count();
    let inner = &rest[open..];
    inner.first().is_some_and(|token| token.has(SELECT)) && open > 0 || called(inner, PIECE)
}

/// More than one call, or a subquery: other languages take the length of something as well.
fn asks_deeply(rest: &[Token<'_>]) -> bool {
    let calls = rest.windows(2).filter(|pair| pair[0].has(PIECE) && pair[1].kind == Kind::Open);
    rest.iter().any(|token| token.has(SELECT)) || calls.take(2).count() == 2 || called(rest, CHAR | CASE)
}

/// `1=(select …` and `1=cast((select …`, after `or`.
fn compares_with_call(rest: &[Token<'_>]) -> bool {
    operand(rest).is_some_and(|(_, end)| {
        rest.get(end).is_some_and(|operator| operator.has(COMPARE))
            && asks(&rest[end + 1..])
            && asks_deeply(&rest[end + 1..])
    })
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
    let fixed = comparison(more).is_some_and(|fixed| !fixed.computes);
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
        Some(fixed) if !fixed.computes => Some((0.88, "A condition that is always the same follows.")),
        _ => logic(&tokens[place], rest, out),
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
    if out == BreakOut::Bare && operator.has(ARITHMETIC) && !operator.has(LOGIC) && subquery_follows(rest) {
        return Some((0.88, "A value is made part of an operation that asks for other data."));
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

/// `0*(select 1)`: numbers and operators, then a statement.
fn subquery_follows(rest: &[Token<'_>]) -> bool {
    let numbers = |token: &&Token<'_>| token.kind == Kind::Number || token.has(ARITHMETIC) || token.kind == Kind::Open;
    let length = rest.iter().take_while(numbers).count();
    length > 0 && rest[length - 1].kind == Kind::Open && rest.get(length).is_some_and(|token| token.has(SELECT))
}

/// `or id > 0`, after a number: nothing else is left to say.
pub(super) fn after_number(rest: &[Token<'_>]) -> Verdict {
    let denied = rest.iter().take_while(|token| token.has(NOT) || token.text == b"~").count();
    let rest = &rest[denied..];
    let first = rest.first()?;
    let constant = first.has(LITERAL) || denied > 0 && first.kind == Kind::Number && first.text.len() < 3;
    if constant && ends(&rest[1..]) {
        return Some((0.85, "A constant is added as a condition."));
    }
    let (_, end) = operand(rest)?;
    let operator = rest.get(end).filter(|operator| operator.has(COMPARE) && !operator.has(ARITHMETIC))?;
    let (_, length) = operand(&rest[end + 1..])?;
    let is = operator.text.eq_ignore_ascii_case(b"is");
    let said = is && (rest[end + 1..].len() > 3 || rest.get(end + 1).is_some_and(|right| right.kind == Kind::Number));
    let written_otherwise = operator.text == b"==" || said;
    (!written_otherwise && ends(&rest[(end + 1 + length).min(rest.len())..]))
        .then_some((0.82, "A condition of its own is added after a number."))
}

/// `'='` turns a comparison round, as do the operators that make a number of two strings.
fn is_turning(operator: &Token<'_>) -> bool {
    operator.kind == Kind::Word || matches!(operator.text, b"=" | b"^" | b"&" | b"-" | b"<=>" | b"!=" | b"<>")
}
