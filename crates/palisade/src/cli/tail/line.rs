//! An observation or a finding as one line.

use crate::cli::table::visible;
use serde_json::{Map, Value};

/// A line shows this much of a message or excerpt.
const TEXT_CHARS_MAX: usize = 200;

/// `12:00:00.000  high           finding  guard.secret.github  GitHub token  (event 0199…)  ghp_…`
pub(super) fn finding_line(finding: &Value, colours: bool) -> String {
    let excerpt = finding.pointer("/evidence/0/excerpt").and_then(Value::as_str).unwrap_or_default();
    let subject =
        ["/subject/kind", "/subject/name"].map(|at| finding.pointer(at).and_then(Value::as_str).unwrap_or_default());
    let subject = subject.join(" ").trim().to_owned();
    let subject = if subject.is_empty() { subject } else { format!("({subject})") };
    let parts = [text(finding, "class"), text(finding, "title"), &subject, excerpt];
    line(finding, "FINDING", &parts, colours)
}

/// `12:00:00.000  informational  login    sshd@web-1  alice  Accepted publickey …  port=22`
pub(super) fn observation_line(observation: &Value, colours: bool) -> String {
    let kind = [text(observation, "kind"), text(observation, "name"), text(observation, "type")];
    let kind = kind.into_iter().find(|kind| !kind.is_empty()).unwrap_or_default();
    let place = match (text(observation, "service"), text(observation, "host")) {
        (service, "") => service.to_owned(),
        ("", host) => format!("@{host}"),
        (service, host) => format!("{service}@{host}"),
    };
    let value = observation.get("value").map(ToString::to_string).unwrap_or_default();
    let attributes = observation.get("attributes").and_then(Value::as_object).map(pairs).unwrap_or_default();
    let parts = [
        place.as_str(),
        text(observation, "actor"),
        text(observation, "source_address"),
        text(observation, "message"),
        &value,
        &attributes,
    ];
    line(observation, kind, &parts, colours)
}

fn line(what: &Value, kind: &str, parts: &[&str], colours: bool) -> String {
    let time = text(what, "time");
    let time = time.get(11..23).unwrap_or(time);
    let severity = text(what, "severity");
    let (on, off) = if colours { (colour(severity), "\u{1b}[0m") } else { ("", "") };
    let shown: Vec<String> = parts.iter().filter(|part| !part.is_empty()).map(|part| cut(part)).collect();
    format!("{}  {on}{:<13}  {:<8}{off}  {}", visible(time), visible(severity), visible(kind), shown.join("  "))
}

fn pairs(attributes: &Map<String, Value>) -> String {
    let pair = |(key, value): (&String, &Value)| match value {
        Value::String(text) => format!("{key}={text}"),
        other => format!("{key}={other}"),
    };
    attributes.iter().map(pair).collect::<Vec<_>>().join(" ")
}

pub(super) fn text<'a>(what: &'a Value, key: &str) -> &'a str {
    what.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn cut(text: &str) -> String {
    let mut shown: String = visible(text).chars().take(TEXT_CHARS_MAX + 1).collect();
    if let Some((end, _)) = shown.char_indices().nth(TEXT_CHARS_MAX) {
        shown.truncate(end);
        shown.push('…');
    }
    shown
}

/// The ANSI colour (ECMA-48 SGR) of a severity.
pub(super) fn colour(severity: &str) -> &'static str {
    match severity {
        "critical" => "\u{1b}[1;41;97m",
        "high" => "\u{1b}[1;31m",
        "medium" => "\u{1b}[33m",
        "low" => "\u{1b}[36m",
        _ => "\u{1b}[2m",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_event_is_one_line() {
        let event = json!({
            "type": "event", "time": "2026-11-20T12:00:00.123456789Z", "kind": "login", "severity": "medium",
            "service": "sshd", "host": "web-1", "actor": "alice", "message": "failed\n\u{1b}[2J", "attributes": {"port": 22}
        });
        let wanted = "12:00:00.123  medium         login     sshd@web-1  alice  failed\\n\\u{1b}[2J  port=22";
        assert_eq!(observation_line(&event, false), wanted);
    }

    #[test]
    fn a_finding_is_one_line_in_the_colour_of_its_severity() {
        let finding = json!({
            "time": "2026-11-20T12:00:00.000000000Z", "severity": "high", "class": "guard.secret.github",
            "title": "GitHub token", "subject": {"kind": "event", "name": "x"}, "evidence": [{"excerpt": "ghp_…"}]
        });
        let wanted = "12:00:00.000  high           FINDING   guard.secret.github  GitHub token  (event x)  ghp_…";
        assert_eq!(finding_line(&finding, false), wanted);
        assert!(finding_line(&finding, true).contains("\u{1b}[1;31mhigh"));
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(cut(&"ä".repeat(TEXT_CHARS_MAX)).chars().count(), TEXT_CHARS_MAX);
        let long = cut(&"ä".repeat(TEXT_CHARS_MAX + 1));
        assert!(long.ends_with('…') && long.chars().count() == TEXT_CHARS_MAX + 1);
    }
}
