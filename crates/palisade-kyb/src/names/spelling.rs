//! Spelling families: a key that is the same for the ways in which languages write one sound. Hussein, Husayn and
//! Hossain, Gazprom and Gasprom, Lukashenko and Loukachenko have one key each. The key keeps vowels in three classes;
//! its skeleton has the consonants alone.

use super::text::Text;

/// The key of a token of lower-case Latin letters and digits.
pub(crate) fn family_key(text: &Text) -> Text {
    let bytes = text.as_bytes();
    let mut key = Text::default();
    let mut at = 0;
    while at < bytes.len() {
        at += push_sound(&bytes[at..], at == 0, &mut key);
    }
    if key.len() > 2 && key.last() == Some(b'f') {
        key.replace_last(b'v');
    }
    if key.len() > 3 && key.last() == Some(b'j') && bytes.last() == Some(&b'j') {
        key.replace_last(b'i');
        collapse_last(&mut key);
    }
    key
}

/// Appends the sound at the front of `rest`, and says how many letters it took.
fn push_sound(rest: &[u8], first: bool, key: &mut Text) -> usize {
    let (sound, taken): (&[u8], usize) = match rest {
        [b's', b'h', b'c', b'h', ..] => (b"S", 4),
        [b's', b'c', b'h', ..] | [b't', b'c', b'h', ..] => (b"S", 3),
        [b's', b'h', ..] | [b'c', b'h', ..] | [b'c', b'z', ..] | [b's', b'z', ..] => (b"S", 2),
        [b'd', b'z', b'h', ..] => (b"j", 3),
        [b'z', b'h', ..] | [b'd', b'j', ..] => (b"j", 2),
        [b'k', b'h', ..] => (b"h", 2),
        [b'g', b'h', ..] => (b"g", 2),
        [b'p', b'h', ..] => (b"f", 2),
        [b't', b'h', ..] => (b"t", 2),
        [b'd', b'h', ..] => (b"d", 2),
        [b'c', b'k', ..] => (b"k", 2),
        [b't', b'z', ..] => (b"ts", 2),
        [b'c', b'e' | b'i' | b'y', ..] => (b"s", 1),
        [b'q', b'u', b'e' | b'i' | b'y', ..] => (b"k", 2),
        [b'c' | b'q', ..] => (b"k", 1),
        [b'x', ..] => (b"ks", 1),
        [b'w', ..] => (b"v", 1),
        [b'z', ..] => (b"s", 1),
        [b'u' | b'o', b'e', ..] => (b"u", 2),
        [b'o', b'w', ..] if rest.len() > 2 => (b"u", 2),
        [b'o' | b'u', ..] => (b"u", 1),
        [b'a' | b'e', b'e' | b'i' | b'y', ..] => (b"i", 2),
        [b'e' | b'i' | b'y', ..] => (b"i", 1),
        // An h is heard at the beginning and between vowels.
        [b'h', next, ..] if first || is_vowel(*next) && key.last().is_some_and(is_key_vowel) => (b"h", 1),
        [b'h'] if first => (b"h", 1),
        [b'h', ..] => (b"", 1),
        [other, ..] => (std::slice::from_ref(other), 1),
        [] => (b"", 1),
    };
    for byte in sound {
        if key.last() != Some(*byte) || byte.is_ascii_digit() {
            key.push(*byte);
        }
    }
    taken
}

fn collapse_last(key: &mut Text) {
    let bytes = key.as_bytes();
    if bytes.len() > 1 && bytes[bytes.len() - 1] == bytes[bytes.len() - 2] {
        key.pop();
    }
}

fn is_vowel(byte: u8) -> bool {
    matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

fn is_key_vowel(byte: u8) -> bool {
    matches!(byte, b'a' | b'i' | b'u')
}

/// The consonants of a key: what stays when vowels are written in any way or not at all.
pub(crate) fn skeleton(key: &Text) -> Text {
    let mut bones = Text::default();
    for (place, byte) in key.as_bytes().iter().enumerate() {
        if place == 0 && is_key_vowel(*byte) {
            bones.push(b'a');
        } else if !is_key_vowel(*byte) && bones.last() != Some(*byte) {
            bones.push(*byte);
        }
    }
    bones
}

/// The consonants that also a script without vowels writes for certain: without h, w and y, which stand for vowels.
pub(crate) fn bare_consonants(key: &Text) -> Text {
    let mut bones = Text::default();
    for byte in key.as_bytes() {
        if !matches!(byte, b'a' | b'i' | b'u' | b'h' | b'v' | b'y') && bones.last() != Some(*byte) {
            bones.push(*byte);
        }
    }
    bones
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> String {
        family_key(&Text::from(text)).as_str().to_owned()
    }

    #[test]
    fn spellings_of_one_name_have_one_key() {
        for family in [
            &["hussein", "husayn", "hossein", "hussain", "husein"][..],
            &["gazprom", "gasprom"],
            &["lukashenko", "loukachenko", "lukaschenko"],
            &["mohamed", "mohammed"],
            &["mahmoud", "mahmud", "mahmood"],
            &["osama", "usama"],
            &["zelensky", "zelenskyy", "zelenskiy", "zelenski"],
            &["petrov", "petroff"],
            &["qaddafi", "kaddafi"],
            &["ahmadinejad", "ahmadinezhad"],
            &["said", "saeed", "sayed"],
        ] {
            for name in family {
                assert_eq!(key(name), key(family[0]), "{name}");
            }
        }
    }

    #[test]
    fn other_names_have_other_keys() {
        for (one, other) in [("bush", "habbash"), ("martin", "mahon"), ("putin", "pulin"), ("ivan", "igor")] {
            assert_ne!(key(one), key(other));
        }
    }
}
