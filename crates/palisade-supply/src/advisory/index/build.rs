//! Builds an index of everything that was read.

use super::{
    super::{
        Advisory, AffectedPackage, Kind,
        read::{Document, Epss, Exploited},
    },
    groups::groups,
    layout::{Section, hash, join},
};
use crate::{
    Ecosystem,
    version::{Key, Scheme},
};
use std::collections::{BTreeMap, HashMap, HashSet};
use xxhash_rust::xxh3::xxh3_64;

/// The range of a row of `Intervals` does not end.
pub(super) const OPEN: u32 = u32::MAX;
/// Flag of a row of `Affected`: the report does not say which versions.
pub(super) const VERSIONS_UNKNOWN: u32 = 1;

/// Gathers advisories and what is known about their exploitation.
#[derive(Clone, Debug, Default)]
pub struct Builder {
    advisories: Vec<Advisory>,
    exploited: HashMap<String, Exploited>,
    epss: HashMap<String, Epss>,
    withdrawn: usize,
}

/// Why no index is built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// Offsets have 32 bits.
    #[error("more than four gigabytes of advisories do not fit one index")]
    TooLarge,
}

impl Builder {
    /// Nothing gathered yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a record. What was withdrawn, or is about no package that is known here, is counted and left out.
    pub fn add(&mut self, advisory: Advisory) {
        self.withdrawn += usize::from(advisory.withdrawn);
        if !advisory.withdrawn && !advisory.affected.is_empty() {
            self.advisories.push(advisory);
        }
    }

    /// Adds all that a file holds.
    pub fn add_document(&mut self, document: Document) {
        document.advisories.into_iter().for_each(|advisory| self.add(advisory));
        self.add_exploited(document.exploited);
        self.add_epss(document.epss);
    }

    /// Adds weaknesses that are known to be exploited.
    pub fn add_exploited(&mut self, exploited: impl IntoIterator<Item = Exploited>) {
        self.exploited.extend(exploited.into_iter().map(|entry| (entry.cve.clone(), entry)));
    }

    /// Adds how likely weaknesses are to be exploited.
    pub fn add_epss(&mut self, epss: impl IntoIterator<Item = Epss>) {
        self.epss.extend(epss.into_iter().map(|entry| (entry.cve.clone(), entry)));
    }

    /// How many records are gathered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.advisories.len()
    }

    /// True when no record is gathered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.advisories.is_empty()
    }

    /// How many records were left out because they were withdrawn.
    #[must_use]
    pub fn withdrawn(&self) -> usize {
        self.withdrawn
    }

    /// The bytes of the index of all that was gathered. Equal input in equal order gives equal bytes.
    ///
    /// # Errors
    /// When it would be too large.
    pub fn build(&self) -> Result<Vec<u8>, BuildError> {
        let groups = groups(self.advisories.iter().map(names));
        let mut writer = Writer::default();
        let likelihoods = self.likelihoods(&groups);
        for (advisory, group) in self.advisories.iter().zip(&groups) {
            writer.advisory(advisory, *group, likelihoods.get(group).unwrap_or(&Likelihood::default()))?;
        }
        let mut packages: BTreeMap<(&str, String), Vec<(u32, &AffectedPackage)>> = BTreeMap::new();
        for (number, advisory) in (0_u32..).zip(&self.advisories) {
            for affected in &advisory.affected {
                let name = affected.ecosystem.normalize(&affected.name).into_owned();
                packages.entry((affected.ecosystem.as_str(), name)).or_default().push((number, affected));
            }
        }
        for ((ecosystem, name), mut affected) in packages {
            prefer_known_versions(&mut affected, &groups);
            writer.package(ecosystem, &name, &affected)?;
        }
        writer.finish()
    }

    /// What is known about the exploitation of each group.
    fn likelihoods(&self, groups: &[u32]) -> HashMap<u32, Likelihood<'_>> {
        let mut known: HashMap<u32, Likelihood<'_>> = HashMap::new();
        for (advisory, group) in self.advisories.iter().zip(groups) {
            for name in names(advisory).into_iter().filter(|name| name.starts_with("CVE-")) {
                let (exploited, epss) = (self.exploited.get(name), self.epss.get(name));
                if exploited.is_none() && epss.is_none() {
                    continue;
                }
                let likelihood = known.entry(*group).or_default();
                likelihood.exploited = likelihood.exploited.or(exploited);
                let more = |new: &&Epss| likelihood.epss.is_none_or(|old| new.probability > old.probability);
                likelihood.epss = epss.filter(more).or(likelihood.epss);
            }
        }
        known
    }
}

