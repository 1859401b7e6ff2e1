//! What a rule asks of one field, in plain words.

use super::{
    pattern::{Part, Pattern},
    predicate::{Compare, FieldNumber, How, Number, Predicate, RegexSource, Test, TimePart},
};

/// The predicate in words, as in `Image ends with '\whoami.exe'`. `name` gives the name of a field.
pub(crate) fn words<'n>(predicate: &Predicate, name: impl Fn(FieldNumber) -> &'n str) -> String {
    let subject = if predicate.field == FieldNumber::ANY { "any value" } else { name(predicate.field) };
    let says = match &predicate.test {
        Test::Text { how: How::Contains, text, .. } if text.is_empty() => "has any text".to_owned(),
        Test::Text { how, text, is_cased } => format!("{} '{text}'{}", comparison(*how), case(*is_cased)),
        Test::Like { pattern, is_cased } => format!("is like '{}'{}", written(pattern), case(*is_cased)),
        Test::Regex(source) => format!("matches the regular expression {}", regex(source)),
        Test::Number(number) => format!("is the number {}", shown(*number)),
        Test::Compare(compare, limit) => format!("is {} {}", than(*compare), shown(*limit)),
        Test::Within(network) => format!("is an address in {network}"),
        Test::Boolean(wanted) => format!("is {wanted}"),
        Test::IsPresent => "is there".to_owned(),
        Test::IsNull => "is not there, or null".to_owned(),
        Test::Field { other, how, is_cased } => {
            format!("{} what {} is{}", comparison(*how), name(*other), case(*is_cased))
        }
        Test::Time { part, compare, number } => {
            let compared = compare.map_or_else(String::new, |compare| format!("{} ", than(compare)));
            format!("is a time whose {} is {compared}{}", part_of_time(*part), shown(*number))
        }
    };
    format!("{subject} {says}")
}

pub(crate) fn comparison(how: How) -> &'static str {
    match how {
        How::Exact => "is",
        How::Prefix => "begins with",
        How::Suffix => "ends with",
        How::Contains => "contains",
    }
}

fn case(is_cased: bool) -> &'static str {
    if is_cased { " (letter case counts)" } else { "" }
}

fn than(compare: Compare) -> &'static str {
    match compare {
        Compare::Greater => "more than",
        Compare::GreaterOrEqual => "at least",
        Compare::Less => "less than",
        Compare::LessOrEqual => "at most",
    }
}

fn part_of_time(part: TimePart) -> &'static str {
    match part {
        TimePart::Minute => "minute",
        TimePart::Hour => "hour",
        TimePart::Day => "day of the month",
        TimePart::Week => "week of the year",
        TimePart::Month => "month",
        TimePart::Year => "year",
    }
}

fn shown(number: Number) -> String {
    number.get().to_string()
}

/// The pattern as a rule could have it.
fn written(pattern: &Pattern) -> String {
    let part = |part: &Part| match part {
        Part::Any => "*".to_owned(),
        Part::One => "?".to_owned(),
        Part::Literal(text) => text.replace('*', r"\*").replace('?', r"\?"),
    };
    pattern.parts().iter().map(part).collect()
}

fn regex(source: &RegexSource) -> String {
    let flags = [(source.ignores_case, 'i'), (source.is_multiline, 'm'), (source.dot_matches_line_end, 's')];
    let flags: String = flags.into_iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| flag).collect();
    format!("/{}/{flags}", source.pattern)
}
