//! A token of every form, written by template so that the source holds no literal that scanners take for a leak.
//!
//! `{a20}` stands for twenty letters and digits, `{h}` for hexadecimal digits, `{A}` for capitals and digits, `{l}` for
//! small letters and digits, `{d}` for digits, `{u}` for a UUID, `{_}` for nothing.

use crate::{Guard, detector::Finds, detectors, testing::check};
use palisade_model::Severity;

const LETTERS: &str = "tR7mZq2XcV9bN4kLwP8sJ1hGf6DyA3eU5iKoQnWzBrTvYxCjMp0gSdFlHaE";
const HEX: &str = "3f9a1c0b7de2458691ab7cd0e3f25a48";
const CHECKED: &str = "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17";

fn fill(template: &str) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (slot, after) = after.split_once('}').unwrap();
        text.push_str(before);
        text.push_str(&filled(slot));
        rest = after;
    }
    text + rest
}

fn filled(slot: &str) -> String {
    let count = slot[1..].parse().unwrap_or(0);
    let cycle = |characters: &str| -> String { characters.chars().cycle().take(count).collect() };
    match &slot[..1] {
        "a" => cycle(LETTERS),
        "h" => cycle(HEX),
        "A" => cycle(LETTERS).to_uppercase(),
        "l" => cycle(LETTERS).to_lowercase(),
        "d" => cycle("7319502648"),
        "u" => "3f9a1c0b-7de2-4586-91ab-7cd0e3f25a48".to_owned(),
        "c" => CHECKED.to_owned(),
        "_" => String::new(),
        other => panic!("{other}"),
    }
}

