//! Items of MSBuild that name packages: `<PackageReference Include="Name" Version="1.0" />`.

use crate::{
    Ecosystem,
    manifest::{Reading, Scope, document::Element, reading},
};
use std::collections::HashMap;

/// Declares every item of one of the `kinds` in the document.
pub(super) fn declare_all(reading: &mut Reading<'_>, root: Element<'_>, kinds: &[(&str, Scope)]) {
    let properties = properties(root);
    for item in root.descendants() {
        if let Some((_, scope)) = kinds.iter().find(|(kind, _)| *kind == item.name()) {
            declare(reading, &properties, item, *scope);
        }
    }
}

fn declare(reading: &mut Reading<'_>, properties: &HashMap<&str, &str>, item: Element<'_>, scope: Scope) {
    let Some(names) = item.attribute("Include").or_else(|| item.attribute("Update")) else {
        // Removing a reference names nothing that is asked for.
        if item.attribute("Remove").is_none() {
            reading.problem(item.place(), "names no package");
        }
        return;
    };
    let version =
        ["Version", "VersionOverride"].iter().find_map(|name| item.attribute(name).or_else(|| item.text_of(name)));
    let version = version.map(|version| filled(properties, version));
    let private = item.attribute("PrivateAssets").or_else(|| item.text_of("PrivateAssets"));
    let scope =
        if private.is_some_and(|assets| assets.eq_ignore_ascii_case("all")) { Scope::Development } else { scope };
    for name in names.split(';').map(str::trim).filter(|name| !name.is_empty()) {
        let dependency = reading::dependency(Ecosystem::NuGet, name, version.and_then(exact), item.place())
            .requirement(version)
            .scope(scope);
        reading.add_direct(dependency);
    }
}

/// NuGet takes the lowest version that fits: a version alone is the one that is taken.
fn exact(version: &str) -> Option<&str> {
    let version = version.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(version);
    (!version.contains(['[', ']', '(', ')', ',', '*', '$'])).then_some(version)
}

fn properties<'a>(root: Element<'a>) -> HashMap<&'a str, &'a str> {
    let groups = root.children().filter(|group| group.name() == "PropertyGroup");
    groups.flat_map(Element::children).filter_map(|one| Some((one.name(), one.text()?))).collect()
}

/// What `$(Name)` stands for, where the file says so itself.
fn filled<'a>(properties: &HashMap<&str, &'a str>, text: &'a str) -> &'a str {
    let name = text.strip_prefix("$(").and_then(|rest| rest.strip_suffix(')'));
    name.and_then(|name| properties.get(name).copied()).unwrap_or(text)
}
