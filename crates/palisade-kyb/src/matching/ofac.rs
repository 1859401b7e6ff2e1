//! Scores as OFAC's own search gives them, so that a result can be held against the one of its page. OFAC says (frequently
//! asked question 249): the name entered is compared with listed names as a whole by Jaro–Winkler; it is also split into
//! parts, each compared with the parts of listed names by Jaro–Winkler and Soundex, and the parts' scores are put
//! together; the higher of the two counts. Case, accents and punctuation do not matter. From a few hundred of its scores
//! OpenSanctions found (2026) that whole names count only when they begin with one letter, that parts less than half
//! alike count nothing, that sound changes no score, and that words of one and two letters do not count where there are
//! others. What is known and what is not is told in `docs/kyb-matching.md`.

use super::name::{NameComparison, NamePart};
use super::similarity::Reason;
use crate::names::{ParsedName, Text};

/// Parts less alike than this count nothing.
const PART_MIN: f32 = 0.5;

/// Compares a name entered with a listed one. Not the same from either side: the parts of the name entered count.
pub(super) fn compare(entered: &ParsedName, listed: &ParsedName) -> NameComparison {
    let cut = entered.cut || listed.cut;
    if entered.words.is_empty() || listed.words.is_empty() {
        return NameComparison { cut, ..NameComparison::default() };
    }
    let (one, other) = (spelled(&entered.words), spelled(&listed.words));
    let whole = if one.as_bytes().first() == other.as_bytes().first() { alike(&one, &other) } else { 0.0 };
    let words = telling(&entered.words);
    let count = words.len() as f32;
    let mut parts: Vec<NamePart> = words.iter().map(|word| best_part(word, &listed.words, count)).collect();
    let composite = 1.0 - parts.iter().map(|part| part.deduction).sum::<f32>();
    if whole < composite {
        return NameComparison { score: composite.clamp(0.0, 1.0), parts, cut };
    }
    for part in &mut parts {
        part.deduction = (1.0 - whole) / count;
        part.weight = 1.0 / count;
    }
    NameComparison { score: whole, parts, cut }
}

/// The words that count: all but the shortest, unless there are no others.
fn telling(words: &[Text]) -> Vec<Text> {
    let long: Vec<Text> = words.iter().filter(|word| word.len() > 2).copied().collect();
    if long.is_empty() { words.to_vec() } else { long }
}

fn spelled(words: &[Text]) -> String {
    words.iter().map(Text::as_str).collect::<Vec<_>>().join(" ")
}

/// Jaro–Winkler without the threshold that later works put before the bonus for a common front: OFAC's scores have the
/// bonus always.
fn alike(one: &str, other: &str) -> f32 {
    let jaro = strsim::jaro(one, other) as f32;
    let front = one.bytes().zip(other.bytes()).take(4).take_while(|(a, b)| a == b).count() as f32;
    jaro + front * 0.1 * (1.0 - jaro)
}

/// The listed word that a word entered is most like.
fn best_part(word: &Text, listed: &[Text], count: f32) -> NamePart {
    let sound = soundex(word);
    let scores = listed.iter().map(|other| {
        let value = alike(word.as_str(), other.as_str());
        (if value >= PART_MIN { value } else { 0.0 }, *other, sound == soundex(other))
    });
    let best = scores.max_by(|a, b| a.0.total_cmp(&b.0));
    let (similarity, other, same_sound) = best.unwrap_or((0.0, Text::default(), false));
    let reason = match similarity {
        1.0 => Reason::Same,
        0.0 => Reason::Differs,
        _ if same_sound => Reason::Spelling,
        _ => Reason::Typing,
    };
    let listed = if similarity > 0.0 { other } else { Text::default() };
    NamePart { query: *word, listed, similarity, weight: 1.0 / count, deduction: (1.0 - similarity) / count, reason }
}

/// American Soundex: the first letter and three digits, as the National Archives of the United States describe it.
/// Words without letters have none.
pub(super) fn soundex(word: &Text) -> Option<[u8; 4]> {
    let letters = word.as_bytes().iter().copied().filter(u8::is_ascii_alphabetic);
    let mut code = [0, b'0', b'0', b'0'];
    let mut length = 0;
    let mut last = 0;
    for letter in letters {
        let digit = soundex_digit(letter);
        if length == 0 {
            (code[0], length) = (letter.to_ascii_uppercase(), 1);
        } else if digit != 0 && digit != last && length < 4 {
            code[length] = digit;
            length += 1;
        }
        // H and w do not part letters of one digit; vowels do.
        if !matches!(letter, b'h' | b'w') {
            last = digit;
        }
    }
    (length > 0).then_some(code)
}

fn soundex_digit(letter: u8) -> u8 {
    match letter {
        b'b' | b'f' | b'p' | b'v' => b'1',
        b'c' | b'g' | b'j' | b'k' | b'q' | b's' | b'x' | b'z' => b'2',
        b'd' | b't' => b'3',
        b'l' => b'4',
        b'm' | b'n' => b'5',
        b'r' => b'6',
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::NameType;

    #[test]
    fn soundex_is_that_of_the_archives() {
        for (word, code) in [
            ("robert", "R163"),
            ("rupert", "R163"),
            ("ashcraft", "A261"),
            ("tymczak", "T522"),
            ("pfister", "P236"),
            ("honeyman", "H555"),
            ("lee", "L000"),
        ] {
            assert_eq!(soundex(&Text::from(word)).as_ref().map(|code| &code[..]), Some(code.as_bytes()), "{word}");
        }
        assert_eq!(soundex(&Text::from("42")), None);
    }

    #[test]
    fn scores_are_those_of_the_method() {
        let parse = |name: &str| ParsedName::parse_in_order(name, NameType::Unknown);
        for (entered, listed, score) in [
            ("Nicolas Maduro Moros", "MADURO MOROS, Nicolas", 1.0),
            ("Nicolas Maduro", "MADURO MOROS, Nicolas", 1.0),
            ("Nicolas Madoro", "MADURO MOROS, Nicolas", 0.963),
            ("Khamis Al", "AL-GADDAFI, Khamis", 1.0),
            ("Khamis Al", "GADDAFI, Khamis", 1.0),
            ("Khamis Al", "DR. KHAMIS", 1.0),
            ("Khamis Al", "NAJJAR, Khamis Jawdat Khamis", 1.0),
        ] {
            let found = compare(&parse(entered), &parse(listed)).score;
            assert!((found - score).abs() < 0.05, "{entered} | {listed}: {found}");
        }
    }

    /// What people who compared OFAC's page with moov's watchman told of it (its issues 115, 141 and 338).
    #[test]
    fn scores_are_those_that_people_saw() {
        let score = |entered: &str, listed: &str| {
            let parse = |name: &str| ParsedName::parse_in_order(name, NameType::Unknown);
            compare(&parse(entered), &parse(listed)).score
        };
        assert_eq!(score("Maduro", "MADURO MOROS, Nicolas"), 1.0);
        assert_eq!((score("emma daniels", "EMMA") * 100.0).round(), 87.0);
        for listed in ["HABBASH, George", "HASWANI, George", "CHIWESHE, George"] {
            assert!(score("George Bush", listed) < 0.8, "{listed}: nothing was found from 80 on");
        }
    }
}
