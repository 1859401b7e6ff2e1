//! The senders: keep-alive HTTP/1.1 connections that post bodies as fast as they are answered, or at a given rate.
//!
//! At a given rate the latency of a request counts from when it was due, not from when the sender got round to it:
//! otherwise a server that stops for a second would look as if it had been slow once.

use super::{events::Pool, latency::Samples};
use crate::cli::{Failure, client::{Connection, parse_url}};
use anyhow::Context as _;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{Request, StatusCode, client::conn::http1::SendRequest, header::HeaderValue};
use hyper_util::rt::TokioIo;
use palisade_model::Timestamp;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};
use tokio::{net::TcpStream, task::JoinSet};

/// The longest answer to a write that is read.
const ANSWER_BYTES_MAX: usize = 64 << 10;
/// A refused sender comes back after what the server says, but not later than this.
const PAUSE_MAX: Duration = Duration::from_secs(1);
/// Batches whose acknowledgement is remembered for the live stream; with 8 bytes each.
const ACKS: usize = 1 << 20;

/// How much is sent, and when it ends.
#[derive(Clone, Copy)]
pub struct Plan {
    /// Connections at the same time.
    pub connections: usize,
    /// Events a second over all connections; as fast as possible when absent.
    pub rate: Option<f64>,
    /// When to end.
    pub end: End,
}

/// When senders end.
#[derive(Clone, Copy)]
pub enum End {
    /// After this time.
    After(Duration),
    /// After this many batches, whose events are spread evenly over the time from … to.
    Batches(u64, Timestamp, Timestamp),
}

/// What was sent.
#[derive(Default)]
pub struct Sent {
    /// Requests that were acknowledged.
    pub requests: u64,
    /// Requests that were refused with 429 or 503.
    pub refused: u64,
    /// Request to acknowledgement.
    pub latency: Samples,
    /// How long it took altogether.
    pub time: Duration,
}

/// When each batch was acknowledged, in nanoseconds after `start`; 0 for not yet.
pub struct Acks {
    start: Instant,
    times: Vec<AtomicU64>,
}

impl Acks {
    /// Remembers nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self { start: Instant::now(), times: (0..ACKS).map(|_| AtomicU64::new(0)).collect() }
    }

    fn note(&self, mark: u64) {
        let nanos = u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.times[mark as usize % ACKS].store(nanos.max(1), Relaxed);
    }

    /// How long ago batch `mark` was acknowledged: zero when its sender still waits.
    #[must_use]
    pub fn since(&self, mark: u64) -> Duration {
        let acknowledged = match self.times[mark as usize % ACKS].load(Relaxed) {
            0 => return Duration::ZERO,
            nanos => Duration::from_nanos(nanos),
        };
        self.start.elapsed().saturating_sub(acknowledged)
    }
}

/// What all senders share.
struct Shared {
    pool: Arc<Pool>,
    acks: Arc<Acks>,
    plan: Plan,
    start: Instant,
    next: AtomicU64,
    host: String,
    key: Option<HeaderValue>,
    path: String,
}

/// Sends by `plan` and returns when all is acknowledged.
///
/// # Errors
/// When the server cannot be reached, or answers anything but success or *come back later*.
pub async fn send(connection: &Connection, pool: Arc<Pool>, acks: Arc<Acks>, plan: Plan) -> anyhow::Result<Sent> {
    let url = parse_url(&connection.url)?;
    if url.scheme() != "http" {
        return Err(Failure::input("the load generator speaks plain HTTP: give an http:// address").into());
    }
    let host = format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(80));
    let key = connection.key.as_ref().map(|key| HeaderValue::from_str(&format!("Bearer {}", key.reveal()))).transpose();
    let key = key.map_err(|_| Failure::input("the key holds characters that no key has"))?;
    let path = format!("{}/api/v1/events", url.path().trim_end_matches('/'));
    let start = Instant::now();
    let shared = Arc::new(Shared { pool, acks, plan, start, next: AtomicU64::new(0), host, key, path });
    let mut senders = JoinSet::new();
    for _ in 0..plan.connections {
        senders.spawn(Sender { shared: Arc::clone(&shared), sent: Sent::default(), connection: None }.run());
    }
    let mut all = Sent::default();
    while let Some(sent) = senders.join_next().await {
        let sent = sent.context("a sender broke off")??;
        all.requests += sent.requests;
        all.refused += sent.refused;
        all.latency.append(sent.latency);
    }
    all.time = start.elapsed();
    Ok(all)
}

