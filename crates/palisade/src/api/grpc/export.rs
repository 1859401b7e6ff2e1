//! One call: to its source, or refused with a status.

use super::framing::{self, PREFIX_BYTES};
use crate::api::Api;
use crate::api::entry::Entry;
use crate::api::problem::Problem;
use crate::api::rpc_status::{RpcStatus, code_name};
use axum::body::Body;
use axum::http::{HeaderMap, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use palisade_sources::{Format, SOURCES};
use std::sync::Arc;
use std::time::Instant;

/// The methods (`opentelemetry/proto/collector/*/v1/*_service.proto`) and the sources that read their requests.
const METHODS: [(&str, &str); 3] = [
    ("/opentelemetry.proto.collector.logs.v1.LogsService/Export", "otlp-logs"),
    ("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", "otlp-metrics"),
    ("/opentelemetry.proto.collector.trace.v1.TraceService/Export", "otlp-traces"),
];

/// What calls of unknown methods are counted under.
const OTHER: &str = "other";
const UNIMPLEMENTED: i32 = 12;

/// Serves one call.
pub(super) async fn export(api: Arc<Api>, request: Request<Incoming>) -> Response<Body> {
    if !is_grpc(request.headers()) {
        let mut response =
            Response::new(Body::from("this is the gRPC listener: send OTLP over HTTP to the other one\n"));
        *response.status_mut() = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return response;
    }
    let started = Instant::now();
    let index = source_index(request.uri().path());
    let name = index.map_or(OTHER, |index| SOURCES[index].name);
    let exported = match index {
        Some(index) => take(&api, index, request.map(Body::new)).await.map_err(|problem| RpcStatus::of(&problem)),
        None => Err(unimplemented()),
    };
    let code = exported.as_ref().map_or_else(|status| status.code, |_| 0);
    let latency = metrics::histogram!("palisade_grpc_request_seconds", "source" => name, "code" => code_name(code));
    latency.record(started.elapsed().as_secs_f64());
    match exported {
        Ok(message) => framing::answer(&message),
        Err(status) => framing::refuse(&status),
    }
}

/// The encoded answer once everything accepted is on disk.
async fn take(api: &Arc<Api>, index: usize, request: Request<Body>) -> Result<Vec<u8>, Problem> {
    let (parts, body) = request.into_parts();
    let mut entry = Entry::admit(api, index, &parts.method, &parts.headers).await?;
    let body = entry.read(&parts.headers, body, PREFIX_BYTES).await?;
    let (encoding, message) = framing::message(&parts.headers, body)?;
    let receipt = entry.keep(Format::Protobuf, encoding, message).await?;
    Ok((SOURCES[index].respond)(Format::Protobuf, &receipt))
}

/// The place in [`SOURCES`] of what reads the requests of a method.
fn source_index(path: &str) -> Option<usize> {
    let (_, name) = METHODS.into_iter().find(|(method, _)| *method == path)?;
    SOURCES.iter().position(|source| source.name == name)
}

fn is_grpc(headers: &HeaderMap) -> bool {
    let named = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    named.strip_prefix("application/grpc").is_some_and(|rest| rest.is_empty() || rest.starts_with(['+', ';']))
}

fn unimplemented() -> RpcStatus {
    let methods: Vec<&str> = METHODS.iter().map(|(method, _)| *method).collect();
    let message = format!("there is no such method; there are {}", methods.join(", "));
    RpcStatus { code: UNIMPLEMENTED, message, details: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_has_its_source() {
        for (method, name) in METHODS {
            assert_eq!(source_index(method).map(|index| SOURCES[index].name), Some(name));
        }
        assert_eq!(source_index("/opentelemetry.proto.collector.logs.v1.LogsService/Import"), None);
    }

    #[test]
    fn what_is_grpc() {
        for (content_type, wanted) in [
            ("application/grpc", true),
            ("application/grpc+proto", true),
            ("application/grpc;charset=x", true),
            ("application/grpc-web", false),
            ("application/x-protobuf", false),
        ] {
            let headers: HeaderMap = [(header::CONTENT_TYPE, content_type.parse().unwrap())].into_iter().collect();
            assert_eq!(is_grpc(&headers), wanted, "{content_type}");
        }
        assert!(!is_grpc(&HeaderMap::new()));
    }
}
