//! Requests to the outside, for registries and code hosts: bounded in bytes, time and number, redirected to nowhere else,
//! and into internal networks only where the user put the address there.

use palisade_notify::is_internal;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, RequestBuilder, Response, StatusCode, Url, header, redirect};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, UNIX_EPOCH};
use tokio::sync::Semaphore;

/// A server that cannot be connected to in this time is not there.
const CONNECT_TIME_MAX: Duration = Duration::from_secs(5);
const REDIRECTS_MAX: usize = 3;
/// A pause that is asked for is made when it is no longer; else the host is left alone until it is over.
const PAUSE_MAX: Duration = Duration::from_secs(2);
/// A host that says nothing about the pause gets this one.
const PAUSE_USUAL: Duration = Duration::from_secs(60);
/// Whatever a host asks for, it is tried again after a day.
const PAUSE_LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
/// Hosts about which something is remembered.
const HOSTS_MAX: usize = 1_000;

/// How much of everything one request takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// From the first byte of the request to the last of the answer.
    pub(super) time_max: Duration,
    /// Bytes of an answer's body.
    pub(super) body_bytes_max: usize,
    /// Requests at the same time.
    pub(super) concurrent_max: usize,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, thiserror::Error)]
pub(super) enum Unanswered {
    #[error("it cannot be reached")]
    Unreachable,
    #[error("it did not answer in time")]
    Slow,
    #[error("its answer is too large")]
    TooLarge,
    #[error("its answer broke off or cannot be read")]
    Broken,
    #[error("it asks to be left alone for a while")]
    Busy,
    #[error("it leads to another host, or to no encryption")]
    Elsewhere,
    #[error("its address is in an internal network, but was not put there by the user")]
    Internal,
    #[error("its address is not encrypted: use https")]
    NotEncrypted,
    #[error("it answered {0}")]
    Status(u16),
}

/// Makes requests.
pub(super) struct Outside {
    public: Client,
    all: Client,
    limits: Limits,
    places: Semaphore,
    closed_until: Mutex<HashMap<String, Instant>>,
    /// What was found out about hosts of the user: whether they are in an internal network.
    internal: Mutex<HashMap<String, bool>>,
}

impl Outside {
    /// Makes the clients.
    ///
    /// # Errors
    /// When the system's certificates cannot be read.
    pub(super) fn new(limits: Limits) -> reqwest::Result<Self> {
        let client = || {
            Client::builder()
                .redirect(redirect::Policy::none())
                .no_proxy()
                .connect_timeout(CONNECT_TIME_MAX)
                .user_agent(concat!("palisade/", env!("CARGO_PKG_VERSION")))
        };
        Ok(Self {
            public: client().dns_resolver(Arc::new(PublicOnly)).build()?,
            all: client().build()?,
            places: Semaphore::new(limits.concurrent_max.max(1)),
            limits,
            closed_until: Mutex::default(),
            internal: Mutex::default(),
        })
    }

    /// The body of the answer to `GET url`, or `None` where there is nothing at that address. `dress` adds what says who
    /// asks; `by_user` says that the user put the address there.
    ///
    /// # Errors
    /// When no whole answer came.
    pub(super) async fn get(
        &self,
        url: Url,
        by_user: bool,
        dress: impl Fn(RequestBuilder) -> RequestBuilder,
    ) -> Result<Option<Vec<u8>>, Unanswered> {
        let client = self.client_for(&url, by_user).await?;
        let mut at = url.clone();
        for _ in 0..=REDIRECTS_MAX {
            let (status, place, body) = self.send(&at, || dress(client.get(at.clone()))).await?;
            match status {
                StatusCode::NOT_FOUND | StatusCode::GONE => return Ok(None),
                status if status.is_success() => return Ok(Some(body)),
                status if status.is_redirection() => {
                    at = next(&url, &at, place.as_deref()).ok_or(Unanswered::Elsewhere)?
                }
                status => return Err(Unanswered::Status(status.as_u16())),
            }
        }
        Err(Unanswered::Elsewhere)
    }

