//! Filling in a template.

use super::{
    Filling,
    datum::Datum,
    parse::{Base, Branch, Command, Operand, Piece, Pipeline},
};
use std::sync::Arc;

/// How many pieces and calls one filling may take.
const STEPS_MAX: usize = 20_000;
/// What a query counts as, because it costs as much.
const STEPS_OF_QUERY: usize = 500;
/// How much one filling may write.
const OUTPUT_BYTES_MAX: usize = 16 * 1024;

type Result<T> = std::result::Result<T, String>;

pub(super) fn fill(pieces: &[Piece], filling: &Filling<'_>) -> Result<String> {
    let variables = vec![
        (String::new(), Datum::Root),
        ("labels".to_owned(), Datum::Map(Arc::new(filling.labels.clone()))),
        ("value".to_owned(), Datum::Float(filling.value)),
        ("externalLabels".to_owned(), Datum::Map(Arc::new(filling.external.labels.clone()))),
        ("externalURL".to_owned(), Datum::Text(filling.external.url.clone())),
    ];
    let mut state = State { filling, variables, steps: 0, output: String::new() };
    state.pieces(pieces, &Datum::Root)?;
    Ok(state.output)
}

pub(super) struct State<'a> {
    pub(super) filling: &'a Filling<'a>,
    variables: Vec<(String, Datum)>,
    steps: usize,
    output: String,
}

