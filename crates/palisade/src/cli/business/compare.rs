//! `palisade business compare`: two names, or a file of pairs, compared word by word.

use super::{ModeName, TypeName};
use crate::cli::{Failure, table::visible};
use crate::kyb;
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use palisade_kyb::{
    entity::EntityType,
    lists::{ListFile, Table},
    matching::{Matcher, NameComparison},
    names::NameType,
};
use serde::Serialize;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Bytes of a file of pairs, and of a row of it.
const FILE_BYTES_MAX: u64 = 16 << 30;
const ROW_BYTES_MAX: usize = 1 << 20;
/// What a row of a table may call the names and the type.
const FIRST: &[&str] = &["name1", "namea", "first", "a", "query", "name"];
const SECOND: &[&str] = &["name2", "nameb", "second", "b", "listed", "other"];
const TYPE: &[&str] = &["type", "schema", "entitytype"];

/// Compare names with each other
#[derive(Args)]
#[command(after_help = "\
A file of pairs has a heading with name1 and name2, and may have type (person, organization). One row comes out for each,
in their order: row, score, match, reason.")]
pub(super) struct CompareArgs {
    /// Two names
    #[arg(value_name = "NAME", num_args = 2, conflicts_with = "csv")]
    names: Vec<String>,
    /// A file of pairs; - for standard input
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Whose names they are
    #[arg(long = "type", value_enum, value_name = "TYPE")]
    entity_type: Option<TypeName>,
    /// How differences are judged
    #[arg(long, value_enum, default_value_t)]
    mode: ModeName,
    /// The score from which on names are taken for the same [default: balanced 0.7, strict 0.85, ofac 0.9]
    #[arg(long, value_name = "SCORE")]
    at_least: Option<f32>,
    /// How the comparison of two names is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// How the comparison is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON document; with --csv one a row.
    Json,
}

/// Two names compared.
#[derive(Serialize)]
struct Compared<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<u64>,
    names: [&'a str; 2],
    score: f32,
    #[serde(rename = "match")]
    matches: bool,
    parts: &'a NameComparison,
}

struct Comparing {
    matcher: Matcher,
    at_least: f32,
    format: Format,
}

/// Runs the command: 0 when all names match, 1 when some do not, 2 when a row cannot be read.
///
/// # Errors
/// When arguments or the file cannot be used, or standard output cannot be written to.
pub(super) fn run(args: &CompareArgs) -> anyhow::Result<ExitCode> {
    let matcher = Matcher::new(args.mode.into());
    let at_least = args.at_least.unwrap_or_else(|| matcher.mode().threshold());
    let comparing = Comparing { matcher, at_least, format: args.format };
    let name_type = args.entity_type.map_or(NameType::Unknown, |name| NameType::from(EntityType::from(name)));
    let mut out = io::BufWriter::new(io::stdout().lock());
    let code = match (&args.csv, args.names.as_slice()) {
        (Some(path), _) if path.as_os_str() == "-" => {
            comparing.table("standard input", io::stdin().lock(), name_type, &mut out)
        }
        (Some(path), _) => {
            let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
            comparing.table(&path.display().to_string(), file, name_type, &mut out)
        }
        (None, [one, other]) => comparing.two(one, other, name_type, &mut out).map_err(Into::into),
        _ => Err(Failure::input("give two names, or --csv FILE").into()),
    }?;
    out.flush()?;
    Ok(ExitCode::from(code))
}

impl Comparing {
    fn compare(&self, one: &str, other: &str, name_type: NameType) -> (NameComparison, bool) {
        let (one, other) = (self.matcher.parse(one, name_type), self.matcher.parse(other, name_type));
        let comparison = self.matcher.compare_names(&one, &other);
        let matches = comparison.score >= self.at_least;
        (comparison, matches)
    }

    fn two(&self, one: &str, other: &str, name_type: NameType, out: &mut impl Write) -> io::Result<u8> {
        let (comparison, matches) = self.compare(one, other, name_type);
        let score = comparison.score;
        if self.format == Format::Json {
            let told = Compared { input: None, names: [one, other], score, matches, parts: &comparison };
            serde_json::to_writer_pretty(&mut *out, &told)?;
            writeln!(out)?;
        } else {
            let verdict = if matches { "a match" } else { "no match" };
            let mode = kyb::mode_name(self.matcher.mode());
            writeln!(out, "score {score:.3}, {verdict} from {:.2} on, mode {mode}", self.at_least)?;
            writeln!(out, "{} | {}", visible(one), visible(other))?;
            for part in &comparison.parts {
                writeln!(out, "  {}", super::report::part_of_name(part))?;
            }
        }
        Ok(u8::from(!matches))
    }

    fn table(&self, name: &str, content: impl Read, name_type: NameType, out: &mut impl Write) -> anyhow::Result<u8> {
        let file = ListFile::open(name, content, FILE_BYTES_MAX).with_context(|| format!("cannot read {name}"))?;
        let (head, content) = file.into_parts();
        let heading =
            || Failure::input(format!("{name} has no heading with two names")).hint("call them name1 and name2");
        let mut table = Table::open(content, &head, &[], ROW_BYTES_MAX).map_err(|_| heading())?;
        if ![FIRST, SECOND].iter().all(|names| names.iter().any(|name| table.has(name))) {
            return Err(heading().into());
        }
        let (mut row, mut differing, mut failed) = (0, 0, 0);
        if self.format == Format::Text {
            writeln!(out, "row,score,match,reason")?;
        }
        while let Some(read) = table.next() {
            row += 1;
            let record = match read {
                Ok(record) if !record.get(FIRST).is_empty() && !record.get(SECOND).is_empty() => record,
                Ok(_) => {
                    failed += 1;
                    eprintln!("{name}: row {row}: name1 or name2 is empty");
                    continue;
                }
                Err(broken) => {
                    failed += 1;
                    eprintln!("{name}: row {row}, line {}: {}", broken.line, broken.reason);
                    continue;
                }
            };
            let name_type = match record.get(TYPE).to_ascii_lowercase().as_str() {
                "person" => NameType::Person,
                "organization" | "company" | "business" | "organisation" => NameType::Organization,
                "" => name_type,
                _ => NameType::Unknown,
            };
            let names = [record.get(FIRST), record.get(SECOND)];
            let (comparison, matches) = self.compare(names[0], names[1], name_type);
            differing += u64::from(!matches);
            self.row(row, names, &comparison, matches, out)?;
        }
        Ok(if failed > 0 { 2 } else { u8::from(differing > 0) })
    }

    fn row(
        &self,
        row: u64,
        names: [&str; 2],
        comparison: &NameComparison,
        matches: bool,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let score = comparison.score;
        if self.format == Format::Json {
            let told = Compared { input: Some(row), names, score, matches, parts: comparison };
            return writeln!(out, "{}", serde_json::to_string(&told)?);
        }
        let telling = comparison.parts.iter().max_by(|a, b| a.deduction.total_cmp(&b.deduction));
        let reason = telling.map_or("", |part| kyb::reason(part.reason));
        writeln!(out, "{row},{score:.3},{matches},{reason}")
    }
}
