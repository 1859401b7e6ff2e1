//! `GET /api/v1/events`, `/api/v1/events/{id}`, `/api/v1/findings`: what is kept, newest first, in pages.
//!
//! A page ends with a cursor that asks for the next. Whatever these cannot ask is a matter for SQL.

use super::auth::Caller;
use super::problem::{Kind, Problem};
use super::schema::{EventPage, EventSchema, FindingPage, ProblemSchema};
use super::{Api, query};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::Uri;
use palisade_model::{Event, Finding, Id, Severity, Timestamp};
use palisade_store::state::Scope;
use palisade_store::{EventFilter, FindingFilter, Page};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::IntoParams;

/// Items on a page when the request names no number: a screen or two.
const LIMIT: usize = 100;

/// The most items on a page.
const LIMIT_MAX: usize = 1_000;

/// Which events.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventQuery {
    /// At this time or later (RFC 3339).
    #[param(value_type = Option<String>)]
    since: Option<Timestamp>,
    /// Before this time (RFC 3339).
    #[param(value_type = Option<String>)]
    until: Option<Timestamp>,
    /// At least this severe: informational, low, medium, high or critical.
    #[param(value_type = Option<String>)]
    severity: Option<Severity>,
    /// Of this kind.
    kind: Option<String>,
    /// Of this service.
    service: Option<String>,
    /// On this host.
    host: Option<String>,
    /// By this actor.
    actor: Option<String>,
    /// With this text in the message.
    contains: Option<String>,
    /// Items on the page, 1 to 1000; 100 when it is not given.
    limit: Option<usize>,
    /// The `next` of the page before.
    cursor: Option<String>,
}

/// Which findings.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FindingQuery {
    /// At this time or later (RFC 3339).
    #[param(value_type = Option<String>)]
    since: Option<Timestamp>,
    /// Before this time (RFC 3339).
    #[param(value_type = Option<String>)]
    until: Option<Timestamp>,
    /// At least this severe: informational, low, medium, high or critical.
    #[param(value_type = Option<String>)]
    severity: Option<Severity>,
    /// The class begins with this, such as `guard.secret`.
    class: Option<String>,
    /// About the subject of this name.
    subject: Option<String>,
    /// In the observation with this id.
    #[param(value_type = Option<String>)]
    observation: Option<Id>,
    /// Items on the page, 1 to 1000; 100 when it is not given.
    limit: Option<usize>,
    /// The `next` of the page before.
    cursor: Option<String>,
}

/// A page as it is sent.
#[derive(Serialize)]
pub struct Listed<T> {
    items: Vec<T>,
    next: Option<String>,
}

impl<T> From<Page<T>> for Listed<T> {
    fn from(page: Page<T>) -> Self {
        Self { items: page.items, next: page.next }
    }
}

/// List events
#[utoipa::path(get, path = "/api/v1/events", tag = "lake", params(EventQuery),
    responses(
        (status = 200, description = "A page, the newest first", body = EventPage),
        (status = "4XX", description = "Not listed", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn events(State(api): State<Arc<Api>>, caller: Caller, uri: Uri) -> Result<Json<Listed<Event>>, Problem> {
    caller.may(Scope::Read)?;
    let asked: EventQuery = parameters(&uri)?;
    let filter = EventFilter {
        since: asked.since,
        until: asked.until,
        severity_min: asked.severity,
        kind: asked.kind,
        service: asked.service,
        host: asked.host,
        actor: asked.actor,
        contains: asked.contains,
        limit: limit(asked.limit)?,
        cursor: asked.cursor,
    };
    let _place = query::place(&api).await?;
    Ok(Json(api.store.lake.events(&filter, &api.query_limits).await?.into()))
}

/// One event
#[utoipa::path(get, path = "/api/v1/events/{id}", tag = "lake",
    params(("id" = String, Path, description = "The id that the event was given")),
    responses(
        (status = 200, description = "The event", body = EventSchema),
        (status = "4XX", description = "No such event, or not shown", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn event(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Event>, Problem> {
    caller.may(Scope::Read)?;
    let id: Id = id.parse().map_err(|error| Problem::new(Kind::Malformed, format!("the event: {error}")))?;
    let _place = query::place(&api).await?;
    let event = api.store.lake.event(id, &api.query_limits).await?;
    event.map(Json).ok_or_else(|| Problem::new(Kind::NotFound, format!("there is no event {id}")))
}

/// List findings
#[utoipa::path(get, path = "/api/v1/findings", tag = "lake", params(FindingQuery),
    responses(
        (status = 200, description = "A page, the newest first", body = FindingPage),
        (status = "4XX", description = "Not listed", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn findings(State(api): State<Arc<Api>>, caller: Caller, uri: Uri) -> Result<Json<Listed<Finding>>, Problem> {
    caller.may(Scope::Read)?;
    let asked: FindingQuery = parameters(&uri)?;
    let filter = FindingFilter {
        since: asked.since,
        until: asked.until,
        severity_min: asked.severity,
        class_prefix: asked.class,
        subject: asked.subject,
        observation: asked.observation,
        limit: limit(asked.limit)?,
        cursor: asked.cursor,
    };
    let _place = query::place(&api).await?;
    Ok(Json(api.store.lake.findings(&filter, &api.query_limits).await?.into()))
}

/// The parameters of the address.
///
/// # Errors
/// 400 that names the one that cannot be read.
pub fn parameters<T: DeserializeOwned>(uri: &Uri) -> Result<T, Problem> {
    use std::error::Error as _;
    let read = Query::<T>::try_from_uri(uri).map_err(|error| {
        let reason = error.source().map_or_else(|| error.to_string(), ToString::to_string);
        Problem::new(Kind::Malformed, format!("a parameter of the address: {reason}"))
    })?;
    Ok(read.0)
}

/// How many items a page has.
///
/// # Errors
/// 400 when it is none of the numbers that are allowed.
pub fn limit(asked: Option<usize>) -> Result<usize, Problem> {
    match asked.unwrap_or(LIMIT) {
        limit if (1..=LIMIT_MAX).contains(&limit) => Ok(limit),
        _ => Err(Problem::new(Kind::Malformed, format!("limit must be 1 to {LIMIT_MAX}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_and_errors_name_them() {
        let uri = |query: &str| format!("/x?{query}").parse::<Uri>().unwrap();
        let asked: FindingQuery = parameters(&uri("severity=high&since=2026-11-20T12%3A00%3A00Z&limit=7")).unwrap();
        assert_eq!((asked.severity, asked.limit), (Some(Severity::High), Some(7)));
        assert_eq!(asked.since, Timestamp::parse("2026-11-20T12:00:00Z").ok());
        assert!(parameters::<EventQuery>(&"/x".parse().unwrap()).is_ok());
        for (query, part) in [
            ("severity=loud", "severity"),
            ("since=yesterday", "since"),
            ("observation=7", "observation"),
            ("colour=red", "colour"),
            ("limit=many", "limit"),
        ] {
            let problem = parameters::<FindingQuery>(&uri(query)).unwrap_err();
            assert!(problem.detail().contains(part), "{query}: {}", problem.detail());
        }
        assert!(limit(Some(0)).is_err() && limit(Some(1_001)).is_err());
        assert_eq!(limit(None).unwrap(), LIMIT);
    }
}
