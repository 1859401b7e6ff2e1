//! How fast formats are read: bytes and events a second.
//!
//! `PALISADE_DATA` may name a folder of data: `events/mordor_20k.ndjson.gz` is then what NDJSON is measured with, and an
//! event log is put together from a file of `events/sigma/regression_data`.
#![allow(clippy::disallowed_methods, reason = "own fixtures")]

use divan::{Bencher, black_box, counter::BytesCount};
use palisade_events::{
    Record,
    readers::{Format, Reader},
};
use std::{
    fmt::Write as _,
    io::Read as _,
    path::{Path, PathBuf},
};

fn main() {
    divan::main();
}

fn measure(bencher: Bencher<'_, '_>, bytes: &[u8], format: Option<Format>) {
    bencher.counter(BytesCount::of_slice(bytes)).bench_local(|| {
        let mut reader = Reader::new(format);
        let mut fields = 0;
        for block in bytes.chunks(1 << 18) {
            reader.feed(block, &mut |read| fields += read.map_or(0, Record::len));
        }
        reader.finish(&mut |read| fields += read.map_or(0, Record::len));
        assert!(reader.events() > 0 && reader.problems() == 0);
        black_box(fields)
    });
}

/// So many lines of a format.
fn lines(line: impl Fn(usize) -> String) -> Vec<u8> {
    (0..20_000)
        .fold(String::new(), |mut text, index| {
            let _ = writeln!(text, "{}", line(index));
            text
        })
        .into_bytes()
}

#[divan::bench]
fn ndjson(bencher: Bencher<'_, '_>) {
    measure(bencher, &sample(), Some(Format::Json));
}

#[divan::bench]
fn ndjson_as_documents(bencher: Bencher<'_, '_>) {
    let mut list = b"[\n".to_vec();
    list.extend(
        sample().split(|&byte| byte == b'\n').filter(|line| !line.is_empty()).collect::<Vec<_>>().join(&b",\n"[..]),
    );
    list.push(b']');
    measure(bencher, &list, Some(Format::Json));
}

#[divan::bench]
fn lines_alone(bencher: Bencher<'_, '_>) {
    measure(bencher, &sample(), Some(Format::Text));
}

#[divan::bench]
fn syslog(bencher: Bencher<'_, '_>) {
    let line = |index| {
        format!(
            "<38>Oct 11 22:14:15 web{} sshd[{index}]: Failed password for invalid user admin from 192.0.2.7 port {index} ssh2",
            index % 9
        )
    };
    measure(bencher, &lines(line), Some(Format::Syslog));
}

#[divan::bench]
fn cef(bencher: Bencher<'_, '_>) {
    let line = |index| {
        format!(
            "CEF:0|Acme|Gate|1.0|100|worm stopped|10|src=10.0.0.{} dst=2.1.2.2 spt={index} act=blocked a packet request=http://x/?q=1",
            index % 250
        )
    };
    measure(bencher, &lines(line), Some(Format::Cef));
}

#[divan::bench]
fn logfmt(bencher: Bencher<'_, '_>) {
    let line = |index| {
        format!(
            "ts=2026-01-02T03:04:05Z level=info msg=\"request \\\"done\\\"\" path=/api/v1/items/{index} status=200 bytes=5120"
        )
    };
    measure(bencher, &lines(line), Some(Format::Logfmt));
}

#[divan::bench]
fn auditd(bencher: Bencher<'_, '_>) {
    let line = |index| {
        format!(
            "type=SYSCALL msg=audit(1364481363.243:{index}): arch=c000003e syscall=59 success=yes exit=0 a0=55 ppid=1 pid=2 uid=0 comm=\"cat\" exe=\"/usr/bin/cat\" key=\"k\"\n\
             type=EXECVE msg=audit(1364481363.243:{index}): argc=3 a0=\"cat\" a1=2F746D702F6120622E747874 a2=\"-n\"\n\
             type=PROCTITLE msg=audit(1364481363.243:{index}): proctitle=636174002F746D70"
        )
    };
    measure(bencher, &lines(line), Some(Format::Auditd));
}

#[divan::bench]
fn access_log(bencher: Bencher<'_, '_>) {
    let line = |index| {
        format!(
            "192.0.2.{} - - [10/Oct/2000:13:55:36 -0700] \"GET /shop/item.php?id={index} HTTP/1.1\" 200 2326 \"https://example.org/\" \"Mozilla/5.0 (X11; Linux x86_64)\"",
            index % 250
        )
    };
    measure(bencher, &lines(line), Some(Format::AccessLog));
}

#[divan::bench]
fn windows_xml(bencher: Bencher<'_, '_>) {
    let line = |index| {
        format!(
            "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Linux-Sysmon'/><EventID>1</EventID><TimeCreated SystemTime='2026-01-02T03:04:05.000Z'/><EventRecordID>{index}</EventRecordID><Channel>Linux-Sysmon/Operational</Channel><Computer>h</Computer></System><EventData><Data Name='Image'>/usr/bin/cat</Data><Data Name='CommandLine'>cat /tmp/a &amp;&amp; true</Data><Data Name='User'>root</Data></EventData></Event>"
        )
    };
    measure(bencher, &lines(line), Some(Format::WindowsXml));
}

