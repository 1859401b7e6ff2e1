//! What views hold, and that they lead back.

use super::{Budget, Layer, Triggers, explore};
use crate::{Guard, detectors, prefilter::Prefilter};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::ops::Range;

/// Every view of `text` that holds `wanted`: its place in `text`.
fn places(text: &str, wanted: &str) -> Vec<Range<usize>> {
    let prefilter = Prefilter::new(detectors(), |_| true);
    let note = |layer: &Layer<'_>, triggers: &mut Triggers| {
        let (mut search, all) = (prefilter.search(layer.text().as_bytes()), 0..layer.text().len());
        let places = std::iter::from_fn(|| search.next_within(&all));
        let places = places.filter(|place| prefilter.needle(*place).triggers);
        places.for_each(|place| triggers.note(layer.text(), place.start));
    };
    let (input, mut triggers, mut places) = (Layer::input(text), Triggers::default(), Vec::new());
    note(&input, &mut triggers);
    explore(&input, triggers, &mut Budget::for_input(text.len()), &mut |view, triggers| {
        note(view, triggers);
        places.extend(view.text().find(wanted).map(|at| view.place(&(at..at + wanted.len()))));
        true
    });
    places
}

#[track_caller]
fn decodes(text: &str, wanted: &str, place: &str) {
    let start = text.find(place).expect("the place is in the text");
    assert!(places(text, wanted).contains(&(start..start + place.len())), "{text}: {:?}", places(text, wanted));
}

#[test]
fn url() {
    decodes("a=%27%20or%201", "' or 1", "%27%20or%201");
    decodes("é %2e%2e/etc", "../etc", "%2e%2e/etc");
    decodes("x%2527y", "x'y", "x%2527y");
    decodes("x%252527y", "'", "%252527");
    decodes("%u0027", "'", "%u0027");
    decodes("%c0%ae%c0%ae/", "../", "%c0%ae%c0%ae/");
    decodes("%D0%BE", "о", "%D0%BE");
    decodes("q=1'+OR+1", "1' OR 1", "1'+OR+1");
    decodes("%f0%9f", "\u{FFFD}\u{FFFD}", "%f0%9f");
    assert!(places("100% of 5%, 1+1=2 a + b", "").is_empty());
}

#[test]
fn html() {
    decodes("x &lt;script&gt; y", "<script>", "&lt;script&gt;");
    decodes("&#60&#x3c;&#0000060;s", "<<<s", "&#60&#x3c;&#0000060;s");
    decodes("java&Tab;script&colon;", "java\tscript:", "java&Tab;script&colon;");
    decodes("%26lt;b", "<b", "%26lt;b");
    assert!(places("a=1&b=2&lt=3&copy R&D &", "").is_empty());
}

#[test]
fn escapes() {
    decodes(r"a \u0027b\u{27}\x27\047", "'b'''", r"\u0027b\u{27}\x27\047");
    decodes(r"\ud83d\ude00", "😀", r"\ud83d\ude00");
    decodes(r"\\u0027x", "'x", r"\\u0027x");
    decodes(r"a\n\x41", "a\nA", r"a\n\x41");
    assert!(places(r"C:\users\new \1 \d+ \w \n \t", "").is_empty());
}

#[test]
fn lookalikes() {
    decodes("іgnоrе all", "ignore all", "іgnоrе all");
    decodes("ｓｃｒｉｐｔ", "script", "ｓｃｒｉｐｔ");
    decodes("𝐢𝐠𝐧𝐨𝐫𝐞", "ignore", "𝐢𝐠𝐧𝐨𝐫𝐞");
    decodes("ig\u{200B}no\u{AD}re", "ignore", "ig\u{200B}no\u{AD}re");
    for plain in
        ["Привет, как дела? Это текст.", "Καλημέρα κόσμε", "می‌خواهم", "👨‍👩‍👧 ❤️", "日本語、テキスト。", "naïve café"]
    {
        assert!(places(plain, "").is_empty(), "{plain}");
    }
}

#[test]
fn folding() {
    decodes("1/**/union/*x*/select", "union select", "union/*x*/select");
    decodes("/*!50000union*/ select", " union", "/*!50000union");
    decodes("c''at /e\"\"tc", "cat /etc", "c''at /e\"\"tc");
    decodes("1%2F**%2Funion", "1 union", "1%2F**%2Funion");
    assert!(places("/* a comment */\n  code(); '' x", "").is_empty());
}

#[test]
fn blobs() {
    let (hidden, spaced) = ("<script>alert(1)</script>", "cat /etc/passwd; whoami");
    let coded = STANDARD.encode(hidden);
    decodes(&format!("é {coded} x"), hidden, &coded);
    let twice = STANDARD.encode(STANDARD.encode(spaced));
    decodes(&format!("run {twice}"), spaced, &twice);
    let hex: String = spaced.bytes().map(|byte| format!("{byte:02x}")).collect();
    decodes(&format!("0:{hex}"), spaced, &hex);
    let wide: Vec<u8> = spaced.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let wide = STANDARD.encode(wide);
    decodes(&format!("powershell -enc {wide}"), spaced, &wide);
    for plain in [
        "d41d8cd98f00b204e9800998ecf8427e 123e4567-e89b-12d3-a456-426614174000",
        "getElementsByTagNameAndClassName /usr/share/documentation/packages",
    ] {
        assert!(places(plain, "").is_empty(), "{plain}");
    }
}

#[test]
fn views_end() {
    let nested = (0..12).fold(String::from("innermost text of all"), |text, _| STANDARD.encode(text));
    assert!(places(&nested, "innermost").is_empty());
    let percent = format!("{}27", "%25".repeat(100_000));
    assert!(!places(&percent, "%%").is_empty());
}

#[test]
fn a_finding_in_a_view_is_told_once_and_explained() {
    const TOKEN: &str = concat!("glpat", "-tR7mZq2XcV9bN4kLwP8s");
    let guard = Guard::new();
    let coded = STANDARD.encode(TOKEN);
    for (text, place, words) in [
        (format!("a {}", TOKEN.replace('-', "%2D")), 2..30, "URL-encoded"),
        (format!("k: {coded}"), 3..3 + coded.len(), "in base64"),
    ] {
        let found = guard.inspect_text(&text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].evidence[0].start..found[0].evidence[0].end, place);
        assert!(found[0].explanation.contains(words) && found[0].evidence[0].excerpt.starts_with("glpa*"), "{found:?}");
        assert!(!guard.mask(&text).contains(&text[place]));
    }
    assert_eq!(guard.inspect_text(&format!("%20 {TOKEN} &lt; \\x20")).len(), 1);
}
