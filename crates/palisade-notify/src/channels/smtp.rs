//! E-mail: one message with a plain and an HTML part to all recipients.
//!
//! The `Message-ID` follows from the notification's id, so mailboxes drop what they have already; `References` follow from
//! the group, so mails about the same matter are one conversation. One connection is kept between messages.

mod connection;
mod mail;

use super::present;
use crate::{
    channel::{Channel, Failure, Receipt, Retry},
    message::Message,
    over_http::for_all_recipients,
    secret::Secret,
    settings::SettingsError,
    tls::Authorities,
};
use async_trait::async_trait;
use connection::Server;
use lettre::{
    address::Envelope,
    message::Mailbox,
    transport::smtp::{Error, client::AsyncSmtpConnection},
};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

/// How many recipients a channel may have.
const RECIPIENTS_MAX: usize = 100;

/// What an e-mail channel needs to know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The mail server.
    pub host: String,
    /// Its port; 587, 465 or 25 by the security when it is not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// How the connection is encrypted.
    #[serde(default)]
    pub security: Security,
    /// Who signs in, where the server asks for it.
    #[serde(default)]
    pub username: String,
    /// Their password.
    #[serde(default)]
    pub password: Secret,
    /// Who it comes from: `Palisade <palisade@example.org>`.
    pub from: String,
    /// Who gets it, unless the escalation names others.
    #[serde(default)]
    pub to: Vec<String>,
}

/// How the connection to a mail server is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// After `STARTTLS`, and not at all without (port 587).
    #[default]
    Starttls,
    /// From the first byte (port 465).
    Tls,
    /// Not. For servers of the internal network (port 25).
    None,
}

impl Settings {
    pub(crate) fn check(&self) -> Result<(), SettingsError> {
        present("host", &self.host)?;
        if self.port == Some(0) {
            return Err(SettingsError::new("port", "has to be 1 to 65535"));
        }
        mailbox("from", &self.from)?;
        if self.to.len() > RECIPIENTS_MAX {
            return Err(SettingsError::new("to", format!("has more than {RECIPIENTS_MAX} addresses")));
        }
        for address in &self.to {
            mailbox("to", address)?;
        }
        if !self.username.is_empty() && self.password.is_missing() {
            return Err(SettingsError::new("password", "is missing"));
        }
        if !self.username.is_empty() && self.security == Security::None {
            return Err(SettingsError::new(
                "security",
                "is none: a password is only sent over an encrypted connection",
            ));
        }
        Ok(())
    }

    fn port(&self) -> u16 {
        self.port.unwrap_or(match self.security {
            Security::Starttls => 587,
            Security::Tls => 465,
            Security::None => 25,
        })
    }
}

fn mailbox(field: &str, text: &str) -> Result<Mailbox, SettingsError> {
    text.parse().map_err(|_| SettingsError::new(field, format!("has '{text}', which is no e-mail address")))
}

/// A mail server, with the connection that is kept.
pub(crate) struct Smtp {
    from: Mailbox,
    to: Vec<Mailbox>,
    server: Server,
    idle: Mutex<Option<AsyncSmtpConnection>>,
}

impl Smtp {
    pub(crate) fn new(
        settings: Settings,
        allow_internal: bool,
        authorities: &Authorities,
    ) -> Result<Self, SettingsError> {
        let to = settings.to.iter().map(|address| mailbox("to", address)).collect::<Result<_, _>>()?;
        let from = mailbox("from", &settings.from)?;
        let server = Server::new(settings, allow_internal, authorities)?;
        Ok(Self { from, to, server, idle: Mutex::default() })
    }

    /// Who gets `message`: the people that the escalation names, as far as they are addresses; else those of the settings.
    fn recipients(&self, message: &Message) -> Vec<Mailbox> {
        let named: Vec<Mailbox> =
            message.notification.recipients.iter().filter_map(|recipient| recipient.parse().ok()).collect();
        if named.is_empty() { self.to.clone() } else { named }
    }

    /// The connection that was kept, if it still lives; else a new one. Whether it is new tells what a failure means.
    async fn connection(&self) -> Result<AsyncSmtpConnection, Failure> {
        if let Some(mut kept) = self.idle.lock().await.take()
            && !kept.has_broken()
            && kept.test_connected().await
        {
            return Ok(kept);
        }
        self.server.connect().await
    }

    /// Sends one mail to `to` over `connection`, which is not to be used again after a failure.
    async fn send(
        &self,
        connection: &mut AsyncSmtpConnection,
        to: &[Mailbox],
        mail: &[u8],
    ) -> Result<Receipt, Failure> {
        let addresses = to.iter().map(|mailbox| mailbox.email.clone()).collect();
        let envelope = Envelope::new(Some(self.from.email.clone()), addresses)
            .map_err(|error| Failure::certain(error.to_string(), Retry::Never))?;
        connection.send(&envelope, mail).await.map(|_| Receipt::default()).map_err(|error| failure(&error))
    }
}

#[async_trait]
impl Channel for Smtp {
    async fn deliver(&self, message: &Message) -> Result<Receipt, Failure> {
        let to: Vec<Mailbox> = self.recipients(message);
        let open: Vec<Mailbox> =
            to.iter().filter(|mailbox| !message.reached.contains(&mailbox.email.to_string())).cloned().collect();
        if to.is_empty() {
            return Err(Failure::certain("nobody to send to: the channel has no `to`", Retry::Never));
        }
        let mail = mail::mail(message, &self.from, &to)
            .map_err(|error| Failure::certain(format!("the mail cannot be made: {error}"), Retry::Never))?;
        let mut connection = self.connection().await?;
        let sent = self.send(&mut connection, &open, &mail).await;
        match sent {
            Ok(receipt) => {
                *self.idle.lock().await = Some(connection);
                Ok(receipt)
            }
            // The server refuses somebody: nobody else shall go without for that.
            Err(failure) if failure.retry == Retry::Never && open.len() > 1 => {
                self.one_by_one(message, &open, &mail).await
            }
            Err(failure) => Err(Failure { reached: message.reached.clone(), ..failure }),
        }
    }
}

impl Smtp {
    async fn one_by_one(&self, message: &Message, to: &[Mailbox], mail: &[u8]) -> Result<Receipt, Failure> {
        let mut outcomes = Vec::new();
        for mailbox in to {
            let outcome = match self.connection().await {
                Ok(mut connection) => {
                    let sent = self.send(&mut connection, std::slice::from_ref(mailbox), mail).await;
                    if sent.is_ok() {
                        *self.idle.lock().await = Some(connection);
                    }
                    sent
                }
                Err(failure) => Err(failure),
            };
            outcomes.push((mailbox.email.to_string(), outcome));
        }
        for_all_recipients(message.reached.clone(), outcomes)
    }
}

/// What an error of the server means: 5xx is for ever, 4xx passes, and after anything else nobody knows whether the mail
/// was taken.
fn failure(error: &Error) -> Failure {
    let mut reason = error.to_string();
    if let Some(cause) = std::error::Error::source(error) {
        reason = format!("{reason}: {cause}");
    }
    let reason = crate::message::one_line(&reason, 300);
    if error.is_permanent() {
        Failure::certain(reason, Retry::Never)
    } else if error.is_transient() {
        Failure::certain(reason, Retry::Later)
    } else if error.is_client() {
        Failure::certain(reason, Retry::Never)
    } else {
        Failure::uncertain(reason)
    }
}
