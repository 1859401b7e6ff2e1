//! What people do to incidents, and how it reads.

use super::{
    Change, Command, Config, Incidents, NewIncident, NotifiedChannel,
    correlation_tests::{alert, at},
    markdown, pdf,
};
use crate::{Actor, Outcome, Refusal};
use palisade_model::{
    Acknowledgement, AlertStatus, DecisionOutcome, Id, Incident, IncidentKind, IncidentStatus, Severity,
};

fn anna() -> Actor {
    Actor { name: "anna".into(), via: "cli".into() }
}

fn open(incidents: &mut Incidents, kind: IncidentKind, title: &str) -> Id {
    let new = NewIncident { kind, title: title.into(), severity: Severity::Medium, ..NewIncident::default() };
    incidents.apply(at(0), anna(), Command::Open(new)).unwrap();
    incidents.heads().next().unwrap().id
}

fn change(incidents: &mut Incidents, seconds: i64, incident: Id, change: Change) -> Result<Outcome, Refusal> {
    incidents.apply(at(seconds), anna(), Command::Change { incident, change })
}

fn done(incidents: &mut Incidents, seconds: i64, incident: Id, wanted: Change) -> Outcome {
    change(incidents, seconds, incident, wanted).unwrap()
}

fn story(incident: &Incident) -> Vec<&str> {
    incident.timeline.iter().map(|entry| entry.text.as_str()).collect()
}

#[test]
fn the_timeline_reads_like_a_story() {
    let config = Config { resolve_after_seconds: Some(600), ..Config::default() };
    let mut incidents = Incidents::new(config);
    let mut disk = alert("a", &[("host", "db1")], Severity::High, at(0));
    disk.annotations.insert("summary".into(), "Disk is full".into());
    let mut slow = alert("b", &[("host", "db1")], Severity::Medium, at(60));
    slow.annotations.insert("summary".into(), "Queries are slow".into());
    incidents.take_alert(at(0), &disk);
    incidents.take_alert(at(60), &slow);
    let id = incidents.incident_of("a").unwrap();
    slow.acknowledged = Some(Acknowledgement { by: "ben".into(), at: at(90), note: "on it".into() });
    incidents.take_alert(at(90), &slow);
    done(&mut incidents, 100, id, Change::SetOwner { owner: Some("anna".into()) });
    done(&mut incidents, 110, id, Change::AddTask { title: "Grow the volume".into(), owner: Some("ben".into()) });
    done(&mut incidents, 120, id, Change::SetStatus { status: IncidentStatus::Identified, note: "logs".into() });
    slow.severity = Severity::Critical;
    incidents.take_alert(at(130), &slow);
    done(&mut incidents, 140, id, Change::FinishTask { task: 1 });
    for (seconds, alert) in [(200, &mut slow), (260, &mut disk)] {
        alert.status = AlertStatus::Resolved;
        incidents.take_alert(at(seconds), alert);
    }
    assert_eq!(incidents.wake_at(), Some(at(860)));
    incidents.tick(at(859));
    assert!(incidents.get(id).unwrap().resolved_at.is_none());
    incidents.tick(at(860));
    let incident = incidents.get(id).unwrap();
    assert_eq!(
        story(&incident),
        [
            "Palisade opened the incident because 2 alerts belong together.",
            "High alert “Disk is full” on host db1 began 1 min ago; it belongs here because both name host db1 (2 of 2 \
             alerts do); 1 min apart.",
            "Medium alert “Queries are slow” on host db1 began.",
            "ben looks at alert “Queries are slow”: on it",
            "anna took it in hand.",
            "anna added a task for ben: Grow the volume",
            "anna set it from open to identified: logs",
            "Alert “Queries are slow” went from medium to critical.",
            "It went from high to critical severity with “Queries are slow”.",
            "anna finished the task “Grow the volume”; 0 tasks left.",
            "Alert “Queries are slow” is over after 2 min; 1 alert still fires.",
            "Alert “Disk is full” is over after 4 min; nothing fires any more.",
            "Resolved by itself: no alert of it has fired for 10 min.",
        ]
    );
    assert_eq!((incident.acknowledged_at, incident.resolved_at), (Some(at(90)), Some(at(860))));
    disk.status = AlertStatus::Firing;
    disk.starts_at = at(900);
    incidents.take_alert(at(900), &disk);
    let incident = incidents.get(id).unwrap();
    assert_eq!(
        story(&incident)[13..],
        ["Reopened by itself: “Disk is full” fires again.", "Alert “Disk is full” fires again."]
    );
    assert_eq!(incident.status, IncidentStatus::Open);
}

