//! cargo: `config.toml` of the project and of the user, with source replacement.

use super::Environment;
use crate::supply::registry::address::{Address, Trust};
use std::path::{Path, PathBuf};
use toml::Table;

/// Replacements that lead to replacements.
const STEPS_MAX: usize = 8;

/// The index that cargo would use for crates.io, where that is said; git indexes cannot be asked.
pub(in crate::supply::registry) fn read(environment: &dyn Environment, folder: &Path) -> Option<Address> {
    let home = environment.variable("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(environment.home()?.join(".cargo")));
    let own = folder.join(".cargo");
    let folders = [(Some(own.clone()), Trust::Project), (home.filter(|home| *home != own), Trust::User)];
    let files = folders.into_iter().filter_map(|(folder, trust)| Some((folder?, trust)));
    let mut files = files.flat_map(|(folder, trust)| ["config.toml", "config"].map(|name| (folder.join(name), trust)));
    files.find_map(|(path, trust)| index(&environment.file(&path)?.parse().ok()?, trust))
}

fn index(config: &Table, trust: Trust) -> Option<Address> {
    let text = |kind: &str, name: &str, key: &str| Some(config.get(kind)?.get(name)?.get(key)?.as_str()?.to_owned());
    let mut name = "crates-io".to_owned();
    for _ in 0..STEPS_MAX {
        match text("source", &name, "replace-with") {
            Some(next) => name = next,
            None => break,
        }
    }
    let address = text("source", &name, "registry").or_else(|| text("registries", &name, "index"))?;
    Address::parse(&address, trust)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::supply::registry::address::tests::Given;

    #[test]
    fn source_replacement_is_followed() {
        let file = "[source.crates-io]\nreplace-with = 'a'\n[source.a]\nreplace-with = 'b'\n\
                    [source.b]\nregistry = 'sparse+https://crates.example.org/index/'\n";
        let given = Given { variables: vec![("HOME", "/home/u")], files: vec![("/home/u/.cargo/config.toml", file)] };
        let address = read(&given, Path::new("/work")).unwrap();
        assert_eq!((address.url.as_str(), address.is_index), ("https://crates.example.org/index/", true));
        let named = "[source.crates-io]\nreplace-with = 'm'\n[registries.m]\nindex = 'sparse+https://m.example.org/'\n";
        assert_eq!(index(&named.parse().unwrap(), Trust::User).unwrap().url.as_str(), "https://m.example.org/");
    }

    #[test]
    fn circles_and_git_indexes_name_nothing() {
        for text in [
            "[source.crates-io]\nreplace-with = 'a'\n[source.a]\nreplace-with = 'crates-io'\n",
            "[source.crates-io]\nregistry = 'git+ssh://example.org/index'\n",
            "[build]\njobs = 2\n",
            "source = 1\n",
        ] {
            assert!(index(&text.parse().unwrap(), Trust::User).is_none(), "{text}");
        }
    }
}
