//! TOML, read as far as it can be: the parser goes on behind what is wrong.

use super::tape::{Kind, Tape};
use crate::manifest::Reading;
use std::borrow::Cow;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// Reads `text`; what is wrong with it goes to `reading`.
pub(in crate::manifest) fn read_toml<'t>(reading: &mut Reading<'_>, text: &'t str) -> Tape<'t> {
    let mut tape = Tape::new(text, reading.limits.values);
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors.iter().take(reading.limits.told) {
        let place = error.span().map_or(0, |span| span.start);
        reading.problem(place, format!("is not valid TOML: {}", error.message()));
    }
    let whole = match tape.push(Cow::Borrowed(""), Kind::Table, Some(0)) {
        Some(root) => {
            let whole = members(&mut tape, table.into_inner());
            tape.close(root);
            whole
        }
        None => false,
    };
    if !whole {
        reading.problem(0, format!("holds more than {} values; the rest is not read", reading.limits.values));
    }
    tape
}

/// Adds the members of `table` in the order of the text; false when there are too many.
fn members<'t>(tape: &mut Tape<'t>, table: DeTable<'t>) -> bool {
    let mut members: Vec<_> = table.into_iter().collect();
    members.sort_by_key(|(key, _)| key.span().start);
    members.into_iter().all(|(key, value)| {
        let place = u32::try_from(key.span().start).ok();
        value_of(tape, key.into_inner(), place, value)
    })
}

fn value_of<'t>(tape: &mut Tape<'t>, key: Cow<'t, str>, place: Option<u32>, value: Spanned<DeValue<'t>>) -> bool {
    let span = value.span();
    let place = place.or_else(|| u32::try_from(span.start).ok());
    let scalar = match value.into_inner() {
        DeValue::Table(table) => {
            let Some(index) = tape.push(key, Kind::Table, place) else { return false };
            let whole = members(tape, table);
            tape.close(index);
            return whole;
        }
        DeValue::Array(array) => {
            let Some(index) = tape.push(key, Kind::List, place) else { return false };
            let whole = array.into_iter().all(|item| value_of(tape, Cow::Borrowed(""), None, item));
            tape.close(index);
            return whole;
        }
        // The parser puts an empty text where a value is missing or broken.
        DeValue::String(text)
            if text.is_empty() && !tape.text.get(span.start..).unwrap_or_default().starts_with(['"', '\'']) =>
        {
            return tape.push(key, Kind::Null, place).is_some();
        }
        DeValue::String(text) => text,
        DeValue::Integer(number) => Cow::Owned(number.to_string()),
        DeValue::Float(number) => Cow::Owned(number.to_string()),
        DeValue::Boolean(value) => Cow::Borrowed(if value { "true" } else { "false" }),
        DeValue::Datetime(time) => Cow::Owned(time.to_string()),
    };
    tape.push(key, Kind::Text(scalar), place).is_some()
}
