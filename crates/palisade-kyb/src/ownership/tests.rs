//! The examples of FAQ 401, cycles, unknown shares, and shares multiplied along chains.

use super::{BlockedStanding, Graph, Share, beneficial_owners, blocked_by_ownership};
use crate::entity::{Entity, Relation};
use proptest::prelude::*;

fn share(owner: &str, owned: &str, percent: impl Into<Option<f64>>) -> Share {
    Share { owner: owner.into(), owned: owned.into(), percent: percent.into(), source: "test".into() }
}

fn graph(shares: &[(&str, &str, f64)]) -> Graph {
    Graph::new(shares.iter().map(|(owner, owned, percent)| share(owner, owned, *percent)))
}

/// Ids of those who are blocked through their owners, when X and Y are listed.
fn blocked(shares: &[(&str, &str, f64)]) -> Vec<String> {
    let standings = blocked_by_ownership(&graph(shares), ["X", "Y"]);
    standings
        .into_iter()
        .filter(|(_, standing)| matches!(standing, BlockedStanding::Blocked { .. }))
        .map(|(id, _)| id)
        .collect()
}

#[test]
fn examples_of_the_guidance() {
    type Held<'s> = (&'s str, &'s str, f64);
    let cases: &[(&[Held<'_>], &[&str])] = &[
        // X owns half of A, and A half of B: both are blocked.
        (&[("X", "A", 50.0), ("A", "B", 50.0)], &["A", "B"]),
        // X owns half of A and a tenth of B, A owns two fifths of B: half of B is owned by X and A together.
        (&[("X", "A", 50.0), ("X", "B", 10.0), ("A", "B", 40.0)], &["A", "B"]),
        // X owns half of A and of B, each of which owns a quarter of C.
        (&[("X", "A", 50.0), ("X", "B", 50.0), ("A", "C", 25.0), ("B", "C", 25.0)], &["A", "B", "C"]),
        // X owns half of A and a tenth of B, A and B a quarter of C each: B is not blocked, so its share does not count.
        (&[("X", "A", 50.0), ("X", "B", 10.0), ("A", "C", 25.0), ("B", "C", 25.0)], &["A"]),
        // X owns a quarter of A and of B, which own half of C each: nobody is blocked.
        (&[("X", "A", 25.0), ("X", "B", 25.0), ("A", "C", 50.0), ("B", "C", 50.0)], &[]),
        // X and Y own a quarter of A each: together it is half.
        (&[("X", "A", 25.0), ("Y", "A", 25.0)], &["A"]),
        (&[("X", "A", 25.0), ("Y", "A", 24.99)], &[]),
        // Shares are not multiplied: all that a blocked entity holds counts.
        (&[("X", "A", 51.0), ("A", "B", 51.0), ("B", "C", 51.0)], &["A", "B", "C"]),
        // Three sixths.
        (&[("X", "A", 33.333333), ("Y", "A", 16.666667)], &["A"]),
    ];
    for (shares, expected) in cases {
        assert_eq!(blocked(shares), *expected, "{shares:?}");
    }
}

#[test]
fn cycles_block_nobody_by_themselves_and_end() {
    assert!(blocked(&[("A", "B", 60.0), ("B", "A", 60.0), ("X", "A", 40.0)]).is_empty());
    assert_eq!(blocked(&[("A", "B", 60.0), ("B", "A", 10.0), ("X", "A", 50.0)]), ["A", "B"]);
    assert_eq!(blocked(&[("X", "X", 100.0), ("A", "X", 100.0), ("X", "A", 50.0)]), ["A"]);
}

#[test]
fn the_chain_is_the_evidence() {
    let graph = graph(&[("X", "A", 50.0), ("X", "B", 10.0), ("A", "B", 40.0), ("C", "B", 50.0)]);
    let standings = blocked_by_ownership(&graph, ["X"]);
    let BlockedStanding::Blocked { percent, contributions } = &standings["B"] else { panic!("{standings:?}") };
    assert_eq!(*percent, 50.0);
    assert_eq!(contributions[0].chain, ["X", "A"]);
    assert_eq!((contributions[0].percent, contributions[0].listed), (Some(40.0), false));
    assert_eq!(contributions[1].chain, ["X"]);
    assert_eq!((contributions[1].percent, contributions[1].listed), (Some(10.0), true));
}

#[test]
fn shares_of_unknown_size_may_block() {
    let graph = Graph::new([share("X", "A", 30.0), share("Y", "A", None), share("A", "B", 80.0)]);
    let standings = blocked_by_ownership(&graph, ["X", "Y"]);
    let BlockedStanding::Possible { percent, contributions } = &standings["A"] else { panic!("{standings:?}") };
    assert_eq!((*percent, contributions.len()), (30.0, 2));
    assert!(matches!(standings["B"], BlockedStanding::Possible { .. }));
}

#[test]
fn classes_of_one_source_add_up_and_sources_do_not() {
    let of = |source: &str, percent| Share { source: source.into(), ..share("X", "A", percent) };
    let standing = |shares: Vec<Share>| blocked_by_ownership(&Graph::new(shares), ["X"]).contains_key("A");
    assert!(standing(vec![of("register", 30.0), of("register", 20.0)]));
    assert!(!standing(vec![of("register", 30.0), of("list", 20.0)]));
}

#[test]
fn relations_of_lists_are_shares_from_either_side() {
    let entity = |id: &str, kind: &str, to: &str, percent| Entity {
        source: "list".into(),
        id: id.into(),
        relations: vec![Relation { kind: kind.into(), to: to.into(), percent }],
        ..Entity::default()
    };
    let entities = [
        entity("X", "owner", "A", Some(60.0)),
        entity("B", "owned_or_controlled_by", "X", None),
        entity("X", "family", "C", None),
    ];
    let standings = blocked_by_ownership(&Graph::from_entities(&entities), ["X"]);
    assert!(matches!(standings["A"], BlockedStanding::Blocked { percent: 60.0, .. }));
    assert!(matches!(standings["B"], BlockedStanding::Possible { .. }));
    assert_eq!(standings.len(), 2);
}

#[test]
fn beneficial_shares_are_multiplied_and_summed() {
    let graph = graph(&[
        ("P", "A", 60.0),
        ("P", "B", 50.0),
        ("Q", "B", 50.0),
        ("A", "T", 40.0),
        ("B", "T", 60.0),
        ("R", "A", 40.0),
    ]);
    let owners = beneficial_owners(&graph, "T", 25.0).unwrap();
    let found: Vec<(&str, f64)> = owners.owners.iter().map(|owner| (owner.id.as_str(), owner.percent)).collect();
    assert_eq!(found, [("P", 54.0), ("Q", 30.0)]);
    let paths: Vec<(String, f64)> =
        owners.owners[0].paths.iter().map(|path| (path.parties.join(">"), path.percent)).collect();
    assert_eq!(paths, [("P>B>T".to_owned(), 30.0), ("P>A>T".to_owned(), 24.0)]);
    assert_eq!(owners.unknown_percent, 0.0);
    assert!(beneficial_owners(&graph, "nobody", 25.0).is_none());
}

#[test]
fn shares_that_go_round_belong_to_the_others() {
    // T holds a tenth of itself through S.
    let graph = graph(&[("P", "T", 90.0), ("S", "T", 10.0), ("T", "S", 100.0)]);
    let owners = beneficial_owners(&graph, "T", 25.0).unwrap();
    assert_eq!((owners.owners[0].id.as_str(), owners.owners[0].percent), ("P", 100.0));
    // Two that own each other wholly have no owner.
    let ring = self::graph(&[("A", "B", 100.0), ("B", "A", 100.0)]);
    let owners = beneficial_owners(&ring, "A", 25.0).unwrap();
    assert!(owners.owners.is_empty());
    assert_eq!(owners.unknown_percent, 100.0);
}

#[test]
fn what_is_not_known_is_said() {
    let graph = Graph::new([share("P", "T", 40.0), share("Q", "T", None)]);
    let owners = beneficial_owners(&graph, "T", 25.0).unwrap();
    assert_eq!(owners.undetermined, ["Q"]);
    assert_eq!(owners.unknown_percent, 60.0);
}

proptest! {
    /// Slow and plain: sets grow until nothing changes.
    #[test]
    fn blocked_is_the_least_fixed_point(edges in prop::collection::vec((0..8_u8, 0..8_u8, 0..=100_u8), 0..24)) {
        let shares: Vec<Share> = edges.iter().map(|(owner, owned, percent)| share(&owner.to_string(), &owned.to_string(), f64::from(*percent))).collect();
        let graph = Graph::new(shares.clone());
        let found = blocked_by_ownership(&graph, ["0", "1"]);
        let mut blocked = vec!["0".to_owned(), "1".to_owned()];
        loop {
            let next = (0..8_u8).map(|id| id.to_string()).find(|id| !blocked.contains(id) && {
                let held: f64 = blocked.iter().map(|owner| shares.iter().filter(|share| share.owner == *owner && share.owned == *id).map(|share| share.percent.unwrap_or(0.0)).sum::<f64>().min(100.0)).sum();
                held >= 50.0
            });
            match next { Some(id) => blocked.push(id), None => break }
        }
        let mut expected: Vec<&String> = blocked[2..].iter().collect();
        expected.sort();
        prop_assert_eq!(found.keys().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn shares_in_the_end_never_exceed_the_whole(edges in prop::collection::vec((0..10_u8, 0..10_u8, 0..=100_u8), 0..40)) {
        let graph = Graph::new(edges.iter().map(|(owner, owned, percent)| share(&owner.to_string(), &owned.to_string(), f64::from(*percent))));
        for target in 0..10_u8 {
            if let Some(owners) = beneficial_owners(&graph, &target.to_string(), 0.0) {
                let sum: f64 = owners.owners.iter().map(|owner| owner.percent).sum();
                prop_assert!(sum + owners.unknown_percent <= 100.001, "{sum}");
            }
        }
    }
}
