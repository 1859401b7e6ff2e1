//! Findings of what advisories say.

use super::{
    index::Match,
    judge::{Affected, Judgement},
    {Fix, Kind},
};
use crate::Package;
use palisade_model::{Evidence, Finding, FindingId, Id, Subject, Timestamp, fingerprint};

const VERSION: &str = "1";

/// One finding for each advisory that holds for `package`, at `time`. `place` is where the package is named, and
/// `observation` what it is named in, if that is recorded.
#[must_use]
pub fn findings(
    package: &Package,
    judgement: &Judgement,
    place: Option<&Evidence>,
    time: Timestamp,
    observation: Option<Id>,
) -> Vec<Finding> {
    judgement.affected.iter().map(|affected| finding(package, affected, place, time, observation)).collect()
}

/// The class of what an advisory of this kind says.
fn class(kind: Kind) -> &'static str {
    match kind {
        Kind::Malicious => "supply.malicious",
        Kind::Vulnerable | Kind::Unsound => "supply.vulnerable",
        Kind::Unmaintained | Kind::Notice => "supply.unmaintained",
    }
}

fn finding(
    package: &Package,
    affected: &Affected,
    place: Option<&Evidence>,
    time: Timestamp,
    observation: Option<Id>,
) -> Finding {
    let class = class(affected.kind);
    let subject = Subject { kind: "package".to_owned(), name: package.named() };
    let at = place.map(|place| format!("{}:{}:{}", place.pointer, place.start, place.end)).unwrap_or_default();
    let observed = observation.map(|id| *id.as_bytes());
    let place_of_id = format!("{at}:{}:{}", subject.name, affected.id);
    let matter = format!("{}/{}", package.ecosystem, package.ecosystem.normalize(&package.name));
    Finding {
        id: FindingId::derive(class, observed.as_ref().map_or(&[][..], |bytes| bytes), &place_of_id),
        time,
        detector: class.to_owned(),
        version: VERSION.to_owned(),
        class: class.to_owned(),
        severity: affected.priority,
        confidence: confidence(affected),
        title: title(package, affected),
        explanation: format!("{}: {} {}", affected.id, sentence(&affected.summary), affected.reasons.join(" ")),
        remediation: remediation(package, affected),
        references: references(affected),
        evidence: place.cloned().into_iter().collect(),
        fingerprint: fingerprint(&[class, &subject.kind, &matter, &affected.id]),
        subject,
        observation,
    }
}

fn confidence(affected: &Affected) -> f64 {
    match affected.matched {
        Match::Listed | Match::InRange => 1.0,
        Match::VersionsUnknown => 0.7,
    }
}

fn title(package: &Package, affected: &Affected) -> String {
    let name = package.named();
    match affected.kind {
        Kind::Malicious => format!("{name} is reported as malicious"),
        Kind::Vulnerable => format!("{name} has a known weakness"),
        Kind::Unsound => format!("{name} is unsound"),
        Kind::Unmaintained => format!("{name} is unmaintained"),
        Kind::Notice => format!("There is a notice about {name}"),
    }
}

fn sentence(summary: &str) -> String {
    let summary = summary.trim_end();
    if summary.ends_with(['.', '!', '?']) { summary.to_owned() } else { format!("{summary}.") }
}

fn remediation(package: &Package, affected: &Affected) -> String {
    let name = &package.name;
    let step = match &affected.fix {
        Fix::Upgrade(upgrade) if upgrade.breaking => {
            format!(
                "Upgrade {name} to {} or newer; it is a new major version, so code may have to change.",
                upgrade.version
            )
        }
        Fix::Upgrade(upgrade) => format!("Upgrade {name} to {} or newer.", upgrade.version),
        Fix::NewerThan(last) => format!("Upgrade {name} to a version newer than {last}, the last that is affected."),
        Fix::OtherVersion => format!("Use a version of {name} that the report does not name, and take this one out."),
        Fix::Remove => format!("Take {name} out."),
        Fix::None => {
            format!("No version of {name} is known to mend it: replace it, or keep what is affected out of reach.")
        }
    };
    match affected.kind {
        Kind::Malicious => {
            format!("{step} Treat every machine that installed it as taken over: change the secrets that were on it.")
        }
        _ => step,
    }
}

/// Ids first, then weaknesses, then the page.
fn references(affected: &Affected) -> Vec<String> {
    let ids = std::iter::once(&affected.id).chain(&affected.aliases).chain(&affected.weaknesses);
    ids.chain(Some(&affected.url).filter(|url| !url.is_empty())).cloned().collect()
}
