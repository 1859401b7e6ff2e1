//! Dates as lists write them: `15 Jan 1955`, `circa 1951`, `1929 to 1930`, `00/00/1956`, `1973-12-25`.

use crate::entity::PartialDate;

/// The widest range of years that is written out year by year; of a wider one only the ends are kept.
const RANGE_YEARS_MAX: u16 = 12;
const CIRCA: [&str; 9] = ["circa", "approx", "about", "around", "early", "mid", "late", "c.", "ca."];
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Which part comes first where a date is written in numbers only, and both could be a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// `31/12/1970`, as everybody writes.
    DayFirst,
    /// `12/31/1970`, as the United States write.
    MonthFirst,
}

enum Part {
    Number { value: u16, digits: usize },
    Month(u8),
}

/// Every date in a text; a range of years gives each year, as about right. Nothing when there is none.
pub fn parse_dates(text: &str, order: Order) -> Vec<PartialDate> {
    if text.len() > 200 {
        return Vec::new();
    }
    let lower = text.to_lowercase();
    let circa = CIRCA.iter().any(|sign| lower.starts_with(sign) || lower.contains(&format!(" {sign}")));
    if let Some((from, to)) = range(&lower) {
        return years_between(from, to);
    }
    for separator in [" to ", " and ", " or "] {
        if let Some((first, second)) = lower.split_once(separator) {
            let mut dates = parse_dates(first.trim_start_matches("between "), order);
            dates.extend(parse_dates(second, order));
            return dates;
        }
    }
    single(&lower, order).map(|date| PartialDate { circa, ..date }).into_iter().collect()
}

/// Dates from parts that a format has apart; zero for what is not known.
pub fn date_from_parts(year: &str, month: &str, day: &str, circa: bool) -> Option<PartialDate> {
    let number = |text: &str| text.trim().parse::<u16>().unwrap_or(0);
    valid(number(year), number(month), number(day)).map(|date| PartialDate { circa, ..date })
}

/// Every year of a range, as about right; of a wide range the ends.
pub(super) fn years_between(from: u16, to: u16) -> Vec<PartialDate> {
    let (from, to) = (from.min(to), from.max(to));
    let about = |year| PartialDate { year, month: 0, day: 0, circa: true };
    match to - from {
        0..=RANGE_YEARS_MAX => (from..=to).map(about).collect(),
        _ => vec![about(from), about(to)],
    }
}

/// Two years, and nothing else but words and dashes.
fn range(text: &str) -> Option<(u16, u16)> {
    let numbers: Vec<&str> =
        text.split(|character: char| !character.is_ascii_digit()).filter(|number| !number.is_empty()).collect();
    let has_month = text.split(|character: char| !character.is_alphabetic()).any(|word| month(word).is_some());
    match numbers[..] {
        [from, to] if from.len() == 4 && to.len() == 4 && !has_month && !text.contains(" or ") => {
            Some((from.parse().ok().filter(is_year)?, to.parse().ok().filter(is_year)?))
        }
        _ => None,
    }
}

fn is_year(year: &u16) -> bool {
    (1..=9999).contains(year)
}

fn month(word: &str) -> Option<u8> {
    let start = word.get(..3)?;
    MONTHS.iter().position(|month| *month == start).map(|index| index as u8 + 1)
}

fn parts(text: &str) -> Option<Vec<Part>> {
    // What follows a date is a time of day.
    let date =
        text.split_once('t').filter(|(date, _)| date.len() == 10 && date.starts_with(|c: char| c.is_ascii_digit()));
    let text = date.map_or(text, |(date, _)| date);
    let mut parts = Vec::new();
    for word in text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if let Ok(value) = word.parse::<u32>() {
            if word.len() == 8 {
                let digits = |value: u32| Part::Number { value: value as u16, digits: 2 };
                parts.push(Part::Number { value: (value / 10_000) as u16, digits: 4 });
                parts.extend([digits(value / 100 % 100), digits(value % 100)]);
            } else {
                parts.push(Part::Number { value: u16::try_from(value).ok()?, digits: word.len() });
            }
        } else if let Some(month) = month(word) {
            parts.push(Part::Month(month));
        } else if word.starts_with(|character: char| character.is_ascii_digit()) {
            return None;
        }
    }
    Some(parts)
}

