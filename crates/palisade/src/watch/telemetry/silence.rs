//! Silence as an anomaly: nothing comes from a host or service any more. It ends when something comes again.
//!
//! Who falls silent together is one anomaly: mostly it is the network, or what they run on.

use super::anomaly::{Anomaly, Episode, Member};
use super::episodes::{Episodes, MEMBERS_MAX, STORM_GROUPS, TOGETHER_NANOS};
use super::series::{Group, GroupKind, Series};
use super::sources::Silent;
use super::tell;
use palisade_model::{Finding, FindingId, Severity, Timestamp, fingerprint};
use palisade_telemetry::anomaly::SeriesId;

/// The class of what is silent.
pub(super) const SILENCE: &str = "telemetry.silence";

impl Episodes {
    /// Takes in who has fallen silent at `now`.
    pub(super) fn fall_silent(&mut self, silent: Vec<Silent>, now: Timestamp) -> Vec<Finding> {
        let silent: Vec<Silent> = silent.into_iter().filter_map(|silent| self.join_silence(silent, now)).collect();
        if silent.len() > STORM_GROUPS {
            return self.open_silence(Group::all(), &silent, now).into_iter().collect();
        }
        silent.iter().filter_map(|one| self.open_silence(one.group.clone(), std::slice::from_ref(one), now)).collect()
    }

    /// Adds to a silence of many that has just begun; gives back when there is none.
    fn join_silence(&mut self, silent: Silent, now: Timestamp) -> Option<Silent> {
        let begun = |episode: &&mut Episode| {
            let Anomaly { class, group, time, ended, .. } = &episode.anomaly;
            let is_young = now.nanos().saturating_sub(time.nanos()) < TOGETHER_NANOS;
            class == SILENCE && group.kind == GroupKind::All && ended.is_none() && is_young
        };
        let Some(episode) = self.all.iter_mut().rev().find(begun) else { return Some(silent) };
        if episode.all.insert(key(&silent.group)) {
            episode.anomaly.series_count += 1;
            add(&mut episode.anomaly.series, &silent, now);
        }
        None
    }

    fn open_silence(&mut self, group: Group, silent: &[Silent], now: Timestamp) -> Option<Finding> {
        let since = silent.iter().map(|silent| silent.since).min()?;
        let place = format!("{group} {}", since.nanos());
        let mut anomaly = Anomaly {
            finding: FindingId::derive(SILENCE, &[], &place),
            class: SILENCE.to_owned(),
            fingerprint: fingerprint(&[SILENCE, &group.to_string()]),
            severity: if group.kind == GroupKind::All { Severity::High } else { Severity::Medium },
            time: now,
            since,
            ended: None,
            title: tell::silence_title(&group, silent),
            series_count: silent.len(),
            series: Vec::new(),
            causes: Vec::new(),
            told: self.may_tell(&group, now),
            feedback: None,
            group,
        };
        silent.iter().for_each(|one| add(&mut anomaly.series, one, now));
        let finding = anomaly.told.then(|| tell::silence(&anomaly, silent));
        let all = silent.iter().map(|silent| key(&silent.group)).collect();
        self.remember(Episode { anomaly, all, calm_since: None });
        finding
    }

    /// Ends the silence of those that are heard of again at `now`; what was told is given back.
    pub(super) fn come_back(&mut self, back: &[Group], now: Timestamp) -> Vec<Anomaly> {
        let mut ended = Vec::new();
        let lasting = |episode: &&mut Episode| episode.anomaly.class == SILENCE && episode.anomaly.ended.is_none();
        for episode in self.all.iter_mut().filter(lasting) {
            for group in back {
                episode.all.remove(&key(group));
            }
            if episode.all.is_empty() {
                episode.anomaly.ended = Some(now);
                ended.extend(episode.anomaly.told.then(|| episode.anomaly.clone()));
            }
        }
        ended
    }
}

/// The number by which a silence knows who is silent.
fn key(group: &Group) -> SeriesId {
    let name = group.name.clone();
    match group.kind {
        GroupKind::Host => Series { host: name, ..Series::default() }.id(),
        _ => Series { service: name, ..Series::default() }.id(),
    }
}

/// Lists who is silent, with the seconds since the last point.
fn add(members: &mut Vec<Member>, silent: &Silent, now: Timestamp) {
    if members.len() >= MEMBERS_MAX {
        return;
    }
    members.push(Member {
        id: key(&silent.group),
        series: silent.group.to_string(),
        time: now,
        since: silent.since,
        value: now.nanos().saturating_sub(silent.since.nanos()) as f64 / 1e9,
        band: None,
        score: 0.0,
        threshold: 0.0,
        likelihood: 1.0,
        detectors: Vec::new(),
        similar: Vec::new(),
        strength: 0.0,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_millis(second * 1_000)
    }

    fn host(name: usize) -> Group {
        Group { kind: GroupKind::Host, name: format!("web-{name}") }
    }

    fn silent(hosts: std::ops::Range<usize>, second: i64) -> Vec<Silent> {
        hosts.map(|name| Silent { group: host(name), since: at(second - 180), usual: 15.0 }).collect()
    }

    #[test]
    fn a_host_is_told_of_once_and_ends_when_it_is_heard_of_again() {
        let mut episodes = Episodes::new(4);
        let findings = episodes.fall_silent(silent(1..2, 1_000), at(1_000));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].title, "host web-1 sends no metrics any more, usually every 15 s");
        assert!(episodes.calm(at(9_000), &|_| false).is_empty(), "it is not calm, it is silent");
        assert!(episodes.come_back(&[host(2)], at(9_000)).is_empty());
        assert_eq!(episodes.come_back(&[host(1)], at(9_100)).len(), 1);
        assert!(episodes.come_back(&[host(1)], at(9_200)).is_empty(), "it ends once");
    }

    #[test]
    fn many_at_once_are_one_finding_that_ends_with_the_last() {
        let mut episodes = Episodes::new(4);
        let findings = episodes.fall_silent(silent(0..300, 1_000), at(1_000));
        assert_eq!(findings.len(), 1);
        assert!(findings[0].title.starts_with("300 hosts and services send no metrics any more"), "{findings:?}");
        assert!(episodes.fall_silent(silent(300..303, 1_015), at(1_015)).is_empty(), "they join");
        let all: Vec<Group> = (0..303).map(host).collect();
        assert!(episodes.come_back(&all[..302], at(2_000)).is_empty());
        assert_eq!(episodes.come_back(&all[302..], at(2_015)).len(), 1);
    }
}
