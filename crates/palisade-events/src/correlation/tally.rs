//! How many events a window holds, and the sum of their numbers, kept up to date instead of counted again.

use super::{
    limits::{TIME_STEPS, TIMES_EXACT_MAX},
    queue::Queue,
};

/// What is counted of events: nothing more, or a number of each.
pub(super) trait Amount: Copy + Default {
    /// The running sum of amounts.
    type Sum: Default + Clone + std::fmt::Debug;

    /// Adds an amount to a sum.
    fn add_to(self, sum: &mut Self::Sum);

    /// Takes an amount from a sum.
    fn take_from(self, sum: &mut Self::Sum);

    /// Two amounts as one.
    fn with(self, other: Self) -> Self;
}

/// Events with their amounts in a window.
#[derive(Clone, Debug)]
pub(super) struct Tally<A: Amount> {
    queue: Queue<(u32, A)>,
    count: u64,
    sum: A::Sum,
    /// The length to which times are rounded; nothing while they are exact.
    step: Option<i64>,
}

impl<A: Amount> Default for Tally<A> {
    fn default() -> Self {
        Self { queue: Queue::default(), count: 0, sum: A::Sum::default(), step: None }
    }
}

impl<A: Amount> Tally<A> {
    /// Adds an event in a window of length `span`.
    pub(super) fn add(&mut self, time: i64, amount: A, span: i64) {
        self.count += 1;
        amount.add_to(&mut self.sum);
        match self.step {
            Some(step) => self.queue.join(time, step, (1, amount), join),
            None => self.queue.push(time, (1, amount)),
        }
        if self.step.is_none() && self.queue.len() > TIMES_EXACT_MAX {
            let step = (span / TIME_STEPS).max(1);
            self.queue.join_all(step, join);
            self.step = Some(step);
        }
    }

    /// Forgets what lies before `floor`.
    pub(super) fn forget(&mut self, floor: i64) {
        while let Some((count, amount)) = self.queue.pop_before(floor) {
            self.count -= u64::from(count);
            amount.take_from(&mut self.sum);
        }
        if self.count == 0 {
            *self = Self::default();
        }
    }

    /// How many events there are.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// The sum of their amounts.
    pub(super) fn sum(&self) -> &A::Sum {
        &self.sum
    }

    /// False while times are rounded.
    pub(super) fn is_exact(&self) -> bool {
        self.step.is_none()
    }

    /// What it takes on the heap.
    pub(super) fn bytes(&self) -> usize {
        self.queue.bytes()
    }
}

fn join<A: Amount>(held: &mut (u32, A), (count, amount): (u32, A)) {
    *held = (held.0.saturating_add(count), held.1.with(amount));
}

impl Amount for () {
    type Sum = ();

    fn add_to(self, (): &mut ()) {}

    fn take_from(self, (): &mut ()) {}

    fn with(self, (): ()) {}
}

impl Amount for f64 {
    type Sum = Compensated;

    fn add_to(self, sum: &mut Compensated) {
        sum.add(self);
    }

    fn take_from(self, sum: &mut Compensated) {
        sum.add(-self);
    }

    fn with(self, other: f64) -> f64 {
        self + other
    }
}

/// A sum in two parts, the second of which holds what the first has no digits for (Knuth, *The Art of Computer
/// Programming* 2, 4.2.2, theorem B). So what was added can be taken away again without leaving a trace.
#[derive(Clone, Debug, Default)]
pub(super) struct Compensated {
    high: f64,
    low: f64,
}

impl Compensated {
    fn add(&mut self, number: f64) {
        let (high, error) = two_sum(self.high, number);
        (self.high, self.low) = two_sum(high, self.low + error);
    }

    /// The sum.
    pub(super) fn value(&self) -> f64 {
        self.high + self.low
    }
}

fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let of_b = sum - a;
    (sum, (a - (sum - of_b)) + (b - of_b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_the_window_leaves_no_trace_in_the_sum() {
        let mut tally = Tally::default();
        tally.add(0, 1e17, 60);
        (1..1_000).for_each(|time| tally.add(time, 0.1, 60));
        tally.forget(1);
        assert!((tally.sum().value() - 99.9).abs() < 1e-9, "{:?}", tally.sum());
        tally.forget(1_000);
        assert_eq!((tally.count(), tally.sum().value()), (0, 0.0));
    }

    #[test]
    fn times_are_rounded_when_there_are_too_many_and_that_is_told() {
        let span = 3_600_000_000_000;
        let mut tally = Tally::default();
        for time in 0..1_000_000 {
            tally.add(time * 1_000_000, (), span);
        }
        assert_eq!(tally.count(), 1_000_000);
        assert!(!tally.is_exact());
        assert!(tally.bytes() < 4_000_000, "{}", tally.bytes());
        tally.forget(500_000 * 1_000_000);
        let error = tally.count().abs_diff(500_000);
        assert!(error < 100, "{error}");
        tally.forget(i64::MAX);
        assert!(tally.is_exact());
    }
}
