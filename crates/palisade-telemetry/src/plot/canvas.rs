//! Where lines, bands and labels stand in a picture of a fixed size, whatever it is written as.

use super::shape::{Anchor, Ink, Shape};

/// Size of the picture.
pub(super) const WIDTH: f64 = 960.0;
pub(super) const HEIGHT: f64 = 360.0;
/// Where values are drawn from left to right; left of it stand the labels of the axis.
const LEFT: f64 = 72.0;
const RIGHT: f64 = 944.0;
/// Columns in which a long series is summed up.
const COLUMNS: usize = 872;

/// A part of the picture, from its upper to its lower edge.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    top: f64,
    bottom: f64,
}

impl Frame {
    pub(super) const WHOLE: Self = Self { top: 36.0, bottom: 330.0 };
    pub(super) const ABOVE: Self = Self { top: 36.0, bottom: 250.0 };
    pub(super) const BENEATH: Self = Self { top: 268.0, bottom: 330.0 };

    /// Where a value lies, downwards. Halves keep ranges near the largest numbers finite.
    fn height(self, (low, high): (f64, f64), value: f64) -> f64 {
        let part = (value / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0);
        self.bottom - part.clamp(0.0, 1.0) * (self.bottom - self.top)
    }
}

/// The picture so far.
pub(super) struct Canvas {
    shapes: Vec<Shape>,
}

impl Canvas {
    pub(super) fn new(title: &str) -> Self {
        let mut canvas = Self { shapes: Vec::new() };
        canvas.label(Ink::Title, (LEFT, 22.0), Anchor::Start, title);
        canvas
    }

    pub(super) fn finish(self) -> Vec<Shape> {
        self.shapes
    }

    fn label(&mut self, ink: Ink, place: (f64, f64), anchor: Anchor, text: &str) {
        // Control characters are not allowed in XML at all.
        let text = text.chars().filter(|character| !character.is_control()).take(200).collect();
        self.shapes.push(Shape::Label { ink, place, anchor, text });
    }

    fn straight(&mut self, ink: Ink, from: (f64, f64), to: (f64, f64)) {
        self.shapes.push(Shape::Lines { ink, strokes: vec![vec![from, to]] });
    }

    /// Three lines across, with their values.
    pub(super) fn axis(&mut self, frame: Frame, range: (f64, f64)) {
        for value in [range.0, f64::midpoint(range.0, range.1), range.1] {
            let height = frame.height(range, value);
            self.straight(Ink::Axis, (LEFT, height), (RIGHT, height));
            self.label(Ink::Text, (LEFT - 6.0, height + 4.0), Anchor::End, &short(value));
        }
    }

    /// What stands beneath the left and the right end.
    pub(super) fn ends(&mut self, left: &str, right: &str) {
        self.label(Ink::Text, (LEFT, 350.0), Anchor::Start, left);
        self.label(Ink::Text, (RIGHT, 350.0), Anchor::End, right);
    }

    pub(super) fn line(
        &mut self,
        frame: Frame,
        range: (f64, f64),
        steps: usize,
        from: usize,
        values: &[f64],
        ink: Ink,
    ) {
        let columns = columns(values.iter().map(|value| (*value, *value)), steps);
        let drawn = columns.split(|(_, low, high)| !(low.is_finite() && high.is_finite()));
        let stroke = |stretch: &[(usize, f64, f64)]| {
            let mut stroke = Vec::with_capacity(stretch.len());
            for (step, low, high) in stretch {
                let place = across(steps, from + step);
                stroke.push((place, frame.height(range, *low)));
                if high > low {
                    stroke.push((place, frame.height(range, *high)));
                }
            }
            stroke
        };
        let strokes: Vec<_> = drawn.filter(|stretch| !stretch.is_empty()).map(stroke).collect();
        if !strokes.is_empty() {
            self.shapes.push(Shape::Lines { ink, strokes });
        }
    }

    /// The area between bounds, one polygon an unbroken stretch.
    pub(super) fn band(
        &mut self,
        frame: Frame,
        range: (f64, f64),
        steps: usize,
        from: usize,
        bounds: impl Iterator<Item = (f64, f64)>,
        ink: Ink,
    ) {
        let bounds = columns(bounds, steps);
        for stretch in bounds.split(|(_, low, high)| !(low.is_finite() && high.is_finite())) {
            if stretch.is_empty() {
                continue;
            }
            let upper = stretch.iter().map(|(step, _, high)| (*step, *high));
            let lower = stretch.iter().rev().map(|(step, low, _)| (*step, *low));
            let corner = |(step, value)| (across(steps, from + step), frame.height(range, value));
            self.shapes.push(Shape::Area { ink, corners: upper.chain(lower).map(corner).collect() });
        }
    }

    /// A line from left to right at a value.
    pub(super) fn across(&mut self, frame: Frame, range: (f64, f64), value: f64) {
        let height = frame.height(range, value);
        self.straight(Ink::Threshold, (LEFT, height), (RIGHT, height));
    }

    /// A line from top to bottom at a step.
    pub(super) fn mark(&mut self, frame: Frame, steps: usize, step: usize) {
        let place = across(steps, step);
        self.straight(Ink::Mark, (place, frame.top), (place, frame.bottom));
    }
}

/// Where a step lies, from left to right.
fn across(steps: usize, step: usize) -> f64 {
    LEFT + (RIGHT - LEFT) * step as f64 / steps.saturating_sub(1).max(1) as f64
}

/// Sums neighbours up where there are more than columns: first step, least and greatest of each column.
fn columns(values: impl Iterator<Item = (f64, f64)>, steps: usize) -> Vec<(usize, f64, f64)> {
    let together = steps.div_ceil(COLUMNS).max(1);
    let mut columns: Vec<(usize, f64, f64)> = Vec::new();
    for (step, (low, high)) in values.enumerate() {
        match columns.last_mut() {
            // The least and greatest of numbers and NaN are the numbers.
            Some(column) if step % together != 0 => *column = (column.0, column.1.min(low), column.2.max(high)),
            _ => columns.push((step, low, high)),
        }
    }
    columns
}

/// A number in few characters.
fn short(value: f64) -> String {
    match value.abs() {
        size if size != 0.0 && !(1e-3..1e6).contains(&size) => format!("{value:.2e}"),
        size if size < 10.0 => format!("{value:.3}"),
        size if size < 1e3 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}
