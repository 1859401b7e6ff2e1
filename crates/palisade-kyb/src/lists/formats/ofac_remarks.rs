//! What OFAC packs into the remarks of its delimited files: `DOB 15 Jan 1955; POB Tunis, Tunisia; Passport A1 (Tunisia)`.

use crate::{
    entity::NameKind,
    lists::{
        dates::Order,
        draft::{Draft, family_first},
        identifier_kinds::identifier_kind,
    },
};

/// Reads each part of the remarks into the field it belongs to.
pub(super) fn read_remarks(draft: &mut Draft, remarks: &str) {
    for part in remarks.split(';') {
        let part = part.trim();
        let part = part.strip_prefix("alt. ").unwrap_or(part);
        read_part(draft, part.strip_suffix('.').unwrap_or(part));
    }
}

fn read_part(draft: &mut Draft, part: &str) {
    if let Some(date) = part.strip_prefix("DOB ").or_else(|| part.strip_prefix("Organization Established Date ")) {
        draft.dates(date, Order::MonthFirst);
    } else if let Some(place) = part.strip_prefix("POB ") {
        draft.place(place);
    } else if let Some(country) =
        ["nationality ", "citizen ", "Nationality of Registration "].iter().find_map(|prefix| part.strip_prefix(prefix))
    {
        draft.country(country);
    } else if let Some(name) = quoted(part, "a.k.a.") {
        // Names in quotes are those that OFAC calls weak.
        draft.full_name(family_first(NameKind::WeakAlias, name));
    } else if let Some(name) = quoted(part, "f.k.a.") {
        draft.full_name(family_first(NameKind::Previous, name));
    } else if let Some(other) = part.strip_prefix("Linked To: ") {
        draft.relation("linked_to", other, None);
    } else {
        read_identifier(draft, part);
    }
}

fn quoted<'p>(part: &'p str, prefix: &str) -> Option<&'p str> {
    part.strip_prefix(prefix)?.trim().strip_prefix('\'')?.strip_suffix('\'')
}

/// `Passport A1234567 (Tunisia) issued 2001`: words, the value, who issued it.
fn read_identifier(draft: &mut Draft, part: &str) {
    let Some((words, rest)) = words_and_value(part) else { return };
    let Some(kind) = identifier_kind(words).filter(|kind| *kind != "other") else { return };
    let (value, country) = match rest.split_once(" (") {
        Some((value, behind)) => (value, behind.split(')').next().unwrap_or_default()),
        None => (rest, ""),
    };
    let value = [" issued ", " expires "].iter().fold(value, |value, word| value.split(word).next().unwrap_or(value));
    draft.identifier(kind, value.trim_start_matches("IMO ").trim_end_matches('.'), country);
}

/// The words up to the first that has a digit in it, and the rest; of a wallet, what comes behind its currency.
fn words_and_value(part: &str) -> Option<(&str, &str)> {
    if let Some(wallet) = part.strip_prefix("Digital Currency Address - ") {
        return Some(("Digital Currency Address", wallet.split_once(' ')?.1));
    }
    if let Some(code) = part.strip_prefix("SWIFT/BIC ") {
        return Some(("SWIFT/BIC", code));
    }
    let start = part
        .split(' ')
        .take_while(|word| !word.bytes().any(|byte| byte.is_ascii_digit()) || word.starts_with('('))
        .map(|word| word.len() + 1)
        .sum::<usize>();
    let (words, value) = (part.get(..start)?, part.get(start..)?);
    (!words.is_empty() && !value.is_empty()).then_some((words, value))
}
