//! Fits the weights of `guard.prompt.takeover` to texts, and says what the fit is worth on families it has not seen.
//!
//! ```sh
//! cargo run --release -p palisade-guard --example fit -- [FOLDER] [--pull 0.1] [--changed 0.3]
//! ```
//!
//! The folder is as for the example `prompts`. Logistic regression, pulled towards the weights as they are by `--pull`:
//! a text weighs what its weightiest part does. Five times a fifth of the families is left out and judged by a fit to
//! the others, which is told first; then come the weights of a fit to all that differ by more than `--changed`, to be
//! entered in `src/prompt/takeover`. A sign that grows on seen families only is no sign.
#![allow(clippy::disallowed_methods, reason = "reads texts that its user names")]

use palisade_guard::tuning;
use std::path::{Path, PathBuf};

/// Families are left out in so many turns.
const FOLDS: usize = 5;
const EPOCHS: usize = 25;
const STEP: f64 = 0.25;

/// Log-odds of a confidence of 0.8, from which on a text is blocked.
const BLOCKED_ODDS: f64 = 1.386;

/// A text as what it weighs is made of.
struct Text {
    family: usize,
    is_attack: bool,
    parts: Vec<Vec<(usize, f64)>>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut folder, mut pull, mut changed) = (None, 0.1, 0.3);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--pull" => pull = arguments.next().unwrap_or_default().parse()?,
            "--changed" => changed = arguments.next().unwrap_or_default().parse()?,
            _ => folder = Some(PathBuf::from(argument)),
        }
    }
    let texts = read(&folder.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/prompts")))?;
    let terms = tuning::terms();
    let prior: Vec<f64> = terms.iter().map(|term| term.weight).collect();
    tell("as they are", texts.iter().map(|text| (text.is_attack, odds(&prior, text).0)));
    let mut unseen = Vec::new();
    for fold in 0..FOLDS {
        let (left_out, others): (Vec<&Text>, Vec<&Text>) = texts.iter().partition(|text| text.family % FOLDS == fold);
        let fitted = fit(&prior, &others, pull);
        unseen.extend(left_out.iter().map(|text| (text.is_attack, odds(&fitted, text).0)));
    }
    tell("fitted, families left out", unseen.into_iter());
    let fitted = fit(&prior, &texts.iter().collect::<Vec<_>>(), pull);
    tell("fitted to all", texts.iter().map(|text| (text.is_attack, odds(&fitted, text).0)));
    for (term, weight) in terms.iter().zip(fitted) {
        if (term.weight - weight).abs() > changed {
            println!("{:6.2} -> {weight:5.2}  {}", term.weight, term.name);
        }
    }
    Ok(())
}

fn read(folder: &Path) -> std::io::Result<Vec<Text>> {
    let (mut texts, mut family) = (Vec::new(), 0);
    for kind in ["attack", "benign"] {
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(folder.join(kind))?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
        files.sort();
        for file in files {
            for line in std::fs::read_to_string(file)?.lines() {
                let parts = tuning::parts(&line.replace("\\n", "\n"));
                texts.push(Text { family, is_attack: kind == "attack", parts });
            }
            family += 1;
        }
    }
    Ok(texts)
}

/// What `text` weighs, and its weightiest part.
fn odds<'t>(weights: &[f64], text: &'t Text) -> (f64, &'t [(usize, f64)]) {
    let of = |part: &'t Vec<(usize, f64)>| (part.iter().map(|(term, amount)| weights[*term] * amount).sum(), &part[..]);
    text.parts.iter().map(of).max_by(|one: &(f64, _), other| one.0.total_cmp(&other.0)).unwrap_or((0.0, &[]))
}

/// Weights that tell `texts` apart, near those of `prior`.
fn fit(prior: &[f64], texts: &[&Text], pull: f64) -> Vec<f64> {
    let (mut weights, mut squares) = (prior.to_vec(), vec![1.0_f64; prior.len()]);
    for epoch in 0..EPOCHS {
        for step in 0..texts.len() {
            // Another order in each pass, the same in every run.
            let text = texts[(step * 7919 + epoch * 104_729) % texts.len()];
            let (odds, part) = odds(&weights, text);
            let error = 1.0 / (1.0 + (-odds).exp()) - f64::from(u8::from(text.is_attack));
            for &(term, amount) in part {
                let slope = error * amount + pull * (weights[term] - prior[term]);
                squares[term] += slope * slope;
                weights[term] -= STEP * slope / squares[term].sqrt();
            }
        }
    }
    weights
}

fn tell(name: &str, judged: impl Iterator<Item = (bool, f64)>) {
    let (attacks, harmless): (Vec<_>, Vec<_>) = judged.partition(|(is_attack, _)| *is_attack);
    let share = |of: &[(bool, f64)]| {
        100.0 * of.iter().filter(|(_, odds)| *odds >= BLOCKED_ODDS).count() as f64 / of.len().max(1) as f64
    };
    println!("{name}: {:.1} % of attacks, {:.1} % of harmless texts blocked", share(&attacks), share(&harmless));
}