/// One connection.
struct Sender {
    shared: Arc<Shared>,
    sent: Sent,
    connection: Option<SendRequest<Full<Bytes>>>,
}

/// What the server said to a batch.
enum Answer {
    Accepted,
    Later(Duration),
}

impl Sender {
    async fn run(mut self) -> anyhow::Result<Sent> {
        loop {
            let mark = self.shared.next.fetch_add(1, Relaxed);
            let Some(due) = self.due(mark) else { return Ok(self.sent) };
            tokio::time::sleep_until(due.into()).await;
            let due = if self.shared.plan.rate.is_some() { due } else { Instant::now() };
            let body = Bytes::from(self.shared.body(mark));
            while let Answer::Later(pause) = self.post(body.clone()).await? {
                self.sent.refused += 1;
                tokio::time::sleep(pause.min(PAUSE_MAX)).await;
            }
            self.shared.acks.note(mark);
            self.sent.requests += 1;
            self.sent.latency.add(due.elapsed());
        }
    }

    /// When batch `mark` is due; `None` when it lies beyond the end.
    fn due(&self, mark: u64) -> Option<Instant> {
        let (plan, start) = (&self.shared.plan, self.shared.start);
        let due = match plan.rate {
            Some(rate) => start + Duration::from_secs_f64(mark as f64 * self.shared.pool.batch as f64 / rate),
            None => Instant::now(),
        };
        let is_over = match plan.end {
            End::After(time) => due.saturating_duration_since(start) >= time,
            End::Batches(count, ..) => mark >= count,
        };
        (!is_over).then_some(due)
    }

    async fn post(&mut self, body: Bytes) -> anyhow::Result<Answer> {
        let mut connection = match self.connection.take().filter(|connection| !connection.is_closed()) {
            Some(connection) => connection,
            None => connect(&self.shared.host).await?,
        };
        connection.ready().await.context("the server closed a connection")?;
        let answer = connection.send_request(self.shared.request(body)?).await.context("the server broke off")?;
        let (status, pause) = (answer.status(), retry_after(answer.headers()));
        let text = Limited::new(answer.into_body(), ANSWER_BYTES_MAX).collect().await;
        let text = text.map_err(|error| anyhow::anyhow!("cannot read the answer: {error}"))?.to_bytes();
        self.connection = Some(connection);
        match status {
            status if status.is_success() => Ok(Answer::Accepted),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Ok(Answer::Later(pause)),
            status => Err(Failure::internal(format!("{status}: {}", String::from_utf8_lossy(&text))).into()),
        }
    }
}

impl Shared {
    fn body(&self, mark: u64) -> Vec<u8> {
        match self.plan.end {
            End::After(_) => {
                let now = now();
                self.pool.body(mark, |_| now)
            }
            End::Batches(count, from, to) => {
                let step = (to.nanos() - from.nanos()) as f64 / (count * self.pool.batch as u64) as f64;
                let first = mark as f64 * self.pool.batch as f64;
                self.pool.body(mark, |index| {
                    Timestamp::from_nanos(from.nanos() + ((first + index as f64) * step) as i64)
                })
            }
        }
    }

    fn request(&self, body: Bytes) -> anyhow::Result<Request<Full<Bytes>>> {
        let kind = if self.pool.batch == 1 { "application/json" } else { "application/x-ndjson" };
        let mut request = Request::post(&self.path).header("host", &self.host).header("content-type", kind);
        if let Some(key) = &self.key {
            request = request.header("authorization", key);
        }
        Ok(request.body(Full::new(body))?)
    }
}

/// The time of this machine's clock.
pub fn now() -> Timestamp {
    Timestamp::from_nanos(i64::try_from(jiff::Timestamp::now().as_nanosecond()).unwrap_or(i64::MAX))
}

async fn connect(host: &str) -> anyhow::Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(host).await.with_context(|| format!("cannot reach a server at {host}"))?;
    stream.set_nodelay(true)?;
    let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(async move {
        // What went wrong shows up at the sender.
        let _ = connection.await;
    });
    Ok(sender)
}

fn retry_after(headers: &hyper::HeaderMap) -> Duration {
    let seconds = headers.get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
    seconds.map_or(Duration::from_millis(100), Duration::from_secs)
}
