//! What the weights of [`guard.prompt.takeover`](crate::detectors) are fitted with: the terms that it weighs, and how
//! much of each is in a text. The example `fit` uses it.

use crate::prompt;

/// Something that is weighed.
#[derive(Clone, Debug)]
pub struct Term {
    /// The pattern of a sign, or the name of a property of the text.
    pub name: String,
    /// Log-odds of an attack for each unit of it.
    pub weight: f64,
}

/// All terms.
#[must_use]
pub fn terms() -> Vec<Term> {
    prompt::terms().into_iter().map(|(name, weight)| Term { name, weight }).collect()
}

/// For each part of `text` that is weighed, the terms in it by their numbers, and how much there is. The text weighs what
/// its weightiest part does.
#[must_use]
pub fn parts(text: &str) -> Vec<Vec<(usize, f64)>> {
    prompt::amounts(text)
}
