//! `/api/v1/channels`: where people and tools are told. For those with scope admin, since channels hold secrets and make
//! the server call addresses.

use super::actor;
use super::schema::{ChannelList, ChannelSchema, ChannelTestSchema};
use crate::api::auth::Caller;
use crate::api::problem::{Kind, Problem};
use crate::api::schema::ProblemSchema;
use crate::api::{Api, body};
use crate::desk::{ChannelError, Shown};
use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use palisade_notify::ChannelStatus;
use palisade_store::state::{OutboxState, Scope};
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How long a test is waited for: a receiver that does not answer within this is listed in the outbox.
const TEST_TIME_MAX: Duration = Duration::from_secs(15);
const TEST_LOOK_EVERY: Duration = Duration::from_millis(50);

/// All channels.
#[derive(Serialize)]
pub struct Listed {
    channels: Vec<Channel>,
}

/// A channel as it is sent.
#[derive(Serialize)]
pub struct Channel {
    name: String,
    kind: &'static str,
    configured: bool,
    settings: Value,
    status: Option<ChannelStatus>,
}

/// What became of a test message.
#[derive(Serialize)]
pub struct Tested {
    id: String,
    state: OutboxState,
    error: String,
}

impl Channel {
    fn of(shown: Shown, all: &[ChannelStatus]) -> Self {
        let Shown { name, kind, configured, settings } = shown;
        let status = all.iter().find(|status| status.name == name).cloned();
        Self { name, kind, configured, settings, status }
    }
}

/// List channels
#[utoipa::path(get, path = "/api/v1/channels", tag = "channels",
    responses(
        (status = 200, description = "All channels, their secrets masked", body = ChannelList),
        (status = "4XX", description = "Not listed", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn list(State(api): State<Arc<Api>>, caller: Caller) -> Result<Json<Listed>, Problem> {
    caller.may(Scope::Admin)?;
    let status = api.channels.status();
    let channels = api.channels.list().await.into_iter().map(|shown| Channel::of(shown, &status)).collect();
    Ok(Json(Listed { channels }))
}

/// Make or change a channel
#[utoipa::path(put, path = "/api/v1/channels/{name}", tag = "channels", request_body = Object,
    description = "The body has `kind` and what that kind needs; docs/response.md lists it. Secrets that are sent as asterisks stay as they were.",
    params(("name" = String, Path, description = "What routes call it")),
    responses(
        (status = 200, description = "The channel, its secrets masked", body = ChannelSchema),
        (status = "4XX", description = "Nothing was changed", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn put(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(name): Path<String>,
    request: Request,
) -> Result<Json<Channel>, Problem> {
    caller.may(Scope::Admin)?;
    let settings: Value = body::json(&api, &caller, request).await?;
    let shown = api.channels.put(actor(&caller, "api"), &name, settings).await?;
    Ok(Json(Channel::of(shown, &api.channels.status())))
}

/// Remove a channel
#[utoipa::path(delete, path = "/api/v1/channels/{name}", tag = "channels",
    params(("name" = String, Path, description = "What routes call it")),
    responses(
        (status = 204, description = "The channel is gone; what waited for it is among the dead messages"),
        (status = "4XX", description = "Nothing was changed", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn delete(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.may(Scope::Admin)?;
    api.channels.delete(actor(&caller, "api"), &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Send a test message
#[utoipa::path(post, path = "/api/v1/channels/{name}/test", tag = "channels",
    params(("name" = String, Path, description = "What routes call it")),
    responses(
        (status = 200, description = "What became of it within some seconds", body = ChannelTestSchema),
        (status = "4XX", description = "Nothing was sent", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn test(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<Tested>, Problem> {
    caller.may(Scope::Respond)?;
    let id = api.channels.test(actor(&caller, "api"), &name).await?;
    let until = Instant::now() + TEST_TIME_MAX;
    loop {
        let entry = api.store.state.outbox_entry(&id).await?;
        let Some(entry) = entry else { return Err(Problem::new(Kind::NotFound, "the message is gone")) };
        let is_known = matches!(entry.state, OutboxState::Sent | OutboxState::Dead) || entry.failures > 0;
        if is_known || Instant::now() >= until {
            return Ok(Json(Tested { id, state: entry.state, error: entry.last_error }));
        }
        tokio::time::sleep(TEST_LOOK_EVERY).await;
    }
}

impl From<ChannelError> for Problem {
    fn from(error: ChannelError) -> Self {
        let detail = error.to_string();
        match error {
            ChannelError::NotFound => Self::new(Kind::NotFound, detail),
            ChannelError::TooMany => Self::new(Kind::Limit, detail),
            ChannelError::Configured | ChannelError::OnThisMachine(_) => Self::new(Kind::Forbidden, detail),
            ChannelError::Form(_) | ChannelError::Settings(_) => Self::new(Kind::Malformed, detail),
            ChannelError::State(error) => error.into(),
            ChannelError::NoAnswer(error) => error.into(),
        }
    }
}
