//! Screening of differences against screening of everything, decisions, learning, and batches.

use super::*;
use crate::{
    entity::{Entity, EntityType, Identifier, Name, PartialDate},
    lists::Listing,
    matching::{Matcher, Mode},
    snapshot::{Difference, Snapshot},
};
use palisade_model::Timestamp;
use proptest::prelude::*;
use std::{collections::BTreeMap, ops::ControlFlow};

fn party(source: &str, id: &str, name: &str) -> Entity {
    let name = Name { full: name.into(), ..Name::default() };
    Entity { source: source.into(), id: id.into(), names: vec![name], ..Entity::default() }
}

fn snapshot(source: &str, entities: Vec<Entity>) -> Snapshot {
    Snapshot::new(source, Listing { entities, ..Listing::default() }, Timestamp::from_millis(0))
}

fn screener(parties: impl IntoIterator<Item = Entity>) -> Screener {
    Screener::build(parties, Vec::new()).unwrap()
}

fn one_hit() -> Hit {
    let counterparties = screener([party("own", "c", "Kovalenko Trading")]);
    let hits = screen_all(&counterparties, &[party("list", "e", "Kovalenco Trading")], &Options::default());
    hits.iter().next().unwrap().clone()
}

#[test]
fn changes_of_a_list_raise_change_and_clear_hits() {
    let counterparties = screener([party("own", "1", "Ivan Kovalenko"), party("own", "2", "Goodwill Trading")]);
    let versions = [
        snapshot("list", vec![party("list", "a", "Ivan Kovalenko"), party("list", "b", "Goodwill Trading Ltd")]),
        snapshot("list", vec![party("list", "a", "Iwan Kovalenko"), party("list", "c", "Kovalenko, Ivan")]),
    ];
    let mut hits = Hits::default();
    let options = Options::default();
    let events = rescreen(&counterparties, &mut hits, &Difference::between(None, &versions[0]), &options);
    assert_eq!(events.len(), 2);
    let events = rescreen(&counterparties, &mut hits, &Difference::between(Some(&versions[0]), &versions[1]), &options);
    let kinds: Vec<String> = events
        .iter()
        .map(|event| match event {
            Event::Raised { hit } => format!("raised {}", hit.pair.entry),
            Event::Changed { after, .. } => format!("changed {}", after.pair.entry),
            Event::Cleared { hit } => format!("cleared {}", hit.pair.entry),
        })
        .collect();
    assert_eq!(kinds, ["raised c", "changed a", "cleared b"]);
    assert_eq!(hits, screen_all(&counterparties, versions[1].entities(), &options));
}

