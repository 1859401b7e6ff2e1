//! LEEF 1.0 and 2.0, the Log Event Extended Format of QRadar.
//!
//! `LEEF:1.0|vendor|product|version|event|key=value⇥key=value`; version 2.0 has the character between pairs as a
//! further part of the header, itself or as its number (`^`, `x5E`, `0x5E`).

use super::fault::Fault;
use crate::record::{Record, Value};

/// Names of the parts of the header, after the version of the format: those of CEF where both know the part.
const HEADER: [&str; 4] = ["deviceVendor", "deviceProduct", "deviceVersion", "EventID"];

/// Adds the fields of a line of LEEF.
///
/// # Errors
/// When the line is no LEEF or its header is not whole.
pub fn read_into(record: &mut Record<'_>, line: &str) -> Result<(), Fault> {
    let rest = line.strip_prefix("LEEF:").ok_or(Fault::new("LEEF should begin with 'LEEF:'", 0))?;
    let early = || Fault::new("the header of LEEF ends early", line.len());
    let (version, mut rest) = rest.split_once('|').ok_or_else(early)?;
    if !matches!(version, "1.0" | "2.0" | "1" | "2") {
        return Err(Fault::new("the version of LEEF should be 1.0 or 2.0", 5));
    }
    for name in HEADER {
        let (value, after) = rest.split_once('|').ok_or_else(early)?;
        record.push(name, Value::text(value));
        rest = after;
    }
    let (between, attributes) = if version.starts_with('2') { delimiter(rest) } else { ('\t', rest) };
    for pair in attributes.split(between) {
        if let Some((key, value)) = pair.split_once('=')
            && !key.trim().is_empty()
        {
            record.push(key.trim(), Value::text(value.trim_end_matches('\r')));
        }
    }
    Ok(())
}

/// The character between pairs, and the text after it. Many senders of 2.0 leave that part out, though it is required.
fn delimiter(rest: &str) -> (char, &str) {
    let Some((written, after)) = rest.split_once('|') else { return ('\t', rest) };
    let number =
        written.strip_prefix("0x").or_else(|| written.strip_prefix('x')).or_else(|| written.strip_prefix("\\x"));
    let mut characters = written.chars();
    match (characters.next(), characters.next()) {
        (None, _) => ('\t', after),
        (Some(one), None) => (one, after),
        _ => match number.and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32) {
            Some(character) => (character, after),
            None => ('\t', rest),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::testing::{fields, first};

    #[test]
    fn both_versions_are_read() {
        for line in [
            "LEEF:1.0|Microsoft|Windows|10|4625|src=10.0.0.1\tusrName=a b\turl=x?y=z",
            "LEEF:2.0|Microsoft|Windows|10|4625|^|src=10.0.0.1^usrName=a b^url=x?y=z",
            "LEEF:2.0|Microsoft|Windows|10|4625|x5E|src=10.0.0.1^usrName=a b^url=x?y=z",
            "LEEF:2.0|Microsoft|Windows|10|4625|0x5e|src=10.0.0.1^usrName=a b^url=x?y=z",
            "LEEF:2.0|Microsoft|Windows|10|4625||src=10.0.0.1\tusrName=a b\turl=x?y=z",
            "LEEF:2.0|Microsoft|Windows|10|4625|src=10.0.0.1\tusrName=a b\turl=x?y=z",
        ] {
            let mut record = Record::new(line);
            read_into(&mut record, line).expect("reads");
            let expected = [
                ("deviceVendor", "Microsoft"),
                ("deviceProduct", "Windows"),
                ("deviceVersion", "10"),
                ("EventID", "4625"),
                ("src", "10.0.0.1"),
                ("usrName", "a b"),
                ("url", "x?y=z"),
            ];
            assert_eq!(fields(&record), expected.map(|(name, value)| (name, value.to_owned())), "{line}");
        }
    }

    #[test]
    fn a_bar_in_a_value_is_no_delimiter() {
        let line = "LEEF:2.0|a|b|1|c|x=1|2\ty=3";
        let mut record = Record::new(line);
        read_into(&mut record, line).expect("reads");
        assert_eq!(first(&record, "x").as_deref(), Some("1|2"));
        assert_eq!(first(&record, "y").as_deref(), Some("3"));
    }

    #[test]
    fn broken_headers_are_refused() {
        for line in ["", "LEEF:", "LEEF:3.0|a|b|c|d|", "LEEF:1.0|a|b|c"] {
            assert!(read_into(&mut Record::new(line), line).is_err(), "{line}");
        }
    }
}
