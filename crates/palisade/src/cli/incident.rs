//! `palisade incident`: what people work on together.

use super::{
    Failure,
    client::{Asking, Client, path_part},
    shown::{CELL_CHARS_MAX, age, cell, items, print, text},
    table::{Cell, render, visible},
};
use clap::{Args, Subcommand, ValueEnum};
use palisade_model::Severity;
use serde_json::{Value, json};
use std::{fmt::Write as _, io::Write as _, path::PathBuf, process::ExitCode};

const INCIDENTS: &str = "/api/v1/incidents";

/// Open incidents and work on them
#[derive(Args)]
#[command(after_help = "\
Examples:
  palisade incident open 'Checkout fails' --severity high --entity service=shop
  palisade incident show 7
  palisade incident set 7 --status identified --owner ann
  palisade incident note 7 'the release of noon is rolled back'
  palisade incident export 7 --as pdf --out incident-7.pdf")]
pub struct IncidentArgs {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    asking: Asking,
}

#[derive(Subcommand)]
enum Command {
    /// List incidents, the newest first
    List {
        /// Those that stand so; all that are neither resolved nor closed when left out
        #[arg(long)]
        status: Option<String>,
        /// At least this severe
        #[arg(long)]
        severity: Option<Severity>,
        /// In the hand of this person
        #[arg(long)]
        owner: Option<String>,
        /// At most so many
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
    /// Show one with its timeline
    Show {
        /// Its number or id
        incident: String,
    },
    /// Open one by hand
    Open {
        /// One line
        title: String,
        /// How bad it is
        #[arg(long, default_value = "medium")]
        severity: Severity,
        /// What is known
        #[arg(long, default_value = "")]
        summary: String,
        /// Who has it in hand
        #[arg(long)]
        owner: Option<String>,
        /// What it is about, such as service=shop
        #[arg(long = "entity", value_name = "NAME=VALUE")]
        entities: Vec<String>,
        /// Fingerprints of alerts that belong to it
        #[arg(long = "alert", value_name = "FINGERPRINT")]
        alerts: Vec<String>,
    },
    /// Change what is known of one
    Set {
        /// Its number or id
        incident: String,
        /// Where it stands: open, investigating, waiting, identified, monitoring
        #[arg(long)]
        status: Option<String>,
        /// How bad it is
        #[arg(long)]
        severity: Option<Severity>,
        /// Who has it in hand
        #[arg(long)]
        owner: Option<String>,
        /// One line
        #[arg(long)]
        title: Option<String>,
        /// What is known
        #[arg(long)]
        summary: Option<String>,
    },
    /// Say that you look at one
    Ack {
        /// Its number or id
        incident: String,
    },
    /// Write something into the timeline
    Note {
        /// Its number or id
        incident: String,
        /// What
        text: String,
    },
    /// Add something that is to be done, or say that it is
    Task {
        /// Its number or id
        incident: String,
        /// What is to be done
        #[arg(required_unless_present = "done")]
        title: Option<String>,
        /// By whom
        #[arg(long)]
        owner: Option<String>,
        /// The task with this number is done
        #[arg(long, value_name = "NUMBER", conflicts_with_all = ["title", "owner"])]
        done: Option<usize>,
    },
    /// Add alerts to one
    Assign {
        /// Its number or id
        incident: String,
        /// Fingerprints of the alerts
        #[arg(required = true)]
        alerts: Vec<String>,
    },
    /// Have one go on in another
    Merge {
        /// The one that ends, by its id or number
        incident: String,
        /// The one that goes on, by its id
        into: String,
    },
    /// Say that one is over
    Resolve {
        /// Its number or id
        incident: String,
        /// What there is to say
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Say that one is not over after all
    Reopen {
        /// Its number or id
        incident: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Say that one was none, or that there is nothing more to do
    Close {
        /// Its number or id
        incident: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Fill the post-mortem from its template and the timeline
    PostMortem {
        /// Its number or id
        incident: String,
        /// Even when something is written already
        #[arg(long)]
        replace: bool,
    },
    /// Write one as a document
    Export {
        /// Its number or id
        incident: String,
        /// In which form
        #[arg(long = "as", value_enum, default_value_t)]
        form: Form,
        /// Into which file; standard output when left out
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// The form of a document.
#[derive(Clone, Copy, Default, ValueEnum)]
enum Form {
    /// Markdown
    #[default]
    Md,
    /// PDF
    Pdf,
}

/// Runs `palisade incident`.
///
/// # Errors
/// When the server cannot be reached or refuses.
pub async fn run(args: IncidentArgs) -> anyhow::Result<ExitCode> {
    let client = Client::new(&args.asking.connection)?;
    let output = match args.command {
        Command::List { status, severity, owner, limit } => {
            let severity = severity.map(|severity| severity.name().to_owned());
            let limit = Some(limit.to_string());
            let parameters = [("status", status), ("severity", severity), ("owner", owner), ("limit", limit)];
            let page: Value = client.get_with(INCIDENTS, &parameters).await?;
            print(&page, args.asking.format, |page| table(page, jiff::Timestamp::now()))?
        }
        Command::Show { incident } => {
            let incident: Value = client.get(&path(&incident)).await?;
            print(&incident, args.asking.format, describe)?
        }
        Command::Open { title, severity, summary, owner, entities, alerts } => {
            let entities = pairs(&entities)?;
            let wish = json!({"title": title, "severity": severity, "summary": summary, "owner": owner,
                "entities": entities, "alerts": alerts});
            let opened: Value = client.post(INCIDENTS, &wish).await?;
            print(&opened, args.asking.format, describe)?
        }
        Command::Export { incident, form, out } => return export(&client, &incident, form, out).await,
        command => {
            let (incident, changes) = changes(command);
            let changed = change(&client, &incident, changes).await?;
            print(&changed, args.asking.format, describe)?
        }
    };
    std::io::stdout().write_all(output.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn path(incident: &str) -> String {
    format!("{INCIDENTS}/{}", path_part(incident.trim_start_matches('#')))
}

fn pairs(texts: &[String]) -> Result<Value, Failure> {
    let pair = |text: &String| {
        let (name, value) = text
            .split_once('=')
            .ok_or_else(|| Failure::input(format!("{text:?} is no entity")).hint("write it like service=shop"))?;
        Ok((name.to_owned(), Value::from(value)))
    };
    texts.iter().map(pair).collect::<Result<serde_json::Map<_, _>, _>>().map(Value::Object)
}

/// What a command asks for, in the words of the API.
fn changes(command: Command) -> (String, Vec<Value>) {
    match command {
        Command::Set { incident, status, severity, owner, title, summary } => {
            let describe = title.is_some() || summary.is_some();
            let changes = [
                describe.then(|| json!({"do": "describe", "title": title, "summary": summary})),
                severity.map(|severity| json!({"do": "set_severity", "severity": severity})),
                owner.map(|owner| json!({"do": "set_owner", "owner": owner})),
                status.map(|status| json!({"do": "set_status", "status": status})),
            ];
            (incident, changes.into_iter().flatten().collect())
        }
        Command::Ack { incident } => (incident, vec![json!({"do": "acknowledge"})]),
        Command::Note { incident, text } => (incident, vec![json!({"do": "note", "text": text})]),
        Command::Task { incident, done: Some(task), .. } => {
            (incident, vec![json!({"do": "finish_task", "task": task})])
        }
        Command::Task { incident, title, owner, .. } => {
            (incident, vec![json!({"do": "add_task", "title": title.unwrap_or_default(), "owner": owner})])
        }
        Command::Assign { incident, alerts } => (incident, vec![json!({"do": "assign_alerts", "alerts": alerts})]),
        Command::Merge { incident, into } => (incident, vec![json!({"do": "merge_into", "other": into})]),
        Command::Resolve { incident, note } => (incident, vec![json!({"do": "resolve", "note": note})]),
        Command::Reopen { incident, reason } => (incident, vec![json!({"do": "reopen", "reason": reason})]),
        Command::Close { incident, reason } => (incident, vec![json!({"do": "close", "reason": reason})]),
        Command::PostMortem { incident, replace } => {
            (incident, vec![json!({"do": "draft_post_mortem", "replace": replace})])
        }
        Command::List { .. } | Command::Show { .. } | Command::Open { .. } | Command::Export { .. } => {
            (String::new(), Vec::new())
        }
    }
}

/// Makes the changes one after the other and shows the incident after the last.
async fn change(client: &Client, incident: &str, changes: Vec<Value>) -> anyhow::Result<Value> {
    if changes.is_empty() {
        return Err(Failure::input("nothing is to be changed")
            .hint("`palisade incident set --help` lists what can")
            .into());
    }
    let mut changed = Value::Null;
    for change in changes {
        changed = client.post(&path(incident), &change).await?;
    }
    Ok(changed)
}

async fn export(client: &Client, incident: &str, form: Form, out: Option<PathBuf>) -> anyhow::Result<ExitCode> {
    let name = if matches!(form, Form::Pdf) { "pdf" } else { "md" };
    let document = client.get_bytes(&(path(incident) + "/export"), ("format", name)).await?;
    match out {
        None => std::io::stdout().write_all(&document)?,
        Some(file) => std::fs::write(&file, document)
            .map_err(|error| Failure::input(format!("cannot write {}: {error}", file.display())))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn table(page: &Value, now: jiff::Timestamp) -> String {
    let (incidents, more) = items(page);
    if incidents.is_empty() {
        return "No incidents.\n".to_owned();
    }
    let row = |incident: &Value| {
        vec![
            cell(incident, "/number"),
            cell(incident, "/severity"),
            cell(incident, "/status"),
            Cell::text(age(text(incident, "/opened_at"), now)),
            cell(incident, "/owner"),
            cell(incident, "/title"),
        ]
    };
    let head = ["number", "severity", "status", "opened", "owner", "title"];
    render(&head, incidents.iter().map(row).collect(), Some(CELL_CHARS_MAX)) + more
}

fn describe(incident: &Value) -> String {
    let names =
        ["id", "severity", "status", "owner", "opened_by", "opened_at", "resolved_at", "summary", "joined_because"];
    let shown = names.into_iter().filter(|name| incident.get(*name).is_some_and(|value| !text_of(value).is_empty()));
    let mut rows: Vec<Vec<Cell>> =
        shown.map(|name| vec![Cell::text(name), cell(incident, &format!("/{name}"))]).collect();
    let count = |name| incident.get(name).and_then(Value::as_array).map_or(0, Vec::len);
    rows.push(vec![Cell::text("alerts"), Cell::text(count("alerts").to_string())]);
    let number = incident.get("number").and_then(Value::as_u64).unwrap_or_default();
    let mut shown = format!("#{number} {}\n\n", visible(text(incident, "/title")));
    shown += &render(&["what", "value"], rows, None);
    for entry in incident.get("timeline").and_then(Value::as_array).into_iter().flatten() {
        let at = text(entry, "/at").get(..19).unwrap_or_default().replace('T', " ");
        // Writing to a String cannot fail.
        let _ = write!(shown, "\n{at}  {}: {}", visible(text(entry, "/by")), visible(text(entry, "/text")));
    }
    shown + "\n"
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_may_be_several_changes() {
        let set = |status: Option<&str>, owner: Option<&str>, title: Option<&str>| Command::Set {
            incident: "7".into(),
            status: status.map(Into::into),
            severity: None,
            owner: owner.map(Into::into),
            title: title.map(Into::into),
            summary: None,
        };
        let (incident, made) = changes(set(Some("identified"), Some("ann"), None));
        assert_eq!(incident, "7");
        assert_eq!(
            made,
            [json!({"do": "set_owner", "owner": "ann"}), json!({"do": "set_status", "status": "identified"})]
        );
        assert!(changes(set(None, None, None)).1.is_empty());
    }

    #[test]
    fn changes_are_in_the_words_of_the_api() {
        let [incident, text] = ["7", "x"].map(str::to_owned);
        let (_, made) = changes(Command::Note { incident, text });
        let read: palisade_response::incident::Change = serde_json::from_value(made[0].clone()).unwrap();
        assert_eq!(read, palisade_response::incident::Change::Note { text: "x".into() });
    }

    #[test]
    fn an_incident_reads_like_a_story() {
        let incident = json!({"number": 7, "title": "Checkout fails", "status": "open", "severity": "high",
            "alerts": ["a", "b"], "timeline": [{"at": "2026-11-20T12:00:00.000000000Z", "by": "ann", "text": "opened it"}]});
        let shown = describe(&incident);
        assert!(shown.starts_with("#7 Checkout fails\n") && shown.ends_with("2026-11-20 12:00:00  ann: opened it\n"));
    }
}
