//! Takes SQL apart, of all the dialects at once, wherever in it the text begins.

use super::{
    roles::{LOGIC, Roles},
    typographic, words,
};

/// More tokens than this do not change what the first ones say.
const TOKENS_MAX: usize = 48;

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
    /// A comment that swallows the rest of the line, or of the text.
    Comment,
    Other,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind,
    pub(super) text: &'t [u8],
    /// What it can do in a statement.
    pub(super) roles: Roles,
}

impl Token<'_> {
    pub(super) fn has(&self, roles: Roles) -> bool {
        self.roles & roles != 0
    }

    pub(super) fn is_text(&self) -> bool {
        matches!(self.kind, Kind::Text { .. })
    }

    pub(super) fn is_open_text(&self) -> bool {
        self.kind == Kind::Text { closed: false }
    }
}

/// Room for the tokens of one text after the other.
pub(super) struct Lexer<'t> {
    tokens: [Token<'t>; TOKENS_MAX],
}

impl<'t> Lexer<'t> {
    pub(super) fn new() -> Self {
        Self { tokens: [Token { kind: Kind::Other, text: &[], roles: 0 }; TOKENS_MAX] }
    }

    /// The first tokens of `text`.
    pub(super) fn tokens(&mut self, text: &'t [u8]) -> &[Token<'t>] {
        self.first_tokens(text, TOKENS_MAX)
    }

    /// The first tokens of `text`, `most` at most.
    pub(super) fn first_tokens(&mut self, text: &'t [u8], most: usize) -> &[Token<'t>] {
        let (mut count, mut at) = (0, 0);
        while at < text.len() && count < most {
            let rest = &text[at..];
            let (kind, length) = match token_at(rest) {
                Step::Blank(length) => {
                    at += length;
                    continue;
                }
                Step::Token(kind, length) => (kind, length.min(rest.len())),
            };
            let length = if kind == Kind::Word && follows_number(&self.tokens[..count], text, at) {
                logic_before_digit(&rest[..length])
            } else {
                length
            };
            let token = &rest[..length];
            let roles = match kind {
                Kind::Word => words::of_word(token),
                Kind::Operator => words::of_operator(token),
                Kind::Variable => words::of_variable(token),
                _ => 0,
            };
            self.tokens[count] = Token { kind, text: token, roles };
            count += 1;
            at += length;
        }
        &self.tokens[..count]
    }
}

