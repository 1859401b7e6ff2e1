//! Makes of what came a history that can be calculated with: finite, without gaps, at most one in size.

use super::Note;

/// The last values that are looked at; what is older says nothing more about the next.
pub const HISTORY_MAX: usize = 4_000;

/// A history in its own unit.
#[derive(Clone, Debug)]
pub(crate) struct History {
    /// Between -1 and 1.
    pub(crate) values: Vec<f64>,
    /// What one stands for.
    pub(crate) unit: f64,
    pub(crate) notes: Vec<Note>,
}

/// Leaves out what is not a number before the first and behind the last one that is, and fills gaps between.
///
/// `None` when there is no number at all. Values that are not finite are gaps.
pub(crate) fn clean(values: &[f64]) -> Option<History> {
    let first = values.iter().position(|value| value.is_finite())?;
    let last = values.iter().rposition(|value| value.is_finite())?;
    let mut notes = Vec::new();
    if last + 1 < values.len() {
        notes.push(Note::EndMissing { values: values.len() - last - 1 });
    }
    let whole = &values[first..=last];
    let recent = &whole[whole.len().saturating_sub(HISTORY_MAX)..];
    // What was cut may have ended in a gap.
    let recent = &recent[recent.iter().position(|value| value.is_finite())?..];
    if recent.len() < whole.len() {
        notes.push(Note::OldLeftOut { values: whole.len() - recent.len() });
    }
    let gaps = recent.iter().filter(|value| !value.is_finite()).count();
    if gaps > 0 {
        notes.push(Note::GapsFilled { values: gaps });
    }
    let largest =
        recent.iter().filter(|value| value.is_finite()).fold(0.0, |largest: f64, value| largest.max(value.abs()));
    let unit = if largest > 0.0 { largest } else { 1.0 };
    let mut scaled: Vec<f64> = recent.iter().map(|value| value / unit).collect();
    fill(&mut scaled);
    Some(History { values: scaled, unit, notes })
}

/// Fills gaps along the line between their neighbours. Both ends are numbers.
fn fill(values: &mut [f64]) {
    let mut known = 0;
    for place in 1..values.len() {
        if !values[place].is_finite() {
            continue;
        }
        let (from, to) = (values[known], values[place]);
        let steps = (place - known) as f64;
        for (step, value) in values[known + 1..place].iter_mut().enumerate() {
            *value = from + (to - from) * (step + 1) as f64 / steps;
        }
        known = place;
    }
}
