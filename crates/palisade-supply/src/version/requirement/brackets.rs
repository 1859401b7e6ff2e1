//! Intervals in brackets, of Maven (maven.apache.org/pom.html#Dependency_Version_Requirement_Specification) and NuGet
//! (learn.microsoft.com/nuget/concepts/package-versioning): `[1.0,2.0)`, `(,1.0]`, `[1.0]`. They are ordered like all
//! versions, prereleases included.

use super::{RequirementError, Run};
use crate::version::{Interval, Key, Scheme};

/// Intervals, joined by commas to a union.
pub(super) fn union(text: &str, scheme: Scheme) -> Result<Vec<Run>, RequirementError> {
    let fault = || RequirementError::part(text);
    let mut runs = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = rest.find([']', ')']).ok_or_else(fault)? + 1;
        runs.push(interval(&rest[..end], scheme).ok_or_else(fault)?);
        rest = rest[end..].trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
    if runs.is_empty() { Err(fault()) } else { Ok(runs) }
}

fn interval(text: &str, scheme: Scheme) -> Option<Run> {
    let with_low = text.starts_with('[');
    let with_high = text.ends_with(']');
    let inner = text.strip_prefix(['[', '('])?.strip_suffix([']', ')'])?;
    let (low, high) = match inner.split_once(',') {
        Some((low, high)) => (low.trim(), high.trim()),
        None if with_low && with_high => (inner.trim(), inner.trim()),
        None => return None,
    };
    let key = |version: &str| Some(scheme.key(version)).filter(Key::is_version);
    let from = match low {
        "" => Key::FIRST,
        _ if with_low => key(low)?,
        _ => key(low)?.after(),
    };
    let to = match high {
        "" => None,
        _ if with_high => Some(key(high)?.after()),
        _ => Some(key(high)?),
    };
    Some(Run { interval: Interval { low: from, high: to }, low: low.to_owned(), prereleases_of: None })
}
