//! Counterparties: kept, screened when they come, and screened again against what changes in a list.

use super::{Hit, How, Lists, answer, files::snapshot_of, shown_name};
use crate::clock::now;
use crate::pipeline::{Pipeline, Submission, Told};
use anyhow::{Context as _, anyhow};
use palisade_kyb::{
    entity::Entity,
    matching::Mode,
    screening::{self, Decision, Event as Change, Hits, Pair, Screener, ScreeningHit, Verdict},
    snapshot::{Difference, Snapshot},
};
use palisade_model::{Event, Finding, FindingId, Observation, Severity};
use palisade_store::{
    Feeds, State,
    feeds::FeedVersion,
    state::{CounterpartyRow, PairRow, ScreeningStep},
};
use std::collections::HashMap;
use std::sync::Arc;

/// The source that counterparties are of.
pub const SOURCE: &str = "counterparties";
/// Counterparties that are read from the state at a time.
const PAGE: u32 = 1_000;
/// Memory that a record of findings takes in the queue, about.
const SHARE_BYTES: usize = 64 << 10;
/// Findings of one record.
const FINDINGS_MAX: usize = 200;
/// Hits that are kept of one counterparty; more would be a name that says nothing.
const HITS_MAX: usize = 50;

/// How counterparties are screened: always alike, so that nothing but lists and counterparties changes their hits.
pub fn how() -> How {
    How { limit: HITS_MAX, ..How::new(Mode::Balanced) }
}

/// A hit as it is kept.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn row_of(hit: &screening::Hit) -> anyhow::Result<PairRow> {
    let Pair { counterparty, source, entry } = hit.pair.clone();
    Ok(PairRow { counterparty, list: source, entry, body: serde_json::to_string(hit)? })
}

/// Screens a counterparty that comes in: its hits, and what is told of them.
pub fn screen(lists: &Lists, party: &Entity) -> (Vec<screening::Hit>, Vec<Finding>) {
    let answer = lists.screen(party, &how());
    let kept = answer.hits.iter().map(|hit| hit.clone().of(&party.id)).collect();
    let now = now();
    (kept, answer.hits.into_iter().map(|hit| finding(party, &lists.hit(hit), now)).collect())
}

/// By what a hit is one and the same alert, however often it is told.
pub fn fingerprint(counterparty: &str, list: &str, entry: &str) -> String {
    palisade_model::fingerprint(&["kyb.hit", counterparty, list, entry])
}

/// A finding about a counterparty: its subject is the id by which its owner knows it.
fn finding(party: &Entity, hit: &Hit, now: palisade_model::Timestamp) -> Finding {
    let mut told = answer::finding(party, hit, now);
    let name = format!("{} {}", party.id, shown_name(party));
    told.title = format!("Counterparty {name} resembles {} on {}", shown_name(&hit.listed), hit.list);
    told.fingerprint = fingerprint(&party.id, &hit.list, &hit.entry);
    told.subject.name.clone_from(&party.id);
    // Findings of many counterparties on one entry stand in one record.
    told.id = FindingId::derive("kyb.hit", party.id.as_bytes(), &format!("{}/{}", hit.list, hit.entry));
    told
}

/// Screens all counterparties against every list whose version is another than they were screened against.
///
/// # Errors
/// When the state cannot be read or written, or findings cannot be made durable.
pub async fn screen_again(pipeline: &Pipeline, state: &State, feeds: &Feeds, lists: &Arc<Lists>) -> anyhow::Result<()> {
    let screened: HashMap<String, String> = state.screened_lists().await?.into_iter().collect();
    let wanted = lists.editions().iter().filter(|edition| screened.get(&edition.list) != Some(&edition.sha256));
    let changed: Vec<Arc<FeedVersion>> = wanted.filter_map(|edition| feeds.current(&edition.list)).collect();
    if changed.is_empty() {
        return Ok(());
    }
    let parties = all(state).await?;
    let built = tokio::task::spawn_blocking(move || Screener::build(parties, Vec::new()).map(Arc::new));
    let parties = built.await?.context("cannot index the counterparties")?;
    for version in changed {
        // What is not the version that follows the one screened against is screened whole.
        let earlier = feeds.earlier(version.name).await?;
        let earlier = earlier.filter(|earlier| screened.get(version.name) == Some(&earlier.sha256));
        let before = Hits::from(hits_of(&state.list_hits_of_list(version.name).await?)?);
        let (among, of) = (Arc::clone(&parties), Arc::clone(&version));
        let screening = tokio::task::spawn_blocking(move || against(&among, before, earlier.as_ref(), &of));
        let changes = screening.await??;
        let step = step(&version, &changes)?;
        tell(pipeline, state, lists, &version, &changes, &parties).await?;
        state.put_screening(&step).await?;
    }
    Ok(())
}

async fn all(state: &State) -> anyhow::Result<Vec<Entity>> {
    let (mut parties, mut last) = (Vec::new(), String::new());
    loop {
        let page = state.list_counterparties(&last, PAGE).await?;
        let Some(row) = page.last() else { return Ok(parties) };
        last.clone_from(&row.id);
        for row in &page {
            parties.push(party_of(row)?);
        }
    }
}

/// The counterparty in a row.
///
/// # Errors
/// When it is not what was written.
pub fn party_of(row: &CounterpartyRow) -> anyhow::Result<Entity> {
    serde_json::from_str(&row.party).with_context(|| format!("the counterparty {} cannot be read", row.id))
}

