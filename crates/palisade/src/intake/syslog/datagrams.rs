//! Datagrams of syslog senders.
//!
//! A datagram cannot be made to wait. One task does nothing but move datagrams out of the system's buffer into a bounded
//! queue; another makes them durable, as many at a time as there are. What does not fit the queue is dropped and counted
//! for its sender.

use super::Shared;
use crate::{api::server::told, clock, intake::senders::Senders};
use palisade_model::Observation;
use palisade_sources::{Context, Delivery, Frame, Parsed, read_syslog};
use socket2::{Domain, Protocol, Socket, Type};
use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::{
    net::UdpSocket,
    sync::{Notify, watch},
};

/// The name of this way in.
pub(super) const NAME: &str = "syslog-udp";

/// What the system is asked to buffer, a second of 30,000 messages. It gives what `net.core.rmem_max` allows.
const RECEIVE_BUFFER_BYTES: usize = 8 << 20;
/// Bytes of datagrams that wait to be made durable.
const QUEUE_BYTES_MAX: usize = 8 << 20;
/// What a datagram takes of the queue beside its bytes.
const DATAGRAM_OVERHEAD_BYTES: usize = 64;
/// The largest datagram that there is (RFC 768).
const DATAGRAM_BYTES_MAX: usize = 65_535;
/// Messages that are made durable at once.
const BATCH_EVENTS_MAX: usize = 4_000;
/// Datagrams that are still taken from the system when the server stops.
const LAST_MAX: usize = 10_000;

struct Datagram {
    bytes: Box<[u8]>,
    sender: IpAddr,
}

#[derive(Default)]
struct Waiting {
    datagrams: Vec<Datagram>,
    bytes: usize,
}

/// Datagrams on their way from the one task to the other.
struct Queue {
    waiting: Mutex<Waiting>,
    more: Notify,
    is_closed: AtomicBool,
}

/// A socket with as much of a buffer as the system gives.
pub(super) fn open(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_nonblocking(true)?;
    if let Err(error) = socket.set_recv_buffer_size(RECEIVE_BUFFER_BYTES) {
        tracing::debug!(%error, "the buffer for datagrams stays as the system has it");
    }
    socket.bind(&address.into())?;
    UdpSocket::from_std(socket.into())
}

/// Takes datagrams until `stop` turns true, and ends when all that were taken are durable.
pub(super) async fn take(socket: UdpSocket, shared: Arc<Shared>, stop: watch::Receiver<bool>) {
    let queue = Arc::new(Queue { waiting: Mutex::default(), more: Notify::new(), is_closed: AtomicBool::new(false) });
    let receiving = tokio::spawn(receive(socket, Arc::clone(&queue), stop));
    keep(&queue, &shared).await;
    receiving.abort();
}

async fn receive(socket: UdpSocket, queue: Arc<Queue>, mut stop: watch::Receiver<bool>) {
    let mut senders = Senders::new(NAME);
    let mut buffer = vec![0; DATAGRAM_BYTES_MAX];
    loop {
        let received = tokio::select! {
            biased;
            () = told(&mut stop) => break,
            received = socket.recv_from(&mut buffer) => received,
        };
        match received {
            Ok((length, sender)) => queue.push(&buffer[..length], sender.ip().to_canonical(), &mut senders),
            // An answer of the network to something sent from this port; nothing is wrong with the socket.
            Err(error) => tracing::debug!(%error, "cannot take a datagram"),
        }
    }
    for _ in 0..LAST_MAX {
        let Ok((length, sender)) = socket.try_recv_from(&mut buffer) else { break };
        queue.push(&buffer[..length], sender.ip().to_canonical(), &mut senders);
    }
    queue.is_closed.store(true, Ordering::Release);
    queue.more.notify_one();
}

async fn keep(queue: &Queue, shared: &Shared) {
    loop {
        // Looked at before the queue: what is there when it is closed is the last.
        let is_closed = queue.is_closed.load(Ordering::Acquire);
        let datagrams = queue.take();
        if datagrams.is_empty() {
            if is_closed {
                return;
            }
            queue.more.notified().await;
            continue;
        }
        for datagrams in datagrams.chunks(BATCH_EVENTS_MAX) {
            let observations = datagrams.iter().map(|datagram| read(datagram, shared)).collect();
            let bytes = datagrams.iter().map(|datagram| datagram.bytes.len()).sum();
            if shared.intake.keep(Parsed { observations, ..Parsed::default() }, bytes, None).await.is_err() {
                return;
            }
        }
    }
}

fn read(datagram: &Datagram, shared: &Shared) -> Observation {
    let context = Context { received: clock::now(), limits: &shared.limits };
    let kept = datagram.bytes.len().min(shared.message_bytes_max);
    let frame = Frame { bytes: &datagram.bytes[..kept], cut: datagram.bytes.len() - kept };
    let peer = datagram.sender.to_string();
    Observation::Event(read_syslog(frame, &Delivery { context, zone_seconds: shared.zone_seconds, peer: &peer }))
}

impl Queue {
    fn push(&self, bytes: &[u8], sender: IpAddr, senders: &mut Senders) {
        if bytes.trim_ascii().is_empty() {
            return;
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let size = bytes.len() + DATAGRAM_OVERHEAD_BYTES;
        if waiting.bytes + size > QUEUE_BYTES_MAX {
            drop(waiting);
            return senders.dropped(sender, 1);
        }
        waiting.bytes += size;
        waiting.datagrams.push(Datagram { bytes: bytes.into(), sender });
        drop(waiting);
        self.more.notify_one();
    }

    fn take(&self) -> Vec<Datagram> {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner)).datagrams
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_dropped_and_what_waits_stays() {
        let queue = Queue { waiting: Mutex::default(), more: Notify::new(), is_closed: AtomicBool::new(false) };
        let mut senders = Senders::new("test");
        let sender = IpAddr::from([192, 0, 2, 1]);
        let datagram = vec![b'x'; 64_000];
        let fitting = QUEUE_BYTES_MAX / (datagram.len() + DATAGRAM_OVERHEAD_BYTES);
        for _ in 0..fitting + 3 {
            queue.push(&datagram, sender, &mut senders);
        }
        queue.push(b" \n", sender, &mut senders);
        assert_eq!(queue.take().len(), fitting);
        queue.push(&datagram, sender, &mut senders);
        assert_eq!(queue.take().len(), 1, "room is given back");
    }
}
