//! Configuration: one TOML file, every setting of which has a default.
//!
//! Reading has two stages. The file is parsed strictly, so that a mistyped key is an error and not a silent default;
//! then what the settings say together is checked against each other. Both kinds of error name the file, the line
//! and the key. Flags and the environment are laid over the result by whoever starts the server.

mod check;
mod limits;
mod reference;
mod section;
mod signals;
mod supply;
mod telemetry;
mod ways_in;

pub use limits::Limits;
pub use reference::reference;
pub use section::{Entry, Section, Setting};
pub use signals::Signals;
pub use supply::{Hooks, Registries, Supply};
pub use telemetry::Telemetry;
pub use ways_in::{FileFormat, Files, ReadFrom, Scrape, Statsd, Syslog};

use crate::cli::{Failure, bounded};
use palisade_guard::policy::{Policy, Preset};
use palisade_notify::{ChannelSettings, Secret};
use palisade_response::rules::External;
use palisade_store::cache::{NoWay, Shared};
use section::section;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The complete reference has a tenth of this.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// The whole configuration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where the server listens and keeps its data.
    pub server: Server,
    /// OpenTelemetry over gRPC.
    pub otlp: Otlp,
    /// How much of everything it takes.
    pub limits: Limits,
    /// How the tables are written and looked after.
    pub lake: Lake,
    /// What the guard answers.
    pub guard: Guard,
    /// Which rules look at security events.
    pub events: Events,
    /// How packages are judged.
    pub supply: Supply,
    /// The cache that several servers share.
    pub redis: Redis,
    /// What is watched of numbers, and whether this machine is measured.
    pub telemetry: Telemetry,
    /// What the server says about itself.
    pub log: Log,
    /// Measurements of statsd clients.
    pub statsd: Statsd,
    /// Messages of syslog senders.
    pub syslog: Syslog,
    /// Targets that show their metrics.
    pub scrape: Vec<Scrape>,
    /// Files that are followed.
    pub files: Vec<Files>,
    /// Alerts of other tools in forms of their own.
    pub signals: Vec<Signals>,
    /// Where people find the server.
    pub site: Site,
    /// Rules over metrics and tables.
    pub alert_rules: AlertRules,
    /// How alerts are made, grouped, held back and told.
    #[serde(skip_serializing_if = "is_default")]
    pub response: palisade_response::Config,
    /// When incidents open, and what belongs to one.
    #[serde(skip_serializing_if = "is_default")]
    pub incidents: palisade_response::incident::Config,
    /// Where people and tools are told.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<ChannelSettings>,
}

