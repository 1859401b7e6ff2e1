//! From alarms of series to anomalies worth telling: what is odd together is one, it has an end, and no host tells more
//! than its budget.
//!
//! Alarms of one host (or service) within some minutes are one anomaly. When many hosts are odd at once, the rest of
//! them is one anomaly too: a storm.

use super::anomaly::{Anomaly, Cause, CauseKind, Episode, Member, Odd};
use super::series::{Group, GroupKind};
use super::silence::SILENCE;
use super::tell;
use palisade_model::{Finding, FindingId, Severity, Timestamp, fingerprint};
use palisade_telemetry::anomaly::SeriesId;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

/// The class of anomalies, and that of storms.
pub(super) const ANOMALY: &str = "telemetry.anomaly";
pub(super) const STORM: &str = "telemetry.storm";

const SECOND: i64 = 1_000_000_000;
/// Alarms of a group within this time of the first are one anomaly.
pub(super) const TOGETHER_NANOS: i64 = 10 * 60 * SECOND;
/// More groups than this within the time are a storm.
pub(super) const STORM_GROUPS: usize = 5;
const STORM_NANOS: i64 = 2 * 60 * SECOND;
/// An anomaly is over when its series were usual for this long, and in any case after so long.
const CALM_NANOS: i64 = 2 * 60 * SECOND;
const AGE_NANOS_MAX: i64 = 12 * 3_600 * SECOND;
/// Series listed with an anomaly, anomalies kept, and groups whose budget is remembered.
pub(super) const MEMBERS_MAX: usize = 30;
const KEPT_MAX: usize = 200;
const GROUPS_MAX: usize = 2_000;
/// Seconds until a finding that was told may be made up for.
const REFILL_SECONDS: f64 = 3_600.0;

/// What there is to tell.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) findings: Vec<Finding>,
    /// Anomalies that are over, if they were told.
    pub(super) ended: Vec<Anomaly>,
}

/// All anomalies that are known.
#[derive(Debug)]
pub(super) struct Episodes {
    /// The oldest first.
    pub(super) all: VecDeque<Episode>,
    /// When groups became odd, lately.
    openings: VecDeque<Timestamp>,
    /// What each group may still tell, and when that was reckoned.
    budgets: HashMap<Group, (f64, Timestamp)>,
    findings_a_group: f64,
}

impl Episodes {
    pub(super) fn new(findings_a_group: usize) -> Self {
        let findings_a_group = findings_a_group.max(1) as f64;
        Self { all: VecDeque::new(), openings: VecDeque::new(), budgets: HashMap::new(), findings_a_group }
    }

    /// Takes alarms in that were raised at `now`; `causes` says what likely caused those of one anomaly.
    pub(super) fn take(
        &mut self,
        odd: Vec<Odd>,
        now: Timestamp,
        causes: &dyn Fn(&Odd, &[Odd]) -> Vec<Cause>,
    ) -> Vec<Finding> {
        let mut groups: BTreeMap<Group, Vec<Odd>> = BTreeMap::new();
        for alarm in odd {
            if let Some(alarm) = self.join(alarm, now, causes) {
                groups.entry(alarm.series.group()).or_default().push(alarm);
            }
        }
        self.openings.retain(|opened| now.nanos().saturating_sub(opened.nanos()) < STORM_NANOS);
        if self.openings.len() + groups.len() > STORM_GROUPS {
            let all: Vec<Odd> = groups.into_values().flatten().collect();
            return self.open(Group::all(), all, now, causes).into_iter().collect();
        }
        let mut findings = Vec::new();
        for (group, alarms) in groups {
            self.openings.push_back(now);
            findings.extend(self.open(group, alarms, now, causes));
        }
        findings
    }

    /// Adds an alarm to the anomaly that it belongs to, with the processes behind it; gives it back when there is none.
    fn join(&mut self, alarm: Odd, now: Timestamp, causes: &dyn Fn(&Odd, &[Odd]) -> Vec<Cause>) -> Option<Odd> {
        let (id, group) = (alarm.member.id, alarm.series.group());
        let episode = self.all.iter_mut().rev().find(|episode| {
            let Anomaly { group: of, time, ended, class, .. } = &episode.anomaly;
            if class == SILENCE {
                return false;
            }
            let is_of_it = *of == group || of.kind == GroupKind::All;
            let is_together = is_of_it && now.nanos().saturating_sub(time.nanos()) < TOGETHER_NANOS;
            ended.is_none() && (is_together || episode.all.contains(&id))
        });
        let Some(episode) = episode else { return Some(alarm) };
        episode.calm_since = None;
        episode.anomaly.since = episode.anomaly.since.min(alarm.member.since);
        if episode.all.insert(id) {
            episode.anomaly.series_count += 1;
            if episode.anomaly.series_count <= MEMBERS_MAX {
                lead(&mut episode.anomaly.causes, causes(&alarm, std::slice::from_ref(&alarm)));
            }
            add(&mut episode.anomaly.series, alarm.member);
        }
        None
    }

