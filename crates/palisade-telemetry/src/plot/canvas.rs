//! Lines, bands and labels in an SVG document of a fixed size.

use std::fmt::Write;

/// Size of the picture.
const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 360.0;
/// Where values are drawn from left to right; left of it stand the labels of the axis.
const LEFT: f64 = 72.0;
const RIGHT: f64 = 944.0;
/// Columns in which a long series is summed up.
const COLUMNS: usize = 872;

/// Colours tell apart on light and dark ground and for those who see red and green alike.
const STYLE: &str = "text{font:12px sans-serif;fill:#57606a}.title{font-size:14px;font-weight:600}\
    path,line{fill:none;stroke-width:1.25}.axis{stroke:#8c959f;stroke-opacity:.4;stroke-width:1}.value{stroke:#0969da}\
    .forecast{stroke:#bc4c00}.band{fill:#bc4c00;fill-opacity:.2}.expected{fill:#8c959f;fill-opacity:.3}\
    .score{stroke:#8250df}.mark{stroke:#cf222e;stroke-opacity:.7}.threshold{stroke:#cf222e;stroke-dasharray:5 4}";

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

/// The document so far.
pub(super) struct Canvas {
    text: String,
}

impl Canvas {
    pub(super) fn new(title: &str) -> Self {
        let title = escape(title);
        let text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\">\
             <title>{title}</title><style>{STYLE}</style><text class=\"title\" x=\"{LEFT}\" y=\"22\">{title}</text>\n"
        );
        Self { text }
    }

    pub(super) fn finish(mut self) -> String {
        self.text.push_str("</svg>\n");
        self.text
    }

    /// Adds to the document. Writing to a string does not fail.
    fn add(&mut self, element: std::fmt::Arguments) {
        let _ = self.text.write_fmt(element);
    }

    /// Three lines across, with their values.
    pub(super) fn axis(&mut self, frame: Frame, range: (f64, f64)) {
        for value in [range.0, f64::midpoint(range.0, range.1), range.1] {
            let height = frame.height(range, value);
            let (beside, beneath) = (LEFT - 6.0, height + 4.0);
            self.add(format_args!(
                "<line class=\"axis\" x1=\"{LEFT}\" x2=\"{RIGHT}\" y1=\"{height:.1}\" y2=\"{height:.1}\"/>\
                 <text x=\"{beside}\" y=\"{beneath:.1}\" text-anchor=\"end\">{}</text>\n",
                short(value)
            ));
        }
    }

    /// What stands beneath the left and the right end.
    pub(super) fn ends(&mut self, left: &str, right: &str) {
        let (left, right) = (escape(left), escape(right));
        self.add(format_args!(
            "<text x=\"{LEFT}\" y=\"350\">{left}</text><text x=\"{RIGHT}\" y=\"350\" text-anchor=\"end\">{right}</text>\n"
        ));
    }

    pub(super) fn line(
        &mut self,
        frame: Frame,
        range: (f64, f64),
        steps: usize,
        from: usize,
        values: &[f64],
        class: &str,
    ) {
        let mut path = String::new();
        let mut drawing = false;
        for (step, low, high) in columns(values.iter().map(|value| (*value, *value)), steps) {
            if !(low.is_finite() && high.is_finite()) {
                drawing = false;
                continue;
            }
            let command = if drawing { 'L' } else { 'M' };
            let _ = write!(path, "{command}{:.1} {:.1}", across(steps, from + step), frame.height(range, low));
            if high > low {
                let _ = write!(path, "V{:.1}", frame.height(range, high));
            }
            drawing = true;
        }
        if !path.is_empty() {
            self.add(format_args!("<path class=\"{class}\" d=\"{path}\"/>\n"));
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
        class: &str,
    ) {
        let bounds = columns(bounds, steps);
        for stretch in bounds.split(|(_, low, high)| !(low.is_finite() && high.is_finite())) {
            if stretch.is_empty() {
                continue;
            }
            let mut path = String::new();
            let upper = stretch.iter().map(|(step, _, high)| (*step, *high));
            let lower = stretch.iter().rev().map(|(step, low, _)| (*step, *low));
            for (index, (step, value)) in upper.chain(lower).enumerate() {
                let command = if index == 0 { 'M' } else { 'L' };
                let _ = write!(path, "{command}{:.1} {:.1}", across(steps, from + step), frame.height(range, value));
            }
            self.add(format_args!("<path class=\"{class}\" d=\"{path}Z\"/>\n"));
        }
    }

    /// A line from left to right at a value.
    pub(super) fn across(&mut self, frame: Frame, range: (f64, f64), value: f64) {
        let height = frame.height(range, value);
        self.add(format_args!(
            "<line class=\"threshold\" x1=\"{LEFT}\" x2=\"{RIGHT}\" y1=\"{height:.1}\" y2=\"{height:.1}\"/>\n"
        ));
    }

    /// A line from top to bottom at a step.
    pub(super) fn mark(&mut self, frame: Frame, steps: usize, step: usize) {
        let place = across(steps, step);
        let Frame { top, bottom } = frame;
        self.add(format_args!(
            "<line class=\"mark\" x1=\"{place:.1}\" x2=\"{place:.1}\" y1=\"{top}\" y2=\"{bottom}\"/>\n"
        ));
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

fn escape(text: &str) -> String {
    // Control characters are not allowed in XML at all.
    let shown = text.chars().filter(|character| !character.is_control()).take(200);
    shown.fold(String::new(), |mut escaped, character| {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
        escaped
    })
}
