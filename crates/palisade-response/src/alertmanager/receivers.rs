//! Receivers: each of their integrations is a channel.

use super::{ImportedChannel, scalar};
use crate::{ConfigError, config::ChannelRules};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Settings as they stand in the file.
type Section = BTreeMap<String, Value>;

/// What all receivers come to.
#[derive(Debug, Default)]
pub(super) struct Receivers {
    /// The channels of each receiver.
    pub(super) by_name: BTreeMap<String, Vec<String>>,
    pub(super) channels: Vec<ImportedChannel>,
    pub(super) rules: BTreeMap<String, ChannelRules>,
}

/// One kind of integration.
struct Integration {
    /// Its list in a receiver.
    list: &'static str,
    /// What we call it.
    kind: &'static str,
    /// Whether it tells that something is over, where nothing is said.
    sends_resolved: bool,
    settings: fn(&Found<'_>) -> Value,
}

/// The integrations that have a counterpart.
const INTEGRATIONS: [Integration; 8] = [
    Integration { list: "email_configs", kind: "smtp", sends_resolved: false, settings: email },
    Integration { list: "slack_configs", kind: "slack", sends_resolved: false, settings: slack },
    Integration { list: "webhook_configs", kind: "alertmanager", sends_resolved: true, settings: webhook },
    Integration { list: "pagerduty_configs", kind: "pagerduty", sends_resolved: true, settings: pagerduty },
    Integration { list: "discord_configs", kind: "discord", sends_resolved: true, settings: with_webhook_url },
    Integration { list: "msteams_configs", kind: "teams", sends_resolved: true, settings: with_webhook_url },
    Integration { list: "msteamsv2_configs", kind: "teams", sends_resolved: true, settings: with_webhook_url },
    Integration { list: "telegram_configs", kind: "telegram", sends_resolved: true, settings: telegram },
];

/// Members of an integration that are text for people, in Go's templates.
const TEXTS: [&str; 15] = [
    "html",
    "text",
    "title",
    "summary",
    "message",
    "headers",
    "fallback",
    "footer",
    "pretext",
    "description",
    "details",
    "fields",
    "actions",
    "title_link",
    "color",
];

/// What is known of one integration: its own settings, and those for all.
struct Found<'a> {
    section: &'a Section,
    global: &'a Section,
}

impl Found<'_> {
    /// The setting `name`, else the one for all that is called `global`.
    fn text(&self, name: &str, global: &str) -> String {
        let own = self.section.get(name).or_else(|| self.global.get(global));
        own.map(scalar).unwrap_or_default()
    }

    fn is_false(&self, name: &str, global: &str) -> bool {
        self.section.get(name).or_else(|| self.global.get(global)).and_then(Value::as_bool) == Some(false)
    }

    /// The credentials of an `Authorization: Bearer` header.
    fn bearer(&self) -> String {
        let http = self.section.get("http_config").or_else(|| self.global.get("http_config"));
        let token = |http: &Value| {
            let own = http.pointer("/authorization/credentials").or_else(|| http.get("bearer_token"))?;
            Some(scalar(own))
        };
        http.and_then(token).unwrap_or_default()
    }
}

/// Reads all `receivers`.
pub(super) fn read(
    global: &Section,
    receivers: &[Section],
    remarks: &mut Vec<String>,
) -> Result<Receivers, ConfigError> {
    let mut found = Receivers::default();
    for (at, receiver) in receivers.iter().enumerate() {
        let Some(name) = receiver.get("name").and_then(Value::as_str).filter(|name| !name.is_empty()) else {
            return Err(ConfigError::new(format!("receivers[{at}].name"), "a receiver has a name"));
        };
        if found.by_name.insert(name.to_owned(), Vec::new()).is_some() {
            return Err(ConfigError::new(format!("receivers[{at}].name"), format!("'{name}' is there already")));
        }
        for (list, sections) in receiver.iter().filter(|(list, _)| *list != "name") {
            let place = format!("receivers['{name}'].{list}");
            match INTEGRATIONS.iter().find(|integration| integration.list == list) {
                Some(integration) => add(&mut found, name, integration, sections, global, &place, remarks)?,
                None => remarks.push(format!("{place}: there is no channel of this kind")),
            }
        }
    }
    Ok(found)
}

