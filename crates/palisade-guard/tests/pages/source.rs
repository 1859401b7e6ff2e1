//! Finds the doc comment of a detector: that of its static where it tells what is found, else that of its file.

use std::{fs, path::Path};

/// The parts that a doc comment of a detector has, as it writes them.
const PARTS: [&str; 3] = ["**What it finds.**", "**Why it matters.**", "**Example.**"];

/// Folders and files in which detectors stand.
const PLACES: [&str; 10] =
    ["unicode", "secret", "injection", "prompt", "execution", "output", "session", "personal", "json", "table.rs"];

/// The sources of all detectors.
pub(crate) struct Sources(Vec<Source>);

struct Source {
    path: String,
    /// Up to the tests.
    lines: Vec<String>,
}

/// What a doc comment says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Doc {
    /// Where it stands: detectors with the same are described together.
    pub(crate) place: String,
    /// The line before the parts.
    pub(crate) about: String,
    /// The parts, and what comes after them.
    pub(crate) text: String,
}

impl Sources {
    /// Reads them.
    pub(crate) fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut waiting: Vec<_> = PLACES.iter().map(|place| root.join(place)).collect();
        let mut found = Vec::new();
        while let Some(path) = waiting.pop() {
            if path.is_dir() {
                waiting.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            } else {
                let text = fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
                let path = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
                found.push(Source { path, lines: code.lines().map(str::to_owned).collect() });
            }
        }
        found.sort_by(|one, other| one.path.cmp(&other.path));
        Self(found)
    }

    /// The doc comment of the detector of this class.
    pub(crate) fn doc_of(&self, class: &str) -> Option<Doc> {
        let quoted = format!("\"{class}\"");
        self.0.iter().find_map(|source| {
            let line = source.lines.iter().enumerate().position(|(number, _)| source.defines(number, &quoted))?;
            source.doc_at(line)
        })
    }
}

impl Source {
    /// True when the class stands on this line as a field, or as the first argument of a function.
    fn defines(&self, number: usize, quoted: &str) -> bool {
        let line = self.lines[number].trim_start();
        let Some(at) = line.find(quoted) else { return false };
        let before = if at > 0 { &line[..at] } else { self.lines[..number].last().map_or("", |line| line.trim_end()) };
        before.ends_with("class: ") || before.ends_with('(')
    }

    /// The doc comment of the item around this line, or of the file.
    fn doc_at(&self, number: usize) -> Option<Doc> {
        let starts_item = |line: &String| !line.starts_with([' ', '}', ')', ']', '/']) && !line.is_empty();
        let item = self.lines[..=number].iter().rposition(starts_item)?;
        let above = self.lines[..item].iter().rev().take_while(|line| line.starts_with("///")).count();
        let own: Vec<&str> = self.lines[item - above..item].iter().map(|line| line[3..].trim_start()).collect();
        let file: Vec<&str> =
            self.lines.iter().map_while(|line| line.strip_prefix("//!")).map(str::trim_start).collect();
        Doc::of(format!("{}:{item}", self.path), &own).or_else(|| Doc::of(self.path.clone(), &file))
    }
}

impl Doc {
    fn of(place: String, lines: &[&str]) -> Option<Self> {
        let text = unwrapped(lines);
        let start = text.find(PARTS[0])?;
        let has_all = PARTS.iter().all(|part| text.contains(part));
        has_all.then(|| Self { place, about: text[..start].trim().to_owned(), text: text[start..].trim().to_owned() })
    }

    /// The code spans of the example.
    pub(crate) fn examples(&self) -> impl Iterator<Item = &str> {
        let paragraph = self.text.split(PARTS[2]).nth(1).unwrap_or_default();
        let paragraph = paragraph.split("\n\n").next().unwrap_or_default();
        paragraph.split('`').skip(1).step_by(2)
    }
}

/// Paragraphs of one line each; lists, tables and code keep theirs.
fn unwrapped(lines: &[&str]) -> String {
    let mut text = String::new();
    let mut in_code = false;
    for line in lines {
        let fence = line.starts_with("```");
        let own_line = in_code || fence || line.is_empty() || line.starts_with(['-', '|', '#']);
        in_code ^= fence;
        match text.chars().last() {
            None | Some('\n') => {}
            Some(_) if own_line => text.push('\n'),
            Some(_) => text.push(' '),
        }
        text.push_str(line);
        if line.is_empty() || in_code || fence {
            text.push('\n');
        }
    }
    text
}
