//! A run of versions between two keys.

use super::Key;

/// The versions from `low` on and before `high`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval {
    /// The first version, which belongs to it.
    pub low: Key,
    /// The first version behind it; `None` when it does not end.
    pub high: Option<Key>,
}

impl Interval {
    /// All versions.
    pub const ALL: Self = Self { low: Key::FIRST, high: None };

    /// True when the version with this key lies in it.
    #[must_use]
    pub fn contains(&self, key: &Key) -> bool {
        *key >= self.low && self.high.as_ref().is_none_or(|high| key < high)
    }

    /// True when no version lies in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.high.as_ref().is_some_and(|high| *high <= self.low)
    }

    /// What lies in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let high = match (&self.high, &other.high) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.as_ref().or(b.as_ref()),
        };
        Self { low: self.low.clone().max(other.low.clone()), high: high.cloned() }
    }
}

/// The versions in none of `intervals`, in order.
#[must_use]
pub fn complement(intervals: &[Interval]) -> Vec<Interval> {
    let mut sorted: Vec<&Interval> = intervals.iter().filter(|interval| !interval.is_empty()).collect();
    sorted.sort();
    let mut gaps = Vec::new();
    let mut low = Some(Key::FIRST);
    for interval in sorted {
        let Some(start) = low else { break };
        if interval.low > start {
            gaps.push(Interval { low: start.clone(), high: Some(interval.low.clone()) });
        }
        low = interval.high.clone().map(|high| high.max(start));
    }
    gaps.extend(low.map(|low| Interval { low, high: None }));
    gaps
}

#[cfg(test)]
mod tests {
    use super::{Interval, complement};
    use crate::version::{Key, Scheme};

    fn interval(low: &str, high: &str) -> Interval {
        let key = |text: &str| Scheme::SemVer.key(text);
        Interval {
            low: if low.is_empty() { Key::FIRST } else { key(low) },
            high: (!high.is_empty()).then(|| key(high)),
        }
    }

    #[test]
    fn the_complement_holds_what_the_intervals_do_not() {
        let of = |intervals: &[Interval]| complement(intervals);
        assert_eq!(of(&[]), [Interval::ALL]);
        assert_eq!(of(&[Interval::ALL]), []);
        assert_eq!(of(&[interval("2", ""), interval("1", "1.5")]), [interval("", "1"), interval("1.5", "2")]);
        assert_eq!(of(&[interval("1", "3"), interval("2", "2.5")]), [interval("", "1"), interval("3", "")]);
        assert_eq!(of(&[interval("", "2"), interval("1", "2")]), [interval("2", "")]);
    }

    #[test]
    fn a_key_behind_another_comes_before_every_other_version() {
        let key = Scheme::SemVer.key("1.2.3");
        let after = key.after();
        assert!(key < after && after < Scheme::SemVer.key("1.2.4-0"));
        assert!(interval("1", "2").intersection(&interval("2", "3")).is_empty());
    }
}
