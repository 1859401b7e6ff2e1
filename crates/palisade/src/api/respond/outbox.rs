//! `/api/v1/outbox`: messages on their way, and those that were given up.

use super::actor;
use super::page::{Items, cursor, key};
use super::schema::OutboxPage;
use crate::api::auth::Caller;
use crate::api::problem::{Kind, Problem};
use crate::api::schema::ProblemSchema;
use crate::api::{Api, lists};
use crate::clock::now;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use palisade_model::{Notification, Reason, Timestamp};
use palisade_store::state::{OutboxEntry, OutboxState, Scope};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::IntoParams;

/// Which messages.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OutboxQuery {
    /// waiting, sending, sent or dead; all when it is not given.
    state: Option<String>,
    /// Items on the page, 1 to 1000; 100 when it is not given.
    limit: Option<usize>,
    /// The `next` of the page before.
    cursor: Option<String>,
}

/// A message as it is sent.
#[derive(Serialize)]
pub struct Message {
    id: String,
    channel: String,
    state: OutboxState,
    attempts: u32,
    may_repeat: bool,
    next_attempt: Timestamp,
    last_error: String,
    created: Timestamp,
    updated: Timestamp,
    reason: Reason,
    alerts: u64,
    group_key: String,
}

impl From<OutboxEntry> for Message {
    fn from(entry: OutboxEntry) -> Self {
        let notification: Notification = serde_json::from_str(&entry.body).unwrap_or_default();
        Self {
            id: entry.id,
            channel: entry.channel,
            state: entry.state,
            attempts: entry.failures,
            may_repeat: entry.may_repeat,
            next_attempt: entry.next_attempt,
            last_error: entry.last_error,
            created: entry.created,
            updated: entry.updated,
            reason: notification.reason,
            alerts: notification.alerts.len() as u64 + notification.truncated_alerts,
            group_key: entry.group_key,
        }
    }
}

/// List messages
#[utoipa::path(get, path = "/api/v1/outbox", tag = "channels", params(OutboxQuery),
    responses(
        (status = 200, description = "A page, those that changed last first", body = OutboxPage),
        (status = "4XX", description = "Not listed", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn list(State(api): State<Arc<Api>>, caller: Caller, uri: Uri) -> Result<Json<Items<Message>>, Problem> {
    caller.may(Scope::Read)?;
    let asked: OutboxQuery = lists::parameters(&uri)?;
    let limit = lists::limit(asked.limit)?;
    let state = asked.state.map(|name| {
        let unknown = || Problem::new(Kind::Malformed, "state must be waiting, sending, sent or dead");
        OutboxState::of(&name).ok_or_else(unknown)
    });
    let after: Option<(i64, u64)> = asked.cursor.as_deref().map(key).transpose()?;
    let after = after.map(|(updated, number)| (Timestamp::from_nanos(updated), number));
    let entries = api.store.state.list_outbox(state.transpose()?, after, limit).await?;
    let next = entries.last().filter(|_| entries.len() == limit);
    let next = next.map(|last| cursor(&(last.updated.nanos(), last.number)));
    Ok(Json(Items { items: entries.into_iter().map(Message::from).collect(), next }))
}

/// Try a message again that was given up
#[utoipa::path(post, path = "/api/v1/outbox/{id}/retry", tag = "channels",
    params(("id" = String, Path, description = "Of the message, its slashes as %2F")),
    responses(
        (status = 202, description = "It will be tried"),
        (status = "4XX", description = "Nothing was done", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn retry(State(api): State<Arc<Api>>, caller: Caller, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    caller.may(Scope::Respond)?;
    match api.channels.retry(actor(&caller, "api"), &id, now()).await? {
        true => Ok(StatusCode::ACCEPTED),
        false => Err(Problem::new(Kind::NotFound, "no message with this id was given up")),
    }
}
