//! The format of files with unit tests.

use crate::rules::file::Written;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A file with unit tests.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitTests {
    /// Patterns of files with the rules, relative to this file.
    #[serde(default)]
    pub rule_files: Vec<String>,
    pub(super) evaluation_interval: Option<String>,
    /// Names of groups in the order in which they are evaluated at one time.
    #[serde(default)]
    pub(super) group_eval_order: Vec<String>,
    #[serde(default)]
    pub(super) tests: Vec<Case>,
}

/// One test.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    pub(super) name: Option<String>,
    pub(super) interval: Option<String>,
    #[serde(default)]
    pub(super) input_series: Vec<InputSeries>,
    #[serde(default)]
    pub(super) alert_rule_test: Vec<AlertCheck>,
    #[serde(default)]
    pub(super) promql_expr_test: Vec<ExpressionCheck>,
    #[serde(default)]
    pub(super) external_labels: BTreeMap<String, Written>,
    #[serde(default)]
    pub(super) external_url: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InputSeries {
    pub(super) series: String,
    pub(super) values: Written,
}

/// Which alerts fire at a time.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AlertCheck {
    pub(super) eval_time: Written,
    pub(super) alertname: String,
    #[serde(default)]
    pub(super) exp_alerts: Vec<ExpectedAlert>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExpectedAlert {
    #[serde(default)]
    pub(super) exp_labels: Option<BTreeMap<String, Written>>,
    #[serde(default)]
    pub(super) exp_annotations: Option<BTreeMap<String, Written>>,
}

/// What an expression gives at a time.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExpressionCheck {
    pub(super) expr: Written,
    pub(super) eval_time: Written,
    #[serde(default)]
    pub(super) exp_samples: Vec<ExpectedSample>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExpectedSample {
    pub(super) labels: String,
    pub(super) value: Written,
}

/// A file may be this long.
const FILE_BYTES_MAX: usize = 8 << 20;

impl UnitTests {
    /// Reads a file.
    ///
    /// # Errors
    /// Says what is wrong, with the line.
    pub fn read(text: &str) -> Result<Self, String> {
        if text.len() > FILE_BYTES_MAX {
            return Err(format!("a file with tests may be {FILE_BYTES_MAX} bytes long"));
        }
        yaml_serde::from_str(text).map_err(|error| error.to_string())
    }
}
