//! What holds for every series: causality, scale, size, and what odd input does.

#![allow(clippy::unwrap_used, reason = "a test that fails here says where")]

use palisade_model::Timestamp;
use palisade_telemetry::anomaly::{
    Channel, CheckpointError, Detector, Feedback, Kind, Monitor, Notice, STATE_BYTES_MAX, Score, Settings,
};
use proptest::prelude::*;

const STEP_SECONDS: i64 = 300;

fn at(index: usize) -> Timestamp {
    Timestamp::from_millis(1_700_000_000_000 + index as i64 * STEP_SECONDS * 1_000)
}

fn noise(index: usize) -> f64 {
    // Multiplied twice: once gives steps of two lengths only, which is a pattern.
    let mixed = (index as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((mixed ^ (mixed >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93) >> 40) as f64 / 16_777_216.0
}

/// A day's wave with noise.
fn daily(index: usize) -> f64 {
    50.0 + 20.0 * (index as f64 / 288.0 * std::f64::consts::TAU).sin() + 4.0 * noise(index)
}

fn scores(values: impl IntoIterator<Item = f64>) -> Vec<Score> {
    let mut detector = Detector::new(Settings::default());
    values.into_iter().enumerate().map(|(index, value)| detector.observe(at(index), value)).collect()
}

fn alarms(scores: &[Score]) -> Vec<usize> {
    (0..scores.len()).filter(|&index| scores[index].alarm.is_some()).collect()
}

#[test]
fn an_outage_is_an_alarm_that_explains_itself() {
    let broken = |index| if (3_000..3_030).contains(&index) { 5.0 } else { daily(index) };
    let scores = scores((0..3_500).map(broken));
    let alarm = alarms(&scores).into_iter().find(|index| (3_000..3_012).contains(index)).expect("an alarm");
    let score = &scores[alarm];
    assert!(score.likelihood > 0.99 && score.alarm.as_ref().unwrap().since >= at(2_990), "{score:?}");
    assert!(!score.contributions.is_empty() && score.contributions[0].decades >= 2.0, "{score:?}");
    let band = score.band.unwrap();
    assert!(band.low > 5.0 && band.low < band.expected && band.expected < band.high, "{band:?}");
    assert!(alarms(&scores).len() <= 4, "{:?}", alarms(&scores));
}

#[test]
fn a_usual_series_is_quiet() {
    // The budget is ten alarms in ten thousand points.
    let scores = scores((0..8_000).map(daily));
    assert!(alarms(&scores).len() <= 10, "{:?}", alarms(&scores));
}

#[test]
fn a_constant_series_is_quiet_and_its_first_change_is_not() {
    let values = (0..2_000).map(|index| if index < 1_500 { 7.0 } else { 9.0 });
    let alarms = alarms(&scores(values));
    assert!(alarms.first().is_some_and(|first| (1_500..1_520).contains(first)), "{alarms:?}");
    assert!(alarms.len() <= 2, "{alarms:?}");
}

#[test]
fn what_cannot_be_scored_is_left_out_with_a_notice() {
    let mut detector = Detector::new(Settings::default());
    (0..10).for_each(|index| drop(detector.observe(at(index), daily(index))));
    for (time, value, notice) in [
        (at(10), f64::NAN, Notice::NotANumber),
        (at(10), f64::INFINITY, Notice::Infinite),
        (at(10), f64::NEG_INFINITY, Notice::Infinite),
        (at(9), 1.0, Notice::Duplicate),
        (at(3), 1.0, Notice::OutOfOrder),
    ] {
        let before = detector.encode();
        let score = detector.observe(time, value);
        assert_eq!((score.notice, score.band, score.alarm), (Some(notice), None, None));
        assert_eq!(detector.encode(), before, "{notice:?} changed the state");
    }
}

#[test]
fn ten_years_of_silence_are_one_gap_and_no_storm() {
    let mut detector = Detector::new(Settings::default());
    (0..1_000).for_each(|index| drop(detector.observe(at(index), daily(index))));
    let later = |index: usize| Timestamp::from_nanos(at(index).nanos() + 10 * 365 * 86_400_000_000_000);
    assert!(detector.overdue(at(1_003)).is_none());
    assert_eq!(detector.overdue(later(0)).unwrap().since, at(999));
    let scores: Vec<Score> = (1_000..2_000).map(|index| detector.observe(later(index), daily(index))).collect();
    assert_eq!(scores[0].notice, Some(Notice::Gap));
    assert!(alarms(&scores).len() <= 3, "{:?}", alarms(&scores));
}

#[test]
fn numbers_at_the_end_of_the_range_are_no_storm() {
    let wild = |index: usize| match index % 97 {
        50 => 1e308,
        51 => -1e308,
        52 => f64::MIN_POSITIVE,
        _ => noise(index),
    };
    let scores = scores((0..4_000).map(wild));
    assert!(scores.iter().any(|score| score.notice == Some(Notice::Extreme)));
    assert!(scores.iter().all(|score| score.score.is_finite() && (0.0..=1.0).contains(&score.likelihood)));
    assert!(alarms(&scores).len() <= 14, "{:?}", alarms(&scores));
}

#[test]
fn a_series_that_begins_with_nonsense_is_not_blind_for_ever() {
    let value = |index: usize| if index == 0 { 1e308 } else { daily(index) };
    let mut scores = scores((0..3_000).map(value).chain([500.0; 6]));
    assert_eq!(scores.iter().filter(|score| score.notice == Some(Notice::Rescaled)).count(), 1);
    let last = scores.split_off(3_000);
    assert!(last.iter().any(|score| score.alarm.is_some()), "{:?}", last[0]);
}

#[test]
fn a_counter_that_starts_anew_is_no_alarm() {
    let settings = Settings { kind: Kind::Counter, ..Settings::default() };
    let mut detector = Detector::new(settings);
    let mut count = 0.0;
    let mut notices = Vec::new();
    let mut alarms = Vec::new();
    for index in 0..3_000 {
        let more = 300.0 + 30.0 * noise(index);
        count = if index % 700 == 699 { more } else { count + more };
        let score = detector.observe(at(index), count);
        alarms.extend(score.alarm.map(|_| index % 700));
        notices.extend(score.notice.filter(|notice| *notice != Notice::WarmingUp));
    }
    assert_eq!(notices[0], Notice::FirstOfCounter);
    assert_eq!(notices.iter().filter(|notice| **notice == Notice::CounterReset).count(), 4);
    assert!(alarms.iter().all(|&alarm| alarm > 5 && alarm < 699), "{alarms:?}");
}

#[test]
fn a_checkpoint_goes_on_where_it_stopped() {
    let mut detector = Detector::new(Settings::default());
    (0..2_000).for_each(|index| drop(detector.observe(at(index), daily(index))));
    let bytes = detector.encode();
    assert!(bytes.len() <= STATE_BYTES_MAX, "{} bytes", bytes.len());
    let mut restored = Detector::decode(Settings::default(), &bytes).unwrap();
    for index in 2_000..2_600 {
        assert_eq!(restored.observe(at(index), daily(index)), detector.observe(at(index), daily(index)));
    }
    assert_eq!(restored.encode(), detector.encode());
}

#[test]
fn a_checkpoint_that_is_damaged_or_of_another_version_is_refused() {
    let bytes = Detector::new(Settings::default()).encode();
    let decode = |bytes: &[u8]| Detector::decode(Settings::default(), bytes).err();
    assert_eq!(decode(&bytes[..bytes.len() - 1]), Some(CheckpointError::Damaged));
    assert_eq!(decode(&[]), Some(CheckpointError::Damaged));
    let mut changed = bytes.clone();
    changed[100] ^= 1;
    assert_eq!(decode(&changed), Some(CheckpointError::Damaged));
    let mut newer = bytes;
    newer[3] = 200;
    assert_eq!(decode(&newer), Some(CheckpointError::Version(200)));
}

#[test]
fn history_warms_up_and_what_was_called_fine_stays_quiet() {
    let mut detector = Detector::new(Settings::default());
    detector.warm_up((0..2_000).map(|index| (at(index), daily(index))));
    let first = (2_000..2_020).find(|&index| detector.observe(at(index), 500.0).alarm.is_some()).expect("an alarm");
    assert!(detector.feedback(at(first), Feedback::Fine));
    assert!(!detector.feedback(at(1), Feedback::Fine));
    assert!(detector.threshold() > Settings::default().threshold);
}

#[test]
fn a_monitor_tells_what_else_was_odd_and_what_moved_first() {
    let mut monitor = Monitor::new(&Settings::default(), 3);
    let label = |host: &str| vec![format!("host={host}")];
    monitor.watch(1, Kind::Gauge, &label("a")).unwrap();
    monitor.watch(2, Kind::Gauge, &label("a")).unwrap();
    monitor.watch(3, Kind::Gauge, &label("b")).unwrap();
    assert!(monitor.watch(4, Kind::Gauge, &[]).is_err());
    let mut told = None;
    for index in 0..2_100 {
        let value = |from: usize| daily(index) + if index >= from { 300.0 } else { 0.0 };
        monitor.observe(1, at(index), value(2_000));
        monitor.observe(3, at(index), value(2_000));
        let judgement = monitor.observe(2, at(index), value(2_002)).unwrap();
        if index >= 2_002 && judgement.score.alarm.is_some() {
            told = told.or(Some(judgement.related));
        }
    }
    let related = told.expect("an alarm");
    assert_eq!(related.iter().map(|other| (other.series, other.first_mover)).collect::<Vec<_>>(), [(1, true)]);
    assert_eq!(monitor.retire(at(5_000)), 3);
    assert!(monitor.is_empty());
}

#[test]
fn ten_thousand_series_fit() {
    // The boxes are what grows; tables beside them are a few hundred bytes a series.
    assert!(size_of::<Detector>() <= STATE_BYTES_MAX);
    assert_eq!(Channel::ALL.len(), palisade_telemetry::anomaly::CHANNELS);
}

/// Whole numbers, so that shifting and scaling by powers of two is exact.
fn whole_series() -> impl Strategy<Value = Vec<f64>> {
    let usual = (0_i32..40, 0_i32..1_000).prop_map(|(value, rare)| if rare == 0 { value * 50 } else { value });
    prop::collection::vec(usual.prop_map(f64::from), 50..600)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn scaling_and_shifting_a_series_changes_no_score(values in whole_series(), scale in -6_i32..20, shift in -1_000_000_i32..1_000_000) {
        let same = scores(values.iter().copied());
        let other = scores(values.iter().map(|value| value * 2_f64.powi(scale) + f64::from(shift)));
        // Values and bands are told in the series' own numbers; all else is the same.
        let alarm = |score: &Score| {
            let alarm = score.alarm.clone()?;
            Some((alarm.since, alarm.oddest.time, alarm.threshold, alarm.strength, alarm.similar))
        };
        for (a, b) in same.iter().zip(&other) {
            prop_assert_eq!((a.score, a.likelihood, alarm(a), a.notice), (b.score, b.likelihood, alarm(b), b.notice));
        }
    }

    #[test]
    fn a_future_point_changes_no_past_score(values in whole_series(), future in prop::collection::vec(any::<f64>(), 1..50)) {
        let alone = scores(values.iter().copied());
        let followed = scores(values.iter().chain(&future).copied());
        prop_assert_eq!(&alone[..], &followed[..alone.len()]);
    }

    #[test]
    fn nothing_breaks_a_detector(points in prop::collection::vec((any::<i64>(), any::<f64>()), 0..300), counter: bool) {
        let kind = if counter { Kind::Counter } else { Kind::Gauge };
        let mut detector = Detector::new(Settings { kind, warm_up_points: 0, ..Settings::default() });
        for (nanos, value) in points {
            let score = detector.observe(Timestamp::from_nanos(nanos), value);
            prop_assert!(score.score.is_finite() && (0.0..=1.0).contains(&score.likelihood));
            if let Some(band) = score.band {
                prop_assert!(band.low <= band.expected && band.expected <= band.high);
                // A rate is never below zero.
                prop_assert!(kind == Kind::Gauge || band.low >= 0.0);
            }
        }
        let bytes = detector.encode();
        prop_assert!(bytes.len() <= STATE_BYTES_MAX);
        let again = Detector::decode(Settings::default(), &bytes);
        prop_assert!(again.is_ok_and(|again| again.encode() == bytes));
    }

    #[test]
    fn nothing_below_zero_is_expected_where_nothing_was(values in whole_series(), dip in prop::option::of(0_usize..300)) {
        let values = values.iter().enumerate().map(|(index, value)| if Some(index) == dip { -5.0 } else { *value });
        let scores = scores(values.clone());
        let negative = values.scan(false, |negative, value| { *negative |= value < 0.0; Some(*negative) });
        for (score, negative) in scores.iter().zip(negative) {
            prop_assert!(negative || score.band.is_none_or(|band| band.low >= 0.0));
        }
    }

    #[test]
    fn no_bytes_break_decoding(bytes in prop::collection::vec(any::<u8>(), 0..5_000)) {
        prop_assert!(Detector::decode(Settings::default(), &bytes).is_err());
    }
}
