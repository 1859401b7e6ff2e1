//! International bank account numbers, ISO 13616: lengths of the IBAN registry, and MOD 97-10.

use super::{Fault, compact, remainder_97};

/// Country and length, from the IBAN registry of SWIFT, release 99.
const LENGTHS: &str = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 \
    EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 \
    LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 \
    RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";

/// Checks an IBAN.
///
/// # Errors
/// What is wrong with it.
pub fn check_iban(value: &str) -> Result<(), Fault> {
    let iban = compact(value)?;
    let [country @ .., _, _] = iban.get(..4).ok_or(Fault::Length)? else { return Err(Fault::Length) };
    let country = std::str::from_utf8(country).map_err(|_| Fault::Characters)?;
    let length = LENGTHS.split_whitespace().find_map(|entry| entry.strip_prefix(country)).ok_or(Fault::Prefix)?;
    if length.parse() != Ok(iban.len()) {
        return Err(Fault::Length);
    }
    if !iban[2..4].iter().all(u8::is_ascii_digit) {
        return Err(Fault::Characters);
    }
    match remainder_97(iban[4..].iter().chain(&iban[..4])) {
        1 => Ok(()),
        _ => Err(Fault::CheckDigits),
    }
}
