//! Running unit tests: time goes on from 0, rules are evaluated, and what comes is compared with what is expected.

use super::{
    file::{AlertCheck, Case, ExpressionCheck, UnitTests},
    input_series,
};
use crate::{
    promql::{Memory, Query, format_number, parse_duration, parse_number, parse_selector},
    rules::{Environment, External, Group, Problem, RuleFile, Stage, file::Written},
};
use palisade_model::{Labels, Timestamp};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// How often rules are evaluated when the file does not say, in milliseconds.
const INTERVAL_DEFAULT: i64 = 60_000;
/// How often rules may be evaluated in one test.
const EVALUATIONS_MAX: i64 = 100_000;

/// What came of a file of tests.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How many checks were made.
    pub checks: usize,
    /// Those that did not hold.
    pub failures: Vec<UnitFailure>,
}

/// A check that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitFailure {
    /// The name of the test, or its place.
    pub test: String,
    /// What was checked, and when.
    pub check: String,
    /// What was expected.
    pub expected: String,
    /// What came.
    pub got: String,
}

impl fmt::Display for UnitFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n  expected: {}\n  got:      {}", self.test, self.check, self.expected, self.got)
    }
}

/// Runs all tests over the rules of `files`: their names and texts.
///
/// # Errors
/// When the rules have mistakes, or the tests cannot be run; the message names the place.
pub fn run(tests: &UnitTests, files: &[(String, String)]) -> Result<Report, String> {
    let interval = duration(tests.evaluation_interval.as_deref(), INTERVAL_DEFAULT)?;
    let mut groups = Vec::new();
    for (name, text) in files {
        let read = RuleFile::read(name, text, interval);
        if !read.problems.is_empty() {
            return Err(read.problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n"));
        }
        groups.extend(read.groups);
    }
    let place = |group: &Group| tests.group_eval_order.iter().position(|name| *name == group.name);
    groups.sort_by_key(|group| place(group).unwrap_or(usize::MAX));
    let mut report = Report::default();
    for (place, case) in tests.tests.iter().enumerate() {
        let name = case.name.clone().unwrap_or_else(|| format!("test {}", place + 1));
        let mut runner = Runner::new(case, groups.clone(), interval).map_err(|reason| format!("{name}: {reason}"))?;
        runner.run(case).map_err(|reason| format!("{name}: {reason}"))?;
        report.checks += case.alert_rule_test.len() + case.promql_expr_test.len();
        report
            .failures
            .extend(runner.failures.into_iter().map(|failure| UnitFailure { test: name.clone(), ..failure }));
    }
    Ok(report)
}

fn duration(written: Option<&str>, default: i64) -> Result<i64, String> {
    match written.map(parse_duration) {
        None | Some(Ok(0)) => Ok(default),
        Some(read) => read,
    }
}

struct Runner {
    groups: Vec<Group>,
    data: Memory,
    interval: i64,
    environment: Environment,
    failures: Vec<UnitFailure>,
}

/// Labels and annotations of alerts, in order.
type Alerts = BTreeSet<(Labels, Labels)>;

impl Runner {
    fn new(case: &Case, groups: Vec<Group>, interval: i64) -> Result<Self, String> {
        let mut data = Memory::default();
        let step = duration(case.interval.as_deref(), interval)?;
        for input in &case.input_series {
            data.add_series(&input_series(&input.series, &input.values.0, step)?);
        }
        let external = External { labels: texts(&case.external_labels), url: case.external_url.clone() };
        let mut environment = Environment { external, ..Environment::default() };
        environment.options.subquery_step = interval;
        Ok(Self { groups, data, interval, environment, failures: Vec::new() })
    }

    fn run(&mut self, case: &Case) -> Result<(), String> {
        let alerts = timed(&case.alert_rule_test, |check| &check.eval_time)?;
        let expressions = timed(&case.promql_expr_test, |check| &check.eval_time)?;
        let end = alerts.iter().map(|(at, _)| *at).chain(expressions.iter().map(|(at, _)| *at)).max().unwrap_or(0);
        if end / self.interval > EVALUATIONS_MAX {
            return Err(format!("rules would be evaluated more than {EVALUATIONS_MAX} times"));
        }
        let mut now = 0;
        while now <= end {
            self.evaluate(now);
            let next = now + self.interval;
            for (at, check) in alerts.iter().filter(|(at, _)| (now..next).contains(at)) {
                self.check_alerts(*at, check);
            }
            now = next;
        }
        for (at, check) in expressions {
            self.check_expression(at, check)?;
        }
        Ok(())
    }

    fn evaluate(&mut self, now: i64) {
        let at = Timestamp::from_millis(now);
        for group in &mut self.groups {
            let evaluation = group.evaluate(at, &self.data, &self.environment);
            evaluation.series.iter().for_each(|series| self.data.add_series(series));
            self.failures.extend(evaluation.failures.into_iter().map(|failure| UnitFailure {
                test: String::new(),
                check: format!("rule {} at {}", failure.rule, written_time(now)),
                expected: "an evaluation".to_owned(),
                got: failure.message,
            }));
        }
    }

    fn check_alerts(&mut self, at: i64, check: &AlertCheck) {
        let firing = self.groups.iter().flat_map(Group::alerts);
        let firing = firing.filter(|(rule, alert)| rule.name == check.alertname && alert.stage == Stage::Firing);
        let got: Alerts = firing.map(|(_, alert)| (alert.labels.clone(), alert.annotations.clone())).collect();
        let expected = check.exp_alerts.iter().map(|alert| {
            let mut labels = texts(alert.exp_labels.as_ref().unwrap_or(&BTreeMap::new()));
            labels.insert("alertname".to_owned(), check.alertname.clone());
            (labels, texts(alert.exp_annotations.as_ref().unwrap_or(&BTreeMap::new())))
        });
        let expected: Alerts = expected.collect();
        if got != expected {
            let check = format!("alert {} at {}", check.alertname, written_time(at));
            self.fail(check, written_alerts(&expected), written_alerts(&got));
        }
    }

    fn check_expression(&mut self, at: i64, check: &ExpressionCheck) -> Result<(), String> {
        let shown = format!("{} at {}", check.expr.0, written_time(at));
        let mut expected = Vec::new();
        for sample in &check.exp_samples {
            let labels = parse_selector(&sample.labels).map_err(|error| format!("'{}': {error}", sample.labels))?;
            let value = parse_number(&sample.value.0).ok_or_else(|| format!("'{}' is not a number", sample.value.0))?;
            expected.push((labels, value));
        }
        let query = Query::parse(&check.expr.0).map_err(|error| error.to_string());
        let options = &self.environment.options;
        let value = query.and_then(|query| query.instant(&self.data, at, options).map_err(|error| error.to_string()));
        let elements = value.and_then(|value| value.into_vector().map_err(|error| error.to_string()));
        let got = match elements {
            Ok(elements) => elements.into_iter().map(|each| (Labels::clone(&each.labels), each.value)),
            Err(reason) => {
                self.fail(shown, written_samples(&expected), reason);
                return Ok(());
            }
        };
        let mut got: Vec<(Labels, f64)> = got.collect();
        got.sort_by(|a, b| a.0.cmp(&b.0));
        expected.sort_by(|a, b| a.0.cmp(&b.0));
        let alike = |((left, x), (right, y)): (&(Labels, f64), &(Labels, f64))| left == right && near(*x, *y);
        if got.len() != expected.len() || !got.iter().zip(&expected).all(alike) {
            self.fail(shown, written_samples(&expected), written_samples(&got));
        }
        Ok(())
    }

    fn fail(&mut self, check: String, expected: String, got: String) {
        self.failures.push(UnitFailure { test: String::new(), check, expected, got });
    }
}

/// Each check with its time in milliseconds.
fn timed<T>(checks: &[T], time: impl Fn(&T) -> &Written) -> Result<Vec<(i64, &T)>, String> {
    checks.iter().map(|check| parse_duration(&time(check).0).map(|at| (at, check))).collect()
}

/// Equal but for the last digits, so that a number may be written with fewer than it has.
fn near(x: f64, y: f64) -> bool {
    x == y || (x.is_nan() && y.is_nan()) || (x - y).abs() <= 1e-12 * x.abs().max(y.abs())
}

fn texts(written: &BTreeMap<String, Written>) -> Labels {
    written.iter().map(|(name, text)| (name.clone(), text.0.clone())).collect()
}

fn written_time(milliseconds: i64) -> String {
    format!("{}s", milliseconds as f64 / 1000.0)
}

fn written_labels(labels: &Labels) -> String {
    let pairs: Vec<String> = labels.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
    format!("{{{}}}", pairs.join(", "))
}

fn written_samples(samples: &[(Labels, f64)]) -> String {
    let each = |(labels, value): &(Labels, f64)| format!("{} {}", written_labels(labels), format_number(*value));
    if samples.is_empty() { "nothing".to_owned() } else { samples.iter().map(each).collect::<Vec<_>>().join(", ") }
}

fn written_alerts(alerts: &Alerts) -> String {
    let each = |(labels, annotations): &(Labels, Labels)| {
        format!("labels {} annotations {}", written_labels(labels), written_labels(annotations))
    };
    if alerts.is_empty() { "none".to_owned() } else { alerts.iter().map(each).collect::<Vec<_>>().join(", ") }
}
