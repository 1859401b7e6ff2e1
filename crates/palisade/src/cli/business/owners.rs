//! `palisade business owners`: who owns a company in the end, and whether the 50 percent rule blocks it. Shares come from
//! a table; who of the parties is listed is found by screening them.

use super::Screening;
use crate::cli::{Failure, table::visible};
use crate::kyb::{Answer, Hit, shown_name};
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use palisade_kyb::{
    entity::{Entity, Name},
    lists::{ListFile, Table},
    ownership::{
        BeneficialOwners, BlockedStanding, Contribution, Graph, Share, beneficial_owners, blocked_by_ownership,
    },
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Bytes of a table of shares, and of a row of it.
const FILE_BYTES_MAX: u64 = 1 << 30;
const ROW_BYTES_MAX: usize = 1 << 20;
/// What a table may call its columns.
const OWNER: &[&str] = &["owner", "shareholder", "parent"];
const OWNED: &[&str] = &["owned", "company", "subsidiary"];
const PERCENT: &[&str] = &["percent", "share", "percentage", "shares"];
/// Whose word the shares of a table are.
const SOURCE: &str = "table";

/// Tell who owns a company in the end, and whether the 50 percent rule blocks it
#[derive(Args)]
#[command(after_help = "\
A table of shares has a heading with owner, owned and percent; percent may be empty where the size is not known. Each
party is screened against the lists by its name; --listed names one that is known to be listed, --not-listed one that is
not. What listed parties own by half or more together, directly or through companies that are blocked in the same way,
is blocked.

Exit codes: 0 nobody is blocked, 1 somebody is or may be, 2 a row could not be read.

Examples:
  palisade business owners --shares shares.csv
  palisade business owners \"Harbour Holding\" --shares shares.csv --threshold 10 --format json")]
pub(super) struct OwnersArgs {
    /// The companies; all that somebody owns when left out
    #[arg(value_name = "COMPANY")]
    companies: Vec<String>,
    /// A table of shares: owner,owned,percent
    #[arg(long, value_name = "FILE")]
    shares: PathBuf,
    /// Take this party for listed, whatever the lists say; may be given several times
    #[arg(long, value_name = "NAME")]
    listed: Vec<String>,
    /// Take this party for not listed, though it is like an entry; may be given several times
    #[arg(long, value_name = "NAME")]
    not_listed: Vec<String>,
    /// Name those who own this many percent in the end
    #[arg(long, default_value_t = 25.0, value_name = "PERCENT")]
    threshold: f64,
    #[command(flatten)]
    screening: Screening,
    /// How it is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON document.
    Json,
}

/// Why a party counts as listed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case", tag = "by")]
enum Ground {
    /// Somebody said so.
    Said,
    /// It fits an entry.
    Entry { list: String, entry: String, name: String, score: f32, evidence: String },
}

/// What is said about a company.
#[derive(Serialize)]
struct Told<'a> {
    company: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    listed: Option<&'a Ground>,
    #[serde(flatten)]
    standing: Option<&'a BlockedStanding>,
    beneficial_owners: Option<BeneficialOwners>,
}

/// Runs the command.
///
/// # Errors
/// When the table or the lists cannot be used, or standard output cannot be written to.
pub(super) async fn run(args: OwnersArgs) -> anyhow::Result<ExitCode> {
    let how = args.screening.how()?;
    let (shares, failed) = shares(&args)?;
    let parties: BTreeSet<&str> =
        shares.iter().flat_map(|share| [share.owner.as_str(), share.owned.as_str()]).collect();
    let named = args.companies.iter().chain(&args.listed).chain(&args.not_listed);
    if let Some(name) = named.clone().find(|name| !parties.contains(name.as_str())) {
        let failure = Failure::input(format!("{name} is not in the table"));
        return Err(failure.hint("write it as the table does").into());
    }
    let lists = args.screening.load().await?;
    let now = crate::clock::now();
    let mut grounds: BTreeMap<&str, Ground> = args.listed.iter().map(|name| (name.as_str(), Ground::Said)).collect();
    let open = parties.iter().filter(|name| !args.listed.iter().chain(&args.not_listed).any(|known| known == *name));
    for name in open {
        let answer = lists.answer(party(name), &how, now);
        if let Some(ground) = best(&answer) {
            grounds.insert(name, ground);
        }
    }
    let owned: BTreeSet<&str> = shares.iter().map(|share| share.owned.as_str()).collect();
    let graph = Graph::new(shares.iter().cloned());
    let standings = blocked_by_ownership(&graph, grounds.keys().copied());
    let companies: Vec<&str> = match args.companies.is_empty() {
        true => owned.into_iter().collect(),
        false => args.companies.iter().map(String::as_str).collect(),
    };
    let told: Vec<Told<'_>> = companies
        .into_iter()
        .map(|company| Told {
            company,
            listed: grounds.get(company),
            standing: standings.get(company),
            beneficial_owners: beneficial_owners(&graph, company, args.threshold),
        })
        .collect();
    let is_blocked = told.iter().any(|one| one.listed.is_some() || one.standing.is_some());
    let mut out = io::BufWriter::new(io::stdout().lock());
    match args.format {
        Format::Json => {
            let searched = lists.searched(&how.lists, now);
            let record = serde_json::json!({"time": now, "at_least": how.at_least, "searched": searched,
                "listed": grounds, "companies": told});
            serde_json::to_writer_pretty(&mut out, &record)?;
            writeln!(out)?;
        }
        Format::Text => told.iter().try_for_each(|one| write_one(&mut out, one, &grounds, args.threshold))?,
    }
    out.flush()?;
    Ok(ExitCode::from(if is_blocked {
        1
    } else if failed > 0 {
        2
    } else {
        0
    }))
}

