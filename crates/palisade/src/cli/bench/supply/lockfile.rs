//! A lockfile of a thousand dependencies, judged whole; and larger ones, only read.

use super::SupplyFigures;
use crate::clock::now;
use crate::parallel::each_in_parallel;
use crate::supply::{Supply, project};
use anyhow::Context as _;
use palisade_supply::{
    Ecosystem,
    advisory::Kind,
    manifest::{Format, Limits, read},
};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

const DEPENDENCIES: usize = 1_000;
/// Of these so many are known to be malicious or vulnerable.
const PLANTED: usize = 50;
const PASSES: usize = 20;
/// Lockfiles that are only read: one each, some megabytes.
const LARGE: usize = 8;
const LARGE_DEPENDENCIES: usize = 20_000;
const READ_FOR: Duration = Duration::from_secs(2);
const NAME: &str = "package-lock.json";

pub(super) fn measure(supply: &Supply, ecosystem: Ecosystem, figures: &mut SupplyFigures) -> anyhow::Result<()> {
    let planted = planted(supply, ecosystem);
    let text = lockfile(supply, ecosystem, DEPENDENCIES, &planted);
    let judge = || project::look_at(supply, NAME, text.as_bytes(), now());
    let judged = judge().context("the lockfile is not understood")?;
    figures.locked = judged.manifest.dependencies.len();
    figures.planted = planted.len();
    let told = judged.said.answers.iter().filter(|(index, answer)| {
        let package = &judged.manifest.dependencies[*index].package;
        !answer.affected.is_empty() && planted.iter().any(|(name, _)| *name == package.name)
    });
    figures.found = told.count();
    let mut times: Vec<f64> = (0..PASSES)
        .map(|_| {
            let started = Instant::now();
            std::hint::black_box(judge());
            started.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    figures.lockfile_ms = times[PASSES / 2];
    figures.read_mb_per_second = reading(supply, ecosystem);
    Ok(())
}

/// Packages of the index with a version for which an advisory holds.
fn planted(supply: &Supply, ecosystem: Ecosystem) -> Vec<(String, String)> {
    let Some(index) = supply.advisories() else { return Vec::new() };
    let entries = index.packages().filter(|entry| entry.ecosystem() == Some(ecosystem));
    let all: Vec<(String, String)> = entries
        .filter_map(|entry| {
            let malicious = entry.affects().any(|affects| {
                affects.holds_for_all().is_some()
                    && affects.advisory().is_some_and(|advisory| advisory.kind() == Kind::Malicious)
            });
            malicious.then(|| (entry.name().to_owned(), "1.0.0".to_owned()))
        })
        .collect();
    let step = (all.len() / PLANTED).max(1);
    all.into_iter().step_by(step).take(PLANTED).collect()
}

/// A package-lock (version 3) of popular names, with what is planted between them.
fn lockfile(supply: &Supply, ecosystem: Ecosystem, count: usize, planted: &[(String, String)]) -> String {
    let index = supply.names().names().index(ecosystem);
    let popular = (0_u32..).map_while(|rank| index.and_then(|index| index.at(rank)).map(str::to_owned));
    let made = (0..).map(|number| format!("made-up-{number}"));
    let names = popular.chain(made).take(count - planted.len()).map(|name| (name, "1.2.3".to_owned()));
    let mut text =
        String::from("{\n  \"name\": \"bench\",\n  \"lockfileVersion\": 3,\n  \"packages\": {\n    \"\": {}");
    for (name, version) in planted.iter().cloned().chain(names) {
        let hash = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3ODkrLw==";
        // Writing into a String cannot fail.
        let _ = write!(
            text,
            ",\n    \"node_modules/{name}\": {{\n      \"version\": \"{version}\",\n      \"resolved\": \
             \"https://registry.example/{name}/-/{name}-{version}.tgz\",\n      \"integrity\": \"sha512-{hash}\",\n      \
             \"license\": \"MIT\",\n      \"engines\": {{\n        \"node\": \">=10\"\n      }}\n    }}"
        );
    }
    text + "\n  }\n}\n"
}

/// Millions of bytes of large lockfiles that all cores read in a second.
fn reading(supply: &Supply, ecosystem: Ecosystem) -> f64 {
    let text = lockfile(supply, ecosystem, LARGE_DEPENDENCIES, &[]);
    let files = [(); LARGE];
    let (started, mut bytes) = (Instant::now(), 0);
    while started.elapsed() < READ_FOR {
        each_in_parallel(&files, |()| {
            let format = Format::of(NAME, text.as_bytes());
            std::hint::black_box(format.map(|format| read(format, text.as_bytes(), &Limits::default())));
        });
        bytes += text.len() * LARGE;
    }
    bytes as f64 / 1e6 / started.elapsed().as_secs_f64()
}
