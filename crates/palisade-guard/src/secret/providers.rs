//! Tokens of providers, one row a form, as the providers document them.
//!
//! **What it finds.** Tokens that begin with a fixed prefix, have the length and alphabet that the provider issues, and
//! a checksum that fits where there is one.
//!
//! **Why it matters.** Whoever reads the token can act as its owner, until it is revoked.
//!
//! **Example.** `glpat-` and 20 characters; `ghp_` and 36, of which six are a checksum.
//!
//! Placeholders are left alone. A token with a wrong checksum is told with low severity.

use super::{
    form::{checked, either, laid_out, mixed, placed, provider, varied},
    keyed::{not_a_hash, plain, shaped},
    token::{self, alphanumeric, base64, base64url, hexadecimal, segmented, word},
};
use crate::detector::Detector;
use base64::Engine as _;
use palisade_model::Severity;

/// Several parts, the first of them a number: workspace, application or version.
fn slack_layout(body: &[u8]) -> bool {
    body[0].is_ascii_digit() && body.contains(&b'-')
}

/// `T…/B…/…`: workspace, hook, and 24 secret characters.
fn slack_hook_layout(body: &[u8]) -> bool {
    let parts: Vec<&[u8]> = body.split(|&byte| byte == b'/').collect();
    matches!(parts[..], [[b'T' | b'E', ..], [b'A' | b'B' | b'0'..=b'9', ..], .., secret] if secret.len() >= 20)
}

fn slack_hook_alphabet(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'/'
}

