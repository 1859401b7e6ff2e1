//! A [`Secret`]: a key, token or address that lets its holder send. It shows itself nowhere by default.

use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use std::fmt;

/// What stands for a secret wherever settings are shown.
pub const MASK: &str = "********";

/// A text that is neither printed nor serialised; [`Secret::reveal`] is the only way to it.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The text itself, for the request that needs it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// True when there is nothing to send with: no text, or the mask that stood for one.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.0.is_empty() || self.0 == MASK
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(if self.0.is_empty() { "" } else { MASK })
    }
}

/// Puts the secrets of `old` settings where `new` ones hold the [`MASK`]: settings that were shown, edited and sent
/// back keep their secrets. Lists are compared place by place.
pub fn keep_masked(new: &mut Value, old: &Value) {
    match (new, old) {
        (Value::String(new), Value::String(old)) if new == MASK => new.clone_from(old),
        (Value::Object(new), Value::Object(old)) => {
            for (name, value) in new {
                if let Some(old) = old.get(name) {
                    keep_masked(value, old);
                }
            }
        }
        (Value::Array(new), Value::Array(old)) => {
            for (value, old) in new.iter_mut().zip(old) {
                keep_masked(value, old);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn shows_itself_nowhere() {
        let secret = Secret::from("hunter2");
        assert_eq!(format!("{secret:?}"), "Secret");
        assert_eq!(serde_json::to_value(&secret).unwrap(), json!(MASK));
        assert_eq!(serde_json::to_value(Secret::default()).unwrap(), json!(""));
        assert_eq!(serde_json::from_value::<Secret>(json!("hunter2")).unwrap().reveal(), "hunter2");
        assert!(Secret::from(MASK).is_missing() && Secret::default().is_missing() && !secret.is_missing());
    }

    #[test]
    fn what_was_masked_is_kept() {
        let mut new = json!({"url": MASK, "headers": {"a": MASK, "b": "new"}, "to": [MASK], "other": MASK});
        keep_masked(&mut new, &json!({"url": "u", "headers": {"a": "1", "b": "2"}, "to": ["t"]}));
        assert_eq!(new, json!({"url": "u", "headers": {"a": "1", "b": "new"}, "to": ["t"], "other": MASK}));
    }
}
