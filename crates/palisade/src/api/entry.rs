//! What HTTP and gRPC have in common when something is sent in: who may, how much, and the way from bytes to a receipt.
//!
//! The order is that of the cost: who sends, whether it may, how much at once, then the bytes, then their meaning. The
//! receipt is there when the pipeline says that everything accepted is on disk. Work on large or compressed bodies is
//! done off the threads that serve others, by half of the cores; until the bytes are durable they are held by one permit.

use super::Api;
use super::auth::identify;
use super::body;
use super::problem::{Kind, Problem};
use crate::clock::now;
use crate::config;
use crate::pipeline::Submission;
use crate::pipeline::admission::Permit;
use axum::body::Body;
use axum::http::{HeaderMap, Method};
use bytes::Bytes;
use metrics::Counter;
use palisade_model::Timestamp;
use palisade_sources::{Context, Format, Limits, Parsed, Receipt, SOURCES, Source, decompress};
use palisade_store::state::Scope;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Bodies beyond this are parsed off the serving threads: some 300 µs of work, as long as others may wait.
const INLINE_BYTES_MAX: usize = 256 * 1024;

/// Observations take about this many times the bytes of their body: between two for events in JSON and six for metrics
/// in Protobuf. It is an estimate for the time until they are parsed.
const MEMORY_PER_BYTE: usize = 3;

/// The longest `Idempotency-Key` (the draft of the header field sets none; UUIDs have 36 characters).
const IDEMPOTENCY_KEY_BYTES_MAX: usize = 256;

/// What is needed for all sources.
pub struct Doors {
    limits: Limits,
    body_bytes_max: usize,
    /// Places for work off the serving threads, so that what is being decompressed is bounded as well.
    heavy: Arc<Semaphore>,
    counters: Vec<Counters>,
}

struct Counters {
    bytes: Counter,
    accepted: Counter,
    rejected: Counter,
}

/// One body on its way to observations.
struct Work {
    api: Arc<Api>,
    source: &'static Source,
    format: Format,
    encoding: Option<String>,
    body: Bytes,
    received: Timestamp,
    permit: Permit,
}

impl Doors {
    /// With the limits of the configuration.
    #[must_use]
    pub fn new(limits: &config::Limits) -> Self {
        let counters = SOURCES.iter().map(|source| Counters {
            bytes: metrics::counter!("palisade_ingest_bytes_total", "source" => source.name),
            accepted: metrics::counter!("palisade_ingest_events_total", "source" => source.name),
            rejected: metrics::counter!("palisade_ingest_rejected_events_total", "source" => source.name),
        });
        Self {
            limits: limits.of_sources(),
            body_bytes_max: limits.body_bytes_max,
            heavy: Arc::new(Semaphore::new(heavy_places())),
            counters: counters.collect(),
        }
    }
}

/// Half of the cores read large bodies, and the rest judges and writes what was read. With a place for each core, two
/// cores that are given too much bear 6 % less, with 15 MB more memory (`palisade bench overload`).
fn heavy_places() -> usize {
    std::thread::available_parallelism().map_or(1, |cores| cores.get().div_ceil(2))
}

/// A sender that may send, and what it may hold in memory meanwhile.
pub struct Entry {
    api: Arc<Api>,
    /// The place in [`SOURCES`].
    index: usize,
    caller: String,
    idempotency_key: Option<String>,
    permit: Permit,
}

impl Entry {
    /// Lets in who sends a request with these headers for the source at this place of [`SOURCES`].
    ///
    /// # Errors
    /// 401 and 403 for who may not send, 429 beyond its rate, 400 for a bad `Idempotency-Key`.
    pub async fn admit(api: &Arc<Api>, index: usize, method: &Method, headers: &HeaderMap) -> Result<Self, Problem> {
        let caller = identify(api, method, headers).await?;
        caller.may(Scope::Ingest)?;
        let idempotency_key = idempotency_key(headers, &caller.id)?;
        // One before parsing, so that a sender beyond its rate costs next to nothing, and the others after.
        api.admission.events(&caller.id, 1)?;
        let permit = api.admission.permit(&caller.id);
        Ok(Self { api: Arc::clone(api), index, caller: caller.id, idempotency_key, permit })
    }

