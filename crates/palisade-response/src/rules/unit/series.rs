//! Series of unit tests, in promtool's notation.

use crate::promql::{Sample, Series, parse_selector, parse_sequence};
use std::sync::Arc;

/// The series of `labels` (`up{job="api"}`) with `values` (`1+1x10 _ stale`), the first at 0 and one every `interval`
/// milliseconds.
///
/// # Errors
/// Says what cannot be read.
pub fn input_series(labels: &str, values: &str, interval: i64) -> Result<Series, String> {
    let labels = parse_selector(labels).map_err(|error| format!("series '{labels}': {error}"))?;
    let values = parse_sequence(values)?;
    let placed = values.into_iter().enumerate();
    let samples = placed.filter_map(|(place, value)| {
        let at = i64::try_from(place).ok()?.checked_mul(interval)?;
        value.map(|value| Sample { at, value })
    });
    Ok(Series { labels: Arc::new(labels), samples: samples.collect() })
}
