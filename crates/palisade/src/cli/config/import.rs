//! `palisade config import`: an Alertmanager configuration as sections of ours.

use crate::cli::{Failure, bounded};
use crate::config::Config;
use palisade_response::alertmanager::{BYTES_MAX, Import, ImportedChannel, import};
use serde::Serialize;
use serde_json::{Map, Value};
use std::path::Path;

/// The sections that an Alertmanager configuration comes to.
#[derive(Serialize)]
struct Sections {
    channels: Vec<Value>,
    response: Value,
}

/// The sections as TOML, and what whoever takes them should know.
///
/// # Errors
/// When the file cannot be read, or is no configuration of Alertmanager.
pub(super) fn sections(file: &Path) -> anyhow::Result<(String, Vec<String>)> {
    let text = bounded::read_file(file, BYTES_MAX as u64)
        .map_err(|error| Failure::input(format!("cannot read {}: {error}", file.display())))?;
    let imported = import(&text).map_err(|error| Failure::input(format!("{}: {error}", file.display())))?;
    let Import { config, channels, mut remarks } = imported;
    let sections = Sections {
        channels: channels.into_iter().map(channel).collect(),
        response: changed(serde_json::to_value(&config)?, &serde_json::to_value(palisade_response::Config::default())?),
    };
    let text = toml::to_string_pretty(&sections)?;
    // What is missing, such as a secret that stands in a file of its own, is found here and not at the next start.
    if let Err(error) = toml::from_str::<Config>(&text) {
        remarks.push(format!("before it can be used: {}", error.message()));
    }
    Ok((text, remarks))
}

fn channel(imported: ImportedChannel) -> Value {
    let ImportedChannel { name, kind, settings } = imported;
    let mut channel = Map::from_iter([("name".to_owned(), name.into()), ("kind".to_owned(), kind.into())]);
    if let Value::Object(settings) = settings {
        channel.extend(settings);
    }
    without_nulls(Value::Object(channel))
}

/// What of `all` differs from `defaults`.
fn changed(all: Value, defaults: &Value) -> Value {
    match all {
        Value::Object(members) => {
            let differs = |(key, value): &(String, Value)| defaults.get(key) != Some(value);
            without_nulls(Value::Object(members.into_iter().filter(differs).collect()))
        }
        other => other,
    }
}

/// TOML has no null: what is not set is not written.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let set = members.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(set.map(|(key, value)| (key, without_nulls(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(without_nulls).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALERTMANAGER: &str = "
global: {resolve_timeout: 5m, smtp_smarthost: 'mail.example.org:587', smtp_from: 'alerts@example.org'}
route:
  receiver: team
  group_by: [alertname, cluster]
  group_wait: 45s
  routes:
    - matchers: ['severity=\"critical\"']
      receiver: hook
      continue: true
receivers:
  - name: team
    email_configs: [{to: 'on-call@example.org'}]
  - name: hook
    webhook_configs: [{url: 'https://hooks.example.org/x'}]
inhibit_rules:
  - source_matchers: ['alertname=\"HostDown\"']
    target_matchers: ['severity=\"warning\"']
    equal: [host]
";

    #[test]
    fn what_is_imported_can_be_used() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("alertmanager.yml");
        std::fs::write(&file, ALERTMANAGER).unwrap();
        let (text, remarks) = sections(&file).unwrap();
        let path = folder.path().join("palisade.toml");
        std::fs::write(&path, &text).unwrap();
        let config = Config::read(&path).unwrap_or_else(|error| panic!("{error:#}\n{text}\n{remarks:?}"));
        assert_eq!(config.channels.len(), 2, "{text}");
        assert_eq!(config.response, import(ALERTMANAGER).unwrap().config, "{text}");
        assert!(!remarks.iter().any(|remark| remark.starts_with("before")), "{remarks:?}");
    }

    #[test]
    fn what_is_none_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("other.yml");
        std::fs::write(&file, "groups: []").unwrap();
        assert!(sections(&file).unwrap_err().to_string().contains("route"));
    }
}
