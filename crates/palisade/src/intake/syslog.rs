//! Syslog from the network: datagrams, connections, and connections with TLS.

mod connection;
mod datagrams;
mod tls;

use super::Intake;
use crate::{
    api::server::serve_connections,
    cli::Failure,
    config::{self, Config},
    pipeline::Pipeline,
};
use palisade_sources::Limits;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
    task::JoinSet,
};

/// How long connections may take to hand over what was read when the server stops.
const DRAIN_TIME_MAX: Duration = Duration::from_secs(10);
/// Batches of all connections that are read and not yet durable: with 256 KiB each, what connections hold at most.
const BATCHES_MAX: usize = 64;

/// What all connections share.
struct Shared {
    intake: Intake,
    limits: Limits,
    zone_seconds: i32,
    message_bytes_max: usize,
    idle: Duration,
    batches: Semaphore,
}

/// Takes messages at the addresses that the configuration names until `stopped` turns true; each task ends when what it
/// read is durable.
///
/// # Errors
/// When an address cannot be taken, or certificates cannot be read.
pub async fn start(
    config: &Config,
    pipeline: &Pipeline,
    stopped: &watch::Receiver<bool>,
    tasks: &mut JoinSet<()>,
) -> anyhow::Result<()> {
    let settings = &config.syslog;
    let shared = |name| Arc::new(Shared::new(Intake::new(name, pipeline.clone(), &config.limits), settings));
    if let Some(address) = address(&settings.udp_listen)? {
        let socket = datagrams::open(address).map_err(|error| cannot_listen(address, &error))?;
        tell!("Listening for syslog over UDP on {}", socket.local_addr()?);
        tasks.spawn(datagrams::take(socket, shared(datagrams::NAME), stopped.clone()));
    }
    let plain = bind(&settings.tcp_listen).await?.map(|listener| ("TCP", "syslog-tcp", listener, None));
    let tls = match bind(&settings.tls_listen).await? {
        Some(listener) => Some(("TLS", "syslog-tls", listener, Some(tls::acceptor(settings)?))),
        None => None,
    };
    for (transport, name, listener, acceptor) in [plain, tls].into_iter().flatten() {
        tell!("Listening for syslog over {transport} on {}", listener.local_addr()?);
        let shared = shared(name);
        let serve_one =
            move |stream, stopping| connection::serve(stream, acceptor.clone(), Arc::clone(&shared), stopping);
        let max = settings.connections_max;
        tasks.spawn(serve_connections(listener, max, stopped.clone(), DRAIN_TIME_MAX, serve_one));
    }
    Ok(())
}

impl Shared {
    fn new(intake: Intake, config: &config::Syslog) -> Self {
        Self {
            limits: *intake.limits(),
            intake,
            zone_seconds: i32::try_from(config.utc_offset_minutes * 60).unwrap_or(0),
            message_bytes_max: config.message_bytes_max,
            idle: Duration::from_secs(config.idle_seconds),
            batches: Semaphore::new(BATCHES_MAX),
        }
    }
}

fn address(text: &str) -> Result<Option<SocketAddr>, Failure> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| Failure::input(format!("{text:?} is not an address and port")))
}

async fn bind(text: &str) -> Result<Option<TcpListener>, Failure> {
    match address(text)? {
        Some(address) => TcpListener::bind(address).await.map(Some).map_err(|error| cannot_listen(address, &error)),
        None => Ok(None),
    }
}

fn cannot_listen(address: SocketAddr, error: &std::io::Error) -> Failure {
    Failure::input(format!("cannot take syslog at {address}: {error}"))
        .hint("choose another address under [syslog]; ports below 1024 need a privilege")
}
