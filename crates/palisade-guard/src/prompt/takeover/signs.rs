//! Signs of an attempt to take over a model.

use super::{acts::ACTS, lexicon::Concepts, ordinary::ORDINARY, pattern::Pattern, persona::WEAK, speech::SPEECH};
use std::sync::LazyLock;

/// One sign.
pub(super) struct Sign {
    pub(super) pattern: &'static str,
    pub(super) weight: f64,
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
    ACTS.iter().chain(SPEECH).chain(WEAK).chain(ORDINARY).copied().flatten()
}

pub(super) static SIGNS: LazyLock<Signs> = LazyLock::new(Signs::new);

/// All signs, found by the concepts of a sentence.
pub(super) struct Signs {
    all: Vec<Compiled>,
    /// For each of the first steps that a sign needs, and for each concept, the signs whose step takes it.
    by_concept: [[Set; Concepts::BITS as usize]; STEPS],
    /// For each of them the signs that need no such step.
    without: [Set; STEPS],
}

/// A set of signs, one bit each.
type Set = [u64; SET_WORDS];
const SET_WORDS: usize = 10;

/// Steps by which signs are sorted out before they are looked at.
const STEPS: usize = 3;

impl Signs {
    fn new() -> Self {
        let compiled = |sign: &Sign| Compiled { pattern: Pattern::new(sign.pattern), weight: sign.weight };
        let all: Vec<Compiled> = all().map(compiled).collect();
        let mut by_concept = [[[0; SET_WORDS]; Concepts::BITS as usize]; STEPS];
        let mut without = [[0; SET_WORDS]; STEPS];
        for (index, sign) in all.iter().enumerate() {
            let (word, bit) = (index / 64, 1 << (index % 64));
            let mut needed = sign.pattern.needed();
            for step in 0..STEPS {
                match needed.next() {
                    None => without[step][word] |= bit,
                    Some(takes) => {
                        concepts_in(takes).for_each(|concept| by_concept[step][concept][word] |= bit);
                    }
                }
            }
        }
        Self { all, by_concept, without }
    }

    /// Gives every sign that may be in a sentence whose words stand for the concepts `of` to `visit`, in their order,
    /// with its number.
    pub(super) fn each_likely(&self, of: Concepts, visit: &mut dyn FnMut(usize, &Compiled)) {
        let mut sets = self.without;
        for (set, by_concept) in sets.iter_mut().zip(&self.by_concept) {
            for concept in concepts_in(of) {
                set.iter_mut().zip(&by_concept[concept]).for_each(|(word, more)| *word |= more);
            }
        }
        for word in 0..SET_WORDS {
            let mut likely = sets.iter().fold(u64::MAX, |likely, set| likely & set[word]);
            while likely != 0 {
                let index = word * 64 + likely.trailing_zeros() as usize;
                likely &= likely - 1;
                if let Some(sign) = self.all.get(index).filter(|sign| sign.pattern.may_match(of)) {
                    visit(index, sign);
                }
            }
        }
    }
}

/// The numbers of the concepts in `of`.
fn concepts_in(mut of: Concepts) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let next = of.trailing_zeros() as usize;
        let any = of != 0;
        of &= of.wrapping_sub(1);
        any.then_some(next)
    })
}

#[cfg(test)]
mod tests {
    use super::{SET_WORDS, SIGNS, all};
    use crate::prompt::takeover::lexicon::LEXICON;

    #[test]
    fn patterns_name_concepts_that_there_are() {
        for sign in all() {
            let steps = sign.pattern.trim_start_matches(['&', '^']).split(' ').filter(|step| !step.starts_with(".."));
            for name in steps.flat_map(|step| step.trim_end_matches('?').split('|')).filter(|name| !name.is_empty()) {
                assert!(LEXICON.concept(name) != 0, "{name} in {}", sign.pattern);
            }
        }
    }

    #[test]
    fn signs_are_found_by_their_concepts() {
        assert!(all().count() <= SET_WORDS * 64);
        let likely = |of| {
            let mut likely = Vec::new();
            SIGNS.each_likely(of, &mut |index, _| likely.push(index));
            likely
        };
        for names in [&["cancel", "prior", "order"][..], &["you", "are", "now", "not", "limit"], &["talk"], &[]] {
            let of = names.iter().fold(0, |of, name| of | LEXICON.concept(name));
            let may_match = SIGNS.all.iter().enumerate().filter(|(_, sign)| sign.pattern.may_match(of));
            assert_eq!(likely(of), may_match.map(|(index, _)| index).collect::<Vec<_>>(), "{names:?}");
        }
        assert_eq!(likely(u128::MAX).len(), SIGNS.all.len());
        assert!(likely(0).is_empty());
    }
}
