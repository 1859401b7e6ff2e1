//! Series made of events and spans: how many lines a service writes, which templates they have, how slow operations are.
//!
//! Time is that of receipt, which nobody outside can set and which is the same when the log is replayed.

use super::series::Series;
use palisade_model::{Event, Severity, Span, Timestamp};
use palisade_telemetry::anomaly::SeriesId;
use palisade_telemetry::derived::{Operations, SpanFacts, SpanPoint, TemplateId, TemplateLimits, Templates};
use std::collections::HashMap;

/// Seconds that are counted together.
pub(super) const INTERVAL_SECONDS: u32 = 15;
/// Services and severities counted apart.
const RATES_MAX: usize = 1_000;
/// Intervals without a line after which a rate is let go: an hour.
const SILENT_MAX: u32 = 240;
/// Lines of an interval whose template is looked for. Of the rest there are only rates: rarer by then are templates that
/// matter than the time to look for them.
const LINES_MAX: u32 = 50_000;
/// Lines after which a template has a rate of its own, and how many have.
const FAMILIAR_LINES: u64 = 500;
const FAMILIAR_MAX: usize = 200;
/// A new template is worth telling once templates are settled: after so many lines, when so few in an interval were new.
const SETTLED_LINES: u64 = 5_000;
const SETTLED_NEW_MAX: f64 = 2.0;
/// Operations whose spans are watched.
const OPERATIONS_MAX: usize = 1_000;
/// Between service and name of an operation.
const BETWEEN: char = '\u{1f}';

/// One number of an interval.
pub(super) struct DerivedPoint {
    pub(super) id: SeriesId,
    pub(super) series: Series,
    pub(super) value: f64,
}

impl DerivedPoint {
    fn new(series: Series, value: f64) -> Self {
        Self { id: series.id(), series, value }
    }
}

/// A line of a kind that was not there before.
pub(super) struct Novelty {
    pub(super) template: String,
}

#[derive(Clone, Debug, Default)]
struct Count {
    lines: u32,
    silent: u32,
}

pub(super) struct Derived {
    rates: HashMap<(String, Severity), Count>,
    templates: Templates,
    /// Templates that have rates, with intervals without a line.
    familiar: HashMap<TemplateId, u32>,
    lines: u32,
    seen: u64,
    new: u32,
    /// New templates in an interval, lately.
    usually_new: f64,
    operations: Operations,
    name: String,
}

impl Derived {
    pub(super) fn new() -> Self {
        Self {
            rates: HashMap::new(),
            templates: Templates::new(TemplateLimits::default()),
            familiar: HashMap::new(),
            lines: 0,
            seen: 0,
            new: 0,
            usually_new: 0.0,
            operations: Operations::new(INTERVAL_SECONDS, OPERATIONS_MAX),
            name: String::new(),
        }
    }

    /// Counts an event. What comes back is news: a grave line of a kind that was never there.
    pub(super) fn event(&mut self, event: &Event) -> Option<Novelty> {
        self.count(event);
        if event.message.is_empty() || self.lines >= LINES_MAX {
            return None;
        }
        self.lines += 1;
        self.seen += 1;
        let (template, is_new) = self.templates.count(&event.message);
        self.new += u32::from(is_new);
        let is_settled = self.seen > SETTLED_LINES && self.usually_new < SETTLED_NEW_MAX;
        let is_news = is_new && is_settled && event.severity >= Severity::High;
        is_news.then(|| Novelty { template: self.templates.template(template).unwrap_or_default() })
    }

    fn count(&mut self, event: &Event) {
        let key = (event.service.clone(), event.severity);
        if let Some(count) = self.rates.get_mut(&key) {
            count.lines += 1;
        } else if self.rates.len() < RATES_MAX {
            self.rates.insert(key, Count { lines: 1, silent: 0 });
        }
    }

    pub(super) fn span(&mut self, span: &Span, now: Timestamp) {
        self.name.clear();
        self.name.push_str(&span.service);
        self.name.push(BETWEEN);
        self.name.push_str(&span.name);
        let seconds = span.duration_ns as f64 / 1e9;
        // The interval has been ended before, so this ends none.
        self.operations.observe(SpanFacts { operation: &self.name, end: now, seconds, failed: span.failed });
    }

    /// The numbers of the interval that has ended; `now` is in the next.
    pub(super) fn end_interval(&mut self, now: Timestamp) -> Vec<DerivedPoint> {
        let mut points = self.rate_points();
        self.template_points(&mut points);
        for point in self.operations.advance(now) {
            span_points(&point, &mut points);
        }
        points
    }

    fn rate_points(&mut self) -> Vec<DerivedPoint> {
        let mut points = Vec::new();
        for ((service, severity), count) in &mut self.rates {
            let series = Series::derived("log.rate", service, &[("severity", severity.name())]);
            points.push(DerivedPoint::new(series, a_second(count.lines)));
            count.silent = if count.lines == 0 { count.silent + 1 } else { 0 };
            count.lines = 0;
        }
        self.rates.retain(|_, count| count.silent < SILENT_MAX);
        points
    }

