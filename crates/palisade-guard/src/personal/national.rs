//! Numbers of identity whose country is not named.
//!
//! **What it finds.** A number beside *national id* or the like that satisfies the check of one of fifteen countries.
//!
//! **Why it matters.** Such a number identifies its holder for life; with a name it is enough to borrow and to sign.
//!
//! **Example.** `{"national_id": "12345678Z"}`
//!
//! Numbers that satisfy no check are left alone, as are ids of records.

use super::{
    americas::{cpf, rut},
    asia_pacific::{chinese, kimlik, nric},
    checks::{day_and_month, luhn, mod11_10, mod11_last},
    context::{CHECKED, Layout, beside},
    europe::{belgian, codice_fiscale, dni, hetu, nie, nino, nir},
    kind,
};
use crate::Detector;

pub(super) static NATIONAL: Detector =
    kind("guard.personal.national-id", "National identity number", WORDS, |view, at| {
        beside(view, at, WORDS, LAYOUTS, &CHECKED)
    });

const WORDS: &[&[u8]] = &[
    b"national id",
    b"national_id",
    b"national-id",
    b"nationalid",
    b"national identity",
    b"national_identity",
    b"nationalidentity",
    b"national identification",
    b"personal id",
    b"personal_id",
    b"personalid",
    b"citizen_id",
    b"citizenid",
    b"government id",
    b"government_id",
    b"governmentid",
];

/// Spain, Italy, France, the United Kingdom, Finland, Belgium, Norway, Germany, Sweden, China, Turkey, Singapore, South
/// Africa, Brazil and Chile.
const LAYOUTS: &[Layout] = &[
    Layout { form: "dddddddd-L", fits: dni },
    Layout { form: "L-ddddddd-L", fits: nie },
    Layout { form: "LLL-LLL-xxLxx-LxxxL", fits: codice_fiscale },
    Layout { form: "d-dd-dd-dx-ddd-ddd-dd", fits: nir },
    Layout { form: "LL-dd-dd-dd-L", fits: nino },
    Layout { form: "ddddddSdddx", fits: hetu },
    Layout { form: "dd-dd-dd-ddd-dd", fits: belgian },
    Layout { form: "dddddd-ddddd", fits: norwegian },
    Layout { form: "dd-ddd-ddd-ddd", fits: german },
    Layout { form: "dddddd-dddd", fits: swedish },
    Layout { form: "dddddddddddddddddx", fits: chinese },
    Layout { form: "ddddddddddd", fits: kimlik },
    Layout { form: "LdddddddL", fits: nric },
    Layout { form: "dddddd-dddd-ddd", fits: south_african },
    Layout { form: "ddd-ddd-ddd-dd", fits: cpf },
    Layout { form: "dd-ddd-ddd-x", fits: rut },
];

fn norwegian(n: &[u8]) -> bool {
    mod11_last(&n[..10], &[3, 7, 6, 1, 8, 9, 4, 5, 2]) && mod11_last(n, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2])
}

fn german(n: &[u8]) -> bool {
    n[0] != b'0' && mod11_10(n)
}

fn swedish(n: &[u8]) -> bool {
    day_and_month(&n[4..6], &n[2..4]) && luhn(n)
}

fn south_african(n: &[u8]) -> bool {
    day_and_month(&n[4..6], &n[2..4]) && matches!(n[10], b'0' | b'1') && luhn(n)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn national_id() {
        for (text, start) in [
            ("national id: 12345678Z", 13),
            ("\"nationalId\":\"RSSMRA85T10A562S", 14),
            ("national_id=8001015009087", 12),
            ("personal id 131052-308T", 12),
        ] {
            let expected = [(text, start..text.len())];
            check("guard.personal.national-id", &expected, &[]);
        }
        let clean =
            ["national id: 12345678A", "national_id=1234567", "personal id 4711", "rational identity 12345678Z"];
        check("guard.personal.national-id", &[], &clean);
    }
}
