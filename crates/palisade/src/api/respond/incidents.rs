//! `/api/v1/incidents`: what people work on together.

use super::page::{Items, page};
use super::schema::{IncidentChangeSchema, IncidentFiguresPage, IncidentPage, IncidentSchema, NewIncidentSchema};
use super::{actor, carry_out, carry_out_once};
use crate::api::auth::Caller;
use crate::api::entry::idempotency_key;
use crate::api::problem::{Kind, Problem};
use crate::api::schema::ProblemSchema;
use crate::api::{Api, body, lists};
use crate::clock::now;
use crate::desk::Order;
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, Response, StatusCode, Uri, header};
use palisade_model::{Id, Incident, IncidentKind, IncidentStatus, Severity, Timestamp};
use palisade_response::incident::{self, Change, Command, Figures, NewIncident};
use palisade_store::state::Scope;
use serde::Deserialize;
use std::cmp::Reverse;
use std::sync::Arc;
use utoipa::IntoParams;

/// Which incidents.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct IncidentQuery {
    /// open, investigating, waiting, identified, monitoring, resolved or closed; those that are neither resolved nor
    /// closed when it is not given.
    #[param(value_type = Option<String>)]
    status: Option<IncidentStatus>,
    /// At least this severe.
    #[param(value_type = Option<String>)]
    severity: Option<Severity>,
    /// incident, kyb_case or supply_review.
    #[param(value_type = Option<String>)]
    kind: Option<IncidentKind>,
    /// In the hand of this person.
    owner: Option<String>,
    /// Items on the page, 1 to 1000; 100 when it is not given.
    limit: Option<usize>,
    /// The `next` of the page before.
    cursor: Option<String>,
}

/// Of which incidents.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FiguresQuery {
    /// Opened at this time or later (RFC 3339); 30 days before `until` when it is not given.
    #[param(value_type = Option<String>)]
    since: Option<Timestamp>,
    /// Opened before this time (RFC 3339); now when it is not given.
    #[param(value_type = Option<String>)]
    until: Option<Timestamp>,
}

/// A month, over which teams look back.
const FIGURES_NANOS: i64 = 30 * 24 * 3_600 * 1_000_000_000;

/// In which form.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// md (the default) or pdf.
    format: Option<String>,
}

impl IncidentQuery {
    fn takes(&self, incident: &Incident) -> bool {
        let is_over = matches!(incident.status, IncidentStatus::Resolved | IncidentStatus::Closed);
        self.status.map_or(!is_over, |status| incident.status == status)
            && self.severity.is_none_or(|least| incident.severity >= least)
            && self.kind.is_none_or(|kind| incident.kind == kind)
            && self.owner.as_ref().is_none_or(|owner| incident.owner.as_ref() == Some(owner))
    }
}

