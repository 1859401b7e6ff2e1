//! A desk for tests: keeps records, lets time pass, and remembers what people were told.
#![allow(dead_code, reason = "each test file uses a part of it")]

use palisade_model::{AlertStatus, Labels, Notification, Severity, Signal, Timestamp};
use palisade_response::{Actor, AuditEntry, Command, Config, Input, Outcome, Record, Refusal, Response};
use serde_json::Value;
use std::collections::BTreeMap;

/// The time so many seconds after the start of the test, a Friday at noon.
pub(crate) fn at(seconds: i64) -> Timestamp {
    let start = Timestamp::parse("2026-11-20T12:00:00Z").unwrap().nanos();
    Timestamp::from_nanos(start + seconds * 1_000_000_000)
}

pub(crate) fn labels(pairs: &[(&str, &str)]) -> Labels {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// A signal that goes on for an hour unless it is told again.
pub(crate) fn signal(name: &str, host: &str, severity: Severity) -> Signal {
    let labels = labels(&[("alertname", name), ("host", host), ("severity", severity.name())]);
    Signal { fingerprint: format!("{name}@{host}"), labels, severity, source: "test".to_owned(), ..Signal::default() }
}

pub(crate) fn high(name: &str, host: &str) -> Input {
    Input::Signal(signal(name, host, Severity::High))
}

pub(crate) fn over(name: &str, host: &str, seconds: i64) -> Input {
    Input::Signal(Signal { ends_at: Some(at(seconds)), ..signal(name, host, Severity::High) })
}

pub(crate) fn command(command: Command) -> Input {
    Input::Command(Actor { name: "ann".to_owned(), via: "test".to_owned() }, command)
}

pub(crate) fn acknowledge(fingerprint: &str) -> Input {
    command(Command::Acknowledge { fingerprint: fingerprint.to_owned(), note: String::new() })
}

pub(crate) fn config(toml: &str) -> Config {
    toml::from_str(toml).unwrap()
}

pub(crate) struct Desk {
    pub(crate) response: Response,
    pub(crate) config: Config,
    pub(crate) kept: BTreeMap<(String, String), Value>,
    pub(crate) told: Vec<Notification>,
    pub(crate) audit: Vec<AuditEntry>,
    now: Timestamp,
}

impl Desk {
    pub(crate) fn new(toml: &str) -> Self {
        let config = config(toml);
        let response = Response::new(config.clone()).unwrap();
        Self { response, config, kept: BTreeMap::new(), told: Vec::new(), audit: Vec::new(), now: at(0) }
    }

    pub(crate) fn keep(&mut self, outcome: Outcome) {
        for record in outcome.records {
            let key = (record.kind, record.key);
            match record.body {
                Some(body) => self.kept.insert(key, body),
                None => self.kept.remove(&key),
            };
        }
        self.told.extend(outcome.notifications);
        self.audit.extend(outcome.audit);
    }

    /// Lets time pass until `seconds`.
    pub(crate) fn wait(&mut self, seconds: i64) {
        self.wait_until(at(seconds));
    }

    pub(crate) fn wait_until(&mut self, until: Timestamp) {
        let mut wakes = 0;
        while let Some(wake) = self.response.wake_at().filter(|wake| *wake <= until) {
            let wake = wake.max(self.now);
            let outcome = self.response.apply(wake, Input::Tick).unwrap();
            self.keep(outcome);
            assert!(
                self.response.wake_at().is_none_or(|next| next > wake),
                "the machine wakes at {wake} again and again"
            );
            self.now = wake;
            wakes += 1;
            assert!(wakes < 100_000, "the machine wakes too often");
        }
    }

    pub(crate) fn try_apply(&mut self, now: Timestamp, input: Input) -> Result<(), Refusal> {
        self.wait_until(now);
        self.now = self.now.max(now);
        let result = self.response.apply(now, input);
        let outcome = match result {
            Ok(outcome) => outcome,
            Err(refusal) => {
                let rest = self.response.take_outcome();
                self.keep(rest);
                return Err(refusal);
            }
        };
        self.keep(outcome);
        Ok(())
    }

    pub(crate) fn apply(&mut self, seconds: i64, input: Input) {
        self.try_apply(at(seconds), input).unwrap();
    }

    pub(crate) fn records(&self) -> Vec<Record> {
        let kept = self.kept.iter();
        kept.map(|((kind, key), body)| Record { kind: kind.clone(), key: key.clone(), body: Some(body.clone()) })
            .collect()
    }

    /// Another machine, made of what was kept.
    pub(crate) fn restarted(&self) -> Response {
        let mut response = Response::new(self.config.clone()).unwrap();
        assert_eq!(response.restore(self.records()), []);
        response
    }

    /// What people were told since it was last asked: `seconds channel reason: +firing -resolved (more)`.
    pub(crate) fn heard(&mut self) -> Vec<String> {
        std::mem::take(&mut self.told).iter().map(shown).collect()
    }
}

pub(crate) fn shown(notification: &Notification) -> String {
    let millis = notification.decided_at.millis() - at(0).millis();
    let alerts = notification.alerts.iter().map(|alert| {
        let mark = if alert.status == AlertStatus::Resolved { '-' } else { '+' };
        format!(" {mark}{}", alert.fingerprint)
    });
    let alerts: String = alerts.collect();
    let more = match notification.truncated_alerts {
        0 => String::new(),
        more => format!(" ({more} more)"),
    };
    let to = match notification.recipients.as_slice() {
        [] => String::new(),
        people => format!(" to {}", people.join(",")),
    };
    format!("{} {} {:?}{to}:{alerts}{more}", millis as f64 / 1000.0, notification.channel, notification.reason)
}
