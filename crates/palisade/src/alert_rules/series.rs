//! The lake's metrics as the series that PromQL asks for.
//!
//! A service is the label `job` and a host the label `instance`, as scraped targets have them. A distribution is the
//! series that Prometheus makes of a histogram or summary: `_bucket` with `le` and rising counts, `_sum`, `_count`, and
//! the quantiles under the name itself.

use palisade_model::{Attributes, Labels, Timestamp, Value};
use palisade_response::promql::{Matcher, NAME, Operation, Queryable, Sample, Series, format_number};
use palisade_store::{Lake, Point, PointFilter, PointSeries, QueryLimits};
use std::collections::BTreeMap;
use std::sync::Arc;

const JOB: &str = "job";
const INSTANCE: &str = "instance";
const BUCKET: &str = "_bucket";
const SUM: &str = "_sum";
const COUNT: &str = "_count";

/// The metrics of a lake. To be asked from a thread that may wait.
pub(super) struct LakeSeries<'a> {
    lake: &'a Lake,
    limits: &'a QueryLimits,
}

impl<'a> LakeSeries<'a> {
    pub(super) fn new(lake: &'a Lake, limits: &'a QueryLimits) -> Self {
        Self { lake, limits }
    }
}

impl Queryable for LakeSeries<'_> {
    fn select(&self, matchers: &[Matcher], from: i64, to: i64) -> Result<Vec<Series>, String> {
        let (from, until) = (Timestamp::from_millis(from), Timestamp::from_millis(to));
        let filter = PointFilter { names: names(matchers), from, until };
        let points = tokio::runtime::Handle::current().block_on(self.lake.points(&filter, self.limits));
        let mut found: BTreeMap<Labels, Vec<Sample>> = BTreeMap::new();
        for stored in points.map_err(|error| error.to_string())? {
            expand(&stored, matchers, &mut found);
        }
        let series = found.into_iter().map(|(labels, mut samples)| {
            // Of points at one time the one that came last counts.
            samples.sort_by_key(|sample| sample.at);
            samples.reverse();
            samples.dedup_by_key(|sample| sample.at);
            samples.reverse();
            Series { labels: Arc::new(labels), samples }
        });
        Ok(series.collect())
    }
}

/// The names under which what is asked for may be stored: its own, and that of the distribution that it is a part of.
/// None for a selector that names no metric.
fn names(matchers: &[Matcher]) -> Vec<String> {
    let named = matchers.iter().find(|matcher| matcher.name == NAME && matcher.operation == Operation::Equal);
    let Some(name) = named.map(|matcher| matcher.value.as_str()) else { return Vec::new() };
    let whole = [BUCKET, SUM, COUNT].iter().find_map(|suffix| name.strip_suffix(suffix));
    [Some(name), whole].into_iter().flatten().map(str::to_owned).collect()
}

/// Adds the series that Prometheus would have of this one, as far as they are asked for.
fn expand(stored: &PointSeries, matchers: &[Matcher], found: &mut BTreeMap<Labels, Vec<Sample>>) {
    let labels = labels_of(stored);
    let mut add = |suffix: &str, extra: Option<(&str, String)>, point: &Point, value: f64| {
        let mut labels = labels.clone();
        labels.insert(NAME.to_owned(), format!("{}{suffix}", stored.name));
        labels.extend(extra.map(|(name, value)| (name.to_owned(), value)));
        if matchers.iter().all(|matcher| matcher.matches(&labels)) {
            found.entry(labels).or_default().push(Sample { at: point.time.millis(), value });
        }
    };
    for point in &stored.points {
        let Some(distribution) = &point.distribution else {
            add("", None, point, point.value);
            continue;
        };
        add(SUM, None, point, point.value);
        add(COUNT, None, point, distribution.count as f64);
        let mut total = 0;
        for (place, count) in distribution.counts.iter().enumerate() {
            total += count;
            let bound = distribution.bounds.get(place).copied().unwrap_or(f64::INFINITY);
            add(BUCKET, Some(("le", format_number(bound))), point, total as f64);
        }
        for quantile in &distribution.quantiles {
            add("", Some(("quantile", format_number(quantile.quantile))), point, quantile.value);
        }
    }
}

fn labels_of(stored: &PointSeries) -> Labels {
    let mut labels: Labels = stored.attributes.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    for (name, value) in [(JOB, &stored.service), (INSTANCE, &stored.host)] {
        if !value.is_empty() {
            labels.insert(name.to_owned(), value.clone());
        }
    }
    labels
}

/// Name, service, host and attributes of a series with these labels.
pub(super) fn labelled(labels: &Labels) -> (String, String, String, Attributes) {
    let one = |name: &str| labels.get(name).cloned().unwrap_or_default();
    let rest = labels.iter().filter(|(name, _)| ![NAME, JOB, INSTANCE].contains(&name.as_str()));
    let attributes = rest.map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
    (one(NAME), one(JOB), one(INSTANCE), attributes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use palisade_model::Distribution;

    fn equal(name: &str, value: &str) -> Matcher {
        Matcher::new(name, Operation::Equal, value).unwrap()
    }

    #[test]
    fn a_distribution_is_the_series_that_prometheus_makes_of_it() {
        let distribution =
            Distribution { count: 6, bounds: vec![0.5, 1.0], counts: vec![1, 2, 3], ..Distribution::default() };
        let point = Point { value: 4.5, distribution: Some(Box::new(distribution)), ..Point::default() };
        let stored =
            PointSeries { name: "took".into(), service: "shop".into(), points: vec![point], ..PointSeries::default() };
        let found = |name: &str| {
            let mut found = BTreeMap::new();
            expand(&stored, &[equal(NAME, name), equal(JOB, "shop")], &mut found);
            let of = |(labels, samples): (Labels, Vec<Sample>)| (labels.get("le").cloned(), samples[0].value);
            found.into_iter().map(of).collect::<Vec<_>>()
        };
        assert_eq!(found("took_sum"), [(None, 4.5)]);
        assert_eq!(found("took_count"), [(None, 6.0)]);
        let bucket = |le: &str, value| (Some(le.to_owned()), value);
        assert_eq!(found("took_bucket"), [bucket("+Inf", 6.0), bucket("0.5", 1.0), bucket("1", 3.0)]);
        assert!(found("took").is_empty());
        assert_eq!(names(&[equal(NAME, "took_bucket")]), ["took_bucket", "took"]);
        assert!(names(&[equal(JOB, "shop")]).is_empty());
    }

    #[test]
    fn labels_go_there_and_back() {
        let labels: Labels =
            [(NAME, "up"), (JOB, "a"), (INSTANCE, "b"), ("c", "d")].map(|(n, v)| (n.to_owned(), v.to_owned())).into();
        let (name, service, host, attributes) = labelled(&labels);
        let attributes = attributes.iter().map(|(name, _)| (name.clone(), "d".to_owned())).collect();
        let mut back = labels_of(&PointSeries { name: name.clone(), service, host, attributes, points: Vec::new() });
        back.insert(NAME.to_owned(), name);
        assert_eq!(back, labels);
    }
}
