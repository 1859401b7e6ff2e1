//! The policies that come with the program, written as users write theirs.

use super::{Policy, PolicyError};
use std::{fmt, str::FromStr};

/// A policy that comes with the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preset {
    /// Flags everything, changes and blocks nothing.
    Observe,
    /// Blocks what is high or critical with a confidence of 0.8, masks secrets, flags the rest.
    #[default]
    Balanced,
    /// Blocks what is medium or worse with a confidence of 0.5, masks what could be secret or hides, flags the rest.
    Strict,
}

impl Preset {
    /// All of them, mildest first.
    pub const ALL: [Self; 3] = [Self::Observe, Self::Balanced, Self::Strict];

    /// The name that users write.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Observe => "observe",
            Self::Balanced => "balanced",
            Self::Strict => "strict",
        }
    }

    /// Its text, for users to read and to start from.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Observe => include_str!("presets/observe.toml"),
            Self::Balanced => include_str!("presets/balanced.toml"),
            Self::Strict => include_str!("presets/strict.toml"),
        }
    }

    /// The policy itself.
    #[must_use]
    pub fn policy(self) -> Policy {
        Policy::of_preset(self).expect("a test reads every preset")
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for Preset {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        let found = Self::ALL.into_iter().find(|preset| preset.name() == text);
        let message = || format!("'{text}' is not a preset: use observe, balanced or strict");
        found.ok_or_else(|| PolicyError { line: 1, column: 1, message: message() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_can_be_read() {
        for preset in Preset::ALL {
            assert!(Policy::of_preset(preset).is_ok(), "{preset}");
            assert_eq!(preset.name().parse(), Ok(preset));
        }
    }
}
