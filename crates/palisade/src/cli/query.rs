//! `palisade query`: SQL over the lake, through a server or straight on its folder.

use super::{
    Failure, bounded,
    client::{Client, Connection},
    table::{Cell, render},
};
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use palisade_store::{FileFormat, Lake, QueryError, QueryLimits, Table};
use std::{
    io::{IsTerminal as _, Write as _},
    path::PathBuf,
    process::ExitCode,
};

/// The longest SQL that is read from standard input.
const SQL_BYTES_MAX: u64 = 1 << 20;
/// On a terminal, wider cells are cut: a whole stack trace would push everything else off the screen.
const CELL_CHARS_MAX: usize = 100;

/// Ask the lake in SQL
#[derive(Args)]
#[command(after_help = "\
Tables: events, findings, metrics, spans. Reading only.

Examples:
  palisade query \"SELECT severity, count(*) FROM events GROUP BY severity\"
  palisade query \"SELECT time, class, title FROM findings ORDER BY time DESC LIMIT 20\"
  palisade query --format csv \"SELECT * FROM events LIMIT 1000\" > events.csv
  palisade query --format parquet --output day.parquet \"SELECT * FROM events WHERE time >= now() - INTERVAL '1 day'\"
  palisade query --data-dir ./palisade-data - < report.sql        without a server")]
pub struct QueryArgs {
    /// The query, or - to read it from standard input
    sql: String,
    /// How to print the answer
    #[arg(long, value_enum, default_value_t)]
    format: AnswerFormat,
    /// Write the answer into this file
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Open the lake in this folder, read-only, without a server
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    #[command(flatten)]
    connection: Connection,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum AnswerFormat {
    /// Aligned columns for people
    #[default]
    Table,
    /// {"columns":[{"name","type"}],"rows":[[…]],"truncated":false}
    Json,
    /// Comma-separated values with a head line
    Csv,
    /// An Apache Parquet file
    Parquet,
}

/// Where the lake is asked.
enum Source {
    Server(Client),
    Folder(Lake),
}

/// Runs `palisade query`.
///
/// # Errors
/// When the query cannot be read, asked, answered or its answer not written.
pub async fn run(args: QueryArgs) -> anyhow::Result<ExitCode> {
    if args.format == AnswerFormat::Parquet && args.output.is_none() && std::io::stdout().is_terminal() {
        return Err(Failure::input("a Parquet file would garble the terminal")
            .hint("name a file with --output FILE")
            .into());
    }
    let sql = read_sql(&args.sql)?;
    let source = match &args.data_dir {
        Some(folder) => Source::Folder(open(folder).await?),
        None => Source::Server(Client::new(&args.connection)?),
    };
    let answer = match args.format {
        AnswerFormat::Table => {
            let is_cut = args.output.is_none() && std::io::stdout().is_terminal();
            as_text(&source.table(&sql).await?, is_cut.then_some(CELL_CHARS_MAX)).into_bytes()
        }
        AnswerFormat::Json => {
            let table = source.table(&sql).await?;
            note(&table);
            let mut text = serde_json::to_vec(&table)?;
            text.push(b'\n');
            text
        }
        AnswerFormat::Csv => source.file(&sql, FileFormat::Csv).await?,
        AnswerFormat::Parquet => source.file(&sql, FileFormat::Parquet).await?,
    };
    write(args.output, &answer)?;
    Ok(ExitCode::SUCCESS)
}

async fn open(folder: &std::path::Path) -> anyhow::Result<Lake> {
    if !folder.is_dir() {
        let text = format!("there is no folder {}", folder.display());
        return Err(Failure::input(text)
            .hint("--data-dir is the folder that `palisade serve --data-dir` was given")
            .into());
    }
    Lake::open_read_only(folder).await.with_context(|| format!("cannot open the lake in {}", folder.display()))
}

fn read_sql(given: &str) -> anyhow::Result<String> {
    let sql = match given {
        "-" => bounded::read(std::io::stdin().lock(), SQL_BYTES_MAX).context("cannot read the query")?,
        sql => sql.to_owned(),
    };
    if sql.trim().is_empty() {
        return Err(Failure::input("the query is empty")
            .hint("for example: palisade query \"SELECT count(*) FROM events\"")
            .into());
    }
    Ok(sql)
}

impl Source {
    async fn table(&self, sql: &str) -> anyhow::Result<Table> {
        match self {
            Self::Server(client) => client.post("/api/v1/query", &serde_json::json!({ "sql": sql })).await,
            Self::Folder(lake) => Ok(lake.query(sql, &QueryLimits::default()).await.map_err(failure)?),
        }
    }

    async fn file(&self, sql: &str, format: FileFormat) -> anyhow::Result<Vec<u8>> {
        match self {
            Self::Server(client) => {
                let accept = match format {
                    FileFormat::Csv => "text/csv",
                    FileFormat::Parquet => "application/vnd.apache.parquet",
                };
                let body = serde_json::to_vec(&serde_json::json!({ "sql": sql }))?;
                client.post_bytes("/api/v1/query", "application/json", body, &[("accept", accept)]).await
            }
            Self::Folder(lake) => Ok(lake.query_file(sql, &QueryLimits::default(), format).await.map_err(failure)?),
        }
    }
}

fn failure(error: QueryError) -> Failure {
    let text = error.to_string();
    match error {
        QueryError::Syntax(_) | QueryError::NotReadOnly => Failure::input(text),
        _ => Failure::internal(text),
    }
}

fn as_text(table: &Table, width_max: Option<usize>) -> String {
    note(table);
    let head: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let rows = table.rows.iter().map(|row| row.iter().map(Cell::value).collect()).collect();
    render(&head, rows, width_max)
}

/// Says on standard error what the answer itself cannot say.
fn note(table: &Table) {
    if table.truncated {
        let rows = table.rows.len();
        eprintln!("note: there are more than these {rows} rows; narrow the query, or raise limits.query_rows_max");
    }
}

fn write(output: Option<PathBuf>, answer: &[u8]) -> anyhow::Result<()> {
    match output {
        Some(path) => {
            std::fs::write(&path, answer).with_context(|| format!("cannot write {}", path.display()))?;
            eprintln!("wrote {} bytes to {}", answer.len(), path.display());
        }
        None => {
            let mut out = std::io::stdout().lock();
            out.write_all(answer)?;
            out.flush()?;
        }
    }
    Ok(())
}
