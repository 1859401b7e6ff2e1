//! Look-ups in small indexes: what must be found, what must not, and that no name makes them fail.

use super::{Index, Names, Popular, Technique};
use crate::{Ecosystem, Package};
use proptest::prelude::*;

fn index(ecosystem: Ecosystem, names: &[&str]) -> Index {
    let popular: Vec<Popular> =
        names.iter().map(|name| Popular { name: (*name).to_owned(), downloads: None }).collect();
    Index::new(ecosystem, &popular)
}

fn package(ecosystem: Ecosystem, name: &str) -> Package {
    Package { ecosystem, name: name.to_owned(), version: None }
}

#[test]
fn squats_are_found_with_target_and_technique() {
    let npm = index(
        Ecosystem::Npm,
        &[
            "lodash",
            "react",
            "cross-env",
            "discord.js",
            "mysql-import",
            "@babel/core",
            "mongoose",
            "requests",
            "js-sha3",
        ],
    );
    let table = [
        ("lodahs", "lodash", Technique::Swap),
        ("1odash", "lodash", Technique::LookAlike),
        ("lodash-node", "lodash", Technique::Affix),
        ("crossenv", "cross-env", Technique::Separator),
        ("dezcord.js", "discord.js", Technique::Homophone),
        ("import-mysql", "mysql-import", Technique::WordOrder),
        ("babel-core", "@babel/core", Technique::Scope),
        ("@bable/core", "@babel/core", Technique::Swap),
        ("node-mongoose-orm", "mongoose", Technique::Brand),
        ("requestsaa", "requests", Technique::Homophone),
        ("js-sha7", "js-sha3", Technique::Number),
        ("--legacy-peer-deps", "npm install", Technique::CommandLine),
        ("l\u{043E}dash", "lodash", Technique::Confusable),
        ("lodash\u{200B}", "lodash", Technique::Confusable),
    ];
    for (name, target, technique) in table {
        let found = npm.check(name);
        let first = found.first().unwrap_or_else(|| panic!("{name} is like nothing"));
        assert_eq!((first.target.as_str(), first.technique), (target, technique), "{name}");
        assert!(first.reason.contains(target), "{}", first.reason);
    }
}

#[test]
fn letters_of_another_script_are_a_disguise_whatever_they_imitate() {
    let nuget = index(Ecosystem::NuGet, &["Serilog"]);
    for (name, reads) in [("Corp.B\u{0430}sis", "corp.basis"), ("Corp.Basis\u{200B}", "corp.basis")] {
        let found = nuget.check(name);
        assert_eq!((found[0].technique, found[0].target.as_str()), (Technique::Confusable, reads), "{name}");
    }
    assert_eq!(nuget.check("S\u{0435}rilog")[0].target, "Serilog", "a protected name goes first");
    for honest in ["Corp.Basis", "привет", "Corp.Größe", "日本"] {
        assert!(nuget.check(honest).is_empty(), "{honest}");
    }
}

#[test]
fn protected_and_unlike_names_are_not_suspected() {
    let npm = index(Ecosystem::Npm, &["react", "preact", "vue", "@babel/core", "@babel/cor"]);
    for name in ["react", "preact", "angular", "@babel/care", "", "-", "/", "@", "@/", "☃"] {
        assert!(npm.check(name).is_empty(), "{name}: {:?}", npm.check(name));
    }
    let pypi = index(Ecosystem::PyPi, &["zope.interface"]);
    assert_eq!(pypi.rank("Zope_Interface"), Some(1));
    assert!(pypi.check("zope-interface").is_empty());
    let cargo = index(Ecosystem::Cargo, &["rust_decimal"]);
    assert!(cargo.check("rust-decimal").is_empty(), "crates.io takes both for one name");
    assert_eq!(cargo.check("rustdecimal")[0].technique, Technique::Separator);
}

#[test]
fn a_name_of_another_ecosystem_is_a_hop() {
    let mut names = Names::default();
    names.insert(index(Ecosystem::Npm, &["react"]));
    names.insert(index(Ecosystem::PyPi, &["beautifulsoup4"]));
    let found = names.check(&package(Ecosystem::Npm, "beautifulsoup4"), false);
    assert_eq!((found[0].technique, found[0].ecosystem), (Technique::EcosystemHop, Ecosystem::PyPi));
    assert!(names.check(&package(Ecosystem::Maven, "beautifulsoup4"), false).is_empty());
}

