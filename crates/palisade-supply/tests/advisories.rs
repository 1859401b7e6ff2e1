//! Advisories from several publishers, put into one index and asked about packages.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use palisade_model::{Evidence, Severity, Timestamp};
use palisade_supply::{
    Ecosystem, Package,
    advisory::{Affected, Builder, Delta, Fix, Index, Judgement, Upgrade, Usage, findings, judge, read},
};

/// An OSV record about one npm package.
fn record(id: &str, aliases: &str, name: &str, events: &str, rest: &str) -> String {
    format!(
        r#"{{"id":"{id}","aliases":[{aliases}],"summary":"About {name}","affected":[{{"package":{{"ecosystem":"npm",
        "name":"{name}"}},"ranges":[{{"type":"SEMVER","events":[{events}]}}]}}]{rest}}}"#
    )
}

fn index(records: &[String]) -> Index {
    built(records, |_| ())
}

fn built(records: &[String], more: impl Fn(&mut Builder)) -> Index {
    let mut builder = Builder::new();
    for record in records {
        builder.add(read::osv(record.as_bytes()).unwrap());
    }
    more(&mut builder);
    Index::open(builder.build().unwrap()).unwrap()
}

fn npm(name: &str, version: &str) -> Package {
    Package { ecosystem: Ecosystem::Npm, name: name.to_owned(), version: Some(version.to_owned()) }
}

fn judged(index: &Index, name: &str, version: &str) -> Judgement {
    judge(index, &npm(name, version), Usage::default())
}

fn only(judgement: &Judgement) -> &Affected {
    assert_eq!(judgement.affected.len(), 1, "{judgement:?}");
    &judgement.affected[0]
}

fn upgrade(version: &str, breaking: bool) -> Fix {
    Fix::Upgrade(Upgrade { version: version.to_owned(), breaking })
}

