//! The plain names of the fields of a Windows event, beside those that tell where they stand in it.
//!
//! `Event.EventData.Image` is what tools make of the event's XML, `Image` is what Sigma's rules ask for. Both name the
//! same value; the second is a part of the first, so nothing is copied.

use crate::record::{Kind, Record};

/// Fields of `System` whose plain name is no part of their path.
const RENAMED: [(&str, &str); 8] = [
    ("Provider.#attributes.Name", "Provider_Name"),
    ("Provider.#attributes.Guid", "Provider_Guid"),
    ("Provider_attributes.Name", "Provider_Name"),
    ("Provider_attributes.Guid", "Provider_Guid"),
    ("Execution.#attributes.ProcessID", "Execution_ProcessID"),
    ("Execution.#attributes.ThreadID", "Execution_ThreadID"),
    ("Security.#attributes.UserID", "Security_UserID"),
    ("Correlation.#attributes.ActivityID", "Correlation_ActivityID"),
];

const SYSTEM: &str = "Event.System.";
const EVENT_DATA: &str = "Event.EventData.";
const USER_DATA: &str = "Event.UserData.";
const TEXT: &str = ".#text";

/// True for a record whose fields are named by their path in a Windows event.
#[must_use]
pub fn are_paths(record: &Record<'_>) -> bool {
    !record.is_empty() && record.name(0) == "Event"
}

/// Adds the plain names of all fields of a Windows event.
pub fn plain_into(record: &mut Record<'_>) {
    for index in 0..record.len() {
        let name = record.name(index);
        if let Some(field) = name.strip_prefix(SYSTEM) {
            let renamed = RENAMED.iter().find(|(path, _)| *path == field).map(|(_, plain)| *plain);
            let (start, end) = (SYSTEM.len(), without_text(name));
            match renamed {
                Some(plain) => record.push_renamed(index, plain),
                None if is_plain(record, index, start, end) => record.push_again(index, start..end),
                None => {}
            }
        } else if let Some(start) = data_start(name) {
            let end = without_text(name);
            if start < end && !name[start..end].contains("#attributes") && record.written(index).0 != Kind::Object {
                record.push_again(index, start..end);
            }
        }
    }
}

/// Where the plain name begins in the path of a field of the event's own.
fn data_start(name: &str) -> Option<usize> {
    if name.starts_with(EVENT_DATA) {
        return Some(EVENT_DATA.len());
    }
    // What the provider calls the whole stands between.
    let inner = name.strip_prefix(USER_DATA)?;
    inner.find('.').map(|dot| USER_DATA.len() + dot + 1)
}

/// A value beside attributes is called `#text`.
fn without_text(name: &str) -> usize {
    name.strip_suffix(TEXT).map_or(name.len(), str::len)
}

/// True for what `System` holds directly, as text or number.
fn is_plain(record: &Record<'_>, index: usize, start: usize, end: usize) -> bool {
    let (kind, _) = record.written(index);
    !matches!(kind, Kind::Object | Kind::Null) && !record.name(index)[start..end].contains('.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::{json, testing::first};

    #[test]
    fn plain_names_stand_beside_paths() {
        let text = concat!(
            r##"{"Event":{"System":{"Provider":{"#attributes":{"Name":"P"}},"EventID":{"#attributes":{"Qualifiers":0},"##,
            r##""#text":7045},"Channel":"System","Correlation":null},"EventData":{"Image":"C:\\a","Data":{"#text":["x","y"]}},"##,
            r##""UserData":{"Thing":{"#attributes":{"xmlns":"u"},"Path":"p"}}}}"##
        );
        let mut record = json::read(text, Record::default()).expect("reads");
        assert!(are_paths(&record));
        plain_into(&mut record);
        for (name, value) in [
            ("Provider_Name", "P"),
            ("EventID", "7045"),
            ("Channel", "System"),
            ("Image", r"C:\a"),
            ("Path", "p"),
            ("Event.EventData.Image", r"C:\a"),
        ] {
            assert_eq!(first(&record, name).as_deref(), Some(value), "{name}");
        }
        assert_eq!(record.values("Data").filter_map(|value| value.get()).collect::<Vec<_>>(), ["x", "y"]);
        assert!(record.first("Correlation").is_none() && record.first("Thing").is_none());
    }
}
