//! Finds what matches an alert without asking everything: by the label that it must have.

use super::{Comparison, Matcher, all_met};
use palisade_model::Labels;
use std::collections::HashMap;

/// Keys under their matchers. A key with an `=` on a value that is not empty is looked up by that label; the others are
/// asked one by one.
#[derive(Debug)]
pub(crate) struct MatcherIndex<K> {
    by_label: HashMap<String, HashMap<String, Vec<K>>>,
    others: Vec<K>,
}

impl<K> Default for MatcherIndex<K> {
    fn default() -> Self {
        Self { by_label: HashMap::new(), others: Vec::new() }
    }
}

impl<K: Clone + PartialEq> MatcherIndex<K> {
    /// Enters `key` under `matchers`.
    pub(crate) fn insert(&mut self, matchers: &[Matcher], key: K) {
        match label(matchers) {
            Some((name, value)) => {
                let values = self.by_label.entry(name.to_owned()).or_default();
                values.entry(value.to_owned()).or_default().push(key);
            }
            None => self.others.push(key),
        }
    }

    /// Takes `key` out again.
    pub(crate) fn remove(&mut self, matchers: &[Matcher], key: &K) {
        let Some((name, value)) = label(matchers) else {
            self.others.retain(|other| other != key);
            return;
        };
        let Some(values) = self.by_label.get_mut(name) else { return };
        let Some(keys) = values.get_mut(value) else { return };
        keys.retain(|other| other != key);
        if keys.is_empty() {
            values.remove(value);
        }
        if values.is_empty() {
            self.by_label.remove(name);
        }
    }

    /// Keys whose matchers may be met by `labels`; whoever asks confirms with [`all_met`].
    pub(crate) fn candidates<'a>(&'a self, labels: &'a Labels) -> impl Iterator<Item = &'a K> {
        let looked_up = self.by_label.iter().filter_map(|(name, values)| values.get(labels.get(name)?));
        looked_up.flatten().chain(&self.others)
    }
}

/// The label that every match has.
fn label(matchers: &[Matcher]) -> Option<(&str, &str)> {
    let exact =
        matchers.iter().filter(|matcher| matcher.comparison() == Comparison::Equal && !matcher.value().is_empty());
    // The name of an alert tells more than its severity or cluster, and `alertname` is the one that nearly all have.
    exact.min_by_key(|matcher| matcher.name() != "alertname").map(|matcher| (matcher.name(), matcher.value()))
}

/// The keys among `candidates` whose matchers, found by `matchers_of`, are met by `labels`.
pub(crate) fn confirmed<'a, K: Clone + Ord + PartialEq>(
    index: &'a MatcherIndex<K>,
    labels: &'a Labels,
    matchers_of: impl Fn(&K) -> Option<&'a [Matcher]> + 'a,
) -> Vec<K> {
    let met = |key: &&K| matchers_of(key).is_some_and(|matchers| all_met(matchers, labels));
    let mut keys: Vec<K> = index.candidates(labels).filter(met).cloned().collect();
    keys.sort_unstable();
    keys
}
