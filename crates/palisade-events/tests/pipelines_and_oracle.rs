//! Pipelines make of every rule of SigmaHQ what another implementation makes of it.
//!
//! One disagreement is meant: a value that names a field (`fieldref`) is renamed with it, as in pySigma, from which
//! pipelines come. The other implementation leaves it, so that the rule asks for a field that no event has.
//!
//! Wants the folder of data in `PALISADE_DATA`, with `events/sigma/rules` below it.
#![allow(clippy::disallowed_methods, reason = "own fixtures")]

use palisade_events::taxonomy::Pipeline;
use rsigma_eval::pipeline::{PipelineState, parse_pipeline};
use rsigma_parser::{SigmaRule, parse_sigma_yaml};
use std::path::{Path, PathBuf};

/// Pipelines whose effect on a rule is defined to the last value.
const PIPELINES: [&str; 6] = [
    "transformations: [{type: field_name_mapping, mapping: {Image: process.executable, CommandLine: process.command_line}}]",
    "transformations: [{type: field_name_prefix, prefix: winlog.event_data., rule_conditions: [{type: logsource, product: windows}], \
     field_name_conditions: [{type: exclude_fields, fields: [EventID, Channel]}]}]",
    "transformations: [{type: field_name_suffix, suffix: .keyword, field_name_conditions: [{type: include_fields, fields: [Image, ParentImage]}]}]",
    "transformations: [{type: field_name_prefix_mapping, mapping: {cs-: http.}}]",
    "transformations: [{type: change_logsource, product: x, category: y, service: z, rule_conditions: [{type: logsource, service: sshd}]}]",
    "transformations: [{id: a, type: field_name_mapping, mapping: {EventID: event.code}, rule_conditions: [{type: logsource, product: windows}]}, \
     {type: field_name_suffix, suffix: .x, rule_conditions: [{type: processing_item_applied, processing_item_id: a}]}]",
];

fn rules() -> Option<Vec<SigmaRule>> {
    let Some(data) = std::env::var_os("PALISADE_DATA") else {
        eprintln!("skipped: PALISADE_DATA names no folder of data");
        return None;
    };
    let mut rules = Vec::new();
    let mut open: Vec<PathBuf> = vec![Path::new(&data).join("events/sigma/rules")];
    while let Some(folder) = open.pop() {
        for path in std::fs::read_dir(&folder).expect("the folder is there").flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yml") {
                let text = std::fs::read_to_string(&path).expect("reads");
                rules.extend(parse_sigma_yaml(&text).expect("parses").rules);
            }
        }
    }
    assert!(rules.len() > 3000, "only {} rules", rules.len());
    Some(rules)
}

#[test]
fn rules_are_rewritten_as_elsewhere() {
    let Some(rules) = rules() else { return };
    for text in PIPELINES {
        let ours = Pipeline::parse(text).expect("reads");
        let theirs = parse_pipeline(text).expect("reads");
        let mut changed = 0;
        for rule in rules.iter().filter(|rule| !format!("{:?}", rule.detection).contains("FieldRef")) {
            let (mut mine, mut other) = (rule.clone(), rule.clone());
            ours.apply(&mut mine).expect("applies");
            theirs.apply(&mut other, &mut PipelineState::default()).expect("applies");
            assert_eq!(mine.detection, other.detection, "{} by {text}", rule.title);
            assert_eq!(mine.logsource, other.logsource, "{} by {text}", rule.title);
            changed += usize::from(mine != *rule);
        }
        assert!(changed > 0, "{text}");
    }
}

#[test]
fn added_conditions_and_several_names_leave_rules_whole() {
    let Some(rules) = rules() else { return };
    let text = "transformations: [{type: add_condition, conditions: {Channel: Security}}, \
                {type: field_name_mapping, mapping: {Image: [a, b], CommandLine: [c, d]}}]";
    let pipeline = Pipeline::parse(text).expect("reads");
    for rule in &rules {
        let mut changed = rule.clone();
        pipeline.apply(&mut changed).expect("applies");
        assert_eq!(changed.detection.named.len(), rule.detection.named.len() + 1);
        let shown = format!("{:?}", changed.detection);
        assert!(!shown.contains("Some(\"Image\")") && !shown.contains("Some(\"CommandLine\")"), "{}", rule.title);
    }
}
