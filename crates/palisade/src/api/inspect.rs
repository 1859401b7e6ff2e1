//! `POST /api/v1/inspect`: what the guard says about a text or a JSON document, or about many of them.
//!
//! The guard is asked directly; that it was asked is recorded as an event of kind `inspect` with the size, the verdict
//! and the findings, so nothing is judged twice. The text itself is kept nowhere: it is often what must not be kept.

mod bearers;
mod request;

use super::auth::Caller;
use super::problem::Problem;
use super::schema::{FindingSchema, ProblemSchema, SeverityName, VerdictName};
use super::{Api, body, body::Received};
use crate::clock::now;
use crate::pipeline::{Submission, Told};
use axum::Json;
use axum::extract::{Request, State};
use axum::http::header;
pub use bearers::Bearers;
use palisade_guard::policy::Circumstances;
use palisade_model::{Event, Finding, FindingDraft, Observation, Severity, Subject, Verdict};
use palisade_store::state::Scope;
use request::{Asked, InspectRequest, Question, What};
use serde::Serialize;
use std::borrow::Cow;
use std::sync::Arc;
use utoipa::ToSchema;

/// Requests beyond this are judged off the serving threads.
const INLINE_BYTES_MAX: usize = 256 * 1024;

/// The answer: about one, or about each of a batch.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum InspectReply {
    /// About the text or the document that was sent.
    One(InspectAnswer),
    /// About each of a batch.
    Batch(InspectAnswers),
}

/// What the guard says about each of a batch.
#[derive(Serialize, ToSchema)]
pub struct InspectAnswers {
    /// One each, in the order of the batch.
    answers: Vec<InspectAnswer>,
}

/// What the guard says.
#[derive(Serialize, ToSchema)]
pub struct InspectAnswer {
    /// What to do.
    #[schema(value_type = VerdictName)]
    verdict: Verdict,
    /// The highest severity among the findings.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<SeverityName>)]
    severity: Option<Severity>,
    /// How sure the surest finding is, in 0..=1; 0 without findings.
    #[schema(minimum = 0, maximum = 1)]
    score: f64,
    /// Everything that was found.
    #[schema(value_type = Vec<FindingSchema>)]
    #[serde(serialize_with = "palisade_model::written")]
    findings: Vec<Finding>,
    /// The text, or the JSON as text, with everything taken out or masked that the policy would redact or block; only
    /// where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    neutralised: Option<String>,
}

/// What the guard and the policy say.
struct Judgement {
    bytes: usize,
    verdict: Verdict,
    drafts: Vec<FindingDraft>,
    neutralised: Option<String>,
}

