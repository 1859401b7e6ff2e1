//! Syslog: what becomes of messages as real senders write them, and that none is refused.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

use palisade_model::{Event, Timestamp, Value};
use palisade_sources::{Context, Delivery, Frame, Framer, Limits, read_syslog};
use proptest::prelude::*;
use std::fmt::Write;

fn read_with(frame: Frame<'_>, limits: &Limits, peer: &str) -> Event {
    let received = Timestamp::parse("2026-11-20T12:00:00Z").unwrap();
    read_syslog(frame, &Delivery { context: Context { received, limits }, zone_seconds: 0, peer })
}

fn read(message: impl AsRef<[u8]>) -> Event {
    read_with(Frame::whole(message.as_ref()), &Limits::default(), "")
}

fn json(event: &Event) -> String {
    serde_json::to_string(event).unwrap().replacen(r#""id":"00000000-0000-0000-0000-000000000000","#, "", 1)
}

fn show(messages: &[&[u8]]) -> String {
    messages.iter().fold(String::new(), |mut shown, message| {
        let _ = writeln!(shown, "{}\n  {}", message.escape_ascii(), json(&read(message)));
        shown
    })
}

#[test]
fn messages_of_rfc5424() {
    let messages: [&[u8]; 15] = [
        b"<14>1 2026-11-20T11:59:59Z h a 1 - -   as rsyslog writes it, and a blank more",
        b"<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \xEF\xBB\xBF'su root' failed for lonvick on /dev/pts/8",
        b"<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time to make the do-nuts.",
        b"<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut=\"3\" eventSource=\"Application\" eventID=\"1011\"] \xEF\xBB\xBFAn application event log entry...",
        b"<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut=\"3\" eventSource=\"Application\" eventID=\"1011\"][examplePriority@32473 class=\"high\"]",
        b"<15>1 - - - - - -",
        b"<13>1 2026-11-20T11:59:59.123456+00:00 h root - - [timeQuality tzKnown=\"1\" isSynced=\"0\"] by logger\n",
        b"<8>1 2026-11-20T11:59:59Z h a thread-7 - [broken x=\"1] the rest",
        b"<9>1 2026-11-20T11:59:59Z h a",
        b"<14>1 2090-01-01T00:00:00Z h a 1 - - from the future",
        b"<14>1 1903-01-01T00:00:00Z h a 1 - - from the past",
        b"<14>1 yesterday h a 1 - - no time",
        b"<14>1 2026-11-20T11:59:59Z h a 1 - - \xFF\xFEbytes\0\r\n",
        b"<14>1 2026-11-20T11:59:59Z  a 1 - - no host",
        b"<14>2 2026-11-20T11:59:59Z h a 1 - - a version to come",
    ];
    insta::assert_snapshot!(show(&messages));
}

#[test]
fn messages_of_rfc3164() {
    let messages: [&[u8]; 22] = [
        b"<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8",
        b"<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!",
        b"<165>Aug 24 05:34:00 CST 1987 mymachine myproc[10]: %% It's time",
        b"<38>Nov 20 11:59:59 web-1 sshd[4711]: Accepted publickey for root from 203.0.113.9 port 22 ssh2\n",
        b"<38>2026-11-20T12:59:59.123456+01:00 web-1 sshd[4711]: as rsyslog forwards it",
        b"<38>Nov 20 11:59:59 sshd[4711]: as /dev/log has it",
        b"<38>Nov 20 11:59:59 fe80::1 kernel: [12.5] eth0: link up",
        b"<22>Nov 20 11:59:59 mx postfix/smtpd[99]: connect from unknown[203.0.113.9]",
        b"<30>Nov 20 11:59:59 h dockerd[1]: time=\"x\" level=info",
        b"<189>42: *Mar  1 18:46:11.123: %SYS-5-CONFIG_I: Configured from console",
        b"<189>*Mar  1 18:46:11.123: %SYS-5-CONFIG_I: Configured from console",
        b"<166>Nov 20 2026 11:59:59: %ASA-6-302013: Built outbound TCP connection",
        b"<166>Nov 20 2026 11:59:59 fw-1 : %ASA-6-302013: Built",
        b"<13>root: by logger without a time",
        b"<13>just text",
        b"<13>https://example.com is a text",
        b"no priority at all",
        b"Nov 20 11:59:59 h app: no priority but all else",
        b"<999>Nov 20 11:59:59 h app: no such priority",
        b"<13>Feb 30 11:59:59 h app: no such day",
        b"<13>",
        b"",
    ];
    insta::assert_snapshot!(show(&messages));
}

#[test]
fn messages_that_are_json() {
    let messages: [&[u8]; 8] = [
        b"<14>Nov 20 11:59:59 h app[7]: @cee: {\"user\":{\"id\":7},\"msg\":\"signed in\",\"tags\":[1]}",
        b"<14>1 2026-11-20T11:59:59Z h app 7 - - {\"level\":\"error\",\"message\":\"m\",\"service\":\"inner\",\"kind\":\"login\"}",
        b"<14>1 2026-11-20T11:59:59Z h app 7 - - {\"time\":\"2026-11-20T11:00:00Z\",\"host\":\"h\",\"service\":\"app\",\"message\":\"same\"}",
        b"<11>1 2026-11-20T11:59:59Z h app 7 - - {\"severity\":\"loud\"}",
        b"<14>1 2026-11-20T11:59:59Z h app 7 - - {\"broken\":",
        b"<14>1 2026-11-20T11:59:59Z h app 7 - - {not json}",
        b"<14>1 2026-11-20T11:59:59Z h app 7 - - {\"time\":\"9999-12-31T00:00:00Z\"}",
        b"<14>1 2026-11-20T11:59:59Z h app 7 - - [1]",
    ];
    insta::assert_snapshot!(show(&messages));
}

#[test]
fn the_sender_stands_in_for_a_missing_host() {
    let limits = Limits::default();
    for (message, host) in
        [("<13>1 - - a - - - m", "192.0.2.7"), ("<13>1 - named a - - - m", "named"), ("m", "192.0.2.7")]
    {
        let event = read_with(Frame::whole(message.as_bytes()), &limits, "192.0.2.7");
        assert_eq!(event.host, host, "{message}");
        assert!(event.attributes.contains(&("network.peer.address".into(), Value::from("192.0.2.7"))), "{message}");
    }
}

fn text_bytes(event: &Event) -> usize {
    let attributes = event.attributes.iter().map(|(key, value)| key.len() + value.as_text().map_or(0, str::len));
    attributes.sum::<usize>() + event.message.len() + event.service.len() + event.host.len()
}

#[test]
fn what_is_too_large_is_cut_and_says_so() {
    let limits = Limits { line_bytes: 200, value_bytes: 150, attributes: 3, ..Limits::default() };
    let long = format!("<13>Nov 20 11:59:59 h app: {}", "é".repeat(100));
    let event = read_with(Frame { bytes: &long.as_bytes()[..148], cut: 80 }, &limits, "");
    assert_eq!(event.message, "é".repeat(60));
    assert_eq!(event.attributes.last().unwrap(), &("cut_bytes".into(), Value::Integer(81)));

    let event = read_with(Frame::whole(long.as_bytes()), &limits, "");
    assert_eq!(event.message, "é".repeat(75));
    assert_eq!(event.attributes.last().unwrap(), &("cut_bytes".into(), Value::Integer(50)));

    // A byte that is no UTF-8 takes three when it is replaced.
    let event = read_with(Frame::whole(&[0xFF; 200]), &limits, "");
    assert!(text_bytes(&event) <= 200 + "cut_bytes".len(), "{event:?}");

    let wide = "<13>1 - h a - - [x a=\"1\" b=\"2\" c=\"3\"] m";
    let event = read_with(Frame::whole(wide.as_bytes()), &limits, "");
    assert_eq!(event.message, "m");
    assert!(event.attributes.contains(&("syslog.structured_data".into(), Value::from("[x a=\"1\" b=\"2\" c=\"3\"]"))));
}

#[test]
fn a_deep_or_wide_object_stays_text() {
    for object in [format!("{{\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000)), {
        let members: Vec<_> = (0..1_000).map(|number| format!("\"k{number}\":1")).collect();
        format!("{{{}}}", members.join(","))
    }] {
        assert_eq!(read(format!("<13>1 - h a - - - {object}")).message, object);
    }
}

fn frames(framer: &mut Framer, pieces: &[&[u8]]) -> Vec<(Vec<u8>, usize)> {
    let mut found = Vec::new();
    for mut piece in pieces.iter().copied() {
        while let Some(frame) = framer.next(&mut piece) {
            found.push((frame.bytes.to_vec(), frame.cut));
        }
        assert_eq!(piece, b"");
    }
    found.extend(framer.finish().map(|frame| (frame.bytes.to_vec(), frame.cut)));
    assert_eq!(framer.finish(), None);
    assert_eq!(framer.pending(), 0);
    found
}

#[test]
fn frames_of_a_connection() {
    type Wanted = &'static [(&'static str, usize)];
    let cases: [(&[u8], Wanted); 17] = [
        (b"<1>a\n<1>b\n", &[("<1>a", 0), ("<1>b", 0)]),
        (b"<1>a\r\n\r\n\0\n<1>b", &[("<1>a\r", 0), ("<1>b", 0)]),
        (b"4 <1>a5 <1>bb<1>c\n4 <1>d", &[("<1>a", 0), ("<1>bb", 0), ("<1>c", 0), ("<1>d", 0)]),
        (b"6 <1>a\nb4 <1>c", &[("<1>a\nb", 0), ("<1>c", 0)]),
        (b"4 <1>a\n4 <1>b\n", &[("<1>a", 0), ("<1>b", 0)]),
        (b"5 <1>a", &[]),
        (b"12 monkeys\n", &[("12 monkeys", 0)]),
        (b"12", &[("12", 0)]),
        (b"12 ", &[("12 ", 0)]),
        (b"0 <1>a\n", &[("0 <1>a", 0)]),
        (b"012 <1>a\n", &[("012 <1>a", 0)]),
        (b"1234567890 <1>a\n", &[("1234567890 <1>a", 0)]),
        (b"1  <1>a\n", &[("1  <1>a", 0)]),
        (
            b"<1>0123456789012345678901234567890123456789\n<1>b\n",
            &[("<1>012345678901234567890123456", 13), ("<1>b", 0)],
        ),
        (
            b"43 <1>0123456789012345678901234567890123456789<1>b\n",
            &[("<1>012345678901234567890123456", 13), ("<1>b", 0)],
        ),
        (b"<1>0123456789012345678901234567890123456789", &[("<1>012345678901234567890123456", 13)]),
        (b"", &[]),
    ];
    for (stream, wanted) in cases {
        let wanted: Vec<_> = wanted.iter().map(|(text, cut)| (text.as_bytes().to_vec(), *cut)).collect();
        assert_eq!(frames(&mut Framer::syslog(30), &[stream]), wanted, "{}", stream.escape_ascii());
        let bytes: Vec<_> = stream.chunks(1).collect();
        assert_eq!(frames(&mut Framer::syslog(30), &bytes), wanted, "{} byte by byte", stream.escape_ascii());
    }
    let wanted = [(b"a".to_vec(), 0), (Vec::new(), 0), (b"4 <1>b".to_vec(), 0)];
    assert_eq!(frames(&mut Framer::lines(30), &[b"a\n\n4 <1>b"]), wanted);
}

