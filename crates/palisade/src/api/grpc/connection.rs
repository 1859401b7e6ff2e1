//! One HTTP/2 connection, within limits of streams, memory and time.

use super::export::export;
use crate::api::Api;
use crate::api::server::told;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::watch;

/// Calls at a time on one connection: several times what the exporter of a collector keeps going.
const STREAMS_MAX: u32 = 64;
/// Bytes of all headers of one call.
const HEADER_BYTES_MAX: u32 = 16 * 1024;
/// Bytes that a client may send ahead of being read, on one call and on the connection: all that is held of what nobody
/// has admitted yet.
const WINDOW_BYTES: u32 = 128 * 1024;
/// How long a client may take to its first call: what does not speak HTTP/2 never gets there.
const FIRST_CALL_TIME_MAX: Duration = Duration::from_secs(60);
/// Without a call for this long a connection is closed; exporters of metrics call every minute unless told otherwise,
/// and connect again by themselves.
const IDLE_TIME_MAX: Duration = Duration::from_secs(300);
/// A client that is silent for so long is asked whether it is still there, and has as long to answer.
const PING_EVERY: Duration = Duration::from_secs(60);
const PING_TIME_MAX: Duration = Duration::from_secs(20);
/// How long a client may take to end once it is told.
const END_TIME_MAX: Duration = Duration::from_secs(60);

/// Serves one connection to its end.
pub(super) async fn serve(stream: TcpStream, api: Arc<Api>, mut stopping: watch::Receiver<bool>) {
    let activity = Arc::<Activity>::default();
    let observed = Arc::clone(&activity);
    let service = service_fn(move |request| {
        let (api, call) = (Arc::clone(&api), Activity::call(&activity));
        async move {
            let response = export(api, request).await;
            drop(call);
            Ok::<_, Infallible>(response)
        }
    });
    let connection = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_MAX)
        .max_header_list_size(HEADER_BYTES_MAX)
        .initial_stream_window_size(WINDOW_BYTES)
        .initial_connection_window_size(WINDOW_BYTES)
        .keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(PING_TIME_MAX)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => Some(ended),
        () = told(&mut stopping) => None,
        () = observed.idle() => None,
    };
    let ended = match ended {
        Some(ended) => Ok(ended),
        // Running calls may end. A client that has not come to its first call is not waited for: it may never finish
        // the greeting in which it could be told.
        None => {
            let time_max = if observed.has_begun() { END_TIME_MAX } else { Duration::ZERO };
            connection.as_mut().graceful_shutdown();
            tokio::time::timeout(time_max, connection).await
        }
    };
    match ended {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "a gRPC connection ended early"),
        Err(_) => tracing::debug!("a gRPC connection was cut"),
    }
}

/// The calls of a connection.
#[derive(Default)]
struct Activity {
    begun: AtomicU64,
    ended: AtomicU64,
}

/// A call; it ends when this is dropped, whatever becomes of it.
struct Call(Arc<Activity>);

impl Activity {
    fn call(this: &Arc<Self>) -> Call {
        this.begun.fetch_add(1, Ordering::Relaxed);
        Call(Arc::clone(this))
    }

    fn has_begun(&self) -> bool {
        self.begun.load(Ordering::Relaxed) > 0
    }

    /// Ends when there was no first call in time, or for [`IDLE_TIME_MAX`] none was running. Looks once in that time, so
    /// it may take twice as long.
    async fn idle(&self) {
        tokio::time::sleep(FIRST_CALL_TIME_MAX).await;
        if !self.has_begun() {
            return;
        }
        let mut known = self.begun.load(Ordering::Relaxed);
        loop {
            tokio::time::sleep(IDLE_TIME_MAX).await;
            let begun = self.begun.load(Ordering::Relaxed);
            if begun == known && self.ended.load(Ordering::Relaxed) == begun {
                return;
            }
            known = begun;
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::Relaxed);
    }
}
