//! Asking `promtool test rules`, by expecting what never comes and reading what came instead.

use std::{collections::BTreeMap, fmt::Write as _, process::Command};

/// A result: each set of labels as Prometheus writes it, and its number. `None` where the evaluation fails.
pub(crate) type Answer = Option<Vec<(String, f64)>>;

/// Series of the test: labels, and a value every 15 seconds from 0 on as promtool reads them.
pub(crate) const SERIES: &[(&str, &str)] = &[
    (r#"m{job="a",instance="1"}"#, "1+1.37x30 3+2.5x60"),
    (r#"m{job="a",instance="2"}"#, "0+10x20 _x10 0+7x60"),
    (r#"m{job="b",instance="1"}"#, "5 8 -3.5 2.25 9 12 1e3 7.125 _ _ 3 4 8 stale _x5 1 2 3.5 5+0.3x50"),
    (r#"m{job="b",instance="2"}"#, "100-1.5x90"),
    (r#"m{job="c",instance="3"}"#, "_x18 4 9 2 6.5 NaN 3 8 Inf 1 2 3+0.7x60"),
    (r#"n{job="a",instance="1",zone="x"}"#, "3-0.11x95"),
    (r#"n{job="a",instance="2",zone="y"}"#, "0.5+0.02x95"),
    (r#"n{job="b",instance="1",zone="x"}"#, "1e6+1e5x95"),
    (r#"n{job="b",instance="2",zone="y"}"#, "7x40 8x3 7x10 9.5x40"),
    (r#"k{job="a"}"#, "2+0.01x95"),
    (r#"k{job="b"}"#, "-3+0.2x95"),
    (r#"h_bucket{job="a",le="0.1"}"#, "0+3x95"),
    (r#"h_bucket{job="a",le="0.5"}"#, "0+8x95"),
    (r#"h_bucket{job="a",le="2"}"#, "0+9.5x95"),
    (r#"h_bucket{job="a",le="+Inf"}"#, "0+11x95"),
    (r#"h_bucket{job="b",le="0.1"}"#, "0+2x95"),
    (r#"h_bucket{job="b",le="1"}"#, "0+1.5x95"),
    (r#"h_bucket{job="b",le="+Inf"}"#, "0+6x95"),
    (r#"clock{job="a"}"#, "1709164800+86399.5x95"),
];

/// The step of the series, in milliseconds.
pub(crate) const STEP: i64 = 15_000;

/// After the last sample, in milliseconds.
const SERIES_END: i64 = 1_500_000;

/// `promtool`; `None` when the test is to be skipped.
pub(crate) fn promtool() -> Option<Command> {
    let there = Command::new("promtool").arg("--version").output().is_ok_and(|output| output.status.success());
    if !there {
        let required = std::env::var_os("PALISADE_REQUIRE_SERVERS").is_some_and(|value| value == "1");
        assert!(!required, "promtool is missing: run tests/setup.sh");
        eprintln!("SKIPPED: promtool is missing: run tests/setup.sh");
        return None;
    }
    Some(Command::new("promtool"))
}

/// What Prometheus makes of each expression at its time in milliseconds.
pub(crate) fn answers(mut promtool: Command, asked: &[(String, i64)]) -> Vec<Answer> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("test.yml");
    std::fs::write(&file, test_file(asked)).unwrap();
    let output = promtool.arg("test").arg("rules").arg(&file).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    let told = &told[told.find("    expr: ").unwrap_or_else(|| panic!("{told}"))..];
    let mut parts: Vec<&str> = told.split("\n    expr: ").collect();
    parts.pop();
    assert_eq!(parts.len(), asked.len(), "promtool answers everything: {told:.1000}");
    parts.into_iter().map(answer).collect()
}

fn test_file(asked: &[(String, i64)]) -> String {
    let mut text = String::from("evaluation_interval: 1m\ntests:\n  - interval: 15s\n    input_series:\n");
    for (series, values) in SERIES {
        let _ = writeln!(text, "      - {{series: '{series}', values: '{values}'}}");
    }
    text.push_str("    promql_expr_test:\n");
    // Asked at the end, because promtool loads no samples after the last time that is asked for.
    let last = [("vector(0)".to_owned(), SERIES_END)];
    for (expression, at) in asked.iter().chain(&last) {
        let _ = writeln!(text, "      - expr: '{}'\n        eval_time: {at}ms", expression.replace('\'', "''"));
        text.push_str("        exp_samples: [{labels: '{never=\"comes\"}', value: 1}]\n");
    }
    text
}

/// Reads `"…", time: 5m,\n exp: …\n got: {a="b"} 1E+00, …` or `"…", time: 5m, err: …`.
fn answer(part: &str) -> Answer {
    let (_, got) = part.split_once("\n        got: ")?;
    let got = got.trim_end();
    if got == "nil" {
        return Some(Vec::new());
    }
    let mut found = BTreeMap::new();
    for sample in split_samples(got) {
        let (labels, value) = sample.rsplit_once(' ').unwrap();
        found.insert(labels.to_owned(), value.parse::<f64>().unwrap_or_else(|_| panic!("{sample}")));
    }
    Some(found.into_iter().collect())
}

/// `{…} 1, {…} 2` or `m{…} 1` apart.
fn split_samples(got: &str) -> Vec<&str> {
    let mut samples = Vec::new();
    let mut start = 0;
    let mut in_braces = false;
    let bytes = got.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'{' => in_braces = true,
            b'}' => in_braces = false,
            b',' if !in_braces => {
                samples.push(got[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    samples.push(got[start..].trim());
    samples
}
