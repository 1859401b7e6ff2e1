//! What Slack sends when somebody presses a button: a form with a JSON payload, signed by the app's secret.
//!
//! Source: <https://api.slack.com/authentication/verifying-requests-from-slack> (version `v0`) and
//! <https://api.slack.com/reference/interaction-payloads/block-actions>.

use crate::secret::Secret;
use hmac::{Hmac, KeyInit, Mac};
use palisade_model::{Notification, Reason, Timestamp};
use serde_json::Value;
use sha2::Sha256;
use std::fmt;
use url::form_urlencoded;

/// The action of the button that acknowledges.
pub(super) const ACKNOWLEDGE: &str = "palisade_acknowledge";
/// The action of the button that resolves.
pub(super) const RESOLVE: &str = "palisade_resolve";
/// Older requests may be somebody else's, sent again.
const AGE_SECONDS_MAX: i64 = 5 * 60;
/// Larger requests are none of Slack's.
const BODY_BYTES_MAX: usize = 256 * 1024;
/// Longest value of a button.
const VALUE_BYTES_MAX: usize = 2_000;

/// Somebody pressed a button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interaction {
    /// What they want.
    pub action: Action,
    /// With what.
    pub about: About,
    /// Who: the name and id that Slack gives.
    pub user: String,
    /// Where an answer to the message may be posted. It is given by Slack, and to be treated as any other address.
    pub response_url: Option<String>,
}

/// What a button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Somebody looks at it.
    Acknowledge,
    /// It is over.
    Resolve,
}

/// What a button is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// The alert with this fingerprint.
    Alert(String),
    /// All alerts of the group with this key.
    Group(String),
    /// The incident with this id.
    Incident(String),
}

impl About {
    /// What the buttons of a message about `notification` are about; none when there is nothing to press for.
    #[must_use]
    pub fn of(notification: &Notification) -> Option<Self> {
        let about = match (&notification.incident, notification.alerts.as_slice()) {
            _ if notification.reason == Reason::Test => None,
            (Some(incident), _) => Some(Self::Incident(incident.id.to_string())),
            (None, []) => None,
            (None, [alert]) if notification.truncated_alerts == 0 => Some(Self::Alert(alert.fingerprint.clone())),
            _ => Some(Self::Group(notification.group_key.clone())),
        };
        about.filter(|about| !about.key().is_empty() && about.to_string().len() <= VALUE_BYTES_MAX)
    }

    fn key(&self) -> &str {
        match self {
            Self::Alert(key) | Self::Group(key) | Self::Incident(key) => key,
        }
    }

    fn parse(value: &str) -> Option<Self> {
        let (sort, key) = value.split_once(':')?;
        match sort {
            _ if key.is_empty() => None,
            "alert" => Some(Self::Alert(key.to_owned())),
            "group" => Some(Self::Group(key.to_owned())),
            "incident" => Some(Self::Incident(key.to_owned())),
            _ => None,
        }
    }
}

/// The value of a button: the sort and the key.
impl fmt::Display for About {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sort = match self {
            Self::Alert(_) => "alert",
            Self::Group(_) => "group",
            Self::Incident(_) => "incident",
        };
        write!(formatter, "{sort}:{}", self.key())
    }
}

/// Why a request is not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InteractionError {
    /// It is not signed by the app whose secret is set.
    #[error("the request is not signed by the Slack app of this channel: compare `signing_secret` with the app's")]
    NotSigned,
    /// It is older than five minutes, or from the future.
    #[error("the request is not of now: compare the clocks")]
    NotFresh,
    /// It is signed, but no button of ours.
    #[error("the request is no press of a Palisade button")]
    NotOurs,
}

/// Verifies and reads a request: the headers `X-Slack-Request-Timestamp` and `X-Slack-Signature`, and the body as it came.
///
/// # Errors
/// When it is not signed, not fresh, or no button of ours was pressed.
pub fn read(
    signing_secret: &Secret,
    timestamp: &str,
    signature: &str,
    body: &[u8],
    now: Timestamp,
) -> Result<Interaction, InteractionError> {
    verify(signing_secret, timestamp, signature, body, now)?;
    let payload = form_urlencoded::parse(body).find(|(name, _)| name == "payload").map(|(_, value)| value);
    let payload: Value =
        payload.and_then(|payload| serde_json::from_str(&payload).ok()).ok_or(InteractionError::NotOurs)?;
    interaction(&payload).ok_or(InteractionError::NotOurs)
}

fn verify(
    signing_secret: &Secret,
    timestamp: &str,
    signature: &str,
    body: &[u8],
    now: Timestamp,
) -> Result<(), InteractionError> {
    let signed_at: i64 = timestamp.parse().map_err(|_| InteractionError::NotFresh)?;
    let age = now.millis().div_euclid(1_000).saturating_sub(signed_at);
    if !(-AGE_SECONDS_MAX..=AGE_SECONDS_MAX).contains(&age) {
        return Err(InteractionError::NotFresh);
    }
    if signing_secret.is_missing() || body.len() > BODY_BYTES_MAX {
        return Err(InteractionError::NotSigned);
    }
    let claimed = signature.strip_prefix("v0=").and_then(from_hex).ok_or(InteractionError::NotSigned)?;
    let mut mac =
        Hmac::<Sha256>::new_from_slice(signing_secret.reveal().as_bytes()).map_err(|_| InteractionError::NotSigned)?;
    mac.update(format!("v0:{timestamp}:").as_bytes());
    mac.update(body);
    // Compares in constant time.
    mac.verify_slice(&claimed).map_err(|_| InteractionError::NotSigned)
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?)).collect()
}

