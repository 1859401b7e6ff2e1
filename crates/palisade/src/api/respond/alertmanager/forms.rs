//! Our alerts and silences in the words of Alertmanager's API.

use palisade_model::{Alert, AlertStatus, Labels, Suppression, Timestamp};
use palisade_response::{Comparison, Matcher, Silence, SilenceStatus};
use serde::{Deserialize, Serialize};

/// `gettableAlert`
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GettableAlert {
    labels: Labels,
    annotations: Labels,
    starts_at: Timestamp,
    ends_at: Timestamp,
    updated_at: Timestamp,
    fingerprint: String,
    #[serde(rename = "generatorURL")]
    generator_url: String,
    receivers: Vec<Receiver>,
    status: Status,
}

/// `receiver`
#[derive(Serialize)]
pub(super) struct Receiver {
    pub(super) name: String,
}

/// `alertStatus`
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    state: &'static str,
    silenced_by: Vec<String>,
    inhibited_by: Vec<String>,
    muted_by: Vec<String>,
}

/// `alertGroup`
#[derive(Serialize)]
pub(super) struct AlertGroup {
    pub(super) labels: Labels,
    pub(super) receiver: Receiver,
    pub(super) alerts: Vec<GettableAlert>,
}

/// `gettableSilence`
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GettableSilence {
    id: String,
    status: SilenceState,
    updated_at: Timestamp,
    comment: String,
    created_by: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    matchers: Vec<ApiMatcher>,
}

#[derive(Serialize)]
struct SilenceState {
    state: &'static str,
}

/// `matcher`
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ApiMatcher {
    name: String,
    value: String,
    is_regex: bool,
    #[serde(default = "equal")]
    is_equal: bool,
}

/// Alertmanager's default, for clients from before there was a choice.
const fn equal() -> bool {
    true
}

/// An alert that names no end is shown to end when the server looks next, as Alertmanager's own are.
const LOOKS_AGAIN_NANOS: i64 = 5 * 60 * 1_000_000_000;

impl GettableAlert {
    pub(super) fn of(alert: &Alert, now: Timestamp) -> Self {
        let later = Timestamp::from_nanos(now.nanos().saturating_add(LOOKS_AGAIN_NANOS));
        Self {
            labels: alert.labels.clone(),
            annotations: alert.annotations.clone(),
            starts_at: alert.starts_at,
            ends_at: alert.ends_at.unwrap_or(later),
            updated_at: alert.updated_at,
            fingerprint: alert.fingerprint.clone(),
            generator_url: alert.generator_url.clone(),
            receivers: alert.channels.iter().map(|name| Receiver { name: name.clone() }).collect(),
            status: Status::of(alert),
        }
    }
}

impl Status {
    fn of(alert: &Alert) -> Self {
        let (mut silenced_by, mut inhibited_by, mut muted_by) = (Vec::new(), Vec::new(), Vec::new());
        for reason in &alert.suppressed_by {
            match reason {
                Suppression::Silence(id) => silenced_by.push(id.to_string()),
                Suppression::Inhibition(by) => inhibited_by.push(by.clone()),
                Suppression::Maintenance(name) => muted_by.push(name.clone()),
            }
        }
        let state = match alert.status {
            AlertStatus::Pending => "unprocessed",
            _ if alert.suppressed_by.is_empty() => "active",
            _ => "suppressed",
        };
        Self { state, silenced_by, inhibited_by, muted_by }
    }
}

impl From<&Silence> for GettableSilence {
    fn from(silence: &Silence) -> Self {
        let state = match silence.status {
            SilenceStatus::Pending => "pending",
            SilenceStatus::Active => "active",
            SilenceStatus::Expired => "expired",
        };
        Self {
            id: silence.id.to_string(),
            status: SilenceState { state },
            updated_at: silence.updated_at,
            comment: silence.reason.clone(),
            created_by: silence.created_by.clone(),
            starts_at: silence.starts_at,
            ends_at: silence.ends_at,
            matchers: silence.matchers.iter().map(ApiMatcher::from).collect(),
        }
    }
}

impl From<&Matcher> for ApiMatcher {
    fn from(matcher: &Matcher) -> Self {
        let (name, value) = (matcher.name().to_owned(), matcher.value().to_owned());
        let comparison = matcher.comparison();
        Self { name, value, is_regex: comparison.is_regex(), is_equal: comparison.is_equal() }
    }
}

impl ApiMatcher {
    pub(super) fn to_matcher(&self) -> Result<Matcher, String> {
        let comparison = Comparison::of(self.is_regex, self.is_equal);
        Matcher::new(&self.name, comparison, &self.value).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_has_every_field_that_clients_require() {
        let suppressed_by = vec![Suppression::Inhibition("f".into()), Suppression::Maintenance("night".into())];
        let alert =
            Alert { status: AlertStatus::Firing, suppressed_by, channels: vec!["mail".into()], ..Alert::default() };
        let json = serde_json::to_value(GettableAlert::of(&alert, Timestamp::default())).unwrap();
        let mut names: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        let wanted =
            ["annotations", "endsAt", "fingerprint", "generatorURL", "labels", "receivers", "startsAt", "status"];
        assert_eq!(names, [&wanted[..], &["updatedAt"]].concat());
        assert_eq!(json["status"]["state"], "suppressed");
        assert_eq!((&json["status"]["inhibitedBy"][0], &json["status"]["mutedBy"][0]), (&"f".into(), &"night".into()));
        assert_eq!(json["receivers"][0]["name"], "mail");
    }

    #[test]
    fn matchers_go_there_and_back() {
        for text in [r#"a="b""#, r#"a!="b""#, r#"a=~"b.*""#, r#"a!~"b.*""#] {
            let matcher: Matcher = text.parse().unwrap();
            assert_eq!(ApiMatcher::from(&matcher).to_matcher().unwrap(), matcher);
        }
        let old: ApiMatcher = serde_json::from_str(r#"{"name":"a","value":"b","isRegex":false}"#).unwrap();
        assert_eq!(old.to_matcher().unwrap().to_string(), r#"a="b""#);
    }
}
