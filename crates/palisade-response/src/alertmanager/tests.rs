//! Configurations of Alertmanager as people have them.

use super::*;
use serde_json::json;

const FILE: &str = r##"
global:
  smtp_smarthost: 'mail.example.org:587'
  smtp_from: 'alertmanager@example.org'
  smtp_auth_username: 'alertmanager'
  smtp_auth_password_file: /etc/secret
  slack_api_url: 'https://hooks.example.org/services/T/B/X'
  resolve_timeout: 10m
templates: ['/etc/alertmanager/*.tmpl']
route:
  receiver: 'team-mails'
  group_by: ['alertname', 'cluster']
  group_wait: 30s
  routes:
    - matchers: [ 'service=~"foo1|foo2"', severity != "info" ]
      receiver: team-pager
      mute_time_intervals: [nights]
      continue: true
    - match:
        team: 7
      match_re:
        host: 'db-.*'
      receiver: 'null'
      routes:
        - receiver: both
          group_by: ['...']
          repeat_interval: 1d
inhibit_rules:
  - source_matchers: [ severity="critical" ]
    target_match: { severity: 'warning' }
    equal: ['alertname', 'cluster']
time_intervals:
  - name: nights
    time_intervals:
      - times: [{ start_time: '22:00', end_time: '24:00' }]
        weekdays: ['monday:friday']
        years: [2026]
        location: 'Europe/Berlin'
receivers:
  - name: 'null'
  - name: team-mails
    email_configs:
      - to: 'a@example.org, b@example.org'
        headers: { Subject: '{{ .GroupLabels }}' }
  - name: team-pager
    pagerduty_configs:
      - routing_key: 'abc'
        send_resolved: false
    opsgenie_configs:
      - api_key: x
  - name: both
    slack_configs:
      - channel: '#alerts'
      - channel: '#more'
        http_config: { authorization: { credentials: xoxb-1 } }
        api_url: https://slack.com/api/chat.postMessage
    webhook_configs:
      - url: 'http://127.0.0.1:5001/'
        max_alerts: 5
    telegram_configs:
      - bot_token: t
        chat_id: -100
"##;

#[test]
fn routes_rules_and_times_are_ours() {
    let import = import(FILE).unwrap();
    let wanted: Config = toml::from_str(
        r##"
        [route]
        channels = ["team-mails"]
        group_by = ["alertname", "cluster"]
        group_wait = "30s"
        group_interval = "5m"
        repeat_interval = "4h"
        resolve_after = "10m"
        [[route.routes]]
        matchers = ['service=~"foo1|foo2"', 'severity!="info"']
        channels = ["team-pager"]
        mute_time_intervals = ["nights"]
        continue = true
        [[route.routes]]
        matchers = ['team="7"', 'host=~"db-.*"']
        channels = []
        [[route.routes.routes]]
        channels = ["both", "both-slack", "both-telegram", "both-alertmanager"]
        group_by = ["..."]
        repeat_interval = "1d"
        [[inhibit_rules]]
        source_matchers = ['severity="critical"']
        target_matchers = ['severity="warning"']
        equal = ["alertname", "cluster"]
        [[time_intervals]]
        name = "nights"
        [[time_intervals.time_intervals]]
        times = [{ start_time = "22:00", end_time = "24:00" }]
        weekdays = ["monday:friday"]
        years = ["2026"]
        location = "Europe/Berlin"
        [channels.team-mails]
        send_resolved = false
        [channels.team-pager]
        send_resolved = false
        [channels.both]
        send_resolved = false
        [channels.both-slack]
        send_resolved = false
        [channels.both-telegram]
        [channels.both-alertmanager]
        max_alerts = 5
        "##,
    )
    .unwrap();
    assert_eq!(import.config, wanted);
    // It can be written into our own file and read from there.
    let written = toml::to_string(&import.config).unwrap();
    assert_eq!(toml::from_str::<Config>(&written).unwrap(), wanted);
}

#[test]
fn receivers_are_channels_and_remarks_say_what_is_missing() {
    let import = import(FILE).unwrap();
    let found: Vec<_> = import
        .channels
        .iter()
        .map(|channel| (channel.name.as_str(), channel.kind.as_str(), channel.settings.clone()))
        .collect();
    assert_eq!(
        found,
        [
            (
                "team-mails",
                "smtp",
                json!({"host": "mail.example.org", "port": 587, "security": "starttls", "to": ["a@example.org", "b@example.org"],
                    "from": "alertmanager@example.org", "username": "alertmanager"})
            ),
            ("team-pager", "pagerduty", json!({"routing_key": "abc"})),
            ("both", "slack", json!({"webhook_url": "https://hooks.example.org/services/T/B/X", "channel": "#alerts"})),
            ("both-slack", "slack", json!({"bot_token": "xoxb-1", "channel": "#more"})),
            ("both-telegram", "telegram", json!({"bot_token": "t", "chat_id": "-100"})),
            ("both-alertmanager", "alertmanager", json!({"url": "http://127.0.0.1:5001/"})),
        ]
    );
    assert_eq!(
        import.remarks,
        [
            "templates: Go's templates are not taken over; channels have templates of their own",
            "global: 'smtp_auth_password' stands in a file; enter it in the channels that need it",
            "receivers['team-mails'].email_configs: its texts are Go's templates; give the channel 'team-mails' templates of ours",
            "receivers['team-pager'].opsgenie_configs: there is no channel of this kind",
        ]
    );
}

#[test]
fn mistakes_name_their_place() {
    for (yaml, place) in [
        ("[", "file"),
        ("receivers: []", "route"),
        ("route: {receiver: a}", "route.receiver"),
        ("route: {group_by: [a]}\nreceivers: [{name: a}]", "route.receiver"),
        ("route: {receiver: a, routes: [{matchers: ['x']}]}\nreceivers: [{name: a}]", "route.routes[0].matchers"),
        ("route: {receiver: a, mute_time_intervals: [n]}\nreceivers: [{name: a}]", "route.mute_time_intervals"),
        ("route: {receiver: a}\nreceivers: [{name: a}, {name: a}]", "receivers[1].name"),
        (
            "route: {receiver: a}\nreceivers: [{name: a}]\ntime_intervals: [{name: t, time_intervals: [{weekdays: [x]}]}]",
            "time_intervals[0].time_intervals[0].weekdays",
        ),
    ] {
        assert_eq!(import(yaml).unwrap_err().place, place, "{yaml}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".{0,200}") {
        let _ = import(&text);
        let _ = import(&format!("route: {{receiver: a, group_wait: {text}}}\nreceivers: [{{name: a, email_configs: [{{to: {text}}}]}}]"));
    }
}
