//! The binary as its users meet it: started, sent to, asked, killed and started again, by itself and beside other
//! people's programs.
//!
//! Every test has a server and a folder of its own, so all of them can run at the same time. Whatever is waited for has
//! a deadline (`deadline`), and nothing outlives its test.
#![allow(clippy::disallowed_methods, reason = "reads files and output of its own making, which are small")]
#![allow(unreachable_pub, reason = "nothing reaches tests from outside; `pub` marks what a module offers the others")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod alert_rules;
mod alertmanager;
mod businesses;
mod clients;
mod clock_jumps;
mod commands;
mod crash;
mod deadline;
mod deploy;
mod disk;
mod files;
mod hooks;
mod hostile;
mod http;
mod journal;
mod limits;
mod live;
mod log_damage;
mod operating;
mod otlp;
mod packages;
mod pages;
mod planted;
mod prometheus;
mod python;
mod query;
mod readers;
mod receiver;
mod respond;
mod restart;
mod server;
mod sigma_feed;
mod slow;
mod statsd;
mod stream;
mod syslog;
mod syslog_daemons;
mod telemetry;
