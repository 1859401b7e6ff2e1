//! Tokens of tools and services that developers build with.
//!
//! **What it finds.** Tokens of tools and services that developers build with, by prefix, alphabet, length and layout as
//! each provider documents them; where a provider's tokens are plain, only behind its name and a word such as *key* or
//! *token*.
//!
//! **Why it matters.** Whoever has one reads and changes what is built with the service, at its owner's cost.
//!
//! **Example.** `dnkey-…`, `sm_pat_…`, `phx_…`
//!
//! Placeholders, words and hashes are left alone.

use super::{
    form::{either, laid_out, mixed, parts, placed, provider, uuid, varied},
    keyed::{near, not_a_hash, plain, shaped},
    token::{alphanumeric, base64, base64url, hexadecimal, hyphenated, segmented, without_full_stop, word},
};
use crate::{
    detector::{Detector, Hit, Outcome},
    text::View,
};

/// Of tools and services that developers build with.
pub(crate) static DETECTORS: &[&Detector] = &[
    &placed("guard.secret.adobe", "Adobe client secret", &[b"p8e-", b"adobe"], |view, at| {
        either(view, at, &[mixed("p8e-", alphanumeric, 32, 32)], &[plain(hexadecimal, 32)])
    }),
    &placed("guard.secret.authress", "Authress access key", &[b".acc_", b".acc-"], |view, at| {
        let before = view.byte_run_before(at, ACCESS_KEY_BYTES_MAX, segmented);
        let after = without_full_stop(view, view.byte_run(at, ACCESS_KEY_BYTES_MAX, segmented));
        let starts = |start: &usize| view.word_may_begin(*start) && is_access_key(&view.bytes()[*start..after.end]);
        let start = (before.start..at).filter(|&start| matches!(view.bytes()[start], b's' | b'e' | b'a')).find(starts);
        let why = "A key that works like a password; its parts fit.";
        start.map(|start| Hit::secret(start..after.end, 0.95, why)).into()
    }),
    &placed("guard.secret.beamer", "Beamer key", &[b"beamer"], |view, at| {
        near(view, at, &[shaped(segmented, 46, 46, |body| body.starts_with(b"b_") && not_a_hash(body))])
    }),
    &placed("guard.secret.bitbucket", "Bitbucket secret", &[b"bitbucket"], |view, at| {
        near(view, at, &[shaped(base64url, 64, 64, not_a_hash), shaped(alphanumeric, 32, 32, not_a_hash)])
    }),
    &placed("guard.secret.meraki", "Cisco Meraki key", &[b"meraki"], |view, at| {
        near(view, at, &[plain(hexadecimal, 40)])
    }),
    &provider("guard.secret.clickhouse", "ClickHouse Cloud secret", &[mixed("4b1d", alphanumeric, 38, 38)]),
    &provider(
        "guard.secret.defined-networking",
        "Defined Networking token",
        &[laid_out("dnkey-", base64url, (79, 79), |body| body[26] == b'-')],
    ),
    &placed("guard.secret.drone", "Drone CI token", &[b"droneci", b"drone_"], |view, at| {
        near(view, at, &[plain(alphanumeric, 32)])
    }),
    &placed("guard.secret.fastly", "Fastly token", &[b"fastly"], |view, at| {
        near(view, at, &[shaped(base64url, 32, 32, super::plausible::is_mixed)])
    }),
    &provider("guard.secret.frameio", "Frame.io token", &[varied("fio-u-", base64url, 64, 64)]),
    &placed("guard.secret.gitter", "Gitter token", &[b"gitter"], |view, at| near(view, at, &[plain(base64url, 40)])),
    &provider("guard.secret.infracost", "Infracost key", &[mixed("ico-", alphanumeric, 32, 32)]),
    &provider(
        "guard.secret.intra42",
        "42 intra client secret",
        &[varied("s-s4t2ud-", hexadecimal, 64, 64), varied("s-s4t2af-", hexadecimal, 64, 64)],
    ),
    &placed("guard.secret.looker", "Looker secret", &[b"looker"], |view, at| {
        near(view, at, &[plain(alphanumeric, 24), plain(alphanumeric, 20)])
    }),
    &placed("guard.secret.maxmind", "MaxMind license key", &[b"_mmk"], |view, at| {
        let key = view.byte_run_before(at, 36, word);
        let body = &view.bytes()[key.clone()];
        let fits = parts(body, b'_', &[6, 29]) && super::plausible::could_be_issued(body);
        let whole = view.word_may_begin(key.start) && view.word_may_end(at + b"_mmk".len());
        let why = "A key that works like a password; the mark at its end fits.";
        (fits && whole).then(|| Hit::secret(key.start..at + b"_mmk".len(), 0.95, why)).into()
    }),
    &provider("guard.secret.openshift", "OpenShift token", &[varied("sha256~", base64url, 43, 43)]),
    &placed("guard.secret.private-ai", "Private AI key", &[b"private_ai", b"private-ai", b"privateai"], |view, at| {
        near(view, at, &[plain(alphanumeric, 32)])
    }),
    &placed("guard.secret.rapidapi", "RapidAPI key", &[b"rapidapi"], |view, at| {
        near(view, at, &[plain(base64url, 50)])
    }),
    &placed("guard.secret.sendbird", "Sendbird token", &[b"sendbird"], |view, at| {
        near(view, at, &[plain(hexadecimal, 40), shaped(hyphenated, 36, 36, uuid)])
    }),
    &provider(
        "guard.secret.settlemint",
        "SettleMint token",
        &[
            mixed("sm_aat_", alphanumeric, 16, 16),
            mixed("sm_pat_", alphanumeric, 16, 16),
            mixed("sm_sat_", alphanumeric, 16, 16),
        ],
    ),
    &placed("guard.secret.squarespace", "Squarespace token", &[b"squarespace"], |view, at| {
        near(view, at, &[shaped(hyphenated, 36, 36, uuid)])
    }),
    &placed("guard.secret.sumologic", "Sumo Logic key", &[b"sumologic", b"sumo_logic", b"sumo_"], |view, at| {
        near(
            view,
            at,
            &[
                plain(alphanumeric, 64),
                shaped(alphanumeric, 14, 14, |body| body.starts_with(b"su") && not_a_hash(body)),
            ],
        )
    }),
    &provider("guard.secret.posthog", "PostHog personal key", &[mixed("phx_", alphanumeric, 40, 56)]),
    &placed("guard.secret.trello", "Trello token", &[b"trello"], |view, at| {
        let token = shaped(alphanumeric, 68, 80, |body| body.starts_with(b"ATTA") && not_a_hash(body));
        near(view, at, &[token, plain(hexadecimal, 64), plain(hexadecimal, 32)])
    }),
    &placed("guard.secret.firebase", "Firebase Cloud Messaging key", &[b":APA91b"], |view, at| {
        let id = view.byte_run_before(at, 11, base64url);
        let body = view.byte_run(at + 1, 160, base64url);
        let fits =
            id.len() == 11 && body.len() >= 130 && super::plausible::could_be_issued(&view.bytes()[body.clone()]);
        let why = "A key that works like a password; the mark in its middle fits.";
        (fits && view.word_may_begin(id.start)).then(|| Hit::secret(id.start..body.end, 0.95, why)).into()
    }),
    &placed("guard.secret.xata", "Xata key", &[b"xau_"], |view, at| {
        either(view, at, &[mixed("xau_", alphanumeric, 30, 48)], &[])
    }),
    &provider(
        "guard.secret.polar",
        "Polar token",
        &[mixed("polar_oat_", base64url, 38, 56), mixed("polar_pat_", base64url, 38, 56)],
    ),
    &provider("guard.secret.unkey", "Unkey root key", &[mixed("unkey_", alphanumeric, 20, 40)]),
    &placed("guard.secret.splunk", "Splunk token", &[b"splunk"], |view, at| {
        near(view, at, &[shaped(hyphenated, 36, 36, uuid)])
    }),
    &placed("guard.secret.elastic", "Elastic key", &[b"elastic"], |view, at| {
        near(view, at, &[shaped(base64, 56, 64, not_a_hash)])
    }),
    &provider(
        "guard.secret.inngest",
        "Inngest signing key",
        &[varied("signkey-prod-", hexadecimal, 32, 64), varied("signkey-test-", hexadecimal, 32, 64)],
    ),
    &provider(
        "guard.secret.lichess",
        "Lichess token",
        &[mixed("lip_", alphanumeric, 20, 24), mixed("lio_", alphanumeric, 20, 24)],
    ),
    &provider("guard.secret.socket", "Socket token", &[varied("sktsec_", base64url, 40, 64)]),
    &provider(
        "guard.secret.dbt",
        "dbt Cloud token",
        &[mixed("dbtc_", base64url, 36, 64), mixed("dbtu_", base64url, 36, 64)],
    ),
    &provider(
        "guard.secret.trigger",
        "Trigger.dev key",
        &[mixed("tr_prod_", alphanumeric, 20, 24), mixed("tr_dev_", alphanumeric, 20, 24)],
    ),
    &placed("guard.secret.sidekiq", "Sidekiq credentials", &[b"__contribsys__com", b".contribsys.com"], sidekiq),
    &placed("guard.secret.roblox", "Roblox session", &[b"do-not-share-this."], |view, at| {
        let warning = view.byte_run(at, WARNING_BYTES_MAX, |byte| byte != b'|' && byte != b'\n');
        let body = view.byte_run((warning.end + 2).min(view.bytes().len()), 2_000, alphanumeric);
        let why = "A session that works like a password; the provider's warning stands before it.";
        (body.len() >= 100).then(|| Hit::secret(body, 0.95, why)).into()
    }),
    &placed("guard.secret.shodan", "Shodan key", &[b"shodan"], |view, at| near(view, at, &[plain(alphanumeric, 32)])),
    &placed("guard.secret.virustotal", "VirusTotal key", &[b"virustotal"], |view, at| {
        near(view, at, &[plain(hexadecimal, 64)])
    }),
];

