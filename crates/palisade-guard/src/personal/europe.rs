//! Numbers of persons in Europe.
//!
//! **What it finds.** National Insurance and NHS numbers (United Kingdom), Steuer-ID (Germany), NIR (France), DNI and
//! NIE (Spain), codice fiscale (Italy), PESEL (Poland), BSN (Netherlands), national register numbers (Belgium),
//! personnummer (Sweden), henkilötunnus (Finland), CPR (Denmark), fødselsnummer (Norway), AHV (Switzerland) and NIF
//! (Portugal), beside a word that names them and with check digits that fit where there are any.
//!
//! **Why it matters.** Such a number identifies its holder for life; with a name it is enough to borrow and to sign.
//!
//! **Example.** `NHS number: 943 476 5919`
//!
//! Numbers without such a word beside them are left alone.

use super::{
    checks::{all_same, day_and_month, digits, luhn, mod11_10, mod11_last, remainder, weighted},
    context::{CHECKED, Layout, NAMED, beside},
    kind,
};
use crate::detector::Detector;

const NINO: &[&[u8]] =
    &[b"nino", b"national insurance", b"national_insurance", b"nationalinsurance", b"ni number", b"ni no"];
const NHS: &[&[u8]] = &[b"nhs"];
const STEUER: &[&[u8]] = &[
    b"steuer-id",
    b"steuerid",
    b"steuer_id",
    b"steueridentifikationsnummer",
    b"steuer-identifikationsnummer",
    b"steuerliche identifikationsnummer",
    b"idnr",
    b"tax id",
    b"tax_id",
    b"taxid",
];
const NIR: &[&[u8]] = &[
    b"nir:",
    b"nir ",
    b"nir\"",
    b"nir=",
    b"nir_",
    "sécurité sociale".as_bytes(),
    b"securite sociale",
    b"num_secu",
    "numéro de sécu".as_bytes(),
    b"insee",
];
const DNI: &[&[u8]] =
    &[b"dni", b"nie:", b"nie ", b"nie\"", b"nie=", b"nif", b"documento nacional", b"documento de identidad"];
const CODICE: &[&[u8]] = &[b"codice fiscale", b"codice_fiscale", b"codicefiscale", b"cod. fisc", b"c.f."];
const PESEL: &[&[u8]] = &[b"pesel"];
const BSN: &[&[u8]] = &[b"bsn", b"burgerservicenummer", b"sofinummer"];
const BELGIAN: &[&[u8]] = &[
    b"rijksregister",
    b"rijksregisternummer",
    b"national_register",
    b"nationalregister",
    b"registre national",
    b"national register",
    b"insz",
    b"niss",
];
const SWEDISH: &[&[u8]] = &[b"personnummer", b"personnr", b"samordningsnummer", b"swedish personal"];
const FINNISH: &[&[u8]] =
    &[b"hetu", "henkilötunnus".as_bytes(), b"henkilotunnus", b"personbeteckning", b"finnish personal"];
const DANISH: &[&[u8]] = &[b"cpr", b"personnummer"];
const NORWEGIAN: &[&[u8]] = &["fødselsnummer".as_bytes(), b"fodselsnummer", b"personnummer", b"fnr"];
const SWISS: &[&[u8]] = &[b"ahv", b"avs", b"oasi", b"sozialversicherungsnummer"];
const PORTUGUESE: &[&[u8]] = &[b"nif", b"contribuinte"];

