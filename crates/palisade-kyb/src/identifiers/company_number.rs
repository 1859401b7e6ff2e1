//! Company numbers of the United Kingdom: eight characters, all digits for England and Wales, else two letters that say
//! what it is and where, and six digits.

use super::{Fault, compact};

/// Prefixes of Companies House: "URI customer guide", company number prefixes.
const PREFIXES: &str = "AC CE CS FC FE GE GI GN GS IC IP LP NA NC NF NI NL NO NP NR NV NZ OC OE PC RC RS SA SC SE SF SG SI SL \
    SO SP SR SZ ZC R0";

/// Checks a company number; leading zeros may be left out of one that is all digits.
///
/// # Errors
/// What is wrong with it.
pub fn check_gb_company_number(value: &str) -> Result<(), Fault> {
    let number = compact(value)?;
    if number.iter().all(u8::is_ascii_digit) {
        let is_zero = number.iter().all(|digit| *digit == b'0');
        return if (1..=8).contains(&number.len()) && !is_zero { Ok(()) } else { Err(Fault::Length) };
    }
    if number.len() != 8 {
        return Err(Fault::Length);
    }
    let prefix = std::str::from_utf8(&number[..2]).map_err(|_| Fault::Characters)?;
    if !PREFIXES.split_whitespace().any(|known| known == prefix) {
        return Err(Fault::Prefix);
    }
    // Registered societies may end in a letter: IP00123R.
    let (digits, last) = (&number[2..7], number[7]);
    let ends_well = last.is_ascii_digit() || (matches!(prefix, "IP" | "SP" | "NP") && last == b'R');
    match digits.iter().all(u8::is_ascii_digit) && ends_well {
        true => Ok(()),
        false => Err(Fault::Characters),
    }
}
