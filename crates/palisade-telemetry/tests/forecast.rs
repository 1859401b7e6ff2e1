//! Forecasts of series whose continuation is known, and of series that say little or nothing.

use palisade_telemetry::forecast::{
    Forecast, ForecastError, Note, Request, Seasons, Side, backtest, capacity, crossing, forecast, trend_breaks,
};

/// Noise that is the same in every run.
fn noise(place: usize) -> f64 {
    let mixed = (place as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 40) as f64 / (1 << 24) as f64 - 0.5
}

fn day_and_week(place: usize) -> f64 {
    let turn = |season: f64| (place as f64 * std::f64::consts::TAU / season).sin();
    100.0 + 20.0 * turn(24.0) + 10.0 * turn(168.0) + 2.0 * noise(place)
}

fn series(count: usize, value: impl Fn(usize) -> f64) -> Vec<f64> {
    (0..count).map(value).collect()
}

fn ahead(values: &[f64], horizon: usize) -> Forecast {
    forecast(values, &Request::ahead(horizon)).expect("a forecast")
}

fn mean_error(forecast: &Forecast, from: usize, value: impl Fn(usize) -> f64) -> f64 {
    let errors = forecast.values.iter().enumerate().map(|(step, expected)| (expected - value(from + step)).abs());
    errors.sum::<f64>() / forecast.values.len() as f64
}

#[test]
fn two_seasons_are_found_and_carried_on() {
    let forecast = ahead(&series(840, day_and_week), 48);
    assert_eq!(forecast.seasons, [24, 168]);
    let error = mean_error(&forecast, 840, day_and_week);
    assert!(error < 1.5, "{error}");
}

#[test]
fn seasons_of_the_calendar_are_found_from_the_step() {
    let daily = |place: usize| 50.0 + 10.0 * (place as f64 * std::f64::consts::TAU / 288.0).sin() + noise(place);
    let mut request = Request::ahead(12);
    request.seasons = Seasons::Detected { step_seconds: Some(300.0) };
    let forecast = forecast(&series(1500, daily), &request).unwrap();
    let error = mean_error(&forecast, 1500, daily);
    assert!(error < 1.0, "{error}");
}

#[test]
fn a_line_is_carried_on() {
    let line = |place: usize| 10.0 + 0.5 * place as f64;
    let forecast = ahead(&series(200, line), 20);
    let error = mean_error(&forecast, 200, line);
    assert!(error < 0.5, "{error}");
}

#[test]
fn the_same_series_gives_the_same_forecast() {
    let values = series(500, day_and_week);
    assert_eq!(ahead(&values, 48), ahead(&values, 48));
}

#[test]
fn weights_add_up_and_the_weightiest_comes_first() {
    let forecast = ahead(&series(500, day_and_week), 24);
    let weights: Vec<f64> = forecast.methods.iter().map(|share| share.weight).collect();
    assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    assert!(weights.is_sorted_by(|left, right| left >= right));
}

#[test]
fn gaps_are_filled_and_told() {
    let mut values = series(400, day_and_week);
    values[100..110].fill(f64::NAN);
    values[200] = f64::INFINITY;
    values.push(f64::NAN);
    let forecast = ahead(&values, 24);
    assert_eq!(forecast.notes, [Note::EndMissing { values: 1 }, Note::GapsFilled { values: 11 }]);
    let error = mean_error(&forecast, 400, day_and_week);
    assert!(error < 6.0, "{error}");
}

#[test]
fn a_constant_stays_and_says_so() {
    for value in [0.0, -3.5, 1e308, 5e-324] {
        let forecast = ahead(&[value; 100], 10);
        assert!(forecast.notes.contains(&Note::Constant), "{value}");
        let close = |expected: &f64| (expected - value).abs() <= 1e-9 * value.abs();
        assert!(forecast.values.iter().all(close), "{value}: {:?}", forecast.values);
    }
}

#[test]
fn one_to_ten_values_are_carried_on() {
    for count in 1..=10 {
        let forecast = ahead(&series(count, |place| 5.0 + noise(place)), 6);
        assert!(forecast.values.iter().all(|value| (3.0..7.0).contains(value)), "{count}: {:?}", forecast.values);
        assert!(forecast.lower[0] < forecast.upper[0], "{count}");
    }
    assert!(ahead(&[1.0, 2.0], 3).notes.contains(&Note::TooShort { values: 2 }));
}

#[test]
fn values_at_the_end_of_all_numbers_stay_finite() {
    let huge = series(200, |place| if place % 2 == 0 { 1e308 } else { -1.7e308 });
    let forecast = ahead(&huge, 20);
    for values in [&forecast.values, &forecast.lower, &forecast.upper] {
        assert!(values.iter().all(|value| value.is_finite()));
    }
}

