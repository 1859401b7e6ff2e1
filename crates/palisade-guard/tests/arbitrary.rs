//! Nothing that anybody can write makes the guard panic, hang, or point between the bytes of a character.

use palisade_guard::{
    Guard,
    limits::{EXCERPT_CHARS_MAX, FINDINGS_MAX},
};
use palisade_model::{FindingDraft, Severity};
use proptest::prelude::*;
use std::sync::LazyLock;

static GUARD: LazyLock<Guard> = LazyLock::new(Guard::new);

/// One token, plain and as its decodings write it. None stands here whole, so that nobody takes it for a leak.
const FORMS: [&str; 6] = [
    concat!("glpat", "-tR7mZq2XcV9bN4kLwP8s"),
    concat!("glpat", "%2DtR7mZq2XcV9bN4kLwP8s"),
    concat!("glpat", "%252DtR7mZq2XcV9bN4kLwP8s"),
    concat!("&#103;lpat", "-tR7mZq2XcV9bN4kLwP8s"),
    concat!("glpat", "\\u002dtR7mZq2XcV9bN4kLwP8s"),
    concat!("Z2xwYXQtdFI3bVpxMlhj", "VjliTjRrTHdQOHM="),
];

/// Text made of what detectors look for, so that they are woken in every order.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        prop::sample::select(vec![
            "\u{202E}",
            "\u{2066}",
            "\u{2069}",
            "\u{202C}",
            "\u{200B}",
            "\u{200C}",
            "\u{200D}",
            "\u{FEFF}",
            "\u{AD}",
            "\u{E0041}",
            "\u{E007F}",
            "\u{1F3F4}",
            "\u{FE0F}",
            "\u{E0101}",
            "\u{3164}",
            "a",
            "é",
            "ש",
            "م",
            "\n",
            "😀",
            "ghp_",
            "AKIA",
            "AKIAQ3EGHWJ2TLMZ5KRP",
            "T3BlbkFJ",
            "sk-",
            ".eyJ",
            "eyJhbGciOiJub25lIn0",
            ".",
            "-----BEGIN ",
            "PRIVATE KEY-----",
            "-----END ",
            "SG.",
            "xoxb-1-",
            "tR7mZq2XcV9bN4kLwP8sJ1hGf6DyA3eU5iKo",
            "glpat-",
            "\\n",
            "%",
            "%25",
            "%67",
            "%c0%ae",
            "%u0067",
            "&#",
            "&#x67;",
            "&lt;",
            "\\u0067",
            "\\x67",
            "\\147",
            "\\",
            "=",
            "+",
            "/**/",
            "/*!",
            "*/",
            "''",
            "\"\"",
            "  ",
            "ｇ",
            "𝐠",
            "і",
            "Z2xwYXQtdFI3bVpxMlhjVjliTjRrTHdQOHM=",
            "676c7061742d7452376d5a71",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn places_are_sound(text: &str, findings: &[FindingDraft]) {
    assert!(findings.len() <= FINDINGS_MAX + 1);
    for finding in findings {
        assert!((0.0..=1.0).contains(&finding.confidence) && !finding.evidence.is_empty(), "{finding:?}");
        for place in &finding.evidence {
            assert!(place.start < place.end && text.get(place.start..place.end).is_some(), "{finding:?} in {text:?}");
        }
    }
}

