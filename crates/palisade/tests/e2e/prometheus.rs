//! Prometheus as it is packaged: it scrapes us and writes to us; its node exporter is scraped by us. And targets that
//! are silent, huge or not there.

use crate::{
    deadline::until,
    python,
    server::{Home, Server},
};
use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
};

/// A program that ends with the test.
pub struct Program(pub Child);

impl Program {
    pub fn start(mut command: Command) -> Self {
        Self(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ended_already = self.0.kill();
        let _ended_already = self.0.wait();
    }
}

/// An address on which nobody listens at the moment.
pub fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

fn points(server: &Server, condition: &str) -> u64 {
    server.number(&format!("SELECT count(*) FROM metrics WHERE {condition}"))
}

fn until_points(server: &Server, condition: &str) {
    until(condition, || (points(server, condition) > 0).then_some(()));
}

#[test]
fn prometheus_scrapes_us_and_writes_to_us() {
    let Some(mut command) = python::program("prometheus") else { return };
    let home = Home::new("");
    let server = home.start();
    let config = format!(
        "global:\n  scrape_interval: 1s\nscrape_configs:\n  - job_name: palisade\n    static_configs:\n      - targets: \
         [\"{address}\"]\nremote_write:\n  - url: http://{address}/api/v1/write\n    authorization:\n      type: Bearer\n\
         \x20     credentials: {key}\n",
        address = server.address,
        key = server.key_with("ingest"),
    );
    let folder = home.data().join("../prometheus");
    std::fs::create_dir(&folder).unwrap();
    command.arg(format!("--config.file={}", home.file("prometheus.yml", config).display()));
    command.arg(format!("--storage.tsdb.path={}", folder.display()));
    command.arg(format!("--web.listen-address={}", free_address()));
    let _prometheus = Program::start(command);
    let ours = format!("service = 'palisade' AND host = '{}'", server.address);
    let written = "name = 'palisade_ingest_events_total' AND attributes['source'] = 'prometheus-remote-write'";
    until_points(&server, &format!("{ours} AND {written} AND kind = 'counter' AND value > 0"));
    assert!(points(&server, &format!("{ours} AND name = 'up' AND kind = 'gauge' AND value = 1")) > 0);
    let bucket = "name = 'palisade_http_request_seconds_bucket' AND kind = 'counter' AND attributes['le'] = '+Inf'";
    assert!(points(&server, &format!("{ours} AND {bucket}")) > 0);
    assert_eq!(points(&server, "attributes['job'] IS NOT NULL OR attributes['__name__'] IS NOT NULL"), 0);
    assert_eq!(server.metric("palisade_ingest_rejected_events_total"), 0.0);
}

fn scrape(targets: &[String]) -> Home {
    let labels = "labels = { env = \"test\" }";
    let times = "interval_seconds = 1\ntimeout_seconds = 1";
    Home::new(&format!("[[scrape]]\nname = \"node\"\ntargets = {targets:?}\n{times}\n{labels}\n"))
}

fn times_said(server: &Server, text: &str) -> usize {
    server.said().lines().filter(|line| line.contains(text)).count()
}

#[test]
fn node_exporter_is_scraped_and_its_absence_noticed_once() {
    let address = free_address();
    let exporter = || {
        let mut command = python::program("prometheus-node-exporter")?;
        command.arg(format!("--web.listen-address={address}"));
        Some(Program::start(command))
    };
    let Some(running) = exporter() else { return };
    until("node exporter", || TcpStream::connect(address).ok());
    let home = scrape(&[format!("http://{address}/metrics")]);
    let server = home.start();
    let of_node = format!("service = 'node' AND host = '{address}' AND attributes['env'] = 'test'");
    until_points(&server, &format!("{of_node} AND name = 'up' AND value = 1"));
    let idle = "name = 'node_cpu_seconds_total' AND kind = 'counter' AND attributes['mode'] = 'idle' AND value > 0";
    assert!(points(&server, &format!("{of_node} AND {idle}")) > 0);
    assert!(points(&server, &format!("{of_node} AND name = 'scrape_samples_scraped' AND value > 100")) > 0);
    assert!(points(&server, &format!("{of_node} AND name = 'go_gc_duration_seconds' AND kind = 'counter'")) > 0);
    assert_eq!(points(&server, "name = 'go_gc_duration_seconds_count'"), 0, "it is part of the summary");

    drop(running);
    let down = |least: u64| {
        let condition = format!("{of_node} AND name = 'up' AND value = 0");
        until("questions in vain", || (points(&server, &condition) >= least).then_some(()));
    };
    down(2);
    assert_eq!(times_said(&server, "a target cannot be scraped"), 1);
    assert_eq!(server.metric("palisade_scrape_target_down"), 1.0);
    assert!(server.metric("palisade_scrape_failures_total") >= 2.0);
    let _running = exporter();
    until("the target's return", || (server.metric("palisade_scrape_target_down") == 0.0).then_some(()));
    until("word of it", || (times_said(&server, "a target can be scraped again") == 1).then_some(()));
}

/// A target that reads the question and does what `answer` does, for every connection.
fn target(answer: impl Fn(&mut TcpStream, &str) + Send + Sync + Clone + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let answer = answer.clone();
            thread::spawn(move || {
                let mut question = vec![0; 4_096];
                let length = stream.read(&mut question).unwrap_or(0);
                answer(&mut stream, &String::from_utf8_lossy(&question[..length]));
            });
        }
    });
    address
}

