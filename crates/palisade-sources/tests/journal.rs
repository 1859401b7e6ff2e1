//! The journal's export format: entries, events, limits, and that pieces do not matter.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

use palisade_model::{Event, Timestamp, Value};
use palisade_sources::{Context, JournalEntry, JournalReader, Limits, SourceError};
use proptest::prelude::*;

/// The first example of the specification (two entries, abridged), and one with a binary field.
const TEXT: &str = "__CURSOR=s=739ad463348b4ceca5a9e69c95a3c93f;i=4ece7;b=6c7c6013a26343b29e964691ff25d04c;m=4fc72436e;t=4c508a72423d9;x=d3e5610681098c10;p=system.journal
__REALTIME_TIMESTAMP=1342540861416409
__MONOTONIC_TIMESTAMP=21415215982
_BOOT_ID=6c7c6013a26343b29e964691ff25d04c
_TRANSPORT=syslog
PRIORITY=4
SYSLOG_FACILITY=3
SYSLOG_IDENTIFIER=gdm-password]
SYSLOG_PID=587
MESSAGE=AccountsService-DEBUG(+): ActUserManager: ignoring unspecified session '8' since it's not graphical: Success
_PID=587
_UID=0
_COMM=gdm-session-wor
_EXE=/usr/libexec/gdm-session-worker
_SYSTEMD_UNIT=gdm.service
_HOSTNAME=fedora

