//! `palisade tail`: what comes in and what is found in it, as it happens.

use super::{
    Failure, Format,
    client::{Client, Connection},
    live::{Frame, LiveStream, read},
    table::visible,
};
use clap::Args;
use serde_json::{Map, Value};
use std::{
    io::{IsTerminal as _, Write as _},
    process::ExitCode,
    time::Duration,
};

/// The first wait before connecting again, doubled each time …
const WAIT_FIRST: Duration = Duration::from_millis(500);
/// … up to this.
const WAIT_MAX: Duration = Duration::from_secs(30);
/// A line shows this much of a message or excerpt.
const TEXT_CHARS_MAX: usize = 200;

/// Watch observations and findings as they come in
#[derive(Args)]
#[command(after_help = "\
A filter is a list of comparisons that must all hold: = is, != is not, >= at least (severity), ^= begins with,
~ contains. Fields: type kind severity service host actor source_address trace_id span_id text name class subject
fingerprint, and attributes.KEY.

Examples:
  palisade tail
  palisade tail --findings
  palisade tail --filter 'severity>=high class^=guard.secret'
  palisade tail --filter 'kind=login text~\"failed password\" attributes.port!=22'
  palisade tail --format json --limit 100 > sample.ndjson")]
pub struct TailArgs {
    /// Show only what this expression lets through, for example 'severity>=high service=sshd'
    #[arg(long, value_name = "EXPR")]
    filter: Option<String>,
    /// Show findings only
    #[arg(long)]
    findings: bool,
    /// End after so many lines
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// `table` is a readable line each, `json` the frame as the server sent it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// End when the connection breaks, instead of connecting again
    #[arg(long)]
    no_reconnect: bool,
    #[command(flatten)]
    connection: Connection,
}

/// How one stream ended.
enum End {
    /// Enough lines were printed.
    Limit,
    /// The connection is gone.
    Broken(String),
}

/// Runs `palisade tail` until it is interrupted or has printed enough.
///
/// # Errors
/// When the first connection fails, or any with `--no-reconnect`; when standard output cannot be written.
pub async fn run(args: TailArgs) -> anyhow::Result<ExitCode> {
    let client = Client::new(&args.connection)?;
    let filter = filter(&args);
    let parameters: Vec<(&str, &str)> = filter.iter().map(|filter| ("filter", filter.as_str())).collect();
    let mut printer = Printer::new(&args);
    let mut stream = LiveStream::open(&client, &parameters).await?;
    loop {
        let why = match printer.follow(&mut stream).await? {
            End::Limit => return Ok(ExitCode::SUCCESS),
            End::Broken(why) => why,
        };
        if args.no_reconnect {
            return Err(Failure::internal(why).hint("without --no-reconnect it would connect again").into());
        }
        eprintln!("{why}; connecting again");
        stream = reconnect(&client, &parameters).await;
        eprintln!("connected again; what came in meanwhile is in the lake: palisade query");
    }
}

/// What the server filters by.
fn filter(args: &TailArgs) -> Option<String> {
    match (&args.filter, args.findings) {
        (Some(filter), true) => Some(format!("type=finding {filter}")),
        (None, true) => Some("type=finding".to_owned()),
        (filter, false) => filter.clone(),
    }
}

async fn reconnect(client: &Client, parameters: &[(&str, &str)]) -> LiveStream {
    let mut wait = WAIT_FIRST;
    loop {
        tokio::time::sleep(wait).await;
        match LiveStream::open(client, parameters).await {
            Ok(stream) => return stream,
            Err(error) => eprintln!("{error}"),
        }
        wait = (wait * 2).min(WAIT_MAX);
    }
}

/// Prints frames.
struct Printer {
    findings_only: bool,
    format: Format,
    colours: bool,
    left: Option<u64>,
}

impl Printer {
    fn new(args: &TailArgs) -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self {
            findings_only: args.findings,
            format: args.format,
            colours: wanted && std::io::stdout().is_terminal(),
            left: args.limit,
        }
    }

    async fn follow(&mut self, stream: &mut LiveStream) -> anyhow::Result<End> {
        loop {
            let text = match stream.next_text().await {
                Ok(Some(text)) => text,
                Ok(None) => return Ok(End::Broken("the server closed the stream".to_owned())),
                Err(error) => return Ok(End::Broken(format!("{error:#}"))),
            };
            if let Some(line) = self.line(&text) {
                let mut out = std::io::stdout().lock();
                writeln!(out, "{line}")?;
                out.flush()?;
                self.left = self.left.map(|left| left - 1);
            }
            if self.left == Some(0) {
                return Ok(End::Limit);
            }
        }
    }

    /// The line for a frame, if it is one to show; what was missed is told on standard error.
    fn line(&self, text: &str) -> Option<String> {
        let line = match read(text)? {
            Frame::Missed(count) => {
                eprintln!("missed {count}: they came faster than they could be shown; narrow with --filter");
                return None;
            }
            Frame::Observation(_) if self.findings_only => return None,
            Frame::Observation(observation) => observation_line(&observation, self.colours),
            Frame::Finding(finding) => finding_line(&finding, self.colours),
        };
        Some(if self.format == Format::Json { text.to_owned() } else { line })
    }
}

