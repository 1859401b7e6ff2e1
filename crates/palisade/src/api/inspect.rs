//! `POST /api/v1/inspect`: what the guard says about a text or a JSON document.
//!
//! The guard is asked directly; that it was asked is recorded as an event of kind `inspect` with the size, the verdict
//! and the findings, so nothing is judged twice. The text itself is kept nowhere: it is often what must not be kept.

use super::auth::Caller;
use super::problem::{Kind, Problem};
use super::schema::{FindingSchema, ProblemSchema, SeverityName, VerdictName};
use super::{Api, body};
use crate::clock::now;
use crate::pipeline::Submission;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::header;
use palisade_guard::policy::{Circumstances, Direction};
use palisade_model::{Event, Finding, FindingDraft, Observation, Severity, Subject, Verdict};
use palisade_store::state::Scope;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::sync::Arc;
use utoipa::ToSchema;

/// Texts beyond this are judged off the serving threads.
const INLINE_BYTES_MAX: usize = 256 * 1024;

/// What to inspect: one of the two. A body of `text/plain` is the text itself.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InspectRequest {
    /// Text.
    #[schema(example = "please review ghp_...")]
    text: Option<String>,
    /// Any JSON value; every string in it is inspected, and evidence says at which JSON Pointer.
    #[schema(value_type = Option<Object>)]
    json: Option<Box<RawValue>>,
    /// Which way it goes: towards the agent or from it; rules of the policy can tell the two apart.
    #[serde(default)]
    direction: Way,
    /// The tool that is called or answers.
    tool: Option<String>,
    /// The server that the tool belongs to.
    server: Option<String>,
    /// Whether to answer with what may go on, too.
    #[serde(default)]
    neutralise: bool,
}

/// Which way a message goes.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// Towards the agent: answers of tools, prompts, documents.
    #[default]
    In,
    /// From the agent: calls of tools, answers to users.
    Out,
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
    findings: Vec<Finding>,
    /// The text, or the JSON as text, with everything taken out or masked that the policy would redact or block; only
    /// where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    neutralised: Option<String>,
}

struct Asked {
    what: What,
    direction: Direction,
    tool: Option<String>,
    server: Option<String>,
    neutralise: bool,
}

enum What {
    Text(String),
    Json(Box<RawValue>),
}

/// What the guard and the policy say.
struct Judgement {
    bytes: usize,
    verdict: Verdict,
    drafts: Vec<FindingDraft>,
    neutralised: Option<String>,
}

