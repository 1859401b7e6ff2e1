//! The names by which browsers may call a server on loopback.
//!
//! A page from elsewhere can make its own name resolve to 127.0.0.1 and then count as the same origin as this server (DNS
//! rebinding). Such a request carries that name in its `Host` header, so on loopback only names that cannot belong to
//! someone else are answered. A server that listens to the network is meant to be called by any name.

use super::problem::{Kind, Problem};
use axum::http::{HeaderMap, header};
use std::net::SocketAddr;

/// The names that are answered.
#[derive(Clone, Debug)]
pub struct Hosts {
    /// `None` when every name is.
    names: Option<Vec<String>>,
}

impl Hosts {
    /// The names of a server that listens at `listen`, and those that the configuration adds.
    #[must_use]
    pub fn new(listen: SocketAddr, allowed: &[String]) -> Self {
        let own = ["localhost".to_owned(), "127.0.0.1".to_owned(), "[::1]".to_owned(), listen.to_string()];
        let listen_ip = if listen.is_ipv6() { format!("[{}]", listen.ip()) } else { listen.ip().to_string() };
        let names = own.into_iter().chain([listen_ip]).chain(allowed.iter().cloned()).collect();
        Self { names: listen.ip().is_loopback().then_some(names) }
    }

    /// Passes when the request calls the server by one of its names.
    ///
    /// # Errors
    /// A problem with status 421 that says how to allow the name.
    pub fn check(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let Some(names) = &self.names else { return Ok(()) };
        let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or("");
        let known = |name: &String| name.eq_ignore_ascii_case(host) || name.eq_ignore_ascii_case(without_port(host));
        if names.iter().any(known) {
            return Ok(());
        }
        let shown: String = host.chars().take(100).collect();
        Err(Problem::new(Kind::Misdirected, format!("'{shown}' is not a name of this server")))
    }
}

/// The host of `host:port`; an IPv6 address keeps its brackets.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') && !name.is_empty() => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn passes(hosts: &Hosts, host: &'static str) -> bool {
        let headers: HeaderMap = [(header::HOST, HeaderValue::from_static(host))].into_iter().collect();
        hosts.check(&headers).is_ok()
    }

    #[test]
    fn loopback_answers_to_its_own_names_only() {
        let hosts = Hosts::new("127.0.0.2:7171".parse().unwrap(), &["watch.example".to_owned()]);
        for (host, wanted) in [
            ("127.0.0.1:7171", true),
            ("127.0.0.2:7171", true),
            ("localhost:7171", true),
            ("LOCALHOST", true),
            ("[::1]:7171", true),
            ("[::1]", true),
            ("watch.example:8443", true),
            ("evil.example:7171", false),
            ("localhost.evil.example", false),
            ("127.0.0.1.evil.example:7171", false),
            ("", false),
        ] {
            assert_eq!(passes(&hosts, host), wanted, "{host}");
        }
        assert!(hosts.check(&HeaderMap::new()).is_err());
    }

    #[test]
    fn the_network_may_use_any_name() {
        assert!(passes(&Hosts::new("0.0.0.0:7171".parse().unwrap(), &[]), "any.example"));
    }
}
