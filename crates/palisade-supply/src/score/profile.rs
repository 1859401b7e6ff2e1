//! A package's features as numbers, from the suspicion about its name and the facts about it.

use super::feature::COUNT;
use super::{Facts, Feature, Repository};
use crate::names::{Measures, Suspicion, Technique};
use crate::{Ecosystem, Package};
use palisade_model::Timestamp;

/// Popularity is a place in a list of this length at least: everything in a short list is popular.
const LISTED_MIN: u32 = 5_000;
/// The most popular hundredth of a list is famous.
const FAMOUS_PART: u32 = 100;
/// Parts with fewer letters are near to many others by chance.
const PART_SHORT: u16 = 4;
/// Names with so few letters are near to many others, too.
const NAME_SHORT: u16 = 5;
/// A name that stands in more protected ones has a family of packages around it.
const FAMILY_MIN: u32 = 10;
const DAY_NANOS: i64 = 86_400_000_000_000;
/// A package is new for three months, a version for a week, and established after two years.
/// Names that a list should have at least, for a likeness to one of them to mean much.
const FEW_KNOWN: f64 = 5_000.0;
const NEW_DAYS: f64 = 90.0;
const FRESH_DAYS: f64 = 7.0;
const ESTABLISHED_DAYS: f64 = 730.0;
/// Major versions that are skipped by no honest release.
const JUMP: u64 = 10;
/// Names of versions by date begin with a year.
const YEARS: std::ops::RangeInclusive<u64> = 1990..=2100;

/// One number a feature; what is not known is zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile([f64; COUNT]);

impl Default for Profile {
    fn default() -> Self {
        Self([0.0; COUNT])
    }
}

impl Profile {
    /// The profile of `package` under one suspicion, or none, at `now`.
    #[must_use]
    pub fn new(package: &Package, suspicion: Option<&Suspicion>, facts: &Facts, now: Timestamp) -> Self {
        let mut profile = Self::default();
        if let Some(suspicion) = suspicion {
            profile.add_suspicion(suspicion, package.ecosystem);
            profile.add_gap(suspicion, facts);
            profile.add_way_in(suspicion, facts);
        }
        profile.add_ages(facts, now);
        profile.add_registry(package, facts);
        profile.add_reports(facts);
        profile
    }

    /// The value of `feature`.
    #[must_use]
    pub fn get(&self, feature: Feature) -> f64 {
        self.0[feature.number()]
    }

    pub(super) fn values(&self) -> &[f64; COUNT] {
        &self.0
    }

    /// Sets a feature. Its name is of the table: one that is not would be a mistake in this file, found by the test.
    fn set(&mut self, name: &str, value: f64) {
        let feature = Feature::named(name);
        debug_assert!(feature.is_some(), "{name} is no feature");
        if let Some(feature) = feature {
            self.0[feature.number()] = if value.is_finite() { value } else { 0.0 };
        }
    }

    fn flag(&mut self, name: &str, present: bool) {
        if present {
            self.set(name, 1.0);
        }
    }

    fn add_suspicion(&mut self, suspicion: &Suspicion, ecosystem: Ecosystem) {
        self.set(&["names.", suspicion.technique.as_str()].concat(), 1.0);
        let family = family(suspicion.technique);
        if matches!(family, Family::Typo | Family::Form) {
            self.flag("registry.npm", ecosystem == Ecosystem::Npm);
            self.flag("registry.others", ecosystem != Ecosystem::Npm);
        }
        let few = (FEW_KNOWN / f64::from(suspicion.measures.listed.max(1))).ln().max(0.0);
        // The same name in other dress resembles it by no accident.
        let is_same = matches!(suspicion.technique, Technique::Separator | Technique::LetterCase);
        self.set("registry.few-known", if family == Family::Plain || is_same { 0.0 } else { few });
        // npm took names that differ by nothing else until 2017; other registries take them for one name, or refuse them.
        self.flag("registry.npm-separator", ecosystem == Ecosystem::Npm && is_same);
        // Scopes are many, and their names often alike.
        self.flag("registry.npm-scope", ecosystem == Ecosystem::Npm && suspicion.technique == Technique::Owner);
        match family {
            Family::Typo => self.add_typo(&suspicion.measures, suspicion.technique),
            Family::Form => self.add_form(&suspicion.measures, suspicion.technique),
            Family::Brand => self.add_brand(&suspicion.measures, ecosystem),
            Family::Plain => {}
        }
    }

