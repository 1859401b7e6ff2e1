//! The journal: uploads of `systemd-journal-upload` and of `journalctl -o export`, without end and broken off.

use crate::{
    commands::run,
    deadline::until,
    http::Request,
    python::{curl, unpacked},
    server::{Home, Server},
};
use serde_json::json;
use std::{io::Write as _, net::TcpStream, process::Command};

const CONTENT_TYPE: &str = "application/vnd.fdo.journal";

fn entries(count: usize) -> String {
    let boot = "6c7c6013a26343b29e964691ff25d04c";
    let entry = |number: usize| {
        format!(
            "__CURSOR=s=739ad463348b4ceca5a9e69c95a3c93f;i={number:x};b={boot};m={number:x};t={number:x};x={number:x}\n\
             __REALTIME_TIMESTAMP={}\n__MONOTONIC_TIMESTAMP={number}\n_BOOT_ID={boot}\nPRIORITY=4\n_HOSTNAME=jhost\n\
             SYSLOG_IDENTIFIER=jtag\n_PID={number}\nMESSAGE=entry {number}\n\n",
            1_795_000_000_000_000_u64 + number as u64,
        )
    };
    (1..=count).map(entry).collect()
}

fn check(server: &Server, count: usize) {
    assert_eq!(server.texts("SELECT message FROM events WHERE service = 'jtag' AND host = 'jhost'").len(), count);
    let time = server.rows("SELECT time, attributes['process.pid'], severity FROM events WHERE message = 'entry 7'");
    assert_eq!(serde_json::to_string(&time).unwrap(), r#"[["2026-11-18T11:06:40.000007Z","7","medium"]]"#);
}

#[test]
fn real_journals_are_uploaded() {
    let (Some(mut remote), Some(mut upload)) =
        (unpacked("lib/systemd/systemd-journal-remote"), unpacked("lib/systemd/systemd-journal-upload"))
    else {
        return;
    };
    let home = Home::new("");
    let server = home.start();
    let export = home.file("in.export", entries(300));
    let journal = export.with_file_name("made.journal");
    run(remote.arg(format!("--output={}", journal.display())).arg(&export), b"").expect_code(0);
    let ingest = server.key_with("ingest");
    upload.arg("--url").arg(format!("http://any:{ingest}@{}", server.address));
    upload.arg(format!("--file={}", journal.display())).arg("--follow=no");
    run(upload.arg(format!("--save-state={}", home.file("state", "").display())), b"").expect_code(0);
    check(&server, 300);
    let Some(curl) = curl() else { return };
    let exported = run(Command::new("journalctl").arg("--file").arg(&journal).args(["-o", "export"]), b"");
    let exported = home.file("out.export", exported.expect_code(0).out);
    let mut command = Command::new(curl);
    command.args(["--silent", "--fail-with-body", "--noproxy", "*", "--request", "POST", "-H"]);
    command.args([&format!("Content-Type: {CONTENT_TYPE}"), "-H", &format!("Authorization: Bearer {ingest}"), "-T"]);
    command.arg(exported).arg(format!("http://{}/upload", server.address));
    assert_eq!(run(&mut command, b"").expect_code(0).json(), json!({"accepted": 300}));
    assert_eq!(server.number("SELECT count(*) FROM events"), 600);
}

#[test]
fn entries_of_an_upload_without_end_are_kept_as_they_come() {
    let home = Home::new("");
    let server = home.start();
    let mut endless = TcpStream::connect(server.address).unwrap();
    let head = format!(
        "POST /upload HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: {CONTENT_TYPE}\r\n\
         Transfer-Encoding: chunked\r\n\r\n",
        server.address, server.key
    );
    endless.write_all(head.as_bytes()).unwrap();
    let stream = entries(20);
    for (number, chunk) in stream.as_bytes().chunks(stream.len() / 4 + 1).enumerate() {
        endless.write_all(format!("{:x}\r\n", chunk.len()).as_bytes()).unwrap();
        endless.write_all(chunk).unwrap();
        endless.write_all(b"\r\n").unwrap();
        let there = || server.number("SELECT count(*) FROM events") as usize;
        until("the entries so far", || (there() >= number * 5).then_some(()));
    }
    until("the last entry", || (server.number("SELECT count(*) FROM events") == 20).then_some(()));
    drop(endless);
    check(&server, 20);
}

#[test]
fn what_is_no_journal_is_refused_and_what_came_before_is_kept() {
    let home = Home::new("");
    let server = home.start();
    let upload = |body: &str| server.request("POST", "/upload").body(CONTENT_TYPE, body);
    let cases = [
        (upload(&(entries(7) + "no field\n")), 400),
        (upload("MESSAGE=cut off"), 400),
        (upload("").header("Content-Type", "application/json"), 415),
        (upload("").header("Content-Encoding", "zstd"), 415),
        (upload("").header("Authorization", "Bearer pal_none"), 401),
        (upload("").header("Authorization", format!("Bearer {}", server.key_with("read"))), 403),
        (upload(""), 202),
    ];
    for (request, status) in cases {
        request.send().unwrap().expect_status(status);
    }
    check(&server, 7);
    let unkeyed = Request::new(server.address, "POST", "/upload").body(CONTENT_TYPE, entries(1));
    unkeyed.send().unwrap().expect_status(401);
}