/// Of European countries.
pub(crate) static DETECTORS: &[&Detector] = &[
    &kind("guard.personal.gb-nino", "UK National Insurance number", NINO, |view, at| {
        beside(view, at, NINO, &[Layout { form: "LL-dd-dd-dd-L", fits: nino }], &NAMED)
    }),
    &kind("guard.personal.gb-nhs", "UK NHS number", NHS, |view, at| {
        let fits = |n: &[u8]| mod11_last(n, &[10, 9, 8, 7, 6, 5, 4, 3, 2]);
        beside(view, at, NHS, &[Layout { form: "ddd-ddd-dddd", fits }], &CHECKED)
    }),
    &kind("guard.personal.de-steuer-id", "German tax id", STEUER, |view, at| {
        let fits = |n: &[u8]| n[0] != b'0' && mod11_10(n);
        beside(view, at, STEUER, &[Layout { form: "dd-ddd-ddd-ddd", fits }], &CHECKED)
    }),
    &kind("guard.personal.fr-nir", "French social security number", NIR, |view, at| {
        beside(view, at, NIR, &[Layout { form: "d-dd-dd-dx-ddd-ddd-dd", fits: nir }], &CHECKED)
    }),
    &kind("guard.personal.es-dni", "Spanish DNI or NIE", DNI, |view, at| {
        let layouts = [
            Layout { form: "dddddddd-L", fits: dni },
            Layout { form: "dd-ddd-ddd-L", fits: dni },
            Layout { form: "L-ddddddd-L", fits: nie },
        ];
        beside(view, at, DNI, &layouts, &CHECKED)
    }),
    &kind("guard.personal.it-codice-fiscale", "Italian codice fiscale", CODICE, |view, at| {
        beside(view, at, CODICE, &[Layout { form: "LLL-LLL-xxLxx-LxxxL", fits: codice_fiscale }], &CHECKED)
    }),
    &kind("guard.personal.pl-pesel", "Polish PESEL", PESEL, |view, at| {
        let fits = |n: &[u8]| {
            weighted(n, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10)
                && (1..=31).contains(&remainder(&n[4..6], 100))
        };
        beside(view, at, PESEL, &[Layout { form: "ddddddddddd", fits }], &CHECKED)
    }),
    &kind("guard.personal.nl-bsn", "Dutch BSN", BSN, |view, at| {
        // The last digit counts minus one: ten times it, modulo eleven.
        let fits = |n: &[u8]| weighted(n, &[9, 8, 7, 6, 5, 4, 3, 2, 10]).is_multiple_of(11) && !all_same(n);
        beside(view, at, BSN, &[Layout { form: "dddd-dd-ddd", fits }, Layout { form: "ddd-ddd-ddd", fits }], &CHECKED)
    }),
    &kind("guard.personal.be-national-number", "Belgian national register number", BELGIAN, |view, at| {
        beside(view, at, BELGIAN, &[Layout { form: "dd-dd-dd-ddd-dd", fits: belgian }], &CHECKED)
    }),
    &kind("guard.personal.se-personnummer", "Swedish personnummer", SWEDISH, |view, at| {
        let fits = |n: &[u8]| luhn(&n[n.len() - 10..]) && remainder(&n[n.len() - 8..n.len() - 6], 100) <= 12;
        let layouts = [
            Layout { form: "dddddd-dddd", fits },
            Layout { form: "ddddddSdddd", fits },
            Layout { form: "dddddddd-dddd", fits },
        ];
        beside(view, at, SWEDISH, &layouts, &CHECKED)
    }),
    &kind("guard.personal.fi-hetu", "Finnish personal identity code", FINNISH, |view, at| {
        beside(view, at, FINNISH, &[Layout { form: "ddddddSdddx", fits: hetu }], &CHECKED)
    }),
    &kind("guard.personal.dk-cpr", "Danish CPR number", DANISH, |view, at| {
        let fits = |n: &[u8]| {
            day_and_month(&n[..2], &n[2..4]) && weighted(n, &[4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
        };
        beside(view, at, DANISH, &[Layout { form: "dddddd-dddd", fits }], &CHECKED)
    }),
    &kind("guard.personal.no-fodselsnummer", "Norwegian fødselsnummer", NORWEGIAN, |view, at| {
        let fits = |n: &[u8]| {
            mod11_last(&n[..10], &[3, 7, 6, 1, 8, 9, 4, 5, 2]) && mod11_last(n, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2])
        };
        beside(view, at, NORWEGIAN, &[Layout { form: "dddddd-ddddd", fits }], &CHECKED)
    }),
    &kind("guard.personal.ch-ahv", "Swiss AHV number", SWISS, |view, at| {
        let fits = |n: &[u8]| {
            n.starts_with(b"756") && weighted(n, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]).is_multiple_of(10)
        };
        beside(view, at, SWISS, &[Layout { form: "ddd-dddd-dddd-dd", fits }], &CHECKED)
    }),
    &kind("guard.personal.pt-nif", "Portuguese NIF", PORTUGUESE, |view, at| {
        beside(view, at, PORTUGUESE, &[Layout { form: "ddd-ddd-ddd", fits: nif }], &CHECKED)
    }),
];

/// Letters that are not issued, and the suffix (HMRC, National Insurance Manual NIM39110).
pub(super) fn nino(n: &[u8]) -> bool {
    let refused = [&b"BG"[..], b"GB", b"NK", b"KN", b"TN", b"NT", b"ZZ"];
    !b"DFIQUV".contains(&n[0]) && !b"DFIQUVO".contains(&n[1]) && !refused.contains(&&n[..2]) && b"ABCD".contains(&n[8])
}

