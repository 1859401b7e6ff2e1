//! SPDX 2 as tags and values, a line each.

use super::{
    bill::{Bill, Component, hash, strongest},
    spdx_json::{relate, said},
};
use crate::manifest::{Reading, lines::Lines, reading};
use std::borrow::Cow;

pub(in crate::manifest) fn sign(head: &str) -> bool {
    head.lines().any(|line| line.starts_with("SPDXVersion:"))
}

/// What was read of one package, hashes and licences aside until it ends.
#[derive(Default)]
struct Open<'t> {
    component: Component<'t>,
    hashes: Vec<String>,
    licences: Vec<&'t str>,
}

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let mut packages: Vec<Open<'_>> = Vec::new();
    let mut relations: Vec<(&str, &str, &str)> = Vec::new();
    let (mut in_text, mut in_package) = (false, false);
    for line in Lines::of(text) {
        // Long texts stand between tags of their own, over several lines.
        if in_text {
            in_text = !line.text.contains("</text>");
            continue;
        }
        let content = line.text.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let Some((tag, value)) = content.split_once(':').map(|(tag, value)| (tag, value.trim())) else {
            reading.problem(line.place, format!("`{}` is no tag with a value", reading::excerpt(content)));
            continue;
        };
        in_text = value.contains("<text>") && !value.contains("</text>");
        match tag {
            "PackageName" => {
                in_package = true;
                let component = Component { name: Some(value), place: line.place, ..Component::default() };
                packages.push(Open { component, ..Open::default() });
            }
            "FileName" | "SnippetSPDXID" | "LicenseID" => in_package = false,
            "Relationship" => {
                let mut words = value.split_whitespace();
                relations.extend(words.next().zip(words.next()).zip(words.next()).map(|((a, b), c)| (a, b, c)));
            }
            _ => {
                if let Some(open) = packages.last_mut().filter(|_| in_package) {
                    take_tag(open, tag, value);
                }
            }
        }
        if packages.len() > reading.limits.dependencies || relations.len() > reading.limits.edges {
            reading.problem(line.place, "holds too many packages or relations; the rest is not read");
            break;
        }
    }
    finish(reading, packages, &relations);
}

fn take_tag<'t>(open: &mut Open<'t>, tag: &str, value: &'t str) {
    match tag {
        "SPDXID" => open.component.reference = value,
        "PackageVersion" => open.component.version = Some(value),
        "PackageLicenseConcluded" | "PackageLicenseDeclared" => open.licences.push(value),
        "PackageChecksum" => {
            let parts = value.split_once(':').filter(|_| open.hashes.len() < 16);
            open.hashes.extend(parts.map(|(algorithm, value)| hash(algorithm, value)));
        }
        "ExternalRef" => {
            let mut words = value.split_whitespace().skip(1);
            if words.next() == Some("purl") {
                open.component.purl = words.next();
            }
        }
        _ => {}
    }
}

fn finish<'t>(reading: &mut Reading<'_>, packages: Vec<Open<'t>>, relations: &[(&'t str, &'t str, &'t str)]) {
    let mut described = relations.iter().filter(|(from, kind, _)| *from == "SPDXRef-DOCUMENT" && *kind == "DESCRIBES");
    let first = described.next().map(|(_, _, to)| *to);
    let project = first.filter(|first| described.all(|(_, _, to)| to == first));
    let mut bill = Bill::default();
    for Open { mut component, hashes, licences } in packages {
        component.integrity = strongest(hashes.into_iter());
        component.licence = said(licences.into_iter()).map(Cow::Borrowed);
        if project == Some(component.reference) {
            bill.take_project(reading, &component);
        } else {
            bill.take(reading, &component);
        }
    }
    for (from, kind, to) in relations {
        relate(reading, &mut bill, from, kind, to);
    }
    bill.connect(reading);
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, way},
    };

    const BILL: &str = "SPDXVersion: SPDX-2.3
SPDXID: SPDXRef-DOCUMENT
DocumentComment: <text>several
PackageName: not-a-package
lines</text>

PackageName: app
SPDXID: SPDXRef-app

PackageName: a
SPDXID: SPDXRef-a
PackageVersion: 1.2.3
PackageChecksum: SHA256: aa
PackageLicenseConcluded: NOASSERTION
PackageLicenseDeclared: MIT
ExternalRef: PACKAGE-MANAGER purl pkg:cargo/a@1.2.3

PackageName: b
SPDXID: SPDXRef-b

Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-app
Relationship: SPDXRef-app DEPENDS_ON SPDXRef-a
Relationship: SPDXRef-a DEPENDS_ON SPDXRef-b
";

    #[test]
    fn tags_make_packages() {
        let manifest = check(Format::SpdxTagValue, BILL, &["a@1.2.3 direct :10", "b transitive :18"]);
        assert_eq!(manifest.dependencies[0].integrity.as_deref(), Some("sha256:aa"));
        assert_eq!(manifest.dependencies[0].licence.as_deref(), Some("MIT"));
        assert_eq!(way(&manifest, "b"), ["a", "b"]);
    }

    #[test]
    fn a_broken_line_costs_only_itself() {
        check_broken(Format::SpdxTagValue, "lost\nPackageName: a\nPackageName:\n", "`lost` is no tag", &["a"]);
        check_broken(Format::SpdxTagValue, "PackageName: a\nPackageName:\n", "without a name", &["a"]);
    }
}
