//! What pipelines make of rules.

use super::{OCSF_PIPELINE, Pipeline, Pipelines};
use rsigma_parser::{LogSource, SigmaRule, emit_rule_yaml, parse_sigma_yaml};

fn rule(detection: &str) -> SigmaRule {
    let text =
        format!("{{title: x, logsource: {{product: windows, category: process_creation}}, detection: {detection}}}");
    parse_sigma_yaml(&text).expect("parses").rules.remove(0)
}

/// The detections and conditions that are left, in the order of their names.
fn applied(transformations: &str, detection: &str) -> Result<String, String> {
    let pipeline = Pipeline::parse(&format!(
        "name: p\nvars: {{admins: [root, 'a*'], ports: [22, 23]}}\ntransformations: {transformations}"
    ))
    .map_err(|fault| fault.to_string())?;
    let mut rule = rule(detection);
    pipeline.apply(&mut rule).map_err(|fault| fault.to_string())?;
    Ok(shown(&rule))
}

fn shown(rule: &SigmaRule) -> String {
    let mut names: Vec<_> = rule.detection.named.iter().collect();
    names.sort_by_key(|(name, _)| *name);
    let conditions: Vec<String> = rule.detection.conditions.iter().map(ToString::to_string).collect();
    format!(
        "{} | {}",
        names.iter().map(|(name, part)| format!("{name}: {}", part_of(part))).collect::<Vec<_>>().join("; "),
        conditions.join(" / ")
    )
}

fn part_of(part: &rsigma_parser::Detection) -> String {
    use rsigma_parser::{Detection, SigmaValue};
    let value = |value: &SigmaValue| match value {
        SigmaValue::String(text) => text.original.clone(),
        SigmaValue::Integer(number) => number.to_string(),
        other => format!("{other:?}"),
    };
    let all = |parts: &[Detection]| parts.iter().map(part_of).collect::<Vec<_>>().join(", ");
    match part {
        Detection::AllOf(items) => {
            let item = |item: &rsigma_parser::DetectionItem| {
                let values: Vec<String> = item.values.iter().map(value).collect();
                format!("{}={}", item.field.name.as_deref().unwrap_or("-"), values.join("|"))
            };
            items.iter().map(item).collect::<Vec<_>>().join(" & ")
        }
        Detection::AnyOf(parts) => format!("any({})", all(parts)),
        Detection::And(parts) => format!("all({})", all(parts)),
        Detection::Keywords(values) => values.iter().map(value).collect::<Vec<_>>().join("|"),
        Detection::ArrayMatch { field, .. } => format!("{field}[]"),
        Detection::Conditional { .. } => "conditional".to_owned(),
    }
}

