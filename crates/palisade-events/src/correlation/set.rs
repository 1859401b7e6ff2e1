//! Compiled correlations, and which of them a rule feeds.

use super::{
    compile::draft,
    condition::{Expression, Thresholds},
    graph,
    problem::Refusal,
    window::Window,
};
use rsigma_parser::CorrelationRule;
use std::{collections::HashSet, sync::Arc, time::Duration};

/// What a reference in a correlation rule stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// The detection rule with this index.
    Rule(usize),
    /// The correlation with this index in the list that is compiled.
    Correlation(usize),
}

/// Compiled correlations.
#[derive(Clone, Debug, Default)]
pub struct Correlations {
    pub(super) entries: Vec<Option<Correlation>>,
    /// For each detection rule, what it feeds.
    pub(super) by_rule: Vec<Feed>,
}

/// What a rule or a correlation feeds.
#[derive(Clone, Debug, Default)]
pub(super) struct Feed {
    pub(super) edges: Vec<Edge>,
    /// Whether one of them wants it to be told on its own as well.
    pub(super) is_told: bool,
}

/// A correlation and the place of the rule in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) correlation: u32,
    pub(super) position: u32,
}

/// One compiled correlation.
#[derive(Clone, Debug)]
pub(super) struct Correlation {
    /// Equal for equal definitions, whatever their index.
    pub(super) fingerprint: u64,
    pub(super) measure: Measure,
    pub(super) window: Window,
    pub(super) test: Test,
    pub(super) group_names: Arc<[String]>,
    pub(super) targets: Vec<Target>,
    /// For each rule of the list, the names of the fields to group by; one entry when all have the same.
    pub(super) group_fields: Vec<Vec<String>>,
    /// In the same way, the fields whose values are counted.
    pub(super) value_fields: Vec<Vec<String>>,
    /// For how long a group is quiet after a match, where the rule says so.
    pub(super) suppress: Option<i64>,
    /// Whether a match empties the window.
    pub(super) resets: bool,
    pub(super) generates: bool,
    pub(super) feed: Feed,
}

/// What is measured of the events in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    Events,
    Distinct,
    Sum,
    Average,
    Percentile(u64),
    Temporal,
    Ordered { is_of_all: bool },
}

/// What the measure must meet.
#[derive(Clone, Debug)]
pub(super) enum Test {
    /// A number.
    Number(Thresholds),
    /// All rules were seen.
    AllRules,
    /// An expression over the rules seen.
    Rules(Expression),
}

impl Correlations {
    /// Compiles `rules`. What a reference, an id or a name, stands for is told by `resolve`. The index of a
    /// correlation in matches is that in `rules`.
    #[must_use]
    pub fn compile(rules: &[CorrelationRule], resolve: impl Fn(&str) -> Option<Target>) -> (Self, Vec<Refusal>) {
        let drafts = rules.iter().map(|rule| draft(rule, &resolve)).collect();
        let settled = graph::settle(drafts, rules);
        let mut refusals = Vec::new();
        let mut known = HashSet::new();
        let mut compiled = Self::default();
        for (correlation, entry) in settled.into_iter().enumerate() {
            match entry {
                Ok(mut entry) => {
                    // The same rule twice counts twice, each by itself.
                    while !known.insert(entry.fingerprint) {
                        entry.fingerprint = entry.fingerprint.wrapping_add(1);
                    }
                    compiled.entries.push(Some(entry));
                }
                Err(problem) => {
                    refusals.push(Refusal { correlation, problem });
                    compiled.entries.push(None);
                }
            }
        }
        compiled.link();
        (compiled, refusals)
    }

    /// True when nothing can be correlated.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_rule.is_empty()
    }

    /// Whether a correlation wants to be told when the detection rule with this index matches.
    #[must_use]
    pub fn has_rule(&self, rule: usize) -> bool {
        self.by_rule.get(rule).is_some_and(|feed| !feed.edges.is_empty())
    }

    /// Whether a detection rule only serves correlations: some refer to it and none of them says `generate: true`.
    /// "Defines if the rules referred from the correlation rule should be converted as stand-alone rules or if only the
    /// correlation query should be generated (default)."
    #[must_use]
    pub fn is_silent(&self, rule: usize) -> bool {
        self.by_rule.get(rule).is_some_and(Feed::is_silent)
    }

    /// The names by which a correlation groups, in the order of its rule.
    #[must_use]
    pub fn group_names(&self, correlation: usize) -> &[String] {
        self.entries.get(correlation).and_then(Option::as_ref).map_or(&[], |entry| &entry.group_names)
    }

    /// The longest time that one of them looks back; `None` when there are none.
    #[must_use]
    pub fn longest_window(&self) -> Option<Duration> {
        let longest = self.entries.iter().flatten().map(|entry| entry.window.span).max()?;
        Some(Duration::from_nanos(u64::try_from(longest).unwrap_or(0)))
    }

    /// The names of all fields that are asked for, some more than once.
    pub fn field_names(&self) -> impl Iterator<Item = &str> {
        let lists = self.entries.iter().flatten().flat_map(|entry| [&entry.group_fields, &entry.value_fields]);
        lists.flatten().flatten().map(String::as_str)
    }

    fn link(&mut self) {
        for correlation in 0..self.entries.len() {
            let Some(entry) = &self.entries[correlation] else { continue };
            let generates = entry.generates;
            for (position, target) in entry.targets.clone().into_iter().enumerate() {
                let edge = Edge { correlation: correlation as u32, position: position as u32 };
                if let Some(feed) = self.feed_mut(target) {
                    feed.edges.push(edge);
                    feed.is_told |= generates;
                }
            }
        }
    }

    fn feed_mut(&mut self, target: Target) -> Option<&mut Feed> {
        match target {
            Target::Rule(rule) => {
                if self.by_rule.len() <= rule {
                    self.by_rule.resize_with(rule + 1, Feed::default);
                }
                self.by_rule.get_mut(rule)
            }
            Target::Correlation(index) => self.entries.get_mut(index)?.as_mut().map(|entry| &mut entry.feed),
        }
    }
}

impl Feed {
    /// Whether what feeds is to be told only through what it feeds.
    pub(super) fn is_silent(&self) -> bool {
        !self.edges.is_empty() && !self.is_told
    }
}

impl Correlation {
    /// The fields to group by in events of the rule at `position`.
    pub(super) fn group_fields(&self, position: u32) -> &[String] {
        of_position(&self.group_fields, position)
    }

    /// The fields whose values count in events of the rule at `position`.
    pub(super) fn value_fields(&self, position: u32) -> &[String] {
        of_position(&self.value_fields, position)
    }

    /// Whether it asks which rules were seen, not how often.
    pub(super) fn is_temporal(&self) -> bool {
        matches!(self.measure, Measure::Temporal | Measure::Ordered { .. })
    }
}

fn of_position(fields: &[Vec<String>], position: u32) -> &[String] {
    fields.get(position as usize).or_else(|| fields.first()).map_or(&[], Vec::as_slice)
}
