//! Lists that shrink, are cut, grow old; what changed between two; and files that were tampered with.

use super::{Difference, Refusal, Snapshot, admit, read_snapshot, write_snapshot};
use crate::{
    entity::{Entity, Name, PartialDate},
    lists::{Listing, Summary},
};
use palisade_model::Timestamp;
use proptest::prelude::*;

fn entity(id: &str, name: &str) -> Entity {
    let name = Name { full: name.into(), ..Name::default() };
    Entity { source: "test".into(), id: id.into(), names: vec![name], ..Entity::default() }
}

fn snapshot(entities: Vec<Entity>) -> Snapshot {
    with_summary(entities, Summary::default())
}

fn with_summary(entities: Vec<Entity>, summary: Summary) -> Snapshot {
    Snapshot::new("test", Listing { entities, problems: Vec::new(), summary }, Timestamp::from_millis(1_000))
}

fn many(count: usize) -> Vec<Entity> {
    (0..count).map(|number| entity(&number.to_string(), &format!("Name {number}"))).collect()
}

#[test]
fn a_list_that_shrank_by_half_is_refused_until_it_is_confirmed() {
    let (old, more, half) = (snapshot(many(100)), snapshot(many(51)), snapshot(many(50)));
    assert!(admit(Some(&old), &more, None).is_ok());
    let refusal = admit(Some(&old), &half, None).unwrap_err();
    let Refusal::Shrunk { before: 100, count: 50, hash, .. } = &refusal else { panic!("{refusal}") };
    assert!(refusal.to_string().contains("shrank from 100 to 50"), "{refusal}");
    assert!(admit(Some(&old), &half, Some("another hash")).is_err());
    assert_eq!(admit(Some(&old), &half, Some(hash)).unwrap().removed.len(), 50);
}

#[test]
fn a_list_that_is_cut_empty_or_unreadable_is_refused() {
    let cut = with_summary(many(100), Summary { incomplete: true, ..Summary::default() });
    assert!(matches!(admit(None, &cut, None), Err(Refusal::Incomplete { count: 100, .. })));
    assert!(admit(None, &cut, Some(&cut.edition().hash)).is_ok());
    let empty = snapshot(Vec::new());
    assert!(matches!(admit(None, &empty, Some(&empty.edition().hash)), Err(Refusal::Empty { .. })));
    let broken = with_summary(many(100), Summary { problems: 6, ..Summary::default() });
    assert!(matches!(admit(None, &broken, None), Err(Refusal::Unreadable { problems: 6, .. })));
    let fewer = with_summary(many(100), Summary { fragments: 100, announced: Some(101), ..Summary::default() });
    assert!(matches!(admit(None, &fewer, None), Err(Refusal::Miscounted { announced: 101, .. })));
}

#[test]
fn an_older_list_is_refused_and_an_old_one_says_so() {
    let of = |version: &str| with_summary(many(3), Summary { version: Some(version.into()), ..Summary::default() });
    let refusal = admit(Some(&of("2026-03-01")), &of("2026-02-01"), None);
    assert!(matches!(refusal, Err(Refusal::Older { .. })));
    assert!(admit(Some(&of("2026-03-01")), &of("2026-03-02"), None).is_ok());
    // Versions that are no dates say nothing about age.
    assert!(admit(Some(&of("b")), &of("a"), None).is_ok());
    assert!(!of("x").is_stale(Timestamp::from_millis(61_000), 60));
    assert!(of("x").is_stale(Timestamp::from_millis(62_000), 60));
}

#[test]
fn differences_name_the_fields() {
    let old = snapshot(vec![entity("1", "A"), entity("2", "B"), entity("3", "C")]);
    let mut changed = entity("2", "B");
    changed.names.push(Name { full: "Bee".into(), ..Name::default() });
    changed.dates.push(PartialDate { year: 1970, month: 2, day: 0, circa: true });
    let new = snapshot(vec![entity("4", "D"), changed, entity("1", "A")]);
    let difference = Difference::between(Some(&old), &new);
    let ids = |entities: &[Entity]| entities.iter().map(|entity| entity.id.clone()).collect::<Vec<_>>();
    assert_eq!((ids(&difference.added), ids(&difference.removed)), (vec!["4".to_owned()], vec!["3".to_owned()]));
    let fields: Vec<(&str, &[String])> =
        difference.changed[0].fields.iter().map(|field| (field.field.as_str(), &field.added[..])).collect();
    assert_eq!(fields, [("names", &["Bee (primary)".to_owned()][..]), ("dates", &["about 1970-02".to_owned()][..])]);
    assert_eq!(difference.len(), 3);
    assert!(Difference::between(Some(&new), &new).is_empty());
}

#[test]
fn the_order_of_a_file_does_not_change_the_hash() {
    let (mut entities, first) = (many(20), snapshot(many(20)));
    entities.reverse();
    assert_eq!(snapshot(entities).edition().hash, first.edition().hash);
}

#[test]
fn a_snapshot_file_that_was_cut_or_changed_is_not_opened() {
    let snapshot = snapshot(many(5));
    let mut file = Vec::new();
    write_snapshot(&snapshot, &mut file).unwrap();
    assert_eq!(read_snapshot(&mut &file[..]).unwrap(), snapshot);
    for end in 0..file.len() - 1 {
        assert!(read_snapshot(&mut &file[..end]).is_err(), "cut at {end}");
    }
    let place = file.windows(6).position(|window| window == b"Name 3").unwrap();
    file[place + 5] = b'9';
    assert!(read_snapshot(&mut &file[..]).is_err());
}

proptest! {
    #[test]
    fn a_difference_leads_from_the_old_to_the_new(
        old in prop::collection::btree_map(0..30_u8, 0..4_u8, 0..20),
        new in prop::collection::btree_map(0..30_u8, 0..4_u8, 1..20),
    ) {
        let entities = |list: &std::collections::BTreeMap<u8, u8>| list.iter().map(|(id, name)| entity(&id.to_string(), &name.to_string())).collect::<Vec<_>>();
        let (old, new) = (snapshot(entities(&old)), snapshot(entities(&new)));
        let difference = Difference::between(Some(&old), &new);
        let gone: Vec<&str> = difference.outdated().collect();
        let mut applied: Vec<Entity> = old.entities().iter().filter(|entity| !gone.contains(&entity.id.as_str())).cloned().collect();
        applied.extend(difference.entries().cloned());
        applied.sort_by(|first, second| first.id.cmp(&second.id));
        prop_assert_eq!(&applied[..], new.entities());
    }
}
