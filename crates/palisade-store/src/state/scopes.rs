//! What a key may do.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// One thing that a key may be allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Send observations in.
    Ingest,
    /// Ask for a verdict.
    Inspect,
    /// Query, list, watch live.
    Read,
    /// Change alerts and incidents.
    Respond,
    /// Everything, keys and feeds included.
    Admin,
}

/// A set of scopes. Text form: names with commas between, in the order of [`Scope::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Scopes(u8);

/// The text names no scope.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a scope: use ingest, inspect, read, respond or admin")]
pub struct UnknownScope(pub String);

impl Scope {
    /// All scopes, from the narrowest to the widest.
    pub const ALL: [Self; 5] = [Self::Ingest, Self::Inspect, Self::Read, Self::Respond, Self::Admin];

    /// The name, as written in requests and shown to people.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Inspect => "inspect",
            Self::Read => "read",
            Self::Respond => "respond",
            Self::Admin => "admin",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|scope| scope.as_str() == text);
        known.ok_or_else(|| UnknownScope(text.chars().take(32).collect()))
    }
}

impl Scopes {
    /// The set of these scopes.
    #[must_use]
    pub fn of(scopes: &[Scope]) -> Self {
        scopes.iter().copied().collect()
    }

    /// Whether a holder may do what `scope` stands for: it is in the set, or the set has [`Scope::Admin`].
    #[must_use]
    pub const fn allows(self, scope: Scope) -> bool {
        self.0 & (scope.bit() | Scope::Admin.bit()) != 0
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The scopes as they were given; what admin implies is not among them.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.0 & scope.bit() != 0)
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | scope.bit()))
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.iter().map(Scope::as_str).collect();
        formatter.pad(&names.join(","))
    }
}

impl FromStr for Scopes {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(Scope::from_str).collect()
    }
}

impl Serialize for Scopes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<Scope>::deserialize(deserializer).map(|scopes| Self::of(&scopes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn admin_implies_all_and_nothing_else_implies_anything() {
        for held in Scope::ALL {
            for wanted in Scope::ALL {
                let expected = held == wanted || held == Scope::Admin;
                assert_eq!(Scopes::of(&[held]).allows(wanted), expected, "{held} {wanted}");
            }
            assert!(!Scopes::default().allows(held));
        }
    }

    #[test]
    fn text_and_json_forms_go_there_and_back() {
        let scopes: Scopes = "read, ingest,".parse().unwrap();
        assert_eq!(scopes.to_string(), "ingest,read");
        assert_eq!(serde_json::to_string(&scopes).unwrap(), r#"["ingest","read"]"#);
        assert_eq!(serde_json::from_str::<Scopes>(r#"["read","ingest"]"#).unwrap(), scopes);
        assert!("".parse::<Scopes>().unwrap().is_empty());
        assert_eq!("read,root".parse::<Scopes>(), Err(UnknownScope("root".into())));
    }
}
