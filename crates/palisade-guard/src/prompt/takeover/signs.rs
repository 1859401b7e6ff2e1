//! Signs of an attempt to take over a model, by kind, and how those of one kind add up.

use super::{acts::ACTS, pattern::Pattern, persona::WEAK};
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

/// Signs of one kind, which say much the same.
pub(super) struct Kind {
    /// How much all of them weigh together at most.
    pub(super) most: f64,
    pub(super) signs: &'static [Sign],
}

/// A sign ready for matching.
pub(super) struct Compiled {
    pub(super) pattern: Pattern,
    pub(super) weight: f64,
    pub(super) kind: usize,
}

/// All kinds.
pub(super) fn kinds() -> impl Iterator<Item = &'static Kind> {
    ACTS.iter().chain(WEAK)
}

/// Kinds of signs.
pub(super) const KINDS: usize = 12;

/// The kinds from this one on are weak signs, which must meet.
pub(super) const FIRST_WEAK_KIND: usize = 7;

pub(super) static SIGNS: LazyLock<Vec<Compiled>> = LazyLock::new(|| {
    let all = kinds().enumerate().flat_map(|(kind, of_kind)| of_kind.signs.iter().map(move |sign| (kind, sign)));
    all.map(|(kind, sign)| Compiled { pattern: Pattern::new(sign.pattern), weight: sign.weight, kind }).collect()
});

#[cfg(test)]
mod tests {
    use super::{FIRST_WEAK_KIND, KINDS, kinds};
    use crate::prompt::takeover::{acts::ACTS, lexicon::LEXICON};

    #[test]
    fn patterns_name_concepts_that_there_are() {
        assert_eq!((kinds().count(), ACTS.len()), (KINDS, FIRST_WEAK_KIND));
        for sign in kinds().flat_map(|kind| kind.signs) {
            let steps = sign.pattern.trim_start_matches('&').split(' ').filter(|step| !step.starts_with(".."));
            for name in steps.flat_map(|step| step.trim_end_matches('?').split('|')).filter(|name| !name.is_empty()) {
                assert!(LEXICON.concept(name) != 0, "{name} in {}", sign.pattern);
            }
        }
    }
}
