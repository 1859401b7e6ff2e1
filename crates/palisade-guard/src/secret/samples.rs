//! A token of every form, written by template so that the source holds no literal that scanners take for a leak.
//!
//! `{a20}` stands for twenty letters and digits, `{b}` for these with `-` and `_`, `{h}` for hexadecimal digits, `{A}` for capitals and digits, `{l}` for
//! small letters and digits, `{d}` for digits, `{2}` for an access key id in base 32, `{u}` for a UUID, `{_}` for nothing.

use crate::{Guard, detector::Finds, detectors, secret::token::checksum, testing::check};
use palisade_model::Severity;

const LETTERS: &str = "tR7mZq2XcV9bN4kLwP8sJ1hGf6DyA3eU5iKoQnWzBrTvYxCjMp0gSdFlHaE";
const HEX: &str = "3f9a1c0b7de2458691ab7cd0e3f25a48";
const CHECKED: &str = "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17";

fn fill(template: &str) -> String {
    let cycle = |slot: char, count: usize| -> String {
        let cycle = |characters: &str| -> String { characters.chars().cycle().take(count).collect() };
        match slot {
            'a' | 'b' => cycle(LETTERS),
            'h' => cycle(HEX),
            'A' => cycle(LETTERS).to_uppercase(),
            'l' => cycle(LETTERS).to_lowercase(),
            'd' => cycle("7319502648"),
            '2' => "Q3EGHWJ2TLMZ5KRP".to_owned(),
            'u' => "3f9a1c0b-7de2-4586-91ab-7cd0e3f25a48".to_owned(),
            'c' => CHECKED.to_owned(),
            '_' => String::new(),
            other => panic!("{other}"),
        }
    };
    fill_with(template, cycle)
}

