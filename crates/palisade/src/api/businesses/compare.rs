//! `POST /api/v1/businesses/compare`: names compared with each other, word by word.

use super::{BATCH_MAX, answered, malformed, schema::NameComparisonSchema, take};
use crate::api::Api;
use crate::api::auth::Caller;
use crate::api::problem::Problem;
use crate::api::schema::ProblemSchema;
use axum::Json;
use axum::extract::{Request, State};
use palisade_kyb::{
    entity::EntityType,
    matching::{Matcher, Mode, NameComparison},
    names::NameType,
};
use palisade_store::state::Scope;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// Two names.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NamePair {
    /// One.
    one: String,
    /// The other.
    other: String,
    /// Whose names they are: `person` or `organization`.
    #[serde(rename = "type", default)]
    #[schema(value_type = Option<String>)]
    entity_type: EntityType,
}

/// Pairs to compare.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompareRequest {
    /// At most 1,000.
    pairs: Vec<NamePair>,
    /// `balanced` (which is the default), `strict` or `ofac`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    mode: Mode,
}

/// Two names compared.
#[derive(Serialize, ToSchema)]
pub struct ComparedNames {
    /// 0 to 1.
    score: f32,
    /// Whether the score reaches the threshold of the mode.
    r#match: bool,
    /// Word by word.
    #[schema(value_type = NameComparisonSchema)]
    comparison: NameComparison,
}

/// One each, in the order of the pairs.
#[derive(Serialize, ToSchema)]
pub struct CompareReply {
    results: Vec<ComparedNames>,
    /// The score from which on names are taken for the same.
    threshold: f32,
}

/// Compare names
#[utoipa::path(post, path = "/api/v1/businesses/compare", tag = "businesses", request_body = CompareRequest,
    responses(
        (status = 200, description = "The comparison of each pair", body = CompareReply),
        (status = "4XX", description = "Nothing was compared", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn compare(
    State(api): State<Arc<Api>>,
    caller: Caller,
    request: Request,
) -> Result<Json<CompareReply>, Problem> {
    caller.may_one(&[Scope::Inspect, Scope::Ingest])?;
    let (bytes, _share) = take(&api, &caller, request).await?;
    let CompareRequest { pairs, mode } =
        serde_json::from_slice(&bytes).map_err(|error| malformed(format!("the JSON body: {error}")))?;
    if pairs.len() > BATCH_MAX {
        return Err(malformed(format!("pairs: more than {BATCH_MAX}")));
    }
    api.admission.events(&caller.id, pairs.len().max(1))?;
    let threshold = mode.threshold();
    let matcher = Matcher::new(mode);
    let compare = move |pair: NamePair| {
        let name_type = NameType::from(pair.entity_type);
        let (one, other) = (matcher.parse(&pair.one, name_type), matcher.parse(&pair.other, name_type));
        let comparison = matcher.compare_names(&one, &other);
        ComparedNames { score: comparison.score, r#match: comparison.score >= threshold, comparison }
    };
    Ok(Json(CompareReply { results: answered(pairs, compare).await?, threshold }))
}