__CURSOR=s=739ad463348b4ceca5a9e69c95a3c93f;i=4ece8
__REALTIME_TIMESTAMP=1342540861421465
PRIORITY=7
MESSAGE={\"msg\":\"structured\",\"n\":1}
_COMM=app
_HOSTNAME=fedora

";

fn entries(limits: &Limits, pieces: &[&[u8]]) -> Result<Vec<JournalEntry>, SourceError> {
    let mut reader = JournalReader::new(limits);
    let mut found = Vec::new();
    for mut piece in pieces.iter().copied() {
        while let Some(entry) = reader.next(&mut piece)? {
            found.push(entry);
        }
        assert!(reader.pending() <= limits.line_bytes + 200);
    }
    found.extend(reader.finish()?);
    Ok(found)
}

fn event(entry: &JournalEntry, limits: &Limits) -> Event {
    let received = Timestamp::parse("2026-11-20T12:00:00Z").unwrap();
    entry.clone().into_event(&Context { received, limits })
}

fn binary(name: &str, value: &[u8]) -> Vec<u8> {
    [name.as_bytes(), b"\n", &(value.len() as u64).to_le_bytes(), value, b"\n"].concat()
}

#[test]
fn entries_become_events() {
    let third = [
        binary("MESSAGE", b"two\nlines\n"),
        b"PRIORITY=9\n_PID=x\nSYSLOG_FACILITY=99\nEMPTY=\n_HOSTNAME=a\n_HOSTNAME=b\n".to_vec(),
        binary("BINARY", b"\xFF\0"),
        b"__REALTIME_TIMESTAMP=99999999999999999\nlower=left out\n".to_vec(),
    ];
    let stream = [TEXT.as_bytes(), &third.concat()].concat();
    let limits = Limits::default();
    let entries = entries(&limits, &[&stream]).unwrap();
    assert_eq!(entries[1].get("__CURSOR").unwrap(), b"s=739ad463348b4ceca5a9e69c95a3c93f;i=4ece8");
    let events: Vec<_> =
        entries.iter().map(|entry| serde_json::to_string_pretty(&event(entry, &limits)).unwrap()).collect();
    insta::assert_snapshot!(events.join("\n"));
}

#[test]
fn streams_that_are_none() {
    let limits = Limits::default();
    for (stream, wanted) in [
        (&b""[..], Ok(0)),
        (b"\n\n\n", Ok(0)),
        (b"A=1\n", Ok(1)),
        (b"A=1\n\n\nB=2\n\n", Ok(2)),
        (b"A=1\nB", Err("it ends within a field")),
        (b"A=1\nB=", Err("it ends within a field")),
        (b"A\n\x01\0\0\0\0\0\0\0xy", Err("a value is longer than its length says")),
        (b"A\n\x02\0\0\0\0\0\0\0x", Err("it ends within a field")),
        (b"A\n\0\0\0\0\0\0\0\0\n", Ok(1)),
        (b"A\n\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", Err("a value is longer than 768 MiB")),
        (b"not a field\n", Err("a line is neither a field nor the name of one")),
        (b"{\"message\":\"json\"}\n", Err("a line is neither a field nor the name of one")),
    ] {
        let read = entries(&limits, &[stream]).map(|entries| entries.len()).map_err(|error| error.to_string());
        let wanted = wanted.map_err(|reason| {
            format!(
                "the body cannot be read: {reason}; send the journal export format, as `journalctl -o export` writes it"
            )
        });
        assert_eq!(read, wanted, "{}", stream.escape_ascii());
    }
}

#[test]
fn what_is_too_large_is_left_out_and_says_so() {
    let limits = Limits { line_bytes: 300, attributes: 4, ..Limits::default() };
    let dump = binary("COREDUMP", &[7; 100_000]);
    let many: String = (0..10).map(|number| format!("F{number}=v\n")).collect();
    let long = format!("LONG={}\nMESSAGE={}\n", "l".repeat(1_000), "m".repeat(1_000));
    let stream =
        [&dump, &b"MESSAGE=kept\n\n"[..], many.as_bytes(), b"\n", long.as_bytes(), b"\nMESSAGE=after\n\n"].concat();
    let entries = entries(&limits, &[&stream]).unwrap();
    let shown: Vec<_> = entries
        .iter()
        .map(|entry| event(entry, &limits))
        .map(|event| (event.message.len(), event.attributes))
        .collect();
    let left_out = |count| ("attributes_left_out".to_owned(), Value::Integer(count));
    assert_eq!(shown[0], (4, vec![left_out(1)]));
    assert_eq!((shown[1].0, shown[1].1.len(), &shown[1].1[4]), (0, 5, &left_out(6)));
    let cut = 1_000 - shown[2].0 as i64;
    assert!((200..300).contains(&shown[2].0), "{shown:?}");
    assert_eq!(shown[2].1, vec![("cut_bytes".to_owned(), Value::Integer(cut)), left_out(1)]);
    assert_eq!(shown[3], (5, vec![]));
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(stream in any::<Vec<u8>>(), chunk in 1_usize..20) {
        let limits = Limits { line_bytes: 64, attributes: 2, ..Limits::default() };
        if let Ok(entries) = entries(&limits, &stream.chunks(chunk).collect::<Vec<_>>()) {
            for entry in entries {
                let _ = event(&entry, &limits);
            }
        }
    }

    #[test]
    fn fields_go_there_and_back(
        fields in proptest::collection::vec(proptest::collection::vec(("[A-Z_][A-Z0-9_]{0,8}", any::<Vec<u8>>()), 1..5), 0..5),
        chunk in 1_usize..200,
        max in 20_usize..400,
    ) {
        let mut stream = Vec::new();
        for entry in &fields {
            for (name, value) in entry {
                match str::from_utf8(value) {
                    Ok(text) if !text.contains('\n') => stream.extend(format!("{name}={text}\n").bytes()),
                    _ => stream.extend(binary(name, value)),
                }
            }
            stream.push(b'\n');
        }
        let pieces: Vec<_> = stream.chunks(chunk).collect();
        let found = entries(&Limits::default(), &pieces).unwrap();
        prop_assert_eq!(found.len(), fields.len());
        for (entry, fields) in found.iter().zip(&fields) {
            for (name, _) in fields {
                let first = &fields.iter().find(|(known, _)| known == name).unwrap().1;
                prop_assert_eq!(entry.get(name), Some(first.as_slice()));
            }
        }
        // Whatever the limit, pieces do not matter and nothing goes beyond it.
        let limits = Limits { line_bytes: max, ..Limits::default() };
        let bounded = entries(&limits, &pieces).unwrap();
        prop_assert!(bounded.iter().all(|entry| entry.bytes() <= max));
        prop_assert_eq!(bounded, entries(&limits, &[&stream]).unwrap());
    }
}
