//! `palisade package explain`: everything that counts for and against a package, whether it is told or not.

use super::{Options, named};
use crate::cli::{
    Failure, Format,
    table::{Cell, render, visible},
};
use crate::clock::now;
use crate::supply::Known;
use clap::Args;
use palisade_supply::advisory;
use serde_json::json;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

/// Show everything that counts for and against a package, whether it is told or not
#[derive(Args)]
pub(super) struct ExplainArgs {
    /// A package URL, or a name such as npm/crossenv@1.0.0
    #[arg(value_name = "PURL|ECOSYSTEM/NAME[@VERSION]")]
    package: String,
    #[command(flatten)]
    options: Options,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// # Errors
/// When arguments or feeds cannot be used, or standard output cannot be written to.
pub(super) async fn run(args: ExplainArgs) -> anyhow::Result<ExitCode> {
    let package = named::package(&args.package).map_err(Failure::input)?;
    let supply = args.options.load().await?;
    let facts = args.options.public(&supply, vec![package.clone()]).await?.facts(&package);
    let assessment = supply.names().assess(&package, &facts, now());
    let answer = supply.answer(&package, &Known { facts, ..Known::default() }, now());
    let rank = supply.names().names().index(package.ecosystem).and_then(|index| index.rank(&package.name));
    let known = supply.advisories().and_then(|index| index.package(package.ecosystem, &package.name));
    let advisories: Vec<String> = known
        .iter()
        .flat_map(advisory::Entry::affects)
        .filter_map(|affects| Some(format!("{}: {}", affects.advisory()?.id(), affects.advisory()?.summary())))
        .collect();
    let text = match args.format {
        Format::Json => {
            let contributions = assessment.contributions.iter().map(|part| {
                json!({"feature": part.feature.as_str(), "says": part.feature.says(), "value": part.value,
                       "weight": part.weight, "adds": part.adds()})
            });
            let told = json!({
                "package": package.to_purl(),
                "rank": rank,
                "probability": assessment.probability,
                "model": supply.names().model().version(),
                "contributions": contributions.collect::<Vec<_>>(),
                "advisories": advisories,
                "affected": answer.affected,
                "fix": answer.fix,
                "verdict": answer.verdict,
                "findings": answer.findings,
            });
            serde_json::to_string_pretty(&told)? + "\n"
        }
        Format::Table => {
            let mut out = format!("{}: {}\n", visible(&package.named()), answer.verdict);
            if let Some(rank) = rank {
                let _ = writeln!(out, "It is a protected name itself, number {} by popularity.", rank + 1);
            }
            let _ = writeln!(
                out,
                "Probability that it is an imitation or made to do harm: {:.3} (told from {:.2} on)",
                assessment.probability,
                supply.policy().findings.report
            );
            let rows = assessment.contributions.iter().map(|part| {
                vec![
                    Cell::text(part.feature.as_str()),
                    Cell::number(format!("{:.2}", part.value)),
                    Cell::number(format!("{:+.2}", part.weight)),
                    Cell::number(format!("{:+.2}", part.adds())),
                    Cell::text(part.feature.says()),
                ]
            });
            out.push_str(&render(&["evidence", "value", "weight", "log-odds", "says"], rows.collect(), None));
            for reason in &assessment.reasons {
                let _ = writeln!(out, "{}", visible(reason));
            }
            let _ = writeln!(out, "Advisories about it: {}; {} hold here.", advisories.len(), answer.affected.len());
            for affected in &answer.affected {
                let _ = writeln!(out, "  {} {} {}", affected.id, affected.priority, visible(&affected.summary));
                for reason in &affected.reasons {
                    let _ = writeln!(out, "    {}", visible(reason));
                }
            }
            out
        }
    };
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
