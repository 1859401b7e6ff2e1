//! `/api/v2`: Alertmanager's API, so that Prometheus, `amtool` and dashboards that speak it work unchanged.
//!
//! The forms are those of Alertmanager's OpenAPI description (`api/v2/openapi.yaml`, version 0.27), written anew here from
//! our own alerts and silences. Errors are a JSON text with a plain status, as its clients expect. A key comes as a bearer
//! token or as the password of Basic authentication, which is what those clients can be told in their address.

mod alerts;
mod filter;
mod forms;
mod silences;
mod status;

use crate::api::Api;
use crate::api::auth::{Caller, known_by};
use crate::api::problem::Problem;
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use std::sync::Arc;

/// What the audit log says of changes that come this way.
const VIA: &str = "alertmanager-api";

pub(super) fn router() -> Router<Arc<Api>> {
    Router::new()
        .route("/api/v2/alerts", get(alerts::list).post(alerts::post))
        .route("/api/v2/alerts/groups", get(alerts::groups))
        .route("/api/v2/silences", get(silences::list).post(silences::create))
        .route("/api/v2/silence/{id}", get(silences::get).delete(silences::expire))
        .route("/api/v2/status", get(status::status))
        .route("/api/v2/receivers", get(status::receivers))
        .route("/-/healthy", post(status::alive).get(status::alive))
        .route("/-/ready", post(status::alive).get(status::alive))
}

/// Someone whom the server knows, also by the password of Basic authentication.
struct Client(Caller);

impl FromRequestParts<Arc<Api>> for Client {
    type Rejection = Plain;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Plain> {
        Ok(Self(known_by(api, parts).await?))
    }
}

/// A problem in the form of this API: a JSON text.
struct Plain(Problem);

impl From<Problem> for Plain {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl IntoResponse for Plain {
    fn into_response(self) -> Response<Body> {
        let text = self.0.detail().to_owned();
        let mut response = self.0.into_response();
        let body = serde_json::to_vec(&text).unwrap_or_default();
        *response.body_mut() = Body::from(body);
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response
    }
}

type Answer<T> = Result<Json<T>, Plain>;
