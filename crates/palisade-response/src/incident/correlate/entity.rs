//! What an alert is about: the hosts, users, addresses and services that its labels name.
//!
//! Several labels name the same sort of thing (`host`, `instance` and `node` all name a host), so an entity is written
//! as `kind=value`. What names no single thing (`severity`, `job`, `env`) is not in the table: half of all alerts have
//! it in common and it says nothing.

use crate::incident::config::{Correlation, OpenRule};
use palisade_model::Labels;
use std::collections::{BTreeSet, HashMap};

/// Entities of one alert; further ones are left out.
const ENTITIES_MAX: usize = 16;
/// Bytes of an entity's value; the rest is left out.
const VALUE_BYTES_MAX: usize = 200;
/// The kind of the entity by which alerts of one rule find each other.
pub(super) const RULE: &str = "rule";

/// Label, the kind of thing that it names, and how much sharing one tells. The first label of a kind has its weight.
const LABELS: &[(&str, &str, f64)] = &[
    ("host", "host", 1.0),
    ("hostname", "host", 1.0),
    ("host.name", "host", 1.0),
    ("instance", "host", 1.0),
    ("node", "host", 1.0),
    ("nodename", "host", 1.0),
    ("computer", "host", 1.0),
    ("service", "service", 0.6),
    ("service.name", "service", 0.6),
    ("service_name", "service", 0.6),
    ("container", "container", 1.0),
    ("container_name", "container", 1.0),
    ("container_id", "container", 1.0),
    ("pod", "container", 1.0),
    ("k8s.pod.name", "container", 1.0),
    ("user", "user", 1.0),
    ("user.name", "user", 1.0),
    ("username", "user", 1.0),
    ("actor", "user", 1.0),
    ("account", "account", 1.0),
    ("account_id", "account", 1.0),
    ("cloud.account.id", "account", 1.0),
    ("address", "address", 1.0),
    ("ip", "address", 1.0),
    ("src_ip", "address", 1.0),
    ("dst_ip", "address", 1.0),
    ("source_ip", "address", 1.0),
    ("client_ip", "address", 1.0),
    ("source.ip", "address", 1.0),
    ("destination.ip", "address", 1.0),
    ("client.address", "address", 1.0),
    ("subject", "subject", 1.0),
    ("session", "session", 1.0),
    ("database", "database", 0.9),
    ("domain", "domain", 0.9),
    ("file_hash", "file", 1.0),
    ("package", "package", 1.0),
    ("business", "business", 1.0),
    ("deployment", "deployment", 0.8),
    ("device", "device", 0.4),
    ("namespace", "namespace", 0.3),
    ("cluster", "cluster", 0.2),
];

/// Values that stand for *nobody knows* or for the machine itself: who shares them has nothing in common.
const EMPTY_VALUES: &[&str] = &["", "-", "none", "null", "unknown", "n/a", "localhost", "127.0.0.1", "::1", "0.0.0.0"];

/// The entities that `labels` name, each `kind=value`, in order.
#[must_use]
pub fn entities_of(labels: &Labels, settings: &Correlation) -> Vec<String> {
    let mut found = BTreeSet::new();
    for (name, value) in labels {
        let Some(kind) = kind_of(name, settings) else { continue };
        let value = plain(kind, value);
        if !EMPTY_VALUES.contains(&value.as_str()) {
            found.insert(format!("{kind}={value}"));
        }
    }
    found.into_iter().take(ENTITIES_MAX).collect()
}

fn kind_of<'a>(label: &str, settings: &'a Correlation) -> Option<&'a str> {
    match settings.entities.get(label) {
        Some(set) => (set.weight > 0.0).then_some(set.kind.as_str()),
        None => LABELS.iter().find(|(name, ..)| *name == label).map(|(_, kind, _)| *kind),
    }
}

/// `value` in one spelling: lower case, hosts without a port, and no longer than it may be.
fn plain(kind: &str, value: &str) -> String {
    let mut value = value.trim().to_lowercase();
    if kind == "host"
        && let Some((host, port)) = value.rsplit_once(':')
        && !host.is_empty()
        && (!host.contains(':') || host.ends_with(']'))
        && port.bytes().all(|byte| byte.is_ascii_digit())
    {
        value.truncate(host.len());
    }
    let end = value.floor_char_boundary(VALUE_BYTES_MAX);
    value.truncate(end);
    value
}

/// What sharing one entity of each kind tells.
pub(super) fn weights(settings: &Correlation) -> HashMap<String, f64> {
    let mut weights: HashMap<_, _> = HashMap::new();
    for (_, kind, weight) in LABELS {
        weights.entry((*kind).to_owned()).or_insert(*weight);
    }
    weights.extend(settings.entities.values().map(|set| (set.kind.clone(), set.weight.clamp(0.0, 1.0))));
    weights
}

/// The entity by which alerts of `rule` with the same values of its `group_by` find each other.
pub(in crate::incident) fn rule_group(rule: &OpenRule, labels: &Labels) -> String {
    let mut group = format!("{RULE}={}", rule.name);
    for name in &rule.group_by {
        let value = labels.get(name).map_or("", |value| &value[..value.floor_char_boundary(VALUE_BYTES_MAX)]);
        group.push_str(&format!("/{name}={value}"));
    }
    group
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::config::EntityLabel;

    fn check(labels: &[(&str, &str)], wanted: &[&str]) {
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let mut settings = Correlation::default();
        settings.entities.insert("rack".into(), EntityLabel { kind: "rack".into(), weight: 0.5 });
        settings.entities.insert("cluster".into(), EntityLabel { kind: "cluster".into(), weight: 0.0 });
        assert_eq!(entities_of(&labels, &settings), wanted);
    }

    #[test]
    fn labels_name_things() {
        check(&[("instance", "Web1:9100"), ("host", "web1"), ("job", "node")], &["host=web1"]);
        check(&[("instance", "[2001:db8::1]:9100")], &["host=[2001:db8::1]"]);
        check(&[("instance", "2001:db8::1")], &["host=2001:db8::1"]);
        check(&[("user", "Anna"), ("src_ip", "10.0.0.9")], &["address=10.0.0.9", "user=anna"]);
        check(&[("rack", "r7"), ("cluster", "eu"), ("severity", "high")], &["rack=r7"]);
    }

    #[test]
    fn what_stands_for_nothing_names_nothing() {
        check(&[("user", "-"), ("host", "localhost:9090"), ("ip", "127.0.0.1"), ("service", " ")], &[]);
    }
}
