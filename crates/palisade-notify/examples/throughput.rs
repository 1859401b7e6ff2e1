//! How many notifications a second reach a fast receiver on this machine, and how long each takes from the intent.
//!
//! `cargo run --release -p palisade-notify --example throughput`: first all at once, then 1,500 a second.
#![allow(clippy::unwrap_used, reason = "a measurement that cannot be made says so")]

use axum::{Router, extract::State, routing::post};
use palisade_model::{Alert, Notification, Severity, Timestamp};
use palisade_notify::{ChannelSettings, Clock, Dispatcher, Http, OpenChannel, Site};
use serde_json::json;
use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::net::TcpListener;

#[path = "../tests/memory/mod.rs"]
mod memory;

const FLOOD: usize = 30_000;
const PACED: usize = 15_000;
const PACED_PER_SECOND: usize = 1_500;

/// Milliseconds from intent to arrival, of each notification.
type Delays = Arc<Mutex<Vec<f64>>>;

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_nanos(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
}

async fn receiver(delays: Delays) -> SocketAddr {
    let arrived = |State(delays): State<Delays>, body: axum::body::Bytes| async move {
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let decided = Timestamp::parse(body["notification"]["decided_at"].as_str().unwrap()).unwrap();
        delays.lock().unwrap().push((now().nanos() - decided.nanos()) as f64 / 1e6);
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/", post(arrived)).with_state(delays);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

fn notification(number: usize) -> Notification {
    let alert = Alert {
        fingerprint: format!("f{number}"),
        labels: [("alertname".into(), "Sqli".into()), ("host".into(), format!("web-{number}"))].into(),
        annotations: [("summary".into(), "SQL injection in a tool argument".into())].into(),
        severity: Severity::High,
        ..Alert::default()
    };
    Notification {
        id: format!("n{number}"),
        channel: "hook".into(),
        group_key: format!("g{number}"),
        decided_at: now(),
        alerts: vec![alert],
        ..Notification::default()
    }
}

fn report(name: &str, delays: &Delays, took: Duration) {
    let mut delays = std::mem::take(&mut *delays.lock().unwrap());
    delays.sort_by(f64::total_cmp);
    let at = |share: f64| delays[((delays.len() - 1) as f64 * share) as usize];
    println!(
        "{name}: {} in {:.2} s, {:.0}/s; from intent to receiver p50 {:.1} ms, p99 {:.1} ms, longest {:.1} ms",
        delays.len(),
        took.as_secs_f64(),
        delays.len() as f64 / took.as_secs_f64(),
        at(0.5),
        at(0.99),
        at(1.0)
    );
}

#[tokio::main]
async fn main() {
    let delays = Delays::default();
    let address = receiver(Arc::clone(&delays)).await;
    let settings =
        json!({"name": "hook", "kind": "webhook", "url": format!("http://{address}/"), "allow_internal": true});
    let settings: ChannelSettings = serde_json::from_value(settings).unwrap();
    let channel = OpenChannel::open(settings, &Site::default(), &Http::new().unwrap()).unwrap();
    let outbox = Arc::new(memory::Memory::new());
    let clock: Clock = Arc::new(now);
    let dispatcher = Dispatcher::start(outbox.clone(), clock, 1).await.unwrap();
    dispatcher.set_channels(vec![Arc::new(channel)]).await.unwrap();

    let began = std::time::Instant::now();
    (0..FLOOD).for_each(|number| outbox.add(notification(number)));
    dispatcher.wake();
    outbox.until_done(FLOOD).await;
    report("all at once", &delays, began.elapsed());

    let began = std::time::Instant::now();
    let next = AtomicUsize::new(FLOOD);
    let mut tick = tokio::time::interval(Duration::from_millis(10));
    while next.load(Ordering::Relaxed) < FLOOD + PACED {
        tick.tick().await;
        for _ in 0..PACED_PER_SECOND / 100 {
            outbox.add(notification(next.fetch_add(1, Ordering::Relaxed)));
            dispatcher.wake();
        }
    }
    outbox.until_done(FLOOD + PACED).await;
    report("1,500 a second", &delays, began.elapsed());
    dispatcher.stop().await;
}
