//! SMS through Twilio's *Messages* resource, which many gateways imitate. Each number gets a request of its own; those
//! that were reached are not sent to again.
//!
//! Schema: <https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource>.

use super::{present, secret_present};
use crate::{
    channel::{Failure, Retry},
    http::{HttpRequest, check_url},
    message::Message,
    over_http::HttpChannel,
    secret::Secret,
    settings::SettingsError,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

/// What an SMS channel needs to know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The account.
    pub account_sid: String,
    /// Its token.
    pub auth_token: Secret,
    /// The number or name that it comes from; or `MG…`, a messaging service.
    pub from: String,
    /// The numbers that get it, as `+4915112345678`, unless the escalation names others.
    #[serde(default)]
    pub to: Vec<String>,
    /// Where the API is.
    #[serde(default = "default_api_url")]
    pub api_url: String,
}

fn default_api_url() -> String {
    "https://api.twilio.com".into()
}

/// E.164: a plus and at most 15 digits.
fn is_number(text: &str) -> bool {
    text.strip_prefix('+')
        .is_some_and(|digits| (5..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

impl Settings {
    pub(crate) fn check(&self, allow_internal: bool) -> Result<(), SettingsError> {
        present("account_sid", &self.account_sid)?;
        if !self.account_sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(SettingsError::new("account_sid", "has to be letters and digits"));
        }
        secret_present("auth_token", &self.auth_token)?;
        present("from", &self.from)?;
        if let Some(wrong) = self.to.iter().find(|number| !is_number(number)) {
            return Err(SettingsError::new("to", format!("has '{wrong}': write numbers as +4915112345678")));
        }
        check_url("api_url", &self.api_url, allow_internal)
    }
}

impl HttpChannel for Settings {
    fn requests(&self, message: &Message) -> Result<Vec<(String, HttpRequest)>, Failure> {
        let named: Vec<&String> = message.notification.recipients.iter().filter(|name| is_number(name)).collect();
        let numbers = if named.is_empty() { self.to.iter().collect() } else { named };
        if numbers.is_empty() {
            return Err(Failure::certain("nobody to send to: the channel has no `to`", Retry::Never));
        }
        Ok(numbers.into_iter().map(|number| (number.clone(), request(self, number, &message.text))).collect())
    }
}

fn request(settings: &Settings, number: &str, text: &str) -> HttpRequest {
    let sender = if settings.from.starts_with("MG") { "MessagingServiceSid" } else { "From" };
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("To", number), (sender, settings.from.as_str()), ("Body", text)])
        .finish();
    let credentials = STANDARD.encode(format!("{}:{}", settings.account_sid, settings.auth_token.reveal()));
    let base = settings.api_url.trim_end_matches('/');
    HttpRequest {
        url: format!("{base}/2010-04-01/Accounts/{}/Messages.json", settings.account_sid).into(),
        headers: vec![("authorization", format!("Basic {credentials}").into())],
        named_headers: Vec::new(),
        content_type: "application/x-www-form-urlencoded".into(),
        body: form.into_bytes(),
    }
}
