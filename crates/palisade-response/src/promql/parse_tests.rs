//! What is read, and what is refused.

use super::{
    Matcher, Memory, Operation, Options, Query, format_number, parse_duration, parse_selector, parse_sequence, stale,
};
use proptest::prelude::*;

/// Expressions with the place and the reason of their refusal.
const REFUSED: &[(&str, &str)] = &[
    ("", "1:1: there is no expression"),
    ("up +", "1:5: an expression was expected, but there is the end"),
    ("sum(\n  up", "2:5: ',' was expected, but there is the end"),
    ("rate(up)", "1:6: rate takes a range vector here, not an instant vector"),
    ("up[5m] + 1", "1:8: an operator stands between scalars and instant vectors, but one side is a range vector"),
    ("(up)[5m]", "1:5: a range is of a metric; of an expression it is a subquery: write [5m:1m]"),
    ("up offset 1m [5m]", "1:14: a range stands before offset and @"),
    ("up offset 1m offset 2m", "1:14: offset is there twice"),
    ("1 offset 1m", "1:3: offset stands behind a metric, a range or a subquery"),
    ("1 == 2", "1:3: a comparison of two scalars needs bool"),
    ("up and 1", "1:4: and, or and unless stand between instant vectors"),
    ("a + bool b", "1:3: bool stands behind comparisons only"),
    ("a + on(x) group_left(x) b", "1:3: the label x stands in on and in the group"),
    ("a or on(x) group_left b", "1:3: and, or and unless take no group_left or group_right"),
    ("foo(up)", "1:1: there is no function foo"),
    (
        "histogram_count(up)",
        "1:1: histogram_count is about native histograms, which are not read: use histogram_quantile over buckets",
    ),
    ("clamp(up, 1)", "1:1: clamp takes 3 arguments, not 2"),
    ("round()", "1:1: round takes 1 to 2 arguments, not 0"),
    ("topk(up)", "1:1: the aggregation takes 2 arguments, not 1"),
    ("{}", "1:1: a selector needs a matcher that does not match the empty value"),
    ("up{job=~\"(\"}", "1:4: the regular expression '(' is wrong: unclosed group"),
    ("up{__name__=\"x\"}", "1:4: the metric is named twice"),
    ("up[0s]", "1:4: a duration must be longer than 0"),
    ("up[5]", "1:4: a duration such as 5m was expected, but there is the number 5"),
    ("up @ 1e30", "1:6: this time is out of range"),
    ("'open", "1:1: the quote ' is not closed"),
    ("\"\\z\"", "1:1: the escape \\z is unknown"),
    ("ä", "1:1: 'ä' has no meaning here"),
    ("1 2", "1:3: the number 2 was not expected here"),
];

#[test]
fn mistakes_are_refused_with_their_place() {
    for (text, expected) in REFUSED {
        let refused = Query::parse(text).map(|_| ()).unwrap_err().to_string();
        assert!(refused.starts_with(expected), "{text}:\n  {refused}\n  {expected}");
    }
}

#[test]
fn what_is_nested_too_deep_or_too_long_is_refused() {
    let parens = "(".repeat(500) + "1" + &")".repeat(500);
    let sum = "1".to_owned() + &" + 1".repeat(500);
    let signs = "-".repeat(500) + "1";
    for text in [parens, sum, signs] {
        let refused = Query::parse(&text).map(|_| ()).unwrap_err();
        assert!(refused.message.contains("100 deep"), "{refused}");
    }
    let long = format!("\"{}\"", "x".repeat(70_000));
    assert!(Query::parse(&long).map(|_| ()).unwrap_err().message.contains("65536 bytes"));
}

#[test]
fn a_regular_expression_that_takes_too_much_is_refused() {
    let refused = Matcher::new("job", Operation::Regex, "(a{1000}){1000}").unwrap_err();
    assert!(refused.contains("too large"), "{refused}");
}

#[test]
fn durations_are_read_as_prometheus_writes_them() {
    let cases = [
        ("0", Some(0)),
        ("5m", Some(300_000)),
        ("1h30m", Some(5_400_000)),
        ("1d2h3m4s5ms", Some(93_784_005)),
        ("1y", Some(31_536_000_000)),
    ];
    for (text, expected) in cases {
        assert_eq!(parse_duration(text).ok(), expected, "{text}");
    }
    for text in ["", "5", "m", "5m1h", "5m5m", "1.5h", "-5m", "5 m", "9223372036854775807y", "99999999999y"] {
        assert!(parse_duration(text).is_err(), "{text}");
    }
}

