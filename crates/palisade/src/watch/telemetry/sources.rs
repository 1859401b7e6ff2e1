//! Hosts and services that send metrics, and from which of them nothing comes any more.
//!
//! Time counts only while something comes from anybody, so nobody is late when the server was down or everything stops
//! at once. It is that of receipt, and the same when the log is replayed.

use super::series::{Group, GroupKind};
use palisade_model::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Seconds from one look to the next that count at most.
const LOOK_SECONDS_MAX: f64 = 60.0;
/// Who is silent for less is not told of.
const SILENT_SECONDS_MIN: f64 = 180.0;
/// Silence is so many times the usual distance of what comes, and so many times the longest lately.
const USUAL_TIMES: f64 = 5.0;
const LONGEST_TIMES: f64 = 2.0;
/// What is left of the longest distance after each time something came: a third in four hours.
const LONGEST_LEFT: f64 = 0.999;
/// The share of a distance in the usual one.
const USUAL_SHARE: f64 = 0.05;
/// Who was heard of less often, or for less long, may be a job that has ended.
const TIMES_MIN: u32 = 12;
const KNOWN_SECONDS_MIN: f64 = 600.0;
/// Hosts and services followed.
const SOURCES_MAX: usize = 10_000;

/// What is known of one host or service. Times are seconds that count.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Source {
    known_since: f64,
    heard: f64,
    /// When the last point came in.
    at: Timestamp,
    usual: f64,
    longest: f64,
    times: u32,
    is_silent: bool,
}

/// Who is followed.
#[derive(Debug, Default)]
pub(super) struct Sources {
    seconds: f64,
    looked: Timestamp,
    all: HashMap<Group, Source>,
}

/// How they are kept over a restart.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Kept {
    seconds: f64,
    looked: Timestamp,
    all: Vec<(Group, Source)>,
}

/// Somebody from whom nothing comes any more.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Silent {
    pub(super) group: Group,
    /// When the last point came in.
    pub(super) since: Timestamp,
    /// Seconds between what came, usually.
    pub(super) usual: f64,
}

/// What a look has found.
#[derive(Debug, Default)]
pub(super) struct Look {
    /// Who has fallen silent.
    pub(super) silent: Vec<Silent>,
    /// Who was silent and is heard of again, or forgotten.
    pub(super) back: Vec<Group>,
}

impl Source {
    /// Takes in that something came.
    fn hear(&mut self, at: Timestamp, seconds: f64) {
        let distance = seconds - self.heard;
        self.times = self.times.saturating_add(1);
        if !self.is_silent {
            self.usual += USUAL_SHARE.max(1.0 / f64::from(self.times)) * (distance - self.usual);
        }
        self.longest = distance.max(self.longest * LONGEST_LEFT);
        (self.heard, self.at) = (seconds, at);
    }

    fn is_late(&self, seconds: f64) -> bool {
        let is_known = self.times >= TIMES_MIN && self.heard - self.known_since >= KNOWN_SECONDS_MIN;
        let wait = SILENT_SECONDS_MIN.max(USUAL_TIMES * self.usual).max(LONGEST_TIMES * self.longest);
        is_known && seconds - self.heard > wait
    }
}

impl Sources {
    /// Looks at `now` who was heard of when; `heard` tells for each series whose it is and when its last point came in.
    pub(super) fn look(&mut self, now: Timestamp, heard: impl Iterator<Item = (Group, Timestamp)>) -> Look {
        let passed = now.nanos().saturating_sub(self.looked.nanos()).max(0) as f64 / 1e9;
        self.seconds += passed.min(LOOK_SECONDS_MAX);
        self.looked = now;
        let mut last: HashMap<Group, Timestamp> = HashMap::new();
        for (group, at) in heard.filter(|(group, _)| matches!(group.kind, GroupKind::Host | GroupKind::Service)) {
            let known = last.entry(group).or_insert(at);
            *known = at.max(*known);
        }
        let mut look = Look::default();
        let gone = |group: &Group, source: &Source| source.is_silent && !last.contains_key(group);
        look.back.extend(self.all.iter().filter(|(group, source)| gone(group, source)).map(|(group, _)| group.clone()));
        self.all.retain(|group, _| last.contains_key(group));
        last.into_iter().for_each(|(group, at)| self.follow(group, at, &mut look));
        // The order of a map is another in every run.
        look.silent.sort_by(|a, b| a.group.cmp(&b.group));
        look.back.sort();
        look
    }

