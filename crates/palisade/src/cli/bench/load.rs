//! The senders: connections that post bodies as fast as they are answered, or at a given rate.
//!
//! At a given rate the latency of a request counts from when it was due, not from when the sender got round to it:
//! otherwise a server that stops for a second would look as if it had been slow once.

use super::{
    bodies::Bodies,
    latency::Samples,
    post::{Answer, Poster, Route},
};
use crate::clock::now;
use anyhow::Context as _;
use bytes::Bytes;
use palisade_model::Timestamp;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

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
    bodies: Arc<dyn Bodies>,
    acks: Arc<Acks>,
    plan: Plan,
    start: Instant,
    next: AtomicU64,
    route: Arc<Route>,
}

/// Sends `bodies` over `route` by `plan` and returns when all is acknowledged.
///
/// # Errors
/// When the server cannot be reached, or answers anything but success or *come back later*.
pub async fn send(route: Route, bodies: Arc<dyn Bodies>, acks: Arc<Acks>, plan: Plan) -> anyhow::Result<Sent> {
    let start = Instant::now();
    let shared = Arc::new(Shared { bodies, acks, plan, start, next: AtomicU64::new(0), route: Arc::new(route) });
    let mut senders = JoinSet::new();
    for _ in 0..plan.connections {
        let poster = Poster::new(Arc::clone(&shared.route));
        senders.spawn(Sender { shared: Arc::clone(&shared), sent: Sent::default(), poster }.run());
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
    poster: Poster,
}

impl Sender {
    async fn run(mut self) -> anyhow::Result<Sent> {
        loop {
            let mark = self.shared.next.fetch_add(1, Relaxed);
            let Some(due) = self.due(mark) else { return Ok(self.sent) };
            tokio::time::sleep_until(due.into()).await;
            let due = if self.shared.plan.rate.is_some() { due } else { Instant::now() };
            let body = Bytes::from(self.shared.body(mark));
            while let Answer::Later(pause) = self.poster.post(body.clone()).await? {
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
            Some(rate) => start + Duration::from_secs_f64(mark as f64 * self.shared.bodies.batch() as f64 / rate),
            None => Instant::now(),
        };
        let is_over = match plan.end {
            End::After(time) => due.saturating_duration_since(start) >= time,
            End::Batches(count, ..) => mark >= count,
        };
        (!is_over).then_some(due)
    }
}

impl Shared {
    fn body(&self, mark: u64) -> Vec<u8> {
        match self.plan.end {
            End::After(_) => {
                let now = now();
                self.bodies.body(mark, &|_| now)
            }
            End::Batches(count, from, to) => {
                let step = (to.nanos() - from.nanos()) as f64 / (count * self.bodies.batch() as u64) as f64;
                let first = mark as f64 * self.bodies.batch() as f64;
                let time = |index: usize| from.nanos() + ((first + index as f64) * step) as i64;
                self.bodies.body(mark, &|index| Timestamp::from_nanos(time(index)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{
        bench::bodies::Content,
        client::{Connection, Secret},
    };
    use http_body_util::{BodyExt as _, Full};
    use hyper::{Request, Response, StatusCode, body::Incoming, header::HeaderValue, service::service_fn};
    use hyper_util::rt::TokioIo;
    use std::convert::Infallible;
    use tokio::net::TcpListener;

    /// A server that refuses every third request with `refusal` and counts the events of the others.
    async fn serve(refusal: StatusCode) -> (Route, Arc<AtomicU64>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (requests, events) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let counted = Arc::clone(&events);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (requests, events) = (Arc::clone(&requests), Arc::clone(&events));
                let answer = service_fn(move |request: Request<Incoming>| {
                    let (requests, events) = (Arc::clone(&requests), Arc::clone(&events));
                    async move {
                        assert_eq!(request.headers()["authorization"], "Bearer pal_k");
                        let body = request.into_body().collect().await.unwrap().to_bytes();
                        let mut answer = Response::new(Full::new(Bytes::from_static(b"{}")));
                        if requests.fetch_add(1, Relaxed) % 3 == 2 {
                            *answer.status_mut() = refusal;
                            answer.headers_mut().insert("retry-after", HeaderValue::from_static("0"));
                        } else {
                            events.fetch_add(body.split(|&byte| byte == b'\n').count() as u64 - 1, Relaxed);
                        }
                        Ok::<_, Infallible>(answer)
                    }
                });
                tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
            }
        });
        let connection = Connection { url, key: Some(Secret::from("pal_k".to_owned())) };
        (Route::new(&connection, Content::Events, 10).unwrap(), counted)
    }

    fn bodies(batch: usize) -> Arc<dyn Bodies> {
        Content::Events.bodies(batch, 300)
    }

    fn batches(count: u64, rate: Option<f64>) -> Plan {
        let hour_ago = Timestamp::from_nanos(now().nanos() - 3_600_000_000_000);
        Plan { connections: 3, rate, end: End::Batches(count, hour_ago, now()) }
    }

    #[tokio::test]
    async fn what_is_refused_is_sent_again_until_it_is_taken() {
        let (route, events) = serve(StatusCode::SERVICE_UNAVAILABLE).await;
        let acks = Arc::new(Acks::new());
        let mut sent = send(route, bodies(7), Arc::clone(&acks), batches(20, None)).await.unwrap();
        assert_eq!((sent.requests, events.load(Relaxed)), (20, 140));
        assert!(sent.refused >= 9, "{} refused", sent.refused);
        assert_eq!(sent.latency.percentiles().count, 20);
        assert!((0..20).all(|mark| acks.since(mark) > Duration::ZERO) && acks.since(20) == Duration::ZERO);
    }

    #[tokio::test]
    async fn anything_but_come_back_later_ends_it() {
        let (route, _) = serve(StatusCode::BAD_REQUEST).await;
        let sent = send(route, bodies(1), Arc::new(Acks::new()), batches(20, None)).await;
        assert!(sent.is_err_and(|error| error.to_string().contains("400")));
    }

    #[tokio::test]
    async fn rate_is_kept() {
        let (route, _) = serve(StatusCode::SERVICE_UNAVAILABLE).await;
        let sent = send(route, bodies(10), Arc::new(Acks::new()), batches(20, Some(1_000.0))).await.unwrap();
        assert!(sent.time >= Duration::from_millis(190), "20 batches of 10 at 1,000/s in {:?}", sent.time);
    }
}
