//! Numbers that come in are watched: what is odd is told once, with its cause, and survives what happens to the server.

use crate::{
    deadline::until,
    server::{Home, Server},
};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

const FOUND: &str = "SELECT title FROM findings WHERE class LIKE 'telemetry.%'";
/// Seconds between points, and points before anything is odd.
const STEP: u64 = 5;
const USUAL: u64 = 150;
/// Points that are odd then: three that stay so, and one more behind the peak.
const ODD: u64 = 5;

/// A point of a metric on the host web-1.
struct Point {
    name: &'static str,
    label: Option<(&'static str, &'static str)>,
    value: Value,
    /// Which of the points it is.
    at: u64,
}

fn point(name: &'static str, at: u64, value: impl Into<Value>) -> Point {
    Point { name, label: None, value: value.into(), at }
}

/// The time of the first point, at a full minute: all lie in the past, and what is odd within one minute.
fn beginning() -> u64 {
    (SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() - 2_000) / 60 * 60
}

/// Sends points by OTLP, in the order given.
fn send(server: &Server, begin: u64, points: &[Point]) {
    let metric = |point: &Point| {
        let label = point.label.map(|(name, value)| json!({"key": name, "value": {"stringValue": value}}));
        let nanos = (begin + point.at * STEP) * 1_000_000_000;
        let told = json!({"timeUnixNano": nanos.to_string(), "asDouble": point.value,
            "attributes": label.into_iter().collect::<Vec<_>>()});
        json!({"name": point.name, "gauge": {"dataPoints": [told]}})
    };
    let metrics: Vec<Value> = points.iter().map(metric).collect();
    let host = json!({"attributes": [{"key": "host.name", "value": {"stringValue": "web-1"}}]});
    let body = json!({"resourceMetrics": [{"resource": host, "scopeMetrics": [{"metrics": metrics}]}]});
    server.request("POST", "/v1/metrics").json(&body).send().unwrap().expect_status(200);
}

