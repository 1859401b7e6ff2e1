//! What is sent in: one handler for every entry of [`SOURCES`].
//!
//! The order is that of the cost: who sends, whether it may, how much at once, then the bytes, then their meaning. The
//! answer is given when the pipeline says that everything accepted is on disk. Work on large or compressed bodies is
//! done off the threads that serve others, by as many at a time as there are cores; until the bytes are durable they
//! are held by one permit.

use super::Api;
use super::auth::identify;
use super::body;
use super::problem::{Kind, Problem};
use crate::clock::now;
use crate::config;
use crate::pipeline::Submission;
use crate::pipeline::admission::Permit;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use bytes::Bytes;
use metrics::Counter;
use palisade_model::Timestamp;
use palisade_sources::{Context, Format, Limits, Parsed, SOURCES, Source, SourceError, decompress};
use palisade_store::state::Scope;
use prost::Message;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Bodies beyond this are parsed off the serving threads: some 300 µs of work, as long as others may wait.
const INLINE_BYTES_MAX: usize = 256 * 1024;

/// The longest `Idempotency-Key` (the draft of the header field sets none; UUIDs have 36 characters).
const IDEMPOTENCY_KEY_BYTES_MAX: usize = 256;

/// What the handler needs for all sources.
pub struct Intake {
    limits: Limits,
    body_bytes_max: usize,
    /// One place a core for work off the serving threads, so that what is being decompressed is bounded as well.
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

impl Intake {
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
            heavy: Arc::new(Semaphore::new(std::thread::available_parallelism().map_or(1, usize::from))),
            counters: counters.collect(),
        }
    }
}

/// Takes a body for the source at this place of [`SOURCES`].
pub async fn ingest(State(api): State<Arc<Api>>, index: usize, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let source = &SOURCES[index];
    let format = source.format(content_type(source, &parts.headers));
    let answer_format = *format.as_ref().unwrap_or(&source.formats[0]);
    let taken = take(&api, index, format, parts, body).await;
    taken.unwrap_or_else(|problem| refuse(source, answer_format, problem))
}

async fn take(
    api: &Arc<Api>,
    index: usize,
    format: Result<Format, SourceError>,
    parts: Parts,
    body: Body,
) -> Result<Response<Body>, Problem> {
    let source = &SOURCES[index];
    let counters = &api.intake.counters[index];
    let caller = identify(api, &parts.method, &parts.headers).await?;
    caller.may(Scope::Ingest)?;
    let format = format?;
    let idempotency_key = idempotency_key(&parts.headers, &caller.id)?;
    // One before parsing, so that a sender beyond its rate costs next to nothing, and the others after.
    api.admission.events(&caller.id, 1)?;
    let mut permit = api.admission.permit(&caller.id);
    let body = body::read(&parts.headers, body, api.intake.body_bytes_max, &mut permit).await?;
    counters.bytes.increment(body.len() as u64);
    let encoding = content_encoding(&parts.headers)?;
    let work = Work { api: Arc::clone(api), source, format, encoding, body, received: now(), permit };
    let (parsed, permit) = work.run().await?;
    api.admission.events(&caller.id, parsed.observations.len().saturating_sub(1))?;

    let (observations, mut receipt) = parsed.into_parts();
    counters.rejected.increment(receipt.rejected as u64);
    if !observations.is_empty() {
        let submission = Submission { observations, bytes: permit.bytes(), idempotency_key, judged: None };
        let kept = api.pipeline.submit(submission).await?;
        receipt.accepted = kept.accepted;
        receipt.refuse(kept.refused_series, refused_series(kept.refused_series, &api.limits));
        counters.accepted.increment(receipt.accepted as u64);
        counters.rejected.increment(kept.refused_series as u64);
    }
    if receipt.accepted == 0 && receipt.rejected > 0 {
        return Err(Problem::nothing_accepted(receipt));
    }
    let status = StatusCode::from_u16(source.success_status).unwrap_or(StatusCode::OK);
    Ok(answer(status, format.answer_content_type(), (source.respond)(format, &receipt)))
}

