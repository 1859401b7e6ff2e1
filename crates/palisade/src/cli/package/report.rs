//! What is said about packages, for people.

use crate::cli::table::visible;
use crate::supply::{Answer, project::Judged};
use palisade_model::{Finding, Severity};
use palisade_supply::{Package, advisory::Fix};
use std::fmt::Write as _;

/// About one package that was named.
pub(super) fn package(package: &Package, answer: &Answer, colour: bool) -> String {
    let name = visible(&package.named());
    if answer.findings.is_empty() {
        let let_pass = if answer.suppressed > 0 { " (what was found is let pass by the policy)" } else { "" };
        return format!("{name}: nothing found{let_pass}\n");
    }
    let mut out = format!("{name}: {}\n", answer.verdict);
    answer.findings.iter().for_each(|told| finding(told, None, colour, &mut out));
    if let Some(step) = fix(answer.fix.as_ref()) {
        let _ = writeln!(out, "  → {step}");
    }
    out
}

/// About one manifest; empty when there is nothing to say.
pub(super) fn manifest(judged: &Judged, colour: bool) -> String {
    let said = &judged.said;
    let untold = judged.manifest.problems.len() + judged.manifest.untold;
    if said.suspicions.is_empty() && said.answers.iter().all(|(_, answer)| answer.findings.is_empty()) && untold == 0 {
        return String::new();
    }
    let format = judged.manifest.format.as_str();
    let mut out = format!("{}  ({format}, {} packages)\n", visible(&judged.path), said.packages);
    let paths = judged.manifest.paths();
    for (index, answer) in &said.answers {
        let names: Vec<String> =
            paths.to(*index).iter().map(|&at| visible(&judged.manifest.dependencies[at].package.name)).collect();
        let via = (names.len() > 1).then(|| names.join(" > "));
        answer.findings.iter().for_each(|told| finding(told, via.as_deref(), colour, &mut out));
    }
    said.suspicions.iter().for_each(|told| finding(told, None, colour, &mut out));
    for problem in &judged.manifest.problems {
        let _ = writeln!(out, "  not read: line {}: {}", problem.place.line, visible(&problem.reason));
    }
    if judged.manifest.untold > 0 {
        let _ = writeln!(out, "  {} more of this kind", judged.manifest.untold);
    }
    out
}

fn finding(finding: &Finding, via: Option<&str>, colour: bool, out: &mut String) {
    let severity = format!("{:<13}", finding.severity.name());
    let severity = if colour { format!("\x1b[{}m{severity}\x1b[0m", style(finding.severity)) } else { severity };
    // Writing into a String cannot fail.
    let _ = writeln!(out, "  {severity} {}  [{}]", visible(&finding.title), finding.class);
    let _ = writeln!(out, "                {}", visible(&finding.explanation));
    if let Some(via) = via {
        let _ = writeln!(out, "                asked for by {via}");
    }
    let _ = writeln!(out, "                {}", visible(&finding.remediation));
}

/// The smallest step out of all advisories together.
fn fix(fix: Option<&Fix>) -> Option<String> {
    match fix? {
        Fix::Upgrade(upgrade) if upgrade.breaking => {
            Some(format!("version {} is free of all of these; it is a new major version", upgrade.version))
        }
        Fix::Upgrade(upgrade) => Some(format!("version {} is free of all of these", upgrade.version)),
        Fix::NewerThan(version) => Some(format!("versions after {version} are free of all of these")),
        Fix::OtherVersion => Some("other versions are not known to do harm".to_owned()),
        Fix::Remove => Some("no version is free of it: do without".to_owned()),
        Fix::None => None,
    }
}

fn style(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "1;31",
        Severity::Medium => "33",
        Severity::Low => "36",
        Severity::Informational => "2",
    }
}
