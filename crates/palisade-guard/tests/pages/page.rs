//! The form of the pages: an index of all detectors, and one page a family.

use crate::source::{Doc, Sources};
use palisade_guard::{Detector, Guard, detectors};
use std::{collections::BTreeMap, fmt::Write as _};

/// The families, by the second part of the class, in the order of the index.
const FAMILIES: [(&str, &str, &str); 8] = [
    ("unicode", "Unicode", "Characters that hide text, or show it otherwise than it is read."),
    ("injection", "Injection", "Code, commands and paths where data was expected."),
    ("prompt", "Prompts", "Text that gives orders to a model, and text that makes one give away what it should keep."),
    ("secret", "Secrets", "Keys, tokens and passwords that whoever reads them can use."),
    ("session", "Sessions", "Tokens and sessions that others can take over."),
    ("personal", "Personal data", "Numbers and addresses of persons."),
    ("json", "JSON", "Documents that their readers do not read alike."),
    ("limit", "Limits", "What the guard says about itself."),
];

const NOTE: &str = "<!-- Made from the doc comments of the detectors. Change those, then run:\n\
    UPDATE_GOLDEN=1 cargo nextest run --release --workspace -E 'test(detector_pages_are_up_to_date)' -->\n\n";

/// Every page, by its name.
pub(crate) fn all(sources: &Sources) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::from([("README.md".to_owned(), index(sources))]);
    for (family, title, about) in FAMILIES {
        pages.insert(format!("{family}.md"), page(sources, family, title, about));
    }
    pages
}

fn family_of(detector: &Detector) -> &'static str {
    detector.class.split('.').nth(1).unwrap_or_default()
}

fn of_family(family: &str) -> impl Iterator<Item = &'static Detector> {
    detectors().iter().copied().filter(move |detector| family_of(detector) == family)
}

fn index(sources: &Sources) -> String {
    let guard = Guard::new();
    let count = detectors().len();
    let mut text = format!(
        "{NOTE}# Detectors\n\nThe guard has {count} detectors. A finding names its detector in `class`, and says how sure it is in \
         `confidence`, from 0 to 1: that differs from place to place, so the last column tells how the example on the \
         detector's page is judged, where it is complete. [docs/guard.md](../guard.md) says how to use them.\n"
    );
    for (family, title, about) in FAMILIES {
        let _ = write!(
            text,
            "\n## {title}\n\n{about}\n\n| detector | finds | usual severity | its example |\n|---|---|---|---|\n"
        );
        for detector in of_family(family) {
            let judged = sources.doc_of(detector.class).and_then(|doc| judged(&guard, detector, &doc));
            let _ = writeln!(
                text,
                "| [`{class}`]({family}.md#{class}) | {} | {} | {} |",
                detector.title,
                detector.severity,
                judged.unwrap_or_default(),
                class = detector.class,
            );
        }
    }
    text
}

/// How the guard judges the example, when it is one that can be judged.
fn judged(guard: &Guard, detector: &Detector, doc: &Doc) -> Option<String> {
    let mut found = doc.examples().map(unescaped).flat_map(|example| {
        let as_json = guard.inspect_json(&example).unwrap_or_default();
        guard.inspect_text(&example).into_iter().chain(as_json)
    });
    let finding = found.find(|finding| finding.detector == detector.class)?;
    Some(format!("{}, {:.2}", finding.severity, finding.confidence))
}

/// `example` with the characters for which it writes `\u{202E}`.
fn unescaped(example: &str) -> String {
    let mut parts = example.split("\\u{");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_once('}').unwrap_or((part, ""));
        text.extend(u32::from_str_radix(code, 16).ok().and_then(char::from_u32));
        text.push_str(rest);
    }
    text
}

fn page(sources: &Sources, family: &str, title: &str, about: &str) -> String {
    let mut text = format!("{NOTE}# {title}\n\n{about} [All detectors](README.md).\n");
    for (doc, described) in together(sources, family) {
        text.push_str(&section(&doc, &described));
    }
    text
}

/// The detectors of a family, those together that one comment describes, in the order of the table.
fn together(sources: &Sources, family: &str) -> Vec<(Doc, Vec<&'static Detector>)> {
    let mut groups: Vec<(Doc, Vec<&Detector>)> = Vec::new();
    for detector in of_family(family) {
        let Some(doc) = sources.doc_of(detector.class) else { continue };
        match groups.iter_mut().find(|(known, _)| *known == doc) {
            Some((_, described)) => described.push(detector),
            None => groups.push((doc, vec![detector])),
        }
    }
    groups
}

fn section(doc: &Doc, described: &[&Detector]) -> String {
    let first = described[0];
    let heading = if described.len() == 1 { first.title } else { doc.about.trim_end_matches('.') };
    let mut text = format!("\n## {heading}\n\n");
    for detector in described {
        let _ = writeln!(text, "<a id=\"{}\"></a>", detector.class);
    }
    text.push_str("\n| detector | finds | usual severity | references |\n|---|---|---|---|\n");
    for detector in described {
        let references = detector.references.join(", ");
        let _ = writeln!(text, "| `{}` | {} | {} | {references} |", detector.class, detector.title, detector.severity);
    }
    let _ = write!(
        text,
        "\n{}\n\n**What to do.** {}\n\n**How to allow.** Where it is harmless, say so in the policy:\n\n```toml\n{}```\n",
        doc.text,
        first.remediation,
        allowance(first)
    );
    text
}

/// An entry of the allow-list to start from.
fn allowance(detector: &Detector) -> String {
    format!(
        "[[allow]]\nclass = \"{}\"\npath = \"tests/**\"        # or tool, server, field\nreason = \"why this is harmless\"\nexpires = 2027-06-30\n",
        detector.class
    )
}
