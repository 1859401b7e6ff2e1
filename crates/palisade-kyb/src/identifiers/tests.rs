//! Numbers that their issuers or well-known documentation give as examples, and the same with something wrong.

use super::{Fault, check, check_ein, check_gb_company_number, check_iban, check_isin, check_lei, check_vat};
use proptest::prelude::*;

#[test]
fn numbers_with_check_digits() {
    for iban in [
        "DE89 3704 0044 0532 0130 00",
        "GB29NWBK60161331926819",
        "FR14 2004 1010 0505 0001 3M02 606",
        "NO9386011117947",
    ] {
        assert_eq!(check_iban(iban), Ok(()), "{iban}");
    }
    assert_eq!(check_iban("DE89370400440532013001"), Err(Fault::CheckDigits));
    assert_eq!(check_iban("DE8937040044053201300"), Err(Fault::Length));
    assert_eq!(check_iban("XX89370400440532013000"), Err(Fault::Prefix));
    assert_eq!(check_iban("DE"), Err(Fault::Length));
    assert_eq!(check_iban("DE89370400440532013é00"), Err(Fault::Characters));

    assert_eq!(check_lei("5493001KJTIIGC8Y1R12"), Ok(()));
    assert_eq!(check_lei("5493001KJTIIGC8Y1R21"), Err(Fault::CheckDigits));
    assert_eq!(check_lei("5493001KJTIIGC8Y1R1"), Err(Fault::Length));

    for isin in ["US0378331005", "DE000BAY0017", "AU0000XVGZA3"] {
        assert_eq!(check_isin(isin), Ok(()), "{isin}");
    }
    assert_eq!(check_isin("US0378331004"), Err(Fault::CheckDigits));
    assert_eq!(check_isin("120378331005"), Err(Fault::Characters));
}

#[test]
fn vat_numbers_of_every_country() {
    for vat in [
        "ATU13585627",
        "BE0428759497",
        "BG175074752",
        "CHE100155212",
        "CHE-107.787.577 MWST",
        "CY10259033P",
        "CZ25123891",
        "DE136695976",
        "DK13585628",
        "EE100931558",
        "EL094259216",
        "ESA13585625",
        "ESB58378431",
        "ES54362315K",
        "FI20774740",
        "FR40303265045",
        "GB980780684",
        "HR33392005961",
        "HU12892312",
        "IE6433435F",
        "IE6433435OA",
        "IT00743110157",
        "LT119511515",
        "LT100001919017",
        "LU15027442",
        "LV40003521600",
        "MT11679112",
        "NL004495445B01",
        "NO995525828MVA",
        "PL8567346215",
        "PT501964843",
        "RO18547290",
        "SE123456789701",
        "SI50223054",
        "SK2022749619",
        "XI980780684",
    ] {
        assert_eq!(check_vat(vat), Ok(()), "{vat}");
        // The digit in the middle is covered by every rule; the last may be a letter or a branch.
        let mut bytes = vat.as_bytes().to_vec();
        let place = bytes.iter().rposition(u8::is_ascii_digit).unwrap() - 3;
        let place = (0..=place).rev().find(|place| bytes[*place].is_ascii_digit()).unwrap();
        bytes[place] = b'0' + (bytes[place] - b'0' + 1) % 10;
        let changed = String::from_utf8(bytes).unwrap();
        if !["FR", "BG"].iter().any(|lenient| vat.starts_with(lenient)) {
            assert!(check_vat(&changed).is_err(), "{vat} changed to {changed}");
        }
    }
    assert_eq!(check_vat("ZZ123"), Err(Fault::Prefix));
    assert_eq!(check_vat("DE13669597"), Err(Fault::Length));
    assert_eq!(check_vat("DE13669597X"), Err(Fault::Characters));
    assert_eq!(check_vat("DE136695977"), Err(Fault::CheckDigits));
}

#[test]
fn numbers_without_check_digits() {
    assert_eq!(check_ein("91-1144442"), Ok(()));
    assert_eq!(check_ein("07-1144442"), Err(Fault::Prefix));
    assert_eq!(check_ein("91-114444"), Err(Fault::Length));
    for number in ["00445790", "445790", "SC095000", "NI012345", "IP00123R", "OC301234"] {
        assert_eq!(check_gb_company_number(number), Ok(()), "{number}");
    }
    assert_eq!(check_gb_company_number("XX123456"), Err(Fault::Prefix));
    assert_eq!(check_gb_company_number("SC12345"), Err(Fault::Length));
    assert_eq!(check_gb_company_number("SC12A456"), Err(Fault::Characters));
    assert_eq!(check_gb_company_number("00000000"), Err(Fault::Length));
}

#[test]
fn kinds_choose_the_rule() {
    assert_eq!(check("lei", "5493001KJTIIGC8Y1R12", None), Some(Ok(())));
    assert_eq!(check("registration", "XX123456", Some("gb")), Some(Err(Fault::Prefix)));
    assert_eq!(check("registration", "XX123456", Some("de")), None);
    assert_eq!(check("passport", "C01X0006H", Some("de")), None);
}

proptest! {
    #[test]
    fn nothing_panics(prefix in "(AT|BE|BG|CHE|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|NO|PL|PT|RO|SE|SI|SK|XI)?", rest in "[0-9A-Zé. -]{0,14}") {
        let value = format!("{prefix}{rest}");
        let _ = (check_vat(&value), check_iban(&value), check_lei(&value), check_isin(&value), check_ein(&value), check_gb_company_number(&value));
    }

    #[test]
    fn two_swapped_characters_of_an_lei_are_found(at in 0..19_usize) {
        let mut lei = *b"5493001KJTIIGC8Y1R12";
        let same = lei[at] == lei[at + 1];
        lei.swap(at, at + 1);
        prop_assert_eq!(check_lei(std::str::from_utf8(&lei).unwrap()).is_ok(), same);
    }
}
