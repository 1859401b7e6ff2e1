//! Messages to a receiver on this machine that answers at once: how many a second, and how long from intent to arrival.

use super::{Figure, alerts, pause};
use crate::cli::{
    bench::{Target, latency::Samples, server::Measured},
    client::Client,
};
use crate::clock::now;
use axum::{Json, Router, extract::State, routing::post};
use palisade_model::Timestamp;
use serde_json::{Value, json};
use std::{
    fmt::Write as _,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::net::TcpListener;

/// A route opens a bounded number of groups a minute.
const ROUTES: usize = 150;
/// Messages that are asked for every so often.
const BATCH: usize = 120;
const EVERY: Duration = Duration::from_millis(100);
const BATCHES: usize = 60;
const TIME_MAX: Duration = Duration::from_secs(60);

type Arrivals = Arc<Mutex<Vec<(Instant, Duration)>>>;

pub(super) async fn measure(target: &Target) -> anyhow::Result<Vec<Figure>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?);
    let arrivals = Arrivals::default();
    let receiver = Router::new().route("/", post(arrive)).with_state(Arc::clone(&arrivals));
    let receiving = tokio::spawn(async move { axum::serve(listener, receiver).await });
    let server = Measured::start(target, &settings(&url)).await?;
    let client = Client::new(&server.connection)?;
    let start = Instant::now();
    for batch in 0..BATCHES {
        let numbers = batch * BATCH..(batch + 1) * BATCH;
        let labels =
            numbers.map(|number| json!({"alertname": format!("n{number}"), "route": (number % ROUTES).to_string()}));
        let _: Value = client.post("/api/v2/alerts", &alerts(labels)).await?;
        pause((EVERY * (batch as u32 + 1)).saturating_sub(start.elapsed())).await;
    }
    let wanted = BATCH * BATCHES;
    let count = || arrivals.lock().unwrap_or_else(PoisonError::into_inner).len();
    while count() < wanted {
        anyhow::ensure!(start.elapsed() < TIME_MAX, "{} of {wanted} messages arrived", count());
        pause(Duration::from_millis(10)).await;
    }
    server.stop().await;
    receiving.abort();
    let arrivals = std::mem::take(&mut *arrivals.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(vec![figure(&arrivals)])
}

fn figure(arrivals: &[(Instant, Duration)]) -> Figure {
    let (first, last) = (arrivals.iter().map(|(at, _)| *at).min(), arrivals.iter().map(|(at, _)| *at).max());
    let time = first.zip(last).map_or(Duration::ZERO, |(first, last)| last - first);
    let mut samples = Samples::default();
    arrivals.iter().for_each(|(_, late)| samples.add(*late));
    Figure {
        name: "messages, from intent to arrival",
        per_second: Some(arrivals.len() as f64 / time.as_secs_f64()),
        ms: Some(samples.percentiles()),
        note: format!("{} messages, offered at 1,200/s", arrivals.len()),
    }
}

fn settings(url: &str) -> String {
    let mut text = format!(
        "[[channels]]\nname = \"hook\"\nkind = \"webhook\"\nurl = {url:?}\nallow_internal = true\n\
         [incidents.correlation]\nenabled = false\n\
         [response.route]\nchannels = [\"hook\"]\ngroup_by = [\"alertname\"]\ngroup_wait = \"0s\"\n"
    );
    for route in 0..ROUTES {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "[[response.route.routes]]\nmatchers = ['route=\"{route}\"']");
    }
    text
}

async fn arrive(State(arrivals): State<Arrivals>, Json(message): Json<Value>) {
    let decided = message.pointer("/notification/decided_at").and_then(Value::as_str);
    let decided = decided.and_then(|text| Timestamp::parse(text).ok()).unwrap_or_default();
    let late = Duration::from_nanos(u64::try_from(now().nanos() - decided.nanos()).unwrap_or(0));
    arrivals.lock().unwrap_or_else(PoisonError::into_inner).push((Instant::now(), late));
}
