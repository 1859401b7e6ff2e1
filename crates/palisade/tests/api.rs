//! The HTTP API as a stranger meets it: who may do what, what the limits answer, signing in, and the live stream.
//!
//! Each test has a server of its own, started as users start it, and reads its address and key from what it prints.
#![allow(clippy::disallowed_methods, reason = "reads answers of our own server, which are small")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use futures::{SinkExt as _, StreamExt as _};
use palisade_model::wire;
use prost::Message as _;
use reqwest::{Method, Response, StatusCode, header, redirect};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{self, Message};

/// Whatever is waited for comes by then, or the test fails.
const DEADLINE: Duration = Duration::from_secs(30);

struct Server {
    child: Child,
    url: String,
    admin: String,
    sign_in: String,
    client: reqwest::Client,
    _folder: tempfile::TempDir,
}

impl Server {
    /// A server on a free port with these settings (TOML), once it has said everything that it says at its start.
    fn start(settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("palisade.toml");
        std::fs::write(&config, format!("{settings}\n[otlp]\ngrpc_listen = \"\"\n")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_palisade"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--config"]).arg(&config);
        command.arg("--data-dir").arg(folder.path().join("data")).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let (mut url, mut admin, mut sign_in) = (String::new(), String::new(), String::new());
        for line in said.by_ref() {
            let last = line.split_whitespace().next_back().unwrap_or_default().to_owned();
            match line.split(':').next() {
                Some("Admin key (shown once)") => admin = last,
                Some(start) if start.starts_with("Listening on") => url = last,
                Some(start) if start.starts_with("Sign in") => sign_in = last,
                _ => continue,
            }
            if !sign_in.is_empty() {
                break;
            }
        }
        std::thread::spawn(move || said.for_each(drop));
        let client = reqwest::Client::builder().redirect(redirect::Policy::none()).timeout(DEADLINE).build().unwrap();
        Self { child, url, admin, sign_in, client, _folder: folder }
    }

    fn request(&self, method: Method, path: &str, key: &str) -> reqwest::RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.url));
        if key.is_empty() { request } else { request.bearer_auth(key) }
    }

    fn post(&self, path: &str, key: &str, body: &Value) -> reqwest::RequestBuilder {
        let request = self.request(Method::POST, path, key).header(header::CONTENT_TYPE, "application/json");
        request.body(body.to_string())
    }

    async fn send_events(&self, key: &str, events: &Value) -> Response {
        self.post("/api/v1/events", key, events).send().await.unwrap()
    }

    async fn key(&self, scope: &str) -> String {
        let wish = json!({"name": scope, "scopes": [scope]});
        let made = self.post("/api/v1/keys", &self.admin, &wish).send().await.unwrap();
        assert_eq!(made.status(), StatusCode::CREATED);
        read(made).await["key"].as_str().unwrap().to_owned()
    }

    /// The handshake of the live stream with these headers.
    async fn open(&self, filter: &str, headers: &[(&str, &str)]) -> Result<Stream, StatusCode> {
        let address = format!("{}/api/v1/stream?filter={filter}", self.url.replace("http", "ws"));
        let mut request = address.into_client_request().unwrap();
        for (name, value) in headers {
            let name: tungstenite::http::HeaderName = name.parse().unwrap();
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        match tokio_tungstenite::connect_async(request).await {
            Ok((stream, _)) => Ok(stream),
            Err(tungstenite::Error::Http(response)) => Err(response.status().as_u16().try_into().unwrap()),
            Err(error) => panic!("{error}"),
        }
    }
}

type Stream = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn read(response: Response) -> Value {
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}

async fn next(stream: &mut Stream) -> Message {
    loop {
        let message = tokio::time::timeout(DEADLINE, stream.next()).await.expect("in time").unwrap().unwrap();
        if !matches!(message, Message::Ping(_)) {
            return message;
        }
    }
}

/// The problem that an answer tells of, which must have the status that the answer has.
async fn problem(response: Response) -> Value {
    let status = response.status().as_u16();
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
    let problem: Value = read(response).await;
    assert_eq!(problem["status"], status);
    for field in ["type", "title", "detail", "action"] {
        assert!(problem[field].as_str().is_some_and(|text| !text.is_empty()), "{field} in {problem}");
    }
    problem
}

/// Every path that needs a key, with the scope that it needs.
const GUARDED: [(&str, &str, &str); 10] = [
    ("POST", "/api/v1/events", "ingest"),
    ("POST", "/v1/logs", "ingest"),
    ("POST", "/api/v1/inspect", "inspect"),
    ("POST", "/api/v1/query", "read"),
    ("GET", "/api/v1/events", "read"),
    ("GET", "/api/v1/findings", "read"),
    ("GET", "/api/v1/stream", "read"),
    ("GET", "/api/v1/feeds", "read"),
    ("GET", "/api/v1/keys", "admin"),
    ("DELETE", "/api/v1/keys/pal_12345678", "admin"),
];

