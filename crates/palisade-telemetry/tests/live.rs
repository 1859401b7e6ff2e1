//! How many alarms ordinary series raise with the settings of a server, and whether it still sees what matters.

#![allow(clippy::unwrap_used, reason = "a test that fails here says where")]

use palisade_model::Timestamp;
use palisade_telemetry::anomaly::{Detector, Settings};
use std::f64::consts::TAU;

const STEP_SECONDS: usize = 15;
const DAY: usize = 86_400 / STEP_SECONDS;
const WEEK: usize = 7 * DAY;

/// Numbers that have nothing to do with one another, the same in every run.
struct Dice(u64);

impl Dice {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Normal (Box and Muller).
    fn normal(&mut self) -> f64 {
        let (radius, angle) = (self.unit().max(1e-300), self.unit());
        (-2.0 * radius.ln()).sqrt() * (TAU * angle).cos()
    }

    fn poisson(&mut self, mean: f64) -> f64 {
        let (limit, mut product, mut count) = ((-mean).exp(), self.unit(), 0.0);
        while product > limit {
            product *= self.unit();
            count += 1.0;
        }
        count
    }
}

fn day(index: usize) -> f64 {
    (index as f64 / DAY as f64 * TAU).sin()
}

type Series = fn(&mut Dice, usize) -> Vec<f64>;

/// Series as servers have them, with nothing wrong.
const ORDINARY: [(&str, Series); 12] = [
    ("requests by the time of day", |dice, points| {
        (0..points).map(|at| 500.0 + 300.0 * day(at) + 40.0 * dice.normal()).collect()
    }),
    ("latency with a heavy tail", |dice, points| (0..points).map(|_| (3.0 + 0.5 * dice.normal()).exp()).collect()),
    ("few requests", |dice, points| (0..points).map(|_| dice.poisson(2.0)).collect()),
    ("rare errors", |dice, points| (0..points).map(|_| dice.poisson(0.02)).collect()),
    ("processor of a workstation", bursts),
    ("memory that wanders", |dice, points| {
        let mut level = 40.0;
        let step = |_| {
            level += 0.002 * (40.0 - level) + 0.15 * dice.normal();
            level
        };
        (0..points).map(step).collect()
    }),
    ("memory with a collector", |dice, points| {
        (0..points).map(|at| 200.0 + (at % 37) as f64 * 8.0 + 5.0 * dice.normal()).collect()
    }),
    ("working days", |dice, points| {
        let weekend = |at: usize| (at / DAY) % 7 >= 5;
        (0..points).map(|at| if weekend(at) { 20.0 } else { 100.0 + 60.0 * day(at) } + 5.0 * dice.normal()).collect()
    }),
    ("hourly jobs", |dice, points| {
        (0..points).map(|at| if at % 240 < 6 { 80.0 } else { 5.0 } + 2.0 * dice.normal()).collect()
    }),
    ("a disk that fills and is cleaned", |dice, points| {
        (0..points).map(|at| 50.0 + (at % DAY) as f64 / DAY as f64 * 5.0 + 0.01 * dice.normal()).collect()
    }),
    ("a constant", |_, points| vec![16.0; points]),
    ("traffic by Pareto", |dice, points| (0..points).map(|_| 10.0 / dice.unit().max(1e-9).powf(0.6)).collect()),
];

/// Some percent, and now and then work of a few points to half an hour.
fn bursts(dice: &mut Dice, points: usize) -> Vec<f64> {
    let (mut left, mut height) = (0_usize, 0.0);
    let step = |_| {
        if left == 0 && dice.unit() < 0.01 {
            left = (2.0 / dice.unit().max(0.016)) as usize;
            height = 10.0 + 85.0 * dice.unit();
        }
        left = left.saturating_sub(1);
        let work = if left > 0 { height } else { 0.0 };
        (4.0 + work + 1.5 * dice.normal() * (1.0 + work / 20.0)).clamp(0.0, 100.0)
    };
    (0..points).map(step).collect()
}

fn at(index: usize) -> Timestamp {
    Timestamp::from_millis(1_767_571_200_000 + (index * STEP_SECONDS * 1_000) as i64)
}

