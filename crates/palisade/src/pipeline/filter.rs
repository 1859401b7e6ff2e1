//! Conditions on what passes live, as `GET /api/v1/stream?filter=` and `palisade tail --filter` take them.
//!
//! A filter is a list of comparisons that must all hold, parted by blanks (an `and` between them may be written):
//!
//! ```text
//! type=finding severity>=high class^=guard.secret text~"failed password" attributes.port!=22
//! ```
//!
//! | operator | holds when the field |
//! |---|---|
//! | `=`, `!=` | is this text, is not |
//! | `>=` | is at least this severity (only `severity`) |
//! | `^=` | begins with this text |
//! | `~` | contains this text, letters of A to Z in either case |
//!
//! What has no such field (a metric has no `actor`) has the empty text there. This is a language for a glance at what
//! passes, on purpose without `or` and brackets: questions belong to SQL. It knows nothing of sockets and frames.

use super::change::{CHANGING, Change};
use palisade_model::{Attributes, Event, Finding, Metric, Observation, Severity, Span};
use std::borrow::Cow;
use std::str::FromStr;

/// The most bytes that a filter may have: a screenful, far beyond what one writes by hand.
pub const FILTER_BYTES_MAX: usize = 2_048;

/// Comparisons that must all hold. The empty filter lets everything through.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    comparisons: Vec<Comparison>,
}

/// Where and why a text is no filter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("filter, character {at}: {reason}")]
pub struct FilterError {
    /// The first character of the place, counted from 1.
    pub at: usize,
    /// What is wrong there and what may stand there.
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq)]
struct Comparison {
    field: Field,
    test: Test,
}

#[derive(Clone, Debug, PartialEq)]
enum Test {
    Is(String),
    IsNot(String),
    AtLeast(Severity),
    Begins(String),
    /// In small letters.
    Contains(String),
}

#[derive(Clone, Debug, PartialEq)]
enum Field {
    Named(Known),
    Attribute(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Type,
    Kind,
    Severity,
    Service,
    Host,
    Actor,
    SourceAddress,
    TraceId,
    SpanId,
    Text,
    Name,
    Class,
    Subject,
    Fingerprint,
}

/// Every field that a filter can name, attributes aside.
const FIELDS: [(&str, Known); 14] = [
    ("type", Known::Type),
    ("kind", Known::Kind),
    ("severity", Known::Severity),
    ("service", Known::Service),
    ("host", Known::Host),
    ("actor", Known::Actor),
    ("source_address", Known::SourceAddress),
    ("trace_id", Known::TraceId),
    ("span_id", Known::SpanId),
    ("text", Known::Text),
    ("name", Known::Name),
    ("class", Known::Class),
    ("subject", Known::Subject),
    ("fingerprint", Known::Fingerprint),
];

const TYPES: [&str; 7] = ["event", "metric", "span", "finding", CHANGING[0], CHANGING[1], CHANGING[2]];

/// Longest first, so that `!=` is not read as something else.
const OPERATORS: [&str; 5] = [">=", "!=", "^=", "=", "~"];

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    /// With the place and what may stand there.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        if text.len() > FILTER_BYTES_MAX {
            let reason = format!("longer than {FILTER_BYTES_MAX} bytes; ask with SQL instead (palisade query)");
            return Err(FilterError { at: 1, reason });
        }
        let mut reader = Reader { text, at: 0 };
        let mut comparisons = Vec::new();
        loop {
            reader.skip_blanks();
            if !comparisons.is_empty() && reader.take_and() {
                reader.skip_blanks();
            } else if reader.rest().is_empty() {
                return Ok(Self { comparisons });
            }
            comparisons.push(reader.comparison()?);
        }
    }

    /// Whether the observation passes.
    #[must_use]
    pub fn observation(&self, observation: &Observation) -> bool {
        self.comparisons.iter().all(|comparison| comparison.holds(&Seen::of(observation)))
    }

    /// Whether the finding passes.
    #[must_use]
    pub fn finding(&self, finding: &Finding) -> bool {
        self.comparisons.iter().all(|comparison| comparison.holds(&Seen::Finding(finding)))
    }

    /// Whether the change passes. Its labels count as attributes.
    #[must_use]
    pub fn change(&self, change: &Change) -> bool {
        self.comparisons.iter().all(|comparison| comparison.holds(&Seen::Change(change)))
    }
}

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        Self::parse(text)
    }
}

