//! What fields are called: tables of names, and pipelines that rewrite rules for events of another taxonomy.

mod names;
pub mod pipeline;
mod place;

pub use names::{CEF, ECS, FieldNames, Names, OCSF, WINLOGBEAT};
pub use pipeline::{OCSF_PIPELINE, Pipeline, PipelineFault, Pipelines};
pub use place::TaxonomyFault;
