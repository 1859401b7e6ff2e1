//! ntfy: publishing as JSON, to ntfy.sh or a server of one's own.
//!
//! Schema: <https://docs.ntfy.sh/publish/#publish-as-json>.

use super::present;
use crate::{
    channel::{Failure, Receipt},
    http::{Answer, HttpRequest, check_url},
    message::Message,
    over_http::HttpChannel,
    secret::Secret,
    settings::SettingsError,
};
use palisade_model::Severity;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What an ntfy channel needs to know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The server.
    #[serde(default = "default_server")]
    pub server: String,
    /// The topic: letters, digits, `-` and `_`.
    pub topic: String,
    /// An access token, where the topic asks for one.
    #[serde(default)]
    pub token: Secret,
}

fn default_server() -> String {
    "https://ntfy.sh".into()
}

impl Settings {
    pub(crate) fn check(&self, allow_internal: bool) -> Result<(), SettingsError> {
        present("topic", &self.topic)?;
        let well_formed =
            self.topic.len() <= 64 && self.topic.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        if !well_formed {
            return Err(SettingsError::new("topic", "has to be at most 64 letters, digits, `-` and `_`"));
        }
        check_url("server", &self.server, allow_internal)
    }
}

impl HttpChannel for Settings {
    fn requests(&self, message: &Message) -> Result<Vec<(String, HttpRequest)>, Failure> {
        let mut request = HttpRequest::json(self.server.as_str(), &body(self, message));
        if !self.token.is_missing() {
            request = request.with("authorization", format!("Bearer {}", self.token.reveal()));
        }
        Ok(vec![(String::new(), request)])
    }

    fn read(&self, answer: &Answer) -> Result<Receipt, Failure> {
        answer.judge()?;
        Ok(Receipt { thread: answer.json()["id"].as_str().map(str::to_owned), note: String::new() })
    }
}

fn body(settings: &Settings, message: &Message) -> Value {
    let over = message.shown.status == "resolved";
    let (priority, tag) = match message.severity() {
        _ if over => (3, "white_check_mark"),
        Severity::Critical => (5, "rotating_light"),
        Severity::High => (4, "warning"),
        Severity::Medium => (3, "warning"),
        Severity::Low => (2, "information_source"),
        Severity::Informational => (1, "information_source"),
    };
    let mut body = json!({
        "topic": settings.topic,
        "title": message.title,
        "message": message.text,
        "priority": priority,
        "tags": [tag],
    });
    if !message.shown.link.is_empty() {
        body["click"] = message.shown.link.clone().into();
    }
    body
}
