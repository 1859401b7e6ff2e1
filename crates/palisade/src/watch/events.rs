//! Security events: Sigma rules in the workers, correlations where the stream is in order again.
//!
//! Rules are swapped as a whole. A worker goes on with those it has until its next record; what it found carries them
//! along, so that no number of a rule is read with other rules than its own.

use palisade_events::correlation::{CorrelationMatch, Correlator, Settings};
use palisade_events::{Evaluator, Record, RuleNumber, Ruleset, finding, readers};
use palisade_model::{Event, Finding, Observation};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, PoisonError, RwLock};

/// The rules that count now; none until some are loaded.
#[derive(Default)]
pub struct Rules {
    current: RwLock<Option<Arc<Ruleset>>>,
}

impl Rules {
    /// The rules that count now.
    #[must_use]
    pub fn get(&self) -> Option<Arc<Ruleset>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Replaces all rules at once.
    pub fn replace(&self, ruleset: Ruleset) {
        metrics::gauge!("palisade_rules").set(ruleset.engine().rules().len() as f64);
        metrics::gauge!("palisade_rules_refused")
            .set(ruleset.problems().iter().filter(|problem| problem.is_refused).count() as f64);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(ruleset));
    }
}

/// A match that a correlation waits for.
pub struct Hit {
    ruleset: Arc<Ruleset>,
    rule: RuleNumber,
    /// The index of the observation in its record.
    pub observation: usize,
}

/// What one worker keeps.
#[derive(Default)]
pub struct Judge {
    running: Option<Running>,
    spare: Record<'static>,
    inner: Record<'static>,
}

struct Running {
    ruleset: Arc<Ruleset>,
    evaluator: Evaluator,
}

impl Judge {
    /// Goes on with the rules that count now.
    pub fn refresh(&mut self, rules: &Rules) {
        let current = rules.get();
        let is_same = match (&self.running, &current) {
            (Some(running), Some(current)) => Arc::ptr_eq(&running.ruleset, current),
            (running, current) => running.is_none() && current.is_none(),
        };
        if !is_same {
            self.running = current.map(|ruleset| Running { evaluator: ruleset.evaluator(), ruleset });
        }
    }

    /// Adds what rules say about `event`, the observation with this index in its record.
    pub fn judge(&mut self, event: &Event, index: usize, findings: &mut Vec<Finding>, hits: &mut Vec<Hit>) {
        let Some(Running { ruleset, evaluator }) = &mut self.running else { return };
        let record = readers::event::read(event, std::mem::take(&mut self.spare), &mut self.inner);
        let matched: Vec<RuleNumber> = evaluator.evaluate(&record).to_vec();
        for rule in matched {
            if ruleset.is_told(rule) {
                findings.push(finding(&evaluator.explain(&record, rule), &record, event.time, Some(event.id)));
            }
            if ruleset.is_correlated(rule) {
                hits.push(Hit { ruleset: Arc::clone(ruleset), rule, observation: index });
            }
        }
        self.spare = record.renew("");
    }
}

/// Counts the matches of rules in the order of the stream.
#[derive(Default)]
pub struct Correlating {
    running: Option<(Arc<Ruleset>, Correlator)>,
    matched: Vec<CorrelationMatch>,
    spare: Record<'static>,
    inner: Record<'static>,
}

impl Correlating {
    /// Adds the findings of correlations that `hits` complete, which were found in `observations`.
    pub fn take(&mut self, observations: &[Observation], hits: &[Hit], findings: &mut Vec<Finding>) {
        for hit in hits {
            let Some(Observation::Event(event)) = observations.get(hit.observation) else { continue };
            self.follow(&hit.ruleset);
            let Some((ruleset, correlator)) = &mut self.running else { continue };
            let record = readers::event::read(event, std::mem::take(&mut self.spare), &mut self.inner);
            correlator.set_arrival(event.id.received());
            ruleset.correlate(correlator, hit.rule, &record, event.time, &mut self.matched);
            let told = self.matched.drain(..).filter(|matched| !matched.is_silent);
            findings.extend(told.map(|matched| ruleset.correlated(&matched, Some(event.id))));
            self.spare = record.renew("");
        }
    }

    /// Goes on with these rules; correlations that are defined as before keep what they have seen.
    fn follow(&mut self, ruleset: &Arc<Ruleset>) {
        match &mut self.running {
            Some((running, _)) if Arc::ptr_eq(running, ruleset) => {}
            Some((running, correlator)) => {
                ruleset.take_over(correlator);
                *running = Arc::clone(ruleset);
            }
            None => self.running = Some((Arc::clone(ruleset), ruleset.correlator(settings()))),
        }
    }
}

/// A seed that nobody outside knows keeps values from being prepared to collide.
fn settings() -> Settings {
    Settings { seed: RandomState::new().hash_one(0), ..Settings::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use palisade_events::{Loader, taxonomy::Taxonomy};
    use palisade_model::{Id, Timestamp};

    const RULES: &str = "
title: Failed logon
name: failed_logon
logsource: {product: windows, service: security}
detection: {selection: {EventID: 4625}, condition: selection}
---
title: Three failed logons
id: 6f0a5c1e-9a36-4a57-8c1a-4a1d6b0a7d11
correlation: {type: event_count, rules: [failed_logon], group-by: [IpAddress], timespan: 5m, condition: {gte: 3}}
level: high
---
title: Log cleared
id: 0c2b2c5e-4a0e-4f57-9a4c-9f3f5d0f6a22
logsource: {product: windows, service: security}
detection: {selection: {EventID: 1102}, condition: selection}
level: critical
";

    fn ruleset(text: &str) -> Ruleset {
        let mut loader = Loader::new();
        loader.add("rules.yml", text);
        Ruleset::new(loader.finish(), &Taxonomy::default())
    }

    fn event(number: u8, event_id: i64) -> Observation {
        let attributes = vec![
            ("Channel".to_owned(), "Security".into()),
            ("EventID".to_owned(), event_id.into()),
            ("IpAddress".to_owned(), "10.0.0.9".into()),
        ];
        let time = Timestamp::from_millis(1_000_000 + i64::from(number));
        Observation::Event(Event { id: Id::from_slice(&[number; 16]).unwrap(), time, attributes, ..Event::default() })
    }

    #[test]
    fn rules_are_told_and_correlated_and_swapped() {
        let (rules, mut judge, mut correlating) = (Rules::default(), Judge::default(), Correlating::default());
        let mut look = |rules: &Rules, number, event_id| {
            let observations = [event(number, event_id)];
            let (mut findings, mut hits) = (Vec::new(), Vec::new());
            judge.refresh(rules);
            let Observation::Event(event) = &observations[0] else { return Vec::new() };
            judge.judge(event, 0, &mut findings, &mut hits);
            correlating.take(&observations, &hits, &mut findings);
            findings.into_iter().map(|finding| finding.title).collect::<Vec<_>>()
        };
        assert!(look(&rules, 1, 1102).is_empty(), "there are no rules yet");
        rules.replace(ruleset(RULES));
        assert_eq!(look(&rules, 2, 1102), ["Log cleared"]);
        assert!(look(&rules, 3, 4625).is_empty() && look(&rules, 4, 4625).is_empty());
        rules.replace(ruleset(&format!(
            "title: Other\nlogsource: {{product: aws}}\ndetection: {{a: {{b: c}}, condition: a}}\n---{RULES}"
        )));
        assert_eq!(look(&rules, 5, 4625), ["Three failed logons"], "what was counted survives other rules");
    }
}