#[test]
fn rules_are_rewritten() {
    let plain = "{s: {Image: a, CommandLine: b}, condition: s}";
    for (transformations, detection, expected) in [
        (
            "[{type: field_name_mapping, mapping: {Image: process.executable}}]",
            plain,
            "s: process.executable=a & CommandLine=b | s",
        ),
        ("[{type: field_name_mapping, mapping: {Image: [x, y]}}]", plain, "s: all(CommandLine=b, any(x=a, y=a)) | s"),
        (
            "[{type: field_name_mapping, mapping: {Image: x}, rule_conditions: [{type: logsource, product: linux}]}]",
            plain,
            "s: Image=a & CommandLine=b | s",
        ),
        (
            "[{type: field_name_mapping, mapping: {Image: x}, rule_cond_not: true, rule_conditions: [{type: logsource, product: linux}]}]",
            plain,
            "s: x=a & CommandLine=b | s",
        ),
        (
            "[{type: field_name_prefix, prefix: p., field_name_conditions: [{type: include_fields, fields: [Image]}]}]",
            plain,
            "s: p.Image=a & CommandLine=b | s",
        ),
        (
            "[{type: field_name_suffix, suffix: .s, field_name_conditions: [{type: exclude_fields, fields: ['I.*'], match_type: re}]}]",
            plain,
            "s: Image=a & CommandLine.s=b | s",
        ),
        ("[{type: field_name_prefix_mapping, mapping: {Command: c_}}]", plain, "s: Image=a & c_Line=b | s"),
        (
            "[{type: add_condition, conditions: {Channel: Security, k: [1, $category]}}]",
            plain,
            "_pipeline_0: Channel=Security & k=1|process_creation; s: Image=a & CommandLine=b | (_pipeline_0 and s)",
        ),
        (
            "[{type: add_condition, negated: true, conditions: {a: b}}]",
            plain,
            "_pipeline_0: a=b; s: Image=a & CommandLine=b | (not _pipeline_0 and s)",
        ),
        (
            "[{type: drop_detection_item, field_name_conditions: [{type: include_fields, fields: [Image]}]}]",
            plain,
            "s: CommandLine=b | s",
        ),
        (
            "[{type: drop_detection_item, detection_item_conditions: [{type: match_string, cond: any, pattern: b}]}]",
            plain,
            "s: Image=a | s",
        ),
        (
            "[{type: drop_detection_item, field_name_conditions: [{type: include_fields, fields: [Image]}]}]",
            "{s: {CommandLine: b}, t: {Image: c}, condition: s and not t}",
            "s: CommandLine=b | (s)",
        ),
        (
            r"[{type: replace_string, regex: '^C:.(\w+)', replacement: 'D/\1$'}]",
            r"{s: {Image: 'C:\x*'}, condition: s}",
            "s: Image=D/x$* | s",
        ),
        (
            "[{type: replace_string, regex: '.', replacement: z, skip_special: true}]",
            r"{s: {Image: 'a*b?'}, condition: s}",
            "s: Image=z*z? | s",
        ),
        ("[{type: replace_string, regex: a, replacement: b}]", "{s: {Image|re: a}, condition: s}", "s: Image=a | s"),
        (
            "[{type: value_placeholders}]",
            "{s: {User|expand: 'x%admins%:%ports%'}, condition: s}",
            "s: User=xroot:22|xroot:23|xa*:22|xa*:23 | s",
        ),
        (
            "[{type: value_placeholders, exclude: [other]}]",
            "{s: {User|expand: ['%other%', '%admins%']}, condition: s}",
            "s: User=%other%|root|a* | s",
        ),
        ("[{type: wildcard_placeholders}]", "{s: {User|expand: 'x%admins%'}, condition: s}", "s: User=x* | s"),
        (
            "[{type: field_name_mapping, mapping: {Image: x}}]",
            "{s: {CommandLine|fieldref: Image}, condition: s}",
            "s: CommandLine=x | s",
        ),
        ("[{type: field_name_prefix, prefix: p.}]", "{s: [word, other], condition: s}", "s: word|other | s"),
        (
            "[{id: one, type: field_name_mapping, mapping: {Image: x}}, {type: field_name_prefix, prefix: p., rule_conditions: [{type: processing_item_applied, processing_item_id: one}]}]",
            plain,
            "s: p.x=a & p.CommandLine=b | s",
        ),
        (
            "[{type: field_name_prefix, prefix: p., rule_conditions: {a: {type: is_sigma_rule}, b: {type: contains_field, field: None}}, rule_cond_expression: a and not b}]",
            plain,
            "s: p.Image=a & p.CommandLine=b | s",
        ),
    ] {
        assert_eq!(applied(transformations, detection).as_deref(), Ok(expected), "{transformations}");
    }
}

#[test]
fn rules_that_cannot_be_rewritten_are_refused() {
    for (transformations, detection, expected) in [
        (
            "[{type: value_placeholders}]",
            "{s: {User|expand: '%missing%'}, condition: s}",
            "the placeholder '%missing%' has no values: name them under 'vars'",
        ),
        ("[{type: rule_failure, message: no}]", "{s: {User: a}, condition: s}", "no"),
        ("[{type: drop_detection_item}]", "{s: {User: a}, condition: s}", "nothing is left of the rule"),
    ] {
        let expected = format!("pipeline 'p', transformations[0]: {expected}");
        assert_eq!(applied(transformations, detection), Err(expected));
    }
}