/// Tokens that begin with their prefix.
const PREFIXED: &[(&str, &str)] = &[
    ("github", "ghp_{c}"),
    ("github", "ghs_{c}"),
    ("github", "github_pat_{a22}_{a59}"),
    ("npm", "npm_{c}"),
    ("slack", "xoxb-{d12}-{d12}-{a24}"),
    ("slack", "hooks.slack.com/services/T02AB7CDE/B05FG8HIJ/{a24}"),
    ("stripe", "sk_{_}live_{a24}"),
    ("gitlab", "glpat-{a20}"),
    ("gitlab", "glptt-{h40}"),
    ("google", "AIza{a35}"),
    ("google", "GOCSPX-{a28}"),
    ("anthropic", "sk-ant-api03-{a50}-{a42}AA"),
    ("sendgrid", "SG.{a22}.{a43}"),
    ("pypi", "pypi-AgEIcHlwaS5vcmc{a120}"),
    ("huggingface", "hf_{a34}"),
    ("digitalocean", "dop_v1_{h64}"),
    ("shopify", "shpat_{h32}"),
    ("docker", "dckr_pat_{a27}"),
    ("grafana", "glsa_{a32}_{h8}"),
    ("groq", "gsk_{a52}"),
    ("linear", "lin_api_{a40}"),
    ("vault", "hvs.{a95}"),
    ("newrelic", "NRAK-{A27}"),
    ("rubygems", "rubygems_{h48}"),
    ("postman", "PMAK-{h24}-{h34}"),
    ("alibaba", "LTAI{a20}"),
    ("tencent", "AKID{a32}"),
    ("yandex", "AQVN{a36}"),
    ("cloudflare", "cfut_{a40}{h8}"),
    ("cloudflare", "v1.0-{h24}-{h146}"),
    ("heroku", "HRKU-AA{a58}"),
    ("fly", "fo1_{a43}"),
    ("render", "rnd_{a28}"),
    ("netlify", "nfp_{a36}"),
    ("vercel", "vcp_{a56}"),
    ("supabase", "sbp_{h40}"),
    ("supabase", "sb_secret_{a22}_{a8}"),
    ("planetscale", "pscale_tkn_{a43}"),
    ("neon", "napi_{l64}"),
    ("mongodb-atlas", "mdb_sa_sk_{a40}"),
    ("databricks", "dapi{h32}"),
    ("databricks", "dapi{h32}-2"),
    ("cockroachdb", "CCDB1_{a22}_{a40}"),
    ("confluent", "cflt{a60}"),
    ("tailscale", "tskey-auth-{a17}-{a32}"),
    ("adafruit", "aio_{a28}"),
    ("scalingo", "tk-us-{a48}"),
    ("atlassian", "ATATT3xFfGF0{a180}={A8}"),
    ("atlassian", "ATBB{a32}"),
    ("pulumi", "pul-{h40}"),
    ("doppler", "dp.pt.{a43}"),
    ("1password", "A3-{A6}-{A11}-{A6}-{A5}"),
    ("1password", "ops_eyJ{a300}"),
    ("age", "AGE-SECRET-KEY-1{A58}"),
    ("circleci", "CCIPAT_{a22}_{h40}"),
    ("buildkite", "bkua_{h40}"),
    ("jfrog", "AKCp{a69}"),
    ("jfrog", "cmVmdGtu{a56}"),
    ("sonar", "squ_{h40}"),
    ("nuget", "oy2{l43}"),
    ("crates-io", "cio{a32}"),
    ("clojars", "CLOJARS_{h60}"),
    ("packagist", "packagist_ort_{h68}"),
    ("sourcegraph", "sgp_{h16}_{h40}"),
    ("prefect", "pnu_{a36}"),
    ("harness", "pat.{a22}.{h24}.{a20}"),
    ("octopus", "API-{A26}"),
    ("launchdarkly", "sdk-{u}"),
    ("readme", "rdme_{l70}"),
    ("replicate", "r8_{a37}"),
    ("perplexity", "pplx-{a48}"),
    ("xai", "xai-{a80}"),
    ("openrouter", "sk-or-v1-{h64}"),
    ("together", "tgp_v1_{a43}"),
    ("elevenlabs", "sk_{h48}"),
    ("pinecone", "pcsk_{a6}_{a63}"),
    ("langsmith", "lsv2_pt_{h32}_{h10}"),
    ("langfuse", "sk-lf-{u}"),
    ("fireworks", "fw_{a24}"),
    ("nvidia", "nvapi-{a64}"),
    ("cerebras", "csk-{l48}"),
    ("tavily", "tvly-{a32}"),
    ("firecrawl", "fc-{h32}"),
    ("jina", "jina_{a60}"),
    ("e2b", "e2b_{h40}"),
    ("twilio", "SK{h32}"),
    ("mailgun", "key-{h32}"),
    ("brevo", "xkeysib-{h64}-{a16}"),
    ("resend", "re_{a8}_{a24}"),
    ("mailersend", "mlsn.{h64}"),
    ("mandrill", "md-{a22}"),
    ("facebook", "EAA{a180}"),
    ("linkedin", "WPL_AP1.{a16}"),
    ("teams", "webhook.office.com/webhookb2/{u}@{u}/IncomingWebhook/{h32}/{u}"),
    ("discord", "discord.com/api/webhooks/{d18}/{a68}"),
    ("telegram", "{d10}:AA{a33}"),
    ("mailchimp", "{h32}-us12"),
    ("mapbox", "sk.eyJ{a60}.{a22}"),
    ("intercom", "dG9rO{a54}="),
    ("square", "EAAA{a60}"),
    ("square", "sq0csp-{a43}"),
    ("paypal", "access_token$production${l16}${h32}"),
    ("plaid", "access-production-{u}"),
    ("adyen", "AQE{a40}-{a44}=-{a20}"),
    ("razorpay", "rzp_live_{a14}"),
    ("shippo", "shippo_live_{h40}"),
    ("duffel", "duffel_live_{a43}"),
    ("easypost", "EZAK{a54}"),
    ("lob", "live_{h35}"),
    ("mollie", "live_{a30}"),
    ("flutterwave", "FLWSECK-{h32}-X"),
    ("segment", "sgp_{a64}"),
    ("hubspot", "pat-na1-{u}"),
    ("zapier", "hooks.zapier.com/hooks/catch/{d7}/{l7}"),
    ("typeform", "tfp_{a44}"),
    ("notion", "ntn_{a46}"),
    ("figma", "figd_{a40}"),
    ("contentful", "CFPAT-{a43}"),
    ("dropbox", "sl.u.{a140}"),
    ("klaviyo", "pk_{h34}"),
    ("clickup", "pk_{d8}_{A32}"),
    ("okta", "SSWS 00{a40}"),
    ("sentry", "sntrys_eyJ{a120}"),
    ("sentry", "sntryu_{h64}"),
    ("honeycomb", "hcaik_{l58}"),
    ("dynatrace", "dt0c01.{A24}.{A64}"),
    ("axiom", "xaat-{u}"),
    ("terraform", "{a14}.atlasv1.{a67}"),
];

