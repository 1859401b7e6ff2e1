//! Folders and files, looked over for manifests: which there are, what they name, and what is said about it.

use super::{Answer, Known, Supply, registry::Public};
use crate::parallel::each_in_parallel;
use palisade_model::{Finding, Timestamp, Verdict};
use palisade_supply::{
    Ecosystem, Facts, Package,
    advisory::Usage,
    manifest::{self, Dependency, Format, Kind, Limits, Manifest, Relation, Scope, Source},
};
use std::{
    collections::{HashMap, HashSet},
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

/// Names what is left out here but kept by other tools, in the form of .gitignore.
const IGNORE_FILE: &str = ".palisadeignore";
/// Bytes of a file's beginning that tell its format.
const HEAD_BYTES: u64 = 4096;

/// One manifest and what is said about it.
pub struct Judged {
    /// Its path, as it was found.
    pub path: String,
    /// What was read of it.
    pub manifest: Manifest,
    /// What is said about it.
    pub said: Said,
}

/// What is said about a manifest.
pub struct Said {
    /// What is suspicious about the manifest itself.
    pub suspicions: Vec<Finding>,
    /// The packages about which something is said, by their index in the manifest.
    pub answers: Vec<(usize, Answer)>,
    /// Packages that were judged here; others stand in a lockfile beside it.
    pub packages: usize,
}

/// Everything that was found, and what could not be read.
#[derive(Default)]
pub struct Looked {
    /// The manifests, in the order of their paths.
    pub files: Vec<Judged>,
    /// Files and folders that could not be read, and why.
    pub failed: Vec<(String, String)>,
}

/// The manifests at and below `paths`. What ignore files name is left out unless `all`.
#[must_use]
pub fn find(paths: &[PathBuf], all: bool) -> (Vec<PathBuf>, Vec<(String, String)>) {
    let (mut found, mut failed) = (Vec::new(), Vec::new());
    for path in paths {
        if path.is_file() {
            found.push(path.clone());
            continue;
        }
        let mut walk = ignore::WalkBuilder::new(path);
        walk.standard_filters(!all).hidden(false).sort_by_file_name(Ord::cmp);
        walk.filter_entry(|entry| entry.file_name() != ".git");
        if !all {
            walk.add_custom_ignore_filename(IGNORE_FILE);
        }
        for entry in walk.build() {
            match entry {
                Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) && looks_like_one(entry.path()) => {
                    found.push(entry.into_path());
                }
                Ok(_) => {}
                Err(error) => failed.push((path.display().to_string(), error.to_string())),
            }
        }
    }
    (found, failed)
}

/// By its name and its beginning; one that cannot be read does, so that this is told when it is.
fn looks_like_one(path: &Path) -> bool {
    let name = slashed(path);
    Format::may_be(&name) && head(path).map_or(true, |(_, bytes)| Format::of(&name, &bytes).is_some())
}

fn slashed(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

impl Judged {
    /// Everything that is told, of packages first.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.said.answers.iter().flat_map(|(_, answer)| &answer.findings).chain(&self.said.suspicions)
    }

    /// The gravest of the verdicts.
    #[must_use]
    pub fn verdict(&self, supply: &Supply) -> Verdict {
        let fails = supply.policy().findings.fail_on;
        let of_manifest = self.said.suspicions.iter().map(|finding| match fails {
            Some(level) if finding.severity >= level => Verdict::Block,
            _ => Verdict::Flag,
        });
        self.said.answers.iter().map(|(_, answer)| answer.verdict).chain(of_manifest).max().unwrap_or_default()
    }
}

/// Manifests as they were read, before anything is said about them.
#[derive(Default)]
pub struct Read {
    manifests: Vec<(PathBuf, Manifest)>,
    failed: Vec<(String, String)>,
}

impl Read {
    /// These and those, judged together: what stands in a lockfile is told there.
    #[must_use]
    pub fn and(mut self, more: Self) -> Self {
        self.manifests.extend(more.manifests);
        self.failed.extend(more.failed);
        self
    }

    /// True when there is no manifest.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.manifests.is_empty()
    }

    /// The packages of registries that will be judged.
    pub fn packages(&self) -> impl Iterator<Item = &Package> {
        let dependencies = self.manifests.iter().flat_map(|(_, manifest)| &manifest.dependencies);
        dependencies.filter(|dependency| is_from_registry(dependency)).map(|dependency| &dependency.package)
    }

    /// Judges what they name, by what registries say of it too.
    #[must_use]
    pub fn judge(self, supply: &Supply, public: &Public, now: Timestamp) -> Looked {
        Looked { files: judge_all(supply, self.manifests, public, now), failed: self.failed }
    }
}

