//! HTTP events: what is lifted, what stays, what is refused, and that nothing that a stranger sends does harm.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

use palisade_model::{Event, Observation, Severity, Timestamp, Value};
use palisade_sources::{Context, Format, Limits, Parsed, Place, Receipt, SOURCES, SourceError};
use proptest::prelude::*;

fn received() -> Timestamp {
    Timestamp::parse("2026-11-20T12:00:00Z").unwrap()
}

fn try_read(format: Format, body: &[u8], limits: Limits) -> Result<Parsed, SourceError> {
    (SOURCES[0].read)(format, body, &Context { received: received(), limits: &limits })
}

fn read(format: Format, body: impl AsRef<[u8]>) -> Parsed {
    try_read(format, body.as_ref(), Limits::default()).unwrap()
}

fn events(parsed: &Parsed) -> Vec<&Event> {
    parsed.observations.iter().map(event).collect()
}

fn event(observation: &Observation) -> &Event {
    match observation {
        Observation::Event(event) => event,
        other => panic!("not an event: {other:?}"),
    }
}

/// The JSON form of the only event of a body, without its identity.
fn only(body: &str) -> String {
    let parsed = read(Format::Json, body);
    assert_eq!(parsed.problems, [], "{body}");
    let [event] = events(&parsed)[..] else { panic!("one event expected: {body}") };
    let json = serde_json::to_string(event).unwrap();
    json.replacen(r#""id":"00000000-0000-0000-0000-000000000000","#, "", 1)
}

/// What is wrong with the only event of a body.
fn problem(body: &str) -> String {
    let parsed = read(Format::Json, body);
    assert_eq!((parsed.observations.len(), parsed.rejected()), (0, 1), "{body}");
    parsed.problems[0].to_string()
}

#[test]
fn all_fields_are_lifted() {
    let body = r#"{"time":"2026-11-20T11:59:58.5Z","kind":"login","severity":"high","service":"sshd","host":"web-1",
        "actor":"root","message":"accepted","source_address":"203.0.113.9","trace_id":"5B8EFFF798038103D269B633813FC60C",
        "span_id":"eee19b7ec3c1b174","port":22,"ok":true,"none":null,"ratio":0.5,"geo":{"city":"Oslo","at":{"x":1}},
        "tags":["a", {"b": [1, 2.5, "q\"\u0000"]}],"empty":{},"big":18446744073709551615}"#;
    insta::assert_snapshot!(only(body), @r#"{"time":"2026-11-20T11:59:58.500000000Z","kind":"login","severity":"high","service":"sshd","host":"web-1","actor":"root","source_address":"203.0.113.9","trace_id":"5b8efff798038103d269b633813fc60c","span_id":"eee19b7ec3c1b174","message":"accepted","attributes":{"port":22,"ok":true,"none":null,"ratio":0.5,"geo.city":"Oslo","geo.at.x":1,"tags":["a",{"b":[1,2.5,"q\"\u0000"]}],"empty":{},"big":1.8446744073709552e+19}}"#);
}

#[test]
fn names_of_fields() {
    let time = r#""time":"2026-11-20T12:00:00.000000000Z""#;
    for (body, wanted) in [
        ("{}", format!(r#"{{{time},"severity":"informational"}}"#)),
        (
            r#"{"timestamp":1795175999}"#,
            r#"{"time":"2026-11-20T11:59:59.000000000Z","severity":"informational"}"#.into(),
        ),
        (
            r#"{"@timestamp":"2026-11-20T11:00:00Z"}"#,
            r#"{"time":"2026-11-20T11:00:00.000000000Z","severity":"informational"}"#.into(),
        ),
        (r#"{"ts":1795175999.5}"#, r#"{"time":"2026-11-20T11:59:59.500000000Z","severity":"informational"}"#.into()),
        (r#"{"level":"WARN","msg":"m"}"#, format!(r#"{{{time},"severity":"medium","message":"m"}}"#)),
        (r#"{"severity":4}"#, format!(r#"{{{time},"severity":"high"}}"#)),
        (r#"{"severity":30}"#, format!(r#"{{{time},"severity":"informational","attributes":{{"severity":30}}}}"#)),
        (
            r#"{"severity":"loud"}"#,
            format!(r#"{{{time},"severity":"informational","attributes":{{"severity_text":"loud"}}}}"#),
        ),
        (r#"{"severity":{}}"#, format!(r#"{{{time},"severity":"informational","attributes":{{"severity":{{}}}}}}"#)),
        (
            r#"{"severity":{"a":1}}"#,
            format!(r#"{{{time},"severity":"informational","attributes":{{"severity.a":1}}}}"#),
        ),
        (
            r#"{"time":[1],"host":null}"#,
            format!(r#"{{{time},"severity":"informational","attributes":{{"time":[1]}}}}"#),
        ),
        (r#"{"time":true}"#, format!(r#"{{{time},"severity":"informational","attributes":{{"time":true}}}}"#)),
        (
            r#"{"actor":1001,"host":true}"#,
            format!(r#"{{{time},"severity":"informational","host":"true","actor":"1001"}}"#),
        ),
        (
            r#"{"trace_id":"short","span_id":"0000000000000000"}"#,
            format!(r#"{{{time},"severity":"informational","attributes":{{"trace_id":"short"}}}}"#),
        ),
        (
            r#"{"src_ip":"1.1.1.1","client_ip":"2.2.2.2","source_ip":"3.3.3.3"}"#,
            format!(
                r#"{{{time},"severity":"informational","source_address":"3.3.3.3","attributes":{{"client_ip":"2.2.2.2","src_ip":"1.1.1.1"}}}}"#
            ),
        ),
        (
            r#"{"host":"a","host":"b","x":1,"x":2}"#,
            format!(r#"{{{time},"severity":"informational","host":"b","attributes":{{"x":1,"x":2}}}}"#),
        ),
        (
            r#"{"\u0068ost":"a","a\u002eb":{"\u0063":1}}"#,
            format!(r#"{{{time},"severity":"informational","host":"a","attributes":{{"a.b.c":1}}}}"#),
        ),
        (
            r#"{"outer":{"host":"inner"}}"#,
            format!(r#"{{{time},"severity":"informational","attributes":{{"outer.host":"inner"}}}}"#),
        ),
    ] {
        assert_eq!(only(body), wanted, "{body}");
    }
}

#[test]
fn forms_of_a_body() {
    let one = r#"{"n":1}"#;
    for (format, body, wanted) in [
        (Format::Json, String::new(), 0),
        (Format::Json, " \n ".into(), 0),
        (Format::Json, "[]".into(), 0),
        (Format::Json, one.into(), 1),
        (Format::Json, format!("\u{FEFF}{one}"), 1),
        (Format::Json, "{\n  \"n\": 1,\n  \"m\": {\n    \"o\": 1\n  }\n}\n".into(), 1),
        (Format::Json, format!("[{one}, {one}\n,{one}]"), 3),
        (Format::Json, format!("{one}\n{one}\n"), 2),
        (Format::Ndjson, format!("{one}\r\n\r\n\n {one}"), 2),
        (Format::Ndjson, format!("\n\n{one}"), 1),
    ] {
        let parsed = read(format, &body);
        assert_eq!((parsed.observations.len(), parsed.rejected()), (wanted, 0), "{body:?}");
    }
}

#[test]
fn good_lines_are_kept_beside_bad_ones() {
    let body = b"{\"n\":1}\n{\"n\":\n\xFF\xFE{}\n[1]\n42\n{\"n\":1} x\n{\"time\":\"9999-12-31T23:59:59Z\"}\n{\"n\":1e999}\n{\"n\":2}\n";
    let parsed = read(Format::Ndjson, body);
    let kept: Vec<_> = events(&parsed).iter().map(|event| event.attributes.clone()).collect();
    assert_eq!(kept, [vec![("n".to_owned(), Value::Integer(1))], vec![("n".to_owned(), Value::Integer(2))]]);
    let problems: Vec<_> = parsed.problems.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(problems.join("\n"), @r#"
    line 2: the line is not one JSON object: EOF while parsing a value, at column 5
    line 3: the line is not UTF-8 from its byte 1 on
    line 4: an event is a JSON object; this is a list
    line 5: an event is a JSON object; this is a number
    line 6: the line is not one JSON object: trailing characters, at column 9
    line 7: '9999-12-31T23:59:59Z': the time lies outside the years 1678 to 2261
    line 8: the line is not one JSON object: number out of range, at column 10
    "#);
}

#[test]
fn a_broken_array_is_read_up_to_the_break() {
    for (body, kept, wanted) in [
        (
            r#"[{"n":1},{"n":2},{"n":]"#,
            2,
            "event 3: broken JSON at line 1, column 23: expected value; nothing is read from this event on",
        ),
        (
            r#"[{"n":1},"#,
            1,
            "event 2: broken JSON at line 1, column 9: EOF while parsing a value; nothing is read from this event on",
        ),
        (
            r#"[{"n":1}] tail"#,
            1,
            "event 2: broken JSON at line 1, column 11: trailing characters; nothing is read from this event on",
        ),
        (r#"[7,{"n":1}]"#, 1, "event 1: an event is a JSON object; this is a number"),
        (
            "[{\"n\":1},{\"time\":\"0001-01-01T00:00:00Z\"},\n{\"n\":1}]",
            2,
            "event 2: '0001-01-01T00:00:00Z': the time lies outside the years 1678 to 2261",
        ),
    ] {
        let parsed = read(Format::Json, body);
        assert_eq!(parsed.observations.len(), kept, "{body}");
        assert_eq!(parsed.problems.iter().map(ToString::to_string).collect::<Vec<_>>(), [wanted], "{body}");
    }
    let parsed = read(Format::Json, b"[{\"n\":1},{\"n\":\"\xFF\"}]");
    assert_eq!((parsed.observations.len(), parsed.rejected()), (1, 1));
}

#[test]
fn unbelievable_times_are_refused() {
    for (time, wanted) in [
        (r#""9999-12-31T23:59:59Z""#, "line 1: '9999-12-31T23:59:59Z': the time lies outside the years 1678 to 2261"),
        (
            r#""1969-12-31T23:59:59Z""#,
            "line 1: the time 1969-12-31T23:59:59.000000000Z lies before 1970: check the clock of the sender",
        ),
        ("-5", "line 1: the time -5 lies before 1970: check the clock of the sender"),
        (
            r#""2026-11-21T12:00:01Z""#,
            "line 1: the time 2026-11-21T12:00:01.000000000Z lies more than a day ahead: check the clock of the sender",
        ),
        (r#""noon""#, "line 1: 'noon' is not a time: write it as RFC 3339, for example 2026-11-20T12:00:00Z"),
    ] {
        assert_eq!(problem(&format!(r#"{{"time":{time}}}"#)), wanted);
    }
}

#[test]
fn depth_is_limited_and_costs_no_stack() {
    let nested =
        |open: &str, close: &str, levels: usize| format!("{{\"a\":{}1{}}}", open.repeat(levels), close.repeat(levels));
    for (open, close) in [("{\"a\":", "}"), ("[", "]"), ("[{\"a\":", "}]")] {
        let per_repeat = open.matches(['[', '{']).count();
        assert_eq!(read(Format::Json, nested(open, close, 63 / per_repeat)).rejected(), 0, "{open}");
        for levels in [64, 128, 1_000, 100_000] {
            let deep = nested(open, close, levels);
            let message = problem(&deep);
            assert!(message.starts_with("line 1: it is nested deeper than 64 levels, at 'a"), "{open} {message}");
            let parsed = read(Format::Json, format!("[{{\"n\":1}},{deep},{{\"n\":2}}]"));
            assert_eq!((parsed.observations.len(), parsed.rejected()), (2, 1), "{open} {levels}");
        }
    }
    for unclosed in ["{\"a\":".repeat(100_000), "[".repeat(100_000), format!("{{\"a\":{}", "[".repeat(100_000))] {
        assert_eq!(read(Format::Json, &unclosed).rejected(), 1);
    }
}

#[test]
fn limits_of_one_event_cost_only_that_event() {
    let limits = Limits { attributes: 2, key_bytes: 4, value_bytes: 6, line_bytes: 40, ..Limits::default() };
    for (event, wanted) in [
        (r#"{"a":1,"b":2}"#, None),
        (r#"{"a":1,"b":2,"c":3}"#, Some("the event has more than 2 attributes: send fewer")),
        (r#"{"a":{"b":{"c":1}}}"#, Some("the key that starts with 'a.b.c' is longer than 4 bytes")),
        (r#"{"msg":"1234567"}"#, Some("the value of 'msg' is longer than 6 bytes")),
        (r#"{"a":[1,2,3]}"#, Some("the value of 'a' is longer than 6 bytes")),
        (r#"{"a":1,"b":                            2}"#, Some("the line has 41 bytes; at most 40 are read")),
    ] {
        let lines = format!("{{\"n\":1}}\n{event}\n{{\"n\":2}}");
        let parsed = try_read(Format::Ndjson, lines.as_bytes(), limits).unwrap();
        let problem = parsed.problems.first().map(|problem| (problem.place, problem.message.as_str()));
        assert_eq!(problem, wanted.map(|wanted| (Some(Place::Line(2)), wanted)), "{event}");
        assert_eq!(parsed.observations.len(), if wanted.is_some() { 2 } else { 3 });
    }
}

#[test]
fn a_line_of_a_hundred_megabytes_costs_only_itself() {
    let mut body = b"{\"n\":1}\n{\"message\":\"".to_vec();
    body.resize(body.len() + 100_000_000, b'x');
    body.extend_from_slice(b"\"}\n{\"n\":2}\n");
    let parsed = read(Format::Ndjson, &body);
    assert_eq!((parsed.observations.len(), parsed.rejected()), (2, 1));
    assert_eq!(parsed.problems[0].place, Some(Place::Line(2)));
}

#[test]
fn limits_of_the_body_refuse_it() {
    let three = "{}\n{}\nx\n";
    let limits = Limits { events_per_body: 2, ..Limits::default() };
    assert_eq!(try_read(Format::Ndjson, three.as_bytes(), limits), Err(SourceError::TooManyEvents { max: 2 }));
    assert_eq!(try_read(Format::Json, b"[{},{},{}]", limits), Err(SourceError::TooManyEvents { max: 2 }));
    assert_eq!(try_read(Format::Json, b"[{},{}]", limits).unwrap().observations.len(), 2);

    // Nested keys repeat what stands above them: 100 lines of 2 KB would take 10 MB.
    let members: Vec<_> = (0..200).map(|number| format!("\"{number}\":1")).collect();
    let line = format!("{{\"{}\":{{{}}}}}\n", "k".repeat(500), members.join(","));
    let limits = Limits { observation_bytes: 5_000_000, ..Limits::default() };
    let refused = try_read(Format::Ndjson, line.repeat(100).as_bytes(), limits).unwrap_err();
    assert_eq!((refused.clone(), refused.status()), (SourceError::ObservationsTooLarge { max: 5_000_000 }, 413));
}

#[test]
fn problems_beyond_a_hundred_are_counted() {
    let (observations, receipt) = read(Format::Ndjson, "x\n".repeat(250) + "{}").into_parts();
    assert_eq!((observations.len(), receipt.accepted, receipt.rejected, receipt.problems.len()), (1, 1, 250, 100));
}

#[test]
fn answers() {
    let answer = |body: &str| {
        let receipt: Receipt = read(Format::Ndjson, body).into_parts().1;
        String::from_utf8((SOURCES[0].respond)(Format::Ndjson, &receipt)).unwrap()
    };
    assert_eq!(answer("{}\n{}"), r#"{"accepted":2}"#);
    insta::assert_snapshot!(answer("{}\n7"), @r#"{"accepted":1,"rejected":1,"problems":[{"line":2,"message":"an event is a JSON object; this is a number"}]}"#);
}

#[test]
fn severity_defaults_to_informational() {
    let parsed = read(Format::Json, "{}");
    assert_eq!(events(&parsed)[0].severity, Severity::Informational);
    assert_eq!(events(&parsed)[0].time, received());
}

fn json_value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(|number| serde_json::json!(number)),
        ".{0,8}".prop_map(Into::into),
    ];
    leaf.prop_recursive(6, 40, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            proptest::collection::vec((key(), inner), 0..5).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof!["[a-c.]{0,3}", "time|ts|severity|host|msg|trace_id", ".{0,4}"]
}

/// How many attributes an object that holds no lifted names has.
fn leaves(value: &serde_json::Value) -> usize {
    match value {
        serde_json::Value::Object(members) if !members.is_empty() => members.values().map(leaves).sum(),
        _ => 1,
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(body in proptest::collection::vec(any::<u8>(), 0..300)) {
        for format in [Format::Json, Format::Ndjson] {
            let _ = try_read(format, &body, Limits::default());
        }
    }

    #[test]
    fn text_like_json_never_panics(body in r#"[\[\]{}":,0-9a-e.\\n\- \n]{0,120}"#) {
        let limits = Limits { depth: 3, attributes: 3, key_bytes: 5, value_bytes: 9, line_bytes: 60, ..Limits::default() };
        for limits in [limits, Limits::default()] {
            for format in [Format::Json, Format::Ndjson] {
                let _ = try_read(format, body.as_bytes(), limits);
            }
        }
    }

    #[test]
    fn one_array_lines_and_a_single_document_say_the_same(
        objects in proptest::collection::vec(proptest::collection::vec((key(), json_value()), 0..6), 1..4),
    ) {
        let objects: Vec<serde_json::Map<_, _>> = objects.into_iter().map(|members| members.into_iter().collect()).collect();
        let lines: Vec<_> = objects.iter().map(|object| serde_json::to_string(object).unwrap()).collect();
        let from_lines = read(Format::Ndjson, lines.join("\n"));
        let from_array = read(Format::Json, serde_json::to_string_pretty(&objects).unwrap());
        prop_assert_eq!(&from_lines.observations, &from_array.observations);
        prop_assert_eq!(from_lines.rejected(), from_array.rejected());
        let alone: Vec<_> = lines.iter().flat_map(|line| read(Format::Json, line).observations).collect();
        prop_assert_eq!(&from_lines.observations, &alone);
    }

    #[test]
    fn nothing_but_lifted_fields_is_missing(members in proptest::collection::vec(("x[a-z]{0,3}", json_value()), 0..6)) {
        let object: serde_json::Map<_, _> = members.into_iter().collect();
        let parsed = read(Format::Json, serde_json::to_string(&object).unwrap());
        let wanted: usize = object.values().map(leaves).sum();
        prop_assert_eq!(events(&parsed)[0].attributes.len(), wanted);
    }
}
