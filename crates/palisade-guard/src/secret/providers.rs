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

use super::token::{Proof, Token, alphanumeric, base64url, hexadecimal, word};
use crate::detector::{Detector, Finds};
use palisade_model::Severity;

const REMEDIATION: &str = "Revoke the token at its provider, issue a new one, and keep it in a secret store. Removing it from the text is not enough.";
const REFERENCES: &[&str] = &["CWE-798", "CWE-532", "OWASP-LLM02"];

/// A detector of one provider's tokens.
const fn provider(class: &'static str, title: &'static str, tokens: &'static [Token]) -> Detector {
    Detector {
        class,
        version: "1",
        severity: Severity::High,
        title,
        remediation: REMEDIATION,
        references: REFERENCES,
        finds: Finds::Tokens(tokens),
    }
}

/// A token of `min` to `max` characters of `alphabet` after `prefix`.
const fn varied(prefix: &'static str, alphabet: fn(u8) -> bool, min: usize, max: usize) -> Token {
    Token { prefix, alphabet, min, max, proof: Proof::Variety }
}

/// A token of 30 random characters and a checksum.
const fn checked(prefix: &'static str) -> Token {
    Token { prefix, alphabet: alphanumeric, min: 36, max: 36, proof: Proof::Checksum }
}

/// A token laid out in a certain way.
const fn laid_out(
    prefix: &'static str,
    alphabet: fn(u8) -> bool,
    (min, max): (usize, usize),
    layout: fn(&[u8]) -> bool,
) -> Token {
    Token { prefix, alphabet, min, max, proof: Proof::Layout(layout) }
}

/// Several parts, the first of them a number: workspace, application or version.
fn slack_layout(body: &[u8]) -> bool {
    body[0].is_ascii_digit() && body.contains(&b'-')
}

/// `T…/B…/…`: workspace, hook, and 24 secret characters.
fn slack_hook_layout(body: &[u8]) -> bool {
    let parts: Vec<&[u8]> = body.split(|&byte| byte == b'/').collect();
    matches!(parts[..], [[b'T', ..], [b'B', ..], secret] if secret.len() >= 20)
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
    ],
);

pub(crate) static STRIPE: Detector = provider(
    "guard.secret.stripe",
    "Stripe live key",
    &[varied("sk_live_", alphanumeric, 24, 247), varied("rk_live_", alphanumeric, 24, 247)],
);

pub(crate) static GITLAB: Detector = provider(
    "guard.secret.gitlab",
    "GitLab token",
    &[
        varied("glpat-", base64url, 20, 300),
        varied("gldt-", base64url, 20, 300),
        varied("glrt-", base64url, 20, 300),
        varied("glptt-", hexadecimal, 40, 40),
    ],
);

pub(crate) static GOOGLE: Detector =
    provider("guard.secret.google", "Google API key", &[varied("AIza", base64url, 35, 35)]);

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

pub(crate) static HUGGINGFACE: Detector =
    provider("guard.secret.huggingface", "Hugging Face token", &[varied("hf_", alphanumeric, 34, 40)]);

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

pub(crate) static DOCKER: Detector =
    provider("guard.secret.docker", "Docker Hub token", &[varied("dckr_pat_", base64url, 27, 27)]);

pub(crate) static GRAFANA: Detector =
    provider("guard.secret.grafana", "Grafana token", &[laid_out("glsa_", word, (41, 41), grafana_layout)]);

pub(crate) static GROQ: Detector = provider("guard.secret.groq", "Groq key", &[varied("gsk_", alphanumeric, 52, 52)]);

pub(crate) static LINEAR: Detector =
    provider("guard.secret.linear", "Linear key", &[varied("lin_api_", alphanumeric, 40, 40)]);

pub(crate) static VAULT: Detector =
    provider("guard.secret.vault", "HashiCorp Vault token", &[varied("hvs.", base64url, 90, 200)]);

pub(crate) static NEWRELIC: Detector =
    provider("guard.secret.newrelic", "New Relic key", &[varied("NRAK-", alphanumeric, 27, 27)]);

pub(crate) static RUBYGEMS: Detector =
    provider("guard.secret.rubygems", "RubyGems key", &[varied("rubygems_", hexadecimal, 48, 48)]);

pub(crate) static POSTMAN: Detector =
    provider("guard.secret.postman", "Postman key", &[laid_out("PMAK-", postman_alphabet, (59, 59), postman_layout)]);

#[cfg(test)]
mod tests {
    use crate::{Guard, detector::Finds, detectors, testing::check};
    use palisade_model::Severity;

