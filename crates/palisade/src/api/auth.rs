//! Who asks, and what they may do.
//!
//! Programs send a key: `Authorization: Bearer pal_…`; browsers on the live stream, which cannot set headers, send it as
//! the WebSocket subprotocol `palisade.key.pal_…`. People open the one-time sign-in link and get a session cookie, which
//! may do everything the operator may. The cookie is HttpOnly and SameSite=Strict, and what changes something or opens a
//! stream with it must also come from a page of this server (the `Origin` header), so that no other page can use it.
//!
//! A handler asks [`Caller::may`] for the scope that it needs; the state says which keys and sessions are good.

use super::Api;
use super::problem::{Kind, Problem};
use crate::clock::now;
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use palisade_store::state::{Scope, Scopes};
use std::sync::Arc;

/// The name of the session cookie.
pub const COOKIE: &str = "palisade_session";

/// The subprotocol entry that carries a key begins so.
pub const KEY_PROTOCOL: &str = "palisade.key.";

/// Someone whom the server knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The id of the key; `session` for people who signed in.
    pub id: String,
    /// What the key is called; `session` for people who signed in.
    pub name: String,
    /// What they may do.
    pub scopes: Scopes,
}

/// What a request shows of who sends it.
#[derive(Debug, PartialEq, Eq)]
enum Credential<'a> {
    Key(&'a str),
    Session(&'a str),
}

impl Caller {
    /// Passes when the caller has the scope.
    ///
    /// # Errors
    /// A problem with status 403 that names the scope.
    pub fn may(&self, scope: Scope) -> Result<(), Problem> {
        self.may_one(&[scope])
    }

    /// Passes when the caller has one of the scopes.
    ///
    /// # Errors
    /// A problem with status 403 that names them.
    pub fn may_one(&self, scopes: &[Scope]) -> Result<(), Problem> {
        if scopes.iter().any(|scope| self.scopes.allows(*scope)) {
            return Ok(());
        }
        let names: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
        Err(Problem::new(Kind::Forbidden, format!("the key lacks the scope {}", names.join(" or "))))
    }
}

impl FromRequestParts<Arc<Api>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Problem> {
        identify(api, &parts.method, &parts.headers).await
    }
}

/// Who sends a request with this method and these headers.
///
/// # Errors
/// A problem with status 401 when they are not known, 403 when a page of another site sends the cookie along.
pub async fn identify(api: &Api, method: &Method, headers: &HeaderMap) -> Result<Caller, Problem> {
    match credential(headers)? {
        Credential::Key(secret) => known_key(api, secret).await,
        Credential::Session(secret) => {
            check_origin(method, headers)?;
            let session = api.store.state.verify_session(secret, now()).await?;
            session.ok_or_else(|| unknown("the session has ended; open a new sign-in link"))?;
            let [id, name] = ["session"; 2].map(str::to_owned);
            Ok(Caller { id, name, scopes: Scopes::of(&[Scope::Admin]) })
        }
    }
}

/// Who holds the key with this secret.
///
/// # Errors
/// A problem with status 401 when it is not valid.
pub async fn known_key(api: &Api, secret: &str) -> Result<Caller, Problem> {
    let key = api.store.state.verify_key(secret, now()).await?;
    let key = key.ok_or_else(|| unknown("the key is unknown, expired or revoked"))?;
    Ok(Caller { id: key.id, name: key.name, scopes: key.scopes })
}

/// Who sends a request by another tool's protocol, with the request: the key may stand where that tool has its own.
///
/// # Errors
/// As [`identify`].
pub async fn known(api: &Api, request: Request) -> Result<(Caller, Request), Problem> {
    let (mut parts, body) = request.into_parts();
    let caller = known_by(api, &mut parts).await?;
    Ok((caller, Request::from_parts(parts, body)))
}

/// The same by what comes before the body.
///
/// # Errors
/// As [`identify`].
pub async fn known_by(api: &Api, parts: &mut Parts) -> Result<Caller, Problem> {
    accept_other_schemes(&mut parts.headers);
    identify(api, &parts.method, &parts.headers).await
}

/// Takes the password of Basic authentication, or what follows `ApiKey` or `GenieKey`, for a key. For senders that can
/// send no other header, but have a place for a password or an address like `http://any:pal_…@host`, and for clients of
/// OpenSanctions and senders to Opsgenie.
fn accept_other_schemes(headers: &mut HeaderMap) {
    let key = headers.get(header::AUTHORIZATION).and_then(|value| {
        let (scheme, sent) = value.to_str().ok()?.split_once(' ')?;
        let key = match scheme.to_ascii_lowercase().as_str() {
            "basic" => {
                let text = String::from_utf8(STANDARD.decode(sent.trim()).ok()?).ok()?;
                text.split_once(':')?.1.to_owned()
            }
            "apikey" | "geniekey" => sent.trim().to_owned(),
            _ => return None,
        };
        HeaderValue::from_str(&format!("Bearer {key}")).ok()
    });
    if let Some(key) = key {
        headers.insert(header::AUTHORIZATION, key);
    }
}

fn unknown(detail: &str) -> Problem {
    Problem::new(Kind::Unauthenticated, detail)
}

/// The credential that counts: a key before a session, since it is sent on purpose.
fn credential(headers: &HeaderMap) -> Result<Credential<'_>, Problem> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let key = value.to_str().ok().and_then(bearer);
        return key.map(Credential::Key).ok_or_else(|| unknown("the Authorization header is not `Bearer pal_…`"));
    }
    let key = protocols(headers).find_map(|protocol| protocol.strip_prefix(KEY_PROTOCOL)).map(Credential::Key);
    let session = || cookie(headers).map(Credential::Session);
    key.or_else(session).ok_or_else(|| unknown("the request carries no key"))
}

