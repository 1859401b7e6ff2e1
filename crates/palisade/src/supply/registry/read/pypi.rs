//! PyPI: `HOST/pypi/NAME/json`.

use super::{lenient, moment};
use crate::supply::registry::record::{Record, VERSIONS_MAX, Version, plain_repository};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

#[derive(Deserialize)]
struct Project {
    info: Info,
    releases: BTreeMap<String, Vec<File>>,
}

#[derive(Deserialize)]
struct Info {
    #[serde(default, deserialize_with = "lenient")]
    version: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    project_urls: Option<HashMap<String, String>>,
    #[serde(default, deserialize_with = "lenient")]
    home_page: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct File {
    #[serde(deserialize_with = "lenient")]
    upload_time_iso_8601: Option<String>,
    #[serde(deserialize_with = "lenient")]
    yanked: Option<bool>,
    /// Told by some registries only (PEP 740).
    #[serde(deserialize_with = "lenient")]
    provenance: Option<String>,
}

/// Where code is kept, of what projects link to.
const CODE_HOSTS: &[&str] = &["github.com/", "gitlab.com/", "bitbucket.org/", "codeberg.org/", "git.sr.ht/"];

/// Reads a project.
pub(in crate::supply::registry) fn read(body: &[u8]) -> Result<Record, serde_json::Error> {
    let project: Project = serde_json::from_slice(body)?;
    let versions = project.releases.iter().take(VERSIONS_MAX).map(|(number, files)| Version {
        number: number.clone(),
        published: files.iter().filter_map(|file| moment(file.upload_time_iso_8601.as_deref()?)).min(),
        publisher: None,
        install_script: None,
        provenance: files.iter().any(|file| file.provenance.is_some()).then_some(true),
        yanked: !files.is_empty() && files.iter().all(|file| file.yanked == Some(true)),
    });
    Ok(Record {
        found: true,
        versions: versions.collect(),
        repository: Some(repository(&project.info)),
        latest: project.info.version,
        ..Record::default()
    })
}

/// The link that says that it is the code, else the first to a code host.
fn repository(info: &Info) -> String {
    let mut links: Vec<(&str, &str)> =
        info.project_urls.iter().flatten().map(|(name, address)| (name.as_str(), address.as_str())).collect();
    links.extend(info.home_page.as_deref().map(|address| ("home", address)));
    links.sort_unstable();
    let is_code =
        |name: &str| ["source", "code", "repository", "github"].iter().any(|word| name.to_lowercase().contains(word));
    let on_host = |address: &str| CODE_HOSTS.iter().any(|host| address.contains(host));
    let named = links.iter().find(|(name, address)| is_code(name) && on_host(address));
    let found = named.or_else(|| links.iter().find(|(_, address)| on_host(address)));
    found.map(|(_, address)| plain_repository(address)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_is_read() {
        let record = read(
            br#"{"info":{"version":"2.0","home_page":"","project_urls":{"Docs":"https://x.example","Source":"https://github.com/A/B"}},
            "releases":{"1.0":[{"upload_time_iso_8601":"2020-01-02T00:00:00.000000Z","yanked":true},
                               {"upload_time_iso_8601":"2020-01-01T00:00:00.000000Z","yanked":true}],
                        "2.0":[{"upload_time_iso_8601":"2021-01-01T00:00:00Z","yanked":false,"provenance":"https://r/p"}],
                        "3.0":[]}}"#,
        )
        .unwrap();
        assert_eq!((record.latest.as_deref(), record.repository.as_deref()), (Some("2.0"), Some("github.com/a/b")));
        assert_eq!(record.versions[0].published.unwrap().to_string(), "2020-01-01T00:00:00.000000000Z");
        assert_eq!((record.versions[0].yanked, record.versions[1].provenance), (true, Some(true)));
        assert_eq!(record.versions[2].published, None);
        let bare = read(br#"{"info":{"project_urls":null},"releases":{}}"#).unwrap();
        assert_eq!(bare.repository.as_deref(), Some(""));
    }

    #[test]
    fn what_is_no_project_is_refused() {
        for body in ["", "{}", "{\"info\":{}}", "{\"info\":{},\"releases\":[]}", "{\"message\":\"Not Found\"}"] {
            assert!(read(body.as_bytes()).is_err(), "{body}");
        }
    }
}
