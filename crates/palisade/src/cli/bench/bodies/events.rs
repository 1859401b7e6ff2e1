//! Events as NDJSON: of many kinds, of realistic size and variety. When they happened and which batch they came in is
//! written over in place.

use super::Bodies;
use crate::cli::{random::Random, sample};
use palisade_model::Timestamp;
use std::fmt::Write as _;

/// Digits of the number of a batch.
pub(super) const MARK_LEN: usize = 10;
/// What stands before the number of a batch in an event.
const MARK: &str = "\"batch\":\"";
/// The width of `2026-11-20T12:00:00.000000Z`.
const TIME_LEN: usize = 27;
/// Different events in a pool, at least: enough that a dictionary cannot learn them by heart.
pub(super) const POOL_EVENTS: usize = 64_000;
/// Different bodies in a pool, at most.
pub(super) const POOL_BODIES_MAX: usize = 8_192;

/// A body with the places that are written over.
pub struct Body {
    bytes: Vec<u8>,
    times: Vec<usize>,
    marks: Vec<usize>,
}

/// Bodies to choose from.
pub struct Pool {
    bodies: Vec<Body>,
    batch: usize,
}

impl Pool {
    /// Bodies of `batch` events of about `event_bytes` each, one a line.
    #[must_use]
    pub fn new(batch: usize, event_bytes: usize) -> Self {
        Self::of(batch, event_bytes, POOL_EVENTS)
    }

    /// As [`Pool::new`], with at least `different` events that differ.
    #[must_use]
    pub fn of(batch: usize, event_bytes: usize, different: usize) -> Self {
        let mut random = Random::seeded(0x5EED);
        let count = (different / batch.max(1)).clamp(8, POOL_BODIES_MAX);
        Self { bodies: (0..count).map(|_| Body::new(batch, event_bytes, &mut random)).collect(), batch }
    }
}

impl Bodies for Pool {
    fn batch(&self) -> usize {
        self.batch
    }

    fn body(&self, mark: u64, time: &dyn Fn(usize) -> Timestamp) -> Vec<u8> {
        let body = &self.bodies[mark as usize % self.bodies.len()];
        let mut bytes = body.bytes.clone();
        let digits = digits(mark);
        for &place in &body.marks {
            bytes[place..place + MARK_LEN].copy_from_slice(digits.as_bytes());
        }
        let (mut last, mut text) = (None, String::new());
        for (index, &place) in body.times.iter().enumerate() {
            let time = time(index);
            if last != Some(time) {
                last = Some(time);
                text = time_text(time);
            }
            bytes[place..place + TIME_LEN].copy_from_slice(text.as_bytes());
        }
        bytes
    }
}

/// The number of a batch in its fixed width.
pub(super) fn digits(mark: u64) -> String {
    format!("{:0width$}", mark % 10_u64.pow(MARK_LEN as u32), width = MARK_LEN)
}

/// The number of the batch that the first event in `frame` came in.
#[must_use]
pub fn mark_in(frame: &str) -> Option<u64> {
    let place = frame.find(MARK)? + MARK.len();
    frame.get(place..place + MARK_LEN)?.parse().ok()
}

fn time_text(time: Timestamp) -> String {
    let mut text = time.to_string();
    text.truncate(TIME_LEN - 1);
    text.push('Z');
    text
}

impl Body {
    fn new(batch: usize, event_bytes: usize, random: &mut Random) -> Self {
        let mut text = String::with_capacity(batch * (event_bytes + 64));
        let (mut times, mut marks) = (Vec::with_capacity(batch), Vec::with_capacity(batch));
        for _ in 0..batch {
            let start = text.len();
            text.push_str("{\"time\":\"");
            times.push(text.len());
            text.push_str(&"0".repeat(TIME_LEN));
            let _ = write!(text, "\",{},{MARK}", sample::fields(random));
            marks.push(text.len());
            text.push_str(&"0".repeat(MARK_LEN));
            text.push('"');
            pad(&mut text, start + event_bytes, random);
            text.push_str("}\n");
        }
        Self { bytes: text.into_bytes(), times, marks }
    }
}

/// Fills an event up to `end` with words, as a field of free text does in real ones.
fn pad(text: &mut String, end: usize, random: &mut Random) {
    const OPEN: &str = ",\"detail\":\"";
    if text.len() + OPEN.len() + 12 > end {
        return;
    }
    text.push_str(OPEN);
    while text.len() + 12 < end {
        text.push_str(random.pick(&sample::WORDS));
        text.push(' ');
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_ndjson_of_the_size_asked_for() {
        let pool = Pool::new(100, 300);
        let time = Timestamp::parse("2026-11-20T12:00:00.123456Z").unwrap();
        let body =
            String::from_utf8(pool.body(42, &|index| Timestamp::from_nanos(time.nanos() + index as i64 * 1_000)))
                .unwrap();
        assert_eq!(body.lines().count(), 100);
        for (index, line) in body.lines().enumerate() {
            let event: serde_json::Value = serde_json::from_str(line).unwrap();
            assert_eq!(event["batch"], "0000000042");
            assert_eq!(event["time"], format!("2026-11-20T12:00:00.{:06}Z", 123_456 + index));
            assert_eq!(mark_in(line), Some(42));
        }
        let mean = body.len() / 100;
        assert!((270..=330).contains(&mean), "{mean} bytes an event");
    }

    #[test]
    fn every_kind_is_sent_and_few_events_are_alike() {
        let pool = Pool::new(1_000, 300);
        let body = String::from_utf8(pool.body(0, &|_| Timestamp::default())).unwrap();
        for kind in ["login", "http", "process", "dns", "network", "cloud"] {
            assert!(body.contains(&format!("\"kind\":\"{kind}\"")), "{kind}");
        }
        let different: std::collections::HashSet<&str> = body.lines().collect();
        assert!(different.len() > 990, "{}", different.len());
    }

    #[test]
    fn frames_without_a_mark_have_none() {
        for text in ["", "{}", "{\"batch\":\"12\"}", "{\"batch\":\"abcdefghij\"}"] {
            assert_eq!(mark_in(text), None, "{text}");
        }
    }
}
