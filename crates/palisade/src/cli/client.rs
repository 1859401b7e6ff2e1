//! The HTTP client of commands that talk to a server.
//!
//! Answers are bounded, problem details (RFC 9457) become sentences, and the key shows up nowhere.

use super::{Failure, Format};
use anyhow::Context as _;
use clap::Args;
use reqwest::{Method, RequestBuilder, Response, StatusCode, Url};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{fmt, time::Duration};

/// The most that an answer may hold: a large Parquet file fits, a server gone mad does not.
const ANSWER_BYTES_MAX: usize = 1 << 30;
/// The most of an error's body that is read.
const PROBLEM_BYTES_MAX: usize = 64 << 10;
/// A server on the same machine answers at once; one across the world within this.
const CONNECT_TIME_MAX: Duration = Duration::from_secs(10);
/// Longer than the longest query that a server grants by default.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(120);

/// Which server, and with which key.
#[derive(Args, Clone, Debug)]
pub struct Connection {
    /// Address of the server
    #[arg(long, global = true, env = "PALISADE_URL", default_value = "http://127.0.0.1:7171", value_name = "URL")]
    pub url: String,
    /// API key, as `palisade key create` printed it; better given in the environment than as a flag
    #[arg(long, global = true, env = "PALISADE_KEY", hide_env_values = true, value_name = "KEY")]
    pub key: Option<Secret>,
}

/// Which server is asked, and how its answer is printed: what commands of several verbs share.
#[derive(Args, Clone, Debug)]
pub struct Asking {
    /// How to print the answer
    #[arg(long, value_enum, default_value_t, global = true)]
    pub format: Format,
    /// The server.
    #[command(flatten)]
    pub connection: Connection,
}

/// A text that is never printed.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// The text, for a header.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text.trim().to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret")
    }
}

/// A connection to one server.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    key: Option<Secret>,
}

/// The parts of problem details that people read.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Problem {
    title: String,
    detail: String,
}

