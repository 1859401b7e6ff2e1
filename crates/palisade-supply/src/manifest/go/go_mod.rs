//! `go.mod`: the modules that a module asks for, with what stands in for them.
//!
//! The version that a `require` names is the least one; with the whole build list in the file (Go 1.17 and later) it is the
//! one that is built with.

use crate::{
    Ecosystem,
    manifest::{
        Reading, Relation, Source,
        lines::{Line, Lines},
        reading,
    },
};

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let mut block: Option<&str> = None;
    let mut replacements = Vec::new();
    for line in Lines::of(text) {
        let (content, comment) = line.text.split_once("//").unwrap_or((line.text, ""));
        let content = content.trim();
        if content.is_empty() {
            continue;
        }
        if content == ")" {
            block = None;
            continue;
        }
        let (verb, rest) = match block {
            Some(verb) => (verb, content),
            None => content.split_once(char::is_whitespace).unwrap_or((content, "")),
        };
        if block.is_none() && rest.trim() == "(" {
            block = Some(verb);
            continue;
        }
        match verb {
            "module" => reading.project(Ecosystem::Go, Some(unquote(rest.trim())), None),
            "require" => require(reading, line, rest, comment),
            "tool" | "godebug" | "go" | "toolchain" | "exclude" | "retract" | "ignore" => {}
            "replace" => replacements.extend(replacement(reading, line, rest)),
            _ => reading.problem(line.place, format!("`{}` is nothing that stands in a go.mod", verb.escape_debug())),
        }
    }
    for replacement in replacements {
        replacement.apply(reading);
    }
}

fn require(reading: &mut Reading<'_>, line: Line<'_>, rest: &str, comment: &str) {
    let mut words = rest.split_whitespace().map(unquote);
    let (Some(name), Some(version)) = (words.next(), words.next()) else {
        reading.problem(line.place, "requires a module without a version");
        return;
    };
    let indirect = comment.trim().split([';', ' ']).any(|word| word == "indirect");
    let relation = if indirect { Relation::Transitive } else { Relation::Direct };
    let dependency = reading::dependency(Ecosystem::Go, name, Some(version), line.place).relation(relation);
    reading.add(dependency);
}

/// A module, or one version of it, and what stands in for it.
struct Replacement<'t> {
    name: &'t str,
    version: Option<&'t str>,
    by: &'t str,
    by_version: Option<&'t str>,
}

fn replacement<'t>(reading: &mut Reading<'_>, line: Line<'t>, rest: &'t str) -> Option<Replacement<'t>> {
    let Some((of, by)) = rest.split_once("=>") else {
        reading.problem(line.place, "replaces a module by nothing");
        return None;
    };
    let mut of = of.split_whitespace().map(unquote);
    let mut by = by.split_whitespace().map(unquote);
    let replacement = Replacement { name: of.next()?, version: of.next(), by: by.next()?, by_version: by.next() };
    if !reading.is_name(replacement.by) || !reading.is_name(replacement.by_version.unwrap_or("-")) {
        reading.problem(line.place, "replaces a module by what is no name and version of a module");
        return None;
    }
    Some(replacement)
}

impl Replacement<'_> {
    fn apply(&self, reading: &mut Reading<'_>) {
        let fits = |name: &str, version: Option<&str>| {
            name == self.name && self.version.is_none_or(|wanted| version == Some(wanted))
        };
        for dependency in &mut reading.manifest.dependencies {
            let package = &mut dependency.package;
            if !fits(&package.name, package.version.as_deref()) {
                continue;
            }
            if self.by.starts_with(['.', '/']) {
                dependency.source = Source::Project(self.by.to_owned());
            } else {
                dependency.requirement = Some(format!("in place of {}", self.name));
                package.name = self.by.to_owned();
                package.version = self.by_version.map(str::to_owned);
            }
        }
    }
}

fn unquote(text: &str) -> &str {
    text.trim_matches(['"', '`'])
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken},
    };

    #[test]
    fn requirements_and_replacements_are_read() {
        let text = "module host.example/app // mine

go 1.22

require host.example/a v1.2.3
require (
\thost.example/b/v2 v2.0.0 // indirect
\t\"host.example/c\" v0.0.0-20200101000000-abcdef
)
replace host.example/b/v2 v2.0.0 => host.example/fork/b v2.1.0
replace (
\thost.example/c => ../c
)
";
        let manifest = check(
            Format::GoMod,
            text,
            &[
                "host.example/a@v1.2.3 direct :5",
                "host.example/fork/b@v2.1.0 (in place of host.example/b/v2) transitive :7",
                "host.example/c@v0.0.0-20200101000000-abcdef direct project:../c :8",
            ],
        );
        assert_eq!(manifest.project.unwrap().name, "host.example/app");
    }

    #[test]
    fn a_broken_file_keeps_what_can_be_read() {
        check_broken(
            Format::GoMod,
            "require a.example/a v1.0.0\nrequire b.example\n",
            "without a version",
            &["a.example/a"],
        );
        check_broken(
            Format::GoMod,
            "require a.example/a v1.0.0\nreplace a.example/a => b.example/\u{e}b v1.0.0\n",
            "no name and version",
            &["a.example/a"],
        );
        check_broken(Format::GoMod, "package main\n", "nothing that stands in a go.mod", &[]);
    }
}
