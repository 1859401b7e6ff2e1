//! How a name looks: letters of other scripts, and digits and letter pairs that pass for a letter.

use unicode_security::confusable_detection::skeleton;

/// `name` in lower case, characters of other scripts as the ASCII they imitate (UTS #39 §4), and whether there were any.
pub(super) fn plain(name: &str) -> (String, bool) {
    if name.is_ascii() {
        return (name.to_ascii_lowercase(), false);
    }
    let mut plain = String::with_capacity(name.len());
    let mut disguised = false;
    for character in name.chars() {
        if character.is_ascii() {
            plain.push(character.to_ascii_lowercase());
            continue;
        }
        let mut buffer = [0; 4];
        let before = plain.len();
        plain.extend(skeleton(character.encode_utf8(&mut buffer)).flat_map(char::to_lowercase));
        disguised |= plain[before..].is_ascii();
    }
    (plain, disguised)
}

/// What a byte passes for at a glance.
fn seen(byte: u8) -> u8 {
    match byte {
        b'0' => b'o',
        b'1' | b'i' => b'l',
        b'3' => b'e',
        b'4' => b'a',
        b'5' => b's',
        b'7' => b't',
        b'8' => b'b',
        b'9' => b'g',
        other => other,
    }
}

/// Two letters that run together into one.
const PAIRS: &[(&[u8; 2], u8)] = &[(b"rn", b'm'), (b"vv", b'w'), (b"cl", b'd')];

/// The fold as it is seen: equal for names that look alike.
pub(super) fn seen_as(fold: &str) -> Vec<u8> {
    let bytes = fold.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let pair = PAIRS.iter().find(|(pair, _)| bytes[at..].starts_with(&pair[..]));
        out.push(pair.map_or_else(|| seen(bytes[at]), |(_, one)| *one));
        at += if pair.is_some() { 2 } else { 1 };
    }
    out
}

/// True when one letter passes for the other.
pub(super) fn alike(one: u8, other: u8) -> bool {
    one != other && seen(one) == seen(other)
}

#[cfg(test)]
mod tests {
    use super::{plain, seen_as};

    #[test]
    fn letters_of_other_scripts_become_what_they_imitate() {
        assert_eq!(plain("S\u{0435}ril\u{043E}g"), ("serilog".to_owned(), true));
        assert_eq!(plain("Serilog"), ("serilog".to_owned(), false));
        let (kept, disguised) = plain("日本");
        assert!(!disguised && !kept.is_ascii());
    }

    #[test]
    fn digits_and_pairs_pass_for_letters() {
        assert_eq!(seen_as("1odash"), seen_as("lodash"));
        assert_eq!(seen_as("nurnpy"), seen_as("numpy"));
        assert_eq!(seen_as("r3qu3st5"), seen_as("requests"));
        assert_ne!(seen_as("requests"), seen_as("request"));
    }
}
