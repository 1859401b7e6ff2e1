//! What other tools say is wrong: one handler for every entry of [`SIGNAL_SOURCES`], and one for mappings of one's own.
//!
//! Who sends is known by a key with scope ingest or respond: a bearer token, the password of Basic authentication, or
//! where the protocol has a place of its own for it, that (PagerDuty's `routing_key`). The answer comes when everything
//! is kept on disk.

use super::{actor, opsgenie};
use crate::api::auth::{Caller, known, known_by, known_key};
use crate::api::problem::{Kind, Problem};
use crate::api::{Api, body, body::Received};
use crate::clock::now;
use crate::desk::Order;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::routing::post;
use axum::{Json, Router, response::IntoResponse};
use bytes::Bytes;
use palisade_response::Command;
use palisade_sources::signals::{Call, Calls, SIGNAL_SOURCES, SignalSource};
use palisade_sources::{Receipt, decompress};
use palisade_store::state::Scope;
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

pub(super) fn router() -> Router<Arc<Api>> {
    let mut router = Router::new()
        .route("/api/v1/signals/custom/{name}", post(custom))
        .route("/v2/alerts/{identifier}/{action}", post(opsgenie::act));
    // The first is Alertmanager's API, which has a router of its own.
    for source in &SIGNAL_SOURCES[1..] {
        let handler = move |State(api): State<Arc<Api>>, request: Request| async move {
            match source.name {
                "pagerduty" => enqueue(&api, source, request).await,
                "opsgenie" => opsgenie::create(&api, source, request).await,
                _ => by_key(&api, source, request).await,
            }
        };
        router = router.route(source.path, post(handler));
    }
    router
}

async fn by_key(api: &Api, source: &'static SignalSource, request: Request) -> Result<Response<Body>, Problem> {
    let (caller, request) = known(api, request).await?;
    take(api, &caller, source, request).await
}

/// Takes the body of a sender who is known.
///
/// # Errors
/// When nothing of it is kept.
pub(super) async fn take(
    api: &Api,
    caller: &Caller,
    source: &SignalSource,
    request: Request,
) -> Result<Response<Body>, Problem> {
    let bytes = read(api, caller, request).await?;
    let calls = (source.read)(&bytes, now(), &api.limits.of_sources())?;
    let receipt = keep(api, caller, source.name, calls).await?;
    Ok(answer(source.success_status, Json(receipt)))
}

pub(super) fn answer(status: u16, body: impl IntoResponse) -> Response<Body> {
    (StatusCode::from_u16(status).unwrap_or(StatusCode::OK), body).into_response()
}

/// The decompressed body of who may send.
pub(super) async fn read(api: &Api, caller: &Caller, request: Request) -> Result<Bytes, Problem> {
    caller.may_one(&[Scope::Ingest, Scope::Respond])?;
    api.admission.events(&caller.id, 1)?;
    let limits = &api.limits;
    let Received { parts, bytes, permit: _permit } =
        body::take(api, &caller.id, request, limits.body_bytes_max).await?;
    let Some(encoding) = parts.headers.get(header::CONTENT_ENCODING) else { return Ok(bytes) };
    let encoding = encoding.to_str().map_err(|_| Problem::new(Kind::Unsupported, "Content-Encoding is not text"))?;
    Ok(Bytes::from(decompress(Some(encoding), &bytes, &limits.of_sources())?.into_owned()))
}

/// Makes durable what was read.
pub(super) async fn keep(api: &Api, caller: &Caller, source: &'static str, calls: Calls) -> Result<Receipt, Problem> {
    let Calls { calls, problems, rejected } = calls;
    let mut receipt = Receipt { accepted: calls.len(), rejected, problems };
    metrics::counter!("palisade_signals_total", "source" => source).increment(calls.len() as u64);
    metrics::counter!("palisade_signals_rejected_total", "source" => source).increment(rejected as u64);
    if !calls.is_empty() {
        let orders = calls.into_iter().map(order).collect();
        let done = api.desk.orders(actor(caller, source), orders).await?;
        for refusal in done.into_iter().filter_map(Result::err) {
            receipt.accepted -= 1;
            receipt.refuse(1, Problem::from(refusal).detail().to_owned());
        }
    }
    match receipt.accepted == 0 && receipt.rejected > 0 {
        true => Err(Problem::nothing_accepted(receipt)),
        false => Ok(receipt),
    }
}

fn order(call: Call) -> Order {
    match call {
        Call::Signal(signal) => Order::Signal(signal),
        Call::Acknowledge(fingerprint) => Order::Alert(Command::Acknowledge { fingerprint, note: String::new() }),
    }
}

/// The part of PagerDuty's event that its answer needs.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Enqueued {
    routing_key: String,
    dedup_key: String,
}

/// PagerDuty's Events API v2. The `routing_key` is a key of ours where no other is given.
async fn enqueue(api: &Api, source: &'static SignalSource, request: Request) -> Result<Response<Body>, Problem> {
    let Received { mut parts, bytes, permit: _permit } =
        body::take(api, "pagerduty", request, ENQUEUED_BYTES_MAX).await?;
    let event: Enqueued = serde_json::from_slice(&bytes)
        .map_err(|error| Problem::new(Kind::Malformed, format!("the JSON body: {error}")))?;
    let caller = match has_credential(&parts.headers) {
        true => known_by(api, &mut parts).await?,
        false => known_key(api, &event.routing_key).await?,
    };
    caller.may_one(&[Scope::Ingest, Scope::Respond])?;
    api.admission.events(&caller.id, 1)?;
    let calls = (source.read)(&bytes, now(), &api.limits.of_sources())?;
    keep(api, &caller, source.name, calls).await?;
    let dedup_key = event.dedup_key;
    let said = json!({"status": "success", "message": "Event processed", "dedup_key": dedup_key});
    Ok(answer(source.success_status, Json(said)))
}

/// PagerDuty takes no more than 512 KiB.
const ENQUEUED_BYTES_MAX: usize = 512 * 1024;

fn has_credential(headers: &HeaderMap) -> bool {
    headers.get(header::AUTHORIZATION).and_then(|value: &HeaderValue| value.to_str().ok()).is_some_and(|value| {
        let scheme = value.split(' ').next().unwrap_or_default();
        ["bearer", "basic"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
    })
}

/// Any JSON, by the mapping of this name in the configuration.
async fn custom(
    State(api): State<Arc<Api>>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response<Body>, Problem> {
    let (caller, request) = known(&api, request).await?;
    let bytes = read(&api, &caller, request).await?;
    let found = api.signals.iter().find(|signals| signals.name == name);
    let mapping = found.ok_or_else(|| Problem::new(Kind::NotFound, "no [[signals]] of this name is configured"))?;
    let calls = mapping.mapping().read(&name, &bytes, now(), &api.limits.of_sources())?;
    Ok(answer(202, Json(keep(&api, &caller, "custom", calls).await?)))
}
