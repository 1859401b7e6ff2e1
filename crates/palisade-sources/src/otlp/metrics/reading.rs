//! What a data point measured: a number, and of histograms and summaries how the values spread.

use super::exponential;
use opentelemetry_proto::tonic::metrics::v1::{
    ExponentialHistogramDataPoint, HistogramDataPoint, SummaryDataPoint, number_data_point::Value as Number,
};
use palisade_model::{Distribution, Quantile};

/// The most buckets or quantiles of one point. SDKs send 16 buckets, or at most 160 a sign of exponential ones.
pub(super) const BUCKETS_MAX: usize = 1_024;

/// What was measured. All numbers are finite.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) value: f64,
    /// True when `value` should be a sum, and the sender does not know it.
    pub(super) is_sum_unknown: bool,
    pub(super) distribution: Option<Distribution>,
}

impl Reading {
    /// A plain number.
    #[expect(clippy::cast_precision_loss, reason = "values are doubles; the module comment of metrics says so")]
    pub(super) fn of_number(number: Option<Number>) -> Result<Self, String> {
        let value = match number {
            Some(Number::AsDouble(value)) => finite(value, "value")?,
            Some(Number::AsInt(value)) => value as f64,
            None => return Err("it has no value".to_owned()),
        };
        Ok(Self { value, is_sum_unknown: false, distribution: None })
    }

    /// A histogram with explicit bounds.
    pub(super) fn of_histogram(point: HistogramDataPoint) -> Result<Self, String> {
        let (bounds, counts) = (point.explicit_bounds, point.bucket_counts);
        match (bounds.len(), counts.len()) {
            (0, 0) => {}
            (_, many) if many > BUCKETS_MAX => return Err(too_many(many)),
            (bounds, counts) if counts != bounds + 1 => {
                return Err(format!("it has {counts} bucket counts for {bounds} bounds: one more is expected"));
            }
            _ => check_total(&counts, point.count)?,
        }
        check_rising(&bounds)?;
        let (min, max) = extremes(point.min, point.max, point.count)?;
        let distribution = Distribution { count: point.count, min, max, bounds, counts, quantiles: Vec::new() };
        Self::of_distribution(point.sum, distribution)
    }

    /// A histogram with exponential buckets.
    pub(super) fn of_exponential_histogram(point: &ExponentialHistogramDataPoint) -> Result<Self, String> {
        let (bounds, counts) = exponential::explicit(point)?;
        check_total(&counts, point.count)?;
        check_rising(&bounds)?;
        let (min, max) = extremes(point.min, point.max, point.count)?;
        let distribution = Distribution { count: point.count, min, max, bounds, counts, quantiles: Vec::new() };
        Self::of_distribution(point.sum, distribution)
    }

    /// A summary.
    pub(super) fn of_summary(point: &SummaryDataPoint) -> Result<Self, String> {
        let values = &point.quantile_values;
        if values.len() > BUCKETS_MAX {
            return Err(format!("it has {} quantiles; at most {BUCKETS_MAX} are kept", values.len()));
        }
        let mut quantiles = Vec::with_capacity(values.len());
        for pair in values.iter().filter(|pair| !pair.value.is_nan()) {
            if !(0.0..=1.0).contains(&pair.quantile) {
                return Err("one of its quantiles lies outside 0 to 1".to_owned());
            }
            quantiles.push(Quantile { quantile: pair.quantile, value: finite(pair.value, "value of a quantile")? });
        }
        Self::of_distribution(
            Some(point.sum),
            Distribution { count: point.count, quantiles, ..Distribution::default() },
        )
    }

    fn of_distribution(sum: Option<f64>, distribution: Distribution) -> Result<Self, String> {
        let value = finite(sum.unwrap_or_default(), "sum")?;
        Ok(Self { value, is_sum_unknown: sum.is_none(), distribution: Some(distribution) })
    }
}

/// The message for too many buckets.
pub(super) fn too_many(buckets: usize) -> String {
    format!("it has {buckets} buckets; at most {BUCKETS_MAX} are kept: set fewer")
}

fn finite(value: f64, name: &str) -> Result<f64, String> {
    match value {
        value if value.is_finite() => Ok(value),
        value if value.is_nan() => Err(format!("its {name} is not a number")),
        _ => Err(format!("its {name} is infinite")),
    }
}

/// The least and the greatest value. Of nothing there are none, whatever the sender says.
fn extremes(min: Option<f64>, max: Option<f64>, count: u64) -> Result<(Option<f64>, Option<f64>), String> {
    if count == 0 {
        return Ok((None, None));
    }
    let checked = |value: Option<f64>, name| value.map(|value| finite(value, name)).transpose();
    Ok((checked(min, "min")?, checked(max, "max")?))
}

fn check_total(counts: &[u64], wanted: u64) -> Result<(), String> {
    match counts.iter().try_fold(0_u64, |total, count| total.checked_add(*count)) {
        Some(total) if total == wanted => Ok(()),
        Some(total) => Err(format!("its buckets hold {total} values, and its count is {wanted}")),
        None => Err(format!("its buckets hold more values than its count, which is {wanted}")),
    }
}

fn check_rising(bounds: &[f64]) -> Result<(), String> {
    if bounds.iter().all(|bound| bound.is_finite()) && bounds.is_sorted_by(|bound, next| bound < next) {
        return Ok(());
    }
    Err("the bounds of its buckets are not finite and rising".to_owned())
}
