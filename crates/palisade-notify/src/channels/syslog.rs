//! Syslog: RFC 5424 over UDP (RFC 5426) or TCP with octet counting (RFC 6587 §3.4.1).

use super::present;
use crate::{
    address,
    channel::{Channel, Failure, Receipt, Retry},
    message::{Message, clip, one_line},
    settings::SettingsError,
};
use async_trait::async_trait;
use palisade_model::Severity;
use serde::{Deserialize, Serialize};
use std::{net::SocketAddr, time::Duration};
use tokio::{io::AsyncWriteExt, net::UdpSocket};

/// Longest message: every receiver has to take 480 bytes, and should take 2,048 (RFC 5424 §6.1).
const MESSAGE_BYTES_MAX: usize = 2_048;
/// Facility *security*, `authpriv`.
const FACILITY: u8 = 10;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// What a syslog channel needs to know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The receiver.
    pub host: String,
    /// Its port.
    #[serde(default = "default_port")]
    pub port: u16,
    /// How it is reached.
    #[serde(default)]
    pub transport: Transport,
    /// The facility, 0 to 23.
    #[serde(default = "default_facility")]
    pub facility: u8,
}

fn default_port() -> u16 {
    514
}

fn default_facility() -> u8 {
    FACILITY
}

/// How a syslog receiver is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// Nobody answers: what gets lost on the way is lost.
    Udp,
    /// The receiver has accepted the connection.
    #[default]
    Tcp,
}

impl Settings {
    pub(crate) fn check(&self) -> Result<(), SettingsError> {
        present("host", &self.host)?;
        if self.port == 0 {
            return Err(SettingsError::new("port", "has to be 1 to 65535"));
        }
        if self.facility > 23 {
            return Err(SettingsError::new("facility", "has to be 0 to 23"));
        }
        Ok(())
    }
}

/// A syslog receiver.
pub(crate) struct Syslog {
    settings: Settings,
    allow_internal: bool,
}

impl Syslog {
    pub(crate) fn new(settings: Settings, allow_internal: bool) -> Self {
        Self { settings, allow_internal }
    }

    async fn send_udp(&self, line: &[u8]) -> Result<(), Failure> {
        let Settings { host, port, .. } = &self.settings;
        let addresses = address::resolve(host, *port, self.allow_internal).await?;
        let target =
            *addresses.first().ok_or_else(|| Failure::certain(format!("{host} has no address"), Retry::Later))?;
        let any: SocketAddr = if target.is_ipv4() { ([0; 4], 0).into() } else { ([0u16; 8], 0).into() };
        let failed =
            |error: std::io::Error| Failure::certain(format!("{host} cannot be sent to: {error}"), Retry::Later);
        let socket = UdpSocket::bind(any).await.map_err(failed)?;
        socket.send_to(line, target).await.map(drop).map_err(failed)
    }

    async fn send_tcp(&self, line: &[u8]) -> Result<(), Failure> {
        let Settings { host, port, .. } = &self.settings;
        let mut stream = address::connect(host, *port, self.allow_internal, CONNECT_TIMEOUT).await?;
        let mut frame = format!("{} ", line.len()).into_bytes();
        frame.extend_from_slice(line);
        let failed = |error: std::io::Error| Failure::uncertain(format!("{host} broke the connection: {error}"));
        stream.write_all(&frame).await.map_err(failed)?;
        stream.shutdown().await.map_err(failed)
    }
}

#[async_trait]
impl Channel for Syslog {
    async fn deliver(&self, message: &Message) -> Result<Receipt, Failure> {
        let line = line(message, self.settings.facility);
        match self.settings.transport {
            Transport::Udp => self.send_udp(line.as_bytes()).await?,
            Transport::Tcp => self.send_tcp(line.as_bytes()).await?,
        }
        Ok(Receipt::default())
    }
}

/// The message: header, one element of structured data, and the title.
fn line(message: &Message, facility: u8) -> String {
    let level = match message.severity() {
        _ if message.shown.status == "resolved" => 5,
        Severity::Critical => 2,
        Severity::High => 3,
        Severity::Medium => 4,
        Severity::Low => 5,
        Severity::Informational => 6,
    };
    let priority = u16::from(facility) * 8 + level;
    // Six digits of a second at most (RFC 5424 §6.2.3).
    let time = message.notification.decided_at.to_string();
    let time = format!("{}Z", time.get(..26).unwrap_or("1970-01-01T00:00:00.000000"));
    let data: String = [
        ("id", message.notification.id.as_str()),
        ("status", message.shown.status),
        ("severity", message.severity().name()),
        ("group", &message.notification.group_key),
        ("link", &message.shown.link),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(name, value)| format!(" {name}=\"{}\"", parameter(value)))
    .collect();
    // 32473 is the number that IANA keeps for examples; nobody else's names are taken.
    let head = format!("<{priority}>1 {time} - palisade - NOTIFY [palisade@32473{data}] ");
    let room = MESSAGE_BYTES_MAX.saturating_sub(head.len());
    let mut text = message.title.clone();
    while text.len() > room {
        text.pop();
    }
    head + &text
}

/// A value of structured data: one line with `"`, `\` and `]` escaped (RFC 5424 §6.3.3).
fn parameter(value: &str) -> String {
    one_line(&clip(value, 300), 300).replace('\\', "\\\\").replace('"', "\\\"").replace(']', "\\]")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Shown;
    use palisade_model::{Notification, Timestamp};

    fn message(title: &str, group_key: &str) -> Message {
        Message {
            title: title.into(),
            shown: Shown { severity: Severity::High, status: "firing", ..Shown::default() },
            notification: Notification {
                id: "n1".into(),
                group_key: group_key.into(),
                decided_at: Timestamp::parse("2026-11-20T12:00:00.123456789Z").unwrap(),
                ..Notification::default()
            },
            ..Message::default()
        }
    }

    #[test]
    fn is_rfc_5424() {
        assert_eq!(
            line(&message("[FIRING] high: x", "{}:{a=\"b]\\\"}\n<34>1 forged"), 10),
            "<83>1 2026-11-20T12:00:00.123456Z - palisade - NOTIFY [palisade@32473 id=\"n1\" status=\"firing\" \
             severity=\"high\" group=\"{}:{a=\\\"b\\]\\\\\\\"} <34>1 forged\"] [FIRING] high: x"
        );
        assert!(line(&message(&"ä".repeat(5_000), &"ü".repeat(5_000)), 10).len() <= MESSAGE_BYTES_MAX);
    }
}
