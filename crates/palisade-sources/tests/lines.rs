//! Lines of followed files: what is taken apart, and what stays text.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

use palisade_model::{Event, Timestamp, Value};
use palisade_sources::{Context, Frame, Limits, LineFormat, LineOrigin, read_line};
use proptest::prelude::*;
use std::fmt::Write;

fn read_with(frame: Frame<'_>, format: LineFormat, limits: &Limits) -> Option<Event> {
    let received = Timestamp::parse("2026-11-20T12:00:00Z").unwrap();
    let context = Context { received, limits };
    let (path, service, host) = ("/var/log/app.log", "shop", "web-1");
    read_line(frame, &LineOrigin { context, path, service, host, format, zone_seconds: 0 })
}

fn show(format: LineFormat, lines: &[&[u8]]) -> String {
    lines.iter().fold(String::new(), |mut shown, line| {
        let event = read_with(Frame::whole(line), format, &Limits::default()).unwrap();
        let json = serde_json::to_string(&event).unwrap();
        let json = json.replacen(r#""id":"00000000-0000-0000-0000-000000000000","#, "", 1);
        let _ = writeln!(shown, "{}\n  {json}", line.escape_ascii());
        shown
    })
}

const LINES: [&[u8]; 21] = [
    b"a line\r",
    b"  indented, as in a stack trace",
    b"{\"level\":\"warn\",\"msg\":\"low on disk\",\"free\":3,\"service\":\"agent\"}",
    b"{\"message\":\"names no service\"}",
    b"{\"broken\":",
    b"{\"log\":\"GET / 200\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-20T11:59:59.123456789Z\"}",
    b"{\"log\":\"the first half\",\"stream\":\"stderr\",\"time\":\"2026-11-20T11:59:59Z\",\"attrs\":{\"tag\":\"x\"}}",
    b"{\"log\":\"{\\\"level\\\":\\\"error\\\",\\\"msg\\\":\\\"inner\\\"}\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-20T11:59:59Z\"}",
    b"{\"log\":\"x\",\"stream\":\"neither\",\"time\":\"2026-11-20T11:59:59Z\"}",
    b"{\"log\":\"only\"}",
    b"2026-11-20T11:59:59.123456789Z stdout F {\"msg\":\"of a pod\"}",
    b"2026-11-20T11:59:59.123456789Z stderr P a part",
    b"2026-11-20T11:59:59.123456789Z stdout F",
    b"2026-11-20T11:59:59.123456Z web-7 cron[12]: (root) CMD (true)",
    b"Nov 20 11:59:59 web-7 sshd[12]: Failed password",
    b"Nov 20 11:59:59 Error: no host, so no line of syslog",
    b"2026-11-20T11:59:59Z web-7 kernel: [1.5] link up",
    b"2026-11-20T11:59:59Z INFO server: ready",
    b"2026-11-20T11:59:59Z worker-1 started: ok",
    b"Nov 20 11:59:59 ERROR main: broken",
    b"latin-1: caf\xE9",
];

#[test]
fn auto() {
    insta::assert_snapshot!(show(LineFormat::Auto, &LINES));
}

#[test]
fn json() {
    insta::assert_snapshot!(show(LineFormat::Json, &LINES[1..6]));
}

#[test]
fn text() {
    insta::assert_snapshot!(show(LineFormat::Text, &LINES[1..6]));
}

#[test]
fn blank_lines_are_none() {
    for line in ["", " ", "\r", "\t \r", "\0"] {
        assert_eq!(read_with(Frame::whole(line.as_bytes()), LineFormat::Auto, &Limits::default()), None, "{line:?}");
    }
}

#[test]
fn a_cut_line_says_so() {
    let frame = Frame { bytes: b"{\"message\":\"\xC3", cut: 7 };
    let event = read_with(frame, LineFormat::Auto, &Limits::default()).unwrap();
    assert_eq!(event.message, "{\"message\":\"");
    assert_eq!(event.attributes.last().unwrap(), &("cut_bytes".into(), Value::Integer(8)));
}

proptest! {
    #[test]
    fn arbitrary_bytes_become_an_event_within_limits(line in any::<Vec<u8>>(), cut in 0_usize..3) {
        let limits = Limits { line_bytes: 64, value_bytes: 40, key_bytes: 12, attributes: 2, depth: 3, ..Limits::default() };
        for limits in [limits, Limits::default()] {
            for format in [LineFormat::Auto, LineFormat::Text, LineFormat::Json] {
                let event = read_with(Frame { bytes: &line, cut }, format, &limits);
                prop_assert!(event.is_none_or(|event| event.message.len() <= limits.value_bytes));
            }
        }
    }

    #[test]
    fn text_like_lines_never_panics(line in r#"(\{"log":|2026-11-20T11:59:59Z (stdout|stderr) [FPX:]{0,2} |Nov 20 11:59:59 )[a-z:\[\]{}"\\ ,é]{0,60}"#) {
        let event = read_with(Frame::whole(line.as_bytes()), LineFormat::Auto, &Limits::default());
        prop_assert!(event.is_some());
    }

    #[test]
    fn text_stays_as_it_is(line in "[^\r\n\u{0}\u{FEFF}]{1,60}") {
        prop_assume!(!line.trim_ascii().is_empty());
        let event = read_with(Frame::whole(line.as_bytes()), LineFormat::Text, &Limits::default()).unwrap();
        prop_assert_eq!(event.message, line);
    }
}
