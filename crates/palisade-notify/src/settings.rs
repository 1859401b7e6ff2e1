//! What people write to describe a channel, and what is wrong with it when something is.

use crate::kind::Kind;
use palisade_model::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned, ser::Error as _};
use serde_json::{Map, Value};
use std::time::Duration;

/// Longest name of a channel, in characters.
const NAME_CHARS_MAX: usize = 64;
/// Longest title or text of a template, in bytes.
pub(crate) const TEMPLATE_BYTES_MAX: usize = 16 * 1024;

/// One channel: how it is called, how it is delivered to, what it says, and what its kind needs to know.
///
/// In TOML all of it is one table, `[[channels]]` with `name`, `kind` and the members of the kind, and the tables
/// `delivery` and `templates` inside. Members that nobody knows are refused.
#[derive(Clone, Debug, PartialEq)]
pub struct ChannelSettings {
    /// What routes call it.
    pub name: String,
    /// Whether it may go to addresses of the internal network.
    pub allow_internal: bool,
    /// Certificate authorities that it trusts beside the system's, in PEM.
    pub ca_certificates: String,
    /// How fast, how often, how long.
    pub delivery: DeliverySettings,
    /// What it says, where that differs from what its kind says.
    pub templates: TemplateSettings,
    /// Its kind, with what that needs to know.
    pub kind: Kind,
}

/// How a channel is delivered to. What is not set has the value that suits the kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeliverySettings {
    /// Messages a minute at most; 0 for no limit. When more are due, they wait, and those that wait are joined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages_per_minute: Option<u32>,
    /// How many may go out at once before the limit counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub burst: Option<u32>,
    /// Digest: at most one message in so many seconds, with everything that has come together since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest_seconds: Option<u32>,
    /// Whether messages that wait are joined into one that says how many they were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub join: Option<bool>,
    /// How long one attempt may take, in seconds.
    pub timeout_seconds: u32,
    /// How often a message is tried before it goes to the dead letters.
    pub attempts_max: u32,
    /// How old a message may be when it is tried for the last time, in hours.
    pub give_up_after_hours: u32,
    /// How many messages may be on their way at once.
    pub in_flight_max: u32,
}

impl Default for DeliverySettings {
    /// 20 attempts with the usual back-off take about an hour and a half: longer than most receivers are down, shorter
    /// than anybody would still want to be told. 10 seconds are what most receivers give themselves to answer.
    fn default() -> Self {
        Self {
            messages_per_minute: None,
            burst: None,
            digest_seconds: None,
            join: None,
            timeout_seconds: 10,
            attempts_max: 20,
            give_up_after_hours: 24,
            in_flight_max: 32,
        }
    }
}

impl DeliverySettings {
    /// How long one attempt may take.
    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_secs(u64::from(self.timeout_seconds))
    }

    /// The time after which a message decided at `decided` is not tried again.
    pub(crate) fn last_attempt(&self, decided: Timestamp) -> Timestamp {
        let nanos = i64::from(self.give_up_after_hours) * 3_600_000_000_000;
        Timestamp::from_nanos(decided.nanos().saturating_add(nanos))
    }

    fn check(&self) -> Result<(), SettingsError> {
        let ranges: [(&'static str, u32, u32, u32); 4] = [
            ("delivery.timeout_seconds", self.timeout_seconds, 1, 120),
            ("delivery.attempts_max", self.attempts_max, 1, 100),
            ("delivery.give_up_after_hours", self.give_up_after_hours, 1, 24 * 14),
            ("delivery.in_flight_max", self.in_flight_max, 1, 256),
        ];
        for (field, value, least, most) in ranges {
            if !(least..=most).contains(&value) {
                return Err(SettingsError::new(field, format!("is {value}; it has to be {least} to {most}")));
            }
        }
        let one_or_more = [
            ("delivery.burst", self.burst.unwrap_or(1), 100_000),
            ("delivery.digest_seconds", self.digest_seconds.unwrap_or(1), 86_400),
        ];
        for (field, value, most) in one_or_more {
            if !(1..=most).contains(&value) {
                return Err(SettingsError::new(field, format!("is {value}; it has to be 1 to {most}")));
            }
        }
        if self.digest_seconds.is_some() && (self.messages_per_minute.is_some() || self.burst.is_some()) {
            return Err(SettingsError::new("delivery.digest_seconds", "excludes messages_per_minute and burst"));
        }
        Ok(())
    }
}

