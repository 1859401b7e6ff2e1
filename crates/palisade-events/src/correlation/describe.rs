//! A match in words.

use super::{
    set::{Correlation, Correlations, Measure},
    told::CorrelationMatch,
};
use rsigma_parser::{ConditionOperator, CorrelationCondition, CorrelationRule, CorrelationType, WindowMode};

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

/// Says what a correlation looks for, as in "at least 20 different values of TargetUserName among matches of
/// failed_logon, for each IpAddress by itself, within 10m".
#[must_use]
pub fn explain(rule: &CorrelationRule) -> String {
    let mut text = format!("{} among matches of {}", asked(rule), rule.rules.join(", "));
    if !rule.group_by.is_empty() {
        text += &format!(", for each {} by itself", rule.group_by.join(" and "));
    }
    text + &format!(", within {}{}", rule.timespan, window(rule))
}

fn asked(rule: &CorrelationRule) -> String {
    use CorrelationType as Type;
    let (predicates, field, percentile) = match &rule.condition {
        CorrelationCondition::Threshold { predicates, field, percentile } => {
            (predicates.as_slice(), field.as_deref().unwrap_or_default().join(" and "), percentile.unwrap_or(50))
        }
        CorrelationCondition::Extended(written) => return format!("the condition `{written}` over rules"),
    };
    // The parser gives them in no order.
    let mut predicates = predicates.to_vec();
    predicates.sort_by_key(|(_, limit)| *limit);
    let number: Vec<String> = predicates.into_iter().map(|(operator, limit)| than(operator, limit)).collect();
    let number = number.join(" and ");
    match rule.correlation_type {
        Type::EventCount => format!("{number} events"),
        Type::ValueCount => format!("{number} different values of {field}"),
        Type::ValueSum => format!("a sum of {field} of {number}"),
        Type::ValueAvg => format!("an average of {field} of {number}"),
        Type::ValueMedian => format!("a median of {field} of {number}"),
        Type::ValuePercentile => format!("a percentile {percentile} of {field} of {number}"),
        Type::Temporal => "an event of every rule, in any order,".to_owned(),
        Type::TemporalOrdered => "an event of every rule, one after the other,".to_owned(),
    }
}

fn than(operator: ConditionOperator, limit: u64) -> String {
    let words = match operator {
        ConditionOperator::Lt => "less than",
        ConditionOperator::Lte => "at most",
        ConditionOperator::Gt => "more than",
        ConditionOperator::Gte => "at least",
        ConditionOperator::Eq => "exactly",
        ConditionOperator::Neq => "other than",
    };
    format!("{words} {limit}")
}

fn window(rule: &CorrelationRule) -> String {
    match (rule.window, &rule.gap) {
        (WindowMode::Sliding, _) => String::new(),
        (WindowMode::Tumbling, _) => ", counted anew after each".to_owned(),
        (WindowMode::Session, gap) => {
            let gap = gap.as_ref().map_or_else(String::new, |gap| format!(" of {gap}"));
            format!(" at most, up to a pause{gap}")
        }
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
    fn what_is_looked_for_in_words() {
        let check = |correlation: &str, expected: &str| {
            let text = format!("title: T\ncorrelation: {{rules: [a, b], timespan: 10m, {correlation}}}\n");
            let parsed = rsigma_parser::parse_sigma_yaml(&text).expect("it parses");
            assert_eq!(explain(&parsed.correlations[0]), expected);
        };
        check(
            "type: value_count, group-by: [Ip], condition: {gte: 20, lt: 30, field: User}",
            "at least 20 and less than 30 different values of User among matches of a, b, for each Ip by itself, within 10m",
        );
        check("type: temporal", "an event of every rule, in any order, among matches of a, b, within 10m");
    }

    #[test]
    fn durations_in_the_largest_unit() {
        for (seconds, expected) in [(90, "90 seconds"), (600, "10 minutes"), (3_600, "1 hour"), (172_800, "2 days")] {
            assert_eq!(duration(seconds * 1_000_000_000), expected);
        }
    }
}
