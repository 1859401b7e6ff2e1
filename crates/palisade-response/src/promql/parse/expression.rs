//! Operators, calls, aggregations: precedence climbing over the tokens.

use super::{
    DEPTH_MAX, Mistake, ParseError, TEXT_BYTES_MAX, check,
    lexer::{Placed, Token, tokens},
};
use crate::promql::{
    function,
    tree::{AGGREGATORS, Aggregation, Aggregator, Binary, Expr, Node, Operator},
};

/// The tree of an expression, and how many selectors are in it.
pub(in crate::promql) fn parse(text: &str) -> Result<(Expr, usize), ParseError> {
    parse_all(text).map_err(|mistake| mistake.in_text(text))
}

fn parse_all(text: &str) -> Result<(Expr, usize), Mistake> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(Mistake::new(0, format!("an expression may be {TEXT_BYTES_MAX} bytes long")));
    }
    let mut parser = Parser::new(text)?;
    if parser.tokens.is_empty() {
        return Err(Mistake::new(0, "there is no expression"));
    }
    let expr = parser.expression(0)?;
    match parser.peek() {
        None => Ok((expr, parser.slots)),
        Some(token) => Err(Mistake::new(parser.at(), format!("{} was not expected here", token.shown()))),
    }
}

/// Where the parser stands in the tokens.
pub(super) struct Parser {
    tokens: Vec<Placed>,
    next: usize,
    end: usize,
    nesting: usize,
    pub(super) slots: usize,
}

impl Parser {
    pub(super) fn new(text: &str) -> Result<Self, Mistake> {
        Ok(Self { tokens: tokens(text)?, next: 0, end: text.len(), nesting: 0, slots: 0 })
    }