/// Seasonal methods win here and are tried at the last origins only.
#[test]
fn one_spike_among_zeros_has_an_interval() {
    let forecast = ahead(&series(29, |place| if place == 22 { 974_413_762.0 } else { 0.0 }), 1);
    assert!(forecast.lower[0] >= 0.0 && forecast.upper[0].is_finite(), "{forecast:?}");
}

#[test]
fn what_cannot_be_forecast_is_refused_with_a_reason() {
    let refused = |values: &[f64], request: &Request| forecast(values, request).unwrap_err();
    assert_eq!(refused(&[], &Request::ahead(1)), ForecastError::NoNumber);
    assert_eq!(refused(&[f64::NAN, f64::INFINITY], &Request::ahead(1)), ForecastError::NoNumber);
    assert_eq!(refused(&[1.0], &Request::ahead(0)), ForecastError::Horizon(0));
    assert_eq!(refused(&[1.0], &Request { confidence: 1.0, ..Request::ahead(1) }), ForecastError::Confidence(1.0));
}

#[test]
fn higher_confidence_gives_wider_intervals() {
    let values = series(400, day_and_week);
    let width = |confidence: f64| {
        let forecast = forecast(&values, &Request { confidence, ..Request::ahead(24) }).unwrap();
        forecast.upper[0] - forecast.lower[0]
    };
    assert!(width(0.5) < width(0.8) && width(0.8) < width(0.99));
}

#[test]
fn a_disk_that_fills_up_is_full_when_its_line_says() {
    // Hours; 70 % now and a quarter of a percent an hour: full in 120 hours.
    let values = series(280, |place| 0.25 * place as f64 + 0.5 * noise(place));
    let forecast = ahead(&values, 168);
    let full = crossing(&forecast, 100.0, Side::Rising);
    let expected = full.expected.expect("it fills up");
    assert!((105..=135).contains(&expected), "{full:?}");
    assert!(full.earliest.unwrap() <= expected && full.likelihood > 0.9, "{full:?}");
    assert!(full.latest.is_none_or(|latest| latest >= expected), "{full:?}");
    let never = crossing(&forecast, 1e6, Side::Rising);
    assert_eq!((never.expected, never.earliest), (None, None));
    assert!(never.likelihood < 0.01);
}

#[test]
fn a_budget_that_runs_out_falls_to_its_threshold() {
    let forecast = ahead(&series(200, |place| 300.0 - place as f64), 60);
    let empty = crossing(&forecast, 70.0, Side::Falling).expected.expect("it falls");
    assert!((27..=35).contains(&empty), "{empty}");
}

#[test]
fn capacity_grows_with_the_part_that_shall_fit() {
    let forecast = ahead(&series(400, day_and_week), 24);
    let needed: Vec<f64> = [0.5, 0.9, 0.99].map(|part| capacity(&forecast, part).unwrap().needed).to_vec();
    assert!(needed.is_sorted() && needed[0] > 70.0 && needed[2] < 150.0, "{needed:?}");
    assert_eq!(capacity(&forecast, 0.0), None);
    assert_eq!(capacity(&forecast, f64::NAN), None);
}

#[test]
fn a_trend_that_turns_is_told_with_place_and_slopes() {
    let turning = |place: usize| if place < 120 { place as f64 } else { 120.0 - 2.0 * (place - 120) as f64 };
    let values = series(200, |place| turning(place) + 3.0 * noise(place));
    let breaks = trend_breaks(&values, &Seasons::Given(Vec::new()));
    let first = breaks.iter().max_by(|left, right| left.strength.total_cmp(&right.strength)).expect("there is one");
    assert!(first.place.abs_diff(120) <= 3, "{breaks:?}");
    assert!((first.slope_before - 1.0).abs() < 0.1 && (first.slope_after + 2.0).abs() < 0.1, "{breaks:?}");
}

#[test]
fn noise_and_seasons_have_no_breaks() {
    assert_eq!(trend_breaks(&series(500, noise), &Seasons::Given(Vec::new())), []);
    assert_eq!(trend_breaks(&series(840, day_and_week), &Seasons::Given(vec![24, 168])), []);
    assert_eq!(trend_breaks(&[f64::NAN; 5], &Seasons::Given(Vec::new())), []);
    assert_eq!(trend_breaks(&[7.0; 100], &Seasons::Given(Vec::new())), []);
}

#[test]
fn a_backtest_finds_the_forecast_better_than_naive2() {
    let report = backtest(&series(700, day_and_week), &Request::ahead(48), 4, 24).unwrap();
    assert_eq!(report.origins.iter().map(|origin| origin.known).collect::<Vec<_>>(), [508, 556, 604, 652]);
    assert!(report.owa.unwrap() < 0.8 && report.coverage > 0.85, "{report:?}");
    assert_eq!(report.error_by_step.len(), 48);
    assert!(backtest(&[1.0, 2.0], &Request::ahead(48), 4, 24).unwrap().origins.is_empty());
}