impl State<'_> {
    fn step(&mut self, cost: usize) -> Result<()> {
        self.steps = self.steps.saturating_add(cost);
        if self.steps > STEPS_MAX { Err(format!("it takes more than {STEPS_MAX} steps")) } else { Ok(()) }
    }

    fn write(&mut self, text: &str) -> Result<()> {
        if self.output.len() + text.len() > OUTPUT_BYTES_MAX {
            return Err(format!("it writes more than {OUTPUT_BYTES_MAX} bytes"));
        }
        self.output.push_str(text);
        Ok(())
    }

    fn pieces(&mut self, pieces: &[Piece], dot: &Datum) -> Result<()> {
        let known = self.variables.len();
        for piece in pieces {
            self.step(1)?;
            self.piece(piece, dot)?;
        }
        self.variables.truncate(known);
        Ok(())
    }

    fn piece(&mut self, piece: &Piece, dot: &Datum) -> Result<()> {
        match piece {
            Piece::Text(text) => self.write(text),
            Piece::Value(pipeline) => {
                let value = self.pipeline(pipeline, dot)?;
                if pipeline.variables.is_empty() {
                    self.write(&value.print()?)
                } else {
                    self.assign(pipeline, vec![value])
                }
            }
            Piece::If(branches) => self.branches(branches, dot, false),
            Piece::With(branches) => self.branches(branches, dot, true),
            Piece::Range { over, body, otherwise } => self.range(over, body, otherwise, dot),
        }
    }

    fn branches(&mut self, branches: &[Branch], dot: &Datum, becomes_dot: bool) -> Result<()> {
        let known = self.variables.len();
        for branch in branches {
            let value = match &branch.condition {
                None => dot.clone(),
                Some(condition) => {
                    let value = self.pipeline(condition, dot)?;
                    self.assign(condition, vec![value.clone()])?;
                    if !value.is_true() {
                        continue;
                    }
                    value
                }
            };
            let is_else = branch.condition.is_none();
            self.pieces(&branch.body, if becomes_dot && !is_else { &value } else { dot })?;
            break;
        }
        self.variables.truncate(known);
        Ok(())
    }

    fn range(&mut self, over: &Pipeline, body: &[Piece], otherwise: &[Piece], dot: &Datum) -> Result<()> {
        let members: Vec<(Datum, Datum)> = match self.pipeline(over, dot)? {
            Datum::List(elements) => {
                let placed = elements.iter().take(STEPS_MAX).enumerate();
                placed.map(|(place, each)| (Datum::Integer(place as i64), each.clone())).collect()
            }
            Datum::Map(labels) => {
                let text = |text: &String| Datum::Text(text.clone());
                labels.iter().map(|(name, value)| (text(name), text(value))).collect()
            }
            Datum::Nothing => Vec::new(),
            other => return Err(format!("range goes over lists and labels, not over {}", other.kind())),
        };
        if members.is_empty() {
            return self.pieces(otherwise, dot);
        }
        let known = self.variables.len();
        for (key, element) in members {
            let given = if over.variables.len() == 2 { vec![key, element.clone()] } else { vec![element.clone()] };
            self.assign(over, given)?;
            self.pieces(body, &element)?;
            self.variables.truncate(known);
        }
        Ok(())
    }

    /// Gives values to the variables of a pipeline; `=name` is one that is there already.
    fn assign(&mut self, pipeline: &Pipeline, values: Vec<Datum>) -> Result<()> {
        for (name, value) in pipeline.variables.iter().zip(values) {
            match name.strip_prefix('=') {
                None => self.variables.push((name.clone(), value)),
                Some(name) => match self.variables.iter_mut().rev().find(|(known, _)| known == name) {
                    Some(variable) => variable.1 = value,
                    None => return Err(format!("the variable ${name} is not known")),
                },
            }
        }
        Ok(())
    }

    pub(super) fn pipeline(&mut self, pipeline: &Pipeline, dot: &Datum) -> Result<Datum> {
        let mut value = None;
        for command in &pipeline.commands {
            self.step(1)?;
            value = Some(match command {
                Command::Value(operand) => self.operand(operand, dot)?,
                Command::Call(function, operands) => {
                    let mut arguments = Vec::with_capacity(operands.len() + 1);
                    for operand in operands {
                        arguments.push(self.operand(operand, dot)?);
                    }
                    arguments.extend(value.take());
                    self.step(cost(function.name, &arguments))?;
                    (function.run)(self.filling, &arguments).map_err(|reason| format!("{}: {reason}", function.name))?
                }
            });
        }
        Ok(value.unwrap_or(Datum::Nothing))
    }

    fn operand(&mut self, operand: &Operand, dot: &Datum) -> Result<Datum> {
        let base = match &operand.base {
            Base::Dot => dot.clone(),
            Base::Variable(name) => match self.variables.iter().rev().find(|(known, _)| known == name) {
                Some((_, value)) => value.clone(),
                None => return Err(format!("the variable ${name} is not known")),
            },
            Base::Constant(constant) => constant.clone(),
            Base::Pipeline(pipeline) => self.pipeline(pipeline, dot)?,
        };
        operand.fields.iter().try_fold(base, |value, name| self.field(value, name))
    }

    fn field(&self, value: Datum, name: &str) -> Result<Datum> {
        let filling = self.filling;
        match (&value, name) {
            (Datum::Root, "Labels") => Ok(Datum::Map(Arc::new(filling.labels.clone()))),
            (Datum::Root, "Value") => Ok(Datum::Float(filling.value)),
            (Datum::Root, "ExternalLabels") => Ok(Datum::Map(Arc::new(filling.external.labels.clone()))),
            (Datum::Root, "ExternalURL") => Ok(Datum::Text(filling.external.url.clone())),
            (Datum::Sample(labels, _), "Labels") => Ok(Datum::Map(Arc::clone(labels))),
            (Datum::Sample(_, number), "Value") => Ok(Datum::Float(*number)),
            (Datum::Map(labels), name) => Ok(Datum::Text(labels.get(name).cloned().unwrap_or_default())),
            (Datum::Arguments(arguments), name) => {
                let found = arguments.iter().find(|(known, _)| known == name);
                Ok(found.map_or(Datum::Nothing, |(_, value)| value.clone()))
            }
            _ => Err(format!("{} has no field {name}", value.kind())),
        }
    }
}

/// What a call costs beside the step that it is.
fn cost(function: &str, arguments: &[Datum]) -> usize {
    let lists = arguments.iter().map(|argument| match argument {
        Datum::List(elements) => elements.len() / 16,
        _ => 0,
    });
    lists.sum::<usize>() + if function == "query" { STEPS_OF_QUERY } else { 0 }
}