    fn follow(&mut self, group: Group, at: Timestamp, look: &mut Look) {
        let seconds = self.seconds;
        let Some(source) = self.all.get_mut(&group) else {
            if self.all.len() < SOURCES_MAX {
                let (usual, longest) = (0.0, 0.0);
                let source =
                    Source { known_since: seconds, heard: seconds, at, usual, longest, times: 0, is_silent: false };
                self.all.insert(group, source);
            }
            return;
        };
        if at > source.at {
            source.hear(at, seconds);
            if std::mem::take(&mut source.is_silent) {
                look.back.push(group);
            }
        } else if !source.is_silent && source.is_late(seconds) {
            source.is_silent = true;
            look.silent.push(Silent { group, since: source.at, usual: source.usual });
        }
    }

    /// What is kept over a restart.
    pub(super) fn kept(&self) -> Kept {
        let all = self.all.iter().map(|(group, source)| (group.clone(), source.clone())).collect();
        Kept { seconds: self.seconds, looked: self.looked, all }
    }

    /// Goes on from what was kept.
    pub(super) fn restore(&mut self, kept: Kept) {
        let Kept { seconds, looked, all } = kept;
        *self = Self { seconds, looked, all: all.into_iter().take(SOURCES_MAX).collect() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_millis(second * 1_000)
    }

    fn host(name: &str) -> Group {
        Group { kind: GroupKind::Host, name: name.to_owned() }
    }

    /// Who falls silent and comes back when, looked at every fifteen seconds; `heard` says whether something came, and
    /// `last` when something did.
    fn told(
        sources: &mut Sources,
        last: &mut HashMap<String, i64>,
        seconds: std::ops::Range<i64>,
        hosts: &[&str],
        heard: &dyn Fn(&str, i64) -> bool,
    ) -> Vec<(i64, String)> {
        let mut told = Vec::new();
        for second in seconds.step_by(15) {
            for name in hosts.iter().filter(|name| heard(name, second)) {
                last.insert((*name).to_owned(), second);
            }
            let all: Vec<_> = last.iter().map(|(name, second)| (host(name), at(*second))).collect();
            let look = sources.look(at(second), all.into_iter());
            told.extend(look.silent.into_iter().map(|silent| (second, format!("-{}", silent.group.name))));
            told.extend(look.back.into_iter().map(|group| (second, format!("+{}", group.name))));
        }
        told
    }

    #[test]
    fn who_falls_silent_is_told_once_and_heard_of_again() {
        let heard = |name: &str, second: i64| name == "a" || !(3_000..6_000).contains(&second);
        let all = told(&mut Sources::default(), &mut HashMap::new(), 0..9_000, &["a", "b"], &heard);
        assert_eq!(all, [(3_180, "-b".to_owned()), (6_000, "+b".to_owned())]);
    }

    #[test]
    fn who_sends_seldom_or_is_new_is_waited_for() {
        let heard = |name: &str, second: i64| match name {
            "seldom" => second % 300 == 0 && second < 9_000,
            "new" => second < 300,
            _ => true,
        };
        let all = told(&mut Sources::default(), &mut HashMap::new(), 0..20_000, &["a", "seldom", "new"], &heard);
        assert_eq!(all.len(), 1, "{all:?}");
        assert!(all[0].1 == "-seldom" && (10_000..10_500).contains(&all[0].0), "{all:?}");
    }

    #[test]
    fn a_server_that_was_down_misses_nobody() {
        let (mut sources, mut last) = (Sources::default(), HashMap::new());
        let hosts = ["a", "b", "c"];
        assert!(told(&mut sources, &mut last, 0..3_000, &hosts, &|_, _| true).is_empty());
        let mut again = Sources::default();
        again.restore(sources.kept());
        // An hour later they come back one after the other.
        let back = |name: &str, second: i64| second >= 6_600 + if name == "a" { 0 } else { 100 };
        assert!(told(&mut again, &mut last, 6_600..9_000, &hosts, &back).is_empty());
        let all = told(&mut again, &mut last, 9_000..12_000, &hosts, &|name, _| name != "b");
        assert_eq!(all.into_iter().map(|(_, told)| told).collect::<Vec<_>>(), ["-b"]);
    }

    #[test]
    fn who_is_forgotten_is_silent_no_more() {
        let mut sources = Sources::default();
        let heard = |name: &str, second: i64| name == "a" || second < 3_000;
        assert_eq!(told(&mut sources, &mut HashMap::new(), 0..4_000, &["a", "b"], &heard).len(), 1);
        let look = sources.look(at(4_000), [(host("a"), at(4_000))].into_iter());
        assert_eq!(look.back, [host("b")]);
    }
}
