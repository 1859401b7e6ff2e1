//! The modifiers of one field of a rule: what they say together, and which contradict each other.

use super::{
    predicate::{Compare, How, TimePart},
    transform::Encoding,
};
use rsigma_parser::Modifier;

/// What the modifiers of a field say together.
#[derive(Debug, Default)]
pub(super) struct Modifiers {
    pub(super) operator: Operator,
    pub(super) encoding: Option<Encoding>,
    pub(super) base64: Option<Base64>,
    pub(super) is_windash: bool,
    pub(super) expands: bool,
    /// All values must hold, not one of them.
    pub(super) takes_all: bool,
    pub(super) is_cased: bool,
    pub(super) is_negated: bool,
}

/// How values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Text(How),
    Regex { ignores_case: bool, is_multiline: bool, dot_matches_line_end: bool },
    Cidr,
    Exists,
    Field(How),
    Compare(Compare),
    Time(TimePart, Option<Compare>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base64 {
    Whole,
    AtOffsets,
}

impl Default for Operator {
    fn default() -> Self {
        Self::Text(How::Exact)
    }
}

impl Modifiers {
    /// # Errors
    /// The reason, when they contradict each other.
    pub(super) fn new(written: &[Modifier]) -> Result<Self, String> {
        let has = |modifier| written.contains(&modifier);
        let modifiers = Self {
            operator: operator(written)?,
            encoding: one_of(
                written,
                &[
                    (Modifier::Wide, Encoding::Wide),
                    (Modifier::Utf16be, Encoding::WideBig),
                    (Modifier::Utf16, Encoding::WideMarked),
                ],
            )?,
            base64: one_of(written, &[(Modifier::Base64, Base64::Whole), (Modifier::Base64Offset, Base64::AtOffsets)])?,
            is_windash: has(Modifier::WindAsh),
            expands: has(Modifier::Expand),
            takes_all: has(Modifier::All),
            is_cased: has(Modifier::Cased),
            is_negated: has(Modifier::Neq),
        };
        modifiers.check()?;
        Ok(modifiers)
    }

    fn check(&self) -> Result<(), String> {
        let changes_values = self.encoding.is_some() || self.base64.is_some() || self.is_windash || self.expands;
        if changes_values && !matches!(self.operator, Operator::Text(_)) {
            return Err("base64, base64offset, wide, utf16, windash and expand change text and go only with \
                        contains, startswith, endswith or nothing"
                .into());
        }
        Ok(())
    }
}

fn operator(written: &[Modifier]) -> Result<Operator, String> {
    let has = |modifier| written.contains(&modifier);
    let how = one_of(
        written,
        &[(Modifier::Contains, How::Contains), (Modifier::StartsWith, How::Prefix), (Modifier::EndsWith, How::Suffix)],
    )?;
    let compare = one_of(
        written,
        &[
            (Modifier::Gt, Compare::Greater),
            (Modifier::Gte, Compare::GreaterOrEqual),
            (Modifier::Lt, Compare::Less),
            (Modifier::Lte, Compare::LessOrEqual),
        ],
    )?;
    let time = one_of(
        written,
        &[
            (Modifier::Minute, TimePart::Minute),
            (Modifier::Hour, TimePart::Hour),
            (Modifier::Day, TimePart::Day),
            (Modifier::Week, TimePart::Week),
            (Modifier::Month, TimePart::Month),
            (Modifier::Year, TimePart::Year),
        ],
    )?;
    let special =
        one_of(written, &[(Modifier::Re, 0_u8), (Modifier::Cidr, 1), (Modifier::Exists, 2), (Modifier::FieldRef, 3)])?;
    let flags = (has(Modifier::IgnoreCase), has(Modifier::Multiline), has(Modifier::DotAll));
    if flags != (false, false, false) && special != Some(0) {
        return Err("the flags i, m and s belong to re; without it, cased says whether case counts".into());
    }
    match (special, how, compare, time) {
        (Some(0), None, None, None) => {
            Ok(Operator::Regex { ignores_case: flags.0, is_multiline: flags.1, dot_matches_line_end: flags.2 })
        }
        (Some(1), None, None, None) => Ok(Operator::Cidr),
        (Some(2), None, None, None) => Ok(Operator::Exists),
        (Some(3), how, None, None) => field_operator(written, how),
        (None, how, None, None) => Ok(Operator::Text(how.unwrap_or(How::Exact))),
        (None, None, Some(compare), None) => Ok(Operator::Compare(compare)),
        (None, None, compare, Some(time)) => Ok(Operator::Time(time, compare)),
        _ => Err(contradiction(written)),
    }
}

/// `fieldref`, which may be followed by how the fields compare: before it, that would say something of the name.
fn field_operator(written: &[Modifier], how: Option<How>) -> Result<Operator, String> {
    let place = |wanted: fn(&Modifier) -> bool| written.iter().position(wanted);
    let how_place = place(|m| matches!(m, Modifier::Contains | Modifier::StartsWith | Modifier::EndsWith));
    if how_place < place(|m| *m == Modifier::FieldRef) && how.is_some() {
        return Err("contains, startswith and endswith stand after fieldref".into());
    }
    Ok(Operator::Field(how.unwrap_or(How::Exact)))
}

/// What the only one of these modifiers means, if one is there.
fn one_of<T: Copy>(written: &[Modifier], table: &[(Modifier, T)]) -> Result<Option<T>, String> {
    let mut found = table.iter().filter(|(modifier, _)| written.contains(modifier));
    match (found.next(), found.next()) {
        (_, Some(_)) => Err(contradiction(written)),
        (one, None) => Ok(one.map(|(_, meaning)| *meaning)),
    }
}

fn contradiction(written: &[Modifier]) -> String {
    let names: Vec<String> = written.iter().map(|modifier| format!("{modifier:?}").to_lowercase()).collect();
    format!("the modifiers {} contradict each other: keep the one that says how to compare", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operator_of(text: &str) -> Option<Operator> {
        let written: Vec<Modifier> = text.split('|').filter_map(|name| name.parse().ok()).collect();
        Modifiers::new(&written).ok().map(|modifiers| modifiers.operator)
    }

    #[test]
    fn contradictions_are_refused() {
        for text in [
            "contains|startswith",
            "cidr|contains",
            "re|contains",
            "gt|lt",
            "gt|contains",
            "wide|utf16",
            "base64|base64offset",
            "re|base64",
            "exists|windash",
            "i",
            "contains|fieldref",
            "hour|day",
            "hour|contains",
        ] {
            assert_eq!(operator_of(text), None, "{text}");
        }
    }

    #[test]
    fn the_operator_is_what_compares() {
        assert_eq!(operator_of("windash|contains|all"), Some(Operator::Text(How::Contains)));
        assert_eq!(operator_of("fieldref|endswith"), Some(Operator::Field(How::Suffix)));
        assert_eq!(operator_of("hour|gte"), Some(Operator::Time(TimePart::Hour, Some(Compare::GreaterOrEqual))));
        assert_eq!(operator_of("cased|neq"), Some(Operator::Text(How::Exact)));
    }
}
