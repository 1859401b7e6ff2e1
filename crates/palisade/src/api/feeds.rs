//! `GET /api/v1/feeds`: the reference data that the watches use, and how old it is.

use super::Api;
use super::auth::Caller;
use super::problem::Problem;
use super::schema::{FeedSchema, ProblemSchema};
use crate::clock::now;
use axum::Json;
use axum::extract::State;
use palisade_store::feeds::FeedStatus;
use palisade_store::state::Scope;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// All feeds.
#[derive(Serialize, ToSchema)]
pub struct FeedList {
    /// In the order of their table.
    #[schema(value_type = Vec<FeedSchema>)]
    feeds: Vec<FeedStatus>,
}

/// List feeds
#[utoipa::path(get, path = "/api/v1/feeds", tag = "lake",
    responses(
        (status = 200, description = "All feeds", body = FeedList),
        (status = "4XX", description = "Not listed", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn list(State(api): State<Arc<Api>>, caller: Caller) -> Result<Json<FeedList>, Problem> {
    caller.may(Scope::Read)?;
    let feeds = api.store.feeds.list(now()).await.map_err(|error| Problem::internal("listing the feeds", &error))?;
    Ok(Json(FeedList { feeds }))
}
