//! Points of metrics by series, for rules over them.

use super::{
    committer::Lake,
    query::{QueryError, QueryLimits},
    read::{self, Conditions, Row},
};
use deltalake::{
    arrow::{
        array::{Array, AsArray, RecordBatch},
        datatypes::{Float64Type, Int64Type, TimestampMicrosecondType},
    },
    datafusion::scalar::ScalarValue,
};
use palisade_model::{Distribution, Quantile, Timestamp};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// The most points that are read at once: some 100 MB with their distributions.
const POINTS_MAX: usize = 1_000_000;
/// The most series.
const SERIES_MAX: usize = 200_000;

/// Which points are wanted.
#[derive(Clone, Debug)]
pub struct PointFilter {
    /// Of the metrics with these names; of all when there are none.
    pub names: Vec<String>,
    /// At this time or later.
    pub from: Timestamp,
    /// At this time or before.
    pub until: Timestamp,
}

/// The points of one series.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PointSeries {
    /// The name of the metric.
    pub name: String,
    /// The service that it is of.
    pub service: String,
    /// The machine that it is of.
    pub host: String,
    /// Its labels.
    pub attributes: BTreeMap<String, String>,
    /// The points, the oldest first.
    pub points: Vec<Point>,
}

/// One point.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Point {
    /// When.
    pub time: Timestamp,
    /// The number; of a distribution the sum.
    pub value: f64,
    /// What was counted, where it is one.
    pub distribution: Option<Box<Distribution>>,
}

impl Lake {
    /// The points that `filter` wants, by series.
    ///
    /// # Errors
    /// As [`Lake::query`], and when there are too many.
    pub async fn points(&self, filter: &PointFilter, limits: &QueryLimits) -> Result<Vec<PointSeries>, QueryError> {
        let mut series = self.series_of(filter, limits).await?;
        let sql = "SELECT series, time, value, count, bounds, counts FROM metrics WHERE {} ORDER BY series, time";
        let conditions = conditions(filter);
        let sql = sql.replace("{}", &conditions.all());
        let answer =
            self.run_query(&sql, conditions.values, &QueryLimits { rows_max: POINTS_MAX, ..limits.clone() }).await?;
        if answer.truncated {
            return Err(QueryError::Syntax(format!(
                "there are more than {POINTS_MAX} points: ask for a shorter time, or name more labels"
            )));
        }
        for batch in &answer.batches {
            gather(batch, &mut series).ok_or_else(|| QueryError::Internal("points have other columns".to_owned()))?;
        }
        if series.values().any(|series| series.points.iter().any(|point| point.distribution.is_some())) {
            self.add_quantiles(filter, limits, &mut series).await?;
        }
        Ok(series.into_values().filter(|series| !series.points.is_empty()).collect())
    }

    /// What describes each series.
    async fn series_of(
        &self,
        filter: &PointFilter,
        limits: &QueryLimits,
    ) -> Result<HashMap<i64, PointSeries>, QueryError> {
        let sql = "SELECT DISTINCT ON (series) series, name, service, host, attributes FROM metrics WHERE {}";
        let conditions = conditions(filter);
        let sql = sql.replace("{}", &conditions.all());
        let rows = self.objects(&sql, conditions, &QueryLimits { rows_max: SERIES_MAX, ..limits.clone() }).await?;
        Ok(rows.iter().filter_map(|row| Some((row.get("series")?.as_i64()?, described(row)))).collect())
    }

