//! What a look-up says: which name another may be taken for, how, and what can be measured about the likeness.

use super::Technique;
use crate::Ecosystem;
use serde::{Deserialize, Serialize};

/// One name that another may be mistaken for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suspicion {
    /// How the name comes to be taken for the target.
    pub technique: Technique,
    /// Where the target is from; another ecosystem than the name's for [`Technique::EcosystemHop`].
    pub ecosystem: Ecosystem,
    /// The protected name, as its registry writes it.
    pub target: String,
    /// What was measured.
    pub measures: Measures,
    /// One sentence for people.
    pub reason: String,
}

/// What is known of a likeness from the names alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// The target's place among the protected names, 1 for the most popular.
    pub rank: u32,
    /// How many names are protected in the target's ecosystem.
    pub listed: u32,
    /// The target's downloads in the feed's period, where the feed has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub downloads: Option<u64>,
    /// Letters of the name, separators left out.
    pub letters: u16,
    /// Letters of the part that differs from the target: of a word, where names have words.
    pub part_letters: u16,
    /// Letters of the part of the target that it stands for; for [`Technique::Brand`] of the target inside the name.
    pub target_letters: u16,
    /// How many protected names have that part as a word.
    pub part_known: u32,
    /// That part is an ordinary word, or made of words that protected names have.
    pub part_ordinary: bool,
    /// Letters of the longest word, known or ordinary, that stands where the part differs from the target's.
    pub explained_letters: u16,
    /// How many protected names have, as a word, the part of the target that it stands for.
    pub target_known: u32,
    /// How rare the rarest run of three letters is that the target does not have: 0 for letters that often stand
    /// together in protected names, up to about 10 for such as never do.
    pub rarity: f32,
    /// The same for the target's part: where it is as rare itself, rare letters say little.
    pub target_rarity: f32,
    /// The difference is at the very beginning.
    pub at_start: bool,
    /// Beside the technique, something is added or left out that is often put before or behind names.
    pub with_affix: bool,
    /// The name has several words, and so has the target.
    pub in_words: bool,
    /// How many protected names have the words that name and target share: a family of packages, whose names are near to
    /// one another.
    pub family: u32,
    /// How much less common, on the average, its runs of three letters are than those of the target in their place;
    /// below 0 where they are more common.
    pub strangeness: f32,
    /// What is added claims a state of the package: `latest`, `v4`, `official`.
    pub claims_release: bool,
    /// What is added is the name of another protected package: its place among them, 0 where it is none.
    pub pair_rank: u32,
    /// What is added or dropped stands for another language than the ecosystem's.
    pub foreign_affix: bool,
    /// The name is one word.
    pub is_one_word: bool,
    /// The name is shorter than the target.
    pub is_shorter: bool,
    /// The part is that of the target with something more before it.
    pub added_before: bool,
    /// The part is that of the target with something more behind it.
    pub added_behind: bool,
    /// How many of the edits are usual slips: the next key, a letter twice, one forgotten.
    pub slips: u8,
    /// Words of the target.
    pub target_words: u16,
    /// Other protected names that the name resembles no less, and that are not of the target's family.
    pub others: u16,
    /// Beside the technique, and what is often put before or behind names, the numbers differ: `sls20201230` is no slip
    /// for `sts20150401`.
    pub other_number: bool,
    /// Words are in another order around one that says which way: `markdown-to-html` beside `html-to-markdown`.
    pub turns_around: bool,
    /// Numbers alone tell the name from the target and the target from other protected names: `react-15` beside
    /// `react-16` and `react-17`.
    pub series: bool,
}

/// Letters of a name that people are shown.
const SHOWN_MAX: usize = 128;

/// A name as it is safe to show: what hides or turns text around is escaped, and it is not endless.
pub(crate) fn shown(name: &str) -> String {
    let mut shown = String::with_capacity(name.len().min(SHOWN_MAX));
    for character in name.chars().take(SHOWN_MAX) {
        let hides = matches!(character, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}');
        if hides || character.is_control() {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}
