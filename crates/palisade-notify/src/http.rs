//! Requests over HTTP, for all channels that speak it: one sender, bounded answers, no redirects, no proxies.

use crate::{
    address::{InternalAddress, PublicOnly, check_literal},
    channel::{Failure, Retry},
    secret::Secret,
    settings::SettingsError,
    tls::{self, Authorities},
};
use palisade_model::Timestamp;
use reqwest::{Certificate, Client, ClientBuilder, Response, redirect, tls::Version};
use std::{
    error::Error,
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};
use url::Url;

/// No more of an answer is read than this.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// A receiver that cannot be connected to in this time is not there.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How much of what a receiver answers is repeated in the reason.
const SAID_CHARS_MAX: usize = 200;

/// One POST request. Addresses are secrets, because those of most webhooks are.
#[derive(Clone, Debug, PartialEq)]
pub struct HttpRequest {
    /// Where to.
    pub url: Secret,
    /// Names and values beside `Content-Type`.
    pub headers: Vec<(&'static str, Secret)>,
    /// Further headers, whose names the settings give.
    pub named_headers: Vec<(String, Secret)>,
    /// What the body is.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
}

impl HttpRequest {
    /// A request whose body is JSON.
    #[must_use]
    pub fn json(url: impl Into<Secret>, body: &serde_json::Value) -> Self {
        Self {
            url: url.into(),
            headers: Vec::new(),
            named_headers: Vec::new(),
            content_type: "application/json".into(),
            body: body.to_string().into_bytes(),
        }
    }

    /// The same with a header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Secret>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// What a receiver answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// How long the receiver asks to be left alone.
    pub retry_after: Option<Duration>,
    /// The beginning of the body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON, or null.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// What HTTP itself says of success: 2xx is one; 408, 425, 429 and 5xx may be mended by time, all else is not.
    ///
    /// # Errors
    /// When the status is not 2xx.
    pub fn judge(&self) -> Result<(), Failure> {
        let retry = match self.status {
            200..=299 => return Ok(()),
            408 | 425 | 429 | 500..=599 => self.retry_after.map_or(Retry::Later, Retry::After),
            _ => Retry::Never,
        };
        let reason = match self.status {
            300..=399 => "it answered with a redirect, which is not followed: set the address it leads to".to_owned(),
            status => format!("it answered {status}{}", self.said()),
        };
        Err(Failure::certain(reason, retry))
    }

    /// The beginning of the body in one line, for people who look for the mistake.
    fn said(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let line: String = line.chars().filter(|c| !c.is_control()).take(SAID_CHARS_MAX).collect();
        if line.is_empty() { line } else { format!(": {line}") }
    }
}

/// The clients of all channels: one that reaches only public addresses, and one that reaches all.
#[derive(Clone)]
pub struct Http {
    public: Client,
    all: Client,
}

impl Http {
    /// Makes the clients.
    ///
    /// # Errors
    /// When the system's certificates cannot be read.
    pub fn new() -> reqwest::Result<Self> {
        Self::trusting(&Authorities::default())
    }

    /// Clients that trust `authorities` beside the system's.
    pub(crate) fn trusting(authorities: &Authorities) -> reqwest::Result<Self> {
        let own = authorities.certificates().map(Certificate::from_der).collect::<reqwest::Result<Vec<_>>>()?;
        let client = || {
            let builder = Client::builder()
                .use_rustls_tls()
                .min_tls_version(Version::TLS_1_2)
                .redirect(redirect::Policy::none())
                .no_proxy()
                .connect_timeout(CONNECT_TIMEOUT)
                .user_agent(concat!("palisade/", env!("CARGO_PKG_VERSION")));
            own.iter().cloned().fold(builder, ClientBuilder::add_root_certificate)
        };
        Ok(Self { public: client().dns_resolver(Arc::new(PublicOnly)).build()?, all: client().build()? })
    }

    /// Sends `request` and reads the beginning of the answer. `now` is there to read dates in `Retry-After`.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn send(&self, request: &HttpRequest, allow_internal: bool, now: Timestamp) -> Result<Answer, Failure> {
        let url = Url::parse(request.url.reveal())
            .map_err(|_| Failure::certain("the address of the receiver is none", Retry::Never))?;
        if !allow_internal {
            check_literal(&url)?;
        }
        let client = if allow_internal { &self.all } else { &self.public };
        let mut sending = client.post(url).header("content-type", &request.content_type).body(request.body.clone());
        for (name, value) in &request.headers {
            sending = sending.header(*name, value.reveal());
        }
        for (name, value) in &request.named_headers {
            sending = sending.header(name, value.reveal());
        }
        let response = sending.send().await.map_err(|error| failure(&error))?;
        Ok(read(response, now).await)
    }
}

