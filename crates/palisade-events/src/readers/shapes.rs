//! What JSON events are, by their first fields, and what that asks for beside the fields that they have.

use super::{access_log, windows_names};
use crate::record::{Record, Value};

/// Where Sigma's rules on Kubernetes look for what stands deep in the object that is asked for.
const KUBERNETES: [(&str, &str); 6] = [
    ("requestObject.spec.volumes.hostPath.path", "hostPath"),
    ("requestObject.spec.template.spec.volumes.hostPath.path", "hostPath"),
    ("requestObject.spec.containers.securityContext.capabilities.add", "capabilities"),
    ("requestObject.spec.template.spec.containers.securityContext.capabilities.add", "capabilities"),
    ("objectRef.apiGroup", "apiGroup"),
    ("objectRef.namespace", "namespace"),
];

/// Fields at the beginning that are looked at: what tells a shape stands early, and most events have none of it.
const LOOKED_AT: usize = 12;

/// The prefix of attributes in our own events.
const ATTRIBUTES: &str = "attributes.";

/// Adds the fields that rules ask for under other names than the event has.
pub(crate) fn complete(record: &mut Record<'_>) {
    if windows_names::are_paths(record) {
        windows_names::plain_into(record);
    } else if is_kubernetes(record) {
        renamed_into(record, &KUBERNETES);
    } else if is_ours(record) {
        for index in 0..record.len() {
            if let Some(plain) = record.name(index).strip_prefix(ATTRIBUTES) {
                record.push_again(index, ATTRIBUTES.len()..ATTRIBUTES.len() + plain.len());
            }
        }
    } else if has_client(record) && access_log::is_named_so(record) {
        access_log::names_into(record);
    }
}

/// True for a text of OTLP logs in JSON.
pub(crate) fn is_otlp(text: &str) -> bool {
    let inside = text.trim_ascii_start().strip_prefix('{').map(str::trim_ascii_start);
    inside.is_some_and(|inside| inside.starts_with("\"resourceLogs\""))
}

/// True for a list of events, or an object that holds nothing else.
pub(crate) fn holds_events(text: &str) -> bool {
    let text = text.trim_ascii_start();
    let Some(inside) = text.strip_prefix('{').map(str::trim_ascii_start) else { return text.starts_with('[') };
    ["\"Records\"", "\"value\""].iter().any(|name| {
        let list = inside.strip_prefix(name).map(str::trim_ascii_start).and_then(|rest| rest.strip_prefix(':'));
        list.is_some_and(|list| list.trim_ascii_start().starts_with('['))
    }) || (inside.starts_with("\"kind\"") && inside.get(..64).is_some_and(|start| start.contains("\"EventList\"")))
}

fn is_kubernetes(record: &Record<'_>) -> bool {
    let is = |index: usize, name: &str| index < record.len() && record.name(index) == name;
    is(0, "kind")
        && is(1, "apiVersion")
        && matches!(record.value(1), Value::Text(text) if text.written.starts_with("audit.k8s.io"))
}

fn is_ours(record: &Record<'_>) -> bool {
    !record.is_empty()
        && record.name(0) == "type"
        && record.value(0) == Value::text("event")
        && record.first("attributes").is_some()
}

fn has_client(record: &Record<'_>) -> bool {
    (0..record.len().min(LOOKED_AT))
        .any(|index| matches!(record.name(index), "remote_addr" | "remote_ip" | "client_ip"))
}

fn renamed_into(record: &mut Record<'_>, names: &[(&str, &str)]) {
    for index in 0..record.len() {
        let renamed = names.iter().find(|(path, _)| *path == record.name(index)).map(|(_, plain)| *plain);
        if let Some(plain) = renamed {
            record.push_renamed(index, plain);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::{json, testing::first};

    fn completed(text: &str) -> Record<'_> {
        let mut record = json::read(text, Record::default()).expect("reads");
        complete(&mut record);
        record
    }

    #[test]
    fn kubernetes_events_have_the_fields_of_rules() {
        let record = completed(
            r#"{"kind":"Event","apiVersion":"audit.k8s.io/v1","objectRef":{"apiGroup":"apps"},"requestObject":{"spec":{"volumes":[{"hostPath":{"path":"/"}}],"containers":[{"securityContext":{"capabilities":{"add":["SYS_ADMIN"]}}}]}}}"#,
        );
        assert_eq!(first(&record, "hostPath").as_deref(), Some("/"));
        assert_eq!(first(&record, "apiGroup").as_deref(), Some("apps"));
        assert!(record.values("capabilities").any(|value| value.get().as_deref() == Some("SYS_ADMIN")));
    }

    #[test]
    fn our_own_events_have_their_attributes_as_fields() {
        let record = completed(r#"{"type":"event","message":"m","attributes":{"Image":"x","http.method":"GET"}}"#);
        assert_eq!(first(&record, "Image").as_deref(), Some("x"));
        assert_eq!(first(&record, "http.method").as_deref(), Some("GET"));
        assert_eq!(first(&record, "message").as_deref(), Some("m"));
    }

    #[test]
    fn texts_that_hold_events_are_told() {
        for text in ["[", " [{}]", "{\"Records\":[", "{ \"Records\" : [ {", "{\"value\":["] {
            assert!(holds_events(text), "{text}");
        }
        for text in ["", "{", "{}", "{\"Records\":1}", "{\"a\":[", "{\"value\":\"[\"}"] {
            assert!(!holds_events(text), "{text}");
        }
        assert!(is_otlp("{\n \"resourceLogs\": []}") && !is_otlp("{\"a\":\"resourceLogs\"}"));
    }
}
