//! The line of releases that a version belongs to, within which upgrades are meant to be harmless.

/// Major and minor number of a version. On one line are versions with the same major number, and those with major zero
/// when the minor is the same too (the caret rule of Cargo and npm).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    major: u64,
    minor: u64,
}

impl Line {
    /// The line of a version of any scheme; `None` when it does not begin with a number.
    #[must_use]
    pub fn of(version: &str) -> Option<Self> {
        let version = version.trim().trim_start_matches(['v', 'V', '=']);
        let version = version.split_once('!').map_or(version, |(_, release)| release);
        let mut numbers = version.split('.').map_while(leading_number);
        let major = numbers.next()?;
        Some(Self { major, minor: if major == 0 { numbers.next().unwrap_or(0) } else { 0 } })
    }
}

/// The number that a part begins with.
fn leading_number(part: &str) -> Option<u64> {
    let end = part.find(|character: char| !character.is_ascii_digit()).unwrap_or(part.len());
    part[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::Line;

    #[test]
    fn major_zero_makes_the_minor_count() {
        for (a, b, same) in [
            ("1.2.3", "v1.9", true),
            ("1.2.3", "2.0.0", false),
            ("0.1.2", "0.1.9", true),
            ("0.1.2", "0.2.0", false),
            ("1!3.0", "1!3.4", true),
            ("1-rc1", "1.0", true),
        ] {
            assert_eq!(Line::of(a) == Line::of(b), same, "{a} {b}");
        }
        assert_eq!(Line::of("main"), None);
    }
}