    /// Begins an anomaly; its finding, when the budget of the group allows one.
    fn open(
        &mut self,
        group: Group,
        mut odd: Vec<Odd>,
        now: Timestamp,
        causes: &dyn Fn(&Odd, &[Odd]) -> Vec<Cause>,
    ) -> Option<Finding> {
        let oddest = |a: &Odd, b: &Odd| {
            let labels = |odd: &Odd| odd.series.labels.len();
            b.member.strength.total_cmp(&a.member.strength).then(labels(a).cmp(&labels(b)))
        };
        odd.sort_by(oddest);
        let first = odd.first()?;
        let causes = causes(first, &odd);
        let is_storm = group.kind == GroupKind::All;
        let class = if is_storm { STORM } else { ANOMALY };
        let matter = if is_storm { String::new() } else { first.member.series.clone() };
        let place = format!("{group} {} {}", first.member.id, first.member.time.nanos());
        let mut anomaly = Anomaly {
            finding: FindingId::derive(class, &first.observation.map(|id| *id.as_bytes()).unwrap_or_default(), &place),
            class: class.to_owned(),
            fingerprint: fingerprint(&[class, &group.to_string(), &matter]),
            severity: if is_storm { Severity::High } else { Severity::Medium },
            time: now,
            since: odd.iter().map(|odd| odd.member.since).min().unwrap_or(now),
            ended: None,
            title: String::new(),
            series_count: odd.len(),
            series: Vec::new(),
            causes,
            told: self.may_tell(&group, now),
            feedback: None,
            group,
        };
        for alarm in &odd {
            add(&mut anomaly.series, alarm.member.clone());
        }
        anomaly.title = tell::title(&anomaly);
        let finding = anomaly.told.then(|| tell::finding(&anomaly, first.observation));
        let all: BTreeSet<SeriesId> = odd.iter().map(|odd| odd.member.id).collect();
        self.remember(Episode { anomaly, all, calm_since: None });
        finding
    }

    /// Adds an anomaly, and forgets the oldest one when there are too many.
    pub(super) fn remember(&mut self, episode: Episode) {
        self.all.push_back(episode);
        if self.all.len() > KEPT_MAX {
            self.all.pop_front();
        }
    }

    /// Takes one from the budget of the group, if something is left.
    pub(super) fn may_tell(&mut self, group: &Group, now: Timestamp) -> bool {
        if self.budgets.len() >= GROUPS_MAX && !self.budgets.contains_key(group) {
            let oldest = self.budgets.iter().min_by_key(|(_, (_, since))| *since).map(|(group, _)| group.clone());
            oldest.map(|oldest| self.budgets.remove(&oldest));
        }
        let (left, since) = self.budgets.entry(group.clone()).or_insert((self.findings_a_group, now));
        let passed = now.nanos().saturating_sub(since.nanos()).max(0) as f64 / 1e9;
        *left = (*left + passed / REFILL_SECONDS).min(self.findings_a_group);
        *since = now;
        let may = *left >= 1.0;
        if may {
            *left -= 1.0;
        }
        may
    }

    /// Ends what is usual again at `now`; those that were told are given back.
    pub(super) fn calm(&mut self, now: Timestamp, is_odd: &dyn Fn(SeriesId) -> bool) -> Vec<Anomaly> {
        let mut ended = Vec::new();
        // Silence ends when there is something to hear again.
        let lasting = |episode: &&mut Episode| episode.anomaly.ended.is_none() && episode.anomaly.class != SILENCE;
        for episode in self.all.iter_mut().filter(lasting) {
            let age = now.nanos().saturating_sub(episode.anomaly.time.nanos());
            if age < AGE_NANOS_MAX && episode.anomaly.series.iter().any(|member| is_odd(member.id)) {
                episode.calm_since = None;
                continue;
            }
            let calm_since = *episode.calm_since.get_or_insert(now);
            if age >= AGE_NANOS_MAX || now.nanos().saturating_sub(calm_since.nanos()) >= CALM_NANOS {
                episode.anomaly.ended = Some(now);
                if episode.anomaly.told {
                    ended.push(episode.anomaly.clone());
                }
            }
        }
        ended
    }

    /// What each group may still tell, for a checkpoint.
    pub(super) fn budgets(&self) -> Vec<(Group, f64, Timestamp)> {
        self.budgets.iter().map(|(group, (left, since))| (group.clone(), *left, *since)).collect()
    }

    /// Goes on from what was kept.
    pub(super) fn restore(&mut self, all: Vec<Episode>, budgets: Vec<(Group, f64, Timestamp)>) {
        self.all = all.into_iter().take(KEPT_MAX).collect();
        let recent = self.all.iter().filter(|episode| episode.anomaly.class == ANOMALY);
        self.openings = recent.map(|episode| episode.anomaly.time).collect();
        let sound = budgets.into_iter().filter(|(_, left, _)| left.is_finite()).take(GROUPS_MAX);
        self.budgets = sound.map(|(group, left, since)| (group, (left, since))).collect();
    }
}

