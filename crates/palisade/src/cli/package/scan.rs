//! `palisade package scan`: manifests, lockfiles and bills of material, below folders or named.

use super::{Options, check::Tally, report, sarif};
use crate::cli::Failure;
use crate::clock::now;
use crate::supply::project::{self, Judged, Looked, Read};
use clap::{Args, ValueEnum};
use palisade_model::{Finding, Severity, Timestamp};
use palisade_supply::{
    advisory::{Affected, Fix},
    manifest::Manifest,
    sbom::{self, Vulnerability},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Bytes of a manifest on standard input.
const INPUT_BYTES_MAX: u64 = 128 << 20;

/// Judge what manifests, lockfiles and bills of material name
#[derive(Args)]
#[command(after_help = "\
Folders are searched for files of all known formats; what .gitignore, .ignore and .palisadeignore exclude is left out.
Where a lockfile stands beside a manifest, packages are judged by the lockfile.

Examples:
  palisade package scan .
  palisade package scan web/package-lock.json --fail-on high
  palisade package scan . --format sarif > palisade.sarif
  palisade package scan . --format cyclonedx > bom.json
  git show HEAD:Cargo.lock | palisade package scan - --name Cargo.lock")]
pub(super) struct ScanArgs {
    /// Files and folders; `-` is standard input
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// What standard input is called, which tells its format
    #[arg(long, value_name = "FILE")]
    name: Option<String>,
    #[command(flatten)]
    options: Options,
    /// How results are written
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Exit with 1 when a finding is at least this severe [default: what the policy says]
    #[arg(long, value_name = "LEVEL")]
    fail_on: Option<Severity>,
    /// Also look at files that .gitignore, .ignore and .palisadeignore exclude
    #[arg(long)]
    no_ignore: bool,
}

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// One JSON document.
    Json,
    /// One result a package, a line each.
    Ndjson,
    /// SARIF 2.1.0, for code hosts and editors.
    Sarif,
    /// A bill of material: CycloneDX 1.6 in JSON, with the known vulnerabilities.
    Cyclonedx,
    /// A bill of material: SPDX 2.3 in JSON.
    Spdx,
}

/// # Errors
/// When arguments or feeds cannot be used, or standard output cannot be written to.
pub(super) async fn run(args: ScanArgs) -> anyhow::Result<ExitCode> {
    let supply = args.options.load().await?;
    let now = now();
    let (read, failed) = match args.paths.as_slice() {
        [only] if only.as_os_str() == "-" => (standard_input(args.name.as_deref())?, Vec::new()),
        paths => {
            let (files, failed) = project::find(paths, args.no_ignore);
            (project::read_all(&files), failed)
        }
    };
    let public = args.options.public(&supply, read.packages().cloned().collect()).await?;
    let mut looked = read.judge(&supply, &public, now);
    looked.failed.extend(failed);
    let mut tally = Tally { failed: looked.failed.len() as u64, ..Tally::default() };
    let answers = looked.files.iter().flat_map(|file| &file.said.answers);
    answers.for_each(|(_, answer)| tally.count(answer));
    for finding in looked.files.iter().flat_map(|file| &file.said.suspicions) {
        tally.findings += 1;
        tally.worst = tally.worst.max(Some(finding.severity));
        tally.blocked += u64::from(supply.policy().findings.fail_on.is_some_and(|level| finding.severity >= level));
    }
    let text = written(&looked, &args, now)?;
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(ExitCode::SUCCESS),
        other => other?,
    }
    looked.failed.iter().for_each(|(path, reason)| eprintln!("error: {path}: {reason}"));
    eprintln!("{}", summary(&looked, &tally));
    Ok(tally.exit(args.fail_on))
}

fn standard_input(name: Option<&str>) -> anyhow::Result<Read> {
    let name = name.ok_or_else(|| {
        Failure::input("say what standard input is called, which tells its format: --name package-lock.json")
    })?;
    let text = crate::cli::bounded::read(io::stdin().lock(), INPUT_BYTES_MAX)?;
    let read = project::read_one(name, text.as_bytes());
    Ok(read.ok_or_else(|| Failure::input(format!("{name} is no manifest of a known format")))?)
}

fn written(looked: &Looked, args: &ScanArgs, now: Timestamp) -> anyhow::Result<String> {
    let colour = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    Ok(match args.format {
        Format::Text => looked.files.iter().map(|file| report::manifest(file, colour)).collect(),
        Format::Json => {
            let files: Vec<Value> = looked.files.iter().map(file_as_json).collect();
            let failed = looked.failed.iter().map(|(path, reason)| json!({"path": path, "error": reason}));
            serde_json::to_string_pretty(&json!({"files": files, "failed": failed.collect::<Vec<_>>()}))? + "\n"
        }
        Format::Ndjson => looked.files.iter().flat_map(package_lines).map(|line| line.to_string() + "\n").collect(),
        Format::Sarif => sarif::document(looked.files.iter().flat_map(places)),
        Format::Cyclonedx | Format::Spdx => bill(looked, args, now),
    })
}

