//! What settings must satisfy beyond their type, alone and together.

use super::{Config, Files, Scrape, Section, Signals};
use crate::cli::Failure;
use palisade_store::cache::{NoWay, Shared};
use std::net::SocketAddr;

/// A setting that asks for what cannot be.
pub(super) struct Problem {
    section: &'static str,
    /// Which of the tables `[[section]]`, from 0; `None` for a section that stands once.
    entry: Option<usize>,
    key: &'static str,
    says: String,
}

/// The keys of other sections than `limits` for which 0 means *never* or *no bound*.
const ZERO_IS_OFF: [&str; 6] =
    ["compact_minutes", "retention_days", "retention_bytes", "utc_offset_minutes", "reload_seconds", "host_seconds"];
/// Zones go from -12 to +14 hours.
const ZONE_MINUTES: std::ops::RangeInclusive<i64> = -720..=840;

impl Config {
    /// The first problem, if there is one.
    pub(super) fn check(&self) -> Result<(), Problem> {
        positive("limits", &self.limits)?;
        positive("lake", &self.lake)?;
        positive("statsd", &self.statsd)?;
        positive("alert_rules", &self.alert_rules)?;
        self.check_external_labels()?;
        self.check_listen("server", "listen", &self.server.listen)?;
        positive("syslog", &self.syslog)?;
        for (section, key, listen) in [
            ("otlp", "grpc_listen", &self.otlp.grpc_listen),
            ("statsd", "listen", &self.statsd.listen),
            ("syslog", "udp_listen", &self.syslog.udp_listen),
            ("syslog", "tcp_listen", &self.syslog.tcp_listen),
        ] {
            if !listen.is_empty() {
                self.check_listen(section, key, listen)?;
            }
        }
        self.check_syslog()?;
        self.check_telemetry()?;
        self.check_limits()?;
        self.check_supply()?;
        self.check_redis()?;
        each("scrape", &self.scrape, check_scrape)?;
        each("files", &self.files, check_files)?;
        each("signals", &self.signals, check_signals)
    }

    fn check_external_labels(&self) -> Result<(), Problem> {
        let external = self.alert_rules.external("");
        let Some(name) = external.wrong_name() else { return Ok(()) };
        let says = format!("names {name:?}, which is no label: letters, digits and _, and no digit first");
        Err(Problem { section: "alert_rules", entry: None, key: "external_labels", says })
    }

    fn check_listen(&self, section: &'static str, key: &'static str, listen: &str) -> Result<(), Problem> {
        let fail = |says: String| Err(Problem { section, entry: None, key, says });
        match listen.parse::<SocketAddr>() {
            Err(_) => fail(format!("{listen:?} is not an address and port such as 127.0.0.1:7171")),
            Ok(address) if !address.ip().is_loopback() && !self.server.insecure => fail(format!(
                "{address} can be reached from other machines, and there is no TLS: put a proxy that ends TLS in \
                 front and set insecure = true, or listen on 127.0.0.1"
            )),
            Ok(_) => Ok(()),
        }
    }

    fn check_syslog(&self) -> Result<(), Problem> {
        let syslog = &self.syslog;
        let fail = |key, says: String| Err(Problem { section: "syslog", entry: None, key, says });
        if !ZONE_MINUTES.contains(&syslog.utc_offset_minutes) {
            return fail("utc_offset_minutes", NO_ZONE.to_owned());
        }
        if syslog.tls_listen.is_empty() {
            return Ok(());
        }
        if syslog.tls_listen.parse::<SocketAddr>().is_err() {
            let says = format!("{:?} is not an address and port such as 0.0.0.0:6514", syslog.tls_listen);
            return fail("tls_listen", says);
        }
        let files = [&syslog.tls_certificate_file, &syslog.tls_key_file];
        if files.iter().any(|file| file.as_os_str().is_empty()) {
            return fail("tls_listen", "needs tls_certificate_file and tls_key_file".to_owned());
        }
        Ok(())
    }

    /// Addresses may hold a password, so they are not repeated.
    fn check_supply(&self) -> Result<(), Problem> {
        let (registries, hooks) = (&self.supply.registries, &self.supply.hooks);
        let says = "is not an address that can be asked: write https://HOST/PATH, or leave it out";
        for (section, key, address) in [
            ("supply.registries", "npm", &registries.npm),
            ("supply.registries", "pypi", &registries.pypi),
            ("supply.registries", "cargo", &registries.cargo),
            ("supply.hooks", "github_api_url", &hooks.github_api_url),
            ("supply.hooks", "gitlab_api_url", &hooks.gitlab_api_url),
            ("supply.hooks", "bitbucket_api_url", &hooks.bitbucket_api_url),
        ] {
            let is_left_out = section == "supply.registries" && address.is_empty();
            // Only cargo has indexes that are known by their form.
            let bare = if key == "cargo" { address.strip_prefix("sparse+").unwrap_or(address) } else { address };
            let url = reqwest::Url::parse(bare.trim());
            if !is_left_out && !url.is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) {
                return Err(Problem { section, entry: None, key, says: says.to_owned() });
            }
        }
        Ok(())
    }

    fn check_redis(&self) -> Result<(), Problem> {
        let url = self.redis.url.reveal();
        match url.is_empty() || Shared::new(url, None).is_ok() {
            true => Ok(()),
            false => Err(Problem { section: "redis", entry: None, key: "url", says: NoWay::Address.to_string() }),
        }
    }

    fn check_telemetry(&self) -> Result<(), Problem> {
        positive("telemetry", &self.telemetry)?;
        let numbers = [("threshold", self.telemetry.threshold), ("alarm_budget", self.telemetry.alarm_budget)];
        match numbers.into_iter().find(|(_, number)| !(1e-6..=1e6).contains(number)) {
            None => Ok(()),
            Some((key, _)) => {
                Err(Problem { section: "telemetry", entry: None, key, says: "is a number above 0".to_owned() })
            }
        }
    }

    fn check_limits(&self) -> Result<(), Problem> {
        let limits = &self.limits;
        let pairs = [
            ("line_bytes_max", limits.line_bytes_max, "decompressed_bytes_max", limits.decompressed_bytes_max),
            ("body_bytes_max", limits.body_bytes_max, "decompressed_bytes_max", limits.decompressed_bytes_max),
            ("value_bytes_max", limits.value_bytes_max, "line_bytes_max", limits.line_bytes_max),
            (
                "in_flight_bytes_per_key_max",
                limits.in_flight_bytes_per_key_max,
                "in_flight_bytes_max",
                limits.in_flight_bytes_max,
            ),
            ("events_per_body_max", limits.events_per_body_max, "rate_events_burst", limits.rate_events_burst as usize),
        ];
        match pairs.into_iter().find(|(_, small, _, large)| small > large) {
            None => Ok(()),
            Some((key, small, other, large)) => Err(Problem {
                section: "limits",
                entry: None,
                key,
                says: format!("is {small}, more than limits.{other} = {large}: lower the one or raise the other"),
            }),
        }
    }
}

