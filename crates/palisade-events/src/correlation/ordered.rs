//! Which rules of an ordered correlation were seen one after the other.
//!
//! The automaton's states are the chains that can stand in the window: sets of rules, seen in the order of the list.
//! For each it keeps the latest time at which such a chain began, which is all that a window needs: a chain is in the
//! window as long as its beginning is. A hit of a rule extends the chains of the rules before it, and nothing else.
//!
//! Without a condition of its own a correlation wants all rules, and only the beginnings of the list are states; a hit
//! then costs one step. With one, any subset may do, of eight rules at most.
//!
//! Hits of the same time are in any order: logs often have seconds only, and to overlook is worse. For hits that come
//! late the hits of the window are kept, up to a number, and played again with the late one in its place. That can only
//! add chains, so what is known stays right.

use super::limits::ORDERED_HITS_MAX;
use std::collections::VecDeque;

/// The chains seen, and the hits that made the last of them.
#[derive(Clone, Debug)]
pub(super) struct Chains {
    states: States,
    /// For each state, when the latest chain of it began.
    begun: Box<[Option<i64>]>,
    latest: Box<[Option<i64>]>,
    hits: VecDeque<(i64, u8)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum States {
    /// State n: the first n rules.
    Beginnings,
    /// A state is a set of rules, one bit each.
    Subsets,
}

impl Chains {
    /// For a correlation that wants all of `rules` rules.
    pub(super) fn of_all(rules: usize) -> Self {
        Self::new(States::Beginnings, rules, rules + 1)
    }

    /// For a correlation with a condition over subsets of `rules` rules.
    pub(super) fn of_subsets(rules: usize) -> Self {
        Self::new(States::Subsets, rules, 1 << rules)
    }

    fn new(states: States, rules: usize, count: usize) -> Self {
        let begun = vec![None; count].into();
        Self { states, begun, latest: vec![None; rules].into(), hits: VecDeque::new() }
    }

    /// Adds a hit of the rule at `position`.
    pub(super) fn add(&mut self, position: usize, time: i64) {
        if position >= self.latest.len() {
            return;
        }
        let is_late = self.hits.back().is_some_and(|(last, _)| *last > time);
        self.remember(position, time);
        if is_late {
            self.play_again();
        } else {
            self.step(position, time);
        }
    }

    /// Forgets hits before `floor`: no chain in the window has them.
    pub(super) fn forget(&mut self, floor: i64) {
        while self.hits.front().is_some_and(|(time, _)| *time < floor) {
            self.hits.pop_front();
        }
        if self.hits.capacity() > 64 && self.hits.len() < self.hits.capacity() / 4 {
            self.hits.shrink_to(self.hits.len() * 2);
        }
    }

    /// The longest chain that began at or after `floor`: how many rules it has.
    pub(super) fn longest(&self, floor: i64) -> u32 {
        self.chains(floor).map(u64::count_ones).max().unwrap_or(0)
    }

    /// The chains that began at or after `floor`, each as a set of rules.
    pub(super) fn chains(&self, floor: i64) -> impl Iterator<Item = u64> {
        let set = |state: usize| match self.states {
            States::Beginnings => u64::MAX.checked_shr(64 - state as u32).unwrap_or(0),
            States::Subsets => state as u64,
        };
        let is_in = move |(_, begun): &(usize, &Option<i64>)| **begun >= Some(floor);
        self.begun.iter().enumerate().filter(is_in).map(move |(state, _)| set(state))
    }

    /// The rules seen at or after `floor`, one bit each.
    pub(super) fn since(&self, floor: i64) -> u64 {
        let is_in = |(position, time): (usize, &Option<i64>)| u64::from(*time >= Some(floor)) << position;
        self.latest.iter().enumerate().map(is_in).sum()
    }

    /// What it takes on the heap.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.begun) + size_of_val(&*self.latest) + self.hits.capacity() * size_of::<(i64, u8)>()
    }

    /// Extends the chains that end before the rule, and those that its time makes possible after it.
    fn step(&mut self, position: usize, time: i64) {
        self.extend(position, time);
        self.latest[position] = self.latest[position].max(Some(time));
        for later in position + 1..self.latest.len() {
            if self.latest[later] == Some(time) {
                self.extend(later, time);
            }
        }
    }

    fn extend(&mut self, position: usize, time: i64) {
        match self.states {
            States::Beginnings => self.reach(position + 1, position, time),
            States::Subsets => {
                let added = 1 << position;
                (added..added * 2).for_each(|state| self.reach(state, state ^ added, time));
            }
        }
    }

