//! How long it takes until somebody looks at incidents, and until they are over (MTTA and MTTR).
//!
//! Both count from the opening of the incident, which is when people could first know. Incidents that turned out to be
//! part of another one are not counted; those that nobody has looked at yet are counted as open, not as fast.

use palisade_model::{Incident, IncidentKind, Severity, Timestamp};
use serde::Serialize;
use std::collections::BTreeMap;

/// Figures of the incidents of one kind and severity.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// What sort of incident.
    pub kind: IncidentKind,
    /// How bad.
    pub severity: Severity,
    /// How many were opened.
    pub opened: usize,
    /// How many of them somebody has looked at.
    pub acknowledged: usize,
    /// How many of them are resolved.
    pub resolved: usize,
    /// Mean seconds from opening until somebody looked.
    pub mean_seconds_to_acknowledge: Option<f64>,
    /// Mean seconds from opening until it was resolved.
    pub mean_seconds_to_resolve: Option<f64>,
    /// The time until which half of them were resolved, in seconds: unlike the mean, one very long incident hardly
    /// moves it.
    pub median_seconds_to_resolve: Option<f64>,
}

#[derive(Default)]
struct Group {
    opened: usize,
    to_acknowledge: Vec<f64>,
    to_resolve: Vec<f64>,
}

/// Figures of those of `incidents` that were opened from `since` until before `until`, the gravest first.
pub fn figures<'a>(
    incidents: impl IntoIterator<Item = &'a Incident>,
    since: Timestamp,
    until: Timestamp,
) -> Vec<Figures> {
    let mut groups: BTreeMap<(u8, Severity), (IncidentKind, Group)> = BTreeMap::new();
    let counted = incidents
        .into_iter()
        .filter(|incident| (since..until).contains(&incident.opened_at) && incident.duplicate_of.is_none());
    for incident in counted {
        let key = (incident.kind as u8, incident.severity);
        let (_, group) = groups.entry(key).or_insert_with(|| (incident.kind, Group::default()));
        let seconds = |at: Timestamp| at.nanos().saturating_sub(incident.opened_at.nanos()).max(0) as f64 / 1e9;
        group.opened += 1;
        group.to_acknowledge.extend(incident.acknowledged_at.map(seconds));
        group.to_resolve.extend(incident.resolved_at.map(seconds));
    }
    let by_gravity = groups.into_iter().rev().map(|((_, severity), (kind, group))| of_group(kind, severity, group));
    by_gravity.collect()
}

fn of_group(kind: IncidentKind, severity: Severity, mut group: Group) -> Figures {
    group.to_resolve.sort_by(f64::total_cmp);
    let middle = group.to_resolve.len() / 2;
    let median = match group.to_resolve.as_slice() {
        [] => None,
        all if all.len() % 2 == 1 => Some(all[middle]),
        all => Some(f64::midpoint(all[middle - 1], all[middle])),
    };
    Figures {
        kind,
        severity,
        opened: group.opened,
        acknowledged: group.to_acknowledge.len(),
        resolved: group.to_resolve.len(),
        mean_seconds_to_acknowledge: mean(&group.to_acknowledge),
        mean_seconds_to_resolve: mean(&group.to_resolve),
        median_seconds_to_resolve: median,
    }
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_count_from_the_opening() {
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1_000);
        let incident = |opened, acknowledged: Option<i64>, resolved: Option<i64>, severity| Incident {
            opened_at: at(opened),
            acknowledged_at: acknowledged.map(at),
            resolved_at: resolved.map(at),
            severity,
            ..Incident::default()
        };
        let mut duplicate = incident(10, Some(10), Some(10), Severity::High);
        duplicate.duplicate_of = Some(palisade_model::Id::default());
        let incidents = [
            incident(100, Some(160), Some(400), Severity::High),
            incident(100, Some(220), Some(1_100), Severity::High),
            incident(100, None, None, Severity::High),
            incident(100, None, Some(130), Severity::Low),
            incident(999_999, Some(1_000_000), None, Severity::High),
            duplicate,
        ];
        let figures = figures(&incidents, at(0), at(1_000));
        assert_eq!(figures.len(), 2);
        let high = &figures[0];
        assert_eq!((high.severity, high.opened, high.acknowledged, high.resolved), (Severity::High, 3, 2, 2));
        assert_eq!(high.mean_seconds_to_acknowledge, Some(90.0));
        assert_eq!(high.mean_seconds_to_resolve, Some(650.0));
        assert_eq!(high.median_seconds_to_resolve, Some(650.0));
        assert_eq!(figures[1].mean_seconds_to_acknowledge, None);
        assert_eq!(figures[1].median_seconds_to_resolve, Some(30.0));
    }
}
