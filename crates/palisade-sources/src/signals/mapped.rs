//! Any JSON, read by a mapping that says where in it things stand.
//!
//! A place is a JSON Pointer (RFC 6901). A mapping is checked when it is set up, so that a mistake in it shows then and
//! not with the first alert.

use super::{
    Call, Calls,
    checked::{RawLabels, key, text, time},
    json, severity_of,
};
use crate::{Limits, SourceError};
use palisade_model::{Labels, Signal, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Where in a JSON document the parts of a signal stand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mapping {
    /// The list of alerts, or empty when the document is one alert or a list of them. The other places are within one.
    pub items: String,
    /// The name of the alert.
    pub name: String,
    /// One line about it.
    pub summary: String,
    /// How bad it is, in a word of any tool that is known.
    pub severity: String,
    /// What it stands at.
    pub status: String,
    /// Statuses that say that it is over.
    pub resolved: Vec<String>,
    /// What is equal for all that tells of the same matter; the labels when empty.
    pub fingerprint: String,
    /// When it began, RFC 3339.
    pub starts_at: String,
    /// Where it can be looked at.
    pub url: String,
    /// Further labels, by their names.
    pub labels: BTreeMap<String, String>,
    /// Further annotations, by their names.
    pub annotations: BTreeMap<String, String>,
    /// Labels that every alert gets.
    pub fixed_labels: Labels,
}

/// A mapping that cannot work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key} = {value:?} is no JSON Pointer: begin it with a slash, such as /alert/title")]
pub struct MappingError {
    /// The key of the mapping.
    pub key: String,
    /// What stands there.
    pub value: String,
}

impl Mapping {
    /// Checks that every place is one.
    ///
    /// # Errors
    /// Naming the first that is not.
    pub fn check(&self) -> Result<(), MappingError> {
        let single = [
            ("items", &self.items),
            ("name", &self.name),
            ("summary", &self.summary),
            ("severity", &self.severity),
            ("status", &self.status),
            ("fingerprint", &self.fingerprint),
            ("starts_at", &self.starts_at),
            ("url", &self.url),
        ];
        let single = single.into_iter().map(|(key, value)| (key.to_owned(), value));
        let many = [("labels", &self.labels), ("annotations", &self.annotations)];
        let many = many
            .into_iter()
            .flat_map(|(table, places)| places.iter().map(move |(name, place)| (format!("{table}.{name}"), place)));
        match single.chain(many).find(|(_, place)| !place.is_empty() && !place.starts_with('/')) {
            Some((key, value)) => Err(MappingError { key, value: value.clone() }),
            None => Ok(()),
        }
    }

    /// Reads a body whose signals come from `source`.
    ///
    /// # Errors
    /// When the body is no JSON or holds no alerts where they should be.
    pub fn read(&self, source: &str, body: &[u8], received: Timestamp, limits: &Limits) -> Result<Calls, SourceError> {
        let mut document: Value = json(body)?;
        let items = document.pointer_mut(&self.items).map(Value::take);
        let items = match items {
            Some(Value::Array(items)) => items,
            Some(Value::Object(item)) => vec![Value::Object(item)],
            _ => return Err(SourceError::Malformed(format!("there is no list or object at {:?}", self.items))),
        };
        Calls::collect(items, limits, |item| self.signal(source, &item, received, limits).map(Call::Signal))
    }

    fn signal(&self, source: &str, item: &Value, received: Timestamp, limits: &Limits) -> Result<Signal, String> {
        let at = |place: &String| {
            if place.is_empty() { String::new() } else { item.pointer(place).map_or_else(String::new, text) }
        };
        let table = |places: &BTreeMap<String, String>, own: &[(&str, String)]| {
            let own = own.iter().map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str())));
            let further = places.iter().map(|(name, place)| (name.clone(), Value::from(at(place))));
            serde_json::from_value::<RawLabels>(Value::Object(own.chain(further).collect()))
                .map_err(|error| error.to_string())
        };
        let severity = severity_of(&at(&self.severity));
        let own = [("alertname", at(&self.name)), ("severity", severity.name().to_owned())];
        let mut labels = table(&self.labels, &own)?.check("labels", limits)?;
        labels.extend(self.fixed_labels.clone());
        if !labels.contains_key("alertname") {
            return Err("it has no name: set `name` or `fixed_labels.alertname` in the mapping".to_owned());
        }
        let fingerprint = at(&self.fingerprint);
        let is_over = self.resolved.contains(&at(&self.status));
        Ok(Signal {
            fingerprint: if fingerprint.is_empty() { fingerprint } else { key(&fingerprint)?.to_owned() },
            annotations: table(&self.annotations, &[("summary", at(&self.summary))])?.check("annotations", limits)?,
            severity,
            source: source.to_owned(),
            generator_url: at(&self.url).chars().take(2_048).collect(),
            starts_at: time(&at(&self.starts_at))?,
            ends_at: is_over.then_some(received),
            labels,
            finding: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use palisade_model::Severity;

    fn mapping() -> Mapping {
        Mapping {
            items: "/problems".to_owned(),
            name: "/title".to_owned(),
            severity: "/level".to_owned(),
            status: "/state".to_owned(),
            resolved: vec!["OK".to_owned()],
            fingerprint: "/id".to_owned(),
            labels: BTreeMap::from([("host".to_owned(), "/host/name".to_owned())]),
            fixed_labels: Labels::from([("site".to_owned(), "eu".to_owned())]),
            ..Mapping::default()
        }
    }

    #[test]
    fn a_document_is_read_by_its_mapping() {
        let body = br#"{"problems":[{"id":7,"title":"Down","level":"Disaster","state":"PROBLEM","host":{"name":"a"}},
            {"id":7,"title":"Down","state":"OK"},{"id":8}]}"#;
        let calls = mapping().read("zabbix", body, Timestamp::from_millis(5), &Limits::default()).unwrap();
        let Call::Signal(signal) = &calls.calls[0] else { panic!("a signal") };
        assert_eq!((signal.fingerprint.as_str(), signal.severity, signal.ends_at), ("7", Severity::Critical, None));
        assert_eq!((signal.labels["host"].as_str(), signal.labels["site"].as_str()), ("a", "eu"));
        let Call::Signal(over) = &calls.calls[1] else { panic!("a signal") };
        assert_eq!((over.fingerprint.as_str(), over.ends_at), ("7", Some(Timestamp::from_millis(5))));
        assert_eq!((calls.calls.len(), calls.rejected), (2, 1));
        assert!(mapping().read("zabbix", b"[]", Timestamp::default(), &Limits::default()).is_err());
    }

    #[test]
    fn a_mapping_that_cannot_work_is_refused() {
        assert_eq!(mapping().check(), Ok(()));
        let wrong = Mapping { labels: BTreeMap::from([("a".to_owned(), "b".to_owned())]), ..mapping() };
        assert_eq!(wrong.check().unwrap_err().key, "labels.a");
    }
}
