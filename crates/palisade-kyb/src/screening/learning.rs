//! What an organisation's own decisions teach: parts of scores that were behind many hits which were none count a
//! little less, those behind true matches a little more.
//!
//! For a part that took part in `n` decisions of which `d` were "not a match", the share of false alarms is estimated as
//! (d + 1) / (n + 2), the mean of a beta distribution that knows nothing yet; half is neutral. What differs from half
//! moves the score, by at most [`LOWERED_MAX`] down and [`RAISED_MAX`] up, and in full only after many decisions
//! (n / (n + 10)). Hits by identifier are never moved. Lists and thresholds stay as they are: this orders work.

use super::{decisions::Verdict, hit::Hit};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How far all parts together may lower a score.
pub const LOWERED_MAX: f64 = 0.10;
/// How far all parts together may raise a score.
pub const RAISED_MAX: f64 = 0.05;
/// Decisions after which half of what was learnt counts.
const HALF_TRUSTED_AFTER: f64 = 10.0;
/// How many parts are remembered; what was seen least is forgotten first.
const PARTS_MAX: usize = 50_000;

/// How often a part was behind a hit, by what was decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Tally {
    dismissed: u32,
    confirmed: u32,
}

/// What was learnt. An organisation has one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Learning {
    parts: BTreeMap<String, Tally>,
}

/// How a score is moved, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Adjustment {
    /// The score as it was.
    pub before: f64,
    /// The score as it is ordered by.
    pub after: f64,
    /// A sentence for each part that moved it.
    pub explanations: Vec<String>,
}

impl Learning {
    /// Learns from a decision.
    pub fn learn(&mut self, hit: &Hit, verdict: Verdict) {
        if hit.comparison.is_identified() {
            return;
        }
        for name in telling_parts(hit) {
            let tally = self.parts.entry(name).or_default();
            let count = if verdict == Verdict::NotAMatch { &mut tally.dismissed } else { &mut tally.confirmed };
            *count = count.saturating_add(1);
        }
        if self.parts.len() > PARTS_MAX {
            self.forget_rarest();
        }
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        self.parts.clear();
    }

    /// Forgets one part; false when nothing was known of it.
    pub fn reset_part(&mut self, name: &str) -> bool {
        self.parts.remove(name).is_some()
    }

    /// How many parts something is known of.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// True when nothing was learnt.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The score of a hit as the organisation's decisions see it.
    pub fn adjust(&self, hit: &Hit) -> Adjustment {
        let before = f64::from(hit.comparison.score);
        let mut explanations = Vec::new();
        let mut moved = 0.0;
        if !hit.comparison.is_identified() {
            for (name, tally) in telling_parts(hit).into_iter().filter_map(|name| self.parts.get_key_value(&name)) {
                let weight = tally.weight();
                if weight.abs() >= 0.005 {
                    moved += weight;
                    explanations.push(tally.explain(name, weight));
                }
            }
        }
        let after = (before + moved.clamp(-LOWERED_MAX, RAISED_MAX)).clamp(0.0, 1.0);
        Adjustment { before, after, explanations }
    }

    fn forget_rarest(&mut self) {
        let rarest = self.parts.iter().min_by_key(|(_, tally)| tally.count()).map(|(name, _)| name.clone());
        if let Some(name) = rarest {
            self.parts.remove(&name);
        }
    }
}

/// Parts that spoke for the hit, each once: listed words that were found, and evidence that agreed.
fn telling_parts(hit: &Hit) -> BTreeSet<String> {
    let names = hit.comparison.name.iter().flat_map(|name| &name.comparison.parts);
    let words = names.filter(|part| part.similarity > 0.0 && !part.listed.is_empty());
    let evidence = hit.comparison.evidence.iter().filter(|part| part.adjustment > 0.0);
    let words = words.map(|part| format!("name:{}", part.listed.as_str()));
    words.chain(evidence.map(|part| format!("{}:{}", part.kind.as_str(), part.listed))).collect()
}

impl Tally {
    fn count(self) -> u32 {
        self.dismissed.saturating_add(self.confirmed)
    }

    fn weight(self) -> f64 {
        let count = f64::from(self.count());
        let false_share = (f64::from(self.dismissed) + 1.0) / (count + 2.0);
        let trust = count / (count + HALF_TRUSTED_AFTER);
        let from_half = (0.5 - false_share) * 2.0 * trust;
        from_half * if from_half < 0.0 { LOWERED_MAX } else { RAISED_MAX }
    }

    fn explain(self, name: &str, weight: f64) -> String {
        format!("{} of {} hits by `{name}` were no match: {weight:+.3}", self.dismissed, self.count())
    }
}
