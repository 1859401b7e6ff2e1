//! Judging: what becomes a finding, what the facts change, what the policy lets pass.

use super::{
    CONFUSION, Decision, Facts, Feature, Judge, Labelled, Model, Policy, PopularList, Preset, REPUTATION, Repository,
    SQUAT, Settings, examples, read_labelled, train,
};
use crate::{
    Ecosystem, Package,
    names::{Names, Popular},
};
use palisade_model::{Severity, Timestamp};

fn package(name: &str) -> Package {
    let (ecosystem, name) = name.split_once('/').unwrap();
    Package { ecosystem: ecosystem.parse().unwrap(), name: name.to_owned(), version: None }
}

fn now() -> Timestamp {
    Timestamp::parse("2026-11-21T00:00:00Z").unwrap()
}

fn days_ago(days: i64) -> Timestamp {
    Timestamp::from_nanos(now().nanos() - days * 86_400_000_000_000)
}

fn judge() -> Judge {
    let mut names = Names::starter();
    names.set_private(Ecosystem::Npm, ["@corp/*"]);
    Judge::new(names)
}

fn classes(judge: &Judge, name: &str, facts: &Facts) -> Vec<String> {
    judge.judge(&package(name), facts, now(), None).into_iter().map(|finding| finding.class).collect()
}

#[test]
fn squats_are_told_and_honest_names_are_not() {
    let judge = judge();
    let squats = [
        "npm/loadsh",
        "npm/axois",
        "npm/expresss",
        "npm/--no-audit",
        "npm/raect-dom",
        "npm/mongooze",
        "pypi/reqeusts",
        "pypi/tensorfow",
        "pypi/beautifulsuop4",
        "pypi/urlib3",
        "cargo/serde_jsno",
        "cargo/tokioo",
        "rubygems/nokogirl",
        "nuget/Newtonsoft.Jsno",
        "nuget/S\u{0435}ril\u{043E}g",
        "packagist/monolg/monolog",
        "go/github.com/siruspen/logrus",
        "go/github.com/boltdb-go/bolt",
        "actions/actons/checkout",
        "maven/com.gooogle.guava:guava",
        "vscode/ms-pyhton.python",
        "docker/ngnix",
    ];
    for name in squats {
        assert_eq!(
            classes(&judge, name, &Facts::default()),
            [SQUAT],
            "{name}: {:?}",
            judge.assess(&package(name), &Facts::default(), now())
        );
    }
    let honest = [
        "npm/lodash",
        "npm/left-pad-cli",
        "npm/@corp/auth",
        "npm/react-native-maps",
        "npm/vite-plugin-inspect",
        "pypi/pytest-django",
        "pypi/flask-admin",
        "pypi/sax",
        "cargo/tokio-stream",
        "rubygems/rspec-its",
        "go/github.com/acme/payments",
        "actions/acme/deploy",
        "maven/com.acme:billing",
        "docker/acme/api",
        "npm/",
        "npm/x",
    ];
    for name in honest {
        assert_eq!(
            classes(&judge, name, &Facts::default()),
            [""; 0],
            "{name}: {:?}",
            judge.assess(&package(name), &Facts::default(), now())
        );
    }
}

#[test]
fn facts_move_the_probability_the_way_they_should() {
    let judge = judge();
    let probability = |facts: &Facts| judge.assess(&package("npm/expres-js"), facts, now()).probability;
    let plain = probability(&Facts::default());
    let worse = [
        Facts { first_published: Some(days_ago(2)), ..Facts::default() },
        Facts { repository: Some(Repository::OfAnother), ..Facts::default() },
        Facts { install_script: Some(true), ..Facts::default() },
        Facts { maintainers_changed: Some(true), ..Facts::default() },
        Facts { reported_malicious: true, ..Facts::default() },
    ];
    for facts in worse {
        assert!(probability(&facts) > plain, "{facts:?}");
    }
    let better = [
        Facts { first_published: Some(days_ago(3000)), ..Facts::default() },
        Facts { downloads: Some(5_000_000), ..Facts::default() },
        Facts { provenance: Some(true), ..Facts::default() },
        Facts { shares_maintainer_with_target: Some(true), ..Facts::default() },
    ];
    for facts in better {
        assert!(probability(&facts) < plain, "{facts:?}");
    }
}