#[test]
fn a_version_is_affected_where_a_record_says_so() {
    let index = index(&[record("GHSA-1", "", "parser", r#"{"introduced":"1.0.0"},{"fixed":"1.4.2"}"#, "")]);
    for (version, affected) in [("0.9.0", 0), ("1.0.0", 1), ("1.4.2-rc.1", 1), ("1.4.2", 0), ("2.0.0", 0)] {
        assert_eq!(judged(&index, "parser", version).affected.len(), affected, "{version}");
    }
    assert!(judged(&index, "Parser", "1.0.0").affected.is_empty(), "npm tells case apart");
    assert!(judged(&index, "parser2", "1.0.0").affected.is_empty());
}

#[test]
fn names_are_found_in_any_spelling_of_their_registry() {
    let record =
        r#"{"id":"PYSEC-1","affected":[{"package":{"ecosystem":"PyPI","name":"Some.Package"},"versions":["1.0"]}]}"#;
    let index = index(&[record.to_owned()]);
    let package =
        Package { ecosystem: Ecosystem::PyPi, name: "some_package".to_owned(), version: Some("1.0.0".to_owned()) };
    assert_eq!(judge(&index, &package, Usage::default()).affected.len(), 1);
}

#[test]
fn records_of_several_publishers_about_one_matter_are_one() {
    let rated = r#","severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"}]"#;
    let index = index(&[
        record("OTHER-1", r#""CVE-2026-1""#, "parser", r#"{"introduced":"0"},{"fixed":"1.2.0"}"#, ""),
        record("GHSA-1", r#""CVE-2026-1""#, "parser", r#"{"introduced":"0"},{"fixed":"1.3.0"}"#, rated),
    ]);
    let judgement = judged(&index, "parser", "1.1.0");
    let affected = only(&judgement);
    assert_eq!((affected.id.as_str(), affected.score), ("GHSA-1", Some(7.5)));
    assert_eq!(affected.aliases, ["CVE-2026-1", "OTHER-1"]);
    // What both call mended.
    assert_eq!(affected.fix, upgrade("1.3.0", false));
    assert_eq!(judged(&index, "parser", "1.2.5").affected.len(), 1);
}

#[test]
fn the_smallest_upgrade_stays_on_the_line_where_it_can() {
    let lines = r#"{"introduced":"0"},{"fixed":"1.9.4"},{"introduced":"2.0.0"},{"fixed":"2.3.1"}"#;
    let candidate = r#"{"introduced":"0"},{"fixed":"3.0.0-rc.1"},{"introduced":"3.0.0-rc.2"},{"fixed":"3.0.1"}"#;
    let index = index(&[
        record("GHSA-1", "", "parser", lines, ""),
        record("GHSA-2", "", "parser", r#"{"introduced":"1.5.0"},{"fixed":"1.9.6"}"#, ""),
        record("GHSA-3", "", "other", candidate, ""),
        record("GHSA-6", "", "late", r#"{"introduced":"0"},{"last_affected":"1.4.0"}"#, ""),
        record("GHSA-4", "", "hopeless", r#"{"introduced":"0"}"#, ""),
        record("GHSA-5", "", "hopeless", r#"{"introduced":"0"},{"fixed":"2.0.0"}"#, ""),
    ]);
    let judgement = judged(&index, "parser", "1.6.0");
    let fixes: Vec<&Fix> = judgement.affected.iter().map(|affected| &affected.fix).collect();
    assert_eq!(fixes, [&upgrade("1.9.4", false), &upgrade("1.9.6", false)]);
    assert_eq!(judgement.fix, Some(upgrade("1.9.6", false)), "the first of all that is free of all");
    assert_eq!(judged(&index, "parser", "2.1.0").fix, Some(upgrade("2.3.1", false)));
    assert_eq!(judged(&index, "other", "2.0.0").fix, Some(upgrade("3.0.1", true)), "a release before a prerelease");
    let after = judged(&index, "late", "1.0.0");
    assert_eq!(after.fix, Some(Fix::NewerThan("1.4.0".to_owned())), "no version is named as mended");
    let hopeless = judged(&index, "hopeless", "1.0.0");
    assert_eq!((hopeless.affected.len(), hopeless.fix), (2, Some(Fix::None)));
}

#[test]
fn malicious_packages_are_critical_wherever_they_are_used() {
    let list = "name\tid\tpublished\ttags\ttarget_guess\tversions\nfallen\tMAL-3\t2026-01-01\t\t\t2\n";
    let listed = r#"{"id":"MAL-2","affected":[{"package":{"ecosystem":"npm","name":"taken"},"versions":["1.0.1"]}]}"#;
    let records = [record("MAL-1", "", "lodahs", r#"{"introduced":"0"}"#, ""), listed.to_owned()];
    let index = built(&records, |builder| {
        read::malicious_tsv(Ecosystem::Npm, list.as_bytes()).unwrap().into_iter().for_each(|one| builder.add(one));
    });
    let usage = Usage { development: true, optional: true };
    let judgement = judge(&index, &npm("lodahs", "9.9.9"), usage);
    assert_eq!((only(&judgement).priority, &judgement.fix), (Severity::Critical, &Some(Fix::Remove)));
    let unversioned = Package { version: None, ..npm("lodahs", "") };
    assert_eq!(judge(&index, &unversioned, usage).affected.len(), 1);
    assert_eq!(judged(&index, "taken", "1.0.1").fix, Some(Fix::OtherVersion));
    assert!(judged(&index, "taken", "1.0.0").affected.is_empty());
    assert_eq!(only(&judged(&index, "fallen", "0.1.0")).severity, Severity::High);
}

#[test]
fn a_report_that_names_versions_counts_more_than_one_that_does_not() {
    let list = "name\tid\tpublished\ttags\ttarget_guess\tversions\ntaken\tMAL-2\t2026-01-01\t\t\t1\n";
    let listed = r#"{"id":"MAL-2","affected":[{"package":{"ecosystem":"npm","name":"taken"},"versions":["1.0.1"]}]}"#;
    let index = built(&[listed.to_owned()], |builder| {
        read::malicious_tsv(Ecosystem::Npm, list.as_bytes()).unwrap().into_iter().for_each(|one| builder.add(one));
    });
    assert!(judged(&index, "taken", "1.0.0").affected.is_empty());
    assert_eq!(only(&judged(&index, "taken", "1.0.1")).severity, Severity::Critical);
}

#[test]
fn priority_follows_exploitation_and_use() {
    let rated = r#","database_specific":{"severity":"HIGH"}"#;
    let events = r#"{"introduced":"0"},{"fixed":"2.0.0"}"#;
    let records = [
        record("GHSA-1", r#""CVE-2026-1""#, "plain", events, rated),
        record("GHSA-2", r#""CVE-2026-2""#, "exploited", events, rated),
        record("GHSA-3", r#""CVE-2026-3""#, "likely", events, rated),
    ];
    let catalogue = r#"{"vulnerabilities":[
        {"cveID":"CVE-2026-2","dateAdded":"2026-02-03","knownRansomwareCampaignUse":"Known"}]}"#;
    let index = built(&records, |builder| {
        builder.add_exploited(read::exploited_json(catalogue.as_bytes()).unwrap());
        builder.add_epss(read::epss_csv(b"cve,epss,percentile\nCVE-2026-1,0.01,0.5\nCVE-2026-3,0.8,0.99\n").unwrap());
    });
    let priority = |name: &str, development: bool, optional: bool| {
        only(&judge(&index, &npm(name, "1.0.0"), Usage { development, optional })).priority
    };
    assert_eq!(priority("plain", false, false), Severity::High);
    assert_eq!(priority("plain", true, false), Severity::Medium);
    assert_eq!(priority("plain", false, true), Severity::Medium);
    assert_eq!(priority("exploited", false, false), Severity::Critical);
    assert_eq!(priority("likely", false, false), Severity::Critical);
    assert_eq!(priority("likely", true, false), Severity::High);
    let judgement = judged(&index, "exploited", "1.0.0");
    let affected = only(&judgement);
    assert!(affected.exploited && affected.severity == Severity::High);
    assert_eq!(
        affected.reasons,
        [
            "Its publisher rates it high.",
            "It is known to be exploited since 2026-02-03, also by blackmailers (CISA KEV)."
        ]
    );
}

#[test]
fn withdrawn_records_hold_for_nothing() {
    let withdrawn = record("GHSA-1", "", "a", r#"{"introduced":"0"}"#, r#","withdrawn":"2026-01-01T00:00:00Z""#);
    assert!(judged(&index(&[withdrawn]), "a", "1.0.0").affected.is_empty());
}

#[test]
fn a_delta_names_what_is_to_be_judged_again() {
    let events = r#"{"introduced":"0"},{"fixed":"2.0.0"}"#;
    let old = index(&[
        record("GHSA-1", "", "same", events, ""),
        record("GHSA-2", "", "changed", events, ""),
        record("GHSA-3", "", "gone", events, ""),
    ]);
    let new = index(&[
        record("GHSA-4", "", "new", events, ""),
        record("GHSA-1", "", "same", events, r#","references":[{"url":"https://example.com"}]"#),
        record("GHSA-2", "", "changed", r#"{"introduced":"0"},{"fixed":"2.1.0"}"#, ""),
    ]);
    let delta = Delta::between(&old, &new);
    assert!(delta.added.iter().eq(["GHSA-4"]), "{delta:?}");
    assert!(delta.changed.iter().eq(["GHSA-2"]), "{delta:?}");
    assert!(delta.removed.iter().eq(["GHSA-3"]), "{delta:?}");
    assert!(delta.packages.iter().map(|(_, name)| name).eq(["changed", "gone", "new"]), "{delta:?}");
    assert!(Delta::between(&new, &new).is_empty());
}

#[test]
fn findings_are_the_same_each_time_and_say_what_to_do() {
    let rated = r#","severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
        "database_specific":{"cwe_ids":["CWE-22"]},"references":[{"type":"ADVISORY","url":"https://example.com/1"}]"#;
    let events = r#"{"introduced":"0"},{"fixed":"2.0.0"}"#;
    let index = index(&[record("GHSA-1", r#""CVE-2026-1""#, "parser", events, rated)]);
    let package = npm("parser", "1.0.0");
    let judgement = judge(&index, &package, Usage::default());
    let place = Evidence { pointer: "/packages/parser".to_owned(), start: 3, end: 9, excerpt: "parser".to_owned() };
    let time = Timestamp::parse("2026-11-21T12:00:00Z").unwrap();
    let found = findings(&package, &judgement, Some(&place), time, None);
    let finding = &found[0];
    assert_eq!((finding.class.as_str(), finding.severity), ("supply.vulnerable", Severity::Critical));
    assert_eq!(finding.subject.name, "npm/parser@1.0.0");
    assert_eq!(finding.explanation, "GHSA-1: About parser. CVSS rates it 9.8.");
    assert_eq!(
        finding.remediation,
        "Upgrade parser to 2.0.0 or newer; it is a new major version, so code may have to change."
    );
    assert_eq!(finding.references, ["GHSA-1", "CVE-2026-1", "CWE-22", "https://example.com/1"]);
    assert_eq!(findings(&package, &judgement, Some(&place), time, None), found);
    // The same matter in another version and at another place: another finding, the same fingerprint.
    let other = npm("parser", "1.1.0");
    let again = findings(&other, &judge(&index, &other, Usage::default()), None, time, None);
    assert_eq!(again[0].fingerprint, finding.fingerprint);
    assert_ne!(again[0].id, finding.id);
}

#[test]
fn an_empty_index_knows_nothing() {
    let index = index(&[]);
    assert_eq!(judged(&index, "a", "1.0.0"), Judgement { affected: Vec::new(), fix: None });
    assert_eq!(index.summary().packages, 0);
}
