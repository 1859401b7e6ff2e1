//! Whom channels trust over TLS: a real mail server, with STARTTLS and encrypted from the first byte, and a web server,
//! with a certificate of an authority that nobody knows.

use crate::{
    certificates,
    programs::{beside, python},
    sent::{deliver, one_alert},
};
use palisade_notify::{Failure, Receipt, Retry};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    process::{Child, ChildStdout, Command, Stdio},
};
use tempfile::TempDir;

const WAYS: [&str; 3] = ["starttls", "tls", "https"];

/// The receivers, with their certificates.
struct Receivers {
    folder: TempDir,
    process: Child,
    told: BufReader<ChildStdout>,
    ports: Vec<u16>,
}

impl Receivers {
    /// Starts them; `newest` is the newest version of TLS that they speak. `None` when the test is to be skipped.
    fn start(newest: &str) -> Option<Self> {
        let (python, folder) = (python()?, tempfile::tempdir().unwrap());
        certificates::make(folder.path())?;
        let mut process = Command::new(python)
            .arg(beside("tls_receivers.py"))
            .args([folder.path().join("server.pem"), folder.path().join("server.key")])
            .arg(newest)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        told.read_line(&mut line).unwrap();
        let ports = line.split_whitespace().map(|port| port.parse().unwrap()).collect();
        Some(Self { folder, process, told, ports })
    }

    fn certificate(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    /// Sends by each way in turn to `host`, with what `settings` adds, and says how it went.
    async fn send(&self, host: &str, settings: Value) -> Vec<(&'static str, Result<Receipt, Failure>)> {
        let mut outcomes = Vec::new();
        for (way, port) in WAYS.into_iter().zip(&self.ports) {
            let mut all = if way == "https" {
                json!({"kind": "webhook", "url": format!("https://{host}:{port}/hook")})
            } else {
                json!({"kind": "smtp", "host": host, "port": port, "security": way, "username": "palisade",
                       "password": "opensesame", "from": "p@example.org", "to": ["ana@example.org"]})
            };
            all.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
            outcomes.push((way, deliver(all, one_alert()).await));
        }
        outcomes
    }

    /// Ends them; what they took.
    fn stop(mut self) -> Vec<Value> {
        drop(self.process.stdin.take());
        let taken = (&mut self.told).lines().map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect();
        self.process.wait().unwrap();
        taken
    }

    /// The ways are refused for reasons with these `words` in them.
    async fn refuse(self, host: &str, settings: Value, words: [&str; 3]) -> Self {
        for ((way, outcome), words) in self.send(host, settings).await.into_iter().zip(words) {
            let failure = outcome.unwrap_err();
            assert!(failure.reason.contains(words), "{way}: {failure:?}");
            assert_eq!((failure.retry, failure.uncertain), (Retry::Later, false), "{way}: {failure:?}");
        }
        self
    }
}

async fn taken_over(newest: &str, wanted: &str) {
    let Some(receivers) = Receivers::start(newest) else { return };
    let authorities = receivers.certificate("other.pem") + &receivers.certificate("root.pem");
    for (way, outcome) in receivers.send("localhost", json!({ "ca_certificates": authorities })).await {
        outcome.unwrap_or_else(|failure| panic!("{way}: {failure:?}"));
    }
    let taken = receivers.stop();
    let ways: Vec<_> =
        taken.iter().map(|taken| (taken["way"].as_str().unwrap(), taken["tls"].as_str().unwrap())).collect();
    assert_eq!(ways, WAYS.map(|way| (way, wanted)));
    for taken in &taken {
        let text = taken["text"].as_str().unwrap();
        assert!(text.contains("SQL injection"), "{text}");
        assert!(taken["way"] == "https" || text.starts_with("palisade "), "signed in: {text}");
    }
}

#[tokio::test]
async fn an_authority_of_ones_own_is_trusted() {
    taken_over("TLSv1_3", "TLSv1.3").await;
}

#[tokio::test]
async fn tls_1_2_is_taken() {
    taken_over("TLSv1_2", "TLSv1.2").await;
}

#[tokio::test]
async fn tls_1_1_is_not() {
    let Some(receivers) = Receivers::start("TLSv1_1") else { return };
    let trusted = json!({ "ca_certificates": receivers.certificate("root.pem") });
    // Python's mail server does not say why it breaks off.
    let words = ["tls handshake eof", "tls handshake eof", "it speaks no TLS 1.2 or newer"];
    let receivers = receivers.refuse("localhost", trusted, words).await;
    assert_eq!(receivers.stop(), [Value::Null; 0]);
}

#[tokio::test]
async fn certificates_that_are_not_trusted_are_refused() {
    let Some(receivers) = Receivers::start("TLSv1_3") else { return };
    let words = "its certificate is not trusted, because nobody trusted has issued it: if its authority is your own, put \
                 that into `ca_certificates`";
    let other = json!({ "ca_certificates": receivers.certificate("other.pem") });
    let trusted = json!({ "ca_certificates": receivers.certificate("root.pem") });
    let receivers = receivers.refuse("localhost", json!({}), [words; 3]).await;
    let receivers = receivers.refuse("localhost", other, [words; 3]).await;
    // It is the certificate of somebody else.
    let receivers = receivers.refuse("127.0.0.1", trusted, ["its certificate is not accepted"; 3]).await;
    assert_eq!(receivers.stop(), [Value::Null; 0]);
}