/// Reads the manifests in `files`.
#[must_use]
pub fn read_all(files: &[PathBuf]) -> Read {
    let outcomes = each_in_parallel(files, |path| read(path));
    let mut all = Read::default();
    for (path, outcome) in files.iter().zip(outcomes) {
        match outcome {
            Ok(Some(manifest)) => all.manifests.push((path.clone(), manifest)),
            Ok(None) => all.failed.push((slashed(path), "is no manifest of a known format".to_owned())),
            Err(error) => all.failed.push((slashed(path), error.to_string())),
        }
    }
    all
}

/// Reads one manifest that did not come from a file; `None` when it is of no known format.
#[must_use]
pub fn read_one(path: &str, bytes: &[u8]) -> Option<Read> {
    let manifest = manifest::read(Format::of(path, bytes)?, bytes, &Limits::default());
    Some(Read { manifests: vec![(PathBuf::from(path), manifest)], failed: Vec::new() })
}

/// Reads one manifest that did not come from a file, and judges what it names.
#[must_use]
pub fn look_at(supply: &Supply, path: &str, bytes: &[u8], now: Timestamp) -> Option<Judged> {
    read_one(path, bytes)?.judge(supply, &Public::default(), now).files.pop()
}

fn judge_all(supply: &Supply, mut manifests: Vec<(PathBuf, Manifest)>, public: &Public, now: Timestamp) -> Vec<Judged> {
    tell_direct(&mut manifests);
    let locked = locked_names(&manifests);
    let judged = each_in_parallel(&manifests, |(path, manifest)| {
        let elsewhere = (manifest.format.kind() == Kind::Declared).then(|| locked.get(folder(path))).flatten();
        judge((supply, public), &slashed(path), manifest, elsewhere, now)
    });
    let together = manifests.into_iter().zip(judged);
    together.map(|((path, manifest), said)| Judged { path: slashed(&path), manifest, said }).collect()
}

/// `None` for a file that only looked like a manifest by its name.
fn read(path: &Path) -> io::Result<Option<Manifest>> {
    let (file, mut bytes) = head(path)?;
    let Some(format) = Format::of(&slashed(path), &bytes) else { return Ok(None) };
    let limits = Limits::default();
    #[expect(clippy::disallowed_methods, reason = "bounded by `take`")]
    file.take(limits.bytes as u64).read_to_end(&mut bytes)?;
    Ok(Some(manifest::read(format, &bytes, &limits)))
}

/// The file, and what was read of its beginning.
fn head(path: &Path) -> io::Result<(File, Vec<u8>)> {
    let mut file = File::open(path)?;
    let mut bytes = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "bounded by `take`")]
    file.by_ref().take(HEAD_BYTES).read_to_end(&mut bytes)?;
    Ok((file, bytes))
}

