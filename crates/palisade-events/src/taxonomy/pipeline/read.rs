//! From the YAML of a pipeline to what it does.

use super::{
    Item, Pipeline,
    conditions::{Conditions, FieldCondition, FieldPattern, ItemCondition, Linking, RuleCondition},
    fields::Renaming,
    transformation::Transformation,
    values::{Placeholders, Replacement},
};
use crate::taxonomy::place::{Node, TaxonomyFault};
use regex_automata::meta::Regex;
use rsigma_parser::{ConditionExpr, DetectionItem, parse_condition, parse_field_spec};

type Read<T> = Result<T, TaxonomyFault>;

/// Transformations of one pipeline. The largest known ones have some hundred.
const ITEMS_MAX: usize = 1000;

/// Bytes of an expression of conditions.
const EXPRESSION_BYTES_MAX: usize = 512;

/// Bytes that a compiled pattern may take.
const PATTERN_BYTES_MAX: usize = 1024 * 1024;

/// What any transformation may have beside its own.
const OF_ANY: [&str; 14] = [
    "id",
    "type",
    "rule_conditions",
    "rule_cond_op",
    "rule_cond_not",
    "rule_cond_expression",
    "detection_item_conditions",
    "detection_item_cond_op",
    "detection_item_cond_not",
    "detection_item_cond_expression",
    "field_name_conditions",
    "field_name_cond_op",
    "field_name_cond_not",
    "field_name_cond_expression",
];

const KNOWN: &str = "field_name_mapping, field_name_prefix_mapping, field_name_prefix, field_name_suffix, add_condition, \
     change_logsource, drop_detection_item, replace_string, value_placeholders, wildcard_placeholders, rule_failure";

pub(super) fn pipeline(node: &Node<'_>) -> Read<Pipeline> {
    node.only(&["name", "priority", "vars", "transformations", "allowed_backends"])?;
    let priority = match node.member("priority") {
        Some(priority) => priority.value.as_i64().ok_or_else(|| priority.fault("a whole number should stand here"))?,
        None => 0,
    };
    let mut variables = std::collections::HashMap::new();
    if let Some(named) = node.member("vars") {
        for (name, values) in named.members()? {
            variables.insert(name.to_owned(), values.values()?);
        }
    }
    let items = match node.member("transformations") {
        Some(list) => list.elements()?,
        None => Vec::new(),
    };
    if items.len() > ITEMS_MAX {
        return Err(node.fault("there are more than 1000 transformations"));
    }
    let name = node.member("name").map_or(Ok("unnamed"), |name| name.text())?.to_owned();
    Ok(Pipeline { name, priority, variables, items: items.iter().map(item).collect::<Read<_>>()? })
}

fn item(node: &Node<'_>) -> Read<Item> {
    let kind = node.required("type")?;
    let (transformation, own) = transformation(node, &kind)?;
    node.only(&[own, &OF_ANY].concat())?;
    Ok(Item {
        id: node.member("id").map(|id| id.text().map(str::to_owned)).transpose()?,
        place: node.place.clone(),
        transformation,
        on_rule: conditions(node, "rule_conditions", "rule_cond", rule_condition)?,
        on_item: conditions(node, "detection_item_conditions", "detection_item_cond", item_condition)?,
        on_field: conditions(node, "field_name_conditions", "field_name_cond", field_condition)?,
    })
}

/// The transformation of this type, and the names of what it has of its own.
fn transformation(node: &Node<'_>, kind: &Node<'_>) -> Read<(Transformation, &'static [&'static str])> {
    let part = |key: &str| node.member(key).map(|part| part.text().map(str::to_owned)).transpose();
    Ok(match kind.text()? {
        "field_name_mapping" => (Transformation::Rename(Renaming::Mapping(mapping(node)?)), &["mapping"]),
        "field_name_prefix_mapping" => (Transformation::Rename(Renaming::PrefixMapping(mapping(node)?)), &["mapping"]),
        "field_name_prefix" => {
            (Transformation::Rename(Renaming::Prefix(node.required("prefix")?.text()?.to_owned())), &["prefix"])
        }
        "field_name_suffix" => {
            (Transformation::Rename(Renaming::Suffix(node.required("suffix")?.text()?.to_owned())), &["suffix"])
        }
        "add_condition" => (add_condition(node)?, &["conditions", "negated", "template"]),
        "change_logsource" => {
            let (product, category, service) = (part("product")?, part("category")?, part("service")?);
            (Transformation::ChangeLogSource { product, category, service }, &["product", "category", "service"])
        }
        "drop_detection_item" => (Transformation::DropItem, &[]),
        "replace_string" => {
            (Transformation::ReplaceString(replacement(node)?), &["regex", "replacement", "skip_special"])
        }
        "value_placeholders" => (Transformation::Placeholders(placeholders(node, false)?), &["include", "exclude"]),
        "wildcard_placeholders" => (Transformation::Placeholders(placeholders(node, true)?), &["include", "exclude"]),
        "rule_failure" => (Transformation::Refuse(node.required("message")?.text()?.to_owned()), &["message"]),
        other => return Err(kind.fault(format!("the transformation '{other}' is not known; known are {KNOWN}"))),
    })
}

