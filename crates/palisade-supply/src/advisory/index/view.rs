//! Views of the rows: a package, how an advisory affects it, and what the advisory says.

use super::{
    super::Kind,
    build::{OPEN, VERSIONS_UNKNOWN},
    layout::{Section, f32_at, u32_at, u64_at},
    open::Index,
};
use crate::{Ecosystem, version::Key};
use palisade_model::Severity;
use serde::Serialize;

/// A package that advisories are about.
#[derive(Clone, Copy)]
pub struct Entry<'a> {
    index: &'a Index,
    row: &'a [u8],
}

/// How an advisory affects a package.
#[derive(Clone, Copy)]
pub struct Affects<'a> {
    index: &'a Index,
    row: &'a [u8],
}

/// What an advisory says.
#[derive(Clone, Copy)]
pub struct AdvisoryView<'a> {
    index: &'a Index,
    row: &'a [u8],
}

/// Why a version counts as affected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Match {
    /// The report does not say which versions are affected.
    VersionsUnknown,
    /// It lies in a range.
    InRange,
    /// It is named.
    Listed,
}

impl<'a> Entry<'a> {
    pub(super) fn at(index: &'a Index, number: u32) -> Option<Self> {
        Some(Self { index, row: index.row(Section::Packages, number)? })
    }

    /// The name, in the form that its registry folds it to.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.index.text(self.row, 0)
    }

    /// Where it comes from; `None` for an ecosystem that only a later version knows.
    #[must_use]
    pub fn ecosystem(&self) -> Option<Ecosystem> {
        self.ecosystem_name().parse().ok()
    }

    pub(super) fn ecosystem_name(&self) -> &'a str {
        let row = u32_at(self.row, 8).and_then(|number| self.index.row(Section::Ecosystems, number));
        row.map(|row| self.index.text(row, 0)).unwrap_or_default()
    }

    /// Every advisory about it.
    pub fn affects(&self) -> impl Iterator<Item = Affects<'a>> + use<'a> {
        let index = self.index;
        rows(index, Section::Affected, self.row, 12).map(move |row| Affects { index, row })
    }
}

impl<'a> Affects<'a> {
    /// The advisory.
    #[must_use]
    pub fn advisory(&self) -> Option<AdvisoryView<'a>> {
        AdvisoryView::at(self.index, self.advisory_number())
    }

    pub(super) fn advisory_number(&self) -> u32 {
        u32_at(self.row, 0).unwrap_or(u32::MAX)
    }

    /// Whether the version with this key is affected.
    #[must_use]
    pub fn holds_for(&self, version: &Key) -> Option<Match> {
        let version = version.as_bytes();
        if self.is_listed(version) {
            return Some(Match::Listed);
        }
        let is_in_range = self.intervals().any(|row| self.contains(row, version));
        is_in_range.then_some(if self.versions_known() { Match::InRange } else { Match::VersionsUnknown })
    }

    /// Whether all versions are affected.
    #[must_use]
    pub fn holds_for_all(&self) -> Option<Match> {
        let all = |row: &[u8]| u32_at(row, 4) == Some(0) && u32_at(row, 12) == Some(OPEN);
        let is_all = self.intervals().any(all);
        is_all.then_some(if self.versions_known() { Match::InRange } else { Match::VersionsUnknown })
    }

    /// False when the report does not say which versions are affected.
    #[must_use]
    pub fn versions_known(&self) -> bool {
        u32_at(self.row, 28).is_some_and(|flags| flags & VERSIONS_UNKNOWN == 0)
    }

    /// The versions in which it is mended, as written.
    pub fn fixes(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let index = self.index;
        self.intervals().map(|row| index.text(row, 16)).filter(|fixed| !fixed.is_empty())
    }

    /// The last affected version of the range that a version lies in, as written; `None` where the range is told otherwise.
    #[must_use]
    pub fn last_affected(&self, version: &Key) -> Option<&'a str> {
        let row = self.intervals().find(|row| self.contains(row, version.as_bytes()))?;
        Some(self.index.text(row, 24)).filter(|last| !last.is_empty())
    }

    fn intervals(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        rows(self.index, Section::Intervals, self.row, 4)
    }

    fn contains(&self, interval: &[u8], version: &[u8]) -> bool {
        let low = self.index.span(interval, 0).is_some_and(|low| low <= version);
        low && match u32_at(interval, 12) {
            Some(OPEN) => true,
            _ => self.index.span(interval, 8).is_some_and(|high| version < high),
        }
    }

    /// Functions, modules or paths without which the weakness cannot be reached.
    pub fn symbols(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.index.text(self.row, 20).split('\n').filter(|symbol| !symbol.is_empty())
    }

    /// Searches the sorted keys of single versions.
    fn is_listed(&self, version: &[u8]) -> bool {
        let (Some(first), Some(count)) = (u32_at(self.row, 12), u32_at(self.row, 16)) else { return false };
        let (mut low, mut high) = (first, first.saturating_add(count));
        while low < high {
            let middle = low + (high - low) / 2;
            let row = self.index.row(Section::Versions, middle);
            let Some(key) = row.and_then(|row| self.index.span(row, 0)) else { return false };
            match key.cmp(version) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return true,
            }
        }
        false
    }
}

