//! Screening of differences against screening of everything, decisions, learning, and batches.

use super::*;
use crate::{
    entity::{Entity, Name, PartialDate},
    lists::Listing,
    snapshot::{Difference, Snapshot},
};
use palisade_model::Timestamp;
use proptest::prelude::*;
use std::{collections::BTreeSet, ops::ControlFlow};

/// Compares words: simple enough to be sure of what has to come out.
struct Words;

impl Matcher for Words {
    type Prepared = BTreeSet<String>;

    fn prepare(&self, party: &Entity) -> BTreeSet<String> {
        party.names.iter().flat_map(|name| name.full.split_whitespace()).map(str::to_lowercase).collect()
    }

    fn keys(&self, party: &BTreeSet<String>) -> Vec<u64> {
        party.iter().map(|word| xxhash_rust::xxh3::xxh3_64(word.as_bytes())).collect()
    }

    fn score(&self, counterparty: &BTreeSet<String>, entry: &BTreeSet<String>, at_least: f64) -> Option<Score> {
        let same: Vec<&String> = counterparty.intersection(entry).collect();
        let value = same.len() as f64 / counterparty.union(entry).count().max(1) as f64;
        let part = |word: &&String| Part {
            name: format!("name:{word}"),
            value: 0.1,
            explanation: format!("both have {word}"),
        };
        (value >= at_least).then(|| Score { value, by_identifier: false, parts: same.iter().map(part).collect() })
    }
}

fn party(source: &str, id: &str, name: &str) -> Entity {
    let name = Name { full: name.into(), ..Name::default() };
    Entity { source: source.into(), id: id.into(), names: vec![name], ..Entity::default() }
}

fn snapshot(source: &str, entities: Vec<Entity>) -> Snapshot {
    Snapshot::new(source, Listing { entities, ..Listing::default() }, Timestamp::from_millis(0))
}

fn index(parties: impl IntoIterator<Item = Entity>) -> Index<Words> {
    let mut index = Index::default();
    parties.into_iter().for_each(|party| index.insert(&Words, party));
    index
}

fn one_hit() -> Hit {
    let counterparties = index([party("own", "c", "alpha trading")]);
    let hits = screen_all(&Words, &counterparties, &[party("list", "e", "beta trading")], 0.3);
    hits.iter().next().unwrap().clone()
}

#[test]
fn changes_of_a_list_raise_change_and_clear_hits() {
    let counterparties = index([party("own", "1", "alpha beta"), party("own", "2", "gamma")]);
    let versions = [
        snapshot("list", vec![party("list", "a", "alpha beta"), party("list", "b", "gamma")]),
        snapshot("list", vec![party("list", "a", "alpha beta delta"), party("list", "c", "beta alpha")]),
    ];
    let mut hits = Hits::default();
    let events = rescreen(&Words, &counterparties, &mut hits, &Difference::between(None, &versions[0]), 0.5);
    assert_eq!(events.len(), 2);
    let events =
        rescreen(&Words, &counterparties, &mut hits, &Difference::between(Some(&versions[0]), &versions[1]), 0.5);
    let kinds: Vec<String> = events
        .iter()
        .map(|event| match event {
            Event::Raised { hit } => format!("raised {}", hit.pair.entry),
            Event::Changed { after, .. } => format!("changed {}", after.pair.entry),
            Event::Cleared { hit } => format!("cleared {}", hit.pair.entry),
        })
        .collect();
    assert_eq!(kinds, ["raised c", "changed a", "cleared b"]);
    assert_eq!(hits, screen_all(&Words, &counterparties, versions[1].entities(), 0.5));
}

#[test]
fn a_decision_holds_until_the_evidence_changes() {
    let (mut decisions, hit) = (Decisions::default(), one_hit());
    assert_eq!(decisions.standing(&hit), Standing::Open);
    let at = Timestamp::from_millis(5);
    assert_eq!(decisions.decide(&hit, Verdict::NotAMatch, "  ", "ann", at), Err(DecisionError::Reason));
    assert_eq!(decisions.decide(&hit, Verdict::NotAMatch, "another town", "", at), Err(DecisionError::Author));
    decisions.decide(&hit, Verdict::NotAMatch, "another town", "ann", at).unwrap();
    assert!(matches!(decisions.standing(&hit), Standing::Dismissed(decision) if decision.author == "ann"));
    let stored = serde_json::to_string(&decisions).unwrap();
    let restored: Decisions = serde_json::from_str(&stored).unwrap();
    assert_eq!(restored, decisions);
    let changed = Hit { evidence: "other".into(), ..hit.clone() };
    assert!(matches!(decisions.standing(&changed), Standing::Reopened(_)));
    decisions.decide(&changed, Verdict::Match, "same passport", "bob", at).unwrap();
    assert!(matches!(decisions.standing(&changed), Standing::Confirmed(_)));
}

