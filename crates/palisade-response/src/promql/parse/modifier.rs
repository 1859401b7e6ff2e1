//! What stands behind an expression (`[5m]`, `[1h:1m]`, `offset`, `@`) and behind an operator (`bool`, `on`,
//! `group_left`).

use super::{
    Mistake,
    expression::{Parser, deeper},
    lexer::Token,
};
use crate::promql::tree::{At, Expr, Group, Kind, Matching, Node, Operator, Shift, Subquery};

impl Parser {
    /// A primary expression with its ranges, offsets and times.
    pub(super) fn postfix(&mut self) -> Result<Expr, Mistake> {
        let mut expr = self.primary()?;
        loop {
            let at = self.at();
            if self.takes("[") {
                expr = self.range(at, expr)?;
            } else if self.takes_word("offset") {
                let offset = self.signed_duration()?;
                set_once(at, &mut shift_of(at, &mut expr, "offset")?.offset, offset, "offset")?;
            } else if self.takes("@") {
                let time = self.time()?;
                set_once(at, &mut shift_of(at, &mut expr, "@")?.at, time, "@")?;
            } else {
                return Ok(expr);
            }
        }
    }

    /// `5m]` or `1h:1m]`.
    fn range(&mut self, at: usize, inner: Expr) -> Result<Expr, Mistake> {
        let range = self.duration()?;
        if self.takes(":") {
            let step = if self.takes("]") { None } else { Some(self.duration()?) };
            if step.is_some() {
                self.expect("]")?;
            }
            if inner.kind() != Kind::Vector {
                let message = format!("a subquery is of an instant vector, but this is {}", inner.kind());
                return Err(Mistake::new(inner.at, message));
            }
            let (start, depth) = (inner.at, inner.depth);
            let subquery = Subquery { inner, range, step, shift: Shift::default() };
            return deeper(start, depth, Node::Subquery(Box::new(subquery)));
        }
        self.expect("]")?;
        match inner.node {
            Node::Selector(selector) if selector.shift == Shift::default() => {
                deeper(inner.at, 1, Node::Range(selector, range))
            }
            Node::Selector(_) => Err(Mistake::new(at, "a range stands before offset and @")),
            _ => Err(Mistake::new(at, "a range is of a metric; of an expression it is a subquery: write [5m:1m]")),
        }
    }

    fn duration(&mut self) -> Result<i64, Mistake> {
        match self.peek() {
            Some(Token::Duration(duration)) => {
                let duration = *duration;
                self.take();
                Ok(duration)
            }
            _ => Err(self.unexpected("a duration such as 5m")),
        }
    }

    fn signed_duration(&mut self) -> Result<i64, Mistake> {
        let negative = self.takes("-");
        if !negative {
            self.takes("+");
        }
        let duration = self.duration()?;
        Ok(if negative { -duration } else { duration })
    }

    /// `start()`, `end()` or seconds since the Unix epoch.
    fn time(&mut self) -> Result<At, Mistake> {
        let place = self.at();
        for (word, at) in [("start", At::Start), ("end", At::End)] {
            if self.takes_word(word) {
                self.expect("(")?;
                self.expect(")")?;
                return Ok(at);
            }
        }
        let negative = self.takes("-");
        if !negative {
            self.takes("+");
        }
        let Some(Token::Number(seconds)) = self.peek().cloned() else {
            return Err(self.unexpected("a time in seconds, start() or end()"));
        };
        self.take();
        let millis = (if negative { -seconds } else { seconds } * 1000.0).round();
        if !millis.is_finite() || millis.abs() > TIME_MAX {
            return Err(Mistake::new(place, "this time is out of range"));
        }
        Ok(At::Time(millis as i64))
    }

    /// What stands behind an operator.
    pub(super) fn matching(&mut self) -> Result<(bool, Matching), Mistake> {
        let as_bool = self.takes_word("bool");
        let mut matching = Matching::default();
        let on = self.takes_word("on");
        if !on && !self.takes_word("ignoring") {
            return Ok((as_bool, matching));
        }
        matching.on = on;
        matching.labels = self.label_names()?;
        for (word, group) in [("group_left", Group::Left), ("group_right", Group::Right)] {
            if self.takes_word(word) {
                matching.group = group;
                if matches!(self.peek(), Some(Token::Sign("("))) {
                    matching.include = self.label_names()?;
                }
                break;
            }
        }
        Ok((as_bool, matching))
    }

    /// The operator that is next.
    pub(super) fn operator(&self) -> Option<Operator> {
        match self.peek()? {
            Token::Sign(sign) => sign_operator(sign),
            Token::Word(word) => word_operator(word),
            _ => None,
        }
    }
}

/// Times lie within 100,000 years, so that sums of them with offsets do not overflow.
const TIME_MAX: f64 = 3.2e15;

fn sign_operator(sign: &str) -> Option<Operator> {
    Some(match sign {
        "+" => Operator::Add,
        "-" => Operator::Subtract,
        "*" => Operator::Multiply,
        "/" => Operator::Divide,
        "%" => Operator::Modulo,
        "^" => Operator::Power,
        "==" => Operator::Equal,
        "!=" => Operator::NotEqual,
        ">" => Operator::Greater,
        "<" => Operator::Less,
        ">=" => Operator::GreaterOrEqual,
        "<=" => Operator::LessOrEqual,
        _ => return None,
    })
}

fn word_operator(word: &str) -> Option<Operator> {
    Some(match word.to_ascii_lowercase().as_str() {
        "and" => Operator::And,
        "or" => Operator::Or,
        "unless" => Operator::Unless,
        "atan2" => Operator::Atan2,
        _ => return None,
    })
}

/// Where `offset` and `@` of this expression are kept.
fn shift_of<'a>(at: usize, expr: &'a mut Expr, what: &str) -> Result<&'a mut Shift, Mistake> {
    match &mut expr.node {
        Node::Selector(selector) | Node::Range(selector, _) => Ok(&mut selector.shift),
        Node::Subquery(subquery) => Ok(&mut subquery.shift),
        _ => Err(Mistake::new(at, format!("{what} stands behind a metric, a range or a subquery"))),
    }
}

fn set_once<T>(at: usize, place: &mut Option<T>, value: T, what: &str) -> Result<(), Mistake> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(Mistake::new(at, format!("{what} is there twice"))),
    }
}
