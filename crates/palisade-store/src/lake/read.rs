//! The questions that the API asks: one event, pages of events and findings, newest first.
//!
//! A page ends with a cursor, the sort key of its last item: paging stays exact while rows come in.

use super::{
    committer::Lake,
    query::{QueryError, QueryLimits},
    render,
};
use deltalake::datafusion::scalar::ScalarValue;
use palisade_model::{Event, Finding, Id, Severity, Subject, Timestamp, Value as Attribute};
use serde_json::Value;
use std::collections::HashMap;

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// The items, newest first.
    pub items: Vec<T>,
    /// Where the next page begins, if there is one. Opaque to its user.
    pub next: Option<String>,
}

/// Which findings to list.
#[derive(Clone, Debug, Default)]
pub struct FindingFilter {
    /// At this time or later.
    pub since: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
    /// At least this bad.
    pub severity_min: Option<Severity>,
    /// The class begins with this.
    pub class_prefix: Option<String>,
    /// The name of the subject.
    pub subject: Option<String>,
    /// Found in this observation.
    pub observation: Option<Id>,
    /// How many at most.
    pub limit: usize,
    /// The `next` of the page before.
    pub cursor: Option<String>,
}

/// Which events to list.
#[derive(Clone, Debug, Default)]
pub struct EventFilter {
    /// At this time or later.
    pub since: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
    /// At least this bad.
    pub severity_min: Option<Severity>,
    /// Exactly this kind.
    pub kind: Option<String>,
    /// Exactly this service.
    pub service: Option<String>,
    /// Exactly this host.
    pub host: Option<String>,
    /// Exactly this actor.
    pub actor: Option<String>,
    /// The message contains this.
    pub contains: Option<String>,
    /// How many at most.
    pub limit: usize,
    /// The `next` of the page before.
    pub cursor: Option<String>,
}

/// A page has no more items.
const PAGE_ITEMS_MAX: usize = 1_000;

/// The order of lists.
const NEWEST_FIRST: &str = "time DESC, id DESC";

pub(super) type Row = HashMap<String, Value>;

impl Lake {
    /// The event with this id.
    ///
    /// # Errors
    /// As [`Lake::query`].
    pub async fn event(&self, id: Id, limits: &QueryLimits) -> Result<Option<Event>, QueryError> {
        let mut conditions = Conditions::default();
        conditions.add("id =", text(&id.to_string()));
        // The id says when it was received, and so in which partition it lies.
        let day = i32::try_from(id.received().days()).unwrap_or(0);
        conditions.add("day =", ScalarValue::Date32(Some(day)));
        let rows = self.rows("events", conditions, NEWEST_FIRST, 1, limits).await?;
        Ok(rows.into_iter().next().map(event))
    }

    /// A page of events.
    ///
    /// # Errors
    /// As [`Lake::query`], and when the cursor is none of ours.
    pub async fn events(&self, filter: &EventFilter, limits: &QueryLimits) -> Result<Page<Event>, QueryError> {
        let mut conditions = Conditions::default();
        conditions.span(filter.since, filter.until, filter.severity_min);
        let exact = [
            ("kind =", &filter.kind),
            ("service =", &filter.service),
            ("host =", &filter.host),
            ("actor =", &filter.actor),
        ];
        for (column, wanted) in exact {
            conditions.add_text(column, wanted.as_deref());
        }
        if let Some(part) = &filter.contains {
            conditions.add_call("contains(message,", text(part));
        }
        conditions.after(filter.cursor.as_deref())?;
        let rows = self.page("events", conditions, filter.limit, limits).await?;
        Ok(Page { items: rows.items.into_iter().map(event).collect(), next: rows.next })
    }

    /// A page of findings.
    ///
    /// # Errors
    /// As [`Lake::query`], and when the cursor is none of ours.
    pub async fn findings(&self, filter: &FindingFilter, limits: &QueryLimits) -> Result<Page<Finding>, QueryError> {
        let mut conditions = Conditions::default();
        conditions.span(filter.since, filter.until, filter.severity_min);
        if let Some(prefix) = &filter.class_prefix {
            conditions.add_call("starts_with(class,", text(prefix));
        }
        conditions.add_text("subject_name =", filter.subject.as_deref());
        conditions.add_text("observation =", filter.observation.map(|id| id.to_string()).as_deref());
        conditions.after(filter.cursor.as_deref())?;
        let rows = self.page("findings", conditions, filter.limit, limits).await?;
        Ok(Page { items: rows.items.into_iter().map(finding).collect(), next: rows.next })
    }

    async fn page(
        &self,
        table: &str,
        conditions: Conditions,
        limit: usize,
        limits: &QueryLimits,
    ) -> Result<Page<Row>, QueryError> {
        let limit = limit.clamp(1, PAGE_ITEMS_MAX);
        let mut items = self.rows(table, conditions, NEWEST_FIRST, limit + 1, limits).await?;
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(|last| format!("{}_{}", field(last, "time"), field(last, "id")));
        Ok(Page { items, next })
    }

    pub(super) async fn rows(
        &self,
        table: &str,
        conditions: Conditions,
        order: &str,
        limit: usize,
        limits: &QueryLimits,
    ) -> Result<Vec<Row>, QueryError> {
        let sql = format!("SELECT * FROM {table} WHERE {} ORDER BY {order} LIMIT {limit}", conditions.all());
        self.objects(&sql, conditions, &QueryLimits { rows_max: limit, ..limits.clone() }).await
    }

