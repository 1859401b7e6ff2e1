//! What a point costs. `cargo bench -p palisade-telemetry --bench anomaly` prints points a second.

use divan::{Bencher, black_box, counter::ItemsCount};
use palisade_model::Timestamp;
use palisade_telemetry::{
    anomaly::{Detector, Kind, Monitor, Settings},
    derived::{TemplateLimits, Templates},
};

fn main() {
    divan::main();
}

/// A day's wave with noise and now and then a spike, a point every five minutes.
fn series(points: usize) -> Vec<(Timestamp, f64)> {
    let noise = |index: usize| ((index as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as f64 / 16_777_216.0;
    (0..points)
        .map(|index| {
            let wave = (index as f64 / 288.0 * std::f64::consts::TAU).sin();
            let spike = if index % 1_931 == 1_930 { 8.0 } else { 0.0 };
            (Timestamp::from_millis(index as i64 * 300_000), 50.0 + 20.0 * wave + 4.0 * noise(index) + spike)
        })
        .collect()
}

#[divan::bench]
fn one_series(bencher: Bencher) {
    let points = series(10_000);
    bencher.counter(ItemsCount::new(points.len())).bench_local(|| {
        let mut detector = Detector::new(Settings::default());
        points.iter().filter(|&&(time, value)| detector.observe(time, black_box(value)).alarm.is_some()).count()
    });
}

/// Ten thousand series in turn, so that states come from memory and not from a cache.
#[divan::bench(sample_count = 10)]
fn ten_thousand_series(bencher: Bencher) {
    let mut monitor = Monitor::new(&Settings::default(), 10_000);
    for id in 0..10_000 {
        let labels = [format!("host={}", id % 100), format!("service={}", id % 37)];
        monitor.watch(id, Kind::Gauge, &labels).expect("there is room");
    }
    let points = series(1_000);
    for &(time, value) in &points[..20] {
        (0..10_000).for_each(|id| drop(monitor.observe(id, time, value + id as f64)));
    }
    let mut next = 20;
    bencher.counter(ItemsCount::new(10_000_usize)).bench_local(|| {
        let (time, value) = points[next % points.len()];
        let time = Timestamp::from_nanos(time.nanos() + (next / points.len()) as i64 * 300_000_000_000_000);
        next += 1;
        (0..10_000).filter(|&id| monitor.observe(id, time, value + id as f64).is_some()).count()
    });
}

#[divan::bench]
fn checkpoint(bencher: Bencher) {
    let mut detector = Detector::new(Settings::default());
    series(1_000).into_iter().for_each(|(time, value)| drop(detector.observe(time, value)));
    bencher.bench_local(|| Detector::decode(Settings::default(), black_box(&detector.encode())).is_ok());
}

#[divan::bench]
fn log_templates(bencher: Bencher) {
    let lines: Vec<String> = (0..1_000)
        .map(|index| match index % 3 {
            0 => format!("connection from 10.0.0.{} port {index} closed by peer", index % 250),
            1 => format!("GET /api/items/{index} 200 in {}ms", index % 70),
            _ => format!("worker {} finished batch {index} with {} rows", index % 8, index * 3),
        })
        .collect();
    bencher.counter(ItemsCount::new(lines.len())).bench_local(|| {
        let mut templates = Templates::new(TemplateLimits::default());
        lines.iter().filter(|line| templates.observe(line).new).count()
    });
}
