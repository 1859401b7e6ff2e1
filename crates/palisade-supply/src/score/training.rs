//! Fits the model to labelled examples: logistic regression by Newton's method, drawn towards the weights set by hand.
//!
//! The pull (a ridge around the set weights, a Gaussian prior in other words) leaves a weight where it was set when the
//! data say nothing of its feature. Names that resemble no protected one teach nothing about likenesses and are left
//! out of the fit, but not out of the rates on the card. Of several likenesses of a name the one counts that the model
//! itself finds most telling, so fitting and choosing take turns.

use super::card::{Card, card};
use super::feature::COUNT;
use super::model::logistic;
use super::{Example, Feature, Model, Profile};
use crate::Ecosystem;
use palisade_model::Timestamp;
use std::collections::BTreeMap;

/// Steps of Newton's method; it stops earlier when nothing moves.
const STEPS_MAX: usize = 30;
const STILL: f64 = 1e-6;
/// Times that a step is halved.
const HALVINGS_MAX: usize = 20;
/// Turns of fitting and choosing.
const TURNS: usize = 4;

/// How to train.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How strongly weights are drawn to where they are set: the examples that it takes to move one.
    pub ridge: f64,
    /// Malicious names for each harmless one, among names that resemble a protected one. It moves the threshold.
    pub malicious_for_harmless: f64,
    /// The same where an ecosystem has its own.
    pub malicious_for_harmless_in: BTreeMap<Ecosystem, f64>,
    /// Malicious names known from this day on are held out for the card's split by date.
    pub split: Timestamp,
    /// What the model is called.
    pub version: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            ridge: 2.0,
            malicious_for_harmless: 0.25,
            malicious_for_harmless_in: BTreeMap::new(),
            split: Timestamp::default(),
            version: String::new(),
        }
    }
}

/// A model and what it is worth.
#[derive(Clone, Debug)]
pub struct Trained {
    /// Fitted to all examples.
    pub model: Model,
    /// What models fitted to a part are worth on the rest.
    pub card: Card,
}

/// Fits a model to `examples`, and others to parts of them for the card.
#[must_use]
pub fn train(examples: &[Example], settings: &Settings) -> Trained {
    let all: Vec<&Example> = examples.iter().collect();
    let model = fit(&all, settings);
    Trained { card: card(examples, &model, settings), model }
}

/// The model for `examples`.
#[must_use]
pub fn fit(examples: &[&Example], settings: &Settings) -> Model {
    let suspected: Vec<&Example> = examples.iter().copied().filter(|example| teaches(example)).collect();
    let weights = weights(&suspected, settings);
    let mut model = Model { version: settings.version.clone(), ..Model::set() };
    for _ in 0..TURNS {
        let rows: Vec<Row<'_>> = suspected
            .iter()
            .filter_map(|example| {
                let by_kind = weights.get(&(example.ecosystem, example.listed)).copied().unwrap_or([1.0; 2]);
                let weight = example.weight * by_kind[usize::from(example.malicious)];
                most_telling(&model, example).map(|profile| Row { profile, malicious: example.malicious, weight })
            })
            .collect();
        newton(&mut model, &rows, settings.ridge);
    }
    model
}

/// What a harmless and what a malicious example counts, by ecosystem and by how many names were protected: every length of
/// list weighs the same, and in each the malicious ones against the harmless ones as is set. Else the model would take
/// the length of a list for a sign.
fn weights(examples: &[&Example], settings: &Settings) -> BTreeMap<(Ecosystem, usize), [f64; 2]> {
    let mut totals: BTreeMap<(Ecosystem, usize), [f64; 2]> = BTreeMap::new();
    for example in examples {
        let total = totals.entry((example.ecosystem, example.listed)).or_default();
        total[usize::from(example.malicious)] += example.weight;
    }
    let harmless: f64 = totals.values().map(|total| total[0]).sum();
    let each = harmless / totals.len().max(1) as f64;
    let share = |ecosystem: &Ecosystem| {
        settings.malicious_for_harmless_in.get(ecosystem).copied().unwrap_or(settings.malicious_for_harmless)
    };
    let weights = totals.iter().map(|(group, total)| {
        let malicious = share(&group.0) * each / total[1].max(1.0);
        (*group, [each / total[0].max(1.0), malicious])
    });
    weights.collect()
}

/// True for examples that say something of likenesses. A malicious name that only contains a protected one does so if
/// somebody found out that it imitates, or it claims to be a release of it: most do so by chance.
fn teaches(example: &Example) -> bool {
    let has = |profile: &Profile, name| Feature::named(name).is_some_and(|feature| profile.get(feature) > 0.0);
    let contains = |profile: &Profile| has(profile, "names.brand") && !has(profile, "brand.claims-release");
    example.suspected && (!example.malicious || example.target.is_some() || !example.profiles.iter().any(contains))
}

