//! Versions and requirements against the ecosystems' own libraries: PyPI's `packaging` (as pip carries it), npm's
//! `semver` (as npm carries it), Ruby's `Gem::Version`, and the crate `semver` of Cargo.
//!
//! Random pairs of versions, and tricky ones, must be in the same order; random requirements must admit the same.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod oracle;
mod texts;

use oracle::Oracle;
use palisade_supply::{
    Ecosystem,
    version::{Requirement, Scheme},
};
use std::cmp::Ordering;
use texts::{PEP440, RUBYGEMS, SEMVER, Texts};

const PAIRS: usize = 20_000;
const REQUIREMENTS: usize = 20_000;

/// Compares the order of pairs and what requirements admit.
fn agree(oracle: Oracle, ecosystem: Ecosystem, texts: &Texts) {
    let mut random = fastrand::Rng::with_seed(7);
    let scheme = Scheme::of(ecosystem);
    let mut pairs: Vec<(String, String)> = texts.tricky_pairs();
    pairs.extend((0..PAIRS).map(|_| (texts.version(&mut random), texts.version(&mut random))));
    let orders = oracle.ask("order", &pairs);
    let mut differ = Vec::new();
    let mut judged = 0;
    for ((a, b), answer) in pairs.iter().zip(orders) {
        let Ok(number) = answer.parse::<i32>() else { continue };
        judged += 1;
        let found = scheme.compare(a, b);
        if found != number.cmp(&0) {
            differ.push(format!("{a} {b}: {found:?}, wanted {:?}", number.cmp(&0)));
        }
    }
    assert!(judged > PAIRS / 2, "the library judged only {judged} pairs");
    assert!(differ.is_empty(), "{} of {judged} differ:\n{}", differ.len(), differ[..differ.len().min(20)].join("\n"));

    let asked: Vec<(String, String)> =
        (0..REQUIREMENTS).map(|_| (texts.requirement(&mut random), texts.version(&mut random))).collect();
    let (mut admitted, mut answered) = (0, 0);
    let mut differ = Vec::new();
    for ((requirement, version), answer) in asked.iter().zip(oracle.ask("admits", &asked)) {
        let wanted = match answer.as_str() {
            "true" => true,
            "false" => false,
            _ => continue,
        };
        answered += 1;
        admitted += usize::from(wanted);
        let found = Requirement::parse(ecosystem, requirement).map(|read| read.matches(version));
        if found != Ok(wanted) {
            differ.push(format!("{requirement} {version}: {found:?}, wanted {wanted}"));
        }
    }
    assert!(admitted > REQUIREMENTS / 40, "the library admitted only {admitted}");
    assert!(differ.is_empty(), "{} differ:\n{}", differ.len(), differ[..differ.len().min(20)].join("\n"));
    println!("{ecosystem}: {judged} pairs and {answered} requirements agree, {admitted} of them admit");
}

#[test]
fn versions_of_pypi_agree_with_packaging() {
    if let Some(oracle) = Oracle::packaging() {
        agree(oracle, Ecosystem::PyPi, &PEP440);
    }
}

#[test]
fn versions_of_npm_agree_with_semver() {
    if let Some(oracle) = Oracle::node_semver() {
        agree(oracle, Ecosystem::Npm, &SEMVER);
    }
}

#[test]
fn versions_of_rubygems_agree_with_gem_version() {
    if let Some(oracle) = Oracle::gem_version() {
        agree(oracle, Ecosystem::RubyGems, &RUBYGEMS);
    }
}

#[test]
fn versions_of_cargo_agree_with_the_crate_semver() {
    let mut random = fastrand::Rng::with_seed(11);
    for _ in 0..PAIRS {
        let [a, b] = [SEMVER.version(&mut random), SEMVER.version(&mut random)];
        let order = semver::Version::parse(&a).unwrap().cmp_precedence(&semver::Version::parse(&b).unwrap());
        assert_eq!(Scheme::SemVer.compare(&a, &b), order, "{a} {b}");
    }
    let mut admitted = 0;
    for _ in 0..REQUIREMENTS {
        let (text, version) = (cargo_requirement(&mut random), SEMVER.version(&mut random));
        let wanted = semver::VersionReq::parse(&text).unwrap().matches(&semver::Version::parse(&version).unwrap());
        admitted += usize::from(wanted);
        let found = Requirement::parse(Ecosystem::Cargo, &text).unwrap().matches(&version);
        assert_eq!(found, wanted, "{text} {version}");
    }
    assert!(admitted > REQUIREMENTS / 40, "only {admitted} admitted");
}

/// One or two comparators.
fn cargo_requirement(random: &mut fastrand::Rng) -> String {
    let comparator = |random: &mut fastrand::Rng| {
        let operators = ["", "^", "~", "=", ">", ">=", "<", "<="];
        let operator = operators[random.usize(..operators.len())];
        let version = SEMVER.version(random);
        let version = version.split('+').next().unwrap_or_default().to_owned();
        let numbers: Vec<&str> = version.split(['-']).next().unwrap_or_default().split('.').collect();
        let shown = match random.u8(..4) {
            0 => numbers[..1].join("."),
            1 => numbers[..2].join("."),
            _ => version.clone(),
        };
        format!("{operator}{shown}")
    };
    let first = comparator(random);
    if random.bool() { format!("{first}, {}", comparator(random)) } else { first }
}

/// Maven and NuGet have no library at hand: their specifications' tables stand beside the schemes; here is what every
/// scheme must hold to, whatever it is.
#[test]
fn prereleases_come_before_their_release_in_every_scheme() {
    for (scheme, before, release) in [
        (Scheme::SemVer, "1.0.0-rc.1", "1.0.0"),
        (Scheme::Pub, "1.0.0-dev.1", "1.0.0"),
        (Scheme::Pep440, "1.0rc1", "1.0"),
        (Scheme::Maven, "1.0-rc1", "1.0"),
        (Scheme::NuGet, "1.0-rc1", "1.0"),
        (Scheme::RubyGems, "1.0.rc1", "1.0"),
        (Scheme::Packagist, "1.0-RC1", "1.0"),
    ] {
        assert_eq!(scheme.compare(before, release), Ordering::Less, "{scheme:?}");
        assert!(scheme.is_prerelease(before) && !scheme.is_prerelease(release), "{scheme:?}");
    }
}
