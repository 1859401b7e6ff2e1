//! What detectors see: a series of its kind, drawn as `palisade anomaly score --plot` draws it, for the documentation.
//!
//! `UPDATE_GOLDEN=1 cargo test --release -p palisade-telemetry --test pictures` makes the pictures again.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "own pictures, which are small")]

use palisade_model::Timestamp;
use palisade_telemetry::anomaly::{Channel, Detector, Score, Settings};
use palisade_telemetry::plot::{Picture, svg};
use std::{fs, ops::Range, path::PathBuf};

/// Half-hours: 48 are a day. The first is a Monday.
const STEP_MILLIS: i64 = 1_800_000;
const BEGIN_MILLIS: i64 = 1_767_571_200_000;
const DAY: usize = 48;

/// Detectors that must speak loudest somewhere in their picture; of the others it is enough that they speak.
const LEADING: [Channel; 6] =
    [Channel::Cycle, Channel::Pattern, Channel::Novelty, Channel::Forest, Channel::Turbulence, Channel::Stay];

/// A detector, and a series that shows what it sees.
struct Shown {
    channel: Channel,
    file: &'static str,
    title: &'static str,
    points: usize,
    value: fn(usize) -> f64,
    /// Where an alarm is wanted.
    odd: Range<usize>,
}

