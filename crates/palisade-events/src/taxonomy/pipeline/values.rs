//! Changes the values that rules ask for: text within them, and placeholders for lists that the user has.

use super::transformation::PipelineFault;
use regex_automata::{meta::Regex, util::interpolate};
use rsigma_parser::{DetectionItem, Modifier, SigmaString, SigmaValue, StringPart};
use std::collections::HashMap;

/// Values that the placeholders of one item may make. Lists of users or hosts have some thousand.
const VALUES_MAX: usize = 100_000;

/// Bytes that all of them may take together.
const VALUES_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Bytes that a value may grow to.
const VALUE_BYTES_MAX: usize = 1024 * 1024;

/// A pattern and what stands in its place.
#[derive(Clone, Debug)]
pub(super) struct Replacement {
    pub(super) pattern: Regex,
    /// With `$1` or `${name}` for what groups of the pattern found.
    pub(super) with: String,
    /// True when wildcards stay out of it.
    pub(super) skips_wildcards: bool,
}

impl Replacement {
    /// Changes the values of an item that are text; patterns and networks are none.
    pub(super) fn apply(&self, item: &mut DetectionItem) {
        if item.field.has_modifier(Modifier::Re) || item.field.has_modifier(Modifier::Cidr) {
            return;
        }
        for value in &mut item.values {
            let SigmaValue::String(text) = value else { continue };
            if self.skips_wildcards {
                for part in &mut text.parts {
                    if let StringPart::Plain(plain) = part {
                        *plain = self.replaced(plain);
                    }
                }
                text.original = written(text);
            } else {
                *text = SigmaString::new(&self.replaced(&text.original));
            }
        }
    }

    fn replaced(&self, text: &str) -> String {
        let (mut result, mut end) = (String::with_capacity(text.len()), 0);
        for captures in self.pattern.captures_iter(text) {
            let Some(found) = captures.get_match() else { continue };
            if result.len() > VALUE_BYTES_MAX {
                break;
            }
            result.push_str(&text[end..found.start()]);
            interpolate::string(
                &self.with,
                |group, to| to.push_str(captures.get_group(group).map_or("", |span| &text[span.range()])),
                |name| self.pattern.group_info().to_index(found.pattern(), name),
                &mut result,
            );
            end = found.end();
        }
        result.push_str(&text[end..]);
        result
    }
}

/// A value as it would be written in a rule.
fn written(text: &SigmaString) -> String {
    let part = |part: &StringPart| match part {
        StringPart::Plain(plain) => plain.replace('\\', r"\\").replace('*', r"\*").replace('?', r"\?"),
        StringPart::Special(rsigma_parser::SpecialChar::WildcardMulti) => "*".to_owned(),
        StringPart::Special(rsigma_parser::SpecialChar::WildcardSingle) => "?".to_owned(),
    };
    text.parts.iter().map(part).collect()
}

/// Which placeholders are filled, and with what.
#[derive(Clone, Debug, Default)]
pub(super) struct Placeholders {
    /// These only, where there are any.
    pub(super) include: Vec<String>,
    /// All but these.
    pub(super) exclude: Vec<String>,
    /// True when a wildcard stands for each, instead of the values that the pipeline names.
    pub(super) are_wildcards: bool,
}

impl Placeholders {
    /// Fills the placeholders in the values of an item that has the modifier `expand`.
    pub(super) fn apply(
        &self,
        item: &mut DetectionItem,
        variables: &HashMap<String, Vec<SigmaValue>>,
    ) -> Result<(), PipelineFault> {
        if !item.field.has_modifier(Modifier::Expand) {
            return Ok(());
        }
        let mut values = Vec::new();
        for value in std::mem::take(&mut item.values) {
            match value {
                SigmaValue::String(text) => self.fill(&text.original, variables, &mut values)?,
                other => values.push(other),
            }
        }
        let is_open =
            |value: &SigmaValue| matches!(value, SigmaValue::String(text) if placeholder(&text.original).is_some());
        // What is still open is for a later pipeline or the loader.
        if !values.iter().any(is_open) {
            item.field.modifiers.retain(|modifier| *modifier != Modifier::Expand);
        }
        item.values = values;
        Ok(())
    }

    /// Adds every value that `text` makes.
    fn fill(
        &self,
        text: &str,
        variables: &HashMap<String, Vec<SigmaValue>>,
        values: &mut Vec<SigmaValue>,
    ) -> Result<(), PipelineFault> {
        let mut open = vec![(String::new(), text.to_owned())];
        let mut bytes = 0;
        while let Some((done, rest)) = open.pop() {
            bytes += done.len() + rest.len();
            if values.len() + open.len() > VALUES_MAX || bytes > VALUES_BYTES_MAX {
                return Err(PipelineFault::new("the placeholders of an item make more than 100000 values or 64 MiB"));
            }
            let Some((start, end)) = placeholder(&rest) else {
                values.push(SigmaValue::String(SigmaString::new(&(done + &rest))));
                continue;
            };
            let name = &rest[start + 1..end];
            let (before, after) = (&rest[..start], &rest[end + 1..]);
            if !self.fills(name) {
                open.push((format!("{done}{}", &rest[..=end]), after.to_owned()));
            } else if self.are_wildcards {
                open.push((format!("{done}{before}*"), after.to_owned()));
            } else {
                let list = variables.get(name).ok_or_else(|| {
                    PipelineFault::new(format!("the placeholder '%{name}%' has no values: name them under 'vars'"))
                })?;
                // The last is taken first, so that values come out in the order of the list.
                open.extend(
                    list.iter().rev().map(|value| (format!("{done}{before}{}", as_text(value)), after.to_owned())),
                );
            }
        }
        Ok(())
    }

    fn fills(&self, name: &str) -> bool {
        (self.include.is_empty() || self.include.iter().any(|known| known == name))
            && !self.exclude.iter().any(|known| known == name)
    }
}

fn as_text(value: &SigmaValue) -> String {
    match value {
        SigmaValue::String(text) => text.original.clone(),
        SigmaValue::Integer(number) => number.to_string(),
        SigmaValue::Float(number) => number.to_string(),
        SigmaValue::Bool(value) => value.to_string(),
        SigmaValue::Null => String::new(),
    }
}

/// Where the first `%name%` stands: its percent signs.
fn placeholder(text: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    loop {
        let start = from + text.get(from..)?.find('%')?;
        let length = text[start + 1..]
            .find(|character: char| !character.is_ascii_alphanumeric() && !"_-.".contains(character))?;
        let end = start + 1 + length;
        if length > 0 && text[end..].starts_with('%') {
            return Some((start, end));
        }
        from = start + 1;
    }
}
