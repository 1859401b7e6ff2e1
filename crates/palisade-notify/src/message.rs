//! What a channel is given to send: the [`Notification`], and what it reads like to people.

mod defaults;
mod join;
mod shown;

pub(crate) use defaults::{HTML, SMS_TEXT, TITLE, text as default_text};
pub(crate) use join::{joined, together};
pub(crate) use shown::{KNOWN, clip, one_line};
pub use shown::{Shown, ShownAlert};

use palisade_model::{Alert, Notification, Severity, Timestamp};

/// Where Palisade itself is, as its receivers see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// Its address, without a slash at the end; links lead there. Empty: no links.
    pub external_url: String,
    /// What it is called, for example the name of the organisation.
    pub name: String,
}

impl Site {
    /// Where `notification` can be looked at; empty when nobody said where Palisade is.
    #[must_use]
    pub fn link(&self, notification: &Notification) -> String {
        match (&notification.incident, notification.alerts.as_slice()) {
            _ if self.external_url.is_empty() => String::new(),
            (Some(incident), _) => format!("{}/incidents/{}", self.external_url, incident.number),
            (None, [alert]) if notification.truncated_alerts == 0 => self.alert_link(alert),
            _ => format!("{}/alerts", self.external_url),
        }
    }

    /// Where `alert` can be looked at; where its signals come from when nobody said where Palisade is.
    #[must_use]
    pub fn alert_link(&self, alert: &Alert) -> String {
        if self.external_url.is_empty() {
            return alert.generator_url.clone();
        }
        let fingerprint: String = url::form_urlencoded::byte_serialize(alert.fingerprint.as_bytes()).collect();
        format!("{}/alerts/{fingerprint}", self.external_url)
    }
}

/// One message, ready to be sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message {
    /// What is told. Of several that were joined, all of them together.
    pub notification: Notification,
    /// For how many notifications it stands.
    pub covers: usize,
    /// What it reads like.
    pub shown: Shown,
    /// One line, plain.
    pub title: String,
    /// The text, in the markup of the channel.
    pub text: String,
    /// The text as HTML, for mails.
    pub html: String,
    /// When it is sent.
    pub sent_at: Timestamp,
    /// What the receiver called the first message about the same group; answers hang on it.
    pub thread: Option<String>,
    /// Recipients that have it already, of an attempt that did not reach all.
    pub reached: Vec<String>,
}

impl Message {
    /// How bad the worst of it is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.shown.severity
    }
}
