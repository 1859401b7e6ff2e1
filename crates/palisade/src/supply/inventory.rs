//! Inventories: what something is made of, kept so that advisories which come later are held against it.

use super::{Known, Supply};
use crate::clock::now;
use crate::pipeline::{Pipeline, Submission, Told};
use palisade_model::{Event, Finding, Observation, Severity};
use palisade_store::state::{InventoryRow, State};
use palisade_supply::{Package, advisory::Delta};

/// Inventories that are in memory at a time.
const PAGE: u32 = 100;
/// Memory that a record of findings takes in the queue, about.
const SHARE_BYTES: usize = 64 << 10;

/// Keeps the packages as the inventory of this name.
///
/// # Errors
/// When the state cannot be written.
pub async fn keep(state: &State, name: &str, packages: &[Package]) -> anyhow::Result<()> {
    let packages = serde_json::to_string(packages)?;
    Ok(state.put_inventory(&InventoryRow { name: name.to_owned(), packages, updated: now() }).await?)
}

/// Holds what is new from `before` to `after` against all inventories, and raises findings.
///
/// # Errors
/// When the state cannot be read, or findings cannot be made durable.
pub async fn judge_again(pipeline: &Pipeline, state: &State, before: &Supply, after: &Supply) -> anyhow::Result<()> {
    let Some(delta) = difference(before, after) else { return Ok(()) };
    let mut last = String::new();
    loop {
        let page = state.list_inventories(&last, PAGE).await?;
        let Some(row) = page.last() else { return Ok(()) };
        last.clone_from(&row.name);
        for row in &page {
            let packages: Vec<Package> = serde_json::from_str(&row.packages)?;
            let findings = new_findings(after, &delta, &packages);
            if !findings.is_empty() {
                raise(pipeline, &row.name, findings).await?;
            }
        }
    }
}

/// What advisories are new; `None` when none are.
fn difference(before: &Supply, after: &Supply) -> Option<Delta> {
    let new = after.advisories()?;
    let delta = match before.advisories() {
        Some(old) => Delta::between(old, new),
        // With the first feed of advisories all are new.
        None => Delta {
            added: new.advisories().map(|advisory| advisory.id().to_owned()).collect(),
            packages: new.packages().filter_map(|entry| Some((entry.ecosystem()?, entry.name().to_owned()))).collect(),
            ..Delta::default()
        },
    };
    (!delta.is_empty()).then_some(delta)
}

/// Findings of advisories that are new, for the packages that they are about.
fn new_findings(supply: &Supply, delta: &Delta, packages: &[Package]) -> Vec<Finding> {
    let is_new =
        |finding: &Finding| finding.references.iter().any(|id| delta.added.contains(id) || delta.changed.contains(id));
    let touched = packages.iter().filter(|package| {
        delta.packages.contains(&(package.ecosystem, package.ecosystem.normalize(&package.name).into_owned()))
    });
    touched
        .flat_map(|package| supply.answer(package, &Known::default(), now()).findings)
        .filter(|finding| finding.class != "supply.squat" && is_new(finding))
        .collect()
}

async fn raise(pipeline: &Pipeline, name: &str, findings: Vec<Finding>) -> anyhow::Result<()> {
    let observation = Observation::Event(Event {
        time: now(),
        kind: "inventory".to_owned(),
        severity: findings.iter().map(|finding| finding.severity).max().unwrap_or(Severity::Informational),
        service: "palisade".to_owned(),
        message: format!("new advisories about what {name} is made of: {} findings", findings.len()),
        attributes: vec![("inventory".to_owned(), name.into())],
        ..Event::default()
    });
    let share = pipeline.room_whenever(SHARE_BYTES).await;
    let judged = Some(vec![Told::Findings(findings)]);
    pipeline.submit(Submission { observations: vec![observation], share, idempotency_key: None, judged }).await?;
    Ok(())
}
