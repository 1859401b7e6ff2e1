//! What the weights of [`guard.prompt.takeover`](crate::detectors) are fitted with: what it weighs, and how much of it is
//! in a text. The example `fit` uses it.

use crate::prompt;
use std::ops::Range;

/// Something that is weighed.
#[derive(Clone, Debug)]
pub struct Term {
    /// The pattern of a sign, or the name of a property of the text.
    pub name: String,
    /// Log-odds of an attack for each unit of it.
    pub weight: f64,
}

/// What a text is weighed by. It weighs what its weightiest part does.
#[derive(Clone, Debug)]
pub struct TextTerms {
    /// For each sentence its words, and the pairs of those that follow each other.
    pub expressions: Vec<Vec<String>>,
    /// The parts that are weighed.
    pub parts: Vec<PartTerms>,
}

/// What a row of sentences is weighed by.
#[derive(Clone, Debug)]
pub struct PartTerms {
    /// Which sentences.
    pub sentences: Range<usize>,
    /// The [`terms`] in it by their numbers, and how much of each.
    pub terms: Vec<(usize, f64)>,
    /// What each expression in it counts.
    pub expression: f64,
}

/// All terms but the expressions.
#[must_use]
pub fn terms() -> Vec<Term> {
    prompt::terms().into_iter().map(|(name, weight)| Term { name, weight }).collect()
}

/// What `text` is weighed by.
#[must_use]
pub fn terms_in(text: &str) -> TextTerms {
    prompt::terms_in(text)
}