fn noise(index: usize) -> f64 {
    let mixed = (index as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((mixed ^ (mixed >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93) >> 40) as f64 / 8_388_608.0 - 1.0
}

/// A day's wave between 30 and 70, with noise.
fn daily(index: usize) -> f64 {
    50.0 + 20.0 * (index as f64 / DAY as f64 * std::f64::consts::TAU).sin() + 2.0 * noise(index)
}

/// One of eight states, each followed by the next; for a while by the fifth behind it.
fn state(index: usize) -> usize {
    let jumps = index.clamp(1_199, 1_219) - 1_199;
    (index + 1 + 4 * jumps) % 8
}

const ALL: [Shown; 13] = [
    Shown {
        channel: Channel::Season,
        file: "season",
        title: "One value that is usual by day, at night",
        points: 600,
        value: |index| if index == 12 * DAY - 12 { 60.0 } else { daily(index) },
        odd: 563..568,
    },
    Shown {
        channel: Channel::SeasonDrift,
        file: "season-drift",
        title: "Twelve hours a little above what is usual at that time",
        points: 650,
        value: |index| daily(index) + if (540..564).contains(&index) { 9.0 } else { 0.0 },
        odd: 540..570,
    },
    Shown {
        channel: Channel::WeekDrift,
        file: "week-drift",
        title: "A Wednesday that is like a Sunday",
        points: 7 * DAY * 5,
        value: |index| {
            let day = index / DAY;
            let rest = matches!(day % 7, 5 | 6) || day == 30;
            if rest { 30.0 + 2.0 * noise(index) } else { daily(index) }
        },
        odd: 30 * DAY..31 * DAY,
    },
    Shown {
        channel: Channel::Level,
        file: "level",
        title: "An hour at another level",
        points: 600,
        value: |index| 50.0 + 3.0 * noise(index) + if (500..512).contains(&index) { 8.0 } else { 0.0 },
        odd: 500..515,
    },
    Shown {
        channel: Channel::Change,
        file: "change",
        title: "A level that rises a little, and stays",
        points: 900,
        value: |index| 50.0 + 6.0 * noise(index) + if index >= 600 { 5.0 } else { 0.0 },
        odd: 600..760,
    },
    Shown {
        channel: Channel::Jump,
        file: "jump",
        title: "A step between two usual values",
        points: 700,
        value: |index| {
            let slow = 50.0 + 20.0 * (index as f64 / 130.0).sin() + 0.3 * noise(index);
            if (560..564).contains(&index) { slow - 25.0 } else { slow }
        },
        odd: 560..568,
    },
    Shown {
        channel: Channel::Cycle,
        file: "cycle",
        title: "A ramp of 37 points that begins anew too late",
        points: 1_200,
        value: |index| {
            let late = if index >= 1_004 { 10 } else { 0 };
            let place = ((index + 37 - late) % 37) as f64;
            40.0 + 0.5 * place + 0.6 * noise(index)
        },
        odd: 1_004..1_040,
    },
    Shown {
        channel: Channel::Pattern,
        file: "pattern",
        title: "Usual values in an unusual shape",
        points: 700,
        value: |index| {
            let wave = 50.0 + 15.0 * (index as f64 * 0.35).sin() + 0.5 * noise(index);
            let zigzag = if index % 2 == 0 { 65.0 } else { 35.0 };
            if (580..596).contains(&index) { zigzag } else { wave }
        },
        odd: 580..605,
    },
    Shown {
        channel: Channel::Novelty,
        file: "novelty",
        title: "Usual values in an order that never was",
        points: 1_500,
        value: |index| 30.0 + 10.0 * (state(index) * 5 % 8) as f64 + 0.2 * noise(index),
        odd: 1_200..1_230,
    },
    Shown {
        channel: Channel::Forest,
        file: "forest",
        title: "Usual values and steps that never came together",
        points: 1_200,
        value: |index| {
            let wave = 50.0 + 15.0 * (index as f64 * std::f64::consts::TAU / 60.0).sin() + 0.3 * noise(index);
            if (1_000..1_004).contains(&index) { wave + 10.0 } else { wave }
        },
        odd: 1_000..1_010,
    },
    Shown {
        channel: Channel::Turbulence,
        file: "turbulence",
        title: "Steps that were rare come one after the other",
        points: 1_800,
        value: |index| {
            let size = match index {
                1_600..1_624 => 3.0,
                _ if noise(index * 13 + 5) > 0.8 => 3.9,
                _ => 0.3,
            };
            50.0 + size * noise(index)
        },
        odd: 1_600..1_634,
    },
    Shown {
        channel: Channel::Flatline,
        file: "flatline",
        title: "A usual value that no longer changes",
        points: 700,
        value: |index| if index >= 600 { 51.5 } else { daily(index) },
        odd: 600..640,
    },
    Shown {
        channel: Channel::Stay,
        file: "stay",
        title: "What was usual for moments, stays",
        points: 300,
        value: |index| {
            let moment = if noise(index * 7 + 3) > 0.88 { 30.0 } else { 0.0 };
            let work = if index >= 250 { 50.0 } else { moment };
            4.0 + work + noise(index)
        },
        odd: 250..258,
    },
];

fn scored(shown: &Shown) -> (Vec<f64>, Vec<Score>) {
    // This one counts for a server only.
    let settings = if shown.channel == Channel::Stay { Settings::live() } else { Settings::default() };
    let mut detector = Detector::new(settings);
    let values: Vec<f64> = (0..shown.points).map(shown.value).collect();
    let scores = values.iter().enumerate().map(|(index, value)| detector.observe(time(index), *value)).collect();
    (values, scores)
}

fn time(index: usize) -> Timestamp {
    Timestamp::from_millis(BEGIN_MILLIS + index as i64 * STEP_MILLIS)
}

fn drawn(shown: &Shown, values: &[f64], scores: &[Score]) -> String {
    let band: Vec<_> =
        scores.iter().map(|score| score.band.map_or((f64::NAN, f64::NAN), |band| (band.low, band.high))).collect();
    let heights: Vec<f64> = scores.iter().map(|score| f64::from((score.score / 12.0).clamp(0.0, 1.0))).collect();
    let marks: Vec<usize> = scores
        .iter()
        .filter_map(|score| score.alarm.as_ref())
        .filter_map(|alarm| (0..values.len()).find(|index| time(*index) == alarm.oddest.time))
        .collect();
    svg(&Picture { title: shown.title, values, band: &band, scores: &heights, marks: &marks, ..Picture::default() })
}

#[test]
fn each_detector_sees_what_its_picture_shows() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/pictures");
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut faults = Vec::new();
    for shown in &ALL {
        let (values, scores) = scored(shown);
        let rank = if LEADING.contains(&shown.channel) { 1 } else { usize::MAX };
        let seen = |index: usize| scores[index].contributions.iter().take(rank).any(|one| one.channel == shown.channel);
        let alarms: Vec<usize> = (0..scores.len()).filter(|index| scores[*index].alarm.is_some()).collect();
        if !alarms.iter().any(|index| shown.odd.contains(index)) || !shown.odd.clone().any(seen) {
            let by = |index: &usize| {
                (*index, scores[*index].contributions.iter().map(|one| (one.channel, one.decades)).collect::<Vec<_>>())
            };
            faults.push(format!("{}: {:?}", shown.file, alarms.iter().map(by).collect::<Vec<_>>()));
        }
        let picture = drawn(shown, &values, &scores);
        let path = folder.join(format!("anomaly-{}.svg", shown.file));
        if update {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &picture).unwrap();
        }
        // Digits may differ between mathematical libraries; what is drawn may not.
        let kept = fs::read_to_string(&path).unwrap_or_default();
        let parts = |text: &str| ["<path", "class=\"mark\"", shown.title].map(|part| text.matches(part).count());
        if parts(&kept) != parts(&picture) {
            faults.push(format!("{} is out of date: make it again with UPDATE_GOLDEN=1", path.display()));
        }
    }
    assert_eq!(faults.join("\n"), "");
}
