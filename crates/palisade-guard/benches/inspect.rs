//! How fast the guard passes over text. `cargo bench -p palisade-guard` prints bytes a second.

use divan::{Bencher, black_box, counter::BytesCount};
use palisade_guard::Guard;
use std::fmt::Write as _;

fn main() {
    divan::main();
}

/// NDJSON of events as services log them, about 300 bytes each, without a finding.
fn events(count: usize, message: &str) -> String {
    let mut text = String::new();
    for index in 0..count {
        let hash = (index as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let _ = writeln!(
            text,
            r#"{{"time":"2026-11-20T12:00:{:02}.{:06}Z","kind":"http","severity":"info","service":"checkout","host":"web-{}","actor":"user-{}","message":"{message} in {} ms","attributes":{{"http.method":"GET","http.path":"/cart/{hash:x}","http.status":200,"trace_id":"{hash:016x}{hash:016x}"}}}}"#,
            index % 60,
            hash % 1_000_000,
            index % 7,
            hash % 10_000,
            hash % 900,
        );
    }
    text
}

#[divan::bench]
fn clean_ascii_json(bencher: Bencher) {
    run(bencher, &events(10_000, "GET /cart answered"));
}

#[divan::bench]
fn clean_persian_and_emoji(bencher: Bencher) {
    run(bencher, &events(10_000, "سبد خرید می‌خواهم 👨‍👩‍👧‍👦 ❤️ — پاسخ"));
}

#[divan::bench]
fn clean_single_events(bencher: Bencher) {
    let guard = Guard::new();
    let text = events(10_000, "GET /cart answered");
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
        let mut found = Vec::new();
        text.lines().for_each(|line| guard.inspect_at(black_box(line), &String::new, &mut found));
        assert!(found.is_empty());
    });
}

#[divan::bench]
fn clean_json_walk(bencher: Bencher) {
    let guard = Guard::new();
    let text = format!("[{}]", events(10_000, "GET /cart\\nanswered").trim_end().replace('\n', ","));
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
        assert_eq!(guard.inspect_json(black_box(&text)).map(|found| found.len()), Ok(0));
    });
}

#[divan::bench]
fn start() -> Guard {
    Guard::new()
}

fn run(bencher: Bencher, text: &str) {
    let guard = Guard::new();
    bencher.counter(BytesCount::of_str(text)).bench_local(|| assert!(guard.inspect_text(black_box(text)).is_empty()));
}
