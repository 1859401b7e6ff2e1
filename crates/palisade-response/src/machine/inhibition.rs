//! What need not be told while something worse is: sources and targets of each rule, by the labels that must be equal.

use super::Response;
use crate::{Matcher, all_met, config::InhibitRule, matcher::MatcherIndex};
use palisade_model::{Labels, Suppression, Timestamp};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

/// All rules with the alerts that have to do with them.
#[derive(Debug)]
pub(super) struct Inhibition {
    rules: Vec<RuleState>,
    by_source: MatcherIndex<usize>,
    by_target: MatcherIndex<usize>,
}

#[derive(Debug)]
struct RuleState {
    rule: InhibitRule,
    /// By the values of the labels that must be equal.
    pairings: HashMap<Vec<String>, Pairing>,
}

/// Alerts with equal labels.
#[derive(Debug, Default)]
struct Pairing {
    /// Those that fire and inhibit, and whether each could be inhibited as well.
    sources: BTreeMap<Arc<str>, bool>,
    targets: BTreeSet<Arc<str>>,
}

/// What an alert is to one rule.
#[derive(Clone, Debug)]
pub(super) struct Role {
    rule: usize,
    equal: Vec<String>,
    is_source: bool,
    is_target: bool,
}

impl Inhibition {
    pub(super) fn new(rules: &[InhibitRule]) -> Self {
        let mut inhibition =
            Self { rules: Vec::new(), by_source: MatcherIndex::default(), by_target: MatcherIndex::default() };
        for (number, rule) in rules.iter().enumerate() {
            inhibition.by_source.insert(&rule.source_matchers, number);
            inhibition.by_target.insert(&rule.target_matchers, number);
            inhibition.rules.push(RuleState { rule: rule.clone(), pairings: HashMap::new() });
        }
        inhibition
    }

    /// What an alert with `labels` is to which rules.
    fn roles(&self, labels: &Labels) -> Vec<Role> {
        let candidates = self.by_source.candidates(labels).chain(self.by_target.candidates(labels));
        let numbers: BTreeSet<usize> = candidates.copied().collect();
        let meets = |matchers: &[Matcher]| all_met(matchers, labels);
        let role = |number: usize| {
            let rule = &self.rules[number].rule;
            let (is_source, is_target) = (meets(&rule.source_matchers), meets(&rule.target_matchers));
            let value = |name: &String| labels.get(name).cloned().unwrap_or_default();
            let equal = || rule.equal.iter().map(value).collect();
            (is_source || is_target).then(|| Role { rule: number, equal: equal(), is_source, is_target })
        };
        numbers.into_iter().filter_map(role).collect()
    }

    /// Enters `key` where it is a target.
    fn enter(&mut self, roles: &[Role], key: &Arc<str>) {
        for role in roles.iter().filter(|role| role.is_target) {
            let pairing = self.rules[role.rule].pairings.entry(role.equal.clone()).or_default();
            pairing.targets.insert(Arc::clone(key));
        }
    }

    /// Takes `key` out of everything but the sources.
    fn leave(&mut self, roles: &[Role], key: &Arc<str>) {
        for role in roles {
            self.change(role, |pairing| {
                pairing.targets.remove(key);
            });
        }
    }

    /// Changes the pairing of `role`; an empty one is dropped.
    fn change(&mut self, role: &Role, change: impl FnOnce(&mut Pairing)) {
        let pairings = &mut self.rules[role.rule].pairings;
        let Some(pairing) = pairings.get_mut(&role.equal) else { return };
        change(pairing);
        if pairing.sources.is_empty() && pairing.targets.is_empty() {
            pairings.remove(&role.equal);
        }
    }

    /// The alert that inhibits `key` by one of `roles`. Alerts that are both source and target of a rule do not
    /// inhibit each other, or none of them would be told.
    fn inhibitor(&self, roles: &[Role], key: &Arc<str>) -> Option<&Arc<str>> {
        roles.iter().filter(|role| role.is_target).find_map(|role| {
            let sources = &self.rules[role.rule].pairings.get(&role.equal)?.sources;
            let inhibits = |source: &Arc<str>, is_target: bool| source != key && !(is_target && role.is_source);
            sources.iter().find(|(source, is_target)| inhibits(source, **is_target)).map(|(source, _)| source)
        })
    }
}

impl Response {
    /// Finds what `alert` is to the rules; nobody else is affected yet.
    pub(super) fn find_roles(&mut self, alert: usize) {
        let roles = self.inhibition.roles(&self.alerts[alert].alert.labels);
        let entry = &mut self.alerts[alert];
        self.inhibition.enter(&roles, &entry.key);
        entry.roles = roles;
    }

    /// The reverse of [`Response::find_roles`].
    pub(super) fn clear_roles(&mut self, alert: usize) {
        let entry = &mut self.alerts[alert];
        let roles = std::mem::take(&mut entry.roles);
        self.inhibition.leave(&roles, &entry.key);
    }

    /// Why `alert` is inhibited, if it is.
    pub(super) fn inhibition_of(&self, alert: usize) -> Option<Suppression> {
        let entry = &self.alerts[alert];
        let inhibitor = self.inhibition.inhibitor(&entry.roles, &entry.key)?;
        Some(Suppression::Inhibition(inhibitor.to_string()))
    }

    /// `alert` begins or ceases to fire: what it inhibits is held back or told.
    pub(super) fn set_source(&mut self, now: Timestamp, alert: usize, fires: bool) {
        let mut affected = BTreeSet::new();
        let entry = &self.alerts[alert];
        for role in entry.roles.iter().filter(|role| role.is_source) {
            if fires {
                let pairing = self.inhibition.rules[role.rule].pairings.entry(role.equal.clone()).or_default();
                pairing.sources.insert(Arc::clone(&entry.key), role.is_target);
                affected.extend(pairing.targets.iter().cloned());
            } else {
                self.inhibition.change(role, |pairing| {
                    pairing.sources.remove(&entry.key);
                    affected.extend(pairing.targets.iter().cloned());
                });
            }
        }
        affected.remove(&self.alerts[alert].key);
        for key in affected {
            self.hold_again(now, &key);
        }
    }

    /// Enters `alert` as a source without telling anybody, when the machine is made again.
    pub(super) fn restore_source(&mut self, alert: usize) {
        let entry = &self.alerts[alert];
        for role in entry.roles.iter().filter(|role| role.is_source) {
            let pairing = self.inhibition.rules[role.rule].pairings.entry(role.equal.clone()).or_default();
            pairing.sources.insert(Arc::clone(&entry.key), role.is_target);
        }
    }
}