    /// Sends `body` as JSON, and reads whether that succeeded.
    ///
    /// # Errors
    /// When it did not.
    pub(super) async fn post(
        &self,
        url: Url,
        by_user: bool,
        body: &serde_json::Value,
        dress: impl Fn(RequestBuilder) -> RequestBuilder,
    ) -> Result<(), Unanswered> {
        let client = self.client_for(&url, by_user).await?;
        let request = || {
            let request = client.post(url.clone()).header(header::CONTENT_TYPE, "application/json");
            dress(request.body(body.to_string()))
        };
        match self.send(&url, request).await?.0 {
            status if status.is_success() => Ok(()),
            status if status.is_redirection() => Err(Unanswered::Elsewhere),
            status => Err(Unanswered::Status(status.as_u16())),
        }
    }

    /// The client that may reach the host: for internal networks only where the user put the address there.
    async fn client_for(&self, url: &Url, by_user: bool) -> Result<&Client, Unanswered> {
        if by_user && self.is_internal(url).await? {
            return Ok(&self.all);
        }
        if url.scheme() != "https" {
            return Err(Unanswered::NotEncrypted);
        }
        match literal(url) {
            Some(address) if is_internal(address) => Err(Unanswered::Internal),
            _ => Ok(&self.public),
        }
    }

    /// Whether the host has internal addresses only. What was found at first counts, so that a name of the public
    /// internet that changes its mind later leads nowhere.
    pub(super) async fn is_internal(&self, url: &Url) -> Result<bool, Unanswered> {
        if let Some(address) = literal(url) {
            return Ok(is_internal(address));
        }
        let (host, port) = (url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(443));
        if let Some(known) = locked(&self.internal).get(host) {
            return Ok(*known);
        }
        let found = tokio::time::timeout(CONNECT_TIME_MAX, tokio::net::lookup_host((host, port))).await;
        let found = found.map_err(|_| Unanswered::Slow)?.map_err(|_| Unanswered::Unreachable)?;
        let inside = { found }.all(|address| is_internal(address.ip().to_canonical()));
        remember(&self.internal, host, inside);
        Ok(inside)
    }

    /// Sends a request, and once more after a short pause where the host asks for one.
    async fn send(
        &self,
        url: &Url,
        request: impl Fn() -> RequestBuilder,
    ) -> Result<(StatusCode, Option<String>, Vec<u8>), Unanswered> {
        let host = url.host_str().unwrap_or_default();
        let place = self.places.acquire().await;
        let mut is_second = false;
        loop {
            if locked(&self.closed_until).get(host).is_some_and(|until| *until > Instant::now()) {
                return Err(Unanswered::Busy);
            }
            let exchange = async {
                let response = request().send().await.map_err(|error| unanswered(&error))?;
                let (status, place) = (response.status(), text_of(&response, header::LOCATION));
                let pause = text_of(&response, header::RETRY_AFTER);
                Ok((status, place, pause, self.read(response).await?))
            };
            let answer = tokio::time::timeout(self.limits.time_max, exchange).await.unwrap_or(Err(Unanswered::Slow));
            let (status, location, pause, body) = answer?;
            let is_busy =
                status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::SERVICE_UNAVAILABLE && pause.is_some();
            if !is_busy {
                drop(place);
                return Ok((status, location, body));
            }
            let pause = pause.and_then(|text| retry_after(&text)).unwrap_or(PAUSE_USUAL).min(PAUSE_LONGEST);
            if is_second || pause > PAUSE_MAX {
                remember(&self.closed_until, host, Instant::now() + pause);
                return Err(Unanswered::Busy);
            }
            is_second = true;
            tokio::time::sleep(pause).await;
        }
    }

