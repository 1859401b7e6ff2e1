//! The model's card: what it was fitted to, what models fitted to a part are worth on the rest, and every weight.

use super::training::{Settings, fit, most_telling};
use super::{Example, Feature, Model};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Probabilities at which precision and recall are told.
const THRESHOLDS: [f64; 6] = [0.1, 0.3, 0.5, 0.7, 0.9, 0.97];
/// Sources with fewer malicious names that resemble a protected one say too little to be held out.
const HELD_OUT_MIN: usize = 10;
/// Parts of the targets that are held out one after the other.
const PARTS: u32 = 5;

/// What a model is worth, to be shown as text.
#[derive(Clone, Debug)]
pub struct Card {
    version: String,
    settings: Settings,
    data: Vec<Data>,
    splits: Vec<Split>,
    weights: Vec<Weight>,
    intercept: f64,
}

#[derive(Clone, Debug)]
struct Data {
    source: String,
    ecosystem: &'static str,
    malicious: usize,
    harmless: usize,
    suspected: usize,
}

/// A part held out, and how a model fitted to the rest did on it.
#[derive(Clone, Debug)]
struct Split {
    what: String,
    malicious: usize,
    harmless: usize,
    average_precision: f64,
    rows: Vec<At>,
}

#[derive(Clone, Copy, Debug)]
struct At {
    threshold: f64,
    precision: f64,
    recall: f64,
    false_alarms: f64,
}

#[derive(Clone, Debug)]
struct Weight {
    feature: Feature,
    set: f64,
    now: f64,
    seen: usize,
}

pub(super) fn card(examples: &[Example], model: &Model, settings: &Settings) -> Card {
    let set = Model::set();
    let seen = |feature| {
        examples
            .iter()
            .filter(|example| example.suspected && example.profiles.iter().any(|one| one.get(feature) != 0.0))
            .count()
    };
    let weights = Feature::all()
        .map(|feature| Weight { feature, set: set.weight(feature), now: model.weight(feature), seen: seen(feature) })
        .collect();
    Card {
        version: model.version().to_owned(),
        settings: settings.clone(),
        data: data(examples),
        splits: splits(examples, settings),
        weights,
        intercept: model.intercept,
    }
}

fn data(examples: &[Example]) -> Vec<Data> {
    let kinds: BTreeSet<(&str, &str)> =
        examples.iter().map(|example| (example.source.as_str(), example.ecosystem.as_str())).collect();
    kinds
        .into_iter()
        .map(|(source, ecosystem)| {
            let own = || examples.iter().filter(|one| one.source == source && one.ecosystem.as_str() == ecosystem);
            let malicious = own().filter(|one| one.malicious).count();
            Data {
                source: source.to_owned(),
                ecosystem,
                malicious,
                harmless: own().count() - malicious,
                suspected: own().filter(|one| one.suspected).count(),
            }
        })
        .collect()
}

/// Every source of malicious names by itself, and what became known last; each with the half of the harmless names that
/// was not fitted to.
fn splits(examples: &[Example], settings: &Settings) -> Vec<Split> {
    let sources: BTreeSet<&str> = examples.iter().filter(|one| one.malicious).map(|one| one.source.as_str()).collect();
    let told = |split: &Split| split.malicious >= HELD_OUT_MIN;
    let by_source = sources
        .into_iter()
        .map(|source| split(examples, settings, format!("source `{source}` held out"), |one| one.source == source));
    let by_target = by_target(examples, settings);
    let after = |one: &Example| one.date.is_some_and(|date| date >= settings.split);
    let by_date = split(examples, settings, format!("known since {} held out", day(settings)), after);
    by_source.chain([by_target, by_date]).filter(told).collect()
}

fn day(settings: &Settings) -> String {
    settings.split.to_string().chars().take(10).collect()
}

fn split(examples: &[Example], settings: &Settings, what: String, held_out: impl Fn(&Example) -> bool) -> Split {
    let tested = |one: &&Example| if one.malicious { held_out(one) } else { half(&one.name) };
    let (test, fitted): (Vec<&Example>, Vec<&Example>) = examples.iter().partition(tested);
    summary(what, scored(&fit(&fitted, settings), &test))
}

/// Squats that somebody found, a part of the targets at a time: what is known of a target's squats says nothing of those
/// of others. Harmless names are held out by name.
fn by_target(examples: &[Example], settings: &Settings) -> Split {
    let part = |one: &Example| hash(one.target.as_deref().unwrap_or(&one.name)) % PARTS;
    let found = |one: &Example| !one.malicious || (one.target.is_some() && one.weight > 1.0);
    let parts = (0..PARTS).flat_map(|held_out| {
        let (test, fitted): (Vec<&Example>, Vec<&Example>) = examples.iter().partition(|one| part(one) == held_out);
        let test: Vec<&Example> = test.into_iter().filter(|one| found(one)).collect();
        scored(&fit(&fitted, settings), &test)
    });
    summary(format!("squats that somebody found, a {PARTS}th of the targets held out at a time"), parts.collect())
}