    fn add_typo(&mut self, measures: &Measures, technique: Technique) {
        let standing = standing(measures);
        self.flag("typo.famous", is_famous(measures));
        self.set("typo.standing", standing);
        self.set("typo.letters", letters(measures));
        self.set("typo.part-letters", f64::from(measures.part_letters.clamp(1, 14)).ln());
        self.flag("typo.part-short", measures.part_letters <= PART_SHORT);
        self.set("typo.part-known", known(measures.part_known));
        self.flag("typo.part-word", measures.part_known > 0);
        self.flag("typo.part-ordinary", measures.part_ordinary);
        let explained = f64::from(measures.explained_letters) / f64::from(measures.part_letters.max(1));
        self.set("typo.explained", explained.min(1.0));
        self.set("typo.target-known", known(measures.target_known));
        self.set("typo.rarity", f64::from(measures.rarity) / 3.0);
        self.set("typo.target-rarity", f64::from(measures.target_rarity) / 3.0);
        self.set("typo.popular-and-rare", standing * f64::from(measures.rarity) / 3.0);
        self.flag("typo.at-start", measures.at_start);
        self.flag("typo.with-affix", measures.with_affix);
        self.flag("typo.in-words", measures.in_words);
        self.set("typo.family", known(measures.family));
        self.set("typo.strange", f64::from(measures.strangeness) / 3.0);
        self.flag("typo.short", measures.letters <= NAME_SHORT);
        self.flag("typo.one-word-with-affix", measures.with_affix && measures.is_one_word);
        self.flag("typo.foreign-affix", measures.foreign_affix);
        self.flag("typo.added-before", measures.added_before);
        self.flag("typo.added-behind", measures.added_behind);
        let slips = match technique {
            Technique::Insertion | Technique::Omission => "typo.slip",
            _ => "typo.two-slips",
        };
        if matches!(technique, Technique::Insertion | Technique::Omission | Technique::TwoEdits) {
            self.set(slips, f64::from(measures.slips));
        }
        self.set("typo.others", known(measures.others.into()));
        self.flag("typo.other-number", measures.other_number);
    }

    fn add_form(&mut self, measures: &Measures, technique: Technique) {
        self.set("form.standing", standing(measures));
        self.flag("form.famous", is_famous(measures));
        self.set("form.letters", letters(measures));
        self.set("form.part-letters", f64::from(measures.part_letters.clamp(1, 14)).ln());
        self.set("form.part-known", known(measures.part_known));
        self.flag("form.part-word", measures.part_known > 0);
        self.flag("form.part-ordinary", measures.part_ordinary);
        self.set("form.rarity", f64::from(measures.rarity) / 3.0);
        self.flag("form.in-words", measures.in_words);
        self.set("form.family", known(measures.family));
        self.flag("form.short", measures.letters <= NAME_SHORT);
        self.flag("form.one-word", measures.is_one_word);
        self.flag("form.shorter", measures.is_shorter);
        self.flag("form.claims-release", measures.claims_release);
        self.flag("form.foreign-affix", measures.foreign_affix);
        self.set("form.others", known(measures.others.into()));
        if technique == Technique::Separator {
            self.set("form.separators", f64::from(measures.target_words.max(1)).ln());
            self.set("form.separators-standing", standing(measures));
        }
        self.flag("form.turns-around", measures.turns_around);
        self.flag("form.series", measures.series);
        self.flag("form.affix-words", technique == Technique::Affix && measures.target_words > 1);
        if technique == Technique::Scope {
            self.set("form.scope-family", known(measures.family));
        }
    }

    fn add_brand(&mut self, measures: &Measures, ecosystem: Ecosystem) {
        self.set("brand.standing", standing(measures));
        self.flag("brand.famous", is_famous(measures));
        self.set("brand.letters", letters(measures));
        self.set("brand.target-letters", f64::from(measures.target_letters.max(1)).ln());
        self.set("brand.part-known", known(measures.part_known));
        self.flag("brand.part-word", measures.part_known > 0);
        self.set("brand.target-known", known(measures.target_known));
        self.flag("brand.at-start", measures.at_start);
        self.flag("brand.part-ordinary", measures.part_ordinary);
        self.flag("brand.claims-release", measures.claims_release);
        let is_pair = measures.pair_rank > 0;
        self.flag("brand.pair", is_pair);
        self.flag("brand.pair-unrelated", is_pair && measures.target_known <= FAMILY_MIN);
        self.set("brand.pair-standing", if is_pair { standing_of(measures.pair_rank, measures.listed) } else { 0.0 });
        self.flag("brand.one-word", measures.is_one_word);
        self.set("brand.part-letters", f64::from(measures.part_letters.clamp(1, 14)).ln());
        self.set("brand.rarity", f64::from(measures.rarity) / 3.0);
        self.set("brand.strange", f64::from(measures.strangeness) / 3.0);
        self.flag("brand.npm", ecosystem == Ecosystem::Npm);
    }

    fn add_gap(&mut self, suspicion: &Suspicion, facts: &Facts) {
        self.flag("metadata.same-maintainer", facts.shares_maintainer_with_target == Some(true));
        if let (Some(target), Some(own)) = (suspicion.measures.downloads, facts.downloads) {
            let gap = ((target as f64 + 1.0) / (own as f64 + 1.0)).ln() / 10.0;
            self.set("metadata.downloads-gap", gap.clamp(-1.0, 1.5));
        }
    }

