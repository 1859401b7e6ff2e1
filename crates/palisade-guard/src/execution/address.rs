//! What a host reaches: numbers as `inet_aton` and browsers read them, IPv6 with IPv4 inside, and names.

use std::net::{Ipv4Addr, Ipv6Addr};
use unicode_normalization::UnicodeNormalization as _;

/// What stands behind a host that is not public.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// The metadata service of a cloud.
    Metadata,
    /// Something internal, in a spelling that nobody uses in good faith.
    Odd,
    /// A public name that resolves to an internal address.
    Rebinding,
    /// The machine itself.
    Own,
    /// A private or link-local network.
    Private,
}

/// Names of metadata services.
static METADATA_NAMES: [&str; 7] = [
    "metadata.google.internal",
    "metadata.goog",
    "metadata.tencentyun.com",
    "instance-data",
    "rancher-metadata",
    "metadata.internal",
    "instance-data.ec2.internal",
];

/// Addresses of metadata services: AWS, Azure, GCP and most others; ECS tasks; EKS pods; Scaleway; Alibaba; Oracle;
/// Azure's wire server; Tencent.
static METADATA_ADDRESSES: [Ipv4Addr; 8] = [
    Ipv4Addr::new(169, 254, 169, 254),
    Ipv4Addr::new(169, 254, 170, 2),
    Ipv4Addr::new(169, 254, 170, 23),
    Ipv4Addr::new(169, 254, 42, 42),
    Ipv4Addr::new(100, 100, 100, 200),
    Ipv4Addr::new(192, 0, 0, 192),
    Ipv4Addr::new(168, 63, 129, 16),
    Ipv4Addr::new(169, 254, 0, 23),
];

/// Domains whose names resolve to the address that they contain.
static ECHOING_DOMAINS: [&str; 7] =
    [".nip.io", ".sslip.io", ".xip.io", ".1u.ms", ".rbndr.us", ".traefik.me", ".xip.name"];

/// Domains that resolve to the machine itself.
static OWN_DOMAINS: [&str; 9] = [
    "localtest.me",
    "lvh.me",
    "vcap.me",
    "lacolhost.com",
    "yoogle.com",
    "readme.localtest.me",
    "127-0-0-1.org.uk",
    "spoofed.burpcollaborator.net",
    "localh.st",
];

/// What `host`, with or without a port, reaches; `None` when it is public or no host.
pub(super) fn reach(host: &str) -> Option<Reach> {
    if let Some(rest) = host.strip_prefix('[') {
        let inner = rest.split(']').next()?.split('%').next()?;
        return of_ipv6(inner.parse().ok()?);
    }
    let host = host.split(':').next()?.trim_end_matches('.');
    let first = host.chars().next()?;
    if first.is_ascii_digit()
        && let Some((address, odd)) = ipv4(host)
    {
        return of_ipv4(address, odd);
    }
    if host.chars().any(is_enclosed) {
        let plain: String = host.nfkc().map(|c| if c == '\u{3002}' { '.' } else { c }).collect();
        let numbered = plain.starts_with(|first: char| first.is_ascii_digit());
        let found = if numbered {
            ipv4(&plain).and_then(|(address, _)| of_ipv4(address, true))
        } else {
            of_name(&plain.to_ascii_lowercase())
        };
        return found.map(|_| Reach::Odd);
    }
    of_name(&host.to_ascii_lowercase())
}

fn of_name(host: &str) -> Option<Reach> {
    if METADATA_NAMES.contains(&host) {
        return Some(Reach::Metadata);
    }
    if host == "localhost" || host.ends_with(".localhost") || host == "localhost.localdomain" {
        return Some(Reach::Own);
    }
    // The names under which a cluster's own services find what governs it.
    if host == "kubernetes.default" || host.starts_with("kubernetes.default.svc") {
        return Some(Reach::Private);
    }
    if OWN_DOMAINS
        .iter()
        .any(|domain| host.strip_suffix(domain).is_some_and(|before| before.is_empty() || before.ends_with('.')))
    {
        return Some(Reach::Rebinding);
    }
    let echoed = ECHOING_DOMAINS.iter().find_map(|domain| host.strip_suffix(domain))?;
    contained(echoed).map(|_| Reach::Rebinding)
}