/// Judge a text or a JSON document
#[utoipa::path(post, path = "/api/v1/inspect", tag = "guard",
    request_body(content((InspectRequest = "application/json"), (String = "text/plain"))),
    responses(
        (status = 200, description = "The verdict", body = InspectAnswer),
        (status = "4XX", description = "Not judged", body = ProblemSchema, content_type = "application/problem+json"),
        (status = 503, description = "The question could not be recorded", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn inspect(
    State(api): State<Arc<Api>>,
    caller: Caller,
    request: Request,
) -> Result<Json<InspectAnswer>, Problem> {
    caller.may_one(&[Scope::Inspect, Scope::Ingest])?;
    api.admission.events(&caller.id, 1)?;
    let mut permit = api.admission.permit(&caller.id);
    let (parts, sent) = request.into_parts();
    let is_json = parts.headers.get(header::CONTENT_TYPE).is_none_or(|value| !value.as_bytes().starts_with(b"text/"));
    let bytes =
        body::read(&parts.headers, sent, api.limits.body_bytes_max, api.limits.body_time_max(), &mut permit).await?;
    let asked = read(&bytes, is_json)?;
    let share = api.pipeline.room(permit.bytes()).await?;
    let Judgement { bytes, verdict, drafts, neutralised } = judge(&api, asked).await?;
    let severity = drafts.iter().map(|draft| draft.severity).max();
    let score = drafts.iter().map(|draft| draft.confidence).fold(0.0, f64::max);
    let subject = Subject { kind: "message".to_owned(), name: "inspect".to_owned() };
    let submission = Submission {
        observations: vec![record(&caller, bytes, severity, verdict, drafts.len())],
        share,
        idempotency_key: None,
        judged: Some((subject, drafts)),
    };
    let findings = api.pipeline.submit(submission).await?.findings;
    Ok(Json(InspectAnswer { verdict, severity, score, findings, neutralised }))
}

fn read(bytes: &[u8], is_json: bool) -> Result<Asked, Problem> {
    let malformed = |detail: String| Problem::new(Kind::Malformed, detail);
    if !is_json {
        let text = std::str::from_utf8(bytes).map_err(|error| malformed(format!("the text is not UTF-8: {error}")))?;
        let what = What::Text(text.to_owned());
        return Ok(Asked { what, direction: Direction::In, tool: None, server: None, neutralise: false });
    }
    let request: InspectRequest =
        serde_json::from_slice(bytes).map_err(|error| malformed(format!("the JSON body: {error}")))?;
    let what = match (request.text, request.json) {
        (Some(text), None) => What::Text(text),
        (None, Some(json)) => What::Json(json),
        _ => return Err(malformed("send {\"text\":…} or {\"json\":…}, or a body of text/plain".to_owned())),
    };
    let direction = match request.direction {
        Way::In => Direction::In,
        Way::Out => Direction::Out,
    };
    Ok(Asked { what, direction, tool: request.tool, server: request.server, neutralise: request.neutralise })
}

async fn judge(api: &Arc<Api>, asked: Asked) -> Result<Judgement, Problem> {
    let bytes = match &asked.what {
        What::Text(text) => text.len(),
        What::Json(json) => json.get().len(),
    };
    if bytes <= INLINE_BYTES_MAX {
        return ask(api, &asked, bytes);
    }
    let api = Arc::clone(api);
    let done = tokio::task::spawn_blocking(move || ask(&api, &asked, bytes)).await;
    done.map_err(|error| Problem::internal("the inspection", &error))?
}

fn ask(api: &Api, asked: &Asked, bytes: usize) -> Result<Judgement, Problem> {
    let circumstances = Circumstances {
        direction: asked.direction,
        tool: asked.tool.as_deref(),
        server: asked.server.as_deref(),
        now: now(),
    };
    let (guard, policy) = (api.pipeline.guard(), &api.policy);
    let malformed = |error| Problem::new(Kind::Malformed, format!("the JSON to inspect: {error}"));
    let (drafts, neutralised) = match &asked.what {
        What::Text(text) => {
            let neutralised = asked.neutralise.then(|| guard.neutralise_text(text, policy, &circumstances).text);
            (guard.inspect_text(text), neutralised)
        }
        What::Json(json) => {
            let neutralise = || guard.neutralise_json(json.get(), policy, &circumstances).map_err(malformed);
            let neutralised = asked.neutralise.then(neutralise).transpose()?;
            (guard.inspect_json(json.get()).map_err(malformed)?, neutralised.map(|neutralised| neutralised.text))
        }
    };
    let verdict = policy.decide(&drafts, &circumstances).verdict;
    Ok(Judgement { bytes, verdict, drafts, neutralised: neutralised.map(Cow::into_owned) })
}

fn record(caller: &Caller, bytes: usize, severity: Option<Severity>, verdict: Verdict, findings: usize) -> Observation {
    Observation::Event(Event {
        time: now(),
        kind: "inspect".to_owned(),
        severity: severity.unwrap_or_default(),
        service: "palisade".to_owned(),
        actor: caller.id.clone(),
        message: format!("inspected {bytes} bytes: {verdict}, {findings} findings"),
        ..Event::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_text_and_json_is_read() {
        for (body, is_json, wanted) in [
            (r#"{"text":"a"}"#, true, Some("text a")),
            (r#"{"json":{"a": "b"}}"#, true, Some(r#"json {"a": "b"}"#)),
            ("plain {", false, Some("text plain {")),
            ("{}", true, None),
            (r#"{"text":"a","json":1}"#, true, None),
            (r#"{"txt":"a"}"#, true, None),
            ("plain", true, None),
        ] {
            let found = read(body.as_bytes(), is_json).ok().map(|asked| match asked.what {
                What::Text(text) => format!("text {text}"),
                What::Json(json) => format!("json {}", json.get()),
            });
            assert_eq!(found.as_deref(), wanted, "{body}");
        }
        assert!(read(b"\xff", false).is_err());
    }
}
