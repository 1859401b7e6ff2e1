//! Takes the hits of detection rules and gives the matches of correlations.

use super::{
    clock::{Clock, Verdict},
    groups::{Group, Groups},
    hash::Joined,
    limits::{AHEAD, CHAIN_STEPS_MAX, GROUP_TEXT_BYTES_MAX},
    measure::{Event, Reading, State},
    set::{Correlation, Correlations, Edge},
    source::{Fields, GroupValue, Source},
    told::{CorrelationMatch, Repeat, Settings, Statistics},
    window::{Extent, Placing},
};
use palisade_model::Timestamp;
use std::{collections::HashMap, sync::Arc, time::Duration};

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

/// What a hit did.
struct Outcome {
    reading: Reading,
    extent: Extent,
    from: i64,
    is_match: bool,
    values: Box<[GroupValue]>,
    examples: Vec<String>,
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
        let mut pending = std::collections::VecDeque::new();
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
        pending: &mut std::collections::VecDeque<Pending>,
        matches: &mut Vec<CorrelationMatch>,
    ) {
        let Some(Some(correlation)) = all.entries.get(edge.correlation as usize) else { return };
        self.statistics.hits += 1;
        let Some(mut outcome) = self.judge(correlation, edge, source, time) else { return };
        if outcome.is_match {
            self.statistics.matches += 1;
            matches.push(told(correlation, edge.correlation, &mut outcome));
        }
        for above in &correlation.feed.edges {
            let (below, values) = (edge.correlation, outcome.values.clone());
            pending.push_back(Pending { edge: *above, below, values, is_match: outcome.is_match });
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
        let outcome = if enter(group, correlation, time, now) {
            group.state.add(correlation, event, &mut self.joined, self.settings.seed);
            conclude(group, correlation, self.settings.repeat)
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
        self.groups.touch(key, || Group {
            correlation: edge.correlation,
            values: (correlation.group_names.iter().zip(fields))
                .map(|(name, field)| group_value(source, name, field).map(|value| shortened(&value).into()))
                .collect(),
            extent: None,
            state: State::new(correlation),
            last_match: None,
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
            let latest = group.extent.map(|extent| extent.latest).max(group.last_match);
            let (Some(Some(correlation)), Some(latest)) = (all.entries.get(index), latest) else { return true };
            let kept = correlation.window.memory().max(correlation.suppress.unwrap_or(0)).saturating_add(lateness);
            clocks.get(index).and_then(Clock::latest) > Some(latest.saturating_add(kept))
        });
    }
}

/// The value by which an event is grouped. In the group of a correlation below it may have the name of the alias.
fn group_value<'s>(source: &'s Source<'_>, name: &str, field: &str) -> Option<std::borrow::Cow<'s, str>> {
    source.text(field).or_else(|| if name == field { None } else { source.below.and_then(|_| source.text(name)) })
}

/// Lets time go on in a group up to an event; false when the event's window has passed.
fn enter(group: &mut Group, correlation: &Correlation, time: i64, now: Option<i64>) -> bool {
    // What lies ahead of the clock was seen before time went back.
    if group.extent.is_some_and(|extent| Some(extent.latest) > now) {
        begin(group, correlation);
    }
    match correlation.window.place(group.extent, time) {
        Placing::Passed => return false,
        Placing::Within(extent) => group.extent = Some(extent),
        Placing::Anew(extent) => {
            if group.extent.is_some() {
                begin(group, correlation);
            }
            group.extent = Some(extent);
        }
    }
    true
}

/// Begins a new window. A rule's own `suppress` goes on.
fn begin(group: &mut Group, correlation: &Correlation) {
    group.extent = None;
    group.state = State::new(correlation);
    if correlation.suppress.is_none() {
        group.last_match = None;
    }
}

/// What holds of a group after an event.
fn conclude(group: &mut Group, correlation: &Correlation, repeat: Repeat) -> Option<Outcome> {
    let extent = group.extent?;
    let from = correlation.window.floor(extent);
    group.state.forget(from);
    let reading = group.state.read(correlation, from).filter(|reading| reading.holds)?;
    let since = group.last_match.map(|last| extent.latest.saturating_sub(last));
    let is_match = match (correlation.suppress, repeat) {
        (Some(quiet), _) => since.is_none_or(|since| since >= quiet),
        (None, Repeat::OncePerWindow) => since.is_none_or(|since| since > correlation.window.span),
        (None, Repeat::EachEvent) => true,
    };
    let mut examples = Vec::new();
    if is_match {
        examples = group.state.examples();
        group.last_match = Some(extent.latest);
        if correlation.resets {
            (group.extent, group.state) = (None, State::new(correlation));
        }
    }
    let values = if is_match || !correlation.feed.edges.is_empty() { group.values.clone() } else { Box::default() };
    Some(Outcome { reading, extent, from, is_match, values, examples })
}

fn told(correlation: &Correlation, index: u32, outcome: &mut Outcome) -> CorrelationMatch {
    let values = outcome.values.iter().map(|value| value.as_deref().map(str::to_owned));
    CorrelationMatch {
        correlation: index as usize,
        group: correlation.group_names.iter().cloned().zip(values).collect(),
        number: outcome.reading.number,
        is_exact: outcome.reading.is_exact,
        examples: std::mem::take(&mut outcome.examples),
        from: Timestamp::from_nanos(outcome.from),
        until: Timestamp::from_nanos(outcome.extent.latest),
        is_silent: correlation.feed.is_silent(),
    }
}

fn shortened(value: &str) -> &str {
    &value[..value.floor_char_boundary(GROUP_TEXT_BYTES_MAX)]
}

fn nanos(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}