/// `template` with each slot written by `write`, which is given its letter and its count.
fn fill_with(template: &str, mut write: impl FnMut(char, usize) -> String) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (slot, after) = after.split_once('}').unwrap();
        text.push_str(before);
        text.push_str(&write(slot.chars().next().unwrap(), slot[1..].parse().unwrap_or(0)));
        rest = after;
    }
    text + rest
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
    ("gitlab", "glpat-{b20}"),
    ("gitlab", "glptt-{h40}"),
    ("google", "AIza{b35}"),
    ("google", "GOCSPX-{b28}"),
    ("anthropic", "sk-ant-api03-{b93}AA"),
    ("sendgrid", "SG.{b22}.{b43}"),
    ("pypi", "pypi-AgEIcHlwaS5vcmc{b120}"),
    ("huggingface", "hf_{a34}"),
    ("digitalocean", "dop_v1_{h64}"),
    ("shopify", "shpat_{h32}"),
    ("docker", "dckr_pat_{b27}"),
    ("grafana", "glsa_{a32}_{h8}"),
    ("groq", "gsk_{a52}"),
    ("linear", "lin_api_{a40}"),
    ("vault", "hvs.{b95}"),
    ("newrelic", "NRAK-{A27}"),
    ("rubygems", "rubygems_{h48}"),
    ("postman", "PMAK-{h24}-{h34}"),
    ("alibaba", "LTAI{a20}"),
    ("tencent", "AKID{a32}"),
    ("yandex", "AQVN{b36}"),
    ("cloudflare", "cfut_{a40}{h8}"),
    ("cloudflare", "v1.0-{h24}-{h146}"),
    ("heroku", "HRKU-AA{b58}"),
    ("fly", "fo1_{b43}"),
    ("render", "rnd_{a28}"),
    ("netlify", "nfp_{a36}"),
    ("vercel", "vcp_{a56}"),
    ("supabase", "sbp_{h40}"),
    ("supabase", "sb_secret_{a22}_{a8}"),
    ("planetscale", "pscale_tkn_{b43}"),
    ("neon", "napi_{l64}"),
    ("mongodb-atlas", "mdb_sa_sk_{a40}"),
    ("databricks", "dapi{h32}"),
    ("databricks", "dapi{h32}-2"),
    ("cockroachdb", "CCDB1_{a22}_{a40}"),
    ("confluent", "cflt{a60}"),
    ("tailscale", "tskey-auth-{a17}-{a32}"),
    ("adafruit", "aio_{a28}"),
    ("scalingo", "tk-us-{b48}"),
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
    ("harness", "pat.{b22}.{a24}.{a20}"),
    ("octopus", "API-{A26}"),
    ("launchdarkly", "sdk-{u}"),
    ("readme", "rdme_{l70}"),
    ("replicate", "r8_{a37}"),
    ("perplexity", "pplx-{a48}"),
    ("xai", "xai-{a80}"),
    ("openrouter", "sk-or-v1-{h64}"),
    ("together", "tgp_v1_{b43}"),
    ("elevenlabs", "sk_{h48}"),
    ("pinecone", "pcsk_{a6}_{a63}"),
    ("langsmith", "lsv2_pt_{h32}_{h10}"),
    ("langfuse", "sk-lf-{u}"),
    ("fireworks", "fw_{a24}"),
    ("nvidia", "nvapi-{b64}"),
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
    ("mandrill", "md-{b22}"),
    ("facebook", "EAA{a180}"),
    ("linkedin", "WPL_AP1.{a16}"),
    ("teams", "webhook.office.com/webhookb2/{u}@{u}/IncomingWebhook/{h32}/{u}"),
    ("discord", "discord.com/api/webhooks/{d18}/{b68}"),
    ("telegram", "{d10}:AA{b33}"),
    ("mailchimp", "{h32}-us12"),
    ("mapbox", "sk.eyJ{a60}.{a22}"),
    ("intercom", "dG9rO{a54}="),
    ("square", "EAAA{a60}"),
    ("square", "sq0csp-{b43}"),
    ("paypal", "access_token$production${l16}${h32}"),
    ("plaid", "access-production-{u}"),
    ("adyen", "AQE{a40}-{a44}=-{a20}"),
    ("razorpay", "rzp_live_{a14}"),
    ("shippo", "shippo_live_{h40}"),
    ("duffel", "duffel_live_{b43}"),
    ("easypost", "EZAK{a54}"),
    ("lob", "live_{h35}"),
    ("mollie", "live_{a30}"),
    ("flutterwave", "FLWSECK-{h32}-X"),
    ("segment", "sgp_{a64}"),
    ("hubspot", "pat-na1-{u}"),
    ("zapier", "hooks.zapier.com/hooks/catch/{d7}/{l7}"),
    ("typeform", "tfp_{b59}"),
    ("notion", "ntn_{a46}"),
    ("figma", "figd_{b40}"),
    ("contentful", "CFPAT-{b43}"),
    ("dropbox", "sl.u.{a140}"),
    ("klaviyo", "pk_{h34}"),
    ("clickup", "pk_{d8}_{A32}"),
    ("okta", "SSWS 00{a40}"),
    ("sentry", "sntrys_eyJ{a120}"),
    ("sentry", "sntryu_{h64}"),
    ("honeycomb", "hcaik_{l58}"),
    ("dynatrace", "dt0c01.{A24}.{A64}"),
    ("axiom", "xaat-{u}"),
    ("aws", "AKIA{2}"),
    ("aws", "ABSK{a110}=="),
    ("aws", "bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t{a60}"),
    ("openai", "sk-proj-{b74}T3BlbkFJ{b74}"),
    ("openai", "sk-{a20}T3BlbkFJ{a20}"),
    ("gitlab", "glpat-{b27}.01.{l9}"),
    ("gitlab", "gldt-{b20}"),
    ("gitlab", "glcbt-64_{b20}"),
    ("gitlab", "gloas-{h64}"),
    ("slack", "xoxp-{d12}-{d12}-{d12}-{h32}"),
    ("slack", "xoxb-{d12}-{a24}"),
    ("slack", "xapp-1-{A11}-{d13}-{h64}"),
    ("slack", "hooks.slack.com/triggers/T{A9}/{d12}/{h32}"),
    ("stripe", "sk_{_}test_{a24}"),
    ("stripe", "rk_{_}live_{a99}"),
    ("stripe", "whsec_{a32}"),
    ("google", "ya29.{b150}"),
    ("google", "1//0{b100}"),
    ("grafana", "glc_eyJ{a120}=="),
    ("grafana", "eyJrIjoi{a44}IiwibiI6Im15a2V5IiwiaWQiOjF9"),
    ("linear", "lin_oauth_{h64}"),
    ("azure", "{a3}8Q~{b34}"),
    ("yandex", "YC{b38}"),
    ("notion", "ntn_{d11}{a35}"),
    ("notion", "secret_{a43}"),
    ("jfrog", "cmVmd{a59}"),
    ("sourcegraph", "sgp_{h40}"),
    ("adobe", "p8e-{l32}"),
    ("authress", "sc_{l20}.{l5}.acc_{l16}.{b60}"),
    ("clickhouse", "4b1d{a38}"),
    ("defined-networking", "dnkey-{A26}-{b52}"),
    ("frameio", "fio-u-{b64}"),
    ("infracost", "ico-{a32}"),
    ("intra42", "s-s4t2ud-{h64}"),
    ("maxmind", "{a6}_{a29}_mmk"),
    ("openshift", "sha256~{b43}"),
    ("settlemint", "sm_pat_{a16}"),
    ("posthog", "phx_{a43}"),
    ("firebase", "AAAA{a7}:APA91b{b134}"),
    ("xata", "xau_{a38}"),
    ("polar", "polar_oat_{a43}"),
    ("unkey", "unkey_{a22}"),
    ("paddle", "pdl_live_apikey_{l26}_{a22}_{a3}"),
    ("checkout", "sk_{_}sbox_{l27}"),
    ("runpod", "rpa_{A40}"),
    ("helicone", "sk-helicone-{l7}-{l7}-{l7}-{l7}"),
    ("anyscale", "esecret_{l26}"),
    ("terraform", "{a14}.atlasv1.{b67}"),
    ("azure", "{a52}JQQJ99{a26}"),
    ("azure", "{a76}+ASt{a6}=="),
    ("azure", "{a33}AIoT{a6}="),
    ("azure", "{a42}AzSe{a6}"),
    ("azure", "{a44}AzFu{a6}=="),
    ("llamacloud", "llx-{a48}"),
    ("apify", "apify_api_{a36}"),
    ("google", "AQ.Ab8RN6{a44}"),
    ("inngest", "signkey-prod-{h64}"),
    ("lichess", "lip_{a20}"),
    ("socket", "sktsec_{b48}_api"),
    ("dbt", "dbtc_{b43}"),
    ("trigger", "tr_prod_{a20}"),
    ("rootly", "rootly_{h64}"),
    ("klarna", "klarna_live_api_{a100}"),
    ("salesforce", "00D5f0000{a6}!AQEAQ{a88}"),
    ("vk", "vk1.a.{b198}"),
    ("pubnub", "sec-c-{a48}"),
    ("onesignal", "os_v2_app_{l103}"),
    ("baidu", "bce-v3/ALTAK-{a21}/{h40}"),
    ("volcengine", "AKLT{a43}"),
    ("backblaze", "K005{a27}"),
    ("gitlab", "_gitlab_session={h32}"),
];