    /// What `sql` gives, with the values of `conditions` for its parameters.
    pub(super) async fn objects(
        &self,
        sql: &str,
        conditions: Conditions,
        limits: &QueryLimits,
    ) -> Result<Vec<Row>, QueryError> {
        let answer = self.run_query(sql, conditions.values, limits).await?;
        let rows = render::objects(&answer.batches).map_err(|error| QueryError::Internal(error.to_string()))?;
        Ok(rows.into_iter().map(|row| row.into_iter().collect()).collect())
    }
}

pub(super) fn text(value: &str) -> ScalarValue {
    ScalarValue::Utf8(Some(value.to_owned()))
}

pub(super) fn time(value: Timestamp) -> ScalarValue {
    ScalarValue::TimestampMicrosecond(Some(value.micros()), Some("UTC".into()))
}

/// Terms of a WHERE clause, and the values that stand in for their `$n`.
#[derive(Default)]
pub(super) struct Conditions {
    terms: Vec<String>,
    pub(super) values: Vec<ScalarValue>,
}

impl Conditions {
    pub(super) fn bind(&mut self, value: ScalarValue) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }

    /// All terms as one.
    pub(super) fn all(&self) -> String {
        if self.terms.is_empty() { "true".to_owned() } else { self.terms.join(" AND ") }
    }

    pub(super) fn add(&mut self, term: &str, value: ScalarValue) {
        let parameter = self.bind(value);
        self.terms.push(format!("{term} {parameter}"));
    }

    pub(super) fn add_term(&mut self, term: String) {
        self.terms.push(term);
    }

    pub(super) fn add_text(&mut self, term: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.add(term, text(value));
        }
    }

    fn add_call(&mut self, call: &str, value: ScalarValue) {
        let parameter = self.bind(value);
        self.terms.push(format!("{call} {parameter})"));
    }

    fn span(&mut self, since: Option<Timestamp>, until: Option<Timestamp>, severity_min: Option<Severity>) {
        if let Some(since) = since {
            self.add("time >=", time(since));
        }
        if let Some(until) = until {
            self.add("time <", time(until));
        }
        if let Some(least) = severity_min.filter(|least| *least > Severity::Informational) {
            let names =
                Severity::ALL.iter().filter(|severity| **severity >= least).map(|severity| format!("'{severity}'"));
            self.terms.push(format!("severity IN ({})", names.collect::<Vec<_>>().join(", ")));
        }
    }

    /// Continues after the item that `cursor` names.
    fn after(&mut self, cursor: Option<&str>) -> Result<(), QueryError> {
        let Some(cursor) = cursor else { return Ok(()) };
        let parsed = cursor.split_once('_').and_then(|(at, id)| Some((Timestamp::parse(at).ok()?, id)));
        let Some((at, id)) = parsed else {
            return Err(QueryError::Syntax(
                "the cursor is none that a list gave: use the `next` of the page before".to_owned(),
            ));
        };
        let (at, again, id) = (self.bind(time(at)), self.bind(time(at)), self.bind(text(id)));
        self.terms.push(format!("(time < {at} OR (time = {again} AND id < {id}))"));
        Ok(())
    }
}

pub(super) fn field<'a>(row: &'a Row, name: &str) -> &'a str {
    row.get(name).and_then(Value::as_str).unwrap_or_default()
}

pub(super) fn owned(row: &Row, name: &str) -> String {
    field(row, name).to_owned()
}

fn when(row: &Row) -> Timestamp {
    Timestamp::parse(field(row, "time")).unwrap_or_default()
}

fn severity(row: &Row) -> Severity {
    field(row, "severity").parse().unwrap_or_default()
}

pub(super) fn event(row: Row) -> Event {
    let attributes = row.get("attributes").and_then(Value::as_object).cloned().unwrap_or_default();
    Event {
        id: field(&row, "id").parse().unwrap_or_default(),
        time: when(&row),
        kind: owned(&row, "kind"),
        severity: severity(&row),
        service: owned(&row, "service"),
        host: owned(&row, "host"),
        actor: owned(&row, "actor"),
        source_address: owned(&row, "source_address"),
        trace_id: owned(&row, "trace_id"),
        span_id: owned(&row, "span_id"),
        message: owned(&row, "message"),
        attributes: attributes.into_iter().map(|(key, value)| (key, attribute(value))).collect(),
    }
}

fn attribute(value: Value) -> Attribute {
    match value {
        Value::String(text) => Attribute::Text(text),
        _ => Attribute::Null,
    }
}

fn finding(row: Row) -> Finding {
    let list = |name| serde_json::from_str(field(&row, name)).unwrap_or_default();
    Finding {
        id: field(&row, "id").parse().unwrap_or_default(),
        time: when(&row),
        detector: owned(&row, "detector"),
        version: owned(&row, "version"),
        class: owned(&row, "class"),
        severity: severity(&row),
        confidence: row.get("confidence").and_then(Value::as_f64).unwrap_or_default(),
        subject: Subject { kind: owned(&row, "subject_kind"), name: owned(&row, "subject_name") },
        title: owned(&row, "title"),
        explanation: owned(&row, "explanation"),
        remediation: owned(&row, "remediation"),
        references: list("references"),
        evidence: serde_json::from_str(field(&row, "evidence")).unwrap_or_default(),
        fingerprint: owned(&row, "fingerprint"),
        observation: field(&row, "observation").parse().ok(),
    }
}
