//! Runs Sigma rules over security events, all rules at once, at the speed of the stream.
//!
//! ```text
//! bytes ──► readers ──► Record ──► source (log source inferred) ──► engine: index → candidates → confirm ──► Match
//!                                                                      ▲
//!                                                      rules (load, compile)
//! ```
//!
//! - A reader of [`readers`] takes the bytes of an event apart, once, into a flat [`Record`]; nothing is decoded that no
//!   rule asks for.
//! - [`source`] tells by what stands in the event which product, category and service it is of, and under which other
//!   names it may have the fields that rules ask for.
//! - A [`Loader`] reads rules; one that is broken is refused with file, line and reason, and concerns no other. What
//!   rules ask of fields becomes *predicates*, which rules share.
//! - The [`Engine`] finds, by one look at each value, the few rules that could match, and an [`Evaluator`] confirms
//!   them. It holds the memory of recent values, so each thread has its own.
//! - A [`Match`] names the rule and the fields it matched on, and becomes a finding.
//!
//! ```
//! use palisade_events::{Engine, Evaluator, Loader, Record, readers::json, taxonomy::Taxonomy};
//! use std::sync::Arc;
//!
//! let mut loader = Loader::new();
//! loader.add("whoami.yml", "
//! title: Whoami
//! logsource: {product: windows, category: process_creation}
//! detection:
//!     selection: {Image|endswith: '\\whoami.exe'}
//!     condition: selection
//! ");
//! let engine = Arc::new(Engine::new(loader.finish(), &Taxonomy::default()));
//! let mut evaluator = Evaluator::new(engine);
//! let line = r#"{"Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": 1, "Image": "C:\\Windows\\whoami.exe"}"#;
//! let record = json::read(line, Record::default())?;
//! let matched = evaluator.evaluate(&record).to_vec();
//! assert_eq!(matched.len(), 1);
//! assert_eq!(evaluator.explain(&record, matched[0]).fields[0].value, r"C:\Windows\whoami.exe");
//! # Ok::<(), palisade_events::readers::json::JsonProblem>(())
//! ```
//!
//! **What it must not know.** Files, sockets, clocks, threads: bytes, rules and time come in as arguments. Nothing
//! panics on any input; every bound stands in [`limits`].
#![forbid(unsafe_code)]

pub mod correlation;
mod engine;
pub mod limits;
mod matched;
pub mod readers;
mod record;
mod rule_test;
mod rules;
mod ruleset;
pub mod source;
pub mod taxonomy;
pub mod time;

pub use engine::{Counts, Engine, Evaluator, Explained, RuleNumber, Trace};
pub use matched::{Match, MatchedField};
pub use record::{Field, Record, Text, Value};
pub use rule_test::{Expected, Outcome, RuleTest, TestEvents, TestFile, Tester, Why};
pub use rules::{
    DisabledRule, LoadedCorrelation, Loader, LogSource, ParsedFile, Problem, Rule, Rules, Tuned, Tuning, parse_file,
    severity_of,
};
pub use ruleset::{FoundRule, Ruleset, finding};
