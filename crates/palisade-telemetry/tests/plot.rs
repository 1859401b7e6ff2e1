//! Pictures of forecasts and scores.
#![allow(clippy::disallowed_methods, reason = "own pictures, which are small")]

use palisade_telemetry::forecast::{Request, forecast};
use palisade_telemetry::plot::{Picture, png, svg};

fn count(picture: &str, part: &str) -> usize {
    picture.matches(part).count()
}

#[test]
fn a_forecast_has_its_band_and_a_threshold_its_line() {
    let values: Vec<f64> = (0..100).map(|place| f64::from(place % 10)).collect();
    let forecast = forecast(&values, &Request::ahead(10)).unwrap();
    let drawn = svg(&Picture {
        title: "load <1 & 2>",
        values: &values,
        forecast: Some(&forecast),
        threshold: Some(9.0),
        ends: Some(("first", "last")),
        ..Picture::default()
    });
    for class in ["value", "forecast", "band"] {
        assert_eq!(count(&drawn, &format!("<path class=\"{class}\"")), 1, "{class}");
    }
    assert_eq!(count(&drawn, "<path class=\"threshold\""), 1);
    assert_eq!(count(&drawn, "load &lt;1 &amp; 2&gt;"), 2);
    assert!(drawn.ends_with("</svg>\n"));
}

#[test]
fn scores_and_marks_stand_beneath() {
    let drawn =
        svg(&Picture { values: &[1.0, 9.0, 1.0], scores: &[0.0, 1.0, 0.0], marks: &[1, 99], ..Picture::default() });
    assert_eq!(count(&drawn, "<path class=\"score\""), 1);
    assert_eq!(count(&drawn, "<path class=\"mark\""), 1, "a mark behind the end is left out");
}

#[test]
fn a_gap_breaks_the_line_and_band() {
    let values = [1.0, 2.0, f64::NAN, 3.0, 4.0];
    let band = values.map(|value| (value - 1.0, value + 1.0));
    let drawn = svg(&Picture { values: &values, band: &band, ..Picture::default() });
    let line = drawn.lines().find(|line| line.contains("class=\"value\"")).unwrap();
    assert_eq!(count(line, "M"), 2);
    assert_eq!(count(&drawn, "<path class=\"expected\""), 2);
}

#[test]
fn a_long_series_stays_small_and_keeps_its_spike() {
    let mut values = vec![0.0; 1_000_000];
    values[500_003] = 1e308;
    values[500_004] = -1e308;
    let drawn = svg(&Picture { values: &values, ..Picture::default() });
    assert!(drawn.len() < 60_000, "{}", drawn.len());
    assert!(drawn.contains('V'), "the range of a column is drawn");
    assert!(!svg(&Picture::default()).contains("NaN"));
}

#[test]
fn a_png_has_lines_and_letters() {
    let values: Vec<f64> = (0..500).map(|place| f64::from(place % 10)).collect();
    let drawn = |title: &str| png(&Picture { title, values: &values, ..Picture::default() }).unwrap();
    let (named, other) = (drawn("load"), drawn("disk"));
    assert_eq!(named[..8], *b"\x89PNG\r\n\x1a\n");
    let number = |from: usize| u32::from_be_bytes(named[from..from + 4].try_into().unwrap());
    assert_eq!((number(16), number(20)), (1_920, 720));
    assert_eq!(&named[named.len() - 8..named.len() - 4], b"IEND");
    let rows = |file: &[u8]| {
        let length = u32::from_be_bytes(file[33..37].try_into().unwrap()) as usize;
        let mut rows = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::ZlibDecoder::new(&file[41..41 + length]), &mut rows).unwrap();
        rows
    };
    let (named, other) = (rows(&named), rows(&other));
    assert_eq!(named.len(), 720 * (1 + 3 * 1_920));
    let line = 1 + 3 * 1_920;
    let differ: Vec<usize> =
        (0..720).filter(|row| named[row * line..][..line] != other[row * line..][..line]).collect();
    assert!(
        !differ.is_empty() && differ.iter().all(|row| (28..48).contains(row)),
        "only the title differs: {differ:?}"
    );
    let blue =
        named.chunks(line).flat_map(|row| row[1..].chunks(3)).filter(|pixel| *pixel == [0x09, 0x69, 0xda]).count();
    assert!(blue > 1_000, "{blue} pixels of the line");
}