fn add(
    receivers: &mut Receivers,
    receiver: &str,
    integration: &Integration,
    sections: &Value,
    global: &Section,
    place: &str,
    remarks: &mut Vec<String>,
) -> Result<(), ConfigError> {
    let sections: Vec<Section> =
        serde_json::from_value(sections.clone()).map_err(|error| ConfigError::new(place, error.to_string()))?;
    for section in &sections {
        let name = free_name(receivers, receiver, integration.kind);
        remark(section, &name, place, remarks);
        let settings = (integration.settings)(&Found { section, global });
        let send_resolved = section.get("send_resolved").and_then(Value::as_bool).unwrap_or(integration.sends_resolved);
        let max_alerts = section.get("max_alerts").and_then(Value::as_u64).unwrap_or(0);
        let max_alerts = usize::try_from(max_alerts).unwrap_or(0);
        let rules = ChannelRules { max_alerts, send_resolved, ..ChannelRules::default() };
        receivers.rules.insert(name.clone(), rules);
        if let Some(channels) = receivers.by_name.get_mut(receiver) {
            channels.push(name.clone());
        }
        let kind = integration.kind.to_owned();
        receivers.channels.push(ImportedChannel { name, kind, settings: without_empty(settings) });
    }
    Ok(())
}

/// The receiver's own name for its first integration, with the kind and a number for further ones.
fn free_name(receivers: &Receivers, receiver: &str, kind: &str) -> String {
    let is_free = |name: &String| !receivers.rules.contains_key(name);
    let first = receiver.to_owned();
    let with_kind = format!("{receiver}-{kind}");
    let numbered = (2..).map(|number| format!("{receiver}-{kind}-{number}"));
    [first, with_kind].into_iter().chain(numbered).find(is_free).unwrap_or_default()
}

/// What of an integration is not taken over.
fn remark(section: &Section, channel: &str, place: &str, remarks: &mut Vec<String>) {
    let is_own_text = |value: &Value| !scalar(value).is_empty();
    if TEXTS.iter().any(|name| section.get(*name).is_some_and(is_own_text)) {
        remarks.push(format!("{place}: its texts are Go's templates; give the channel '{channel}' templates of ours"));
    }
    for name in section.keys().filter(|name| name.ends_with("_file")) {
        let setting = name.trim_end_matches("_file");
        remarks.push(format!("{place}: '{setting}' stands in a file; enter it in the channel '{channel}'"));
    }
    if section
        .get("http_config")
        .is_some_and(|http| http.get("tls_config").is_some() || http.get("proxy_url").is_some())
    {
        remarks.push(format!("{place}: its http_config is not taken over but for a bearer token"));
    }
}

/// Members that have a value.
fn without_empty(settings: Value) -> Value {
    let Value::Object(members) = settings else { return settings };
    let is_said = |value: &Value| !(value.is_null() || value.as_str() == Some(""));
    members.into_iter().filter(|(_, value)| is_said(value)).collect::<Map<_, _>>().into()
}

fn email(found: &Found<'_>) -> Value {
    let host = found.text("smarthost", "smtp_smarthost");
    let (host, port) = host.rsplit_once(':').unwrap_or((&host, ""));
    let port: Option<u16> = port.parse().ok();
    let security = match port {
        Some(465) => "tls",
        _ if found.is_false("require_tls", "smtp_require_tls") => "none",
        _ => "starttls",
    };
    let to = found.text("to", "");
    let to: Vec<&str> = to.split(',').map(str::trim).filter(|address| !address.is_empty()).collect();
    json!({
        "host": host, "port": port, "security": security, "to": to,
        "from": found.text("from", "smtp_from"),
        "username": found.text("auth_username", "smtp_auth_username"),
        "password": found.text("auth_password", "smtp_auth_password"),
    })
}

fn slack(found: &Found<'_>) -> Value {
    let channel = found.text("channel", "");
    let token = found.bearer();
    if token.is_empty() {
        json!({"webhook_url": found.text("api_url", "slack_api_url"), "channel": channel})
    } else {
        json!({"bot_token": token, "channel": channel})
    }
}

fn webhook(found: &Found<'_>) -> Value {
    json!({"url": found.text("url", ""), "token": found.bearer()})
}

fn pagerduty(found: &Found<'_>) -> Value {
    let key = found.text("routing_key", "");
    let key = if key.is_empty() { found.text("service_key", "") } else { key };
    json!({"routing_key": key, "url": found.text("url", "pagerduty_url")})
}

fn with_webhook_url(found: &Found<'_>) -> Value {
    json!({"webhook_url": found.text("webhook_url", "")})
}

fn telegram(found: &Found<'_>) -> Value {
    json!({
        "bot_token": found.text("bot_token", ""),
        "chat_id": found.text("chat_id", ""),
        "topic_id": found.section.get("message_thread_id"),
        "api_url": found.text("api_url", "telegram_api_url"),
    })
}
