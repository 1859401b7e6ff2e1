//! The mail itself: headers, a plain part and an HTML part.

use crate::message::Message;
use lettre::{
    Message as Mail,
    message::{
        Mailbox, MultiPart,
        header::{Header, HeaderName, HeaderValue},
    },
};
use palisade_model::{Severity, Timestamp, fingerprint};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Tells mail programs and auto-responders that no person wrote this (RFC 3834 §5).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".into())
    }
}

/// How pressing it is, as Outlook and others sort (RFC 2156 §5.3.6).
#[derive(Clone)]
struct Importance(String);

impl Header for Importance {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Importance")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.into()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}

/// The bytes of the mail for `message`.
pub(super) fn mail(message: &Message, from: &Mailbox, to: &[Mailbox]) -> Result<Vec<u8>, lettre::error::Error> {
    let notification = &message.notification;
    let domain = from.email.domain();
    let mut builder = Mail::builder()
        .from(from.clone())
        .date(system_time(message.sent_at))
        .message_id(Some(format!("<{}@{domain}>", fingerprint(&["notification", &notification.id]))))
        .subject(message.title.clone())
        .header(AutoSubmitted);
    for mailbox in to {
        builder = builder.to(mailbox.clone());
    }
    if !notification.group_key.is_empty() {
        // Nobody ever sent the mail of this id: it is what all mails of the group refer to.
        let conversation =
            format!("<{}@{domain}>", fingerprint(&["group", &notification.channel, &notification.group_key]));
        builder = builder.in_reply_to(conversation.clone()).references(conversation);
    }
    if message.severity() >= Severity::High && message.shown.status != "resolved" {
        builder = builder.header(Importance("high".into()));
    }
    let parts = MultiPart::alternative_plain_html(message.text.clone(), message.html.clone());
    builder.multipart(parts).map(|mail| mail.formatted())
}

fn system_time(time: Timestamp) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(time.millis()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Shown;
    use palisade_model::Notification;

    #[test]
    fn has_both_parts_and_stable_ids() {
        let message = Message {
            title: "[FIRING] high: Größe\u{202e} x".into(),
            text: "plain ä".into(),
            html: "<p>html ä</p>".into(),
            shown: Shown { severity: Severity::High, status: "firing", ..Shown::default() },
            notification: Notification { id: "n1".into(), group_key: "g".into(), ..Notification::default() },
            ..Message::default()
        };
        let from: Mailbox = "Palisade <p@example.org>".parse().unwrap();
        let text = |message: &Message| {
            let mail =
                mail(message, &from, &["Ana <ana@example.org>".parse().unwrap(), "b@example.org".parse().unwrap()]);
            String::from_utf8(mail.unwrap()).unwrap()
        };
        let first = text(&message);
        for wanted in [
            "From: Palisade <p@example.org>\r\n",
            "b@example.org\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "Importance: high\r\n",
            "Content-Type: multipart/alternative;",
            "Content-Type: text/plain; charset=utf-8\r\n",
            "Content-Type: text/html; charset=utf-8\r\n",
        ] {
            assert!(first.contains(wanted), "{wanted} in {first}");
        }
        let line =
            |text: &str, name: &str| text.lines().find(|line| line.starts_with(name)).map(str::to_owned).unwrap();
        let later = text(&Message { sent_at: Timestamp::from_millis(9_000), ..message.clone() });
        assert_eq!(line(&first, "Message-ID"), line(&later, "Message-ID"));
        let next = Notification { id: "n2".into(), ..message.notification.clone() };
        let next = text(&Message { notification: next, ..message });
        assert_ne!(line(&first, "Message-ID"), line(&next, "Message-ID"));
        assert_eq!(line(&first, "References"), line(&next, "References"));
    }
}
