//! Enters weights in the sources of the detector.

use crate::texts::Texts;
use std::{
    collections::BTreeMap,
    fmt::Write,
    io,
    path::{Path, PathBuf},
};

/// Weights of expressions are entered as whole numbers of this.
const UNIT: f64 = 0.01;

/// Expressions that weigh less are left out: they change next to nothing.
const WEIGHT_MIN: f64 = 0.4;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/prompt/takeover")
}

/// The weights of expressions as they are.
pub(crate) fn known(texts: &Texts) -> io::Result<Vec<f64>> {
    let table = std::fs::read_to_string(folder().join("wording.txt"))?;
    let entries = table.lines().filter_map(|line| line.split_once(' '));
    let known: BTreeMap<&str, f64> =
        entries.filter_map(|(weight, expression)| Some((expression, weight.parse().ok()?))).collect();
    Ok(texts.expressions.iter().map(|of| known.get(of.as_str()).map_or(0.0, |weight| weight * UNIT)).collect())
}

/// Enters `weights`, and gives them as they are then.
pub(crate) fn enter(texts: &Texts, weights: &[f64]) -> io::Result<Vec<f64>> {
    let (of_terms, of_expressions) = weights.split_at(texts.terms.len());
    let rounded: Vec<f64> = of_terms.iter().map(|weight| (weight * 100.0).round() / 100.0).collect();
    for entry in std::fs::read_dir(folder())? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            enter_terms(&path, texts, &rounded)?;
        }
    }
    let (mut table, mut entered) = (String::new(), Vec::new());
    for (expression, weight) in texts.expressions.iter().zip(of_expressions) {
        let kept = if weight.abs() < WEIGHT_MIN { 0.0 } else { (weight / UNIT).round() };
        if kept != 0.0 {
            writeln!(table, "{kept} {expression}").map_err(io::Error::other)?;
        }
        entered.push(kept * UNIT);
    }
    std::fs::write(folder().join("wording.txt"), table)?;
    Ok(rounded.into_iter().chain(entered).collect())
}

/// Puts the weight of each term behind its name in the source at `path`.
fn enter_terms(path: &Path, texts: &Texts, weights: &[f64]) -> io::Result<()> {
    let mut source = std::fs::read_to_string(path)?;
    for (term, weight) in texts.terms.iter().zip(weights) {
        for call in ["sign", "of"] {
            let before = format!("{call}(\"{}\", ", term.name);
            let Some(start) = source.find(&before).map(|start| start + before.len()) else { continue };
            let Some(length) = source[start..].find(')') else { continue };
            source.replace_range(start..start + length, &format!("{weight:?}"));
        }
    }
    std::fs::write(path, source)
}
