//! From a package and facts about it to findings.

use super::{Assessment, Contribution, Facts, Model, Policy, Profile};
use crate::{
    Package,
    names::{Names, Suspicion, Technique, shown},
};
use palisade_model::{Evidence, Finding, FindingDraft, FindingId, Id, Severity, Subject, Timestamp};
use std::borrow::Cow;

/// The class of a name that imitates another.
pub const SQUAT: &str = "supply.squat";
/// The class of a private name that is found public.
pub const CONFUSION: &str = "supply.dependency-confusion";
/// The class of a package that is suspicious for what its registry says of it, whatever its name.
pub const REPUTATION: &str = "supply.reputation";
/// The version of these detectors; that of the model stands in the evidence.
const VERSION: &str = "1";
/// Parts of the sum that a finding shows at most.
const PARTS_MAX: usize = 12;

/// Protected names, the model and the policy: all that it takes to judge a package.
#[derive(Clone, Debug, Default)]
pub struct Judge {
    names: Names,
    model: Model,
    policy: Policy,
}

impl Default for Model {
    fn default() -> Self {
        Self::built_in()
    }
}

impl Judge {
    /// A judge by these names, with the model that ships and the balanced policy.
    #[must_use]
    pub fn new(names: Names) -> Self {
        Self { names, ..Self::default() }
    }

    /// The same with another model.
    #[must_use]
    pub fn with_model(self, model: Model) -> Self {
        Self { model, ..self }
    }

    /// The same with another policy.
    #[must_use]
    pub fn with_policy(self, policy: Policy) -> Self {
        Self { policy, ..self }
    }

    /// The protected names.
    #[must_use]
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The model.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The policy.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What the model says of `package` at `now`, whatever the policy makes of it.
    #[must_use]
    pub fn assess(&self, package: &Package, facts: &Facts, now: Timestamp) -> Assessment {
        // A package that is asked about by its name is taken from the public registry unless something is known.
        let mut suspicions = self.names.check(package, facts.found_public.unwrap_or(false));
        let profile = |suspicion: Option<&Suspicion>| Profile::new(package, suspicion, facts, now);
        suspicions.sort_by_cached_key(|suspicion| {
            std::cmp::Reverse((self.model.probability(&profile(Some(suspicion))) * 1e9) as u64)
        });
        let mut suspicions = suspicions.into_iter();
        let first = suspicions.next();
        Assessment::new(&self.model, &profile(first.as_ref()), first, suspicions.collect())
    }

    /// The finding about `package`, if the policy wants to hear of it: at most one of the classes [`SQUAT`],
    /// [`CONFUSION`] and [`REPUTATION`].
    ///
    /// `observation` is what the package was seen in, where that is recorded.
    #[must_use]
    pub fn judge(&self, package: &Package, facts: &Facts, now: Timestamp, observation: Option<Id>) -> Vec<Finding> {
        let assessment = self.assess(package, facts, now);
        if assessment.probability < self.policy.report {
            return Vec::new();
        }
        let finding = self.finding(package, &assessment, now, observation);
        if self.policy.suppression(package, &finding, now).is_some() { Vec::new() } else { vec![finding] }
    }

    /// The finding that tells `assessment`, whatever the policy makes of it.
    #[must_use]
    pub fn finding(
        &self,
        package: &Package,
        assessment: &Assessment,
        now: Timestamp,
        observation: Option<Id>,
    ) -> Finding {
        let name = subject(package);
        let said = says(package, assessment.suspicion.as_ref());
        let target = assessment.suspicion.as_ref().map_or("", |suspicion| suspicion.target.as_str());
        let draft = FindingDraft {
            detector: said.class,
            version: VERSION,
            severity: assessment.severity,
            confidence: (assessment.probability * 1000.0).round() / 1000.0,
            title: said.title,
            explanation: Cow::Owned(explanation(assessment)),
            remediation: said.remediation,
            references: said.references,
            evidence: self.evidence(package, assessment),
            matter: target.to_owned(),
        };
        let mut finding = draft.finish(Subject { kind: "package".to_owned(), name: name.clone() }, now, observation);
        // Several packages of one manifest share their observation, so the place is the package.
        let observed = observation.map(|id| *id.as_bytes());
        finding.id = FindingId::derive(said.class, observed.as_ref().map_or(&[], |bytes| &bytes[..]), &name);
        finding
    }

