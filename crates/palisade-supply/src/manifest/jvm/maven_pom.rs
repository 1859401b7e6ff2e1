//! Maven's `pom.xml`: dependencies, managed versions, plugins, the parent and further repositories.
//!
//! `${…}` is filled in from the properties of the file itself; what comes from a parent in another file stays open.

use crate::{
    Ecosystem,
    manifest::{
        Reading, Scope, SuspicionKind,
        document::{Element, read_xml},
        reading,
    },
};
use std::collections::HashMap;

/// References within references that are followed.
const DEPTH_MAX: usize = 8;
/// Bytes that a value may grow to.
const VALUE_MAX: usize = 512;

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let elements = read_xml(reading, text);
    let Some(project) = elements.root() else { return };
    if project.name() != "project" {
        reading.problem(project.place(), "is no project of Maven");
        return;
    }
    let properties = properties(project);
    let parent = project.get("parent");
    let of = |name: &str| project.text_of(name).or_else(|| parent?.text_of(name));
    if let (Some(group), Some(artifact)) = (of("groupId"), project.text_of("artifactId")) {
        let (group, artifact) = (filled(&properties, group), filled(&properties, artifact));
        let version = of("version").map(|version| filled(&properties, version));
        reading.project(Ecosystem::Maven, Some(&format!("{group}:{artifact}")), version.as_deref());
    }
    if let Some(parent) = parent {
        add(reading, &properties, &HashMap::new(), parent, Scope::Production);
    }
    let managed = managed(project, &properties);
    for part in [project].into_iter().chain(project.children_of("profiles")) {
        read_part(reading, &properties, &managed, part);
    }
    for list in ["repositories", "pluginRepositories"] {
        for repository in project.children_of(list) {
            let address = repository.text_of("url").unwrap_or_default();
            reading.suspect(SuspicionKind::ExtraIndex, None, repository.place(), address);
            if address.starts_with("http://") {
                reading.suspect(SuspicionKind::Unencrypted, None, repository.place(), address);
            }
        }
    }
}

type Properties<'a> = HashMap<&'a str, &'a str>;
/// Versions and scopes by `group:artifact`, from `dependencyManagement`.
type Managed<'a> = HashMap<String, (Option<&'a str>, Option<&'a str>)>;

/// Reads what a project or a profile asks for.
fn read_part(reading: &mut Reading<'_>, properties: &Properties<'_>, managed: &Managed<'_>, part: Element<'_>) {
    for one in part.children_of("dependencies").filter(|one| one.name() == "dependency") {
        add(reading, properties, managed, one, Scope::Production);
    }
    if let Some(management) = part.get("dependencyManagement") {
        for one in management.children_of("dependencies").filter(|one| one.text_of("scope") == Some("import")) {
            add(reading, properties, managed, one, Scope::Production);
        }
    }
    for build in part.get("build").into_iter().chain(part.get("reporting")) {
        for plugin in build.children_of("plugins") {
            add(reading, properties, managed, plugin, Scope::Development);
            for one in plugin.children_of("dependencies") {
                add(reading, properties, managed, one, Scope::Development);
            }
        }
        for extension in build.children_of("extensions") {
            add(reading, properties, managed, extension, Scope::Development);
        }
    }
}

fn add(reading: &mut Reading<'_>, properties: &Properties<'_>, managed: &Managed<'_>, one: Element<'_>, usual: Scope) {
    // Plugins of Maven itself need no group.
    let group = one.text_of("groupId").or((one.name() == "plugin").then_some("org.apache.maven.plugins"));
    let (Some(group), Some(artifact)) = (group, one.text_of("artifactId")) else {
        reading.problem(one.place(), "has no groupId or no artifactId");
        return;
    };
    let name = format!("{}:{}", filled(properties, group), filled(properties, artifact));
    let by_management = managed.get(&name).copied().unwrap_or_default();
    let version = one.text_of("version").or(by_management.0).map(|version| filled(properties, version));
    let scope = match one.text_of("scope").or(by_management.1) {
        Some("test") => Scope::Development,
        _ if one.text_of("optional") == Some("true") => Scope::Optional,
        _ => usual,
    };
    let dependency = reading::dependency(Ecosystem::Maven, &name, version.as_deref().and_then(exact), one.place())
        .requirement(version.as_deref())
        .scope(scope);
    reading.add_direct(dependency);
}

/// The one version that a requirement names: no range, no open property.
fn exact(version: &str) -> Option<&str> {
    let version = version.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(version);
    let open = version.contains(['[', ']', '(', ')', ',', '$']) || matches!(version, "LATEST" | "RELEASE");
    (!open).then_some(version)
}