    /// Varied characters of every alphabet in use, so that tests hold no literal that scanners take for a leak.
    const LETTERS: &str = "tR7mZq2XcV9bN4kLwP8sJ1hGf6DyA3eU5iKoQnWzBrTvYxCjMp0gSdFlHaE";
    const HEX: &str = "3f9a1c0b7de2458691ab7cd0e3f25a48";

    fn letters(count: usize) -> String {
        LETTERS.chars().cycle().take(count).collect()
    }

    fn hex(count: usize) -> String {
        HEX.chars().cycle().take(count).collect()
    }

    /// A token of each form, and the detector that has to find it.
    fn issued() -> Vec<(&'static str, String)> {
        let (a, b) = (letters(22), letters(59));
        vec![
            ("guard.secret.github", concat!("ghp_", "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17").to_owned()),
            ("guard.secret.github", concat!("ghs_", "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17").to_owned()),
            ("guard.secret.github", format!("github_pat_{a}_{b}")),
            ("guard.secret.npm", concat!("npm_", "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17").to_owned()),
            ("guard.secret.slack", format!("xoxb-2048{}-{}", "731950264", letters(24))),
            ("guard.secret.slack", format!("hooks.slack.com/services/T02AB7CDE/B05FG8HIJ/{}", letters(24))),
            ("guard.secret.stripe", format!("sk_live_{}", letters(24))),
            ("guard.secret.gitlab", format!("glpat-{}", letters(20))),
            ("guard.secret.gitlab", format!("glptt-{}", hex(40))),
            ("guard.secret.google", format!("AIza{}", letters(35))),
            ("guard.secret.anthropic", format!("sk-ant-api03-{}-{}AA", letters(50), letters(42))),
            ("guard.secret.sendgrid", format!("SG.{a}.{}", letters(43))),
            ("guard.secret.pypi", format!("pypi-AgEIcHlwaS5vcmc{}", letters(120))),
            ("guard.secret.huggingface", format!("hf_{}", letters(34))),
            ("guard.secret.digitalocean", format!("dop_v1_{}", hex(64))),
            ("guard.secret.shopify", format!("shpat_{}", hex(32))),
            ("guard.secret.docker", format!("dckr_pat_{}", letters(27))),
            ("guard.secret.grafana", format!("glsa_{}_{}", letters(32), hex(8))),
            ("guard.secret.groq", format!("gsk_{}", letters(52))),
            ("guard.secret.linear", format!("lin_api_{}", letters(40))),
            ("guard.secret.vault", format!("hvs.{}", letters(95))),
            ("guard.secret.newrelic", format!("NRAK-{}", letters(27).to_uppercase())),
            ("guard.secret.rubygems", format!("rubygems_{}", hex(48))),
            ("guard.secret.postman", format!("PMAK-{}-{}", hex(24), hex(34))),
        ]
    }

    #[test]
    fn every_form_is_found_at_its_place_and_only_whole() {
        for (class, token) in issued() {
            let end = token.len();
            check(
                class,
                &[
                    (&token, 0..end),
                    (&format!("key={token}."), 4..4 + end),
                    (&format!(r#"{{"t":"{token}"}}"#), 6..6 + end),
                    (&format!(r"first\n{token}\n"), 7..7 + end),
                    (&format!("clé «{token}»"), 7..7 + end),
                ],
                &[
                    &format!("a{token}"),
                    &format!("_{token}"),
                    &format!("{token}-{}", letters(1_100)),
                    &token[..end / 3],
                ],
            );
        }
    }

    #[test]
    fn every_provider_has_a_case() {
        for detector in detectors().iter().filter(|detector| matches!(detector.finds, Finds::Tokens(_))) {
            assert!(issued().iter().any(|(class, _)| *class == detector.class), "{}", detector.class);
        }
    }

    #[test]
    fn placeholders_are_left_alone() {
        for token in [
            "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "ghp_1234567890abcdefghijklmnopqrstuvwxyz",
            "glpat-YOUR-TOKEN-GOES-HERE",
            "sk_live_00000000000000000000000000",
            "xoxb-your-slack-bot-token-goes-here",
            "AIzaExampleExampleExampleExampleExample",
            "hf_get_model_info_from_the_hub_by_its_name",
            "npm_config_registry",
        ] {
            assert!(Guard::new().inspect_text(token).is_empty(), "{token}");
        }
    }

    #[test]
    fn a_wrong_checksum_is_told_mildly() {
        let damaged = concat!("ghp_", "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq18");
        let found = Guard::new().inspect_text(damaged);
        assert_eq!((found[0].severity, found[0].confidence), (Severity::Low, 0.3));
    }
}
