//! Pairs of entities, written by hand after the errors that screening makes, that are one or are two. At least 95 in a
//! hundred have to be judged right, whichever side they stand on.

use palisade_kyb::entity::Entity;
use palisade_kyb::matching::{EntityComparison, Matcher, Mode};
use palisade_kyb::screening::Counterparties;
use serde::Deserialize;

/// A pair, each side with the columns of a list of one's own.
#[derive(Deserialize)]
struct Pair {
    #[serde(rename = "match")]
    is_match: bool,
    why: String,
    query: serde_json::Value,
    listed: serde_json::Value,
}

fn entity(columns: &serde_json::Value) -> Entity {
    let row = columns.to_string();
    let mut rows = Counterparties::open("pair.ndjson", row.as_bytes(), 1 << 20).expect("a pair of the fixture");
    rows.next().expect("a pair of the fixture").party.expect("a pair of the fixture")
}

fn compare(query: &Entity, listed: &Entity) -> EntityComparison {
    let matcher = Matcher::new(Mode::Balanced);
    matcher.compare(&matcher.prepare(query), &matcher.prepare(listed))
}

#[test]
fn pairs_are_judged_right() {
    let lines: Vec<&str> = include_str!("fixtures/entity_pairs.ndjson").lines().collect();
    let mut wrong = Vec::new();
    for line in &lines {
        let pair: Pair = serde_json::from_str(line).expect("a pair of the fixture");
        let found = compare(&entity(&pair.query), &entity(&pair.listed));
        if found.matches != pair.is_match {
            let evidence: Vec<_> = found.evidence.iter().map(|part| (part.kind.as_str(), part.adjustment)).collect();
            wrong.push(format!(
                "{:.3} where {} is right ({}) {evidence:?} {line}",
                found.score, pair.is_match, pair.why
            ));
        }
    }
    let accuracy = 1.0 - wrong.len() as f64 / lines.len() as f64;
    println!("{} pairs, accuracy {accuracy:.3}\n{}", lines.len(), wrong.join("\n"));
    assert!(lines.len() >= 60 && accuracy >= 0.95, "{accuracy:.3} of {} pairs\n{}", lines.len(), wrong.join("\n"));
}
