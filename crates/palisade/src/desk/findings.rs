//! What the sequencer holds of the desk: findings go in here in the order of the log, with their position.

use super::Shared;
use super::clerk::Handed;
use palisade_model::{Finding, Observation, Signal};
use palisade_response::config::FindingRules;
use palisade_response::signal_of;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::mpsc;

/// Where findings are handed in. While the desk is behind, handing in waits.
pub struct Findings {
    shared: Arc<Shared>,
    rules: FindingRules,
    handed: mpsc::Sender<Handed>,
}

impl Findings {
    pub(super) fn new(shared: Arc<Shared>, rules: FindingRules, handed: mpsc::Sender<Handed>) -> Self {
        Self { shared, rules, handed }
    }

    /// Hands in what was found in the record at this position, and the ends of what was found before. Must be called for
    /// every record, from a thread that may wait.
    pub fn hand(&self, position: u64, observations: &[Observation], findings: &[Finding], ended: Vec<Signal>) {
        let taken = findings.iter().filter(|finding| self.rules.takes(finding));
        let begun = taken.map(|finding| signal_of(finding, observation_of(finding, observations)));
        let signals: Vec<Signal> = begun.chain(ended).collect();
        if !signals.is_empty() {
            self.shared.progress.hand(position);
            // The clerk ends after the sequencer, so this fails only when its thread has panicked, which has told of it.
            let _ended = self.handed.blocking_send(Handed { position, signals, since: Instant::now() });
        }
        self.shared.progress.pass(position);
    }
}

/// The observation that the finding was made of. Ids of one record follow one another.
fn observation_of<'a>(finding: &Finding, observations: &'a [Observation]) -> Option<&'a Observation> {
    let id = finding.observation?;
    observations.binary_search_by_key(&id, Observation::id).ok().map(|index| &observations[index])
}

#[cfg(test)]
mod tests {
    use super::*;
    use palisade_model::{Event, Id, Timestamp};

    #[test]
    fn a_finding_finds_its_observation() {
        let first = Id::first_of_block(Timestamp::from_millis(1), 2);
        let event = |index: u32| Observation::Event(Event { id: first.nth(index), ..Event::default() });
        let observations: Vec<Observation> = (0..5).map(event).collect();
        let found = |observation| {
            let finding = Finding { observation, ..Finding::default() };
            observation_of(&finding, &observations).map(Observation::id)
        };
        assert_eq!(found(Some(first.nth(3))), Some(first.nth(3)));
        assert_eq!(found(Some(first.nth(9))), None);
        assert_eq!(found(None), None);
    }
}
