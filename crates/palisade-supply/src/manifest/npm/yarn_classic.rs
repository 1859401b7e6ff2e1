//! `yarn.lock` of yarn 1: blocks of lines, each under the descriptors that it answers.

use super::address;
use crate::{
    Ecosystem,
    manifest::{Reading, Scope, Source, lines::Lines, reading},
};
use std::collections::HashMap;

/// What the file says of one package.
#[derive(Default)]
struct Block<'t> {
    place: usize,
    descriptors: Vec<&'t str>,
    version: Option<&'t str>,
    resolved: Option<&'t str>,
    integrity: Option<&'t str>,
    asks: Vec<(&'t str, &'t str, Scope)>,
}

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let blocks = blocks(reading, text);
    let mut answers: HashMap<&str, u32> = HashMap::new();
    let mut added = Vec::new();
    for block in blocks {
        if let Some(index) = add(reading, &block) {
            answers.extend(block.descriptors.iter().map(|descriptor| (*descriptor, index)));
            added.push((index, block.asks));
        }
    }
    let mut descriptor = String::new();
    for (from, asks) in added {
        for (name, range, scope) in asks {
            descriptor.clear();
            descriptor.extend([name, "@", range]);
            if let Some(to) = answers.get(descriptor.as_str()) {
                reading.edge(Some(from), *to, scope);
            }
        }
    }
}

/// The blocks of the file; lines that are none of a block are problems.
fn blocks<'t>(reading: &mut Reading<'_>, text: &'t str) -> Vec<Block<'t>> {
    let mut blocks: Vec<Block<'t>> = Vec::new();
    let mut scope = None;
    for line in Lines::of(text).filter(|line| !line.text.trim().is_empty() && !line.text.starts_with('#')) {
        let indent = line.text.len() - line.text.trim_start().len();
        let content = line.text.trim();
        let Some(block) = blocks.last_mut().filter(|_| indent > 0) else {
            match content.strip_suffix(':').filter(|_| indent == 0) {
                Some(head) if blocks.len() < reading.limits.dependencies => {
                    let descriptors = head.split(',').map(|part| unquote(part.trim())).collect();
                    blocks.push(Block { place: line.place, descriptors, ..Block::default() });
                }
                _ => reading.problem(line.place, "is no entry of a lockfile of yarn"),
            }
            continue;
        };
        let (key, value) = split_pair(content);
        match (indent, key) {
            (2, "version") => block.version = Some(value),
            (2, "resolved") => block.resolved = Some(value),
            (2, "integrity") => block.integrity = Some(value),
            (2, "dependencies:") => scope = Some(Scope::Production),
            (2, "optionalDependencies:") => scope = Some(Scope::Optional),
            (2, _) => scope = None,
            _ => block.asks.extend(scope.filter(|_| !value.is_empty()).map(|scope| (key, value, scope))),
        }
    }
    blocks
}

fn add(reading: &mut Reading<'_>, block: &Block<'_>) -> Option<u32> {
    let Some((name, range)) = block.descriptors.first().and_then(|first| address::split_descriptor(first)) else {
        reading.problem(block.place, "names no package");
        return None;
    };
    if block.version.is_none() {
        reading.problem(block.place, format!("`{}` has no version", name.escape_debug()));
    }
    let asked = address::asked(range);
    let source = match block.resolved.and_then(address::source_of_resolution) {
        // An archive is what a range of versions never is: the address of a registry that writes others.
        Some(Source::Archive(address)) if asked.source == Source::Usual && block.integrity.is_some() => {
            address::origin(&address).map_or(Source::Usual, |origin| Source::Registry(origin.to_owned()))
        }
        Some(source) => source,
        None => asked.source,
    };
    let ranges: Vec<_> = block.descriptors.iter().filter_map(|one| Some(address::split_descriptor(one)?.1)).collect();
    let name = asked.name.unwrap_or(name);
    let dependency = reading::dependency(Ecosystem::Npm, name, block.version, block.place)
        .requirement(Some(&ranges.join(" || ")))
        .source(source)
        .integrity(block.integrity);
    let index = reading.add(dependency)?;
    if let Some(address) = block.resolved {
        address::suspect_name(reading, index, name, address, block.place);
    }
    Some(index)
}

/// `key value`, either of them in quotes.
fn split_pair(content: &str) -> (&str, &str) {
    let end = match content.strip_prefix('"') {
        Some(rest) => rest.find('"').map_or(content.len(), |end| end + 2),
        None => content.find(' ').unwrap_or(content.len()),
    };
    (unquote(&content[..end]), unquote(content[end..].trim()))
}

fn unquote(text: &str) -> &str {
    text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, read_text, suspicions},
    };

    const LOCK: &str = r#"# yarn lockfile v1


"@s/a@^1.0.0", "@s/a@~1.2":
  version "1.2.3"
  resolved "https://registry.example/@s/a/-/a-1.2.3.tgz#0123"
  integrity sha512-aa
  dependencies:
    b "^2.0.0"
  optionalDependencies:
    c "npm:other@1"

b@^2.0.0:
  version "2.1.0"
  resolved "https://registry.example/b/-/b-2.1.0.tgz#0123"
  integrity sha512-bb

"c@npm:other@1":
  version "1.0.0"
  resolved "https://registry.example/other/-/other-1.0.0.tgz#0123"

"d@https://host.example/d.git":
  version "0.1.0"
  resolved "https://host.example/d.git#abc"
"#;

    #[test]
    fn each_block_is_a_package() {
        let mut manifest = check(
            Format::YarnClassic,
            LOCK,
            &[
                "@s/a@1.2.3 (^1.0.0 || ~1.2) unknown :4",
                "b@2.1.0 (^2.0.0) unknown :13",
                "other@1.0.0 (npm:other@1) unknown :18",
                "d@0.1.0 (https://host.example/d.git) unknown git:https://host.example/d.git#abc :22",
            ],
        );
        assert_eq!(manifest.edges.len(), 2);
        assert_eq!(suspicions(&manifest), ["NoIntegrity other other", "Git d https://host.example/d.git#abc"]);
        let declared = read_text(Format::PackageJson, r#"{"devDependencies": {"@s/a": "^1.0.0"}}"#);
        manifest.declared_by(&declared);
        assert_eq!(crate::manifest::testing::way(&manifest, "other"), ["@s/a", "other"]);
        assert_eq!(manifest.dependencies[1].scope, crate::manifest::Scope::Development);
    }

    #[test]
    fn a_broken_file_keeps_what_can_be_read() {
        check_broken(Format::YarnClassic, "lost line\na@1:\n  version \"1.0.0\"\n", "is no entry", &["a"]);
        check_broken(Format::YarnClassic, "a@1:\n  resolved \"x\"\n", "has no version", &["a"]);
    }
}
