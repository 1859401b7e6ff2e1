//! Numbers of persons in Asia, Oceania and Africa.
//!
//! **What it finds.** Aadhaar and PAN (India), resident identity numbers (China), resident registration numbers (South
//! Korea), tax file and Medicare numbers (Australia), NRIC (Singapore), My Number (Japan), T.C. kimlik (Turkey) and
//! identity numbers (South Africa), beside a word that names them and with check digits that fit where there are any.
//!
//! **Why it matters.** Such a number identifies its holder for life; with a name it is enough to borrow and to sign.
//!
//! **Example.** `TFN 123 456 782`
//!
//! Numbers without such a word beside them are left alone.

use super::{
    checks::{all_same, day_and_month, digits, luhn, verhoeff, weighted},
    context::{CHECKED, Layout, NAMED, beside},
    kind,
};
use crate::detector::Detector;

const AADHAAR: &[&[u8]] = &[b"aadhaar", b"aadhar", b"uidai", "आधार".as_bytes()];
const PAN: &[&[u8]] = &[
    b"pan card",
    b"pan_card",
    b"pancard",
    b"pan number",
    b"pan_number",
    b"pannumber",
    b"pan no",
    b"pan:",
    b"pan=",
    b"pan\"",
    b"permanent account",
];
const CHINESE: &[&[u8]] = &[
    "身份证".as_bytes(),
    "身份號".as_bytes(),
    b"resident id",
    b"id card",
    b"identity card",
    b"citizen id",
    b"id_card",
    b"idcard",
    b"shenfenzheng",
];
const KOREAN: &[&[u8]] =
    &["주민등록".as_bytes(), b"rrn", b"resident registration", b"resident_registration", b"residentregistration"];
const TFN: &[&[u8]] = &[b"tfn", b"tax file", b"tax_file", b"taxfile"];
const MEDICARE: &[&[u8]] = &[b"medicare"];
const NRIC: &[&[u8]] = &[b"nric", b"fin:", b"fin\"", b"fin number"];
const MY_NUMBER: &[&[u8]] = &["マイナンバー".as_bytes(), "個人番号".as_bytes(), b"my number", b"mynumber"];
const KIMLIK: &[&[u8]] = &[b"kimlik", b"tckn", b"tc no"];
const SOUTH_AFRICAN: &[&[u8]] = &[
    b"south african id",
    b"sa id",
    b"rsa id",
    b"id number",
    b"id_number",
    b"idnumber",
    b"identity number",
    b"identity_number",
    b"identitynumber",
];