/// Tokens that are plain: name of a setting and token.
const NAMED: &[(&str, &str, &str)] = &[
    ("linode", "LINODE_TOKEN=", "{h64}"),
    ("hetzner", "hcloud_token: ", "{a64}"),
    ("scaleway", "SCW_SECRET_KEY=", "{u}"),
    ("ovh", "OVH_APPLICATION_SECRET=", "{a32}"),
    ("cloudflare", "CLOUDFLARE_API_TOKEN=", "{b40}"),
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
    ("okta", "OKTA_API_TOKEN=", "00{b40}"),
    ("auth0", "AUTH0_CLIENT_SECRET=", "{b64}"),
    ("datadog", "DD-API-KEY: ", "{h32}"),
    ("pagerduty", "PAGERDUTY_API_KEY=", "u+{a18}"),
    ("opsgenie", "Authorization: GenieKey ", "{u}"),
    ("rollbar", "ROLLBAR_ACCESS_TOKEN=", "{h32}"),
    ("aws", "AWS_SECRET_ACCESS_KEY=", "{a40}"),
    ("azure", "Ocp-Apim-Subscription-Key: ", "{h32}"),
    ("azure", "AZURE_DEVOPS_PAT=", "{l52}"),
    ("alibaba-secret", "ALIBABA_SECRET_KEY=", "{a30}"),
    ("adafruit", "ADAFRUIT_KEY=", "{l32}"),
    ("confluent", "CONFLUENT_SECRET=", "{a64}"),
    ("vault", "VAULT_TOKEN=", "s.{a24}"),
    ("newrelic", "NEW_RELIC_LICENSE_KEY=", "{h36}NRAL"),
    ("linear", "LINEAR_CLIENT_SECRET=", "{h32}"),
    ("atlassian", "JIRA_API_TOKEN=", "{l20}{h4}"),
    ("jfrog", "ARTIFACTORY_API_KEY=", "{a73}"),
    ("sourcegraph", "SOURCEGRAPH_TOKEN=", "{h40}"),
    ("launchdarkly", "LAUNCHDARKLY_ACCESS_TOKEN=", "{b40}"),
    ("contentful", "CONTENTFUL_DELIVERY_TOKEN=", "{b43}"),
    ("facebook", "FACEBOOK_APP_SECRET=", "{h32}"),
    ("facebook", "FACEBOOK_TOKEN=", "{d15}|{b27}"),
    ("twitter", "TWITTER_ACCESS_TOKEN=", "{d18}-{a40}"),
    ("twitter", "TWITTER_API_KEY=", "{a25}"),
    ("intercom", "INTERCOM_TOKEN=", "{a60}"),
    ("plaid", "PLAID_SECRET=", "{h30}"),
    ("etsy", "ETSY_API_KEY=", "{l24}"),
    ("flickr", "FLICKR_API_KEY=", "{h32}"),
    ("messagebird", "MESSAGEBIRD_KEY=", "{a25}"),
    ("nytimes", "NYTIMES_API_KEY=", "{a32}"),
    ("spotify", "SPOTIFY_CLIENT_SECRET=", "{h32}"),
    ("twitch", "TWITCH_TOKEN=", "{l30}"),
    ("trello", "TRELLO_TOKEN=", "ATTA{h72}"),
    ("beamer", "BEAMER_API_KEY=", "b_{b44}"),
    ("bitbucket", "BITBUCKET_CLIENT_SECRET=", "{b64}"),
    ("meraki", "MERAKI_API_KEY=", "{h40}"),
    ("drone", "DRONECI_TOKEN=", "{l32}"),
    ("fastly", "FASTLY_API_TOKEN=", "{b32}"),
    ("gitter", "GITTER_TOKEN=", "{h40}"),
    ("looker", "LOOKER_CLIENT_SECRET=", "{l24}"),
    ("private-ai", "PRIVATEAI_KEY=", "{l32}"),
    ("rapidapi", "X-RapidAPI-Key: ", "{b50}"),
    ("sendbird", "SENDBIRD_API_TOKEN=", "{h40}"),
    ("squarespace", "SQUARESPACE_TOKEN=", "{u}"),
    ("sumologic", "SUMOLOGIC_ACCESS_KEY=", "{a64}"),
    ("splunk", "SPLUNK_HEC_TOKEN=", "{u}"),
    ("elastic", "ELASTIC_API_KEY=", "{a58}=="),
    ("shodan", "SHODAN_API_KEY=", "{a32}"),
    ("virustotal", "VIRUSTOTAL_API_KEY=", "{h64}"),
    ("binance", "BINANCE_API_SECRET=", "{a64}"),
    ("bittrex", "BITTREX_SECRET=", "{l32}"),
    ("coinbase", "COINBASE_API_SECRET=", "{b64}"),
    ("kraken", "KRAKEN_PRIVATE_KEY=", "{a86}=="),
    ("kucoin", "KUCOIN_API_KEY=", "{h24}"),
    ("finicity", "FINICITY_APP_KEY=", "{h32}"),
    ("finnhub", "FINNHUB_API_KEY=", "{l20}"),
    ("freshbooks", "FRESHBOOKS_TOKEN=", "{h64}"),
    ("gocardless", "GOCARDLESS_TOKEN=", "live_{b40}"),
    ("infura", "INFURA_API_KEY=", "{h32}"),
    ("etherscan", "ETHERSCAN_API_KEY=", "{A34}"),
    ("voyage", "VOYAGE_API_KEY=", "pa-{b43}"),
    ("brave", "BRAVE_API_KEY=", "BSA{b28}"),
    ("serper", "SERPER_API_KEY=", "{h40}"),
    ("exa", "EXA_API_KEY=", "{u}"),
    ("sidekiq", "BUNDLE_ENTERPRISE__CONTRIBSYS__COM=", "{h8}:{h8}"),
    ("telnyx", "TELNYX_API_KEY=", "KEY{A32}_{a22}"),
    ("pusher", "PUSHER_APP_SECRET=", "{h20}"),
    ("vonage", "VONAGE_API_SECRET=", "{a16}"),
    ("mailjet", "MAILJET_API_KEY=", "{h32}"),
    ("sparkpost", "SPARKPOST_API_KEY=", "{h40}"),
    ("ibm", "IBMCLOUD_API_KEY=", "{b44}"),
    ("vultr", "VULTR_API_KEY=", "{A36}"),
    ("discord", "DISCORD_CLIENT_SECRET=", "{b32}"),
    ("discord", "DISCORD_TOKEN=", "MTk4{a22}.{b6}.{b38}"),
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

/// What tokens stand in: before, after, and whether the text around it is JSON. `{n}` is the name of a setting.
const SURROUNDINGS: [(&str, &str, bool); 8] = [
    ("{n}=", "\nNEXT=1\n", false),
    ("{\"id\":7,\"{n}\":\"", "\",\"x\":[]}", true),
    ("GET https://api.corp.net/v1/list?{n}=", "&page=2 HTTP/1.1", false),
    ("X-{n}: ", "\r\nAccept: */*\r\n", false),
    ("we use the {n} ", " for now, please rotate it.", false),
    ("the {n} is ", ".", false),
    ("services:\n  web:\n    {n}: '", "'\n    port: 80\n", false),
    ("    let {n} = `", "`;\n    connect();\n", false),
];

/// Tokens of one form that are made by chance.
const RANDOM_TOKENS: usize = 12;

/// Numbers that look random: xorshift, so that every run is the same.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 20) as usize % limit
    }

    fn characters(&mut self, alphabet: &str, count: usize) -> String {
        (0..count).map(|_| char::from(alphabet.as_bytes()[self.below(alphabet.len())])).collect()
    }

    fn token(&mut self, template: &str) -> String {
        const SMALL: &str = "abcdefghijklmnopqrstuvwxyz";
        let capitals = SMALL.to_uppercase();
        fill_with(template, |slot, count| match slot {
            'a' => self.characters(&format!("{SMALL}{capitals}0123456789"), count),
            'b' => self.characters(&format!("{SMALL}{capitals}0123456789-_"), count),
            '2' => self.characters("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16),
            'h' => self.characters("0123456789abcdef", count),
            'A' => self.characters(&format!("{capitals}0123456789"), count),
            'l' => self.characters(&format!("{SMALL}0123456789"), count),
            'd' => format!("{}{}", self.below(9) + 1, self.characters("0123456789", count - 1)),
            'u' => [8, 4, 4, 4, 12].map(|count| self.characters("0123456789abcdef", count)).join("-"),
            'c' => {
                let random = self.characters(&format!("{SMALL}{capitals}0123456789"), 30);
                let told = checksum(random.as_bytes());
                random + std::str::from_utf8(&told).unwrap()
            }
            _ => String::new(),
        })
    }
}

