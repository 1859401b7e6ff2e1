//! The least point of a function of a few numbers within bounds, without derivatives: Nelder and Mead, "A simplex method
//! for function minimization", The Computer Journal 7 (1965).
//!
//! Smoothing constants are fitted with it. The number of evaluations is fixed beforehand, so that a fit has a known
//! cost, and nothing is random, so that the same series gives the same forecast.

use std::array;

/// A corner of the simplex: where, and what the function is there.
type Corner<const SIZE: usize> = ([f64; SIZE], f64);

/// Looks for the least point from a start, with first steps of a size a number.
///
/// Values that are not finite count as the worst there is. Where the bounds of a number are the same, it stays there.
pub(crate) fn minimise<const SIZE: usize>(
    start: [f64; SIZE],
    steps: [f64; SIZE],
    bounds: [(f64, f64); SIZE],
    evaluations: usize,
    mut function: impl FnMut(&[f64; SIZE]) -> f64,
) -> [f64; SIZE] {
    let mut left = evaluations;
    let mut evaluate = |point: [f64; SIZE]| -> Corner<SIZE> {
        let within = array::from_fn(|place| point[place].clamp(bounds[place].0, bounds[place].1));
        left = left.saturating_sub(1);
        let value = function(&within);
        (within, if value.is_finite() { value } else { f64::MAX })
    };
    let mut corners = vec![evaluate(start)];
    for place in (0..SIZE).filter(|place| bounds[*place].0 < bounds[*place].1) {
        let mut corner = start;
        let (low, high) = bounds[place];
        corner[place] += if corner[place] + steps[place] <= high { steps[place] } else { -steps[place] };
        corner[place] = corner[place].max(low);
        corners.push(evaluate(corner));
    }
    let rounds = evaluations.saturating_sub(corners.len());
    let mut spent = 0;
    while spent < rounds && corners.len() > 1 {
        corners.sort_by(|left, right| left.1.total_cmp(&right.1));
        if is_settled(&corners) {
            break;
        }
        spent += step(&mut corners, &mut evaluate);
    }
    corners.sort_by(|left, right| left.1.total_cmp(&right.1));
    corners[0].0
}

/// Whether the best and the worst corner are equally good, as far as it matters.
fn is_settled<const SIZE: usize>(corners: &[Corner<SIZE>]) -> bool {
    let (best, worst) = (corners[0].1, corners[corners.len() - 1].1);
    worst - best <= 1e-6 * best.abs()
}

/// Moves the worst corner; says how many evaluations that took.
fn step<const SIZE: usize>(
    corners: &mut [Corner<SIZE>],
    evaluate: &mut impl FnMut([f64; SIZE]) -> Corner<SIZE>,
) -> usize {
    let last = corners.len() - 1;
    let centre: [f64; SIZE] =
        array::from_fn(|place| corners[..last].iter().map(|corner| corner.0[place]).sum::<f64>() / last as f64);
    let worst = corners[last];
    let along = |distance: f64| array::from_fn(|place| centre[place] + distance * (worst.0[place] - centre[place]));
    let reflected = evaluate(along(-1.0));
    if reflected.1 < corners[0].1 {
        let expanded = evaluate(along(-2.0));
        corners[last] = if expanded.1 < reflected.1 { expanded } else { reflected };
        return 2;
    }
    if reflected.1 < corners[last - 1].1 {
        corners[last] = reflected;
        return 1;
    }
    let contracted = evaluate(along(if reflected.1 < worst.1 { -0.5 } else { 0.5 }));
    if contracted.1 < worst.1.min(reflected.1) {
        corners[last] = contracted;
        return 2;
    }
    let best = corners[0].0;
    for corner in &mut corners[1..] {
        *corner = evaluate(array::from_fn(|place| f64::midpoint(best[place], corner.0[place])));
    }
    2 + last
}