#[test]
fn versions_that_jump_are_counted_but_dates_are_not() {
    let judge = judge();
    let jump = Feature::named("metadata.version-jump").unwrap();
    let table = [
        ("99.0.0", Some("1.0.3"), true),
        ("2.0.0", Some("1.0.3"), false),
        ("2026.1.0", Some("1.0.0"), false),
        ("v20.0.0", None, true),
        ("x", None, false),
    ];
    for (version, previous, jumps) in table {
        let package = Package { version: Some(version.to_owned()), ..package("npm/some-package") };
        let facts = Facts { previous_version: previous.map(str::to_owned), versions: Some(1), ..Facts::default() };
        let said = judge.assess(&package, &facts, now());
        assert_eq!(said.contributions.iter().any(|part| part.feature == jump), jumps, "{version} after {previous:?}");
    }
}

#[test]
fn a_private_name_that_is_public_is_told_as_confusion() {
    let judge = judge();
    let public = Facts { found_public: Some(true), ..Facts::default() };
    let found = judge.judge(&package("npm/@corp/auth"), &public, now(), None);
    assert_eq!((found[0].class.as_str(), found[0].severity), (CONFUSION, Severity::High));
}

#[test]
fn marks_without_a_likeness_are_told_as_reputation() {
    let facts = Facts {
        first_published: Some(days_ago(1)),
        install_script: Some(true),
        repository: Some(Repository::OfAnother),
        versions: Some(1),
        maintainers_changed: Some(true),
        ..Facts::default()
    };
    assert_eq!(classes(&judge(), "npm/brand-new-thing", &facts), [REPUTATION]);
    let reported = Facts { reported_malicious: true, ..Facts::default() };
    let found = judge().judge(&package("npm/brand-new-thing"), &reported, now(), None);
    assert_eq!((found[0].class.as_str(), found[0].severity), (REPUTATION, Severity::Critical));
}

#[test]
fn a_finding_shows_the_pair_the_sum_and_nothing_unsafe() {
    let judge = judge();
    let finding = &judge.judge(&package("pypi/reqeusts"), &Facts::default(), now(), None)[0];
    assert_eq!(finding.subject.name, "pypi/reqeusts");
    assert_eq!(finding.evidence[0].excerpt, "reqeusts ~ requests (swap, rank 1)");
    assert!(finding.evidence.iter().any(|part| part.pointer == "/score/names.swap"));
    let other = &judge.judge(&package("pypi/requsets"), &Facts::default(), now(), None)[0];
    assert_ne!(finding.id, other.id);
    assert_ne!(finding.fingerprint, other.fingerprint);
    let again = &judge.judge(&package("pypi/reqeusts"), &Facts::default(), now(), None)[0];
    assert_eq!((finding.id, &finding.fingerprint), (again.id, &again.fingerprint));
    let hidden = &judge.judge(&package("npm/lod\u{202E}ash"), &Facts::default(), now(), None)[0];
    assert!(!serde_json::to_string(hidden).unwrap().contains('\u{202E}'));
}

#[test]
fn a_suppression_lets_pass_what_it_names_until_it_expires() {
    let text = "extends = \"strict\"\n[[suppress]]\npackage = \"npm/load*\"\nclass = \"supply\"\nreason = \"ours\"\nexpires = 2026-11-21\n";
    let policy = Policy::parse(text).unwrap();
    assert_eq!((policy.report, policy.fail_on), (0.2, Some(Severity::Low)));
    let judge = judge().with_policy(policy);
    let asked = package("npm/loadsh");
    let told = |time| !judge.judge(&asked, &Facts::default(), time, None).is_empty();
    assert!(!told(now()));
    assert!(told(days_ago(-1)));
    assert_eq!(judge.policy().expired(days_ago(-1)).count(), 1);
    let finding = judge.finding(&asked, &judge.assess(&asked, &Facts::default(), now()), now(), None);
    assert!(matches!(judge.policy().decide(&asked, &finding, now()), Decision::Suppress(one) if one.reason == "ours"));
    assert_eq!(judge.policy().decide(&package("npm/other"), &finding, now()), Decision::Fail);
    assert_eq!(Policy::preset(Preset::Observe).decide(&asked, &finding, now()), Decision::Tell);
}

