//! SQL rules: every row that a query gives is an alert. The query is run by the caller; here stands what to make of
//! its rows.

use super::{
    ActiveAlert, Environment, Evaluation, External, Problem,
    active::{Active, Found, Waits},
    file::check_label,
    template::{Filling, Template},
};
use crate::{outcome::Record, promql::parse_duration};
use palisade_model::{Labels, Severity, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

/// How many rows count when a rule does not say.
const ROWS_DEFAULT: usize = 100;
/// How many rows may count.
const ROWS_MAX: usize = 10_000;
/// How often a rule may be run, in milliseconds.
const EVERY_MIN: i64 = 1_000;
/// The column that holds the number of an alert.
const VALUE: &str = "value";
/// A label made of a column may be this long, in bytes.
const LABEL_BYTES_MAX: usize = 1024;

/// A query whose rows are alerts.
#[derive(Clone, Debug)]
pub struct SqlRule {
    /// The name of its alerts.
    pub name: String,
    /// What is asked. The column `value` is the number, the others are labels.
    pub sql: String,
    /// How often, in milliseconds.
    pub every: i64,
    /// How bad it is.
    pub severity: Severity,
    /// How long, in milliseconds, it must be so before an alert fires.
    pub hold: i64,
    /// How long, in milliseconds, an alert fires on after it is over.
    pub keep_firing: i64,
    /// How many rows may come.
    pub max_rows: usize,
    labels: Vec<(String, Template)>,
    annotations: Vec<(String, Template)>,
    key: String,
    active: Active,
}

/// Rules that are right, and what is wrong with the others.
#[derive(Clone, Debug, Default)]
pub struct SqlRules {
    /// Rules without a mistake.
    pub rules: Vec<SqlRule>,
    /// Every mistake.
    pub problems: Vec<Problem>,
}

/// What a query gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// A value for each column.
    pub rows: Vec<Vec<Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFile {
    #[serde(default)]
    rule: Vec<Spanned<toml::Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRule {
    name: String,
    sql: String,
    every: String,
    severity: Option<Severity>,
    r#for: Option<String>,
    keep_firing_for: Option<String>,
    max_rows: Option<usize>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
}

impl SqlRules {
    /// Reads `[[rule]]` tables of a TOML file.
    #[must_use]
    pub fn read(file: &str, text: &str) -> Self {
        let mut found = Self::default();
        let line_at = |place: usize| text.get(..place).unwrap_or(text).matches('\n').count() + 1;
        let written: WrittenFile = match toml::from_str(text) {
            Ok(written) => written,
            Err(error) => {
                let line = line_at(error.span().map_or(0, |span| span.start));
                found.problems.push(Problem { file: file.to_owned(), line, message: error.message().to_owned() });
                return found;
            }
        };
        let mut names = BTreeSet::new();
        for table in written.rule {
            let line = line_at(table.span().start);
            match SqlRule::read(file, table.into_inner(), &mut names) {
                Ok(rule) => found.rules.push(rule),
                Err(message) => found.problems.push(Problem { file: file.to_owned(), line, message }),
            }
        }
        found
    }
}

impl SqlRule {
    fn read(file: &str, table: toml::Value, names: &mut BTreeSet<String>) -> Result<Self, String> {
        let written: WrittenRule = table.try_into().map_err(|error: toml::de::Error| error.message().to_owned())?;
        let name = written.name;
        let wrong = |message: String| format!("rule '{name}': {message}");
        if name.is_empty() || !names.insert(name.clone()) {
            return Err(wrong("the name must be there, and once in the file".to_owned()));
        }
        if written.sql.trim().is_empty() {
            return Err(wrong("sql is empty".to_owned()));
        }
        let duration = |written: Option<&str>| written.map_or(Ok(0), parse_duration).map_err(wrong);
        let every = duration(Some(&written.every))?;
        if every < EVERY_MIN {
            return Err(wrong(format!("every is at least {EVERY_MIN}ms")));
        }
        let max_rows = written.max_rows.unwrap_or(ROWS_DEFAULT);
        if max_rows == 0 || max_rows > ROWS_MAX {
            return Err(wrong(format!("max_rows is 1 to {ROWS_MAX}")));
        }
        Ok(Self {
            key: format!("{file}/sql/{name}/1"),
            sql: written.sql,
            every,
            severity: written.severity.unwrap_or(Severity::Medium),
            hold: duration(written.r#for.as_deref())?,
            keep_firing: duration(written.keep_firing_for.as_deref())?,
            max_rows,
            labels: templates(&written.labels).map_err(wrong)?,
            annotations: templates(&written.annotations).map_err(wrong)?,
            active: Active::default(),
            name,
        })
    }

    /// Its alerts that wait or fire.
    pub fn alerts(&self) -> impl Iterator<Item = &ActiveAlert> {
        self.active.alerts()
    }

    /// Takes over what its alerts waited for before a restart.
    pub fn restore<'r>(&mut self, records: impl IntoIterator<Item = &'r Record>) {
        for record in records.into_iter().filter(|record| record.kind == super::RECORD_KIND) {
            let is_ours = record.key.rsplit_once('/').is_some_and(|(key, _)| key == self.key);
            let alert = record.body.clone().filter(|_| is_ours).and_then(|body| serde_json::from_value(body).ok());
            if let Some(alert) = alert {
                self.active.restore(alert);
            }
        }
    }

    /// What its alerts wait for, as [`SqlRule::restore`] takes it.
    pub fn kept(&self) -> impl Iterator<Item = Record> {
        self.active.records(&self.key)
    }

    /// What follows from the rows that the query gave at `now`.
    ///
    /// # Errors
    /// When there are too many rows, or two alike; the alerts stay as they are.
    pub fn evaluate(&mut self, now: Timestamp, rows: &Rows, environment: &Environment) -> Result<Evaluation, String> {
        if rows.rows.len() > self.max_rows {
            return Err(format!("the query gives more than {} rows: group them, or raise max_rows", self.max_rows));
        }
        let found = rows.rows.iter().map(|row| self.found(&rows.columns, row, now, environment)).collect();
        let waits = Waits { hold: self.hold, keep_firing: self.keep_firing, every: self.every };
        let step = self.active.advance(&self.key, now, found, waits, environment)?;
        Ok(Evaluation::of_step(step, now, self.every))
    }

    fn found(&self, columns: &[String], row: &[Value], now: Timestamp, environment: &Environment) -> Found {
        let mut value = 1.0;
        let mut labels = Labels::new();
        for (column, cell) in columns.iter().zip(row) {
            match (column.as_str(), number(cell)) {
                (VALUE, Some(number)) => value = number,
                _ => {
                    labels.extend(written(cell).map(|written| (label_name(column), written)));
                }
            }
        }
        let external: &External = &environment.external;
        let row_labels = labels.clone();
        let options = &environment.options;
        let filling = Filling { labels: &row_labels, value, external, data: None, now: now.millis(), options };
        labels.insert("severity".to_owned(), self.severity.name().to_owned());
        labels.extend(self.labels.iter().map(|(name, template)| (name.clone(), template.fill(&filling))));
        labels.insert("alertname".to_owned(), self.name.clone());
        labels.retain(|_, value| !value.is_empty());
        let annotations = self.annotations.iter();
        let annotations = annotations.map(|(name, template)| (name.clone(), template.fill(&filling))).collect();
        Found { labels, annotations, value }
    }
}

fn templates(written: &BTreeMap<String, String>) -> Result<Vec<(String, Template)>, String> {
    let read = written.iter().map(|(name, text)| {
        check_label(name)?;
        let template = Template::parse(text).map_err(|error| format!("{name}: {error}"))?;
        Ok((name.clone(), template))
    });
    read.collect()
}

/// The name of a column as that of a label: what may not stand in one becomes `_`.
fn label_name(column: &str) -> String {
    let mut name: String =
        column.chars().map(|each| if each.is_ascii_alphanumeric() || each == '_' { each } else { '_' }).collect();
    if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert(0, '_');
    }
    name
}

fn number(cell: &Value) -> Option<f64> {
    match cell {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// A cell as a label; nothing for nothing.
fn written(cell: &Value) -> Option<String> {
    let mut text = match cell {
        Value::Null => return None,
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.len() > LABEL_BYTES_MAX {
        text.truncate(text.floor_char_boundary(LABEL_BYTES_MAX));
    }
    Some(text)
}
