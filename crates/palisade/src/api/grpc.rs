//! OTLP over gRPC: the three `Export` methods, on a listener of their own.
//!
//! The methods are unary, so all that gRPC adds to HTTP/2 are five bytes before a message, a status behind it and a few
//! headers (`PROTOCOL-HTTP2.md` of gRPC). That little stands here, so that a message is counted against the memory of
//! its sender while it arrives, is decompressed within limits, and is read by the same sources as over HTTP: a framework
//! would hold it on its own account first.

mod connection;
mod export;
mod framing;

use super::{Api, server};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Serves until `stop` turns true, then lets calls finish for as long as `drain_time_max`.
pub async fn serve(listener: TcpListener, api: Arc<Api>, stop: watch::Receiver<bool>, drain_time_max: Duration) {
    let connections_max = api.limits.connections_max;
    let serve_one = move |stream, stopping| connection::serve(stream, Arc::clone(&api), stopping);
    server::serve_connections(listener, connections_max, stop, drain_time_max, serve_one).await;
}