/// The key is 97 less the remainder; the departments of Corsica count as 19 and 18.
pub(super) fn nir(n: &[u8]) -> bool {
    let mut plain = n[..13].to_vec();
    match &n[5..7] {
        b"2A" => plain[5..7].copy_from_slice(b"19"),
        b"2B" => plain[5..7].copy_from_slice(b"18"),
        _ => {}
    }
    plain.iter().all(u8::is_ascii_digit)
        && matches!(n[0], b'1' | b'2' | b'3' | b'4' | b'7' | b'8')
        && 97 - remainder(&plain, 97) == remainder(&n[13..], 100)
}

const DNI_LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";

pub(super) fn dni(n: &[u8]) -> bool {
    DNI_LETTERS[remainder(&n[..8], 23) as usize] == n[8] && !all_same(&n[..8])
}

pub(super) fn nie(n: &[u8]) -> bool {
    let Some(first) = b"XYZ".iter().position(|letter| *letter == n[0]) else { return false };
    let mut plain = n.to_vec();
    plain[0] = b"012"[first];
    dni(&plain)
}

/// The values of characters in odd places (Decree of 23 December 1976, article 6); in even places they are the
/// digit, or the place of the letter in the alphabet.
const ODD: [u32; 36] = [
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10,
    22, 25, 24, 23,
];

pub(super) fn codice_fiscale(n: &[u8]) -> bool {
    let value = |place: usize, byte: u8| {
        let index = char::from(byte).to_digit(36).unwrap_or(0);
        match place % 2 {
            0 => ODD[index as usize],
            _ => {
                if index < 10 {
                    index
                } else {
                    index - 10
                }
            }
        }
    };
    let sum: u32 = n[..15].iter().enumerate().map(|(place, &byte)| value(place, byte)).sum();
    u32::from(n[15] - b'A') == sum % 26
}

/// Those born from 2000 on have a 2 before their number for the check.
pub(super) fn belgian(n: &[u8]) -> bool {
    let later = [b"2", &n[..9]].concat();
    let check = remainder(&n[9..], 100);
    97 - remainder(&n[..9], 97) == check || 97 - remainder(&later, 97) == check
}

pub(super) fn hetu(n: &[u8]) -> bool {
    let letters = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    day_and_month(&n[..2], &n[2..4]) && letters[remainder(&n[..9], 31) as usize] == n[9]
}

fn nif(n: &[u8]) -> bool {
    let rest = weighted(n, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    digits(n)[8] == if rest < 2 { 0 } else { 11 - rest } && b"1235689".contains(&n[0]) && !all_same(n)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn europe() {
        for (name, text, start) in [
            ("gb-nino", "National Insurance: AB 12 34 56 C", 20),
            ("gb-nhs", "NHS number: 943 476 5919", 12),
            ("de-steuer-id", "Steuer-ID: 86 095 742 719", 11),
            ("fr-nir", "sécurité sociale 2 55 08 14 168 025 38", 19),
            ("es-dni", "DNI 12345678Z", 4),
            ("es-dni", "NIE: X1234567L", 5),
            ("it-codice-fiscale", "codice fiscale RSSMRA85T10A562S", 15),
            ("pl-pesel", "\"pesel\": \"44051401359\"", 10),
            ("nl-bsn", "BSN 111222333", 4),
            ("be-national-number", "rijksregisternummer 85.07.30-033.28", 20),
            ("se-personnummer", "personnummer: 811218-9876", 14),
            ("fi-hetu", "hetu 131052-308T", 5),
            ("dk-cpr", "CPR: 070761-4285", 5),
            ("ch-ahv", "AHV-Nr. 756.9217.0769.85", 8),
            ("pt-nif", "NIF: 123456789", 5),
        ] {
            let end = text.trim_end_matches('"').len();
            check(&format!("guard.personal.{name}"), &[(text, start..end)], &[]);
        }
    }

    #[test]
    fn other_numbers_are_left_alone() {
        let clean = [
            "NHS number: 943 476 5918",
            "Steuer-ID: 86 095 742 718",
            "DNI 12345678A",
            "BSN 111222334",
            "BSN 111111111",
            "trace 44051401359 of 2026-11-20T12:00:00Z",
            "the finished nine: 12345678Z",
            "pesel-like 44051401358",
        ];
        check("guard.personal.gb-nhs", &[], &clean);
    }
}
