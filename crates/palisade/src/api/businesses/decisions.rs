//! `POST /api/v1/businesses/decisions`: what somebody decided on a hit. It holds for the evidence that it was made on.

use super::{malformed, take};
use crate::api::Api;
use crate::api::auth::Caller;
use crate::api::problem::{Kind, Problem};
use crate::api::respond::actor;
use crate::api::schema::ProblemSchema;
use crate::clock::now;
use crate::desk::Order;
use crate::kyb::counterparties::{fingerprint, hits_of};
use axum::Json;
use axum::extract::{Request, State};
use palisade_kyb::screening::{Decision, Decisions, Pair, Verdict};
use palisade_response::Command;
use palisade_store::state::{AuditDraft, PairRow, Scope};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use utoipa::ToSchema;

/// Letters of a reason that the alert is resolved with.
const NOTE_CHARS_MAX: usize = 500;

/// A decision on a hit of a counterparty.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionRequest {
    /// The id of the counterparty.
    counterparty: String,
    /// The list.
    list: String,
    /// The id of the entry within the list.
    entry: String,
    /// `not_a_match` or `match`.
    #[schema(value_type = String)]
    verdict: Verdict,
    /// Why, in your words; it is kept with your name.
    reason: String,
    /// The evidence that you have looked at, as the hit names it. When it is another by now, nothing is decided.
    evidence: String,
}

/// Decide on a hit
#[utoipa::path(post, path = "/api/v1/businesses/decisions", tag = "businesses", request_body = DecisionRequest,
    description = "The author is the key. The decision is kept in the audit log, too. It holds until the evidence is another: then the hit is open again. The alert of a hit that is no match is resolved.",
    responses(
        (status = 200, description = "It is kept", body = Object),
        (status = 404, description = "There is no such hit", body = ProblemSchema, content_type = "application/problem+json"),
        (status = "4XX", description = "Nothing was decided", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn decide(State(api): State<Arc<Api>>, caller: Caller, request: Request) -> Result<Json<Decision>, Problem> {
    caller.may(Scope::Respond)?;
    let (bytes, _share) = take(&api, &caller, request).await?;
    let asked: DecisionRequest =
        serde_json::from_slice(&bytes).map_err(|error| malformed(format!("the JSON body: {error}")))?;
    let _held = api.lists.hold().await;
    let state = &api.store.state;
    let failed = |error: anyhow::Error| Problem::internal("deciding on a hit", &error);
    let hits = hits_of(&state.list_hits(&asked.counterparty, &asked.counterparty).await?).map_err(failed)?;
    let pair = Pair { counterparty: asked.counterparty, source: asked.list, entry: asked.entry };
    let hit = hits.into_iter().find(|hit| hit.pair == pair);
    let hit = hit.ok_or_else(|| Problem::new(Kind::NotFound, "the counterparty has no hit on this entry"))?;
    if hit.evidence != asked.evidence {
        return Err(malformed(format!("evidence: the hit rests on {} now; look at it again", hit.evidence)));
    }
    let author = if caller.name == caller.id { caller.id.clone() } else { format!("{} ({})", caller.name, caller.id) };
    let mut decisions = Decisions::default();
    let now = now();
    let decision = decisions
        .decide(&hit, asked.verdict, &asked.reason, &author, now)
        .map_err(|error| malformed(format!("reason: {error}")))?;
    let body = serde_json::to_string(decision).map_err(|error| Problem::internal("deciding on a hit", &error))?;
    let Pair { counterparty, source, entry } = decision.pair.clone();
    let detail = json!({"list": source, "entry": entry, "verdict": decision.verdict, "reason": decision.reason,
        "evidence": decision.evidence});
    let [via, action] = ["api", "screening.decide"].map(str::to_owned);
    let subject = counterparty.clone();
    let audit = AuditDraft { at: now, actor: author, via, action, subject, detail: detail.to_string() };
    state.put_decision(&PairRow { counterparty, list: source, entry, body }, &audit).await?;
    api.lists.learned().forget().await;
    if decision.verdict == Verdict::NotAMatch {
        resolve(&api, &caller, decision).await;
    }
    Ok(Json(decision.clone()))
}

/// Ends the alert of a hit that is none. There may be no alert, and the decision stands whatever comes of it.
async fn resolve(api: &Api, caller: &Caller, Decision { pair, reason, .. }: &Decision) {
    let note = format!("not a match: {}", reason.chars().take(NOTE_CHARS_MAX).collect::<String>());
    let command = Command::Resolve { fingerprint: fingerprint(&pair.counterparty, &pair.source, &pair.entry), note };
    match api.desk.order(actor(caller, "api"), Order::Alert(command)).await {
        Ok(Ok(_)) => {}
        Ok(Err(refusal)) => tracing::debug!(?refusal, "a hit that was dismissed has no alert to resolve"),
        Err(error) => tracing::warn!(%error, "the alert of a hit that was dismissed stays"),
    }
}
