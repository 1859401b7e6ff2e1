//! Clients that take their time: a byte a second, or nothing at all on thousands of connections. They are cut or wait;
//! the others are served meanwhile, and memory stays bounded.

use crate::{
    deadline::{PATIENCE, until},
    http::Answer,
    server::{Home, Server},
};
use serde_json::json;
use std::{
    io::{self, Read as _, Write as _},
    net::TcpStream,
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

/// Between two bytes of a slow client.
const A_BYTE_EACH: Duration = Duration::from_secs(1);
/// Connections that stay open without a word.
const IDLE: usize = 10_000;
/// Places beside them.
const PLACES_LEFT: usize = 20;
/// What one of them may cost in memory, as the reference of `limits.connections_max` says.
const IDLE_BYTES_MAX: u64 = 16 * 1024;

#[test]
fn a_byte_a_second_is_cut_and_holds_up_nobody() {
    let server = Home::new("[limits]\nheader_seconds_max = 3\nbody_seconds_max = 4\n").start();
    let head = format!("POST /api/v1/events HTTP/1.1\r\nHost: {}\r\n", server.address);
    let allowed = format!("{head}Authorization: Bearer {}\r\nContent-Type: application/json\r\n", server.key);
    let body = format!("{allowed}Content-Length: 1000\r\n\r\n");
    let chunks = format!("{allowed}Transfer-Encoding: chunked\r\n\r\n");
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let slow = [
            ("", "GET / HTTP/1.1\r\nX-Slow: a"),
            (body.as_str(), "{\"message\":\"aaaaaaaa"),
            (&chunks, "1\r\n{\r\n1\r\n"),
        ]
        .map(|(at_once, slowly)| scope.spawn(|| drip(&server, at_once, slowly)));
        let others = scope.spawn(|| serve_others(&server, &done));
        let [headers, body, chunks] = slow.map(|slow| slow.join().unwrap());
        done.store(true, Ordering::Relaxed);
        assert!(others.join().unwrap() > 20);
        assert!(headers.is_none_or(|answer| answer.status == 408), "headers that do not end get no answer but an end");
        for answer in [body, chunks] {
            assert_eq!(answer.unwrap().status, 408);
        }
    });
    assert_eq!(server.metric("palisade_in_flight_bytes"), 0.0);
}

/// Sends the one at once and the other a byte at a time, until the server answers or closes, which it does in time.
fn drip(server: &Server, at_once: &str, slowly: &str) -> Option<Answer> {
    let started = Instant::now();
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.write_all(at_once.as_bytes()).unwrap();
    stream.set_read_timeout(Some(A_BYTE_EACH)).unwrap();
    for byte in slowly.as_bytes().iter().cycle() {
        // The server may have closed.
        let _closed = stream.write_all(&[*byte]);
        match stream.peek(&mut [0]) {
            Err(error) if [io::ErrorKind::WouldBlock, io::ErrorKind::TimedOut].contains(&error.kind()) => {}
            _ => break,
        }
        assert!(started.elapsed() < Duration::from_secs(20), "a byte a second is still read");
    }
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    Answer::read(&mut stream).ok()
}

/// Sends and asks until the rest is done; how often.
fn serve_others(server: &Server, done: &AtomicBool) -> usize {
    let mut served = 0;
    while !done.load(Ordering::Relaxed) {
        let started = Instant::now();
        server.send(&json!({"message": "quick"}));
        assert!(started.elapsed() < Duration::from_secs(3), "held up for {:?}", started.elapsed());
        served += 1;
        thread::park_timeout(Duration::from_millis(50));
    }
    served
}

#[test]
fn ten_thousand_idle_connections_cost_little_and_hold_up_nobody() {
    let idle = IDLE.min(open_files_allowed() - 500);
    let places = idle + PLACES_LEFT;
    let settings = format!("[limits]\nconnections_max = {places}\nheader_seconds_max = 600\n");
    // With the soft limit that shells have, which the server raises by itself.
    let server =
        Home::new(&settings).start_under("sh", &["-c", "ulimit -Sn 1024 && exec \"$0\" \"$@\""].map(str::to_owned));
    server.send(&json!({"message": "before"}));
    let before = server.memory_kib("VmRSS");
    let mut connections: Vec<TcpStream> = (0..idle).map(|_| TcpStream::connect(server.address).unwrap()).collect();
    until("all to be accepted", || (server.open_files() >= idle).then_some(()));
    let taken = (server.memory_kib("VmRSS").saturating_sub(before)) * 1024 / idle as u64;
    assert!(taken < IDLE_BYTES_MAX, "an idle connection takes {taken} bytes");
    for number in 0..20 {
        server.send(&json!({"seq": number.to_string()}));
    }
    assert_eq!(server.number("SELECT count(*) FROM events"), 21);
    until("a commit, for which files are left", || {
        (server.metric("palisade_committed_rows_total") >= 21.0).then_some(())
    });

    // Beyond the limit one waits, and those who are in are served.
    connections.extend((0..2 * PLACES_LEFT).map(|_| TcpStream::connect(server.address).unwrap()));
    let waiting = connections.last_mut().unwrap();
    ask(waiting);
    waiting.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    assert!(waiting.read(&mut [0]).is_err(), "there was a place for one too many");
    ask(&mut connections[0]);
    assert_eq!(&status(&mut connections[0]), b"HTTP/1.1 200");
    // Once others leave, the one that waited is served.
    let mut waiting = connections.pop().unwrap();
    connections.truncate(idle);
    drop(connections);
    assert_eq!(&status(&mut waiting), b"HTTP/1.1 200");
}

fn ask(stream: &mut TcpStream) {
    let host = stream.peer_addr().unwrap();
    write!(stream, "GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
}

fn status(stream: &mut TcpStream) -> [u8; 12] {
    let mut status = [0; 12];
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.read_exact(&mut status).unwrap();
    status
}

/// How many files this process may have open, raised as far as the system lets it.
fn open_files_allowed() -> usize {
    let this = std::process::id().to_string();
    let hard = Command::new("sh").args(["-c", "ulimit -Hn"]).output().unwrap().stdout;
    let hard = String::from_utf8(hard).unwrap().trim().parse().unwrap_or(usize::MAX).min(20_000);
    let raised = Command::new("prlimit").args(["--pid", &this, &format!("--nofile={hard}:")]).status();
    assert!(raised.is_ok_and(|status| status.success()), "prlimit(1) of util-linux raises the limit of open files");
    hard
}
