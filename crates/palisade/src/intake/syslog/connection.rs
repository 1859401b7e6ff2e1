//! One connection of a syslog sender.
//!
//! Whatever is there is read and made durable before more is read. So a sender that is too fast is slowed by TCP, and
//! while one batch waits for the disk the next gathers in the system: batches grow with the load by themselves. A slow
//! sender costs one buffer.

use super::Shared;
use crate::{api::server::told, clock, intake::Stopping};
use futures::FutureExt as _;
use palisade_model::Observation;
use palisade_sources::{Context, Delivery, Frame, Framer, Parsed, read_syslog};
use std::{io, net::IpAddr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    sync::watch,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;

/// Bytes read at once, and what a connection keeps while it is silent.
const READ_BYTES: usize = 16 * 1024;
/// Messages of one batch.
const BATCH_EVENTS_MAX: usize = 2_000;
/// Bytes of one batch, as sent.
const BATCH_BYTES_MAX: usize = 256 * 1024;
/// For the certificates to be exchanged.
const HANDSHAKE_TIME_MAX: Duration = Duration::from_secs(10);
/// For a goodbye to be sent.
const GOODBYE_TIME_MAX: Duration = Duration::from_secs(1);
/// A connection whose other end is gone without a word is found out after some three of these.
const KEEPALIVE_EVERY: Duration = Duration::from_secs(60);

/// Messages that are read and not yet durable.
#[derive(Default)]
struct Batch {
    observations: Vec<Observation>,
    bytes: usize,
}

/// How reading went on.
enum Read {
    Bytes(usize),
    /// The sender is done: what it ended with is a message though no line feed follows.
    End,
    /// The connection broke, was silent for too long, or the server stops: what is not whole is no message.
    Broken,
}

/// Reads messages until the connection ends or the server stops.
pub(super) async fn serve(
    stream: TcpStream,
    acceptor: Option<TlsAcceptor>,
    shared: Arc<Shared>,
    stopping: watch::Receiver<bool>,
) {
    let Ok(peer) = stream.peer_addr() else { return };
    let keepalive = socket2::TcpKeepalive::new().with_time(KEEPALIVE_EVERY).with_interval(KEEPALIVE_EVERY);
    if let Err(error) = socket2::SockRef::from(&stream).set_tcp_keepalive(&keepalive) {
        tracing::debug!(%error, "a dead connection will be found later");
    }
    let address = peer.ip().to_canonical();
    let ended = match acceptor {
        None => read(stream, address, &shared, stopping).await,
        Some(acceptor) => match timeout(HANDSHAKE_TIME_MAX, acceptor.accept(stream)).await {
            Ok(Ok(stream)) => read(stream, address, &shared, stopping).await,
            Ok(Err(error)) => {
                tracing::warn!(sender = %address, %error, "a syslog sender was not let in");
                return;
            }
            Err(_) => return,
        },
    };
    if ended.is_err() {
        tracing::debug!(sender = %address, "a connection was cut by the end of the server");
    }
}

async fn read(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    address: IpAddr,
    shared: &Shared,
    mut stopping: watch::Receiver<bool>,
) -> Result<(), Stopping> {
    let peer = address.to_string();
    let mut framer = Framer::syslog(shared.message_bytes_max.min(shared.limits.line_bytes));
    let mut buffer = vec![0; READ_BYTES];
    loop {
        let read = tokio::select! {
            read = timeout(shared.idle, stream.read(&mut buffer)) => outcome(read.unwrap_or_else(|late| Err(late.into()))),
            () = told(&mut stopping) => Read::Broken,
        };
        let Read::Bytes(length) = read else {
            finish(&read, &mut framer, &peer, shared).await?;
            close(stream).await;
            return Ok(());
        };
        let Ok(_place) = shared.batches.acquire().await else { return Ok(()) };
        let mut batch = Batch::default();
        batch.take(&buffer[..length], &mut framer, &peer, shared).await?;
        let mut last = Read::Bytes(length);
        while matches!(last, Read::Bytes(READ_BYTES)) && !batch.is_full() {
            let Some(more) = stream.read(&mut buffer).now_or_never() else { break };
            last = outcome(more);
            if let Read::Bytes(length) = last {
                batch.take(&buffer[..length], &mut framer, &peer, shared).await?;
            }
        }
        batch.keep(shared).await?;
        if !matches!(last, Read::Bytes(_)) {
            finish(&last, &mut framer, &peer, shared).await?;
            close(stream).await;
            return Ok(());
        }
    }
}

/// Says goodbye, as TLS wants it (RFC 8446 §6.1), when what was read is durable. The sender may be gone already.
async fn close(mut stream: impl AsyncWrite + Unpin) {
    let _gone = timeout(GOODBYE_TIME_MAX, stream.shutdown()).await;
}

fn outcome(read: io::Result<usize>) -> Read {
    match read {
        Ok(0) => Read::End,
        Ok(length) => Read::Bytes(length),
        Err(error) => {
            tracing::debug!(%error, "a connection of syslog broke off");
            Read::Broken
        }
    }
}

async fn finish(read: &Read, framer: &mut Framer, peer: &str, shared: &Shared) -> Result<(), Stopping> {
    let mut batch = Batch::default();
    if matches!(read, Read::End)
        && let Some(frame) = framer.finish()
    {
        batch.push(frame, peer, shared);
    }
    batch.keep(shared).await
}

impl Batch {
    fn is_full(&self) -> bool {
        self.observations.len() >= BATCH_EVENTS_MAX || self.bytes >= BATCH_BYTES_MAX
    }

    /// Reads the messages that end in these bytes; of many small ones it keeps some before it reads on.
    async fn take(
        &mut self,
        mut bytes: &[u8],
        framer: &mut Framer,
        peer: &str,
        shared: &Shared,
    ) -> Result<(), Stopping> {
        self.bytes += bytes.len();
        while let Some(frame) = framer.next(&mut bytes) {
            self.push(frame, peer, shared);
            if self.observations.len() >= BATCH_EVENTS_MAX {
                self.keep(shared).await?;
            }
        }
        Ok(())
    }

    fn push(&mut self, frame: Frame<'_>, peer: &str, shared: &Shared) {
        let context = Context { received: clock::now(), limits: &shared.limits };
        let event = read_syslog(frame, &Delivery { context, zone_seconds: shared.zone_seconds, peer });
        self.observations.push(Observation::Event(event));
    }

    /// Makes durable what was gathered, and is empty after.
    async fn keep(&mut self, shared: &Shared) -> Result<(), Stopping> {
        let Self { observations, bytes } = std::mem::take(self);
        let parsed = Parsed { observations, ..Parsed::default() };
        shared.intake.keep(parsed, bytes, None).await.map(|_| ())
    }
}
