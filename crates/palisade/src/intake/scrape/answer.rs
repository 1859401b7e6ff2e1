//! A question to a target and its answer, within limits of time and bytes. What fails is said in words for the log.

use super::{Asked, Turn, target::Target};
use crate::cli::bounded;
use palisade_model::Timestamp;
use palisade_sources::{
    Context, Limits, decompress,
    exposition::{self, Dialect},
};
use reqwest::{
    Response,
    header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue},
    redirect::Policy,
};
use std::{error::Error as _, path::Path, sync::Arc};
use tokio::sync::Semaphore;

/// OpenMetrics first: it says when totals began, and that the text is whole.
const ACCEPTED: &str = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
const USER_AGENT: &str = concat!("Palisade/", env!("CARGO_PKG_VERSION"));
const REDIRECTS_MAX: usize = 3;
/// Tokens have a few hundred bytes.
const TOKEN_BYTES_MAX: u64 = 64 << 10;

/// What asks all targets.
#[derive(Clone)]
pub(super) struct Client {
    http: reqwest::Client,
    bytes_max: usize,
    turn: Turn,
}

/// An answer that is whole.
struct Answer {
    body: Vec<u8>,
    encoding: Option<String>,
    dialect: Dialect,
}

impl Client {
    /// A client for answers of at most `bytes_max` as sent.
    pub(super) fn new(bytes_max: usize) -> reqwest::Result<Self> {
        let http = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .redirect(Policy::limited(REDIRECTS_MAX))
            .no_proxy()
            .pool_max_idle_per_host(1)
            .build()?;
        Ok(Self { http, bytes_max, turn: Arc::new(Semaphore::new(1)) })
    }

    /// Asks a target.
    pub(super) async fn ask(&self, target: &Target, now: Timestamp, limits: &Limits) -> Result<Asked, String> {
        let answer = tokio::time::timeout(target.timeout, self.answer(target)).await;
        let answer = answer.map_err(|_| format!("no whole answer within {} s", target.timeout.as_secs()))??;
        let turn = Arc::clone(&self.turn).acquire_owned().await.map_err(|error| error.to_string())?;
        let (target, limits) = (target.clone(), *limits);
        let read = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            read(&answer, &target, &Context { received: now, limits: &limits })
        });
        read.await.map_err(|error| error.to_string())?
    }

    async fn answer(&self, target: &Target) -> Result<Answer, String> {
        let timeout = HeaderName::from_static("x-prometheus-scrape-timeout-seconds");
        let mut request = self
            .http
            .get(target.url.clone())
            .header(ACCEPT, ACCEPTED)
            .header(ACCEPT_ENCODING, "gzip")
            .header(timeout, target.timeout.as_secs());
        if let Some(file) = &target.bearer_token_file {
            request = request.header(AUTHORIZATION, bearer(file)?);
        }
        let response = request.send().await.map_err(|error| reason(&error))?;
        if response.status() != reqwest::StatusCode::OK {
            return Err(format!("it answers {}", response.status()));
        }
        let header = |name| response.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let dialect = Dialect::from_content_type(header(CONTENT_TYPE)).map_err(|error| error.to_string())?;
        let encoding = header(CONTENT_ENCODING).map(str::to_owned);
        let body = self.body(response).await?;
        Ok(Answer { body, encoding, dialect })
    }

    async fn body(&self, mut response: Response) -> Result<Vec<u8>, String> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| reason(&error))? {
            if body.len() + chunk.len() > self.bytes_max {
                return Err(format!("its answer is larger than {} bytes", self.bytes_max));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

fn read(answer: &Answer, target: &Target, context: &Context<'_>) -> Result<Asked, String> {
    let text =
        decompress(answer.encoding.as_deref(), &answer.body, context.limits).map_err(|error| error.to_string())?;
    let whom = exposition::Target { service: &target.job, host: &target.instance, labels: &target.labels };
    let scraped = exposition::read(answer.dialect, &text, &whom, context).map_err(|error| error.to_string())?;
    Ok(Asked { parsed: scraped.parsed, bytes: text.len(), samples: scraped.samples })
}

fn bearer(file: &Path) -> Result<HeaderValue, String> {
    let cannot = |why: &dyn std::fmt::Display| format!("cannot use the token in {}: {why}", file.display());
    let token = bounded::read_file(file, TOKEN_BYTES_MAX).map_err(|error| cannot(&error))?;
    let mut value = HeaderValue::from_str(&format!("Bearer {}", token.trim())).map_err(|error| cannot(&error))?;
    value.set_sensitive(true);
    Ok(value)
}

/// The innermost cause, which says what happened; the outer ones repeat the address.
fn reason(error: &reqwest::Error) -> String {
    let mut cause = error.source();
    while let Some(inner) = cause.and_then(std::error::Error::source) {
        cause = Some(inner);
    }
    cause.map_or_else(|| error.to_string(), ToString::to_string)
}
