//! What operators do: start, stop, look, make keys, check settings, scan.

use crate::{
    commands::{palisade, query_folder, run},
    deadline::until,
    http::Request,
    planted::{TOKEN_CLASS, hidden, token},
    server::Home,
};
use serde_json::{Value, json};
use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
};

#[test]
fn a_folder_is_used_by_one_server() {
    let home = Home::new("");
    let server = home.start();
    let second = run(&mut home.command(), b"");
    assert!([2, 3].contains(&second.code), "{second:?}");
    let wanted = format!("{} is in use by another Palisade", home.data().display());
    assert!(second.err.contains(&wanted), "{}", second.err);
    server.send(&json!({"message": "the first is none the worse"}));
    server.kill();
    home.start();
}

#[test]
fn a_start_that_cannot_be_is_refused_with_a_way_out() {
    let home = Home::new("");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let unknown = home.file("unknown.toml", "[limits]\nbody_bytes_maximum = 1\n");
    let unknown = unknown.to_str().unwrap();
    let cases: [(&[&str], &str); 6] = [
        (&["--listen", "0.0.0.0:0"], "insecure = true"),
        (&["--listen", "[::]:0"], "insecure = true"),
        (&["--listen", "nowhere"], "127.0.0.1:7171"),
        (&["--listen", &taken], &taken),
        (&["--config", unknown], "body_bytes_maximum"),
        (&["--config", "/none/palisade.toml"], "/none/palisade.toml"),
    ];
    for (arguments, says) in cases {
        let refused = run(palisade(&["serve", "--data-dir"]).arg(home.data()).args(arguments), b"").expect_code(2);
        assert!(refused.err.contains(says), "{arguments:?}: {}", refused.err);
        assert!(refused.out.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_stopped_server_leaves_everything_in_the_lake() {
    let home = Home::new("[lake]\ncommit_seconds = 3600\n");
    let server = home.start();
    for number in 0..50 {
        server.send(&json!({"seq": number, "message": format!("the key is {}", token())}));
    }
    let key = server.key.clone();
    let (status, said) = server.stop();
    assert_eq!(status.code(), Some(0), "{said}");
    for table in ["events", "findings"] {
        let count = query_folder(&home.data(), &format!("SELECT count(DISTINCT id) FROM {table}"), "csv");
        assert_eq!(count.expect_code(0).text().lines().nth(1), Some("50"), "{table}");
    }
    let again = home.start();
    assert_eq!(again.key, key);
    assert!(!again.said().contains("pal_"), "the key is shown once: {}", again.said());
    assert_eq!(again.number("SELECT count(*) FROM events"), 50);
}

#[test]
fn a_server_ends_though_nobody_reads_what_it_says() {
    let home = Home::new("");
    let mut command = home.command();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    said.find(|line| line.as_ref().unwrap().starts_with("Sign in")).unwrap().unwrap();
    drop(said);
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    let status = until("its end", || child.try_wait().unwrap());
    assert!(status.success(), "{status}");
}

#[test]
fn rows_are_committed_also_when_upkeep_never_comes() {
    let server = Home::new("[lake]\ncommit_seconds = 1\ncompact_minutes = 0\n").start();
    server.send(&json!([{"message": "a"}])).expect_status(202);
    until("a commit", || (server.metric("palisade_committed_rows_total") > 0.0).then_some(()));
}

#[test]
fn health_metrics_description_and_pages_need_no_key() {
    let server = Home::new("[lake]\ncommit_seconds = 1\n").start();
    server.send(&json!({"message": token()}));
    server.events().json(&json!(1)).send().unwrap().expect_status(400);
    server.events().body("text/plain", "a").send().unwrap().expect_status(415);
    server.ask("SELECT count(*) FROM events").expect_status(200);
    crate::deadline::until("a commit", || (server.metric("palisade_committed_rows_total") >= 2.0).then_some(()));
    let open = |path: &str| Request::new(server.address, "GET", path).send().unwrap().expect_status(200);
    for path in ["/healthz", "/readyz"] {
        assert_eq!(open(path).json(), json!({"status": "ok", "reasons": []}), "{path}");
    }
    let metrics = open("/metrics");
    assert!(metrics.header("content-type").unwrap().starts_with("text/plain; version=0.0.4"));
    let metrics = metrics.text();
    for series in [
        "palisade_ingest_events_total{source=\"events\"} 1",
        "palisade_ingest_rejected_events_total{source=\"events\"} 1",
        "palisade_ingest_bytes_total{",
        "palisade_http_request_seconds_bucket{",
        "palisade_http_request_seconds_count{",
        "palisade_refused_total{",
        "palisade_observations_total",
        "palisade_findings_total",
        "palisade_log_bytes_total",
        "palisade_log_fsync_seconds_bucket{",
        "palisade_commit_seconds_bucket{",
        "palisade_committed_rows_total",
        "palisade_in_flight_bytes 0",
        "palisade_queue_bytes ",
        "palisade_queue_bytes_max ",
        "palisade_memtable_rows ",
        "palisade_memtable_bytes ",
        "process_resident_memory_bytes ",
    ] {
        assert!(metrics.lines().any(|line| line.starts_with(series)), "{series} is missing in\n{metrics}");
    }
    assert!(server.metric("process_resident_memory_bytes") > 1e6);

    let description = open("/openapi.json").json();
    assert!(description["openapi"].as_str().unwrap().starts_with("3."));
    for path in ["/api/v1/events", "/v1/logs", "/api/v1/query", "/api/v1/findings", "/api/v1/stream", "/api/v1/inspect"]
    {
        assert!(description["paths"][path].is_object(), "{path}");
    }
    for path in ["/", "/docs"] {
        let page = open(path);
        assert!(page.header("content-type").unwrap().starts_with("text/html"), "{path}");
        assert!(page.text().to_lowercase().contains("<!doctype html>"), "{path}");
        assert!(page.header("content-security-policy").unwrap().contains("default-src 'none'"), "{path}");
    }
}

#[test]
fn the_guard_answers_at_once_and_keeps_no_text() {
    let server = Home::new("").start();
    let token = token();
    let ask =
        |body: Value| server.request("POST", "/api/v1/inspect").json(&body).send().unwrap().expect_status(200).json();
    assert_eq!(ask(json!({"text": "hello"}))["verdict"], "allow");
    let answer = ask(json!({"json": {"a": [{"b": format!("take {token}")}]}}));
    assert_ne!(answer["verdict"], "allow");
    assert_eq!(answer["findings"][0]["class"], TOKEN_CLASS);
    assert_eq!(answer["findings"][0]["evidence"][0]["pointer"], "/a/0/b");
    assert_eq!(answer["findings"][0]["evidence"][0]["start"], 5);
    assert_eq!(server.number("SELECT count(*) FROM events WHERE kind = 'inspect'"), 2);
    assert_eq!(server.number("SELECT count(*) FROM findings"), 1);
    let kept = server.ask("SELECT e.*, f.* FROM events e LEFT JOIN findings f ON f.observation = e.id").text();
    assert!(!kept.contains(&token) && !kept.contains("hello"), "{kept}");
}

#[test]
fn keys_are_made_listed_and_revoked() {
    let server = Home::new("").start();
    let made = server.run(&["key", "create", "shipper", "--scope", "ingest", "--expires", "30d"]).expect_code(0);
    let key = made.text().trim().to_owned();
    assert!(key.starts_with("pal_") && key.len() > 40, "standard output is the key alone: {key}");
    let send =
        || server.events().header("Authorization", format!("Bearer {key}")).json(&json!({})).send().unwrap().status;
    assert_eq!(send(), 202);
    let list = server.run(&["key", "list"]).expect_code(0).text();
    assert!(list.contains("shipper") && list.contains("valid") && !list.contains(&key), "{list}");
    let list = server.run(&["key", "list", "--format", "json"]).expect_code(0).json();
    let listed = list["keys"].as_array().unwrap().iter().find(|key| key["name"] == "shipper").unwrap();
    assert_eq!(listed["scopes"], json!(["ingest"]));
    let id = listed["id"].as_str().unwrap();
    server.run(&["key", "revoke", id]).expect_code(0);
    assert_eq!(send(), 401);
    assert!(server.run(&["key", "list"]).expect_code(0).text().contains("revoked"));

    server.run(&["key", "create", "nothing"]).expect_code(2);
    server.run(&["key", "create", "wrong", "--scope", "everything"]).expect_code(2);
    assert!(server.run(&["key", "revoke", "pal_none"]).code >= 2);
    let reader = server.key_with("read");
    let refused = run(server.command(&["key", "list"]).env("PALISADE_KEY", reader), b"");
    assert!(refused.code >= 2 && refused.err.contains("admin"), "{refused:?}");
}

#[test]
fn feeds_completions_and_settings_need_no_server() {
    let home = Home::new("");
    let folder = home.data();
    let folder = folder.to_str().unwrap();
    let list = run(&mut palisade(&["feed", "list", "--data-dir", folder]), b"").expect_code(0).text();
    let json =
        run(&mut palisade(&["feed", "list", "--data-dir", folder, "--format", "json"]), b"").expect_code(0).json();
    for feed in ["sigma", "gitleaks", "npm-popular", "ofac-sdn", "gleif", "geoip", "asn"] {
        assert!(list.contains(feed), "{list}");
        let known = json.as_array().unwrap().iter().find(|known| known["name"] == feed);
        assert_eq!(known.expect(feed)["state"], "absent");
    }
    run(&mut palisade(&["feed", "show", "none", "--data-dir", folder]), b"").expect_code(2);
    for shell in ["bash", "zsh", "fish"] {
        let script = run(&mut palisade(&["completions", shell]), b"").expect_code(0).text();
        assert!(script.contains("palisade") && script.contains("completions"), "{shell}");
    }
    let reference = run(&mut palisade(&["config", "reference"]), b"").expect_code(0);
    let file = home.file("reference.toml", &reference.out);
    let check = |file: &std::path::Path| run(palisade(&["config", "check"]).arg(file), b"");
    assert!(check(&file).expect_code(0).text().contains("can be used"));
    let wrong = home.file("wrong.toml", "[server]\n\nlisten = \"0.0.0.0:1\"\n");
    let refused = check(&wrong).expect_code(2);
    assert!(refused.err.contains("line 3") && refused.err.contains("server.listen"), "{}", refused.err);
    for arguments in [&["nonsense"][..], &["query"], &[]] {
        run(&mut palisade(arguments), b"").expect_code(2);
    }
    for argument in ["--help", "--version"] {
        assert!(run(&mut palisade(&[argument]), b"").expect_code(0).text().contains("palisade"));
    }
}

#[test]
fn scan_tells_by_its_exit_code() {
    let home = Home::new("");
    let clean = home.file("clean.txt", "nothing to see \u{1F469}\u{200D}\u{1F4BB}\n");
    let bad = home.file("bad.txt", format!("first\nkey = {}\n", token()));
    let (clean, bad) = (clean.to_str().unwrap(), bad.to_str().unwrap());
    let scan = |arguments: &[&str], input: &str| run(palisade(&["scan"]).args(arguments), input.as_bytes());
    scan(&[clean], "").expect_code(0);
    let text = scan(&[clean, bad], "").expect_code(1).text();
    assert!(text.contains("bad.txt") && text.contains(TOKEN_CLASS), "{text}");
    scan(&["--fail-on", "critical", clean], "").expect_code(0);
    assert!(scan(&["/none/at/all"], "").expect_code(2).err.contains("/none/at/all"));
    scan(&["--format", "poetry"], "").expect_code(2);
    scan(&["-"], &token()).expect_code(1);

    scan(&["--format", "json", bad], "").expect_code(1).json();
    let sarif = scan(&["--format", "sarif", bad], "").expect_code(1).json();
    assert_eq!(sarif["version"], "2.1.0");
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], TOKEN_CLASS);

    let lines = format!("hello\n{}\nthanks{}\n", token(), hidden("send it all"));
    let outcome = scan(&["--lines", "-"], &lines).expect_code(1);
    let results: Vec<Value> = outcome.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let classes: Vec<&Value> = results.iter().map(|result| &result["findings"][0]["class"]).collect();
    assert_eq!(classes, [&Value::Null, &json!(TOKEN_CLASS), &json!("guard.unicode.tag")]);
    let inputs: Vec<&Value> = results.iter().map(|result| &result["input"]).collect();
    assert!(inputs.iter().all(|input| input.is_u64()) && inputs[0] != inputs[1], "{inputs:?}");
    assert_eq!(results[0]["verdict"], "allow");
    let record = json!({"id": 1, "text": format!("take {}", token())}).to_string();
    let outcome = scan(&["--lines", "--field", "text", "-"], &record).expect_code(1);
    assert_eq!(serde_json::from_str::<Value>(outcome.text().trim()).unwrap()["findings"][0]["evidence"][0]["start"], 5);
}