fn stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        any::<Vec<u8>>(),
        "[0-9]{0,3} ?<?[a-z\n]{0,20}".prop_map(String::into_bytes),
        "[a-z<>]{0,12}".prop_map(|text| format!("{} <{text}", text.len() + 1).into_bytes()),
        "<[0-9]{1,3}>1 - - - - - (-|\\[a b=\"[a-z\\\\\\]\"]{0,4}\"\\]) [a-z]{0,9}\n".prop_map(String::into_bytes),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn pieces_do_not_matter(stream in stream(), cuts in proptest::collection::vec(1_usize..40, 1..20), max in 16_usize..60) {
        let mut pieces = Vec::new();
        let (mut rest, mut lengths) = (&stream[..], cuts.iter().cycle());
        while !rest.is_empty() {
            let (piece, after) = rest.split_at((*lengths.next().unwrap()).min(rest.len()));
            pieces.push(piece);
            rest = after;
        }
        for framer in [Framer::syslog, Framer::lines] {
            prop_assert_eq!(frames(&mut framer(max), &pieces), frames(&mut framer(max), &[&stream]));
        }
        let bytes: usize = frames(&mut Framer::lines(max), &pieces).iter().map(|(line, cut)| line.len() + cut).sum();
        prop_assert_eq!(bytes, stream.iter().filter(|byte| **byte != b'\n').count());
    }

    #[test]
    fn counted_messages_come_out_whole(messages in proptest::collection::vec("<[^\u{0}]{0,30}", 0..8)) {
        let stream: String = messages.iter().map(|message| format!("{} {message}", message.len())).collect();
        let found = frames(&mut Framer::syslog(1_000), &[stream.as_bytes()]);
        let found: Vec<_> = found.into_iter().map(|(bytes, _)| String::from_utf8(bytes).unwrap()).collect();
        prop_assert_eq!(found, messages);
    }

    #[test]
    fn arbitrary_bytes_become_an_event_within_limits(message in any::<Vec<u8>>(), cut in 0_usize..3) {
        let limits = Limits { line_bytes: 64, value_bytes: 40, key_bytes: 12, attributes: 2, depth: 3, ..Limits::default() };
        for limits in [limits, Limits::default()] {
            let event = read_with(Frame { bytes: &message, cut }, &limits, "192.0.2.1");
            prop_assert!(event.message.len() <= limits.value_bytes);
        }
    }

    #[test]
    fn text_like_syslog_never_panics(message in r#"<[0-9]{1,3}>(1 )?((Nov|Feb) [ 0-9]{1,2} [0-9:.]{5,9}|2026-1[0-9]-[0-9]{2}T[0-9:]{8}Z|-) [a-z:\[\]{}"=\\ 0-9@é-]{0,60}"#) {
        let limits = Limits { line_bytes: 64, value_bytes: 40, key_bytes: 12, attributes: 2, depth: 3, ..Limits::default() };
        for limits in [limits, Limits::default()] {
            let event = read_with(Frame::whole(message.as_bytes()), &limits, "");
            prop_assert!(event.message.len() <= limits.value_bytes);
        }
    }

    #[test]
    fn structured_data_goes_there_and_back(values in proptest::collection::vec(".{0,12}", 1..5)) {
        let escape = |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"").replace(']', "\\]");
        let params: String = values.iter().map(|value| format!(" k=\"{}\"", escape(value))).collect();
        let event = read(format!("<13>1 - h a - - [id@1{params}] m"));
        let found: Vec<_> = event.attributes.iter().filter(|(key, _)| key == "id@1.k").map(|(_, value)| value.to_string()).collect();
        prop_assert_eq!(found, values);
        prop_assert_eq!(event.message, "m");
    }
}
