//! The words of a timeline.

use crate::Actor;
use palisade_model::{Alert, DecisionOutcome, Incident, IncidentKind, IncidentStatus};

/// Characters of a name that comes from an alert.
const NAME_CHARS_MAX: usize = 120;

/// Who did it.
pub(super) fn who(actor: &Actor) -> &str {
    if is_palisade(actor) { "Palisade" } else { &actor.name }
}

/// Whether nobody but the program itself did it.
pub(super) fn is_palisade(actor: &Actor) -> bool {
    actor.name.is_empty() || actor.name == "palisade"
}

/// `sentence` with what there is to say of it.
pub(super) fn with_note(sentence: &str, note: &str) -> String {
    if note.is_empty() { format!("{sentence}.") } else { format!("{sentence}: {note}") }
}

/// Nanoseconds as people say them: `40 s`, `12 min`, `3 h 5 min`, `2 d 4 h`.
pub(super) fn span(nanos: i64) -> String {
    let seconds = nanos.max(0) / 1_000_000_000;
    let pair = |large: i64, large_unit, small: i64, small_unit| match small {
        0 => format!("{large} {large_unit}"),
        _ => format!("{large} {large_unit} {small} {small_unit}"),
    };
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 => pair(seconds / 3_600, "h", seconds / 60 % 60, "min"),
        _ => pair(seconds / 86_400, "d", seconds / 3_600 % 24, "h"),
    }
}

/// What people call an alert: its summary, its `alertname`, or its fingerprint.
pub(super) fn name_of(alert: &Alert) -> String {
    let named = [alert.annotations.get("summary"), alert.labels.get("alertname"), Some(&alert.fingerprint)];
    let name = named.into_iter().flatten().map(|name| name.trim()).find(|name| !name.is_empty());
    one_line(name.unwrap_or("alert"), NAME_CHARS_MAX)
}

/// `text` on one line, at most `chars` of it.
pub(super) fn one_line(text: &str, chars: usize) -> String {
    let mut words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let mut line = words.next().unwrap_or_default().to_owned();
    for word in words {
        if line.len() > chars * 4 {
            break;
        }
        line.push(' ');
        line.push_str(word);
    }
    match line.char_indices().nth(chars) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// `#12 “Disk is full”`.
pub(super) fn called(incident: &Incident) -> String {
    format!("#{} “{}”", incident.number, one_line(&incident.title, NAME_CHARS_MAX))
}

/// What an incident of this kind is called.
pub(super) const fn kind_words(kind: IncidentKind) -> &'static str {
    match kind {
        IncidentKind::Incident => "incident",
        IncidentKind::KybCase => "KYB case",
        IncidentKind::SupplyReview => "supply review",
    }
}

/// The name of a kind in records and settings.
pub(super) const fn kind_key(kind: IncidentKind) -> &'static str {
    match kind {
        IncidentKind::Incident => "incident",
        IncidentKind::KybCase => "kyb_case",
        IncidentKind::SupplyReview => "supply_review",
    }
}

/// Where an incident stands, in words.
pub(super) const fn status_words(status: IncidentStatus) -> &'static str {
    match status {
        IncidentStatus::Open => "open",
        IncidentStatus::Investigating => "investigating",
        IncidentStatus::Waiting => "waiting",
        IncidentStatus::Identified => "identified",
        IncidentStatus::Monitoring => "monitoring",
        IncidentStatus::Resolved => "resolved",
        IncidentStatus::Closed => "closed",
    }
}

/// What was decided, in words.
pub(super) const fn outcome_words(outcome: DecisionOutcome) -> &'static str {
    match outcome {
        DecisionOutcome::Rejected => "rejected",
        DecisionOutcome::Approved => "approved",
        DecisionOutcome::ApprovedWithConditions => "approved under conditions",
    }
}

/// `1 alert`, `2 alerts`.
pub(super) fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_said_as_people_say_them() {
        for (seconds, wanted) in
            [(-1, "0 s"), (59, "59 s"), (60, "1 min"), (3_600, "1 h"), (11_100, "3 h 5 min"), (187_200, "2 d 4 h")]
        {
            assert_eq!(span(seconds * 1_000_000_000), wanted);
        }
    }

    #[test]
    fn names_stay_on_one_line() {
        assert_eq!(one_line(" a\n\tb\u{7}c ", 10), "a b c");
        assert_eq!(one_line("äöüäöü", 3), "äöü…");
        assert_eq!(one_line("", 3), "");
    }
}
