//! The listener: connections in, requests to the router, everything within limits, and an orderly end.
//!
//! Connections beyond the limit wait in the system's backlog. A client that does not finish its headers, or keeps a
//! connection idle, is cut. On stopping, nothing new is accepted, requests that are being served are finished, and what
//! has not finished in time is cut.

use super::problem::Problem;
use super::{Api, metering};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Request, Response, header};
use axum::response::IntoResponse;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

/// More headers than any client sends.
const HEADERS_MAX: usize = 64;
/// Bytes of all headers; also what one connection buffers while it reads.
const HEADER_BYTES_MAX: usize = 16 * 1024;
/// After a failed accept, such as for want of file descriptors, others get time to give some back.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves HTTP until `stop` turns true, then lets requests finish for as long as `drain_time_max`.
pub async fn serve(
    listener: TcpListener,
    api: Arc<Api>,
    router: Router,
    stop: watch::Receiver<bool>,
    drain_time_max: Duration,
) {
    let connections_max = api.limits.connections_max;
    let router = TowerToHyperService::new(router);
    let serve_one = move |stream, stopping| connection(stream, Arc::clone(&api), router.clone(), stopping);
    serve_connections(listener, connections_max, stop, drain_time_max, serve_one).await;
}

/// Gives every connection to `serve_one`, at most `connections_max` at a time, until `stop` turns true; `serve_one` is
/// told too, and has `drain_time_max` to end.
pub async fn serve_connections<C, F>(
    listener: TcpListener,
    connections_max: usize,
    mut stop: watch::Receiver<bool>,
    drain_time_max: Duration,
    serve_one: C,
) where
    C: Fn(TcpStream, watch::Receiver<bool>) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    let connections_max = u32::try_from(connections_max).unwrap_or(u32::MAX).max(1);
    let places = Arc::new(Semaphore::new(connections_max as usize));
    let stopping = stop.clone();
    loop {
        let stream = tokio::select! {
            stream = accept(&listener, &places) => stream,
            () = told(&mut stop) => break,
        };
        let Some((stream, place)) = stream else { continue };
        // Small answers must not wait for an acknowledgement (Nagle's algorithm); where it cannot be set they are slower.
        let _slower = stream.set_nodelay(true);
        let served = serve_one(stream, stopping.clone());
        tokio::spawn(async move {
            served.await;
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(drain_time_max, places.acquire_many(connections_max)).await.is_err() {
        tracing::warn!("some requests did not finish in time and were cut");
    }
}

/// Ends when `stop` turns true, or can no more.
pub async fn told(stop: &mut watch::Receiver<bool>) {
    // An error says that the sender is gone, which stops as well.
    let _told = stop.wait_for(|stop| *stop).await;
}

/// The next connection, once there is a place for it.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => Some((stream, place)),
        Err(error) if is_of_connection(&error) => None,
        Err(error) => {
            tracing::error!(%error, "cannot accept a connection");
            tokio::time::sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

/// The client left before it was accepted; nothing is wrong with the listener.
fn is_of_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn connection(
    stream: TcpStream,
    api: Arc<Api>,
    router: TowerToHyperService<Router>,
    mut stopping: watch::Receiver<bool>,
) {
    let header_time_max = Duration::from_secs(api.limits.header_seconds_max);
    let service = service_fn(move |request| answer(Arc::clone(&api), router.clone(), request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(header_time_max)
        .max_headers(HEADERS_MAX)
        .max_buf_size(HEADER_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = told(&mut stopping) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

async fn answer(
    api: Arc<Api>,
    router: TowerToHyperService<Router>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let started = Instant::now();
    let path = metering::index(request.uri().path());
    let mut response = match api.hosts.check(request.headers()) {
        Ok(()) => router.call(request).await?,
        Err(problem) => Problem::into_response(problem),
    };
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    api.metering.record(path, response.status(), started.elapsed());
    Ok(response)
}
