//! Opsgenie's Alert API v2, as its senders speak it: the key of ours stands behind `GenieKey`, and an alert is closed
//! and acknowledged by its alias.

use super::signals::{answer, keep, read};
use crate::api::Api;
use crate::api::auth::{Caller, known};
use crate::api::problem::{Kind, Problem};
use crate::clock::now;
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, Request, State};
use axum::http::Response;
use palisade_sources::signals::{Calls, SignalSource, opsgenie_action};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

/// What Opsgenie answers to what it takes.
const TAKEN: u16 = 202;

/// How the alert is named.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Identified {
    #[serde(default)]
    identifier_type: String,
}

/// *Create alert*.
pub(super) async fn create(
    api: &Api,
    source: &'static SignalSource,
    request: Request,
) -> Result<Response<Body>, Problem> {
    let (caller, request) = known(api, request).await?;
    let bytes = read(api, &caller, request).await?;
    let calls = (source.read)(&bytes, now(), &api.limits.of_sources())?;
    take(api, &caller, calls).await
}

/// *Close alert* and *Acknowledge alert*. Their bodies say who and why, which the key and the audit log do here.
pub async fn act(
    State(api): State<Arc<Api>>,
    Path((alias, action)): Path<(String, String)>,
    Query(identified): Query<Identified>,
    request: Request,
) -> Result<Response<Body>, Problem> {
    let (caller, request) = known(&api, request).await?;
    read(&api, &caller, request).await?;
    if identified.identifier_type != "alias" {
        let detail = "alerts are known by their alias: ask with ?identifierType=alias";
        return Err(Problem::new(Kind::Malformed, detail));
    }
    let call = opsgenie_action(&alias, &action, now()).map_err(|reason| Problem::new(Kind::Malformed, reason))?;
    take(&api, &caller, Calls { calls: vec![call], ..Calls::default() }).await
}

async fn take(api: &Api, caller: &Caller, calls: Calls) -> Result<Response<Body>, Problem> {
    keep(api, caller, "opsgenie", calls).await?;
    let said =
        json!({"result": "Request will be processed", "took": 0.0, "requestId": uuid::Uuid::new_v4().to_string()});
    Ok(answer(TAKEN, Json(said)))
}