/// The token of a `Bearer` header (RFC 6750 §2.1); the scheme is case-insensitive.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The subprotocols that a WebSocket client offers.
pub fn protocols(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let values = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).into_iter();
    values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).map(str::trim)
}

/// The secret in the session cookie.
#[must_use]
pub fn cookie(headers: &HeaderMap) -> Option<&str> {
    let values = headers.get_all(header::COOKIE).into_iter();
    let pairs = values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(name, _)| *name == COOKIE).map(|(_, value)| value)
}

/// With the cookie, whatever is more than looking must come from a page of this server. Browsers send `Origin` with
/// every such request and page scripts cannot change it; a WebSocket handshake is a GET, but opens a stream.
fn check_origin(method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    let looks_only = matches!(*method, Method::GET | Method::HEAD) && !headers.contains_key(header::UPGRADE);
    if looks_only { Ok(()) } else { check_own_page(headers) }
}

/// Passes when a page of this server sends the request.
///
/// # Errors
/// A problem with status 403.
pub fn check_own_page(headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    let origin = text(header::ORIGIN).and_then(|origin| origin.split_once("://")).map(|(_, authority)| authority);
    match (origin, text(header::HOST)) {
        (Some(origin), Some(host)) if origin.eq_ignore_ascii_case(host) => Ok(()),
        _ => Err(Problem::new(Kind::Forbidden, "a session can be used from the pages of this server only")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderName;

    type Pair = (HeaderName, &'static str);

    fn headers(pairs: &[Pair]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn finds_the_credential_that_counts() {
        use header::{AUTHORIZATION, COOKIE, SEC_WEBSOCKET_PROTOCOL};
        let cases: [(&[Pair], Option<Credential<'_>>); 8] = [
            (&[], None),
            (&[(AUTHORIZATION, "Bearer pal_1")], Some(Credential::Key("pal_1"))),
            (&[(AUTHORIZATION, "bearer  pal_1 ")], Some(Credential::Key("pal_1"))),
            (&[(AUTHORIZATION, "Basic abc"), (COOKIE, "palisade_session=s")], None),
            (&[(COOKIE, "a=b; palisade_session=pss_1")], Some(Credential::Session("pss_1"))),
            (&[(COOKIE, "xpalisade_session=pss_1")], None),
            (&[(SEC_WEBSOCKET_PROTOCOL, "palisade.v1.json, palisade.key.pal_2")], Some(Credential::Key("pal_2"))),
            (&[(AUTHORIZATION, "Bearer pal_1"), (COOKIE, "palisade_session=s")], Some(Credential::Key("pal_1"))),
        ];
        for (pairs, wanted) in cases {
            let headers = headers(pairs);
            assert_eq!(credential(&headers).ok(), wanted, "{pairs:?}");
        }
    }

    #[test]
    fn cookies_work_from_own_pages_only() {
        use header::{HOST, ORIGIN, UPGRADE};
        let host = (HOST, "127.0.0.1:7171");
        let cases: [(Method, &[Pair], bool); 8] = [
            (Method::GET, &[], true),
            (Method::POST, &[], false),
            (Method::POST, std::slice::from_ref(&host), false),
            (Method::POST, &[host.clone(), (ORIGIN, "http://127.0.0.1:7171")], true),
            (Method::POST, &[host.clone(), (ORIGIN, "http://evil.example")], false),
            (Method::DELETE, &[host.clone(), (ORIGIN, "null")], false),
            (Method::GET, &[host.clone(), (UPGRADE, "websocket"), (ORIGIN, "http://127.0.0.1:7171")], true),
            (Method::GET, &[host.clone(), (UPGRADE, "websocket"), (ORIGIN, "http://127.0.0.1:8080")], false),
        ];
        for (method, pairs, wanted) in cases {
            assert_eq!(check_origin(&method, &headers(pairs)).is_ok(), wanted, "{method} {pairs:?}");
        }
    }

    #[test]
    fn a_password_is_a_key_and_so_is_what_other_clients_send() {
        let encoded = STANDARD.encode("any:pal_x:y");
        for (sent, wanted) in [
            (format!("Basic {encoded}"), "Bearer pal_x:y".to_owned()),
            ("Bearer pal_x".to_owned(), "Bearer pal_x".to_owned()),
            ("ApiKey pal_x".to_owned(), "Bearer pal_x".to_owned()),
            ("Basic ???".to_owned(), "Basic ???".to_owned()),
            ("Basic".to_owned(), "Basic".to_owned()),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, sent.parse().unwrap());
            accept_other_schemes(&mut headers);
            assert_eq!(headers[header::AUTHORIZATION], wanted, "{sent}");
        }
    }

    #[test]
    fn scopes_decide() {
        let caller = |scopes: &[Scope]| Caller { id: "k".into(), name: "k".into(), scopes: Scopes::of(scopes) };
        assert!(caller(&[Scope::Read]).may(Scope::Read).is_ok());
        assert!(caller(&[Scope::Admin]).may(Scope::Ingest).is_ok());
        assert!(caller(&[Scope::Ingest]).may_one(&[Scope::Read, Scope::Ingest]).is_ok());
        let problem = caller(&[Scope::Ingest]).may(Scope::Read).unwrap_err();
        assert_eq!(problem.kind(), Kind::Forbidden);
        assert!(problem.detail().contains("read"));
    }
}
