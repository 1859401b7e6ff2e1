//! `palisade serve`: the server, from reading its configuration to an orderly end.
//!
//! What it prints for people goes to standard error: the first admin key, where it listens, what was found in the log,
//! and last of all the sign-in link. It ends on SIGINT and SIGTERM: nothing new is accepted, requests are finished,
//! everything that was taken is committed.

use super::{Failure, demo, runtime};
use crate::alert_rules;
use crate::api::{self, Api, metering};
use crate::clock;
use crate::config::{Config, LogFormat};
use crate::desk::{Channels, Desk, Machine};
use crate::intake;
use crate::kyb;
use crate::pipeline::{Pipeline, PipelineLimits};
use crate::rules;
use crate::supply::{self, Shelf, hooks::Hooks, registry::Registries};
use crate::watch::{Watches, telemetry::Telemetry};
use anyhow::Context as _;
use clap::Args;
use metrics_exporter_prometheus::PrometheusHandle;
use palisade_model::Timestamp;
use palisade_response::rules::Environment;
use palisade_store::state::{ResponseRecord, Scope, Scopes, Seal, State};
use palisade_store::{LakeOptions, QueryLimits, Store, StoreOptions};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tracing_subscriber::EnvFilter;

/// How long the sign-in link works: time to find the terminal.
const SIGN_IN_VALID: Duration = Duration::from_secs(15 * 60);
/// How long requests may go on when the server stops.
const DRAIN_TIME_MAX: Duration = Duration::from_secs(10);
/// Samples of histograms are gathered into their buckets this often, so that they do not pile up unscraped.
const METRICS_EVERY: Duration = Duration::from_secs(5);
/// Code that is no longer in use is given back this often.
const PROGRAM_EVERY: Duration = Duration::from_secs(10);
/// Ended sessions and idle keys are forgotten this often.
const TIDY_EVERY: Duration = Duration::from_secs(60);
/// Messages that were sent can be looked at for a day, those that were given up for a month.
const SENT_KEPT_HOURS: i64 = 24;
const DEAD_KEPT_HOURS: i64 = 30 * 24;
/// The demonstration shows this machine, too.
const DEMO_HOST_SECONDS: u64 = 5;

/// The key of the demonstration, made anew at each start.
const DEMO_KEY: &str = "demo";

/// Run the server
#[derive(Args)]
pub struct ServeArgs {
    /// The configuration file; without one every setting has its default
    #[arg(long, value_name = "FILE", env = "PALISADE_CONFIG")]
    config: Option<PathBuf>,
    /// The folder of log, tables, state and feeds
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Address and port to listen at, port 0 for any that is free
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Send realistic sample observations to the server, through the API as users would
    #[arg(long)]
    demo: bool,
}

/// Runs `palisade serve` until it is told to stop.
///
/// # Errors
/// When the configuration, the data folder or the address cannot be used.
pub fn run(args: ServeArgs) -> anyhow::Result<ExitCode> {
    let mut config = Config::load(args.config.as_deref())?;
    if let Some(data_dir) = args.data_dir {
        config.server.data_dir = data_dir;
    }
    if let Some(listen) = args.listen {
        config.server.listen = listen;
    }
    if args.demo && config.telemetry.host_seconds == 0 {
        config.telemetry.host_seconds = DEMO_HOST_SECONDS;
    }
    let listen = Listen::of(&config)?;
    log_to_stderr(&config)?;
    raise_open_files(&config);
    let recorder = metering::install().context("cannot count")?;
    runtime::run(serve(config, listen, recorder, args.demo))
}

