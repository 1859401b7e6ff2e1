//! Reading rule files.

use super::{
    Group, Rule,
    place::{Step, line_of},
    rule::{AlertingRule, RecordingRule},
    template::Template,
};
use crate::promql::{NAME, Query, label_name_is_valid, parse_duration};
use palisade_model::Labels;
use serde::{Deserialize, Deserializer};
use std::collections::{BTreeMap, BTreeSet};
use yaml_serde::Value;

/// A file may be this long.
const FILE_BYTES_MAX: usize = 8 << 20;
/// A file may hold this many rules.
const RULES_MAX: usize = 20_000;

/// A rule file: the groups that are right, and what is wrong with the others.
#[derive(Clone, Debug, Default)]
pub struct RuleFile {
    /// Groups without a mistake.
    pub groups: Vec<Group>,
    /// Every mistake.
    pub problems: Vec<Problem>,
}

/// What is wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct Problem {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and with which rule.
    pub message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenGroup {
    name: Written,
    interval: Option<Written>,
    #[serde(default)]
    limit: usize,
    #[serde(default)]
    rules: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRule {
    record: Option<Written>,
    alert: Option<Written>,
    expr: Written,
    r#for: Option<Written>,
    keep_firing_for: Option<Written>,
    labels: Option<BTreeMap<String, Written>>,
    annotations: Option<BTreeMap<String, Written>>,
}

/// A text; numbers and truths of YAML are taken as they are written.
#[derive(Clone)]
pub(super) struct Written(pub(super) String);

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) => Ok(Self(text)),
            Value::Bool(truth) => Ok(Self(truth.to_string())),
            Value::Number(number) => Ok(Self(number.to_string())),
            Value::Null => Ok(Self(String::new())),
            _ => Err(serde::de::Error::custom("a text was expected")),
        }
    }
}

/// A mistake at a key of a rule or group.
struct Mistake {
    key: Option<&'static str>,
    message: String,
}

impl Mistake {
    fn at(key: &'static str) -> impl Fn(String) -> Self {
        move |message| Self { key: Some(key), message }
    }

    fn whole(message: impl ToString) -> Self {
        Self { key: None, message: message.to_string() }
    }
}

impl RuleFile {
    /// Reads a rule file. Groups without an interval have `interval` (milliseconds).
    #[must_use]
    pub fn read(file: &str, text: &str, interval: i64) -> Self {
        let mut reader = Reader { file, text, interval, walked: 0, found: Self::default() };
        reader.read();
        reader.found
    }
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    interval: i64,
    /// How many bytes were read to find lines.
    walked: usize,
    found: RuleFile,
}

impl Reader<'_> {
    fn read(&mut self) {
        if self.text.len() > FILE_BYTES_MAX {
            return self.refuse(1, format!("a rule file may be {FILE_BYTES_MAX} bytes long"));
        }
        let document = yaml_serde::from_str(self.text).and_then(|mut document: Value| {
            document.apply_merge()?;
            Ok(document)
        });
        let document = match document {
            Ok(document) => document,
            Err(error) => return self.refuse(error.location().map_or(1, |at| at.line()), error.to_string()),
        };
        let Value::Mapping(mapping) = &document else {
            return self.refuse(1, "a rule file begins with groups:".to_owned());
        };
        if let Some(key) = mapping.keys().find(|key| key.as_str() != Some("groups")) {
            let named = key.as_str().unwrap_or("a key that is no text");
            return self.refuse(1, format!("{named} is unknown here: a rule file has groups only"));
        }
        let groups = match mapping.get("groups") {
            Some(Value::Sequence(groups)) => groups.as_slice(),
            Some(Value::Null) | None => &[],
            Some(_) => return self.refuse(1, "groups is a list".to_owned()),
        };
        let mut names = BTreeSet::new();
        for (place, group) in groups.iter().enumerate() {
            if let Some(group) = self.group(place, group, &mut names) {
                self.found.groups.push(group);
            }
        }
    }

    fn refuse(&mut self, line: usize, message: String) {
        self.found.problems.push(Problem { file: self.file.to_owned(), line, message });
    }

    fn refuse_at(&mut self, way: &[Step], message: String) {
        let line = self.line(way, WALKED_BYTES_MAX).unwrap_or(1);
        self.refuse(line, message);
    }

    /// The line of a thing. Finding it reads the file once more, so only as long as that is not too much.
    fn line(&mut self, way: &[Step], most: usize) -> Option<usize> {
        self.walked = self.walked.saturating_add(self.text.len());
        (self.walked <= most).then(|| line_of(self.text, way))
    }

    /// The group, unless something is wrong with it.
    fn group(&mut self, place: usize, group: &Value, names: &mut BTreeSet<String>) -> Option<Group> {
        let way = vec![Step::Key("groups"), Step::Index(place)];
        let written: WrittenGroup = match yaml_serde::from_value(group.clone()) {
            Ok(written) => written,
            Err(error) => {
                self.refuse_at(&way, format!("group {}: {error}", place + 1));
                return None;
            }
        };
        let name = written.name.0;
        let before = self.found.problems.len();
        if name.is_empty() || !names.insert(name.clone()) {
            self.refuse_at(&way, format!("group '{name}': the name must be there, and once in the file"));
        }
        let interval = match written.interval.map(|written| parse_duration(&written.0)) {
            None | Some(Ok(0)) => self.interval,
            Some(Ok(interval)) => interval,
            Some(Err(message)) => {
                self.refuse_at(&[&way[..], &[Step::Key("interval")]].concat(), format!("group '{name}': {message}"));
                self.interval
            }
        };
        if written.rules.len() > RULES_MAX {
            self.refuse_at(&way, format!("group '{name}': a group may have {RULES_MAX} rules"));
            return None;
        }
        let rules = self.rules(&way, &name, &written.rules);
        let is_right = self.found.problems.len() == before;
        is_right.then(|| Group::new(self.file, name, interval.max(1), written.limit, rules))
    }

    fn rules(&mut self, way: &[Step], group: &str, written: &[Value]) -> Vec<Rule> {
        let mut rules = Vec::with_capacity(written.len());
        for (place, value) in written.iter().enumerate() {
            let way = [way, &[Step::Key("rules"), Step::Index(place)]].concat();
            let line = self.line(&way, WALKED_BYTES_MAX / 2).unwrap_or(0);
            match rule(value, line) {
                Ok(rule) => rules.push(rule),
                Err(mistake) => {
                    let named = value.get("alert").or_else(|| value.get("record")).and_then(Value::as_str);
                    let named = named.map_or_else(|| format!("rule {}", place + 1), |name| format!("rule '{name}'"));
                    let key = mistake.key.map(Step::Key);
                    let way = [&way[..], key.as_slice()].concat();
                    self.refuse_at(&way, format!("group '{group}', {named}: {}", mistake.message));
                }
            }
        }
        rules
    }
}

