//! Channels against receivers on this machine that behave as receivers do on a bad day.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use futures::StreamExt;
use palisade_model::{Alert, Notification, Timestamp};
use palisade_notify::{ChannelSettings, Claimed, Failure, Http, Message, OpenChannel, Receipt, Retry, Site};
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, UdpSocket},
};

/// What a receiver was sent: the header `Idempotency-Key`, and the body.
type Seen = Arc<Mutex<Vec<(String, Value)>>>;

fn now() -> Timestamp {
    Timestamp::parse("2026-11-20T12:00:00Z").unwrap()
}

async fn receiver() -> (SocketAddr, Seen) {
    let seen = Seen::default();
    let take = |State(seen): State<Seen>, headers: HeaderMap, body: String| async move {
        let key = headers.get("idempotency-key").map(|key| key.to_str().unwrap().to_owned()).unwrap_or_default();
        seen.lock().unwrap().push((key, serde_json::from_str(&body).unwrap()));
        "taken"
    };
    let busy = || async { (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "7")], "slow down").into_response() };
    let endless = || async {
        // 6.5 GB, if somebody were to read them.
        let pieces = futures::stream::iter(0..100_000).map(|_| Ok::<_, std::io::Error>(vec![b'x'; 64 * 1024]));
        Response::new(Body::from_stream(pieces))
    };
    let router = Router::new()
        .route("/take", post(take))
        .route("/broken", post(|| async { (StatusCode::INTERNAL_SERVER_ERROR, "out of order") }))
        .route("/gone", post(|| async { (StatusCode::GONE, "no such hook") }))
        .route("/busy", post(busy))
        .route("/elsewhere", post(|| async { Redirect::temporary("/take") }))
        .route("/hang", post(|| async { std::future::pending::<&str>().await }))
        .route("/endless", post(endless))
        .with_state(Arc::clone(&seen));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (address, seen)
}

fn open(settings: Value) -> OpenChannel {
    let mut all = json!({"name": "ops", "allow_internal": true, "delivery": {"timeout_seconds": 30}});
    all.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
    let settings: ChannelSettings = serde_json::from_value(all).unwrap();
    OpenChannel::open(settings, &Site::default(), &Http::new().unwrap()).unwrap()
}

fn message(channel: &OpenChannel) -> Message {
    let alert = Alert { fingerprint: "f1".into(), ..Alert::default() };
    let notification =
        Notification { id: "n1".into(), group_key: "g".into(), alerts: vec![alert], ..Notification::default() };
    channel.compose(&[Claimed { notification, ..Claimed::default() }], now())
}

async fn deliver(settings: Value) -> Result<Receipt, Failure> {
    let channel = open(settings);
    channel.deliver(&message(&channel)).await
}

async fn post_to(address: SocketAddr, path: &str) -> Result<Receipt, Failure> {
    deliver(json!({"kind": "webhook", "url": format!("http://{address}{path}")})).await
}

#[tokio::test]
async fn what_is_taken_is_taken_with_its_key() {
    let (address, seen) = receiver().await;
    post_to(address, "/take").await.unwrap();
    let seen = seen.lock().unwrap();
    assert_eq!((seen.len(), seen[0].0.as_str()), (1, "n1"));
    assert_eq!(seen[0].1["notification"]["alerts"][0]["fingerprint"], "f1");
}

#[tokio::test]
async fn answers_are_understood() {
    let (address, seen) = receiver().await;
    let cases = [
        ("/broken", Retry::Later, false, "it answered 500: out of order"),
        ("/gone", Retry::Never, false, "it answered 410: no such hook"),
        ("/busy", Retry::After(Duration::from_secs(7)), false, "it answered 429: slow down"),
        ("/elsewhere", Retry::Never, false, "redirect, which is not followed"),
    ];
    for (path, retry, uncertain, words) in cases {
        let failure = post_to(address, path).await.unwrap_err();
        assert_eq!((failure.retry, failure.uncertain), (retry, uncertain), "{path}: {failure:?}");
        assert!(failure.reason.contains(words), "{path}: {failure:?}");
        assert!(!failure.reason.contains(&address.to_string()), "addresses are secrets: {failure:?}");
    }
    assert!(seen.lock().unwrap().is_empty(), "nobody followed the redirect");
}

#[tokio::test]
async fn a_receiver_that_hangs_may_have_it() {
    let (address, _) = receiver().await;
    let url = format!("http://{address}/hang");
    let failure =
        deliver(json!({"kind": "webhook", "url": url, "delivery": {"timeout_seconds": 1}})).await.unwrap_err();
    assert!(failure.uncertain && failure.retry == Retry::Later, "{failure:?}");
    assert_eq!(failure.reason, "it did not answer within 1 s");
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let (address, _) = receiver().await;
    post_to(address, "/endless").await.unwrap();
}