async fn serve(
    config: Config,
    listen: Listen,
    recorder: PrometheusHandle,
    with_demo: bool,
) -> anyhow::Result<ExitCode> {
    // Signals are caught from here on, so that one during recovery does not cut it short.
    let mut told_to_stop = std::pin::pin!(signalled()?);
    // The address comes first: a server that cannot listen should not spend a minute on recovery.
    let listener = bind(listen.http, "choose another address with --listen").await?;
    let grpc = match listen.grpc {
        Some(address) => Some(bind(address, "set otlp.grpc_listen to another address, or to \"\" for no gRPC").await?),
        None => None,
    };
    let listen = listener.local_addr()?;
    let policy = crate::config::policy(&config.guard.policy)?;
    let store = Arc::new(Store::open(&config.server.data_dir, store_options(&config)).await?);
    let telemetry = Telemetry::open(&config.telemetry, &config.server.data_dir)?;
    let watches = Watches::with(telemetry);
    let rules_on_disk = rules::OnDisk::load(&config.events, &store.feeds, &watches.rules)?;
    let packages = open_packages(&config, &store).await?;
    let lists = open_lists(&config, &store).await?;
    let (kept, position) = store.state.load_response().await?;
    let alert_rules = open_alert_rules(&config, &kept, &store)?;
    let desk = open_desk(&config, kept, position, &store)?;
    let pipeline = Pipeline::start(Arc::clone(&store), pipeline_limits(&config), watches, &desk).await?;
    introduce(&config, &store).await?;
    if let Some(grpc) = &grpc {
        tell!("Listening for OTLP/gRPC on {}", url(grpc.local_addr()?));
    }
    let (stop, stopped) = watch::channel(false);
    let ways_in = intake::start(&config, &pipeline, &stopped).await?;
    tell!("Listening on {}", url(listen));

    let channels = Arc::new(open_channels(&config, &store, &desk).await?);
    let telling = tokio::spawn(follow(Arc::clone(&channels), stopped.clone()));
    let responding = (desk.clone(), Arc::clone(&channels));
    let (hooking, data_dir) = (&config.supply.hooks, &config.server.data_dir);
    let (hooks, hooking) = Hooks::start(hooking, data_dir, packages.clone(), pipeline.clone(), stopped.clone())?;
    let judging = (policy, packages.clone(), hooks, lists.clone());
    let api = Arc::new(Api::new(pipeline.clone(), responding, Arc::clone(&store), &config, listen, judging, recorder));
    let router = api::router(Arc::clone(&api));
    let serving = tokio::spawn(api::server::serve(listener, Arc::clone(&api), router, stopped.clone(), DRAIN_TIME_MAX));
    let calls = grpc
        .map(|listener| tokio::spawn(api::grpc::serve(listener, Arc::clone(&api), stopped.clone(), DRAIN_TIME_MAX)));
    let following = tokio::spawn(rules_on_disk.follow(pipeline.clone(), stopped.clone()));
    let learning = tokio::spawn(packages.follow(pipeline.clone(), stopped.clone()));
    let screening = tokio::spawn(lists.follow(pipeline.clone(), stopped.clone()));
    let evaluating = tokio::spawn(alert_rules.run(desk.clone(), pipeline.clone(), stopped.clone()));
    let tidying = tokio::spawn(tidy(Arc::clone(&api), stopped.clone()));
    let demo = if with_demo { Some(start_demo(&store.state, listen, stopped).await?) } else { None };
    link(&store.state, listen).await?;

    told_to_stop.as_mut().await;
    tell!("Stopping: finishing requests and committing what was taken");
    stop.send_replace(true);
    pipeline.live().close();
    intake::end(ways_in, DRAIN_TIME_MAX).await;
    serving.await.context("the listener failed")?;
    let tasks = [tidying, following, learning, screening, evaluating, telling, hooking];
    end(tasks.into_iter().chain(calls).chain(demo)).await?;
    pipeline.stop().await;
    desk.stop().await;
    channels.stop().await;
    store.state.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Waits until all tasks have ended.
async fn end(tasks: impl Iterator<Item = JoinHandle<()>>) -> anyhow::Result<()> {
    for task in tasks {
        task.await.context("a task of the server failed")?;
    }
    Ok(())
}

/// What packages are judged by.
async fn open_packages(config: &Config, store: &Store) -> anyhow::Result<Shelf> {
    let policy = supply::Policy::named(&config.supply.policy)?;
    let (data_dir, feeds, state) = (config.server.data_dir.clone(), store.feeds.clone(), store.state.clone());
    let shelf = tokio::task::spawn_blocking(move || Shelf::load(data_dir, &feeds, state, policy)).await??;
    if !config.supply.online {
        return Ok(shelf);
    }
    let registries = Registries::open(config, Some(store.state.clone()));
    Ok(shelf.asking(registries.context("cannot ask registries")?))
}

/// What businesses are screened against.
async fn open_lists(config: &Config, store: &Store) -> anyhow::Result<kyb::Shelf> {
    let (data_dir, feeds, state) = (config.server.data_dir.clone(), store.feeds.clone(), store.state.clone());
    Ok(tokio::task::spawn_blocking(move || kyb::Shelf::load(data_dir, &feeds, state)).await?)
}

/// The desk as it was when the server last ran.
fn open_desk(config: &Config, records: Vec<ResponseRecord>, position: u64, store: &Store) -> anyhow::Result<Desk> {
    let machine = Machine::restored(config.response.clone(), config.incidents.clone(), records)?;
    Ok(Desk::start(machine, store.state.clone(), position)?)
}

/// The rules over metrics and tables, with what they waited for.
fn open_alert_rules(config: &Config, kept: &[ResponseRecord], store: &Store) -> anyhow::Result<alert_rules::Runner> {
    let external = config.alert_rules.external(&config.site.external_url);
    let environment = Environment { external, ..Environment::default() };
    let limits = QueryLimits {
        memory_bytes_max: config.limits.query_memory_bytes_max,
        time_max: config.limits.query_time_max(),
        ..QueryLimits::default()
    };
    alert_rules::Runner::load(&config.alert_rules, environment, kept, &store.lake, limits)
}

/// Holds the key for sealed settings where the file beside the state is not wanted.
const SECRET_KEY: &str = "PALISADE_SECRET_KEY";

async fn open_channels(config: &Config, store: &Store, desk: &Desk) -> anyhow::Result<Channels> {
    let seal = match std::env::var(SECRET_KEY) {
        Ok(key) if !key.is_empty() => Seal::of_hex(key.trim())?,
        _ => Seal::in_file(&config.server.data_dir.join("secret.key"))?,
    };
    let site = palisade_notify::Site {
        external_url: config.site.external_url.trim_end_matches('/').to_owned(),
        name: config.site.name.clone(),
    };
    Channels::start(&config.channels, site, desk.clone(), store.state.clone(), seal).await
}

/// Has messages delivered as they are written, until the server stops.
async fn follow(channels: Arc<Channels>, mut stopped: watch::Receiver<bool>) {
    channels.follow(api::server::told(&mut stopped)).await;
}

/// Where the server listens.
struct Listen {
    http: SocketAddr,
    grpc: Option<SocketAddr>,
}

impl Listen {
    fn of(config: &Config) -> Result<Self, Failure> {
        let grpc = &config.otlp.grpc_listen;
        let http = address(&config.server.listen, config.server.insecure)?;
        let grpc = (!grpc.is_empty()).then(|| address(grpc, config.server.insecure)).transpose()?;
        Ok(Self { http, grpc })
    }
}

/// Files that the log, the tables, the state and one query have open beside connections.
const OWN_FILES: u64 = 256;

/// Lets as many files be open as the system allows: the usual soft limit of 1,024 is for programs that use select(2), and
/// connections would take all of it before the tables get theirs.
fn raise_open_files(config: &Config) {
    let wanted = config.limits.connections_max as u64 + OWN_FILES;
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(files) if files >= wanted => {}
        Ok(files) => tracing::warn!(
            files,
            wanted,
            "limits.connections_max needs more open files than the system allows: raise them, or lower it"
        ),
        Err(error) => tracing::warn!(%error, "the limit of open files cannot be raised"),
    }
}

