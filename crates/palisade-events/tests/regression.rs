//! SigmaHQ's own regression cases: each event must be found by the rule that it was recorded for, as often as its
//! authors say, without anyone telling what log it is from.

mod data;

use palisade_events::{Engine, Evaluator, Loader, Record, readers::json, taxonomy::Taxonomy};
use std::sync::Arc;

/// What `info.yml` says of a case.
struct Case {
    folder: String,
    rules: Vec<String>,
    matches: Option<usize>,
}

/// Cases whose file holds more events that the rule finds than it says: the publisher's own runner asks only whether
/// the rule was found at all. Every one of them was read, and what the rule asks for stands in it.
const MISCOUNTED: [(&str, usize); 4] = [
    ("file_event_win_anydesk_artefact", 3),
    ("file_event_win_cred_dump_tools_dropped_files", 3),
    ("registry_set_change_security_zones", 3),
    ("registry_set_disable_administrative_share", 2),
];

impl Case {
    fn is_right(&self, found: usize) -> bool {
        let miscounted = MISCOUNTED.iter().find(|(name, _)| self.folder.contains(name)).map(|(_, count)| *count);
        match miscounted.or(self.matches) {
            Some(count) => found == count,
            None => found > 0,
        }
    }
}

fn case(file: &str, text: &str) -> Case {
    let lines = || text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    let ids =
        lines().skip_while(|line| !line.starts_with("rule_metadata")).filter_map(|line| line.strip_prefix("- id:"));
    Case {
        folder: file.trim_end_matches("info.yml").to_owned(),
        rules: ids.map(|id| id.trim().to_owned()).collect(),
        matches: lines().find_map(|line| line.strip_prefix("match_count:")?.trim().parse().ok()),
    }
}

#[test]
fn every_case_matches_as_often_as_it_should() {
    let Some(folder) = data::folder("every_case_matches_as_often_as_it_should") else { return };
    let sigma = folder.join("sigma");
    let mut loader = Loader::new();
    for part in ["rules", "rules-emerging-threats", "rules-threat-hunting"] {
        data::files(&sigma.join(part), ".yml").iter().for_each(|(file, text)| loader.add(file, text));
    }
    let rules = loader.finish();
    assert!(rules.problems.iter().all(|problem| !problem.is_refused), "{:#?}", rules.problems);
    assert_eq!(rules.rules.len(), 3754);
    let mut evaluator = Evaluator::new(Arc::new(Engine::new(rules, &Taxonomy::default())));
    let (mut cases, mut wrong) = (0, Vec::new());
    for (file, text) in data::files(&sigma.join("regression_data"), "info.yml") {
        let case = case(&file, &text);
        for (file, text) in data::files(case.folder.as_ref(), ".json") {
            cases += 1;
            let mut found = 0;
            for event in serde_json::Deserializer::from_str(&text).into_iter::<serde_json::Value>() {
                let line = event.expect("an event").to_string();
                let record = json::read(&line, Record::default()).expect("an event");
                let matched = evaluator.evaluate(&record).to_vec();
                let is_case = |id: &String| case.rules.contains(id);
                found += matched.iter().filter(|rule| is_case(&evaluator.engine().rule(**rule).id)).count();
            }
            if !case.is_right(found) {
                wrong.push(format!("{file}: {found} matches instead of {:?}", case.matches));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {cases} cases: {wrong:#?}", wrong.len());
    assert_eq!(cases, 202);
}
