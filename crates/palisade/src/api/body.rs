//! Request bodies, read within limits of size, memory and time.

use super::Api;
use super::auth::Caller;
use super::problem::{Kind, Problem};
use crate::pipeline::admission::{Permit, count_refusal};
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, header, request::Parts};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// The largest body of a question in JSON: a query of a megabyte is no query.
pub const QUESTION_BYTES_MAX: usize = 1 << 20;

/// Room is made at once for what `Content-Length` promises, but no more than this: a promise costs its maker nothing.
const PROMISE_BELIEVED_MAX: usize = 1 << 20;

/// A request of which the whole body is there.
pub struct Received {
    /// What came before the body.
    pub parts: Parts,
    /// The body.
    pub bytes: Bytes,
    /// What holds the body's share of the memory.
    pub permit: Permit,
}

/// Reads the body of a request into the share of the memory that its sender has.
///
/// # Errors
/// As [`read`].
pub async fn take(api: &Api, sender: &str, request: Request, bytes_max: usize) -> Result<Received, Problem> {
    let (parts, body) = request.into_parts();
    let mut permit = api.admission.permit(sender);
    let bytes = read(&parts.headers, body, bytes_max, api.limits.body_time_max(), &mut permit).await?;
    Ok(Received { parts, bytes, permit })
}

/// The whole body, held by `permit`.
///
/// # Errors
/// 413 beyond `bytes_max`, 429 or 503 when the permit cannot grow, 408 when it takes longer than `time_max`, 400 when it breaks off.
pub async fn read(
    headers: &HeaderMap,
    body: Body,
    bytes_max: usize,
    time_max: Duration,
    permit: &mut Permit,
) -> Result<Bytes, Problem> {
    let promised = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if promised.is_some_and(|promised| promised > bytes_max) {
        return Err(too_large(bytes_max));
    }
    match tokio::time::timeout(time_max, collect(body, promised, bytes_max, permit)).await {
        Ok(read) => read,
        Err(_) => Err(too_slow(time_max)),
    }
}

fn too_slow(time_max: Duration) -> Problem {
    count_refusal("slow_body");
    Problem::new(Kind::Timeout, format!("the body did not arrive within {} seconds", time_max.as_secs()))
}

/// Reads the body to its end and forgets it: an answer that comes before the end of its question is lost on many clients.
///
/// # Errors
/// As [`read`], without a permit.
pub async fn skip(mut body: Body, bytes_max: usize, time_max: Duration) -> Result<(), Problem> {
    let end = async {
        let mut bytes = 0_usize;
        while let Some(data) = next_data(&mut body).await? {
            bytes += data.len();
            check_size(bytes, bytes_max)?;
        }
        Ok(())
    };
    tokio::time::timeout(time_max, end).await.unwrap_or_else(|_| Err(too_slow(time_max)))
}

/// The first frame is returned as it is when it is the whole, as with nearly all bodies that fit one read.
async fn collect(
    mut body: Body,
    promised: Option<usize>,
    bytes_max: usize,
    permit: &mut Permit,
) -> Result<Bytes, Problem> {
    let Some(first) = next_data(&mut body).await? else { return Ok(Bytes::new()) };
    check_size(first.len(), bytes_max)?;
    permit.grow(first.len())?;
    if promised == Some(first.len()) {
        return Ok(first);
    }
    let Some(second) = next_data(&mut body).await? else { return Ok(first) };
    let mut whole = BytesMut::from(first);
    whole.reserve(promised.map_or(0, |promised| promised.saturating_sub(whole.len()).min(PROMISE_BELIEVED_MAX)));
    let mut next = Some(second);
    while let Some(data) = next {
        check_size(whole.len() + data.len(), bytes_max)?;
        permit.grow(data.len())?;
        whole.extend_from_slice(&data);
        next = next_data(&mut body).await?;
    }
    Ok(whole.freeze())
}

/// The next piece of a body that is read as it comes; `None` at its end.
///
/// # Errors
/// 400 when it breaks off.
pub(super) async fn next_data(body: &mut Body) -> Result<Option<Bytes>, Problem> {
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Problem::new(Kind::Malformed, "the body broke off before its end"))?;
        if let Ok(data) = frame.into_data()
            && !data.is_empty()
        {
            return Ok(Some(data));
        }
    }
    Ok(None)
}

fn check_size(bytes: usize, bytes_max: usize) -> Result<(), Problem> {
    if bytes > bytes_max { Err(too_large(bytes_max)) } else { Ok(()) }
}

fn too_large(bytes_max: usize) -> Problem {
    count_refusal("body_size");
    Problem::new(Kind::TooLarge, format!("the body is larger than {bytes_max} bytes"))
}

/// The body of a question as JSON, whatever its content type says.
///
/// # Errors
/// As [`read`], and 400 with line and column when it is not the JSON that is wanted.
pub async fn json<T: DeserializeOwned>(api: &Api, caller: &Caller, request: Request) -> Result<T, Problem> {
    let Received { bytes, permit: _permit, .. } = take(api, &caller.id, request, QUESTION_BYTES_MAX).await?;
    serde_json::from_slice(&bytes).map_err(|error| Problem::new(Kind::Malformed, format!("the JSON body: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::admission::{Admission, Budgets};
    use axum::http::{HeaderValue, StatusCode};

    fn admission() -> Admission {
        Admission::new(Budgets {
            rate_events_per_second: 1,
            rate_events_burst: 1,
            in_flight_bytes_max: 100,
            in_flight_bytes_per_key_max: 20,
        })
    }

    async fn check(parts: &'static [&'static str], promised: Option<&'static str>, wanted: Result<&str, StatusCode>) {
        let frames = parts.iter().map(|part| Ok::<_, std::io::Error>(Bytes::from_static(part.as_bytes())));
        let body = Body::from_stream(futures::stream::iter(frames));
        let mut headers = HeaderMap::new();
        if let Some(promised) = promised {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static(promised));
        }
        let admission = admission();
        let mut permit = admission.permit("k");
        let read = read(&headers, body, 16, Duration::from_secs(70), &mut permit).await;
        match (read, wanted) {
            (Ok(bytes), Ok(wanted)) => {
                assert_eq!(bytes, wanted);
                assert_eq!(permit.bytes(), wanted.len(), "{parts:?} is held");
            }
            (Err(problem), Err(wanted)) => assert_eq!(problem.kind().status(), wanted, "{parts:?}"),
            (read, wanted) => panic!("{parts:?}: {read:?}, but {wanted:?}"),
        }
        drop(permit);
        assert_eq!(admission.bytes_held(), 0);
    }

    #[tokio::test]
    async fn bodies_are_read_within_limits() {
        check(&[], None, Ok("")).await;
        check(&["abc"], Some("3"), Ok("abc")).await;
        check(&["abc", "", "def"], None, Ok("abcdef")).await;
        check(&["0123456789", "012345"], Some("16"), Ok("0123456789012345")).await;
        check(&["0123456789", "0123456"], None, Err(StatusCode::PAYLOAD_TOO_LARGE)).await;
        check(&["01234567890123456"], None, Err(StatusCode::PAYLOAD_TOO_LARGE)).await;
        check(&["x"], Some("17"), Err(StatusCode::PAYLOAD_TOO_LARGE)).await;
    }
}
