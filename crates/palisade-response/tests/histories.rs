//! Random histories: nothing is lost, nothing is told twice, the same input gives the same output, and a restart at any
//! point changes nothing.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod desk;

use desk::{Desk, at, command, signal};
use palisade_model::{AlertStatus, Notification, Reason, Severity, Signal, Timestamp};
use palisade_response::{Command, Input, Override, Response, SilenceDraft, parse_matchers};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What somebody does; numbers choose among what there is.
#[derive(Clone, Debug)]
enum Act {
    Tell { name: u8, host: u8, severity: u8, lasts: Option<u16> },
    End { name: u8, host: u8 },
    Acknowledge(u8),
    Unacknowledge(u8),
    Snooze(u8, u16),
    Resolve(u8),
    Silence { host: u8, from: u16, lasts: u16 },
    Expire(u8),
    Override(u16),
    Wait,
}

const CONFIG: &str = "
flapping = {changes = 5, window = '5m'}
resolved_kept = '20m'
[route]
channels = ['mail']
group_wait = '10s'
group_interval = '1m'
repeat_interval = '10m'
resolve_after = '30m'
[[route.routes]]
matchers = ['alertname=\"n1\"']
channels = ['pager', 'mail']
group_by = ['host']
escalation = 'night'
continue = true
[[route.routes]]
matchers = ['severity=\"critical\"']
channels = ['loud']
for = '20s'
[[route.routes]]
matchers = ['alertname=\"n2\"']
keep_firing_for = '40s'
mute_time_intervals = ['break']
[[inhibit_rules]]
source_matchers = ['alertname=\"n3\"']
target_matchers = ['alertname=~\"n[0-3]\"']
equal = ['host']
[[maintenance]]
name = 'move'
matchers = ['host=\"h2\"']
time_intervals = ['break']
[[time_intervals]]
name = 'break'
time_intervals = [{times = [{start_time = '12:10', end_time = '12:25'}]}]
[[escalations]]
name = 'night'
steps = [{after = '2m', channels = ['phone'], schedules = ['first']}, {after = '3m', people = ['boss']}]
[[schedules]]
name = 'first'
layers = [{people = ['ann', 'bob'], starts_at = '2026-11-20T00:00', shift = '10m'}]
[channels.mail]
max_alerts = 100000
[channels.pager]
max_alerts = 100000
[channels.loud]
max_alerts = 100000
[channels.phone]
max_alerts = 100000
";

fn act() -> impl Strategy<Value = Act> {
    let name = 0..5_u8;
    let host = 0..3_u8;
    prop_oneof![
        8 => (name.clone(), host.clone(), 2..5_u8, prop::option::of(1..600_u16))
            .prop_map(|(name, host, severity, lasts)| Act::Tell { name, host, severity, lasts }),
        4 => (name, host.clone()).prop_map(|(name, host)| Act::End { name, host }),
        2 => any::<u8>().prop_map(Act::Acknowledge),
        1 => any::<u8>().prop_map(Act::Unacknowledge),
        1 => (any::<u8>(), 1..600_u16).prop_map(|(which, seconds)| Act::Snooze(which, seconds)),
        1 => any::<u8>().prop_map(Act::Resolve),
        1 => (host, 0..300_u16, 1..600_u16).prop_map(|(host, from, lasts)| Act::Silence { host, from, lasts }),
        1 => any::<u8>().prop_map(Act::Expire),
        1 => (1..600_u16).prop_map(Act::Override),
        2 => Just(Act::Wait),
    ]
}

/// Seconds until each act, and whether the machine is made again before it.
fn history() -> impl Strategy<Value = Vec<(u16, bool, Act)>> {
    let pause = prop_oneof![3 => Just(0_u16), 5 => 1..30_u16, 2 => 30..200_u16];
    prop::collection::vec((pause, prop::bool::weighted(0.3), act()), 1..60)
}

fn some_key(response: &Response, which: u8) -> String {
    let mut keys: Vec<&str> = response.alerts().map(|alert| alert.fingerprint.as_str()).collect();
    keys.sort_unstable();
    keys.get(usize::from(which) % keys.len().max(1)).map_or_else(String::new, |key| (*key).to_owned())
}

