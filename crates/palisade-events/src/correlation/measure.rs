//! What a correlation measures of one group: the state that each kind keeps, and the number that it gives.

use super::{
    distinct::Distinct,
    examples::Examples,
    hash::{Joined, Key},
    limits::{NUMBER_MAX, VALUES_PER_EVENT_MAX},
    ordered::Chains,
    ranked::Ranked,
    set::{Correlation, Measure, Test},
    source::Source,
    tally::Tally,
    temporal::Seen,
};

/// The state of one group.
#[derive(Clone, Debug)]
pub(super) enum State {
    Events(Tally<()>),
    Numbers(Tally<f64>),
    Distinct(Box<(Distinct, Examples)>),
    Ranked(Box<Ranked>),
    Temporal(Seen),
    Ordered(Box<Chains>),
}

/// An event on its way into a group.
#[derive(Clone, Copy)]
pub(super) struct Event<'a> {
    pub(super) source: &'a Source<'a>,
    /// Which of the correlation's rules it matched.
    pub(super) position: u32,
    pub(super) time: i64,
}

/// What the state says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reading {
    pub(super) number: f64,
    pub(super) holds: bool,
    pub(super) is_exact: bool,
}

impl State {
    /// The state of a group without events.
    pub(super) fn new(correlation: &Correlation) -> Self {
        let rules = correlation.targets.len();
        match correlation.measure {
            Measure::Events => Self::Events(Tally::default()),
            Measure::Sum | Measure::Average => Self::Numbers(Tally::default()),
            Measure::Distinct => Self::Distinct(Box::default()),
            Measure::Percentile(rank) => Self::Ranked(Box::new(Ranked::new(rank))),
            Measure::Temporal => Self::Temporal(Seen::new(rules)),
            Measure::Ordered { is_of_all: true } => Self::Ordered(Box::new(Chains::of_all(rules))),
            Measure::Ordered { is_of_all: false } => Self::Ordered(Box::new(Chains::of_subsets(rules))),
        }
    }

    /// Adds what the event brings. An event without the value that is counted changes nothing.
    pub(super) fn add(&mut self, correlation: &Correlation, event: Event<'_>, joined: &mut Joined, seed: u64) {
        let Event { source, position, time } = event;
        let fields = correlation.value_fields(position);
        match self {
            Self::Events(tally) => tally.add(time, (), correlation.window.span),
            Self::Numbers(tally) => {
                if let Some(number) = number(source, fields) {
                    tally.add(time, number, correlation.window.span);
                }
            }
            Self::Ranked(ranked) => {
                if let Some(number) = number(source, fields) {
                    ranked.add(time, number);
                }
            }
            Self::Distinct(counted) => {
                let (distinct, examples) = &mut **counted;
                each_value(source, fields, joined, seed, |key, text| {
                    if distinct.add(key, time, correlation.window.span) {
                        examples.push(text);
                    }
                });
            }
            Self::Temporal(seen) => seen.add(position as usize, time),
            Self::Ordered(chains) => chains.add(position as usize, time),
        }
    }

    /// Forgets what lies before `floor`.
    pub(super) fn forget(&mut self, floor: i64) {
        match self {
            Self::Events(tally) => tally.forget(floor),
            Self::Numbers(tally) => tally.forget(floor),
            Self::Distinct(counted) => counted.0.forget(floor),
            Self::Ranked(ranked) => ranked.forget(floor),
            Self::Ordered(chains) => chains.forget(floor),
            // Looks from the floor on.
            Self::Temporal(_) => {}
        }
    }

    /// What it says of the window from `floor` on; nothing where there is no number to judge.
    pub(super) fn read(&self, correlation: &Correlation, floor: i64) -> Option<Reading> {
        let (number, is_exact) = match self {
            Self::Events(tally) => (tally.count() as f64, tally.is_exact()),
            Self::Numbers(tally) if tally.count() == 0 => return None,
            Self::Numbers(tally) => {
                let sum = tally.sum().value();
                let is_average = correlation.measure == Measure::Average;
                (if is_average { sum / tally.count() as f64 } else { sum }, tally.is_exact())
            }
            Self::Distinct(counted) => (counted.0.count(), counted.0.is_exact()),
            Self::Ranked(ranked) => (ranked.value()?, ranked.is_exact()),
            Self::Temporal(seen) => return Some(read_seen(correlation, seen.since(floor))),
            Self::Ordered(chains) => return Some(read_chains(correlation, chains, floor)),
        };
        let holds = matches!(&correlation.test, Test::Number(thresholds) if thresholds.hold(number));
        Some(Reading { number, holds, is_exact })
    }

    /// Values that were counted, a few of them.
    pub(super) fn examples(&self) -> Vec<String> {
        match self {
            Self::Distinct(counted) => counted.1.texts(),
            _ => Vec::new(),
        }
    }

    /// What it takes on the heap, about.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Events(tally) => tally.bytes(),
            Self::Numbers(tally) => tally.bytes(),
            Self::Distinct(counted) => size_of::<(Distinct, Examples)>() + counted.0.bytes() + counted.1.bytes(),
            Self::Ranked(ranked) => size_of::<Ranked>() + ranked.bytes(),
            Self::Temporal(seen) => seen.bytes(),
            Self::Ordered(chains) => size_of::<Chains>() + chains.bytes(),
        }
    }
}

fn read_seen(correlation: &Correlation, seen: u64) -> Reading {
    let number = f64::from(seen.count_ones());
    let holds = match &correlation.test {
        Test::AllRules => seen.count_ones() as usize == correlation.targets.len(),
        Test::Number(thresholds) => thresholds.hold(number),
        Test::Rules(expression) => expression.holds(seen, seen),
    };
    Reading { number, holds, is_exact: true }
}

fn read_chains(correlation: &Correlation, chains: &Chains, floor: i64) -> Reading {
    let longest = chains.longest(floor);
    let number = f64::from(longest);
    let holds = match &correlation.test {
        Test::AllRules => longest as usize == correlation.targets.len(),
        Test::Number(thresholds) => thresholds.hold(number),
        Test::Rules(expression) => {
            let seen = chains.since(floor);
            chains.chains(floor).any(|chain| expression.holds(chain, seen))
        }
    };
    Reading { number, holds, is_exact: true }
}

fn number(source: &Source<'_>, fields: &[String]) -> Option<f64> {
    let number = source.number(fields.first()?)?;
    (number.abs() <= NUMBER_MAX).then_some(number)
}

/// The values that an event adds, as hash and text: every one of a single field, a list has several; of several fields
/// one together.
fn each_value(
    source: &Source<'_>,
    fields: &[String],
    joined: &mut Joined,
    seed: u64,
    mut visit: impl FnMut(Key, &str),
) {
    if let [field] = fields {
        let mut left = VALUES_PER_EVENT_MAX;
        source.each(field, &mut |value| {
            if left > 0 {
                left -= 1;
                visit(Key::of(value.as_bytes(), seed), value);
            }
        });
        return;
    }
    joined.clear();
    for field in fields {
        match source.text(field) {
            Some(value) => joined.push(Some(&value)),
            None => return,
        }
    }
    visit(joined.key(0, seed), joined.text());
}
