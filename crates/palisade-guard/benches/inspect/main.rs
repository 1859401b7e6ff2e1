//! How fast the guard passes over text. `cargo bench -p palisade-guard` prints bytes a second, and first how long one
//! message of 1 KB takes at the 99th percentile.

#[path = "../../src/flood/pieces.rs"]
mod pieces;
mod texts;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use divan::{Bencher, black_box, counter::BytesCount};
use palisade_guard::Guard;
use pieces::PIECES;
use std::time::Instant;
use texts::{CODE, PROSE, attack_lines, attacks, documents, events};

fn main() {
    print_single_message();
    divan::main();
}

/// Prints the time of one message, which an agent waits for.
fn print_single_message() {
    const ROUNDS: usize = 20_000;
    let guard = Guard::new();
    let message = PROSE.join(" ").repeat(2);
    let message = &message[..message.floor_char_boundary(1024)];
    let mut times: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            black_box(guard.inspect_text(black_box(message)));
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    println!("one message of 1 KB: median {:?}, p99 {:?}", times[ROUNDS / 2], times[ROUNDS * 99 / 100]);
}

#[divan::bench]
fn clean_json_of_1_to_4_kb(bencher: Bencher) {
    let (guard, documents) = (Guard::new(), documents());
    bencher.counter(BytesCount::new(documents.iter().map(String::len).sum::<usize>())).bench_local(|| {
        for document in &documents {
            assert_eq!(guard.inspect_json(black_box(document)).map(|found| found.len()), Ok(0));
        }
    });
}

#[divan::bench]
fn clean_prose(bencher: Bencher) {
    run(bencher, &(PROSE.join("\n") + "\n").repeat(2_000));
}

#[divan::bench]
fn clean_code(bencher: Bencher) {
    run(bencher, &CODE.repeat(2_000));
}

#[divan::bench]
fn attack_dense(bencher: Bencher) {
    run_each(bencher, &attacks());
}

#[divan::bench]
fn attack_by_attack(bencher: Bencher) {
    run_each(bencher, &attack_lines());
}

/// What an automaton with the needles of a hundred detectors would do, to compare the pass with.
#[divan::bench]
fn automaton_with_600_needles(bencher: Bencher) {
    let needles = (0..600_u64).map(|index| format!("{:x}q", index.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 36));
    let automaton = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .prefilter(false)
        .build(needles)
        .expect("six hundred short needles");
    let text = documents().concat();
    bencher
        .counter(BytesCount::of_str(&text))
        .bench_local(|| assert_eq!(automaton.find_overlapping_iter(black_box(&text)).count(), 0));
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

/// Texts of nothing but one piece, which are numbered since the harness cannot sort all of them by name.
#[divan::bench(args = PIECES.into_iter().enumerate())]
fn hostile(bencher: Bencher, (_, piece): &(usize, &str)) {
    let (guard, text) = (Guard::new(), piece.repeat((1 << 20) / piece.len()));
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| black_box(guard.inspect_text(black_box(&text))));
}

#[divan::bench]
fn start() -> Guard {
    Guard::new()
}

/// The pass over the bytes alone: a text in which nothing wakes anybody.
#[divan::bench]
fn pass_over_nothing(bencher: Bencher) {
    run(bencher, &"lorem ipsa dolor amet. ".repeat(20_000));
}

fn run(bencher: Bencher, text: &str) {
    let guard = Guard::new();
    bencher.counter(BytesCount::of_str(text)).bench_local(|| assert!(guard.inspect_text(black_box(text)).is_empty()));
}

fn run_each(bencher: Bencher, texts: &[String]) {
    let guard = Guard::new();
    bencher.counter(BytesCount::new(texts.iter().map(String::len).sum::<usize>())).bench_local(|| {
        for text in texts {
            black_box(guard.inspect_text(black_box(text)));
        }
    });
}
