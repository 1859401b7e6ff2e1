//! What a report of an incident says, whatever it is written as.

use crate::incident::sentence::{kind_words, outcome_words, span, status_words};
use palisade_model::{Incident, Task, Timestamp};

/// A part of a document.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Block {
    /// The document's title.
    Title(String),
    /// The title of a section.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// One of a list.
    Item(String),
    /// Rows of as many cells as there are column titles.
    Table { columns: Vec<&'static str>, rows: Vec<Vec<String>> },
    /// Text that people have written as Markdown.
    Markdown(String),
}

/// A time as people read it, UTC, to the second.
pub(in crate::incident) fn clock(at: Timestamp) -> String {
    let text = at.to_string();
    text.get(..19).unwrap_or(&text).replacen('T', " ", 1)
}

/// The whole report.
pub(super) fn document(incident: &Incident) -> Vec<Block> {
    let kind = kind_words(incident.kind);
    let mut blocks = vec![Block::Title(format!(
        "{}{} #{}: {}",
        kind[..1].to_uppercase(),
        &kind[1..],
        incident.number,
        incident.title
    ))];
    if !incident.summary.is_empty() {
        blocks.push(Block::Paragraph(incident.summary.clone()));
    }
    blocks.push(Block::Table { columns: vec!["What", "Value"], rows: facts(incident) });
    section(&mut blocks, "Tasks", incident.tasks.iter().map(task).collect());
    section(&mut blocks, "Links", incident.links.iter().map(|link| format!("{}: {}", link.title, link.url)).collect());
    blocks.push(Block::Heading("Timeline".into()));
    let rows = incident.timeline.iter().map(|entry| vec![clock(entry.at), entry.by.clone(), entry.text.clone()]);
    blocks.push(Block::Table { columns: vec!["Time (UTC)", "Who", "What"], rows: rows.collect() });
    if incident.timeline_omitted > 0 {
        let omitted = incident.timeline_omitted;
        blocks.push(Block::Paragraph(format!("{omitted} further changes of alerts had no room in the timeline.")));
    }
    section(&mut blocks, "Alerts", incident.alerts.clone());
    if !incident.post_mortem.is_empty() {
        blocks.push(Block::Heading("Post-mortem".into()));
        blocks.push(Block::Markdown(incident.post_mortem.clone()));
    }
    blocks
}

fn section(blocks: &mut Vec<Block>, heading: &str, items: Vec<String>) {
    if !items.is_empty() {
        blocks.push(Block::Heading(heading.into()));
        blocks.extend(items.into_iter().map(Block::Item));
    }
}

fn task(task: &Task) -> String {
    let done = if task.done_at.is_some() { "done" } else { "to be done" };
    let owner = task.owner.as_ref().map_or_else(String::new, |owner| format!(" by {owner}"));
    format!("{} ({done}{owner})", task.title)
}

fn facts(incident: &Incident) -> Vec<Vec<String>> {
    let after =
        |at: Timestamp| format!("{}, after {}", clock(at), span(at.nanos().saturating_sub(incident.opened_at.nanos())));
    let mut facts = vec![
        ("Severity", incident.severity.to_string()),
        ("Status", status_words(incident.status).to_owned()),
        ("Owner", incident.owner.clone().unwrap_or_else(|| "nobody".into())),
        ("Began", clock(incident.started_at)),
        ("Opened", format!("{} by {}", clock(incident.opened_at), incident.opened_by)),
    ];
    facts.extend(incident.acknowledged_at.map(|at| ("First looked at", after(at))));
    facts.extend(incident.resolved_at.map(|at| ("Resolved", after(at))));
    if let Some(decision) = &incident.decision {
        let outcome = outcome_words(decision.outcome);
        let text = format!("{outcome} by {} on {}: {}", decision.by, clock(decision.at), decision.reason);
        facts.push(("Decision", text));
    }
    if !incident.joined_because.is_empty() {
        facts.push(("Alerts joined because", incident.joined_because.clone()));
    }
    facts.extend(incident.duplicate_of.map(|id| ("Duplicate of", id.to_string())));
    facts.extend(incident.related.iter().map(|id| ("Related to", id.to_string())));
    let rows = facts.into_iter().map(|(name, value)| vec![name.to_owned(), value]);
    let roles = incident.roles.iter().map(|(role, person)| vec![format!("Role {role}"), person.clone()]);
    let entities = incident.entities.iter().map(|(kind, value)| vec![format!("Affected {kind}"), value.clone()]);
    rows.chain(roles).chain(entities).collect()
}