#[derive(Default)]
struct Likelihood<'a> {
    exploited: Option<&'a Exploited>,
    epss: Option<&'a Epss>,
}

/// The id and the aliases.
fn names(advisory: &Advisory) -> Vec<&str> {
    std::iter::once(&advisory.id).chain(&advisory.aliases).map(String::as_str).collect()
}

/// Leaves out reports that do not say which versions where another about the same matter does.
fn prefer_known_versions(affected: &mut Vec<(u32, &AffectedPackage)>, groups: &[u32]) {
    let group = |advisory: u32| groups.get(advisory as usize).copied();
    let known: HashSet<Option<u32>> =
        affected.iter().filter(|(_, package)| package.versions_known).map(|(advisory, _)| group(*advisory)).collect();
    affected.retain(|(advisory, package)| package.versions_known || !known.contains(&group(*advisory)));
}

/// The sections under way.
#[derive(Default)]
struct Writer {
    sections: [Vec<u8>; Section::ALL.len()],
    texts: HashMap<Vec<u8>, [u8; 8]>,
    ecosystems: Vec<&'static str>,
    hashes: Vec<u64>,
}

impl Writer {
    fn section(&mut self, section: Section) -> &mut Vec<u8> {
        &mut self.sections[section as usize]
    }

    /// How many rows a section has.
    fn rows(&self, section: Section) -> Result<u32, BuildError> {
        let rows = self.sections[section as usize].len() / section.row_bytes();
        u32::try_from(rows).map_err(|_| BuildError::TooLarge)
    }

    /// Where `text` stands, as a row holds it: offset and length.
    fn text(&mut self, text: &[u8]) -> Result<[u8; 8], BuildError> {
        if let Some(known) = self.texts.get(text) {
            return Ok(*known);
        }
        let offset = self.rows(Section::Text)?;
        let length = u32::try_from(text.len()).map_err(|_| BuildError::TooLarge)?;
        let end = offset.checked_add(length).filter(|end| *end < OPEN);
        end.ok_or(BuildError::TooLarge)?;
        self.section(Section::Text).extend_from_slice(text);
        let span = ((u64::from(length) << 32) | u64::from(offset)).to_le_bytes();
        self.texts.insert(text.to_vec(), span);
        Ok(span)
    }

    fn advisory(&mut self, advisory: &Advisory, group: u32, likelihood: &Likelihood<'_>) -> Result<(), BuildError> {
        let added = likelihood.exploited.map(|entry| entry.added.as_str()).unwrap_or_default();
        let mut row = Vec::with_capacity(Section::Advisories.row_bytes());
        for text in [
            advisory.id.as_str(),
            &advisory.aliases.join("\n"),
            &advisory.summary,
            &advisory.url,
            &advisory.published,
            &advisory.rating.vector,
            &advisory.weaknesses.join("\n"),
            added,
        ] {
            row.extend(self.text(text.as_bytes())?);
        }
        let kind = Kind::ALL.iter().position(|kind| *kind == advisory.kind).unwrap_or_default() as u8;
        let severity = advisory.rating.severity.map_or(0, |severity| severity as u8);
        let ransomware = likelihood.exploited.is_some_and(|entry| entry.ransomware);
        row.extend([kind, severity, u8::from(ransomware), u8::from(likelihood.exploited.is_some())]);
        let numbers = [
            advisory.rating.score,
            likelihood.epss.map(|epss| epss.probability),
            likelihood.epss.map(|epss| epss.percentile),
        ];
        for number in numbers {
            row.extend(number.unwrap_or(f32::NAN).to_bits().to_le_bytes());
        }
        row.extend(group.to_le_bytes());
        row.extend(content_hash(advisory, likelihood).to_le_bytes());
        debug_assert_eq!(row.len(), Section::Advisories.row_bytes());
        self.section(Section::Advisories).extend(row);
        Ok(())
    }

