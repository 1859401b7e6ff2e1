//! Takes the hits of detection rules and gives the matches of correlations.

use super::{
    clock::{Clock, Verdict},
    group::{Group, Outcome},
    groups::Groups,
    hash::Joined,
    limits::{AHEAD, CHAIN_STEPS_MAX, GROUP_TEXT_BYTES_MAX},
    measure::Event,
    set::{Correlation, Correlations, Edge},
    source::{Fields, GroupValue, Source},
    told::{CorrelationMatch, Settings, Statistics},
};
use palisade_model::Timestamp;
use std::{
    borrow::Cow,
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

/// Runs correlations over the hits of detection rules.
#[derive(Clone, Debug)]
pub struct Correlator {
    correlations: Arc<Correlations>,
    run: Run,
}

#[derive(Clone, Debug)]
struct Run {
    settings: Settings,
    lateness: i64,
    arrival: Option<i64>,
    groups: Groups,
    clocks: Vec<Clock>,
    statistics: Statistics,
    joined: Joined,
}

/// A match on its way to the correlations above.
struct Pending {
    edge: Edge,
    below: u32,
    values: Box<[GroupValue]>,
    is_match: bool,
}

impl Correlator {
    /// Runs `correlations`, with nothing seen yet.
    #[must_use]
    pub fn new(correlations: Arc<Correlations>, settings: Settings) -> Self {
        let clocks = vec![Clock::default(); correlations.entries.len()];
        let lateness = nanos(settings.lateness);
        let run = Run {
            settings,
            lateness,
            arrival: None,
            groups: Groups::default(),
            clocks,
            statistics: Statistics::default(),
            joined: Joined::default(),
        };
        Self { correlations, run }
    }

    /// The correlations that are run.
    #[must_use]
    pub fn correlations(&self) -> &Arc<Correlations> {
        &self.correlations
    }

    /// Says that the detection rule with index `rule` matched an event with these fields at this time. Matches of
    /// correlations are added to `matches`, those below before those above.
    pub fn hit(&mut self, rule: usize, fields: &dyn Fields, time: Timestamp, matches: &mut Vec<CorrelationMatch>) {
        let Some(feed) = self.correlations.by_rule.get(rule).filter(|feed| !feed.edges.is_empty()) else { return };
        let run = &mut self.run;
        let time = run.bounded(time.nanos());
        let mut pending = VecDeque::new();
        for edge in &feed.edges {
            let source = Source { fields, below: None };
            run.feed(&self.correlations, *edge, &source, time, &mut pending, matches);
        }
        let mut steps = 0;
        while let Some(Pending { edge, below, values, is_match }) = pending.pop_front() {
            let Some(Some(entry)) = self.correlations.entries.get(edge.correlation as usize) else { continue };
            if !is_match && !entry.is_temporal() {
                continue;
            }
            steps += 1;
            if steps > CHAIN_STEPS_MAX {
                run.statistics.unreached += 1;
                continue;
            }
            let source = Source { fields, below: Some((self.correlations.group_names(below as usize), &values)) };
            run.feed(&self.correlations, edge, &source, time, &mut pending, matches);
        }
        run.tidy(&self.correlations);
    }

    /// Tells the time of arrival of the events that follow, where the caller has a clock. Events that claim to be more
    /// than a minute ahead of it are taken at this time, so that a wrong or forged clock cannot make others late.
    pub fn set_arrival(&mut self, now: Timestamp) {
        self.run.arrival = Some(now.nanos());
    }

    /// Removes every group whose window has passed. Hits do so bit by bit; this is for when there are none.
    pub fn sweep(&mut self) {
        let places = self.run.groups.places();
        self.run.sweep(&self.correlations, places);
    }

    /// Forgets everything seen, before events that have nothing to do with those before.
    pub fn restart(&mut self) {
        self.run.groups = Groups::default();
        self.run.clocks.fill(Clock::default());
    }

    /// Goes on with other correlations. Those defined as before keep what they have seen.
    pub fn reload(&mut self, correlations: Arc<Correlations>) {
        let fingerprint = |entry: &Option<Correlation>| entry.as_ref().map(|entry| entry.fingerprint);
        let indexed = correlations.entries.iter().enumerate();
        let new: HashMap<u64, usize> =
            indexed.filter_map(|(index, entry)| Some((fingerprint(entry)?, index))).collect();
        let old = &self.correlations.entries;
        let index = |old_index: usize| new.get(&fingerprint(old.get(old_index)?)?).copied();
        let mut clocks = vec![Clock::default(); correlations.entries.len()];
        for (old_index, clock) in self.run.clocks.iter().enumerate() {
            if let Some(place) = index(old_index) {
                clocks[place] = *clock;
            }
        }
        self.run.groups.renumber(|old_index| index(old_index as usize).map(|index| index as u32));
        self.run.clocks = clocks;
        self.correlations = correlations;
    }

    /// What was counted.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        let groups = &self.run.groups;
        Statistics { groups: groups.len() as u64, bytes: groups.bytes() as u64, ..self.run.statistics }
    }
}