fn folder(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

/// Lockfiles that do not say what the project itself asks for learn it from the manifest beside them.
fn tell_direct(manifests: &mut [(PathBuf, Manifest)]) {
    let mut declared: HashMap<PathBuf, Vec<usize>> = HashMap::new();
    for (index, (path, manifest)) in manifests.iter().enumerate() {
        if manifest.format.kind() == Kind::Declared {
            declared.entry(folder(path).to_owned()).or_default().push(index);
        }
    }
    for index in 0..manifests.len() {
        let (path, manifest) = &manifests[index];
        let tells = manifest.dependencies.iter().any(|dependency| dependency.relation != Relation::Unknown);
        let Some(of) = ecosystem(manifest).filter(|_| manifest.format.kind() == Kind::Locked && !tells) else {
            continue;
        };
        let beside = declared.get(folder(path)).into_iter().flatten();
        let fits = beside.copied().find(|other| ecosystem(&manifests[*other].1) == Some(of));
        if let Some(other) = fits {
            let declared = manifests[other].1.clone();
            manifests[index].1.declared_by(&declared);
        }
    }
}

fn ecosystem(manifest: &Manifest) -> Option<Ecosystem> {
    manifest.dependencies.first().map(|dependency| dependency.package.ecosystem)
}

/// What lockfiles name, by folder.
fn locked_names(manifests: &[(PathBuf, Manifest)]) -> HashMap<&Path, HashSet<(Ecosystem, String)>> {
    let mut locked: HashMap<&Path, HashSet<(Ecosystem, String)>> = HashMap::new();
    for (path, manifest) in manifests.iter().filter(|(_, manifest)| manifest.format.kind() == Kind::Locked) {
        locked.entry(folder(path)).or_default().extend(manifest.dependencies.iter().map(name_of));
    }
    locked
}

fn name_of(dependency: &Dependency) -> (Ecosystem, String) {
    let package = &dependency.package;
    (package.ecosystem, package.ecosystem.normalize(&package.name).into_owned())
}

fn judge(
    (supply, public): (&Supply, &Public),
    path: &str,
    manifest: &Manifest,
    elsewhere: Option<&HashSet<(Ecosystem, String)>>,
    now: Timestamp,
) -> Said {
    let own = |dependency: &Dependency| {
        !dependency.source.is_project() && elsewhere.is_none_or(|locked| !locked.contains(&name_of(dependency)))
    };
    let judged = manifest.dependencies.iter().enumerate().filter(|(_, dependency)| own(dependency));
    let answers: Vec<(usize, Answer)> = judged
        .clone()
        .map(|(index, dependency)| (index, supply.answer(&dependency.package, &known(path, dependency, public), now)))
        .collect();
    let packages = answers.len();
    let answers = answers.into_iter().filter(|(_, answer)| !answer.findings.is_empty() || answer.suppressed > 0);
    let suspicions = manifest.suspicions.iter().map(|suspicion| manifest::finding(path, manifest, suspicion, now));
    Said { suspicions: suspicions.collect(), answers: answers.collect(), packages }
}

fn is_from_registry(dependency: &Dependency) -> bool {
    matches!(dependency.source, Source::Usual | Source::Registry(_))
}

/// What a manifest says of a package, and where it comes from a registry, what that says.
fn known(path: &str, dependency: &Dependency, public: &Public) -> Known {
    let from_registry = is_from_registry(dependency);
    let of_registry = if from_registry { public.facts(&dependency.package) } else { Facts::default() };
    // What the file takes from a registry of its own need not stand in another.
    let found_public = of_registry.found_public.filter(|found| *found || dependency.source == Source::Usual);
    Known {
        facts: Facts {
            found_public,
            install_script: dependency.install_script.then_some(true).or(of_registry.install_script),
            from_address: (!from_registry).then_some(true),
            asked_by_another: (dependency.relation == Relation::Transitive).then_some(true),
            ..of_registry
        },
        usage: Usage {
            development: dependency.scope == Scope::Development,
            optional: dependency.scope == Scope::Optional,
        },
        licence: dependency.licence.clone(),
        place: Some(manifest::evidence(path, dependency.place, &dependency.package.named())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::supply::Policy;
    use palisade_store::feeds::FeedSnapshot;

    fn looked(files: &[(&str, &str)]) -> Vec<Judged> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let supply = Supply::load(folder.path(), &FeedSnapshot::default(), Policy::default()).unwrap();
        let (found, failed) = find(&[folder.path().to_owned()], false);
        assert!(failed.is_empty());
        read_all(&found).judge(&supply, &Public::default(), Timestamp::default()).files
    }

    const LOCK: &str = r#"{"name":"a","version":"1.0.0","lockfileVersion":3,"packages":{
        "":{"name":"a","version":"1.0.0","dependencies":{"lodahs":"^1.0.0"}},
        "node_modules/lodahs":{"version":"1.0.0","integrity":"sha512-AA=="}}}"#;

    #[test]
    fn what_stands_in_the_lockfile_is_told_there() {
        let package = r#"{"name":"a","version":"1.0.0","dependencies":{"lodahs":"^1.0.0"}}"#;
        let files = looked(&[("a/package.json", package), ("a/package-lock.json", LOCK), ("b/package.json", package)]);
        let told: Vec<(bool, usize)> =
            files.iter().map(|file| (file.path.ends_with("lock.json"), file.said.answers.len())).collect();
        assert_eq!(told, [(true, 1), (false, 0), (false, 1)]);
        assert_eq!(files[0].said.answers[0].1.findings[0].class, "supply.squat");
    }

    #[test]
    fn what_only_has_the_name_of_a_manifest_is_passed_over_in_folders_and_told_where_it_is_named() {
        assert!(looked(&[("src/dockerfile.rs", "//! Reads.\n")]).is_empty());
        let folder = tempfile::tempdir().unwrap();
        let named = folder.path().join("dockerfile.rs");
        std::fs::write(&named, "//! Reads.\n").unwrap();
        assert!(find(&[folder.path().to_owned()], false).0.is_empty());
        assert_eq!(read_all(&find(&[named], false).0).failed.len(), 1);
    }

    #[test]
    fn ignored_folders_are_left_out() {
        let files = looked(&[(".palisadeignore", "vendor\n"), ("vendor/package-lock.json", LOCK), ("readme.md", "x")]);
        assert!(files.is_empty());
    }
}
