//! Expressions of PromQL as users write them, evaluated over a few series.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palisade_response::{
    promql::{Limits, Memory, Options, Query},
    rules::unit::input_series,
};
use std::sync::LazyLock;

static DATA: LazyLock<Memory> = LazyLock::new(|| {
    let mut data = Memory::default();
    for (labels, values) in
        [("m{job=\"a\"}", "1+1x10 stale _ NaN Inf"), ("m{job=\"b\"}", "9-2x20"), ("h_bucket{le=\"+Inf\"}", "0+1x20")]
    {
        data.add_series(&input_series(labels, values, 15_000).expect("own series"));
    }
    data
});

fuzz_target!(|text: &str| {
    let Ok(query) = Query::parse(text) else { return };
    let limits = Limits { samples: 10_000, steps: 1_000, ..Limits::default() };
    let options = Options { limits, ..Options::default() };
    let _ = query.instant(&*DATA, 240_000, &options);
    let _ = query.range(&*DATA, (0, 300_000), 60_000, &options);
});
