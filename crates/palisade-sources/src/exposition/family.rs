//! The family that is being read: what is known of it, and its histograms and summaries until they are whole.

use super::{
    Dialect,
    group::{Group, Part, Whole},
    line::{Labels, Sample, Says},
};
use crate::metric_names;
use palisade_model::{MetricKind, Timestamp};
use std::collections::HashMap;

/// The types of families (OpenMetrics 1.0, *MetricFamily*).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Type {
    #[default]
    Unknown,
    Counter,
    /// A gauge, an info or a state.
    Gauge,
    Histogram,
    GaugeHistogram,
    Summary,
}

/// What a sample is in its family.
pub(super) enum Role {
    /// A point of its own.
    Plain(MetricKind),
    /// A part of one.
    Part(Part),
}

/// The family so far.
#[derive(Debug, Default)]
pub(super) struct Family<'b> {
    pub(super) name: &'b str,
    kind: Type,
    unit: &'b str,
    groups: Vec<Group<'b>>,
    places: HashMap<(Labels<'b>, Option<Timestamp>), usize>,
}

impl<'b> Family<'b> {
    pub(super) fn new(name: &'b str) -> Self {
        Self { name, ..Self::default() }
    }

    /// The UCUM code of its unit, empty when unknown.
    pub(super) fn unit(&self) -> &'b str {
        metric_names::unit(self.unit)
    }

    pub(super) fn learn(&mut self, says: Says<'b>) {
        match says {
            Says::Help => {}
            Says::Unit(unit) => self.unit = unit,
            Says::Type(name) => {
                self.kind = match name {
                    "counter" => Type::Counter,
                    "gauge" | "info" | "stateset" => Type::Gauge,
                    "histogram" => Type::Histogram,
                    "gaugehistogram" => Type::GaugeHistogram,
                    "summary" => Type::Summary,
                    _ => Type::Unknown,
                }
            }
        }
    }

    /// What the sample is, `None` when it does not belong to the family. The label that tells the parts of a
    /// distribution apart is taken off.
    pub(super) fn role(&self, sample: &mut Sample<'b>, dialect: Dialect) -> Option<Role> {
        let ending = sample.name.strip_prefix(self.name).filter(|_| !self.name.is_empty())?;
        let is_open = dialect == Dialect::OpenMetrics;
        let part = match (self.kind, ending) {
            (Type::Histogram | Type::GaugeHistogram, "_bucket") => Part::Bucket(take_number(sample, "le")?),
            (Type::Summary, "") => Part::Quantile(take_number(sample, "quantile")?),
            (Type::Histogram | Type::Summary, "_sum") | (Type::GaugeHistogram, "_gsum") => Part::Sum,
            (Type::Histogram | Type::Summary, "_count") | (Type::GaugeHistogram, "_gcount") => Part::Count,
            (Type::Counter, "_total") if is_open => Part::Total,
            (Type::Counter | Type::Histogram | Type::Summary, "_created") if is_open => Part::Created,
            (Type::Counter, "") => return Some(Role::Plain(MetricKind::Counter)),
            (Type::Gauge, "" | "_info") => return Some(Role::Plain(MetricKind::Gauge)),
            (Type::Unknown, "") => return Some(Role::Plain(metric_names::kind(&sample.name))),
            _ => return None,
        };
        Some(Role::Part(part))
    }

    /// Puts a part to the others with its labels and time.
    pub(super) fn gather(&mut self, part: Part, sample: Sample<'b>, line: usize) {
        let value = sample.value;
        let is_last = |group: &Group<'b>| group.time == sample.time && group.labels == sample.labels;
        let place = match self.groups.last() {
            Some(group) if is_last(group) => self.groups.len() - 1,
            _ => *self.places.entry((sample.labels, sample.time)).or_insert_with_key(|(labels, time)| {
                self.groups.push(Group::new(line, labels.clone(), *time));
                self.groups.len() - 1
            }),
        };
        self.groups[place].add(part, value);
    }

    /// The points, each with the line where it begins.
    pub(super) fn finish(self) -> impl Iterator<Item = (usize, Result<Whole<'b>, String>)> {
        let (name, kind) = (self.name, self.kind);
        self.groups.into_iter().flat_map(move |group| {
            let line = group.line;
            group.finish(name, kind).into_iter().map(move |outcome| (line, outcome))
        })
    }
}

fn take_number(sample: &mut Sample<'_>, label: &str) -> Option<f64> {
    let place = sample.labels.iter().position(|(name, _)| *name == label)?;
    let number = sample.labels[place].1.parse().ok()?;
    sample.labels.remove(place);
    Some(number)
}