fn single(text: &str, order: Order) -> Option<PartialDate> {
    use Part::{Month, Number};
    match parts(text)?[..] {
        [Number { value: year, digits: 4 }] => valid(year, 0, 0),
        [Month(month), Number { value: year, digits: 4 }] | [Number { value: year, digits: 4 }, Month(month)] => {
            valid(year, month.into(), 0)
        }
        [Number { value: year, digits: 4 }, Number { value: month, digits: 1 | 2 }]
        | [Number { value: month, digits: 1 | 2 }, Number { value: year, digits: 4 }] => valid(year, month, 0),
        [Number { value: day, digits: 1 | 2 }, Month(month), Number { value: year, digits: 4 }]
        | [Month(month), Number { value: day, digits: 1 | 2 }, Number { value: year, digits: 4 }]
        | [Number { value: year, digits: 4 }, Month(month), Number { value: day, digits: 1 | 2 }] => {
            valid(year, month.into(), day)
        }
        [Number { value: year, digits: 4 }, Number { value: month, .. }, Number { value: day, .. }] => {
            valid(year, month, day)
        }
        [Number { value: first, .. }, Number { value: second, .. }, Number { value: year, digits: 4 }] => {
            let month_first = (order == Order::MonthFirst && first <= 12) || second > 12;
            if month_first { valid(year, first, second) } else { valid(year, second, first) }
        }
        _ => None,
    }
}

/// As much of a date as can be: an impossible day or month is taken for unknown.
fn valid(year: u16, month: u16, day: u16) -> Option<PartialDate> {
    if !is_year(&year) {
        return None;
    }
    let month = if month <= 12 { month as u8 } else { 0 };
    let day = if month > 0 && day <= days_in(year, month) { day as u8 } else { 0 };
    Some(PartialDate { year, month, day, circa: false })
}

fn days_in(year: u16, month: u8) -> u16 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(u16, u8, u8, bool)]) {
        let dates: Vec<_> = parse_dates(text, Order::DayFirst)
            .iter()
            .map(|date| (date.year, date.month, date.day, date.circa))
            .collect();
        assert_eq!(dates, expected, "{text}");
    }

    #[test]
    fn the_forms_of_lists() {
        check("15 Jan 1955", &[(1955, 1, 15, false)]);
        check("circa 1951", &[(1951, 0, 0, true)]);
        check("1929 to 1930", &[(1929, 0, 0, true), (1930, 0, 0, true)]);
        check("1977-1979", &[(1977, 0, 0, true), (1978, 0, 0, true), (1979, 0, 0, true)]);
        check("between 1955 and 1956", &[(1955, 0, 0, true), (1956, 0, 0, true)]);
        check("00/00/1956", &[(1956, 0, 0, false)]);
        check("00/07/1956", &[(1956, 7, 0, false)]);
        check("31/12/1970", &[(1970, 12, 31, false)]);
        check("1973-12-25", &[(1973, 12, 25, false)]);
        check("1973-12-25T00:00:00Z", &[(1973, 12, 25, false)]);
        check("1973-12", &[(1973, 12, 0, false)]);
        check("Dec 1973", &[(1973, 12, 0, false)]);
        check("December 25, 1973", &[(1973, 12, 25, false)]);
        check("25.12.1973", &[(1973, 12, 25, false)]);
        check("19731225", &[(1973, 12, 25, false)]);
        check("01 Jan 1960 to 31 Dec 1962", &[(1960, 1, 1, false), (1962, 12, 31, false)]);
        check("1950 or 1955", &[(1950, 0, 0, false), (1955, 0, 0, false)]);
    }

    #[test]
    fn what_cannot_be_is_unknown() {
        check("31 Feb 1970", &[(1970, 2, 0, false)]);
        check("1970-13-45", &[(1970, 0, 0, false)]);
        check("0000", &[]);
        check("unknown", &[]);
        check("99999", &[]);
        check("29 Feb 1900", &[(1900, 2, 0, false)]);
        check("29 Feb 2000", &[(2000, 2, 29, false)]);
    }

    #[test]
    fn numbers_of_the_united_states() {
        let date = parse_dates("10/06/2017", Order::MonthFirst)[0];
        assert_eq!((date.month, date.day), (10, 6));
        let date = parse_dates("10/16/2017", Order::DayFirst)[0];
        assert_eq!((date.month, date.day), (10, 16));
    }
}