#[test]
fn evidence_is_who_somebody_is_and_not_why_or_in_which_order() {
    let (own, entry) = (party("own", "c", "alpha"), party("list", "e", "alpha"));
    let hash = evidence_hash(&own, &entry);
    let remarked = Entity { remarks: "new".into(), programs: vec!["X".into()], ..entry.clone() };
    assert_eq!(evidence_hash(&own, &remarked), hash);
    let dated = Entity { dates: vec![PartialDate { year: 1970, ..PartialDate::default() }], ..entry.clone() };
    assert_ne!(evidence_hash(&own, &dated), hash);
    assert_ne!(evidence_hash(&dated, &entry), hash);
    let names = |names: [&str; 2]| Entity {
        names: names.iter().map(|name| Name { full: (*name).into(), ..Name::default() }).collect(),
        ..entry.clone()
    };
    assert_eq!(evidence_hash(&own, &names(["a", "b"])), evidence_hash(&own, &names(["b", "a"])));
}

#[test]
fn learning_is_bounded_explained_and_can_be_reset() {
    let (mut learning, hit) = (Learning::default(), one_hit());
    assert_eq!(learning.adjust(&hit).after, hit.score.value);
    for _ in 0..1_000 {
        learning.learn(&hit, Verdict::NotAMatch);
    }
    let adjustment = learning.adjust(&hit);
    assert!(adjustment.after < adjustment.before);
    assert!(adjustment.before - adjustment.after <= LOWERED_MAX);
    assert_eq!(adjustment.explanations, ["1000 of 1000 hits by `name:trading` were no match: -0.099"]);
    let by_identifier = Hit { score: Score { by_identifier: true, ..hit.score.clone() }, ..hit.clone() };
    assert_eq!(learning.adjust(&by_identifier).after, hit.score.value);
    let restored: Learning = serde_json::from_str(&serde_json::to_string(&learning).unwrap()).unwrap();
    assert_eq!(restored, learning);
    assert!(learning.reset_part("name:trading"));
    assert_eq!(learning.adjust(&hit).after, hit.score.value);
    for _ in 0..1_000 {
        learning.learn(&hit, Verdict::Match);
    }
    let raised = learning.adjust(&hit).after - hit.score.value;
    assert!(raised > 0.0 && raised <= RAISED_MAX);
    learning.reset();
    assert!(learning.is_empty());
}

#[test]
fn rows_that_cannot_be_read_give_their_reason_and_the_rest_goes_on() {
    let csv = b"id,name,country\n1,Alpha,DE\n2,\"Beta,FR\n3,Gamma\n4,,IT\n5,Zo\xEB,NL\n";
    let rows: Vec<CounterpartyRow> = Counterparties::open("in.csv", &csv[..], 1 << 20).unwrap().collect();
    let told: Vec<String> = rows
        .iter()
        .map(|row| match &row.party {
            Ok(party) => format!("{} {} {}", row.number, row.line, party.names[0].full),
            Err(reason) => format!("{} {} !{reason}", row.number, row.line),
        })
        .collect();
    assert_eq!(
        told,
        [
            "1 2 Alpha",
            "2 3 !a quote is opened and not closed",
            "3 4 !the row has 2 columns where 3 are expected",
            "4 5 !the record `4` has no name",
            "5 6 Zoë",
        ]
    );
    let json = "{\"id\":\"1\",\"name\":\"Alpha\",\"aliases\":[\"A\",\"B\"]}\n\n{\"id\":\n[1]\n{\"Name\":\"Beta\",\"Date of birth\":\"1970\"}\n";
    let rows: Vec<CounterpartyRow> = Counterparties::open("in.ndjson", json.as_bytes(), 1 << 20).unwrap().collect();
    assert_eq!(rows.iter().map(|row| row.party.is_ok()).collect::<Vec<_>>(), [true, false, false, true]);
    assert_eq!(rows[0].party.as_ref().unwrap().names.len(), 3);
    assert_eq!(rows[3].party.as_ref().unwrap().dates.len(), 1);
    assert!(Counterparties::open("in.csv", &b"a,b\n1,2\n"[..], 1 << 20).is_err());
}

