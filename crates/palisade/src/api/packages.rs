//! `POST /api/v1/scan`: what the watch over packages says about a package, or about many; and `/api/v1/manifests`, about
//! everything that a manifest names, kept as an inventory where it is asked for.
//!
//! The question is answered from what the server knows already; registries are asked only where `supply.online` allows
//! it. That it was asked is recorded as an event with its findings, so nothing is judged twice.

use super::auth::Caller;
use super::problem::{Kind, Problem};
use super::schema::{FindingSchema, ProblemSchema, SeverityName, VerdictName};
use super::{Api, body, body::Received};
use crate::clock::now;
use crate::pipeline::{Submission, Told};
use crate::supply::{Answer, Known, inventory, project};
use axum::Json;
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use palisade_model::{Event, Finding, Observation, Severity, Verdict};
use palisade_store::state::Scope;
use palisade_supply::{Ecosystem, Package};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// Packages of one request.
const BATCH_MAX: usize = 1_000;
/// Letters of the name of an inventory.
const NAME_CHARS_MAX: usize = 200;

/// A package that is asked about: by `ecosystem`, `package_name` and `version`, or by `purl`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PackageQuestion {
    /// `npm`, `pypi`, `cargo` and so on, or OSV's name for it.
    ecosystem: Option<String>,
    /// The whole name, with scope or group.
    package_name: Option<String>,
    /// The exact version.
    version: Option<String>,
    /// A package URL instead of the three.
    purl: Option<String>,
}

/// One package, or `items`, many.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
pub enum PackageRequest {
    /// Many, at most 1,000.
    Batch {
        /// They are answered in this order.
        items: Vec<PackageQuestion>,
    },
    /// One.
    One(PackageQuestion),
}

/// What is said about a package.
#[derive(Serialize, ToSchema)]
pub struct PackageAnswer {
    /// The package, as a package URL where it has one.
    package: String,
    /// What to do.
    #[schema(value_type = VerdictName)]
    verdict: Verdict,
    /// The highest severity among the findings.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<SeverityName>)]
    severity: Option<Severity>,
    /// How sure the surest finding is, in 0..=1; 0 without findings.
    #[schema(minimum = 0, maximum = 1)]
    score: f64,
    /// The version that is free of all that is known, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
    /// Everything that was found.
    #[schema(value_type = Vec<FindingSchema>)]
    #[serde(serialize_with = "palisade_model::written")]
    findings: Vec<Finding>,
}

/// The answer: about one, or about each of a batch.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum PackageReply {
    /// About the package.
    One(PackageAnswer),
    /// About each of a batch, in its order.
    Batch {
        /// One each.
        answers: Vec<PackageAnswer>,
    },
}

