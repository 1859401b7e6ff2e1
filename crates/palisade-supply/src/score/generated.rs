//! Squats made up from popular names, by the slips and tricks that reports are full of: examples of what imitating looks
//! like, where real ones are few and mixed with names that imitate nothing.

use super::{Labelled, PopularList};

/// How many names of a list are imitated, from the top, and how often each: nearly half of all imitate one of the first
/// three hundred, as most of the labelled squats do.
const STEPS: [(usize, usize); 3] = [(300, 32), (1500, 6), (6000, 1)];
/// Shorter names are near to everything.
const LETTERS_MIN: usize = 4;
/// What one counts for, beside a name that was reported: the tricks are real, how often each is played is a guess.
const WEIGHT: f64 = 0.3;
/// What is glued behind names, by ecosystem in the order npm, others.
const BEHIND: [&[&str]; 2] = [&["js", "-js", ".js"], &["-python", "py", "-py"]];

/// The made-up squats of `list`; the same ones each time.
#[must_use]
pub fn generated(list: &PopularList) -> Vec<Labelled> {
    let mut chance = Chance(0x2545_F491_4F6C_DD1D);
    let mut found = Vec::new();
    for (place, popular) in list.names.iter().enumerate() {
        let times = STEPS.iter().find(|(until, _)| place < *until).map_or(0, |(_, times)| *times);
        for _ in 0..times {
            let Some(name) =
                imitation(&popular.name, usize::from(list.ecosystem != crate::Ecosystem::Npm), &mut chance)
            else {
                continue;
            };
            found.push(Labelled {
                ecosystem: list.ecosystem,
                name,
                malicious: true,
                source: "made-up squats".to_owned(),
                date: None,
                target: Some(popular.name.clone()),
                weight: Some(WEIGHT),
                facts: None,
            });
        }
    }
    found
}

/// Numbers without a pattern (xorshift), so that every training sees the same.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}

fn imitation(name: &str, affixes: usize, chance: &mut Chance) -> Option<String> {
    let letters = name.bytes().filter(u8::is_ascii_alphanumeric).count();
    if letters < LETTERS_MIN || !name.is_ascii() {
        return None;
    }
    let changed = match chance.below(26) {
        0 => match name.strip_suffix('s') {
            Some(singular) => singular.to_owned(),
            None => format!("{name}s"),
        },
        1 => with_affix(name, affixes, chance),
        2 => name.replacen(['-', '_', '.'], "", 1),
        3 | 4 => edited(&edited(name, chance)?, chance)?,
        5 => with_affix(&edited(name, chance)?, affixes, chance),
        6 => numbered(name, chance),
        7 => reordered(name)?,
        8 => with_word(name, chance),
        9 => with_release_word(name, chance),
        _ => edited(name, chance)?,
    };
    (changed != name).then_some(changed)
}

fn with_affix(name: &str, affixes: usize, chance: &mut Chance) -> String {
    let behind = BEHIND[affixes];
    format!("{name}{}", behind[chance.below(behind.len())])
}

/// The name with an ordinary word before or behind it.
fn with_word(name: &str, chance: &mut Chance) -> String {
    let words = crate::names::ordinary_words();
    let word = words.get(chance.below(words.len())).copied().unwrap_or("tool");
    if chance.below(3) == 0 { format!("{word}-{name}") } else { format!("{name}-{word}") }
}

/// The name with a word behind it that claims to be a release of it.
fn with_release_word(name: &str, chance: &mut Chance) -> String {
    let words = crate::names::release_words();
    match chance.below(3) {
        0 => format!("{name}-v{}", chance.below(9) + 1),
        _ => format!("{name}-{}", words.get(chance.below(words.len())).copied().unwrap_or("latest")),
    }
}

/// Another number where the name ends in one, one more where it does not.
fn numbered(name: &str, chance: &mut Chance) -> String {
    let number = chance.below(9) + 1;
    let letters = name.trim_end_matches(|last: char| last.is_ascii_digit());
    if letters.len() < name.len() { format!("{letters}{number}") } else { format!("{name}-{number}") }
}

/// The last word of several first.
fn reordered(name: &str) -> Option<String> {
    let (before, last) = name.rsplit_once('-').filter(|_| !name.contains('/'))?;
    Some(format!("{last}-{before}"))
}

/// The name with one slip at a letter.
fn edited(name: &str, chance: &mut Chance) -> Option<String> {
    let places: Vec<usize> =
        name.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_alphanumeric()).map(|(at, _)| at).collect();
    let at = *places.get(chance.below(places.len()))?;
    let mut bytes = name.as_bytes().to_vec();
    let letter = b'a' + u8::try_from(chance.below(26)).ok()?;
    match chance.below(6) {
        0 => drop(bytes.remove(at)),
        1 => bytes.insert(at, bytes[at]),
        2 => bytes.insert(at, letter),
        3 => bytes[at] = letter,
        4 => bytes[at] = same_look(bytes[at]).unwrap_or(letter),
        _ if at + 1 < bytes.len() => bytes.swap(at, at + 1),
        _ => return None,
    }
    String::from_utf8(bytes).ok()
}

fn same_look(byte: u8) -> Option<u8> {
    let pairs = [(b'o', b'0'), (b'l', b'1'), (b'e', b'3'), (b'a', b'4'), (b's', b'5'), (b'i', b'l')];
    pairs.iter().find(|(letter, _)| *letter == byte).map(|(_, other)| *other)
}

#[cfg(test)]
mod tests {
    use super::generated;
    use crate::{Ecosystem, names::Popular, score::PopularList};

    #[test]
    fn squats_are_made_up_alike_each_time_and_differ_from_their_targets() {
        let names: Vec<Popular> = crate::starter::popular(Ecosystem::PyPi);
        let list = PopularList { ecosystem: Ecosystem::PyPi, source: "starter".to_owned(), names };
        let found = generated(&list);
        assert!(found.len() > 1000);
        assert_eq!(found, generated(&list));
        assert!(found.iter().all(|one| !one.name.is_empty() && one.malicious));
    }
}