/// The profile of the likeness that the model takes most seriously.
pub(super) fn most_telling<'a>(model: &Model, example: &'a Example) -> Option<&'a Profile> {
    example.profiles.iter().max_by(|a, b| model.log_odds(a).total_cmp(&model.log_odds(b)))
}

struct Row<'a> {
    profile: &'a Profile,
    malicious: bool,
    weight: f64,
}

/// Steps to the weights that fit `rows` best. The intercept stays: it is the answer where nothing is known.
fn newton(model: &mut Model, rows: &[Row<'_>], ridge: f64) {
    let set = Model::set();
    for _ in 0..STEPS_MAX {
        let mut slope = [0.0; COUNT];
        let mut bend = vec![[0.0; COUNT]; COUNT];
        for number in 0..COUNT {
            slope[number] = -ridge * (model.weights[number] - set.weights[number]);
            bend[number][number] = ridge;
        }
        for row in rows {
            add(row, logistic(model.log_odds(row.profile)), &mut slope, &mut bend);
        }
        let Some(step) = solve(bend, slope) else { return };
        if step_towards(model, &step, |model| loss(model, rows, ridge)) < STILL {
            return;
        }
    }
}

/// Takes the step, or half of it, or half of that, until the loss is less; returns how far the weights moved. A whole
/// step may overshoot, and then the next ones lead away.
fn step_towards(model: &mut Model, step: &[f64; COUNT], loss: impl Fn(&Model) -> f64) -> f64 {
    let before = loss(model);
    let start = model.weights;
    let mut part = 1.0;
    for _ in 0..HALVINGS_MAX {
        for ((weight, from), by) in model.weights.iter_mut().zip(start).zip(step) {
            *weight = from + part * by;
        }
        if loss(model) < before {
            return step.iter().fold(0.0, |most, by| by.abs().max(most)) * part;
        }
        part /= 2.0;
    }
    model.weights = start;
    0.0
}

/// What training makes small: surprise at the labels, and distance from the weights that are set.
fn loss(model: &Model, rows: &[Row<'_>], ridge: f64) -> f64 {
    let surprise = |row: &Row<'_>| {
        let log_odds = model.log_odds(row.profile);
        let towards = if row.malicious { log_odds } else { -log_odds };
        // ln(1 + e^-x), written so that it cannot overflow.
        row.weight * ((-towards).max(0.0) + (-towards.abs()).exp().ln_1p())
    };
    let set = Model::set();
    let distance: f64 = model.weights.iter().zip(set.weights).map(|(now, set)| (now - set).powi(2)).sum();
    rows.iter().map(surprise).sum::<f64>() + ridge / 2.0 * distance
}

fn add(row: &Row<'_>, probability: f64, slope: &mut [f64; COUNT], bend: &mut [[f64; COUNT]]) {
    let error = f64::from(u8::from(row.malicious)) - probability;
    let curve = probability * (1.0 - probability);
    let present: Vec<(usize, f64)> =
        row.profile.values().iter().copied().enumerate().filter(|(_, value)| *value != 0.0).collect();
    for (number, value) in &present {
        slope[*number] += row.weight * error * value;
        for (other, its) in &present {
            bend[*number][*other] += row.weight * curve * value * its;
        }
    }
}

/// Solves the symmetric positive definite system by Cholesky's decomposition; nothing where it is not one.
fn solve(mut matrix: Vec<[f64; COUNT]>, mut right: [f64; COUNT]) -> Option<[f64; COUNT]> {
    for row in 0..COUNT {
        for column in 0..=row {
            let products: f64 = (0..column).map(|at| matrix[row][at] * matrix[column][at]).sum();
            let rest = matrix[row][column] - products;
            matrix[row][column] = match row == column {
                true if rest <= 0.0 => return None,
                true => rest.sqrt(),
                false => rest / matrix[column][column],
            };
        }
    }
    for row in 0..COUNT {
        let known: f64 = (0..row).map(|at| matrix[row][at] * right[at]).sum();
        right[row] = (right[row] - known) / matrix[row][row];
    }
    for row in (0..COUNT).rev() {
        let known: f64 = (row + 1..COUNT).map(|at| matrix[at][row] * right[at]).sum();
        right[row] = (right[row] - known) / matrix[row][row];
    }
    Some(right)
}

#[cfg(test)]
mod tests {
    use super::{COUNT, solve};

    #[test]
    fn a_system_is_solved() {
        let mut matrix = vec![[0.0; COUNT]; COUNT];
        let mut right = [0.0; COUNT];
        for at in 0..COUNT {
            matrix[at][at] = 2.0;
            right[at] = 2.0 * at as f64;
        }
        matrix[1][0] = 1.0;
        matrix[0][1] = 1.0;
        right[0] = 1.0;
        right[1] = 2.0;
        let found = solve(matrix.clone(), right).unwrap();
        assert!((found[0]).abs() < 1e-9 && (found[1] - 1.0).abs() < 1e-9 && (found[9] - 9.0).abs() < 1e-9);
        matrix[3][3] = -1.0;
        assert!(solve(matrix, right).is_none());
    }
}
