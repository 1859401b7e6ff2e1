//! Which files an argument means: a file, standard input, a pattern, a folder of files, or a Delta table.

use crate::cli::{Failure, runtime};
use globset::GlobBuilder;
use ignore::{DirEntry, WalkBuilder};
use palisade_store::parquet as parquet_file;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Files read together at most.
const FILES_MAX: usize = 10_000;
/// Entries of folders looked at for one argument.
const ENTRIES_MAX: usize = 200_000;
/// How deep folders and `**` reach.
const DEPTH_MAX: usize = 16;
/// What is read of a folder: the first form of which there is any.
const FORMS: [&str; 2] = ["parquet", "csv"];

/// The files that the arguments mean, those of one argument by name; `-` stands for itself.
///
/// # Errors
/// When one means none, or all together too many.
pub(super) fn meant(given: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in given {
        if path.is_dir() {
            files.extend(of_folder(path)?);
        } else if !path.exists() && is_pattern(path) {
            files.extend(matching(path)?);
        } else {
            files.push(path.clone());
        }
        if files.len() > FILES_MAX {
            return Err(Failure::input(format!("these are more than {FILES_MAX} files"))
                .hint("name fewer, or query them with SQL: palisade query --data-dir DIR")
                .into());
        }
    }
    Ok(files)
}

fn is_pattern(path: &Path) -> bool {
    path.to_str().is_some_and(|text| text.contains(['*', '?', '[', '{']))
}

fn of_folder(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let name = folder.display();
    if parquet_file::is_delta(folder) {
        let files = runtime::run(async { Ok(parquet_file::delta_files(folder).await) })?;
        let files = files.map_err(|error| Failure::input(format!("{name}: {error}")))?;
        let empty = || Failure::input(format!("{name}: the Delta table has no rows"));
        return if files.is_empty() { Err(empty().into()) } else { Ok(files) };
    }
    // Names that begin so are notes of the programs that write such folders.
    let is_kept = |name: &OsStr| !name.to_string_lossy().starts_with(['.', '_']);
    let mut walk = WalkBuilder::new(folder);
    walk.filter_entry(move |entry| entry.depth() == 0 || is_kept(entry.file_name()));
    let all = walked(walk, DEPTH_MAX);
    let of_form = |form: &str| -> Vec<PathBuf> {
        all.iter().filter(|path| path.extension() == Some(OsStr::new(form))).cloned().collect()
    };
    FORMS.into_iter().map(of_form).find(|files| !files.is_empty()).ok_or_else(|| {
        Failure::input(format!("{name}: there is no file *.parquet or *.csv in it, and it is no Delta table"))
            .hint("a Delta table has a folder _delta_log in it")
            .into()
    })
}

fn matching(pattern: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let text = pattern.to_string_lossy();
    let glob = GlobBuilder::new(&text).literal_separator(true).build();
    let matcher = glob.map_err(|error| Failure::input(format!("{text}: {error}")))?.compile_matcher();
    let plain: PathBuf = pattern.iter().take_while(|part| !is_pattern(Path::new(part))).collect();
    let here = plain.as_os_str().is_empty();
    let depth = match text.contains("**") || text.contains('{') {
        true => DEPTH_MAX,
        false => pattern.iter().count() - plain.iter().count(),
    };
    let found = walked(WalkBuilder::new(if here { Path::new(".") } else { &plain }), depth);
    let named = found.into_iter().map(|path| path.strip_prefix("./").map(Path::to_owned).unwrap_or(path));
    let files: Vec<PathBuf> = named.filter(|path| matcher.is_match(path)).collect();
    let none = || Failure::input(format!("{text}: no file is called like this"));
    if files.is_empty() { Err(none().into()) } else { Ok(files) }
}

fn walked(mut walk: WalkBuilder, depth: usize) -> Vec<PathBuf> {
    walk.standard_filters(false).max_depth(Some(depth)).sort_by_file_name(Ord::cmp);
    let is_file = |entry: &DirEntry| entry.path().is_file();
    walk.build().take(ENTRIES_MAX).flatten().filter(is_file).map(DirEntry::into_path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn folders_and_patterns_mean_files() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("a/_tmp")).unwrap();
        for name in ["b.parquet", "a/a.parquet", "a/_tmp/c.parquet", "a/.d.parquet", "x.csv", "y.csv"] {
            fs::write(root.join(name), "").unwrap();
        }
        for (given, wanted) in [
            ("", vec!["a/a.parquet", "b.parquet"]),
            ("*.csv", vec!["x.csv", "y.csv"]),
            ("*/*.parquet", vec!["a/.d.parquet", "a/a.parquet"]),
            ("{x,y}.csv", vec!["x.csv", "y.csv"]),
            ("none.csv", vec!["none.csv"]),
        ] {
            let wanted: Vec<PathBuf> = wanted.into_iter().map(|name| root.join(name)).collect();
            assert_eq!(meant(&[root.join(given)]).unwrap(), wanted, "{given}");
        }
        let refused = |name: &str| meant(&[root.join(name)]).unwrap_err().to_string();
        assert!(refused("*.json").ends_with("no file is called like this"));
        assert!(refused("a/_tmp/../../a/_tmp/[").contains('['));
        fs::create_dir(root.join("empty")).unwrap();
        assert!(refused("empty").contains("no Delta table"));
        assert_eq!(meant(&["-".into()]).unwrap(), [PathBuf::from("-")]);
    }
}
