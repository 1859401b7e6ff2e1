//! Discord: an embed to a webhook.
//!
//! Schema: *Execute Webhook* and *Embed Object* of Discord's developer documentation. Nobody is mentioned, whatever
//! stands in the text, but for the people that an escalation names by their ids.

use super::colour;
use crate::{
    channel::{Failure, Receipt},
    http::{Answer, HttpRequest, check_secret_url},
    message::{Message, clip},
    over_http::HttpChannel,
    secret::Secret,
    settings::SettingsError,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Limits of an embed, in characters.
const TITLE_CHARS_MAX: usize = 256;
const DESCRIPTION_CHARS_MAX: usize = 4_096;

/// What a Discord channel needs to know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The address of the webhook. Who knows it can post.
    pub webhook_url: Secret,
}

impl Settings {
    pub(crate) fn check(&self, allow_internal: bool) -> Result<(), SettingsError> {
        check_secret_url("webhook_url", &self.webhook_url, allow_internal)
    }
}

impl HttpChannel for Settings {
    fn requests(&self, message: &Message) -> Result<Vec<(String, HttpRequest)>, Failure> {
        // With `wait` the answer comes when the message is there, with its id.
        let mark = if self.webhook_url.reveal().contains('?') { '&' } else { '?' };
        let url = format!("{}{mark}wait=true", self.webhook_url.reveal());
        Ok(vec![(String::new(), HttpRequest::json(url, &body(message)))])
    }

    fn read(&self, answer: &Answer) -> Result<Receipt, Failure> {
        answer.judge()?;
        Ok(Receipt { thread: answer.json()["id"].as_str().map(str::to_owned), note: String::new() })
    }
}

fn body(message: &Message) -> Value {
    let mut embed = json!({
        "title": clip(&message.title, TITLE_CHARS_MAX),
        "description": clip(&message.text, DESCRIPTION_CHARS_MAX),
        "color": colour(message.severity(), message.shown.status == "resolved"),
        "timestamp": message.notification.decided_at,
    });
    if !message.shown.link.is_empty() {
        embed["url"] = message.shown.link.clone().into();
    }
    let mut body = json!({"username": "Palisade", "embeds": [embed], "allowed_mentions": {"parse": []}});
    let people = people(message);
    if !people.is_empty() {
        body["content"] = people.iter().map(|id| format!("<@{id}> ")).collect::<String>().into();
        body["allowed_mentions"]["users"] = json!(people);
    }
    body
}

/// Those of the people to be told whom Discord knows by these ids; it takes at most 100.
fn people(message: &Message) -> Vec<&str> {
    let is_id = |id: &&str| (17..=20).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
    message.notification.recipients.iter().map(String::as_str).filter(is_id).take(50).collect()
}
