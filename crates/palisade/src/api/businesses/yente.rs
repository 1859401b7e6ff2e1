//! `POST /match/{dataset}`, `GET /search/{dataset}`, `GET /catalog` and `GET /entities/{id}` as yente, the API of
//! OpenSanctions, has them, so that its clients work with another address. Queries are FollowTheMoney entities; what
//! yente has beside that is left out.

pub mod search;

use super::{answered, lists, malformed, record, take};
use crate::api::Api;
use crate::api::auth::known;
use crate::api::problem::{Kind, Problem};
use crate::api::schema::ProblemSchema;
use crate::clock::now;
use crate::kyb::{Answer, Hit, How, Lists, is_list, kind, shown_name};
use axum::Json;
use axum::extract::{Path, RawQuery, Request, State};
use palisade_kyb::{
    entity::{Entity, EntityType, NameKind, PartialDate},
    lists::{Format, Limits, ListFile, collect},
    matching::Mode,
};
use palisade_store::{feeds::FEEDS, state::Scope};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;

/// Queries of one request, as yente's own default.
const QUERIES_MAX: usize = 100;
/// Results of one query: yente's default, and its most.
const LIMIT: usize = 5;
const LIMIT_MAX: usize = 500;
/// From which score on results are told at all, and from which they are matches.
const CUTOFF: f32 = 0.5;
const THRESHOLD: f32 = 0.7;
/// Bytes of one query.
const QUERY_BYTES_MAX: u64 = 1 << 20;
/// What OpenSanctions calls lists that have a feed.
const DATASETS: &[(&str, &str)] = &[
    ("us_ofac_sdn", "ofac-sdn"),
    ("us_ofac_cons", "ofac-consolidated"),
    ("un_sc_sanctions", "un-sc"),
    ("eu_fsf", "eu-fsf"),
    ("gb_fcdo_sanctions", "uk-ofsi"),
    ("gb_hmt_sanctions", "uk-ofsi"),
    ("us_trade_csl", "us-csl"),
    ("us_bis_denied", "bis-dpl"),
    ("ch_seco_sanctions", "ch-seco"),
    ("ca_dfatd_sema_sanctions", "ca-sema"),
    ("au_dfat_sanctions", "au-dfat"),
    ("worldbank_debarred", "world-bank"),
];
/// Collections that mean everything that is there.
const EVERYTHING: &[&str] = &["default", "all", "sanctions"];

/// A FollowTheMoney entity: who is asked about.
#[derive(Clone, Deserialize, ToSchema)]
pub struct MatchExample {
    /// The id by which you know it.
    #[serde(default)]
    id: Option<String>,
    /// `Person`, `Company`, `Organization`, `LegalEntity`, `Vessel`, `Airplane`.
    schema: String,
    /// `name`, `birthDate`, `nationality`, `idNumber`, `registrationNumber`, `address` and so on: a text or a list.
    #[schema(value_type = Object)]
    properties: Map<String, Value>,
}

/// Queries by names of your choice.
#[derive(Deserialize, ToSchema)]
pub struct MatchRequest {
    /// At most 100.
    #[schema(value_type = Object)]
    queries: BTreeMap<String, MatchExample>,
}

#[derive(Serialize)]
struct Total {
    value: usize,
    relation: &'static str,
}

#[derive(Serialize)]
struct Matches {
    status: u16,
    results: Vec<Value>,
    total: Total,
    query: Value,
}

/// The answers, by the names of the queries.
#[derive(Serialize, ToSchema)]
pub struct MatchReply {
    /// Results with `score`, `match`, `features` and `explanations`.
    #[schema(value_type = Object)]
    responses: BTreeMap<String, Matches>,
    /// What features mean.
    #[schema(value_type = Object)]
    matcher: Value,
    /// The most results of a query.
    limit: usize,
}

/// How to match, as the query string says it.
struct Asked {
    how: How,
    threshold: f32,
}

