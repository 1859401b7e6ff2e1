//! `/api/v1/keys`: API keys, for those with scope admin. The secret of a key is shown in the answer that makes it and
//! never again.

use super::auth::Caller;
use super::entry::idempotency_key;
use super::problem::{Kind, Problem};
use super::schema::{KeySchema, ProblemSchema, ScopeName};
use super::{Api, body};
use crate::clock::now;
use crate::pipeline::IDEMPOTENCY_TIME;
use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use palisade_model::Timestamp;
use palisade_store::state::{KeyInfo, NewKey, Scope, Scopes};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// Secrets must not stay in a cache on the way.
const NO_STORE: [(HeaderName, HeaderValue); 1] = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];

/// The key to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyRequest {
    /// What it is for.
    #[schema(example = "web servers")]
    name: String,
    /// What its holder may do.
    #[schema(value_type = Vec<ScopeName>)]
    scopes: Scopes,
    /// From when on it is no longer valid (RFC 3339); never when it is not given.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    expires: Option<Timestamp>,
}

/// All keys.
#[derive(Serialize, ToSchema)]
pub struct Keys {
    /// The oldest first, those no longer valid among them.
    #[schema(value_type = Vec<KeySchema>)]
    keys: Vec<KeyInfo>,
}

/// A key just made.
#[derive(Serialize, ToSchema)]
pub struct MadeKey {
    /// By which it is listed and revoked: the first letters of the key.
    id: String,
    /// The key itself. It is shown only now.
    key: String,
    /// What it is for.
    name: String,
    /// What its holder may do.
    #[schema(value_type = Vec<ScopeName>)]
    scopes: Scopes,
    /// When it was made (RFC 3339).
    #[schema(value_type = String)]
    created: Timestamp,
    /// From when on it is no longer valid (RFC 3339).
    #[schema(value_type = Option<String>)]
    expires: Option<Timestamp>,
}

impl From<NewKey> for MadeKey {
    fn from(key: NewKey) -> Self {
        let NewKey { id, secret, name, scopes, created, expires } = key;
        Self { id, key: secret, name, scopes, created, expires }
    }
}

/// List keys
#[utoipa::path(get, path = "/api/v1/keys", tag = "keys",
    responses(
        (status = 200, description = "All keys, without their secrets", body = Keys),
        (status = "4XX", description = "Not listed", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn list(State(api): State<Arc<Api>>, caller: Caller) -> Result<Json<Keys>, Problem> {
    caller.may(Scope::Admin)?;
    Ok(Json(Keys { keys: api.store.state.list_keys().await? }))
}

/// Make a key
#[utoipa::path(post, path = "/api/v1/keys", tag = "keys", request_body = KeyRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 256 visible ASCII characters")),
    responses(
        (status = 201, description = "The key with its secret, which is shown only now", body = MadeKey),
        (status = 409, description = "Made before under this Idempotency-Key; the detail names the key",
            body = ProblemSchema, content_type = "application/problem+json"),
        (status = "4XX", description = "Not made", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn create(
    State(api): State<Arc<Api>>,
    caller: Caller,
    request: Request,
) -> Result<(StatusCode, [(HeaderName, HeaderValue); 1], Json<MadeKey>), Problem> {
    caller.may(Scope::Admin)?;
    let idempotency_key = idempotency_key(request.headers(), &caller.id)?;
    let KeyRequest { name, scopes, expires } = body::json(&api, &caller, request).await?;
    let (state, now) = (&api.store.state, now());
    let key = match idempotency_key {
        None => state.create_key(&name, scopes, expires, now).await?,
        Some(once) => {
            let remembered = now.nanos().saturating_add(IDEMPOTENCY_TIME.as_nanos() as i64);
            let once = (format!("keys:{once}"), Timestamp::from_nanos(remembered));
            state.create_key_once(&name, scopes, expires, now, (&once.0, once.1)).await?
        }
    };
    tracing::info!(key = %key.id, scopes = %key.scopes, by = %caller.id, "a key was made");
    Ok((StatusCode::CREATED, NO_STORE, Json(key.into())))
}

/// Revoke a key
#[utoipa::path(delete, path = "/api/v1/keys/{id}", tag = "keys",
    params(("id" = String, Path, description = "The id of the key, its first letters")),
    responses(
        (status = 204, description = "The key is not valid any more"),
        (status = "4XX", description = "Not revoked", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn revoke(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.may(Scope::Admin)?;
    if !api.store.state.revoke_key(&id, now()).await? {
        let shown: String = id.chars().take(40).collect();
        return Err(Problem::new(Kind::NotFound, format!("there is no key '{shown}'")));
    }
    tracing::info!(key = %id, by = %caller.id, "a key was revoked");
    Ok(StatusCode::NO_CONTENT)
}
