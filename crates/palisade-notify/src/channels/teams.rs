//! Microsoft Teams: an Adaptive Card to the address of a workflow ("Post to a channel when a webhook request is
//! received").
//!
//! Schema: <https://adaptivecards.io/schemas/adaptive-card.json>, version 1.4, in the envelope of Teams' webhooks.

use crate::{
    channel::Failure,
    http::{HttpRequest, check_secret_url},
    message::Message,
    over_http::HttpChannel,
    secret::Secret,
    settings::SettingsError,
};
use palisade_model::Severity;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What a Teams channel needs to know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The address of the workflow. Who knows it can post.
    pub webhook_url: Secret,
}

impl Settings {
    pub(crate) fn check(&self, allow_internal: bool) -> Result<(), SettingsError> {
        check_secret_url("webhook_url", &self.webhook_url, allow_internal)
    }
}

impl HttpChannel for Settings {
    fn requests(&self, message: &Message) -> Result<Vec<(String, HttpRequest)>, Failure> {
        Ok(vec![(String::new(), HttpRequest::json(self.webhook_url.clone(), &card(message)))])
    }
}

/// The card.
fn card(message: &Message) -> Value {
    let colour = match message.severity() {
        _ if message.shown.status == "resolved" => "Good",
        Severity::Critical | Severity::High => "Attention",
        Severity::Medium => "Warning",
        Severity::Low | Severity::Informational => "Accent",
    };
    let mut body = vec![
        json!({"type": "TextBlock", "text": message.title, "wrap": true, "size": "Medium", "weight": "Bolder", "color": colour}),
    ];
    let facts: Vec<Value> =
        message.shown.group.iter().take(10).map(|(name, value)| json!({"title": name, "value": value})).collect();
    if !facts.is_empty() {
        body.push(json!({"type": "FactSet", "facts": facts}));
    }
    // A line break of Markdown is two.
    let text = message.text.replace('\n', "\n\n");
    body.push(json!({"type": "TextBlock", "text": text, "wrap": true}));
    let mut card = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
        "msteams": {"width": "full"},
    });
    if !message.shown.link.is_empty() {
        card["actions"] = json!([{"type": "Action.OpenUrl", "title": "Look at it", "url": message.shown.link}]);
    }
    json!({
        "type": "message",
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": card}],
    })
}
