//! Texts of nothing but what wakes detectors: the most work that a byte can make.

use crate::{Guard, detectors, prefilter::Prefilter};
use std::time::{Duration, Instant};

/// Bytes of each text.
const BYTES: usize = 1 << 16;

/// The time of one text, the best of two.
fn time(guard: &Guard, text: &str) -> Duration {
    let once = || {
        let start = Instant::now();
        std::hint::black_box(guard.inspect_text(text));
        start.elapsed()
    };
    once().min(once())
}

/// Prints what needles cost a byte, the worst first: `cargo test --release -- --ignored --nocapture flood`.
#[test]
#[ignore = "measures; says nothing that could be true or false"]
fn needles_by_cost() {
    let guard = Guard::new();
    let needles = Prefilter::new(detectors(), |_| true).all_needles();
    let mut costs: Vec<(Duration, String)> = Vec::new();
    for (needle, name) in needles {
        let needle = String::from_utf8_lossy(&needle).into_owned();
        for piece in [
            needle.clone(),
            format!("{needle} "),
            format!("{needle}=1\n"),
            format!("{needle}(a1b2c3,"),
            format!("x {needle}'\""),
        ] {
            let text = piece.repeat(BYTES / piece.len());
            costs.push((time(&guard, &text), format!("{piece:?} {name}")));
        }
    }
    costs.sort_by_key(|(time, _)| std::cmp::Reverse(*time));
    for (time, piece) in costs.iter().take(100) {
        println!("{:8.1} ns a byte  {piece}", time.as_nanos() as f64 / BYTES as f64);
    }
}
