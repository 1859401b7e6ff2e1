//! The features that the model weighs, one row each: name, weight before any data, and what it says to people.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The number of a feature: its row in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub struct Feature(u8);

/// One row.
pub(super) struct Row {
    pub name: &'static str,
    /// Log-odds that one unit adds, as an engineer would set it. Training moves it where there is data.
    pub set: f64,
    /// What it says where it is present.
    pub says: &'static str,
}

const fn row(name: &'static str, set: f64, says: &'static str) -> Row {
    Row { name, set, says }
}

/// All features. Names stay for ever: models and findings name them. New rows go to the end of their family.
pub(super) const TABLE: &[Row] = &[
    // How a name comes to be taken for another; one of them is 1.
    row("names.confusable", 8.0, "letters of another script"),
    row("names.separator", 4.0, "the same name with other separators"),
    row("names.letter-case", 4.0, "the same name in other case"),
    row("names.swap", 5.0, "two letters are swapped"),
    row("names.omission", 4.5, "a letter is left out"),
    row("names.repetition", 5.0, "a letter is repeated"),
    row("names.insertion", 4.5, "a letter is added"),
    row("names.keyboard", 4.5, "a letter is from the next key"),
    row("names.look-alike", 5.0, "a sign looks like another"),
    row("names.bit-flip", 4.0, "one bit is flipped"),
    row("names.vowel", 4.5, "a vowel is another"),
    row("names.substitution", 4.0, "a letter is another"),
    row("names.two-edits", 3.5, "two letters differ"),
    row("names.homophone", 3.5, "it sounds the same"),
    row("names.plural", 3.5, "plural instead of singular, or the other way"),
    row("names.number", 2.5, "another number"),
    row("names.affix", 3.0, "something common put before or behind"),
    row("names.word-order", 3.5, "words in another order"),
    row("names.scope", 2.5, "the scope is written otherwise"),
    row("names.owner", 5.5, "the same name of a similar owner"),
    row("names.brand", 2.5, "the name of another package inside"),
    row("names.command-line", 5.5, "an option of the command as a name"),
    row("names.ecosystem-hop", 4.0, "the name of a package of another ecosystem"),
    row("names.dependency-confusion", 7.0, "a private name found public"),
    // Measures of likenesses by single letters.
    row("typo.standing", 0.6, "popularity of the target"),
    row("typo.famous", 0.5, "the target is among the most popular"),
    row("typo.letters", 0.5, "length of the name"),
    row("typo.part-letters", 1.0, "length of the part that differs"),
    row("typo.part-short", -1.5, "the part that differs is short"),
    row("typo.part-known", -0.5, "other popular names have that part too"),
    row("typo.part-word", -1.0, "the part that differs is a word of other popular names"),
    row("typo.part-ordinary", -1.0, "the part that differs is an ordinary word"),
    row("typo.explained", -1.5, "a word stands where the names differ"),
    row("typo.target-known", -0.1, "how common the imitated part is"),
    row("typo.rarity", 0.2, "letters that seldom stand together"),
    row("typo.target-rarity", -0.2, "letters of the target that seldom stand together"),
    row("typo.popular-and-rare", 0.2, "a popular target, and letters that seldom stand together"),
    row("typo.at-start", -0.5, "the difference is at the beginning"),
    row("typo.with-affix", -1.0, "beside it, something common is added or left out"),
    row("typo.in-words", -0.3, "one word of several differs"),
    row("typo.family", -0.2, "other popular names share the words that do not differ"),
    row("typo.strange", 0.2, "its letters stand together less often than those of the target"),
    row("typo.short", -0.5, "the name is short"),
    row("typo.one-word-with-affix", 0.3, "what is added or left out is glued to it"),
    row("typo.foreign-affix", -0.5, "it stands for another language"),
    row("typo.added-before", -1.0, "something stands before the whole target"),
    row("typo.added-behind", -1.0, "something stands behind the whole target"),
    row("typo.slip", 0.5, "the edit is a usual slip"),
    row("typo.two-slips", 0.3, "of two edits, those that are usual slips"),
    row("typo.others", -0.5, "it resembles protected names of other families no less"),
    row("typo.other-number", -1.0, "beside it, the numbers differ"),
    // Measures of likenesses by form.
    row("form.standing", 0.6, "popularity of the target"),
    row("form.famous", 0.5, "the target is among the most popular"),
    row("form.letters", 0.4, "length of the name"),
    row("form.part-letters", 0.2, "length of the part that differs"),
    row("form.part-known", -0.3, "other popular names have that part too"),
    row("form.part-word", -0.5, "the part that differs is a word of other popular names"),
    row("form.part-ordinary", -0.5, "the part that differs is an ordinary word"),
    row("form.rarity", 0.1, "letters that seldom stand together"),
    row("form.in-words", -0.3, "one word of several differs"),
    row("form.family", -0.2, "other popular names share the words that do not differ"),
    row("form.short", -0.5, "the name is short"),
    row("form.one-word", 0.2, "what is added or left out is glued to it"),
    row("form.shorter", -0.2, "it is shorter than the target"),
    row("form.claims-release", 0.5, "what is added claims to be a release of the target"),
    row("form.foreign-affix", -0.5, "it stands for another language"),
    row("form.others", -0.5, "it resembles protected names of other families no less"),
    row("form.separators", 1.0, "separators of several words differ"),
    row("form.separators-standing", 0.0, "popularity of the target, where separators differ"),
    row("form.scope-family", -0.5, "other popular names share the words, where the scope differs"),
    row("form.turns-around", -2.0, "words around one that says which way are in another order"),
    row("form.series", -1.0, "other popular names differ from the target by a number, too"),
    row("form.affix-words", 0.5, "something common put before or behind several words"),
    // Measures of names inside names.
    row("brand.standing", 0.6, "popularity of the target"),
    row("brand.famous", 1.0, "the target is among the most popular"),
    row("brand.letters", 0.3, "length of the name"),
    row("brand.target-letters", 0.5, "length of the target's name"),
    row("brand.part-known", -0.2, "other popular names have what is added too"),
    row("brand.part-word", -0.5, "what is added is a word of other popular names"),
    row("brand.target-known", -1.0, "many popular names carry the target's name"),
    row("brand.at-start", -0.3, "the target's name does not come first"),
    row("brand.part-ordinary", -0.5, "what is added are ordinary words"),
    row("brand.claims-release", 2.0, "what is added claims to be a release of the target"),
    row("brand.pair", 0.5, "two popular packages in one name"),
    row("brand.pair-unrelated", 0.5, "two popular packages in one name, of which the first has no family"),
    row("brand.npm", 0.0, "the name of another package inside, on npm"),
    row("brand.pair-standing", 0.5, "popularity of the other package in the name"),
    row("brand.one-word", 0.0, "what is added is glued to it"),
    row("brand.part-letters", 0.0, "length of what is added"),
    row("brand.rarity", 0.2, "letters that seldom stand together"),
    row("brand.strange", 0.0, "its letters stand together less often than those of the target"),
    // What likenesses are worth where.
    row("registry.npm", 0.0, "likenesses on npm"),
    row("registry.others", 0.0, "likenesses elsewhere"),
    row("registry.few-known", -0.6, "few popular names are known, so honest ones resemble them by chance"),
    row("registry.npm-scope", -1.5, "a scope that resembles another"),
    row("registry.npm-separator", 0.0, "other separators, on npm, where many honest names differ by nothing else"),
    // The registry's facts.
    row("metadata.new", 1.5, "first published within three months"),
    row("metadata.established", -2.5, "published years ago"),
    row("metadata.fresh-version", 0.7, "this version is days old"),
    row("metadata.downloads", -3.0, "downloaded often itself"),
    row("metadata.downloads-gap", 1.5, "downloaded far less than the target"),
    row("metadata.few-versions", 0.5, "only one version"),
    row("metadata.version-jump", 2.5, "the version jumps"),
    row("metadata.maintainers-changed", 1.5, "new maintainers"),
    row("metadata.same-maintainer", -6.0, "the target's maintainer maintains it too"),
    row("metadata.repository-absent", 0.7, "names no source repository"),
    row("metadata.repository-matches", -1.5, "its source repository knows it"),
    row("metadata.repository-of-another", 2.0, "its source repository is another package's"),
    row("metadata.provenance", -2.0, "built where its provenance says"),
    // Facts of manifest and package.
    row("manifest.install-script", 1.2, "runs a script when installed"),
    row("manifest.from-address", 1.0, "comes from an address, not a registry"),
    row("manifest.asked-by-another", -2.5, "another package asks for it, not a person"),
    // Reports.
    row("advisory.malicious", 12.0, "reported as malicious"),
    row("advisory.other-version-malicious", 3.5, "another version was reported as malicious"),
];

/// How many there are.
pub(super) const COUNT: usize = TABLE.len();

/// No feature has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no feature of the model")]
pub struct UnknownFeature(String);

impl Feature {
    /// All features, in the order of the table.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        (0..COUNT as u8).map(Self)
    }

    pub(super) fn row(self) -> &'static Row {
        &TABLE[self.number()]
    }

    pub(super) fn number(self) -> usize {
        usize::from(self.0).min(COUNT - 1)
    }

    /// Its dotted name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.row().name
    }

    /// What it says where it is present.
    #[must_use]
    pub fn says(self) -> &'static str {
        self.row().says
    }

    /// The feature of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        TABLE.iter().position(|row| row.name == name).and_then(|at| u8::try_from(at).ok()).map(Self)
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl From<Feature> for &'static str {
    fn from(feature: Feature) -> Self {
        feature.as_str()
    }
}

impl TryFrom<String> for Feature {
    type Error = UnknownFeature;

    fn try_from(name: String) -> Result<Self, UnknownFeature> {
        Self::named(&name).ok_or_else(|| UnknownFeature(name.chars().take(64).collect()))
    }
}