/// Probabilities of malicious names that resemble a protected one, and of all harmless names.
fn scored(model: &Model, test: &[&Example]) -> Vec<(f64, bool)> {
    test.iter()
        .filter(|one| one.suspected || !one.malicious)
        .map(|one| (most_telling(model, one).map_or(0.0, |profile| model.probability(profile)), one.malicious))
        .collect()
}

fn summary(what: String, scored: Vec<(f64, bool)>) -> Split {
    let malicious = scored.iter().filter(|(_, malicious)| *malicious).count();
    let harmless = scored.len() - malicious;
    let rows = THRESHOLDS.iter().map(|threshold| at(&scored, *threshold, malicious, harmless)).collect();
    Split { what, malicious, harmless, average_precision: average_precision(scored, malicious), rows }
}

/// Half of all names, the same ones each time.
fn half(name: &str) -> bool {
    hash(name) & 16 == 0
}

fn hash(name: &str) -> u32 {
    name.bytes().fold(5381_u32, |hash, byte| hash.wrapping_mul(33) ^ u32::from(byte))
}

fn at(scored: &[(f64, bool)], threshold: f64, malicious: usize, harmless: usize) -> At {
    let told = scored.iter().filter(|(probability, _)| *probability >= threshold);
    let (right, all) = told.fold((0, 0), |(right, all), (_, malicious)| (right + usize::from(*malicious), all + 1));
    let share = |part: usize, whole: usize| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
    At {
        threshold,
        precision: share(right, all),
        recall: share(right, malicious),
        false_alarms: share(all - right, harmless),
    }
}

/// The mean of the precisions at each malicious name, in order of probability.
fn average_precision(mut scored: Vec<(f64, bool)>, malicious: usize) -> f64 {
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut right = 0_usize;
    let mut sum = 0.0;
    for (number, (_, is_malicious)) in scored.iter().enumerate() {
        if *is_malicious {
            right += 1;
            sum += right as f64 / (number + 1) as f64;
        }
    }
    sum / malicious.max(1) as f64
}

impl Card {
    /// The card as Markdown.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut out = String::new();
        // Writing into a string cannot fail.
        let _ = self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        writeln!(
            out,
            "Version `{}`. Logistic regression; intercept {:.2}, set; ridge {} around the weights set by hand; {} malicious names for each harmless one among names that resemble a protected one.\n",
            self.version, self.intercept, self.settings.ridge, self.settings.malicious_for_harmless
        )?;
        self.write_data(out)?;
        self.write_splits(out)?;
        self.write_weights(out)
    }

    fn write_data(&self, out: &mut String) -> std::fmt::Result {
        writeln!(
            out,
            "## Data\n\n| source | ecosystem | malicious | harmless | resemble a protected name |\n|---|---|---:|---:|---:|"
        )?;
        for row in &self.data {
            writeln!(
                out,
                "| {} | {} | {} | {} | {} |",
                row.source, row.ecosystem, row.malicious, row.harmless, row.suspected
            )?;
        }
        writeln!(out)
    }

    fn write_splits(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "## Precision and recall\n")?;
        for split in &self.splits {
            writeln!(
                out,
                "**{}**: {} malicious names that resemble a protected one, {} harmless names, average precision {:.3}.\n",
                split.what, split.malicious, split.harmless, split.average_precision
            )?;
            writeln!(out, "| probability from | precision | recall | false alarms |\n|---:|---:|---:|---:|")?;
            for row in &split.rows {
                writeln!(
                    out,
                    "| {} | {:.1} % | {:.1} % | {:.2} % |",
                    row.threshold,
                    row.precision * 100.0,
                    row.recall * 100.0,
                    row.false_alarms * 100.0
                )?;
            }
            writeln!(out)?;
        }
        Ok(())
    }

    fn write_weights(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "## Weights\n\n| feature | what it says | set | now | examples |\n|---|---|---:|---:|---:|")?;
        for row in &self.weights {
            let now = if row.seen == 0 { "as set".to_owned() } else { format!("{:+.2}", row.now) };
            writeln!(out, "| `{}` | {} | {:+.2} | {now} | {} |", row.feature, row.feature.says(), row.set, row.seen)?;
        }
        Ok(())
    }
}
