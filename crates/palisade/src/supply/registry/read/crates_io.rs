//! crates.io: `API/api/v1/crates/NAME`; `config.json` of a sparse index, which says where that API is; and the index
//! itself (The Cargo Book, "Index Format").

use super::{lenient, moment};
use crate::supply::registry::record::{Record, VERSIONS_MAX, Version, plain_repository};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "crate")]
    about: About,
    versions: Vec<Published>,
}

#[derive(Deserialize)]
struct About {
    #[serde(default, deserialize_with = "lenient")]
    created_at: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    recent_downloads: Option<u64>,
    #[serde(default, deserialize_with = "lenient")]
    repository: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    max_stable_version: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    max_version: Option<String>,
}

#[derive(Deserialize)]
struct Published {
    num: String,
    #[serde(default, deserialize_with = "lenient")]
    created_at: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    yanked: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    published_by: Option<User>,
    #[serde(default)]
    trustpub_data: Value,
}

#[derive(Deserialize)]
struct User {
    login: String,
}

/// Reads what is said of a crate.
pub(in crate::supply::registry) fn read(body: &[u8]) -> Result<Record, serde_json::Error> {
    let Answer { about, versions } = serde_json::from_slice(body)?;
    let versions: Vec<Version> = versions.into_iter().take(VERSIONS_MAX).map(version).collect();
    Ok(Record {
        found: true,
        created: about.created_at.as_deref().and_then(moment),
        latest: about.max_stable_version.or(about.max_version),
        // Who may publish is asked for elsewhere; who has published is said here.
        maintainers: versions.iter().filter_map(|version| version.publisher.clone()).collect(),
        versions,
        repository: Some(about.repository.as_deref().map(plain_repository).unwrap_or_default()),
        downloads: about.recent_downloads,
    })
}

fn version(published: Published) -> Version {
    Version {
        number: published.num,
        published: published.created_at.as_deref().and_then(moment),
        publisher: published.published_by.map(|user| user.login),
        install_script: None,
        provenance: Some(published.trustpub_data.is_object()),
        yanked: published.yanked.unwrap_or(false),
    }
}

/// Where the index says that its API is; not every registry has one.
pub(in crate::supply::registry) fn api(config: &[u8]) -> Result<Option<String>, serde_json::Error> {
    #[derive(Deserialize)]
    struct Config {
        api: Option<String>,
    }
    Ok(serde_json::from_slice::<Config>(config)?.api)
}

/// Where the index has a crate: names of up to three letters in folders of their own, others by their first four.
pub(in crate::supply::registry) fn index_path(name: &str) -> Option<Vec<&str>> {
    match name.len() {
        1 => Some(vec!["1", name]),
        2 => Some(vec!["2", name]),
        3 => Some(vec!["3", name.get(..1)?, name]),
        _ => Some(vec![name.get(..2)?, name.get(2..4)?, name]),
    }
}

/// Reads what the index says of a crate: a line of JSON for each version.
pub(in crate::supply::registry) fn read_index(body: &[u8]) -> Result<Record, serde_json::Error> {
    #[derive(Deserialize)]
    struct Line {
        vers: String,
        #[serde(default)]
        yanked: bool,
    }
    let lines = serde_json::Deserializer::from_slice(body).into_iter::<Line>().take(VERSIONS_MAX);
    let version = |line: Line| Version { number: line.vers, yanked: line.yanked, ..Version::default() };
    let versions = lines.map(|line| line.map(version)).collect::<Result<Vec<Version>, _>>()?;
    Ok(Record { found: true, versions, ..Record::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_is_read() {
        let record = read(
            br#"{"crate":{"created_at":"2020-01-01T00:00:00.000000+00:00","recent_downloads":7,"repository":null,
                "max_stable_version":"1.0.0","max_version":"2.0.0-rc.1"},
            "versions":[{"num":"2.0.0-rc.1","created_at":"2021-01-01T00:00:00Z","yanked":true,"published_by":null,
                "trustpub_data":{"provider":"github"}},
              {"num":"1.0.0","created_at":"2020-01-01T00:00:00Z","yanked":false,"published_by":{"login":"ann"},
                "trustpub_data":null}]}"#,
        )
        .unwrap();
        assert_eq!(
            (record.downloads, record.latest.as_deref(), record.repository.as_deref()),
            (Some(7), Some("1.0.0"), Some(""))
        );
        assert_eq!((record.versions[0].yanked, record.versions[0].provenance), (true, Some(true)));
        assert_eq!(
            (record.versions[1].publisher.as_deref(), record.versions[1].provenance),
            (Some("ann"), Some(false))
        );
        assert!(record.maintainers.contains("ann"));
    }

    #[test]
    fn what_is_no_crate_is_refused() {
        for body in ["", "{}", "{\"errors\":[]}", "{\"crate\":{},\"versions\":[{}]}"] {
            assert!(read(body.as_bytes()).is_err(), "{body}");
        }
        assert_eq!(api(br#"{"dl":"https://d","api":"https://a"}"#).unwrap().as_deref(), Some("https://a"));
        assert_eq!(api(br#"{"dl":"https://d"}"#).unwrap(), None);
        assert!(api(b"").is_err());
    }

    #[test]
    fn an_index_is_read() {
        let lines = "{\"name\":\"a\",\"vers\":\"0.1.0\",\"deps\":[],\"cksum\":\"\",\"yanked\":true}\n\
                     {\"name\":\"a\",\"vers\":\"1.0.0\",\"yanked\":false}\n";
        let record = read_index(lines.as_bytes()).unwrap();
        let versions: Vec<_> = record.versions.iter().map(|one| (one.number.as_str(), one.yanked)).collect();
        assert_eq!((record.found, versions), (true, vec![("0.1.0", true), ("1.0.0", false)]));
        assert!(read_index(b"<html>").is_err() && read_index(b"{\"vers\":1}").is_err());
        for (name, path) in [("a", "1/a"), ("ab", "2/ab"), ("abc", "3/a/abc"), ("cargo", "ca/rg/cargo")] {
            assert_eq!(index_path(name).unwrap().join("/"), path);
        }
        assert_eq!(index_path("a\u{e9}b\u{e9}"), None, "a name of other letters stands in no index");
    }
}
