//! Whether an identifier can be one at all: its form, and its check digits where it has any.
//!
//! A number that passes is well-formed; that somebody has it is for a register to say.

mod company_number;
mod ein;
mod iban;
mod isin;
mod lei;
mod vat;
mod vat_rules;

pub use company_number::check_gb_company_number;
pub use ein::check_ein;
pub use iban::check_iban;
pub use isin::check_isin;
pub use lei::check_lei;
pub use vat::check_vat;

/// What is wrong with an identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// It has too many characters or too few.
    #[error("it has the wrong length")]
    Length,
    /// A character stands where none of its kind may.
    #[error("it has characters that do not belong there")]
    Characters,
    /// The country or prefix is not one that there is.
    #[error("its prefix is not in use")]
    Prefix,
    /// Check digits do not fit: a digit is wrong, or two are swapped.
    #[error("its check digits do not fit")]
    CheckDigits,
}

/// Checks a value by the kind it has in the model; nothing for kinds without rules.
pub fn check(kind: &str, value: &str, country: Option<&str>) -> Option<Result<(), Fault>> {
    Some(match (kind, country) {
        ("iban", _) => check_iban(value),
        ("lei", _) => check_lei(value),
        ("isin", _) => check_isin(value),
        ("vat", _) => check_vat(value),
        ("ein", _) | ("tax", Some("us")) => check_ein(value),
        ("registration", Some("gb")) => check_gb_company_number(value),
        _ => return None,
    })
}

/// Letters and digits in upper case; what people put between them is left out.
///
/// # Errors
/// When there is anything else in it, or too much.
fn compact(value: &str) -> Result<Vec<u8>, Fault> {
    let mut compact = Vec::new();
    for character in value.trim().chars() {
        match character {
            ' ' | '-' | '.' | '/' | '\u{A0}' => {}
            character if character.is_ascii_alphanumeric() => compact.push(character.to_ascii_uppercase() as u8),
            _ => return Err(Fault::Characters),
        }
        if compact.len() > 64 {
            return Err(Fault::Length);
        }
    }
    Ok(compact)
}

/// ISO 7064 MOD 97-10 over letters and digits, where A counts as 10 and Z as 35.
fn remainder_97<'b>(characters: impl Iterator<Item = &'b u8>) -> u32 {
    characters.fold(0, |remainder, byte| match byte {
        b'0'..=b'9' => (remainder * 10 + u32::from(byte - b'0')) % 97,
        _ => (remainder * 100 + u32::from(byte.wrapping_sub(b'A')) + 10) % 97,
    })
}

#[cfg(test)]
mod tests;
