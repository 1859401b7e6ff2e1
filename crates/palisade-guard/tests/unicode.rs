//! The detectors of look-alikes, control characters and invalid encodings, on whatever anybody can write.

use palisade_guard::Guard;
use proptest::prelude::*;
use std::sync::LazyLock;

static GUARD: LazyLock<Guard> = LazyLock::new(Guard::new);

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        prop::sample::select(vec![
            "\u{430}",
            "\u{43E}",
            "\u{3BF}",
            "\u{585}",
            "\u{13AA}",
            "ж",
            "λ",
            "a",
            "p",
            "com",
            ".",
            "-",
            "_",
            "(",
            "@",
            "//",
            "xn--",
            "xn--pypal-4ve",
            "9999999",
            "\0",
            "\u{8}",
            "\u{1A}",
            "\u{9B}",
            "2J",
            "\u{1}",
            "\u{7F}",
            "%c0",
            "%af",
            "%e0",
            "%80",
            "\\xc0",
            "\\xaf",
            "+AD",
            "w-",
            "ADw-",
            "\\ud83d",
            "\\ude00",
            "\u{FFFD}",
            "..",
            "[",
            "\n",
            "\u{301}",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6_000))]

    #[test]
    fn places_are_sound(text in hostile()) {
        for finding in GUARD.inspect_text(&text) {
            for place in &finding.evidence {
                prop_assert!(place.start < place.end && text.get(place.start..place.end).is_some(), "{:?}", finding);
            }
        }
    }
}

/// Each is a text on which a detector that looks at the rest anew from every needle would take minutes.
#[test]
fn hostile_text_takes_linear_time() {
    for piece in [
        "\u{430}",
        "\u{430}b",
        "\u{430}.",
        "\u{430} ",
        "1\u{430}",
        "xn--",
        "xn--a.",
        "\0",
        "\n\0",
        "a\0",
        "\u{8}",
        "\u{9B}2",
        "%c0%af",
        "+AD",
        "\\ud800",
        "\u{FFFD}",
        "%c0%",
        "\u{430}\u{301}",
    ] {
        let time = |bytes: usize| {
            let text = piece.repeat(bytes / piece.len());
            let measure = || {
                let start = std::time::Instant::now();
                std::hint::black_box(GUARD.inspect_text(&text));
                start.elapsed()
            };
            (0..3).map(|_| measure()).min().unwrap_or_default()
        };
        let (small, large) = (time(1 << 14), time(1 << 18));
        assert!(large < small * 100 + std::time::Duration::from_millis(20), "{piece:?}: {small:?}, {large:?}");
    }
}
