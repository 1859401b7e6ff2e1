//! A section of the configuration: its settings are declared once, with meaning, type and default side by side, and
//! the struct, its defaults and its part of `palisade config reference` all come from that one declaration.

/// One setting as `palisade config reference` shows it.
pub struct Setting {
    /// The key within its section.
    pub key: &'static str,
    /// What it means, one line an element.
    pub meaning: &'static [&'static str],
    /// Its value.
    pub value: toml::Value,
}

/// What can list its settings.
pub trait Section {
    /// What they are about, one line an element.
    fn about(&self) -> &'static [&'static str];

    /// Every setting with its present value, in the order of declaration.
    fn settings(&self) -> Vec<Setting>;
}

/// A section of which there may be several, each a table `[[name]]`; there is none unless the file has one.
pub trait Entry: Section {
    /// One as a user could write it, for `palisade config reference`.
    fn example() -> Self;
}

/// Declares a struct whose fields carry `= default`.
macro_rules! section {
    (
        $(#[doc = $about:literal])+
        pub struct $name:ident {
            $( $(#[doc = $meaning:literal])+ pub $key:ident: $kind:ty = $default:expr, )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $( $(#[doc = $meaning])+ pub $key: $kind, )+
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $( $key: $default, )+ }
            }
        }

        impl $crate::config::Section for $name {
            fn about(&self) -> &'static [&'static str] {
                &[$($about),+]
            }

            fn settings(&self) -> Vec<$crate::config::Setting> {
                vec![$(
                    $crate::config::Setting {
                        key: stringify!($key),
                        meaning: &[$($meaning),+],
                        value: toml::Value::try_from(&self.$key).expect("settings are plain TOML values"),
                    },
                )+]
            }
        }
    };
}

pub(super) use section;
