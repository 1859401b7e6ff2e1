//! Slack: Block Kit, through an incoming webhook, or with a bot's token; then later messages about the same matter
//! answer the first in its thread. Buttons acknowledge and resolve; [`interaction`] reads what Slack sends when
//! somebody presses one.
//!
//! Schema: <https://api.slack.com/reference/block-kit/blocks>, <https://api.slack.com/methods/chat.postMessage>.

pub mod interaction;

use super::{colour, present, secret_present};
use crate::{
    channel::{Failure, Receipt, Retry},
    http::{Answer, HttpRequest, check_secret_url, check_url},
    message::{Message, clip},
    over_http::HttpChannel,
    secret::Secret,
    settings::SettingsError,
};
use interaction::{ACKNOWLEDGE, About, RESOLVE};
use palisade_model::Reason;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Limits of Block Kit, in characters.
const HEADER_CHARS_MAX: usize = 150;
const SECTION_CHARS_MAX: usize = 3_000;
const URL_CHARS_MAX: usize = 3_000;
/// What Slack calls its own trouble. Everything else has to be mended by somebody.
const PASSING_ERRORS: [&str; 6] =
    ["ratelimited", "rate_limited", "internal_error", "fatal_error", "request_timeout", "service_unavailable"];

/// What a Slack channel needs to know: either `webhook_url`, or `bot_token` and `channel`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The address of an incoming webhook. Who knows it can post.
    #[serde(default)]
    pub webhook_url: Secret,
    /// The token of a bot that may `chat:write`.
    #[serde(default)]
    pub bot_token: Secret,
    /// The channel that the bot writes to, by its id.
    #[serde(default)]
    pub channel: String,
    /// The signing secret of the app: with it the buttons work.
    #[serde(default)]
    pub signing_secret: Secret,
    /// Where Slack's API is.
    #[serde(default = "default_api_url")]
    pub api_url: String,
}

fn default_api_url() -> String {
    "https://slack.com/api".into()
}

impl Settings {
    pub(crate) fn check(&self, allow_internal: bool) -> Result<(), SettingsError> {
        let (has_webhook, has_token) = (!self.webhook_url.is_missing(), !self.bot_token.is_missing());
        match (has_webhook, has_token) {
            (true, true) => return Err(SettingsError::new("webhook_url", "excludes bot_token: set one of them")),
            (false, false) => {
                return Err(SettingsError::new("webhook_url", "is missing: set it, or bot_token and channel"));
            }
            (true, false) => check_secret_url("webhook_url", &self.webhook_url, allow_internal)?,
            (false, true) => {
                secret_present("bot_token", &self.bot_token)?;
                present("channel", &self.channel)?;
            }
        }
        check_url("api_url", &self.api_url, allow_internal)
    }

    fn is_bot(&self) -> bool {
        !self.bot_token.is_missing()
    }
}

impl HttpChannel for Settings {
    fn requests(&self, message: &Message) -> Result<Vec<(String, HttpRequest)>, Failure> {
        let mut body = body(message, !self.signing_secret.is_missing());
        if !self.is_bot() {
            return Ok(vec![(String::new(), HttpRequest::json(self.webhook_url.clone(), &body))]);
        }
        body["channel"] = self.channel.clone().into();
        if let Some(first) = &message.thread {
            body["thread_ts"] = first.clone().into();
            body["reply_broadcast"] = (message.notification.reason == Reason::Escalation).into();
        }
        let url = format!("{}/chat.postMessage", self.api_url.trim_end_matches('/'));
        let mut request = HttpRequest::json(url, &body);
        request.content_type = "application/json; charset=utf-8".into();
        let token = format!("Bearer {}", self.bot_token.reveal());
        Ok(vec![(String::new(), request.with("authorization", token))])
    }

    /// The Web API answers 200 to what it refuses too, and says so in the body.
    fn read(&self, answer: &Answer) -> Result<Receipt, Failure> {
        answer.judge()?;
        if !self.is_bot() {
            return Ok(Receipt::default());
        }
        let said = answer.json();
        if said["ok"] == true {
            return Ok(Receipt { thread: said["ts"].as_str().map(str::to_owned), note: String::new() });
        }
        let error = said["error"].as_str().unwrap_or("no reason");
        let retry = if PASSING_ERRORS.contains(&error) { Retry::Later } else { Retry::Never };
        Err(Failure::certain(format!("Slack answered: {}", clip(error, 100)), retry))
    }
}

/// Those of the people to be told whom Slack knows by these ids, as it writes them.
fn mentions(message: &Message) -> String {
    let is_user = |id: &&String| {
        id.starts_with(['U', 'W'])
            && (7..=24).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    message.notification.recipients.iter().filter(is_user).map(|id| format!("<@{id}> ")).collect()
}

/// The message: a fallback text for notifications, and a coloured card of blocks.
fn body(message: &Message, buttons: bool) -> Value {
    let over = message.shown.status == "resolved";
    let mut blocks = vec![
        json!({"type": "header", "text": {"type": "plain_text", "text": clip(&message.title, HEADER_CHARS_MAX), "emoji": false}}),
    ];
    let text = format!("{}{}", mentions(message), message.text);
    if !text.is_empty() {
        let text = clip(&text, SECTION_CHARS_MAX);
        blocks.push(json!({"type": "section", "text": {"type": "mrkdwn", "text": text}}));
    }
    let actions = actions(message, buttons && !over);
    if !actions.is_empty() {
        blocks.push(json!({"type": "actions", "elements": actions}));
    }
    let colour = format!("#{:06x}", colour(message.severity(), over));
    json!({
        "text": crate::Markup::Slack.escape(&message.title),
        "attachments": [{"color": colour, "blocks": blocks}],
        "unfurl_links": false,
        "unfurl_media": false,
    })
}

fn actions(message: &Message, buttons: bool) -> Vec<Value> {
    let button = |action: &str, text: &str| json!({"type": "button", "action_id": action, "text": {"type": "plain_text", "text": text}});
    let mut actions = Vec::new();
    if let Some(about) = About::of(&message.notification).filter(|_| buttons) {
        for (action, text, style) in [(ACKNOWLEDGE, "Acknowledge", "primary"), (RESOLVE, "Resolve", "danger")] {
            let mut pressed = button(action, text);
            pressed["value"] = about.to_string().into();
            pressed["style"] = style.into();
            actions.push(pressed);
        }
    }
    if (1..=URL_CHARS_MAX).contains(&message.shown.link.len()) {
        let mut look = button("palisade_look", "Look at it");
        look["url"] = message.shown.link.clone().into();
        actions.push(look);
    }
    actions
}