#[test]
fn the_same_alert_taken_again_changes_nothing() {
    let mut incidents = Incidents::new(Config::default());
    let alerts = [1, 2].map(|n| alert(&n.to_string(), &[("host", "db1")], Severity::High, at(n)));
    for alert in &alerts {
        incidents.take_alert(at(3), alert);
    }
    for alert in &alerts {
        assert_eq!(incidents.take_alert(at(4), alert), Outcome::default());
    }
}

#[test]
fn every_change_tells_and_audits() {
    let mut incidents = Incidents::new(Config::default());
    let other = open(&mut incidents, IncidentKind::Incident, "Another");
    let id = open(&mut incidents, IncidentKind::Incident, "Disk is full");
    let changes = [
        Change::Acknowledge,
        Change::SetStatus { status: IncidentStatus::Investigating, note: String::new() },
        Change::SetSeverity { severity: Severity::High, note: "worse".into() },
        Change::SetOwner { owner: Some("ben".into()) },
        Change::SetRole { role: "commander".into(), person: Some("eve".into()) },
        Change::Describe { title: Some("Disk".into()), summary: Some("Full".into()) },
        Change::Note { text: "a note".into() },
        Change::Message { channel: "#ops".into(), text: "hello".into() },
        Change::AddTask { title: "Mend".into(), owner: None },
        Change::FinishTask { task: 1 },
        Change::AddLink { title: "Runbook".into(), url: "https://example.org/run".into() },
        Change::Relate { other },
        Change::WritePostMortem { text: "## Learnt\n\nmuch".into() },
        Change::DraftPostMortem { replace: true },
        Change::Resolve { note: String::new() },
        Change::Reopen { reason: "not mended".into() },
        Change::Close { reason: "a drill".into() },
        Change::Reopen { reason: "no drill".into() },
        Change::DuplicateOf { other },
    ];
    for (place, wanted) in changes.into_iter().enumerate() {
        let before = incidents.get(id).unwrap();
        let outcome = done(&mut incidents, place as i64 + 1, id, wanted.clone());
        let after = incidents.get(id).unwrap();
        assert_eq!(after.timeline.len(), before.timeline.len() + 1, "{wanted:?}");
        assert_eq!(after.timeline[..before.timeline.len()], before.timeline);
        assert_eq!(outcome.audit.len(), 1, "{wanted:?}");
        assert_eq!((after.updated_at, outcome.audit[0].actor.as_str()), (at(place as i64 + 1), "anna"));
        let json = serde_json::to_value(&wanted).unwrap();
        assert_eq!(serde_json::from_value::<Change>(json).unwrap(), wanted);
    }
    assert_eq!(incidents.get(id).unwrap().duplicate_of, Some(other));
}

#[test]
fn merging_moves_alerts_and_open_tasks() {
    let mut incidents = Incidents::new(Config::default());
    for (n, host) in ["web1", "web1", "db1", "db1"].iter().enumerate() {
        let fingerprint = n.to_string();
        incidents.take_alert(at(n as i64), &alert(&fingerprint, &[("host", host)], Severity::High, at(n as i64)));
    }
    let [from, into] = ["#2", "#1"].map(|number| incidents.find(number).unwrap());
    done(&mut incidents, 10, from, Change::AddTask { title: "open".into(), owner: None });
    done(&mut incidents, 11, from, Change::MergeInto { other: into });
    let [from, into] = [from, into].map(|id| incidents.get(id).unwrap());
    assert_eq!((from.alerts.len(), from.status, from.duplicate_of), (0, IncidentStatus::Closed, Some(into.id)));
    assert_eq!(into.alerts, ["0", "1", "2", "3"]);
    assert_eq!(into.tasks.len(), 1);
    assert!(into.quiet_since.is_none(), "its alerts still fire");
    assert!(matches!(
        change(&mut incidents, 12, from.id, Change::Reopen { reason: "x".into() }),
        Err(Refusal::Invalid(_))
    ));
    done(&mut incidents, 13, into.id, Change::ReleaseAlerts { alerts: vec!["3".into()] });
    let new = NewIncident { title: "By hand".into(), alerts: vec!["3".into(), "2".into()], ..NewIncident::default() };
    incidents.apply(at(14), anna(), Command::Open(new)).unwrap();
    let new = incidents.incident_of("2").unwrap();
    assert_eq!(incidents.get(new).unwrap().alerts, ["3", "2"]);
    assert_eq!(incidents.get(into.id).unwrap().alerts, ["0", "1"]);
}