fn input(response: &Response, seconds: i64, act: &Act) -> Input {
    let fingerprint = |which: u8| some_key(response, which);
    match *act {
        Act::Tell { name, host, severity, lasts } => {
            let severity = Severity::ALL[usize::from(severity)];
            let told = signal(&format!("n{name}"), &format!("h{host}"), severity);
            Input::Signal(Signal { ends_at: lasts.map(|lasts| at(seconds + i64::from(lasts))), ..told })
        }
        Act::End { name, host } => desk::over(&format!("n{name}"), &format!("h{host}"), seconds),
        Act::Acknowledge(which) => desk::acknowledge(&fingerprint(which)),
        Act::Unacknowledge(which) => command(Command::Unacknowledge { fingerprint: fingerprint(which) }),
        Act::Snooze(which, lasts) => {
            command(Command::Snooze { fingerprint: fingerprint(which), until: at(seconds + i64::from(lasts)) })
        }
        Act::Resolve(which) => command(Command::Resolve { fingerprint: fingerprint(which), note: String::new() }),
        Act::Silence { host, from, lasts } => command(Command::Silence(SilenceDraft {
            matchers: parse_matchers(&format!("host=\"h{host}\"")).unwrap(),
            starts_at: Some(at(seconds + i64::from(from))),
            ends_at: at(seconds + i64::from(from) + i64::from(lasts)),
            ..SilenceDraft::default()
        })),
        Act::Expire(which) => {
            let ids: Vec<_> = response.silences().map(|silence| silence.id).collect();
            let id = ids.get(usize::from(which) % ids.len().max(1)).copied().unwrap_or_default();
            command(Command::ExpireSilence { id })
        }
        Act::Override(lasts) => {
            let ends_at = at(seconds + i64::from(lasts));
            let stand_in = Override { person: "eve".to_owned(), starts_at: at(seconds), ends_at };
            command(Command::Override { schedule: "first".to_owned(), stand_in })
        }
        Act::Wait => Input::Tick,
    }
}

/// What is kept in one and not in the other.
fn differences(a: &Response, b: &Response) -> Vec<String> {
    let (a, b) = (state(a), state(b));
    let keys: BTreeSet<_> = a.keys().chain(b.keys()).collect();
    let differing = keys.into_iter().filter(|key| a.get(*key) != b.get(*key));
    let shown = |side: Option<&serde_json::Value>| side.map_or_else(String::new, ToString::to_string);
    differing.map(|key| format!("{key:?}\n  {}\n  {}", shown(a.get(key)), shown(b.get(key)))).collect()
}

/// What was in `response`, for a comparison.
fn state(response: &Response) -> BTreeMap<(String, String), serde_json::Value> {
    let records = response.records();
    records.into_iter().map(|record| ((record.kind, record.key), record.body.unwrap())).collect()
}

/// Runs `history`; with `restarts`, the machine is made again where the history says so.
fn run(history: &[(u16, bool, Act)], restarts: bool) -> (Desk, i64, Vec<(Timestamp, String)>) {
    let mut desk = Desk::new(CONFIG);
    let mut seconds = 0;
    let mut woken = Vec::new();
    for (pause, restart, act) in history {
        seconds += i64::from(*pause);
        if restarts && *restart {
            desk.response = desk.restarted();
        }
        desk.wait(seconds);
        let input = input(&desk.response, seconds, act);
        // What people ask to hear again, they hear again.
        if let Input::Command(_, Command::Unacknowledge { fingerprint } | Command::Snooze { fingerprint, .. }) = &input
        {
            woken.push((at(seconds), fingerprint.clone()));
        }
        let _ = desk.try_apply(at(seconds), input);
        assert_eq!(differences(&desk.restarted(), &desk.response), [""; 0], "what is kept is what there is");
    }
    (desk, seconds, woken)
}

/// What those who listen to `channel` take for firing after all they were told: group and fingerprint.
fn believed(told: &[Notification], channel: &str) -> BTreeSet<(String, String)> {
    let mut firing = BTreeSet::new();
    for notification in told.iter().filter(|told| told.channel == channel) {
        for alert in &notification.alerts {
            let key = (notification.group_key.clone(), alert.fingerprint.clone());
            // One that flaps is over when people are told so while it does not flap.
            if alert.status == AlertStatus::Resolved && !alert.flapping {
                firing.remove(&key)
            } else {
                firing.insert(key)
            };
        }
    }
    firing
}

/// Who should hear of which alert: channel, group, fingerprint.
fn to_be_told(response: &Response) -> BTreeSet<(String, String, String)> {
    let groups = response.groups().filter(|group| group.muted_by.is_none());
    let each = groups.flat_map(|group| {
        let wanted = group.alerts.into_iter().filter(|alert| {
            let is_hidden = !alert.suppressed_by.is_empty() || alert.snoozed_until.is_some();
            alert.status == AlertStatus::Firing && !is_hidden && alert.acknowledged.is_none()
        });
        let keys: Vec<_> = wanted.map(|alert| alert.fingerprint.clone()).collect();
        let key = group.key.to_owned();
        let channels = group.channels.iter();
        channels.flat_map(move |channel| {
            let (key, channel) = (key.clone(), channel.clone());
            keys.clone().into_iter().map(move |alert| (channel.clone(), key.clone(), alert))
        })
    });
    each.collect()
}

