//! Expressions, written by hand and made by chance, at many times.

use crate::oracle::{Answer, SERIES, STEP, answers, promtool};
use palisade_response::promql::{Element, Memory, Options, Query, Sample, Series, Value};
use palisade_response::rules::unit::input_series;

/// Every function and operator at least once, and corners that chance would rarely meet.
const BY_HAND: &str = include_str!("expressions.txt");

/// Times of evaluation, in milliseconds: on samples, between them, at the edges of gaps and of the lookback.
const TIMES: &[i64] = &[0, 1, 15_000, 60_000, 150_000, 187_500, 240_001, 300_000, 419_999, 615_000, 900_000, 1_333_337];

/// How many expressions are made by chance.
const BY_CHANCE: u64 = 10_000;

#[test]
fn expressions_give_the_numbers_of_prometheus() {
    let by_hand = BY_HAND.lines().filter(|line| !line.is_empty() && !line.starts_with("# "));
    let at_all_times = by_hand.flat_map(|line| TIMES.iter().map(move |at| (line.to_owned(), *at)));
    check(at_all_times.collect());
}

#[test]
fn expressions_by_chance_give_the_numbers_of_prometheus() {
    let made = (0..BY_CHANCE).map(|seed| {
        let mut chance = Chance(seed);
        (chance.vector(3), chance.below(1_400_000) as i64)
    });
    check(made.collect());
}

fn check(asked: Vec<(String, i64)>) {
    let Some(promtool) = promtool() else { return };
    let data = data();
    let theirs = answers(promtool, &asked);
    let mut told = 0;
    let mut wrong = Vec::new();
    for ((expression, at), theirs) in asked.iter().zip(&theirs) {
        let ours = ours(&data, expression, *at);
        told += usize::from(theirs.as_ref().is_some_and(|samples| !samples.is_empty()));
        if !alike(&ours, theirs) {
            wrong.push(format!("{expression} at {at}:\n  ours   {ours:?}\n  theirs {theirs:?}"));
        }
    }
    assert!(told * 3 > asked.len(), "only {told} of {} expressions give anything", asked.len());
    assert!(
        wrong.is_empty(),
        "{} of {} differ:\n{}",
        wrong.len(),
        asked.len(),
        wrong[..wrong.len().min(25)].join("\n")
    );
    println!("{} expressions alike, {told} of them with a result", asked.len());
}

fn data() -> Memory {
    let mut data = Memory::default();
    for (labels, values) in SERIES {
        data.add_series(&input_series(labels, values, STEP).unwrap());
    }
    data
}

fn ours(data: &Memory, expression: &str, at: i64) -> Answer {
    let value = Query::parse(expression).ok()?.instant(data, at, &Options::default()).ok()?;
    let mut found: Vec<(String, f64)> = value.into_vector().ok()?.iter().map(written).collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    Some(found)
}

/// Labels as Prometheus writes them.
fn written(element: &Element) -> (String, f64) {
    let mut labels: Vec<String> = element
        .labels
        .iter()
        .filter(|(name, _)| *name != "__name__")
        .map(|(name, value)| format!("{name}={value:?}"))
        .collect();
    labels.sort();
    let name = element.labels.get("__name__");
    let name = name.map(|name| format!("__name__={name:?}"));
    let all: Vec<String> = name.into_iter().chain(labels).collect();
    (format!("{{{}}}", all.join(", ")), element.value)
}

fn alike(ours: &Answer, theirs: &Answer) -> bool {
    let (Some(ours), Some(theirs)) = (ours, theirs) else { return ours.is_none() && theirs.is_none() };
    ours.len() == theirs.len()
        && ours
            .iter()
            .zip(theirs)
            .all(|((a, x), (b, y))| a == b && (x == y || (x.is_nan() && y.is_nan()) || near(*x, *y)))
}

/// The last digits may differ: Go and Rust have functions of their own for `exp`, `sin` and their like.
fn near(x: f64, y: f64) -> bool {
    (x - y).abs() <= 1e-9 * x.abs().max(y.abs())
}