impl Work {
    async fn run(self) -> Result<(Parsed, Permit), Problem> {
        if self.encoding.is_none() && self.body.len() <= INLINE_BYTES_MAX {
            return self.parse();
        }
        let place = Arc::clone(&self.api.intake.heavy).acquire_owned().await;
        let place = place.map_err(|error| Problem::internal("reading a body", &error))?;
        let done = tokio::task::spawn_blocking(move || {
            let _place = place;
            self.parse()
        });
        done.await.map_err(|error| Problem::internal("reading a body", &error))?
    }

    fn parse(mut self) -> Result<(Parsed, Permit), Problem> {
        let limits = &self.api.intake.limits;
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

/// The content type, if the sender chose one: `curl -d` says that everything is a form, which no source reads, so where
/// JSON is assumed it says nothing.
fn content_type<'a>(source: &Source, headers: &'a HeaderMap) -> Option<&'a str> {
    const FORM: &str = "application/x-www-form-urlencoded";
    let named = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    named.filter(|named| !(*named == FORM && source.formats.first() == Some(&Format::Json)))
}

/// `None` when the body is as it is.
fn content_encoding(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(header::CONTENT_ENCODING) else { return Ok(None) };
    let text = value.to_str().map_err(|_| Problem::new(Kind::Unsupported, "Content-Encoding is not text"))?;
    Ok((!text.is_empty() && !text.eq_ignore_ascii_case("identity")).then(|| text.to_owned()))
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

fn answer(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// The problem, for an OTLP sender in the form of the OTLP specification ("Failures"): a `google.rpc.Status` in the
/// format of the request.
fn refuse(source: &Source, format: Format, problem: Problem) -> Response<Body> {
    if !source.name.starts_with("otlp") {
        return problem.into_response();
    }
    let status = RpcStatus { code: rpc_code(problem.kind()), message: problem.detail().to_owned() };
    let mut response = problem.into_response();
    let (content_type, body) = match format {
        Format::Protobuf => (Format::Protobuf.content_type(), status.encode_to_vec()),
        Format::Json | Format::Ndjson => {
            let json = serde_json::json!({ "code": status.code, "message": status.message });
            (Format::Json.content_type(), json.to_string().into_bytes())
        }
    };
    *response.body_mut() = Body::from(body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// `google.rpc.Status` without its details.
#[derive(Clone, PartialEq, Message)]
struct RpcStatus {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
}

/// The gRPC status code (`google/rpc/code.proto`) nearest to the kind.
const fn rpc_code(kind: Kind) -> i32 {
    match kind {
        Kind::Unauthenticated => 16,
        Kind::Forbidden => 7,
        Kind::NotFound => 5,
        Kind::Timeout => 4,
        Kind::Rate => 8,
        Kind::Overloaded | Kind::Unavailable => 14,
        Kind::Internal => 13,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn what_curl_says_of_its_own_accord_is_no_content_type() {
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        let headers: HeaderMap = [(header::CONTENT_TYPE, form)].into_iter().collect();
        for source in SOURCES {
            let assumes_json = source.formats[0] == Format::Json;
            assert_eq!(content_type(source, &headers).is_none(), assumes_json, "{}", source.name);
        }
        let lines: HeaderMap =
            [(header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"))].into_iter().collect();
        assert_eq!(content_type(&SOURCES[0], &lines), Some("application/x-ndjson"));
    }

    #[tokio::test]
    async fn otlp_senders_get_a_status_in_their_format() {
        let otlp = SOURCES.iter().find(|source| source.path == "/v1/logs").unwrap();
        let response = refuse(otlp, Format::Protobuf, Problem::new(Kind::Rate, "slow down"));
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/x-protobuf");
        let bytes = axum::body::to_bytes(response.into_body(), 1_000).await.unwrap();
        let status = RpcStatus::decode(bytes).unwrap();
        assert_eq!((status.code, status.message.as_str()), (8, "slow down"));
        let response = refuse(otlp, Format::Json, Problem::new(Kind::Forbidden, "no"));
        let bytes = axum::body::to_bytes(response.into_body(), 1_000).await.unwrap();
        assert_eq!(bytes, r#"{"code":7,"message":"no"}"#);
        let response = refuse(&SOURCES[0], Format::Json, Problem::new(Kind::Rate, "slow down"));
        assert_eq!(response.headers()[header::CONTENT_TYPE], crate::api::problem::CONTENT_TYPE);
    }
}
