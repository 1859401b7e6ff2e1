//! What a request says about its metrics apart from their series: type and unit.
//!
//! Prometheus sends it once a minute in requests of its own; other senders put it beside the series, before or after
//! them.

use super::{
    malformed,
    protobuf::{Field, fields, text},
};
use crate::{Limits, SourceError, metric_names};
use palisade_model::MetricKind;
use std::collections::HashMap;

/// The fields of `WriteRequest` and `MetricMetadata`.
const METADATA: u32 = 3;
const TYPE: u32 = 1;
const FAMILY_NAME: u32 = 2;
const UNIT: u32 = 5;

/// The endings of the series of a family. A series without any is the family itself.
const ENDINGS: [&str; 6] = ["_total", "_bucket", "_count", "_sum", "_gcount", "_gsum"];

/// The families by name.
pub(super) struct Metadata<'b> {
    families: HashMap<&'b str, Family<'b>>,
}

#[derive(Clone, Copy, Default)]
struct Family<'b> {
    kind: Type,
    unit: &'b str,
}

/// `MetricMetadata.MetricType`
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Type {
    #[default]
    Unknown,
    Counter,
    Gauge,
    Histogram,
    GaugeHistogram,
    Summary,
    Info,
    StateSet,
}

impl<'b> Metadata<'b> {
    /// What stands in the request; unreadable metadata is none.
    ///
    /// # Errors
    /// When the request is no message, or holds more metadata than events are allowed.
    pub(super) fn read(body: &'b [u8], limits: &Limits) -> Result<Self, SourceError> {
        let mut families = HashMap::new();
        for field in fields(body) {
            let (METADATA, Field::Bytes(bytes)) = field.map_err(malformed)? else { continue };
            if families.len() >= limits.events_per_body {
                return Err(SourceError::TooManyEvents { max: limits.events_per_body });
            }
            families.extend(read_family(bytes));
        }
        Ok(Self { families })
    }

    /// The kind of a series, and its unit.
    pub(super) fn describe(&self, name: &str) -> (MetricKind, String) {
        match self.family(name) {
            Some(family) => (kind(family.kind, name), metric_names::unit(family.unit).to_owned()),
            None => (metric_names::kind(name), String::new()),
        }
    }

    fn family(&self, name: &str) -> Option<&Family<'b>> {
        if self.families.is_empty() {
            return None;
        }
        let whole = self.families.get(name);
        whole.or_else(|| ENDINGS.iter().find_map(|ending| self.families.get(name.strip_suffix(ending)?)))
    }
}

fn kind(family: Type, name: &str) -> MetricKind {
    match family {
        Type::Unknown => metric_names::kind(name),
        Type::Counter | Type::Histogram => MetricKind::Counter,
        // The quantiles of a summary go up and down; its sum and count only up.
        Type::Summary => metric_names::kind(name),
        Type::Gauge | Type::GaugeHistogram | Type::Info | Type::StateSet => MetricKind::Gauge,
    }
}

fn read_family(bytes: &[u8]) -> Option<(&str, Family<'_>)> {
    let (mut name, mut family) = ("", Family::default());
    for field in fields(bytes) {
        match field.ok()? {
            (TYPE, Field::Varint(number)) => family.kind = of_number(number),
            (FAMILY_NAME, Field::Bytes(bytes)) => name = text(bytes).ok()?,
            (UNIT, Field::Bytes(bytes)) => family.unit = text(bytes).ok()?,
            _ => {}
        }
    }
    (!name.is_empty()).then_some((name, family))
}

fn of_number(number: u64) -> Type {
    match number {
        1 => Type::Counter,
        2 => Type::Gauge,
        3 => Type::Histogram,
        4 => Type::GaugeHistogram,
        5 => Type::Summary,
        6 => Type::Info,
        7 => Type::StateSet,
        _ => Type::Unknown,
    }
}
