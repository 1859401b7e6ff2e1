//! Numbers of persons in the east and south of Europe, Ireland, Austria and Israel.
//!
//! **What it finds.** CNP (Romania), ЕГН (Bulgaria), rodné číslo (Czechia, Slovakia), OIB (Croatia), isikukood and asmens
//! kodas (Estonia, Lithuania), ΑΜΚΑ (Greece), PPS numbers (Ireland), Sozialversicherungsnummern (Austria) and teudat zehut
//! (Israel), beside a word that names them and with check digits that fit.
//!
//! **Why it matters.** Such a number identifies its holder for life; with a name it is enough to borrow and to sign.
//!
//! **Example.** `OIB: 69435151530`
//!
//! Numbers without such a word beside them are left alone.

use super::{
    checks::{all_same, day_and_month, luhn, mod11_10, remainder, weighted},
    context::{CHECKED, Layout, beside},
    kind,
};
use crate::detector::Detector;

const ROMANIAN: &[&[u8]] = &[b"cnp:", b"cnp ", b"cnp=", b"cnp\"", b"cod numeric personal", b"cod_numeric_personal"];
const BULGARIAN: &[&[u8]] = &["ЕГН".as_bytes(), "егн".as_bytes(), b"egn:", b"egn=", b"egn\"", b"egn "];
const CZECH: &[&[u8]] =
    &["rodné číslo".as_bytes(), b"rodne cislo", b"rodne_cislo", b"rodnecislo", "rodné č.".as_bytes()];
const CROATIAN: &[&[u8]] = &[b"oib:", b"oib ", b"oib=", b"oib\""];
const BALTIC: &[&[u8]] = &[b"isikukood", b"asmens kodas", b"asmens_kodas", b"asmenskodas"];
const GREEK: &[&[u8]] = &["αμκα".as_bytes(), "ΑΜΚΑ".as_bytes(), "Α.Μ.Κ.Α".as_bytes(), b"amka"];
const IRISH: &[&[u8]] = &[b"pps number", b"pps no", b"pps_number", b"ppsn"];
const AUSTRIAN: &[&[u8]] = &[b"sozialversicherungsnummer", b"sv-nummer", b"svnr", b"sv-nr"];
const ISRAELI: &[&[u8]] = &["תעודת זהות".as_bytes(), b"teudat zehut", b"teudat_zehut"];

/// Of these countries.
pub(crate) static DETECTORS: &[&Detector] = &[
    &kind("guard.personal.ro-cnp", "Romanian CNP", ROMANIAN, |view, at| {
        beside(view, at, ROMANIAN, &[Layout { form: "ddddddddddddd", fits: cnp }], &CHECKED)
    }),
    &kind("guard.personal.bg-egn", "Bulgarian EGN", BULGARIAN, |view, at| {
        beside(view, at, BULGARIAN, &[Layout { form: "dddddddddd", fits: egn }], &CHECKED)
    }),
    &kind("guard.personal.cz-rodne-cislo", "Czech or Slovak birth number", CZECH, |view, at| {
        beside(view, at, CZECH, &[Layout { form: "dddddd-dddd", fits: rodne_cislo }], &CHECKED)
    }),
    &kind("guard.personal.hr-oib", "Croatian OIB", CROATIAN, |view, at| {
        beside(view, at, CROATIAN, &[Layout { form: "ddddddddddd", fits: oib }], &CHECKED)
    }),
    &kind("guard.personal.ee-lt-code", "Estonian or Lithuanian personal code", BALTIC, |view, at| {
        beside(view, at, BALTIC, &[Layout { form: "ddddddddddd", fits: personal_code }], &CHECKED)
    }),
    &kind("guard.personal.gr-amka", "Greek AMKA", GREEK, |view, at| {
        beside(view, at, GREEK, &[Layout { form: "ddddddddddd", fits: amka }], &CHECKED)
    }),
    &kind("guard.personal.ie-pps", "Irish PPS number", IRISH, |view, at| {
        let layouts = [Layout { form: "dddddddLL", fits: pps }, Layout { form: "dddddddL", fits: pps }];
        beside(view, at, IRISH, &layouts, &CHECKED)
    }),
    &kind("guard.personal.at-svnr", "Austrian social insurance number", AUSTRIAN, |view, at| {
        beside(view, at, AUSTRIAN, &[Layout { form: "dddd-dddddd", fits: svnr }], &CHECKED)
    }),
    &kind("guard.personal.il-id", "Israeli identity number", ISRAELI, |view, at| {
        beside(view, at, ISRAELI, &[Layout { form: "dddddddd-d", fits: teudat_zehut }], &CHECKED)
    }),
];

