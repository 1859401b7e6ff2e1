//! The built-in pages: the live page at `/`, the description of the API at `/docs`, and signing in.
//!
//! They are compiled in, load nothing from elsewhere, and run no script but their own files; whatever comes from outside
//! they show as text. The pages themselves are public and hold nothing: what they show they ask the API for.

use crate::api::auth::COOKIE;
use crate::api::problem::Problem;
use crate::api::{Api, lists};
use crate::clock::now;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, Uri, header};
use axum::response::IntoResponse;
use axum::routing::get;
use palisade_store::state::SESSION_VALID;
use serde::Deserialize;
use std::sync::Arc;

/// Nothing but own files, no frames around, no forms to elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

/// Every file that is served: path, media type, content.
const FILES: [(&str, &str, &str); 5] = [
    ("/", HTML, include_str!("../web/live.html")),
    ("/live.js", SCRIPT, include_str!("../web/live.js")),
    ("/docs", HTML, include_str!("../web/docs.html")),
    ("/docs.js", SCRIPT, include_str!("../web/docs.js")),
    ("/page.css", STYLE, include_str!("../web/page.css")),
];

const SIGNED_OUT: &str = include_str!("../web/signed-out.html");

/// The pages.
pub fn router() -> Router<Arc<Api>> {
    let files = FILES.iter().fold(Router::new(), |router, (path, media_type, content)| {
        router.route(path, get(move || async move { file(StatusCode::OK, media_type, content) }))
    });
    files.route("/signin", get(sign_in)).route("/signout", axum::routing::post(sign_out))
}

fn file(status: StatusCode, media_type: &'static str, content: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(content));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

#[derive(Deserialize)]
struct SignIn {
    token: String,
}

/// Gives a session for a token that was not used before, and goes to the live page. The token leaves the address bar.
async fn sign_in(State(api): State<Arc<Api>>, uri: Uri, headers: HeaderMap) -> Result<Response<Body>, Problem> {
    let asked: SignIn = lists::parameters(&uri)?;
    let Some(session) = api.store.state.redeem_sign_in(&asked.token, now()).await? else {
        return Ok(file(StatusCode::GONE, HTML, SIGNED_OUT));
    };
    let cookie = set_cookie(&session, SESSION_VALID.as_secs(), &headers);
    let cookie = HeaderValue::from_str(&cookie).map_err(|error| Problem::internal("signing in", &error))?;
    let mut response = StatusCode::SEE_OTHER.into_response();
    let answer = response.headers_mut();
    answer.insert(header::LOCATION, HeaderValue::from_static("/"));
    answer.insert(header::SET_COOKIE, cookie);
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}

/// Ends the session. Who has none is signed out already.
async fn sign_out(State(api): State<Arc<Api>>, headers: HeaderMap) -> Result<Response<Body>, Problem> {
    crate::api::auth::check_own_page(&headers)?;
    if let Some(session) = crate::api::auth::cookie(&headers) {
        api.store.state.end_session(session).await?;
    }
    let cookie = set_cookie("", 0, &headers);
    let cookie = HeaderValue::from_str(&cookie).map_err(|error| Problem::internal("signing out", &error))?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

/// `Secure` where a proxy in front says that it ended TLS; on plain loopback browsers would not keep such a cookie.
fn set_cookie(session: &str, seconds: u64, headers: &HeaderMap) -> String {
    let is_https = headers.get("x-forwarded-proto").is_some_and(|value| value == "https");
    let secure = if is_https { "; Secure" } else { "" };
    format!("{COOKIE}={session}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_load_nothing_from_elsewhere_and_run_no_inline_script() {
        for (path, media_type, content) in FILES.into_iter().chain([("signed out", HTML, SIGNED_OUT)]) {
            for forbidden in ["//cdn", "https://", "innerHTML", "eval(", "document.write", "insertAdjacentHTML"] {
                assert!(!content.contains(forbidden), "{path} has {forbidden}");
            }
            if media_type == HTML {
                let handler = |word: &str| word.starts_with("on") && word.contains('=');
                assert!(!content.contains("<script>") && !content.contains("<style"), "{path}");
                assert!(!content.contains("style=") && !content.split_whitespace().any(handler), "{path}");
            }
        }
    }

    #[test]
    fn answers_carry_the_policy() {
        let response = file(StatusCode::OK, HTML, "");
        assert!(response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("default-src 'none'"));
    }

    #[test]
    fn cookies_cannot_be_read_by_scripts_or_sent_by_other_sites() {
        let plain = set_cookie("pss_1", 60, &HeaderMap::new());
        assert_eq!(plain, "palisade_session=pss_1; Path=/; Max-Age=60; HttpOnly; SameSite=Strict");
        let behind = HeaderMap::from_iter([(
            header::HeaderName::from_static("x-forwarded-proto"),
            HeaderValue::from_static("https"),
        )]);
        assert!(set_cookie("pss_1", 60, &behind).ends_with("; Secure"));
    }
}
