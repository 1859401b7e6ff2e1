//! `POST /api/v1/businesses/screen`: one, or many, against all lists.

use super::schema::{HitSchema, SearchedSchema};
use super::{BATCH_MAX, Party, answered, lists, malformed, record, take};
use crate::api::Api;
use crate::api::auth::Caller;
use crate::api::problem::Problem;
use crate::api::schema::{FindingSchema, ProblemSchema, SeverityName, VerdictName};
use crate::clock::now;
use crate::kyb::{Answer, Hit, How, Searched, is_list};
use axum::Json;
use axum::extract::{Request, State};
use palisade_kyb::{entity::Entity, matching::Mode};
use palisade_model::{Finding, Severity, Verdict};
use palisade_store::state::Scope;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// The most hits of one answer.
const LIMIT_MAX: usize = 100;

/// Whom to screen, and how: one of `party` and `items`.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ScreenRequest {
    /// One.
    party: Option<Party>,
    /// Many, at most 1,000; they are answered in this order.
    items: Option<Vec<Party>>,
    /// `balanced` (which is the default), `strict` or `ofac`.
    #[schema(value_type = Option<String>)]
    mode: Mode,
    /// The score from which on a hit is told; the threshold of the mode when it is left out.
    #[schema(minimum = 0, maximum = 1)]
    at_least: Option<f32>,
    /// The most hits of each answer, at most 100; 10 when it is left out.
    limit: Option<usize>,
    /// Only these lists, by the names of their feeds.
    lists: Vec<String>,
}

/// What is said about one.
#[derive(Serialize, ToSchema)]
pub struct Screened {
    /// The id that was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// The name that was sent.
    name: String,
    /// `allow`: nothing found; `flag`: somebody should look; `block`: hardly anything speaks against it.
    #[schema(value_type = VerdictName)]
    verdict: Verdict,
    /// The highest severity among the hits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<SeverityName>)]
    severity: Option<Severity>,
    /// The score of the best hit; 0 without hits.
    #[schema(minimum = 0, maximum = 1)]
    score: f32,
    /// The best first.
    #[schema(value_type = Vec<HitSchema>)]
    hits: Vec<Hit>,
    /// False when there are more hits than were asked for.
    complete: bool,
    /// What was recorded.
    #[schema(value_type = Vec<FindingSchema>)]
    #[serde(serialize_with = "palisade_model::written")]
    findings: Vec<Finding>,
}

/// The answer: about each, and what was searched for it.
#[derive(Serialize, ToSchema)]
pub struct ScreenReply {
    /// One each, in the order in which they were asked.
    results: Vec<Screened>,
    /// How differences were judged.
    mode: &'static str,
    /// The score from which on hits are told.
    at_least: f32,
    /// The lists that were searched, with their versions and age.
    #[schema(value_type = Vec<SearchedSchema>)]
    searched: Vec<Searched>,
    /// What has to be known about the lists: stale, damaged, not there.
    warnings: Vec<String>,
}

/// Screen businesses and people
#[utoipa::path(post, path = "/api/v1/businesses/screen", tag = "businesses", request_body = ScreenRequest,
    responses(
        (status = 200, description = "What is said about each, with every part of every score", body = ScreenReply),
        (status = "4XX", description = "Nobody was screened", body = ProblemSchema, content_type = "application/problem+json"),
        (status = 503, description = "No list can be searched, or the question could not be recorded", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn screen(
    State(api): State<Arc<Api>>,
    caller: Caller,
    request: Request,
) -> Result<Json<ScreenReply>, Problem> {
    caller.may_one(&[Scope::Inspect, Scope::Ingest])?;
    let (bytes, share) = take(&api, &caller, request).await?;
    let asked: ScreenRequest =
        serde_json::from_slice(&bytes).map_err(|error| malformed(format!("the JSON body: {error}")))?;
    let how = how(&asked)?;
    let parties = parties(asked)?;
    let lists = lists(&api)?;
    if let Some(list) = how.lists.iter().find(|list| lists.edition(list).is_none()) {
        return Err(malformed(format!("lists: {list} was never imported")));
    }
    api.admission.events(&caller.id, parties.len().max(1))?;
    let now = now();
    let ids: Vec<Option<String>> = parties.iter().map(|(id, _)| id.clone()).collect();
    let (searching, judged) = (Arc::clone(&lists), how.clone());
    let mut answers = answered(parties, move |(_, party)| searching.answer(party, &judged, now)).await?;
    record(&api, &caller, &mut answers, share).await?;
    let results = ids.into_iter().zip(answers).map(|(id, answer)| told(id, answer)).collect();
    Ok(Json(ScreenReply {
        results,
        mode: crate::kyb::mode_name(how.mode),
        at_least: how.at_least,
        searched: lists.searched(&how.lists, now),
        warnings: lists.warnings(&how.lists, now),
    }))
}

fn how(asked: &ScreenRequest) -> Result<How, Problem> {
    let mut how = How::new(asked.mode);
    how.at_least = asked.at_least.unwrap_or(how.at_least);
    if !(0.0..=1.0).contains(&how.at_least) {
        return Err(malformed("at_least is not between 0 and 1"));
    }
    how.limit = asked.limit.unwrap_or(how.limit);
    if !(1..=LIMIT_MAX).contains(&how.limit) {
        return Err(malformed(format!("limit is not between 1 and {LIMIT_MAX}")));
    }
    if let Some(list) = asked.lists.iter().find(|list| !is_list(list)) {
        let shown: String = list.chars().take(40).collect();
        return Err(malformed(format!("lists: there is no list `{shown}`")));
    }
    how.lists.clone_from(&asked.lists);
    Ok(how)
}

fn parties(asked: ScreenRequest) -> Result<Vec<(Option<String>, Entity)>, Problem> {
    let (parties, is_batch) = match (asked.party, asked.items) {
        (Some(party), None) => (vec![party], false),
        (None, Some(items)) => (items, true),
        _ => return Err(malformed("give `party`, or `items` for many")),
    };
    if parties.len() > BATCH_MAX {
        return Err(malformed(format!("items: more than {BATCH_MAX}")));
    }
    let entity = |(index, party): (usize, Party)| {
        let id = party.id.clone();
        let entity = party.entity("question").map_err(|reason| match is_batch {
            true => malformed(format!("/items/{index}: {reason}")),
            false => malformed(format!("/party: {reason}")),
        })?;
        Ok((id, entity))
    };
    parties.into_iter().enumerate().map(entity).collect()
}

fn told(id: Option<String>, answer: Answer) -> Screened {
    let name = crate::kyb::shown_name(&answer.asked).to_owned();
    let Answer { verdict, severity, score, hits, findings, complete, .. } = answer;
    Screened { id, name, verdict, severity, score, hits, complete, findings }
}
