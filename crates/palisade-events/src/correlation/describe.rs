//! A match in words.

use super::{
    set::{Correlation, Correlations, Measure},
    told::CorrelationMatch,
};

impl Correlations {
    /// Says what a match found, as in "20 different values of TargetUserName within 10 minutes, for IpAddress
    /// 203.0.113.9: anna, bert". Values are as the events have them: mask them where they are shown.
    #[must_use]
    pub fn describe(&self, found: &CorrelationMatch) -> String {
        let Some(Some(correlation)) = self.entries.get(found.correlation) else { return String::new() };
        let mut text = format!("{} within {}", measured(correlation, found), duration(correlation.window.span));
        for (index, (name, value)) in found.group.iter().enumerate() {
            let start = if index == 0 { ", for" } else { " and" };
            text += &format!("{start} {name} {}", value.as_deref().unwrap_or("(none)"));
        }
        if !found.examples.is_empty() {
            text += &format!(": {}", found.examples.join(", "));
        }
        if found.number > found.examples.len() as f64 && !found.examples.is_empty() {
            text += " and others";
        }
        text
    }
}

fn measured(correlation: &Correlation, found: &CorrelationMatch) -> String {
    let about = if found.is_exact { "" } else { "about " };
    let number = format!("{about}{}", (found.number * 1_000.0).round() / 1_000.0);
    let field = correlation.value_fields(0).join(" and ");
    match correlation.measure {
        Measure::Events => format!("{number} events"),
        Measure::Distinct => format!("{number} different values of {field}"),
        Measure::Sum => format!("a sum of {field} of {number}"),
        Measure::Average => format!("an average of {field} of {number}"),
        Measure::Percentile(50) => format!("a median of {field} of {number}"),
        Measure::Percentile(rank) => format!("{number} at percentile {rank} of {field}"),
        Measure::Temporal => format!("{number} of {} rules", correlation.targets.len()),
        Measure::Ordered { .. } => format!("{number} of {} rules one after the other", correlation.targets.len()),
    }
}

/// A length of time in the largest unit that divides it.
fn duration(nanos: i64) -> String {
    let seconds = nanos / 1_000_000_000;
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let (length, unit) = units.into_iter().find(|(length, _)| seconds % length == 0).unwrap_or((1, "second"));
    let count = seconds / length;
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_in_the_largest_unit() {
        for (seconds, expected) in [(90, "90 seconds"), (600, "10 minutes"), (3_600, "1 hour"), (172_800, "2 days")] {
            assert_eq!(duration(seconds * 1_000_000_000), expected);
        }
    }
}