    /// Adds the quantiles of summaries, of which there are few.
    async fn add_quantiles(
        &self,
        filter: &PointFilter,
        limits: &QueryLimits,
        series: &mut HashMap<i64, PointSeries>,
    ) -> Result<(), QueryError> {
        let sql = "SELECT series, time, quantiles FROM metrics WHERE {} AND cardinality(quantiles) > 0";
        let conditions = conditions(filter);
        let sql = sql.replace("{}", &conditions.all());
        let rows = self.objects(&sql, conditions, &QueryLimits { rows_max: POINTS_MAX, ..limits.clone() }).await?;
        for row in &rows {
            let Some(series) = row.get("series").and_then(Value::as_i64).and_then(|key| series.get_mut(&key)) else {
                continue;
            };
            let Ok(time) = Timestamp::parse(read::field(row, "time")) else { continue };
            let found = series.points.binary_search_by_key(&time.micros(), |point| point.time.micros());
            let distribution = found.ok().and_then(|place| series.points[place].distribution.as_mut());
            if let Some(distribution) = distribution {
                distribution.quantiles = quantiles(row);
            }
        }
        Ok(())
    }
}

fn conditions(filter: &PointFilter) -> Conditions {
    let mut conditions = Conditions::default();
    conditions.add("time >=", read::time(filter.from));
    conditions.add("time <=", read::time(filter.until));
    // A point may come later than its time says, and a little before.
    let day = i32::try_from(filter.from.days() - 1).unwrap_or(0);
    conditions.add("day >=", ScalarValue::Date32(Some(day)));
    if !filter.names.is_empty() {
        let names: Vec<String> = filter.names.iter().map(|name| conditions.bind(read::text(name))).collect();
        conditions.add_term(format!("name IN ({})", names.join(", ")));
    }
    conditions
}

fn described(row: &Row) -> PointSeries {
    let attributes = row.get("attributes").and_then(Value::as_object);
    let attribute = |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
    PointSeries {
        name: read::owned(row, "name"),
        service: read::owned(row, "service"),
        host: read::owned(row, "host"),
        attributes: attributes.into_iter().flatten().filter_map(attribute).collect(),
        points: Vec::new(),
    }
}

/// Adds the points of a batch, which come by series and time. `None` when the columns are not those that were asked for.
fn gather(batch: &RecordBatch, series: &mut HashMap<i64, PointSeries>) -> Option<()> {
    let keys = batch.column_by_name("series")?.as_primitive_opt::<Int64Type>()?;
    let times = batch.column_by_name("time")?.as_primitive_opt::<TimestampMicrosecondType>()?;
    let values = batch.column_by_name("value")?.as_primitive_opt::<Float64Type>()?;
    let totals = batch.column_by_name("count")?.as_primitive_opt::<Int64Type>()?;
    let bounds = batch.column_by_name("bounds")?.as_list_opt::<i32>()?;
    let counts = batch.column_by_name("counts")?.as_list_opt::<i32>()?;
    for row in 0..batch.num_rows() {
        let Some(series) = series.get_mut(&keys.value(row)) else { continue };
        let distribution = totals.is_valid(row).then(|| {
            let list = |row| bounds.value(row).as_primitive_opt::<Float64Type>().map(|list| list.values().to_vec());
            let numbers = |row| counts.value(row).as_primitive_opt::<Int64Type>().map(|list| list.values().to_vec());
            let counted = if counts.is_valid(row) { numbers(row).unwrap_or_default() } else { Vec::new() };
            Box::new(Distribution {
                count: totals.value(row).cast_unsigned(),
                bounds: if bounds.is_valid(row) { list(row).unwrap_or_default() } else { Vec::new() },
                counts: counted.into_iter().map(i64::cast_unsigned).collect(),
                ..Distribution::default()
            })
        });
        let time = Timestamp::from_nanos(times.value(row).saturating_mul(1_000));
        series.points.push(Point { time, value: values.value(row), distribution });
    }
    Some(())
}

fn quantiles(row: &Row) -> Vec<Quantile> {
    let written = row.get("quantiles").and_then(Value::as_object);
    let quantile = |(quantile, value): (&String, &Value)| {
        Some(Quantile { quantile: quantile.parse().ok()?, value: value.as_str()?.parse().ok()? })
    };
    written.into_iter().flatten().filter_map(quantile).collect()
}
