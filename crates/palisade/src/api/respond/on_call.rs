//! `/api/v1/on-call`: who is on call now.

use super::page::Items;
use super::schema::OnCallPage;
use crate::api::Api;
use crate::api::auth::Caller;
use crate::api::problem::Problem;
use crate::api::schema::ProblemSchema;
use crate::clock::now;
use axum::Json;
use axum::extract::State;
use palisade_store::state::Scope;
use serde::Serialize;
use std::sync::Arc;

/// A schedule and those who are on call by it.
#[derive(Serialize)]
pub struct OnCall {
    schedule: String,
    people: Vec<String>,
}

/// Who is on call
#[utoipa::path(get, path = "/api/v1/on-call", tag = "response",
    responses(
        (status = 200, description = "By schedule", body = OnCallPage),
        (status = "4XX", description = "Not shown", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn list(State(api): State<Arc<Api>>, caller: Caller) -> Result<Json<Items<OnCall>>, Problem> {
    caller.may(Scope::Read)?;
    let on_call = api.desk.machine().on_call(now());
    let items = on_call.into_iter().map(|on_call| OnCall { schedule: on_call.schedule, people: on_call.people });
    Ok(Json(Items { items: items.collect(), next: None }))
}
