//! Lists of malicious packages as tab-separated values, one ecosystem a file: `name`, `id`, `published`, `tags`,
//! `target_guess`, `versions`.
//!
//! The last column says `all`, or how many versions are affected without naming them.

use super::{
    super::{Advisory, AffectedPackage, AffectedRange, Kind, Rating},
    ReadError, one_line, table_text,
};
use crate::{Ecosystem, version::Interval};

const FORM: &str = "list of malicious packages";
const HEADER: &str = "name\tid\tpublished\ttags\ttarget_guess\tversions";

/// Reads a list of packages of `ecosystem`.
///
/// # Errors
/// When the first line is not the header, or a line has other columns.
pub fn malicious_tsv(ecosystem: Ecosystem, bytes: &[u8]) -> Result<Vec<Advisory>, ReadError> {
    let mut lines = table_text(FORM, bytes)?.lines();
    if lines.next().map(str::trim_end) != Some(HEADER) {
        return Err(ReadError::form(FORM, "the first line does not name the columns"));
    }
    let numbered = lines.enumerate().filter(|(_, line)| !line.is_empty());
    numbered
        .map(|(at, line)| {
            let columns: Vec<&str> = line.split('\t').collect();
            let columns: [&str; 6] = columns
                .try_into()
                .map_err(|_| ReadError::form(FORM, format_args!("line {} has not six columns", at + 2)))?;
            Ok(advisory(ecosystem, columns))
        })
        .collect()
}

fn advisory(ecosystem: Ecosystem, [name, id, published, tags, target, versions]: [&str; 6]) -> Advisory {
    let imitates = if target.is_empty() { String::new() } else { format!(", in the manner of {target}") };
    let how = if tags.is_empty() { String::new() } else { format!(" ({})", tags.replace('|', ", ")) };
    Advisory {
        id: id.to_owned(),
        aliases: Vec::new(),
        kind: Kind::Malicious,
        summary: one_line(&format!("Malicious code in {name}{imitates}{how}")),
        url: String::new(),
        published: published.to_owned(),
        withdrawn: false,
        rating: Rating::default(),
        weaknesses: vec!["CWE-506".to_owned()],
        affected: vec![AffectedPackage {
            ecosystem,
            name: name.to_owned(),
            ranges: vec![AffectedRange { interval: Interval::ALL, ..AffectedRange::default() }],
            versions: Vec::new(),
            versions_known: versions == "all",
            symbols: Vec::new(),
        }],
        left_out: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::malicious_tsv;
    use crate::Ecosystem;

    #[test]
    fn a_list_says_whether_all_versions_are_meant() {
        let list = "name\tid\tpublished\ttags\ttarget_guess\tversions\n\
            lodahs\tMAL-2026-1\t2026-01-01\ttyposquat\tlodash\tall\nfallen\tMAL-2026-2\t2026-01-01\t\t\t3\n";
        let read = malicious_tsv(Ecosystem::Npm, list.as_bytes()).unwrap();
        let known: Vec<bool> = read.iter().map(|advisory| advisory.affected[0].versions_known).collect();
        assert_eq!(known, [true, false]);
        assert_eq!(read[0].summary, "Malicious code in lodahs, in the manner of lodash (typosquat)");
    }

    #[test]
    fn other_tables_are_refused() {
        for text in ["", "name,id\n", "name\tid\tpublished\ttags\ttarget_guess\tversions\na\tb\n"] {
            assert!(malicious_tsv(Ecosystem::Npm, text.as_bytes()).is_err(), "{text:?}");
        }
    }
}
