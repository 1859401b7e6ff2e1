//! The texts that weights are fitted to.

use palisade_guard::tuning::{self, PartTerms, Term};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// Expressions in fewer texts say nothing.
const TEXTS_MIN: usize = 4;

/// Longer texts are cut, as the detector cuts them.
const BYTES_MAX: usize = 6000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Attack,
    Harmless,
}

/// All texts.
pub(crate) struct Texts {
    pub(crate) all: Vec<Text>,
    /// The names of the families of each kind.
    pub(crate) families: [Vec<String>; 2],
    pub(crate) terms: Vec<Term>,
    /// Words and pairs, whose weights stand behind those of the terms.
    pub(crate) expressions: Vec<String>,
}

/// A text as what it weighs is made of.
pub(crate) struct Text {
    pub(crate) family: usize,
    pub(crate) kind: Kind,
    /// True when it is in the first folder.
    pub(crate) is_own: bool,
    pub(crate) parts: Vec<PartTerms>,
    /// For each sentence, the numbers of its expressions among all weights.
    sentences: Vec<Vec<usize>>,
}

impl Texts {
    pub(crate) fn read(folders: &[PathBuf]) -> std::io::Result<Self> {
        let (terms, mut read, mut in_texts) = (tuning::terms(), Vec::new(), BTreeMap::<String, usize>::new());
        let mut families = [Vec::new(), Vec::new()];
        for kind in [Kind::Attack, Kind::Harmless] {
            for (family, file) in files(folders, kind)?.into_iter().enumerate() {
                families[kind as usize].push(file.file_stem().unwrap_or_default().to_string_lossy().into_owned());
                for line in std::fs::read_to_string(&file)?.lines() {
                    let text = line.replace("\\n", "\n");
                    let text = tuning::terms_in(&text[..text.floor_char_boundary(BYTES_MAX)]);
                    let different: BTreeSet<&String> = text.expressions.iter().flatten().collect();
                    different.into_iter().for_each(|known| *in_texts.entry(known.clone()).or_default() += 1);
                    read.push((kind, family, file.starts_with(&folders[0]), text));
                }
            }
        }
        in_texts.retain(|_, texts| *texts >= TEXTS_MIN);
        let expressions: Vec<String> = in_texts.into_keys().collect();
        let number = |of: &String| expressions.binary_search(of).ok().map(|number| terms.len() + number);
        let all = read.into_iter().map(|(kind, family, is_own, text)| Text {
            family,
            kind,
            is_own,
            parts: text.parts,
            sentences: text.expressions.iter().map(|sentence| sentence.iter().filter_map(number).collect()).collect(),
        });
        Ok(Self { all: all.collect(), families, terms, expressions })
    }

    /// The weights as they are, where expressions weigh nothing.
    pub(crate) fn prior(&self) -> Vec<f64> {
        self.prior_with(&vec![0.0; self.expressions.len()])
    }

    /// The same with weights of expressions.
    pub(crate) fn prior_with(&self, expressions: &[f64]) -> Vec<f64> {
        self.terms.iter().map(|term| term.weight).chain(expressions.iter().copied()).collect()
    }
}

fn files(folders: &[PathBuf], kind: Kind) -> std::io::Result<Vec<PathBuf>> {
    let name = if kind == Kind::Attack { "attack" } else { "benign" };
    let mut files = Vec::new();
    for folder in folders.iter().map(|folder| folder.join(name)).filter(|folder| Path::is_dir(folder)) {
        let entries = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
        files.extend(entries.collect::<std::io::Result<Vec<PathBuf>>>()?);
    }
    files.sort();
    Ok(files)
}

impl Text {
    /// The part that weighs most, and what it weighs.
    pub(crate) fn heaviest(&self, weights: &[f64]) -> (usize, f64) {
        let before = self.before(weights);
        let all = (0..self.parts.len()).map(|part| (part, self.odds(part, weights, &before)));
        all.max_by(|one, other| one.1.total_cmp(&other.1)).unwrap_or((0, f64::NEG_INFINITY))
    }

    /// The loss of the parts that are named, which count so much; adds its slope to `slope`.
    pub(crate) fn learn(&self, parts: &[(usize, f64)], weights: &[f64], slope: &mut [f64]) -> f64 {
        let before = self.before(weights);
        let mut changes = vec![0.0; self.sentences.len() + 1];
        let (mut loss, sign) = (0.0, if self.kind == Kind::Attack { 1.0 } else { -1.0 });
        for &(number, counts) in parts {
            let (part, right) = (&self.parts[number], sign * self.odds(number, weights, &before));
            loss += counts * if right > 0.0 { (-right).exp().ln_1p() } else { right.exp().ln_1p() - right };
            let error = -sign * counts / (1.0 + right.exp());
            part.terms.iter().for_each(|&(term, amount)| slope[term] += error * amount);
            changes[part.sentences.start] += error * part.expression;
            changes[part.sentences.end] -= error * part.expression;
        }
        let mut error = 0.0;
        for (sentence, change) in self.sentences.iter().zip(changes) {
            error += change;
            sentence.iter().for_each(|&expression| slope[expression] += error);
        }
        loss
    }

    /// What the expressions before each sentence weigh, and at last all of them.
    fn before(&self, weights: &[f64]) -> Vec<f64> {
        let sentences = self.sentences.iter().map(|sentence| sentence.iter().map(|&known| weights[known]).sum::<f64>());
        let mut sum = 0.0;
        let sums = sentences.map(|weight| {
            sum += weight;
            sum
        });
        std::iter::once(0.0).chain(sums).collect()
    }

    fn odds(&self, part: usize, weights: &[f64], before: &[f64]) -> f64 {
        let PartTerms { sentences, terms, expression } = &self.parts[part];
        let terms: f64 = terms.iter().map(|(term, amount)| weights[*term] * amount).sum();
        terms + (before[sentences.end] - before[sentences.start]) * expression
    }
}
