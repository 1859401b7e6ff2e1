//! Tables and series: bytes are read as CSV, and taken as numbers of eight bytes each.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_telemetry::forecast::{Request, forecast, trend_breaks};
use palisade_telemetry::table::{TableLimits, join, read_columns, read_rows};

fuzz_target!(|data: &[u8]| {
    let limits = TableLimits { rows: 1_000, columns: 50, cells: 5_000 };
    if let Ok(table) = read_columns(data, &limits) {
        check(&table.series(&table.columns[0]).values);
    }
    // As the files of a folder.
    let (first, second) = data.split_at(data.len() / 2);
    let parts: Vec<_> = [first, second].into_iter().filter_map(|part| read_columns(part, &limits).ok()).collect();
    if let Ok(table) = join(parts, &limits) {
        assert!(table.columns.iter().all(|column| column.values.len() <= limits.rows));
    }
    let _ = read_rows(data, &limits);
    let numbers: Vec<f64> =
        data.chunks_exact(8).filter_map(|bytes| Some(f64::from_le_bytes(bytes.try_into().ok()?))).take(500).collect();
    check(&numbers);
});

fn check(values: &[f64]) {
    if let Ok(forecast) = forecast(values, &Request::ahead(20)) {
        let ordered = |step: usize| {
            forecast.lower[step] <= forecast.values[step] && forecast.values[step] <= forecast.upper[step]
        };
        assert!((0..20).all(ordered));
    }
    let seasons = palisade_telemetry::forecast::Seasons::Detected { step_seconds: None };
    let _ = trend_breaks(values, &seasons);
}