/// Of countries of Asia, Oceania and Africa.
pub(crate) static DETECTORS: &[&Detector] = &[
    &kind("guard.personal.in-aadhaar", "Indian Aadhaar number", AADHAAR, |view, at| {
        let fits = |n: &[u8]| !matches!(n[0], b'0' | b'1') && verhoeff(n);
        beside(view, at, AADHAAR, &[Layout { form: "dddd-dddd-dddd", fits }], &CHECKED)
    }),
    &kind("guard.personal.in-pan", "Indian PAN", PAN, |view, at| {
        let fits = |n: &[u8]| b"ABCFGHJLPT".contains(&n[3]);
        beside(view, at, PAN, &[Layout { form: "LLLLLddddL", fits }], &NAMED)
    }),
    &kind("guard.personal.cn-resident-id", "Chinese resident identity number", CHINESE, |view, at| {
        beside(view, at, CHINESE, &[Layout { form: "dddddddddddddddddx", fits: chinese }], &CHECKED)
    }),
    &kind("guard.personal.kr-rrn", "South Korean resident registration number", KOREAN, |view, at| {
        let fits = |n: &[u8]| {
            let check = (11 - weighted(n, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10;
            day_and_month(&n[4..6], &n[2..4]) && digits(n)[12] == check
        };
        beside(view, at, KOREAN, &[Layout { form: "dddddd-ddddddd", fits }], &CHECKED)
    }),
    &kind("guard.personal.au-tfn", "Australian tax file number", TFN, |view, at| {
        let fits = |n: &[u8]| weighted(n, &[1, 4, 3, 7, 5, 8, 6, 9, 10]).is_multiple_of(11) && !all_same(n);
        beside(view, at, TFN, &[Layout { form: "ddd-ddd-ddd", fits }], &CHECKED)
    }),
    &kind("guard.personal.au-medicare", "Australian Medicare number", MEDICARE, |view, at| {
        let fits = |n: &[u8]| {
            (b'2'..=b'6').contains(&n[0]) && weighted(n, &[1, 3, 7, 9, 1, 3, 7, 9]) % 10 == digits(n)[8] && !all_same(n)
        };
        let layouts = [Layout { form: "dddd-ddddd-d", fits }, Layout { form: "dddd-ddddd-d-d", fits }];
        beside(view, at, MEDICARE, &layouts, &CHECKED)
    }),
    &kind("guard.personal.sg-nric", "Singaporean NRIC or FIN", NRIC, |view, at| {
        beside(view, at, NRIC, &[Layout { form: "LdddddddL", fits: nric }], &CHECKED)
    }),
    &kind("guard.personal.jp-my-number", "Japanese My Number", MY_NUMBER, |view, at| {
        let fits = |n: &[u8]| {
            let rest = weighted(n, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
            digits(n)[11] == if rest < 2 { 0 } else { 11 - rest } && !all_same(n)
        };
        beside(view, at, MY_NUMBER, &[Layout { form: "dddd-dddd-dddd", fits }], &CHECKED)
    }),
    &kind("guard.personal.tr-kimlik", "Turkish identity number", KIMLIK, |view, at| {
        beside(view, at, KIMLIK, &[Layout { form: "ddddddddddd", fits: kimlik }], &CHECKED)
    }),
    &kind("guard.personal.za-id", "South African identity number", SOUTH_AFRICAN, |view, at| {
        let fits = |n: &[u8]| day_and_month(&n[4..6], &n[2..4]) && matches!(n[10], b'0' | b'1') && luhn(n);
        beside(view, at, SOUTH_AFRICAN, &[Layout { form: "dddddd-dddd-ddd", fits }], &CHECKED)
    }),
];

/// ISO 7064, MOD 11-2 (GB 11643-1999), with a date of birth in the middle.
pub(super) fn chinese(n: &[u8]) -> bool {
    let sum = weighted(n, &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
    b"10X98765432"[(sum % 11) as usize] == n[17]
        && day_and_month(&n[12..14], &n[10..12])
        && matches!(&n[6..8], b"19" | b"20")
}

/// The letter depends on the sum and on the kind of resident.
pub(super) fn nric(n: &[u8]) -> bool {
    let (letters, start) = match n[0] {
        b'S' => (b"JZIHGFEDCBA", 0),
        b'T' => (b"JZIHGFEDCBA", 4),
        b'F' => (b"XWUTRQPNMLK", 0),
        b'G' => (b"XWUTRQPNMLK", 4),
        _ => return false,
    };
    letters[((weighted(&n[1..8], &[2, 7, 6, 5, 4, 3, 2]) + start) % 11) as usize] == n[8]
}

pub(super) fn kimlik(n: &[u8]) -> bool {
    let d = digits(n);
    let (odd, even) = (d[0] + d[2] + d[4] + d[6] + d[8], d[1] + d[3] + d[5] + d[7]);
    let sum: u32 = d[..10].iter().sum();
    d[0] != 0 && (odd * 7 + 10 * 9 - even) % 10 == d[9] && sum % 10 == d[10]
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn asia_pacific() {
        for (name, text, start) in [
            ("in-aadhaar", "Aadhaar: 2341 2341 2346", 9),
            ("in-pan", "PAN card ABCPE1234F", 9),
            ("cn-resident-id", "身份证号 11010519491231002X", 13),
            ("kr-rrn", "RRN 880101-1234568", 4),
            ("au-tfn", "TFN 123 456 782", 4),
            ("au-medicare", "Medicare no 2123 45670 1", 12),
            ("sg-nric", "NRIC: S1234567D", 6),
            ("tr-kimlik", "kimlik 10000000146", 7),
            ("za-id", "SA ID 8001015009087", 6),
        ] {
            check(&format!("guard.personal.{name}"), &[(text, start..text.len())], &[]);
        }
        let clean =
            ["Aadhaar: 2341 2341 2347", "TFN 123 456 783", "NRIC: S1234567A", "pan ABCPE1234F", "RRN 880101-1234567"];
        check("guard.personal.au-tfn", &[], &clean);
    }
}
