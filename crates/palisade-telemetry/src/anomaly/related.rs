//! What else was odd at the same time, and what was odd first.
//!
//! Every raised score leaves a trace for a while: which series, since when, how odd. Traces are kept by series and by
//! label; an alarm looks through those that share a label with it. All of it is bounded: a label keeps its newest
//! traces, and the label that was silent longest goes when there are too many.

use palisade_model::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, VecDeque};

/// Labels with traces at once, and traces a label.
const LABELS_MAX: usize = 16_384;
const TRACES_A_LABEL: usize = 64;
/// A trace this old has nothing to do with an alarm now.
const WINDOW_NANOS: i64 = 15 * 60 * 1_000_000_000;
/// Others told with an alarm.
const TOLD_MAX: usize = 10;
/// What moved at least this much earlier than the alarm moved it may have caused it.
const FIRST_BY_NANOS: i64 = 1_000_000_000;
/// A first mover is at least this share as odd as the oddest.
const FIRST_SHARE: f32 = 0.6;

/// Identity of a series, chosen by the caller: a stable hash of its name and labels.
pub type SeriesId = u64;

/// Another series that was odd at the time of an alarm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Related {
    /// Which series.
    pub series: SeriesId,
    /// Since when it has been odd.
    pub since: Timestamp,
    /// Its highest score since.
    pub score: f32,
    /// The labels that it shares with the alarm, as `name=value`.
    pub shared: Vec<String>,
    /// What the list is sorted by: score, labels shared and closeness in time.
    pub rank: f32,
    /// Whether it moved first, and so is the likely cause. At most one of a list.
    pub first_mover: bool,
}

#[derive(Debug, Clone, Copy)]
struct Trace {
    series: SeriesId,
    since: i64,
    last: i64,
    score: f32,
}

#[derive(Debug, Default)]
struct OfLabel {
    traces: VecDeque<Trace>,
    touched: u64,
}

/// The traces of raised scores.
#[derive(Debug, Default)]
pub(super) struct Traces {
    labels: HashMap<String, OfLabel>,
    /// Labels by when they were touched, the longest silent first.
    by_touch: BTreeMap<u64, String>,
    clock: u64,
}

impl Traces {
    /// Notes that `series` was odd at `time`, odd since `since`.
    pub(super) fn note(&mut self, labels: &[String], series: SeriesId, since: Timestamp, time: Timestamp, score: f32) {
        for label in labels {
            self.touch(label);
            let Some(of_label) = self.labels.get_mut(label) else { continue };
            let traces = &mut of_label.traces;
            let known = traces.iter_mut().rev().find(|trace| trace.series == series && trace.since == since.nanos());
            if let Some(trace) = known {
                trace.score = trace.score.max(score);
                trace.last = time.nanos();
                continue;
            }
            if traces.len() == TRACES_A_LABEL {
                traces.pop_front();
            }
            traces.push_back(Trace { series, since: since.nanos(), last: time.nanos(), score });
        }
    }

    fn touch(&mut self, label: &str) {
        self.clock += 1;
        if let Some(known) = self.labels.get_mut(label) {
            if let Some(name) = self.by_touch.remove(&known.touched) {
                self.by_touch.insert(self.clock, name);
            }
            known.touched = self.clock;
            return;
        }
        if self.labels.len() >= LABELS_MAX
            && let Some((_, silent)) = self.by_touch.pop_first()
        {
            self.labels.remove(&silent);
        }
        self.labels.insert(label.to_owned(), OfLabel { traces: VecDeque::new(), touched: self.clock });
        self.by_touch.insert(self.clock, label.to_owned());
    }