/// The thing that a filter looks at.
enum Seen<'a> {
    Event(&'a Event),
    Metric(&'a Metric),
    Span(&'a Span),
    Finding(&'a Finding),
    Change(&'a Change),
}

impl<'a> Seen<'a> {
    fn of(observation: &'a Observation) -> Self {
        match observation {
            Observation::Event(event) => Self::Event(event),
            Observation::Metric(metric) => Self::Metric(metric),
            Observation::Span(span) => Self::Span(span),
        }
    }

    fn severity(&self) -> Option<Severity> {
        match self {
            Self::Event(event) => Some(event.severity),
            Self::Finding(finding) => Some(finding.severity),
            Self::Change(change) => change.severity(),
            Self::Metric(_) | Self::Span(_) => None,
        }
    }

    fn field(&self, field: &Field) -> Cow<'a, str> {
        let text = match (field, self) {
            (Field::Attribute(key), _) => return self.attribute(key),
            (Field::Named(Known::Severity), _) => self.severity().map_or("", Severity::name),
            (Field::Named(name), Self::Event(event)) => event_field(event, *name),
            (Field::Named(name), Self::Metric(metric)) => metric_field(metric, *name),
            (Field::Named(name), Self::Span(span)) => span_field(span, *name),
            (Field::Named(name), Self::Finding(finding)) => finding_field(finding, *name),
            (Field::Named(name), Self::Change(change)) => change_field(change, *name),
        };
        Cow::Borrowed(text)
    }

    fn attribute(&self, key: &str) -> Cow<'a, str> {
        let attributes: &'a Attributes = match self {
            Self::Event(event) => &event.attributes,
            Self::Metric(metric) => &metric.attributes,
            Self::Span(span) => &span.attributes,
            Self::Finding(_) => return Cow::Borrowed(""),
            Self::Change(change) => return change.attribute(key),
        };
        let value = attributes.iter().find(|(known, _)| known == key).map(|(_, value)| value);
        match value {
            None => Cow::Borrowed(""),
            Some(value) => value.as_text().map_or_else(|| Cow::Owned(value.to_string()), Cow::Borrowed),
        }
    }
}

fn event_field(event: &Event, name: Known) -> &str {
    match name {
        Known::Type => "event",
        Known::Kind => &event.kind,
        Known::Service => &event.service,
        Known::Host => &event.host,
        Known::Actor => &event.actor,
        Known::SourceAddress => &event.source_address,
        Known::TraceId => &event.trace_id,
        Known::SpanId => &event.span_id,
        Known::Text => &event.message,
        Known::Severity | Known::Name | Known::Class | Known::Subject | Known::Fingerprint => "",
    }
}

fn metric_field(metric: &Metric, name: Known) -> &str {
    match name {
        Known::Type => "metric",
        Known::Name | Known::Text => &metric.name,
        Known::Service => &metric.service,
        Known::Host => &metric.host,
        _ => "",
    }
}

fn span_field(span: &Span, name: Known) -> &str {
    match name {
        Known::Type => "span",
        Known::Name | Known::Text => &span.name,
        Known::Service => &span.service,
        Known::Host => &span.host,
        Known::TraceId => &span.trace_id,
        Known::SpanId => &span.span_id,
        _ => "",
    }
}

fn finding_field(finding: &Finding, name: Known) -> &str {
    match name {
        Known::Type => "finding",
        Known::Class => &finding.class,
        Known::Subject => &finding.subject.name,
        Known::Text | Known::Name => &finding.title,
        Known::Fingerprint => &finding.fingerprint,
        _ => "",
    }
}

fn change_field(change: &Change, name: Known) -> &str {
    match name {
        Known::Type => change.kind,
        Known::Kind => change.text("status"),
        Known::Text => change.summary(),
        Known::Name => change.name(),
        Known::Fingerprint => change.text("fingerprint"),
        Known::Service => change.label("service"),
        Known::Host => change.label("host"),
        Known::Actor => change.label("user"),
        Known::Class => change.label("class"),
        Known::Subject => change.label("subject"),
        _ => "",
    }
}

impl Comparison {
    fn holds(&self, seen: &Seen<'_>) -> bool {
        match &self.test {
            Test::AtLeast(least) => seen.severity().is_some_and(|severity| severity >= *least),
            Test::Is(text) => seen.field(&self.field) == *text,
            Test::IsNot(text) => seen.field(&self.field) != *text,
            Test::Begins(text) => seen.field(&self.field).starts_with(text.as_str()),
            Test::Contains(text) => contains(&seen.field(&self.field), text),
        }
    }
}

/// Whether `text` contains `small`, which is in small letters, ASCII letters in either case.
fn contains(text: &str, small: &str) -> bool {
    let (text, small) = (text.as_bytes(), small.as_bytes());
    small.is_empty() || text.windows(small.len()).any(|window| window.eq_ignore_ascii_case(small))
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn take_and(&mut self) -> bool {
        let rest = self.rest();
        let word = rest.split(char::is_whitespace).next().unwrap_or("");
        let found = word.eq_ignore_ascii_case("and") || word == "&&";
        if found {
            self.at += word.len();
        }
        found
    }

    fn error(&self, at: usize, reason: impl Into<String>) -> FilterError {
        FilterError { at: self.text[..at].chars().count() + 1, reason: reason.into() }
    }

    fn comparison(&mut self) -> Result<Comparison, FilterError> {
        let field = self.field()?;
        self.skip_blanks();
        let operator_at = self.at;
        let operator = OPERATORS.into_iter().find(|operator| self.rest().starts_with(operator));
        let Some(operator) = operator else {
            return Err(self.error(operator_at, "expected one of = != >= ^= ~ after the field"));
        };
        self.at += operator.len();
        self.skip_blanks();
        let value_at = self.at;
        let value = self.value()?;
        let test = self.test(&field, operator, operator_at, value, value_at)?;
        Ok(Comparison { field, test })
    }

    fn field(&mut self) -> Result<Field, FilterError> {
        let at = self.at;
        let length = self.rest().find(|c: char| c.is_whitespace() || "=!>^~\"'".contains(c));
        let name = &self.rest()[..length.unwrap_or(self.rest().len())];
        self.at += name.len();
        if let Some(key) = name.strip_prefix("attributes.").filter(|key| !key.is_empty()) {
            return Ok(Field::Attribute(key.to_owned()));
        }
        let known = FIELDS.iter().find(|(known, _)| *known == name).map(|(_, name)| Field::Named(*name));
        known.ok_or_else(|| {
            let known: Vec<&str> = FIELDS.iter().map(|(known, _)| *known).collect();
            self.error(at, format!("'{name}' is not a field; use {} or attributes.KEY", known.join(", ")))
        })
    }

    fn value(&mut self) -> Result<String, FilterError> {
        let at = self.at;
        let rest = self.rest();
        let Some(quote) = rest.chars().next().filter(|c| *c == '"' || *c == '\'') else {
            let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
            self.at += length;
            if length == 0 {
                return Err(self.error(at, "expected a value; write \"\" for the empty text"));
            }
            return Ok(rest[..length].to_owned());
        };
        let mut value = String::new();
        let mut inside = rest.char_indices().skip(1);
        while let Some((offset, character)) = inside.next() {
            match character {
                '\\' => value.extend(inside.next().map(|(_, escaped)| escaped)),
                end if end == quote => {
                    self.at += offset + 1;
                    return Ok(value);
                }
                other => value.push(other),
            }
        }
        Err(self.error(at, format!("the quote {quote} is not closed")))
    }

    fn test(
        &self,
        field: &Field,
        operator: &str,
        operator_at: usize,
        value: String,
        value_at: usize,
    ) -> Result<Test, FilterError> {
        let is_severity = *field == Field::Named(Known::Severity);
        if operator == ">=" && !is_severity {
            return Err(self.error(operator_at, ">= works with severity only; use =, !=, ^= or ~"));
        }
        if is_severity && matches!(operator, ">=" | "=" | "!=") {
            let severity = Severity::from_str(&value).map_err(|error| self.error(value_at, error.to_string()))?;
            let name = severity.name().to_owned();
            return Ok(match operator {
                ">=" => Test::AtLeast(severity),
                "=" => Test::Is(name),
                _ => Test::IsNot(name),
            });
        }
        if *field == Field::Named(Known::Type) && operator == "=" && !TYPES.contains(&value.as_str()) {
            return Err(self.error(value_at, format!("'{value}' is not a type: use {}", TYPES.join(", "))));
        }
        Ok(match operator {
            "=" => Test::Is(value),
            "!=" => Test::IsNot(value),
            "^=" => Test::Begins(value),
            _ => Test::Contains(value.to_ascii_lowercase()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use palisade_model::Value;

    fn login() -> Observation {
        Observation::Event(Event {
            kind: "login".into(),
            severity: Severity::High,
            service: "sshd".into(),
            message: "Failed password for eve".into(),
            attributes: vec![("port".into(), Value::Integer(22)), ("tty".into(), "pts/0".into())],
            ..Event::default()
        })
    }

    fn secret() -> Finding {
        Finding {
            class: "guard.secret.github".into(),
            severity: Severity::High,
            title: "GitHub token".into(),
            ..Finding::default()
        }
    }

    /// Filter, whether the login passes, whether the finding passes.
    const CASES: [(&str, bool, bool); 17] = [
        ("", true, true),
        ("  ", true, true),
        ("kind=login", true, false),
        ("kind!=login", false, true),
        ("severity>=high", true, true),
        ("severity>=critical", false, false),
        ("severity=HIGH", true, true),
        ("class^=guard.secret", false, true),
        ("type=finding", false, true),
        ("type=event severity>=medium text~FAILED", true, false),
        ("type = event and service = sshd", true, false),
        ("text~\"failed password\"", true, false),
        ("text~'failed  password'", false, false),
        ("attributes.port=22", true, false),
        ("attributes.tty^=pts/ && attributes.port!=23", true, false),
        ("actor=\"\"", true, true),
        ("text~\"\\\"\"", false, false),
    ];

    #[test]
    fn lets_through_what_it_says() {
        for (text, event, finding) in CASES {
            let filter = Filter::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(filter.observation(&login()), event, "{text} on the event");
            assert_eq!(filter.finding(&secret()), finding, "{text} on the finding");
        }
    }

    #[test]
    fn errors_name_the_place() {
        for (text, at, part) in [
            ("colour=red", 1, "'colour' is not a field"),
            ("kind", 5, "expected one of"),
            ("kind=", 6, "expected a value"),
            ("kind>=login", 5, "severity only"),
            ("severity>=loud", 11, "not a severity"),
            ("kind=login type=thing", 17, "not a type"),
            ("text~\"open", 6, "not closed"),
            ("text~\u{fc}\u{fc} colour=x", 9, "not a field"),
            ("kind=login and", 15, "not a field"),
            ("attributes.=1", 1, "not a field"),
        ] {
            let error = Filter::parse(text).expect_err(text);
            assert_eq!(error.at, at, "{text}: {error}");
            assert!(error.reason.contains(part), "{text}: {error}");
        }
        assert!(Filter::parse(&"kind=a ".repeat(1_000)).is_err());
    }
}
