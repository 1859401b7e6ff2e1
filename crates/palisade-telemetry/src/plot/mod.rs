//! Pictures: a series with its forecast and band, or with anomaly scores, as SVG or PNG.
//!
//! Long series are drawn as the range of each pixel column, so that a spike is never lost and a picture never grows with
//! the series.

mod canvas;
mod raster;
mod shape;
mod vector;

use crate::forecast::Forecast;
use canvas::{Canvas, Frame};
use shape::{Ink, Shape};
use std::io;

/// What to draw.
#[derive(Clone, Debug, Default)]
pub struct Picture<'a> {
    /// What stands above it.
    pub title: &'a str,
    /// The values; what is not finite is a gap.
    pub values: &'a [f64],
    /// What comes behind them.
    pub forecast: Option<&'a Forecast>,
    /// A lower and an upper bound for each value, as far as there are any: what was expected.
    pub band: &'a [(f64, f64)],
    /// A score from 0 to 1 for each value, drawn beneath.
    pub scores: &'a [f64],
    /// Numbers of values to mark, as those where an anomaly began.
    pub marks: &'a [usize],
    /// A line across, as a threshold.
    pub threshold: Option<f64>,
    /// What stands at the left and at the right end beneath, as the first and last time.
    pub ends: Option<(&'a str, &'a str)>,
}

/// The picture as an SVG document.
#[must_use]
pub fn svg(picture: &Picture) -> String {
    vector::document(picture.title, &shapes(picture))
}

/// The picture as a PNG file of 1,920 by 720 pixels.
///
/// # Errors
/// When it cannot be compressed.
pub fn png(picture: &Picture) -> io::Result<Vec<u8>> {
    raster::file(&shapes(picture))
}

fn shapes(picture: &Picture) -> Vec<Shape> {
    let ahead = picture.forecast.map_or(&[][..], |forecast| &forecast.values);
    let steps = picture.values.len() + ahead.len();
    let main = if picture.scores.is_empty() { Frame::WHOLE } else { Frame::ABOVE };
    let mut canvas = Canvas::new(picture.title);
    let range = range(picture);
    canvas.axis(main, range);
    if let Some((left, right)) = picture.ends {
        canvas.ends(left, right);
    }
    canvas.band(main, range, steps, 0, picture.band.iter().copied(), Ink::Expected);
    if let Some(forecast) = picture.forecast {
        let bounds = forecast.lower.iter().copied().zip(forecast.upper.iter().copied());
        canvas.band(main, range, steps, picture.values.len(), bounds, Ink::Band);
    }
    canvas.line(main, range, steps, 0, picture.values, Ink::Value);
    if let Some((last, forecast)) = picture.values.last().zip(picture.forecast) {
        let joined: Vec<f64> = std::iter::once(*last).chain(forecast.values.iter().copied()).collect();
        canvas.line(main, range, steps, picture.values.len() - 1, &joined, Ink::Forecast);
    } else {
        canvas.line(main, range, steps, 0, ahead, Ink::Forecast);
    }
    if let Some(threshold) = picture.threshold.filter(|threshold| threshold.is_finite()) {
        canvas.across(main, range, threshold);
    }
    for mark in picture.marks.iter().filter(|mark| **mark < steps).take(MARKS_MAX) {
        canvas.mark(main, steps, *mark);
    }
    if !picture.scores.is_empty() {
        canvas.axis(Frame::BENEATH, (0.0, 1.0));
        canvas.line(Frame::BENEATH, (0.0, 1.0), steps, 0, picture.scores, Ink::Score);
    }
    canvas.finish()
}

/// The most marks that are drawn; more would be one red wall.
const MARKS_MAX: usize = 500;

/// The lowest and highest finite value of all that is drawn, with a little air.
fn range(picture: &Picture) -> (f64, f64) {
    let bands = picture.band.iter().flat_map(|(low, high)| [*low, *high]);
    let forecast = picture.forecast.into_iter().flat_map(|forecast| forecast.lower.iter().chain(&forecast.upper));
    let all = picture.values.iter().chain(forecast).copied().chain(bands).chain(picture.threshold);
    let (low, high) = all
        .filter(|value| value.is_finite())
        .fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
    if low > high {
        return (0.0, 1.0);
    }
    let air = (high / 20.0 - low / 20.0).max(high.abs().max(low.abs()) * 1e-3).max(f64::MIN_POSITIVE);
    ((low - air).max(f64::MIN), (high + air).min(f64::MAX))
}