#[test]
fn private_names_are_suspicious_only_where_they_are_public() {
    let mut names = Names::default();
    names.set_private(Ecosystem::Npm, ["@corp/*", "corp-billing"]);
    for name in ["@corp/auth", "corp-billing"] {
        let found = names.check(&package(Ecosystem::Npm, name), true);
        assert_eq!(found[0].technique, Technique::DependencyConfusion, "{name}");
        assert!(names.check(&package(Ecosystem::Npm, name), false).is_empty());
    }
    assert!(names.check(&package(Ecosystem::Npm, "corp-billing-2"), true).is_empty());
    assert!(names.check(&package(Ecosystem::PyPi, "corp-billing"), true).is_empty());
}

#[test]
fn popularity_comes_with_the_suspicion() {
    let popular = [("numpy", 900), ("requests", 500)];
    let popular: Vec<Popular> = popular
        .iter()
        .map(|(name, downloads)| Popular { name: (*name).to_owned(), downloads: Some(*downloads) })
        .collect();
    let found = Index::new(Ecosystem::PyPi, &popular).check("reqeusts");
    assert_eq!((found[0].measures.rank, found[0].measures.downloads), (2, Some(500)));
    assert!(found[0].reason.contains("number 2 of 2 popular names, 500 downloads"), "{}", found[0].reason);
}

#[test]
fn what_is_added_to_a_name_is_measured() {
    let index = index(Ecosystem::Npm, &["winston", "nodemailer"]);
    let measures = |name: &str| index.check(name)[0].measures;
    assert!(measures("winston-latest").claims_release && measures("winston-latest").pair_rank == 0);
    assert!(measures("winston-v4-fixed").claims_release && !measures("winston-v4-graph").claims_release);
    assert!(measures("winston-nodemailer").pair_rank > 0 && measures("winston-graph").pair_rank == 0);
    assert!(measures("winstonjs").is_one_word && !measures("winston-js").is_one_word);
}

#[test]
fn names_of_the_targets_family_are_no_others() {
    let index = index(Ecosystem::PyPi, &["torch", "pytorch", "scipy", "scapy"]);
    let others = |name: &str| index.check(name).iter().map(|one| one.measures.others).collect::<Vec<_>>();
    assert_eq!(others("pytorchb"), [0, 0]);
    assert_eq!(others("scopy"), [1, 1]);
}

#[test]
fn a_far_likeness_hides_no_name_inside() {
    let index = index(Ecosystem::PyPi, &["triton", "torchtitan"]);
    let found: Vec<Technique> = index.check("torchtriton").iter().map(|one| one.technique).collect();
    assert_eq!(found, [Technique::TwoEdits, Technique::Brand]);
}

#[test]
fn numbers_that_differ_as_well_are_measured() {
    let index = index(Ecosystem::PyPi, &["cloud-sts20150401"]);
    let differs = |name: &str| index.check(name)[0].measures.other_number;
    assert!(differs("cloud-sls20201230") && !differs("cloud-sls20150401"));
}

#[test]
fn an_index_counts_its_memory() {
    let names = crate::starter::popular(Ecosystem::PyPi);
    let index = Index::new(Ecosystem::PyPi, &names);
    let a_name = index.memory_bytes() / index.len();
    assert!((100..1000).contains(&a_name), "{a_name} bytes a name");
}

/// Names as they come from outside: anything, and what is near to a name.
fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[-@/.:_a-zA-Z0-9]{0,80}",
        "(@[a-z]{1,8}/)?[a-z]{1,12}([-._][a-z0-9]{1,8}){0,14}",
        proptest::collection::vec(any::<char>(), 0..700).prop_map(|characters| characters.into_iter().collect()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_name_makes_an_index_fail(protected in proptest::collection::vec(any_name(), 0..6), asked in any_name()) {
        for ecosystem in Ecosystem::all() {
            let names: Vec<&str> = protected.iter().map(String::as_str).collect();
            let index = index(ecosystem, &names);
            prop_assert!(index.check(&asked).len() <= super::search::SUSPICIONS_MAX);
            for name in names {
                prop_assert!(index.rank(name).is_some());
                prop_assert!(index.check(name).is_empty());
            }
        }
    }

    #[test]
    fn one_edit_is_found_from_both_sides(name in "[a-z]{5,12}", at in 0_usize..12, letter in proptest::char::range('a', 'z')) {
        let at = at % (name.len() + 1);
        let other = [&name[..at], &letter.to_string(), &name[at..]].concat();
        for (protected, asked) in [(&name, &other), (&other, &name)] {
            let found = index(Ecosystem::Npm, &[protected]).check(asked);
            prop_assert!(found.iter().any(|suspicion| suspicion.target == *protected), "{asked} for {protected}");
        }
    }
}