    /// Reads the whole body, of which `framing` bytes belong to the protocol and not to what is sent.
    ///
    /// # Errors
    /// As [`body::read`], and 503 where it would only be refused afterwards.
    pub async fn read(&mut self, headers: &HeaderMap, body: Body, framing: usize) -> Result<Bytes, Problem> {
        let bytes_max = self.api.doors.body_bytes_max + framing;
        if let Err(refusal) = self.api.pipeline.line_has_room() {
            body::skip(body, bytes_max, self.api.limits.body_time_max()).await?;
            return Err(refusal.into());
        }
        let body = body::read(headers, body, bytes_max, self.api.limits.body_time_max(), &mut self.permit).await?;
        self.api.doors.counters[self.index].bytes.increment(body.len() as u64);
        Ok(body)
    }

    /// Makes durable what the body says.
    ///
    /// # Errors
    /// When nothing of it is kept.
    pub async fn keep(self, format: Format, encoding: Option<String>, body: Bytes) -> Result<Receipt, Problem> {
        let Self { api, index, caller, idempotency_key, permit } = self;
        let counters = &api.doors.counters[index];
        let mut share = api.pipeline.room(body.len() * MEMORY_PER_BYTE).await?;
        let work =
            Work { api: Arc::clone(&api), source: &SOURCES[index], format, encoding, body, received: now(), permit };
        let (parsed, permit) = work.run().await?;
        api.admission.events(&caller, parsed.observations.len().saturating_sub(1))?;

        share.set(permit.bytes().max(parsed.bytes));
        let (observations, mut receipt) = parsed.into_parts();
        counters.rejected.increment(receipt.rejected as u64);
        if !observations.is_empty() {
            let submission = Submission { observations, share, idempotency_key, judged: None };
            let kept = api.pipeline.submit(submission).await?;
            receipt.accepted = kept.accepted;
            receipt.refuse(kept.refused_series, refused_series(kept.refused_series, &api.limits));
            counters.accepted.increment(receipt.accepted as u64);
            counters.rejected.increment(kept.refused_series as u64);
        }
        if receipt.accepted == 0 && receipt.rejected > 0 {
            return Err(Problem::nothing_accepted(receipt));
        }
        Ok(receipt)
    }
}

impl Work {
    async fn run(self) -> Result<(Parsed, Permit), Problem> {
        if self.encoding.is_none() && self.body.len() <= INLINE_BYTES_MAX {
            return self.parse();
        }
        let place = Arc::clone(&self.api.doors.heavy).acquire_owned().await;
        let place = place.map_err(|error| Problem::internal("reading a body", &error))?;
        let done = tokio::task::spawn_blocking(move || {
            let _place = place;
            self.parse()
        });
        done.await.map_err(|error| Problem::internal("reading a body", &error))?
    }

    fn parse(mut self) -> Result<(Parsed, Permit), Problem> {
        let limits = &self.api.doors.limits;
        let decoded = decompress(self.encoding.as_deref(), &self.body, limits)?;
        self.permit.grow(decoded.len().saturating_sub(self.body.len()))?;
        let context = Context { received: self.received, limits };
        let parsed = (self.source.read)(self.format, &decoded, &context)?;
        Ok((parsed, self.permit))
    }
}

/// Why points of new series are refused.
fn refused_series(points: usize, limits: &config::Limits) -> String {
    let max = limits.series_max;
    format!(
        "{points} points would begin new series, and there are {max} of them already: drop labels that never repeat, \
         or raise limits.series_max"
    )
}

/// The `Idempotency-Key` with the caller's id before it, so that callers cannot meet.
pub(super) fn idempotency_key(headers: &HeaderMap, caller: &str) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| key.bytes().all(|byte| byte.is_ascii_graphic()));
    match key.filter(|key| (1..=IDEMPOTENCY_KEY_BYTES_MAX).contains(&key.len())) {
        Some(key) => Ok(Some(format!("{caller}:{key}"))),
        None => {
            let wanted = format!("Idempotency-Key must be 1 to {IDEMPOTENCY_KEY_BYTES_MAX} visible ASCII characters");
            Err(Problem::new(Kind::Malformed, wanted))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderValue, header};

    #[test]
    fn idempotency_keys_are_kept_apart_by_caller() {
        let key = |value: &str| {
            let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
            let headers: HeaderMap =
                [(header::HeaderName::from_static("idempotency-key"), value)].into_iter().collect();
            idempotency_key(&headers, "pal_1")
        };
        assert_eq!(idempotency_key(&HeaderMap::new(), "pal_1").unwrap(), None);
        assert_eq!(key("a-1").unwrap().as_deref(), Some("pal_1:a-1"));
        for bad in ["", "a b", "\u{e9}", &"x".repeat(257)] {
            assert_eq!(key(bad).unwrap_err().kind(), Kind::Malformed, "{bad}");
        }
    }
}
