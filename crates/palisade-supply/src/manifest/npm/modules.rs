//! Who asks for whom, as Node.js looks packages up: in the folder of the one who asks, then further out.

use crate::manifest::{Reading, Scope};
use std::{borrow::Cow, collections::HashMap};

/// Bytes that may be compared for one file: hostile nesting makes every look-up long.
const BYTES_MAX: usize = 1 << 30;

/// One asks for a name.
pub(super) struct Ask<'t> {
    /// The folder of the one who asks; empty for the project.
    pub(super) folder: u32,
    pub(super) name: Cow<'t, str>,
    pub(super) scope: Scope,
}

/// The folders that packages stand in, and what is asked for from there.
#[derive(Default)]
pub(super) struct Modules<'t> {
    /// Path and index of the package; the project has none.
    pub(super) folders: Vec<(Cow<'t, str>, Option<u32>)>,
    /// Folders that stand for others.
    pub(super) links: Vec<(Cow<'t, str>, Cow<'t, str>)>,
    pub(super) asks: Vec<Ask<'t>>,
}

/// How nested packages are written in a path.
#[derive(Clone, Copy)]
pub(super) enum Nesting {
    /// `node_modules/a/node_modules/b`
    Folders,
    /// `a/b`, as bun writes it.
    Names,
}

impl Modules<'_> {
    /// Adds an edge for every name that is found.
    pub(super) fn connect(&self, reading: &mut Reading<'_>, nesting: Nesting) {
        let mut at: HashMap<&str, Option<u32>> = HashMap::with_capacity(self.folders.len());
        at.extend(self.folders.iter().map(|(path, index)| (path.as_ref(), *index)));
        for (path, target) in &self.links {
            if let Some(index) = at.get(target.as_ref()).copied() {
                at.insert(path, index);
            }
        }
        let mut left = BYTES_MAX;
        let mut path = String::new();
        for ask in &self.asks {
            let (folder, from) = &self.folders[ask.folder as usize];
            let mut base: &str = folder;
            loop {
                join(&mut path, base, &ask.name, nesting);
                left = left.saturating_sub(path.len());
                if let Some(Some(to)) = at.get(path.as_str()) {
                    reading.edge(*from, *to, ask.scope);
                    break;
                }
                if base.is_empty() || left == 0 {
                    break;
                }
                base = further_out(base, nesting);
            }
        }
        if left == 0 {
            reading.problem(0, "nests packages so deep that not all relations between them were followed");
        }
    }
}

fn join(path: &mut String, base: &str, name: &str, nesting: Nesting) {
    path.clear();
    path.push_str(base);
    if !base.is_empty() {
        path.push('/');
    }
    if matches!(nesting, Nesting::Folders) {
        path.push_str("node_modules/");
    }
    path.push_str(name);
}

fn further_out(base: &str, nesting: Nesting) -> &str {
    let outer = |text: &'_ str| text.rfind('/').map_or(0, |slash| slash);
    match nesting {
        Nesting::Folders => match base.rfind("node_modules/") {
            Some(begin) => base[..begin].trim_end_matches('/'),
            None => &base[..outer(base)],
        },
        Nesting::Names => {
            let rest = &base[..outer(base)];
            let scope = outer(rest);
            let last = &rest[if scope == 0 { 0 } else { scope + 1 }..];
            if last.starts_with('@') { &rest[..scope] } else { rest }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_looked_for_further_and_further_out() {
        let ways = |from: &str, nesting| {
            let mut all = vec![from.to_owned()];
            while !all.last().unwrap().is_empty() {
                all.push(further_out(all.last().unwrap(), nesting).to_owned());
            }
            all.join(" ")
        };
        assert_eq!(
            ways("node_modules/a/node_modules/@s/b", Nesting::Folders),
            "node_modules/a/node_modules/@s/b node_modules/a "
        );
        assert_eq!(
            ways("packages/x/node_modules/a", Nesting::Folders),
            "packages/x/node_modules/a packages/x packages "
        );
        assert_eq!(ways("a/@s/b", Nesting::Names), "a/@s/b a ");
        assert_eq!(ways("@s/b/c", Nesting::Names), "@s/b/c @s/b ");
    }
}
