//! Reading what publishers publish: one form a file. Bytes come in, advisories go out; archives are opened by others.

mod document;
mod epss;
mod events;
mod exploited;
mod malicious;
mod osv;
mod pypa;
mod rustsec;

pub use document::{Document, document};
pub use epss::{Epss, epss_csv};
pub use exploited::{Exploited, exploited_csv, exploited_json};
pub use malicious::malicious_tsv;
pub use osv::{osv, osv_lines, osv_list};
pub use pypa::pypa;
pub use rustsec::rustsec;

/// A record beyond this many bytes is refused; the largest of OSV have about two million.
pub const RECORD_BYTES_MAX: usize = 16 << 20;
/// A table or a list of records beyond this many bytes is refused; that of EPSS has about ten million.
pub const TABLE_BYTES_MAX: usize = 128 << 20;
/// More packages, ranges or versions than this in one record are refused.
pub const RECORD_PARTS_MAX: usize = 200_000;
/// A summary is cut to this many bytes.
const SUMMARY_BYTES_MAX: usize = 240;

/// Why a document is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The document is too large.
    #[error("{bytes} bytes are more than a {form} may have ({max})")]
    TooLarge {
        /// The form it was read as.
        form: &'static str,
        /// How many it has.
        bytes: usize,
        /// How many it may have.
        max: usize,
    },
    /// A record has too many parts.
    #[error("more packages, ranges or versions than a record may have ({RECORD_PARTS_MAX})")]
    TooMany,
    /// The document has another form.
    #[error("not a {form}: {reason}")]
    Form {
        /// The form it was read as.
        form: &'static str,
        /// What is wrong, with the place where one is known.
        reason: String,
    },
}

impl ReadError {
    fn form(form: &'static str, reason: impl std::fmt::Display) -> Self {
        Self::Form { form, reason: reason.to_string().chars().take(300).collect() }
    }
}

/// The text of a record that is not too large.
fn text<'a>(form: &'static str, bytes: &'a [u8]) -> Result<&'a str, ReadError> {
    bounded_text(form, bytes, RECORD_BYTES_MAX)
}

/// The text of a table that is not too large.
fn table_text<'a>(form: &'static str, bytes: &'a [u8]) -> Result<&'a str, ReadError> {
    bounded_text(form, bytes, TABLE_BYTES_MAX)
}

fn bounded_text<'a>(form: &'static str, bytes: &'a [u8], max: usize) -> Result<&'a str, ReadError> {
    if bytes.len() > max {
        return Err(ReadError::TooLarge { form, bytes: bytes.len(), max });
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| ReadError::form(form, error))
}

/// The first line of `text`, cut to what a list shows.
fn one_line(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default().trim_start_matches(['#', ' ', '*']).trim();
    line[..line.floor_char_boundary(SUMMARY_BYTES_MAX)].to_owned()
}