/// So much is read to find lines: half of it for rules that are right, which then have line 0, the rest for mistakes.
const WALKED_BYTES_MAX: usize = 64 << 20;

fn rule(value: &Value, line: usize) -> Result<Rule, Mistake> {
    let written: WrittenRule = yaml_serde::from_value(value.clone()).map_err(Mistake::whole)?;
    let query = Query::parse(&written.expr.0).map_err(|error| Mistake::at("expr")(error.to_string()))?;
    if !query.gives_vector() {
        return Err(Mistake::at("expr")("a rule needs a scalar or an instant vector".to_owned()));
    }
    match (&written.alert, &written.record) {
        (Some(name), None) => alerting(&written, &name.0, query, line).map(|rule| Rule::Alerting(Box::new(rule))),
        (None, Some(name)) => recording(&written, &name.0, query, line).map(|rule| Rule::Recording(Box::new(rule))),
        _ => Err(Mistake::whole("a rule has either alert or record")),
    }
}

fn alerting(written: &WrittenRule, name: &str, query: Query, line: usize) -> Result<AlertingRule, Mistake> {
    if name.is_empty() {
        return Err(Mistake::at("alert")("the name is empty".to_owned()));
    }
    let wait = |written: &Option<Written>, key: &'static str| match written {
        Some(written) => parse_duration(&written.0).map_err(Mistake::at(key)),
        None => Ok(0),
    };
    Ok(AlertingRule {
        name: name.to_owned(),
        query,
        hold: wait(&written.r#for, "for")?,
        keep_firing: wait(&written.keep_firing_for, "keep_firing_for")?,
        labels: templates(written.labels.as_ref(), "labels")?,
        annotations: templates(written.annotations.as_ref(), "annotations")?,
        line,
    })
}

fn recording(written: &WrittenRule, name: &str, query: Query, line: usize) -> Result<RecordingRule, Mistake> {
    let is_metric = label_name_is_valid(&name.replace(':', "_"));
    if !is_metric {
        return Err(Mistake::at("record")(format!("'{name}' cannot be the name of a metric")));
    }
    if written.annotations.is_some() || written.r#for.is_some() || written.keep_firing_for.is_some() {
        return Err(Mistake::whole("a recording rule has no annotations, for or keep_firing_for"));
    }
    let labels = written.labels.clone().unwrap_or_default();
    labels.keys().try_for_each(|name| check_label(name)).map_err(Mistake::at("labels"))?;
    let labels: Labels = labels.into_iter().map(|(name, value)| (name, value.0)).collect();
    Ok(RecordingRule { name: name.to_owned(), query, labels, line })
}

/// Names with the templates of their values.
fn templates(
    written: Option<&BTreeMap<String, Written>>,
    key: &'static str,
) -> Result<Vec<(String, Template)>, Mistake> {
    let mut read = Vec::new();
    for (name, value) in written.into_iter().flatten() {
        check_label(name).map_err(Mistake::at(key))?;
        let template = Template::parse(&value.0).map_err(|error| Mistake::at(key)(format!("{name}: {error}")))?;
        read.push((name.clone(), template));
    }
    Ok(read)
}

pub(super) fn check_label(name: &str) -> Result<(), String> {
    if name != NAME && label_name_is_valid(name) {
        Ok(())
    } else {
        Err(format!("'{name}' cannot be the name of a label"))
    }
}
