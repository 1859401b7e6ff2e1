//! `GET /api/v1/stream`: the live stream over a WebSocket (RFC 6455).
//!
//! The subprotocol chooses the frames: `palisade.v1.json` (the default) or `palisade.v1.proto`. A client that cannot set
//! headers sends its key as the subprotocol `palisade.key.pal_…`. What a slow client misses it is told; one that takes
//! nothing at all, or answers no ping, is cut.

use super::auth::{Caller, protocols};
use super::problem::{Kind, Problem};
use super::{Api, lists};
use crate::pipeline::admission::count_refusal;
use crate::pipeline::filter::Filter;
use crate::pipeline::live::{Format, Subscription};
use axum::body::Body;
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade, close_code};
use axum::http::{HeaderMap, Response, Uri};
use bytes::Bytes;
use futures::SinkExt;
use palisade_store::state::Scope;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior};
use utoipa::IntoParams;

/// The subprotocol of JSON frames.
pub const JSON_PROTOCOL: &str = "palisade.v1.json";
/// The subprotocol of protobuf frames.
pub const PROTOBUF_PROTOCOL: &str = "palisade.v1.proto";

/// Proxies close connections that are silent for 30 or 60 seconds.
const PING_EVERY: Duration = Duration::from_secs(20);
/// Three pings without an answer: nobody is there.
const SILENCE_MAX: Duration = Duration::from_secs(65);
/// A client that takes nothing for so long is not slow, it has stopped reading.
const SEND_TIME_MAX: Duration = Duration::from_secs(10);
/// Clients have nothing to say but pong and close.
const INCOMING_BYTES_MAX: usize = 4 * 1024;
/// Frames are gathered to about this much before they are written.
const WRITE_BUFFER_BYTES: usize = 32 * 1024;
/// A frame that does not fit beside what waits in the buffer ends the connection; the largest observation does fit.
const WRITE_BUFFER_BYTES_MAX: usize = 32 * 1024 * 1024;

/// What to show.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StreamQuery {
    /// Comparisons that must all hold, such as `type=finding severity>=high class^=guard.secret text~failed`.
    filter: Option<String>,
}

/// See what comes in and what is found, live
#[utoipa::path(get, path = "/api/v1/stream", tag = "live", params(StreamQuery),
    description = "A WebSocket with the subprotocol `palisade.v1.json` or `palisade.v1.proto`. A JSON frame is an object with a `type` of `event`, `metric`, `span`, `finding` or `missed`; a protobuf frame is a `palisade.v1.Frame`.",
    responses(
        (status = 101, description = "The stream follows"),
        (status = "4XX", description = "No stream", body = super::schema::ProblemSchema, content_type = "application/problem+json"),
        (status = 503, description = "Too many streams", body = super::schema::ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn stream(
    State(api): State<Arc<Api>>,
    caller: Caller,
    uri: Uri,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response<Body>, Problem> {
    caller.may(Scope::Read)?;
    let asked: StreamQuery = lists::parameters(&uri)?;
    let filter = Filter::parse(asked.filter.as_deref().unwrap_or(""))
        .map_err(|error| Problem::new(Kind::Malformed, error.to_string()))?;
    let upgrade = upgrade.map_err(|error| {
        Problem::new(Kind::Malformed, format!("open this path as a WebSocket: {}", error.body_text()))
    })?;
    let subscription = api.pipeline.live().subscribe(filter, format(&headers)).map_err(|error| {
        count_refusal("subscribers");
        Problem::new(Kind::Overloaded, error.to_string()).retry_after(Duration::from_secs(10))
    })?;
    let upgrade = upgrade
        .protocols([JSON_PROTOCOL, PROTOBUF_PROTOCOL])
        .max_message_size(INCOMING_BYTES_MAX)
        .max_frame_size(INCOMING_BYTES_MAX)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_write_buffer_size(WRITE_BUFFER_BYTES_MAX);
    Ok(upgrade.on_upgrade(|socket| carry(socket, subscription)))
}

/// JSON unless only protobuf is offered; [`WebSocketUpgrade::protocols`] chooses in the same order.
fn format(headers: &HeaderMap) -> Format {
    let offers = |wanted| protocols(headers).any(|protocol| protocol == wanted);
    if offers(PROTOBUF_PROTOCOL) && !offers(JSON_PROTOCOL) { Format::Protobuf } else { Format::Json }
}

/// Carries frames until the client leaves, stops reading, or the stream closes.
async fn carry(mut socket: WebSocket, mut subscription: Subscription) {
    let mut ping = tokio::time::interval_at(Instant::now() + PING_EVERY, PING_EVERY);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut heard = Instant::now();
    loop {
        let sent = tokio::select! {
            frames = subscription.next() => match frames {
                Some(frames) => send(&mut socket, frames, subscription.format()).await,
                None => break,
            },
            received = socket.recv() => match received {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {
                    heard = Instant::now();
                    continue;
                }
            },
            _ = ping.tick() => match heard.elapsed() > SILENCE_MAX {
                true => Err(Gone),
                false => in_time(socket.send(Message::Ping(Bytes::new()))).await,
            },
        };
        if sent.is_err() {
            return;
        }
    }
    let goodbye = CloseFrame { code: close_code::AWAY, reason: Utf8Bytes::from_static("the server is stopping") };
    // The client may be gone already, which is what is wanted.
    let _gone = in_time(socket.send(Message::Close(Some(goodbye)))).await;
}

/// The client is gone or has stopped reading.
#[derive(Debug)]
struct Gone;

async fn send(socket: &mut WebSocket, frames: Vec<Bytes>, format: Format) -> Result<(), Gone> {
    in_time(async {
        for frame in frames {
            socket.feed(message(frame, format)).await?;
        }
        socket.flush().await
    })
    .await
}

fn message(frame: Bytes, format: Format) -> Message {
    match format {
        Format::Protobuf => Message::Binary(frame),
        Format::Json => Message::Text(Utf8Bytes::try_from(frame).expect("JSON is written as UTF-8")),
    }
}

async fn in_time(sending: impl Future<Output = Result<(), axum::Error>>) -> Result<(), Gone> {
    match tokio::time::timeout(SEND_TIME_MAX, sending).await {
        Ok(sent) => sent.map_err(|_| Gone),
        Err(_) => {
            metrics::counter!("palisade_live_cut_total").increment(1);
            Err(Gone)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderValue, header};

    #[test]
    fn the_subprotocol_chooses_the_frames() {
        for (offered, wanted) in [
            ("", Format::Json),
            ("palisade.v1.json", Format::Json),
            ("palisade.v1.proto, palisade.key.pal_1", Format::Protobuf),
            ("palisade.v1.proto, palisade.v1.json", Format::Json),
        ] {
            let value = HeaderValue::from_static(offered);
            let headers: HeaderMap = [(header::SEC_WEBSOCKET_PROTOCOL, value)].into_iter().collect();
            assert_eq!(format(&headers), wanted, "{offered}");
        }
    }
}