#[test]
fn cases_are_decided_with_a_reason() {
    let mut incidents = Incidents::new(Config::default());
    let id = open(&mut incidents, IncidentKind::KybCase, "ACME Ltd");
    let refused = [
        Change::SetStatus { status: IncidentStatus::Identified, note: String::new() },
        Change::Resolve { note: "fine".into() },
        Change::Decide { outcome: DecisionOutcome::Approved, reason: " ".into() },
    ];
    for wanted in refused {
        let before = incidents.get(id);
        assert!(matches!(change(&mut incidents, 1, id, wanted.clone()), Err(Refusal::Invalid(_))), "{wanted:?}");
        assert_eq!(incidents.get(id), before);
    }
    done(&mut incidents, 2, id, Change::SetStatus { status: IncidentStatus::Waiting, note: "register".into() });
    let decide = Change::Decide { outcome: DecisionOutcome::Rejected, reason: "sanctioned owner".into() };
    done(&mut incidents, 3, id, decide);
    let case = incidents.get(id).unwrap();
    assert_eq!(case.status, IncidentStatus::Resolved);
    assert_eq!(case.decision.as_ref().unwrap().reason, "sanctioned owner");
    assert_eq!(*story(&case).last().unwrap(), "anna decided the KYB case: rejected: sanctioned owner");
    done(&mut incidents, 4, id, Change::Reopen { reason: "appeal".into() });
    assert_eq!(incidents.get(id).unwrap().decision, None);
    let incident = open(&mut incidents, IncidentKind::Incident, "x");
    let decide = Change::Decide { outcome: DecisionOutcome::Approved, reason: "y".into() };
    assert!(matches!(change(&mut incidents, 5, incident, decide), Err(Refusal::Invalid(_))));
}

#[test]
fn limits_are_refused_by_name() {
    let mut config = Config::default();
    config.limits.tasks_max = 1;
    config.limits.entries_max = 4;
    config.limits.live_incidents_max = 1;
    let mut incidents = Incidents::new(config);
    let id = open(&mut incidents, IncidentKind::Incident, "x");
    let task = || Change::AddTask { title: "a".into(), owner: None };
    done(&mut incidents, 1, id, task());
    let refused = |result, wanted: &str| match result {
        Err(Refusal::Limit(limit)) => assert!(limit.contains(wanted), "{limit}"),
        other => panic!("{other:?}"),
    };
    refused(change(&mut incidents, 2, id, task()), "1 tasks");
    refused(change(&mut incidents, 2, id, Change::Note { text: "x".repeat(20_001) }), "20000");
    done(&mut incidents, 3, id, Change::Note { text: "y".into() });
    done(&mut incidents, 3, id, Change::Note { text: "z".into() });
    refused(change(&mut incidents, 3, id, Change::Note { text: "z".into() }), "entries");
    let new = NewIncident { title: "y".into(), ..NewIncident::default() };
    refused(incidents.apply(at(4), anna(), Command::Open(new)), "open already");
}

#[test]
fn links_that_run_something_are_refused() {
    let mut incidents = Incidents::new(Config::default());
    let id = open(&mut incidents, IncidentKind::Incident, "x");
    for url in ["javascript:alert(1)", "file:///etc/passwd", "https://a b", ""] {
        let link = Change::AddLink { title: "x".into(), url: url.into() };
        assert!(matches!(change(&mut incidents, 1, id, link), Err(Refusal::Invalid(_))), "{url}");
    }
}

