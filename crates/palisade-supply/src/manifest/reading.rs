//! What a reader fills: it keeps the limits, refuses names that are none, and brings what was read into its final form.

use super::{
    Dependency, Edge, Format, Include, Limits, Manifest, Place, Problem, Relation, Scope, Suspicion, SuspicionKind,
    suspicion, tree,
};
use crate::{Ecosystem, Package};

/// One reading of one manifest.
pub(super) struct Reading<'l> {
    pub(super) manifest: Manifest,
    pub(super) limits: &'l Limits,
    /// Scopes follow from the edges, and are not told by each package.
    pub(super) scopes_by_edges: bool,
    full: bool,
}

impl<'l> Reading<'l> {
    pub(super) fn new(format: Format, limits: &'l Limits) -> Self {
        Self { manifest: Manifest::empty(format), limits, scopes_by_edges: false, full: false }
    }

    /// Names the project that the manifest describes.
    pub(super) fn project(&mut self, ecosystem: Ecosystem, name: Option<&str>, version: Option<&str>) {
        if let Some(name) = name.filter(|name| self.is_name(name)) {
            let version = version.filter(|version| self.is_name(version)).map(str::to_owned);
            self.manifest.project = Some(Package { ecosystem, name: name.to_owned(), version });
        }
    }

    /// Adds a dependency; `None`, with a problem, when its name or version is none or there are too many.
    pub(super) fn add(&mut self, mut dependency: Dependency) -> Option<u32> {
        let place = dependency.place.byte as usize;
        let version = dependency.package.version.as_deref().unwrap_or("-");
        if !self.is_name(&dependency.package.name) || !self.is_name(version) {
            let told = excerpt(&format!("{}@{version}", dependency.package.name));
            self.problem(place, format!("`{told}` is no name and version of a package"));
            return None;
        }
        if self.manifest.dependencies.len() >= self.limits.dependencies {
            if !self.full {
                let reason = format!("holds more than {} packages; the rest is not read", self.limits.dependencies);
                self.problem(place, reason);
            }
            self.full = true;
            return None;
        }
        for text in [&mut dependency.requirement, &mut dependency.integrity, &mut dependency.licence] {
            text.iter_mut().for_each(|text| shorten(text, self.limits.text_bytes));
        }
        let index = u32::try_from(self.manifest.dependencies.len()).ok()?;
        self.manifest.dependencies.push(dependency);
        Some(index)
    }

    /// Adds what the project itself asks for.
    pub(super) fn add_direct(&mut self, dependency: Dependency) -> Option<u32> {
        self.add(dependency.relation(Relation::Direct))
    }

    /// Notes what is asked for of the dependency at `index`, where nothing is noted yet.
    pub(super) fn require(&mut self, index: u32, requirement: Option<&str>) {
        let noted = &mut self.manifest.dependencies[index as usize].requirement;
        if noted.is_none() {
            *noted = requirement.filter(|text| text.len() <= self.limits.text_bytes).map(str::to_owned);
        }
    }

    /// Notes that `from`, or the project itself, asks for `to`.
    pub(super) fn edge(&mut self, from: Option<u32>, to: u32, scope: Scope) {
        if self.manifest.edges.len() < self.limits.edges {
            self.manifest.edges.push(Edge { from, to, scope });
        } else if !self.full {
            self.full = true;
            let reason =
                format!("holds more than {} relations between packages; the rest is left out", self.limits.edges);
            self.problem(0, reason);
        }
    }

    /// Tells what could not be read at `byte`.
    pub(super) fn problem(&mut self, byte: usize, reason: impl Into<String>) {
        if self.manifest.problems.len() >= self.limits.told {
            self.manifest.untold += 1;
            return;
        }
        let mut reason = reason.into();
        shorten(&mut reason, 300);
        self.manifest.problems.push(Problem { place: at(byte), reason });
    }

    /// Tells where and why a JSON document breaks off.
    pub(super) fn problem_of_json(&mut self, text: &str, error: &serde_json::Error) {
        let line = match error.line() {
            0 | 1 => 0,
            line => memchr::memchr_iter(b'\n', text.as_bytes()).nth(line - 2).map_or(0, |newline| newline + 1),
        };
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        self.problem(line + error.column().saturating_sub(1), format!("is not valid JSON from here: {message}"));
    }

