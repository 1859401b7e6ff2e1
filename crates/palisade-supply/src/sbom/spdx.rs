//! SPDX 2.3 in JSON (ISO/IEC 5962).

use super::{
    Subject, TOOL,
    hashes::hashes,
    licences::{Licence, licence},
    stock::{Component, Stock},
};
use crate::manifest::{Scope, Source};
use palisade_model::Timestamp;
use serde_json::{Map, Value, json};

const DOCUMENT: &str = "SPDXRef-DOCUMENT";
const PROJECT: &str = "SPDXRef-Project";

/// The bill of `subject`.
#[must_use]
pub fn spdx(subject: &Subject<'_>) -> String {
    let stock = Stock::of(subject.manifests);
    let packages: Vec<Value> =
        [project(subject)].into_iter().chain(stock.components.iter().enumerate().map(package)).collect();
    let bill = json!({
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": DOCUMENT,
        "name": subject.name,
        "documentNamespace": format!("urn:uuid:{}", subject.serial),
        "creationInfo": {
            "created": in_seconds(subject.time),
            "creators": [format!("Tool: {}-{}", TOOL.0, TOOL.1)],
        },
        "packages": packages,
        "relationships": relationships(&stock),
    });
    format!("{bill:#}\n")
}

/// The standard allows no parts of a second.
fn in_seconds(time: Timestamp) -> String {
    let text = time.to_string();
    text.split_once('.').map_or_else(|| text.clone(), |(seconds, _)| format!("{seconds}Z"))
}

fn id(index: usize) -> String {
    format!("SPDXRef-Package-{}", index + 1)
}

fn project(subject: &Subject<'_>) -> Value {
    let mut out = unasserted(PROJECT, subject.name, "NOASSERTION".to_owned());
    out.insert("primaryPackagePurpose".into(), "APPLICATION".into());
    if let Some(version) = subject.version {
        out.insert("versionInfo".into(), version.into());
    }
    if let Some(purl) = subject.package.and_then(|package| package.to_purl()) {
        out.insert("externalRefs".into(), json!([external(&purl)]));
    }
    Value::Object(out)
}

