//! Prometheus remote write 1.0: `prometheus.WriteRequest`, each sample of a series one point.
//!
//! Source: Prometheus Remote-Write 1.0 specification; `prompb/remote.proto` and `prompb/types.proto`. The request is
//! walked series by series without building it, so a bad series or sample costs only itself.
//!
//! What becomes of a series:
//!
//! - `__name__` is the name. `job` is the service and `instance` the host, as it stands, because two targets on one
//!   machine differ only in its port. Every other label is an attribute; one with an empty value is none, as Prometheus
//!   has it.
//! - The kind comes from the metadata of the same request where there is some, else from the name.
//! - A native histogram is one point with its buckets; see `histogram`.
//! - A stale marker says that a series has ended. There is nothing to keep, and nothing to complain about.
//! - Values that are no number or infinite, and times outside the believable window, are refused sample by sample.
//! - Samples out of order or twice are kept as they come: the tables do not mind.

mod histogram;
mod labels;
mod metadata;
mod protobuf;
mod series;

use crate::{Context, Format, Parsed, Receipt, SourceError, collector::Collector};
use metadata::Metadata;
use protobuf::{Fault, Field, fields};

/// The message in the `proto` parameter of the content type (Remote-Write 2.0 specification, *Protocol*).
pub(crate) const MESSAGE: &str = "prometheus.WriteRequest";

/// The field of `WriteRequest`.
const TIME_SERIES: u32 = 1;

/// The bytes that a series with one sample takes at least in practice, to guess how many there are.
const SERIES_BYTES: usize = 64;

/// Reads a write request.
pub(crate) fn read(_format: Format, body: &[u8], context: &Context<'_>) -> Result<Parsed, SourceError> {
    let metadata = Metadata::read(body, context.limits)?;
    let mut collector = Collector::new(context.limits, body.len() / SERIES_BYTES);
    for field in fields(body) {
        if let (TIME_SERIES, Field::Bytes(bytes)) = field.map_err(malformed)? {
            series::read(bytes, &metadata, context, &mut collector)?;
        }
    }
    Ok(collector.finish())
}

/// The specification wants an empty body.
pub(crate) fn respond(_format: Format, _receipt: &Receipt) -> Vec<u8> {
    Vec::new()
}

fn malformed(problem: Fault) -> SourceError {
    SourceError::Malformed(format!("it is not a {MESSAGE}: {problem}"))
}
