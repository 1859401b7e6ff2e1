//! Which rules of a temporal correlation were seen in a window, in any order.

/// The latest hit of each rule.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    latest: Box<[Option<i64>]>,
}

impl Seen {
    /// None of `rules` rules yet.
    pub(super) fn new(rules: usize) -> Self {
        Self { latest: vec![None; rules].into() }
    }

    /// Adds a hit of the rule at `position`.
    pub(super) fn add(&mut self, position: usize, time: i64) {
        if let Some(latest) = self.latest.get_mut(position) {
            *latest = (*latest).max(Some(time));
        }
    }

    /// The rules seen at or after `floor`, one bit each.
    pub(super) fn since(&self, floor: i64) -> u64 {
        let is_in = |(position, time): (usize, &Option<i64>)| u64::from(*time >= Some(floor)) << position;
        self.latest.iter().enumerate().map(is_in).sum()
    }

    /// What it takes on the heap.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.latest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_seen_until_the_window_passes_them() {
        let mut seen = Seen::new(3);
        seen.add(0, 10);
        seen.add(2, 20);
        seen.add(2, 15);
        assert_eq!(seen.since(10), 0b101);
        assert_eq!(seen.since(11), 0b100);
        assert_eq!(seen.since(i64::MIN), 0b101);
    }
}
