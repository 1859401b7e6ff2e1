//! A webhook of one's own: the notification as JSON, as a CloudEvent, or as a template makes it, signed on request.
//!
//! Signatures follow the Standard Webhooks specification (<https://www.standardwebhooks.com>): HMAC-SHA256 over
//! `id.timestamp.body`, in the headers `webhook-id`, `webhook-timestamp` and `webhook-signature`. `Idempotency-Key` is
//! the id of the notification. CloudEvents are 1.0 in structured mode.

use crate::{
    channel::Failure,
    http::{HttpRequest, check_secret_url},
    message::{Message, Shown, Site},
    open::{samples, tried},
    over_http::HttpChannel,
    secret::Secret,
    settings::SettingsError,
    template::{Markup, Template},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use palisade_model::{Notification, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::Sha256;
use std::collections::BTreeMap;

/// Headers that the channel sets itself, or that would break the request.
const RESERVED_HEADERS: [&str; 9] = [
    "content-type",
    "content-length",
    "host",
    "connection",
    "transfer-encoding",
    "idempotency-key",
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
];
/// How many headers a channel may add.
const HEADERS_MAX: usize = 32;

/// What a webhook needs to know.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where to.
    pub url: Secret,
    /// Signs each request: any text, or `whsec_` and base64 as the specification writes it.
    #[serde(default)]
    pub signing_secret: Secret,
    /// Further headers, for example `Authorization`.
    #[serde(default)]
    pub headers: BTreeMap<String, Secret>,
    /// Whether the notification comes as the data of a CloudEvent.
    #[serde(default)]
    pub cloudevents: bool,
    /// The body, in Jinja; the notification as JSON when there is none. In JSON what is put in is written as a JSON value,
    /// quotes included: `{"text": {{ headline }}}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// What the body is.
    #[serde(default = "default_content_type")]
    pub content_type: String,
}

fn default_content_type() -> String {
    "application/json".into()
}

impl Settings {
    pub(crate) fn check(&self, allow_internal: bool) -> Result<(), SettingsError> {
        check_secret_url("url", &self.url, allow_internal)?;
        if self.headers.len() > HEADERS_MAX {
            return Err(SettingsError::new("headers", format!("has more than {HEADERS_MAX}")));
        }
        for (name, value) in &self.headers {
            let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
            let field = format!("headers.{name}");
            if name.is_empty() || !name.bytes().all(token) {
                return Err(SettingsError::new(field, "is no name of a header"));
            }
            if RESERVED_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
                return Err(SettingsError::new(field, "is set by the channel itself"));
            }
            if value.is_missing() || !value.reveal().bytes().all(|byte| matches!(byte, b'\t' | 0x20..=0x7e)) {
                return Err(SettingsError::new(field, "has to be a line of ASCII"));
            }
        }
        if !self.content_type.bytes().all(|byte| matches!(byte, 0x20..=0x7e)) || !self.content_type.contains('/') {
            return Err(SettingsError::new("content_type", "is none: write it as application/json"));
        }
        if self.cloudevents && self.body.is_some() {
            return Err(SettingsError::new("body", "excludes cloudevents"));
        }
        key(&self.signing_secret).map(drop)
    }

    fn is_json(&self) -> bool {
        self.content_type.contains("json")
    }
}

/// The key of the signature, none when requests are not signed.
fn key(secret: &Secret) -> Result<Option<Vec<u8>>, SettingsError> {
    match secret.reveal().strip_prefix("whsec_") {
        _ if secret.reveal().is_empty() => Ok(None),
        _ if secret.is_missing() => Err(SettingsError::new("signing_secret", "is missing")),
        Some(encoded) => STANDARD
            .decode(encoded)
            .map(Some)
            .map_err(|_| SettingsError::new("signing_secret", "begins with whsec_ but goes on with no base64")),
        None => Ok(Some(secret.reveal().as_bytes().to_vec())),
    }
}

/// A webhook.
pub(crate) struct Webhook {
    settings: Settings,
    key: Option<Vec<u8>>,
    body: Option<Template>,
    site: Site,
}

