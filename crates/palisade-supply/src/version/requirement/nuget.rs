//! NuGet's requirements: a version alone is the least, brackets are an interval, a star floats.

use super::{RequirementError, Run, brackets};
use crate::version::{Interval, Key, Line, Scheme};

pub(super) fn runs(text: &str) -> Result<Vec<Run>, RequirementError> {
    let text = text.trim();
    let fault = || RequirementError::part(text);
    if text.starts_with(['[', '(']) {
        return brackets::union(text, Scheme::NuGet)
            .and_then(|runs| if runs.len() == 1 { Ok(runs) } else { Err(fault()) });
    }
    if let Some(fixed) = text.strip_suffix('*') {
        return floating(fixed).map(|run| vec![run]).ok_or_else(fault);
    }
    let key = Some(Scheme::NuGet.key(text)).filter(Key::is_version).ok_or_else(fault)?;
    Ok(vec![Run { interval: Interval { low: key, high: None }, low: text.to_owned(), prereleases_of: None }])
}

/// `1.2.` floats over the releases that begin so, the empty text over all.
fn floating(fixed: &str) -> Option<Run> {
    let none = Some(Vec::new());
    let Some(numbers) = fixed.strip_suffix('.') else {
        return fixed.is_empty().then(|| Run { prereleases_of: none, ..Run::all() });
    };
    Line::of(numbers)?;
    let (before, last) = numbers.rsplit_once('.').map_or(("", numbers), |(before, last)| (before, last));
    let next = last.parse::<u64>().ok()?.checked_add(1)?;
    let high = if before.is_empty() { format!("{next}.0-0") } else { format!("{before}.{next}-0") };
    let (low, high) = (Scheme::NuGet.key(numbers), Scheme::NuGet.key(&high));
    let is_read = low.is_version() && high.is_version();
    let interval = Interval { low, high: Some(high) };
    is_read.then(|| Run { interval, low: numbers.to_owned(), prereleases_of: none })
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use crate::Ecosystem;

    #[test]
    fn requirements_are_met_as_nuget_says() {
        check(
            Ecosystem::NuGet,
            &[
                ("6.1", "6.1.0", true),
                ("6.1", "7.0.0", true),
                ("6.1", "6.0.9", false),
                ("(4.1.3,)", "4.1.3", false),
                ("(,5.0)", "4.9.9.9", true),
                ("[1.0]", "1.0.0.0", true),
                ("[1,2)", "2.0.0", false),
                ("6.*", "6.9.1", true),
                ("6.*", "7.0.0", false),
                ("1.2.*", "1.2.9", true),
                ("1.2.*", "1.2.3-beta", false),
                ("*", "9.0.0", true),
            ],
            &["", "latest", "(1.0)", "a.*", "[1,2],[3,4]"],
        );
    }
}
