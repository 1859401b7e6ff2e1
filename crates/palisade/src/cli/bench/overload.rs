//! `palisade bench overload`: the most that the server takes, and what it makes of twice that.
//!
//! Goodput is what is acknowledged. The most is found in a closed loop, where senders wait for their answers; then twice
//! that is offered in an open loop, where they do not. The closed loop is run before and after, so that a machine that
//! gets slower or faster meanwhile is not taken for the server, and once more ahead of all: the first seconds of an
//! empty lake, in which no file is merged yet, are not what a server bears.

use super::{
    Target,
    bodies::Content,
    lake::NO_RATE,
    latency::Percentiles,
    load::{Acks, End, Plan, send},
    memory::Memory,
    open_loop::offer,
    post::Route,
    report,
    server::Measured,
};
use crate::cli::{
    Format,
    table::{Cell, render},
};
use clap::Args;
use serde::Serialize;
use std::{process::ExitCode, sync::Arc, time::Duration};

/// Connections of the closed loops.
const CLOSED: usize = 4;
/// How much more than the most is offered.
const FACTOR: f64 = 2.0;
/// Of the most, so much must be left under overload.
const LEFT_MIN: f64 = 0.9;
/// Between two loops: what waits is worked off.
const PAUSE: Duration = Duration::from_secs(5);

/// Find the most that the server takes, then offer twice that
#[derive(Args)]
pub struct OverloadArgs {
    /// What is sent
    #[arg(long, value_enum, default_value_t)]
    send: Content,
    /// Observations in one request
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    batch: u32,
    /// How often the most and twice that follow one another
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
    /// How long each loop runs
    #[arg(long, value_name = "S", default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    seconds: u64,
    /// Connections of the open loop, at most: each holds one request
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=4_096))]
    connections: u32,
    /// Size of an event in bytes
    #[arg(long, value_name = "B", default_value_t = 300, value_parser = clap::value_parser!(u32).range(100..=60_000))]
    event_bytes: u32,
    /// How to print the figures
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    target: Target,
}

/// What a loop is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loop {
    /// An empty lake becomes one that is merged.
    WarmUp,
    /// As much as is taken.
    Most,
    /// Twice as much.
    Overload,
}

/// One loop.
#[derive(Clone, Debug, Serialize)]
pub struct LoopFigures {
    /// What it is for.
    #[serde(rename = "loop")]
    pub of: Loop,
    /// Observations a second that were sent.
    pub offered_per_second: f64,
    /// Observations a second that were acknowledged.
    pub goodput_per_second: f64,
    /// The goodput as a share of the mean of the closed loops after the warm-up.
    pub share_of_most: f64,
    /// Due to acknowledged, in milliseconds.
    pub accepted_ms: Percentiles,
    /// Requests that were told to come back later.
    pub refused: u64,
    /// Sent to refused, in milliseconds; in the open loop.
    pub refused_ms: Option<Percentiles>,
    /// Requests that went out late for want of a connection; in the open loop.
    pub late: u64,
    /// Requests whose connection broke off; in the open loop.
    pub broken: u64,
    /// Resident memory of the server, in bytes.
    pub memory_bytes: Option<Memory>,
}

/// Runs `palisade bench overload`.
///
/// # Errors
/// When no server can be had, or it answers anything but success or *come back later*.
pub async fn run(args: OverloadArgs) -> anyhow::Result<ExitCode> {
    let server = Measured::start(&args.target, NO_RATE).await?;
    let busy = report::busy("overload".to_owned());
    let figures = measure(&args, &server).await;
    busy.finish_and_clear();
    server.stop().await;
    let figures = figures?;
    report::print(&figures, overload_table, args.format)?;
    Ok(ExitCode::SUCCESS)
}

async fn measure(args: &OverloadArgs, server: &Measured) -> anyhow::Result<Vec<LoopFigures>> {
    let mut all = vec![closed(args, server, Loop::WarmUp).await?];
    for _ in 0..args.rounds {
        tokio::time::sleep(PAUSE).await;
        let most = closed(args, server, Loop::Most).await?;
        let rate = most.goodput_per_second * FACTOR;
        all.push(most);
        tokio::time::sleep(PAUSE).await;
        all.push(overload(args, server, rate).await?);
    }
    tokio::time::sleep(PAUSE).await;
    all.push(closed(args, server, Loop::Most).await?);
    let most = mean(&all, Loop::Most);
    for figures in &mut all {
        figures.share_of_most = figures.goodput_per_second / most.max(1e-9);
    }
    Ok(all)
}

