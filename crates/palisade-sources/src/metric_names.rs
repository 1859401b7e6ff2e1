//! What the name of a Prometheus metric says about it where nothing else does.

use palisade_model::MetricKind;

/// The endings of running totals (Prometheus, *Metric and label naming*; the series of histograms and summaries).
const COUNTER_ENDINGS: [&str; 4] = ["_total", "_count", "_sum", "_bucket"];

/// The kind of a metric of which only the name is known.
pub(crate) fn kind(name: &str) -> MetricKind {
    match COUNTER_ENDINGS.iter().any(|ending| name.ends_with(ending)) {
        true => MetricKind::Counter,
        false => MetricKind::Gauge,
    }
}

/// The UCUM code of a base unit of Prometheus (*Metric and label naming*, base units), others as they are.
pub(crate) fn unit(name: &str) -> &str {
    match name {
        "seconds" => "s",
        "bytes" => "By",
        "ratio" => "1",
        "percent" => "%",
        "celsius" => "Cel",
        "meters" => "m",
        "volts" => "V",
        "amperes" => "A",
        "joules" => "J",
        "grams" => "g",
        other => other,
    }
}
