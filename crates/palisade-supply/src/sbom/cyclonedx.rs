//! CycloneDX 1.6 in JSON (ECMA-424).

use super::{
    Subject, TOOL, Vulnerability,
    hashes::hashes,
    licences::{Licence, licence},
    stock::{Component, Stock},
};
use crate::manifest::{Scope, Source};
use palisade_model::Severity;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The reference of the project itself; no package URL begins like it.
const PROJECT: &str = "project";

/// The bill of `subject`, with what is known to be wrong with its components.
#[must_use]
pub fn cyclonedx(subject: &Subject<'_>, vulnerabilities: &[Vulnerability]) -> String {
    let stock = Stock::of(subject.manifests);
    let mut bill = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": format!("urn:uuid:{}", subject.serial),
        "version": 1,
        "metadata": {
            "timestamp": subject.time.to_string(),
            "tools": {"components": [{"type": "application", "name": TOOL.0, "version": TOOL.1}]},
            "component": project(subject),
        },
        "components": stock.components.iter().map(component).collect::<Vec<_>>(),
        "dependencies": dependencies(&stock),
    });
    if !vulnerabilities.is_empty() {
        bill["vulnerabilities"] = vulnerabilities.iter().map(|one| vulnerability(&stock, one)).collect();
    }
    format!("{bill:#}\n")
}

fn project(subject: &Subject<'_>) -> Value {
    let mut project = json!({"type": "application", "bom-ref": PROJECT, "name": subject.name});
    if let Some(version) = subject.version {
        project["version"] = version.into();
    }
    if let Some(purl) = subject.package.and_then(|package| package.to_purl()) {
        project["purl"] = purl.into();
    }
    project
}

fn component(component: &Component<'_>) -> Value {
    let dependency = component.dependency;
    let mut out = Map::new();
    out.insert("type".into(), if dependency.source.is_project() { "application" } else { "library" }.into());
    out.insert("bom-ref".into(), component.reference.as_str().into());
    out.insert("name".into(), dependency.package.name.as_str().into());
    if let Some(version) = &dependency.package.version {
        out.insert("version".into(), version.as_str().into());
    }
    out.insert("scope".into(), scope(component.scope).into());
    let hashes = dependency.integrity.as_deref().map(hashes).unwrap_or_default();
    if !hashes.is_empty() {
        let rows = hashes.into_iter().map(|hash| json!({"alg": hash.cyclonedx, "content": hash.digits}));
        out.insert("hashes".into(), rows.collect());
    }
    if let Some(text) = &dependency.licence {
        let row = match licence(text) {
            Licence::Id(id) => json!({"license": {"id": id}}),
            Licence::Expression(expression) => json!({"expression": expression}),
            Licence::Name(name) => json!({"license": {"name": name}}),
        };
        out.insert("licenses".into(), json!([row]));
    }
    if let Some(purl) = &component.purl {
        out.insert("purl".into(), purl.as_str().into());
    }
    if let Some((kind, address)) = reference(&dependency.source) {
        out.insert("externalReferences".into(), json!([{"type": kind, "url": address}]));
    }
    Value::Object(out)
}

/// What is only for development is not delivered.
fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Production => "required",
        Scope::Optional => "optional",
        Scope::Development => "excluded",
    }
}

/// The address that a component is taken from, where it is one.
fn reference(source: &Source) -> Option<(&'static str, &str)> {
    let (kind, address) = match source {
        Source::Git(address) => ("vcs", address),
        Source::Archive(address) | Source::Registry(address) => ("distribution", address),
        Source::Usual | Source::Project(_) => return None,
    };
    let clean = address.contains("://")
        && address.bytes().all(|byte| byte.is_ascii_graphic() && !br#"<>"{}|\^`"#.contains(&byte))
        && address.matches('#').count() <= 1;
    clean.then_some((kind, address.as_str()))
}

fn dependencies(stock: &Stock<'_>) -> Vec<Value> {
    let references = |asks: &BTreeMap<usize, Scope>| -> Vec<&str> {
        asks.keys().map(|index| stock.components[*index].reference.as_str()).collect()
    };
    let project = json!({"ref": PROJECT, "dependsOn": references(&stock.asked)});
    let components = stock.components.iter();
    let rows = components.map(|one| json!({"ref": one.reference, "dependsOn": references(&one.asks)}));
    [project].into_iter().chain(rows).collect()
}

fn vulnerability(stock: &Stock<'_>, one: &Vulnerability) -> Value {
    let mut out = Map::new();
    out.insert("id".into(), one.id.as_str().into());
    if one.source.is_some() || one.address.is_some() {
        let pairs = [("name", &one.source), ("url", &one.address)];
        let members = pairs.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value.as_deref()?.into())));
        out.insert("source".into(), Value::Object(members.collect()));
    }
    if let Some(rating) = rating(one) {
        out.insert("ratings".into(), json!([rating]));
    }
    for (key, text) in [("description", &one.description), ("recommendation", &one.recommendation)] {
        if let Some(text) = text {
            out.insert(key.into(), text.as_str().into());
        }
    }
    let mut affected: Vec<&str> =
        one.affects.iter().flat_map(|package| stock.find(package)).map(|found| found.reference.as_str()).collect();
    affected.sort_unstable();
    affected.dedup();
    out.insert("affects".into(), affected.into_iter().map(|reference| json!({"ref": reference})).collect());
    Value::Object(out)
}

