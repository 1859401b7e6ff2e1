//! From a detection of a rule to an expression: maps are *and*, lists are *or*, each value a predicate.

use super::{
    condition::condition,
    expression::Expression,
    modifiers::{Base64, Modifiers, Operator},
    pattern::{Part, Pattern},
    predicate::{FieldNumber, How, Names, Network, Number, Predicate, Predicates, RegexSource, Test},
    transform::{base64, base64_at_offsets, lowered, windash},
};
use crate::{engine::regex, limits::RULE_VALUES_MAX};
use rsigma_parser::{Detection, DetectionItem, Detections, SigmaString, SigmaValue};
use std::collections::HashMap;

/// Why a rule is refused, and words of the rule near which that stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) reason: String,
    pub(super) near: String,
}

/// What compiling needs and fills.
pub(super) struct Compiler<'c> {
    pub(super) names: &'c mut Names,
    pub(super) predicates: &'c mut Predicates,
    pub(super) placeholders: &'c HashMap<String, Vec<String>>,
    /// Placeholders that no one has given values for.
    pub(super) unknown_placeholders: Vec<String>,
    /// Values that the rule may still have.
    pub(super) values_left: usize,
}

impl<'c> Compiler<'c> {
    pub(super) fn new(
        names: &'c mut Names,
        predicates: &'c mut Predicates,
        placeholders: &'c HashMap<String, Vec<String>>,
    ) -> Self {
        Self { names, predicates, placeholders, unknown_placeholders: Vec::new(), values_left: RULE_VALUES_MAX }
    }

    /// What must hold by a detection section: one of its conditions.
    pub(super) fn detections(&mut self, detections: &Detections) -> Result<Expression, Refusal> {
        let named = self.named(&detections.named)?;
        let conditions = detections.conditions.iter().map(|written| condition(written, &named));
        conditions.collect::<Result<_, _>>().map(Expression::any)
    }

    pub(super) fn detection(&mut self, detection: &Detection) -> Result<Expression, Refusal> {
        match detection {
            Detection::AllOf(items) if items.is_empty() => Err(refusal("a detection is empty", "")),
            Detection::AllOf(items) => {
                items.iter().map(|item| self.item(item)).collect::<Result<_, _>>().map(Expression::all)
            }
            Detection::AnyOf(parts) => self.parts(parts).map(Expression::any),
            Detection::And(parts) => self.parts(parts).map(Expression::all),
            Detection::Keywords(values) => {
                values.iter().map(|value| self.keyword(value, false)).collect::<Result<_, _>>().map(Expression::any)
            }
            Detection::Conditional { named, condition: expression } => {
                let named = self.named(named)?;
                condition(expression, &named)
            }
            Detection::ArrayMatch { field, .. } => {
                let reason = "selectors such as [any] are not part of the Sigma specification: a field that is a list \
                              matches when one of its elements does";
                Err(refusal(reason, field))
            }
        }
    }

    pub(super) fn named(&mut self, named: &HashMap<String, Detection>) -> Result<HashMap<String, Expression>, Refusal> {
        let placed = |refusal: Refusal, name: &str| match refusal.near.is_empty() {
            true => Refusal { near: format!("{name}:"), ..refusal },
            false => refusal,
        };
        let compile = |(name, detection): (&String, &Detection)| match self.detection(detection) {
            Ok(expression) => Ok((name.clone(), Expression::named(name, expression))),
            Err(refusal) => Err(placed(refusal, name)),
        };
        named.iter().map(compile).collect()
    }

    fn parts(&mut self, parts: &[Detection]) -> Result<Vec<Expression>, Refusal> {
        if parts.is_empty() {
            return Err(refusal("a detection is empty", ""));
        }
        parts.iter().map(|part| self.detection(part)).collect()
    }

    /// One field with its values.
    fn item(&mut self, item: &DetectionItem) -> Result<Expression, Refusal> {
        let name = item.field.name.as_deref();
        let sign = if item.field.modifiers.is_empty() { ':' } else { '|' };
        let refuse = |reason: String| refusal(&reason, &format!("{}{sign}", name.unwrap_or_default()));
        let modifiers = Modifiers::new(&item.field.modifiers).map_err(refuse)?;
        if modifiers.takes_all && item.values.len() < 2 {
            return Err(refuse("the modifier all asks for more than one value".into()));
        }
        let Some(name) = name else { return self.keywords(item, &modifiers) };
        let field = self.names.number(&name.replace("\\[", "[").replace("\\]", "]"));
        if modifiers.operator == Operator::Exists {
            let exists = self.leaf(field, Test::IsPresent);
            let is_wanted = !matches!(item.values.first(), Some(value) if is_no(value));
            return Ok(if is_wanted { exists } else { Expression::Not(Box::new(exists)) });
        }
        let values = item
            .values
            .iter()
            .map(|value| self.value(field, value, &modifiers).map_err(refuse))
            .collect::<Result<Vec<_>, _>>()?;
        let joined = if modifiers.takes_all { Expression::all(values) } else { Expression::any(values) };
        if !modifiers.is_negated {
            return Ok(joined);
        }
        let is_present = self.leaf(field, Test::IsPresent);
        Ok(Expression::All(vec![is_present, Expression::Not(Box::new(joined))]))
    }

