//! Other people's test files: lockfiles of all formats as tools wrote them, and broken ones, whose names say so.
//!
//! Wants the folder of data in `PALISADE_DATA`, with `supply/lockfiles` below it. `--nocapture` lists what could not be
//! read, and why.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "own fixtures")]

use palisade_supply::manifest::{Format, Limits, read};
use std::path::{Path, PathBuf};

/// Folders, and the format of what is in them where the files' own names do not tell.
const FOLDERS: &[(&str, Format)] = &[
    ("cpp/conanlock", Format::ConanLock),
    ("dart/pubspec", Format::PubspecLock),
    ("dotnet/csproj", Format::MsBuildProject),
    ("dotnet/nugetcpm", Format::MsBuildPackages),
    ("dotnet/packagesconfig", Format::PackagesConfig),
    ("dotnet/packageslockjson", Format::NuGetLock),
    ("elixir/mixlock", Format::MixLock),
    ("golang/gomod", Format::GoMod),
    ("java/gradlelockfile", Format::GradleLock),
    ("java/gradleversioncatalog", Format::GradleCatalogue),
    ("java/pomxml", Format::MavenPom),
    ("javascript/bunlock", Format::BunLock),
    ("javascript/packagejson", Format::PackageJson),
    ("javascript/packagelockjson", Format::PackageLock),
    ("javascript/pnpmlock", Format::PnpmLock),
    ("javascript/yarnlock", Format::YarnClassic),
    ("php/composerlock", Format::ComposerLock),
    ("python/pdmlock", Format::PdmLock),
    ("python/pipfilelock", Format::PipfileLock),
    ("python/poetrylock", Format::PoetryLock),
    ("python/pylock", Format::PyLock),
    ("python/pyprojecttoml", Format::PyProject),
    ("python/requirements", Format::Requirements),
    ("python/uvlock", Format::UvLock),
    ("ruby/gemfilelock", Format::GemfileLock),
    ("rust/cargolock", Format::CargoLock),
    ("rust/cargotoml", Format::CargoToml),
    ("swift/packageresolved", Format::SwiftResolved),
    ("swift/podfilelock", Format::PodfileLock),
];

/// Parts of names that say that nothing, or not all, can be read.
const BROKEN: &[&str] = &[
    "not-",
    "invalid",
    "empty",
    "bad-",
    "malformed",
    "no-packages",
    "no-dependency",
    "no-version",
    "no-name",
    "no-gem",
    "noversion",
    "nopackage",
    "no_version",
    "missing",
    "null",
    "only-",
    "no-spec",
    "old-format",
    "without",
    "Dockerfile",
    "names-outside",
    "indirect-1.23.sum",
    "interpolate-drop",
    "window-size",
    "vscode-extension",
    "loop.txt",
    "no-dependencies",
    "metadata-only",
    "no_project",
    "dynamic",
    "just-self",
    "template",
];

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() { folders.push(entry) } else { found.push(entry) }
        }
    }
    found.sort();
    found
}

fn format(path: &Path, bytes: &[u8], usual: Format) -> Format {
    let name = path.file_name().unwrap().to_string_lossy();
    match usual {
        Format::YarnClassic if bytes.windows(11).any(|part| part == b"__metadata:") => Format::YarnBerry,
        Format::GoMod if name.ends_with(".sum") => Format::GoSum,
        usual => usual,
    }
}

#[test]
fn what_tools_wrote_is_read() {
    let Some(data) = std::env::var_os("PALISADE_DATA") else {
        eprintln!("skipped: PALISADE_DATA names no folder of data");
        return;
    };
    let root = Path::new(&data).join("supply/lockfiles/scalibr");
    let (mut read_well, mut faults) = (0, Vec::new());
    for (folder, usual) in FOLDERS {
        for path in files(&root.join("language").join(folder)) {
            let bytes = std::fs::read(&path).unwrap();
            let format = format(&path, &bytes, *usual);
            let manifest = read(format, &bytes, &Limits::default());
            let told = manifest.problems.first().map_or("names no package", |problem| problem.reason.as_str());
            if manifest.problems.is_empty() && !manifest.dependencies.is_empty() {
                read_well += 1;
                continue;
            }
            let name = path.strip_prefix(&root).unwrap().display().to_string();
            let line = format!("{format}: {name}: {} packages, {told}", manifest.dependencies.len());
            eprintln!("{line}");
            if !BROKEN.iter().any(|part| name.contains(part)) {
                faults.push(line);
            }
        }
    }
    for path in files(&root.join("sbom")) {
        let bytes = std::fs::read(&path).unwrap();
        let Some(format) = Format::of(&path.to_string_lossy(), &bytes) else { continue };
        let manifest = read(format, &bytes, &Limits::default());
        eprintln!(
            "{format}: {}: {} packages, {:?}",
            path.display(),
            manifest.dependencies.len(),
            manifest.problems.first()
        );
        read_well += usize::from(manifest.problems.is_empty());
    }
    eprintln!("{read_well} files read");
    assert!(read_well > 150, "{read_well}");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