/// What a channel says, in Jinja; see [`crate::Shown`] for what stands in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TemplateSettings {
    /// One line: the subject of a mail, the head of a card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The message, in the markup of the channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The HTML part of a mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
}

/// What is wrong with the settings of a channel.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} {problem}")]
pub struct SettingsError {
    /// Which member.
    pub field: String,
    /// What is wrong with it, and what to do.
    pub problem: String,
}

impl SettingsError {
    pub(crate) fn new(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { field: field.into(), problem: problem.into() }
    }
}

/// The members that all kinds share.
#[derive(Serialize, Deserialize)]
struct Shared {
    name: String,
    #[serde(default)]
    allow_internal: bool,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    ca_certificates: String,
    #[serde(default)]
    delivery: DeliverySettings,
    #[serde(default)]
    templates: TemplateSettings,
}

const SHARED: [&str; 5] = ["name", "allow_internal", "ca_certificates", "delivery", "templates"];

impl ChannelSettings {
    /// Checks what can be checked without asking the receiver. [`crate::OpenChannel::open`] does this too, and compiles the
    /// templates.
    ///
    /// # Errors
    /// The first member that cannot stay as it is.
    pub fn check(&self) -> Result<(), SettingsError> {
        let name_fits = (1..=NAME_CHARS_MAX).contains(&self.name.chars().count())
            && self.name.trim() == self.name
            && !self.name.chars().any(char::is_control);
        if !name_fits {
            return Err(SettingsError::new("name", "has to be 1 to 64 characters, without blanks around them"));
        }
        self.delivery.check()?;
        if !self.ca_certificates.is_empty() && !self.kind.speaks_tls() {
            return Err(SettingsError::new("ca_certificates", "has no use: this channel is not over TLS"));
        }
        self.kind.check(self.allow_internal)
    }
}

/// Shared members and those of the kind stand in one table, and each set refuses what it does not know. serde's
/// `flatten` cannot do that, so the table is divided first.
impl<'de> Deserialize<'de> for ChannelSettings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        fn part<T: DeserializeOwned, E: serde::de::Error>(members: Map<String, Value>) -> Result<T, E> {
            serde_json::from_value(Value::Object(members)).map_err(E::custom)
        }
        let all = Map::<String, Value>::deserialize(deserializer)?;
        let (shared, kind): (Map<_, _>, Map<_, _>) =
            all.into_iter().partition(|(name, _)| SHARED.contains(&name.as_str()));
        let shared: Shared = part(shared)?;
        Ok(Self {
            name: shared.name,
            allow_internal: shared.allow_internal,
            ca_certificates: shared.ca_certificates,
            delivery: shared.delivery,
            templates: shared.templates,
            kind: part(kind)?,
        })
    }
}

/// Secrets are masked; see [`crate::keep_masked`] for the way back.
impl Serialize for ChannelSettings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let members = |value: serde_json::Result<Value>| match value {
            Ok(Value::Object(members)) => Ok(members),
            Ok(_) => Err(S::Error::custom("the settings of a channel are no table")),
            Err(error) => Err(S::Error::custom(error)),
        };
        let mut all = Map::new();
        all.insert("name".into(), self.name.clone().into());
        all.extend(members(serde_json::to_value(&self.kind))?);
        all.extend(members(serde_json::to_value(Shared {
            name: self.name.clone(),
            allow_internal: self.allow_internal,
            ca_certificates: self.ca_certificates.clone(),
            delivery: self.delivery.clone(),
            templates: self.templates.clone(),
        }))?);
        all.serialize(serializer)
    }
}
