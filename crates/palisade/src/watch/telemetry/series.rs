//! What a series is called, and what it belongs to.

use palisade_model::{Metric, Value};
use palisade_telemetry::anomaly::SeriesId;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Bytes of a name or of the value of a label; labels of a series.
const TEXT_BYTES_MAX: usize = 200;
const LABELS_MAX: usize = 14;

/// A series, as people know it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Series {
    /// The metric.
    pub name: String,
    /// The program or service measured.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub service: String,
    /// The machine measured.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub host: String,
    /// What else tells it from others of the name.
    #[serde(serialize_with = "as_object", skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<(String, String)>,
}

/// What a series belongs to: anomalies of one group are told together.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Group {
    /// The sort of it.
    pub kind: GroupKind,
    /// Which.
    pub name: String,
}

/// By what series are grouped: the first of these that a series has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GroupKind {
    /// Everything together, when many groups are odd at once.
    All,
    /// A machine.
    Host,
    /// A program or service.
    Service,
    /// A metric that says of neither.
    Metric,
}

impl Group {
    /// Everything together.
    pub fn all() -> Self {
        Self { kind: GroupKind::All, name: String::new() }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            GroupKind::All => formatter.write_str("many hosts and services"),
            GroupKind::Host => write!(formatter, "host {}", self.name),
            GroupKind::Service => write!(formatter, "service {}", self.name),
            GroupKind::Metric => write!(formatter, "metric {}", self.name),
        }
    }
}

impl Series {
    /// The series that `metric` is a point of.
    pub(super) fn of(metric: &Metric) -> Self {
        let labels = metric.attributes.iter().take(LABELS_MAX);
        Self {
            name: cut(&metric.name),
            service: cut(&metric.service),
            host: cut(&metric.host),
            labels: labels.map(|(label, value)| (cut(label), cut(&value.to_string()))).collect(),
        }
    }

    /// A series that is derived from events or spans.
    pub(super) fn derived(name: &str, service: &str, labels: &[(&str, &str)]) -> Self {
        let labels = labels.iter().map(|(label, value)| ((*label).to_owned(), cut(value))).collect();
        Self { name: name.to_owned(), service: cut(service), host: String::new(), labels }
    }

    /// The number of a derived series, made as that of a metric.
    pub(super) fn id(&self) -> SeriesId {
        let attributes = self.labels.iter().map(|(label, value)| (label.clone(), Value::from(value.as_str())));
        let metric = Metric {
            name: self.name.clone(),
            service: self.service.clone(),
            host: self.host.clone(),
            attributes: attributes.collect(),
            ..Metric::default()
        };
        metric.series()
    }

    /// What it shares with others that were odd at the same time.
    pub(super) fn shared(&self) -> Vec<String> {
        let places = [("host", &self.host), ("service", &self.service)];
        let places = places.into_iter().filter(|(_, name)| !name.is_empty());
        let places = places.map(|(kind, name)| format!("{kind}={name}"));
        places.chain(self.labels.iter().map(|(label, value)| format!("{label}={value}"))).collect()
    }

    /// What it belongs to.
    pub(super) fn group(&self) -> Group {
        let (kind, name) = match self {
            Self { host, .. } if !host.is_empty() => (GroupKind::Host, host),
            Self { service, .. } if !service.is_empty() => (GroupKind::Service, service),
            Self { name, .. } => (GroupKind::Metric, name),
        };
        Group { kind, name: name.clone() }
    }
}

/// The name and labels, without host and service.
impl fmt::Display for Series {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name)?;
        for (index, (label, value)) in self.labels.iter().enumerate() {
            write!(formatter, "{}{label}={value:?}", if index == 0 { '{' } else { ',' })?;
        }
        formatter.write_str(if self.labels.is_empty() { "" } else { "}" })
    }
}

fn as_object<S: serde::Serializer>(labels: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(labels.iter().map(|(label, value)| (label, value)))
}

fn cut(text: &str) -> String {
    text[..text.floor_char_boundary(TEXT_BYTES_MAX)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_says_what_it_is_and_where_it_belongs() {
        let attributes = vec![("cpu".to_owned(), Value::from("3"))];
        let metric = Metric { name: "busy".into(), host: "web-1".into(), attributes, ..Metric::default() };
        let series = Series::of(&metric);
        assert_eq!(series.to_string(), "busy{cpu=\"3\"}");
        assert_eq!(series.shared(), ["host=web-1", "cpu=3"]);
        assert_eq!(series.group(), Group { kind: GroupKind::Host, name: "web-1".into() });
        assert_eq!(series.id(), metric.series());
        let derived = Series::derived("log.rate", "shop", &[]);
        assert_eq!((derived.to_string().as_str(), derived.group().kind), ("log.rate", GroupKind::Service));
    }
}
