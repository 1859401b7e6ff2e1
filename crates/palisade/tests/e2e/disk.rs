//! Disks that are full or broken: writes are refused with a time to come back, queries go on, nothing acknowledged is
//! lost, what was refused does not come back, and once the disk is well the server goes on by itself.
//!
//! A full disk is a small tmpfs in a mount namespace of its own, which needs no privileges where the system lets users
//! have namespaces. A broken one is libfiu's: loaded into the server, it lets chosen calls of the C library fail while
//! a test asks for that. It is used for fsync alone, because the server's other calls serve its sockets as well.

use crate::{
    deadline::until,
    http::Answer,
    python::{preload, tool},
    server::{Home, Server},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// One commit a second, and little memory, so that disks and limits are met soon.
const SETTINGS: &str = "[lake]\ncommit_seconds = 1\ncommit_bytes = 500000\n\
    [limits]\nmemtable_bytes_max = 1000000\nqueue_bytes_max = 1000000\nquery_rows_max = 1000000\n";
const MIB: usize = 1 << 20;
/// Refusals that a test wants to see.
const REFUSALS: usize = 10;

/// A small file system that the test and its servers share; gone with the process that holds it.
struct Disk {
    holder: Child,
    at: PathBuf,
}

impl Disk {
    /// Mounts `mebibytes` at the folder; `None` when the test is to be skipped.
    fn mount(at: PathBuf, mebibytes: usize) -> Option<Self> {
        fs::create_dir_all(&at).unwrap();
        let script = format!("mount -t tmpfs -o size={mebibytes}m tmpfs \"$0\" && echo mounted && exec cat");
        let mut command = Command::new("unshare");
        command.args(["-Urm", "sh", "-c", &script]).arg(&at).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut holder = tool("mount namespaces (unshare -Urm)", command.spawn().ok())?;
        let mut line = String::new();
        BufReader::new(holder.stdout.take().unwrap()).read_line(&mut line).unwrap();
        tool("a tmpfs of one's own (unshare -Urm mount)", (line == "mounted\n").then_some(Self { holder, at }))
    }

    fn start(&self, home: &Home) -> Server {
        let holder = self.holder.id().to_string();
        let enter = ["-t", &holder, "-U", "-m", "--preserve-credentials"].map(str::to_owned);
        home.start_under("nsenter", &enter)
    }

    /// The place as seen from here.
    fn path(&self) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.holder.id()));
        root.join(self.at.strip_prefix("/").unwrap())
    }

    /// Leaves no room.
    fn fill(&self) {
        let mut ballast = File::create(self.path().join("ballast")).unwrap();
        for bytes in [MIB, 4096, 1] {
            let block = vec![0; bytes];
            while ballast.write_all(&block).is_ok() {}
        }
    }

    fn free(&self) {
        fs::remove_file(self.path().join("ballast")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ended_already = self.holder.kill();
        let _ended_already = self.holder.wait();
    }
}

/// Sends events under numbers, and knows which were acknowledged.
#[derive(Default)]
struct Sent {
    next: usize,
    acknowledged: BTreeSet<String>,
}

impl Sent {
    /// Sends two events of 10 KB.
    fn send(&mut self, server: &Server) -> Answer {
        let seqs = [self.next.to_string(), (self.next + 1).to_string()];
        self.next += 2;
        let message = "x".repeat(10_000);
        let events = Value::from_iter(seqs.iter().map(|seq| json!({"seq": seq, "message": message})));
        let answer = server.events().json(&events).send().unwrap();
        if answer.status == 202 {
            self.acknowledged.extend(seqs);
        }
        answer
    }

    fn send_some(&mut self, server: &Server) {
        for _ in 0..10 {
            self.send(server).expect_status(202);
        }
    }

    /// Sends until it has been refused often enough.
    fn send_until_refused(&mut self, server: &Server) {
        let mut refused = 0;
        until("refusals", || {
            let answer = self.send(server);
            if answer.status != 202 {
                let seconds: u64 = answer.header("retry-after").expect("a time to come back").parse().unwrap();
                assert!((1..=60).contains(&seconds));
                assert_eq!(answer.status, 503, "{}", answer.text());
                refused += 1;
            }
            (refused >= REFUSALS).then_some(())
        });
    }

    /// All that was acknowledged is there once, and nothing else.
    fn check(&self, server: &Server, when: &str) {
        assert_eq!(server.texts("SELECT attributes['seq'] FROM events"), self.acknowledged, "{when}");
    }
}

fn degraded(server: &Server, says: &str) {
    until(&format!("to be degraded: {says}"), || {
        let answer = server.get("/readyz").send().unwrap();
        (answer.status == 503 && answer.text().contains(says)).then_some(())
    });
}

fn ready(server: &Server) {
    until("the server to go on by itself", || (server.get("/readyz").send().unwrap().status == 200).then_some(()));
}

