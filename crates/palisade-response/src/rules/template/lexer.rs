//! From the text of a template to plain text and the tokens of actions.

use super::TemplateError;
use crate::promql::read_quoted;

/// Plain text, or what stands between `{{` and `}}`.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    Text(String),
    /// The tokens, and the line on which the action begins.
    Action(Vec<Token>, usize),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A function or keyword.
    Word(String),
    /// `$name`, without the sign; empty for `$`.
    Variable(String),
    /// `.name` right behind what it belongs to, or at the beginning of an operand.
    Field {
        name: String,
        follows: bool,
    },
    /// `.`
    Dot,
    Text(String),
    /// As written.
    Number(String),
    /// `|`, `(`, `)`, `,`, `=` or `:=`
    Sign(&'static str),
}

/// A template may be this long.
const TEXT_BYTES_MAX: usize = 64 * 1024;

pub(super) fn parts(text: &str) -> Result<Vec<Part>, TemplateError> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(TemplateError { line: 1, message: format!("a template may be {TEXT_BYTES_MAX} bytes long") });
    }
    let mut parts = Vec::new();
    let mut rest = text;
    let mut trims_next = false;
    while !rest.is_empty() {
        let line = 1 + text[..text.len() - rest.len()].matches('\n').count();
        let open = rest.find("{{").unwrap_or(rest.len());
        let (mut plain, action) = rest.split_at(open);
        let trims_before = action.strip_prefix("{{-").is_some_and(|inner| inner.starts_with(char::is_whitespace));
        plain = if trims_next { plain.trim_start() } else { plain };
        plain = if trims_before { plain.trim_end() } else { plain };
        if !plain.is_empty() {
            parts.push(Part::Text(plain.to_owned()));
        }
        if action.is_empty() {
            break;
        }
        let line = line + rest[..open].matches('\n').count();
        let inner = &action[if trims_before { 3 } else { 2 }..];
        let read = read_action(inner).map_err(|message| TemplateError { line, message })?;
        if let Some(tokens) = read.tokens {
            parts.push(Part::Action(tokens, line));
        }
        trims_next = read.trims_after;
        rest = &inner[read.length..];
    }
    Ok(parts)
}

struct Action {
    /// `None` for a comment.
    tokens: Option<Vec<Token>>,
    trims_after: bool,
    length: usize,
}

fn read_action(inner: &str) -> Result<Action, String> {
    let blanks = inner.len() - inner.trim_start().len();
    if inner[blanks..].starts_with("/*") {
        let end = inner.find("*/").ok_or("the comment is not closed")? + 2;
        let close = inner[end..].trim_start_matches([' ', '\t', '\r', '\n', '-']);
        let length = inner.len() - close.len() + 2;
        let trims_after = inner[end..length - 2].contains('-');
        let closed = close.starts_with("}}");
        return if closed {
            Ok(Action { tokens: None, trims_after, length })
        } else {
            Err("behind a comment }} must stand".to_owned())
        };
    }
    let mut tokens = Vec::new();
    let mut at = 0;
    let mut after_blank = true;
    loop {
        let rest = &inner[at..];
        let Some(first) = rest.chars().next() else {
            return Err("the action is not closed: }} is missing".to_owned());
        };
        if rest.starts_with("}}") {
            return Ok(Action { tokens: Some(tokens), trims_after: false, length: at + 2 });
        }
        if after_blank && rest.starts_with("-}}") {
            return Ok(Action { tokens: Some(tokens), trims_after: true, length: at + 3 });
        }
        after_blank = first.is_whitespace();
        if after_blank {
            at += first.len_utf8();
            continue;
        }
        let follows =
            at > 0 && !inner[..at].ends_with(|before: char| before.is_whitespace() || "(|,=".contains(before));
        let (token, length) = token(rest, first, follows)?;
        tokens.push(token);
        at += length;
    }
}

fn token(rest: &str, first: char, follows: bool) -> Result<(Token, usize), String> {
    let name_length = |text: &str| {
        text.chars().take_while(|each| each.is_alphanumeric() || *each == '_').map(char::len_utf8).sum::<usize>()
    };
    match first {
        '"' | '`' => read_quoted(rest).map(|(text, length)| (Token::Text(text), length)),
        '\'' => {
            let (text, length) = read_quoted(rest)?;
            let code = text.chars().next().map_or(0, u32::from);
            Ok((Token::Number(code.to_string()), length))
        }
        '$' => {
            let length = name_length(&rest[1..]);
            Ok((Token::Variable(rest[1..=length].to_owned()), 1 + length))
        }
        '.' if !rest[1..].starts_with(|next: char| next.is_ascii_digit()) => {
            let length = name_length(&rest[1..]);
            let field = Token::Field { name: rest[1..=length].to_owned(), follows };
            Ok((if length == 0 { Token::Dot } else { field }, 1 + length))
        }
        ':' if rest.starts_with(":=") => Ok((Token::Sign(":="), 2)),
        '|' => Ok((Token::Sign("|"), 1)),
        '(' => Ok((Token::Sign("("), 1)),
        ')' => Ok((Token::Sign(")"), 1)),
        ',' => Ok((Token::Sign(","), 1)),
        '=' => Ok((Token::Sign("="), 1)),
        _ if first.is_ascii_digit() || "+-.".contains(first) => {
            let in_number = |each: &char| each.is_ascii_alphanumeric() || matches!(each, '.' | '+' | '-' | '_');
            let length = rest.chars().take_while(in_number).count();
            Ok((Token::Number(rest[..length].to_owned()), length))
        }
        _ if first.is_alphabetic() || first == '_' => {
            let length = name_length(rest);
            Ok((Token::Word(rest[..length].to_owned()), length))
        }
        _ => Err(format!("'{first}' has no meaning in an action")),
    }
}
