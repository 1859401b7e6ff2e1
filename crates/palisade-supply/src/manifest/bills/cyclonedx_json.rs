//! CycloneDX in JSON.

use super::bill::{Bill, Component, hash, strongest};
use crate::manifest::{
    Reading, Scope,
    document::{Node, read_json},
};
use std::borrow::Cow;

pub(in crate::manifest) fn sign(head: &str) -> bool {
    head.contains("\"bomFormat\"") && head.contains("CycloneDX")
}

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let tape = read_json(reading, text);
    let Some(root) = tape.root() else { return };
    if root.text_of("bomFormat") != Some("CycloneDX") {
        reading.problem(0, "is no bill of CycloneDX");
    }
    let mut bill = Bill::default();
    if let Some(project) = root.at(&["metadata", "component"]) {
        bill.take_project(reading, &component(project));
        components(reading, &mut bill, project);
    }
    components(reading, &mut bill, root);
    for row in root.children_of("dependencies") {
        let Some(from) = row.text_of("ref") else { continue };
        for to in row.children_of("dependsOn").filter_map(Node::text) {
            bill.relate(reading, from, to, Scope::Production);
        }
    }
    bill.connect(reading);
}

/// Takes the components right below `node`, and those within them.
fn components<'t>(reading: &mut Reading<'_>, bill: &mut Bill<'t>, node: Node<'t>) {
    for child in node.children_of("components") {
        // Files and operating systems are no packages.
        if !matches!(child.text_of("type"), Some("file" | "operating-system" | "device" | "data")) {
            bill.take(reading, &component(child));
        }
        components(reading, bill, child);
    }
}

fn component(node: Node<'_>) -> Component<'_> {
    let hashes = node.children_of("hashes").filter_map(|one| Some(hash(one.text_of("alg")?, one.text_of("content")?)));
    Component {
        reference: node.text_of("bom-ref").unwrap_or_default(),
        purl: node.text_of("purl"),
        group: node.text_of("group"),
        name: node.text_of("name"),
        version: node.text_of("version"),
        integrity: strongest(hashes),
        licence: licence(node),
        scope: if node.text_of("scope") == Some("optional") { Scope::Optional } else { Scope::Production },
        place: node.get("name").map_or(node.place(), Node::place),
    }
}

/// An expression, or the licences of a list, all of which hold.
fn licence(node: Node<'_>) -> Option<Cow<'_, str>> {
    let mut all = node.children_of("licenses").filter_map(|one| {
        let of_licence = |member| one.at(&["license", member]).and_then(Node::text);
        one.text_of("expression").or_else(|| of_licence("id")).or_else(|| of_licence("name"))
    });
    let first = all.next()?;
    let rest: Vec<&str> = all.take(15).collect();
    if rest.is_empty() {
        return Some(Cow::Borrowed(first));
    }
    Some(Cow::Owned(format!("{first} AND {}", rest.join(" AND "))))
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, way},
    };

    const BILL: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6",
 "metadata": {"component": {"bom-ref": "app", "type": "application", "name": "app", "version": "1.0", "purl": "pkg:npm/app@1.0"}},
 "components": [
  {"bom-ref": "a", "type": "library", "name": "a", "version": "1.2.3", "purl": "pkg:npm/%40s/a@1.2.3",
   "hashes": [{"alg": "SHA-1", "content": "11"}, {"alg": "SHA-256", "content": "aa"}],
   "licenses": [{"license": {"id": "MIT"}}, {"license": {"name": "Own"}}],
   "components": [{"bom-ref": "b", "type": "library", "group": "g", "name": "b", "version": "2", "scope": "optional"}]},
  {"type": "file", "name": "README.md"}],
 "dependencies": [{"ref": "app", "dependsOn": ["a"]}, {"ref": "a", "dependsOn": ["b", "nowhere"]}]}"#;

    #[test]
    fn components_have_package_urls_hashes_and_licences() {
        let manifest = check(Format::CycloneDxJson, BILL, &["@s/a@1.2.3 direct :4", "g/b@2 transitive optional :7"]);
        assert_eq!(manifest.project.as_ref().unwrap().name, "app");
        assert_eq!(manifest.dependencies[0].integrity.as_deref(), Some("sha256:aa"));
        assert_eq!(manifest.dependencies[0].licence.as_deref(), Some("MIT AND Own"));
        assert_eq!(way(&manifest, "g/b"), ["@s/a", "g/b"]);
    }

    #[test]
    fn a_broken_file_keeps_what_stands_before() {
        let text = r#"{"bomFormat": "CycloneDX", "components": [{"name": "a"}, {"version": "1"}, {"name": "#;
        check_broken(Format::CycloneDxJson, text, "without a name", &["a"]);
        check_broken(Format::CycloneDxJson, text, "is not valid JSON", &["a"]);
        check_broken(Format::CycloneDxJson, "{}", "is no bill of CycloneDX", &[]);
    }
}
