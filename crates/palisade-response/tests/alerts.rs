//! What becomes of alerts: grouped, held back, told, acknowledged, escalated, over.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod desk;

use desk::{Desk, acknowledge, at, command, high, labels, over, signal};
use palisade_model::{AlertStatus, Severity, Signal, Suppression, Timestamp};
use palisade_response::{Command, Config, Input, Override, Refusal, Response, SilenceDraft, parse_matchers};

fn silence(matchers: &str, from: i64, until: i64) -> Input {
    command(Command::Silence(SilenceDraft {
        matchers: parse_matchers(matchers).unwrap(),
        starts_at: Some(at(from)),
        ends_at: at(until),
        reason: "known".to_owned(),
        ..SilenceDraft::default()
    }))
}

#[test]
fn without_a_configuration_people_are_told_within_a_second_grouped_by_name() {
    let mut desk = Desk::new("");
    desk.apply(0, high("Down", "a"));
    desk.apply(0, high("Down", "b"));
    desk.apply(0, high("Slow", "a"));
    desk.apply(0, high("Down", "a"));
    desk.wait(1);
    assert_eq!(desk.heard(), ["0.25 default Firing: +Down@a +Down@b", "0.25 default Firing: +Slow@a"]);
    let alert = desk.response.alert("Down@a").unwrap();
    assert_eq!(
        (alert.count, alert.status, alert.channels.as_slice()),
        (2, AlertStatus::Firing, &["default".to_owned()][..])
    );
}

#[test]
fn what_is_new_is_told_after_the_group_interval_and_the_same_again_after_the_repeat_interval() {
    let mut desk =
        Desk::new("route = {group_wait = '10s', group_interval = '5m', repeat_interval = '1h', resolve_after = '1d'}");
    desk.apply(0, high("Down", "a"));
    desk.apply(11, high("Down", "b"));
    desk.wait(400);
    desk.apply(400, high("Down", "a"));
    assert_eq!(desk.heard(), ["10 default Firing: +Down@a", "310 default Firing: +Down@a +Down@b"]);
    // More than an interval later it waits only for others.
    desk.apply(1000, high("Down", "c"));
    desk.wait(4610);
    assert_eq!(
        desk.heard(),
        ["1010 default Firing: +Down@a +Down@b +Down@c", "4610 default Repeat: +Down@a +Down@b +Down@c"]
    );
}

#[test]
fn what_is_over_is_told_once_and_what_nobody_heard_of_not_at_all() {
    let mut desk = Desk::new("route = {group_wait = '10s', group_interval = '1m'}");
    desk.apply(0, high("Down", "a"));
    desk.apply(0, high("Down", "b"));
    desk.apply(5, high("Down", "short"));
    desk.apply(6, over("Down", "short", 6));
    desk.apply(100, over("Down", "a", 100));
    desk.apply(200, over("Down", "b", 200));
    desk.apply(220, over("Down", "b", 220));
    desk.wait(10_000);
    assert_eq!(
        desk.heard(),
        ["10 default Firing: +Down@a +Down@b", "110 default Firing: +Down@b -Down@a", "210 default Resolved: -Down@b",]
    );
    assert_eq!(desk.response.groups().count(), 0);
}

#[test]
fn an_alert_that_is_not_told_again_is_over_and_forgotten_after_a_day() {
    let mut desk = Desk::new("route = {resolve_after = '10m'}");
    desk.apply(0, high("Down", "a"));
    desk.apply(300, high("Down", "a"));
    desk.wait(1000);
    assert_eq!(desk.heard(), ["0.25 default Firing: +Down@a", "900.25 default Resolved: -Down@a"]);
    let alert = desk.response.alert("Down@a").unwrap();
    assert_eq!((alert.status, alert.ends_at), (AlertStatus::Resolved, Some(at(900))));
    desk.wait(900 + 86_400);
    assert!(desk.response.alert("Down@a").is_none());
    assert!(desk.kept.iter().all(|((kind, _), _)| kind == "route"), "{:?}", desk.kept);
}

#[test]
fn an_alert_that_fires_again_is_another_of_the_same_fingerprint() {
    let mut desk = Desk::new("route = {group_interval = '1m'}");
    desk.apply(0, high("Down", "a"));
    desk.wait(1);
    let first = desk.response.alert("Down@a").unwrap().id;
    desk.apply(100, over("Down", "a", 100));
    desk.apply(200, high("Down", "a"));
    desk.wait(300);
    let second = desk.response.alert("Down@a").unwrap();
    assert!(second.id > first && second.starts_at == at(200) && second.count == 1);
    assert_eq!(
        desk.heard(),
        ["0.25 default Firing: +Down@a", "100.25 default Resolved: -Down@a", "200.25 default Firing: +Down@a"]
    );
}