/// After `seconds` nothing further happens: what should be told and goes on so is told within the group wait and the
/// group interval.
fn everything_is_told(desk: &mut Desk, seconds: i64) -> Result<(), TestCaseError> {
    desk.wait(seconds);
    let mut wanted = to_be_told(&desk.response);
    for second in 1..=71 {
        desk.wait(seconds + second);
        let still = to_be_told(&desk.response);
        wanted.retain(|each| still.contains(each));
    }
    for (channel, group, alert) in wanted {
        let heard = believed(&desk.told, &channel);
        prop_assert!(heard.contains(&(group.clone(), alert.clone())), "{alert} of {group} is told to {channel}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_restart_at_any_point_changes_nothing(history in history()) {
        let (mut straight, seconds, _) = run(&history, false);
        let (mut restarted, ..) = run(&history, true);
        straight.wait(seconds + 3600);
        restarted.wait(seconds + 3600);
        prop_assert_eq!(straight.told.iter().map(desk::shown).collect::<Vec<_>>(),
            restarted.told.iter().map(desk::shown).collect::<Vec<_>>());
        prop_assert_eq!(&straight.told, &restarted.told);
        prop_assert_eq!(straight.audit, restarted.audit);
        prop_assert_eq!(differences(&straight.response, &restarted.response), vec![""; 0]);
    }

    #[test]
    fn nothing_is_lost(history in history()) {
        let (mut desk, seconds, _) = run(&history, false);
        everything_is_told(&mut desk, seconds)?;
        // In the end all is over, and everybody has heard it.
        desk.wait(seconds + 6 * 3600);
        prop_assert_eq!(desk.response.alerts().count(), 0);
        prop_assert_eq!(desk.response.groups().count(), 0);
        for channel in ["mail", "pager", "loud", "phone"] {
            prop_assert_eq!(believed(&desk.told, channel), BTreeSet::new(), "{}", channel);
        }
    }

    #[test]
    fn nothing_is_told_twice(history in history()) {
        let (mut desk, seconds, woken) = run(&history, false);
        desk.wait(seconds + 3600);
        let ids: BTreeSet<_> = desk.told.iter().map(|told| (&told.id, &told.channel)).collect();
        prop_assert_eq!(ids.len(), desk.told.len(), "every message has an identity of its own");
        let mut last: BTreeMap<(&str, &str), &Notification> = BTreeMap::new();
        let news = desk.told.iter().filter(|told| matches!(told.reason, Reason::Firing | Reason::Resolved | Reason::Repeat));
        for told in news {
            let before = last.insert((&told.channel, &told.group_key), told);
            let Some(before) = before else { continue };
            let passed = told.decided_at.nanos() - before.decided_at.nanos();
            let content = |told: &Notification| -> Vec<_> {
                told.alerts.iter().map(|a| (a.id, a.status, a.severity, a.flapping)).collect()
            };
            let asked = woken.iter().any(|(_, key)| told.alerts.iter().any(|alert| alert.fingerprint == *key));
            // After an end the next alert opens the group anew.
            let is_anew = before.reason == Reason::Resolved;
            prop_assert!(asked || is_anew || passed >= 60_000_000_000, "{} comes too soon after {}", desk::shown(told), desk::shown(before));
            let is_same = content(told) == content(before);
            prop_assert!(asked || !is_same || passed >= 600_000_000_000, "{} is the same as {}", desk::shown(told), desk::shown(before));
        }
        for told in desk.told.iter().filter(|told| told.reason == Reason::Escalation) {
            prop_assert!(told.alerts.iter().all(|alert| alert.acknowledged.is_none() && alert.suppressed_by.is_empty()));
        }
    }

    #[test]
    fn late_ticks_lose_nothing(history in history()) {
        // As if the machine slept through the whole history and heard all of it at its end.
        let mut desk = Desk::new(CONFIG);
        let end: i64 = history.iter().map(|(pause, ..)| i64::from(*pause)).sum();
        for (_, _, act) in &history {
            let input = input(&desk.response, end, act);
            let _ = desk.response.take_in(at(end), input);
        }
        let all = desk.response.take_outcome();
        desk.keep(all);
        everything_is_told(&mut desk, end)?;
    }
}

#[test]
fn what_was_acknowledged_before_anybody_was_told_is_told_when_it_comes_again() {
    let tell = |name, host| Act::Tell { name, host, severity: 2, lasts: None };
    let history = [
        // It is inhibited until 222 s, and acknowledged.
        (0, false, Act::Tell { name: 3, host: 1, severity: 2, lasts: Some(222) }),
        (0, false, tell(1, 1)),
        (0, false, Act::Acknowledge(0)),
        // Over, and there again in the same second.
        (240, false, Act::End { name: 1, host: 1 }),
        (0, false, tell(1, 1)),
    ];
    let (mut desk, seconds, _) = run(&history, false);
    everything_is_told(&mut desk, seconds).unwrap();
    assert!(desk.told.iter().any(|told| told.group_key.contains("n1") && told.reason == Reason::Firing));
}

#[test]
fn what_goes_to_another_group_and_comes_back_untold_is_told_to_be_over() {
    let tell = |severity| Act::Tell { name: 2, host: 2, severity, lasts: None };
    let history = [
        (0, false, Act::Silence { host: 2, from: 22, lasts: 485 }),
        (0, false, tell(2)),
        // Told at 10 s. It is critical for a moment, which is another group's, and silenced before any of that is told.
        (10, false, tell(4)),
        (0, false, Act::End { name: 2, host: 2 }),
        // It ends while it is silenced.
        (0, false, Act::Tell { name: 2, host: 2, severity: 2, lasts: Some(100) }),
    ];
    let (mut desk, seconds, _) = run(&history, false);
    desk.wait(seconds + 6 * 3600);
    assert_eq!(believed(&desk.told, "mail"), BTreeSet::new(), "{:?}", desk.heard());
}
