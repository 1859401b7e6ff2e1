//! `palisade tail`: what comes in and what is found in it, as it happens.
//!
//! With `--watch` on a terminal, running counts stand below the lines; everywhere else there are lines and nothing else.

mod board;
mod line;

use super::{
    Failure, Format,
    client::{Client, Connection},
    live::{Frame, LiveStream, read},
};
use board::Board;
use clap::{Args, ValueEnum};
use line::{finding_line, observation_line};
use std::{
    io::{IsTerminal as _, Write as _},
    process::ExitCode,
    time::Duration,
};

/// The first wait before connecting again, doubled each time …
const WAIT_FIRST: Duration = Duration::from_millis(500);
/// … up to this.
const WAIT_MAX: Duration = Duration::from_secs(30);
/// Lines of a live view are gathered this long before they are drawn, so that a flood does not draw itself slow.
const DRAW_AFTER: Duration = Duration::from_millis(50);

/// Watch observations and findings as they come in
#[derive(Args)]
#[command(after_help = "\
A filter is a list of comparisons that must all hold: = is, != is not, >= at least (severity), ^= begins with,
~ contains. Fields: type kind severity service host actor source_address trace_id span_id text name class subject
fingerprint, and attributes.KEY.

Examples:
  palisade tail
  palisade tail --findings
  palisade tail --watch guard
  palisade tail --watch guard --filter 'severity>=high'
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
    /// Show the findings of one watch, on a terminal with running counts by severity and detector below them
    #[arg(long, value_enum, value_name = "WATCH")]
    watch: Option<Watch>,
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

/// The watches that find something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Watch {
    /// Over text and JSON
    Guard,
}

impl Watch {
    /// What the classes of its findings begin with.
    const fn prefix(self) -> &'static str {
        match self {
            Self::Guard => "guard.",
        }
    }
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
    let mut printer = Printer::new(&args);
    let ended = tokio::select! {
        ended = watch(&args, &mut printer) => ended,
        _ = tokio::signal::ctrl_c() => Ok(ExitCode::SUCCESS),
    };
    printer.end()?;
    ended
}

async fn watch(args: &TailArgs, printer: &mut Printer) -> anyhow::Result<ExitCode> {
    let client = Client::new(&args.connection)?;
    let filter = filter(args);
    let parameters: Vec<(&str, &str)> = filter.iter().map(|filter| ("filter", filter.as_str())).collect();
    let mut stream = LiveStream::open(&client, &parameters).await?;
    printer.draw()?;
    loop {
        let why = match printer.follow(&mut stream).await? {
            End::Limit => return Ok(ExitCode::SUCCESS),
            End::Broken(why) => why,
        };
        if args.no_reconnect {
            return Err(Failure::internal(why).hint("without --no-reconnect it would connect again").into());
        }
        printer.say(&format!("{why}; connecting again"));
        stream = reconnect(&client, &parameters, printer).await;
        printer.say("connected again; what came in meanwhile is in the lake: palisade query");
    }
}

