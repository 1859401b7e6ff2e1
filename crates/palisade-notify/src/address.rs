//! Where messages may go. A channel's address comes from people, and the server that sends stands inside: without a
//! guard, a channel would be a way to everything that only the inside can reach (server-side request forgery).
//!
//! The address that is looked at is the one that is connected to: names are resolved here and only allowed addresses
//! handed on, so a name that changes its mind between check and connection gains nothing.

use crate::channel::{Failure, Retry};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};
use tokio::net::TcpStream;
use url::{Host, Url};

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> IpNet {
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length))
}

const fn v6(first: u16, second: u16, third: u16, length: u8) -> IpNet {
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::new(first, second, third, 0, 0, 0, 0, 0), length))
}

/// Addresses that are not on the public internet (IANA's registries of special-purpose addresses).
const INTERNAL: [IpNet; 24] = [
    v4(0, 0, 0, 0, 8),
    v4(10, 0, 0, 0, 8),
    // Shared by carriers; some clouds have their metadata here.
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    // Link-local, and the metadata of most clouds.
    v4(169, 254, 0, 0, 16),
    v4(172, 16, 0, 0, 12),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(192, 168, 0, 0, 16),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
    // Discard-only, documentation, Teredo and benchmarking, local translation.
    v6(0x100, 0, 0, 64),
    v6(0x2001, 0, 0, 23),
    v6(0x2001, 0xdb8, 0, 32),
    v6(0x3fff, 0, 0, 20),
    v6(0x64, 0xff9b, 1, 48),
    // Unique local, link-local, site-local, multicast.
    v6(0xfc00, 0, 0, 7),
    v6(0xfe80, 0, 0, 10),
    v6(0xfec0, 0, 0, 10),
    v6(0xff00, 0, 0, 8),
];

/// True for addresses that are not on the public internet: loopback, private, link-local, metadata of clouds and the
/// like, and IPv6 addresses that stand for such an IPv4 address.
#[must_use]
pub fn is_internal(address: IpAddr) -> bool {
    let inner = match address {
        IpAddr::V6(address) => embedded(address).map(IpAddr::V4),
        IpAddr::V4(_) => None,
    };
    INTERNAL.iter().any(|net| net.contains(&address)) || inner.is_some_and(is_internal)
}

/// The IPv4 address that an IPv6 address stands for: compatible and mapped (RFC 4291 §2.5.5), translated (RFC 6052
/// §2.1), 6to4 (RFC 3056 §2). Loopback and unspecified come out as `0.0.0.1` and `0.0.0.0`.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let ipv4 = |high: u16, low: u16| Some(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
    match address.segments() {
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] => ipv4(high, low),
        [0, 0, 0, 0, 0xffff, 0, high, low] => ipv4(high, low),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => ipv4(high, low),
        [0x2002, high, low, ..] => ipv4(high, low),
        _ => None,
    }
}

/// The host has no address that may be connected to.
#[derive(Debug)]
pub(crate) struct InternalAddress(String);

impl fmt::Display for InternalAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} is an address of the internal network: set `allow_internal = true` if the channel is meant to go there",
            self.0
        )
    }
}

impl std::error::Error for InternalAddress {}

impl From<InternalAddress> for Failure {
    fn from(refused: InternalAddress) -> Self {
        Self::certain(refused.to_string(), Retry::Never)
    }
}

/// Checks an address that is written as a number; names are checked when they are resolved.
pub(crate) fn check_literal(url: &Url) -> Result<(), InternalAddress> {
    let literal = match url.host() {
        Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
        _ => None,
    };
    match literal.filter(|address| is_internal(*address)) {
        Some(address) => Err(InternalAddress(address.to_string())),
        None => Ok(()),
    }
}

/// What of `found` may be connected to.
fn permitted(
    host: &str,
    found: impl Iterator<Item = SocketAddr>,
    allow_internal: bool,
) -> Result<Vec<SocketAddr>, InternalAddress> {
    let (inside, outside): (Vec<_>, Vec<_>) =
        found.partition(|address| !allow_internal && is_internal(address.ip().to_canonical()));
    match inside.first() {
        Some(address) if outside.is_empty() => Err(InternalAddress(format!("{host} ({})", address.ip()))),
        _ => Ok(outside),
    }
}

/// Resolves names for HTTP, and hands on only public addresses.
pub(crate) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let permitted = permitted(name.as_str(), found, false)?;
            Ok(Box::new(permitted.into_iter()) as Addrs)
        })
    }
}

/// The addresses of `host` that may be connected to.
pub(crate) async fn resolve(host: &str, port: u16, allow_internal: bool) -> Result<Vec<SocketAddr>, Failure> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let found = tokio::net::lookup_host((bare, port))
        .await
        .map_err(|error| Failure::certain(format!("{host} cannot be resolved: {error}"), Retry::Later))?;
    Ok(permitted(host, found, allow_internal)?)
}

/// Connects to the first address of `host` that answers within `limit`.
pub(crate) async fn connect(
    host: &str,
    port: u16,
    allow_internal: bool,
    limit: Duration,
) -> Result<TcpStream, Failure> {
    let mut last = format!("{host} has no address");
    for address in resolve(host, port, allow_internal).await? {
        match tokio::time::timeout(limit, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => last = format!("{host}:{port} cannot be reached: {error}"),
            Err(_) => last = format!("{host}:{port} did not answer within {} s", limit.as_secs()),
        }
    }
    Err(Failure::certain(last, Retry::Later))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inside_and_outside() {
        let inside = "0.0.0.0 10.1.2.3 100.100.100.200 127.0.0.1 127.255.0.9 169.254.169.254 172.16.0.1 172.31.255.255 \
                      192.168.1.1 224.0.0.1 255.255.255.255 ::  ::1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::7f00:1 \
                      64:ff9b::a00:1 64:ff9b:1::1 2002:a00:1:: 2002:7f00:1::5 2001::1 fd00:ec2::254 fe80::1 ff02::1 \
                      2001:db8::1 ::ffff:0:127.0.0.1";
        for address in inside.split_whitespace() {
            assert!(is_internal(address.parse().unwrap()), "{address}");
        }
        let outside = "1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.169.0.1 2606:4700::1111 ::ffff:8.8.8.8 \
             64:ff9b::808:808 2002:808:808::1";
        for address in outside.split_whitespace() {
            assert!(!is_internal(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn numbers_in_disguise_are_seen() {
        for url in ["http://2130706433/", "http://0x7f.1/", "http://[::ffff:7f00:1]/", "http://127.1/", "http://0/"] {
            assert!(check_literal(&url.parse().unwrap()).is_err(), "{url}");
        }
        assert!(check_literal(&"https://example.org/".parse().unwrap()).is_ok());
    }

    #[test]
    fn only_public_addresses_are_handed_on() {
        let at = |text: &str| SocketAddr::new(text.parse().unwrap(), 443);
        let mixed = [at("127.0.0.1"), at("8.8.8.8")];
        assert_eq!(permitted("h", mixed.into_iter(), false).unwrap(), [at("8.8.8.8")]);
        assert_eq!(permitted("h", mixed.into_iter(), true).unwrap(), mixed);
        let refused = permitted("intranet", [at("10.0.0.1")].into_iter(), false).unwrap_err().to_string();
        assert!(refused.contains("intranet (10.0.0.1)") && refused.contains("allow_internal = true"), "{refused}");
    }
}
