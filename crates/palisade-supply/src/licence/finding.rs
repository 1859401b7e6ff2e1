//! The finding of a licence that may not come in.

use super::{Ruling, Verdict};
use crate::Package;
use palisade_model::{Evidence, Finding, FindingId, Id, Severity, Subject, Timestamp, fingerprint};

const CLASS: &str = "supply.licence";
const VERSION: &str = "1";

/// The finding of a ruling about `package`; `None` when it may come in.
#[must_use]
pub fn finding(
    package: &Package,
    ruling: &Ruling,
    place: Option<&Evidence>,
    time: Timestamp,
    observation: Option<Id>,
) -> Option<Finding> {
    let (severity, title, remediation) = match ruling.verdict {
        Verdict::Allow => return None,
        Verdict::Review => {
            (Severity::Low, "needs a look at its licence", "Read the licence, then name it in the policy.")
        }
        Verdict::Deny => (
            Severity::Medium,
            "has a licence that the policy denies",
            "Replace the package, or allow its licence in the policy.",
        ),
    };
    let name = package.named();
    let matter = format!("{}/{}", package.ecosystem, package.ecosystem.normalize(&package.name));
    let observed = observation.map(|id| *id.as_bytes());
    Some(Finding {
        id: FindingId::derive(CLASS, observed.as_ref().map_or(&[][..], |bytes| bytes), &name),
        time,
        detector: CLASS.to_owned(),
        version: VERSION.to_owned(),
        class: CLASS.to_owned(),
        severity,
        confidence: 1.0,
        title: format!("{name} {title}"),
        explanation: ruling.reason.clone(),
        remediation: remediation.to_owned(),
        references: Vec::new(),
        evidence: place.cloned().into_iter().collect(),
        fingerprint: fingerprint(&[CLASS, "package", &matter, &ruling.licence]),
        subject: Subject { kind: "package".to_owned(), name },
        observation,
    })
}
