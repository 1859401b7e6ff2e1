//! Published lists, read into one model of entities.
//!
//! Each format is one file in `formats` and one row in [`FORMATS`]. [`read`] streams: fragments and problems come one
//! after the other. [`collect`] puts fragments together into a [`Listing`].

mod countries;
mod dates;
mod draft;
mod formats;
mod head;
mod identifier_kinds;
mod input;
mod json;
mod listing;
mod reading;
mod rows;
mod table;
mod xml;
mod xml_records;

pub use countries::country_code;
pub use dates::{Order, date_from_parts, parse_dates};
pub use formats::{FORMATS, Format, from_columns};
pub use input::{HEAD_BYTES, ListFile};
pub use listing::{Listing, collect};
pub use reading::{Limits, Place, Problem, ProblemKind, Summary};
pub use rows::{BrokenRow, Row, Rows, delimiter_of};
pub use table::{Record, Table, column_key};

use crate::entity::Entity;
use formats::Reader;
use head::Head;
use reading::Reading;
use std::io::Read;

impl Format {
    /// The format of this name.
    pub fn named(name: &str) -> Option<&'static Format> {
        FORMATS.iter().find(|format| format.name == name)
    }

    /// The format of a file by its beginning.
    pub fn detect(file: &ListFile<'_>) -> Option<&'static Format> {
        let head = Head::new(file.head());
        FORMATS.iter().find(|format| (format.is)(&head))
    }
}

/// Reads the files of one list. Without a format, each file's own is detected.
///
/// Entities come as fragments: those with the same id belong together.
pub fn read(
    source: &str,
    format: Option<&'static Format>,
    files: Vec<ListFile<'_>>,
    limits: Limits,
    on: &mut dyn FnMut(Result<Entity, Problem>),
) -> Summary {
    let mut reading = Reading { source, file: String::new(), limits, summary: Summary::default(), on };
    let mut together: Vec<(&'static Format, Vec<ListFile<'_>>)> = Vec::new();
    for file in files {
        let Some(format) = format.or_else(|| Format::detect(&file)) else {
            reading.file.clone_from(&file.name);
            reading.problem(Place::File, ProblemKind::Truncated, "the format is not known");
            continue;
        };
        match together.iter_mut().find(|(known, _)| std::ptr::eq(*known, format)) {
            Some((_, files)) => files.push(file),
            None => together.push((format, vec![file])),
        }
    }
    for (format, mut files) in together {
        match format.read {
            Reader::Together(read) => read(&mut reading, &mut files),
            Reader::Each(read) => {
                for mut file in files {
                    reading.file.clone_from(&file.name);
                    read(&mut reading, &mut file.content, &file.head);
                    note_limit(&mut reading, &mut file);
                }
            }
        }
    }
    reading.summary
}

/// A file of which a byte is left was cut off by the limit, or by that of entities.
fn note_limit(reading: &mut Reading<'_>, file: &mut ListFile<'_>) {
    let mut rest = [0];
    if reading.is_open() && file.content.read(&mut rest).is_ok_and(|length| length > 0) {
        reading.problem(Place::File, ProblemKind::Limit, "the file is longer than is allowed");
    }
}
