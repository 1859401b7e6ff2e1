//! Names that nobody should have: nothing of them panics or takes long, and they find nobody by having nothing to say.

use palisade_kyb::entity::{Entity, EntityType, Name};
use palisade_kyb::matching::Mode;
use palisade_kyb::screening::{Options, Scratch, Screener, screenable};
use std::time::{Duration, Instant};

fn party(id: &str, entity_type: EntityType, full: &str) -> Entity {
    let names = vec![Name { full: full.to_owned(), ..Name::default() }];
    Entity { source: "list".into(), id: id.into(), entity_type, names, ..Entity::default() }
}

fn hostile() -> Vec<String> {
    let long = |text: &str| text.repeat(10_000 / text.chars().count());
    let mut names: Vec<String> =
        ["", " ", "x", "I", "🙂🙃", "!!!", "Ltd", "GmbH & Co. KG", "Limited Company", "44", "1 2 3 4 5"]
            .map(str::to_owned)
            .to_vec();
    names.extend(
        ["\u{202e}اسم\u{202c}", "Иван Smith 김 محمد", "\u{0}\u{1}\u{7f}", "é\u{301}\u{301}\u{301}"].map(str::to_owned),
    );
    names.extend(["a", "a ", "漢", "Abdul ", "joint stock company ", "🙂", "e\u{301}", "1,", "محمد "].map(long));
    names
}

#[test]
fn hostile_names_are_listed_and_screened_in_bounded_time() {
    let types = [EntityType::Person, EntityType::Organization, EntityType::Unknown];
    let known =
        [party("p", EntityType::Person, "Ivan Kovalenko"), party("o", EntityType::Organization, "Goodwill Trading")];
    let names = hostile();
    let listed = names.iter().flat_map(|name| types.map(|entity_type| party("h", entity_type, name)));
    let screener = Screener::build(listed.chain(known), Vec::new()).expect("a dozen names fit");
    let mut scratch = Scratch::default();
    let start = Instant::now();
    let mut screened = 0;
    for name in &names {
        for (entity_type, mode) in types.into_iter().zip([Mode::Balanced, Mode::Strict, Mode::Ofac]) {
            let options = Options { mode, ..Options::default() };
            let found = screener.screen(&party("q", entity_type, name), &options, &mut scratch);
            assert!(found.hits.iter().all(|hit| hit.entity.id == "h"), "{name:.40}: {found:?}");
            screened += 1;
        }
    }
    // A hundred times what a release build takes, so that only a bound that is gone is seen.
    assert!(start.elapsed() < Duration::from_secs(20), "{screened} in {:?}", start.elapsed());
}

#[test]
fn a_name_of_one_letter_fits_nobody_but_by_its_identifier() {
    let mut listed = party("p", EntityType::Person, "Ivan Kovalenko");
    listed.names.push(Name { full: "X".to_owned(), ..Name::default() });
    let screener = Screener::build([listed], Vec::new()).expect("a name fits");
    for mode in [Mode::Balanced, Mode::Strict, Mode::Ofac] {
        let options = Options { mode, ..Options::default() };
        let found = screener.screen(&party("q", EntityType::Unknown, "x."), &options, &mut Scratch::default());
        assert!(found.hits.is_empty(), "{mode:?}: {found:?}");
    }
    assert!(screenable(party("q", EntityType::Unknown, "x.")).is_err_and(|reason| reason.contains("too short")));
    assert!(screenable(party("q", EntityType::Unknown, "李")).is_ok());
    assert!(screenable(party("q", EntityType::Unknown, "xx")).is_ok());
}

#[test]
fn a_name_without_letters_and_digits_finds_nobody() {
    let screener =
        Screener::build([party("p", EntityType::Person, "Ivan Kovalenko")], Vec::new()).expect("a name fits");
    for name in ["", " ", "🙂", "...", "\u{202e}"] {
        let found =
            screener.screen(&party("q", EntityType::Unknown, name), &Options::default(), &mut Scratch::default());
        assert!(found.hits.is_empty() && found.complete, "{name:?}");
    }
}