/// The rows of `section` whose first number and count stand at `at` in `row`.
fn rows<'a>(index: &'a Index, section: Section, row: &[u8], at: usize) -> impl Iterator<Item = &'a [u8]> + use<'a> {
    let (first, count) = (u32_at(row, at).unwrap_or(0), u32_at(row, at + 4).unwrap_or(0));
    (first..first.saturating_add(count)).map_while(move |number| index.row(section, number))
}

impl<'a> AdvisoryView<'a> {
    pub(super) fn at(index: &'a Index, number: u32) -> Option<Self> {
        Some(Self { index, row: index.row(Section::Advisories, number)? })
    }

    /// The publisher's id.
    #[must_use]
    pub fn id(&self) -> &'a str {
        self.index.text(self.row, 0)
    }

    /// Ids of other records about the same matter.
    pub fn aliases(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        list(self.index.text(self.row, 8))
    }

    /// One line.
    #[must_use]
    pub fn summary(&self) -> &'a str {
        self.index.text(self.row, 16)
    }

    /// Where to read more; may be empty.
    #[must_use]
    pub fn url(&self) -> &'a str {
        self.index.text(self.row, 24)
    }

    /// When it was published, as written; may be empty.
    #[must_use]
    pub fn published(&self) -> &'a str {
        self.index.text(self.row, 32)
    }

    /// The CVSS vector; may be empty.
    #[must_use]
    pub fn vector(&self) -> &'a str {
        self.index.text(self.row, 40)
    }

    /// CWE ids.
    pub fn weaknesses(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        list(self.index.text(self.row, 48))
    }

    /// The day on which it was added to the catalogue of exploited weaknesses, if it was.
    #[must_use]
    pub fn exploited_since(&self) -> Option<&'a str> {
        (self.row.get(67) == Some(&1)).then(|| self.index.text(self.row, 56))
    }

    /// What it says.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.row.get(64).and_then(|kind| Kind::ALL.get(usize::from(*kind))).copied().unwrap_or(Kind::Notice)
    }

    /// How bad it is, if its publisher said so.
    #[must_use]
    pub fn severity(&self) -> Option<Severity> {
        self.row.get(65).and_then(|severity| Severity::from_number(i32::from(*severity)))
    }

    /// True when blackmailers are known to use it.
    #[must_use]
    pub fn ransomware(&self) -> bool {
        self.row.get(66) == Some(&1)
    }

    /// CVSS score, 0 to 10.
    #[must_use]
    pub fn score(&self) -> Option<f32> {
        f32_at(self.row, 68)
    }

    /// The probability that it is exploited within thirty days, in 0..=1 (EPSS).
    #[must_use]
    pub fn epss(&self) -> Option<f32> {
        f32_at(self.row, 72)
    }

    /// The share of all CVEs that are at most as likely to be exploited, in 0..=1.
    #[must_use]
    pub fn epss_percentile(&self) -> Option<f32> {
        f32_at(self.row, 76)
    }

    /// Equal for records about the same matter.
    #[must_use]
    pub fn group(&self) -> u32 {
        u32_at(self.row, 80).unwrap_or(u32::MAX)
    }

    /// Changes when what it says of versions or severity changes.
    pub(super) fn content_hash(&self) -> u64 {
        u64_at(self.row, 84).unwrap_or(0)
    }
}

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').filter(|item| !item.is_empty())
}
