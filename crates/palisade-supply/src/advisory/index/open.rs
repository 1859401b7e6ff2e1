//! The index as it is asked.

use super::{
    layout::{IndexError, Places, Section, hash, places, u32_at},
    view::{AdvisoryView, Entry},
};
use crate::Ecosystem;
use std::borrow::Cow;

/// Advisories of all packages, ready to be asked.
#[derive(Clone)]
pub struct Index {
    bytes: Vec<u8>,
    places: Places,
}

/// How much an index holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Records.
    pub advisories: usize,
    /// Packages that records are about.
    pub packages: usize,
    /// Size in bytes.
    pub bytes: usize,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.summary().fmt(formatter)
    }
}

impl Index {
    /// Opens what [`super::Builder::build`] made.
    ///
    /// # Errors
    /// When the bytes are of another form, cut off or damaged.
    pub fn open(bytes: Vec<u8>) -> Result<Self, IndexError> {
        let places = places(&bytes)?;
        Ok(Self { bytes, places })
    }

    /// The bytes, as they are kept.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How much it holds.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary {
            advisories: self.rows(Section::Advisories),
            packages: self.rows(Section::Packages),
            bytes: self.bytes.len(),
        }
    }

    /// What is known about the package with this name, in any spelling that its registry takes for the same.
    #[must_use]
    pub fn package(&self, ecosystem: Ecosystem, name: &str) -> Option<Entry<'_>> {
        let name: Cow<'_, str> = ecosystem.normalize(name);
        let slots = self.section(Section::Slots);
        let size = self.rows(Section::Slots);
        let start = hash(ecosystem.as_str(), &name) as usize;
        for step in 0..size {
            let slot = u32_at(slots, (start.wrapping_add(step) & (size - 1)) * 4)?;
            let entry = Entry::at(self, slot.checked_sub(1)?)?;
            if entry.name() == name && entry.ecosystem_name() == ecosystem.as_str() {
                return Some(entry);
            }
        }
        None
    }

    /// Every package, in order of ecosystem and name.
    pub fn packages(&self) -> impl Iterator<Item = Entry<'_>> {
        (0..self.rows(Section::Packages) as u32).filter_map(|number| Entry::at(self, number))
    }

    /// Every record.
    pub fn advisories(&self) -> impl Iterator<Item = AdvisoryView<'_>> {
        (0..self.rows(Section::Advisories) as u32).filter_map(|number| AdvisoryView::at(self, number))
    }

    pub(super) fn section(&self, section: Section) -> &[u8] {
        self.bytes.get(self.places[section as usize].clone()).unwrap_or_default()
    }

    pub(super) fn rows(&self, section: Section) -> usize {
        self.places[section as usize].len() / section.row_bytes()
    }

    pub(super) fn row(&self, section: Section, number: u32) -> Option<&[u8]> {
        let size = section.row_bytes();
        let start = (number as usize).checked_mul(size)?;
        self.section(section).get(start..start.checked_add(size)?)
    }

    /// The bytes that the offset and length at `at` in `row` tell of.
    pub(super) fn span(&self, row: &[u8], at: usize) -> Option<&[u8]> {
        let (start, length) = (u32_at(row, at)? as usize, u32_at(row, at + 4)? as usize);
        self.section(Section::Text).get(start..start.checked_add(length)?)
    }

    /// The text that is told of; empty where it is none.
    pub(super) fn text(&self, row: &[u8], at: usize) -> &str {
        self.span(row, at).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}
