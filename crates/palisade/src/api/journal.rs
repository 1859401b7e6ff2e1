//! `POST /upload`: the journal of systemd, as `systemd-journal-upload` sends it and `journalctl -o export` writes it.
//!
//! Such a body may have no end, so it is read as a stream: entries are made durable as they come, and while the server is
//! at a limit the body is not read. What was read before an error stays.

use super::Api;
use super::auth::{Caller, known_by};
use super::body::next_data;
use super::problem::{Kind, Problem};
use crate::clock::now;
use crate::intake::Intake;
use crate::pipeline::admission::Refused;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::{Json, response::IntoResponse};
use futures::FutureExt as _;
use palisade_model::Observation;
use palisade_sources::{Context, JournalReader, Parsed, Receipt};
use palisade_store::state::Scope;
use std::sync::Arc;

/// The path that `systemd-journal-upload` sends to.
pub const PATH: &str = "/upload";
/// The media type of the export format (systemd-journal-remote.service(8)).
const CONTENT_TYPE: &str = "application/vnd.fdo.journal";
/// Entries that are made durable at once.
const BATCH_ENTRIES_MAX: usize = 1_000;
/// … and their bytes as sent.
const BATCH_BYTES_MAX: usize = 256 * 1024;

/// Takes entries until the body ends.
pub async fn upload(State(api): State<Arc<Api>>, request: Request) -> Result<impl IntoResponse, Problem> {
    let (mut parts, body) = request.into_parts();
    let caller = known_by(&api, &mut parts).await?;
    caller.may(Scope::Ingest)?;
    check_form(&parts.headers)?;
    let intake = Intake::new("journal", api.pipeline.clone(), &api.limits);
    let mut upload =
        Upload { reader: JournalReader::new(intake.limits()), intake, caller, batch: Batch::default(), accepted: 0 };
    upload.run(&api, body).await?;
    let receipt = Receipt { accepted: upload.accepted, ..Receipt::default() };
    Ok((StatusCode::ACCEPTED, Json(receipt)))
}

/// Entries that are read and not yet durable.
#[derive(Default)]
struct Batch {
    observations: Vec<Observation>,
    bytes: usize,
}

struct Upload {
    intake: Intake,
    reader: JournalReader,
    caller: Caller,
    batch: Batch,
    accepted: usize,
}

impl Upload {
    async fn run(&mut self, api: &Api, mut body: Body) -> Result<(), Problem> {
        loop {
            let next = match next_data(&mut body).now_or_never() {
                Some(next) => next,
                // Nothing is there: what came so far does not wait for what may come in an hour.
                None => {
                    self.keep(api).await?;
                    next_data(&mut body).await
                }
            };
            let read = match next {
                Ok(Some(data)) => self.take(api, &data).await,
                Ok(None) => break,
                Err(problem) => Err(problem),
            };
            if let Err(problem) = read {
                self.keep(api).await?;
                return Err(problem);
            }
        }
        let reader = std::mem::replace(&mut self.reader, JournalReader::new(self.intake.limits()));
        let last = reader.finish();
        if let Ok(Some(entry)) = &last {
            self.batch.observations.push(Observation::Event(entry.clone().into_event(&self.context())));
        }
        self.keep(api).await?;
        last.map(|_| ()).map_err(Problem::from)
    }

    async fn take(&mut self, api: &Api, mut data: &[u8]) -> Result<(), Problem> {
        self.batch.bytes += data.len();
        while let Some(entry) = self.reader.next(&mut data)? {
            let event = entry.into_event(&self.context());
            self.batch.observations.push(Observation::Event(event));
            if self.batch.observations.len() >= BATCH_ENTRIES_MAX {
                self.keep(api).await?;
            }
        }
        if self.batch.bytes >= BATCH_BYTES_MAX {
            self.keep(api).await?;
        }
        Ok(())
    }

    fn context(&self) -> Context<'_> {
        Context { received: now(), limits: self.intake.limits() }
    }

    /// Makes durable what was gathered, when the rate of the key and the server have room.
    async fn keep(&mut self, api: &Api) -> Result<(), Problem> {
        let Batch { observations, bytes } = std::mem::take(&mut self.batch);
        if observations.is_empty() {
            self.batch.bytes = bytes;
            return Ok(());
        }
        while let Err(refused) = api.admission.events(&self.caller.id, observations.len()) {
            match refused {
                Refused::Rate { retry_after } => tokio::time::sleep(retry_after).await,
                other => return Err(other.into()),
            }
        }
        let parsed = Parsed { observations, ..Parsed::default() };
        let kept = self.intake.keep(parsed, bytes, None).await;
        self.accepted += kept.map_err(|stopping| Problem::new(Kind::Unavailable, stopping.to_string()))?.accepted;
        Ok(())
    }
}

fn check_form(headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or_default();
    let content_type = text(header::CONTENT_TYPE).split(';').next().unwrap_or_default().trim();
    if !content_type.eq_ignore_ascii_case(CONTENT_TYPE) {
        return Err(Problem::new(Kind::Unsupported, format!("only {CONTENT_TYPE} is read here")));
    }
    match text(header::CONTENT_ENCODING) {
        "" | "identity" => Ok(()),
        _ => Err(Problem::new(Kind::Unsupported, "a journal is read as it is: send it without Content-Encoding")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_journals_are_read() {
        for (content_type, encoding, good) in [
            ("application/vnd.fdo.journal", "", true),
            ("Application/vnd.fdo.journal; charset=x", "identity", true),
            ("application/vnd.fdo.journal", "zstd", false),
            ("application/json", "", false),
            ("", "", false),
        ] {
            let pairs = [(header::CONTENT_TYPE, content_type), (header::CONTENT_ENCODING, encoding)];
            let headers = pairs.into_iter().map(|(name, value)| (name, HeaderValue::from_static(value))).collect();
            assert_eq!(check_form(&headers).is_ok(), good, "{content_type} {encoding}");
        }
    }
}
