//! The labels of one series, and the point that all of its samples are made from.

use super::{
    metadata::Metadata,
    protobuf::{Fault, Field, fields, text},
};
use crate::{Limits, draft::shortened};
use palisade_model::{Metric, Value};

/// The fields of `TimeSeries` and `Label`.
const LABELS: u32 = 1;
pub(super) const SAMPLES: u32 = 2;
pub(super) const HISTOGRAMS: u32 = 4;
const NAME: u32 = 1;
const VALUE: u32 = 2;

/// A point of the series without time and value, and how many points there are.
///
/// # Errors
/// Why the labels do not name a series.
pub(super) fn read(series: &[u8], metadata: &Metadata<'_>, limits: &Limits) -> Result<(Metric, usize), String> {
    let mut points = 0;
    let mut metric = Metric { attributes: Vec::with_capacity(4), ..Metric::default() };
    let mut before = "";
    let mut is_sorted = true;
    for field in fields(series) {
        let bytes = match field? {
            (LABELS, Field::Bytes(bytes)) => bytes,
            (SAMPLES | HISTOGRAMS, Field::Bytes(_)) => {
                points += 1;
                continue;
            }
            _ => continue,
        };
        let (name, value) = read_label(bytes)?;
        is_sorted &= before < name;
        before = name;
        check(name, value, limits)?;
        place(&mut metric, name, value, limits)?;
    }
    if !is_sorted {
        check_unique(series)?;
    }
    if metric.name.is_empty() {
        return Err("the series has no name: its label __name__ is missing or empty".to_owned());
    }
    (metric.kind, metric.unit) = metadata.describe(&metric.name);
    Ok((metric, points))
}

fn read_label(bytes: &[u8]) -> Result<(&str, &str), Fault> {
    let (mut name, mut value) = ("", "");
    for field in fields(bytes) {
        match field? {
            (NAME, Field::Bytes(bytes)) => name = text(bytes)?,
            (VALUE, Field::Bytes(bytes)) => value = text(bytes)?,
            _ => {}
        }
    }
    Ok((name, value))
}

fn check(name: &str, value: &str, limits: &Limits) -> Result<(), String> {
    let (key_max, value_max) = (limits.key_bytes, limits.value_bytes);
    match () {
        () if name.is_empty() => Err("a label of the series has no name".to_owned()),
        () if name.len() > key_max => {
            Err(format!("the label that starts with '{}' is longer than {key_max} bytes", shortened(name)))
        }
        () if value.len() > value_max => {
            Err(format!("the value of the label '{}' is longer than {value_max} bytes", shortened(name)))
        }
        () => Ok(()),
    }
}

fn place(metric: &mut Metric, name: &str, value: &str, limits: &Limits) -> Result<(), String> {
    match name {
        _ if value.is_empty() => {}
        "__name__" => value.clone_into(&mut metric.name),
        "job" => value.clone_into(&mut metric.service),
        "instance" => value.clone_into(&mut metric.host),
        _ if metric.attributes.len() >= limits.attributes => {
            return Err(format!("the series has more than {} labels: send fewer", limits.attributes));
        }
        _ => metric.attributes.push((name.to_owned(), Value::Text(value.to_owned()))),
    }
    Ok(())
}

/// Labels come sorted, so that this is seldom needed.
fn check_unique(series: &[u8]) -> Result<(), String> {
    let mut names = Vec::new();
    for field in fields(series) {
        if let (LABELS, Field::Bytes(bytes)) = field? {
            names.push(read_label(bytes)?.0);
        }
    }
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(format!("the series has the label '{}' twice", shortened(pair[0]))),
        None => Ok(()),
    }
}
