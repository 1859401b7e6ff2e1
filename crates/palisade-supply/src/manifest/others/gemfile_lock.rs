//! `Gemfile.lock`: sections by where gems come from, then what the project asks for.

use crate::{
    Ecosystem,
    manifest::{
        Reading, Scope, Source,
        lines::{Line, Lines},
        reading,
    },
};
use std::collections::HashMap;

/// Sections that name gems.
const SOURCES: &[&str] = &["GEM", "GIT", "PATH", "PLUGIN SOURCE"];

#[derive(Default)]
struct File<'t> {
    section: &'t str,
    remote: &'t str,
    revision: &'t str,
    /// The gem whose needs follow.
    last: Option<u32>,
    names: HashMap<&'t str, Vec<u32>>,
    asks: Vec<(Option<u32>, &'t str, &'t str)>,
    hashes: Vec<(&'t str, &'t str)>,
}

pub(in crate::manifest) fn read(reading: &mut Reading<'_>, text: &str) {
    let mut file = File::default();
    for line in Lines::of(text).filter(|line| !line.text.trim().is_empty()) {
        let content = line.text.trim();
        match line.text.len() - line.text.trim_start().len() {
            0 => file = File { section: content, remote: "", revision: "", last: None, ..file },
            indent => file.take(reading, line, content, indent),
        }
    }
    file.connect(reading);
}

impl<'t> File<'t> {
    fn take(&mut self, reading: &mut Reading<'_>, line: Line<'t>, content: &'t str, indent: usize) {
        match (self.section, indent) {
            (section, 2) if SOURCES.contains(&section) => match content.split_once(": ") {
                Some(("remote", remote)) => self.remote = remote,
                Some(("revision", revision)) => self.revision = revision,
                _ => {}
            },
            (section, 4) if SOURCES.contains(&section) => self.add(reading, line, content),
            (section, 6) if SOURCES.contains(&section) => {
                let (name, range) = split(content);
                if self.last.is_some() {
                    self.asks.push((self.last, name, range));
                }
            }
            ("DEPENDENCIES", 2) => {
                let (name, range) = split(content.trim_end_matches('!'));
                self.asks.push((None, name, range));
            }
            ("CHECKSUMS", 2) => {
                if let Some((gem, hash)) = content.rsplit_once(' ').filter(|(_, hash)| hash.contains('=')) {
                    self.hashes.push((gem, hash));
                }
            }
            ("PLATFORMS" | "RUBY VERSION" | "BUNDLED WITH" | "DEPENDENCIES" | "CHECKSUMS", _) => {}
            (section, _) if SOURCES.contains(&section) => {}
            _ => reading.problem(
                line.place,
                format!("stands in no section that is known: `{}`", reading::excerpt(self.section)),
            ),
        }
    }

    fn add(&mut self, reading: &mut Reading<'_>, line: Line<'t>, content: &'t str) {
        self.last = None;
        let (name, version) = split(content);
        if version.is_empty() {
            reading.problem(line.place, format!("`{}` has no version", reading::excerpt(name)));
        }
        let source = match self.section {
            "GIT" => Source::Git(format!("{}#{}", self.remote, self.revision)),
            "PATH" => Source::Project(self.remote.to_owned()),
            _ if self.remote.is_empty() => Source::Usual,
            _ => Source::Registry(self.remote.trim_end_matches('/').to_owned()),
        };
        let dependency = reading::dependency(Ecosystem::RubyGems, name, Some(version), line.place).source(source);
        self.last = reading.add(dependency);
        if let Some(index) = self.last {
            self.names.entry(name).or_default().push(index);
        }
    }

    fn connect(&self, reading: &mut Reading<'_>) {
        for (from, name, range) in &self.asks {
            for &to in self.names.get(name).into_iter().flatten() {
                reading.edge(*from, to, Scope::Production);
                if from.is_none() && !range.is_empty() {
                    reading.require(to, Some(range));
                }
            }
        }
        for (gem, hash) in &self.hashes {
            let (name, version) = split(gem);
            for &index in self.names.get(name).into_iter().flatten() {
                let dependency = &mut reading.manifest.dependencies[index as usize];
                if dependency.package.version.as_deref() == Some(version) {
                    dependency.integrity = Some(hash.replacen('=', ":", 1));
                }
            }
        }
    }
}

/// `name (version)` or `name`.
fn split(content: &str) -> (&str, &str) {
    match content.split_once(" (") {
        Some((name, rest)) => (name, rest.trim_end_matches(')')),
        None => (content, ""),
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::{
        Format,
        testing::{check, check_broken, suspicions, way},
    };

    const LOCK: &str = "GIT
  remote: https://host.example/g.git
  revision: abc
  specs:
    g (0.1.0)
      rack

GEM
  remote: https://registry.example/
  specs:
    rack (3.0.0)
    rails (7.0.0)
      rack (>= 2)

PLATFORMS
  ruby

DEPENDENCIES
  g!
  rails (~> 7.0)

CHECKSUMS
  rails (7.0.0) sha256=aa

BUNDLED WITH
   2.5.0
";

    #[test]
    fn sections_say_where_gems_come_from() {
        let manifest = check(
            Format::GemfileLock,
            LOCK,
            &[
                "g@0.1.0 direct git:https://host.example/g.git#abc :5",
                "rack@3.0.0 transitive :11",
                "rails@7.0.0 (~> 7.0) direct :12",
            ],
        );
        assert_eq!(way(&manifest, "rack"), ["g", "rack"]);
        assert_eq!(manifest.dependencies[2].integrity.as_deref(), Some("sha256:aa"));
        assert_eq!(suspicions(&manifest), ["Git g https://host.example/g.git#abc"]);
    }

    #[test]
    fn a_broken_line_costs_only_itself() {
        let text = "  lost\nGEM\n  specs:\n    a\n    b (1.0)\n";
        check_broken(Format::GemfileLock, text, "no section that is known", &["a", "b"]);
        check_broken(Format::GemfileLock, text, "`a` has no version", &["a", "b"]);
    }
}
