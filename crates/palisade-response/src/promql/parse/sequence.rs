//! The values of series in unit tests: `1+1x10`, `0x3 _x2 stale`, as promtool reads them.

use crate::promql::{number::parse_number, series::stale};

/// How many values one text may stand for.
const VALUES_MAX: usize = 100_000;

/// Reads values apart by blanks. `a+bxN` stands for `a` and N further values, each `b` more; `axN` for `a` and N more
/// of it; `_xN` for N places without a sample, which are `None`; `stale` for the end of a series.
///
/// # Errors
/// Names the part that is wrong.
pub(crate) fn parse_sequence(text: &str) -> Result<Vec<Option<f64>>, String> {
    let mut values = Vec::new();
    for part in text.split_ascii_whitespace() {
        let more = parse_part(part).ok_or_else(|| {
            format!("'{part}' is no value: write 1, _, stale, 1+1x10 or 5x10 (native histograms are not read)")
        })?;
        if values.len() + more.count > VALUES_MAX {
            return Err(format!("a series may have {VALUES_MAX} values"));
        }
        let mut value = more.first;
        for _ in 0..more.count {
            values.push(value);
            value = value.map(|value| value + more.step);
        }
    }
    Ok(values)
}

struct Part {
    first: Option<f64>,
    step: f64,
    count: usize,
}

fn parse_part(part: &str) -> Option<Part> {
    if let Some(rest) = part.strip_prefix('_') {
        let count = if rest.is_empty() { 1 } else { rest.strip_prefix('x')?.parse().ok()? };
        return Some(Part { first: None, step: 0.0, count });
    }
    let (value, times) = match part.rfind('x') {
        Some(place) => (&part[..place], part[place + 1..].parse::<usize>().ok()?.checked_add(1)?),
        None => (part, 1),
    };
    if value == "stale" {
        return Some(Part { first: Some(stale()), step: 0.0, count: times });
    }
    if let Some(first) = parse_number(value) {
        return Some(Part { first: Some(first), step: 0.0, count: times });
    }
    let sign = step_at(value)?;
    part.rfind('x')?;
    Some(Part { first: Some(parse_number(&value[..sign])?), step: parse_number(&value[sign..])?, count: times })
}

/// Where the step begins: the sign that follows a whole number, not the one of an exponent.
fn step_at(value: &str) -> Option<usize> {
    let signs = value.char_indices().skip(1).filter(|(_, each)| matches!(each, '+' | '-'));
    signs.map(|(at, _)| at).find(|at| !value[..*at].ends_with(['e', 'E']))
}
