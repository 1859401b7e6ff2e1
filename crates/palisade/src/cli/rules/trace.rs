//! What a rule looks for and what it made of an event, as a tree of lines for people.

use crate::cli::table::visible;
use palisade_events::{Explained, Trace};
use std::fmt::Write as _;

/// Alternatives of one list that are shown; of those that hold all are.
const PARTS_SHOWN_MAX: usize = 12;

/// Writes the condition, each part below what it belongs to, `depth` steps in.
pub(super) fn condition(part: &Explained, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    let mark = match part.holds {
        Some(true) => "✓ ",
        Some(false) => "✗ ",
        None => "",
    };
    let _ = writeln!(text, "{indent}{mark}{}{}", visible(&part.says), seen(part));
    let is_shown = |(index, inner): &(usize, &Explained)| *index < PARTS_SHOWN_MAX || inner.holds == Some(true);
    let shown: Vec<&Explained> = part.parts.iter().enumerate().filter(is_shown).map(|(_, inner)| inner).collect();
    shown.iter().for_each(|inner| condition(inner, depth + 1, text));
    if shown.len() < part.parts.len() {
        let _ = writeln!(text, "{indent}  … and {} more", part.parts.len() - shown.len());
    }
}

/// What the event has in the field that is asked for.
fn seen(part: &Explained) -> String {
    if part.is_absent {
        return "   (the event has no such field)".to_owned();
    }
    let values: Vec<String> =
        part.seen.iter().map(|field| visible(&format!("{} = {}", field.name, field.value))).collect();
    if values.is_empty() { String::new() } else { format!("   ({})", values.join(", ")) }
}

/// Writes what a rule made of an event.
pub(super) fn event(trace: &Trace, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    let (mark, but) = if trace.is_of_interest { ("✓", "") } else { ("✗", ", so it does not look at the event") };
    let (source, looks_at) = (visible(&trace.source), visible(&trace.looks_at));
    let _ = writeln!(text, "{indent}{mark} the event is of {source}; the rule looks at {looks_at}{but}");
    condition(&trace.condition, depth, text);
}
