//! Forecasts a second: 400 values, 48 ahead, with intervals.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use palisade_telemetry::forecast::{Request, Seasons, forecast, trend_breaks};

fn main() {
    divan::main();
}

/// A day, a week and a slow rise, with noise that is the same in every run.
fn series(count: usize) -> Vec<f64> {
    let turn = |place: f64, season: f64| (place * std::f64::consts::TAU / season).sin();
    let noise = |place: usize| (place as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) as f64 / u64::MAX as f64;
    let value = |place: usize| {
        let at = place as f64;
        100.0 + 0.01 * at + 20.0 * turn(at, 24.0) + 10.0 * turn(at, 168.0) + 5.0 * noise(place)
    };
    (0..count).map(value).collect()
}

#[divan::bench(args = [100, 400, 1000, 4000])]
fn seasons_found(bencher: Bencher, count: usize) {
    let values = series(count);
    bencher.counter(ItemsCount::new(1_usize)).bench(|| forecast(black_box(&values), &Request::ahead(48)));
}

#[divan::bench(args = [400, 1000])]
fn two_seasons_given(bencher: Bencher, count: usize) {
    let values = series(count);
    let request = Request { seasons: Seasons::Given(vec![24, 168]), ..Request::ahead(48) };
    bencher.counter(ItemsCount::new(1_usize)).bench(|| forecast(black_box(&values), &request));
}

#[divan::bench]
fn breaks_of_a_thousand_values(bencher: Bencher) {
    let values = series(1000);
    bencher.counter(ItemsCount::new(1_usize)).bench(|| trend_breaks(black_box(&values), &Seasons::Given(vec![24])));
}
