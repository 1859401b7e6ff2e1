//! `/slack/interactions`: the buttons of our messages in Slack. Slack signs what it sends with the app's secret, which is
//! who may press; no key is asked for.

use super::carry_out;
use crate::api::problem::{Kind, Problem};
use crate::api::{Api, body, body::Received};
use crate::clock::now;
use crate::desk::Order;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use palisade_model::AlertStatus;
use palisade_notify::slack_interaction::{About, Action, Interaction, read};
use palisade_notify::{Kind as ChannelKind, slack};
use palisade_response::incident::{self, Change};
use palisade_response::{Actor, Command};
use std::sync::Arc;

/// Slack sends the whole message along.
const BODY_BYTES_MAX: usize = 256 * 1024;
/// Alerts of a group that one press changes.
const ALERTS_MAX: usize = 1_000;
const NOTE: &str = "by a button in Slack";

/// Carries out what somebody pressed.
pub async fn press(State(api): State<Arc<Api>>, request: Request) -> Result<StatusCode, Problem> {
    let Received { parts, bytes, permit: _permit } = body::take(&api, "slack", request, BODY_BYTES_MAX).await?;
    let pressed = verified(&api, &parts.headers, &bytes).await?;
    let actor = Actor { name: pressed.user.clone(), via: "slack".to_owned() };
    let orders = orders(&api, &pressed);
    if let [order] = orders.as_slice() {
        carry_out(&api, actor, order.clone()).await?;
    } else {
        api.desk.orders(actor, orders).await?;
    }
    Ok(StatusCode::OK)
}

/// The press, when one of our Slack apps has signed it.
async fn verified(api: &Api, headers: &HeaderMap, body: &[u8]) -> Result<Interaction, Problem> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (timestamp, signature) = (text("x-slack-request-timestamp"), text("x-slack-signature"));
    let channels = api.channels.open().await;
    let slack: Vec<&slack::Settings> = channels
        .iter()
        .filter_map(|channel| match &channel.settings().kind {
            ChannelKind::Slack(settings) => Some(settings),
            _ => None,
        })
        .collect();
    let mut refused = None;
    for settings in slack {
        match read(&settings.signing_secret, timestamp, signature, body, now()) {
            Ok(pressed) => return Ok(pressed),
            Err(error) => refused = Some(error.to_string()),
        }
    }
    let why = refused.unwrap_or_else(|| "there is no Slack channel with a signing_secret".to_owned());
    Err(Problem::new(Kind::Forbidden, why))
}

fn orders(api: &Api, pressed: &Interaction) -> Vec<Order> {
    let note = || NOTE.to_owned();
    let of_alert = |fingerprint: String| {
        Order::Alert(match pressed.action {
            Action::Acknowledge => Command::Acknowledge { fingerprint, note: note() },
            Action::Resolve => Command::Resolve { fingerprint, note: note() },
        })
    };
    match &pressed.about {
        About::Alert(fingerprint) => vec![of_alert(fingerprint.clone())],
        About::Group(key) => {
            let machine = api.desk.machine();
            let group = machine.groups().find(|group| group.key == key);
            let alerts = group.into_iter().flat_map(|group| group.alerts);
            let firing = alerts.filter(|alert| alert.status == AlertStatus::Firing);
            firing.take(ALERTS_MAX).map(|alert| of_alert(alert.fingerprint.clone())).collect()
        }
        About::Incident(text) => {
            let found = api.desk.machine().incidents().find(text);
            let change = match pressed.action {
                Action::Acknowledge => Change::Acknowledge,
                Action::Resolve => Change::Resolve { note: note() },
            };
            found.map(|incident| Order::Incident(incident::Command::Change { incident, change })).into_iter().collect()
        }
    }
}
