//! Tokens of offices, shops, payments and analytics.
//!
//! **What it finds.** Tokens of offices, shops, payments and analytics by prefix, alphabet, length and layout as each provider documents them; where a
//! provider's tokens are plain, only behind its name and a word such as *key* or *token*.
//!
//! **Why it matters.** Whoever has one moves money, or reads customers, documents and plans.
//!
//! **Example.** `access_token$production$…`, `ntn_…`, `figd_…`
//!
//! Placeholders, words and hashes are left alone.

use super::{
    form::{either, laid_out, mixed, parts, placed, provider, uuid, varied},
    keyed::{near, not_a_hash, plain, shaped},
    token::{alphanumeric, base64, base64url, hexadecimal, hyphenated, segmented, without_full_stop, word},
};
use crate::detector::{Detector, Hit};

/// Of offices, shops, payments and analytics.
pub(crate) static DETECTORS: &[&Detector] = &[
    &provider(
        "guard.secret.square",
        "Square token",
        &[mixed("EAAA", base64url, 60, 60), mixed("sq0atp-", base64url, 22, 22), mixed("sq0csp-", base64url, 43, 43)],
    ),
    &placed("guard.secret.paypal", "PayPal or Braintree token", &[b"access_token$", b"paypal"], |view, at| {
        let rows = ["access_token$production$", "access_token$sandbox$"]
            .map(|prefix| laid_out(prefix, braintree, (49, 49), |body| parts(body, b'$', &[16, 32])));
        either(view, at, &rows, &[shaped(base64url, 80, 80, not_a_hash)])
    }),
    &placed(
        "guard.secret.plaid",
        "Plaid token",
        &[b"access-production-", b"access-sandbox-", b"access-development-", b"plaid"],
        |view, at| {
            let rows = ["access-production-", "access-sandbox-", "access-development-"]
                .map(|prefix| laid_out(prefix, hyphenated, (36, 36), uuid));
            either(view, at, &rows, &[plain(alphanumeric, 30), plain(alphanumeric, 24)])
        },
    ),
    &provider(
        "guard.secret.adyen",
        "Adyen key",
        &[laid_out("AQE", segmented, (90, 400), |body| body.iter().filter(|&&byte| byte == b'-').count() >= 2)],
    ),
    &provider(
        "guard.secret.razorpay",
        "Razorpay key",
        &[mixed("rzp_live_", alphanumeric, 14, 14), mixed("rzp_test_", alphanumeric, 14, 14)],
    ),
    &provider(
        "guard.secret.shippo",
        "Shippo token",
        &[varied("shippo_live_", hexadecimal, 40, 40), varied("shippo_test_", hexadecimal, 40, 40)],
    ),
    &provider(
        "guard.secret.duffel",
        "Duffel token",
        &[varied("duffel_live_", base64url, 43, 43), varied("duffel_test_", base64url, 43, 43)],
    ),
    &provider(
        "guard.secret.easypost",
        "EasyPost key",
        &[mixed("EZAK", alphanumeric, 54, 54), mixed("EZTK", alphanumeric, 54, 54)],
    ),
    &provider(
        "guard.secret.lob",
        "Lob key",
        &[varied("live_", hexadecimal, 35, 35), varied("test_", hexadecimal, 35, 35)],
    ),
    &provider("guard.secret.mollie", "Mollie key", &[mixed("live_", alphanumeric, 30, 30)]),
    &provider(
        "guard.secret.flutterwave",
        "Flutterwave key",
        &[varied("FLWSECK-", base64url, 34, 40), mixed("FLWSECK_TEST-", base64url, 12, 40)],
    ),
    &placed("guard.secret.algolia", "Algolia key", &[b"algolia"], |view, at| {
        near(view, at, &[plain(alphanumeric, 32)])
    }),
    &provider("guard.secret.segment", "Segment token", &[mixed("sgp_", alphanumeric, 64, 64)]),
    &placed(
        "guard.secret.hubspot",
        "HubSpot token or key",
        &[b"pat-na1-", b"pat-na2-", b"pat-na3-", b"pat-eu1-", b"pat-ap1-", b"hubspot", b"hapikey"],
        |view, at| {
            let rows = ["pat-na1-", "pat-na2-", "pat-na3-", "pat-eu1-", "pat-ap1-"]
                .map(|prefix| laid_out(prefix, hyphenated, (36, 36), uuid));
            either(view, at, &rows, &[shaped(hyphenated, 36, 36, uuid)])
        },
    ),
    &placed("guard.secret.zendesk", "Zendesk token", &[b"zendesk"], |view, at| {
        near(view, at, &[shaped(alphanumeric, 40, 40, not_a_hash)])
    }),
    &placed("guard.secret.freshdesk", "Freshdesk key", &[b"freshdesk"], |view, at| {
        near(view, at, &[shaped(alphanumeric, 19, 20, not_a_hash)])
    }),
    &provider(
        "guard.secret.zapier",
        "Zapier webhook",
        &[laid_out("hooks.zapier.com/hooks/catch/", segmented, (11, 24), |body| {
            body[0].is_ascii_digit() && body.contains(&b'/')
        })],
    ),
    &provider("guard.secret.typeform", "Typeform token", &[varied("tfp_", segmented, 40, 60)]),
    &placed("guard.secret.asana", "Asana token", &[b"asana"], |view, at| {
        let token = shaped(asana, 49, 90, |body| body.contains(&b'/') && body.contains(&b':'));
        near(view, at, &[token, plain(alphanumeric, 32)])
    }),
    &placed("guard.secret.notion", "Notion token", &[b"ntn_", b"secret_"], |view, at| {
        either(view, at, &[mixed("ntn_", alphanumeric, 46, 46), mixed("secret_", alphanumeric, 43, 43)], &[])
    }),
    &placed("guard.secret.airtable", "Airtable token", &[b"airtable", b"bearer pat"], |view, at| {
        let token = shaped(segmented, 82, 82, |body| body.starts_with(b"pat") && parts(body, b'.', &[17, 64]));
        near(view, at, &[token, shaped(alphanumeric, 17, 17, |body| body.starts_with(b"key") && not_a_hash(body))])
    }),
    &provider(
        "guard.secret.figma",
        "Figma token",
        &[mixed("figd_", base64url, 40, 50), mixed("figu_", base64url, 40, 50), mixed("figo_", base64url, 40, 50)],
    ),
    &placed("guard.secret.contentful", "Contentful token", &[b"CFPAT-", b"contentful"], |view, at| {
        either(view, at, &[varied("CFPAT-", base64url, 43, 43)], &[plain(base64url, 43)])
    }),
    &placed("guard.secret.dropbox", "Dropbox token", &[b"sl.", b"dropbox"], |view, at| {
        either(
            view,
            at,
            &[mixed("sl.", segmented, 120, 2000)],
            &[
                shaped(alphanumeric, 15, 15, not_a_hash),
                shaped(base64url, 64, 64, |body| memchr::memmem::find(body, b"AAAAAAAAAA").is_some()),
            ],
        )
    }),
    &placed("guard.secret.box", "Box secret", &[b"box_client", b"box_dev", b"box_access", b"boxclient"], |view, at| {
        near(view, at, &[plain(alphanumeric, 32)])
    }),
    &provider("guard.secret.klaviyo", "Klaviyo key", &[varied("pk_", hexadecimal, 34, 34)]),
    &provider(
        "guard.secret.clickup",
        "ClickUp token",
        &[laid_out("pk_", word, (39, 46), |body| {
            body.iter()
                .position(|&byte| byte == b'_')
                .is_some_and(|at| body[..at].iter().all(u8::is_ascii_digit) && body.len() - at == 33)
        })],
    ),
    &placed("guard.secret.okta", "Okta token", &[b"okta", b"SSWS "], |view, at| {
        let form = shaped(base64url, 42, 42, |body| body.starts_with(b"00") && not_a_hash(body));
        match view.bytes()[at] | 0x20 {
            b's' => super::token::confirm(view, at, &mixed("SSWS ", base64url, 42, 42)).into(),
            _ => near(view, at, &[form]),
        }
    }),
    &provider(
        "guard.secret.klarna",
        "Klarna key",
        &[varied("klarna_live_api_", base64, 40, 160), varied("klarna_test_api_", base64, 40, 160)],
    ),
    &placed("guard.secret.salesforce", "Salesforce session", &[b"!AQ", b"!AR"], |view, at| {
        let whole = |start: &usize| view.bytes()[*start..].starts_with(b"00D") && view.word_may_begin(*start);
        let organisation = [15, 18].into_iter().filter_map(|length| at.checked_sub(length)).find(whole);
        let body = without_full_stop(view, view.byte_run(at + 1, 200, |byte| word(byte) || byte == b'.'));
        let issued = body.len() >= 80 && super::plausible::could_be_issued(&view.bytes()[body.clone()]);
        let why = "A session that works like a password; the organisation stands before it.";
        organisation.filter(|_| issued).map(|start| Hit::secret(start..body.end, 0.95, why)).into()
    }),
    &placed("guard.secret.auth0", "Auth0 secret", &[b"auth0"], |view, at| {
        near(view, at, &[shaped(base64url, 64, 64, not_a_hash)])
    }),
];

fn braintree(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'$'
}

fn asana(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b':')
}