/// Reads an answer. The status is the answer: what breaks off behind it changes nothing.
async fn read(mut response: Response, now: Timestamp) -> Answer {
    let header = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
    let mut answer = Answer {
        status: response.status().as_u16(),
        retry_after: header.and_then(|text| retry_after(text, now)),
        body: Vec::new(),
    };
    while let Ok(Some(piece)) = response.chunk().await {
        let room = ANSWER_BYTES_MAX - answer.body.len();
        answer.body.extend_from_slice(&piece[..piece.len().min(room)]);
        if answer.body.len() == ANSWER_BYTES_MAX {
            break;
        }
    }
    answer
}

/// Reads `Retry-After` (RFC 9110 §10.2.3): seconds, or a date.
fn retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text.trim()).ok()?.duration_since(UNIX_EPOCH).ok()?;
    let now = Duration::from_millis(u64::try_from(now.millis()).ok()?);
    Some(date.saturating_sub(now))
}

/// What a failed request says. Its address is left out; it may be a secret.
fn failure(error: &reqwest::Error) -> Failure {
    if let Some(reason) = tls::refusal(error) {
        return Failure::certain(reason, Retry::Later);
    }
    let mut said = Vec::new();
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.is::<InternalAddress>() {
            return Failure::certain(error.to_string(), Retry::Never);
        }
        said.push(error.to_string());
        cause = error.source();
    }
    let said = said.pop().unwrap_or_default();
    if error.is_builder() {
        Failure::certain(format!("the request cannot be made: {said}"), Retry::Never)
    } else if error.is_connect() {
        Failure::certain(format!("the receiver cannot be reached: {said}"), Retry::Later)
    } else {
        Failure::uncertain(format!("the receiver closed the connection without an answer: {said}"))
    }
}

/// Checks an address in settings: `https`, or `http` inside.
pub(crate) fn check_url(field: &'static str, text: &str, allow_internal: bool) -> Result<(), SettingsError> {
    let fault = |problem: &str| Err(SettingsError::new(field, problem));
    let Ok(url) = Url::parse(text) else {
        return fault("is no address: write it as https://host/path");
    };
    match url.scheme() {
        "https" => {}
        "http" if allow_internal => {}
        "http" => return fault("is not encrypted: use https, or `allow_internal = true` for the internal network"),
        _ => return fault("has to begin with https://"),
    }
    if !allow_internal && let Err(refused) = check_literal(&url) {
        return Err(SettingsError::new(field, refused.to_string()));
    }
    Ok(())
}

/// Checks an address that is a secret.
pub(crate) fn check_secret_url(field: &'static str, url: &Secret, allow_internal: bool) -> Result<(), SettingsError> {
    if url.is_missing() {
        return Err(SettingsError::new(field, "is missing"));
    }
    check_url(field, url.reveal(), allow_internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_to_wait() {
        let now = Timestamp::parse("2015-10-21T07:27:00Z").unwrap();
        let cases = [
            ("120", Some(120)),
            ("Wed, 21 Oct 2015 07:28:00 GMT", Some(60)),
            ("Wed, 21 Oct 2015 07:00:00 GMT", Some(0)),
            ("-1", None),
            ("soon", None),
        ];
        for (text, seconds) in cases {
            assert_eq!(retry_after(text, now), seconds.map(Duration::from_secs), "{text}");
        }
    }

    #[test]
    fn what_a_status_means() {
        let after = Some(Duration::from_secs(7));
        let cases = [
            (204, None, None),
            (301, None, Some(Retry::Never)),
            (404, after, Some(Retry::Never)),
            (408, None, Some(Retry::Later)),
            (429, after, Some(Retry::After(Duration::from_secs(7)))),
            (500, None, Some(Retry::Later)),
            (503, after, Some(Retry::After(Duration::from_secs(7)))),
        ];
        for (status, retry_after, wanted) in cases {
            let answer = Answer { status, retry_after, body: b"no\nway\x07".to_vec() };
            assert_eq!(answer.judge().err().map(|failure| failure.retry), wanted, "{status}");
        }
        let said = Answer { status: 400, retry_after: None, body: b"no\nway\x07".to_vec() }.judge().unwrap_err();
        assert_eq!(said.reason, "it answered 400: no way");
    }

    #[test]
    fn addresses_in_settings() {
        for (url, internal, good) in [
            ("https://example.org/x", false, true),
            ("http://example.org/x", false, false),
            ("http://intranet/x", true, true),
            ("https://169.254.169.254/latest", false, false),
            ("https://10.0.0.1/", true, true),
            ("file:///etc/passwd", true, false),
            ("nowhere", true, false),
        ] {
            assert_eq!(check_url("url", url, internal).is_ok(), good, "{url}");
        }
    }
}
