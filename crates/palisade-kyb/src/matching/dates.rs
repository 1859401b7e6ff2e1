//! Two dates, each as precise as it is known: the same, a slip, or another.

use crate::entity::PartialDate;

/// How two dates are related.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DateRelation {
    SameDay,
    SameMonth,
    SameYear,
    /// Day and month change places, or two digits beside each other do.
    Swapped,
    /// One is about right only.
    Around,
    /// One digit of a whole date differs.
    OneDigit,
    NextYear,
    OtherDay,
    OtherYear,
}

/// A year that is about right may be wrong by this.
const AROUND_YEARS: u16 = 2;

/// Relates two dates. The same from either side.
pub(super) fn relate_dates(one: PartialDate, other: PartialDate) -> DateRelation {
    let whole = |date: PartialDate| date.month > 0 && date.day > 0;
    let months = one.month > 0 && other.month > 0;
    if one.year != other.year {
        return other_year(one, other, whole(one) && whole(other));
    }
    if !months {
        return DateRelation::SameYear;
    }
    let days = whole(one) && whole(other);
    if one.month == other.month {
        return match days {
            false => DateRelation::SameMonth,
            true if one.day == other.day => DateRelation::SameDay,
            true => slip(one, other).unwrap_or(DateRelation::OtherDay),
        };
    }
    if days { slip(one, other).unwrap_or(DateRelation::OtherDay) } else { DateRelation::OtherDay }
}

fn other_year(one: PartialDate, other: PartialDate, days: bool) -> DateRelation {
    let apart = one.year.abs_diff(other.year);
    if (one.circa || other.circa) && apart <= AROUND_YEARS {
        return DateRelation::Around;
    }
    let same_day = days && one.month == other.month && one.day == other.day;
    if same_day && let Some(slip) = slip(one, other) {
        return slip;
    }
    if apart == 1 { DateRelation::NextYear } else { DateRelation::OtherYear }
}

/// Whether whole dates differ by what slips in writing them down.
fn slip(one: PartialDate, other: PartialDate) -> Option<DateRelation> {
    if one.year == other.year && one.day == other.month && one.month == other.day {
        return Some(DateRelation::Swapped);
    }
    let (a, b) = (digits(one), digits(other));
    let differing: Vec<usize> = (0..a.len()).filter(|place| a[*place] != b[*place]).collect();
    match differing.as_slice() {
        [_] => Some(DateRelation::OneDigit),
        [first, second] if *second == first + 1 && a[*first] == b[*second] && a[*second] == b[*first] => {
            Some(DateRelation::Swapped)
        }
        _ => None,
    }
}

fn digits(date: PartialDate) -> [u16; 8] {
    let (year, month, day) = (date.year, u16::from(date.month), u16::from(date.day));
    [year / 1000 % 10, year / 100 % 10, year / 10 % 10, year % 10, month / 10, month % 10, day / 10, day % 10]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(year: u16, month: u8, day: u8) -> PartialDate {
        PartialDate { year, month, day, circa: false }
    }

    #[test]
    fn dates_are_related_as_precisely_as_they_are_known() {
        let circa = PartialDate { circa: true, ..date(1961, 0, 0) };
        for (one, other, relation) in [
            (date(1962, 3, 4), date(1962, 3, 4), DateRelation::SameDay),
            (date(1962, 3, 4), date(1962, 3, 0), DateRelation::SameMonth),
            (date(1962, 3, 4), date(1962, 0, 0), DateRelation::SameYear),
            (date(1962, 3, 4), date(1962, 4, 3), DateRelation::Swapped),
            (date(1962, 3, 12), date(1962, 3, 21), DateRelation::Swapped),
            (date(1967, 3, 4), date(1976, 3, 4), DateRelation::Swapped),
            (date(1962, 3, 4), date(1962, 3, 5), DateRelation::OneDigit),
            (date(1962, 3, 4), date(1963, 7, 9), DateRelation::NextYear),
            (date(1962, 3, 4), date(1962, 7, 29), DateRelation::OtherDay),
            (date(1962, 3, 4), date(1980, 7, 29), DateRelation::OtherYear),
            (date(1962, 3, 4), circa, DateRelation::Around),
            (date(0, 0, 0), date(9999, 99, 99), DateRelation::OtherYear),
        ] {
            assert_eq!(relate_dates(one, other), relation, "{one:?} {other:?}");
            assert_eq!(relate_dates(other, one), relation, "{other:?} {one:?}");
        }
    }
}
