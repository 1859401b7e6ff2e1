//! Two names, letter by letter: the one technique that makes one of the other.

use super::form::Form;
use super::{Technique, look, sound};

/// What makes the asked name of the target, and the parts that differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Likeness {
    pub technique: Technique,
    /// The part of the asked name that differs.
    pub part: String,
    /// The same in words, where the name has words.
    pub words: Vec<String>,
    /// What stands for it in the target.
    pub target_part: String,
    pub at_start: bool,
    pub with_affix: bool,
}

/// Two letters may differ only in names of at least so many.
const TWO_EDITS_LETTERS_MIN: usize = 6;
/// Letters that may differ between names that sound alike.
const SOUND_EDITS_MAX: usize = 3;
/// An owner's name as part of another's says something from this length on.
const OWNER_PART_MIN: usize = 4;

/// How `asked` comes to be taken for `target`, if it does.
pub(super) fn compare(asked: &Form, target: &Form) -> Option<Likeness> {
    let likeness = |technique| Some(likeness(technique, asked, target));
    // Whoever has the owner's account has no need to imitate.
    if !asked.disguised && !asked.owner().is_empty() && asked.owner() == target.owner() {
        return None;
    }
    if asked.fold == target.fold {
        return likeness(same_fold(asked, target));
    }
    if asked.flat() == target.flat() {
        return likeness(Technique::Scope);
    }
    if let Some(technique) = one_edit(&asked.fold, &target.fold) {
        return likeness(if asked.disguised { Technique::Confusable } else { technique });
    }
    if asked.ordered().is_some_and(|order| target.ordered() == Some(order)) || reordered(asked, target) {
        return likeness(Technique::WordOrder);
    }
    without_affixes(asked, target)
        .or_else(|| owners(asked, target).and_then(likeness))
        .or_else(|| far(asked, target).and_then(likeness))
}

fn same_fold(asked: &Form, target: &Form) -> Technique {
    match () {
        () if asked.disguised => Technique::Confusable,
        () if asked.plain == target.plain => Technique::LetterCase,
        () => Technique::Separator,
    }
}

/// True when the words are the same, in another order, where one of the names writes them without separators.
fn reordered(asked: &Form, target: &Form) -> bool {
    let (one, other) = (&asked.fold, &target.fold);
    one.len() == other.len()
        && target.words().len() == 2
        && asked.words().len() == 1
        && target.words().next().is_some_and(|first| one.strip_suffix(first).is_some_and(|rest| other.ends_with(rest)))
}

fn without_affixes(asked: &Form, target: &Form) -> Option<Likeness> {
    let (asked_core, target_core) = (asked.core(), target.core());
    let (one, other) = (asked_core.as_deref().unwrap_or(&asked.fold), target_core.as_deref().unwrap_or(&target.fold));
    if asked_core.is_none() && target_core.is_none() {
        return None;
    }
    let technique = if one == other { Some(affix(asked, target)) } else { None };
    if let Some(technique) = technique {
        return Some(likeness(technique, asked, target));
    }
    let pairs = [(one, other), (one, target.fold.as_str()), (asked.fold.as_str(), other)];
    let (technique, part, target_part) =
        pairs.iter().find_map(|(one, other)| one_edit(one, other).map(|technique| (technique, *one, *other)))?;
    let at_start = part.as_bytes().first() != target_part.as_bytes().first();
    let words = vec![part.to_owned()];
    let (part, target_part) = (part.to_owned(), target_part.to_owned());
    Some(Likeness { technique, part, words, target_part, at_start, with_affix: true })
}

/// Names with the same core differ in a number, or in what is put before or behind.
fn affix(asked: &Form, target: &Form) -> Technique {
    let letters = |fold: &str| fold.chars().filter(|character| !character.is_ascii_digit()).collect::<String>();
    if letters(&asked.fold) == letters(&target.fold) { Technique::Number } else { Technique::Affix }
}

fn far(asked: &Form, target: &Form) -> Option<Technique> {
    let (one, other) = (asked.fold.as_str(), target.fold.as_str());
    if one.len().abs_diff(other.len()) <= 2 && look::seen_as(one) == look::seen_as(other) {
        return Some(Technique::LookAlike);
    }
    let edits = distance(one.as_bytes(), other.as_bytes());
    if edits <= SOUND_EDITS_MAX && sound::key(one).is_some_and(|key| sound::key(other) == Some(key)) {
        return Some(Technique::Homophone);
    }
    (edits <= 2 && one.len().min(other.len()) >= TWO_EDITS_LETTERS_MIN).then_some(Technique::TwoEdits)
}