fn interaction(payload: &Value) -> Option<Interaction> {
    let pressed = payload["actions"].as_array()?.first()?;
    let action = match pressed["action_id"].as_str()? {
        ACKNOWLEDGE => Action::Acknowledge,
        RESOLVE => Action::Resolve,
        _ => return None,
    };
    let about = About::parse(pressed["value"].as_str()?)?;
    let user = &payload["user"];
    let name = user["username"].as_str().or_else(|| user["name"].as_str()).unwrap_or_default();
    let user = format!("{name} ({})", user["id"].as_str()?);
    let response_url = payload["response_url"].as_str().map(str::to_owned);
    Some(Interaction { action, about, user: crate::message::one_line(&user, 100), response_url })
}

#[cfg(test)]
mod tests {
    use super::*;
    use palisade_model::{Alert, Incident};
    use proptest::prelude::*;

    /// The example of Slack's page on verifying requests.
    #[test]
    fn verifies_as_slack_does() {
        let secret = Secret::from("8f742231b10e8888abcd99yyyzzz85a5");
        let body = b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&\
            channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=\
            https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=\
            398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
        let signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1_000);
        let check = |secret: &Secret, signature: &str, body: &[u8], now| {
            verify(secret, "1531420618", signature, body, now).err()
        };
        assert_eq!(check(&secret, signature, body, at(1_531_420_618)), None);
        assert_eq!(check(&secret, signature, body, at(1_531_420_918)), None);
        assert_eq!(check(&secret, signature, body, at(1_531_420_919)), Some(InteractionError::NotFresh));
        assert_eq!(check(&secret, signature, body, at(1_531_420_317)), Some(InteractionError::NotFresh));
        let now = at(1_531_420_618);
        assert_eq!(check(&secret, signature, &body[1..], now), Some(InteractionError::NotSigned));
        assert_eq!(check(&"other".into(), signature, body, now), Some(InteractionError::NotSigned));
        assert_eq!(check(&Secret::default(), signature, body, now), Some(InteractionError::NotSigned));
        for signature in ["", "v0=", "v0=a2114", "v1=a2114d57", "v0=zz", "v0=é"] {
            assert_eq!(check(&secret, signature, body, now), Some(InteractionError::NotSigned), "{signature}");
        }
    }

    /// What Slack would send: `body` with its signature.
    fn signed(secret: &str, timestamp: &str, body: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("v0:{timestamp}:").as_bytes());
        mac.update(body);
        let code: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("v0={code}")
    }

    #[test]
    fn a_press_is_read_from_the_form() {
        let payload =
            r#"{"user":{"id":"U1","username":"ana"},"actions":[{"action_id":"palisade_resolve","value":"alert:f1"}]}"#;
        let body = form_urlencoded::Serializer::new(String::new()).append_pair("payload", payload).finish();
        let signature = signed("s", "100", body.as_bytes());
        let pressed = read(&"s".into(), "100", &signature, body.as_bytes(), Timestamp::from_millis(100_000)).unwrap();
        assert_eq!((pressed.action, pressed.about), (Action::Resolve, About::Alert("f1".into())));
    }

    proptest! {
        #[test]
        fn no_request_makes_it_panic(timestamp in ".{0,20}", signature in ".{0,80}", body in ".{0,200}") {
            let now = Timestamp::from_millis(100_000);
            prop_assert!(read(&"s".into(), &timestamp, &signature, body.as_bytes(), now).is_err());
            let body = format!("payload={body}");
            let read = read(&"s".into(), "100", &signed("s", "100", body.as_bytes()), body.as_bytes(), now);
            prop_assert_eq!(read, Err(InteractionError::NotOurs));
        }
    }

    #[test]
    fn buttons_say_what_they_are_about() {
        let alert = Alert { fingerprint: "f1".into(), ..Alert::default() };
        let one =
            Notification { alerts: vec![alert.clone()], group_key: "{}:{a=\"b:c\"}".into(), ..Notification::default() };
        let many = Notification { alerts: vec![alert.clone(), alert], ..one.clone() };
        let more = Notification { truncated_alerts: 3, ..one.clone() };
        let incident = Notification { incident: Some(Box::new(Incident::default())), ..one.clone() };
        for (notification, wanted) in [
            (&one, "alert:f1"),
            (&many, "group:{}:{a=\"b:c\"}"),
            (&more, "group:{}:{a=\"b:c\"}"),
            (&incident, "incident:0"),
        ] {
            let about = About::of(notification).unwrap();
            assert!(about.to_string().starts_with(wanted), "{about}");
            assert_eq!(About::parse(&about.to_string()), Some(about));
        }
        assert_eq!(About::of(&Notification { group_key: "x".repeat(3_000), ..many }), None);
        assert_eq!(About::of(&Notification { reason: Reason::Test, ..one }), None);
        assert_eq!(About::parse("alert:"), None);
    }

    #[test]
    fn only_our_buttons_are_read() {
        let payload = |action: &str, value: &str| {
            serde_json::json!({
                "type": "block_actions", "user": {"id": "U1", "username": "ana", "name": "ana"},
                "response_url": "https://hooks.slack.com/actions/x",
                "actions": [{"action_id": action, "value": value, "type": "button"}],
            })
        };
        let pressed = interaction(&payload(ACKNOWLEDGE, "alert:f1")).unwrap();
        assert_eq!((pressed.action, pressed.user.as_str()), (Action::Acknowledge, "ana (U1)"));
        assert_eq!(pressed.about, About::Alert("f1".into()));
        for (action, value) in [("other", "alert:f1"), (RESOLVE, "f1"), (RESOLVE, "host:f1"), ("palisade_look", "")] {
            assert_eq!(interaction(&payload(action, value)), None, "{action} {value}");
        }
        for other in [serde_json::json!({}), serde_json::json!([]), serde_json::json!({"actions": [{}]})] {
            assert_eq!(interaction(&other), None);
        }
    }
}