#[test]
fn a_screener_survives_the_disk_and_finds_by_name_and_by_identifier() {
    let ship = Entity {
        entity_type: EntityType::Vessel,
        identifiers: vec![Identifier { kind: "imo".into(), value: "IMO 9187629".into(), country: None }],
        ..party("one", "v", "Northern Light")
    };
    let edition = snapshot("one", vec![ship.clone()]).edition().clone();
    let built = Screener::build([ship.clone(), party("two", "p", "Ivan Kovalenko")], vec![edition.clone()]).unwrap();
    let mut file = Vec::new();
    built.write(&mut file).unwrap();
    let screener = Screener::open(file.clone()).unwrap();
    assert_eq!((screener.len(), screener.names(), screener.editions()), (2, 2, &[edition][..]));
    assert_eq!(screener.entities().next(), Some(ship.clone()));
    let mut scratch = Scratch::default();
    let mut screen = |party: &Entity, options: &Options<'_>| screener.screen(party, options, &mut scratch);
    let all = Options::default();
    let renamed = Entity { names: vec![Name { full: "Sea Rose".into(), ..Name::default() }], ..ship };
    let found = screen(&renamed, &all);
    assert!(found.complete && found.hits[0].comparison.is_identified(), "{found:?}");
    let person = party("own", "1", "Iwan Kowalenko");
    assert_eq!(screen(&person, &all).hits.len(), 1);
    assert_eq!(screen(&person, &Options { sources: Some(&["one".to_owned()]), ..all }).hits.len(), 0);
    assert_eq!(screen(&person, &Options { types: Some(&[EntityType::Vessel]), ..all }).hits.len(), 0);
    assert_eq!(screen(&person, &Options { at_least: Some(0.999), ..all }).hits.len(), 0);
    let none = screen(&person, &Options { limit: 0, ..all });
    assert!(none.hits.is_empty() && !none.complete);
    for end in (0..file.len()).step_by(61) {
        assert!(Screener::open(file[..end].to_vec()).is_err(), "cut at {end}");
    }
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
    assert_eq!(learning.adjust(&hit).after, f64::from(hit.comparison.score));
    for _ in 0..1_000 {
        learning.learn(&hit, Verdict::NotAMatch);
    }
    let adjustment = learning.adjust(&hit);
    assert!(adjustment.after < adjustment.before);
    assert!(adjustment.before - adjustment.after <= LOWERED_MAX);
    let told = |word: &str| format!("1000 of 1000 hits by `name:{word}` were no match: -0.099");
    assert_eq!(adjustment.explanations, [told("kovalenco"), told("trading")]);
    let mut identified = hit.clone();
    let evidence = |kind| crate::matching::Evidence {
        kind,
        query: "".into(),
        listed: "".into(),
        adjustment: 1.0,
        reason: "".into(),
    };
    identified.comparison.evidence.push(evidence(crate::matching::EvidenceKind::Identifier));
    assert_eq!(learning.adjust(&identified).after, f64::from(hit.comparison.score));
    let restored: Learning = serde_json::from_str(&serde_json::to_string(&learning).unwrap()).unwrap();
    assert_eq!(restored, learning);
    assert!(learning.reset_part("name:trading") && learning.reset_part("name:kovalenco"));
    assert_eq!(learning.adjust(&hit).after, f64::from(hit.comparison.score));
    for _ in 0..1_000 {
        learning.learn(&hit, Verdict::Match);
    }
    let raised = learning.adjust(&hit).after - f64::from(hit.comparison.score);
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
        |party, _| party.id.clone(),
        |row, answer, _| {
            answers.push(answer.unwrap());
            if row.number == 700 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        },
    );
    assert_eq!((progress.row, progress.screened), (700, 700));
    let progress = run_batch(
        rows(),
        progress.row,
        |party, _| party.id.clone(),
        |_, answer, _| {
            answers.push(answer.unwrap());
            ControlFlow::Continue(())
        },
    );
    assert_eq!((progress.row, progress.screened), (3_000, 2_300));
    assert_eq!(answers, (1..=3_000).map(|row| row.to_string()).collect::<Vec<_>>());
}

/// Names near and far from each other, of which many meet.
fn name() -> impl Strategy<Value = String> {
    const WORDS: [&str; 18] = [
        "Ivan",
        "Iwan",
        "Kovalenko",
        "Kowalenco",
        "Mohammed",
        "Muhamad",
        "al-Tikriti",
        "Hassan",
        "Maria",
        "Silva",
        "Trading",
        "Goodwill",
        "GmbH",
        "Bank",
        "Iran",
        "44",
        "Petroleum",
        "Харитонов",
    ];
    let words = prop::collection::vec(prop::sample::select(&WORDS[..]), 1..5).prop_map(|words| words.join(" "));
    prop_oneof![8 => words, 1 => "[a-z]{1,6}( [a-z]{1,6}){0,2}"]
}

