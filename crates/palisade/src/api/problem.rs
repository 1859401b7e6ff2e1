//! Errors as RFC 9457 problem details: what happened, and what the caller can do about it.
//!
//! Every kind of problem stands in one table. `type` is a name that programs can rely on; `detail` tells of this very
//! case and `action` says what to do. What only the operator should read goes to the log and never into the answer.

use crate::desk::NoAnswer;
use crate::pipeline::Refusal;
use crate::pipeline::admission::{Refused, count_refusal};
use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use palisade_sources::SourceError;
use palisade_store::QueryError;
use palisade_store::state::StateError;
use serde::Serialize;
use std::time::Duration;

/// The media type of problem details.
pub const CONTENT_TYPE: &str = "application/problem+json";

/// When a service that is stopping or has trouble with its disk may be back.
const UNAVAILABLE_RETRY_AFTER: Duration = Duration::from_secs(5);

/// The kinds of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the table below says what each means")]
pub enum Kind {
    Malformed,
    NothingAccepted,
    PartlyAccepted,
    Unauthenticated,
    Forbidden,
    NotFound,
    Repeated,
    Limit,
    Method,
    Timeout,
    TooLarge,
    Unsupported,
    Misdirected,
    QueryRefused,
    QueryTooCostly,
    Rate,
    Overloaded,
    Unavailable,
    Internal,
}

/// What a kind always says.
struct Known {
    kind: Kind,
    name: &'static str,
    status: StatusCode,
    title: &'static str,
    action: &'static str,
}

const fn known(kind: Kind, name: &'static str, status: StatusCode, title: &'static str, action: &'static str) -> Known {
    Known { kind, name, status, title, action }
}

/// Every kind of problem, in the order of [`Kind`].
const KINDS: [Known; 19] = [
    known(
        Kind::Malformed,
        "malformed",
        StatusCode::BAD_REQUEST,
        "The request cannot be read",
        "Mend the request as the detail says; /docs shows its form.",
    ),
    known(
        Kind::NothingAccepted,
        "nothing-accepted",
        StatusCode::BAD_REQUEST,
        "No event of the request could be taken",
        "Mend the events named under problems and send them again.",
    ),
    known(
        Kind::PartlyAccepted,
        "partly-accepted",
        StatusCode::BAD_REQUEST,
        "A part of the request could not be taken",
        "The rest is kept. Mend what is named under problems; sending the request again would not help.",
    ),
    known(
        Kind::Unauthenticated,
        "unauthenticated",
        StatusCode::UNAUTHORIZED,
        "Who asks is not known",
        "Send a valid key as `Authorization: Bearer pal_…`; an admin makes one with `palisade key create`.",
    ),
    known(
        Kind::Forbidden,
        "forbidden",
        StatusCode::FORBIDDEN,
        "The caller may not do this",
        "Use a key that has the scope named in the detail.",
    ),
    known(
        Kind::NotFound,
        "not-found",
        StatusCode::NOT_FOUND,
        "There is no such thing",
        "Check the address; /docs lists every path.",
    ),
    known(
        Kind::Repeated,
        "repeated",
        StatusCode::CONFLICT,
        "The request was done before",
        "Use what the first answer gave. If it was lost, revoke the key and make another under a new Idempotency-Key.",
    ),
    known(
        Kind::Limit,
        "limit-reached",
        StatusCode::CONFLICT,
        "There are as many as there may be",
        "Remove or end what is no longer needed.",
    ),
    known(
        Kind::Method,
        "method-not-allowed",
        StatusCode::METHOD_NOT_ALLOWED,
        "The path does not take this method",
        "Use one of the methods in the Allow header.",
    ),
    known(
        Kind::Timeout,
        "timeout",
        StatusCode::REQUEST_TIMEOUT,
        "The request took too long to arrive",
        "Send smaller bodies, or send them faster.",
    ),
    known(
        Kind::TooLarge,
        "too-large",
        StatusCode::PAYLOAD_TOO_LARGE,
        "The request is too large",
        "Split it into smaller ones.",
    ),
    known(
        Kind::Unsupported,
        "unsupported",
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "The form of the request is not understood",
        "Send it in a form that the detail names.",
    ),
    known(
        Kind::Misdirected,
        "misdirected",
        StatusCode::MISDIRECTED_REQUEST,
        "The server does not go by this name",
        "Use the address that the server printed, or add the name to server.allowed_hosts.",
    ),
    known(
        Kind::QueryRefused,
        "query-refused",
        StatusCode::BAD_REQUEST,
        "The query cannot be run",
        "Mend the query as the detail says.",
    ),
    known(
        Kind::QueryTooCostly,
        "query-too-costly",
        StatusCode::UNPROCESSABLE_ENTITY,
        "The query takes too much time or memory",
        "Ask for less: a shorter span of time, fewer groups, a LIMIT.",
    ),
    known(
        Kind::Rate,
        "rate",
        StatusCode::TOO_MANY_REQUESTS,
        "Too much at once",
        "Wait as long as the Retry-After header says and send again.",
    ),
    known(
        Kind::Overloaded,
        "overloaded",
        StatusCode::SERVICE_UNAVAILABLE,
        "The server cannot keep up",
        "Wait as long as the Retry-After header says and send again.",
    ),
    known(
        Kind::Unavailable,
        "unavailable",
        StatusCode::SERVICE_UNAVAILABLE,
        "The server cannot serve this now",
        "Try again after the time in the Retry-After header; if it lasts, look at /readyz and the log of the server.",
    ),
    known(
        Kind::Internal,
        "internal",
        StatusCode::INTERNAL_SERVER_ERROR,
        "Something went wrong in the server",
        "Try again; if it lasts, look into the log of the server.",
    ),
];

