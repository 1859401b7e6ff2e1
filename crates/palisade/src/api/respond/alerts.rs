//! `/api/v1/alerts`: what somebody should look at, and what people do about it.

use super::page::{Items, page};
use super::schema::{AlertPage, AlertSchema};
use super::{actor, carry_out};
use crate::api::auth::Caller;
use crate::api::problem::{Kind, Problem};
use crate::api::schema::ProblemSchema;
use crate::api::{Api, body, lists};
use crate::clock::now;
use crate::desk::Order;
use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::Uri;
use palisade_model::{Alert, AlertStatus, Severity, Timestamp};
use palisade_response::{Command, Matcher, all_met, parse_matchers};
use palisade_store::state::Scope;
use serde::Deserialize;
use std::cmp::Reverse;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// Which alerts.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AlertQuery {
    /// pending, firing or resolved; those that are not resolved when it is not given.
    #[param(value_type = Option<String>)]
    status: Option<AlertStatus>,
    /// At least this severe: informational, low, medium, high or critical.
    #[param(value_type = Option<String>)]
    severity: Option<Severity>,
    /// Conditions on labels in Alertmanager's notation, such as `alertname="Down", host=~"web-.*"`.
    filter: Option<String>,
    /// Only those that somebody looks at, or only those that nobody does.
    acknowledged: Option<bool>,
    /// Only those that people are not told of (silenced, inhibited, in maintenance), or only the others.
    suppressed: Option<bool>,
    /// From this source, such as `findings`.
    source: Option<String>,
    /// Items on the page, 1 to 1000; 100 when it is not given.
    limit: Option<usize>,
    /// The `next` of the page before.
    cursor: Option<String>,
}

/// What there is to say.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NoteRequest {
    /// For the audit log and those who read it later.
    note: String,
}

/// Until when.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SnoozeRequest {
    /// RFC 3339.
    #[schema(value_type = String)]
    until: Timestamp,
}

impl AlertQuery {
    fn takes(&self, alert: &Alert, matchers: &[Matcher]) -> bool {
        let status = match self.status {
            Some(status) => alert.status == status,
            None => alert.status != AlertStatus::Resolved,
        };
        status
            && self.severity.is_none_or(|least| alert.severity >= least)
            && self.acknowledged.is_none_or(|wanted| alert.acknowledged.is_some() == wanted)
            && self.suppressed.is_none_or(|wanted| alert.suppressed_by.is_empty() != wanted)
            && self.source.as_ref().is_none_or(|source| alert.source == *source)
            && all_met(matchers, &alert.labels)
    }
}

/// The worst first, of those the newest.
fn order(alert: &Alert) -> (Reverse<i32>, Reverse<i64>, String) {
    (Reverse(alert.severity.number()), Reverse(alert.starts_at.nanos()), alert.fingerprint.clone())
}