#[test]
fn it_fires_only_after_its_time_and_goes_on_for_a_while() {
    let mut desk = Desk::new("route = {for = '1m', keep_firing_for = '2m', group_wait = '0s'}");
    desk.apply(0, high("Brief", "a"));
    desk.apply(30, over("Brief", "a", 30));
    desk.apply(100, high("Long", "a"));
    assert_eq!(desk.response.alert("Long@a").unwrap().status, AlertStatus::Pending);
    desk.wait(170);
    assert!(desk.response.alert("Brief@a").is_none());
    desk.apply(200, over("Long", "a", 200));
    desk.apply(250, high("Long", "a"));
    desk.apply(300, over("Long", "a", 300));
    desk.wait(1000);
    assert_eq!(desk.heard(), ["160 default Firing: +Long@a", "460 default Resolved: -Long@a"]);
}

#[test]
fn silences_hold_back_and_what_they_held_is_told_when_they_end() {
    let mut desk = Desk::new("");
    desk.apply(0, silence("{host=~\"a|b\"}", 0, 600));
    let id = desk.audit[0].subject.parse().unwrap();
    desk.apply(10, high("Down", "a"));
    desk.apply(10, high("Down", "c"));
    let alert = desk.response.alert("Down@a").unwrap();
    assert_eq!(alert.suppressed_by, [Suppression::Silence(id)]);
    desk.wait(650);
    assert_eq!(desk.heard(), ["10.25 default Firing: +Down@c", "600.25 default Firing: +Down@a +Down@c"]);
    // What was told already is not told again when a silence ends.
    desk.apply(700, silence("{host=\"a\"}", 800, 900));
    desk.wait(1200);
    assert_eq!(desk.heard(), [""; 0]);
    desk.wait(700 + 900 + 5 * 86_400);
    assert_eq!(desk.response.silences().count(), 0);
}

#[test]
fn a_silence_can_be_changed_replaced_and_expired() {
    let mut desk = Desk::new("");
    desk.apply(0, silence("{host=\"a\"}", 0, 600));
    let id = desk.audit[0].subject.parse().unwrap();
    desk.apply(1, high("Down", "a"));
    let draft = |matchers: &str, until| SilenceDraft {
        id: Some(id),
        matchers: parse_matchers(matchers).unwrap(),
        ends_at: at(until),
        ..SilenceDraft::default()
    };
    desk.apply(2, command(Command::Silence(draft("{host=\"a\"}", 1200))));
    assert_eq!(desk.response.silences().count(), 1);
    assert_eq!(desk.response.silence_with(id).unwrap().ends_at, at(1200));
    desk.apply(3, command(Command::Silence(draft("{host=\"b\"}", 1200))));
    desk.wait(4);
    assert_eq!(desk.heard(), ["3.25 default Firing: +Down@a"]);
    let now = at(5);
    let again = desk.try_apply(now, command(Command::ExpireSilence { id }));
    assert!(matches!(again, Err(Refusal::Invalid(_))), "{again:?}");
    for (matchers, until) in [("{}", 600), ("{host=~\".*\"}", 600), ("{host=\"a\"}", 4)] {
        let refused = desk.try_apply(now, silence(matchers, 0, until));
        assert!(matches!(refused, Err(Refusal::Invalid(_))), "{matchers}: {refused:?}");
    }
}

#[test]
fn what_is_worse_inhibits() {
    let mut desk = Desk::new(
        "[[inhibit_rules]]
         source_matchers = ['alertname=\"HostDown\"']
         target_matchers = ['alertname!=\"HostDown\"']
         equal = ['host']",
    );
    desk.apply(0, high("HostDown", "a"));
    desk.apply(0, high("Slow", "a"));
    desk.apply(0, high("Slow", "b"));
    desk.wait(10);
    assert_eq!(desk.heard(), ["0.25 default Firing: +HostDown@a", "0.25 default Firing: +Slow@b"]);
    let held = desk.response.alert("Slow@a").unwrap();
    assert_eq!(held.suppressed_by, [Suppression::Inhibition("HostDown@a".to_owned())]);
    desk.apply(100, over("HostDown", "a", 100));
    desk.wait(400);
    assert_eq!(desk.heard(), ["300.25 default Resolved: -HostDown@a", "300.25 default Firing: +Slow@a +Slow@b"]);
}

