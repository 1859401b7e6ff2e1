//! Reads files of rules. What is wrong with one rule is told with file and line and concerns no other.
//!
//! Reading has two steps, so that callers with many files may take the first, which costs most, on many threads:
//! [`parse_file`] takes a file apart, and a [`Loader`] puts all rules together, applies filters, and compiles them over
//! shared predicates.

use super::{
    condition::condition,
    detection::{Compiler, Refusal},
    document::{documents, line_of, line_of_error, line_within, one_line, too_deep},
    expression::Expression,
    predicate::{Names, Predicates},
    problem::Problem,
    rule::{LoadedCorrelation, LogSource, Rule, severity_of},
};
use crate::limits::RULE_FILE_BYTES_MAX;
use crate::taxonomy::Pipelines;
use rsigma_parser::{
    CorrelationCondition, CorrelationRule, Detections, FilterRule, FilterRuleTarget, SigmaRule, parse_sigma_yaml,
};
use std::collections::{HashMap, HashSet};

/// A file of rules, taken apart.
#[derive(Debug, Default)]
pub struct ParsedFile {
    file: String,
    rules: Vec<Located<SigmaRule>>,
    filters: Vec<Located<FilterRule>>,
    correlations: Vec<LoadedCorrelation>,
    problems: Vec<Problem>,
}

#[derive(Debug)]
struct Located<T> {
    rule: T,
    line: usize,
    text: String,
}

/// Compiled rules, ready for [`Engine::new`](crate::Engine::new).
#[derive(Debug)]
pub struct Rules {
    /// The rules that run.
    pub rules: Vec<Rule>,
    /// Correlations over them.
    pub correlations: Vec<LoadedCorrelation>,
    /// What is wrong with rules, in the order of files and lines.
    pub problems: Vec<Problem>,
    pub(crate) names: Names,
    pub(crate) predicates: Predicates,
}

/// Puts files of rules together.
#[derive(Debug, Default)]
pub struct Loader {
    files: Vec<ParsedFile>,
    placeholders: HashMap<String, Vec<String>>,
    pipelines: Pipelines,
}

/// Takes a file of rules apart: one or more YAML documents, each a rule, a filter or a correlation.
#[must_use]
pub fn parse_file(file: &str, text: &str) -> ParsedFile {
    let mut parsed = ParsedFile { file: file.to_owned(), ..ParsedFile::default() };
    if text.len() > RULE_FILE_BYTES_MAX {
        parsed.refuse(1, format!("the file has more than {} KiB", RULE_FILE_BYTES_MAX / 1024));
        return parsed;
    }
    // An `action` in one document changes those behind it, so such a file stays whole.
    let is_linked = text.lines().any(|line| line.starts_with("action:"));
    let documents = if is_linked { vec![(1, text)] } else { documents(text) };
    for (line, document) in documents {
        match too_deep(document) {
            Some(reason) => parsed.refuse(line, reason.into()),
            None => parsed.document(line, document),
        }
    }
    parsed
}

impl ParsedFile {
    fn document(&mut self, first_line: usize, text: &str) {
        let read = parse_sigma_yaml(text);
        let (mut collection, errors) = match read {
            Ok(mut collection) => {
                let errors = std::mem::take(&mut collection.errors);
                (collection, errors)
            }
            Err(error) => (rsigma_parser::SigmaCollection::default(), vec![error.to_string()]),
        };
        let is_refused = collection.is_empty();
        for error in errors {
            let line = first_line - 1 + line_of_error(text, &error);
            self.problems.push(Problem { file: self.file.clone(), line, reason: one_line(&error), is_refused });
        }
        let line = |title: &str| first_line - 1 + line_of(text, title);
        for rule in collection.rules.drain(..) {
            self.rules.push(Located { line: line(&rule.title), rule, text: text.to_owned() });
        }
        for rule in collection.filters.drain(..) {
            self.filters.push(Located { line: line(&rule.title), rule, text: text.to_owned() });
        }
        for rule in collection.correlations.drain(..) {
            self.correlations.push(LoadedCorrelation { line: line(&rule.title), rule, file: self.file.clone() });
        }
    }

    /// Rewrites rules and correlations; a rule that a pipeline refuses is refused.
    fn rewrite(&mut self, pipelines: &Pipelines) {
        if pipelines.is_empty() {
            return;
        }
        for mut located in std::mem::take(&mut self.rules) {
            match pipelines.apply(&mut located.rule) {
                Ok(()) => self.rules.push(located),
                Err(fault) => self.refuse(located.line, fault.to_string()),
            }
        }
        // Correlations mostly stand beside their rules; by these it is told which pipelines concern them.
        let sources: Vec<_> = self.rules.iter().map(|located| located.rule.logsource.clone()).collect();
        self.correlations.iter_mut().for_each(|one| pipelines.apply_to_correlation(&mut one.rule, &sources));
    }

