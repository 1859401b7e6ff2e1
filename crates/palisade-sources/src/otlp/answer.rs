//! The answer to an export request: empty when all was kept, else a partial success.

use crate::{Format, Receipt};

/// Answers an export request. `partial_success` is left out when nothing was rejected, as the specification asks.
/// `json_name` is the JSON name of the number of what was rejected, and `encode` writes a whole response in Protocol
/// Buffers from that number and the message.
pub(super) fn respond(
    format: Format,
    receipt: &Receipt,
    json_name: &str,
    encode: impl FnOnce(i64, String) -> Vec<u8>,
) -> Vec<u8> {
    let rejected = i64::try_from(receipt.rejected).unwrap_or(i64::MAX);
    match (format, rejected) {
        (Format::Protobuf, 0) => Vec::new(),
        (Format::Protobuf, _) => encode(rejected, receipt.summary()),
        (Format::Json | Format::Ndjson, 0) => b"{}".to_vec(),
        (Format::Json | Format::Ndjson, _) => {
            // The JSON form of Protocol Buffers writes 64-bit integers as text.
            let partial = serde_json::json!({
                (json_name): rejected.to_string(),
                "errorMessage": receipt.summary(),
            });
            serde_json::json!({ "partialSuccess": partial }).to_string().into_bytes()
        }
    }
}
