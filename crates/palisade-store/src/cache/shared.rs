//! The cache that nodes share: Redis, or what speaks its protocol.
//!
//! It may hang, go away and come back at any time, and others may write to it. So each question has a short time, a
//! failure is followed by a rest in which nobody is asked, a value is read up to a bound only, and what it says is
//! decoded and checked by whoever asked. Keys are hashes: they tell nothing of what is kept under them.

use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionAddr, FromRedisValue, IntoConnectionInfo, RedisError,
    TlsCertificates, cmd,
};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// Counts questions that the shared cache did not answer in time, or not well.
pub const SHARED_CACHE_FAILURES_TOTAL: &str = "palisade_shared_cache_failures_total";

/// A question takes a millisecond in one data centre, and the first some more for its connection; whoever waits for a
/// verdict waits no longer than this.
const TIME_MAX: Duration = Duration::from_millis(100);
/// After a failure nobody is asked for so long: else each of a thousand packages would wait.
const REST: Duration = Duration::from_secs(10);
/// Larger values are not shared.
const VALUE_BYTES_MAX: usize = 8 << 20;
/// Stands in every key, and changes with the form of what is kept.
const FORM: &str = "palisade:1";

/// A connection to it, made when it is first needed. Clones share it.
#[derive(Clone)]
pub struct Shared {
    inner: Arc<Inner>,
}

struct Inner {
    client: Client,
    link: Mutex<Link>,
    failures: metrics::Counter,
}

#[derive(Default)]
struct Link {
    connection: Option<MultiplexedConnection>,
    rests_until: Option<Instant>,
}

/// Why there is no way to the cache. It does not repeat the address: that may hold a password.
#[derive(Debug, thiserror::Error)]
pub enum NoWay {
    /// The address is none.
    #[error(
        "is no address of Redis: write redis://HOST:PORT or redis://USER:PASSWORD@HOST:PORT/DATABASE, rediss:// for TLS"
    )]
    Address,
    /// There are roots of certificates, and the address is one without TLS.
    #[error("has no use where redis.url is no rediss:// address: write rediss://, or leave it out")]
    NoTls,
    /// What should be roots of certificates is none.
    #[error("does not hold roots of certificates as PEM")]
    Roots,
}

impl Shared {
    /// The cache at `url`: `redis://…`, `rediss://…` over TLS, or `redis+unix:///PATH` for a socket. Over TLS its
    /// certificate must come from one of `roots` (PEM), or from a root of the system's. Nobody is asked yet.
    ///
    /// # Errors
    /// When that is no address, or `roots` are none.
    pub fn new(url: &str, roots: Option<Vec<u8>>) -> Result<Self, NoWay> {
        // Other libraries bring two makers of ciphers, and the client of Redis takes the one of the process; it may be set already.
        let _already = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let client = match roots {
            None => Client::open(url).map_err(|_| NoWay::Address)?,
            Some(roots) => trusting(roots, url)?,
        };
        let failures = metrics::counter!(SHARED_CACHE_FAILURES_TOTAL);
        Ok(Self { inner: Arc::new(Inner { client, link: Mutex::default(), failures }) })
    }

    /// What is kept under `key` of the cache called `cache`.
    pub(super) async fn get(&self, cache: &str, key: &[u8]) -> Option<Vec<u8>> {
        // A range, because a value may be of any size; there is no value where it is empty.
        let command = cmd("GETRANGE").arg(name(cache, key)).arg(0).arg(VALUE_BYTES_MAX).take();
        let value: Vec<u8> = self.ask(command).await?;
        (!value.is_empty() && value.len() <= VALUE_BYTES_MAX).then_some(value)
    }

    /// Keeps `value` for `ttl`.
    pub(super) async fn put(&self, cache: &str, key: &[u8], value: &[u8], ttl: Duration) {
        if value.len() <= VALUE_BYTES_MAX {
            let seconds = ttl.as_secs().max(1);
            let _: Option<()> = self.ask(cmd("SETEX").arg(name(cache, key)).arg(seconds).arg(value).take()).await;
        }
    }

    /// Forgets what is kept under `key`.
    pub(super) async fn forget(&self, cache: &str, key: &[u8]) {
        let _: Option<()> = self.ask(cmd("DEL").arg(name(cache, key)).take()).await;
    }

    /// The answer, unless it fails or takes too long.
    async fn ask<T: FromRedisValue>(&self, command: Cmd) -> Option<T> {
        let answer = async {
            let Some(mut connection) = self.inner.connection().await? else { return Ok(None) };
            command.query_async(&mut connection).await.map(Some)
        };
        match tokio::time::timeout(TIME_MAX, answer).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => self.inner.rest(error.category()).await,
            Err(_) => self.inner.rest("it did not answer in time").await,
        }
    }
}

/// A client that trusts `roots` too.
fn trusting(roots: Vec<u8>, url: &str) -> Result<Client, NoWay> {
    let info = url.into_connection_info().map_err(|_| NoWay::Address)?;
    if !matches!(info.addr(), ConnectionAddr::TcpTls { .. }) {
        return Err(NoWay::NoTls);
    }
    // The client takes a file without a root, and then finds no server that it may trust.
    if CertificateDer::pem_slice_iter(&roots).next().is_none_or(|first| first.is_err()) {
        return Err(NoWay::Roots);
    }
    let certificates = TlsCertificates { client_tls: None, root_cert: Some(roots) };
    Client::build_with_tls(info, certificates).map_err(|_| NoWay::Roots)
}

impl Inner {
    /// The connection, made where there is none yet; nothing during a rest.
    async fn connection(&self) -> Result<Option<MultiplexedConnection>, RedisError> {
        let mut link = self.link.lock().await;
        if link.rests_until.is_some_and(|until| Instant::now() < until) {
            return Ok(None);
        }
        if let Some(connection) = &link.connection {
            return Ok(Some(connection.clone()));
        }
        let config = AsyncConnectionConfig::new().set_connection_timeout(Some(TIME_MAX));
        let config = config.set_response_timeout(Some(TIME_MAX));
        let connection = self.client.get_multiplexed_async_connection_with_config(&config).await?;
        if link.rests_until.take().is_some() {
            tracing::info!("the shared cache answers again");
        }
        link.connection = Some(connection.clone());
        Ok(Some(connection))
    }

    /// Lets go of the connection and asks nobody for a while.
    async fn rest<T>(&self, reason: &str) -> Option<T> {
        self.failures.increment(1);
        let mut link = self.link.lock().await;
        link.connection = None;
        if link.rests_until.replace(Instant::now() + REST).is_none() {
            tracing::warn!(reason, "the shared cache fails; its nodes go on by themselves");
        }
        None
    }
}

fn name(cache: &str, key: &[u8]) -> String {
    let hash = Sha256::digest(key);
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{FORM}:{cache}:{hex}")
}

#[cfg(test)]
mod tests;