/// Judge packages
#[utoipa::path(post, path = "/api/v1/scan", tag = "packages", request_body = PackageRequest,
    responses(
        (status = 200, description = "What is said about the package, or about each of a batch", body = PackageReply),
        (status = "4XX", description = "Nothing was judged", body = ProblemSchema, content_type = "application/problem+json"),
        (status = 503, description = "The question could not be recorded", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn scan(
    State(api): State<Arc<Api>>,
    caller: Caller,
    request: Request,
) -> Result<Json<PackageReply>, Problem> {
    caller.may_one(&[Scope::Inspect, Scope::Ingest])?;
    let Received { bytes, permit, .. } = body::take(&api, &caller.id, request, api.limits.body_bytes_max).await?;
    let asked: PackageRequest = serde_json::from_slice(&bytes).map_err(|error| malformed(&error.to_string()))?;
    let (questions, is_batch) = match asked {
        PackageRequest::One(question) => (vec![question], false),
        PackageRequest::Batch { items } => (items, true),
    };
    if questions.len() > BATCH_MAX {
        return Err(malformed(&format!("items: more than {BATCH_MAX} packages")));
    }
    let packages = (0..).zip(questions).map(|(index, question)| {
        package(question).map_err(|reason| match is_batch {
            true => malformed(&format!("/items/{index}: {reason}")),
            false => malformed(&reason),
        })
    });
    let packages = packages.collect::<Result<Vec<Package>, Problem>>()?;
    api.admission.events(&caller.id, packages.len().max(1))?;
    let public = api.packages.public(packages.clone()).await;
    let share = api.pipeline.room(permit.bytes()).await?;
    let now = now();
    let supply = api.packages.get();
    let known = |package| Known { facts: public.facts(package), ..Known::default() };
    let answers: Vec<Answer> = packages.iter().map(|package| supply.answer(package, &known(package), now)).collect();
    let observations = packages.iter().zip(&answers).map(|(package, answer)| record(&caller, &package.named(), answer));
    let observations: Vec<Observation> = observations.collect();
    let judged = answers.iter().map(|answer| Told::Findings(answer.findings.clone())).collect();
    let submission = Submission { observations, share, idempotency_key: None, judged: Some(judged) };
    let mut findings = match packages.is_empty() {
        true => Vec::new(),
        false => api.pipeline.submit(submission).await?.findings,
    }
    .into_iter();
    let mut told = packages.iter().zip(answers).map(|(package, answer)| {
        let recorded = findings.by_ref().take(answer.findings.len()).collect();
        told(package, &answer, recorded)
    });
    Ok(Json(if is_batch {
        PackageReply::Batch { answers: told.collect() }
    } else {
        PackageReply::One(told.next().ok_or_else(|| malformed("it asks about no package"))?)
    }))
}

fn malformed(reason: &str) -> Problem {
    Problem::new(Kind::Malformed, reason.to_owned())
}

fn package(question: PackageQuestion) -> Result<Package, String> {
    match question {
        PackageQuestion { purl: Some(purl), ecosystem: None, package_name: None, version: None } => {
            Package::from_purl(&purl).map_err(|error| error.to_string())
        }
        PackageQuestion { purl: None, ecosystem: Some(ecosystem), package_name: Some(name), version } => {
            let ecosystem: Ecosystem = ecosystem.parse().map_err(|error| format!("ecosystem: {error}"))?;
            if name.is_empty() {
                return Err("package_name is empty".to_owned());
            }
            Ok(Package { ecosystem, name, version: version.filter(|version| !version.is_empty()) })
        }
        _ => Err("give ecosystem and package_name, with version where it is known, or purl alone".to_owned()),
    }
}

fn told(package: &Package, answer: &Answer, findings: Vec<Finding>) -> PackageAnswer {
    PackageAnswer {
        package: package.to_purl().unwrap_or_else(|| package.named()),
        verdict: answer.verdict,
        severity: answer.severity(),
        score: answer.score(),
        fix: answer.upgrade(),
        findings,
    }
}

fn record(caller: &Caller, what: &str, answer: &Answer) -> Observation {
    Observation::Event(Event {
        time: now(),
        kind: "scan".to_owned(),
        severity: answer.severity().unwrap_or_default(),
        service: "palisade".to_owned(),
        actor: caller.id.clone(),
        message: format!("judged {what}: {}, {} findings", answer.verdict, answer.findings.len()),
        ..Event::default()
    })
}

/// Which file a body is, and whether its packages are kept.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ManifestParameters {
    /// The name of the file, which tells its format: `package-lock.json`, `Cargo.lock`, `bom.json`.
    name: String,
    /// Keep the packages under this name, and hold advisories that come later against them.
    inventory: Option<String>,
}

/// What is said about a manifest.
#[derive(Serialize, ToSchema)]
pub struct ManifestAnswer {
    /// Its format.
    format: String,
    /// How many packages it names.
    packages: usize,
    /// The gravest of the verdicts.
    #[schema(value_type = VerdictName)]
    verdict: Verdict,
    /// The packages about which something is said.
    told: Vec<PackageAnswer>,
    /// What is suspicious about the manifest itself.
    #[schema(value_type = Vec<FindingSchema>)]
    #[serde(serialize_with = "palisade_model::written")]
    findings: Vec<Finding>,
    /// What could not be read, and where.
    problems: Vec<String>,
}

/// Judge a manifest, a lockfile or a bill of material
#[utoipa::path(post, path = "/api/v1/manifests", tag = "packages", params(ManifestParameters),
    request_body(content((Vec<u8> = "application/octet-stream"))),
    responses(
        (status = 200, description = "What is said about the packages that it names", body = ManifestAnswer),
        (status = "4XX", description = "Nothing was judged", body = ProblemSchema, content_type = "application/problem+json"),
        (status = 503, description = "The question could not be recorded", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn manifest(
    State(api): State<Arc<Api>>,
    Query(parameters): Query<ManifestParameters>,
    caller: Caller,
    request: Request,
) -> Result<Json<ManifestAnswer>, Problem> {
    caller.may_one(&[Scope::Inspect, Scope::Ingest])?;
    if let Some(name) = &parameters.inventory
        && (name.is_empty() || name.chars().count() > NAME_CHARS_MAX)
    {
        return Err(malformed(&format!("inventory: a name of 1 to {NAME_CHARS_MAX} letters")));
    }
    let Received { bytes, permit, .. } = body::take(&api, &caller.id, request, api.limits.body_bytes_max).await?;
    let failed = |error: tokio::task::JoinError| Problem::internal("the scan", &error);
    let no_manifest = || malformed(&format!("name: {} is no manifest of a known format", parameters.name));
    let name = parameters.name.clone();
    let reading = tokio::task::spawn_blocking(move || project::read_one(&name, &bytes));
    let read = reading.await.map_err(failed)?.ok_or_else(no_manifest)?;
    let public = api.packages.public(read.packages().cloned().collect()).await;
    let share = api.pipeline.room(permit.bytes()).await?;
    let supply = api.packages.get();
    let judging = tokio::task::spawn_blocking(move || read.judge(&supply, &public, now()).files.pop());
    let judged = judging.await.map_err(failed)?.ok_or_else(no_manifest)?;
    api.admission.events(&caller.id, judged.said.packages.max(1))?;
    if let Some(name) = &parameters.inventory {
        let packages: Vec<Package> =
            judged.manifest.dependencies.iter().map(|dependency| dependency.package.clone()).collect();
        inventory::keep(&api.store.state, name, &packages)
            .await
            .map_err(|error| Problem::new(Kind::Unavailable, format!("the inventory cannot be kept: {error:#}")))?;
    }
    answer_manifest(&api, &caller, &parameters, judged, share).await.map(Json)
}

async fn answer_manifest(
    api: &Api,
    caller: &Caller,
    parameters: &ManifestParameters,
    judged: project::Judged,
    share: crate::pipeline::Share,
) -> Result<ManifestAnswer, Problem> {
    let verdict = judged.verdict(&api.packages.get());
    let summary = Answer { verdict, findings: judged.findings().cloned().collect(), ..Answer::default() };
    let observation = record(caller, &parameters.name, &summary);
    let Answer { verdict, findings, .. } = summary;
    let told_findings = Some(vec![Told::Findings(findings)]);
    let submission =
        Submission { observations: vec![observation], share, idempotency_key: None, judged: told_findings };
    let mut recorded = api.pipeline.submit(submission).await?.findings.into_iter();
    let told = judged.said.answers.iter().filter(|(_, answer)| !answer.findings.is_empty()).map(|(index, answer)| {
        let own = recorded.by_ref().take(answer.findings.len()).collect();
        told(&judged.manifest.dependencies[*index].package, answer, own)
    });
    let told: Vec<PackageAnswer> = told.collect();
    let problem =
        |problem: &palisade_supply::manifest::Problem| format!("line {}: {}", problem.place.line, problem.reason);
    Ok(ManifestAnswer {
        format: judged.manifest.format.as_str().to_owned(),
        packages: judged.said.packages,
        verdict,
        told,
        findings: recorded.collect(),
        problems: judged.manifest.problems.iter().map(problem).collect(),
    })
}

/// An inventory.
#[derive(Serialize, ToSchema)]
pub struct InventoryItem {
    /// What it is of.
    name: String,
    /// How many packages it has.
    packages: usize,
    /// When it was last sent in, RFC 3339.
    updated: String,
}

/// Inventories, by name.
#[derive(Serialize, ToSchema)]
pub struct InventoryPage {
    items: Vec<InventoryItem>,
    /// Ask with `after` set to this for more.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// From where on inventories are listed.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct InventoryParameters {
    /// The name after which the list begins.
    #[serde(default)]
    after: String,
}

/// Inventories of a page.
const PAGE: u32 = 100;

/// List inventories
#[utoipa::path(get, path = "/api/v1/inventories", tag = "packages", params(InventoryParameters),
    responses((status = 200, description = "By name", body = InventoryPage)))]
pub async fn inventories(
    State(api): State<Arc<Api>>,
    Query(parameters): Query<InventoryParameters>,
    caller: Caller,
) -> Result<Json<InventoryPage>, Problem> {
    caller.may(Scope::Read)?;
    let rows = api.store.state.list_inventories(&parameters.after, PAGE).await?;
    let next = (rows.len() == PAGE as usize).then(|| rows.last().map(|row| row.name.clone())).flatten();
    let items = rows.into_iter().map(|row| InventoryItem {
        packages: serde_json::from_str::<Vec<serde::de::IgnoredAny>>(&row.packages)
            .map_or(0, |packages| packages.len()),
        updated: row.updated.to_string(),
        name: row.name,
    });
    Ok(Json(InventoryPage { items: items.collect(), next }))
}

/// Forget an inventory
#[utoipa::path(delete, path = "/api/v1/inventories/{name}", tag = "packages", params(("name" = String, Path)),
    responses(
        (status = 204, description = "It is forgotten"),
        (status = 404, description = "There is none of this name", body = ProblemSchema, content_type = "application/problem+json"),
    ))]
pub async fn forget_inventory(
    State(api): State<Arc<Api>>,
    Path(name): Path<String>,
    caller: Caller,
) -> Result<StatusCode, Problem> {
    caller.may(Scope::Ingest)?;
    match api.store.state.delete_inventory(&name).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::new(Kind::NotFound, "there is no inventory of this name")),
    }
}
