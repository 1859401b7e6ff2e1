//! Employer identification numbers of the United States. They have no check digit; their first two digits are of a
//! campus of the Internal Revenue Service, or of its internet service, and some are of none.

use super::{Fault, compact};

/// First digits that are not in use, of "How EINs are assigned and valid EIN prefixes" (irs.gov).
const UNUSED: &[u8] = &[0, 7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97];

/// Checks an EIN.
///
/// # Errors
/// What is wrong with it.
pub fn check_ein(value: &str) -> Result<(), Fault> {
    let ein = compact(value)?;
    if ein.len() != 9 {
        return Err(Fault::Length);
    }
    if !ein.iter().all(u8::is_ascii_digit) {
        return Err(Fault::Characters);
    }
    match UNUSED.contains(&((ein[0] - b'0') * 10 + ein[1] - b'0')) {
        true => Err(Fault::Prefix),
        false => Ok(()),
    }
}