/// How many random tokens of a form are found whole in each of the surroundings.
fn found_at_random(provider: &str, name: &str, template: &str, missed: &mut Vec<String>) -> usize {
    static GUARD: std::sync::LazyLock<Guard> =
        std::sync::LazyLock::new(|| Guard::with(|d| d.class.starts_with("guard.secret.")));
    let seed = template.bytes().fold(0x9E37_79B9_7F4A_7C15_u64, |seed, byte| seed.wrapping_mul(31) ^ u64::from(byte));
    let (mut chance, mut found) = (Chance(seed), 0);
    for _ in 0..RANDOM_TOKENS {
        let token = chance.token(template);
        for (before, after, is_json) in SURROUNDINGS {
            let before = before.replace("{n}", name);
            let text = format!("{before}{token}{after}");
            let findings = if is_json { GUARD.inspect_json(&text).unwrap() } else { GUARD.inspect_text(&text) };
            let start = if is_json { 0 } else { before.len() };
            let whole = |finding: &&palisade_model::FindingDraft| {
                finding.detector == class(provider)
                    && finding
                        .evidence
                        .iter()
                        .any(|at| at.start <= start + token.len() / 2 && at.end == start + token.len())
            };
            if findings.iter().any(|finding| whole(&finding)) { found += 1 } else { missed.push(text) }
        }
    }
    found
}

