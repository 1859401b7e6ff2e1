//! Rules over metrics and tables: rule files of Prometheus and SQL, evaluated in the server.

use crate::{
    deadline::until,
    server::{Home, Server},
};
use serde_json::{Value, json};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const RULES: &str = r#"
groups:
  - name: machines
    interval: 1s
    rules:
      - record: job:temperature:max
        expr: max by (job) (temperature)
      - alert: TooHot
        expr: job:temperature:max > 30
        labels: {severity: critical, team: hardware}
        annotations: {summary: "{{ $labels.job }} in {{ $externalLabels.site }} has {{ $value }} degrees"}
      - alert: Slow
        expr: histogram_quantile(0.9, sum by (le) (took_bucket)) > 0.5
      - alert: NotYet
        expr: temperature > 30
        for: 1h
  - name: broken
    rules:
      - alert: Wrong
        expr: sum(
"#;

const SQL: &str = r#"
[[rule]]
name = "RefusedOrders"
sql = "SELECT service AS shop, count(*) AS value FROM events WHERE attributes['action'] = 'refused' GROUP BY service"
every = "1s"
severity = "high"
[rule.annotations]
summary = "{{ $labels.shop }} refused {{ $value }} orders"
"#;

fn home() -> Home {
    let home = Home::new("");
    let (rules, sql) = (home.file("rules.yml", RULES), home.file("orders.toml", SQL));
    let labels = r#"{site = "berlin", team = "nobody"}"#;
    let settings = format!(
        "[alert_rules]\nfiles = [{rules:?}, {sql:?}]\nexternal_labels = {labels}\n[otlp]\ngrpc_listen = \"\"\n"
    );
    home.file("palisade.toml", settings);
    home
}

fn send_metrics(server: &Server) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos().to_string();
    let gauge = json!({"name": "temperature", "gauge": {"dataPoints": [{"timeUnixNano": now, "asDouble": 41.5}]}});
    let point = json!({"timeUnixNano": now, "startTimeUnixNano": now, "count": "10", "sum": 8.0,
        "explicitBounds": [0.1, 1.0], "bucketCounts": ["1", "9", "0"]});
    let histogram = json!({"name": "took", "histogram": {"aggregationTemporality": 2, "dataPoints": [point]}});
    let resource = json!({"attributes": [{"key": "service.name", "value": {"stringValue": "oven"}}]});
    let body = json!({"resourceMetrics": [{"resource": resource, "scopeMetrics": [{"metrics": [gauge, histogram]}]}]});
    server.request("POST", "/v1/metrics").json(&body).send().unwrap().expect_status(200);
}

fn alert(server: &Server, name: &str) -> Option<Value> {
    let alerts = server.get("/api/v1/alerts").send().unwrap().expect_status(200).json();
    let items = alerts["items"].as_array().or_else(|| alerts["alerts"].as_array()).unwrap().clone();
    items.into_iter().find(|alert| alert["labels"]["alertname"] == name)
}

#[test]
fn rules_over_metrics_and_tables_become_alerts() {
    let home = home();
    let server = home.start();
    send_metrics(&server);
    server.send(&json!([{"service": "shop", "action": "refused"}, {"service": "shop", "action": "refused"}]));
    let hot = until("the alert on the metric", || alert(&server, "TooHot"));
    assert_eq!(hot["labels"]["job"], "oven", "{hot}");
    assert_eq!((&hot["labels"]["team"], &hot["severity"]), (&json!("hardware"), &json!("critical")));
    assert_eq!(hot["annotations"]["summary"], "oven in berlin has 41.5 degrees");
    // A label of the rule goes before one of the deployment.
    assert_eq!(hot["labels"]["site"], "berlin", "{hot}");
    let refused = until("the alert on the table", || alert(&server, "RefusedOrders"));
    assert_eq!(refused["annotations"]["summary"], "shop refused 2 orders");
    until("the alert on the histogram", || alert(&server, "Slow"));
    assert!(alert(&server, "NotYet").is_none(), "it waits for an hour");
    let recorded = "SELECT max(value) FROM metrics WHERE name = 'job:temperature:max' AND service = 'oven'";
    until("the recorded series", || (server.rows(recorded) == [[json!(41.5)]]).then_some(()));
    let said = server.said();
    assert!(said.contains("rules.yml:") && said.contains("Wrong"), "the broken group is named: {said}");
    assert!((server.metric("palisade_alert_rules") - 5.0).abs() < 0.1);
}

#[test]
fn what_a_rule_waits_for_outlives_a_restart() {
    let home = home();
    let rules = "groups: [{name: g, interval: 1s, rules: [{alert: Hot, expr: temperature > 30, for: 8s}]}]";
    home.file("rules.yml", rules);
    let server = home.start();
    send_metrics(&server);
    let kept = || server.said().contains("alert rules loaded");
    until("the rules", || kept().then_some(()));
    std::thread::sleep(Duration::from_secs(5));
    assert!(server.stop().0.success());
    let started = std::time::Instant::now();
    let server = home.start();
    until("the alert", || alert(&server, "Hot"));
    assert!(started.elapsed() < Duration::from_secs(7), "it does not begin anew: {:?}", started.elapsed());
}