/// Match entities (yente)
#[utoipa::path(post, path = "/match/{dataset}", tag = "businesses", request_body = MatchRequest,
    params(("dataset" = String, Path, description = "A feed, OpenSanctions' name of it, or `default` for all"),
        ("limit" = Option<usize>, Query, description = "The most results of a query"),
        ("threshold" = Option<f32>, Query, description = "From which score on a result is a match"),
        ("cutoff" = Option<f32>, Query, description = "From which score on a result is told"),
        ("include_dataset" = Option<String>, Query, description = "Only these; may be repeated"),
        ("exclude_dataset" = Option<String>, Query, description = "Not these; may be repeated")),
    responses(
        (status = 200, description = "The answers, by the names of the queries", body = MatchReply),
        (status = "4XX", description = "Nothing was matched", body = ProblemSchema, content_type = "application/problem+json"),
        (status = 503, description = "No list can be searched", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn matches(
    State(api): State<Arc<Api>>,
    Path(dataset): Path<String>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Json<MatchReply>, Problem> {
    let (caller, request) = known(&api, request).await?;
    caller.may_one(&[Scope::Inspect, Scope::Ingest])?;
    let (bytes, share) = take(&api, &caller, request).await?;
    let MatchRequest { queries } =
        serde_json::from_slice(&bytes).map_err(|error| malformed(format!("the JSON body: {error}")))?;
    if queries.is_empty() || queries.len() > QUERIES_MAX {
        return Err(malformed(format!("queries: 1 to {QUERIES_MAX}")));
    }
    let lists = lists(&api)?;
    let Asked { how, threshold } = asked(&dataset, query.as_deref().unwrap_or_default(), &lists)?;
    api.admission.events(&caller.id, queries.len())?;
    let named = queries.into_iter().map(|(name, example)| {
        let entity = entity(&example).map_err(|reason| malformed(format!("queries/{name}: {reason}")))?;
        Ok((name, example, entity))
    });
    let named = named.collect::<Result<Vec<_>, Problem>>()?;
    let parties: Vec<Entity> = named.iter().map(|(_, _, entity)| entity.clone()).collect();
    let (now, limit) = (now(), how.limit);
    let mut answers = answered(parties, move |party| lists.answer(party, &how, now)).await?;
    // What is below the threshold is told to the client alone.
    answers.iter_mut().for_each(|answer| {
        answer.findings.truncate(answer.hits.iter().filter(|hit| hit.score >= threshold).count());
    });
    record(&api, &caller, &mut answers, share).await?;
    let responses =
        named.into_iter().zip(answers).map(|((name, example, _), answer)| (name, told(&example, &answer, threshold)));
    Ok(Json(MatchReply { responses: responses.collect(), matcher: features(), limit }))
}

/// The entry with this id (yente)
#[utoipa::path(get, path = "/entities/{id}", tag = "businesses", params(("id" = String, Path, description = "As results have it")),
    responses(
        (status = 200, description = "The entry", body = Object),
        (status = 404, description = "There is none", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn get(
    State(api): State<Arc<Api>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Json<Value>, Problem> {
    let (caller, _) = known(&api, request).await?;
    caller.may_one(&[Scope::Inspect, Scope::Read])?;
    let lists = lists(&api)?;
    let found = parts_of(&id).and_then(|(list, entry)| lists.entry(list, entry));
    let entity = found.ok_or_else(|| Problem::new(Kind::NotFound, "no list has an entry of this id"))?;
    Ok(Json(Value::Object(entity_of(&entity))))
}

fn asked(dataset: &str, query: &str, lists: &Lists) -> Result<Asked, Problem> {
    let mut how = How { limit: LIMIT, at_least: CUTOFF, lists: feeds_of(dataset)?, ..How::new(Mode::Balanced) };
    let (mut threshold, mut without, mut only) = (THRESHOLD, Vec::new(), Vec::new());
    for (name, value) in super::party::parameters(query) {
        let number = || value.parse::<f32>().ok().filter(|number| (0.0..=1.0).contains(number));
        let score = || number().ok_or_else(|| malformed(format!("{name}: not between 0 and 1")));
        match name.as_str() {
            "limit" => {
                let limit = value.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
                how.limit = limit.ok_or_else(|| malformed(format!("limit: 1 to {LIMIT_MAX}")))?;
            }
            "threshold" => threshold = score()?,
            "cutoff" => how.at_least = score()?,
            "include_dataset" => only.extend(feeds_of(&value)?),
            "exclude_dataset" => without.extend(feeds_of(&value)?),
            _ => {}
        }
    }
    how.at_least = how.at_least.min(threshold);
    if !only.is_empty() || !without.is_empty() {
        let wanted = |list: &String| {
            (how.lists.is_empty() || how.lists.contains(list))
                && (only.is_empty() || only.contains(list))
                && !without.contains(list)
        };
        how.lists = lists.editions().iter().map(|edition| edition.list.clone()).filter(wanted).collect();
        if how.lists.is_empty() {
            return Err(malformed("no list is left to search"));
        }
    }
    Ok(Asked { how, threshold })
}

/// The feeds that a dataset means; none for everything.
fn feeds_of(dataset: &str) -> Result<Vec<String>, Problem> {
    if EVERYTHING.contains(&dataset) {
        return Ok(Vec::new());
    }
    let feed = DATASETS.iter().find(|(name, _)| *name == dataset).map_or(dataset, |(_, feed)| feed);
    if is_list(feed) {
        return Ok(vec![feed.to_owned()]);
    }
    let shown: String = dataset.chars().take(60).collect();
    Err(Problem::new(Kind::NotFound, format!("there is no dataset `{shown}`")))
}

/// The entity of a query, read as lists in this form are read.
fn entity(example: &MatchExample) -> Result<Entity, String> {
    const SCHEMATA: &[&str] = &["Person", "Organization", "Company", "PublicBody", "LegalEntity", "Vessel", "Airplane"];
    let schema = if SCHEMATA.contains(&example.schema.as_str()) { example.schema.as_str() } else { "LegalEntity" };
    let listed = |value: &Value| if value.is_array() { value.clone() } else { json!([value]) };
    let mut properties: Map<String, Value> =
        example.properties.iter().map(|(name, value)| (name.clone(), listed(value))).collect();
    if !properties.contains_key("name") {
        let part = |name: &str| properties.get(name).and_then(|list| list[0].as_str()).unwrap_or_default();
        let whole = [part("firstName"), part("middleName"), part("lastName")].join(" ");
        properties.insert("name".to_owned(), json!([whole.trim()]));
    }
    let id = example.id.as_deref().unwrap_or("query");
    let line = json!({"id": id, "schema": schema, "properties": properties}).to_string();
    let file = ListFile::open("query", std::io::Cursor::new(line.into_bytes()), QUERY_BYTES_MAX);
    let file = file.map_err(|error| error.to_string())?;
    let mut listing = collect("query", Format::named("ftm-json"), vec![file], Limits::default());
    match (listing.entities.pop(), listing.problems.first()) {
        (Some(entity), _) => Ok(entity),
        (None, problem) => {
            Err(problem.map_or_else(|| "it cannot be read".to_owned(), |problem| problem.reason.clone()))
        }
    }
}

fn told(example: &MatchExample, answer: &Answer, threshold: f32) -> Matches {
    let results: Vec<Value> = answer.hits.iter().map(|hit| result(hit, threshold)).collect();
    let query = json!({"id": example.id, "schema": example.schema, "properties": example.properties});
    Matches { status: 200, total: Total { value: results.len(), relation: "eq" }, results, query }
}

fn result(hit: &Hit, threshold: f32) -> Value {
    let mut entity = entity_of(&hit.listed);
    let (mut features, mut explanations) = (Map::new(), Map::new());
    if let Some(name) = &hit.name {
        let score = name.comparison.score;
        features.insert("name_match".to_owned(), json!(score));
        let detail: Vec<String> = name
            .comparison
            .parts
            .iter()
            .filter(|part| part.deduction > 0.0)
            .map(|part| format!("{} -{:.2}", crate::kyb::reason(part.reason), part.deduction))
            .collect();
        let explained =
            json!({"score": score, "detail": detail.join(", "), "query": name.query, "candidate": name.listed});
        explanations.insert("name_match".to_owned(), explained);
    }
    for part in &hit.parts {
        let name = format!("{}_match", part.kind.as_str());
        features.insert(name.clone(), json!(part.adjustment));
        let explained =
            json!({"score": part.adjustment, "detail": part.reason, "query": part.query, "candidate": part.listed});
        explanations.insert(name, explained);
    }
    entity.insert("score".to_owned(), json!(hit.score));
    entity.insert("match".to_owned(), json!(hit.score >= threshold));
    entity.insert("features".to_owned(), Value::Object(features));
    entity.insert("explanations".to_owned(), Value::Object(explanations));
    Value::Object(entity)
}

/// What features mean: the score is that of the names, moved by the others.
fn features() -> Value {
    use palisade_kyb::matching::EvidenceKind as Part;
    let mut features = Map::new();
    let one = |description: String| json!({"description": description, "coefficient": 1.0, "url": "/docs"});
    features.insert("name_match".to_owned(), one("How well the names fit, 0 to 1, word by word".to_owned()));
    for part in [Part::Type, Part::NameKind, Part::Date, Part::Country, Part::Identifier, Part::Address, Part::Place] {
        let description = format!("What the {} adds to the score, or takes off", kind(part));
        features.insert(format!("{}_match", part.as_str()), one(description));
    }
    Value::Object(features)
}

/// An id that is one among all lists: OpenSanctions' own where the entry is theirs.
fn id_of(entity: &Entity) -> String {
    match entity.source.as_str() {
        "opensanctions" => entity.id.clone(),
        list => format!("{list}-{}", entity.id),
    }
}

fn parts_of(id: &str) -> Option<(&str, &str)> {
    let lists = FEEDS.iter().filter(|feed| feed.is_list).map(|feed| feed.name);
    let own = lists.filter_map(|list| Some((list, id.strip_prefix(list)?.strip_prefix('-')?)));
    own.max_by_key(|(list, _)| list.len()).or(Some(("opensanctions", id)))
}

/// An entry as a FollowTheMoney entity.
fn entity_of(entity: &Entity) -> Map<String, Value> {
    let schema = match entity.entity_type {
        EntityType::Person => "Person",
        EntityType::Organization => "Organization",
        EntityType::Vessel => "Vessel",
        EntityType::Aircraft => "Airplane",
        EntityType::Asset => "Asset",
        EntityType::Unknown => "LegalEntity",
    };
    let mut properties: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut add = |name, value: &str| {
        if !value.is_empty() {
            properties.entry(name).or_default().push(value.to_owned());
        }
    };
    for name in &entity.names {
        let property = match name.kind {
            NameKind::Primary => "name",
            NameKind::WeakAlias => "weakAlias",
            NameKind::Previous => "previousName",
            NameKind::Alias | NameKind::OtherScript => "alias",
        };
        add(property, &name.full);
    }
    let is_person = entity.entity_type == EntityType::Person;
    let (date, country) = if is_person { ("birthDate", "nationality") } else { ("incorporationDate", "country") };
    entity.dates.iter().for_each(|value| add(date, &shown_date(value)));
    entity.places.iter().for_each(|value| add("birthPlace", value));
    entity.countries.iter().for_each(|value| add(country, value));
    for identifier in &entity.identifiers {
        let property = match identifier.kind.as_str() {
            "passport" => "passportNumber",
            "tax" => "taxNumber",
            "registration" => "registrationNumber",
            "lei" => "leiCode",
            "imo" => "imoNumber",
            "swift" => "swiftBic",
            "wallet" => "publicKey",
            "email" => "email",
            "phone" => "phone",
            "website" => "website",
            _ => "idNumber",
        };
        add(property, &identifier.value);
    }
    for address in &entity.addresses {
        let country = address.country.as_deref().unwrap_or_default();
        let parts = [&address.street, &address.city, &address.region, &address.postal_code].map(String::as_str);
        let parts: Vec<&str> = parts.into_iter().chain([country]).filter(|part| !part.is_empty()).collect();
        add("address", &parts.join(", "));
    }
    entity.programs.iter().for_each(|value| add("program", value));
    add("notes", &entity.remarks);
    let nothing = Value::Null;
    let members = [
        ("id", json!(id_of(entity))),
        ("caption", json!(shown_name(entity))),
        ("schema", json!(schema)),
        ("properties", json!(properties)),
        ("datasets", json!([search::dataset_of(&entity.source)])),
        ("referents", json!([])),
        ("target", json!(true)),
        ("first_seen", nothing.clone()),
        ("last_seen", nothing.clone()),
        ("last_change", nothing),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// As ISO 8601 writes it, as far as it is known.
pub(super) fn shown_date(date: &PartialDate) -> String {
    match (date.month, date.day) {
        (0, _) => format!("{:04}", date.year),
        (month, 0) => format!("{:04}-{month:02}", date.year),
        (month, day) => format!("{:04}-{month:02}-{day:02}", date.year),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_lead_back_to_their_entries() {
        for (list, id, wanted) in [
            ("ofac-sdn", "7", "ofac-sdn-7"),
            ("own-list", "a-1", "own-list-a-1"),
            ("opensanctions", "NK-abc", "NK-abc"),
        ] {
            let entity = Entity { source: list.to_owned(), id: id.to_owned(), ..Entity::default() };
            assert_eq!(id_of(&entity), wanted);
            assert_eq!(parts_of(wanted), Some((list, id)));
        }
    }

    #[test]
    fn queries_are_read_as_texts_and_lists() {
        let example = |text: &str| serde_json::from_str::<MatchExample>(text).unwrap();
        let read = entity(&example(
            r#"{"schema":"Person","properties":{"firstName":"Ann","lastName":["Lee"],"birthDate":["1970-01"],"nationality":"us"}}"#,
        ))
        .unwrap();
        assert_eq!(shown_name(&read), "Ann Lee");
        assert_eq!((read.entity_type, shown_date(&read.dates[0])), (EntityType::Person, "1970-01".to_owned()));
        assert_eq!(read.countries, ["us"]);
        assert!(entity(&example(r#"{"schema":"Company","properties":{}}"#)).unwrap_err().contains("no name"));
    }
}