fn write(stream: &mut TcpStream, content_type: &str, body: &str) {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n", body.len());
    let _hung_up = stream.write_all(format!("{head}Connection: close\r\n\r\n{body}").as_bytes());
}

#[test]
fn a_target_that_is_silent_or_hostile_harms_no_other() {
    let good = target(|stream, question| {
        let question = question.to_ascii_lowercase();
        assert!(question.contains("application/openmetrics-text") && question.contains("x-prometheus-scrape-timeout"));
        let text = "# TYPE jobs counter\njobs_total 3\njobs_created 1795000000\n# TYPE t histogram\n\
                    t_bucket{le=\"1\"} 1\nt_bucket{le=\"+Inf\"} 3\nt_sum 9\nt_count 3\nbad line\n# EOF\n";
        write(stream, "application/openmetrics-text; version=1.0.0; charset=utf-8", text);
    });
    let silent = target(|stream, _| {
        let _until_they_hang_up = stream.read(&mut [0; 1]);
    });
    let endless = target(|stream, _| {
        let _head = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n");
        while stream.write_all(&[b'#'; 65_536]).is_ok() {}
    });
    let cut = target(|stream, _| write(stream, "application/openmetrics-text", "jobs_total 1"));
    let page = target(|stream, _| write(stream, "text/html", "<p>Hello</p>"));
    let hosts = [good, silent, endless, cut, page];
    let home = scrape(&hosts.map(|host| format!("http://{host}/metrics")));
    let server = home.start();
    for host in hosts {
        let value = u8::from(host == good);
        until_points(&server, &format!("host = '{host}' AND name = 'up' AND value = {value}"));
    }
    until("another round", || {
        (points(&server, &format!("host = '{good}' AND name = 'jobs_total' AND value = 3")) >= 3).then_some(())
    });
    let histogram = "name = 't' AND value = 9 AND kind = 'counter'";
    assert!(points(&server, &format!("host = '{good}' AND {histogram}")) > 0);
    assert_eq!(points(&server, &format!("name = 'up' AND value = 1 AND host <> '{good}'")), 0);
    assert_eq!(points(&server, "name = 'jobs_total' AND value = 1"), 0, "what was cut is not kept");
    for why in ["no whole answer within 1 s", "ends without # EOF", "text/html"] {
        assert!(times_said(&server, why) >= 1, "{why} is not said");
    }
    assert_eq!(times_said(&server, "a target cannot be scraped"), 4, "each once");
    assert!(server.metric("palisade_ingest_rejected_events_total") >= 1.0, "the bad line is counted");
}