/// The hits in these rows.
///
/// # Errors
/// When one is not what was written.
pub fn hits_of(rows: &[PairRow]) -> anyhow::Result<Vec<screening::Hit>> {
    rows.iter().map(|row| serde_json::from_str(&row.body).context("a hit of the state cannot be read")).collect()
}

/// What a version of a list changes in the hits against it.
fn against(
    parties: &Screener,
    mut hits: Hits,
    earlier: Option<&FeedVersion>,
    version: &FeedVersion,
) -> anyhow::Result<Vec<Change>> {
    let snapshot = snapshot_of(version).map_err(|reason| anyhow!(reason))?;
    let how = how();
    if let Some(before) = earlier.and_then(|earlier| snapshot_of(earlier).ok()) {
        let difference = Difference::between(Some(&before), &snapshot);
        return Ok(screening::rescreen(parties, &mut hits, &difference, &how.options()));
    }
    Ok(whole(parties, hits, &snapshot, &how))
}

/// The same with every entry of the list.
fn whole(parties: &Screener, hits: Hits, snapshot: &Snapshot, how: &How) -> Vec<Change> {
    let found = screening::screen_all(parties, snapshot.entities(), &how.options());
    let mut before: HashMap<Pair, screening::Hit> =
        Vec::from(hits).into_iter().map(|hit| (hit.pair.clone(), hit)).collect();
    let mut changes = Vec::new();
    for after in Vec::from(found) {
        match before.remove(&after.pair) {
            None => changes.push(Change::Raised { hit: after }),
            Some(known) if known == after => {}
            Some(known) => changes.push(Change::Changed { before: known, after }),
        }
    }
    changes.extend(before.into_values().map(|hit| Change::Cleared { hit }));
    changes
}

fn step(version: &FeedVersion, changes: &[Change]) -> anyhow::Result<ScreeningStep> {
    let mut step =
        ScreeningStep { list: (version.name.to_owned(), version.sha256.clone()), ..ScreeningStep::default() };
    for change in changes {
        match change {
            Change::Raised { hit } | Change::Changed { after: hit, .. } => step.put.push(row_of(hit)?),
            Change::Cleared { hit } => step.cleared.push(row_of(hit)?),
        }
    }
    Ok(step)
}

/// Raises findings of what is new, unless somebody decided on the same evidence that it is no match.
async fn tell(
    pipeline: &Pipeline,
    state: &State,
    lists: &Lists,
    version: &FeedVersion,
    changes: &[Change],
    parties: &Screener,
) -> anyhow::Result<()> {
    let dismissed = dismissed(&state.list_decisions_of_list(version.name).await?)?;
    let new = changes.iter().filter_map(|change| match change {
        Change::Raised { hit } => Some(hit),
        Change::Changed { before, after } if before.evidence != after.evidence => Some(after),
        _ => None,
    });
    let new: Vec<&screening::Hit> = new.filter(|hit| dismissed.get(&hit.pair) != Some(&hit.evidence)).collect();
    if new.is_empty() {
        return Ok(());
    }
    let snapshot = snapshot_of(version).map_err(|reason| anyhow!(reason))?;
    let by_id: HashMap<String, Entity> = {
        let wanted: std::collections::HashSet<&str> = new.iter().map(|hit| hit.pair.counterparty.as_str()).collect();
        parties
            .entities()
            .filter(|party| wanted.contains(party.id.as_str()))
            .map(|party| (party.id.clone(), party))
            .collect()
    };
    let now = now();
    let findings: Vec<Finding> = new
        .iter()
        .filter_map(|hit| {
            let entity = snapshot.entity(&hit.pair.entry)?.clone();
            let (comparison, evidence) = (hit.comparison.clone(), hit.evidence.clone());
            let told = lists.hit(ScreeningHit { entity, comparison, evidence });
            Some(finding(by_id.get(&hit.pair.counterparty)?, &told, now))
        })
        .collect();
    for part in findings.chunks(FINDINGS_MAX) {
        raise(pipeline, version.name, part.to_vec()).await?;
    }
    Ok(())
}

/// Which hits were found to be no match, by the evidence they were decided on.
fn dismissed(rows: &[PairRow]) -> anyhow::Result<HashMap<Pair, String>> {
    let mut dismissed = HashMap::new();
    for row in rows {
        let decision: Decision = serde_json::from_str(&row.body).context("a decision of the state cannot be read")?;
        if decision.verdict == Verdict::NotAMatch {
            dismissed.insert(decision.pair, decision.evidence);
        }
    }
    Ok(dismissed)
}

async fn raise(pipeline: &Pipeline, list: &str, findings: Vec<Finding>) -> anyhow::Result<()> {
    let observation = Observation::Event(Event {
        time: now(),
        kind: "screening".to_owned(),
        severity: findings.iter().map(|finding| finding.severity).max().unwrap_or(Severity::Informational),
        service: "palisade".to_owned(),
        message: format!("a new version of {list} touches counterparties: {} findings", findings.len()),
        attributes: vec![("list".to_owned(), list.into())],
        ..Event::default()
    });
    let share = pipeline.room_whenever(SHARE_BYTES).await;
    let judged = Some(vec![Told::Findings(findings)]);
    pipeline.submit(Submission { observations: vec![observation], share, idempotency_key: None, judged }).await?;
    Ok(())
}
