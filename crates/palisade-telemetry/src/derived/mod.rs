//! Series made of events and spans, for the same detectors: how often, how rare, how slow, how many failures.

mod intervals;
mod latency;
mod templates;

pub use intervals::{Interval, Intervals};
pub use latency::{Operations, SpanFacts, SpanPoint};
pub use templates::{Mined, TemplateId, TemplateLimits, Templates};
