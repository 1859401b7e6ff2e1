//! Signs of an attempt to take over a model.

use super::{acts::ACTS, ordinary::ORDINARY, pattern::Pattern, persona::WEAK};
use std::sync::LazyLock;

/// One sign.
pub(super) struct Sign {
    pattern: &'static str,
    weight: f64,
}

/// A sign from its pattern and its weight in log-odds.
pub(super) const fn sign(pattern: &'static str, weight: f64) -> Sign {
    Sign { pattern, weight }
}

/// A sign ready for matching.
pub(super) struct Compiled {
    pub(super) pattern: Pattern,
    pub(super) weight: f64,
}

pub(super) fn all() -> impl Iterator<Item = &'static Sign> {
    ACTS.iter().chain(WEAK).chain(ORDINARY).copied().flatten()
}

pub(super) static SIGNS: LazyLock<Vec<Compiled>> =
    LazyLock::new(|| all().map(|sign| Compiled { pattern: Pattern::new(sign.pattern), weight: sign.weight }).collect());

#[cfg(test)]
mod tests {
    use super::all;
    use crate::prompt::takeover::lexicon::LEXICON;

    #[test]
    fn patterns_name_concepts_that_there_are() {
        for sign in all() {
            let steps = sign.pattern.trim_start_matches('&').split(' ').filter(|step| !step.starts_with(".."));
            for name in steps.flat_map(|step| step.trim_end_matches('?').split('|')).filter(|name| !name.is_empty()) {
                assert!(LEXICON.concept(name) != 0, "{name} in {}", sign.pattern);
            }
        }
    }
}