impl Webhook {
    pub(crate) fn new(settings: Settings, site: &Site) -> Result<Self, SettingsError> {
        let body = settings.body.as_deref().map(|source| compile(source, settings.is_json())).transpose()?;
        Ok(Self { key: key(&settings.signing_secret)?, body, settings, site: site.clone() })
    }

    fn body(&self, message: &Message) -> Result<Vec<u8>, Failure> {
        let Some(template) = &self.body else {
            let data = if self.settings.cloudevents { cloud_event(message, &self.site) } else { json(message) };
            return Ok(data.to_string().into_bytes());
        };
        // A receiver that asked for its own form would not understand another.
        let rendered = template.render(&message.shown);
        let wrong = |problem: String| Failure::certain(format!("body: {problem}"), crate::Retry::Never);
        rendered.map(String::into_bytes).map_err(|error| wrong(error.to_string()))
    }
}

impl HttpChannel for Webhook {
    fn requests(&self, message: &Message) -> Result<Vec<(String, HttpRequest)>, Failure> {
        let id = &message.notification.id;
        let body = self.body(message)?;
        let content_type = match self.settings.cloudevents {
            true => "application/cloudevents+json; charset=utf-8".to_owned(),
            false => self.settings.content_type.clone(),
        };
        let mut headers = vec![("idempotency-key", Secret::from(id.as_str()))];
        if let Some(key) = &self.key {
            headers.extend(signature(key, id, message.sent_at, &body));
        }
        let named_headers = self.settings.headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        let url = self.settings.url.clone();
        Ok(vec![(String::new(), HttpRequest { url, headers, named_headers, content_type, body })])
    }
}

/// Compiles the template of a body. One for JSON has to make JSON.
fn compile(source: &str, is_json: bool) -> Result<Template, SettingsError> {
    let markup = if is_json { Markup::Json } else { Markup::Plain };
    let template = tried("body", source, markup)?;
    for sample in samples().iter().filter(|_| is_json) {
        let shown = Shown::new(sample, 1, false, &Site::default(), 20);
        let body = template.render(&shown).map_err(|error| SettingsError::new("body", error.to_string()))?;
        serde_json::from_str::<serde::de::IgnoredAny>(&body)
            .map_err(|error| SettingsError::new("body", format!("makes no JSON: {error}")))?;
    }
    Ok(template)
}

/// The headers that sign `body`.
fn signature(key: &[u8], id: &str, now: Timestamp, body: &[u8]) -> Vec<(&'static str, Secret)> {
    let seconds = now.millis().div_euclid(1_000);
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(format!("{id}.{seconds}.").as_bytes());
    mac.update(body);
    let code = STANDARD.encode(mac.finalize().into_bytes());
    vec![
        ("webhook-id", id.into()),
        ("webhook-timestamp", seconds.to_string().into()),
        ("webhook-signature", format!("v1,{code}").into()),
    ]
}

/// The notification as JSON, with the words that people would read.
fn json(message: &Message) -> Value {
    let Message { notification, covers, shown, title, text, .. } = message;
    json!({
        "title": title, "text": text, "status": shown.status, "severity": shown.severity, "link": shown.link,
        "messages": covers, "may_repeat": shown.may_repeat, "notification": notification,
    })
}

fn cloud_event(message: &Message, site: &Site) -> Value {
    let Notification { id, channel, decided_at, group_key, .. } = &message.notification;
    let source = if site.external_url.is_empty() { "/palisade" } else { &site.external_url };
    json!({
        "specversion": "1.0",
        "id": id,
        "source": source,
        "type": format!("dev.palisade.notification.{}", reason(message)),
        "time": decided_at,
        "subject": if group_key.is_empty() { channel } else { group_key },
        "datacontenttype": "application/json",
        "data": json(message),
    })
}

fn reason(message: &Message) -> String {
    let name = serde_json::to_value(message.notification.reason).unwrap_or_default();
    name.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The specification's own example.
    #[test]
    fn signs_as_the_specification_does() {
        let secret = key(&"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".into()).unwrap().unwrap();
        let now = Timestamp::from_millis(1_614_265_330_000);
        let headers = signature(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", now, br#"{"test": 2432232314}"#);
        assert_eq!(headers[1].1.reveal(), "1614265330");
        assert_eq!(headers[2].1.reveal(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
