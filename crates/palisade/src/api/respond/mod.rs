//! What people and tools respond with: alerts, silences, incidents, channels, the outbox, the audit log, who is on call.
//!
//! Reading asks the machine of the desk; every change is an order to it, and is answered when it is kept on disk.

pub mod alertmanager;
pub mod alerts;
pub mod audit;
pub mod channels;
pub mod described;
pub mod incidents;
pub mod on_call;
pub mod opsgenie;
pub mod outbox;
pub(super) mod page;
pub mod schema;
pub mod signals;
pub mod silences;
pub mod slack;

use super::Api;
use super::auth::Caller;
use super::problem::Problem;
use crate::desk::Order;
use axum::Router;
use axum::routing::{delete, get, post, put};
use palisade_response::Actor;
use std::sync::Arc;

/// Every path of the response with its handlers.
pub fn router() -> Router<Arc<Api>> {
    Router::new()
        .route("/api/v1/alerts", get(alerts::list))
        .route("/api/v1/alerts/{fingerprint}", get(alerts::get))
        .route("/api/v1/alerts/{fingerprint}/acknowledge", post(alerts::acknowledge))
        .route("/api/v1/alerts/{fingerprint}/unacknowledge", post(alerts::unacknowledge))
        .route("/api/v1/alerts/{fingerprint}/snooze", post(alerts::snooze))
        .route("/api/v1/alerts/{fingerprint}/resolve", post(alerts::resolve))
        .route("/api/v1/silences", get(silences::list).post(silences::create))
        .route("/api/v1/silences/{id}", get(silences::get).delete(silences::expire))
        .route("/api/v1/incidents", get(incidents::list).post(incidents::open))
        .route("/api/v1/incidents/figures", get(incidents::figures))
        .route("/api/v1/incidents/{id}", get(incidents::get).post(incidents::change))
        .route("/api/v1/incidents/{id}/export", get(incidents::export))
        .route("/api/v1/channels", get(channels::list))
        .route("/api/v1/channels/{name}", put(channels::put).delete(channels::delete))
        .route("/api/v1/channels/{name}/test", post(channels::test))
        .route("/api/v1/outbox", get(outbox::list))
        .route("/api/v1/outbox/{id}/retry", post(outbox::retry))
        .route("/api/v1/on-call", get(on_call::list).post(on_call::stand_in))
        .route("/api/v1/on-call/{id}", delete(on_call::end))
        .route("/slack/interactions", post(slack::press))
        .route("/api/v1/audit", get(audit::list))
        .route("/api/v1/audit/verify", get(audit::verify))
        .merge(alertmanager::router())
        .merge(signals::router())
}

/// Who asks, as the audit log names them.
pub(super) fn actor(caller: &Caller, via: &str) -> Actor {
    Actor { name: caller.name.clone(), via: via.to_owned() }
}

/// Has the order carried out, once for each `Idempotency-Key` of the caller, and says what it was about.
async fn carry_out_once(api: &Api, actor: Actor, order: Order, once: Option<String>) -> Result<String, Problem> {
    let once = once.map(|key| format!("response:{key}"));
    Ok(api.desk.order_once(actor, order, once).await??)
}

/// Has the order carried out and says what it was about.
async fn carry_out(api: &Api, actor: Actor, order: Order) -> Result<String, Problem> {
    Ok(api.desk.order(actor, order).await??)
}
