//! Finds the lowest point of a convex function by its slope: L-BFGS (Nocedal and Wright, Numerical Optimization,
//! algorithms 7.4 and 3.1).

use std::collections::VecDeque;

/// Steps whose curvature is remembered.
const MEMORY: usize = 10;
const STEPS_MAX: usize = 120;

/// A step must lower the function by this share of what the slope promises, and is halved so often until it does.
const SUFFICIENT: f64 = 1e-4;
const HALVINGS_MAX: usize = 30;

/// The search ends when a step lowers the function by less than this share.
const GAIN_MIN: f64 = 1e-6;

/// Where `function` is lowest, from `at` on. It writes its slope to its second argument.
pub(crate) fn minimise(mut at: Vec<f64>, function: &mut dyn FnMut(&[f64], &mut [f64]) -> f64) -> Vec<f64> {
    let mut slope = vec![0.0; at.len()];
    let mut value = function(&at, &mut slope);
    let mut past: VecDeque<(Vec<f64>, Vec<f64>)> = VecDeque::new();
    for _ in 0..STEPS_MAX {
        let down = direction(&slope, &past);
        let promised = dot(&down, &slope);
        // The first step has no curvature to go by.
        let mut step = if past.is_empty() { dot(&slope, &slope).sqrt().recip().min(1.0) } else { 1.0 };
        let (mut next, mut next_slope) = (at.clone(), vec![0.0; at.len()]);
        let mut next_value = f64::INFINITY;
        for _ in 0..HALVINGS_MAX {
            next.iter_mut().zip(&at).zip(&down).for_each(|((next, at), down)| *next = at + step * down);
            next_value = function(&next, &mut next_slope);
            if next_value <= value + SUFFICIENT * step * promised {
                break;
            }
            step /= 2.0;
        }
        if next_value >= value {
            break;
        }
        let difference = |one: &[f64], other: &[f64]| one.iter().zip(other).map(|(one, other)| one - other).collect();
        past.push_back((difference(&next, &at), difference(&next_slope, &slope)));
        if past.len() > MEMORY {
            past.pop_front();
        }
        let gained = value - next_value;
        (at, slope, value) = (next, next_slope, next_value);
        if gained < GAIN_MIN * value {
            break;
        }
    }
    at
}

/// Where to go from a point of that `slope`, by the `past` steps and changes of the slope.
fn direction(slope: &[f64], past: &VecDeque<(Vec<f64>, Vec<f64>)>) -> Vec<f64> {
    let mut down: Vec<f64> = slope.iter().map(|slope| -slope).collect();
    let mut shares = Vec::with_capacity(past.len());
    for (step, change) in past.iter().rev() {
        let share = dot(step, &down) / dot(step, change);
        add(&mut down, -share, change);
        shares.push(share);
    }
    if let Some((step, change)) = past.back() {
        let scale = dot(step, change) / dot(change, change);
        down.iter_mut().for_each(|down| *down *= scale);
    }
    for ((step, change), share) in past.iter().zip(shares.into_iter().rev()) {
        let back = dot(change, &down) / dot(step, change);
        add(&mut down, share - back, step);
    }
    down
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

fn add(to: &mut [f64], times: f64, what: &[f64]) {
    to.iter_mut().zip(what).for_each(|(to, what)| *to += times * what);
}
