//! How a name sounds: equal for spellings that are said alike in English.
//!
//! Vowels count only at the beginning, letters for the same sound are one, and doubled sounds are one. That is coarse, as
//! it is for Soundex and its kin, so it proposes only; the letters are compared afterwards.

/// Shorter keys say nothing.
const KEY_MIN: usize = 4;

/// The sounds of `fold`, when there are enough of them to say something.
pub(super) fn key(fold: &str) -> Option<Vec<u8>> {
    let bytes = fold.as_bytes();
    let mut sounds: Vec<u8> = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let next = bytes.get(at + 1).copied();
        let (sound, taken) = sound(bytes[at], next);
        let first = sounds.is_empty();
        match sound {
            b'a' if !first => {}
            _ if sounds.last() == Some(&sound) => {}
            _ => sounds.push(sound),
        }
        at += taken;
    }
    (sounds.len() >= KEY_MIN).then_some(sounds)
}

/// The sound of a letter before `next`, and how many letters it takes. All vowels are `a`.
fn sound(letter: u8, next: Option<u8>) -> (u8, usize) {
    match (letter, next) {
        (b'p', Some(b'h')) => (b'f', 2),
        (b'c', Some(b'k')) | (b'q', Some(b'u')) => (b'k', 2),
        (b'c', Some(b'h')) | (b's', Some(b'h')) => (b'S', 2),
        (b'c', Some(b'e' | b'i' | b'y')) => (b's', 1),
        (b'c' | b'q', _) => (b'k', 1),
        (b'z', _) => (b's', 1),
        (b'x', _) => (b'X', 1),
        (b'w', Some(b'r')) | (b'k', Some(b'n')) => (next.unwrap_or(letter), 2),
        (b'g', Some(b'h')) => (b'a', 2),
        (b'a' | b'e' | b'i' | b'o' | b'u' | b'y' | b'h' | b'w', _) => (b'a', 1),
        (b'v', _) => (b'f', 1),
        _ => (letter, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn what_is_said_alike_has_one_key() {
        for (one, other) in
            [("deezcord", "discord"), ("dizcord", "discord"), ("fantom", "phantom"), ("kwests", "kwests")]
        {
            assert_eq!(key(one), key(other), "{one} {other}");
        }
        assert_ne!(key("discord"), key("discard-it"));
        assert_eq!(key("ms"), None);
        assert_eq!(key(""), None);
    }
}