/// The address, when listening there is safe or asked for in so many words.
fn address(text: &str, is_insecure: bool) -> Result<SocketAddr, Failure> {
    let address: SocketAddr = text.parse().map_err(|_| {
        Failure::input(format!("{text:?} is not an address and port")).hint("write it like 127.0.0.1:7171")
    })?;
    if address.ip().is_loopback() || is_insecure {
        return Ok(address);
    }
    Err(Failure::input(format!("{address} can be reached from other machines, and there is no TLS"))
        .hint("listen on 127.0.0.1, or put a proxy that ends TLS in front and set insecure = true under [server]"))
}

async fn bind(address: SocketAddr, hint: &str) -> Result<TcpListener, Failure> {
    let bound = TcpListener::bind(address).await;
    bound.map_err(|error| Failure::input(format!("cannot listen at {address}: {error}")).hint(hint))
}

fn log_to_stderr(config: &Config) -> anyhow::Result<()> {
    let level = &config.log.level;
    let filter = EnvFilter::try_new(directives(level)).map_err(|error| {
        Failure::input(format!("log.level {level:?} is not understood: {error}")).hint("use error, warn, info or debug")
    })?;
    let builder =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).log_internal_errors(false);
    let installed = match config.log.format {
        LogFormat::Text => builder.with_ansi(colours()).try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
    installed.map_err(|error| Failure::internal(format!("cannot start the log: {error}")).into())
}

