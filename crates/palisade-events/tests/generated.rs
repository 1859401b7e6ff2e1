//! Our matches beside those of `rsigma-eval`, on rules and events that are made up.
//!
//! The two disagree on purpose in these cases, which are not made up here; the second column is the sentence of the
//! Sigma specification 2.1 that decides, the third what `rsigma-eval` 0.23 does instead.
//!
//! | case | what the specification says | rsigma |
//! |---|---|---|
//! | `exists` on a null | "only verifies the presence of a field, not its value, be it empty or null" | null does not exist |
//! | `*` or `?` before a line end | "`*` to replace an unbounded length wildcard", "`?` to replace a single mandatory character" | a line end ends the search |
//! | wildcards with `startswith`, `endswith` | "expected at the beginning of the field's content", "replaces e.g. '*\cmd.exe'" | the other end is held instead |
//! | keywords with `all` | "searching for keywords across an entire event", "Give: … and …" | one value must equal them all |
//! | keywords with wildcards | "strings that are applied to the full log message" | a value must follow the whole pattern |
//! | keywords that are numbers | "strings that are applied to the full log message" | they match nothing |
//! | `windash` with `/` | "all possible permutations of the `-`, `/`, …" | only `-` varies |
//! | `wide` alone | "Transforms value to UTF16-LE encoding" | the value stays as it is |
//! | `base64offset` | "except the first and last byte the encoded values have a static part" | the last letter, which the next byte changes, must stand there too |
//! | `fieldref` between lists, or from null to null | "compare fields of matched events directly" | never holds; holds |
//! | `expand` | "Replacement of placeholders with a single, multiple or-linked values or patterns" | the event's field of that name |
//! | null in a list of values | "lists of values are linked with OR" | null does not hold for an absent field |
//! | `hour` and others with `gt`, `gte`, `lt`, `lte` | "extracts a numeric value from a date" | the rule is refused |
//! | a name with dots beside the nested one, equal names in an object | nothing | the first, the last; we take all |
//! | final sigma | "All values are treated as case-insensitive strings" | Σ before a word's end is another letter |

use palisade_events::{
    Engine, Evaluator, Loader, LogSource, Record, readers::json, source::EventSource, taxonomy::Taxonomy,
};
use proptest::{prelude::*, sample::select};
use rsigma_eval::JsonEvent;
use serde_json::{Value, json};
use std::sync::Arc;

const FIELDS: [&str; 5] = ["a", "b", "c.d", "list", "obj.list"];
const TEXTS: [&str; 14] =
    ["", "x", "X", "xy", "yx", "x y", "5", "5.5", "10.1.2.3", "true", "C:\\x\\y.exe", "ÄX", " -x", "aHR0cA=="];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![4 => select(&TEXTS[..]).prop_map(str::to_owned), 1 => "[xyX ]{0,4}"]
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => text().prop_map(Value::from),
        1 => (-6..7_i64).prop_map(Value::from),
        1 => Just(json!(5.5)),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ]
}

fn event_value() -> impl Strategy<Value = Value> {
    prop_oneof![6 => scalar(), 1 => prop::collection::vec(text().prop_map(Value::from), 0..3).prop_map(Value::from)]
}

fn event() -> impl Strategy<Value = Value> {
    let list = prop::collection::vec(text().prop_map(Value::from), 1..3);
    (scalar(), scalar(), event_value(), list, prop::bits::u8::ANY).prop_map(|(a, b, d, list, present)| {
        let mut event = serde_json::Map::new();
        let all =
            [("a", a), ("b", b), ("c", json!({"d": d})), ("list", json!(list.clone())), ("obj", json!({"list": list}))];
        for (bit, (name, value)) in all.into_iter().enumerate() {
            if present >> bit & 1 == 1 {
                event.insert(name.to_owned(), value);
            }
        }
        Value::from(event)
    })
}

