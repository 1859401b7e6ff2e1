//! What the values in a template are.

use super::format::print_float;
use palisade_model::Labels;
use std::sync::Arc;

/// A value in a template.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Datum {
    /// What `.` and `$` stand for at the beginning.
    Root,
    Nothing,
    Text(String),
    Float(f64),
    Integer(i64),
    Bool(bool),
    Map(Arc<Labels>),
    /// An element of what `query` gave.
    Sample(Arc<Labels>, f64),
    List(Arc<[Datum]>),
    /// Named arguments, made by `args`.
    Arguments(Vec<(String, Datum)>),
}

impl Datum {
    /// What `if`, `and` and `or` make of it.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Text(text) => !text.is_empty(),
            Self::Float(number) => *number != 0.0,
            Self::Integer(number) => *number != 0,
            Self::Bool(truth) => *truth,
            Self::Map(labels) => !labels.is_empty(),
            Self::List(elements) => !elements.is_empty(),
            Self::Arguments(arguments) => !arguments.is_empty(),
            Self::Root | Self::Sample(..) => true,
        }
    }

    /// As Go prints it.
    pub(super) fn print(&self) -> Result<String, String> {
        Ok(match self {
            Self::Nothing => "<nil>".to_owned(),
            Self::Text(text) => text.clone(),
            Self::Float(number) => print_float(*number),
            Self::Integer(number) => number.to_string(),
            Self::Bool(truth) => truth.to_string(),
            Self::Map(labels) => {
                let pairs: Vec<String> = labels.iter().map(|(name, value)| format!("{name}:{value}")).collect();
                format!("map[{}]", pairs.join(" "))
            }
            Self::List(elements) => {
                let printed: Result<Vec<String>, String> = elements.iter().map(Self::print).collect();
                format!("[{}]", printed?.join(" "))
            }
            Self::Arguments(arguments) => {
                let pairs: Result<Vec<String>, String> =
                    arguments.iter().map(|(name, value)| Ok(format!("{name}:{}", value.print()?))).collect();
                format!("map[{}]", pairs?.join(" "))
            }
            Self::Root | Self::Sample(..) => {
                return Err(format!("{} cannot be written: name a field of it", self.kind()));
            }
        })
    }

    /// The number that it is, or that it is written as.
    pub(super) fn number(&self) -> Result<f64, String> {
        match self {
            Self::Float(number) => Ok(*number),
            Self::Integer(number) => Ok(*number as f64),
            Self::Text(text) => crate::promql::parse_number(text).ok_or_else(|| format!("'{text}' is not a number")),
            _ => Err(format!("a number was expected, not {}", self.kind())),
        }
    }

    pub(super) fn text(&self) -> Result<&str, String> {
        match self {
            Self::Text(text) => Ok(text),
            _ => Err(format!("a text was expected, not {}", self.kind())),
        }
    }

    /// Its sort, as Go names it where it has a name there.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Root => "the data of the template",
            Self::Nothing => "nothing",
            Self::Text(_) => "string",
            Self::Float(_) => "float64",
            Self::Integer(_) => "int",
            Self::Bool(_) => "bool",
            Self::Map(_) => "map[string]string",
            Self::Sample(..) => "a sample",
            Self::List(_) => "a list",
            Self::Arguments(_) => "arguments",
        }
    }
}