#[test]
fn suppressions_keep_scopes_and_versions_apart() {
    let policy = Policy::parse("[[suppress]]\npackage = \"npm/@acme/ui@1.0.0\"\nreason = \"seen\"\n").unwrap();
    let judge = judge();
    let decide = |version: &str| {
        let asked = Package { version: Some(version.to_owned()), ..package("npm/@acme/ui") };
        let finding = judge.finding(&asked, &judge.assess(&asked, &Facts::default(), now()), now(), None);
        policy.suppression(&asked, &finding, now()).is_some()
    };
    assert!(decide("1.0.0") && !decide("1.0.1"));
}

#[test]
fn policies_with_mistakes_are_refused() {
    let table = [
        ("report = 2.0", "between 0 and 1"),
        ("fail_on = \"bad\"", "not a severity"),
        ("fial_on = \"low\"", "unknown field"),
        ("[[suppress]]\npackage = \"lodash\"\nreason = \"x\"", "ecosystem/name"),
        ("[[suppress]]\npackage = \"npm/lodash\"\nreason = \" \"", "no reason"),
        ("[[suppress]]\npackage = \"npm/lodash\"\nreason = \"x\"\nexpires = 10:00:00", "a day"),
    ];
    for (text, expected) in table {
        let error = Policy::parse(text).unwrap_err().to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
    assert_eq!(Policy::parse("").unwrap(), Policy::default());
}

#[test]
fn a_model_is_read_as_it_is_written() {
    let model = Model::built_in();
    let read = Model::parse(&model.to_text()).unwrap();
    assert_eq!(read.to_text(), model.to_text());
    assert_ne!(model.version(), "set", "the model that ships is trained");
    for text in [
        "",
        "{}",
        "{\"version\":\"1\",\"intercept\":0,\"weights\":{\"no.such\":1}}",
        "{\"version\":\"1\",\"intercept\":0,\"weights\":{\"names.swap\":1e9}}",
    ] {
        assert!(Model::parse(text).is_err(), "{text}");
    }
}

#[test]
fn training_learns_what_the_labels_say_and_leaves_the_rest() {
    let names =
        ["requests", "numpy", "pandas", "flask", "django", "pillow", "scipy", "torch", "selenium", "matplotlib"];
    let list = PopularList {
        ecosystem: Ecosystem::PyPi,
        source: "popular".to_owned(),
        names: names.iter().map(|name| Popular { name: (*name).to_owned(), downloads: None }).collect(),
    };
    let line = |name: &str, malicious: bool| {
        format!(
            "{{\"ecosystem\":\"pypi\",\"name\":\"{name}\",\"malicious\":{malicious},\"source\":\"reports\",\"date\":\"2025-01-01T00:00:00Z\"}}"
        )
    };
    let swapped = [
        "reqeusts",
        "nupmy",
        "padnas",
        "falsk",
        "djagno",
        "pillwo",
        "sicpy",
        "trohc",
        "selenimu",
        "matpoltlib",
        "mtaplotlib",
        "rqeuests",
    ];
    let plural = ["request", "panda", "flasks", "djangos", "pillows", "numpys", "scipys", "torchs"];
    let lines: Vec<String> =
        swapped.iter().map(|name| line(name, true)).chain(plural.iter().map(|name| line(name, false))).collect();
    let labelled: Vec<Labelled> = read_labelled(&lines.join("\n")).unwrap();
    let settings = Settings { version: "test".to_owned(), ridge: 0.1, ..Settings::default() };
    let trained = train(&examples(&[list], &labelled, now()), &settings);
    let weight = |name: &str| trained.model.weight(Feature::named(name).unwrap());
    let set = |name: &str| Model::set().weight(Feature::named(name).unwrap());
    assert!(weight("names.plural") < set("names.plural"));
    assert!(weight("names.swap") > weight("names.plural"));
    assert_eq!(weight("metadata.new"), set("metadata.new"));
    let card = trained.card.to_markdown();
    assert!(card.contains("## Data") && card.contains("| `names.swap` |"), "{card}");
    assert!(read_labelled("{}").is_err());
}