/// List alerts
#[utoipa::path(get, path = "/api/v1/alerts", tag = "response", params(AlertQuery),
    responses(
        (status = 200, description = "A page, the worst first", body = AlertPage),
        (status = "4XX", description = "Not listed", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn list(State(api): State<Arc<Api>>, caller: Caller, uri: Uri) -> Result<Json<Items<Alert>>, Problem> {
    caller.may(Scope::Read)?;
    let asked: AlertQuery = lists::parameters(&uri)?;
    let matchers = matchers(asked.filter.as_deref())?;
    let limit = lists::limit(asked.limit)?;
    let machine = api.desk.machine();
    let taken = machine.alerts().filter(|alert| asked.takes(alert, &matchers));
    let found = page(taken, |alert| order(alert), asked.cursor.as_deref(), limit)?;
    let items = found.items.into_iter().map(|alert| machine.whole(alert)).collect();
    Ok(Json(Items { items, next: found.next }))
}

/// Conditions on labels as a parameter has them.
///
/// # Errors
/// 400 with the place that is wrong.
pub(super) fn matchers(filter: Option<&str>) -> Result<Vec<Matcher>, Problem> {
    let Some(filter) = filter.filter(|filter| !filter.trim().is_empty()) else { return Ok(Vec::new()) };
    parse_matchers(filter).map_err(|error| Problem::new(Kind::Malformed, format!("filter: {error}")))
}

/// One alert
#[utoipa::path(get, path = "/api/v1/alerts/{fingerprint}", tag = "response",
    params(("fingerprint" = String, Path, description = "Of the alert")),
    responses(
        (status = 200, description = "The alert", body = AlertSchema),
        (status = "4XX", description = "No such alert, or not shown", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn get(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(fingerprint): Path<String>,
) -> Result<Json<Alert>, Problem> {
    caller.may(Scope::Read)?;
    read(&api, &fingerprint).map(Json)
}

fn read(api: &Api, fingerprint: &str) -> Result<Alert, Problem> {
    let machine = api.desk.machine();
    let alert = machine.alert(fingerprint).map(|alert| machine.whole(alert));
    alert.ok_or_else(|| Problem::new(Kind::NotFound, "there is no alert with this fingerprint"))
}

/// Has it done and answers with the alert as it is then.
async fn command(api: &Api, caller: &Caller, fingerprint: &str, command: Command) -> Result<Json<Alert>, Problem> {
    carry_out(api, actor(caller, "api"), Order::Alert(command)).await?;
    read(api, fingerprint).map(Json)
}

/// The body, which may be left out where all of it may.
async fn optional<T: Default + serde::de::DeserializeOwned>(
    api: &Api,
    caller: &Caller,
    request: Request,
) -> Result<T, Problem> {
    match request.headers().get(axum::http::header::CONTENT_LENGTH) {
        Some(length) if length != "0" => body::json(api, caller, request).await,
        None if request.headers().contains_key(axum::http::header::TRANSFER_ENCODING) => {
            body::json(api, caller, request).await
        }
        _ => Ok(T::default()),
    }
}

/// Say that you look at it
#[utoipa::path(post, path = "/api/v1/alerts/{fingerprint}/acknowledge", tag = "response", request_body = NoteRequest,
    params(("fingerprint" = String, Path, description = "Of the alert")),
    responses(
        (status = 200, description = "The alert, which is not repeated or escalated now", body = AlertSchema),
        (status = "4XX", description = "Nothing was done", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn acknowledge(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(fingerprint): Path<String>,
    request: Request,
) -> Result<Json<Alert>, Problem> {
    caller.may(Scope::Respond)?;
    let NoteRequest { note } = optional(&api, &caller, request).await?;
    command(&api, &caller, &fingerprint, Command::Acknowledge { fingerprint: fingerprint.clone(), note }).await
}

/// Say that you look at it no more
#[utoipa::path(post, path = "/api/v1/alerts/{fingerprint}/unacknowledge", tag = "response",
    params(("fingerprint" = String, Path, description = "Of the alert")),
    responses(
        (status = 200, description = "The alert", body = AlertSchema),
        (status = "4XX", description = "Nothing was done", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn unacknowledge(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(fingerprint): Path<String>,
) -> Result<Json<Alert>, Problem> {
    caller.may(Scope::Respond)?;
    command(&api, &caller, &fingerprint, Command::Unacknowledge { fingerprint: fingerprint.clone() }).await
}

/// Have nobody told for a time
#[utoipa::path(post, path = "/api/v1/alerts/{fingerprint}/snooze", tag = "response", request_body = SnoozeRequest,
    params(("fingerprint" = String, Path, description = "Of the alert")),
    responses(
        (status = 200, description = "The alert", body = AlertSchema),
        (status = "4XX", description = "Nothing was done", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn snooze(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(fingerprint): Path<String>,
    request: Request,
) -> Result<Json<Alert>, Problem> {
    caller.may(Scope::Respond)?;
    let SnoozeRequest { until } = body::json(&api, &caller, request).await?;
    if until <= now() {
        return Err(Problem::new(Kind::Malformed, "until is in the past: give a later time"));
    }
    command(&api, &caller, &fingerprint, Command::Snooze { fingerprint: fingerprint.clone(), until }).await
}

/// Say that it is over
#[utoipa::path(post, path = "/api/v1/alerts/{fingerprint}/resolve", tag = "response", request_body = NoteRequest,
    params(("fingerprint" = String, Path, description = "Of the alert")),
    responses(
        (status = 200, description = "The alert", body = AlertSchema),
        (status = "4XX", description = "Nothing was done", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn resolve(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(fingerprint): Path<String>,
    request: Request,
) -> Result<Json<Alert>, Problem> {
    caller.may(Scope::Respond)?;
    let NoteRequest { note } = optional(&api, &caller, request).await?;
    command(&api, &caller, &fingerprint, Command::Resolve { fingerprint: fingerprint.clone(), note }).await
}
