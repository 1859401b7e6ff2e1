//! Events of OSV's ranges (`introduced`, `fixed`, `last_affected`, `limit`) made into intervals.
//!
//! The algorithm is that of the schema's section on evaluation: events in the order of their versions, a version is
//! affected when the last event at or before it opened a range.

use super::super::record::AffectedRange;
use crate::version::{Interval, Key, Scheme};
use serde::Deserialize;

/// One event of a range.
#[derive(Debug, Deserialize)]
pub(super) struct Event {
    pub(super) introduced: Option<String>,
    pub(super) fixed: Option<String>,
    pub(super) last_affected: Option<String>,
    pub(super) limit: Option<String>,
}

/// What happens at a version. The order is that in which events at the same version happen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Fixed,
    Introduced,
    LastAffected,
}

/// The affected versions that `events` tell of.
pub(super) fn ranges(events: &[Event], scheme: Scheme) -> Vec<AffectedRange> {
    let key = |version: &str| if version == "0" { Key::FIRST } else { scheme.key(version) };
    let mut turns: Vec<(Key, Turn, &str)> = Vec::new();
    for event in events {
        turns.extend(event.introduced.iter().map(|version| (key(version), Turn::Introduced, version.as_str())));
        turns.extend(event.fixed.iter().map(|version| (key(version), Turn::Fixed, version.as_str())));
        turns.extend(event.last_affected.iter().map(|version| (key(version), Turn::LastAffected, version.as_str())));
    }
    turns.sort();
    let limit = limit(events, key);
    let mut ranges = Vec::new();
    let mut open: Option<Key> = None;
    let mut fixed_at_once: Option<Key> = None;
    for (at, turn, version) in turns {
        match (turn, open.take()) {
            (Turn::Introduced, None) if fixed_at_once.as_ref() == Some(&at) => {}
            (Turn::Introduced, None) => open = Some(at),
            (Turn::Introduced, low) => open = low,
            (_, None) => fixed_at_once = Some(at),
            (Turn::Fixed, Some(low)) => ranges.push(range(low, Some(at), (version, ""), limit.as_ref())),
            (Turn::LastAffected, Some(low)) => ranges.push(range(low, Some(at.after()), ("", version), limit.as_ref())),
        }
    }
    ranges.extend(open.map(|low| range(low, None, ("", ""), limit.as_ref())));
    ranges.retain(|range| !range.interval.is_empty());
    ranges
}

/// The highest limit; none means that there is no limit, and so does `*`.
fn limit(events: &[Event], key: impl Fn(&str) -> Key) -> Option<Key> {
    let limits: Vec<&str> = events.iter().filter_map(|event| event.limit.as_deref()).collect();
    if limits.contains(&"*") { None } else { limits.into_iter().map(key).max() }
}

/// A range with the first version in which it is mended, or the last affected one.
fn range(low: Key, high: Option<Key>, (fixed, last): (&str, &str), limit: Option<&Key>) -> AffectedRange {
    let interval = Interval { low, high };
    let interval = match limit {
        Some(limit) => interval.intersection(&Interval { low: Key::FIRST, high: Some(limit.clone()) }),
        None => interval,
    };
    AffectedRange { interval, fixed: fixed.to_owned(), last: last.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{Event, ranges};
    use crate::version::Scheme;

    /// True when `events`, written as in OSV, affect `version`.
    fn affects(events: &str, version: &str) -> bool {
        let events: Vec<Event> = serde_json::from_str(events).unwrap();
        let key = Scheme::SemVer.key(version);
        ranges(&events, Scheme::SemVer).iter().any(|range| range.interval.contains(&key))
    }

    #[test]
    fn events_open_and_close_ranges_in_the_order_of_versions() {
        let two = r#"[{"introduced":"2.0.0"},{"fixed":"2.3.0"},{"introduced":"0"},{"fixed":"1.4.2"}]"#;
        for (version, affected) in [
            ("0.0.0-a", true),
            ("1.4.1", true),
            ("1.4.2", false),
            ("2.0.0", true),
            ("2.3.0-rc1", true),
            ("2.3.0", false),
        ] {
            assert_eq!(affects(two, version), affected, "{version}");
        }
    }

    #[test]
    fn the_last_affected_version_is_affected() {
        let last = r#"[{"introduced":"1.0.0"},{"last_affected":"1.2.0"}]"#;
        for (version, affected) in [("0.9.0", false), ("1.2.0", true), ("1.2.1-0", false)] {
            assert_eq!(affects(last, version), affected, "{version}");
        }
        assert!(affects(r#"[{"introduced":"1.0.0"},{"last_affected":"1.0.0"}]"#, "1.0.0"));
    }

    #[test]
    fn a_limit_ends_what_nothing_fixed() {
        let limited = r#"[{"introduced":"0"},{"limit":"2.0.0"},{"limit":"1.0.0"}]"#;
        assert!(affects(limited, "1.9.9") && !affects(limited, "2.0.0"));
        assert!(affects(r#"[{"introduced":"0"},{"limit":"*"}]"#, "99.0.0"));
    }

    #[test]
    fn events_that_make_no_sense_affect_nothing() {
        for events in [r#"[{"fixed":"1.0.0"}]"#, "[]", r#"[{"introduced":"2.0.0"},{"fixed":"2.0.0"}]"#] {
            assert!(!affects(events, "1.0.0") && !affects(events, "2.0.0"), "{events}");
        }
    }
}