    fn add_ages(&mut self, facts: &Facts, now: Timestamp) {
        let days = |then: Timestamp| now.nanos().saturating_sub(then.nanos()).max(0) as f64 / DAY_NANOS as f64;
        if let Some(age) = facts.first_published.map(days) {
            self.set("metadata.new", (1.0 - age / NEW_DAYS).max(0.0));
            self.set("metadata.established", ((age - NEW_DAYS) / (ESTABLISHED_DAYS - NEW_DAYS)).clamp(0.0, 1.0));
        }
        if let Some(age) = facts.published.map(days) {
            self.set("metadata.fresh-version", (1.0 - age / FRESH_DAYS).max(0.0));
        }
    }

    fn add_registry(&mut self, package: &Package, facts: &Facts) {
        if let Some(downloads) = facts.downloads {
            self.set("metadata.downloads", ((downloads as f64).ln_1p() / 1e6_f64.ln()).min(1.5));
        }
        self.flag("metadata.few-versions", facts.versions == Some(1));
        self.flag("metadata.version-jump", jumps(package.version.as_deref(), facts));
        self.flag("metadata.maintainers-changed", facts.maintainers_changed == Some(true));
        self.flag("metadata.repository-absent", facts.repository == Some(Repository::Absent));
        self.flag("metadata.repository-matches", facts.repository == Some(Repository::Matches));
        self.flag("metadata.repository-of-another", facts.repository == Some(Repository::OfAnother));
        self.flag("metadata.provenance", facts.provenance == Some(true));
        self.flag("manifest.install-script", facts.install_script == Some(true));
        self.flag("manifest.from-address", facts.from_address == Some(true));
    }

    fn add_way_in(&mut self, suspicion: &Suspicion, facts: &Facts) {
        // A private name is as dangerous wherever it is asked for.
        let typed = suspicion.technique != Technique::DependencyConfusion;
        self.flag("manifest.asked-by-another", typed && facts.asked_by_another == Some(true));
    }

    fn add_reports(&mut self, facts: &Facts) {
        self.flag("advisory.malicious", facts.reported_malicious);
        self.flag("advisory.other-version-malicious", facts.other_version_reported_malicious);
    }
}

/// How popular the target is: 0 at the end of the list.
fn standing(measures: &Measures) -> f64 {
    standing_of(measures.rank, measures.listed)
}

fn standing_of(rank: u32, listed: u32) -> f64 {
    (f64::from(listed.max(LISTED_MIN)) / f64::from(rank.max(1))).ln().max(0.0) / 3.0
}

fn is_famous(measures: &Measures) -> bool {
    measures.rank <= measures.listed.max(LISTED_MIN) / FAMOUS_PART
}

fn letters(measures: &Measures) -> f64 {
    f64::from(measures.letters.max(1)).ln()
}

/// How common a word is, of which so many protected names have it.
fn known(count: u32) -> f64 {
    f64::from(count).ln_1p()
}

/// Techniques that the same measures speak about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Typo,
    Form,
    Brand,
    Plain,
}

fn family(technique: Technique) -> Family {
    match technique {
        Technique::Swap
        | Technique::Omission
        | Technique::Repetition
        | Technique::Insertion
        | Technique::Keyboard
        | Technique::LookAlike
        | Technique::BitFlip
        | Technique::Vowel
        | Technique::Substitution
        | Technique::TwoEdits
        | Technique::Homophone => Family::Typo,
        Technique::Separator
        | Technique::LetterCase
        | Technique::Plural
        | Technique::Number
        | Technique::Affix
        | Technique::WordOrder
        | Technique::Scope => Family::Form,
        Technique::Brand => Family::Brand,
        Technique::Owner
        | Technique::EcosystemHop
        | Technique::Confusable
        | Technique::CommandLine
        | Technique::DependencyConfusion => Family::Plain,
    }
}

/// True when the major version is far beyond the one before, or beyond any first one: the mark of a package that wants
/// to be taken for the newest.
fn jumps(version: Option<&str>, facts: &Facts) -> bool {
    let major = |version: &str| -> Option<u64> {
        let digits = version.trim_start_matches('v');
        let end = digits.find(|character: char| !character.is_ascii_digit()).unwrap_or(digits.len());
        digits[..end].parse().ok()
    };
    let Some(now) = version.and_then(major).filter(|major| !YEARS.contains(major)) else { return false };
    match facts.previous_version.as_deref() {
        Some(before) => major(before).is_some_and(|before| now >= before.saturating_add(JUMP)),
        None => facts.versions == Some(1) && now >= JUMP,
    }
}
