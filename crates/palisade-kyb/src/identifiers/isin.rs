//! International securities identification numbers, ISO 6166: a country, nine characters, and a digit after Luhn.

use super::{Fault, compact};

/// Checks an ISIN.
///
/// # Errors
/// What is wrong with it.
pub fn check_isin(value: &str) -> Result<(), Fault> {
    let isin = compact(value)?;
    if isin.len() != 12 {
        return Err(Fault::Length);
    }
    if !isin[..2].iter().all(u8::is_ascii_uppercase) || !isin[11].is_ascii_digit() {
        return Err(Fault::Characters);
    }
    let digits = isin.iter().flat_map(|byte| match byte {
        b'0'..=b'9' => vec![u32::from(byte - b'0')],
        _ => vec![u32::from(byte - b'A' + 10) / 10, u32::from(byte - b'A' + 10) % 10],
    });
    match luhn(&digits.collect::<Vec<_>>()) {
        true => Ok(()),
        false => Err(Fault::CheckDigits),
    }
}

/// ISO/IEC 7812-1, annex B: from the right, every second digit is doubled and its own digits are added up.
pub(super) fn luhn(digits: &[u32]) -> bool {
    let doubled = |(index, digit): (usize, &u32)| match index % 2 {
        0 => *digit,
        _ => digit * 2 / 10 + digit * 2 % 10,
    };
    digits.iter().rev().enumerate().map(doubled).sum::<u32>().is_multiple_of(10)
}
