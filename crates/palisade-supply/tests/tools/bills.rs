//! Bills of material under the standards' own schemas: `validate_bills.py` asks their Python libraries.

use super::programs;
use palisade_model::{Id, Severity, Timestamp};
use palisade_supply::{
    Package,
    manifest::{Format, Limits, Manifest, read},
    sbom::{Subject, Vulnerability, cyclonedx, spdx},
};
use std::path::Path;

/// All fixtures in one bill, so that every ecosystem, source, hash and licence that is read is written as well.
fn manifests() -> Vec<Manifest> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/manifests");
    // The library for SPDX knows no address whose last part is as long as that of `host.example`.
    let text = |format: Format| {
        std::fs::read_to_string(folder.join(format.as_str())).unwrap().replace("host.example", "host.example.org")
    };
    Format::all().map(|format| read(format, text(format).as_bytes(), &Limits::default())).collect()
}

fn vulnerabilities(manifests: &[Manifest]) -> Vec<Vulnerability> {
    let first = manifests[0].dependencies[0].package.clone();
    let everywhere = Package { version: None, ..first.clone() };
    let told = |id: &str, score, vector: Option<&str>, affects| Vulnerability {
        id: id.into(),
        source: Some("Advisories".into()),
        address: Some("https://advisories.example/1".into()),
        severity: Some(Severity::Critical),
        score,
        vector: vector.map(str::to_owned),
        description: Some("Reads what it should not.".into()),
        recommendation: Some("Upgrade to 2.0.0.".into()),
        affects,
    };
    vec![
        told("GHSA-1", Some(9.8), Some("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"), vec![first]),
        told("MAL-1", None, None, vec![everywhere]),
    ]
}

#[test]
fn the_schemas_accept_what_is_written() {
    let Some(python) = programs::of_python("python") else { return };
    let manifests = manifests();
    let package = Package::from_purl("pkg:npm/app@1.0.0").unwrap();
    let subject = Subject {
        name: "app",
        version: Some("1.0.0"),
        package: Some(&package),
        manifests: &manifests,
        time: Timestamp::parse("2026-01-02T03:04:05.678Z").unwrap(),
        serial: "0199f1c2-7a31-7c51-8000-5b1e00000000".parse::<Id>().unwrap(),
    };
    let folder = tempfile::tempdir().unwrap();
    programs::write(folder.path(), "bill.cdx.json", &cyclonedx(&subject, &vulnerabilities(&manifests)));
    programs::write(folder.path(), "bill.spdx.json", &spdx(&subject));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools/validate_bills.py");
    let told =
        programs::run(python, folder.path(), &[&script.display().to_string(), "bill.cdx.json", "bill.spdx.json"]);
    assert!(told.contains("both are valid"), "{told}");
}
