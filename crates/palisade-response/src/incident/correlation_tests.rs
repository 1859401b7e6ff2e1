//! Which alerts come into one incident, and which do not.

use super::{Config, EntityLabel, Incidents, OpenRule, Service, Values};
use palisade_model::{Alert, AlertStatus, Incident, IncidentKind, Labels, Severity, Suppression, Timestamp};

pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + seconds * 1_000)
}

pub(super) fn alert(fingerprint: &str, labels: &[(&str, &str)], severity: Severity, starts_at: Timestamp) -> Alert {
    let mut labels: Labels = labels.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    labels.insert("alertname".into(), format!("Alert {fingerprint}"));
    Alert {
        fingerprint: fingerprint.into(),
        labels,
        severity,
        status: AlertStatus::Firing,
        starts_at,
        ..Alert::default()
    }
}

fn take(incidents: &mut Incidents, seconds: i64, fingerprint: &str, labels: &[(&str, &str)]) {
    let alert = alert(fingerprint, labels, Severity::High, at(seconds));
    incidents.take_alert(at(seconds), &alert);
}

/// The alerts of each open incident.
fn groups(incidents: &Incidents) -> Vec<Vec<String>> {
    let ids: Vec<_> = incidents.heads().filter(|head| head.duplicate_of.is_none()).map(|head| head.id).collect();
    let mut groups: Vec<_> = ids
        .into_iter()
        .map(|id| {
            let mut alerts = incidents.get(id).unwrap().alerts;
            alerts.sort();
            alerts
        })
        .collect();
    groups.sort();
    groups
}

fn newest(incidents: &Incidents) -> Incident {
    incidents.get(incidents.heads().next().unwrap().id).unwrap()
}

#[test]
fn two_alerts_on_one_rare_host_join() {
    let mut incidents = Incidents::new(Config::default());
    take(&mut incidents, 0, "a", &[("host", "db1"), ("job", "node")]);
    assert!(incidents.is_empty(), "one alert is no incident");
    take(&mut incidents, 40, "b", &[("instance", "DB1:9100"), ("job", "mysql")]);
    let incident = newest(&incidents);
    assert_eq!(incident.alerts, ["a", "b"]);
    assert_eq!(incident.joined_because, "both name host db1 (2 of 2 alerts do); 40 s apart");
    assert_eq!(incident.entities["host"], "db1");
    assert_eq!((incident.opened_by.as_str(), incident.started_at), ("correlation", at(0)));
}

#[test]
fn what_is_far_apart_or_names_nothing_stays_alone() {
    let mut incidents = Incidents::new(Config::default());
    take(&mut incidents, 0, "a", &[("host", "db1"), ("severity", "high")]);
    take(&mut incidents, 901, "b", &[("host", "db1"), ("severity", "high")]);
    take(&mut incidents, 902, "c", &[("job", "node"), ("severity", "high")]);
    take(&mut incidents, 903, "d", &[("job", "node"), ("namespace", "shop")]);
    take(&mut incidents, 904, "e", &[("job", "node"), ("namespace", "shop")]);
    assert!(incidents.is_empty());
}

#[test]
fn a_value_that_half_of_all_alerts_share_does_not_join() {
    let mut config = Config::default();
    config.correlation.entities.insert("site".into(), EntityLabel { kind: "site".into(), weight: 1.0 });
    let mut incidents = Incidents::new(config);
    // The first are apart in time: until an entity is common it is rare.
    for n in 0..200 {
        let (host, fingerprint) = (format!("h{n}"), format!("f{n:03}"));
        let labels = [("host", host.as_str()), ("site", "eu")];
        take(&mut incidents, n * 1_000, &fingerprint, &labels[..1 + usize::from(n % 2 == 0)]);
    }
    let before = incidents.len();
    assert_eq!(before, 0);
    for n in 200..300 {
        let (host, fingerprint) = (format!("h{n}"), format!("f{n:03}"));
        let labels = [("host", host.as_str()), ("site", "eu")];
        take(&mut incidents, 200_000 + n, &fingerprint, &labels[..1 + usize::from(n % 2 == 0)]);
    }
    let joined: usize = groups(&incidents).iter().map(Vec::len).sum();
    assert_eq!(joined, 0, "{:?}", groups(&incidents));
}

#[test]
fn neighbours_in_the_topology_join_and_others_do_not() {
    let mut config = Config::default();
    config.correlation.topology =
        vec![Service { name: "service=Checkout".into(), depends_on: vec!["service=payments".into()] }];
    for (other, joins) in [("payments", true), ("search", false)] {
        let mut incidents = Incidents::new(config.clone());
        take(&mut incidents, 0, "a", &[("service", "checkout")]);
        take(&mut incidents, 20, "b", &[("service", other)]);
        assert_eq!(incidents.len() == 1, joins, "{other}");
        if joins {
            let because = newest(&incidents).joined_because;
            assert_eq!(because, "service payments and service checkout depend on each other; 20 s apart");
        }
    }
}

#[test]
fn an_alert_on_both_brings_two_incidents_together_in_any_order() {
    let alerts: [(&str, &[(&str, &str)]); 5] = [
        ("a", &[("host", "web1")]),
        ("b", &[("host", "web1")]),
        ("c", &[("user", "eve")]),
        ("d", &[("user", "eve")]),
        ("e", &[("host", "web1"), ("user", "eve")]),
    ];
    for order in [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [0, 2, 4, 1, 3], [2, 4, 0, 3, 1], [0, 2, 1, 3, 4]] {
        let mut incidents = Incidents::new(Config::default());
        for (place, index) in order.into_iter().enumerate() {
            let (fingerprint, labels) = alerts[index];
            take(&mut incidents, place as i64 * 10, fingerprint, labels);
        }
        assert_eq!(groups(&incidents), [["a", "b", "c", "d", "e"]], "{order:?}");
        let told = newest(&incidents).timeline.len() + incidents.len();
        assert!(told > 5, "{order:?}");
    }
}