/// Judge texts or JSON documents
#[utoipa::path(post, path = "/api/v1/inspect", tag = "guard",
    request_body(content((InspectRequest = "application/json"), (String = "text/plain"))),
    responses(
        (status = 200, description = "The verdict, or one for each of a batch", body = InspectReply),
        (status = "4XX", description = "Nothing was judged", body = ProblemSchema, content_type = "application/problem+json"),
        (status = 503, description = "The question could not be recorded", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn inspect(
    State(api): State<Arc<Api>>,
    caller: Caller,
    request: Request,
) -> Result<Json<InspectReply>, Problem> {
    caller.may_one(&[Scope::Inspect, Scope::Ingest])?;
    api.admission.events(&caller.id, 1)?;
    let Received { parts, bytes, permit } = body::take(&api, &caller.id, request, api.limits.body_bytes_max).await?;
    let is_json = parts.headers.get(header::CONTENT_TYPE).is_none_or(|value| !value.as_bytes().starts_with(b"text/"));
    let asked = request::read(&bytes, is_json, api.limits.inspect_batch_max)?;
    let is_batch = asked.is_batch;
    // Each of a batch counts, as if it had come by itself; one has been counted above.
    api.admission.events(&caller.id, asked.questions.len() - 1)?;
    let share = api.pipeline.room(permit.bytes()).await?;
    let judgements = judge(&api, asked, bytes.len()).await?;
    let observations = judgements.iter().map(|judgement| record(&caller, judgement)).collect();
    let (mut answers, judged) = parted(judgements);
    let counts: Vec<usize> = judged.iter().map(Told::count).collect();
    let submission = Submission { observations, share, idempotency_key: None, judged: Some(judged) };
    let mut findings = api.pipeline.submit(submission).await?.findings.into_iter();
    for (answer, count) in answers.iter_mut().zip(counts) {
        answer.findings.extend(findings.by_ref().take(count));
    }
    Ok(Json(match (is_batch, answers.pop()) {
        (false, Some(answer)) => InspectReply::One(answer),
        (_, last) => {
            answers.extend(last);
            InspectReply::Batch(InspectAnswers { answers })
        }
    }))
}

async fn judge(api: &Arc<Api>, asked: Asked, bytes: usize) -> Result<Vec<Judgement>, Problem> {
    let Asked { questions, is_batch } = asked;
    let ask_all = move |api: &Api| {
        let answered = (0..).zip(&questions).map(|(number, question)| {
            let of_batch = is_batch.then_some(number);
            ask(api, question).map_err(|detail| request::malformed(of_batch, &detail))
        });
        answered.collect()
    };
    if bytes <= INLINE_BYTES_MAX {
        return ask_all(api);
    }
    let api = Arc::clone(api);
    let done = tokio::task::spawn_blocking(move || ask_all(&api)).await;
    done.map_err(|error| Problem::internal("the inspection", &error))?
}

/// # Errors
/// What is wrong with the JSON to inspect.
fn ask(api: &Api, question: &Question) -> Result<Judgement, String> {
    let now = now();
    let circumstances = Circumstances {
        direction: question.direction,
        tool: question.tool.as_deref(),
        server: question.server.as_deref(),
        path: None,
        now,
    };
    let (guard, policy) = (api.pipeline.guard(), &api.policy);
    let malformed = |error| format!("the JSON to inspect: {error}");
    let (bytes, mut drafts, neutralised) = match &question.what {
        What::Text(text) => {
            let neutralised = question.neutralise.then(|| guard.neutralise_text(text, policy, &circumstances).text);
            (text.len(), guard.inspect_text(text), neutralised)
        }
        What::Json(json) => {
            let neutralise = || guard.neutralise_json(json.get(), policy, &circumstances).map_err(malformed);
            let neutralised = question.neutralise.then(neutralise).transpose()?.map(|neutralised| neutralised.text);
            (json.get().len(), guard.inspect_json(json.get()).map_err(malformed)?, neutralised)
        }
    };
    let of_token = question.shown.as_ref().map(|shown| api.bearers.judge(shown, policy, now));
    drafts.extend(of_token.unwrap_or_default());
    let verdict = policy.decide(&drafts, &circumstances).verdict;
    Ok(Judgement { bytes, verdict, drafts, neutralised: neutralised.map(Cow::into_owned) })
}

fn record(caller: &Caller, judgement: &Judgement) -> Observation {
    let Judgement { bytes, verdict, drafts, .. } = judgement;
    Observation::Event(Event {
        time: now(),
        kind: "inspect".to_owned(),
        severity: drafts.iter().map(|draft| draft.severity).max().unwrap_or_default(),
        service: "palisade".to_owned(),
        actor: caller.id.clone(),
        message: format!("inspected {bytes} bytes: {verdict}, {} findings", drafts.len()),
        ..Event::default()
    })
}

/// The answers, still without their findings, and what is to be recorded with each.
fn parted(judgements: Vec<Judgement>) -> (Vec<InspectAnswer>, Vec<Told>) {
    let part = |judgement: Judgement| {
        let Judgement { verdict, drafts, neutralised, .. } = judgement;
        let severity = drafts.iter().map(|draft| draft.severity).max();
        let score = drafts.iter().map(|draft| draft.confidence).fold(0.0, f64::max);
        let subject = Subject { kind: "message".to_owned(), name: "inspect".to_owned() };
        (InspectAnswer { verdict, severity, score, findings: Vec::new(), neutralised }, Told::Drafts(subject, drafts))
    };
    judgements.into_iter().map(part).unzip()
}
