//! With whom an alert belongs together.
//!
//! For each entity of the alert the neighbours in time among those that name it are looked at, a bounded number, so the
//! whole is near-linear: no pair is compared that shares nothing. What speaks for a mate is summed over entities:
//!
//! ```text
//! weight(kind) × rarity(how many name it) × nearness(time between the beginnings)
//! 0.6 × rarity on both sides × nearness, across an edge of the topology
//! ```
//!
//! Alerts that come later may make an entity common; what was joined before stays joined. That, and the bounds on how
//! many are looked at, is where the order of alerts matters.

use super::{entity::RULE, index::Index};
use crate::incident::sentence::span;
use palisade_model::{Id, Timestamp};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// An entity that so few alerts name is rare, however few alerts there are.
const RARE_COUNT: usize = 16;
/// An entity that this share of all alerts names is rare: 1 in 100.
const RARE_SHARE: usize = 100;
/// An entity that this share of all alerts names tells nothing: 1 in 3.
const COMMON_SHARE: usize = 3;
/// What an edge of the topology tells, beside naming the same thing.
const EDGE_WEIGHT: f64 = 0.6;
/// So many alerts on one end of an edge, and an alert at the other end at the same time is no coincidence any more. It
/// is stricter than for entities that are shared: otherwise a day on which much is wrong would join all that is linked.
const EDGE_COUNT_MAX: usize = 256;
/// Alerts looked at on either side in time, for each entity.
const LOOKED_AT_MAX: usize = 16;
/// Different mates taken on either side in time, for each entity.
const MATES_MAX: usize = 8;
/// Neighbours of an entity in the topology that are looked at.
const NEIGHBOURS_MAX: usize = 32;
/// Reasons that are told.
const REASONS_MAX: usize = 3;

/// With whom an alert belongs together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::incident) enum Target {
    /// An incident that is open.
    Incident(Id),
    /// An alert that belongs to none.
    Alert(Arc<str>),
}

/// A mate of an alert.
#[derive(Clone, Debug)]
pub(in crate::incident) struct Mate {
    pub(in crate::incident) target: Target,
    pub(in crate::incident) score: f64,
    /// Why, to follow "because".
    pub(in crate::incident) because: String,
    /// The entities that speak for it.
    pub(in crate::incident) shared: Vec<Arc<str>>,
}

/// What speaks for one mate.
#[derive(Default)]
struct Case {
    score: f64,
    apart: Option<i64>,
    reasons: Vec<(f64, String)>,
    shared: Vec<Arc<str>>,
}

impl Case {
    fn add(&mut self, score: f64, apart: Option<i64>, entity: &Arc<str>, reason: String) {
        self.score += score;
        self.apart = [self.apart, apart].into_iter().flatten().min();
        self.reasons.push((score, reason));
        self.shared.push(entity.clone());
    }

    fn because(&mut self) -> String {
        self.reasons.sort_by(|a, b| b.0.total_cmp(&a.0));
        let reasons: Vec<_> = self.reasons.iter().take(REASONS_MAX).map(|(_, reason)| reason.as_str()).collect();
        match self.apart {
            Some(apart) => format!("{}; {} apart", reasons.join(", "), span(apart)),
            None => reasons.join(", "),
        }
    }
}

/// Looks for the mates of one alert.
pub(in crate::incident) struct Search<'a, F> {
    pub(in crate::incident) index: &'a Index,
    /// Whether an incident is open to further alerts.
    pub(in crate::incident) takes: F,
    /// Nanoseconds.
    pub(in crate::incident) window: i64,
    pub(in crate::incident) threshold: f64,
}