#[test]
fn incidents_that_people_work_on_are_related_not_merged() {
    let mut incidents = Incidents::new(Config::default());
    take(&mut incidents, 0, "a", &[("host", "web1")]);
    take(&mut incidents, 1, "b", &[("host", "web1")]);
    take(&mut incidents, 2, "c", &[("user", "eve")]);
    take(&mut incidents, 3, "d", &[("user", "eve")]);
    for number in ["#1", "#2"] {
        let incident = incidents.find(number).unwrap();
        let actor = crate::Actor { name: "anna".into(), via: "cli".into() };
        let command = super::Command::Change { incident, change: super::Change::Acknowledge };
        incidents.apply(at(4), actor, command).unwrap();
    }
    take(&mut incidents, 5, "e", &[("host", "web1"), ("user", "eve")]);
    let [one, two] = ["1", "2"].map(|number| incidents.get(incidents.find(number).unwrap()).unwrap());
    assert_eq!((one.related.as_slice(), two.related.as_slice()), ([two.id].as_slice(), [one.id].as_slice()));
    assert_eq!(groups(&incidents).concat().len(), 5);
}

#[test]
fn rules_open_incidents_and_group() {
    let rule = OpenRule {
        name: "prod".into(),
        labels: [("env".to_owned(), Values::Several(vec!["prod".into(), "live".into()]))].into(),
        min_severity: Severity::High,
        group_by: vec!["region".into()],
        owner: Some("anna".into()),
        ..OpenRule::default()
    };
    let mut incidents = Incidents::new(Config { rules: vec![rule], ..Config::default() });
    take(&mut incidents, 0, "a", &[("env", "test"), ("region", "eu")]);
    assert!(incidents.is_empty());
    take(&mut incidents, 1, "b", &[("env", "prod"), ("region", "eu")]);
    take(&mut incidents, 5_000, "c", &[("env", "live"), ("region", "eu")]);
    take(&mut incidents, 5_001, "d", &[("env", "live"), ("region", "us")]);
    assert_eq!(groups(&incidents), [vec!["b", "c"], vec!["d"]]);
    let incident = newest(&incidents);
    assert_eq!((incident.opened_by.as_str(), incident.owner.as_deref()), ("rule:prod", Some("anna")));
}

#[test]
fn cases_take_the_alerts_of_their_rule_and_no_others() {
    let rule = OpenRule {
        name: "listed".into(),
        kind: IncidentKind::KybCase,
        labels: [("watch".to_owned(), Values::One("kyb".into()))].into(),
        group_by: vec!["counterparty".into()],
        ..OpenRule::default()
    };
    let mut incidents = Incidents::new(Config { rules: vec![rule], ..Config::default() });
    let about = |counterparty| [("watch", "kyb"), ("counterparty", counterparty), ("host", "web1")];
    take(&mut incidents, 0, "a", &about("acme"));
    take(&mut incidents, 1, "b", &about("zenith"));
    take(&mut incidents, 2, "c", &about("acme"));
    // At the same time and on the same host, but of another matter.
    take(&mut incidents, 3, "d", &[("host", "web1"), ("user", "eve")]);
    take(&mut incidents, 4, "e", &[("host", "web1"), ("user", "eve")]);
    assert_eq!(groups(&incidents), [vec!["a", "c"], vec!["b"], vec!["d", "e"]]);
    let kinds: Vec<_> =
        ["1", "2", "3"].map(|number| incidents.get(incidents.find(number).unwrap()).unwrap().kind).into();
    assert_eq!(kinds, [IncidentKind::KybCase, IncidentKind::KybCase, IncidentKind::Incident]);
}

#[test]
fn nobody_opens_incidents_of_little_things_or_of_what_is_silenced() {
    let mut incidents = Incidents::new(Config::default());
    for (fingerprint, severity) in [("a", Severity::Low), ("b", Severity::Low), ("c", Severity::Informational)] {
        incidents.take_alert(at(0), &alert(fingerprint, &[("host", "db1")], severity, at(0)));
    }
    let mut silenced = alert("d", &[("host", "db1")], Severity::Critical, at(1));
    silenced.suppressed_by = vec![Suppression::Maintenance("night".into())];
    incidents.take_alert(at(1), &silenced);
    assert!(incidents.is_empty());
    silenced.suppressed_by.clear();
    incidents.take_alert(at(2), &silenced);
    assert_eq!(groups(&incidents), [["a", "b", "d"]]);
    assert_eq!(newest(&incidents).severity, Severity::Critical);
}

#[test]
fn a_full_incident_takes_no_more() {
    let mut config = Config::default();
    config.limits.alerts_max = 3;
    let mut incidents = Incidents::new(config);
    for n in 0..9 {
        take(&mut incidents, n, &format!("f{n}"), &[("host", "db1")]);
    }
    let groups = groups(&incidents);
    assert!(groups.iter().all(|group| group.len() <= 3), "{groups:?}");
    assert!(groups.concat().len() >= 8, "{groups:?}");
}
