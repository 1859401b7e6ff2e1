//! `/api/v1/businesses/counterparties`: with whom the organisation deals, kept and screened again whenever a list changes.

use super::{BATCH_MAX, Party, lists, malformed, take};
use crate::api::Api;
use crate::api::auth::Caller;
use crate::api::problem::{Kind, Problem};
use crate::api::schema::ProblemSchema;
use crate::clock::now;
use crate::kyb::counterparties::{SOURCE, hits_of, party_of, row_of, screen};
use crate::pipeline::{Submission, Told};
use axum::Json;
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use palisade_kyb::entity::Entity;
use palisade_kyb::screening::{self, Adjustment, Decision, Decisions, Learning, Standing};
use palisade_model::{Event, Finding, Observation, Severity};
use palisade_store::state::{CounterpartyRow, PairRow, Scope};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// Counterparties of a page.
const PAGE: u32 = 100;
/// Counterparties that are kept.
const COUNTERPARTIES_MAX: u64 = 1_000_000;
/// Letters of an id.
const ID_CHARS_MAX: usize = 200;

/// Counterparties to keep.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CounterpartiesRequest {
    /// At most 1,000, each with an id; one with a known id takes the place of the one before.
    items: Vec<Party>,
}

/// A hit of a counterparty, and what was decided on it.
#[derive(Serialize, ToSchema)]
pub struct CounterpartyHit {
    /// The list.
    list: String,
    /// The id of the entry within the list.
    entry: String,
    /// How well it fits, 0 to 1.
    score: f32,
    /// How likely it is the same, 0 to 1.
    probability: f32,
    /// The score as your earlier decisions see it, 0 to 1: the order in which to look at hits. It moves by 0.1 down and
    /// 0.05 up at most, and never for an identifier that is equal.
    priority: f32,
    /// What moved it: a sentence each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    learned: Vec<String>,
    /// The name of the entry that fits best.
    listed: String,
    /// The SHA-256 over what was compared.
    evidence: String,
    /// `open`, `dismissed`, `confirmed`; `reopened` when it was decided on other evidence.
    standing: &'static str,
    /// The last decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    decision: Option<Decision>,
}

/// A counterparty.
#[derive(Serialize, ToSchema)]
pub struct CounterpartyItem {
    /// The id by which you know it.
    id: String,
    /// Its name.
    name: String,
    /// When it was last sent in, RFC 3339.
    updated: String,
    /// The entries that it fits, by list and entry.
    hits: Vec<CounterpartyHit>,
    /// All that is known of it.
    #[schema(value_type = Object)]
    party: Entity,
}

/// Counterparties, by id.
#[derive(Serialize, ToSchema)]
pub struct CounterpartyPage {
    items: Vec<CounterpartyItem>,
    /// Ask with `after` set to this for more.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// From where on counterparties are listed.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct CounterpartyParameters {
    /// The id after which the list begins.
    #[serde(default)]
    after: String,
}

/// Keep counterparties
#[utoipa::path(post, path = "/api/v1/businesses/counterparties", tag = "businesses", request_body = CounterpartiesRequest,
    responses(
        (status = 200, description = "They are kept; these are their hits as of now", body = CounterpartyPage),
        (status = 409, description = "There are as many as there may be", body = ProblemSchema, content_type = "application/problem+json"),
        (status = "4XX", description = "Nothing was kept", body = ProblemSchema, content_type = "application/problem+json"),
        (status = 503, description = "No list can be searched, or nothing can be kept", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn put(
    State(api): State<Arc<Api>>,
    caller: Caller,
    request: Request,
) -> Result<Json<CounterpartyPage>, Problem> {
    caller.may(Scope::Ingest)?;
    let (bytes, share) = take(&api, &caller, request).await?;
    let asked: CounterpartiesRequest =
        serde_json::from_slice(&bytes).map_err(|error| malformed(format!("the JSON body: {error}")))?;
    let parties = parties(asked)?;
    api.admission.events(&caller.id, parties.len().max(1))?;
    let state = &api.store.state;
    if state.count_counterparties().await? + parties.len() as u64 > COUNTERPARTIES_MAX {
        return Err(Problem::new(Kind::Limit, format!("there are {COUNTERPARTIES_MAX} counterparties at most")));
    }
    // While lists change, a counterparty would be screened against the old and miss the new.
    let _held = api.lists.hold().await;
    let lists = lists(&api)?;
    let screening = tokio::task::spawn_blocking(move || {
        let screened: Vec<_> = parties.iter().map(|party| screen(&lists, party)).collect();
        (parties, screened)
    });
    let (parties, screened) = screening.await.map_err(|error| Problem::internal("screening", &error))?;
    let (hits, findings): (Vec<Vec<screening::Hit>>, Vec<Vec<Finding>>) = screened.into_iter().unzip();
    let now = now();
    let failed = |error: anyhow::Error| Problem::internal("keeping counterparties", &error);
    let rows = parties
        .iter()
        .map(|party| Ok(CounterpartyRow { id: party.id.clone(), party: serde_json::to_string(party)?, updated: now }));
    let rows = rows.collect::<anyhow::Result<Vec<_>>>().map_err(failed)?;
    let pairs = hits.iter().flatten().map(row_of).collect::<anyhow::Result<Vec<PairRow>>>().map_err(failed)?;
    tell(&api, &caller, &parties, findings, share).await?;
    state.put_counterparties(&rows, &pairs).await?;
    page(&api, rows, None).await.map(Json)
}

fn parties(asked: CounterpartiesRequest) -> Result<Vec<Entity>, Problem> {
    if asked.items.len() > BATCH_MAX {
        return Err(malformed(format!("items: more than {BATCH_MAX}")));
    }
    let entity = |(index, party): (usize, Party)| {
        let wrong = |reason: &str| malformed(format!("/items/{index}: {reason}"));
        let id = party.id.as_deref().unwrap_or_default();
        if id.trim().is_empty() || id.chars().count() > ID_CHARS_MAX {
            return Err(wrong(&format!("id: 1 to {ID_CHARS_MAX} letters")));
        }
        party.entity(SOURCE).map_err(|reason| wrong(&reason))
    };
    asked.items.into_iter().enumerate().map(entity).collect()
}

/// Records the counterparties that have hits, with their findings.
async fn tell(
    api: &Api,
    caller: &Caller,
    parties: &[Entity],
    findings: Vec<Vec<Finding>>,
    share: crate::pipeline::Share,
) -> Result<(), Problem> {
    let with_hits: Vec<(&Entity, Vec<Finding>)> =
        parties.iter().zip(findings).filter(|(_, findings)| !findings.is_empty()).collect();
    if with_hits.is_empty() {
        return Ok(());
    }
    let observation = |(party, findings): &(&Entity, Vec<Finding>)| {
        Observation::Event(Event {
            time: now(),
            kind: "screening".to_owned(),
            severity: findings.iter().map(|finding| finding.severity).max().unwrap_or(Severity::Informational),
            service: "palisade".to_owned(),
            actor: caller.id.clone(),
            message: format!("counterparty {} has {} hits", party.id, findings.len()),
            ..Event::default()
        })
    };
    let observations = with_hits.iter().map(observation).collect();
    let judged = Some(with_hits.into_iter().map(|(_, findings)| Told::Findings(findings)).collect());
    api.pipeline.submit(Submission { observations, share, idempotency_key: None, judged }).await?;
    Ok(())
}

/// List counterparties
#[utoipa::path(get, path = "/api/v1/businesses/counterparties", tag = "businesses", params(CounterpartyParameters),
    responses((status = 200, description = "By id, with their hits and what was decided on them", body = CounterpartyPage)))]