impl<F: Fn(Id) -> bool> Search<'_, F> {
    /// The mates of the known alert with this fingerprint, the best first.
    pub(in crate::incident) fn mates(&self, fingerprint: &str) -> Vec<Mate> {
        let Some((fingerprint, known)) = self.index.entry(fingerprint) else { return Vec::new() };
        let mut cases = BTreeMap::new();
        for entity in &known.entities {
            let (kind, value) = entity.split_once('=').unwrap_or((entity, ""));
            if kind == RULE {
                self.rule(entity, value, &mut cases);
                continue;
            }
            self.shared(fingerprint, known.began, entity, &mut cases);
            self.across(fingerprint, known.began, entity, &mut cases);
        }
        let reached = cases.into_iter().filter(|(_, case)| case.score >= self.threshold);
        let mut mates: Vec<_> = reached
            .map(|(target, mut case)| Mate {
                target,
                score: case.score,
                because: case.because(),
                shared: case.shared.into_iter().collect::<BTreeSet<_>>().into_iter().collect(),
            })
            .collect();
        mates.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.target.cmp(&b.target)));
        mates
    }

    /// The open incident of the alert's rule and group, whenever it began.
    fn rule(&self, group: &Arc<str>, name: &str, cases: &mut BTreeMap<Target, Case>) {
        let alerts = self.index.alerts_of(group).into_iter().flatten().rev().take(LOOKED_AT_MAX);
        let incident = alerts.filter_map(|(_, other)| self.index.get(other)?.incident).find(|id| (self.takes)(*id));
        if let Some(id) = incident {
            let reason = format!("rule {name} is for both");
            cases.entry(Target::Incident(id)).or_default().add(1.0, None, group, reason);
        }
    }

    /// Those that name the same entity.
    fn shared(&self, own: &Arc<str>, began: Timestamp, entity: &Arc<str>, cases: &mut BTreeMap<Target, Case>) {
        let count = self.index.alerts_of(entity).map_or(0, BTreeSet::len);
        let weight = self.told_by(entity);
        for (target, nearness, apart) in self.near(own, began, entity, weight) {
            let reason = format!("both name {} ({count} of {} alerts do)", spoken(entity), self.index.len());
            cases.entry(target).or_default().add(weight * nearness, Some(apart), entity, reason);
        }
    }

    /// Those that name what talks directly to the entity.
    fn across(&self, own: &Arc<str>, began: Timestamp, entity: &Arc<str>, cases: &mut BTreeMap<Target, Case>) {
        for neighbour in self.index.neighbours(entity).take(NEIGHBOURS_MAX) {
            let weight = EDGE_WEIGHT * self.told_across(entity).min(self.told_across(neighbour));
            for (target, nearness, apart) in self.near(own, began, neighbour, weight) {
                let reason = format!("{} and {} depend on each other", spoken(entity), spoken(neighbour));
                cases.entry(target).or_default().add(weight * nearness, Some(apart), entity, reason);
            }
        }
    }

    /// The nearest in time of those that name `entity`: who, how near from 0.5 to 1, and how many nanoseconds apart.
    fn near(&self, own: &Arc<str>, began: Timestamp, entity: &str, weight: f64) -> Vec<(Target, f64, i64)> {
        let Some(alerts) = self.index.alerts_of(entity).filter(|_| weight > 0.0) else { return Vec::new() };
        let mut nearest: BTreeMap<Target, i64> = BTreeMap::new();
        let place = (began, own.clone());
        self.take_from(alerts.range(..&place).rev(), began, &mut nearest);
        self.take_from(alerts.range(&place..).filter(|other| other.1 != *own), began, &mut nearest);
        let nearness = |apart: i64| 1.0 - 0.5 * (apart as f64 / self.window.max(1) as f64);
        nearest.into_iter().map(|(target, apart)| (target, nearness(apart), apart)).collect()
    }

    fn take_from<'b>(
        &self,
        others: impl Iterator<Item = &'b (Timestamp, Arc<str>)>,
        began: Timestamp,
        nearest: &mut BTreeMap<Target, i64>,
    ) {
        let mut taken = 0;
        for (other_began, other) in others.take(LOOKED_AT_MAX) {
            let apart = began.nanos().saturating_sub(other_began.nanos()).saturating_abs();
            if apart > self.window || taken == MATES_MAX {
                return;
            }
            if let Some(target) = self.target_of(other) {
                let before = nearest.len();
                let kept = nearest.entry(target).or_insert(apart);
                *kept = apart.min(*kept);
                taken += nearest.len() - before;
            }
        }
    }

    /// Whom a known alert stands for: its incident while that is open, itself when it belongs to none.
    fn target_of(&self, fingerprint: &Arc<str>) -> Option<Target> {
        match self.index.get(fingerprint)?.incident {
            Some(id) => (self.takes)(id).then_some(Target::Incident(id)),
            None => Some(Target::Alert(fingerprint.clone())),
        }
    }

    fn told_across(&self, entity: &str) -> f64 {
        rarity_at_edge(self.index.alerts_of(entity).map_or(0, BTreeSet::len))
    }

    /// What naming `entity` tells: the weight of its kind, less the more alerts name it.
    fn told_by(&self, entity: &str) -> f64 {
        let kind = entity.split('=').next().unwrap_or_default();
        let count = self.index.alerts_of(entity).map_or(0, BTreeSet::len);
        self.index.weight(kind) * rarity(count, self.index.len())
    }
}

/// The same for an end of an edge, whatever else there is.
fn rarity_at_edge(count: usize) -> f64 {
    let (rare, count, max) = (RARE_COUNT as f64, count.max(1) as f64, EDGE_COUNT_MAX as f64);
    ((max / count).ln() / (max / rare).ln()).clamp(0.0, 1.0)
}

/// From 1, `count` of `all` alerts is rare, to 0, it is common; between them it falls with the logarithm, as the
/// inverse document frequency of retrieval does (Spärck Jones, 1972).
fn rarity(count: usize, all: usize) -> f64 {
    let rare = RARE_COUNT.max(all / RARE_SHARE) as f64;
    let common = all as f64 / COMMON_SHARE as f64;
    let count = count as f64;
    if count <= rare {
        1.0
    } else if count >= common {
        0.0
    } else {
        ((common / count).ln() / (common / rare).ln()).clamp(0.0, 1.0)
    }
}

/// `host=db1` as people say it.
fn spoken(entity: &str) -> String {
    entity.replacen('=', " ", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_half_of_all_share_tells_nothing() {
        for (count, all, wanted) in [(2, 2, 1.0), (16, 20, 1.0), (20, 40, 0.0), (500, 1000, 0.0), (1000, 100_000, 1.0)]
        {
            assert_eq!(rarity(count, all), wanted, "{count} of {all}");
        }
        let half_way = rarity(1000, 20_000);
        assert!((0.5..0.6).contains(&half_way), "{half_way}");
    }
}
