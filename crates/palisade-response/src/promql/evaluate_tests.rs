//! Limits, faults of the data, and ranges; what expressions give is compared with `promtool` in `tests/promtool`.

use super::{EvaluateError, Limits, Matcher, Memory, Options, Query, Queryable, Sample, Series, Value};
use crate::rules::unit::input_series;

fn data() -> Memory {
    let mut data = Memory::default();
    for job in ["a", "b", "c"] {
        data.add_series(&input_series(&format!("m{{job=\"{job}\"}}"), "0+15x400", 15_000).unwrap());
    }
    data
}

fn with_limits(text: &str, limits: Limits) -> Result<Value, EvaluateError> {
    Query::parse(text).unwrap().instant(&data(), 3_600_000, &Options { limits, ..Options::default() })
}

fn reached(text: &str, limits: Limits) -> &'static str {
    match with_limits(text, limits) {
        Err(EvaluateError::Limit { what, .. }) => what,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn limits_are_named_when_they_are_reached() {
    let limits = Limits::default();
    assert_eq!(reached("rate(m[1h])", Limits { samples: 500, ..limits }), "samples");
    assert_eq!(reached("m", Limits { series: 2, ..limits }), "series");
    assert_eq!(reached("sum_over_time(m[1h:1s])", Limits { steps: 3_000, ..limits }), "steps");
    assert_eq!(reached("sum_over_time(vector(1)[200y:1ms])", limits), "steps");
    assert_eq!(reached("sum_over_time(sum_over_time(vector(1)[1d:1s])[1d:1s])", limits), "steps");
    let doubling = (0..20)
        .fold("m".to_owned(), |inner, _| format!("label_replace({inner}, \"job\", \"$1$1$1$1\", \"job\", \"(.*)\")"));
    assert_eq!(reached(&doubling, limits), "bytes in one label");
    assert_eq!(
        reached("label_join(m, \"x\", \"-\", \"job\", \"job\")", Limits { label_bytes: 8, ..limits }),
        "bytes of new labels"
    );
    assert!(with_limits("rate(m[1h])", limits).is_ok());
}

#[test]
fn a_selector_is_asked_once_for_all_its_times() {
    struct Asked(std::cell::RefCell<Vec<(i64, i64)>>);
    impl Queryable for Asked {
        fn select(&self, _: &[Matcher], from: i64, to: i64) -> Result<Vec<Series>, String> {
            self.0.borrow_mut().push((from, to));
            Ok(Vec::new())
        }
    }
    let asked = Asked(Vec::new().into());
    let cases = [
        ("m", (700_000, 1_000_000)),
        ("m offset 1m", (640_000, 940_000)),
        ("m @ 500", (200_000, 500_000)),
        ("rate(m[1m] offset 1m)", (880_000, 940_000)),
        ("max_over_time(rate(m[1m])[5m:1m] offset 1m)", (580_000, 940_000)),
        ("max_over_time((m @ end())[5m:1m])", (700_000, 1_000_000)),
    ];
    for (text, expected) in cases {
        Query::parse(text).unwrap().instant(&asked, 1_000_000, &Options::default()).unwrap();
        assert_eq!(asked.0.take(), [expected], "{text}");
    }
}

#[test]
fn data_that_cannot_be_read_is_told() {
    struct Broken;
    impl Queryable for Broken {
        fn select(&self, _: &[Matcher], _: i64, _: i64) -> Result<Vec<Series>, String> {
            Err("the table is locked".to_owned())
        }
    }
    let error = Query::parse("m").unwrap().instant(&Broken, 0, &Options::default()).unwrap_err();
    assert_eq!(error.to_string(), "the series cannot be read: the table is locked");
}

#[test]
fn samples_out_of_order_do_not_panic() {
    struct Disorder;
    impl Queryable for Disorder {
        fn select(&self, _: &[Matcher], _: i64, _: i64) -> Result<Vec<Series>, String> {
            let samples = [9, 3, 7, 3, 1].map(|at| Sample { at: at * 10_000, value: 1.0 }).to_vec();
            Ok(vec![Series { samples, ..Series::default() }; 2])
        }
    }
    for text in ["m", "rate(m[1m])", "deriv(m[1m])", "sum_over_time(m[1m:7s])", "-m", "m + m", "m and m"] {
        let _ = Query::parse(text).unwrap().instant(&Disorder, 70_000, &Options::default());
    }
}

#[test]
fn a_range_gives_a_sample_for_each_step() {
    let query = Query::parse("sum(m)").unwrap();
    let series = query.range(&data(), (0, 60_000), 30_000, &Options::default()).unwrap();
    let values: Vec<(i64, f64)> = series[0].samples.iter().map(|sample| (sample.at, sample.value)).collect();
    assert_eq!(values, [(0, 0.0), (30_000, 90.0), (60_000, 180.0)]);
    assert!(query.range(&data(), (0, 60_000), 0, &Options::default()).is_err());
    assert_eq!(query.range(&data(), (60_000, 0), 1, &Options::default()).unwrap(), []);
    let endless = query.range(&data(), (0, i64::MAX), 1, &Options::default());
    assert!(matches!(endless, Err(EvaluateError::Limit { what: "steps", .. })));
}

#[test]
fn one_vector_goes_with_one() {
    let refused = |text: &str| with_limits(text, Limits::default()).unwrap_err().to_string();
    assert!(refused("m + on() m").contains("two elements on the right side match alike"));
    assert!(refused("m + on() sum(m)").contains("say group_left"));
    assert!(refused("label_replace(m, \"job\", \"x\", \"\", \"\")").contains("same labels twice"));
}