    /// The pair of names, then the parts of the sum.
    fn evidence(&self, package: &Package, assessment: &Assessment) -> Vec<Evidence> {
        let shown = shown(&package.name);
        let likeness = assessment.suspicion.as_ref().map(|suspicion| pair(&shown, suspicion));
        let name = Evidence {
            pointer: "/name".to_owned(),
            start: 0,
            end: package.name.len(),
            excerpt: likeness.unwrap_or_else(|| shown.clone()),
        };
        let others = assessment.others.iter().map(|other| Evidence {
            pointer: "/name".to_owned(),
            start: 0,
            end: package.name.len(),
            excerpt: pair(&shown, other),
        });
        let sum = Evidence {
            pointer: format!("/score/{}", self.model.version()),
            excerpt: format!("{:+.2} log-odds before evidence", self.model.intercept),
            ..Evidence::default()
        };
        let parts = assessment.contributions.iter().take(PARTS_MAX).map(part);
        std::iter::once(name).chain(others).chain(std::iter::once(sum)).chain(parts).collect()
    }
}

fn pair(shown_name: &str, suspicion: &Suspicion) -> String {
    let (target, rank) = (shown(&suspicion.target), suspicion.measures.rank);
    format!("{shown_name} ~ {target} ({}, rank {rank})", suspicion.technique)
}

/// Of what speaks against a package so much is said in words.
const TELLING_MAX: usize = 3;

/// No model is certain, which rounding would make it.
const SAID_MAX: f64 = 0.99;

/// What it resembles, how likely that is no accident, and what counted most; the rest stands in the evidence.
fn explanation(assessment: &Assessment) -> String {
    let likeness =
        assessment.suspicion.as_ref().map_or("Its registry and reports speak against it.", |one| &one.reason);
    let telling = assessment.contributions.iter().filter(|part| part.adds() > 0.0).take(TELLING_MAX);
    let telling: Vec<&str> = telling.map(|part| part.feature.says()).collect();
    format!("{likeness} Probability {:.2}; most telling: {}.", assessment.probability.min(SAID_MAX), telling.join(", "))
}

fn part(part: &Contribution) -> Evidence {
    Evidence {
        pointer: format!("/score/{}", part.feature),
        start: 0,
        end: 0,
        excerpt: format!("{}: {:.2} × {:+.2} = {:+.2}", part.feature.says(), part.value, part.weight, part.adds()),
    }
}

/// How findings name a package: `npm/lodash@4.17.21`.
fn subject(package: &Package) -> String {
    let name = shown(&package.name);
    match &package.version {
        Some(version) => format!("{}/{name}@{}", package.ecosystem, shown(version)),
        None => format!("{}/{name}", package.ecosystem),
    }
}

/// What a finding says of its class.
struct Said {
    class: &'static str,
    title: Cow<'static, str>,
    remediation: &'static str,
    references: &'static [&'static str],
}

fn says(package: &Package, suspicion: Option<&Suspicion>) -> Said {
    let name = shown(&package.name);
    match suspicion {
        Some(suspicion) if suspicion.technique == Technique::DependencyConfusion => Said {
            class: CONFUSION,
            title: Cow::Owned(format!(
                "The private name {name} is taken in the public registry of {}",
                package.ecosystem
            )),
            remediation: "Bind the name or its scope to your own registry in the client's configuration, pin the version \
                          with its hash, and claim the name in the public registry.",
            references: &["CWE-427", "ATT&CK-T1195.001"],
        },
        Some(suspicion) => Said {
            class: SQUAT,
            title: Cow::Owned(format!("{name} looks like an imitation of {}", shown(&suspicion.target))),
            remediation: "Check that this is the package that was meant. If it is, allow it with a reason; if not, use \
                          the other, and look at what the install may have run.",
            references: &["CWE-1357", "ATT&CK-T1195.001"],
        },
        None => Said {
            class: REPUTATION,
            title: Cow::Owned(format!("{name} has the marks of a package made to do harm")),
            remediation: "Read its contents before it is installed, or wait until others have.",
            references: &["CWE-1357", "ATT&CK-T1195.001"],
        },
    }
}

/// The severity from which a run fails, when nothing else is said.
pub(super) const FAIL_ON: Severity = Severity::Medium;
