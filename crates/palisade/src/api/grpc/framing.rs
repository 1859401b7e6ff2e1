//! What gRPC puts around a message: five bytes before it, a status behind it.
//!
//! Source: `PROTOCOL-HTTP2.md` of gRPC, *Length-Prefixed-Message*, *Status*, *Trailers-Only*.

use crate::api::problem::{Kind, Problem};
use crate::api::rpc_status::RpcStatus;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bytes::{BufMut as _, Bytes, BytesMut};
use http_body_util::{BodyExt as _, Full};
use prost::Message as _;
use std::fmt::Write as _;

/// The bytes before a message: a flag that it is compressed, and its length.
pub(super) const PREFIX_BYTES: usize = 5;

const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/grpc");
const STATUS: HeaderName = HeaderName::from_static("grpc-status");
const MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
const DETAILS: HeaderName = HeaderName::from_static("grpc-status-details-bin");
const ENCODING: HeaderName = HeaderName::from_static("grpc-encoding");
const ACCEPT_ENCODING: HeaderName = HeaderName::from_static("grpc-accept-encoding");

/// The one message of a unary call, and how it is compressed.
///
/// # Errors
/// When the body is something else.
pub(super) fn message(headers: &HeaderMap, mut body: Bytes) -> Result<(Option<String>, Bytes), Problem> {
    let malformed = |detail: &str| Problem::new(Kind::Malformed, detail);
    let Some(([flag, length @ ..], message)) = body.split_first_chunk::<PREFIX_BYTES>() else {
        return Err(malformed("the call holds no message"));
    };
    let (flag, length) = (*flag, u32::from_be_bytes(*length) as usize);
    if message.len() != length {
        return Err(malformed("the call does not hold exactly one whole message"));
    }
    let encoding = match flag {
        0 => None,
        1 => Some(
            encoding(headers).ok_or_else(|| malformed("the message is compressed, and grpc-encoding is not set"))?,
        ),
        _ => return Err(malformed("the first byte of the message is neither 0 nor 1")),
    };
    Ok((encoding, body.split_off(PREFIX_BYTES)))
}

fn encoding(headers: &HeaderMap) -> Option<String> {
    let named = headers.get(ENCODING)?.to_str().ok()?;
    (named != "identity").then(|| named.to_owned())
}

/// The answer with this message.
pub(super) fn answer(message: &[u8]) -> Response<Body> {
    let mut body = BytesMut::with_capacity(PREFIX_BYTES + message.len());
    body.put_u8(0);
    // Answers name at most five problems.
    body.put_u32(u32::try_from(message.len()).expect("an answer is far below 4 GiB"));
    body.put_slice(message);
    let trailers: HeaderMap = [(STATUS, HeaderValue::from_static("0"))].into_iter().collect();
    let body = Full::new(body.freeze()).with_trailers(std::future::ready(Some(Ok(trailers))));
    let mut response = Response::new(Body::new(body));
    add_headers(response.headers_mut());
    response
}

/// The answer that says a problem: headers only.
pub(super) fn refuse(status: &RpcStatus) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    add_headers(headers);
    headers.insert(STATUS, HeaderValue::from(status.code));
    // What cannot be a header is left out: the code says the main thing.
    if let Ok(message) = HeaderValue::from_str(&percent_encoded(&status.message)) {
        headers.insert(MESSAGE, message);
    }
    if let Ok(details) = HeaderValue::from_str(&STANDARD_NO_PAD.encode(status.encode_to_vec())) {
        headers.insert(DETAILS, details);
    }
    response
}

fn add_headers(headers: &mut HeaderMap) {
    headers.insert(header::CONTENT_TYPE, CONTENT_TYPE);
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity,gzip,deflate,zstd"));
}

/// Text as `grpc-message` has it: everything but visible ASCII and blanks as `%` and two digits.
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' '..=b'~' if byte != b'%' => encoded.push(char::from(byte)),
            _ => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages() {
        let gzip: HeaderMap = [(ENCODING, HeaderValue::from_static("gzip"))].into_iter().collect();
        let identity: HeaderMap = [(ENCODING, HeaderValue::from_static("identity"))].into_iter().collect();
        let none = HeaderMap::new();
        for (headers, body, wanted) in [
            (&none, &b"\0\0\0\0\0"[..], Some((None, ""))),
            (&none, b"\0\0\0\0\x02ab", Some((None, "ab"))),
            (&gzip, b"\0\0\0\0\x02ab", Some((None, "ab"))),
            (&gzip, b"\x01\0\0\0\x02ab", Some((Some("gzip"), "ab"))),
            (&identity, b"\x01\0\0\0\x02ab", None),
            (&none, b"\x01\0\0\0\x02ab", None),
            (&none, b"\x02\0\0\0\x02ab", None),
            (&none, b"\0\0\0\0\x03ab", None),
            (&none, b"\0\0\0\0\x01ab", None),
            (&none, b"\0\xFF\xFF\xFF\xFFab", None),
            (&none, b"\0\0\0\0", None),
            (&none, b"", None),
        ] {
            let found = message(headers, Bytes::copy_from_slice(body));
            let wanted = wanted.map(|(encoding, text)| (encoding.map(str::to_owned), Bytes::from(text)));
            assert_eq!(found.ok(), wanted, "{body:?}");
        }
    }

    #[test]
    fn messages_of_problems_are_headers() {
        assert_eq!(percent_encoded("50 % of é\n"), "50 %25 of %C3%A9%0A");
        let status = RpcStatus::of(&Problem::new(Kind::Malformed, "é"));
        let response = refuse(&status);
        assert_eq!(
            (response.headers()[&STATUS].as_bytes(), response.headers()[&MESSAGE].as_bytes()),
            (&b"3"[..], &b"%C3%A9"[..])
        );
        let details = STANDARD_NO_PAD.decode(&response.headers()[&DETAILS]).unwrap();
        assert_eq!(RpcStatus::decode(&details[..]).unwrap(), status);
    }
}
