//! The parameters of Alertmanager's lists, which may be there several times.

use super::Plain;
use crate::api::problem::{Kind, Problem};
use crate::api::respond::alerts::matchers;
use palisade_model::{Alert, AlertStatus, Suppression};
use palisade_response::{Matcher, all_met};
use serde::de::DeserializeOwned;

/// Which alerts.
pub(super) struct AlertFilter {
    matchers: Vec<Matcher>,
    active: bool,
    silenced: bool,
    inhibited: bool,
    unprocessed: bool,
    muted: bool,
    receiver: Option<Matcher>,
}

impl AlertFilter {
    /// Reads the parameters of an address.
    pub(super) fn of(query: Option<&str>) -> Result<Self, Plain> {
        let mut filter = Self {
            matchers: Vec::new(),
            active: true,
            silenced: true,
            inhibited: true,
            unprocessed: true,
            muted: true,
            receiver: None,
        };
        for (name, value) in pairs(query) {
            match name.as_str() {
                "filter" => filter.matchers.extend(matchers(Some(&value))?),
                "active" => filter.active = flag(&name, &value)?,
                "silenced" => filter.silenced = flag(&name, &value)?,
                "inhibited" => filter.inhibited = flag(&name, &value)?,
                "unprocessed" => filter.unprocessed = flag(&name, &value)?,
                "muted" => filter.muted = flag(&name, &value)?,
                "receiver" => filter.receiver = Some(receiver(&value)?),
                _ => {}
            }
        }
        Ok(filter)
    }

    /// Whether Alertmanager would list the alert; those that are over it does not.
    pub(super) fn takes(&self, alert: &Alert) -> bool {
        let has = |wanted: fn(&Suppression) -> bool| alert.suppressed_by.iter().any(wanted);
        let is_free = alert.suppressed_by.is_empty();
        alert.status != AlertStatus::Resolved
            && (self.active || !is_free)
            && (self.silenced || !has(|by| matches!(by, Suppression::Silence(_))))
            && (self.inhibited || !has(|by| matches!(by, Suppression::Inhibition(_))))
            && (self.muted || !has(|by| matches!(by, Suppression::Maintenance(_))))
            && (self.unprocessed || alert.status != AlertStatus::Pending)
            && self.receiver.as_ref().is_none_or(|wanted| alert.channels.iter().any(|name| named(wanted, name)))
            && all_met(&self.matchers, &alert.labels)
    }

    /// Whether a group of this channel is asked for.
    pub(super) fn takes_channel(&self, name: &str) -> bool {
        self.receiver.as_ref().is_none_or(|wanted| named(wanted, name))
    }
}

/// The conditions of the parameters `filter`.
pub(super) fn filters(query: Option<&str>) -> Result<Vec<Matcher>, Plain> {
    let mut all = Vec::new();
    for (_, value) in pairs(query).into_iter().filter(|(name, _)| name == "filter") {
        all.extend(matchers(Some(&value))?);
    }
    Ok(all)
}

fn pairs(query: Option<&str>) -> Vec<(String, String)> {
    reqwest::Url::parse(&format!("http://a/?{}", query.unwrap_or_default()))
        .map(|url| url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
        .unwrap_or_default()
}

fn flag<T: DeserializeOwned>(name: &str, value: &str) -> Result<T, Problem> {
    serde_json::from_str(value).map_err(|_| Problem::new(Kind::Malformed, format!("{name} must be true or false")))
}

/// A regular expression over names of channels, as the condition on a label of that name.
fn receiver(pattern: &str) -> Result<Matcher, Problem> {
    let matcher = Matcher::new("receiver", palisade_response::Comparison::Matches, pattern);
    matcher.map_err(|error| Problem::new(Kind::Malformed, format!("receiver: {error}")))
}

fn named(wanted: &Matcher, name: &str) -> bool {
    wanted.is_met(&[("receiver".to_owned(), name.to_owned())].into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_choose_alerts() {
        let mut alert = Alert { status: AlertStatus::Firing, channels: vec!["team-db".into()], ..Alert::default() };
        alert.labels.insert("host".into(), "web-1".into());
        let takes = |query: &str, alert: &Alert| AlertFilter::of(Some(query)).ok().unwrap().takes(alert);
        for (query, wanted) in [
            ("", true),
            ("filter=host%3D%22web-1%22", true),
            ("filter=host%3D%22web-1%22&filter=host%21~%22web.%2A%22", false),
            ("active=false", false),
            ("receiver=team-.%2A", true),
            ("receiver=team", false),
        ] {
            assert_eq!(takes(query, &alert), wanted, "{query}");
        }
        alert.suppressed_by.push(Suppression::Silence(palisade_model::Id::default()));
        assert!(takes("active=false", &alert) && !takes("silenced=false", &alert));
        alert.status = AlertStatus::Resolved;
        assert!(!takes("", &alert));
        assert!(AlertFilter::of(Some("active=maybe")).is_err() && AlertFilter::of(Some("filter=%7B")).is_err());
    }
}
