//! Templates of post-mortems: Markdown in the manner of Jinja, filled with what the incident holds.
//!
//! A template comes from outside and must neither run for long nor fill the memory. Steps are counted (fuel) and the
//! output is cut off, but that is not enough: a few doublings (`a ~ a`, again and again) make a text of any size in few
//! steps. So the language is small: values, conditions, loops and filters of our own; nothing that makes a value out of
//! others (operators, `set`, lists). What is not in it is refused when the template is saved, with the line.
//!
//! Every value is escaped where it is put in, so that a title cannot become a heading or a script.

use super::{
    report::{clock, escape},
    sentence::{kind_words, one_line, outcome_words, span, status_words},
};
use minijinja::{
    Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value,
    machinery::{Token, tokenize},
    value::Serde,
};
use palisade_model::{
    Decision, Incident, IncidentKind, IncidentStatus, Link, Severity, Task, TimelineEntry, Timestamp,
};
use serde_json::json;
use std::io;

/// Bytes of a template.
pub const TEMPLATE_BYTES_MAX: usize = 64 * 1024;
/// Steps of filling it: forty for each entry of the longest timeline that is filled in, and as much again.
const FUEL: u64 = 100_000;
/// Bytes of what comes out.
const OUTPUT_BYTES_MAX: usize = 512 * 1024;
/// Entries of the timeline that are filled in: from the beginning and from the end.
const ENTRIES_MAX: usize = 1_000;
/// Characters of an entry, and of a joined list.
const ENTRY_CHARS_MAX: usize = 400;
/// The statements that there are.
const STATEMENTS: &[&str] = &["for", "endfor", "if", "elif", "else", "endif", "raw", "endraw"];

/// A template is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct WrongTemplate {
    /// From 1.
    pub line: usize,
    /// What is wrong, and what to do.
    pub what: String,
}

/// The template that comes with Palisade.
#[must_use]
pub fn default_template() -> &'static str {
    include_str!("post_mortem.md.jinja")
}

/// Checks a template: it can be read, has only what is allowed, and can be filled for a small and for a large incident.
///
/// # Errors
/// When it is wrong, with the line.
pub fn check_template(template: &str) -> Result<(), WrongTemplate> {
    let now = Timestamp::from_millis(1_800_000_000_000);
    fill(template, &Incident::default(), now)?;
    fill(template, &sample(now), now).map(|_| ())
}

/// Fills a template.
pub(super) fn fill(template: &str, incident: &Incident, now: Timestamp) -> Result<String, WrongTemplate> {
    if template.len() > TEMPLATE_BYTES_MAX {
        return Err(WrongTemplate { line: 1, what: format!("a template has at most {TEMPLATE_BYTES_MAX} bytes") });
    }
    small_language(template)?;
    let environment = environment();
    let compiled = environment.template_from_str(template).map_err(|error| wrong(&error))?;
    let mut output = Bounded(Vec::new());
    let rendered = compiled.render_captured_to(values(incident, now), &mut output).map(|_| ());
    if output.0.len() >= OUTPUT_BYTES_MAX {
        return Err(WrongTemplate { line: 1, what: format!("it makes more than {OUTPUT_BYTES_MAX} bytes") });
    }
    rendered.map_err(|error| wrong(&error))?;
    Ok(String::from_utf8_lossy(&output.0).into_owned())
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::empty();
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(50);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_formatter(print);
    environment.add_filter("default", |value: Value, other: Value| if value.is_true() { value } else { other });
    environment.add_filter("length", |value: Value| value.len().unwrap_or(0));
    environment.add_filter("upper", |text: &str| one_line(&text.to_uppercase(), ENTRY_CHARS_MAX));
    environment.add_filter("lower", |text: &str| one_line(&text.to_lowercase(), ENTRY_CHARS_MAX));
    environment
}

/// Puts a value into the text, escaped. Lists and maps are refused: their parts are to be put in.
fn print(output: &mut Output, _: &mut State, value: &Value) -> Result<(), Error> {
    let written = if value.is_none() {
        Ok(())
    } else if let Some(text) = value.as_str() {
        output.write_str(&escape(text))
    } else if value.is_number() || matches!(value.kind(), minijinja::value::ValueKind::Bool) {
        write!(output, "{value}")
    } else {
        let what = "a list cannot be printed as a whole: loop over it";
        return Err(Error::new(ErrorKind::InvalidOperation, what));
    };
    written.map_err(|_| Error::new(ErrorKind::WriteFailure, "the output is full"))
}

