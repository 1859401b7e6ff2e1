//! The names that are protected before any feed has come: a few hundred an ecosystem, most popular first, written down
//! by people who use them. Feeds of popular names take their place.

use crate::{
    Ecosystem,
    names::{Popular, read_popular},
};

/// One name a line.
const LISTS: &[(Ecosystem, &str)] = &[
    (Ecosystem::Npm, include_str!("npm.txt")),
    (Ecosystem::PyPi, include_str!("pypi.txt")),
    (Ecosystem::Cargo, include_str!("cargo.txt")),
    (Ecosystem::Go, include_str!("go.txt")),
    (Ecosystem::Maven, include_str!("maven.txt")),
    (Ecosystem::NuGet, include_str!("nuget.txt")),
    (Ecosystem::RubyGems, include_str!("rubygems.txt")),
    (Ecosystem::Packagist, include_str!("packagist.txt")),
    (Ecosystem::GitHubActions, include_str!("actions.txt")),
    (Ecosystem::VsCode, include_str!("vscode.txt")),
    (Ecosystem::Docker, include_str!("docker.txt")),
    (Ecosystem::HuggingFace, include_str!("huggingface.txt")),
];

/// The starter names of `ecosystem`, most popular first; none for ecosystems that the starter set does not have.
#[must_use]
pub fn popular(ecosystem: Ecosystem) -> Vec<Popular> {
    let list = LISTS.iter().find(|(of, _)| *of == ecosystem).map_or("", |(_, list)| list);
    read_popular(list).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{LISTS, popular};
    use crate::names::{Index, Names};
    use std::collections::HashSet;

    #[test]
    fn every_list_has_a_few_hundred_names_once_each() {
        for (ecosystem, list) in LISTS {
            let names = popular(*ecosystem);
            assert!((120..2000).contains(&names.len()), "{ecosystem}: {}", names.len());
            let written: Vec<&str> = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
            let normal: HashSet<String> = written.iter().map(|name| ecosystem.normalize(name).into_owned()).collect();
            let twice: Vec<&&str> =
                written.iter().filter(|name| written.iter().filter(|other| other == name).count() > 1).collect();
            assert_eq!(normal.len(), written.len(), "{ecosystem}: {twice:?}");
            assert!(written.iter().all(|name| name.trim() == *name), "{ecosystem}");
        }
    }

    #[test]
    fn no_starter_name_is_suspected() {
        for index in Names::starter().indexes() {
            let suspected = (1..=index.len()).filter(|rank| {
                let name = index.at(u32::try_from(*rank).unwrap()).unwrap();
                !Index::check(index, name).is_empty()
            });
            assert_eq!(suspected.count(), 0, "{}", index.ecosystem());
        }
    }
}
