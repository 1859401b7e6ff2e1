//! Every record of the databases in the folder that `PALISADE_DATA` names, under `supply/`: all are read, listed
//! versions are affected, mended ones are not, and a lockfile full of them is judged in time.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "own fixtures; a test that cannot go on fails")]

mod folder;

use folder::{documents, folder, lines};
use palisade_supply::{
    Ecosystem, Package,
    advisory::{Advisory, Builder, Index, Kind, Usage, judge, read},
    version::Scheme,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

/// All records of an archive of files; none may be refused.
fn advisories(archive: &str) -> Option<Vec<Advisory>> {
    let mut advisories = Vec::new();
    for (name, bytes) in documents(archive)? {
        let document = read::document(&name, &bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        advisories.extend(document.into_iter().flat_map(|document| document.advisories));
    }
    Some(advisories)
}

fn index(advisories: &[Advisory]) -> Index {
    let mut builder = Builder::new();
    advisories.iter().cloned().for_each(|advisory| builder.add(advisory));
    Index::open(builder.build().unwrap()).unwrap()
}

/// Checks for every record that its listed versions are affected by it and that those it calls mended are not.
fn check_versions(advisories: &[Advisory]) -> (usize, usize, Vec<String>) {
    let index = index(advisories);
    let (mut listed, mut mended, mut contradicting) = (0, 0, Vec::new());
    for advisory in advisories.iter().filter(|advisory| !advisory.withdrawn) {
        for package in &advisory.affected {
            let entry = index.package(package.ecosystem, &package.name).unwrap();
            let scheme = Scheme::of(package.ecosystem);
            let affected = |version: &str| {
                let key = scheme.key(version);
                let own = |affects: &palisade_supply::advisory::Affects<'_>| {
                    affects.advisory().is_some_and(|other| other.id() == advisory.id)
                };
                entry.affects().filter(own).any(|affects| affects.holds_for(&key).is_some())
            };
            for version in &package.versions {
                assert!(affected(version), "{}: {} {version} is listed", advisory.id, package.name);
                listed += 1;
            }
            for range in package.ranges.iter().filter(|range| !range.fixed.is_empty()) {
                mended += 1;
                if affected(&range.fixed) {
                    contradicting.push(format!("{} {} {}", advisory.id, package.name, range.fixed));
                }
            }
        }
    }
    (listed, mended, contradicting)
}

#[test]
fn every_record_of_pypa_is_read_and_holds_for_what_it_lists() {
    let Some(advisories) = advisories("advisories/pypa-2024-10.tar.gz") else { return };
    let ranges: usize = advisories.iter().flat_map(|one| &one.affected).map(|package| package.ranges.len()).sum();
    let (listed, mended, contradicting) = check_versions(&advisories);
    let (read, against) = (advisories.len(), contradicting.len());
    println!(
        "{read} records, {ranges} ranges, {listed} listed versions, {mended} mended, {against} of them listed too"
    );
    assert_eq!(advisories.len(), 2661);
    assert!(listed > 50_000 && mended > 2_000);
    // Records that list a version as affected which they also call mended.
    assert!(contradicting.len() * 200 < mended, "{} of {mended}: {contradicting:#?}", contradicting.len());
}

#[test]
fn every_record_of_rustsec_is_read_and_holds_for_what_it_says() {
    let Some(advisories) = advisories("advisories/rustsec-2026-08.tar.gz") else { return };
    let (_, mended, contradicting) = check_versions(&advisories);
    let mut kinds: BTreeMap<Kind, usize> = BTreeMap::new();
    advisories.iter().for_each(|advisory| *kinds.entry(advisory.kind).or_default() += 1);
    println!("{} records {kinds:?}, {mended} mended versions", advisories.len());
    assert!(advisories.len() > 1_000 && mended > 500);
    assert!(contradicting.is_empty(), "{contradicting:#?}");
    assert!(kinds[&Kind::Unmaintained] > 100 && kinds[&Kind::Unsound] > 50);
}

#[test]
fn every_report_of_malicious_packages_is_read() {
    let Some(bytes) = lines("malicious/mal-osv-compact.jsonl.gz") else { return };
    let advisories: Vec<Advisory> = read::osv_lines(&bytes).collect::<Result<_, _>>().unwrap();
    assert_eq!(advisories.len(), 33_020);
    assert!(advisories.iter().all(|advisory| advisory.kind == Kind::Malicious && advisory.left_out == 0));
    let (listed, ..) = check_versions(&advisories);
    println!("{} reports, {listed} listed versions", advisories.len());

    // The lists name the same packages.
    let mut rows = 0;
    let index = index(&advisories);
    for ecosystem in Ecosystem::all() {
        let name = match ecosystem {
            Ecosystem::Cargo => "cratesio",
            other => other.as_str(),
        };
        let path = folder().map(|folder| folder.join("malicious").join(format!("{name}.tsv")));
        let Some(Ok(list)) = path.map(std::fs::read) else { continue };
        let read = read::document(&format!("{name}.tsv"), &list).unwrap().unwrap().advisories;
        rows += read.len();
        assert!(read.iter().all(|one| index.package(ecosystem, &one.affected[0].name).is_some()), "{name}");
    }
    println!("{rows} rows of lists");
    assert_eq!(rows, 33_020);
}

/// Planted packages are found, all of them and in time, among the reports and all of PyPA.
#[test]
fn a_lockfile_of_a_thousand_is_judged_in_time() {
    let Some(bytes) = lines("malicious/mal-osv-compact.jsonl.gz") else { return };
    let Some(pypa) = advisories("advisories/pypa-2024-10.tar.gz") else { return };
    let mut builder = Builder::new();
    read::osv_lines(&bytes).flatten().for_each(|advisory| builder.add(advisory));
    pypa.iter().cloned().for_each(|advisory| builder.add(advisory));
    let started = Instant::now();
    let built = builder.build().unwrap();
    let (size, build) = (built.len(), started.elapsed());
    let opened = |bytes: Vec<u8>| {
        let started = Instant::now();
        (Index::open(bytes).unwrap(), started.elapsed())
    };
    let open = (0..10).map(|_| opened(built.clone()).1).min().unwrap();
    let (index, _) = opened(built);

    let named = |name: &str, version: Option<&str>| Package {
        ecosystem: Ecosystem::PyPi,
        name: name.to_owned(),
        version: version.map(str::to_owned),
    };
    let sound = pypa.iter().filter(|advisory| !advisory.withdrawn);
    let vulnerable: BTreeSet<Package> = sound
        .flat_map(|advisory| &advisory.affected)
        .filter_map(|package| Some(named(&package.name, Some(package.versions.last()?))))
        .take(100)
        .collect();
    let malicious = index.packages().filter(|entry| entry.ecosystem() == Some(Ecosystem::PyPi)).step_by(60);
    let malicious = malicious.filter(|entry| entry.affects().any(|affects| affects.holds_for_all().is_some()));
    let planted: BTreeSet<Package> =
        vulnerable.into_iter().chain(malicious.map(|entry| named(entry.name(), Some("1.0")))).collect();
    let others = (0..1000 - planted.len()).map(|number| named(&format!("nothing-known-{number}"), Some("1.2.3")));
    let lockfile: Vec<Package> = planted.iter().cloned().chain(others).collect();
    let round = |_| {
        let started = Instant::now();
        let found = lockfile.iter().filter(|one| !judge(&index, one, Usage::default()).affected.is_empty()).count();
        (started.elapsed(), found)
    };
    // Other tests run beside this one: the quickest round counts.
    let (judged, found) = (0..10).map(round).min().unwrap();
    println!("{size} bytes built in {build:?}, opened in {open:?}; {} packages judged in {judged:?}", lockfile.len());
    assert_eq!((found, lockfile.len()), (planted.len(), 1000));
    assert!(planted.len() > 150, "{} planted", planted.len());
    assert!(open.as_millis() + judged.as_millis() < 50);
}
