//! A password spray and a port sweep, at the volume of an attack.

use super::stage::{Stage, patient};
use crate::correlation::Repeat;

#[test]
fn a_password_spray_and_what_it_found() {
    let mut stage = Stage::new(include_str!("rules/password_spray.yml"), patient(Repeat::OncePerWindow));
    let (mut spray, mut others) = (Vec::new(), 0);
    for attempt in 0..600 {
        let user = format!("user{attempt}");
        spray.extend(stage.hit("failed_logon", attempt, &[("IpAddress", "203.0.113.9"), ("TargetUserName", &user)]));
        let mistyped = [("IpAddress", "10.0.0.7"), ("TargetUserName", "anna")];
        others += stage.hit("failed_logon", attempt, &mistyped).len();
    }
    assert_eq!((spray.len(), others), (1, 0));
    assert_eq!((spray[0].number, spray[0].is_exact, spray[0].until.millis()), (20.0, true, 19_000));
    assert_eq!(spray[0].examples[..2], ["user12", "user13"]);
    let found = stage.hit("successful_logon", 1_300, &[("IpAddress", "203.0.113.9"), ("TargetUserName", "user7")]);
    assert_eq!(
        found.iter().map(|found| stage.titles[found.correlation].as_str()).collect::<Vec<_>>(),
        ["Password spray that found a password"]
    );
    assert!(stage.hit("successful_logon", 1_301, &[("IpAddress", "10.0.0.7")]).is_empty());
}

#[test]
fn a_sweep_over_all_ports_and_one_over_hosts() {
    let mut stage = Stage::new(include_str!("rules/port_sweep.yml"), patient(Repeat::OncePerWindow));
    let mut sweep = Vec::new();
    for port in 0..65_536 {
        let fields = [("src_ip", "203.0.113.9"), ("dst_ip", "10.0.0.1"), ("dst_port", &port.to_string())];
        sweep.extend(stage.hit("connection_refused", i64::from(port) / 300, &fields));
    }
    let found: Vec<_> = sweep.iter().map(|found| (found.correlation, found.number)).collect();
    assert_eq!(found, [(0, 100.0), (1, 200.0)]);
    let mut hosts = Vec::new();
    for host in 0..250 {
        let fields = [("src_ip", "203.0.113.10"), ("dst_ip", &format!("10.0.0.{host}")), ("dst_port", "445")];
        hosts.extend(stage.hit("connection_refused", 300, &fields));
    }
    assert_eq!(hosts.iter().map(|found| (found.correlation, found.number)).collect::<Vec<_>>(), [(1, 200.0)]);
}

/// More values than are kept: the count is estimated, and the match says so.
#[test]
fn a_sweep_over_all_addresses() {
    let rule = "
title: All of a network
correlation: {type: value_count, rules: [a], group-by: [src], timespan: 1h, condition: {field: dst, gte: 220000}}";
    let mut stage = Stage::new(rule, patient(Repeat::OncePerWindow));
    let sweep =
        (0..300_000).flat_map(|host: i64| stage.hit("a", host / 1_000, &[("src", "s"), ("dst", &host.to_string())]));
    let found: Vec<_> = sweep.collect();
    assert_eq!((found.len(), found[0].is_exact), (1, false));
    let told = stage.correlator.correlations().describe(&found[0]);
    assert!(
        told.starts_with("about 22")
            && told.ends_with(
                "within 1 hour, for src s: 199993, 199994, 199995, 199996, 199997, 199998, 199999, 200000 and others"
            ),
        "{told}"
    );
    let seconds = found[0].until.millis() / 1_000;
    assert!((214..=226).contains(&seconds), "{seconds}");
}