/// The same name of another owner whose name is like the owner's.
fn owners(asked: &Form, target: &Form) -> Option<Technique> {
    if target.owner().is_empty() || asked.owner().is_empty() || asked.body() != target.body() {
        return None;
    }
    let account = |owner: &str| owner.rsplit('/').next().unwrap_or_default().to_owned();
    let (one, other) = (account(asked.owner()), account(target.owner()));
    let part = one.len().min(other.len()) >= OWNER_PART_MIN && (one.contains(&other) || other.contains(&one));
    (part || distance(one.as_bytes(), other.as_bytes()) <= 2).then_some(Technique::Owner)
}

/// The likeness of two names with the words that differ.
fn likeness(technique: Technique, asked: &Form, target: &Form) -> Likeness {
    let (one, other): (Vec<&str>, Vec<&str>) = (asked.all_words().collect(), target.all_words().collect());
    let shorter = one.len().min(other.len());
    let before = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let behind =
        one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count().min(shorter - before.min(shorter));
    let differing = &one[before..one.len() - behind];
    let (part, target_part) = (differing.concat(), other[before..other.len() - behind].concat());
    let words = differing.iter().map(|word| (*word).to_owned()).collect();
    let at_start = before == 0 && part.as_bytes().first() != target_part.as_bytes().first();
    Likeness { technique, part, words, target_part, at_start, with_affix: false }
}

/// The technique of a single edit that makes `asked` of `target`, if there is one.
fn one_edit(asked: &str, target: &str) -> Option<Technique> {
    let (a, t) = (asked.as_bytes(), target.as_bytes());
    if a.len().abs_diff(t.len()) > 1 {
        return None;
    }
    let before = a.iter().zip(t).take_while(|(a, t)| a == t).count();
    let shorter = a.len().min(t.len());
    let behind = a.iter().rev().zip(t.iter().rev()).take_while(|(a, t)| a == t).count().min(shorter - before);
    match (&a[before..a.len() - behind], &t[before..t.len() - behind]) {
        ([more], []) => Some(added(a, before, *more)),
        ([], [less]) => Some(left_out(t, before, *less)),
        ([one], [other]) => Some(substituted(*one, *other)),
        ([one, two], [first, second]) if one == second && two == first => Some(Technique::Swap),
        _ => None,
    }
}

fn added(asked: &[u8], at: usize, byte: u8) -> Technique {
    let neighbours = [at.checked_sub(1).and_then(|at| asked.get(at)), asked.get(at + 1)];
    match byte {
        _ if neighbours.contains(&Some(&byte)) => Technique::Repetition,
        b's' if at + 1 == asked.len() => Technique::Plural,
        b'0'..=b'9' => Technique::Number,
        b'/' => Technique::Scope,
        _ => Technique::Insertion,
    }
}

fn left_out(target: &[u8], at: usize, byte: u8) -> Technique {
    match byte {
        b's' if at + 1 == target.len() => Technique::Plural,
        b'0'..=b'9' => Technique::Number,
        _ => Technique::Omission,
    }
}

fn substituted(one: u8, other: u8) -> Technique {
    let vowel = |byte: u8| matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
    match () {
        () if one.is_ascii_digit() && other.is_ascii_digit() => Technique::Number,
        () if look::alike(one, other) => Technique::LookAlike,
        () if neighbours(one, other) => Technique::Keyboard,
        () if vowel(one) && vowel(other) => Technique::Vowel,
        () if (one ^ other).is_power_of_two() => Technique::BitFlip,
        () => Technique::Substitution,
    }
}

const ROWS: [&[u8]; 4] = [b"1234567890", b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];

/// True for keys side by side, or one above the other, on the keyboard that most people type names on. The German and
/// the French one have their letters otherwise; what is near on them counts as a substitution.
pub(super) fn neighbours(one: u8, other: u8) -> bool {
    let place = |byte: u8| {
        ROWS.iter().enumerate().find_map(|(row, keys)| keys.iter().position(|key| *key == byte).map(|at| (row, at)))
    };
    match (place(one), place(other)) {
        (Some((row, at)), Some((other_row, other_at))) if row == other_row => at.abs_diff(other_at) == 1,
        // A row stands about half a key further right than the one above it.
        (Some((row, at)), Some((other_row, other_at))) if row + 1 == other_row => at == other_at || at == other_at + 1,
        (Some((row, at)), Some((other_row, other_at))) if other_row + 1 == row => at == other_at || other_at == at + 1,
        _ => false,
    }
}

