//! Figures over time as a picture: panels of lines, one below the other, as SVG that reads on light and dark pages.

use std::fmt::Write as _;

/// Width of the picture, and of the space left of the panels for numbers and right of them for the end of a line.
const WIDTH: f64 = 860.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 20.0;
/// Height of a panel, and of the space above it for its title and below it for the axis.
const HEIGHT: f64 = 170.0;
const ABOVE: f64 = 46.0;
const BELOW: f64 = 34.0;
/// Colours of lines: blue, orange, green (Okabe and Ito 2008, which colour-blind people tell apart), readable on both
/// white and near-black.
const COLOURS: [&str; 3] = ["#0072b2", "#d55e00", "#009e73"];
/// About so many numbers stand at an axis.
const TICKS: f64 = 5.0;

/// One line of a panel.
pub struct Line {
    /// What it shows.
    pub name: &'static str,
    /// Points: seconds and value.
    pub points: Vec<(f64, f64)>,
}

/// Lines over the same axes.
pub struct Panel {
    /// What is shown, with its unit.
    pub title: String,
    /// A level that must not be passed.
    pub limit: Option<f64>,
    /// The lines, three at most.
    pub lines: Vec<Line>,
}

/// The picture as SVG 1.1. Time runs from 0 to `seconds`.
#[must_use]
pub fn svg(panels: &[Panel], seconds: f64) -> String {
    let height = panels.len() as f64 * (ABOVE + HEIGHT + BELOW);
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="system-ui, sans-serif" font-size="12">
<style>text{{fill:#57606a}}.title{{fill:#1f2328;font-weight:600}}.grid{{stroke:#8b949e;stroke-opacity:.35}}.limit{{stroke:#8b949e;stroke-dasharray:5 4}}polyline{{fill:none;stroke-width:1.6;stroke-linejoin:round}}@media (prefers-color-scheme:dark){{text{{fill:#9198a1}}.title{{fill:#f0f6fc}}}}</style>
"##
    );
    for (index, panel) in panels.iter().enumerate() {
        let top = index as f64 * (ABOVE + HEIGHT + BELOW) + ABOVE;
        draw(&mut svg, panel, top, seconds.max(1.0));
    }
    svg + "</svg>\n"
}

fn draw(svg: &mut String, panel: &Panel, top: f64, seconds: f64) {
    let step_y = step(panel_most(panel) * 1.05);
    let most = (panel_most(panel) / step_y).ceil().max(1.0) * step_y;
    let place = Place { top, seconds, most };
    let _ = writeln!(svg, r#"<text class="title" x="{LEFT}" y="{}">{}</text>"#, top - 26.0, panel.title);
    let mut value = 0.0;
    while value <= most + step_y / 2.0 {
        let y = place.y(value);
        let _ = writeln!(svg, r#"<line class="grid" x1="{LEFT}" x2="{}" y1="{y:.1}" y2="{y:.1}"/>"#, WIDTH - RIGHT);
        let _ =
            writeln!(svg, r#"<text x="{}" y="{:.1}" text-anchor="end">{}</text>"#, LEFT - 8.0, y + 4.0, short(value));
        value += step_y;
    }
    let step_x = step_of_time(seconds);
    let mut time = 0.0;
    while time <= seconds {
        let (x, y) = (place.x(time), top + HEIGHT + 18.0);
        let _ = writeln!(svg, r#"<text x="{x:.1}" y="{y:.1}" text-anchor="middle">{}</text>"#, clock(time));
        time += step_x;
    }
    if let Some(limit) = panel.limit {
        let y = place.y(limit);
        let _ = writeln!(svg, r#"<line class="limit" x1="{LEFT}" x2="{}" y1="{y:.1}" y2="{y:.1}"/>"#, WIDTH - RIGHT);
    }
    for (index, line) in panel.lines.iter().enumerate() {
        draw_line(svg, line, COLOURS[index % COLOURS.len()], index, &place);
    }
}

fn panel_most(panel: &Panel) -> f64 {
    let values = panel.lines.iter().flat_map(|line| line.points.iter().map(|point| point.1)).chain(panel.limit);
    values.fold(0.0, f64::max)
}

fn draw_line(svg: &mut String, line: &Line, colour: &str, index: usize, place: &Place) {
    let x = LEFT + index as f64 * 280.0;
    let y = place.top - 10.0;
    let (end, middle) = (x + 18.0, y - 4.0);
    let _ =
        writeln!(svg, r#"<line x1="{x}" x2="{end}" y1="{middle}" y2="{middle}" stroke="{colour}" stroke-width="3"/>"#);
    let _ = writeln!(svg, r#"<text x="{}" y="{y}">{}</text>"#, x + 24.0, line.name);
    let _ = write!(svg, r#"<polyline stroke="{colour}" points=""#);
    for &(time, value) in &line.points {
        let _ = write!(svg, "{:.1},{:.1} ", place.x(time), place.y(value));
    }
    let _ = writeln!(svg, r#""/>"#);
}

/// Where a panel is, and what its axes span.
struct Place {
    top: f64,
    seconds: f64,
    most: f64,
}

impl Place {
    fn x(&self, time: f64) -> f64 {
        LEFT + (WIDTH - LEFT - RIGHT) * (time / self.seconds).clamp(0.0, 1.0)
    }

    fn y(&self, value: f64) -> f64 {
        self.top + HEIGHT * (1.0 - (value / self.most).clamp(0.0, 1.0))
    }
}

/// A round step that divides `most` into about [`TICKS`] parts: 1, 2 or 5 times a power of ten.
fn step(most: f64) -> f64 {
    let rough = (most / TICKS).max(1e-6);
    let power = 10_f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0].into_iter().find(|factor| factor * power >= rough);
    factor.unwrap_or(10.0) * power
}

fn step_of_time(seconds: f64) -> f64 {
    let steps = [1.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0, 3_600.0, 7_200.0];
    steps.into_iter().find(|step| seconds / step <= 2.0 * TICKS).unwrap_or(seconds / TICKS)
}

fn clock(seconds: f64) -> String {
    if seconds % 60.0 == 0.0 { format!("{} min", seconds / 60.0) } else { format!("{seconds} s") }
}

fn short(value: f64) -> String {
    if value.fract().abs() < 1e-9 { format!("{value:.0}") } else { format!("{value:.2}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        for (most, wanted) in [(187.0, 50.0), (9.0, 2.0), (1.0, 0.2), (1_000.0, 200.0), (0.0, 1e-6)] {
            assert!((step(most) - wanted).abs() < wanted * 1e-6, "{most}: {}", step(most));
        }
        assert_eq!((clock(0.0), clock(90.0), clock(600.0)), ("0 min".into(), "90 s".into(), "10 min".into()));
    }

    #[test]
    fn lines_stay_within_their_panel_and_the_picture_is_whole() {
        let line = Line { name: "resident", points: vec![(0.0, 50.0), (300.0, 90.0), (600.0, 100.0)] };
        let panel = Panel { title: "Memory, MB".into(), limit: Some(200.0), lines: vec![line] };
        let svg = svg(&[panel], 600.0);
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
        let points = svg.split("points=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let places: Vec<(f64, f64)> = points
            .split_whitespace()
            .map(|point| point.split_once(',').map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap())).unwrap())
            .collect();
        assert_eq!(places.len(), 3);
        assert!(
            places.iter().all(|&(x, y)| (LEFT..=WIDTH - RIGHT).contains(&x) && (ABOVE..=ABOVE + HEIGHT).contains(&y))
        );
        assert!(places[0].1 > places[2].1, "more is higher up: {places:?}");
        assert_eq!(svg.matches("<text").count(), svg.matches("</text>").count());
    }
}
