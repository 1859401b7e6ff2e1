//! npm: the packument at `REGISTRY/NAME`.

use super::{lenient, moment};
use crate::supply::registry::record::{MAINTAINERS_MAX, Record, VERSIONS_MAX, Version, plain_repository};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

#[derive(Deserialize)]
struct Packument {
    #[serde(default)]
    time: HashMap<String, Value>,
    versions: BTreeMap<String, Published>,
    #[serde(default, rename = "dist-tags", deserialize_with = "lenient")]
    tags: Option<HashMap<String, String>>,
    #[serde(default, deserialize_with = "lenient")]
    maintainers: Option<Vec<Person>>,
    #[serde(default)]
    repository: Value,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Published {
    #[serde(deserialize_with = "lenient")]
    scripts: Option<HashMap<String, Value>>,
    #[serde(rename = "hasInstallScript", deserialize_with = "lenient")]
    has_install_script: Option<bool>,
    #[serde(deserialize_with = "lenient")]
    dist: Option<Dist>,
    #[serde(rename = "_npmUser", deserialize_with = "lenient")]
    publisher: Option<Person>,
}

#[derive(Deserialize)]
struct Dist {
    #[serde(default)]
    attestations: Value,
}

#[derive(Deserialize)]
struct Person {
    name: String,
}

/// Reads a packument.
pub(in crate::supply::registry) fn read(body: &[u8]) -> Result<Record, serde_json::Error> {
    let packument: Packument = serde_json::from_slice(body)?;
    let time = |key: &str| packument.time.get(key).and_then(Value::as_str).and_then(moment);
    let versions = packument
        .versions
        .iter()
        .take(VERSIONS_MAX)
        .map(|(number, published)| version(number, published, time(number)));
    let repository = match &packument.repository {
        Value::String(address) => address.as_str(),
        other => other.get("url").and_then(Value::as_str).unwrap_or_default(),
    };
    Ok(Record {
        found: true,
        created: time("created"),
        latest: packument.tags.and_then(|mut tags| tags.remove("latest")),
        versions: versions.collect(),
        maintainers: packument
            .maintainers
            .into_iter()
            .flatten()
            .take(MAINTAINERS_MAX)
            .map(|person| person.name)
            .collect(),
        repository: Some(plain_repository(repository)),
        downloads: None,
    })
}

fn version(number: &str, published: &Published, time: Option<palisade_model::Timestamp>) -> Version {
    let runs = |scripts: &HashMap<String, Value>| {
        ["preinstall", "install", "postinstall"].iter().any(|name| scripts.contains_key(*name))
    };
    let script = published.has_install_script.unwrap_or(false) || published.scripts.as_ref().is_some_and(runs);
    Version {
        number: number.to_owned(),
        published: time,
        publisher: published.publisher.as_ref().map(|person| person.name.clone()),
        install_script: Some(script),
        provenance: published.dist.as_ref().map(|dist| dist.attestations.is_object()),
        yanked: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packument_is_read() {
        let record = read(
            br#"{"time":{"created":"2020-01-01T00:00:00.000Z","1.0.0":"2020-01-01T00:00:01.000Z","2.0.0":17},
            "dist-tags":{"latest":"1.0.0"},"maintainers":[{"name":"ann","email":"a@example.org"}],
            "repository":{"type":"git","url":"git+https://github.com/a/b.git"},
            "versions":{"1.0.0":{"scripts":{"postinstall":"node x"},"_npmUser":{"name":"ann"},
                "dist":{"attestations":{"url":"https://r/a","provenance":{}}}},
              "2.0.0":{"scripts":["odd"],"dist":{}}}}"#,
        )
        .unwrap();
        assert_eq!(record.created.unwrap().to_string(), "2020-01-01T00:00:00.000000000Z");
        assert_eq!((record.latest.as_deref(), record.repository.as_deref()), (Some("1.0.0"), Some("github.com/a/b")));
        let [first, second] = record.versions.as_slice() else { panic!("{record:?}") };
        assert_eq!((first.install_script, first.provenance), (Some(true), Some(true)));
        assert_eq!((second.install_script, second.provenance, second.published), (Some(false), Some(false), None));
        assert!(record.maintainers.contains("ann"));
    }

    #[test]
    fn what_is_no_packument_is_refused() {
        for body in ["", "{}", "[]", "{\"versions\": 1}", "{\"versions\": {\"1.0.0\":", "<html>"] {
            assert!(read(body.as_bytes()).is_err(), "{body}");
        }
    }
}
