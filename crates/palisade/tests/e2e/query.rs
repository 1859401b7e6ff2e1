//! Questions: SQL over HTTP and on the command line, lists in pages, one event by its id.

use crate::{
    commands::{query_folder, run},
    deadline::until,
    planted::{TOKEN_CLASS, token},
    server::{Home, Server},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const PAGED: usize = 23;

#[test]
fn answers_have_columns_types_and_rows() {
    let server = Home::new("").start();
    server.send(&json!({
        "time": "2026-11-20T12:00:00.5Z", "kind": "login", "severity": "high", "service": "sshd", "host": "web-1",
        "actor": "eve", "source_ip": "192.0.2.7", "message": "Failed password", "port": 22, "tls": {"version": "1.3"},
        "trace_id": "0af7651916cd43dd8448eb211c80319c", "span_id": "b7ad6b7169203331", "tags": ["a", "b"],
    }));
    let sql = "SELECT time, kind, severity, service, host, actor, source_address, message, trace_id, span_id, \
               attributes['port'] AS port, attributes['tls.version'] AS tls, attributes['tags'] AS tags, \
               attributes['none'] AS none, count(*) OVER () AS n, 1.5 AS f, true AS b FROM events";
    let answer = server.ask(sql).expect_status(200).json();
    let row = json!([
        "2026-11-20T12:00:00.500Z",
        "login",
        "high",
        "sshd",
        "web-1",
        "eve",
        "192.0.2.7",
        "Failed password",
        "0af7651916cd43dd8448eb211c80319c",
        "b7ad6b7169203331",
        "22",
        "1.3",
        "[\"a\",\"b\"]",
        null,
        1,
        1.5,
        true
    ]);
    assert_eq!(answer["rows"], json!([row]));
    assert_eq!(answer["truncated"], false);
    let columns: Vec<(&str, &str)> = answer["columns"].as_array().unwrap().iter().map(column).collect();
    for wanted in
        [("time", "time"), ("kind", "text"), ("port", "text"), ("n", "integer"), ("f", "float"), ("b", "boolean")]
    {
        assert!(columns.contains(&wanted), "{wanted:?} in {columns:?}");
    }
    assert_eq!(columns.len(), 17);
    let map = server.ask("SELECT attributes FROM events").expect_status(200).json();
    assert_eq!(map["rows"][0][0], json!({"port": "22", "tls.version": "1.3", "tags": "[\"a\",\"b\"]"}));
    let empty = server.ask("SELECT id FROM metrics").expect_status(200).json();
    assert_eq!((empty["rows"].clone(), empty["columns"][0]["name"].clone()), (json!([]), json!("id")));
}

fn column(column: &Value) -> (&str, &str) {
    (column["name"].as_str().unwrap(), column["type"].as_str().unwrap())
}

#[test]
fn queries_read_only_and_errors_name_the_place() {
    let home = Home::new("");
    let server = home.start();
    server.send(&json!({"message": "still here"}));
    let secret = home.file("secret.csv", "a,b\n1,2\n");
    let elsewhere = home.data().join("stolen.csv");
    let cases: Vec<(String, &[&str])> = vec![
        ("INSERT INTO events (id) VALUES ('x')".into(), &["read-only"]),
        ("DELETE FROM events".into(), &["read-only"]),
        ("UPDATE events SET kind = 'x'".into(), &["read-only"]),
        ("DROP TABLE events".into(), &["read-only"]),
        ("CREATE TABLE t AS SELECT 1".into(), &["read-only"]),
        ("CREATE VIEW v AS SELECT 1".into(), &["read-only"]),
        (format!("CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '{}'", secret.display()), &["read-only"]),
        (format!("COPY (SELECT 1) TO '{}'", elsewhere.display()), &["read-only"]),
        ("SET datafusion.execution.batch_size = 1".into(), &["read-only"]),
        (format!("SELECT * FROM '{}'", secret.display()), &["secret.csv"]),
        ("SELECT 1; DROP TABLE events".into(), &[]),
        ("SELEC 1".into(), &["SELEC"]),
        ("SELECT colour FROM events".into(), &["colour"]),
        ("SELECT * FROM incidents".into(), &["incidents"]),
        ("SELECT 1 / 0".into(), &["zero"]),
        ("SELECT 'a".into(), &[]),
        (String::new(), &[]),
    ];
    for (sql, says) in cases {
        let answer = server.ask(&sql).expect_status(400);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{sql}");
        let detail = answer.json()["detail"].as_str().unwrap().to_lowercase();
        for part in says {
            assert!(detail.contains(&part.to_lowercase()), "{sql}: {part:?} is missing in {detail:?}");
        }
    }
    assert!(!elsewhere.exists());
    for sql in [
        "EXPLAIN SELECT * FROM events",
        "SHOW TABLES",
        "DESCRIBE events",
        "WITH e AS (SELECT * FROM events) SELECT * FROM e",
    ] {
        server.ask(sql).expect_status(200);
    }
    let wrong = server.request("POST", "/api/v1/query").json(&json!({"query": "SELECT 1"})).send().unwrap();
    assert!(wrong.expect_status(400).text().contains("query"));
    let ingest = server.key_with("ingest");
    let request = server.request("POST", "/api/v1/query").header("Authorization", format!("Bearer {ingest}"));
    assert!(request.json(&json!({"sql": "SELECT 1"})).send().unwrap().expect_status(403).text().contains("read"));
    assert_eq!(server.texts("SELECT message FROM events").len(), 1);
}

#[test]
fn queries_end_at_their_limits() {
    let settings = "[limits]\nquery_rows_max = 100\nquery_seconds_max = 2\nquery_memory_bytes_max = 40000000\n";
    let server = Home::new(settings).start();
    server.send(&Value::from_iter((0..2000).map(|number| json!({"message": format!("message {number}")}))));
    let answer = server.ask("SELECT message FROM events").expect_status(200).json();
    assert_eq!((answer["rows"].as_array().unwrap().len(), &answer["truncated"]), (100, &json!(true)));
    let exact = server.ask("SELECT message FROM events LIMIT 100").expect_status(200).json();
    assert_eq!((exact["rows"].as_array().unwrap().len(), &exact["truncated"]), (100, &json!(false)));

    let long =
        "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 1000000000) SELECT count(*) FROM t";
    let refused = server.ask(long).expect_status(422).text();
    assert!(refused.contains("took longer than 2 s"), "{refused}");
    let large = "SELECT count(*) FROM (SELECT a.id, b.id FROM events a, events b GROUP BY a.id, b.id)";
    let refused = server.ask(large).expect_status(422).text();
    assert!(refused.contains("40000000 bytes"), "{refused}");
    assert_eq!(server.number("SELECT count(*) FROM events"), 2000, "and the next one is answered");
}

#[test]
fn files_come_by_the_accept_header_and_on_the_command_line() {
    let home = Home::new("[lake]\ncommit_seconds = 1\n");
    let server = home.start();
    server.send(&json!([{"kind": "a", "message": "plain"}, {"kind": "b", "message": "with \"quotes\", and\nlines"}]));
    let sql = "SELECT kind, message FROM events ORDER BY kind";
    let csv = "kind,message\na,plain\nb,\"with \"\"quotes\"\", and\nlines\"\n";
    let ask = |accept: &str| {
        let request = server.request("POST", "/api/v1/query").header("Accept", accept).json(&json!({ "sql": sql }));
        request.send().unwrap().expect_status(200)
    };
    let answer = ask("text/csv");
    assert_eq!((answer.header("content-type"), answer.text().as_str()), (Some("text/csv"), csv));
    let answer = ask("application/vnd.apache.parquet");
    assert!(answer.body.starts_with(b"PAR1") && answer.body.ends_with(b"PAR1"));

    let json = json!([["a", "plain"], ["b", "with \"quotes\", and\nlines"]]);
    let wanted = |format: &str, text: &str| match format {
        "json" => assert_eq!(serde_json::from_str::<Value>(text).unwrap()["rows"], json),
        "csv" => assert_eq!(text, csv),
        _ => {
            let lines: Vec<&str> = text.lines().collect();
            assert!(lines[0].starts_with("kind  message"), "{text}");
            assert!(text.contains("with \"quotes\", and\\nlines"), "{text}");
        }
    };
    until("a commit", || {
        let count = query_folder(&home.data(), "SELECT count(*) FROM events", "json");
        (count.code == 0 && count.json()["rows"] == json!([[2]])).then_some(())
    });
    for format in ["table", "json", "csv"] {
        wanted(format, &server.run(&["query", sql, "--format", format]).expect_code(0).text());
        wanted(format, &query_folder(&home.data(), sql, format).expect_code(0).text());
    }
    let piped = run(&mut server.command(&["query", "-", "--format", "csv"]), sql.as_bytes());
    wanted("csv", &piped.expect_code(0).text());
    let parquet = server.run(&["query", sql, "--format", "parquet"]).expect_code(0);
    assert!(parquet.out.starts_with(b"PAR1"));

    let wrong = server.run(&["query", "SELECT colour FROM events"]).expect_code(2);
    assert!(wrong.err.contains("colour") && wrong.out.is_empty(), "{}", wrong.err);
    let wrong = query_folder(&home.data(), "DROP TABLE events", "table").expect_code(2);
    assert!(wrong.err.contains("read-only"), "{}", wrong.err);
    let nowhere = query_folder(&home.data().join("none"), sql, "table").expect_code(2);
    assert!(nowhere.err.contains("no folder"), "{}", nowhere.err);
    let nobody = run(server.command(&["query", sql]).env("PALISADE_URL", "http://127.0.0.1:1"), b"");
    assert!(nobody.code >= 2 && nobody.err.contains("127.0.0.1:1"), "{nobody:?}");
    let stranger = run(server.command(&["query", sql]).env_remove("PALISADE_KEY"), b"");
    assert!(stranger.code >= 2 && stranger.err.contains("PALISADE_KEY"), "{stranger:?}");
}

#[test]
fn lists_come_in_pages_and_events_by_id() {
    let server = Home::new("[lake]\ncommit_seconds = 1\n").start();
    let event = |number: usize| {
        // Several events share a time, so that pages end between equals.
        let time = format!("2026-11-20T12:00:{:02}Z", number / 4);
        let severity = if number.is_multiple_of(2) { "high" } else { "low" };
        json!({"time": time, "severity": severity, "service": "shop", "seq": number.to_string(), "message": format!("key {}", token())})
    };
    // Half of them may be in files and half in memory by the time they are asked for.
    let versions = server.versions();
    server.send(&Value::from_iter((0..PAGED / 2).map(event)));
    until("a commit", || (server.versions() > versions).then_some(()));
    server.send(&Value::from_iter((PAGED / 2..PAGED).map(event)));

    let events = pages(&server, "/api/v1/events?limit=5&service=shop");
    assert_eq!(events.len(), PAGED);
    let times: Vec<&str> = events.iter().map(|event| event["time"].as_str().unwrap()).collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "the newest first: {times:?}");
    let found = pages(&server, "/api/v1/findings?limit=4&class=guard.secret");
    assert_eq!(found.len(), PAGED);

    for event in &events {
        let id = event["id"].as_str().unwrap();
        let one = server.get(&format!("/api/v1/events/{id}")).send().unwrap().expect_status(200).json();
        assert_eq!(one, *event);
    }
    let id = events[3]["id"].as_str().unwrap();
    let of_event = pages(&server, &format!("/api/v1/findings?observation={id}"));
    assert_eq!((of_event.len(), &of_event[0]["class"]), (1, &json!(TOKEN_CLASS)));
    assert!(!of_event[0].to_string().contains(events[3]["message"].as_str().unwrap()), "the secret is masked");
    for (filter, wanted) in [
        ("severity=high", PAGED.div_ceil(2)),
        ("service=nobody", 0),
        ("since=2026-11-20T12:00:05Z", PAGED - 20),
        ("until=2026-11-20T12:00:01Z", 4),
    ] {
        assert_eq!(pages(&server, &format!("/api/v1/events?limit=9&{filter}")).len(), wanted, "{filter}");
    }
    let contains = format!("/api/v1/events?contains={}", events[0]["message"].as_str().unwrap().replace(' ', "%20"));
    assert_eq!(pages(&server, &contains).len(), 1);
    let refusals = [
        ("/api/v1/events/0199f1c2-0000-7000-8000-000000000000", 404),
        ("/api/v1/events/7", 400),
        ("/api/v1/events?limit=0", 400),
        ("/api/v1/events?cursor=x", 400),
        ("/api/v1/findings?colour=red", 400),
    ];
    for (path, status) in refusals {
        server.get(path).send().unwrap().expect_status(status);
    }
}

/// All items of a list, page by page, while others come in that the filter does not let through.
fn pages(server: &Server, path: &str) -> Vec<Value> {
    let mut items: Vec<Value> = Vec::new();
    let mut ids = BTreeSet::new();
    let mut cursor = String::new();
    loop {
        server.send(&json!({"service": "none", "time": "2026-11-20T12:00:02Z", "severity": "low", "kind": "noise"}));
        let page = server.get(&format!("{path}{cursor}")).send().unwrap().expect_status(200).json();
        for item in page["items"].as_array().unwrap().iter().filter(|item| item["kind"] != "noise") {
            assert!(ids.insert(item["id"].as_str().unwrap().to_owned()), "on two pages: {item}");
            items.push(item.clone());
        }
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return items,
        }
    }
}
