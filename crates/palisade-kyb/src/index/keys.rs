//! The keys by which a word is reached: words that share one may be one word. The same for words of queries and of
//! lists, so that what is reached is a matter of two words alone.

use crate::names::{Script, Text, Token, TokenKind, hash};

/// What a key is made of; part of its hash, so that kinds do not meet.
#[derive(Clone, Copy)]
enum Kind {
    Text = 1,
    Family,
    Skeleton,
    Spelling,
    Nickname,
    Consonants,
    Place,
}

/// Words from this length on are reached with one letter more, less, changed or swapped.
const LETTERS_MIN: usize = 4;
/// Family keys from this length on are reached with one letter more, less, changed or swapped.
const FAMILY_MIN: usize = 5;
/// Skeletons from these lengths on are reached whole, and with one letter apart.
const SKELETON_MIN: [usize; 2] = [3, 5];

/// Calls `take` with each reach key of a word, and whether words that share it are one word by that alone; a key may
/// come twice.
pub(super) fn reach_keys(token: &Token, mut take: impl FnMut(u32, bool)) {
    take(key(Kind::Text, token.text.as_bytes()), false);
    match token.kind {
        TokenKind::Word => word_keys(token, &mut take),
        TokenKind::Place { id, .. } => {
            take(key(Kind::Place, &id.to_le_bytes()), false);
            word_keys(token, &mut take);
        }
        TokenKind::Initial | TokenKind::Number(_) | TokenKind::Code => {}
    }
}

fn word_keys(token: &Token, take: &mut impl FnMut(u32, bool)) {
    if token.text.len() >= LETTERS_MIN {
        without_one(&token.text, |shorter| take(key(Kind::Text, shorter.as_bytes()), false));
    }
    let family = token.key;
    take(key(Kind::Family, family.as_bytes()), true);
    if family.len() >= FAMILY_MIN {
        without_one(&family, |shorter| take(key(Kind::Family, shorter.as_bytes()), false));
    }
    let skeleton = crate::names::spelling::skeleton(&family);
    if skeleton.len() >= SKELETON_MIN[0] {
        take(key(Kind::Skeleton, skeleton.as_bytes()), false);
    }
    if skeleton.len() >= SKELETON_MIN[1] {
        without_one(&skeleton, |shorter| take(key(Kind::Skeleton, shorter.as_bytes()), false));
    }
    if let Some(word) = token.word {
        word.spellings.iter().for_each(|group| take(key(Kind::Spelling, &group.to_le_bytes()), true));
        word.nicknames.iter().for_each(|group| take(key(Kind::Nickname, &group.to_le_bytes()), true));
    }
    let bones =
        if token.script == Script::Alphabet { crate::names::spelling::bare_consonants(&family) } else { token.bones };
    if bones.len() > 1 {
        take(key(Kind::Consonants, bones.as_bytes()), false);
    }
}

/// The reach key of a word's own letters.
pub(super) fn letters_key(text: &Text) -> u32 {
    key(Kind::Text, text.as_bytes())
}

/// Each text with one letter less.
fn without_one(text: &Text, mut take: impl FnMut(&Text)) {
    let bytes = text.as_bytes();
    for gap in 0..bytes.len() {
        let mut shorter = Text::default();
        bytes.iter().enumerate().filter(|(at, _)| *at != gap).for_each(|(_, byte)| shorter.push(*byte));
        take(&shorter);
    }
}

fn key(kind: Kind, bytes: &[u8]) -> u32 {
    hash(bytes).rotate_left(5) ^ (kind as u32).wrapping_mul(0x9e37_79b9)
}
