//! Reads the text of a file of tuning: first the form that TOML gives, then the meaning, with the line of what is wrong.

use super::{Effect, Entry, Scope, Tuning, Wanted};
use crate::{
    limits::{TUNING_BYTES_MAX, TUNING_ENTRIES_MAX},
    rules::{
        Problem,
        detection::Compiler,
        document::{line_of, one_line},
        pattern::Pattern,
        predicate::{Names, Predicates},
    },
};
use jiff::civil::Date;
use palisade_model::Severity;
use rsigma_parser::{SigmaRule, SigmaString, parse_sigma_yaml};
use serde::Deserialize;
use std::{collections::HashMap, ops::Range};
use toml::{Spanned, value::Datetime};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    allow: Vec<Spanned<EntryForm>>,
    #[serde(default)]
    severity: Vec<Spanned<EntryForm>>,
    #[serde(default)]
    disable: Vec<Spanned<EntryForm>>,
}

/// An entry of any kind.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryForm {
    rule: Option<Spanned<Texts>>,
    tag: Option<Spanned<Texts>>,
    path: Option<Spanned<Texts>>,
    reason: Option<Spanned<String>>,
    expires: Option<Spanned<Datetime>>,
    /// Of what is allowed.
    event: Option<Spanned<toml::Value>>,
    /// Of a severity.
    severity: Option<Spanned<String>>,
}

/// One text or a list of them.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a text, or a list of texts")]
enum Texts {
    One(String),
    Many(Vec<String>),
}

impl Texts {
    fn all(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Many(texts) => texts,
        }
    }
}

impl Tuning {
    /// Reads a file of tuning, whose form the documentation of this module shows.
    ///
    /// # Errors
    /// When the text is not TOML, an entry has no reason or names no rules, or says something that is not known, such as
    /// a modifier; with the line.
    pub fn parse(file: &str, text: &str) -> Result<Self, Problem> {
        let reading = Reading { file, text };
        let form = reading.form()?;
        let mut entries = Vec::new();
        for entry in &form.allow {
            entries.push(reading.entry(entry, reading.allow(entry)?)?);
        }
        for entry in &form.severity {
            entries.push(reading.entry(entry, reading.severity(entry)?)?);
        }
        for entry in &form.disable {
            entries.push(reading.entry(entry, reading.disable(entry)?)?);
        }
        entries.sort_by_key(|entry| entry.line);
        Ok(Self { file: file.to_owned(), entries })
    }
}

struct Reading<'t> {
    file: &'t str,
    text: &'t str,
}