fn digit(byte: u8) -> u32 {
    u32::from(byte.wrapping_sub(b'0'))
}

/// Sex and century, day of birth, county and number; the sum by weights modulo 11, where 10 is written as 1.
fn cnp(n: &[u8]) -> bool {
    let check = weighted(n, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
    n[0] != b'0' && day_and_month(&n[5..7], &n[3..5]) && digit(n[12]) == if check == 10 { 1 } else { check }
}

/// Day of birth, where 20 or 40 on the month tells the century; the sum by weights modulo 11, where 10 is nought.
fn egn(n: &[u8]) -> bool {
    let (month, day) = (remainder(&n[2..4], 100) % 20, remainder(&n[4..6], 100));
    let check = weighted(n, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10;
    (1..=12).contains(&month) && (1..=31).contains(&day) && digit(n[9]) == check && !all_same(n)
}

/// Day of birth, with 50 on the month for women; all ten digits can be divided by 11.
fn rodne_cislo(n: &[u8]) -> bool {
    let (month, day) = (remainder(&n[2..4], 100) % 50, remainder(&n[4..6], 100));
    matches!(month, 1..=12 | 21..=32) && (1..=31).contains(&day) && remainder(n, 11) == 0
}

fn oib(n: &[u8]) -> bool {
    mod11_10(n) && !all_same(n)
}

/// Sex and century, and the day of birth; the sum by weights modulo 11, with other weights where that is 10.
fn personal_code(n: &[u8]) -> bool {
    let first = weighted(&n[..10], &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
    let second = weighted(&n[..10], &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11 % 10;
    let check = if first == 10 { second } else { first };
    matches!(n[0], b'1'..=b'6') && day_and_month(&n[5..7], &n[3..5]) && digit(n[10]) == check
}

fn amka(n: &[u8]) -> bool {
    day_and_month(&n[..2], &n[2..4]) && luhn(n)
}

/// Seven digits and a letter for their sum by weights modulo 23; a second letter counts nine times, unless it is W.
fn pps(n: &[u8]) -> bool {
    let second = n.get(8).filter(|&&letter| letter != b'W').map_or(0, |letter| u32::from(letter - b'A') + 1);
    let sum = weighted(&n[..7], &[8, 7, 6, 5, 4, 3, 2]) + 9 * second;
    n[7] == b"WABCDEFGHIJKLMNOPQRSTUV"[(sum % 23) as usize] && !all_same(&n[..7])
}

/// Three digits, their check digit, and the day of birth.
fn svnr(n: &[u8]) -> bool {
    let check = weighted(n, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11;
    n[0] != b'0' && digit(n[3]) == check && day_and_month(&n[4..6], &n[6..8])
}

fn teudat_zehut(n: &[u8]) -> bool {
    luhn(n) && remainder(&n[..4], 10_000) != 0
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn numbers_are_found_beside_their_words() {
        for (name, text, start) in [
            ("ro-cnp", "CNP: 2850417401232", 5),
            ("bg-egn", "ЕГН 8504170121", 7),
            ("cz-rodne-cislo", "rodné číslo 855417/1230", 15),
            ("hr-oib", "OIB: 69435151530", 5),
            ("ee-lt-code", "isikukood 48504170120", 10),
            ("ee-lt-code", "asmens kodas: 38504170359", 14),
            ("gr-amka", "AMKA 17048512341", 5),
            ("ie-pps", "PPS number 7154823S", 11),
            ("at-svnr", "Sozialversicherungsnummer: 4711 170485", 27),
            ("il-id", "teudat zehut 314159260", 13),
        ] {
            check(&format!("guard.personal.{name}"), &[(text, start..text.len())], &[]);
        }
    }

    #[test]
    fn other_numbers_are_left_alone() {
        let clean = [
            "CNP: 2850417401233",
            "egn 8504170122",
            "rodné číslo 855417/1231",
            "oib 69435151531",
            "isikukood 48504170121",
            "amka 17048512342",
            "PPS number 7154823T",
            "svnr 4712170485",
            "2850417401232 and 69435151530",
        ];
        check("guard.personal.hr-oib", &[], &clean);
    }
}
