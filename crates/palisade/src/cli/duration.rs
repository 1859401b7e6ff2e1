//! Spans of time as people write them: `90s`, `15m`, `12h`, `30d`, `2w`.

use std::time::Duration;

/// Each unit with its seconds.
const UNITS: [(&str, u64); 6] = [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400), ("w", 604_800), ("y", 31_536_000)];

/// Reads a whole number followed by a unit.
///
/// # Errors
/// In words for clap, when the text has another form or the span is 0 or too long to add to a date.
pub fn parse(text: &str) -> Result<Duration, String> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: Option<u64> = number.parse().ok();
    let seconds = UNITS.iter().find(|(name, _)| *name == unit).and_then(|(_, seconds)| number?.checked_mul(*seconds));
    match seconds {
        Some(seconds) if (1..=200 * 31_536_000).contains(&seconds) => Ok(Duration::from_secs(seconds)),
        Some(_) => Err("choose between 1s and 200y".to_owned()),
        None => Err("write a number and a unit, for example 90s, 15m, 12h, 30d, 2w or 1y".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_and_unit() {
        let cases =
            [("90s", 90), ("15m", 900), ("12h", 43_200), ("30d", 2_592_000), ("2w", 1_209_600), ("1y", 31_536_000)];
        for (text, seconds) in cases {
            assert_eq!(parse(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
    }

    #[test]
    fn anything_else_is_an_error() {
        for text in
            ["", "30", "d", "0d", "-1d", "1.5h", "3 d", "1x", "999999999999999999999d", "18446744073709551615w", "201y"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
