//! Value added tax numbers of the European Union, Northern Ireland, the United Kingdom, Switzerland and Norway, with the
//! country's code in front.
//!
//! Forms are those of the VIES system (FAQ, "VAT identification number structure"); check digits are those that the
//! countries publish, as the Commission's "Algorithms for VAT number checks" collects them.

use super::{Fault, compact, vat_rules as rules};

/// How a country's number is checked, behind its code.
type Rule = fn(&[u8]) -> Result<bool, Fault>;

const RULES: &[(&str, Rule)] = &[
    ("AT", rules::austria),
    ("BE", rules::belgium),
    ("BG", rules::bulgaria),
    ("CHE", rules::switzerland),
    ("CY", rules::cyprus),
    ("CZ", rules::czechia),
    ("DE", rules::germany),
    ("DK", rules::denmark),
    ("EE", rules::estonia),
    ("EL", rules::greece),
    ("ES", rules::spain),
    ("FI", rules::finland),
    ("FR", rules::france),
    ("GB", rules::united_kingdom),
    ("GR", rules::greece),
    ("HR", rules::croatia),
    ("HU", rules::hungary),
    ("IE", rules::ireland),
    ("IT", rules::italy),
    ("LT", rules::lithuania),
    ("LU", rules::luxembourg),
    ("LV", rules::latvia),
    ("MT", rules::malta),
    ("NL", rules::netherlands),
    ("NO", rules::norway),
    ("PL", rules::poland),
    ("PT", rules::portugal),
    ("RO", rules::romania),
    ("SE", rules::sweden),
    ("SI", rules::slovenia),
    ("SK", rules::slovakia),
    ("XI", rules::united_kingdom),
];

/// Checks a VAT number with its country's code in front.
///
/// # Errors
/// What is wrong with it.
pub fn check_vat(value: &str) -> Result<(), Fault> {
    let vat = compact(value)?;
    let (prefix, rule) = RULES.iter().find(|(prefix, _)| vat.starts_with(prefix.as_bytes())).ok_or(Fault::Prefix)?;
    match rule(&vat[prefix.len()..])? {
        true => Ok(()),
        false => Err(Fault::CheckDigits),
    }
}
