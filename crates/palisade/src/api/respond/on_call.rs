//! `/api/v1/on-call`: who is on call now, and who stands in for them.

use super::page::Items;
use super::schema::OnCallPage;
use super::{actor, carry_out};
use crate::api::auth::Caller;
use crate::api::problem::{Kind, Problem};
use crate::api::schema::ProblemSchema;
use crate::api::{Api, body};
use crate::clock::now;
use crate::desk::Order;
use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use palisade_model::{Id, Timestamp};
use palisade_response::{Command, Override};
use palisade_store::state::Scope;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// A schedule and those who are on call by it.
#[derive(Serialize)]
pub struct OnCall {
    schedule: String,
    people: Vec<String>,
    overrides: Vec<Shown>,
}

/// Somebody stands in.
#[derive(Serialize)]
struct Shown {
    id: Id,
    person: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
}

/// Who stands in, and when.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StandInRequest {
    /// The schedule.
    schedule: String,
    /// Who.
    person: String,
    /// From when, RFC 3339.
    #[schema(value_type = String)]
    starts_at: Timestamp,
    /// Until when, RFC 3339.
    #[schema(value_type = String)]
    ends_at: Timestamp,
}

/// What was made.
#[derive(Serialize, ToSchema)]
pub struct StandIn {
    /// By which it is ended.
    id: String,
}

/// Who is on call
#[utoipa::path(get, path = "/api/v1/on-call", tag = "response",
    responses(
        (status = 200, description = "By schedule", body = OnCallPage),
        (status = "4XX", description = "Not shown", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn list(State(api): State<Arc<Api>>, caller: Caller) -> Result<Json<Items<OnCall>>, Problem> {
    caller.may(Scope::Read)?;
    let machine = api.desk.machine();
    let shown = |schedule: &str| {
        let own = machine.overrides().filter(move |(_, of, _)| *of == schedule);
        own.map(|(id, _, stand_in)| {
            let Override { person, starts_at, ends_at } = stand_in.clone();
            Shown { id, person, starts_at, ends_at }
        })
        .collect()
    };
    let items = machine.on_call(now()).into_iter().map(|on_call| {
        let overrides = shown(&on_call.schedule);
        OnCall { schedule: on_call.schedule, people: on_call.people, overrides }
    });
    Ok(Json(Items { items: items.collect(), next: None }))
}

/// Stand in for those on call
#[utoipa::path(post, path = "/api/v1/on-call", tag = "response", request_body = StandInRequest,
    responses(
        (status = 201, description = "It is noted", body = StandIn),
        (status = "4XX", description = "It is not", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn stand_in(
    State(api): State<Arc<Api>>,
    caller: Caller,
    request: Request,
) -> Result<(StatusCode, Json<StandIn>), Problem> {
    caller.may(Scope::Respond)?;
    let StandInRequest { schedule, person, starts_at, ends_at } = body::json(&api, &caller, request).await?;
    let stand_in = Override { person, starts_at, ends_at };
    let order = Order::Alert(Command::Override { schedule, stand_in });
    let id = carry_out(&api, actor(&caller, "api"), order).await?;
    Ok((StatusCode::CREATED, Json(StandIn { id })))
}

/// Stand in no more
#[utoipa::path(delete, path = "/api/v1/on-call/{id}", tag = "response",
    params(("id" = String, Path, description = "As it was given when it was made")),
    responses(
        (status = 204, description = "It is over"),
        (status = "4XX", description = "It is not", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn end(State(api): State<Arc<Api>>, caller: Caller, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    caller.may(Scope::Respond)?;
    let id: Id = id.parse().map_err(|error| Problem::new(Kind::Malformed, format!("the override: {error}")))?;
    carry_out(&api, actor(&caller, "api"), Order::Alert(Command::EndOverride { id })).await?;
    Ok(StatusCode::NO_CONTENT)
}