#[test]
fn alerts_that_are_source_and_target_do_not_inhibit_each_other() {
    let mut desk = Desk::new(
        "[[inhibit_rules]]
         source_matchers = ['severity=~\"high|critical\"']
         target_matchers = ['severity=~\"high|low\"']",
    );
    desk.apply(0, high("A", "a"));
    desk.apply(0, high("B", "a"));
    desk.apply(0, Input::Signal(signal("C", "a", Severity::Low)));
    let suppressed = |desk: &Desk, key: &str| desk.response.alert(key).unwrap().suppressed_by.len();
    assert_eq!([suppressed(&desk, "A@a"), suppressed(&desk, "B@a"), suppressed(&desk, "C@a")], [0, 0, 1]);
    desk.apply(1, Input::Signal(signal("D", "a", Severity::Critical)));
    assert_eq!([suppressed(&desk, "A@a"), suppressed(&desk, "B@a"), suppressed(&desk, "C@a")], [1, 1, 1]);
}

#[test]
fn acknowledging_is_told_once_and_stops_repeating() {
    let mut desk = Desk::new("route = {repeat_interval = '10m', resolve_after = '1d'}");
    desk.apply(0, high("Down", "a"));
    desk.apply(0, high("Down", "b"));
    desk.apply(10, acknowledge("Down@a"));
    desk.apply(20, acknowledge("Down@b"));
    desk.wait(2000);
    desk.apply(2000, command(Command::Unacknowledge { fingerprint: "Down@a".to_owned() }));
    desk.wait(2700);
    assert_eq!(
        desk.heard(),
        [
            "0.25 default Firing: +Down@a +Down@b",
            "20 default Acknowledged: +Down@a +Down@b",
            "2000.25 default Firing: +Down@a +Down@b",
            "2600.25 default Repeat: +Down@a +Down@b",
        ]
    );
    let unknown = desk.try_apply(at(2800), acknowledge("nothing"));
    assert!(matches!(unknown, Err(Refusal::NotFound(_))), "{unknown:?}");
}

#[test]
fn a_snoozed_alert_is_told_again_when_it_wakes() {
    let mut desk = Desk::new("route = {repeat_interval = '10m', resolve_after = '1d'}");
    desk.apply(0, high("Down", "a"));
    desk.apply(10, command(Command::Snooze { fingerprint: "Down@a".to_owned(), until: at(5000) }));
    desk.wait(5001);
    assert_eq!(desk.heard(), ["0.25 default Firing: +Down@a", "5000.25 default Firing: +Down@a"]);
}

#[test]
fn people_resolve_at_once() {
    let mut desk = Desk::new("route = {keep_firing_for = '1h', group_interval = '1m'}");
    desk.apply(0, high("Down", "a"));
    desk.apply(100, command(Command::Resolve { fingerprint: "Down@a".to_owned(), note: "mended".to_owned() }));
    desk.wait(200);
    assert_eq!(desk.heard(), ["0.25 default Firing: +Down@a", "100.25 default Resolved: -Down@a"]);
    assert_eq!(desk.audit[0].action, "alert.resolve");
    assert_eq!((desk.audit[0].actor.as_str(), desk.audit[0].detail["note"].as_str()), ("ann", Some("mended")));
}

#[test]
fn escalation_goes_on_until_somebody_acts() {
    let toml = "
        [route]
        escalation = 'night'
        resolve_after = '1d'
        [[escalations]]
        name = 'night'
        repeat = 1
        steps = [
            {after = '5m', channels = ['phone'], schedules = ['first']},
            {after = '10m', channels = ['phone', 'mail'], people = ['boss']},
        ]
        [[schedules]]
        name = 'first'
        layers = [{people = ['ann', 'bob'], starts_at = '2026-11-20T00:00', shift = '1d'}]";
    let mut desk = Desk::new(toml);
    let stand_in = Override { person: "eve".to_owned(), starts_at: at(1000), ends_at: at(2000) };
    desk.apply(0, command(Command::Override { schedule: "first".to_owned(), stand_in }));
    desk.apply(0, high("Down", "a"));
    desk.wait(1500);
    let heard = desk.heard();
    assert_eq!(
        heard,
        [
            "0.25 default Firing: +Down@a",
            "300.25 phone Escalation to ann: +Down@a",
            "900.25 phone Escalation to boss: +Down@a",
            "900.25 mail Escalation to boss: +Down@a",
            "1200.25 phone Escalation to eve: +Down@a",
        ]
    );
    desk.apply(1600, acknowledge("Down@a"));
    desk.wait(10_000);
    // Those who were woken hear that they can sleep.
    assert_eq!(
        desk.heard(),
        [
            "1600 mail Acknowledged to boss: +Down@a",
            "1600 phone Acknowledged to ann,boss,eve: +Down@a",
            "1600 default Acknowledged: +Down@a",
        ]
    );
    assert_eq!(desk.response.overrides().count(), 0);
}

