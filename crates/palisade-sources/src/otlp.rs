//! OTLP: `Export…ServiceRequest` of logs, metrics and traces, as Protocol Buffers or JSON.
//!
//! Source: OTLP 1.9 specification and `opentelemetry/proto/*/v1/*.proto`. The three requests have the same outer levels,
//! resource and scope; [`signal::Signal`] is what differs. The outer levels are walked without building them, and
//! records are decoded one by one. So a bad record costs only itself, and a body of a few bytes cannot ask for a hundred
//! times its size in empty resources.

mod answer;
mod any_value;
mod batch;
mod id;
mod json;
mod json_value;
pub(crate) mod logs;
pub(crate) mod metrics;
mod origin;
mod protobuf;
mod signal;
mod time;
pub(crate) mod traces;
