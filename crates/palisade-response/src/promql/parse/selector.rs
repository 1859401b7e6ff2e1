//! Metrics with their matchers: `http_requests_total{code=~"5..",job!="test"}`.

use super::{
    Mistake, ParseError,
    expression::{Parser, deeper},
    lexer::Token,
};
use crate::promql::{
    Matcher, NAME, Operation, label_name_is_valid,
    tree::{Expr, Node, Selector, Shift},
};
use palisade_model::Labels;

/// Reads the labels of one series: `up{job="api"}`.
///
/// # Errors
/// When it is no metric, or has other matchers than `=`.
pub(crate) fn parse_selector(text: &str) -> Result<Labels, ParseError> {
    let read = || {
        let mut parser = Parser::new(text)?;
        let labels = parser.series_labels()?;
        if parser.peek().is_some() { Err(parser.unexpected("the end")) } else { Ok(labels) }
    };
    read().map_err(|mistake: Mistake| mistake.in_text(text))
}

impl Parser {
    /// A selector; the name of the metric, when there is one, is next.
    pub(super) fn selector(&mut self, name: Option<String>) -> Result<Expr, Mistake> {
        let at = self.at();
        let mut matchers = Vec::new();
        if let Some(name) = name {
            self.take();
            matchers.push(matcher(at, NAME, Operation::Equal, &name)?);
        }
        if self.takes("{") {
            self.matchers(&mut matchers)?;
        }
        if matchers.iter().all(|matcher| matcher.matches_value("")) {
            return Err(Mistake::new(at, "a selector needs a matcher that does not match the empty value"));
        }
        let slot = self.slots;
        self.slots += 1;
        deeper(at, 0, Node::Selector(Selector { matchers, shift: Shift::default(), slot }))
    }

    /// Matchers up to and with the closing brace.
    fn matchers(&mut self, matchers: &mut Vec<Matcher>) -> Result<(), Mistake> {
        let named = !matchers.is_empty();
        while !self.takes("}") {
            let at = self.at();
            let label = self.label_name()?;
            if named && label == NAME {
                return Err(Mistake::new(at, "the metric is named twice"));
            }
            let operation = self.operation()?;
            let Some(Token::Text(value)) = self.peek().cloned() else {
                return Err(self.unexpected("a string in quotes"));
            };
            self.take();
            matchers.push(matcher(at, &label, operation, &value)?);
            if !self.takes(",") {
                self.expect("}")?;
                return Ok(());
            }
        }
        Ok(())
    }

    fn operation(&mut self) -> Result<Operation, Mistake> {
        let operations = [
            ("=~", Operation::Regex),
            ("!~", Operation::NotRegex),
            ("!=", Operation::NotEqual),
            ("=", Operation::Equal),
        ];
        for (sign, operation) in operations {
            if self.takes(sign) {
                return Ok(operation);
            }
        }
        Err(self.unexpected("=, !=, =~ or !~"))
    }

    /// `(a, b)`; keywords are names here.
    pub(super) fn label_names(&mut self) -> Result<Vec<String>, Mistake> {
        self.expect("(")?;
        let mut names = Vec::new();
        while !self.takes(")") {
            names.push(self.label_name()?);
            if !self.takes(",") {
                self.expect(")")?;
                break;
            }
        }
        Ok(names)
    }

    fn label_name(&mut self) -> Result<String, Mistake> {
        match self.peek() {
            Some(Token::Word(word)) if label_name_is_valid(word) => {
                let word = word.clone();
                self.take();
                Ok(word)
            }
            _ => Err(self.unexpected("the name of a label")),
        }
    }

    /// The labels of one series.
    fn series_labels(&mut self) -> Result<Labels, Mistake> {
        let at = self.at();
        let mut labels = Labels::new();
        if let Some(Token::Word(name)) = self.peek().cloned() {
            self.take();
            labels.insert(NAME.to_owned(), name);
        }
        let mut matchers = Vec::new();
        if self.takes("{") {
            self.matchers(&mut matchers)?;
        }
        for matcher in matchers {
            if matcher.operation != Operation::Equal {
                return Err(Mistake::new(at, "the labels of a series are written with ="));
            }
            labels.insert(matcher.name, matcher.value);
        }
        Ok(labels)
    }
}

fn matcher(at: usize, name: &str, operation: Operation, value: &str) -> Result<Matcher, Mistake> {
    Matcher::new(name, operation, value).map_err(|message| Mistake::new(at, message))
}
