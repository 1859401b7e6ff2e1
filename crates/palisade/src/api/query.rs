//! `POST /api/v1/query`: SQL over everything that came in, as JSON, CSV or Parquet.
//!
//! The store makes sure that a query reads only and keeps to its limits. When the client leaves, this future is dropped
//! and the query ends with it.

use super::auth::Caller;
use super::problem::{Kind, Problem};
use super::schema::{ProblemSchema, TableSchema};
use super::{Api, body};
use crate::pipeline::admission::count_refusal;
use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Response, header};
use axum::response::IntoResponse;
use palisade_store::FileFormat;
use palisade_store::state::Scope;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::SemaphorePermit;
use utoipa::ToSchema;

/// How long a query waits for others to end: most take less than a second.
const PLACE_TIME_MAX: Duration = Duration::from_secs(5);

const CSV: &str = "text/csv";
const PARQUET: &str = "application/vnd.apache.parquet";

/// A question.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QueryRequest {
    /// One SQL statement that reads; the tables are `events`, `metrics`, `spans` and `findings`.
    #[schema(example = "SELECT severity, count(*) AS n FROM findings GROUP BY severity")]
    sql: String,
}

/// Ask in SQL
#[utoipa::path(post, path = "/api/v1/query", tag = "lake", request_body = QueryRequest,
    description = "Send `Accept: text/csv` or `Accept: application/vnd.apache.parquet` for a file.",
    responses(
        (status = 200, description = "The rows", content(
            (TableSchema = "application/json"), (String = "text/csv"), (Vec<u8> = "application/vnd.apache.parquet"))),
        (status = "4XX", description = "The query cannot be run or costs too much", body = ProblemSchema, content_type = "application/problem+json"),
        (status = 503, description = "Too many queries at once", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn query(
    State(api): State<Arc<Api>>,
    caller: Caller,
    headers: HeaderMap,
    request: Request,
) -> Result<Response<Body>, Problem> {
    caller.may(Scope::Read)?;
    let asked: QueryRequest = body::json(&api, &caller, request).await?;
    let _place = place(&api).await?;
    let lake = &api.store.lake;
    match file_format(&headers) {
        None => Ok(Json(lake.query(&asked.sql, &api.query_limits).await?).into_response()),
        Some((content_type, format)) => {
            let bytes = lake.query_file(&asked.sql, &api.query_limits, format).await?;
            let mut response = Response::new(Body::from(bytes));
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
            Ok(response)
        }
    }
}

/// A place to run a query, once there is one.
///
/// # Errors
/// 503 when there is none for a while.
pub async fn place(api: &Api) -> Result<SemaphorePermit<'_>, Problem> {
    match tokio::time::timeout(PLACE_TIME_MAX, api.queries.acquire()).await {
        Ok(place) => place.map_err(|error| Problem::internal("the query", &error)),
        Err(_) => {
            count_refusal("queries");
            let most = api.limits.concurrent_queries_max;
            let busy = Problem::new(Kind::Overloaded, format!("{most} other queries are running, which is the limit"));
            Err(busy.retry_after(PLACE_TIME_MAX))
        }
    }
}

/// The first file format that `Accept` names; `None` for JSON.
fn file_format(headers: &HeaderMap) -> Option<(&'static str, FileFormat)> {
    let accepted = headers.get_all(header::ACCEPT).into_iter().filter_map(|value| value.to_str().ok());
    let mut types = accepted.flat_map(|value| value.split(',')).map(|one| one.split(';').next().unwrap_or("").trim());
    types.find_map(|accepted| match accepted {
        CSV => Some(Some((CSV, FileFormat::Csv))),
        PARQUET => Some(Some((PARQUET, FileFormat::Parquet))),
        "application/json" => Some(None),
        _ => None,
    })?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accept_chooses_the_format() {
        for (accept, wanted) in [
            ("*/*", None),
            ("application/json, text/csv", None),
            ("text/csv; header=present", Some(CSV)),
            ("text/html, application/vnd.apache.parquet", Some(PARQUET)),
        ] {
            let headers: HeaderMap = [(header::ACCEPT, HeaderValue::from_static(accept))].into_iter().collect();
            assert_eq!(file_format(&headers).map(|(content_type, _)| content_type), wanted, "{accept}");
        }
        assert!(file_format(&HeaderMap::new()).is_none());
    }
}