/// Bytes of the warning that a Roblox session begins with.
const WARNING_BYTES_MAX: usize = 160;

/// User and password of eight hexadecimal digits each: behind the name of a setting, or before the host.
fn sidekiq(view: &View<'_>, at: usize) -> Outcome {
    let in_pair = |byte: u8| byte.is_ascii_hexdigit() || byte == b':';
    let behind = || {
        let window = view.byte_run(at + b"__contribsys__com".len(), 40, |byte| byte != b'\n');
        let starts = window.clone().filter(|&start| view.word_may_begin(start));
        starts
            .map(|start| view.byte_run(start, 18, in_pair))
            .find(|pair| pair.len() == 17)
            .unwrap_or(window.end..window.end)
    };
    let pair = match view.bytes()[at] {
        b'.' => {
            let host = view.byte_run_before(at, 16, |byte| byte.is_ascii_alphanumeric());
            view.byte_run_before(host.start.saturating_sub(1), 18, in_pair)
        }
        _ => behind(),
    };
    let bytes = &view.bytes()[pair.clone()];
    let fits = parts(bytes, b':', &[8, 8]) && super::plausible::could_be_issued(bytes);
    let why = "User and password of a paid package source stand in the text.";
    fits.then(|| Hit::secret(pair, 0.93, why)).into()
}

/// Bytes of an access key before its account, and from there on.
const ACCESS_KEY_BYTES_MAX: usize = 160;

/// Client, key, the mark `acc` and the account, and the secret, with points between them.
fn is_access_key(body: &[u8]) -> bool {
    let parts: Vec<&[u8]> = body.split(|&byte| byte == b'.').collect();
    let [client, key, account, secret] = parts[..] else { return false };
    let known = [&b"sc_"[..], b"ext_", b"scauth_", b"authress_"].iter().any(|kind| client.starts_with(kind));
    known
        && (8..=40).contains(&client.len())
        && (4..=6).contains(&key.len())
        && account.len() >= 14
        && secret.len() >= 30
        && super::plausible::could_be_issued(secret)
}