fn properties<'a>(project: Element<'a>) -> Properties<'a> {
    let mut properties: Properties<'a> = HashMap::new();
    if let Some(parent) = project.get("parent") {
        let inherited =
            [("project.parent.version", "version"), ("project.version", "version"), ("project.groupId", "groupId")];
        properties.extend(inherited.iter().filter_map(|(key, name)| Some((*key, parent.text_of(name)?))));
    }
    let own = [
        ("project.version", "version"),
        ("pom.version", "version"),
        ("version", "version"),
        ("project.groupId", "groupId"),
        ("project.artifactId", "artifactId"),
    ];
    properties.extend(own.iter().filter_map(|(key, name)| Some((*key, project.text_of(name)?))));
    properties.extend(project.children_of("properties").filter_map(|one| Some((one.name(), one.text()?))));
    properties
}

fn managed<'a>(project: Element<'a>, properties: &Properties<'_>) -> Managed<'a> {
    let management = project.get("dependencyManagement");
    let rows = management.into_iter().flat_map(|management| management.children_of("dependencies"));
    let named = |one: Element<'a>| {
        let name = format!(
            "{}:{}",
            filled(properties, one.text_of("groupId")?),
            filled(properties, one.text_of("artifactId")?)
        );
        Some((name, (one.text_of("version"), one.text_of("scope"))))
    };
    rows.filter_map(named).collect()
}

/// `text` with properties filled in; references that lead nowhere, in circles or too far stay as they are.
fn filled(properties: &Properties<'_>, text: &str) -> String {
    let mut out = text.to_owned();
    for _ in 0..DEPTH_MAX {
        let Some(begin) = out.find("${") else { break };
        let Some(end) = out[begin..].find('}').map(|length| begin + length) else { break };
        let Some(value) = properties.get(&out[begin + 2..end]) else { break };
        if out.len() + value.len() > VALUE_MAX {
            break;
        }
        out.replace_range(begin..=end, value);
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, suspicions},
    };

    #[test]
    fn versions_come_from_properties_and_management() {
        let text = r#"<?xml version="1.0"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <parent><groupId>org.example</groupId><artifactId>parent</artifactId><version>3</version></parent>
  <artifactId>app</artifactId>
  <properties><a.version>1.2.3</a.version><loop>${loop}</loop></properties>
  <repositories><repository><url>http://repository.example/maven</url></repository></repositories>
  <dependencyManagement><dependencies>
    <dependency><groupId>org.b</groupId><artifactId>b</artifactId><version>2.0</version><scope>test</scope></dependency>
    <dependency><groupId>org.bom</groupId><artifactId>bom</artifactId><version>1</version><type>pom</type><scope>import</scope></dependency>
  </dependencies></dependencyManagement>
  <dependencies>
    <!-- not this one -->
    <dependency><groupId>org.a</groupId><artifactId>a&#45;core</artifactId><version>${a.version}</version></dependency>
    <dependency><groupId>org.b</groupId><artifactId>b</artifactId></dependency>
    <dependency><groupId>${project.groupId}</groupId><artifactId>c</artifactId><version>[1,2)</version><optional>true</optional></dependency>
    <dependency><groupId>org.d</groupId><artifactId>d</artifactId><version>${loop}</version></dependency>
  </dependencies>
  <build><plugins><plugin><artifactId>maven-jar-plugin</artifactId><version>3.3.0</version></plugin></plugins></build>
</project>"#;
        let manifest = check(
            Format::MavenPom,
            text,
            &[
                "org.example:parent@3 (3) direct :3",
                "org.a:a-core@1.2.3 (1.2.3) direct :13",
                "org.b:b@2.0 (2.0) direct development :14",
                "org.example:c ([1,2)) direct optional :15",
                "org.d:d (${loop}) direct :16",
                "org.bom:bom@1 (1) direct :9",
                "org.apache.maven.plugins:maven-jar-plugin@3.3.0 (3.3.0) direct development :18",
            ],
        );
        assert_eq!(manifest.project.as_ref().unwrap().name, "org.example:app");
        assert_eq!(
            suspicions(&manifest),
            ["ExtraIndex - http://repository.example/maven", "Unencrypted - http://repository.example/maven"]
        );
    }

    #[test]
    fn a_broken_file_keeps_what_stands_before() {
        let text = "<project><dependencies><dependency><groupId>a</groupId><artifactId>a</artifactId></dependency><dependency><groupId>b</groupId></dependency><dep";
        check_broken(Format::MavenPom, text, "has no groupId or no artifactId", &["a:a"]);
        check_broken(Format::MavenPom, text, "is not valid XML", &["a:a"]);
        check_broken(Format::MavenPom, "<html/>", "is no project of Maven", &[]);
    }
}
