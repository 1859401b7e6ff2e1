//! Records of PyPA's advisory database: OSV in YAML.

use super::{super::Advisory, ReadError, osv, text};

const FORM: &str = "PyPA record";

/// Reads one record.
///
/// # Errors
/// When the bytes are too many or are no OSV record in YAML.
pub fn pypa(bytes: &[u8]) -> Result<Advisory, ReadError> {
    let record: osv::Record = yaml_serde::from_str(text(FORM, bytes)?).map_err(|error| ReadError::form(FORM, error))?;
    osv::advisory(record)
}

#[cfg(test)]
mod tests {
    use super::pypa;

    #[test]
    fn yaml_is_read_as_json_is() {
        let record = "id: PYSEC-2026-1\naliases:\n- CVE-2026-2\ndetails: A weakness.\naffected:\n- package:\n    \
            ecosystem: PyPI\n    name: Example\n  ranges:\n  - type: GIT\n    repo: https://example.com\n    events:\n    \
            - introduced: '0'\n  - type: ECOSYSTEM\n    events:\n    - introduced: '0'\n    - fixed: '1.5'\n  versions:\n  \
            - '1.0'\n  - 1.4.1\n";
        let advisory = pypa(record.as_bytes()).unwrap();
        assert_eq!((advisory.summary.as_str(), advisory.affected.len()), ("A weakness.", 1));
        assert_eq!(advisory.affected[0].ranges.len(), 1);
        assert_eq!(advisory.affected[0].versions, ["1.0", "1.4.1"]);
    }

    #[test]
    fn what_is_no_record_is_refused() {
        for text in ["", "a: b", "id: [1]", "id: x\naffected: 3", "\u{0}", "&a [*a, *a]"] {
            assert!(pypa(text.as_bytes()).is_err(), "{text:?}");
        }
    }
}
