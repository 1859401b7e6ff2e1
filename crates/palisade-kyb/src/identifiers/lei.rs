//! Legal entity identifiers, ISO 17442: eighteen characters and two digits of MOD 97-10.

use super::{Fault, compact, remainder_97};

/// Checks an LEI.
///
/// # Errors
/// What is wrong with it.
pub fn check_lei(value: &str) -> Result<(), Fault> {
    let lei = compact(value)?;
    if lei.len() != 20 {
        return Err(Fault::Length);
    }
    if !lei[18..].iter().all(u8::is_ascii_digit) {
        return Err(Fault::Characters);
    }
    match remainder_97(lei.iter()) {
        1 => Ok(()),
        _ => Err(Fault::CheckDigits),
    }
}
