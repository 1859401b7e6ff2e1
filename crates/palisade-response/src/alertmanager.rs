//! Configurations of Alertmanager: its routes, inhibition rules, times and receivers as ours, with remarks on what has
//! no counterpart.
//!
//! Receivers come out as plain data, a name, a kind and its settings, because delivery is not this crate's. A secret
//! that stands in a file of its own is not read; a remark says where it belongs.

mod receivers;

use crate::{
    Comparison, Config, ConfigError, Matcher, Period, Response,
    config::{ChannelRules, InhibitRule, NamedTimeInterval, Route},
    parse_matchers,
};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Bytes of a configuration at most.
pub const BYTES_MAX: usize = 4 * 1024 * 1024;

/// What a configuration of Alertmanager comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Import {
    /// What stands under `[response]`.
    pub config: Config,
    /// What its receivers are.
    pub channels: Vec<ImportedChannel>,
    /// What was left out or is otherwise than there, one sentence each.
    pub remarks: Vec<String>,
}

/// One integration of one receiver.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportedChannel {
    /// Its name, which routes use.
    pub name: String,
    /// Its kind: `smtp`, `slack`, `alertmanager` …
    pub kind: String,
    /// What the kind needs to know, secrets in plain.
    pub settings: Value,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct File {
    global: BTreeMap<String, Value>,
    route: Option<TheirRoute>,
    receivers: Vec<BTreeMap<String, Value>>,
    inhibit_rules: Vec<TheirInhibitRule>,
    mute_time_intervals: Vec<Value>,
    time_intervals: Vec<Value>,
    templates: Vec<Value>,
    #[serde(flatten)]
    further: BTreeMap<String, Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TheirRoute {
    receiver: Option<String>,
    group_by: Option<Vec<String>>,
    group_wait: Option<Period>,
    group_interval: Option<Period>,
    repeat_interval: Option<Period>,
    matchers: Vec<String>,
    #[serde(rename = "match")]
    equal: BTreeMap<String, Value>,
    match_re: BTreeMap<String, Value>,
    #[serde(rename = "continue")]
    continues: bool,
    routes: Vec<TheirRoute>,
    mute_time_intervals: Vec<String>,
    active_time_intervals: Vec<String>,
    #[serde(flatten)]
    further: BTreeMap<String, Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TheirInhibitRule {
    name: String,
    source_match: BTreeMap<String, Value>,
    source_match_re: BTreeMap<String, Value>,
    source_matchers: Vec<String>,
    target_match: BTreeMap<String, Value>,
    target_match_re: BTreeMap<String, Value>,
    target_matchers: Vec<String>,
    equal: Vec<String>,
}

/// Reads a configuration of Alertmanager, `alertmanager.yml`.
///
/// # Errors
/// When it is no such configuration, or has a mistake; says where and what.
pub fn import(yaml: &str) -> Result<Import, ConfigError> {
    if yaml.len() > BYTES_MAX {
        return Err(ConfigError::new("file", format!("it has more than {BYTES_MAX} bytes")));
    }
    let file: File = yaml_serde::from_str(yaml).map_err(|error| ConfigError::new("file", error.to_string()))?;
    let mut remarks = Vec::new();
    if !file.templates.is_empty() {
        remarks.push("templates: Go's templates are not taken over; channels have templates of their own".to_owned());
    }
    for name in file.global.keys().filter_map(|name| name.strip_suffix("_file")) {
        remarks.push(format!("global: '{name}' stands in a file; enter it in the channels that need it"));
    }
    remarks.extend(file.further.keys().map(|name| format!("{name}: not taken over")));
    let receivers = receivers::read(&file.global, &file.receivers, &mut remarks)?;
    let root = file.route.ok_or_else(|| ConfigError::new("route", "there is none"))?;
    let mut route = route(&root, "route", &receivers.by_name, &mut remarks)?;
    complete_root(&mut route, &file.global)?;
    let config = Config {
        route,
        inhibit_rules: inhibit_rules(&file.inhibit_rules)?,
        time_intervals: time_intervals(file.mute_time_intervals.into_iter().chain(file.time_intervals))?,
        channels: receivers.rules,
        ..Config::default()
    };
    Response::new(config.clone())?;
    Ok(Import { config, channels: receivers.channels, remarks })
}

/// What Alertmanager's root has where nothing is said; ours has other defaults.
fn complete_root(root: &mut Route, global: &BTreeMap<String, Value>) -> Result<(), ConfigError> {
    if root.channels.is_none() {
        return Err(ConfigError::new("route.receiver", "the root names the receiver of all that no route takes"));
    }
    root.group_by.get_or_insert_default();
    root.group_wait.get_or_insert(Period::from_secs(30));
    root.group_interval.get_or_insert(Period::from_mins(5));
    root.repeat_interval.get_or_insert(Period::from_hours(4));
    if let Some(text) = global.get("resolve_timeout").and_then(Value::as_str) {
        let period = text
            .parse()
            .map_err(|error: crate::PeriodError| ConfigError::new("global.resolve_timeout", error.to_string()))?;
        root.resolve_after = Some(period);
    }
    Ok(())
}

fn route(
    theirs: &TheirRoute,
    place: &str,
    receivers: &BTreeMap<String, Vec<String>>,
    remarks: &mut Vec<String>,
) -> Result<Route, ConfigError> {
    let channels = theirs.receiver.as_ref().map(|name| {
        let unknown = || ConfigError::new(format!("{place}.receiver"), format!("there is no receiver '{name}'"));
        receivers.get(name).cloned().ok_or_else(unknown)
    });
    remarks.extend(theirs.further.keys().map(|name| format!("{place}.{name}: not taken over")));
    let below = theirs.routes.iter().enumerate();
    let below = below.map(|(at, child)| route(child, &format!("{place}.routes[{at}]"), receivers, remarks));
    let routes = below.collect::<Result<_, _>>()?;
    Ok(Route {
        matchers: matchers(&theirs.matchers, &theirs.equal, &theirs.match_re, &format!("{place}.matchers"))?,
        channels: channels.transpose()?,
        group_by: theirs.group_by.clone(),
        group_wait: theirs.group_wait,
        group_interval: theirs.group_interval,
        repeat_interval: theirs.repeat_interval,
        mute_time_intervals: theirs.mute_time_intervals.clone(),
        active_time_intervals: theirs.active_time_intervals.clone(),
        continues: theirs.continues,
        routes,
        ..Route::default()
    })
}

/// The three notations of matchers that Alertmanager has had.
fn matchers(
    texts: &[String],
    equal: &BTreeMap<String, Value>,
    regex: &BTreeMap<String, Value>,
    place: &str,
) -> Result<Vec<Matcher>, ConfigError> {
    let error = |error: crate::MatcherError| ConfigError::new(place, error.to_string());
    let mut found = Vec::new();
    for text in texts {
        found.extend(parse_matchers(text).map_err(error)?);
    }
    for (pairs, comparison) in [(equal, Comparison::Equal), (regex, Comparison::Matches)] {
        for (name, value) in pairs {
            found.push(Matcher::new(name, comparison, &scalar(value)).map_err(error)?);
        }
    }
    Ok(found)
}

fn inhibit_rules(rules: &[TheirInhibitRule]) -> Result<Vec<InhibitRule>, ConfigError> {
    let each = rules.iter().enumerate().map(|(at, rule)| {
        let place = |field: &str| format!("inhibit_rules[{at}].{field}");
        let source =
            matchers(&rule.source_matchers, &rule.source_match, &rule.source_match_re, &place("source_matchers"))?;
        let target =
            matchers(&rule.target_matchers, &rule.target_match, &rule.target_match_re, &place("target_matchers"))?;
        let name = rule.name.clone();
        Ok(InhibitRule { name, source_matchers: source, target_matchers: target, equal: rule.equal.clone() })
    });
    each.collect()
}

fn time_intervals(intervals: impl Iterator<Item = Value>) -> Result<Vec<NamedTimeInterval>, ConfigError> {
    let each = intervals.enumerate().map(|(at, interval)| {
        // Years and days may be written as numbers.
        serde_json::from_value(as_texts(interval))
            .map_err(|error| ConfigError::new(format!("time_intervals[{at}]"), error.to_string()))
    });
    each.collect()
}

/// `value` with all numbers as texts.
fn as_texts(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Array(items) => items.into_iter().map(as_texts).collect(),
        Value::Object(members) => members.into_iter().map(|(name, value)| (name, as_texts(value))).collect(),
        other => other,
    }
}

/// A text, number or truth value as text.
fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

impl Import {
    /// The rules that the response has of the channel of this name.
    #[must_use]
    pub fn rules_of(&self, channel: &str) -> ChannelRules {
        self.config.channels.get(channel).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
#[path = "alertmanager/tests.rs"]
mod tests;
