//! Numbers of persons and firms in the Americas.
//!
//! **What it finds.** Social Security numbers (United States), social insurance numbers (Canada), CPF and CNPJ
//! (Brazil), RUT (Chile) and CURP (Mexico), beside a word that names them, in ranges that are issued, and with check
//! digits that fit where there are any.
//!
//! **Why it matters.** Such a number identifies its holder for life; with a name it is enough to borrow and to sign.
//!
//! **Example.** `SSN: 536-22-1846`
//!
//! Numbers without such a word beside them are left alone, and numbers that were never issued.

use super::{
    checks::{all_same, digits, luhn, weighted},
    context::{CHECKED, Layout, NAMED, beside},
    kind,
};
use crate::detector::Detector;

const SSN: &[&[u8]] = &[b"ssn", b"social security", b"social-security", b"social_security", b"socialsecurity"];
const SIN: &[&[u8]] = &[
    b"social insurance",
    b"social_insurance",
    b"socialinsurance",
    b"sin:",
    b"sin=",
    b"sin\"",
    b"sin number",
    b"sin #",
    b"sin no",
    b"assurance sociale",
];
const CPF: &[&[u8]] = &[b"cpf", b"cadastro de pessoa"];
const CNPJ: &[&[u8]] = &[b"cnpj"];
const RUT: &[&[u8]] = &[b"rut:", b"rut ", b"rut\"", b"rut=", b"rol unico", "rol único".as_bytes()];
const CURP: &[&[u8]] = &[b"curp"];

/// Of American countries.
pub(crate) static DETECTORS: &[&Detector] = &[
    &kind("guard.personal.us-ssn", "US Social Security number", SSN, |view, at| {
        beside(view, at, SSN, &[Layout { form: "ddd-dd-dddd", fits: ssn }], &NAMED)
    }),
    &kind("guard.personal.ca-sin", "Canadian social insurance number", SIN, |view, at| {
        let fits = |n: &[u8]| !matches!(n[0], b'0' | b'8') && luhn(n);
        beside(view, at, SIN, &[Layout { form: "ddd-ddd-ddd", fits }], &CHECKED)
    }),
    &kind("guard.personal.br-cpf", "Brazilian CPF", CPF, |view, at| {
        beside(view, at, CPF, &[Layout { form: "ddd-ddd-ddd-dd", fits: cpf }], &CHECKED)
    }),
    &kind("guard.personal.br-cnpj", "Brazilian CNPJ", CNPJ, |view, at| {
        beside(view, at, CNPJ, &[Layout { form: "dd-ddd-ddd-dddd-dd", fits: cnpj }], &CHECKED)
    }),
    &kind("guard.personal.cl-rut", "Chilean RUT", RUT, |view, at| {
        let layouts = [Layout { form: "dd-ddd-ddd-x", fits: rut }, Layout { form: "d-ddd-ddd-x", fits: rut }];
        beside(view, at, RUT, &layouts, &CHECKED)
    }),
    &kind("guard.personal.mx-curp", "Mexican CURP", CURP, |view, at| {
        beside(view, at, CURP, &[Layout { form: "LLLLddddddLLLLLLxd", fits: |n| b"HMX".contains(&n[10]) }], &NAMED)
    }),
];

/// Areas, groups and serials that are never issued (SSA, POMS RM 10201.035).
fn ssn(n: &[u8]) -> bool {
    // Numbers that stand in advertisements and examples were issued to nobody, or are no longer valid.
    let shown = [&b"111223333"[..], b"123456789", b"078051120", b"219099999", b"987654321"];
    !shown.contains(&n)
        && !matches!(&n[..3], b"000" | b"666" | [b'9', ..])
        && &n[3..5] != b"00"
        && &n[5..] != b"0000"
        && !all_same(n)
}

/// Two digits, each 11 less the remainder of the sum before it, and 0 for 10 and 11.
fn two_checks(n: &[u8], first: &[u32], second: &[u32]) -> bool {
    let check = |weights: &[u32]| match weighted(n, weights) % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    };
    digits(n)[first.len()] == check(first) && digits(n)[second.len()] == check(second) && !all_same(n)
}

pub(super) fn cpf(n: &[u8]) -> bool {
    two_checks(n, &[10, 9, 8, 7, 6, 5, 4, 3, 2], &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2])
}

fn cnpj(n: &[u8]) -> bool {
    two_checks(n, &[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2], &[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])
}

pub(super) fn rut(n: &[u8]) -> bool {
    let Some((check, number)) = n.split_last() else { return false };
    let sum: u32 =
        digits(number).iter().rev().zip([2, 3, 4, 5, 6, 7].iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    let expected = match 11 - sum % 11 {
        11 => b'0',
        10 => b'K',
        digit => b"0123456789"[digit as usize],
    };
    *check == expected && !all_same(number)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn americas() {
        for (name, text, start, end) in [
            ("us-ssn", "SSN: 536-22-1846", 5, 16),
            ("us-ssn", "{\"ssn\":\"536221846\"}", 8, 17),
            ("us-ssn", "536-22-1846 is my social security number", 0, 11),
            ("us-ssn", "customerSsn=536-22-1846", 12, 23),
            ("ca-sin", "social insurance number 130 692 544", 24, 35),
            ("br-cpf", "CPF 529.982.247-25", 4, 18),
            ("br-cnpj", "CNPJ: 11.222.333/0001-81", 6, 24),
            ("cl-rut", "RUT: 12.345.678-5", 5, 17),
            ("mx-curp", "CURP HEGG560427MVZRRL04", 5, 23),
        ] {
            check(&format!("guard.personal.{name}"), &[(text, start..end)], &[]);
        }
        let clean = [
            "SSN: 000-22-1846",
            "SSN: 666-22-1846",
            "ssn 936-22-1846",
            "536-22-1846",
            "classname 536-22-1846",
            "social insurance number 130 692 545",
            "CPF 529.982.247-26",
            "CPF 111.111.111-11",
            "rut: 12.345.678-6",
        ];
        check("guard.personal.us-ssn", &[], &clean);
    }
}