fn package((index, component): (usize, &Component<'_>)) -> Value {
    let dependency = component.dependency;
    let mut out = unasserted(&id(index), &dependency.package.name, location(&dependency.source));
    if let Some(version) = &dependency.package.version {
        out.insert("versionInfo".into(), version.as_str().into());
    }
    let purpose = if dependency.source.is_project() { "APPLICATION" } else { "LIBRARY" };
    out.insert("primaryPackagePurpose".into(), purpose.into());
    if let Some(text) = &dependency.licence {
        match licence(text) {
            Licence::Id(text) | Licence::Expression(text) => out.insert("licenseDeclared".into(), text.into()),
            // A name that SPDX does not know may not stand in an expression.
            Licence::Name(text) => out.insert("licenseComments".into(), format!("declared as: {text}").into()),
        };
    }
    let hashes = dependency.integrity.as_deref().map(hashes).unwrap_or_default();
    if !hashes.is_empty() {
        let rows = hashes.into_iter().map(|hash| json!({"algorithm": hash.spdx, "checksumValue": hash.digits}));
        out.insert("checksums".into(), rows.collect());
    }
    if let Some(purl) = &component.purl {
        out.insert("externalRefs".into(), json!([external(purl)]));
    }
    Value::Object(out)
}

/// A package of which only the name is said.
fn unasserted(id: &str, name: &str, location: String) -> Map<String, Value> {
    let rows: [(&str, Value); 7] = [
        ("SPDXID", id.into()),
        ("name", name.into()),
        ("downloadLocation", location.into()),
        ("filesAnalyzed", false.into()),
        ("licenseConcluded", "NOASSERTION".into()),
        ("licenseDeclared", "NOASSERTION".into()),
        ("copyrightText", "NOASSERTION".into()),
    ];
    rows.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn external(purl: &str) -> Value {
    json!({"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl})
}

/// The address of a package past the registry, where it is one that the standard takes.
fn location(source: &Source) -> String {
    let found = match source {
        Source::Git(address) => repository(address),
        Source::Archive(address) => Some(address.clone()).filter(|address| is_address(address)),
        Source::Usual | Source::Registry(_) | Source::Project(_) => None,
    };
    found.unwrap_or_else(|| "NOASSERTION".to_owned())
}

/// `git+https://host/path@revision`
fn repository(address: &str) -> Option<String> {
    let (address, revision) = address.split_once('#').unwrap_or((address, ""));
    let address = address.split('?').next().unwrap_or(address);
    let address = address.strip_prefix("git+").unwrap_or(address);
    let at = if revision.is_empty() { "" } else { "@" };
    is_address(address).then(|| format!("git+{address}{at}{revision}")).filter(|whole| whole.bytes().all(is_plain))
}

fn is_address(address: &str) -> bool {
    ["https://", "http://", "ssh://"].iter().any(|scheme| address.starts_with(scheme)) && address.bytes().all(is_plain)
}

/// True for what may stand in an address as it is.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?@!$&'()*+,;=%".contains(&byte)
}

fn relationships(stock: &Stock<'_>) -> Vec<Value> {
    let row = |from: &str, kind: &str, to: &str| json!({"spdxElementId": from, "relationshipType": kind, "relatedSpdxElement": to});
    let asks = |from: &str, to: usize, scope: Scope| match scope {
        Scope::Production => row(from, "DEPENDS_ON", &id(to)),
        Scope::Optional => row(&id(to), "OPTIONAL_DEPENDENCY_OF", from),
        Scope::Development => row(&id(to), "DEV_DEPENDENCY_OF", from),
    };
    let mut rows = vec![row(DOCUMENT, "DESCRIBES", PROJECT)];
    rows.extend(stock.asked.iter().map(|(to, scope)| asks(PROJECT, *to, *scope)));
    for (index, component) in stock.components.iter().enumerate() {
        rows.extend(component.asks.iter().map(|(to, scope)| asks(&id(index), *to, *scope)));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::{Format, Limits, read};

    #[test]
    fn what_is_written_is_read_back() {
        let lock = r#"{"packages": {"": {"dependencies": {"a": "1"}, "devDependencies": {"d": "1"}},
 "node_modules/a": {"version": "1.2.3", "license": "MIT OR ISC", "dependencies": {"b": "1"}},
 "node_modules/b": {"version": "2.0.0", "license": "own", "integrity": "sha1-AAECAwQFBgcICQoLDA0ODxAREhM="},
 "node_modules/d": {"version": "1.0.0", "dev": true}}}"#;
        let manifests = [read(Format::PackageLock, lock.as_bytes(), &Limits::default())];
        let subject = Subject {
            name: "app",
            version: Some("1.0"),
            package: None,
            manifests: &manifests,
            time: Timestamp::parse("2026-01-02T03:04:05.678Z").unwrap(),
            serial: "0199f1c2-7a31-7c51-8000-5b1e00000000".parse().unwrap(),
        };
        let text = spdx(&subject);
        assert!(text.contains(r#""created": "2026-01-02T03:04:05Z""#), "{text}");
        let back = read(Format::SpdxJson, text.as_bytes(), &Limits::default());
        assert_eq!(back.problems, []);
        let told = |manifest: &crate::manifest::Manifest| -> Vec<(String, usize)> {
            let paths = manifest.paths();
            let all = manifest.dependencies.iter().enumerate();
            all.map(|(index, one)| (one.package.to_purl().unwrap(), paths.to(index).len())).collect()
        };
        assert_eq!(told(&back), told(&manifests[0]));
        assert_eq!(back.dependencies[0].licence.as_deref(), Some("MIT OR ISC"));
        assert_eq!(back.dependencies[1].licence, None);
        assert_eq!(back.dependencies[1].integrity.as_deref(), Some("sha1:000102030405060708090a0b0c0d0e0f10111213"));
    }
}