impl Client {
    /// A client for `connection`; nothing is sent yet.
    ///
    /// # Errors
    /// When the address is not an HTTP one.
    pub fn new(connection: &Connection) -> anyhow::Result<Self> {
        let base = parse_url(&connection.url)?;
        let mut builder = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIME_MAX)
            .timeout(ANSWER_TIME_MAX)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("palisade/", env!("CARGO_PKG_VERSION")));
        if base.scheme() == "http" {
            // Nothing to verify, so a machine without root certificates will do.
            builder = builder.tls_built_in_root_certs(false);
        }
        if is_loopback(&base) {
            builder = builder.no_proxy();
        }
        Ok(Self { http: builder.build().context("cannot prepare the HTTP client")?, base, key: connection.key.clone() })
    }

    /// The address of `path` (such as `/api/v1/keys`) on the server.
    #[must_use]
    pub fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}{path}", self.base.path().trim_end_matches('/')));
        url
    }

    /// The JSON at `path`.
    ///
    /// # Errors
    /// As [`Client::send`], and when the answer is not the JSON expected.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        read_json(&self.send(self.request(Method::GET, path)).await?)
    }

    /// The JSON at `path` with those parameters that have a value.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn get_with<T: DeserializeOwned>(
        &self,
        path: &str,
        parameters: &[(&str, Option<String>)],
    ) -> anyhow::Result<T> {
        let mut url = self.url(path);
        for (name, value) in parameters {
            if let Some(value) = value {
                url.query_pairs_mut().append_pair(name, value);
            }
        }
        read_json(&self.send(self.request_url(Method::GET, url)).await?)
    }

    /// The bytes at `path` with this parameter.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn get_bytes(&self, path: &str, (name, value): (&str, &str)) -> anyhow::Result<Vec<u8>> {
        let mut url = self.url(path);
        url.query_pairs_mut().append_pair(name, value);
        self.send(self.request_url(Method::GET, url)).await
    }

    /// The text at `path`.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn get_text(&self, path: &str) -> anyhow::Result<String> {
        let body = self.send(self.request(Method::GET, path)).await?;
        Ok(String::from_utf8_lossy(&body).into_owned())
    }

    /// What the server answers to `body`, as JSON.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> anyhow::Result<T> {
        read_json(&self.post_bytes(path, "application/json", serde_json::to_vec(body)?, &[]).await?)
    }

    /// What the server answers to `body` of a given type, sent with further `headers`.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn post_bytes(
        &self,
        path: &str,
        content_type: &str,
        body: Vec<u8>,
        headers: &[(&str, &str)],
    ) -> anyhow::Result<Vec<u8>> {
        let mut request = self.request(Method::POST, path).header("content-type", content_type);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body)).await
    }

    /// Deletes what is at `path`.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn delete(&self, path: &str) -> anyhow::Result<()> {
        self.send(self.request(Method::DELETE, path)).await.map(drop)
    }

    /// Deletes what is at `path` and reads the answer.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn delete_for<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        read_json(&self.send(self.request(Method::DELETE, path)).await?)
    }

    /// Asks to go on with another protocol; the answer is that of a server that agreed.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn upgrade(
        &self,
        path: &str,
        parameters: &[(&str, &str)],
        headers: &[(&'static str, &str)],
    ) -> anyhow::Result<Response> {
        let mut url = self.url(path);
        url.query_pairs_mut().extend_pairs(parameters);
        let mut request = self.request_url(Method::GET, url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.map_err(|error| self.unreachable(&error))?;
        match response.status() {
            StatusCode::SWITCHING_PROTOCOLS => Ok(response),
            _ => Err(self.refusal(response).await.into()),
        }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.request_url(method, self.url(path))
    }

    fn request_url(&self, method: Method, url: Url) -> RequestBuilder {
        let request = self.http.request(method, url);
        match &self.key {
            Some(key) => request.bearer_auth(key.reveal()),
            None => request,
        }
    }

    /// Sends `request` and reads the whole answer.
    ///
    /// # Errors
    /// When the server cannot be reached, refuses, or answers too much; each says what to do.
    async fn send(&self, request: RequestBuilder) -> anyhow::Result<Vec<u8>> {
        let response = request.send().await.map_err(|error| self.unreachable(&error))?;
        if response.status().is_success() {
            return read_bounded(response, ANSWER_BYTES_MAX).await;
        }
        Err(self.refusal(response).await.into())
    }

    async fn refusal(&self, response: Response) -> Failure {
        let (status, wait) = (response.status(), retry_after(&response));
        let body = read_bounded(response, PROBLEM_BYTES_MAX).await.unwrap_or_default();
        refused(status, wait, &body)
    }

    fn unreachable(&self, error: &reqwest::Error) -> Failure {
        let server = self.base.origin().ascii_serialization();
        if error.is_timeout() && !error.is_connect() {
            return Failure::internal(format!("{server} did not answer in time"))
                .hint("the server may be busy: look at its /readyz, and try again");
        }
        Failure::internal(format!("cannot reach a server at {server}: {}", root_cause(error)))
            .hint("start one with `palisade serve`, or name another with --url or PALISADE_URL")
    }
}

/// A text as one part of a path: everything that means something in an address is written as its bytes (RFC 3986 §2.1).
#[must_use]
pub fn path_part(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::with_capacity(text.len()), |mut part, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            part.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(part, "%{byte:02X}");
        }
        part
    })
}