/// A number ends where the word at `at` begins.
fn follows_number(tokens: &[Token<'_>], text: &[u8], at: usize) -> bool {
    at > 0 && text[at - 1].is_ascii_digit() && tokens.last().is_some_and(|token| token.kind == Kind::Number)
}

/// `or1` after a number is `or 1`.
fn logic_before_digit(word: &[u8]) -> usize {
    let letters = run(word, |byte| byte.is_ascii_alphabetic());
    let logic = matches!(letters, 2 | 3) && words::of_word(&word[..letters]) & LOGIC != 0;
    if logic { letters } else { word.len() }
}

enum Step {
    Blank(usize),
    Token(Kind, usize),
}

/// What `rest`, which is not empty, begins with. Every end is before or after an ASCII character.
fn token_at(rest: &[u8]) -> Step {
    match rest {
        [first, ..] if first.is_ascii_whitespace() || *first == 0x0B => Step::Blank(1),
        [b'n' | b'N' | b'x' | b'X' | b'b' | b'B' | b'e' | b'E' | b'q' | b'Q', quote @ b'\'', more @ ..] => {
            longer(string(*quote, more))
        }
        [0xC2 | 0xCA | 0xE2, ..] if typographic::quote(rest).is_some() => {
            let width = typographic::quote(rest).unwrap_or(1);
            let end = typographic::end_of_string(&rest[width..]);
            Step::Token(Kind::Text { closed: end.is_some() }, end.map_or(rest.len(), |length| width + length))
        }
        [first, ..] if first.is_ascii_alphabetic() || *first == b'_' || (*first >= 0x80 && !is_dash(rest)) => {
            Step::Token(Kind::Word, run(rest, in_word))
        }
        [b'0', b'x' | b'X', more @ ..] if more.first().is_some_and(u8::is_ascii_hexdigit) => {
            Step::Token(Kind::Number, 2 + run(more, |byte| byte.is_ascii_hexdigit()))
        }
        // An exponent without digits, which one dialect skips.
        [first, b'.', b'e' | b'E', b'(' | b' ' | b',' | b')', ..] if first.is_ascii_digit() => Step::Blank(3),
        [first, ..] if first.is_ascii_digit() => Step::Token(Kind::Number, number(rest)),
        [b'.', first, ..] if first.is_ascii_digit() => Step::Token(Kind::Number, number(rest)),
        [b'/', b'*', b'!', more @ ..] => Step::Blank(3 + run(more, |byte| byte.is_ascii_digit())),
        [b'/', b'*', more @ ..] => match find(more, b"*/") {
            Some(length) => Step::Blank(length + 4),
            None => Step::Token(Kind::Comment, rest.len()),
        },
        [b'*', b'/', ..] => Step::Blank(2),
        // A number after a hash is a reference or a colour; a dash at the end was two before a word processor saw it.
        [b'#', digit, ..] if digit.is_ascii_digit() => Step::Token(Kind::Other, 1),
        [b'-', b'-', ..] | [b'#', ..] | [0, ..] | [0xE2, 0x80, 0x93 | 0x94] => {
            Step::Token(Kind::Comment, memchr::memchr(b'\n', rest).unwrap_or(rest.len()))
        }
        [quote @ (b'\'' | b'"'), more @ ..] => string_of_any(*quote, more),
        [b'`', more @ ..] => Step::Token(Kind::Word, 2 + run(more, |byte| byte != b'`')),
        [b'$', b'$', more @ ..] => match find(more, b"$$") {
            Some(length) => Step::Token(Kind::Text { closed: true }, length + 4),
            None => Step::Token(Kind::Text { closed: false }, rest.len()),
        },
        [b'@', b'>', ..] | [b'<', b'@', ..] => Step::Token(Kind::Operator, 2),
        [b'@', more @ ..] => Step::Token(Kind::Variable, 1 + run(more, |byte| byte == b'@' || in_word(byte))),
        [b',', ..] => Step::Token(Kind::Comma, 1),
        [b'(', ..] => Step::Token(Kind::Open, 1),
        [b')', ..] => Step::Token(Kind::Close, 1),
        [b';', ..] => Step::Token(Kind::Semicolon, 1),
        // A cast does not change what an expression does.
        [b':', b':', more @ ..] => Step::Blank(2 + run(more, in_word)),
        [b'<', b'=', b'>', ..] => Step::Token(Kind::Operator, 3),
        [b'|', b'|', ..] | [b'&', b'&', ..] | [b'<' | b'>' | b'!' | b'=' | b':', b'=', ..] | [b'<', b'>', ..] => {
            Step::Token(Kind::Operator, 2)
        }
        [b'=' | b'<' | b'>' | b'+' | b'-' | b'*' | b'/' | b'%' | b'^' | b'|' | b'&' | b'!' | b'~', ..] => {
            Step::Token(Kind::Operator, 1)
        }
        _ => Step::Token(Kind::Other, 1),
    }
}

/// A dash at the end, of which a word processor made one of two.
fn is_dash(rest: &[u8]) -> bool {
    matches!(rest, [0xE2, 0x80, 0x93 | 0x94])
}

/// Where `pair` begins; mostly a few bytes on, so that nothing is prepared for the search.
fn find(bytes: &[u8], pair: &[u8; 2]) -> Option<usize> {
    bytes.windows(2).position(|two| two == pair)
}

/// The same with one byte in front.
fn longer(step: Step) -> Step {
    match step {
        Step::Blank(length) => Step::Blank(length + 1),
        Step::Token(kind, length) => Step::Token(kind, length + 1),
    }
}

/// Which bytes follow the first of a word.
static IN_WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        let as_byte = byte as u8;
        table[byte] = as_byte.is_ascii_alphanumeric() || matches!(as_byte, b'_' | b'$' | b'.' | 0x80..);
        byte += 1;
    }
    table
};

/// A letter after the first of a word; typographic dashes end it.
#[inline]
fn in_word(byte: u8) -> bool {
    IN_WORD[usize::from(byte)]
}

#[inline]
fn run(bytes: &[u8], belongs: impl Fn(u8) -> bool) -> usize {
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

/// A string after its first quote, which a typographic one may end.
fn string_of_any(quote: u8, more: &[u8]) -> Step {
    match string(quote, more) {
        Step::Token(kind, length) => match typographic::ends_early(more, length - 1) {
            Some(early) => Step::Token(Kind::Text { closed: true }, early + 1),
            None => Step::Token(kind, length),
        },
        blank => blank,
    }
}

/// A string after its first quote: a doubled quote or a backslash keeps it open.
fn string(quote: u8, more: &[u8]) -> Step {
    let mut at = 0;
    while let Some(gap) = memchr::memchr2(quote, b'\\', &more[at..]) {
        at += gap;
        match more.get(at + 1) {
            Some(_) if more[at] == b'\\' => at += 2,
            Some(next) if *next == quote && at > 0 => at += 2,
            _ if more[at] == quote => return Step::Token(Kind::Text { closed: true }, at + 2),
            _ => break,
        }
        if at >= more.len() {
            break;
        }
    }
    Step::Token(Kind::Text { closed: false }, more.len() + 1)
}
