//! Puts rules of all files together: applies filters and what is allowed, and compiles everything over shared
//! predicates.

use super::{
    detection::{Compiler, Refusal},
    document::line_within,
    expression::Expression,
    file::{LocatedFilter, LocatedRule, ParsedFile},
    load::Rules,
    predicate::{Names, Predicates},
    problem::Problem,
    rule::{LoadedCorrelation, LogSource, Rule, severity_of},
    tuning::{Decided, DisabledRule, Exception},
};
use rsigma_parser::{CorrelationCondition, CorrelationRule, FilterRule, FilterRuleTarget, SigmaRule};
use std::collections::{HashMap, HashSet};

/// Rules being put together.
pub(super) struct Assembly<'l> {
    placeholders: &'l HashMap<String, Vec<String>>,
    filters: Vec<LocatedFilter>,
    /// Which filters no rule has had use for.
    idle_filters: HashSet<usize>,
    names: Names,
    predicates: Predicates,
    rules: Vec<Rule>,
    correlations: Vec<LoadedCorrelation>,
    problems: Vec<Problem>,
}

impl<'l> Assembly<'l> {
    pub(super) fn new(placeholders: &'l HashMap<String, Vec<String>>, filters: Vec<LocatedFilter>) -> Self {
        Self {
            placeholders,
            idle_filters: (0..filters.len()).collect(),
            filters,
            names: Names::new(),
            predicates: Predicates::new(),
            rules: Vec::new(),
            correlations: Vec::new(),
            problems: Vec::new(),
        }
    }

    pub(super) fn file(&mut self, parsed: ParsedFile) {
        self.problems.extend(parsed.problems);
        self.correlations.extend(parsed.correlations);
        for rule in parsed.rules {
            self.rule(&parsed.file, rule);
        }
    }

    fn rule(&mut self, file: &str, located: LocatedRule) {
        let LocatedRule { rule, line, text, decided } = located;
        let mut compiler = Compiler::new(&mut self.names, &mut self.predicates, self.placeholders);
        let compiled = compiler.detections(&rule.detection);
        let unknown = std::mem::take(&mut compiler.unknown_placeholders);
        let problem = |reason: String, near: &str, is_refused| Problem {
            file: file.to_owned(),
            line: line_within(&text, line, near),
            reason,
            is_refused,
        };
        for name in unknown {
            let reason = format!("no values are given for %{name}%, so what asks for it never holds");
            self.problems.push(problem(reason, &format!("%{name}%"), false));
        }
        let mut expression = match compiled {
            Ok(expression) => expression,
            Err(Refusal { reason, near }) => {
                self.problems.push(problem(reason, &near, true));
                return;
            }
        };
        for index in 0..self.filters.len() {
            if let Some(filter) = self.filter(index, &rule) {
                expression = expression.and(filter);
            }
        }
        for exception in &decided.exceptions {
            if let Some(allowed) = self.exception(exception) {
                expression = expression.and(Expression::Not(Box::new(allowed)));
            }
        }
        self.rules.push(rule_of(rule, file, line, expression, decided));
    }

    /// What the filter at `index` adds to the rule, if it concerns it and is not broken.
    fn filter(&mut self, index: usize, rule: &SigmaRule) -> Option<Expression> {
        let filter = &self.filters[index];
        if !concerns(&filter.rule, rule) {
            return None;
        }
        let is_first = self.idle_filters.remove(&index);
        let mut compiler = Compiler::new(&mut self.names, &mut self.predicates, self.placeholders);
        match compiler.detections(&filter.rule.detection) {
            Ok(expression) => {
                Some(Expression::named(&format!("filter {:?} at {}", filter.rule.title, filter.file), expression))
            }
            Err(Refusal { reason, near }) if is_first => {
                let line = line_within(&filter.text, filter.line, &near);
                self.problems.push(Problem { file: filter.file.clone(), line, reason, is_refused: true });
                None
            }
            Err(_) => None,
        }
    }

    /// What is allowed. It was compiled once when it was read, so only a pipeline can have broken it.
    fn exception(&mut self, exception: &Exception) -> Option<Expression> {
        let mut compiler = Compiler::new(&mut self.names, &mut self.predicates, self.placeholders);
        match compiler.detections(&exception.rule.detection) {
            Ok(expression) => Some(Expression::named(&exception.by.to_string(), expression)),
            Err(Refusal { reason, .. }) => {
                let (file, line) = (exception.by.file.clone(), exception.by.line);
                self.problems.push(Problem { file, line, reason, is_refused: true });
                None
            }
        }
    }

    /// All rules, with those that were disabled and what is wrong with tuning.
    pub(super) fn finish(mut self, disabled: Vec<DisabledRule>, tuning_problems: Vec<Problem>) -> Rules {
        for index in &self.idle_filters {
            let filter = &self.filters[*index];
            let reason = "the filter names no rule that is loaded".to_owned();
            self.problems.push(Problem { file: filter.file.clone(), line: filter.line, reason, is_refused: false });
        }
        for correlation in &self.correlations {
            for name in fields_of(&correlation.rule) {
                self.names.number(name);
            }
        }
        self.problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        Rules {
            rules: self.rules,
            correlations: self.correlations,
            problems: self.problems,
            disabled,
            tuning_problems,
            names: self.names,
            predicates: self.predicates,
        }
    }
}

/// The fields that a correlation asks for, so that an evaluator knows them.
fn fields_of(rule: &CorrelationRule) -> impl Iterator<Item = &String> {
    let counted = match &rule.condition {
        CorrelationCondition::Threshold { field, .. } => field.as_deref().unwrap_or_default(),
        CorrelationCondition::Extended(_) => &[],
    };
    let aliased = rule.aliases.iter().flat_map(|alias| alias.mapping.values());
    rule.group_by.iter().chain(counted).chain(aliased)
}

fn concerns(filter: &FilterRule, rule: &SigmaRule) -> bool {
    let is_named = match &filter.rules {
        FilterRuleTarget::Any => true,
        FilterRuleTarget::Specific(names) => names
            .iter()
            .any(|name| rule.id.as_ref() == Some(name) || rule.name.as_ref() == Some(name) || rule.title == *name),
    };
    let part = |wanted: &Option<String>, given: &Option<String>| match (wanted, given) {
        (None, _) => true,
        (Some(wanted), given) => given.as_ref().is_some_and(|given| given.eq_ignore_ascii_case(wanted)),
    };
    is_named
        && filter.logsource.as_ref().is_none_or(|wanted| {
            part(&wanted.product, &rule.logsource.product)
                && part(&wanted.category, &rule.logsource.category)
                && part(&wanted.service, &rule.logsource.service)
        })
}

fn rule_of(rule: SigmaRule, file: &str, line: usize, expression: Expression, decided: Decided) -> Rule {
    let part = |text: Option<String>| text.map(|text| text.to_lowercase());
    Rule {
        id: rule.id.or_else(|| rule.name.clone()).unwrap_or_else(|| rule.title.clone()),
        name: rule.name.unwrap_or_default(),
        title: rule.title,
        description: rule.description.unwrap_or_default(),
        severity: decided.severity.unwrap_or_else(|| severity_of(rule.level)),
        tags: rule.tags,
        false_positives: rule.falsepositives,
        source: LogSource {
            product: part(rule.logsource.product),
            category: part(rule.logsource.category),
            service: part(rule.logsource.service),
        },
        file: file.to_owned(),
        line,
        tuned: decided.tuned,
        expression,
    }
}
