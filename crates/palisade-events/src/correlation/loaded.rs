//! Correlations of rules that were loaded together.

use super::{
    problem,
    set::{Correlations, Target},
};
use crate::rules::{DisabledRule, LoadedCorrelation, Problem, Rule, Rules};
use rsigma_parser::CorrelationRule;
use std::collections::HashMap;

impl Correlations {
    /// Compiles the correlations of `rules`. The index of a detection rule is that of the engine made of them. With
    /// what is wrong with those that are refused.
    #[must_use]
    pub fn of_rules(rules: &Rules) -> (Self, Vec<Problem>) {
        Self::of_loaded(&rules.correlations, &rules.rules, &rules.disabled)
    }

    /// Compiles `correlations` over `rules`; of those that need one of `disabled` it is told why they do not run.
    #[must_use]
    pub fn of_loaded(
        correlations: &[LoadedCorrelation],
        rules: &[Rule],
        disabled: &[DisabledRule],
    ) -> (Self, Vec<Problem>) {
        let mut targets: HashMap<&str, Target> = HashMap::new();
        // The first of several with the same name is meant, and an id before a name.
        let by_id = rules.iter().enumerate().map(|(index, rule)| (Some(&rule.id), Target::Rule(index)));
        let above_by_id =
            correlations.iter().enumerate().map(|(index, c)| (c.rule.id.as_ref(), Target::Correlation(index)));
        let by_name = rules.iter().enumerate().map(|(index, rule)| (Some(&rule.name), Target::Rule(index)));
        let above_by_name =
            correlations.iter().enumerate().map(|(index, c)| (c.rule.name.as_ref(), Target::Correlation(index)));
        for (name, target) in by_id.chain(above_by_id).chain(by_name).chain(above_by_name) {
            if let Some(name) = name.filter(|name| !name.is_empty()) {
                targets.entry(name).or_insert(target);
            }
        }
        let parsed: Vec<CorrelationRule> = correlations.iter().map(|loaded| loaded.rule.clone()).collect();
        let (compiled, refusals) = Self::compile(&parsed, |name| targets.get(name).copied());
        let problem = |refusal: super::Refusal| {
            let loaded = &correlations[refusal.correlation];
            let (file, line) = (loaded.file.clone(), loaded.line);
            Problem { file, line, reason: reason(&refusal.problem, disabled), is_refused: true }
        };
        (compiled, refusals.into_iter().map(problem).collect())
    }
}

fn reason(problem: &problem::Problem, disabled: &[DisabledRule]) -> String {
    let problem::Problem::MissingRule(name) = problem else { return problem.to_string() };
    match disabled.iter().find(|rule| rule.id == *name || rule.name == *name) {
        Some(rule) => format!("it needs the rule '{name}', which is {}", rule.by),
        None => problem.to_string(),
    }
}