impl Reading<'_> {
    fn form(&self) -> Result<Form, Problem> {
        if self.text.len() > TUNING_BYTES_MAX {
            return Err(self.at_line(1, format!("the file has more than {} KiB", TUNING_BYTES_MAX / 1024)));
        }
        let form: Form = toml::from_str(self.text)
            .map_err(|error| self.problem(&error.span().unwrap_or(0..0), error.message().trim()))?;
        if form.allow.len() + form.severity.len() + form.disable.len() > TUNING_ENTRIES_MAX {
            let reason = format!("there are more than {TUNING_ENTRIES_MAX} entries: use patterns instead of lists");
            return Err(self.at_line(1, reason));
        }
        Ok(form)
    }

    fn entry(&self, entry: &Spanned<EntryForm>, effect: Effect) -> Result<Entry, Problem> {
        let form = entry.get_ref();
        let reason = form.reason.as_ref().map(|reason| reason.get_ref().trim()).filter(|reason| !reason.is_empty());
        let Some(reason) = reason else {
            let message = "the entry has no reason: add reason = \"why\", for whoever reads it next year";
            return Err(self.problem(&entry.span(), message));
        };
        let scope =
            Scope { rules: self.wanted(&form.rule)?, tags: self.wanted(&form.tag)?, paths: self.wanted(&form.path)? };
        if scope.rules.is_empty() && scope.tags.is_empty() && scope.paths.is_empty() {
            let message = "the entry would concern every rule: add rule = \"an id\", tag = \"attack.t1033\" or path = \"*/linux/*\"";
            return Err(self.problem(&entry.span(), message));
        }
        Ok(Entry {
            line: self.line(&entry.span()),
            scope,
            effect,
            reason: reason.to_owned(),
            last_day: self.last_day(form.expires.as_ref())?,
        })
    }

    fn wanted(&self, texts: &Option<Spanned<Texts>>) -> Result<Vec<Wanted>, Problem> {
        let Some(texts) = texts else { return Ok(Vec::new()) };
        let all = texts.get_ref().all();
        if all.is_empty() || all.iter().any(|text| text.trim().is_empty()) {
            return Err(self.problem(&texts.span(), "there is nothing in it: leave the key out to mean every rule"));
        }
        let wanted = |written: &String| Wanted {
            written: written.clone(),
            pattern: Pattern::new(&SigmaString::new(written), false, false, false),
        };
        Ok(all.iter().map(wanted).collect())
    }

    fn disable(&self, entry: &Spanned<EntryForm>) -> Result<Effect, Problem> {
        self.without_event(entry)?;
        match &entry.get_ref().severity {
            Some(severity) => Err(self.problem(&severity.span(), "a rule that does not run has no severity")),
            None => Ok(Effect::Disable),
        }
    }

    fn without_event(&self, entry: &Spanned<EntryForm>) -> Result<(), Problem> {
        let Some(event) = &entry.get_ref().event else { return Ok(()) };
        Err(self.problem(&event.span(), "event says what is allowed: it belongs to an entry [[allow]]"))
    }

    fn severity(&self, entry: &Spanned<EntryForm>) -> Result<Effect, Problem> {
        self.without_event(entry)?;
        let Some(severity) = &entry.get_ref().severity else {
            let message = "the entry has no severity: add severity = \"low\"";
            return Err(self.problem(&entry.span(), message));
        };
        let parsed: Result<Severity, _> = severity.get_ref().parse();
        parsed.map(Effect::Severity).map_err(|error| self.problem(&severity.span(), &error.to_string()))
    }

    fn allow(&self, entry: &Spanned<EntryForm>) -> Result<Effect, Problem> {
        if let Some(severity) = &entry.get_ref().severity {
            return Err(self.problem(&severity.span(), "what is allowed has no severity: write an entry [[severity]]"));
        }
        let Some(event) = &entry.get_ref().event else {
            let message = "the entry would allow every event: add event = { Field = \"value\" }, or use [[disable]]";
            return Err(self.problem(&entry.span(), message));
        };
        let within = |reason: &str, near: &str| {
            let span = event.span();
            // The place of a table under a heading is that of the heading: what is in it stands behind.
            let start = self.text.floor_char_boundary(span.start);
            let line = self.line(&span) - 1 + line_of(&self.text[start..], near);
            self.at_line(line, reason.to_owned())
        };
        let detection = serde_json::json!({
            "title": "what is allowed", "logsource": {}, "detection": {"event": json(event.get_ref()), "condition": "event"}
        });
        let read = parse_sigma_yaml(&detection.to_string());
        let (rule, error) = match read {
            Ok(mut collection) => (collection.rules.pop(), collection.errors.pop()),
            Err(error) => (None, Some(error.to_string())),
        };
        let Some(rule) = rule else {
            let error = one_line(&error.unwrap_or_else(|| "it is no detection".to_owned()));
            let near = error.strip_prefix("Unknown modifier '").and_then(|rest| rest.strip_suffix('\''));
            return Err(within(&error, &near.map(|modifier| format!("|{modifier}")).unwrap_or_default()));
        };
        check(&rule).map_err(|(reason, near)| within(&reason, &near))?;
        Ok(Effect::Allow(Box::new(rule)))
    }

    /// The day that `expires` names.
    fn last_day(&self, expires: Option<&Spanned<Datetime>>) -> Result<Option<Date>, Problem> {
        let Some(expires) = expires else { return Ok(None) };
        let date = expires.get_ref().date.filter(|_| expires.get_ref().time.is_none());
        let day = date.and_then(|date| {
            Date::new(i16::try_from(date.year).ok()?, date.month.cast_signed(), date.day.cast_signed()).ok()
        });
        let message =
            "expires is the last day on which the entry counts: write a date such as 2027-01-31, without quotes";
        day.map(Some).ok_or_else(|| self.problem(&expires.span(), message))
    }

    fn line(&self, span: &Range<usize>) -> usize {
        self.text.bytes().take(span.start).filter(|&byte| byte == b'\n').count() + 1
    }

    fn problem(&self, span: &Range<usize>, reason: &str) -> Problem {
        self.at_line(self.line(span), reason.lines().collect::<Vec<_>>().join(" "))
    }

    fn at_line(&self, line: usize, reason: String) -> Problem {
        Problem { file: self.file.to_owned(), line, reason, is_refused: true }
    }
}

/// Whether what is allowed can be compiled; else why not, and near which words.
fn check(rule: &SigmaRule) -> Result<(), (String, String)> {
    let (mut names, mut predicates, placeholders) = (Names::new(), Predicates::new(), HashMap::new());
    let mut compiler = Compiler::new(&mut names, &mut predicates, &placeholders);
    compiler.detections(&rule.detection).map(drop).map_err(|refusal| (refusal.reason, refusal.near))
}

/// The value as a rule would have it in YAML. Dates and times are text there.
fn json(value: &toml::Value) -> serde_json::Value {
    match value {
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Float(number) => (*number).into(),
        toml::Value::Boolean(is_true) => (*is_true).into(),
        toml::Value::Datetime(time) => time.to_string().into(),
        toml::Value::Array(values) => values.iter().map(json).collect(),
        toml::Value::Table(table) => table.iter().map(|(key, value)| (key.clone(), json(value))).collect(),
    }
}
