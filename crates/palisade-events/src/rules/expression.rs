//! What must hold for a rule to match: predicates joined by and, or, not and counts.

use super::predicate::PredicateNumber;

/// A condition over predicates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expression {
    Leaf(PredicateNumber),
    /// Holds when all do; holds when there are none.
    All(Vec<Expression>),
    /// Holds when one does; does not when there are none.
    Any(Vec<Expression>),
    Not(Box<Expression>),
    /// Holds when at least so many do.
    AtLeast(usize, Vec<Expression>),
    /// A part that the rule calls by a name, such as a detection; holds when the part does.
    Named(Box<Named>),
}

/// A part of a condition with the name that people know it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) name: Box<str>,
    pub(crate) part: Expression,
}

impl Expression {
    pub(crate) fn all(mut parts: Vec<Self>) -> Self {
        if parts.len() == 1 { parts.remove(0) } else { Self::All(parts) }
    }

    pub(crate) fn any(mut parts: Vec<Self>) -> Self {
        if parts.len() == 1 { parts.remove(0) } else { Self::Any(parts) }
    }

    pub(crate) fn named(name: &str, part: Self) -> Self {
        Self::Named(Box::new(Named { name: name.into(), part }))
    }

    /// Holds when both do.
    pub(crate) fn and(self, other: Self) -> Self {
        match self {
            Self::All(mut parts) => {
                parts.push(other);
                Self::All(parts)
            }
            first => Self::All(vec![first, other]),
        }
    }

    /// True when it holds, given whether each of its predicates does.
    pub(crate) fn holds(&self, leaf: &mut impl FnMut(PredicateNumber) -> bool) -> bool {
        match self {
            Self::Leaf(predicate) => leaf(*predicate),
            Self::All(parts) => parts.iter().all(|part| part.holds(leaf)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(leaf)),
            Self::Not(part) => !part.holds(leaf),
            Self::Named(named) => named.part.holds(leaf),
            Self::AtLeast(count, parts) => {
                let mut missing = *count;
                missing == 0
                    || parts.iter().any(|part| {
                        missing -= usize::from(part.holds(leaf));
                        missing == 0
                    })
            }
        }
    }

    /// Every predicate in it that is asked for without an odd number of `not`s around, in order.
    pub(crate) fn positive_leaves(&self, visit: &mut impl FnMut(PredicateNumber)) {
        self.leaves(true, visit);
    }

    /// Every predicate in it, in order.
    pub(crate) fn all_leaves(&self, visit: &mut impl FnMut(PredicateNumber)) {
        match self {
            Self::Leaf(predicate) => visit(*predicate),
            Self::All(parts) | Self::Any(parts) | Self::AtLeast(_, parts) => {
                parts.iter().for_each(|part| part.all_leaves(visit));
            }
            Self::Not(part) => part.all_leaves(visit),
            Self::Named(named) => named.part.all_leaves(visit),
        }
    }

    fn leaves(&self, is_positive: bool, visit: &mut impl FnMut(PredicateNumber)) {
        match self {
            Self::Leaf(predicate) if is_positive => visit(*predicate),
            Self::Leaf(_) => {}
            Self::All(parts) | Self::Any(parts) | Self::AtLeast(_, parts) => {
                parts.iter().for_each(|part| part.leaves(is_positive, visit));
            }
            Self::Not(part) => part.leaves(!is_positive, visit),
            Self::Named(named) => named.part.leaves(is_positive, visit),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_empty_lists() {
        let leaf = |number| Expression::Leaf(PredicateNumber(number));
        let two = Expression::AtLeast(2, vec![leaf(1), leaf(0), leaf(2)]);
        let holds = |expression: &Expression, limit| expression.holds(&mut |PredicateNumber(number)| number < limit);
        assert!(!holds(&two, 1) && holds(&two, 2) && holds(&Expression::AtLeast(0, vec![]), 0));
        assert!(holds(&Expression::All(vec![]), 0) && !holds(&Expression::Any(vec![]), 0));
    }
}
