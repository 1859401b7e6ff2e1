//! Days of the calendar, for the dates of the allow-list: any year that TOML can write.

/// The days from 1970-01-01 to a day of the Gregorian calendar; none when there is no such day.
///
/// By Howard Hinnant's `days_from_civil` ("chrono-Compatible Low-Level Date Algorithms"): years begin in March, so that
/// the leap day comes last.
pub(super) fn days_since_epoch(year: u16, month: u8, day: u8) -> Option<i64> {
    let (year, month, day) = (i64::from(year), i64::from(month), i64::from(day));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=last).contains(&day) {
        return None;
    }
    let year = year - i64::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

#[cfg(test)]
mod tests {
    use super::days_since_epoch;
    use palisade_model::Timestamp;

    #[test]
    fn days_are_those_of_the_clock() {
        for (year, month, day) in [(1970, 1, 1), (1969, 12, 31), (2000, 2, 29), (2026, 11, 21), (2261, 12, 31)] {
            let clock = Timestamp::parse(&format!("{year}-{month:02}-{day:02}T12:00:00Z")).unwrap();
            assert_eq!(days_since_epoch(year, month, day), Some(clock.days()));
        }
        assert_eq!(days_since_epoch(9999, 12, 31), Some(2_932_896));
        assert_eq!(days_since_epoch(0, 3, 1), Some(-719_468));
    }

    #[test]
    fn days_that_do_not_exist() {
        for (year, month, day) in
            [(2026, 2, 29), (1900, 2, 29), (2026, 4, 31), (2026, 0, 1), (2026, 13, 1), (2026, 1, 0)]
        {
            assert_eq!(days_since_epoch(year, month, day), None);
        }
    }
}