/// The internal address that the labels `echoed` spell with dots or dashes, or in hexadecimal.
fn contained(echoed: &str) -> Option<Reach> {
    let parts: Vec<&str> = echoed.split(['.', '-']).collect();
    let dotted = parts.windows(4).find_map(|four| {
        let mut octets = [0; 4];
        for (octet, part) in octets.iter_mut().zip(four) {
            *octet = part.parse().ok()?;
        }
        of_ipv4(Ipv4Addr::from(octets), false)
    });
    let hexadecimal = || {
        let last = parts.iter().find(|part| part.len() == 8)?;
        of_ipv4(Ipv4Addr::from(u32::from_str_radix(last, 16).ok()?), false)
    };
    dotted.or_else(hexadecimal)
}

fn of_ipv4(address: Ipv4Addr, odd: bool) -> Option<Reach> {
    let [one, two, ..] = address.octets();
    let shared = one == 100 && (64..128).contains(&two);
    let reach = match address {
        _ if METADATA_ADDRESSES.contains(&address) => Reach::Metadata,
        _ if address.is_loopback() || one == 0 => Reach::Own,
        _ if address.is_private() || address.is_link_local() || shared => Reach::Private,
        _ => return None,
    };
    Some(if odd && reach != Reach::Metadata { Reach::Odd } else { reach })
}

fn of_ipv6(address: Ipv6Addr) -> Option<Reach> {
    let segments = address.segments();
    let inner = |high: u16, low: u16| of_ipv4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)), true);
    match segments {
        [0xFD00, 0xEC2, 0, 0, 0, 0, 0, 0x254]
        | [0xFD00, 0xEC2, 0, 0, 0, 0, 0, 0x23]
        | [0xFD20, 0xCE, 0, 0, 0, 0, 0, 0x254] => Some(Reach::Metadata),
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => Some(Reach::Own),
        [0, 0, 0, 0, 0, 0 | 0xFFFF, high, low] | [0x64, 0xFF9B, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            inner(high, low)
        }
        [0xFE80..=0xFEBF | 0xFC00..=0xFDFF, ..] => Some(Reach::Private),
        _ => None,
    }
}

/// An IPv4 address of one to four parts in decimal, octal or hexadecimal; and whether that is odd.
fn ipv4(host: &str) -> Option<(Ipv4Addr, bool)> {
    if let Ok(address) = host.parse() {
        return Some((address, false));
    }
    let parts: Vec<&str> = host.split('.').collect();
    let (last, front) = parts.split_last().filter(|(_, front)| front.len() <= 3)?;
    let mut value: u64 = 0;
    for part in front {
        let part = number(part).filter(|part| *part <= 255)?;
        value = (value << 8) | part;
    }
    let width = 8 * (4 - u32::try_from(front.len()).ok()?);
    let last = number(last).filter(|last| *last < 1 << width)?;
    let address = u32::try_from((value << width) | last).ok()?;
    // Small numbers alone are no addresses but years, ports and the like.
    (address > 0xFFFF || !front.is_empty() || host == "0").then_some((Ipv4Addr::from(address), true))
}

fn number(part: &str) -> Option<u64> {
    let lower = part.to_ascii_lowercase();
    if part.len() > 24 {
        return None;
    }
    if let Some(hex) = lower.strip_prefix("0x") {
        return u64::from_str_radix(hex, 16).ok();
    }
    if part.len() > 1 && part.starts_with('0') {
        return u64::from_str_radix(part, 8).ok();
    }
    part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok()).flatten()
}

/// Enclosed and full-width digits and letters, which are read as plain ones.
fn is_enclosed(character: char) -> bool {
    matches!(character, '\u{2460}'..='\u{24FF}' | '\u{FF10}'..='\u{FF5A}' | '\u{3002}' | '\u{FF0E}')
}
