//! How far two words are apart: insertions, deletions, changes and swaps of neighbours (Damerau–Levenshtein, optimal
//! string alignment), where a slip that fingers and ears make often costs less than a whole letter.

use crate::names::Text;

/// What a change of one letter costs.
pub(super) const LETTER: u16 = 10;
const SWAP: u16 = 9;
const VOWEL_FOR_VOWEL: u16 = 9;
const LIKE_SOUND: u16 = 8;
const VOWEL: u16 = 9;
const SILENT_H: u16 = 7;
const DOUBLED: u16 = 4;
/// What any letter more or less costs at least, and any that only one of two words has: a change, which costs twice as
/// much, brings one and takes one away.
pub(super) const LEAST: u16 = DOUBLED;
const _: () = assert!(2 * LEAST <= LIKE_SOUND && LEAST <= SILENT_H && LEAST <= VOWEL);

/// Letters that stand for like sounds or look alike.
const ALIKE: [&[u8]; 9] = [b"ckqg", b"szcx", b"bp", b"dt", b"fvw", b"ijy", b"mn", b"uvw", b"hk"];

static CHANGES: [[u8; 32]; 32] = changes();

const fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

const fn changes() -> [[u8; 32]; 32] {
    let mut table = [[LETTER as u8; 32]; 32];
    let mut one = 0;
    while one < 32 {
        let mut other = 0;
        while other < 32 {
            if one == other {
                table[one][other] = 0;
            } else if is_vowel(96 + one as u8) && is_vowel(96 + other as u8) {
                table[one][other] = VOWEL_FOR_VOWEL as u8;
            }
            other += 1;
        }
        one += 1;
    }
    let mut group = 0;
    while group < ALIKE.len() {
        let letters = ALIKE[group];
        let mut at = 0;
        while at < letters.len() {
            let mut next = 0;
            while next < letters.len() {
                if next != at {
                    table[(letters[at] & 31) as usize][(letters[next] & 31) as usize] = LIKE_SOUND as u8;
                }
                next += 1;
            }
            at += 1;
        }
        group += 1;
    }
    table
}

fn change(one: u8, other: u8) -> u16 {
    if one == other {
        0
    } else if one.is_ascii_alphabetic() && other.is_ascii_alphabetic() {
        u16::from(CHANGES[usize::from(one & 31)][usize::from(other & 31)])
    } else {
        LETTER
    }
}

/// One letter for all that sound or look like it at the beginning of a word.
pub(super) fn sound_of(letter: u8) -> u8 {
    match letter {
        b'c' | b'k' | b'q' | b'g' | b'h' => b'k',
        b's' | b'z' | b'x' => b's',
        b'b' | b'p' => b'b',
        b'd' | b't' => b'd',
        b'f' | b'v' | b'w' => b'f',
        b'm' | b'n' => b'm',
        b'a' | b'e' | b'i' | b'o' | b'u' | b'y' | b'j' => b'a',
        other => other,
    }
}

/// What it costs to leave out the letter at a place.
fn omission(text: &[u8], at: usize) -> u16 {
    let letter = text[at];
    if at > 0 && text[at - 1] == letter {
        DOUBLED
    } else if letter == b'h' && at > 0 {
        SILENT_H
    } else if is_vowel(letter) {
        VOWEL
    } else {
        LETTER
    }
}

/// The distance of two words in tenths of a letter; `None` when it is more than `most`.
pub(super) fn distance(one: &Text, other: &Text, most: u16) -> Option<u16> {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let front = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    // One letter of what is equal stays, because a doubled letter is seen by the one before it.
    let skip = front.saturating_sub(1);
    distance_of(&one[skip..], &other[skip..], most)
}

fn distance_of(one: &[u8], other: &[u8], most: u16) -> Option<u16> {
    let mut rows = [[0_u16; Text::CAPACITY + 1]; 3];
    let mut omissions = [0_u16; Text::CAPACITY];
    for at in 0..other.len() {
        omissions[at] = omission(other, at);
        rows[0][at + 1] = rows[0][at] + omissions[at];
    }
    let mut least_before = 0;
    for at in 0..one.len() {
        let (now, before, earlier) = ((at + 1) % 3, at % 3, (at + 2) % 3);
        let dropped = omission(one, at);
        rows[now][0] = rows[before][0] + dropped;
        // What is left of both words costs their difference in length at least.
        let left = one.len() - 1 - at;
        let rest = |place: usize| LEAST * (other.len() - place).abs_diff(left) as u16;
        let mut least = rows[now][0] + rest(0);
        for place in 0..other.len() {
            let mut cost = rows[before][place] + change(one[at], other[place]);
            cost = cost.min(rows[before][place + 1] + dropped).min(rows[now][place] + omissions[place]);
            if at > 0 && place > 0 && one[at] == other[place - 1] && one[at - 1] == other[place] {
                cost = cost.min(rows[earlier][place - 1] + SWAP);
            }
            rows[now][place + 1] = cost;
            least = least.min(cost + rest(place + 1));
        }
        // The way to the end leads through this row, or by a swap from the one before over it.
        if least.min(least_before + SWAP) > most {
            return None;
        }
        least_before = least;
    }
    Some(rows[one.len() % 3][other.len()]).filter(|cost| *cost <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apart(one: &str, other: &str) -> u16 {
        distance(&Text::from(one), &Text::from(other), u16::MAX).unwrap()
    }

    #[test]
    fn slips_that_happen_cost_less() {
        for (one, other, cost) in [
            ("putin", "putin", 0),
            ("pulin", "putin", 10),
            ("scholz", "schloz", 9),
            ("musk", "mosk", 9),
            ("basharr", "bashar", 4),
            ("mohammed", "mohamed", 4),
            ("rouhani", "ruhani", 9),
            ("", "abc", 29),
        ] {
            assert_eq!(apart(one, other), cost, "{one} {other}");
            assert_eq!(apart(other, one), cost, "{other} {one}");
        }
    }

    proptest::proptest! {
        /// What is given up early would have been too far as well, and no letter costs less than the least.
        #[test]
        fn nothing_is_given_up_that_is_near(one in "[abchk]{0,9}", other in "[abchk]{0,9}", most in 0_u16..40) {
            let (one, other) = (Text::from(one.as_str()), Text::from(other.as_str()));
            let whole = distance(&one, &other, u16::MAX).unwrap();
            proptest::prop_assert_eq!(distance(&one, &other, most), (whole <= most).then_some(whole));
            let letters = (one.letters() ^ other.letters()).count_ones() as usize;
            let least = letters.max(one.len().abs_diff(other.len())) * usize::from(LEAST);
            proptest::prop_assert!(usize::from(whole) >= least, "{whole} of {least}");
        }
    }

    #[test]
    fn far_words_are_given_up() {
        assert_eq!(distance(&Text::from("westdickenberg"), &Text::from("ischinger"), 20), None);
    }
}
