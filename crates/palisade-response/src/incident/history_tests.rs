//! Random histories: no alert is lost, timelines only grow, the same input gives the same output, and a restart at any
//! point changes nothing.

use super::{
    Change, Command, Config, Incidents, NewIncident, NotifiedChannel, OpenRule, Service,
    correlation_tests::{alert, at},
};
use crate::{Actor, Outcome, Record, Refusal};
use palisade_model::{
    Acknowledgement, AlertStatus, DecisionOutcome, Id, Incident, IncidentKind, IncidentStatus, Severity,
};
use proptest::{collection::vec, prelude::*};
use std::collections::{BTreeMap, BTreeSet};

/// One thing that happens, with indices for what it is about.
#[derive(Clone, Debug)]
enum Step {
    Alert { fingerprint: u8, host: u8, user: u8, severity: u8, status: u8, acknowledged: bool },
    Open { kind: u8, alert: u8 },
    Change { incident: u8, other: u8, alert: u8, what: u8 },
    Tick,
}

fn step() -> impl Strategy<Value = (u16, Step)> {
    let alert = (0..24u8, 0..6u8, 0..6u8, 0..5u8, 0..3u8, any::<bool>()).prop_map(
        |(fingerprint, host, user, severity, status, acknowledged)| Step::Alert {
            fingerprint,
            host,
            user,
            severity,
            status,
            acknowledged,
        },
    );
    let open = (0..3u8, 0..24u8).prop_map(|(kind, alert)| Step::Open { kind, alert });
    let change = (0..8u8, 0..8u8, 0..24u8, 0..20u8).prop_map(|(incident, other, alert, what)| Step::Change {
        incident,
        other,
        alert,
        what,
    });
    let step = prop_oneof![12 => alert, 1 => open, 5 => change, 1 => Just(Step::Tick)];
    // Mostly soon after each other, sometimes much later.
    (prop_oneof![8 => 0..60u16, 1 => 0..4_000u16], step)
}

fn config() -> Config {
    let mut config = Config {
        resolve_after_seconds: Some(300),
        reopen_within_seconds: 200,
        rules: vec![OpenRule { name: "worst".into(), min_severity: Severity::Critical, ..OpenRule::default() }],
        channels: vec![NotifiedChannel { name: "ops".into(), ..NotifiedChannel::default() }],
        ..Config::default()
    };
    config.correlation.memory_seconds = 2_000;
    config.correlation.window_seconds = 400;
    config.correlation.topology = vec![Service { name: "host=h1".into(), depends_on: vec!["host=h2".into()] }];
    config.limits.alerts_max = 9;
    config.limits.incidents_max = 12;
    config.limits.live_incidents_max = 10;
    config.limits.automatic_entries_max = 30;
    config.limits.entries_max = 40;
    config.limits.known_alerts_max = 20;
    config
}

fn nth(incidents: &Incidents, place: u8) -> Id {
    let ids: Vec<_> = incidents.heads().map(|head| head.id).collect();
    ids.get(usize::from(place) % ids.len().max(1)).copied().unwrap_or_default()
}

fn change(incidents: &Incidents, what: u8, other: u8, alert: u8) -> Change {
    let text = String::from("because");
    let alerts = vec![format!("f{alert}")];
    match what {
        0 => Change::Acknowledge,
        1 => Change::SetStatus { status: IncidentStatus::Waiting, note: String::new() },
        2 => Change::SetStatus { status: IncidentStatus::Monitoring, note: text },
        3 => Change::SetSeverity { severity: Severity::ALL[usize::from(alert) % 5], note: text },
        4 => Change::SetOwner { owner: alert.is_multiple_of(2).then(|| "ben".into()) },
        5 => Change::SetRole { role: "scribe".into(), person: alert.is_multiple_of(2).then(|| "eve".into()) },
        6 => Change::Describe { title: Some(text), summary: None },
        7 => Change::Note { text },
        8 => Change::AddTask { title: text, owner: None },
        9 => Change::FinishTask { task: usize::from(alert) },
        10 => Change::Relate { other: nth(incidents, other) },
        11 => Change::DuplicateOf { other: nth(incidents, other) },
        12 | 13 => Change::MergeInto { other: nth(incidents, other) },
        14 => Change::AssignAlerts { alerts },
        15 => Change::ReleaseAlerts { alerts },
        16 => Change::Decide { outcome: DecisionOutcome::Approved, reason: text },
        17 => Change::Resolve { note: text },
        18 => Change::Reopen { reason: text },
        _ => Change::Close { reason: text },
    }
}

fn run(incidents: &mut Incidents, seconds: i64, step: &Step) -> Result<Outcome, Refusal> {
    let anna = Actor { name: "anna".into(), via: "cli".into() };
    match step {
        Step::Tick => Ok(incidents.tick(at(seconds))),
        Step::Alert { fingerprint, host, user, severity, status, acknowledged } => {
            let (host, user) = (format!("h{host}"), format!("u{user}"));
            let labels = [("host", host.as_str()), ("user", user.as_str())];
            let severity = Severity::ALL[usize::from(*severity)];
            let mut alert = alert(
                &format!("f{fingerprint}"),
                &labels[..1 + usize::from(fingerprint % 3 == 0)],
                severity,
                at(seconds),
            );
            alert.status = [AlertStatus::Firing, AlertStatus::Firing, AlertStatus::Resolved][usize::from(*status)];
            alert.acknowledged = acknowledged.then(Acknowledgement::default);
            Ok(incidents.take_alert(at(seconds), &alert))
        }
        Step::Open { kind, alert } => {
            let kinds = [IncidentKind::Incident, IncidentKind::KybCase, IncidentKind::SupplyReview];
            let alerts = if alert % 2 == 0 { vec![format!("f{alert}")] } else { Vec::new() };
            let kind = kinds[usize::from(*kind)];
            let new = NewIncident { kind, title: "by hand".into(), alerts, ..NewIncident::default() };
            incidents.apply(at(seconds), anna, Command::Open(new))
        }
        Step::Change { incident, other, alert, what } => {
            let incident = nth(incidents, *incident);
            let change = change(incidents, *what, *other, *alert);
            incidents.apply(at(seconds), anna, Command::Change { incident, change })
        }
    }
}

