//! Check digits: what the numbers of persons, cards and accounts are proven by.

/// The digits of `number`; a letter counts as nought and is checked elsewhere.
pub(super) fn digits(number: &[u8]) -> Vec<u32> {
    number.iter().map(|&byte| char::from(byte).to_digit(10).unwrap_or(0)).collect()
}

/// The sum of digits, each times its weight.
pub(super) fn weighted(number: &[u8], weights: &[u32]) -> u32 {
    digits(number).iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

/// The remainder of a decimal number of any length.
pub(super) fn remainder(number: &[u8], divisor: u64) -> u64 {
    number.iter().fold(0, |rest, byte| (rest * 10 + u64::from(byte.wrapping_sub(b'0') % 10)) % divisor)
}

/// The Luhn check (ISO/IEC 7812-1, annex B).
pub(super) fn luhn(number: &[u8]) -> bool {
    let double = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let values = digits(number);
    let sum: u32 =
        values.iter().rev().enumerate().map(|(place, &digit)| if place % 2 == 1 { double(digit) } else { digit }).sum();
    sum.is_multiple_of(10) && !all_same(number)
}

/// True when all characters are the same, which satisfies many checks and is never issued.
pub(super) fn all_same(number: &[u8]) -> bool {
    number.windows(2).all(|pair| pair[0] == pair[1])
}

/// True when the last digit is what makes the weighted sum divisible, where 10 is written as 0 or never issued.
pub(super) fn mod11_last(number: &[u8], weights: &[u32]) -> bool {
    let check = (11 - weighted(number, weights) % 11) % 11;
    digits(number).last() == Some(&check) && !all_same(number)
}

/// ISO 7064, MOD 11,10: pure digits with one check digit.
pub(super) fn mod11_10(number: &[u8]) -> bool {
    let values = digits(number);
    let Some((check, rest)) = values.split_last() else { return false };
    let product = rest.iter().fold(10, |product, digit| {
        let sum = (digit + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10 == *check
}

/// Verhoeff's check: multiplication in the dihedral group of the pentagon.
pub(super) fn verhoeff(number: &[u8]) -> bool {
    let multiply = |a: u32, b: u32| match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b - 5) % 5 + 5,
        (false, true) => (a - 5 + 5 - b) % 5 + 5,
        (false, false) => (a + 5 - b) % 5,
    };
    let permute = |digit: u32| [1, 5, 7, 6, 2, 8, 3, 0, 9, 4][digit as usize];
    let turned = |digit: u32, times: usize| (0..times % 8).fold(digit, |digit, _| permute(digit));
    let sum =
        digits(number).iter().rev().enumerate().fold(0, |sum, (place, &digit)| multiply(sum, turned(digit, place)));
    sum == 0 && !all_same(number)
}

/// True for a day and a month that exist.
pub(super) fn day_and_month(day: &[u8], month: &[u8]) -> bool {
    (1..=31).contains(&remainder(day, 100)) && (1..=12).contains(&remainder(month, 100))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples_fit_and_a_changed_digit_does_not() {
        assert!(luhn(b"79927398713") && !luhn(b"79927398710"));
        assert!(verhoeff(b"2363") && !verhoeff(b"2364"));
        assert!(mod11_10(b"86095742719") && !mod11_10(b"86095742718"));
        assert_eq!(
            remainder(b"123456789012345678901234567890", 97),
            (123_456_789_012_345_678_901_234_567_890_u128 % 97) as u64
        );
    }
}
