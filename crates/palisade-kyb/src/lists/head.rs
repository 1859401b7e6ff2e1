//! The beginning of a file, asked for signs of its format.

use super::table::column_key;
use std::collections::HashSet;

/// How many lines from the top the heading of a table may stand.
const HEADING_LINES: usize = 8;

/// The beginning of a file.
pub(super) struct Head<'h> {
    pub(super) bytes: &'h [u8],
    text: std::borrow::Cow<'h, str>,
}

impl<'h> Head<'h> {
    pub(super) fn new(bytes: &'h [u8]) -> Self {
        Self { bytes, text: String::from_utf8_lossy(bytes) }
    }

    /// The name of the first element, without its namespace; empty when this is no XML.
    pub(super) fn root(&self) -> &str {
        let mut rest = self.text.trim_start();
        if !rest.starts_with('<') {
            return "";
        }
        while let Some(tag) = rest.find('<').map(|start| &rest[start + 1..]) {
            let end = if tag.starts_with("!--") { tag.find("-->") } else { tag.find('>') };
            if !tag.starts_with(['?', '!']) {
                let name = tag.split(|c: char| c.is_whitespace() || c == '>' || c == '/').next().unwrap_or_default();
                return name.rsplit(':').next().unwrap_or_default();
            }
            let Some(end) = end else { return "" };
            rest = &tag[end..];
        }
        ""
    }

    /// True when one of the first lines has all these columns.
    pub(super) fn has_columns(&self, columns: &[&str]) -> bool {
        if self.text.trim_start().starts_with(['<', '{', '[']) {
            return false;
        }
        self.text.lines().take(HEADING_LINES).any(|line| {
            let found: HashSet<String> = line.split([',', ';', '\t', '|']).map(column_key).collect();
            columns.iter().all(|column| found.contains(*column))
        })
    }

    /// True when this is JSON that has members of all these names.
    pub(super) fn has_members(&self, names: &[&str]) -> bool {
        self.text.trim_start().starts_with(['{', '['])
            && names.iter().all(|name| self.text.contains(&format!("\"{name}\"")))
    }
}
