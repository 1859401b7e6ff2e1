//! `/api/v2/alerts` and `/api/v2/alerts/groups`.

use super::filter::AlertFilter;
use super::forms::{AlertGroup, GettableAlert, Receiver};
use super::{Answer, Client, Plain};
use crate::api::Api;
use crate::api::respond::signals;
use crate::clock::now;
use axum::Json;
use axum::body::Body;
use axum::extract::{RawQuery, Request, State};
use axum::http::Response;
use palisade_sources::signals::SIGNAL_SOURCES;
use palisade_store::state::Scope;
use std::sync::Arc;

/// What Prometheus sends its alerts to.
pub(super) async fn post(
    State(api): State<Arc<Api>>,
    Client(caller): Client,
    request: Request,
) -> Result<Response<Body>, Plain> {
    Ok(signals::take(&api, &caller, &SIGNAL_SOURCES[0], request).await?)
}

/// The alerts that are not over, by fingerprint.
pub(super) async fn list(
    State(api): State<Arc<Api>>,
    Client(caller): Client,
    RawQuery(query): RawQuery,
) -> Answer<Vec<GettableAlert>> {
    caller.may(Scope::Read)?;
    let filter = AlertFilter::of(query.as_deref())?;
    let now = now();
    let machine = api.desk.machine();
    let mut alerts: Vec<_> = machine.alerts().filter(|alert| filter.takes(alert)).collect();
    alerts.sort_by(|a, b| a.fingerprint.cmp(&b.fingerprint));
    Ok(Json(alerts.into_iter().map(|alert| GettableAlert::of(alert, now)).collect()))
}

/// The groups in which they are told.
pub(super) async fn groups(
    State(api): State<Arc<Api>>,
    Client(caller): Client,
    RawQuery(query): RawQuery,
) -> Answer<Vec<AlertGroup>> {
    caller.may(Scope::Read)?;
    let filter = AlertFilter::of(query.as_deref())?;
    let now = now();
    let machine = api.desk.machine();
    let mut groups = Vec::new();
    for group in machine.groups() {
        let alerts: Vec<_> = group.alerts.iter().copied().filter(|alert| filter.takes(alert)).collect();
        for channel in group.channels.iter().filter(|name| filter.takes_channel(name) && !alerts.is_empty()) {
            groups.push(AlertGroup {
                labels: group.labels.clone(),
                receiver: Receiver { name: channel.clone() },
                alerts: alerts.iter().copied().map(|alert| GettableAlert::of(alert, now)).collect(),
            });
        }
    }
    groups.sort_by(|a, b| (&a.labels, &a.receiver.name).cmp(&(&b.labels, &b.receiver.name)));
    Ok(Json(groups))
}
