//! `/api/v1/audit`: who changed what, and whether the log of it is whole.

use super::page::Items;
use super::schema::{AuditPage, AuditVerdictSchema};
use crate::api::auth::Caller;
use crate::api::problem::{Kind, Problem};
use crate::api::schema::ProblemSchema;
use crate::api::{Api, lists};
use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use palisade_model::Timestamp;
use palisade_store::state::{AuditRow, AuditVerdict, Scope};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::sync::Arc;
use utoipa::IntoParams;

/// Which entries.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Items on the page, 1 to 1000; 100 when it is not given.
    limit: Option<usize>,
    /// The `next` of the page before.
    cursor: Option<String>,
}

/// One entry as it is sent. Everything that its hash is over is there.
#[derive(Serialize)]
pub struct Entry {
    sequence: u64,
    at: Timestamp,
    at_nanos: i64,
    actor: String,
    via: String,
    action: String,
    subject: String,
    detail: Box<RawValue>,
    previous_hash: String,
    hash: String,
}

impl From<AuditRow> for Entry {
    fn from(row: AuditRow) -> Self {
        let AuditRow { sequence, entry, previous_hash, hash } = row;
        let detail = RawValue::from_string(entry.detail).unwrap_or_default();
        let (at, at_nanos) = (entry.at, entry.at.nanos());
        let (actor, via, action, subject) = (entry.actor, entry.via, entry.action, entry.subject);
        Self { sequence, at, at_nanos, actor, via, action, subject, detail, previous_hash, hash }
    }
}

/// List what was changed
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", params(AuditQuery),
    responses(
        (status = 200, description = "A page, the latest first", body = AuditPage),
        (status = "4XX", description = "Not listed", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn list(State(api): State<Arc<Api>>, caller: Caller, uri: Uri) -> Result<Json<Items<Entry>>, Problem> {
    caller.may(Scope::Admin)?;
    let asked: AuditQuery = lists::parameters(&uri)?;
    let limit = lists::limit(asked.limit)?;
    let before = asked.cursor.map(|cursor| cursor.parse::<u64>()).transpose();
    let before = before.map_err(|_| Problem::new(Kind::Malformed, "cursor is not the `next` of a page before"))?;
    let rows = api.store.state.list_audit(before, limit).await?;
    let next = rows.last().filter(|row| rows.len() == limit && row.sequence > 1).map(|row| row.sequence.to_string());
    Ok(Json(Items { items: rows.into_iter().map(Entry::from).collect(), next }))
}

/// Against what to check.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VerifyQuery {
    /// The head of an earlier check: its entry must still be there.
    head: Option<String>,
}

/// Check that no entry was changed or removed
#[utoipa::path(get, path = "/api/v1/audit/verify", tag = "audit", params(VerifyQuery),
    responses(
        (status = 200, description = "What the chain of hashes says", body = AuditVerdictSchema),
        (status = "4XX", description = "Not checked", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn verify(State(api): State<Arc<Api>>, caller: Caller, uri: Uri) -> Result<Json<AuditVerdict>, Problem> {
    caller.may(Scope::Admin)?;
    let asked: VerifyQuery = lists::parameters(&uri)?;
    let mut verdict = api.store.state.verify_audit().await?;
    if let (Some(head), None) = (asked.head, &verdict.broken)
        && !api.store.state.has_audit_hash(&head).await?
    {
        verdict.broken = Some("the entry with the head that was given is not there".to_owned());
    }
    Ok(Json(verdict))
}
