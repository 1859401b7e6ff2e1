//! The ways in which one name imitates another, one row each.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How a name comes to be taken for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the table below says what each is")]
pub enum Technique {
    Confusable,
    Separator,
    LetterCase,
    Swap,
    Omission,
    Repetition,
    Insertion,
    Keyboard,
    LookAlike,
    BitFlip,
    Vowel,
    Substitution,
    TwoEdits,
    Homophone,
    Plural,
    Number,
    Affix,
    WordOrder,
    Scope,
    Owner,
    Brand,
    CommandLine,
    EcosystemHop,
    DependencyConfusion,
}

/// Technique, its name, and what it does, to be read after "the name".
const TABLE: &[(Technique, &str, &str)] = &[
    (Technique::Confusable, "confusable", "uses letters of another script that look like those of"),
    (Technique::Separator, "separator", "differs only in its separators from"),
    (Technique::LetterCase, "letter-case", "differs only in upper and lower case from"),
    (Technique::Swap, "swap", "has two neighbouring letters swapped compared with"),
    (Technique::Omission, "omission", "leaves out a letter of"),
    (Technique::Repetition, "repetition", "repeats a letter of"),
    (Technique::Insertion, "insertion", "has one letter more than"),
    (Technique::Keyboard, "keyboard", "has a letter from the next key instead of one in"),
    (Technique::LookAlike, "look-alike", "looks almost like"),
    (Technique::BitFlip, "bit-flip", "is one flipped bit away from"),
    (Technique::Vowel, "vowel", "has another vowel than"),
    (Technique::Substitution, "substitution", "has another letter than"),
    (Technique::TwoEdits, "two-edits", "differs by two letters from"),
    (Technique::Homophone, "homophone", "sounds like"),
    (Technique::Plural, "plural", "is the plural or singular of"),
    (Technique::Number, "number", "differs only in a number from"),
    (Technique::Affix, "affix", "adds or drops what is often put before or behind a name, compared with"),
    (Technique::WordOrder, "word-order", "has the words in another order than"),
    (Technique::Scope, "scope", "writes the scope differently from"),
    (Technique::Owner, "owner", "has the name, but not the owner, of"),
    (Technique::Brand, "brand", "carries the name of"),
    (Technique::CommandLine, "command-line", "is what somebody types as an option of the command"),
    (Technique::EcosystemHop, "ecosystem-hop", "is the name of a package of another ecosystem:"),
    (Technique::DependencyConfusion, "dependency-confusion", "is the name of a private package:"),
];

impl Technique {
    /// All of them, in the order of the table.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        TABLE.iter().map(|row| row.0)
    }

    fn row(self) -> &'static (Self, &'static str, &'static str) {
        &TABLE[self as usize]
    }

    /// Its name, as users write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.row().1
    }

    /// What it does to the target's name, to be read between "the name" and the target.
    #[must_use]
    pub fn says(self) -> &'static str {
        self.row().2
    }
}

impl fmt::Display for Technique {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{TABLE, Technique};

    #[test]
    fn every_technique_stands_in_its_own_row() {
        for (number, row) in TABLE.iter().enumerate() {
            assert_eq!(row.0 as usize, number, "{}", row.1);
            assert_eq!(serde_json::to_value(row.0).unwrap(), row.1);
        }
        assert_eq!(Technique::all().count(), Technique::DependencyConfusion as usize + 1);
    }
}