#[test]
fn numbers_are_written_as_go_writes_them() {
    let cases = [
        (1.0, "1"),
        (0.1 + 0.2, "0.30000000000000004"),
        (123_456.0, "123456"),
        (1_234_567.0, "1.234567e+06"),
        (0.0001, "0.0001"),
        (0.000_012, "1.2e-05"),
        (-0.0, "-0"),
        (f64::NAN, "NaN"),
        (f64::NEG_INFINITY, "-Inf"),
    ];
    for (number, expected) in cases {
        assert_eq!(format_number(number), expected);
    }
}

#[test]
fn sequences_are_expanded_as_promtool_does() {
    let some = |numbers: &[f64]| numbers.iter().copied().map(Some).collect::<Vec<_>>();
    assert_eq!(parse_sequence("1+1x3").unwrap(), some(&[1.0, 2.0, 3.0, 4.0]));
    assert_eq!(parse_sequence("1-0.5x2 7").unwrap(), some(&[1.0, 0.5, 0.0, 7.0]));
    assert_eq!(parse_sequence("-3+-1x1").ok(), None);
    assert_eq!(parse_sequence("5x2").unwrap(), some(&[5.0; 3]));
    assert_eq!(parse_sequence("_ 1e3 _x2").unwrap(), [None, Some(1000.0), None, None]);
    let ended = parse_sequence("stale").unwrap();
    assert_eq!(ended[0].map(f64::to_bits), Some(stale().to_bits()));
    for wrong in ["x3", "1+x3", "{{schema:1}}", "1x-1", "1+1", "1x99999999999"] {
        assert!(parse_sequence(wrong).is_err(), "{wrong}");
    }
    assert!(parse_sequence("1x200000").unwrap_err().contains("100000"));
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in ".{0,80}") {
        let _ = Query::parse(&text);
        let _ = parse_selector(&text);
        let _ = parse_sequence(&text);
        let _ = parse_duration(&text);
    }

    /// Pieces of the language in any order are read more often than any text, and then evaluated.
    #[test]
    fn no_expression_panics(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 1..24), at in any::<i64>()) {
        let text = pieces.concat();
        if let Ok(query) = Query::parse(&text) {
            let mut options = Options::default();
            options.limits.steps = 1_000;
            let data = sample_data();
            let _ = query.instant(&data, at, &options);
            let _ = query.instant(&data, 60_000, &options);
            let _ = query.range(&data, (at, at.saturating_add(10_000)), 1_000, &options);
        }
    }
}

/// What expressions are made of.
const PIECES: &[&str] = &[
    "m",
    "n",
    "{job=\"a\"}",
    "[5m]",
    "[1m:10s]",
    "[100y:]",
    " offset 1m",
    " offset -100y",
    " @ 0",
    " @ end()",
    "(",
    ")",
    "(",
    ")",
    ",",
    " + ",
    " / ",
    " % ",
    " ^ ",
    " > ",
    " == bool ",
    " and ",
    " or on() ",
    " * on(job) group_left(z) ",
    "sum",
    "topk(2, ",
    "quantile(NaN, ",
    "count_values(\"v\", ",
    " by (job) ",
    "rate(",
    "avg_over_time(",
    "absent(",
    "histogram_quantile(0.5, ",
    "label_replace(",
    "\"x\"",
    "\"$1\"",
    "\"(.*)\"",
    "label_join(",
    "vector(",
    "scalar(",
    "time()",
    "year(",
    "days_in_month(",
    "timestamp(",
    "1",
    "Inf",
    "NaN",
    "-",
    "1e308",
    "predict_linear(m[5m], 1)",
    "sort(",
    "round(",
    "clamp(",
    "holt_winters(m[5m], 0.5, 0.5)",
];

fn sample_data() -> Memory {
    let mut data = Memory::default();
    for (labels, values) in
        [("m{job=\"a\"}", "1+1x10 stale _ NaN Inf -Inf"), ("m{job=\"b\"}", "1x5"), ("n{job=\"a\"}", "0-1e308x3")]
    {
        data.add_series(&crate::rules::unit::input_series(labels, values, 15_000).unwrap());
    }
    data
}