    fn template_points(&mut self, points: &mut Vec<DerivedPoint>) {
        if self.seen == 0 {
            return;
        }
        points.push(DerivedPoint::new(Series::derived("log.templates.new", "", &[]), a_second(self.new)));
        self.usually_new += 0.1 * (f64::from(self.new) - self.usually_new);
        (self.new, self.lines) = (0, 0);
        let (_, counts) = self.templates.take_counts();
        let counts: HashMap<TemplateId, u64> = counts.into_iter().collect();
        for &id in counts.keys() {
            if self.familiar.len() < FAMILIAR_MAX && self.templates.lines_of(id) >= FAMILIAR_LINES {
                self.familiar.entry(id).or_default();
            }
        }
        for (id, silent) in &mut self.familiar {
            let lines = counts.get(id).copied().unwrap_or_default();
            *silent = if lines == 0 { *silent + 1 } else { 0 };
            let number = id.to_string();
            let series = Series::derived("log.template.rate", "", &[("template", number.as_str())]);
            let mut point = DerivedPoint::new(series, a_second(u32::try_from(lines).unwrap_or(u32::MAX)));
            // Becomes more general with time, so it is no part of the identity.
            point.series.labels.push(("text".to_owned(), self.templates.template(*id).unwrap_or_default()));
            points.push(point);
        }
        self.familiar.retain(|_, silent| *silent < SILENT_MAX);
    }

    /// What is kept of log lines over a restart.
    pub(super) fn kept(&self) -> Kept {
        Kept { templates: self.templates.encode(), seen: self.seen, usually_new: self.usually_new }
    }

    /// Goes on from what was kept; without it, lines are learnt anew.
    pub(super) fn restore(&mut self, kept: &Kept) {
        if let Some(templates) = Templates::decode(TemplateLimits::default(), &kept.templates) {
            self.templates = templates;
            self.seen = kept.seen;
            self.usually_new = if kept.usually_new.is_finite() { kept.usually_new } else { 0.0 };
        }
    }
}

/// What outlives a restart. Counts of the interval that was open do not: a checkpoint is made when one has just ended.
pub(super) struct Kept {
    pub(super) templates: Vec<u8>,
    pub(super) seen: u64,
    pub(super) usually_new: f64,
}

fn a_second(count: u32) -> f64 {
    f64::from(count) / f64::from(INTERVAL_SECONDS)
}

fn span_points(point: &SpanPoint, points: &mut Vec<DerivedPoint>) {
    let (service, operation) = point.operation.split_once(BETWEEN).unwrap_or(("", &point.operation));
    let labels = [("operation", operation)];
    let mut add = |name: &str, value: f64| {
        points.push(DerivedPoint::new(Series::derived(name, service, &labels), value));
    };
    add("span.rate", point.rate);
    add("span.failures", point.failures);
    if let Some([_, slow, _]) = point.percentiles {
        add("span.duration.p95", slow);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(message: &str, severity: Severity) -> Event {
        Event { message: message.into(), severity, service: "shop".into(), ..Event::default() }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_millis(second * 1_000)
    }

    #[test]
    fn lines_and_spans_become_series() {
        let mut derived = Derived::new();
        derived.end_interval(at(1));
        (0..30).for_each(|number| drop(derived.event(&line(&format!("served {number}"), Severity::Informational))));
        let span = Span {
            service: "shop".into(),
            name: "pay".into(),
            duration_ns: 500_000_000,
            failed: true,
            ..Span::default()
        };
        (0..10).for_each(|_| derived.span(&span, at(2)));
        let told: Vec<(String, f64)> =
            derived.end_interval(at(16)).into_iter().map(|point| (point.series.to_string(), point.value)).collect();
        let value = |name: &str| told.iter().find(|(known, _)| known.starts_with(name)).map(|(_, value)| *value);
        assert_eq!(value("log.rate{severity=\"informational\"}"), Some(2.0));
        assert_eq!(value("log.templates.new"), Some(1.0 / 15.0));
        assert!(
            value("span.duration.p95{operation=\"pay\"}").is_some_and(|slow| (slow - 0.5).abs() < 0.02),
            "{told:?}"
        );
        assert!(value("span.failures").is_some_and(|share| share > 0.6));
        let silent = derived.end_interval(at(31));
        assert!(
            silent.iter().any(|point| point.series.name == "log.rate" && point.value == 0.0),
            "silence is a number"
        );
    }

    #[test]
    fn a_grave_line_of_a_new_kind_is_news_once_lines_are_settled() {
        let mut derived = Derived::new();
        assert!(derived.event(&line("disk failed", Severity::Critical)).is_none(), "nothing is settled yet");
        (0..SETTLED_LINES).for_each(|number| drop(derived.event(&line(&format!("served {number}"), Severity::Low))));
        derived.end_interval(at(15));
        assert!(derived.event(&line("kernel panic: not syncing", Severity::High)).is_some());
        assert!(derived.event(&line("kernel panic: not syncing", Severity::High)).is_none(), "it is known now");
        assert!(derived.event(&line("something new and harmless", Severity::Low)).is_none());
        let mut again = Derived::new();
        again.restore(&derived.kept());
        assert!(again.event(&line("kernel panic: not syncing", Severity::High)).is_none(), "over a restart too");
        assert!(again.event(&line("out of memory, giving up", Severity::High)).is_some());
    }
}