/// The excerpt of text that can be seen and holds no secret is that text.
fn excerpts_show_what_stands_there(text: &str, findings: &[FindingDraft]) {
    let as_it_stands = |finding: &&FindingDraft| {
        let decoded = finding.explanation.contains("It is written") || finding.explanation.contains("It says");
        !decoded && !finding.detector.starts_with("guard.secret.") && !finding.detector.starts_with("guard.personal.")
    };
    for finding in findings.iter().filter(as_it_stands) {
        let place = &finding.evidence[0];
        let there = &text[place.start..place.end];
        let plain = there.len() <= EXCERPT_CHARS_MAX && there.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        assert!(
            !plain || place.excerpt == there || place.excerpt.contains("********"),
            "{finding:?} where {there:?} stands"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn text(text in hostile()) {
        let found = GUARD.inspect_text(&text);
        places_are_sound(&text, &found);
        excerpts_show_what_stands_there(&text, &found);
        let holds_secret = found.iter().any(|finding| finding.detector.starts_with("guard.secret."));
        prop_assert_eq!(GUARD.mask(&text) != text, holds_secret);
    }

    #[test]
    fn inspecting_twice_gives_the_same(text in hostile()) {
        prop_assert_eq!(GUARD.inspect_text(&text), GUARD.inspect_text(&text));
    }

    #[test]
    fn splitting_loses_nothing_within_a_part(before in hostile(), after in hostile(), form in 0..FORMS.len()) {
        // Apart from its neighbours by blanks, as a part of a document is.
        let text = format!("{before}\n\n{}\n\n{after}", FORMS[form]);
        let start = before.len() + 2;
        let found = GUARD.inspect_text(&text);
        let full = found.len() > FINDINGS_MAX;
        prop_assert!(full || found.iter().any(|finding| {
            let place = &finding.evidence[0];
            finding.detector == "guard.secret.gitlab" && place.start < start + FORMS[form].len() && place.end > start
        }), "{:?} in {:?}", FORMS[form], text);
    }

    #[test]
    fn anything_is_judged_the_same_within_json(text in hostile()) {
        let json = serde_json::to_string(&[&text]).unwrap();
        let places = |findings: &[FindingDraft]| -> Vec<(&'static str, usize, usize)> {
            findings.iter().map(|f| (f.detector, f.evidence[0].start, f.evidence[0].end)).collect()
        };
        let found = GUARD.inspect_json(&json).unwrap();
        prop_assert_eq!(places(&found), places(&GUARD.inspect_text(&text)));
        prop_assert!(found.iter().all(|finding| finding.evidence[0].pointer == "/0"));
    }

    #[test]
    fn strings_of_a_document_are_judged_one_by_one(parts in prop::collection::vec(hostile(), 0..5)) {
        let json = serde_json::to_string(&parts).unwrap();
        let found = GUARD.inspect_json_placed(&json).unwrap();
        prop_assume!(found.len() <= FINDINGS_MAX);
        for (index, part) in parts.iter().enumerate() {
            let pointer = format!("/{index}");
            let mut alone = Vec::new();
            GUARD.inspect_at(part, &|| pointer.clone(), &mut alone);
            let here = found.iter().filter(|(finding, _)| finding.evidence[0].pointer == pointer);
            prop_assert_eq!(here.map(|(finding, _)| finding.clone()).collect::<Vec<_>>(), alone);
        }
        for (finding, string) in &found {
            let part: String = serde_json::from_str(&json[string.clone()]).unwrap();
            places_are_sound(&part, std::slice::from_ref(finding));
        }
    }

    #[test]
    fn json_is_accepted_as_others_accept_it(text in "[\\[\\]{}:,\"0-9a-e\\\\.tru n\\-+]{0,12}") {
        let theirs = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
        prop_assert_eq!(GUARD.inspect_json(&text).is_ok(), theirs, "{}", text);
    }
}

/// True when the preset `balanced` would stop it.
fn blocks(finding: &FindingDraft) -> bool {
    finding.severity >= Severity::High && finding.confidence >= 0.8
}

#[test]
fn a_heap_of_mild_findings_hides_nothing() {
    for mild in ["a\u{200B}b\n", "anna@example.org\n", "\u{1}x ", "x\u{FE00}y "] {
        let text = mild.repeat(50_000) + "\n\n" + FORMS[0] + "\n";
        let found = GUARD.inspect_text(&text);
        assert!(found.len() <= FINDINGS_MAX + 1);
        let told = |wanted: &str| found.iter().any(|finding| finding.detector == wanted);
        assert!(told("guard.secret.gitlab") && found.iter().any(blocks), "{mild:?}");
    }
    let strings = format!("[{}\"{}\"]", "\"a\u{200B}b\",".repeat(100_000), FORMS[0]);
    let found = GUARD.inspect_json(&strings).unwrap();
    assert!(found.len() <= FINDINGS_MAX + 1 && found.iter().any(|finding| finding.detector == "guard.secret.gitlab"));
}

#[test]
fn what_would_take_too_long_is_told() {
    for piece in ["%25%32%35a/**/b''c ", "ignore all previous instructions, "] {
        let found = GUARD.inspect_text(&piece.repeat(1_000_000 / piece.len()));
        assert!(
            found.iter().any(|finding| finding.detector == "guard.limit.not-inspected" && blocks(finding)),
            "{piece}"
        );
    }
}

#[test]
fn the_largest_inputs_end() {
    let long = format!("[\"{}\"]", "lorem ipsum dolor ".repeat(250_000));
    assert_eq!(GUARD.inspect_json(&long).map(|found| found.len()), Ok(0));
    assert!(GUARD.inspect_json(&"[".repeat(1_000_000)).is_err());
    let members: Vec<String> = (0..100_000).map(|index| format!("\"k\":{index}")).collect();
    let found = GUARD.inspect_json(&format!("{{{}}}", members.join(","))).unwrap();
    assert_eq!(found.iter().map(|finding| finding.detector).collect::<Vec<_>>(), ["guard.json.duplicate-key"]);
}

/// Each is a text on which a detector that looks at the rest anew from every needle would take minutes.
#[test]
fn hostile_text_takes_linear_time() {
    let guard = &*GUARD;
    for piece in [
        "\u{202E}",
        "a\u{200B}",
        "a\u{AD}bc",
        "\u{E0041}b",
        "x\u{FE00}",
        ".eyJ",
        "-----BEGIN PRIVATE KEY-----",
        "T3BlbkFJ",
        "sk-ant-",
        "%25",
        "%",
        "%41",
        "%e2%80%ae",
        "&",
        "&#37;",
        "&lt;",
        "\\u005c",
        "\\",
        "a=+",
        "+",
        "/*",
        "/**/",
        "/*!",
        "''",
        "a''",
        "aі",
        "ｇ",
        "VUlWSlZVbFdTbFZWYkZaVFZsWldSbFpx",
        "QUFB QUFBQUFBQUFBQUFB ",
        "41",
        "A",
        "ignore ",
        "bypass=1\n",
        "pwd=",
        "sl.",
        "access_token= ",
        "' or ",
        "\") && ",
        "<a on",
        "://",
        ";a",
        "Օ",
    ] {
        let time = |bytes: usize| {
            let text = piece.repeat(bytes / piece.len());
            (0..3)
                .map(|_| {
                    let start = std::time::Instant::now();
                    std::hint::black_box(guard.inspect_text(&text));
                    start.elapsed()
                })
                .min()
        };
        let (small, large) = (time(1 << 13).unwrap(), time(1 << 17).unwrap());
        // Sixteen times the text: linear time is 16-fold, quadratic 256-fold.
        assert!(large < small * 100 + std::time::Duration::from_millis(20), "{piece:?}: {small:?}, {large:?}");
    }
}
