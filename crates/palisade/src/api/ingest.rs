//! What is sent in over HTTP: one handler for every entry of [`SOURCES`].

use super::Api;
use super::entry::Entry;
use super::problem::{Kind, Problem};
use super::rpc_status::RpcStatus;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use palisade_sources::{Format, SOURCES, Source, SourceError};
use prost::Message;
use std::sync::Arc;

/// Takes a body for the source at this place of [`SOURCES`].
pub async fn ingest(State(api): State<Arc<Api>>, index: usize, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let source = &SOURCES[index];
    let format = source.format(content_type(source, &parts.headers));
    let answer_format = *format.as_ref().unwrap_or(&source.formats[0]);
    let taken = take(&api, index, format, parts, body).await;
    taken.unwrap_or_else(|problem| refuse(source, answer_format, problem))
}

async fn take(
    api: &Arc<Api>,
    index: usize,
    format: Result<Format, SourceError>,
    parts: Parts,
    body: Body,
) -> Result<Response<Body>, Problem> {
    let mut entry = Entry::admit(api, index, &parts.method, &parts.headers).await?;
    let format = format?;
    let body = entry.read(&parts.headers, body, 0).await?;
    let receipt = entry.keep(format, content_encoding(&parts.headers)?, body).await?;
    let source = &SOURCES[index];
    if source.partial_is_failure && receipt.rejected > 0 {
        return Err(Problem::partly_accepted(receipt));
    }
    let status = StatusCode::from_u16(source.success_status).unwrap_or(StatusCode::OK);
    Ok(answer(status, format.answer_content_type(), (source.respond)(format, &receipt)))
}

/// The content type, if the sender chose one: `curl -d` says that everything is a form, which no source reads, so where
/// JSON is assumed it says nothing.
fn content_type<'a>(source: &Source, headers: &'a HeaderMap) -> Option<&'a str> {
    const FORM: &str = "application/x-www-form-urlencoded";
    let named = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    named.filter(|named| !(*named == FORM && source.formats.first() == Some(&Format::Json)))
}

/// `None` when the body is as it is.
fn content_encoding(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(header::CONTENT_ENCODING) else { return Ok(None) };
    let text = value.to_str().map_err(|_| Problem::new(Kind::Unsupported, "Content-Encoding is not text"))?;
    Ok((!text.is_empty() && !text.eq_ignore_ascii_case("identity")).then(|| text.to_owned()))
}

fn answer(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    if status == StatusCode::NO_CONTENT {
        return response;
    }
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// The problem, for an OTLP sender in the form of the OTLP specification ("Failures"): a `google.rpc.Status` in the
/// format of the request.
fn refuse(source: &Source, format: Format, problem: Problem) -> Response<Body> {
    if !source.name.starts_with("otlp") {
        return problem.into_response();
    }
    let status = RpcStatus::of(&problem);
    let mut response = problem.into_response();
    let (content_type, body) = match format {
        Format::Protobuf => (Format::Protobuf.content_type(), status.encode_to_vec()),
        Format::Json | Format::Ndjson => {
            let json = serde_json::json!({ "code": status.code, "message": status.message });
            (Format::Json.content_type(), json.to_string().into_bytes())
        }
    };
    *response.body_mut() = Body::from(body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_curl_says_of_its_own_accord_is_no_content_type() {
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        let headers: HeaderMap = [(header::CONTENT_TYPE, form)].into_iter().collect();
        for source in SOURCES {
            let assumes_json = source.formats[0] == Format::Json;
            assert_eq!(content_type(source, &headers).is_none(), assumes_json, "{}", source.name);
        }
        let lines: HeaderMap =
            [(header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"))].into_iter().collect();
        assert_eq!(content_type(&SOURCES[0], &lines), Some("application/x-ndjson"));
    }

    #[tokio::test]
    async fn otlp_senders_get_a_status_in_their_format() {
        let otlp = SOURCES.iter().find(|source| source.path == "/v1/logs").unwrap();
        let response = refuse(otlp, Format::Protobuf, Problem::new(Kind::Rate, "slow down"));
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/x-protobuf");
        let bytes = axum::body::to_bytes(response.into_body(), 1_000).await.unwrap();
        let status = RpcStatus::decode(bytes).unwrap();
        assert_eq!((status.code, status.message.as_str()), (8, "slow down"));
        let response = refuse(otlp, Format::Json, Problem::new(Kind::Forbidden, "no"));
        let bytes = axum::body::to_bytes(response.into_body(), 1_000).await.unwrap();
        assert_eq!(bytes, r#"{"code":7,"message":"no"}"#);
        let response = refuse(&SOURCES[0], Format::Json, Problem::new(Kind::Rate, "slow down"));
        assert_eq!(response.headers()[header::CONTENT_TYPE], crate::api::problem::CONTENT_TYPE);
    }
}
