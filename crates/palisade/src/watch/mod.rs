//! The watches, fitted to the pipeline: each looks at an observation and says what it finds.
//!
//! The watches themselves are libraries that know nothing of Palisade's way of an observation; these adapters choose
//! what they are shown. The table [`WATCHES`] is all there are.

mod guard;

use palisade_guard::Guard;
use palisade_model::{Finding, Observation};

/// What the watches share and keep.
pub struct Watches {
    /// Judges text that somebody asks about.
    pub guard: Guard,
    /// Judges what passes by.
    stream_guard: Guard,
}

impl Default for Watches {
    fn default() -> Self {
        Self { guard: Guard::new(), stream_guard: Guard::with(guard::belongs_on_the_stream) }
    }
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