/// An answer that says what went wrong.
#[derive(Debug)]
pub struct Problem {
    kind: Kind,
    detail: String,
    retry_after: Option<Duration>,
    rejected: usize,
    problems: Vec<palisade_sources::Problem>,
}

/// The JSON form, RFC 9457 §3 with the extension members `action`, `rejected` and `problems`.
#[derive(Serialize)]
struct Details<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    action: &'a str,
    #[serde(skip_serializing_if = "is_zero")]
    rejected: usize,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    problems: &'a [palisade_sources::Problem],
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl Kind {
    fn known(self) -> &'static Known {
        let index = KINDS.iter().position(|known| known.kind == self);
        &KINDS[index.expect("a test looks every kind up")]
    }

    /// The HTTP status of this kind.
    #[must_use]
    pub fn status(self) -> StatusCode {
        self.known().status
    }
}

impl Problem {
    /// A problem of this kind; `detail` tells of this very case, in words that may leave the server.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), retry_after: None, rejected: 0, problems: Vec::new() }
    }

    /// The same with a time to come back.
    #[must_use]
    pub fn retry_after(mut self, retry_after: Duration) -> Self {
        self.retry_after = Some(retry_after);
        self
    }

    /// Something that is no fault of the caller: `error` goes to the log, the caller learns that it happened.
    pub fn internal(doing: &'static str, error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "{doing} failed");
        Self::new(Kind::Internal, format!("{doing} failed; the log of the server says why"))
    }

    /// Every event of a body was refused, and these say why.
    pub fn nothing_accepted(receipt: palisade_sources::Receipt) -> Self {
        let detail = format!("all {} events were refused", receipt.rejected);
        Self { rejected: receipt.rejected, problems: receipt.problems, ..Self::new(Kind::NothingAccepted, detail) }
    }

    /// A part of a body was refused, by a protocol that has no success with exceptions; the rest is kept.
    pub fn partly_accepted(receipt: palisade_sources::Receipt) -> Self {
        let palisade_sources::Receipt { accepted, rejected, .. } = receipt;
        let detail = format!("{accepted} were written, {rejected} were refused: {}", receipt.summary());
        Self { rejected, problems: receipt.problems, ..Self::new(Kind::PartlyAccepted, detail) }
    }

    /// What kind it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What happened in this very case.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Whole seconds to wait, rounded up, as `Retry-After` has them (RFC 9110 §10.2.3).
    #[must_use]
    pub fn retry_after_seconds(&self) -> Option<u64> {
        self.retry_after.map(|wait| (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1))
    }

    /// The body of the answer.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let known = self.kind.known();
        let details = Details {
            r#type: format!("urn:palisade:problem:{}", known.name),
            title: known.title,
            status: known.status.as_u16(),
            detail: &self.detail,
            action: known.action,
            rejected: self.rejected,
            problems: &self.problems,
        };
        serde_json::to_vec(&details).expect("texts and numbers can always be written")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.to_json()));
        *response.status_mut() = self.kind.status();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
        if let Some(seconds) = self.retry_after_seconds() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.kind == Kind::Unauthenticated {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"palisade\""));
        }
        response
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let detail = refused.to_string();
        match refused {
            Refused::Rate { retry_after } | Refused::KeyMemory { retry_after } => {
                Self::new(Kind::Rate, detail).retry_after(retry_after)
            }
            Refused::Memory { retry_after } => Self::new(Kind::Overloaded, detail).retry_after(retry_after),
            Refused::Burst { .. } | Refused::TooLarge { .. } => Self::new(Kind::TooLarge, detail),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Overloaded { reason, retry_after } => {
                count_refusal(reason);
                Self::new(Kind::Overloaded, format!("the server is at a limit: {reason}")).retry_after(retry_after)
            }
            Refusal::Storage(error) => {
                count_refusal("storage");
                tracing::error!(%error, "what came in could not be stored");
                Self::new(Kind::Unavailable, "what was sent could not be stored").retry_after(UNAVAILABLE_RETRY_AFTER)
            }
            Refusal::Stopping => {
                count_refusal("stopping");
                Self::new(Kind::Unavailable, "the server is stopping").retry_after(UNAVAILABLE_RETRY_AFTER)
            }
        }
    }
}