#[test]
fn what_gets_worse_is_told_again_and_takes_the_way_of_the_worse() {
    let mut desk = Desk::new(
        "[route]
         channels = ['mail']
         group_interval = '1m'
         [[route.routes]]
         matchers = ['severity=\"critical\"']
         channels = ['pager']",
    );
    desk.apply(0, Input::Signal(signal("Down", "a", Severity::Medium)));
    desk.apply(100, high("Down", "a"));
    desk.wait(200);
    assert_eq!(desk.heard(), ["0.25 mail Firing: +Down@a", "100.25 mail Firing: +Down@a"]);
    desk.apply(300, Input::Signal(signal("Down", "a", Severity::Critical)));
    // One that is told less bad stays as bad as it was, until the worse is long ago.
    desk.apply(310, Input::Signal(signal("Down", "a", Severity::Medium)));
    desk.wait(400);
    assert_eq!(desk.heard(), ["300.25 pager Firing: +Down@a", "300.25 mail Resolved: -Down@a"]);
    let alert = desk.response.alert("Down@a").unwrap();
    assert_eq!((alert.severity, alert.labels["severity"].as_str()), (Severity::Critical, "critical"));
}

#[test]
fn an_alert_that_comes_and_goes_is_told_once_and_then_when_it_is_calm() {
    let mut desk = Desk::new("route = {group_interval = '1s'}\nflapping = {changes = 4, window = '10m'}");
    for round in 0..20 {
        desk.apply(round * 60, high("Down", "a"));
        desk.apply(round * 60 + 30, over("Down", "a", round * 60 + 30));
    }
    desk.wait(5000);
    assert_eq!(
        desk.heard(),
        [
            "0.25 default Firing: +Down@a",
            "30.25 default Resolved: -Down@a",
            "60.25 default Firing: +Down@a",
            // The fourth change: held from here, as an alert that is open.
            "90.25 default Firing: -Down@a",
            "1770.25 default Resolved: -Down@a",
        ]
    );
}

#[test]
fn maintenance_holds_back_and_mute_times_put_off() {
    let mut desk = Desk::new(
        "[route]
         resolve_after = '1d'
         [[route.routes]]
         matchers = ['host=\"b\"']
         active_time_intervals = ['afternoon']
         [[maintenance]]
         name = 'move of a'
         matchers = ['host=\"a\"']
         time_intervals = ['first hour']
         [[time_intervals]]
         name = 'first hour'
         time_intervals = [{times = [{start_time = '12:00', end_time = '13:00'}]}]
         [[time_intervals]]
         name = 'afternoon'
         time_intervals = [{times = [{start_time = '14:00', end_time = '18:00'}]}]",
    );
    desk.apply(10, high("Down", "a"));
    desk.apply(10, high("Down", "b"));
    assert_eq!(
        desk.response.alert("Down@a").unwrap().suppressed_by,
        [Suppression::Maintenance("move of a".to_owned())]
    );
    let muted: Vec<_> = desk.response.groups().filter_map(|group| group.muted_by.map(str::to_owned)).collect();
    assert_eq!(muted, ["afternoon"]);
    desk.wait(3 * 3600);
    assert_eq!(desk.heard(), ["3600.25 default Firing: +Down@a", "7200 default Firing: +Down@b"]);
    let actions: Vec<_> = desk.audit.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["maintenance.begin", "maintenance.end"]);
}

#[test]
fn channels_say_what_they_want() {
    let mut desk = Desk::new(
        "[route]
         channels = ['short', 'silent', 'all']
         group_interval = '1s'
         [channels.short]
         max_alerts = 1
         [channels.silent]
         send_resolved = false
         send_acknowledged = false",
    );
    desk.apply(0, high("Down", "a"));
    desk.apply(0, Input::Signal(signal("Down", "b", Severity::Critical)));
    desk.apply(10, over("Down", "a", 10));
    desk.apply(20, acknowledge("Down@b"));
    desk.apply(30, over("Down", "b", 30));
    desk.wait(60);
    assert_eq!(
        desk.heard(),
        [
            "0.25 short Firing: +Down@b (1 more)",
            "0.25 silent Firing: +Down@b +Down@a",
            "0.25 all Firing: +Down@b +Down@a",
            "10.25 short Firing: +Down@b (1 more)",
            "10.25 all Firing: +Down@b -Down@a",
            "20 short Acknowledged: +Down@b",
            "20 all Acknowledged: +Down@b",
            "30.25 short Resolved: -Down@b",
            "30.25 all Resolved: -Down@b",
        ]
    );
}