/// Something between 0 and 1 that has no pattern.
fn noise(number: u64) -> f64 {
    let mixed = (number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((mixed ^ (mixed >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93) >> 40) as f64 / 16_777_216.0
}

/// What a quiet machine says at one moment; `odd` takes its processors.
fn moment(at: u64, odd: bool) -> Vec<Point> {
    let process = |name, value: f64| Point {
        label: Some(("process.executable.name", name)),
        ..point("process.cpu.utilization", at, value)
    };
    let more = if odd { 0.5 } else { 0.0 };
    let mut points = vec![
        point("system.cpu.utilization", at, 0.04 + 0.02 * noise(at) + more),
        point("system.cpu.load_average.1m", at, 0.2 + 0.1 * noise(at + 7) + 3.0 * more),
        point("system.memory.utilization", at, 0.3 + 0.001 * noise(at + 9)),
        process("database", 0.02 + 0.01 * noise(at + 3)),
    ];
    if odd {
        points.push(process("miner", 0.49));
    }
    points
}

fn moments(range: std::ops::Range<u64>, odd: bool) -> Vec<Point> {
    range.flat_map(|at| moment(at, odd)).collect()
}

fn anomalies(server: &Server) -> Vec<Value> {
    let page = server.get("/api/v1/anomalies").send().unwrap().expect_status(200).json();
    serde_json::from_value(page["items"].clone()).unwrap()
}

/// Points scored of the series of this name, without labels.
fn points_seen(server: &Server, name: &str) -> u64 {
    let path = format!("/api/v1/anomalies/series?name={name}");
    let page = server.get(&path).send().unwrap().expect_status(200).json();
    page["items"][0]["points_seen"].as_u64().unwrap_or(0)
}

fn wait_for_points(server: &Server, name: &str, wanted: u64) {
    until("points to be scored", || (points_seen(server, name) >= wanted).then_some(()));
    assert_eq!(points_seen(server, name), wanted);
}

#[test]
fn what_is_odd_together_is_one_finding_with_its_cause() {
    let server = Home::new("").start();
    let begin = beginning();
    send(&server, begin, &moments(0..USUAL, false));
    wait_for_points(&server, "system.cpu.utilization", USUAL);
    assert!(anomalies(&server).is_empty());
    send(&server, begin, &moments(USUAL..USUAL + ODD, true));
    wait_for_points(&server, "system.cpu.load_average.1m", USUAL + ODD);
    // While the machine is busy the first of the odd points may be looked at before those behind, which are surer.
    let anomaly = &until("the anomaly at its height", || match &anomalies(&server)[..] {
        [anomaly] if anomaly["series"][0]["likelihood"].as_f64() > Some(0.99) => Some(anomaly.clone()),
        _ => None,
    });
    until("the finding", || (server.rows(FOUND).len() == 1).then_some(()));
    assert_eq!(
        (anomaly["class"].as_str(), anomaly["group"]["name"].as_str()),
        (Some("telemetry.anomaly"), Some("web-1"))
    );
    assert_eq!(
        (&anomaly["causes"][0]["kind"], &anomaly["causes"][0]["name"]),
        (&json!("process"), &json!("miner")),
        "{anomaly:#}"
    );
    let first = &anomaly["series"][0];
    assert!(
        first["band"]["high"].as_f64() < first["value"].as_f64() && first["likelihood"].as_f64() > Some(0.99),
        "{first:#}"
    );
    assert!(!first["detectors"].as_array().unwrap().is_empty());
    let alerts = until("the alert", || {
        let page = server.get("/api/v1/alerts").send().unwrap().json();
        page["items"].as_array().filter(|items| !items.is_empty()).cloned()
    });
    assert_eq!(
        (&alerts[0]["labels"]["watch"], &alerts[0]["fingerprint"]),
        (&json!("telemetry"), &anomaly["fingerprint"])
    );

    let listed = server.run(&["anomaly", "list"]).expect_code(0).text();
    assert!(listed.contains("1. process miner"), "{listed}");
    let shown = server.run(&["anomaly", "live", "cpu", "--odd"]).expect_code(0).text();
    assert!(shown.contains("system.cpu.utilization") || shown.contains("No series"), "{shown}");
    let finding = anomaly["finding"].as_str().unwrap();
    let called = server.run(&["anomaly", "feedback", finding, "fine", "--format", "json"]).expect_code(0).json();
    assert_eq!(called["feedback"], "fine");
    let path = format!("/api/v1/anomalies/{finding}/feedback");
    let answer = |key: &str, path: &str, body: &Value| {
        let bearer = format!("Bearer {key}");
        server.request("POST", path).without("Authorization").header("Authorization", bearer).json(body).send().unwrap()
    };
    let fine = json!({"verdict": "fine"});
    answer(&server.key_with("read"), &path, &fine).expect_status(403);
    answer(&server.key, &path, &json!({"verdict": "so so"})).expect_status(400);
    answer(&server.key, "/api/v1/anomalies/00000000000000000000000000000000/feedback", &fine).expect_status(404);
}

#[test]
fn a_restart_neither_forgets_nor_counts_twice() {
    let home = Home::new("[lake]\ncommit_seconds = 1\n");
    let begin = beginning();
    let name = "system.cpu.utilization";
    let server = home.start();
    send(&server, begin, &moments(0..100, false));
    wait_for_points(&server, name, 100);
    server.kill();
    let server = home.start();
    wait_for_points(&server, name, 100);
    send(&server, begin, &moments(100..USUAL, false));
    wait_for_points(&server, name, USUAL);
    // A stop writes a checkpoint.
    assert!(server.stop().0.success());
    let server = home.start();
    wait_for_points(&server, name, USUAL);
    send(&server, begin, &moments(USUAL..USUAL + ODD, true));
    until("the finding", || (server.rows(FOUND).len() == 1).then_some(()));
    let finding = anomalies(&server)[0]["finding"].as_str().unwrap().to_owned();
    server.run(&["anomaly", "feedback", &finding, "real"]).expect_code(0);
    server.kill();
    let server = home.start();
    wait_for_points(&server, name, USUAL + ODD);
    assert_eq!(server.rows(FOUND).len(), 1, "it is told once");
    let [again] = &anomalies(&server)[..] else { panic!("{:?}", anomalies(&server)) };
    assert_eq!((again["finding"].as_str(), again["feedback"].as_str()), (Some(finding.as_str()), Some("real")));
}

#[test]
fn nonsense_is_no_storm() {
    let server = Home::new("").start();
    let begin = beginning();
    let mut points = Vec::new();
    for at in 0..200 {
        points.extend(moment(at, false));
        points.push(point("wild", at, [1e308, -1e308, 0.0, 5e-324][(at % 4) as usize]));
        points.push(point("constant", at, 7.0));
        // The same moment twice, then an earlier one.
        points.push(point("late", at - at % 3, noise(at)));
        // Comes for a while, and again after years.
        let years = if at < 100 { 0 } else { 4 * 365 * 86_400 / STEP };
        points.push(Point { at: at + years, ..point("absent", at, noise(at)) });
        for value in ["NaN", "Infinity", "-Infinity"] {
            points.push(point("system.memory.utilization", at, value));
        }
    }
    send(&server, begin - 4 * 365 * 86_400, &points);
    let resets: Vec<Value> = (0..200_u64)
        .map(|at| {
            let nanos = (begin + at * STEP) * 1_000_000_000;
            json!({"timeUnixNano": nanos.to_string(), "asDouble": (at % 40) as f64 * 100.0 + noise(at)})
        })
        .collect();
    let counter =
        json!({"name": "resets", "sum": {"isMonotonic": true, "aggregationTemporality": 2, "dataPoints": resets}});
    let body = json!({"resourceMetrics": [{"scopeMetrics": [{"metrics": [counter]}]}]});
    server.request("POST", "/v1/metrics").json(&body).send().unwrap().expect_status(200);
    until("the counter to be scored", || (points_seen(&server, "resets") >= 150).then_some(()));
    assert_eq!(points_seen(&server, "wild"), 200);
    let found = server.rows(FOUND);
    assert!(found.len() <= 1, "a storm: {found:?}");
    assert_eq!(server.get("/readyz").send().unwrap().status, 200);
}

#[test]
fn there_are_no_more_series_than_allowed_and_it_shows() {
    let server = Home::new("[telemetry]\nseries_max = 12\n").start();
    let begin = beginning();
    let names: Vec<&'static str> = (0..40).map(|number| &*format!("m{number}").leak()).collect();
    send(&server, begin, &names.iter().map(|name| point(name, 0, 1.0)).collect::<Vec<_>>());
    until("the cap", || (server.metric("palisade_telemetry_series_full") > 0.0).then_some(()));
    assert_eq!(server.metric("palisade_telemetry_series"), 12.0);
    let ready = server.get("/readyz").send().unwrap().expect_status(200);
    assert!(ready.text().contains("telemetry.series_max"), "{}", ready.text());
    assert_eq!(server.number("SELECT count(*) FROM metrics"), 40, "points are kept all the same");
    let page = |cursor: &str| {
        let path = format!("/api/v1/anomalies/series?limit=5{cursor}");
        server.get(&path).send().unwrap().expect_status(200).json()
    };
    let (mut seen, mut cursor) = (0, String::new());
    loop {
        let page = page(&cursor);
        seen += page["items"].as_array().unwrap().len();
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, 12);
}

#[test]
fn log_lines_and_spans_become_series() {
    let server = Home::new("[telemetry]\nhost_seconds = 1\n").start();
    let lines: Vec<Value> =
        (0..50).map(|number| json!({"service": "shop", "message": format!("order {number} packed")})).collect();
    let wanted = ["log.rate", "system.cpu.utilization", "system.memory.utilization", "process.memory.usage"];
    // Rates come with the interval after the next.
    until("a rate of log lines and this machine's own series", || {
        server.send(&Value::Array(lines.clone()));
        let page = server.get("/api/v1/anomalies/series?limit=1000").send().unwrap().json();
        let has =
            |name: &&str| page["items"].as_array().is_some_and(|items| items.iter().any(|item| item["name"] == **name));
        std::thread::sleep(std::time::Duration::from_millis(500));
        wanted.iter().all(has).then_some(())
    });
}