pub async fn list(
    State(api): State<Arc<Api>>,
    Query(parameters): Query<CounterpartyParameters>,
    caller: Caller,
) -> Result<Json<CounterpartyPage>, Problem> {
    caller.may(Scope::Read)?;
    let rows = api.store.state.list_counterparties(&parameters.after, PAGE).await?;
    let next = (rows.len() == PAGE as usize).then(|| rows.last().map(|row| row.id.clone())).flatten();
    page(&api, rows, next).await.map(Json)
}

/// The counterparties of these rows, with their hits.
async fn page(api: &Api, mut rows: Vec<CounterpartyRow>, next: Option<String>) -> Result<CounterpartyPage, Problem> {
    rows.sort_by(|one, other| one.id.cmp(&other.id));
    let failed = |error: anyhow::Error| Problem::internal("reading counterparties", &error);
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
        return Ok(CounterpartyPage { items: Vec::new(), next });
    };
    let state = &api.store.state;
    let hits = hits_of(&state.list_hits(&first.id, &last.id).await?).map_err(failed)?;
    let decided = state.list_decisions(&first.id, &last.id).await?;
    let decided: Vec<Decision> = decided.iter().filter_map(|row| serde_json::from_str(&row.body).ok()).collect();
    let decisions = Decisions::from(decided);
    let learning = api.lists.learned().get(state).await.map_err(failed)?;
    let item = |row: &CounterpartyRow| {
        let party = party_of(row)?;
        let own = hits.iter().filter(|hit| hit.pair.counterparty == row.id);
        Ok(CounterpartyItem {
            id: row.id.clone(),
            name: crate::kyb::shown_name(&party).to_owned(),
            updated: row.updated.to_string(),
            hits: own.map(|hit| told(hit, &decisions, &learning)).collect(),
            party,
        })
    };
    let items = rows.iter().map(item).collect::<anyhow::Result<Vec<_>>>().map_err(failed)?;
    Ok(CounterpartyPage { items, next })
}

fn told(hit: &screening::Hit, decisions: &Decisions, learning: &Learning) -> CounterpartyHit {
    let (standing, decision) = match decisions.standing(hit) {
        Standing::Open => ("open", None),
        Standing::Reopened(decision) => ("reopened", Some(decision.clone())),
        Standing::Dismissed(decision) => ("dismissed", Some(decision.clone())),
        Standing::Confirmed(decision) => ("confirmed", Some(decision.clone())),
    };
    let Adjustment { after, explanations: learned, .. } = learning.adjust(hit);
    CounterpartyHit {
        list: hit.pair.source.clone(),
        entry: hit.pair.entry.clone(),
        score: hit.comparison.score,
        probability: hit.comparison.probability,
        priority: after as f32,
        learned,
        listed: hit.comparison.name.as_ref().map(|name| name.listed.clone()).unwrap_or_default(),
        evidence: hit.evidence.clone(),
        standing,
        decision,
    }
}

/// Forget a counterparty
#[utoipa::path(delete, path = "/api/v1/businesses/counterparties/{id}", tag = "businesses", params(("id" = String, Path)),
    description = "Its hits are forgotten with it; decisions stay, with who made them.",
    responses(
        (status = 204, description = "It is forgotten"),
        (status = 404, description = "There is none of this id", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn forget(
    State(api): State<Arc<Api>>,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<StatusCode, Problem> {
    caller.may(Scope::Ingest)?;
    let _held = api.lists.hold().await;
    match api.store.state.delete_counterparty(&id).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::new(Kind::NotFound, "there is no counterparty of this id")),
    }
}
