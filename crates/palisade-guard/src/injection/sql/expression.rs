//! Operands and comparisons.

use super::{
    lexer::{Kind, Token},
    roles::{ARITHMETIC, COMPARE, EQUALS, IN, LITERAL, NOT, UNARY},
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

/// Operands that are added up or joined, which make one: what it is, how many tokens it has, and whether they were
/// several.
fn sum<'t>(tokens: &[Token<'t>]) -> Option<(Operand<'t>, usize, bool)> {
    let (mut what, mut end) = operand(tokens)?;
    let mut several = false;
    while let Some(operator) = tokens.get(end)
        && operator.has(ARITHMETIC)
        && let Some((next, length)) = operand(&tokens[end + 1..])
    {
        if next != Operand::Constant {
            what = Operand::Call;
        }
        (end, several) = (end + 1 + length, true);
    }
    Some((what, end, several))
}

/// A comparison, or only a computation, whose outcome does not depend on any row.
pub(super) struct Fixed {
    /// How many tokens it has.
    pub(super) length: usize,
    /// Nothing is compared: `2 - 1`.
    pub(super) computes: bool,
}

/// The comparison that `tokens` begin with, if its outcome does not depend on any row.
pub(super) fn comparison(tokens: &[Token<'_>]) -> Option<Fixed> {
    let (left, end, several) = sum(tokens)?;
    let not = usize::from(tokens.get(end).is_some_and(|token| token.has(NOT)));
    let Some(operator) = tokens.get(end + not).filter(|operator| operator.has(COMPARE)) else {
        return (several && left == Operand::Constant).then_some(Fixed { length: end, computes: true });
    };
    let after = &tokens[end + not + 1..];
    let (right, length, _) = sum(after)?;
    let length = if operator.has(IN) && after[0].kind == Kind::Open { balanced(after) } else { length };
    // `2 and 2 is 4` is said in words.
    let said = operator.text.eq_ignore_ascii_case(b"is") && after[0].kind == Kind::Number;
    let fixed = match (&left, &right) {
        _ if said => false,
        (Operand::Constant, Operand::Constant) => true,
        (Operand::Name(one), Operand::Name(other)) => {
            operator.has(EQUALS) && (one.eq_ignore_ascii_case(other) || one.len() + other.len() == 2)
        }
        (Operand::Call, Operand::Call) => operator.has(EQUALS),
        _ => false,
    };
    fixed.then_some(Fixed { length: end + not + 1 + length, computes: false })
}

/// A string without its end that holds one word at most.
pub(super) fn is_leftover(token: &Token<'_>) -> bool {
    // `' 1=1`
    let spaced = token.text.contains(&b'=');
    token.is_open_text()
        && token.text.len() <= LEFTOVER_BYTES_MAX
        && token.text[1..].iter().all(|&byte| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b'%' | b'_' | b'=' | b'\'' | b'"' | b'-' | b'(' | b'.')
                || byte == b' ' && spaced
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
