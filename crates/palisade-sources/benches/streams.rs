//! How fast what comes without an end becomes events, on one core: syslog, lines of files, the journal.
//!
//! `cargo bench -p palisade-sources` prints events a second and bytes a second.
#![allow(missing_docs, reason = "a benchmark has no readers of its documentation")]

use divan::{
    Bencher,
    counter::{BytesCount, ItemsCount},
};
use palisade_model::Timestamp;
use palisade_sources::{
    Context, Delivery, Frame, Framer, JournalReader, Limits, LineFormat, LineOrigin, read_line, read_syslog,
};

const EVENTS: usize = 1_000;

fn main() {
    divan::main();
}

/// Events as a web service logs them.
fn event(number: usize) -> String {
    format!(
        r#"{{"time":"2026-11-20T12:00:00.{:03}Z","level":"info","service":"checkout","host":"web-{}","message":"GET /api/cart/{number} answered 200","http":{{"method":"GET","status":200}},"trace_id":"{number:032x}"}}"#,
        number % 1_000,
        number % 8,
    ) + "\n"
}

/// Cuts `stream` into pieces of 64 KiB and reads each frame.
fn run_stream(
    bencher: Bencher<'_, '_>,
    framer: fn(usize) -> Framer,
    stream: &[u8],
    read: impl Fn(Frame<'_>, Context<'_>) + Sync,
) {
    let limits = Limits::default();
    let received = Timestamp::parse("2026-11-20T13:00:00Z").expect("a valid time");
    let context = Context { received, limits: &limits };
    bencher.counter(ItemsCount::new(EVENTS)).counter(BytesCount::new(stream.len())).bench(|| {
        let mut framer = framer(limits.line_bytes);
        let mut frames = 0;
        for mut piece in divan::black_box(stream).chunks(1 << 16) {
            while let Some(frame) = framer.next(&mut piece) {
                read(frame, context);
                frames += 1;
            }
        }
        assert_eq!(frames, EVENTS);
    });
}

fn message(number: usize) -> String {
    format!(
        "Accepted publickey for deploy from 203.0.113.{} port {} ssh2: ED25519 SHA256:Zk3mQ{number}",
        number % 250,
        40_000 + number
    )
}

#[divan::bench]
fn syslog_5424(bencher: Bencher<'_, '_>) {
    let record = |number: usize| {
        let text = format!(
            "<38>1 2026-11-20T12:00:{:02}.{number:06}Z web-{} sshd {} - [meta sequenceId=\"{number}\"] {}",
            number % 60,
            number % 8,
            1_000 + number,
            message(number)
        );
        format!("{} {text}", text.len())
    };
    let stream: String = (0..EVENTS).map(record).collect();
    run_stream(bencher, Framer::syslog, stream.as_bytes(), |frame, context| {
        divan::black_box(read_syslog(frame, &Delivery { context, zone_seconds: 0, peer: "192.0.2.1" }));
    });
}

#[divan::bench]
fn syslog_3164(bencher: Bencher<'_, '_>) {
    let record = |number: usize| {
        format!(
            "<38>Nov 20 12:00:{:02} web-{} sshd[{}]: {}\n",
            number % 60,
            number % 8,
            1_000 + number,
            message(number)
        )
    };
    let stream: String = (0..EVENTS).map(record).collect();
    run_stream(bencher, Framer::syslog, stream.as_bytes(), |frame, context| {
        divan::black_box(read_syslog(frame, &Delivery { context, zone_seconds: 0, peer: "192.0.2.1" }));
    });
}

fn run_lines(bencher: Bencher<'_, '_>, stream: &[u8]) {
    run_stream(bencher, Framer::lines, stream, |frame, context| {
        let origin = LineOrigin {
            context,
            path: "/var/log/app.log",
            service: "app",
            host: "web-1",
            format: LineFormat::Auto,
            zone_seconds: 0,
        };
        divan::black_box(read_line(frame, &origin));
    });
}

#[divan::bench]
fn lines_text(bencher: Bencher<'_, '_>) {
    let stream: String =
        (0..EVENTS).map(|number| format!("2026-11-20 12:00:00,123 INFO {}\n", message(number))).collect();
    run_lines(bencher, stream.as_bytes());
}

#[divan::bench]
fn lines_json(bencher: Bencher<'_, '_>) {
    run_lines(bencher, (0..EVENTS).map(event).collect::<String>().as_bytes());
}

#[divan::bench]
fn journal(bencher: Bencher<'_, '_>) {
    let record = |number: usize| {
        format!(
            "__CURSOR=s=739ad463348b4ceca5a9e69c95a3c93f;i={number:x};b=6c7c6013a26343b29e964691ff25d04c\n__REALTIME_TIMESTAMP=1795176000{number:06}\n__MONOTONIC_TIMESTAMP=4329{number:06}\n_BOOT_ID=6c7c6013a26343b29e964691ff25d04c\nPRIORITY=6\n_UID=0\n_GID=0\n_MACHINE_ID=a91663387a90b89f185d4e860000001a\n_HOSTNAME=web-1\n_TRANSPORT=syslog\nSYSLOG_FACILITY=4\nSYSLOG_IDENTIFIER=sshd\n_PID={}\n_COMM=sshd\n_EXE=/usr/sbin/sshd\n_SYSTEMD_UNIT=ssh.service\nMESSAGE={}\n\n",
            1_000 + number,
            message(number)
        )
    };
    let stream: String = (0..EVENTS).map(record).collect();
    let limits = Limits::default();
    let received = Timestamp::parse("2026-11-20T13:00:00Z").expect("a valid time");
    let context = Context { received, limits: &limits };
    bencher.counter(ItemsCount::new(EVENTS)).counter(BytesCount::new(stream.len())).bench(|| {
        let mut reader = JournalReader::new(&limits);
        let mut entries = 0;
        for mut piece in divan::black_box(stream.as_bytes()).chunks(1 << 16) {
            while let Some(entry) = reader.next(&mut piece).expect("the stream is well formed") {
                divan::black_box(entry.into_event(&context));
                entries += 1;
            }
        }
        assert_eq!(entries, EVENTS);
    });
}