/// A limit of nothing would refuse everything.
fn positive(section: &'static str, settings: &impl Section) -> Result<(), Problem> {
    let zero = |setting: &super::Setting| setting.value.as_integer() == Some(0) && !ZERO_IS_OFF.contains(&setting.key);
    match settings.settings().into_iter().find(zero) {
        None => Ok(()),
        Some(setting) => Err(Problem { section, entry: None, key: setting.key, says: "must be at least 1".to_owned() }),
    }
}

/// What a key of a list says wrong.
type Fault = (&'static str, String);

/// Checks every table `[[section]]`: its numbers, and what `check` asks for.
fn each<T: Section>(
    section: &'static str,
    entries: &[T],
    check: impl Fn(&T) -> Result<(), Fault>,
) -> Result<(), Problem> {
    for (entry, settings) in entries.iter().enumerate() {
        positive(section, settings).map_err(|problem| Problem { entry: Some(entry), ..problem })?;
        check(settings).map_err(|(key, says)| Problem { section, entry: Some(entry), key, says })?;
    }
    Ok(())
}

fn check_scrape(scrape: &Scrape) -> Result<(), Fault> {
    if scrape.name.is_empty() {
        return Err(("name", "must be set: what is read from the targets gets it as its service".to_owned()));
    }
    if scrape.targets.is_empty() {
        return Err(("targets", "must name at least one, such as \"http://127.0.0.1:9100/metrics\"".to_owned()));
    }
    let is_no_url = |target: &&String| {
        let url = reqwest::Url::parse(target);
        !url.is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
    };
    if let Some(target) = scrape.targets.iter().find(is_no_url) {
        return Err(("targets", format!("{target:?} is not an address such as http://127.0.0.1:9100/metrics")));
    }
    if scrape.timeout_seconds > scrape.interval_seconds {
        let (timeout, interval) = (scrape.timeout_seconds, scrape.interval_seconds);
        return Err(("timeout_seconds", format!("is {timeout}, more than interval_seconds = {interval}")));
    }
    Ok(())
}

fn check_signals(signals: &Signals) -> Result<(), Fault> {
    if signals.name.is_empty() || !signals.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Err(("name", "must be letters, digits and hyphens".to_owned()));
    }
    signals.mapping().check().map_err(|error| match error.key.as_str() {
        "items" => ("items", error.to_string()),
        "name" => ("alertname", error.to_string()),
        _ => ("name", error.to_string()),
    })
}

const NO_ZONE: &str = "is no zone: they go from -720 to 840";

fn check_files(files: &Files) -> Result<(), Fault> {
    if !files.path.starts_with('/') {
        return Err(("path", "must be an absolute path, such as /var/log/nginx/*.log".to_owned()));
    }
    for (key, pattern) in [("path", &files.path)].into_iter().chain(files.exclude.iter().map(|it| ("exclude", it))) {
        if let Err(error) = globset::Glob::new(pattern) {
            return Err((key, format!("is no pattern: {error}")));
        }
    }
    if !ZONE_MINUTES.contains(&files.utc_offset_minutes) {
        return Err(("utc_offset_minutes", NO_ZONE.to_owned()));
    }
    Ok(())
}

impl Problem {
    /// The problem with the place in the text of the file `name` where the key stands, or else its table.
    pub(super) fn at(self, name: &str, text: &str) -> Failure {
        let place = self.line(text).map_or_else(String::new, |line| format!(", line {line}"));
        Failure::input(format!("{name}{place}: {}.{} {}", self.section, self.key, self.says))
    }

    /// The line, from 1, on which the key stands; for one that a table of a list lacks, that on which the table begins.
    fn line(&self, text: &str) -> Option<usize> {
        let document = toml::de::DeTable::parse(text).ok()?;
        let mut parts = self.section.split('.');
        let first = document.get_ref().get(parts.next()?)?;
        let section = parts.try_fold(first, |table, part| table.get_ref().as_table()?.get(part))?;
        let table = match self.entry {
            None => section,
            Some(entry) => section.get_ref().as_array()?.get(entry)?,
        };
        let start = match table.get_ref().as_table()?.get_key_value(self.key) {
            Some((key, _)) => key.span().start,
            None => self.entry.map(|_| table.span().start)?,
        };
        Some(text[..start].matches('\n').count() + 1)
    }
}