    pub(super) fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|placed| &placed.token)
    }

    pub(super) fn peek_second(&self) -> Option<&Token> {
        self.tokens.get(self.next + 1).map(|placed| &placed.token)
    }

    /// Where the next token begins.
    pub(super) fn at(&self) -> usize {
        self.tokens.get(self.next).map_or(self.end, |placed| placed.at)
    }

    pub(super) fn take(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.next).map(|placed| placed.token.clone());
        self.next += 1;
        token
    }

    /// Takes the sign when it is next.
    pub(super) fn takes(&mut self, sign: &str) -> bool {
        let is_next = matches!(self.peek(), Some(Token::Sign(next)) if *next == sign);
        self.next += usize::from(is_next);
        is_next
    }

    /// Takes the keyword when it is next.
    pub(super) fn takes_word(&mut self, keyword: &str) -> bool {
        let is_next = matches!(self.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(keyword));
        self.next += usize::from(is_next);
        is_next
    }

    pub(super) fn expect(&mut self, sign: &str) -> Result<(), Mistake> {
        if self.takes(sign) { Ok(()) } else { Err(self.unexpected(&format!("'{sign}'"))) }
    }

    /// The mistake that something else stands here.
    pub(super) fn unexpected(&self, wanted: &str) -> Mistake {
        let found = self.peek().map_or_else(|| "the end".to_owned(), Token::shown);
        Mistake::new(self.at(), format!("{wanted} was expected, but there is {found}"))
    }

    /// An expression of operators that bind at least as strongly as `strength`.
    fn expression(&mut self, strength: u8) -> Result<Expr, Mistake> {
        self.nesting += 1;
        if self.nesting > DEPTH_MAX {
            return Err(Mistake::new(self.at(), format!("expressions may be nested {DEPTH_MAX} deep")));
        }
        let mut left = self.unary()?;
        while let Some(operator) = self.operator().filter(|operator| operator.strength() >= strength) {
            let at = self.at();
            self.next += 1;
            let (as_bool, matching) = self.matching()?;
            let to_the_right = u8::from(operator != Operator::Power);
            let right = self.expression(operator.strength() + to_the_right)?;
            let deepest = left.depth.max(right.depth);
            let binary = Binary { operator, left, right, as_bool, matching };
            left = deeper(at, deepest, Node::Binary(Box::new(check::binary(at, binary)?)))?;
        }
        self.nesting -= 1;
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expr, Mistake> {
        let at = self.at();
        let negative = self.takes("-");
        if !negative && !self.takes("+") {
            return self.postfix();
        }
        let inner = self.expression(Operator::Power.strength())?;
        check::signed(at, &inner)?;
        let depth = inner.depth;
        match inner.node {
            Node::Number(number) => deeper(at, 0, Node::Number(if negative { -number } else { number })),
            _ if negative => deeper(at, depth, Node::Negative(Box::new(inner))),
            _ => Ok(inner),
        }
    }

    pub(super) fn primary(&mut self) -> Result<Expr, Mistake> {
        let at = self.at();
        match self.peek() {
            Some(Token::Number(number)) => {
                let number = *number;
                self.next += 1;
                deeper(at, 0, Node::Number(number))
            }
            Some(Token::Text(text)) => {
                let text = text.clone();
                self.next += 1;
                deeper(at, 0, Node::Text(text))
            }
            Some(Token::Sign("(")) => {
                self.next += 1;
                let inner = self.expression(0)?;
                self.expect(")")?;
                deeper(at, inner.depth, Node::Paren(Box::new(inner)))
            }
            Some(Token::Sign("{")) => self.selector(None),
            Some(Token::Word(word)) => {
                let word = word.clone();
                self.word(at, &word)
            }
            _ => Err(self.unexpected("an expression")),
        }
    }

    /// A call, an aggregation or a metric.
    fn word(&mut self, at: usize, word: &str) -> Result<Expr, Mistake> {
        let lower = word.to_ascii_lowercase();
        let aggregator = AGGREGATORS.iter().find(|(name, _)| *name == lower);
        let opens = matches!(self.peek_second(), Some(Token::Sign("(")));
        let groups = matches!(self.peek_second(), Some(Token::Word(next)) if is_grouping(next));
        match aggregator {
            Some((_, aggregator)) if opens || groups => {
                self.next += 1;
                self.aggregation(at, *aggregator)
            }
            _ if opens => {
                self.next += 1;
                self.call(at, word)
            }
            _ => self.selector(Some(word.to_owned())),
        }
    }

    fn call(&mut self, at: usize, name: &str) -> Result<Expr, Mistake> {
        let function = function::find(name).map_err(|message| Mistake::new(at, message))?;
        let arguments = self.arguments()?;
        let deepest = arguments.iter().map(|argument| argument.depth).max().unwrap_or(0);
        check::call(at, function, &arguments)?;
        deeper(at, deepest, Node::Call(function, arguments))
    }

    fn arguments(&mut self) -> Result<Vec<Expr>, Mistake> {
        self.expect("(")?;
        let mut arguments = Vec::new();
        if self.takes(")") {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.expression(0)?);
            if self.takes(")") {
                return Ok(arguments);
            }
            self.expect(",")?;
        }
    }

    fn aggregation(&mut self, at: usize, operator: Aggregator) -> Result<Expr, Mistake> {
        let mut grouping = self.grouping()?;
        let mut arguments = self.arguments()?;
        if grouping.is_none() {
            grouping = self.grouping()?;
        }
        let (without, labels) = grouping.unwrap_or_default();
        check::aggregation(at, operator, &arguments)?;
        let depth = arguments.iter().map(|argument| argument.depth).max().unwrap_or(0);
        let Some(inner) = arguments.pop() else {
            return Err(Mistake::new(at, "an aggregation needs a vector"));
        };
        let aggregation = Aggregation { operator, inner, parameter: arguments.pop(), without, labels };
        deeper(at, depth, Node::Aggregation(Box::new(aggregation)))
    }

    /// `by (…)` or `without (…)`: whether it is `without`, and the labels.
    fn grouping(&mut self) -> Result<Option<(bool, Vec<String>)>, Mistake> {
        let without = match self.peek() {
            Some(Token::Word(word)) if is_grouping(word) => word.eq_ignore_ascii_case("without"),
            _ => return Ok(None),
        };
        self.next += 1;
        Ok(Some((without, self.label_names()?)))
    }
}

fn is_grouping(word: &str) -> bool {
    word.eq_ignore_ascii_case("by") || word.eq_ignore_ascii_case("without")
}

/// An expression around others of which the deepest is `inner` deep.
pub(super) fn deeper(at: usize, inner: usize, node: Node) -> Result<Expr, Mistake> {
    let depth = inner + 1;
    if depth > DEPTH_MAX {
        return Err(Mistake::new(
            at,
            format!("expressions may be nested {DEPTH_MAX} deep; add parentheses that balance it"),
        ));
    }
    Ok(Expr { node, at, depth })
}