#[test]
fn a_disk_that_is_full_while_logging() {
    let home = Home::new(SETTINGS);
    let Some(disk) = Disk::mount(home.data(), 48) else { return };
    let (server, mut sent) = (disk.start(&home), Sent::default());
    sent.send_some(&server);
    disk.fill();
    sent.send_until_refused(&server);
    degraded(&server, "the log cannot be written");
    sent.check(&server, "while the disk is full");
    disk.free();
    ready(&server);
    sent.send_some(&server);
    sent.check(&server, "with room again");
    server.kill();
    let server = disk.start(&home);
    sent.check(&server, "started again");
    assert!(server.stop().0.success());
}

#[test]
fn a_disk_that_is_full_while_committing() {
    let home = Home::new(SETTINGS);
    let Some(disk) = Disk::mount(home.data().join("lake"), 24) else { return };
    let (server, mut sent) = (disk.start(&home), Sent::default());
    sent.send_some(&server);
    until("a commit", || (server.metric("palisade_committed_rows_total") >= 1.0).then_some(()));
    disk.fill();
    // The log has room, so events are taken until memory is full of what cannot be committed.
    sent.send_until_refused(&server);
    degraded(&server, "the last commit to the tables failed");
    let found = server.number("SELECT count(DISTINCT attributes['seq']) FROM events");
    assert!(found > 0 && found <= sent.acknowledged.len() as u64, "queries answer with what memory has room for");
    disk.free();
    ready(&server);
    until("room for more", || (sent.send(&server).status == 202).then_some(()));
    let all = sent.acknowledged.len() as u64;
    until("all rows", || (server.number("SELECT count(*) FROM events") == all).then_some(()));
    sent.check(&server, "with room again");
    server.kill();
    let server = disk.start(&home);
    sent.check(&server, "started again");
    assert!(server.stop().0.success());
}

/// A server whose calls to the disk can be made to fail.
struct Broken {
    server: Server,
    controls: PathBuf,
}

impl Broken {
    fn start(home: &Home) -> Option<Self> {
        let libraries = [preload("fiu_run_preload.so")?, preload("fiu_posix_preload.so")?];
        let controls = home.file("fiu", "");
        let mut command = home.command();
        command.env("LD_PRELOAD", libraries.map(|path| path.display().to_string()).join(" "));
        command.env("FIU_CTRL_FIFO", &controls).env("FIU_ENABLE", "");
        Some(Self { server: home.start_as(command), controls })
    }

    fn control(&self, what: &str) {
        let mut command = Command::new("fiu-ctrl");
        command.arg("-f").arg(&self.controls).args(["-c", what, &self.server.process().to_string()]);
        assert!(command.status().unwrap().success(), "{what}");
    }

    /// `call` fails with EIO.
    fn fails(&self, call: &str) {
        self.control(&format!("enable name=posix/io/sync/{call},failinfo=5"));
    }

    fn works(&self, call: &str) {
        self.control(&format!("disable name=posix/io/sync/{call}"));
    }
}

#[test]
fn what_a_failed_fsync_of_the_log_refused_is_not_kept() {
    let home = Home::new(SETTINGS);
    let Some(broken) = Broken::start(&home) else { return };
    let mut sent = Sent::default();
    for _ in 0..3 {
        sent.send_some(&broken.server);
        broken.fails("fdatasync");
        sent.send_until_refused(&broken.server);
        degraded(&broken.server, "the log cannot be written");
        sent.check(&broken.server, "while the disk fails");
        broken.works("fdatasync");
        ready(&broken.server);
    }
    sent.send_some(&broken.server);
    broken.server.kill();
    let server = home.start();
    sent.check(&server, "started again");
    assert!(server.stop().0.success());
}

#[test]
fn the_log_is_kept_until_the_tables_are_on_the_disk() {
    let home = Home::new(SETTINGS);
    let Some(broken) = Broken::start(&home) else { return };
    let mut sent = Sent::default();
    sent.send_some(&broken.server);
    let committed = || fs::read_to_string(home.data().join("committed")).unwrap_or_default();
    until("a commit", || (!committed().is_empty()).then_some(()));
    broken.fails("fsync");
    let before = committed();
    sent.send_some(&broken.server);
    degraded(&broken.server, "the last commit to the tables failed");
    assert_eq!(committed(), before, "what is not on the disk is not committed");
    sent.check(&broken.server, "while the disk fails");
    broken.works("fsync");
    ready(&broken.server);
    assert_ne!(committed(), before);
    broken.fails("fsync");
    sent.send_some(&broken.server);
    degraded(&broken.server, "the last commit to the tables failed");
    broken.server.kill();
    let server = home.start();
    sent.check(&server, "killed while commits failed");
    let leftover = |path: &Path| path.to_string_lossy().contains('#');
    let table = home.data().join("lake/events/_delta_log");
    assert!(!fs::read_dir(table).unwrap().any(|entry| leftover(&entry.unwrap().path())), "half-written files");
    assert!(server.stop().0.success());
}