impl Run {
    /// Feeds one correlation, and notes what that means for those above.
    fn feed(
        &mut self,
        all: &Correlations,
        edge: Edge,
        source: &Source<'_>,
        time: i64,
        pending: &mut VecDeque<Pending>,
        matches: &mut Vec<CorrelationMatch>,
    ) {
        let Some(Some(correlation)) = all.entries.get(edge.correlation as usize) else { return };
        self.statistics.hits += 1;
        let Some(outcome) = self.judge(correlation, edge, source, time) else { return };
        for above in &correlation.feed.edges {
            if pending.len() < CHAIN_STEPS_MAX {
                let (below, values) = (edge.correlation, outcome.values.clone());
                pending.push_back(Pending { edge: *above, below, values, is_match: outcome.is_match });
            } else {
                self.statistics.unreached += 1;
            }
        }
        if outcome.is_match {
            self.statistics.matches += 1;
            matches.push(outcome.told(correlation, edge.correlation));
        }
    }

    /// Puts an event in its place; the outcome when the condition then holds.
    fn judge(&mut self, correlation: &Correlation, edge: Edge, source: &Source<'_>, time: i64) -> Option<Outcome> {
        let clock = self.clocks.get_mut(edge.correlation as usize)?;
        match clock.judge(time, self.lateness) {
            Verdict::Timely => {}
            Verdict::WentBack => self.statistics.went_back += 1,
            Verdict::TooLate => {
                self.statistics.late += 1;
                return None;
            }
        }
        let now = clock.latest();
        let place = self.place(correlation, edge, source);
        let event = Event { source, position: edge.position, time };
        let group = self.groups.get_mut(place)?;
        let outcome = if group.enter(correlation, time, now) {
            group.state.add(correlation, event, &mut self.joined, self.settings.seed);
            group.conclude(correlation, self.settings.repeat)
        } else {
            self.statistics.late += 1;
            None
        };
        self.groups.weigh(place);
        outcome
    }

    /// The place of the group that the event belongs to.
    fn place(&mut self, correlation: &Correlation, edge: Edge, source: &Source<'_>) -> u32 {
        let fields = correlation.group_fields(edge.position);
        self.joined.clear();
        for (name, field) in correlation.group_names.iter().zip(fields) {
            self.joined.push(group_value(source, name, field).as_deref());
        }
        let key = self.joined.key(correlation.fingerprint, self.settings.seed);
        self.groups.touch(key, || {
            let named = correlation.group_names.iter().zip(fields);
            let values =
                named.map(|(name, field)| group_value(source, name, field).map(|value| shortened(&value).into()));
            Group::new(edge.correlation, correlation, values.collect())
        })
    }

    /// The time of an event, no further ahead of its arrival than is allowed.
    fn bounded(&mut self, time: i64) -> i64 {
        match self.arrival {
            Some(arrival) if time > arrival.saturating_add(nanos(AHEAD)) => {
                self.statistics.ahead += 1;
                arrival
            }
            _ => time,
        }
    }

    fn tidy(&mut self, all: &Correlations) {
        self.sweep(all, 2);
        self.statistics.evicted += self.groups.shrink(self.settings.state_bytes);
    }

    fn sweep(&mut self, all: &Correlations, count: usize) {
        let (clocks, lateness) = (&self.clocks, self.lateness);
        self.statistics.ended += self.groups.sweep(count, |group| {
            let index = group.correlation as usize;
            let (Some(Some(correlation)), Some(latest)) = (all.entries.get(index), group.latest()) else { return true };
            let kept = correlation.window.memory().max(correlation.suppress.unwrap_or(0)).saturating_add(lateness);
            clocks.get(index).and_then(Clock::latest) > Some(latest.saturating_add(kept))
        });
    }
}

/// The value by which an event is grouped. In the group of a correlation below it may have the name of the alias.
fn group_value<'s>(source: &'s Source<'_>, name: &str, field: &str) -> Option<Cow<'s, str>> {
    source.text(field).or_else(|| if name == field { None } else { source.below.and_then(|_| source.text(name)) })
}

fn shortened(value: &str) -> &str {
    &value[..value.floor_char_boundary(GROUP_TEXT_BYTES_MAX)]
}

fn nanos(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}
