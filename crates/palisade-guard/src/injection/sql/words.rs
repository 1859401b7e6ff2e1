//! Looks up what words, operators and variables can do.

use super::{
    roles::{ARITHMETIC, CATALOGUE, COMPARE, EQUALS, JOINS, LOGIC, NOT, PIECE, Roles, UNARY},
    vocabulary::{PREFIXES, WORDS},
};

const SLOTS: usize = 1024;

/// Longest word of [`WORDS`].
const WORD_BYTES_MAX: usize = 27;

/// Every word, where its hash or a later place that was free puts it.
static TABLE: [(&str, Roles); SLOTS] = table();

const fn table() -> [(&'static str, Roles); SLOTS] {
    let mut table = [("", 0); SLOTS];
    let mut group = 0;
    while group < WORDS.len() {
        let (roles, words) = WORDS[group];
        let mut index = 0;
        while index < words.len() {
            let word = words[index].as_bytes();
            let mut slot = slot(word);
            while !table[slot].0.is_empty() && !same(table[slot].0.as_bytes(), word) {
                slot = (slot + 1) % SLOTS;
            }
            table[slot] = (words[index], table[slot].1 | roles);
            index += 1;
        }
        group += 1;
    }
    table
}

const fn same(one: &[u8], other: &[u8]) -> bool {
    let mut index = 0;
    while index < one.len() && index < other.len() && one[index] == other[index] {
        index += 1;
    }
    one.len() == other.len() && index == one.len()
}

/// A hash of length, both ends and the middle of `word`, which is not empty, in lower case.
const fn slot(word: &[u8]) -> usize {
    let length = word.len();
    let (first, last) = (word[0] | 0x20, word[length - 1] | 0x20);
    let (second, middle) = (word[if length > 1 { 1 } else { 0 }] | 0x20, word[length / 2] | 0x20);
    let mixed = first as u32 | (second as u32) << 8 | (middle as u32) << 16 | (last as u32) << 24;
    (mixed.wrapping_add(length as u32).wrapping_mul(0x9E37_79B1) >> 22) as usize
}

/// The roles of `word`, which is not empty.
pub(super) fn of_word(word: &[u8]) -> Roles {
    if word.len() > WORD_BYTES_MAX || word.contains(&b'.') || matches!(word, [b'x' | b'X', _, b'_', ..]) {
        return of_name(word);
    }
    let mut slot = slot(word);
    loop {
        let (known, roles) = TABLE[slot];
        if known.is_empty() {
            return of_name(word);
        }
        if known.as_bytes().eq_ignore_ascii_case(word) {
            return roles;
        }
        slot = (slot + 1) % SLOTS;
    }
}

/// The roles of a name that begins as those of the database's own do.
fn of_name(word: &[u8]) -> Roles {
    // Most words are plain ones, and no prefix is.
    if memchr::memchr2(b'_', b'.', word).is_none() {
        return 0;
    }
    let begins =
        |prefix: &str| word.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix.as_bytes()));
    let known = PREFIXES.iter().find(|(prefix, _)| begins(prefix)).map_or(0, |(_, roles)| *roles);
    // `master..xp_cmdshell`
    let last = word.rsplit(|&byte| byte == b'.').next().unwrap_or_default();
    if known & CATALOGUE != 0 && last.len() < word.len() && last.len() > 3 { known | of_word(last) } else { known }
}

/// The roles of an operator.
pub(super) fn of_operator(operator: &[u8]) -> Roles {
    match operator {
        b"||" => LOGIC | COMPARE | JOINS | ARITHMETIC,
        b"|" | b"&" | b"&&" => LOGIC | COMPARE | ARITHMETIC,
        b"=" => COMPARE | EQUALS,
        b"==" | b"<" | b">" | b"<>" | b"!=" | b"<=" | b">=" | b"<=>" | b"@>" | b"<@" => COMPARE,
        b"+" => COMPARE | ARITHMETIC | JOINS | UNARY,
        b"-" => COMPARE | ARITHMETIC | UNARY,
        b"*" | b"/" | b"%" | b"^" => COMPARE | ARITHMETIC,
        b"!" => UNARY | NOT,
        b"~" => UNARY,
        _ => 0,
    }
}

/// The roles of a variable.
pub(super) fn of_variable(variable: &[u8]) -> Roles {
    let known: [&[u8]; 12] = [
        b"@@version",
        b"@@hostname",
        b"@@datadir",
        b"@@servername",
        b"@@basedir",
        b"@@global",
        b"@@language",
        b"@@spid",
        b"@@version_compile_os",
        b"@@tmpdir",
        b"@@connections",
        b"@@cpu_busy",
    ];
    if known.iter().any(|known| known.eq_ignore_ascii_case(variable)) { CATALOGUE | PIECE } else { 0 }
}
