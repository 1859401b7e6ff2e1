//! One keep-alive HTTP/1.1 connection that posts bodies, and what the server says to them.

use super::bodies::Content;
use crate::cli::{
    Failure,
    client::{Connection, parse_url},
};
use anyhow::Context as _;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{Request, StatusCode, client::conn::http1::SendRequest, header::HeaderValue};
use hyper_util::rt::TokioIo;
use std::{sync::Arc, time::Duration};
use tokio::net::TcpStream;

/// The longest answer to a write that is read.
const ANSWER_BYTES_MAX: usize = 64 << 10;

/// Where bodies go, and with which headers.
#[derive(Clone)]
pub struct Route {
    host: String,
    path: String,
    key: Option<HeaderValue>,
    content: Content,
    headers: &'static [(&'static str, &'static str)],
}

/// What the server said to a body.
pub enum Answer {
    /// It is taken.
    Accepted,
    /// Come back after this time.
    Later(Duration),
}

impl Route {
    /// The way of `content`, in bodies of `batch` observations, to the server of `connection`.
    ///
    /// # Errors
    /// When the address is not a plain HTTP one, or the key is none.
    pub fn new(connection: &Connection, content: Content, batch: usize) -> anyhow::Result<Self> {
        let url = parse_url(&connection.url)?;
        if url.scheme() != "http" {
            return Err(Failure::input("the load generator speaks plain HTTP: give an http:// address").into());
        }
        let host = format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(80));
        let bearer = connection.key.as_ref().map(|key| HeaderValue::from_str(&format!("Bearer {}", key.reveal())));
        let key = bearer.transpose().map_err(|_| Failure::input("the key holds characters that no key has"))?;
        let path = format!("{}{}", url.path().trim_end_matches('/'), content.path());
        Ok(Self { host, path, key, content, headers: content.headers(batch) })
    }

    fn request(&self, body: Bytes) -> anyhow::Result<Request<Full<Bytes>>> {
        let mut request = Request::post(&self.path).header("host", &self.host);
        for (name, value) in self.headers {
            request = request.header(*name, *value);
        }
        if let Some(key) = &self.key {
            request = request.header("authorization", key);
        }
        Ok(request.body(Full::new(body))?)
    }

    async fn connect(&self) -> anyhow::Result<SendRequest<Full<Bytes>>> {
        let host = &self.host;
        let stream = TcpStream::connect(host).await.with_context(|| format!("cannot reach a server at {host}"))?;
        stream.set_nodelay(true)?;
        let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(async move {
            // What went wrong shows up at the sender.
            let _ = connection.await;
        });
        Ok(sender)
    }
}

/// A connection of a route, opened when it is needed.
pub struct Poster {
    route: Arc<Route>,
    connection: Option<SendRequest<Full<Bytes>>>,
}

impl Poster {
    /// Nothing is opened yet.
    #[must_use]
    pub fn new(route: Arc<Route>) -> Self {
        Self { route, connection: None }
    }

    /// Sends `body` and waits for the answer.
    ///
    /// # Errors
    /// When the server cannot be reached, breaks off, or answers anything but *all of it* or *come back later*.
    pub async fn post(&mut self, body: Bytes) -> anyhow::Result<Answer> {
        let mut connection = match self.connection.take().filter(|connection| !connection.is_closed()) {
            Some(connection) => connection,
            None => self.route.connect().await?,
        };
        connection.ready().await.context("the server closed a connection")?;
        let answer = connection.send_request(self.route.request(body)?).await.context("the server broke off")?;
        let (status, pause) = (answer.status(), retry_after(answer.headers()));
        let text = Limited::new(answer.into_body(), ANSWER_BYTES_MAX).collect().await;
        let text = text.map_err(|error| anyhow::anyhow!("cannot read the answer: {error}"))?.to_bytes();
        self.connection = Some(connection);
        match status {
            status if status.is_success() && self.took_all(&text) => Ok(Answer::Accepted),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Ok(Answer::Later(pause)),
            status => Err(Failure::internal(format!("{status}: {}", String::from_utf8_lossy(&text))).into()),
        }
    }

    /// False for the `partial_success` of OTLP: an answer in protobuf that takes everything is empty.
    fn took_all(&self, answer: &[u8]) -> bool {
        answer.is_empty() || !matches!(self.route.content, Content::OtlpLogs | Content::OtlpMetrics)
    }
}

fn retry_after(headers: &hyper::HeaderMap) -> Duration {
    let seconds = headers.get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
    seconds.map_or(Duration::from_millis(100), Duration::from_secs)
}