/// Puts processes among `new` ahead of `causes`, one that is there with what it takes now: that tells more than what was
/// odd at the beginning.
fn lead(causes: &mut Vec<Cause>, mut new: Vec<Cause>) {
    new.retain(|cause| cause.kind == CauseKind::Process);
    causes.retain(|known| known.kind != CauseKind::Process || new.iter().all(|cause| cause.name != known.name));
    causes.splice(0..0, new);
    causes.truncate(MEMBERS_MAX);
}

/// Adds a series, the oddest first, as long as there is room.
fn add(members: &mut Vec<Member>, member: Member) {
    let at = members.partition_point(|known| known.strength >= member.strength);
    // The first made the title.
    let at = if members.is_empty() { 0 } else { at.max(1) };
    members.insert(at, member);
    members.truncate(MEMBERS_MAX);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::telemetry::series::Series;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_millis(second * 1_000)
    }

    fn odd(host: &str, id: u64, second: i64) -> Odd {
        let series = Series { name: format!("m{id}"), host: host.into(), ..Series::default() };
        let member = Member {
            id,
            series: series.to_string(),
            time: at(second),
            since: at(second),
            value: 1.0,
            band: None,
            score: 7.0,
            threshold: 6.0,
            likelihood: 1.0,
            detectors: Vec::new(),
            similar: Vec::new(),
            strength: 7.0 - id as f32 / 1_000.0,
        };
        Odd { series, observation: None, member }
    }

    fn classes(episodes: &mut Episodes, odd: Vec<Odd>, second: i64) -> Vec<String> {
        episodes.take(odd, at(second), &|_, _| Vec::new()).into_iter().map(|finding| finding.class).collect()
    }

    #[test]
    fn what_is_odd_together_is_one_finding_and_has_an_end() {
        let mut episodes = Episodes::new(4);
        let many: Vec<Odd> = (0..300).map(|id| odd("web", id, 10)).collect();
        assert_eq!(classes(&mut episodes, many, 10), [ANOMALY]);
        assert!(classes(&mut episodes, vec![odd("web", 900, 60)], 60).is_empty(), "it joins");
        let first = &episodes.all[0].anomaly;
        assert_eq!((first.series_count, first.series.len(), first.series[0].id), (301, MEMBERS_MAX, 0));
        assert!(episodes.calm(at(70), &|id| id == 3).is_empty(), "one is odd yet");
        assert!(episodes.calm(at(100), &|_| false).is_empty(), "not for long enough");
        assert_eq!(episodes.calm(at(230), &|_| false).len(), 1);
        assert!(episodes.calm(at(400), &|_| false).is_empty(), "it ends once");
        assert_eq!(classes(&mut episodes, vec![odd("web", 1, 500)], 500), [ANOMALY]);
    }

    #[test]
    fn a_process_behind_what_joins_is_named_first() {
        let mut episodes = Episodes::new(4);
        let cause = |kind, name: &str, second| {
            let (name, since) = (name.to_owned(), at(second));
            Cause { kind, name, since, score: None, taken: None, shared: Vec::new(), first_mover: false }
        };
        let disk = || vec![cause(CauseKind::Series, "disk", 10)];
        let busy = |second| vec![cause(CauseKind::Process, "miner", second), cause(CauseKind::Series, "load", second)];
        assert_eq!(episodes.take(vec![odd("web", 1, 10)], at(10), &|_, _| disk()).len(), 1);
        for (id, second) in [(2, 20), (3, 30)] {
            let joins = episodes.take(vec![odd("web", id, second)], at(second), &|_, _| busy(second));
            assert!(joins.is_empty(), "it joins");
        }
        let named = |cause: &Cause| (cause.name.clone(), cause.since);
        let causes: Vec<_> = episodes.all[0].anomaly.causes.iter().map(named).collect();
        assert_eq!(causes, [("miner".to_owned(), at(30)), ("disk".to_owned(), at(10))], "with what it does now");
    }

    #[test]
    fn many_hosts_at_once_are_a_storm() {
        let mut episodes = Episodes::new(4);
        let hosts =
            |from: usize, second| (from..from + 200).map(move |host| odd(&format!("h{host}"), host as u64, second));
        assert_eq!(classes(&mut episodes, hosts(0, 10).collect(), 10), [STORM]);
        assert!(classes(&mut episodes, hosts(500, 20).collect(), 20).is_empty(), "they join");
        let mut slowly = Episodes::new(4);
        let told: usize =
            hosts(0, 10).enumerate().map(|(index, odd)| classes(&mut slowly, vec![odd], 10 + index as i64).len()).sum();
        assert_eq!(told, STORM_GROUPS + 1, "one after the other they are a storm too");
    }

    #[test]
    fn a_host_has_a_budget() {
        let mut episodes = Episodes::new(2);
        let mut told = Vec::new();
        for (index, second) in [0_i64, 700, 1_400, 2_100, 7_000].into_iter().enumerate() {
            told.push(classes(&mut episodes, vec![odd("web", index as u64, second)], second).len());
            episodes.calm(at(second + 1), &|_| false);
            episodes.calm(at(second + 200), &|_| false);
        }
        assert_eq!(told, [1, 1, 0, 0, 1]);
        assert_eq!(episodes.all.iter().filter(|episode| !episode.anomaly.told).count(), 2, "listed all the same");
    }
}