fn mapping(node: &Node<'_>) -> Read<Vec<(String, Vec<String>)>> {
    let members = node.required("mapping")?.members()?;
    members.into_iter().map(|(name, to)| Ok((name.to_owned(), to.texts()?))).collect()
}

fn add_condition(node: &Node<'_>) -> Read<Transformation> {
    let mut items = Vec::new();
    for (key, values) in node.required("conditions")?.members()? {
        let field = parse_field_spec(key).map_err(|error| values.fault(error.to_string()))?;
        items.push(DetectionItem { field, values: values.values()? });
    }
    let is_negated = node.member("negated").map_or(Ok(false), |negated| negated.boolean())?;
    Ok(Transformation::AddCondition { items, is_negated })
}

fn replacement(node: &Node<'_>) -> Read<Replacement> {
    let regex = node.required("regex")?;
    Ok(Replacement {
        pattern: compiled(&regex, regex.text()?)?,
        with: interpolated(node.required("replacement")?.text()?),
        skips_wildcards: node.member("skip_special").map_or(Ok(false), |skip| skip.boolean())?,
    })
}

/// Python writes `\1` and `\g<name>` for groups, where we have `${1}` and `${name}`.
fn interpolated(written: &str) -> String {
    let mut text = String::with_capacity(written.len());
    let mut rest = written;
    while let Some(character) = rest.chars().next() {
        let after = &rest[character.len_utf8()..];
        let (piece, left) = match character {
            '$' => ("$$".to_owned(), after),
            '\\' => group(after).unwrap_or_else(|| ("\\".to_owned(), after.strip_prefix('\\').unwrap_or(after))),
            _ => (character.to_string(), after),
        };
        text.push_str(&piece);
        rest = left;
    }
    text
}

fn group(after: &str) -> Option<(String, &str)> {
    if let Some((name, left)) = after.strip_prefix("g<").and_then(|rest| rest.split_once('>')) {
        return Some((format!("${{{name}}}"), left));
    }
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0).then(|| (format!("${{{}}}", &after[..digits]), &after[digits..]))
}

fn placeholders(node: &Node<'_>, are_wildcards: bool) -> Read<Placeholders> {
    let names = |key: &str| node.member(key).map_or(Ok(Vec::new()), |names| names.texts());
    Ok(Placeholders { include: names("include")?, exclude: names("exclude")?, are_wildcards })
}

/// A pattern that holds from the beginning of a text, as those of conditions do.
fn anchored(node: &Node<'_>) -> Read<Regex> {
    let text = format!(r"\A(?:{})", node.text()?);
    compiled(node, &text)
}

fn compiled(node: &Node<'_>, text: &str) -> Read<Regex> {
    let config = Regex::config().nfa_size_limit(Some(PATTERN_BYTES_MAX)).onepass_size_limit(Some(PATTERN_BYTES_MAX));
    Regex::builder().configure(config).build(text).map_err(|error| node.fault(format!("not a pattern: {error}")))
}

/// Conditions of one kind: a list, or a mapping that names each.
fn conditions<C>(node: &Node<'_>, list: &str, prefix: &str, read: fn(&Node<'_>) -> Read<C>) -> Read<Conditions<C>> {
    let Some(written) = node.member(list) else { return Ok(Conditions::default()) };
    let nodes: Vec<(String, Node<'_>)> = match written.value {
        yaml_serde::Value::Mapping(_) => {
            written.members()?.into_iter().map(|(name, node)| (name.to_owned(), node)).collect()
        }
        _ => written
            .elements()?
            .into_iter()
            .map(|node| Ok((node.member("id").map_or(Ok(""), |id| id.text())?.to_owned(), node)))
            .collect::<Read<_>>()?,
    };
    let all = nodes.iter().map(|(name, node)| Ok((name.clone(), read(node)?))).collect::<Read<Vec<_>>>()?;
    let linking = match (node.member(&format!("{prefix}_expression")), node.member(&format!("{prefix}_op"))) {
        (Some(expression), _) => Linking::Expression(expression_of(&expression, &all)?),
        (None, Some(operator)) => match operator.text()? {
            "and" => Linking::All,
            "or" => Linking::Any,
            _ => return Err(operator.fault("'and' or 'or' should stand here")),
        },
        (None, None) => Linking::All,
    };
    let is_negated = node.member(&format!("{prefix}_not")).map_or(Ok(false), |negated| negated.boolean())?;
    Ok(Conditions { all, linking, is_negated })
}