    /// The chain `before` and a hit at `time` make the chain `state`.
    fn reach(&mut self, state: usize, before: usize, time: i64) {
        let begun = if before == 0 { Some(time) } else { self.begun[before] };
        self.begun[state] = self.begun[state].max(begun);
    }

    /// Keeps a hit in its place.
    fn remember(&mut self, position: usize, time: i64) {
        let index = self.hits.partition_point(|(held, _)| *held <= time);
        self.hits.insert(index, (time, position as u8));
        if self.hits.len() > ORDERED_HITS_MAX {
            self.thin_out();
        }
    }

    /// Keeps the first and the last of each run of hits of one rule, which is what one late hit can need, and no more
    /// than the later half of all.
    fn thin_out(&mut self) {
        let rule = |index: usize| self.hits.get(index).map(|(_, rule)| *rule);
        let is_inner = |index: usize| index > 0 && rule(index - 1) == rule(index) && rule(index) == rule(index + 1);
        let kept: VecDeque<_> =
            (0..self.hits.len()).filter(|index| !is_inner(*index)).map(|index| self.hits[index]).collect();
        let excess = kept.len().saturating_sub(ORDERED_HITS_MAX / 2);
        self.hits = kept.into_iter().skip(excess).collect();
    }

    fn play_again(&mut self) {
        let hits = std::mem::take(&mut self.hits);
        let mut again = Self { hits: VecDeque::new(), ..self.clone() };
        again.begun.fill(None);
        again.latest.fill(None);
        hits.iter().for_each(|(time, rule)| again.step(usize::from(*rule), *time));
        let keep = |held: &mut Option<i64>, found: &Option<i64>| *held = (*held).max(*found);
        self.begun.iter_mut().zip(&again.begun).for_each(|(held, found)| keep(held, found));
        self.latest.iter_mut().zip(&again.latest).for_each(|(held, found)| keep(held, found));
        self.hits = hits;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Whether the rules of `chain` can be found one after the other among `hits` from `floor` on.
    fn stands(chain: &[usize], hits: &[(i64, usize)], floor: i64) -> bool {
        let mut time = floor;
        chain.iter().all(|rule| {
            let next = hits.iter().filter(|(at, of)| of == rule && *at >= time).map(|(at, _)| *at).min();
            next.inspect(|next| time = *next).is_some()
        })
    }

    fn rules_of(chain: u64) -> Vec<usize> {
        (0..64).filter(|rule| chain >> rule & 1 == 1).collect()
    }

    #[test]
    fn the_order_of_the_list_is_what_counts() {
        let mut chains = Chains::of_all(2);
        chains.add(1, 10);
        chains.add(0, 20);
        assert_eq!(chains.longest(0), 1);
        chains.add(1, 30);
        assert_eq!((chains.longest(0), chains.longest(20), chains.longest(21)), (2, 2, 0));
    }

    #[test]
    fn a_flood_takes_no_room() {
        let mut chains = Chains::of_all(3);
        (0..1_000_000).for_each(|time| chains.add(0, time));
        assert!(chains.bytes() < 50_000);
        (0..1_000_000).for_each(|time| chains.add((time % 3) as usize, 1_000_000 + time));
        assert!(chains.bytes() < 50_000);
    }

    proptest! {
        #[test]
        fn chains_are_those_that_a_search_finds(
            hits in prop::collection::vec((0usize..4, 0i64..3), 0..60), floor in 0i64..60, all in any::<bool>()
        ) {
            let mut chains = if all { Chains::of_all(4) } else { Chains::of_subsets(4) };
            let mut time = 0;
            let mut past = Vec::new();
            for (rule, step) in hits {
                time += step;
                past.push((time, rule));
                chains.add(rule, time);
            }
            for state in 1u64..16 {
                if !all || (state + 1).is_power_of_two() {
                    let is_found = chains.chains(floor).any(|chain| chain == state);
                    prop_assert_eq!(is_found, stands(&rules_of(state), &past, floor), "{:b}", state);
                }
            }
        }

        #[test]
        fn late_hits_complete_a_chain_and_invent_none(hits in prop::collection::vec((0usize..3, 0i64..40), 0..40), floor in 0i64..40) {
            let mut chains = Chains::of_all(3);
            hits.iter().for_each(|(rule, time)| chains.add(*rule, *time));
            let past: Vec<_> = hits.iter().map(|(rule, time)| (*time, *rule)).collect();
            prop_assert_eq!(chains.longest(floor) == 3, stands(&[0, 1, 2], &past, floor));
        }
    }
}
