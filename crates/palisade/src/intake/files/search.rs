//! Which files there are to follow.

use crate::config::Files;
use globset::{GlobBuilder, GlobMatcher, GlobSet, GlobSetBuilder};
use std::{
    fs,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

/// Files that are followed at most, of all tables together. A position takes some 300 bytes.
pub(super) const FILES_MAX: usize = 10_000;
/// Names that one search looks at; beyond it the rest is not found, and the log says so.
const NAMES_MAX: usize = 200_000;
/// How deep `**` reaches.
const DEPTH_MAX: usize = 16;

/// A file by what stays when its name changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Identity {
    pub(super) device: u64,
    pub(super) inode: u64,
}

impl Identity {
    pub(super) fn of(metadata: &fs::Metadata) -> Self {
        Self { device: metadata.dev(), inode: metadata.ino() }
    }
}

/// One table `[[files]]`, ready to search.
pub(super) struct Pattern {
    base: PathBuf,
    /// Levels of folders below `base`.
    depth: usize,
    matcher: GlobMatcher,
    exclude: GlobSet,
}

impl Pattern {
    /// # Errors
    /// When a pattern is none.
    pub(super) fn new(files: &Files) -> Result<Self, globset::Error> {
        let glob = |pattern: &str| GlobBuilder::new(pattern).literal_separator(true).build();
        let mut exclude = GlobSetBuilder::new();
        for pattern in &files.exclude {
            exclude.add(glob(pattern)?);
        }
        let is_plain = |part: &&str| !part.contains(['*', '?', '[', '{', '\\']);
        let parts: Vec<&str> = files.path.split('/').collect();
        let plain = parts.iter().take_while(|part| is_plain(part)).count().min(parts.len() - 1);
        let rest = &parts[plain..];
        let is_deep = rest.iter().any(|part| part.contains("**") || part.contains('{'));
        Ok(Self {
            base: PathBuf::from(parts[..plain].join("/") + "/"),
            depth: if is_deep { DEPTH_MAX } else { rest.len() - 1 },
            matcher: glob(&files.path)?.compile_matcher(),
            exclude: exclude.build()?,
        })
    }

    /// The files that match, in order of path. Symbolic links to files count, those to folders do not.
    pub(super) fn find(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut names = 0;
        let mut folders = vec![(self.base.clone(), 0)];
        while let Some((folder, depth)) = folders.pop() {
            let Ok(entries) = fs::read_dir(&folder) else { continue };
            for entry in entries.flatten() {
                names += 1;
                if names > NAMES_MAX || found.len() >= FILES_MAX {
                    tracing::warn!(folder = %self.base.display(), "too many files to follow: name fewer in files.path");
                    return found;
                }
                let path = entry.path();
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => folders.extend((depth < self.depth).then(|| (path, depth + 1))),
                    Ok(_) => found.extend(self.matches(&path).then_some(path)),
                    Err(_) => {}
                }
            }
        }
        found.sort_unstable();
        found
    }

    fn matches(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default();
        self.matcher.is_match(path) && !self.exclude.is_match(path) && !self.exclude.is_match(name)
    }
}

/// Where the file went that had this path: among its neighbours, since rotation renames within the folder.
pub(super) fn renamed(path: &Path, identity: Identity) -> Option<PathBuf> {
    let entries = fs::read_dir(path.parent()?).ok()?;
    entries
        .flatten()
        .take(NAMES_MAX)
        .map(|entry| entry.path())
        .find(|path| fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && Identity::of(&metadata) == identity))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("a/b/c")).unwrap();
        for name in ["x.log", "y.log", "x.log.1", "x.log.gz", "a/x.log", "a/b/x.log", "a/b/c/x.txt"] {
            fs::write(root.join(name), "").unwrap();
        }
        std::os::unix::fs::symlink(root.join("a/b/c/x.txt"), root.join("link.log")).unwrap();
        for (path, exclude, wanted) in [
            ("x.log", vec![], vec!["x.log"]),
            ("*.log", vec![], vec!["link.log", "x.log", "y.log"]),
            ("*.log", vec!["y.*"], vec!["link.log", "x.log"]),
            ("x.log*", vec!["*.gz"], vec!["x.log", "x.log.1"]),
            ("*/x.log", vec![], vec!["a/x.log"]),
            ("a/*/x.log", vec![], vec!["a/b/x.log"]),
            ("**/x.*", vec!["*.gz", "*.1"], vec!["a/b/c/x.txt", "a/b/x.log", "a/x.log", "x.log"]),
            ("{x,y}.log", vec![], vec!["x.log", "y.log"]),
            ("none/*.log", vec![], vec![]),
        ] {
            let files = Files {
                path: root.join(path).to_str().unwrap().to_owned(),
                exclude: exclude.into_iter().map(str::to_owned).collect(),
                ..Files::default()
            };
            let found = Pattern::new(&files).unwrap().find();
            let wanted: Vec<_> = wanted.into_iter().map(|name| root.join(name)).collect();
            assert_eq!(found, wanted, "{path}");
        }
    }

    #[test]
    fn a_renamed_file_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.log");
        fs::write(&path, "").unwrap();
        let identity = Identity::of(&fs::metadata(&path).unwrap());
        fs::rename(&path, folder.path().join("x.log.1")).unwrap();
        fs::write(&path, "").unwrap();
        assert_eq!(renamed(&path, identity), Some(folder.path().join("x.log.1")));
    }
}