fn whoever(source: &'static str) -> impl Strategy<Value = Entity> {
    let types = prop::sample::select(vec![EntityType::Person, EntityType::Organization, EntityType::Unknown]);
    let dates = prop::collection::vec((1960_u16..1963, 0_u8..4, 0_u8..4), 0..2);
    let passports = prop::collection::vec("[0-2]{4}", 0..2);
    (0..24_u8, prop::collection::vec(name(), 1..3), types, dates, passports).prop_map(
        move |(id, names, entity_type, dates, passports)| Entity {
            source: source.into(),
            id: id.to_string(),
            entity_type,
            names: names.into_iter().map(|full| Name { full, ..Name::default() }).collect(),
            dates: dates.into_iter().map(|(year, month, day)| PartialDate { year, month, day, circa: false }).collect(),
            identifiers: passports
                .into_iter()
                .map(|value| Identifier { kind: "passport".into(), value, country: None })
                .collect(),
            ..Entity::default()
        },
    )
}

/// Parties with an id each.
fn list(source: &'static str, most: usize) -> impl Strategy<Value = Vec<Entity>> {
    prop::collection::vec(whoever(source), 0..most).prop_map(|list| {
        let by_id: BTreeMap<String, Entity> = list.into_iter().map(|entity| (entity.id.clone(), entity)).collect();
        by_id.into_values().collect()
    })
}

/// Modes that find nobody by legal forms alone, as OFAC's search does.
fn mode() -> impl Strategy<Value = Mode> {
    prop::sample::select(vec![Mode::Balanced, Mode::Strict])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// However two lists change: what is found by the changes is what is found anew, and from either side.
    #[test]
    fn screening_of_differences_is_screening_of_everything(
        parties in list("own", 24),
        versions in prop::collection::vec((list("one", 14), list("two", 14)), 1..4),
        mode in mode(),
    ) {
        let counterparties = screener(parties.clone());
        let options = Options { mode, limit: usize::MAX, ..Options::default() };
        let mut hits = Hits::default();
        let mut before: [Option<Snapshot>; 2] = [None, None];
        for (first, second) in versions {
            let after = [snapshot("one", first), snapshot("two", second)];
            for (old, new) in before.iter().zip(&after) {
                rescreen(&counterparties, &mut hits, &Difference::between(old.as_ref(), new), &options);
            }
            let all: Vec<Entity> = after.iter().flat_map(|snapshot| snapshot.entities().to_vec()).collect();
            prop_assert_eq!(&hits, &screen_all(&counterparties, &all, &options));
            let (lists, mut scratch) = (screener(all), Scratch::default());
            let mut one_by_one = Vec::new();
            for party in &parties {
                let found = lists.screen(party, &options, &mut scratch);
                prop_assert!(found.complete);
                one_by_one.extend(found.hits.into_iter().map(|hit| hit.of(&party.id)));
            }
            prop_assert_eq!(&hits, &Hits::from(one_by_one));
            before = after.map(Some);
        }
        let stored: Hits = serde_json::from_str(&serde_json::to_string(&hits).unwrap()).unwrap();
        prop_assert_eq!(stored, hits);
    }

    /// Nobody whom a comparison of every pair matches is missed, and nobody's score depends on who else is listed.
    #[test]
    fn screening_finds_what_comparing_every_pair_finds(
        party in whoever("own"),
        entries in list("one", 24),
        mode in mode(),
    ) {
        let options = Options { mode, limit: usize::MAX, ..Options::default() };
        let found = screener(entries.clone()).screen(&party, &options, &mut Scratch::default());
        let matcher = Matcher::new(mode);
        let mut expected: Vec<(String, f32)> = Vec::new();
        for entry in &entries {
            let comparison = matcher.compare(&matcher.prepare(&party), &matcher.prepare(entry));
            if comparison.matches {
                expected.push((entry.id.clone(), comparison.score));
            }
        }
        let mut found: Vec<(String, f32)> = found.hits.into_iter().map(|hit| (hit.entity.id, hit.comparison.score)).collect();
        found.sort_by(|one, other| one.0.cmp(&other.0));
        expected.sort_by(|one, other| one.0.cmp(&other.0));
        prop_assert_eq!(found, expected);
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