    fn refuse(&mut self, line: usize, reason: String) {
        self.problems.push(Problem { file: self.file.clone(), line, reason, is_refused: true });
    }
}

impl Loader {
    /// A loader without rules.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives the values for which `%name%` stands in values with the modifier `expand`.
    pub fn placeholder(&mut self, name: &str, values: &[&str]) {
        self.placeholders.insert(name.to_owned(), values.iter().map(|&value| value.to_owned()).collect());
    }

    /// Rewrites all rules by `pipelines` before they are compiled.
    pub fn pipelines(&mut self, pipelines: Pipelines) {
        self.pipelines = pipelines;
    }

    /// Reads a file of rules.
    pub fn add(&mut self, file: &str, text: &str) {
        self.add_parsed(parse_file(file, text));
    }

    /// Takes a file that was parsed before.
    pub fn add_parsed(&mut self, file: ParsedFile) {
        self.files.push(file);
    }

    /// Compiles all rules.
    #[must_use]
    pub fn finish(self) -> Rules {
        let Self { mut files, placeholders, pipelines } = self;
        files.iter_mut().for_each(|file| file.rewrite(&pipelines));
        let filters: Vec<(String, Located<FilterRule>)> = files
            .iter_mut()
            .flat_map(|file| file.filters.drain(..).map(|filter| (file.file.clone(), filter)))
            .collect();
        let mut assembly = Assembly::new(&placeholders, filters);
        for file in files {
            assembly.problems.extend(file.problems);
            assembly.correlations.extend(file.correlations);
            for rule in file.rules {
                assembly.rule(&file.file, rule);
            }
        }
        assembly.finish()
    }
}

/// Rules being put together.
struct Assembly<'l> {
    placeholders: &'l HashMap<String, Vec<String>>,
    filters: Vec<(String, Located<FilterRule>)>,
    /// Which filters no rule has had use for.
    idle_filters: HashSet<usize>,
    names: Names,
    predicates: Predicates,
    rules: Vec<Rule>,
    correlations: Vec<LoadedCorrelation>,
    problems: Vec<Problem>,
}

impl<'l> Assembly<'l> {
    fn new(placeholders: &'l HashMap<String, Vec<String>>, filters: Vec<(String, Located<FilterRule>)>) -> Self {
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

    fn rule(&mut self, file: &str, located: Located<SigmaRule>) {
        let Located { rule, line, text } = located;
        let mut compiler = Compiler::new(&mut self.names, &mut self.predicates, self.placeholders);
        let compiled = compile(&mut compiler, &rule.detection);
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
                expression = Expression::All(vec![expression, filter]);
            }
        }
        self.rules.push(rule_of(rule, file, line, expression));
    }

    /// What the filter at `index` adds to the rule, if it concerns it and is not broken.
    fn filter(&mut self, index: usize, rule: &SigmaRule) -> Option<Expression> {
        let (file, filter) = &self.filters[index];
        if !concerns(&filter.rule, rule) {
            return None;
        }
        let is_first = self.idle_filters.remove(&index);
        let mut compiler = Compiler::new(&mut self.names, &mut self.predicates, self.placeholders);
        match compile(&mut compiler, &filter.rule.detection) {
            Ok(expression) => Some(expression),
            Err(Refusal { reason, near }) if is_first => {
                let line = line_within(&filter.text, filter.line, &near);
                self.problems.push(Problem { file: file.clone(), line, reason, is_refused: true });
                None
            }
            Err(_) => None,
        }
    }

    fn finish(mut self) -> Rules {
        for index in &self.idle_filters {
            let (file, filter) = &self.filters[*index];
            let reason = "the filter names no rule that is loaded".to_owned();
            self.problems.push(Problem { file: file.clone(), line: filter.line, reason, is_refused: false });
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
            names: self.names,
            predicates: self.predicates,
        }
    }
}

/// What must hold by a detection section: one of its conditions.
fn compile(compiler: &mut Compiler<'_>, detections: &Detections) -> Result<Expression, Refusal> {
    let named = compiler.named(&detections.named)?;
    let conditions = detections.conditions.iter().map(|written| condition(written, &named));
    conditions.collect::<Result<_, _>>().map(Expression::any)
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

fn rule_of(rule: SigmaRule, file: &str, line: usize, expression: Expression) -> Rule {
    let part = |text: Option<String>| text.map(|text| text.to_lowercase());
    Rule {
        id: rule.id.or_else(|| rule.name.clone()).unwrap_or_else(|| rule.title.clone()),
        name: rule.name.unwrap_or_default(),
        title: rule.title,
        description: rule.description.unwrap_or_default(),
        severity: severity_of(rule.level),
        tags: rule.tags,
        false_positives: rule.falsepositives,
        source: LogSource {
            product: part(rule.logsource.product),
            category: part(rule.logsource.category),
            service: part(rule.logsource.service),
        },
        file: file.to_owned(),
        line,
        expression,
    }
}
