//! Asking for the series of every selector, once for all times at which they are looked at.

use super::{Context, EvaluateError};
use crate::promql::tree::{Expr, Node, Selector, Subquery};
use std::sync::Arc;

impl Context<'_> {
    /// Asks for what `expr` needs to be evaluated from `start` to `end`.
    pub(in crate::promql) fn fetch(
        &mut self,
        expr: &Expr,
        selectors: usize,
        start: i64,
        end: i64,
    ) -> Result<(), EvaluateError> {
        self.fetched.resize(selectors, Arc::default());
        self.fetch_below(expr, start, end)
    }

    fn fetch_below(&mut self, expr: &Expr, start: i64, end: i64) -> Result<(), EvaluateError> {
        match &expr.node {
            Node::Number(_) | Node::Text(_) => Ok(()),
            Node::Paren(inner) | Node::Negative(inner) => self.fetch_below(inner, start, end),
            Node::Selector(selector) => self.fetch_selector(selector, self.options.lookback, start, end),
            Node::Range(selector, range) => self.fetch_selector(selector, *range, start, end),
            Node::Subquery(subquery) => self.fetch_subquery(subquery, start, end),
            Node::Binary(binary) => {
                self.fetch_below(&binary.left, start, end)?;
                self.fetch_below(&binary.right, start, end)
            }
            Node::Aggregation(aggregation) => {
                if let Some(parameter) = &aggregation.parameter {
                    self.fetch_below(parameter, start, end)?;
                }
                self.fetch_below(&aggregation.inner, start, end)
            }
            Node::Call(_, arguments) => {
                arguments.iter().try_for_each(|argument| self.fetch_below(argument, start, end))
            }
        }
    }

    fn fetch_subquery(&mut self, subquery: &Subquery, start: i64, end: i64) -> Result<(), EvaluateError> {
        let from = self.shifted(&subquery.shift, start).saturating_sub(subquery.range);
        self.fetch_below(&subquery.inner, from, self.shifted(&subquery.shift, end))
    }

    fn fetch_selector(&mut self, selector: &Selector, back: i64, start: i64, end: i64) -> Result<(), EvaluateError> {
        let from = self.shifted(&selector.shift, start).saturating_sub(back);
        let to = self.shifted(&selector.shift, end);
        let series = self.data.select(&selector.matchers, from, to).map_err(EvaluateError::Data)?;
        self.meter.series(series.len())?;
        self.meter.samples(series.iter().map(|series| series.samples.len()).sum())?;
        if let Some(place) = self.fetched.get_mut(selector.slot) {
            *place = series.into();
        }
        Ok(())
    }
}