/// Choices that are the same for the same seed (splitmix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len() as u64) as usize]
    }

    fn selector(&mut self) -> String {
        let metric = self.one(&["m", "m", "n", "k", "h_bucket"]);
        let matchers = self.one(&["", "", r#"{job="a"}"#, r#"{job=~"a|b"}"#, r#"{instance!="1"}"#, r#"{job!~"b.*"}"#]);
        format!("{metric}{matchers}")
    }

    fn shift(&mut self) -> String {
        self.one(&["", "", "", "", " offset 1m", " offset -40s", " @ 600", " @ 300 offset 2m", " @ end()"]).to_owned()
    }

    fn duration(&mut self) -> &'static str {
        self.one(&["30s", "1m", "90s", "2m30s", "5m", "10m"])
    }

    fn range(&mut self, depth: u32) -> String {
        if depth > 0 && self.below(4) == 0 {
            let inner = self.vector(depth - 1);
            let step = self.one(&["", "20s", "1m", "7s"]);
            return format!("({inner})[{}:{step}]{}", self.duration(), self.shift());
        }
        format!("{}[{}]{}", self.selector(), self.duration(), self.shift())
    }

    fn scalar(&mut self, depth: u32) -> String {
        match self.below(6) {
            0 if depth > 0 => format!("scalar({})", self.vector(depth - 1)),
            1 => "time()".to_owned(),
            2 if depth > 0 => format!("({} {} {})", self.scalar(depth - 1), self.arithmetic(), self.scalar(depth - 1)),
            _ => self.one(&["0", "1", "2", "0.5", "-3", "1e3", "7.25", "0x1F", "NaN", "Inf"]).to_owned(),
        }
    }

    fn arithmetic(&mut self) -> &'static str {
        self.one(&["+", "-", "*", "/", "%", "^", "atan2"])
    }

    fn comparison(&mut self) -> &'static str {
        self.one(&["==", "!=", ">", "<", ">=", "<=", "== bool", "> bool", "<= bool"])
    }

    fn matching(&mut self) -> &'static str {
        self.one(&[
            "",
            "",
            "on(job, instance)",
            "on(job)",
            "ignoring(zone)",
            "on(job) group_left()",
            "on(job) group_right(zone)",
            "ignoring(zone, instance, le) group_left(zone)",
            "on(job, instance) group_left(zone)",
        ])
    }

    fn grouping(&mut self) -> &'static str {
        self.one(&["", "by (job)", "by (job, zone)", "without (instance)", "by (instance)", "without ()", "by (le)"])
    }

    fn vector(&mut self, depth: u32) -> String {
        if depth == 0 {
            return format!("{}{}", self.selector(), self.shift());
        }
        match self.below(10) {
            0..2 => self.binary(depth - 1),
            2..4 => self.aggregation(depth - 1),
            4..6 => self.over_range(depth - 1),
            6..8 => self.function(depth - 1),
            8 => format!("-{}", self.vector(depth - 1)),
            _ => self.vector(0),
        }
    }

    fn binary(&mut self, depth: u32) -> String {
        let left = self.vector(depth);
        match self.below(5) {
            0 => format!("({left} {} {})", self.arithmetic(), self.scalar(depth)),
            1 => format!("({} {} {left})", self.scalar(depth), self.comparison()),
            2 => {
                let matching = self.one(&["", "on(job)", "ignoring(zone)"]);
                format!("({left} {} {matching} {})", self.one(&["and", "or", "unless"]), self.vector(depth))
            }
            3 => format!("({left} {} {} {})", self.comparison(), self.matching(), self.vector(depth)),
            _ => format!("({left} {} {} {})", self.arithmetic(), self.matching(), self.vector(depth)),
        }
    }

    fn aggregation(&mut self, depth: u32) -> String {
        let inner = self.vector(depth);
        let name =
            self.one(&["sum", "avg", "min", "max", "count", "group", "stddev", "stdvar", "quantile", "count_values"]);
        let parameter = match name {
            "quantile" => self.one(&["0.5, ", "0.9, ", "0, ", "1, ", "1.5, ", "-1, "]),
            "count_values" => r#""v", "#,
            _ => "",
        };
        let inner = if name == "count_values" { format!("floor({inner})") } else { inner };
        format!("{name} {} ({parameter}{inner})", self.grouping())
    }

    fn over_range(&mut self, depth: u32) -> String {
        let range = self.range(depth);
        let name = self.one(&[
            "rate",
            "increase",
            "delta",
            "irate",
            "idelta",
            "deriv",
            "changes",
            "resets",
            "avg_over_time",
            "min_over_time",
            "max_over_time",
            "sum_over_time",
            "count_over_time",
            "stddev_over_time",
            "stdvar_over_time",
            "last_over_time",
            "present_over_time",
            "absent_over_time",
            "predict_linear",
            "quantile_over_time",
            "holt_winters",
        ]);
        match name {
            "predict_linear" => format!("predict_linear({range}, {})", self.scalar(0)),
            "quantile_over_time" => format!("quantile_over_time({}, {range})", self.one(&["0.25", "0.99", "2", "-1"])),
            "holt_winters" => format!("holt_winters({range}, 0.3, 0.7)"),
            _ => format!("{name}({range})"),
        }
    }

    fn function(&mut self, depth: u32) -> String {
        let inner = self.vector(depth);
        let name = self.one(&[
            "abs",
            "ceil",
            "floor",
            "ln",
            "log2",
            "log10",
            "sqrt",
            "sgn",
            "timestamp",
            "sort",
            "absent",
            "round",
            "clamp",
            "clamp_min",
            "clamp_max",
            "label_replace",
            "label_join",
            "histogram_quantile",
            "vector",
        ]);
        match name {
            "round" => format!("round({inner}, {})", self.one(&["1", "0.1", "5", "0.03"])),
            "clamp" => format!("clamp({inner}, {}, {})", self.scalar(0), self.scalar(0)),
            "clamp_min" | "clamp_max" => format!("{name}({inner}, {})", self.scalar(0)),
            "label_replace" => {
                format!(r#"label_replace({inner}, "{}", "x-$1", "job", "(a|b)")"#, self.one(&["job", "new", "zone"]))
            }
            "label_join" => format!(r#"label_join({inner}, "new", "-", "job", "instance", "nothing")"#),
            "histogram_quantile" => format!("histogram_quantile({}, {inner})", self.one(&["0.5", "0.99", "0", "1"])),
            "vector" => format!("vector({})", self.scalar(depth)),
            _ => format!("{name}({inner})"),
        }
    }
}

/// Ranges are no result of rules, so promtool does not tell them.
#[test]
fn a_range_gives_its_samples() {
    let value = Query::parse("k[30s]").unwrap().instant(&data(), 60_000, &Options::default()).unwrap();
    let Value::Matrix(series) = value else { panic!("{value:?}") };
    let times = |series: &Series| series.samples.iter().map(|sample: &Sample| sample.at).collect::<Vec<_>>();
    assert_eq!(series.iter().map(times).collect::<Vec<_>>(), [[30_000, 45_000, 60_000], [30_000, 45_000, 60_000]]);
}