    /// Tells something suspicious about the manifest itself.
    pub(super) fn suspect(&mut self, kind: SuspicionKind, dependency: Option<u32>, byte: usize, detail: &str) {
        if self.manifest.suspicions.len() >= self.limits.told {
            self.manifest.untold += 1;
            return;
        }
        let detail = excerpt(detail);
        self.manifest.suspicions.push(Suspicion { kind, dependency, place: at(byte), detail });
    }

    /// Notes that the manifest includes another file.
    pub(super) fn include(&mut self, path: &str, constraints: bool, byte: usize) {
        if self.manifest.includes.len() < self.limits.told && self.is_name(path) {
            self.manifest.includes.push(Include { path: path.to_owned(), constraints, place: at(byte) });
        } else {
            self.problem(byte, format!("includes `{}`, which is no path, or too many files", excerpt(path)));
        }
    }

    /// True for what can be a name: neither empty nor too long, without control characters.
    pub(super) fn is_name(&self, text: &str) -> bool {
        !text.is_empty() && text.len() <= self.limits.text_bytes && !text.chars().any(char::is_control)
    }

    /// What was read, with relations, scopes, lines and suspicions.
    pub(super) fn finish(mut self, text: &str) -> Manifest {
        settle_relations(&mut self.manifest);
        if self.scopes_by_edges {
            tree::spread_scopes(&mut self.manifest);
        }
        suspicion::look(&mut self);
        let mut manifest = self.manifest;
        number_lines(&mut manifest, text);
        manifest
    }
}

/// A dependency on a package, named at `byte`.
pub(super) fn dependency(ecosystem: Ecosystem, name: &str, version: Option<&str>, byte: usize) -> Dependency {
    let version = version.filter(|version| !version.is_empty()).map(str::to_owned);
    Dependency::new(Package { ecosystem, name: name.to_owned(), version }, byte)
}

/// Where edges tell what the project asks for, they tell all relations.
fn settle_relations(manifest: &mut Manifest) {
    if manifest.edges.iter().all(|edge| edge.from.is_some()) {
        return;
    }
    for edge in &manifest.edges {
        let of_project = edge.from.is_none_or(|from| manifest.dependencies[from as usize].source.is_project());
        if of_project {
            manifest.dependencies[edge.to as usize].relation = Relation::Direct;
        }
    }
    for dependency in &mut manifest.dependencies {
        if dependency.relation == Relation::Unknown {
            dependency.relation = Relation::Transitive;
        }
    }
}

/// Gives every place its line, in one pass over the text.
fn number_lines(manifest: &mut Manifest, text: &str) {
    let dependencies = manifest.dependencies.iter_mut().map(|dependency| &mut dependency.place);
    let includes = manifest.includes.iter_mut().map(|include| &mut include.place);
    let suspicions = manifest.suspicions.iter_mut().map(|suspicion| &mut suspicion.place);
    let problems = manifest.problems.iter_mut().map(|problem| &mut problem.place);
    let mut places: Vec<&mut Place> = dependencies.chain(includes).chain(suspicions).chain(problems).collect();
    places.sort_by_key(|place| place.byte);
    let (mut line, mut counted) = (1_u32, 0);
    for place in places {
        let byte = (place.byte as usize).min(text.len());
        line += u32::try_from(memchr::memchr_iter(b'\n', &text.as_bytes()[counted..byte]).count()).unwrap_or(0);
        counted = byte;
        *place = Place { line, byte: u32::try_from(byte).unwrap_or(u32::MAX) };
    }
}

fn at(byte: usize) -> Place {
    Place { line: 0, byte: u32::try_from(byte).unwrap_or(u32::MAX) }
}

/// The beginning of `text`, with what cannot be seen escaped.
pub(super) fn excerpt(text: &str) -> String {
    let mut shown: String = text.chars().take(120).flat_map(char::escape_debug).collect();
    shorten(&mut shown, 240);
    shown
}

/// Cuts `text` to a length in bytes, between characters.
fn shorten(text: &mut String, bytes_max: usize) {
    if text.len() > bytes_max {
        text.truncate(text.floor_char_boundary(bytes_max));
    }
}
