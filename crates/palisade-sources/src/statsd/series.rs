//! One series of an interval: what its lines amount to.

use super::{
    line::{Line, Type, Values},
    spread::Spread,
};
use palisade_model::{Attributes, Distribution, Metric, MetricKind, Value};
use std::{
    collections::HashSet,
    hash::{BuildHasher, RandomState},
};

/// Room for buckets and members, which all series share.
#[derive(Debug)]
pub(super) struct Room {
    pub(super) left: usize,
}

impl Room {
    fn take(&mut self) -> bool {
        let is_left = self.left > 0;
        self.left -= usize::from(is_left);
        is_left
    }
}

/// What the lines amount to.
#[derive(Debug)]
pub(super) enum Tally {
    Counter(f64),
    Gauge(f64),
    Spread(Spread),
    /// The hashes of the members. Two of them meet by chance once in 2⁶⁴ pairs.
    Set(HashSet<u64>),
}

/// A series.
#[derive(Debug)]
pub(super) struct Series {
    name: String,
    service: String,
    host: String,
    unit: &'static str,
    attributes: Attributes,
    pub(super) tally: Tally,
    /// True when a line of this interval was for it.
    pub(super) is_touched: bool,
}

impl Series {
    /// The series of this line, before its values.
    pub(super) fn new(line: &Line<'_>) -> Self {
        let mut series = Self {
            name: line.name.to_owned(),
            service: String::new(),
            host: String::new(),
            unit: if line.kind == Type::Timing { "ms" } else { "" },
            attributes: Attributes::new(),
            tally: match line.kind {
                Type::Counter => Tally::Counter(0.0),
                Type::Gauge => Tally::Gauge(0.0),
                Type::Timing | Type::Histogram => Tally::Spread(Spread::default()),
                Type::Set => Tally::Set(HashSet::new()),
            },
            is_touched: false,
        };
        for (key, value) in &line.tags {
            match (*key, *value) {
                ("service", value) if !value.is_empty() && series.service.is_empty() => {
                    value.clone_into(&mut series.service)
                }
                ("host", value) if !value.is_empty() && series.host.is_empty() => value.clone_into(&mut series.host),
                (key, "") => series.attributes.push((key.to_owned(), Value::from("true"))),
                (key, value) => series.attributes.push((key.to_owned(), Value::from(value))),
            }
        }
        series
    }

    /// Takes the values of a line; returns how many found no room.
    pub(super) fn take(&mut self, line: &Line<'_>, hasher: &RandomState, room: &mut Room) -> usize {
        let refused = self.refused(line, hasher, room);
        self.is_touched |= refused < line.values.len();
        refused
    }

    fn refused(&mut self, line: &Line<'_>, hasher: &RandomState, room: &mut Room) -> usize {
        match (&mut self.tally, &line.values) {
            (Tally::Counter(sum), Values::Numbers(values)) => {
                *sum += values.iter().sum::<f64>() * line.weight;
                0
            }
            (Tally::Spread(spread), Values::Numbers(values)) => {
                values.iter().filter(|value| !spread.take(**value, line.weight, || room.take())).count()
            }
            (Tally::Gauge(gauge), Values::Changes(changes)) => {
                for (is_relative, value) in changes {
                    *gauge = if *is_relative { *gauge + value } else { *value };
                }
                0
            }
            (Tally::Set(members), Values::Member(member)) => {
                let member = hasher.hash_one(member);
                let fits = members.contains(&member) || (room.take() && members.insert(member));
                usize::from(!fits)
            }
            // The key of a series holds the type, so its lines have the values of it.
            _ => 1,
        }
    }

    /// The point of this interval, without its times. A gauge stays for changes to come.
    pub(super) fn point(&mut self) -> Metric {
        let (kind, value, distribution) = match &mut self.tally {
            Tally::Counter(sum) => (MetricKind::Delta, *sum, None),
            Tally::Gauge(value) => (MetricKind::Gauge, *value, None),
            Tally::Spread(spread) => {
                let (sum, distribution) = std::mem::take(spread).finish();
                (MetricKind::Delta, sum, Some(distribution))
            }
            Tally::Set(members) => (MetricKind::Gauge, count(members.len()), None),
        };
        self.is_touched = false;
        Metric {
            name: self.name.clone(),
            kind,
            value,
            distribution: distribution.map(Box::<Distribution>::new),
            unit: self.unit.to_owned(),
            service: self.service.clone(),
            host: self.host.clone(),
            attributes: self.attributes.clone(),
            ..Metric::default()
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "sets are bounded far below 2⁵³ members")]
fn count(members: usize) -> f64 {
    members as f64
}