/// `12:00:00.000  high           finding  guard.secret.github  GitHub token  (event 0199…)  ghp_…`
fn finding_line(finding: &Value, colours: bool) -> String {
    let excerpt = finding.pointer("/evidence/0/excerpt").and_then(Value::as_str).unwrap_or_default();
    let subject =
        ["/subject/kind", "/subject/name"].map(|at| finding.pointer(at).and_then(Value::as_str).unwrap_or_default());
    let subject = subject.join(" ").trim().to_owned();
    let subject = if subject.is_empty() { subject } else { format!("({subject})") };
    let parts = [text(finding, "class"), text(finding, "title"), &subject, excerpt];
    line(finding, "FINDING", &parts, colours)
}

/// `12:00:00.000  informational  login    sshd@web-1  alice  Accepted publickey …  port=22`
fn observation_line(observation: &Value, colours: bool) -> String {
    let kind = [text(observation, "kind"), text(observation, "name"), text(observation, "type")];
    let kind = kind.into_iter().find(|kind| !kind.is_empty()).unwrap_or_default();
    let place = match (text(observation, "service"), text(observation, "host")) {
        (service, "") => service.to_owned(),
        ("", host) => format!("@{host}"),
        (service, host) => format!("{service}@{host}"),
    };
    let value = observation.get("value").map(ToString::to_string).unwrap_or_default();
    let attributes = observation.get("attributes").and_then(Value::as_object).map(pairs).unwrap_or_default();
    let parts = [
        place.as_str(),
        text(observation, "actor"),
        text(observation, "source_address"),
        text(observation, "message"),
        &value,
        &attributes,
    ];
    line(observation, kind, &parts, colours)
}

fn line(what: &Value, kind: &str, parts: &[&str], colours: bool) -> String {
    let time = text(what, "time");
    let time = time.get(11..23).unwrap_or(time);
    let severity = text(what, "severity");
    let (on, off) = if colours { (colour(severity), "\u{1b}[0m") } else { ("", "") };
    let shown: Vec<String> = parts.iter().filter(|part| !part.is_empty()).map(|part| cut(part)).collect();
    format!("{}  {on}{:<13}  {:<8}{off}  {}", visible(time), visible(severity), visible(kind), shown.join("  "))
}

fn pairs(attributes: &Map<String, Value>) -> String {
    let pair = |(key, value): (&String, &Value)| match value {
        Value::String(text) => format!("{key}={text}"),
        other => format!("{key}={other}"),
    };
    attributes.iter().map(pair).collect::<Vec<_>>().join(" ")
}

fn text<'a>(what: &'a Value, key: &str) -> &'a str {
    what.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn cut(text: &str) -> String {
    let mut shown: String = visible(text).chars().take(TEXT_CHARS_MAX + 1).collect();
    if let Some((end, _)) = shown.char_indices().nth(TEXT_CHARS_MAX) {
        shown.truncate(end);
        shown.push('…');
    }
    shown
}

/// The ANSI colour (ECMA-48 SGR) of a severity.
fn colour(severity: &str) -> &'static str {
    match severity {
        "critical" => "\u{1b}[1;41;97m",
        "high" => "\u{1b}[1;31m",
        "medium" => "\u{1b}[33m",
        "low" => "\u{1b}[36m",
        _ => "\u{1b}[2m",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_event_is_one_line() {
        let event = json!({
            "type": "event", "time": "2026-11-20T12:00:00.123456789Z", "kind": "login", "severity": "medium",
            "service": "sshd", "host": "web-1", "actor": "alice", "message": "failed\n\u{1b}[2J", "attributes": {"port": 22}
        });
        let wanted = "12:00:00.123  medium         login     sshd@web-1  alice  failed\\n\\u{1b}[2J  port=22";
        assert_eq!(observation_line(&event, false), wanted);
    }

    #[test]
    fn a_finding_is_one_line_in_the_colour_of_its_severity() {
        let finding = json!({
            "time": "2026-11-20T12:00:00.000000000Z", "severity": "high", "class": "guard.secret.github",
            "title": "GitHub token", "subject": {"kind": "event", "name": "x"}, "evidence": [{"excerpt": "ghp_…"}]
        });
        let wanted = "12:00:00.000  high           FINDING   guard.secret.github  GitHub token  (event x)  ghp_…";
        assert_eq!(finding_line(&finding, false), wanted);
        assert!(finding_line(&finding, true).contains("\u{1b}[1;31mhigh"));
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(cut(&"ä".repeat(TEXT_CHARS_MAX)).chars().count(), TEXT_CHARS_MAX);
        let long = cut(&"ä".repeat(TEXT_CHARS_MAX + 1));
        assert!(long.ends_with('…') && long.chars().count() == TEXT_CHARS_MAX + 1);
    }

    #[test]
    fn only_what_was_asked_for_is_shown() {
        let printer = |findings_only, format| Printer { findings_only, format, colours: false, left: None };
        let observation = r#"{"type":"event","kind":"login"}"#;
        assert_eq!(printer(true, Format::Json).line(observation), None);
        assert_eq!(printer(false, Format::Json).line(observation).as_deref(), Some(observation));
        assert_eq!(printer(false, Format::Table).line(r#"{"type":"missed","missed":3}"#), None);
        assert!(printer(true, Format::Table).line(r#"{"type":"finding","class":"c"}"#).is_some());
    }
}
