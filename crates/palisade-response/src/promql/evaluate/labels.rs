//! `label_replace` and `label_join`.

use super::{Context, EvaluateError};
use crate::promql::{
    Element, NAME, compile_anchored, label_name_is_valid,
    query::Value,
    tree::{Expr, Node},
};
use palisade_model::Labels;
use regex_automata::{meta::Regex, util::interpolate};
use std::sync::Arc;

type Result<T> = std::result::Result<T, EvaluateError>;

/// A value that is made may be this long, in bytes: far beyond what anybody reads, and what keeps nested calls from
/// growing without end.
const VALUE_BYTES_MAX: usize = 16 * 1024;

/// `label_replace(v, destination, replacement, source, regex)`
pub(in crate::promql) fn replace(context: &mut Context<'_>, arguments: &[Expr], at: i64) -> Result<Value> {
    let [destination, replacement, source, pattern] = [1, 2, 3, 4].map(|place| text(arguments, place));
    check_name("label_replace", destination)?;
    let mut elements = context.vector(&arguments[0], at)?;
    let regex = context.regex(pattern)?;
    for element in &mut elements {
        let value = element.labels.get(source).map_or("", String::as_str);
        if let Some(made) = replaced(&regex, value, replacement)? {
            context.meter.label_bytes(made.len())?;
            set(element, destination, made);
        }
    }
    Ok(Value::Vector(elements))
}

/// The replacement with its groups filled in; `None` when the value does not match.
fn replaced(regex: &Regex, value: &str, replacement: &str) -> Result<Option<String>> {
    let mut groups = regex.create_captures();
    regex.captures(value, &mut groups);
    if !groups.is_match() {
        return Ok(None);
    }
    let longest = VALUE_BYTES_MAX / (value.len() + 1);
    if replacement.matches('$').count() > longest || replacement.len() > VALUE_BYTES_MAX {
        return Err(too_long());
    }
    let mut made = String::new();
    interpolate::string(
        replacement,
        |index, made| made.push_str(groups.get_group(index).and_then(|span| value.get(span.range())).unwrap_or("")),
        |name| regex.group_info().to_index(groups.pattern()?, name),
        &mut made,
    );
    Ok(Some(made))
}

/// `label_join(v, destination, separator, source, …)`
pub(in crate::promql) fn join(context: &mut Context<'_>, arguments: &[Expr], at: i64) -> Result<Value> {
    let [destination, separator] = [1, 2].map(|place| text(arguments, place));
    check_name("label_join", destination)?;
    let sources: Vec<&str> = (3..arguments.len()).map(|place| text(arguments, place)).collect();
    if let Some(wrong) = sources.iter().find(|source| !label_name_is_valid(source)) {
        return Err(EvaluateError::Invalid(format!("label_join: '{wrong}' cannot be the name of a label")));
    }
    let mut elements = context.vector(&arguments[0], at)?;
    for element in &mut elements {
        let mut made = String::new();
        for (place, source) in sources.iter().enumerate() {
            made.push_str(if place > 0 { separator } else { "" });
            made.push_str(element.labels.get(*source).map_or("", String::as_str));
            if made.len() > VALUE_BYTES_MAX {
                return Err(too_long());
            }
        }
        context.meter.label_bytes(made.len())?;
        set(element, destination, made);
    }
    Ok(Value::Vector(elements))
}

/// The text that stands at this place of the arguments; there are no other strings than those that are written.
fn text(arguments: &[Expr], place: usize) -> &str {
    match arguments.get(place).map(|argument| &argument.bare().node) {
        Some(Node::Text(text)) => text,
        _ => "",
    }
}

fn check_name(function: &str, name: &str) -> Result<()> {
    if name == NAME || label_name_is_valid(name) {
        return Ok(());
    }
    Err(EvaluateError::Invalid(format!("{function}: '{name}' cannot be the name of a label")))
}

fn too_long() -> EvaluateError {
    let advice = "make shorter labels";
    EvaluateError::Limit { what: "bytes in one label", limit: VALUE_BYTES_MAX as u64, advice }
}

fn set(element: &mut Element, name: &str, value: String) {
    let labels: &mut Labels = Arc::make_mut(&mut element.labels);
    if value.is_empty() {
        labels.remove(name);
    } else {
        labels.insert(name.to_owned(), value);
    }
}

impl Context<'_> {
    /// The regular expression, compiled once an evaluation.
    fn regex(&mut self, pattern: &str) -> Result<Regex> {
        if let Some(regex) = self.regexes.get(pattern) {
            return Ok(regex.clone());
        }
        let regex =
            compile_anchored(pattern).map_err(|reason| EvaluateError::Invalid(format!("label_replace: {reason}")))?;
        self.regexes.insert(pattern.to_owned(), regex.clone());
        Ok(regex)
    }
}