#[test]
fn what_is_not_known_is_refused_with_its_place() {
    for (text, expected) in [
        (
            "transformations:\n  - type: field_name_prefix\n    prefix: a\n  - id: x\n    type: nonsense\n",
            "line 5: transformations[1].type: the transformation 'nonsense' is not known",
        ),
        (
            "transformations:\n  - type: field_name_prefix\n    prefix: a\n    prefx: b\n",
            "line 4: transformations[0].prefx: 'prefx' is not known here",
        ),
        ("transformations:\n  - type: field_name_prefix\n", "line 2: transformations[0]: 'prefix' is missing"),
        (
            "transformations:\n  - type: drop_detection_item\n    rule_conditions:\n      - type: moon\n",
            "line 4: transformations[0].rule_conditions[0].type: the condition on rules 'moon' is not known",
        ),
        (
            "transformations:\n  - type: replace_string\n    regex: '('\n    replacement: a\n",
            "line 3: transformations[0].regex: not a pattern",
        ),
        (
            "transformations:\n  - type: drop_detection_item\n    rule_conditions: []\n    rule_cond_expression: a\n",
            "line 4: transformations[0].rule_cond_expression: no condition has the id 'a'",
        ),
        ("prioritty: 1\n", "line 1: prioritty: 'prioritty' is not known here"),
        ("transformations: 1\n", "line 1: transformations: a list should stand here"),
    ] {
        let fault = Pipeline::parse(text).expect_err(text).to_string();
        assert!(fault.starts_with(expected), "{fault}");
    }
}

#[test]
fn pipelines_run_by_priority_and_rewrite_correlations() {
    let pipeline = |priority: i64, prefix: &str| {
        let text = format!(
            "priority: {priority}\ntransformations: [{{type: field_name_prefix, prefix: {prefix}, rule_conditions: [{{type: logsource, product: windows}}]}}]"
        );
        Pipeline::parse(&text).expect("reads")
    };
    let pipelines = Pipelines::new(vec![pipeline(20, "b."), pipeline(10, "a.")]);
    let mut changed = rule("{s: {Image: a}, condition: s}");
    pipelines.apply(&mut changed).expect("applies");
    assert_eq!(shown(&changed), "s: b.a.Image=a | s");
    assert!(emit_rule_yaml(&changed).contains("b.a.Image"));
    let text = "{title: c, correlation: {type: value_count, rules: [r], group-by: [User], timespan: 1m, condition: {gte: 2, field: Image}}}";
    let mut correlation = parse_sigma_yaml(text).expect("parses").correlations.remove(0);
    pipelines.apply_to_correlation(&mut correlation, &[LogSource::default()]);
    assert_eq!(correlation.group_by, ["User"]);
    let windows = LogSource { product: Some("windows".into()), ..LogSource::default() };
    pipelines.apply_to_correlation(&mut correlation, &[windows]);
    assert_eq!(correlation.group_by, ["b.a.User"]);
    assert!(format!("{:?}", correlation.condition).contains("b.a.Image"));
}

#[test]
fn the_actor_of_ocsf_is_who_acts() {
    let pipeline = Pipeline::parse(OCSF_PIPELINE).expect("is whole");
    let mut created = rule("{s: {Image: a, CommandLine: b}, condition: s}");
    pipeline.apply(&mut created).expect("applies");
    assert_eq!(shown(&created), "s: process.file.path=a & process.cmd_line=b | s");
    let mut written = rule("{s: {Image: a, TargetFilename: b}, condition: s}");
    written.logsource.category = Some("file_event".into());
    pipeline.apply(&mut written).expect("applies");
    assert_eq!(shown(&written), "s: actor.process.file.path=a & file.path=b | s");
}

#[test]
fn what_grows_is_refused() {
    let doubling = "{type: field_name_mapping, mapping: {a: [a, a]}}";
    let many = format!("[{}]", [doubling; 20].join(","));
    let fault = applied(&many, "{s: {a: 1}, condition: s}").expect_err("grows");
    assert!(fault.ends_with("the rule grows to more than 10000 items"), "{fault}");
    let added = format!("[{}]", ["{type: add_condition, conditions: {a: 1}}"; 900].join(","));
    let shown = applied(&added, "{s: {a: 1}, condition: s}").expect("applies");
    assert!(shown.contains("_pipeline_899 and _pipeline_898 and"));
    let placeholders = format!("{{s: {{User|expand: '{}'}}, condition: s}}", "%admins%".repeat(40));
    assert!(applied("[{type: value_placeholders}]", &placeholders).is_err());
}
