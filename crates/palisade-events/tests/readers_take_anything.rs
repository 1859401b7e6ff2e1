//! No bytes make a reader panic, and what it gives does not depend on where blocks end.

use palisade_events::{
    Record,
    readers::{Format, Problem, Reader},
};
use palisade_model::Timestamp;
use proptest::prelude::*;

/// Every event as its fields, and every problem's reason.
fn read(bytes: &[u8], format: Option<Format>, block: usize) -> Vec<String> {
    let mut found = Vec::new();
    let mut reader = Reader::new(format).with_reference(Timestamp::from_millis(1_795_176_000_000));
    let mut take = |read: Result<&Record<'_>, Problem>| {
        found.push(match read {
            Ok(record) => {
                format!("{:?}", record.fields().map(|field| (field.name, field.value.get())).collect::<Vec<_>>())
            }
            Err(problem) => problem.to_string(),
        });
    };
    bytes.chunks(block).for_each(|block| reader.feed(block, &mut take));
    reader.finish(&mut take);
    assert_eq!(reader.events() + reader.problems(), found.len() as u64);
    found
}

fn formats() -> impl Strategy<Value = Option<Format>> {
    let names: Vec<_> = Format::names().collect();
    prop_oneof![Just(None), prop::sample::select(names).prop_map(|name| name.parse().ok())]
}

/// Pieces of all formats, so that random texts come near to them.
const PIECES: [&str; 62] = [
    "<34>1 ",
    "<13>",
    "Oct 11 22:14:15 ",
    "2026-01-02T03:04:05Z ",
    "host ",
    "sshd[1]: ",
    "[id a=\"b\"] ",
    "CEF:0|",
    "a|",
    "LEEF:2.0|",
    "x5E|",
    "k=v ",
    "k=\"v",
    "\\\"",
    "\" ",
    "type=EXECVE msg=audit(1.1:1): ",
    "a0=6162 ",
    "a1[0]=61 ",
    "msg='",
    "' ",
    "1.2.3.4 - - ",
    "[10/Oct/2000:13:55:36 -0700] ",
    "\"GET /?a HTTP/1.1\" ",
    "200 1 ",
    "#Fields: a b\n",
    "<Event>",
    "</Event>",
    "<System><EventID>1</EventID></System>",
    "<Data Name='a'>",
    "</Data>",
    "&amp;",
    "&#x41;",
    "<![CDATA[",
    "]]>",
    "{\"Records\":[",
    "{\"a\":",
    "[",
    "]",
    "}",
    "{",
    "1",
    ",",
    "\"x\"",
    "{\"resourceLogs\":[",
    "\n",
    "\r\n",
    "é",
    "\u{FEFF}",
    "\\",
    "=",
    "|",
    "\t",
    "{\"value\":[",
    "\"items\":[",
    "{\"Event\":{\"System\":{\"EventID\":1}}}",
    "{\"kind\":\"EventList\",",
    "type=PROCTITLE msg=audit(1.1:1): ",
    "{\"type\":\"event\",\"attributes\":{\"é\":1}}",
    "{\"remote_addr\":\"a\",\"request\":\"GET /\"}",
    "<",
    ">",
    "\"",
];

fn texts() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn random_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300), format in formats()) {
        read(&bytes, format, 64);
    }

    #[test]
    fn blocks_make_no_difference(text in texts(), format in formats(), block in 1..40_usize) {
        // The beginning of a stream tells its format, so the format is given here.
        let format = format.unwrap_or_else(|| Format::of_stream(text.as_bytes()));
        let reasons = |found: Vec<String>| -> Vec<String> {
            found.into_iter().map(|text| text.rsplit(": ").next().unwrap_or_default().to_owned()).collect()
        };
        let whole = reasons(read(text.as_bytes(), Some(format), 1 << 20));
        let parted = reasons(read(text.as_bytes(), Some(format), block));
        if format != Format::Json {
            prop_assert_eq!(parted, whole);
        }
    }

    #[test]
    fn damaged_event_logs_are_read(bytes in prop::collection::vec(any::<u8>(), 600..2000), at in 0..60_000_usize) {
        let mut file = vec![0; 4096 + 65_536];
        file[..8].copy_from_slice(b"ElfFile\0");
        file[4096..4104].copy_from_slice(b"ElfChnk\0");
        let start = 4104 + at;
        let end = file.len().min(start + bytes.len());
        file[start..end].copy_from_slice(&bytes[..end - start]);
        read(&file, None, 10_000);
    }
}
