//! Tokens of code hosts, package registries, build services and secret stores.
//!
//! **What it finds.** Tokens of code hosts, registries, build services and secret stores by prefix, alphabet, length and layout as each provider documents them; where a
//! provider's tokens are plain, only behind its name and a word such as *key* or *token*.
//!
//! **Why it matters.** Whoever has one can publish as its owner, and so reach all who install from them.
//!
//! **Example.** `cio…` of crates.io, `CCIPAT_…` of CircleCI, `AGE-SECRET-KEY-1…`
//!
//! Placeholders, words and hashes are left alone.

use super::{
    form::{either, laid_out, mixed, parts, placed, provider, uuid, varied},
    keyed::{near, not_a_hash, plain, shaped},
    token::{alphanumeric, base64, base64url, hexadecimal, hyphenated, segmented, word},
};
use crate::detector::{Detector, Hit};

/// Of code hosts, package registries, build services and secret stores.
pub(crate) static DETECTORS: &[&Detector] = &[
    &placed(
        "guard.secret.atlassian",
        "Atlassian token",
        &[b"ATATT3", b"ATCTT3", b"ATBB", b"atlassian", b"confluence", b"jira"],
        |view, at| {
            let rows = [
                varied("ATATT3", segmented, 120, 260),
                varied("ATCTT3", segmented, 120, 260),
                mixed("ATBB", alphanumeric, 28, 40),
            ];
            either(view, at, &rows, &[shaped(alphanumeric, 24, 24, not_a_hash)])
        },
    ),
    &placed("guard.secret.terraform", "Terraform Cloud token", &[b".atlasv1."], |view, at| {
        let id = view.byte_run_before(at, 14, alphanumeric);
        let secret = view.byte_run(at + ".atlasv1.".len(), 80, base64url);
        let varied = super::plausible::could_be_issued(&view.bytes()[secret.clone()]);
        let whole =
            id.len() == 14 && secret.len() >= 60 && view.word_may_begin(id.start) && view.word_may_end(secret.end);
        let why = "A token that works like a password; the mark in its middle fits.";
        (whole && varied).then(|| Hit::secret(id.start..secret.end, 0.95, why)).into()
    }),
    &provider("guard.secret.pulumi", "Pulumi token", &[varied("pul-", hexadecimal, 40, 40)]),
    &provider(
        "guard.secret.doppler",
        "Doppler token",
        &[
            varied("dp.pt.", alphanumeric, 40, 44),
            varied("dp.ct.", alphanumeric, 40, 44),
            varied("dp.sa.", alphanumeric, 40, 44),
            varied("dp.scim.", alphanumeric, 40, 44),
            varied("dp.audit.", alphanumeric, 40, 44),
            varied("dp.st.", segmented, 40, 80),
        ],
    ),
    &provider(
        "guard.secret.1password",
        "1Password token or secret key",
        &[
            varied("ops_eyJ", segmented, 200, 2000),
            laid_out("A3-", base64url, (31, 32), |body| {
                parts(body, b'-', &[6, 11, 6, 5])
                    || parts(body, b'-', &[6, 6, 5, 5, 5])
                    || parts(body, b'-', &[6, 11, 5, 5])
            }),
        ],
    ),
    &placed("guard.secret.bitwarden", "Bitwarden access token", &[b"bws_", b"bitwarden"], |view, at| {
        near(view, at, &[shaped(bitwarden, 90, 110, |body| body.starts_with(b"0.") && body.contains(&b':'))])
    }),
    &placed("guard.secret.infisical", "Infisical token", &[b"infisical"], |view, at| {
        near(view, at, &[shaped(segmented, 90, 180, |body| body.starts_with(b"st.")), plain(hexadecimal, 64)])
    }),
    &provider("guard.secret.age", "age secret key", &[varied("AGE-SECRET-KEY-1", alphanumeric, 58, 58)]),
    &provider(
        "guard.secret.circleci",
        "CircleCI token",
        &[
            laid_out("CCIPAT_", word, (63, 63), |body| parts(body, b'_', &[22, 40])),
            laid_out("CCIPRJ_", word, (63, 63), |body| parts(body, b'_', &[22, 40])),
        ],
    ),
    &placed("guard.secret.travis", "Travis CI token", &[b"travis"], |view, at| {
        near(view, at, &[shaped(base64url, 20, 22, not_a_hash)])
    }),
    &provider(
        "guard.secret.buildkite",
        "Buildkite token",
        &[
            varied("bkua_", hexadecimal, 40, 40),
            varied("bkct_", base64url, 32, 120),
            varied("bkaj_", base64url, 32, 1000),
        ],
    ),
    &placed(
        "guard.secret.jfrog",
        "JFrog Artifactory key",
        &[b"AKCp", b"cmVmd", b"jfrog", b"artifactory", b"bintray"],
        |view, at| {
            let rows = [mixed("AKCp", alphanumeric, 60, 75), mixed("cmVmd", base64, 55, 63)];
            either(view, at, &rows, &[plain(alphanumeric, 73), plain(alphanumeric, 64)])
        },
    ),
    &placed("guard.secret.sonar", "Sonar token", &[b"sqp_", b"squ_", b"sqa_", b"sonar"], |view, at| {
        let rows = ["sqp_", "squ_", "sqa_"].map(|prefix| varied(prefix, hexadecimal, 40, 40));
        either(view, at, &rows, &[plain(base64url, 40)])
    }),
    &placed("guard.secret.snyk", "Snyk token", &[b"snyk"], |view, at| {
        let rows = [varied("snyk_uat.", segmented, 40, 200), varied("snyk_sat.", segmented, 40, 200)];
        either(view, at, &rows, &[shaped(hyphenated, 36, 36, uuid)])
    }),
    &placed("guard.secret.codecov", "Codecov token", &[b"codecov"], |view, at| {
        near(view, at, &[shaped(hyphenated, 36, 36, uuid), plain(alphanumeric, 32)])
    }),
    &provider("guard.secret.nuget", "NuGet key", &[mixed("oy2", alphanumeric, 43, 43)]),
    &provider("guard.secret.crates-io", "crates.io token", &[mixed("cio", alphanumeric, 32, 32)]),
    &provider("guard.secret.clojars", "Clojars token", &[varied("CLOJARS_", alphanumeric, 60, 60)]),
    &provider(
        "guard.secret.packagist",
        "Packagist token",
        &[
            varied("packagist_ort_", hexadecimal, 68, 68),
            varied("packagist_out_", hexadecimal, 68, 68),
            varied("packagist_uut_", hexadecimal, 68, 68),
            varied("packagist_urt_", hexadecimal, 68, 68),
        ],
    ),
    &placed("guard.secret.sourcegraph", "Sourcegraph token", &[b"sgp_", b"sourcegraph"], |view, at| {
        let rows = [
            varied("sgp_", hexadecimal, 40, 40),
            laid_out("sgp_", word, (57, 57), |body| parts(body, b'_', &[16, 40])),
            varied("sgp_local_", hexadecimal, 40, 40),
        ];
        either(view, at, &rows, &[plain(hexadecimal, 40)])
    }),
    &provider(
        "guard.secret.prefect",
        "Prefect key",
        &[mixed("pnu_", alphanumeric, 36, 36), mixed("pnb_", alphanumeric, 36, 36)],
    ),
    &provider(
        "guard.secret.harness",
        "Harness token",
        &[
            laid_out("pat.", segmented, (68, 68), |body| parts(body, b'.', &[22, 24, 20])),
            laid_out("sat.", segmented, (68, 68), |body| parts(body, b'.', &[22, 24, 20])),
        ],
    ),
    &provider("guard.secret.octopus", "Octopus Deploy key", &[mixed("API-", alphanumeric, 25, 32)]),
    &placed("guard.secret.launchdarkly", "LaunchDarkly key", &[b"sdk-", b"api-", b"launchdarkly"], |view, at| {
        let rows = [laid_out("sdk-", hyphenated, (36, 36), uuid), laid_out("api-", hyphenated, (36, 36), uuid)];
        either(view, at, &rows, &[plain(base64url, 40), shaped(hyphenated, 40, 40, |body| uuid(&body[4..]))])
    }),
    &provider("guard.secret.readme", "ReadMe key", &[mixed("rdme_", alphanumeric, 70, 70)]),
];

fn bitwarden(byte: u8) -> bool {
    segmented(byte) || byte == b':'
}
