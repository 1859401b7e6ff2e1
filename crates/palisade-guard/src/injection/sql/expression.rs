//! Operands and comparisons.

use super::{
    lexer::{Kind, Token},
    words::{ARITHMETIC, COMPARE, EQUALS, LITERAL, LOGIC, NOT, UNARY},
};

/// A string that the statement's own quote closes is as short as a condition needs it.
const LEFTOVER_BYTES_MAX: usize = 16;

/// What an operand is made of.
#[derive(PartialEq, Eq)]
pub(super) enum Operand<'t> {
    Constant,
    Name(&'t [u8]),
    Call,
}

/// The operand that `tokens` begin with, and how many tokens it has.
pub(super) fn operand<'t>(tokens: &[Token<'t>]) -> Option<(Operand<'t>, usize)> {
    let start = tokens.iter().take_while(|token| token.kind == Kind::Open || token.has(UNARY)).count();
    let first = tokens.get(start)?;
    let what = match first.kind {
        Kind::Number | Kind::Text { .. } => Operand::Constant,
        Kind::Variable => Operand::Call,
        Kind::Word if first.has(LITERAL) => Operand::Constant,
        Kind::Word if tokens.get(start + 1).is_some_and(|token| token.kind == Kind::Open) => {
            return Some((Operand::Call, start + 1 + balanced(&tokens[start + 1..])));
        }
        Kind::Word => Operand::Name(first.text),
        _ => return None,
    };
    let closing = tokens[start + 1..].iter().take_while(|token| token.kind == Kind::Close).count();
    Some((what, start + 1 + closing))
}

/// How many tokens the parenthesis takes up that `tokens` begin with.
pub(super) fn balanced(tokens: &[Token<'_>]) -> usize {
    let mut depth = 0_usize;
    for (count, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close if depth <= 1 => return count + 1,
            Kind::Close => depth -= 1,
            _ => {}
        }
    }
    tokens.len()
}

/// The length of a comparison whose outcome does not depend on any row.
pub(super) fn comparison(tokens: &[Token<'_>]) -> Option<usize> {
    let (left, end) = operand(tokens)?;
    let not = usize::from(tokens.get(end)?.has(NOT));
    let operator = tokens.get(end + not)?;
    // `and` after the value of `between` belongs to it, other logic is no comparison.
    if !operator.has(COMPARE) || (operator.has(LOGIC) && left != Operand::Constant) {
        return None;
    }
    let (right, length) = operand(&tokens[end + not + 1..])?;
    let fixed = match (&left, &right) {
        (Operand::Constant, Operand::Constant) => true,
        (Operand::Name(one), Operand::Name(other)) => {
            operator.has(EQUALS) && (one.eq_ignore_ascii_case(other) || one.len() + other.len() == 2)
        }
        (Operand::Call, Operand::Call) => operator.has(EQUALS),
        _ => false,
    };
    fixed.then_some(end + not + 1 + length)
}

/// The operator of a comparison only computes: `2 - 1`.
pub(super) fn computes(tokens: &[Token<'_>]) -> bool {
    operand(tokens).and_then(|(_, end)| tokens.get(end)).is_some_and(|operator| operator.has(ARITHMETIC))
}

/// A string without its end that holds one word at most.
pub(super) fn is_leftover(token: &Token<'_>) -> bool {
    token.is_open_text()
        && token.text.len() <= LEFTOVER_BYTES_MAX
        && token.text[1..].iter().all(|&byte| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b'%' | b'_' | b'=' | b'\'' | b'"' | b'-' | b'(')
                || byte >= 0x80
        })
}

/// A comment that is there to cut off the rest, not to be read.
pub(super) fn says_nothing(comment: &Token<'_>) -> bool {
    let reads = |byte: &u8| matches!(byte, b'\'' | b'"' | b',' | b')' | b']' | b'}' | b'>' | b';' | b'=' | b'(');
    comment.text.len() <= LEFTOVER_BYTES_MAX
        && !comment.text.iter().any(reads)
        && comment.text.iter().filter(|byte| byte.is_ascii_alphanumeric()).count() <= 2
}

/// A comment comes next, but for parentheses.
pub(super) fn cut_off(tokens: &[Token<'_>]) -> bool {
    let rest = tokens.iter().find(|token| !matches!(token.kind, Kind::Close | Kind::Semicolon));
    rest.is_some_and(|token| token.kind == Kind::Comment)
}

/// A comment ends it.
pub(super) fn cut_off_somewhere(tokens: &[Token<'_>]) -> bool {
    tokens.last().is_some_and(|token| token.kind == Kind::Comment)
}

pub(super) fn ends(tokens: &[Token<'_>]) -> bool {
    cut_off(tokens) || tokens.iter().all(|token| matches!(token.kind, Kind::Close | Kind::Semicolon))
}
