//! What holds of forecasts whatever the series.

use palisade_telemetry::forecast::{Request, Seasons, Side, backtest, capacity, crossing, forecast, trend_breaks};
use palisade_telemetry::plot::{Picture, svg};
use palisade_telemetry::table::{TableLimits, read_columns, read_rows};
use proptest::prelude::*;

/// Any doubles, many of them ordinary, some not finite.
fn any_series() -> impl Strategy<Value = Vec<f64>> {
    let ordinary = prop_oneof![8 => -1e3..1e3, 1 => any::<f64>(), 1 => Just(f64::NAN)];
    prop_oneof![prop::collection::vec(ordinary, 0..200), prop::collection::vec(any::<f64>(), 0..40)]
}

/// Values around a level, neither tiny nor huge, so that rounding does not choose between methods.
fn tame_series() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(-10.0..10.0, 20..150)
}

fn close(left: &[f64], right: &[f64], size: f64) -> bool {
    left.iter().zip(right).all(|(left, right)| (left - right).abs() <= 1e-3 * size)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn intervals_hold_the_forecast_and_are_finite(
        values in any_series(),
        horizon in 1_usize..60,
        confidence in 0.01..0.999,
        seasons in prop::option::of(prop::collection::vec(0_usize..80, 0..4)),
    ) {
        let seasons = seasons.map_or(Seasons::Detected { step_seconds: None }, Seasons::Given);
        if let Ok(forecast) = forecast(&values, &Request { horizon, confidence, seasons }) {
            prop_assert_eq!(forecast.values.len(), horizon);
            for step in 0..horizon {
                prop_assert!(forecast.lower[step] <= forecast.values[step]);
                prop_assert!(forecast.values[step] <= forecast.upper[step]);
                prop_assert!(forecast.lower[step].is_finite() && forecast.upper[step].is_finite());
            }
        }
    }

    #[test]
    fn what_was_never_below_zero_is_not_expected_there(
        values in prop::collection::vec(prop_oneof![4 => 0.0..5.0, 1 => Just(0.0), 1 => 0.0..1e9], 1..120),
        horizon in 1_usize..60,
    ) {
        let forecast = forecast(&values, &Request::ahead(horizon)).unwrap();
        prop_assert!(forecast.lower.iter().chain(&forecast.values).all(|value| *value >= 0.0));
    }

    #[test]
    fn nothing_made_of_a_forecast_panics(values in any_series(), threshold in any::<f64>(), part in any::<f64>()) {
        if let Ok(forecast) = forecast(&values, &Request::ahead(12)) {
            for side in [Side::Rising, Side::Falling] {
                let likelihood = crossing(&forecast, threshold, side).likelihood;
                prop_assert!((0.0..=1.0).contains(&likelihood));
            }
            let _ = capacity(&forecast, part);
            let picture = Picture { values: &values, forecast: Some(&forecast), threshold: Some(threshold), ..Picture::default() };
            let drawn = svg(&picture);
            prop_assert!(!drawn.contains("NaN") && !drawn.contains("\"inf"));
        }
        let _ = trend_breaks(&values, &Seasons::Detected { step_seconds: Some(60.0) });
        let _ = backtest(&values, &Request::ahead(5), 3, 7);
    }

    #[test]
    fn scaling_a_series_scales_its_forecast(values in tame_series(), exponent in -20_i32..20) {
        let scale = 2_f64.powi(exponent);
        let scaled: Vec<f64> = values.iter().map(|value| value * scale).collect();
        let expected: Vec<f64> = forecast(&values, &Request::ahead(10)).unwrap().values.iter().map(|value| value * scale).collect();
        let found = forecast(&scaled, &Request::ahead(10)).unwrap().values;
        prop_assert!(close(&found, &expected, 10.0 * scale), "{:?} {:?}", found, expected);
    }

    #[test]
    fn times_in_any_text_are_read_or_refused(text in "[0-9a-z,;:\\-T Z\n\"]{0,300}") {
        let limits = TableLimits { rows: 50, columns: 20, cells: 500 };
        if let Ok(table) = read_columns(text.as_bytes(), &limits) {
            for column in &table.columns {
                prop_assert!(table.series(column).values.len() <= 5 * column.values.len() + 1_001);
            }
        }
        let _ = read_rows(text.as_bytes(), &limits);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read_columns(&bytes, &TableLimits::default());
        let _ = read_rows(&bytes, &TableLimits::default());
    }
}

/// Only where no method looks at logarithms, which a shift changes: the series crosses zero before and after.
#[test]
fn shifting_a_series_shifts_its_forecast() {
    let values: Vec<f64> = (0..120).map(|place| (f64::from(place) / 3.0).sin() * 10.0 + f64::from(place % 5)).collect();
    let shifted: Vec<f64> = values.iter().map(|value| value + 2.5).collect();
    let before = forecast(&values, &Request::ahead(10)).unwrap().values;
    let after = forecast(&shifted, &Request::ahead(10)).unwrap().values;
    let expected: Vec<f64> = before.iter().map(|value| value + 2.5).collect();
    assert!(close(&after, &expected, 20.0), "{after:?} {expected:?}");
}