#[tokio::test]
async fn every_path_asks_for_its_scope() {
    let server = Server::start("");
    let other = server.key("respond").await;
    for (method, path, scope) in GUARDED {
        let method: Method = method.parse().unwrap();
        for (key, wanted) in [("", 401), ("pal_wrong", 401), (other.as_str(), 403)] {
            let answer = server.request(method.clone(), path, key).body("{}").send().await.unwrap();
            assert_eq!(answer.status(), wanted, "{method} {path} with '{key}'");
        }
        let allowed = if scope == "admin" { server.admin.clone() } else { server.key(scope).await };
        let answer = server.request(method.clone(), path, &allowed).body("{}").send().await.unwrap();
        assert!(![401, 403, 405, 500, 503].contains(&answer.status().as_u16()), "{method} {path}: {}", answer.status());
    }
    for path in ["/healthz", "/readyz", "/metrics", "/openapi.json", "/docs", "/docs.js", "/", "/live.js", "/page.css"]
    {
        assert_eq!(server.request(Method::GET, path, "").send().await.unwrap().status(), 200, "{path}");
    }
}

#[tokio::test]
async fn a_revoked_key_is_refused_at_once() {
    let server = Server::start("");
    let key = server.key("ingest").await;
    assert_eq!(server.send_events(&key, &json!({"message": "a"})).await.status(), StatusCode::ACCEPTED);
    let path = format!("/api/v1/keys/{}", &key[..12]);
    let revoked = server.request(Method::DELETE, &path, &server.admin).send().await.unwrap();
    assert_eq!(revoked.status(), StatusCode::NO_CONTENT);
    let refused = problem(server.send_events(&key, &json!({"message": "b"})).await).await;
    assert_eq!(refused["type"], "urn:palisade:problem:unauthenticated");
    let keys = read(server.request(Method::GET, "/api/v1/keys", &server.admin).send().await.unwrap()).await;
    assert!(!keys.to_string().contains(&key), "a list of keys holds no secret");
}

