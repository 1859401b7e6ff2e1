//! What settings must satisfy beyond their type, alone and together.

use super::{Config, Section};
use crate::cli::Failure;
use std::net::SocketAddr;

/// A setting that asks for what cannot be.
pub(super) struct Problem {
    section: &'static str,
    key: &'static str,
    says: String,
}

/// The keys of other sections than `limits` for which 0 means *never* or *no bound*.
const ZERO_IS_OFF: [&str; 3] = ["compact_minutes", "retention_days", "retention_bytes"];

impl Config {
    /// The first problem, if there is one.
    pub(super) fn check(&self) -> Result<(), Problem> {
        positive("limits", &self.limits)?;
        positive("lake", &self.lake)?;
        self.check_listen("server", "listen", &self.server.listen)?;
        if !self.otlp.grpc_listen.is_empty() {
            self.check_listen("otlp", "grpc_listen", &self.otlp.grpc_listen)?;
        }
        self.check_limits()
    }

    fn check_listen(&self, section: &'static str, key: &'static str, listen: &str) -> Result<(), Problem> {
        let fail = |says: String| Err(Problem { section, key, says });
        match listen.parse::<SocketAddr>() {
            Err(_) => fail(format!("{listen:?} is not an address and port such as 127.0.0.1:7171")),
            Ok(address) if !address.ip().is_loopback() && !self.server.insecure => fail(format!(
                "{address} can be reached from other machines, and there is no TLS: put a proxy that ends TLS in \
                 front and set insecure = true, or listen on 127.0.0.1"
            )),
            Ok(_) => Ok(()),
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
        Some(setting) => Err(Problem { section, key: setting.key, says: "must be at least 1".to_owned() }),
    }
}

impl Problem {
    /// The problem with the place in the text of the file `name` where the key stands.
    pub(super) fn at(self, name: &str, text: &str) -> Failure {
        let place = line_of(text, self.section, self.key).map_or_else(String::new, |line| format!(", line {line}"));
        Failure::input(format!("{name}{place}: {}.{} {}", self.section, self.key, self.says))
    }
}

/// The line, from 1, on which `section.key` stands.
fn line_of(text: &str, section: &str, key: &str) -> Option<usize> {
    let document = toml::de::DeTable::parse(text).ok()?;
    let table = document.get_ref().get(section)?.get_ref().as_table()?;
    let (key, _) = table.get_key_value(key)?;
    Some(text[..key.span().start].matches('\n').count() + 1)
}