#[tokio::test]
async fn a_receiver_that_closes_half_way_may_have_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut bytes = [0; 4_096];
            let _ = stream.read(&mut bytes).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-le").await;
        }
    });
    let failure = post_to(address, "/").await.unwrap_err();
    assert!(failure.uncertain && failure.retry == Retry::Later, "{failure:?}");
}

#[tokio::test]
async fn nobody_there_is_certain() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let failure = post_to(address, "/").await.unwrap_err();
    assert!(!failure.uncertain && failure.retry == Retry::Later, "{failure:?}");
}

/// The name is fine when it is saved; where it leads is found out when it is connected to.
#[tokio::test]
async fn names_that_lead_inside_are_refused() {
    let (address, seen) = receiver().await;
    let port = address.port();
    for settings in [
        json!({"kind": "webhook", "url": format!("https://localhost:{port}/take")}),
        json!({"kind": "syslog", "host": "localhost", "port": port}),
        json!({"kind": "syslog", "host": "127.0.0.1", "port": port}),
        json!({"kind": "syslog", "host": "[::ffff:127.0.0.1]", "port": port, "transport": "udp"}),
        json!({"kind": "smtp", "host": "localhost", "port": port, "from": "a@example.org", "to": ["b@example.org"]}),
    ] {
        let mut guarded = settings.clone();
        guarded["allow_internal"] = false.into();
        let failure = deliver(guarded).await.unwrap_err();
        assert!(failure.reason.contains("internal network: set `allow_internal = true`"), "{settings}: {failure:?}");
        assert_eq!(failure.retry, Retry::Never);
    }
    assert!(seen.lock().unwrap().is_empty());
}

/// The second number is out of reach for a while; the first is not told twice.
#[tokio::test]
async fn numbers_that_were_reached_are_not_sent_to_again() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&asked);
    let answer = move |body: String| {
        let mut asked = kept.lock().unwrap();
        let broken = body.contains("%2B4915112345679") && asked.len() < 2;
        asked.push(body);
        let status = if broken { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::CREATED };
        async move { (status, [("retry-after", "3")]) }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/2010-04-01/Accounts/AC1/Messages.json", post(answer));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let channel = open(json!({"kind": "sms", "account_sid": "AC1", "auth_token": "t", "from": "+15005550006",
                              "to": ["+4915112345678", "+4915112345679"], "api_url": format!("http://{address}")}));
    let first = message(&channel);
    let failure = channel.deliver(&first).await.unwrap_err();
    assert_eq!(failure.reached, ["+4915112345678"]);
    assert_eq!(failure.retry, Retry::After(Duration::from_secs(3)));
    channel.deliver(&Message { reached: failure.reached, ..first }).await.unwrap();
    let asked = asked.lock().unwrap();
    assert_eq!(asked.iter().filter(|body| body.contains("To=%2B4915112345678&")).count(), 1);
    assert_eq!(asked.len(), 3);
}

#[tokio::test]
async fn syslog_over_both_transports() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let port = socket.local_addr().unwrap().port();
    deliver(json!({"kind": "syslog", "host": "127.0.0.1", "port": port, "transport": "udp"})).await.unwrap();
    let mut bytes = [0; 4_096];
    let length = socket.recv(&mut bytes).await.unwrap();
    let datagram = String::from_utf8(bytes[..length].to_vec()).unwrap();
    assert!(datagram.starts_with("<86>1 ") && datagram.contains("[palisade@32473 id=\"n1\""), "{datagram}");

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sent, stream) =
        tokio::join!(deliver(json!({"kind": "syslog", "host": "localhost", "port": port})), listener.accept());
    sent.unwrap();
    let mut frame = String::new();
    stream.unwrap().0.take(4_096).read_to_string(&mut frame).await.unwrap();
    assert_eq!(frame, format!("{} {datagram}", datagram.len()));
}

/// A mail server that takes nothing for one of two people.
#[tokio::test]
async fn one_bad_address_keeps_nobody_from_the_mail() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let mails = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&mails);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(serve_mail(BufReader::new(stream), Arc::clone(&kept)));
        }
    });
    let settings = json!({"kind": "smtp", "host": "localhost", "port": port, "security": "none",
                          "from": "Palisade <p@example.org>", "to": ["gone@example.org", "ana@example.org"]});
    let receipt = deliver(settings).await.unwrap();
    assert!(receipt.note.contains("gone@example.org: ") && receipt.note.contains("550"), "{receipt:?}");
    let mails = mails.lock().unwrap();
    assert_eq!(mails.len(), 1);
    for wanted in ["RCPT TO:<ana@example.org>", "multipart/alternative", "text/plain", "text/html", "Message-ID: <"] {
        assert!(mails[0].contains(wanted), "{wanted} in {}", mails[0]);
    }
}