/// Findings with the line of the manifest that they are about.
fn places(file: &Judged) -> impl Iterator<Item = (Option<(&str, u32)>, &Finding)> {
    let of_packages = file.said.answers.iter().flat_map(move |(index, answer)| {
        let line = file.manifest.dependencies[*index].place.line;
        answer.findings.iter().map(move |finding| (Some((file.path.as_str(), line)), finding))
    });
    let of_manifest = file.said.suspicions.iter().zip(&file.manifest.suspicions);
    of_packages.chain(of_manifest.map(|(finding, at)| (Some((file.path.as_str(), at.place.line)), finding)))
}

fn file_as_json(file: &Judged) -> Value {
    let paths = file.manifest.paths();
    let name = |at: &usize| file.manifest.dependencies[*at].package.named();
    let packages = file.said.answers.iter().map(|(index, answer)| {
        let dependency = &file.manifest.dependencies[*index];
        json!({
            "package": dependency.package.to_purl(),
            "line": dependency.place.line,
            "relation": dependency.relation,
            "scope": dependency.scope,
            "path": paths.to(*index).iter().map(name).collect::<Vec<_>>(),
            "verdict": answer.verdict,
            "fix": answer.fix,
            "findings": answer.findings,
            "suppressed": answer.suppressed,
        })
    });
    json!({
        "path": file.path,
        "format": file.manifest.format.as_str(),
        "packages": file.said.packages,
        "told": packages.collect::<Vec<_>>(),
        "findings": file.said.suspicions,
        "problems": file.manifest.problems,
    })
}

/// One result for each package about which something is said.
fn package_lines(file: &Judged) -> impl Iterator<Item = Value> {
    file.said.answers.iter().map(|(index, answer)| {
        let dependency = &file.manifest.dependencies[*index];
        json!({
            "input": file.path,
            "line": dependency.place.line,
            "package": dependency.package.to_purl(),
            "verdict": answer.verdict,
            "severity": answer.severity(),
            "score": answer.score(),
            "findings": answer.findings,
        })
    })
}

/// Everything that was found as one bill of material.
fn bill(looked: &Looked, args: &ScanArgs, now: Timestamp) -> String {
    let manifests: Vec<Manifest> = looked.files.iter().map(|file| file.manifest.clone()).collect();
    let project = manifests.iter().find_map(|manifest| manifest.project.as_ref());
    let folder = args.paths.first().and_then(|path| path.canonicalize().ok());
    let folder = folder.as_ref().and_then(|path| path.file_name()).map(|name| name.to_string_lossy().into_owned());
    let name = project.map(|package| package.name.clone()).or(folder).unwrap_or_else(|| "project".to_owned());
    let subject = sbom::Subject {
        name: &name,
        version: project.and_then(|package| package.version.as_deref()),
        package: project,
        manifests: &manifests,
        time: now,
        serial: palisade_model::Id::from_slice(uuid::Uuid::new_v4().as_bytes()).unwrap_or_default(),
    };
    match args.format {
        Format::Cyclonedx => sbom::cyclonedx(&subject, &vulnerabilities(looked)),
        _ => sbom::spdx(&subject),
    }
}

/// What is known to be wrong with the packages, each matter once with all packages that have it.
fn vulnerabilities(looked: &Looked) -> Vec<Vulnerability> {
    let mut found: BTreeMap<&str, Vulnerability> = BTreeMap::new();
    for file in &looked.files {
        for (index, answer) in &file.said.answers {
            for affected in &answer.affected {
                let told = found.entry(&affected.id).or_insert_with(|| vulnerability(affected));
                let package = &file.manifest.dependencies[*index].package;
                if !told.affects.contains(package) {
                    told.affects.push(package.clone());
                }
            }
        }
    }
    found.into_values().collect()
}

fn vulnerability(affected: &Affected) -> Vulnerability {
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let recommendation = match &affected.fix {
        Fix::Upgrade(upgrade) => Some(format!("Upgrade to {} or newer.", upgrade.version)),
        Fix::NewerThan(version) => Some(format!("Upgrade to a version after {version}.")),
        Fix::OtherVersion => Some("Use a version that the report does not name.".to_owned()),
        Fix::Remove => Some("Take it out.".to_owned()),
        Fix::None => None,
    };
    Vulnerability {
        id: affected.id.clone(),
        source: None,
        address: text(&affected.url),
        severity: Some(affected.severity),
        score: affected.score.map(f64::from),
        vector: text(&affected.vector),
        description: text(&affected.summary),
        recommendation,
        affects: Vec::new(),
    }
}

fn summary(looked: &Looked, tally: &Tally) -> String {
    let packages: usize = looked.files.iter().map(|file| file.said.packages).sum();
    let counted = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let mut said = format!(
        "{}, {}, {}",
        counted(looked.files.len(), "manifest"),
        counted(packages, "package"),
        counted(tally.findings as usize, "finding")
    );
    if tally.suppressed > 0 {
        said.push_str(&format!(" ({} let pass by the policy)", tally.suppressed));
    }
    said
}
