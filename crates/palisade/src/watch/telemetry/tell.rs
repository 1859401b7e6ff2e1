//! Anomalies in words, and as findings.

use super::anomaly::{Amount, Anomaly, Cause, CauseKind, Member};
use super::episodes::STORM;
use super::series::{Group, GroupKind};
use super::silence::SILENCE;
use super::sources::Silent;
use palisade_model::{Evidence, Finding, FindingDraft, FindingId, Id, Severity, Signal, Subject, Timestamp};
use std::fmt::Write as _;

/// Causes and series in an explanation; the API has all.
const CAUSES_TOLD: usize = 8;
const SERIES_TOLD: usize = 5;
/// The class of log lines of a new kind.
const NEW_TEMPLATE: &str = "telemetry.log.new-template";

/// One line: what is odd, and what likely caused it.
pub(super) fn title(anomaly: &Anomaly) -> String {
    let mut title = match anomaly.series.first() {
        None => String::new(),
        Some(_) if anomaly.class == STORM => format!("{} series of {} are odd", anomaly.series_count, anomaly.group),
        Some(first) => format!("{} of {} is {}{}", first.series, anomaly.group, short(first.value), expected(first)),
    };
    if let Some(cause) = anomaly.causes.first() {
        let _ = write!(title, "; {}", cause_in_words(cause));
    }
    title
}

fn expected(member: &Member) -> String {
    let band = member.band.as_ref();
    band.map(|band| format!(", expected {} to {}", short(band.low), short(band.high))).unwrap_or_default()
}

fn cause_in_words(cause: &Cause) -> String {
    match (&cause.kind, &cause.taken) {
        (CauseKind::Process, Some(Amount { resource, before, now })) if resource == "cpu" => {
            format!(
                "process {} takes {:.0} % of all processors, before {:.0} %",
                cause.name,
                now * 100.0,
                before * 100.0
            )
        }
        (CauseKind::Process, Some(Amount { before, now, .. })) => {
            let mebibytes = |bytes: &f64| bytes / 1_048_576.0;
            format!("process {} takes {:.0} MiB, before {:.0} MiB", cause.name, mebibytes(now), mebibytes(before))
        }
        _ if cause.first_mover => format!("first to move was {}", cause.name),
        _ => format!("{} is odd too", cause.name),
    }
}

/// The finding of an anomaly.
pub(super) fn finding(anomaly: &Anomaly, observation: Option<Id>) -> Finding {
    let is_storm = anomaly.class == STORM;
    let likelihood = anomaly.series.first().map_or(0.0, |first| first.likelihood);
    let excerpts = anomaly.series.iter().take(SERIES_TOLD).map(|member| {
        format!(
            "{}: {}{}, score {:.1}, likelihood {:.6}",
            member.series,
            short(member.value),
            expected(member),
            member.score,
            member.likelihood
        )
    });
    let causes = anomaly.causes.iter().take(CAUSES_TOLD).enumerate();
    let causes = causes.map(|(index, cause)| format!("{}. {}", index + 1, cause_in_words(cause)));
    let evidence = causes.chain(excerpts).map(|excerpt| Evidence { excerpt, ..Evidence::default() });
    let subject = if anomaly.group.kind == GroupKind::All { "all".to_owned() } else { anomaly.group.name.clone() };
    Finding {
        id: anomaly.finding,
        time: anomaly.time,
        detector: anomaly.class.clone(),
        version: "1".to_owned(),
        class: anomaly.class.clone(),
        severity: anomaly.severity,
        confidence: likelihood.clamp(0.0, 1.0),
        subject: Subject { kind: kind(anomaly.group.kind).to_owned(), name: subject },
        title: anomaly.title.clone(),
        explanation: explanation(anomaly),
        remediation: remediation(is_storm).to_owned(),
        references: Vec::new(),
        evidence: evidence.collect(),
        fingerprint: anomaly.fingerprint.clone(),
        observation,
    }
}

fn remediation(is_storm: bool) -> &'static str {
    match is_storm {
        true => {
            "Look for what they share: a deployment, a network, a power supply. palisade anomaly list shows all of them."
        }
        false => {
            "Look at what comes first in the list. If nothing is wrong, say so: palisade anomaly feedback FINDING fine."
        }
    }
}

