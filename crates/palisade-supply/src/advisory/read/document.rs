//! A file of any of the forms, told apart by its name and how it begins: what is in an archive of a publisher, or what
//! a user imports.

use super::{
    Epss, Exploited, ReadError, epss_csv, exploited_csv, exploited_json, malicious_tsv, osv, osv_lines, pypa, rustsec,
};
use crate::{Ecosystem, advisory::Advisory};

/// Of the records that cannot be read, this many are told.
const REFUSED_MAX: usize = 100;

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// Advisories and reports of malicious packages.
    pub advisories: Vec<Advisory>,
    /// Weaknesses that are known to be exploited.
    pub exploited: Vec<Exploited>,
    /// How likely weaknesses are to be exploited.
    pub epss: Vec<Epss>,
    /// Why records among others were not read, the first hundred of them.
    pub refused: Vec<ReadError>,
    /// How many were not read.
    pub refused_count: usize,
}

impl Document {
    fn one(advisory: Advisory) -> Self {
        Self { advisories: vec![advisory], ..Self::default() }
    }

    /// The records that can be read, among others that cannot.
    fn of_many(records: impl Iterator<Item = Result<Advisory, ReadError>>) -> Self {
        let mut document = Self::default();
        for record in records {
            match record {
                Ok(advisory) => document.advisories.push(advisory),
                Err(error) => {
                    document.refused_count += 1;
                    if document.refused.len() < REFUSED_MAX {
                        document.refused.push(error);
                    }
                }
            }
        }
        document
    }
}

/// Reads the file `name`, which may be a path: `.json` (OSV, one or a list, and KEV), `.jsonl` and `.ndjson` (OSV),
/// `.yaml` (PyPA), `.md` (RustSec), `.tsv` (malicious packages, named by their ecosystem: `npm.tsv`), `.csv` (EPSS and
/// KEV). `None` for files that are none of these, such as a licence beside the records.
///
/// # Errors
/// When the file has the name of one of the forms and another content.
pub fn document(name: &str, bytes: &[u8]) -> Result<Option<Document>, ReadError> {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let Some((stem, extension)) = file.rsplit_once('.') else { return Ok(None) };
    match extension.to_ascii_lowercase().as_str() {
        "json" => json(bytes).map(Some),
        "jsonl" | "ndjson" => Ok(Some(Document::of_many(osv_lines(bytes)))),
        "yaml" | "yml" => pypa(bytes).map(Document::one).map(Some),
        "md" if bytes.trim_ascii_start().starts_with(b"```toml") => rustsec(bytes).map(Document::one).map(Some),
        "tsv" => match stem.parse::<Ecosystem>() {
            Ok(ecosystem) => Ok(Some(Document::of_many(malicious_tsv(ecosystem, bytes)?.into_iter().map(Ok)))),
            Err(_) => Ok(None),
        },
        "csv" => csv(bytes).map(Some),
        _ => Ok(None),
    }
}

/// One record, a list of records, or the catalogue of exploited weaknesses.
fn json(bytes: &[u8]) -> Result<Document, ReadError> {
    if bytes.trim_ascii_start().starts_with(b"[") {
        return super::osv_list(bytes).map(|records| Document::of_many(records.into_iter().map(Ok)));
    }
    let record = osv(bytes).map(Document::one);
    record.or_else(|error| match exploited_json(bytes) {
        Ok(exploited) => Ok(Document { exploited, ..Document::default() }),
        Err(_) => Err(error),
    })
}

fn csv(bytes: &[u8]) -> Result<Document, ReadError> {
    let epss = epss_csv(bytes).map(|epss| Document { epss, ..Document::default() });
    epss.or_else(|error| match exploited_csv(bytes) {
        Ok(exploited) => Ok(Document { exploited, ..Document::default() }),
        Err(_) => Err(error),
    })
}

#[cfg(test)]
mod tests {
    use super::document;

    /// How many advisories, exploited weaknesses and predictions a file holds; `None` when it is refused.
    fn counts(name: &str, text: &str) -> Option<(usize, usize, usize)> {
        let read = document(name, text.as_bytes()).ok()?.unwrap_or_default();
        Some((read.advisories.len(), read.exploited.len(), read.epss.len()))
    }

    #[test]
    fn forms_are_told_apart() {
        let catalogue = r#"{"catalogVersion":"1","vulnerabilities":[{"cveID":"CVE-1","dateAdded":"2026-01-01"}]}"#;
        let list = "name\tid\tpublished\ttags\ttarget_guess\tversions\na\tMAL-1\t\t\t\tall\n";
        for (name, text, wanted) in [
            ("a/GHSA-1.json", r#"{"id":"GHSA-1"}"#, Some((1, 0, 0))),
            ("all.json", r#"[{"id":"A"},{"id":"B"}]"#, Some((2, 0, 0))),
            ("kev.json", catalogue, Some((0, 1, 0))),
            ("other.json", r#"{"name":"x"}"#, None),
            ("mal.jsonl", "{\"id\":\"A\"}\nbroken\n", Some((1, 0, 0))),
            ("x/PYSEC-1.yaml", "id: PYSEC-1\n", Some((1, 0, 0))),
            ("R.md", "```toml\n[advisory]\nid = 'R'\npackage = 'p'\n```\n", Some((1, 0, 0))),
            ("README.md", "# About", Some((0, 0, 0))),
            ("npm.tsv", list, Some((1, 0, 0))),
            ("epss.csv", "cve,epss,percentile\nCVE-1,0.5,0.9\n", Some((0, 0, 1))),
            ("kev.csv", "cveID,dateAdded,knownRansomwareCampaignUse\nCVE-1,2026-01-01,Known\n", Some((0, 1, 0))),
            ("LICENSE", "text", Some((0, 0, 0))),
        ] {
            assert_eq!(counts(name, text), wanted, "{name}");
        }
    }
}