/// Takes so many bytes and no more.
struct Bounded(Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = OUTPUT_BYTES_MAX - self.0.len();
        self.0.extend_from_slice(&bytes[..bytes.len().min(room)]);
        if bytes.len() > room { Err(io::ErrorKind::WriteZero.into()) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Refuses what could make large values in few steps.
fn small_language(template: &str) -> Result<(), WrongTemplate> {
    let (mut filter_next, mut statement_next, mut in_filter) = (false, false, false);
    for token in tokenize(template, false, Default::default()) {
        let (token, span) = token.map_err(|error| wrong(&error))?;
        let line = span.start_line as usize;
        let refused = match &token {
            Token::Plus | Token::Mul | Token::Pow | Token::Mod | Token::Tilde => {
                Some(format!("the operator `{token}` is not available in templates"))
            }
            Token::BracketOpen | Token::BraceOpen => Some("lists and maps cannot be made in templates".to_owned()),
            Token::ParenOpen if !in_filter => Some("parentheses are only available after a filter".to_owned()),
            Token::Ident(name) if statement_next && !STATEMENTS.contains(name) => {
                Some(format!("`{name}` is not available in templates: use for and if"))
            }
            _ => None,
        };
        if let Some(what) = refused {
            return Err(WrongTemplate { line, what });
        }
        in_filter = filter_next && matches!(token, Token::Ident(_));
        filter_next = matches!(token, Token::Pipe);
        statement_next = matches!(token, Token::BlockStart) || statement_next && matches!(token, Token::Minus);
    }
    Ok(())
}

fn wrong(error: &Error) -> WrongTemplate {
    let what = match (error.kind(), error.detail()) {
        (ErrorKind::OutOfFuel, _) => "it takes too many steps: loop over the timeline at most once".to_owned(),
        (kind, Some(detail)) => format!("{kind}: {}", one_line(detail, 300)),
        (kind, None) => kind.to_string(),
    };
    WrongTemplate { line: error.line().unwrap_or(1), what }
}

/// What a template can show. Everything has its place in every incident, so that a name that is not here is a mistake.
fn values(incident: &Incident, now: Timestamp) -> Value {
    let since_opened = |at: Option<Timestamp>| at.map(|at| span(at.nanos().saturating_sub(incident.opened_at.nanos())));
    let left_out = incident.timeline.len().saturating_sub(ENTRIES_MAX);
    let half = ENTRIES_MAX / 2;
    let entries = incident.timeline.iter().enumerate();
    let shown = entries.filter(|(place, _)| left_out == 0 || *place < half || *place >= half + left_out);
    let timeline: Vec<_> = shown
        .map(|(_, entry)| {
            json!({
                "at": clock(entry.at), "by": entry.by, "kind": entry.kind,
                "text": one_line(&entry.text, ENTRY_CHARS_MAX),
            })
        })
        .collect();
    let tasks: Vec<_> = incident.tasks.iter().map(task).collect();
    let links: Vec<_> = incident.links.iter().map(|link| json!({"title": link.title, "url": link.url})).collect();
    let pairs = |pairs: &std::collections::BTreeMap<String, String>, one: &str, other: &str| -> Vec<_> {
        pairs.iter().map(|(key, value)| json!({one: key, other: value})).collect()
    };
    Value::from(Serde(json!({
        "number": incident.number,
        "kind": kind_words(incident.kind),
        "title": incident.title,
        "summary": incident.summary,
        "severity": incident.severity,
        "status": status_words(incident.status),
        "owner": incident.owner,
        "roles": pairs(&incident.roles, "name", "person"),
        "opened_by": incident.opened_by,
        "started_at": clock(incident.started_at),
        "opened_at": clock(incident.opened_at),
        "acknowledged_at": incident.acknowledged_at.map(clock),
        "resolved_at": incident.resolved_at.map(clock),
        "time_to_acknowledge": since_opened(incident.acknowledged_at),
        "time_to_resolve": since_opened(incident.resolved_at),
        "now": clock(now),
        "alert_count": incident.alerts.len(),
        "entities": pairs(&incident.entities, "kind", "value"),
        "joined_because": incident.joined_because,
        "timeline": timeline,
        "timeline_left_out": left_out as u64 + incident.timeline_omitted,
        "tasks": tasks,
        "links": links,
        "decision": incident.decision.as_ref().map(|decision| json!({
            "outcome": outcome_words(decision.outcome), "reason": decision.reason,
            "by": decision.by, "at": clock(decision.at),
        })),
    })))
}

fn task(task: &Task) -> serde_json::Value {
    json!({"title": task.title, "owner": task.owner, "done": task.done_at.is_some()})
}

/// A large incident in which everything is said.
fn sample(now: Timestamp) -> Incident {
    let entry = |place: usize| TimelineEntry {
        at: now,
        by: "palisade".into(),
        kind: "alert".into(),
        text: format!("Alert {place} fires."),
    };
    Incident {
        number: 1,
        kind: IncidentKind::KybCase,
        title: "Sample".into(),
        summary: "Sample".into(),
        severity: Severity::High,
        status: IncidentStatus::Resolved,
        owner: Some("anna".into()),
        roles: [("commander".to_owned(), "ben".to_owned())].into(),
        opened_by: "correlation".into(),
        acknowledged_at: Some(now),
        resolved_at: Some(now),
        entities: [("host".to_owned(), "db1".to_owned())].into(),
        joined_because: "both name host db1".into(),
        timeline: (0..ENTRIES_MAX + 1).map(entry).collect(),
        tasks: vec![Task { title: "Sample".into(), owner: Some("anna".into()), done_at: Some(now) }],
        links: vec![Link { title: "Sample".into(), url: "https://example.org".into() }],
        decision: Some(Decision { reason: "Sample".into(), by: "anna".into(), ..Decision::default() }),
        ..Incident::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(template: &str, line: usize, what: &str) {
        let wrong = check_template(template).expect_err(template);
        assert!(wrong.line == line && wrong.what.contains(what), "{template:?}: {wrong}");
    }

    #[test]
    fn wrong_templates_are_refused_with_their_line() {
        refused("a\n{{ titel }}", 2, "undefined");
        refused("a\n\n{% if title %}", 3, "syntax error");
        refused("{{ title|shout }}", 1, "unknown filter");
        refused("{% for e in timeline %}\n{{ e.what }}{% endfor %}", 2, "undefined");
        refused("{{ decision.by }}", 1, "undefined");
        refused("{{ timeline }}", 1, "loop over it");
    }

    #[test]
    fn templates_that_loop_or_grow_are_refused() {
        refused("\n{% for a in timeline %}{% for b in timeline %}x{% endfor %}{% endfor %}", 2, "too many steps");
        let doubling = format!("{{% set a = title %}}{}", "{% set a = a ~ a %}".repeat(64));
        refused(&doubling, 1, "`set` is not available");
        refused("{{ title ~ title }}", 1, "operator");
        refused("{{ 'x' * 999999999 }}", 1, "operator");
        refused("{{ '%999999999d' % 1 }}", 1, "operator");
        refused("{% for a in [[title, title]] %}{% endfor %}", 1, "lists");
        refused("{% if (title, title) in 'x' %}{% endif %}", 1, "parentheses");
        refused("{%- with a = title %}{% endwith %}", 1, "`with`");
        refused("{%+ filter upper %}{% endfilter %}", 1, "");
        let long = format!("{{% for e in timeline %}}{}{{% endfor %}}", "x".repeat(1_000));
        refused(&long, 1, "more than");
        refused(&"x".repeat(TEMPLATE_BYTES_MAX + 1), 1, "bytes");
    }

    #[test]
    fn the_template_that_comes_with_us_is_good() {
        check_template(default_template()).unwrap();
    }

    #[test]
    fn values_are_escaped() {
        let incident = Incident { title: "# <script> | `x`\n[a](javascript:b)".into(), ..Incident::default() };
        let filled = fill("{{ title }} {{ title|upper }}", &incident, Timestamp::default()).unwrap();
        assert!(filled.starts_with(r"\# \<script\> \| \`x\` \[a\](javascript:b)"), "{filled}");
        assert!(filled.contains(r"\# \<SCRIPT\> \|"), "{filled}");
    }
}
