//! YAML that knows where in its text each value stands, so that what is wrong can be told with its place.

use rsigma_parser::SigmaValue;
use yaml_serde::Value;

/// What is wrong in a file of a taxonomy or a pipeline, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{reason}", self.position())]
pub struct TaxonomyFault {
    /// The way to the value, such as `transformations[2].type`; empty for the whole file.
    pub place: String,
    /// The line, counted from one, where it is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub reason: String,
}

/// Bytes of one file. Real ones have some thousand lines.
const FILE_BYTES_MAX: usize = 4 * 1024 * 1024;

impl TaxonomyFault {
    pub(crate) fn new(place: &str, reason: impl Into<String>) -> Self {
        Self { place: place.to_owned(), line: None, reason: reason.into() }
    }

    fn position(&self) -> String {
        let line = self.line.map_or_else(String::new, |line| format!("line {line}: "));
        if self.place.is_empty() { line } else { format!("{line}{}: ", self.place) }
    }

    /// The same with the line that the place begins in.
    pub(crate) fn in_text(mut self, text: &str) -> Self {
        self.line = self.line.or_else(|| line_of(text, &self.place));
        self
    }
}

/// Reads the YAML of a file.
pub(crate) fn parse(text: &str) -> Result<Value, TaxonomyFault> {
    if text.len() > FILE_BYTES_MAX {
        return Err(TaxonomyFault::new("", "the file is larger than 4 MiB"));
    }
    yaml_serde::from_str(text).map_err(|error| TaxonomyFault {
        place: String::new(),
        line: error.location().map(|location| location.line()),
        reason: error.to_string(),
    })
}

/// A value with the way to it.
#[derive(Clone, Debug)]
pub(crate) struct Node<'y> {
    pub(crate) value: &'y Value,
    pub(crate) place: String,
}

impl<'y> Node<'y> {
    pub(crate) fn new(value: &'y Value) -> Self {
        Self { value, place: String::new() }
    }

    pub(crate) fn fault(&self, reason: impl Into<String>) -> TaxonomyFault {
        TaxonomyFault::new(&self.place, reason)
    }

    /// The member of a mapping; nothing where it is missing or null.
    pub(crate) fn member(&self, key: &str) -> Option<Node<'y>> {
        let value = self.value.get(key).filter(|value| !value.is_null())?;
        Some(Node { value, place: self.place_of(key) })
    }

    pub(crate) fn required(&self, key: &str) -> Result<Node<'y>, TaxonomyFault> {
        self.member(key).ok_or_else(|| self.fault(format!("'{key}' is missing")))
    }

    /// All members of a mapping.
    pub(crate) fn members(&self) -> Result<Vec<(&'y str, Node<'y>)>, TaxonomyFault> {
        let mapping = self.value.as_mapping().ok_or_else(|| self.fault("a mapping should stand here"))?;
        mapping
            .iter()
            .map(|(key, value)| {
                let key = key.as_str().ok_or_else(|| self.fault("a name should be text"))?;
                Ok((key, Node { value, place: self.place_of(key) }))
            })
            .collect()
    }

    /// Refuses members that are not known: what is not understood must not be left out silently.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), TaxonomyFault> {
        for (key, node) in self.members()? {
            if !known.contains(&key) {
                return Err(node.fault(format!("'{key}' is not known here; known are {}", known.join(", "))));
            }
        }
        Ok(())
    }

    pub(crate) fn elements(&self) -> Result<Vec<Node<'y>>, TaxonomyFault> {
        let list = self.value.as_sequence().ok_or_else(|| self.fault("a list should stand here"))?;
        let node = |(index, value)| Node { value, place: format!("{}[{index}]", self.place) };
        Ok(list.iter().enumerate().map(node).collect())
    }

    pub(crate) fn text(&self) -> Result<&'y str, TaxonomyFault> {
        self.value.as_str().ok_or_else(|| self.fault("text should stand here"))
    }

    pub(crate) fn boolean(&self) -> Result<bool, TaxonomyFault> {
        self.value.as_bool().ok_or_else(|| self.fault("true or false should stand here"))
    }

    /// One text or a list of them.
    pub(crate) fn texts(&self) -> Result<Vec<String>, TaxonomyFault> {
        match self.value {
            Value::Sequence(_) => self.elements()?.iter().map(|node| node.text().map(str::to_owned)).collect(),
            _ => Ok(vec![self.text()?.to_owned()]),
        }
    }

    /// One value of a rule or a list of them.
    pub(crate) fn values(&self) -> Result<Vec<SigmaValue>, TaxonomyFault> {
        let scalar = |node: &Node<'_>| match node.value {
            Value::Mapping(_) | Value::Sequence(_) | Value::Tagged(_) => Err(node.fault("one value should stand here")),
            value => Ok(SigmaValue::from_yaml(value)),
        };
        match self.value {
            Value::Sequence(_) => self.elements()?.iter().map(scalar).collect(),
            _ => Ok(vec![scalar(self)?]),
        }
    }

    fn place_of(&self, key: &str) -> String {
        if self.place.is_empty() { key.to_owned() } else { format!("{}.{key}", self.place) }
    }
}

/// The line of a place in YAML of the usual form, where lists begin with dashes: follows the way down by indentation.
pub(crate) fn line_of(text: &str, place: &str) -> Option<usize> {
    let lines: Vec<&str> = text.lines().collect();
    let (mut at, mut found) = (0, None);
    for part in place.split('.').filter(|part| !part.is_empty()) {
        let (key, index) = match part.split_once('[') {
            Some((key, index)) => (key, index.trim_end_matches(']').parse::<usize>().ok()),
            None => (part, None),
        };
        let prefix = format!("{key}:");
        let line = (at..lines.len()).find(|&line| bare(lines[line]).starts_with(&prefix))?;
        (at, found) = (line + usize::from(index.is_some()), Some(line));
        if let Some(index) = index {
            let first = (at..lines.len()).find(|&line| lines[line].trim_start().starts_with('-'))?;
            let column = indentation(lines[first]);
            let is_item =
                |&line: &usize| indentation(lines[line]) == column && lines[line].trim_start().starts_with('-');
            at = (first..lines.len()).filter(is_item).nth(index)?;
            found = Some(at);
        }
    }
    found.map(|line| line + 1)
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// A line without indentation, dash and quotes.
fn bare(line: &str) -> &str {
    line.trim_start_matches([' ', '-', '"', '\''])
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "name: x\ntransformations:\n  - type: a\n    mapping:\n      b: c\n  # between\n  - id: i\n    type: d\n    rule_conditions:\n      - type: e\n      - type: f\n";

    #[test]
    fn places_have_lines() {
        for (place, line) in [
            ("name", Some(1)),
            ("transformations[0].type", Some(3)),
            ("transformations[0].mapping.b", Some(5)),
            ("transformations[1].type", Some(8)),
            ("transformations[1].rule_conditions[1].type", Some(11)),
            ("transformations[7]", None),
            ("nothing", None),
            ("", None),
        ] {
            assert_eq!(line_of(TEXT, place), line, "{place}");
        }
    }

    #[test]
    fn broken_yaml_is_refused_with_its_line() {
        let fault = parse("a: 1\nb: [").expect_err("is broken");
        assert!(fault.line.is_some_and(|line| line >= 2), "{fault}");
        assert!(parse(&" ".repeat(FILE_BYTES_MAX + 1)).is_err());
    }
}