/// Edits between two texts: insertions, deletions, substitutions and swaps of neighbours, none touched twice (optimal
/// string alignment). Texts that are longer than what is compared, or differ too much in length, are far apart.
fn distance(one: &[u8], other: &[u8]) -> usize {
    const FAR: usize = usize::MAX;
    if one.len() > super::form::COMPARED_MAX || other.len() > super::form::COMPARED_MAX {
        return FAR;
    }
    if one.len().abs_diff(other.len()) > SOUND_EDITS_MAX {
        return FAR;
    }
    let width = other.len() + 1;
    let mut rows = [[0_usize; super::form::COMPARED_MAX + 1]; 3];
    for (at, cell) in rows[0][..width].iter_mut().enumerate() {
        *cell = at;
    }
    for row in 1..=one.len() {
        let (now, above, two_above) = (row % 3, (row + 2) % 3, (row + 1) % 3);
        rows[now][0] = row;
        for at in 1..width {
            let same = usize::from(one[row - 1] != other[at - 1]);
            let mut best = (rows[above][at] + 1).min(rows[now][at - 1] + 1).min(rows[above][at - 1] + same);
            if row > 1 && at > 1 && one[row - 1] == other[at - 2] && one[row - 2] == other[at - 1] {
                best = best.min(rows[two_above][at - 2] + 1);
            }
            rows[now][at] = best;
        }
    }
    rows[one.len() % 3][width - 1]
}

#[cfg(test)]
mod tests {
    use super::{compare, distance};
    use crate::{
        Ecosystem,
        names::{Technique, form::Form},
    };

    fn technique(ecosystem: Ecosystem, asked: &str, target: &str) -> Option<Technique> {
        compare(&Form::new(ecosystem, asked), &Form::new(ecosystem, target)).map(|likeness| likeness.technique)
    }

    #[test]
    fn every_likeness_has_its_technique() {
        let table = [
            ("lodahs", "lodash", Technique::Swap),
            ("lodas", "lodash", Technique::Omission),
            ("loddash", "lodash", Technique::Repetition),
            ("lodabsh", "lodash", Technique::Insertion),
            ("lodadh", "lodash", Technique::Keyboard),
            ("1odash", "lodash", Technique::LookAlike),
            ("nurnpy", "numpy", Technique::LookAlike),
            ("lodesh", "lodash", Technique::Vowel),
            ("lofash", "lodash", Technique::Keyboard),
            ("lodqsh", "lodash", Technique::Keyboard),
            ("lotash", "lodash", Technique::BitFlip),
            ("lonash", "lodash", Technique::Substitution),
            ("lodash-js", "lodash", Technique::Affix),
            ("lodashjs", "lodash", Technique::Affix),
            ("lodash4", "lodash", Technique::Number),
            ("detectron4", "detectron2", Technique::Number),
            ("figlets", "figlet", Technique::Plural),
            ("LODASH", "lodash", Technique::LetterCase),
            ("crossenv", "cross-env", Technique::Separator),
            ("import-mysql", "mysql-import", Technique::WordOrder),
            ("dizcordjs", "discord.js", Technique::Keyboard),
            ("deezcord.js", "discord.js", Technique::Homophone),
            ("requestsaa", "requests", Technique::Homophone),
            ("l\u{043E}dash", "lodash", Technique::Confusable),
            ("babel-core", "@babel/core", Technique::Scope),
            ("@babl/core", "@babel/core", Technique::Omission),
        ];
        for (asked, target, expected) in table {
            assert_eq!(technique(Ecosystem::Npm, asked, target), Some(expected), "{asked} for {target}");
        }
    }

    #[test]
    fn other_names_and_names_of_one_owner_are_not_alike() {
        for (asked, target) in
            [("react", "vue"), ("@nx/nest", "@nx/jest"), ("", "lodash"), ("@types/koa-router", "@types/koa__router")]
        {
            assert_eq!(technique(Ecosystem::Npm, asked, target), None, "{asked} for {target}");
        }
        assert_eq!(
            technique(Ecosystem::Go, "github.com/boltdb-go/bolt", "github.com/boltdb/bolt"),
            Some(Technique::Owner)
        );
        assert_eq!(technique(Ecosystem::Go, "github.com/somebody/bolt", "github.com/boltdb/bolt"), None);
        let disguised = technique(Ecosystem::Npm, "@b\u{0430}bel/cor", "@babel/core");
        assert_eq!(disguised, Some(Technique::Confusable), "another owner that looks the same");
    }

    #[test]
    fn edits_are_counted_with_swaps() {
        for (one, other, edits) in [("abc", "abc", 0), ("abc", "acb", 1), ("", "ab", 2), ("kitten", "sittin", 2)] {
            assert_eq!(distance(one.as_bytes(), other.as_bytes()), edits, "{one} {other}");
        }
    }
}
