//! What product, category and service an event is of, by what stands in it, so that rules run on the events that they
//! are written for without anyone saying what a stream holds.

mod clue;
mod shape;
mod windows;

pub use clue::Clue;

use crate::{LogSource, Record, Value, limits::SERVICE_NAME_BYTES_MAX, taxonomy::Taxonomy};
use std::{
    fmt,
    hash::{Hash, Hasher},
};

/// One log source of an event; an empty part means that it has none.
#[derive(Debug)]
pub struct KnownSource {
    /// The product, such as `windows`.
    pub product: &'static str,
    /// The category, such as `process_creation`.
    pub category: &'static str,
    /// The service, such as `security`.
    pub service: &'static str,
}

/// The log sources that an event is of.
#[derive(Clone, Debug)]
pub enum EventSource {
    /// Inferred: these and no others.
    Known(&'static [KnownSource]),
    /// As its sender says. A part that it leaves open may be anything.
    Declared(LogSource),
    /// Of a service that no table knows, by its name in lower case: rules count that name it as product or service.
    Named(Box<str>),
    /// Nothing is known: only rules that look at all events count.
    Unknown,
}

impl EventSource {
    /// True when a rule with this log source looks at such events.
    #[must_use]
    pub fn is_of_interest_to(&self, rule: &LogSource) -> bool {
        match self {
            Self::Known(sources) => sources.iter().any(|source| source.has(rule)),
            Self::Declared(event) => {
                let agrees = |rule: &Option<String>, event: &Option<String>| match (rule, event) {
                    (Some(rule), Some(event)) => rule == event,
                    _ => true,
                };
                agrees(&rule.product, &event.product)
                    && agrees(&rule.category, &event.category)
                    && agrees(&rule.service, &event.service)
            }
            Self::Named(name) => {
                let is_named = |part: &Option<String>| part.as_ref().is_none_or(|part| **part == **name);
                is_named(&rule.product) && is_named(&rule.service) && rule.category.is_none()
            }
            Self::Unknown => *rule == LogSource::default(),
        }
    }
}

/// In words: `windows/process_creation/security`.
impl fmt::Display for EventSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(sources) => {
                let named =
                    |source: &KnownSource| LogSource::new(source.product, source.category, source.service).to_string();
                formatter.write_str(&sources.iter().map(named).collect::<Vec<_>>().join(" and "))
            }
            Self::Declared(source) => write!(formatter, "{source} (as declared)"),
            Self::Named(name) => write!(formatter, "the service {name}"),
            Self::Unknown => formatter.write_str("nothing that is known"),
        }
    }
}

impl KnownSource {
    /// True when all that the rule asks for is there.
    fn has(&self, rule: &LogSource) -> bool {
        let part = |wanted: &Option<String>, given: &str| wanted.as_ref().is_none_or(|wanted| wanted == given);
        part(&rule.product, self.product) && part(&rule.category, self.category) && part(&rule.service, self.service)
    }
}

/// Sources that are inferred are the same when they stand in the same place of a table: that is quick to tell.
impl PartialEq for EventSource {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Known(mine), Self::Known(others)) => std::ptr::eq(*mine, *others),
            (Self::Declared(mine), Self::Declared(others)) => mine == others,
            (Self::Named(mine), Self::Named(others)) => mine == others,
            (Self::Unknown, Self::Unknown) => true,
            _ => false,
        }
    }
}

impl Eq for EventSource {}

impl Hash for EventSource {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Known(sources) => std::ptr::hash(*sources, state),
            Self::Declared(source) => source.hash(state),
            Self::Named(name) => name.hash(state),
            Self::Unknown => state.write_u8(0),
        }
    }
}

/// The log source of an event, given the values of its telling fields.
pub fn infer<'v>(clue: impl Fn(Clue) -> Option<Value<'v>>) -> EventSource {
    if let Some(declared) = declared(&clue) {
        return EventSource::Declared(declared);
    }
    match windows::infer(&clue).or_else(|| shape::infer(&clue)) {
        Some(sources) => EventSource::Known(sources),
        None => named(&clue).map_or(EventSource::Unknown, EventSource::Named),
    }
}

/// What the event calls the service that it is of.
fn named<'v>(clue: &impl Fn(Clue) -> Option<Value<'v>>) -> Option<Box<str>> {
    let name = clue(Clue::ServiceName).and_then(Value::get)?;
    let name = name.trim();
    (!name.is_empty() && name.len() <= SERVICE_NAME_BYTES_MAX).then(|| name.to_lowercase().into())
}

