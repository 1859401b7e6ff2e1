//! How fast expressions and groups of rules are evaluated over series in memory.
//! `cargo bench -p palisade-response --bench promql` prints samples a second.

use divan::{Bencher, black_box, counter::ItemsCount};
use palisade_model::Timestamp;
use palisade_response::{
    promql::{Memory, Options, Query},
    rules::{Environment, RuleFile, unit::input_series},
};

fn main() {
    divan::main();
}

/// One sample every 15 seconds for an hour.
const SAMPLES: usize = 241;
const HOUR: i64 = 3_600_000;

/// `count` series of one counter over 20 jobs.
fn data(count: usize) -> Memory {
    let mut data = Memory::default();
    for place in 0..count {
        let labels =
            format!("requests_total{{job=\"job-{}\",instance=\"host-{place}:9100\",code=\"200\"}}", place % 20);
        let series = input_series(&labels, &format!("0+{}x{}", place % 7 + 1, SAMPLES - 1), 15_000);
        data.add_series(&series.expect("the series is well written"));
    }
    data
}

/// Over 5,000 series; the samples that lie in the window are counted.
#[divan::bench(args = [
    ("requests_total > 100", 1),
    ("sum by (job) (rate(requests_total[5m]))", 21),
    ("sum by (job) (rate(requests_total[5m])) / on(job) group_left() count by (job) (requests_total)", 22),
    ("max_over_time(sum by (job) (rate(requests_total[1m]))[30m:1m])", 31 * 5),
])]
fn instant(bencher: Bencher<'_, '_>, (text, samples): (&str, usize)) {
    let data = data(5_000);
    let query = Query::parse(text).expect("the expression is well written");
    bencher
        .counter(ItemsCount::new(samples * 5_000))
        .bench_local(|| black_box(query.instant(&data, HOUR, &Options::default()).is_ok()));
}

/// A hundred alerting rules over 200 series, of which each fires on ten.
#[divan::bench]
fn group_of_rules(bencher: Bencher<'_, '_>) {
    let data = data(200);
    let rule = |place: usize| {
        format!(
            "  - alert: A{place}\n    expr: rate(requests_total{{job=\"job-{}\"}}[5m]) > 0\n    annotations: {{s: \"{{{{ $labels.instance }}}} {{{{ humanize $value }}}}\"}}\n",
            place % 20
        )
    };
    let text = format!("groups:\n- name: g\n  rules:\n{}", (0..100).map(rule).collect::<String>());
    let read = RuleFile::read("f", &text, 60_000);
    let mut group = read.groups.into_iter().next().expect("the group is well written");
    let now = Timestamp::from_millis(HOUR);
    bencher
        .counter(ItemsCount::new(100_usize))
        .bench_local(|| black_box(group.evaluate(now, &data, &Environment::default()).failures.len()));
}
