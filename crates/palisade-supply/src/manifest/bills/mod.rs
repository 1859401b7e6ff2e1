//! Bills of material: CycloneDX and SPDX.

mod bill;

pub(super) mod cyclonedx_json;
pub(super) mod cyclonedx_xml;
pub(super) mod spdx_json;
pub(super) mod spdx_tag_value;