    fn package(&mut self, ecosystem: &str, name: &str, affected: &[(u32, &AffectedPackage)]) -> Result<(), BuildError> {
        let first = self.rows(Section::Affected)?;
        for (advisory, package) in affected {
            self.affected(*advisory, package)?;
        }
        let count = self.rows(Section::Affected)? - first;
        let known = Ecosystem::all().map(Ecosystem::as_str).find(|known| *known == ecosystem).unwrap_or_default();
        let number = self.ecosystems.iter().position(|listed| *listed == known).unwrap_or_else(|| {
            self.ecosystems.push(known);
            self.ecosystems.len() - 1
        });
        let name_at = self.text(name.as_bytes())?;
        let row = self.section(Section::Packages);
        row.extend(name_at);
        for number in [number as u32, first, count] {
            row.extend(number.to_le_bytes());
        }
        self.hashes.push(hash(ecosystem, name));
        Ok(())
    }

    fn affected(&mut self, advisory: u32, package: &AffectedPackage) -> Result<(), BuildError> {
        let scheme = Scheme::of(package.ecosystem);
        let first_interval = self.rows(Section::Intervals)?;
        for range in &package.ranges {
            let low = self.text(range.interval.low.as_bytes())?;
            let high = match &range.interval.high {
                Some(high) => self.text(high.as_bytes())?,
                None => (u64::from(OPEN) << 32).to_le_bytes(),
            };
            let fixed = self.text(range.fixed.as_bytes())?;
            let last = self.text(range.last.as_bytes())?;
            self.section(Section::Intervals).extend([low, high, fixed, last].concat());
        }
        let first_version = self.rows(Section::Versions)?;
        let in_ranges = |key: &Key| package.ranges.iter().any(|range| range.interval.contains(key));
        let mut keys: Vec<Key> = package.versions.iter().map(|version| scheme.key(version)).collect();
        keys.retain(|key| !in_ranges(key));
        keys.sort();
        keys.dedup();
        for key in &keys {
            let key = self.text(key.as_bytes())?;
            self.section(Section::Versions).extend(key);
        }
        let symbols = self.text(package.symbols.join("\n").as_bytes())?;
        let flags = if package.versions_known { 0 } else { VERSIONS_UNKNOWN };
        let numbers = [
            advisory,
            first_interval,
            self.rows(Section::Intervals)? - first_interval,
            first_version,
            self.rows(Section::Versions)? - first_version,
        ];
        let row = self.section(Section::Affected);
        numbers.iter().for_each(|number| row.extend(number.to_le_bytes()));
        row.extend(symbols);
        row.extend(u32::to_le_bytes(flags));
        Ok(())
    }

    /// The hash table is at most half full, so that a package is found in a step or two.
    fn finish(mut self) -> Result<Vec<u8>, BuildError> {
        for ecosystem in std::mem::take(&mut self.ecosystems) {
            let name = self.text(ecosystem.as_bytes())?;
            self.section(Section::Ecosystems).extend(name);
        }
        let size = (self.hashes.len() * 2).next_power_of_two().max(2);
        let mut slots = vec![0_u32; size];
        for (number, hash) in (1_u32..).zip(&self.hashes) {
            let mut at = *hash as usize & (size - 1);
            while slots[at] != 0 {
                at = (at + 1) & (size - 1);
            }
            slots[at] = number;
        }
        *self.section(Section::Slots) = slots.iter().flat_map(|slot| slot.to_le_bytes()).collect();
        Ok(join(&self.sections))
    }
}

/// Equal while judgements by this advisory stay the same, whatever was reworded. EPSS changes daily and does not count.
fn content_hash(advisory: &Advisory, likelihood: &Likelihood<'_>) -> u64 {
    let judged = format!(
        "{:?}\n{:?}\n{:?}\n{}",
        advisory.kind,
        advisory.rating,
        advisory.affected,
        likelihood.exploited.is_some()
    );
    xxh3_64(judged.as_bytes())
}
