//! Addresses of machines that say where a person is: IP and MAC.
//!
//! **What it finds.** Public IP addresses behind a word that ties them to a person or a client, and MAC addresses
//! behind a word that names them.
//!
//! **Why it matters.** Beside a time they identify a household or a device; European law counts them as personal data.
//!
//! **Example.** `client_ip=81.2.69.142`
//!
//! Other addresses are left alone, and those that are private, reserved or kept for documentation.

use super::kind;
use crate::{
    detector::{Detector, Hit, Outcome},
    text::View,
};
use palisade_model::Severity;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub(super) static IP: Detector = kind(
    "guard.personal.ip",
    "IP address of a person's machine",
    &[
        b"client_ip",
        b"client ip",
        b"clientip",
        b"user_ip",
        b"user ip",
        b"userip",
        b"visitor ip",
        b"x-forwarded-for",
        b"x-real-ip",
        b"remote_addr",
        b"remote_ip",
        b"source_ip",
        b"src_ip",
        b"sourceip",
        b"login_ip",
        b"login ip",
        b"peer_ip",
        b"cf-connecting-ip",
        b"true-client-ip",
        b"forwarded: for=",
        b"my ip",
        b"home ip",
        b"customer ip",
    ],
    ip,
);

pub(super) static MAC: Detector = kind(
    "guard.personal.mac",
    "MAC address",
    &[
        b"mac address",
        b"mac_addr",
        b"macaddr",
        b"mac-addr",
        b"hwaddr",
        b"link/ether",
        b"bssid",
        b"physical address",
        b"mac:",
        b"mac=",
        b"mac\"",
    ],
    mac,
);

/// Bytes behind the word within which the address begins, and those of an address.
const GAP_BYTES_MAX: usize = 32;
const ADDRESS_BYTES_MAX: usize = 45;

fn ip(view: &View<'_>, at: usize) -> Outcome {
    let starts = at + 5..(at + GAP_BYTES_MAX).min(view.bytes().len());
    let found = starts.filter(|&start| view.word_may_begin(start) && view.bytes()[start].is_ascii_hexdigit()).find_map(
        |start| {
            let run =
                view.byte_run(start, ADDRESS_BYTES_MAX, |byte| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':'));
            let text = view.slice(run.clone()).trim_end_matches(['.', ':']);
            let address: IpAddr = text.parse().ok()?;
            is_public(address).then(|| run.start..run.start + text.len())
        },
    );
    found.map(|span| Hit::secret(span, 0.7, "The public address of a client.").rated(Severity::Informational)).into()
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    let shared = first == 100 && (64..128).contains(&second);
    let reserved =
        address.is_private() || address.is_loopback() || address.is_link_local() || address.is_documentation();
    !(reserved || shared || first == 0 || first >= 224 || RESOLVERS.contains(&address))
}

/// Resolvers of names that are open to all; they stand in settings everywhere.
const RESOLVERS: [Ipv4Addr; 6] = [
    Ipv4Addr::new(1, 1, 1, 1),
    Ipv4Addr::new(1, 0, 0, 1),
    Ipv4Addr::new(8, 8, 8, 8),
    Ipv4Addr::new(8, 8, 4, 4),
    Ipv4Addr::new(9, 9, 9, 9),
    Ipv4Addr::new(208, 67, 222, 222),
];

/// Global unicast (RFC 4291) without the range for documentation (RFC 3849).
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    first & 0xE000 == 0x2000 && !(first == 0x2001 && second == 0x0DB8)
}

/// Characters of a MAC address.
const MAC_BYTES: usize = 17;

fn mac(view: &View<'_>, at: usize) -> Outcome {
    let starts = at + 3..(at + GAP_BYTES_MAX).min(view.bytes().len());
    let is_mac = |start: &usize| {
        let run = view.byte_run(*start, MAC_BYTES, |byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'-'));
        let bytes = &view.bytes()[run.clone()];
        let grouped = bytes.len() == MAC_BYTES
            && bytes.iter().enumerate().all(|(place, byte)| (place % 3 == 2) == matches!(byte, b':' | b'-'));
        let issued = bytes.iter().any(|byte| !matches!(byte, b'0' | b':' | b'-'))
            && bytes.iter().any(|byte| !matches!(byte.to_ascii_lowercase(), b'f' | b':' | b'-'));
        let whole = view.bytes().get(run.end).is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b':');
        view.word_may_begin(*start) && grouped && issued && whole && !is_example_mac(bytes)
    };
    let why = "The hardware address of a device.";
    starts
        .into_iter()
        .find(is_mac)
        .map(|start| Hit::secret(start..start + MAC_BYTES, 0.7, why).rated(Severity::Informational))
        .into()
}

/// Digits of a MAC address.
const MAC_DIGITS: usize = 12;

/// True for what people write who invent an address: digits that count up or down, pairs that repeat; and for addresses
/// that software has chosen (IEEE 802, second bit of the first byte), which no device keeps.
fn is_example_mac(bytes: &[u8]) -> bool {
    let digits: Vec<u32> = bytes.iter().filter_map(|&byte| char::from(byte).to_digit(16)).collect();
    let chosen = digits.get(1).is_some_and(|digit| digit & 2 != 0);
    let steps = |step: u32| digits.windows(2).filter(|pair| pair[1] == (pair[0] + step) % 16).count();
    let pairs: std::collections::BTreeSet<&[u32]> = digits.chunks(2).collect();
    let evenly = digits.chunks(2).all(|pair| pair[0] == pair[1]) || digits.iter().step_by(2).all(|digit| *digit == 0);
    digits.len() < MAC_DIGITS || chosen || steps(1) >= 8 || steps(15) >= 8 || pairs.len() <= 3 || evenly
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn addresses() {
        check(
            "guard.personal.ip",
            &[
                ("client_ip=81.2.69.142,", 10..21),
                ("X-Forwarded-For: 2a02:2f0c::1\r\n", 17..29),
                ("\"sourceIPAddress\": \"81.2.69.142\"", 20..31),
                ("Forwarded: for=81.2.69.142;proto=https", 15..26),
            ],
            &[
                "client_ip=10.0.0.1",
                "remote_ip: 8.8.8.8",
                "client ip 203.0.113.9",
                "81.2.69.142",
                "x-forwarded-for: 2001:db8::1",
            ],
        );
        check(
            "guard.personal.mac",
            &[
                ("MAC address: 3C:22:FB:0A:1B:2C", 13..30),
                ("link/ether 3c:22:fb:0a:1b:2c brd ff:ff:ff:ff:ff:ff", 11..28),
            ],
            &[
                "MAC address 12:34:56:78:9a:bc, mac=aa:bb:cc:dd:ee:ff, mac: 00:11:22:33:44:55",
                "MACAddress=52:54:00:e9:64:41, mac address of 02:15:15:15:15:15",
                "mac: 00:00:00:00:00:00",
                "3C:22:FB:0A:1B:2C",
                "mac=ff-ff-ff-ff-ff-ff",
            ],
        );
    }
}
