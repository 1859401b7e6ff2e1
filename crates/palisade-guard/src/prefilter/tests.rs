//! That nothing is lost: every needle is found, in every case and wherever it stands.

use super::{Needle, Prefilter, Search, needles_of};
use crate::{detectors, views::patterns};

/// Where needles start in `text`, in the order in which they are told.
fn starts(prefilter: &Prefilter, text: &[u8]) -> Vec<usize> {
    let mut search: Search<'_, '_> = prefilter.search(text);
    std::iter::from_fn(|| search.next_within(&(0..text.len())).map(|place| place.start)).collect()
}

/// Every needle wakes a detector, which costs some ten nanoseconds, and most wake it in vain.
#[test]
fn needles_are_long_enough_to_be_rare() {
    for (index, detector) in detectors().iter().enumerate() {
        for (needle, _) in needles_of(index, detector) {
            let rare = needle.len() >= 2 || needle.iter().all(u8::is_ascii_control);
            assert!(rare, "{} has the needle {needle:?}", detector.class);
        }
    }
}

/// Every needle is found in every case, at the beginning, the end and within.
#[test]
fn every_needle_is_found() {
    let prefilter = Prefilter::new(detectors(), |_| true);
    let long = "x".repeat(5_000);
    for needle in prefilter.needles.iter().filter(|needle| needle.follow.is_none()) {
        for bytes in [needle.bytes.clone(), needle.bytes.to_ascii_uppercase()] {
            let around = [("", ""), ("a", ""), ("ab", "c"), ("", "xyz"), ("%%a", "%"), (&long[..4_090], &long)];
            for (before, after) in around {
                let text = [before.as_bytes(), &bytes, after.as_bytes()].concat();
                let found = starts(&prefilter, &text);
                assert!(found.contains(&before.len()), "{:?}", String::from_utf8_lossy(&text));
                assert!(found.is_sorted());
            }
        }
    }
    assert!([&b""[..], b"a", b"ab"].iter().all(|text| starts(&prefilter, text).is_empty()));
}

/// What follows the first byte of a pattern may be any of its bytes, in every case.
#[test]
fn every_pattern_is_found() {
    let prefilter = Prefilter::new(detectors(), |_| true);
    for (first, [seconds, thirds]) in patterns() {
        for (second, third) in seconds.iter().flat_map(|second| thirds.iter().map(move |third| (second, third))) {
            for text in [[first, *second, *third], [first, *second, *third].map(|byte| byte.to_ascii_uppercase())] {
                let mut search = prefilter.search(&text);
                let mut places = std::iter::from_fn(|| search.next_within(&(0..3)));
                assert!(places.any(|place| place.start == 0 && prefilter.needle(place).triggers), "{text:?}");
            }
        }
    }
}

/// The search by anchors finds what a plain search finds, also across its blocks and stretches.
#[test]
fn nothing_is_lost_between_blocks() {
    let prefilter = Prefilter::new(detectors(), |_| true);
    let mut text = Vec::new();
    let plain: Vec<&Needle> = prefilter.needles.iter().filter(|needle| needle.follow.is_none()).collect();
    for (index, needle) in plain.iter().enumerate() {
        text.extend_from_slice(&needle.bytes);
        text.extend(std::iter::repeat_n(b"x. "[index % 3], index % 7));
    }
    let mut expected = Vec::new();
    for needle in &plain {
        let bytes = &needle.bytes;
        let places = text.windows(bytes.len()).enumerate().filter(|(_, window)| window.eq_ignore_ascii_case(bytes));
        expected.extend(places.map(|(start, _)| start));
    }
    expected.sort_unstable();
    let mut search = prefilter.search(&text);
    let found = std::iter::from_fn(|| search.next_within(&(0..text.len())));
    let found: Vec<usize> =
        found.filter(|place| prefilter.needle(*place).follow.is_none()).map(|place| place.start).collect();
    assert_eq!(found, expected);
}
