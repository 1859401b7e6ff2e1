//! Findings of what is suspicious about a manifest itself.

use super::{Dependency, Manifest, Place, Suspicion, SuspicionKind};
use palisade_model::{Evidence, Finding, FindingId, Severity, Subject, Timestamp, fingerprint};

const CLASS: &str = "supply.manifest";
const VERSION: &str = "1";

/// What is said of a kind of suspicion.
struct Said {
    kind: SuspicionKind,
    severity: Severity,
    confidence: f64,
    /// To be read behind the name of the package or the manifest.
    title: &'static str,
    /// What may happen.
    explanation: &'static str,
    /// What to do.
    remediation: &'static str,
}

/// One row a kind, in the order of the kinds.
const SAID: &[Said] = &[
    Said {
        kind: SuspicionKind::OtherHost,
        severity: Severity::Medium,
        confidence: 0.7,
        title: "comes from another host than the other packages",
        explanation: "A lockfile in which one entry points elsewhere installs whatever stands there.",
        remediation: "Check that the host is one of yours; else write the lockfile anew from the registry.",
    },
    Said {
        kind: SuspicionKind::Unencrypted,
        severity: Severity::Medium,
        confidence: 0.95,
        title: "is fetched over an unencrypted connection",
        explanation: "Anybody on the way can exchange what is installed.",
        remediation: "Use the https address.",
    },
    Said {
        kind: SuspicionKind::NoIntegrity,
        severity: Severity::Low,
        confidence: 0.8,
        title: "has no hash, unlike the other packages",
        explanation: "An exchange of its contents would go unnoticed.",
        remediation: "Write the lockfile anew, so that the entry gets its hash.",
    },
    Said {
        kind: SuspicionKind::WeakIntegrity,
        severity: Severity::Informational,
        confidence: 0.9,
        title: "has only a hash that can be forged",
        explanation: "Contents with an equal MD5 or SHA-1 hash can be made.",
        remediation: "Write the lockfile anew with a current client.",
    },
    Said {
        kind: SuspicionKind::OtherName,
        severity: Severity::High,
        confidence: 0.9,
        title: "is fetched from the address of another package",
        explanation: "What is installed under this name is something else: the mark of a lockfile that was tampered with, or of \
             an alias.",
        remediation: "If it is no alias of yours, write the lockfile anew and look at who changed it.",
    },
    Said {
        kind: SuspicionKind::Git,
        severity: Severity::Low,
        confidence: 0.6,
        title: "comes from a repository, past the registry",
        explanation: "No registry has checked, kept or signed it, and its owner can rewrite it.",
        remediation: "Name a commit, or use a release from the registry.",
    },
    Said {
        kind: SuspicionKind::Archive,
        severity: Severity::Low,
        confidence: 0.6,
        title: "comes from an archive at an address of its own",
        explanation: "No registry has checked or kept it.",
        remediation: "Use a release from the registry, or pin the archive's hash.",
    },
    Said {
        kind: SuspicionKind::AnyVersion,
        severity: Severity::Low,
        confidence: 0.9,
        title: "is asked for in any version",
        explanation: "The next version is installed whoever publishes it.",
        remediation: "Ask for a range of versions and keep a lockfile.",
    },
    Said {
        kind: SuspicionKind::Movable,
        severity: Severity::Low,
        confidence: 0.8,
        title: "is named by a tag or branch that its owner can move",
        explanation: "What ran yesterday may be something else today.",
        remediation: "Name the commit or the digest.",
    },
    Said {
        kind: SuspicionKind::ExtraIndex,
        severity: Severity::Medium,
        confidence: 0.8,
        title: "asks a further index for packages",
        explanation: "The client takes the highest version of any index, so a public package can take the place of a private one.",
        remediation: "Use one index that holds both, or bind each private name to its index.",
    },
    Said {
        kind: SuspicionKind::TrustedHost,
        severity: Severity::Medium,
        confidence: 0.9,
        title: "does not check the certificates of a host",
        explanation: "Anybody on the way can exchange what is installed.",
        remediation: "Give the client the certificate authority of the host instead.",
    },
    Said {
        kind: SuspicionKind::InstallScript,
        severity: Severity::Low,
        confidence: 0.6,
        title: "runs commands when it is installed",
        explanation: "What the commands do happens on every machine that installs the project.",
        remediation: "Read them, and install with scripts switched off where that is enough.",
    },
];

fn says(kind: SuspicionKind) -> &'static Said {
    SAID.iter().find(|said| said.kind == kind).unwrap_or(&SAID[0])
}

/// The finding of a suspicion about the manifest at `path`, at `time`.
#[must_use]
pub fn finding(path: &str, manifest: &Manifest, suspicion: &Suspicion, time: Timestamp) -> Finding {
    let said = says(suspicion.kind);
    let dependency = suspicion.dependency.and_then(|index| manifest.dependencies.get(index as usize));
    let about = dependency.map_or_else(|| path.to_owned(), |dependency: &Dependency| dependency.package.named());
    let kind = serde_json::to_value(suspicion.kind).ok();
    let kind = kind.as_ref().and_then(|kind| kind.as_str()).unwrap_or_default();
    let place = format!("{path}:{}:{kind}:{about}", suspicion.place.byte);
    Finding {
        id: FindingId::derive(CLASS, &[], &place),
        time,
        detector: CLASS.to_owned(),
        version: VERSION.to_owned(),
        class: format!("{CLASS}.{kind}"),
        severity: said.severity,
        confidence: said.confidence,
        title: format!("{about} {}", said.title),
        explanation: said.explanation.to_owned(),
        remediation: said.remediation.to_owned(),
        references: vec!["CWE-829".to_owned()],
        evidence: vec![evidence(path, suspicion.place, &suspicion.detail)],
        fingerprint: fingerprint(&[CLASS, kind, path, &about]),
        subject: Subject { kind: "package".to_owned(), name: about },
        observation: None,
    }
}

/// A place in the manifest at `path`: the path stands as a JSON Pointer's one part, the bytes are those of the file.
#[must_use]
pub fn evidence(path: &str, place: Place, excerpt: &str) -> Evidence {
    let pointer = format!("/{}", path.replace('~', "~0").replace('/', "~1"));
    let start = place.byte as usize;
    Evidence { pointer, start, end: start, excerpt: excerpt.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{SAID, finding};
    use crate::manifest::{Format, Limits, SuspicionKind, read};
    use palisade_model::Timestamp;

    #[test]
    fn every_kind_has_its_row() {
        for (number, said) in SAID.iter().enumerate() {
            assert_eq!(said.kind as usize, number, "{}", said.title);
        }
        assert_eq!(SAID.len(), SuspicionKind::InstallScript as usize + 1);
    }

    #[test]
    fn a_suspicion_says_what_where_and_what_to_do() {
        let text = "--index-url http://mirror.example/simple\n--trusted-host mirror.example\nflask==2.0\n";
        let format = Format::of("requirements.txt", text.as_bytes()).unwrap();
        let manifest = read(format, text.as_bytes(), &Limits::default());
        let trusted =
            manifest.suspicions.iter().find(|suspicion| suspicion.kind == SuspicionKind::TrustedHost).unwrap();
        let finding = finding("app/requirements.txt", &manifest, trusted, Timestamp::default());
        assert_eq!(finding.class, "supply.manifest.trusted-host");
        assert!(finding.title.starts_with("app/requirements.txt does not check"), "{}", finding.title);
        assert_eq!(finding.evidence[0].pointer, "/app~1requirements.txt");
        assert!(!finding.remediation.is_empty() && !finding.fingerprint.is_empty());
    }
}