impl From<palisade_response::Refusal> for Problem {
    fn from(refusal: palisade_response::Refusal) -> Self {
        use palisade_response::Refusal::{Invalid, Limit, NotFound};
        match refusal {
            NotFound(what) => Self::new(Kind::NotFound, what),
            Invalid(why) => Self::new(Kind::Malformed, why),
            Limit(which) => Self::new(Kind::Limit, which),
        }
    }
}

impl From<NoAnswer> for Problem {
    fn from(error: NoAnswer) -> Self {
        count_refusal(match error {
            NoAnswer::NotInTime => "storage",
            NoAnswer::Stopping => "stopping",
        });
        Self::new(Kind::Unavailable, error.to_string()).retry_after(UNAVAILABLE_RETRY_AFTER)
    }
}

impl From<SourceError> for Problem {
    fn from(error: SourceError) -> Self {
        let (kind, reason) = match error.status() {
            413 => (Kind::TooLarge, "body_size"),
            415 => (Kind::Unsupported, "unsupported"),
            _ => (Kind::Malformed, "malformed"),
        };
        count_refusal(reason);
        Self::new(kind, error.to_string())
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        let detail = error.to_string();
        match error {
            QueryError::Syntax(_) | QueryError::NotReadOnly => Self::new(Kind::QueryRefused, detail),
            QueryError::TooLong(_) | QueryError::TooMuchMemory(_) => {
                count_refusal("query_cost");
                Self::new(Kind::QueryTooCostly, detail)
            }
            QueryError::Internal(error) => Self::internal("the query", &error),
        }
    }
}

impl From<StateError> for Problem {
    fn from(error: StateError) -> Self {
        match error {
            StateError::KeyName { .. } | StateError::NoScopes | StateError::ExpiresInThePast => {
                Self::new(Kind::Malformed, error.to_string())
            }
            StateError::MadeBefore { .. } => Self::new(Kind::Repeated, error.to_string()),
            other => Self::internal("reading or changing the state", &other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(problem: Problem) -> (StatusCode, Option<String>, serde_json::Value) {
        let json = serde_json::from_slice(&problem.to_json()).unwrap();
        let response = problem.into_response();
        let retry_after = response.headers().get(header::RETRY_AFTER).map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(response.headers()[header::CONTENT_TYPE], CONTENT_TYPE);
        (response.status(), retry_after, json)
    }

    #[test]
    fn every_kind_is_in_the_table_at_its_place() {
        for (index, known) in KINDS.iter().enumerate() {
            assert_eq!(known.kind as usize, index, "{}", known.name);
            assert_eq!(known.kind.status(), known.status);
            let (status, _, json) = read(Problem::new(known.kind, "x"));
            assert_eq!(json["status"], status.as_u16());
            assert_eq!(json["type"], format!("urn:palisade:problem:{}", known.name));
        }
        assert_eq!(Kind::Internal as usize + 1, KINDS.len());
    }

    #[test]
    fn refusals_say_when_to_come_back() {
        let soon = Duration::from_millis(1_200);
        let cases: [(Problem, u16, Option<&str>); 5] = [
            (Refused::Rate { retry_after: soon }.into(), 429, Some("2")),
            (Refused::Memory { retry_after: Duration::ZERO }.into(), 503, Some("1")),
            (Refused::TooLarge { max: 1 }.into(), 413, None),
            (Refusal::Overloaded { reason: "queue", retry_after: soon }.into(), 503, Some("2")),
            (Refusal::Stopping.into(), 503, Some("5")),
        ];
        for (problem, status, retry_after) in cases {
            let (found, header, json) = read(problem);
            assert_eq!((found.as_u16(), header.as_deref()), (status, retry_after), "{json}");
        }
    }

    #[test]
    fn what_is_internal_stays_inside() {
        let (status, _, json) = read(QueryError::Internal("/srv/secret/path".into()).into());
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!json.to_string().contains("secret"), "{json}");
        let (status, _, json) = read(Refusal::Storage("/srv/secret: no space left".into()).into());
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(!json.to_string().contains("secret"), "{json}");
    }

    #[test]
    fn problems_of_events_are_listed() {
        let problem = palisade_sources::Problem { place: Some(palisade_sources::Place::Line(2)), message: "no".into() };
        let receipt = palisade_sources::Receipt { accepted: 0, rejected: 7, problems: vec![problem] };
        let (_, _, json) = read(Problem::nothing_accepted(receipt));
        assert_eq!(json["rejected"], 7);
        assert_eq!(json["problems"], serde_json::json!([{"line": 2, "message": "no"}]));
    }
}
