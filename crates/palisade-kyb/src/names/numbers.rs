//! Numbers in names: in digits, in words, as Roman numerals. "Brigade Forty-Four" is "Brigade 44".

/// Number words with their values. Tens take a unit behind them.
pub(super) const NUMBER_WORDS: &[(&str, u32)] = &[
    ("zero", 0),
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fourty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("seventy", 70),
    ("eighty", 80),
    ("ninety", 90),
    ("hundred", 100),
    ("thousand", 1000),
    ("first", 1),
    ("second", 2),
    ("third", 3),
    ("fourth", 4),
    ("fifth", 5),
    ("sixth", 6),
    ("seventh", 7),
    ("eighth", 8),
    ("ninth", 9),
    ("tenth", 10),
    ("eins", 1),
    ("zwei", 2),
    ("drei", 3),
    ("vier", 4),
    ("funf", 5),
    ("uno", 1),
    ("dos", 2),
    ("tres", 3),
    ("cuatro", 4),
    ("cinco", 5),
    ("deux", 2),
    ("trois", 3),
    ("quatre", 4),
];

/// The value of a Roman numeral of lower-case letters up to 39, the range in which names count.
pub(super) fn roman(text: &str) -> Option<u32> {
    if text.is_empty() || text.len() > 7 {
        return None;
    }
    let tens = text.bytes().take_while(|byte| *byte == b'x').count();
    let units = &text[tens..];
    let unit =
        ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"].iter().position(|numeral| *numeral == units)?;
    (tens <= 3).then_some((tens * 10 + unit) as u32)
}

/// The value of digits, with an English ordinal ending if there is one ("44th"). `None` above nine digits.
pub(super) fn digits(text: &str) -> Option<u32> {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    if end == 0 || end > 9 || !["", "st", "nd", "rd", "th"].contains(&&text[end..]) {
        return None;
    }
    text[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_have_values() {
        for (text, value) in [("ii", 2), ("iv", 4), ("viii", 8), ("ix", 9), ("xiii", 13), ("xx", 20), ("xxxix", 39)] {
            assert_eq!(roman(text), Some(value), "{text}");
        }
        for text in ["", "iix", "vx", "xxxx", "ivi", "mix"] {
            assert_eq!(roman(text), None, "{text}");
        }
        assert_eq!(digits("44th"), Some(44));
        assert_eq!(digits("44ers"), None);
        assert_eq!(digits("99999999999999999"), None);
    }
}