/// What the server filters by.
fn filter(args: &TailArgs) -> Option<String> {
    let findings = (args.findings || args.watch.is_some()).then(|| "type=finding".to_owned());
    let watch = args.watch.map(|watch| format!("class^={}", watch.prefix()));
    let parts: Vec<String> = [findings, watch, args.filter.clone()].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

async fn reconnect(client: &Client, parameters: &[(&str, &str)], printer: &mut Printer) -> LiveStream {
    let mut wait = WAIT_FIRST;
    loop {
        tokio::time::sleep(wait).await;
        match LiveStream::open(client, parameters).await {
            Ok(stream) => return stream,
            Err(error) => printer.say(&error.to_string()),
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
    /// The counts below the lines, where there are some.
    board: Option<Board>,
}

impl Printer {
    fn new(args: &TailArgs) -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let is_terminal = std::io::stdout().is_terminal();
        let is_live = is_terminal && args.watch.is_some() && args.format == Format::Table;
        let colours = wanted && is_terminal;
        Self {
            findings_only: args.findings || args.watch.is_some(),
            format: args.format,
            colours,
            left: args.limit,
            board: is_live.then(|| Board::new(colours)),
        }
    }

    async fn follow(&mut self, stream: &mut LiveStream) -> anyhow::Result<End> {
        loop {
            let waits = self.board.as_ref().is_some_and(Board::waits);
            let next = match waits {
                true => tokio::time::timeout(DRAW_AFTER, stream.next_text()).await,
                false => Ok(stream.next_text().await),
            };
            let text = match next {
                Err(_) => {
                    self.draw()?;
                    continue;
                }
                Ok(Ok(Some(text))) => text,
                Ok(Ok(None)) => return Ok(End::Broken("the server closed the stream".to_owned())),
                Ok(Err(error)) => return Ok(End::Broken(format!("{error:#}"))),
            };
            if let Some(line) = self.line(&text) {
                self.print(&line)?;
                self.left = self.left.map(|left| left - 1);
            }
            if self.left == Some(0) {
                return Ok(End::Limit);
            }
        }
    }

    /// The line for a frame, if it is one to show; what was missed is told.
    fn line(&mut self, text: &str) -> Option<String> {
        let line = match read(text)? {
            Frame::Missed(count) => {
                self.say(&format!("missed {count}: they came faster than they could be shown; narrow with --filter"));
                return None;
            }
            Frame::Observation(_) if self.findings_only => return None,
            Frame::Observation(observation) => observation_line(&observation, self.colours),
            Frame::Finding(finding) => match &mut self.board {
                Some(board) => board.line(&finding),
                None => finding_line(&finding, self.colours),
            },
        };
        Some(if self.format == Format::Json { text.to_owned() } else { line })
    }

    fn print(&mut self, line: &str) -> anyhow::Result<()> {
        match &mut self.board {
            Some(board) => board.add(line),
            None => {
                let mut out = std::io::stdout().lock();
                writeln!(out, "{line}")?;
                out.flush()?;
            }
        }
        match self.board.as_ref().is_some_and(Board::is_due) {
            true => self.draw(),
            false => Ok(()),
        }
    }

    /// Tells something that is no frame.
    fn say(&mut self, message: &str) {
        match &mut self.board {
            Some(board) => board.add(message),
            None => eprintln!("{message}"),
        }
    }

    /// Brings a live view up to date.
    fn draw(&mut self) -> anyhow::Result<()> {
        let Some(board) = &mut self.board else { return Ok(()) };
        let mut out = std::io::stdout().lock();
        out.write_all(board.draw(board::size()).as_bytes())?;
        out.flush()?;
        Ok(())
    }

    /// Leaves a live view as it stands.
    fn end(&mut self) -> anyhow::Result<()> {
        if let Some(board) = &mut self.board {
            board.finish();
        }
        self.draw()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printer(findings_only: bool, format: Format) -> Printer {
        Printer { findings_only, format, colours: false, left: None, board: None }
    }

    #[test]
    fn only_what_was_asked_for_is_shown() {
        let observation = r#"{"type":"event","kind":"login"}"#;
        assert_eq!(printer(true, Format::Json).line(observation), None);
        assert_eq!(printer(false, Format::Json).line(observation).as_deref(), Some(observation));
        assert!(printer(false, Format::Table).line(r#"{"type":"missed","missed":3}"#).is_none());
        assert!(printer(true, Format::Table).line(r#"{"type":"finding","class":"c"}"#).is_some());
    }

    #[test]
    fn a_watch_is_a_filter() {
        let mut args = Line::parse_from(["tail", "--watch", "guard", "--filter", "severity>=high"]).args;
        assert_eq!(filter(&args).as_deref(), Some("type=finding class^=guard. severity>=high"));
        args.watch = None;
        assert_eq!(filter(&args).as_deref(), Some("severity>=high"));
        args.findings = true;
        assert_eq!(filter(&args).as_deref(), Some("type=finding severity>=high"));
    }

    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        args: TailArgs,
    }
    use clap::Parser as _;
}