    /// Values without a field: they are searched in all fields.
    fn keywords(&mut self, item: &DetectionItem, modifiers: &Modifiers) -> Result<Expression, Refusal> {
        let values = item.values.iter().map(|value| match modifiers.operator {
            Operator::Text(_) => self.keyword(value, modifiers.is_cased),
            _ => self.value(FieldNumber::ANY, value, modifiers).map_err(|reason| refusal(&reason, "|")),
        });
        let values = values.collect::<Result<Vec<_>, _>>()?;
        Ok(if modifiers.takes_all { Expression::all(values) } else { Expression::any(values) })
    }

    fn keyword(&mut self, value: &SigmaValue, is_cased: bool) -> Result<Expression, Refusal> {
        let text = match value {
            SigmaValue::String(text) => text.clone(),
            other => SigmaString::from_raw(&shown(other)),
        };
        self.count(1).map_err(|reason| refusal(&reason, &text.original))?;
        Ok(self.leaf(FieldNumber::ANY, text_test(&text, How::Contains, is_cased)))
    }

    fn value(&mut self, field: FieldNumber, value: &SigmaValue, modifiers: &Modifiers) -> Result<Expression, String> {
        self.count(1)?;
        let test = match modifiers.operator {
            Operator::Text(how) => return self.text_value(field, value, modifiers, how),
            Operator::Regex { ignores_case, is_multiline, dot_matches_line_end } => {
                let pattern = raw(value).into_boxed_str();
                let source = RegexSource { pattern, ignores_case, is_multiline, dot_matches_line_end };
                regex::check(&source)?;
                Test::Regex(source)
            }
            Operator::Cidr => {
                let text = raw(value);
                Test::Within(Network::parse(&text).ok_or_else(|| format!("'{text}' is not a network"))?)
            }
            Operator::Field(how) => {
                let SigmaValue::String(name) = value else {
                    return Err("fieldref asks for the name of a field".into());
                };
                let name = name.as_plain().ok_or("the name of a field has no wildcards")?;
                Test::Field { other: self.names.number(&name), how, is_cased: modifiers.is_cased }
            }
            Operator::Compare(compare) => Test::Compare(compare, number(value)?),
            Operator::Time(part, compare) => Test::Time { part, compare, number: number(value)? },
            Operator::Exists => Test::IsPresent,
        };
        Ok(self.leaf(field, test))
    }

    fn text_value(
        &mut self,
        field: FieldNumber,
        value: &SigmaValue,
        modifiers: &Modifiers,
        how: How,
    ) -> Result<Expression, String> {
        let text = match value {
            SigmaValue::String(text) => text.clone(),
            SigmaValue::Null => return Ok(self.leaf(field, Test::IsNull)),
            SigmaValue::Bool(wanted) => return Ok(self.leaf(field, Test::Boolean(*wanted))),
            SigmaValue::Integer(_) | SigmaValue::Float(_) if how == How::Exact => {
                return Ok(self.leaf(field, Test::Number(number(value)?)));
            }
            SigmaValue::Integer(_) | SigmaValue::Float(_) => SigmaString::from_raw(&shown(value)),
        };
        let expanded = if modifiers.expands { self.expanded(&text.original) } else { vec![text] };
        let mut tests = Vec::new();
        for text in &expanded {
            let (texts, how) = transformed(text, modifiers, how)?;
            self.count(texts.len())?;
            for text in texts {
                tests.push(self.leaf(field, text_test(&text, how, modifiers.is_cased)));
            }
        }
        Ok(Expression::any(tests))
    }

    /// The value with each placeholder as each of its values; none when one has no values.
    fn expanded(&mut self, text: &str) -> Vec<SigmaString> {
        let mut variants = vec![String::new()];
        let mut rest = text;
        while let Some((before, name, after)) = placeholder(rest) {
            let Some(values) = self.placeholders.get(name) else {
                self.unknown_placeholders.push(name.to_owned());
                return Vec::new();
            };
            if variants.len().saturating_mul(values.len()) > self.values_left {
                self.values_left = 0;
                return Vec::new();
            }
            variants = variants
                .iter()
                .flat_map(|variant| values.iter().map(move |value| format!("{variant}{before}{value}")))
                .collect();
            rest = after;
        }
        let whole = |variant: &String| format!("{variant}{rest}").replace("\\%", "%");
        variants.iter().map(|variant| SigmaString::new(&whole(variant))).collect()
    }

