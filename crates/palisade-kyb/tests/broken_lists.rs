//! Lists cut at any byte and with any byte changed: nothing panics, and a document that was cut says that it is.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "own fixtures")]

mod fixture;

use fixture::{FIXTURES, LIMITS, open, read};
use palisade_kyb::lists::{FORMATS, Format, collect};
use proptest::prelude::*;

/// Reads a file in a format, whatever it looks like.
fn read_as(format: &'static Format, content: &[u8]) -> palisade_kyb::lists::Listing {
    collect("test", Some(format), vec![open("file", content)], LIMITS)
}

#[test]
fn a_document_cut_anywhere_says_so() {
    for (format, files) in FIXTURES.iter().filter(|(format, _)| format.ends_with("-xml") || *format == "csl-json") {
        let content = files[0].1.trim_ascii_end();
        let format = Format::named(format).unwrap();
        let step = if content.len() > 4_000 { 7 } else { 1 };
        for end in (0..content.len()).step_by(step) {
            let listing = read_as(format, &content[..end]);
            assert!(listing.summary.incomplete, "{} cut at {end} of {}", format.name, content.len());
        }
        assert!(!read_as(format, content).summary.incomplete, "{}", format.name);
    }
}

#[test]
fn a_table_cut_in_the_middle_of_a_row_says_so() {
    for (_, files) in FIXTURES.iter().filter(|(format, _)| format.ends_with("-csv") && *format != "ofac-csv") {
        let content = files[0].1.trim_ascii_end();
        let end = content.iter().rposition(|byte| matches!(byte, b',' | b';')).unwrap();
        let listing = read(&[("file", &content[..end - 1])]);
        assert!(listing.summary.problems > 0);
        assert!(listing.summary.incomplete);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_cut_and_no_byte_panics(fixture in 0..FIXTURES.len(), cut in 0.0..1.0_f64, at in 0.0..1.0_f64, byte: u8) {
        let (format, files) = FIXTURES[fixture];
        for (_, content) in files {
            let mut content = content[..(content.len() as f64 * cut) as usize].to_vec();
            let place = (content.len() as f64 * at) as usize;
            if let Some(changed) = content.get_mut(place) {
                *changed = byte;
            }
            let listing = read_as(Format::named(format).unwrap(), &content);
            prop_assert!(listing.entities.len() as u64 <= listing.summary.fragments);
            read(&[("file", &content)]);
        }
    }

    #[test]
    fn no_bytes_panic(format in 0..FORMATS.len(), content in prop::collection::vec(any::<u8>(), 0..2_000)) {
        read_as(&FORMATS[format], &content);
    }

    #[test]
    fn no_markup_panics(format in 0..FORMATS.len(), content in "(<[a-zA-Z/!\\[\\]-]{0,8}>?|\"|,|;|\n|[{}\\[\\]:]|&[a-z]{0,4};|[0-9a-z]{1,5}){0,60}") {
        read_as(&FORMATS[format], content.as_bytes());
    }
}
