//! Numbers of bank accounts and passports.
//!
//! **What it finds.** IBANs of the length of their country whose check digits fit (ISO 13616); account and routing
//! numbers and passport numbers beside a word that names them.
//!
//! **Why it matters.** With name and account, others are paid or debited; with name and passport, others are taken for
//! its holder.
//!
//! **Example.** `IBAN DE89 3704 0044 0532 0130 00`
//!
//! Numbers without such a word beside them are left alone, except for IBANs of the countries with most accounts.

use super::{
    checks::{all_same, remainder, weighted},
    context::{Layout, Say, beside},
    kind,
};
use crate::{
    detector::{Detector, Hit, Outcome},
    text::View,
};
use palisade_model::Severity;

/// Needles for a country: its code and the first check digit.
macro_rules! starts {
    ($($country:literal)*) => {
        &[b"iban", $(
            concat!($country, "0").as_bytes(), concat!($country, "1").as_bytes(), concat!($country, "2").as_bytes(),
            concat!($country, "3").as_bytes(), concat!($country, "4").as_bytes(), concat!($country, "5").as_bytes(),
            concat!($country, "6").as_bytes(), concat!($country, "7").as_bytes(), concat!($country, "8").as_bytes(),
            concat!($country, "9").as_bytes(),
        )*]
    };
}

pub(super) static IBAN: Detector = kind(
    "guard.personal.iban",
    "IBAN",
    starts!["DE" "FR" "ES" "IT" "NL" "BE" "AT" "CH" "GB" "IE" "PT" "PL" "SE" "NO" "DK" "FI"],
    iban,
);

pub(super) static BANK_ACCOUNT: Detector =
    kind("guard.personal.bank-account", "Bank account or routing number", ACCOUNT_WORDS, |view, at| {
        match beside(view, at, &ACCOUNT_WORDS[..5], &[Layout { form: "ddddddddd", fits: routing }], &ROUTING) {
            Outcome::Found(hit) => Outcome::Found(hit),
            Outcome::Clean { .. } => beside(view, at, &ACCOUNT_WORDS[5..], ACCOUNTS, &ACCOUNT),
        }
    });

pub(super) static PASSPORT: Detector =
    kind("guard.personal.passport", "Passport number", PASSPORT_WORDS, |view, at| {
        beside(view, at, PASSPORT_WORDS, PASSPORTS, &PASSPORT_NUMBER)
    });

const ACCOUNT_WORDS: &[&[u8]] = &[
    b"routing number",
    b"routing_number",
    b"routingnumber",
    b"aba number",
    b"aba_number",
    b"account number",
    b"account no",
    b"account_number",
    b"accountnumber",
    b"acct no",
    b"acct number",
    b"acct #",
    b"sort code",
    b"sort_code",
    b"sortcode",
    b"kontonummer",
    b"bank account",
    b"bank_account",
    b"bankaccount",
];

const ACCOUNTS: &[Layout] = &[
    Layout { form: "dddddddddddd", fits: varied },
    Layout { form: "dddddddddd", fits: varied },
    Layout { form: "ddddddddd", fits: varied },
    Layout { form: "dddddddd", fits: varied },
    Layout { form: "dd-dd-dd", fits: varied },
];

const ROUTING: Say = Say {
    severity: Severity::Medium,
    confidence: 0.8,
    why: "The routing number of a bank: its check digit fits, and a word beside it names it.",
};

const ACCOUNT: Say =
    Say { severity: Severity::Medium, confidence: 0.6, why: "A number beside a word that names a bank account." };

const PASSPORT_WORDS: &[&[u8]] =
    &[b"passport", b"passeport", b"reisepass", b"pasaporte", b"passaporto", "护照".as_bytes(), "パスポート".as_bytes()];

const PASSPORTS: &[Layout] = &[
    Layout { form: "Ldddddddd", fits: varied },
    Layout { form: "LLddddddd", fits: varied },
    Layout { form: "ddddddddd", fits: varied },
    Layout { form: "ddLLddddd", fits: varied },
    Layout { form: "Lddddddd", fits: varied },
    Layout { form: "LLdddddd", fits: varied },
    Layout { form: "Lxxxxxxdd", fits: mostly_digits },
];

const PASSPORT_NUMBER: Say =
    Say { severity: Severity::Medium, confidence: 0.6, why: "A number beside a word that names a passport." };

fn varied(n: &[u8]) -> bool {
    !all_same(n) && n.iter().filter(|byte| **byte == b'0').count() < n.len() - 2
}

fn mostly_digits(n: &[u8]) -> bool {
    n.iter().filter(|byte| byte.is_ascii_digit()).count() >= 5 && varied(n)
}