/// Reads an HTTP address.
///
/// # Errors
/// When it is not one.
pub fn parse_url(text: &str) -> Result<Url, Failure> {
    let hint = "write the server's address as http://127.0.0.1:7171 or https://palisade.example.org";
    let url =
        Url::parse(text).map_err(|error| Failure::input(format!("{text:?} is not an address: {error}")).hint(hint))?;
    if matches!(url.scheme(), "http" | "https") && url.has_host() {
        Ok(url)
    } else {
        Err(Failure::input(format!("{text:?} is not an HTTP address")).hint(hint))
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

fn retry_after(response: &Response) -> Option<u64> {
    response.headers().get("retry-after")?.to_str().ok()?.parse().ok()
}

async fn read_bounded(mut response: Response, bytes_max: usize) -> anyhow::Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.context("the server broke off its answer")? {
        if body.len() + chunk.len() > bytes_max {
            let text = format!("the answer is larger than {} MiB", bytes_max >> 20);
            return Err(Failure::internal(text).hint("ask for less, for example with LIMIT").into());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn read_json<T: DeserializeOwned>(body: &[u8]) -> anyhow::Result<T> {
    serde_json::from_slice(body)
        .context("the server's answer has another form than expected; is it a Palisade server of this version?")
}

fn refused(status: StatusCode, wait: Option<u64>, body: &[u8]) -> Failure {
    let problem: Problem = serde_json::from_slice(body).unwrap_or_default();
    let reason = [problem.detail, problem.title].into_iter().find(|text| !text.is_empty());
    let reason = super::table::visible(&reason.unwrap_or_else(|| "the server gives no reason".to_owned()));
    let text = format!("{reason} (HTTP {})", status.as_u16());
    let failure = if status.is_client_error() { Failure::input(text) } else { Failure::internal(text) };
    match status.as_u16() {
        401 => failure.hint(
            "give a key with PALISADE_KEY or --key: the server prints the first one on its first start, and \
             `palisade key create` makes more",
        ),
        403 => failure.hint("use a key whose scopes cover this: `palisade key list` shows what each may do"),
        404 => failure.hint("is PALISADE_URL the address of a Palisade server, and the id right?"),
        429 | 503 => match wait {
            Some(seconds) => failure.hint(format!("try again in {seconds} s")),
            None => failure.hint("try again in a moment"),
        },
        _ => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection(url: &str) -> Connection {
        Connection { url: url.to_owned(), key: Some(Secret::from("pal_sesame".to_owned())) }
    }

    #[test]
    fn paths_are_added_to_the_base() {
        let cases = [
            ("http://127.0.0.1:7171", "http://127.0.0.1:7171/api/v1/keys"),
            ("https://example.org/palisade/", "https://example.org/palisade/api/v1/keys"),
        ];
        for (base, wanted) in cases {
            assert_eq!(Client::new(&connection(base)).unwrap().url("/api/v1/keys").as_str(), wanted);
        }
    }

    #[test]
    fn parts_of_paths_stay_one_part() {
        assert_eq!(path_part("a-1_~."), "a-1_~.");
        assert_eq!(path_part("a/b c%é"), "a%2Fb%20c%25%C3%A9");
    }

    #[test]
    fn other_addresses_are_refused() {
        for url in ["", "127.0.0.1:7171", "ftp://a", "file:///etc/passwd", "http://"] {
            assert!(Client::new(&connection(url)).is_err(), "{url}");
        }
    }

    #[test]
    fn loopback_is_known_by_name_and_number() {
        for (url, wanted) in [
            ("http://localhost:1", true),
            ("http://[::1]:1", true),
            ("http://127.9.9.9", true),
            ("http://10.0.0.1", false),
        ] {
            assert_eq!(is_loopback(&parse_url(url).unwrap()), wanted, "{url}");
        }
    }

    #[test]
    fn key_is_never_printed() {
        assert!(!format!("{:?}", connection("http://127.0.0.1:1")).contains("sesame"));
    }

    #[test]
    fn problems_become_sentences() {
        let body = br#"{"title":"Unauthorized","status":401,"detail":"the key was revoked"}"#;
        let error = anyhow::Error::from(refused(StatusCode::UNAUTHORIZED, None, body));
        assert_eq!(error.to_string(), "the key was revoked (HTTP 401)");
        let busy = refused(StatusCode::SERVICE_UNAVAILABLE, Some(3), b"<html>");
        assert_eq!(busy.to_string(), "the server gives no reason (HTTP 503)");
        assert!(format!("{busy:?}").contains("try again in 3 s"));
    }
}
