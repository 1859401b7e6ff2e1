//! SPDX 2 in JSON.

use super::bill::{Bill, Component, hash, strongest};
use crate::manifest::{
    Reading, Scope,
    document::{Node, read_json},
};
use std::borrow::Cow;

pub(in crate::manifest) fn sign(head: &str) -> bool {
    head.contains("\"spdxVersion\"") || head.contains("\"SPDXID\"")
}

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let tape = read_json(reading, text);
    // Some attest to a document and wrap it.
    let Some(root) = tape.root().map(|root| root.get("predicate").unwrap_or(root)) else { return };
    if root.get("spdxVersion").is_none() {
        reading.problem(0, "is no bill of SPDX 2");
    }
    let mut bill = Bill::default();
    let described = described(root);
    for package in root.children_of("packages") {
        let component = component(package);
        // What is described by itself is the project; of several each is a component.
        if described == Some(component.reference) {
            bill.take_project(reading, &component);
        } else {
            bill.take(reading, &component);
        }
    }
    for row in root.children_of("relationships") {
        let ends = row.text_of("spdxElementId").zip(row.text_of("relatedSpdxElement"));
        if let Some((from, to)) = ends {
            relate(reading, &mut bill, from, row.text_of("relationshipType").unwrap_or_default(), to);
        }
    }
    bill.connect(reading);
}

/// Notes the relations that mean that one asks for another.
pub(super) fn relate<'t>(reading: &Reading<'_>, bill: &mut Bill<'t>, from: &'t str, kind: &str, to: &'t str) {
    match kind {
        "DEPENDS_ON" | "CONTAINS" => bill.relate(reading, from, to, Scope::Production),
        "DEPENDENCY_OF" | "CONTAINED_BY" | "RUNTIME_DEPENDENCY_OF" => bill.relate(reading, to, from, Scope::Production),
        "OPTIONAL_DEPENDENCY_OF" => bill.relate(reading, to, from, Scope::Optional),
        "DEV_DEPENDENCY_OF" | "BUILD_DEPENDENCY_OF" | "TEST_DEPENDENCY_OF" => {
            bill.relate(reading, to, from, Scope::Development);
        }
        _ => {}
    }
}

/// The one package that the document describes.
fn described(root: Node<'_>) -> Option<&str> {
    let mut listed = root.children_of("documentDescribes").filter_map(Node::text);
    let related = root.children_of("relationships").filter_map(|row| {
        let of_document = row.text_of("spdxElementId") == Some("SPDXRef-DOCUMENT");
        (of_document && row.text_of("relationshipType") == Some("DESCRIBES"))
            .then(|| row.text_of("relatedSpdxElement"))?
    });
    let mut related = related.fuse();
    let first = listed.next().or_else(|| related.next())?;
    let others = listed.next().or_else(|| related.find(|one| *one != first));
    others.is_none().then_some(first)
}

fn component(package: Node<'_>) -> Component<'_> {
    let hashes = package
        .children_of("checksums")
        .filter_map(|one| Some(hash(one.text_of("algorithm")?, one.text_of("checksumValue")?)));
    let purl = package
        .children_of("externalRefs")
        .find(|one| one.text_of("referenceType") == Some("purl"))
        .and_then(|one| one.text_of("referenceLocator"));
    let licences = ["licenseConcluded", "licenseDeclared"].iter().filter_map(|member| package.text_of(member));
    Component {
        reference: package.text_of("SPDXID").unwrap_or_default(),
        purl,
        group: None,
        name: package.text_of("name"),
        version: package.text_of("versionInfo"),
        integrity: strongest(hashes),
        licence: said(licences).map(Cow::Borrowed),
        scope: Scope::Production,
        place: package.get("name").map_or(package.place(), Node::place),
    }
}

/// The first licence that says something.
pub(super) fn said<'t>(mut licences: impl Iterator<Item = &'t str>) -> Option<&'t str> {
    licences.find(|licence| !matches!(*licence, "NOASSERTION" | "NONE" | ""))
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, way},
    };

    const BILL: &str = r#"{"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT",
 "packages": [
  {"SPDXID": "SPDXRef-app", "name": "app", "versionInfo": "1.0"},
  {"SPDXID": "SPDXRef-a", "name": "a", "versionInfo": "1.2.3", "licenseConcluded": "NOASSERTION", "licenseDeclared": "MIT",
   "checksums": [{"algorithm": "SHA256", "checksumValue": "aa"}],
   "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:cargo/a@1.2.3"}]},
  {"SPDXID": "SPDXRef-b", "name": "b"}],
 "relationships": [
  {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-app"},
  {"spdxElementId": "SPDXRef-app", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "SPDXRef-a"},
  {"spdxElementId": "SPDXRef-b", "relationshipType": "DEV_DEPENDENCY_OF", "relatedSpdxElement": "SPDXRef-a"}]}"#;

    #[test]
    fn packages_and_relations_are_read() {
        let manifest = check(Format::SpdxJson, BILL, &["a@1.2.3 direct :4", "b transitive :7"]);
        assert_eq!(manifest.project.as_ref().unwrap().name, "app");
        assert_eq!(manifest.dependencies[0].licence.as_deref(), Some("MIT"));
        assert_eq!(manifest.dependencies[0].integrity.as_deref(), Some("sha256:aa"));
        assert_eq!(way(&manifest, "b"), ["a", "b"]);
    }

    #[test]
    fn a_broken_file_keeps_what_stands_before() {
        let text = r#"{"spdxVersion": "SPDX-2.3", "packages": [{"name": "a"}, {"x": 1}, {"#;
        check_broken(Format::SpdxJson, text, "without a name", &["a"]);
        check_broken(Format::SpdxJson, text, "is not valid JSON", &["a"]);
        check_broken(Format::SpdxJson, "{}", "is no bill of SPDX", &[]);
    }
}
