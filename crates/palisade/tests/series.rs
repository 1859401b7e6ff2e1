//! `palisade anomaly score` and `palisade forecast` as they are used: with files, pictures and forms of output.
#![allow(clippy::disallowed_methods, reason = "reads files of its own making, which are small")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use serde_json::Value;
use std::{
    fmt::Write as _,
    fs,
    path::Path,
    process::{Command, Output},
};

fn ran(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_palisade")).args(arguments).current_dir(folder).output().unwrap()
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Hourly values with a day's rhythm; the value at `odd` is far off.
fn hours(count: usize, odd: Option<usize>) -> String {
    let mut text = String::from("time,host,load\n");
    for hour in 0..count {
        let rhythm = (hour as f64 * std::f64::consts::TAU / 24.0).sin() * 10.0;
        let noise = ((hour * 7919) % 101) as f64 / 100.0;
        let value = if odd == Some(hour) { 190.0 } else { 50.0 + rhythm + noise };
        let (day, of_day) = (hour / 24, hour % 24);
        writeln!(text, "2026-{:02}-{:02}T{of_day:02}:00:00Z,a,{value:.3}", 1 + day / 28, 1 + day % 28).unwrap();
    }
    text
}

#[test]
fn an_odd_value_is_told_and_drawn() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("load.csv"), hours(24 * 40, Some(900))).unwrap();
    let output = ran(folder.path(), &["anomaly", "score", "load.csv", "--plot", "load.svg", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let points = told["points"].as_array().unwrap();
    assert_eq!((told["column"].as_str(), points.len()), (Some("load"), 960));
    // Told when the next value is less odd.
    assert_eq!(points[901]["alarm"]["oddest"]["value"].as_f64().map(f64::round), Some(190.0), "{}", points[901]);
    assert_eq!(points[901]["alarm"]["oddest"]["time"], points[900]["time"]);
    assert!(fs::read_to_string(folder.path().join("load.svg")).unwrap().starts_with("<svg"));
    let output = ran(folder.path(), &["anomaly", "score", "load.csv", "--plot", "load.png"]);
    assert_eq!(fs::read(folder.path().join("load.png")).unwrap()[..8], *b"\x89PNG\r\n\x1a\n");
    assert!(said(&output.stdout).contains("190.0000"), "{}", said(&output.stdout));
}

#[test]
fn a_rhythm_is_carried_on_and_a_threshold_dated() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("load.csv"), hours(24 * 30, None)).unwrap();
    let output =
        ran(folder.path(), &["forecast", "load.csv", "--horizon", "24", "--format", "json", "--threshold", "60"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let values: Vec<f64> =
        told["forecast"]["values"].as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect();
    // Six hours into the day the rhythm is at its top.
    assert!((values[6] - 60.5).abs() < 3.0 && (values[18] - 40.5).abs() < 3.0, "{values:?}");
    assert_eq!(told["times"][0], "2026-02-03T00:00:00.000000000Z");
    assert!(told["crossing"]["likelihood"].as_f64().is_some());
    let output = ran(folder.path(), &["forecast", "load.csv", "--horizon", "2", "--format", "csv"]);
    assert_eq!(said(&output.stdout).lines().count(), 3);
}

#[test]
fn a_folder_a_pattern_and_standard_input_are_what_one_file_is() {
    let folder = tempfile::tempdir().unwrap();
    let text = hours(24 * 40, Some(900));
    let (heading, rows) = text.split_once('\n').unwrap();
    let half = rows.len() / 2 + rows[rows.len() / 2..].find('\n').unwrap() + 1;
    fs::create_dir(folder.path().join("parts")).unwrap();
    // The later half comes first by name.
    for (name, part) in [("parts/b.csv", &rows[..half]), ("parts/a.csv", &rows[half..])] {
        fs::write(folder.path().join(name), format!("{heading}\n{part}")).unwrap();
    }
    fs::write(folder.path().join("load.csv"), &text).unwrap();
    let scored = |arguments: &[&str]| {
        let output = ran(folder.path(), &[&["anomaly", "score", "--format", "csv"], arguments].concat());
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", said(&output.stderr));
        said(&output.stdout)
    };
    let wanted = scored(&["load.csv"]);
    for given in [&["parts"][..], &["parts/*.csv"], &["parts/b.csv", "parts/a.csv"]] {
        assert!(scored(given) == wanted, "{given:?}");
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_palisade"));
    command.args(["anomaly", "score", "--format", "csv", "-"]).current_dir(folder.path());
    let input = fs::File::open(folder.path().join("load.csv")).unwrap();
    assert!(said(&command.stdin(input).output().unwrap().stdout) == wanted);
}

#[test]
fn mistakes_are_told_with_their_place() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("words.csv"), "a,b\nx,y\n").unwrap();
    fs::write(folder.path().join("load.csv"), hours(48, None)).unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    for (arguments, wanted) in [
        (&["forecast", "words.csv", "--horizon", "3"][..], "no column holds numbers"),
        (&["forecast", "none.csv", "--horizon", "3"], "none.csv: No such file"),
        (&["forecast", "*.parquet", "--horizon", "3"], "*.parquet: no file is called like this"),
        (&["forecast", "empty", "--horizon", "3"], "no Delta table"),
        (&["forecast", "load.csv", "--horizon", "3", "--column", "cpu"], "there is no column cpu"),
        (&["forecast", "load.csv", "--horizon", "0"], "horizon"),
        (&["anomaly", "score", "load.csv", "--plot", "load.gif"], "pictures are .svg or .png files"),
    ] {
        let output = ran(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(said(&output.stderr).contains(wanted), "{arguments:?}: {}", said(&output.stderr));
    }
}