fn expression_of<C>(node: &Node<'_>, all: &[(String, C)]) -> Read<ConditionExpr> {
    let text = node.text()?;
    // The parser goes as deep as the expression does.
    if text.len() > EXPRESSION_BYTES_MAX {
        return Err(node.fault("the expression is longer than 512 bytes"));
    }
    let expression = parse_condition(text).map_err(|error| node.fault(error.to_string()))?;
    let mut open = vec![&expression];
    while let Some(part) = open.pop() {
        match part {
            ConditionExpr::And(parts) | ConditionExpr::Or(parts) => open.extend(parts),
            ConditionExpr::Not(part) => open.push(part),
            ConditionExpr::Identifier(name) if all.iter().any(|(known, _)| known == name) => {}
            ConditionExpr::Identifier(name) => return Err(node.fault(format!("no condition has the id '{name}'"))),
            ConditionExpr::Selector { .. } => return Err(node.fault("'of' is not known here")),
        }
    }
    Ok(expression)
}

fn rule_condition(node: &Node<'_>) -> Read<RuleCondition> {
    let part = |key: &str| node.member(key).map(|part| part.text().map(str::to_owned)).transpose();
    let text = |key: &str| node.required(key)?.text().map(str::to_owned);
    let kind = node.required("type")?;
    let (condition, own): (_, &[&str]) = match kind.text()? {
        "logsource" => {
            let (product, category, service) = (part("product")?, part("category")?, part("service")?);
            (RuleCondition::LogSource { product, category, service }, &["product", "category", "service"])
        }
        "contains_field" => (RuleCondition::ContainsField(text("field")?), &["field"]),
        "contains_detection_item" => {
            let value = node.required("value")?.values()?.remove(0);
            (RuleCondition::ContainsItem { field: text("field")?, value }, &["field", "value"])
        }
        "processing_item_applied" => (RuleCondition::Applied(text("processing_item_id")?), &["processing_item_id"]),
        "is_sigma_rule" => (RuleCondition::IsRule, &[]),
        "is_sigma_correlation_rule" => (RuleCondition::IsCorrelation, &[]),
        "tag" => (RuleCondition::Tag(text("tag")?), &["tag"]),
        "rule_attribute" => {
            (RuleCondition::Attribute { name: text("attribute")?, value: text("value")? }, &["attribute", "value"])
        }
        other => return Err(kind.fault(format!("the condition on rules '{other}' is not known"))),
    };
    node.only(&[own, &["type", "id"]].concat())?;
    Ok(condition)
}

fn item_condition(node: &Node<'_>) -> Read<ItemCondition> {
    let kind = node.required("type")?;
    let all = match node.member("cond") {
        None => false,
        Some(which) => match which.text()? {
            "any" => false,
            "all" => true,
            _ => return Err(which.fault("'any' or 'all' should stand here")),
        },
    };
    let (condition, own): (_, &[&str]) = match kind.text()? {
        "match_string" => {
            let pattern = anchored(&node.required("pattern")?)?;
            let is_negated = node.member("negate").map_or(Ok(false), |negated| negated.boolean())?;
            (ItemCondition::MatchString { pattern, all, is_negated }, &["pattern", "negate"])
        }
        "is_null" => (ItemCondition::IsNull { all }, &[]),
        other => return Err(kind.fault(format!("the condition on items '{other}' is not known"))),
    };
    node.only(&[own, &["type", "id", "cond"]].concat())?;
    Ok(condition)
}

fn field_condition(node: &Node<'_>) -> Read<FieldCondition> {
    let kind = node.required("type")?;
    let is_pattern = match node.member("match_type").or_else(|| node.member("mode")) {
        None => false,
        Some(how) => match how.text()? {
            "plain" => false,
            "re" | "regex" => true,
            _ => return Err(how.fault("'plain' or 're' should stand here")),
        },
    };
    let list = node.required("fields")?;
    let fields = if is_pattern {
        let nodes = list.elements()?;
        nodes.iter().map(|node| anchored(node).map(FieldPattern::Pattern)).collect::<Read<_>>()?
    } else {
        list.texts()?.into_iter().map(FieldPattern::Plain).collect()
    };
    node.only(&["type", "id", "fields", "match_type", "mode"])?;
    match kind.text()? {
        "include_fields" => Ok(FieldCondition::Include(fields)),
        "exclude_fields" => Ok(FieldCondition::Exclude(fields)),
        other => Err(kind.fault(format!("the condition on names '{other}' is not known"))),
    }
}
