//! Alerts of other tools, in whatever JSON they have them.

use super::section::{Entry, section};
use palisade_model::Labels;
use palisade_sources::signals::Mapping;
use std::collections::BTreeMap;

section! {
    /// A way in for alerts in a JSON form of their own, at `POST /api/v1/signals/custom/NAME`. Places are JSON Pointers
    /// (RFC 6901), such as /alert/title; empty ones are not looked for. Every table `[[signals]]` is one way in.
    pub struct Signals {
        /// The name of the way in, the last part of its address.
        pub name: String = String::new(),
        /// Where the list of alerts stands. Empty: the body is one alert or a list of them. All other places are within one
        /// alert.
        pub items: String = String::new(),
        /// Where the name of the alert stands, its label alertname.
        pub alertname: String = String::new(),
        /// Where one line about it stands.
        pub summary: String = String::new(),
        /// Where it says how bad it is, in a word such as critical, warning or P1.
        pub severity: String = String::new(),
        /// Where it says what it stands at.
        pub status: String = String::new(),
        /// What stands there when it is over.
        pub resolved: Vec<String> = vec!["resolved".to_owned()],
        /// Where that stands which is equal for everything about the same matter. Empty: the labels together.
        pub fingerprint: String = String::new(),
        /// Where it says when it began, RFC 3339.
        pub starts_at: String = String::new(),
        /// Where the address stands at which it can be looked at.
        pub url: String = String::new(),
        /// Further labels: their names, and where their values stand.
        pub labels: BTreeMap<String, String> = BTreeMap::new(),
        /// Further annotations: their names, and where their values stand.
        pub annotations: BTreeMap<String, String> = BTreeMap::new(),
        /// Labels that all alerts from here get, with their values.
        pub fixed_labels: Labels = Labels::new(),
    }
}

impl Signals {
    /// How bodies are read.
    #[must_use]
    pub fn mapping(&self) -> Mapping {
        let this = self.clone();
        Mapping {
            items: this.items,
            name: this.alertname,
            summary: this.summary,
            severity: this.severity,
            status: this.status,
            resolved: this.resolved,
            fingerprint: this.fingerprint,
            starts_at: this.starts_at,
            url: this.url,
            labels: this.labels,
            annotations: this.annotations,
            fixed_labels: this.fixed_labels,
        }
    }
}

impl Entry for Signals {
    fn example() -> Self {
        let place = |place: &str| place.to_owned();
        Self {
            name: "zabbix".to_owned(),
            alertname: place("/event/name"),
            severity: place("/event/severity"),
            status: place("/event/status"),
            labels: BTreeMap::from([("host".to_owned(), place("/host/name"))]),
            ..Self::default()
        }
    }
}
