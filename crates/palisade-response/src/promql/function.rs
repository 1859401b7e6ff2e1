//! Every function of the language, in one table.

use super::{
    evaluate::{Context, EvaluateError, Window, dates, histogram, labels, math, over_time, rates, vectors},
    query::Value,
    tree::{Expr, Kind},
};

/// A function: what it takes and gives, and what runs it.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) name: &'static str,
    pub(super) takes: &'static [Kind],
    /// How many of the last arguments may be left out.
    pub(super) optional: usize,
    /// Whether the last argument may be repeated.
    pub(super) repeats: bool,
    pub(super) gives: Kind,
    pub(super) run: Run,
}

/// Evaluates a function over its arguments at a time.
pub(super) type Evaluate = fn(&mut Context<'_>, &[Expr], i64) -> Result<Value, EvaluateError>;

/// What runs a function.
#[derive(Clone, Copy, Debug)]
pub(super) enum Run {
    /// Over each number of a vector.
    Each(fn(f64) -> f64),
    /// Over each number of a vector as seconds since the epoch; over the time of evaluation when there is no vector.
    Date(fn(&jiff::civil::DateTime) -> i8),
    /// Over the samples of each series in a range, with the scalars beside it; none where there is no result.
    Range(fn(&Window<'_>, &[f64]) -> Option<f64>),
    /// As `Range`, but the name of the metric stays.
    RangeNamed(fn(&Window<'_>, &[f64]) -> Option<f64>),
    /// Over everything.
    Whole(Evaluate),
}

use Kind::{Range, Scalar, Text, Vector};

const fn function(name: &'static str, takes: &'static [Kind], gives: Kind, run: Run) -> Function {
    Function { name, takes, optional: 0, repeats: false, gives, run }
}

const fn each(name: &'static str, run: fn(f64) -> f64) -> Function {
    function(name, &[Vector], Vector, Run::Each(run))
}

const fn date(name: &'static str, run: fn(&jiff::civil::DateTime) -> i8) -> Function {
    Function { optional: 1, ..function(name, &[Vector], Vector, Run::Date(run)) }
}

const fn range(name: &'static str, run: fn(&Window<'_>, &[f64]) -> Option<f64>) -> Function {
    function(name, &[Range], Vector, Run::Range(run))
}

const fn whole(name: &'static str, takes: &'static [Kind], gives: Kind, run: Evaluate) -> Function {
    function(name, takes, gives, Run::Whole(run))
}

/// All functions, by name.
static FUNCTIONS: &[Function] = &[
    each("abs", f64::abs),
    whole("absent", &[Vector], Vector, vectors::absent),
    whole("absent_over_time", &[Range], Vector, vectors::absent_over_time),
    each("acos", f64::acos),
    each("acosh", f64::acosh),
    each("asin", f64::asin),
    each("asinh", f64::asinh),
    each("atan", f64::atan),
    each("atanh", f64::atanh),
    range("avg_over_time", over_time::average),
    each("ceil", f64::ceil),
    range("changes", over_time::changes),
    whole("clamp", &[Vector, Scalar, Scalar], Vector, math::clamp),
    whole("clamp_max", &[Vector, Scalar], Vector, math::clamp_max),
    whole("clamp_min", &[Vector, Scalar], Vector, math::clamp_min),
    each("cos", f64::cos),
    each("cosh", f64::cosh),
    range("count_over_time", over_time::count),
    date("day_of_month", |at| at.day()),
    date("day_of_week", |at| at.weekday().to_sunday_zero_offset()),
    Function { optional: 1, ..whole("day_of_year", &[Vector], Vector, dates::day_of_year) },
    date("days_in_month", |at| at.days_in_month()),
    each("deg", f64::to_degrees),
    range("delta", rates::delta),
    range("deriv", rates::deriv),
    each("exp", f64::exp),
    each("floor", f64::floor),
    whole("histogram_quantile", &[Scalar, Vector], Vector, histogram::quantile),
    function("holt_winters", &[Range, Scalar, Scalar], Vector, Run::Range(rates::double_exponential)),
    date("hour", |at| at.hour()),
    range("idelta", rates::instant_delta),
    range("increase", rates::increase),
    range("irate", rates::instant_rate),
    Function { optional: 1, repeats: true, ..whole("label_join", &[Vector, Text, Text, Text], Vector, labels::join) },
    whole("label_replace", &[Vector, Text, Text, Text, Text], Vector, labels::replace),
    function("last_over_time", &[Range], Vector, Run::RangeNamed(over_time::last)),
    each("ln", f64::ln),
    each("log10", f64::log10),
    each("log2", f64::log2),
    range("max_over_time", over_time::maximum),
    range("min_over_time", over_time::minimum),
    date("minute", |at| at.minute()),
    date("month", |at| at.month()),
    whole("pi", &[], Scalar, math::pi),
    function("predict_linear", &[Range, Scalar], Vector, Run::Range(rates::predict_linear)),
    range("present_over_time", over_time::present),
    function("quantile_over_time", &[Scalar, Range], Vector, Run::Range(over_time::quantile)),
    each("rad", f64::to_radians),
    range("rate", rates::rate),
    range("resets", over_time::resets),
    Function { optional: 1, ..whole("round", &[Vector, Scalar], Vector, math::round) },
    whole("scalar", &[Vector], Scalar, vectors::scalar),
    each("sgn", math::sign),
    each("sin", f64::sin),
    each("sinh", f64::sinh),
    whole("sort", &[Vector], Vector, vectors::sort),
    whole("sort_desc", &[Vector], Vector, vectors::sort_descending),
    each("sqrt", f64::sqrt),
    range("stddev_over_time", over_time::standard_deviation),
    range("stdvar_over_time", over_time::variance),
    range("sum_over_time", over_time::sum),
    each("tan", f64::tan),
    each("tanh", f64::tanh),
    whole("time", &[], Scalar, vectors::time),
    whole("timestamp", &[Vector], Vector, vectors::timestamp),
    whole("vector", &[Scalar], Vector, vectors::vector),
    Function { optional: 1, ..whole("year", &[Vector], Vector, dates::year) },
];

/// Functions of Prometheus that only native histograms need.
const OF_NATIVE_HISTOGRAMS: &[&str] = &[
    "histogram_avg",
    "histogram_count",
    "histogram_fraction",
    "histogram_stddev",
    "histogram_stdvar",
    "histogram_sum",
];

/// The function of this name.
pub(super) fn find(name: &str) -> Result<&'static Function, String> {
    if let Some(function) = FUNCTIONS.iter().find(|function| function.name == name) {
        return Ok(function);
    }
    Err(match OF_NATIVE_HISTOGRAMS.contains(&name) {
        true => format!("{name} is about native histograms, which are not read: use histogram_quantile over buckets"),
        false => format!("there is no function {name}"),
    })
}