#[tokio::test]
async fn limits_answer_with_a_reason_and_a_time_and_are_counted() {
    let settings = "[limits]\nrate_events_per_second = 1\nrate_events_burst = 10\nevents_per_body_max = 10\n\
                    body_bytes_max = 2000\nline_bytes_max = 2000\nvalue_bytes_max = 2000\n";
    let server = Server::start(settings);
    let events = |count: usize| Value::Array(vec![json!({"message": "x"}); count]);
    let too_large = problem(server.send_events(&server.admin, &json!({"message": "x".repeat(3_000)})).await).await;
    assert_eq!(too_large["type"], "urn:palisade:problem:too-large");
    let key = server.key("ingest").await;
    assert_eq!(server.send_events(&key, &events(10)).await.status(), StatusCode::ACCEPTED);
    let slower = server.send_events(&key, &events(10)).await;
    assert_eq!(slower.status(), StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = slower.headers()[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert!((1..=11).contains(&wait), "{wait}");
    assert_eq!(problem(slower).await["type"], "urn:palisade:problem:rate");
    let metrics = server.request(Method::GET, "/metrics", "").send().await.unwrap().text().await.unwrap();
    for line in ["palisade_refused_total{reason=\"rate\"} 1", "palisade_refused_total{reason=\"body_size\"} 1"] {
        assert!(metrics.lines().any(|found| found == line), "{line} is missing");
    }
}

#[tokio::test]
async fn an_idempotency_key_writes_once() {
    let server = Server::start("");
    let body = json!([{"message": "a"}, {"message": "b"}]);
    for _ in 0..2 {
        let request = server.post("/api/v1/events", &server.admin, &body);
        let answer = request.header("Idempotency-Key", "batch-1").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
        assert_eq!(read(answer).await["accepted"], 2);
    }
    // The tables see what was acknowledged once the watches have looked at it; an event after it closes the order.
    let mut stream = server.open("", &[("authorization", &format!("Bearer {}", server.admin))]).await.unwrap();
    server.send_events(&server.admin, &json!({"message": "c"})).await;
    next(&mut stream).await;
    let sql = json!({"sql": "SELECT count(*) AS n FROM events WHERE message IN ('a', 'b')"});
    let table = server.post("/api/v1/query", &server.admin, &sql).send().await.unwrap();
    assert_eq!(read(table).await["rows"], json!([[2]]));
}

#[tokio::test]
async fn inspecting_answers_records_and_keeps_no_text() {
    let server = Server::start("");
    let asked = json!({"json": {"note": "safe\u{202e}text"}});
    let answer = server.post("/api/v1/inspect", &server.admin, &asked).send().await.unwrap();
    let answer = read(answer).await;
    assert_eq!((&answer["verdict"], &answer["severity"]), (&json!("block"), &json!("high")), "{answer}");
    let finding = &answer["findings"][0];
    assert_eq!(finding["evidence"][0]["pointer"], "/note");
    let id = finding["observation"].as_str().unwrap();
    let event = async || {
        let path = format!("/api/v1/events/{id}");
        server.request(Method::GET, &path, &server.admin).send().await.unwrap()
    };
    let found = tokio::time::timeout(DEADLINE, async {
        loop {
            let event = event().await;
            if event.status() == StatusCode::OK {
                return read(event).await;
            }
        }
    });
    let event = found.await.expect("the question is recorded");
    assert_eq!(event["kind"], "inspect");
    assert!(!event.to_string().contains("safe"), "{event}");
}

#[tokio::test]
async fn a_bearer_token_is_judged_with_the_message_and_told_to_nobody() {
    let server = Server::start("");
    let ask = async |peer: &str| {
        let asked = json!({"text": "hello", "bearer": "Bearer 7c1e0b5d9a", "peer": peer});
        read(server.post("/api/v1/inspect", &server.admin, &asked).send().await.unwrap()).await
    };
    assert_eq!(ask("agent-1").await["findings"], json!([]));
    let answer = ask("agent-2").await;
    let finding = &answer["findings"][0];
    assert_eq!((&finding["class"], &answer["verdict"]), (&json!("guard.session.bearer-reuse"), &json!("flag")));
    assert_eq!(finding["evidence"][0]["pointer"], "/bearer");
    assert!(!answer.to_string().contains("7c1e0b5d9a"), "{answer}");
}

#[tokio::test]
async fn sigma_rules_raise_findings_from_http_and_otlp_and_are_reloaded() {
    let rules = tempfile::tempdir().unwrap();
    let file = rules.path().join("rules.yml");
    let rule = |title: &str, field: &str| {
        format!(
            "title: {title}\nid: 0f8a8b1e-6a0c-4f59-9d33-7b1f0c4f1d20\nlogsource: {{product: shop}}\ndetection:\n  selection: {{{field}: forbidden}}\n  condition: selection\nlevel: high\n"
        )
    };
    std::fs::write(&file, rule("First", "action")).unwrap();
    let settings = format!("[events]\nrules = [{:?}]\nreload_seconds = 1\n", rules.path());
    let server = Server::start(&settings);
    let mut stream =
        server.open("type%3Dfinding", &[("authorization", &format!("Bearer {}", server.admin))]).await.unwrap();
    let mut title = async || {
        let Message::Text(frame) = next(&mut stream).await else { panic!("expected a text frame") };
        let finding: Value = serde_json::from_str(&frame).unwrap();
        assert_eq!(finding["class"], "events.sigma");
        finding["title"].as_str().unwrap().to_owned()
    };
    server.send_events(&server.admin, &json!({"service": "shop", "action": "forbidden"})).await;
    assert_eq!(title().await, "First");
    let record = json!({"timeUnixNano": "1", "body": {"stringValue": "x"},
        "attributes": [{"key": "action", "value": {"stringValue": "forbidden"}}]});
    let resource = json!({"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]});
    let logs = json!({"resourceLogs": [{"resource": resource, "scopeLogs": [{"logRecords": [record]}]}]});
    assert_eq!(server.post("/v1/logs", &server.admin, &logs).send().await.unwrap().status(), StatusCode::OK);
    assert_eq!(title().await, "First");

    std::fs::write(&file, rule("Second one", "other")).unwrap();
    let reloaded = tokio::time::timeout(DEADLINE, async {
        loop {
            server.send_events(&server.admin, &json!({"service": "shop", "other": "forbidden"})).await;
            if let Ok(told) = tokio::time::timeout(std::time::Duration::from_millis(300), title()).await {
                return told;
            }
        }
    });
    assert_eq!(reloaded.await.expect("rules are loaded again"), "Second one");
}

#[tokio::test]
async fn the_stream_speaks_both_formats_and_takes_a_key_from_browsers() {
    let server = Server::start("");
    let key = format!("palisade.v1.proto, palisade.key.{}", server.key("read").await);
    let mut binary = server.open("kind%3Dlogin", &[("sec-websocket-protocol", &key)]).await.unwrap();
    let bearer = format!("Bearer {}", server.admin);
    let headers = [("authorization", bearer.as_str()), ("sec-websocket-protocol", "palisade.v1.json")];
    let mut text = server.open("type%3Dfinding", &headers).await.unwrap();
    let events = json!([{"kind": "noise"}, {"kind": "login", "message": "hidden\u{202e}order"}]);
    assert_eq!(server.send_events(&server.admin, &events).await.status(), StatusCode::ACCEPTED);

    let Message::Binary(frame) = next(&mut binary).await else { panic!("expected a binary frame") };
    let Some(wire::FrameContent::Observation(seen)) = wire::Frame::decode(frame).unwrap().content else {
        panic!("expected an observation")
    };
    assert!(matches!(seen.shape, Some(wire::Shape::Event(event)) if event.kind == "login"));
    let Message::Text(frame) = next(&mut text).await else { panic!("expected a text frame") };
    let finding: Value = serde_json::from_str(&frame).unwrap();
    assert_eq!((&finding["type"], &finding["class"]), (&json!("finding"), &json!("guard.unicode.bidi")));
    text.send(Message::Ping(vec![7].into())).await.unwrap();
    assert_eq!(next(&mut text).await, Message::Pong(vec![7].into()));
    assert_eq!(server.open("colour%3Dred", &headers).await.err(), Some(StatusCode::BAD_REQUEST));
}

#[tokio::test]
async fn the_sign_in_link_works_once_and_its_session_from_own_pages_only() {
    let server = Server::start("");
    let redeemed = server.client.get(&server.sign_in).send().await.unwrap();
    assert_eq!(
        (redeemed.status(), &redeemed.headers()[header::LOCATION]),
        (StatusCode::SEE_OTHER, &"/".parse().unwrap())
    );
    let cookie = redeemed.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    assert_eq!(server.client.get(&server.sign_in).send().await.unwrap().status(), StatusCode::GONE);

    let ask = |origin: &'static str| {
        let request = server.post("/api/v1/query", "", &json!({"sql": "SELECT 1 AS one"}));
        let origin = if origin.is_empty() { server.url.clone() } else { origin.to_owned() };
        request.header(header::COOKIE, &cookie).header(header::ORIGIN, origin).send()
    };
    assert_eq!(ask("").await.unwrap().status(), StatusCode::OK);
    assert_eq!(ask("http://evil.example").await.unwrap().status(), StatusCode::FORBIDDEN);
    let foreign = [("cookie", cookie.as_str()), ("origin", "http://evil.example")];
    assert_eq!(server.open("", &foreign).await.err(), Some(StatusCode::FORBIDDEN));
    let own = [("cookie", cookie.as_str()), ("origin", server.url.as_str())];
    assert!(server.open("", &own).await.is_ok());
    let out = server.request(Method::POST, "/signout", "").header(header::COOKIE, &cookie);
    assert_eq!(out.header(header::ORIGIN, &server.url).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    assert_eq!(ask("").await.unwrap().status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn names_of_others_are_not_answered() {
    let server = Server::start("[server]\nallowed_hosts = [\"watch.example\"]\n");
    for (host, wanted) in [("evil.example", 421), ("watch.example", 200), ("localhost", 200)] {
        let answer = server.request(Method::GET, "/healthz", "").header(header::HOST, host).send().await.unwrap();
        assert_eq!(answer.status(), wanted, "{host}");
    }
}

#[tokio::test]
async fn a_batch_is_answered_in_its_order_and_recorded_each() {
    let server = Server::start("[limits]\ninspect_batch_max = 3\n");
    let asked = json!({"batch": [
        {"text": "nothing here"},
        {"json": {"note": "safe\u{202e}text"}, "neutralise": true},
        {"text": "safe\u{202e}text", "direction": "out", "tool": "mail"},
    ]});
    let answer = read(server.post("/api/v1/inspect", &server.admin, &asked).send().await.unwrap()).await;
    let answers = answer["answers"].as_array().unwrap();
    let verdicts: Vec<_> = answers.iter().map(|answer| answer["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["allow", "block", "block"], "{answer}");
    assert_eq!(answers[1]["neutralised"], r#"{"note":"safetext"}"#);
    let recorded = |answer: &Value| answer["findings"][0]["observation"].as_str().unwrap().to_owned();
    assert_ne!(recorded(&answers[1]), recorded(&answers[2]), "each question has its own record");
    for (batch, status, says) in [
        (json!([{"text": "a"}, {"json": {}, "text": "b"}]), 400, "batch[1]"),
        (json!([{"text": "a"}, {"text": "a"}, {"text": "a"}, {"text": "a"}]), 413, "inspect_batch_max is 3"),
    ] {
        let refused = server.post("/api/v1/inspect", &server.admin, &json!({"batch": batch})).send().await.unwrap();
        assert_eq!(refused.status(), status);
        let problem = problem(refused).await;
        assert!(problem["detail"].as_str().unwrap().contains(says), "{problem}");
    }
}
