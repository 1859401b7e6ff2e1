//! FIRST's Exploit Prediction Scoring System (EPSS): how likely it is that a CVE is exploited within thirty days, as CSV.

use super::{ReadError, table_text};
use serde::Deserialize;

const FORM: &str = "table of EPSS";

/// The prediction for one CVE.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Epss {
    /// The CVE id.
    pub cve: String,
    /// Probability, in 0..=1.
    #[serde(rename = "epss")]
    pub probability: f32,
    /// The share of CVEs with a probability as high or lower, in 0..=1.
    #[serde(default)]
    pub percentile: f32,
}

/// Reads the table.
///
/// # Errors
/// When the bytes are too many, columns are missing, or a number lies outside 0..=1.
pub fn epss_csv(bytes: &[u8]) -> Result<Vec<Epss>, ReadError> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(table_text(FORM, bytes)?.as_bytes());
    let rows = reader.deserialize().map(|row| {
        let row: Epss = row.map_err(|error| ReadError::form(FORM, error))?;
        let sound = [row.probability, row.percentile].iter().all(|share| (0.0..=1.0).contains(share));
        sound.then_some(row).ok_or_else(|| ReadError::form(FORM, "a share lies outside 0 to 1"))
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::epss_csv;

    #[test]
    fn the_table_is_read() {
        let table = "#model_version:v2025.03.14,score_date:2026-01-01T00:00:00Z\ncve,epss,percentile\n\
            CVE-2026-1,0.94321,0.999\nCVE-2026-2,0.00042,0.05\n";
        let read = epss_csv(table.as_bytes()).unwrap();
        assert_eq!(read.len(), 2);
        assert!((read[0].probability - 0.94321).abs() < 1e-6);
        for bad in ["cve,epss\nCVE-1,2\n", "cve,epss\nCVE-1,NaN\n", "a,b\n1,2\n"] {
            assert!(epss_csv(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