fn slack_alphabet(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

/// 22 characters, a point, 43 characters.
fn sendgrid_layout(body: &[u8]) -> bool {
    body[22] == b'.' && body.iter().filter(|&&byte| byte == b'.').count() == 1
}

fn sendgrid_alphabet(byte: u8) -> bool {
    base64url(byte) || byte == b'.'
}

/// 22 characters, an underscore, 59 characters.
fn fine_grained_layout(body: &[u8]) -> bool {
    body[22] == b'_' && body.iter().filter(|&&byte| byte == b'_').count() == 1
}

/// 32 characters, an underscore, 8 hexadecimal digits.
fn grafana_layout(body: &[u8]) -> bool {
    body[32] == b'_' && body[33..].iter().all(u8::is_ascii_hexdigit)
}

/// Base64 of what follows `{"k":"` in a key: its secret, its name and its number. Other JSON begins so as well, as the
/// marks of places in lists do.
fn grafana_key_layout(body: &[u8]) -> bool {
    let unpadded = body.strip_suffix(b"==").or(body.strip_suffix(b"=")).unwrap_or(body);
    let decoded = base64::engine::general_purpose::STANDARD_NO_PAD.decode(unpadded).unwrap_or_default();
    [&b"\",\"n\":\""[..], b"\"id\":"].iter().all(|part| memchr::memmem::find(&decoded, part).is_some())
}

/// 24 hexadecimal digits, a hyphen, 34 hexadecimal digits.
fn postman_layout(body: &[u8]) -> bool {
    body[24] == b'-' && body.iter().filter(|&&byte| byte == b'-').count() == 1
}

fn postman_alphabet(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || byte == b'-'
}

pub(crate) static GITHUB: Detector = provider(
    "guard.secret.github",
    "GitHub token",
    &[
        checked("ghp_"),
        checked("gho_"),
        checked("ghu_"),
        checked("ghs_"),
        checked("ghr_"),
        laid_out("github_pat_", word, (82, 82), fine_grained_layout),
    ],
);

pub(crate) static NPM: Detector = provider("guard.secret.npm", "npm token", &[checked("npm_")]);

pub(crate) static SLACK: Detector = provider(
    "guard.secret.slack",
    "Slack token or webhook",
    &[
        laid_out("xoxb-", slack_alphabet, (20, 250), slack_layout),
        laid_out("xoxp-", slack_alphabet, (20, 250), slack_layout),
        laid_out("xoxa-", slack_alphabet, (20, 250), slack_layout),
        laid_out("xoxr-", slack_alphabet, (20, 250), slack_layout),
        laid_out("xoxs-", slack_alphabet, (20, 250), slack_layout),
        laid_out("xoxe-", slack_alphabet, (20, 250), slack_layout),
        laid_out("xapp-", slack_alphabet, (20, 250), slack_layout),
        laid_out("hooks.slack.com/services/", slack_hook_alphabet, (36, 80), slack_hook_layout),
        laid_out("xoxo-", slack_alphabet, (20, 250), slack_layout),
        laid_out("hooks.slack.com/triggers/", slack_hook_alphabet, (36, 90), slack_hook_layout),
        laid_out("hooks.slack.com/workflows/", slack_hook_alphabet, (36, 90), slack_hook_layout),
    ],
);

/// Keys for tests reach no money, and stand in documentation.
pub(crate) static STRIPE: Detector = placed(
    "guard.secret.stripe",
    "Stripe key",
    &[b"sk_live_", b"rk_live_", b"sk_prod_", b"rk_prod_", b"sk_test_", b"rk_test_", b"whsec_"],
    |view, at| {
        let live = ["sk_live_", "rk_live_", "sk_prod_", "rk_prod_"].map(|prefix| varied(prefix, alphanumeric, 16, 247));
        let tests = ["sk_test_", "rk_test_"].map(|prefix| varied(prefix, alphanumeric, 16, 247));
        let hook = varied("whsec_", base64, 32, 64);
        let test = || tests.iter().find_map(|row| token::confirm(view, at, row)).map(|hit| hit.rated(Severity::Low));
        live.iter().chain([&hook]).find_map(|row| token::confirm(view, at, row)).or_else(test).into()
    },
);

/// Routable tokens have a version and a checksum behind points.
fn routable(byte: u8) -> bool {
    base64url(byte) || byte == b'.'
}

pub(crate) static GITLAB: Detector = provider(
    "guard.secret.gitlab",
    "GitLab token",
    &[
        varied("glpat-", routable, 20, 300),
        varied("gldt-", base64url, 20, 300),
        varied("glrt-", routable, 20, 300),
        varied("glptt-", hexadecimal, 40, 40),
        varied("glsoat-", base64url, 20, 300),
        varied("glcbt-", base64url, 20, 300),
        varied("glft-", base64url, 20, 300),
        varied("glimt-", base64url, 20, 300),
        varied("glffct-", base64url, 20, 300),
        varied("glwt-", base64url, 20, 300),
        varied("glagent-", base64url, 50, 300),
        varied("gloas-", base64url, 64, 64),
        varied("GR1348941", base64url, 20, 20),
        varied("_gitlab_session=", hexadecimal, 32, 32),
    ],
);

pub(crate) static GOOGLE: Detector = provider(
    "guard.secret.google",
    "Google API key or token",
    &[
        varied("AIza", base64url, 35, 35),
        varied("GOCSPX-", base64url, 28, 28),
        varied("ya29.", base64url, 50, 1000),
        mixed("1//0", base64url, 50, 150),
        mixed("AQ.Ab", base64url, 40, 60),
    ],
);

pub(crate) static ANTHROPIC: Detector =
    provider("guard.secret.anthropic", "Anthropic key", &[varied("sk-ant-", base64url, 80, 200)]);

pub(crate) static SENDGRID: Detector =
    provider("guard.secret.sendgrid", "SendGrid key", &[laid_out("SG.", sendgrid_alphabet, (66, 66), sendgrid_layout)]);

/// The prefix continues as a macaroon (base64) that names `pypi.org` or `test.pypi.org`.
pub(crate) static PYPI: Detector = provider(
    "guard.secret.pypi",
    "PyPI token",
    &[varied("pypi-AgEIcHlwaS5vcmc", base64url, 50, 1000), varied("pypi-AgENdGVzdC5weXBpLm9yZw", base64url, 50, 1000)],
);

pub(crate) static HUGGINGFACE: Detector = provider(
    "guard.secret.huggingface",
    "Hugging Face token",
    &[varied("hf_", alphanumeric, 34, 40), varied("api_org_", alphanumeric, 34, 40)],
);

pub(crate) static DIGITALOCEAN: Detector = provider(
    "guard.secret.digitalocean",
    "DigitalOcean token",
    &[
        varied("dop_v1_", hexadecimal, 64, 64),
        varied("doo_v1_", hexadecimal, 64, 64),
        varied("dor_v1_", hexadecimal, 64, 64),
    ],
);

pub(crate) static SHOPIFY: Detector = provider(
    "guard.secret.shopify",
    "Shopify token",
    &[
        varied("shpat_", hexadecimal, 32, 32),
        varied("shpca_", hexadecimal, 32, 32),
        varied("shppa_", hexadecimal, 32, 32),
        varied("shpss_", hexadecimal, 32, 32),
    ],
);

pub(crate) static DOCKER: Detector = provider(
    "guard.secret.docker",
    "Docker Hub token",
    &[varied("dckr_pat_", base64url, 27, 27), varied("dckr_oat_", base64url, 32, 32)],
);

pub(crate) static GRAFANA: Detector = provider(
    "guard.secret.grafana",
    "Grafana token",
    &[
        laid_out("glsa_", word, (41, 41), grafana_layout),
        varied("glc_", base64, 32, 500),
        laid_out("eyJrIjoi", base64, (60, 420), grafana_key_layout),
    ],
);

pub(crate) static GROQ: Detector = provider("guard.secret.groq", "Groq key", &[varied("gsk_", alphanumeric, 52, 52)]);

pub(crate) static LINEAR: Detector =
    placed("guard.secret.linear", "Linear key", &[b"lin_api_", b"lin_oauth_", b"linear_"], |view, at| {
        let rows = [varied("lin_api_", alphanumeric, 40, 48), varied("lin_oauth_", hexadecimal, 64, 64)];
        either(view, at, &rows, &[plain(hexadecimal, 32)])
    });

pub(crate) static VAULT: Detector = placed(
    "guard.secret.vault",
    "HashiCorp Vault token",
    &[b"hvs.", b"hvb.", b"hvr.", b"vault_", b"x-vault-"],
    |view, at| {
        let rows = [
            varied("hvs.", base64url, 24, 200),
            varied("hvr.", base64url, 24, 200),
            varied("hvb.", base64url, 100, 300),
        ];
        either(view, at, &rows, &[shaped(segmented, 26, 26, |body| body.starts_with(b"s.") && not_a_hash(body))])
    },
);

pub(crate) static NEWRELIC: Detector = placed(
    "guard.secret.newrelic",
    "New Relic key",
    &[b"NRAK-", b"NRII-", b"newrelic", b"new_relic", b"new-relic"],
    |view, at| {
        let rows = [varied("NRAK-", alphanumeric, 27, 27), varied("NRII-", base64url, 32, 32)];
        either(view, at, &rows, &[plain(alphanumeric, 64), shaped(alphanumeric, 40, 40, not_a_hash)])
    },
);

pub(crate) static RUBYGEMS: Detector =
    provider("guard.secret.rubygems", "RubyGems key", &[varied("rubygems_", hexadecimal, 48, 48)]);

pub(crate) static POSTMAN: Detector =
    provider("guard.secret.postman", "Postman key", &[laid_out("PMAK-", postman_alphabet, (59, 59), postman_layout)]);