type Kept = BTreeMap<(String, String), Record>;

fn keep(kept: &mut Kept, outcome: &Outcome) {
    for record in &outcome.records {
        let key = (record.kind.clone(), record.key.clone());
        match record.body {
            Some(_) => kept.insert(key, record.clone()),
            None => kept.remove(&key),
        };
    }
}

fn all(incidents: &Incidents) -> Vec<Incident> {
    incidents.heads().filter_map(|head| incidents.get(head.id)).collect()
}

/// What must be true after every step.
fn check(incidents: &Incidents, before: &[Incident]) {
    let after = all(incidents);
    let mut homes = BTreeSet::new();
    for incident in &after {
        let alerts: BTreeSet<_> = incident.alerts.iter().collect();
        assert_eq!(alerts.len(), incident.alerts.len(), "an alert is in an incident once");
        let live = !matches!(incident.status, IncidentStatus::Resolved | IncidentStatus::Closed);
        for alert in alerts.into_iter().filter(|_| live) {
            assert!(homes.insert(alert), "{alert} is in two open incidents");
        }
    }
    for old in before {
        let Some(new) = after.iter().find(|new| new.id == old.id) else { continue };
        assert!(new.timeline.starts_with(&old.timeline), "timelines only grow");
        assert!(new.timeline.windows(2).all(|pair| pair[0].at <= pair[1].at));
        let told = &new.timeline[old.timeline.len()..];
        let has_left = told.iter().any(|entry| ["merged", "released"].contains(&entry.kind.as_str()));
        // A timeline that is full counts what it could not tell.
        let may_have_left = has_left || new.timeline_omitted > old.timeline_omitted;
        for alert in &old.alerts {
            assert!(new.alerts.contains(alert) || may_have_left, "{alert} is lost");
        }
    }
    for fingerprint in (0..24).map(|n| format!("f{n}")) {
        if let Some(incident) = incidents.incident_of(&fingerprint).and_then(|id| incidents.get(id)) {
            assert!(incident.alerts.contains(&fingerprint), "{fingerprint} knows of an incident that does not know it");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn histories(steps in vec(step(), 1..120), restart_at in 0..120usize) {
        let mut incidents = Incidents::new(config());
        let mut again = Incidents::new(config());
        let (mut kept, mut seconds) = (Kept::new(), 0);
        for (place, (pause, step)) in steps.iter().enumerate() {
            seconds += i64::from(*pause);
            if place >= restart_at {
                // From here on it is made anew before every step.
                again = Incidents::restore(config(), kept.values()).unwrap();
            }
            let before = all(&incidents);
            let outcome = run(&mut incidents, seconds, step);
            prop_assert_eq!(&run(&mut again, seconds, step), &outcome);
            match &outcome {
                Ok(outcome) => keep(&mut kept, outcome),
                Err(_) => prop_assert_eq!(&all(&incidents), &before, "what is refused changes nothing"),
            }
            check(&incidents, &before);
            prop_assert_eq!(all(&again), all(&incidents));
            prop_assert_eq!(again.wake_at(), incidents.wake_at());
        }
    }

    /// Alerts of distinct hosts and of one minute come into the same groups in whatever order they are told.
    #[test]
    fn the_order_of_alerts_does_not_matter_within_a_window(
        hosts in vec((0..8u8, 0..8u8), 2..16),
        order in any::<u64>(),
    ) {
        let groups = |order: &[usize]| {
            let mut incidents = Incidents::new(Config::default());
            for index in order {
                let (host, user) = (format!("h{}", hosts[*index].0), format!("u{}", hosts[*index].1));
                let labels = [("host", host.as_str()), ("user", user.as_str())];
                incidents.take_alert(at(60), &alert(&format!("f{index}"), &labels, Severity::High, at(*index as i64)));
            }
            let mut groups: Vec<Vec<String>> = all(&incidents).into_iter().map(|incident| incident.alerts).filter(|alerts| !alerts.is_empty()).collect();
            groups.iter_mut().for_each(|group| group.sort());
            groups.sort();
            groups
        };
        let straight: Vec<_> = (0..hosts.len()).collect();
        let mut shuffled = straight.clone();
        shuffled.sort_by_key(|index| (order >> (index % 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(*index as u32));
        prop_assert_eq!(groups(&straight), groups(&shuffled));
    }

    /// Whatever stands in an incident, its reports are made.
    #[test]
    fn reports_of_any_text_are_made(title in any::<String>(), texts in vec(any::<String>(), 0..20), post_mortem in any::<String>()) {
        let timeline = texts.iter().map(|text| palisade_model::TimelineEntry { text: text.clone(), by: title.clone(), ..Default::default() });
        let incident = Incident { title: title.clone(), timeline: timeline.collect(), post_mortem, ..Incident::default() };
        prop_assert!(super::pdf(&incident).ends_with(b"%%EOF"));
        prop_assert!(super::markdown(&incident).starts_with("# Incident #0:"));
        prop_assert!(super::template::fill(super::default_template(), &incident, at(0)).is_ok());
        let _ = super::check_template(&title);
    }
}
