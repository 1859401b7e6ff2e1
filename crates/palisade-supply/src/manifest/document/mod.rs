//! Documents as trees of values that know their places: one form for JSON, YAML and TOML, and one for XML.
//!
//! A document that breaks off or is broken keeps what stands before the break; the break is a problem with its place.

mod fill;
mod json;
mod tape;
mod toml;
mod xml;
mod yaml;

pub(super) use json::{read_json, read_jsonc};
pub(super) use tape::Node;
pub(super) use toml::read_toml;
pub(super) use xml::{Element, read_xml};
pub(super) use yaml::read_yaml;
