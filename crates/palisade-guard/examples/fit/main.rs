//! Fits the weights of `guard.prompt.takeover` to texts, and says what the fit is worth on families it has not seen.
//!
//! ```sh
//! cargo run --release -p palisade-guard --example fit -- [FOLDER…] [--trust 1] [--pull 1] [--ridge 0.002] [--attacks 1] [--blocked 4] [--write]
//! ```
//!
//! Folders are as for the example `prompts`; `tests/prompts` is always one of them. Logistic regression: weights of
//! signs and surroundings are pulled towards `--trust` times those that are there by `--pull`, those of words and pairs of words towards
//! nothing by `--ridge`, and an attack counts as `--attacks` harmless texts. A text weighs what its weightiest part
//! does. Five times a fifth of the families is left out and judged by a fit to the others, which tells how much less
//! every text must weigh so that of a hundred harmless ones in `tests/prompts` `--blocked` are blocked. `--write` fits to all, takes that
//! off, and enters the weights in `src/prompt/takeover`.
#![allow(clippy::disallowed_methods, reason = "reads texts that its user names, and writes the sources beside it")]

mod descent;
mod entering;
mod texts;

use std::{collections::BTreeMap, error::Error, path::PathBuf};
use texts::{Kind, Texts};

/// Families are left out in so many turns.
const FOLDS: usize = 5;

/// The weightiest part of an attack is found again so often.
const ROUNDS: usize = 2;

/// Log-odds of a confidence of 0.8, from which on a text is blocked.
const BLOCKED_ODDS: f64 = 1.386;

/// The term that is in every text.
const CONSTANT: &str = "a needle";

/// Kinds of fewer texts are not told.
const TOLD_MIN: usize = 50;

/// How weights are fitted.
struct Settings {
    trust: f64,
    pull: f64,
    ridge: f64,
    attacks: f64,
    /// Of a hundred harmless texts in `tests/prompts`, of families that are not seen, so many are blocked.
    blocked: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut settings = Settings { trust: 1.0, pull: 1.0, ridge: 0.002, attacks: 1.0, blocked: 4.0 };
    let (mut folders, mut write) = (vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/prompts")], false);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().unwrap_or_default().parse::<f64>();
        match argument.as_str() {
            "--trust" => settings.trust = number()?,
            "--pull" => settings.pull = number()?,
            "--ridge" => settings.ridge = number()?,
            "--blocked" => settings.blocked = number()?,
            "--attacks" => settings.attacks = number()?,
            "--write" => write = true,
            _ => folders.push(PathBuf::from(argument)),
        }
    }
    let texts = Texts::read(&folders)?;
    println!("{} texts, {} expressions", texts.all.len(), texts.expressions.len());
    tell("as they are", &texts, &odds_of(&texts, &texts.prior_with(&entering::known(&texts)?)));
    let mut unseen = vec![0.0; texts.all.len()];
    for fold in 0..FOLDS {
        let fitted = fit(&texts, &settings, &|family| family % FOLDS != fold);
        let odds = odds_of(&texts, &fitted);
        (0..odds.len())
            .filter(|&text| texts.all[text].family % FOLDS == fold)
            .for_each(|text| unseen[text] = odds[text]);
    }
    tell("fitted, families left out", &texts, &unseen);
    let excess = odds_at(&texts, &unseen, settings.blocked) - BLOCKED_ODDS;
    unseen.iter_mut().for_each(|odds| *odds -= excess);
    tell(&format!("the same less {excess:.2}"), &texts, &unseen);
    if write {
        let mut fitted = fit(&texts, &settings, &|_| true);
        let constant = texts.terms.iter().position(|term| term.name == CONSTANT).ok_or("no term is constant")?;
        fitted[constant] -= excess;
        let entered = entering::enter(&texts, &fitted)?;
        tell("fitted to all, as entered", &texts, &odds_of(&texts, &entered));
    }
    Ok(())
}

/// What each text weighs.
fn odds_of(texts: &Texts, weights: &[f64]) -> Vec<f64> {
    texts.all.iter().map(|text| text.heaviest(weights).1).collect()
}

/// Weights that tell the texts of the families that are `used` apart.
fn fit(texts: &Texts, settings: &Settings, used: &dyn Fn(usize) -> bool) -> Vec<f64> {
    let prior: Vec<f64> = texts.prior().iter().map(|weight| weight * settings.trust).collect();
    let mut weights = prior.clone();
    let terms = texts.terms.len();
    let pull = |index: usize| if index < terms { settings.pull } else { settings.ridge };
    for _ in 0..ROUNDS {
        let mut examples = Vec::new();
        for text in texts.all.iter().filter(|text| used(text.family)) {
            match text.kind {
                Kind::Attack => examples.push((text, text.heaviest(&weights).0, settings.attacks)),
                // Each part of a harmless text is harmless; long ones have many.
                Kind::Harmless => {
                    let each = (text.parts.len() as f64).sqrt().recip();
                    examples.extend((0..text.parts.len()).map(|part| (text, part, each)));
                }
            }
        }
        weights = descent::minimise(weights, &mut |weights, slope| {
            let mut loss = 0.0;
            for (index, (weight, prior)) in weights.iter().zip(&prior).enumerate() {
                let off = weight - prior;
                loss += pull(index) * off * off;
                slope[index] = 2.0 * pull(index) * off;
            }
            for of_text in examples.chunk_by(|one, other| std::ptr::eq(one.0, other.0)) {
                let parts: Vec<(usize, f64)> = of_text.iter().map(|&(_, part, counts)| (part, counts)).collect();
                loss += of_text[0].0.learn(&parts, weights, slope);
            }
            loss
        });
    }
    weights
}

/// Prints what is blocked of both kinds, by kinds of families.
fn tell(name: &str, texts: &Texts, odds: &[f64]) {
    println!("{name}:");
    let mut kinds: BTreeMap<(Kind, &str), (usize, usize)> = BTreeMap::new();
    for (text, odds) in texts.all.iter().zip(odds) {
        let family = &texts.families[text.kind as usize][text.family];
        let kind = family.split_once('-').map_or("others", |(kind, _)| kind);
        for kind in [kind, "all"] {
            let (all, blocked) = kinds.entry((text.kind, kind)).or_default();
            *all += 1;
            *blocked += usize::from(*odds >= BLOCKED_ODDS);
        }
    }
    for ((kind, name), (all, blocked)) in kinds.into_iter().filter(|(_, (all, _))| *all >= TOLD_MIN) {
        println!("    {kind:?} {name}: {:.1} % of {all} blocked", 100.0 * blocked as f64 / all as f64);
    }
}

/// The log-odds that so many of a hundred harmless texts in `tests/prompts` reach.
fn odds_at(texts: &Texts, odds: &[f64], of_hundred: f64) -> f64 {
    let harmless = texts.all.iter().zip(odds).filter(|(text, _)| text.kind == Kind::Harmless && text.is_own);
    let mut odds: Vec<f64> = harmless.map(|(_, odds)| *odds).collect();
    odds.sort_by(|one, other| other.total_cmp(one));
    odds.get((odds.len() as f64 * of_hundred / 100.0) as usize).copied().unwrap_or(BLOCKED_ODDS)
}