/// The shares of the table, and how many rows could not be read.
fn shares(args: &OwnersArgs) -> anyhow::Result<(Vec<Share>, u64)> {
    let name = args.shares.display().to_string();
    let content = File::open(&args.shares).with_context(|| format!("cannot open {name}"))?;
    let file = ListFile::open(&name, content, FILE_BYTES_MAX).with_context(|| format!("cannot read {name}"))?;
    let (head, content) = file.into_parts();
    let heading = || Failure::input(format!("{name} has no heading with owner and owned")).hint("owner,owned,percent");
    let mut table = Table::open(content, &head, &[], ROW_BYTES_MAX).map_err(|_| heading())?;
    if ![OWNER, OWNED].iter().all(|names| names.iter().any(|name| table.has(name))) {
        return Err(heading().into());
    }
    let (mut shares, mut failed) = (Vec::new(), 0);
    while let Some(read) = table.next() {
        let share = match &read {
            Ok(record) => {
                let [owner, owned, percent] = [OWNER, OWNED, PERCENT].map(|names| record.get(names).trim().to_owned());
                share(owner, owned, &percent).map_err(|reason| (record.line(), reason))
            }
            Err(broken) => Err((broken.line, broken.reason.clone())),
        };
        match share {
            Ok(share) => shares.push(share),
            Err((line, reason)) => {
                failed += 1;
                eprintln!("{name}: line {line}: {reason}");
            }
        }
    }
    Ok((shares, failed))
}

fn share(owner: String, owned: String, percent: &str) -> Result<Share, String> {
    if owner.is_empty() || owned.is_empty() {
        return Err("owner or owned is empty".to_owned());
    }
    let percent = match percent.trim_end_matches('%').trim() {
        "" => None,
        text => {
            let number = text.parse::<f64>().ok().filter(|number| (0.0..=100.0).contains(number));
            Some(number.ok_or_else(|| format!("percent `{}` is not 0 to 100", visible(percent)))?)
        }
    };
    Ok(Share { owner, owned, percent, source: SOURCE.to_owned() })
}

fn party(name: &str) -> Entity {
    let names = vec![Name { full: name.to_owned(), ..Name::default() }];
    Entity { source: "question".to_owned(), id: "1".to_owned(), names, ..Entity::default() }
}

fn best(answer: &Answer) -> Option<Ground> {
    let Hit { list, entry, score, evidence, listed, .. } = answer.hits.first()?;
    let name = shown_name(listed).to_owned();
    Some(Ground::Entry { list: list.clone(), entry: entry.clone(), name, score: *score, evidence: evidence.clone() })
}

fn write_one(
    out: &mut impl Write,
    told: &Told<'_>,
    grounds: &BTreeMap<&str, Ground>,
    threshold: f64,
) -> io::Result<()> {
    let company = visible(told.company);
    match (told.listed, told.standing) {
        (Some(ground), _) => writeln!(out, "{company}: listed itself, {}", ground.text())?,
        (None, None) => writeln!(out, "{company}: not blocked, as far as its owners are known")?,
        (None, Some(BlockedStanding::Blocked { percent, contributions })) => {
            writeln!(out, "{company}: blocked by the 50 percent rule, blocked parties own {percent} %")?;
            contributions.iter().try_for_each(|one| write_share(out, one, grounds))?;
        }
        (None, Some(BlockedStanding::Possible { percent, contributions })) => {
            writeln!(
                out,
                "{company}: possibly blocked, blocked parties own {percent} % for certain, and shares of unknown size"
            )?;
            contributions.iter().try_for_each(|one| write_share(out, one, grounds))?;
        }
    }
    let Some(owners) = &told.beneficial_owners else { return Ok(()) };
    for owner in &owners.owners {
        writeln!(out, "  {} % in the end: {}", owner.percent, visible(&owner.id))?;
        for path in &owner.paths {
            let chain: Vec<String> = path.parties.iter().map(|party| visible(party)).collect();
            writeln!(out, "    {} % by {}", path.percent, chain.join(" > "))?;
        }
    }
    for owner in &owners.undetermined {
        writeln!(out, "  a share of unknown size: {}", visible(owner))?;
    }
    if owners.unknown_percent > 0.0 {
        writeln!(out, "  {} % belong to nobody known", owners.unknown_percent)?;
    }
    if owners.owners.is_empty() {
        writeln!(out, "  nobody owns {threshold} % or more in the end")?;
    }
    Ok(())
}

fn write_share(out: &mut impl Write, share: &Contribution, grounds: &BTreeMap<&str, Ground>) -> io::Result<()> {
    let percent = share.percent.map_or_else(|| "an unknown share".to_owned(), |percent| format!("{percent} %"));
    let why = match grounds.get(share.owner.as_str()) {
        Some(ground) => ground.text(),
        None => {
            let chain: Vec<String> = share.chain.iter().map(|party| visible(party)).collect();
            format!("blocked through {}", chain.join(" > "))
        }
    };
    writeln!(out, "  {percent}: {}, {why}", visible(&share.owner))
}

impl Ground {
    fn text(&self) -> String {
        match self {
            Self::Said => "listed, as was said".to_owned(),
            Self::Entry { list, entry, name, score, .. } => {
                format!("listed as {} ({entry} of {list}, score {score:.2})", visible(name))
            }
        }
    }
}
