//! From text to tokens.

use super::{Mistake, quoted::read_quoted};
use crate::promql::number::{parse_duration, parse_number};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name, a keyword or the name of a metric, as written.
    Word(String),
    Number(f64),
    /// Milliseconds.
    Duration(i64),
    Text(String),
    /// An operator or a bracket.
    Sign(&'static str),
}

impl Token {
    /// How it is named in an error.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Word(word) => format!("'{word}'"),
            Self::Number(number) => format!("the number {number}"),
            Self::Duration(_) => "a duration".to_owned(),
            Self::Text(text) => format!("the string {text:?}"),
            Self::Sign(sign) => format!("'{sign}'"),
        }
    }
}

/// A token and where it begins, in bytes.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) at: usize,
}

/// Signs, the longer ones first.
const SIGNS: &[&str] = &[
    "=~", "!~", "==", "!=", ">=", "<=", "(", ")", "{", "}", "[", "]", ",", "+", "-", "*", "/", "%", "^", "=", ">", "<",
    "@",
];

pub(super) fn tokens(text: &str) -> Result<Vec<Placed>, Mistake> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut in_range = false;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        if first.is_ascii_whitespace() {
            at += 1;
        } else if first == '#' {
            at += rest.find('\n').unwrap_or(rest.len());
        } else {
            let (token, length) = token(rest, first, in_range).map_err(|message| Mistake::new(at, message))?;
            match token {
                Token::Sign("[") => in_range = true,
                Token::Sign("]") => in_range = false,
                _ => {}
            }
            found.push(Placed { token, at });
            at += length;
        }
    }
    Ok(found)
}

/// The token at the beginning of `rest`, and its length in bytes.
fn token(rest: &str, first: char, in_range: bool) -> Result<(Token, usize), String> {
    if first == ':' && in_range {
        return Ok((Token::Sign(":"), 1));
    }
    if matches!(first, '"' | '\'' | '`') {
        return read_quoted(rest).map(|(text, length)| (Token::Text(text), length));
    }
    if first.is_ascii_digit() || (first == '.' && rest[1..].starts_with(|next: char| next.is_ascii_digit())) {
        return number_or_duration(rest);
    }
    if first.is_ascii_alphabetic() || first == '_' || first == ':' {
        let in_word = |each: &u8| each.is_ascii_alphanumeric() || *each == b'_' || (*each == b':' && !in_range);
        let length = rest.bytes().take_while(in_word).count();
        return Ok((word(&rest[..length]), length));
    }
    match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
        Some(sign) => Ok((Token::Sign(sign), sign.len())),
        None => Err(format!("'{first}' has no meaning here")),
    }
}

/// `Inf` and `NaN` are numbers.
fn word(word: &str) -> Token {
    match word.to_ascii_lowercase().as_str() {
        "inf" => Token::Number(f64::INFINITY),
        "nan" => Token::Number(f64::NAN),
        _ => Token::Word(word.to_owned()),
    }
}

fn number_or_duration(rest: &str) -> Result<(Token, usize), String> {
    let mut length = 0;
    let bytes = rest.as_bytes();
    while let Some(byte) = bytes.get(length) {
        let after_exponent = length > 0 && matches!(bytes[length - 1], b'e' | b'E') && !rest.starts_with("0x");
        let is_sign = matches!(byte, b'+' | b'-') && after_exponent;
        if !(byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_') || is_sign) {
            break;
        }
        length += 1;
    }
    let written = &rest[..length];
    if let Some(number) = parse_number(written) {
        return Ok((Token::Number(number), length));
    }
    let duration = parse_duration(written).map_err(|_| format!("'{written}' is neither a number nor a duration"))?;
    if duration == 0 {
        return Err("a duration must be longer than 0".to_owned());
    }
    Ok((Token::Duration(duration), length))
}