/// The mean goodput of the loops of one sort.
fn mean(all: &[LoopFigures], of: Loop) -> f64 {
    let wanted: Vec<f64> =
        all.iter().filter(|figures| figures.of == of).map(|figures| figures.goodput_per_second).collect();
    wanted.iter().sum::<f64>() / wanted.len().max(1) as f64
}

async fn closed(args: &OverloadArgs, server: &Measured, of: Loop) -> anyhow::Result<LoopFigures> {
    let bodies = args.send.bodies(args.batch as usize, args.event_bytes as usize);
    let route = Route::new(&server.connection, args.send, args.batch as usize)?;
    let end = End::After(Duration::from_secs(args.seconds));
    let memory = server.gauge.clone().watch();
    let plan = Plan { connections: CLOSED, rate: None, end };
    let mut sent = send(route, bodies, Arc::new(Acks::new()), plan).await?;
    let per_second = |requests: u64| (requests * u64::from(args.batch)) as f64 / sent.time.as_secs_f64();
    Ok(LoopFigures {
        of,
        offered_per_second: per_second(sent.requests + sent.refused),
        goodput_per_second: per_second(sent.requests),
        share_of_most: 0.0,
        accepted_ms: sent.latency.percentiles(),
        refused: sent.refused,
        refused_ms: None,
        late: 0,
        broken: 0,
        memory_bytes: memory.finish().await,
    })
}

async fn overload(args: &OverloadArgs, server: &Measured, rate: f64) -> anyhow::Result<LoopFigures> {
    let bodies = args.send.bodies(args.batch as usize, args.event_bytes as usize);
    let route = Route::new(&server.connection, args.send, args.batch as usize)?;
    let memory = server.gauge.clone().watch();
    let time = Duration::from_secs(args.seconds);
    let mut offered = offer(route, bodies, rate, time, args.connections as usize).await?;
    let per_second = |requests: u64| (requests * u64::from(args.batch)) as f64 / offered.time.as_secs_f64();
    Ok(LoopFigures {
        of: Loop::Overload,
        offered_per_second: per_second(offered.requests),
        goodput_per_second: per_second(offered.accepted),
        share_of_most: 0.0,
        accepted_ms: offered.accepted_latency.percentiles(),
        refused: offered.refused,
        refused_ms: Some(offered.refused_latency.percentiles()),
        late: offered.late,
        broken: offered.broken,
        memory_bytes: memory.finish().await,
    })
}

fn overload_table(all: &[LoopFigures]) -> String {
    let head = [
        "loop",
        "offered/s",
        "goodput/s",
        "% of most",
        "p50 ms",
        "p99 ms",
        "refused",
        "refusal p50 ms",
        "refusal p99 ms",
        "late",
        "broken",
        "RSS max MB",
    ];
    let row = |figures: &LoopFigures| {
        vec![
            Cell::text(&match figures.of {
                Loop::WarmUp => format!("warm-up, {CLOSED} connections"),
                Loop::Most => format!("most, {CLOSED} connections"),
                Loop::Overload => format!("{FACTOR} × that"),
            }),
            report::whole(figures.offered_per_second),
            report::whole(figures.goodput_per_second),
            report::whole(figures.share_of_most * 100.0),
            report::tenths(Some(figures.accepted_ms.p50)),
            report::tenths(Some(figures.accepted_ms.p99)),
            Cell::number(figures.refused),
            report::tenths(figures.refused_ms.map(|time| time.p50)),
            report::tenths(figures.refused_ms.map(|time| time.p99)),
            Cell::number(figures.late),
            Cell::number(figures.broken),
            report::megabytes(figures.memory_bytes.map(|memory| memory.max)),
        ]
    };
    let left = mean(all, Loop::Overload) / mean(all, Loop::Most).max(1e-9);
    render(&head, all.iter().map(row).collect(), None)
        + &format!(
            "\nUnder {FACTOR} times its most the server keeps {:.0} % of it on average; {:.0} % are wanted.\n",
            left * 100.0,
            LEFT_MIN * 100.0
        )
}
