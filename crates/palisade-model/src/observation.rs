//! What passed the boundary: an [`Event`], a [`Metric`] or a [`Span`].

use crate::{Attributes, Id, Severity, Timestamp, Value, value};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// One thing seen, in one of three shapes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Observation {
    /// A log line, security event, message, error, product event, or the record of an inline question.
    Event(Event),
    /// One point of a metric.
    Metric(Metric),
    /// One operation of a trace.
    Span(Span),
}

impl Observation {
    /// The identity given at admission.
    #[must_use]
    pub fn id(&self) -> Id {
        match self {
            Self::Event(event) => event.id,
            Self::Metric(metric) => metric.id,
            Self::Span(span) => span.id,
        }
    }

    /// Gives the identity, at admission.
    pub fn set_id(&mut self, id: Id) {
        match self {
            Self::Event(event) => event.id = id,
            Self::Metric(metric) => metric.id = id,
            Self::Span(span) => span.id = id,
        }
    }
}

impl From<Event> for Observation {
    fn from(event: Event) -> Self {
        Self::Event(event)
    }
}

impl From<Metric> for Observation {
    fn from(metric: Metric) -> Self {
        Self::Metric(metric)
    }
}

impl From<Span> for Observation {
    fn from(span: Span) -> Self {
        Self::Span(span)
    }
}

/// Something that happened. The named fields are what everyone filters by; all else is an attribute.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Event {
    /// Identity, given at admission.
    pub id: Id,
    /// When it happened, as its sender says; the time of admission where it says nothing.
    pub time: Timestamp,
    /// What sort of event: `log`, `login`, `http`, `process`, `inspect` …; empty when unknown.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// How bad its sender thinks it is.
    pub severity: Severity,
    /// The program or service that it tells of.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub service: String,
    /// The machine that it happened on.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub host: String,
    /// The user, agent or account that did it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub actor: String,
    /// The network address that it came from, as text.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub source_address: String,
    /// The trace that it belongs to: 32 hexadecimal digits (W3C Trace Context).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub trace_id: String,
    /// The span that it belongs to: 16 hexadecimal digits.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub span_id: String,
    /// The text for people.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// Everything else that came with it.
    #[serde(with = "value::as_object", skip_serializing_if = "Vec::is_empty")]
    pub attributes: Attributes,
}

/// How the values of a metric relate to each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MetricKind {
    /// A value at a moment.
    #[default]
    Gauge = 1,
    /// A running total that only grows, until its source restarts.
    Counter = 2,
    /// A difference since the point before.
    Delta = 3,
}

/// One point of one series.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Metric {
    /// Identity, given at admission.
    pub id: Id,
    /// When it was measured.
    pub time: Timestamp,
    /// The name of the metric.
    pub name: String,
    /// How values relate.
    pub kind: MetricKind,
    /// The value, in `unit`; of a distribution, the sum of what it counted.
    pub value: f64,
    /// When the running total began, zero when unknown: a later one says that it began anew.
    #[serde(skip_serializing_if = "is_unknown")]
    pub start_time: Timestamp,
    /// The buckets of a histogram or the quantiles of a summary; `None` for a plain number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distribution: Option<Box<Distribution>>,
    /// The unit (UCUM), empty when unknown.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// The program or service measured.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub service: String,
    /// The machine measured.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub host: String,
    /// The labels that tell this series from others of the name.
    #[serde(with = "value::as_object", skip_serializing_if = "Vec::is_empty")]
    pub attributes: Attributes,
}

impl Metric {
    /// The number of the series that this point belongs to: the same for every point with the same name, service, host
    /// and labels, in whatever order these come (XXH3, 64 bits, which is stable across versions and machines).
    #[must_use]
    pub fn series(&self) -> u64 {
        let mut series = xxh3_64(self.name.as_bytes());
        series = xxh3_64_with_seed(self.service.as_bytes(), series);
        series = xxh3_64_with_seed(self.host.as_bytes(), series);
        let label = |(key, value): &(String, Value)| match value {
            Value::Text(text) => xxh3_64_with_seed(text.as_bytes(), xxh3_64(key.as_bytes())),
            other => xxh3_64_with_seed(other.to_string().as_bytes(), xxh3_64(key.as_bytes())),
        };
        // A sum does not depend on the order of its terms.
        self.attributes.iter().map(label).fold(series, u64::wrapping_add)
    }
}

