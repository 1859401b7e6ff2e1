//! A problem as `google.rpc.Status`, the form in which OTLP and gRPC senders are told.
//!
//! Source: OTLP specification, *Failures* and *OTLP/gRPC Throttling*; `google/rpc/status.proto`, `error_details.proto`.

use super::problem::{Kind, Problem};
use prost::Message;

/// `google.rpc.Status`
#[derive(Clone, PartialEq, Message)]
pub struct RpcStatus {
    /// One of the [codes](code).
    #[prost(int32, tag = "1")]
    pub code: i32,
    /// What went wrong.
    #[prost(string, tag = "2")]
    pub message: String,
    /// When to come back, where that helps.
    #[prost(message, repeated, tag = "3")]
    pub details: Vec<Any>,
}

/// `google.protobuf.Any`
#[derive(Clone, PartialEq, Message)]
pub struct Any {
    /// The name of the type behind `type.googleapis.com/`.
    #[prost(string, tag = "1")]
    pub type_url: String,
    /// The encoded message.
    #[prost(bytes = "vec", tag = "2")]
    pub value: Vec<u8>,
}

/// `google.rpc.RetryInfo`
#[derive(Clone, PartialEq, Message)]
struct RetryInfo {
    #[prost(message, optional, tag = "1")]
    retry_delay: Option<Delay>,
}

/// `google.protobuf.Duration` of whole seconds.
#[derive(Clone, Copy, PartialEq, Message)]
struct Delay {
    #[prost(int64, tag = "1")]
    seconds: i64,
}

impl RpcStatus {
    /// The status that says this problem.
    #[must_use]
    pub fn of(problem: &Problem) -> Self {
        let delay = problem.retry_after_seconds().map(|seconds| i64::try_from(seconds).unwrap_or(i64::MAX));
        let details = delay.map(|seconds| Any {
            type_url: "type.googleapis.com/google.rpc.RetryInfo".to_owned(),
            value: RetryInfo { retry_delay: Some(Delay { seconds }) }.encode_to_vec(),
        });
        Self {
            code: code(problem.kind()),
            message: problem.detail().to_owned(),
            details: details.into_iter().collect(),
        }
    }
}

/// The gRPC status code (`google/rpc/code.proto`) nearest to the kind. Senders come back after RESOURCE_EXHAUSTED only
/// where a delay is said, which is so for both kinds that have it; other codes of theirs to retry are DEADLINE_EXCEEDED
/// and UNAVAILABLE.
#[must_use]
pub const fn code(kind: Kind) -> i32 {
    match kind {
        Kind::Unauthenticated => 16,
        Kind::Forbidden => 7,
        Kind::NotFound => 5,
        Kind::Timeout => 4,
        Kind::Rate | Kind::Overloaded => 8,
        Kind::Unavailable => 14,
        Kind::Internal => 13,
        Kind::Unsupported => 12,
        _ => 3,
    }
}

/// The name of a code.
#[must_use]
pub const fn code_name(code: i32) -> &'static str {
    match code {
        0 => "OK",
        3 => "INVALID_ARGUMENT",
        4 => "DEADLINE_EXCEEDED",
        5 => "NOT_FOUND",
        7 => "PERMISSION_DENIED",
        8 => "RESOURCE_EXHAUSTED",
        12 => "UNIMPLEMENTED",
        13 => "INTERNAL",
        14 => "UNAVAILABLE",
        16 => "UNAUTHENTICATED",
        _ => "UNKNOWN",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_time_to_come_back_is_told() {
        let soon = Problem::new(Kind::Rate, "slow down").retry_after(Duration::from_millis(1_500));
        let status = RpcStatus::of(&soon);
        assert_eq!((status.code, status.message.as_str(), status.details.len()), (8, "slow down", 1));
        assert_eq!(status.details[0].type_url, "type.googleapis.com/google.rpc.RetryInfo");
        let info = RetryInfo::decode(&status.details[0].value[..]).unwrap();
        assert_eq!(info.retry_delay.unwrap().seconds, 2);
        assert_eq!(RpcStatus::of(&Problem::new(Kind::Malformed, "no")).details, []);
    }
}