const fn kind(kind: GroupKind) -> &'static str {
    match kind {
        GroupKind::All => "all",
        GroupKind::Host => "host",
        GroupKind::Service => "service",
        GroupKind::Metric => "metric",
    }
}

fn explanation(anomaly: &Anomaly) -> String {
    let mut text = format!("Odd since {}.", anomaly.since);
    if let Some(first) = anomaly.series.first() {
        let by: Vec<&str> = first.detectors.iter().take(4).map(|one| one.channel.title()).collect();
        if !by.is_empty() {
            let _ = write!(text, " It shows in: {}.", by.join(", "));
        }
        let _ = write!(text, " Score {:.1}, an alarm from {:.1} on.", first.score, first.threshold);
        if let Some(like) = first.similar.first() {
            let _ = write!(text, " It was like this at {} before.", like.time);
        }
    }
    if anomaly.series_count > 1 {
        let _ = write!(text, " {} series are odd at once.", anomaly.series_count);
    }
    text
}

/// One line on who is silent.
pub(super) fn silence_title(group: &Group, silent: &[Silent]) -> String {
    match silent {
        [one] => format!("{group} sends no metrics any more, usually every {:.0} s", one.usual.max(1.0)),
        many => format!("{} hosts and services send no metrics any more", many.len()),
    }
}

/// The finding of a silence.
pub(super) fn silence(anomaly: &Anomaly, silent: &[Silent]) -> Finding {
    let excerpt = |silent: &Silent| format!("{}: last heard of at {}", silent.group, silent.since);
    let evidence = silent.iter().take(CAUSES_TOLD).map(excerpt);
    let draft = FindingDraft {
        detector: SILENCE,
        version: "1",
        severity: anomaly.severity,
        confidence: 0.9,
        title: anomaly.title.clone().into(),
        explanation: "Others are heard of meanwhile, so this server is not what is missing.".into(),
        remediation: "Look whether it runs, whether its agent does, and whether the network lets it through to here.",
        evidence: evidence.map(|excerpt| Evidence { excerpt, ..Evidence::default() }).collect(),
        matter: String::new(),
        ..FindingDraft::default()
    };
    let name = if anomaly.group.kind == GroupKind::All { "all" } else { &anomaly.group.name };
    let subject = Subject { kind: kind(anomaly.group.kind).to_owned(), name: name.to_owned() };
    let finding = draft.finish(subject, anomaly.time, None);
    Finding { id: anomaly.finding, fingerprint: anomaly.fingerprint.clone(), ..finding }
}

/// The end of an anomaly, for its alert.
pub(super) fn end(anomaly: &Anomaly) -> Signal {
    Signal {
        fingerprint: anomaly.fingerprint.clone(),
        source: "findings".to_owned(),
        ends_at: anomaly.ended,
        ..Signal::default()
    }
}

/// The finding of a grave log line of a kind that was never there.
pub(super) fn new_template(template: String, service: &str, time: Timestamp, observation: Id) -> Finding {
    let draft = FindingDraft {
        detector: NEW_TEMPLATE,
        version: "1",
        severity: Severity::Low,
        confidence: 0.7,
        title: "A grave log line of a new kind".into(),
        explanation: "No line like this was there among those before.".into(),
        remediation: "Look at what changed where it comes from.",
        evidence: vec![Evidence { pointer: "/message".to_owned(), excerpt: template.clone(), ..Evidence::default() }],
        matter: template,
        ..FindingDraft::default()
    };
    let subject = Subject { kind: "service".to_owned(), name: service.to_owned() };
    Finding {
        id: FindingId::derive(NEW_TEMPLATE, observation.as_bytes(), ""),
        ..draft.finish(subject, time, Some(observation))
    }
}

/// A number in four digits or so.
fn short(number: f64) -> String {
    match number.abs() {
        0.0 => "0".to_owned(),
        size if !(1e-3..1e9).contains(&size) => format!("{number:.3e}"),
        size if size >= 1_000.0 => format!("{number:.0}"),
        size if size >= 10.0 => format!("{number:.1}"),
        _ => format!("{number:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (number, wanted) in [
            (0.0, "0"),
            (0.5, "0.500"),
            (12.34, "12.3"),
            (5_432.1, "5432"),
            (-1e-9, "-1.000e-9"),
            (f64::MAX, "1.798e308"),
        ] {
            assert_eq!(short(number), wanted);
        }
    }
}
