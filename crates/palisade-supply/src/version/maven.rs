//! Maven's version order specification (maven.apache.org/pom.html#version-order-specification).
//!
//! A missing token counts as nothing: as `0` or as the empty qualifier. Where a shorter version ends, a longer one may
//! stand before it (`1-alpha`) or after it (`1-sp`, `1.1`); so the end has a class between those of the tokens. An empty
//! token in the middle takes the side of what comes after it.

use super::key::{Key, KeyWriter};

/// Qualifiers before the release, each with its class; what stands for the release itself has that of the end.
const QUALIFIERS: &[(&str, u8)] = &[
    ("alpha", 0x10),
    ("beta", 0x11),
    ("milestone", 0x12),
    ("rc", 0x13),
    ("cr", 0x13),
    ("snapshot", 0x14),
    ("", END),
    ("final", END),
    ("ga", END),
    ("release", END),
    ("sp", 0x22),
];
const NOTHING_BEFORE_LESS: u8 = 0x1E;
const END: u8 = 0x20;
const QUALIFIER_NOTHING_BEFORE_MORE: u8 = 0x21;
const OTHER_QUALIFIER: u8 = 0x30;
const HYPHEN_NUMBER: u8 = 0x40;
const DOT_NUMBER: u8 = 0x41;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Token {
    after_hyphen: bool,
    /// In lower case; a number as digits without leading zeros, zero being empty.
    text: String,
    is_number: bool,
}

impl Token {
    fn is_nothing(&self) -> bool {
        self.class() == END || (self.is_number && self.text.is_empty())
    }

    fn class(&self) -> u8 {
        if self.is_number {
            return if self.after_hyphen { HYPHEN_NUMBER } else { DOT_NUMBER };
        }
        QUALIFIERS.iter().find(|row| row.0 == self.text).map_or(OTHER_QUALIFIER, |row| row.1)
    }
}

pub(super) fn key(text: &str) -> Option<Key> {
    let tokens = trimmed(tokens(&text.to_lowercase()));
    let mut writer = KeyWriter::new();
    for (at, token) in tokens.iter().enumerate() {
        let class = token.class();
        if token.is_nothing() {
            let next = tokens[at..].iter().find(|token| !token.is_nothing());
            match next {
                Some(next) if next.class() < END => writer.class(NOTHING_BEFORE_LESS),
                Some(_) if token.is_number => writer.class(class).digits(""),
                _ => writer.class(QUALIFIER_NOTHING_BEFORE_MORE),
            };
        } else if token.is_number {
            writer.class(class).digits(&token.text);
        } else if class == OTHER_QUALIFIER {
            writer.class(class).word(&token.text);
        } else {
            writer.class(class);
        }
    }
    writer.class(END);
    Some(writer.finish())
}

pub(super) fn is_prerelease(text: &str) -> bool {
    tokens(&text.to_lowercase()).iter().any(|token| token.class() < END)
}

/// Parts the version at dots, hyphens and where digits meet letters; the last counts as a hyphen.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut after_hyphen = false;
    for part in text.split_inclusive(['.', '-', '_']) {
        let separator = part.chars().next_back().filter(|last| matches!(last, '.' | '-' | '_'));
        let part = part.trim_end_matches(['.', '-', '_']);
        let runs: Vec<&[u8]> = part.as_bytes().chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()).collect();
        if runs.is_empty() {
            tokens.push(Token { after_hyphen, text: String::new(), is_number: true });
        }
        for (at, run) in runs.iter().enumerate() {
            let next_is_number = runs.get(at + 1).is_some();
            tokens.push(token(&String::from_utf8_lossy(run), after_hyphen || at > 0, next_is_number));
        }
        after_hyphen = separator != Some('.');
    }
    tokens
}

fn token(run: &str, after_hyphen: bool, next_is_number: bool) -> Token {
    let is_number = run.starts_with(|first: char| first.is_ascii_digit());
    let text = match run {
        _ if is_number => run.trim_start_matches('0'),
        "a" if next_is_number => "alpha",
        "b" if next_is_number => "beta",
        "m" if next_is_number => "milestone",
        _ => run,
    };
    Token { after_hyphen, text: text.to_owned(), is_number }
}

/// Without the tokens that mean nothing at the end, before each hyphen and before each qualifier.
fn trimmed(tokens: Vec<Token>) -> Vec<Token> {
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        if token.after_hyphen || !token.is_number {
            drop_nothing(&mut kept);
        }
        kept.push(token);
    }
    drop_nothing(&mut kept);
    kept
}

fn drop_nothing(tokens: &mut Vec<Token>) {
    while tokens.last().is_some_and(Token::is_nothing) {
        tokens.pop();
    }
}

#[cfg(test)]
mod tests {
    use crate::version::Scheme;
    use std::cmp::Ordering;

    /// The examples of the specification.
    #[test]
    fn order_is_that_of_the_specification() {
        for (less, more) in [
            ("1", "1.1"),
            ("1-snapshot", "1"),
            ("1", "1-sp"),
            ("1-foo2", "1-foo10"),
            ("1-foo", "1-1"),
            ("1-1", "1.1"),
            ("1-ga", "1-sp"),
            ("1-sp-1", "1-ga-1"),
            ("1.0.RC2", "1.0-RC3"),
            ("1.0-RC3", "1.0.1"),
            ("1.0-alpha-1", "1.0-alpha-2"),
            ("1.0-alpha-10", "1.0-beta-1"),
            ("1.0-beta", "1.0-milestone"),
            ("1.0-m3", "1.0-rc1"),
            ("1.0-rc1", "1.0-SNAPSHOT"),
            ("1.0-SNAPSHOT", "1.0"),
            ("1.0", "1.0-jre"),
            ("1.0.alpha", "1"),
            ("2.9.10", "2.9.10.1"),
            ("2.9.10.8", "2.10.0.pr1"),
        ] {
            assert_eq!(Scheme::Maven.compare(less, more), Ordering::Less, "{less} {more}");
        }
        for (a, b) in [
            ("1.ga", "1-ga"),
            ("1-0", "1.0"),
            ("1.0", "1"),
            ("1.0.0-foo.0.0", "1-foo"),
            ("1.0.0-0.0.0", "1"),
            ("1-a1", "1-alpha-1"),
            ("1.foo", "1-foo"),
            ("1-rc", "1-CR"),
            ("1-1.foo-bar1baz-.1", "1-1.foo-bar-1-baz-0.1"),
            ("01.002", "1.2"),
        ] {
            assert_eq!(Scheme::Maven.compare(a, b), Ordering::Equal, "{a} {b}");
        }
    }
}