#[test]
fn a_storm_of_unlike_alerts_is_few_messages_that_say_how_many() {
    let mut desk = Desk::new("");
    for number in 0..20_000_i64 {
        let now = Timestamp::from_nanos(at(0).nanos() + number * 500_000);
        desk.try_apply(now, high(&format!("Alert{number}"), "a")).unwrap();
    }
    desk.wait(600);
    assert!(desk.told.len() <= 63, "{} messages", desk.told.len());
    let said: u64 = desk.told.iter().map(|told| told.alerts.len() as u64 + told.truncated_alerts).max().unwrap();
    assert!(said >= 19_900, "{said}");
}

#[test]
fn what_finds_no_room_is_counted_and_told() {
    let mut response = Response::new(Config::default()).unwrap();
    let max = palisade_response::limits::ALERTS_MAX;
    for number in 0..max + 7 {
        response.take_in(at(0), high("Down", &number.to_string())).unwrap();
    }
    assert_eq!(response.counts().firing, max + 1);
    assert_eq!(response.counts().dropped, 7);
    let told = response.apply(at(1), Input::Tick).unwrap().notifications;
    assert_eq!(told.iter().filter(|told| told.alerts[0].labels["alertname"] == "AlertsDropped").count(), 1);
    // A resolved one makes room.
    response.take_in(at(2), over("Down", "5", 2)).unwrap();
    response.take_in(at(400), Input::Tick).unwrap();
    response.take_in(at(401), high("Down", "new")).unwrap();
    assert!(response.alert("Down@new").is_some() && response.alert("Down@5").is_none());
    assert_eq!(response.counts().dropped, 7);
}

#[test]
fn signals_are_bounded() {
    let mut response = Response::new(Config::default()).unwrap();
    let many = (0..100).map(|number| (format!("l{number}"), "x".to_owned())).collect();
    let long = labels(&[("alertname", &"x".repeat(10_000))]);
    for labels in [many, long, labels(&[]), labels(&[("", "x")])] {
        let signal = Signal { labels, ..Signal::default() };
        assert!(response.apply(at(0), Input::Signal(signal)).is_err());
    }
    let annotations = labels(&[("summary", &"é".repeat(10_000))]);
    let signal = Signal { labels: labels(&[("alertname", "x"), ("empty", "")]), annotations, ..Signal::default() };
    response.apply(at(0), Input::Signal(signal)).unwrap();
    let alert = response.alerts().next().unwrap();
    assert_eq!((alert.labels.len(), alert.fingerprint.len()), (1, 16));
    assert!(alert.annotations["summary"].len() <= palisade_response::limits::ANNOTATION_BYTES_MAX);
}

#[test]
fn another_configuration_takes_alerts_along() {
    let mut desk = Desk::new("");
    desk.apply(0, high("Down", "a"));
    desk.apply(0, high("Slow", "a"));
    desk.wait(10);
    desk.told.clear();
    desk.config = desk::config("route = {channels = ['new'], group_by = ['host']}");
    let config = desk.config.clone();
    desk.response.reconfigure(config).unwrap();
    desk.wait(1000);
    assert_eq!(
        desk.heard(),
        ["0.5 new Firing: +Down@a +Slow@a", "300.25 new Resolved: -Down@a", "300.25 new Resolved: -Slow@a",]
    );
    // The records of what the configuration no longer has go too.
    let records = desk.response.records();
    assert!(
        desk.kept.keys().all(|(kind, key)| records.iter().any(|r| (&r.kind, &r.key) == (kind, key))),
        "{:?}",
        desk.kept
    );
    let mistaken = desk::config("route = {escalation = 'nobody'}");
    let error = desk.response.reconfigure(mistaken).unwrap_err();
    assert_eq!(error.to_string(), "route.escalation: there is no escalation 'nobody'");
}

#[test]
fn a_damaged_record_is_told_and_the_others_work() {
    let mut desk = Desk::new("");
    desk.apply(0, high("Down", "a"));
    desk.apply(0, high("Slow", "a"));
    let mut records = desk.records();
    let broken = records.iter_mut().find(|record| record.key == "Down@a").unwrap();
    broken.body = Some(serde_json::json!({"alert": {"status": "odd"}}));
    let mut response = Response::new(Config::default()).unwrap();
    let problems = response.restore(records);
    assert_eq!(problems.len(), 1);
    assert!(problems[0].to_string().contains("'Down@a' cannot be restored"), "{}", problems[0]);
    let told = response.apply(at(1), Input::Tick).unwrap().notifications;
    assert_eq!(told.len(), 1);
}
