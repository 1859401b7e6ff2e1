//! How many events a second correlations take, beside `rsigma-eval` on the same events.
//! `cargo bench -p palisade-events --bench correlate` prints items a second.
//!
//! Both are given hits: what the detection rules found is made before, and so are the records. The other engine takes
//! its detections by value, so making the copy is part of its time.

use divan::{Bencher, black_box, counter::ItemsCount};
use palisade_events::{
    Record, Value,
    correlation::{Correlations, Correlator, Settings, Target},
};
use palisade_model::Timestamp;
use rsigma_eval::{CorrelationConfig, CorrelationEngine, EvaluationResult, JsonEvent};
use rsigma_parser::{SigmaCollection, parse_sigma_yaml};
use std::sync::Arc;

fn main() {
    divan::main();
}

const BASE: &str = "
title: refused
id: refused
name: refused
logsource: {category: firewall}
detection: {selection: {action: deny}, condition: selection}
---
title: accepted
id: accepted
name: accepted
logsource: {category: firewall}
detection: {selection: {action: allow}, condition: selection}
---
title: measured
correlation:
";

/// One event a millisecond: in a window of a minute, 60,000.
struct Hit {
    rule: usize,
    source: String,
    port: String,
    bytes: String,
    millis: i64,
}

/// Events of `groups` addresses, each over `values` ports in turn; every `accepted`-th hits the second rule.
fn hits(count: usize, groups: usize, values: usize, accepted: usize) -> Vec<Hit> {
    let scramble = |index: usize| (index as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
    (0..count)
        .map(|index| Hit {
            rule: usize::from(accepted > 0 && index % accepted == accepted - 1),
            source: format!("10.0.{}.{}", index % groups / 256, index % groups % 256),
            port: (index / groups % values).to_string(),
            bytes: (scramble(index) % 100_000).to_string(),
            millis: index as i64,
        })
        .collect()
}

fn record(hit: &Hit) -> Record<'_> {
    let mut record = Record::new("");
    let action = if hit.rule == 0 { "deny" } else { "allow" };
    for (name, value) in [("proto", "tcp"), ("action", action), ("src_ip", &hit.source), ("dst_ip", "10.9.9.9")] {
        record.push(name, Value::text(value));
    }
    record.push("dst_port", Value::Number(&hit.port));
    record.push("bytes", Value::Number(&hit.bytes));
    record
}

fn rules(correlation: &str) -> SigmaCollection {
    let indented: String = correlation.lines().map(|line| format!("  {}\n", line.trim())).collect();
    parse_sigma_yaml(&format!("{BASE}{indented}")).expect("the rules parse")
}

fn ours(bencher: Bencher<'_, '_>, correlation: &str, hits: &[Hit]) {
    let collection = rules(correlation);
    let resolve = |name: &str| ["refused", "accepted"].iter().position(|rule| *rule == name).map(Target::Rule);
    let (correlations, refusals) = Correlations::compile(&collection.correlations, resolve);
    assert!(refusals.is_empty(), "{refusals:?}");
    let correlations = Arc::new(correlations);
    let records: Vec<_> = hits.iter().map(|hit| (hit.rule, record(hit), Timestamp::from_millis(hit.millis))).collect();
    bencher.counter(ItemsCount::new(hits.len())).bench_local(|| {
        let mut correlator = Correlator::new(Arc::clone(&correlations), Settings::default());
        let mut matches = Vec::new();
        for (rule, record, time) in &records {
            correlator.hit(*rule, black_box(record), *time, &mut matches);
        }
        assert_eq!(correlator.statistics().hits, records.len() as u64);
        assert!(!matches.is_empty() && matches.iter().all(|found| found.is_exact));
        matches.len()
    });
}

fn theirs(bencher: Bencher<'_, '_>, correlation: &str, hits: &[Hit]) {
    let collection = rules(correlation);
    let engine = || {
        let mut engine = CorrelationEngine::new(CorrelationConfig::default());
        engine.add_collection(&collection).expect("the rules compile");
        engine
    };
    let json = |hit: &Hit| {
        let action = if hit.rule == 0 { "deny" } else { "allow" };
        let number = |text: &str| text.parse::<i64>().expect("a number");
        serde_json::json!({
            "proto": "tcp", "action": action, "src_ip": hit.source, "dst_ip": "10.9.9.9",
            "dst_port": number(&hit.port), "bytes": number(&hit.bytes),
        })
    };
    let found = engine();
    let events: Vec<_> = hits.iter().map(|hit| (json(hit), hit.millis / 1_000)).collect();
    let detections: Vec<Vec<EvaluationResult>> =
        hits.iter().take(16).map(|hit| found.evaluate(&JsonEvent::borrow(&json(hit)))).collect();
    let of_rule = |rule: usize| hits.iter().take(16).position(|hit| hit.rule == rule).map(|index| &detections[index]);
    let detections = [of_rule(0), of_rule(1).or(of_rule(0))].map(|found| found.expect("hits of each rule").clone());
    bencher.counter(ItemsCount::new(hits.len())).bench_local(|| {
        let mut engine = engine();
        let mut matches = 0;
        for ((event, second), hit) in events.iter().zip(hits) {
            let event = JsonEvent::borrow(black_box(event));
            matches += engine.process_with_detections(&event, detections[hit.rule].clone(), *second).len();
        }
        assert!(matches > hits.len());
        matches
    });
}