/// Where alarms are.
fn alarms(values: &[f64]) -> Vec<usize> {
    let mut detector = Detector::new(Settings::live());
    let scored = values.iter().enumerate().map(|(index, &value)| (index, detector.observe(at(index), value)));
    scored.filter(|(_, score)| score.alarm.is_some()).map(|(index, _)| index).collect()
}

#[test]
fn ordinary_series_raise_about_one_alarm_a_week() {
    const SEEDS: u64 = 4;
    const WEEKS: usize = 2;
    let mut all = 0;
    for (name, series) in ORDINARY {
        let of_series: Vec<usize> =
            (0..SEEDS).map(|seed| alarms(&series(&mut Dice(seed * 7_919 + 1), WEEKS * WEEK)).len()).collect();
        println!("{name}: {of_series:?} in {WEEKS} weeks");
        let sum: usize = of_series.iter().sum();
        assert!(sum <= 3 * WEEKS * SEEDS as usize, "{name}: {of_series:?}");
        all += sum;
    }
    let a_week = all as f64 / (ORDINARY.len() * WEEKS * SEEDS as usize) as f64;
    println!("{a_week:.2} alarms a series and week");
    assert!(a_week <= 1.0, "{a_week}");
}

#[test]
fn the_first_hours_are_quiet_too() {
    const SEEDS: u64 = 20;
    const HOURS: usize = 8;
    let points = HOURS * 3_600 / STEP_SECONDS;
    let mut all = 0;
    for (name, series) in ORDINARY {
        let of_series: Vec<usize> =
            (0..SEEDS).map(|seed| alarms(&series(&mut Dice(seed * 104_729 + 5), points)).len()).collect();
        println!("{name}: {of_series:?} in {HOURS} hours");
        all += of_series.iter().sum::<usize>();
    }
    let each = all as f64 / (ORDINARY.len() * SEEDS as usize) as f64;
    println!("{each:.2} alarms a series in its first {HOURS} hours");
    assert!(each <= 0.3, "{each}");
}

#[test]
fn what_matters_is_an_alarm_soon_after_the_warm_up() {
    // The minutes after a start: a processor that was idle, memory that was steady, errors that were rare.
    for (name, usual, noise, odd) in [
        ("processor", 4.0, 1.0, 50.0),
        ("processor", 6.0, 3.0, 100.0),
        ("memory", 30.0, 0.05, 42.0),
        ("errors", 0.1, 0.1, 9.0),
    ] {
        for begin in [70, 120, 400, 5_000] {
            let mut dice = Dice(begin as u64);
            let value = |at: usize| if at < begin { usual } else { odd };
            let values: Vec<f64> = (0..begin + 20).map(|at| value(at) + noise * dice.normal().abs()).collect();
            let alarms = alarms(&values);
            let first = alarms.iter().find(|&&alarm| alarm >= begin).map(|alarm| alarm - begin);
            println!("{name} {usual} to {odd} after {begin}: alarm after {first:?} points, {alarms:?}");
            assert!(first.is_some_and(|first| first <= 4), "{name} {usual} to {odd} after {begin}: {alarms:?}");
        }
    }
}

#[test]
fn a_load_that_stays_is_seen_though_the_machine_was_busy_for_moments() {
    // A server just started, on a machine that people use: some percent, commands of a moment, then a core is taken.
    const SEEDS: u64 = 100;
    let mut seen = Vec::new();
    for begin in [64, 90, 150, 400] {
        let is_seen = |seed: &u64| {
            let mut dice = Dice(seed * 7_919 + begin as u64);
            let value = |at: usize| {
                let start = if at < 2 { 0.5 } else { 0.0 };
                let moment = if dice.unit() < 0.06 { 0.05 + 0.2 * dice.unit() } else { 0.0 };
                let load = if at >= begin { 0.5 } else { 0.0 };
                (0.018 + 0.005 * dice.normal()).max(0.0) + start + moment + load + 0.02 * load * dice.normal()
            };
            let values: Vec<f64> = (0..begin + 6).map(value).collect();
            alarms(&values).iter().any(|&alarm| alarm >= begin)
        };
        seen.push((begin, (0..SEEDS).filter(is_seen).count()));
    }
    println!("seen within 6 points, of {SEEDS}, after so many points: {seen:?}");
    assert!(seen.iter().all(|&(begin, seen)| seen >= if begin < 200 { 95 } else { 60 }), "{seen:?}");
}