#[divan::bench]
fn evtx(bencher: Bencher<'_, '_>) {
    let Some(file) = data().and_then(|data| event_log(&data.join("events/sigma/regression_data"))) else {
        eprintln!("skipped: PALISADE_DATA names no folder with event logs");
        return;
    };
    measure(bencher, &file, None);
}

fn data() -> Option<PathBuf> {
    std::env::var_os("PALISADE_DATA").map(PathBuf::from)
}

/// Real events where there are some, else such that look like them.
fn sample() -> Vec<u8> {
    let packed = data().and_then(|data| std::fs::File::open(data.join("events/mordor_20k.ndjson.gz")).ok());
    if let Some(packed) = packed {
        let mut bytes = Vec::new();
        if flate2::read::GzDecoder::new(packed).take(1 << 30).read_to_end(&mut bytes).is_ok() {
            return bytes;
        }
    }
    lines(|index| {
        format!(
            r#"{{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Image":"C:\\Windows\\System32\\cmd.exe","CommandLine":"cmd /c echo {index}","ProcessId":{index},"User":"A\\b","Hashes":"SHA1=5E4F2C531C549BB72A658ED9DD16D491EDDBB286"}}"#
        )
    })
}

/// A full event log: the one event of a file as often as chunks have room for it.
fn event_log(folder: &Path) -> Option<Vec<u8>> {
    let file = std::fs::read(find(folder, "proc_creation_win_certutil_decode")?).ok()?;
    let chunk = full_chunk(file.get(4096..4096 + 65_536)?)?;
    let mut log = file[..4096].to_vec();
    (0..160).for_each(|_| log.extend_from_slice(&chunk));
    Some(log)
}

fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for path in std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == "evtx") && path.to_string_lossy().contains(name) {
                return Some(path);
            }
        }
    }
    None
}

/// The first record of a chunk again and again, where later ones refer to the template that the first defines.
fn full_chunk(chunk: &[u8]) -> Option<Vec<u8>> {
    let number = |at: usize| Some(u32::from_le_bytes(chunk.get(at..at + 4)?.try_into().ok()?));
    let size = number(512 + 4)? as usize;
    let record = chunk.get(512..512 + size)?;
    let mut repeated = without_definitions(record)?;
    let length = (repeated.len() as u32).to_le_bytes();
    repeated[4..8].copy_from_slice(&length);
    let end = repeated.len() - 4;
    repeated[end..].copy_from_slice(&length);
    let mut full = chunk[..512 + size].to_vec();
    let (mut id, mut last) = (u64::from_le_bytes(record[8..16].try_into().ok()?), 512);
    while full.len() + repeated.len() <= 65_536 {
        (id, last) = (id + 1, full.len() as u32);
        repeated[8..16].copy_from_slice(&id.to_le_bytes());
        full.extend_from_slice(&repeated);
    }
    full[32..40].copy_from_slice(&id.to_le_bytes());
    full[44..48].copy_from_slice(&last.to_le_bytes());
    let free = (full.len() as u32).to_le_bytes();
    full[48..52].copy_from_slice(&free);
    // Dirty: its checksums are not those of what it holds.
    full[120] |= 1;
    full.resize(65_536, 0);
    Some(full)
}

/// A record without the definitions of the templates that its references point to: that of the event, and that of the
/// event's own data, which is one of its values.
fn without_definitions(record: &[u8]) -> Option<Vec<u8>> {
    const INSTANCE: [u8; 2] = [0x0C, 1];
    const BINARY_XML: u8 = 0x21;
    let number = |at: usize| Some(u32::from_le_bytes(record.get(at..at + 4)?.try_into().ok()?) as usize);
    // Header of the record, header of the fragment, and the reference to the template.
    let outer = 24 + 4 + 10;
    let values = outer + 24 + number(outer + 20)?;
    let mut kept = [&record[..outer], record.get(values..)?].concat();
    // The reference within points right behind itself in the chunk, which begins 512 bytes before the record.
    let inner = (values..record.len() - 10)
        .find(|&at| record[at..].starts_with(&INSTANCE) && number(at + 6) == Some(512 + at + 10))?
        + 10;
    let defined = 24 + number(inner + 20)?;
    let start = inner - (values - outer);
    kept.drain(start..start + defined);
    let count = u32::from_le_bytes(kept.get(outer..outer + 4)?.try_into().ok()?) as usize;
    let holder = (0..count).map(|index| outer + 4 + index * 4).find(|&at| kept[at + 2] == BINARY_XML)?;
    let bytes = u16::from_le_bytes([kept[holder], kept[holder + 1]]).checked_sub(defined as u16)?;
    kept[holder..holder + 2].copy_from_slice(&bytes.to_le_bytes());
    Some(kept)
}