const PORTS_6_000: &str = "type: value_count
rules: [refused]
group-by: [src_ip]
timespan: 60s
condition: {field: dst_port, gte: 5000}";

const PORTS_100_000: &str = "type: value_count
rules: [refused]
group-by: [src_ip]
timespan: 10m
condition: {field: dst_port, gte: 90000}";

const PORTS_NEW: &str = "type: value_count
rules: [refused]
group-by: [src_ip]
timespan: 100s
condition: {field: dst_port, gte: 90000}";

const EVENTS: &str = "type: event_count
rules: [refused]
group-by: [src_ip]
timespan: 60s
condition: {gte: 10}";

const SUM: &str = "type: value_sum
rules: [refused]
group-by: [src_ip]
timespan: 60s
condition: {field: bytes, gte: 1000}";

const PERCENTILE: &str = "type: value_percentile
rules: [refused]
group-by: [src_ip]
timespan: 60s
condition: {field: bytes, gte: 1000, percentile: 95}";

const ORDERED: &str = "type: temporal_ordered
rules: [refused, accepted]
group-by: [src_ip]
timespan: 60s";

/// 6,000 distinct values in the window, each event in one group.
#[divan::bench_group(sample_count = 5)]
mod value_count_6_000 {
    use super::*;

    #[divan::bench]
    fn palisade(bencher: Bencher<'_, '_>) {
        ours(bencher, PORTS_6_000, &hits(500_000, 1, 6_000, 0));
    }

    #[divan::bench(sample_count = 1)]
    fn rsigma_eval(bencher: Bencher<'_, '_>) {
        theirs(bencher, PORTS_6_000, &hits(20_000, 1, 6_000, 0));
    }
}

/// 100,000 distinct values in the window: the same ones again and again, or each new.
#[divan::bench_group(sample_count = 5)]
mod value_count_100_000 {
    use super::*;

    #[divan::bench]
    fn palisade(bencher: Bencher<'_, '_>) {
        ours(bencher, PORTS_100_000, &hits(1_000_000, 1, 100_000, 0));
    }

    #[divan::bench]
    fn palisade_new_values(bencher: Bencher<'_, '_>) {
        ours(bencher, PORTS_NEW, &hits(1_000_000, 1, usize::MAX, 0));
    }

    /// Every third event comes up to 20 seconds late.
    #[divan::bench]
    fn palisade_late(bencher: Bencher<'_, '_>) {
        let mut hits = hits(1_000_000, 1, 100_000, 0);
        hits.iter_mut().step_by(3).for_each(|hit| hit.millis -= hit.millis * 7919 % 20_000);
        ours(bencher, PORTS_100_000, &hits);
    }
}

/// One group with 60,000 events in its window, and 5,000 groups with twelve each.
#[divan::bench_group(sample_count = 5)]
mod event_count {
    use super::*;

    #[divan::bench(args = [1, 5_000])]
    fn palisade(bencher: Bencher<'_, '_>, groups: usize) {
        ours(bencher, EVENTS, &hits(500_000, groups, 1, 0));
    }

    #[divan::bench(args = [1, 5_000])]
    fn rsigma_eval(bencher: Bencher<'_, '_>, groups: usize) {
        theirs(bencher, EVENTS, &hits(100_000, groups, 1, 0));
    }
}

#[divan::bench_group(sample_count = 5)]
mod value_sum {
    use super::*;

    #[divan::bench]
    fn palisade(bencher: Bencher<'_, '_>) {
        ours(bencher, SUM, &hits(500_000, 1, 1, 0));
    }

    #[divan::bench(sample_count = 1)]
    fn rsigma_eval(bencher: Bencher<'_, '_>) {
        theirs(bencher, SUM, &hits(20_000, 1, 1, 0));
    }
}

#[divan::bench_group(sample_count = 5)]
mod value_percentile {
    use super::*;

    #[divan::bench]
    fn palisade(bencher: Bencher<'_, '_>) {
        ours(bencher, PERCENTILE, &hits(500_000, 1, 1, 0));
    }

    #[divan::bench(sample_count = 1)]
    fn rsigma_eval(bencher: Bencher<'_, '_>) {
        theirs(bencher, PERCENTILE, &hits(5_000, 1, 1, 0));
    }
}

/// A flood of the first rule's events, every tenth of the second's.
#[divan::bench_group(sample_count = 5)]
mod temporal_ordered {
    use super::*;

    #[divan::bench]
    fn palisade(bencher: Bencher<'_, '_>) {
        ours(bencher, ORDERED, &hits(500_000, 1, 1, 10));
    }

    #[divan::bench(sample_count = 2)]
    fn rsigma_eval(bencher: Bencher<'_, '_>) {
        theirs(bencher, ORDERED, &hits(100_000, 1, 1, 10));
    }
}