section! {
    /// Where the server listens and keeps its data.
    pub struct Server {
        /// Address and port. Loopback, so that a fresh start is reachable from this machine only. The environment
        /// variable PALISADE_LISTEN and the flag --listen go before it.
        pub listen: String = "127.0.0.1:7171".to_owned(),
        /// Listen beyond loopback without TLS. Keys and data then cross the network readable: only behind a proxy
        /// that ends TLS.
        pub insecure: bool = false,
        /// Names by which browsers may reach the server, beside localhost and its addresses. Others are refused, so
        /// that no foreign page can reach the server through a name of its own (DNS rebinding).
        pub allowed_hosts: Vec<String> = Vec::new(),
        /// The folder of log, tables, state and feeds. The environment variable PALISADE_DATA_DIR and the flag
        /// --data-dir go before it.
        pub data_dir: PathBuf = PathBuf::from("./palisade-data"),
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

section! {
    /// The cache that several servers share: Redis, or what speaks its protocol.
    pub struct Redis {
        /// Its address: "redis://HOST:PORT", or "rediss://HOST:PORT" over TLS, with "USER:PASSWORD@" before the host and
        /// "/DATABASE" behind it where it has them. What registries of packages say is kept there too, under hashed names;
        /// without one every server keeps its own. The environment variable PALISADE_REDIS_URL goes before it.
        pub url: Secret = Secret::default(),
        /// Roots of its certificate over TLS, as PEM. Empty trusts the roots of the system.
        pub tls_ca_file: PathBuf = PathBuf::new(),
    }
}

impl Redis {
    /// The cache at this address; nothing where none is set.
    ///
    /// # Errors
    /// When the address is none, or the roots of its certificate cannot be read.
    pub fn shared(&self) -> Result<Option<Shared>, Failure> {
        let url = self.url.reveal();
        if url.is_empty() {
            return Ok(None);
        }
        let file = &self.tls_ca_file;
        let roots = match file.as_os_str().is_empty() {
            true => None,
            false => Some(bounded::read_file(file, FILE_BYTES_MAX).map(String::into_bytes).map_err(|error| {
                Failure::input(format!("redis.tls_ca_file: cannot read {}: {error}", file.display()))
            })?),
        };
        Shared::new(url, roots).map(Some).map_err(|no_way| {
            let key = match no_way {
                NoWay::Address => "url",
                NoWay::NoTls | NoWay::Roots => "tls_ca_file",
            };
            Failure::input(format!("redis.{key} {no_way}"))
        })
    }
}

section! {
    /// Where people find the server: what messages link to and say that they come from.
    pub struct Site {
        /// The address of this server in the browser, such as https://palisade.example.org. Empty: messages have no links.
        pub external_url: String = String::new(),
        /// What the server is called, for example the name of the organisation.
        pub name: String = "Palisade".to_owned(),
    }
}

section! {
    /// OpenTelemetry over gRPC. Over HTTP it comes in where everything else does.
    pub struct Otlp {
        /// Address and port of the listener, "" for none; 4317 is where SDKs send unless told otherwise. Beyond loopback
        /// it needs server.insecure too.
        pub grpc_listen: String = "127.0.0.1:4317".to_owned(),
    }
}

section! {
    /// How the tables are written and looked after.
    pub struct Lake {
        /// Rows gather in memory at most this long before they are committed: short enough that other readers of the
        /// tables see the last seconds, long enough that files do not get tiny.
        pub commit_seconds: u64 = 5,
        /// … or until they take this much memory, whichever comes first. Two of these fit into
        /// limits.memtable_bytes_max: one that fills while the other is written.
        pub commit_bytes: usize = 12 * limits::MIB,
        /// Small files are merged, and old rows and files removed, this often. Seldom lets files gather, which queries then
        /// open one by one, and which take memory while they are merged. 0 never.
        pub compact_minutes: u64 = 1,
        /// The size that merged files aim at: large enough to compress and scan well, small enough to merge in little
        /// memory.
        pub compact_bytes: usize = 64 * limits::MIB,
        /// Rows older than this are removed. 0 keeps everything.
        pub retention_days: u64 = 30,
        /// When the tables take more than this on disk, the oldest days are removed. 0 sets no bound.
        pub retention_bytes: u64 = 0,
        /// Files that no version of a table needs any more are deleted this long after they were replaced, so that
        /// queries that still read them can end.
        pub vacuum_hours: u64 = 1,
    }
}

section! {
    /// What the guard answers when it is asked about a text.
    pub struct Guard {
        /// The policy that turns findings into a verdict: observe (flags all), balanced (blocks what is severe and sure,
        /// masks secrets) or strict; or the path of a file with a policy.
        pub policy: String = "balanced".to_owned(),
    }
}

/// The policy of this name, or in the file at this path.
///
/// # Errors
/// When it is neither the name of one nor a file that holds one.
pub fn policy(name: &str) -> anyhow::Result<Policy> {
    if let Ok(preset) = name.parse::<Preset>() {
        return Ok(preset.policy());
    }
    let text = bounded::read_file(Path::new(name), FILE_BYTES_MAX).map_err(|error| {
        Failure::input(format!("cannot read the policy {name}: {error}"))
            .hint("name one of observe, balanced and strict, or a file that holds a policy")
    })?;
    Policy::parse(&text).map_err(|error| Failure::input(format!("the policy {name}: {error}")).into())
}

section! {
    /// Which rules look at security events.
    pub struct Events {
        /// Sigma rules: files, folders with all that is below them, archives, and feed:sigma for those of the feed, once it
        /// is imported. They raise findings as events come in. [] for none.
        pub rules: Vec<PathBuf> = vec![PathBuf::from("feed:sigma")],
        /// Processing pipelines in the form of pySigma, which rewrite rules before they run: files.
        pub pipelines: Vec<PathBuf> = Vec::new(),
        /// Tables of names that events may use for the fields of rules, beside those of ECS, OCSF, CEF and winlogbeat: files.
        pub taxonomies: Vec<PathBuf> = Vec::new(),
        /// What is changed about rules without editing them (exceptions, severities, rules that do not run): files.
        pub tuning: Vec<PathBuf> = Vec::new(),
        /// Changed rules are taken over after this many seconds, all at once and without a restart. 0 never.
        pub reload_seconds: u64 = 5,
    }
}

section! {
    /// Rules over metrics and tables: what is asked again and again, and becomes alerts.
    pub struct AlertRules {
        /// Rule files of Prometheus (.yml, .yaml), files of SQL rules (.toml), and folders with all of them below.
        pub files: Vec<PathBuf> = Vec::new(),
        /// Labels of the whole deployment, which templates know as $externalLabels and which every alert of a rule
        /// carries unless it has them already: external_labels = { site = "berlin" }.
        pub external_labels: BTreeMap<String, String> = BTreeMap::new(),
        /// How often groups that do not say so themselves are evaluated.
        pub evaluation_seconds: u64 = 60,
        /// Changed files are taken over after this many seconds, all at once and without a restart. 0 never.
        pub reload_seconds: u64 = 5,
    }
}

section! {
    /// What the server says about itself, on standard error.
    pub struct Log {
        /// How much: error, warn, info, debug or trace, or a filter such as "info,palisade_store=debug".
        pub level: String = "info".to_owned(),
        /// text for people, json for programs.
        pub format: LogFormat = LogFormat::Text,
    }
}

/// The form of the server's own log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

impl AlertRules {
    /// What templates and alerts of rules know of a deployment at this address.
    pub fn external(&self, url: &str) -> External {
        External { labels: self.external_labels.clone(), url: url.to_owned() }
    }
}

impl Config {
    /// The configuration in the file at `path`, or the defaults when there is none, with PALISADE_LISTEN,
    /// PALISADE_DATA_DIR, PALISADE_REDIS_URL and the secrets of webhooks laid over it.
    ///
    /// # Errors
    /// When the file cannot be read, is not TOML, names an unknown key, or asks for what cannot be.
    pub fn load(path: Option<&Path>) -> anyhow::Result<Self> {
        let mut config = match path {
            Some(path) => Self::read(path)?,
            None => Self::default(),
        };
        config.lay_over(std::env::var("PALISADE_LISTEN").ok(), std::env::var_os("PALISADE_DATA_DIR").map(Into::into));
        config.supply.hooks.lay_over(|name| std::env::var(name).ok());
        if let Some(url) = std::env::var("PALISADE_REDIS_URL").ok().filter(|url| !url.is_empty()) {
            config.redis.url = Secret::from(url);
        }
        Ok(config)
    }

    /// The configuration in the file at `path` and nothing else.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let name = path.display();
        let text = bounded::read_file(path, FILE_BYTES_MAX).map_err(|error| {
            Failure::input(format!("cannot read the configuration {name}: {error}"))
                .hint("`palisade config reference` prints a complete file to start from")
        })?;
        Ok(Self::parse(&text, &name.to_string())?)
    }

    /// The configuration in `text`; errors call it `name`.
    ///
    /// # Errors
    /// When the text is not TOML, names an unknown key, or asks for what cannot be.
    pub fn parse(text: &str, name: &str) -> Result<Self, Failure> {
        let config: Self = toml::from_str(text).map_err(|error| {
            Failure::input(format!("{name}: {}", error.to_string().trim_end()))
                .hint("`palisade config reference` lists every key")
        })?;
        config.check().map_err(|problem| problem.at(name, text))?;
        Ok(config)
    }

    fn lay_over(&mut self, listen: Option<String>, data_dir: Option<PathBuf>) {
        if let Some(listen) = listen.filter(|listen| !listen.is_empty()) {
            self.server.listen = listen;
        }
        if let Some(data_dir) = data_dir.filter(|data_dir| !data_dir.as_os_str().is_empty()) {
            self.server.data_dir = data_dir;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_file_line_and_key() {
        let cases = [
            ("[limits]\nbody_bytes_maximum = 1\n", ["p.toml", "line 2", "body_bytes_maximum"]),
            ("[server]\n\nlisten = 7171\n", ["p.toml", "line 3", "string"]),
            ("[sever]\n", ["p.toml", "line 1", "sever"]),
            ("[limits]\n\n\nqueue_bytes_max = 0\n", ["p.toml", "line 4", "limits.queue_bytes_max"]),
            ("[server]\nlisten = \"0.0.0.0:7171\"\n", ["p.toml", "line 2", "server.listen"]),
            ("[otlp]\ngrpc_listen = \"0.0.0.0:4317\"\n", ["p.toml", "line 2", "otlp.grpc_listen"]),
            ("[log]\nformat = \"xml\"\n", ["p.toml", "line 2", "xml"]),
            ("server.listen = \"nowhere\"\n", ["p.toml", "line 1", "server.listen"]),
            ("[[scrape]]\nname = \"a\"\ntarget = []\n", ["p.toml", "line 3", "target"]),
            ("[scrape]\nname = \"a\"\n", ["p.toml", "line 1", "sequence"]),
            ("[supply.registries]\nnpm = \"htps://npm.example\"\n", ["p.toml", "line 2", "supply.registries.npm"]),
            ("[supply.hooks]\ngithub_api_url = \"\"\n", ["p.toml", "line 2", "supply.hooks.github_api_url"]),
            ("[redis]\nurl = \"localhost\"\n", ["p.toml", "line 2", "redis.url"]),
            ("[[scrape]]\nname = \"a\"\n\n[[scrape]]\n", ["p.toml", "line 1", "scrape.targets"]),
            ("[alert_rules]\nexternal_labels = {\"a b\" = \"c\"}\n", ["line 2", "alert_rules.external_labels", "a b"]),
        ];
        for (text, parts) in cases {
            let error = Config::parse(text, "p.toml").unwrap_err().to_string();
            for part in parts {
                assert!(error.contains(part), "{part:?} is missing in {error}");
            }
        }
    }

    #[test]
    fn what_stands_in_the_file_counts_and_the_rest_is_default() {
        let text = "[limits]\nrate_events_per_second = 7\n[server]\nlisten = \"0.0.0.0:1\"\ninsecure = true\n";
        let config = Config::parse(text, "p.toml").unwrap();
        assert_eq!((config.limits.rate_events_per_second, config.server.insecure), (7, true));
        assert_eq!(config.lake, Lake::default());
    }

    #[test]
    fn errors_name_the_table_of_a_list() {
        let good = "[[scrape]]\nname = \"a\"\ntargets = [\"http://a\"]\n";
        for (text, wanted) in [
            ("[[scrape]]\nname = \"b\"\ntargets = []\n", "p.toml, line 6: scrape.targets"),
            ("[[scrape]]\ntargets = [\"http://b\"]\n", "p.toml, line 4: scrape.name"),
            ("[[scrape]]\nname = \"b\"\ntargets = [\"b\"]\n", "p.toml, line 6: scrape.targets"),
            ("[[scrape]]\nname = \"b\"\ntargets = [\"http://b\"]\ninterval_seconds = 0\n", "line 7: scrape.interval"),
            ("[[scrape]]\nname = \"b\"\ntargets = [\"http://b\"]\ntimeout_seconds = 99\n", "line 7: scrape.timeout"),
        ] {
            let error = Config::parse(&(good.to_owned() + text), "p.toml").unwrap_err().to_string();
            assert!(error.contains(wanted), "{wanted:?} is missing in {error}");
        }
        assert_eq!(Config::parse(&good.repeat(2), "p.toml").unwrap().scrape.len(), 2);
    }

    #[test]
    fn environment_goes_before_the_file() {
        let mut config = Config::default();
        config.lay_over(Some(String::new()), None);
        assert_eq!(config, Config::default());
        config.lay_over(Some("127.0.0.1:9".to_owned()), Some("/d".into()));
        assert_eq!((config.server.listen.as_str(), config.server.data_dir), ("127.0.0.1:9", PathBuf::from("/d")));
    }
}
