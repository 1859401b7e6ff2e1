//! A token of every form, written by template so that the source holds no literal that scanners take for a leak.
//!
//! `{a20}` stands for twenty letters and digits, `{b}` for these with `-` and `_`, `{h}` for hexadecimal digits, `{A}` for capitals and digits, `{l}` for
//! small letters and digits, `{d}` for digits, `{2}` for an access key id in base 32, `{u}` for a UUID, `{_}` for nothing.

mod forms;

use crate::{Guard, detector::Finds, detectors, secret::token::checksum, testing::check};
use forms::{NAMED, PREFIXED};
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
