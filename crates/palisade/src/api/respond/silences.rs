//! `/api/v1/silences`: nobody is told of what they match, for a time, for a reason.

use super::page::{Items, page};
use super::schema::{SilencePage, SilenceSchema};
use super::{actor, carry_out, carry_out_once};
use crate::api::auth::Caller;
use crate::api::entry::idempotency_key;
use crate::api::problem::{Kind, Problem};
use crate::api::schema::ProblemSchema;
use crate::api::{Api, body, lists};
use crate::desk::Order;
use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, Uri};
use palisade_model::{Id, Timestamp};
use palisade_response::{Command, Matcher, Silence, SilenceDraft, SilenceStatus};
use palisade_store::state::Scope;
use serde::Deserialize;
use std::cmp::Reverse;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// Which silences.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SilenceQuery {
    /// pending, active or expired; those that are not expired when it is not given.
    #[param(value_type = Option<String>)]
    status: Option<SilenceStatus>,
    /// Items on the page, 1 to 1000; 100 when it is not given.
    limit: Option<usize>,
    /// The `next` of the page before.
    cursor: Option<String>,
}

/// The silence to make, or to change.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"matchers": ["alertname=\"Down\"", "host=~\"web-.*\""], "ends_at": "2026-11-20T14:00:00Z",
    "reason": "moving racks"}))]
pub struct SilenceRequest {
    /// The silence to change; a new one when it is not given.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    id: Option<Id>,
    /// All must be met, in Alertmanager's notation.
    #[schema(value_type = Vec<String>)]
    matchers: Vec<Matcher>,
    /// From when, RFC 3339; now when it is not given.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    starts_at: Option<Timestamp>,
    /// Until when, RFC 3339.
    #[schema(value_type = String)]
    ends_at: Timestamp,
    /// Why.
    #[serde(default)]
    reason: String,
}

/// List silences
#[utoipa::path(get, path = "/api/v1/silences", tag = "response", params(SilenceQuery),
    responses(
        (status = 200, description = "A page, those that end last first", body = SilencePage),
        (status = "4XX", description = "Not listed", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn list(State(api): State<Arc<Api>>, caller: Caller, uri: Uri) -> Result<Json<Items<Silence>>, Problem> {
    caller.may(Scope::Read)?;
    let asked: SilenceQuery = lists::parameters(&uri)?;
    let machine = api.desk.machine();
    let taken = machine.silences().filter(|silence| match asked.status {
        Some(status) => silence.status == status,
        None => silence.status != SilenceStatus::Expired,
    });
    let order = |silence: &&Silence| (Reverse(silence.ends_at.nanos()), silence.id.to_string());
    let found = page(taken, order, asked.cursor.as_deref(), lists::limit(asked.limit)?)?;
    Ok(Json(Items { items: found.items.into_iter().cloned().collect(), next: found.next }))
}

/// One silence
#[utoipa::path(get, path = "/api/v1/silences/{id}", tag = "response",
    params(("id" = String, Path, description = "Of the silence")),
    responses(
        (status = 200, description = "The silence", body = SilenceSchema),
        (status = "4XX", description = "No such silence, or not shown", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn get(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Silence>, Problem> {
    caller.may(Scope::Read)?;
    read(&api, id_of(&id)?).map(Json)
}

pub(super) fn id_of(text: &str) -> Result<Id, Problem> {
    text.parse().map_err(|error| Problem::new(Kind::Malformed, format!("the silence: {error}")))
}

pub(super) fn read(api: &Api, id: Id) -> Result<Silence, Problem> {
    let found = api.desk.machine().silence(id).cloned();
    found.ok_or_else(|| Problem::new(Kind::NotFound, format!("there is no silence {id}")))
}

/// Make or change a silence
#[utoipa::path(post, path = "/api/v1/silences", tag = "response", request_body = SilenceRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 256 visible ASCII characters")),
    responses(
        (status = 201, description = "The silence", body = SilenceSchema),
        (status = "4XX", description = "Not made", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn create(
    State(api): State<Arc<Api>>,
    caller: Caller,
    request: Request,
) -> Result<(StatusCode, Json<Silence>), Problem> {
    caller.may(Scope::Respond)?;
    let once = idempotency_key(request.headers(), &caller.id)?;
    let SilenceRequest { id, matchers, starts_at, ends_at, reason } = body::json(&api, &caller, request).await?;
    let draft = SilenceDraft { id, matchers, starts_at, ends_at, reason, created_by: None };
    let order = Order::Alert(Command::Silence(draft));
    let id = carry_out_once(&api, actor(&caller, "api"), order, once).await?;
    Ok((StatusCode::CREATED, Json(read(&api, id_of(&id)?)?)))
}

/// End a silence
#[utoipa::path(delete, path = "/api/v1/silences/{id}", tag = "response",
    params(("id" = String, Path, description = "Of the silence")),
    responses(
        (status = 200, description = "The silence, which is over", body = SilenceSchema),
        (status = "4XX", description = "Nothing was done", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn expire(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Silence>, Problem> {
    caller.may(Scope::Respond)?;
    let id = id_of(&id)?;
    carry_out(&api, actor(&caller, "api"), Order::Alert(Command::ExpireSilence { id })).await?;
    read(&api, id).map(Json)
}