/// How measured values spread: a histogram, whatever its sender called it, or a summary.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Distribution {
    /// How many values were counted.
    pub count: u64,
    /// The least of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The greatest of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// The upper bounds of the buckets, inclusive, rising; above the last stands one more bucket without a bound. A
    /// bucket holds what lies above the bound before its own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bounds: Vec<f64>,
    /// How many values each bucket holds: one more than `bounds`, or none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub counts: Vec<u64>,
    /// The quantiles of a summary.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub quantiles: Vec<Quantile>,
}

/// One quantile of a summary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Quantile {
    /// Which, in 0..=1.
    pub quantile: f64,
    /// The value below which that share lies.
    pub value: f64,
}

fn is_unknown(time: &Timestamp) -> bool {
    *time == Timestamp::default()
}

/// One operation within a trace.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Span {
    /// Identity, given at admission.
    pub id: Id,
    /// When it began.
    pub time: Timestamp,
    /// How long it took, in nanoseconds.
    pub duration_ns: i64,
    /// The trace: 32 hexadecimal digits.
    pub trace_id: String,
    /// The span: 16 hexadecimal digits.
    pub span_id: String,
    /// The span that caused it, empty for a root.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub parent_span_id: String,
    /// The name of the operation.
    pub name: String,
    /// Which side of a call it is: `internal`, `server`, `client`, `producer`, `consumer`; empty when unknown.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// True when the operation failed.
    pub failed: bool,
    /// What its sender says of the failure.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub status_message: String,
    /// The program or service that ran it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub service: String,
    /// The machine that ran it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub host: String,
    /// What happened during it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<SpanEvent>,
    /// Spans of this or other traces that it has to do with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<SpanLink>,
    /// Everything else that came with it.
    #[serde(with = "value::as_object", skip_serializing_if = "Vec::is_empty")]
    pub attributes: Attributes,
}

/// Something that happened during a span, such as an exception.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SpanEvent {
    /// When.
    pub time: Timestamp,
    /// What.
    pub name: String,
    /// Everything else that came with it.
    #[serde(with = "value::as_object", skip_serializing_if = "Vec::is_empty")]
    pub attributes: Attributes,
}

/// A span that another one points to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SpanLink {
    /// The trace: 32 hexadecimal digits.
    pub trace_id: String,
    /// The span: 16 hexadecimal digits.
    pub span_id: String,
    /// Everything else that came with it.
    #[serde(with = "value::as_object", skip_serializing_if = "Vec::is_empty")]
    pub attributes: Attributes,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_is_its_name_and_labels_in_any_order() {
        let point = |name: &str, host: &str, labels: &[(&str, Value)]| {
            let attributes = labels.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
            Metric { name: name.into(), host: host.into(), attributes, ..Metric::default() }.series()
        };
        let (a, b) = (("a", Value::from("1")), ("b", Value::from("2")));
        let series = point("cpu", "h", &[a.clone(), b.clone()]);
        assert_eq!(series, point("cpu", "h", &[b.clone(), a.clone()]));
        for other in [
            point("cpu", "h", std::slice::from_ref(&a)),
            point("cpu", "", &[a.clone(), b.clone()]),
            point("cpuh", "", &[a.clone(), b.clone()]),
            point("mem", "h", &[a.clone(), b.clone()]),
            point("cpu", "h", &[("a", Value::from("2")), ("b", Value::from("1"))]),
            point("cpu", "h", &[("1", Value::from("a")), b]),
        ] {
            assert_ne!(series, other);
        }
        assert_eq!(series, 3_049_093_268_337_035_748, "lake tables hold these numbers: they must never change");
    }
}
