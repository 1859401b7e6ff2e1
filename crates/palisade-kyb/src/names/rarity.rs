//! How much a word tells: rare words much, words that every second person or company bears little. By tables that are
//! built in, never by what is loaded: so a score depends on the two names alone, today and when it is looked at again.

use super::parse::{NameType, Token, TokenKind};

/// What a word counts in a name of a type.
pub(super) fn weight(token: &Token, name_type: NameType) -> f32 {
    if name_type == NameType::Person { person(token) } else { organization(token) }
}

/// What names count that many people bear.
const COMMON: f32 = 0.5;
/// What parts of compounds count, which half of all names have.
const COMPOUND: f32 = 0.3;

fn person(token: &Token) -> f32 {
    match token.kind {
        TokenKind::Initial => 0.3,
        _ if matches!(token.text.as_str(), "abd" | "din" | "abu" | "umm") => COMPOUND,
        _ if token.word.is_some_and(|word| word.soft_title) => 0.4,
        _ if is_patronymic(token.text.as_str()) => 0.6,
        _ if token.word.is_some_and(|word| word.common_name) => COMMON,
        _ if token.word.is_some_and(|word| !word.spellings.is_empty() || !word.nicknames.is_empty()) => 0.85,
        _ => 1.0,
    }
}

fn organization(token: &Token) -> f32 {
    match token.kind {
        TokenKind::Place { wide: true, .. } => 0.35,
        TokenKind::Place { .. } => 0.6,
        TokenKind::Number(_) | TokenKind::Code => 0.7,
        TokenKind::Initial => 0.5,
        TokenKind::Word => token.word.map_or(1.0, |word| match word.company_weight {
            weight if weight > 0.0 => weight,
            _ if word.everyday || word.common_name => 0.6,
            _ => 0.9,
        }),
    }
}

/// Names after the father in the languages of the east of Europe: often left out.
fn is_patronymic(text: &str) -> bool {
    text.len() > 6
        && ["ovich", "evich", "ovych", "evych", "ovna", "evna", "ivna", "ievich"].iter().any(|end| text.ends_with(end))
}
