//! Tokens of services that watch other services.
//!
//! **What it finds.** Tokens of monitoring, tracing and paging services by prefix, alphabet, length and layout as each provider documents them; where a
//! provider's tokens are plain, only behind its name and a word such as *key* or *token*.
//!
//! **Why it matters.** Whoever has one reads what systems say, or silences their alarms.
//!
//! **Example.** `sntrys_…`, `dt0c01.…`, `DD-API-KEY: …`
//!
//! Placeholders, words and hashes are left alone.

use super::{
    form::{either, laid_out, parts, placed, provider, uuid, varied},
    keyed::{near, not_a_hash, plain, shaped},
    token::{alphanumeric, base64, hexadecimal, hyphenated, segmented},
};
use crate::detector::Detector;

/// Of monitoring, tracing and paging services.
pub(crate) static DETECTORS: &[&Detector] = &[
    &placed(
        "guard.secret.datadog",
        "Datadog key",
        &[b"datadog", b"dd_api", b"dd-api", b"dd_app", b"dd-app"],
        |view, at| near(view, at, &[plain(hexadecimal, 32), plain(hexadecimal, 40)]),
    ),
    &placed("guard.secret.sentry", "Sentry token", &[b"sntrys_", b"sntryu_", b"sentry"], |view, at| {
        let rows = [varied("sntrys_eyJ", sentry, 80, 600), varied("sntryu_", hexadecimal, 64, 64)];
        either(view, at, &rows, &[plain(hexadecimal, 64)])
    }),
    &placed("guard.secret.honeycomb", "Honeycomb key", &[b"hcaik_", b"hcxik_", b"hcamk_", b"honeycomb"], |view, at| {
        let rows = ["hcaik_", "hcxik_", "hcamk_"].map(|prefix| varied(prefix, alphanumeric, 56, 64));
        either(view, at, &rows, &[shaped(alphanumeric, 22, 22, not_a_hash), plain(hexadecimal, 32)])
    }),
    &placed("guard.secret.pagerduty", "PagerDuty key", &[b"pagerduty", b"pd_api", b"token token="], |view, at| {
        near(view, at, &[shaped(pagerduty, 20, 20, not_a_hash), plain(hexadecimal, 32)])
    }),
    &placed("guard.secret.opsgenie", "Opsgenie key", &[b"opsgenie", b"geniekey"], |view, at| {
        near(view, at, &[shaped(hyphenated, 36, 36, uuid)])
    }),
    &placed("guard.secret.rollbar", "Rollbar token", &[b"rollbar"], |view, at| {
        near(view, at, &[plain(hexadecimal, 32)])
    }),
    &provider(
        "guard.secret.dynatrace",
        "Dynatrace token",
        &[
            laid_out("dt0c01.", segmented, (89, 89), |body| parts(body, b'.', &[24, 64])),
            laid_out("dt0s01.", segmented, (89, 89), |body| parts(body, b'.', &[24, 64])),
            laid_out("dt0s16.", segmented, (89, 89), |body| parts(body, b'.', &[24, 64])),
        ],
    ),
    &provider("guard.secret.rootly", "Rootly key", &[varied("rootly_", hexadecimal, 64, 64)]),
    &provider(
        "guard.secret.axiom",
        "Axiom token",
        &[laid_out("xaat-", hyphenated, (36, 36), uuid), laid_out("xapt-", hyphenated, (36, 36), uuid)],
    ),
];

fn sentry(byte: u8) -> bool {
    base64(byte) || byte == b'_'
}

fn pagerduty(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'_' | b'-')
}