/// Tokens that are plain: name of a setting and token.
const NAMED: &[(&str, &str, &str)] = &[
    ("linode", "LINODE_TOKEN=", "{h64}"),
    ("hetzner", "hcloud_token: ", "{a64}"),
    ("scaleway", "SCW_SECRET_KEY=", "{u}"),
    ("ovh", "OVH_APPLICATION_SECRET=", "{a32}"),
    ("cloudflare", "CLOUDFLARE_API_TOKEN=", "{a40}"),
    ("heroku", "\"heroku_api_key\": \"", "{u}"),
    ("snowflake", "SNOWFLAKE_PASSWORD=", "{a24}"),
    ("ngrok", "ngrok config add-authtoken ", "{a27}_{a21}"),
    ("vercel", "VERCEL_TOKEN=", "{a24}"),
    ("bitwarden", "BWS_ACCESS_TOKEN=", "0.{u}.{a30}:{a22}=="),
    ("infisical", "INFISICAL_TOKEN=", "st.{h24}.{h32}.{h64}"),
    ("travis", "TRAVIS_TOKEN=", "{a22}"),
    ("snyk", "SNYK_TOKEN=", "{u}"),
    ("codecov", "CODECOV_TOKEN=", "{u}"),
    ("cohere", "COHERE_API_KEY=", "{a40}"),
    ("mistral", "MISTRAL_API_KEY=", "{a32}"),
    ("assemblyai", "ASSEMBLYAI_API_KEY=", "{h32}"),
    ("deepgram", "deepgram api key is ", "{h40}"),
    ("wandb", "WANDB_API_KEY=", "{h40}"),
    ("deepseek", "DEEPSEEK_API_KEY=", "sk-{h32}"),
    ("twilio", "twilio_auth_token = '", "{h32}"),
    ("postmark", "X-Postmark-Server-Token: ", "{u}"),
    ("twitter", "TWITTER_API_SECRET=", "{a50}"),
    ("mattermost", "MATTERMOST_TOKEN=", "{l26}"),
    ("algolia", "ALGOLIA_ADMIN_KEY=", "{h32}"),
    ("zendesk", "ZENDESK_API_TOKEN=", "{a40}"),
    ("freshdesk", "FRESHDESK_API_KEY=", "{a20}"),
    ("asana", "ASANA_TOKEN=", "1/{d16}:{h32}"),
    ("airtable", "AIRTABLE_TOKEN=", "pat{a14}.{h64}"),
    ("box", "BOX_CLIENT_SECRET=", "{a32}"),
    ("okta", "OKTA_API_TOKEN=", "00{a40}"),
    ("auth0", "AUTH0_CLIENT_SECRET=", "{a64}"),
    ("datadog", "DD-API-KEY: ", "{h32}"),
    ("pagerduty", "PAGERDUTY_API_KEY=", "u+{a18}"),
    ("opsgenie", "Authorization: GenieKey ", "{u}"),
    ("rollbar", "ROLLBAR_ACCESS_TOKEN=", "{h32}"),
    ("discord", "DISCORD_TOKEN=", "MTk4{a22}.{a6}.{a38}"),
    ("discord", "Authorization: Bot ", "MTk4{a20}.{a6}.{a27}"),
];

fn class(provider: &str) -> String {
    format!("guard.secret.{provider}")
}

#[test]
fn every_form_is_found_at_its_place_and_only_whole() {
    for (provider, template) in PREFIXED {
        let (class, token) = (class(provider), fill(template));
        let end = token.len();
        let start_of_word = |text: String, at: usize| (text, at..at + end);
        let found = [
            start_of_word(token.clone(), 0),
            start_of_word(format!("t={token},"), 2),
            start_of_word(format!(r#"{{"t":"{token}"}}"#), 6),
            start_of_word(format!(r"first\n{token}\n"), 7),
            start_of_word(format!("clé «{token}»"), 7),
        ];
        let found: Vec<_> = found.iter().map(|(text, place)| (text.as_str(), place.clone())).collect();
        check(&class, &found, &[&format!("_{token}"), &token[..end / 5]]);
    }
}

#[test]
fn plain_forms_are_found_behind_their_names_only() {
    let guard = Guard::new();
    for (provider, name, template) in NAMED {
        let (class, token) = (class(provider), fill(template));
        let text = format!("{name}{token}\"\nnext");
        check(&class, &[(&text, name.len()..name.len() + token.len())], &[]);
        let findings = guard.inspect_text(&format!("see {token} there"));
        assert!(!findings.iter().any(|finding| finding.detector == class), "{class}: {findings:?}");
    }
}

#[test]
fn every_provider_has_a_case() {
    for detector in detectors().iter().filter(|detector| matches!(detector.finds, Finds::Tokens(_))) {
        assert!(PREFIXED.iter().any(|(provider, _)| class(provider) == detector.class), "{}", detector.class);
    }
}

#[test]
fn placeholders_are_left_alone() {
    let guard = Guard::new();
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
        "secret_manager_client_for_the_production_environment",
        "TWILIO_AUTH_TOKEN=your_auth_token_here_0123456789ab",
        "the mistral key is kept in environment variables of the deployment",
        "MD5 of the task=D101E825371DBE0845B9E08F1C09AB12 and its SKey D101E825371DBE0845B9E08F1C09AB12",
        "github token at commit 3f9a1c0b7de2458691ab7cd0e3f25a4811223344",
    ] {
        assert!(guard.inspect_text(token).is_empty(), "{token}");
    }
}

#[test]
fn a_wrong_checksum_is_told_mildly() {
    let damaged = format!("ghp_{}8", &CHECKED[..35]);
    let found = Guard::new().inspect_text(&damaged);
    assert_eq!((found[0].severity, found[0].confidence), (Severity::Low, 0.3));
}
