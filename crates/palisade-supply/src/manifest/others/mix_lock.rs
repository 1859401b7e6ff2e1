//! `mix.lock` of Elixir: a map of tuples, one a line.
//!
//! `"name": {:hex, :name, "1.0.0", "hash", [:mix], [{:other, …}], "hexpm", "hash"},`

use crate::{
    Ecosystem,
    manifest::{
        Reading, Scope, Source,
        lines::{Line, Lines},
        reading,
    },
};
use std::collections::HashMap;

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let mut names: HashMap<&str, u32> = HashMap::new();
    let mut added = Vec::new();
    for line in Lines::of(text) {
        let content = line.text.trim();
        if matches!(content, "" | "%{" | "}" | "%{}") || content.starts_with('#') {
            continue;
        }
        if let Some((key, index)) = add(reading, line, content) {
            names.insert(key, index);
            added.push((content, index));
        }
    }
    for (content, from) in added {
        // What is asked for begins with its name as an atom: `{:other, "~> 1.0", …}`.
        for (at, _) in content.match_indices("{:").skip(1) {
            let name = content[at + 2..].split([',', '}']).next().unwrap_or_default();
            if let Some(to) = names.get(name) {
                reading.edge(Some(from), *to, Scope::Production);
            }
        }
    }
}

fn add<'t>(reading: &mut Reading<'_>, line: Line<'t>, content: &'t str) -> Option<(&'t str, u32)> {
    let Some((key, tuple)) = entry(content) else {
        reading.problem(line.place, "is no entry of a lockfile of mix");
        return None;
    };
    let dependency = match tuple.split_once(',').map(|(kind, rest)| (kind.trim(), rest)) {
        Some((":hex", rest)) => hex(rest, line.place),
        Some((":git", rest)) => {
            let mut quoted = quoted(rest);
            quoted.next().map(|repository| {
                let revision = quoted.next().unwrap_or_default();
                reading::dependency(Ecosystem::Hex, key, None, line.place)
                    .source(Source::Git(format!("{repository}#{revision}")))
            })
        }
        _ => None,
    };
    if dependency.is_none() {
        reading
            .problem(line.place, format!("`{}` comes neither from a registry nor a repository", reading::excerpt(key)));
    }
    Some((key, reading.add(dependency?)?))
}

/// Name, version, inner hash, …, repository, outer hash.
fn hex(rest: &str, place: usize) -> Option<crate::manifest::Dependency> {
    let name = rest.trim_start().strip_prefix(':')?.split(',').next()?.trim().trim_matches('"');
    let mut quoted_first = quoted(rest);
    let version = quoted_first.next()?;
    let inner = quoted_first.next();
    let last: Vec<&str> = rest.rsplit(']').next().map(|tail| quoted(tail).take(3).collect()).unwrap_or_default();
    let repository = last.first().copied().filter(|repository| *repository != "hexpm");
    let hash = last.get(1).copied().or(inner).map(|hash| format!("sha256:{hash}"));
    let source = repository.map_or(Source::Usual, |repository| Source::Registry(repository.to_owned()));
    Some(reading::dependency(Ecosystem::Hex, name, Some(version), place).integrity(hash.as_deref()).source(source))
}

/// Key and the inside of the tuple.
fn entry(content: &str) -> Option<(&str, &str)> {
    let (key, rest) =
        content.strip_prefix('"')?.split_once("\":").or_else(|| content.strip_prefix('"')?.split_once("\" =>"))?;
    Some((key, rest.trim_start().strip_prefix('{')?))
}

/// The parts in quotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').skip(1).step_by(2)
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, suspicions},
    };

    #[test]
    fn tuples_are_packages() {
        let text = r#"%{
  "plug": {:hex, :plug, "1.14.0", "in", [:mix], [{:mime, "~> 1.0", [hex: :mime, repo: "hexpm", optional: false]}], "hexpm", "out"},
  "mime": {:hex, :mime, "2.0.5", "in2", [:mix], [], "hexpm", "out2"},
  "own": {:hex, :own, "1.0.0", "in3", [:mix], [], "private", "out3"},
  "g": {:git, "https://host.example/g.git", "abc", [tag: "v1"]},
}
"#;
        let manifest = check(
            Format::MixLock,
            text,
            &[
                "plug@1.14.0 unknown :2",
                "mime@2.0.5 unknown :3",
                "own@1.0.0 unknown :4",
                "g unknown git:https://host.example/g.git#abc :5",
            ],
        );
        assert_eq!(manifest.edges.len(), 1);
        assert_eq!(manifest.registry.as_deref(), Some("private"));
        assert_eq!(manifest.dependencies[0].integrity.as_deref(), Some("sha256:out"));
        assert_eq!(suspicions(&manifest), ["Git g https://host.example/g.git#abc"]);
    }

    #[test]
    fn a_broken_line_costs_only_itself() {
        let text = "%{\n  lost\n  \"a\": {:hex, :a, \"1.0.0\", \"x\", [:mix], [], \"hexpm\"},\n  \"b\": {:svn, 1},\n  \"c\": {:hex, :c";
        check_broken(Format::MixLock, text, "is no entry", &["a"]);
        check_broken(Format::MixLock, text, "comes neither", &["a"]);
    }
}
