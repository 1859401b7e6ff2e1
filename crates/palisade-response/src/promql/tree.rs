//! The tree of an expression.

use super::{Matcher, function::Function};
use std::fmt;

/// What sort of value an expression gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Scalar,
    Vector,
    Range,
    Text,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scalar => "a scalar",
            Self::Vector => "an instant vector",
            Self::Range => "a range vector",
            Self::Text => "a string",
        })
    }
}

/// An expression.
#[derive(Clone, Debug)]
pub(super) struct Expr {
    pub(super) node: Node,
    /// Where it begins in the text, in bytes.
    pub(super) at: usize,
    /// How many expressions deep it is.
    pub(super) depth: usize,
}

#[derive(Clone, Debug)]
pub(super) enum Node {
    Number(f64),
    Text(String),
    Paren(Box<Expr>),
    Selector(Selector),
    /// A selector with a range in milliseconds.
    Range(Selector, i64),
    Subquery(Box<Subquery>),
    Negative(Box<Expr>),
    Binary(Box<Binary>),
    Aggregation(Box<Aggregation>),
    Call(&'static Function, Vec<Expr>),
}

/// Which series, and when.
#[derive(Clone, Debug)]
pub(super) struct Selector {
    pub(super) matchers: Vec<Matcher>,
    pub(super) shift: Shift,
    /// Its number among the selectors of the query.
    pub(super) slot: usize,
}

/// What `offset` and `@` say.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Shift {
    /// Milliseconds into the past.
    pub(super) offset: Option<i64>,
    pub(super) at: Option<At>,
}

/// What `@` says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum At {
    /// This time, in milliseconds.
    Time(i64),
    /// When the query begins.
    Start,
    /// When the query ends.
    End,
}

/// An expression that is evaluated again and again over a range.
#[derive(Clone, Debug)]
pub(super) struct Subquery {
    pub(super) inner: Expr,
    pub(super) range: i64,
    pub(super) step: Option<i64>,
    pub(super) shift: Shift,
}

#[derive(Clone, Debug)]
pub(super) struct Binary {
    pub(super) operator: Operator,
    pub(super) left: Expr,
    pub(super) right: Expr,
    /// Whether a comparison gives 0 and 1 instead of choosing.
    pub(super) as_bool: bool,
    pub(super) matching: Matching,
}

/// How elements of two vectors find each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Matching {
    /// `on` these labels; else on all but these.
    pub(super) on: bool,
    pub(super) labels: Vec<String>,
    pub(super) group: Group,
    /// Labels taken over from the side of the one.
    pub(super) include: Vec<String>,
}

/// Which side may have several elements of one match.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Group {
    #[default]
    None,
    Left,
    Right,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
    Atan2,
    Equal,
    NotEqual,
    Greater,
    Less,
    GreaterOrEqual,
    LessOrEqual,
    And,
    Or,
    Unless,
}

impl Operator {
    /// How strongly it binds; 6 binds to the right.
    pub(super) const fn strength(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And | Self::Unless => 2,
            Self::Equal | Self::NotEqual | Self::Greater | Self::Less | Self::GreaterOrEqual | Self::LessOrEqual => 3,
            Self::Add | Self::Subtract => 4,
            Self::Multiply | Self::Divide | Self::Modulo | Self::Atan2 => 5,
            Self::Power => 6,
        }
    }

    pub(super) const fn is_comparison(self) -> bool {
        self.strength() == 3
    }

    pub(super) const fn is_set(self) -> bool {
        self.strength() <= 2
    }
}

#[derive(Clone, Debug)]
pub(super) struct Aggregation {
    pub(super) operator: Aggregator,
    pub(super) inner: Expr,
    pub(super) parameter: Option<Expr>,
    /// Group by all but these labels; else by these.
    pub(super) without: bool,
    pub(super) labels: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aggregator {
    Sum,
    Average,
    Minimum,
    Maximum,
    Count,
    Group,
    StandardDeviation,
    Variance,
    Largest,
    Smallest,
    Quantile,
    CountValues,
}

/// Every aggregation and its name.
pub(super) const AGGREGATORS: &[(&str, Aggregator)] = &[
    ("sum", Aggregator::Sum),
    ("avg", Aggregator::Average),
    ("min", Aggregator::Minimum),
    ("max", Aggregator::Maximum),
    ("count", Aggregator::Count),
    ("group", Aggregator::Group),
    ("stddev", Aggregator::StandardDeviation),
    ("stdvar", Aggregator::Variance),
    ("topk", Aggregator::Largest),
    ("bottomk", Aggregator::Smallest),
    ("quantile", Aggregator::Quantile),
    ("count_values", Aggregator::CountValues),
];

impl Aggregator {
    /// What it takes before the vector.
    pub(super) const fn parameter(self) -> Option<Kind> {
        match self {
            Self::Largest | Self::Smallest | Self::Quantile => Some(Kind::Scalar),
            Self::CountValues => Some(Kind::Text),
            _ => None,
        }
    }
}

impl Expr {
    /// What sort of value it gives.
    pub(super) fn kind(&self) -> Kind {
        match &self.node {
            Node::Number(_) => Kind::Scalar,
            Node::Text(_) => Kind::Text,
            Node::Paren(inner) | Node::Negative(inner) => inner.kind(),
            Node::Selector(_) | Node::Aggregation(_) => Kind::Vector,
            Node::Range(..) | Node::Subquery(_) => Kind::Range,
            Node::Binary(binary) => match (binary.left.kind(), binary.right.kind()) {
                (Kind::Scalar, Kind::Scalar) => Kind::Scalar,
                _ => Kind::Vector,
            },
            Node::Call(function, _) => function.gives,
        }
    }

    /// Itself without parentheses.
    pub(super) fn bare(&self) -> &Self {
        match &self.node {
            Node::Paren(inner) => inner.bare(),
            _ => self,
        }
    }
}
