//! Takes SQL apart, of all the dialects at once, wherever in it the text begins.

/// More tokens than this do not change what the first ones say.
const TOKENS_MAX: usize = 160;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or a keyword, quoted with backticks or not.
    Word,
    Number,
    /// A string; `closed` when its last quote is there.
    Text {
        closed: bool,
    },
    /// `@name` or `@@name`.
    Variable,
    Operator,
    Comma,
    Open,
    Close,
    Semicolon,
    /// A comment that swallows the rest of the line.
    Comment,
    Other,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind,
    pub(super) text: &'t str,
}

impl Token<'_> {
    pub(super) fn is(&self, word: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Operator) && self.text.eq_ignore_ascii_case(word)
    }

    pub(super) fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }
}

/// The tokens of `text`.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let bytes = text.as_bytes();
    let (mut found, mut at) = (Vec::new(), 0);
    while at < bytes.len() && found.len() < TOKENS_MAX {
        let rest = &bytes[at..];
        let (kind, length) = match token_at(rest) {
            Step::Blank(length) => {
                at += length;
                continue;
            }
            Step::Token(kind, length) => (kind, length.min(rest.len())),
        };
        found.push(Token { kind, text: &text[at..at + length] });
        at += length;
    }
    found
}

enum Step {
    Blank(usize),
    Token(Kind, usize),
}

/// What `rest`, which is not empty, begins with. Every end is before or after an ASCII character.
fn token_at(rest: &[u8]) -> Step {
    match rest {
        [b'/', b'*', b'!', more @ ..] => Step::Blank(3 + run(more, |byte| byte.is_ascii_digit())),
        [b'/', b'*', more @ ..] => {
            Step::Blank(memchr::memmem::find(more, b"*/").map_or(rest.len(), |length| length + 4))
        }
        [b'*', b'/', ..] => Step::Blank(2),
        [b'-', b'-', ..] | [b'#', ..] | [0, ..] => Step::Token(Kind::Comment, rest.len()),
        [quote @ (b'\'' | b'"'), more @ ..] => string(*quote, more),
        [b'`', more @ ..] => Step::Token(Kind::Word, 2 + run(more, |byte| byte != b'`')),
        [b'0', b'x' | b'X', more @ ..] if more.first().is_some_and(u8::is_ascii_hexdigit) => {
            Step::Token(Kind::Number, 2 + run(more, |byte| byte.is_ascii_hexdigit()))
        }
        [b'@', more @ ..] => Step::Token(Kind::Variable, 1 + run(more, |byte| byte == b'@' || in_word(byte))),
        [first, ..] if first.is_ascii_digit() => Step::Token(Kind::Number, number(rest)),
        [first, ..] if in_word(*first) => Step::Token(Kind::Word, run(rest, in_word)),
        [b',', ..] => Step::Token(Kind::Comma, 1),
        [b'(', ..] => Step::Token(Kind::Open, 1),
        [b')', ..] => Step::Token(Kind::Close, 1),
        [b';', ..] => Step::Token(Kind::Semicolon, 1),
        [first, ..] if first.is_ascii_whitespace() => Step::Blank(1),
        [b'|', b'|', ..] | [b'&', b'&', ..] | [b'<' | b'>' | b'!' | b'=' | b':', b'=', ..] | [b'<', b'>', ..] => {
            Step::Token(Kind::Operator, 2)
        }
        [b'=' | b'<' | b'>' | b'+' | b'-' | b'*' | b'/' | b'%' | b'^' | b'|' | b'&' | b'!' | b'~', ..] => {
            Step::Token(Kind::Operator, 1)
        }
        _ => Step::Token(Kind::Other, 1),
    }
}

fn in_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'.') || byte >= 0x80
}

fn run(bytes: &[u8], belongs: fn(u8) -> bool) -> usize {
    bytes.iter().take_while(|&&byte| belongs(byte)).count()
}

/// The length of a number; digits that go on as a word (`1or`) end where the word begins.
fn number(rest: &[u8]) -> usize {
    let digits = run(rest, |byte| byte.is_ascii_digit() || byte == b'.');
    match &rest[digits..] {
        [b'e' | b'E', sign @ (b'+' | b'-' | b'0'..=b'9'), ..] => {
            digits + 1 + usize::from(!sign.is_ascii_digit()) + run(&rest[digits + 2..], |byte| byte.is_ascii_digit())
        }
        _ => digits,
    }
}

/// A string after its first quote: a doubled quote or a backslash keeps it open.
fn string(quote: u8, more: &[u8]) -> Step {
    let mut at = 0;
    while at < more.len() {
        match (more[at], more.get(at + 1)) {
            (b'\\', Some(_)) => at += 2,
            (byte, Some(next)) if byte == quote && *next == quote && at > 0 => at += 2,
            (byte, _) if byte == quote => return Step::Token(Kind::Text { closed: true }, at + 2),
            _ => at += 1,
        }
    }
    Step::Token(Kind::Text { closed: false }, more.len() + 1)
}
