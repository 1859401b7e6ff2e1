//! `/api/v1/businesses/…`: who is screened, against which lists, with what came of it; and the same in the forms of other
//! programs' APIs ([`yente`], [`watchman`]).
//!
//! That somebody was asked about is recorded as an event with its findings, so that a hit becomes an alert.

pub mod compare;
pub mod counterparties;
pub mod decisions;
mod party;
pub mod schema;
pub mod screen;
pub mod watchman;
pub mod yente;

pub use party::Party;

use super::auth::Caller;
use super::problem::{Kind, Problem};
use super::{Api, body, body::Received};
use crate::clock::now;
use crate::kyb::{Answer, Lists};
use crate::pipeline::{Share, Submission, Told};
use axum::extract::Request;
use bytes::Bytes;
use palisade_model::{Event, Observation};
use std::sync::Arc;
use std::time::Duration;

/// Questions of one request.
const BATCH_MAX: usize = 1_000;
/// Questions that are answered where the request is read; more go to a thread that may take its time.
const INLINE_MAX: usize = 4;
/// When lists that could not be read may be mended.
const LISTS_RETRY_AFTER: Duration = Duration::from_secs(60);

fn malformed(reason: impl Into<String>) -> Problem {
    Problem::new(Kind::Malformed, reason)
}

/// The lists that count now. Without any, no answer is given: an empty one would read as "nobody is listed".
fn lists(api: &Api) -> Result<Arc<Lists>, Problem> {
    api.lists.get().map_err(|reason| Problem::new(Kind::Unavailable, reason).retry_after(LISTS_RETRY_AFTER))
}

/// The body, and room for the record of what is asked.
async fn take(api: &Api, caller: &Caller, request: Request) -> Result<(Bytes, Share), Problem> {
    let Received { bytes, permit, .. } = body::take(api, &caller.id, request, api.limits.body_bytes_max).await?;
    let share = api.pipeline.room(permit.bytes().max(1)).await?;
    Ok((bytes, share))
}

/// Answers all of `asked`, on this thread when they are few.
async fn answered<T: Send + 'static, A: Send + 'static>(
    asked: Vec<T>,
    answer: impl Fn(T) -> A + Send + 'static,
) -> Result<Vec<A>, Problem> {
    if asked.len() <= INLINE_MAX {
        return Ok(asked.into_iter().map(answer).collect());
    }
    let answering = tokio::task::spawn_blocking(move || asked.into_iter().map(answer).collect());
    answering.await.map_err(|error| Problem::internal("screening", &error))
}

/// Records that somebody was asked about. The findings come back as they are kept.
async fn record(api: &Api, caller: &Caller, answers: &mut [Answer], share: Share) -> Result<(), Problem> {
    if answers.is_empty() {
        return Ok(());
    }
    let observation = |answer: &Answer| {
        Observation::Event(Event {
            time: now(),
            kind: "screening".to_owned(),
            severity: answer.severity.unwrap_or_default(),
            service: "palisade".to_owned(),
            actor: caller.id.clone(),
            message: format!(
                "screened {}: {}, {} hits",
                crate::kyb::shown_name(&answer.asked),
                answer.verdict,
                answer.hits.len()
            ),
            ..Event::default()
        })
    };
    let observations = answers.iter().map(observation).collect();
    let judged = answers.iter().map(|answer| Told::Findings(answer.findings.clone())).collect();
    let submission = Submission { observations, share, idempotency_key: None, judged: Some(judged) };
    let mut recorded = api.pipeline.submit(submission).await?.findings.into_iter();
    for answer in answers {
        answer.findings = recorded.by_ref().take(answer.findings.len()).collect();
    }
    Ok(())
}
