//! The watches, fitted to the pipeline: each looks at an observation and says what it finds.
//!
//! The watches themselves are libraries that know nothing of Palisade's way of an observation; these adapters choose
//! what they are shown. The table [`WATCHES`] is all there are.

mod guard;

use palisade_guard::Guard;
use palisade_model::{Finding, Observation};

/// What the watches share and keep.
#[derive(Default)]
pub struct Watches {
    /// Judges text.
    pub guard: Guard,
}

/// One watch: its name, and how it judges.
struct Watch {
    name: &'static str,
    judge: fn(&Watches, &Observation, &mut Vec<Finding>),
}

const WATCHES: &[Watch] = &[Watch { name: "guard", judge: guard::judge }];

impl std::fmt::Debug for Watches {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(WATCHES.iter().map(|watch| watch.name)).finish()
    }
}

impl Watches {
    /// Everything that any watch finds in `observation`.
    pub fn judge(&self, observation: &Observation, findings: &mut Vec<Finding>) {
        for watch in WATCHES {
            let before = findings.len();
            (watch.judge)(self, observation, findings);
            if findings.len() > before {
                let found = (findings.len() - before) as u64;
                metrics::counter!("palisade_findings_total", "watch" => watch.name).increment(found);
            }
        }
    }
}
