//! `GET /search/{dataset}` and `GET /catalog` as yente has them: entries by a name, and what can be searched.

use super::{CUTOFF, DATASETS, EVERYTHING, LIMIT_MAX, entity_of, feeds_of, known};
use crate::api::Api;
use crate::api::businesses::{answered, lists, malformed, party::parameters, record};
use crate::api::problem::Problem;
use crate::api::schema::ProblemSchema;
use crate::clock::now;
use crate::kyb::{How, ListEdition, Standing};
use axum::Json;
use axum::extract::{Path, RawQuery, Request, State};
use palisade_kyb::{
    entity::{Entity, EntityType, Name},
    matching::Mode,
};
use palisade_store::state::Scope;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Results of one answer when nothing is said.
const LIMIT: usize = 10;
/// Results that can be passed over; yente's most is the same.
const OFFSET_MAX: usize = 9_499;
/// Memory that the record of a search takes in the queue, about.
const SHARE_BYTES: usize = 4 << 10;

/// What is searched for.
struct Asked {
    text: String,
    how: How,
    countries: Vec<String>,
    offset: usize,
    limit: usize,
}

/// Search entries by a name (yente)
#[utoipa::path(get, path = "/search/{dataset}", tag = "businesses",
    description = "As yente's, with a key. Entries whose name is like the text, the best first; the syntax of queries of its search engine is not read.",
    params(("dataset" = String, Path, description = "A feed, OpenSanctions' name of it, or `default` for all"),
        ("q" = String, Query, description = "A name"),
        ("schema" = Option<String>, Query, description = "`Person`, `Company`, `Organization`, `LegalEntity`, `Vessel`, `Airplane`; all when it is left out"),
        ("countries" = Option<String>, Query, description = "Only entries of this country; may be repeated"),
        ("datasets" = Option<String>, Query, description = "Only these; may be repeated"),
        ("limit" = Option<usize>, Query, description = "At most 500; 10 when it is left out"),
        ("offset" = Option<usize>, Query, description = "So many are passed over")),
    responses(
        (status = 200, description = "`results`, `facets`, `total`, `limit`, `offset`", body = Object),
        (status = "4XX", description = "Nothing was searched", body = ProblemSchema, content_type = "application/problem+json"),
        (status = 503, description = "No list can be searched", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn search(
    State(api): State<Arc<Api>>,
    Path(dataset): Path<String>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Json<Value>, Problem> {
    let (caller, _) = known(&api, request).await?;
    caller.may_one(&[Scope::Inspect, Scope::Ingest])?;
    let Asked { text, how, countries, offset, limit } = asked(&dataset, query.as_deref().unwrap_or_default())?;
    let lists = lists(&api)?;
    api.admission.events(&caller.id, 1)?;
    let share = api.pipeline.room(SHARE_BYTES).await?;
    let names = vec![Name { full: text, ..Name::default() }];
    let party = Entity { source: "question".to_owned(), id: "q".to_owned(), names, ..Entity::default() };
    let now = now();
    let mut answers = answered(vec![party], move |party| lists.answer(party, &how, now)).await?;
    // Somebody looks around: that is recorded, but is no hit.
    answers.iter_mut().for_each(|answer| answer.findings.clear());
    record(&api, &caller, &mut answers, share).await?;
    let found = answers.iter().flat_map(|answer| &answer.hits).map(|hit| &hit.listed);
    let of_country =
        |entity: &&Entity| countries.is_empty() || entity.countries.iter().any(|of| countries.contains(of));
    let found: Vec<&Entity> = found.filter(of_country).collect();
    let results: Vec<Value> =
        found.iter().skip(offset).take(limit).map(|entity| Value::Object(entity_of(entity))).collect();
    let total = json!({"value": found.len(), "relation": "eq"});
    Ok(Json(json!({"results": results, "facets": facets(&found), "total": total, "limit": limit, "offset": offset})))
}

fn asked(dataset: &str, query: &str) -> Result<Asked, Problem> {
    let how = How { at_least: CUTOFF, lists: feeds_of(dataset)?, ..How::new(Mode::Balanced) };
    let mut asked = Asked { text: String::new(), how, countries: Vec::new(), offset: 0, limit: LIMIT };
    let mut only = Vec::new();
    for (name, value) in parameters(query) {
        let up_to = |most: usize| {
            let number = value.parse().ok().filter(|number| *number <= most);
            number.ok_or_else(|| malformed(format!("{name}: 0 to {most}")))
        };
        match name.as_str() {
            "q" => asked.text.clone_from(&value),
            "schema" => {
                asked.how.types = types_of(&value).ok_or_else(|| malformed("schema: there is none of this name"))?
            }
            "countries" => asked.countries.push(value.to_lowercase()),
            "datasets" | "include_dataset" => only.extend(feeds_of(&value)?),
            "limit" => asked.limit = up_to(LIMIT_MAX)?,
            "offset" => asked.offset = up_to(OFFSET_MAX)?,
            _ => {}
        }
    }
    if asked.text.trim().is_empty() {
        return Err(malformed("q is missing: the name to search for"));
    }
    let wanted = |list: &String| asked.how.lists.is_empty() || asked.how.lists.contains(list);
    only.retain(wanted);
    if !only.is_empty() {
        asked.how.lists = only;
    }
    asked.how.limit = asked.offset + asked.limit.max(LIMIT);
    Ok(asked)
}

/// The types that a schema of FollowTheMoney means; none for all.
fn types_of(schema: &str) -> Option<Vec<EntityType>> {
    Some(match schema {
        "Thing" => Vec::new(),
        "LegalEntity" => vec![EntityType::Person, EntityType::Organization, EntityType::Unknown],
        "Person" => vec![EntityType::Person],
        "Organization" | "Company" | "PublicBody" => vec![EntityType::Organization],
        "Vessel" => vec![EntityType::Vessel],
        "Airplane" => vec![EntityType::Aircraft],
        "Vehicle" => vec![EntityType::Vessel, EntityType::Aircraft],
        "Asset" => vec![EntityType::Vessel, EntityType::Aircraft, EntityType::Asset],
        _ => return None,
    })
}

/// How many of the results are of each country and each dataset.
fn facets(found: &[&Entity]) -> Value {
    let facet = |label: &str, values: &mut dyn Iterator<Item = &str>| {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        values.for_each(|value| *counts.entry(value).or_default() += 1);
        let values: Vec<Value> =
            counts.iter().map(|(name, count)| json!({"name": name, "label": name, "count": count})).collect();
        json!({"label": label, "values": values})
    };
    let countries = facet("Countries", &mut found.iter().flat_map(|entity| &entity.countries).map(String::as_str));
    let datasets = facet("Data sources", &mut found.iter().map(|entity| dataset_of(&entity.source)));
    json!({"countries": countries, "datasets": datasets})
}

/// What OpenSanctions calls a list, where it has a name for it.
pub(super) fn dataset_of(list: &str) -> &str {
    DATASETS.iter().find(|(_, feed)| *feed == list).map_or(list, |(name, _)| name)
}

/// What can be searched (yente)
#[utoipa::path(get, path = "/catalog", tag = "businesses",
    responses(
        (status = 200, description = "`datasets` with their versions, `current`, `outdated`, `index_stale`", body = Object),
        (status = 503, description = "No list can be searched", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn catalog(State(api): State<Arc<Api>>, request: Request) -> Result<Json<Value>, Problem> {
    let (caller, _) = known(&api, request).await?;
    caller.may_one(&[Scope::Inspect, Scope::Read])?;
    let lists = lists(&api)?;
    let now = now();
    let editions = lists.editions();
    let names = |standing: Standing| -> Vec<&str> {
        let of = editions.iter().filter(|edition| edition.standing(now) == standing);
        of.map(|edition| dataset_of(&edition.list)).collect()
    };
    let all: Vec<&str> = editions.iter().map(|edition| dataset_of(&edition.list)).collect();
    let together = json!({"name": EVERYTHING[0], "title": "All lists", "load": true, "version": "", "index_current": true,
        "children": all});
    let datasets: Vec<Value> =
        std::iter::once(together).chain(editions.iter().map(|edition| Value::Object(dataset(edition)))).collect();
    let outdated = names(Standing::Stale);
    Ok(Json(json!({"datasets": datasets, "current": names(Standing::Ready), "outdated": outdated,
        "index_stale": !outdated.is_empty()})))
}

fn dataset(edition: &ListEdition) -> Map<String, Value> {
    // A list that says nothing of its version is told by its content.
    let version = if edition.version.is_empty() { &edition.hash } else { &edition.version };
    let members = [
        ("name", json!(dataset_of(&edition.list))),
        ("title", json!(edition.title)),
        ("load", json!(true)),
        ("version", json!(version)),
        ("index_version", json!(version)),
        ("index_current", json!(true)),
        ("updated_at", json!(edition.imported)),
        ("entity_count", json!(edition.entries)),
        ("children", json!([])),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_are_read() {
        let read = asked("default", "q=Ann+Lee&schema=Person&limit=3&offset=2&countries=US&datasets=un_sc_sanctions");
        let read = read.unwrap_or_else(|problem| panic!("{}", problem.detail()));
        assert_eq!((read.text.as_str(), read.limit, read.offset), ("Ann Lee", 3, 2));
        assert_eq!((read.how.types, read.how.lists), (vec![EntityType::Person], vec!["un-sc".to_owned()]));
        assert_eq!(read.countries, ["us"]);
        for (query, wanted) in [("", "q is missing"), ("q=x&limit=900", "limit"), ("q=x&schema=Cat", "schema")] {
            let refused = asked("default", query).err().map(|problem| problem.detail().to_owned());
            assert!(refused.is_some_and(|detail| detail.contains(wanted)), "{query}");
        }
    }
}