#[test]
fn a_batch_that_was_stopped_goes_on_where_it_was() {
    let csv: String =
        std::iter::once("id,name\n".to_owned()).chain((1..=3_000).map(|row| format!("{row},Name {row}\n"))).collect();
    let rows = || Counterparties::open("in.csv", csv.as_bytes(), 1 << 20).unwrap();
    let mut answers = Vec::new();
    let progress = run_batch(
        rows(),
        0,
        |party| party.id.clone(),
        |row, answer, _| {
            answers.push(answer.unwrap());
            if row.number == 700 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        },
    );
    assert_eq!((progress.row, progress.screened), (700, 700));
    let progress = run_batch(
        rows(),
        progress.row,
        |party| party.id.clone(),
        |_, answer, _| {
            answers.push(answer.unwrap());
            ControlFlow::Continue(())
        },
    );
    assert_eq!((progress.row, progress.screened), (3_000, 2_300));
    assert_eq!(answers, (1..=3_000).map(|row| row.to_string()).collect::<Vec<_>>());
}

fn name() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(vec!["alpha", "beta", "gamma", "delta", "epsilon", "zeta"]), 1..4)
        .prop_map(|words| words.join(" "))
}

fn list() -> impl Strategy<Value = Vec<(u8, String)>> {
    prop::collection::btree_map(0..12_u8, name(), 0..10).prop_map(|list| list.into_iter().collect())
}

proptest! {
    /// However two lists change, and whoever comes and goes in between.
    #[test]
    fn screening_of_differences_is_screening_of_everything(
        parties in prop::collection::vec((0..30_u8, name()), 0..30),
        gone in prop::collection::vec(0..30_u8, 0..8),
        versions in prop::collection::vec((list(), list()), 1..5),
    ) {
        let mut counterparties = index(parties.iter().map(|(id, name)| party("own", &id.to_string(), name)));
        for id in gone {
            counterparties.remove(&Words, "own", &id.to_string());
        }
        let entries = |source: &str, list: &[(u8, String)]| list.iter().map(|(id, name)| party(source, &id.to_string(), name)).collect::<Vec<_>>();
        let mut hits = Hits::default();
        let mut watchlist = Watchlist::new(&Words, 0.4);
        let mut before: [Option<Snapshot>; 2] = [None, None];
        for (first, second) in versions {
            let after = [snapshot("one", entries("one", &first)), snapshot("two", entries("two", &second))];
            for (old, new) in before.iter().zip(&after) {
                let difference = Difference::between(old.as_ref(), new);
                rescreen(&Words, &counterparties, &mut hits, &difference, 0.4);
                watchlist.apply(&difference);
            }
            let all: Vec<Entity> = after.iter().flat_map(|snapshot| snapshot.entities().to_vec()).collect();
            prop_assert_eq!(&hits, &screen_all(&Words, &counterparties, &all, 0.4));
            let one_by_one: Vec<Hit> = counterparties.parties().flat_map(|party| watchlist.screen(party)).collect();
            prop_assert_eq!(&hits, &Hits::from(one_by_one));
            before = after.map(Some);
        }
        let stored: Hits = serde_json::from_str(&serde_json::to_string(&hits).unwrap()).unwrap();
        prop_assert_eq!(stored, hits);
    }

    #[test]
    fn no_file_of_counterparties_panics(content in prop::collection::vec(any::<u8>(), 0..600)) {
        if let Ok(rows) = Counterparties::open("in.csv", &[b"id,name\n", &content[..]].concat()[..], 1 << 20) {
            rows.for_each(drop);
        }
        if let Ok(rows) = Counterparties::open("in", &content[..], 1 << 20) {
            rows.for_each(drop);
        }
    }
}
