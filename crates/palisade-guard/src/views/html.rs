//! HTML character references (HTML §13.2.5.72): named, decimal, hexadecimal, with and without semicolon.

use super::{Kind, Unit};

/// References that stand for ASCII characters which mean something in code, and whether they need a semicolon.
const NAMED: [(&str, char, bool); 43] = [
    ("lt", '<', false),
    ("gt", '>', false),
    ("LT", '<', false),
    ("GT", '>', false),
    ("amp", '&', false),
    ("quot", '"', false),
    ("nbsp", ' ', false),
    ("apos", '\'', true),
    ("Tab", '\t', true),
    ("NewLine", '\n', true),
    ("excl", '!', true),
    ("num", '#', true),
    ("dollar", '$', true),
    ("percnt", '%', true),
    ("lpar", '(', true),
    ("rpar", ')', true),
    ("ast", '*', true),
    ("midast", '*', true),
    ("plus", '+', true),
    ("comma", ',', true),
    ("period", '.', true),
    ("sol", '/', true),
    ("colon", ':', true),
    ("semi", ';', true),
    ("equals", '=', true),
    ("quest", '?', true),
    ("commat", '@', true),
    ("lsqb", '[', true),
    ("lbrack", '[', true),
    ("rsqb", ']', true),
    ("rbrack", ']', true),
    ("bsol", '\\', true),
    ("Hat", '^', true),
    ("lowbar", '_', true),
    ("grave", '`', true),
    ("lcub", '{', true),
    ("lbrace", '{', true),
    ("rcub", '}', true),
    ("rbrace", '}', true),
    ("verbar", '|', true),
    ("vert", '|', true),
    ("hyphen", '-', true),
    ("dash", '-', true),
];

/// Digits of a number; browsers read any count of leading zeros, of which this many are followed.
const DIGITS_MAX: usize = 16;

/// The names of all references that are decoded.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    NAMED.iter().map(|(name, ..)| *name)
}

/// The unit whose `&` stands at `at`.
pub(super) fn unit(bytes: &[u8], at: usize) -> Option<Unit> {
    let rest = &bytes[at + 1..];
    let rest = &rest[..rest.len().min(DIGITS_MAX + 2)];
    match rest {
        [b'#', b'x' | b'X', digits @ ..] => numeric(digits, 16, 3),
        [b'#', digits @ ..] => numeric(digits, 10, 2),
        _ => named(rest),
    }
}

fn numeric(text: &[u8], radix: u32, before: usize) -> Option<Unit> {
    let digits = text.iter().map_while(|&byte| char::from(byte).to_digit(radix));
    let (mut count, mut code) = (0, 0_u32);
    for digit in digits {
        count += 1;
        code = code.saturating_mul(radix).saturating_add(digit);
    }
    let semicolon = usize::from(text.get(count) == Some(&b';'));
    let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    (count > 0).then(|| Unit::strong(before + count + semicolon, character, Kind::Html))
}

fn named(text: &[u8]) -> Option<Unit> {
    if !text.first().is_some_and(u8::is_ascii_alphabetic) {
        return None;
    }
    NAMED.iter().find_map(|&(name, character, needs_semicolon)| {
        let rest = text.strip_prefix(name.as_bytes())?;
        let semicolon = rest.first() == Some(&b';');
        let word_goes_on = rest.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'=');
        if !semicolon && (needs_semicolon || word_goes_on) {
            return None;
        }
        Some(Unit::strong(1 + name.len() + usize::from(semicolon), character, Kind::Html))
    })
}
