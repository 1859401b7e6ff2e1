//! What is said about one package: findings of names, advisories and licences, and what the policy makes of them.

use super::Supply;
use palisade_model::{Evidence, Finding, Severity, Timestamp, Verdict};
use palisade_supply::{
    Facts, Package,
    advisory::{self, Affected, Fix, Kind, Usage},
    licence,
    score::{Decision, REPUTATION, unregistered},
};

/// What is known of a package beside its name, and where that stands.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// What its registry and its manifest say.
    pub facts: Facts,
    /// How it is used.
    pub usage: Usage,
    /// Its licence as written, where somebody looked: an empty text says that it has none.
    pub licence: Option<String>,
    /// Where it is named.
    pub place: Option<Evidence>,
}

/// What is said about a package.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// What to do.
    pub verdict: Verdict,
    /// What is told.
    pub findings: Vec<Finding>,
    /// Findings that the policy lets pass.
    pub suppressed: usize,
    /// Advisories that hold, what matters most first.
    pub affected: Vec<Affected>,
    /// The smallest step out of all of them.
    pub fix: Option<Fix>,
}

impl Answer {
    /// The highest severity among the findings.
    #[must_use]
    pub fn severity(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }

    /// The version that is free of all advisories.
    #[must_use]
    pub fn upgrade(&self) -> Option<String> {
        match &self.fix {
            Some(Fix::Upgrade(upgrade)) => Some(upgrade.version.clone()),
            _ => None,
        }
    }

    /// How sure the surest finding is; 0 without findings.
    #[must_use]
    pub fn score(&self) -> f64 {
        self.findings.iter().map(|finding| finding.confidence).fold(0.0, f64::max)
    }
}

impl Supply {
    /// Judges `package` at `now`.
    #[must_use]
    pub fn answer(&self, package: &Package, known: &Known, now: Timestamp) -> Answer {
        let judgement = self.advisories.as_ref().map(|index| advisory::judge(index, package, known.usage));
        let mut answer = Answer::default();
        let mut findings = Vec::new();
        let mut facts = known.facts.clone();
        if let Some(judgement) = judgement {
            findings = advisory::findings(package, &judgement, known.place.as_ref(), now, None);
            facts.reported_malicious |= judgement.affected.iter().any(|affected| affected.kind == Kind::Malicious);
            (answer.affected, answer.fix) = (judgement.affected, judgement.fix);
        }
        let of_names = self.judge.judge(package, &facts, now, None);
        // A report says more than the marks that go with it.
        findings
            .extend(of_names.into_iter().filter(|finding| !(facts.reported_malicious && finding.class == REPUTATION)));
        if !facts.reported_malicious {
            let place = known.place.as_ref();
            findings.extend(unregistered(self.judge.names(), package, &facts, place, now, None));
        }
        if let (Some(policy), Some(text)) = (&self.policy.licences, &known.licence) {
            findings.extend(licence::finding(package, &policy.rule(text), known.place.as_ref(), now, None));
        }
        self.decide(package, findings, now, &mut answer);
        answer
    }

    fn decide(&self, package: &Package, findings: Vec<Finding>, now: Timestamp, answer: &mut Answer) {
        for finding in findings {
            let verdict = match self.policy.findings.decide(package, &finding, now) {
                Decision::Suppress(_) => {
                    answer.suppressed += 1;
                    continue;
                }
                Decision::Fail => Verdict::Block,
                Decision::Tell => Verdict::Flag,
            };
            answer.verdict = answer.verdict.max(verdict);
            answer.findings.push(finding);
        }
        answer.findings.sort_by(|a, b| b.severity.cmp(&a.severity).then(b.confidence.total_cmp(&a.confidence)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::supply::Policy;
    use palisade_store::feeds::FeedSnapshot;
    use palisade_supply::{Ecosystem, score::UNREGISTERED};

    #[test]
    fn a_name_that_nobody_has_registered_stops_a_run_unless_more_is_known_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let supply = Supply::load(folder.path(), &FeedSnapshot::default(), Policy::default()).unwrap();
        let package = Package { ecosystem: Ecosystem::Npm, name: "made-up-thing".to_owned(), version: None };
        let answer = |facts: Facts| supply.answer(&package, &Known { facts, ..Known::default() }, crate::clock::now());
        let classes =
            |answer: &Answer| -> Vec<String> { answer.findings.iter().map(|one| one.class.clone()).collect() };
        let absent = Facts { found_public: Some(false), ..Facts::default() };
        let said = answer(absent.clone());
        assert_eq!((classes(&said), said.verdict), (vec![UNREGISTERED.to_owned()], Verdict::Block));
        assert_eq!(classes(&answer(Facts::default())), [""; 0], "nobody looked");
        let reported = Facts { reported_malicious: true, ..absent };
        assert_eq!(
            classes(&answer(reported)),
            [""; 0],
            "that it was taken away is no wonder, and the report says more"
        );
    }
}