/// The log source of the event in a record.
#[must_use]
pub fn of(record: &Record<'_>, taxonomy: &Taxonomy) -> EventSource {
    infer(|clue| {
        let value = |name: &str| record.fields().find(|field| field.name == name && field.value.has_text());
        let found = value(clue.name()).or_else(|| taxonomy.names_of(clue.name()).iter().find_map(|name| value(name)));
        found.map(|field| field.value)
    })
}

/// What the event itself says that it is of.
fn declared<'v>(clue: &impl Fn(Clue) -> Option<Value<'v>>) -> Option<LogSource> {
    let part = |which| clue(which).and_then(Value::get);
    let (product, category, service) = (part(Clue::Product), part(Clue::Category), part(Clue::Service));
    if product.is_none() && category.is_none() && service.is_none() {
        return None;
    }
    let text = |part: Option<std::borrow::Cow<'v, str>>| part.unwrap_or_default().trim().to_owned();
    Some(LogSource::new(&text(product), &text(category), &text(service)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::json::read;

    fn source(json: &str) -> String {
        let record = read(json, Record::default()).expect("reads");
        match of(&record, &Taxonomy::default()) {
            EventSource::Named(name) => format!("named {name}"),
            EventSource::Known(sources) => {
                let show = |source: &KnownSource| format!("{}/{}/{}", source.product, source.category, source.service);
                sources.iter().map(show).collect::<Vec<_>>().join(" ")
            }
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn events_are_known_by_what_they_hold() {
        for (json, expected) in [
            (r#"{"Channel":"Security","EventID":4624}"#, "windows//security"),
            (r#"{"Channel":"security","EventID":"4688"}"#, "windows/process_creation/security"),
            (r#"{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1}"#, "windows/process_creation/sysmon"),
            (
                r#"{"log_name":"Microsoft-Windows-Sysmon/Operational","event_id":13}"#,
                "windows/registry_event/sysmon windows/registry_set/sysmon",
            ),
            (
                r##"{"Event":{"System":{"Channel":"Microsoft-Windows-PowerShell/Operational","EventID":{"#text":4104}}}}"##,
                "windows/ps_script/powershell",
            ),
            (r#"{"Channel":"Somebody/Else","EventID":1}"#, "windows//"),
            (r#"{"eventSource":"ec2.amazonaws.com","eventName":"X","eventVersion":"1.05"}"#, "aws//cloudtrail"),
            (
                r#"{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"x"}"#,
                "kubernetes//audit kubernetes/application/audit",
            ),
            (r#"{"type":"SYSCALL","msg":"audit(1.2:3)"}"#, "linux//auditd"),
            (r#"{"type":"EXECVE","argc":"2","a0":"id"}"#, "linux/process_creation/auditd"),
            (r#"{"_path":"dns","uid":"x"}"#, "zeek//dns"),
            (r#"{"message":"hello"}"#, "Unknown"),
            (r#"{"service":"Shop","message":"hello"}"#, "named shop"),
            (r#"{"service":{"name":"shop"}}"#, "named shop"),
            (r#"{"service":" "}"#, "Unknown"),
            (r#"{"service":"shop","request":"a","src":"b","event":{"type":"start","action":"c"}}"#, "named shop"),
        ] {
            assert_eq!(source(json), expected, "{json}");
        }
    }

    #[test]
    fn what_an_event_declares_counts() {
        let json = r#"{"logsource":{"product":"Windows"},"Channel":"Security"}"#;
        let record = read(json, Record::default()).expect("reads");
        let source = of(&record, &Taxonomy::default());
        assert_eq!(source, EventSource::Declared(LogSource::new("windows", "", "")));
        assert!(source.is_of_interest_to(&LogSource::new("windows", "process_creation", "")));
        assert!(!source.is_of_interest_to(&LogSource::new("linux", "", "")));
        let shop = EventSource::Named("shop".into());
        for wanted in [LogSource::default(), LogSource::new("shop", "", ""), LogSource::new("", "", "shop")] {
            assert!(shop.is_of_interest_to(&wanted), "{wanted:?}");
        }
        for other in [LogSource::new("linux", "", "shop"), LogSource::new("shop", "webserver", "")] {
            assert!(!shop.is_of_interest_to(&other), "{other:?}");
        }
        assert!(EventSource::Unknown.is_of_interest_to(&LogSource::default()));
        assert!(!EventSource::Unknown.is_of_interest_to(&LogSource::new("", "webserver", "")));
    }
}
