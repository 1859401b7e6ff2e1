//! `/api/v1/anomalies`: what is odd in series that come in, the series themselves with their bands, and what people say
//! of it.

pub mod schema;

use super::auth::Caller;
use super::problem::{Kind, Problem};
use super::respond::page::{Items, cursor, key, page};
use super::schema::ProblemSchema;
use super::{Api, body, lists};
use crate::watch::telemetry::{Anomaly, NotTaken, SeriesFilter, SeriesView};
use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::Uri;
use palisade_model::FindingId;
use palisade_store::state::Scope;
use palisade_telemetry::anomaly::Feedback;
use schema::{AnomalyPage, AnomalySchema, FeedbackRequest, SeriesPage, Verdict};
use serde::Deserialize;
use std::cmp::Reverse;
use std::sync::Arc;
use utoipa::IntoParams;

/// Points of each series when the request names no number: a minute or five of them.
const POINTS: usize = 20;

/// Which anomalies.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AnomalyQuery {
    /// current or recent (over); both when it is not given.
    status: Option<String>,
    /// Of this host or service.
    group: Option<String>,
    /// Items on the page, 1 to 1000; 100 when it is not given.
    limit: Option<usize>,
    /// The `next` of the page before.
    cursor: Option<String>,
}

/// Which series.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SeriesQuery {
    /// Of the metric of this name.
    name: Option<String>,
    /// With this text in name, host, service or labels.
    contains: Option<String>,
    /// Of this host.
    host: Option<String>,
    /// Of this service.
    service: Option<String>,
    /// Only those that are odd now.
    odd: Option<bool>,
    /// Points of each, the latest, at most 60; 20 when it is not given.
    points: Option<usize>,
    /// Items on the page, 1 to 1000; 100 when it is not given.
    limit: Option<usize>,
    /// The `next` of the page before.
    cursor: Option<String>,
}

/// List anomalies
#[utoipa::path(get, path = "/api/v1/anomalies", tag = "anomalies", params(AnomalyQuery),
    description = "What is odd now and was lately, the newest first.",
    responses(
        (status = 200, description = "A page", body = AnomalyPage),
        (status = "4XX", description = "Not listed", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn list(State(api): State<Arc<Api>>, caller: Caller, uri: Uri) -> Result<Json<Items<Anomaly>>, Problem> {
    caller.may(Scope::Read)?;
    let asked: AnomalyQuery = lists::parameters(&uri)?;
    let is_current = match asked.status.as_deref() {
        None => None,
        Some("current") => Some(true),
        Some("recent") => Some(false),
        Some(other) => {
            return Err(Problem::new(Kind::Malformed, format!("status is current or recent, not {other:?}")));
        }
    };
    let all = api.pipeline.telemetry().anomalies().into_iter();
    let wanted = all.filter(|anomaly| {
        is_current.is_none_or(|current| current == anomaly.ended.is_none())
            && asked.group.as_ref().is_none_or(|group| *group == anomaly.group.name)
    });
    let order = |anomaly: &Anomaly| (Reverse(anomaly.time.nanos()), anomaly.finding.to_string());
    page(wanted, order, asked.cursor.as_deref(), lists::limit(asked.limit)?).map(Json)
}

/// List series with their bands
#[utoipa::path(get, path = "/api/v1/anomalies/series", tag = "anomalies", params(SeriesQuery),
    description = "Series that are watched, with their last points, what was expected of each, and how odd it is.",
    responses(
        (status = 200, description = "A page, by name", body = SeriesPage),
        (status = "4XX", description = "Not listed", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn series(State(api): State<Arc<Api>>, caller: Caller, uri: Uri) -> Result<Json<Items<SeriesView>>, Problem> {
    caller.may(Scope::Read)?;
    let asked: SeriesQuery = lists::parameters(&uri)?;
    let limit = lists::limit(asked.limit)?;
    let filter = SeriesFilter {
        name: asked.name,
        contains: asked.contains,
        host: asked.host,
        service: asked.service,
        odd: asked.odd.unwrap_or_default(),
        after: asked.cursor.as_deref().map(key).transpose()?,
        // One more tells whether there is a page after this.
        limit: limit + 1,
        points: asked.points.unwrap_or(POINTS),
    };
    let mut items = api.pipeline.telemetry().series(&filter);
    let has_more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| has_more).map(|last| cursor(&last.key()));
    Ok(Json(Items { items, next }))
}

/// Say whether an anomaly was real
#[utoipa::path(post, path = "/api/v1/anomalies/{finding}/feedback", tag = "anomalies", request_body = FeedbackRequest,
    description = "`fine` makes its series quieter: the like of it is no alarm again. `real` makes them more watchful.",
    params(("finding" = String, Path, description = "The anomaly's finding")),
    responses(
        (status = 200, description = "The anomaly; what was said is on disk", body = AnomalySchema),
        (status = "4XX", description = "No such anomaly, or not taken", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn feedback(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(finding): Path<String>,
    request: Request,
) -> Result<Json<Anomaly>, Problem> {
    caller.may(Scope::Respond)?;
    let FeedbackRequest { verdict } = body::json(&api, &caller, request).await?;
    let finding: FindingId =
        finding.parse().map_err(|error| Problem::new(Kind::Malformed, format!("the finding: {error}")))?;
    let said = match verdict {
        Verdict::Fine => Feedback::Fine,
        Verdict::Real => Feedback::Real,
    };
    let pipeline = api.pipeline.clone();
    let heard = tokio::task::spawn_blocking(move || pipeline.telemetry().hear(finding, said)).await;
    match heard.map_err(|error| Problem::internal("taking what was said", &error))? {
        Ok(anomaly) => Ok(Json(anomaly)),
        Err(NotTaken::Unknown) => Err(Problem::new(Kind::NotFound, NotTaken::Unknown.to_string())),
        Err(error) => Err(Problem::internal("taking what was said", &error)),
    }
}