/// A plain level is about this program; of the libraries under it only warnings are of interest to its operator.
fn directives(level: &str) -> String {
    match level {
        "info" | "debug" | "trace" => format!("warn,palisade={level}"),
        other => other.to_owned(),
    }
}

/// Colours for a person at a terminal who did not refuse them (no-color.org).
fn colours() -> bool {
    use std::io::IsTerminal as _;
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

fn store_options(config: &Config) -> StoreOptions {
    let lake = &config.lake;
    let upkeep_every = match lake.compact_minutes {
        // More than a century: never, and still a moment that a clock can hold.
        0 => Duration::from_secs(u32::MAX as u64),
        minutes => Duration::from_secs(minutes * 60),
    };
    let lake = LakeOptions {
        commit_every: Duration::from_secs(lake.commit_seconds),
        commit_bytes: lake.commit_bytes,
        memory_bytes_max: config.limits.memtable_bytes_max,
        upkeep_every,
        file_bytes: lake.compact_bytes as u64,
        retention_days: u32::try_from(lake.retention_days).unwrap_or(u32::MAX),
        retention_bytes: lake.retention_bytes,
        vacuum_after: Duration::from_secs(lake.vacuum_hours * 3_600),
        idle: palisade_memory::give_back,
    };
    StoreOptions { lake, ..StoreOptions::default() }
}

fn pipeline_limits(config: &Config) -> PipelineLimits {
    PipelineLimits {
        queue_bytes_max: config.limits.queue_bytes_max,
        series_max: config.limits.series_max,
        subscribers_max: config.limits.subscribers_max,
        frames_per_subscriber: config.limits.frames_per_subscriber,
    }
}

/// Says what a person needs who has just started the server.
async fn introduce(config: &Config, store: &Store) -> anyhow::Result<()> {
    if let Some(key) = store.state.first_key(clock::now()).await? {
        tell!("Admin key (shown once): {}", key.secret);
    }
    tell!("Data folder: {}", config.server.data_dir.display());
    let recovered = &store.recovered;
    if recovered.records > 0 {
        tell!("Recovered: {} records in the log", recovered.records);
    }
    for damage in &recovered.damage {
        tell!("Recovered: {damage}");
    }
    Ok(())
}

async fn link(state: &State, listen: SocketAddr) -> anyhow::Result<()> {
    let token = state.create_sign_in(clock::now(), SIGN_IN_VALID).await?;
    let minutes = SIGN_IN_VALID.as_secs() / 60;
    tell!("Sign in (works once, for {minutes} minutes): {}/signin?token={token}", url(listen));
    Ok(())
}

/// Where this machine reaches the server; a server on all addresses is reached on loopback.
fn url(listen: SocketAddr) -> String {
    let mut reach = listen;
    match listen {
        SocketAddr::V4(address) if address.ip().is_unspecified() => reach.set_ip([127, 0, 0, 1].into()),
        SocketAddr::V6(address) if address.ip().is_unspecified() => reach.set_ip(std::net::Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    format!("http://{reach}")
}

/// Starts the demonstration with a key of its own. Keys of earlier starts are revoked: nobody holds them any more.
async fn start_demo(
    state: &State,
    listen: SocketAddr,
    stopped: watch::Receiver<bool>,
) -> anyhow::Result<JoinHandle<()>> {
    let now = clock::now();
    let left = state.list_keys().await?.into_iter().filter(|key| key.name == DEMO_KEY && key.is_valid(now));
    for key in left {
        state.revoke_key(&key.id, now).await?;
    }
    let key = state.create_key(DEMO_KEY, Scopes::of(&[Scope::Ingest, Scope::Inspect]), None, now).await?;
    Ok(tokio::spawn(demo::run(url(listen), key.secret, stopped)))
}

/// Keeps what grows with time small, until the server stops.
async fn tidy(api: Arc<Api>, mut stopped: watch::Receiver<bool>) {
    let mut metrics = tokio::time::interval(METRICS_EVERY);
    let mut program = tokio::time::interval(PROGRAM_EVERY);
    let mut rest = tokio::time::interval(TIDY_EVERY);
    loop {
        tokio::select! {
            _ = metrics.tick() => api.recorder.run_upkeep(),
            _ = program.tick() => palisade_memory::give_back_program(),
            _ = rest.tick() => {
                api.admission.forget_idle_keys();
                forget_expired(&api, clock::now()).await;
            }
            () = api::server::told(&mut stopped) => return,
        }
    }
}

/// Forgets sessions and idempotency keys that have expired, and takes in feeds that another process imported.
async fn forget_expired(api: &Api, now: Timestamp) {
    let state = &api.store.state;
    if let Err(error) = state.purge_sessions(now).await.and(state.purge_idempotency(now).await) {
        tracing::warn!(%error, "cannot forget what has expired");
    }
    let before = |hours: i64| Timestamp::from_nanos(now.nanos().saturating_sub(hours * 3_600_000_000_000));
    if let Err(error) = state.purge_outbox(before(SENT_KEPT_HOURS), before(DEAD_KEPT_HOURS)).await {
        tracing::warn!(%error, "cannot forget old messages");
    }
    if let Err(error) = api.store.feeds.refresh().await {
        tracing::warn!(%error, "cannot look for new feeds");
    }
}

/// Ends when the process is told to stop.
fn signalled() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listening(listen: &str, insecure: bool) -> bool {
        let mut config = Config::default();
        config.server.insecure = insecure;
        config.server.listen = listen.to_owned();
        let http = Listen::of(&config).is_ok();
        config.server.listen = "127.0.0.1:0".to_owned();
        config.otlp.grpc_listen = listen.to_owned();
        assert_eq!(Listen::of(&config).is_ok(), http, "gRPC as HTTP");
        http
    }

    #[test]
    fn listens_beyond_loopback_only_when_asked_in_so_many_words() {
        for (listen, insecure, wanted) in [
            ("127.0.0.1:7171", false, true),
            ("[::1]:0", false, true),
            ("0.0.0.0:7171", false, false),
            ("192.0.2.1:7171", false, false),
            ("0.0.0.0:7171", true, true),
            ("localhost", true, false),
        ] {
            assert_eq!(listening(listen, insecure), wanted, "{listen} {insecure}");
        }
    }

    #[test]
    fn a_plain_level_is_about_this_program() {
        assert_eq!(directives("info"), "warn,palisade=info");
        assert_eq!(directives("error"), "error");
        assert_eq!(directives("info,palisade_store=debug"), "info,palisade_store=debug");
    }

    #[test]
    fn links_lead_to_this_machine() {
        for (listen, wanted) in [
            ("127.0.0.1:7171", "http://127.0.0.1:7171"),
            ("0.0.0.0:80", "http://127.0.0.1:80"),
            ("[::]:80", "http://[::1]:80"),
        ] {
            assert_eq!(url(listen.parse().unwrap()), wanted);
        }
    }
}