    fn leaf(&mut self, field: FieldNumber, test: Test) -> Expression {
        Expression::Leaf(self.predicates.number(Predicate { field, test }))
    }

    fn count(&mut self, values: usize) -> Result<(), String> {
        match self.values_left.checked_sub(values) {
            Some(left) => {
                self.values_left = left;
                Ok(())
            }
            None => Err(format!("it has more than {RULE_VALUES_MAX} values")),
        }
    }
}

/// The text before the first placeholder, its name, and the text behind it. A percent sign behind a backslash is one.
fn placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let is_sign = |at: &usize| !text[..*at].ends_with('\\');
    let mut signs = text.match_indices('%').map(|(at, _)| at).filter(is_sign);
    let (start, end) = (signs.next()?, signs.next()?);
    Some((&text[..start], &text[start + 1..end], &text[end + 1..]))
}

/// The texts that stand for the value after its modifiers, and how they are compared.
fn transformed(text: &SigmaString, modifiers: &Modifiers, how: How) -> Result<(Vec<SigmaString>, How), String> {
    let literal = |text: &SigmaString| text.as_plain().unwrap_or_else(|| text.original.clone());
    let mut texts = vec![text.clone()];
    if modifiers.is_windash {
        let variants = windash(&literal(text)).ok_or("it has too many dashes for windash")?;
        texts = variants.iter().map(|variant| SigmaString::from_raw(variant)).collect();
    }
    if modifiers.encoding.is_none() && modifiers.base64.is_none() {
        return Ok((texts, how));
    }
    let encode = |text: &SigmaString| match modifiers.encoding {
        Some(encoding) => encoding.encode(&literal(text)),
        None => literal(text).into_bytes(),
    };
    let encoded = texts.iter().map(encode);
    Ok(match modifiers.base64 {
        Some(Base64::Whole) => (encoded.map(|bytes| SigmaString::from_raw(&base64(&bytes))).collect(), how),
        Some(Base64::AtOffsets) => {
            let needles = encoded.flat_map(|bytes| base64_at_offsets(&bytes));
            (needles.map(|needle| SigmaString::from_raw(&needle)).collect(), How::Contains)
        }
        None => (encoded.map(|bytes| SigmaString::from_raw(&String::from_utf8_lossy(&bytes))).collect(), how),
    })
}

/// The test for a text, which may hold wildcards. Those at the ends only say how to compare.
fn text_test(text: &SigmaString, how: How, is_cased: bool) -> Test {
    let (before, after) = match how {
        How::Exact => (false, false),
        How::Prefix => (false, true),
        How::Suffix => (true, false),
        How::Contains => (true, true),
    };
    if let Some(plain) = text.as_plain() {
        let text = if is_cased { plain } else { lowered(&plain) };
        return Test::Text { how, text: text.into(), is_cased };
    }
    let pattern = Pattern::new(text, is_cased, before, after);
    let simple = |how, text: &str| Test::Text { how, text: text.into(), is_cased };
    match pattern.parts() {
        [Part::Any] => simple(How::Contains, ""),
        [Part::Literal(text)] => simple(How::Exact, text),
        [Part::Any, Part::Literal(text)] => simple(How::Suffix, text),
        [Part::Literal(text), Part::Any] => simple(How::Prefix, text),
        [Part::Any, Part::Literal(text), Part::Any] => simple(How::Contains, text),
        _ => Test::Like { pattern, is_cased },
    }
}

fn is_no(value: &SigmaValue) -> bool {
    match value {
        SigmaValue::Bool(is_wanted) => !is_wanted,
        SigmaValue::String(text) => matches!(text.original.as_str(), "false" | "no"),
        _ => false,
    }
}

fn number(value: &SigmaValue) -> Result<Number, String> {
    let number = match value {
        SigmaValue::Integer(number) => Some(*number as f64),
        SigmaValue::Float(number) => Some(*number),
        SigmaValue::String(text) => text.original.trim().parse().ok(),
        SigmaValue::Bool(_) | SigmaValue::Null => None,
    };
    number.map(Number::new).ok_or_else(|| format!("'{}' is not a number", shown(value)))
}

/// The value as it is written, wildcards and all.
fn raw(value: &SigmaValue) -> String {
    match value {
        SigmaValue::String(text) => text.original.clone(),
        other => shown(other),
    }
}

fn shown(value: &SigmaValue) -> String {
    match value {
        SigmaValue::String(text) => text.original.clone(),
        SigmaValue::Integer(number) => number.to_string(),
        SigmaValue::Float(number) => number.to_string(),
        SigmaValue::Bool(is_true) => is_true.to_string(),
        SigmaValue::Null => "null".into(),
    }
}

pub(super) fn refusal(reason: &str, near: &str) -> Refusal {
    Refusal { reason: reason.into(), near: near.into() }
}
