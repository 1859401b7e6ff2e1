//! An expression that is ready to be evaluated, and what comes out.

use super::{
    Element, Limits, ParseError, Queryable, Series,
    evaluate::{Context, EvaluateError},
    parse,
    tree::{Expr, Kind},
};
use palisade_model::Labels;

/// An expression that was read and checked.
#[derive(Clone, Debug)]
pub struct Query {
    text: String,
    root: Expr,
    selectors: usize,
}

/// How expressions are evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How long, in milliseconds, a sample stands for its series when no other follows.
    pub lookback: i64,
    /// The step, in milliseconds, of subqueries that do not say theirs.
    pub subquery_step: i64,
    /// How much one evaluation may take.
    pub limits: Limits,
}

impl Default for Options {
    /// Prometheus' own: five minutes, one minute.
    fn default() -> Self {
        Self { lookback: 300_000, subquery_step: 60_000, limits: Limits::default() }
    }
}

/// What an expression gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// One number.
    Scalar(f64),
    /// A number for each set of labels.
    Vector(Vec<Element>),
    /// Samples for each set of labels.
    Matrix(Vec<Series>),
    /// A text.
    Text(String),
}

impl Value {
    /// The elements of a vector; a scalar is one without labels.
    ///
    /// # Errors
    /// When it is neither.
    pub fn into_vector(self) -> Result<Vec<Element>, EvaluateError> {
        match self {
            Self::Vector(elements) => Ok(elements),
            Self::Scalar(value) => Ok(vec![Element { labels: Labels::new().into(), value }]),
            Self::Matrix(_) => Err(EvaluateError::Invalid("a range vector cannot be the result of a rule".to_owned())),
            Self::Text(_) => Err(EvaluateError::Invalid("a string cannot be the result of a rule".to_owned())),
        }
    }
}

impl Query {
    /// Reads and checks an expression.
    ///
    /// # Errors
    /// Says what is wrong, with line and column.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let (root, selectors) = parse::parse(text)?;
        Ok(Self { text: text.to_owned(), root, selectors })
    }

    /// The expression as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// True when the result is a scalar or an instant vector, as rules need it.
    #[must_use]
    pub fn gives_vector(&self) -> bool {
        matches!(self.root.kind(), Kind::Scalar | Kind::Vector)
    }

    /// Evaluates at one time, in milliseconds.
    ///
    /// # Errors
    /// When a limit is reached, the data cannot be read, or operands do not fit each other.
    pub fn instant(&self, data: &dyn Queryable, at: i64, options: &Options) -> Result<Value, EvaluateError> {
        let mut context = Context::new(data, at, at, options);
        context.fetch(&self.root, self.selectors, at, at)?;
        match self.root.kind() {
            Kind::Range => context.windows(&self.root, at).map(Value::Matrix),
            _ => context.value(&self.root, at),
        }
    }

    /// Evaluates from `start` to `end`, both included, every `step` milliseconds.
    ///
    /// # Errors
    /// As [`Self::instant`]; also when the step is not positive or the result is neither scalar nor instant vector.
    pub fn range(
        &self,
        data: &dyn Queryable,
        (start, end): (i64, i64),
        step: i64,
        options: &Options,
    ) -> Result<Vec<Series>, EvaluateError> {
        if !self.gives_vector() {
            return Err(EvaluateError::Invalid("over a range, an expression gives scalars or vectors".to_owned()));
        }
        let mut context = Context::new(data, start, end, options);
        context.fetch(&self.root, self.selectors, start, end)?;
        context.steps(&self.root, start, end, step)
    }
}
