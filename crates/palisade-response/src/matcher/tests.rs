//! Matchers: notation, meaning, limits.

use super::*;
use proptest::prelude::*;

fn labels(pairs: &[(&str, &str)]) -> Labels {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn meaning() {
    let alert = labels(&[("severity", "critical"), ("host", "web-1"), ("path", "a\"b\\c")]);
    for (text, is_met) in [
        (r#"severity="critical""#, true),
        ("severity=critical", true),
        (r#"severity = "high""#, false),
        (r#"severity!="high""#, true),
        (r#"host=~"web-\d""#, true),
        (r#"host=~"web""#, false),
        (r#"host=~"db-.*|web-.*""#, true),
        (r#"host!~"web-.*""#, false),
        (r#"absent="""#, true),
        (r#"absent!="x""#, true),
        (r#"absent=~".+""#, false),
        (r#""severity"="critical""#, true),
        (r#"path="a\"b\\c""#, true),
    ] {
        assert_eq!(text.parse::<Matcher>().unwrap().is_met(&alert), is_met, "{text}");
    }
}

#[test]
fn several_with_braces() {
    let matchers = parse_matchers(r#"{severity=~"high|critical", host!="a,b",}"#).unwrap();
    let shown: Vec<_> = matchers.iter().map(ToString::to_string).collect();
    assert_eq!(shown, [r#"severity=~"high|critical""#, r#"host!="a,b""#]);
    assert_eq!(parse_matchers("{}").unwrap(), []);
    assert_eq!(parse_matchers("a=b,c=d").unwrap().len(), 2);
}

#[test]
fn what_cannot_be_used_is_refused_with_its_reason() {
    for (text, reason) in [
        ("severity", "the comparison is missing"),
        ("=x", "the name of the label is missing"),
        (r#"a="x"#, "the closing quotation mark is missing"),
        (r#"{a="x""#, "the closing brace is missing"),
        (r#"a="x" b="y""#, "a comma is missing"),
        (r#"a=~"(""#, "unclosed group"),
        (r#"a=~"x)|(y""#, "unopened group"),
        (r#"a=~"(((x{100}){100}){100})""#, "too large"),
        (r#"a=~"(?=x)""#, "look-around"),
    ] {
        let error = parse_matchers(text).unwrap_err().to_string();
        assert!(error.contains(reason), "{text}: {error}");
    }
    let long = format!("a=~\"{}\"", "x".repeat(crate::limits::PATTERN_BYTES_MAX + 1));
    assert!(long.parse::<Matcher>().unwrap_err().to_string().contains("longer than"));
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(name in "[a-z_]{1,8}|.{1,8}", value in ".{0,16}", is_equal: bool) {
        let comparison = Comparison::of(false, is_equal);
        let matcher = Matcher::new(&name, comparison, &value).unwrap();
        prop_assert_eq!(matcher.to_string().parse::<Matcher>().unwrap(), matcher);
    }

    #[test]
    fn no_text_makes_it_panic(text in ".{0,64}") {
        let _ = parse_matchers(&text);
    }

    #[test]
    fn the_index_forgets_nothing(
        keys in prop::collection::vec(prop::collection::vec(("[abc]", 0..4_u8, "[xy]?"), 0..3), 0..12),
        pairs in prop::collection::btree_map("[abc]", "[xy]", 0..4),
    ) {
        let matchers: Vec<Vec<Matcher>> = keys.iter().map(|key| key.iter().map(|(name, comparison, value)| {
            Matcher::new(name, Comparison::of(comparison & 1 == 1, comparison & 2 == 2), value).unwrap()
        }).collect()).collect();
        let mut index = MatcherIndex::default();
        for (key, matchers) in matchers.iter().enumerate() {
            index.insert(matchers, key);
        }
        let wanted: Vec<_> = (0..keys.len()).filter(|key| all_met(&matchers[*key], &pairs)).collect();
        prop_assert_eq!(index::confirmed(&index, &pairs, |key| matchers.get(*key).map(Vec::as_slice)), wanted);
        for (key, matchers) in matchers.iter().enumerate() {
            index.remove(matchers, &key);
        }
        prop_assert_eq!(index.candidates(&pairs).count(), 0);
    }
}