/// The first two digits are of a Federal Reserve district; the sum of 3, 7 and 1 times the digits ends in nought.
fn routing(n: &[u8]) -> bool {
    let district = remainder(&n[..2], 100);
    matches!(district, 1..=12 | 21..=32 | 61..=72 | 80) && weighted(n, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
}

/// Countries by the length of their numbers (SWIFT, IBAN Registry, release 100).
const COUNTRIES: [(usize, &str); 18] = [
    (15, "NO"),
    (16, "BE"),
    (18, "DK FI FK FO GL NL SD"),
    (19, "MK SI"),
    (20, "AT BA EE KZ LT LU MN XK"),
    (21, "CH HR LI LV"),
    (22, "BG BH CR DE GB GE IE ME RS VA"),
    (23, "AE GI IL IQ OM SO TL"),
    (24, "AD CZ ES MD PK RO SA SE SK TN VG"),
    (25, "LY PT ST"),
    (26, "IS TR"),
    (27, "BI DJ FR GR IT MC MR SM"),
    (28, "AL AZ BY CY DO GT HN HU LB NI PL SV"),
    (29, "BR EG PS QA UA"),
    (30, "JO KW MU YE"),
    (31, "MT SC"),
    (32, "LC"),
    (33, "RU"),
];

/// The length of the numbers of `country`.
fn length_in(country: &[u8]) -> Option<usize> {
    let country = std::str::from_utf8(country).ok()?;
    COUNTRIES
        .iter()
        .find(|(_, countries)| countries.split(' ').any(|known| known == country))
        .map(|(length, _)| *length)
}

/// Bytes behind the word IBAN within which the number begins.
const IBAN_GAP_BYTES_MAX: usize = 24;

fn iban(view: &View<'_>, at: usize) -> Outcome {
    let named = view.bytes()[at..].get(..4).is_some_and(|word| word.eq_ignore_ascii_case(b"iban"));
    let gap = if named { 4..4 + IBAN_GAP_BYTES_MAX } else { 0..1 };
    let found = gap
        .map(|gap| at + gap)
        .filter(|&start| start < view.bytes().len() && view.bytes()[start].is_ascii_alphabetic());
    let found = found
        .filter(|&start| view.word_may_begin(start))
        .find_map(|start| Some((start, iban_end(view, start, named)?)));
    found
        .map(|(start, end)| {
            let why = "A bank account: country, length and check digits fit.";
            Hit::secret(start..end, 0.9, why)
        })
        .into()
}

/// The end of the IBAN that begins at `start`; where a word names it, it may be written in small letters.
fn iban_end(view: &View<'_>, start: usize, named: bool) -> Option<usize> {
    let bytes = &view.bytes()[start..];
    let country = bytes.get(..2)?.to_ascii_uppercase();
    let length = length_in(&country).filter(|_| named || bytes.starts_with(&country))?;
    let (mut end, mut number) = (0, Vec::new());
    while number.len() < length {
        match bytes.get(end)? {
            b' ' | b'-' if number.len() % 4 == 0 && end > 0 && bytes[end - 1] != b' ' => {}
            byte if byte.is_ascii_digit() || byte.is_ascii_uppercase() => number.push(*byte),
            byte if named && byte.is_ascii_lowercase() => number.push(byte.to_ascii_uppercase()),
            _ => return None,
        }
        end += 1;
    }
    let goes_on = bytes.get(end).is_some_and(u8::is_ascii_alphanumeric);
    let digits = number[2..4].iter().all(u8::is_ascii_digit)
        && number[4..].iter().filter(|byte| byte.is_ascii_digit()).count() >= 8;
    (!goes_on && digits && iban_fits(&number)).then_some(start + end)
}

/// ISO 7064, MOD 97-10, over the number with its first four characters moved to the end.
fn iban_fits(number: &[u8]) -> bool {
    let moved = number[4..].iter().chain(&number[..4]);
    let rest = moved.fold(0_u32, |rest, &byte| {
        let value = char::from(byte).to_digit(36).unwrap_or(0);
        (rest * if value < 10 { 10 } else { 100 } + value) % 97
    });
    rest == 1
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn iban() {
        check(
            "guard.personal.iban",
            &[
                ("IBAN DE89 3704 0044 0532 0130 00", 5..32),
                ("pay to GB29NWBK60161331926819.", 7..29),
                ("iban: NO93 8601 1117 947", 6..24),
                ("\"iban\":\"TR330006100519786457841326\"", 8..34),
                ("iban: de89 3704 0044 0532 0130 00", 6..33),
                ("IBAN UA213223130000026007233566001", 5..34),
                ("IBAN: SI56 2633 0001 2039 086", 6..29),
                ("IBAN LC55HEMM000100010012001200023015", 5..37),
            ],
            &["IBAN DE88 3704 0044 0532 0130 00", "IBAN DE89 3704", "0xDE89370400440532013000", "node12 se4 fr2"],
        );
    }

    #[test]
    fn accounts_and_passports() {
        check(
            "guard.personal.bank-account",
            &[("account number: 0532013075", 16..26), ("routing number 021000021", 15..24)],
            &["account number: 0000000000", "the account number is on the bill of 2026-11-20"],
        );
        check(
            "guard.personal.passport",
            &[("Passport No. C01X00T47", 13..22), ("passport: 533380006", 10..19)],
            &["passport-local 0.4.1"],
        );
    }
}