    /// What else was odd when `series` became so at `since` and raised an alarm at `time`, the most telling first.
    pub(super) fn related(
        &self,
        labels: &[String],
        series: SeriesId,
        since: Timestamp,
        time: Timestamp,
    ) -> Vec<Related> {
        let mut others: BTreeMap<SeriesId, (Trace, Vec<String>)> = BTreeMap::new();
        for label in labels {
            let traces = self.labels.get(label).map(|of_label| &of_label.traces);
            for trace in traces.into_iter().flatten().filter(|trace| trace.series != series) {
                if time.nanos().saturating_sub(trace.last) > WINDOW_NANOS || trace.since > time.nanos() {
                    continue;
                }
                let (known, shared) = others.entry(trace.series).or_insert_with(|| (*trace, Vec::new()));
                known.since = known.since.min(trace.since);
                known.score = known.score.max(trace.score);
                if !shared.contains(label) {
                    shared.push(label.clone());
                }
            }
        }
        let mut related: Vec<Related> =
            others.into_values().map(|(trace, shared)| describe(trace, shared, since)).collect();
        related.sort_by(|a, b| b.rank.total_cmp(&a.rank).then(a.series.cmp(&b.series)));
        related.truncate(TOLD_MAX);
        mark_first_mover(&mut related, since);
        related
    }
}

fn describe(trace: Trace, shared: Vec<String>, since: Timestamp) -> Related {
    let apart = trace.since.saturating_sub(since.nanos()).saturating_abs() as f32 / WINDOW_NANOS as f32;
    let rank = trace.score * (1.0 + shared.len() as f32) / (1.0 + apart);
    Related {
        series: trace.series,
        since: Timestamp::from_nanos(trace.since),
        score: trace.score,
        shared,
        rank,
        first_mover: false,
    }
}

/// Marks the one that moved first among the clearly odd, if it moved before the alarm did.
fn mark_first_mover(related: &mut [Related], since: Timestamp) {
    let oddest = related.iter().map(|other| other.score).fold(0.0, f32::max);
    let first = related
        .iter_mut()
        .filter(|other| other.score >= FIRST_SHARE * oddest)
        .filter(|other| since.nanos().saturating_sub(other.since.nanos()) >= FIRST_BY_NANOS)
        .min_by_key(|other| other.since);
    if let Some(first) = first {
        first.first_mover = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn labels(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_shares_more_labels_comes_first_and_what_moved_first_is_marked() {
        let mut traces = Traces::default();
        traces.note(&labels(&["host=a", "service=shop"]), 1, at(1000), at(1010), 4.0);
        traces.note(&labels(&["host=a"]), 2, at(990), at(1010), 4.0);
        traces.note(&labels(&["host=b"]), 3, at(980), at(1010), 9.0);
        traces.note(&labels(&["host=a"]), 4, at(10), at(20), 9.0);
        let related = traces.related(&labels(&["host=a", "service=shop"]), 9, at(1005), at(1012));
        let told: Vec<_> = related.iter().map(|other| (other.series, other.first_mover)).collect();
        assert_eq!(told, [(1, false), (2, true)]);
        assert_eq!(related[0].shared, ["host=a", "service=shop"]);
    }

    #[test]
    fn nobody_moved_first_when_the_alarm_did() {
        let mut traces = Traces::default();
        traces.note(&labels(&["host=a"]), 1, at(1000), at(1010), 4.0);
        let related = traces.related(&labels(&["host=a"]), 9, at(900), at(1012));
        assert!(related.len() == 1 && !related[0].first_mover);
    }

    #[test]
    fn labels_and_traces_are_bounded() {
        let mut traces = Traces::default();
        for index in 0..(LABELS_MAX + 100) as i64 {
            traces.note(&[format!("pod={index}")], 1, at(index), at(index), 4.0);
        }
        (0..1000).for_each(|index| traces.note(&labels(&["host=a"]), index, at(5), at(5), 4.0));
        assert_eq!((traces.labels.len(), traces.by_touch.len()), (LABELS_MAX, LABELS_MAX));
        assert_eq!(traces.labels["host=a"].traces.len(), TRACES_A_LABEL);
        assert!(!traces.labels.contains_key("pod=0"));
    }
}
