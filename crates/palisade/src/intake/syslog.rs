//! Syslog from the network: datagrams, connections, and connections with TLS.
//!
//! Addresses are taken before the store opens, so that a server that cannot listen ends at once; what comes meanwhile
//! waits in the system.

mod connection;
mod datagrams;
mod drops;
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
    net::{TcpListener, UdpSocket},
    sync::{Semaphore, watch},
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

/// How long connections may take to hand over what was read when the server stops.
const DRAIN_TIME_MAX: Duration = Duration::from_secs(10);
/// Batches of all connections that are read and not yet durable: with 256 KiB each, what connections hold at most.
const BATCHES_MAX: usize = 64;

/// The addresses of syslog, taken.
pub struct Listening {
    udp: Option<UdpSocket>,
    tcp: Option<TcpListener>,
    tls: Option<(TcpListener, TlsAcceptor)>,
}

/// What all connections share.
struct Shared {
    intake: Intake,
    limits: Limits,
    zone_seconds: i32,
    message_bytes_max: usize,
    idle: Duration,
    batches: Semaphore,
}

impl Listening {
    /// Takes the addresses that the configuration names.
    ///
    /// # Errors
    /// When one cannot be taken, or certificates cannot be read.
    pub async fn open(config: &config::Syslog) -> anyhow::Result<Self> {
        let udp = match address(&config.udp_listen)? {
            Some(address) => Some(datagrams::open(address).map_err(|error| cannot_listen(address, &error))?),
            None => None,
        };
        let tcp = bind(&config.tcp_listen).await?;
        let tls = match bind(&config.tls_listen).await? {
            Some(listener) => Some((listener, tls::acceptor(config)?)),
            None => None,
        };
        Ok(Self { udp, tcp, tls })
    }

    /// Takes messages until `stop` turns true; each task ends when what it read is durable.
    ///
    /// # Errors
    /// When an address is not known any more.
    pub fn start(
        self,
        config: &Config,
        pipeline: &Pipeline,
        stop: &watch::Receiver<bool>,
    ) -> std::io::Result<Vec<JoinHandle<()>>> {
        let shared = |name| Arc::new(Shared::new(Intake::new(name, pipeline.clone(), &config.limits), &config.syslog));
        let mut tasks = Vec::new();
        if let Some(socket) = self.udp {
            eprintln!("Taking syslog over UDP at {}", socket.local_addr()?);
            tasks.push(tokio::spawn(datagrams::take(socket, shared("syslog-udp"), stop.clone())));
        }
        let plain = self.tcp.map(|listener| ("TCP", "syslog-tcp", listener, None));
        let tls = self.tls.map(|(listener, acceptor)| ("TLS", "syslog-tls", listener, Some(acceptor)));
        for (transport, name, listener, acceptor) in [plain, tls].into_iter().flatten() {
            eprintln!("Taking syslog over {transport} at {}", listener.local_addr()?);
            let (shared, max) = (shared(name), config.syslog.connections_max);
            let serve_one =
                move |stream, stopping| connection::serve(stream, acceptor.clone(), Arc::clone(&shared), stopping);
            tasks.push(tokio::spawn(serve_connections(listener, max, stop.clone(), DRAIN_TIME_MAX, serve_one)));
        }
        Ok(tasks)
    }
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
