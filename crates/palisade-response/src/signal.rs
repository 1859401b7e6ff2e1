//! Findings as signals: which become alerts, with which labels.

use crate::config::FindingRules;
use palisade_model::{Finding, Labels, Observation, Severity, Signal, fingerprint};

/// The identity of an alert that has none of its own: that of its labels.
#[must_use]
pub fn fingerprint_of(labels: &Labels) -> String {
    let parts: Vec<&str> = labels.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]).collect();
    fingerprint(&parts)
}

impl FindingRules {
    /// The least severity with which findings of `class` become alerts.
    #[must_use]
    pub fn minimum_for(&self, class: &str) -> Severity {
        let mut part = class;
        loop {
            if let Some(severity) = self.classes.get(part) {
                return *severity;
            }
            let Some((above, _)) = part.rsplit_once('.') else { return self.minimum_severity };
            part = above;
        }
    }

    /// Whether `finding` becomes an alert.
    #[must_use]
    pub fn takes(&self, finding: &Finding) -> bool {
        finding.severity >= self.minimum_for(&finding.class)
    }
}

/// What `finding`, made of `observation` where that is at hand, tells the response.
///
/// Labels: `alertname` (the title of a rule's finding is that of the rule, so it stands in the annotations; the name is
/// the class), `class`, `detector`, `severity`, `watch`, `subject`, `subject_kind`; and of the observation `host`,
/// `service`, `user`, `source_address`, those that it has. Annotations: `summary`, `description`, `remediation`,
/// `references`, `evidence`.
#[must_use]
pub fn signal_of(finding: &Finding, observation: Option<&Observation>) -> Signal {
    let watch = finding.class.split('.').next().unwrap_or_default();
    let mut labels = Labels::new();
    let mut label = |name: &str, value: &str| {
        if !value.is_empty() {
            labels.insert(name.to_owned(), cut(value, SUBJECT_BYTES_MAX));
        }
    };
    label("alertname", if finding.class.is_empty() { &finding.detector } else { &finding.class });
    label("class", &finding.class);
    label("detector", &finding.detector);
    label("severity", finding.severity.name());
    label("watch", watch);
    label("subject", &finding.subject.name);
    label("subject_kind", &finding.subject.kind);
    for (name, value) in observed(observation) {
        label(name, value);
    }
    Signal {
        fingerprint: finding.fingerprint.clone(),
        labels,
        annotations: annotations(finding),
        severity: finding.severity,
        source: "findings".to_owned(),
        starts_at: Some(finding.time),
        finding: Some(finding.id),
        ..Signal::default()
    }
}

/// Bytes of a label made of what was observed.
const SUBJECT_BYTES_MAX: usize = 512;

fn observed(observation: Option<&Observation>) -> Vec<(&'static str, &str)> {
    match observation {
        Some(Observation::Event(event)) => vec![
            ("host", &event.host),
            ("service", &event.service),
            ("user", &event.actor),
            ("source_address", &event.source_address),
        ],
        Some(Observation::Metric(metric)) => vec![("host", &metric.host), ("service", &metric.service)],
        Some(Observation::Span(span)) => vec![("host", &span.host), ("service", &span.service)],
        None => Vec::new(),
    }
}

fn annotations(finding: &Finding) -> Labels {
    let evidence: Vec<&str> = finding.evidence.iter().map(|evidence| evidence.excerpt.as_str()).take(3).collect();
    let pairs = [
        ("summary", finding.title.clone()),
        ("description", finding.explanation.clone()),
        ("remediation", finding.remediation.clone()),
        ("references", finding.references.join(", ")),
        ("evidence", evidence.join("\n")),
    ];
    let said = pairs.into_iter().filter(|(_, text)| !text.is_empty());
    said.map(|(name, text)| (name.to_owned(), text)).collect()
}

fn cut(text: &str, bytes_max: usize) -> String {
    text[..text.floor_char_boundary(bytes_max)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use palisade_model::{Event, Subject, Timestamp};

    fn finding() -> Finding {
        Finding {
            class: "guard.injection.sql".to_owned(),
            detector: "guard.injection.sql".to_owned(),
            severity: Severity::High,
            title: "SQL injection".to_owned(),
            subject: Subject { kind: "message".to_owned(), name: "tools/call".to_owned() },
            fingerprint: "f".to_owned(),
            time: Timestamp::from_millis(5),
            ..Finding::default()
        }
    }

    #[test]
    fn labels_come_from_finding_and_observation() {
        let event = Event { host: "web-1".to_owned(), actor: "ann".to_owned(), ..Event::default() };
        let signal = signal_of(&finding(), Some(&event.into()));
        let shown: Vec<_> = signal.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(
            shown,
            [
                "alertname=guard.injection.sql",
                "class=guard.injection.sql",
                "detector=guard.injection.sql",
                "host=web-1",
                "severity=high",
                "subject=tools/call",
                "subject_kind=message",
                "user=ann",
                "watch=guard",
            ]
        );
        assert_eq!(signal.annotations["summary"], "SQL injection");
        assert_eq!((signal.fingerprint.as_str(), signal.starts_at), ("f", Some(Timestamp::from_millis(5))));
    }

    #[test]
    fn the_longest_class_says_what_is_taken() {
        let mut rules = FindingRules::default();
        assert!(rules.takes(&finding()));
        rules.classes.insert("guard".to_owned(), Severity::Critical);
        assert!(!rules.takes(&finding()));
        rules.classes.insert("guard.injection".to_owned(), Severity::Low);
        assert!(rules.takes(&finding()));
        // A part of a name is no leading part.
        rules.classes.insert("guard.injection.sq".to_owned(), Severity::Critical);
        assert!(rules.takes(&finding()));
    }
}
