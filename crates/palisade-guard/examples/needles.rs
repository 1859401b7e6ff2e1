//! What a text of nothing but one needle costs a byte, the dearest needles first.
//!
//! ```sh
//! cargo run --release -p palisade-guard --example needles
//! ```

use palisade_guard::Guard;
use std::time::{Duration, Instant};

/// Bytes of each text.
const BYTES: usize = 1 << 16;

/// Needles that are printed.
const PRINTED: usize = 100;

fn main() {
    let guard = Guard::new();
    let mut costs: Vec<(Duration, String)> = Vec::new();
    for (needle, class) in guard.needles() {
        let needle = String::from_utf8_lossy(&needle).into_owned();
        for piece in [
            needle.clone(),
            format!("{needle} "),
            format!("{needle}=1\n"),
            format!("{needle}(a1b2c3,"),
            format!("x {needle}'\""),
        ] {
            let text = piece.repeat(BYTES / piece.len());
            costs.push((time(&guard, &text), format!("{piece:?} {class}")));
        }
    }
    costs.sort_by_key(|(time, _)| std::cmp::Reverse(*time));
    for (time, piece) in costs.iter().take(PRINTED) {
        println!("{:8.1} ns a byte  {piece}", time.as_nanos() as f64 / BYTES as f64);
    }
}

/// The time of one text, the better of two.
fn time(guard: &Guard, text: &str) -> Duration {
    let once = || {
        let start = Instant::now();
        std::hint::black_box(guard.inspect_text(text));
        start.elapsed()
    };
    once().min(once())
}
