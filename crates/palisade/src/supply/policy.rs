//! What the user wants of the watch over packages: one TOML file.
//!
//! ```toml
//! extends = "balanced"            # and report, fail_on, [[suppress]], as palisade-supply's policy has them
//! private = ["npm/@corp/*"]       # names that the organisation uses privately: ecosystem/name, * at the end
//!
//! [licences]                      # only with this section are licences judged
//! preset = "weak-copyleft"
//! ```

use crate::cli::{Failure, bounded};
use palisade_supply::{Ecosystem, licence, score};
use std::path::Path;

const FILE_BYTES_MAX: u64 = 4 << 20;
/// The policy that counts where none is named and the command runs in its folder.
pub const FILE: &str = "palisade-supply.toml";

/// Thresholds, suppressions, private names, licences.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// What is told, fails a run, or is let pass.
    pub findings: score::Policy,
    /// Names that the organisation uses privately.
    pub private: Vec<(Ecosystem, String)>,
    /// Which licences may come in; `None` when nobody asks.
    pub licences: Option<licence::Policy>,
}

impl Policy {
    /// The preset of this name, or the policy in the file at this path.
    ///
    /// # Errors
    /// When it is neither, with the place in the file.
    pub fn named(name: &str) -> anyhow::Result<Self> {
        let preset = match name {
            "observe" => Some(score::Preset::Observe),
            "balanced" => Some(score::Preset::Balanced),
            "strict" => Some(score::Preset::Strict),
            _ => None,
        };
        if let Some(preset) = preset {
            return Ok(Self { findings: score::Policy::preset(preset), ..Self::default() });
        }
        let text = bounded::read_file(Path::new(name), FILE_BYTES_MAX).map_err(|error| {
            Failure::input(format!("cannot read the policy {name}: {error}"))
                .hint("name one of observe, balanced and strict, or a file that holds a policy for packages")
        })?;
        Self::parse(&text).map_err(|reason| Failure::input(format!("the policy {name}: {reason}")).into())
    }

    /// # Errors
    /// The reason, for people.
    fn parse(text: &str) -> Result<Self, String> {
        let mut table: toml::Table = toml::from_str(text).map_err(|error| error.to_string())?;
        let licences = table.remove("licences").map(licences).transpose()?;
        let private = table.remove("private").map_or(Ok(Vec::new()), private)?;
        // What is left is read from the text that the user wrote where it can be, so that errors name its lines.
        let rest = if licences.is_none() && private.is_empty() { text.to_owned() } else { table.to_string() };
        let findings = score::Policy::parse(&rest).map_err(|error| error.to_string())?;
        Ok(Self { findings, private, licences })
    }
}

fn licences(value: toml::Value) -> Result<licence::Policy, String> {
    let policy: licence::Policy = value.try_into().map_err(|error| format!("licences: {error}"))?;
    policy.check().map_err(|error| format!("licences: {error}"))?;
    Ok(policy)
}

fn private(value: toml::Value) -> Result<Vec<(Ecosystem, String)>, String> {
    let names: Vec<String> = value.try_into().map_err(|error| format!("private: {error}"))?;
    names.iter().map(|name| private_name(name)).collect()
}

/// `npm/@corp/*` as ecosystem and name.
///
/// # Errors
/// The reason, for people.
pub fn private_name(text: &str) -> Result<(Ecosystem, String), String> {
    let (ecosystem, name) = text
        .split_once('/')
        .filter(|(_, name)| !name.is_empty())
        .ok_or_else(|| format!("private: write ecosystem/name, as npm/@corp/*, not `{text}`"))?;
    let ecosystem = ecosystem.parse::<Ecosystem>().map_err(|error| format!("private: {error}"))?;
    Ok((ecosystem, name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_has_thresholds_private_names_and_licences() {
        let policy = Policy::parse(
            "extends = 'strict'\nprivate = ['npm/@corp/*', 'python/corp-tools']\n\
             [[suppress]]\npackage = 'npm/x'\nreason = 'ours'\n[licences]\npreset = 'permissive'\n",
        )
        .unwrap();
        assert_eq!(
            policy.private,
            [(Ecosystem::Npm, "@corp/*".to_owned()), (Ecosystem::PyPi, "corp-tools".to_owned())]
        );
        assert_eq!(policy.findings.suppressions.len(), 1);
        assert!(policy.licences.is_some());
    }

    #[test]
    fn mistakes_are_told() {
        for (text, wanted) in [
            ("private = ['left-pad']", "ecosystem/name"),
            ("private = ['cobol/x']", "no ecosystem"),
            ("[licences]\npreset = 'generous'", "is no preset"),
            ("colour = 1", "unknown field"),
            ("private = 1", "private"),
        ] {
            let error = Policy::parse(text).unwrap_err();
            assert!(error.contains(wanted), "{text}: {error}");
        }
        assert!(Policy::named("observe").is_ok());
        assert!(Policy::named("/no/such/file").is_err());
    }
}