fn rating(one: &Vulnerability) -> Option<Value> {
    let mut rating = Map::new();
    if let Some(score) = one.score.filter(|score| score.is_finite()) {
        rating.insert("score".into(), score.into());
    }
    if let Some(severity) = one.severity {
        rating.insert("severity".into(), severity_name(severity).into());
    }
    if let Some(vector) = &one.vector {
        rating.insert("method".into(), method(vector).into());
        rating.insert("vector".into(), vector.as_str().into());
    }
    (!rating.is_empty()).then_some(Value::Object(rating))
}

fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Informational => "info",
        Severity::Low => "low",
        Severity::Medium => "medium",
        Severity::High => "high",
        Severity::Critical => "critical",
    }
}

fn method(vector: &str) -> &'static str {
    match vector.split('/').next() {
        Some("CVSS:4.0") => "CVSSv4",
        Some("CVSS:3.1") => "CVSSv31",
        Some("CVSS:3.0") => "CVSSv3",
        Some(first) if first.starts_with("AV:") => "CVSSv2",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Ecosystem, Package,
        manifest::{Format, Limits, read},
    };
    use palisade_model::Timestamp;

    const LOCK: &str = r#"{"packages": {"": {"name": "app", "dependencies": {"a": "1"}, "devDependencies": {"d": "1"}},
 "node_modules/a": {"version": "1.2.3", "license": "MIT", "dependencies": {"b": "1"}},
 "node_modules/b": {"version": "2.0.0", "integrity": "sha1-AAECAwQFBgcICQoLDA0ODxAREhM="},
 "node_modules/d": {"version": "1.0.0", "dev": true, "resolved": "git+ssh://git@host.example/d.git#abc"}}}"#;

    fn bill() -> Value {
        let manifests = [
            read(Format::PackageLock, LOCK.as_bytes(), &Limits::default()),
            read(Format::PackageJson, br#"{"dependencies": {"a": "1", "e": "^2"}}"#, &Limits::default()),
        ];
        let subject = Subject {
            name: "app",
            version: None,
            package: None,
            manifests: &manifests,
            time: Timestamp::parse("2026-01-02T03:04:05Z").unwrap(),
            serial: "0199f1c2-7a31-7c51-8000-5b1e00000000".parse().unwrap(),
        };
        let wrong = Vulnerability {
            id: "GHSA-1".into(),
            source: None,
            address: None,
            severity: Some(Severity::High),
            score: Some(7.5),
            vector: Some("CVSS:3.1/AV:N".into()),
            description: None,
            recommendation: None,
            affects: vec![Package { ecosystem: Ecosystem::Npm, name: "b".into(), version: None }],
        };
        let text = cyclonedx(&subject, std::slice::from_ref(&wrong));
        assert_eq!(text, cyclonedx(&subject, &[wrong]), "the same input gives the same bytes");
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn components_stand_once_with_hashes_licences_and_scopes() {
        let bill = bill();
        let told: Vec<String> = bill["components"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| format!("{} {} {} {}", one["bom-ref"], one["scope"], one["hashes"], one["licenses"]))
            .collect();
        assert_eq!(
            told,
            [
                r#""pkg:npm/a@1.2.3" "required" null [{"license":{"id":"MIT"}}]"#,
                r#""pkg:npm/b@2.0.0" "required" [{"alg":"SHA-1","content":"000102030405060708090a0b0c0d0e0f10111213"}] null"#,
                r#""pkg:npm/d@1.0.0" "excluded" null null"#,
                r#""pkg:npm/e" "required" null null"#,
            ]
        );
        assert_eq!(bill["components"][2]["externalReferences"][0]["type"], "vcs");
        assert_eq!(bill["serialNumber"], "urn:uuid:0199f1c2-7a31-7c51-8000-5b1e00000000");
    }

    #[test]
    fn the_tree_and_what_is_wrong_refer_to_components() {
        let bill = bill();
        assert_eq!(
            bill["dependencies"],
            json!([
                {"ref": "project", "dependsOn": ["pkg:npm/a@1.2.3", "pkg:npm/d@1.0.0", "pkg:npm/e"]},
                {"ref": "pkg:npm/a@1.2.3", "dependsOn": ["pkg:npm/b@2.0.0"]},
                {"ref": "pkg:npm/b@2.0.0", "dependsOn": []},
                {"ref": "pkg:npm/d@1.0.0", "dependsOn": []},
                {"ref": "pkg:npm/e", "dependsOn": []},
            ])
        );
        assert_eq!(
            bill["vulnerabilities"],
            json!([{"id": "GHSA-1", "ratings": [{"score": 7.5, "severity": "high", "method": "CVSSv31", "vector": "CVSS:3.1/AV:N"}], "affects": [{"ref": "pkg:npm/b@2.0.0"}]}])
        );
    }
}
