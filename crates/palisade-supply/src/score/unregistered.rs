//! A name that nobody has registered: made up by a language model, mistyped, or private and asked for in public.

use super::Facts;
use crate::{Package, names::Names};
use palisade_model::{Evidence, Finding, FindingDraft, FindingId, Id, Severity, Subject, Timestamp, fingerprint};
use std::borrow::Cow;

/// The class of a name that the public registry does not know.
pub const UNREGISTERED: &str = "supply.unregistered";
const VERSION: &str = "1";

/// The finding of a package that would be fetched from a public registry which says that it has none of this name;
/// `None` where it has, where nobody looked, and for names that are known to be private.
#[must_use]
pub fn unregistered(
    names: &Names,
    package: &Package,
    facts: &Facts,
    place: Option<&Evidence>,
    time: Timestamp,
    observation: Option<Id>,
) -> Option<Finding> {
    let is_private = names.is_private(package.ecosystem, &package.name);
    if facts.found_public != Some(false) || facts.from_address == Some(true) || is_private {
        return None;
    }
    let name = package.named();
    let draft = FindingDraft {
        detector: UNREGISTERED,
        version: VERSION,
        severity: Severity::Medium,
        confidence: 1.0,
        title: Cow::Owned(format!("Nobody has registered {name}")),
        explanation: Cow::Borrowed(
            "The registry has no package of this name. Whoever registers it decides what the next install runs; names \
             that language models make up, and private ones that become known, are waited for.",
        ),
        remediation: "Correct the name. If it is a private package of yours, bind it to your own registry in the \
                      client's configuration, and name it in `private` of the policy.",
        references: &["CWE-427", "ATT&CK-T1195.001"],
        evidence: place.cloned().into_iter().collect(),
        matter: String::new(),
    };
    let mut finding = draft.finish(Subject { kind: "package".to_owned(), name: name.clone() }, time, observation);
    // Several packages of one manifest share their observation, so the place is the package.
    let observed = observation.map(|id| *id.as_bytes());
    finding.id = FindingId::derive(UNREGISTERED, observed.as_ref().map_or(&[][..], |bytes| bytes), &name);
    // Whichever version is asked for, nobody has registered the name.
    let registered = format!("{}/{}", package.ecosystem, package.ecosystem.normalize(&package.name));
    finding.fingerprint = fingerprint(&[UNREGISTERED, "package", &registered]);
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Ecosystem;

    #[test]
    fn only_a_name_that_somebody_looked_for_in_vain_is_told() {
        let mut names = Names::starter();
        names.set_private(Ecosystem::Npm, ["@corp/*"]);
        let package = |name: &str, version: Option<&str>| Package {
            ecosystem: Ecosystem::Npm,
            name: name.to_owned(),
            version: version.map(str::to_owned),
        };
        let absent = Facts { found_public: Some(false), ..Facts::default() };
        let told = |package: Package, facts: &Facts| {
            unregistered(&names, &package, facts, None, Timestamp::from_millis(0), None)
        };
        let made_up = || package("react-codeshift-helper", Some("1.0.0"));
        let finding = told(made_up(), &absent).unwrap();
        assert_eq!((finding.class.as_str(), finding.severity), (UNREGISTERED, Severity::Medium));
        assert_eq!(finding.title, "Nobody has registered npm/react-codeshift-helper@1.0.0");
        let fingerprint = |version| told(package("a-b", version), &absent).unwrap().fingerprint;
        assert_eq!(fingerprint(None), fingerprint(Some("2.0.0")), "whichever version, it is the same matter");
        for facts in [
            Facts::default(),
            Facts { found_public: Some(true), ..Facts::default() },
            Facts { from_address: Some(true), ..absent.clone() },
        ] {
            assert_eq!(told(made_up(), &facts), None);
        }
        assert_eq!(told(package("@corp/auth", None), &absent), None, "a private name is to be absent");
    }
}