#[test]
fn channels_hear_once_of_what_they_want_to_hear() {
    let channel = NotifiedChannel { name: "ops".into(), min_severity: Severity::High, kinds: Vec::new() };
    let mut incidents = Incidents::new(Config { channels: vec![channel], ..Config::default() });
    let first = incidents.take_alert(at(0), &alert("a", &[("host", "db1")], Severity::High, at(0)));
    let second = incidents.take_alert(at(1), &alert("b", &[("host", "db1")], Severity::Medium, at(1)));
    let id = incidents.incident_of("a").unwrap();
    let resolved = done(&mut incidents, 2, id, Change::Resolve { note: String::new() });
    let ids: Vec<_> =
        [&first, &second, &resolved].iter().flat_map(|outcome| &outcome.notifications).map(|n| &n.id).collect();
    assert_eq!(ids, [&format!("incident/{id}/3/ops"), &format!("incident/{id}/4/ops")]);
    open(&mut incidents, IncidentKind::Incident, "medium only");
}

#[test]
fn what_was_finished_first_is_forgotten_first() {
    let mut config = Config::default();
    config.limits.incidents_max = 2;
    let mut incidents = Incidents::new(config);
    let ids = ["a", "b", "c"].map(|title| open(&mut incidents, IncidentKind::Incident, title));
    done(&mut incidents, 5, ids[1], Change::Resolve { note: String::new() });
    done(&mut incidents, 6, ids[0], Change::Resolve { note: String::new() });
    let outcome = incidents.tick(at(7));
    assert_eq!(ids.map(|id| incidents.get(id).is_some()), [true, false, true]);
    assert_eq!(outcome.audit[0].action, "incident.forget");
    assert!(outcome.records.iter().all(|record| record.body.is_none()));
}

#[test]
fn templates_are_checked_when_they_are_set_and_kept() {
    let mut incidents = Incidents::new(Config::default());
    let set = |incidents: &mut Incidents, template: &str| {
        let command = Command::SetTemplate { kind: IncidentKind::Incident, template: template.into() };
        incidents.apply(at(1), anna(), command)
    };
    let refusal = set(&mut incidents, "fine\n{{ nothing }}").unwrap_err();
    assert!(matches!(&refusal, Refusal::Invalid(why) if why.starts_with("line 2: ")), "{refusal:?}");
    let outcome = set(&mut incidents, "Learnt from {{ title }}").unwrap();
    assert_eq!(outcome.records.len(), 1);
    let id = open(&mut incidents, IncidentKind::Incident, "*this*");
    done(&mut incidents, 2, id, Change::DraftPostMortem { replace: false });
    assert_eq!(incidents.get(id).unwrap().post_mortem, r"Learnt from \*this\*");
    assert!(change(&mut incidents, 3, id, Change::DraftPostMortem { replace: false }).is_err());
    let restored = Incidents::restore(Config::default(), &outcome.records).unwrap();
    assert_eq!(restored.template(IncidentKind::Incident), "Learnt from {{ title }}");
    assert_eq!(restored.template(IncidentKind::KybCase), super::default_template());
}

#[test]
fn reports_hold_the_whole_story() {
    let mut incidents = Incidents::new(Config::default());
    let id = open(&mut incidents, IncidentKind::SupplyReview, "Пакет «lodash» | 漢字");
    for n in 0..120 {
        done(&mut incidents, n, id, Change::Note { text: format!("note {n} about the package") });
    }
    done(&mut incidents, 130, id, Change::DraftPostMortem { replace: false });
    let incident = incidents.get(id).unwrap();
    let text = markdown(&incident);
    assert!(text.starts_with("# Supply review #1: Пакет «lodash» \\| 漢字\n"), "{text}");
    assert_eq!(text.matches("about the package").count(), 240, "in the timeline and in the post-mortem");
    let file = pdf(&incident);
    assert!(file.starts_with(b"%PDF-1.7") && file.ends_with(b"%%EOF"), "{:?}", &file[..9]);
    let plain = String::from_utf8_lossy(&file);
    assert!(plain.matches("/Type /Page\n").count() >= 4, "{}", plain.matches("/Type /Page\n").count());
    assert_eq!(plain.matches("about the package").count(), 240);
    // What is not ASCII in it is written in hexadecimal: Paket, and the original beside it.
    assert!(plain.contains("50616B6574") && plain.contains("041F0430043A04350442"), "transliterated");
    assert_eq!(pdf(&incident), file);
}