/// List incidents
#[utoipa::path(get, path = "/api/v1/incidents", tag = "response", params(IncidentQuery),
    description = "The incidents without their alerts and timelines, which each has by itself.",
    responses(
        (status = 200, description = "A page, the newest first", body = IncidentPage),
        (status = "4XX", description = "Not listed", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn list(State(api): State<Arc<Api>>, caller: Caller, uri: Uri) -> Result<Json<Items<Incident>>, Problem> {
    caller.may(Scope::Read)?;
    let asked: IncidentQuery = lists::parameters(&uri)?;
    let machine = api.desk.machine();
    let taken = machine.incidents().heads().filter(|incident| asked.takes(incident));
    let order = |incident: &&Incident| Reverse(incident.number);
    let found = page(taken, order, asked.cursor.as_deref(), lists::limit(asked.limit)?)?;
    Ok(Json(Items { items: found.items.into_iter().cloned().collect(), next: found.next }))
}

/// One incident
#[utoipa::path(get, path = "/api/v1/incidents/{id}", tag = "response",
    params(("id" = String, Path, description = "Its id or number")),
    responses(
        (status = 200, description = "The incident with its alerts and timeline", body = IncidentSchema),
        (status = "4XX", description = "No such incident, or not shown", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn get(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Incident>, Problem> {
    caller.may(Scope::Read)?;
    let id = find(&api, &id)?;
    read(&api, id).map(Json)
}

fn find(api: &Api, text: &str) -> Result<Id, Problem> {
    let found = api.desk.machine().incidents().find(text);
    found.ok_or_else(|| Problem::new(Kind::NotFound, "there is no incident with this id or number"))
}

fn read(api: &Api, id: Id) -> Result<Incident, Problem> {
    let found = api.desk.machine().incidents().get(id);
    found.ok_or_else(|| Problem::new(Kind::NotFound, format!("there is no incident {id}")))
}

/// Open an incident
#[utoipa::path(post, path = "/api/v1/incidents", tag = "response", request_body = NewIncidentSchema,
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 256 visible ASCII characters")),
    responses(
        (status = 201, description = "The incident", body = IncidentSchema),
        (status = "4XX", description = "Not opened", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn open(
    State(api): State<Arc<Api>>,
    caller: Caller,
    request: Request,
) -> Result<(StatusCode, Json<Incident>), Problem> {
    caller.may(Scope::Respond)?;
    let once = idempotency_key(request.headers(), &caller.id)?;
    let new: NewIncident = body::json(&api, &caller, request).await?;
    let order = Order::Incident(Command::Open(new));
    let id = carry_out_once(&api, actor(&caller, "api"), order, once).await?;
    let id = find(&api, &id)?;
    Ok((StatusCode::CREATED, Json(read(&api, id)?)))
}

/// Change an incident
#[utoipa::path(post, path = "/api/v1/incidents/{id}", tag = "response", request_body = IncidentChangeSchema,
    params(("id" = String, Path, description = "Its id or number")),
    responses(
        (status = 200, description = "The incident as it is then", body = IncidentSchema),
        (status = "4XX", description = "Nothing was done", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn change(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Result<Json<Incident>, Problem> {
    caller.may(Scope::Respond)?;
    let incident = find(&api, &id)?;
    let change: Change = body::json(&api, &caller, request).await?;
    carry_out(&api, actor(&caller, "api"), Order::Incident(Command::Change { incident, change })).await?;
    read(&api, incident).map(Json)
}

/// How long it takes until somebody acts
#[utoipa::path(get, path = "/api/v1/incidents/figures", tag = "response", params(FiguresQuery),
    responses(
        (status = 200, description = "Mean times to acknowledge and to resolve, by kind and severity", body = IncidentFiguresPage),
        (status = "4XX", description = "Not shown", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn figures(State(api): State<Arc<Api>>, caller: Caller, uri: Uri) -> Result<Json<Items<Figures>>, Problem> {
    caller.may(Scope::Read)?;
    let asked: FiguresQuery = lists::parameters(&uri)?;
    let until = asked.until.unwrap_or_else(now);
    let since = asked.since.unwrap_or_else(|| Timestamp::from_nanos(until.nanos().saturating_sub(FIGURES_NANOS)));
    let items = incident::figures(api.desk.machine().incidents().heads(), since, until);
    Ok(Json(Items { items, next: None }))
}

/// An incident as a document
#[utoipa::path(get, path = "/api/v1/incidents/{id}/export", tag = "response",
    params(("id" = String, Path, description = "Its id or number"), ExportQuery),
    responses(
        (status = 200, description = "The document", content((String = "text/markdown"), (Vec<u8> = "application/pdf"))),
        (status = "4XX", description = "Not made", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn export(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response<Body>, Problem> {
    caller.may(Scope::Read)?;
    let asked: ExportQuery = lists::parameters(&uri)?;
    let id = find(&api, &id)?;
    let incident = read(&api, id)?;
    let (content_type, document) = match asked.format.as_deref().unwrap_or("md") {
        "md" => ("text/markdown; charset=utf-8", incident::markdown(&incident).into_bytes()),
        "pdf" => ("application/pdf", incident::pdf(&incident)),
        other => return Err(Problem::new(Kind::Malformed, format!("format {other:?} is neither md nor pdf"))),
    };
    let mut response = Response::new(Body::from(document));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    Ok(response)
}