    async fn read(&self, mut response: Response) -> Result<Vec<u8>, Unanswered> {
        let bytes_max = self.limits.body_bytes_max;
        if response.content_length().is_some_and(|length| length > bytes_max as u64) {
            return Err(Unanswered::TooLarge);
        }
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|_| Unanswered::Broken)? {
            if body.len() + piece.len() > bytes_max {
                return Err(Unanswered::TooLarge);
            }
            body.extend_from_slice(&piece);
        }
        Ok(body)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn remember<V>(known: &Mutex<HashMap<String, V>>, host: &str, value: V) {
    let mut known = locked(known);
    if known.len() >= HOSTS_MAX {
        known.clear();
    }
    known.insert(host.to_owned(), value);
}

fn text_of(response: &Response, name: header::HeaderName) -> Option<String> {
    response.headers().get(name)?.to_str().ok().map(str::to_owned)
}

/// The address with these parts added to its path; `None` for parts that are no name.
pub(super) fn join(url: &Url, parts: &[&str]) -> Option<Url> {
    let no_name = |part: &&str| matches!(*part, "" | "." | "..") || part.chars().any(char::is_control);
    if parts.iter().any(no_name) {
        return None;
    }
    let mut url = url.clone();
    url.path_segments_mut().ok()?.pop_if_empty().extend(parts);
    Some(url)
}

/// Where a redirect leads: the same origin, or the same host with encryption.
fn next(first: &Url, at: &Url, place: Option<&str>) -> Option<Url> {
    let next = at.join(place?).ok()?;
    let same_host = next.host_str() == first.host_str() && next.username().is_empty() && next.password().is_none();
    let is_encrypted = next.scheme() == "https" && next.port().is_none();
    (same_host && (is_encrypted || next.origin() == first.origin())).then_some(next)
}

fn unanswered(error: &reqwest::Error) -> Unanswered {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        if error.is::<InternalHost>() {
            return Unanswered::Internal;
        }
        cause = error.source();
    }
    match error {
        error if error.is_timeout() => Unanswered::Slow,
        error if error.is_connect() => Unanswered::Unreachable,
        _ => Unanswered::Broken,
    }
}

/// `Retry-After` (RFC 9110 §10.2.3): seconds, or a date.
fn retry_after(text: &str) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(text.trim()).ok()?.timestamp();
    let now = UNIX_EPOCH.elapsed().ok()?;
    let date = Duration::from_secs(u64::try_from(date.as_second()).ok()?);
    Some(date.saturating_sub(now))
}

#[derive(Debug, thiserror::Error)]
#[error("the host has addresses of internal networks only")]
struct InternalHost;

/// Resolves names, and hands on only public addresses.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let outside: Vec<_> = found.filter(|address| !is_internal(address.ip().to_canonical())).collect();
            if outside.is_empty() {
                return Err(InternalHost.into());
            }
            Ok(Box::new(outside.into_iter()) as Addrs)
        })
    }
}

/// The address that the host is, when it is one.
fn literal(url: &Url) -> Option<IpAddr> {
    url.host_str()?.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_stay_with_their_host() {
        let url = |text: &str| Url::parse(text).unwrap();
        let check = |first: &str, place: &str| next(&url(first), &url(first), Some(place)).is_some();
        assert!(check("https://r.example/a", "/b") && check("https://r.example/a", "https://r.example/c"));
        assert!(
            check("http://r.example:81/a", "http://r.example:81/b")
                && check("http://r.example/a", "https://r.example/a")
        );
        for place in [
            "https://other.example/a",
            "http://r.example/a",
            "https://r.example:444/a",
            "https://u@r.example/",
            "file:///a",
        ] {
            assert!(!check("https://r.example/a", place), "{place}");
        }
        assert!(next(&url("https://r.example/"), &url("https://r.example/"), None).is_none());
    }

    #[test]
    fn pauses_are_seconds_or_dates() {
        assert_eq!(retry_after(" 7 "), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
        assert_eq!((retry_after("soon"), retry_after("-1")), (None, None));
    }

    #[tokio::test]
    async fn internal_networks_are_reached_only_where_the_user_put_the_address() {
        let limits = Limits { time_max: CONNECT_TIME_MAX, body_bytes_max: 10, concurrent_max: 1 };
        let outside = Outside::new(limits).unwrap();
        for (url, by_user, wanted) in [
            ("https://169.254.169.254/latest", false, Unanswered::Internal),
            ("https://[::1]/x", false, Unanswered::Internal),
            ("https://localhost:1/x", false, Unanswered::Internal),
            ("http://127.0.0.1:1/x", false, Unanswered::NotEncrypted),
            ("http://127.0.0.1:1/x", true, Unanswered::Unreachable),
        ] {
            let answer = outside.get(Url::parse(url).unwrap(), by_user, |request| request).await;
            assert_eq!(answer, Err(wanted), "{url} {by_user}");
        }
    }
}
