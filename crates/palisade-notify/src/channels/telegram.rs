//! Telegram: `sendMessage` of the Bot API. Later messages about the same matter answer the first.
//!
//! Schema: <https://core.telegram.org/bots/api#sendmessage>.

use super::{present, secret_present};
use crate::{
    channel::{Failure, Receipt, Retry},
    http::{Answer, HttpRequest, check_url},
    message::Message,
    over_http::HttpChannel,
    secret::Secret,
    settings::SettingsError,
    template::Markup,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;

/// What a Telegram channel needs to know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The token of the bot.
    pub bot_token: Secret,
    /// The chat: a number, or `@channel`.
    pub chat_id: String,
    /// The topic in a group with topics.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic_id: Option<i64>,
    /// Where the Bot API is.
    #[serde(default = "default_api_url")]
    pub api_url: String,
}

fn default_api_url() -> String {
    "https://api.telegram.org".into()
}

impl Settings {
    pub(crate) fn check(&self, allow_internal: bool) -> Result<(), SettingsError> {
        secret_present("bot_token", &self.bot_token)?;
        let numbered = self.bot_token.reveal().split_once(':').is_some_and(|(id, _)| id.parse::<u64>().is_ok());
        if !numbered || self.bot_token.reveal().contains(['/', '?', '#']) {
            return Err(SettingsError::new("bot_token", "is none: it looks like 123456:ABC-DEF"));
        }
        present("chat_id", &self.chat_id)?;
        check_url("api_url", &self.api_url, allow_internal)
    }
}

impl HttpChannel for Settings {
    fn requests(&self, message: &Message) -> Result<Vec<(String, HttpRequest)>, Failure> {
        let url = format!("{}/bot{}/sendMessage", self.api_url.trim_end_matches('/'), self.bot_token.reveal());
        Ok(vec![(String::new(), HttpRequest::json(url, &body(self, message)))])
    }

    fn read(&self, answer: &Answer) -> Result<Receipt, Failure> {
        let said = answer.json();
        let wait = said["parameters"]["retry_after"].as_u64().map(Duration::from_secs);
        answer.judge().map_err(|failure| match (answer.status, wait) {
            (429, Some(wait)) => Failure { retry: Retry::After(wait), ..failure },
            _ => failure,
        })?;
        Ok(Receipt { thread: said["result"]["message_id"].as_i64().map(|id| id.to_string()), note: String::new() })
    }
}

fn body(settings: &Settings, message: &Message) -> Value {
    let title = Markup::Html.escape(&message.title);
    let titled = format!("<b>{title}</b>\n{}", message.text);
    // 4,096 characters are allowed; the text alone fits.
    let text = if titled.len() <= 4_096 { titled } else { message.text.clone() };
    let mut body = json!({
        "chat_id": settings.chat_id,
        "text": text,
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": true},
    });
    if let Some(topic) = settings.topic_id {
        body["message_thread_id"] = topic.into();
    }
    if let Some(first) = message.thread.as_deref().and_then(|id| id.parse::<i64>().ok()) {
        body["reply_parameters"] = json!({"message_id": first, "allow_sending_without_reply": true});
    }
    body
}
