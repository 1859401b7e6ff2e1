//! Whether a predicate holds for a value.

use super::{regex, text::Texts};
use crate::{
    Record,
    record::{Kind, Value},
    rules::{How, Predicate, Test, TimePart},
    time,
};
use regex_automata::meta;

/// A predicate ready to be asked.
pub(super) struct Check {
    pub(super) predicate: Predicate,
    regex: Option<meta::Regex>,
}

impl Check {
    pub(super) fn new(predicate: Predicate) -> Self {
        let regex = match &predicate.test {
            Test::Regex(source) => regex::compile(source).ok(),
            _ => None,
        };
        Self { predicate, regex }
    }

    /// True when it holds for the value of the entry. Tests that ask of all values of a field, or of two fields, are
    /// the evaluator's.
    pub(super) fn holds(&self, record: &Record<'_>, entry: usize, texts: &mut Texts) -> bool {
        match &self.predicate.test {
            Test::Text { how, text: wanted, is_cased } => {
                texts.get(record, entry, *is_cased).is_some_and(|text| compares(*how, text, wanted))
            }
            Test::Like { pattern, is_cased } => {
                texts.get(record, entry, *is_cased).is_some_and(|text| pattern.matches(text))
            }
            Test::Regex(_) => self
                .regex
                .as_ref()
                .is_some_and(|regex| texts.plain(record, entry).is_some_and(|text| regex.is_match(text))),
            Test::Number(wanted) => number(record, entry, texts).is_some_and(|number| number == wanted.get()),
            Test::Compare(compare, limit) => {
                number(record, entry, texts).is_some_and(|number| compare.holds(number, limit.get()))
            }
            Test::Within(network) => texts
                .plain(record, entry)
                .and_then(|text| text.parse().ok())
                .is_some_and(|address| network.contains(address)),
            Test::Boolean(wanted) => boolean(record, entry, texts) == Some(*wanted),
            Test::Time { part, compare, number } => {
                part_of_time(*part, record.value(entry)).is_some_and(|value| match compare {
                    Some(compare) => compare.holds(value, number.get()),
                    None => value == number.get(),
                })
            }
            Test::IsPresent | Test::IsNull | Test::Field { .. } => false,
        }
    }
}

/// True when `text` compares so with `wanted`.
pub(super) fn compares(how: How, text: &str, wanted: &str) -> bool {
    match how {
        How::Exact => text == wanted,
        How::Prefix => text.starts_with(wanted),
        How::Suffix => text.ends_with(wanted),
        How::Contains => memchr::memmem::find(text.as_bytes(), wanted.as_bytes()).is_some(),
    }
}

fn number(record: &Record<'_>, entry: usize, texts: &mut Texts) -> Option<f64> {
    match record.written(entry).0 {
        Kind::Number | Kind::Text | Kind::EscapedText => texts.plain(record, entry)?.parse().ok(),
        _ => None,
    }
}

fn boolean(record: &Record<'_>, entry: usize, texts: &mut Texts) -> Option<bool> {
    match record.written(entry).0 {
        Kind::True => Some(true),
        Kind::False => Some(false),
        Kind::Text | Kind::EscapedText => boolean_of(texts.lowered(record, entry)?),
        _ => None,
    }
}

/// What a text in lower case says where a rule asks for true or false.
pub(super) fn boolean_of(lowered: &str) -> Option<bool> {
    match lowered {
        "true" | "1" | "yes" => Some(true),
        "false" | "0" | "no" => Some(false),
        _ => None,
    }
}

fn part_of_time(part: TimePart, value: Value<'_>) -> Option<f64> {
    let nanos = i128::from(time::read(value)?.nanos());
    let zoned = jiff::Timestamp::from_nanosecond(nanos).ok()?.to_zoned(jiff::tz::TimeZone::UTC);
    Some(f64::from(match part {
        TimePart::Minute => i16::from(zoned.minute()),
        TimePart::Hour => i16::from(zoned.hour()),
        TimePart::Day => i16::from(zoned.day()),
        TimePart::Week => i16::from(zoned.date().iso_week_date().week()),
        TimePart::Month => i16::from(zoned.month()),
        TimePart::Year => zoned.year(),
    }))
}