async fn serve_mail(mut stream: BufReader<tokio::net::TcpStream>, mails: Arc<Mutex<Vec<String>>>) {
    let (mut line, mut mail, mut in_data) = (String::new(), String::new(), false);
    stream.write_all(b"220 here\r\n").await.unwrap();
    while stream.read_line(&mut line).await.is_ok_and(|length| length > 0) {
        mail.push_str(&line);
        let answer = match line.trim_end() {
            "." if in_data => {
                in_data = false;
                mails.lock().unwrap().push(std::mem::take(&mut mail));
                "250 taken\r\n"
            }
            _ if in_data => "",
            "DATA" => {
                in_data = true;
                "354 go on\r\n"
            }
            refused if refused.contains("gone@") => "550 nobody of that name\r\n",
            hello if hello.starts_with("EHLO") => "250 here\r\n",
            _ => "250 yes\r\n",
        };
        stream.write_all(answer.as_bytes()).await.unwrap();
        line.clear();
    }
}

#[tokio::test]
async fn a_mail_server_without_encryption_gets_no_mail() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let mails = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&mails);
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        serve_mail(BufReader::new(stream), kept).await;
    });
    let settings =
        json!({"kind": "smtp", "host": "localhost", "port": port, "from": "a@example.org", "to": ["b@example.org"]});
    let failure = deliver(settings).await.unwrap_err();
    assert!(failure.reason.contains("offers no STARTTLS"), "{failure:?}");
    assert!(mails.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_mail_server_that_never_stops_talking_is_left() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        while stream.write_all(&[b'x'; 64 * 1024]).await.is_ok() {}
    });
    let settings = json!({"kind": "smtp", "host": "localhost", "port": port, "security": "none", "from": "a@example.org",
                          "to": ["b@example.org"], "delivery": {"timeout_seconds": 20}});
    let failure = deliver(settings).await.unwrap_err();
    assert!(failure.reason.contains("says more than anybody would"), "{failure:?}");
}

#[tokio::test]
#[allow(clippy::disallowed_methods, reason = "own fixtures")]
async fn files_and_commands() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.ndjson");
    for _ in 0..2 {
        deliver(json!({"kind": "file", "path": path})).await.unwrap();
    }
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().count(), 2);
    for line in text.lines() {
        assert_eq!(serde_json::from_str::<Value>(line).unwrap()["notification"]["id"], "n1");
    }
    let nowhere = deliver(json!({"kind": "file", "path": folder.path().join("none/out")})).await.unwrap_err();
    assert_eq!(nowhere.retry, Retry::Later);

    let copy = folder.path().join("copy.json");
    let shell = |script: String| deliver(json!({"kind": "command", "command": ["/bin/sh", "-c", script]}));
    shell(format!("cat > {}; env > {}.env", copy.display(), copy.display())).await.unwrap();
    let given: Value = serde_json::from_str(&std::fs::read_to_string(&copy).unwrap()).unwrap();
    assert_eq!(given["notification"]["id"], "n1");
    let environment = std::fs::read_to_string(folder.path().join("copy.json.env")).unwrap();
    assert!(!environment.contains("CARGO"), "{environment}");
    let failed = shell("echo full >&2; exit 75".into()).await.unwrap_err();
    assert!(failed.retry == Retry::Later && failed.reason.ends_with(": full"), "{failed:?}");
    assert_eq!(shell("exit 65".into()).await.unwrap_err().retry, Retry::Never);
    let loud = shell("head -c 3000000 /dev/zero >&2; exit 1".into()).await.unwrap_err();
    assert!(loud.reason.len() < 1_000, "{loud:?}");
}

/// The command holds a pipe open; it closes when the command is no more.
#[tokio::test]
async fn a_command_that_hangs_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let script = format!("exec sleep 300 3> {}", pipe.display());
    let sending = deliver(json!({"kind": "command", "command": ["/bin/sh", "-c", script],
                                 "delivery": {"timeout_seconds": 5}}));
    let closed = async {
        let mut pipe = tokio::fs::File::open(&pipe).await.unwrap();
        let mut nothing = [0; 1];
        pipe.read(&mut nothing).await.unwrap()
    };
    let (sent, closed) = tokio::join!(sending, tokio::time::timeout(Duration::from_secs(60), closed));
    assert!(sent.unwrap_err().reason.contains("did not answer within 5 s"));
    assert_eq!(closed.expect("the command goes on"), 0);
}
