//! CycloneDX in XML.

use super::bill::{Bill, Component, hash, strongest};
use crate::manifest::{
    Reading, Scope,
    document::{Element, read_xml},
};
use std::borrow::Cow;

pub(in crate::manifest) fn sign(head: &str) -> bool {
    head.contains("<bom") && head.contains("cyclonedx.org/schema/bom")
}

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let elements = read_xml(reading, text);
    let Some(root) = elements.root() else { return };
    if root.name() != "bom" {
        reading.problem(root.place(), "is no bill of CycloneDX");
        return;
    }
    let mut bill = Bill::default();
    if let Some(project) = root.get("metadata").and_then(|metadata| metadata.get("component")) {
        bill.take_project(reading, &component(project));
        components(reading, &mut bill, project);
    }
    components(reading, &mut bill, root);
    for row in root.children_of("dependencies") {
        let Some(from) = row.attribute("ref") else { continue };
        for to in row.children().filter_map(|one| one.attribute("ref")) {
            bill.relate(reading, from, to, Scope::Production);
        }
    }
    bill.connect(reading);
}

fn components<'t>(reading: &mut Reading<'_>, bill: &mut Bill<'t>, element: Element<'t>) {
    for child in element.children_of("components").filter(|child| child.name() == "component") {
        if !matches!(child.attribute("type"), Some("file" | "operating-system" | "device" | "data")) {
            bill.take(reading, &component(child));
        }
        components(reading, bill, child);
    }
}

fn component(element: Element<'_>) -> Component<'_> {
    let hashes = element.children_of("hashes").filter_map(|one| Some(hash(one.attribute("alg")?, one.text()?)));
    let mut licences = element.children_of("licenses").filter_map(|one| match one.name() {
        "expression" => one.text(),
        _ => one.text_of("id").or_else(|| one.text_of("name")),
    });
    let optional = element.text_of("scope") == Some("optional");
    Component {
        reference: element.attribute("bom-ref").unwrap_or_default(),
        purl: element.text_of("purl"),
        group: element.text_of("group"),
        name: element.text_of("name"),
        version: element.text_of("version"),
        integrity: strongest(hashes),
        licence: licences.next().map(Cow::Borrowed),
        scope: if optional { Scope::Optional } else { Scope::Production },
        place: element.place(),
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, way},
    };

    const BILL: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1">
  <metadata><component bom-ref="app" type="application"><name>app</name></component></metadata>
  <components>
    <component bom-ref="a" type="library"><name>a</name><version>1.2.3</version>
      <hashes><hash alg="SHA-256">aa</hash></hashes>
      <licenses><license><id>MIT</id></license></licenses>
      <purl>pkg:npm/%40s/a@1.2.3</purl></component>
    <component bom-ref="b" type="library"><group>g</group><name>b &amp; c</name><version>2</version></component>
  </components>
  <dependencies>
    <dependency ref="app"><dependency ref="a"/></dependency>
    <dependency ref="a"><dependency ref="b"/></dependency>
  </dependencies>
</bom>"#;

    #[test]
    fn components_are_read_as_in_json() {
        let manifest = check(Format::CycloneDxXml, BILL, &["@s/a@1.2.3 direct :5", "g/b & c@2 transitive :9"]);
        assert_eq!(manifest.dependencies[0].integrity.as_deref(), Some("sha256:aa"));
        assert_eq!(manifest.dependencies[0].licence.as_deref(), Some("MIT"));
        assert_eq!(way(&manifest, "g/b & c"), ["@s/a", "g/b & c"]);
    }

    #[test]
    fn a_broken_file_keeps_what_stands_before() {
        let text = "<bom><components><component type=\"library\"><name>a</name></component><component/><comp";
        check_broken(Format::CycloneDxXml, text, "without a name", &["a"]);
        check_broken(Format::CycloneDxXml, text, "is not valid XML", &["a"]);
        check_broken(Format::CycloneDxXml, "<html/>", "is no bill", &[]);
    }
}