#[test]
fn random_tokens_are_found_wherever_they_stand() {
    let prefixed = PREFIXED.iter().map(|(provider, template)| (*provider, "value", *template));
    let named = NAMED.iter().map(|(provider, name, template)| (*provider, name.trim_matches(NO_NAME), *template));
    let named = named.filter(|(_, name, _)| !name.starts_with("Authorization"));
    let (mut all, mut found, mut poor) = (0, 0, Vec::new());
    for (provider, name, template) in prefixed.chain(named) {
        let (tried, mut missed) = (RANDOM_TOKENS * SURROUNDINGS.len(), Vec::new());
        let here = found_at_random(provider, name, template, &mut missed);
        (all, found) = (all + tried, found + here);
        if here * 100 < tried * 95 {
            missed.dedup_by_key(|text| text.chars().take(12).collect::<String>());
            poor.push(format!("{provider} {template}: {here} of {tried}, not {:#?}", &missed[..missed.len().min(4)]));
        }
    }
    println!("{found} of {all} tokens, {:.2} %", 100.0 * found as f64 / all as f64);
    assert!(poor.is_empty(), "{} forms: {}", poor.len(), poor.join("\n"));
}

/// What stands around the name of a setting.
const NO_NAME: [char; 5] = ['"', '\'', ' ', ':', '='];

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
        "\"nextToken\": \"eyJrIjoidFI3bVpxMlhjVjliTjRrTHdQOHNKMWhHZjZEeUEzZVU1aUtvUW5XekJyVHZZeENqTXAwZ1NkRmxIYUV9\"",
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