/// Modifiers with the values that go with them.
fn asked() -> impl Strategy<Value = (String, Value)> {
    let texts = || prop::collection::vec(text(), 1..4).prop_map(|texts| json!(texts));
    let patterns = prop::collection::vec("[xyX*? ]{0,4}", 1..3).prop_map(|texts| json!(texts));
    let regexes =
        prop::collection::vec(r"[xyX.]{1,3}[+*]?|x|\^y|y\$|\(x\|yx\)[xy]?", 1..3).prop_map(|texts| json!(texts));
    prop_oneof![
        4 => (select(vec!["", "|contains", "|startswith", "|endswith", "|cased", "|contains|cased", "|neq", "|windash"]), texts())
            .prop_map(|(modifiers, values)| (modifiers.to_owned(), values)),
        1 => (select(vec!["", "|contains", "|cased"]), patterns).prop_map(|(modifiers, values)| (modifiers.to_owned(), values)),
        1 => (select(vec!["|re", "|re|i"]), regexes).prop_map(|(modifiers, values)| (modifiers.to_owned(), values)),
        1 => prop::collection::vec(text(), 2..4).prop_map(|texts| ("|contains|all".to_owned(), json!(texts))),
        1 => (select(vec!["", "|gt", "|gte", "|lt", "|lte", "|neq"]), -6..7_i64).prop_map(|(m, n)| (m.to_owned(), json!(n))),
        1 => any::<bool>().prop_map(|value| (String::new(), json!(value))),
        1 => Just((String::new(), Value::Null)),
        1 => select(vec!["10.0.0.0/8", "10.1.2.0/30"]).prop_map(|network| ("|cidr".to_owned(), json!(network))),
        1 => (select(vec!["|fieldref", "|fieldref|contains", "|fieldref|endswith"]), select(vec!["a", "b"]))
            .prop_map(|(modifiers, field)| (modifiers.to_owned(), json!(field))),
        1 => Just(("|base64".to_owned(), json!("http"))),
    ]
}

fn selection() -> impl Strategy<Value = Value> {
    let map = || {
        prop::collection::vec((select(&FIELDS[..]), asked()), 1..4).prop_map(|items| {
            let named = items.into_iter().map(|(field, (modifiers, value))| (format!("{field}{modifiers}"), value));
            Value::from(named.collect::<serde_json::Map<_, _>>())
        })
    };
    prop_oneof![
        4 => map(),
        1 => prop::collection::vec(map(), 1..3).prop_map(Value::from),
        1 => prop::collection::vec("[xy]{1,2}|x y|Y", 1..3).prop_map(|words| json!(words)),
    ]
}

fn rule() -> impl Strategy<Value = Value> {
    let condition = select(vec![
        "s1",
        "s1 and s2",
        "s1 or s2",
        "s1 and not s2",
        "not s1",
        "not (s1 and s2) or s3",
        "1 of s*",
        "all of s*",
        "2 of s*",
        "1 of s* and not all of them",
        "s3 and (s1 or not s2)",
    ]);
    (selection(), selection(), selection(), condition).prop_map(|(s1, s2, s3, condition)| {
        json!({"title": "T", "logsource": {}, "detection": {"s1": s1, "s2": s2, "s3": s3, "condition": condition}})
    })
}

/// True for a comparison of fields of which one is a list or null, which the table explains.
fn is_explained(event: &Value, rules: &[String]) -> bool {
    let null = |name: &str| event.get(name).is_some_and(Value::is_null);
    let has_lists = event.to_string().contains('[');
    (null("a") || null("b") || has_lists) && rules.iter().any(|rule| rule.contains("fieldref"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rules_made_up_give_the_same_matches(
        rules in prop::collection::vec(rule(), 1..4),
        events in prop::collection::vec(event(), 1..8),
    ) {
        let texts: Vec<String> = rules.iter().map(Value::to_string).collect();
        let (mut loader, mut theirs) = (Loader::new(), rsigma_eval::Engine::new());
        for (index, text) in texts.iter().enumerate() {
            let titled = text.replace(r#""title":"T""#, &format!(r#""title":"{index}""#));
            loader.add("rule.yml", &titled);
            let collection = rsigma_parser::parse_sigma_yaml(&titled).expect("parses");
            prop_assert!(collection.errors.is_empty(), "{:?} in {titled}", collection.errors);
            theirs.add_collection(&collection).expect("compiles");
        }
        let loaded = loader.finish();
        prop_assert!(loaded.problems.is_empty(), "{:?}", loaded.problems);
        let mut ours = Evaluator::new(Arc::new(Engine::new(loaded, &Taxonomy::none())));
        let any = EventSource::Declared(LogSource::default());
        for event in events.iter().filter(|event| !is_explained(event, &texts)) {
            let line = event.to_string();
            let record = json::read(&line, Record::default()).expect("an event");
            let found = ours.evaluate_as(&record, &any).to_vec();
            let own: Vec<String> = found.iter().map(|rule| ours.engine().rule(*rule).title.clone()).collect();
            let found = theirs.evaluate(&JsonEvent::borrow(event));
            let mut their: Vec<String> = found.into_iter().map(|found| found.header.rule_title).collect();
            their.sort();
            prop_assert_eq!(own, their, "{} {:?}", line, texts);
        }
    }
}
